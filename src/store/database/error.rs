//! Why the file could not be used.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::store::files::{shown, why};

/// Why something could not be kept or looked up. Shown, it is one line that
/// says which file, why, and what now.
#[derive(Debug)]
pub enum StoreError {
    /// The file is another program's.
    Foreign(PathBuf),
    /// It was written by a later sayagain, which has this number for it.
    Newer(PathBuf, i64),
    /// The system says no.
    Io(PathBuf, io::Error),
    /// `SQLite` says no.
    Sql(PathBuf, rusqlite::Error),
}

impl StoreError {
    /// In one line of the screen: the name of the file without its folder, and
    /// why.
    pub fn brief(&self) -> String {
        let (Self::Foreign(path) | Self::Newer(path, _) | Self::Io(path, _) | Self::Sql(path, _)) =
            self;
        let told = self.to_string();
        let name = path.file_name().map(Path::new).map(shown).unwrap_or_default();
        let told = told.strip_prefix("cannot use ").unwrap_or(&told);
        told.replacen(&shown(path), &name, 1)
    }

    /// Whether it may be otherwise later, without the program being started anew.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Io(..) | Self::Sql(..)) && !self.is_damage()
    }

    /// Whether the file is not what was once written.
    pub(super) fn is_damage(&self) -> bool {
        matches!(self.code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
    }

    /// Whether the file has other tables, or other things in them, than any
    /// version made. Of a file that was just opened: it is damaged.
    pub(super) fn is_strange(&self) -> bool {
        let Self::Sql(_, error) = self else { return false };
        matches!(
            error,
            rusqlite::Error::SqlInputError { .. }
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
        ) || matches!(
            self.code(),
            Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch)
        )
    }

    /// Whether nothing can be written there.
    pub(super) fn is_read_only(&self) -> bool {
        match self {
            Self::Io(_, error) => matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
            ),
            _ => matches!(self.code(), Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen)),
        }
    }

    /// Whether there is no room.
    pub(super) fn is_full(&self) -> bool {
        match self {
            Self::Io(_, error) => matches!(
                error.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            ),
            _ => matches!(self.code(), Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure)),
        }
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sql(_, error) => error.sqlite_error_code(),
            Self::Foreign(_) | Self::Newer(..) | Self::Io(..) => None,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign(path) => write!(
                f,
                "{} is another program's; name another folder in SAYAGAIN_STATE",
                shown(path)
            ),
            Self::Newer(path, version) => write!(
                f,
                "{} is of version {version}, from a later sayagain; use that one",
                shown(path)
            ),
            Self::Io(path, error) => write!(f, "cannot use {}: {}", shown(path), why(error)),
            // Not the whole of what was asked of it.
            Self::Sql(path, rusqlite::Error::SqlInputError { msg, .. }) => {
                write!(f, "cannot use {}: {msg}", shown(path))
            }
            Self::Sql(path, error) => {
                let why = match self.code() {
                    Some(ErrorCode::DiskFull) => "the disk is full; make room on it",
                    Some(ErrorCode::SystemIoFailure) => "the disk takes nothing; make room on it",
                    Some(ErrorCode::ReadOnly) => "it can only be read",
                    Some(ErrorCode::CannotOpen) => "it may not be opened by you",
                    Some(ErrorCode::DatabaseBusy) => "another sayagain is writing; try again",
                    Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                        "it is damaged; the next start puts it aside and rescues what it can"
                    }
                    _ => return write!(f, "cannot use {}: {error}", shown(path)),
                };
                write!(f, "cannot use {}: {why}", shown(path))
            }
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(error),
            Self::Sql(_, error) => Some(error),
            Self::Foreign(_) | Self::Newer(..) => None,
        }
    }
}
