//! The lines of a text, and which of them may hold the times of a cue.

use memchr::memchr;
use memchr::memmem::Finder;

/// One line without its LF.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// What it says.
    pub(super) text: &'a str,
    /// Its first byte in the whole text.
    pub(super) start: usize,
    /// Its number, counted from 1.
    pub(super) number: u32,
    /// Whether it has `-->` in it.
    pub(super) has_arrow: bool,
}

impl Line<'_> {
    /// Where it ends in the whole text.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Goes through a text line by line. A text that ends in LF has no further
/// line after it.
pub(super) struct Lines<'a> {
    text: &'a str,
    position: usize,
    number: u32,
    arrow: usize, // the first `-->` at or after `position`, or the text's length
    finder: Finder<'static>,
}

impl<'a> Lines<'a> {
    /// The lines of `text` from byte `start` on, which begins line `number`.
    pub(super) fn new(text: &'a str, start: usize, number: u32) -> Self {
        let finder = Finder::new("-->");
        let mut lines = Self { text, position: start, number, arrow: 0, finder };
        lines.find_arrow();
        lines
    }

    fn find_arrow(&mut self) {
        let rest = &self.text.as_bytes()[self.position..];
        self.arrow = self.finder.find(rest).map_or(self.text.len(), |at| self.position + at);
    }

    /// Makes `line` the next line again.
    pub(super) fn back_to(&mut self, line: &Line<'_>) {
        self.position = line.start;
        self.number = line.number;
        if line.has_arrow {
            self.find_arrow();
        }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    #[inline]
    fn next(&mut self) -> Option<Line<'a>> {
        let start = self.position;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest.as_bytes());
        let text = &rest[..length.unwrap_or(rest.len())];
        let end = start + text.len();
        let number = self.number;
        self.position = if length.is_some() { end + 1 } else { end };
        self.number += 1;
        let has_arrow = self.arrow < end;
        if has_arrow {
            self.find_arrow();
        }
        Some(Line { text, start, number, has_arrow })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_are_told_line_by_line_also_after_going_back() {
        let mut lines = Lines::new("a\nb --> c --> d\n\n-->", 0, 1);
        let told: Vec<_> =
            lines.by_ref().map(|line| (line.text, line.number, line.has_arrow)).collect();
        assert_eq!(
            told,
            [("a", 1, false), ("b --> c --> d", 2, true), ("", 3, false), ("-->", 4, true)]
        );
        let mut lines = Lines::new("a --> b\nc", 0, 1);
        let first = lines.next().unwrap();
        assert!(!lines.next().unwrap().has_arrow);
        lines.back_to(&first);
        assert!(lines.next().unwrap().has_arrow);
    }
}
