//! A stream of sound that a sound server plays.
//!
//! One thread waits for the server's requests and answers them; nothing else
//! wakes while sound plays. Now and then it asks how late the sound is heard,
//! and draws a straight line through the answers.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::account::Way;
use super::feed::Feed;
use super::frame::{Frame, SILENCE};
use super::pulse::{About, FRAME_BYTES, Link, PIECE, Receiver, Said, Writer};
use super::shared::Shared;
use crate::model::Moment;

/// How often the server is asked how late the sound is heard.
const ASK: Duration = Duration::from_millis(500);

/// How many answers after a start are asked for with each piece.
const AT_FIRST: u32 = 3;

/// What is taken for the time until a first frame is heard, until the server
/// says better.
const GUESS: Duration = Duration::from_millis(10);

/// How long one waits to hear from the server what its sink has taken, and how
/// long before the sink takes it a frame can safely be changed when it is not
/// heard.
const PATIENCE: Duration = Duration::from_millis(8);
const MARGIN: Duration = Duration::from_millis(6);

/// No longer than this a first sound waits for what the sink has taken before.
const LEAD: Duration = Duration::from_millis(20);

/// What the sink takes within this will be gone before we can change it, or
/// within as long as the slowest answer of late took.
const TOO_LATE: Duration = Duration::from_micros(600);

/// How much of what was given is remembered: more than a server holds, with
/// buffers of the usual width.
const KEPT: Duration = Duration::from_millis(400);

/// An answer that differs by more than this is believed at once, and one by
/// less only in part.
const JUMP: Duration = Duration::from_millis(3);

/// Sound that a server plays. Dropping it stops it at once.
#[derive(Debug)]
pub(super) struct Served {
    desk: Arc<Desk>,
    is_lost: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Where the thread and who seeks meet.
#[derive(Debug)]
struct Desk {
    work: Mutex<Work>,
    /// Is told of each answer about latency.
    answered: Condvar,
}

/// What the thread works with, and who seeks.
#[expect(clippy::struct_excessive_bools, reason = "each says something else of the stream")]
struct Work {
    writer: Writer,
    feed: Feed,
    shared: Arc<Shared>,
    origin: Instant,
    /// How many frames the server wants.
    wanted: usize,
    /// How many it has been given.
    handed: u64,
    /// How many of those are to be played no more: others come in their place.
    back: usize,
    /// The last that it has been given.
    recent: VecDeque<Frame>,
    /// How many of them are remembered.
    kept: usize,
    /// Whether the sink may have taken a piece more than the server says.
    lags: bool,
    /// Whether sound may be given, which waits at first where the sink gives
    /// back silence that it has taken, and whether it has been let go of.
    has_begun: bool,
    /// See `has_begun`.
    is_over: bool,
    /// A frame and when it is heard; zero before a first guess.
    line: (u64, Duration),
    is_guess: bool,
    /// How long the last sound took through the sink, and the longest of late.
    sink: Duration,
    sink_most: Duration,
    /// How long that may be by what the server has promised.
    sink_least: Duration,
    /// How long answers took of late: the longest, and less the longer ago.
    trip: Duration,
    /// Whether the server is to be asked how late it is.
    is_curious: bool,
    asked: Option<Asked>,
    taken: Option<Taken>,
    asked_at: Duration,
    answers: u32,
    frames: Vec<Frame>,
    /// The number of the question what the sink is called that the sound was
    /// moved to, and the answer until that has been taken.
    asked_sink: Option<u32>,
    moved_to: Option<String>,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").field("handed", &self.handed).finish_non_exhaustive()
    }
}

/// An open question about latency.
struct Asked {
    number: u32,
    /// How many frames had been given.
    handed: u64,
    at: Duration,
}

/// What the server's sink had taken of the sound when the server looked.
#[derive(Clone, Copy)]
struct Taken {
    /// How many frames.
    frames: u64,
    /// When it will have played them.
    until: Duration,
}

