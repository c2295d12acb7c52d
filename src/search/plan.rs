//! What to ask of an index before transcripts are read.

use super::query::Query;
use super::words::{folded, is_of_word, words};

/// What a transcript must have in which everything is found: each part names at
/// least the transcripts in which it is, and perhaps others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Words that must all be there.
    pub runs: Vec<Run>,
    /// What the name of a speaker must have in it, in lower case.
    pub speaker: Option<String>,
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
        let text = folded(query.sought().trim());
        let words: Vec<String> = words(&text).map(str::to_owned).collect();
        (!words.is_empty()).then(|| Self {
            words,
            is_end: !from_start && text.starts_with(is_of_word),
            is_start: text.ends_with(is_of_word),
        })
    }
}
