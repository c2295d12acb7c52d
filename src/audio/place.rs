//! Where the sound is: written by whoever hands samples to the device, read by
//! anyone at any time, without a lock.

use std::sync::atomic::{AtomicU64, Ordering, fence};

use crate::model::playback::{Heard, SeekId};
use crate::model::{Clock, MediaTime, Moment};

/// What has been handed to the device last, and what before that.
///
/// Two lines are kept, because the sound of a new start is handed over before
/// it is heard: until then the line of the old start holds.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// Even: as it stands; odd: being written.
    version: AtomicU64,
    /// Which writer may write: each new stream of sound has the next number.
    writer: AtomicU64,
    new: Line,
    old: Line,
    /// The first moment at which the new line is heard, in nanoseconds.
    since: AtomicU64,
}

/// A straight line through what is heard, taken apart into words.
#[derive(Debug, Default)]
struct Line {
    /// The id and, above it, whether there is a line at all.
    id: AtomicU64,
    anchor: AtomicU64,
    at: AtomicU64,
    rate: AtomicU64,
    limit: AtomicU64,
}

const THERE: u64 = 1 << 32;

impl Place {
    /// What is heard at `now`: `None` before a first sound and after
    /// [`Place::clear`].
    pub(super) fn heard(&self, now: Moment) -> Option<Heard> {
        let (new, old, since) = self.read();
        if now >= since { new.or(old) } else { old }
    }

    /// The line handed over last, whether it is heard yet or not.
    pub(super) fn handed(&self) -> Option<Heard> {
        self.read().0
    }

    /// Forgets all lines and locks out the writer that there was; gives the
    /// number of the next.
    pub(super) fn clear(&self) -> u64 {
        self.write(|place| {
            place.new.id.store(0, Ordering::Relaxed);
            place.old.id.store(0, Ordering::Relaxed);
            place.next_writer()
        })
    }

    /// Locks out the writer that there was, and keeps its line until the next
    /// has one that is heard; gives the number of the next.
    pub(super) fn hand_on(&self) -> u64 {
        self.write(Self::next_writer)
    }

    fn next_writer(&self) -> u64 {
        self.writer.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Writes a new line, unless another writer has taken over. Never waits
    /// long: the other side holds the lock for some stores only.
    pub(super) fn publish(&self, writer: u64, heard: Heard) {
        self.write(|place| {
            if place.writer.load(Ordering::Relaxed) != writer {
                return;
            }
            let id = THERE | u64::from(heard.id.0);
            let before = place.new.id.load(Ordering::Relaxed);
            if before != id {
                // What was new and is not heard yet never will be.
                let since = place.since.load(Ordering::Relaxed);
                let at = nanos(heard.clock.at);
                if before != 0 && since < at {
                    place.old.copy(&place.new);
                }
                place.since.store(at, Ordering::Relaxed);
            }
            place.new.set(&heard);
        });
    }

    fn write<T>(&self, change: impl FnOnce(&Self) -> T) -> T {
        let version = loop {
            let version = self.version.load(Ordering::Relaxed);
            let taken = version.is_multiple_of(2)
                && self
                    .version
                    .compare_exchange_weak(
                        version,
                        version + 1,
                        Ordering::Acquire,
                        Ordering::Relaxed,
                    )
                    .is_ok();
            if taken {
                break version;
            }
            std::hint::spin_loop();
        };
        fence(Ordering::Release);
        let result = change(self);
        self.version.store(version + 2, Ordering::Release);
        result
    }

    fn read(&self) -> (Option<Heard>, Option<Heard>, Moment) {
        loop {
            let before = self.version.load(Ordering::Acquire);
            let all = (self.new.get(), self.old.get(), self.since.load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            if before.is_multiple_of(2) && self.version.load(Ordering::Relaxed) == before {
                return (all.0, all.1, Moment(std::time::Duration::from_nanos(all.2)));
            }
            std::hint::spin_loop();
        }
    }
}

impl Line {
    fn set(&self, heard: &Heard) {
        self.id.store(THERE | u64::from(heard.id.0), Ordering::Relaxed);
        self.anchor.store(heard.clock.anchor.as_micros(), Ordering::Relaxed);
        self.at.store(nanos(heard.clock.at), Ordering::Relaxed);
        self.rate.store(heard.clock.rate.to_bits(), Ordering::Relaxed);
        self.limit.store(heard.clock.limit.as_micros(), Ordering::Relaxed);
    }

    fn get(&self) -> Option<Heard> {
        let id = self.id.load(Ordering::Relaxed);
        let clock = Clock {
            anchor: MediaTime::from_micros(self.anchor.load(Ordering::Relaxed)),
            at: Moment(std::time::Duration::from_nanos(self.at.load(Ordering::Relaxed))),
            rate: f64::from_bits(self.rate.load(Ordering::Relaxed)),
            limit: MediaTime::from_micros(self.limit.load(Ordering::Relaxed)),
        };
        (id != 0).then_some(Heard { id: SeekId(id as u32), clock })
    }

    fn copy(&self, other: &Self) {
        for (mine, its) in [
            (&self.id, &other.id),
            (&self.anchor, &other.anchor),
            (&self.at, &other.at),
            (&self.rate, &other.rate),
            (&self.limit, &other.limit),
        ] {
            mine.store(its.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

fn nanos(moment: Moment) -> u64 {
    u64::try_from(moment.0.as_nanos()).unwrap_or(u64::MAX)
}
