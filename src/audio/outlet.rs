//! Where the sound goes: a device, silence in real time, or a test's hand.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Message;
use super::device::{Found, NoDevice, Stream};
use super::feed::Feed;
use super::ring::{Inlet, Later};
use super::shared::Shared;
use super::silent::Silent;
use crate::model::Moment;

/// How sound leaves the engine.
pub(super) enum Outlet {
    /// Through a sound device, that of this name or the default.
    Device {
        /// Its id or a part of what a person calls it.
        name: Option<String>,
        /// Moment zero.
        origin: Instant,
        /// Where to say that the device is gone.
        wake: Sender<Message>,
        /// A search that took longer than one waits for it.
        search: Option<Search>,
        /// How wide its buffers are, as a multiple of the usual ones.
        width: u32,
    },
    /// Not at all, but in real time.
    Silent(Instant),
    /// Into the hand of a test.
    Hand(Arc<Mutex<Hand>>),
}

/// The search for a device for sound of this rate: a server that stands still
/// may take its time to answer, and the decoder has none.
type Search = (u32, Receiver<Result<Found, NoDevice>>);

/// How long one waits for a device to be found, before something else is done
/// meanwhile: most are there in a hundredth of a second.
const SEARCH: Duration = Duration::from_millis(40);

/// The widest buffers, as a multiple of the usual ones.
const WIDEST: u32 = 8;

/// Why there is no device now.
pub(super) enum Missing {
    /// It has not answered yet.
    Yet,
    /// There is none.
    None(NoDevice),
}

/// What a test holds instead of a device.
pub(super) struct Hand {
    /// Where frames come from while there is sound.
    pub feed: Option<Feed>,
    /// Frames a second it wants, if not what the episode has.
    pub out_hz: Option<u32>,
    /// Why there is no device now.
    pub refuses: Option<String>,
    /// Whether it takes its time to answer.
    pub is_slow: bool,
    /// Whether the sound that was begun is lost.
    pub is_lost: bool,
    /// How often sound was begun.
    pub begun: u32,
    /// How wide its buffers are, as a multiple of the usual ones.
    pub width: u32,
}

impl Hand {
    /// A device that is there and as usual.
    pub(super) fn new() -> Self {
        Self {
            feed: None,
            out_hz: None,
            refuses: None,
            is_slow: false,
            is_lost: false,
            begun: 0,
            width: 1,
        }
    }
}

/// A device that will take sound, or silence.
pub(super) enum Target {
    /// A sound device.
    Device(Box<Found>),
    /// Silence in real time.
    Silent,
    /// The test's hand, and whether it stands for a device.
    Hand(Arc<Mutex<Hand>>, bool),
}

/// Sound, or silence, that is being played. Dropping it stops it.
pub(super) enum Sink {
    /// Through a sound device.
    Device(Stream),
    /// Silence in real time.
    Silent { _thread: Silent },
    /// By a test's hand, as the how manieth.
    Hand(Arc<Mutex<Hand>>, u32),
}

impl Outlet {
    /// Whether there is a device to look for.
    pub(super) fn has_device(&self) -> bool {
        !matches!(self, Self::Silent(_))
    }

    /// The device, for sound of `rate_hz`. Waits for it a moment only; when it
    /// is found later, the engine is woken, and it is there at the next call.
    ///
    /// # Errors
    ///
    /// That there is none, or that it does not answer yet.
    pub(super) fn find(&mut self, rate_hz: u32) -> Result<Target, Missing> {
        match self {
            Self::Device { name, search, wake, .. } => {
                let begun = search.take().filter(|(its_rate, _)| *its_rate == rate_hz);
                let (wait, found) = if let Some((_, found)) = begun {
                    (Duration::ZERO, found)
                } else {
                    let found = look(name.clone(), rate_hz, wake.clone());
                    (SEARCH, found.map_err(Missing::None)?)
                };
                match found.recv_timeout(wait) {
                    Ok(found) => Ok(Target::Device(Box::new(found.map_err(Missing::None)?))),
                    Err(RecvTimeoutError::Disconnected) => {
                        Err(Missing::None(NoDevice("no sound device was found".to_owned())))
                    }
                    Err(RecvTimeoutError::Timeout) => {
                        *search = Some((rate_hz, found));
                        Err(Missing::Yet)
                    }
                }
            }
            Self::Silent(_) => Ok(Target::Silent),
            Self::Hand(hand) => match lock(hand) {
                held if held.is_slow => Err(Missing::Yet),
                held => match &held.refuses {
                    Some(why) => Err(Missing::None(NoDevice(why.clone()))),
                    None => Ok(Target::Hand(Arc::clone(hand), true)),
                },
            },
        }
    }

    /// Makes the buffers of the next stream wider; whether they can be.
    pub(super) fn widen(&mut self) -> bool {
        match self {
            Self::Device { width, .. } => wider(width),
            Self::Hand(hand) => wider(&mut lock(hand).width),
            Self::Silent(_) => false,
        }
    }

