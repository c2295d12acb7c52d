//! What is done with a damaged file.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::kept::Kept;
use super::{Database, StoreError};
use crate::store::files;

/// Puts the damaged file aside under a name that is free, and makes a new one
/// with what the listener did: as much of it as can be read, and the rest from
/// the last copy. Gives the new file, and what to tell.
///
/// # Errors
///
/// The damaged file cannot be renamed, or the new one not be made.
pub(super) fn rescue(path: &Path, copy: &Path) -> Result<(Database, Option<String>), StoreError> {
    let told = |error| StoreError::Io(path.to_owned(), error);
    // One at a time: a second sayagain finds the new file.
    let gate = File::create(with(path, ".rescue")).map_err(told)?;
    gate.lock().map_err(told)?;
    match Database::open_or_make(path, copy) {
        Ok(database) => return Ok((database, None)),
        Err(error) if error.is_damage() => {}
        Err(error) => return Err(error),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let readable = Connection::open_with_flags(path, flags)
        .map(|damaged| {
            // A table that cannot be understood does not hide the others.
            let _ = damaged.execute_batch("PRAGMA writable_schema = ON");
            Kept::readable(&damaged)
        })
        .unwrap_or_default();
    let aside = put_aside(path).map_err(told)?;
    let mut database = Database::open_or_make(path, copy)?;
    database.take_in(&readable)?;
    let from_copy = read_copy(copy).unwrap_or_default();
    database.take_in(&from_copy)?;
    let rescued = database.kept()?.places.len();
    // The copy is older than what could be read.
    let _ = database.copy_now();
    let said = format!(
        "{} was damaged and is kept as {}; {rescued} places were rescued, and sayagain add \
         builds the library again",
        files::shown(path),
        files::shown(&aside)
    );
    Ok((database, Some(said)))
}

/// What was copied last; `None` if it cannot be read.
fn read_copy(copy: &Path) -> Option<Kept> {
    let bytes = files::read_kept(copy).ok()?;
    let kept: Kept = serde_json::from_slice(&bytes).ok()?;
    (kept.version == Kept::VERSION).then_some(kept)
}

/// Renames the file and the log beside it, which would be taken for the new
/// file's.
fn put_aside(path: &Path) -> std::io::Result<PathBuf> {
    let aside = (1..1_000)
        .map(|number| with(path, &format!(".damaged-{number}")))
        .find(|aside| !aside.exists())
        .unwrap_or_else(|| with(path, ".damaged"));
    fs::rename(path, &aside)?;
    for beside in ["-wal", "-shm"] {
        let log = with(path, beside);
        if log.exists() {
            fs::rename(log, with(&aside, beside))?;
        }
    }
    Ok(aside)
}

/// `path` with `ending` after its name.
fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
