//! A line of text being typed.

use unicode_segmentation::UnicodeSegmentation;

use super::key::{Code, Key, Named};
use crate::model::text;

/// A line being typed, with the place at which the next character goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    text: String,
    caret: usize,
}

impl Input {
    /// How many characters a line can have: as many as a search looks at.
    pub const MAX_CHARS: usize = 1_000;

    /// A line that already holds `text`, the caret at its end.
    pub fn with(text: &str) -> Self {
        Self { text: text.to_owned(), caret: text.len() }
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
    /// longer than [`Input::MAX_CHARS`] is left out.
    pub fn insert(&mut self, pasted: &str) {
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
    fn what_is_pasted_is_one_clean_line() {
        let mut input = Input::default();
        input.insert("two\nlines\u{1b}[31m");
        assert_eq!(input.text(), "two lines [31m");
    }
}
