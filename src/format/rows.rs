//! A document to the transcript that is played.

use std::borrow::Cow;

use crate::model::text::clean_line;
use crate::model::{CueDraft, MediaTime, Transcript, TranscriptBuilder};

use super::document::{Document, Record, Turn};

/// The transcript of `document`: a cue in which several speak becomes several
/// cues with the same times. A cue without an end ends where the next begins.
pub(super) fn transcript(document: &Document<'_>) -> Transcript {
    let bytes = document.cues.iter().map(|cue| cue.text.len() + 1).sum();
    let mut rows = Rows {
        builder: TranscriptBuilder::with_capacity(bytes, document.cues.len()),
        words: Vec::new(),
    };
    for (index, cue) in document.cues.iter().enumerate() {
        let end = cue.end.unwrap_or_else(|| {
            let next = document.cues.get(index + 1).and_then(|next| next.start);
            next.or(cue.start).unwrap_or_default()
        });
        if cue.detail.is_none() {
            rows.builder.push(&CueDraft {
                start: cue.start,
                end,
                speaker: cue.speaker.as_deref(),
                text: &cue.text,
                words: &[],
                line: cue.line,
            });
        } else {
            rows.split(cue, end);
        }
    }
    rows.builder.build()
}

struct Rows {
    builder: TranscriptBuilder,
    words: Vec<(u32, MediaTime)>,
}

impl Rows {
    /// Adds a row for each turn of `cue`.
    fn split(&mut self, cue: &Record<'_>, end: MediaTime) {
        let voices = cue.detail.as_ref().map_or(&[][..], |detail| &detail.voices);
        let mut words = cue.words();
        let mut speaking = None;
        let whole = [Turn { at: 0, voice: None }];
        let turns = if cue.turns().is_empty() { &whole } else { cue.turns() };
        for (index, turn) in turns.iter().enumerate() {
            let from = turn.at as usize;
            let to = turns.get(index + 1).map_or(cue.text.len(), |next| next.at as usize);
            let part = cue.text.get(from..to).unwrap_or_default();
            let text = part.trim();
            let start = from + part.len() - part.trim_start().len();
            let within = words.partition_point(|word| (word.at as usize) < start + text.len());
            let (here, later) = words.split_at(within);
            words = later;
            self.words.clear();
            // A word that began in the row before may reach into this one.
            for word in speaking.into_iter().chain(here) {
                let at =
                    u32::try_from((word.at as usize).saturating_sub(start)).unwrap_or(u32::MAX);
                if self.words.last().is_some_and(|last| last.0 == at) {
                    self.words.pop();
                }
                self.words.push((at, word.start));
            }
            speaking = here.last().or(speaking);
            let voice = turn.voice.and_then(|voice| voices.get(voice)).map(String::as_str);
            let speaker = if cue.turns().is_empty() { cue.speaker.as_deref() } else { voice };
            self.builder.push(&CueDraft {
                start: cue.start,
                end,
                speaker: speaker.map(shown).as_deref(),
                text,
                words: &self.words,
                line: cue.line,
            });
        }
    }
}

/// `name` fit to be shown on one line.
fn shown(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(clean_line(name))
    }
}
