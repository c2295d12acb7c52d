//! Peaks held below a ceiling, also those between the samples, which a
//! converter makes and no sample shows.
//!
//! The gain falls before a peak and rises slowly behind it: for each sample
//! the least gain that any of the next [`AHEAD`] needs is found, and these are
//! averaged over as many. So no corner is heard, and no peak is missed.
//! Between the samples it is looked at three places, by interpolation with a
//! sinc of twelve (ITU-R BS.1770-5, annex 2).

use std::collections::VecDeque;

use super::frame::{Frame, SILENCE};

/// What no peak is to pass: -1 dB, less what interpolation and what comes
/// after may add.
const CEILING: f32 = 0.86;

/// How far ahead peaks are looked for, in seconds.
const AHEAD: f64 = 0.005;

/// How long the gain takes to rise again, in seconds.
const RELEASE: f64 = 0.1;

/// Samples on either side that a place between two is made of.
const SIDE: usize = 6;
const BETWEEN: usize = 3;

/// Holds peaks below the ceiling. What goes in comes out, later by the look
/// ahead.
#[derive(Debug)]
pub(super) struct Limiter {
    ahead: usize,
    /// How much silence in front of the first sample has not come out.
    lead: usize,
    release: f32,
    weights: [[f32; 2 * SIDE]; BETWEEN],
    /// The last samples, for what lies between them.
    near: [Frame; 2 * SIDE],
    /// What has not come out.
    waiting: VecDeque<Frame>,
    /// How many samples' gains are known.
    known: u64,
    /// The gains needed that are less than all later ones, with their sample.
    least: VecDeque<(u64, f32)>,
    /// The gain as it falls and rises.
    gain: f32,
    /// The last gains and their sum.
    gains: VecDeque<f32>,
    sum: f64,
}

impl Limiter {
    /// For sound of `rate_hz`.
    pub(super) fn new(rate_hz: u32) -> Self {
        let rate = f64::from(rate_hz);
        let ahead = ((AHEAD * rate) as usize).max(1);
        let mut limiter = Self {
            ahead,
            lead: ahead,
            release: (1.0 - (-1.0 / (RELEASE * rate)).exp()) as f32,
            weights: weights(),
            near: [SILENCE; 2 * SIDE],
            waiting: VecDeque::new(),
            known: 0,
            least: VecDeque::new(),
            gain: 1.0,
            gains: std::iter::repeat_n(1.0, ahead).collect(),
            sum: ahead as f64,
        };
        // The gain may have to fall before the first sample.
        limiter.feed(&vec![SILENCE; ahead], &mut Vec::new());
        limiter
    }

    /// Takes in `sound` and appends to `out` what is through.
    pub(super) fn feed(&mut self, sound: &[Frame], out: &mut Vec<Frame>) {
        for frame in sound {
            self.waiting.push_back(*frame);
            self.step(*frame, out);
        }
    }

    /// There is nothing further: what waits comes out.
    pub(super) fn finish(&mut self, out: &mut Vec<Frame>) {
        while !self.waiting.is_empty() {
            self.step(SILENCE, out);
        }
    }

    /// Looks at `frame`, and appends to `out` the one that is through, if there
    /// is one.
    fn step(&mut self, frame: Frame, out: &mut Vec<Frame>) {
        self.near.rotate_left(1);
        self.near[2 * SIDE - 1] = frame;
        let peak = self.peak();
        let needed = if peak > CEILING { CEILING / peak } else { 1.0 };
        while self.least.back().is_some_and(|&(_, gain)| gain >= needed) {
            self.least.pop_back();
        }
        self.least.push_back((self.known, needed));
        self.known += 1;
        // The peak is that of the sample SIDE before; then the look ahead.
        let late = (SIDE + self.ahead) as u64;
        let Some(place) = self.known.checked_sub(late + 1) else { return };
        while self.least.front().is_some_and(|&(sample, _)| sample < place + SIDE as u64) {
            self.least.pop_front();
        }
        let least = self.least.front().map_or(1.0, |&(_, gain)| gain);
        self.gain = least.min(self.gain + (1.0 - self.gain) * self.release);
        self.gains.push_back(self.gain);
        let gone = self.gains.pop_front().unwrap_or(1.0);
        self.sum += f64::from(self.gain) - f64::from(gone);
        let gain = (self.sum / self.ahead as f64) as f32;
        let Some(frame) = self.waiting.pop_front() else { return };
        match self.lead.checked_sub(1) {
            Some(left) => self.lead = left,
            None => out.push(frame.map(|sample| sample * gain)),
        }
    }

    /// The highest level at the middle one of the samples near, and between it
    /// and the next.
    fn peak(&self) -> f32 {
        let mut peak =
            self.near[SIDE - 1].iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
        for weights in &self.weights {
            let mut sum = SILENCE;
            for (weight, frame) in weights.iter().zip(&self.near) {
                sum[0] += weight * frame[0];
                sum[1] += weight * frame[1];
            }
            peak = peak.max(sum[0].abs()).max(sum[1].abs());
        }
        peak
    }
}

/// What each of the samples near adds to the places between the middle two.
fn weights() -> [[f32; 2 * SIDE]; BETWEEN] {
    std::array::from_fn(|place| {
        let part = (place + 1) as f64 / (BETWEEN + 1) as f64;
        let row: [f64; 2 * SIDE] = std::array::from_fn(|sample| {
            let away = sample as f64 - (SIDE - 1) as f64 - part;
            let angle = away * std::f64::consts::PI;
            let window = (angle / (2 * SIDE) as f64).cos();
            angle.sin() / angle * window * window
        });
        let sum: f64 = row.iter().sum();
        row.map(|weight| (weight / sum) as f32)
    })
}
