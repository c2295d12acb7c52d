//! A file that is read in small parts, and never too much of it.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// How much of a file is read at most, in bytes: what is passed over does not
/// count.
const MOST_BYTES: u64 = 16 << 20;

/// The longest text that is read, in bytes.
pub(super) const LONGEST_TEXT: u64 = 64 << 10;

/// What can be read from: one kind for all, so that every parser is in the
/// program only once.
pub(super) trait Bytes: Read + Seek {}

impl<T: Read + Seek> Bytes for T {}

/// A file and the place in it.
pub(super) struct Source<R> {
    reader: BufReader<R>,
    position: u64,
    length: u64,
    may_read: u64,
}

impl<'a> Source<&'a mut dyn Bytes> {
    pub(super) fn new(reader: &'a mut dyn Bytes) -> io::Result<Self> {
        let length = reader.seek(SeekFrom::End(0))?;
        reader.rewind()?;
        Ok(Self { reader: BufReader::new(reader), position: 0, length, may_read: MOST_BYTES })
    }
}

impl<R: Read + Seek> Source<R> {
    /// The place, in bytes from the start.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// The length of the file, in bytes.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// Goes to `position`; past the end there is nothing to read.
    pub(super) fn seek(&mut self, position: u64) -> io::Result<()> {
        let position = position.min(self.length);
        let offset = i128::from(position) - i128::from(self.position);
        self.reader.seek_relative(i64::try_from(offset).map_err(io::Error::other)?)?;
        self.position = position;
        Ok(())
    }

    /// Passes over `count` bytes.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<()> {
        self.seek(self.position.saturating_add(count))
    }

    /// The next `count` bytes. A count that the file does not have is an error
    /// before anything is set aside for it.
    pub(super) fn take(&mut self, count: u64) -> io::Result<Vec<u8>> {
        self.allow(count)?;
        let mut bytes = vec![0; usize::try_from(count).map_err(io::Error::other)?];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The bytes of a text of at most `count` bytes, up to its first NUL; the
    /// source then stands somewhere behind them.
    pub(super) fn text(&mut self, count: u64) -> io::Result<Vec<u8>> {
        let mut bytes = self.take(count.min(LONGEST_TEXT))?;
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        bytes.truncate(end);
        Ok(bytes)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        self.allow(N as u64)?;
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn allow(&mut self, count: u64) -> io::Result<()> {
        if count > self.length - self.position || count > self.may_read {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.may_read -= count;
        self.position += count;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn parts_are_read_from_where_it_stands() {
        let mut bytes = Cursor::new((0..100).collect::<Vec<u8>>());
        let mut source = Source::new(&mut bytes).unwrap();
        assert_eq!(source.array().unwrap(), [0, 1]);
        source.skip(10).unwrap();
        assert_eq!(source.take(2).unwrap(), [12, 13]);
        source.seek(5).unwrap();
        assert_eq!((source.array().unwrap(), source.position()), ([5], 6));
        assert!(source.take(u64::MAX).is_err());
        source.seek(u64::MAX).unwrap();
        assert_eq!(source.position(), 100);
        assert!(source.array::<1>().is_err());
    }

    #[test]
    fn only_so_much_is_read() {
        let mut bytes = Cursor::new([0; 4_096]);
        let mut source = Source::new(&mut bytes).unwrap();
        for _ in 0..MOST_BYTES / 4_096 {
            source.seek(0).unwrap();
            source.take(4_096).unwrap();
        }
        source.seek(0).unwrap();
        assert!(source.array::<1>().is_err());
    }
}
