//! Tags as they are found, in the words of their files.

use super::Tags;
use super::cover::Cover;
use crate::format::chapters;
use crate::model::text::clean_line;
use crate::model::{Chapter, Chapters};

/// What has been found so far. Of what is told twice the first counts.
#[derive(Default)]
pub(super) struct Found {
    pub(super) tags: Tags,
    pub(super) chapters: Vec<Chapter>,
    /// Chapters that the notes list.
    noted: Chapters,
    /// The number where it is said to be the episode's, not that of a track.
    episode: Option<u32>,
    /// The picture, if it is asked for.
    pub(super) cover: Option<Cover>,
}

impl Found {
    pub(super) fn title(&mut self, text: &str) {
        fill(&mut self.tags.title, text);
    }

    pub(super) fn show(&mut self, text: &str) {
        fill(&mut self.tags.show, text);
    }

    pub(super) fn artist(&mut self, text: &str) {
        fill(&mut self.tags.artist, text);
    }

    /// Takes the number of a track: a number, or `3/12`.
    pub(super) fn number(&mut self, text: &str) {
        self.tags.number = self.tags.number.or(number(text));
    }

    /// Takes the number of an episode, which comes before that of a track.
    pub(super) fn episode(&mut self, text: &str) {
        self.episode = self.episode.or(number(text));
    }

    /// Takes a date that begins as `2026-11-22` does, up to its end or to
    /// where it is no date any more.
    pub(super) fn date(&mut self, text: &str) {
        let text = text.trim().as_bytes();
        let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        let has = |from: usize, to: usize| {
            text.get(from..to).is_some_and(|part| part[0] == b'-' && digits(&part[1..]))
        };
        let length = match text.get(..4) {
            Some(year) if digits(year) && year != b"0000" => match (has(4, 7), has(7, 10)) {
                (true, true) => 10,
                (true, false) => 7,
                (false, _) => 4,
            },
            _ => return,
        };
        fill(&mut self.tags.date, &String::from_utf8_lossy(&text[..length]));
    }

    /// Takes the notes of the episode; of several the longest.
    pub(super) fn notes(&mut self, text: &str) {
        let is_longer = self.tags.notes.as_ref().is_none_or(|notes| notes.len() < text.len());
        if is_longer && !text.trim().is_empty() {
            self.tags.notes = Some(text.to_owned());
        }
        self.words(text);
    }

    /// Takes words that may list the chapters but are no notes: the lyrics.
    pub(super) fn words(&mut self, text: &str) {
        if self.noted.is_empty() {
            self.noted = chapters::in_notes(text);
        }
    }

    pub(super) fn into_tags(self) -> Tags {
        let marked = Chapters::new(self.chapters);
        let chapters = if marked.is_empty() { self.noted } else { marked };
        let number = self.episode.or(self.tags.number);
        Tags { number, chapters, ..self.tags }
    }
}

/// The number that `text` begins with, unless that is 0.
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok().filter(|&number| number > 0)
}

fn fill(slot: &mut Option<String>, text: &str) {
    let text = clean_line(text);
    let text = text.trim();
    if slot.is_none() && !text.is_empty() {
        *slot = Some(text.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_counts_and_is_cleaned() {
        let mut found = Found::default();
        found.title(" \n");
        found.title(" One\n\u{1b}[2J");
        found.title("Two");
        found.number("0");
        found.number("7/12");
        assert_eq!(found.tags.title.as_deref(), Some("One  [2J"));
        assert_eq!(found.tags.number, Some(7));
    }

    #[test]
    fn a_date_is_as_exact_as_it_is_told() {
        for (told, date) in [
            ("2026", Some("2026")),
            ("2026-11-22T07:00:00Z", Some("2026-11-22")),
            ("2026-11", Some("2026-11")),
            ("2026-1-2", Some("2026")),
            ("0000", None),
            ("yesterday", None),
            ("20é6", None),
        ] {
            let mut found = Found::default();
            found.date(told);
            assert_eq!(found.tags.date.as_deref(), date, "{told}");
        }
    }

    #[test]
    fn chapters_in_the_notes_count_only_where_none_are_marked() {
        let notes = "0:00 A\n1:00 B\n2:00 C";
        let mut found = Found::default();
        found.notes(notes);
        assert_eq!(found.into_tags().chapters.all().len(), 3);
        let mut found = Found::default();
        found.notes(notes);
        found.chapters.push(Chapter::new(crate::model::MediaTime::ZERO, None, "Only"));
        assert_eq!(found.into_tags().chapters.all().len(), 1);
    }
}
