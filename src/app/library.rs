//! What the app does with the list of episodes and with what is found in them.

use super::command::Command;
use super::event::{Effect, QueueChange};
use super::finds::Finds;
use super::key::{Code, Key, Named};
use super::keymap::Resolved;
use super::notice::Weight;
use super::shelf::{Found, Shelf, Showing, Step, Wish};
use super::{App, Open, Start, Typed, View};
use crate::model::episode::Episode;
use crate::model::{MediaTime, Moment, RowId};
use crate::search::Wanted;

/// What is said where an episode of the list is meant and this is none.
pub(super) const NOT_THERE: &str =
    "this episode is not in the library; sayagain add FOLDER takes its folder in";

/// What waits for the list to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AskedOfList {
    /// The cursor goes to the episode that is open.
    Cursor,
    /// All that is known of that episode is shown.
    Details,
    /// So many episodes on.
    Step(i32),
    /// The next of the queue, once that has come too.
    Next,
}

impl App {
    /// The list of episodes, and what was looked for in them last.
    pub const fn shelf(&self) -> Option<&Shelf> {
        self.shelf.as_ref()
    }

    /// Takes what is known of the episode that is open, which came from no list.
    pub fn know_own(&mut self, own: Episode) {
        self.key = Some(own.key.clone());
        self.own = Some(Box::new(own));
    }

    /// Takes note that the audio is exactly as long as the player says now: the
    /// list may have guessed.
    pub(super) fn know_length(&mut self, effects: &mut Vec<Effect>) {
        let (Some(length), Some(key)) = (self.player.length(), &self.key) else { return };
        if let Some(list) = &mut self.shelf {
            list.know_length(key, length);
        }
        if let Some(own) = &mut self.own {
            own.length = Some(length);
        }
        effects.push(Effect::KeepLength(length));
    }

    /// Whether the episodes have come; if not they are asked for, and `then`
    /// follows when they have.
    pub(super) fn is_listed(&mut self, then: AskedOfList, effects: &mut Vec<Effect>) -> bool {
        if self.key.is_none() || self.shelf.as_ref().is_some_and(Shelf::is_listed) {
            return true;
        }
        self.asked_of_list = Some(then);
        if self.shelf.is_none() {
            self.shelf = Some(Shelf::new(Showing::Episodes, Vec::new()));
            self.fit_shelf();
        }
        effects.push(Effect::List);
        false
    }

    /// The content of the episode that is open, unless it is none that a list
    /// may have.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether no episode is open: there is only the list.
    pub const fn is_idle(&self) -> bool {
        self.idle
    }

    /// Opens the list with these episodes, in place of an episode.
    pub fn begin_with(&mut self, episodes: Vec<Episode>) {
        self.shelf = Some(Shelf::new(Showing::Episodes, episodes));
        self.view = View::Shelf;
        self.idle = true;
        self.fit_shelf();
    }

    /// Opens one of the two lists, as it was left.
    pub(super) fn open_shelf(&mut self, showing: Showing, effects: &mut Vec<Effect>) {
        let list = self.shelf.get_or_insert_with(|| Shelf::new(showing, Vec::new()));
        list.show(showing);
        list.select_words();
        if let (View::Transcript, Some(key)) = (self.view, &self.key) {
            list.go_to(key);
            let waits = showing == Showing::Episodes && !list.is_listed();
            self.asked_of_list = waits.then_some(AskedOfList::Cursor);
        }
        list.ask_queue();
        self.view = View::Shelf;
        self.open = Open::Nothing;
        self.fit_shelf();
        effects.push(Effect::List);
    }

    /// Gives the list as many lines as there are.
    pub(super) fn fit_shelf(&mut self) {
        let rows = self.reader.layout().map_or(1, |layout| usize::from(layout.rows));
        if let Some(list) = &mut self.shelf {
            list.set_rows(rows);
        }
    }

    pub(super) fn take_episodes(
        &mut self,
        episodes: Vec<Episode>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(list) = &mut self.shelf else { return };
        let left = list.set_episodes(episodes);
        if let Some(first) = left.first() {
            let others = left.len() - 1;
            let others = if others > 0 { format!(" and {others} more") } else { String::new() };
            let told =
                format!("not in the library any more, the queue passes over: {first}{others}");
            self.tell(&told, Weight::Warning, now);
        }
        let Some(list) = &mut self.shelf else { return };
        match self.asked_of_list.take() {
            None => {}
            Some(AskedOfList::Step(count)) => self.step_episodes(count, now, effects),
            Some(AskedOfList::Details) => self.show_own_details(now, effects),
            Some(AskedOfList::Next) => {
                let is_there = self.play_next(effects);
                self.asked_of_list = (!is_there).then_some(AskedOfList::Next);
            }
            Some(AskedOfList::Cursor) => {
                let is_there = self.key.as_deref().is_none_or(|key| list.go_to(key));
                if !is_there && !list.list().episodes().is_empty() {
                    self.say(NOT_THERE, now);
                }
            }
        }
    }

