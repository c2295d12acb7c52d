//! The progress line: state, elapsed, bar, length, what remains.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;

use super::{Role, Theme, put};
use crate::app::{App, Layout};
use crate::model::{MediaTime, Moment, text};

/// Draws the line.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout, now: Moment) {
    let row = layout.progress;
    let player = app.player();
    let position = player.position(now);
    let length = app.length();
    let Some(bar) = app.bar() else { return };
    let (left, width) = (bar.left, bar.width);
    let sign = if player.is_playing() { "▶" } else { "‖" };
    put(buffer, 1, row, sign, 1, theme.style(Role::Mark));
    let cells = usize::from(bar.time);
    let shown = |time: MediaTime, cells: usize| {
        let time = time.to_string();
        format!("{:>cells$}", text::fit(&time, cells))
    };
    let after = put(buffer, 3, row, &shown(position, cells), cells, theme.style(Role::Status));
    if bar.length <= after {
        return;
    }

    // Where what has come is all that is known, the bar is of that.
    let is_known = app.knows_length();
    let is_beyond = !is_known && position > length;
    let done = if is_beyond { 0 } else { played_cells(position, length, width) };
    let room = usize::from(width);
    let after = put(buffer, left, row, &"━".repeat(done), room, theme.style(Role::Played));
    if width > 0 {
        let (sign, role) = if is_beyond { ("─", Role::Unplayed) } else { ("●", Role::Played) };
        let head = put(buffer, after, row, sign, 1, theme.style(role));
        let rest = room.saturating_sub(done + 1);
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
    if !is_known {
        return;
    }
    let after = bar.length;
    put(buffer, after, row, &shown(length, cells), cells, theme.style(Role::Status));
    if bar.remaining > 0 {
        let remaining = remaining(position, length, player.speed().factor());
        let cells = usize::from(bar.remaining);
        let said = format!("-{remaining}");
        let said = format!("{:>cells$}", text::fit(&said, cells));
        put(buffer, after + bar.time + 2, row, &said, cells, theme.style(Role::Hint));
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
