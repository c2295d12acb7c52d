//! What the listener did, as one value: to be carried to another machine, or
//! to be rescued.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::store::EpisodeKey;

/// Everything that cannot be found out again from the listener's files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The version of this form.
    pub version: u32,
    /// Where the listener stopped.
    #[serde(default)]
    pub places: Vec<KeptPlace>,
    /// Which transcript belongs to which audio, by the listener's word.
    #[serde(default)]
    pub pairings: Vec<KeptPairing>,
    /// What was added to the library.
    #[serde(default)]
    pub folders: Vec<KeptPath>,
    /// What was heard to its end, or was said to be.
    #[serde(default)]
    pub played: Vec<KeptMark>,
    /// What is to be played next, in its order.
    #[serde(default)]
    pub queue: Vec<EpisodeKey>,
    /// How long the listener listened.
    #[serde(default)]
    pub heard: Vec<KeptHeard>,
    /// How much later than they say sound devices are heard.
    #[serde(default)]
    pub delays: Vec<KeptDelay>,
    /// Whether covers are to be shown, if the listener chose that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<bool>,
}

/// How much later than it says a sound device is heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDelay {
    /// Its name.
    pub device: String,
    /// Milliseconds; negative is sooner.
    pub delay_ms: i32,
}

/// A path: as text where it is, else its bytes in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeptPath {
    /// A path that is text.
    Text(String),
    /// One that is not.
    Bytes {
        /// Two digits a byte.
        hex: String,
    },
}

impl KeptPath {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => {
                let digits = |byte: &u8| {
                    [byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16))
                };
                Self::Bytes { hex: error.as_bytes().iter().flat_map(digits).flatten().collect() }
            }
        }
    }

    /// The path; what is no digit is left out.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => bytes_of(&PathBuf::from(text)),
            Self::Bytes { hex } => hex
                .as_bytes()
                .chunks(2)
                .filter_map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok())
                .collect(),
        }
    }
}

/// How long the listener listened to one episode on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptHeard {
    /// Of the content.
    pub key: EpisodeKey,
    /// Days since 1970 (UTC).
    pub day: i64,
    /// On which of the listener's machines: it only ever adds to its own.
    pub origin: String,
    /// How long it took, in microseconds.
    pub real_us: i64,
    /// How much of the episode passed, in microseconds.
    pub source_us: i64,
    /// How much sooner the listener was through for silences left out, in
    /// microseconds.
    pub spared_us: i64,
    /// The show, as it was known then.
    #[serde(default)]
    pub show: Option<String>,
}

/// Where the listener stopped in one episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPlace {
    /// Of the content.
    pub key: EpisodeKey,
    /// Microseconds from the start.
    pub at_us: i64,
    /// Tenths of the normal speed.
    pub speed_tenths: i32,
    /// Hundredths of the full volume.
    pub volume_percent: i32,
    /// How long silences are left at most, in hundredths of a second; 0: as
    /// they are.
    #[serde(default)]
    pub trim_centis: i32,
    /// Whether voices are evened out.
    #[serde(default)]
    pub even: bool,
    /// How much sooner the listener was through, in microseconds.
    #[serde(default)]
    pub spared_us: i64,
    /// When it was saved, in seconds since 1970.
    pub saved: i64,
}

/// Whether an episode was heard to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMark {
    /// Of the content.
    pub key: EpisodeKey,
    /// Whether it was.
    pub played: bool,
    /// When that was noted, in seconds since 1970.
    pub saved: i64,
}

/// What the listener said of one audio file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPairing {
    /// The audio.
    pub audio: EpisodeKey,
    /// The transcript; `None` if it has none.
    pub transcript: Option<EpisodeKey>,
}

impl Kept {
    /// The version of this form that is written. Those before it are read: each
    /// has what the next has, but for what came new.
    pub const VERSION: u32 = 2;

    /// How many things it holds.
    pub fn len(&self) -> usize {
        self.places.len()
            + self.pairings.len()
            + self.folders.len()
            + self.played.len()
            + self.queue.len()
            + self.heard.len()
            + self.delays.len()
            + usize::from(self.covers.is_some())
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A path as it is kept: names of files need not be text.
#[cfg(unix)]
pub(in crate::store) fn bytes_of(path: &std::path::Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

/// The path that was kept as `bytes`.
#[cfg(unix)]
pub(in crate::store) fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes))
}

/// A path as it is kept.
#[cfg(not(unix))]
pub(in crate::store) fn bytes_of(path: &std::path::Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

/// The path that was kept as `bytes`.
#[cfg(not(unix))]
pub(in crate::store) fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}
