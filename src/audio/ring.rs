//! From the decoder to the device: blocks that know their place, and a ring of
//! them.
//!
//! A seek does not empty the ring: it swaps it for another, and the old one
//! goes back to the decoder's thread for the next seek. So nothing waits, and nothing is freed
//! where the device calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rtrb::{Consumer, Producer, RingBuffer};

use super::feed::{Feed, Tap};
use super::frame::Frame;
use super::shared::Shared;
use crate::model::playback::SeekId;
use crate::model::{MediaTime, Moment};

/// Frames in a block.
pub(super) const BLOCK: usize = 256;

/// A short piece of sound that knows where in the episode it belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The start that it belongs to.
    pub id: SeekId,
    /// The place of its first frame, in samples of the episode.
    pub place: f64,
    /// How many samples of the episode pass with each frame.
    pub step: f64,
    /// How many of the frames are used.
    pub len: usize,
    /// The frames.
    pub frames: [Frame; BLOCK],
}

/// A ring to change to.
pub(super) struct Swap {
    pub(super) ring: Consumer<Block>,
    /// Where the old ring is left: at once, or when it has come this far.
    pub(super) at: Option<f64>,
}

/// The wish that the sound go, and when it has gone.
#[derive(Debug, Default)]
pub(super) struct Hush {
    asked: AtomicBool,
    /// The moment after the last sound, in nanoseconds; 0 before that is known.
    over: AtomicU64,
}

