//! What to ask of an index before transcripts are read.

use super::query::Query;
use super::words::{folded, is_of_word, words};

/// What a transcript must have in which everything is found: each part names at
/// least the transcripts in which it is, and perhaps others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What must all be there.
    pub needs: Vec<Need>,
    /// What the name of a speaker must have in it, folded.
    pub speaker: Option<String>,
}

/// Something that must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// These words.
    Run(Run),
    /// All of one of these; none of them is empty.
    Any(Vec<Vec<Need>>),
}

/// Words that stand one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The words, folded; at least one.
    pub words: Vec<String>,
    /// Whether the first may be the end of a longer word.
    pub is_end: bool,
    /// Whether the last may be the beginning of a longer word.
    pub is_start: bool,
}

impl Run {
    /// What is sure of where `query` is found, if it is found within words; with
    /// `from_start` only at their beginning. `None` if it has no words.
    pub(super) fn of(query: &Query, from_start: bool) -> Option<Self> {
        Self::within(query.sought().trim(), from_start)
    }

    /// What is sure of where `text` stands, with `from_start` only at the
    /// beginning of words. `None` if it has no words.
    pub(super) fn within(text: &str, from_start: bool) -> Option<Self> {
        let text = folded(text);
        let words: Vec<String> = words(&text).map(str::to_owned).collect();
        (!words.is_empty()).then(|| Self {
            words,
            is_end: !from_start && text.starts_with(is_of_word),
            is_start: text.ends_with(is_of_word),
        })
    }
}
