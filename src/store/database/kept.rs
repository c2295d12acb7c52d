//! What the listener did, as one value: to be carried to another machine, or
//! to be rescued.

use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{Database, StoreError};
use crate::store::EpisodeKey;

/// Everything that cannot be found out again from the listener's files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The version of this form.
    pub version: u32,
    /// Where the listener stopped.
    #[serde(default)]
    pub places: Vec<KeptPlace>,
    /// Which transcript belongs to which audio, by the listener's word.
    #[serde(default)]
    pub pairings: Vec<KeptPairing>,
    /// What was added to the library.
    #[serde(default)]
    pub folders: Vec<String>,
    /// What was heard to its end, or was said to be.
    #[serde(default)]
    pub played: Vec<KeptMark>,
    /// What is to be played next, in its order.
    #[serde(default)]
    pub queue: Vec<EpisodeKey>,
}

/// Where the listener stopped in one episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPlace {
    /// Of the content.
    pub key: EpisodeKey,
    /// Microseconds from the start.
    pub at_us: i64,
    /// Tenths of the normal speed.
    pub speed_tenths: i32,
    /// Hundredths of the full volume.
    pub volume_percent: i32,
    /// How long silences are left at most, in hundredths of a second; 0: as
    /// they are.
    #[serde(default)]
    pub trim_centis: i32,
    /// Whether voices are evened out.
    #[serde(default)]
    pub even: bool,
    /// How much sooner the listener was through, in microseconds.
    #[serde(default)]
    pub spared_us: i64,
    /// When it was saved, in seconds since 1970.
    pub saved: i64,
}

/// Whether an episode was heard to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMark {
    /// Of the content.
    pub key: EpisodeKey,
    /// Whether it was.
    pub played: bool,
    /// When that was noted, in seconds since 1970.
    pub saved: i64,
}

/// What the listener said of one audio file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPairing {
    /// The audio.
    pub audio: EpisodeKey,
    /// The transcript; `None` if it has none.
    pub transcript: Option<EpisodeKey>,
}

impl Kept {
    /// The version of this form that is written; others are not read.
    pub const VERSION: u32 = 1;

    /// How many things it holds.
    pub fn len(&self) -> usize {
        self.places.len()
            + self.pairings.len()
            + self.folders.len()
            + self.played.len()
            + self.queue.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What can be read through `connection`: of a damaged file it may be only
    /// a part.
    pub(super) fn readable(connection: &Connection) -> Self {
        Self {
            version: Self::VERSION,
            places: rows(connection, PLACES, place),
            pairings: rows(connection, PAIRINGS, pairing),
            folders: rows(connection, FOLDERS, folder),
            played: rows(connection, PLAYED, mark),
            queue: rows(connection, QUEUE, |row| row.get(0)),
        }
    }
}

const PLACES: &str =
    "SELECT key, at_us, speed_tenths, volume_percent, saved, trim_centis, even, spared_us
     FROM place ORDER BY key";
const PAIRINGS: &str = "SELECT audio, transcript FROM pairing ORDER BY audio";
const FOLDERS: &str = "SELECT path FROM folder ORDER BY path";
const PLAYED: &str = "SELECT key, played, saved FROM played ORDER BY key";
pub(super) const QUEUE: &str = "SELECT key FROM queue ORDER BY turn, key";

fn place(row: &Row<'_>) -> rusqlite::Result<KeptPlace> {
    Ok(KeptPlace {
        key: row.get(0)?,
        at_us: row.get(1)?,
        speed_tenths: row.get(2)?,
        volume_percent: row.get(3)?,
        saved: row.get(4)?,
        trim_centis: row.get(5)?,
        even: row.get(6)?,
        spared_us: row.get(7)?,
    })
}

fn pairing(row: &Row<'_>) -> rusqlite::Result<KeptPairing> {
    Ok(KeptPairing { audio: row.get(0)?, transcript: row.get(1)? })
}

fn mark(row: &Row<'_>) -> rusqlite::Result<KeptMark> {
    Ok(KeptMark { key: row.get(0)?, played: row.get(1)?, saved: row.get(2)? })
}

fn folder(row: &Row<'_>) -> rusqlite::Result<String> {
    let bytes: Vec<u8> = row.get(0)?;
    Ok(path_of(bytes).to_string_lossy().into_owned())
}

/// The rows of `query` up to the first that cannot be read.
fn rows<T>(
    connection: &Connection,
    query: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let Ok(mut statement) = connection.prepare(query) else { return Vec::new() };
    let Ok(rows) = statement.query_map([], |row| read(row)) else { return Vec::new() };
    rows.map_while(Result::ok).collect()
}

impl Database {
    /// Everything that the listener did.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn kept(&self) -> Result<Kept, StoreError> {
        let told = |error| self.told(error);
        // One state of all tables, whoever writes meanwhile.
        let all = || -> rusqlite::Result<Kept> {
            let moment = self.connection.unchecked_transaction()?;
            let kept = Kept {
                version: Kept::VERSION,
                places: moment.prepare(PLACES)?.query_map([], place)?.collect::<Result<_, _>>()?,
                pairings: moment
                    .prepare(PAIRINGS)?
                    .query_map([], pairing)?
                    .collect::<Result<_, _>>()?,
                folders: moment
                    .prepare(FOLDERS)?
                    .query_map([], folder)?
                    .collect::<Result<_, _>>()?,
                played: moment.prepare(PLAYED)?.query_map([], mark)?.collect::<Result<_, _>>()?,
                queue: moment
                    .prepare(QUEUE)?
                    .query_map([], |row| row.get(0))?
                    .collect::<Result<_, _>>()?,
            };
            moment.commit()?;
            Ok(kept)
        };
        all().map_err(told)
    }