    /// Silence in real time, for when there is no device.
    pub(super) fn silence(&self) -> Target {
        match self {
            Self::Device { .. } | Self::Silent(_) => Target::Silent,
            Self::Hand(hand) => Target::Hand(Arc::clone(hand), false),
        }
    }

    /// Begins to play `feed` on `target`.
    ///
    /// # Errors
    ///
    /// Why it does not begin.
    pub(super) fn play(
        &self,
        target: Target,
        feed: Feed,
        shared: &Arc<Shared>,
    ) -> Result<Sink, NoDevice> {
        match (target, self) {
            (Target::Device(found), Self::Device { origin, wake, width, .. }) => {
                let wake = wake.clone();
                let look = Box::new(move || {
                    let _ = wake.send(Message::Look);
                });
                Ok(Sink::Device(found.play(feed, shared, *origin, *width, look)?))
            }
            (Target::Hand(hand, _), _) => {
                let mut held = lock(&hand);
                held.feed = Some(feed);
                held.is_lost = false;
                held.begun += 1;
                let number = held.begun;
                drop(held);
                Ok(Sink::Hand(hand, number))
            }
            (_, Self::Device { origin, .. } | Self::Silent(origin)) => silent(feed, *origin),
            (_, Self::Hand(_)) => Err(NoDevice("no sound device was found".to_owned())),
        }
    }
}

/// Doubles a width, if that can be; whether it can.
fn wider(width: &mut u32) -> bool {
    let can_be = *width < WIDEST;
    if can_be {
        *width *= 2;
    }
    can_be
}

/// Begins to look for the device of this name, or the default one.
fn look(
    name: Option<String>,
    rate_hz: u32,
    wake: Sender<Message>,
) -> Result<Receiver<Result<Found, NoDevice>>, NoDevice> {
    let (sender, found) = channel();
    let work = move || {
        // Nobody may be waiting any more.
        let _ = sender.send(Found::new(name.as_deref(), rate_hz));
        let _ = wake.send(Message::Look);
    };
    let thread = std::thread::Builder::new().name("search".to_owned()).spawn(work);
    thread.map(|_| found).map_err(|error| NoDevice(error.to_string()))
}

fn silent(feed: Feed, origin: Instant) -> Result<Sink, NoDevice> {
    let silent = Silent::start(feed, origin);
    silent
        .map(|thread| Sink::Silent { _thread: thread })
        .map_err(|error| NoDevice(error.to_string()))
}

impl Target {
    /// Frames a second that it will be given, for an episode at `rate_hz`:
    /// no fewer and no more than devices know what to do with.
    pub(super) fn out_hz(&self, rate_hz: u32) -> u32 {
        let rate_hz = rate_hz.clamp(8_000, 192_000);
        match self {
            Self::Device(found) => found.out_hz(rate_hz),
            Self::Silent => rate_hz,
            Self::Hand(hand, _) => lock(hand).out_hz.unwrap_or(rate_hz),
        }
    }

    /// What a person calls the device; `None` for silence.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Device(found) => Some(found.name()),
            Self::Hand(_, true) => Some("the hand"),
            Self::Silent | Self::Hand(_, false) => None,
        }
    }
}

impl Sink {
    /// Whether the device has gone away or stands still at `now`.
    pub(super) fn is_lost(&mut self, now: Moment) -> bool {
        match self {
            Self::Device(stream) => stream.is_lost(now),
            Self::Silent { .. } => false,
            Self::Hand(hand, _) => lock(hand).is_lost,
        }
    }

    /// The device, if the server has moved the sound to another since this was
    /// asked last.
    pub(super) fn moved_to(&self) -> Option<String> {
        match self {
            Self::Device(stream) => stream.moved_to(),
            Self::Silent { .. } | Self::Hand(..) => None,
        }
    }

    /// Tells it that there is more in the ring, if it had wanted more.
    pub(super) fn feed_on(&self) {
        if let Self::Device(stream) = self {
            stream.feed_on();
        }
    }

    /// Has the sound go at once, softly; `false` where nothing is heard anyway.
    /// When it has gone, the inlet knows.
    pub(super) fn hush(&self, inlet: &Inlet) -> bool {
        inlet.hush();
        match self {
            Self::Device(stream) => stream.hush(),
            Self::Silent { .. } => return false,
            Self::Hand(..) => {}
        }
        true
    }

    /// Goes on with `ring` at once, or as soon as the device can. `false` when
    /// that is quicker in a new stream.
    pub(super) fn jump(&self, inlet: &mut Inlet, ring: Later) -> bool {
        match self {
            Self::Device(stream) => stream.jump(inlet, ring),
            Self::Silent { .. } => false,
            Self::Hand(..) => inlet.swap(ring, None),
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Self::Hand(hand, number) = self {
            let mut held = lock(hand);
            if held.begun == *number {
                held.feed = None;
            }
        }
    }
}

/// The hand, also after a test that panicked with it.
pub(super) fn lock(hand: &Mutex<Hand>) -> std::sync::MutexGuard<'_, Hand> {
    hand.lock().unwrap_or_else(PoisonError::into_inner)
}
