//! All that is known of one episode, over the screen.

use ratatui::buffer::Buffer;

use super::{Role, Theme, put, sheet};
use crate::app::App;
use crate::app::details::{DetailLine, Details, NAMES, text_width};

/// Draws the sheet.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, details: &Details) {
    let area = app.detail_sheet();
    sheet::clear(buffer, area);
    let cells = text_width(area);
    let lines = details.lines(cells);
    let left = area.left + 2;
    for (row, line) in (area.top + 1..).zip(lines.iter().skip(details.top).take(area.rows())) {
        match line {
            DetailLine::Heading(text) => {
                put(buffer, left, row, text, cells, theme.style(Role::Heading));
            }
            DetailLine::Text(text) => {
                put(buffer, left, row, text, cells, theme.style(Role::Help));
            }
            DetailLine::Known(name, text) => {
                named(buffer, theme, (left, row), (name, text), cells, Role::Help);
            }
            DetailLine::Wrong(name, text) => {
                named(buffer, theme, (left, row), (name, text), cells, Role::Warning);
            }
        }
    }
    let more = lines.len().saturating_sub(details.top + area.rows());
    let more = if more > 0 { format!("{more} more   j k scrolls   ") } else { String::new() };
    let cover = if details.has_cover() { "c cover   " } else { "" };
    sheet::edge(buffer, area, theme, "Details", &format!(" {more}{cover}Esc closes "));
}

/// What is known, after its name.
fn named(
    buffer: &mut Buffer,
    theme: Theme,
    (left, row): (u16, u16),
    (name, text): (&str, &str),
    cells: usize,
    role: Role,
) {
    put(buffer, left, row, name, NAMES, theme.style(Role::Hint));
    let column = left + u16::try_from(NAMES).unwrap_or(0);
    put(buffer, column, row, text, cells.saturating_sub(NAMES), theme.style(role));
}
