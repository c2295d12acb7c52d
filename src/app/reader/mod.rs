//! What is being read: the cursor, the page around it, and whether it follows
//! what is playing.

mod page;

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use crate::app::finds::Finds;
use crate::app::screen::{Layout, Wants};
use crate::model::{Cue, MediaTime, RowId, Timeline, Transcript, text};

/// One line of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLine {
    /// The row it belongs to.
    pub row: RowId,
    /// Which of the row's lines it is: the first is 0.
    pub line: usize,
    /// Its bytes in the transcript's text.
    pub text: Range<usize>,
}

/// A line of the transcript: a row and which of its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The row.
    pub row: RowId,
    /// Which of its lines: the first is 0.
    pub line: usize,
}

/// What is being read.
#[derive(Debug)]
pub struct Reader {
    transcript: Transcript,
    timeline: Timeline,
    cursor: RowId,
    follow: bool,
    top: Anchor,
    /// The row that is marked as spoken, shown whatever the filter says.
    marked: Option<RowId>,
    /// Only rows with a match are shown.
    only_matches: bool,
    finds: Option<Finds>,
    layout: Option<Layout>,
    wraps: HashMap<RowId, Wrapped>,
    /// When the voice reaches the lines of the row it was in last.
    paced: Option<Paced>,
    page: Vec<PageLine>,
}

/// The lines of a row, as bytes of its cue's text.
#[derive(Clone, Debug)]
struct Wrapped {
    indent: usize,
    lines: Rc<[Range<usize>]>,
}

/// When the voice reaches each of `lines`, which are those of `row`.
#[derive(Debug)]
struct Paced {
    row: RowId,
    lines: Rc<[Range<usize>]>,
    begins: Vec<MediaTime>,
}

/// What [`Reader::keep`] keeps and [`Reader::put_back`] puts back.
#[derive(Clone, Debug)]
pub struct ReadingPlace {
    cursor: RowId,
    follow: bool,
    top: Anchor,
    only_matches: bool,
    finds: Option<Finds>,
}

/// How many rows' wrapped lines are remembered.
const WRAPS_LIMIT: usize = 20_000;

/// Rows kept in sight above and below the cursor, where the page has them.
const MARGIN: usize = 2;

impl Reader {
    /// A reader at the beginning of `transcript`, following.
    pub fn new(transcript: Transcript) -> Self {
        Self {
            timeline: Timeline::new(&transcript),
            transcript,
            cursor: RowId(0),
            follow: true,
            top: Anchor::default(),
            marked: None,
            only_matches: false,
            finds: None,
            layout: None,
            wraps: HashMap::new(),
            paced: None,
            page: Vec::new(),
        }
    }

    /// The transcript.
    pub const fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Which row is spoken when.
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The row being read.
    pub const fn cursor(&self) -> RowId {
        self.cursor
    }

    /// Whether the cursor is tied to what is playing.
    pub const fn follows(&self) -> bool {
        self.follow
    }

    /// The lines on the screen, from the top.
    pub fn page(&self) -> &[PageLine] {
        &self.page
    }

    /// What has been searched for and found.
    pub const fn finds(&self) -> Option<&Finds> {
        self.finds.as_ref()
    }

    /// Whether only rows with a match are shown.
    pub const fn shows_only_matches(&self) -> bool {
        self.only_matches
    }

    /// Where the parts of the screen lie; `None` on one that is too small.
    pub const fn layout(&self) -> Option<&Layout> {
        self.layout.as_ref()
    }

    /// The cue that `row` shows.
    pub fn cue(&self, row: RowId) -> Option<&Cue> {
        self.transcript.cue(self.timeline.cue_of(row)?)
    }

    /// When `row` begins.
    pub fn start_of(&self, row: RowId) -> MediaTime {
        self.timeline.start_of(row)
    }

    /// Whether another speaks from `row` on than in the row before.
    pub fn begins_turn(&self, row: RowId) -> bool {
        let speaker = |row: RowId| self.cue(row).and_then(|cue| cue.speaker);
        let before = row.0.checked_sub(1).map(RowId);
        speaker(row).is_some() && before.is_none_or(|before| speaker(before) != speaker(row))
    }

    /// Whether the name of who speaks stands at the beginning of `row`: where
    /// a turn begins, and everywhere while rows between are left out.
    pub fn names_speaker(&self, row: RowId) -> bool {
        let left_out = self.filter().is_some();
        self.begins_turn(row) || left_out && self.cue(row).is_some_and(|cue| cue.speaker.is_some())
    }

    /// What a screen should have room for.
    pub fn wants(&self, length: MediaTime) -> Wants {
        // A wrong time must not take the room of the text.
        let longest = length.max(self.transcript.end()).min(MediaTime::from_secs(359_999));
        let cells = |text: &str| u16::try_from(text::width(text)).unwrap_or(u16::MAX);
        let names = self.transcript.speakers().iter().map(|name| cells(name));
        Wants {
            time: cells(&longest.to_string()),
            speaker: names.max().unwrap_or(0),
            waveform: false,
        }
    }

