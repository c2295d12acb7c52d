//! Silences made shorter: what is left out of the middle of one is more than
//! the listener wants to hear, and the rest of it is faded together.
//!
//! A cut is never nearer to a sound than the margins, which are longer than
//! any silence within a word: before a stop the voice pauses for a tenth of a
//! second, or a little more.

use super::activity::Ear;
use super::frame::Frame;

/// Of what is left of a silence, so much stands before the next sound: words
/// end more softly than they begin.
const BEFORE: f64 = 0.4;

/// A cut shorter than this is not worth it, in seconds.
const LEAST_CUT: f64 = 0.04;

/// No more than this is left out at once, in seconds: whoever decodes must get
/// on, and in so long a silence something may be wrong.
const MOST_CUT: f64 = 10.0;

/// How long the ends of a cut are faded into each other, in seconds.
const FADE: f64 = 0.01;

/// Sound that was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// How many frames had come out before it.
    pub(super) at: u64,
    /// How many frames it takes away.
    pub(super) len: u64,
}

/// Leaves out what is too long of silences.
#[derive(Debug)]
pub(super) struct Trimmer {
    after: usize,
    before: usize,
    least: usize,
    most: usize,
    fade: usize,
    /// What has come in and makes no whole hop yet.
    rest: Vec<Frame>,
    /// What of this silence has not come out yet: its beginning and its end.
    held: Vec<Frame>,
    /// How many frames between the two are gone already.
    gone: usize,
    /// How many frames of this silence have come out.
    quiet: usize,
    /// How many frames have come out in all.
    out: u64,
}

impl Trimmer {
    /// For sound of `rate_hz`, of whose silences `seconds` are left at most.
    pub(super) fn new(rate_hz: u32, seconds: f64) -> Self {
        let frames = |seconds: f64| (seconds * f64::from(rate_hz)).round() as usize;
        let before = frames(seconds * BEFORE);
        Self {
            after: frames(seconds) - before,
            before,
            least: frames(LEAST_CUT),
            most: frames(MOST_CUT),
            fade: frames(FADE).clamp(1, before.max(1)),
            rest: Vec::new(),
            held: Vec::new(),
            gone: 0,
            quiet: 0,
            out: 0,
        }
    }

    /// Takes in what follows, and appends to `out` what is left of it as far
    /// as that is known; `cuts` gets what was left out.
    pub(super) fn feed(
        &mut self,
        sound: &[Frame],
        ear: &mut Ear,
        out: &mut Vec<Frame>,
        cuts: &mut Vec<Cut>,
    ) {
        let size = ear.hop();
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(sound);
        let mut hops = all.chunks_exact(size);
        for hop in &mut hops {
            if ear.hears(hop) {
                self.release(out, cuts);
                self.quiet = 0;
                self.push(hop, out);
            } else {
                self.hold(hop, out, cuts);
            }
        }
        self.rest = hops.remainder().to_vec();
    }

    /// There is nothing further: what is held comes out.
    pub(super) fn finish(&mut self, out: &mut Vec<Frame>, cuts: &mut Vec<Cut>) {
        let rest = std::mem::take(&mut self.rest);
        self.held.extend_from_slice(&rest);
        self.release(out, cuts);
    }

    fn push(&mut self, frames: &[Frame], out: &mut Vec<Frame>) {
        out.extend_from_slice(frames);
        self.out += frames.len() as u64;
    }

    /// Takes in a hop of silence.
    fn hold(&mut self, hop: &[Frame], out: &mut Vec<Frame>, cuts: &mut Vec<Cut>) {
        let open = self.after.saturating_sub(self.quiet).min(hop.len());
        self.push(&hop[..open], out);
        self.quiet += open;
        self.held.extend_from_slice(&hop[open..]);
        // Only its two ends will be heard.
        if self.held.len() > self.fade + 2 * self.before + self.least {
            let end = self.held.len() - self.before;
            self.held.drain(self.fade..end);
            self.gone += end - self.fade;
        }
        if self.gone > self.most {
            self.release(out, cuts);
            self.quiet = 0;
        }
    }

