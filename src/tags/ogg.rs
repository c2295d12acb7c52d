//! Ogg: the packet with the comments of the first stream that has any (RFC
//! 3533; RFC 7845 for Opus).

use std::io::{self, Read, Seek};

use super::found::Found;
use super::source::Source;
use super::vorbis::{self, Stream};

/// How many pages are looked at for the start of the comments.
const MOST_PAGES: usize = 64;

/// How packets with comments begin, and how many bytes come before the
/// comments.
const HEADS: [(&[u8], u64); 3] = [(b"\x03vorbis", 7), (b"OpusTags", 8), (b"\x84\0\0", 4)];

/// Takes the comments of the file that begins here.
pub(super) fn read(source: &mut Source<impl Read + Seek>, found: &mut Found) -> io::Result<()> {
    for _ in 0..MOST_PAGES {
        let page = Page::read(source)?;
        let start = source.position();
        let end = (start + page.size).min(source.length());
        if page.size >= 8 && !page.goes_on {
            let begin: [u8; 8] = source.array()?;
            // FLAC in Ogg has its own blocks as packets; the last flag may be set.
            let known = HEADS.iter().find(|(head, _)| {
                let mut begin = begin;
                begin[0] |= if head[0] == 0x84 { 0x80 } else { 0 };
                begin.starts_with(head)
            });
            if let Some(&(_, before)) = known {
                source.seek(start + before)?;
                let mut packet = Packet { source, end, serial: page.serial };
                return vorbis::comments(&mut packet, found);
            }
        }
        source.seek(end)?;
    }
    Ok(())
}

/// The head of a page.
struct Page {
    /// Whether it goes on with a packet of the page before.
    goes_on: bool,
    serial: u32,
    /// How many bytes follow.
    size: u64,
}

impl Page {
    fn read(source: &mut Source<impl Read + Seek>) -> io::Result<Self> {
        let head: [u8; 27] = source.array()?;
        if !head.starts_with(b"OggS") {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let [s0, s1, s2, s3] = [head[14], head[15], head[16], head[17]];
        let segments = source.take(u64::from(head[26]))?;
        Ok(Self {
            goes_on: head[5] & 1 != 0,
            serial: u32::from_le_bytes([s0, s1, s2, s3]),
            size: segments.iter().map(|&size| u64::from(size)).sum(),
        })
    }
}

/// A packet that goes on from page to page. Where it ends does not matter:
/// comments say their own lengths.
struct Packet<'a, R> {
    source: &'a mut Source<R>,
    /// The end of the page.
    end: u64,
    serial: u32,
}

impl<R: Read + Seek> Packet<'_, R> {
    /// How much of `count` lies on this page, or on the next one of the stream
    /// if this one is over.
    fn here(&mut self, count: u64) -> io::Result<u64> {
        while self.source.position() >= self.end {
            let page = Page::read(self.source)?;
            self.end = (self.source.position() + page.size).min(self.source.length());
            if page.serial != self.serial {
                self.source.seek(self.end)?;
            } else if !page.goes_on {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(count.min(self.end - self.source.position()))
    }
}

impl<R: Read + Seek> Stream for Packet<'_, R> {
    fn take(&mut self, mut count: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while count > 0 {
            let here = self.here(count)?;
            bytes.append(&mut self.source.take(here)?);
            count -= here;
        }
        Ok(bytes)
    }

    fn skip(&mut self, mut count: u64) -> io::Result<()> {
        while count > 0 {
            let here = self.here(count)?;
            self.source.skip(here)?;
            count -= here;
        }
        Ok(())
    }
}
