//! From the decoder to the device: blocks that know their place, a ring of
//! them, and the feed at its far end that whoever plays the sound takes
//! frames from.
//!
//! A seek does not empty the ring: it swaps it for a new one, and the old one
//! goes back to the decoder's thread. So nothing waits, and nothing is freed
//! where the device calls.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rtrb::{Consumer, Producer, RingBuffer};

use super::account::{Account, Way};
use super::frame::{Frame, SILENCE};
use super::place::Place;
use crate::model::playback::{Heard, SeekId};
use crate::model::{Clock, MediaTime, Moment, Offset};

/// Frames in a block.
pub(super) const BLOCK: usize = 256;

/// How long a new sound takes to come in, and the old one to go.
const FADE: Duration = Duration::from_millis(3);

/// How long a change of volume by 100 % takes.
const RAMP: Duration = Duration::from_millis(10);

/// Above full volume, samples beyond this level are bent instead of cut.
const KNEE: f32 = 0.8;

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
struct Swap {
    ring: Consumer<Block>,
    /// Where the old ring is left: at once, or when it has come this far.
    at: Option<f64>,
}

/// What both ends can see.
#[derive(Debug)]
pub(super) struct Shared {
    /// Where the sound is.
    pub place: Place,
    volume: AtomicU32,
    /// Whether all that will come is in the ring.
    is_whole: AtomicBool,
    underruns: AtomicU64,
    device_underruns: AtomicU64,
    calls: AtomicU64,
    /// How much later the sound is heard than devices say, in milliseconds.
    delay_ms: AtomicI32,
    account: Mutex<Account>,
}

impl Shared {
    /// Nothing playing, at full volume.
    pub(super) fn new() -> Self {
        Self {
            place: Place::default(),
            volume: AtomicU32::new(1.0_f32.to_bits()),
            is_whole: AtomicBool::new(false),
            underruns: AtomicU64::new(0),
            device_underruns: AtomicU64::new(0),
            delay_ms: AtomicI32::new(0),
            account: Mutex::default(),
            calls: AtomicU64::new(0),
        }
    }

    /// Sets the factor for the samples, from the next frame that is taken.
    pub(super) fn set_volume(&self, factor: f32) {
        self.volume.store(factor.to_bits(), Ordering::Relaxed);
    }

    /// Says whether all that will come is in the ring, so that its end is no
    /// underrun.
    pub(super) fn set_whole(&self, is_whole: bool) {
        self.is_whole.store(is_whole, Ordering::Relaxed);
    }

    /// How often the device wanted more than there was.
    pub(super) fn underruns(&self) -> u64 {
        self.underruns.load(Ordering::Relaxed)
    }

    /// Notes that the device has run out of sound that there was.
    pub(super) fn count_device_underrun(&self) {
        self.device_underruns.fetch_add(1, Ordering::Relaxed);
    }

    /// How often a device has run out of sound that there was.
    pub(super) fn device_underruns(&self) -> u64 {
        self.device_underruns.load(Ordering::Relaxed)
    }

    /// Notes that sound comes out of `way` now, in a new stream.
    pub(super) fn begin_way(&self, way: Option<Way>) {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        account.streams += 1;
        if way.is_some() {
            account.way = way;
        }
    }

    /// Notes that the server has moved the sound to this device.
    pub(super) fn move_way(&self, device: &str) {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(way) = &mut account.way {
            device.clone_into(&mut way.device);
        }
    }

    /// Notes that a device was lost.
    pub(super) fn count_lost(&self) {
        self.account.lock().unwrap_or_else(PoisonError::into_inner).lost += 1;
    }

    /// What became of the sound so far.
    pub(super) fn account(&self) -> Account {
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Account {
            underruns: self.underruns(),
            device_underruns: self.device_underruns(),
            delay_ms: self.delay_ms.load(Ordering::Relaxed),
            ..account
        }
    }

    /// Takes it that the sound is heard so many milliseconds later than the
    /// device says.
    pub(super) fn set_delay(&self, millis: i32) {
        self.delay_ms.store(millis, Ordering::Relaxed);
    }

    /// How much later than devices say the sound is heard; zero if sooner.
    pub(super) fn delay(&self) -> Duration {
        let millis = self.delay_ms.load(Ordering::Relaxed);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// What is heard at `now`.
    pub(super) fn heard(&self, now: Moment) -> Option<Heard> {
        let millis = self.delay_ms.load(Ordering::Relaxed);
        let by = Duration::from_millis(u64::from(millis.unsigned_abs()));
        if millis >= 0 {
            let heard = self.place.heard(Moment(now.0.saturating_sub(by)))?;
            let at = heard.clock.at.after(by);
            return Some(Heard { clock: Clock { at, ..heard.clock }, ..heard });
        }
        let heard = self.place.heard(now.after(by))?;
        let ahead = (by.as_micros() as f64 * heard.clock.rate) as i64;
        let anchor = heard.clock.anchor.shift(Offset::from_millis(ahead / 1_000));
        Some(Heard { clock: Clock { anchor, ..heard.clock }, ..heard })
    }

    /// How often frames have been taken; it stands still when a device stalls.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }
}

/// The wish that the sound go, and when it has gone.
#[derive(Debug, Default)]
struct Hush {
    asked: AtomicBool,
    /// The moment after the last sound, in nanoseconds; 0 before that is known.
    over: AtomicU64,
}

/// The decoder's end: where blocks go in.
pub(super) struct Inlet {
    hush: Arc<Hush>,
    ring: Producer<Block>,
    swaps: Producer<Swap>,
    trash: Consumer<Tap>,
    blocks: usize,
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

