//! What was found in all episodes, one after the other.

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::window::Window;
use super::{Found, Step, Wish};
use crate::app::input::Input;
use crate::model::MediaTime;
use crate::model::episode::Episode;

/// What was looked for, and what was found.
#[derive(Clone, Debug, Default)]
pub struct Results {
    words: Input,
    groups: Vec<Group>,
    /// Of which all lines are shown that there are.
    opened: Vec<bool>,
    /// The line of each group's heading.
    headings: Vec<usize>,
    count: usize,
    /// What is looked for counts up, so that late answers are known.
    asked: u64,
    is_looking: bool,
    is_cut: bool,
    /// Whether the first place is to be opened when it is found.
    opens_first: bool,
    told: Option<String>,
    /// The transcripts that cannot be read, and which was the first.
    unread: HashSet<PathBuf>,
    first_unread: Option<PathBuf>,
    /// The rows of the screen, of which what is unread takes one.
    rows: usize,
    pub(super) window: Window,
}

/// What was found in one episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Where.
    pub episode: Episode,
    /// The first places, in order.
    pub hits: Vec<FoundLine>,
    /// How many there are.
    pub count: usize,
}

/// A place where something was said.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundLine {
    /// When.
    pub start: MediaTime,
    /// By whom.
    pub speaker: Option<String>,
    /// The line, as it can be shown, with what was said before and after it.
    pub text: String,
    /// The bytes of `text` that are the line itself.
    pub line: Range<usize>,
    /// Those of it that were looked for, in order.
    pub marked: Vec<Range<usize>>,
    /// The bytes of `text` that say who speaks from there on.
    pub names: Vec<Range<usize>>,
}

/// A line of the results, as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ResultLine<'a> {
    /// The episode in which the lines after it were found, and how many.
    Heading(&'a Episode, usize),
    /// A place in it.
    Found(&'a FoundLine),
    /// So many more places.
    More(usize),
}

/// A line of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Heading,
    Hit(usize),
    More,
}

/// How many places of one episode are listed at first.
pub const LISTED: usize = 5;

/// So many episodes before the last one that was found in, others are looked for.
const AHEAD: usize = 100;

impl Results {
    /// What is looked for.
    pub const fn words(&self) -> &Input {
        &self.words
    }

    /// What is to be told of what was typed.
    pub fn told(&self) -> Option<&str> {
        self.told.as_deref()
    }

    /// How many transcripts in which it may stand cannot be read, and the first of
    /// them. The last row of a page is left free for it if there are two.
    pub fn unread(&self) -> Option<(usize, &Path)> {
        self.first_unread.as_deref().map(|first| (self.unread.len(), first))
    }

    /// Has room for this many lines, with what is unread.
    pub(super) fn set_rows(&mut self, rows: usize) {
        self.rows = rows;
        let taken = usize::from(self.first_unread.is_some());
        self.window.set_rows(rows.saturating_sub(taken), self.count);
    }

    /// Whether an answer may still come.
    pub const fn is_looking(&self) -> bool {
        self.is_looking
    }

    /// Whether there may be more, which is looked for when the cursor comes near.
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// What was found so far: in how many episodes, and how often.
    pub fn counts(&self) -> (usize, usize) {
        (self.groups.len(), self.groups.iter().map(|group| group.count).sum())
    }

    /// Takes what was found, and opens the first place if that was waited for; late
    /// answers are passed over.
    pub(super) fn take(&mut self, asked: u64, found: Found) -> Step {
        if asked != self.asked {
            return Step::Stay;
        }
        // What follows anything else is no answer to what was typed.
        let is_aside = matches!(found, Found::Unread(_));
        let opens_first = !is_aside && std::mem::take(&mut self.opens_first);
        match found {
            Found::Some(groups) => {
                if self.groups.is_empty() {
                    // The first place, after its heading.
                    (self.window.top, self.window.at) = (0, 1);
                }
                for group in groups {
                    self.opened.push(false);
                    self.groups.push(group);
                    self.number(self.groups.len() - 1);
                }
                if opens_first {
                    return self.choose();
                }
            }
            Found::Lines(key, lines) => self.open(&key, lines),
            Found::Told(told) => self.told = Some(told),
            Found::Cut => self.is_cut = true,
            Found::Done => self.is_looking = false,
            Found::Unread(paths) => {
                self.first_unread = self.first_unread.take().or_else(|| paths.first().cloned());
                self.unread.extend(paths);
                self.set_rows(self.rows);
            }
        }
        Step::Stay
    }

    /// Opens nothing by itself any more.
    pub(super) const fn wait_no_more(&mut self) {
        self.opens_first = false;
    }

    /// Lists all places of a group.
    fn open(&mut self, key: &str, lines: Vec<FoundLine>) {
        let place = self.groups.iter().position(|group| group.episode.key == key);
        if let Some(place) = place.filter(|_| !lines.is_empty()) {
            let group = &mut self.groups[place];
            // The file may be another now.
            group.count = group.count.max(lines.len());
            group.hits = lines;
            self.opened[place] = true;
            self.number(place);
        }
    }

