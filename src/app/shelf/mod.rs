//! The library as a list, and what is looked for in it: what is shown over the
//! transcript when episodes are chosen.

mod keys;
mod list;
mod order;
mod queue;
mod results;
mod window;

pub use keys::{DEEDS, Deed, DeedInfo};
pub use list::{Columns, List, ListLine, Part};
pub use order::{Choice, Order};
pub use results::{FoundLine, Group, LISTED, ResultLine, Results};

use std::path::PathBuf;

use super::event::QueueChange;
use super::input::Input;
use super::key::{Code, Key, Named};
use crate::model::MediaTime;
use crate::model::episode::Episode;

/// What is open over the transcript to choose from.
#[derive(Clone, Debug)]
pub struct Shelf {
    showing: Showing,
    /// Whether the search was begun in the list, which is then behind it.
    over_list: bool,
    /// Whether the episodes have come.
    listed: bool,
    list: List,
    results: Results,
}

/// Which of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// All episodes.
    Episodes,
    /// What was found in them.
    Words,
}

/// What is to be done after a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing.
    Stay,
    /// The key means nothing here.
    Unknown,
    /// Look for this.
    Find {
        /// Comes back with the answer.
        asked: u64,
        /// What was typed.
        typed: String,
    },
    /// Look for all places in this episode.
    FindLines {
        /// Comes back with the answer.
        asked: u64,
        /// In which.
        episode: Box<Episode>,
    },
    /// Open this.
    Open(Box<Wish>),
    /// Show all that is known of this.
    Details(Box<Episode>),
    /// Keep that this episode was played, or was not.
    Mark {
        /// By its content.
        key: String,
        /// Whether it was.
        played: bool,
    },
    /// Keep this change of what is to be played next.
    Queue(QueueChange),
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
    /// Whether the last place in it is meant, of which `at` may be one before.
    pub is_last: bool,
    /// Whether it is to wait for a key: it is read on there without sound.
    pub is_paused: bool,
}

impl Wish {
    /// An episode from where it was left.
    pub(super) fn left_off(episode: Episode) -> Self {
        Self { episode, at: None, typed: None, is_last: false, is_paused: false }
    }
}

/// A part of the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// These, after those before.
    Some(Vec<Group>),
    /// What was typed makes no sense, or was taken for something else.
    Told(String),
    /// These transcripts cannot be read.
    Unread(Vec<PathBuf>),
    /// All places in the episode with this content.
    Lines(String, Vec<FoundLine>),
    /// There may be more, in episodes that are less about it; it is looked for
    /// when it is asked for.
    Cut,
    /// That was all, for now.
    Done,
}

impl Shelf {
    /// A list of these episodes.
    pub fn new(showing: Showing, episodes: Vec<Episode>) -> Self {
        let mut list = List::default();
        let listed = !episodes.is_empty();
        list.set_episodes(episodes);
        Self { showing, over_list: false, listed, list, results: Results::default() }
    }

    /// Shows the other list, or this one again.
    pub fn show(&mut self, showing: Showing) {
        self.showing = showing;
        self.over_list = false;
        self.results.wait_no_more();
    }

    /// Selects what was looked for last, if that can be typed.
    pub fn select_words(&mut self) {
        if self.showing == Showing::Words {
            self.results.select_words();
        }
    }

    /// Puts the cursor of the list of episodes on the one with this content, if
    /// it is there; whether an episode with it is known.
    pub fn go_to(&mut self, key: &str) -> bool {
        self.list.go_to(key);
        self.has(key)
    }

    /// Whether an episode with this content is known.
    pub fn has(&self, key: &str) -> bool {
        self.list.episodes().iter().any(|episode| episode.key == key)
    }

    /// Whether the episodes have come.
    pub const fn is_listed(&self) -> bool {
        self.listed
    }

    /// Which list is shown.
    pub const fn showing(&self) -> Showing {
        self.showing
    }

