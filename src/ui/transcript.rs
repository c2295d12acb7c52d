//! The transcript: marks, times, speakers, text.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use super::{Role, Theme, put};
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
        return nothing(buffer, theme, layout);
    }
    let position = app.player().position(now);
    let spoken = app.spoken(now);
    let reached = spoken.row().map_or(0, |row| app.line_reached(row, position));
    let picture = Picture { app, theme, layout, position, spoken, reached };
    let mut before = None;
    for (row, line) in (layout.top..layout.top + layout.rows).zip(app.reader().page()) {
        let begins = before != Some(line.row);
        picture.line(buffer, row, line, begins);
        before = Some(line.row);
    }
}

fn nothing(buffer: &mut Buffer, theme: Theme, layout: &Layout) {
    let said = "No transcript. Put one beside the audio with the same name (episode.vtt), \
                or name it after the audio: sayagain episode.mp3 transcript.vtt";
    let lines = text::wrap(said, usize::from(layout.text), 0);
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
        self.mark(buffer, row, line);
        if self.layout.time > 0 && line.line == 0 && cue.timed {
            let width = usize::from(self.layout.time);
            let time = format!("{:>width$}", cue.start);
            let role = if role == Role::Active { Role::ActiveTime } else { Role::Time };
            let blank = time.len() - time.trim_start().len();
            let left = self.layout.left + 2 + u16::try_from(blank).unwrap_or(0);
            put(buffer, left, row, time.trim_start(), width, self.theme.style(role));
        }
        let mut column = self.layout.text_left();
        if self.layout.speaker > 0 {
            let speaks = line.line == 0 && reader.begins_turn(line.row);
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
    /// the cursor is.
    fn mark(&self, buffer: &mut Buffer, row: u16, line: &PageLine) {
        let (mark, role) = match self.role(line) {
            Role::Active if line.line <= self.reached => ("▌", Role::Mark),
            Role::Active => ("│", Role::Mark),
            Role::Held => ("│", Role::Held),
            _ => (" ", Role::Text),
        };
        put(buffer, self.layout.left, row, mark, 1, self.theme.style(role));
        let is_cursor = line.row == self.app.reader().cursor() && line.line == 0;
        if is_cursor && !self.app.reader().follows() {
            put(buffer, self.layout.left + 1, row, "›", 1, self.theme.style(Role::Cursor));
        }
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
                (part, style.patch(self.theme.style(role)))
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
                parts.push((start..start + spoken, self.theme.style(Role::Word)));
            }
        }
        let mut at = line.text.start;
        for (part, look) in parts {
            write(&mut column, at..part.start, style);
            at = part.end;
            write(&mut column, part, look);
        }
        write(&mut column, at..line.text.end, style);
    }
}
