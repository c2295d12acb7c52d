//! The engine in a test's hand: no thread, no device, no clock of its own.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::deck::{Deck, Next};
use super::frame::{Frame, SILENCE};
use super::notes::Notes;
use super::outlet::{Hand, Outlet, lock};
use super::shared::Shared;
use crate::model::Moment;
use crate::model::playback::{Heard, Report, Request};

/// An engine that a test drives: it asks, takes frames, and time passes only
/// by what it takes.
pub struct Manual {
    deck: Deck,
    shared: Arc<Shared>,
    hand: Arc<Mutex<Hand>>,
    reports: Receiver<Report>,
    now: Moment,
    /// How long after it is taken a frame is heard.
    delay: Duration,
}

impl Manual {
    /// An engine at moment zero, whose sound is heard `delay` after it is
    /// taken.
    pub fn new(delay: Duration) -> Self {
        let shared = Arc::new(Shared::new());
        let hand = Arc::new(Mutex::new(Hand::new()));
        let (sender, reports) = channel();
        let report = Box::new(move |report| {
            let _ = sender.send(report);
        });
        let deck = Deck::new(Outlet::Hand(Arc::clone(&hand)), Arc::clone(&shared), report);
        Self { deck, shared, hand, reports, now: Moment::default(), delay }
    }

    /// Has what is found out about files kept in `notes`.
    pub fn remember(&mut self, notes: Arc<dyn Notes>) {
        self.deck.remember(notes);
    }

    /// Asks for something without letting the engine work on it yet.
    pub fn ask(&mut self, request: Request) {
        self.deck.take(request, self.now);
    }

    /// Lets the engine work until it has nothing to do at this moment.
    pub fn work(&mut self) {
        while self.deck.step(self.now) == Next::Now {}
    }

    /// The next `count` frames that come out; silence while nothing plays.
    /// Takes as long as they last.
    pub fn pull(&mut self, count: usize) -> Vec<Frame> {
        self.work();
        let mut frames = vec![SILENCE; count];
        let mut rate = 44_100;
        if let Some(feed) = &mut lock(&self.hand).feed {
            rate = feed.out_hz();
            feed.fill(&mut frames, self.now.after(self.delay));
        }
        self.now = self.now.after(Duration::from_secs_f64(count as f64 / f64::from(rate)));
        self.work();
        frames
    }

    /// Lets time pass without a frame being taken.
    pub fn wait(&mut self, time: Duration) {
        self.now = self.now.after(time);
        self.work();
    }

    /// What is heard now.
    pub fn heard(&self) -> Option<Heard> {
        self.shared.heard(self.now)
    }

    /// What was taken last, whether it is heard yet or not.
    pub fn handed(&self) -> Option<Heard> {
        self.shared.place.handed()
    }

    /// The moment that it is.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// What the engine has reported since the last call.
    pub fn reports(&mut self) -> Vec<Report> {
        self.reports.try_iter().collect()
    }

    /// Whether sound is being taken.
    pub fn is_sounding(&self) -> bool {
        lock(&self.hand).feed.as_ref().is_some_and(|feed| !feed.is_going())
    }

    /// Whether there is a device that is held, be it for sound that is going.
    pub fn has_device(&self) -> bool {
        lock(&self.hand).feed.is_some()
    }

    /// How often a stream of sound was begun.
    pub fn streams(&self) -> u32 {
        lock(&self.hand).begun
    }

    /// How often more was wanted than there was.
    pub fn underruns(&self) -> u64 {
        self.shared.underruns()
    }

    /// Has the device run out of sound that there was.
    pub fn run_out(&mut self) {
        self.shared.count_device_underrun();
        self.work();
    }

    /// How wide the device's buffers are, as a multiple of the usual ones.
    pub fn width(&self) -> u32 {
        lock(&self.hand).width
    }

    /// Has the device take its time to answer, or answer.
    pub fn slow_device(&mut self, is_slow: bool) {
        lock(&self.hand).is_slow = is_slow;
    }

    /// Makes the device one that takes so many frames a second only.
    pub fn set_device_rate(&mut self, out_hz: Option<u32>) {
        lock(&self.hand).out_hz = out_hz;
    }