impl Hush {
    /// Whether the sound is to go.
    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Notes that the last of it is heard at `moment`, unless that is noted.
    pub(super) fn end_at(&self, moment: Moment) {
        let over = u64::try_from(moment.0.as_nanos()).unwrap_or(u64::MAX);
        let _ = self.over.compare_exchange(0, over, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// The decoder's end: where blocks go in.
pub(super) struct Inlet {
    hush: Arc<Hush>,
    ring: Producer<Block>,
    swaps: Producer<Swap>,
    trash: Consumer<Tap>,
    blocks: usize,
    /// The near ends of rings that the feed has not given back yet.
    left: Vec<Producer<Block>>,
    /// A ring that it has given back, for the next change.
    spare: Option<(Producer<Block>, Consumer<Block>)>,
}

impl Inlet {
    /// How many blocks the ring can still take.
    pub(super) fn room(&self) -> usize {
        self.ring.slots()
    }

    /// How many blocks are waiting to be played.
    pub(super) fn waiting(&self) -> usize {
        self.blocks - self.ring.slots()
    }

    /// How many blocks the ring holds when it is full.
    pub(super) fn size(&self) -> usize {
        self.blocks
    }

    /// Adds a block; without room for it, it is lost.
    pub(super) fn push(&mut self, block: &Block) {
        let _ = self.ring.push(*block);
    }

    /// Has the sound go, in place of what is in the ring.
    pub(super) fn hush(&self) {
        self.hush.asked.store(true, Ordering::Relaxed);
    }

    /// The moment after the last sound, once the feed has let it go.
    pub(super) fn hushed(&self) -> Option<Moment> {
        let over = self.hush.over.load(Ordering::Relaxed);
        (over > 0).then(|| Moment(Duration::from_nanos(over)))
    }

    /// Begins another ring, into which blocks go from now on; gives its far end,
    /// for [`Inlet::swap`] when there is enough in it. Two rings take turns, as
    /// long as the feed gives one back before the next change.
    pub(super) fn renew(&mut self) -> Later {
        self.take_in();
        let (near, far) = self.spare.take().unwrap_or_else(|| RingBuffer::new(self.blocks));
        self.left.push(std::mem::replace(&mut self.ring, near));
        Later(far)
    }

    /// Takes in the rings that the feed gives back, and keeps one of them.
    fn take_in(&mut self) {
        while let Ok(tap) = self.trash.pop() {
            let mut far = tap.into_ring();
            let near = self.left.iter().position(|near| near.buffer() == far.buffer());
            let Some(near) = near.map(|near| self.left.swap_remove(near)) else { continue };
            while far.pop().is_ok() {}
            self.spare = Some((near, far));
        }
        // One whose far end is gone does not come back.
        self.left.retain(|near| !near.is_abandoned());
    }

    /// Lets the feed change to `ring`, at once or when its sound has come to
    /// the place `at`. `false` when the feed has not taken the changes before
    /// this one for long: it is dead.
    pub(super) fn swap(&mut self, ring: Later, at: Option<f64>) -> bool {
        self.take_in();
        self.swaps.push(Swap { ring: ring.0, at }).is_ok()
    }
}

/// The far end of a ring that is being filled.
pub(super) struct Later(Consumer<Block>);

/// What a feed is made of.
pub(super) struct Far {
    /// The first ring.
    pub(super) ring: Consumer<Block>,
    /// Those to change to.
    pub(super) swaps: Consumer<Swap>,
    /// Where the old ones go.
    pub(super) trash: Producer<Tap>,
    /// Whether the sound is to go.
    pub(super) hush: Arc<Hush>,
}

/// The two ends of a new ring of about `seconds`, whose sound is written to
/// the place in `shared` by `writer`. It begins with a fade.
pub(super) fn pair(
    shared: &Arc<Shared>,
    writer: u64,
    media_hz: u32,
    out_hz: u32,
    seconds: f64,
) -> (Inlet, Feed) {
    let blocks = ((f64::from(out_hz) * seconds) as usize / BLOCK).max(8);
    let (producer, consumer) = RingBuffer::new(blocks);
    let (swaps_in, swaps_out) = RingBuffer::new(8);
    let (trash_in, trash_out) = RingBuffer::new(32);
    let hush = Arc::new(Hush::default());
    let far = Far { ring: consumer, swaps: swaps_out, trash: trash_in, hush: Arc::clone(&hush) };
    let feed = Feed::new(far, shared, writer, media_hz, out_hz);
    let (ring, swaps, trash) = (producer, swaps_in, trash_out);
    (Inlet { hush, ring, swaps, trash, blocks, left: Vec::new(), spare: None }, feed)
}

/// The time of `place`, in samples of the episode.
pub(super) fn time(place: f64, media_hz: u32) -> MediaTime {
    MediaTime::from_micros((place / f64::from(media_hz.max(1)) * 1e6).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::frame::SILENCE;

    #[test]
    fn rings_that_are_left_are_filled_again() {
        let shared = Arc::new(Shared::new());
        let (mut inlet, mut feed) = pair(&shared, shared.place.clear(), 8_000, 8_000, 1.0);
        let mut rings = Vec::new();
        for n in 1..100 {
            let later = inlet.renew();
            let ring = std::ptr::from_ref(inlet.ring.buffer());
            if !rings.contains(&ring) {
                rings.push(ring);
            }
            assert_eq!(inlet.waiting(), 0, "something is left of the ring before");
            let (place, frames) = (f64::from(n), [SILENCE; BLOCK]);
            inlet.push(&Block { id: SeekId(n), place, step: 1.0, len: BLOCK, frames });
            assert!(inlet.swap(later, None));
            let mut out = [SILENCE; BLOCK];
            assert_eq!(feed.fill(&mut out, Moment(Duration::from_secs(u64::from(n)))), BLOCK);
            assert_eq!(shared.place.handed().map(|heard| heard.id), Some(SeekId(n)));
        }
        assert!(rings.len() <= 3, "{} rings", rings.len());
    }

    #[test]
    fn a_ring_that_the_feed_never_took_is_not_waited_for() {
        let shared = Arc::new(Shared::new());
        let (mut inlet, _feed) = pair(&shared, shared.place.clear(), 8_000, 8_000, 1.0);
        for _ in 0..100 {
            drop(inlet.renew());
        }
        assert!(inlet.left.len() <= 2, "{} are kept", inlet.left.len());
    }
}
