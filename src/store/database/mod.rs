//! The one file in which sayagain keeps what it knows: `SQLite`, with a log
//! before the file, so that neither a crash nor a second sayagain harms it.
//!
//! What the listener did (places, pairings, folders) is in tables of its own
//! and never thrown away; the library's tables can be built again.

mod checked;
mod error;
mod kept;
mod merge;
mod queue;
mod recall;
mod rescue;
mod schema;
mod takeover;

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, OpenFlags};

pub use error::StoreError;
pub use kept::{Kept, KeptDelay, KeptHeard, KeptMark, KeptPairing, KeptPath, KeptPlace};
pub(super) use kept::{bytes_of, path_of};
pub(super) use recall::covers;

use super::{Paths, replace};

/// `SQLite`'s mark for whose file it is: "saya".
const APPLICATION_ID: i32 = 0x7361_7961;

/// How long a writer waits for another to finish.
const BUSY: Duration = Duration::from_secs(10);

/// How old the copy of what the listener did may become.
const COPY_AGE: Duration = Duration::from_secs(300);

/// The open file. Dropping it closes it.
#[derive(Debug)]
pub struct Database {
    pub(super) connection: Connection,
    path: PathBuf,
    /// Where a copy of what the listener did is kept, as JSON.
    copy: PathBuf,
    /// Whether it can only be read because there was no room.
    is_full: bool,
}

/// A file that was opened, and what the listener should be told about it.
#[derive(Debug)]
pub struct OpenedDatabase {
    /// The file.
    pub database: Database,
    /// What happened to it, if anything did.
    pub told: Option<String>,
}

impl Database {
    /// Opens the file in the folder of `paths`, or makes it: private, and with
    /// the places in it that versions before it kept in a folder of files. One
    /// that is damaged is put aside, never deleted; what the listener did is
    /// taken over from what can be read of it and from the last copy, also where
    /// the file is gone or empty. One that cannot be written is opened to be
    /// read.
    ///
    /// # Errors
    ///
    /// It belongs to another program or to a later sayagain, or it can neither
    /// be opened nor made.
    pub fn open(paths: &Paths) -> Result<OpenedDatabase, StoreError> {
        let (path, copy) = (paths.database(), paths.copy());
        if let Some(folder) = path.parent() {
            // If it cannot be made, opening says why.
            let _ = make_folder(folder);
        }
        let restored = rescue::restore(&path, &copy)?;
        let opened = || match Self::open_whole(&path, &copy) {
            Ok(database) if rescue::is_noted(&path) => {
                drop(database);
                rescue::rescue(&path, &copy)
            }
            Ok(database) => Ok((database, None)),
            Err(error) if error.is_damage() || error.is_strange() => rescue::rescue(&path, &copy),
            Err(error) if error.is_read_only() => {
                // What keeps it from being made says more than that it is not there.
                Ok((Self::open_to_read(&path, &copy).map_err(|_| error)?, None))
            }
            Err(error) if error.is_full() => {
                let told = format!("nothing new is kept: {}", error.brief());
                let database = Self::open_to_read(&path, &copy).map_err(|_| error)?;
                Ok((Self { is_full: true, ..database }, Some(told)))
            }
            Err(error) => Err(error),
        };
        let (mut database, told) = restored.map_or_else(opened, Ok)?;
        takeover::take_over(&mut database, &paths.places());
        Ok(OpenedDatabase { database, told })
    }

    /// [`Self::open_or_make`], with what the listener did read once: damage to it
    /// is met now, not when it is wanted.
    fn open_whole(path: &Path, copy: &Path) -> Result<Self, StoreError> {
        let database = Self::open_or_make(path, copy)?;
        database.kept()?;
        Ok(database)
    }

