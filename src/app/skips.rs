//! Silences that the engine leaves out of the sound: where the place jumps
//! over them, and how much time they have spared.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::MediaTime;
use crate::model::playback::{SeekId, Speed};

/// The engine is a second or so ahead: more than this is never waiting.
const MOST: usize = 64;

/// Silences that are left out of what is heard next, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Skips {
    ahead: VecDeque<Skip>,
    spared: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Skip {
    id: SeekId,
    from: MediaTime,
    to: MediaTime,
}

impl Skips {
    /// None ahead, and so much time spared already.
    pub(super) fn new(spared: Duration) -> Self {
        Self { ahead: VecDeque::new(), spared }
    }

    /// Takes note of one of the start `id`.
    pub(super) fn add(&mut self, id: SeekId, from: MediaTime, to: MediaTime) {
        if from < to {
            self.ahead.push_back(Skip { id, from, to });
        }
        if self.ahead.len() > MOST {
            self.ahead.pop_front();
        }
    }

    /// How much sooner the listener was through the episode for them.
    pub(super) const fn spared(&self) -> Duration {
        self.spared
    }

    /// The place of one who would be at `place` without the silences of the
    /// start `id` from `anchor` on.
    pub(super) fn over(&self, id: SeekId, anchor: MediaTime, place: MediaTime) -> MediaTime {
        self.of(id, anchor).fold(
            place,
            |place, skip| {
                if place < skip.from { place } else { later(place, skip) }
            },
        )
    }

    /// Where one would be without the silences of the start `id` from `anchor`
    /// on when one is at `place` with them: the inverse of [`Skips::over`].
    pub(super) fn without(&self, id: SeekId, anchor: MediaTime, place: MediaTime) -> MediaTime {
        let passed = self.of(id, anchor).take_while(|skip| skip.from < place);
        let spared: Duration =
            passed.map(|skip| place.min(skip.to).since(skip.from).unwrap_or_default()).sum();
        MediaTime::from_micros(
            place.as_micros().saturating_sub(u64::try_from(spared.as_micros()).unwrap_or(0)),
        )
    }

    /// The start `id` is heard at `anchor`, at `speed`: what lies before is
    /// counted, and what was ahead of other starts never comes.
    pub(super) fn pass(&mut self, id: SeekId, anchor: MediaTime, speed: Speed) {
        while let Some(skip) = self.ahead.front() {
            let is_passed = skip.id == id && skip.from < anchor;
            if is_passed {
                let length = skip.to.since(skip.from).unwrap_or_default();
                self.spared += length.div_f64(speed.factor());
            } else if skip.id == id {
                break;
            }
            self.ahead.pop_front();
        }
    }

    /// Nothing is ahead any more.
    pub(super) fn clear(&mut self) {
        self.ahead.clear();
    }

    fn of(&self, id: SeekId, anchor: MediaTime) -> impl Iterator<Item = &Skip> {
        self.ahead.iter().filter(move |skip| skip.id == id && skip.from >= anchor)
    }
}

fn later(place: MediaTime, skip: &Skip) -> MediaTime {
    let length = skip.to.as_micros().saturating_sub(skip.from.as_micros());
    MediaTime::from_micros(place.as_micros().saturating_add(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> MediaTime {
        MediaTime::from_millis(millis)
    }

    /// 2 s to 3 s and 5 s to 9 s are left out.
    fn skips() -> Skips {
        let mut skips = Skips::default();
        skips.add(SeekId(7), at(2_000), at(3_000));
        skips.add(SeekId(7), at(5_000), at(9_000));
        skips
    }

    #[test]
    fn the_place_jumps_over_each_silence_as_it_comes_to_it() {
        let skips = skips();
        for (without, over) in [
            (0, 0),
            (1_999, 1_999),
            (2_000, 3_000),
            (3_999, 4_999),
            (4_000, 9_000),
            (5_000, 10_000),
        ] {
            assert_eq!(skips.over(SeekId(7), at(0), at(without)), at(over));
        }
        // Behind the first one only the second is ahead; another start has none.
        assert_eq!(skips.over(SeekId(7), at(3_000), at(4_500)), at(4_500));
        assert_eq!(skips.over(SeekId(8), at(0), at(4_500)), at(4_500));
    }

    #[test]
    fn a_place_in_a_silence_comes_when_the_silence_does() {
        let skips = skips();
        for (place, without) in [
            (1_500, 1_500),
            (2_500, 2_000),
            (3_000, 2_000),
            (4_999, 3_999),
            (7_000, 4_000),
            (10_000, 5_000),
        ] {
            assert_eq!(skips.without(SeekId(7), at(0), at(place)), at(without));
        }
    }

    #[test]
    fn what_was_passed_is_counted_once_and_in_the_time_of_the_listener() {
        let mut skips = skips();
        skips.add(SeekId(8), at(20_000), at(30_000));
        let twice = Speed::from_tenths(20);
        skips.pass(SeekId(7), at(2_000), twice);
        assert_eq!(skips.spared(), Duration::ZERO);
        skips.pass(SeekId(7), at(4_000), twice);
        skips.pass(SeekId(7), at(4_000), twice);
        assert_eq!(skips.spared(), Duration::from_millis(500));
        skips.pass(SeekId(8), at(15_000), twice);
        skips.pass(SeekId(8), at(31_000), twice);
        assert_eq!(skips.spared(), Duration::from_millis(5_500));
    }
}
