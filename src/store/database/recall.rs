//! Reads what the listener did: all of it, or what of a damaged file can be
//! read.

use rusqlite::{Connection, OptionalExtension, Row};

use super::kept::{Kept, KeptDelay, KeptHeard, KeptMark, KeptPairing, KeptPath, KeptPlace};
use super::{Database, StoreError};
use crate::store::EpisodeKey;

impl Kept {
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
            covers: covers(connection).unwrap_or_default(),
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

/// Whether covers are to be shown; `None` if nothing was chosen.
pub(in crate::store) fn covers(connection: &Connection) -> rusqlite::Result<Option<bool>> {
    let query = "SELECT value FROM setting WHERE name = 'covers'";
    connection.query_row(query, [], |row| row.get(0)).optional()
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
                covers: covers(&moment)?,
            };
            moment.commit()?;
            Ok(kept)
        };
        everything().map_err(told)
    }
}