    /// The episodes.
    pub const fn list(&self) -> &List {
        &self.list
    }

    /// What was found in them.
    pub const fn results(&self) -> &Results {
        &self.results
    }

    /// What is being typed; `None` while keys are commands.
    pub fn typing(&self) -> Option<&Input> {
        match self.showing {
            Showing::Episodes => self.list.is_typing().then(|| self.list.filter()),
            Showing::Words => Some(self.results.words()),
        }
    }

    /// Takes the episodes as they are now; the names of those in the queue that
    /// are not there any more.
    pub fn set_episodes(&mut self, episodes: Vec<Episode>) -> Vec<String> {
        self.listed = true;
        let queued: Vec<Episode> = self.list.queue().cloned().collect();
        self.list.set_episodes(episodes);
        let lost = queued.into_iter().filter(|episode| !self.has(&episode.key));
        lost.map(|episode| episode.name()).collect()
    }

    /// Takes what is to be played next, by the content of each; `false` if it
    /// has changed here since it was asked for, and is to be asked for again.
    pub fn set_queue(&mut self, queue: Vec<String>) -> bool {
        self.list.set_queue(queue)
    }

    /// What is to be played next is asked for.
    pub fn ask_queue(&mut self) {
        self.list.is_changed = false;
    }

    /// The next episode that is to be played, which then is so no more.
    pub fn take_next(&mut self) -> Option<Episode> {
        self.list.take_next()
    }

    /// Takes the episode with `key` out of the queue; whether it was in it.
    pub fn take_out(&mut self, key: &str) -> bool {
        self.list.take_out(key)
    }

    /// Notes that the episode with `key` was played, or was not.
    pub fn mark(&mut self, key: &str, played: bool) {
        self.list.mark(key, played);
    }

    /// Notes that the audio of the episode with `key` is so long.
    pub fn know_length(&mut self, key: &str, length: MediaTime) {
        self.list.know_length(key, length);
    }

    /// Takes what was found, and chooses the first place if Enter has been pressed
    /// for it and nothing since; late answers are passed over.
    pub fn take_found(&mut self, asked: u64, found: Found) -> Step {
        self.results.take(asked, found)
    }

    /// Has room for this many lines.
    pub fn set_rows(&mut self, rows: usize) {
        self.list.window.set_rows(rows, self.list.count());
        self.results.set_rows(rows);
    }

    /// Moves the cursor; the first and the last line hold it.
    pub fn move_by(&mut self, lines: i32) {
        self.results.wait_no_more();
        match self.showing {
            Showing::Episodes => self.list.move_by(lines),
            Showing::Words => self.results.move_by(lines),
        }
    }

    /// Moves the cursor by so many halves of a page.
    pub fn move_by_halves(&mut self, halves: i32) {
        let page = match self.showing {
            Showing::Episodes => self.list.window.page(),
            Showing::Words => self.results.window.page(),
        };
        self.move_by(page.saturating_mul(halves) / 2);
    }

    /// A press on row `row` of the list: the cursor goes there, and a second
    /// press chooses.
    pub fn press(&mut self, row: usize) -> Step {
        self.results.wait_no_more();
        let pressed = match self.showing {
            Showing::Episodes => self.list.press(self.list.window.top + row),
            Showing::Words => self.results.press(self.results.window.top + row),
        };
        if pressed == Some(true) { self.choose() } else { Step::Stay }
    }