    pub(super) fn take_found(
        &mut self,
        asked: u64,
        found: Found,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(list) = &mut self.shelf else { return };
        let step = list.take_found(asked, found);
        // Who has gone back to the transcript waits for nothing any more.
        if self.view == View::Shelf {
            self.take_step(step, now, effects);
        }
    }

    /// Asks for what is behind the results, if the cursor has come near their end.
    pub(super) fn look_further(&mut self, effects: &mut Vec<Effect>) {
        let asked = self.shelf.as_mut().and_then(Shelf::goes_on);
        effects.extend(asked.map(|asked| Effect::FindMore { asked }));
    }

    pub(super) fn shelf_key(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        let Some(list) = &mut self.shelf else { return };
        let is_leaving = key.code == Code::Named(Named::Esc) && self.typed.count.is_some();
        let step = if is_leaving { Step::Stay } else { list.take_key(key) };
        if step != Step::Unknown {
            self.take_step(step, now, effects);
        } else if !self.is_idle() && self.type_number(key, now, effects) {
            return;
        } else {
            self.key_over_shelf(key, now, effects);
        }
        self.typed = Typed::default();
    }

    /// A key that the list leaves to the program: it moves the cursor as in the
    /// transcript, or is about the sound.
    fn key_over_shelf(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        let Resolved::Command(command) = self.keymap.resolve(&[key]) else { return };
        let count = self.signed_count();
        let Some(list) = &mut self.shelf else { return };
        match command {
            Command::CursorDown => list.move_by(count),
            Command::CursorUp => list.move_by(-count),
            Command::HalfPageDown => list.move_by_halves(1),
            Command::HalfPageUp => list.move_by_halves(-1),
            Command::PageDown => list.move_by_halves(2),
            Command::PageUp => list.move_by_halves(-2),
            Command::Top => list.move_by(i32::MIN),
            Command::End => list.move_by(i32::MAX),
            Command::Help
            | Command::CommandLine
            | Command::Redraw
            | Command::ToggleMouse
            | Command::Quit
            | Command::QuitWithoutSaving => self.perform(command, now, effects),
            _ if self.is_idle() => {}
            Command::TogglePlay
            | Command::GoTo
            | Command::Chapters
            | Command::PreviousChapter
            | Command::NextChapter
            | Command::PreviousEpisode
            | Command::NextEpisode
            | Command::Back5
            | Command::Forward5
            | Command::Back1
            | Command::Forward1
            | Command::Back15
            | Command::Forward30
            | Command::Slower
            | Command::Faster
            | Command::ToggleSpeed
            | Command::Quieter
            | Command::Louder
            | Command::RetryDevice => self.perform(command, now, effects),
            _ => {}
        }
    }

    pub(super) fn shelf_paste(&mut self, pasted: &str, now: Moment, effects: &mut Vec<Effect>) {
        let Some(list) = &mut self.shelf else { return };
        let step = list.paste(pasted);
        self.take_step(step, now, effects);
    }

    pub(super) fn wheel_shelf(&mut self, lines: i32) {
        if let Some(list) = &mut self.shelf {
            list.move_by(lines);
        }
    }

    /// A press on a line of the list.
    pub(super) fn press_line(&mut self, row: usize, now: Moment, effects: &mut Vec<Effect>) {
        let Some(list) = &mut self.shelf else { return };
        let step = list.press(row);
        self.take_step(step, now, effects);
    }

    fn take_step(&mut self, step: Step, now: Moment, effects: &mut Vec<Effect>) {
        match step {
            Step::Stay | Step::Unknown => {}
            Step::Find { asked, typed } => effects.push(Effect::Find { asked, typed }),
            Step::FindLines { asked, episode } => {
                effects.push(Effect::FindLines { asked, episode });
            }
            Step::Open(wish) => effects.push(Effect::OpenEpisode(wish)),
            Step::Details(episode) => self.show_details(*episode, effects),
            Step::Mark { key, played } => {
                self.say(if played { "marked as played" } else { "marked as not played" }, now);
                effects.push(Effect::Mark { key: Some(key), played });
            }
            Step::Queue(change) => {
                match &change {
                    QueueChange::Add(_) => self.say("in the queue", now),
                    QueueChange::Remove(_) => self.say("not in the queue any more", now),
                    QueueChange::Swap(..) => {}
                }
                effects.push(Effect::Queue(change));
            }
            Step::Close if self.is_idle() => self.say("nothing is playing; q quits", now),
            Step::Close => {
                self.view = View::Transcript;
                self.goes_back = false;
            }
        }
    }

