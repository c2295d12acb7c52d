//! `CHAPTER001=00:01:02.500` and `CHAPTER001NAME=Title`: the chapter extension
//! of Vorbis comments, and the text file that has the same lines.

use std::collections::BTreeMap;

use super::problem::ChapterFormat;
use super::{Found, Told, time};
use crate::model::Chapters;

/// The chapters among `comments`, each `KEY=value`; keys in letters of any
/// case, numbers of any length. `O(n log n)`.
pub fn numbered<'a>(comments: impl IntoIterator<Item = &'a str>) -> Chapters {
    found(comments).finish().chapters
}

/// Whether `text` begins with such a line.
pub(super) fn is_numbered(text: &str) -> bool {
    text.split('\n').next().and_then(field).is_some()
}

/// The chapters of `text`, which is such a file.
pub(super) fn read(text: &str) -> Found {
    found(text.split('\n'))
}

fn found<'a>(comments: impl IntoIterator<Item = &'a str>) -> Found {
    let mut by_number: BTreeMap<u32, Told<'a>> = BTreeMap::new();
    for (line, comment) in (1..).zip(comments) {
        let Some((number, name, value)) = field(comment) else { continue };
        let told = by_number.entry(number).or_insert_with(|| Told { line, ..Told::default() });
        if name.is_empty() {
            told.start = time::whole(value);
        } else if name.eq_ignore_ascii_case("NAME") {
            told.title = value;
        }
    }
    let mut found = Found::new(ChapterFormat::Numbered);
    for (count, told) in (1..).zip(by_number.into_values()) {
        found.take(Told { count, ..told });
    }
    found
}

/// The number of a chapter, what follows it in the key, and the value.
fn field(comment: &str) -> Option<(u32, &str, &str)> {
    let (key, value) = comment.split_once('=')?;
    let (word, rest) = key.trim().split_at_checked(7)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest[..digits].parse().ok()?;
    word.eq_ignore_ascii_case("CHAPTER").then_some((number, &rest[digits..], value))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{titled, told, wrong};
    use super::numbered;
    use crate::format::ProblemKind::ChapterTime;

    #[test]
    fn numbers_join_the_times_with_their_titles() {
        let text = "CHAPTER01=00:00:00.000\nCHAPTER01NAME=Intro\nchapter2=00:01:02.500\n\
                    Chapter002Name=A=B\nCHAPTER002URL=https://example.com\nCHAPTER10=1:00:00\n";
        let expected = [(0, "Intro"), (62_500, "A=B"), (3_600_000, "Chapter 3")];
        assert_eq!(told(text), titled(&expected));
    }

    #[test]
    fn a_title_without_a_time_is_told_and_left_out() {
        let text = "CHAPTER01=soon\nCHAPTER01NAME=A\nCHAPTER02NAME=B\nCHAPTER03=5\nCHAPTER03NAME=C";
        assert_eq!(told(text), titled(&[(5_000, "C")]));
        assert_eq!(wrong(text), [(1, ChapterTime(1)), (3, ChapterTime(2))]);
    }

    #[test]
    fn other_comments_are_no_chapters() {
        let comments = ["TITLE=CHAPTER1", "CHAPTERS=3", "CHAPTER99999999999=0", "chapté1=0", ""];
        assert!(numbered(comments).is_empty());
    }
}
