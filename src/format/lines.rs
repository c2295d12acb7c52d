//! The lines of a text, and which of them may hold the times of a cue.

use memchr::{memchr2, memmem};

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
    /// Whether it has `->` in it, or what stands for that: a dash of a word
    /// processor, `=>`, `- >`, and where they were asked for [`OTHER_ARROWS`].
    pub(super) has_odd_arrow: bool,
}

impl Line<'_> {
    /// Where it ends in the whole text.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    fn with(self, has_arrow: bool, has_odd_arrow: bool) -> Self {
        Self { has_arrow, has_odd_arrow: self.has_odd_arrow || has_odd_arrow, ..self }
    }
}

/// Arrows without a `>`: that of word processors and that of web pages.
pub(super) const OTHER_ARROWS: [&str; 2] = ["→", "--&gt;"];

/// Goes through a text line by line. A text that ends in LF has no further
/// line after it.
pub(super) struct Lines<'a> {
    text: &'a str,
    position: usize,
    number: u32,
    has_others: bool,
}

impl<'a> Lines<'a> {
    /// The lines of `text` from byte `start` on, which begins line `number`.
    pub(super) fn new(text: &'a str, start: usize, number: u32) -> Self {
        Self { text, position: start, number, has_others: false }
    }

    /// The same, with [`OTHER_ARROWS`] told as odd arrows if the text has no
    /// `-->`: beside those they are what is said.
    pub(super) fn with_others(self) -> Self {
        let has = |arrow: &str| memmem::find(self.text.as_bytes(), arrow.as_bytes()).is_some();
        let has_others = !has("-->") && OTHER_ARROWS.into_iter().any(has);
        Self { has_others, ..self }
    }

    /// Makes `line` the next line again.
    pub(super) fn back_to(&mut self, line: &Line<'_>) {
        self.position = line.start;
        self.number = line.number;
    }

    /// What has not been gone through yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    /// The next line, of which `length` bytes are known to be the whole.
    pub(super) fn next_of_length(&mut self, length: usize) -> Line<'a> {
        let start = self.position;
        let text = &self.text[start..start + length];
        let number = self.number;
        self.position = (start + length + 1).min(self.text.len());
        self.number += 1;
        let is_other = |arrow: &&str| text.contains(*arrow); // few files have them
        let has_odd_arrow = self.has_others && OTHER_ARROWS.iter().any(is_other);
        Line { text, start, number, has_arrow: false, has_odd_arrow }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    #[inline]
    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.rest().as_bytes();
        let (mut has_arrow, mut has_odd_arrow) = (false, false);
        let mut length = 0;
        // A `>` is rare, so the arrow costs no search of its own.
        while let Some(found) = memchr2(b'\n', b'>', &rest[length..]) {
            length += found;
            if rest[length] == b'\n' {
                return Some(self.next_of_length(length).with(has_arrow, has_odd_arrow));
            }
            let before = &rest[..length];
            has_arrow |= before.ends_with(b"--");
            let dashes = [&b"-"[..], b"=", "–".as_bytes(), "—".as_bytes()];
            has_odd_arrow |= dashes.iter().any(|dash| before.trim_ascii_end().ends_with(dash));
            length += 1;
        }
        let length = rest.len();
        (length > 0).then(|| self.next_of_length(length).with(has_arrow, has_odd_arrow))
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
