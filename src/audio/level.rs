//! Quiet and loud voices made alike: the loudness (EBU R 128) of what is about
//! to be heard is brought to that of podcasts, slowly, and peaks are held.
//!
//! The gain changes only with what an [`Ear`] takes for sound: in a pause it
//! stands, so that no room is pumped up.

use std::collections::VecDeque;

use ebur128::{EbuR128, Mode};

use super::activity::Ear;
use super::frame::Frame;
use super::limit::Limiter;

/// What voices are brought to, in LUFS.
const TARGET: f32 = -16.0;

/// What is quieter than this is left as it is, in LUFS.
const NOTHING: f32 = -55.0;

/// The gain is held between these, in decibels.
const LEAST: f32 = -20.0;
const MOST: f32 = 20.0;

/// Pieces a second whose loudness is measured, and how many of them before and
/// after the present one count.
const PIECES_A_SECOND: u32 = 10;
const BEHIND: usize = 10;
const AHEAD: usize = 6;

/// Which part of what is missing is made up for with each piece; a voice that
/// is too loud is the more disturbing.
const RISE: f32 = 0.12;
const FALL: f32 = 0.35;

/// What was last known of the gain is taken for a beginning if it is no
/// further off than this, in decibels.
const NEAR: f32 = 6.0;

/// Makes voices alike. What goes in comes out, later by the look ahead.
pub(super) struct Leveller {
    meter: EbuR128,
    piece: usize,
    /// What has not been measured, and what has but is not out.
    fresh: Vec<Frame>,
    pieces: VecDeque<Vec<Frame>>,
    /// The loudness of the pieces around: those behind, the present one, those
    /// ahead. In a pause there is none.
    around: VecDeque<Option<f32>>,
    /// Of the last piece, in decibels.
    gain: Option<f32>,
    limiter: Limiter,
    limited: Vec<Frame>,
}

/// What is known of an episode's voices.
#[derive(Debug)]
pub(super) struct Loudness {
    ear: Ear,
    gain: Option<f32>,
}

impl Loudness {
    /// Of an episode at `rate_hz` of which nothing was heard.
    pub(super) fn new(rate_hz: u32) -> Self {
        Self { ear: Ear::new(rate_hz), gain: None }
    }
}

impl Leveller {
    /// For sound of `rate_hz`; `None` if that is none that can be measured.
    pub(super) fn new(rate_hz: u32) -> Option<Self> {
        Some(Self {
            meter: EbuR128::new(2, rate_hz, Mode::M).ok()?,
            piece: (rate_hz / PIECES_A_SECOND).max(1) as usize,
            fresh: Vec::new(),
            pieces: VecDeque::new(),
            around: std::iter::repeat_n(None, BEHIND).collect(),
            gain: None,
            limiter: Limiter::new(rate_hz),
            limited: Vec::new(),
        })
    }

    /// Takes in `sound` and appends to `out` what is through.
    pub(super) fn feed(&mut self, sound: &[Frame], known: &mut Loudness, out: &mut Vec<Frame>) {
        self.fresh.extend_from_slice(sound);
        while self.fresh.len() >= self.piece {
            let later = self.fresh.split_off(self.piece);
            let piece = std::mem::replace(&mut self.fresh, later);
            self.take(piece, known);
            if self.pieces.len() > AHEAD {
                self.turn(known, out);
            }
        }
    }

    /// There is nothing further: what waits comes out.
    pub(super) fn finish(&mut self, known: &mut Loudness, out: &mut Vec<Frame>) {
        let rest = std::mem::take(&mut self.fresh);
        self.take(rest, known);
        while !self.pieces.is_empty() {
            self.turn(known, out);
        }
        self.limiter.finish(out);
    }

    /// Measures `piece`.
    fn take(&mut self, piece: Vec<Frame>, known: &mut Loudness) {
        let hops = piece.chunks(known.ear.hop());
        let count = hops.len();
        let sounds = hops.filter(|hop| known.ear.hears(hop)).count();
        let measured = self.meter.add_frames_f32(piece.as_flattened());
        let loudness = measured.and_then(|()| self.meter.loudness_window(1_000 / PIECES_A_SECOND));
        let loudness = loudness.map_or(f32::MIN, |loudness| loudness as f32);
        self.around.push_back((2 * sounds > count && loudness > NOTHING).then_some(loudness));
        self.pieces.push_back(piece);
    }

