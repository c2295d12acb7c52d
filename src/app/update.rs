//! What each event does.

use std::time::Duration;

use super::command::{COMMANDS, Command};
use super::event::{Effect, Event, Target};
use super::finds::Finds;
use super::goto::Place;
use super::help;
use super::input::Input;
use super::key::{Code, Key, Named};
use super::keymap::Resolved;
use super::notice::{Notice, Weight};
use super::player::Way;
use super::prompt::{Asking, Prompt};
use super::reader::Part;
use super::screen::{Layout, Sheet, Size};
use super::shelf::Showing;
use super::{AT_THE_END, App, Open, Typed};
use crate::model::playback::{Report, Request, Speed, Volume};
use crate::model::{MediaTime, Moment, Offset, RowId, Spoken};
use crate::search::Query;

/// The largest count that can be typed.
const COUNT_LIMIT: u32 = 9_999;

/// Steps to the cue before that are less than this apart go on one from the
/// other.
const SAME_STEPS: Duration = Duration::from_secs(1);

/// By how much one key changes the volume, in percent.
const VOLUME_STEP: i32 = 5;

impl App {
    /// Takes in `event` and returns what must be done about it, in order.
    pub fn update(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.over {
            return effects;
        }
        // What is heard changes the picture only through `settle`.
        self.changed |= !matches!(event, Event::Heard(_));
        match event {
            Event::Key(key) => self.take_key(key, now, &mut effects),
            Event::Paste(text) => self.paste(&text, now, &mut effects),
            Event::Press(target) => self.press(target, now, &mut effects),
            Event::Drag(part) => self.scrub(part, now, &mut effects),
            Event::Release => self.scrubbing = false,
            Event::Episodes(episodes) => self.take_episodes(episodes),
            Event::Found { asked, found } => self.take_found(asked, found),
            Event::LibraryFailed(why) => self.warn(&why, now),
            Event::Wheel(lines) => self.wheel(lines),
            Event::Resized(size) => self.resize(size),
            Event::Heard(heard) => {
                if let Some(heard) = heard {
                    self.player.take_heard(heard);
                }
            }
            Event::Playback(report) => self.take_report(&report, now, &mut effects),
            Event::SaveFailed(why) => {
                self.tell(&format!("the place is not kept: {why}"), Weight::Warning, now);
            }
            Event::Terminate => self.quit(now, &mut effects),
            Event::Stop => self.suspend(now, &mut effects),
            Event::Resumed => self.resume(now, &mut effects),
        }
        self.settle(now, &mut effects);
        effects
    }

    fn take_key(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        if key == Key::ctrl('c') {
            return self.quit(now, effects);
        }
        if key == Key::ctrl('z') {
            return self.perform(Command::Suspend, now, effects);
        }
        self.notices.dismiss(now);
        match self.open {
            Open::Prompt(_) => self.type_key(key, now, effects),
            Open::Help(_) => self.help_key(key, now, effects),
            Open::Shelf => self.shelf_key(key, now, effects),
            Open::Chapters(_) => self.chapters_key(key, now, effects),
            Open::Nothing => self.command_key(key, now, effects),
        }
    }

    /// A key while nothing is open: part of a count, of a sequence, or of
    /// `40%`.
    fn command_key(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        let digit = key.typed().and_then(|c| c.to_digit(10));
        if let (Some(digit), true) = (digit, self.typed.keys.is_empty()) {
            let count = self.typed.count.unwrap_or(0) * 10 + digit;
            self.typed.count = Some(count.min(COUNT_LIMIT));
            return;
        }
        if let (Some('%'), Some(percent)) = (key.typed(), self.typed.count) {
            self.typed = Typed::default();
            return self.go_to_typed(&format!("{percent}%"), now, effects);
        }
        if let (Some(':'), Some(count)) = (key.typed(), self.typed.count) {
            // A time, as it is typed elsewhere: 10:00.
            self.typed = Typed::default();
            return self.ask(Asking::Command, &format!("{count}:"));
        }
        self.typed.keys.push(key);
        match self.keymap.resolve(&self.typed.keys) {
            Resolved::Command(Command::Leave) if self.typed.count.is_some() => {
                self.typed = Typed::default();
            }
            Resolved::Command(command) => {
                self.perform(command, now, effects);
                self.typed = Typed::default();
            }
            Resolved::Partial => {}
            Resolved::Unbound => self.typed = Typed::default(),
        }
    }

