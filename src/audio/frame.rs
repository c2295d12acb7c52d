//! One moment of sound: a left and a right sample.

use std::ops::RangeInclusive;

/// A left and a right sample, -1.0 to 1.0 and sometimes a little beyond.
pub type Frame = [f32; 2];

/// Silence.
pub(super) const SILENCE: Frame = [0.0; 2];

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
