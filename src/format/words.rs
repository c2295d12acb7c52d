//! Single words with times to lines, and words to their places in a line.

use std::borrow::Cow;

use super::Format;
use super::document::{Detail, Document, Record, Stamp};
use super::problem::ProblemKind;
use crate::format::vtt::payload::fit_words;
use crate::model::text::clean_line;
use crate::model::{MediaTime, Offset};

/// A pause that begins a new line.
const PAUSE: Offset = Offset::from_millis(1_000);

/// How long a line may get before it is broken at the next comma.
const LONG: Offset = Offset::from_secs(5);

/// How long a line may get before it is broken at the next word.
const LONGEST: Offset = Offset::from_secs(8);

/// A word, or a few of them, as a recogniser gives it.
#[derive(Clone, Debug, Default)]
pub(super) struct SpokenWord {
    /// The word, perhaps with white space at its ends.
    pub(super) text: String,
    /// When it begins; `None` if it could not be placed.
    pub(super) start: Option<MediaTime>,
    pub(super) end: Option<MediaTime>,
    pub(super) speaker: Option<String>,
}

/// `words` as lines: a new one begins where the speaker changes, after a
/// sentence, after a pause of a second, and before a line gets longer than
/// eight seconds. Each line keeps the times of its words.
pub(super) fn lines(mut words: Vec<SpokenWord>) -> Vec<Record<'static>> {
    words.retain(|word| !word.text.trim().is_empty());
    place_missing(&mut words);
    let has_blanks = |word: &SpokenWord| word.text.trim().len() < word.text.len();
    let spaced = words.iter().filter(|word| has_blanks(word)).count() * 2 > words.len();
    let mut lines = Vec::new();
    let mut from = 0;
    for at in 1..=words.len() {
        if at == words.len() || breaks(&words[from..at], &words[at]) {
            lines.push(line(&words[from..at], spaced));
            from = at;
        }
    }
    lines
}

/// Gives words without a time the time between their neighbours, in equal
/// parts.
pub(super) fn place_missing(words: &mut [SpokenWord]) {
    let mut at = 0;
    while at < words.len() {
        let missing = words[at..].iter().take_while(|word| word.start.is_none()).count();
        let before = at.checked_sub(1).and_then(|before| words[before].end.or(words[before].start));
        let after = words.get(at + missing).and_then(|word| word.start);
        if let (true, Some(before), Some(after)) = (missing > 0, before, after) {
            let gap = after.as_micros().saturating_sub(before.as_micros());
            let parts = missing as u64;
            for (part, word) in (0..parts).zip(&mut words[at..]) {
                word.start = Some(MediaTime::from_micros(before.as_micros() + gap / parts * part));
            }
        }
        at += missing + 1;
    }
}

/// Whether a new line begins with `next` after `line`.
fn breaks(line: &[SpokenWord], next: &SpokenWord) -> bool {
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return false };
    if next.speaker != last.speaker {
        return true;
    }
    if is_punctuation(&next.text) {
        return false;
    }
    let longer_than = |offset: Offset| match (first.start, next.end.or(next.start)) {
        (Some(start), Some(end)) => end > start.shift(offset),
        _ => false,
    };
    let pause = match (last.end, next.start) {
        (Some(end), Some(start)) => start > end.shift(PAUSE),
        _ => false,
    };
    let text = last.text.trim_end().trim_end_matches(['"', '”', '’', '\'', ')']);
    let ends_sentence = text.ends_with(['.', '?', '!', '…', '。', '？', '！']) && !is_short(text);
    let ends_clause = text.ends_with([',', ';', ':', '，', '、']);
    pause || ends_sentence || ends_clause && longer_than(LONG) || longer_than(LONGEST)
}

/// Whether a word with a dot is an abbreviation or an initial: `Mr.`, `J.`
fn is_short(word: &str) -> bool {
    let word = word.trim_start().trim_end_matches('.');
    matches!(word, "Mr" | "Mrs" | "Ms" | "Dr" | "St" | "vs" | "e.g" | "i.e" | "Prof")
        || word.chars().count() == 1 && word.chars().all(char::is_uppercase) && word != "I"
}

