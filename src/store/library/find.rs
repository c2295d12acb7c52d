//! Which episodes may have what is looked for, the likeliest first.

use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::Connection;

use super::catalog::{Catalog, Entry};
use super::{Library, StoreError};
use crate::search::{Phrase, Plan, Wanted};

/// Up to this many episodes are put in order of how much they are about the
/// words; of more, the newest come first.
const RANKED: usize = 3_000;

/// Of more episodes than these it is asked whether they have a phrase: fewer are
/// as quickly read.
const PHRASED: usize = 20;

/// The episodes to look into, by their ids.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// The likeliest first.
    pub ids: Vec<i64>,
}

/// What the words that were typed may have been meant to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// What was typed, with words in it replaced.
    pub typed: String,
}

impl Library {
    /// The episodes that may have what is `wanted`: at least all that do.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn candidates(&self, wanted: &Wanted) -> Result<Candidates, StoreError> {
        self.find(wanted).map_err(|error| self.database.told(error))
    }

    fn find(&self, wanted: &Wanted) -> rusqlite::Result<Candidates> {
        let connection = &self.database.connection;
        let catalog = Catalog::current(&self.catalog, connection)?;
        let plan = wanted.plan();
        let mut having: Option<Files> = None;
        let mut ask = |table, expression: &str| -> rusqlite::Result<()> {
            let files = Files::having(connection, table, expression)?;
            having = Some(match having.take() {
                Some(other) => other.and(&files),
                None => files,
            });
            Ok(())
        };
        if let Some(expression) = all_of(&plan.grams) {
            ask("grams", &expression)?;
        }
        if !plan.starts.is_empty() {
            let starts: Vec<String> =
                plan.starts.iter().map(|start| format!("{}*", quoted(start))).collect();
            ask("words", &starts.join(" AND "))?;
        }
        if let Some(files) = &having
            && files.count > PHRASED
            && !plan.phrases.is_empty()
        {
            let phrases: Vec<String> = plan.phrases.iter().map(expression).collect();
            let with = Files::having(connection, "words", &phrases.join(" AND "))?;
            having = having.map(|files| files.and(&with));
        }
        let is_wanted = |entry: &&Entry| {
            (!entry.indexed || having.as_ref().is_none_or(|files| files.has(entry.file)))
                && wanted
                    .episodes
                    .as_ref()
                    .is_none_or(|numbers| entry.number.is_some_and(|it| numbers.contains(&it)))
                && wanted.after.is_none_or(|after| entry.date.is_some_and(|date| date >= after))
                && wanted.show.as_ref().is_none_or(|show| catalog.show(entry).contains(show))
        };
        let mut entries: Vec<&Entry> = catalog.entries.iter().filter(is_wanted).collect();
        if entries.len() <= RANKED {
            let ranks = ranks(connection, &plan)?;
            entries.sort_by_key(|entry| ranks.get(&entry.file).copied().unwrap_or(usize::MAX));
        }
        Ok(Candidates { ids: entries.into_iter().map(|entry| entry.episode).collect() })
    }

    /// What was `typed`, with the words that are in no episode replaced by the
    /// most frequent ones that differ by a letter (two, in long words); `None`
    /// if there are none. Goes through all words there are.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn corrected(
        &self,
        typed: &str,
        wanted: &Wanted,
    ) -> Result<Option<Correction>, StoreError> {
        let words: HashSet<String> =
            wanted.plain_words().map(str::to_lowercase).filter(|word| word.len() > 3).collect();
        let mut corrected = typed.to_owned();
        for word in words {
            let meant = meant(&self.database.connection, &word);
            if let Some(meant) = meant.map_err(|error| self.database.told(error))? {
                corrected = replaced(&corrected, &word, &meant);
            }
        }
        Ok((corrected != typed).then_some(Correction { typed: corrected }))
    }
}

/// Files by their ids.
struct Files {
    are: Vec<bool>,
    count: usize,
}

