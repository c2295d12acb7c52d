//! The list of episodes: what goes on, and all of them in the order chosen.

use std::cmp::Reverse;

use super::order::{Choice, Order};
use super::window::Window;
use crate::app::input::Input;
use crate::model::MediaTime;
use crate::model::episode::Episode;
use crate::model::order::sort_by_key;
use crate::search::Names;

/// How many episodes that were begun stand on top.
const BEGUN: usize = 5;

/// The episodes, as they are shown.
#[derive(Clone, Debug, Default)]
pub struct List {
    pub(super) episodes: Vec<Episode>,
    names: Names,
    columns: Columns,
    order: Order,
    choice: Choice,
    filter: Input,
    is_typing: bool,
    /// What is to be played next, by the content of each.
    pub(super) queue: Vec<String>,
    /// Whether that has changed here since it was asked for.
    pub(super) is_changed: bool,
    /// The places of the episodes in the order chosen.
    pub(super) ordered: Vec<usize>,
    rows: Vec<Row>,
    /// The row that was marked last: it stays while the cursor is on it, also
    /// where it does not belong any more.
    pub(super) marked: Option<(Part, String)>,
    pub(super) window: Window,
}

/// What is known of any of the episodes at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// A number.
    pub number: bool,
    /// A date.
    pub date: bool,
    /// Another show than that of the others.
    pub show: bool,
}

/// A part of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Episodes that were begun and not heard to the end.
    Begun,
    /// Episodes that are to be played next.
    Queue,
    /// All episodes that the choice leaves.
    All,
}

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    /// The part that begins.
    Heading(Part),
    /// An episode of that part, by its place.
    Episode(Part, usize),
}

/// A line of the list, as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ListLine<'a> {
    /// The part that begins.
    Heading(Part),
    /// An episode.
    Episode(&'a Episode),
}

impl List {
    /// Takes the episodes as they are now, by show and number. The cursor stays
    /// on its episode.
    pub(super) fn set_episodes(&mut self, episodes: Vec<Episode>) {
        let before = self.at_cursor();
        self.names = Names::new(episodes.iter().map(name));
        self.columns = Columns {
            number: episodes.iter().any(|episode| episode.number.is_some()),
            date: episodes.iter().any(|episode| episode.date.is_some()),
            show: episodes.windows(2).any(|pair| pair[0].show != pair[1].show),
        };
        self.episodes = episodes;
        self.ordered = self.order.of(&self.episodes);
        self.fill_around(before.as_ref());
    }

    /// Notes that the audio of the episode with `key` is so long.
    pub(super) fn know_length(&mut self, key: &str, length: MediaTime) {
        let before = self.at_cursor();
        for episode in self.episodes.iter_mut().filter(|episode| episode.key == key) {
            episode.length = Some(length);
        }
        if self.order == Order::Length {
            self.ordered = self.order.of(&self.episodes);
        }
        self.fill_around(before.as_ref());
    }

    /// Fills the list; the cursor stays on the episode it was on, or where it
    /// is.
    pub(super) fn fill_around(&mut self, before: Option<&(Part, String)>) {
        self.fill();
        let is_before = |row: &Row| before.is_some() && self.known(*row).as_ref() == before;
        let to = self.rows.iter().position(is_before);
        self.put_cursor(to.unwrap_or(self.window.at));
    }

    pub(super) fn at_cursor(&self) -> Option<(Part, String)> {
        self.known(*self.rows.get(self.window.at)?)
    }

    /// What stays the same of a row when the episodes change.
    fn known(&self, row: Row) -> Option<(Part, String)> {
        match row {
            Row::Heading(_) => None,
            Row::Episode(part, place) => Some((part, self.episodes.get(place)?.key.clone())),
        }
    }

    /// All episodes.
    pub fn episodes(&self) -> &[Episode] {
        &self.episodes
    }

    /// What is known of any of them at all.
    pub const fn columns(&self) -> Columns {
        self.columns
    }

    /// What has been typed of a name.
    pub const fn filter(&self) -> &Input {
        &self.filter
    }

    /// Whether keys are letters of a name.
    pub const fn is_typing(&self) -> bool {
        self.is_typing
    }

    /// The order chosen.
    pub const fn order(&self) -> Order {
        self.order
    }

    /// Which episodes are shown.
    pub const fn choice(&self) -> Choice {
        self.choice
    }

