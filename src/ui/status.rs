//! The foot of the screen: the state, and one line for notices and for what
//! is being typed.

use ratatui::buffer::Buffer;
use unicode_segmentation::UnicodeSegmentation;

use super::{Role, Theme, put, shelf};
use crate::app::input::Input;
use crate::app::{App, Asking, Layout, Open, Prompt, Shelf, View, Weight};
use crate::model::{Moment, text};

/// Draws both lines; the second over the first where there is room for one.
pub(super) fn draw(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout, now: Moment) {
    if !app.is_idle() {
        state(buffer, app, theme, layout, now);
    }
    let row = layout.notice;
    let width = usize::from(layout.size.width);
    let alone = layout.notice == layout.status;
    if let Open::Prompt(prompt) = app.open() {
        blank(buffer, layout, row);
        return typed(buffer, app, theme, layout, prompt);
    }
    if let (View::Shelf, Some(shelf)) = (app.view(), app.shelf())
        && (shelf.typing().is_some() || app.notice().is_none())
    {
        blank(buffer, layout, row);
        return wanted(buffer, app, theme, layout, shelf);
    }
    if let Some(notice) = app.notice() {
        blank(buffer, layout, row);
        let role = match notice.weight() {
            Weight::Word => Role::Notice,
            Weight::Warning => Role::Warning,
        };
        let said = text::fit_ends(notice.text(), width.saturating_sub(2));
        put(buffer, 1, row, &said, width, theme.style(role));
    } else if !alone {
        let hint = hint(app);
        let said = text::fit(&hint, width.saturating_sub(2));
        put(buffer, 1, row, &said, width, theme.style(Role::Hint));
    }
}

/// The column of the caret, while a line is being typed.
pub(super) fn caret(app: &App, layout: &Layout) -> Option<u16> {
    let (sign, input) = match (app.open(), app.view()) {
        (Open::Prompt(prompt), _) => (prompt.asking.sign(), &prompt.input),
        (Open::Nothing, View::Shelf) => {
            let shelf = app.shelf()?;
            (shelf::sign(shelf), shelf.typing()?)
        }
        _ => return None,
    };
    let before = &input.text()[first_shown(sign, input, layout)..input.before_caret().len()];
    u16::try_from(1 + text::width(sign) + text::width(before)).ok()
}

/// The line being typed for the list, or that was typed, and what was found.
fn wanted(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout, list: &Shelf) {
    let (row, width) = (layout.notice, usize::from(layout.size.width));
    let Some(input) = list.typing().or_else(|| {
        let filter = list.list().filter();
        (!filter.text().is_empty()).then_some(filter)
    }) else {
        let said = shelf::hint(width.saturating_sub(2));
        let said = text::fit(&said, width.saturating_sub(2));
        put(buffer, 1, row, &said, width, theme.style(Role::Hint));
        return;
    };
    let sign = shelf::sign(list);
    let after = put(buffer, 1, row, sign, width, theme.style(Role::KeyName));
    let shown = &input.text()[first_shown(sign, input, layout)..];
    let mut style = theme.style(Role::Prompt);
    if input.is_selected() {
        style = style.reversed();
    }
    let end = put(buffer, after, row, shown, width, style);
    let (said, role) = match app.notice() {
        Some(notice) if notice.weight() == Weight::Warning => {
            (notice.text().to_owned(), Role::Warning)
        }
        _ => (shelf::state(list), Role::Hint),
    };
    let room = width.saturating_sub(usize::from(end) + 4);
    let said = text::fit_ends(&said, room);
    let left = width.saturating_sub(text::width(&said) + 1);
    put(buffer, u16::try_from(left).unwrap_or(0), row, &said, room, theme.style(role));
}

/// The byte of the line being typed from which it is shown: the first from
/// which there is room up to the caret and the caret itself.
fn first_shown(sign: &str, input: &Input, layout: &Layout) -> usize {
    let room = usize::from(layout.size.width).saturating_sub(3 + text::width(sign));
    let before = input.before_caret();
    let mut used = 0;
    let kept = before.graphemes(true).rev().take_while(|grapheme| {
        used += text::grapheme_width(grapheme);
        used <= room
    });
    before.len() - kept.map(str::len).sum::<usize>()
}

fn blank(buffer: &mut Buffer, layout: &Layout, row: u16) {
    let width = usize::from(layout.size.width);
    put(buffer, 0, row, &" ".repeat(width), width, ratatui::style::Style::reset());
}

