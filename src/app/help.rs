//! The help: every command with its keys, made from the live keymap, and
//! where it lies on the screen.

use super::command::COMMANDS;
use super::keymap::Keymap;
use super::screen::Size;

/// One line of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// Nothing.
    Blank,
    /// The title of a part.
    Heading(&'static str),
    /// What keys do.
    Keys {
        /// The keys.
        keys: String,
        /// What they do.
        help: &'static str,
    },
}

/// What keys do while words are typed to search for.
const SEARCHING: &[(&str, &str)] = &[
    ("Enter", "Play from the match"),
    ("Down, Up", "To the next match, the one before"),
    ("Tab", "Read on at the match; the sound stays"),
    ("Esc", "Back to where you were"),
];

/// What numbers do before a key.
const NUMBERS: &[(&str, &str)] = &[
    ("6l", "Six times: forward 30 seconds"),
    ("40%", "Go to 40 percent"),
    ("12:34 Enter", "Go to a time"),
];

/// The lines of the help.
pub fn lines(keymap: &Keymap) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    let mut group = None;
    for info in COMMANDS {
        if group != Some(info.group) {
            if group.is_some() {
                lines.push(HelpLine::Blank);
            }
            lines.push(HelpLine::Heading(info.group.title()));
            group = Some(info.group);
        }
        lines.push(HelpLine::Keys { keys: keymap.keys_of(info.command), help: info.help });
    }
    for (title, keys) in [("While you search", SEARCHING), ("Numbers", NUMBERS)] {
        lines.push(HelpLine::Blank);
        lines.push(HelpLine::Heading(title));
        let row = |&(keys, help): &(&str, _)| HelpLine::Keys { keys: keys.to_owned(), help };
        lines.extend(keys.iter().map(row));
    }
    lines
}

/// The frame of the help, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelpFrame {
    /// Its first column.
    pub left: u16,
    /// Its first row.
    pub top: u16,
    /// Its width, borders included.
    pub width: u16,
    /// Its height, borders included.
    pub height: u16,
}

impl HelpFrame {
    /// Where `lines` lines of help lie in the middle of a screen of this size;
    /// on a high one the title and the foot stay in sight.
    pub fn new(size: Size, lines: usize) -> Self {
        let width = size.width.min(66);
        let wanted = u16::try_from(lines + 2).unwrap_or(u16::MAX);
        let (above, below) = if size.height > 20 { (1, 3) } else { (0, 0) };
        let room = size.height - above - below;
        let height = room.min(wanted);
        let top = above + (room - height) / 2;
        Self { left: (size.width - width) / 2, top, width, height }
    }

    /// How many lines it shows.
    pub fn rows(self) -> usize {
        usize::from(self.height.saturating_sub(2))
    }

    /// How far `lines` lines can be scrolled down in it.
    pub fn last_top(self, lines: usize) -> u16 {
        u16::try_from(lines.saturating_sub(self.rows())).unwrap_or(u16::MAX)
    }
}
