//! The same name written otherwise.

use unicode_normalization::UnicodeNormalization;

use super::words::{number_of, split};

/// Words for the parts of one talk.
const PARTS: &[&str] = &["part", "pt", "teil", "partie", "parte", "deel"];

/// Other words that a number written in words may follow.
const COUNTED: &[&str] = &[
    "chapter", "kapitel", "book", "volume", "vol", "act", "lesson", "lecture", "day", "week",
    "episode", "season",
];

/// Words that say which episode it is, of how many.
const EPISODES: &[&str] = &["episode", "ep", "folge", "no", "nr", "#"];

/// Numbers in words, from 1 on.
const WORDS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

/// Roman numbers, from 1 on.
const ROMAN: &[&str] = &["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// The number that `word` counts, in digits, in words or in Roman letters.
pub(super) fn count_of(word: &str) -> Option<u32> {
    let place = |words: &[&str]| words.iter().position(|other| *other == word);
    let counted = || u32::try_from(place(WORDS).or_else(|| place(ROMAN))? + 1).ok();
    number_of(word).or_else(counted)
}

/// Which part of how many words the part is at the start of `words`: `part 2`,
/// `pt2`, `Teil II`, `2 of 3`; and how many words say it.
pub(super) fn part_at_start(words: &[&str]) -> Option<(u32, usize)> {
    match *words {
        [mark, count, ..] if PARTS.contains(&mark) && count_of(count).is_some() => {
            Some((count_of(count)?, 2))
        }
        [number, "of" | "von", all, ..] => {
            Some((number_of(number).filter(|one| Some(*one) <= number_of(all))?, 3))
        }
        [word, ..] => {
            let number = PARTS.iter().find_map(|part| number_of(word.strip_prefix(part)?))?;
            Some((number, 1))
        }
        [] => None,
    }
}

/// `words` with what they count in digits, and the parts of a talk called the
/// same: `Part II`, `pt2` and `2 of 3` are all part 2.
pub(super) fn counted(words: &[&str]) -> Vec<String> {
    let mut counted: Vec<String> = Vec::with_capacity(words.len());
    let mut rest = words;
    while let Some((first, behind)) = rest.split_first() {
        let last = words[..words.len() - rest.len()].last();
        // `Episode 4 of 7` is no part of anything.
        let is_episode = last.is_some_and(|last| EPISODES.contains(last));
        if let Some((number, said)) = part_at_start(rest).filter(|_| !is_episode) {
            counted.extend(["part".to_owned(), number.to_string()]);
            rest = &rest[said..];
            continue;
        }
        let count = last.filter(|last| COUNTED.contains(last)).and_then(|_| count_of(first));
        counted.push(count.map_or_else(|| (*first).to_owned(), |count| count.to_string()));
        rest = behind;
    }
    counted
}

/// `title` as one word, where no two numbers meet: `atp 123` is written
/// `atp123` as well, but 1-0 is not 10.
pub(super) fn run_together(title: &str) -> String {
    let mut run = String::with_capacity(title.len());
    for word in title.split_whitespace() {
        let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if digits(run.chars().next_back()) && digits(word.chars().next()) {
            run.push(' ');
        }
        run.push_str(word);
    }
    run
}

/// All words of `stem`, run together.
pub(super) fn run_of(stem: &str) -> String {
    run_together(&split(stem).filter(|word| *word != "#").collect::<Vec<_>>().join(" "))
}

/// `text` in ASCII as people write it: without the marks of its Latin letters,
/// and with `ae` for `ä`. None if nothing of that is in it.
pub(super) fn folded(text: &str) -> Vec<String> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut bare = String::with_capacity(text.len());
    let mut german = String::with_capacity(text.len());
    for c in text.chars() {
        let (one, two) = match c {
            'ä' => ("a", "ae"),
            'ö' | 'ø' => ("o", "oe"),
            'ü' => ("u", "ue"),
            'å' => ("a", "aa"),
            'ß' => ("ss", "ss"),
            'æ' => ("ae", "ae"),
            'œ' => ("oe", "oe"),
            'ł' => ("l", "l"),
            _ => {
                let mut letters = c.nfd();
                let first = letters.next().filter(char::is_ascii);
                let c = first
                    .filter(|_| letters.all(|mark| ('\u{300}'..='\u{36f}').contains(&mark)))
                    .unwrap_or(c);
                bare.push(c);
                german.push(c);
                continue;
            }
        };
        bare.push_str(one);
        german.push_str(two);
    }
    let mut folded = vec![bare, german];
    folded.dedup();
    folded.retain(|other| other != text);
    folded
}

