//! Why two files were taken to belong together, and how sure that is.

use std::fmt;

use super::choose::Reason;

/// Why two files were taken to belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// What speaks for it.
    pub reason: Reason,
    /// Whether the lengths speak for it too; `None` if one is unknown.
    pub length_fits: Option<bool>,
    /// What speaks against it.
    pub doubt: Option<Doubt>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// How sure a pairing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The listener should decide.
    Doubtful,
    /// Nothing speaks against it.
    Likely,
    /// Two things speak for it, or the name.
    Certain,
}

/// What makes a pairing doubtful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The transcript ends long before the audio, or after it.
    Length,
    /// Another transcript is as likely.
    OtherTranscript,
    /// Another audio file is as likely to be the transcript's.
    OtherAudio,
    /// The transcript was made for a video, whose cuts are others.
    Video,
    /// Their names say different things.
    Names,
    /// Nothing else speaks for it.
    Weak,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Doubtful => "doubtful",
            Self::Likely => "likely",
            Self::Certain => "certain",
        })
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "but the lengths do not fit",
            Self::OtherTranscript => "but another transcript is as likely",
            Self::OtherAudio => "but other audio is as likely",
            Self::Video => "but it is that of the video, whose timing differs",
            Self::Names => "but the names differ in what they say",
            Self::Weak => "and nothing else speaks for it",
        })
    }
}

impl fmt::Display for Grounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        if self.length_fits == Some(true) {
            f.write_str(", the length fits")?;
        }
        match self.doubt {
            Some(doubt) => write!(f, ", {doubt}"),
            None => Ok(()),
        }
    }
}