impl Served {
    /// Begins to play `feed` through `link`, on the sink with this id or the
    /// default one, with buffers `width` times as wide as usual. `look` is
    /// called when the server or the sink goes away, or the sink is another.
    ///
    /// # Errors
    ///
    /// That the server refuses, or that there is no thread to be had.
    pub(super) fn start(
        link: Link,
        sink_id: Option<&str>,
        feed: Feed,
        shared: &Arc<Shared>,
        origin: Instant,
        width: u32,
        look: Box<dyn Fn() + Send>,
    ) -> io::Result<(Self, Way)> {
        let out_hz = feed.out_hz();
        let (mut receiver, writer, created) = link.stream(sink_id, out_hz, width)?;
        let way = Way {
            host: "a sound server (PulseAudio's protocol)".to_owned(),
            format: format!("{out_hz} Hz, 2 channels, f32"),
            asked: created.asked,
            got: Some(created.got),
            ..Way::default()
        };
        let work = Work {
            writer,
            feed,
            shared: Arc::clone(shared),
            origin,
            wanted: created.wanted / FRAME_BYTES,
            handed: 0,
            back: 0,
            recent: VecDeque::new(),
            kept: (f64::from(out_hz * width) * KEPT.as_secs_f64()) as usize,
            lags: created.lags,
            // Where nothing is given back, there is nothing to wait for.
            has_begun: !created.rewinds,
            is_over: false,
            line: (0, Duration::ZERO),
            is_guess: true,
            sink: GUESS,
            sink_most: GUESS.max(created.sink),
            sink_least: created.sink,
            trip: TOO_LATE,
            is_curious: true,
            asked: None,
            taken: None,
            asked_at: Duration::ZERO,
            answers: 0,
            frames: Vec::new(),
            asked_sink: None,
            moved_to: None,
        };
        let desk = Arc::new(Desk { work: Mutex::new(work), answered: Condvar::new() });
        let is_lost = Arc::new(AtomicBool::new(false));
        desk.lock().serve()?;
        let (mine, flag) = (Arc::clone(&desk), Arc::clone(&is_lost));
        let run = move || {
            while answer(&mut receiver, &mine, &look).is_ok() {}
            flag.store(true, Ordering::Relaxed);
            look();
        };
        let thread = std::thread::Builder::new().name("sound".to_owned()).spawn(run)?;
        Ok((Self { desk, is_lost, thread: Some(thread) }, way))
    }

    /// Takes back what the server's sink has not taken, and goes on with what
    /// `swap` puts in the ring. `false` when the connection is gone.
    pub(super) fn jump(&self, swap: impl FnOnce() -> bool) -> bool {
        let mut work = self.desk.lock_informed();
        if !swap() {
            return false;
        }
        work.take_back();
        work.serve().is_ok()
    }

    /// Lets go of the sound: what the server's sink has not taken fades away.
    pub(super) fn hush(&self) {
        let mut work = self.desk.lock_informed();
        work.take_back();
        // If the connection is gone, the sound is, too.
        let _ = work.end();
    }

    /// Gives the server what it was not given when it asked, if that is there
    /// now.
    pub(super) fn feed_on(&self) {
        let mut work = self.desk.lock();
        if work.wanted > 0 {
            // If the connection is gone, the thread notices.
            let _ = work.serve();
        }
    }

    /// The sink, if the sound was moved to another since this was asked last.
    pub(super) fn moved_to(&self) -> Option<String> {
        self.desk.lock().moved_to.take()
    }

