//! What comes through a pipe or standard input, which can be read once.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use super::files::{self, ReadError, TRANSCRIPT_LIMIT_BYTES};

/// How many bytes are waited for, so that it can be told what they are.
const ENOUGH: usize = 4_096;

/// How many bytes are read at a time.
const PIECE: usize = 64 << 10;

/// A pipe of which the first bytes have been read.
#[derive(Debug)]
pub struct Pipe {
    path: PathBuf,
    is_standard_input: bool,
    head: Vec<u8>,
    rest: File,
}

/// The pipe called `path`, which `-` and names of standard input are too;
/// `None` if it is no pipe. Waits for its first bytes.
///
/// Standard input is a pipe also where it is a file, and is the terminal from
/// then on, so that the keyboard is heard.
///
/// # Errors
///
/// See [`ReadError`]; one that nobody has written anything into is
/// [`ReadError::NoWriter`].
pub fn pipe(path: &Path) -> Result<Option<Pipe>, ReadError> {
    let told = |error| ReadError::new(path, error);
    let is_standard_input = is_standard_input(path);
    let mut rest = if is_standard_input {
        take_standard_input().map_err(told)?
    } else if path.metadata().is_ok_and(|metadata| files::is_pipe(&metadata)) {
        files::open(path)?.0
    } else {
        return Ok(None);
    };
    let (mut head, mut piece) = (Vec::new(), vec![0; PIECE]);
    while head.len() < ENOUGH {
        let count = match rest.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            count => count.map_err(told)?,
        };
        if count == 0 {
            break;
        }
        head.extend_from_slice(&piece[..count]);
    }
    if head.is_empty() {
        return Err(ReadError::NoWriter(path.to_owned()));
    }
    Ok(Some(Pipe { path: path.to_owned(), is_standard_input, head, rest }))
}

impl Pipe {
    /// Its path; `None` for standard input, beside which nothing lies.
    pub fn path(&self) -> Option<&Path> {
        (!self.is_standard_input).then_some(self.path.as_path())
    }

    /// What a listener calls it.
    pub fn name(&self) -> String {
        match self.path() {
            Some(path) => files::shown(path),
            None => "standard input".to_owned(),
        }
    }

    /// Its first bytes: 4 KiB at least, unless it has fewer.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// All its bytes, to be read from the first.
    pub fn into_reader(self) -> impl Read + Send + 'static {
        Cursor::new(self.head).chain(self.rest)
    }

    /// All its bytes, waiting for the last, as those of a transcript.
    ///
    /// # Errors
    ///
    /// See [`ReadError`]; too large is more than [`TRANSCRIPT_LIMIT_BYTES`].
    pub fn into_transcript(self) -> Result<Vec<u8>, ReadError> {
        self.into_bytes(TRANSCRIPT_LIMIT_BYTES)
    }

    /// All its bytes, waiting for the last; too large is more than `limit`.
    pub(super) fn into_bytes(self, limit: u64) -> Result<Vec<u8>, ReadError> {
        let path = self.path.clone();
        let mut bytes = Vec::new();
        let read = self.into_reader().take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| ReadError::new(&path, error))?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge(path, limit));
        }
        Ok(bytes)
    }
}

/// Whether `path` names standard input.
pub(super) fn is_standard_input(path: &Path) -> bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == Path::new(name))
}

/// What standard input is; from then on that is the terminal, if there is one.
#[cfg(unix)]
fn take_standard_input() -> io::Result<File> {
    use std::io::IsTerminal;
    use std::os::fd::AsFd;

    let standard = io::stdin();
    if standard.is_terminal() {
        return Err(io::Error::other("it is the terminal; lead a file or a pipe into it"));
    }
    let taken = File::from(standard.as_fd().try_clone_to_owned()?);
    if taken.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if let Ok(terminal) = File::options().read(true).write(true).open("/dev/tty") {
        rustix::stdio::dup2_stdin(&terminal)?;
    }
    Ok(taken)
}

#[cfg(not(unix))]
fn take_standard_input() -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_is_no_pipe() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(pipe(file.path()).unwrap().is_none());
        assert!(pipe(Path::new("no such file")).unwrap().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_gives_its_first_bytes_and_then_all_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.mp3");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let bytes: Vec<u8> = (0..=250).cycle().take(300_000).collect();
        // Open at both ends, so that there is someone who writes from the start.
        let mut both = File::options().read(true).write(true).open(&path).unwrap();
        let sent = bytes.clone();
        let writer = std::thread::spawn(move || both.write_all(&sent).unwrap());
        let pipe = pipe(&path).unwrap().unwrap();
        assert_eq!(pipe.path(), Some(path.as_path()));
        assert!(bytes.starts_with(pipe.head()) && pipe.head().len() >= ENOUGH);
        assert_eq!(pipe.into_transcript().unwrap(), bytes);
        writer.join().unwrap();
    }
}