    /// Takes the device away, or (with `None`) brings it back.
    pub fn remove_device(&mut self, why: Option<&str>) {
        let mut hand = lock(&self.hand);
        hand.refuses = why.map(str::to_owned);
        hand.is_lost = why.is_some();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::bytes::far_away;
    use crate::model::MediaTime;
    use crate::model::playback::{Manner, Media, SeekId, Speed, Volume};

    /// Files of more than is read at a time.
    fn files() -> [(&'static str, &'static [u8]); 2] {
        let mp3 = include_bytes!("../../tests/data/audio/cbr-bare.mp3").repeat(60);
        let samples = (0..3_600_000_u32).flat_map(|n| (n.wrapping_mul(7_919) as u16).to_le_bytes());
        let head = [
            b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".as_slice(),
            &44_100_u32.to_le_bytes(),
            &88_200_u32.to_le_bytes(),
            b"\x02\0\x10\0data",
            &7_200_000_u32.to_le_bytes(),
        ];
        let wav: Vec<u8> = head.concat().into_iter().chain(samples).collect();
        [("mp3", Vec::leak(mp3)), ("wav", Vec::leak(wav))]
    }

    /// More than passes until a disk is looked for again.
    const WATCH: Duration = Duration::from_millis(600);

    fn playing(bytes: &'static [u8]) -> Manual {
        let mut engine = Manual::new(Duration::from_millis(20));
        engine.ask(Request::Open {
            media: Media::BuiltIn(bytes),
            id: SeekId(1),
            at: MediaTime::ZERO,
            speed: Speed::NORMAL,
            volume: Volume::FULL,
            manner: Manner::default(),
            paused: false,
        });
        engine
    }

    fn sound_of(mut engine: Manual) -> (Vec<Frame>, Vec<Report>) {
        let mut all = Vec::new();
        while engine.is_sounding() {
            all.extend(engine.pull(441));
        }
        let last = all.iter().rposition(|frame| frame[0].abs() > 0.01).unwrap();
        (all[last - 44_100..=last].to_vec(), engine.reports())
    }

    #[test]
    fn a_file_whose_disk_goes_away_is_heard_to_its_end_when_it_comes_back() {
        for (name, bytes) in files() {
            let mut engine = playing(bytes);
            engine.pull(1_000);
            far_away::IS_GONE.set(true);
            for _ in 0..300 {
                engine.pull(4_410);
            }
            assert!(engine.is_sounding(), "{name}: {:?}", engine.reports());
            let last = engine.pull(1_000);
            assert!(last.iter().all(|frame| *frame == SILENCE), "{name} does not come from there");
            far_away::IS_GONE.set(false);
            engine.wait(WATCH);
            let at = engine.handed().unwrap().clock.limit;
            assert!(at < MediaTime::from_secs(40), "{name} was passed over up to {at}");
            let (end, told) = sound_of(engine);
            let mut whole = playing(bytes);
            whole.work();
            assert!(end == sound_of(whole).0, "{name}");
            assert!(matches!(told.last(), Some(Report::Ended { .. })), "{name}: {told:?}");
            let is_damage = |report: &Report| matches!(report, Report::Damaged { .. });
            assert!(!told.iter().any(is_damage), "{name}: {told:?}");
        }
    }

    #[test]
    fn a_jump_while_the_disk_is_away_waits_for_it_without_going_round() {
        for (name, bytes) in files() {
            let mut engine = playing(bytes);
            engine.pull(1_000);
            far_away::IS_GONE.set(true);
            engine.ask(Request::Seek { id: SeekId(2), to: MediaTime::from_secs(60) });
            // Comes to rest, or this test does not.
            engine.pull(100_000);
            far_away::IS_GONE.set(false);
            engine.wait(WATCH);
            engine.pull(4_410);
            let heard = engine.heard().unwrap();
            let at = heard.clock.position(engine.now());
            assert_eq!(heard.id, SeekId(2), "{name}");
            assert!(at.as_millis().abs_diff(60_080) < 3, "{name} is at {at}");
        }
    }
}
