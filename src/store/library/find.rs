//! Which episodes may have what is looked for, the likeliest first.

use std::cell::Cell;

use super::catalog::{Catalog, Entry, count};
use super::index::{self, Gram, Index, Term, Vocabulary, Within};
use super::{Library, StoreError};
use crate::model::order::sort_by_key;
use crate::search::{Need, Run, Wanted};

/// A part of a word that is in more words than these is in nearly every
/// transcript: it is not asked where all of them are.
const WORDS: usize = 256;

/// As many rows of words are looked for in place of one that begins or ends with
/// a part of a word.
const ROWS: usize = 16;

/// How much a word counts for that only begins with what is looked for, and one
/// that has it somewhere.
const BEGUN: f32 = 0.5;
const WITHIN: f32 = 0.125;

/// The episodes to look into, by their ids.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// The likeliest first.
    pub ids: Vec<i64>,
    /// Whether these are all.
    pub is_whole: bool,
}

impl Library {
    /// The episodes that may have what is `wanted`: at least all that do. Those
    /// that are most about the words come first, the newest of those that are
    /// so alike. 5 ms for 56,000 episodes; at once, and any, when they are not
    /// wanted any more.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn candidates(
        &self,
        wanted: &Wanted,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Candidates, StoreError> {
        self.likeliest(wanted, is_wanted, &|| true)
    }

    /// [`Library::candidates`], but once there is no more time for them only some:
    /// words as they were typed are looked up first, in one segment of the index
    /// after the other. Where the file is not in memory, one of them is some
    /// milliseconds, and thousands of places take a second.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn likeliest(
        &self,
        wanted: &Wanted,
        is_wanted: &dyn Fn() -> bool,
        has_time: &dyn Fn() -> bool,
    ) -> Result<Candidates, StoreError> {
        self.find(wanted, is_wanted, has_time).map_err(|error| self.database.told(error))
    }

    /// Reads what every search needs, so that the first one need not.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn warm(&self) -> Result<(), StoreError> {
        let connection = &self.database.connection;
        let read = || -> rusqlite::Result<()> {
            Catalog::current(&self.catalog, connection)?;
            self.vocabulary.borrow_mut().update(connection)
        };
        read().map_err(|error| self.database.told(error))
    }

    /// Reads a piece of the index, of a megabyte, from `next` on, which is then
    /// behind it; whether that was the last. The system keeps it in memory as
    /// long as it has room, and a search need not wait for the disk.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn read_ahead(&self, next: &mut i64) -> Result<bool, StoreError> {
        let read = index::read_on(&self.database.connection, next, 1 << 20);
        read.map_err(|error| self.database.told(error))
    }

    fn find(
        &self,
        wanted: &Wanted,
        is_still_wanted: &dyn Fn() -> bool,
        has_time: &dyn Fn() -> bool,
    ) -> rusqlite::Result<Candidates> {
        // All that is read is of one moment, and the file is locked once.
        let connection = &*self.database.connection.unchecked_transaction()?;
        let catalog = Catalog::current(&self.catalog, connection)?;
        let mut vocabulary = self.vocabulary.borrow_mut();
        vocabulary.update(connection)?;
        let plan = wanted.plan();
        let mut search = Search {
            index: Index::open(connection)?,
            vocabulary: &vocabulary,
            lengths: &catalog.lengths,
            scores: vec![0.0; catalog.lengths.len()],
            is_wanted: is_still_wanted,
            has_time,
            is_whole: Cell::new(true),
        };
        let mut having = search.all(&plan.needs)?;
        if let Some(speaker) = &plan.speaker {
            having = both(having, search.speaker(speaker)?);
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
        if !is_still_wanted() {
            return Ok(Candidates::default());
        }
        // The score, which is never negative, turned round, and then the place:
        // the newest first where they are alike. In one number it is sorted sooner.
        let mut ranked: Vec<u64> = catalog
            .entries
            .iter()
            .zip(0_u32..)
            .filter(|(entry, _)| is_wanted(entry))
            .map(|(entry, place)| {
                u64::from(!search.score(entry.file).to_bits()) << 32 | u64::from(place)
            })
            .collect();
        ranked.sort_unstable();
        let entry = |ranked: &u64| {
            let place = usize::try_from(ranked & 0xffff_ffff).ok()?;
            catalog.entries.get(place)
        };
        let ids = ranked.iter().filter_map(entry).map(|it| it.episode).collect();
        Ok(Candidates { ids, is_whole: search.is_whole.get() })
    }
}

