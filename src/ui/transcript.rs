//! The transcript: marks, times, speakers, text.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::{Role, Theme, put};
use crate::app::screen::GUTTER;
use crate::app::{App, Layout, PageLine};
use crate::model::{Cue, MediaTime, Moment, Spoken, pace, text};

/// What is the same for all lines of one picture.
struct Picture<'a> {
    app: &'a App,
    theme: Theme,
    layout: &'a Layout,
    position: MediaTime,
    spoken: Spoken,
    /// The line of the spoken row that the voice has reached.
    reached: usize,
}

/// Draws the page.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout, now: Moment) {
    if app.reader().timeline().row_count() == 0 {
        return nothing(buffer, app, theme, layout);
    }
    let position = app.player().position(now);
    let spoken = app.spoken(now);
    let reached = spoken.row().map_or(0, |row| app.reader().line_reached(row, position));
    let picture = Picture { app, theme, layout, position, spoken, reached };
    let mut before = None;
    for (row, line) in (layout.top..layout.top + layout.rows).zip(app.reader().page()) {
        let begins = before != Some(line.row);
        picture.line(buffer, row, line, begins);
        before = Some(line.row);
    }
}

/// Says why there is nothing to read.
fn nothing(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout) {
    let said = match (app.awaited(), app.unread()) {
        (Some(name), _) => format!("Waiting for {name}, which does not answer yet. q quits."),
        (None, Some(why)) => format!("No transcript. {}", text::clean_line(why)),
        (None, None) => {
            "No transcript. Put one beside the audio with the same name (episode.vtt), \
                 or name it after the audio: sayagain episode.mp3 transcript.vtt"
                .to_owned()
        }
    };
    let lines = text::wrap(&said, usize::from(layout.text), 0);
    let top = layout.top + layout.rows.saturating_sub(4) / 3;
    for (row, line) in (top..layout.top + layout.rows).zip(lines) {
        let style = theme.style(Role::Hint);
        put(buffer, layout.left + 2, row, &said[line], usize::from(layout.text), style);
    }
}

