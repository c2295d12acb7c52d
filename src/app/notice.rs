//! Lines said to the listener, one at a time.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::{Moment, text};

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// What was done or found.
    Word,
    /// Something is not as it should be.
    Warning,
}

/// A line said to the listener, for some seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    text: String,
    weight: Weight,
    /// It answers a key: the next key takes it away. Else it came by itself,
    /// and waits for its turn.
    is_answer: bool,
    /// It tells of the sound device, and what was told of that before is over.
    is_of_device: bool,
}

impl Notice {
    /// Something that came by itself.
    pub fn news(text: &str, weight: Weight) -> Self {
        Self { text: text::clean_line(text), weight, is_answer: false, is_of_device: false }
    }

    /// What became of the sound device.
    pub(super) fn of_device(text: &str, weight: Weight) -> Self {
        Self { is_of_device: true, ..Self::news(text, weight) }
    }

    /// What a key or a click has done, or why it has not.
    pub fn answer(text: &str, weight: Weight) -> Self {
        Self { text: text::clean_line(text), weight, is_answer: true, is_of_device: false }
    }

    /// What is said, as one clean line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How much it matters.
    pub const fn weight(&self) -> Weight {
        self.weight
    }

    /// How long it is shown: 3 s for an answer, 5 s for news, 8 s for a
    /// warning.
    const fn shown_for(&self) -> Duration {
        match (self.weight, self.is_answer) {
            (Weight::Warning, _) => Duration::from_secs(8),
            (Weight::Word, true) => Duration::from_secs(3),
            (Weight::Word, false) => Duration::from_secs(5),
        }
    }
}

/// The notice that is shown, and those that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Notices {
    shown: Option<(Notice, Moment)>,
    waiting: VecDeque<Notice>,
}

/// How many notices wait at most; the oldest are left out.
const WAITING: usize = 6;

impl Notices {
    /// The notice that is shown.
    pub(super) fn shown(&self) -> Option<&Notice> {
        self.shown.as_ref().map(|(notice, _)| notice)
    }

    /// When the notice that is shown goes.
    pub(super) fn until(&self) -> Option<Moment> {
        self.shown.as_ref().map(|(_, until)| *until)
    }

    /// Shows `notice`: an answer at once, in place of another; news after the
    /// news that are shown.
    pub(super) fn add(&mut self, notice: Notice, now: Moment) {
        let mut before = self.shown.take();
        if notice.is_of_device {
            before = before.filter(|(before, _)| !before.is_of_device);
            self.waiting.retain(|waiting| !waiting.is_of_device);
        }
        match before {
            Some((news, until)) if !news.is_answer && !notice.is_answer => {
                self.shown = Some((news, until));
                self.waiting.push_back(notice);
            }
            Some((answer, until)) if answer.is_answer && !notice.is_answer => {
                self.shown = Some((answer, until));
                self.waiting.push_back(notice);
            }
            Some((news, _)) if !news.is_answer => {
                self.waiting.push_front(news);
                self.show(notice, now);
            }
            _ => self.show(notice, now),
        }
        while self.waiting.len() > WAITING {
            self.waiting.pop_front();
        }
    }

    /// Takes away an answer: another key has been pressed.
    pub(super) fn dismiss(&mut self, now: Moment) {
        if self.shown().is_some_and(|notice| notice.is_answer) {
            self.next(now);
        }
    }

    /// Takes away what has been shown long enough; says whether it did.
    pub(super) fn settle(&mut self, now: Moment) -> bool {
        let over = self.until().is_some_and(|until| until <= now);
        if over {
            self.next(now);
        }
        over
    }

    fn next(&mut self, now: Moment) {
        self.shown = None;
        if let Some(notice) = self.waiting.pop_front() {
            self.show(notice, now);
        }
    }

    fn show(&mut self, notice: Notice, now: Moment) {
        let until = now.after(notice.shown_for());
        self.shown = Some((notice, until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(secs: u64) -> Moment {
        Moment(Duration::from_secs(secs))
    }

    fn news(text: &str) -> Notice {
        Notice::news(text, Weight::Word)
    }

    #[test]
    fn news_are_shown_one_after_the_other() {
        let mut notices = Notices::default();
        notices.add(news("found"), secs(0));
        notices.add(news("lost"), secs(1));
        assert_eq!(notices.shown(), Some(&news("found")));
        assert!(notices.settle(secs(5)));
        assert_eq!(notices.shown(), Some(&news("lost")));
        assert_eq!(notices.until(), Some(secs(10)));
        assert!(notices.settle(secs(10)));
        assert_eq!(notices.shown(), None);
    }

    #[test]
    fn an_answer_is_shown_at_once_and_the_news_again_after_it() {
        let mut notices = Notices::default();
        let answer = Notice::answer("done", Weight::Word);
        notices.add(news("found"), secs(0));
        notices.add(answer.clone(), secs(1));
        assert_eq!(notices.shown(), Some(&answer));
        notices.dismiss(secs(2));
        assert_eq!(notices.shown(), Some(&news("found")));
        notices.dismiss(secs(3));
        assert_eq!(notices.shown(), Some(&news("found")), "news are not taken away by a key");
    }
}
