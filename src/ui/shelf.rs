//! The list of episodes.

use ratatui::buffer::Buffer;

use super::{Role, Theme, put, results};
use crate::app::shelf::{Choice, List, ListLine, Part, Showing};
use crate::app::{App, Layout, Shelf};
use crate::model::episode::{Episode, Pairing};
use crate::model::text;

/// Draws the lines of the list where the transcript is otherwise.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout) {
    let Some(shelf) = app.shelf() else { return };
    let list = match shelf.showing() {
        Showing::Episodes => shelf.list(),
        Showing::Words => return results::draw(buffer, shelf, theme, layout),
    };
    if list.left() == 0 {
        nothing(buffer, theme, layout, said(shelf));
    }
    for (row, (line, is_here)) in (layout.top..).zip(list.page()) {
        match line {
            ListLine::Heading(part) => heading(buffer, theme, layout, row, list, part),
            ListLine::Episode(one) => {
                let is_playing = app.key() == Some(one.key.as_str());
                if is_here {
                    put(buffer, 0, row, "›", 1, theme.style(Role::Cursor));
                }
                if is_playing {
                    put(buffer, 1, row, "▌", 1, theme.style(Role::Mark));
                }
                let title = match (is_here, one.is_played()) {
                    (true, _) => Role::Active,
                    (false, true) => Role::Held,
                    (false, false) => Role::Text,
                };
                episode(buffer, theme, layout, row, list, one, title);
            }
        }
    }
}

/// Says why there are no lines.
pub(super) fn nothing(buffer: &mut Buffer, theme: Theme, layout: &Layout, said: &str) {
    let width = usize::from(layout.size.width);
    let said = text::fit(said, width.saturating_sub(4));
    put(buffer, 2, layout.top, &said, width, theme.style(Role::Hint));
}

/// What is said where there is nothing to choose from or to look in.
pub(super) const fn empty(shelf: &Shelf) -> &'static str {
    if shelf.is_listed() {
        "the library is empty: sayagain add FOLDER"
    } else {
        "looking at the folders …"
    }
}

/// What is said in place of lines.
fn said(shelf: &Shelf) -> &'static str {
    let list = shelf.list();
    match list.choice() {
        _ if list.episodes().is_empty() => empty(shelf),
        _ if !list.filter().text().trim().is_empty() => "no episode is called so",
        Choice::All => "",
        Choice::Unplayed => "all have been played: v shows them",
        Choice::Played => "none has been played to its end: v shows all",
    }
}

/// The name of a part, how it is ordered and how much is in it.
fn heading(buffer: &mut Buffer, theme: Theme, layout: &Layout, row: u16, list: &List, part: Part) {
    let width = usize::from(layout.size.width);
    let (name, told) = match (part, list.choice()) {
        (Part::Begun, _) => ("Continue listening", String::new()),
        (Part::Queue, _) => ("Queue", "plays on with these".to_owned()),
        (Part::All, Choice::All) => ("Episodes", list.order().name().to_owned()),
        (Part::All, Choice::Unplayed) => ("Unplayed", list.order().name().to_owned()),
        (Part::All, Choice::Played) => ("Played", list.order().name().to_owned()),
    };
    let after = put(buffer, 1, row, name, width, theme.style(Role::Heading));
    let count = match part {
        Part::Begun => String::new(),
        Part::Queue => list.queue().count().to_string(),
        Part::All => list.left().to_string(),
    };
    let left = width.saturating_sub(count.len() + 1);
    let room = left.saturating_sub(usize::from(after) + 4);
    if !told.is_empty() && room > 0 {
        put(buffer, after + 2, row, &text::fit(&told, room), room, theme.style(Role::Hint));
    }
    let left = u16::try_from(left).unwrap_or(0);
    put(buffer, left, row, &count, width, theme.style(Role::Hint));
}

/// The least width that has columns besides title and length.
const WITH_STATE: usize = 60;
/// That which has dates.
const WITH_DATE: usize = 92;
/// That which has shows.
const WITH_SHOW: usize = 100;
/// The width of a show, in cells.
const SHOW: usize = 20;

