//! Where the listener stopped, by episode.

use std::time::{Duration, SystemTime};

use rusqlite::{OptionalExtension, params};

use super::EpisodeKey;
use super::database::{Database, StoreError};
use crate::model::MediaTime;
use crate::model::playback::{Manner, Speed, Trim, Volume};

/// Where the listener stopped in an episode, and how it was played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// What was heard last.
    pub at: MediaTime,
    /// How fast.
    pub speed: Speed,
    /// How loud.
    pub volume: Volume,
    /// What is done to the sound.
    pub manner: Manner,
    /// How much sooner the listener was through for silences left out.
    pub spared: Duration,
}

/// The saved places. Of two sayagains that play the same episode, the last to
/// save is right.
#[derive(Debug)]
pub struct Places {
    database: Database,
}

impl Places {
    /// Those in `database`.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// What else the listener did.
    pub fn database(&mut self) -> &mut Database {
        &mut self.database
    }

    /// The place saved for `key`; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn load(&self, key: EpisodeKey) -> Result<Option<Place>, StoreError> {
        let found = self.database.connection.query_row(
            "SELECT at_us, speed_tenths, volume_percent, trim_centis, even, spared_us
             FROM place WHERE key = ?1",
            [key],
            |row| {
                let at: i64 = row.get(0)?;
                Ok(Place {
                    at: MediaTime::from_micros(at.try_into().unwrap_or_default()),
                    speed: Speed::from_tenths(row.get(1)?),
                    volume: Volume::from_percent(row.get(2)?),
                    manner: Manner { trim: Trim::from_centis(row.get(3)?), even: row.get(4)? },
                    spared: Duration::from_micros(
                        row.get::<_, i64>(5)?.try_into().unwrap_or_default(),
                    ),
                })
            },
        );
        found.optional().map_err(|error| self.database.told(error))
    }

    /// Saves `place` for `key`, whole or not at all; `now_unix_secs` (since
    /// 1970) is noted. Waits for the disk, and for another sayagain that is
    /// writing: milliseconds, up to ten seconds.
    ///
    /// # Errors
    ///
    /// The file cannot be written; the place saved before is as it was.
    pub fn save(
        &self,
        key: EpisodeKey,
        place: &Place,
        now_unix_secs: u64,
    ) -> Result<(), StoreError> {
        let saved = self.database.connection.execute(
            "INSERT INTO place
                 (key, at_us, speed_tenths, volume_percent, saved, trim_centis, even, spared_us)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (key) DO UPDATE SET at_us = ?2, speed_tenths = ?3, volume_percent = ?4,
                 saved = ?5, trim_centis = ?6, even = ?7, spared_us = ?8",
            params![
                key,
                i64::try_from(place.at.as_micros()).unwrap_or(i64::MAX),
                place.speed.tenths(),
                place.volume.percent(),
                i64::try_from(now_unix_secs).unwrap_or(i64::MAX),
                place.manner.trim.centis(),
                place.manner.even,
                i64::try_from(place.spared.as_micros()).unwrap_or(i64::MAX),
            ],
        );
        saved.map(|_| ()).map_err(|error| self.database.told(error))
    }

    /// How many milliseconds later than they say devices are heard, by their
    /// names.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn delays(&self) -> Result<Vec<(String, i32)>, StoreError> {
        let all = || -> rusqlite::Result<Vec<(String, i32)>> {
            let mut found =
                self.database.connection.prepare("SELECT name, delay_ms FROM device")?;
            found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        all().map_err(|error| self.database.told(error))
    }

    /// Saves how many milliseconds later than it says `device` is heard.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save_delay(&self, device: &str, millis: i32) -> Result<(), StoreError> {
        let saved = self.database.connection.execute(
            "INSERT INTO device (name, delay_ms) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET delay_ms = ?2",
            params![device, millis],
        );
        saved.map(|_| ()).map_err(|error| self.database.told(error))
    }

    /// Whether covers are to be shown, as the listener chose last; they are if
    /// nothing was chosen.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn covers(&self) -> Result<bool, StoreError> {
        let chosen = super::database::covers(&self.database.connection);
        chosen.map(|chosen| chosen.unwrap_or(true)).map_err(|error| self.database.told(error))
    }

    /// Saves whether covers are to be shown.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn save_covers(&self, covers: bool) -> Result<(), StoreError> {
        let saved = self.database.connection.execute(
            "INSERT INTO setting (name, value) VALUES ('covers', ?1)
             ON CONFLICT (name) DO UPDATE SET value = ?1",
            [covers],
        );
        saved.map(|_| ()).map_err(|error| self.database.told(error))
    }

    /// Forgets the place of this episode; one that was not saved is no error.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn forget(&self, key: EpisodeKey) -> Result<(), StoreError> {
        let gone = self.database.connection.execute("DELETE FROM place WHERE key = ?1", [key]);
        gone.map(|_| ()).map_err(|error| self.database.told(error))
    }

    /// Copies what the listener did, if the last copy is old at `now_unix_secs`:
    /// milliseconds.
    ///
    /// # Errors
    ///
    /// The copy cannot be written.
    pub fn copy_when_old(&self, now_unix_secs: u64) -> Result<(), StoreError> {
        match SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(now_unix_secs)) {
            Some(now) => self.database.copy_when_old(now),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Paths;
    use std::path::PathBuf;

    fn place(secs: u64) -> Place {
        Place {
            at: MediaTime::from_secs(secs),
            speed: Speed::from_tenths(17),
            volume: Volume::from_percent(85),
            manner: Manner { trim: Trim::from_centis(30), even: true },
            spared: Duration::from_millis(secs),
        }
    }

    fn key(episode: &str) -> EpisodeKey {
        EpisodeKey::of_bytes(episode.as_bytes())
    }

    fn open(folder: PathBuf) -> Places {
        Places::new(Database::open(&Paths::in_folder(folder)).unwrap().database)
    }

    /// Places in a folder that is not there yet.
    fn places() -> (tempfile::TempDir, Places) {
        let folder = tempfile::tempdir().unwrap();
        let places = open(folder.path().join("state"));
        (folder, places)
    }

    #[test]
    fn a_saved_place_is_found_again_for_its_episode_alone() {
        let (_folder, places) = places();
        assert_eq!(places.load(key("a")).unwrap(), None);
        places.save(key("a"), &place(61), 1_800_000_000).unwrap();
        places.save(key("b"), &place(5), 1_800_000_001).unwrap();
        places.save(key("a"), &place(62), 1_800_000_002).unwrap();
        assert_eq!(places.load(key("a")).unwrap(), Some(place(62)));
        assert_eq!(places.load(key("b")).unwrap(), Some(place(5)));
        assert_eq!(places.load(key("c")).unwrap(), None);
        places.forget(key("a")).unwrap();
        places.forget(key("c")).unwrap();
        assert_eq!(places.load(key("a")).unwrap(), None);
    }

    #[test]
    fn each_device_has_the_delay_that_was_said_of_it_last() {
        let (_folder, places) = places();
        assert_eq!(places.delays().unwrap(), []);
        for (device, millis) in [("ears", 150), ("speakers", -20), ("ears", 180)] {
            places.save_delay(device, millis).unwrap();
        }
        let both = [("ears".to_owned(), 180), ("speakers".to_owned(), -20)];
        assert_eq!(places.delays().unwrap(), both);
    }

    #[test]
    fn covers_are_shown_until_the_listener_chose_otherwise() {
        let (_folder, places) = places();
        for covers in [true, false, true] {
            places.save_covers(covers).unwrap();
            assert_eq!(places.covers().unwrap(), covers);
        }
        let (_folder, places) = self::places();
        assert!(places.covers().unwrap());
    }

    #[test]
    fn two_sayagains_at_once_see_what_the_other_saved() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (open(folder.path().into()), open(folder.path().into()));
        std::thread::scope(|scope| {
            for (places, episode) in [(one, "a"), (other, "b")] {
                scope.spawn(move || {
                    for second in 0..200 {
                        places.save(key(episode), &place(second), second).unwrap();
                        places.save(key("both"), &place(second), second).unwrap();
                    }
                });
            }
        });
        let places = open(folder.path().into());
        for episode in ["a", "b", "both"] {
            assert_eq!(places.load(key(episode)).unwrap(), Some(place(199)), "{episode}");
        }
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::io::{self, BufRead, BufReader, Write};
        use std::process::{Command, Stdio};

        const FOLDER: &str = "SAYAGAIN_TEST_KILLED_WRITER";

        /// Saves one second after the other and says so, until it is killed.
        fn write_until_killed(folder: PathBuf) {
            let places = open(folder);
            let from = places.load(key("a")).unwrap().map_or(0, |place| place.at.as_micros());
            for second in from / 1_000_000 + 1.. {
                places.save(key("a"), &place(second), second).unwrap();
                let mut out = io::stdout().lock();
                writeln!(out, "\nsaved {second}").unwrap();
                out.flush().unwrap();
            }
        }

        /// Runs itself as the writer.
        #[test]
        fn a_writer_killed_at_any_moment_loses_nothing_it_said_it_saved() {
            if let Some(folder) = std::env::var_os(FOLDER) {
                return write_until_killed(folder.into());
            }
            let rounds = std::env::var("SAYAGAIN_TEST_KILLS");
            let rounds = rounds.ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(50);
            let folder = tempfile::tempdir().unwrap();
            let test = "store::places::tests::unix::\
                        a_writer_killed_at_any_moment_loses_nothing_it_said_it_saved";
            let mut last = 0;
            for round in 0..rounds {
                let mut writer = Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", test, "--nocapture"])
                    .env(FOLDER, folder.path())
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap();
                let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
                let mut said = lines.map_while(Result::ok).filter_map(|line| {
                    line.strip_prefix("saved ").and_then(|second| second.parse::<u64>().ok())
                });
                last = said.nth(round % 3).expect("the writer saves until it is killed");
                // Another moment of the next save each round.
                (0..round % 100 * 2_000).for_each(|_| std::hint::spin_loop());
                writer.kill().unwrap();
                last = said.last().unwrap_or(last);
                writer.wait().unwrap();
                let places = open(folder.path().into());
                let found = places.load(key("a")).unwrap().expect("a place was saved");
                assert!(found.at >= place(last).at, "{found:?} is older than {last} s");
                assert!(found.at <= place(last + 1).at, "{found:?} was never saved");
            }
            assert!(last >= rounds as u64, "only {last} places were saved");
        }
    }
}
