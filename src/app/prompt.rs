//! A line being typed at the foot of the screen, and what it is for.

use super::input::Input;
use super::reader::ReadingPlace;

/// A line being typed.
#[derive(Debug)]
pub struct Prompt {
    /// What it is for.
    pub asking: Asking,
    /// What has been typed.
    pub input: Input,
    /// What was read before, for Esc.
    pub before: ReadingPlace,
}

/// What a line is typed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Words to search for.
    Search,
    /// Words that lines must have to be shown.
    OnlyMatches,
    /// A time to go to.
    GoTo,
    /// A command by its name.
    Command,
}

impl Asking {
    /// What stands before the line.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Search => "/",
            Self::OnlyMatches => "&",
            Self::GoTo => "go to ",
            Self::Command => ":",
        }
    }

    /// What can be typed, shown while nothing is.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Search => "words to search for",
            Self::OnlyMatches => "show only lines with these words",
            Self::GoTo => "12:34, 1:02:03, -90, +30 or 40%",
            Self::Command => "a time, speed 1.5, volume 80, or a command's name",
        }
    }
}
