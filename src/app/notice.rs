//! One line said to the listener.

use std::time::Duration;

use crate::model::{Moment, text};

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// What was done.
    Word,
    /// Something is not as it should be.
    Warning,
}

/// A line said to the listener, for some seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    text: String,
    weight: Weight,
    until: Moment,
}

impl Notice {
    /// Says what was done, for 3 s.
    pub fn word(text: &str, now: Moment) -> Self {
        Self::new(text, Weight::Word, now.after(Duration::from_secs(3)))
    }

    /// Says what was done, for 6 s: what is said at the start, while there is
    /// much else to look at.
    pub fn lasting(text: &str, now: Moment) -> Self {
        Self::new(text, Weight::Word, now.after(Duration::from_secs(6)))
    }

    /// Says what is not as it should be, for 10 s.
    pub fn warning(text: &str, now: Moment) -> Self {
        Self::new(text, Weight::Warning, now.after(Duration::from_secs(10)))
    }

    fn new(text: &str, weight: Weight, until: Moment) -> Self {
        Self { text: text::clean_line(text), weight, until }
    }

    /// What is said, as one clean line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How much it matters.
    pub const fn weight(&self) -> Weight {
        self.weight
    }

    /// When it goes.
    pub const fn until(&self) -> Moment {
        self.until
    }

    /// Whether it has been shown long enough.
    pub fn is_over(&self, now: Moment) -> bool {
        self.until <= now
    }
}
