//! Looks through a whole episode for how loud it is where, in the background.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::bytes::Bytes;
use super::frame::Frame;
use super::frames::Progress;

use super::mp3::Outcome;
use super::notes::{self, Notes};
use super::track::Track;
use crate::model::playback::Media;
use crate::model::{Level, Levels};

/// What the levels are kept as; another form has another.
const FORM: &str = "levels1";

/// How many levels are found between two rests: half a minute's.
const PIECE: usize = 300;

/// How many are told at a time: those of five minutes.
const TOLD: usize = 3_000;

/// How much longer a rest is than the work before it: a quarter of a core is
/// used.
const REST: u32 = 3;

/// Who is told of levels: the number of the first, and these.
pub type Tell = Box<dyn Fn(usize, Vec<Level>) + Send>;

/// A thread that looks through an episode; dropping it ends it soon.
#[derive(Debug)]
pub struct Survey {
    _stop: Sender<()>,
}

impl Survey {
    /// Begins to look through `media`, or takes what is known of it from
    /// `notes`; what is found is told in order, and kept there at the end.
    /// Where the episode cannot be played, nothing is told. Works at the
    /// lowest priority, where the system has one for a thread, and rests three
    /// quarters of the time by the clock of `origin`.
    ///
    /// # Errors
    ///
    /// What the system says when it has no thread to give.
    pub fn start(
        media: Media,
        notes: Option<Arc<dyn Notes>>,
        origin: Instant,
        tell: Tell,
    ) -> io::Result<Self> {
        let (stop, stopped) = channel();
        let work = move || {
            give_way();
            let bytes = Bytes::open(&media).ok();
            let name = bytes.and_then(|bytes| notes::name(&bytes, FORM));
            let known = name.as_ref().zip(notes.as_ref());
            if let Some(kept) = known.and_then(|(name, notes)| notes.recall(name)) {
                return tell(0, kept.into_iter().map(Level).collect());
            }
            let all = look_through(&media, notes.as_deref(), origin, &stopped, &tell);
            if let Some((all, (name, notes))) = all.zip(known) {
                notes.keep(name, &all.iter().map(|level| level.0).collect::<Vec<u8>>());
            }
        };
        std::thread::Builder::new().name("survey".to_owned()).spawn(work)?;
        Ok(Self { _stop: stop })
    }
}

/// Lets everything else go before this thread, where the system can have that.
#[cfg(target_os = "linux")]
pub fn give_way() {
    // There it is the thread's own; on other systems it would be the program's.
    let _ = rustix::process::nice(19);
}

/// Lets everything else go before this thread, where the system can have that.
#[cfg(not(target_os = "linux"))]
pub fn give_way() {}

/// All levels of `media`; `None` if it was stopped, or cannot be played.
fn look_through(
    media: &Media,
    notes: Option<&dyn Notes>,
    origin: Instant,
    stopped: &Receiver<()>,
    tell: &Tell,
) -> Option<Vec<Level>> {
    let mut track = Track::open(media).ok().filter(|track| !track.is_coming())?;
    if let Some(notes) = notes {
        track.recall(notes);
    }
    while let Ok(Progress::More) = track.look_on() {}
    let mut meter = Meter::new(track.rate_hz());
    let (mut all, mut told) = (Vec::new(), 0);
    let mut sound = Vec::new();
    let mut is_over = false;
    while !is_over && all.len() < Levels::LIMIT {
        let begun = origin.elapsed();
        let enough = all.len() + PIECE;
        while !is_over && all.len() < enough {
            sound.clear();
            is_over = matches!(track.read(&mut sound), Outcome::End);
            meter.take(&sound, &mut all);
        }
        if is_over {
            meter.finish(&mut all);
        }
        if is_over || all.len() - told >= TOLD {
            tell(told, all[told..].to_vec());
            told = all.len();
        }
        let rest = (origin.elapsed().saturating_sub(begun) * REST).min(Duration::from_secs(1));
        if stopped.recv_timeout(rest) == Err(RecvTimeoutError::Disconnected) {
            return None;
        }
    }
    Some(all)
}

/// Measures how loud samples are, a tenth of a second at a time.
struct Meter {
    rate_hz: u64,
    /// How many samples have been taken, and how many levels are done.
    taken: u64,
    done: u64,
    /// The sum of squares since the last level, and of how many samples.
    sum: f64,
    count: u32,
}

impl Meter {
    fn new(rate_hz: u32) -> Self {
        Self { rate_hz: u64::from(rate_hz), taken: 0, done: 0, sum: 0.0, count: 0 }
    }

    fn take(&mut self, mut sound: &[Frame], levels: &mut Vec<Level>) {
        loop {
            let end = (self.done + 1) * self.rate_hz / 10;
            let wanted = (end - self.taken) as usize;
            let (now, later) = sound.split_at(wanted.min(sound.len()));
            let squares = now.iter().map(|[left, right]| left * left + right * right);
            self.sum += f64::from(squares.sum::<f32>() / 2.0);
            self.count += now.len() as u32;
            self.taken += now.len() as u64;
            if now.len() < wanted {
                return;
            }
            self.finish(levels);
            sound = later;
        }
    }

    /// Ends a level, also one that has fewer samples.
    fn finish(&mut self, levels: &mut Vec<Level>) {
        if self.count > 0 {
            levels.push(Level::of_power(self.sum / f64::from(self.count)));
        }
        self.done += 1;
        (self.sum, self.count) = (0.0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_that_of_its_tenth_of_a_second_at_any_rate() {
        for rate_hz in [8_000, 11_025, 44_100, 192_000] {
            let mut meter = Meter::new(rate_hz);
            let loud =
                |n: u32| if u64::from(n) * 10 / u64::from(rate_hz) % 2 == 0 { 1.0 } else { 0.1 };
            let sound: Vec<Frame> = (0..rate_hz).map(|n| [loud(n); 2]).collect();
            let mut levels = Vec::new();
            for piece in sound.chunks(1_152) {
                meter.take(piece, &mut levels);
            }
            let expected = [Level::of_power(1.0), Level::of_power(0.01)].repeat(5);
            let near = |(a, b): (&Level, &Level)| a.0.abs_diff(b.0) <= 1;
            assert!(levels.len() == 10 && levels.iter().zip(&expected).all(near), "{levels:?}");
        }
    }

    #[test]
    fn an_episode_is_told_in_order_to_its_end() {
        let (sender, told) = channel();
        let tell: Tell = Box::new(move |first, levels| {
            let _ = sender.send((first, levels));
        });
        let media = Media::BuiltIn(include_bytes!("../../assets/sample/episode.mp3"));
        let length = {
            let mut track = Track::open(&media).unwrap();
            while let Ok(Progress::More) = track.look_on() {}
            track.length().unwrap() * 10 / u64::from(track.rate_hz())
        };
        #[expect(clippy::disallowed_methods, reason = "the survey rests by the real clock")]
        let _survey = Survey::start(media, None, Instant::now(), tell).unwrap();
        let mut all = Levels::default();
        let mut count = 0;
        for (first, levels) in told {
            assert_eq!(first, count);
            count += levels.len();
            all.put(first, &levels);
        }
        assert!(count.abs_diff(length as usize) <= 1, "{count} levels in {length} tenths");
        assert!(
            all.between(crate::model::MediaTime::ZERO, crate::model::MediaTime::from_secs(9))
                > Some(Level(100))
        );
    }
}
