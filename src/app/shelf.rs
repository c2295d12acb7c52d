//! The library as a list, and what is looked for in it: what is shown over the
//! transcript when episodes are chosen.

use std::ops::Range;

use super::input::Input;
use super::key::{Code, Key, Named};
use crate::model::MediaTime;
use crate::model::episode::Episode;

/// What is open over the transcript to choose from.
#[derive(Clone, Debug)]
pub struct Shelf {
    showing: Showing,
    /// What has been typed to leave out what is not wanted.
    filter: Input,
    /// What has been typed to be looked for.
    words: Input,
    episodes: Vec<Episode>,
    /// The places in `episodes` that the filter leaves.
    shown: Vec<usize>,
    groups: Vec<Group>,
    /// What is looked for counts up, so that late answers are known.
    asked: u64,
    /// Whether an answer may still come.
    looking: bool,
    /// What is wrong with what was typed, or was taken for something else.
    told: Option<String>,
    list: Cursor,
    results: Cursor,
    /// How many lines there are for the list.
    rows: usize,
}

/// Which of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// All episodes.
    Episodes,
    /// What was found in them.
    Words,
}

/// A line of a list, and the first that is on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cursor {
    at: usize,
    top: usize,
}

/// What was found in one episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Where.
    pub episode: Episode,
    /// Every place, in order.
    pub hits: Vec<FoundLine>,
}

/// A place where something was said.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundLine {
    /// When.
    pub start: MediaTime,
    /// By whom.
    pub speaker: Option<String>,
    /// The line, as it can be shown.
    pub text: String,
    /// The bytes of `text` that were looked for.
    pub marked: Range<usize>,
}

/// What is to be done after a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing.
    Stay,
    /// Look for this.
    Find {
        /// Comes back with the answer.
        asked: u64,
        /// What was typed.
        typed: String,
    },
    /// Open this.
    Open(Box<Wish>),
    /// Close the list.
    Close,
}

/// An episode to be opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// Which.
    pub episode: Episode,
    /// From where; `None`: from the place that is kept.
    pub at: Option<MediaTime>,
    /// What was looked for, to be marked.
    pub typed: Option<String>,
}