    /// Goes back to the results, where they were left, from an episode that was
    /// opened there and still shows what was looked for; whether it was.
    pub(super) fn back_to_results(&mut self) -> bool {
        let is_from_there = self.is_from_results();
        if let (true, Some(list)) = (is_from_there, &mut self.shelf) {
            list.show(Showing::Words);
            list.select_words();
            self.view = View::Shelf;
        }
        is_from_there
    }

    /// Whether the matches that are marked are those of the results, to which
    /// Esc goes back.
    pub fn is_from_results(&self) -> bool {
        self.goes_back && self.reader.finds().is_some_and(Finds::is_of_all)
    }

    /// Goes on from what was found in this episode to the first place in the
    /// next, or `back` to the last one in that before. Whether there is any.
    pub(super) fn episode_beside(&mut self, back: bool, effects: &mut Vec<Effect>) -> bool {
        let wish = self.shelf.as_mut().zip(self.key.as_deref());
        let wish = wish.and_then(|(list, key)| list.found_beside(key, back));
        let Some(wish) = wish else { return false };
        // Whoever reads on without sound does so there too.
        let wish = Wish { is_paused: !self.player.is_playing(), ..wish };
        effects.push(Effect::OpenEpisode(Box::new(wish)));
        true
    }

    /// Ends the episode that is open: its place is kept, the sound stops.
    pub fn close_episode(&mut self, now: Moment) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.is_idle() {
            self.pause(now, &mut effects);
        }
        effects
    }

    /// Opens another episode in place of the one that was closed. The list
    /// stays as it was left, and what was looked for is marked.
    pub fn open_episode(&mut self, start: Start, wish: &Wish, now: Moment) -> Vec<Effect> {
        let (mut app, mut effects) = Self::with_id(start, self.player.id().next(), now);
        app.shelf = self.shelf.take();
        app.device = self.device;
        app.asked_for_device = self.asked_for_device;
        app.delays = std::mem::take(&mut self.delays);
        app.mouse = self.mouse;
        app.covers = self.covers;
        app.settings = self.settings;
        if let Some(told) = self.passed_over_text() {
            app.tell(&told, Weight::Warning, now);
        }
        app.key = Some(wish.episode.key.clone());
        app.leave_queue(&mut effects);
        self.waveform.hand_on(&mut app.waveform);
        app.ask_for_levels(&mut effects);
        app.resize(self.size);
        *self = app;
        if let Some(at) = wish.at {
            self.begin_at_hit(at, wish.typed.as_deref(), now, &mut effects);
        }
        if wish.is_last {
            self.go_to_last_place(now, &mut effects);
        }
        effects
    }

    /// Goes on to the last place that was found; the list may not know it.
    fn go_to_last_place(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        let finds = self.reader.finds();
        let Some(last) = finds.and_then(|finds| finds.len().checked_sub(1)) else { return };
        if finds.and_then(Finds::current) != Some(last) {
            self.reader.go_to_match(last);
            self.play_from(self.reader.cursor(), true, now, effects);
        }
    }

    /// Marks what was looked for, and the row at `at`, where it begins.
    fn begin_at_hit(
        &mut self,
        at: MediaTime,
        typed: Option<&str>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let timeline = self.reader.timeline();
        let row = (0..timeline.row_count())
            .map(RowId::from_index)
            .find(|row| timeline.start_of(*row) >= at);
        let wanted = typed.and_then(|typed| Wanted::parse(typed).ok());
        let query = wanted.as_ref().and_then(Wanted::marks);
        self.goes_back = query.is_some();
        if let (Some(query), Some(wanted)) = (query, wanted) {
            let finds = Finds::of_lines(self.reader.transcript(), timeline, query, &wanted);
            let first = row.and_then(|row| finds.at_or_after(row));
            self.reader.set_finds(Some(finds));
            if let Some(first) = first {
                self.reader.go_to_match(first);
            }
        }
        self.chosen = row;
        self.reader.follow_from(row);
        self.settle(now, effects);
    }
}
