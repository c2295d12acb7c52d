//! One keystroke, to text and back.

use std::fmt;
use std::str::FromStr;

/// A keystroke as the terminal reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Held with Control.
    pub ctrl: bool,
    /// Held with Alt.
    pub alt: bool,
    /// Held with Shift; never set for a [`Code::Char`], whose character tells.
    pub shift: bool,
}

/// A key of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A key that types this character.
    Char(char),
    /// A function key, 1 to 12.
    F(u8),
    /// A key with a name.
    Named(Named),
}

/// The keys that type nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the word on the key")]
pub enum Named {
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
}

const NAMES: &[(&str, Named)] = &[
    ("Enter", Named::Enter),
    ("Esc", Named::Esc),
    ("Tab", Named::Tab),
    ("Backspace", Named::Backspace),
    ("Delete", Named::Delete),
    ("Left", Named::Left),
    ("Right", Named::Right),
    ("Up", Named::Up),
    ("Down", Named::Down),
    ("Home", Named::Home),
    ("End", Named::End),
    ("PgUp", Named::PageUp),
    ("PgDn", Named::PageDown),
];

impl Key {
    /// The key that types `c`, with nothing held.
    pub const fn char(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: false, alt: false, shift: false }
    }

    /// The key named so, with nothing held.
    pub const fn named(name: Named) -> Self {
        Self { code: Code::Named(name), ctrl: false, alt: false, shift: false }
    }

    /// The key that types `c`, held with Control.
    pub const fn ctrl(c: char) -> Self {
        Self { ctrl: true, ..Self::char(c) }
    }

    /// The character it types, when nothing but Shift is held.
    pub const fn typed(self) -> Option<char> {
        match self {
            Self { code: Code::Char(c), ctrl: false, alt: false, .. } => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    /// `Ctrl+d`, `Shift+Left`, `Space`, `j`, `F2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.code {
            Code::Char(' ') => f.write_str("Space"),
            Code::Char(c) => write!(f, "{c}"),
            Code::F(number) => write!(f, "F{number}"),
            Code::Named(named) => {
                let name = NAMES.iter().find(|(_, other)| *other == named);
                f.write_str(name.map_or("", |(name, _)| name))
            }
        }
    }
}

impl FromStr for Key {
    type Err = UnknownKey;

    /// Reads what [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let mut key = Self::char(' ');
        let mut rest = text;
        loop {
            if let Some(after) = rest.strip_prefix("Ctrl+") {
                (key.ctrl, rest) = (true, after);
            } else if let Some(after) = rest.strip_prefix("Alt+") {
                (key.alt, rest) = (true, after);
            } else if let Some(after) = rest.strip_prefix("Shift+") {
                (key.shift, rest) = (true, after);
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.as_str()) {
            (Some(c), "") => Code::Char(c),
            (Some('F'), number) if number.parse::<u8>().is_ok() => {
                Code::F(number.parse().unwrap_or_default())
            }
            _ if rest == "Space" => Code::Char(' '),
            _ => {
                let named = NAMES.iter().find(|(name, _)| *name == rest);
                Code::Named(named.ok_or_else(|| UnknownKey(text.to_owned()))?.1)
            }
        };
        Ok(key)
    }
}

/// A text that names no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey(pub String);

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown key \"{}\"", self.0)
    }
}

impl std::error::Error for UnknownKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_it_is_written() {
        for text in ["j", "G", "Space", "Ctrl+d", "Shift+Left", "Alt+x", "F2", "F12", "PgDn", "F"] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_text_that_names_no_key_is_refused() {
        assert_eq!("Hyper".parse::<Key>(), Err(UnknownKey("Hyper".into())));
    }
}
