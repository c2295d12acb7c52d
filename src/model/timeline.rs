//! Answers "what is being spoken at this moment?" and "when does that change?".

use std::collections::BTreeSet;

use super::{Cue, CueId, MediaTime, Transcript};

/// A row of the transcript as it is shown: the first is 0.
///
/// Rows are the cues by start, without empty ones and without exact
/// duplicates (same times, same text) of a cue that starts at the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u32);

impl RowId {
    /// The place as an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The row at this index; the last possible one if it is beyond.
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// What is spoken at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoken {
    /// Nothing yet: before the first row.
    Nothing,
    /// This row, or it has just ended and the next is less than
    /// [`Timeline::SHORT_GAP_MS`] away.
    Row(RowId),
    /// A silence; this row was the last.
    Silence(RowId),
}

impl Spoken {
    /// The row that is marked, in full or dimmed.
    pub const fn row(self) -> Option<RowId> {
        match self {
            Self::Nothing => None,
            Self::Row(row) | Self::Silence(row) => Some(row),
        }
    }
}

/// Which row is spoken when: built once from a transcript, `O(n log n)`.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    rows: Vec<Row>,
    /// By cue: its row, or that of the cue it repeats; an empty cue has none.
    row_of: Vec<Option<RowId>>,
    /// By time, each time once.
    changes: Vec<Change>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) cue: CueId,
    start: MediaTime,
    /// When it stops being spoken: its end, or for a negative duration the
    /// start of the next row.
    end: MediaTime,
}

#[derive(Clone, Copy, Debug)]
struct Change {
    at: MediaTime,
    spoken: Spoken,
}

impl Timeline {
    /// A gap shorter than this many milliseconds does not dim the row before
    /// it: half of all gaps in real transcripts are under 0.4 s, and a mark
    /// that goes out in each of them flickers.
    pub const SHORT_GAP_MS: u64 = 2_000;

    /// The timeline of `transcript`.
    pub fn new(transcript: &Transcript) -> Self {
        let (mut rows, row_of) = rows(transcript);
        // From the last row back: the start of the first that starts later.
        let mut later: Option<MediaTime> = None;
        let mut next = None;
        for row in rows.iter_mut().rev() {
            if next.is_some_and(|next| next > row.start) {
                later = next;
            }
            if row.end < row.start {
                row.end = later.unwrap_or(row.start);
            }
            next = Some(row.start);
        }
        let timed: Vec<(RowId, Row)> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| transcript.cue(row.cue).is_some_and(|cue| cue.timed))
            .map(|(index, row)| (RowId::from_index(index), *row))
            .collect();
        Self { changes: changes(&timed), rows, row_of }
    }

    /// How many rows there are.
    pub fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The cue that `row` shows; `None` if there is no such row.
    pub fn cue_of(&self, row: RowId) -> Option<CueId> {
        self.rows.get(row.index()).map(|row| row.cue)
    }

    /// The row that shows `cue`; `None` for an empty cue.
    pub fn row_of(&self, cue: CueId) -> Option<RowId> {
        self.row_of.get(cue.index()).copied().flatten()
    }

    /// When `row` begins; zero if there is no such row.
    pub fn start_of(&self, row: RowId) -> MediaTime {
        self.rows.get(row.index()).map(|row| row.start).unwrap_or_default()
    }

    /// When `row` stops being spoken; zero if there is no such row.
    pub fn end_of(&self, row: RowId) -> MediaTime {
        self.rows.get(row.index()).map(|row| row.end).unwrap_or_default()
    }

    /// Whether `time` lies within `row`, whatever else is spoken then.
    pub fn covers(&self, row: RowId, time: MediaTime) -> bool {
        self.rows.get(row.index()).is_some_and(|row| row.start <= time && time < row.end)
    }

    /// What is spoken at `time`. `O(log n)`.
    ///
    /// Of rows that overlap it is the one that started last, because that is
    /// the one a listener has just heard begin; when that has ended, the
    /// longer one again. Of rows that start together it is the last.
    pub fn at(&self, time: MediaTime) -> Spoken {
        self.stage(time).checked_sub(1).map_or(Spoken::Nothing, |index| self.changes[index].spoken)
    }

    /// How many times at which a row begins or ends lie at or before `time`:
    /// while it stays the same, so does all that is spoken.
    pub fn stage(&self, time: MediaTime) -> usize {
        self.changes.partition_point(|change| change.at <= time)
    }

    /// How many rows begin at or before `time`. `O(log n)`.
    pub fn begun(&self, time: MediaTime) -> usize {
        self.rows.partition_point(|row| row.start <= time)
    }

    /// The first time after `time` at which any row begins or ends.
    pub fn next_change(&self, time: MediaTime) -> Option<MediaTime> {
        self.changes.get(self.stage(time)).map(|change| change.at)
    }
}

