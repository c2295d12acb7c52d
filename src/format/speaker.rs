//! Speakers that stand in the text: `Name: …` and `>> Name: …`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::document::Document;

/// The longest name, in bytes.
const LONGEST: usize = 40;

/// Takes names out of the texts of cues that have no speaker: what stands
/// before a colon at the beginning of at least two cues, and what stands there
/// after `>>` however often. `>>` without a name, a new speaker whom nobody
/// names, stays in the text.
pub(super) fn find(document: &mut Document<'_>) {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for cue in &document.cues {
        if let Some(found) = named(&cue.text).filter(|_| cue.speaker.is_none()) {
            let weight = if found.marked { 2 } else { 1 };
            *counts.entry(found.name.to_owned()).or_default() += weight;
        }
    }
    counts.retain(|_, count| *count >= 2);
    if counts.is_empty() {
        return;
    }
    for cue in &mut document.cues {
        if cue.speaker.is_some() || !cue.turns().is_empty() {
            continue;
        }
        let Some(Named { name, length, .. }) = named(&cue.text) else { continue };
        if !counts.contains_key(name) {
            continue;
        }
        cue.speaker = Some(Cow::Owned(name.to_owned()));
        cue.text = match &cue.text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[length..]),
            Cow::Owned(text) => Cow::Owned(text[length..].to_owned()),
        };
        if let Some(detail) = &mut cue.detail {
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            detail.words.iter_mut().for_each(|word| word.at = word.at.saturating_sub(length));
        }
    }
}

/// A name at the beginning of a text.
struct Named<'a> {
    name: &'a str,
    /// How many bytes it takes with all that does not belong to the text.
    length: usize,
    /// Whether `>>` stands before it.
    marked: bool,
}

#[inline]
fn named(text: &str) -> Option<Named<'_>> {
    let bytes = text.as_bytes();
    // Nearly all texts have no colon there; a fixed length is compared at once.
    if let Some(head) = bytes.first_chunk::<{ LONGEST + 4 }>()
        && head.iter().fold(0, |found, &byte| found | u8::from(byte == b':')) == 0
    {
        return None;
    }
    let colon = memchr::memchr(b':', &bytes[..bytes.len().min(LONGEST + 4)])?;
    if !matches!(bytes.get(colon + 1), Some(b' ' | b'\n')) {
        return None;
    }
    let before = text[..colon].trim_start_matches(['>', ' ', '-']);
    let marked = text.starts_with(">>");
    let name = before.trim_end();
    if !is_name(name) {
        return None;
    }
    let rest = &text[colon + 1..];
    let length = text.len() - rest.trim_start().len();
    Some(Named { name, length, marked })
}

/// Whether `text` can be the name of a speaker: up to five words of which the
/// first and the last begin with a capital or a digit, without punctuation
/// that only sentences have.
fn is_name(text: &str) -> bool {
    let wrong = |c: char| matches!(c, '?' | '!' | ',' | ';' | '"' | '…' | '\n' | '<' | '>' | '/');
    let big = |word: &str| {
        let first = word.chars().find(|c| c.is_alphanumeric());
        first.is_some_and(|first| !first.is_lowercase())
    };
    let mut words = text.split_whitespace();
    let Some(first) = words.next() else { return false };
    let last = words.clone().last().unwrap_or(first);
    let ends_sentence = text.split(". ").any(|part| {
        part.len() < text.len()
            && part.rsplit(' ').next().is_some_and(|word| word.len() > 3)
            && !text.ends_with(part)
    });
    text.len() <= LONGEST
        && words.count() < 5
        && big(first)
        && big(last)
        && first.chars().any(char::is_alphabetic)
        && !text.contains(wrong)
        && !ends_sentence
}
