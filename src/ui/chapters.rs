//! The list of chapters over the screen.

use ratatui::buffer::Buffer;

use super::{Role, Theme, put, sheet};
use crate::app::{App, ChapterList};
use crate::model::{Moment, text};

/// Draws the list: the present chapter is marked as the cue being spoken is,
/// and the selected one as the cursor is.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, list: ChapterList, now: Moment) {
    let chapters = app.chapters().all();
    let present = app.chapter(now);
    let area = app.chapter_sheet();
    sheet::clear(buffer, area);
    let width = usize::from(area.width.saturating_sub(4));
    let longest = chapters.last().map_or(0, |last| text::width(&last.start.to_string()));
    let shown = chapters.iter().enumerate().skip(list.top).take(area.rows());
    for (row, (index, chapter)) in (area.top + 1..).zip(shown) {
        let left = area.left + 2;
        let is_present = present == Some(index);
        let (time, title) = if is_present {
            put(buffer, left, row, "▌", 1, theme.style(Role::Mark));
            (Role::ActiveTime, Role::Active)
        } else {
            (Role::Time, Role::Help)
        };
        if index == list.selected {
            put(buffer, left + 1, row, "›", 1, theme.style(Role::Cursor));
        }
        let room = width.saturating_sub(3);
        let start = chapter.start.to_string();
        let blank = longest.saturating_sub(text::width(&start));
        let column = left + 3 + u16::try_from(blank).unwrap_or(0);
        let after = put(buffer, column, row, &start, room, theme.style(time));
        let room = room.saturating_sub(longest + 2);
        let said = text::fit(&chapter.title, room);
        put(buffer, after + 2, row, &said, room, theme.style(title));
    }
    let title = format!("Chapters: {}", chapters.len());
    let more = chapters.len().saturating_sub(list.top + area.rows());
    let more = if more > 0 { format!("{more} more   ") } else { String::new() };
    sheet::edge(buffer, area, theme, &title, &format!(" {more}Enter plays   Esc closes "));
}

/// The chapter that is drawn at `column` and `row`.
pub(super) fn at(app: &App, list: ChapterList, column: u16, row: u16) -> Option<usize> {
    let area = app.chapter_sheet();
    let within = column > area.left && column + 1 < area.left + area.width;
    let line = usize::from(row.checked_sub(area.top + 1)?);
    let index = list.top + line;
    (within && line < area.rows() && index < app.chapters().all().len()).then_some(index)
}
