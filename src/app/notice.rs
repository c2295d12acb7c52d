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
    /// It says what is wrong with what the listener has asked for, and comes
    /// before all else that came by itself.
    is_first: bool,
}

impl Notice {
    /// Something that came by itself.
    pub fn news(text: &str, weight: Weight) -> Self {
        Self {
            text: text::clean_line(text),
            weight,
            is_answer: false,
            is_of_device: false,
            is_first: false,
        }
    }

    /// What is wrong with what the listener has asked for.
    pub(super) fn first(text: &str) -> Self {
        Self { is_first: true, ..Self::news(text, Weight::Warning) }
    }

    /// What became of the sound device.
    pub(super) fn of_device(text: &str, weight: Weight) -> Self {
        Self { is_of_device: true, ..Self::news(text, weight) }
    }

    /// What a key or a click has done, or why it has not.
    pub fn answer(text: &str, weight: Weight) -> Self {
        Self { is_answer: true, ..Self::news(text, weight) }
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
    /// warning; news for three fifths of that where others wait.
    fn shown_for(&self, others_wait: bool) -> Duration {
        let long = match (self.weight, self.is_answer) {
            (Weight::Warning, _) => Duration::from_secs(8),
            (Weight::Word, true) => Duration::from_secs(3),
            (Weight::Word, false) => Duration::from_secs(5),
        };
        if others_wait && !self.is_answer { long * 3 / 5 } else { long }
    }

    /// Whether it is shown in place of `other`, which then waits.
    const fn goes_before(&self, other: &Self) -> bool {
        let is_more = self.is_first && !other.is_first || !self.is_word() && other.is_word();
        is_more && !other.is_answer
    }

    const fn is_word(&self) -> bool {
        matches!(self.weight, Weight::Word)
    }
}

/// The notice that is shown, and those that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Notices {
    /// With the moment since when it is shown.
    shown: Option<Told>,
    /// With the moments when they came: warnings, then words.
    waiting: VecDeque<Told>,
}

type Told = (Notice, Moment);

/// How many notices wait at most.
const WAITING: usize = 6;

/// How long a word may wait: afterwards it is old news.
const STALE: Duration = Duration::from_secs(8);

impl Notices {
    /// The notice that is shown.
    pub(super) fn shown(&self) -> Option<&Notice> {
        self.shown.as_ref().map(|(notice, _)| notice)
    }

    /// When the notice that is shown goes.
    pub(super) fn until(&self) -> Option<Moment> {
        let others_wait = !self.waiting.is_empty();
        self.shown.as_ref().map(|(notice, since)| since.after(notice.shown_for(others_wait)))
    }

    /// Shows `notice`: an answer at once, in place of another; news after the
    /// news that are shown, but a warning before what is no warning.
    pub(super) fn add(&mut self, notice: Notice, now: Moment) {
        if notice.is_of_device {
            self.shown.take_if(|(before, _)| before.is_of_device);
            self.waiting.retain(|(waiting, _)| !waiting.is_of_device);
        }
        match self.shown.take() {
            Some((before, _)) if notice.is_answer && before.is_answer => {}
            Some((before, since)) if notice.is_answer => self.waiting.push_front((before, since)),
            Some((before, since)) if notice.goes_before(&before) => {
                self.waiting.insert(self.count_warnings(), (before, since));
            }
            Some(before) => {
                self.shown = Some(before);
                self.wait(notice, now);
                return;
            }
            None => {}
        }
        self.shown = Some((notice, now));
    }

    /// Has `notice`, which came now, wait behind its like. Where too many wait,
    /// the last word goes, or the first warning.
    fn wait(&mut self, notice: Notice, now: Moment) {
        let warnings = self.count_warnings();
        let place = match (notice.is_first, notice.is_word()) {
            (true, _) => 0,
            (false, true) => self.waiting.len(),
            (false, false) => warnings,
        };
        self.waiting.insert(place, (notice, now));
        if self.waiting.len() > WAITING {
            let has_words = self.count_warnings() < self.waiting.len();
            if has_words {
                self.waiting.pop_back()
            } else {
                self.waiting.pop_front()
            };
        }
    }

    /// How many warnings wait; they come before the words.
    fn count_warnings(&self) -> usize {
        self.waiting.iter().filter(|(waiting, _)| !waiting.is_word()).count()
    }

    /// Takes away what says `text`: it is not so any more.
    pub(super) fn take_back(&mut self, text: &str, now: Moment) {
        self.waiting.retain(|(waiting, _)| waiting.text != text);
        if self.shown().is_some_and(|notice| notice.text == text) {
            self.next(now);
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
        let is_fresh =
            |(notice, came): &Told| !notice.is_word() || now.0.saturating_sub(came.0) < STALE;
        self.waiting.retain(is_fresh);
        self.shown = self.waiting.pop_front().map(|(notice, _)| (notice, now));
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
        assert!(notices.settle(secs(3)), "the first holds up the second");
        assert_eq!(notices.shown(), Some(&news("lost")));
        assert_eq!(notices.until(), Some(secs(8)));
        assert!(notices.settle(secs(8)));
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

    #[test]
    fn a_warning_comes_before_words_and_what_is_old_by_then_is_not_told() {
        let mut notices = Notices::default();
        let warning = |text: &str| Notice::news(text, Weight::Warning);
        notices.add(news("going on"), secs(0));
        notices.add(news("transcript"), secs(0));
        notices.add(warning("not kept"), secs(0));
        notices.add(warning("no sound"), secs(1));
        let mut told = Vec::new();
        while let (Some(shown), Some(until)) = (notices.shown(), notices.until()) {
            told.push(shown.text().to_owned());
            assert!(notices.settle(until));
        }
        assert_eq!(told, ["not kept", "no sound"]);
        // Soon enough it is told afterwards.
        notices.add(news("going on"), secs(20));
        notices.add(warning("no sound"), secs(20));
        assert!(notices.settle(secs(25)));
        assert_eq!(notices.shown(), Some(&news("going on")));
    }
}
