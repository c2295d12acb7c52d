//! The words of a text, as an index knows them.

use std::borrow::Cow;

use super::accents::Plain;

/// The words of `text`: the longest runs of letters and ASCII digits, and each
/// letter of the scripts that are written without spaces. What is found in a
/// text by [`Query`](super::Query) has in it, and begins and ends with, the same
/// words or parts of them.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while of_word(text, at)? == Part::Between {
            at += width(text, at);
        }
        let start = at;
        at += width(text, start);
        if of_word(text, start)? == Part::Within {
            while of_word(text, at) == Some(Part::Within) {
                at += width(text, at);
            }
        }
        text.get(start..at)
    })
}

/// What a character is to words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Within,
    Alone,
    Between,
}

/// What the character at byte `at` of `text` is to words; `None` at the end.
fn of_word(text: &str, at: usize) -> Option<Part> {
    let byte = *text.as_bytes().get(at)?;
    if byte.is_ascii() {
        return Some(if byte.is_ascii_alphanumeric() { Part::Within } else { Part::Between });
    }
    let c = text.get(at..)?.chars().next()?;
    Some(match c {
        _ if !is_of_word(c) => Part::Between,
        _ if stands_alone(c) => Part::Alone,
        _ => Part::Within,
    })
}

/// How many bytes the character has that begins at byte `at` of `text`.
fn width(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at) {
        Some(0xf0..) => 4,
        Some(0xe0..) => 3,
        Some(0xc0..) => 2,
        _ => 1,
    }
}

/// Whether `c` is of a script that is written without spaces (Thai, Lao,
/// Burmese, Khmer, kana, Han): what stands between two other signs is a sentence.
const fn stands_alone(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether `c` is a part of a word.
pub(super) fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphabetic())
}

/// `text` without accents and with one case only: all that is found as the same
/// becomes the same, and little else does.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Plain::new(text).text().chars().map(fold).collect())
}

/// Through the upper case to the lower one, where both are single characters:
/// a long s, a final sigma and the sign of the kelvin are letters like others.
/// Three have a second form that neither case tells.
pub(super) fn fold(c: char) -> char {
    match c {
        _ if c.is_ascii() => return c.to_ascii_lowercase(),
        '\u{1fd3}' => return '\u{390}',
        '\u{1fe3}' => return '\u{3b0}',
        '\u{fb05}' => return '\u{fb06}',
        _ => {}
    }
    let mut upper = c.to_uppercase();
    let upper = upper.next().filter(|_| upper.next().is_none()).unwrap_or(c);
    let mut lower = upper.to_lowercase();
    lower.next().filter(|_| lower.next().is_none()).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::RegexBuilder;

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let all = |text: &'static str| words(text).collect::<Vec<_>>();
        assert_eq!(
            all("I don't, C++17_x naïve-é²\nÜber"),
            ["I", "don", "t", "C", "17", "x", "naïve", "é", "Über"]
        );
        assert_eq!(all("py言語x, ไป"), ["py", "言", "語", "x", "ไ", "ป"]);
        assert_eq!(all(" .\n"), [] as [&str; 0]);
        assert_eq!(folded("Über ΣΟΦΟΣ σοφος ſtart K"), "uber σοφοσ σοφοσ start k");
    }

    #[test]
    fn what_is_found_whatever_its_case_is_folded_to_the_same() {
        let cased = |c: &char| c.to_lowercase().ne([*c]) || c.to_uppercase().ne([*c]);
        let all: String = ('\0'..=char::MAX).filter(cased).collect();
        assert!(all.chars().count() > 2_000);
        for c in all.chars() {
            let pattern = regex::escape(&c.to_string());
            let regex = RegexBuilder::new(&pattern).case_insensitive(true).build().unwrap();
            for found in regex.find_iter(&all) {
                let other = found.as_str().chars().next().unwrap();
                assert_eq!(fold(c), fold(other), "{c} {other}");
                let one = |c: char| folded(&c.to_string()).into_owned();
                assert_eq!(one(c), one(other), "{c} {other}");
                assert_eq!(is_of_word(c), is_of_word(other), "{c} {other}");
            }
            assert_eq!(is_of_word(c), is_of_word(fold(c)), "{c}");
            assert_eq!(fold(c), fold(fold(c)), "{c}");
        }
    }
}
