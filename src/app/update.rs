//! What each event does.

use super::command::Command;
use super::event::{Effect, Event, Target};
use super::help;
use super::key::Key;
use super::keymap::Resolved;
use super::notice::{Notice, Weight};
use super::prompt::Asking;
use super::reader::Part;
use super::screen::{Layout, Sheet, Size};
use super::seeking::part_of;
use super::shelf::Showing;
use super::{AT_THE_END, App, Open, Typed, View};
use crate::model::Moment;
use crate::model::playback::{Report, Request, Speed, Volume};

/// The largest count that can be typed.
const COUNT_LIMIT: u32 = 9_999;

/// By how much one key changes the volume, in percent.
const VOLUME_STEP: i32 = 5;

impl App {
    /// Takes in `event` and returns what must be done about it, in order.
    pub fn update(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.over {
            return effects;
        }
        // Only then is it known how far the sound came since it was last asked: the
        // clock does not run past what the device was known to have.
        if let Event::Heard(Some(heard)) = event {
            self.player.take_heard(heard);
        }
        self.count_heard(now);
        let was_playing = self.player.is_playing();
        // What is heard changes the picture only through `settle`.
        let unseen = matches!(event, Event::Heard(_) | Event::Playback(Report::Skip { .. }));
        self.changed |= !unseen;
        match event {
            Event::Key(key) => self.take_key(key, now, &mut effects),
            Event::Paste(text) => self.paste(&text, now, &mut effects),
            Event::Press(target) => self.press(target, now, &mut effects),
            Event::Drag(part) => self.scrub(part, now, &mut effects),
            Event::Release => self.scrubbing = false,
            Event::Episodes(episodes) => self.take_episodes(episodes, now, &mut effects),
            Event::Found { asked, found } => self.take_found(asked, found, now, &mut effects),
            Event::About { key, about } => self.take_about(&key, *about),
            Event::Queue(queue) => self.take_queue(queue, &mut effects),
            Event::LibraryFailed(why) => self.take_failure(&why, now, &mut effects),
            Event::FoldersTold(told) => self.warn(&told, now),
            Event::Levels { asked, first, levels } => self.take_levels(asked, first, &levels),
            Event::Wheel(lines) => self.wheel(lines),
            Event::Resized(size) => self.resize(size),
            Event::Heard(_) => {}
            Event::Playback(report) => self.take_report(&report, now, &mut effects),
            Event::SaveFailed(why) => {
                self.tell(&format!("the place is not kept: {why}"), Weight::Warning, now);
            }
            Event::NotKept(why) => self.warn(&format!("not kept: {why}"), now),
            Event::Terminate => self.quit(now, &mut effects),
            Event::Stop => self.suspend(now, &mut effects),
            Event::Resumed => self.resume(now, &mut effects),
        }
        if !was_playing && self.player.is_playing() {
            self.notices.take_back(AT_THE_END, now);
        }
        self.look_further(&mut effects);
        self.settle(now, &mut effects);
        self.count_on(now);
        self.settle_cover(&mut effects);
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
            Open::Chapters(_) => self.chapters_key(key, now, effects),
            Open::Details(_) => self.details_key(key, now, effects),
            Open::Nothing if self.view == View::Shelf => self.shelf_key(key, now, effects),
            Open::Nothing => self.command_key(key, now, effects),
        }
    }

    /// A key while nothing is open: part of a count, of a sequence, or of
    /// `40%`.
    fn command_key(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        if self.type_number(key, now, effects) {
            return;
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

    /// A digit of a number, or what makes a place of the number typed; whether
    /// `key` is that.
    pub(super) fn type_number(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) -> bool {
        let digit = key.typed().and_then(|c| c.to_digit(10));
        match (key.typed(), digit, self.typed.count) {
            (_, Some(digit), count) if self.typed.keys.is_empty() => {
                let count = count.unwrap_or(0) * 10 + digit;
                self.typed.count = Some(count.min(COUNT_LIMIT));
            }
            (Some('%'), _, Some(percent)) => {
                self.typed = Typed::default();
                self.go_to_typed(&format!("{percent}%"), now, effects);
            }
            (Some(':'), _, Some(count)) => {
                // A time, as it is typed elsewhere: 10:00.
                self.typed = Typed::default();
                self.ask(Asking::Command, &format!("{count}:"));
            }
            _ => return false,
        }
        true
    }

    /// The count typed before the command, 1 without one.
    pub(super) fn count(&self) -> u32 {
        self.typed.count.unwrap_or(1).max(1)
    }

    pub(super) fn signed_count(&self) -> i32 {
        i32::try_from(self.count()).unwrap_or(i32::MAX)
    }

    pub(super) fn perform(&mut self, command: Command, now: Moment, effects: &mut Vec<Effect>) {
        let count = self.signed_count();
        if self.awaited.is_some() && !command.needs_no_episode() {
            return;
        }
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
            Command::PreviousEpisode => self.step_episodes(-count, now, effects),
            Command::NextEpisode => self.step_episodes(count, now, effects),
            Command::Waveform => self.toggle_waveform(now, effects),
            Command::ZoomWaveform => self.zoom_waveform(now, effects),
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
            Command::NextMatch => self.leave_or_step(false, now, effects),
            Command::PreviousMatch => self.leave_or_step(true, now, effects),
            Command::Details => self.show_own_details(now, effects),
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
            Command::TrimMore => self.trim_more(now, effects),
            Command::ToggleEven => self.toggle_even(now, effects),
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

    pub(super) fn choose_nothing(&mut self) {
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

    fn back_to_now(&mut self, now: Moment) {
        let marked = self.spoken(now).row();
        self.reader.follow_from(marked);
    }

    fn press(&mut self, target: Target, now: Moment, effects: &mut Vec<Effect>) {
        self.scrubbing = false;
        match self.open {
            Open::Help(_) | Open::Details(_) => {
                self.open = Open::Nothing;
                return;
            }
            Open::Chapters(_) => return self.press_chapters(target, now, effects),
            Open::Nothing | Open::Prompt(_) => {}
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
            Target::Waveform(part) => self.seek_in_waveform(part, now, effects),
            Target::Line(row) => self.press_line(row, now, effects),
            Target::Chapter(_) | Target::Nothing => {}
        }
    }

    fn wheel(&mut self, lines: i32) {
        match self.open {
            Open::Help(_) => self.scroll_help(lines),
            Open::Chapters(_) => self.move_in_chapters(lines),
            Open::Details(_) => self.scroll_details(lines),
            Open::Nothing | Open::Prompt(_) if self.view == View::Shelf => self.wheel_shelf(lines),
            Open::Nothing | Open::Prompt(_) => self.reader.scroll(lines),
        }
    }

    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
        let mut wants = self.reader.wants(self.length());
        wants.waveform = self.waveform.is_shown();
        self.reader.set_layout(Layout::new(size, wants));
        self.fit_shelf();
        self.scroll_help(0);
        self.scroll_chapters();
        self.scroll_details(0);
    }

    fn take_report(&mut self, report: &Report, now: Moment, effects: &mut Vec<Effect>) {
        let length = self.player.length();
        let has_come = self.player.so_far().is_some();
        let was_playing = self.player.is_playing();
        self.player.take_report(report);
        // What comes before is of the episode that was closed.
        self.opened |= matches!(report, Report::Opened { .. });
        if self.opened && self.player.length() != length {
            self.know_length(effects);
        }
        match report {
            Report::SoFar(_) => self.resize(self.size),
            Report::Opened { .. } | Report::Length(_) => {
                // Who has waited for the rest is told of the end by the engine.
                if length.is_none() && !has_come {
                    self.begin_within(now, effects);
                }
                if self.player.length() != length {
                    self.compare_lengths(now);
                    self.resize(self.size);
                }
            }
            Report::Ended { id, .. } if *id == self.player.id() => {
                self.save(now, effects);
                // Who has paused meanwhile wants nothing to go on.
                if was_playing {
                    self.come_to_end(now, effects);
                }
            }
            Report::Ended { .. } | Report::Skip { .. } => {}
            Report::Device { name } => {
                if self.device == Some(false) {
                    self.tell_of_device(&format!("sound is back: {name}"), Weight::Word, now);
                }
                (self.device, self.opening) = (Some(true), false);
                self.asked_for_device = false;
                self.take_device(name, effects);
            }
            Report::Opening => {
                self.opening = true;
                self.tell_of_device("opening the sound device", Weight::Word, now);
            }
            Report::NoDevice { why } => {
                if std::mem::take(&mut self.asked_for_device) || self.device != Some(false) {
                    let text = format!("no sound ({why}): going on in silence; D tries again");
                    self.tell_of_device(&text, Weight::Warning, now);
                }
                (self.device, self.opening) = (Some(false), false);
            }
            Report::Damaged { at } => {
                self.tell(&format!("the audio is damaged at {at}"), Weight::Warning, now);
            }
            Report::Failed { why } => {
                // Without a transcript the place must stay where it is.
                let rows = self.reader.timeline().row_count();
                let end = (rows > 0).then(|| self.reader.transcript().end());
                self.player.lose_audio(end.max(self.player.length()), now);
                self.notices.add(Notice::first(why), now);
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
        self.notices.add(Notice::first(&text), now);
        let requests = self.player.begin_anew(now);
        self.after_seek(requests, effects);
    }

    pub(super) fn set_speed(&mut self, tenths: i32, now: Moment, effects: &mut Vec<Effect>) {
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

    pub(super) fn set_volume(&mut self, percent: i32, now: Moment, effects: &mut Vec<Effect>) {
        let request = self.player.set_volume(Volume::from_percent(percent));
        self.unsaved = true;
        self.say(&format!("volume {} %", self.player.volume().percent()), now);
        effects.extend(request.map(Effect::Playback));
    }

    fn retry_device(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if !self.player.has_audio() {
            return self.say("there is no audio to play", now);
        }
        match self.device {
            Some(true) => {
                let name = self.delays.device().unwrap_or("a device");
                self.say(&format!("sound comes out of {name}"), now);
            }
            _ if !self.player.is_playing() => {
                self.say("a sound device is looked for when it plays", now);
            }
            None if self.opening => self.say("opening the sound device", now),
            // One that is looked for is told of before anything is heard.
            None if self.player.lacking_since(now).is_none() => {
                self.say("no sound device is looked for: --output silent", now);
            }
            None | Some(false) => {
                self.asked_for_device = true;
                self.tell_of_device("looking for a sound device", Weight::Word, now);
            }
        }
        effects.push(Effect::Playback(Request::RetryDevice));
    }

    /// Leaves what is open; with nothing open it ends the search, then goes
    /// back to now.
    fn leave(&mut self, now: Moment) {
        if self.back_to_results() {
            return;
        }
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
    pub(super) fn tell(&mut self, text: &str, weight: Weight, now: Moment) {
        self.notices.add(Notice::news(text, weight), now);
    }

    fn tell_of_device(&mut self, text: &str, weight: Weight, now: Moment) {
        self.notices.add(Notice::of_device(text, weight), now);
    }
}
