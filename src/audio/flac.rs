//! Where the frames of a FLAC file lie, as far as a jump needs it (RFC 9639).
//!
//! symphonia's own way halves the whole file, which is a read for each bit of
//! its length; here a place is guessed, and the demuxer is shown only what lies
//! from there on.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use memchr::memchr;

use super::bytes::{Bytes, Window};
use super::narrow::Narrow;

/// How near a frame is found by guessing; from there the demuxer reads frame by
/// frame.
const NEAR: u64 = 64 << 10;

/// How far it is looked for a frame: more than a long one has bytes.
const FAR: u64 = 512 << 10;

/// How many bytes the head of a frame has at most.
const MOST: usize = 16;

/// How many blocks of what is about the file are looked at.
const MANY: usize = 4_096;

/// The numbers of such blocks: what the sound is like, and where places are.
const STREAM_INFO: u8 = 0;
const SEEK_TABLE: u8 = 3;

/// What a demuxer is not shown: as if some frames were not there.
#[derive(Debug, Default)]
pub(super) struct Gap {
    /// Where the first frame lies.
    first: AtomicU64,
    /// What is shown there instead; 0 for all as it is.
    shown: AtomicU64,
}

impl Gap {
    /// Where in the file is what the demuxer takes to lie at `place`.
    pub(super) fn place(&self, place: u64) -> u64 {
        let first = self.first.load(Ordering::Relaxed);
        match (self.shown.load(Ordering::Relaxed), place.checked_sub(first)) {
            (0, _) | (_, None) => place,
            (shown, Some(behind)) => shown + behind,
        }
    }

    /// Where the demuxer is to take the end of `len` bytes to be. If it is
    /// shown a place, it is to look there and not further on.
    pub(super) fn end(&self, len: u64) -> u64 {
        match self.shown.load(Ordering::Relaxed) {
            0 => len,
            _ => self.first.load(Ordering::Relaxed) + 1,
        }
    }
}

/// A file of FLAC in which frames are looked for.
pub(super) struct Flac {
    leaps: Window,
    gap: Arc<Gap>,
    first: u64,
    /// How many samples a frame has; `None` where that differs.
    block: Option<i64>,
    channels: u8,
    samples: i64,
}

impl Flac {
    /// The FLAC in `bytes`, from which `gap` is left out; `None` if it is none,
    /// says itself where places are, or does not say how long it is.
    pub(super) fn open(bytes: &Arc<Bytes>, gap: &Arc<Gap>) -> Option<Self> {
        let mut info = [0; 42];
        let read = bytes.read_at(0, &mut info).ok()?;
        if read < info.len() || !info.starts_with(b"fLaC") || info[4] & 0x7f != STREAM_INFO {
            return None;
        }
        let word = |at: usize| u64::from(u16::from_be_bytes([info[at], info[at + 1]]));
        let (least, most) = (word(8), word(10));
        let samples = u64::from(info[21] & 0xf) << 32 | word(22) << 16 | word(24);
        let flac = Self {
            leaps: Window::new(Arc::clone(bytes), 8 << 10),
            gap: Arc::clone(gap),
            first: first_frame(bytes)?,
            block: (least == most).then_some(most.cast_signed()),
            channels: info[20] >> 1 & 7,
            samples: i64::try_from(samples).ok().filter(|samples| *samples > 0)?,
        };
        gap.first.store(flac.first, Ordering::Relaxed);
        Some(flac)
    }

    /// Shows the demuxer only what lies from shortly before `sample` on.
    pub(super) fn narrow(&mut self, sample: i64) {
        let place = self.place(sample).unwrap_or(self.first);
        // Only where it meets something else first does it forget what it has
        // read ahead.
        self.gap.shown.store(place - 1, Ordering::Relaxed);
    }

    /// Shows it all.
    pub(super) fn widen(&self) {
        self.gap.shown.store(0, Ordering::Relaxed);
    }

    /// Where a frame begins that is at most [`NEAR`] before that of `sample`.
    fn place(&mut self, sample: i64) -> io::Result<u64> {
        self.leaps.forget();
        let end = (self.leaps.bytes().len(), self.samples);
        let mut narrow = Narrow::new(sample, (self.first, 0), end, NEAR);
        while let Some((from, to)) = narrow.guess() {
            let found = self.frame_behind(from, to)?;
            narrow.tell(from, found);
        }
        Ok(narrow.begin())
    }

    /// The first frame that begins at `from` or behind it, and before `to`, and
    /// its first sample.
    fn frame_behind(&mut self, from: u64, to: u64) -> io::Result<Option<(u64, i64)>> {
        let (mut at, to) = (from, to.min(from + FAR));
        while at < to {
            let ahead = self.leaps.at(at, 4_096)?;
            let Some(last) = ahead.len().checked_sub(MOST) else { break };
            let Some(distance) = memchr(0xff, &ahead[..=last]) else {
                at += last as u64 + 1;
                continue;
            };
            at += distance as u64;
            let head = ahead[distance..].first_chunk::<MOST>().copied().unwrap_or_default();
            if let Some(sample) = self.first_sample(&head).filter(|_| at < to) {
                return Ok(Some((at, sample)));
            }
            at += 1;
        }
        Ok(None)
    }

    /// The first sample of the frame whose head is in front in `bytes`; `None`
    /// where there is no head (section 9.1).
    fn first_sample(&self, bytes: &[u8]) -> Option<i64> {
        let [0xff, kind @ 0xf8..=0xf9, sizes, form, number, ..] = *bytes else { return None };
        let (block, rate) = (sizes >> 4, sizes & 0xf);
        let channels = match form >> 4 {
            channels @ 0..=7 => channels,
            8..=10 => 1,
            _ => return None,
        };
        if block == 0 || rate == 0xf || channels != self.channels || form & 1 == 1 {
            return None;
        }
        // It is coded as are letters in UTF-8, but of up to 36 bits.
        let more = match number.leading_ones() {
            0 => 0,
            ones @ 2..=7 => ones as usize - 1,
            _ => return None,
        };
        let mut value = i64::from(if more == 0 { number } else { number & (0x3f >> more) });
        for byte in bytes.get(5..5 + more)? {
            value = (value << 6 | i64::from(byte & 0x3f)).min(i64::MAX >> 17);
        }
        let extra = usize::from(matches!(block, 6 | 7)) + usize::from(block == 7);
        let extra = extra + usize::from(matches!(rate, 12..=14)) + usize::from(rate > 12);
        let check = 5 + more + extra;
        if check8(bytes.get(..check)?) != *bytes.get(check)? {
            return None;
        }
        let sample = if kind == 0xf9 { value } else { value * self.block? };
        (sample < self.samples).then_some(sample)
    }
}

/// Where the first frame lies: behind the blocks about the file (section 8.1);
/// `None` where one of them says where places are.
fn first_frame(bytes: &Bytes) -> Option<u64> {
    let mut at = 4;
    for _ in 0..MANY {
        let mut head = [0; 4];
        if bytes.read_at(at, &mut head).ok()? < head.len() {
            return None;
        }
        let [kind, size @ ..] = head;
        let size = size.iter().fold(0, |size, byte| size << 8 | u64::from(*byte));
        if kind & 0x7f == SEEK_TABLE && size > 0 {
            return None;
        }
        at += 4 + size;
        if kind & 0x80 != 0 {
            return Some(at);
        }
    }
    None
}

/// The sum over the head of a frame, of 8 bits (section 9.1.8).
fn check8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ byte, |sum, _| sum << 1 ^ if sum & 0x80 == 0 { 0 } else { 7 })
    })
}
