//! What the listener looks for.

use regex::{Regex, RegexBuilder};

/// What the listener typed, ready to be found.
///
/// Nothing in it is a pattern: `c++ (17)` finds `c++ (17)`. It is found
/// whatever the case of its letters, unless one of its own is upper-case. White
/// space in it stands for any white space, so a phrase is found across line
/// ends and the borders of cues; that at its ends does not count. The straight
/// quotes of a keyboard stand for curly ones as well.
#[derive(Clone, Debug)]
pub struct Query {
    text: String,
    regex: Regex,
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
        let regex = build(&words.join(r"\s+"), beginning).ok()?;
        Some(Self { text: text.to_owned(), regex })
    }

    /// The query for words that begin with `start`; `None` if it is blank.
    pub fn start_of_word(start: &str) -> Option<Self> {
        let query = Self::new(start)?;
        let regex = build(&format!(r"\b{}", query.regex.as_str()), start).ok()?;
        Some(Self { regex, ..query })
    }

    /// The query for a regular expression; `^` and `$` are the ends of lines.
    ///
    /// # Errors
    ///
    /// It is none, or would take too much memory; the message says where.
    pub fn pattern(pattern: &str) -> Result<Self, String> {
        let built = build(pattern, pattern);
        let regex = built.map_err(|error| {
            let said = error.to_string();
            let last = said.lines().last().unwrap_or_default();
            format!("/{pattern}/ is no pattern: {}", last.trim_start_matches("error: "))
        })?;
        Ok(Self { text: pattern.to_owned(), regex })
    }

    /// The query that finds what any of `queries` finds; `None` without any.
    pub fn any<'a>(queries: impl Iterator<Item = &'a Self>) -> Option<Self> {
        let queries: Vec<&Self> = queries.collect();
        let texts: Vec<&str> = queries.iter().map(|query| query.text()).collect();
        let patterns: Vec<String> = queries
            .iter()
            .map(|query| {
                let case = if has_upper_case(&query.text) { "(?-i:" } else { "(?i:" };
                format!("{case}{})", query.regex.as_str())
            })
            .collect();
        if patterns.is_empty() {
            return None;
        }
        let regex = build(&patterns.join("|"), "").ok()?;
        Some(Self { text: texts.join(" "), regex })
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
    /// for, never none at all. `from` must lie between two characters.
    pub(super) fn find(&self, text: &str, from: usize) -> Option<std::ops::Range<usize>> {
        let mut from = from;
        loop {
            let found = self.regex.find_at(text, from)?;
            if !found.is_empty() {
                return Some(found.range());
            }
            from = found.end() + text[found.end()..].chars().next()?.len_utf8();
        }
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

/// The pattern that finds `word`, which has no white space.
fn pattern(word: &str) -> String {
    regex::escape(word).replace('\'', "['‘’]").replace('"', "[\"“”]")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `query` finds first in `text`.
    fn found<'a>(query: &str, text: &'a str) -> Option<&'a str> {
        Query::new(query).unwrap().find(text, 0).map(|range| &text[range])
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
    fn a_straight_quote_finds_a_curly_one_and_not_the_other_way() {
        assert_eq!(found("don't", "I don’t"), Some("don’t"));
        assert_eq!(found("don't", "I don't"), Some("don't"));
        assert_eq!(found("\"so\"", "he said “so”"), Some("“so”"));
        assert_eq!(found("don’t", "I don't"), None);
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
}