/// How many characters of a name are kept at least where names are cut short.
pub(super) const CUT: usize = 40;

/// The start that a name and the same name cut short have both; `None` if it
/// is shorter than any that is cut.
pub(super) fn start_of(title: &str) -> Option<&str> {
    title.char_indices().nth(CUT).map(|(end, _)| &title[..end])
}

/// `stem` without the id or hash that a downloader puts at its end, and that:
/// `[dQw4w9WgXcQ]`, `-dQw4w9WgXcQ`, `-8f3a2c91`.
pub(super) fn without_id(stem: &str) -> Option<(&str, &str)> {
    let (rest, id) = match stem.strip_suffix(']') {
        Some(inner) => inner.rsplit_once('[').filter(|(_, id)| is_video(id))?,
        None => stem.rsplit_once(['-', '_', ' ']).filter(|(_, id)| is_hash(id))?,
    };
    let rest = rest.trim_end_matches([' ', '-', '_']);
    (!rest.is_empty()).then_some((rest, id))
}

/// The id of a video that `stem` ends with, in brackets.
pub(super) fn video_id(stem: &str) -> Option<&str> {
    without_id(stem).map(|(_, id)| id).filter(|_| stem.ends_with(']'))
}

fn is_video(id: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    id.len() == 11 && id.bytes().all(known) && !id.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Digits among letters, of a length that ids have: no word, no number.
fn is_hash(id: &str) -> bool {
    let is_hex = id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_id = id.len() == 11 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let behind = id.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mixed = behind.bytes().any(|byte| byte.is_ascii_lowercase());
    (is_hex || is_id) && mixed
}

/// `stem` without what says that it is a copy: `(1)`, `copy` or `copy 2` at its
/// end.
pub(super) fn without_copy(stem: &str) -> &str {
    let mut stem = stem;
    let counted = stem.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    if let Some((rest, count)) = counted
        && (count == "copy" || count.parse::<u32>().is_ok())
    {
        stem = rest.trim_end();
    }
    let words = stem.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    let copied = [" copy", "-copy", "_copy"].iter().find_map(|mark| words.strip_suffix(mark));
    copied.unwrap_or(stem).trim_end_matches([' ', '-', '_'])
}

/// What stands before the first dash and behind it, where a show's name and a
/// title may stand.
pub(super) fn show_and_title(stem: &str) -> Option<(String, String)> {
    let spaced = if stem.contains(' ') { stem.to_owned() } else { stem.replace('_', " ") };
    let (show, title) = spaced.split_once(" - ")?;
    let both = !show.trim().is_empty() && !title.trim().is_empty();
    both.then(|| (show.trim().to_owned(), title.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_called_the_same_however_they_are_counted() {
        let counted = |words: &str| counted(&words.split(' ').collect::<Vec<_>>()).join(" ");
        for words in
            ["story part 2", "story pt2", "story teil ii", "story 2 of 3", "story part two"]
        {
            assert_eq!(counted(words), "story part 2", "{words}");
        }
        assert_eq!(counted("chapter one"), "chapter 1");
        assert_eq!(counted("one more thing"), "one more thing");
        assert_eq!(counted("episode 4 of 7"), "episode 4 of 7");
        assert_eq!(counted("9 of 7"), "9 of 7");
    }

    #[test]
    fn words_run_together_but_numbers_do_not() {
        assert_eq!(run_together("atp 123"), "atp123");
        assert_eq!(run_together("dams and weirs"), "damsandweirs");
        assert_eq!(run_together("1 0"), "1 0");
        assert_ne!(run_together("python 3 12"), run_together("python 31 2"));
    }

    #[test]
    fn latin_letters_are_written_without_their_marks_and_no_others_are() {
        assert_eq!(folded("größe"), ["grosse", "groesse"]);
        assert_eq!(folded("brûlée"), ["brulee"]);
        assert!(folded("plain").is_empty());
        assert!(folded("がく").is_empty());
        assert!(folded("мой").is_empty());
    }

    #[test]
    fn an_id_or_hash_is_told_from_a_word_and_a_number() {
        assert_eq!(without_id("live q&a [dqw4w9wgxcq]"), Some(("live q&a", "dqw4w9wgxcq")));
        assert_eq!(without_id("why sqlite-dqw4w9wgxcq"), Some(("why sqlite", "dqw4w9wgxcq")));
        assert_eq!(without_id("dams-8f3a2c91"), Some(("dams", "8f3a2c91")));
        for stem in
            ["dams [interactive]", "dams-20240312", "talk-windows2000", "x-deadbeef", "8f3a2c91"]
        {
            assert_eq!(without_id(stem), None, "{stem}");
        }
    }
}
