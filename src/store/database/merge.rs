//! Takes in what was kept elsewhere.

use rusqlite::{Connection, OptionalExtension, params};

use super::kept::{Kept, KeptDelay, KeptHeard, KeptPlace};
use super::{Database, StoreError};

impl Database {
    /// Takes in what was kept elsewhere, all of it or nothing: of two places of
    /// one episode the later stays, as of two marks, and what was said here of a
    /// pairing, a device or the screen; what waits there waits behind what waits here, and of what was
    /// heard nothing is counted twice. What cannot be, such as a place before the
    /// start, is left out.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn take_in(&mut self, kept: &Kept) -> Result<(), StoreError> {
        let path = self.path.clone();
        let kept = kept.possible();
        let mut all = || -> rusqlite::Result<()> {
            let transaction = self.connection.transaction()?;
            for place in &kept.places {
                merge_place(&transaction, place)?;
            }
            for pairing in &kept.pairings {
                let known: Option<i64> = transaction
                    .query_row(
                        "SELECT 1 FROM pairing WHERE audio = ?1 OR transcript = ?2",
                        params![pairing.audio, pairing.transcript],
                        |row| row.get(0),
                    )
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
            if let Some(covers) = kept.covers {
                let insert = "INSERT OR IGNORE INTO setting VALUES ('covers', ?1)";
                transaction.execute(insert, [covers])?;
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
