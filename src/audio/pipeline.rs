//! What happens to samples between the decoder and the ring: silences are
//! trimmed and voices made alike, then come the speed and the rate of the
//! device, then cutting into blocks that know their place.

use std::collections::VecDeque;

use super::activity::Ear;
use super::frame::{Frame, SILENCE};
use super::level::{Leveller, Loudness};
use super::mp3::Outcome;
use super::ring::{BLOCK, Block};
use super::stretch::Stretch;
use super::track::Track;
use super::trim::{Cut, Trimmer};
use super::voice::Start;
use crate::model::playback::SeekId;

/// What has been learnt of an episode's sound, whatever start it came from.
#[derive(Debug)]
pub(super) struct Memory {
    ear: Ear,
    loudness: Loudness,
}

impl Memory {
    /// Of an episode at `media_hz` of which nothing has been heard.
    pub(super) fn new(media_hz: u32) -> Self {
        Self { ear: Ear::new(media_hz), loudness: Loudness::new(media_hz) }
    }
}

/// The way from a [`Track`] to blocks, for one start.
pub(super) struct Pipeline {
    id: SeekId,
    /// Where it begins, in samples of the episode.
    start: u64,
    step: f64,
    trim: Option<Trimmer>,
    /// What the trimmer has left out and has not been come to yet, and how
    /// many samples are left out before.
    cuts: VecDeque<Cut>,
    cut: u64,
    /// What it has left out since that was asked last, as samples of the
    /// episode: the first that is missing and the first that is not.
    skips: Vec<(u64, u64)>,
    level: Option<Leveller>,
    stretch: Option<Stretch>,
    convert: Option<Convert>,
    decoded: Vec<Frame>,
    /// What one of the steps before the stretch has made of it.
    changed: Vec<Frame>,
    stretched: Vec<Frame>,
    ready: Vec<Frame>,
    /// How many frames of `ready` are in blocks already.
    taken: usize,
    /// How many frames have left in blocks.
    left: u64,
    /// How many samples of the episode have come in, and how many of them are
    /// not left out.
    fed: u64,
    kept: u64,
    ended: bool,
    damaged: Option<u64>,
}

impl Pipeline {
    /// The way for `start` of an episode at `media_hz` to frames at `out_hz`.
    pub(super) fn new(start: Start, media_hz: u32, out_hz: u32) -> Self {
        let speed = start.speed.factor();
        let trim = start.manner.trim.seconds().map(|seconds| Trimmer::new(media_hz, seconds));
        let convert = (media_hz != out_hz).then(|| Convert::new(media_hz, out_hz));
        let stretch = ((speed - 1.0).abs() > 1e-9).then(|| Stretch::new(media_hz, speed));
        Self {
            id: start.id,
            start: start.sample,
            trim,
            level: if start.manner.even { Leveller::new(media_hz) } else { None },
            cuts: VecDeque::new(),
            cut: 0,
            skips: Vec::new(),
            step: speed * f64::from(media_hz) / f64::from(out_hz),
            stretch,
            convert,
            decoded: Vec::new(),
            changed: Vec::new(),
            stretched: Vec::new(),
            ready: Vec::new(),
            taken: 0,
            left: 0,
            fed: 0,
            kept: 0,
            ended: false,
            damaged: None,
        }
    }

    /// Becomes the way for `start`, working in the same memory.
    pub(super) fn renew(&mut self, start: Start, media_hz: u32, out_hz: u32) {
        let mut old = std::mem::replace(self, Self::new(start, media_hz, out_hz));
        for (new, old) in [
            (&mut self.decoded, &mut old.decoded),
            (&mut self.changed, &mut old.changed),
            (&mut self.stretched, &mut old.stretched),
            (&mut self.ready, &mut old.ready),
        ] {
            old.clear();
            std::mem::swap(new, old);
        }
    }