fn state(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout, now: Moment) {
    let width = usize::from(layout.size.width);
    let player = app.player();
    // Each with how soon it gives way where there is no room for all.
    let mut words = Vec::new();
    if app.waits_for_file() {
        words.push(("waiting for the file".to_owned(), 2));
    } else if width >= 50 {
        words.push((if player.is_playing() { "playing" } else { "paused" }.to_owned(), 4));
    }
    words.push((player.speed().to_string(), 0));
    if player.has_audio() {
        words.push((format!("vol {}%", player.volume().percent()), 5));
    }
    words.extend(app.manner_words());
    words.push((if app.reader().follows() { "follow" } else { "follow off" }.to_owned(), 1));
    if !player.has_audio() {
        words.push(("no audio".to_owned(), 2));
    } else if app.has_device() == Some(false) {
        words.push(("no sound device".to_owned(), 2));
    }
    if app.reader().shows_only_matches() {
        words.push(("only matches".to_owned(), 3));
    }
    if !app.takes_mouse() {
        words.push(("mouse off".to_owned(), 6));
    }
    let chapter = app.chapter(now).and_then(|index| app.chapters().all().get(index));
    if let Some(chapter) = chapter.filter(|_| super::room_for_chapter(app, layout) == 0) {
        // What the other words leave, if that is enough to tell what it is.
        let others: usize = words.iter().map(|(word, _)| text::width(word) + 3).sum();
        let room = width.saturating_sub(others + 2);
        if room >= super::SHORTEST_CHAPTER {
            words.push((text::fit(&chapter.title, room).into_owned(), 7));
        }
    }
    let typed = app.typed();
    let right = if !typed.is_empty() {
        typed
    } else if width >= 70 && app.view() == View::Transcript {
        "/ search   ? help   q quit".to_owned()
    } else {
        "? help".to_owned()
    };
    let said = join(words, width.saturating_sub(2));
    let end = put(buffer, 1, layout.status, &said, width, theme.style(Role::Status));
    let left = width.saturating_sub(text::width(&right) + 1);
    if left > usize::from(end) + 1 {
        let column = u16::try_from(left).unwrap_or(0);
        put(buffer, column, layout.status, &right, width, theme.style(Role::Hint));
    }
}

/// The words in their order, without those that give way soonest where there
/// is no room for all.
fn join(mut words: Vec<(String, u8)>, room: usize) -> String {
    loop {
        let texts: Vec<&str> = words.iter().map(|(text, _)| text.as_str()).collect();
        let said = texts.join(" · ");
        if text::width(&said) <= room || words.len() < 2 {
            return said;
        }
        let soonest = words.iter().map(|&(_, gives_way)| gives_way).max();
        words.retain(|&(_, gives_way)| Some(gives_way) != soonest);
    }
}

/// What stands in the line for notices when there is none.
fn hint(app: &App) -> String {
    let reader = app.reader();
    if let Some(finds) = reader.finds() {
        let count = count(app);
        let esc = if app.is_from_results() { "Esc results" } else { "Esc ends" };
        return format!(
            "/{}  {count}  n next   N before   Enter plays   {esc}",
            finds.query().text()
        );
    }
    if !reader.follows() {
        return "reading on: Enter plays from here   . back to now".to_owned();
    }
    String::new()
}

/// `3/17`, as far as it is known.
fn count(app: &App) -> String {
    let Some(finds) = app.reader().finds() else { return String::new() };
    match (finds.len(), finds.current()) {
        (0, _) => "no match".to_owned(),
        (len, Some(current)) => format!("{}/{len}", current + 1),
        (len, None) => format!("{len}"),
    }
}

fn typed(buffer: &mut Buffer, app: &App, theme: Theme, layout: &Layout, prompt: &Prompt) {
    let row = layout.notice;
    let width = usize::from(layout.size.width);
    let style = theme.style(Role::Prompt);
    let after = put(buffer, 1, row, prompt.asking.sign(), width, theme.style(Role::KeyName));
    let room = width.saturating_sub(usize::from(after) + 1);
    if prompt.input.text().is_empty() {
        let hint = text::fit(prompt.asking.hint(), room);
        put(buffer, after, row, &hint, width, theme.style(Role::Hint));
        return;
    }
    let shown = &prompt.input.text()[first_shown(prompt.asking.sign(), &prompt.input, layout)..];
    let end = put(buffer, after, row, shown, room, style);
    let keys = match prompt.asking {
        Asking::Search => "   Enter plays   ↓↑ next   Tab reads   Esc back",
        Asking::OnlyMatches => "   Enter keeps   Esc back",
        Asking::GoTo | Asking::Command => "   Enter goes   Esc back",
    };
    let searching = matches!(prompt.asking, Asking::Search | Asking::OnlyMatches);
    let count = if searching { count(app) } else { String::new() };
    let first = match app.notice() {
        Some(notice) => format!("{}   {count}", notice.text()),
        None => format!("{count}{keys}"),
    };
    for said in [first, count] {
        let left = width.saturating_sub(text::width(&said) + 1);
        if left > usize::from(end) + 1 {
            put(
                buffer,
                u16::try_from(left).unwrap_or(0),
                row,
                &said,
                width,
                theme.style(Role::Hint),
            );
            break;
        }
    }
}
