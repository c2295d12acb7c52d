//! The listener's files, read with a bound and without waiting for ever.

use std::error::Error;
use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::pipe::{is_standard_input, pipe};
use crate::model::text;

/// A transcript larger than this many bytes is not read: the longest known
/// ones of a whole day are a tenth of it.
pub const TRANSCRIPT_LIMIT_BYTES: u64 = 64 << 20;

/// What a listener did is not read from a file of more bytes: places, marks and a
/// hundred days of listening of each of five thousand episodes are in that.
pub const KEPT_LIMIT_BYTES: u64 = 128 << 20;

/// A file of chapters, or of notes, larger than this many bytes is not read:
/// the chapters of a whole day are a hundredth of it.
pub(super) const CHAPTERS_LIMIT_BYTES: u64 = 4 << 20;

/// For so many bytes room is made before they have come.
const LIKELY_BYTES: u64 = 1 << 20;

/// How many bytes [`head`] gives at most.
pub const HEAD_BYTES: u64 = 64 << 10;

/// Why a file could not be read. Shown, it is one line that says which file,
/// why, and what now.
#[derive(Debug)]
pub enum ReadError {
    /// There is no such file.
    Missing(PathBuf),
    /// It is a folder.
    Folder(PathBuf),
    /// The listener may not read it.
    NoPermission(PathBuf),
    /// It is larger than this many bytes.
    TooLarge(PathBuf, u64),
    /// It is a device or a socket.
    NotAFile(PathBuf),
    /// It is a pipe, and no one has it open to write.
    NoWriter(PathBuf),
    /// Anything else the system says.
    Other(PathBuf, io::Error),
}

impl ReadError {
    /// The error for what the system said of `path`.
    pub(super) fn new(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing(path),
            io::ErrorKind::IsADirectory => Self::Folder(path),
            io::ErrorKind::PermissionDenied => Self::NoPermission(path),
            _ => Self::Other(path, error),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => {
                write!(f, "cannot open {}: no such file; check its name and folder", shown(path))
            }
            Self::Folder(path) => {
                write!(f, "cannot read {}: it is a folder; name a file in it", shown(path))
            }
            Self::NoPermission(path) => write!(
                f,
                "cannot open {}: no permission to read it; its owner can give it (chmod +r)",
                shown(path)
            ),
            Self::TooLarge(path, bytes) => write!(
                f,
                "cannot read {}: it is larger than {} MiB; {}",
                shown(path),
                bytes >> 20,
                match *bytes {
                    KEPT_LIMIT_BYTES => "no export of sayagain is",
                    CHAPTERS_LIMIT_BYTES => "no file of chapters is: give it another name",
                    _ => "name a transcript, which is text",
                }
            ),
            Self::NotAFile(path) => {
                write!(f, "cannot read {}: it is a device or a socket; name a file", shown(path))
            }
            Self::NoWriter(path) if is_standard_input(path) => {
                f.write_str("standard input is empty: lead a file or a pipe into it")
            }
            Self::NoWriter(path) => write!(
                f,
                "cannot read {}: it is a pipe that nobody writes to; start its writer first",
                shown(path)
            ),
            Self::Other(path, error) => write!(f, "cannot read {}: {}", shown(path), why(error)),
        }
    }
}

// What the system said is told with the rest.
impl Error for ReadError {}

/// `path` as it can be shown: a file's name may hold anything.
pub(super) fn shown(path: &Path) -> String {
    text::clean_line(&path.to_string_lossy())
}

/// What the system says, in words that a listener can act on and without the
/// system's number for it.
pub fn why(error: &io::Error) -> String {
    let known = match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder; check the name",
        io::ErrorKind::PermissionDenied => "no permission; its owner can give it (chmod)",
        io::ErrorKind::IsADirectory => "it is a folder; name a file in it",
        io::ErrorKind::NotADirectory => "a file stands where a folder must; check the name",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; make room on it"
        }
        io::ErrorKind::ReadOnlyFilesystem => "the disk can only be read; name another place",
        // Of our own, in our words.
        io::ErrorKind::Other if error.get_ref().is_some() => return error.to_string(),
        _ => {
            let said = error.to_string();
            return said.split(" (os error").next().unwrap_or_default().to_lowercase();
        }
    };
    known.to_owned()
}

/// All bytes of the transcript in `path`; `-` is standard input. A pipe
/// (`<(command)`) is read to its end, and waits for whoever has it open to
/// write.
///
/// # Errors
///
/// See [`ReadError`]; too large is more than [`TRANSCRIPT_LIMIT_BYTES`].
pub fn read_transcript(path: &Path) -> Result<Vec<u8>, ReadError> {
    read_given(path, TRANSCRIPT_LIMIT_BYTES)
}

