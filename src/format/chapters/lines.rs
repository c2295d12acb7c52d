//! Lines of `0:00 Title`, as descriptions of episodes have them.

use super::problem::{ChapterFormat, ChapterRefusal};
use super::{Found, time};
use crate::model::{Chapters, MediaTime};

/// How many chapters there must be, as on YouTube: less is a mention of a
/// time.
const FEWEST: usize = 3;

/// Speech has 12 or more characters a second and titles hardly one: text that
/// is denser than this is what was said.
const DENSEST: u64 = 5;

/// The chapters of `text`, a file that is given as chapters.
///
/// # Errors
///
/// [`ChapterRefusal::Transcript`] if its lines are what was said, and
/// [`ChapterRefusal::Unknown`] if they are no list of chapters.
pub(super) fn read(text: &str) -> Result<Found, ChapterRefusal> {
    let told: Vec<Told<'_>> = (1..)
        .zip(text.split('\n'))
        .filter_map(|(number, text)| Some(Told { number, ..line(text)? }))
        .collect();
    if !is_rising(&told) {
        return Err(ChapterRefusal::Unknown);
    }
    if is_speech(&told) {
        return Err(ChapterRefusal::Transcript);
    }
    let mut found = Found::new(ChapterFormat::Lines);
    for (count, told) in (1..).zip(&told) {
        found.take(told.nth(count));
    }
    Ok(found)
}

/// The chapters in the `notes` of an episode: three or more lines of
/// `0:00 Title` among others, from 0:00 on, each later than the one before.
/// None if there is no such list, or if the notes are a transcript.
pub fn in_notes(notes: &str) -> Chapters {
    let lines = notes.split(['\n', '\r']).flat_map(|line| line.split("<br"));
    let lines = lines.map(|line| line.trim_start_matches([' ', '/', '>']));
    let mut best: &[Told<'_>] = &[];
    let told: Vec<Told<'_>> = lines.filter_map(line).collect();
    // A list goes on while the times rise; the longest from 0:00 on is taken.
    for list in told.chunk_by(|before, next| before.start < next.start) {
        if list.len() > best.len() && is_rising(list) && !is_speech(list) {
            best = list;
        }
    }
    let mut found = Found::new(ChapterFormat::Lines);
    for (count, told) in (1..).zip(best) {
        found.take(told.nth(count));
    }
    found.finish().chapters
}

/// Whether `text` is nothing but a list of chapters, by its first hundred
/// lines: each lasts ten seconds, as on YouTube, and is a title.
pub(super) fn is_list(text: &str) -> bool {
    let mut told = Vec::new();
    for text in text.split('\n').filter(|line| !line.trim().is_empty()).take(100) {
        match line(text) {
            Some(line) => told.push(line),
            None => return false,
        }
    }
    let length = told.last().map_or(0, |last| last.start.as_millis());
    is_rising(&told) && !is_speech(&told) && length >= 10_000 * (told.len() as u64 - 1)
}

/// One line of a list.
struct Told<'a> {
    /// Its number in the file, counted from 1; 0 if it does not matter.
    number: u32,
    start: MediaTime,
    end: Option<MediaTime>,
    title: &'a str,
}

impl<'a> Told<'a> {
    /// The line as the chapter that is the `count`th.
    fn nth(&self, count: u32) -> super::Told<'a> {
        let Self { number: line, start, end, title } = *self;
        super::Told { count, line, start: Some(start), end, title }
    }
}

/// What `text` says, if it begins with a time, behind a bullet or a number, in
/// brackets or not.
fn line(text: &str) -> Option<Told<'_>> {
    let text = text.trim().trim_start_matches(is_bullet);
    let text = without_number(text).trim_start_matches(is_bullet);
    let opened = text.trim_start_matches(['[', '(', '<', '*', '_']);
    let (start, rest) = time::clock(opened)?;
    let mut rest = rest;
    let mut end = None;
    // A second time right behind a dash is the end.
    let dash = rest.trim_start().strip_prefix(['-', '–', '—']).map(str::trim_start);
    if let Some((second, behind)) = dash.and_then(time::clock).filter(|(second, _)| *second > start)
    {
        end = Some(second);
        rest = behind;
    }
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let title = rest.trim_start_matches(|c: char| {
        c.is_whitespace()
            || is_bullet(c)
            || matches!(c, ']' | ')' | '>' | ':' | '|' | '_' | '.' | ',')
    });
    Some(Told { number: 0, start, end, title: title.trim_end() })
}

fn is_bullet(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '–' | '—' | '*' | '•' | '·' | '‣' | '▶' | '►' | '→' | '>' | '#')
}

/// `text` without `1.`, `1)` or `01 -` before its time.
fn without_number(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let separated = rest.strip_prefix(['.', ')']).or_else(|| rest.strip_prefix(" -"));
    match separated.map(str::trim_start) {
        Some(behind) if (1..=3).contains(&digits) && rest.len() > behind.len() + 1 => behind,
        _ => text,
    }
}

