//! The frame around what is open over the screen.

use ratatui::buffer::Buffer;

use super::{Role, Theme, put};
use crate::app::Sheet;
use crate::model::text;

/// Takes away what lies under the sheet.
pub(super) fn clear(buffer: &mut Buffer, area: Sheet) {
    let Sheet { left, top, width, height } = area;
    for row in top..top + height {
        for column in left..left + width {
            if let Some(cell) = buffer.cell_mut((column, row)) {
                cell.reset();
            }
        }
        // A wide character cut in half by the frame is taken away.
        if let Some(before) = left.checked_sub(1)
            && let Some(cell) = buffer.cell_mut((before, row))
            && text::width(cell.symbol()) > 1
        {
            cell.reset();
        }
    }
}

/// Draws the frame, with a title and with what can be done at its foot.
pub(super) fn edge(buffer: &mut Buffer, area: Sheet, theme: Theme, title: &str, foot: &str) {
    let Sheet { left, top, width, height } = area;
    let style = theme.style(Role::Rule);
    let across = "─".repeat(usize::from(width.saturating_sub(2)));
    let cells = usize::from(width);
    let bottom = (top + height).saturating_sub(1);
    put(buffer, left, top, &format!("╭{across}╮"), cells, style);
    for row in top + 1..bottom {
        put(buffer, left, row, "│", 1, style);
        put(buffer, (left + width).saturating_sub(1), row, "│", 1, style);
    }
    put(buffer, left, bottom, &format!("╰{across}╯"), cells, style);
    let room = cells.saturating_sub(4);
    let title = text::fit(&format!(" {title} "), room).into_owned();
    put(buffer, left + 2, top, &title, room, theme.style(Role::Heading));
    put(buffer, left + 2, bottom, &text::fit(foot, room), room, theme.style(Role::Hint));
}