fn is_punctuation(text: &str) -> bool {
    !text.trim().is_empty()
        && text
            .trim()
            .chars()
            .all(|c| matches!(c, '.' | ',' | '?' | '!' | ';' | ':' | '…' | '”' | '’' | ')'))
}

/// The line that `words` make. If they are `spaced`, white space stands where
/// it is meant; else there is one between any two words.
fn line(words: &[SpokenWord], spaced: bool) -> Record<'static> {
    let mut text = String::new();
    let mut stamps = Vec::new();
    let mut was_blank = true;
    for word in words {
        let own = clean_line(&word.text);
        let wants_blank = if spaced {
            was_blank || own.starts_with(char::is_whitespace)
        } else {
            !is_punctuation(&own)
        };
        if wants_blank && !text.is_empty() {
            text.push(' ');
        }
        was_blank = own.ends_with(char::is_whitespace);
        if let Some(start) = word.start {
            let at = u32::try_from(text.len()).unwrap_or(u32::MAX);
            stamps.push(Stamp { at, start, end: word.end });
        }
        text.push_str(own.trim());
    }
    let first = &words[0];
    // Of a last word without an end nothing is known: `fill_ends` makes one.
    let is_ended = words.last().is_some_and(|word| word.end.is_some());
    let end = words.iter().filter_map(|word| word.end).max().filter(|_| is_ended);
    let mut record = Record {
        start: words.iter().find_map(|word| word.start),
        end,
        raw: Cow::Owned(text.clone()),
        text: Cow::Owned(text),
        speaker: first.speaker.clone().map(Cow::Owned),
        line: 1,
        ..Record::default()
    };
    set_words(&mut record, stamps);
    record
}

/// Finds `words` in the text of `record` one after the other and gives it
/// their times. Words that are not in the text are passed over.
pub(super) fn locate(record: &mut Record<'_>, mut words: Vec<SpokenWord>) {
    place_missing(&mut words);
    let mut stamps = Vec::new();
    let mut from = 0;
    for word in &words {
        let wanted = clean_line(&word.text);
        let wanted = wanted.trim();
        let rest = &record.text[from..];
        // Looked for nearby only, so that one odd word does not skip a line.
        let near = rest
            .char_indices()
            .nth(wanted.chars().count() + 40)
            .map_or(rest, |(at, _)| &rest[..at]);
        let Some(found) = near.find(wanted).filter(|_| !wanted.is_empty()) else { continue };
        if let Some(start) = word.start {
            let at = u32::try_from(from + found).unwrap_or(u32::MAX);
            stamps.push(Stamp { at, start, end: word.end });
        }
        from += found + wanted.len();
    }
    set_words(record, stamps);
}

/// Gives `record` the times of words; [`fit`] later leaves those that can be.
pub(super) fn set_words(record: &mut Record<'_>, stamps: Vec<Stamp>) {
    if !stamps.is_empty() {
        record.detail.get_or_insert_with(|| Box::new(Detail::default())).words = stamps;
    }
}

/// Leaves only those times of words that lie within their cues, and tells how
/// many others there were, unless the cue itself is too short or the captions of
/// its format reach into each other and so were cut.
pub(super) fn fit(document: &mut Document<'_>) {
    let is_cut = matches!(document.format, Format::YouTubeJson3 | Format::YouTubeXml);
    let mut cues = std::mem::take(&mut document.cues);
    for cue in &mut cues {
        let Some(detail) = &mut cue.detail else { continue };
        let left_out = match (cue.start, cue.end) {
            (Some(start), Some(end)) => fit_words(&mut detail.words, &cue.text, start, end),
            _ => detail.words.drain(..).len(),
        };
        if !is_cut && cue.end > cue.start {
            (0..left_out).for_each(|_| document.count(cue.line, ProblemKind::WordTimes));
        }
    }
    document.cues = cues;
}

