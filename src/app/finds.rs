//! What has been searched for in the transcript, and where it was found.

use std::ops::Range;

use crate::model::{RowId, Timeline, Transcript};
use crate::search::{Hit, Match, Query, Wanted, by_line, cues_of, matches};

/// A query with its matches, all of which are marked, and the places that are
/// gone to: each match, or each line in which all that is wanted was found.
#[derive(Clone, Debug)]
pub struct Finds {
    query: Query,
    matches: Vec<Match>,
    places: Vec<Place>,
    /// The rows that any match touches, each once, in order.
    rows: Vec<RowId>,
    current: Option<usize>,
    /// Whether it was looked for in all episodes.
    is_of_all: bool,
}

/// A place that is gone to.
#[derive(Clone, Debug)]
struct Place {
    /// The row in which it begins.
    row: RowId,
    /// The byte at which what was found begins.
    from: usize,
    /// The bytes in which matches are the current ones.
    text: Range<usize>,
}

impl Finds {
    /// Looks for `query` in the whole transcript.
    pub fn new(transcript: &Transcript, timeline: &Timeline, query: Query) -> Self {
        let matches = matches(transcript, timeline, &query);
        let mut places = Vec::with_capacity(matches.len());
        let mut rows = Vec::new();
        for found in &matches {
            let cues = cues_of(transcript, found);
            let touched = (cues.start().0..=cues.end().0)
                .filter_map(|cue| timeline.row_of(crate::model::CueId(cue)));
            let before = rows.len();
            rows.extend(touched);
            let row = rows.get(before).copied().unwrap_or_default();
            places.push(Place { row, from: found.text.start, text: found.text.clone() });
        }
        rows.sort_unstable();
        rows.dedup();
        Self { query, matches, places, rows, current: None, is_of_all: false }
    }

    /// Marks what `query` finds, which is every part of what is `wanted`, and
    /// goes to the lines in which all of that is, as the search through all
    /// episodes counts them; to every match, if there are none.
    pub fn of_lines(
        transcript: &Transcript,
        timeline: &Timeline,
        query: Query,
        wanted: &Wanted,
    ) -> Self {
        let mut finds = Self { is_of_all: true, ..Self::new(transcript, timeline, query) };
        let hits = wanted.hits(transcript);
        let place = |hits: &[Hit]| {
            let hit = hits.first()?;
            let (first, last) = (transcript.cue(hit.cue)?, transcript.cue(hit.last)?);
            let text = first.text.start as usize..last.text.end as usize;
            Some(Place { row: timeline.row_of(hit.cue)?, from: hit.text.text.start, text })
        };
        let places: Vec<Place> = by_line(&hits).filter_map(place).collect();
        if !places.is_empty() {
            finds.places = places;
        }
        finds
    }

    /// What was searched for.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// Whether it was looked for in all episodes, of which this is one.
    pub const fn is_of_all(&self) -> bool {
        self.is_of_all
    }

    /// How many places there are to go to.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Which place is the current one.
    pub const fn current(&self) -> Option<usize> {
        self.current
    }

    /// The rows that any match touches, each once, in order.
    pub fn rows(&self) -> &[RowId] {
        &self.rows
    }

    /// The row in which the current place begins.
    pub fn current_row(&self) -> Option<RowId> {
        self.places.get(self.current?).map(|place| place.row)
    }

    /// The byte of the transcript's text at which the current place begins.
    pub fn current_start(&self) -> Option<usize> {
        self.places.get(self.current?).map(|place| place.from)
    }

    /// Makes `index` the current place and gives the row in which it begins;
    /// `None` if there is no such place.
    pub fn select(&mut self, index: usize) -> Option<RowId> {
        let row = self.places.get(index)?.row;
        self.current = Some(index);
        Some(row)
    }

    /// The first place that begins in `row` or after it, else the first of all
    /// (it wraps); `None` if nothing was found.
    pub fn at_or_after(&self, row: RowId) -> Option<usize> {
        let index = self.places.partition_point(|place| place.row < row);
        (!self.is_empty()).then(|| if index < self.len() { index } else { 0 })
    }

    /// The place after the current one seen from `cursor`, or before it, and
    /// whether it wrapped; `None` if nothing was found.
    ///
    /// Once the cursor has left the current place, the search goes on from
    /// the cursor.
    pub fn step(&self, cursor: RowId, back: bool) -> Option<(usize, bool)> {
        let len = self.len();
        if len == 0 {
            return None;
        }
        let current = self.current.filter(|&index| self.places[index].row == cursor);
        let next = match (current, back) {
            (Some(index), false) => index + 1,
            (Some(index), true) => index.checked_sub(1).unwrap_or(len),
            (None, false) => self.places.partition_point(|place| place.row <= cursor),
            (None, true) => {
                let before = self.places.partition_point(|place| place.row < cursor);
                before.checked_sub(1).unwrap_or(len)
            }
        };
        Some(match (next < len, back) {
            (true, _) => (next, false),
            (false, false) => (0, true),
            (false, true) => (len - 1, true),
        })
    }

    /// The parts of `text` (bytes of the transcript's text) that matches
    /// cover, each with whether it is of the current place.
    pub fn within(&self, text: &Range<usize>) -> impl Iterator<Item = (Range<usize>, bool)> {
        let here = self.current.and_then(|current| self.places.get(current));
        let here = here.map_or(0..0, |place| place.text.clone());
        let first = self.matches.partition_point(|found| found.text.end <= text.start);
        let (start, end) = (text.start, text.end);
        self.matches[first..].iter().take_while(move |found| found.text.start < end).map(
            move |found| {
                let part = found.text.start.max(start)..found.text.end.min(end);
                (part, found.text.start < here.end && here.start < found.text.end)
            },
        )
    }
}
