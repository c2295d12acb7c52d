//! The page of the transcript: which lines of which rows stand on the screen.

use std::ops::Range;
use std::rc::Rc;

use super::{Anchor, Paced, PageLine, Reader, WRAPS_LIMIT, Wrapped};
use crate::app::finds::Finds;
use crate::app::screen::{GAP, Layout};
use crate::model::{MediaTime, RowId, SpeakerId, pace, text};

impl Reader {
    /// The line of `row` that the voice has reached at `position`: the last
    /// whose first word has begun.
    pub fn find_line_reached(&mut self, row: RowId, position: MediaTime) -> usize {
        let lines = self.lines(row);
        if lines.len() < 2 {
            return 0;
        }
        let known = |paced: &Paced| paced.row == row && Rc::ptr_eq(&paced.lines, &lines);
        if !self.paced.as_ref().is_some_and(known) {
            let Some(cue) = self.cue(row) else { return 0 };
            let offsets: Vec<usize> = lines.iter().map(|line| line.start).collect();
            let end = self.timeline.end_of(row);
            let begins = pace::times_of(&self.transcript, cue, end, &offsets);
            self.paced = Some(Paced { row, lines, begins });
        }
        self.line_reached(row, position)
    }

    /// What [`Reader::find_line_reached`] finds, if it was asked of the same
    /// row last; else 0. `O(log n)`.
    pub fn line_reached(&self, row: RowId, position: MediaTime) -> usize {
        let begins = self.paced.as_ref().filter(|paced| paced.row == row);
        begins.map_or(0, |paced| {
            paced.begins.partition_point(|&begin| begin <= position).saturating_sub(1)
        })
    }

    /// When the voice reaches the line of `row` after the one that it has
    /// reached at `position`, if that is known as in [`Reader::line_reached`].
    pub fn next_line_after(&self, row: RowId, position: MediaTime) -> Option<MediaTime> {
        let begins = &self.paced.as_ref().filter(|paced| paced.row == row)?.begins;
        begins.get(begins.partition_point(|&begin| begin <= position)).copied()
    }

    /// The lines of `row`, as bytes of its cue's text.
    pub fn lines(&mut self, row: RowId) -> Rc<[Range<usize>]> {
        let (Some(layout), Some(cue)) = (&self.layout, self.cue(row)) else { return Rc::new([]) };
        let indent = self.indent(layout, row, cue.speaker);
        if let Some(known) = self.wraps.get(&row).filter(|known| known.indent == indent) {
            return Rc::clone(&known.lines);
        }
        let lines = text::wrap(self.transcript.text_of(cue), usize::from(layout.text), indent);
        let lines: Rc<[Range<usize>]> = lines.into();
        if self.wraps.len() >= WRAPS_LIMIT {
            self.wraps.clear();
        }
        self.wraps.insert(row, Wrapped { indent, lines: Rc::clone(&lines) });
        lines
    }

    /// The name that stands in the text before the first words of `row`, on a
    /// screen without a column for it.
    pub fn inline_speaker(&self, row: RowId) -> Option<String> {
        let layout = self.layout.as_ref().filter(|layout| layout.speaker == 0)?;
        let name = self.transcript.speaker_of(self.cue(row)?)?;
        let room = usize::from(layout.text / 2).saturating_sub(usize::from(GAP));
        self.names_speaker(row).then(|| format!("{}: ", text::fit(name, room)))
    }

    fn indent(&self, layout: &Layout, row: RowId, speaker: Option<SpeakerId>) -> usize {
        if layout.speaker > 0 || speaker.is_none() {
            return 0;
        }
        self.inline_speaker(row).map_or(0, |name| text::width(&name))
    }

    pub(super) fn rows(&self) -> usize {
        self.layout.map_or(0, |layout| usize::from(layout.rows))
    }

    /// The matches, while only rows with one are shown. Where nothing was
    /// found there is nothing to show, so all is.
    pub(super) fn filter(&self) -> Option<&Finds> {
        self.finds.as_ref().filter(|finds| self.only_matches && !finds.is_empty())
    }

    pub(super) fn is_shown(&self, row: RowId) -> bool {
        let Some(finds) = self.filter() else { return true };
        self.marked == Some(row) || finds.rows().binary_search(&row).is_ok()
    }

    /// The next row that is shown.
    pub(super) fn after(&self, row: RowId) -> Option<RowId> {
        if let Some(finds) = self.filter() {
            let rows = finds.rows();
            let next = rows.get(rows.partition_point(|&other| other <= row)).copied();
            let marked = self.marked.filter(|&marked| marked > row);
            return next.into_iter().chain(marked).min();
        }
        let next = RowId(row.0.saturating_add(1));
        (next.index() < self.timeline.row_count()).then_some(next)
    }