/// A search while the index is asked.
struct Search<'a> {
    index: Index<'a>,
    vocabulary: &'a Vocabulary,
    /// By file: how long it is beside the average.
    lengths: &'a [f32],
    /// By file: how much it is about the words.
    scores: Vec<f32>,
    /// Whether anybody waits for it; if not, anything is right.
    is_wanted: &'a dyn Fn() -> bool,
    /// Whether there is time to look up more.
    has_time: &'a dyn Fn() -> bool,
    /// Whether there always was.
    is_whole: Cell<bool>,
}

/// The files that are in both; `None` if nothing is known of that.
fn both(one: Option<Files>, other: Option<Files>) -> Option<Files> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.and(&other)),
        (one, other) => one.or(other),
    }
}

impl<'a> Search<'a> {
    /// Whether there is time to look up more; notes if there is none.
    fn goes_on(&self) -> bool {
        let has_time = (self.has_time)();
        self.is_whole.set(self.is_whole.get() && has_time);
        has_time && (self.is_wanted)()
    }

    /// The files that have all of `needs`, and perhaps others; `None` if nothing
    /// is known of that.
    fn all(&mut self, needs: &[Need]) -> rusqlite::Result<Option<Files>> {
        let mut having = None;
        for need in needs {
            let files = match need {
                Need::Run(run) => self.run(run)?,
                Need::Any(ways) => self.any(ways)?,
            };
            having = both(having, files);
        }
        Ok(having)
    }

    /// The files that have all of one of `ways`, likewise.
    fn any(&mut self, ways: &[Vec<Need>]) -> rusqlite::Result<Option<Files>> {
        let mut having = Some(self.none());
        for needs in ways {
            let files = self.all(needs)?;
            having = having.zip(files).map(|(one, other)| one.or(&other));
        }
        Ok(having)
    }

    /// The files that have `run`, and perhaps others; `None` if nothing is known
    /// of that.
    fn run(&mut self, run: &Run) -> rusqlite::Result<Option<Files>> {
        let mut having: Option<Files> = None;
        // What each word may be; none if that is too much.
        let mut forms: Vec<Vec<&'a str>> = Vec::new();
        for (place, word) in run.words.iter().enumerate() {
            if place > 0 && !self.goes_on() {
                break;
            }
            let is_first = place == 0 && run.is_end;
            let is_last = place + 1 == run.words.len() && run.is_start;
            let within = match (is_first, is_last) {
                (false, false) => Within::Whole,
                (false, true) => Within::Start,
                (true, false) => Within::End,
                (true, true) => Within::Anywhere,
            };
            let mut words: Vec<(usize, &str)> =
                self.vocabulary.having(word, within).take(WORDS + 1).collect();
            let is_few = words.len() <= WORDS;
            if !is_few {
                // Only where the word itself stands is worth to be known.
                words = self.vocabulary.having(word, Within::Whole).collect();
            }
            // As it was typed, then what begins so.
            sort_by_key(&mut words, |(_, it)| (it.len() != word.len(), !it.starts_with(&**word)));
            let typed = usize::from(words.first().is_some_and(|(_, it)| it == word));
            let mut files = self.none();
            self.add(&mut files, word, &words[..typed])?;
            // Nor is it where a word may stand that is nearly everywhere by itself.
            let is_known = is_few && (run.words.len() == 1 || files.count() * 2 < self.index.docs);
            if is_known {
                self.add(&mut files, word, &words[typed..])?;
            }
            self.rank(&files);
            if is_known {
                having = both(having, Some(files));
                forms.push(words.into_iter().map(|(_, word)| word).collect());
            } else {
                forms.push(Vec::new());
            }
            for first in (place + 1).saturating_sub(Gram::LONGEST)..place {
                if !self.goes_on() {
                    break;
                }
                // Words that go on are found, but are likely to end as they do.
                let likely: Vec<&str> = run.words[first..=place].iter().map(|it| &**it).collect();
                let Some(files) = self.row(&likely)? else { continue };
                self.rank_row(&files);
                let rows = rows(&forms[first..=place]);
                let files = if rows == [likely] { Some(files) } else { self.rows(&rows)? };
                having = both(having, files);
            }
        }
        Ok(having)
    }

    /// Adds to `files` those in which any of `words` is, each of which has `part`
    /// in it.
    fn add(&self, files: &mut Files, part: &str, words: &[(usize, &str)]) -> rusqlite::Result<()> {
        for (number, word) in words {
            if *word != part && !self.goes_on() {
                break;
            }
            let weight = match word.strip_prefix(part) {
                Some("") => 1.0,
                Some(_) => BEGUN,
                None => WITHIN,
            };
            self.index.files(
                Term::Word(*number),
                || self.goes_on(),
                |file, count| {
                    // At most 255.
                    files.add(file, weight * f32::from(u8::try_from(count).unwrap_or(u8::MAX)));
                },
            )?;
        }
        Ok(())
    }

