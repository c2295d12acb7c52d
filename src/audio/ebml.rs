//! The elements that a Matroska is made of (RFC 8794).

use std::io;

use super::bytes::Window;

/// An element: its name, where it begins, and its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) id: u32,
    pub(super) at: u64,
    pub(super) begin: u64,
    /// Behind its content; `None` where who wrote it did not know.
    pub(super) end: Option<u64>,
}

impl Element {
    /// The element at `at`; `None` where the bytes are none.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn read(window: &mut Window, at: u64) -> io::Result<Option<Self>> {
        let bytes = window.at(at, 12)?;
        let Some((id, id_len)) = number(bytes, 4, true) else { return Ok(None) };
        let Some((size, size_len)) = bytes.get(id_len..).and_then(|size| number(size, 8, false))
        else {
            return Ok(None);
        };
        let begin = at + (id_len + size_len) as u64;
        // All ones say that the size is not known.
        let is_unknown = size == (1 << (7 * size_len)) - 1;
        let end = if is_unknown { None } else { begin.checked_add(size) };
        if end.is_none() && !is_unknown {
            return Ok(None);
        }
        Ok(Some(Self { id: id as u32, at, begin, end }))
    }

    /// The elements in it, up to the first that is damaged or goes beyond it.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn children(&self, window: &mut Window, most: usize) -> io::Result<Vec<Self>> {
        let mut found = Vec::new();
        let (mut at, limit) = (self.begin, self.end.unwrap_or(u64::MAX));
        while found.len() < most
            && at < limit
            && let Some(child) = Self::read(window, at)?
            && let Some(end) = child.end.filter(|end| *end <= limit)
        {
            found.push(child);
            at = end;
        }
        Ok(found)
    }

    /// Its content, if it is no more than `most` bytes and all there.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn bytes<'a>(&self, window: &'a mut Window, most: u64) -> io::Result<&'a [u8]> {
        let size = self.end.map_or(0, |end| end - self.begin);
        let bytes = window.at(self.begin, size.min(most) as usize)?;
        Ok(if bytes.len() as u64 == size { bytes } else { &[] })
    }

    /// Its content as a number; 0 if it is none.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn number(&self, window: &mut Window) -> io::Result<u64> {
        let bytes = self.bytes(window, 8)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Its content as a number with a point; 0 if it is none.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub(super) fn float(&self, window: &mut Window) -> io::Result<f64> {
        let bytes = self.bytes(window, 8)?;
        let long = bytes.try_into().map(f64::from_be_bytes);
        let short = || bytes.try_into().map(|four| f64::from(f32::from_be_bytes(four)));
        Ok(long.or_else(|_| short()).unwrap_or(0.0))
    }
}

/// The number at the start of `bytes`, whose first byte says how many it has:
/// with the bit that says so, or without; and how many there are, at most
/// `most`.
pub(super) fn number(bytes: &[u8], most: usize, with_mark: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let len = first.leading_zeros() as usize + 1;
    if len > most {
        return None;
    }
    let mark = if with_mark { 0 } else { 0x80_u8 >> (len - 1) };
    let rest = bytes.get(1..len)?;
    let number = rest.iter().fold(u64::from(first ^ mark), |all, byte| all << 8 | u64::from(*byte));
    Some((number, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_how_long_it_is() {
        assert_eq!(number(&[0x81], 8, false), Some((1, 1)));
        assert_eq!(number(&[0x40, 0x7f, 9], 8, false), Some((127, 2)));
        assert_eq!(number(&[0x1a, 0x45, 0xdf, 0xa3], 4, true), Some((0x1a45_dfa3, 4)));
        assert_eq!(number(&[0x08, 0, 0, 0, 0], 4, true), None);
        assert_eq!(number(&[0], 8, false), None);
        assert_eq!(number(&[0x40], 8, false), None);
        assert_eq!(number(&[], 8, false), None);
    }
}