    /// Takes in what was kept elsewhere, all of it or nothing: of two places of
    /// one episode the later stays, as of two marks, and what was said here of a
    /// pairing; what waits there waits behind what waits here.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn take_in(&mut self, kept: &Kept) -> Result<(), StoreError> {
        let path = self.path.clone();
        let mut all = || -> rusqlite::Result<()> {
            let transaction = self.connection.transaction()?;
            for place in &kept.places {
                merge_place(&transaction, place)?;
            }
            for pairing in &kept.pairings {
                let known: Option<i64> = transaction
                    .query_row("SELECT 1 FROM pairing WHERE audio = ?1", [pairing.audio], |row| {
                        row.get(0)
                    })
                    .optional()?;
                if known.is_none() {
                    transaction.execute(
                        "INSERT INTO pairing VALUES (?1, ?2)",
                        params![pairing.audio, pairing.transcript],
                    )?;
                }
            }
            for folder in &kept.folders {
                transaction.execute(
                    "INSERT OR IGNORE INTO folder VALUES (?1)",
                    [bytes_of(&PathBuf::from(folder))],
                )?;
            }
            for mark in &kept.played {
                transaction.execute(
                    "INSERT INTO played VALUES (?1, ?2, ?3)
                     ON CONFLICT (key) DO UPDATE SET played = ?2, saved = ?3
                     WHERE excluded.saved > played.saved",
                    params![mark.key, mark.played, mark.saved],
                )?;
            }
            // Behind what waits here already.
            for key in &kept.queue {
                transaction.execute(
                    "INSERT OR IGNORE INTO queue
                     VALUES (?1, (SELECT coalesce(max(turn), 0) + 1 FROM queue))",
                    [key],
                )?;
            }
            transaction.commit()
        };
        all().map_err(|error| StoreError::Sql(path, error))
    }
}

/// Keeps `place` unless a later one is kept.
fn merge_place(connection: &Connection, place: &KeptPlace) -> rusqlite::Result<usize> {
    connection.execute(
        "INSERT INTO place
             (key, at_us, speed_tenths, volume_percent, saved, trim_centis, even, spared_us)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (key) DO UPDATE SET at_us = ?2, speed_tenths = ?3, volume_percent = ?4,
             saved = ?5, trim_centis = ?6, even = ?7, spared_us = ?8
         WHERE excluded.saved > place.saved",
        params![
            place.key,
            place.at_us,
            place.speed_tenths,
            place.volume_percent,
            place.saved,
            place.trim_centis,
            place.even,
            place.spared_us
        ],
    )
}

/// A path as it is kept: names of files need not be text.
#[cfg(unix)]
pub(in crate::store) fn bytes_of(path: &std::path::Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

/// The path that was kept as `bytes`.
#[cfg(unix)]
pub(in crate::store) fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes))
}

/// A path as it is kept.
#[cfg(not(unix))]
pub(in crate::store) fn bytes_of(path: &std::path::Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

/// The path that was kept as `bytes`.
#[cfg(not(unix))]
pub(in crate::store) fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}