impl Picture<'_> {
    fn line(&self, buffer: &mut Buffer, row: u16, line: &PageLine, begins: bool) {
        let reader = self.app.reader();
        let Some(cue) = reader.cue(line.row) else { return };
        let role = self.role(line);
        self.mark(buffer, row, line, begins);
        if self.layout.time > 0 && line.line == 0 && cue.timed {
            let width = usize::from(self.layout.time);
            let time = cue.start.to_string();
            let time = text::fit(&time, width);
            let reads = self.is_cursor(line) && !self.app.reader().follows();
            let role = match role {
                Role::Active => Role::ActiveTime,
                _ if reads => Role::Cursor,
                _ => Role::Time,
            };
            let blank = u16::try_from(width - text::width(&time)).unwrap_or(0);
            let left = self.layout.left + GUTTER + blank;
            put(buffer, left, row, &time, width, self.theme.style(role));
        }
        let mut column = self.layout.text_left();
        if self.layout.speaker > 0 {
            let speaks = line.line == 0 && reader.names_speaker(line.row);
            let goes_on = begins && row == self.layout.top;
            if speaks || goes_on {
                self.speaker(buffer, row, cue);
            }
        } else if line.line == 0
            && let Some(name) = reader.inline_speaker(line.row)
        {
            let style = self.speaker_style(cue);
            column = put(buffer, column, row, &name, usize::from(self.layout.text), style);
        }
        self.text(buffer, column, row, line, cue, role);
    }

    /// How the row of `line` is marked.
    fn role(&self, line: &PageLine) -> Role {
        match self.spoken {
            Spoken::Row(row) if row == line.row => Role::Active,
            Spoken::Silence(row) if row == line.row => Role::Held,
            _ if self.app.reader().timeline().covers(line.row, self.position) => Role::Also,
            _ => Role::Text,
        }
    }

    /// What stands in the first column: how far the voice has come, or where
    /// the cursor is, at the first line of its row on the page.
    fn mark(&self, buffer: &mut Buffer, row: u16, line: &PageLine, begins: bool) {
        let (mark, role) = match self.role(line) {
            Role::Active if line.line <= self.reached => ("▌", Role::Mark),
            Role::Active => ("│", Role::Mark),
            Role::Held => ("│", Role::Held),
            _ => (" ", Role::Text),
        };
        put(buffer, self.layout.left, row, mark, 1, self.theme.style(role));
        if begins && self.is_cursor(line) && !self.app.reader().follows() {
            put(buffer, self.layout.left + 1, row, "›", 1, self.theme.style(Role::Cursor));
        }
    }

    fn is_cursor(&self, line: &PageLine) -> bool {
        line.row == self.app.reader().cursor()
    }

    fn speaker(&self, buffer: &mut Buffer, row: u16, cue: &Cue) {
        let name = self.app.reader().transcript().speaker_of(cue).unwrap_or_default();
        let width = usize::from(self.layout.speaker);
        let name = text::fit(name, width);
        let style = self.speaker_style(cue);
        put(buffer, self.layout.speaker_left(), row, &name, width, style);
    }

    fn speaker_style(&self, cue: &Cue) -> Style {
        self.theme.style(Role::Speaker(cue.speaker.map_or(0, |speaker| speaker.0)))
    }

    fn text(
        &self,
        buffer: &mut Buffer,
        column: u16,
        row: u16,
        line: &PageLine,
        cue: &Cue,
        role: Role,
    ) {
        let transcript = self.app.reader().transcript();
        let whole = transcript.text();
        let room = self.layout.text_left() + self.layout.text;
        let mut column = column;
        let mut write = |column: &mut u16, part: Range<usize>, style: Style| {
            let cells = usize::from(room.saturating_sub(*column));
            *column = put(buffer, *column, row, whole.get(part).unwrap_or_default(), cells, style);
        };
        let style = self.theme.style(role);
        // Parts with a look of their own, in order and apart: matches, else
        // the word being spoken.
        let mut parts: Vec<(Range<usize>, Style)> = Vec::new();
        if let Some(finds) = self.app.reader().finds() {
            parts.extend(finds.within(&line.text).map(|(part, current)| {
                let role = if current { Role::CurrentMatch } else { Role::Match };
                (whole_graphemes(whole, &line.text, part), style.patch(self.theme.style(role)))
            }));
        }
        if parts.is_empty()
            && role == Role::Active
            && let Some(word) = pace::word_at(transcript, cue, self.position)
        {
            let word = &transcript.words_of(cue)[word];
            let start = (word.text.start as usize).max(line.text.start);
            let end = (word.text.end as usize).min(line.text.end);
            if start < end {
                let spoken = whole.get(start..end).unwrap_or_default().trim_end().len();
                let part = whole_graphemes(whole, &line.text, start..start + spoken);
                parts.push((part, self.theme.style(Role::Word)));
            }
        }
        let mut at = line.text.start;
        for (part, look) in parts {
            let part = part.start.max(at)..part.end;
            write(&mut column, at..part.start, style);
            at = at.max(part.end);
            write(&mut column, part, look);
        }
        write(&mut column, at..line.text.end, style);
    }
}

/// `part` of `line`, both bytes of `text`, made longer so that it cuts no
/// grapheme: a letter and its accent are drawn as one.
fn whole_graphemes(text: &str, line: &Range<usize>, part: Range<usize>) -> Range<usize> {
    let Some(shown) = text.get(line.clone()) else { return part };
    let (start, end) = (part.start.max(line.start), part.end.min(line.end));
    let is_border = |at: usize| {
        GraphemeCursor::new(at, shown.len(), true).is_boundary(shown, 0).unwrap_or(true)
    };
    let borders =
        |at: usize| (0..=at).rev().find(|&at| shown.is_char_boundary(at) && is_border(at));
    let first = borders(start - line.start).unwrap_or(0);
    let after = end - line.start;
    let rest = if after < shown.len() && !is_border(after) {
        let from = borders(after).unwrap_or(0);
        from + shown[from..].graphemes(true).next().map_or(0, str::len)
    } else {
        after
    };
    line.start + first..line.start + rest
}
