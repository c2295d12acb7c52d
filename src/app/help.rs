//! The help: every command with its keys, made from the live keymap.

use super::command::COMMANDS;
use super::keymap::Keymap;
use super::shelf::DEEDS;

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
    lines.push(HelpLine::Blank);
    lines.push(HelpLine::Heading("In the list of episodes"));
    lines.extend(
        DEEDS.iter().map(|info| HelpLine::Keys { keys: info.keys.join(", "), help: info.help }),
    );
    for (title, keys) in [("While you search", SEARCHING), ("Numbers", NUMBERS)] {
        lines.push(HelpLine::Blank);
        lines.push(HelpLine::Heading(title));
        let row = |&(keys, help): &(&str, _)| HelpLine::Keys { keys: keys.to_owned(), help };
        lines.extend(keys.iter().map(row));
    }
    lines
}