    /// Takes a key: it moves the cursor, chooses, or is typed.
    pub fn take_key(&mut self, key: Key) -> Step {
        self.results.wait_no_more();
        if self.typing().is_none() {
            return keys::deed(key).map_or(Step::Unknown, |deed| self.perform(deed));
        }
        match (key.code, key.ctrl) {
            (Code::Named(Named::Esc), _) => return self.leave_line(),
            (Code::Named(Named::Enter), _) => return self.choose(),
            (Code::Named(Named::Tab), _) => match self.showing {
                Showing::Episodes => self.list.end_typing(),
                Showing::Words => self.showing = Showing::Episodes,
            },
            (Code::Named(Named::Down), _) | (Code::Char('n' | 'j'), true) => self.move_by(1),
            (Code::Named(Named::Up), _) | (Code::Char('p' | 'k'), true) => self.move_by(-1),
            (Code::Named(Named::PageDown), _) | (Code::Char('d' | 'f'), true) => {
                self.move_by_halves(2);
            }
            (Code::Named(Named::PageUp), _) | (Code::Char('b'), true) => self.move_by_halves(-2),
            (Code::Named(Named::Backspace), false)
                if self.typing().is_some_and(|input| input.text().is_empty()) =>
            {
                return self.leave_line();
            }
            _ => return self.edit(|input| input.take(key)),
        }
        Step::Stay
    }

    /// Puts in what was pasted; where keys are commands, as what names have.
    pub fn paste(&mut self, pasted: &str) -> Step {
        if self.typing().is_none() {
            self.list.type_on();
        }
        self.edit(|input| {
            input.insert(pasted);
            true
        })
    }

    fn edit(&mut self, change: impl FnOnce(&mut Input) -> bool) -> Step {
        match self.showing {
            Showing::Episodes => {
                self.list.edit(change);
                Step::Stay
            }
            Showing::Words => match self.results.edit(change) {
                Some(asked) => Step::Find { asked, typed: self.results.words().text().to_owned() },
                None => Step::Stay,
            },
        }
    }

    fn perform(&mut self, deed: Deed) -> Step {
        match deed {
            Deed::Play => return self.choose(),
            Deed::Filter => self.list.type_on(),
            Deed::Search => {
                self.showing = Showing::Words;
                self.over_list = true;
                self.results.select_words();
            }
            Deed::Order => self.list.next_order(),
            Deed::Choose => self.list.next_choice(),
            Deed::Mark => {
                if let Some((key, played)) = self.list.mark_chosen() {
                    return Step::Mark { key, played };
                }
            }
            Deed::Queue => return self.list.queue_chosen().map_or(Step::Stay, Step::Queue),
            Deed::Details => {
                let chosen = self.list.chosen().cloned();
                return chosen.map_or(Step::Stay, |one| Step::Details(Box::new(one)));
            }
            Deed::Later => return self.list.move_chosen(1).map_or(Step::Stay, Step::Queue),
            Deed::Sooner => return self.list.move_chosen(-1).map_or(Step::Stay, Step::Queue),
            Deed::Close if self.list.show_all() => {}
            Deed::Close => return Step::Close,
        }
        Step::Stay
    }

    /// Ends the line being typed as if nothing had been.
    fn leave_line(&mut self) -> Step {
        match self.showing {
            Showing::Episodes => {
                self.list.clear_filter();
                Step::Stay
            }
            Showing::Words if self.over_list => {
                self.show(Showing::Episodes);
                Step::Stay
            }
            Showing::Words => Step::Close,
        }
    }

    /// What the cursor is on.
    fn choose(&mut self) -> Step {
        match self.showing {
            Showing::Episodes => {
                let Some(episode) = self.list.chosen().cloned() else { return Step::Stay };
                self.list.show_all();
                Step::Open(Box::new(Wish::left_off(episode)))
            }
            Showing::Words => self.results.choose(),
        }
    }

    /// Whether to look for what is behind the results that there are, and for
    /// which question: once, when the cursor comes near their end.
    pub fn goes_on(&mut self) -> Option<u64> {
        self.results.goes_on()
    }

    /// The first place in the episode that was found after the one with `key`,
    /// or `back` the last one in that before it, and puts the cursor there;
    /// `None` if there is none, or the last search did not find that one.
    pub fn found_beside(&mut self, key: &str, back: bool) -> Option<Wish> {
        self.results.beside(key, back)
    }
}