    /// Whether the server has gone away.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.desk.lock().writer.hang_up();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The work, once the server has said what its sink has taken; without
    /// that when it takes its time. Costs a message there and back, some tenths
    /// of a millisecond.
    fn lock_informed(&self) -> MutexGuard<'_, Work> {
        let mut work = self.lock();
        work.taken = None;
        if work.ask_latency().is_err() {
            return work;
        }
        let is_open = |work: &mut Work| work.asked.is_some();
        let waited = self.answered.wait_timeout_while(work, PATIENCE, is_open);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Waits for what the server says, and does what it asks.
fn answer(receiver: &mut Receiver, desk: &Desk, look: &dyn Fn()) -> io::Result<()> {
    let about = |number| {
        let work = desk.lock();
        if work.asked.as_ref().is_some_and(|asked| asked.number == number) {
            About::Latency
        } else if work.asked_sink == Some(number) {
            About::Sink
        } else {
            About::Nothing
        }
    };
    let said = receiver.next(about)?;
    let mut work = desk.lock();
    match said {
        Said::Wants(bytes) => work.wanted += bytes / FRAME_BYTES,
        Said::Latency(number, held, sink) => {
            work.draw(number, held, sink);
            work.begin()?;
            desk.answered.notify_all();
        }
        Said::Moved(index, sink) => {
            work.sink_least = sink;
            work.forget_latency();
            work.asked_sink = Some(work.writer.ask_sink(index)?);
        }
        Said::Sink(name) => {
            work.asked_sink = None;
            work.moved_to = Some(name);
            drop(work);
            look();
            return Ok(());
        }
        Said::Underflow => {
            work.count_underrun();
            work.forget_latency();
        }
        Said::Changed => work.forget_latency(),
        Said::Gone => return Err(io::ErrorKind::NotConnected.into()),
        Said::Other => {}
    }
    work.serve()
}

impl Work {
    /// Begins the sound, now that is known what the sink has taken before:
    /// behind that if it gives that back, because a recording of the sink has
    /// what was taken at first.
    fn begin(&mut self) -> io::Result<()> {
        let Some(taken) = self.taken.filter(|_| !self.has_begun) else { return Ok(()) };
        self.has_begun = true;
        let now = self.origin.elapsed();
        let more = self.sink_least * self.more_pieces(taken, now, self.sink_least);
        let lead = taken.until.saturating_sub(now) + more;
        if lead > LEAD {
            return Ok(());
        }
        self.line = (0, now);
        let silence = vec![SILENCE; (self.frames(lead) as usize).min(self.wanted)];
        self.wanted -= silence.len();
        self.give(&silence)
    }

    /// Gives the server what it wants, and asks how late it is when it is time
    /// for that.
    fn serve(&mut self) -> io::Result<()> {
        if self.is_over {
            return Ok(());
        }
        let now = self.origin.elapsed();
        if self.wanted > 0 && self.has_begun {
            let mut frames = std::mem::take(&mut self.frames);
            frames.clear();
            frames.resize(self.wanted, SILENCE);
            // Nothing is heard before now: if the line says so, there was a gap.
            let first = self.heard_at(self.handed).filter(|first| *first > now);
            let first = first.unwrap_or_else(|| {
                self.is_guess = true;
                self.line = (self.handed, now + self.sink);
                now + self.sink
            });
            let there_were = self.feed.fill(&mut frames, Moment(first));
            // What is not there yet is owed: the server waits better than we do.
            // Behind the end comes silence, or some would not play the last of it.
            if !self.shared.is_whole() {
                frames.truncate(there_were);
            }
            if !frames.is_empty() {
                self.give(&frames)?;
            }
            self.wanted -= frames.len();
            self.frames = frames;
            self.is_curious |= self.answers < AT_FIRST || now.saturating_sub(self.asked_at) > ASK;
        }
        if self.is_curious && self.asked.is_none() {
            self.ask_latency()?;
        }
        Ok(())
    }

    /// Asks the server how late it is, and what its sink has taken.
    fn ask_latency(&mut self) -> io::Result<()> {
        let now = self.origin.elapsed();
        let number = self.writer.ask_latency()?;
        self.asked = Some(Asked { number, handed: self.handed, at: now });
        self.asked_at = now;
        self.is_curious = false;
        Ok(())
    }

    /// What was known of how late the sound is is void.
    fn forget_latency(&mut self) {
        self.answers = 0;
        self.sink_most = self.sink_least;
        self.is_curious = true;
    }

    /// The server has played all that it had; that is an underrun if there was
    /// more to be had.
    fn count_underrun(&self) {
        if self.wanted == 0 && !self.is_over {
            self.shared.count_device_underrun();
        }
    }

    /// Sends `frames`.
    fn give(&mut self, frames: &[Frame]) -> io::Result<()> {
        self.writer.send(frames, std::mem::take(&mut self.back))?;
        self.handed += frames.len() as u64;
        self.recent.extend(frames);
        let old = self.recent.len().saturating_sub(self.kept);
        self.recent.drain(..old);
        Ok(())
    }

