//! Takes in what is new in the folders, and notices what changed.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::index::{self, Indexer};
use super::inspect::{Known, Looked, Says, Sound, Sounds, for_each, look, read};
use super::scan::{self, Found, better_versions};
use super::{Library, StoreError, bytes_of, path_of};
use crate::store::EpisodeKey;
use crate::store::files;
use crate::store::pair::FileKind;

/// How many files are written at once: another sayagain waits that long.
pub(super) const BATCH: usize = 64;

/// What was found to be different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Files that were not known.
    pub new: usize,
    /// Files whose content is another.
    pub changed: usize,
    /// Files that are elsewhere now.
    pub moved: usize,
    /// Files that are not there any more.
    pub gone: usize,
    /// What could not be looked at or is of no use, and why, each one line.
    pub wrong: Vec<String>,
}

impl Library {
    /// Adds folders or files, and looks at all of them again.
    ///
    /// # Errors
    ///
    /// The file cannot be written. What was written until then stays.
    pub fn add(&mut self, roots: &[PathBuf], sounds: Sounds<'_>) -> Result<Added, StoreError> {
        let insert = |connection: &Connection| -> rusqlite::Result<()> {
            for root in roots {
                connection.execute("INSERT OR IGNORE INTO folder VALUES (?1)", [bytes_of(root)])?;
            }
            Ok(())
        };
        insert(&self.database.connection).map_err(|error| self.database.told(error))?;
        self.refresh(sounds)
    }

    /// Looks at all folders again: files that are as they were by size and time
    /// of change are not opened. A file of known content under another name
    /// is the same file. Those behind a folder that cannot be read stay, unless
    /// they are found elsewhere.
    ///
    /// # Errors
    ///
    /// The file cannot be written. What was written until then stays.
    pub fn refresh(&mut self, sounds: Sounds<'_>) -> Result<Added, StoreError> {
        let folders = self.folders()?;
        let scan = scan::scan(&folders);
        let mut wrong = scan.wrong;
        wrong.extend(scan.missing.iter().map(|(root, _)| {
            let root = files::shown(root);
            format!("a folder is gone: plug it in, or sayagain add --remove {root}")
        }));
        let mut added = Added { wrong, ..Added::default() };
        let path = self.database.path().to_owned();
        let told = move |error| StoreError::Sql(path.clone(), error);
        let known = known(&self.database.connection).map_err(&told)?;
        let there: HashSet<&Path> = scan.found.iter().map(|found| found.path.as_path()).collect();
        // What is not where it was, by its content, and what of that is gone if it
        // is nowhere else; the rest may be on a disk that is not there.
        let mut away: HashMap<EpisodeKey, Vec<i64>> = HashMap::new();
        let mut gone = HashSet::new();
        for (path, known) in known.iter().filter(|(path, _)| !there.contains(path.as_path())) {
            let looked_for = scan.seen.iter().any(|root| path.starts_with(root))
                || !folders.iter().any(|root| path.starts_with(root));
            let same = away.entry(known.key).or_default();
            if looked_for {
                gone.insert(known.id);
                same.push(known.id);
            } else {
                same.insert(0, known.id);
            }
        }
        let news: Vec<&Found> = scan
            .found
            .iter()
            .filter(|found| {
                known
                    .get(&found.path)
                    .is_none_or(|known| (known.size, known.changed) != (found.size, found.changed))
            })
            .collect();
        if news.is_empty() && gone.is_empty() && !self.is_stale().map_err(&told)? {
            return Ok(added);
        }
        let better = better_versions(&scan.found);
        let connection = &mut self.database.connection;
        let look = |found: &Found| look(found, &known, &away, &better, sounds);
        let mut moved = away.clone();
        let mut indexer = Indexer::new();
        for_each(&news, look, |batch| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("UPDATE derived SET stale = 1", [])?;
            for looked in batch {
                take(&transaction, looked, &mut moved, &mut added, &mut indexer)?;
            }
            transaction.commit()?;
            index::tidy(connection)
        })
        .map_err(&told)?;
        let left: Vec<i64> = moved.into_values().flatten().filter(|id| gone.contains(id)).collect();
        added.gone = left.len();
        for batch in left.chunks(BATCH) {
            remove(connection, batch, &there).map_err(&told)?;
        }
        self.pair()?;
        self.index_chosen(&mut indexer).map_err(&told)?;
        Ok(added)
    }

    fn is_stale(&self) -> rusqlite::Result<bool> {
        self.database.connection.query_row("SELECT stale FROM derived", [], |row| row.get(0))
    }

    /// Reads the transcripts of episodes that were passed over because a
    /// better version lies beside them, and ends the work on the index.
    fn index_chosen(&mut self, indexer: &mut Indexer) -> rusqlite::Result<()> {
        let connection = &mut self.database.connection;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        indexer.write(&transaction)?;
        transaction.commit()?;
        let left: Vec<(i64, Vec<u8>)> = {
            let mut statement = connection.prepare(
                "SELECT file.id, file.path FROM episode JOIN file ON file.id = episode.transcript
                 WHERE NOT file.indexed AND file.wrong IS NULL ORDER BY file.id",
            )?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        for batch in left.chunks(BATCH) {
            let read: Vec<(i64, Says)> =
                batch.iter().map(|(id, path)| (*id, read(&path_of(path.clone())))).collect();
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (id, says) in &read {
                // Unless another sayagain has done it, or taken it away.
                if is_indexed(&transaction, *id)? == Some(false) {
                    describe(&transaction, *id, says, indexer)?;
                }
            }
            indexer.write(&transaction)?;
            transaction.commit()?;
        }
        index::tidy(connection)?;
        connection.execute("UPDATE derived SET stale = 0", [])?;
        Ok(())
    }
}

