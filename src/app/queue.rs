//! What is played next, and what has been played.

use super::event::{Effect, QueueChange};
use super::library::{AskedOfList, NOT_THERE};
use super::notice::Weight;
use super::shelf::Wish;
use super::{AT_THE_END, App};
use crate::model::Moment;
use crate::model::episode::Episode;

impl App {
    pub(super) fn take_queue(&mut self, queue: Vec<String>, effects: &mut Vec<Effect>) {
        let Some(list) = &mut self.shelf else { return };
        if !list.set_queue(queue) {
            effects.push(Effect::AskQueue);
        } else if list.is_listed() && self.asked_of_list == Some(AskedOfList::Next) {
            self.asked_of_list = None;
            self.play_next(effects);
        }
    }

    /// The episode has been heard to its end: that is kept, and the next of the
    /// queue begins.
    pub(super) fn come_to_end(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        effects.push(Effect::Mark { key: None, played: true });
        if let (Some(list), Some(key)) = (&mut self.shelf, &self.key) {
            list.mark(key, true);
        }
        if !self.is_listed(AskedOfList::Next, effects) || !self.play_next(effects) {
            self.tell(AT_THE_END, Weight::Word, now);
        }
    }

    /// Takes the next episode out of the queue and asks for it; whether there
    /// is one.
    pub(super) fn play_next(&mut self, effects: &mut Vec<Effect>) -> bool {
        let next = self.shelf.as_mut().and_then(super::Shelf::take_next);
        self.plays_next = next.as_ref().map(Episode::name);
        if let Some(episode) = next {
            effects.push(Effect::Queue(QueueChange::Remove(episode.key.clone())));
            effects.push(open(episode));
        }
        self.plays_next.is_some()
    }

    /// The episode that begins is not to be played next any more, whichever way
    /// it was chosen.
    pub(super) fn leave_queue(&mut self, effects: &mut Vec<Effect>) {
        if let (Some(list), Some(key)) = (&mut self.shelf, &self.key)
            && list.take_out(key)
        {
            effects.push(Effect::Queue(QueueChange::Remove(key.clone())));
        }
    }

    /// Says that an episode cannot be opened, or the library not be used. Was
    /// it the next of the queue, the one after it is tried.
    pub(super) fn take_failure(&mut self, why: &str, now: Moment, effects: &mut Vec<Effect>) {
        self.asked_of_list = None;
        let Some(name) = self.plays_next.take() else { return self.warn(why, now) };
        if let Some(before) = self.passed_over_text() {
            self.notices.take_back(&before, now);
        }
        let (_, count) = self.passed_over.get_or_insert((format!("passed over {name}: {why}"), 0));
        *count += 1;
        if let Some(told) = self.passed_over_text() {
            self.tell(&told, Weight::Warning, now);
        }
        if !self.play_next(effects) {
            self.passed_over = None;
        }
    }

    /// What of the queue could not be opened since the last episode was.
    pub(super) fn passed_over_text(&self) -> Option<String> {
        let (first, count) = self.passed_over.as_ref()?;
        let others = count.checked_sub(1).filter(|others| *others > 0);
        Some(match others {
            Some(others) => format!("{first} (and {others} more of the queue)"),
            None => first.clone(),
        })
    }

    /// Goes `count` episodes on in the list, or back; on, the queue comes
    /// first.
    pub(super) fn step_episodes(&mut self, count: i32, now: Moment, effects: &mut Vec<Effect>) {
        if !self.is_listed(AskedOfList::Step(count), effects) {
            return;
        }
        if count > 0 && self.play_next(effects) {
            return;
        }
        let here = self.shelf.as_ref().zip(self.key.as_deref());
        let is_known = here.is_some_and(|(list, key)| list.has(key));
        let beside = here.and_then(|(list, key)| list.list().beside(key, count)).cloned();
        match beside {
            Some(episode) => effects.push(open(episode)),
            None if !is_known => self.say(NOT_THERE, now),
            None if count > 0 => self.say("this is the last episode of the list", now),
            None => self.say("this is the first episode of the list", now),
        }
    }
}

/// Opens an episode where it was left.
fn open(episode: Episode) -> Effect {
    Effect::OpenEpisode(Box::new(Wish::left_off(episode)))
}
