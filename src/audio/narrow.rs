//! Where in a file a time is, found with a few looks: each place is guessed
//! from the times that are known before it and behind it, by the Illinois rule
//! (Dowell and Jarratt, "A modified regula falsi method", BIT 11, 1971). Where
//! guesses do not help it is halved.

/// How many places are guessed; those after them are halves.
const GUESSES: u32 = 8;

/// A part of a file in which a time is looked for.
#[derive(Debug)]
pub(super) struct Narrow {
    /// The time that is looked for.
    aim: i64,
    /// A place that is before it or at it, and one behind it; each with how far
    /// it is from there, less each time that the other one was moved twice.
    low: (u64, f64),
    high: (u64, f64),
    /// How narrow it becomes, in bytes.
    near: u64,
    /// How many places have been looked at.
    looks: u32,
    /// Which end was moved last.
    moved: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Low,
    High,
}

impl Narrow {
    /// Looks for `aim` between `low` and `high`, a place and its time each,
    /// until no more than `near` bytes are left.
    pub(super) fn new(aim: i64, low: (u64, i64), high: (u64, i64), near: u64) -> Self {
        let (low, high) = ((low.0, off(aim, low.1)), (high.0, off(aim, high.1)));
        Self { aim, low, high, near, looks: 0, moved: None }
    }

    /// From where on to look for a time, and where that ends; `None` once it is
    /// near. What is found is to be told to [`Narrow::tell`].
    pub(super) fn guess(&mut self) -> Option<(u64, u64)> {
        let ((low, before), (high, behind)) = (self.low, self.high);
        let width = high.checked_sub(low).filter(|width| *width > self.near)?;
        self.looks += 1;
        let part = before / (before + behind);
        if self.looks > GUESSES || !part.is_finite() {
            return Some((low + width / 2, high));
        }
        let likely = (part * width as f64) as u64;
        // On the other side of the time than last: then both ends come near.
        let margin = self.near / 2;
        let beyond = match self.moved {
            Some(End::Low) => likely + margin,
            Some(End::High) | None => likely.saturating_sub(margin),
        };
        Some((low + beyond.clamp(self.near / 4, width - self.near / 4), high))
    }

    /// Behind the place `guessed` the first time found is `time`, at `at`;
    /// `None` if there is none.
    pub(super) fn tell(&mut self, guessed: u64, found: Option<(u64, i64)>) {
        let end = match found {
            Some((at, time)) if time <= self.aim => {
                self.low = (at.max(self.low.0 + 1), off(self.aim, time));
                if self.moved == Some(End::Low) {
                    self.high.1 /= 2.0;
                }
                End::Low
            }
            _ => {
                self.high.0 = guessed;
                if let Some((_, time)) = found {
                    self.high.1 = off(self.aim, time);
                }
                if self.moved == Some(End::High) {
                    self.low.1 /= 2.0;
                }
                End::High
            }
        };
        self.moved = Some(end);
    }

    /// Where it begins now: the last place known to be before the time or at it.
    pub(super) fn begin(&self) -> u64 {
        self.low.0
    }
}

/// How far `time` is from `aim`.
fn off(aim: i64, time: i64) -> f64 {
    aim.abs_diff(time) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many places are looked at until `aim` is near in a file with these
    /// times every 8,000 bytes, and where it is then looked for.
    fn looked(times: &[i64], aim: i64) -> (usize, u64) {
        let end = (times.len() as u64 * 8_000, times.last().copied().unwrap());
        let mut narrow = Narrow::new(aim, (0, 0), end, 64_000);
        let mut looked = 0;
        while let Some((from, to)) = narrow.guess() {
            assert!(from < to && to <= end.0);
            looked += 1;
            let at = from.div_ceil(8_000);
            let time = times.get(at as usize).filter(|_| at * 8_000 < to);
            narrow.tell(from, time.map(|time| (at * 8_000, *time)));
        }
        (looked, narrow.begin())
    }

    /// Looks for many times, and gives the most places looked at.
    fn most(times: &[i64]) -> usize {
        let all = times.iter().enumerate().step_by(37);
        let looked = all.map(|(at, time)| {
            let (looked, begin) = looked(times, *time);
            let at = at as u64 * 8_000;
            assert!((at.saturating_sub(64_000)..=at).contains(&begin), "{begin} for {at}");
            looked
        });
        looked.max().unwrap()
    }

    #[test]
    fn where_time_goes_evenly_two_looks_are_enough() {
        let times: Vec<i64> = (0..7_000).map(|n| n * 1_000).collect();
        assert_eq!(most(&times), 2);
    }

    #[test]
    fn where_the_rate_changes_a_few_are() {
        // Loud and quiet parts of a minute each, of which one has ten times the
        // bytes.
        let step = |n: i64| if n / 500 % 2 == 0 { 200 } else { 2_000 };
        let times: Vec<i64> = (0..7_000)
            .scan(0, |time, n| {
                *time += step(n);
                Some(*time)
            })
            .collect();
        assert!(most(&times) <= 10, "{}", most(&times));
    }

    #[test]
    fn at_worst_it_is_halved_after_some_guesses() {
        // Nearly all of the time is in the last bytes, or in the first.
        let late: Vec<i64> = (0..7_000).map(|n| if n < 6_990 { n } else { n << 30 }).collect();
        let early: Vec<i64> = (0..7_000).map(|n| if n < 10 { n } else { (1 << 40) + n }).collect();
        // Ten halves of 56 MB are less than 64 kB.
        let least = GUESSES as usize + 10;
        assert!(most(&late) <= least && most(&early) <= least);
    }

    #[test]
    fn times_that_make_no_sense_end_as_well() {
        for times in [vec![5; 7_000], (0..7_000).rev().collect(), vec![i64::MIN, i64::MAX]] {
            for aim in [i64::MIN, -1, 0, 5, 3_500, i64::MAX] {
                let (looked, begin) = looked(&times, aim);
                assert!(looked <= 18 && begin <= 7_000 * 8_000, "{looked} {begin}");
            }
        }
    }
}