    /// Takes back what has been given and the sink has not taken: what is given
    /// next comes in its place, and begins with a fade from it. What the sink
    /// has taken is left to it, though some give it back: such a seam is heard
    /// where the server resamples, and seen by who records the sink.
    fn take_back(&mut self) {
        let Some(first) = self.first_free() else { return };
        let oldest = self.handed - self.recent.len() as u64;
        let first = first.clamp(oldest, self.handed);
        let count = (self.handed - first) as usize;
        let kept = self.recent.len() - count;
        let old: Vec<Frame> = self.recent.drain(kept..).collect();
        self.feed.take_back(&old[..old.len().min(self.feed.fade_len())]);
        self.back += count;
        self.wanted += count;
        self.handed = first;
    }

    /// The first frame that the sink will not have taken; `None` before a first
    /// guess.
    fn first_free(&self) -> Option<u64> {
        let now = self.origin.elapsed();
        if let Some(taken) = self.taken {
            let pieces = self.more_pieces(taken, now, self.sink_most).max(self.lags.into());
            return Some(taken.frames + self.frames(self.sink_most * pieces));
        }
        let (known, at) = self.line;
        let safe = now + self.sink_most + MARGIN;
        let first = match safe.checked_sub(at) {
            Some(later) => known + self.frames(later),
            None => known.saturating_sub(self.frames(at.abs_diff(safe))),
        };
        (at != Duration::ZERO).then_some(first)
    }

    /// How many pieces of this length the sink will have taken more before what
    /// is sent now is there.
    fn more_pieces(&self, taken: Taken, now: Duration, piece: Duration) -> u32 {
        let late = (now + self.trip).saturating_sub(taken.until);
        (late.as_secs_f64() / piece.max(TOO_LATE).as_secs_f64()).ceil() as u32
    }

    /// Gives the end of the sound, and nothing more.
    fn end(&mut self) -> io::Result<()> {
        let now = self.origin.elapsed();
        let mut last = vec![SILENCE; self.feed.leave_len()];
        self.feed.end_with(&mut last);
        let over = self.heard_at(self.handed + last.len() as u64).unwrap_or(now);
        self.is_over = true;
        self.feed.end_at(Moment(over));
        // Nothing of what was taken back is heard again before we hang up, and
        // PipeWire leaves what does not fill one of its periods.
        let all = last.len().max(self.back) + self.frames(PIECE) as usize;
        last.resize(all, SILENCE);
        self.give(&last)
    }

    fn frames(&self, time: Duration) -> u64 {
        (time.as_secs_f64() * f64::from(self.feed.out_hz())) as u64
    }

    /// When frame `frame` of the stream is heard; `None` before a first guess.
    fn heard_at(&self, frame: u64) -> Option<Duration> {
        let (known, at) = self.line;
        (at != Duration::ZERO).then(|| at + self.length(frame.saturating_sub(known)))
    }

    fn length(&self, frames: u64) -> Duration {
        Duration::from_secs_f64(frames as f64 / f64::from(self.feed.out_hz()))
    }

    /// Takes in an answer about latency: when the question came, the server
    /// held `held` bytes of what it had been given, and what left it took
    /// `sink` to be heard.
    fn draw(&mut self, number: u32, held: usize, sink: Duration) {
        let Some(asked) = self.asked.take_if(|asked| asked.number == number) else { return };
        let now = self.origin.elapsed();
        // The server looked at about half time.
        let looked = asked.at + now.saturating_sub(asked.at) / 2;
        let held = (held / FRAME_BYTES) as u64;
        let measured = looked + sink + self.length(held);
        // The first is slow where the sink has slept, and tells nothing of later.
        let before = if self.answers > 1 { self.trip * 7 / 8 } else { TOO_LATE };
        self.trip = now.saturating_sub(asked.at).clamp(before, MARGIN);
        let frames = asked.handed.saturating_sub(held);
        self.taken = Some(Taken { frames, until: looked + sink });
        let Some(old) = self.heard_at(asked.handed) else { return };
        self.sink = sink;
        self.sink_most = self.sink_most.max(sink);
        self.answers += 1;
        let is_near = !self.is_guess && measured.abs_diff(old) < JUMP;
        let believed = if is_near { (old * 3 + measured) / 4 } else { measured };
        self.is_guess = false;
        self.line = (asked.handed, believed);
        // What was published with the old line is moved to the new one.
        self.shared.place.shift(self.feed.writer(), old, believed, now);
    }
}
