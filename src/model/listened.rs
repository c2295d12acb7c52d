//! How long somebody listened.

use std::time::Duration;

/// How long somebody listened, and to how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listened {
    /// The time it took.
    pub real: Duration,
    /// How much of the episode passed: more than `real` at higher speeds and
    /// where silences are left out.
    pub source: Duration,
    /// How much sooner the listener was through for silences left out.
    pub spared: Duration,
}

impl Listened {
    /// Whether nobody listened.
    pub const fn is_nothing(&self) -> bool {
        self.real.is_zero() && self.source.is_zero()
    }
}