    /// Whether to look for what is behind the last, and for which question.
    pub(super) fn goes_on(&mut self) -> Option<u64> {
        let group = self.headings.partition_point(|heading| *heading <= self.window.at);
        let is_near = group + AHEAD >= self.groups.len();
        if !self.is_cut || self.is_looking || !is_near {
            return None;
        }
        (self.is_cut, self.is_looking) = (false, true);
        Some(self.asked)
    }

    /// Changes what is looked for; the number of the question if that is
    /// another now.
    pub(super) fn edit(&mut self, change: impl FnOnce(&mut Input) -> bool) -> Option<u64> {
        let before = self.words.text().to_owned();
        change(&mut self.words);
        if self.words.text() == before {
            return None;
        }
        self.asked += 1;
        self.groups.clear();
        self.opened.clear();
        self.number(0);
        self.told = None;
        self.unread.clear();
        self.first_unread = None;
        self.set_rows(self.rows);
        self.is_cut = false;
        self.opens_first = false;
        self.is_looking = true;
        Some(self.asked)
    }

    /// Has what is typed next be looked for instead.
    pub(super) fn select_words(&mut self) {
        self.words.select();
    }

    /// Numbers the lines anew, from this group on.
    fn number(&mut self, first: usize) {
        self.count = self.headings.get(first).copied().unwrap_or(self.count);
        if first == 0 {
            self.count = 0;
        }
        self.headings.truncate(first);
        for group in first..self.groups.len() {
            self.headings.push(self.count);
            self.count += 1 + self.listed(group) + usize::from(self.more(group) > 0);
        }
    }

    /// How many places of a group have a line.
    fn listed(&self, group: usize) -> usize {
        let all = self.groups[group].hits.len();
        if self.opened[group] { all } else { all.min(LISTED) }
    }

    /// How many have none.
    fn more(&self, group: usize) -> usize {
        self.groups[group].count.saturating_sub(self.listed(group))
    }

    /// The lines on the screen, each with whether the cursor is on it.
    pub fn page(&self) -> impl Iterator<Item = (ResultLine<'_>, bool)> {
        let lines = self.window.shown(self.count);
        lines.filter_map(|line| {
            let (place, row) = self.at(line)?;
            let group = &self.groups[place];
            let shown = match row {
                Row::Heading => ResultLine::Heading(&group.episode, group.count),
                Row::Hit(hit) => ResultLine::Found(group.hits.get(hit)?),
                Row::More => ResultLine::More(self.more(place)),
            };
            Some((shown, line == self.window.at))
        })
    }

    /// The group that line `line` is of, and what of it.
    fn at(&self, line: usize) -> Option<(usize, Row)> {
        let group = self.headings.partition_point(|heading| *heading <= line).checked_sub(1)?;
        let within = (line < self.count).then(|| line - self.headings[group])?;
        let row = match within.checked_sub(1) {
            None => Row::Heading,
            Some(hit) if hit < self.listed(group) => Row::Hit(hit),
            Some(_) => Row::More,
        };
        Some((group, row))
    }

    pub(super) fn move_by(&mut self, lines: i32) {
        let headings = &self.headings;
        let can = |line: usize| headings.binary_search(&line).is_err();
        self.window.move_by(lines, self.count, can);
    }

    /// Puts the cursor on a line, if there is a place; whether it was there
    /// before, or `None` if there is none.
    pub(super) fn press(&mut self, line: usize) -> Option<bool> {
        if !self.window.shown(self.count).contains(&line) || self.at(line)?.1 == Row::Heading {
            return None;
        }
        let was_there = self.window.at == line;
        self.window.go_to(line, self.count);
        Some(was_there)
    }

    /// Opens the place that the cursor is on, or asks for all of them. Where an
    /// answer is still to come its first place is opened then.
    pub(super) fn choose(&mut self) -> Step {
        let Some((group, row)) = self.at(self.window.at) else {
            self.opens_first = self.is_looking && self.told.is_none();
            return Step::Stay;
        };
        let open = |hit| Step::Open(Box::new(self.wish(group, hit)));
        match row {
            Row::Heading => Step::Stay,
            Row::Hit(hit) => open(hit),
            Row::More if self.opened[group] => open(self.listed(group) - 1),
            Row::More => {
                let episode = Box::new(self.groups[group].episode.clone());
                Step::FindLines { asked: self.asked, episode }
            }
        }
    }

    fn wish(&self, group: usize, hit: usize) -> Wish {
        let group = &self.groups[group];
        Wish {
            episode: group.episode.clone(),
            at: group.hits.get(hit).map(|hit| hit.start),
            typed: Some(self.words.text().to_owned()),
            is_last: false,
            is_paused: false,
        }
    }

    /// The first place in the episode that was found after the one with `key`,
    /// or `back` the last one in that before it, and puts the cursor there;
    /// `None` if there is none, or the last search did not find that one.
    pub(super) fn beside(&mut self, key: &str, back: bool) -> Option<Wish> {
        let here = self.groups.iter().position(|group| group.episode.key == key)?;
        let place = if back { here.checked_sub(1)? } else { here + 1 };
        self.groups.get(place)?;
        let hit = if back { self.listed(place).saturating_sub(1) } else { 0 };
        let wish = Wish { is_last: back, ..self.wish(place, hit) };
        self.window.go_to(self.headings[place] + 1 + hit, self.count);
        Some(wish)
    }
}
