//! The text of a transcript beside the same text in another file.

use super::Report;
use crate::format::document::Record;
use crate::format::problem::ProblemKind;

/// How many differences are told; more mean that the texts have little in
/// common.
const MOST: usize = 50;

/// How many words away the texts may go on together after a difference.
const FAR: usize = 40;

/// How many words must be equal to be sure of it.
const SURE: usize = 3;

/// A word of a text: what it says, and the line of the cue in which it stands.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    line: u32,
}

/// Tells where the words of `cues` differ from those of `others`, which stand
/// in the file `name`. Case, punctuation and where lines end do not matter.
pub(super) fn texts(
    cues: &[Record<'_>],
    name: &str,
    others: &[Record<'_>],
    report: &mut Report<'_>,
) {
    let (own, other) = (words(cues), words(others));
    let (mut i, mut j) = (0, 0);
    let mut told = 0;
    while i < own.len() || j < other.len() {
        if let (Some(a), Some(b)) = (own.get(i), other.get(j))
            && a.text == b.text
        {
            i += 1;
            j += 1;
            continue;
        }
        let (to_i, to_j) = meet(&own[i..], &other[j..]);
        let line = own.get(i).or(own.last()).map_or(1, |word| word.line);
        let here = said(&own[i..i + to_i]);
        let there = said(&other[j..j + to_j]);
        report(line, 1, ProblemKind::TextDiffers { here, there, file: name.to_owned() });
        told += 1;
        if told == MOST {
            return;
        }
        i += to_i;
        j += to_j;
    }
}

/// How many words of each text to pass over until they are equal again: the
/// fewest, or all where they never are.
fn meet(own: &[Word], other: &[Word]) -> (usize, usize) {
    for sum in 1..=2 * FAR {
        for a in sum.saturating_sub(FAR)..=sum.min(FAR) {
            let b = sum - a;
            let (Some(x), Some(y)) = (own.get(a..), other.get(b..)) else { continue };
            let equal = x.iter().zip(y).take(SURE).filter(|(x, y)| x.text == y.text).count();
            if equal == SURE
                || equal > 0 && equal == x.len() && x.len() == y.len()
                || x.is_empty() && y.is_empty()
            {
                return (a, b);
            }
        }
    }
    (own.len().min(FAR), other.len().min(FAR))
}

fn words(cues: &[Record<'_>]) -> Vec<Word> {
    let mut words = Vec::new();
    for cue in cues {
        let all = cue.text.split(|c: char| !c.is_alphanumeric() && c != '\'');
        words.extend(
            all.filter(|word| !word.is_empty())
                .map(|word| Word { text: word.to_lowercase(), line: cue.line }),
        );
    }
    words
}

/// The first of `words` in quotes, or that there are none.
fn said(words: &[Word]) -> String {
    const MOST_WORDS: usize = 6;
    let texts: Vec<&str> = words.iter().take(MOST_WORDS).map(|word| word.text.as_str()).collect();
    let more = if words.len() > MOST_WORDS { " …" } else { "" };
    if texts.is_empty() { "nothing".to_owned() } else { format!("\"{}{more}\"", texts.join(" ")) }
}
