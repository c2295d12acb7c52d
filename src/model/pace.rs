//! How far into a cue the voice has come: from the times of its words where
//! the file has them, else as [`estimate`] has it.

use super::{Cue, MediaTime, Transcript, Word, estimate};

/// When the voice reaches byte `offset` of the text of `cue`, which is spoken
/// from its start to `end`: when the word there begins. `O(length of the cue)`.
pub fn time_of(transcript: &Transcript, cue: &Cue, end: MediaTime, offset: usize) -> MediaTime {
    times_of(transcript, cue, end, &[offset]).first().copied().unwrap_or(cue.start)
}

/// [`time_of`] for each of `offsets`. `O(length of the cue)` for all of them.
pub fn times_of(
    transcript: &Transcript,
    cue: &Cue,
    end: MediaTime,
    offsets: &[usize],
) -> Vec<MediaTime> {
    let measured = transcript.words_of(cue);
    if !measured.is_empty() {
        let first = cue.text.start as usize;
        return offsets.iter().map(|offset| begun(measured, first + offset, cue.start)).collect();
    }
    let estimated = estimate::words(transcript.text_of(cue), cue.start, end);
    offsets.iter().map(|&offset| begun(&estimated, offset, cue.start)).collect()
}

/// When the last of `words` that begins at `place` or before it begins;
/// `otherwise` before the first.
fn begun(words: &[Word], place: usize, otherwise: MediaTime) -> MediaTime {
    let count = words.partition_point(|word| word.text.start as usize <= place);
    count.checked_sub(1).map_or(otherwise, |last| words[last].start)
}

/// The word of `cue` that is spoken at `time`, as an index into its words;
/// `None` where the file has no times for words, or before the first.
pub fn word_at(transcript: &Transcript, cue: &Cue, time: MediaTime) -> Option<usize> {
    transcript.words_of(cue).partition_point(|word| word.start <= time).checked_sub(1)
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
    fn without_word_times_the_words_share_the_time_of_the_cue() {
        let transcript = one("bat cat hat rat", &[]);
        assert_eq!(reached(&transcript, 0), 10_000);
        assert_eq!(reached(&transcript, 8), 15_000);
        assert_eq!(reached(&transcript, 10), 15_000);
    }

    #[test]
    fn a_sentence_end_takes_longer_than_a_space() {
        let transcript = one("one. two six", &[]);
        let (second, third) = (reached(&transcript, 5), reached(&transcript, 9));
        assert!(second - 10_000 > third - second, "{second} {third}");
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
