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
    pub folders: Vec<KeptPath>,
    /// What was heard to its end, or was said to be.
    #[serde(default)]
    pub played: Vec<KeptMark>,
    /// What is to be played next, in its order.
    #[serde(default)]
    pub queue: Vec<EpisodeKey>,
    /// How long the listener listened.
    #[serde(default)]
    pub heard: Vec<KeptHeard>,
    /// How much later than they say sound devices are heard.
    #[serde(default)]
    pub delays: Vec<KeptDelay>,
}

/// How much later than it says a sound device is heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDelay {
    /// Its name.
    pub device: String,
    /// Milliseconds; negative is sooner.
    pub delay_ms: i32,
}

/// A path: as text where it is, else its bytes in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeptPath {
    /// A path that is text.
    Text(String),
    /// One that is not.
    Bytes {
        /// Two digits a byte.
        hex: String,
    },
}

impl KeptPath {
    fn new(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => {
                let digits = |byte: &u8| {
                    [byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16))
                };
                Self::Bytes { hex: error.as_bytes().iter().flat_map(digits).flatten().collect() }
            }
        }
    }

    /// The path; what is no digit is left out.
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => bytes_of(&PathBuf::from(text)),
            Self::Bytes { hex } => hex
                .as_bytes()
                .chunks(2)
                .filter_map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok())
                .collect(),
        }
    }
}

/// How long the listener listened to one episode on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptHeard {
    /// Of the content.
    pub key: EpisodeKey,
    /// Days since 1970 (UTC).
    pub day: i64,
    /// On which of the listener's machines: it only ever adds to its own.
    pub origin: String,
    /// How long it took, in microseconds.
    pub real_us: i64,
    /// How much of the episode passed, in microseconds.
    pub source_us: i64,
    /// How much sooner the listener was through for silences left out, in
    /// microseconds.
    pub spared_us: i64,
    /// The show, as it was known then.
    #[serde(default)]
    pub show: Option<String>,
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
    /// The version of this form that is written. Those before it are read: each
    /// has what the next has, but for what came new.
    pub const VERSION: u32 = 2;

    /// Whether this version can read it.
    pub const fn is_readable(&self) -> bool {
        self.version > 0 && self.version <= Self::VERSION
    }

    /// How many things it holds.
    pub fn len(&self) -> usize {
        self.places.len()
            + self.pairings.len()
            + self.folders.len()
            + self.played.len()
            + self.queue.len()
            + self.heard.len()
            + self.delays.len()
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
            places: rows(connection, PLACES, "key", place)
                .or_else(|| rows(connection, FIRST_PLACES, "key", place))
                .unwrap_or_default(),
            pairings: rows(connection, PAIRINGS, "audio", pairing).unwrap_or_default(),
            folders: rows(connection, FOLDERS, "path", folder).unwrap_or_default(),
            heard: rows(connection, HEARD, "key", heard).unwrap_or_default(),
            played: rows(connection, PLAYED, "key", mark).unwrap_or_default(),
            queue: in_turn(rows(connection, QUEUE, "key", waiting).unwrap_or_default()),
            delays: rows(connection, DELAYS, "CAST(name AS BLOB)", delay).unwrap_or_default(),
        }
    }
}

const PLACES: &str =
    "SELECT key, at_us, speed_tenths, volume_percent, saved, trim_centis, even, spared_us
     FROM place";
/// As the first version had them.
const FIRST_PLACES: &str =
    "SELECT key, at_us, speed_tenths, volume_percent, saved, 0, 0, 0 FROM place";
const PAIRINGS: &str = "SELECT audio, transcript FROM pairing";
const FOLDERS: &str = "SELECT path FROM folder";
const HEARD: &str = "SELECT key, day, origin, real_us, source_us, spared_us, show FROM heard";
const PLAYED: &str = "SELECT key, played, saved FROM played";
const QUEUE: &str = "SELECT turn, key FROM queue";
const DELAYS: &str = "SELECT name, delay_ms FROM device";

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

