//! Words that stand in a row, known by a hash.

/// How many hashes of two words there are. A transcript of an hour has some
/// 5,000 pairs: of four in a row, one in forty thousand is there by mistake.
const PAIRS: usize = 1 << 16;

/// How many of three: it has some 3,600 of them.
const TRIPLES: usize = 1 << 16;

/// How many of four: it has some 2,500 of them.
const FOURS: usize = 1 << 16;

/// Three and four words with more letters are not kept: one of them is rare enough
/// by itself, and they would take twice the room.
const LETTERS: usize = 10;
const LETTERS_OF_FOUR: usize = 12;

/// How many numbers there are.
pub(super) const GRAMS: usize = PAIRS + TRIPLES + FOURS;

/// Two words in a row or three or four short ones, by a number under [`GRAMS`];
/// others may have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store::library) struct Gram(u32);

impl Gram {
    /// How many words the longest has.
    pub(in crate::store::library) const LONGEST: usize = 4;

    /// That of these words; `None` if they are not kept.
    pub(in crate::store::library) fn of(words: &[&str]) -> Option<Self> {
        let row = words.iter().map(|word| Row::of(word)).reduce(Row::and)?;
        Self::of_row(row, words.len())
    }

    /// That of a row of so many words.
    fn of_row(row: Row, words: usize) -> Option<Self> {
        let (most, count, first) = match words {
            2 => (usize::MAX, PAIRS, 0),
            3 => (LETTERS, TRIPLES, PAIRS),
            4 => (LETTERS_OF_FOUR, FOURS, PAIRS + TRIPLES),
            _ => return None,
        };
        (row.letters <= most).then(|| Self::folded(row.hash, count, first))
    }

    /// One of `count` (a power of two), behind the `first`.
    fn folded(hash: u32, count: usize, first: usize) -> Self {
        let number = first + (hash >> (32 - count.ilog2())) as usize;
        Self(u32::try_from(number).unwrap_or_default())
    }

    /// Every number, in order.
    pub(super) fn every() -> impl Iterator<Item = Self> {
        (0..GRAMS).map(|number| Self(u32::try_from(number).unwrap_or_default()))
    }

    pub(super) const fn number(self) -> usize {
        self.0 as usize
    }
}

/// What a gram needs of its words.
#[derive(Clone, Copy)]
struct Row {
    hash: u32,
    letters: usize,
}

impl Row {
    fn of(word: &str) -> Self {
        // FNV-1a.
        let next = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        Self { hash: word.bytes().fold(0x811c_9dc5, next), letters: word.chars().count() }
    }

    /// With one more word.
    const fn and(self, word: Self) -> Self {
        Self { hash: mixed(self.hash, word.hash), letters: self.letters + word.letters }
    }
}

/// Of two hashes one, whose upper bits depend on all of them; what stands where
/// matters.
const fn mixed(one: u32, two: u32) -> u32 {
    let both = (one.rotate_left(15) ^ two) as u64;
    let mixed = both.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

/// Gathers which there are in a text.
pub(super) struct Grams {
    /// A bit for each.
    bits: Vec<u64>,
    /// The last word, the last two and the last three.
    last: [Option<Row>; Gram::LONGEST - 1],
}

impl Default for Grams {
    fn default() -> Self {
        Self { bits: vec![0; GRAMS / 64], last: [None; Gram::LONGEST - 1] }
    }
}

impl Grams {
    /// Takes in the next word.
    pub(super) fn push(&mut self, word: &str) {
        let word = Row::of(word);
        let mut row = Some(word);
        for length in 2..=Gram::LONGEST {
            let before = std::mem::replace(&mut self.last[length - 2], row);
            row = before.map(|before| before.and(word));
            if let Some(gram) = row.and_then(|row| Gram::of_row(row, length)) {
                self.set(gram);
            }
        }
    }

    fn set(&mut self, gram: Gram) {
        self.bits[gram.number() / 64] |= 1 << (gram.number() % 64);
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> Vec<Gram> {
        let mut all = Vec::new();
        for (place, bits) in self.bits.iter().enumerate() {
            let mut left = *bits;
            while left != 0 {
                let number = place * 64 + left.trailing_zeros() as usize;
                all.extend(u32::try_from(number).map(Gram));
                left &= left - 1;
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_words_that_stand_in_a_row_in_it_and_hardly_any_others() {
        // Of three letters in twenty-six.
        let word =
            |n: u32| (0..3).map(|at| char::from(b'a' + (n / 26u32.pow(at) % 26) as u8)).collect();
        let words: Vec<String> = (0..5_000).map(|n| word(n * 3_001 % 5_003)).collect();
        let mut grams = Grams::default();
        for word in &words {
            grams.push(word);
        }
        let all = grams.all();
        assert!(all.is_sorted_by_key(|gram| gram.number()));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for length in 2..=Gram::LONGEST {
            for row in words.windows(length) {
                assert!(all.contains(&Gram::of(row).unwrap()), "{row:?}");
            }
        }
        let back = words.iter().rev().copied().collect::<Vec<_>>();
        for (length, most) in [(2, 500), (3, 500), (4, 500)] {
            let wrong = back.windows(length).filter(|row| all.contains(&Gram::of(row).unwrap()));
            let wrong = wrong.count();
            assert!((10..most).contains(&wrong), "{length}: {wrong}");
        }
        assert_eq!((Gram::of(&["a"]), Gram::of(&["a"; 5])), (None, None));
        let is_kept = |row: &[&str]| Gram::of(row).is_some();
        assert!(is_kept(&["in", "the", "\u{eb}\u{eb}\u{eb}\u{eb}\u{eb}"]));
        assert!(!is_kept(&["in", "the", "end of"]));
        assert!(is_kept(&["this", "is", "what", "we"]));
        assert!(!is_kept(&["that", "is", "what", "you"]));
    }
}
