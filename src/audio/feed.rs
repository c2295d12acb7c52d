//! The far end of the ring: frames come out of it, faded where sounds meet, at
//! the volume that is wanted, and their place is written down.

use std::sync::Arc;
use std::time::Duration;

use rtrb::{Consumer, Producer};

use super::frame::{Frame, SILENCE};
use super::ring::{BLOCK, Block, Far, Hush, Swap, time};
use super::shared::Shared;
use crate::model::playback::{Heard, SeekId};
use crate::model::{Clock, Moment};

/// How long a new sound takes to come in, and the old one to go.
const FADE: Duration = Duration::from_millis(3);

/// How long a sound takes to go where none follows it.
const LEAVE: Duration = Duration::from_millis(2);

/// How long a change of volume by 100 % takes.
const RAMP: Duration = Duration::from_millis(10);

/// Above full volume, samples beyond this level are bent instead of cut.
const KNEE: f32 = 0.8;

/// One ring and the block of it that is being played.
pub(super) struct Tap {
    ring: Consumer<Block>,
    block: Option<Block>,
    used: usize,
}

/// The device's end: where frames come out.
pub(super) struct Feed {
    tap: Tap,
    /// The sound that is going, and how many frames the change has taken.
    fading: Option<Tap>,
    /// What the device had got already of the sound that is going, if it gives
    /// it back.
    given_back: Vec<Frame>,
    faded: usize,
    fade_len: usize,
    leave_len: usize,
    swaps: Consumer<Swap>,
    next: Option<Swap>,
    trash: Producer<Tap>,
    shared: Arc<Shared>,
    writer: u64,
    gain: f32,
    gain_step: f32,
    /// Samples a second of the episode, and frames a second of the output.
    media_hz: u32,
    out_hz: u32,
    dry: bool,
    /// The last frame that came out.
    last: Frame,
    hush: Arc<Hush>,
    /// How many frames have gone since that was asked for.
    gone: usize,
}

/// Frames that follow each other in one block.
struct Run<'a> {
    frames: &'a [Frame],
    id: SeekId,
    place: f64,
    step: f64,
}

impl Tap {
    /// Its ring, with what is left in it.
    pub(super) fn into_ring(self) -> Consumer<Block> {
        self.ring
    }

    /// The next frames, at most `most`; `None` when there are none now.
    fn run(&mut self, most: usize) -> Option<Run<'_>> {
        if self.block.as_ref().is_none_or(|block| self.used >= block.len) {
            self.block = self.ring.pop().ok();
            self.used = 0;
        }
        let block = self.block.as_ref()?;
        let from = self.used.min(block.len);
        let to = (from + most).min(block.len).min(BLOCK);
        self.used = to;
        let place = block.place + block.step * from as f64;
        Some(Run { frames: &block.frames[from..to], id: block.id, place, step: block.step })
    }

    /// The place of the next frame and the distance to the one after it.
    fn ahead(&mut self) -> Option<(f64, f64)> {
        let run = self.run(0)?;
        Some((run.place, run.step))
    }
}

impl Feed {
    /// The feed at the far end of a ring, whose sound is written to the place in
    /// `shared` by `writer`. It begins with a fade.
    pub(super) fn new(
        far: Far,
        shared: &Arc<Shared>,
        writer: u64,
        media_hz: u32,
        out_hz: u32,
    ) -> Self {
        let frames = |time: Duration| (time.as_secs_f64() * f64::from(out_hz)).max(1.0);
        Self {
            tap: Tap { ring: far.ring, block: None, used: 0 },
            fading: None,
            given_back: Vec::new(),
            faded: 0,
            fade_len: frames(FADE) as usize,
            leave_len: frames(LEAVE) as usize,
            swaps: far.swaps,
            next: None,
            trash: far.trash,
            shared: Arc::clone(shared),
            writer,
            gain: shared.volume(),
            gain_step: (1.0 / frames(RAMP)) as f32,
            media_hz,
            out_hz,
            dry: false,
            last: SILENCE,
            hush: far.hush,
            gone: 0,
        }
    }

    /// Frames a second that the sound is made for.
    pub(super) fn out_hz(&self) -> u32 {
        self.out_hz
    }

    /// The number under which it writes to the place.
    pub(super) fn writer(&self) -> u64 {
        self.writer
    }