    /// Lets out what is held, with a cut in it if it is too long.
    fn release(&mut self, out: &mut Vec<Frame>, cuts: &mut Vec<Cut>) {
        let held = std::mem::take(&mut self.held);
        let gone = std::mem::take(&mut self.gone);
        let len = (gone + held.len()).saturating_sub(self.before);
        if gone == 0 && len < self.least {
            return self.push(&held, out);
        }
        cuts.push(Cut { at: self.out, len: len as u64 });
        let (old, mut new) = (&held[..self.fade], held[held.len() - self.before..].to_vec());
        for (n, (new, old)) in new.iter_mut().zip(old).enumerate() {
            // What is faded is noise: its power is to stay.
            let phase = (n + 1) as f32 / (self.fade + 1) as f32 * std::f32::consts::FRAC_PI_2;
            for side in 0..2 {
                new[side] = new[side] * phase.sin() + old[side] * phase.cos();
            }
        }
        self.push(&new, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::SILENCE;
    use super::*;
    use std::ops::Range;

    const RATE: u32 = 44_100;

    /// Numbers like those of a die, -1.0 to 1.0.
    struct Noise(u32);

    impl Noise {
        fn next(&mut self) -> f32 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 17;
            self.0 ^= self.0 << 5;
            self.0 as f32 / u32::MAX as f32 * 2.0 - 1.0
        }
    }

    /// So many words with silences between them of which each fourth is
    /// `long` seconds, in a room with noise of this level; and where the words
    /// are. A word begins and ends with a hiss a thirtieth as strong as its
    /// vowels, and stops for a tenth of a second within.
    fn talk(words: usize, long: f64, room_db: f32) -> (Vec<Frame>, Vec<Range<usize>>) {
        let mut noise = Noise(7);
        let mut sound = Vec::new();
        let mut places = Vec::new();
        let at = |seconds: f64| (seconds * f64::from(RATE)) as usize;
        for word in 0..words {
            let gap = if word % 4 == 0 { long } else { 0.05 + 0.02 * (word % 5) as f64 };
            sound.extend(std::iter::repeat_n(0.0, at(gap)));
            let start = sound.len();
            let hiss = |noise: &mut Noise| noise.next() * 0.01;
            sound.extend((0..at(0.06)).map(|_| hiss(&mut noise)));
            let pitch = 90.0 + 20.0 * (word % 7) as f32;
            let vowel = |n: usize| {
                let phase = n as f32 * pitch / RATE as f32;
                (1..12).map(|k| (phase * k as f32 * std::f32::consts::TAU).sin() / k as f32).sum()
            };
            let vowel = |n: usize| {
                0.15_f32 * {
                    let sum: f32 = vowel(n);
                    sum
                }
            };
            sound.extend((0..at(0.12)).map(vowel));
            sound.extend(std::iter::repeat_n(0.0, at(0.1)));
            sound.extend((0..at(0.15)).map(vowel));
            sound.extend((0..at(0.08)).map(|_| hiss(&mut noise)));
            places.push(start..sound.len());
        }
        let room = 10.0_f32.powf(room_db / 20.0) * 3.0_f32.sqrt();
        let frames = sound.iter().map(|sample| [sample + noise.next() * room; 2]).collect();
        (frames, places)
    }

    /// What comes out of `sound`, and what was cut.
    fn trimmed(sound: &[Frame], seconds: f64) -> (Vec<Frame>, Vec<Cut>) {
        let (mut ear, mut trim) = (Ear::new(RATE), Trimmer::new(RATE, seconds));
        let (mut out, mut cuts) = (Vec::new(), Vec::new());
        for some in sound.chunks(1_152) {
            trim.feed(some, &mut ear, &mut out, &mut cuts);
        }
        trim.finish(&mut out, &mut cuts);
        (out, cuts)
    }

    /// The samples that each of `cuts` takes away.
    fn missing(cuts: &[Cut]) -> Vec<Range<usize>> {
        let mut before = 0;
        let range = |cut: &Cut| {
            let from = cut.at + before;
            before += cut.len;
            from as usize..(from + cut.len) as usize
        };
        cuts.iter().map(range).collect()
    }

    #[test]
    fn no_sample_of_a_word_is_ever_cut() {
        for room in [-90.0, -65.0, -50.0, -42.0, -34.0] {
            let (sound, words) = talk(24, 0.9, room);
            for seconds in [0.15, 0.3] {
                for gone in missing(&trimmed(&sound, seconds).1) {
                    let hit =
                        words.iter().find(|word| word.start < gone.end && gone.start < word.end);
                    assert_eq!(hit, None, "{gone:?} at {seconds} s in a room of {room} dB");
                }
            }
        }
    }

    #[test]
    fn long_silences_become_as_short_as_was_asked() {
        for room in [-90.0, -65.0, -50.0] {
            let (sound, words) = talk(24, 1.2, room);
            for seconds in [0.2, 0.5] {
                let gone: usize = missing(&trimmed(&sound, seconds).1).iter().map(Range::len).sum();
                // All but what is learnt from the first word.
                let long = words.len() / 4 - 1;
                let wanted = long as f64 * (1.2 - seconds) * f64::from(RATE);
                let part = gone as f64 / wanted;
                assert!((0.85..1.21).contains(&part), "{part} at {seconds} s, {room} dB");
            }
        }
    }

    #[test]
    fn what_comes_out_is_the_sound_at_the_place_that_the_cuts_say() {
        let (sound, _) = talk(40, 1.0, -60.0);
        let (out, cuts) = trimmed(&sound, 0.3);
        assert!(cuts.len() > 5);
        let gone: u64 = cuts.iter().map(|cut| cut.len).sum();
        assert_eq!(out.len() as u64 + gone, sound.len() as u64);
        let fade = (FADE * f64::from(RATE)).round() as u64;
        for (n, frame) in out.iter().enumerate() {
            let n = n as u64;
            if cuts.iter().any(|cut| (cut.at..cut.at + fade).contains(&n)) {
                continue;
            }
            let before: u64 = cuts.iter().filter(|cut| cut.at <= n).map(|cut| cut.len).sum();
            assert_eq!(frame.map(f32::to_bits), sound[(n + before) as usize].map(f32::to_bits));
        }
    }

    #[test]
    fn what_goes_on_evenly_is_no_silence() {
        let mut noise = Noise(3);
        let hum = |n: u32| (n as f32 * 0.02).sin() * 0.2;
        let street: Vec<Frame> = (0..RATE * 10).map(|_| [noise.next() * 0.05; 2]).collect();
        let music: Vec<Frame> = (0..RATE * 10).map(|n| [hum(n), hum(n / 2 * 3)]).collect();
        for sound in [street, music] {
            let (out, cuts) = trimmed(&sound, 0.2);
            assert_eq!((out == sound, cuts.len()), (true, 0));
        }
    }

    #[test]
    fn a_silence_of_an_hour_gets_on() {
        let (sound, _) = talk(8, 0.3, -60.0);
        let (mut ear, mut trim) = (Ear::new(RATE), Trimmer::new(RATE, 0.3));
        let (mut out, mut cuts) = (Vec::new(), Vec::new());
        trim.feed(&sound, &mut ear, &mut out, &mut cuts);
        for _ in 0..10 {
            let before = out.len();
            trim.feed(&vec![SILENCE; RATE as usize * 11], &mut ear, &mut out, &mut cuts);
            assert!(out.len() > before && trim.held.len() < RATE as usize);
        }
    }
}
