//! Which episodes may have what is looked for, the likeliest first.

use std::collections::{HashMap, HashSet};

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::episodes::{ROWS, episode};
use super::{Library, StoreError};
use crate::model::episode::Episode;
use crate::search::{Plan, Wanted};

/// Up to this many episodes are put in order of how much they are about the
/// words; of more, the newest come first.
const RANKED: usize = 3_000;

/// The episodes to look into.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// The likeliest first.
    pub episodes: Vec<Episode>,
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
        let plan = wanted.plan();
        let mut conditions = vec!["episode.transcript IS NOT NULL".to_owned()];
        let mut values: Vec<Value> = Vec::new();
        if let Some(expression) = all_of(&plan.grams) {
            values.push(expression.into());
            conditions.push(format!(
                "(NOT transcript.indexed OR episode.transcript IN
                    (SELECT rowid FROM grams WHERE grams MATCH ?{}))",
                values.len()
            ));
        }
        if !plan.starts.is_empty() {
            let starts: Vec<String> =
                plan.starts.iter().map(|start| format!("{}*", quoted(start))).collect();
            values.push(starts.join(" AND ").into());
            conditions.push(format!(
                "(NOT transcript.indexed OR episode.transcript IN
                    (SELECT rowid FROM words WHERE words MATCH ?{}))",
                values.len()
            ));
        }
        if let Some(numbers) = &wanted.episodes {
            values.extend([i64::from(*numbers.start()).into(), i64::from(*numbers.end()).into()]);
            let last = values.len();
            conditions.push(format!("episode.number BETWEEN ?{} AND ?{last}", last - 1));
        }
        if let Some(date) = wanted.after {
            values.push(i64::from(date).into());
            conditions.push(format!("episode.date >= ?{}", values.len()));
        }
        let query = format!(
            "{ROWS} WHERE {} ORDER BY episode.date DESC, episode.number DESC, episode.id",
            conditions.join(" AND ")
        );
        let mut statement = connection.prepare(&query)?;
        let rows = statement.query_map(params_from_iter(values), |row| {
            Ok((row.get::<_, Option<i64>>("file")?, episode(row)?))
        })?;
        let mut episodes: Vec<(Option<i64>, Episode)> = rows.collect::<Result<_, _>>()?;
        if let Some(show) = &wanted.show {
            episodes.retain(|(_, episode)| episode.show.to_lowercase().contains(show));
        }
        if episodes.len() <= RANKED {
            let ranks = ranks(connection, &plan)?;
            let rank = |file: &Option<i64>| {
                file.and_then(|file| ranks.get(&file)).copied().unwrap_or(usize::MAX)
            };
            episodes.sort_by_key(|(file, _)| rank(file));
        }
        Ok(Candidates { episodes: episodes.into_iter().map(|(_, episode)| episode).collect() })
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

fn quoted(term: &str) -> String {
    format!("\"{}\"", term.replace('"', "\"\""))
}

/// The word that `word` was meant to be; `None` if it is one itself, or there
/// is none that is nearly the same.
fn meant(connection: &Connection, word: &str) -> rusqlite::Result<Option<String>> {
    let letters: Vec<char> = word.chars().collect();
    let allowed = if letters.len() < 8 { 1 } else { 2 };
    let mut statement = connection.prepare("SELECT term, doc FROM vocabulary")?;
    let mut rows = statement.query([])?;
    let mut best: Option<(usize, i64, String)> = None;
    while let Some(row) = rows.next()? {
        let term = row.get_ref(0)?.as_str().unwrap_or_default();
        if term.len().abs_diff(word.len()) > 2 * allowed {
            continue;
        }
        let differ = distance(&letters, &term.chars().collect::<Vec<char>>());
        if differ == 0 {
            return Ok(None);
        }
        if differ <= allowed {
            let count: i64 = row.get(1)?;
            let found = (differ, -count, term.to_owned());
            if best.as_ref().is_none_or(|best| found < *best) {
                best = Some(found);
            }
        }
    }
    Ok(best.map(|(_, _, term)| term))
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
