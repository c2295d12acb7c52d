//! The list of episodes, and what was found in them.

use ratatui::buffer::Buffer;

use super::{Role, Theme, put};
use crate::app::shelf::{FoundLine, Line, Showing};
use crate::app::{App, Layout, Shelf};
use crate::model::episode::{Episode, Pairing};
use crate::model::text;

/// Draws the lines of the list where the transcript is otherwise.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout) {
    let Some(shelf) = app.shelf() else { return };
    let width = usize::from(layout.size.width);
    let page = shelf.page();
    if page.is_empty() {
        let said = text::fit(nothing(shelf), width.saturating_sub(4));
        put(buffer, 2, layout.top, &said, width, theme.style(Role::Hint));
    }
    for (row, (line, is_here)) in (layout.top..layout.top + layout.rows).zip(page) {
        if is_here {
            put(buffer, 0, row, "›", 1, theme.style(Role::Cursor));
        }
        match line {
            Line::Episode(one) => episode(buffer, theme, layout, row, one, is_here),
            Line::Heading(one, count) => heading(buffer, theme, layout, row, one, count),
            Line::Found(hit) => found(buffer, theme, layout, row, hit),
        }
    }
}

/// What is said in place of lines.
fn nothing(shelf: &Shelf) -> &'static str {
    let typed = !shelf.input().text().trim().is_empty();
    match shelf.showing() {
        Showing::Episodes if shelf.is_empty() => "the library is empty: sayagain add FOLDER",
        Showing::Episodes => "no episode is called so",
        Showing::Words if shelf.is_looking() => "looking …",
        Showing::Words if typed => "nothing found",
        Showing::Words => "words, \"a phrase\", begin*, /pattern/, speaker:ann, episode:21",
    }
}

/// Number, title, length and how far it was heard.
fn episode(
    buffer: &mut Buffer,
    theme: Theme,
    layout: &Layout,
    row: u16,
    episode: &Episode,
    is_here: bool,
) {
    let width = usize::from(layout.size.width);
    let heard = match episode.heard_percent() {
        Some(_) if episode.is_played() => "played".to_owned(),
        Some(percent) if percent > 0 => format!("{percent} %"),
        _ => String::new(),
    };
    let doubtful = episode.pairing.as_ref().is_some_and(Pairing::is_doubtful);
    let state = match (&episode.audio, &episode.transcript) {
        (None, _) => "no audio",
        (_, None) => "no transcript",
        _ if doubtful => "doubtful",
        _ => "",
    };
    let length = episode.length.map(|length| length.to_string()).unwrap_or_default();
    let right = if width >= 60 {
        format!("{state}  {heard:>6}  {length:>8}")
    } else {
        format!("{length:>8}")
    };
    let right_width = text::width(&right);
    let number = episode.number.map(|number| format!("{number:03}")).unwrap_or_default();
    let style = theme.style(if is_here { Role::Active } else { Role::Text });
    put(buffer, 2, row, &format!("{number:>4}"), 5, theme.style(Role::Time));
    let room = width.saturating_sub(8 + right_width + 2);
    let title = text::clean_line(&episode.title);
    put(buffer, 8, row, &text::fit(&title, room), room, style);
    let left = u16::try_from(width.saturating_sub(right_width + 1)).unwrap_or(0);
    put(buffer, left, row, &right, right_width, theme.style(Role::Hint));
}

/// The episode in which the lines below were found.
fn heading(
    buffer: &mut Buffer,
    theme: Theme,
    layout: &Layout,
    row: u16,
    episode: &Episode,
    count: usize,
) {
    let width = usize::from(layout.size.width);
    let number = episode.number.map(|number| format!("{number:03}  ")).unwrap_or_default();
    let title = text::clean_line(&format!("{number}{}", episode.title));
    let count = format!("{count}");
    let room = width.saturating_sub(count.len() + 5);
    put(buffer, 2, row, &text::fit(&title, room), room, theme.style(Role::Heading));
    let left = u16::try_from(width.saturating_sub(count.len() + 1)).unwrap_or(0);
    put(buffer, left, row, &count, count.len(), theme.style(Role::Hint));
}

/// A place: when, by whom, and the line with what was looked for marked.
fn found(buffer: &mut Buffer, theme: Theme, layout: &Layout, row: u16, hit: &FoundLine) {
    let width = usize::from(layout.size.width);
    let after = put(buffer, 4, row, &hit.start.to_string(), 10, theme.style(Role::Time)) + 2;
    let after = match &hit.speaker {
        Some(speaker) if width >= 60 => {
            let name = text::fit(speaker, 14);
            put(buffer, after, row, &name, 14, theme.style(Role::Hint)) + 2
        }
        _ => after,
    };
    let room = width.saturating_sub(usize::from(after) + 1);
    // The match is on the screen, with what stands before it if there is room.
    let before = hit.text.get(..hit.marked.start).unwrap_or_default();
    let marked = hit.text.get(hit.marked.clone()).unwrap_or_default();
    let mut from = 0;
    let needed = text::width(marked).min(room);
    if text::width(before) + needed > room {
        let keep = room.saturating_sub(needed) / 2;
        let words = before.char_indices().rev().find(|(at, _)| text::width(&before[*at..]) > keep);
        from = words.map_or(0, |(at, c)| at + c.len_utf8());
    }
    let start = if from > 0 { "…" } else { "" };
    let mut column = put(buffer, after, row, start, room, theme.style(Role::Hint));
    let rest = hit.text.get(hit.marked.end..).unwrap_or_default();
    let end = usize::from(after) + room;
    for (part, role) in [(&before[from..], Role::Text), (marked, Role::Match), (rest, Role::Text)] {
        let left = end.saturating_sub(usize::from(column));
        column = put(buffer, column, row, &text::fit(part, left), left, theme.style(role));
    }
}

/// What stands before the line being typed.
pub(super) fn sign(shelf: &Shelf) -> &'static str {
    match shelf.showing() {
        Showing::Episodes => "library: ",
        Showing::Words => "search all: ",
    }
}

/// What is said behind it.
pub(super) fn state(shelf: &Shelf) -> String {
    if let Some(told) = shelf.told() {
        return told.to_owned();
    }
    match shelf.showing() {
        Showing::Episodes => format!(
            "{}/{}   Enter plays   Tab searches in them   Esc back",
            shelf.line_count(),
            shelf.len()
        ),
        Showing::Words => {
            let (episodes, hits) = shelf.counts();
            let more = if shelf.is_looking() { "+" } else { "" };
            format!("{hits}{more} in {episodes}{more} episodes   Enter plays   Esc back")
        }
    }
}
