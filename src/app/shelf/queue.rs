//! What is to be played next, and what has been played, in the list.

use super::list::List;
use crate::app::event::QueueChange;
use crate::model::episode::Episode;

impl List {
    /// Takes what is to be played next, by the content of each; `false` if it
    /// has changed here since it was asked for, and is to be asked for again.
    pub(super) fn set_queue(&mut self, queue: Vec<String>) -> bool {
        if std::mem::take(&mut self.is_changed) {
            return false;
        }
        let before = self.at_cursor();
        self.queue = queue;
        self.fill_around(before.as_ref());
        true
    }

    /// The places of the episodes that are to be played next, and of each in
    /// the queue. One that is not in the library now is passed over.
    pub(super) fn queued(&self) -> impl Iterator<Item = (usize, usize)> {
        self.queue.iter().enumerate().filter_map(|(turn, key)| {
            let place = self.episodes.iter().position(|episode| episode.key == *key)?;
            Some((place, turn))
        })
    }

    /// The episodes that are to be played next.
    pub fn queue(&self) -> impl Iterator<Item = &Episode> {
        self.queued().map(|(place, _)| &self.episodes[place])
    }

    /// Whether the episode with `key` is to be played next.
    pub fn is_queued(&self, key: &str) -> bool {
        self.queue.iter().any(|other| other == key)
    }

    /// The next episode that is to be played, which then is so no more.
    pub(super) fn take_next(&mut self) -> Option<Episode> {
        let (place, turn) = self.queued().next()?;
        let before = self.at_cursor();
        self.queue.remove(turn);
        self.is_changed = true;
        self.fill_around(before.as_ref());
        self.episodes.get(place).cloned()
    }

    /// Takes the episode with `key` out of the queue; whether it was in it.
    pub(super) fn take_out(&mut self, key: &str) -> bool {
        let Some(turn) = self.queue.iter().position(|other| other == key) else { return false };
        let before = self.at_cursor();
        self.queue.remove(turn);
        self.is_changed = true;
        self.fill_around(before.as_ref());
        true
    }

    /// Puts the episode of the cursor into the queue, or takes it out.
    pub(super) fn queue_chosen(&mut self) -> Option<QueueChange> {
        let before = self.at_cursor();
        let key = self.chosen()?.key.clone();
        let change = if let Some(turn) = self.queue.iter().position(|other| *other == key) {
            QueueChange::Remove(self.queue.remove(turn))
        } else {
            self.queue.push(key.clone());
            QueueChange::Add(key)
        };
        self.is_changed = true;
        self.fill_around(before.as_ref());
        Some(change)
    }

    /// Moves the episode of the cursor one place on in the queue, or one
    /// forward; the first and the last stay.
    pub(super) fn move_chosen(&mut self, by: isize) -> Option<QueueChange> {
        let before = self.at_cursor();
        let key = &self.chosen()?.key;
        let turns: Vec<usize> = self.queued().map(|(_, turn)| turn).collect();
        let at = turns.iter().position(|turn| self.queue[*turn] == *key)?;
        let other = *turns.get(at.checked_add_signed(by)?)?;
        self.queue.swap(turns[at], other);
        self.is_changed = true;
        let change = QueueChange::Swap(self.queue[other].clone(), self.queue[turns[at]].clone());
        self.fill_around(before.as_ref());
        Some(change)
    }

    /// Says that the episode of the cursor was played, or was not if it was;
    /// its content, and which.
    pub(super) fn mark_chosen(&mut self) -> Option<(String, bool)> {
        let chosen = self.chosen()?;
        let (key, played) = (chosen.key.clone(), !chosen.is_played());
        self.mark(&key, played);
        Some((key, played))
    }

    /// Notes that the episode with `key` was played, or was not.
    pub(super) fn mark(&mut self, key: &str, played: bool) {
        let before = self.at_cursor();
        for episode in self.episodes.iter_mut().filter(|episode| episode.key == key) {
            episode.marked = Some(played);
        }
        self.marked = before.clone().filter(|(_, here)| here == key);
        self.fill_around(before.as_ref());
    }

    /// The episode so many after that with `key` in the order chosen, or
    /// before.
    pub fn beside(&self, key: &str, by: i32) -> Option<&Episode> {
        let at = self.ordered.iter().position(|place| self.episodes[*place].key == key)?;
        let to = at.checked_add_signed(by.try_into().ok()?)?;
        self.ordered.get(to).map(|place| &self.episodes[*place])
    }
}
