//! What the listener looks for.

use std::ops::Range;

use memchr::memchr;
use regex::{Regex, RegexBuilder};

use super::accents::Plain;
use super::pattern;

/// A pattern is looked for in so many bytes at a time.
const STEP: usize = 64 << 10;

/// What stands between two words, as an expression: anything that is no part of
/// one, as [`words`](super::words()) has them; and the same for a page of words,
/// which would take too much memory with it.
const BETWEEN: &str = r"[^\p{Alphabetic}\p{M}\p{N}]+";
const BETWEEN_MANY: &str = r"\s+";

/// What a pattern finds has at most so many bytes, and perhaps a line more.
const REACH: usize = 16 << 10;

/// What the listener typed, ready to be found.
///
/// Nothing in it is a pattern: `c++ (17)` finds `c++ (17)`. It is found
/// whatever the case of its letters, unless one of its own is upper-case. White
/// space in it stands for whatever is no letter or digit, but not for nothing: a
/// phrase is found over commas, line ends and the borders of cues; that at its
/// ends does not count. Straight quotes and curly ones are the same, and so are
/// letters with an accent and without: `cafe` finds `café`, and `café` `cafe`.
#[derive(Clone, Debug)]
pub struct Query {
    text: String,
    regex: Regex,
    /// Whether it is a pattern, which is found as the text is written.
    is_pattern: bool,
    /// Whether it may take long, and is looked for in one piece of a text after
    /// the other.
    is_slow: bool,
    /// What is looked for as well.
    also: Option<Box<Self>>,
}

impl Query {
    /// More than this many characters are not looked at: it bounds the time and
    /// memory that a whole page pasted by mistake takes.
    pub const MAX_CHARS: usize = 1_000;

    /// The query for what was typed; `None` if that is blank. Well under a
    /// millisecond for a phrase.
    pub fn new(text: &str) -> Option<Self> {
        let beginning = beginning(text);
        let words: Vec<String> = beginning.split_whitespace().map(pattern).collect();
        if words.is_empty() {
            return None;
        }
        let between = |between: &str| build(&words.join(between), beginning);
        let regex = between(BETWEEN).or_else(|_| between(BETWEEN_MANY)).ok()?;
        Some(Self { text: text.to_owned(), regex, is_pattern: false, is_slow: false, also: None })
    }

    /// The query for words that begin with `start`; `None` if it is blank.
    pub fn start_of_word(start: &str) -> Option<Self> {
        let query = Self::new(start)?;
        let regex = build(&format!(r"\b{}", query.regex.as_str()), start).ok()?;
        Some(Self { regex, ..query })
    }

    /// The query for a regular expression; `^` and `$` are the ends of lines.
    /// What it finds has some 16 KiB at most, minutes of speech. Accents count.
    ///
    /// # Errors
    ///
    /// It is none, or would take too much memory; the message says where.
    pub fn pattern(pattern: &str) -> Result<Self, String> {
        let built = build(pattern, &pattern::letters(pattern));
        let regex = built.map_err(|error| {
            let said = error.to_string();
            let last = said.lines().last().unwrap_or_default();
            format!("/{pattern}/ is no pattern: {}", last.trim_start_matches("error: "))
        })?;
        let is_slow = !pattern::needs_end(pattern);
        Ok(Self { text: pattern.to_owned(), regex, is_pattern: true, is_slow, also: None })
    }