/// All bytes of the file in `path`, in which a listener's places are carried.
///
/// # Errors
///
/// See [`ReadError`]; too large is more than [`KEPT_LIMIT_BYTES`].
pub fn read_kept(path: &Path) -> Result<Vec<u8>, ReadError> {
    read_given(path, KEPT_LIMIT_BYTES)
}

/// All bytes of the file in `path`, at most `limit`; `-` is standard input, which
/// need not have a path.
fn read_given(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let standard = if path.as_os_str() == "-" { pipe(path)? } else { None };
    standard.map_or_else(|| read(path, limit), |standard| standard.into_bytes(limit))
}

/// All bytes of the file or pipe in `path`, at most `limit` of them.
pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let (file, metadata) = open(path)?;
    if metadata.is_file() && metadata.len() > limit {
        return Err(ReadError::TooLarge(path.to_owned(), limit));
    }
    // As much as it has and a byte more, so that it is read at once.
    let room = metadata.len().min(LIKELY_BYTES) + 1;
    let bytes = take(path, &file, limit + 1, room)?;
    if bytes.len() as u64 > limit {
        return Err(ReadError::TooLarge(path.to_owned(), limit));
    }
    if bytes.is_empty() && is_pipe(&metadata) {
        return Err(ReadError::NoWriter(path.to_owned()));
    }
    Ok(bytes)
}

/// The first [`HEAD_BYTES`] of the file in `path`, from which its format can be
/// told. A pipe gives none: what is taken from it would be missing later.
///
/// # Errors
///
/// See [`ReadError`]; no file is too large.
pub fn head(path: &Path) -> Result<Vec<u8>, ReadError> {
    let (file, metadata) = open(path)?;
    if is_pipe(&metadata) {
        return Ok(Vec::new());
    }
    take(path, &file, HEAD_BYTES, HEAD_BYTES)
}

/// At most `limit` bytes of `file`, which is open on `path`; so many that there
/// is `room` for at once: on a disk far away each request takes its time.
pub(super) fn take(path: &Path, file: &File, limit: u64, room: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::with_capacity(usize::try_from(room.min(limit)).unwrap_or(0));
    match file.take(limit).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(ReadError::new(path, error)),
    }
}

/// The file or pipe in `path`, open to be read. Does not wait for a pipe's
/// writer to come.
pub(super) fn open(path: &Path) -> Result<(File, Metadata), ReadError> {
    let told = |error| ReadError::new(path, error);
    let mut options = OpenOptions::new();
    options.read(true);
    without_waiting(&mut options);
    let file = options.open(path).map_err(told)?;
    let metadata = file.metadata().map_err(told)?;
    if metadata.is_dir() {
        return Err(ReadError::Folder(path.to_owned()));
    }
    if is_pipe(&metadata) {
        wait_from_now(&file).map_err(told)?;
    } else if !metadata.is_file() {
        return Err(ReadError::NotAFile(path.to_owned()));
    }
    Ok((file, metadata))
}

/// Has a pipe opened whether or not it has a writer, and no terminal become
/// ours.
#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;

    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    options.custom_flags(flags.bits().cast_signed());
}

/// Has reads of `file` wait for what a writer has still to write.
#[cfg(unix)]
fn wait_from_now(file: &File) -> io::Result<()> {
    let flags = rustix::fs::fcntl_getfl(file)?;
    Ok(rustix::fs::fcntl_setfl(file, flags - rustix::fs::OFlags::NONBLOCK)?)
}