    /// Fills `out` with what comes next, of which the first frame will be
    /// heard at `heard_at`; silence where there is nothing. Gives how many
    /// frames there were.
    ///
    /// Safe to call where a device calls: it takes no lock, frees nothing and
    /// asks the system for nothing.
    pub(super) fn fill(&mut self, out: &mut [Frame], heard_at: Moment) -> usize {
        self.shared.count_call();
        if self.hush.is_asked() {
            return self.die_away(out, heard_at);
        }
        let mut line: Option<Heard> = None;
        let mut expected = f64::NAN;
        let mut done = 0;
        while done < out.len() {
            let most = self.change_rings(out.len() - done);
            let Some(run) = self.tap.run(most) else {
                if self.next.is_some() {
                    // The old ring has nothing left: no reason to wait.
                    self.change_now();
                    continue;
                }
                break;
            };
            let count = run.frames.len();
            out[done..done + count].copy_from_slice(run.frames);
            let rate = run.step * f64::from(self.out_hz) / f64::from(self.media_hz);
            let limit = time(run.place + run.step * count as f64, self.media_hz);
            match &mut line {
                Some(line) if line.id == run.id && (run.place - expected).abs() < 0.01 => {
                    line.clock.limit = limit;
                }
                line => {
                    if let Some(line) = line {
                        self.shared.place.publish(self.writer, *line);
                    }
                    let offset = Duration::from_secs_f64(done as f64 / f64::from(self.out_hz));
                    let anchor = time(run.place, self.media_hz);
                    let clock = Clock { anchor, at: heard_at.after(offset), rate, limit };
                    *line = Some(Heard { id: run.id, clock });
                }
            }
            expected = run.place + run.step * count as f64;
            self.fade(&mut out[done..done + count]);
            done += count;
        }
        if let Some(line) = line {
            self.shared.place.publish(self.writer, line);
        }
        self.count_underrun(done < out.len());
        self.turn_volume(&mut out[..done]);
        let last = done.checked_sub(1).map_or(self.last, |last| out[last]);
        self.last = self.end_softly(&mut out[done..], last);
        done
    }

    /// Fills `out` with silence that begins at `last`; gives the last of it.
    fn end_softly(&mut self, out: &mut [Frame], last: Frame) -> Frame {
        if !out.is_empty() && self.fading.is_none() {
            // What comes next has a beginning of its own.
            self.faded = 0;
        }
        let mut last = last;
        let less = 1.0 - 4.0 / self.fade_len as f32;
        for frame in out {
            last = last.map(|sample| if sample.abs() < 1e-4 { 0.0 } else { sample * less });
            *frame = last;
        }
        last
    }

    /// Fills `out` with the end of the sound, which is asked to go.
    fn die_away(&mut self, out: &mut [Frame], heard_at: Moment) -> usize {
        let mut done = 0;
        while done < out.len() && self.gone < self.leave_len {
            let most = (out.len() - done).min(self.leave_len - self.gone);
            let Some(run) = self.tap.run(most) else { break };
            let count = run.frames.len();
            out[done..done + count].copy_from_slice(run.frames);
            self.fade(&mut out[done..done + count]);
            let_go(&mut out[done..done + count], self.gone, self.leave_len);
            self.gone += count;
            done += count;
        }
        self.turn_volume(&mut out[..done]);
        let last = done.checked_sub(1).map_or(self.last, |last| out[last]);
        self.last = self.end_softly(&mut out[done..], last);
        if done < out.len() || self.gone >= self.leave_len {
            self.end_at(
                heard_at.after(Duration::from_secs_f64(done as f64 / f64::from(self.out_hz))),
            );
        }
        done
    }

    /// Fills `out` with the end of the sound: what was taken back, else what is
    /// in the ring.
    #[cfg(target_os = "linux")]
    pub(super) fn end_with(&mut self, out: &mut [Frame]) {
        let old = std::mem::take(&mut self.given_back);
        let count = old.len().min(out.len());
        out[..count].copy_from_slice(&old[..count]);
        let mut done = count;
        while let Some(run) = self.tap.run(out.len() - done).filter(|_| done < out.len()) {
            let count = run.frames.len();
            out[done..done + count].copy_from_slice(run.frames);
            done += count;
        }
        let all = out.len();
        let_go(out, 0, all);
        self.turn_volume(out);
    }

    /// Whether the sound was asked to go.
    pub(super) fn is_going(&self) -> bool {
        self.hush.is_asked()
    }

    /// Notes that the sound has gone at `moment`, unless that is noted.
    pub(super) fn end_at(&self, moment: Moment) {
        self.hush.end_at(moment);
    }

    /// How many frames a change of sounds takes.
    pub(super) fn fade_len(&self) -> usize {
        self.fade_len
    }

    /// How many frames the end of a sound takes.
    #[cfg(target_os = "linux")]
    pub(super) fn leave_len(&self) -> usize {
        self.leave_len
    }