    /// Begins a new ring, into which blocks go from now on; gives its far end,
    /// for [`Inlet::swap`] when there is enough in it.
    pub(super) fn renew(&mut self) -> Later {
        let (producer, consumer) = RingBuffer::new(self.blocks);
        self.ring = producer;
        Later(consumer)
    }

    /// Lets the feed change to `ring`, at once or when its sound has come to
    /// the place `at`. `false` when the feed has not taken the changes before
    /// this one for long: it is dead.
    pub(super) fn swap(&mut self, ring: Later, at: Option<f64>) -> bool {
        while self.trash.pop().is_ok() {}
        self.swaps.push(Swap { ring: ring.0, at }).is_ok()
    }
}

/// The far end of a ring that is being filled.
pub(super) struct Later(Consumer<Block>);

/// One ring and the block of it that is being played.
struct Tap {
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
    let frames = |time: Duration| (time.as_secs_f64() * f64::from(out_hz)).max(1.0);
    let feed = Feed {
        tap: Tap { ring: consumer, block: None, used: 0 },
        fading: None,
        given_back: Vec::new(),
        faded: 0,
        fade_len: frames(FADE) as usize,
        swaps: swaps_out,
        next: None,
        trash: trash_in,
        shared: Arc::clone(shared),
        writer,
        gain: f32::from_bits(shared.volume.load(Ordering::Relaxed)),
        gain_step: (1.0 / frames(RAMP)) as f32,
        media_hz,
        out_hz,
        dry: false,
        last: SILENCE,
        hush: Arc::clone(&hush),
        gone: 0,
    };
    (Inlet { hush, ring: producer, swaps: swaps_in, trash: trash_out, blocks }, feed)
}

/// Frames that follow each other in one block.
struct Run<'a> {
    frames: &'a [Frame],
    id: SeekId,
    place: f64,
    step: f64,
}

impl Tap {
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
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
        if self.hush.asked.load(Ordering::Relaxed) {
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
        while done < out.len() && self.gone < self.fade_len {
            let most = (out.len() - done).min(self.fade_len - self.gone);
            let Some(run) = self.tap.run(most) else { break };
            let count = run.frames.len();
            out[done..done + count].copy_from_slice(run.frames);
            self.fade(&mut out[done..done + count]);
            for frame in &mut out[done..done + count] {
                self.gone += 1;
                let weight = 1.0 - self.gone as f32 / self.fade_len as f32;
                *frame = frame.map(|sample| sample * weight);
            }
            done += count;
        }
        self.turn_volume(&mut out[..done]);
        let last = done.checked_sub(1).map_or(self.last, |last| out[last]);
        self.last = self.end_softly(&mut out[done..], last);
        if done < out.len() || self.gone >= self.fade_len {
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
        let all = out.len() as f32;
        for (n, frame) in out.iter_mut().enumerate() {
            let weight = 1.0 - (n + 1) as f32 / all;
            *frame = frame.map(|sample| sample * weight);
        }
        self.turn_volume(out);
    }

    /// Whether the sound was asked to go.
    pub(super) fn is_going(&self) -> bool {
        self.hush.asked.load(Ordering::Relaxed)
    }

    /// Notes that the sound has gone at `moment`, unless that is noted.
    pub(super) fn end_at(&self, moment: Moment) {
        let over = u64::try_from(moment.0.as_nanos()).unwrap_or(u64::MAX);
        let _ = self.hush.over.compare_exchange(0, over, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// How many frames a change of sounds takes.
    pub(super) fn fade_len(&self) -> usize {
        self.fade_len
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
        let goal = f32::from_bits(self.shared.volume.load(Ordering::Relaxed));
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
        if dry && !self.dry && !self.shared.is_whole.load(Ordering::Relaxed) {
            self.shared.underruns.fetch_add(1, Ordering::Relaxed);
        }
        self.dry = dry;
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

/// The time of `place`, in samples of the episode.
pub(super) fn time(place: f64, media_hz: u32) -> MediaTime {
    MediaTime::from_micros((place / f64::from(media_hz.max(1)) * 1e6).round() as u64)
}