    /// Lays the page out on another screen; the cursor's line stays where it
    /// was, if it can.
    pub fn set_layout(&mut self, layout: Option<Layout>) {
        let at = self.line_of_cursor();
        let offset = at.map(|at| self.page[at].text.start);
        let columns = |layout: &Layout| (layout.text, layout.speaker);
        let same = self.layout.as_ref().map(columns) == layout.as_ref().map(columns);
        self.layout = layout;
        if !same {
            self.wraps.clear();
        }
        match (at, offset) {
            (Some(at), Some(offset)) => {
                let line = self.line_at(self.cursor, offset);
                let last = self.rows().saturating_sub(1);
                self.place(Anchor { row: self.cursor, line }, at.min(last));
                self.show_cursor(0);
            }
            _ => self.show_cursor(MARGIN),
        }
    }

    /// Takes in which row is marked as spoken, and puts the page right.
    /// `line` is the line of that row that the voice has reached.
    pub fn settle(&mut self, marked: Option<RowId>, line: usize) {
        self.marked = marked;
        if self.follow {
            // Before the first cue the first is what comes next.
            let row = marked.unwrap_or_default();
            self.cursor = row;
            let rows = self.rows();
            // A cue that fills much of the page is scrolled by its lines.
            let tall = self.lines(row).len() * 3 > rows * 2;
            self.place(Anchor { row, line: if tall { line } else { 0 } }, rows / 3);
        }
        if !self.is_shown(self.cursor) {
            self.cursor_to_shown();
            self.show_cursor(MARGIN);
        }
        self.arrange();
    }

    /// Moves the cursor by `count` rows; down is positive. A row taller than
    /// the page is gone through by its lines. Unties it.
    pub fn move_cursor(&mut self, count: i32) {
        self.follow = false;
        for _ in 0..count.unsigned_abs() {
            if self.scroll_within(count > 0) {
                continue;
            }
            let next = if count > 0 { self.after(self.cursor) } else { self.before(self.cursor) };
            let Some(next) = next else { break };
            self.cursor = next;
            if self.is_tall(next) {
                self.show_cursor(0);
            }
        }
        self.show_cursor(MARGIN);
    }

    /// Scrolls by one line if the cursor's row is taller than the page and
    /// goes on there; says whether it did.
    fn scroll_within(&mut self, down: bool) -> bool {
        if !self.is_tall(self.cursor) {
            return false;
        }
        let last = self.lines(self.cursor).len() - 1;
        let edge = if down { self.page.last() } else { self.page.first() };
        let goes_on = edge.is_some_and(|edge| {
            edge.row == self.cursor && edge.line != if down { last } else { 0 }
        });
        if goes_on {
            self.top = self.walk(self.top, if down { 1 } else { -1 });
            self.arrange();
        }
        goes_on
    }

    fn is_tall(&mut self, row: RowId) -> bool {
        self.lines(row).len() > self.rows()
    }

    /// Puts the cursor on `row`, in sight. Unties it.
    pub fn set_cursor(&mut self, row: RowId) {
        self.follow = false;
        self.cursor = row;
        self.show_cursor(MARGIN);
    }

    /// Puts the cursor on `row` and ties it to what is playing.
    pub fn follow_from(&mut self, row: Option<RowId>) {
        self.follow = true;
        self.cursor = row.unwrap_or(self.cursor);
    }

    /// Ties the cursor to what is playing, or unties it.
    pub fn set_follow(&mut self, follow: bool) {
        self.follow = follow;
    }

    /// Moves the cursor to the first row, or the last, and shows that end of
    /// it. Unties it.
    pub fn move_to_edge(&mut self, last: bool) {
        let count = self.timeline.row_count();
        let edge = RowId::from_index(if last { count.saturating_sub(1) } else { 0 });
        let shown = if self.is_shown(edge) {
            Some(edge)
        } else if last {
            self.before(edge)
        } else {
            self.after(edge)
        };
        self.follow = false;
        self.cursor = shown.unwrap_or(edge);
        let line = if last { self.lines(self.cursor).len().saturating_sub(1) } else { 0 };
        let at = if last { self.rows().saturating_sub(1) } else { 0 };
        self.place(Anchor { row: self.cursor, line }, at);
    }

    /// Moves the cursor to where the speaker changes, `count` times; down is
    /// positive. Without speakers ten rows are a turn. Unties it.
    pub fn move_by_turns(&mut self, count: i32) {
        if self.transcript.speakers().is_empty() {
            return self.move_cursor(count.saturating_mul(10));
        }
        let mut row = self.cursor;
        for _ in 0..count.unsigned_abs() {
            let step = |row| if count > 0 { self.after(row) } else { self.before(row) };
            while let Some(next) = step(row) {
                row = next;
                if self.begins_turn(row) {
                    break;
                }
            }
        }
        self.set_cursor(row);
    }