    /// The next block; `None` at the end of the track. A block is shorter than
    /// [`BLOCK`] only at the end and where something was left out.
    pub(super) fn next(&mut self, track: &mut Track, memory: &mut Memory) -> Option<Block> {
        while self.ready.len() - self.taken < BLOCK && !self.ended {
            if self.taken > 8 * BLOCK {
                self.ready.drain(..self.taken);
                self.taken = 0;
            }
            self.work(track, memory);
        }
        let mut len = (self.ready.len() - self.taken).min(BLOCK);
        if len == 0 {
            return None;
        }
        while let Some(cut) = self.cuts.front() {
            let until = cut.at as f64 / self.step - self.left as f64;
            if until > 0.5 {
                len = len.min(until.round() as usize);
                break;
            }
            self.cut += cut.len;
            self.cuts.pop_front();
        }
        let mut frames = [SILENCE; BLOCK];
        frames[..len].copy_from_slice(&self.ready[self.taken..self.taken + len]);
        let place = self.end();
        self.taken += len;
        self.left += len as u64;
        Some(Block { id: self.id, place, step: self.step, len, frames })
    }

    /// The place behind the last block, in samples of the episode.
    pub(super) fn end(&self) -> f64 {
        (self.start + self.cut) as f64 + self.left as f64 * self.step
    }

    /// What was left out since the last call, as samples of the episode: the
    /// first that is missing and the first that is not.
    pub(super) fn take_skips(&mut self) -> Vec<(u64, u64)> {
        std::mem::take(&mut self.skips)
    }

    /// The sample at which damage was met since the last call.
    pub(super) fn take_damaged(&mut self) -> Option<u64> {
        self.damaged.take()
    }

    fn work(&mut self, track: &mut Track, memory: &mut Memory) {
        self.decoded.clear();
        let here = self.start + self.fed;
        match track.read(&mut self.decoded) {
            Outcome::Read => {}
            Outcome::Damaged => self.damaged = self.damaged.or(Some(here)),
            Outcome::End => self.ended = true,
        }
        self.fed += self.decoded.len() as u64;
        if let Some(trim) = &mut self.trim {
            let mut cuts = Vec::new();
            self.changed.clear();
            trim.feed(&self.decoded, &mut memory.ear, &mut self.changed, &mut cuts);
            if self.ended {
                trim.finish(&mut self.changed, &mut cuts);
            }
            std::mem::swap(&mut self.decoded, &mut self.changed);
            for cut in cuts {
                let before: u64 = self.cuts.iter().map(|cut| cut.len).sum();
                let from = self.start + self.cut + before + cut.at;
                self.skips.push((from, from + cut.len));
                self.cuts.push_back(cut);
            }
        }
        if let Some(level) = &mut self.level {
            self.changed.clear();
            level.feed(&self.decoded, &mut memory.loudness, &mut self.changed);
            if self.ended {
                level.finish(&mut memory.loudness, &mut self.changed);
            }
            std::mem::swap(&mut self.decoded, &mut self.changed);
        }
        self.kept += self.decoded.len() as u64;
        let sound = match &mut self.stretch {
            None => &self.decoded,
            Some(stretch) => {
                self.stretched.clear();
                stretch.feed(&self.decoded);
                if self.ended {
                    stretch.finish();
                }
                while stretch.hop(&mut self.stretched) {}
                &self.stretched
            }
        };
        match &mut self.convert {
            None => self.ready.extend_from_slice(sound),
            Some(convert) => convert.feed(sound, self.ended, &mut self.ready),
        }
        if self.ended {
            // The last hop may go past the end.
            let all = (self.kept as f64 / self.step).round() as u64;
            let keep = self.taken + all.saturating_sub(self.left) as usize;
            self.ready.truncate(keep);
        }
    }
}

/// Changes the rate by drawing lines between the samples.
struct Convert {
    step: f64,
    /// Where the next frame lies, counted from `last`.
    at: f64,
    last: Option<Frame>,
}

impl Convert {
    fn new(from_hz: u32, to_hz: u32) -> Self {
        Self { step: f64::from(from_hz) / f64::from(to_hz), at: 0.0, last: None }
    }

    fn feed(&mut self, sound: &[Frame], is_last: bool, out: &mut Vec<Frame>) {
        for &frame in sound {
            let Some(last) = self.last.replace(frame) else { continue };
            while self.at < 1.0 {
                let part = self.at as f32;
                out.push([0, 1].map(|side| last[side] + (frame[side] - last[side]) * part));
                self.at += self.step;
            }
            self.at -= 1.0;
        }
        if is_last && let Some(last) = self.last {
            while self.at < 1.0 {
                out.push(last);
                self.at += self.step;
            }
        }
    }
}
