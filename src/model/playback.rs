//! The words between the program and its audio engine.
//!
//! `app` returns [`Request`]s and is given [`Report`]s; `audio` the reverse.
//! The position is not a report: it is read from the engine as a [`Heard`]
//! whenever the program wakes, so it can never flood a channel.

use std::path::PathBuf;

use super::{Clock, MediaTime};

/// Which of the requests that move the sound a report belongs to.
///
/// Every [`Request`] that starts the sound anew (open, play, seek, rate) has
/// the next id; whatever carries an older one is out of date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeekId(pub u32);

impl SeekId {
    /// The id after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// How fast the episode is played, without a change of pitch: 0.5 to 3.0 in
/// steps of 0.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(u8);

impl Speed {
    /// As it was recorded.
    pub const NORMAL: Self = Self(10);
    /// Half speed.
    pub const MIN: Self = Self(5);
    /// Three times as fast.
    pub const MAX: Self = Self(30);

    /// The speed of this many tenths, held between 5 and 30.
    pub fn from_tenths(tenths: i32) -> Self {
        Self(u8::try_from(tenths.clamp(5, 30)).unwrap_or(10))
    }

    /// Tenths of normal speed, 5 to 30.
    pub fn tenths(self) -> i32 {
        i32::from(self.0)
    }

    /// The factor, 0.5 to 3.0.
    pub fn factor(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl Default for Speed {
    fn default() -> Self {
        Self::NORMAL
    }
}

impl std::fmt::Display for Speed {
    /// `1.5×`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}×", self.0 / 10, self.0 % 10)
    }
}

/// How loud the episode is played, in percent of its own level: 0 to 150.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Volume(u8);

impl Volume {
    /// As it was recorded.
    pub const FULL: Self = Self(100);

    /// The volume of this many percent, held between 0 and 150.
    pub fn from_percent(percent: i32) -> Self {
        Self(u8::try_from(percent.clamp(0, 150)).unwrap_or(100))
    }

    /// Percent of the episode's own level, 0 to 150.
    pub fn percent(self) -> i32 {
        i32::from(self.0)
    }

    /// The factor for the samples, 0.0 to 1.5.
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }
}

impl Default for Volume {
    fn default() -> Self {
        Self::FULL
    }
}

/// How long a silence is left at most when silences are trimmed: 0.15 to 2
/// seconds of the episode, or as long as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trim(u8);

impl Trim {
    /// Silences stay as they are.
    pub const OFF: Self = Self(0);

    /// What the key goes through, in hundredths of a second.
    const STEPS: [u8; 4] = [0, 50, 30, 20];

    /// Silences of this many hundredths of a second, held between 15 and 200;
    /// 0 leaves them as they are.
    pub fn from_centis(centis: i32) -> Self {
        if centis <= 0 {
            return Self::OFF;
        }
        Self(u8::try_from(centis.clamp(15, 200)).unwrap_or(30))
    }

    /// Hundredths of a second, 0 where silences stay.
    pub fn centis(self) -> i32 {
        i32::from(self.0)
    }

    /// The length of a silence, in seconds; `None` where silences stay.
    pub fn seconds(self) -> Option<f64> {
        (self != Self::OFF).then(|| f64::from(self.0) / 100.0)
    }

    /// The next stronger one: off, 0.5 s, 0.3 s, 0.2 s, off.
    #[must_use]
    pub fn next(self) -> Self {
        let stronger =
            Self::STEPS.iter().find(|&&step| step > 0 && (self == Self::OFF || step < self.0));
        Self(stronger.copied().unwrap_or(0))
    }
}

impl std::str::FromStr for Trim {
    type Err = ();

    /// `0.3`, `0.3s` or `off`.
    #[expect(clippy::cast_possible_truncation, reason = "held between 15 and 200")]
    fn from_str(typed: &str) -> Result<Self, ()> {
        if typed == "off" {
            return Ok(Self::OFF);
        }
        let seconds: f64 = typed.trim_end_matches('s').trim().parse().map_err(|_| ())?;
        let is_sensible = (0.15..=2.0).contains(&seconds);
        is_sensible.then(|| Self::from_centis((seconds * 100.0).round() as i32)).ok_or(())
    }
}

impl std::fmt::Display for Trim {
    /// `0.3 s`, or `off`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.seconds() {
            None => f.write_str("off"),
            Some(seconds) => write!(f, "{seconds} s"),
        }
    }
}

