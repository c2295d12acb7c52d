//! In which transcripts which words are: which ones to read when something is
//! looked for.
//!
//! Some hundred transcripts at a time make a segment; segments of like size are
//! made one (`merge`). A segment has, for each word, the transcripts in which it
//! is and how often, and the same for two to four words that stand one after the
//! other, of which only a hash is known (`gram`). Transcripts that are not there any more
//! stay in it until it is made one with others: whoever asks knows which files
//! there are.

mod gram;
mod merge;
mod postings;
mod vocabulary;

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Connection, Statement, Transaction, params};
use unicode_normalization::is_nfc;

pub(super) use self::gram::Gram;
use self::gram::{GRAMS, Grams};
use self::postings::Postings;
use self::vocabulary::SPEAKER;
pub(super) use self::vocabulary::{Vocabulary, Within};
use crate::model::Transcript;
use crate::search::{folded, words};

/// The tables.
pub(super) const TABLES: &str = "
    -- Every word, folded; the name of a speaker begins with U+0001.
    CREATE TABLE term (id INTEGER PRIMARY KEY, word TEXT NOT NULL);
    -- How many transcripts each segment had when it was made.
    CREATE TABLE segment (id INTEGER PRIMARY KEY, docs INTEGER NOT NULL);
    -- By segment and term: the files in which it is (index/postings.rs).
    CREATE TABLE posting (id INTEGER PRIMARY KEY, docs BLOB NOT NULL);
";

/// How many transcripts make a segment.
const SEGMENT: usize = 1_024;

/// What is looked up: a word by its number, or words in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Term {
    Word(usize),
    Gram(Gram),
}

impl Term {
    /// The number of its row in a segment.
    fn row(self, segment: i64) -> i64 {
        let number = match self {
            Self::Gram(gram) => gram.number(),
            Self::Word(number) => GRAMS + number,
        };
        segment << 32 | whole(number)
    }
}

/// What a transcript has in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// Each word, and how often.
    words: Vec<(String, u32)>,
    /// Those that stand in a row.
    grams: Vec<Gram>,
}

impl Words {
    /// Those of `transcript`; half a millisecond for an hour. Where marks are
    /// written as characters of their own, the words are there with them and as
    /// a pattern finds them, without.
    pub(super) fn of(transcript: &Transcript) -> Self {
        let text = folded(transcript.text());
        let mut counts: HashMap<&str, u32> = HashMap::new();
        let mut grams = Grams::default();
        for word in words(&text) {
            *counts.entry(word).or_default() += 1;
            grams.push(word);
        }
        let apart = (!is_nfc(transcript.text()))
            .then(|| words(transcript.text()).map(folded).collect::<Vec<_>>().join(" "));
        for word in words(apart.as_deref().unwrap_or_default()) {
            counts.entry(word).or_insert(1);
            grams.push(word);
        }
        let speakers = transcript.speakers().iter().map(|name| {
            // A line's end would end the word.
            (format!("{SPEAKER}{}", folded(name).replace('\n', " ")), 1)
        });
        let words = counts.into_iter().map(|(word, count)| (word.to_owned(), count));
        Self { words: words.chain(speakers).collect(), grams: grams.all() }
    }
}

/// Gathers what transcripts have in them until it is enough for a segment.
#[derive(Debug)]
pub(super) struct Indexer {
    vocabulary: Vocabulary,
    numbers: HashMap<String, usize>,
    /// The files, in order.
    files: Vec<i64>,
    words: HashMap<usize, Postings>,
    grams: Vec<Postings>,
}

impl Indexer {
    pub(super) fn new() -> Self {
        Self {
            vocabulary: Vocabulary::default(),
            numbers: HashMap::new(),
            files: Vec::new(),
            words: HashMap::new(),
            grams: vec![Postings::default(); GRAMS],
        }
    }

    /// Takes in the words of the transcript in the file `id`. It is in the index
    /// when the segment is written, which is done when it is large enough.
    pub(super) fn add(
        &mut self,
        transaction: &Transaction<'_>,
        id: i64,
        words: &Words,
    ) -> rusqlite::Result<()> {
        if self.files.len() >= SEGMENT || self.files.last().is_some_and(|last| *last >= id) {
            self.write(transaction)?;
        }
        let Ok(file) = u32::try_from(id) else { return Ok(()) };
        self.number(transaction, words)?;
        for (word, count) in &words.words {
            if let Some(number) = self.numbers.get(word) {
                self.words.entry(*number).or_default().push(file, *count);
            }
        }
        for gram in &words.grams {
            self.grams[gram.number()].push(file, 1);
        }
        self.files.push(id);
        Ok(())
    }

