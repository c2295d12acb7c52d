//! The tables, and how those of an older version become those of this one.

use std::fs;
use std::io;
use std::path::PathBuf;

use rusqlite::{Connection, TransactionBehavior};

use super::{APPLICATION_ID, Database, StoreError};

/// What each version added to the one before. One that was released is never
/// changed.
pub(super) const MIGRATIONS: &[&str] = &[
    "
    -- Where the listener stopped, by the key of the content.
    CREATE TABLE place (
        key BLOB PRIMARY KEY,
        at_us INTEGER NOT NULL,
        speed_tenths INTEGER NOT NULL,
        volume_percent INTEGER NOT NULL,
        saved INTEGER NOT NULL
    ) WITHOUT ROWID;
    -- Which transcript belongs to which audio, by the listener's word; none
    -- does if it is null.
    CREATE TABLE pairing (
        audio BLOB PRIMARY KEY,
        transcript BLOB
    ) WITHOUT ROWID;
    -- The folders and files that were added.
    CREATE TABLE folder (
        path BLOB PRIMARY KEY
    ) WITHOUT ROWID;
",
    "
    -- How long silences are left at most, in hundredths of a second (0: as
    -- they are), whether voices are evened out, and how much sooner the
    -- listener was through for silences left out.
    ALTER TABLE place ADD COLUMN trim_centis INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE place ADD COLUMN even INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE place ADD COLUMN spared_us INTEGER NOT NULL DEFAULT 0;
",
    "
    -- Whether an episode was heard to its end, or what the listener said of
    -- that, by the key of the content.
    CREATE TABLE played (
        key BLOB PRIMARY KEY,
        played INTEGER NOT NULL,
        saved INTEGER NOT NULL
    ) WITHOUT ROWID;
    -- What is to be played next, the lowest turn first.
    CREATE TABLE queue (
        key BLOB PRIMARY KEY,
        turn INTEGER NOT NULL
    ) WITHOUT ROWID;
",
    "
    -- How much later than it says a sound device is heard, by its name.
    CREATE TABLE device (
        name TEXT PRIMARY KEY,
        delay_ms INTEGER NOT NULL
    ) WITHOUT ROWID;
",
    "
    -- Which of the listener's files this is: what was heard here is only ever
    -- added to, so of two states of it the greater is the later.
    CREATE TABLE own (id TEXT NOT NULL);
    INSERT INTO own VALUES (lower(hex(randomblob(8))));
    -- How long the listener listened, by episode and day (since 1970, UTC).
    CREATE TABLE heard (
        key BLOB NOT NULL,
        day INTEGER NOT NULL,
        origin TEXT NOT NULL,
        real_us INTEGER NOT NULL,
        source_us INTEGER NOT NULL,
        spared_us INTEGER NOT NULL,
        -- as it was known then
        show TEXT,
        PRIMARY KEY (key, day, origin)
    ) WITHOUT ROWID;
",
    "
    -- What the listener chose for the screen of this machine.
    CREATE TABLE setting (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) WITHOUT ROWID;
",
];

/// Brings the file to the last of `migrations`, having checked that it is
/// ours. Before each step of one that had something in it a copy is made
/// beside it (`….before-2`).
pub(super) fn migrate(database: &mut Database, migrations: &[&str]) -> Result<(), StoreError> {
    let last = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let is_new = version(database, last)? == 0;
    loop {
        let version = version(database, last)?;
        if version == last {
            return Ok(());
        }
        if !is_new {
            back_up(database, version + 1)?;
        }
        let path = database.path.clone();
        step(&mut database.connection, version, migrations)
            .map_err(|error| StoreError::Sql(path, error))?;
    }
}

/// Checks that the file is one that this version can read.
pub(super) fn check(database: &Database) -> Result<(), StoreError> {
    let last = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if version(database, last)? == last {
        Ok(())
    } else {
        let why = "it is of an earlier sayagain and can only be read; let it be written once";
        Err(StoreError::Io(database.path.clone(), io::Error::other(why)))
    }
}

/// The version of the file; 0 of one that is empty.
fn version(database: &Database, last: i64) -> Result<i64, StoreError> {
    let number = |pragma: &str| -> Result<i64, StoreError> {
        let read = database.connection.pragma_query_value(None, pragma, |row| row.get(0));
        read.map_err(|error| database.told(error))
    };
    let (id, version) = (number("application_id")?, number("user_version")?);
    let is_new = id == 0 && version == 0 && number("schema_version")? == 0;
    if !is_new && id != i64::from(APPLICATION_ID) {
        return Err(StoreError::Foreign(database.path.clone()));
    }
    if version > last {
        return Err(StoreError::Newer(database.path.clone(), version));
    }
    Ok(version)
}

/// Takes one step, unless another sayagain has just done so.
fn step(connection: &mut Connection, version: i64, migrations: &[&str]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let now: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if now == version {
        let next = usize::try_from(version).unwrap_or_default();
        transaction.execute_batch(migrations[next])?;
        transaction.pragma_update(None, "user_version", version + 1)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    transaction.commit()
}

/// Copies the whole file before the step to `next`; one that is there from a
/// step that was broken off stays.
fn back_up(database: &Database, next: i64) -> Result<(), StoreError> {
    let mut name = database.path.clone().into_os_string();
    name.push(format!(".before-{next}"));
    let path = PathBuf::from(name);
    if path.exists() {
        return Ok(());
    }
    // One that is broken off has another name.
    let half = path.with_extension(format!("half-{}", std::process::id()));
    let _ = fs::remove_file(&half);
    let made = database.connection.execute("VACUUM INTO ?1", [half.to_string_lossy()]);
    let placed = made.map_err(|error| database.told(error)).and_then(|_| {
        fs::rename(&half, &path).map_err(|error| StoreError::Io(path.clone(), error))
    });
    if placed.is_err() {
        let _ = fs::remove_file(&half);
    }
    placed
}
