//! An episode's bytes: read by place, a piece at a time, never held whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::time::SystemTime;

use symphonia::core::io::MediaSource;

use super::flac::Gap;
use super::spool::{self, Spool};
use crate::model::playback::Media;

/// Where an episode's bytes come from.
///
/// Reading takes `&self` and a place, so that several readers can share one
/// open file.
#[derive(Debug)]
pub(super) struct Bytes(Inner);

#[derive(Debug)]
enum Inner {
    File(File),
    Spooled(Arc<Spool>),
    BuiltIn(&'static [u8]),
}

impl Bytes {
    /// Opens `media` for reading.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be opened; a folder, a pipe
    /// or a device is `InvalidInput`, since one cannot seek in it.
    pub(super) fn open(media: &Media) -> io::Result<Self> {
        match media {
            Media::File(path) => {
                // Asked before it is opened: opening a pipe waits for its other end.
                let about = std::fs::metadata(path)?;
                if about.is_dir() {
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a folder"));
                }
                if !about.is_file() {
                    let why = "it is not a file that one can seek in";
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
                }
                Ok(Self(Inner::File(File::open(path)?)))
            }
            Media::Spooled(number) => {
                let spool = spool::by_number(*number);
                Ok(Self(Inner::Spooled(spool.ok_or(io::ErrorKind::NotFound)?)))
            }
            Media::BuiltIn(bytes) => Ok(Self(Inner::BuiltIn(bytes))),
        }
    }

    /// Whether more are on their way.
    pub(super) fn are_coming(&self) -> bool {
        match &self.0 {
            Inner::Spooled(spool) => spool.is_coming(),
            Inner::File(_) | Inner::BuiltIn(_) => false,
        }
    }

    /// How many bytes there are now; a file may grow. 0 when the system cannot
    /// say.
    pub(super) fn len(&self) -> u64 {
        match &self.0 {
            Inner::File(file) => file.metadata().map_or(0, |about| about.len()),
            Inner::Spooled(spool) => spool.len(),
            Inner::BuiltIn(bytes) => bytes.len() as u64,
        }
    }

    /// When they were last written to; `None` for those of the program itself,
    /// and where the system cannot say.
    pub(super) fn written(&self) -> Option<SystemTime> {
        match &self.0 {
            Inner::File(file) => file.metadata().and_then(|about| about.modified()).ok(),
            Inner::Spooled(_) | Inner::BuiltIn(_) => None,
        }
    }

    /// Whether there is nothing to read now.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads into `piece` what lies at `place`, and gives the number of bytes
    /// read: fewer than asked only where the bytes end.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn read_at(&self, place: u64, piece: &mut [u8]) -> io::Result<usize> {
        match &self.0 {
            Inner::File(file) => read_file_at(file, place, piece),
            Inner::Spooled(spool) => spool.read_at(place, piece),
            Inner::BuiltIn(bytes) => {
                #[cfg(test)]
                if far_away::IS_GONE.get() {
                    return Err(io::ErrorKind::NotConnected.into());
                }
                let from = usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
                let count = piece.len().min(bytes.len() - from);
                piece[..count].copy_from_slice(&bytes[from..from + count]);
                Ok(count)
            }
        }
    }
}

/// The disk with the bytes of a test's program, which it can take away.
#[cfg(test)]
pub(super) mod far_away {
    thread_local! {
        pub(in crate::audio) static IS_GONE: std::cell::Cell<bool> =
            const { std::cell::Cell::new(false) };
    }
}

/// Reads into `piece` what lies at `place` of `file`: less only at its end.
///
/// # Errors
///
/// What the system says.
pub(super) fn read_file_at(file: &File, place: u64, piece: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < piece.len() {
        match read_some_at(file, place + done as u64, &mut piece[done..]) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

#[cfg(unix)]
fn read_some_at(file: &File, place: u64, piece: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, piece, place)
}

#[cfg(windows)]
fn read_some_at(file: &File, place: u64, piece: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, piece, place)
}

