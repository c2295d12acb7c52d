//! Brings a stream of another rate to the rate of those before it.

use super::frame::Frame;

/// How many times as many samples one stream may have as another.
const MOST: u32 = 32;

/// The way from the samples of a stream to those of the row that it is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// Its own rate, and that of the row.
    pub(super) own_hz: u32,
    pub(super) hz: u32,
    /// The sample of the row that its first one is.
    pub(super) start: u64,
    /// How many it has, at its own rate.
    pub(super) all: i64,
}

/// Turns what comes packet by packet.
#[derive(Debug, Default)]
pub(super) struct Turner {
    /// The last sample of the packet before, and the number of the next.
    before: Option<(Frame, i64)>,
}

impl Turn {
    /// Whether the two rates are near enough to each other.
    pub(super) fn is_believed(self) -> bool {
        let (less, more) = (self.own_hz.min(self.hz), self.own_hz.max(self.hz));
        more / MOST <= less
    }

    /// The first sample of the row that is not heard before its own sample
    /// `own`, counted from its first.
    pub(super) fn at_or_after(self, own: i64) -> i64 {
        let scaled = i128::from(own) * i128::from(self.hz);
        narrow(-(-scaled).div_euclid(i128::from(self.own_hz.max(1))))
    }

    /// Its own sample that is heard with sample `inside` of the row, counted
    /// from its first, or the last before that.
    pub(super) fn own_before(self, inside: i64) -> i64 {
        narrow(self.scaled(inside).div_euclid(i128::from(self.hz.max(1))))
    }

    fn scaled(self, inside: i64) -> i128 {
        i128::from(inside) * i128::from(self.own_hz)
    }
}

impl Turner {
    /// Brings the `sound` of a packet, whose first sample is `first` where its
    /// stream's own follow its start, to the rate of the row; gives the sample
    /// of the row that it then begins with. Between its own samples lines are
    /// drawn, so the last of them waits for the next packet.
    pub(super) fn turn(&mut self, turn: Turn, first: i64, sound: &mut Vec<Frame>) -> i64 {
        let start = turn.start.cast_signed();
        let own = first.saturating_sub(start);
        // What a last packet holds behind the end is not heard.
        sound.truncate(usize::try_from(turn.all.saturating_sub(own)).unwrap_or(0));
        let Some(last) = sound.last().copied() else {
            return start.saturating_add(turn.at_or_after(own));
        };
        let before = self.before.filter(|(_, next)| *next == own).map(|(frame, _)| frame);
        let end = own.saturating_add(sound.len().cast_signed() as i64);
        self.before = Some((last, end));
        let from = match before {
            Some(_) => after(turn, own - 1),
            None => turn.at_or_after(own),
        };
        let to = if end >= turn.all { turn.at_or_after(end) } else { after(turn, end - 1) };
        let sample = |number: i64| match usize::try_from(number.saturating_sub(own)) {
            Ok(at) => sound.get(at).copied().unwrap_or(last),
            Err(_) => before.unwrap_or(sound[0]),
        };
        let turned = (from..to).map(|inside| {
            let whole = turn.own_before(inside);
            let part = turn.scaled(inside).rem_euclid(i128::from(turn.hz)) as f32 / turn.hz as f32;
            let (a, b) = (sample(whole), sample(whole.saturating_add(1)));
            [0, 1].map(|side| a[side] + (b[side] - a[side]) * part)
        });
        *sound = turned.collect();
        start.saturating_add(from)
    }
}

/// The first sample of the row that is heard after its own sample `own`.
fn after(turn: Turn, own: i64) -> i64 {
    let scaled = i128::from(own) * i128::from(turn.hz);
    narrow(scaled.div_euclid(i128::from(turn.own_hz.max(1))) + 1)
}

fn narrow(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ramp of `all` samples at `own_hz`, in packets of these lengths by
    /// turns, as `hz` makes of it.
    fn ramp(own_hz: u32, hz: u32, all: i16, lengths: &[i16]) -> Vec<f32> {
        let turn = Turn { own_hz, hz, start: 1_000, all: i64::from(all) };
        let (mut turner, mut row, mut own) = (Turner::default(), Vec::new(), 0);
        for length in lengths.iter().cycle() {
            if own >= all {
                break;
            }
            let end = (own + length).min(all);
            let mut sound: Vec<Frame> = (own..end).map(|n| [f32::from(n) / 1e3; 2]).collect();
            let first = turner.turn(turn, 1_000 + i64::from(own), &mut sound);
            assert_eq!(first, 1_000 + i64::try_from(row.len()).unwrap(), "behind what came before");
            row.extend(sound.iter().map(|frame| frame[0]));
            own = end;
        }
        row
    }

    #[test]
    fn every_sample_of_another_rate_is_in_its_place_whatever_the_packets() {
        for (own_hz, hz) in [(22_050, 44_100), (48_000, 44_100), (44_100, 48_000), (8_000, 44_100)]
        {
            let row = ramp(own_hz, hz, 5_000, &[1, 576, 64, 1_024]);
            assert_eq!(row.len() as u64, (5_000 * u64::from(hz)).div_ceil(u64::from(own_hz)));
            for (n, sample) in row.iter().enumerate() {
                let place = (n as f64 * f64::from(own_hz) / f64::from(hz)).min(4_999.0) / 1e3;
                assert!((f64::from(*sample) - place).abs() < 1e-5, "{n} of {own_hz} to {hz}");
            }
        }
    }

    #[test]
    fn rates_that_are_too_far_apart_are_not_believed() {
        let turn = |own_hz, hz| Turn { own_hz, hz, start: 0, all: 0 };
        assert!(turn(8_000, 192_000).is_believed() && turn(192_000, 8_000).is_believed());
        assert!(!turn(1, 768_000).is_believed() && !turn(768_000, 1).is_believed());
    }
}
