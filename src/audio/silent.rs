//! Sound that nobody hears: takes frames in real time, some times a second,
//! and keeps the clock.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::feed::Feed;
use super::frame::{Frame, SILENCE};
use crate::model::Moment;

/// How much is taken at a time.
pub(super) const PERIOD: Duration = Duration::from_millis(100);

/// Who comes later than this was stopped meanwhile, and does not make up for
/// it.
const LATE: Duration = Duration::from_secs(1);

/// A thread that takes frames from a feed as fast as a device would.
///
/// Dropping it stops it at once.
#[derive(Debug)]
pub(super) struct Silent {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Silent {
    /// Begins to take frames from `feed`, the first of which counts as heard
    /// at the moment of this call.
    ///
    /// # Errors
    ///
    /// What the system says when it has no thread to give.
    pub(super) fn start(mut feed: Feed, origin: Instant) -> io::Result<Self> {
        let (stop, stopped) = channel::<()>();
        let mut begin = origin.elapsed();
        let work = move || {
            let rate = f64::from(feed.out_hz());
            let period = (rate * PERIOD.as_secs_f64()) as usize;
            let mut frames: Vec<Frame> = vec![SILENCE; period];
            let mut taken = 0_u64;
            loop {
                // One period ahead of the clock, so that being woken late does
                // not hold it up.
                let heard_at = begin + Duration::from_secs_f64(taken as f64 / rate);
                let now = origin.elapsed();
                if now > heard_at + LATE {
                    begin += now.saturating_sub(heard_at);
                    continue;
                }
                let wait = heard_at.saturating_sub(now + PERIOD);
                if !wait.is_zero() {
                    match stopped.recv_timeout(wait) {
                        Err(RecvTimeoutError::Timeout) => {}
                        _ => return,
                    }
                }
                feed.fill(&mut frames, Moment(heard_at));
                taken += period as u64;
            }
        };
        let thread = std::thread::Builder::new().name("silence".to_owned()).spawn(work)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