    /// The file, opened to be written; made if there is none.
    fn open_or_make(path: &Path, copy: &Path) -> Result<Self, StoreError> {
        make_private(path).map_err(|error| StoreError::Io(path.to_owned(), error))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let told = |error| StoreError::Sql(path.to_owned(), error);
        let connection = Connection::open_with_flags(path, flags).map_err(told)?;
        let (path, copy) = (path.to_owned(), copy.to_owned());
        let mut database = Self { connection, path, copy, is_full: false };
        database.prepare().map_err(told)?;
        schema::migrate(&mut database, schema::MIGRATIONS)?;
        Ok(database)
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(BUSY)?;
        self.connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
        // Changing to a log waits for nobody, so two that start at once try again.
        let mut tries = 0;
        loop {
            match self.connection.pragma_update(None, "journal_mode", "wal") {
                Err(error) if is_busy(&error) && tries < 100 => {
                    tries += 1;
                    std::thread::park_timeout(Duration::from_millis(20));
                }
                other => return other,
            }
        }
    }

    /// The file, opened to be read: on a disk that takes nothing, no log can
    /// be made beside it, and nobody else writes it either. A log that was left
    /// there is read too.
    fn open_to_read(path: &Path, copy: &Path) -> Result<Self, StoreError> {
        let told = |error| StoreError::Sql(path.to_owned(), error);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let open = |way: &str| -> Result<Self, StoreError> {
            let uri = format!("file:{}?{way}", escaped(&path.to_string_lossy()));
            let connection = Connection::open_with_flags(uri, flags).map_err(told)?;
            let (path, copy) = (path.to_owned(), copy.to_owned());
            let database = Self { connection, path, copy, is_full: false };
            database.connection.busy_timeout(BUSY).map_err(told)?;
            schema::check(&database)?;
            Ok(database)
        };
        open("mode=ro").or_else(|_| open("immutable=1"))
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it can only be read.
    pub fn is_read_only(&self) -> bool {
        self.connection.is_readonly("main").unwrap_or(true)
    }

    /// Why nothing can be written, with the name of the file; `None` if it can.
    pub fn unwritable(&self) -> Option<String> {
        let path = crate::store::files::shown(&self.path);
        let why = || {
            if self.is_full {
                format!("the disk of {path} is full; make room on it")
            } else {
                format!("{path} can only be read")
            }
        };
        self.is_read_only().then(why)
    }

    /// Whether nothing can be added to the file from now on, as on a full disk.
    #[cfg(test)]
    pub(crate) fn fill(&self, is_full: bool) {
        let pages = if is_full { 1 } else { 1 << 30 };
        let set = self.connection.pragma_update(None, "max_page_count", pages);
        // It tells what it is now.
        assert!(matches!(set, Ok(()) | Err(rusqlite::Error::ExecuteReturnedResults)), "{set:?}");
    }

    /// `error`, with the name of the file. Damage is noted for the next start.
    pub(super) fn told(&self, error: rusqlite::Error) -> StoreError {
        let told = StoreError::Sql(self.path.clone(), error);
        if told.is_damage() {
            rescue::note_damage(&self.path);
        }
        told
    }

    /// Writes what the listener did beside the file if the last such copy is
    /// more than five minutes old; it is what remains if the file is damaged so much
    /// that nothing of it can be read.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the copy not written.
    pub fn copy_when_old(&self, now: SystemTime) -> Result<(), StoreError> {
        let written = fs::metadata(&self.copy).and_then(|metadata| metadata.modified());
        let fresh = written.is_ok_and(|written| apart(written, now) < COPY_AGE);
        if fresh || self.is_read_only() { Ok(()) } else { self.copy_now() }
    }

    /// Writes what the listener did beside the file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or the copy not written.
    pub fn copy_now(&self) -> Result<(), StoreError> {
        let kept = self.kept()?;
        let mut json = serde_json::to_vec_pretty(&kept)
            .map_err(|error| StoreError::Io(self.copy.clone(), error.into()))?;
        json.push(b'\n');
        replace(&self.copy, &json).map_err(|error| StoreError::Io(self.copy.clone(), error))
    }
}

/// How far apart two times are; a clock may have been put back.
fn apart(one: SystemTime, other: SystemTime) -> Duration {
    one.duration_since(other).unwrap_or_else(|error| error.duration())
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
    )
}

/// Makes `folder` and those above it, open to the listener alone.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes the file if there is none: what one listens to is nobody else's
/// business, and the log beside it gets the same permissions.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// `path` as a part of a URI.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

#[cfg(test)]
mod tests;