    /// The query that finds what any of `queries` finds; `None` without any.
    pub fn any<'a>(queries: impl Iterator<Item = &'a Self>) -> Option<Self> {
        let queries: Vec<&Self> = queries.collect();
        let text = queries.iter().map(|query| query.text()).collect::<Vec<_>>().join(" ");
        let of = |are_patterns: bool| {
            let queries = queries.iter().filter(|query| query.is_pattern == are_patterns);
            let patterns: Vec<String> = queries
                .clone()
                .map(|query| {
                    let case = if has_upper_case(&query.text) { "(?-i:" } else { "(?i:" };
                    format!("{case}{})", query.regex.as_str())
                })
                .collect();
            let regex = build(&patterns.join("|"), "").ok().filter(|_| !patterns.is_empty())?;
            let is_slow = queries.clone().any(|query| query.is_slow);
            let text = text.clone();
            Some(Self { text, regex, is_pattern: are_patterns, is_slow, also: None })
        };
        match (of(false), of(true)) {
            (Some(words), also) => Some(Self { also: also.map(Box::new), ..words }),
            (None, patterns) => patterns,
        }
    }

    /// What is looked for as well, beside what [`Query::find`] finds.
    pub(super) fn also(&self) -> Option<&Self> {
        self.also.as_deref()
    }

    /// What was typed, unchanged.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What of it is looked for: its beginning, if it is very long.
    pub(super) fn sought(&self) -> &str {
        beginning(&self.text)
    }

    /// The first bytes of `text` at or after `from` that are what is looked
    /// for, never none at all; `None` also once they are not wanted any more.
    /// `from` must lie between two characters.
    pub(super) fn find(
        &self,
        text: &Plain<'_>,
        from: usize,
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<Range<usize>> {
        if self.is_pattern {
            return self.find_in(text.own(), from, is_wanted);
        }
        if text.is_in_place() {
            return self.find_in(text.text(), from, is_wanted);
        }
        let found = self.find_in(text.text(), text.plain_at(from), is_wanted)?;
        Some(text.own_of(found))
    }

    fn find_in(
        &self,
        text: &str,
        from: usize,
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<Range<usize>> {
        let mut from = from;
        // What begins at `next` or later may go on behind the piece.
        let (mut next, mut end) = self.piece(text, from);
        loop {
            let found = self.regex.find_at(&text[..end], from);
            match found.filter(|found| end == text.len() || found.start() < next) {
                Some(found) if !found.is_empty() => return Some(found.range()),
                Some(found) => {
                    from = found.end() + text[found.end()..].chars().next()?.len_utf8();
                    if from < next {
                        continue;
                    }
                }
                None if end == text.len() => return None,
                None => from = next,
            }
            if !is_wanted() {
                return None;
            }
            (next, end) = self.piece(text, from);
        }
    }

    /// Where in `text` the next piece to be looked into from `from` on has its
    /// last beginning, and where it ends: at ends of lines, beyond which no
    /// pattern looks.
    fn piece(&self, text: &str, from: usize) -> (usize, usize) {
        let line_end = |least: usize| {
            let rest = text.as_bytes().get(least..).unwrap_or_default();
            memchr(b'\n', rest).map_or(text.len(), |at| least + at)
        };
        if !self.is_slow {
            return (text.len(), text.len());
        }
        let next = line_end(from + STEP);
        (next, line_end(next + REACH))
    }
}

/// As much of `text` as is looked for.
fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(Query::MAX_CHARS).map_or(text.len(), |(end, _)| end);
    &text[..end]
}

/// The expression for `pattern`, whose case counts if `typed` has upper-case
/// letters.
fn build(pattern: &str, typed: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(!has_upper_case(typed))
        .multi_line(true)
        .size_limit(4 << 20)
        .build()
}

fn has_upper_case(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
}

