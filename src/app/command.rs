//! Everything a listener can ask for, in one table.

/// One thing a listener can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each has its help in COMMANDS")]
pub enum Command {
    TogglePlay,
    Back5,
    Forward5,
    Back1,
    Forward1,
    Back15,
    Forward30,
    PreviousCue,
    NextCue,
    ReplayCue,
    PreviousChapter,
    NextChapter,
    Chapters,
    PreviousEpisode,
    NextEpisode,
    Waveform,
    ZoomWaveform,
    GoTo,
    UndoSeek,
    RedoSeek,
    CursorDown,
    CursorUp,
    HalfPageDown,
    HalfPageUp,
    PageDown,
    PageUp,
    Top,
    End,
    PreviousTurn,
    NextTurn,
    PlayFromCursor,
    BackToNow,
    ToggleFollow,
    CursorToMiddle,
    CursorToTop,
    CursorToBottom,
    Search,
    NextMatch,
    PreviousMatch,
    OnlyMatches,
    SearchEverything,
    Library,
    Details,
    Slower,
    Faster,
    ToggleSpeed,
    Quieter,
    Louder,
    TrimMore,
    ToggleEven,
    RetryDevice,
    ToggleMouse,
    CommandLine,
    Help,
    Leave,
    Redraw,
    Suspend,
    Quit,
    QuitWithoutSaving,
}

/// A command with what the help says of it.
#[derive(Clone, Copy, Debug)]
pub struct CommandInfo {
    /// The command.
    pub command: Command,
    /// Its name on the command line (`:follow`).
    pub name: &'static str,
    /// The keys that give it, as the help lists them; a sequence has a blank
    /// between its keys.
    pub keys: &'static [&'static str],
    /// What it does.
    pub help: &'static str,
    /// The part of the help it stands in.
    pub group: Group,
}

/// The parts of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Moving the sound.
    Now,
    /// Moving the cursor.
    Cursor,
    /// Finding words.
    Search,
    /// How it sounds.
    Sound,
    /// The program.
    Program,
}

impl Group {
    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Now => "Now: what is playing",
            Self::Cursor => "Cursor: what you are reading",
            Self::Search => "Search",
            Self::Sound => "Sound",
            Self::Program => "Program",
        }
    }
}

const fn row(
    group: Group,
    command: Command,
    name: &'static str,
    keys: &'static [&'static str],
    help: &'static str,
) -> CommandInfo {
    CommandInfo { command, name, keys, help, group }
}

