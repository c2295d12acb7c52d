//! Kinds of files of chapters, and why one cannot be read.

use std::fmt;

use crate::format::problem::Refusal;

/// A kind of file that holds chapters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChapterFormat {
    /// The JSON of Podcasting 2.0.
    Json,
    /// Podlove Simple Chapters.
    Psc,
    /// WebVTT of the kind "chapters".
    WebVtt,
    /// Lines of `0:00 Title`.
    Lines,
    /// `CHAPTER01=` and `CHAPTER01NAME=`, as Ogg comments have them.
    Numbered,
    /// The metadata file of `FFmpeg`.
    Ffmetadata,
}

impl fmt::Display for ChapterFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            Self::Psc => "Podlove Simple Chapters",
            Self::WebVtt => "WebVTT",
            Self::Lines => "lines of 0:00 Title",
            Self::Numbered => "CHAPTER01= lines",
            Self::Ffmetadata => "FFmpeg metadata",
        })
    }
}

/// Why a file cannot be read as chapters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChapterRefusal {
    /// Nothing in it, or only white space.
    Empty,
    /// The format is known, and there is no chapter.
    NoChapters(ChapterFormat),
    /// JSON with an error in it; line and column, counted from 1.
    BadJson(usize, usize),
    /// Lines of times so close together that they are a transcript.
    Transcript,
    /// Some other text.
    Unknown,
    /// No text.
    NotText(Refusal),
}

impl From<Refusal> for ChapterRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::NotText(refusal)
    }
}

impl fmt::Display for ChapterRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file of chapters is empty"),
            Self::NoChapters(format) => write!(f, "no chapters in this file ({format})"),
            Self::BadJson(line, column) => {
                write!(f, "expected JSON, found an error at line {line}, column {column}")
            }
            Self::Transcript => f.write_str("this is a transcript, not chapters"),
            Self::Unknown => {
                f.write_str("no chapters: three or more lines of 0:00 Title, from 0:00 on, rising")
            }
            Self::NotText(_) => f.write_str("this is not text, so not chapters"),
        }
    }
}

impl std::error::Error for ChapterRefusal {}
