//! The waveform over the progress line, with what lies where: now, the cursor,
//! matches, chapters.

use ratatui::buffer::Buffer;

use super::{Role, Theme, put};
use crate::app::{App, Bar, Layout};
use crate::model::{Level, MediaTime, Moment, text};

/// How high a column is at most, in eighths of a row: two rows.
const HIGH: u16 = 16;

/// Between the loudest and the quietest that is drawn there are at least 8 dB,
/// so that hardly any difference looks like hardly any, and at most 30, so that
/// a silence leaves room for what is said.
const LEAST: u8 = 32;
const MOST: u8 = 120;

const BLOCKS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Draws it: marks in its first row, and the sound in two below.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout, now: Moment) {
    let (Some(top), Some(bar)) = (layout.waveform, app.bar()) else { return };
    if bar.width == 0 {
        return;
    }
    let here = app.waveform_column(app.player().position(now), now);
    for (column, height) in (0..).zip(heights(app.waveform())) {
        let is_played = here.is_some_and(|here| column <= here);
        let role = if is_played { Role::Played } else { Role::Unplayed };
        for (row, height) in [(top + 1, height.saturating_sub(8)), (top + 2, height.min(8))] {
            let block = BLOCKS[usize::from(height)];
            put(buffer, bar.left + column, row, block, 1, theme.style(role));
        }
    }
    if app.player().has_audio() && app.waveform().iter().all(Option::is_none) {
        let said = text::fit("measuring how loud it is", usize::from(bar.width));
        put(buffer, bar.left, top + 1, &said, usize::from(bar.width), theme.style(Role::Hint));
    }
    marks(buffer, app, theme, &bar, top, now);
    if app.waveform_zoom().is_some() {
        let window = app.waveform_window(now);
        let cells = usize::from(bar.time);
        let shown = |time: MediaTime| {
            let time = time.to_string();
            format!("{:>cells$}", text::fit(&time, cells))
        };
        let style = theme.style(Role::Hint);
        put(buffer, 3, top + 2, &shown(window.start), cells, style);
        put(buffer, bar.length, top + 2, &shown(window.end), cells, style);
    }
}

/// How high each column is, in eighths of a row: what is known is at least
/// one high.
fn heights(levels: &[Option<Level>]) -> impl Iterator<Item = u16> {
    let known = levels.iter().flatten();
    let loudest = known.clone().max().map_or(0, |level| level.0);
    let quietest = known.min().map_or(0, |level| level.0);
    let floor = quietest.clamp(loudest.saturating_sub(MOST), loudest.saturating_sub(LEAST));
    // A silence has nothing below it that it could stand out from.
    let range = u16::from((loudest - floor).max(LEAST));
    levels.iter().map(move |level| match level {
        None => 0,
        Some(level) => 1 + u16::from(level.0.saturating_sub(floor)) * (HIGH - 1) / range,
    })
}

/// Draws what lies where; of several in one column the last counts.
fn marks(buffer: &mut Buffer, app: &App, theme: Theme, bar: &Bar, row: u16, now: Moment) {
    let reader = app.reader();
    let mut mark = |time: MediaTime, sign: &str, role: Role| {
        if let Some(column) = app.waveform_column(time, now) {
            put(buffer, bar.left + column, row, sign, 1, theme.style(role));
        }
    };
    for chapter in app.chapters().all() {
        mark(chapter.start, "╷", Role::Rule);
    }
    for row in reader.finds().map_or(&[][..], |finds| finds.rows()) {
        mark(reader.start_of(*row), "•", Role::Match);
    }
    if !reader.follows() {
        mark(reader.start_of(reader.cursor()), "▽", Role::Cursor);
    }
    mark(app.player().position(now), "▼", Role::Mark);
}