    /// The count typed before the command, 1 without one.
    fn count(&self) -> u32 {
        self.typed.count.unwrap_or(1).max(1)
    }

    fn signed_count(&self) -> i32 {
        i32::try_from(self.count()).unwrap_or(i32::MAX)
    }

    pub(super) fn perform(&mut self, command: Command, now: Moment, effects: &mut Vec<Effect>) {
        let count = self.signed_count();
        match command {
            Command::TogglePlay => self.toggle_play(now, effects),
            Command::Back5 => self.seek_by(-5, now, effects),
            Command::Forward5 => self.seek_by(5, now, effects),
            Command::Back1 => self.seek_by(-1, now, effects),
            Command::Forward1 => self.seek_by(1, now, effects),
            Command::Back15 => self.seek_by(-15, now, effects),
            Command::Forward30 => self.seek_by(30, now, effects),
            Command::PreviousCue => self.step_cues(-count, now, effects),
            Command::NextCue => self.step_cues(count, now, effects),
            Command::PreviousChapter => self.step_chapters(-count, now, effects),
            Command::NextChapter => self.step_chapters(count, now, effects),
            Command::Chapters => self.list_chapters(now),
            Command::ReplayCue => self.replay(now, effects),
            Command::GoTo => self.ask(Asking::GoTo, ""),
            Command::UndoSeek => {
                let requests = self.player.undo_seek(now);
                self.after_jump(requests, "no seek to take back", now, effects);
            }
            Command::RedoSeek => {
                let requests = self.player.redo_seek(now);
                self.after_jump(requests, "no seek to do again", now, effects);
            }
            Command::CursorDown => self.reader.move_cursor(count),
            Command::CursorUp => self.reader.move_cursor(-count),
            Command::HalfPageDown => self.reader.page_by(count),
            Command::HalfPageUp => self.reader.page_by(-count),
            Command::PageDown => self.reader.page_by(count.saturating_mul(2)),
            Command::PageUp => self.reader.page_by(count.saturating_mul(-2)),
            Command::Top => self.reader.move_to_edge(false),
            Command::End => self.reader.move_to_edge(true),
            Command::PreviousTurn => self.reader.move_by_turns(-count),
            Command::NextTurn => self.reader.move_by_turns(count),
            Command::PlayFromCursor => self.play_from(self.reader.cursor(), true, now, effects),
            Command::BackToNow => self.back_to_now(now),
            Command::ToggleFollow => {
                let follow = !self.reader.follows();
                self.reader.set_follow(follow);
                self.say(if follow { "following" } else { "not following" }, now);
            }
            Command::CursorToMiddle => self.reader.put_cursor_at(Part::Middle),
            Command::CursorToTop => self.reader.put_cursor_at(Part::Top),
            Command::CursorToBottom => self.reader.put_cursor_at(Part::Bottom),
            Command::Search => self.ask(Asking::Search, ""),
            Command::NextMatch => self.next_match(now, effects),
            Command::PreviousMatch => self.step_matches(true, now),
            Command::Library => self.open_shelf(Showing::Episodes, effects),
            Command::SearchEverything => self.open_shelf(Showing::Words, effects),
            Command::OnlyMatches => self.toggle_only_matches(now),
            Command::Slower => self.set_speed(self.player.speed().tenths() - count, now, effects),
            Command::Faster => self.set_speed(self.player.speed().tenths() + count, now, effects),
            Command::ToggleSpeed => {
                let request = self.player.toggle_speed(now);
                self.after_speed(request, now, effects);
            }
            Command::Quieter => self.change_volume(-VOLUME_STEP * count, now, effects),
            Command::Louder => self.change_volume(VOLUME_STEP * count, now, effects),
            Command::RetryDevice => self.retry_device(now, effects),
            Command::ToggleMouse => {
                self.mouse = !self.mouse;
                effects.push(Effect::Mouse(self.mouse));
                let text = if self.mouse { "mouse on" } else { "mouse off: select text as usual" };
                self.say(text, now);
            }
            Command::CommandLine => self.ask(Asking::Command, ""),
            Command::Help => self.open = Open::Help(0),
            Command::Leave => self.leave(now),
            Command::Redraw => effects.push(Effect::Redraw),
            Command::Suspend => self.suspend(now, effects),
            Command::Quit => self.quit(now, effects),
            Command::QuitWithoutSaving => {
                effects.push(Effect::Restore(self.kept_before));
                effects.push(Effect::Quit);
                self.over = true;
            }
        }
    }

