//! What was wrong with a file of chapters, and why one cannot be read at all.

use std::fmt;

use crate::format::problem::{Problem, Refusal};

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

/// Something wrong in a file of chapters that could be read all the same.
/// Chapters are counted from 1 in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChapterProblem {
    /// This chapter says no time, or none that can be.
    NoTime(usize),
    /// This chapter has no title.
    NoTitle(usize),
    /// This chapter begins before the one before it.
    OutOfOrder(usize),
    /// The file breaks off on this line, counted from 1.
    CutOff(u32),
    /// What is wrong in a file that is read as a transcript is.
    Transcript(Problem),
}

impl fmt::Display for ChapterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTime(count) => {
                write!(f, "chapter {count} has no time that can be read; it is left out")
            }
            Self::NoTitle(count) => {
                write!(f, "chapter {count} has no title; it is called after its place")
            }
            Self::OutOfOrder(count) => {
                write!(f, "chapter {count} begins before the one before it; put in order")
            }
            Self::CutOff(line) => {
                write!(f, "line {line}: the file breaks off here; the rest is left out")
            }
            Self::Transcript(problem) => write!(f, "line {}: {problem}", problem.line),
        }
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