fn delay(row: &Row<'_>) -> rusqlite::Result<KeptDelay> {
    Ok(KeptDelay { device: row.get(0)?, delay_ms: row.get(1)? })
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<(i64, EpisodeKey)> {
    Ok((row.get(0)?, row.get(1)?))
}

/// The keys in the order of their turns, each once.
fn in_turn(mut waiting: Vec<(i64, EpisodeKey)>) -> Vec<EpisodeKey> {
    waiting.sort_unstable();
    waiting.dedup();
    waiting.into_iter().map(|(_, key)| key).collect()
}

fn folder(row: &Row<'_>) -> rusqlite::Result<KeptPath> {
    row.get(0).map(KeptPath::new)
}

fn heard(row: &Row<'_>) -> rusqlite::Result<KeptHeard> {
    Ok(KeptHeard {
        key: row.get(0)?,
        day: row.get(1)?,
        origin: row.get(2)?,
        real_us: row.get(3)?,
        source_us: row.get(4)?,
        spared_us: row.get(5)?,
        show: row.get(6)?,
    })
}

/// The rows of `query` that can be read, some of them perhaps twice; `None` if
/// there is no such table. Where one cannot be read, all others are looked for
/// from both sides of every beginning that a key may have: a damaged page hides
/// only its own.
fn rows<T>(
    connection: &Connection,
    query: &str,
    key: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Option<Vec<T>> {
    let some = |condition: &str, params: &[&[u8]]| -> rusqlite::Result<(Vec<T>, bool)> {
        let mut statement = connection.prepare(&format!("{query} {condition}"))?;
        let mut rows = statement.query(rusqlite::params_from_iter(params))?;
        let mut found = Vec::new();
        loop {
            match rows.next() {
                Ok(Some(row)) => match read(row) {
                    Ok(row) => found.push(row),
                    Err(_) => return Ok((found, false)),
                },
                Ok(None) => return Ok((found, true)),
                Err(_) => return Ok((found, false)),
            }
        }
    };
    let (mut found, is_whole) = some("", &[]).ok()?;
    if !is_whole {
        for first in 0..=u8::MAX {
            let next = first.checked_add(1).map_or(vec![u8::MAX; 64], |next| vec![next]);
            for order in ["ASC", "DESC"] {
                let condition = format!("WHERE {key} >= ?1 AND {key} < ?2 ORDER BY {key} {order}");
                let (more, _) = some(&condition, &[&[first], &next]).unwrap_or_default();
                found.extend(more);
            }
        }
    }
    Some(found)
}

/// All rows of `query` in the order of `key`.
fn all<T>(
    connection: &Connection,
    query: &str,
    key: &str,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare(&format!("{query} ORDER BY {key}"))?;
    let rows = statement.query_map([], read)?;
    rows.collect()
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
        let everything = || -> rusqlite::Result<Kept> {
            let moment = self.connection.unchecked_transaction()?;
            let kept = Kept {
                version: Kept::VERSION,
                places: all(&moment, PLACES, "key", place)?,
                pairings: all(&moment, PAIRINGS, "audio", pairing)?,
                folders: all(&moment, FOLDERS, "path", folder)?,
                heard: all(&moment, HEARD, "key, day, origin", heard)?,
                played: all(&moment, PLAYED, "key", mark)?,
                queue: in_turn(all(&moment, QUEUE, "turn, key", waiting)?),
                delays: all(&moment, DELAYS, "name", delay)?,
            };
            moment.commit()?;
            Ok(kept)
        };
        everything().map_err(told)
    }

    /// Takes in what was kept elsewhere, all of it or nothing: of two places of
    /// one episode the later stays, as of two marks, and what was said here of a
    /// pairing or a device; what waits there waits behind what waits here, and of what was
    /// heard nothing is counted twice.
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
                transaction
                    .execute("INSERT OR IGNORE INTO folder VALUES (?1)", [folder.bytes()])?;
            }
            for heard in &kept.heard {
                merge_heard(&transaction, heard)?;
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
            for KeptDelay { device, delay_ms } in &kept.delays {
                transaction.execute(
                    "INSERT OR IGNORE INTO device VALUES (?1, ?2)",
                    params![device, delay_ms],
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

/// Keeps `heard` unless more is known of the same machine, day and episode.
fn merge_heard(connection: &Connection, heard: &KeptHeard) -> rusqlite::Result<usize> {
    connection.execute(
        "INSERT INTO heard (key, day, origin, real_us, source_us, spared_us, show)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (key, day, origin) DO UPDATE SET real_us = max(real_us, ?4),
             source_us = max(source_us, ?5), spared_us = max(spared_us, ?6),
             show = coalesce(show, ?7)",
        params![
            heard.key,
            heard.day,
            heard.origin,
            heard.real_us,
            heard.source_us,
            heard.spared_us,
            heard.show
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