/// Whether it is a pipe.
#[cfg(unix)]
pub(super) fn is_pipe(metadata: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn without_waiting(_: &mut OpenOptions) {}

#[cfg(not(unix))]
fn wait_from_now(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn is_pipe(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_transcript_is_read_whole_and_its_head_in_part() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.vtt");
        let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
        fs::write(&path, &bytes).unwrap();
        assert_eq!(read_transcript(&path).unwrap(), bytes);
        assert_eq!(head(&path).unwrap(), bytes[..65_536]);
        fs::write(&path, b"").unwrap();
        assert_eq!(read_transcript(&path).unwrap(), b"");
        assert_eq!(head(&path).unwrap(), b"");
    }

    #[test]
    fn a_message_says_which_file_and_why() {
        let folder = tempfile::tempdir().unwrap();
        let told = |name: &str| {
            let message = read_transcript(&folder.path().join(name)).unwrap_err().to_string();
            assert_eq!(head(&folder.path().join(name)).unwrap_err().to_string(), message);
            message.replace(folder.path().to_str().unwrap(), "~")
        };
        fs::write(folder.path().join("talk.mp3"), "").unwrap();
        assert_eq!(
            told("talk.vtt"),
            "cannot open ~/talk.vtt: no such file; check its name and folder"
        );
        assert_eq!(
            told("talk.mp3/talk.vtt"),
            "cannot open ~/talk.mp3/talk.vtt: no such file; check its name and folder"
        );
        assert_eq!(
            told("a\x1b[2Jb\n.vtt"),
            "cannot open ~/a [2Jb .vtt: no such file; check its name and folder"
        );
        assert_eq!(told("."), "cannot read ~/.: it is a folder; name a file in it");
    }

    #[test]
    fn what_the_system_says_is_told_without_its_number() {
        let missing = fs::read("/nowhere/to/be/found").unwrap_err();
        assert_eq!(why(&missing), "no such file or folder; check the name");
        for number in 1..133 {
            let told = why(&io::Error::from_raw_os_error(number));
            assert!(!told.is_empty() && !told.contains("os error"), "{number}: {told}");
            assert_eq!(told.chars().next().map(char::is_uppercase), Some(false), "{told}");
        }
    }

    #[test]
    fn a_file_too_large_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.vtt");
        let file = File::create(&path).unwrap();
        file.set_len(TRANSCRIPT_LIMIT_BYTES + 1).unwrap();
        let error = read_transcript(&path).unwrap_err();
        assert!(matches!(error, ReadError::TooLarge(..)), "{error}");
        assert!(error.to_string().contains("larger than 64 MiB"), "{error}");
        assert_eq!(head(&path).unwrap().len(), 65_536);
    }

    #[cfg(unix)]
    #[test]
    fn what_the_system_says_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.vtt");
        std::os::unix::fs::symlink(&path, &path).unwrap();
        let error = with_causes(&read_transcript(&path).unwrap_err());
        assert_eq!(error.matches("symbolic links").count(), 1, "{error}");
    }

    /// An error with its causes, as a listener is told.
    fn with_causes(error: &dyn Error) -> String {
        let causes = std::iter::successors(Some(error), |error: &&dyn Error| (**error).source());
        causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }

    #[test]
    fn a_file_of_exactly_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.vtt");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(matches!(read(&path, 4), Err(ReadError::TooLarge(_, 4))));
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::io::Write;
        use std::os::fd::AsRawFd;
        use std::os::unix::fs::PermissionsExt;
        use std::process::Command;

        #[test]
        fn a_pipe_without_a_writer_is_an_error_at_once() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("pipe");
            assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
            assert_eq!(head(&path).unwrap(), b"");
            let error = read_transcript(&path).unwrap_err();
            assert!(matches!(error, ReadError::NoWriter(_)), "{error}");
        }

        #[test]
        fn a_pipe_is_read_to_its_end_and_its_head_is_left_in_it() {
            let (reader, mut writer) = io::pipe().unwrap();
            let path = PathBuf::from(format!("/dev/fd/{}", reader.as_raw_fd()));
            let bytes = vec![b'x'; 300_000]; // more than a pipe holds
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    writer.write_all(&bytes).unwrap();
                    drop(writer);
                });
                assert_eq!(head(&path).unwrap(), b"");
                assert_eq!(read_transcript(&path).unwrap(), bytes);
            });
        }

        #[test]
        fn a_pipe_that_never_ends_stops_at_the_limit() {
            let (reader, mut writer) = io::pipe().unwrap();
            let path = PathBuf::from(format!("/dev/fd/{}", reader.as_raw_fd()));
            writer.write_all(b"123456").unwrap();
            assert!(matches!(read(&path, 5), Err(ReadError::TooLarge(_, 5))));
        }

        #[test]
        fn a_device_is_not_read() {
            let error = read_transcript(Path::new("/dev/zero")).unwrap_err();
            assert!(matches!(error, ReadError::NotAFile(_)), "{error}");
        }

        #[test]
        fn what_may_not_be_read_is_told_as_such() {
            let told = ReadError::new(Path::new("a.vtt"), io::ErrorKind::PermissionDenied.into());
            assert!(matches!(told, ReadError::NoPermission(_)), "{told}");
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("talk.vtt");
            fs::write(&path, "x").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
            // Root reads it all the same.
            let expected = if rustix::process::geteuid().is_root() {
                Ok(b"x".to_vec())
            } else {
                Err("no permission")
            };
            let read = read_transcript(&path).map_err(|error| match error {
                ReadError::NoPermission(_) => "no permission",
                _ => "another error",
            });
            assert_eq!(read, expected);
        }
    }
}
