//! The chapters of an episode: which one is heard, and where the others begin.

use super::MediaTime;
use super::order;
use super::text::clean_line;

/// A part of the episode with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// When it begins.
    pub start: MediaTime,
    /// When it ends, if that is before the next one begins.
    pub end: Option<MediaTime>,
    /// What it is called, as one clean line; never empty in [`Chapters`].
    pub title: String,
}

impl Chapter {
    /// A chapter as a file tells of it, its title cleaned; [`Chapters::new`]
    /// puts the rest right.
    pub fn new(start: MediaTime, end: Option<MediaTime>, title: &str) -> Self {
        Self { start, end, title: clean_line(title).trim().to_owned() }
    }
}

/// The chapters of an episode, by start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chapters(Vec<Chapter>);

/// An end that lies less than this before the next start is a rounded one.
const SMALLEST_GAP_MICROS: u64 = 1_000_000;

impl Chapters {
    /// The chapters `found` in a file, whatever their order; of those that
    /// begin together the one found later is the later. Ones that say the same
    /// twice are kept once, and one without a title is called after its place.
    ///
    /// A chapter lasts until the next begins, unless the file ends it a second
    /// or more before that; the last one lasts to the end of the episode.
    pub fn new(mut found: Vec<Chapter>) -> Self {
        order::sort_by_key(&mut found, |chapter| chapter.start);
        found.dedup_by(|later, earlier| {
            later.start == earlier.start && later.title == earlier.title
        });
        let starts: Vec<MediaTime> = found.iter().map(|chapter| chapter.start).collect();
        for (index, chapter) in found.iter_mut().enumerate() {
            let next = starts.get(index + 1).map_or(0, |next| next.as_micros());
            let latest = MediaTime::from_micros(next.saturating_sub(SMALLEST_GAP_MICROS));
            chapter.end = chapter.end.filter(|&end| end > chapter.start && end <= latest);
            if chapter.title.is_empty() {
                chapter.title = format!("Chapter {}", index + 1);
            }
        }
        Self(found)
    }

    /// All of them, by start.
    pub fn all(&self) -> &[Chapter] {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one heard at `time`: the last that has begun, if it has not ended.
    /// `O(log n)`.
    pub fn at(&self, time: MediaTime) -> Option<usize> {
        let last = self.begun(time).checked_sub(1)?;
        self.0[last].end.is_none_or(|end| time < end).then_some(last)
    }

    /// How many have begun at `time`, so the index of the next one.
    pub fn begun(&self, time: MediaTime) -> usize {
        self.0.partition_point(|chapter| chapter.start <= time)
    }

    /// The first point after `time` at which [`Chapters::at`] changes.
    pub fn next_change(&self, time: MediaTime) -> Option<MediaTime> {
        let next = self.begun(time);
        let end = next.checked_sub(1).and_then(|last| self.0[last].end).filter(|&end| end > time);
        end.or_else(|| self.0.get(next).map(|chapter| chapter.start))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chapters(told: &[(u64, Option<u64>, &str)]) -> Chapters {
        let chapter = |&(start, end, title): &(u64, Option<u64>, &str)| {
            Chapter::new(MediaTime::from_secs(start), end.map(MediaTime::from_secs), title)
        };
        Chapters::new(told.iter().map(chapter).collect())
    }

    fn at(chapters: &Chapters, secs: u64) -> Option<&str> {
        let index = chapters.at(MediaTime::from_secs(secs))?;
        Some(&chapters.all()[index].title)
    }

    #[test]
    fn a_chapter_is_heard_from_its_start_up_to_the_next() {
        let chapters = chapters(&[(60, None, "Two"), (5, None, "One")]);
        assert_eq!(at(&chapters, 4), None);
        assert_eq!(at(&chapters, 5), Some("One"));
        assert_eq!(at(&chapters, 59), Some("One"));
        assert_eq!(at(&chapters, 60), Some("Two"));
        assert_eq!(at(&chapters, 9_999), Some("Two"));
    }

    #[test]
    fn only_an_end_well_before_the_next_start_ends_a_chapter() {
        let chapters = chapters(&[
            (0, Some(20), "One"),
            (30, Some(60), "Two"),
            (60, Some(10), "Three"),
            (90, Some(91), "Four"),
        ]);
        assert_eq!(at(&chapters, 25), None);
        let ends: Vec<_> = chapters.all().iter().map(|chapter| chapter.end).collect();
        assert_eq!(ends, [Some(MediaTime::from_secs(20)), None, None, None]);
    }

    #[test]
    fn a_chapter_without_a_title_is_called_after_its_place() {
        let chapters = chapters(&[(0, None, "Intro"), (9, None, " \n"), (12, None, "a\u{1b}[2J")]);
        let titles: Vec<_> = chapters.all().iter().map(|chapter| &*chapter.title).collect();
        assert_eq!(titles, ["Intro", "Chapter 2", "a [2J"]);
    }

    #[test]
    fn what_is_said_twice_is_kept_once() {
        let chapters = chapters(&[(0, None, "A"), (9, None, "B"), (0, None, "A"), (9, None, "C")]);
        let titles: Vec<_> = chapters.all().iter().map(|chapter| &*chapter.title).collect();
        assert_eq!(titles, ["A", "B", "C"]);
    }

    proptest! {
        #[test]
        fn the_chapter_heard_changes_exactly_where_it_is_said_to(
            told in proptest::collection::vec((0_u64..40, proptest::option::of(0_u64..40)), 0..8),
            time in 0_u64..50,
        ) {
            let told: Vec<_> = told.iter().map(|&(start, end)| (start, end, "")).collect();
            let chapters = chapters(&told);
            prop_assert!(chapters.all().is_sorted_by_key(|chapter| chapter.start));
            let now = chapters.at(MediaTime::from_secs(time));
            let change = chapters.next_change(MediaTime::from_secs(time));
            let first = (time + 1..50).map(MediaTime::from_secs).find(|&later| {
                chapters.at(later) != now
            });
            prop_assert_eq!(change, first);
        }
    }
}