    fn toggle_play(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if self.player.is_playing() {
            self.pause(now, effects);
        } else {
            self.play(now, effects);
        }
    }

    /// Plays; from the beginning if it stands at the end.
    pub(super) fn play(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if self.player.is_at_end(now) {
            self.choose_nothing();
        }
        effects.extend(self.player.play(now).into_iter().map(Effect::Playback));
    }

    fn choose_nothing(&mut self) {
        self.chosen = None;
        self.stepped = None;
        self.chosen_chapter = None;
    }

    /// Stops the sound and keeps the place.
    pub(super) fn pause(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        effects.extend(self.player.pause(now).map(Effect::Playback));
        self.save(now, effects);
    }

    /// Stops for the shell; the sound stops first, and goes on afterwards if
    /// it was playing.
    fn suspend(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        self.plays_on = self.player.is_playing();
        self.pause(now, effects);
        effects.push(Effect::Suspend);
    }

    fn resume(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if std::mem::take(&mut self.plays_on) {
            self.play(now, effects);
        }
        effects.push(Effect::Redraw);
    }

    fn seek_by(&mut self, secs: i64, now: Moment, effects: &mut Vec<Effect>) {
        let offset = Offset::from_secs(secs).times(self.count());
        self.choose_nothing();
        let requests = self.player.seek_by(offset, now);
        self.after_seek(requests, effects);
    }

    pub(super) fn seek_to(&mut self, to: MediaTime, now: Moment, effects: &mut Vec<Effect>) {
        self.choose_nothing();
        let requests = self.player.seek(to, Way::Jump, now);
        self.after_seek(requests, effects);
    }

    /// Moves along the progress line with the pointer, if it was pressed there.
    fn scrub(&mut self, part: f64, now: Moment, effects: &mut Vec<Effect>) {
        if self.scrubbing {
            self.choose_nothing();
            let requests = self.player.scrub(part_of(self.length(), part), now);
            self.after_seek(requests, effects);
        }
    }

    /// Goes to where `row` begins; the row is marked at once.
    fn seek_to_row(&mut self, row: RowId, way: Way, now: Moment, effects: &mut Vec<Effect>) {
        let start = self.reader.start_of(row);
        if self.player.length().is_some_and(|length| start > length) {
            let text = format!("this line is at {start}, after the end of the audio");
            return self.warn(&text, now);
        }
        if !self.reader.cue(row).is_some_and(|cue| cue.timed) {
            return self.say("this line has no time", now);
        }
        let lead = Offset::from_millis(-i64::from(self.settings.lead_in_ms));
        let requests = self.player.seek(start.shift(lead), way, now);
        self.chosen = Some(row);
        self.chosen_chapter = None;
        self.after_seek(requests, effects);
    }

    fn after_seek(&mut self, requests: Vec<Request>, effects: &mut Vec<Effect>) {
        self.unsaved = true;
        self.heard_before = None;
        effects.extend(requests.into_iter().map(Effect::Playback));
    }

    fn after_jump(
        &mut self,
        requests: Option<Vec<Request>>,
        none: &str,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(requests) = requests else { return self.say(none, now) };
        self.choose_nothing();
        self.after_seek(requests, effects);
        let at = self.player.position(now);
        let far = if self.reader.follows() { "" } else { ": . goes there" };
        self.say(&format!("back at {at}{far}"), now);
    }