/// What is done to the sound besides its speed and volume.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// How long silences are left at most.
    pub trim: Trim,
    /// Whether quiet and loud voices are made alike.
    pub even: bool,
}

/// Where an episode's audio is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Media {
    /// In a file.
    File(PathBuf),
    /// What comes through a pipe, which the engine keeps under this number.
    Spooled(usize),
    /// In the program itself (the built-in sample).
    BuiltIn(&'static [u8]),
}

/// What the program asks of the engine.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Open an episode at a place, and play it unless `paused`.
    Open {
        /// The audio.
        media: Media,
        /// The id of this start.
        id: SeekId,
        /// Where to begin; past the end means the end.
        at: MediaTime,
        /// How fast.
        speed: Speed,
        /// How loud.
        volume: Volume,
        /// What is done to it.
        manner: Manner,
        /// Whether to wait for [`Request::Play`].
        paused: bool,
    },
    /// Go on from where it was paused.
    Play {
        /// The id of this start.
        id: SeekId,
    },
    /// Stop the sound at once and let go of the device; answered by
    /// [`Report::Paused`].
    Pause,
    /// Go to a place, playing or paused as it was.
    Seek {
        /// The id of this start.
        id: SeekId,
        /// The place; past the end means the end.
        to: MediaTime,
    },
    /// Change the speed, from the place that is heard.
    Speed {
        /// The id of this start.
        id: SeekId,
        /// How fast.
        speed: Speed,
    },
    /// Change what is done to the sound, from the place that is heard.
    Manner {
        /// The id of this start.
        id: SeekId,
        /// What is done from now on.
        manner: Manner,
    },
    /// Change the volume, heard within one of the device's buffers.
    Volume(Volume),
    /// Take it that the sound is heard so many milliseconds later than the
    /// device says (or sooner, if negative): -2000 to 2000.
    Delay(i32),
    /// Look for a sound device again, at once.
    RetryDevice,
}

/// What the engine tells the program.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// The episode is open. `length` is `None` while it is not known yet.
    Opened {
        /// The exact length, without encoder delay and padding.
        length: Option<MediaTime>,
    },
    /// The exact length has become known, or has changed (a file that grows).
    Length(MediaTime),
    /// So much has come, and more is on its way (a pipe): how much is not known.
    SoFar(MediaTime),
    /// This silence will be left out of the sound of a start.
    Skip {
        /// The start.
        id: SeekId,
        /// The last that is heard before.
        from: MediaTime,
        /// The first that is heard after.
        to: MediaTime,
    },
    /// The sound has stopped; `at` is the last that was heard.
    Paused {
        /// The newest id that the engine had when it stopped.
        id: SeekId,
        /// The place.
        at: MediaTime,
    },
    /// The last sample has been heard; the engine is paused at the end.
    Ended {
        /// The id of the start that ran to the end.
        id: SeekId,
        /// The end.
        at: MediaTime,
    },
    /// Sound comes out of this device.
    Device {
        /// Its name as a person knows it.
        name: String,
    },
    /// The device takes its time; the sound begins when it answers.
    Opening,
    /// There is no device, or it went away: the engine keeps time in silence
    /// and looks for a device by itself.
    NoDevice {
        /// Why, in a few words.
        why: String,
    },
    /// Something in the file could not be read; the time it would have taken
    /// is kept, and the sound goes on.
    Damaged {
        /// Where.
        at: MediaTime,
    },
    /// The audio cannot be played at all; nothing more will come.
    Failed {
        /// What and why, one line.
        why: String,
    },
}

/// What is heard, as the engine knows it at this moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// The start that the sound belongs to.
    pub id: SeekId,
    /// The line through what is heard.
    pub clock: Clock,
}
