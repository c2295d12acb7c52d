//! In which transcripts a word is, and how often, in a few bytes each.

/// The most that is counted of a word in one transcript.
const MOST: u32 = 255;

/// A list of transcripts as it is written, made one after the other.
///
/// Each is the distance from the one before, doubled and, if the word is there
/// more than once, one more, seven bits a byte with the lowest first, of which
/// all but the last have the eighth set; after it, if the word is there more
/// than once, how often, as one byte.
#[derive(Clone, Debug, Default)]
pub(super) struct Postings {
    bytes: Vec<u8>,
    last: u32,
}

impl Postings {
    /// Adds the transcript of the file `id`, which must be a greater one than
    /// the last, and in which the word is `count` times, at least once.
    pub(super) fn push(&mut self, id: u32, count: u32) {
        let is_often = count > 1;
        let mut left = u64::from(id - self.last) << 1 | u64::from(is_often);
        while left > 0x7f {
            self.bytes.push(u8::try_from(left & 0x7f).unwrap_or_default() | 0x80);
            left >>= 7;
        }
        self.bytes.push(u8::try_from(left).unwrap_or_default());
        if is_often {
            self.bytes.push(u8::try_from(count.min(MOST)).unwrap_or(u8::MAX));
        }
        self.last = id;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The transcripts in `bytes`, each with how often the word is there. What
/// makes no sense ends it.
pub(super) fn read(mut bytes: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    let mut last = 0u32;
    std::iter::from_fn(move || {
        let mut value = 0u64;
        for place in 0..5 {
            let (first, rest) = bytes.split_first()?;
            bytes = rest;
            value |= u64::from(first & 0x7f) << (7 * place);
            if first & 0x80 == 0 {
                break;
            }
        }
        last = last.checked_add(u32::try_from(value >> 1).ok()?)?;
        if value & 1 == 0 {
            return Some((last, 1));
        }
        let (count, rest) = bytes.split_first()?;
        bytes = rest;
        Some((last, u32::from(*count)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(
            some in proptest::collection::btree_map(1..u32::MAX, 1..300u32, 0..50)
        ) {
            let mut postings = Postings::default();
            for (id, count) in &some {
                postings.push(*id, *count);
            }
            let expected: Vec<_> = some.iter().map(|(id, count)| (*id, (*count).min(255))).collect();
            proptest::prop_assert_eq!(read(postings.bytes()).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn whatever_is_read_comes_to_an_end(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..50)
        ) {
            proptest::prop_assert!(read(&bytes).count() <= bytes.len());
        }
    }
}