    /// Goes `count` cues further, or back; the first and the last hold it.
    fn step_cues(&mut self, count: i32, now: Moment, effects: &mut Vec<Effect>) {
        let rows = self.reader.timeline().row_count();
        if rows == 0 {
            return self.say("no transcript", now);
        }
        let timed =
            |index: &usize| self.reader.cue(RowId::from_index(*index)).is_some_and(|cue| cue.timed);
        let steps = count.unsigned_abs() as usize;
        let to = if count > 0 {
            let ahead = (self.first_ahead(now)..rows).filter(timed);
            ahead.take(steps).last()
        } else {
            let before = (0..self.first_not_before(now)).rev().filter(timed);
            let begun = self.spoken(now) != Spoken::Nothing;
            // In the first cue it goes to its start.
            before.take(steps).last().or_else(|| (0..rows).find(timed).filter(|_| begun))
        };
        let Some(index) = to else {
            let text = if count > 0 { "this is the last cue" } else { "no cue has begun yet" };
            return self.say(text, now);
        };
        let row = RowId::from_index(index);
        self.seek_to_row(row, Way::Step, now, effects);
        self.stepped = self.chosen.filter(|&chosen| chosen == row).map(|row| (row, now));
    }

    /// The index of the next row: after the one gone to, else the first that
    /// begins later.
    fn first_ahead(&self, now: Moment) -> usize {
        let position = self.player.position(now);
        match self.chosen.filter(|&row| self.is_still_chosen(row, position)) {
            Some(row) => row.index() + 1,
            None => self.reader.timeline().begun(position),
        }
    }

    /// The index of the row that is marked; in a silence that after it, since
    /// the cue before is the one that has just ended.
    ///
    /// Keys pressed one soon after the other go on from where the last one
    /// led, even if that cue was so short that it is over already.
    fn first_not_before(&self, now: Moment) -> usize {
        let index = match self.spoken(now) {
            Spoken::Nothing => 0,
            Spoken::Silence(row) => row.index() + 1,
            Spoken::Row(row) => row.index(),
        };
        let recent = |&(_, at): &(RowId, Moment)| now.0.saturating_sub(at.0) < SAME_STEPS;
        self.stepped.filter(recent).map_or(index, |(row, _)| index.min(row.index()))
    }

    fn replay(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        match self.spoken(now).row() {
            Some(row) => self.seek_to_row(row, Way::Step, now, effects),
            None => self.seek_to(MediaTime::ZERO, now, effects),
        }
    }

    /// Plays from `row`; plays even if it was paused when `play` is set.
    fn play_from(&mut self, row: RowId, play: bool, now: Moment, effects: &mut Vec<Effect>) {
        if self.reader.cue(row).is_none() {
            return;
        }
        self.seek_to_row(row, Way::Jump, now, effects);
        if self.chosen != Some(row) {
            return;
        }
        // The listener has put now and the cursor on the same line.
        self.reader.follow_from(Some(row));
        // At the very end there is nothing to play.
        if play && !self.player.is_playing() && !self.player.is_at_end(now) {
            self.play(now, effects);
        }
    }

    fn back_to_now(&mut self, now: Moment) {
        let marked = self.spoken(now).row();
        self.reader.follow_from(marked);
    }

    fn press(&mut self, target: Target, now: Moment, effects: &mut Vec<Effect>) {
        self.scrubbing = false;
        match self.open {
            Open::Help(_) => {
                self.open = Open::Nothing;
                return;
            }
            Open::Chapters(_) => return self.press_chapters(target, now, effects),
            Open::Nothing | Open::Prompt(_) | Open::Shelf => {}
        }
        match target {
            Target::Row(row) => {
                self.close_prompt();
                self.play_from(row, false, now, effects);
            }
            Target::Progress(part) => {
                self.scrubbing = true;
                self.seek_to(part_of(self.length(), part), now, effects);
            }
            Target::Line(row) => self.press_line(row, now, effects),
            Target::Chapter(_) | Target::Nothing => {}
        }
    }

