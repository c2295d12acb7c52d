//! Names that a tool cut short inside a word.

use std::collections::{HashMap, HashSet};

use super::claims::fits_closely;
use crate::model::order::sort_by;
use crate::store::pair::forms::{count_of, part_at_start};
use crate::store::pair::groups::{Group, Recording};
use crate::store::pair::words::{BESIDE, COMMON, DENIALS};

/// Whether a word is said in some transcript: no name was cut in it then.
pub type IsWord<'a> = &'a dyn Fn(&str) -> bool;

/// How many bytes of a title are there at least where it was cut.
const CUT: usize = 16;

/// What makes another word of one (`cat`, `cats`).
const ENDINGS: &[&str] = &["s", "es", "en", "er", "ers", "ed", "ing", "ly"];

/// The titles by which names that were cut are found.
pub(super) struct Cut<'a> {
    groups: Titles,
    recordings: Titles,
    /// The words that more than one title has.
    shared: HashSet<String>,
    is_word: IsWord<'a>,
}

impl<'a> Cut<'a> {
    pub(super) fn new(
        recordings: &[Recording<'_>],
        groups: &[Group<'_>],
        is_word: IsWord<'a>,
    ) -> Self {
        let own = recordings.iter().map(|recording| recording.file.name.title()).enumerate();
        let own: Vec<(usize, String)> = own.collect();
        // A video may have a transcript beside that of the audio.
        let theirs = groups.iter().enumerate().filter(|(_, group)| !group.video);
        let theirs = theirs.map(|(place, group)| (place, group.best().name.title()));
        let theirs: Vec<(usize, String)> = theirs.collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (_, title) in own.iter().chain(&theirs) {
            for word in title.split(' ').collect::<HashSet<&str>>() {
                *counts.entry(word).or_default() += 1;
            }
        }
        let shared = counts.into_iter().filter(|(_, count)| *count > 1);
        let shared = shared.map(|(word, _)| word.to_owned()).collect();
        Self { groups: Titles::new(theirs), recordings: Titles::new(own), shared, is_word }
    }

    /// The group whose title is that of `recording`, but that one of the two was
    /// cut inside a word; none if another title begins so, the piece of the
    /// word is a word itself, or the lengths are known and not much alike.
    pub(super) fn whole(&self, recording: &Recording<'_>, groups: &[Group<'_>]) -> Option<usize> {
        let title = recording.file.name.title();
        let [group] = self.groups.of_one_start(&title)[..] else { return None };
        let other = groups[group].best().name.title();
        let piece = piece(&title, &other).or_else(|| piece(&other, &title))?;
        let (audio, last) = (recording.file.length, groups[group].length());
        let is_open = audio.is_none() || last.is_none();
        let is_only = || self.recordings.of_one_start(&other).len() == 1;
        ((is_open || fits_closely(audio, last))
            && is_only()
            && !self.shared.contains(piece)
            && !(self.is_word)(piece))
        .then_some(group)
    }
}

/// What is left of the last word of `cut`, if that is `whole` cut inside a word:
/// long enough, and without what tells two episodes apart in what is cut off.
fn piece<'a>(cut: &'a str, whole: &str) -> Option<&'a str> {
    let rest = whole.strip_prefix(cut).filter(|_| cut.len() >= CUT)?;
    let (before, piece) = cut.rsplit_once(' ')?;
    let (ending, behind) = rest.split_once(' ').unwrap_or((rest, ""));
    // Letters without case stand in scripts that have no spaces.
    let is_letters = |text: &str| !text.is_empty() && text.chars().all(char::is_lowercase);
    let behind: Vec<&str> = behind.split(' ').filter(|word| !word.is_empty()).collect();
    let tells_apart = |word: &&str| {
        let counts = word.contains(|c: char| c.is_ascii_digit()) || count_of(word).is_some();
        counts || BESIDE.contains(word) || DENIALS.contains(word)
    };
    let is_part = (0..behind.len()).any(|place| part_at_start(&behind[place..]).is_some());
    (is_letters(piece)
        && is_letters(ending)
        && piece.chars().nth(1).is_some()
        && !ENDINGS.contains(&ending)
        && before.split(' ').any(|word| !COMMON.contains(&word))
        && !is_part
        && !behind.iter().any(tells_apart))
    .then_some(piece)
}

