//! Sound that comes through a pipe, which can be read once: kept in a file
//! without a name, so that one can seek in what has come.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::bytes::read_file_at;
use crate::model::playback::Media;

/// How many bytes are taken out of the pipe at a time at most.
const PIECE: usize = 64 << 10;

/// All spools, by their numbers.
static SPOOLS: Mutex<Vec<Arc<Spool>>> = Mutex::new(Vec::new());

/// A pipe's bytes as far as they have come.
#[derive(Debug)]
pub(super) struct Spool {
    name: String,
    file: File,
    len: AtomicU64,
    is_over: AtomicBool,
}

/// Begins to take in what comes out of `pipe`, a thread of its own waiting for
/// it, and gives what stands for it. `name` is what the listener calls it. The
/// file goes when the program does, however that ends.
///
/// # Errors
///
/// What the system says when there is no place for the file, or no thread.
pub fn spool(name: String, mut pipe: impl Read + Send + 'static) -> io::Result<Media> {
    let file = tempfile::tempfile()?;
    let mut writer = file.try_clone()?;
    let (len, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let spool = Arc::new(Spool { name, file, len, is_over });
    let kept = Arc::clone(&spool);
    let work = move || {
        let mut piece = vec![0; PIECE];
        loop {
            let count = match pipe.read(&mut piece) {
                Ok(count) if count > 0 => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Ok(_) | Err(_) => break,
            };
            // On a full disk the end is where it became full.
            if writer.write_all(&piece[..count]).is_err() {
                break;
            }
            spool.len.fetch_add(count as u64, Ordering::Release);
        }
        spool.is_over.store(true, Ordering::Release);
    };
    std::thread::Builder::new().name("spool".to_owned()).spawn(work)?;
    let mut spools = SPOOLS.lock().unwrap_or_else(PoisonError::into_inner);
    spools.push(kept);
    Ok(Media::Spooled(spools.len() - 1))
}

/// The spool with this number; `None` if there is none.
pub(super) fn by_number(number: usize) -> Option<Arc<Spool>> {
    SPOOLS.lock().unwrap_or_else(PoisonError::into_inner).get(number).map(Arc::clone)
}

impl Spool {
    /// What the listener calls it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes have come.
    pub(super) fn len(&self) -> u64 {
        self.len.load(Ordering::Acquire)
    }

    /// Whether more may come.
    pub(super) fn is_coming(&self) -> bool {
        !self.is_over.load(Ordering::Acquire)
    }

    /// Reads what lies at `place`, as [`read_file_at`] does.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn read_at(&self, place: u64, piece: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len().saturating_sub(place)).unwrap_or(usize::MAX);
        let count = piece.len().min(left);
        read_file_at(&self.file, place, &mut piece[..count])
    }
}
