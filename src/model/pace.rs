//! How far into a cue the voice has come: from the times of its words where
//! the file has them, else estimated.
//!
//! The estimate gives every character the same time and a pause after
//! punctuation as long as a few characters: speech runs at 13 to 17
//! characters a second, and readers pause about 0.2 s at a comma and 0.5 s at
//! the end of a sentence.

use super::{Cue, MediaTime, Transcript};

/// Characters' worth of pause after a comma.
const SHORT_PAUSE: u64 = 3;
/// Characters' worth of pause after a sentence.
const LONG_PAUSE: u64 = 8;

/// When the voice reaches byte `offset` of the text of `cue`, which is spoken
/// from its start to `end`. `O(length of the cue)`.
pub fn time_of(transcript: &Transcript, cue: &Cue, end: MediaTime, offset: usize) -> MediaTime {
    let words = transcript.words_of(cue);
    if !words.is_empty() {
        let place = cue.text.start as usize + offset;
        let begun = words.partition_point(|word| word.text.start as usize <= place);
        return begun.checked_sub(1).map_or(cue.start, |index| words[index].start);
    }
    times_of(transcript, cue, end, &[offset]).first().copied().unwrap_or(cue.start)
}

/// [`time_of`] for each of `offsets`, which must rise. `O(length of the cue)`
/// for all of them.
pub fn times_of(
    transcript: &Transcript,
    cue: &Cue,
    end: MediaTime,
    offsets: &[usize],
) -> Vec<MediaTime> {
    if !transcript.words_of(cue).is_empty() {
        return offsets.iter().map(|&offset| time_of(transcript, cue, end, offset)).collect();
    }
    let text = transcript.text_of(cue);
    let whole: u64 = text.chars().map(weight).sum();
    let length = end.since(cue.start).unwrap_or_default().as_micros();
    let mut chars = text.char_indices().peekable();
    let mut before = 0;
    let time = |&offset: &usize| {
        while let Some((_, c)) = chars.next_if(|&(at, _)| at < offset) {
            before += weight(c);
        }
        let passed = length * u128::from(before) / u128::from(whole.max(1));
        let micros = u64::try_from(passed).unwrap_or(u64::MAX);
        MediaTime::from_micros(cue.start.as_micros().saturating_add(micros))
    };
    offsets.iter().map(time).collect()
}

/// The word of `cue` that is spoken at `time`, as an index into its words;
/// `None` where the file has no times for words, or before the first.
pub fn word_at(transcript: &Transcript, cue: &Cue, time: MediaTime) -> Option<usize> {
    transcript.words_of(cue).partition_point(|word| word.start <= time).checked_sub(1)
}

/// How long `c` takes to say, in characters.
const fn weight(c: char) -> u64 {
    match c {
        ',' | ';' | ':' | '–' | '—' | '、' => 1 + SHORT_PAUSE,
        '.' | '?' | '!' | '…' | '。' | '？' | '！' => 1 + LONG_PAUSE,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::transcript::TranscriptBuilder;
    use super::*;
    use crate::model::CueDraft;

    fn one(text: &str, words: &[(u32, MediaTime)]) -> Transcript {
        let mut builder = TranscriptBuilder::default();
        let end = MediaTime::from_secs(20);
        let start = Some(MediaTime::from_secs(10));
        builder.push(&CueDraft { start, end, text, words, ..CueDraft::default() });
        builder.build()
    }

    fn reached(transcript: &Transcript, offset: usize) -> u64 {
        let cue = &transcript.cues()[0];
        time_of(transcript, cue, cue.end, offset).as_millis()
    }

    #[test]
    fn without_word_times_characters_share_the_time_of_the_cue() {
        let transcript = one("aaaaaaaaaa", &[]);
        assert_eq!(reached(&transcript, 0), 10_000);
        assert_eq!(reached(&transcript, 5), 15_000);
        assert_eq!(reached(&transcript, 10), 20_000);
    }

    #[test]
    fn a_sentence_end_takes_longer_than_a_letter() {
        let transcript = one("a.a", &[]);
        assert_eq!(reached(&transcript, 2) - reached(&transcript, 1), 8_181);
    }

    #[test]
    fn many_offsets_have_the_times_that_each_has_alone() {
        let words = [(3, MediaTime::from_secs(12)), (9, MediaTime::from_secs(18))];
        for words in [&words[..], &[]] {
            let transcript = one("One, two. Three? Über", words);
            let offsets: Vec<usize> = (0..30).collect();
            let cue = &transcript.cues()[0];
            let alone: Vec<u64> =
                offsets.iter().map(|&offset| reached(&transcript, offset)).collect();
            let all = times_of(&transcript, cue, cue.end, &offsets);
            assert_eq!(all.iter().map(|time| time.as_millis()).collect::<Vec<_>>(), alone);
        }
    }

    #[test]
    fn word_times_of_the_file_are_used_as_they_are() {
        let words = [(0, MediaTime::from_secs(10)), (4, MediaTime::from_secs(18))];
        let transcript = one("one two", &words);
        assert_eq!(reached(&transcript, 3), 10_000);
        assert_eq!(reached(&transcript, 4), 18_000);
        let cue = &transcript.cues()[0];
        assert_eq!(word_at(&transcript, cue, MediaTime::from_secs(9)), None);
        assert_eq!(word_at(&transcript, cue, MediaTime::from_secs(17)), Some(0));
        assert_eq!(word_at(&transcript, cue, MediaTime::from_secs(18)), Some(1));
    }
}
