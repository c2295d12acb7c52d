//! One start's way from the track into the ring: how much is decoded ahead,
//! and when more is wanted.

use std::time::Duration;

use super::pipeline::{Memory, Pipeline};
use super::ring::{BLOCK, Inlet, Later};
use super::track::Track;
use crate::model::playback::{Manner, SeekId, Speed};

/// How much is decoded before sound begins, in seconds: about what a device
/// takes at first, and what a server holds that is written over by a jump.
const AT_FIRST: f64 = 0.2;
const AT_JUMP: f64 = 0.12;

/// How much later than when half of it has been played the ring is filled:
/// devices take sound in pieces.
const LATER: Duration = Duration::from_millis(50);

/// How many blocks are decoded in one go.
const SLICE: usize = 24;

/// Where and how sound begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// Its id.
    pub(super) id: SeekId,
    /// The oldest start whose sound may still be heard before this one's.
    pub(super) oldest: SeekId,
    /// The sample it begins with.
    pub(super) sample: u64,
    /// How fast.
    pub(super) speed: Speed,
    /// What is done to the sound.
    pub(super) manner: Manner,
}

/// The way of the sound from the track into the ring.
pub(super) struct Voice {
    start: Start,
    out_hz: u32,
    inlet: Inlet,
    pipeline: Pipeline,
    /// Whether all that there is has been decoded.
    is_whole: bool,
    /// Whether the ring is being filled; else it is being played empty.
    is_filling: bool,
}

impl Voice {
    /// Begins at `start`, with enough in the ring of `inlet` for a device to
    /// begin.
    pub(super) fn new(
        start: Start,
        inlet: Inlet,
        out_hz: u32,
        track: &mut Track,
        memory: &mut Memory,
    ) -> Self {
        let pipeline = Pipeline::new(start, track.rate_hz(), out_hz);
        let mut voice = Self { start, out_hz, inlet, pipeline, is_whole: false, is_filling: true };
        voice.begin(start, AT_FIRST, track, memory);
        voice
    }

    /// Begins at `start` in a new ring, and gives that.
    pub(super) fn renew(&mut self, start: Start, track: &mut Track, memory: &mut Memory) -> Later {
        let later = self.inlet.renew();
        self.begin(start, AT_JUMP, track, memory);
        later
    }

    fn begin(&mut self, start: Start, seconds: f64, track: &mut Track, memory: &mut Memory) {
        track.seek(start.sample);
        self.start = start;
        self.pipeline.renew(start, track.rate_hz(), self.out_hz);
        self.is_whole = false;
        let blocks = (seconds * f64::from(self.out_hz)) as usize / BLOCK + 1;
        self.decode(track, memory, blocks);
    }

    /// The start that it belongs to.
    pub(super) fn id(&self) -> SeekId {
        self.start.id
    }

    /// The oldest start whose sound may still be heard before this one's.
    pub(super) fn oldest(&self) -> SeekId {
        self.start.oldest
    }

    /// The sample it begins with.
    pub(super) fn from(&self) -> u64 {
        self.start.sample
    }

    /// Where its ring is filled and swapped.
    pub(super) fn inlet(&mut self) -> &mut Inlet {
        &mut self.inlet
    }

    /// Whether all that there is has been decoded.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether there was anything to play.
    pub(super) fn has_begun(&self) -> bool {
        self.end() > self.start.sample as f64
    }

    /// The place behind the last block, in samples of the episode.
    pub(super) fn end(&self) -> f64 {
        self.pipeline.end()
    }

    /// The sample at which damage was met since the last call.
    pub(super) fn take_damaged(&mut self) -> Option<u64> {
        self.pipeline.take_damaged()
    }

    /// What was left out since the last call, as samples of the episode: the
    /// first that is missing and the first that is not.
    pub(super) fn take_skips(&mut self) -> Vec<(u64, u64)> {
        self.pipeline.take_skips()
    }

    /// Whether more is to be decoded now: from when half of the ring has been
    /// played until it is full.
    pub(super) fn is_hungry(&self) -> bool {
        let is_half = self.inlet.waiting() <= self.inlet.size() / 2;
        !self.is_whole && (self.is_filling || is_half)
    }

    /// How long until more is to be decoded; `None` when nothing is left.
    pub(super) fn until_hungry(&self) -> Option<Duration> {
        let half = self.length(self.inlet.size() / 2);
        let time = self.waiting().saturating_sub(half) + LATER;
        (!self.is_whole).then_some(time)
    }

    /// How long what waits in the ring will play.
    pub(super) fn waiting(&self) -> Duration {
        self.length(self.inlet.waiting())
    }

    fn length(&self, blocks: usize) -> Duration {
        Duration::from_secs_f64((blocks * BLOCK) as f64 / f64::from(self.out_hz))
    }

    /// Decodes a little ahead.
    pub(super) fn fill(&mut self, track: &mut Track, memory: &mut Memory) {
        self.decode(track, memory, SLICE);
    }

    /// Decodes up to so many blocks, and notes whether there is room for more.
    fn decode(&mut self, track: &mut Track, memory: &mut Memory, blocks: usize) {
        for _ in 0..blocks.min(self.inlet.room()) {
            let Some(block) = self.pipeline.next(track, memory) else {
                self.is_whole = true;
                break;
            };
            self.inlet.push(&block);
        }
        self.is_filling = self.inlet.room() > 0;
    }
}
