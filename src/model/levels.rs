//! How loud an episode is over its time, coarsely.

use std::time::Duration;

use super::MediaTime;

/// The loudness of each tenth of a second, as far as it is known; at most a
/// day of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(Vec<Level>);

/// How loud a tenth of a second is: 0 is not known, 1 is silence (64 dB below
/// full level, or less), and each step above is a quarter of a decibel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(pub u8);

impl Level {
    /// The level of sound whose mean square is `power`; 1.0 is full level.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "held between 1 and 255"
    )]
    pub fn of_power(power: f64) -> Self {
        let steps = (10.0 * power.max(1e-12).log10() + 64.0) * 4.0;
        Self(steps.clamp(1.0, 255.0) as u8)
    }

    /// The mean square of sound of this level; 0 for what is not known.
    pub fn power(self) -> f64 {
        if self.0 == 0 {
            return 0.0;
        }
        10.0_f64.powf((f64::from(self.0) / 4.0 - 64.0) / 10.0)
    }
}

impl Levels {
    /// How long each lasts.
    pub const STEP: Duration = Duration::from_millis(100);

    /// How many there are at most: those of a day.
    pub const LIMIT: usize = 864_000;

    /// The levels that were kept as these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.iter().take(Self::LIMIT).map(|byte| Level(*byte)).collect())
    }

    /// Puts `levels` at the `first` and behind; what was before them and not
    /// known stays so.
    pub fn put(&mut self, first: usize, levels: &[Level]) {
        let end = (first + levels.len()).min(Self::LIMIT);
        if end > self.0.len() {
            self.0.resize(end, Level::default());
        }
        if first < end {
            self.0[first..end].copy_from_slice(&levels[..end - first]);
        }
    }

    /// How loud it is on the average from `start` up to `end`, but for one
    /// level at least; `None` where nothing of it is known.
    pub fn between(&self, start: MediaTime, end: MediaTime) -> Option<Level> {
        let index = |time: MediaTime| {
            usize::try_from(u128::from(time.as_micros()) / Self::STEP.as_micros()).unwrap_or(0)
        };
        let first = index(start);
        let last = index(end).max(first + 1).min(self.0.len());
        let known = self.0.get(first..last)?.iter().filter(|level| level.0 > 0);
        let count = u32::try_from(known.clone().count()).unwrap_or(u32::MAX);
        let sum: f64 = known.map(|level| level.power()).sum();
        (count > 0).then(|| Level::of_power(sum / f64::from(count)))
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> MediaTime {
        MediaTime::from_millis(millis)
    }

    #[test]
    fn a_level_stands_for_its_power_to_an_eighth_of_a_decibel() {
        for level in 2..=255 {
            assert_eq!(Level::of_power(Level(level).power() * 1.01), Level(level));
        }
        assert_eq!(Level::of_power(0.0), Level(1));
        assert_eq!(Level::of_power(4.0), Level(255));
    }

    #[test]
    fn between_two_times_is_the_mean_power_of_what_is_known() {
        let mut levels = Levels::default();
        levels.put(2, &[Level(100), Level(200)]);
        assert_eq!(levels.between(at(0), at(200)), None);
        assert_eq!(levels.between(at(0), at(300)), Some(Level(100)));
        // Half the power of the louder: 3 dB less.
        assert_eq!(levels.between(at(0), at(9_000)), Some(Level(188)));
        assert_eq!(levels.between(at(350), at(351)), Some(Level(200)));
        assert_eq!(levels.between(at(400), at(9_000)), None);
    }

    #[test]
    fn more_than_a_day_is_left_out() {
        let mut levels = Levels::default();
        levels.put(Levels::LIMIT - 1, &[Level(5), Level(6)]);
        levels.put(Levels::LIMIT + 7, &[Level(7)]);
        assert_eq!(levels.0.len(), Levels::LIMIT);
        assert_eq!(levels.0.last(), Some(&Level(5)));
    }
}