    /// Gives a number to each word that has none.
    fn number(&mut self, transaction: &Transaction<'_>, words: &Words) -> rusqlite::Result<()> {
        let is_new = |(word, _): &&(String, u32)| !self.numbers.contains_key(word);
        let new: Vec<&str> = words.words.iter().filter(is_new).map(|(word, _)| &**word).collect();
        if new.is_empty() {
            return Ok(());
        }
        // Those that another sayagain has given meanwhile.
        let known = self.vocabulary.len();
        self.vocabulary.update(transaction)?;
        if self.vocabulary.len() < known {
            self.numbers.clear();
        }
        let mut insert = transaction.prepare("INSERT INTO term VALUES (?1, ?2)")?;
        for (number, word) in self.vocabulary.every().skip(self.numbers.len()) {
            self.numbers.insert(word.to_owned(), number);
        }
        for word in new {
            let next = self.numbers.len();
            if !self.numbers.contains_key(word) {
                insert.execute(params![whole(next), word])?;
                self.numbers.insert(word.to_owned(), next);
            }
        }
        Ok(())
    }

    /// Writes a segment of what was gathered.
    pub(super) fn write(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        if self.files.is_empty() {
            return Ok(());
        }
        let files = std::mem::take(&mut self.files);
        let segment = next_segment(transaction, files.len())?;
        let mut insert = transaction.prepare("INSERT INTO posting VALUES (?1, ?2)")?;
        for (gram, postings) in Gram::every().zip(&mut self.grams) {
            let postings = std::mem::take(postings);
            if !postings.is_empty() {
                insert.execute(params![Term::Gram(gram).row(segment), postings.bytes()])?;
            }
        }
        let mut words: Vec<(usize, Postings)> = self.words.drain().collect();
        words.sort_unstable_by_key(|(number, _)| *number);
        for (number, postings) in words {
            insert.execute(params![Term::Word(number).row(segment), postings.bytes()])?;
        }
        let mut done = transaction.prepare("UPDATE file SET indexed = 1 WHERE id = ?1")?;
        for id in files {
            done.execute([id])?;
        }
        Ok(())
    }
}

/// A number as `SQLite` has it.
fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Makes a segment for so many transcripts.
fn next_segment(connection: &Connection, docs: usize) -> rusqlite::Result<i64> {
    connection.execute("INSERT INTO segment (docs) VALUES (?1)", [whole(docs)])?;
    Ok(connection.last_insert_rowid())
}

/// Makes segments of like size one, until there are few; another sayagain waits
/// at most for eight thousand transcripts.
pub(super) fn tidy(connection: &mut Connection) -> rusqlite::Result<()> {
    while merge::once(connection)? {}
    Ok(())
}

/// The index as it is asked.
pub(super) struct Index<'a> {
    postings: RefCell<Statement<'a>>,
    segments: Vec<i64>,
    /// How many transcripts are in it.
    pub(super) docs: usize,
}

impl<'a> Index<'a> {
    pub(super) fn open(connection: &'a Connection) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare("SELECT id, docs FROM segment")?;
        let mut rows = statement.query([])?;
        let (mut segments, mut docs) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            segments.push(row.get(0)?);
            docs += usize::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
        }
        let postings = connection.prepare("SELECT docs FROM posting WHERE id = ?1")?;
        Ok(Self { postings: RefCell::new(postings), segments, docs })
    }

    /// Tells `each` the files in which `term` is, and how often: those of the first
    /// segment, and of each after it while it `goes_on`. Where the file is not in
    /// memory, the disk is read at several places for each.
    pub(super) fn files(
        &self,
        term: Term,
        goes_on: impl Fn() -> bool,
        mut each: impl FnMut(u32, u32),
    ) -> rusqlite::Result<()> {
        let mut postings = self.postings.borrow_mut();
        for (place, segment) in self.segments.iter().enumerate() {
            if place > 0 && !goes_on() {
                break;
            }
            let mut rows = postings.query([term.row(*segment)])?;
            if let Some(row) = rows.next()? {
                let bytes = row.get_ref(0)?.as_blob().unwrap_or_default();
                postings::read(bytes).for_each(|(file, count)| each(file, count));
            }
        }
        Ok(())
    }
}

