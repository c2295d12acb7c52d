//! How each role looks.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of the screen is; never how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Text of a cue.
    Text,
    /// The cue being spoken.
    Active,
    /// The word of it being spoken, where the file has times for words.
    Word,
    /// The cue spoken last, in a silence.
    Held,
    /// A cue spoken at the same time as the active one.
    Also,
    /// The mark beside the active cue, up to the line the voice has reached.
    Mark,
    /// The mark beside the cursor.
    Cursor,
    /// The time of a cue.
    Time,
    /// The time of the cue being spoken.
    ActiveTime,
    /// A speaker, by the order in which they first speak.
    Speaker(u32),
    /// A match of the search.
    Match,
    /// The match the search is at.
    CurrentMatch,
    /// The episode's name.
    Title,
    /// The present chapter's name.
    Chapter,
    /// A thin line between parts.
    Rule,
    /// The part of the bar that has been played.
    Played,
    /// The part of the bar that has not.
    Unplayed,
    /// The state.
    Status,
    /// What could be done next.
    Hint,
    /// What was done.
    Notice,
    /// What is not as it should be.
    Warning,
    /// A line being typed.
    Prompt,
    /// The help.
    Help,
    /// A heading in the help.
    Heading,
    /// A key in the help.
    KeyName,
}

/// What colours the terminal is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// None: shape and weight tell all (`NO_COLOR`).
    None,
    /// The terminal's own sixteen, so that its theme decides.
    Sixteen,
}

/// How each role looks.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    colours: Colours,
    probe: bool,
}

/// The colours that tell speakers apart.
const SPEAKERS: [Color; 6] =
    [Color::Cyan, Color::Magenta, Color::Green, Color::Yellow, Color::Blue, Color::Red];

impl Theme {
    /// The theme in these colours.
    pub const fn new(colours: Colours) -> Self {
        Self { colours, probe: false }
    }

    /// A theme for tests: each role has a colour of its own, so that a test
    /// can tell the role of each cell.
    pub const fn probe() -> Self {
        Self { colours: Colours::Sixteen, probe: true }
    }

    /// How `role` looks.
    pub fn style(self, role: Role) -> Style {
        if self.probe {
            return Style::new().fg(Color::Indexed(role.letter() as u8));
        }
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let dim = plain.add_modifier(Modifier::DIM);
        let look = match role {
            Role::Text
            | Role::Status
            | Role::Help
            | Role::Notice
            | Role::Prompt
            | Role::Chapter => plain,
            Role::Active | Role::Title | Role::Heading => bold,
            Role::Word => bold.add_modifier(Modifier::UNDERLINED),
            Role::Also => plain.add_modifier(Modifier::ITALIC),
            Role::Held | Role::Time | Role::Rule | Role::Unplayed | Role::Hint => dim,
            Role::ActiveTime => bold.fg(Color::Cyan).add_modifier(Modifier::REVERSED),
            Role::Mark | Role::Cursor | Role::Played => bold.fg(Color::Cyan),
            Role::Speaker(index) => plain.fg(SPEAKERS[index as usize % SPEAKERS.len()]),
            Role::Match => plain.fg(Color::Yellow).add_modifier(Modifier::UNDERLINED),
            Role::CurrentMatch => {
                plain.fg(Color::Yellow).add_modifier(Modifier::REVERSED | Modifier::UNDERLINED)
            }
            Role::Warning => bold.fg(Color::Yellow),
            Role::KeyName => plain.fg(Color::Cyan),
        };
        match self.colours {
            Colours::Sixteen => look,
            Colours::None => Style { fg: None, bg: None, ..look },
        }
    }
}

impl Role {
    /// The letter that stands for the role in a test's picture.
    pub const fn letter(self) -> char {
        match self {
            Self::Text => 't',
            Self::Active => 'A',
            Self::Word => 'W',
            Self::Held => 'h',
            Self::Also => 'a',
            Self::Mark => 'M',
            Self::Cursor => 'C',
            Self::Time => 'i',
            Self::ActiveTime => 'I',
            Self::Speaker(_) => 's',
            Self::Match => 'm',
            Self::CurrentMatch => 'X',
            Self::Title => 'T',
            Self::Chapter => 'c',
            Self::Rule => 'r',
            Self::Played => 'P',
            Self::Unplayed => 'u',
            Self::Status => 'S',
            Self::Hint => 'n',
            Self::Notice => 'N',
            Self::Warning => '!',
            Self::Prompt => 'p',
            Self::Help => 'e',
            Self::Heading => 'H',
            Self::KeyName => 'k',
        }
    }
}
