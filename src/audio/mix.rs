//! Any number of channels to a left and a right one. In which order they come
//! is told here for all formats, and nowhere else.

use super::frame::Frame;

/// How much of a channel in the middle, aside or behind goes into a side.
const ASIDE: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// What the left and the right side hear of a loudspeaker.
const LEFT: Frame = [1.0, 0.0];
const RIGHT: Frame = [0.0, 1.0];
const MIDDLE: Frame = [ASIDE; 2];
const LEFT_ASIDE: Frame = [ASIDE, 0.0];
const RIGHT_ASIDE: Frame = [0.0, ASIDE];
const BEHIND: Frame = [ASIDE * ASIDE; 2];
const LOW: Frame = [0.0; 2];

/// The loudspeakers in the order of the bits of a WAVE mask: left, right,
/// centre, low, behind left and right, left and right of the centre, behind,
/// aside left and right, then those above; symphonia has a second low one.
const SEATS: [Frame; 19] = [
    LEFT,
    RIGHT,
    MIDDLE,
    LOW,
    LEFT_ASIDE,
    RIGHT_ASIDE,
    LEFT,
    RIGHT,
    BEHIND,
    LEFT_ASIDE,
    RIGHT_ASIDE,
    BEHIND,
    LEFT_ASIDE,
    MIDDLE,
    RIGHT_ASIDE,
    LEFT_ASIDE,
    BEHIND,
    RIGHT_ASIDE,
    LOW,
];

/// The bits of 3 to 8 channels that come without a mask: FLAC's (RFC 9639,
/// section 9.1.3), which are those of most.
const WAVE: [&[usize]; 6] = [
    &[0, 1, 2],
    &[0, 1, 4, 5],
    &[0, 1, 2, 4, 5],
    &[0, 1, 2, 3, 4, 5],
    &[0, 1, 2, 3, 8, 9, 10],
    &[0, 1, 2, 3, 4, 5, 9, 10],
];

/// The same in the order of Vorbis and Opus (Vorbis I specification, section
/// 4.3.9; RFC 7845, section 5.1.1.2).
const VORBIS: [&[usize]; 6] = [
    &[0, 2, 1],
    &[0, 1, 4, 5],
    &[0, 2, 1, 4, 5],
    &[0, 2, 1, 4, 5, 3],
    &[0, 2, 1, 9, 10, 8, 3],
    &[0, 2, 1, 9, 10, 4, 5, 3],
];

/// What each side hears of each channel. One is heard on both sides, two are
/// left and right; of more, no sum can be louder than its loudest part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mix(Vec<Frame>);

impl Mix {
    /// So many channels of which nothing else is told, in the order of the WAVE
    /// format; any above 8 by turns.
    pub(super) fn plain(channels: usize) -> Self {
        Self::ordered(&WAVE, channels)
    }

    /// So many channels in the order of Vorbis; above 8 it has none.
    pub(super) fn vorbis(channels: usize) -> Self {
        Self::ordered(&VORBIS, channels)
    }

    /// So many channels in the order of the bits of `mask`; if those are more
    /// or less, nothing is told.
    pub(super) fn masked(mask: u64, channels: usize) -> Self {
        if mask.count_ones() as usize != channels {
            return Self::plain(channels);
        }
        Self::seated((0..u64::BITS as usize).filter(|bit| mask >> bit & 1 == 1))
    }

    /// Channels of which each has the seat of this bit of a WAVE mask.
    pub(super) fn seated(bits: impl Iterator<Item = usize>) -> Self {
        Self::even(bits.map(|bit| SEATS.get(bit).copied().unwrap_or(MIDDLE)).collect())
    }

    /// How many channels it is for.
    pub(super) fn channels(&self) -> usize {
        self.0.len()
    }

    fn ordered(orders: &[&[usize]; 6], channels: usize) -> Self {
        if let Some(order) = orders.get(channels.wrapping_sub(3)) {
            return Self::seated(order.iter().copied());
        }
        let turns = (4..channels).map(|n| 9 + n % 2);
        Self::seated((0..channels.min(4)).chain(turns))
    }