/// Reads in which transcripts the words are whose rows come from `next` on, until
/// `enough` bytes were read, and takes `next` behind them; whether that is all.
/// What stands in a row is five times as much, and not read.
pub(super) fn read_on(
    connection: &Connection,
    next: &mut i64,
    enough: usize,
) -> rusqlite::Result<bool> {
    let mut read = 0;
    let mut rows = connection
        .prepare("SELECT id, docs FROM posting WHERE id >= ?1 AND id < ?2 ORDER BY id")?;
    for segment in Index::open(connection)?.segments {
        let end = (segment + 1) << 32;
        *next = (*next).max(Term::Word(0).row(segment));
        let mut rows = rows.query([*next, end])?;
        while let Some(row) = rows.next()? {
            if read >= enough {
                return Ok(false);
            }
            read += row.get_ref(1)?.as_blob().map_or(0, <[u8]>::len);
            *next = row.get::<_, i64>(0)? + 1;
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;
    use crate::store::EpisodeKey;
    use crate::store::library::schema;

    const SAID: &str = "WEBVTT

00:01.000 --> 00:02.000
<v Zoë Ann>It's the naïve profiler of 3.11, and it is the one that I know

00:02.000 --> 00:03.000
a b a; so you can say that again: 日本語 x86_64 in Zu\u{308}rich
";

    /// What a transcript comes to in the tables.
    fn rows() -> Vec<String> {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::make(&mut connection).unwrap();
        let transcript = format::read(SAID.as_bytes(), "").unwrap().transcript;
        let transaction = connection.transaction().unwrap();
        let mut indexer = Indexer::new();
        indexer.add(&transaction, 3, &Words::of(&transcript)).unwrap();
        indexer.write(&transaction).unwrap();
        // The order in which words get their numbers is any.
        let query = "SELECT coalesce(word, 'row ' || (posting.id - (1 << 32))) || ' ' || hex(docs)
             FROM posting LEFT JOIN term ON posting.id = (1 << 32) + ?1 + term.id
             ORDER BY 1";
        let mut rows = transaction.prepare(query).unwrap();
        let rows = rows.query_map([whole(GRAMS)], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn what_is_in_the_index_is_that_of_its_version() {
        let rows = rows().join("\n");
        let told = "an index made before finds nothing, or wrong things, in silence: \
                    raise schema::VERSION, then change this";
        let digest = EpisodeKey::of_bytes(rows.as_bytes()).to_string();
        assert_eq!(
            (schema::VERSION, &*digest),
            (12, "9ae5892b82514258ac2ea6a77524165c"),
            "{told}\n{rows}"
        );
    }

    /// Two segments of a transcript each, of which one is also in the first.
    fn two_segments() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::make(&mut connection).unwrap();
        let transaction = connection.transaction().unwrap();
        let mut indexer = Indexer::new();
        for (id, said) in [(3, SAID), (4, "tea"), (5, SAID)] {
            let transcript = format::read(said.as_bytes(), "a.txt").unwrap().transcript;
            indexer.add(&transaction, id, &Words::of(&transcript)).unwrap();
            if id > 3 {
                indexer.write(&transaction).unwrap();
            }
        }
        transaction.commit().unwrap();
        connection
    }

    #[test]
    fn where_a_word_is_comes_segment_by_segment_until_that_is_enough() {
        let connection = two_segments();
        let mut vocabulary = Vocabulary::default();
        vocabulary.update(&connection).unwrap();
        let (number, _) = vocabulary.having("profiler", Within::Whole).next().unwrap();
        let index = Index::open(&connection).unwrap();
        let files = |goes_on: bool| {
            let mut files = Vec::new();
            index.files(Term::Word(number), || goes_on, |file, _| files.push(file)).unwrap();
            files
        };
        assert_eq!((files(true), files(false)), (vec![3, 5], vec![3]));
    }

    #[test]
    fn all_words_of_all_segments_are_read_ahead_each_once() {
        let connection = two_segments();
        let query = "SELECT id FROM posting WHERE (id & 0xffffffff) >= ?1 ORDER BY id";
        let mut rows = connection.prepare(query).unwrap();
        let rows: Vec<i64> =
            rows.query_map([whole(GRAMS)], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let (mut next, mut read) = (0, Vec::new());
        while !read_on(&connection, &mut next, 1).unwrap() {
            read.push(next - 1);
        }
        // The last one is read with the news that it is the last; a segment begins
        // with the first word that there could be.
        assert_eq!((read.len() + 1, next - 1), (rows.len(), rows[rows.len() - 1]));
        let mut next = 0;
        assert!(read_on(&connection, &mut next, usize::MAX).unwrap());
    }
}