    /// Scrolls the page by `lines`; down is positive. The cursor stays on the
    /// page. Unties it.
    pub fn scroll(&mut self, lines: i32) {
        self.follow = false;
        self.top = self.walk(self.top, lines);
        self.arrange();
        self.cursor_to_page();
    }

    fn cursor_to_page(&mut self) {
        let (Some(first), Some(last)) = (self.page.first(), self.page.last()) else { return };
        self.cursor = self.cursor.clamp(first.row, last.row);
    }

    /// Scrolls by `halves` half pages and takes the cursor along; down is
    /// positive. Unties it.
    pub fn page_by(&mut self, halves: i32) {
        let half = i32::try_from(self.rows().div_ceil(2).max(1)).unwrap_or(i32::MAX);
        let lines = half.saturating_mul(halves);
        let before = self.top;
        let line = self.line_of_cursor().map_or(0, |at| self.page[at].line);
        let cursor = self.walk(Anchor { row: self.cursor, line }, lines);
        self.scroll(lines);
        if self.top == before {
            // At an edge the cursor goes the rest of the way.
            return self.move_to_edge(halves > 0);
        }
        self.cursor = cursor.row;
        self.cursor_to_page();
    }

    /// Puts the cursor's row at a place of the page: 0.0 is its top, 1.0 its
    /// bottom. Unties it.
    pub fn put_cursor_at(&mut self, part: Part) {
        self.follow = false;
        let rows = self.rows();
        let height = self.lines(self.cursor).len();
        let (line, at) = match part {
            Part::Top => (0, 0),
            Part::Middle => (0, rows.saturating_sub(height) / 2),
            Part::Bottom => (height.saturating_sub(1), rows.saturating_sub(1)),
        };
        self.place(Anchor { row: self.cursor, line }, at);
    }

    /// What is read and how, to be put back later.
    pub fn keep(&self) -> ReadingPlace {
        ReadingPlace {
            cursor: self.cursor,
            follow: self.follow,
            top: self.top,
            only_matches: self.only_matches,
            finds: self.finds.clone(),
        }
    }

    /// Goes back to what was kept; on a screen of another size as near to it as
    /// has the cursor in sight.
    pub fn put_back(&mut self, kept: ReadingPlace) {
        self.cursor = kept.cursor;
        self.follow = kept.follow;
        self.top = kept.top;
        self.only_matches = kept.only_matches;
        self.finds = kept.finds;
        self.arrange();
        if self.line_of_cursor().is_none() {
            self.show_cursor(MARGIN);
        }
    }

    /// Sets what has been searched for; `None` ends the search and shows all.
    pub fn set_finds(&mut self, finds: Option<Finds>) {
        let filtered = self.filter().is_some();
        let at = self.line_of_cursor();
        self.only_matches &= finds.is_some();
        self.finds = finds;
        if filtered && self.filter().is_none() {
            self.keep_cursor_at(at);
        }
    }

    /// Shows only rows with a match, or all.
    pub fn show_only_matches(&mut self, only: bool) {
        let at = self.line_of_cursor();
        self.only_matches = only && self.finds.is_some();
        self.cursor_to_shown();
        self.keep_cursor_at(at);
    }

    /// Scrolls so that the cursor is on line `at` of the page, as it was.
    fn keep_cursor_at(&mut self, at: Option<usize>) {
        if let Some(at) = at {
            self.place(Anchor { row: self.cursor, line: 0 }, at);
        }
        self.show_cursor(0);
    }

    /// Moves the cursor to the nearest row that is shown, if its own is not.
    fn cursor_to_shown(&mut self) {
        if !self.is_shown(self.cursor) {
            let near = self.after(self.cursor).or_else(|| self.before(self.cursor));
            self.cursor = near.unwrap_or(self.cursor);
        }
    }

    /// Makes the match `index` the current one and moves the cursor there.
    /// Unties it.
    pub fn go_to_match(&mut self, index: usize) {
        let Some(row) = self.finds.as_mut().and_then(|finds| finds.select(index)) else { return };
        self.set_cursor(row);
        let start = self.finds.as_ref().and_then(Finds::current_start);
        if let (true, Some(start)) = (self.is_tall(row), start) {
            let line = self.line_at(row, start);
            if !self.page.iter().any(|shown| shown.row == row && shown.line == line) {
                self.place(Anchor { row, line }, self.rows() / 3);
            }
        }
    }

    /// Which of the lines of `row` holds byte `offset` of the transcript's
    /// text.
    fn line_at(&mut self, row: RowId, offset: usize) -> usize {
        let start = self.cue(row).map_or(0, |cue| cue.text.start as usize);
        let within = offset.saturating_sub(start);
        self.lines(row).partition_point(|line| line.start <= within).saturating_sub(1)
    }
}

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its first line.
    Top,
    /// The line in its middle.
    Middle,
    /// Its last line.
    Bottom,
}
