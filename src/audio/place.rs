//! Where the sound is: written by whoever hands samples to the device, read by
//! anyone at any time, without a lock.

use std::sync::atomic::{AtomicU64, Ordering, fence};
use std::time::Duration;

use crate::model::playback::{Heard, SeekId};
use crate::model::{Clock, MediaTime, Moment};

/// How many lines are kept: a device holds sound in which a new start and a
/// few silences left out lie one behind the other.
const LINES: usize = 8;

/// Lines that meet within so much go on from each other, in microseconds.
const SEAM_US: u64 = 500;

/// What has been handed to the device last, and what before that.
///
/// Several lines are kept, because sound is handed over before it is heard:
/// until then an older line holds.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// Even: as it stands; odd: being written.
    version: AtomicU64,
    /// Which writer may write: each new stream of sound has the next number.
    writer: AtomicU64,
    /// The newest first.
    lines: [Line; LINES],
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
    /// The first moment at which it is heard, in nanoseconds.
    since: AtomicU64,
    /// Which writer wrote it.
    author: AtomicU64,
}

const THERE: u64 = 1 << 32;

impl Place {
    /// What is heard at `now`: `None` before a first sound and after
    /// [`Place::clear`].
    pub(super) fn heard(&self, now: Moment) -> Option<Heard> {
        self.read(|place| {
            let begun = |line: &&Line| line.since.load(Ordering::Relaxed) <= nanos(now);
            place.lines.iter().find(begun).and_then(Line::get)
        })
    }

    /// The line handed over last, whether it is heard yet or not.
    pub(super) fn handed(&self) -> Option<Heard> {
        self.read(|place| place.lines[0].get())
    }

    /// Forgets all lines and locks out the writer that there was; gives the
    /// number of the next.
    pub(super) fn clear(&self) -> u64 {
        self.write(|place| {
            for line in &place.lines {
                line.id.store(0, Ordering::Relaxed);
                line.since.store(0, Ordering::Relaxed);
            }
            place.next_writer()
        })
    }

    /// Locks out the writer that there was, and keeps its lines until the next
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
            let newest = &place.lines[0];
            let mut since = nanos(heard.clock.at);
            if newest.goes_on(writer, &heard) {
                since = newest.since.load(Ordering::Relaxed);
            } else {
                place.make_room(since);
            }
            newest.author.store(writer, Ordering::Relaxed);
            newest.since.store(since, Ordering::Relaxed);
            newest.set(&heard);
        });
    }

    /// Moves the lines up for one that is heard from `since` on; those that
    /// would be heard only then never will be.
    fn make_room(&self, since: u64) {
        let stays = |line: &Line| {
            line.id.load(Ordering::Relaxed) != 0 && line.since.load(Ordering::Relaxed) < since
        };
        let first = self.lines.iter().position(stays).unwrap_or(LINES);
        // From `first` on they go to the second place and those after it.
        if first == 0 {
            for to in (1..LINES).rev() {
                self.lines[to].copy(&self.lines[to - 1]);
            }
            return;
        }
        for to in 1..LINES {
            match self.lines.get(to + first - 1) {
                Some(line) => self.lines[to].copy(line),
                None => self.lines[to].id.store(0, Ordering::Relaxed),
            }
        }
    }

    /// Moves the lines that `writer` wrote in time: what was to be heard at
    /// `old` is heard at `new`. A start that has been heard by `now` stays so.
    pub(super) fn shift(&self, writer: u64, old: Duration, new: Duration, now: Duration) {
        self.write(|place| {
            let moved =
                |at: u64| nanos(Moment((Duration::from_nanos(at) + new).saturating_sub(old)));
            for line in &place.lines {
                if line.author.load(Ordering::Relaxed) != writer {
                    continue;
                }
                let at = line.at.load(Ordering::Relaxed);
                line.at.store(moved(at), Ordering::Relaxed);
                let since = line.since.load(Ordering::Relaxed);
                if since > nanos(Moment(now)) {
                    line.since.store(moved(since), Ordering::Relaxed);
                }
            }
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

    /// What `look` sees while nobody writes.
    fn read<T>(&self, look: impl Fn(&Self) -> T) -> T {
        loop {
            let before = self.version.load(Ordering::Acquire);
            let seen = look(self);
            fence(Ordering::Acquire);
            if before.is_multiple_of(2) && self.version.load(Ordering::Relaxed) == before {
                return seen;
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
            at: Moment(Duration::from_nanos(self.at.load(Ordering::Relaxed))),
            rate: f64::from_bits(self.rate.load(Ordering::Relaxed)),
            limit: MediaTime::from_micros(self.limit.load(Ordering::Relaxed)),
        };
        (id != 0).then_some(Heard { id: SeekId(id as u32), clock })
    }

    /// Whether `heard` is the next piece of this line.
    fn goes_on(&self, writer: u64, heard: &Heard) -> bool {
        let limit = self.limit.load(Ordering::Relaxed);
        self.id.load(Ordering::Relaxed) == THERE | u64::from(heard.id.0)
            && self.author.load(Ordering::Relaxed) == writer
            && limit.abs_diff(heard.clock.anchor.as_micros()) <= SEAM_US
    }

    fn copy(&self, other: &Self) {
        for (mine, its) in [
            (&self.id, &other.id),
            (&self.anchor, &other.anchor),
            (&self.at, &other.at),
            (&self.rate, &other.rate),
            (&self.limit, &other.limit),
            (&self.since, &other.since),
            (&self.author, &other.author),
        ] {
            mine.store(its.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

fn nanos(moment: Moment) -> u64 {
    u64::try_from(moment.0.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of which every word says the same number.
    fn line(number: u32) -> Heard {
        let clock = Clock {
            anchor: MediaTime::from_micros(u64::from(number)),
            at: Moment(Duration::from_nanos(u64::from(number))),
            rate: f64::from(number),
            limit: MediaTime::from_micros(u64::from(number)),
        };
        Heard { id: SeekId(number / 4), clock }
    }

    #[test]
    fn who_reads_while_others_write_sees_whole_lines_and_none_before_the_last() {
        let count = if cfg!(miri) { 24 } else { 100_000 };
        let place = Place::default();
        let writer = place.clear();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 1..=count {
                    place.publish(writer, line(number));
                }
            });
            // One that has been locked out changes nothing.
            scope.spawn(|| place.publish(0, line(7)));
            let mut last = 0;
            while last < count {
                if let Some(handed) = place.handed() {
                    let number = handed.clock.anchor.as_micros();
                    let number = u32::try_from(number).unwrap();
                    assert_eq!(handed, line(number));
                    assert!(number >= last, "{number} after {last}");
                    last = number;
                }
                std::thread::yield_now();
            }
        });
    }
}