/// Number, title, show, date, state, how far it was heard and its length.
fn episode(
    buffer: &mut Buffer,
    theme: Theme,
    layout: &Layout,
    row: u16,
    list: &List,
    episode: &Episode,
    title: Role,
) {
    let width = usize::from(layout.size.width);
    let columns = list.columns();
    let length = episode.length.map(|length| length.to_string()).unwrap_or_default();
    let date = episode.written_date().unwrap_or_default();
    let show = text::clean_line(&episode.show);
    let (problem, role) = problem(episode);
    if list.is_queued(&episode.key) {
        put(buffer, 2, row, "+", 1, theme.style(Role::KeyName));
    }
    // From the right edge: text, cells, how it looks.
    let mut right = vec![(format!("{length:>8}"), 8, Role::Time)];
    if width >= WITH_STATE {
        right.push((format!("{:>6}", heard(episode)), 6, Role::Text));
        right.push((problem.to_owned(), 13, role));
    } else if !problem.is_empty() {
        right.push(("!".to_owned(), 1, role));
    }
    if width >= WITH_DATE && columns.date {
        right.push((date, 10, Role::Time));
    }
    if width >= WITH_SHOW && columns.show {
        right.push((text::fit(&show, SHOW).into_owned(), SHOW, Role::Hint));
    }
    let mut end = width.saturating_sub(1);
    for (text, cells, role) in right {
        end = end.saturating_sub(cells);
        put(buffer, u16::try_from(end).unwrap_or(0), row, &text, cells, theme.style(role));
        end = end.saturating_sub(2);
    }
    let mut left = 4;
    if columns.number {
        let number = episode.number.map(|number| format!("{number:03}")).unwrap_or_default();
        left = put(buffer, 3, row, &format!("{number:>4}"), 8, theme.style(Role::Time)) + 2;
    }
    let room = end.saturating_sub(usize::from(left));
    let name = text::clean_line(&episode.title);
    put(buffer, left, row, &text::fit(&name, room), room, theme.style(title));
}

/// How far it was heard, in a word.
fn heard(episode: &Episode) -> String {
    match episode.heard_percent() {
        _ if episode.is_played() => "played".to_owned(),
        Some(percent) if percent > 0 => format!("{percent} %"),
        _ => String::new(),
    }
}

/// What is missing or in doubt, in at most 13 cells, and how it looks.
fn problem(episode: &Episode) -> (&'static str, Role) {
    let doubtful = episode.pairing.as_ref().is_some_and(Pairing::is_doubtful);
    match (&episode.audio, &episode.transcript) {
        _ if episode.wrong.is_some() => ("unreadable", Role::Warning),
        (None, _) => ("no audio", Role::Hint),
        (_, None) => ("no transcript", Role::Hint),
        _ if doubtful => ("doubtful", Role::Warning),
        _ => ("", Role::Hint),
    }
}

/// What stands before the line being typed.
pub(super) fn sign(shelf: &Shelf) -> &'static str {
    match shelf.showing() {
        Showing::Episodes => "episodes: ",
        Showing::Words => "search all: ",
    }
}

/// What is said beside it.
pub(super) fn state(shelf: &Shelf) -> String {
    let list = shelf.list();
    match shelf.showing() {
        Showing::Episodes => {
            let (left, all) = (list.left(), list.episodes().len());
            let keys = if list.is_typing() {
                "Enter plays   Tab keeps   Esc shows all"
            } else {
                "Enter plays   Esc shows all"
            };
            format!("{left}/{all}   {keys}")
        }
        Showing::Words => results::state(shelf.results()),
    }
}

/// What can be done, where nothing is being typed, and `?` tells the rest: as
/// many keys as there is room for in `width` cells.
pub(super) fn hint(width: usize) -> String {
    const KEYS: [&str; 5] = ["Enter plays", "/ filter", "S search", "a queue", "p played"];
    const ALWAYS: &str = "? help   q quit";
    let line = |count: usize| format!("{}   {ALWAYS}", KEYS[..count].join("   "));
    let fitting = (1..=KEYS.len()).rev().map(line).find(|line| line.len() <= width);
    fitting.unwrap_or_else(|| ALWAYS.to_owned())
}