/// Gives each cue without an end the start of the next one as its end, and the
/// last one as long as its text takes to be said, past its last word.
pub(super) fn fill_ends(cues: &mut [Record<'_>]) {
    let mut next: Option<MediaTime> = None;
    for cue in cues.iter_mut().rev() {
        let Some(start) = cue.start else { continue };
        if cue.end.is_none() {
            let following = next.filter(|&next| next >= start);
            cue.end = Some(following.unwrap_or_else(|| said_by(cue, start)));
        }
        next = Some(start);
    }
}

/// About when `cue`, which begins at `start`, has been said: not before its
/// last word.
fn said_by(cue: &Record<'_>, start: MediaTime) -> MediaTime {
    let end = start.shift(speaking_time(&cue.text));
    let Some(last) = cue.words().last().filter(|last| last.start >= end) else { return end };
    let rest = cue.text.get(last.at as usize..).unwrap_or_default();
    last.start.shift(speaking_time(rest))
}

/// Ends each cue where the next one begins, if it would last longer.
pub(super) fn clip(cues: &mut [Record<'_>]) {
    for at in 1..cues.len() {
        let next = cues[at].start;
        let before = &mut cues[at - 1];
        if before.start < next && before.end > next {
            before.end = next;
        }
    }
}

/// The point `length` after `start`.
pub(super) fn later(start: MediaTime, length: MediaTime) -> MediaTime {
    MediaTime::from_micros(start.as_micros().saturating_add(length.as_micros()))
}

/// About how long it takes to say `text`.
pub(super) fn speaking_time(text: &str) -> Offset {
    Offset::from_millis(1_000 + 60 * i64::try_from(text.len()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, start: u64, end: u64) -> SpokenWord {
        SpokenWord {
            text: text.to_owned(),
            start: Some(MediaTime::from_millis(start)),
            end: Some(MediaTime::from_millis(end)),
            speaker: None,
        }
    }

    fn texts(words: Vec<SpokenWord>) -> Vec<String> {
        lines(words).into_iter().map(|line| line.text.into_owned()).collect()
    }

    #[test]
    fn sentences_pauses_and_speakers_begin_lines() {
        let mut words = vec![
            word("Hi", 0, 200),
            word("Dr.", 200, 300),
            word("Ann", 300, 400),
            word(".", 400, 400),
            word("so", 500, 700),
            word("well", 2000, 2100),
            word("yes", 2200, 2300),
        ];
        words[6].speaker = Some("Bob".to_owned());
        assert_eq!(texts(words), ["Hi Dr. Ann.", "so", "well", "yes"]);
    }

    #[test]
    fn white_space_that_is_there_is_obeyed() {
        let words =
            vec![word(" some", 0, 1), word(" one", 1, 2), word("self", 2, 3), word(" is", 3, 4)];
        assert_eq!(texts(words), ["some oneself is"]);
    }

    #[test]
    fn a_line_is_broken_before_it_gets_too_long() {
        let words = (0..30).map(|at| word("word", at * 500, at * 500 + 400)).collect();
        let lines = lines(words);
        let longest = lines
            .iter()
            .map(|line| line.end.unwrap().since(line.start.unwrap()).unwrap().as_millis());
        assert_eq!((lines.len(), longest.max()), (2, Some(7900)));
    }

    #[test]
    fn a_word_without_a_time_lies_between_its_neighbours() {
        let mut words =
            vec![word("a", 0, 100), word("b", 0, 0), word("c", 0, 0), word("d", 500, 600)];
        words[1].start = None;
        words[1].end = None;
        words[2].start = None;
        place_missing(&mut words);
        let starts: Vec<_> = words.iter().map(|word| word.start.unwrap().as_millis()).collect();
        assert_eq!(starts, [0, 100, 300, 500]);
    }

    #[test]
    fn a_missing_end_is_the_next_start_or_the_time_to_say_it() {
        let cue = |start: Option<u64>| Record {
            start: start.map(MediaTime::from_secs),
            text: Cow::Borrowed("0123456789"),
            ..Record::default()
        };
        let mut cues = [cue(Some(1)), cue(None), cue(Some(3))];
        fill_ends(&mut cues);
        let ends: Vec<_> = cues.iter().map(|cue| cue.end.map(MediaTime::as_millis)).collect();
        assert_eq!(ends, [Some(3000), None, Some(4600)]);
    }
}
