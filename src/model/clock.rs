//! Where the audio is between two reports of it.

use std::time::Duration;

use super::MediaTime;

/// A moment of real time: how long ago the program started.
///
/// Only `run` and `audio` read the real clock. Everything else is handed a
/// `Moment`, which a test makes out of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Duration);

impl Moment {
    /// The moment this much later.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self(self.0.saturating_add(wait))
    }

    /// How long it is from `now` until this moment; zero when it has passed.
    pub fn wait(self, now: Self) -> Duration {
        self.0.saturating_sub(now.0)
    }
}

/// A straight line through the episode: at moment `at` the listener hears
/// `anchor`, and from there `rate` seconds of the episode pass each second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clock {
    /// What is heard at `at`.
    pub anchor: MediaTime,
    /// When that is; may lie a little ahead (sound on its way to the speaker).
    pub at: Moment,
    /// Seconds of the episode per second of real time; 0 is a pause.
    pub rate: f64,
    /// The clock does not run past this point: the end of what has been given
    /// to the device, or of the episode.
    pub limit: MediaTime,
}

impl Clock {
    /// A clock that stands at `anchor`.
    pub const fn paused(anchor: MediaTime) -> Self {
        Self {
            anchor,
            at: Moment(Duration::ZERO),
            rate: 0.0,
            limit: MediaTime::from_micros(u64::MAX),
        }
    }

    /// A clock that is at `anchor` at moment `at` and runs without limit.
    pub const fn running(anchor: MediaTime, at: Moment, rate: f64) -> Self {
        Self { anchor, at, rate, limit: MediaTime::from_micros(u64::MAX) }
    }

    /// What is heard at `now`: never past the limit, never before the start.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "the product is positive and far below 2^63 µs; the cast saturates"
    )]
    pub fn position(&self, now: Moment) -> MediaTime {
        let shifted = |by: Duration| (by.as_micros() as f64 * self.rate) as u64;
        let micros = match now.0.checked_sub(self.at.0) {
            Some(passed) => self.anchor.as_micros().saturating_add(shifted(passed)),
            None => self.anchor.as_micros().saturating_sub(shifted(self.at.wait(now))),
        };
        MediaTime::from_micros(micros).min(self.limit.max(self.anchor))
    }

    /// When `time` will be heard; `None` when the clock stands, or when its
    /// limit comes first. A time already past gives a moment already past.
    pub fn moment_of(&self, time: MediaTime) -> Option<Moment> {
        if self.rate <= 0.0 || time > self.limit.max(self.anchor) {
            return None;
        }
        // Rounded up, so that at the moment given the time has been reached.
        let scaled = |by: Duration| Duration::from_secs_f64(by.as_secs_f64() / self.rate);
        Some(match time.since(self.anchor) {
            Some(ahead) => self.at.after(scaled(ahead) + Duration::from_micros(1)),
            None => Moment(
                self.at.0.saturating_sub(scaled(self.anchor.since(time).unwrap_or_default())),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(secs: u64) -> Moment {
        Moment(Duration::from_secs(secs))
    }

    #[test]
    fn at_double_speed_a_real_second_is_two_media_seconds() {
        let clock = Clock::running(MediaTime::from_secs(10), seconds(5), 2.0);
        assert_eq!(clock.position(seconds(6)), MediaTime::from_secs(12));
    }

    #[test]
    fn before_its_anchor_is_heard_the_clock_runs_backwards_from_it() {
        let clock = Clock::running(MediaTime::from_secs(10), seconds(5), 1.0);
        assert_eq!(clock.position(seconds(4)), MediaTime::from_secs(9));
    }

    #[test]
    fn the_clock_stops_at_its_limit() {
        let clock = Clock {
            limit: MediaTime::from_secs(11),
            ..Clock::running(MediaTime::from_secs(10), seconds(5), 1.0)
        };
        assert_eq!(clock.position(seconds(60)), MediaTime::from_secs(11));
        assert_eq!(clock.moment_of(MediaTime::from_secs(12)), None);
    }

    #[test]
    fn at_the_moment_given_for_a_time_that_time_has_been_reached() {
        for rate in [0.5, 0.7, 1.0, 1.3, 3.0] {
            let clock = Clock::running(MediaTime::from_millis(1_234), seconds(5), rate);
            for millis in [1_234, 1_235, 2_000, 77_777, 10_800_001] {
                let time = MediaTime::from_millis(millis);
                let moment = clock.moment_of(time).unwrap();
                assert!(clock.position(moment) >= time, "{millis} ms at {rate}");
                let early = Moment(moment.0.saturating_sub(Duration::from_micros(4)));
                assert!(clock.position(early) <= time, "{millis} ms at {rate}");
            }
        }
    }

    #[test]
    fn a_paused_clock_never_reaches_a_later_time() {
        let clock = Clock::paused(MediaTime::from_secs(1));
        assert_eq!(clock.position(seconds(99)), MediaTime::from_secs(1));
        assert_eq!(clock.moment_of(MediaTime::from_secs(2)), None);
    }
}
