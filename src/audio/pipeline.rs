//! What happens to samples between the decoder and the ring: the speed, then
//! the rate of the device, then cutting into blocks that know their place.

use super::frame::{Frame, SILENCE};
use super::mp3::Outcome;
use super::ring::{BLOCK, Block};
use super::stretch::Stretch;
use super::track::Track;
use crate::model::playback::SeekId;

/// The way from a [`Track`] to blocks, for one start.
pub(super) struct Pipeline {
    id: SeekId,
    /// Where it begins, in samples of the episode.
    start: u64,
    step: f64,
    stretch: Option<Stretch>,
    convert: Option<Convert>,
    decoded: Vec<Frame>,
    stretched: Vec<Frame>,
    ready: Vec<Frame>,
    /// How many frames of `ready` are in blocks already.
    taken: usize,
    /// How many frames have left in blocks.
    left: u64,
    /// How many samples of the episode have come in.
    fed: u64,
    ended: bool,
    damaged: Option<u64>,
}

impl Pipeline {
    /// The way for the start `id`: from sample `start` of an episode at
    /// `media_hz`, at `speed`, to frames at `out_hz`.
    pub(super) fn new(id: SeekId, start: u64, media_hz: u32, speed: f64, out_hz: u32) -> Self {
        let convert = (media_hz != out_hz).then(|| Convert::new(media_hz, out_hz));
        let stretch = ((speed - 1.0).abs() > 1e-9).then(|| Stretch::new(media_hz, speed));
        Self {
            id,
            start,
            step: speed * f64::from(media_hz) / f64::from(out_hz),
            stretch,
            convert,
            decoded: Vec::new(),
            stretched: Vec::new(),
            ready: Vec::new(),
            taken: 0,
            left: 0,
            fed: 0,
            ended: false,
            damaged: None,
        }
    }

    /// The next block; `None` at the end of the track. A block is shorter than
    /// [`BLOCK`] only at the end.
    pub(super) fn next(&mut self, track: &mut Track) -> Option<Block> {
        while self.ready.len() - self.taken < BLOCK && !self.ended {
            if self.taken > 8 * BLOCK {
                self.ready.drain(..self.taken);
                self.taken = 0;
            }
            self.work(track);
        }
        let len = (self.ready.len() - self.taken).min(BLOCK);
        if len == 0 {
            return None;
        }
        let mut frames = [SILENCE; BLOCK];
        frames[..len].copy_from_slice(&self.ready[self.taken..self.taken + len]);
        let place = self.start as f64 + self.left as f64 * self.step;
        self.taken += len;
        self.left += len as u64;
        Some(Block { id: self.id, place, step: self.step, len, frames })
    }

    /// The place behind the last block, in samples of the episode.
    pub(super) fn end(&self) -> f64 {
        self.start as f64 + self.left as f64 * self.step
    }

    /// The sample at which damage was met since the last call.
    pub(super) fn take_damaged(&mut self) -> Option<u64> {
        self.damaged.take()
    }

    fn work(&mut self, track: &mut Track) {
        self.decoded.clear();
        let here = self.start + self.fed;
        match track.read(&mut self.decoded) {
            Outcome::Read => {}
            Outcome::Damaged => self.damaged = self.damaged.or(Some(here)),
            Outcome::End => self.ended = true,
        }
        self.fed += self.decoded.len() as u64;
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
            let all = (self.fed as f64 / self.step).round() as u64;
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