/// All files as they are known.
fn known(connection: &Connection) -> rusqlite::Result<HashMap<PathBuf, Known>> {
    let mut statement = connection.prepare("SELECT id, path, size, changed, key FROM file")?;
    let rows = statement.query_map([], |row| {
        let known = Known {
            id: row.get(0)?,
            size: u64::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
            changed: row.get(3)?,
            key: row.get(4)?,
        };
        Ok((path_of(row.get(1)?), known))
    })?;
    rows.collect()
}

/// Writes down what a file is.
fn take(
    transaction: &Transaction<'_>,
    looked: Result<Looked, String>,
    moved: &mut HashMap<EpisodeKey, Vec<i64>>,
    added: &mut Added,
    indexer: &mut Indexer,
) -> rusqlite::Result<()> {
    let looked = match looked {
        Ok(looked) => looked,
        Err(wrong) => {
            added.wrong.push(wrong);
            return Ok(());
        }
    };
    let Looked { found, key, kind, is_known, says } = &looked;
    let size = i64::try_from(found.size).unwrap_or(i64::MAX);
    let place = params![bytes_of(&found.path), size, found.changed];
    // As it is now: another sayagain may have been here since the look began.
    let now: Option<(i64, EpisodeKey)> = transaction
        .query_row("SELECT id, key FROM file WHERE path = ?1", [bytes_of(&found.path)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    if let Some((id, known)) = now {
        if known == *key {
            transaction
                .execute("UPDATE file SET size = ?2, changed = ?3 WHERE path = ?1", place)?;
            return Ok(());
        }
        added.changed += 1;
        forget(transaction, id)?;
    } else if let Some(id) = moved.get_mut(key).and_then(Vec::pop) {
        let count = transaction.execute(
            &format!("UPDATE file SET path = ?1, size = ?2, changed = ?3 WHERE id = {id}"),
            place,
        )?;
        added.moved += count;
        // If it is not there any more the next look takes the file for a new one.
        return Ok(());
    } else if *is_known {
        return Ok(());
    } else {
        added.new += 1;
    }
    added.wrong.extend(says.wrong.clone());
    let kind = match kind {
        FileKind::Other => 0,
        FileKind::Audio => 1,
        FileKind::Transcript => 2,
    };
    transaction.execute(
        "INSERT INTO file (path, size, changed, key, kind) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![bytes_of(&found.path), size, found.changed, key, kind],
    )?;
    let id = transaction.last_insert_rowid();
    describe(transaction, id, says, indexer)
}

/// Writes down what is in the file `id`, and its words.
fn describe(
    transaction: &Transaction<'_>,
    id: i64,
    says: &Says,
    indexer: &mut Indexer,
) -> rusqlite::Result<()> {
    let Sound { length, title, show, number, date, wrong: _ } = &says.sound;
    let length = length.map(|length| i64::try_from(length.as_micros()).unwrap_or(i64::MAX));
    let cues = i64::try_from(says.cues).unwrap_or(i64::MAX);
    transaction.execute(
        "UPDATE file SET length_us = ?2, title = ?3, cues = ?4, wrong = ?5, show = ?6,
             number = ?7, date = ?8 WHERE id = ?1",
        params![id, length, title, cues, says.wrong, show, number, date],
    )?;
    says.words.as_ref().map_or(Ok(()), |words| indexer.add(transaction, id, words))
}

/// Forgets the file `id`; what the index has of it means nothing any more.
fn forget(transaction: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM file WHERE id = ?1", [id]).map(|_| ())
}

/// Whether the words of the file `id` are in the index; `None` if there is no
/// such file.
fn is_indexed(connection: &Connection, id: i64) -> rusqlite::Result<Option<bool>> {
    let query = "SELECT indexed FROM file WHERE id = ?1";
    connection.query_row(query, [id], |row| row.get(0)).optional()
}

/// Forgets the files `ids`, but for those that another sayagain has meanwhile
/// found elsewhere.
fn remove(
    connection: &mut Connection,
    ids: &[i64],
    there: &HashSet<&Path>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("UPDATE derived SET stale = 1", [])?;
    for id in ids {
        let path = "SELECT path FROM file WHERE id = ?1";
        let path = transaction.query_row(path, [id], |row| row.get(0).map(path_of)).optional()?;
        if path.is_some_and(|path| !there.contains(path.as_path())) {
            forget(&transaction, *id)?;
        }
    }
    transaction.commit()
}
