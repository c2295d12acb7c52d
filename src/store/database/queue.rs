//! What is to be played next, and what has been played.

use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::{Database, StoreError};
use crate::store::EpisodeKey;

impl Database {
    /// What is to be played next, in its order.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn queue(&self) -> Result<Vec<EpisodeKey>, StoreError> {
        let all = || -> rusqlite::Result<Vec<EpisodeKey>> {
            let mut statement =
                self.connection.prepare("SELECT key FROM queue ORDER BY turn, key")?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        all().map_err(|error| self.told(error))
    }

    /// Puts an episode at the end of the queue; one that is in it stays where
    /// it is.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn queue_up(&self, key: EpisodeKey) -> Result<(), StoreError> {
        let done = self.connection.execute(
            "INSERT OR IGNORE INTO queue VALUES (?1, (SELECT coalesce(max(turn), 0) + 1 FROM queue))",
            [key],
        );
        done.map(|_| ()).map_err(|error| self.told(error))
    }

    /// Takes an episode out of the queue; one that is not in it is no error.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn take_out(&self, key: EpisodeKey) -> Result<(), StoreError> {
        let done = self.connection.execute("DELETE FROM queue WHERE key = ?1", [key]);
        done.map(|_| ()).map_err(|error| self.told(error))
    }

    /// Lets two episodes of the queue change places; nothing is done if one is
    /// not in it.
    ///
    /// # Errors
    ///
    /// The file cannot be written; the queue is then as it was.
    pub fn swap(&mut self, one: EpisodeKey, other: EpisodeKey) -> Result<(), StoreError> {
        let path = self.path.clone();
        let mut write = || -> rusqlite::Result<()> {
            let moment =
                self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let turn = |key: EpisodeKey| -> rusqlite::Result<Option<i64>> {
                moment
                    .query_row("SELECT turn FROM queue WHERE key = ?1", [key], |row| row.get(0))
                    .optional()
            };
            if let (Some(first), Some(second)) = (turn(one)?, turn(other)?) {
                for (key, turn) in [(one, second), (other, first)] {
                    moment
                        .execute("UPDATE queue SET turn = ?2 WHERE key = ?1", params![key, turn])?;
                }
            }
            moment.commit()
        };
        write().map_err(|error| StoreError::Sql(path, error))
    }

    /// Notes at `now_unix_secs` (since 1970) whether an episode was heard to
    /// its end, or what the listener says of that.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn mark(
        &self,
        key: EpisodeKey,
        played: bool,
        now_unix_secs: u64,
    ) -> Result<(), StoreError> {
        let saved = i64::try_from(now_unix_secs).unwrap_or(i64::MAX);
        let done = self.connection.execute(
            "INSERT OR REPLACE INTO played VALUES (?1, ?2, ?3)",
            params![key, played, saved],
        );
        done.map(|_| ()).map_err(|error| self.told(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Kept, Paths};

    fn key(name: &str) -> EpisodeKey {
        EpisodeKey::of_bytes(name.as_bytes())
    }

    #[test]
    fn the_queue_keeps_its_order_whatever_comes_goes_and_changes_places() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::in_folder(folder.path().to_owned());
        let mut database = Database::open(&paths).unwrap().database;
        for name in ["a", "b", "c", "a"] {
            database.queue_up(key(name)).unwrap();
        }
        assert_eq!(database.queue().unwrap(), ["a", "b", "c"].map(key));
        database.swap(key("a"), key("c")).unwrap();
        database.swap(key("b"), key("not there")).unwrap();
        assert_eq!(database.queue().unwrap(), ["c", "b", "a"].map(key));
        database.take_out(key("b")).unwrap();
        database.take_out(key("not there")).unwrap();
        // Another sayagain sees it, and adds to it.
        let other = Database::open(&paths).unwrap().database;
        other.queue_up(key("b")).unwrap();
        assert_eq!(database.queue().unwrap(), ["c", "a", "b"].map(key));
    }

    #[test]
    fn the_later_of_two_marks_stays_and_a_queue_from_elsewhere_waits_behind() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::in_folder(folder.path().to_owned());
        let mut database = Database::open(&paths).unwrap().database;
        database.mark(key("a"), true, 100).unwrap();
        database.queue_up(key("a")).unwrap();
        let from = |saved: i64| Kept {
            played: vec![crate::store::database::KeptMark { key: key("a"), played: false, saved }],
            queue: vec![key("b"), key("a")],
            ..Kept::default()
        };
        database.take_in(&from(99)).unwrap();
        assert!(database.kept().unwrap().played[0].played);
        assert_eq!(database.queue().unwrap(), ["a", "b"].map(key));
        database.take_in(&from(101)).unwrap();
        assert!(!database.kept().unwrap().played[0].played);
    }
}