    /// The files that have these words in a row, and some others; `None` if
    /// nothing is known of that.
    fn row(&self, words: &[&str]) -> rusqlite::Result<Option<Files>> {
        let Some(gram) = Gram::of(words) else { return Ok(None) };
        let mut files = self.none();
        self.index.files(Term::Gram(gram), || self.goes_on(), |file, _| files.add(file, 1.0))?;
        Ok(Some(files))
    }

    /// The files that have one of `rows`, likewise.
    fn rows(&self, rows: &[Vec<&str>]) -> rusqlite::Result<Option<Files>> {
        let mut all = (!rows.is_empty()).then(|| self.none());
        for row in rows {
            let files = self.row(row)?;
            all = all.zip(files).map(|(all, files)| all.or(&files));
        }
        Ok(all)
    }

    fn none(&self) -> Files {
        Files { weights: vec![0.0; self.lengths.len()] }
    }

    /// Has `files` count for the order: the more the fewer they are (Okapi BM25
    /// with k = 1.2, b = 0.75).
    fn rank(&mut self, files: &Files) {
        let rarity = self.rarity(files);
        for ((score, often), length) in self.scores.iter_mut().zip(&files.weights).zip(self.lengths)
        {
            *score += rarity * often / (often + 1.2 * (0.25 + 0.75 * length));
        }
    }

    /// Has `files` count for what is in them in a row, however long they are: one
    /// that has all rows of a phrase comes before one that has some.
    fn rank_row(&mut self, files: &Files) {
        let rarity = self.rarity(files);
        for (score, has) in self.scores.iter_mut().zip(&files.weights) {
            *score += if *has > 0.0 { rarity } else { 0.0 };
        }
    }

    /// The more the fewer they are.
    fn rarity(&self, files: &Files) -> f32 {
        let (all, with) = (count(self.index.docs), count(files.count()));
        (1.0 + ((all - with).max(0.0) + 0.5) / (with + 0.5)).ln()
    }

    fn score(&self, file: i64) -> f32 {
        let place = usize::try_from(file).ok();
        place.and_then(|place| self.scores.get(place).copied()).unwrap_or_default()
    }

    /// The files in which a speaker has `name` in theirs; `None` if nearly all
    /// do.
    fn speaker(&self, name: &str) -> rusqlite::Result<Option<Files>> {
        let speakers: Vec<usize> = self.vocabulary.speakers(name).take(WORDS + 1).collect();
        if speakers.len() > WORDS {
            return Ok(None);
        }
        let mut files = self.none();
        for number in speakers {
            if !self.goes_on() {
                break;
            }
            self.index.files(
                Term::Word(number),
                || self.goes_on(),
                |file, _| files.add(file, 1.0),
            )?;
        }
        Ok(Some(files))
    }
}

/// The rows of words that have one of each of `forms`, in order; none if they are
/// too many.
fn rows<'a>(forms: &[Vec<&'a str>]) -> Vec<Vec<&'a str>> {
    if forms.iter().map(Vec::len).product::<usize>() > ROWS {
        return Vec::new();
    }
    forms.iter().fold(vec![Vec::new()], |rows, forms| {
        let longer = |row: &Vec<&'a str>, form: &&'a str| [&row[..], &[*form]].concat();
        rows.iter().flat_map(|row| forms.iter().map(move |form| longer(row, form))).collect()
    })
}

/// Files by their numbers, and how much of something is in each.
#[derive(Clone, Debug)]
struct Files {
    weights: Vec<f32>,
}

impl Files {
    /// One that is not known yet is passed over.
    fn add(&mut self, file: u32, weight: f32) {
        if let Some(own) = self.weights.get_mut(file as usize) {
            *own += weight;
        }
    }

    fn has(&self, file: i64) -> bool {
        let place = usize::try_from(file).ok();
        place.and_then(|place| self.weights.get(place)).is_some_and(|weight| *weight > 0.0)
    }

    fn count(&self) -> usize {
        self.weights.iter().filter(|weight| **weight > 0.0).count()
    }

    /// Those that are in either.
    fn or(mut self, other: &Self) -> Self {
        for (own, other) in self.weights.iter_mut().zip(&other.weights) {
            *own += *other;
        }
        self
    }

    /// Those that are in both.
    fn and(mut self, other: &Self) -> Self {
        for (own, other) in self.weights.iter_mut().zip(&other.weights) {
            *own = own.min(*other);
        }
        self
    }
}
