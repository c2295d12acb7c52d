//! What is done with a damaged file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::kept::Kept;
use super::{Database, StoreError};
use crate::store::files;

/// Notes that the file was found to be damaged: the next start rescues it, also
/// where opening it does not meet the damage.
pub(super) fn note_damage(path: &Path) {
    // If it cannot be written, the next one to meet the damage tries again.
    let _ = File::create(with(path, NOTE));
}

/// Whether damage was noted.
pub(super) fn is_noted(path: &Path) -> bool {
    with(path, NOTE).exists()
}

/// What follows the file's name in that of the note.
const NOTE: &str = ".is-damaged";

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
    match Database::open_whole(path, copy) {
        Ok(database) if !is_noted(path) => return Ok((database, None)),
        Ok(_) => {}
        Err(error) if error.is_damage() || error.is_strange() => {}
        Err(error) => return Err(error),
    }
    let mut readable = readable_in(path);
    let aside = put_aside(path).map_err(told)?;
    if readable.is_empty() {
        readable = behind_header(&aside).unwrap_or_default();
    }
    let mut database = Database::open_or_make(path, copy)?;
    let _ = fs::remove_file(with(path, NOTE));
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

/// Makes the file anew with what the last copy has, where it is gone or empty
/// though there was one: gives it and what to tell, or `None` if there is
/// nothing to take over or nothing can be written.
///
/// # Errors
///
/// The file cannot be made; the next start tries again.
pub(super) fn restore(
    path: &Path,
    copy: &Path,
) -> Result<Option<(Database, Option<String>)>, StoreError> {
    let is_there = || fs::metadata(path).is_ok_and(|metadata| metadata.len() > 0);
    if is_there() {
        return Ok(None);
    }
    let Some(kept) = read_copy(copy).filter(|kept| !kept.is_empty()) else { return Ok(None) };
    // One at a time: a second sayagain finds the new file.
    let Ok(gate) = File::create(with(path, ".rescue")) else { return Ok(None) };
    gate.lock().map_err(|error| StoreError::Io(path.to_owned(), error))?;
    if is_there() {
        return Ok(None);
    }
    // Broken off, it is rescued by the next start.
    note_damage(path);
    let mut database = Database::open_or_make(path, copy)?;
    database.take_in(&kept)?;
    let _ = fs::remove_file(with(path, NOTE));
    let said = format!(
        "{} was gone or empty; {} places were taken over from {}, and sayagain add builds the \
         library again",
        files::shown(path),
        kept.places.len(),
        files::shown(copy)
    );
    Ok(Some((database, Some(said))))
}

/// What the listener did, as far as it can be read in a damaged file.
fn readable_in(path: &Path) -> Kept {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(damaged) = Connection::open_with_flags(path, flags) else { return Kept::default() };
    // A table that cannot be understood does not hide the others.
    let _ = damaged.execute_batch("PRAGMA writable_schema = ON");
    Kept::readable(&damaged)
}

/// What can be read if nothing but the first hundred bytes is damaged, in a copy
/// that has them anew (`SQLite` file format, section 1.3).
fn behind_header(aside: &Path) -> io::Result<Kept> {
    let copy = tempfile::Builder::new().tempfile_in(aside.parent().unwrap_or(Path::new(".")))?;
    fs::copy(aside, copy.path())?;
    let mut header = [0; 100];
    header[..16].copy_from_slice(b"SQLite format 3\0");
    // The size of a page, and that there is no log beside it.
    header[16..24].copy_from_slice(&[0x10, 0, 1, 1, 0, 64, 32, 32]);
    // Its state is another than that for which the count of pages is valid.
    header[27] = 1;
    // The form of the schema, and UTF-8.
    header[47] = 4;
    header[59] = 1;
    let mut file = OpenOptions::new().write(true).open(copy.path())?;
    file.write_all(&header)?;
    Ok(readable_in(copy.path()))
}

/// What was copied last; `None` if it cannot be read.
fn read_copy(copy: &Path) -> Option<Kept> {
    let bytes = files::read_kept(copy).ok()?;
    Kept::read(&bytes).ok().map(|(kept, _)| kept)
}

/// Renames the file and the log beside it, which would be taken for the new
/// file's.
fn put_aside(path: &Path) -> io::Result<PathBuf> {
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