impl Files {
    /// Those for which the index `table` has what `expression` asks for.
    fn having(connection: &Connection, table: &str, expression: &str) -> rusqlite::Result<Self> {
        let query = format!("SELECT rowid FROM {table} WHERE {table} MATCH ?1");
        let mut statement = connection.prepare(&query)?;
        let mut rows = statement.query([expression])?;
        let mut files = Self { are: Vec::new(), count: 0 };
        while let Some(row) = rows.next()? {
            let id = usize::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
            if files.are.len() <= id {
                files.are.resize(id + 1, false);
            }
            files.are[id] = true;
            files.count += 1;
        }
        Ok(files)
    }

    fn has(&self, file: i64) -> bool {
        usize::try_from(file).is_ok_and(|file| self.are.get(file) == Some(&true))
    }

    /// Those that are in both.
    fn and(mut self, other: &Self) -> Self {
        self.are.truncate(other.are.len());
        for (own, other) in self.are.iter_mut().zip(&other.are) {
            *own &= other;
        }
        self.count = self.are.iter().filter(|own| **own).count();
        self
    }
}

/// Where in the order of likeliness each transcript stands.
fn ranks(connection: &Connection, plan: &Plan) -> rusqlite::Result<HashMap<i64, usize>> {
    let words: Vec<String> =
        plan.ranked.iter().map(|words| format!("{}*", quoted(&words.join(" ")))).collect();
    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let mut statement = connection
        .prepare("SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rank LIMIT 3000")?;
    let rows = statement.query_map([words.join(" AND ")], |row| row.get::<_, i64>(0))?;
    rows.enumerate().map(|(place, id)| id.map(|id| (id, place))).collect()
}

/// The expression that all of `terms` are there.
fn all_of(terms: &[String]) -> Option<String> {
    let quoted: Vec<String> = terms.iter().map(|term| quoted(term)).collect();
    (!quoted.is_empty()).then(|| quoted.join(" AND "))
}

/// The expression that the words of `phrase` stand one after the other.
fn expression(phrase: &Phrase) -> String {
    let words = quoted(&phrase.words.join(" "));
    if phrase.goes_on { format!("{words} *") } else { words }
}

fn quoted(term: &str) -> String {
    format!("\"{}\"", term.replace('"', "\"\""))
}

/// The word that `word` was meant to be; `None` if it is one itself, or there
/// is none that is nearly the same.
fn meant(connection: &Connection, word: &str) -> rusqlite::Result<Option<String>> {
    let letters: Vec<char> = word.chars().collect();
    let allowed = if letters.len() < 8 { 1 } else { 2 };
    let mut statement =
        connection.prepare("SELECT term, doc FROM vocabulary WHERE term >= ?1 AND term < ?2")?;
    let mut best: Option<(usize, i64, String)> = None;
    // Hardly anybody gets the first letter wrong; but it may be missing, or
    // stand after the second.
    let firsts: BTreeSet<char> = letters.iter().take(2).copied().collect();
    for first in firsts {
        let next = char::from_u32(u32::from(first) + 1).unwrap_or(char::MAX);
        nearest(
            &letters,
            allowed,
            statement.query([first.to_string(), next.to_string()])?,
            &mut best,
        )?;
    }
    Ok(best.filter(|(differ, ..)| *differ > 0).map(|(_, _, term)| term))
}

/// Puts in `best` the nearest of the terms in `rows`, if one is nearer to
/// `letters` or as near and in more episodes; none that differs by more letters
/// than are `allowed`.
fn nearest(
    letters: &[char],
    allowed: usize,
    mut rows: rusqlite::Rows<'_>,
    best: &mut Option<(usize, i64, String)>,
) -> rusqlite::Result<()> {
    while let Some(row) = rows.next()? {
        let term = row.get_ref(0)?.as_str().unwrap_or_default();
        if term.len().abs_diff(letters.len()) > 4 * allowed {
            continue;
        }
        let differ = distance(letters, &term.chars().collect::<Vec<char>>());
        if differ <= allowed {
            let count: i64 = row.get(1)?;
            let found = (differ, -count, term.to_owned());
            if best.as_ref().is_none_or(|best| found < *best) {
                *best = Some(found);
            }
        }
    }
    Ok(())
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
        let text = if text.to_lowercase() == word { meant } else { text };
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
