//! A document to the transcript that is played.

use std::borrow::Cow;

use super::document::{Document, Record, Stamp, Turn};
use crate::model::text::clean_line;
use crate::model::{CueDraft, Transcript, TranscriptBuilder};

/// The transcript of `document`: a cue in which several speak becomes several
/// cues with the same times. A cue without an end ends where the next begins.
pub(super) fn transcript(document: &Document<'_>) -> Transcript {
    let bytes = document.cues.iter().map(|cue| cue.text.len() + 1).sum();
    let mut builder = TranscriptBuilder::with_capacity(bytes, document.cues.len());
    for (index, cue) in document.cues.iter().enumerate() {
        let end = cue.end.unwrap_or_else(|| {
            let next = document.cues.get(index + 1).and_then(|next| next.start);
            next.or(cue.start).unwrap_or_default()
        });
        if cue.detail.is_none() {
            builder.push(&CueDraft {
                start: cue.start,
                end,
                speaker: cue.speaker.as_deref(),
                text: &cue.text,
                words: &[],
                line: cue.line,
            });
            continue;
        }
        for part in parts(cue) {
            let words: Vec<_> = part.words.iter().map(|word| (word.at, word.start)).collect();
            builder.push(&CueDraft {
                start: cue.start,
                end,
                speaker: part.speaker.map(shown).as_deref(),
                text: part.text,
                words: &words,
                line: cue.line,
            });
        }
    }
    builder.build()
}

/// What one speaker says of a cue.
#[derive(Clone, Debug)]
pub(super) struct Part<'c> {
    pub(super) speaker: Option<&'c str>,
    pub(super) text: &'c str,
    /// Times of words, counted from the first byte of `text`.
    pub(super) words: Vec<Stamp>,
}

/// What each speaker says of `cue`, in order. There is always one, be it
/// empty.
pub(super) fn parts<'c>(cue: &'c Record<'_>) -> Vec<Part<'c>> {
    let voices = cue.detail.as_ref().map_or(&[][..], |detail| &detail.voices);
    let mut words = cue.words();
    let mut speaking = None;
    let whole = [Turn { at: 0, voice: None }];
    let turns = if cue.turns().is_empty() { &whole } else { cue.turns() };
    let mut parts = Vec::with_capacity(turns.len());
    for (index, turn) in turns.iter().enumerate() {
        let from = turn.at as usize;
        let to = turns.get(index + 1).map_or(cue.text.len(), |next| next.at as usize);
        let said = cue.text.get(from..to).unwrap_or_default();
        let text = said.trim();
        let start = from + said.len() - said.trim_start().len();
        let within = words.partition_point(|word| (word.at as usize) < start + text.len());
        let (here, later) = words.split_at(within);
        words = later;
        let mut stamps: Vec<Stamp> = Vec::new();
        // A word that began in the part before may reach into this one.
        for word in speaking.into_iter().chain(here) {
            let at = u32::try_from((word.at as usize).saturating_sub(start)).unwrap_or(u32::MAX);
            if stamps.last().is_some_and(|last| last.at == at) {
                stamps.pop();
            }
            stamps.push(Stamp { at, ..*word });
        }
        speaking = here.last().or(speaking);
        let voice = turn.voice.and_then(|voice| voices.get(voice)).map(String::as_str);
        let speaker = if cue.turns().is_empty() { cue.speaker.as_deref() } else { voice };
        parts.push(Part { speaker, text, words: stamps });
    }
    parts
}

/// `name` fit to be shown on one line.
fn shown(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(clean_line(name))
    }
}
