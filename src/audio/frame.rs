//! One moment of sound: a left and a right sample.

use std::ops::RangeInclusive;

/// A left and a right sample, -1.0 to 1.0 and sometimes a little beyond.
pub type Frame = [f32; 2];

/// Silence.
pub(super) const SILENCE: Frame = [0.0; 2];

/// How much of a channel in the middle or behind goes into each side.
const ASIDE: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Samples a second, and channels, that are believed of a file.
const RATES_HZ: RangeInclusive<u32> = 1..=768_000;
const CHANNELS: RangeInclusive<usize> = 1..=64;

/// Looks whether sound of this rate and so many channels is played.
///
/// # Errors
///
/// Why not, in a few words: buffers have the size of a part of a second.
pub(super) fn check(rate_hz: u32, channels: usize) -> Result<(), String> {
    if !RATES_HZ.contains(&rate_hz) {
        return Err(format!(
            "it says that it has {rate_hz} samples a second; 1 to {} are played",
            RATES_HZ.end()
        ));
    }
    if !CHANNELS.contains(&channels) {
        return Err(format!(
            "it says that it has {channels} channels; 1 to {} are played",
            CHANNELS.end()
        ));
    }
    Ok(())
}

/// How many samples are handed on at a time at most: a quarter of a second,
/// since a device may want some hundred thousand for one.
pub(super) fn piece(rate_hz: u32) -> usize {
    (rate_hz as usize / 4).max(1)
}

/// Appends interleaved samples of `channels` channels to `frames`.
///
/// Mono goes to both sides; of more than two channels, those in the order of
/// the WAVE format are mixed so that no sum can be louder than its loudest
/// part. No channels give nothing.
pub(super) fn append(frames: &mut Vec<Frame>, samples: &[f32], channels: usize) {
    match channels {
        0 => {}
        1 => frames.extend(samples.iter().map(|sample| [*sample; 2])),
        2 => frames.extend(samples.chunks_exact(2).map(|pair| [pair[0], pair[1]])),
        _ => frames.extend(samples.chunks_exact(channels).map(mix)),
    }
}

/// Three or more channels as two: left, right, centre, low (not of five),
/// behind left, behind right; any further ones by turns.
fn mix(all: &[f32]) -> Frame {
    let centre = all[2] * ASIDE;
    let (mut left, mut right, mut weight) = (all[0] + centre, all[1] + centre, 1.0 + ASIDE);
    if all.len() == 4 {
        // Four channels are left, right and two behind.
        (left, right) = (all[0] + all[2] * ASIDE, all[1] + all[3] * ASIDE);
    }
    // Of five channels none is low.
    let behind = if all.len() == 5 { 3.. } else { 4.. };
    for pair in all.get(behind).unwrap_or_default().chunks(2) {
        left += pair[0] * ASIDE;
        right += pair[pair.len() - 1] * ASIDE;
        weight += ASIDE;
    }
    [left / weight, right / weight]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mono_is_heard_on_both_sides() {
        let mut frames = Vec::new();
        append(&mut frames, &[0.25, -0.5], 1);
        assert_eq!(frames, [[0.25, 0.25], [-0.5, -0.5]]);
    }

    #[test]
    fn of_five_channels_the_two_behind_are_heard_on_their_sides() {
        let mut frames = Vec::new();
        append(&mut frames, &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 5);
        assert!(frames[0][0] > 0.2 && frames[0][1].abs() < 1e-6, "{frames:?}");
        assert!(frames[1][1] > 0.2 && frames[1][0].abs() < 1e-6, "{frames:?}");
    }

    #[test]
    fn six_channels_at_full_level_do_not_clip() {
        let mut frames = Vec::new();
        append(&mut frames, &[1.0; 12], 6);
        assert_eq!(frames.len(), 2);
        assert!(
            frames.iter().flatten().all(|sample| (0.9..=1.000_001).contains(sample)),
            "{frames:?}"
        );
    }
}
