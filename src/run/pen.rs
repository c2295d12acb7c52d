//! The thread that writes to the terminal, so that one which takes nothing (a
//! stopped or slow one) holds up nothing else.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel};
use std::time::Duration;

use super::Message;

/// Collects what is written and gives it to the thread on
/// [`flush`](Write::flush), in one piece.
#[derive(Debug)]
pub(super) struct Pen {
    written: Vec<u8>,
    jobs: Sender<Vec<u8>>,
    state: Arc<State>,
}

/// Tells whether the terminal has taken what was written.
#[derive(Debug)]
pub(super) struct Watch {
    state: Arc<State>,
    idle: Receiver<()>,
}

#[derive(Debug, Default)]
struct State {
    /// Pieces that have not reached the terminal yet.
    pending: AtomicUsize,
    /// The loop wants to know when all have.
    is_awaited: AtomicBool,
}

impl Pen {
    /// Starts the thread. It tells `sender` when the terminal is gone, and
    /// when it is through if [`Watch::is_busy`] has said no before.
    pub(super) fn start(sender: SyncSender<Message>) -> io::Result<(Self, Watch)> {
        let (jobs, waiting) = channel::<Vec<u8>>();
        let (through, idle) = channel();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let work = move || {
            for piece in waiting {
                let mut out = io::stdout().lock();
                let done = out.write_all(&piece).and_then(|()| out.flush());
                drop(out);
                if done.is_err() {
                    let _ = sender.try_send(Message::Terminate);
                }
                if shared.pending.fetch_sub(1, Ordering::AcqRel) == 1 {
                    let _ = through.send(());
                    if shared.is_awaited.swap(false, Ordering::AcqRel) {
                        let _ = sender.try_send(Message::Written);
                    }
                }
            }
        };
        std::thread::Builder::new().name("pen".into()).spawn(work)?;
        let watch = Watch { state: Arc::clone(&state), idle };
        Ok((Self { written: Vec::new(), jobs, state }, watch))
    }
}

impl Watch {
    /// Whether the terminal has not taken all that was written yet. If so, a
    /// message comes when it has.
    pub(super) fn is_busy(&self) -> bool {
        if self.state.pending.load(Ordering::Acquire) == 0 {
            return false;
        }
        self.state.is_awaited.store(true, Ordering::Release);
        // It may have become idle just before the wish was noted.
        self.state.pending.load(Ordering::Acquire) > 0
    }

    /// Waits until the terminal has taken everything, but no longer than
    /// `patience` for a piece.
    pub(super) fn wait(&self, patience: Duration) {
        while self.state.pending.load(Ordering::Acquire) > 0 {
            match self.idle.recv_timeout(patience) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
    }
}

impl Write for Pen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Hands over what was written; never waits.
    fn flush(&mut self) -> io::Result<()> {
        if !self.written.is_empty() {
            self.state.pending.fetch_add(1, Ordering::AcqRel);
            let piece = std::mem::take(&mut self.written);
            self.jobs.send(piece).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        }
        Ok(())
    }
}
