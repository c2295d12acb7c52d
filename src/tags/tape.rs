//! The bytes of an `ID3v2` tag, with unsynchronisation undone: after each 0xFF a
//! 0x00 was put in, which is no part of it (`ID3v2`.4.0 structure, section 6.1).

use std::io::{self, Read, Seek};

use super::source::Source;

/// How many bytes are taken at once, at most.
const LONGEST_PIECE: u64 = 64 << 10;

/// A part of a tag that is read from its start to its end.
pub(super) struct Tape<'a, R> {
    source: &'a mut Source<R>,
    /// Where the part ends in the file.
    end: u64,
    unsynchronised: bool,
    /// The last byte was 0xFF.
    marked: bool,
    /// How many bytes have been read, those put in not counted, and up to
    /// how many it goes.
    at: u64,
    until: u64,
}

impl<'a, R: Read + Seek> Tape<'a, R> {
    /// The next `size` bytes of the file.
    pub(super) fn new(source: &'a mut Source<R>, size: u64, unsynchronised: bool) -> Self {
        let end = (source.position() + size).min(source.length());
        Self { source, end, unsynchronised, marked: false, at: 0, until: u64::MAX }
    }

    /// Whether 0x00 bytes are being left out.
    pub(super) const fn is_unsynchronised(&self) -> bool {
        self.unsynchronised
    }

    /// The most bytes that there can still be.
    pub(super) fn left(&self) -> u64 {
        (self.until - self.at).min(self.end - self.source.position())
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: u64) -> io::Result<Vec<u8>> {
        if count > self.left() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !self.unsynchronised {
            self.at += count;
            return self.source.take(count);
        }
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < count {
            bytes.append(&mut self.some(count - bytes.len() as u64)?);
        }
        Ok(bytes)
    }

    /// What there is still of the part, at most `most` bytes of it.
    pub(super) fn rest(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let count = self.left().min(most);
        if !self.unsynchronised {
            return self.take(count);
        }
        // How many bytes were put in shows only as they are read.
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < count {
            let Ok(mut some) = self.some(count - bytes.len() as u64) else { break };
            bytes.append(&mut some);
        }
        Ok(bytes)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let bytes = self.take(N as u64)?;
        bytes.try_into().map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }

    /// Passes over `count` bytes.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<()> {
        if count > self.left() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if !self.unsynchronised {
            self.at += count;
            return self.source.skip(count);
        }
        let mut left = count;
        while left > 0 {
            left -= self.some(left)?.len() as u64;
        }
        Ok(())
    }

    /// Has `read` read the next `size` bytes, and goes on behind them however
    /// many it took.
    ///
    /// `encoded` says that unsynchronisation is the part's own: then the size
    /// counts the bytes that were put in.
    pub(super) fn within(
        &mut self,
        size: u64,
        encoded: bool,
        read: impl FnOnce(&mut Tape<'_, R>) -> io::Result<()>,
    ) -> io::Result<()> {
        if size > self.left() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if encoded && !self.unsynchronised {
            let end = self.source.position() + size;
            // What is wrong inside the part does not matter behind it.
            let _ = read(&mut Tape::new(self.source, size, true));
            self.source.seek(end)?;
            self.at += size;
            return Ok(());
        }
        let until = std::mem::replace(&mut self.until, self.at + size);
        let _ = read(self);
        let rest = self.until - self.at;
        self.until = until;
        self.skip(rest)
    }

    /// The four bytes that lie `offset` ahead, if the part has them; zeros at
    /// its end.
    pub(super) fn ahead(&mut self, offset: u64) -> io::Result<Option<[u8; 4]>> {
        let left = self.left();
        if offset > left {
            return Ok(None);
        }
        if left - offset < 4 {
            return Ok(Some([0; 4]));
        }
        let here = self.source.position();
        self.source.skip(offset)?;
        let bytes = self.source.array()?;
        self.source.seek(here)?;
        Ok(Some(bytes))
    }

    /// Some of the next `count` bytes of the file, without those put in; they
    /// may be none, and are at an end with the part.
    fn some(&mut self, count: u64) -> io::Result<Vec<u8>> {
        let there = self.end - self.source.position();
        if there == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = self.source.take(count.min(there).min(LONGEST_PIECE))?;
        bytes.retain(|&byte| {
            let put_in = self.marked && byte == 0;
            self.marked = byte == 0xff;
            !put_in
        });
        self.at += bytes.len() as u64;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn what_was_put_in_is_left_out() {
        let bytes = b"a\xff\0\xe0b\xff\0\0cd".to_vec();
        let mut bytes = Cursor::new(bytes);
        let mut source = Source::new(&mut bytes).unwrap();
        let mut tape = Tape::new(&mut source, 10, true);
        assert_eq!(tape.take(6).unwrap(), b"a\xff\xe0b\xff\0");
        tape.skip(1).unwrap();
        assert_eq!(tape.take(1).unwrap(), b"d");
        assert!(tape.take(1).is_err());
    }

    #[test]
    fn a_part_is_left_behind_however_much_of_it_was_read() {
        let mut bytes = Cursor::new(b"abcdefgh".to_vec());
        let mut source = Source::new(&mut bytes).unwrap();
        let mut tape = Tape::new(&mut source, 7, false);
        tape.within(4, false, |part| {
            assert_eq!(part.take(2).unwrap(), b"ab");
            assert!(part.take(3).is_err());
            Ok(())
        })
        .unwrap();
        assert_eq!(tape.ahead(1).unwrap(), Some([0; 4]));
        assert_eq!(tape.take(3).unwrap(), b"efg");
        assert!(tape.within(1, false, |_| Ok(())).is_err());
    }
}
