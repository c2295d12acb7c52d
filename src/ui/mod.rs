//! What the program looks like: the app's state to the cells of a screen.
//!
//! [`draw`] and [`hit`] both ask the app's [`Layout`] where things lie, so a
//! click lands on what is drawn there.

mod chapters;
mod details;
mod help;
mod progress;
mod results;
mod sheet;
mod shelf;
mod status;
mod theme;
mod transcript;
mod waveform;

pub use theme::{Colours, Role, Theme};

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::Style;

use crate::app::{App, Layout, Open, Target, View};
use crate::model::{Moment, text};

/// Draws `app`, as it is at `now`, on the whole of `frame`.
pub fn draw(frame: &mut Frame<'_>, app: &App, theme: Theme, now: Moment) {
    let area = frame.area();
    let fits = app.size().width == area.width && app.size().height == area.height;
    let Some(layout) = app.reader().layout().filter(|_| fits) else {
        return too_small(frame.buffer_mut(), theme);
    };
    let layout = *layout;
    let buffer = frame.buffer_mut();
    header(buffer, app, theme, &layout, now);
    match app.view() {
        View::Shelf => shelf::draw(buffer, app, theme, &layout),
        View::Transcript => transcript::draw(buffer, app, theme, &layout, now),
    }
    if !app.is_idle() {
        progress::draw(buffer, app, theme, &layout, now);
        waveform::draw(buffer, app, theme, &layout, now);
    }
    status::draw(buffer, app, theme, &layout, now);
    match app.open() {
        Open::Help(top) => help::draw(buffer, app, theme, *top),
        Open::Chapters(list) => chapters::draw(buffer, app, theme, *list, now),
        Open::Details(details) => details::draw(buffer, app, theme, details),
        Open::Nothing | Open::Prompt(_) => {}
    }
    if let Some(column) = status::caret(app, &layout) {
        frame.set_cursor_position(Position { x: column, y: layout.notice });
    }
}

/// What lies under the cell at `column` and `row` of the screen.
pub fn hit(app: &App, column: u16, row: u16) -> Target {
    let Some(layout) = app.reader().layout() else { return Target::Nothing };
    if let Open::Chapters(list) = app.open() {
        return chapters::at(app, *list, column, row).map_or(Target::Nothing, Target::Chapter);
    }
    let is_in_waveform = layout.waveform.is_some_and(|top| (top..layout.progress).contains(&row));
    if is_in_waveform || row == layout.progress {
        let part = app.bar().and_then(|bar| bar.part_at(column));
        let is_zoomed = is_in_waveform && app.waveform_zoom().is_some();
        let target = if is_zoomed { Target::Waveform } else { Target::Progress };
        return part.map_or(Target::Nothing, target);
    }
    let line = row.checked_sub(layout.top).map(usize::from);
    if let (View::Shelf, Some(line)) = (app.view(), line) {
        return if line < usize::from(layout.rows) { Target::Line(line) } else { Target::Nothing };
    }
    let line = line.and_then(|line| app.reader().page().get(line));
    line.map_or(Target::Nothing, |line| Target::Row(line.row))
}

/// How far along the progress bar `column` lies, held between 0.0 and 1.0.
pub fn drag(app: &App, column: u16) -> f64 {
    app.bar().map_or(0.0, |bar| bar.nearest_part(column))
}

/// The least room for the name of a chapter, in cells; with less it stands in
/// the state, if there is room.
const SHORTEST_CHAPTER: usize = 12;

/// How many cells the name of a chapter can have behind that of the episode.
fn room_for_chapter(app: &App, layout: &Layout) -> usize {
    let width = usize::from(layout.size.width);
    // Who speaks may take a third of the line; the name must not jump.
    let speakers = app.reader().transcript().speakers();
    let longest = speakers.iter().map(|name| text::width(name)).max().unwrap_or(0);
    let taken = text::width(app.title()) + longest.min(width / 3);
    let room = width.saturating_sub(taken + 7);
    if room < SHORTEST_CHAPTER { 0 } else { room }
}

/// The episode's name, that of the chapter, and who speaks.
fn header(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout, now: Moment) {
    let width = usize::from(layout.size.width);
    let reader = app.reader();
    let cue = app.spoken(now).row().and_then(|row| reader.cue(row));
    let name = cue.and_then(|cue| reader.transcript().speaker_of(cue)).unwrap_or_default();
    let name = text::fit(name, width / 3);
    let taken = text::width(&name);
    let title = text::fit(app.title(), width.saturating_sub(taken + 4));
    let after = put(buffer, 1, 0, &title, width, theme.style(Role::Title));
    let chapter = app.chapter(now).and_then(|index| app.chapters().all().get(index));
    let room = room_for_chapter(app, layout);
    if let Some(chapter) = chapter.filter(|_| room > 0) {
        let name = text::fit(&chapter.title, room);
        let after = put(buffer, after, 0, " · ", 3, theme.style(Role::Rule));
        put(buffer, after, 0, &name, room, theme.style(Role::Chapter));
    }
    if let Some(speaker) = cue.and_then(|cue| cue.speaker) {
        let left = u16::try_from(width - taken - 1).unwrap_or(0);
        put(buffer, left, 0, &name, taken, theme.style(Role::Speaker(speaker.0)));
    }
    if layout.top > 1 {
        put(buffer, 0, 1, &"─".repeat(width), width, theme.style(Role::Rule));
    }
}

fn too_small(buffer: &mut Buffer, theme: Theme) {
    let smallest = Layout::SMALLEST;
    let area = buffer.area;
    let size = |width, height| format!("{width}\u{a0}×\u{a0}{height}");
    let said = format!(
        "too small: {}; needed: {}",
        size(area.width, area.height),
        size(smallest.width, smallest.height)
    );
    let lines = text::wrap(&said, usize::from(area.width.max(1)), 0);
    for (row, line) in (0..area.height).zip(lines) {
        put(buffer, 0, row, &said[line], usize::from(area.width), theme.style(Role::Warning));
    }
}

/// Writes `text` from `column` on, at most `cells` cells of it; gives the
/// column behind it. Nothing is written outside the buffer.
fn put(buffer: &mut Buffer, column: u16, row: u16, text: &str, cells: usize, style: Style) -> u16 {
    let area = buffer.area;
    if column >= area.right() || row >= area.bottom() {
        return column;
    }
    buffer.set_stringn(column, row, text, cells, style).0
}
