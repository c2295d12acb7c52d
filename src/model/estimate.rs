//! When the words of a text are probably said, where nobody has measured it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{MediaTime, Word};

/// The words of `text` (UAX #29, each with what follows it up to the next) and
/// when each probably begins, if the whole is said from `start` to `end`:
/// in proportion to syllables, with a pause after punctuation. Empty if there
/// is no time between the two. `O(length)`.
///
/// In measured speech such estimates are off by a third of a second in the
/// middle of a cue of ten; good enough to scroll by, not to mark a word as if
/// one knew.
pub fn words(text: &str, start: MediaTime, end: MediaTime) -> Vec<Word> {
    let Some(length) = end.since(start).filter(|length| !length.is_zero()) else {
        return Vec::new();
    };
    let begins: Vec<usize> = text.unicode_word_indices().map(|(at, _)| at).collect();
    let ends = begins.iter().skip(1).copied().chain([text.len()]);
    let ranges: Vec<Range<usize>> = begins.iter().zip(ends).map(|(&from, to)| from..to).collect();
    let total: u64 = ranges.iter().map(|range| weight(&text[range.clone()])).sum();
    let length = u64::try_from(length.as_micros()).unwrap_or(u64::MAX);
    let mut before = 0;
    let mut words = Vec::with_capacity(ranges.len());
    for range in ranges {
        let part = u128::from(length) * u128::from(before) / u128::from(total.max(1));
        let offset = u64::try_from(part).unwrap_or(u64::MAX);
        before += weight(&text[range.clone()]);
        let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        words.push(Word {
            text: at(range.start)..at(range.end),
            start: MediaTime::from_micros(start.as_micros().saturating_add(offset)),
        });
    }
    words
}

/// About how long a word takes with the pause after it: 2 for a syllable, a
/// digit or an ideograph.
fn weight(word: &str) -> u64 {
    let mut weight = 0;
    let mut in_vowels = false;
    for c in word.chars() {
        let is_vowel = "aeiouyäöüáéíóúàèìòùâêîôûåæøœ".contains(c.to_ascii_lowercase());
        weight += match c {
            '.' | '?' | '!' | '…' | '。' | '？' | '！' => 4,
            ',' | ';' | ':' | '–' | '—' | '、' | '，' => 2,
            _ if is_vowel => 2 * u64::from(!in_vowels),
            _ if c.is_ascii_alphabetic() || c.is_whitespace() => 0,
            _ if c.is_alphanumeric() => 2,
            _ => 0,
        };
        in_vowels = is_vowel;
    }
    weight.max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, secs: u64) -> Vec<(&str, u64)> {
        let words = words(text, MediaTime::from_secs(10), MediaTime::from_secs(10 + secs));
        let said = |word: &Word| &text[word.text.start as usize..word.text.end as usize];
        words.iter().map(|word| (said(word), word.start.as_millis())).collect()
    }

    #[test]
    fn longer_words_and_pauses_take_longer() {
        let expected = [("Well, ", 10_000), ("extraordinary ", 12_000), ("day", 17_000)];
        assert_eq!(told("Well, extraordinary day", 8), expected);
    }

    #[test]
    fn ideographs_are_words_of_their_own() {
        assert_eq!(told("你好", 2), [("你", 10_000), ("好", 11_000)]);
    }

    #[test]
    fn where_there_is_no_time_there_are_no_words() {
        assert_eq!(told("so it is", 0), []);
        assert_eq!(told("", 5), []);
        assert_eq!(words("x", MediaTime::from_secs(2), MediaTime::from_secs(1)), []);
    }
}