    /// Makes these sum up to 1 at most.
    fn even(mut seats: Vec<Frame>) -> Self {
        match seats.len() {
            1 => seats = vec![[1.0; 2]],
            2 => seats = vec![LEFT, RIGHT],
            _ => {
                let sum = |side: usize| seats.iter().map(|seat| seat[side]).sum::<f32>();
                let most = sum(0).max(sum(1)).max(f32::MIN_POSITIVE);
                for seat in &mut seats {
                    *seat = seat.map(|part| part / most);
                }
            }
        }
        Self(seats)
    }

    /// Appends interleaved samples of all channels to `frames`. No channels
    /// give nothing.
    pub(super) fn append(&self, frames: &mut Vec<Frame>, samples: &[f32]) {
        match self.0.len() {
            0 => {}
            1 => frames.extend(samples.iter().map(|sample| [*sample; 2])),
            2 => frames.extend(samples.as_chunks().0),
            channels => {
                frames.extend(samples.chunks_exact(channels).map(|moment| self.heard(moment)));
            }
        }
    }

    fn heard(&self, moment: &[f32]) -> Frame {
        let (mut left, mut right) = (0.0, 0.0);
        for (sample, seat) in moment.iter().zip(&self.0) {
            left += sample * seat[0];
            right += sample * seat[1];
        }
        [left, right]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On which sides each channel alone is heard: `L`, `R`, `B` for both
    /// alike, `-` for none.
    fn sides(mix: &Mix) -> String {
        let alone = |channel: usize| {
            let mut moment = vec![0.0; mix.0.len()];
            moment[channel] = 1.0;
            let mut frames = Vec::new();
            mix.append(&mut frames, &moment);
            assert_eq!(frames.len(), 1);
            frames[0]
        };
        let side = |[left, right]: Frame| match (left > 1e-6, right > 1e-6) {
            (true, false) => 'L',
            (false, true) => 'R',
            (true, true) if (left - right).abs() < 1e-6 => 'B',
            (false, false) => '-',
            (true, true) => '?',
        };
        (0..mix.0.len()).map(|channel| side(alone(channel))).collect()
    }

    #[test]
    fn each_channel_in_the_order_of_wave_is_heard_on_its_side() {
        let all: Vec<String> = (1..=8).map(|channels| sides(&Mix::plain(channels))).collect();
        let expected = ["B", "LR", "LRB", "LRLR", "LRBLR", "LRB-LR", "LRB-BLR", "LRB-LRLR"];
        assert_eq!(all, expected);
    }

    #[test]
    fn each_channel_in_the_order_of_vorbis_is_heard_on_its_side() {
        let all: Vec<String> = (1..=8).map(|channels| sides(&Mix::vorbis(channels))).collect();
        let expected = ["B", "LR", "LBR", "LRLR", "LBRLR", "LBRLR-", "LBRLRB-", "LBRLRLR-"];
        assert_eq!(all, expected);
    }

    #[test]
    fn a_mask_says_which_channels_there_are() {
        // Left, right, low; left, right, centre, behind.
        assert_eq!(sides(&Mix::masked(0b1011, 3)), "LR-");
        assert_eq!(sides(&Mix::masked(0x107, 4)), "LRBB");
        // The widest that there is, without its second low one.
        assert_eq!(sides(&Mix::masked(0x3_ffff, 18)), "LRB-LRLRBLRBLBRLBR");
        // One that does not fit says nothing.
        assert_eq!(Mix::masked(0b1011, 6), Mix::plain(6));
        assert_eq!(Mix::masked(0, 4), Mix::plain(4));
    }

    #[test]
    fn mono_is_heard_on_both_sides_and_stereo_as_it_is() {
        let mut frames = Vec::new();
        Mix::masked(0b1000, 1).append(&mut frames, &[0.25, -0.5]);
        Mix::masked(0b1100, 2).append(&mut frames, &[0.25, -0.5]);
        assert_eq!(frames, [[0.25, 0.25], [-0.5, -0.5], [0.25, -0.5]]);
    }

    #[test]
    fn no_number_of_channels_at_full_level_clips_or_is_lost() {
        let mut frames = Vec::new();
        for channels in 1..=64 {
            Mix::plain(channels).append(&mut frames, &vec![1.0; channels]);
            Mix::vorbis(channels).append(&mut frames, &vec![1.0; channels]);
        }
        assert_eq!(frames.len(), 128);
        let heard = |sample: &f32| (0.8..=1.000_001).contains(sample);
        assert!(frames.iter().flatten().all(heard), "{frames:?}");
    }
}