/// The rows of `transcript`, and by cue its row.
pub(super) fn rows(transcript: &Transcript) -> (Vec<Row>, Vec<Option<RowId>>) {
    let cues = transcript.cues();
    let mut rows: Vec<Row> = Vec::with_capacity(cues.len());
    let mut row_of = Vec::with_capacity(cues.len());
    for (index, cue) in cues.iter().enumerate() {
        let text = transcript.text_of(cue);
        if text.trim().is_empty() {
            row_of.push(None);
            continue;
        }
        let same = |row: &Row| {
            let other: &Cue = &cues[row.cue.index()];
            other.end == cue.end
                && other.timed == cue.timed
                && other.speaker == cue.speaker
                && transcript.text_of(other) == text
        };
        // A hostile file may start everything at once; sixteen back is enough
        // for real ones and keeps this linear.
        let together = rows.iter().enumerate().rev().take(16);
        let mut together = together.take_while(|(_, row)| row.start == cue.start);
        let twin = if cue.timed { together.find(|(_, row)| same(row)) } else { None };
        let row =
            twin.map_or_else(|| RowId::from_index(rows.len()), |(at, _)| RowId::from_index(at));
        if row.index() == rows.len() {
            rows.push(Row { cue: CueId::from_index(index), start: cue.start, end: cue.end });
        }
        row_of.push(Some(row));
    }
    (rows, row_of)
}