/// The pattern that finds `word`, which has no white space, in a text without
/// accents.
fn pattern(word: &str) -> String {
    let word = Plain::new(word);
    let signs = word.text().chars().map(|c| match c {
        '\'' | '‘' | '’' => "['‘’]".to_owned(),
        '"' | '“' | '”' => "[\"“”]".to_owned(),
        _ => regex::escape(c.encode_utf8(&mut [0; 4])),
    });
    signs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `query` finds first in `text`.
    fn found<'a>(query: &str, text: &'a str) -> Option<&'a str> {
        Query::new(query).unwrap().find(&Plain::new(text), 0, &|| true).map(|range| &text[range])
    }

    #[test]
    fn a_blank_query_is_none() {
        for blank in ["", " ", "\t\n", "\u{a0}\u{3000}"] {
            assert!(Query::new(blank).is_none(), "{blank:?}");
        }
    }

    #[test]
    fn case_counts_only_when_the_query_has_an_upper_case_letter() {
        assert_eq!(found("pypy", "I like PyPy"), Some("PyPy"));
        assert_eq!(found("Pypy", "I like PyPy"), None);
        assert_eq!(found("PyPy", "pypy and PyPy"), Some("PyPy"));
        assert_eq!(found("école łódź", "ÉCOLE ŁÓDŹ"), Some("ÉCOLE ŁÓDŹ"));
        assert_eq!(found("École", "école"), None);
    }

    #[test]
    fn nothing_in_a_query_is_a_pattern() {
        for sign in r".*+?()[]{}|^$\/-#&~".chars() {
            let text = format!("a{sign}b");
            assert_eq!(found(&text, &format!("ab axb {text}")), Some(text.as_str()));
        }
        assert_eq!(found(r"\w+", "word"), None);
    }

    #[test]
    fn white_space_in_a_query_is_any_white_space_but_some() {
        for between in [" ", "\n", "\n\n\n", "\u{a0}", " \t\u{3000} "] {
            let text = format!("the{between}end");
            assert_eq!(found("the end", &text), Some(text.as_str()), "{between:?}");
            assert_eq!(found(" the \u{a0} end\n", &text), Some(text.as_str()), "{between:?}");
        }
        assert_eq!(found("the end", "theend"), None);
    }

    #[test]
    fn a_phrase_is_found_over_punctuation_and_as_it_was_typed() {
        let text = "Hello, dear friends. It was a well-known “thing” … of 3.11 ♪";
        for (query, expected) in [
            ("hello dear", Some("Hello, dear")),
            ("friends it was", Some("friends. It was")),
            ("well known thing", Some("well-known “thing")),
            ("well-known \"thing\" of", Some("well-known “thing” … of")),
            ("hello, dear", Some("Hello, dear")),
            ("thing of 3.11", Some("thing” … of 3.11")),
            ("of 3 11", Some("of 3.11")),
            ("wellknown", None),
            ("hello. dear", None),
            ("hello friends", None),
            ("he llo", None),
        ] {
            assert_eq!(found(query, text), expected, "{query}");
        }
        assert_eq!(found("a b", "a١b, a²b"), None);
        assert_eq!(found("a b", "a١b, a\u{301} b"), Some("a\u{301} b"));
    }

    #[test]
    fn straight_quotes_and_curly_ones_are_the_same() {
        for (query, text) in [("don't", "don’t"), ("\"so\"", "“so”"), ("don't", "don't")] {
            assert_eq!(found(query, text), Some(text));
            assert_eq!(found(text, query), Some(query));
        }
    }

    #[test]
    fn letters_with_accents_are_found_however_they_are_written() {
        for (one, two) in [("Zürich", "Zu\u{308}rich"), ("tiếng", "tie\u{302}\u{301}ng")] {
            for (query, text) in [(one, two), (two, one), (one, one), (two, two)] {
                assert_eq!(found(query, text), Some(text));
                assert_eq!(found(&query.to_lowercase(), text), Some(text));
            }
        }
    }

    #[test]
    fn accents_do_not_count_but_in_patterns() {
        for (query, text) in [
            ("cafe", "café"),
            ("café", "cafe"),
            ("CAFÉ", "CAFE\u{301}"),
            ("lukasz", "Łukasz"),
            ("Munchen", "Mu\u{308}nchen"),
            ("strasse", "Straße"),
            ("straße", "STRASSE"),
            ("gros", "Groß"),
            ("Thor", "Þór"),
        ] {
            let around = format!("é {text} é");
            assert_eq!(found(query, &around), Some(text), "{query}");
        }
        assert_eq!(found("Cafe", "café"), None);
        let pattern =
            |pattern, text| Query::pattern(pattern).unwrap().find(&Plain::new(text), 0, &|| true);
        assert_eq!(pattern("caf[eé]s?", "é cafés"), Some(3..9));
        assert_eq!(pattern("cafe", "café"), None);
    }

    #[test]
    fn a_page_pasted_by_mistake_is_looked_for_by_its_beginning() {
        // k, s and quotes have three forms each, the most that a character has.
        for pair in ["ks", "'\""] {
            let page = pair.repeat(50_000);
            let start = &page[..Query::MAX_CHARS];
            assert_eq!(found(&page, start), Some(start));
            assert_eq!(found(&page, &start[1..]), None);
        }
    }

    #[test]
    fn only_the_letters_of_a_pattern_say_whether_its_case_counts() {
        let found =
            |pattern, text| Query::pattern(pattern).unwrap().find(&Plain::new(text), 0, &|| true);
        assert_eq!(found(r"py\W", "PY!"), Some(0..3));
        assert_eq!(found(r"Py\W", "PY!"), None);
    }

    /// Lines of nothing, with `marks` in the place of some, and where those are.
    fn lines(count: usize, marks: &[(usize, &str)]) -> (String, Vec<usize>) {
        let mut lines = vec![".".repeat(99); count];
        for (line, mark) in marks {
            lines[*line] = (*mark).to_owned();
        }
        let text = lines.join("\n");
        let starts = marks.iter().map(|(_, mark)| text.find(mark).unwrap()).collect();
        (text, starts)
    }

    #[test]
    fn a_pattern_finds_the_same_in_pieces_as_in_one() {
        let last = STEP / 100;
        let marks = [
            (0, "a1"),
            (last - 1, "b1"),
            (last, "c1"),
            (last + 1, "d1"),
            (2 * last, "e1"),
            (2_000, "f1"),
        ];
        let (text, starts) = lines(2_001, &marks);
        for pattern in [r"^\w1$", r"\w1", r"\b\w1(\b|\z)", r"\w1(\s+\w1)*"] {
            let query = Query::pattern(pattern).unwrap();
            let whole = Regex::new(&format!("(?m){pattern}")).unwrap();
            let mut found = Vec::new();
            let mut from = 0;
            while let Some(range) = query.find(&Plain::new(&text), from, &|| true) {
                from = range.end;
                found.push(range);
            }
            let expected: Vec<_> = whole.find_iter(&text).map(|found| found.range()).collect();
            assert_eq!(found, expected, "{pattern}");
            assert!(found.len() >= starts.len() - 2, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_ends_between_two_pieces_once_it_is_not_wanted() {
        let (text, _) = lines(20_000, &[(19_999, "a1")]);
        let query = Query::pattern(r"\w1").unwrap();
        let asked = std::cell::Cell::new(0);
        let ask = |most| {
            asked.set(0);
            query.find(&Plain::new(&text), 0, &|| {
                asked.set(asked.get() + 1);
                asked.get() < most
            })
        };
        assert!(ask(1_000).is_some());
        assert!((20..100).contains(&asked.get()), "{}", asked.get());
        assert_eq!((ask(3), asked.get()), (None, 3));
    }
}