    fn wheel(&mut self, lines: i32) {
        match self.open {
            Open::Help(_) => self.scroll_help(lines),
            Open::Shelf => {
                if let Some(list) = &mut self.shelf {
                    list.move_by(lines);
                }
            }
            Open::Chapters(_) => self.move_in_chapters(lines),
            Open::Nothing | Open::Prompt(_) => self.reader.scroll(lines),
        }
    }

    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
        let wants = self.reader.wants(self.length());
        self.reader.set_layout(Layout::new(size, wants));
        self.fit_shelf();
        self.scroll_help(0);
        self.scroll_chapters();
    }

    fn take_report(&mut self, report: &Report, now: Moment, effects: &mut Vec<Effect>) {
        let length = self.player.length();
        self.player.take_report(report);
        match report {
            Report::Opened { .. } | Report::Length(_) => {
                if length.is_none() {
                    self.begin_within(now, effects);
                }
                if self.player.length() != length {
                    self.compare_lengths(now);
                    self.resize(self.size);
                }
            }
            Report::Ended { id, .. } if *id == self.player.id() => {
                self.save(now, effects);
                self.tell(AT_THE_END, Weight::Word, now);
            }
            Report::Ended { .. } => {}
            Report::Device { name } => {
                if self.device == Some(false) {
                    self.tell(&format!("sound is back: {name}"), Weight::Word, now);
                }
                self.device = Some(true);
            }
            Report::NoDevice { why } => {
                if self.device != Some(false) {
                    let text = format!("no sound ({why}): going on in silence; D tries again");
                    self.tell(&text, Weight::Warning, now);
                }
                self.device = Some(false);
            }
            Report::Damaged { at } => {
                self.tell(&format!("the audio is damaged at {at}"), Weight::Warning, now);
            }
            Report::Failed { why } => {
                // Without a transcript the place must stay where it is.
                let rows = self.reader.timeline().row_count();
                let end = (rows > 0).then(|| self.reader.transcript().end());
                self.player.lose_audio(end.max(self.player.length()), now);
                self.tell(why, Weight::Warning, now);
            }
            Report::Paused { .. } => self.unsaved = true,
        }
    }

    /// Says so when the transcript is longer than the audio by more than a
    /// minute: it may belong to another episode.
    fn compare_lengths(&mut self, now: Moment) {
        let end = self.reader.transcript().end();
        let Some(length) = self.player.length() else { return };
        if end.since(length).is_some_and(|over| over.as_secs() > 60) {
            let text =
                format!("the transcript ends at {end}, the audio at {length}: another episode?");
            self.tell(&text, Weight::Warning, now);
        }
    }

    /// A start that lies after the end begins anew: the end alone is of no use
    /// to anybody.
    fn begin_within(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        let at = self.player.position_asked(now);
        let Some(length) = self.player.length().filter(|&length| at >= length) else { return };
        let text = format!("{at} is after the end, which is at {length}: beginning at 0:00");
        self.tell(&text, Weight::Warning, now);
        let requests = self.player.begin_anew(now);
        self.after_seek(requests, effects);
    }

    fn set_speed(&mut self, tenths: i32, now: Moment, effects: &mut Vec<Effect>) {
        let request = self.player.set_speed(Speed::from_tenths(tenths), now);
        self.after_speed(request, now, effects);
    }

    fn after_speed(&mut self, request: Option<Request>, now: Moment, effects: &mut Vec<Effect>) {
        self.unsaved = true;
        self.say(&format!("speed {}", self.player.speed()), now);
        effects.extend(request.map(Effect::Playback));
    }

    fn change_volume(&mut self, by: i32, now: Moment, effects: &mut Vec<Effect>) {
        self.set_volume(self.player.volume().percent() + by, now, effects);
    }

    fn set_volume(&mut self, percent: i32, now: Moment, effects: &mut Vec<Effect>) {
        let request = self.player.set_volume(Volume::from_percent(percent));
        self.unsaved = true;
        self.say(&format!("volume {} %", self.player.volume().percent()), now);
        effects.extend(request.map(Effect::Playback));
    }

    fn retry_device(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if !self.player.has_audio() {
            return self.say("there is no audio to play", now);
        }
        self.say("looking for a sound device", now);
        effects.push(Effect::Playback(Request::RetryDevice));
    }

    /// Leaves what is open; with nothing open it ends the search, then goes
    /// back to now.
    fn leave(&mut self, now: Moment) {
        if self.reader.finds().is_some() {
            self.reader.set_finds(None);
        } else {
            self.back_to_now(now);
        }
    }

    pub(super) fn quit(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if self.over {
            return;
        }
        self.over = true;
        effects.extend(self.player.pause(now).map(Effect::Playback));
        self.save(now, effects);
        effects.push(Effect::Quit);
    }

    /// Goes to the next match; after the last one that of the search through
    /// all episodes goes on in the next.
    fn next_match(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        let finds = self.reader.finds();
        let next = finds.and_then(|finds| finds.step(self.reader.cursor(), false));
        if next.is_some_and(|(_, wraps)| wraps) && self.next_episode(effects) {
            return;
        }
        self.step_matches(false, now);
    }

    fn step_matches(&mut self, back: bool, now: Moment) {
        let count = self.count();
        let Some(finds) = self.reader.finds() else {
            return self.say("nothing searched for yet: / searches", now);
        };
        let mut cursor = self.reader.cursor();
        let mut wrapped = false;
        if finds.is_empty() {
            let text = format!("no match for \"{}\"", finds.query().text());
            return self.say(&text, now);
        }
        for _ in 0..count.min(1_000) {
            let Some((index, over)) =
                self.reader.finds().and_then(|finds| finds.step(cursor, back))
            else {
                break;
            };
            wrapped |= over;
            self.reader.go_to_match(index);
            cursor = self.reader.cursor();
        }
        if wrapped {
            let edge = if back { "end" } else { "start" };
            let finds = self.reader.finds();
            let current = finds.and_then(Finds::current).map_or(0, |current| current + 1);
            let len = finds.map_or(0, Finds::len);
            self.say(&format!("{current}/{len}: the search went on at the {edge}"), now);
        }
    }

    fn toggle_only_matches(&mut self, now: Moment) {
        if self.reader.finds().is_none() {
            return self.ask(Asking::OnlyMatches, "");
        }
        let only = !self.reader.shows_only_matches();
        self.reader.show_only_matches(only);
        self.say(if only { "only matching lines; & shows all" } else { "all lines" }, now);
    }

    fn ask(&mut self, asking: Asking, text: &str) {
        let before = self.reader.keep();
        self.open = Open::Prompt(Box::new(Prompt { asking, input: Input::with(text), before }));
    }

    fn close_prompt(&mut self) {
        if let Open::Prompt(_) = self.open {
            self.open = Open::Nothing;
        }
    }

    fn paste(&mut self, pasted: &str, now: Moment, effects: &mut Vec<Effect>) {
        if let Open::Shelf = self.open {
            return self.shelf_paste(pasted, now, effects);
        }
        let Open::Prompt(prompt) = &mut self.open else { return };
        prompt.input.insert(pasted);
        self.search_as_typed();
    }

    /// A key while a line is being typed.
    fn type_key(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        let Open::Prompt(prompt) = &mut self.open else { return };
        let searching = matches!(prompt.asking, Asking::Search | Asking::OnlyMatches);
        match (key.code, key.ctrl) {
            (Code::Named(Named::Esc), _) => self.leave_prompt(),
            (Code::Named(Named::Backspace), false) if prompt.input.text().is_empty() => {
                self.leave_prompt();
            }
            (Code::Named(Named::Enter), _) => self.accept(now, effects),
            (Code::Named(Named::Tab), _) if searching => self.close_prompt(),
            (Code::Named(Named::Tab), _) => {
                if let Some(name) = completion(prompt.input.text()) {
                    prompt.input = Input::with(name);
                }
            }
            (Code::Named(Named::Down), _) | (Code::Char('n' | 'g'), true) if searching => {
                self.step_matches(false, now);
            }
            (Code::Named(Named::Up), _) | (Code::Char('p'), true) if searching => {
                self.step_matches(true, now);
            }
            _ => {
                if prompt.input.take(key) {
                    self.search_as_typed();
                }
            }
        }
    }

    fn leave_prompt(&mut self) {
        if let Open::Prompt(prompt) = std::mem::replace(&mut self.open, Open::Nothing)
            && matches!(prompt.asking, Asking::Search | Asking::OnlyMatches)
        {
            self.reader.put_back(prompt.before);
        }
    }

    /// Searches for what has been typed so far, from where the cursor was.
    fn search_as_typed(&mut self) {
        let Open::Prompt(prompt) = &self.open else { return };
        let only = match prompt.asking {
            Asking::Search => false,
            Asking::OnlyMatches => true,
            Asking::GoTo | Asking::Command => return,
        };
        let (before, query) = (prompt.before.clone(), Query::new(prompt.input.text()));
        self.reader.put_back(before);
        let Some(query) = query else { return self.reader.set_finds(None) };
        let finds = Finds::new(self.reader.transcript(), self.reader.timeline(), query);
        let first = finds.at_or_after(self.reader.cursor());
        self.reader.set_finds(Some(finds));
        if only {
            self.reader.show_only_matches(true);
        }
        if let Some(first) = first {
            self.reader.go_to_match(first);
        }
    }

    /// Enter at the end of a typed line.
    fn accept(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        let Open::Prompt(prompt) = std::mem::replace(&mut self.open, Open::Nothing) else { return };
        let typed = prompt.input.text().trim().to_owned();
        match prompt.asking {
            Asking::Search => self.accept_search(*prompt, now, effects),
            Asking::OnlyMatches if typed.is_empty() => self.reader.put_back(prompt.before),
            Asking::OnlyMatches => {
                if self.reader.finds().is_none_or(Finds::is_empty) {
                    self.reader.put_back(prompt.before);
                    self.say(&format!("no match for \"{typed}\""), now);
                }
            }
            Asking::GoTo | Asking::Command if typed.is_empty() => {}
            Asking::GoTo => self.go_to_typed(&typed, now, effects),
            Asking::Command => self.run_command(&typed, now, effects),
        }
    }

    /// Plays from the match; an empty line goes on with the last search.
    fn accept_search(&mut self, prompt: Prompt, now: Moment, effects: &mut Vec<Effect>) {
        let typed = prompt.input.text().trim().to_owned();
        if typed.is_empty() {
            self.reader.put_back(prompt.before);
            return self.step_matches(false, now);
        }
        if self.reader.finds().is_none_or(Finds::is_empty) {
            self.reader.put_back(prompt.before);
            return self.say(&format!("no match for \"{typed}\""), now);
        }
        let row = self.reader.finds().and_then(Finds::current_row);
        self.play_from(row.unwrap_or(self.reader.cursor()), true, now, effects);
    }

    fn run_command(&mut self, typed: &str, now: Moment, effects: &mut Vec<Effect>) {
        let (name, argument) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
        let argument = argument.trim();
        if let Some(place) = Place::parse(typed) {
            return self.go_to(place, now, effects);
        }
        match (name, argument) {
            ("speed", argument) => match tenths(argument) {
                Some(tenths) => self.set_speed(tenths, now, effects),
                None => self.warn("speed takes 0.5 to 3.0, as in :speed 1.5", now),
            },
            ("volume", argument) => match argument.trim_end_matches('%').trim().parse() {
                Ok(percent @ 0..=150) => self.set_volume(percent, now, effects),
                _ => self.warn("volume takes 0 to 150, as in :volume 80", now),
            },
            ("q", "") => self.perform(Command::Quit, now, effects),
            (name, "") if Command::named(name).is_some() => {
                if let Some(command) = Command::named(name) {
                    self.perform(command, now, effects);
                }
            }
            _ => {
                let near = nearest(name);
                self.warn(
                    &format!("no command \"{typed}\"; the nearest is {near}; ? lists all"),
                    now,
                );
            }
        }
    }

    fn go_to_typed(&mut self, typed: &str, now: Moment, effects: &mut Vec<Effect>) {
        let Some(place) = Place::parse(typed) else {
            let text = format!("\"{typed}\" is no time: 12:34, 1:02:03, -90, +30 or 40%");
            return self.warn(&text, now);
        };
        self.go_to(place, now, effects);
    }

    fn go_to(&mut self, place: Place, now: Moment, effects: &mut Vec<Effect>) {
        let to = match place {
            Place::At(time) if self.player.length().is_some_and(|length| time > length) => {
                let text = format!("{time} is after the end, which is at {}", self.length());
                return self.warn(&text, now);
            }
            Place::At(time) => time,
            Place::From(offset) => self.player.position(now).shift(offset),
            Place::Percent(percent) => part_of(self.length(), percent / 100.0),
        };
        self.seek_to(to, now, effects);
    }

    fn help_key(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        let page = i32::from(self.size.height.saturating_sub(4).max(2));
        match self.keymap.resolve(&[key]) {
            Resolved::Command(Command::CursorDown) => self.scroll_help(1),
            Resolved::Command(Command::CursorUp) => self.scroll_help(-1),
            Resolved::Command(Command::HalfPageDown) => self.scroll_help(page / 2),
            Resolved::Command(Command::HalfPageUp) => self.scroll_help(-page / 2),
            Resolved::Command(Command::PageDown) => self.scroll_help(page),
            Resolved::Command(Command::PageUp) => self.scroll_help(-page),
            Resolved::Command(Command::Top) => self.scroll_help(i32::MIN),
            Resolved::Command(Command::End) => self.scroll_help(i32::MAX),
            Resolved::Command(command @ (Command::TogglePlay | Command::Redraw)) => {
                self.perform(command, now, effects);
            }
            _ => self.open = Open::Nothing,
        }
    }

    /// Scrolls the help, if it is open, as far as there is more; down is
    /// positive.
    fn scroll_help(&mut self, lines: i32) {
        let Open::Help(top) = &mut self.open else { return };
        let count = help::lines(&self.keymap).len();
        let last = i32::from(Sheet::new(self.size, count).last_top(count));
        let to = i32::from(*top).saturating_add(lines).clamp(0, last);
        *top = u16::try_from(to).unwrap_or(0);
    }

    /// Says what was done.
    pub(super) fn say(&mut self, text: &str, now: Moment) {
        self.notices.add(Notice::answer(text, Weight::Word), now);
    }

    /// Says why what was asked for cannot be done.
    pub(super) fn warn(&mut self, text: &str, now: Moment) {
        self.notices.add(Notice::answer(text, Weight::Warning), now);
    }

    /// Says what has come about by itself.
    fn tell(&mut self, text: &str, weight: Weight, now: Moment) {
        self.notices.add(Notice::news(text, weight), now);
    }
}

