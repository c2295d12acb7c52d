//! Faster and slower at the same pitch: waveform similarity overlap-add.
//!
//! Sound leaves in hops of 6 ms. For each, the piece is taken that stands
//! within 10 ms of where the speed says we are and that goes on most like the
//! piece before it, so that periods of a voice meet in step; the two are faded
//! into each other. What likeness pulls forwards or back is noted and leant
//! against, so that over any second the sound is where the speed says.
//! (W. Verhelst, M. Roelands: An overlap-add technique based
//! on waveform similarity, ICASSP 1993.)

use super::frame::{Frame, SILENCE};

/// The length of a hop, in parts of a second.
const HOPS_A_SECOND: f64 = 1_000.0 / 6.0;

/// How far from its place a piece is looked for at most, in seconds. A period
/// of the lowest voice must fit in between; more sounds hardly better and
/// moves words about.
const REACH: f64 = 0.010;

/// Within about how many hops a steady deviation is made up for.
const PATIENCE: f64 = 40.0;

/// In the first, rough search, one of this many samples is compared.
const COARSE: usize = 4;

/// Changes how long sound takes.
#[derive(Debug)]
pub struct Stretch {
    speed: f64,
    hop: usize,
    reach: usize,
    /// Weights of the fade from one piece into the next.
    fade: Vec<f32>,
    input: Vec<Frame>,
    /// The sum of both sides of `input`, for the search.
    mono: Vec<f32>,
    /// The mean of each `COARSE` samples of `mono`.
    rough: Vec<f32>,
    /// Where in `input` the piece used last would go on.
    onward: usize,
    /// Where in `input` the speed says we are.
    ideal: f64,
    /// How far from there pieces are looked for, against their deviation.
    lean: f64,
    finished: bool,
}

impl Stretch {
    /// For sound of `rate_hz`, `speed` times as fast; 0.5 to 3.0 is sensible.
    pub fn new(rate_hz: u32, speed: f64) -> Self {
        let hop = ((f64::from(rate_hz) / HOPS_A_SECOND) as usize).max(8);
        let fade = (0..hop).map(|n| {
            let phase = (n as f64 + 0.5) / hop as f64 * std::f64::consts::PI;
            (0.5 - 0.5 * phase.cos()) as f32
        });
        Self {
            speed,
            hop,
            reach: (f64::from(rate_hz) * REACH) as usize / COARSE * COARSE,
            fade: fade.collect(),
            input: Vec::new(),
            mono: Vec::new(),
            rough: Vec::new(),
            onward: 0,
            ideal: 0.0,
            lean: 0.0,
            finished: false,
        }
    }

    /// How many more frames of input the next hop needs; 0 when it is ready.
    pub fn needs(&self) -> usize {
        let end = self.onward.max(self.middle() + self.reach) + 2 * self.hop + COARSE;
        if self.finished { 0 } else { end.saturating_sub(self.input.len()) }
    }

    /// Takes in what follows the input so far.
    pub fn feed(&mut self, frames: &[Frame]) {
        self.input.extend_from_slice(frames);
        self.mono.extend(frames.iter().map(|frame| frame[0] + frame[1]));
        self.sum_up();
    }

    /// There is no further input: what is left comes out, and then silence up
    /// to the end of the last hop.
    pub fn finish(&mut self) {
        self.finished = true;
    }

    /// Appends the next hop to `out`; `false` when it needs input first, or
    /// when all has come out.
    pub fn hop(&mut self, out: &mut Vec<Frame>) -> bool {
        if self.needs() > 0 || self.finished && self.ideal >= self.input.len() as f64 {
            return false;
        }
        let (lowest, highest) =
            (self.middle().saturating_sub(self.reach), self.middle() + self.reach);
        let goes_on = (lowest..=highest).contains(&self.onward);
        let chosen = if goes_on { self.onward } else { self.most_like(lowest, highest) };
        let at = |place: usize| self.input.get(place).copied().unwrap_or(SILENCE);
        if chosen == self.onward {
            out.extend((0..self.hop).map(|n| at(chosen + n)));
        } else {
            out.extend(self.fade.iter().enumerate().map(|(n, weight)| {
                let (old, new) = (at(self.onward + n), at(chosen + n));
                [old[0] + (new[0] - old[0]) * weight, old[1] + (new[1] - old[1]) * weight]
            }));
        }
        let hop = self.hop as f64;
        let (heard, said) = (
            f64::midpoint(self.onward as f64, chosen as f64) + hop / 2.0,
            self.ideal + hop * self.speed / 2.0,
        );
        let most = 2.0 * self.reach as f64;
        self.lean = (self.lean + (said - heard) / PATIENCE).clamp(-most, most);
        self.onward = chosen + self.hop;
        self.ideal += hop * self.speed;
        self.forget();
        true
    }

    /// Around where in `input` pieces are looked for.
    fn middle(&self) -> usize {
        (self.ideal + self.lean).round().max(0.0) as usize
    }

    /// The place between `lowest` and `highest` from which the sound is most
    /// like the sound from `onward` on.
    fn most_like(&self, lowest: usize, highest: usize) -> usize {
        let window = 2 * self.hop;
        let Some(highest) = self.mono.len().checked_sub(window).map(|end| highest.min(end)) else {
            return self.onward.min(highest);
        };
        if self.onward > self.mono.len() - window || lowest >= highest {
            return lowest.min(highest);
        }
        let rough = best(
            &self.rough[self.onward / COARSE..][..window / COARSE],
            &self.rough,
            lowest.div_ceil(COARSE),
            (highest / COARSE).min(self.rough.len() - window / COARSE),
        ) * COARSE;
        let goal = &self.mono[self.onward..][..window];
        let (from, to) = (rough.saturating_sub(COARSE).max(lowest), (rough + COARSE).min(highest));
        best(goal, &self.mono, from, to)
    }