/// Some bytes in the middle, by which it is seen that others were written over
/// them.
#[derive(Debug)]
pub(super) struct Seal {
    place: u64,
    bytes: [u8; 64],
}

impl Seal {
    /// The seal of `bytes` as they are now.
    pub(super) fn new(bytes: &Bytes) -> Self {
        let mut seal = Self { place: bytes.len() / 2, bytes: [0; 64] };
        let _ = bytes.read_at(seal.place, &mut seal.bytes);
        seal
    }

    /// Whether `bytes` cannot be read now, though they could be: they are on a
    /// disk that has gone, for now perhaps.
    pub(super) fn is_out_of_reach(&self, bytes: &Bytes) -> bool {
        bytes.read_at(self.place, &mut [0]).is_err()
    }

    /// Whether `bytes` are others than they were, or fewer; more are no others.
    pub(super) fn is_broken(&self, bytes: &Bytes) -> bool {
        let mut now = [0; 64];
        // What cannot be read now may be read again later.
        let read = bytes.read_at(self.place, &mut now);
        read.is_ok() && (bytes.len() < self.place || now != self.bytes)
    }
}

/// The piece of the bytes that was read last, so that small reads that follow
/// each other cost one large one.
#[derive(Debug)]
pub(super) struct Window {
    bytes: Arc<Bytes>,
    size: usize,
    start: u64,
    held: Vec<u8>,
}

impl Window {
    /// A window of `size` bytes over `bytes`, with nothing read yet.
    pub(super) fn new(bytes: Arc<Bytes>, size: usize) -> Self {
        Self { bytes, size, start: 0, held: Vec::new() }
    }

    /// The `count` bytes at `place`; fewer only where the bytes end.
    ///
    /// Costs a read only when they are not all in the window.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn at(&mut self, place: u64, count: usize) -> io::Result<&[u8]> {
        let end = self.start + self.held.len() as u64;
        if place < self.start || place + count as u64 > end {
            self.held.resize(self.size.max(count), 0);
            self.start = place;
            let read = self.bytes.read_at(place, &mut self.held);
            self.held.truncate(*read.as_ref().unwrap_or(&0));
            read?;
        }
        let from = usize::try_from(place - self.start).unwrap_or(usize::MAX).min(self.held.len());
        Ok(&self.held[from..(from + count).min(self.held.len())])
    }

    /// The bytes that the window looks at.
    pub(super) fn bytes(&self) -> &Arc<Bytes> {
        &self.bytes
    }

    /// Forgets what was read, since the file may have changed.
    pub(super) fn forget(&mut self) {
        self.held.clear();
    }
}

/// A place in the bytes that moves as they are read, for readers that want
/// one.
#[derive(Debug)]
pub(super) struct Cursor {
    bytes: Arc<Bytes>,
    place: u64,
    hide: Vec<u64>,
    claimed: u64,
    gap: Arc<Gap>,
}

impl Cursor {
    /// A cursor at the first byte. Where `hide` says that the name of a box
    /// lies, `free` is read, which means that it holds nothing. The bytes count
    /// as at least `claimed`, also where a file was cut off. What is in `gap`
    /// is left out.
    pub(super) fn new(bytes: Arc<Bytes>, hide: Vec<u64>, claimed: u64, gap: Arc<Gap>) -> Self {
        Self { bytes, place: 0, hide, claimed, gap }
    }

    fn len(&self) -> u64 {
        self.gap.end(self.bytes.len().max(self.claimed))
    }
}

impl Read for Cursor {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read_at(self.gap.place(self.place), piece)?;
        for (at, byte) in self.hide.iter().flat_map(|name| (*name..).zip(*b"free")) {
            let read = at.checked_sub(self.place).and_then(|at| usize::try_from(at).ok());
            if let Some(place) = read.and_then(|at| piece[..count].get_mut(at)) {
                *place = byte;
            }
        }
        self.place += count as u64;
        Ok(count)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.place.checked_add_signed(by),
        };
        self.place = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.place)
    }
}

impl MediaSource for Cursor {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len())
    }
}
