//! The help: every command with its keys, made from the live keymap.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Role, Theme, put};
use crate::app::{App, COMMANDS};
use crate::model::text;

/// One line of the help.
enum Line {
    Blank,
    Heading(&'static str),
    Command { keys: String, help: &'static str },
}

/// Draws the help over the screen, scrolled down by `top` lines as far as
/// there is more.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, top: u16) {
    let lines = lines(app);
    let area = area(buffer.area, lines.len());
    let style = theme.style(Role::Help);
    clear(buffer, area);
    frame(buffer, area, theme);
    let rows = usize::from(area.height.saturating_sub(2));
    let first = usize::from(top).min(lines.len().saturating_sub(rows));
    let width = usize::from(area.width.saturating_sub(4));
    let column = if width >= 50 { 22 } else { 13 };
    for (row, line) in (area.y + 1..).zip(lines.iter().skip(first).take(rows)) {
        match line {
            Line::Blank => {}
            Line::Heading(title) => {
                put(buffer, area.x + 2, row, title, width, theme.style(Role::Heading));
            }
            Line::Command { keys, help } => {
                let keys = text::fit(keys, column - 1);
                put(buffer, area.x + 2, row, &keys, width, theme.style(Role::KeyName));
                let help = text::fit(help, width.saturating_sub(column));
                let left = area.x + 2 + u16::try_from(column).unwrap_or(0);
                put(buffer, left, row, &help, width.saturating_sub(column), style);
            }
        }
    }
    let more = lines.len().saturating_sub(first + rows);
    let said = match (first, more) {
        (0, 0) => " Esc closes ".to_owned(),
        (_, 0) => " k up   Esc closes ".to_owned(),
        (_, more) => format!(" {more} more: j down   Esc closes "),
    };
    let cells = usize::from(area.width.saturating_sub(4));
    put(buffer, area.x + 2, area.bottom().saturating_sub(1), &said, cells, theme.style(Role::Hint));
}

fn lines(app: &App) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut group = None;
    for info in COMMANDS {
        if group != Some(info.group) {
            if group.is_some() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(info.group.title()));
            group = Some(info.group);
        }
        let keys = app.keymap().keys_of(info.command);
        lines.push(Line::Command { keys, help: info.help });
    }
    lines.push(Line::Blank);
    lines.push(Line::Heading("Counts"));
    lines.push(Line::Command { keys: "6l".to_owned(), help: "Six times: forward 30 seconds" });
    lines.push(Line::Command { keys: "40%".to_owned(), help: "Go to 40 percent" });
    lines
}

/// Where the help lies on a screen of this size.
fn area(screen: Rect, lines: usize) -> Rect {
    let width = screen.width.min(66);
    let wanted = u16::try_from(lines + 2).unwrap_or(u16::MAX);
    let height = screen.height.saturating_sub(if screen.height > 20 { 2 } else { 0 }).min(wanted);
    Rect { x: (screen.width - width) / 2, y: (screen.height - height) / 2, width, height }
}

fn clear(buffer: &mut Buffer, area: Rect) {
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    }
    // A wide character cut in half by the frame is taken away.
    for row in area.top()..area.bottom() {
        if let Some(left) = area.x.checked_sub(1)
            && let Some(cell) = buffer.cell_mut((left, row))
            && text::width(cell.symbol()) > 1
        {
            cell.reset();
        }
    }
}

fn frame(buffer: &mut Buffer, area: Rect, theme: Theme) {
    let style = theme.style(Role::Rule);
    let across = "─".repeat(usize::from(area.width.saturating_sub(2)));
    let width = usize::from(area.width);
    put(buffer, area.x, area.y, &format!("╭{across}╮"), width, style);
    for row in area.y + 1..area.bottom().saturating_sub(1) {
        put(buffer, area.x, row, "│", 1, style);
        put(buffer, area.right().saturating_sub(1), row, "│", 1, style);
    }
    let bottom = area.bottom().saturating_sub(1);
    put(buffer, area.x, bottom, &format!("╰{across}╯"), width, style);
    put(buffer, area.x + 2, area.y, " Keys ", width, theme.style(Role::Heading));
}