    /// How many episodes the choice and what was typed leave.
    pub fn left(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row, Row::Episode(Part::All, _))).count()
    }

    /// The lines on the screen, each with whether the cursor is on it.
    pub fn page(&self) -> impl Iterator<Item = (ListLine<'_>, bool)> {
        let shown = self.window.shown(self.rows.len());
        let first = shown.start;
        self.rows[shown].iter().enumerate().map(move |(index, row)| {
            let line = match *row {
                Row::Heading(part) => ListLine::Heading(part),
                Row::Episode(_, place) => ListLine::Episode(&self.episodes[place]),
            };
            (line, first + index == self.window.at)
        })
    }

    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    /// The episode the cursor is on.
    pub fn chosen(&self) -> Option<&Episode> {
        match self.rows.get(self.window.at)? {
            Row::Heading(_) => None,
            Row::Episode(_, place) => self.episodes.get(*place),
        }
    }

    pub(super) fn move_by(&mut self, lines: i32) {
        self.step(lines);
        self.leave_marked();
    }

    fn step(&mut self, lines: i32) {
        let rows = &self.rows;
        self.window.move_by(lines, rows.len(), |line| is_episode(rows, line));
    }

    /// Takes the row that was marked last out, if it does not belong here and the
    /// cursor is not on it any more.
    fn leave_marked(&mut self) {
        let here = self.at_cursor();
        if self.marked.is_some() && self.marked != here {
            self.marked = None;
            self.fill_around(here.as_ref());
        }
    }

    /// Puts the cursor on the first line of the episode with this content.
    pub(super) fn go_to(&mut self, key: &str) {
        let is_there = |row: &Row| self.known(*row).is_some_and(|(_, other)| other == key);
        if let Some(line) = self.rows.iter().position(is_there) {
            self.put_cursor(line);
            self.leave_marked();
        }
    }

    /// Puts the cursor on this line, or on the nearest that has an episode.
    fn put_cursor(&mut self, line: usize) {
        self.window.go_to(line, self.rows.len());
        self.step(0);
    }

    /// Puts the cursor on a line, if it has an episode; whether it was there
    /// before, or `None` if there is none.
    pub(super) fn press(&mut self, line: usize) -> Option<bool> {
        if !is_episode(&self.rows, line) {
            return None;
        }
        let was_there = self.window.at == line;
        // Nothing moves under the pointer, which may be pressed again.
        self.window.go_to(line, self.rows.len());
        Some(was_there)
    }

    pub(super) fn next_order(&mut self) {
        self.order = self.order.next();
        self.ordered = self.order.of(&self.episodes);
        self.begin_anew();
    }

    pub(super) fn next_choice(&mut self) {
        self.choice = self.choice.next();
        self.begin_anew();
    }

    /// Takes a line of letters: another one, or changes to the last.
    pub(super) fn type_on(&mut self) {
        self.is_typing = true;
        self.filter.select();
    }

    /// What was typed stays.
    pub(super) fn end_typing(&mut self) {
        self.is_typing = false;
    }

    /// Forgets what was typed; the cursor stays on its episode. Whether there
    /// was anything.
    pub(super) fn show_all(&mut self) -> bool {
        let chosen = self.rows.get(self.window.at).copied();
        let was_filtered = self.clear_filter();
        if was_filtered {
            let to = self.rows.iter().rposition(|row| Some(*row) == chosen);
            self.put_cursor(to.unwrap_or_default());
        }
        was_filtered
    }

    /// Forgets what was typed; whether there was anything.
    pub(super) fn clear_filter(&mut self) -> bool {
        let was_typing = std::mem::take(&mut self.is_typing);
        if self.filter.text().is_empty() {
            return was_typing;
        }
        self.filter = Input::default();
        self.begin_anew();
        true
    }

    /// Changes what was typed; whether it did.
    pub(super) fn edit(&mut self, change: impl FnOnce(&mut Input) -> bool) -> bool {
        let before = self.filter.text().to_owned();
        let taken = change(&mut self.filter);
        if self.filter.text() != before {
            self.begin_anew();
        }
        taken
    }

    /// Fills the list; the cursor is on the first episode.
    fn begin_anew(&mut self) {
        self.marked = None;
        self.fill();
        self.window.top = 0;
        self.put_cursor(0);
    }

    fn fill(&mut self) {
        self.rows.clear();
        let chosen = self.ordered.iter().copied();
        let has = |place: &usize| {
            self.choice.has(&self.episodes[*place]) || self.is_marked(Part::All, *place)
        };
        let chosen: Vec<usize> = chosen.filter(has).collect();
        let typed = self.filter.text().trim();
        if !typed.is_empty() {
            let found = self.names.find(typed, &chosen);
            self.rows.extend(found.into_iter().map(|place| Row::Episode(Part::All, place)));
            return;
        }
        let begun = if self.choice == Choice::Played { Vec::new() } else { self.begun() };
        let queued = self.queued().map(|(place, _)| place).collect();
        let parts = [(Part::Begun, begun), (Part::Queue, queued), (Part::All, chosen)];
        for (part, places) in parts {
            if !places.is_empty() {
                self.rows.push(Row::Heading(part));
                self.rows.extend(places.into_iter().map(|place| Row::Episode(part, place)));
            }
        }
    }

    /// The episodes that were begun and not heard to the end, the last heard
    /// first.
    fn begun(&self) -> Vec<usize> {
        let is_begun = |place: &usize| {
            let episode = &self.episodes[*place];
            episode.place.is_some_and(|place| place > MediaTime::ZERO)
                && (!episode.is_played() || self.is_marked(Part::Begun, *place))
        };
        let mut begun: Vec<usize> = (0..self.episodes.len()).filter(is_begun).collect();
        sort_by_key(&mut begun, |place| Reverse(self.episodes[*place].heard));
        begun.truncate(BEGUN);
        begun
    }

    /// Whether the row of this part was marked last.
    fn is_marked(&self, part: Part, place: usize) -> bool {
        let marked = self.marked.as_ref();
        marked.is_some_and(|(of, key)| *of == part && self.episodes[place].key == *key)
    }
}

fn is_episode(rows: &[Row], line: usize) -> bool {
    matches!(rows.get(line), Some(Row::Episode(..)))
}

/// How much of a name is looked at, in characters.
const LOOKED_AT: usize = 300;

/// What an episode can be found by.
fn name(episode: &Episode) -> String {
    let date = episode.written_date().unwrap_or_default();
    let name = format!("{} {} {} {date}", episode.label(), episode.title, episode.show);
    name.chars().take(LOOKED_AT).collect()
}
