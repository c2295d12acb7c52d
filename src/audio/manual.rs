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