    /// Lets the next piece out, at a gain that goes from the last to its own.
    fn turn(&mut self, known: &mut Loudness, out: &mut Vec<Frame>) {
        let Some(mut piece) = self.pieces.pop_front() else { return };
        let wanted = self.wanted();
        let is_sound = self.around.get(BEHIND).is_some_and(Option::is_some);
        let near = |gain: &f32| wanted.is_none_or(|wanted| (wanted - gain).abs() < NEAR);
        let from = self.gain.or(known.gain.filter(near)).or(wanted).unwrap_or(0.0);
        let to = match wanted {
            Some(wanted) if wanted < from => from + (wanted - from) * FALL,
            Some(wanted) if is_sound => from + (wanted - from) * RISE,
            _ => from,
        };
        self.around.pop_front();
        self.gain = Some(to);
        known.gain = Some(to);
        let (from, to) = (factor(from), factor(to));
        let step = (to - from) / piece.len().max(1) as f32;
        for (n, frame) in piece.iter_mut().enumerate() {
            let gain = from + step * n as f32;
            *frame = frame.map(|sample| sample * gain);
        }
        self.limiter.feed(&piece, &mut self.limited);
        out.append(&mut self.limited);
    }

    /// The gain that what is heard around the present piece needs, in
    /// decibels; `None` in a long pause.
    fn wanted(&self) -> Option<f32> {
        let around = self.around.iter().take(BEHIND + 1 + AHEAD).flatten();
        let (sum, count) = around.fold((0.0, 0.0), |(sum, count), loudness| {
            (sum + 10.0_f32.powf(loudness / 10.0), count + 1.0)
        });
        (count > 0.0).then(|| (TARGET - 10.0 * (sum / count).log10()).clamp(LEAST, MOST))
    }
}

