//! Knows an episode again by its content.

use std::fmt;
use std::io::{Seek, SeekFrom};
use std::num::ParseIntError;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::files::{self, ReadError};

/// Stands for the content of a file, so that what is kept for an episode
/// outlasts a new name. Shown, it is 32 hexadecimal digits.
///
/// It is made of the length and of 64 KiB each from the start, the middle and
/// the end: enough to tell recordings apart that begin with the same jingle,
/// and as quick for ten hours as for ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpisodeKey(u128);

/// How much of the start, of the middle and of the end counts.
const PIECE_BYTES: u64 = 64 << 10;

impl EpisodeKey {
    /// The key of what is in `path`.
    ///
    /// # Errors
    ///
    /// See [`ReadError`]. A pipe is an error: it cannot be read twice.
    pub fn of_file(path: &Path) -> Result<Self, ReadError> {
        let (mut file, metadata) = files::open(path)?;
        if !metadata.is_file() {
            return Err(ReadError::NotAFile(path.to_owned()));
        }
        let mut hash = Hash::new(metadata.len());
        for piece in pieces(metadata.len()) {
            file.seek(SeekFrom::Start(piece.start)).map_err(|error| ReadError::new(path, error))?;
            hash.add(&files::take(path, &file, piece.end - piece.start, files::HEAD_BYTES)?);
        }
        Ok(Self(hash.0))
    }

    /// The key of a file with these bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut hash = Hash::new(bytes.len() as u64);
        for piece in pieces(bytes.len() as u64) {
            let index = |at: u64| usize::try_from(at).unwrap_or(bytes.len());
            hash.add(&bytes[index(piece.start)..index(piece.end)]);
        }
        Self(hash.0)
    }

    /// The key of what is told from others with this content only by `more`.
    #[must_use]
    pub fn with(self, more: &[u8]) -> Self {
        let mut hash = Hash(Hash::BASIS);
        hash.add(&self.bytes());
        hash.add(more);
        Self(hash.0)
    }

    /// The key itself.
    pub const fn bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl FromStr for EpisodeKey {
    type Err = ParseIntError;

    fn from_str(digits: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(digits, 16).map(Self)
    }
}

impl Serialize for EpisodeKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EpisodeKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        digits.parse().map_err(|_| {
            serde::de::Error::custom(format!("{digits:?} is no key, 32 digits from 0 to f"))
        })
    }
}

impl ToSql for EpisodeKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.bytes().to_vec().into())
    }
}

impl FromSql for EpisodeKey {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?.try_into().map_err(|_| FromSqlError::InvalidType)?;
        Ok(Self(u128::from_be_bytes(bytes)))
    }
}

impl fmt::Display for EpisodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The pieces that count in a file of this length: in order, none overlaps
/// another. Up to three pieces long, they are the whole file.
fn pieces(len: u64) -> [Range<u64>; 3] {
    let first = 0..PIECE_BYTES.min(len);
    let middle = first.end.max((len / 2).saturating_sub(PIECE_BYTES / 2));
    let middle = middle..(middle + PIECE_BYTES).min(len);
    let last = middle.end.max(len.saturating_sub(PIECE_BYTES))..len;
    [first, middle, last]
}

/// FNV-1a (Fowler, Noll and Vo) with 128 bits: the same on every machine and for ever.
struct Hash(u128);

impl Hash {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    /// The hash of the length of what follows.
    fn new(len: u64) -> Self {
        let mut hash = Self(Self::BASIS);
        hash.add(&len.to_le_bytes());
        hash
    }

    fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(Self::PRIME);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        let hash = |text: &str| {
            let mut hash = Hash(Hash::BASIS);
            hash.add(text.as_bytes());
            hash.0
        };
        assert_eq!(hash("a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(hash("foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }

    #[test]
    fn a_key_never_changes_from_one_version_to_the_next() {
        // Places are kept under these, which were worked out by another program.
        assert_eq!(EpisodeKey::of_bytes(b"").to_string(), "9d30c1f78465995be47dda5e4e4e77ed");
        assert_eq!(
            EpisodeKey::of_bytes(&vec![7; 1_000_000]).to_string(),
            "3899ea0275645126d9156d3d3bef60c0"
        );
    }

    #[test]
    fn a_file_has_the_key_of_its_bytes_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        for len in [0, 1, 65_536, 65_537, 131_072, 196_607, 196_608, 196_609, 1_000_000] {
            let bytes: Vec<u8> = (0..251).cycle().take(len).collect();
            for name in ["a.mp3", "b.mp3"] {
                let path = folder.path().join(name);
                std::fs::write(&path, &bytes).unwrap();
                let key = EpisodeKey::of_file(&path).unwrap();
                assert_eq!(key, EpisodeKey::of_bytes(&bytes), "{len}");
            }
        }
    }

    #[test]
    fn a_change_at_the_start_the_middle_the_end_or_of_the_length_is_another_key() {
        let bytes = vec![0; 1_000_000];
        let key = EpisodeKey::of_bytes(&bytes);
        for at in [0, 65_535, 500_000, 999_999] {
            let mut other = bytes.clone();
            other[at] = 1;
            assert_ne!(EpisodeKey::of_bytes(&other), key, "{at}");
        }
        assert_ne!(EpisodeKey::of_bytes(&bytes[1..]), key);
    }

    proptest::proptest! {
        #[test]
        fn the_pieces_of_a_file_lie_in_order_within_it(len in 0_u64..1_000_000) {
            let pieces = pieces(len);
            let mut bounds = pieces.iter().flat_map(|piece| [piece.start, piece.end]);
            proptest::prop_assert!(bounds.clone().is_sorted());
            proptest::prop_assert_eq!(bounds.next_back(), Some(len));
            let counted: u64 = pieces.iter().map(|piece| piece.end - piece.start).sum();
            proptest::prop_assert_eq!(counted, len.min(3 * PIECE_BYTES));
        }
    }
}
