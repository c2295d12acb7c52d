//! Speakers that stand in the text: `Name: …` and `>> Name: …`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::document::{Document, Record, Turn};

/// The longest name, in bytes.
const LONGEST: usize = 40;

/// Takes names out of the texts of cues that have no speaker: what stands
/// before a colon at the beginning of at least two lines, and what stands
/// there after `>>` however often. `>>` without a name, a new speaker whom
/// nobody names, stays in the text.
pub(super) fn find(document: &mut Document<'_>) {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for cue in document.cues.iter().filter(|cue| is_open(cue)) {
        for found in lines(&cue.text).filter_map(named) {
            let weight = if found.is_marked { 2 } else { 1 };
            *counts.entry(found.name.to_owned()).or_default() += weight;
        }
    }
    counts.retain(|_, count| *count >= 2);
    if counts.is_empty() {
        return;
    }
    for cue in document.cues.iter_mut().filter(|cue| is_open(cue)) {
        let names = lines(&cue.text).filter_map(named);
        match names.filter(|found| counts.contains_key(found.name)).count() {
            0 => {}
            1 if named(&cue.text).is_some_and(|found| counts.contains_key(found.name)) => one(cue),
            _ => several(cue, &counts),
        }
    }
}

/// Whether a speaker of `cue` is still to be found.
fn is_open(cue: &Record<'_>) -> bool {
    cue.speaker.is_none() && cue.turns().is_empty()
}

/// The lines of `text`; nearly always it is one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
}

/// Takes the name off the beginning of `cue`.
fn one(cue: &mut Record<'_>) {
    let Some(Named { name, length, .. }) = named(&cue.text) else { return };
    cue.speaker = Some(Cow::Owned(name.to_owned()));
    cue.text = match &cue.text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[length..]),
        Cow::Owned(text) => Cow::Owned(text[length..].to_owned()),
    };
    if let Some(detail) = &mut cue.detail {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        for word in &mut detail.words {
            word.at = word.at.saturating_sub(length);
        }
    }
}

/// Takes the names off the lines of `cue`, each of which begins a turn.
fn several(cue: &mut Record<'_>, counts: &HashMap<String, u32>) {
    let mut text = String::with_capacity(cue.text.len());
    let mut voices: Vec<String> = Vec::new();
    let mut turns: Vec<Turn> = Vec::new();
    let mut removed = Vec::new(); // where text goes on in the old text, and how much is gone by there
    let mut gone = 0;
    let mut from = 0;
    for (index, line) in lines(&cue.text).enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let at = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let found = named(line).filter(|found| counts.contains_key(found.name));
        let length = found.as_ref().map_or(0, |found| found.length);
        if let Some(found) = found {
            turns.push(Turn { at, voice: Some(voices.len()) });
            voices.push(found.name.to_owned());
        } else if index == 0 {
            turns.push(Turn { at, voice: None });
        }
        gone += length;
        removed.push((from, from + length, gone));
        text.push_str(&line[length..]);
        from += line.len() + 1;
    }
    let detail = cue.detail.get_or_insert_default();
    for word in &mut detail.words {
        let line = removed.partition_point(|&(from, ..)| from <= word.at as usize);
        let (_, begins, gone) = line.checked_sub(1).map_or((0, 0, 0), |line| removed[line]);
        // A word that begins within the name begins with what is said.
        let at = (word.at as usize).max(begins) - gone;
        word.at = u32::try_from(at).unwrap_or(u32::MAX);
    }
    cue.speaker = turns[0].voice.map(|voice| Cow::Owned(voices[voice].clone()));
    detail.voices = voices;
    detail.turns = turns;
    cue.text = Cow::Owned(text);
}

/// The name at the beginning of `text`, if it can be one.
#[inline]
pub(super) fn name(text: &str) -> Option<&str> {
    Some(named(text)?.name)
}

/// A name at the beginning of a text.
struct Named<'a> {
    name: &'a str,
    /// How many bytes it takes with all that does not belong to the text.
    length: usize,
    /// Whether `>>` stands before it.
    is_marked: bool,
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
    let name = text[..colon].trim_start_matches(['>', ' ', '-']).trim_end();
    if !is_name(name) {
        return None;
    }
    let rest = &text[colon + 1..];
    let length = text.len() - rest.trim_start().len();
    Some(Named { name, length, is_marked: text.starts_with(">>") })
}

/// Whether `text` can be the name of a speaker: up to five words of which the
/// first and the last begin with a capital or a digit, without punctuation
/// that only sentences have.
fn is_name(text: &str) -> bool {
    let wrong = |c: char| matches!(c, '?' | '!' | ',' | ';' | '"' | '…' | '\n' | '<' | '>' | '/');
    let is_big = |word: &str| {
        let first = word.chars().find(|c| c.is_alphanumeric());
        first.is_some_and(|first| !first.is_lowercase())
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    // A dot is fine after an initial or a title (`Dr. Lee`), not after a word.
    let inner = &words[..words.len() - 1];
    let ends_sentence = inner.iter().any(|word| word.ends_with('.') && word.len() > 4);
    text.len() <= LONGEST
        && words.len() <= 5
        && is_big(first)
        && is_big(last)
        && first.chars().any(char::is_alphabetic)
        && !text.contains(wrong)
        && !ends_sentence
}
