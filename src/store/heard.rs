//! How long the listener listened to what, day by day.

use std::time::Duration;

use rusqlite::{Row, params};

use super::database::StoreError;
use super::{EpisodeKey, Library, Places};
use crate::model::listened::Listened;

/// How much was heard of one show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeardShow {
    /// Its name; empty if it is not known.
    pub show: String,
    /// Of how many episodes something was heard.
    pub episodes: usize,
    /// How much.
    pub listened: Listened,
}

/// How much was heard on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeardDay {
    /// Days since 1970 (UTC).
    pub day: i64,
    /// How much.
    pub listened: Listened,
}

impl Places {
    /// Adds what was heard of the episode `key`, at `now_unix_secs`. The show is
    /// noted as the library knows it now, or as the episode says.
    ///
    /// # Errors
    ///
    /// The file cannot be written; nothing is added then.
    pub fn add_heard(
        &mut self,
        key: EpisodeKey,
        listened: &Listened,
        show: Option<&str>,
        now_unix_secs: u64,
    ) -> Result<(), StoreError> {
        let database = self.database();
        let day = i64::try_from(now_unix_secs / 86_400).unwrap_or_default();
        // There may be no library.
        let known: Option<String> = database
            .connection
            .query_row("SELECT show FROM episode WHERE key = ?1", [key], |row| row.get(0))
            .ok();
        let show = known.as_deref().or(show);
        let Listened { real, source, spared } = listened;
        let added = database.connection.execute(
            "INSERT INTO heard (key, day, origin, real_us, source_us, spared_us, show)
             VALUES (?1, ?2, (SELECT id FROM own), ?3, ?4, ?5, ?6)
             ON CONFLICT (key, day, origin) DO UPDATE SET real_us = real_us + ?3,
                 source_us = source_us + ?4, spared_us = spared_us + ?5,
                 show = coalesce(?6, show)",
            params![key, day, micros(*real), micros(*source), micros(*spared), show],
        );
        added.map(|_| ()).map_err(|error| database.told(error))
    }
}

impl Library {
    /// What was heard of each show, most of all first.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn heard_shows(&self) -> Result<Vec<HeardShow>, StoreError> {
        let query = "
            SELECT coalesce(known.show,
                (SELECT max(show) FROM heard AS other WHERE other.key = heard.key), '') AS name, sum(real_us), sum(source_us),
                sum(spared_us), count(DISTINCT heard.key)
            FROM heard
            LEFT JOIN (SELECT key, min(show) AS show FROM episode GROUP BY key) AS known
                ON known.key = heard.key
            GROUP BY name ORDER BY sum(real_us) DESC, name";
        self.all(query, |row| {
            let episodes: i64 = row.get(4)?;
            Ok(HeardShow {
                show: row.get(0)?,
                episodes: usize::try_from(episodes).unwrap_or_default(),
                listened: listened(row)?,
            })
        })
    }

    /// What was heard on each day on which anything was, in their order.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn heard_days(&self) -> Result<Vec<HeardDay>, StoreError> {
        let query = "SELECT day, sum(real_us), sum(source_us), sum(spared_us) FROM heard
            GROUP BY day ORDER BY day";
        self.all(query, |row| Ok(HeardDay { day: row.get(0)?, listened: listened(row)? }))
    }

    fn all<T>(
        &self,
        query: &str,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let all = || -> rusqlite::Result<Vec<T>> {
            let mut statement = self.database.connection.prepare(query)?;
            let rows = statement.query_map([], |row| read(row))?;
            rows.collect()
        };
        all().map_err(|error| self.database.told(error))
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// The sums in the second to the fourth column.
fn listened(row: &Row<'_>) -> rusqlite::Result<Listened> {
    let time = |column| -> rusqlite::Result<Duration> {
        Ok(Duration::from_micros(row.get::<_, i64>(column)?.try_into().unwrap_or_default()))
    };
    Ok(Listened { real: time(1)?, source: time(2)?, spared: time(3)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Database, Paths};

    #[test]
    fn what_was_heard_adds_up_by_show_and_day() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::in_folder(folder.path().join("state"));
        let database = || Database::open(&paths).unwrap().database;
        let mut places = Places::new(database());
        let secs = Duration::from_secs;
        let heard = |real, source| Listened {
            real: secs(real),
            source: secs(source),
            spared: Duration::from_millis(500),
        };
        let key = |text: &str| EpisodeKey::of_bytes(text.as_bytes());
        let day = 86_400;
        // Before there is a library.
        places.add_heard(key("a"), &heard(10, 15), None, 5 * day + 1).unwrap();
        let library = Library::new(database()).unwrap();
        let insert = "INSERT INTO episode (key, title, show) VALUES (?1, '', 'Talk')";
        library.database.connection.execute(insert, [key("a")]).unwrap();
        // What the library says comes before what the episode does.
        places.add_heard(key("a"), &heard(1, 2), Some("Album"), 6 * day - 1).unwrap();
        places.add_heard(key("a"), &heard(4, 4), None, 6 * day).unwrap();
        places.add_heard(key("b"), &heard(7, 7), None, 6 * day).unwrap();
        let shows = library.heard_shows().unwrap();
        let told: Vec<_> = shows
            .iter()
            .map(|it| (it.show.as_str(), it.episodes, it.listened.real, it.listened.source))
            .collect();
        assert_eq!(told, [("Talk", 1, secs(15), secs(21)), ("", 1, secs(7), secs(7))]);
        assert_eq!(shows[0].listened.spared, Duration::from_millis(1_500));
        let days = library.heard_days().unwrap();
        let told: Vec<_> = days.iter().map(|it| (it.day, it.listened.real)).collect();
        assert_eq!(told, [(5, secs(11)), (6, secs(11))]);
        // Of an episode of no library its own word counts, also of what was heard before.
        places.add_heard(key("b"), &heard(1, 1), Some("Tales"), 7 * day).unwrap();
        let shows = library.heard_shows().unwrap();
        let told: Vec<_> = shows.iter().map(|it| (it.show.as_str(), it.listened.real)).collect();
        assert_eq!(told, [("Talk", secs(15)), ("Tales", secs(8))]);
        // The show is known when the library is not any more.
        library.database.connection.execute("DELETE FROM episode", []).unwrap();
        assert_eq!(library.heard_shows().unwrap()[0].show, "Talk");
    }
}