    /// Has the next change begin with these frames of the old sound, which a
    /// device had been given and has not played.
    #[cfg(target_os = "linux")]
    pub(super) fn take_back(&mut self, frames: &[Frame]) {
        // They have been turned down already, and will be again.
        let gain = self.gain.clamp(0.01, 1.0);
        self.given_back.clear();
        self.given_back.extend(frames.iter().map(|frame| frame.map(|sample| sample / gain)));
    }

    /// Takes in what the decoder has swapped; gives how many frames may be
    /// taken, of `most`, before it is to be looked at again.
    fn change_rings(&mut self, most: usize) -> usize {
        while let Ok(swap) = self.swaps.pop() {
            if let Some(older) = self.next.replace(swap) {
                self.throw(Tap { ring: older.ring, block: None, used: 0 });
            }
        }
        let Some(next) = &self.next else { return most };
        let Some(at) = next.at else {
            self.change_now();
            return most;
        };
        match self.tap.ahead() {
            Some((place, step)) if place + step / 2.0 < at => {
                let left = ((at - place) / step).round().max(1.0);
                (left as usize).min(most)
            }
            _ => {
                self.change_now();
                most
            }
        }
    }

    fn change_now(&mut self) {
        let Some(next) = self.next.take() else { return };
        let new = Tap { ring: next.ring, block: None, used: 0 };
        let mut old = std::mem::replace(&mut self.tap, new);
        // Where the old sound ended just where the new begins, there is
        // nothing to fade.
        self.faded = if next.at.is_some() && old.ahead().is_none() { self.fade_len } else { 0 };
        if let Some(older) = self.fading.replace(old) {
            self.throw(older);
        }
    }

    fn throw(&mut self, tap: Tap) {
        // Only when the decoder's thread has not looked for 32 changes is it
        // freed here.
        let _ = self.trash.push(tap);
    }

    /// Lets the old sound go and the new one come.
    fn fade(&mut self, new: &mut [Frame]) {
        if self.faded >= self.fade_len {
            return;
        }
        let mut done = 0;
        while done < new.len() && self.faded < self.fade_len {
            let left = (new.len() - done).min(self.fade_len - self.faded);
            if let Some(&old) = self.given_back.get(self.faded) {
                let weight = (self.faded + 1) as f32 / self.fade_len as f32;
                new[done] = [0, 1].map(|side| old[side] + (new[done][side] - old[side]) * weight);
                (done, self.faded) = (done + 1, self.faded + 1);
                continue;
            }
            let old = self.fading.as_mut().and_then(|tap| tap.run(left)).map(|run| run.frames);
            let count = old.map_or(left, <[Frame]>::len);
            for n in 0..count {
                let weight = (self.faded + n + 1) as f32 / self.fade_len as f32;
                let old = old.map_or(SILENCE, |old| old[n]);
                for (new, old) in new[done + n].iter_mut().zip(old) {
                    *new = old + (*new - old) * weight;
                }
            }
            done += count;
            self.faded += count;
        }
        if self.faded >= self.fade_len {
            self.given_back.clear();
            if let Some(old) = self.fading.take() {
                self.throw(old);
            }
        }
    }

    fn turn_volume(&mut self, out: &mut [Frame]) {
        let goal = self.shared.volume();
        if (self.gain - 1.0).abs() + (goal - 1.0).abs() < f32::EPSILON {
            return;
        }
        for frame in out {
            self.gain += (goal - self.gain).clamp(-self.gain_step, self.gain_step);
            for sample in frame {
                *sample *= self.gain;
                if self.gain > 1.0 {
                    *sample = bend(*sample);
                }
            }
        }
    }

    fn count_underrun(&mut self, dry: bool) {
        if dry && !self.dry {
            self.shared.count_underrun();
        }
        self.dry = dry;
    }
}

/// Has `frames` go, behind the `gone` first of the `all` that a sound takes to
/// go: the less is left, the more slowly.
fn let_go(frames: &mut [Frame], gone: usize, all: usize) {
    for (n, frame) in frames.iter_mut().enumerate() {
        let left = 1.0 - (gone + n + 1) as f32 / all as f32;
        let weight = left * left;
        *frame = frame.map(|sample| sample * weight);
    }
}

/// Bends what is louder than the knee so that it stays below full level.
fn bend(sample: f32) -> f32 {
    let over = sample.abs() - KNEE;
    if over <= 0.0 {
        return sample;
    }
    let room = 1.0 - KNEE;
    (KNEE + room * over / (over + room)).copysign(sample)
}
