//! Chapters: the present one, steps from one to another, and their list.

use std::time::Duration;

use super::command::Command;
use super::event::{Effect, Target};
use super::key::{Code, Key, Named};
use super::keymap::Resolved;
use super::screen::Sheet;
use super::{App, Open};
use crate::model::{Chapters, MediaTime, Moment, Spoken};

/// Further into a chapter than this, a step back goes to its own start.
const BACK_TO_START: Duration = Duration::from_secs(3);

/// The list of the chapters, while it is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChapterList {
    /// The chapter that Enter plays from.
    pub selected: usize,
    /// The first one that is shown.
    pub top: usize,
}

impl App {
    /// The chapters of the episode.
    pub const fn chapters(&self) -> &Chapters {
        &self.chapters
    }

    /// The chapter that is heard at `now`, as an index into
    /// [`App::chapters`].
    pub fn chapter(&self, now: Moment) -> Option<usize> {
        self.chapter_at(self.player.position(now))
    }

    pub(super) fn chapter_at(&self, position: MediaTime) -> Option<usize> {
        let chosen = self.chosen_chapter.filter(|&index| self.is_still_chapter(index, position));
        chosen.or_else(|| self.chapters.at(position))
    }

    /// Whether the chapter that was gone to is still the present one, as with
    /// cues: until something else begins or ends.
    pub(super) fn is_still_chapter(&self, index: usize, position: MediaTime) -> bool {
        let Some(chapter) = self.chapters.all().get(index) else { return false };
        self.chapters.next_change(chapter.start).is_none_or(|until| position < until)
    }

    /// Goes `count` chapters further, or back; the first and the last hold it.
    pub(super) fn step_chapters(&mut self, count: i32, now: Moment, effects: &mut Vec<Effect>) {
        let position = self.player.position(now);
        let steps = count.unsigned_abs() as usize;
        let Some(last) = self.chapters.all().len().checked_sub(1) else {
            return self.say("this episode has no chapters", now);
        };
        let chosen = self.chosen_chapter.filter(|&index| self.is_still_chapter(index, position));
        let begun = chosen.map_or_else(|| self.chapters.begun(position), |index| index + 1);
        let to = if count > 0 {
            if begun > last {
                return self.say("this is the last chapter", now);
            }
            (begun + steps - 1).min(last)
        } else {
            let Some(present) = begun.checked_sub(1) else {
                return self.say("no chapter has begun yet", now);
            };
            let within = position.since(self.chapters.all()[present].start).unwrap_or_default();
            let own = usize::from(within > BACK_TO_START);
            present.saturating_sub(steps - own)
        };
        self.seek_to_chapter(to, now, effects);
    }

    /// Goes to where a chapter begins; it is the present one at once. Says
    /// whether it could.
    fn seek_to_chapter(&mut self, index: usize, now: Moment, effects: &mut Vec<Effect>) -> bool {
        let Some(chapter) = self.chapters.all().get(index) else { return false };
        let start = chapter.start;
        if self.player.length().is_some_and(|length| start > length) {
            let text = format!("this chapter is at {start}, after the end of the audio");
            self.warn(&text, now);
            return false;
        }
        let text = format!("{}/{} {}", index + 1, self.chapters.all().len(), chapter.title);
        self.say(&text, now);
        self.seek_to(start, now, effects);
        self.chosen_chapter = Some(index);
        if let Spoken::Row(row) = self.reader.timeline().at(start) {
            self.chosen = Some(row);
        }
        true
    }

    /// Opens the list, at the present chapter.
    pub(super) fn list_chapters(&mut self, now: Moment) {
        if self.chapters.is_empty() {
            return self.say("this episode has no chapters", now);
        }
        self.open = Open::Chapters(ChapterList::default());
        self.select_chapter(self.chapter(now).unwrap_or(0));
    }

