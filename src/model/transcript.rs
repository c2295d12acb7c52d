//! What was said, when, and by whom.

use std::collections::HashMap;
use std::ops::Range;

use super::MediaTime;

/// A cue by its place in its [`Transcript`]: the first is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CueId(pub u32);

/// A speaker by its place in [`Transcript::speakers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpeakerId(pub u32);

impl CueId {
    /// The place as an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The cue at this index; the last possible one if it is beyond.
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

impl SpeakerId {
    /// The place as an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One timed piece of a transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Cue {
    /// When it begins.
    pub start: MediaTime,
    /// When it ends, as the file says; it may lie at or before `start`.
    pub end: MediaTime,
    /// Whether the file gave it a time. A cue without one is never spoken; it
    /// has the times of the cue before it.
    pub timed: bool,
    /// Who speaks it.
    pub speaker: Option<SpeakerId>,
    /// Its bytes in [`Transcript::text`].
    pub text: Range<u32>,
    /// Its entries in the list of timed words ([`Transcript::words_of`]); empty
    /// where the file has no times for words.
    pub words: Range<u32>,
    /// The line of the file on which it begins, counted from 1.
    pub line: u32,
}

/// A word with a time of its own, as the file gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Its bytes in [`Transcript::text`], within its cue.
    pub text: Range<u32>,
    /// When it begins, within its cue.
    pub start: MediaTime,
}

/// A cue as a parser hands it over, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CueDraft<'a> {
    /// When it begins; `None` if the file does not say.
    pub start: Option<MediaTime>,
    /// When it ends, as the file says.
    pub end: MediaTime,
    /// Who speaks it, as shown.
    pub speaker: Option<&'a str>,
    /// What is shown. Lines are separated by LF.
    pub text: &'a str,
    /// Times of words: byte offset in `text` at which a word begins, and when.
    pub words: &'a [(u32, MediaTime)],
    /// The line of the file on which it begins, counted from 1.
    pub line: u32,
}

/// A whole transcript: cues by start, those that start together in the order
/// of the file.
///
/// All text lies in one string, cue after cue with an LF between, so that a
/// search is one pass and finds what runs over a cue's border.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    text: String,
    cues: Vec<Cue>,
    words: Vec<Word>,
    speakers: Vec<String>,
}

impl Transcript {
    /// All that was said, an LF after each cue but the last.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cues, by start.
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// Who speaks, in the order in which they first do.
    pub fn speakers(&self) -> &[String] {
        &self.speakers
    }

    /// The cue `id`; `None` if there is no such cue.
    pub fn cue(&self, id: CueId) -> Option<&Cue> {
        self.cues.get(id.index())
    }

    /// What is said in `cue`.
    pub fn text_of(&self, cue: &Cue) -> &str {
        self.text.get(cue.text.start as usize..cue.text.end as usize).unwrap_or_default()
    }

    /// The words of `cue` that have times of their own, in the order of the
    /// text.
    pub fn words_of(&self, cue: &Cue) -> &[Word] {
        self.words.get(cue.words.start as usize..cue.words.end as usize).unwrap_or_default()
    }

    /// The name of who speaks `cue`.
    pub fn speaker_of(&self, cue: &Cue) -> Option<&str> {
        self.speakers.get(cue.speaker?.index()).map(String::as_str)
    }

    /// Where in [`Transcript::text`], from the cue `first` to `last`, another speaks
    /// than before, and who; `None` is nobody of whom it is said. Cues without
    /// words are passed over.
    pub fn turns(&self, first: CueId, last: CueId) -> impl Iterator<Item = (usize, Option<&str>)> {
        let cues = self.cues.get(first.index()..=last.index()).unwrap_or_default();
        let mut spoken = cues.iter().filter(|cue| !self.text_of(cue).trim().is_empty());
        let mut before = spoken.next().map(|cue| cue.speaker);
        spoken.filter_map(move |cue| {
            let is_other = before.replace(cue.speaker) != Some(cue.speaker);
            is_other.then(|| (cue.text.start as usize, self.speaker_of(cue)))
        })
    }

    /// The cue in whose text byte `offset` of [`Transcript::text`] lies (the
    /// LF after a cue counts as its own); `None` past the end. `O(log n)`.
    pub fn cue_at_offset(&self, offset: usize) -> Option<CueId> {
        if offset > self.text.len() {
            return None;
        }
        let after = self.cues.partition_point(|cue| cue.text.start as usize <= offset);
        after.checked_sub(1).map(CueId::from_index)
    }

    /// When the last cue ends; zero without cues.
    pub fn end(&self) -> MediaTime {
        self.cues.iter().map(|cue| cue.end.max(cue.start)).max().unwrap_or_default()
    }
}

/// Puts a transcript together from the cues of a file, in the file's order.
#[derive(Debug, Default)]
pub struct TranscriptBuilder {
    draft: Transcript,
    by_name: HashMap<String, SpeakerId>,
    sorted: bool,
}

impl TranscriptBuilder {
    /// A builder with room for `text_bytes` of text and `cue_count` cues.
    pub fn with_capacity(text_bytes: usize, cue_count: usize) -> Self {
        Self {
            draft: Transcript {
                text: String::with_capacity(text_bytes),
                cues: Vec::with_capacity(cue_count),
                ..Transcript::default()
            },
            by_name: HashMap::new(),
            sorted: true,
        }
    }