/// Whether the lines are a list: enough of them, the first at 0:00, each later
/// than the one before.
fn is_rising(told: &[Told<'_>]) -> bool {
    told.len() >= FEWEST
        && told.first().is_some_and(|first| first.start == MediaTime::ZERO)
        && told.is_sorted_by(|before, next| before.start < next.start)
}

/// Titles are shorter than this, in characters on average.
const LONGEST: usize = 60;

/// Whether the lines up to the last are said in the time that they have, or are
/// nearly all long sentences.
fn is_speech(told: &[Told<'_>]) -> bool {
    let Some((last, before)) = told.split_last() else { return false };
    let letters: usize = before.iter().map(|told| told.title.chars().count()).sum();
    let sentences = before.iter().filter(|told| told.title.ends_with(['.', '?', '!', '…']));
    letters as u64 * 1_000 > DENSEST * last.start.as_millis()
        || letters > LONGEST * before.len() && sentences.count() * 5 >= before.len() * 4
}

#[cfg(test)]
mod tests {
    use super::super::tests::{titled, told};
    use super::super::{ChapterRefusal, read};
    use super::*;

    #[test]
    fn lines_of_every_habit_are_read() {
        for text in [
            "0:00 Intro\n1:30 Pandas\n1:02:03 Bye\n",
            "00:00:00 Intro\n00:01:30 Pandas\n01:02:03 Bye",
            "00:00:00.000 Intro\n00:01:30.000 Pandas\n01:02:03.000 Bye\r\n",
            "(0:00) Intro\n(1:30) Pandas\n(1:02:03) Bye",
            "[0:00] - Intro\n[1:30] – Pandas\n[1:02:03] — Bye",
            "• 0:00: Intro\n* 1:30 | Pandas\n- 1:02:03 - Bye",
            "1. 0:00 Intro\n2) 1:30 Pandas\n03 - 1:02:03 Bye",
            "0:00 - 1:30 Intro\n1:30 – 62:03 Pandas\n62:03 Bye",
            "\u{feff}0:00\tIntro\n\n1:30\tPandas\n\n1:02:03\tBye\n",
        ] {
            let expected = [(0, "Intro"), (90_000, "Pandas"), (3_723_000, "Bye")];
            assert_eq!(told(text), titled(&expected), "{text}");
        }
    }

    #[test]
    fn less_than_a_list_is_none() {
        for text in [
            "0:00 Intro\n1:30 Pandas",
            "0:05 Intro\n1:30 Pandas\n2:00 Bye",
            "0:00 Intro\n2:30 Pandas\n2:00 Bye",
            "0:00 Intro\n1:30 Pandas\n1:30 Bye",
            "0:00am Intro\n1:30pm Pandas\n2:00pm Bye",
            "We meet at 0:00\nand at 1:30\nand at 2:00",
        ] {
            assert_eq!(read(text.as_bytes()).unwrap_err(), ChapterRefusal::Unknown, "{text}");
            assert!(in_notes(text).is_empty(), "{text}");
            assert!(!is_list(text), "{text}");
        }
    }

    /// Lines as Talk Python has them: some seventy characters in five seconds.
    fn transcript(line_count: u64) -> String {
        let said = "this is about what one says in the time that one line of a transcript has";
        let line = |line| format!("00:{:02}:{:02} {said}", line / 12, line % 12 * 5);
        (0..line_count).map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_transcript_is_not_taken_for_chapters() {
        for line_count in [3, 10, 500] {
            let text = transcript(line_count);
            assert_eq!(read(text.as_bytes()).unwrap_err(), ChapterRefusal::Transcript);
            assert!(in_notes(&text).is_empty());
            assert!(!is_list(&text));
        }
    }

    #[test]
    fn notes_may_say_more_than_chapters() {
        let notes = "We talk about pandas at 3:00 sharp.\r\n\r\n0:00 Intro\r\n1:30 Pandas, part 1\r\n\
                     9:59 Bye\r\n\r\nMore: https://example.com\r\n0:00 Advert";
        let titles = |notes| {
            let chapters: Chapters = in_notes(notes);
            chapters.all().iter().map(|chapter| chapter.title.clone()).collect::<Vec<_>>()
        };
        assert_eq!(titles(notes), ["Intro", "Pandas, part 1", "Bye"]);
        assert!(!is_list(notes));
        assert_eq!(titles("0:00 A<br>1:00 B<br />2:00 C"), ["A", "B", "C"]);
        assert_eq!(titles("1:00 x\n0:00 A\n1:00 B\n2:00 C"), ["A", "B", "C"]);
    }

    #[test]
    fn a_long_text_of_times_is_read_in_one_go() {
        let text = "0:00 a\n".repeat(200_000);
        assert!(in_notes(&text).is_empty());
        assert!(!is_list(&text));
        assert!(in_notes(&format!("{}:00", "0".repeat(1_000_000))).is_empty());
    }
}
