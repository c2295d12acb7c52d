//! Points and distances in the episode.

use std::fmt;
use std::time::Duration;

/// A point in the episode: microseconds since its first audible sample.
///
/// A microsecond is finer than one sample (22.7 µs at 44.1 kHz), so a seek
/// to a `MediaTime` can name any sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaTime(u64);

/// A signed distance between two points in the episode, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(i64);

impl MediaTime {
    /// The first audible sample.
    pub const ZERO: Self = Self(0);

    /// The point this many microseconds in.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The point this many milliseconds in, held at the largest that fits.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// The point this many seconds in, held at the largest that fits.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// The point at which sample `frame` (counted per channel) of audio at
    /// `rate_hz` begins, rounded down to a microsecond. A rate of 0 gives zero.
    pub const fn from_frames(frame: u64, rate_hz: u32) -> Self {
        if rate_hz == 0 {
            return Self(0);
        }
        let rate = rate_hz as u64;
        Self((frame / rate).saturating_mul(1_000_000) + (frame % rate) * 1_000_000 / rate)
    }

    /// Microseconds since the start.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Milliseconds since the start, rounded down.
    pub const fn as_millis(self) -> u64 {
        self.0 / 1_000
    }

    /// Seconds since the start.
    #[expect(clippy::cast_precision_loss, reason = "2^52 µs are 142 years")]
    pub const fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The sample (per channel) nearest to this point in audio at `rate_hz`,
    /// so that `from_frames` and back gives the same sample.
    pub const fn to_frames(self, rate_hz: u32) -> u64 {
        let rate = rate_hz as u64;
        let whole = (self.0 / 1_000_000).saturating_mul(rate);
        whole.saturating_add(((self.0 % 1_000_000) * rate + 500_000) / 1_000_000)
    }

    /// This point moved by `offset`, held at zero when it would fall before
    /// the start.
    #[must_use]
    pub const fn shift(self, offset: Offset) -> Self {
        Self(self.0.saturating_add_signed(offset.0))
    }

    /// How long after `earlier` this point lies, or `None` when it does not.
    pub const fn since(self, earlier: Self) -> Option<Duration> {
        match self.0.checked_sub(earlier.0) {
            Some(micros) => Some(Duration::from_micros(micros)),
            None => None,
        }
    }
}

impl Offset {
    /// A distance of this many microseconds; negative is towards the start.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// A distance of this many milliseconds; negative is towards the start.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// A distance of this many seconds; negative is towards the start.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// This distance `count` times over.
    #[must_use]
    pub const fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(count as i64))
    }
}

impl fmt::Display for MediaTime {
    /// `m:ss` below an hour, `h:mm:ss` from there; fractions are cut off.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = self.0 / 1_000_000;
        let (hours, minutes, secs) = (secs / 3_600, secs / 60 % 60, secs % 60);
        let (first, rest) =
            if hours > 0 { (hours, &[minutes, secs][..]) } else { (minutes, &[secs][..]) };
        // A search prints millions of them.
        let mut text = first.to_string();
        for part in rest {
            let digit = |number: u64| {
                let digit = u32::try_from(number % 10).ok().and_then(|it| char::from_digit(it, 10));
                digit.unwrap_or_default()
            };
            text.extend([':', digit(part / 10), digit(*part)]);
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_before_the_start_stays_at_the_start() {
        let time = MediaTime::from_secs(3).shift(Offset::from_secs(-5));
        assert_eq!(time, MediaTime::ZERO);
    }

    #[test]
    fn every_sample_has_a_time_that_names_it() {
        for rate in [8_000, 22_050, 44_100, 48_000, 192_000] {
            for frame in [0, 1, 2, 1_105, 44_099, 44_100, 476_280_001] {
                assert_eq!(MediaTime::from_frames(frame, rate).to_frames(rate), frame, "{rate} Hz");
            }
        }
    }

    #[test]
    fn hours_are_shown_only_when_there_are_any() {
        assert_eq!(MediaTime::from_secs(59 * 60 + 59).to_string(), "59:59");
        assert_eq!(MediaTime::from_secs(3_723).to_string(), "1:02:03");
    }
}
