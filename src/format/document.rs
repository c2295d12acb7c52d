//! All that a file has, in the order of the file.
//!
//! Parsers make a [`Document`]; the player's transcript is built from it, and
//! so is every file that is written.

use std::borrow::Cow;

use super::Format;
use super::problem::{MOST_PROBLEMS, Problem, ProblemKind};
use crate::format::vtt::payload::trimmed;
use crate::model::{Chapters, MediaTime};

/// A file's cues and what else it says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Document<'a> {
    /// What kind of file it is.
    pub format: Format,
    /// What the file calls itself.
    pub title: Option<String>,
    /// The language the file names, as it names it.
    pub language: Option<String>,
    /// Whether it is exactly what a specification says, nothing repaired.
    pub is_verbatim: bool,
    /// The cues in the order of the file.
    pub cues: Vec<Record<'a>>,
    /// What stands between the cues: notes, style sheets, regions.
    pub blocks: Vec<Block<'a>>,
    /// The chapters that it tells of.
    pub chapters: Chapters,
    /// What was wrong, in the order in which it was found.
    pub problems: Vec<Problem>,
}

/// A cue with all that the file says about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record<'a> {
    /// When it begins; `None` if the file does not say.
    pub start: Option<MediaTime>,
    /// When it ends; `None` if the file does not say.
    pub end: Option<MediaTime>,
    /// Its name in the file; empty if it has none.
    pub id: Cow<'a, str>,
    /// What stands after its times.
    pub settings: Cow<'a, str>,
    /// Its text as it stands in the file, lines joined by LF.
    pub raw: Cow<'a, str>,
    /// Its text as it is shown.
    pub text: Cow<'a, str>,
    /// Who speaks it, or begins it.
    pub speaker: Option<Cow<'a, str>>,
    /// What few cues have.
    pub detail: Option<Box<Detail>>,
    /// The line of the file on which it begins, counted from 1.
    pub line: u32,
}

/// What a cue may have beyond a text and a speaker.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detail {
    /// Every voice that the cue names, in order; empty names too.
    pub voices: Vec<String>,
    /// Where another speaker begins, if more than one speaks.
    pub turns: Vec<Turn>,
    /// Where words begin that have times of their own.
    pub words: Vec<Stamp>,
}

/// A change of speaker within a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The byte of the text at which it begins.
    pub at: u32,
    /// Who speaks from there on, as an index into [`Detail::voices`]; `None` if
    /// the file does not say.
    pub voice: Option<usize>,
}

/// The time of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The byte of the text at which the word begins; it ends where the next
    /// one begins.
    pub at: u32,
    /// When it begins.
    pub start: MediaTime,
    /// When it ends; `None` if that is when the next one begins.
    pub end: Option<MediaTime>,
}

/// Something in a file that is no cue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// The index of the cue before which it stands.
    pub before: usize,
    /// Its lines as in the file, joined by LF.
    pub text: Cow<'a, str>,
}

impl Document<'_> {
    /// A document without anything in it yet.
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            title: None,
            language: None,
            is_verbatim: false,
            cues: Vec::new(),
            blocks: Vec::new(),
            chapters: Chapters::default(),
            problems: Vec::new(),
        }
    }

    /// The same without anything borrowed.
    pub(super) fn into_owned(self) -> Document<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let blocks = self.blocks.into_iter();
        let cues = self.cues.into_iter().map(|cue| Record {
            id: own(cue.id),
            settings: own(cue.settings),
            raw: own(cue.raw),
            text: own(cue.text),
            speaker: cue.speaker.map(own),
            ..cue
        });
        Document {
            cues: cues.collect(),
            blocks: blocks
                .map(|block| Block { before: block.before, text: own(block.text) })
                .collect(),
            ..self
        }
    }

    /// Notes that something is wrong; beyond a thousand it does nothing.
    pub(super) fn report(&mut self, line: u32, column: u32, kind: ProblemKind) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { line, column, kind });
        }
    }

    /// Notes one more case of something that is told once a file: at the
    /// place of the first case, with their number.
    pub(super) fn count(&mut self, line: u32, kind: fn(u32) -> ProblemKind) {
        let wanted = std::mem::discriminant(&kind(0));
        let told =
            self.problems.iter_mut().find(|told| std::mem::discriminant(&told.kind) == wanted);
        let Some(told) = told else { return self.report(line, 1, kind(1)) };
        if let ProblemKind::OddTimes(count)
        | ProblemKind::LoneCounters(count)
        | ProblemKind::LateText(count)
        | ProblemKind::HugeTimes(count)
        | ProblemKind::WordTimes(count)
        | ProblemKind::RolledUp(count)
        | ProblemKind::Highlighted(count)
        | ProblemKind::BadTimes(count)
        | ProblemKind::SkippedEntries(count) = &mut told.kind
        {
            *count = count.saturating_add(1);
        }
    }
}

impl Record<'static> {
    /// A cue that says `text`, and nothing more is known of it.
    pub(super) fn saying(text: &str) -> Self {
        Self {
            raw: Cow::Owned(text.trim().to_owned()),
            text: Cow::Owned(trimmed(text).into_owned()),
            line: 1,
            ..Self::default()
        }
    }
}

impl Record<'_> {
    /// The times of words in the order of the text.
    pub fn words(&self) -> &[Stamp] {
        self.detail.as_ref().map_or(&[], |detail| &detail.words)
    }

    /// The changes of speaker within the cue; empty where one speaks all of it.
    pub fn turns(&self) -> &[Turn] {
        self.detail.as_ref().map_or(&[], |detail| &detail.turns)
    }

    /// The voices that it names, in order, empty names too.
    pub fn voices(&self) -> impl Iterator<Item = &str> {
        let named = self.detail.as_ref().map_or(&[][..], |detail| &detail.voices);
        let only = self.speaker.as_deref().filter(|_| named.is_empty());
        named.iter().map(String::as_str).chain(only)
    }
}
