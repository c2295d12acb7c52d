//! Sound: plays an episode from any sample, and knows which one is heard.
//!
//! A thread decodes ahead into a ring; the device's own thread takes frames
//! out of it and notes which sample of the episode they are and when they
//! will be heard. Samples are counted per channel throughout, as `u64`.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts of samples, frames and bytes are far below 2^52, and what is cut off is \
              less than can be heard"
)]

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

mod aac;
mod account;
mod activity;
mod blocks;
mod bytes;
mod coder;
mod container;
mod deck;
mod device;
mod direct;
mod ebml;
mod feed;
mod flac;
mod frame;
mod frames;
mod header;
mod lacing;
mod layer_two;
mod layout;
mod length;
mod level;
mod limit;
mod link;
mod manual;
mod matroska;
mod mix;
mod mp3;
mod mp4;
mod narrow;
mod notes;
mod ogg;
mod opus;
mod outlet;
mod packets;
mod page;
mod pipeline;
mod place;
#[cfg(target_os = "linux")]
mod pulse;
mod ring;
#[cfg(target_os = "linux")]
mod served;
mod shared;
mod silent;
mod spool;
mod stretch;
mod surround;
mod survey;
mod tag;
mod track;
mod trim;
mod turn;
mod voice;
mod vorbis;
mod wav;

use deck::{Deck, Next};
use outlet::Outlet;
use shared::Shared;

use crate::model::Moment;
use crate::model::playback::{Heard, Report, Request};

pub use account::{Account, Way};
pub use device::{Device, NoDevice, devices};
pub use frame::Frame;
pub use length::length;
pub use manual::Manual;
pub use mp3::Outcome;
pub use notes::Notes;
pub use spool::spool;
pub use stretch::Stretch;
pub use survey::{Survey, Tell, give_way};
pub use track::Track;

/// Where sound goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// To the system's default device.
    #[default]
    Default,
    /// To the device with this id, or with this in its name.
    Named(String),
    /// Nowhere, but in real time.
    Silent,
}

/// The engine: its decoder's thread, and the way to it.
///
/// Dropping it stops the sound at once and waits for the thread, though not
/// for a file system or a sound server that does not answer.
#[derive(Debug)]
pub struct Engine {
    sender: Sender<Message>,
    shared: Arc<Shared>,
    origin: Instant,
    thread: Option<JoinHandle<()>>,
    /// Hangs up when the thread is through. (The lock is for `Sync` only.)
    gone: Mutex<Receiver<()>>,
}

/// What the decoder's thread is told.
#[derive(Debug)]
enum Message {
    Ask(Request),
    /// The device is gone, is another, or was found.
    Look,
    /// Keep here what is found out.
    Remember(Arc<dyn Notes>),
    Quit,
}

impl Engine {
    /// Starts the decoder's thread; nothing is opened and no device is touched
    /// until it is asked for. `origin` is moment zero. `report` is called from
    /// the engine's threads and must not wait long.
    ///
    /// # Errors
    ///
    /// What the system says when it has no thread to give.
    pub fn start(
        output: Output,
        origin: Instant,
        report: Box<dyn Fn(Report) + Send>,
    ) -> io::Result<Self> {
        let (sender, messages) = channel();
        let (alive, gone) = channel();
        let shared = Arc::new(Shared::new());
        let wake = sender.clone();
        let outlet = match output {
            Output::Default => Outlet::Device { name: None, origin, wake, search: None, width: 1 },
            Output::Named(name) => {
                Outlet::Device { name: Some(name), origin, wake, search: None, width: 1 }
            }
            Output::Silent => Outlet::Silent(origin),
        };
        let mut deck = Deck::new(outlet, Arc::clone(&shared), report);
        let work = move || {
            run(&mut deck, &messages, origin);
            drop(deck);
            drop(alive);
        };
        let thread = std::thread::Builder::new().name("decode".to_owned()).spawn(work)?;
        Ok(Self { sender, shared, origin, thread: Some(thread), gone: Mutex::new(gone) })
    }

    /// Asks for something; never waits.
    pub fn ask(&self, request: Request) {
        // The thread ends only when the engine is dropped.
        let _ = self.sender.send(Message::Ask(request));
    }

    /// Has what is found out about the files that are opened from now on kept
    /// in `notes`, and taken from there.
    pub fn remember(&self, notes: Arc<dyn Notes>) {
        let _ = self.sender.send(Message::Remember(notes));
    }

    /// What is heard now; `None` while nothing is: paused, ended, not begun.
    pub fn heard(&self) -> Option<Heard> {
        self.shared.heard(Moment(self.origin.elapsed()))
    }

    /// What became of the sound since the start.
    pub fn account(&self) -> Account {
        self.shared.account()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.sender.send(Message::Quit);
        // A read from a network that is gone may never return, and a server that
        // stands still says nothing for seconds.
        let gone = self.gone.get_mut().unwrap_or_else(PoisonError::into_inner);
        let left = gone.recv_timeout(Duration::from_millis(300));
        if left == Err(RecvTimeoutError::Disconnected)
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

/// The decoder's thread: works while there is something to do, else waits.
fn run(deck: &mut Deck, messages: &Receiver<Message>, origin: Instant) {
    loop {
        let message = match deck.step(Moment(origin.elapsed())) {
            Next::Now => match messages.try_recv() {
                Err(TryRecvError::Empty) => continue,
                Err(TryRecvError::Disconnected) => return,
                Ok(message) => message,
            },
            Next::In(time) => match messages.recv_timeout(time) {
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(message) => message,
            },
            Next::Asked => match messages.recv() {
                Err(_) => return,
                Ok(message) => message,
            },
        };
        // All that waits is taken in before any of it is done.
        for message in std::iter::once(message).chain(messages.try_iter()) {
            match message {
                Message::Ask(request) => deck.take(request, Moment(origin.elapsed())),
                Message::Look => {}
                Message::Remember(notes) => deck.remember(notes),
                Message::Quit => {
                    // What is being heard is not cut off; it is a matter of
                    // milliseconds.
                    deck.stop(Moment(origin.elapsed()));
                    while deck.is_leaving(Moment(origin.elapsed())) {
                        let said = messages.recv_timeout(Duration::from_millis(2));
                        if matches!(said, Err(RecvTimeoutError::Disconnected)) {
                            return;
                        }
                    }
                    return;
                }
            }
        }
    }
}