/// Every command, in the order the help lists them.
///
/// The keys follow what hands know from mpv, less, vim and cmus; a key that
/// takes a count (`6l`) does its work that many times.
pub const COMMANDS: &[CommandInfo] = &[
    row(Group::Now, Command::TogglePlay, "play-pause", &["Space"], "Play or pause"),
    row(Group::Now, Command::Back5, "back", &["h", "Left"], "Back 5 seconds"),
    row(Group::Now, Command::Forward5, "forward", &["l", "Right"], "Forward 5 seconds"),
    row(Group::Now, Command::Back1, "back-1", &["Shift+Left"], "Back 1 second"),
    row(Group::Now, Command::Forward1, "forward-1", &["Shift+Right"], "Forward 1 second"),
    row(Group::Now, Command::Back15, "back-15", &["b"], "Back 15 seconds"),
    row(Group::Now, Command::Forward30, "forward-30", &["w"], "Forward 30 seconds"),
    row(Group::Now, Command::PreviousCue, "previous-cue", &["H", "Ctrl+Left"], "To the cue before"),
    row(Group::Now, Command::NextCue, "next-cue", &["L", "Ctrl+Right"], "To the next cue"),
    row(Group::Now, Command::ReplayCue, "replay", &["r"], "Replay this cue from its start"),
    row(
        Group::Now,
        Command::PreviousChapter,
        "previous-chapter",
        &["("],
        "To the chapter before, or its start",
    ),
    row(Group::Now, Command::NextChapter, "next-chapter", &[")"], "To the next chapter"),
    row(Group::Now, Command::Chapters, "chapters", &["C"], "List the chapters"),
    row(
        Group::Now,
        Command::NextEpisode,
        "next-episode",
        &[">"],
        "The next episode of the queue, or of the list",
    ),
    row(
        Group::Now,
        Command::PreviousEpisode,
        "previous-episode",
        &["<"],
        "The episode before it in the list",
    ),
    row(Group::Now, Command::Waveform, "waveform", &["W"], "Show how loud it is where, or hide it"),
    row(Group::Now, Command::ZoomWaveform, "zoom", &["Z"], "Of that: all, 10 minutes, 1 minute"),
    row(Group::Now, Command::GoTo, "go-to", &["t"], "Go to a time: 12:34, -90, 40%"),
    row(Group::Now, Command::UndoSeek, "undo-seek", &["u", "Ctrl+o"], "Take back the last seek"),
    row(Group::Now, Command::RedoSeek, "redo-seek", &["U"], "Do it again"),
    row(Group::Cursor, Command::CursorDown, "down", &["j", "Down"], "One line down"),
    row(Group::Cursor, Command::CursorUp, "up", &["k", "Up"], "One line up"),
    row(Group::Cursor, Command::HalfPageDown, "half-page-down", &["Ctrl+d"], "Half a page down"),
    row(Group::Cursor, Command::HalfPageUp, "half-page-up", &["Ctrl+u"], "Half a page up"),
    row(Group::Cursor, Command::PageDown, "page-down", &["PgDn", "Ctrl+f"], "A page down"),
    row(Group::Cursor, Command::PageUp, "page-up", &["PgUp", "Ctrl+b"], "A page up"),
    row(Group::Cursor, Command::Top, "top", &["g", "Home"], "To the first line"),
    row(Group::Cursor, Command::End, "end", &["G", "End"], "To the last line"),
    row(Group::Cursor, Command::PreviousTurn, "previous-turn", &["{"], "To the speaker before"),
    row(Group::Cursor, Command::NextTurn, "next-turn", &["}"], "To the next speaker"),
    row(Group::Cursor, Command::PlayFromCursor, "play-here", &["Enter"], "Play from this line"),
    row(Group::Cursor, Command::BackToNow, "now", &["."], "Back to now, and follow"),
    row(Group::Cursor, Command::ToggleFollow, "follow", &["f"], "Follow what is playing, or stop"),
    row(Group::Cursor, Command::CursorToMiddle, "middle", &["z z"], "This line to the middle"),
    row(Group::Cursor, Command::CursorToTop, "line-to-top", &["z t"], "This line to the top"),
    row(Group::Cursor, Command::CursorToBottom, "line-to-bottom", &["z b"], "... to the bottom"),
    row(Group::Search, Command::Search, "search", &["/"], "Search as you type"),
    row(Group::Search, Command::NextMatch, "next-match", &["n"], "To the next match"),
    row(Group::Search, Command::PreviousMatch, "previous-match", &["N"], "To the match before"),
    row(Group::Search, Command::OnlyMatches, "only-matches", &["&"], "Only matching lines, or all"),
    row(Group::Search, Command::SearchEverything, "search-all", &["S"], "Search every episode"),
    row(Group::Sound, Command::Slower, "slower", &["["], "0.1 slower"),
    row(Group::Sound, Command::Faster, "faster", &["]"], "0.1 faster"),
    row(
        Group::Sound,
        Command::ToggleSpeed,
        "normal-speed",
        &["Backspace"],
        "Normal speed; again: the last one",
    ),
    row(Group::Sound, Command::Quieter, "quieter", &["-"], "Quieter by 5 %"),
    row(Group::Sound, Command::Louder, "louder", &["+", "="], "Louder by 5 %, up to 150 %"),
    row(Group::Sound, Command::TrimMore, "trim", &["P"], "Shorten pauses: 0.5 s, 0.3, 0.2, off"),
    row(Group::Sound, Command::ToggleEven, "even", &["E"], "Even out quiet and loud voices"),
    row(
        Group::Sound,
        Command::RetryDevice,
        "retry-device",
        &["D"],
        "Look for a sound device again",
    ),
    row(Group::Program, Command::Library, "library", &["o", "Tab"], "The list of episodes"),
    row(Group::Program, Command::Details, "details", &["I"], "All that is known of the episode"),
    row(Group::Program, Command::CommandLine, "command-line", &[":"], "A command by its name"),
    row(Group::Program, Command::ToggleMouse, "mouse", &["F2"], "Mouse on, or off to select text"),
    row(Group::Program, Command::Help, "help", &["?", "F1"], "This help"),
    row(Group::Program, Command::Leave, "leave", &["Esc"], "Leave what is open; then back to now"),
    row(Group::Program, Command::Redraw, "redraw", &["Ctrl+l"], "Draw the screen again"),
    row(Group::Program, Command::Suspend, "suspend", &["Ctrl+z"], "Back to the shell; fg returns"),
    row(Group::Program, Command::Quit, "quit", &["q", "Ctrl+c"], "Quit; the place is kept"),
    row(
        Group::Program,
        Command::QuitWithoutSaving,
        "quit-without-saving",
        &["Q"],
        "Quit; the place stays as it was before",
    ),
];

impl Command {
    /// The command of this name; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        COMMANDS.iter().find(|info| info.name == name).map(|info| info.command)
    }

    /// Whether it can be done before there is an episode.
    pub(super) const fn needs_no_episode(self) -> bool {
        matches!(
            self,
            Self::Help | Self::Redraw | Self::Suspend | Self::Quit | Self::QuitWithoutSaving
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_name_and_no_command_stands_twice() {
        let mut names = HashSet::new();
        let mut commands = HashSet::new();
        for info in COMMANDS {
            assert!(names.insert(info.name), "{} stands twice", info.name);
            assert!(commands.insert(info.command), "{:?} stands twice", info.command);
        }
    }
}