    /// Drops input that no later hop can reach.
    fn forget(&mut self) {
        let used = self.onward.min((self.ideal as usize).saturating_sub(3 * self.reach + 1));
        let used = used.min(self.input.len()) / COARSE * COARSE;
        if used > 16 * self.hop {
            self.input.drain(..used);
            self.mono.drain(..used);
            self.rough.drain(..used / COARSE);
            self.onward -= used;
            self.ideal -= used as f64;
        }
    }

    fn sum_up(&mut self) {
        let whole = &self.mono[self.rough.len() * COARSE..];
        self.rough.extend(
            whole.chunks_exact(COARSE).map(|some| some.iter().sum::<f32>() / COARSE as f32),
        );
    }
}

/// The place from `from` to `to` at which `sound` is most like `goal`, by
/// normalised correlation; the first of equals.
fn best(goal: &[f32], sound: &[f32], from: usize, to: usize) -> usize {
    let mut winner = (f32::MIN, from);
    let Some(first) = sound.get(from..from + goal.len()) else { return from };
    let mut energy: f32 = dot(first, first);
    for place in from..=to {
        let Some(here) = sound.get(place..place + goal.len()) else { break };
        let product = dot(goal, here);
        // The sign is kept and no root is drawn.
        let likeness = product * product.abs() / (energy + 1e-9);
        if likeness > winner.0 {
            winner = (likeness, place);
        }
        let next = sound.get(place + goal.len()).copied().unwrap_or(0.0);
        energy = (energy - here[0] * here[0] + next * next).max(0.0);
    }
    winner.1
}

/// The sum of the products, in eight lanes so that it can be vectorised.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a.zip(b) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretched(sound: &[Frame], speed: f64) -> Vec<Frame> {
        let mut stretch = Stretch::new(44_100, speed);
        let mut out = Vec::new();
        for some in sound.chunks(1_000) {
            stretch.feed(some);
            while stretch.hop(&mut out) {}
        }
        stretch.finish();
        while stretch.hop(&mut out) {}
        out
    }

    fn tone(hz: f64, seconds: f64) -> Vec<Frame> {
        let count = (seconds * 44_100.0) as usize;
        let sample =
            |n: usize| (n as f64 / 44_100.0 * hz * std::f64::consts::TAU).sin() as f32 * 0.5;
        (0..count).map(|n| [sample(n); 2]).collect()
    }

    /// The pitch of a tone, from how often it crosses zero upwards.
    fn pitch(sound: &[Frame]) -> f64 {
        let ups = sound.windows(2).filter(|pair| pair[0][0] < 0.0 && pair[1][0] >= 0.0).count();
        ups as f64 * 44_100.0 / sound.len() as f64
    }

    #[test]
    fn the_length_changes_by_the_speed_and_the_pitch_does_not() {
        let sound = tone(220.0, 4.0);
        for speed in [0.5, 0.7, 1.3, 2.0, 3.0] {
            let out = stretched(&sound, speed);
            let wanted = sound.len() as f64 / speed;
            assert!(
                (out.len() as f64 - wanted).abs() < 600.0,
                "{} for {wanted} at {speed}",
                out.len()
            );
            assert!((pitch(&out) - 220.0).abs() < 2.0, "{} Hz at {speed}", pitch(&out));
        }
    }

    #[test]
    fn a_steady_tone_stays_smooth() {
        for speed in [0.5, 1.7, 3.0] {
            let out = stretched(&tone(220.0, 2.0), speed);
            let heard = &out[..out.len() - 2_000];
            let steepest =
                heard.windows(2).map(|pair| (pair[1][0] - pair[0][0]).abs()).fold(0.0, f32::max);
            // A sine of 220 Hz at half level rises by 0.0157 a sample at most.
            assert!(steepest < 0.02, "a step of {steepest} at {speed}");
        }
    }

    #[test]
    fn on_average_the_sound_is_where_the_speed_says() {
        // One side tells the place, too quietly to be looked at; the other is
        // like a voice: a pulse, 90 to 150 times a second, and some noise.
        let (mut phase, mut noise) = (0.0, 1_u32);
        let voice = (0..441_000).map(|n| {
            phase = (phase + (120.0 + 30.0 * (f64::from(n) / 9_000.0).sin()) / 44_100.0) % 1.0;
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hiss = (f64::from(noise >> 8) / f64::from(1 << 24) - 0.5) * 0.1;
            [(f64::from(n) * 1e-9) as f32, ((-phase * 12.0).exp() + hiss) as f32]
        });
        let voice: Vec<Frame> = voice.collect();
        for speed in [0.5, 0.7, 1.3, 2.0, 3.0] {
            let out = stretched(&voice, speed);
            let late = |n: usize| f64::from(out[n][0]) * 1e9 - n as f64 * speed;
            let places = 44_100..out.len() - 4_410;
            let mean = places.clone().map(late).sum::<f64>() / places.len() as f64 / 44.1;
            let worst = places.map(|n| late(n).abs()).fold(0.0, f64::max) / 44.1;
            assert!(mean.abs() < 2.0, "{mean} ms on average at {speed}");
            assert!(worst < 30.0, "{worst} ms at worst at {speed}");
        }
    }

    #[test]
    fn at_normal_speed_the_sound_is_not_touched() {
        let sound = tone(220.0, 1.0);
        let out = stretched(&sound, 1.0);
        assert_eq!(out[..sound.len()], sound);
    }

    #[test]
    fn sound_shorter_than_a_window_comes_out() {
        let out = stretched(&tone(220.0, 0.003), 2.0);
        assert!(!out.is_empty() && out.iter().any(|frame| frame[0] != 0.0));
    }
}
