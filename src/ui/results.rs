//! What was found in all episodes.

use std::path::Path;

use ratatui::buffer::Buffer;
use unicode_segmentation::UnicodeSegmentation;

use super::{Role, Theme, put};
use crate::app::shelf::{FoundLine, ResultLine, Results};
use crate::app::{Layout, Shelf};
use crate::model::episode::Episode;
use crate::model::text;

/// Draws the lines of the results.
pub(super) fn draw(buffer: &mut Buffer, shelf: &Shelf, theme: Theme, layout: &Layout) {
    let results = shelf.results();
    if results.counts().0 == 0 {
        super::shelf::nothing(buffer, theme, layout, said(shelf));
    }
    if let Some((count, first)) = results.unread().filter(|_| layout.rows > 1) {
        unread(buffer, theme, layout, count, first);
    }
    for (row, (line, is_here)) in (layout.top..).zip(results.page()) {
        if is_here {
            put(buffer, 0, row, "›", 1, theme.style(Role::Cursor));
        }
        match line {
            ResultLine::Heading(one, count) => heading(buffer, theme, layout, row, one, count),
            ResultLine::Found(hit) => found(buffer, theme, layout, row, hit),
            ResultLine::More(count) => {
                let said = format!("{count} more: Enter lists them");
                put(
                    buffer,
                    11,
                    row,
                    &said,
                    usize::from(layout.size.width),
                    theme.style(Role::Hint),
                );
            }
        }
    }
}

/// What is said in place of lines.
fn said(shelf: &Shelf) -> &'static str {
    let results = shelf.results();
    let typed = !results.words().text().trim().is_empty();
    match (results.is_looking(), typed) {
        (true, _) => "looking …",
        (false, true) if shelf.list().episodes().is_empty() => super::shelf::empty(shelf),
        (false, true) if results.unread().is_some() => "nothing found in what can be read",
        (false, true) => "nothing found",
        (false, false) => "words, \"a phrase\", begin*, /pattern/, speaker:ann, episode:21",
    }
}

/// How many transcripts cannot be read, and which is the first, on the last row.
fn unread(buffer: &mut Buffer, theme: Theme, layout: &Layout, count: usize, first: &Path) {
    let name = text::clean_line(&first.file_name().unwrap_or_default().to_string_lossy());
    let said = match count {
        1 => format!("cannot read 1 transcript: {name}"),
        _ => format!("cannot read {count} transcripts, the first: {name}"),
    };
    let room = usize::from(layout.size.width).saturating_sub(4);
    let row = layout.top + layout.rows - 1;
    put(buffer, 2, row, &text::fit(&said, room), room, theme.style(Role::Warning));
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
    let after =
        put(buffer, 2, row, &format!("{:>7}", hit.start.to_string()), 10, theme.style(Role::Time))
            + 2;
    let after = match &hit.speaker {
        Some(speaker) if width >= 60 => {
            let name = text::fit(speaker, 14);
            put(buffer, after, row, &name, 14, theme.style(Role::Hint)) + 2
        }
        _ => after,
    };
    let room = width.saturating_sub(usize::from(after) + 1);
    let part = |from: usize, to: usize| hit.text.get(from..to).unwrap_or_default();
    // The match is on the screen, with its line before it if there is room, and
    // with what was said before that in the first third.
    let nothing = hit.line.start..hit.line.start;
    let marked = hit.marked.first().unwrap_or(&nothing);
    let needed = text::width(part(marked.start, marked.end)).min(room);
    let line = text::width(part(hit.line.start, marked.start));
    let keep = if line + needed <= room {
        line.max(room / 3)
    } else {
        room.saturating_sub(needed + 1) / 2
    };
    let before = part(0, marked.start);
    let mut used = 0;
    let kept = before.graphemes(true).rev().take_while(|grapheme| {
        used += text::grapheme_width(grapheme);
        used <= keep
    });
    let mut from = before.len() - kept.map(str::len).sum::<usize>();
    if from > 0 && from < hit.line.start {
        // A whole word.
        let next = before[from..hit.line.start].find(' ').map(|blank| from + blank + 1);
        from = next.unwrap_or(hit.line.start);
    }
    let start = if from > hit.line.start { "…" } else { "" };
    let mut column = put(buffer, after, row, start, room, theme.style(Role::Hint));
    let end = usize::from(after) + room;
    let edges = hit.marked.iter().chain(&hit.names).flat_map(|part| [part.start, part.end]);
    let mut edges: Vec<usize> = edges
        .chain([hit.line.start, hit.line.end, hit.text.len()])
        .filter(|edge| *edge > from)
        .collect();
    edges.push(from);
    edges.sort_unstable();
    let role = |at: usize| {
        let is_in = |parts: &[std::ops::Range<usize>]| parts.iter().any(|part| part.contains(&at));
        if is_in(&hit.marked) {
            Role::Match
        } else if hit.line.contains(&at) && !is_in(&hit.names) {
            Role::Text
        } else {
            Role::Hint
        }
    };
    let parts = edges.windows(2).map(|edge| (edge[0], edge[1], role(edge[0])));
    for (from, to, role) in parts {
        let left = end.saturating_sub(usize::from(column));
        column =
            put(buffer, column, row, &text::fit(part(from, to), left), left, theme.style(role));
    }
}

/// What is said beside what is looked for.
pub(super) fn state(results: &Results) -> String {
    if let Some(told) = results.told() {
        return told.to_owned();
    }
    let (episodes, hits) = results.counts();
    let more = if results.is_looking() || results.is_cut() { "+" } else { "" };
    let looking = if results.is_looking() { ", looking …" } else { "" };
    let plural = if episodes == 1 && more.is_empty() { "" } else { "s" };
    format!("{hits}{more} in {episodes}{more} episode{plural}{looking}   Enter plays   Esc back")
}