/// What is spoken from each moment at which something begins or ends.
fn changes(timed: &[(RowId, Row)]) -> Vec<Change> {
    let mut bounds: Vec<MediaTime> =
        timed.iter().flat_map(|(_, row)| [row.start, row.end]).collect();
    bounds.sort_unstable();
    bounds.dedup();

    let mut by_end: Vec<(MediaTime, RowId)> =
        timed.iter().map(|&(id, row)| (row.end, id)).collect();
    by_end.sort_unstable();
    let mut starting = timed.iter().peekable();
    let mut ending = by_end.into_iter().peekable();
    // Rows stand by start, so the greatest of those under way started last.
    let mut under_way: BTreeSet<RowId> = BTreeSet::new();
    let mut last_started: Option<RowId> = None;
    let mut found = Vec::with_capacity(bounds.len());
    for at in bounds {
        while let Some((_, id)) = ending.next_if(|&(end, _)| end <= at) {
            under_way.remove(&id);
        }
        while let Some(&(id, row)) = starting.next_if(|(_, row)| row.start <= at) {
            last_started = Some(id);
            if row.end > at {
                under_way.insert(id);
            }
        }
        let spoken = match (under_way.last(), last_started) {
            (Some(&id), _) => Spoken::Row(id),
            (None, Some(id)) => {
                let next = starting.peek().and_then(|(_, next)| next.start.since(at));
                let short = next.is_some_and(|gap| gap.as_millis() < Timeline::SHORT_GAP_MS.into());
                let lasted = timed
                    .binary_search_by_key(&id, |&(other, _)| other)
                    .is_ok_and(|place| timed[place].1.end > timed[place].1.start);
                if short && lasted { Spoken::Row(id) } else { Spoken::Silence(id) }
            }
            (None, None) => Spoken::Nothing,
        };
        found.push(Change { at, spoken });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::transcript::TranscriptBuilder;
    use super::*;
    use crate::model::CueDraft;

    fn timeline(cues: &[(u64, u64, &str)]) -> Timeline {
        let mut builder = TranscriptBuilder::with_capacity(0, 0);
        for &(start, end, text) in cues {
            builder.push(&CueDraft {
                start: Some(MediaTime::from_millis(start)),
                end: MediaTime::from_millis(end),
                text,
                ..CueDraft::default()
            });
        }
        Timeline::new(&builder.build())
    }

    fn at(timeline: &Timeline, millis: u64) -> Spoken {
        timeline.at(MediaTime::from_millis(millis))
    }

    fn row(id: u32) -> Spoken {
        Spoken::Row(RowId(id))
    }

    fn silence(id: u32) -> Spoken {
        Spoken::Silence(RowId(id))
    }

    #[test]
    fn a_cue_is_spoken_from_its_start_up_to_but_not_at_its_end() {
        let line = timeline(&[(1_000, 2_000, "a"), (2_000, 3_000, "b")]);
        assert_eq!(at(&line, 999), Spoken::Nothing);
        assert_eq!(at(&line, 1_000), row(0));
        assert_eq!(at(&line, 1_999), row(0));
        assert_eq!(at(&line, 2_000), row(1));
        assert_eq!(at(&line, 3_000), silence(1));
    }

    #[test]
    fn a_short_gap_keeps_the_mark_and_a_long_one_dims_it_from_its_beginning() {
        let line = timeline(&[(0, 1_000, "a"), (2_999, 4_000, "b"), (6_000, 7_000, "c")]);
        assert_eq!(at(&line, 1_500), row(0));
        assert_eq!(at(&line, 4_000), silence(1));
        assert_eq!(at(&line, 5_999), silence(1));
        assert_eq!(at(&line, 6_000), row(2));
    }

    #[test]
    fn of_two_overlapping_cues_the_later_is_spoken_and_then_the_longer_again() {
        let line = timeline(&[(1_000, 5_000, "long"), (2_000, 3_000, "short")]);
        assert_eq!(at(&line, 2_500), row(1));
        assert_eq!(at(&line, 3_500), row(0));
        assert!(line.covers(RowId(0), MediaTime::from_millis(2_500)));
    }

    #[test]
    fn a_cue_of_no_length_is_never_spoken_in_full() {
        let line = timeline(&[(0, 1_000, "a"), (1_000, 1_000, "now"), (1_000, 2_000, "b")]);
        assert_eq!(at(&line, 1_000), row(2));
        let line = timeline(&[(0, 1_000, "a"), (1_200, 1_200, "now"), (1_700, 2_000, "b")]);
        assert_eq!(at(&line, 1_200), silence(1));
        assert_eq!(at(&line, 1_700), row(2));
    }

    #[test]
    fn a_cue_that_ends_before_it_starts_lasts_until_the_next() {
        let line = timeline(&[(5_000, 4_000, "back"), (6_500, 7_000, "next")]);
        assert_eq!(at(&line, 6_000), row(0));
        assert_eq!(at(&line, 6_500), row(1));
    }

    #[test]
    fn cues_that_start_together_and_end_before_last_until_one_starts_later() {
        let line = timeline(&[(5_000, 1, "a"), (5_000, 2, "b"), (9_000, 3, "c")]);
        let ends: Vec<_> = (0..3).map(|row| line.end_of(RowId(row)).as_millis()).collect();
        assert_eq!(ends, [9_000, 9_000, 9_000]);
    }

    #[test]
    fn exact_duplicates_are_one_row_and_empty_cues_none() {
        let line = timeline(&[
            (0, 1_000, "Bye."),
            (1_000, 1_000, "Bye."),
            (1_000, 1_000, "Bye."),
            (1_000, 1_000, "So long."),
            (1_000, 1_000, "Bye."),
            (1_000, 2_000, " "),
        ]);
        assert_eq!(line.row_count(), 3);
        assert_eq!(line.row_of(CueId(4)), Some(RowId(1)));
        assert_eq!(line.row_of(CueId(5)), None);
        assert_eq!(line.cue_of(RowId(2)), Some(CueId(3)));
    }

    #[test]
    fn the_next_change_is_the_next_beginning_or_end() {
        let line = timeline(&[(1_000, 2_000, "a"), (2_500, 3_000, "b")]);
        let mut times = Vec::new();
        let mut time = MediaTime::ZERO;
        while let Some(next) = line.next_change(time) {
            times.push(next.as_millis());
            time = next;
        }
        assert_eq!(times, [1_000, 2_000, 2_500, 3_000]);
    }

    /// The rule as a person would say it, looked up by going through all rows.
    fn slowly(cues: &[(u64, u64)], time: u64) -> Option<usize> {
        let mut order: Vec<usize> = (0..cues.len()).collect();
        order.sort_by_key(|&index| cues[index].0);
        order
            .iter()
            .enumerate()
            .rev()
            .find(|&(_, &index)| cues[index].0 <= time && time < cues[index].1)
            .map(|(row, _)| row)
    }

    proptest::proptest! {
        #[test]
        fn the_timeline_agrees_with_going_through_all_rows(
            cues in proptest::collection::vec((0_u64..40, 0_u64..12), 0..30),
            time in 0_u64..60,
        ) {
            let cues: Vec<(u64, u64)> = cues.iter().map(|&(start, len)| (start, start + len)).collect();
            // Every text differs, so no two rows are one.
            let texts: Vec<String> = (0..cues.len()).map(|index| index.to_string()).collect();
            let drafts: Vec<(u64, u64, &str)> =
                cues.iter().zip(&texts).map(|(&(start, end), text)| (start, end, text.as_str())).collect();
            let line = timeline(&drafts);
            if let Some(expected) = slowly(&cues, time) {
                proptest::prop_assert_eq!(at(&line, time), Spoken::Row(RowId::from_index(expected)));
            } else {
                let marked = at(&line, time).row();
                let started = cues.iter().filter(|cue| cue.0 <= time).count();
                proptest::prop_assert_eq!(marked, started.checked_sub(1).map(RowId::from_index));
            }
        }
    }
}
