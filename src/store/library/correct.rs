//! What a misspelt word was meant to be.

use std::collections::HashSet;

use super::index::{Index, Term, Vocabulary};
use super::{Library, StoreError};
use crate::search::{Wanted, folded};

/// What the words that were typed may have been meant to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// What was typed, with words in it replaced.
    pub typed: String,
}

impl Library {
    /// What was `typed`, with the words that are in no episode replaced by the
    /// most frequent ones that differ by a letter (two, in long words); `None`
    /// if there are none, and once it is not wanted any more. Goes through all
    /// words there are.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn corrected(
        &self,
        typed: &str,
        wanted: &Wanted,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Option<Correction>, StoreError> {
        self.meant(typed, wanted, is_wanted).map_err(|error| self.database.told(error))
    }

    fn meant(
        &self,
        typed: &str,
        wanted: &Wanted,
        is_wanted: &dyn Fn() -> bool,
    ) -> rusqlite::Result<Option<Correction>> {
        let words: HashSet<String> = wanted
            .plain_words()
            .map(|word| folded(word).into_owned())
            .filter(|word| word.len() > 3)
            .collect();
        let index = Index::open(&self.database.connection)?;
        let mut vocabulary = self.vocabulary.borrow_mut();
        vocabulary.update(&self.database.connection)?;
        let mut corrected = typed.to_owned();
        for word in words {
            if let Some(meant) = meant(&index, &vocabulary, &word, is_wanted)? {
                corrected = replaced(&corrected, &word, meant);
            }
        }
        Ok((corrected != typed).then_some(Correction { typed: corrected }))
    }
}

/// The word that `word` was meant to be; `None` if it is one itself, or there
/// is none that is nearly the same.
fn meant<'a>(
    index: &Index<'_>,
    vocabulary: &'a Vocabulary,
    word: &str,
    is_wanted: &dyn Fn() -> bool,
) -> rusqlite::Result<Option<&'a str>> {
    let letters: Vec<char> = word.chars().collect();
    let allowed = if letters.len() < 8 { 1 } else { 2 };
    // Hardly anybody gets the first letter wrong; but it may be missing, or
    // stand after the second.
    let firsts = letters.get(..2).unwrap_or(&letters);
    let mut best: Option<(usize, usize, &str)> = None;
    for (number, term) in vocabulary.all() {
        let is_near = term.starts_with(firsts)
            && term.len().abs_diff(word.len()) <= 4 * allowed
            && term.chars().count().abs_diff(letters.len()) <= allowed;
        if !is_near {
            continue;
        }
        if !is_wanted() {
            return Ok(None);
        }
        let differ = distance(&letters, &term.chars().collect::<Vec<char>>());
        let least = best.map_or(allowed, |(differ, ..)| differ);
        if differ > least {
            continue;
        }
        let mut count = 0;
        index.files(Term::Word(number), is_wanted, |_, _| count += 1)?;
        let is_better = best.is_none_or(|(least, most, _)| differ < least || count > most);
        if count > 0 && is_better {
            best = Some((differ, count, term));
        }
    }
    Ok(best.filter(|(differ, ..)| *differ > 0).map(|(.., term)| term))
}

/// How many letters must be put in, left out, changed or exchanged with the
/// next to make one word of the other.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let changed = last[column] + usize::from(letter != against);
            let mut fewest = changed.min(last[column + 1] + 1).min(line[column] + 1);
            let swapped =
                row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *against;
            if swapped {
                let before: &Vec<usize> = &before;
                fewest = fewest.min(before[column - 1] + 1);
            }
            line.push(fewest);
        }
        before = std::mem::replace(&mut last, line);
    }
    last.last().copied().unwrap_or_default()
}

/// `typed` with `word`, whatever its case, replaced.
fn replaced(typed: &str, word: &str, meant: &str) -> String {
    let words = typed.split_inclusive(|c: char| !c.is_alphabetic()).map(|part| {
        let end = part.trim_end_matches(|c: char| !c.is_alphabetic()).len();
        let (text, rest) = part.split_at(end);
        let text = if folded(text) == word { meant } else { text };
        format!("{text}{rest}")
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters_left_out_put_in_changed_and_exchanged() {
        let distance = |one: &str, other: &str| {
            let letters = |word: &str| word.chars().collect::<Vec<char>>();
            distance(&letters(one), &letters(other))
        };
        for (one, other, expected) in [
            ("", "", 0),
            ("", "ab", 2),
            ("asyncio", "asyncio", 0),
            ("asyncoi", "asyncio", 1),
            ("asynco", "asyncio", 1),
            ("kubernetis", "kubernetes", 1),
            ("pandas", "panda", 1),
            ("abc", "xyz", 3),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn a_word_is_replaced_where_it_stands_alone() {
        assert_eq!(
            replaced("Asyncoi \"in asyncoi\"", "asyncoi", "asyncio"),
            "asyncio \"in asyncio\""
        );
        assert_eq!(replaced("show:ab abc", "abc", "x"), "show:ab x");
    }
}