/// Titles in their order, each with its place.
struct Titles(Vec<(String, usize)>);

impl Titles {
    /// Those of `all` that are long enough to be cut.
    fn new(all: Vec<(usize, String)>) -> Self {
        let long = all.into_iter().filter(|(_, title)| title.len() >= CUT);
        let mut titles: Vec<_> = long.map(|(place, title)| (title, place)).collect();
        sort_by(&mut titles, Ord::cmp);
        Self(titles)
    }

    /// The places of two of the titles that begin with `title`, or that it
    /// begins with; fewer if there are no two.
    fn of_one_start(&self, title: &str) -> Vec<usize> {
        let first = self.0.partition_point(|(other, _)| other.as_str() < title);
        let longer = self.0[first..].iter().take_while(|(other, _)| other.starts_with(title));
        let mut found: Vec<usize> = longer.take(2).map(|(_, place)| *place).collect();
        let mut end = first;
        while let Some((other, place)) = self.0[..end].last().filter(|_| found.len() < 2) {
            let shared = title.char_indices().zip(other.chars());
            let shared = shared.take_while(|((_, one), two)| one == two).last();
            let shared = shared.map_or(0, |((at, c), _)| at + c.len_utf8());
            if shared < CUT {
                break;
            }
            if shared == other.len() {
                found.push(*place);
                end -= 1;
            } else {
                let start = &title[..shared];
                end = self.0.partition_point(|(other, _)| other.as_str() <= start);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_word_is_found_where_nothing_else_was_cut_off() {
        for (cut, whole, expected) in [
            ("the history of pyth", "the history of python", Some("pyth")),
            ("the history of pyth", "the history of python and its friends", Some("pyth")),
            ("geschichte der eisenb", "geschichte der eisenbahn", Some("eisenb")),
            ("the history of", "the history of python", None),
            ("the history of p", "the history of python", None),
            ("history of pyth", "history of python", None),
            ("the history of cat", "the history of cats", None),
            ("what is in the fut", "what is in the future", None),
            ("the history of pyth", "the history of python part 2", None),
            ("the history of pyth", "the history of python ii", None),
            ("the history of pyth", "the history of python 2024", None),
            ("the history of pyth", "the history of python bonus", None),
            ("the history of pyth", "the history of python not java", None),
            ("the history of 20", "the history of 2024", None),
            ("the history of py", "the history of py3k", None),
            ("日本語の歴史 プログラ", "日本語の歴史 プログラミング", None),
            ("the history of python", "the history of python", None),
            ("the history of python", "the history of pyth", None),
        ] {
            assert_eq!(piece(cut, whole), expected, "{cut}, {whole}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_titles_of_one_start_are_those_that_are_found_by_looking_at_all(
            titles in proptest::collection::vec("[ab]{0,5}", 0..8),
            asked in "[ab]{0,5}",
        ) {
            let start = "é".repeat(CUT / 2);
            let long = |title: &String| format!("{start}{title}");
            let all = Titles::new(titles.iter().map(long).enumerate().collect());
            let asked = long(&asked);
            let one = |title: &&String| {
                let title = long(title);
                title.starts_with(&asked) || asked.starts_with(&title)
            };
            let expected = titles.iter().filter(one).count().min(2);
            let found = all.of_one_start(&asked);
            proptest::prop_assert_eq!(found.len(), expected);
            for place in found {
                proptest::prop_assert!(one(&&titles[place]));
            }
        }
    }
}
