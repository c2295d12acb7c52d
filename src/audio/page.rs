//! The pages of an Ogg (RFC 3533).

use std::io;

use memchr::memmem;

use super::bytes::Window;

/// How many bytes a page has at most.
pub(super) const MAX_PAGE: u64 = 27 + 255 + 255 * 255;

/// Bits of a page's flags.
const CONTINUED: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;

/// What stands where no packet ends on a page.
const NO_GRANULE: i64 = -1;

/// The head of a page.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// Where it begins and ends in the file.
    pub(super) at: u64,
    pub(super) end: u64,
    flags: u8,
    granule: i64,
    /// Which of the streams it belongs to.
    pub(super) serial: u32,
    /// Counts the pages of a stream.
    pub(super) sequence: u32,
    checksum: u32,
    /// The lengths of the pieces of packets in it.
    pub(super) pieces: Vec<u8>,
}

impl Page {
    /// The page that begins at `at`, if a whole one does.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn read(window: &mut Window, at: u64) -> io::Result<Option<Self>> {
        let Some(head) = window.at(at, 27)?.first_chunk::<27>().copied() else { return Ok(None) };
        let [b'O', b'g', b'g', b'S', 0, flags, rest @ ..] = head else { return Ok(None) };
        let (granule, rest) = rest.split_at(8);
        let number =
            |at: usize| rest[at..].first_chunk().map_or(0, |word| u32::from_le_bytes(*word));
        let count = usize::from(head[26]);
        let pieces = window.at(at + 27, count)?.to_vec();
        let body: u64 = pieces.iter().map(|piece| u64::from(*piece)).sum();
        let end = at + 27 + count as u64 + body;
        let is_whole = pieces.len() == count && end <= window.bytes().len();
        let granule = granule.first_chunk().map_or(NO_GRANULE, |word| i64::from_le_bytes(*word));
        let (serial, sequence, checksum) = (number(0), number(4), number(8));
        Ok(is_whole.then_some(Self { at, end, flags, granule, serial, sequence, checksum, pieces }))
    }

    /// The first page that begins at `from` or behind it, and before `limit`.
    /// What looks like one by chance is told from it by what follows.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn find(window: &mut Window, from: u64, limit: u64) -> io::Result<Option<Self>> {
        let mut at = from;
        while at < limit {
            let ahead = window.at(at, 4_096)?;
            if ahead.len() < 27 {
                return Ok(None);
            }
            match memmem::find(ahead, b"OggS") {
                None => at += (ahead.len() - 3) as u64,
                Some(distance) => {
                    at += distance as u64;
                    if let Some(page) = Self::read(window, at)?
                        && at < limit
                        && page.is_followed(window)?
                    {
                        return Ok(Some(page));
                    }
                    at += 1;
                }
            }
        }
        Ok(None)
    }

    /// Whether another page follows, or nothing does.
    fn is_followed(&self, window: &mut Window) -> io::Result<bool> {
        let next = window.at(self.end, 4)?;
        Ok(b"OggS".starts_with(next) || self.is_sound(window)?)
    }

    /// Whether its bytes are those that were written, by its checksum.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn is_sound(&self, window: &mut Window) -> io::Result<bool> {
        let bytes = window.at(self.at, (self.end - self.at) as usize)?;
        let Some((head, body)) = bytes.split_at_checked(26) else { return Ok(false) };
        // It was computed with nothing in its own place.
        let sum = checksum(checksum(checksum(0, &head[..22]), &[0; 4]), body);
        Ok(sum == self.checksum)
    }

    /// The pieces' bytes.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn body<'a>(&self, window: &'a mut Window) -> io::Result<&'a [u8]> {
        let begin = self.at + 27 + self.pieces.len() as u64;
        window.at(begin, (self.end - begin) as usize)
    }

    /// The time at the end of its last whole packet; `None` if none ends here.
    pub(super) fn granule(&self) -> Option<i64> {
        (self.granule != NO_GRANULE).then_some(self.granule)
    }

    /// Whether it begins inside a packet.
    pub(super) fn is_continued(&self) -> bool {
        self.flags & CONTINUED != 0
    }

    /// Whether it is the first of its stream.
    pub(super) fn is_first(&self) -> bool {
        self.flags & FIRST != 0
    }

    /// Whether it is the last of its stream.
    pub(super) fn is_last(&self) -> bool {
        self.flags & LAST != 0
    }
}

/// The remainder of `sum`'s bytes and then `bytes` by Ogg's polynomial.
fn checksum(sum: u32, bytes: &[u8]) -> u32 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let sum = eights.iter().fold(sum, |sum, eight| {
        let mixed = (u64::from_be_bytes(*eight) ^ (u64::from(sum) << 32)).to_be_bytes();
        let tables = TABLES.iter().rev().zip(mixed);
        tables.fold(0, |sum, (table, byte)| sum ^ table[usize::from(byte)])
    });
    rest.iter().fold(sum, |sum, byte| (sum << 8) ^ TABLES[0][usize::from((sum >> 24) as u8 ^ byte)])
}

/// The remainders of every byte with 0 to 7 bytes of nothing behind it.
static TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            sum = (sum << 1) ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 };
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut more = 1;
    while more < 8 {
        let mut byte = 0;
        while byte < 256 {
            let sum = tables[more - 1][byte];
            tables[more][byte] = (sum << 8) ^ tables[0][(sum >> 24) as usize];
            byte += 1;
        }
        more += 1;
    }
    tables
}
