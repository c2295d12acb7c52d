//! A line of text being typed.

use unicode_segmentation::UnicodeSegmentation;

use super::key::{Code, Key, Named};
use crate::model::text;

/// A line being typed, with the place at which the next character goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    text: String,
    caret: usize,
    /// Whether all of it gives way to what is typed next.
    selected: bool,
}

impl Input {
    /// How many characters a line can have: as many as a search looks at.
    pub const MAX_CHARS: usize = 1_000;

    /// A line that already holds `text`, the caret at its end.
    pub fn with(text: &str) -> Self {
        Self { text: text.to_owned(), caret: text.len(), selected: false }
    }

    /// Selects all of it, the caret at its end: what is typed next stands in its
    /// place, any other key that edits a line edits it.
    pub fn select(&mut self) {
        self.caret = self.text.len();
        self.selected = !self.text.is_empty();
    }

    /// Whether what is typed next stands in the place of all.
    pub const fn is_selected(&self) -> bool {
        self.selected
    }

    /// What has been typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the caret.
    pub fn before_caret(&self) -> &str {
        &self.text[..self.caret]
    }

    /// Takes `key` if it edits a line of text; says whether it did.
    pub fn take(&mut self, key: Key) -> bool {
        if let Some(c) = key.typed() {
            self.insert(c.encode_utf8(&mut [0; 4]));
            return true;
        }
        self.selected = false;
        match (key.code, key.ctrl) {
            (Code::Named(Named::Backspace), _) | (Code::Char('h'), true) => {
                let start = self.caret - self.last_grapheme();
                self.remove(start);
            }
            (Code::Named(Named::Delete), _) => {
                let next = self.text[self.caret..].graphemes(true).next().map_or(0, str::len);
                self.text.drain(self.caret..self.caret + next);
            }
            (Code::Char('w'), true) => {
                let kept = self.before_caret().trim_end();
                let start = kept
                    .rfind(char::is_whitespace)
                    .map_or(0, |at| at + kept[at..].chars().next().map_or(0, char::len_utf8));
                self.remove(start);
            }
            (Code::Char('u'), true) => self.remove(0),
            (Code::Named(Named::Left), _) => self.caret -= self.last_grapheme(),
            (Code::Named(Named::Right), _) => {
                self.caret += self.text[self.caret..].graphemes(true).next().map_or(0, str::len);
            }
            (Code::Named(Named::Home), _) | (Code::Char('a'), true) => self.caret = 0,
            (Code::Named(Named::End), _) | (Code::Char('e'), true) => self.caret = self.text.len(),
            _ => return false,
        }
        true
    }

    /// Puts `pasted` in at the caret, as one clean line; what would make it
    /// longer than [`Input::MAX_CHARS`] is left out. In place of what is selected.
    pub fn insert(&mut self, pasted: &str) {
        if std::mem::take(&mut self.selected) {
            self.remove(0);
        }
        let room = Self::MAX_CHARS.saturating_sub(self.text.chars().count());
        let end = pasted.char_indices().nth(room).map_or(pasted.len(), |(end, _)| end);
        let line = text::clean_line(&pasted[..end]);
        self.text.insert_str(self.caret, &line);
        self.caret += line.len();
    }

    fn remove(&mut self, start: usize) {
        self.text.drain(start..self.caret);
        self.caret = start;
    }

    fn last_grapheme(&self) -> usize {
        self.before_caret().graphemes(true).next_back().map_or(0, str::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[&str]) -> Input {
        let mut input = Input::default();
        for key in keys {
            assert!(input.take(key.parse().unwrap()), "{key} was not taken");
        }
        input
    }

    #[test]
    fn a_line_is_edited_where_the_caret_is() {
        assert_eq!(typed(&["a", "c", "Left", "b", "End", "d"]).text(), "abcd");
        assert_eq!(typed(&["a", "Space", "é", "Backspace", "b"]).text(), "a b");
        assert_eq!(typed(&["a", "Space", "b", "c", "Ctrl+w", "d"]).text(), "a d");
        assert_eq!(typed(&["a", "b", "Home", "Delete"]).text(), "b");
    }

    #[test]
    fn what_is_selected_gives_way_to_what_is_typed_and_is_edited_by_other_keys() {
        let after = |keys: &[&str]| {
            let mut input = Input::with("old words");
            input.select();
            assert!(input.is_selected());
            for key in keys {
                input.take(key.parse().unwrap());
            }
            assert!(!input.is_selected());
            input.text().to_owned()
        };
        assert_eq!(after(&["n", "e", "w"]), "new");
        assert_eq!(after(&["Space"]), " ");
        assert_eq!(after(&["Backspace", "k"]), "old wordk");
        assert_eq!(after(&["End", "x"]), "old wordsx");
        assert_eq!(after(&["Left", "x"]), "old wordxs");
        assert_eq!(after(&["Home", "x"]), "xold words");
        assert_eq!(after(&["Ctrl+w"]), "old ");
        let mut input = Input::with("old");
        input.select();
        input.insert("two words");
        assert_eq!(input.text(), "two words");
        let mut empty = Input::default();
        empty.select();
        assert!(!empty.is_selected());
    }

    #[test]
    fn what_is_pasted_is_one_clean_line() {
        let mut input = Input::default();
        input.insert("two\nlines\u{1b}[31m");
        assert_eq!(input.text(), "two lines [31m");
    }
}
