//! What has been searched for in the transcript, and where it was found.

use std::ops::Range;

use crate::model::{RowId, Timeline, Transcript};
use crate::search::{Match, Query, cues_of, matches};

/// A query with its matches.
#[derive(Clone, Debug)]
pub struct Finds {
    query: Query,
    matches: Vec<Match>,
    /// By match: the row in which it begins.
    row_of: Vec<RowId>,
    /// The rows that any match touches, each once, in order.
    rows: Vec<RowId>,
    current: Option<usize>,
}

impl Finds {
    /// Looks for `query` in the whole transcript.
    pub fn new(transcript: &Transcript, timeline: &Timeline, query: Query) -> Self {
        let matches = matches(transcript, timeline, &query);
        let mut row_of = Vec::with_capacity(matches.len());
        let mut rows = Vec::new();
        for found in &matches {
            let cues = cues_of(transcript, found);
            let touched = (cues.start().0..=cues.end().0)
                .filter_map(|cue| timeline.row_of(crate::model::CueId(cue)));
            let before = rows.len();
            rows.extend(touched);
            row_of.push(rows.get(before).copied().unwrap_or_default());
        }
        rows.sort_unstable();
        rows.dedup();
        Self { query, matches, row_of, rows, current: None }
    }

    /// What was searched for.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// How many matches there are.
    pub fn len(&self) -> usize {
        self.matches.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.matches.is_empty()
    }

    /// Which match is the current one.
    pub const fn current(&self) -> Option<usize> {
        self.current
    }

    /// The rows that any match touches, each once, in order.
    pub fn rows(&self) -> &[RowId] {
        &self.rows
    }

    /// The bytes of the transcript's text that the current match covers.
    pub fn current_text(&self) -> Option<Range<usize>> {
        self.matches.get(self.current?).map(|found| found.text.clone())
    }

    /// Makes `index` the current match and gives the row in which it begins;
    /// `None` if there is no such match.
    pub fn select(&mut self, index: usize) -> Option<RowId> {
        let row = self.row_of.get(index).copied()?;
        self.current = Some(index);
        Some(row)
    }

    /// The first match that begins in `row` or after it, else the first of all
    /// (it wraps); `None` if nothing was found.
    pub fn at_or_after(&self, row: RowId) -> Option<usize> {
        let index = self.row_of.partition_point(|&other| other < row);
        (!self.is_empty()).then(|| if index < self.len() { index } else { 0 })
    }

    /// The match after the current one seen from `cursor`, or before it, and
    /// whether it wrapped; `None` if nothing was found.
    ///
    /// Once the cursor has left the current match, the search goes on from
    /// the cursor.
    pub fn step(&self, cursor: RowId, back: bool) -> Option<(usize, bool)> {
        let len = self.len();
        if len == 0 {
            return None;
        }
        let current = self.current.filter(|&index| self.row_of[index] == cursor);
        let next = match (current, back) {
            (Some(index), false) => index + 1,
            (Some(index), true) => index.checked_sub(1).unwrap_or(len),
            (None, false) => self.row_of.partition_point(|&row| row <= cursor),
            (None, true) => {
                self.row_of.partition_point(|&row| row < cursor).checked_sub(1).unwrap_or(len)
            }
        };
        Some(match (next < len, back) {
            (true, _) => (next, false),
            (false, false) => (0, true),
            (false, true) => (len - 1, true),
        })
    }

    /// The parts of `text` (bytes of the transcript's text) that matches
    /// cover, each with whether it is the current one.
    pub fn within(&self, text: &Range<usize>) -> impl Iterator<Item = (Range<usize>, bool)> {
        let first = self.matches.partition_point(|found| found.text.end <= text.start);
        let (start, end) = (text.start, text.end);
        self.matches[first..]
            .iter()
            .enumerate()
            .take_while(move |(_, found)| found.text.start < end)
            .map(move |(index, found)| {
                let part = found.text.start.max(start)..found.text.end.min(end);
                (part, self.current == Some(first + index))
            })
    }
}