    /// A key while the list is open.
    pub(super) fn chapters_key(&mut self, key: Key, now: Moment, effects: &mut Vec<Effect>) {
        let Open::Chapters(list) = self.open else { return };
        let page = self.chapter_sheet().rows().max(2);
        let to = |from: usize, rows: isize| from.saturating_add_signed(rows);
        let rows = isize::try_from(page).unwrap_or(isize::MAX);
        if key.code == Code::Named(Named::Enter) {
            return self.play_chapter(list.selected, now, effects);
        }
        match self.keymap.resolve(&[key]) {
            Resolved::Command(Command::CursorDown) => self.select_chapter(to(list.selected, 1)),
            Resolved::Command(Command::CursorUp) => self.select_chapter(to(list.selected, -1)),
            Resolved::Command(Command::HalfPageDown) => {
                self.select_chapter(to(list.selected, rows / 2));
            }
            Resolved::Command(Command::HalfPageUp) => {
                self.select_chapter(to(list.selected, -rows / 2));
            }
            Resolved::Command(Command::PageDown) => self.select_chapter(to(list.selected, rows)),
            Resolved::Command(Command::PageUp) => self.select_chapter(to(list.selected, -rows)),
            Resolved::Command(Command::Top) => self.select_chapter(0),
            Resolved::Command(Command::End) => self.select_chapter(usize::MAX),
            Resolved::Command(
                command @ (Command::PreviousChapter
                | Command::NextChapter
                | Command::TogglePlay
                | Command::Redraw),
            ) => {
                self.perform(command, now, effects);
                if matches!(command, Command::PreviousChapter | Command::NextChapter) {
                    self.select_chapter(self.chapter(now).unwrap_or(0));
                }
            }
            Resolved::Command(_) => self.open = Open::Nothing,
            Resolved::Partial | Resolved::Unbound => {}
        }
    }

    /// A press while the list is open: on a chapter it plays from there, and
    /// beside them it closes the list.
    pub(super) fn press_chapters(
        &mut self,
        target: Target,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        match target {
            Target::Chapter(index) => self.play_chapter(index, now, effects),
            Target::Row(_)
            | Target::Line(_)
            | Target::Progress(_)
            | Target::Waveform(_)
            | Target::Nothing => {
                self.open = Open::Nothing;
            }
        }
    }

    /// Closes the list and plays from a chapter.
    fn play_chapter(&mut self, index: usize, now: Moment, effects: &mut Vec<Effect>) {
        self.open = Open::Nothing;
        if !self.seek_to_chapter(index, now, effects) {
            return;
        }
        // The listener has chosen what to read, too.
        self.reader.follow_from(self.spoken(now).row());
        if !self.player.is_playing() && !self.player.is_at_end(now) {
            self.play(now, effects);
        }
    }

    /// Moves the selection by this many chapters, if the list is open; down
    /// is positive.
    pub(super) fn move_in_chapters(&mut self, lines: i32) {
        if let Open::Chapters(list) = self.open {
            let lines = isize::try_from(lines).unwrap_or(0);
            self.select_chapter(list.selected.saturating_add_signed(lines));
        }
    }

    fn select_chapter(&mut self, index: usize) {
        let last = self.chapters.all().len().saturating_sub(1);
        if let Open::Chapters(list) = &mut self.open {
            list.selected = index.min(last);
        }
        self.scroll_chapters();
    }

    /// Scrolls the list, if it is open, so that the selection is in sight.
    pub(super) fn scroll_chapters(&mut self) {
        let rows = self.chapter_sheet().rows().max(1);
        let last = self.chapters.all().len().saturating_sub(rows);
        if let Open::Chapters(list) = &mut self.open {
            let lowest = (list.selected + 1).saturating_sub(rows);
            list.top = list.top.clamp(lowest, list.selected).min(last);
        }
    }

    /// Where the list lies on the screen.
    pub fn chapter_sheet(&self) -> Sheet {
        Sheet::new(self.size, self.chapters.all().len())
    }
}
