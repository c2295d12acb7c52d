//! Whether anything is to be heard besides the noise of the room: a listener
//! to the level in two bands, against the quietest and the loudest of late.
//!
//! It would rather take a silence for sound than a sound for silence: what is
//! not far below the voices counts as sound, whatever the noise.

use super::frame::Frame;

/// How long a piece is that is judged as a whole, in parts of a second.
pub(super) const HOPS_A_SECOND: u32 = 100;

/// Levels are in decibels of full scale, and none counts as lower than this.
const LOWEST: f32 = -100.0;

/// A sound is this much above the noise, and ends when it comes nearer than
/// the next.
const ABOVE: f32 = 9.0;
const HYSTERESIS: f32 = 4.0;

/// What is less than this below the loud of late is sound in any case: music,
/// a street, a breath.
const BELOW: f32 = 24.0;

/// Nothing is compared with a noise that lies further below the loud than
/// this: no room is so quiet, but many a program makes it so between words.
const DEEP: f32 = 52.0;

/// Until something louder was heard this is taken for loud.
const LOUD_AT_FIRST: f32 = -50.0;

/// By how much the loud falls with each hop of sound.
const FALL: f32 = 0.01;

/// The noise is the least of so many parts of half a second.
const PARTS: usize = 8;
const PART: u32 = HOPS_A_SECOND / 2;

/// Where the bands are parted, and what is too low for a voice, in hertz.
const MIDDLE_HZ: f32 = 2_500.0;
const LOW_HZ: f32 = 130.0;

/// What has been learnt of an episode's noise and voices.
#[derive(Clone, Debug)]
pub(super) struct Ear {
    rate_hz: u32,
    /// Of the filters that leave the low away and that part the bands.
    weights: [f32; 2],
    states: [f32; 3],
    bands: [Band; 2],
    loud: f32,
    hops: u32,
    is_sound: bool,
}

/// What is known of one band.
#[derive(Clone, Debug)]
struct Band {
    /// The levels of late, smoothed.
    smooth: f32,
    /// The least of each of the last parts; the first is under way.
    least: [f32; PARTS],
}

impl Ear {
    /// One that has heard nothing, for sound of `rate_hz`.
    pub(super) fn new(rate_hz: u32) -> Self {
        let weight = |hz: f32| 1.0 - (-std::f32::consts::TAU * hz / rate_hz.max(1) as f32).exp();
        let band = Band { smooth: LOUD_AT_FIRST, least: [LOUD_AT_FIRST; PARTS] };
        Self {
            rate_hz,
            weights: [weight(LOW_HZ), weight(MIDDLE_HZ)],
            states: [0.0; 3],
            bands: [band.clone(), band],
            loud: LOUD_AT_FIRST,
            hops: 0,
            is_sound: true,
        }
    }

    /// How many frames make a hop.
    pub(super) fn hop(&self) -> usize {
        (self.rate_hz / HOPS_A_SECOND).max(1) as usize
    }

    /// Listens to one hop; whether there is a sound in it.
    pub(super) fn hears(&mut self, hop: &[Frame]) -> bool {
        let mut energies = [0.0_f32; 2];
        for frame in hop {
            let sample = frame[0] + frame[1];
            let [low, lower, middle] = &mut self.states;
            *low += (sample - *low) * self.weights[0];
            *lower += (sample - *low - *lower) * self.weights[0];
            let voice = sample - *low - *lower;
            *middle += (voice - *middle) * self.weights[1];
            energies[0] += *middle * *middle;
            energies[1] += (voice - *middle) * (voice - *middle);
        }
        let is_new_part = self.hops.is_multiple_of(PART);
        self.hops = self.hops.wrapping_add(1);
        let (mut hears, mut loudest) = (false, LOWEST);
        for (band, energy) in self.bands.iter_mut().zip(energies) {
            // Both sides together are 6 dB louder than one.
            let mean = energy / 4.0 / hop.len().max(1) as f32;
            let level = (10.0 * mean.log10()).max(LOWEST);
            loudest = loudest.max(level);
            hears |= band.hears(level, self.loud, is_new_part, self.is_sound);
        }
        if loudest > self.loud {
            self.loud += (loudest - self.loud) / 4.0;
        } else if hears {
            self.loud = (self.loud - FALL).max(LOUD_AT_FIRST);
        }
        self.is_sound = hears;
        hears
    }
}

impl Band {
    /// Takes in a level; whether there is a sound beside what is `loud` of
    /// late, `was` telling of the hop before.
    fn hears(&mut self, level: f32, loud: f32, is_new_part: bool, was: bool) -> bool {
        self.smooth += (level - self.smooth) / 3.0;
        if is_new_part {
            self.least.rotate_right(1);
            self.least[0] = f32::MAX;
        }
        self.least[0] = self.least[0].min(self.smooth);
        let noise = self.least.iter().copied().fold(f32::MAX, f32::min);
        let noise = noise.max(loud - DEEP);
        let begins = (noise + ABOVE).min(loud - BELOW);
        level > if was { begins - HYSTERESIS } else { begins }
    }
}