/// The time that lies `part` of the way along `length`; 0.0 to 1.0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "lengths lie far below 2^52 µs, and the part is held between 0 and 1"
)]
fn part_of(length: MediaTime, part: f64) -> MediaTime {
    MediaTime::from_micros((length.as_micros() as f64 * part.clamp(0.0, 1.0)) as u64)
}

/// `1.5`, `2` or `1.5x` in tenths, if it is a speed.
#[expect(clippy::cast_possible_truncation, reason = "held between 5 and 30")]
fn tenths(text: &str) -> Option<i32> {
    let factor: f64 = text.trim_end_matches(['x', '×']).trim().parse().ok()?;
    (0.45..3.05).contains(&factor).then(|| (factor * 10.0).round() as i32)
}

/// The first name of a command that begins with `typed`.
fn completion(typed: &str) -> Option<&'static str> {
    let mut names = COMMANDS.iter().map(|info| info.name).chain(["speed ", "volume "]);
    names.find(|name| !typed.is_empty() && name.starts_with(typed))
}

/// The name of a command that is most like `name`.
fn nearest(name: &str) -> &'static str {
    let names = COMMANDS.iter().map(|info| info.name).chain(["speed", "volume"]);
    names.min_by_key(|other| distance(name, other)).unwrap_or("help")
}

/// How many characters must be put in, taken out or changed to make one text
/// of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, c) in one.chars().take(64).enumerate() {
        let mut corner = row[0];
        row[0] = index + 1;
        for (column, &d) in other.iter().enumerate() {
            let change = corner + usize::from(c != d);
            corner = row[column + 1];
            row[column + 1] = change.min(corner + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}
