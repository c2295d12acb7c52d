//! Where the frames of an MP3 lie: four bytes for each.

/// How many places are kept in one piece. The pieces are all alike and small:
/// one row that grew to megabytes would be moved whenever it is full, and leave
/// holes of all sizes behind it, in the memory of any thread.
const PIECE: usize = 1 << 14;

/// Where each frame lies in the file, in order.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The lower half of each place; see `wraps`. All pieces but the last are
    /// full.
    lower: Vec<Vec<u32>>,
    /// The frames at which the upper half grows by one.
    wraps: Vec<usize>,
}

impl Places {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lower.last().map_or(0, |last| (self.lower.len() - 1) * PIECE + last.len())
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.lower.is_empty()
    }

    /// Adds the place of the next frame, which is behind all others.
    pub(super) fn push(&mut self, place: u64) {
        while place >> 32 > self.wraps.len() as u64 {
            self.wraps.push(self.len());
        }
        if self.lower.last().is_none_or(|last| last.len() == PIECE) {
            self.lower.push(Vec::with_capacity(PIECE));
        }
        if let Some(last) = self.lower.last_mut() {
            last.push(place as u32);
        }
    }

    /// Forgets the first, so that the second is the first; costs time for each
    /// of the others.
    pub(super) fn drop_first(&mut self) {
        let all = std::mem::take(self);
        for frame in 1..all.len() {
            self.push(all.get(frame));
        }
    }

    /// The place of `frame`, which must be one of them.
    pub(super) fn get(&self, frame: usize) -> u64 {
        let wraps = self.wraps.partition_point(|wrap| *wrap <= frame) as u64;
        (wraps << 32) | u64::from(self.lower[frame / PIECE][frame % PIECE])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_what_was_put_in_also_beyond_four_gibibytes() {
        let place = |frame: usize| frame as u64 * 300_007;
        let mut places = Places::default();
        for frame in 0..3 * PIECE + 5 {
            assert_eq!(places.len(), frame);
            places.push(place(frame));
        }
        assert!(place(places.len()) >> 33 > 0);
        assert!((0..places.len()).all(|frame| places.get(frame) == place(frame)));
        places.drop_first();
        assert_eq!(places.len(), 3 * PIECE + 4);
        assert!((0..places.len()).all(|frame| places.get(frame) == place(frame + 1)));
    }
}
