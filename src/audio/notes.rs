//! What was found out about an episode's bytes, kept for the next time.

use std::fmt::Debug;
use std::hash::{DefaultHasher, Hasher};
use std::time::{Duration, UNIX_EPOCH};

use super::bytes::Bytes;

/// Keeps what was found out, so that it is found out once. Both may wait for a
/// disk: there is sound enough decoded meanwhile.
pub trait Notes: Debug + Send + Sync {
    /// What was kept under `name`, a file's name; `None` if nothing was, or if
    /// it is damaged.
    fn recall(&self, name: &str) -> Option<Vec<u8>>;

    /// Keeps `bytes` under `name`. Where that cannot be, they are forgotten.
    fn keep(&self, name: &str, bytes: &[u8]);
}

/// About fewer bytes than these everything is found out as quickly as it is
/// recalled.
const SHORT: u64 = 4 << 20;

/// Who has been written to since may still grow.
const SETTLED: Duration = Duration::from_secs(60);

/// How much of the start, of the middle and of the end counts.
const PIECE: usize = 4 << 10;

/// The name under which `what` about `bytes` is kept. It is made of their
/// length, of when they were written, and of a little of their start, middle
/// and end; another file, or another version of this one, has another.
///
/// `None` where nothing is to be kept: they are short or part of the program,
/// may still grow, or cannot be read.
pub(super) fn name(bytes: &Bytes, what: &str) -> Option<String> {
    let written = bytes.written()?;
    let len = bytes.len();
    if len < SHORT || written.elapsed().is_ok_and(|age| age < SETTLED) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    hasher.write_u128(written.duration_since(UNIX_EPOCH).ok()?.as_nanos());
    let mut piece = [0; PIECE];
    for place in [0, len / 2, len - PIECE as u64] {
        let count = bytes.read_at(place, &mut piece).ok()?;
        hasher.write(&piece[..count]);
    }
    Some(format!("{len:x}-{:016x}.{what}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::path::Path;
    use std::time::SystemTime;

    use super::*;
    use crate::model::playback::Media;

    const LEN: usize = SHORT as usize;

    fn name_of(path: &Path) -> Option<String> {
        name(&Bytes::open(&Media::File(path.to_owned())).unwrap(), "x")
    }

    /// A file of these bytes that was written so many seconds ago.
    fn write(path: &Path, bytes: &[u8], secs: u64) {
        let mut file = File::create(path).unwrap();
        std::io::Write::write_all(&mut file, bytes).unwrap();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        file.set_modified(now - Duration::from_secs(secs)).unwrap();
    }

    #[test]
    fn a_file_has_the_same_name_under_any_path_until_it_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        let mut bytes = vec![1; LEN + 5];
        write(&one, &bytes, 100);
        write(&other, &bytes, 100);
        let name = name_of(&one).unwrap();
        assert_eq!(name_of(&other).as_ref(), Some(&name));
        write(&other, &bytes, 101);
        assert_ne!(name_of(&other).as_ref(), Some(&name));
        write(&other, &bytes[1..], 100);
        assert_ne!(name_of(&other).as_ref(), Some(&name));
        for at in [0, LEN / 2 + 10, LEN + 4] {
            bytes[at] = 2;
            write(&other, &bytes, 100);
            assert_ne!(name_of(&other).as_ref(), Some(&name));
            bytes[at] = 1;
        }
    }

    #[test]
    fn what_is_short_built_in_or_still_being_written_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, &vec![1; LEN - 1], 100);
        assert_eq!(name_of(&path), None);
        let mut file = File::create(&path).unwrap();
        std::io::Write::write_all(&mut file, &vec![1; LEN]).unwrap();
        assert_eq!(name_of(&path), None);
        let built_in = Bytes::open(&Media::BuiltIn(Vec::leak(vec![1; LEN]))).unwrap();
        assert_eq!(name(&built_in, "x"), None);
    }
}
