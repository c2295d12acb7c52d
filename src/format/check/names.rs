//! Speakers whose names are spelled in two ways.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Report;
use crate::format::document::Record;
use crate::format::problem::ProblemKind;
use crate::model::order;

/// How many names are compared with each other.
const MOST_NAMES: usize = 100;

/// Tells of each name that is nearly another one that comes more often, where
/// it first comes.
pub(super) fn spelled_twice(cues: &[Record<'_>], report: &mut Report<'_>) {
    let mut names: Vec<(&str, usize, u32)> = Vec::new(); // name, how often, first line
    let mut places: HashMap<&str, usize> = HashMap::new();
    for cue in cues {
        for name in cue.voices().filter(|name| !name.is_empty()) {
            if let Some(&place) = places.get(name) {
                names[place].1 += 1;
            } else if names.len() < MOST_NAMES {
                places.insert(name, names.len());
                names.push((name, 1, cue.line));
            }
        }
    }
    order::sort_by_key(&mut names, |&(_, count, line)| (Reverse(count), line));
    for (index, &(name, _, line)) in names.iter().enumerate() {
        let usual = names[..index].iter().find(|(usual, ..)| are_alike(usual, name));
        if let Some(&(usual, ..)) = usual {
            let (name, usual) = (name.to_owned(), usual.to_owned());
            report(line, 1, ProblemKind::SpeakerSpelling { name, usual });
        }
    }
}

/// Whether two different names are probably meant to be one: they differ in
/// case, blanks or punctuation only, or in a letter or two of a long name.
/// Names that differ in a number are different.
fn are_alike(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> Vec<char> {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(60).collect()
    };
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let (a, b) = (letters(one), letters(other));
    if digits(one) != digits(other) || a.is_empty() {
        return false;
    }
    let allowed = match a.len().min(b.len()) {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    };
    distance(&a, &b, allowed) <= allowed
}

/// How many letters must be put in, taken out, changed or swapped with their
/// neighbours to make `b` of `a`; more than `most` if it is more.
fn distance(a: &[char], b: &[char], most: usize) -> usize {
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let change = rows[i][j] + usize::from(x != y);
            let mut best = change.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_one_hand_could_have_meant_are_alike() {
        for (one, other) in [
            ("Michael Kennedy", "Micheal Kennedy"),
            ("MARK MANDEL", "Mark Mandel"),
            ("Ann-Lee", "Ann Lee"),
            ("Calvin", "Calvn"),
        ] {
            assert!(are_alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn names_of_two_people_are_not_alike() {
        for (one, other) in [
            ("Speaker 1", "Speaker 2"),
            ("SPEAKER_00", "SPEAKER_01"),
            ("Ann", "Dan"),
            ("Bob", "Rob"),
            ("Michael", "Michael Kennedy"),
        ] {
            assert!(!are_alike(one, other), "{one} {other}");
        }
    }
}
