//! All words there are, held in memory: a part of a word is found among a
//! hundred thousand in a tenth of a millisecond.

use memchr::memmem;
use rusqlite::Connection;

use super::whole;

/// What stands before the name of a speaker, which is a word like others.
pub(super) const SPEAKER: char = '\u{1}';

/// Every word, by its number.
#[derive(Clone, Debug, Default)]
pub(in crate::store::library) struct Vocabulary {
    /// By which tables these are the words.
    epoch: i64,
    /// Each after a line's end, and one at the end.
    text: String,
    /// Where each begins.
    starts: Vec<usize>,
}

/// Where in words something must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store::library) enum Within {
    /// It is the whole word.
    Whole,
    /// The word begins with it.
    Start,
    /// The word ends with it.
    End,
    /// Anywhere.
    Anywhere,
}

impl Vocabulary {
    /// Takes in the words that are new since, or all if the tables have been
    /// made anew.
    pub(in crate::store::library) fn update(
        &mut self,
        connection: &Connection,
    ) -> rusqlite::Result<()> {
        let epoch = connection.query_row("SELECT epoch FROM derived", [], |row| row.get(0))?;
        if self.epoch != epoch || self.text.is_empty() {
            *self = Self { epoch, text: "\n".to_owned(), starts: Vec::new() };
        }
        let mut statement =
            connection.prepare("SELECT word FROM term WHERE id >= ?1 ORDER BY id")?;
        let mut rows = statement.query([whole(self.len())])?;
        while let Some(row) = rows.next()? {
            self.push(row.get_ref(0)?.as_str().unwrap_or_default());
        }
        Ok(())
    }

    fn push(&mut self, word: &str) {
        self.starts.push(self.text.len());
        self.text.push_str(word);
        self.text.push('\n');
    }

    /// How many words there are: the number that the next one gets.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The words and speakers, in the order of their numbers.
    pub(super) fn every(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.get(1..).unwrap_or_default().split_terminator('\n').enumerate()
    }

    /// The words with their numbers.
    pub(in crate::store::library) fn all(&self) -> impl Iterator<Item = (usize, &str)> {
        self.every().filter(|(_, word)| !word.starts_with(SPEAKER))
    }

    /// The numbers of the words that have `part` in them, each with the word.
    pub(in crate::store::library) fn having<'a>(
        &'a self,
        part: &str,
        within: Within,
    ) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
        let (before, after) = match within {
            Within::Whole => ("\n", "\n"),
            Within::Start => ("\n", ""),
            Within::End => ("", "\n"),
            Within::Anywhere => ("", ""),
        };
        let needle = format!("{before}{part}{after}");
        self.found(&needle, before.len()).filter(|(_, word)| !word.starts_with(SPEAKER))
    }

    /// The numbers of the speakers whose names have `part` in them.
    pub(in crate::store::library) fn speakers(
        &self,
        part: &str,
    ) -> impl Iterator<Item = usize> + use<'_> {
        let found = self.found(part, 0).filter(|(_, word)| word.starts_with(SPEAKER));
        found.map(|(number, _)| number)
    }

    /// The words in which `needle` begins, after `skipped` bytes of it; each
    /// once.
    fn found<'a>(
        &'a self,
        needle: &str,
        skipped: usize,
    ) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
        let finder = memmem::Finder::new(needle).into_owned();
        let mut from = 0;
        std::iter::from_fn(move || {
            let rest = self.text.as_bytes().get(from..)?;
            let at = from + finder.find(rest)? + skipped;
            let number = self.starts.partition_point(|start| *start <= at).checked_sub(1)?;
            let start = self.starts[number];
            let next = self.starts.get(number + 1).copied().unwrap_or(self.text.len());
            from = next - 1;
            Some((number, self.text.get(start..next - 1)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_words_are_found_where_they_must_stand() {
        let mut vocabulary = Vocabulary { text: "\n".to_owned(), ..Vocabulary::default() };
        for word in ["art", "part", "parts", "artsy", "\u{1}art art", "an art"] {
            vocabulary.push(word);
        }
        for (part, within, expected) in [
            ("art", Within::Whole, vec![0]),
            ("art", Within::Start, vec![0, 3]),
            ("art", Within::End, vec![0, 1, 5]),
            ("art", Within::Anywhere, vec![0, 1, 2, 3, 5]),
            ("xx", Within::Anywhere, vec![]),
            ("t", Within::Anywhere, vec![0, 1, 2, 3, 5]),
        ] {
            let found: Vec<usize> = vocabulary.having(part, within).map(|(id, _)| id).collect();
            assert_eq!(found, expected, "{part} {within:?}");
        }
        assert_eq!(vocabulary.speakers("art").collect::<Vec<_>>(), [4]);
        assert_eq!(vocabulary.all().map(|(id, _)| id).collect::<Vec<_>>(), [0, 1, 2, 3, 5]);
        assert_eq!(Vocabulary::default().having("a", Within::Anywhere).count(), 0);
    }
}
