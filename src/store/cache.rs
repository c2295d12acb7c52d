//! What can be worked out again: kept so that it need not be.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use super::replace;

/// A folder of pieces of data, each under a name of its own. Whatever goes
/// wrong with it, the worst is that something is worked out once more: nothing
/// here is told to the listener.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    limit_bytes: u64,
}

/// How much is kept in all: that of some 60 episodes of three hours.
const LIMIT_BYTES: u64 = 64 << 20;

/// What is larger is not kept, and not read.
const PIECE_LIMIT_BYTES: u64 = 16 << 20;

/// The checksum behind each piece.
const SUM_BYTES: usize = 8;

impl Cache {
    /// What is kept in this folder. Nothing is made or read yet.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder, limit_bytes: LIMIT_BYTES }
    }

    /// What was kept under `name`; `None` if nothing was, or not as it was
    /// written. What is asked for counts as new again.
    pub fn recall(&self, name: &str) -> Option<Vec<u8>> {
        let file = File::open(self.folder.join(name)).ok()?;
        let mut bytes = Vec::new();
        (&file).take(PIECE_LIMIT_BYTES + 1).read_to_end(&mut bytes).ok()?;
        let end = bytes.len().checked_sub(SUM_BYTES)?;
        let sum = bytes.split_off(end);
        if sum != sum_of(&bytes) {
            return None;
        }
        let _ = file.set_modified(now());
        Some(bytes)
    }

    /// Keeps `bytes` under `name`, a file's name, in place of what there was,
    /// and forgets what was not asked for the longest when there is too much.
    /// Whoever reads at the same time gets the old or all of the new.
    ///
    /// # Errors
    ///
    /// Those of the file system; then nothing is kept.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() as u64 > PIECE_LIMIT_BYTES {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        let mut half = tempfile::Builder::new().prefix(replace::HALF).tempfile_in(&self.folder)?;
        half.write_all(bytes)?;
        half.write_all(&sum_of(bytes))?;
        // A power cut may leave less; the sum tells.
        half.persist(self.folder.join(name))?;
        let _ = replace::sweep(&self.folder, now());
        self.forget()
    }

    /// Removes the oldest until the rest is within the limit.
    fn forget(&self) -> io::Result<()> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let about = entry.metadata()?;
            if about.is_file() {
                all.push((about.modified()?, about.len(), entry.path()));
            }
        }
        all.sort();
        let mut held: u64 = all.iter().map(|(_, len, _)| len).sum();
        for (_, len, path) in all {
            if held <= self.limit_bytes {
                break;
            }
            fs::remove_file(path)?;
            held -= len;
        }
        Ok(())
    }
}

/// The checksum: another version of the standard library may count another
/// way, and then all is worked out anew.
fn sum_of(bytes: &[u8]) -> [u8; SUM_BYTES] {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish().to_le_bytes()
}

#[expect(clippy::disallowed_methods, reason = "how old a file is, is told by the real clock")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn cache() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::in_folder(folder.path().join("deep/inside"));
        (folder, cache)
    }

    #[test]
    fn what_was_kept_last_is_recalled() {
        let (_folder, cache) = cache();
        assert_eq!(cache.recall("a"), None);
        cache.keep("a", b"first").unwrap();
        cache.keep("a", b"second").unwrap();
        cache.keep("empty", b"").unwrap();
        assert_eq!(cache.recall("a").unwrap(), b"second");
        assert_eq!(cache.recall("empty").unwrap(), b"");
        assert_eq!(cache.recall("b"), None);
    }

    #[test]
    fn what_is_cut_off_or_changed_anywhere_counts_as_not_kept() {
        let (_folder, cache) = cache();
        cache.keep("a", b"some bytes").unwrap();
        let path = cache.folder.join("a");
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(cache.recall("a"), None, "cut off at {at}");
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            assert_eq!(cache.recall("a"), None, "changed at {at}");
        }
        fs::write(&path, whole).unwrap();
        assert_eq!(cache.recall("a").unwrap(), b"some bytes");
    }

    #[test]
    fn what_was_asked_for_last_outlasts_what_was_kept_later() {
        let (_folder, mut cache) = cache();
        cache.limit_bytes = 250;
        for name in ["a", "b"] {
            cache.keep(name, &[0; 100]).unwrap();
            let file = File::open(cache.folder.join(name)).unwrap();
            file.set_modified(now() - Duration::from_secs(60)).unwrap();
        }
        cache.recall("a").unwrap();
        cache.keep("c", &[0; 100]).unwrap();
        assert_eq!(cache.recall("b"), None);
        assert!(cache.recall("a").is_some() && cache.recall("c").is_some());
    }

    #[test]
    fn nothing_is_left_half_written() {
        let (_folder, cache) = cache();
        cache.keep("a", b"one").unwrap();
        fs::create_dir(cache.folder.join("b")).unwrap();
        fs::write(cache.folder.join("b/c"), "").unwrap();
        assert!(cache.keep("b", b"two").is_err());
        let names = fs::read_dir(&cache.folder).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.count(), 2);
    }
}