/// One line of what is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Line<'a> {
    /// An episode of the list.
    Episode(&'a Episode),
    /// The episode in which the lines after it were found, and how many.
    Heading(&'a Episode, usize),
    /// A place in it.
    Found(&'a FoundLine),
}

/// How many places of one episode are listed; `n` goes to the others.
const LISTED: usize = 5;

impl Shelf {
    /// A list of these episodes.
    pub fn new(showing: Showing, episodes: Vec<Episode>) -> Self {
        let mut shelf = Self {
            showing,
            filter: Input::default(),
            words: Input::default(),
            episodes: Vec::new(),
            shown: Vec::new(),
            groups: Vec::new(),
            asked: 0,
            looking: false,
            told: None,
            list: Cursor::default(),
            results: Cursor::default(),
            rows: 1,
        };
        shelf.set_episodes(episodes);
        shelf
    }

    /// Shows the other list, or this one again.
    pub fn show(&mut self, showing: Showing) {
        self.showing = showing;
    }

    /// Which list is shown.
    pub const fn showing(&self) -> Showing {
        self.showing
    }

    /// What is being typed.
    pub const fn input(&self) -> &Input {
        match self.showing {
            Showing::Episodes => &self.filter,
            Showing::Words => &self.words,
        }
    }

    /// Takes the episodes as they are now: those that were begun and not heard
    /// to the end first, the last heard before all.
    pub fn set_episodes(&mut self, mut episodes: Vec<Episode>) {
        let begun = |episode: &Episode| {
            let heard = episode.heard.filter(|_| {
                episode.place.is_some_and(|place| place > MediaTime::ZERO) && !episode.is_played()
            });
            std::cmp::Reverse(heard)
        };
        episodes.sort_by_key(begun);
        self.episodes = episodes;
        self.filter_anew();
    }

    /// How many episodes there are.
    pub fn len(&self) -> usize {
        self.episodes.len()
    }

    /// Whether there are no episodes.
    pub fn is_empty(&self) -> bool {
        self.episodes.is_empty()
    }

    /// What is to be told of what was typed.
    pub fn told(&self) -> Option<&str> {
        self.told.as_deref()
    }

    /// Whether an answer may still come.
    pub const fn is_looking(&self) -> bool {
        self.looking
    }

    /// Takes what was found; late answers are passed over.
    pub fn take_found(&mut self, asked: u64, found: Found) {
        if asked != self.asked {
            return;
        }
        match found {
            Found::Some(groups) => self.groups.extend(groups),
            Found::Told(told) => self.told = Some(told),
            Found::Done => self.looking = false,
        }
    }

    /// What was found so far: in how many episodes, and how often.
    pub fn counts(&self) -> (usize, usize) {
        (self.groups.len(), self.groups.iter().map(|group| group.hits.len()).sum())
    }

    /// Has room for this many lines.
    pub fn set_rows(&mut self, rows: usize) {
        self.rows = rows.max(1);
        self.keep_in_view();
    }

    /// The lines on the screen, each with whether the cursor is on it.
    pub fn page(&self) -> Vec<(Line<'_>, bool)> {
        let cursor = self.cursor();
        let lines = (cursor.top..self.line_count()).take(self.rows);
        lines.filter_map(|index| Some((self.line(index)?, index == cursor.at))).collect()
    }

    /// How many lines there are in all.
    pub fn line_count(&self) -> usize {
        match self.showing {
            Showing::Episodes => self.shown.len(),
            Showing::Words => self.groups.iter().map(|group| listed(group) + 1).sum(),
        }
    }

    fn line(&self, index: usize) -> Option<Line<'_>> {
        match self.showing {
            Showing::Episodes => {
                self.shown.get(index).map(|place| Line::Episode(&self.episodes[*place]))
            }
            Showing::Words => self.found(index).map(|(group, line)| match line {
                None => Line::Heading(&group.episode, group.hits.len()),
                Some(line) => Line::Found(&group.hits[line]),
            }),
        }
    }

    /// The group, and the place in it, that line `index` shows.
    fn found(&self, index: usize) -> Option<(&Group, Option<usize>)> {
        let mut before = 0;
        for group in &self.groups {
            let lines = listed(group) + 1;
            if index < before + lines {
                return Some((group, (index - before).checked_sub(1)));
            }
            before += lines;
        }
        None
    }

    const fn cursor(&self) -> Cursor {
        match self.showing {
            Showing::Episodes => self.list,
            Showing::Words => self.results,
        }
    }

    const fn cursor_mut(&mut self) -> &mut Cursor {
        match self.showing {
            Showing::Episodes => &mut self.list,
            Showing::Words => &mut self.results,
        }
    }

    /// Moves the cursor; the first and the last line hold it.
    pub fn move_by(&mut self, lines: i32) {
        let last = self.line_count().saturating_sub(1);
        let steps = usize::try_from(lines.unsigned_abs()).unwrap_or(usize::MAX);
        let cursor = self.cursor_mut();
        cursor.at = if lines < 0 {
            cursor.at.saturating_sub(steps)
        } else {
            cursor.at.saturating_add(steps).min(last)
        };
        self.keep_in_view();
    }

    /// Puts the cursor on line `row` of the screen; whether there is one.
    pub fn put_cursor(&mut self, row: usize) -> bool {
        let to = self.cursor().top + row;
        let is_there = to < self.line_count();
        if is_there {
            self.cursor_mut().at = to;
        }
        is_there
    }

    fn keep_in_view(&mut self) {
        let (rows, last) = (self.rows, self.line_count().saturating_sub(1));
        let cursor = self.cursor_mut();
        cursor.at = cursor.at.min(last);
        // The heading of the first place stays in sight with it.
        cursor.top = cursor.top.min(cursor.at.saturating_sub(1)).min(last);
        if cursor.at < 2 {
            cursor.top = 0;
        }
        cursor.top = cursor.top.max((cursor.at + 1).saturating_sub(rows));
    }

    /// Takes a key: it moves the cursor, chooses, or is typed.
    pub fn take_key(&mut self, key: Key) -> Step {
        let page = i32::try_from(self.rows).unwrap_or(i32::MAX);
        match (key.code, key.ctrl) {
            (Code::Named(Named::Esc), _) => return Step::Close,
            (Code::Named(Named::Enter), _) => return self.choose(),
            (Code::Named(Named::Tab), _) => {
                self.showing = match self.showing {
                    Showing::Episodes => Showing::Words,
                    Showing::Words => Showing::Episodes,
                };
                self.keep_in_view();
            }
            (Code::Named(Named::Down), _) | (Code::Char('n' | 'j'), true) => self.move_by(1),
            (Code::Named(Named::Up), _) | (Code::Char('p' | 'k'), true) => self.move_by(-1),
            (Code::Named(Named::PageDown), _) | (Code::Char('d' | 'f'), true) => self.move_by(page),
            (Code::Named(Named::PageUp), _) | (Code::Char('b'), true) => self.move_by(-page),
            (Code::Named(Named::Backspace), false) if self.input().text().is_empty() => {
                return Step::Close;
            }
            _ => {
                let before = self.input().text().to_owned();
                let input = match self.showing {
                    Showing::Episodes => &mut self.filter,
                    Showing::Words => &mut self.words,
                };
                if input.take(key) && input.text() != before {
                    return self.typed();
                }
            }
        }
        Step::Stay
    }

    /// Puts in what was pasted.
    pub fn paste(&mut self, pasted: &str) -> Step {
        match self.showing {
            Showing::Episodes => self.filter.insert(pasted),
            Showing::Words => self.words.insert(pasted),
        }
        self.typed()
    }

    /// What follows from another text.
    fn typed(&mut self) -> Step {
        match self.showing {
            Showing::Episodes => {
                self.list = Cursor::default();
                self.filter_anew();
                Step::Stay
            }
            Showing::Words => {
                self.asked += 1;
                self.groups.clear();
                self.told = None;
                self.results = Cursor { at: 1, top: 0 };
                self.looking = true;
                Step::Find { asked: self.asked, typed: self.words.text().to_owned() }
            }
        }
    }

    fn filter_anew(&mut self) {
        let typed = self.filter.text().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let fits = |episode: &Episode| {
            let text = format!("{} {} {}", episode.label(), episode.title, episode.show);
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.shown =
            (0..self.episodes.len()).filter(|place| fits(&self.episodes[*place])).collect();
        self.keep_in_view();
    }

    /// What the cursor is on.
    pub fn choose(&self) -> Step {
        let wish = match self.showing {
            Showing::Episodes => self.shown.get(self.list.at).map(|place| Wish {
                episode: self.episodes[*place].clone(),
                at: None,
                typed: None,
            }),
            Showing::Words => self.found(self.results.at).map(|(group, line)| Wish {
                episode: group.episode.clone(),
                at: group.hits.get(line.unwrap_or_default()).map(|hit| hit.start),
                typed: Some(self.words.text().to_owned()),
            }),
        };
        wish.map_or(Step::Stay, |wish| Step::Open(Box::new(wish)))
    }

    /// The first place in the episode that was found after the one with `key`,
    /// and puts the cursor there; `None` if there is none, or the last search
    /// did not find that one.
    pub fn next_after(&mut self, key: &str) -> Option<Wish> {
        let place = self.groups.iter().position(|group| group.episode.key == key)?;
        let next = self.groups.get(place + 1)?;
        let wish = Wish {
            episode: next.episode.clone(),
            at: next.hits.first().map(|hit| hit.start),
            typed: Some(self.words.text().to_owned()),
        };
        let before: usize = self.groups[..=place].iter().map(|group| listed(group) + 1).sum();
        self.results.at = before + 1;
        Some(wish)
    }
}

/// How many places of `group` have a line.
fn listed(group: &Group) -> usize {
    group.hits.len().min(LISTED)
}

/// A part of the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// These, after those before.
    Some(Vec<Group>),
    /// What was typed makes no sense, or was taken for something else.
    Told(String),
    /// There is no more.
    Done,
}
