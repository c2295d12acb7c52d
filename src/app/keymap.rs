//! Keys to commands.

use std::fmt;

use super::command::{COMMANDS, Command};
use super::key::{Key, UnknownKey};

/// Which keys give which command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<(Vec<Key>, Command)>,
}

/// What keys typed so far mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// This command.
    Command(Command),
    /// The beginning of a longer sequence.
    Partial,
    /// Nothing.
    Unbound,
}

/// A table of keys that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeymapError {
    /// A text names no key.
    Unknown(UnknownKey),
    /// Two commands have the same keys, or the keys of one begin those of the
    /// other.
    Conflict(String),
}

impl fmt::Display for KeymapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(unknown) => unknown.fmt(f),
            Self::Conflict(keys) => write!(f, "the keys \"{keys}\" are taken twice"),
        }
    }
}

impl std::error::Error for KeymapError {}

impl Keymap {
    /// The keymap of these commands and their keys.
    ///
    /// # Errors
    ///
    /// A text that names no key, and keys that are taken twice.
    pub fn new<'a>(
        table: impl IntoIterator<Item = (Command, &'a [&'a str])>,
    ) -> Result<Self, KeymapError> {
        let mut bindings: Vec<(Vec<Key>, Command)> = Vec::new();
        for (command, sequences) in table {
            for sequence in sequences {
                let keys = sequence.split(' ').map(str::parse).collect::<Result<Vec<Key>, _>>();
                let keys = keys.map_err(KeymapError::Unknown)?;
                let clash = bindings
                    .iter()
                    .any(|(other, _)| keys.starts_with(other) || other.starts_with(&keys));
                if clash {
                    return Err(KeymapError::Conflict((*sequence).to_owned()));
                }
                bindings.push((keys, command));
            }
        }
        Ok(Self { bindings })
    }

    /// What `keys` mean.
    pub fn resolve(&self, keys: &[Key]) -> Resolved {
        for (sequence, command) in &self.bindings {
            if sequence == keys {
                return Resolved::Command(*command);
            }
            if sequence.starts_with(keys) {
                return Resolved::Partial;
            }
        }
        Resolved::Unbound
    }

    /// The keys that give `command`, as text: `h or Left`.
    pub fn keys_of(&self, command: Command) -> String {
        let sequences = self.bindings.iter().filter(|(_, other)| *other == command);
        let texts: Vec<String> = sequences
            .map(|(keys, _)| keys.iter().map(ToString::to_string).collect::<String>())
            .collect();
        texts.join(", ")
    }
}

impl Default for Keymap {
    /// The keymap of [`COMMANDS`]; empty if that table were wrong, which a
    /// test rules out.
    fn default() -> Self {
        let table = COMMANDS.iter().map(|info| (info.command, info.keys));
        Self::new(table).unwrap_or(Self { bindings: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_commands_makes_a_keymap() {
        let table = COMMANDS.iter().map(|info| (info.command, info.keys));
        assert_eq!(Keymap::new(table).err(), None);
    }

    #[test]
    fn a_sequence_waits_for_its_last_key() {
        let keymap = Keymap::default();
        let z = Key::char('z');
        assert_eq!(keymap.resolve(&[z]), Resolved::Partial);
        assert_eq!(keymap.resolve(&[z, z]), Resolved::Command(Command::CursorToMiddle));
        assert_eq!(keymap.resolve(&[z, Key::char('q')]), Resolved::Unbound);
    }

    #[test]
    fn keys_taken_twice_are_refused() {
        let twice: [(Command, &[&str]); 2] = [(Command::Quit, &["z"]), (Command::Help, &["z t"])];
        assert_eq!(Keymap::new(twice), Err(KeymapError::Conflict("z t".into())));
    }
}
