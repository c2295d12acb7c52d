//! The library: every episode, and the index of every word said in them.

mod add;
mod called;
mod catalog;
mod copies;
mod correct;
mod episodes;
mod find;
mod index;
mod inspect;
mod look;
mod names;
mod scan;
mod schema;
mod texts;

use std::cell::RefCell;
use std::path::PathBuf;

use rusqlite::params;

pub use add::Added;
pub use correct::Correction;
pub use find::Candidates;
pub use inspect::{Sound, Sounds};
pub use look::look_into;
pub use names::Names;
pub use scan::transcripts_in;
pub use texts::Texts;

use self::catalog::Catalog;
use self::index::Vocabulary;

use super::EpisodeKey;
use super::database::{Database, StoreError, bytes_of, path_of};

/// The episodes of the folders that were added.
#[derive(Debug)]
pub struct Library {
    pub(super) database: Database,
    catalog: RefCell<Option<Catalog>>,
    vocabulary: RefCell<Vocabulary>,
}

impl Library {
    /// The library in `database`; its tables are made if they are not there
    /// or of another version, and are then empty until the next
    /// [`Library::refresh`].
    ///
    /// # Errors
    ///
    /// The file cannot be read, or not be written where it must be.
    pub fn new(mut database: Database) -> Result<Self, StoreError> {
        if !database.is_read_only() {
            let made = schema::make(&mut database.connection);
            made.map_err(|error| database.told(error))?;
        }
        Ok(Self { database, catalog: RefCell::default(), vocabulary: RefCell::default() })
    }

    /// What the listener did, of which the library is a part.
    pub fn database(&mut self) -> &mut Database {
        &mut self.database
    }

    /// The folders and files that were added.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn folders(&self) -> Result<Vec<PathBuf>, StoreError> {
        let all = || -> rusqlite::Result<Vec<PathBuf>> {
            let mut statement =
                self.database.connection.prepare("SELECT path FROM folder ORDER BY path")?;
            let rows = statement.query_map([], |row| row.get(0).map(path_of))?;
            rows.collect()
        };
        all().map_err(|error| self.database.told(error))
    }

    /// Says that `transcript` belongs to `audio`, or that none does, whatever
    /// else speaks for or against it; holds from the next look at the folders.
    /// A transcript belongs to one audio: what was said of it before is taken
    /// back, and of which audio that was comes out.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn set_pairing(
        &mut self,
        audio: EpisodeKey,
        transcript: Option<EpisodeKey>,
    ) -> Result<Vec<EpisodeKey>, StoreError> {
        let mut set = || -> rusqlite::Result<Vec<EpisodeKey>> {
            let transaction = self.database.connection.transaction()?;
            let others = transaction
                .prepare(
                    "DELETE FROM pairing WHERE transcript = ?1 AND audio <> ?2 RETURNING audio",
                )?
                .query_map(params![transcript, audio], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            transaction.execute(
                "INSERT OR REPLACE INTO pairing VALUES (?1, ?2)",
                params![audio, transcript],
            )?;
            transaction.commit()?;
            Ok(others)
        };
        let done = set();
        done.map_err(|error| self.database.told(error))
    }

    /// Takes back what was said of `audio`; whether anything was.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn forget_pairing(&mut self, audio: EpisodeKey) -> Result<bool, StoreError> {
        let done =
            self.database.connection.execute("DELETE FROM pairing WHERE audio = ?1", [audio]);
        done.map(|count| count > 0).map_err(|error| self.database.told(error))
    }

    /// Takes `folder` out of the library; whether it was in it. Places stay.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn remove(&mut self, folder: &std::path::Path) -> Result<bool, StoreError> {
        let done = self
            .database
            .connection
            .execute("DELETE FROM folder WHERE path = ?1", [bytes_of(folder)]);
        done.map(|count| count > 0).map_err(|error| self.database.told(error))
    }
}

#[cfg(test)]
mod tests;