    /// The row before that is shown.
    pub(super) fn before(&self, row: RowId) -> Option<RowId> {
        if let Some(finds) = self.filter() {
            let rows = finds.rows();
            let index = rows.partition_point(|&other| other < row).checked_sub(1);
            let marked = self.marked.filter(|&marked| marked < row);
            return index.map(|index| rows[index]).into_iter().chain(marked).max();
        }
        row.0.checked_sub(1).map(RowId)
    }

    /// The line `lines` further down (up if negative), held at the first and
    /// the last.
    pub(super) fn walk(&mut self, from: Anchor, lines: i32) -> Anchor {
        let mut at = from;
        let mut left = lines.unsigned_abs() as usize;
        if lines > 0 {
            while left > 0 {
                let here = self.lines(at.row).len().max(1) - 1;
                let step = left.min(here.saturating_sub(at.line));
                at.line += step;
                left -= step;
                if left > 0 {
                    let Some(next) = self.after(at.row) else { break };
                    at = Anchor { row: next, line: 0 };
                    left -= 1;
                }
            }
        } else {
            while left > 0 {
                let step = left.min(at.line);
                at.line -= step;
                left -= step;
                if left > 0 {
                    let Some(before) = self.before(at.row) else { break };
                    at = Anchor { row: before, line: self.lines(before).len().max(1) - 1 };
                    left -= 1;
                }
            }
        }
        at
    }

    /// Scrolls so that `anchor` is line `at` of the page.
    pub(super) fn place(&mut self, anchor: Anchor, at: usize) {
        self.top = self.walk(anchor, -i32::try_from(at).unwrap_or(i32::MAX));
        self.arrange();
    }

    /// Scrolls as little as it takes to have the cursor's row on the page,
    /// `margin` lines from its edges where there is room; a row taller than
    /// the page may begin above it.
    pub(super) fn show_cursor(&mut self, margin: usize) {
        self.arrange();
        let rows = self.rows();
        let height = self.lines(self.cursor).len().max(1);
        if height > rows && self.top.row == self.cursor {
            return;
        }
        let margin = margin.min(rows.saturating_sub(height) / 2);
        let first = Anchor { row: self.cursor, line: 0 };
        let at = self.line_of_cursor();
        let below = rows.saturating_sub(height + margin);
        match at {
            Some(at) if self.top <= first && (margin..=below).contains(&at) => {}
            Some(at) if self.top <= first && at > below => self.place(first, below),
            None if first > self.top => self.place(first, below),
            _ => self.place(first, margin),
        }
    }

    /// Which line of the page is the cursor's first.
    pub(super) fn line_of_cursor(&self) -> Option<usize> {
        self.page.iter().position(|line| line.row == self.cursor)
    }

    /// Makes the page from its top, which is held where the last page is full.
    pub(super) fn arrange(&mut self) {
        self.page.clear();
        let rows = self.rows();
        let count = self.timeline.row_count();
        if rows == 0 || count == 0 {
            return;
        }
        self.cursor = self.cursor.min(RowId::from_index(count - 1));
        self.top.row = self.top.row.min(RowId::from_index(count - 1));
        if !self.is_shown(self.top.row) {
            let shown = self.after(self.top.row).or_else(|| self.before(self.top.row));
            let Some(row) = shown else { return };
            self.top = Anchor { row, line: 0 };
        }
        self.top.line = self.top.line.min(self.lines(self.top.row).len().max(1) - 1);
        self.fill(rows);
        if self.page.len() < rows
            && let Some(last) = self.page.last()
        {
            let last = Anchor { row: last.row, line: last.line };
            self.top = self.walk(last, 1 - i32::try_from(rows).unwrap_or(i32::MAX));
            self.page.clear();
            self.fill(rows);
        }
    }

    fn fill(&mut self, rows: usize) {
        let mut at = Some(self.top);
        while let Some(Anchor { row, line }) = at {
            let start = self.cue(row).map_or(0, |cue| cue.text.start as usize);
            let lines = self.lines(row);
            for (index, range) in lines.iter().enumerate().skip(line) {
                if self.page.len() == rows {
                    return;
                }
                let text = start + range.start..start + range.end;
                self.page.push(PageLine { row, line: index, text });
            }
            at = self.after(row).map(|row| Anchor { row, line: 0 });
        }
    }
}