fn factor(decibels: f32) -> f32 {
    10.0_f32.powf(decibels / 20.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 44_100;

    fn meter() -> EbuR128 {
        EbuR128::new(2, RATE, Mode::I | Mode::TRUE_PEAK).unwrap()
    }

    /// Loudness in LUFS and true peak in dBTP, as the standard's meter has it.
    fn measured(sound: &[Frame]) -> (f64, f64) {
        let mut meter = meter();
        meter.add_frames_f32(sound.as_flattened()).unwrap();
        let peak = meter.true_peak(0).unwrap().max(meter.true_peak(1).unwrap());
        (meter.loudness_global().unwrap(), 20.0 * peak.log10())
    }

    /// A voice of this loudness: syllables of buzz and hiss, five a second,
    /// with sharp beginnings and a pause each second and a half.
    fn voice(seconds: u32, lufs: f64) -> Vec<Frame> {
        let mut noise = 5_u32;
        let sound: Vec<Frame> = (0..RATE * seconds)
            .map(|n| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let hiss = (noise >> 8) as f32 / (1 << 23) as f32 - 1.0;
                let t = n as f32 / RATE as f32;
                let (syllable, within) = ((t * 5.0) as u32, t * 5.0 % 1.0);
                let buzz = 1.0 - 2.0 * (t * (100.0 + 15.0 * (syllable % 5) as f32) % 1.0);
                let shape = if syllable % 8 == 7 { 0.0 } else { (-within * 4.0).exp() };
                [(0.8 * buzz + 0.2 * hiss) * shape; 2]
            })
            .collect();
        let by = 10.0_f64.powf((lufs - measured(&sound).0) / 20.0) as f32;
        sound.iter().map(|frame| frame.map(|sample| sample * by)).collect()
    }

    /// The noise of a room.
    fn room(seconds: u32, level: f32) -> Vec<Frame> {
        let mut noise = 9_u32;
        let mut next = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((noise >> 8) as f32 / (1 << 23) as f32 - 1.0) * level
        };
        (0..RATE * seconds).map(|_| [next(); 2]).collect()
    }

    fn levelled(sound: &[Frame]) -> Vec<Frame> {
        let (mut leveller, mut known) = (Leveller::new(RATE).unwrap(), Loudness::new(RATE));
        let mut out = Vec::new();
        for some in sound.chunks(1_152) {
            leveller.feed(some, &mut known, &mut out);
        }
        leveller.finish(&mut known, &mut out);
        assert_eq!(out.len(), sound.len());
        out
    }

    fn second(sound: &[Frame], from: u32, to: u32) -> &[Frame] {
        &sound[(from * RATE) as usize..(to * RATE) as usize]
    }

    #[test]
    fn quiet_and_loud_voices_come_out_alike_and_below_the_ceiling() {
        let talk = [-30.0, -12.0, -30.0, -16.0, -12.0, -24.0].map(|lufs| voice(10, lufs)).concat();
        let out = levelled(&talk);
        for turn in 0..6 {
            // Two seconds and a half after each change, and over all of it.
            let after =
                measured(&out[(turn * 10 * RATE + RATE * 5 / 2) as usize..][..(RATE * 7) as usize])
                    .0;
            assert!((after + 16.0).abs() < 1.5, "voice {turn} is heard at {after} LUFS");
        }
        let (all, peak) = measured(&out);
        assert!((all + 16.0).abs() < 1.5, "{all} LUFS");
        assert!(peak <= -1.0, "a peak of {peak} dBTP");
    }

    #[test]
    fn peaks_between_the_samples_are_held_too() {
        // At a fourth of the rate, an eighth of a period late: each peak lies
        // between two samples, 3 dB above them.
        let tone =
            |n: u32| (n as f32 * std::f32::consts::FRAC_PI_2 + std::f32::consts::FRAC_PI_4).sin();
        let bursts = |n: u32| if (n / 3_000).is_multiple_of(2) { 1.4 * tone(n) } else { 0.0 };
        let sound: Vec<Frame> = (0..RATE).map(|n| [bursts(n), -bursts(n)]).collect();
        assert!(measured(&sound).1 > 2.0);
        let mut limiter = Limiter::new(RATE);
        let mut out = Vec::new();
        limiter.feed(&sound, &mut out);
        limiter.finish(&mut out);
        let peak = measured(&out).1;
        assert!(out.len() == sound.len() && (-2.5..=-1.0).contains(&peak), "{peak} dBTP");
    }

    #[test]
    fn below_the_ceiling_nothing_is_touched() {
        let sound = voice(2, -26.0);
        let mut limiter = Limiter::new(RATE);
        let mut out = Vec::new();
        limiter.feed(&sound, &mut out);
        limiter.finish(&mut out);
        assert!(out == sound);
    }

    #[test]
    fn the_room_is_not_pumped_up_in_a_pause() {
        for lufs in [-30.0, -12.0] {
            let talk = [voice(6, lufs), room(12, 0.001), voice(3, lufs)].concat();
            let out = levelled(&talk);
            let gain = |from: u32| {
                let level = |sound: &[Frame]| -> f32 {
                    second(sound, from, from + 1).iter().map(|frame| frame[0] * frame[0]).sum()
                };
                10.0 * (level(&out) / level(&talk)).log10()
            };
            let (begin, end) = (gain(8), gain(16));
            assert!((end - begin).abs() < 0.2, "from {begin} dB to {end} dB");
        }
    }

    #[test]
    fn every_sample_keeps_its_place() {
        let mut sound = voice(4, -20.0);
        let clicks = [30_000, 77_777, 140_001];
        for click in clicks {
            sound[click] = [0.9; 2];
        }
        let out = levelled(&sound);
        for click in clicks {
            let loudest =
                (click - 500..click + 500).max_by(|a, b| out[*a][0].total_cmp(&out[*b][0]));
            assert_eq!(loudest, Some(click));
        }
    }

    #[test]
    fn after_a_seek_a_quiet_voice_is_loud_enough_from_its_first_word() {
        let out = levelled(&voice(3, -30.0));
        let first = measured(second(&out, 0, 1)).0;
        assert!((first + 16.0).abs() < 2.0, "{first} LUFS");
    }
}