    /// Takes one more cue. A cue that would carry the text past 4 GiB is left
    /// out.
    pub fn push(&mut self, cue: &CueDraft<'_>) {
        let Ok(_) = u32::try_from(self.draft.text.len() + cue.text.len() + 1) else { return };
        let before = self.draft.cues.last();
        let (start, end, timed) = match (cue.start, before) {
            (Some(start), _) => (start, cue.end, true),
            (None, Some(before)) => (before.start, before.end, false),
            (None, None) => (MediaTime::ZERO, MediaTime::ZERO, false),
        };
        self.sorted &= before.is_none_or(|before| before.start <= start);
        if before.is_some() {
            self.draft.text.push('\n');
        }
        let offset = length(&self.draft.text);
        self.draft.text.push_str(cue.text);
        let first_word = u32::try_from(self.draft.words.len()).unwrap_or(u32::MAX);
        let len = length(cue.text);
        for (index, &(begin, at)) in cue.words.iter().enumerate() {
            let next = cue.words.get(index + 1).map_or(len, |next| next.0).min(len);
            let begin = begin.min(next);
            self.draft.words.push(Word { text: offset + begin..offset + next, start: at });
        }
        let speaker = cue.speaker.map(|name| self.speaker(name));
        self.draft.cues.push(Cue {
            start,
            end,
            timed,
            speaker,
            text: offset..offset + len,
            words: first_word..u32::try_from(self.draft.words.len()).unwrap_or(u32::MAX),
            line: cue.line,
        });
    }

    fn speaker(&mut self, name: &str) -> SpeakerId {
        if let Some(&id) = self.by_name.get(name) {
            return id;
        }
        let id = SpeakerId(u32::try_from(self.draft.speakers.len()).unwrap_or(u32::MAX));
        self.draft.speakers.push(name.to_owned());
        self.by_name.insert(name.to_owned(), id);
        id
    }

    /// How many cues have been taken.
    pub fn len(&self) -> usize {
        self.draft.cues.len()
    }

    /// Whether no cue has been taken.
    pub fn is_empty(&self) -> bool {
        self.draft.cues.is_empty()
    }

    /// The transcript. A file already in order costs nothing more; another is
    /// sorted (stable) and its text copied once.
    pub fn build(self) -> Transcript {
        let mut draft = self.draft;
        if self.sorted {
            return draft;
        }
        let mut cues = std::mem::take(&mut draft.cues);
        cues.sort_by_key(|cue| cue.start);
        let mut sorted = Transcript {
            text: String::with_capacity(draft.text.len()),
            cues: Vec::with_capacity(cues.len()),
            words: Vec::with_capacity(draft.words.len()),
            speakers: std::mem::take(&mut draft.speakers),
        };
        for mut cue in cues {
            if !sorted.cues.is_empty() {
                sorted.text.push('\n');
            }
            let offset = length(&sorted.text);
            let moved = |at: u32| at - cue.text.start + offset;
            let first_word = u32::try_from(sorted.words.len()).unwrap_or(u32::MAX);
            sorted.text.push_str(draft.text_of(&cue));
            for word in draft.words_of(&cue) {
                let text = moved(word.text.start)..moved(word.text.end);
                sorted.words.push(Word { text, start: word.start });
            }
            cue.words = first_word..u32::try_from(sorted.words.len()).unwrap_or(u32::MAX);
            cue.text = offset..moved(cue.text.end);
            sorted.cues.push(cue);
        }
        sorted
    }
}

/// The length of `text` in bytes; the caller keeps it below 4 GiB.
fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(cues: &[(u64, &str)]) -> Transcript {
        let mut builder = TranscriptBuilder::with_capacity(0, 0);
        for &(secs, text) in cues {
            let start = MediaTime::from_secs(secs);
            let words = [(0, start)];
            builder.push(&CueDraft {
                start: Some(start),
                end: MediaTime::from_secs(secs + 1),
                text,
                words: &words,
                ..CueDraft::default()
            });
        }
        builder.build()
    }

    #[test]
    fn cues_stand_by_start_with_their_text_and_words() {
        let transcript = built(&[(5, "five"), (1, "one"), (5, "again"), (3, "three")]);
        let told: Vec<_> = transcript
            .cues()
            .iter()
            .map(|cue| (cue.start.as_millis(), transcript.text_of(cue)))
            .collect();
        assert_eq!(told, [(1000, "one"), (3000, "three"), (5000, "five"), (5000, "again")]);
        assert_eq!(transcript.text(), "one\nthree\nfive\nagain");
        for cue in transcript.cues() {
            assert_eq!(transcript.words_of(cue)[0].text, cue.text);
            assert_eq!(transcript.words_of(cue)[0].start, cue.start);
        }
    }

    #[test]
    fn every_byte_of_the_text_belongs_to_a_cue() {
        let transcript = built(&[(1, "one"), (3, ""), (5, "five")]);
        let owners: Vec<_> = (0..=transcript.text().len())
            .map(|at| transcript.cue_at_offset(at).unwrap().0)
            .collect();
        assert_eq!(owners, [0, 0, 0, 0, 1, 2, 2, 2, 2, 2]);
        assert_eq!(transcript.cue_at_offset(99), None);
    }
}
