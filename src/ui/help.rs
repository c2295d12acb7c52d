//! The help over the screen.

use ratatui::buffer::Buffer;

use super::{Role, Theme, put, sheet};
use crate::app::help::{self, HelpLine};
use crate::app::{App, Sheet, Size};
use crate::model::text;

/// Draws the help over the screen, scrolled down by `top` lines as far as
/// there is more.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, top: u16) {
    let lines = help::lines(app.keymap());
    let size = Size { width: buffer.area.width, height: buffer.area.height };
    let area = Sheet::new(size, lines.len());
    let style = theme.style(Role::Help);
    sheet::clear(buffer, area);
    let first = usize::from(top.min(area.last_top(lines.len())));
    let width = usize::from(area.width.saturating_sub(4));
    // On a very narrow screen there is room for one key and what it does.
    let (column, all) = match width {
        50.. => (22, true),
        30.. => (13, true),
        _ => (7, false),
    };
    let shown = lines.iter().skip(first).take(area.rows());
    for (row, line) in (area.top + 1..).zip(shown) {
        match line {
            HelpLine::Blank => {}
            HelpLine::Heading(title) => {
                let title = text::fit(title, width);
                put(buffer, area.left + 2, row, &title, width, theme.style(Role::Heading));
            }
            HelpLine::Keys { keys, help } => {
                let first = keys.split(", ").next().unwrap_or_default();
                let keys = text::fit(if all { keys } else { first }, column - 1);
                put(buffer, area.left + 2, row, &keys, width, theme.style(Role::KeyName));
                let room = width.saturating_sub(column);
                let help = text::fit(help, room);
                let left = area.left + 2 + u16::try_from(column).unwrap_or(0);
                put(buffer, left, row, &help, room, style);
            }
        }
    }
    let more = lines.len().saturating_sub(first + area.rows());
    let said = match (first, more) {
        (0, 0) => " Esc closes ".to_owned(),
        (_, 0) => " k up   Esc closes ".to_owned(),
        (_, more) => format!(" {more} more: j down   Esc closes "),
    };
    sheet::edge(buffer, area, theme, "Keys", &said);
}
