//! All that is known of one episode, over the screen.

use super::event::Effect;
use super::key::Key;
use super::keymap::Resolved;
use super::library::{AskedOfList, NOT_THERE};
use super::screen::Sheet;
use super::{App, Command, Open};
use crate::model::episode::Episode;
use crate::model::{Chapters, Moment, text};

/// What an episode's files say of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// The title in the tags.
    pub title: Option<String>,
    /// Who made it.
    pub artist: Option<String>,
    /// What it is about, as lines of clean text.
    pub description: Option<String>,
    /// Its chapters.
    pub chapters: Chapters,
    /// Whether there is a cover that this terminal can show.
    pub cover: bool,
    /// Why its files cannot be read.
    pub wrong: Option<String>,
}

/// The sheet, while it is open.
#[derive(Clone, Debug)]
pub struct Details {
    episode: Episode,
    about: Option<About>,
    /// Whether the cover is to be shown, if there is one.
    covers: bool,
    /// The first line that is shown.
    pub top: usize,
}

/// A line of the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DetailLine {
    /// The title of a part.
    Heading(String),
    /// What is known, after its name; the name is empty where it goes on.
    Known(&'static str, String),
    /// What is wrong, after its name.
    Wrong(&'static str, String),
    /// Text.
    Text(String),
}

/// The width of the names, in cells.
pub const NAMES: usize = 12;

/// The room for a cover, in cells: columns and rows.
pub const COVER: (u16, u16) = (22, 11);

/// The narrowest text that leaves room for a cover beside it, in cells.
const BESIDE_COVER: usize = 56;

impl Details {
    /// Of `episode`; what its files say comes later.
    pub fn new(episode: Episode, covers: bool) -> Self {
        Self { episode, about: None, covers, top: 0 }
    }

    /// Whether there is a cover, shown or not.
    pub fn has_cover(&self) -> bool {
        self.about.as_ref().is_some_and(|about| about.cover)
    }

    /// Whether a cover stands beside the first lines.
    fn shows_cover(&self, cells: usize) -> bool {
        self.covers && self.has_cover() && cells >= BESIDE_COVER
    }

    /// The lines, none wider than `cells`.
    pub fn lines(&self, cells: usize) -> Vec<DetailLine> {
        let cells = cells.max(NAMES + 8);
        let mut page = Page { lines: Vec::new(), cells };
        let episode = &self.episode;
        if self.shows_cover(cells) {
            page.cells -= usize::from(COVER.0) + 2;
        }
        page.text(&text::clean_line(&episode.title), DetailLine::Heading);
        self.known(&mut page);
        while self.shows_cover(cells) && page.lines.len() < usize::from(COVER.1) {
            page.blank();
        }
        page.cells = cells;
        let Some(about) = &self.about else {
            page.blank();
            page.text("reading its files …", DetailLine::Text);
            return page.lines;
        };
        if let Some(wrong) = &about.wrong {
            page.wrong("problem", wrong);
        }
        if !about.chapters.is_empty() {
            page.blank();
            let count = about.chapters.all().len();
            page.text(&format!("Chapters: {count}"), DetailLine::Heading);
            for chapter in about.chapters.all() {
                let line = format!("{:>8}  {}", chapter.start.to_string(), chapter.title);
                page.text(&line, DetailLine::Text);
            }
        }
        if let Some(description) = &about.description {
            page.blank();
            page.text("About", DetailLine::Heading);
            for line in description.lines() {
                page.text(line, DetailLine::Text);
            }
        }
        page.lines
    }

    fn known(&self, page: &mut Page) {
        let episode = &self.episode;
        let about = self.about.as_ref();
        let tagged = about.and_then(|about| about.title.as_ref());
        let number = episode.number.map(|number| number.to_string());
        let length = episode.length.map(|length| length.to_string());
        for (name, told) in [
            ("tagged", tagged.filter(|title| **title != episode.title).cloned()),
            ("show", Some(episode.show.clone()).filter(|show| !show.is_empty())),
            ("by", about.and_then(|about| about.artist.clone())),
            ("number", number),
            ("date", episode.written_date()),
            ("length", length),
            ("heard", heard(episode)),
            ("audio", episode.audio.as_ref().map(|path| path.display().to_string())),
            ("transcript", episode.transcript.as_ref().map(|path| path.display().to_string())),
            ("cues", (episode.cues > 0).then(|| episode.cues.to_string())),
        ] {
            if let Some(told) = told {
                page.known(name, &told);
            }
        }
        if let Some(pairing) = &episode.pairing {
            let told = format!("{}: {}", pairing.confidence, pairing.reason);
            if pairing.is_doubtful() {
                page.wrong("paired", &format!("{told}; sayagain pair decides"));
            } else {
                page.known("paired", &told);
            }
        }
        for (is_wrong, told) in [
            (episode.audio.is_none(), "no audio is known: it is read in silence"),
            (episode.transcript.is_none(), "no transcript is known"),
            (episode.wrong.is_some(), episode.wrong.as_deref().unwrap_or_default()),
        ] {
            if is_wrong {
                page.wrong("problem", told);
            }
        }
    }
}

/// How far it was heard.
fn heard(episode: &Episode) -> Option<String> {
    let at = episode.place.filter(|place| place.as_micros() > 0);
    match (episode.is_played(), episode.heard_percent(), at) {
        (true, _, _) => Some("played".to_owned()),
        (false, Some(percent), Some(at)) => Some(format!("{percent} %, to {at}")),
        _ => None,
    }
}

/// Lines being made.
struct Page {
    lines: Vec<DetailLine>,
    cells: usize,
}

impl Page {
    fn blank(&mut self) {
        self.lines.push(DetailLine::Text(String::new()));
    }

    fn text(&mut self, told: &str, line: fn(String) -> DetailLine) {
        let wrapped = text::wrap(told, self.cells, 0);
        self.lines.extend(wrapped.into_iter().map(|part| line(told[part].to_owned())));
    }

    fn known(&mut self, name: &'static str, told: &str) {
        self.named(name, told, DetailLine::Known);
    }

    fn wrong(&mut self, name: &'static str, told: &str) {
        self.named(name, told, DetailLine::Wrong);
    }

    fn named(
        &mut self,
        name: &'static str,
        told: &str,
        line: fn(&'static str, String) -> DetailLine,
    ) {
        let told = text::clean_line(told);
        for (index, part) in text::wrap(&told, self.cells - NAMES, 0).into_iter().enumerate() {
            self.lines.push(line(if index == 0 { name } else { "" }, told[part].to_owned()));
        }
    }
}

impl App {
    /// Takes whether covers are to be shown, as it was chosen before.
    pub const fn know_covers(&mut self, covers: bool) {
        self.covers = covers;
    }

    /// Shows all that is known of an episode, and asks what its files say.
    pub(super) fn show_details(&mut self, episode: Episode, effects: &mut Vec<Effect>) {
        effects.push(Effect::Details(Box::new(episode.clone())));
        self.open = Open::Details(Box::new(Details::new(episode, self.covers)));
    }

    /// Shows all that is known of the episode that is open.
    pub(super) fn show_own_details(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if !self.is_listed(AskedOfList::Details, effects) {
            return;
        }
        let list = self.shelf.as_ref().zip(self.key.as_deref());
        let own = list.and_then(|(list, key)| list.list().beside(key, 0)).cloned();
        match own.or_else(|| self.own.as_deref().cloned()) {
            Some(episode) => self.show_details(episode, effects),
            None => self.say(NOT_THERE, now),
        }
    }

    pub(super) fn take_about(&mut self, key: &str, about: About) {
        if let Open::Details(details) = &mut self.open
            && details.episode.key == key
        {
            details.about = Some(about);
        }
    }

    /// A key while the sheet is open.
    pub(super) fn details_key(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        if key == Key::char('c') {
            return self.toggle_cover(effects);
        }
        let page = i32::try_from(self.detail_sheet().rows().max(2)).unwrap_or(i32::MAX);
        let Resolved::Command(command) = self.keymap.resolve(&[key]) else {
            self.open = Open::Nothing;
            return;
        };
        match command {
            Command::CursorDown => self.scroll_details(1),
            Command::CursorUp => self.scroll_details(-1),
            Command::HalfPageDown => self.scroll_details(page / 2),
            Command::HalfPageUp => self.scroll_details(-page / 2),
            Command::PageDown => self.scroll_details(page),
            Command::PageUp => self.scroll_details(-page),
            Command::Top => self.scroll_details(i32::MIN),
            Command::End => self.scroll_details(i32::MAX),
            Command::TogglePlay | Command::Redraw => self.perform(command, now, effects),
            _ => self.open = Open::Nothing,
        }
    }

    /// Scrolls the sheet, if it is open, as far as there is more; down is
    /// positive.
    pub(super) fn scroll_details(&mut self, lines: i32) {
        let sheet = self.detail_sheet();
        if let Open::Details(details) = &mut self.open {
            let count = details.lines(text_width(sheet)).len();
            let last = i32::from(sheet.last_top(count));
            let top = i32::try_from(details.top).unwrap_or(i32::MAX);
            let to = top.saturating_add(lines).clamp(0, last);
            details.top = usize::try_from(to).unwrap_or(0);
        }
    }

    /// Shows covers, or does so no more.
    fn toggle_cover(&mut self, effects: &mut Vec<Effect>) {
        self.covers = !self.covers;
        effects.push(Effect::KeepCovers(self.covers));
        if let Open::Details(details) = &mut self.open {
            details.covers = self.covers;
        }
        self.scroll_details(0);
    }

    /// Where the cover is to be drawn, if there is one and it is in sight.
    pub fn cover_place(&self) -> Option<Sheet> {
        let Open::Details(details) = &self.open else { return None };
        let sheet = self.detail_sheet();
        let (width, height) = COVER;
        let is_in_sight = details.top == 0 && sheet.rows() >= usize::from(height);
        (is_in_sight && details.shows_cover(text_width(sheet))).then(|| Sheet {
            left: (sheet.left + sheet.width).saturating_sub(width + 2),
            top: sheet.top + 1,
            width,
            height,
        })
    }

    /// What a cover leaves on the screen is taken away when it goes.
    pub(super) fn settle_cover(&mut self, effects: &mut Vec<Effect>) {
        let shows = self.cover_place().is_some();
        if std::mem::replace(&mut self.shows_cover, shows) && !shows {
            effects.push(Effect::Redraw);
        }
    }

    /// Where the sheet lies on the screen.
    pub fn detail_sheet(&self) -> Sheet {
        let widest = Sheet::new(self.size, usize::from(u16::MAX) - 2);
        let Open::Details(details) = &self.open else { return widest };
        Sheet::new(self.size, details.lines(text_width(widest)).len())
    }
}

/// How wide the text in a sheet can be, in cells.
pub fn text_width(sheet: Sheet) -> usize {
    usize::from(sheet.width.saturating_sub(4))
}
