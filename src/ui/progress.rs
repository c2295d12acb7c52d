//! The progress line: state, elapsed, bar, length, what remains.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;

use super::{Role, Theme, put};
use crate::app::{App, Layout};
use crate::model::{MediaTime, Moment, text};

/// Below this width what remains is not shown.
const ROOM_FOR_REMAINING: u16 = 50;

/// A bar of fewer cells is left out.
const SHORTEST_BAR: u16 = 4;

/// A longer time is cut.
const WIDEST_TIME: usize = 9;

/// The widths of what stands around the bar, in cells; they depend on nothing
/// that time changes.
struct Around {
    time: u16,
    remaining: u16,
}

impl Around {
    fn new(app: &App, layout: &Layout) -> Self {
        let cells = |time: MediaTime| {
            let cells = text::width(&time.to_string()).min(WIDEST_TIME);
            u16::try_from(cells).unwrap_or(0)
        };
        let length = app.length();
        // At the slowest speed what remains is twice as long.
        let slowest = MediaTime::from_micros(length.as_micros().saturating_mul(2));
        let shown = layout.size.width >= ROOM_FOR_REMAINING;
        Self { time: cells(length), remaining: if shown { cells(slowest) + 1 } else { 0 } }
    }

    /// The bar's first column and its width; 0 wide where there is no room.
    fn bar(&self, layout: &Layout) -> (u16, u16) {
        let gap = if self.remaining > 0 { 2 } else { 0 };
        let (left, width) = layout.bar(self.time, self.time + gap + self.remaining);
        (left, if width < SHORTEST_BAR { 0 } else { width })
    }

    /// The column of the length.
    fn length(&self, layout: &Layout) -> u16 {
        let (left, width) = self.bar(layout);
        if width > 0 { left + width + 2 } else { layout.size.width.saturating_sub(1 + self.time) }
    }
}

/// Draws the line.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout, now: Moment) {
    let row = layout.progress;
    let player = app.player();
    let position = player.position(now);
    let length = app.length();
    let beside = Around::new(app, layout);
    let (left, width) = beside.bar(layout);
    let sign = if player.is_playing() { "▶" } else { "‖" };
    put(buffer, 1, row, sign, 1, theme.style(Role::Mark));
    let cells = usize::from(beside.time);
    let shown = |time: MediaTime, cells: usize| {
        let time = time.to_string();
        format!("{:>cells$}", text::fit(&time, cells))
    };
    let after = put(buffer, 3, row, &shown(position, cells), cells, theme.style(Role::Status));
    if beside.length(layout) <= after {
        return;
    }

    let done = played_cells(position, length, width);
    let bar = usize::from(width);
    let after = put(buffer, left, row, &"━".repeat(done), bar, theme.style(Role::Played));
    if width > 0 {
        let head = put(buffer, after, row, "●", 1, theme.style(Role::Played));
        let rest = bar.saturating_sub(done + 1);
        put(buffer, head, row, &"─".repeat(rest), rest, theme.style(Role::Unplayed));
        for tick in ticks(app, width) {
            let (glyph, role) = match tick.cmp(&done) {
                Ordering::Less => ("╋", Role::Played),
                Ordering::Equal => continue,
                Ordering::Greater => ("┼", Role::Unplayed),
            };
            let column = left + u16::try_from(tick).unwrap_or(0);
            put(buffer, column, row, glyph, 1, theme.style(role));
        }
    }
    let after = beside.length(layout);
    put(buffer, after, row, &shown(length, cells), cells, theme.style(Role::Status));
    if beside.remaining > 0 {
        let remaining = remaining(position, length, player.speed().factor());
        let cells = usize::from(beside.remaining);
        let said = format!("-{remaining}");
        let said = format!("{:>cells$}", text::fit(&said, cells));
        put(buffer, after + beside.time + 2, row, &said, cells, theme.style(Role::Hint));
    }
}

/// The cells of the bar in which chapters begin, the beginning left out; none
/// where they would leave nothing of it.
fn ticks(app: &App, width: u16) -> impl Iterator<Item = usize> {
    let length = app.length();
    let chapters = app.chapters().all();
    let fit = chapters.len() * 3 <= usize::from(width);
    let starts = chapters.iter().filter(move |_| fit).map(|chapter| chapter.start);
    let within = starts.filter(move |&start| start > MediaTime::ZERO && start < length);
    within.map(move |start| played_cells(start, length, width))
}

/// How far along the bar `column` lies, 0.0 to 1.0; `None` beside the bar.
pub(super) fn part_at(app: &App, layout: &Layout, column: u16) -> Option<f64> {
    let (left, width) = Around::new(app, layout).bar(layout);
    (left..left + width).contains(&column).then(|| nearest_part(app, layout, column))
}

/// How far along the bar `column` lies, held between 0.0 and 1.0.
pub(super) fn nearest_part(app: &App, layout: &Layout, column: u16) -> f64 {
    let (left, width) = Around::new(app, layout).bar(layout);
    let steps = f64::from(width.saturating_sub(1).max(1));
    (f64::from(column.saturating_sub(left)) / steps).clamp(0.0, 1.0)
}

/// How many cells stand before the bar's head.
fn played_cells(position: MediaTime, length: MediaTime, width: u16) -> usize {
    let steps = u128::from(width.saturating_sub(1));
    let passed = u128::from(position.min(length).as_micros()) * steps;
    usize::try_from(passed / u128::from(length.as_micros().max(1))).unwrap_or(0)
}

/// How long it takes to hear the rest at this speed. It counts from the
/// second that is shown, so that both change together.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "lengths lie far below 2^52 µs"
)]
fn remaining(position: MediaTime, length: MediaTime, speed: f64) -> MediaTime {
    let shown = MediaTime::from_secs(position.as_micros() / 1_000_000);
    let left = length.since(shown).unwrap_or_default().as_micros() as f64;
    MediaTime::from_micros((left / speed) as u64)
}
