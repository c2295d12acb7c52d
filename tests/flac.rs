//! Long FLAC, made here, in which it is jumped: as exact as without a jump, and
//! without reading much.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod flac_file;

use flac_file::{FRAME, flac, head};
use sayagain::audio::{Frame, Outcome, Track};
use sayagain::model::playback::Media;

/// One of so many channels.
const FRAMES: usize = 2_000;

/// How often this thread has read so far.
#[cfg(target_os = "linux")]
fn reads() -> u64 {
    let about = std::fs::read_to_string("/proc/thread-self/io").unwrap();
    about.lines().find_map(|line| line.strip_prefix("syscr: ")).unwrap().parse().unwrap()
}

/// Sound of one channel, of which each frame but those that are `quiet` holds
/// its samples as they are; what `forge` gives stands in place of its first.
fn sound(quiet: impl Fn(usize) -> bool, forge: impl Fn(usize) -> Vec<u8>) -> (Vec<u8>, Vec<Frame>) {
    let (mut frames, mut all) = (Vec::new(), Vec::new());
    for number in 0..FRAMES {
        if quiet(number) {
            frames.push(vec![0, 0, number as u8]);
            all.extend(vec![i16::from(number as u8); FRAME]);
            continue;
        }
        let mut samples: Vec<u8> = (0..FRAME as u32)
            .map(|n| ((number * FRAME) as u32 + n).wrapping_mul(2_654_435_761))
            .map(|noise| (noise ^ noise >> 15).wrapping_mul(0x85eb_ca6b) >> 16)
            .flat_map(|sample| (sample as u16).to_be_bytes())
            .collect();
        let forged = forge(number);
        samples[..forged.len()].copy_from_slice(&forged);
        all.extend(samples.as_chunks().0.iter().map(|sample| i16::from_be_bytes(*sample)));
        frames.push([vec![2], samples].concat());
    }
    let frame = |sample: i16| [f32::from(sample) / 32_768.0; 2];
    (flac(1, &[], &frames), all.into_iter().map(frame).collect())
}

/// Jumps to these places, of which each frame of the file may be one.
fn jump(file: Vec<u8>, sound: &[Frame], places: impl IntoIterator<Item = usize>) {
    let mut track = Track::open(&Media::BuiltIn(Vec::leak(file))).unwrap();
    assert_eq!((track.rate_hz(), track.length()), (44_100, Some(sound.len() as u64)));
    let end = sound.len();
    for at in places {
        track.seek(at as u64);
        let mut some = Vec::new();
        while some.len() < FRAME && track.read(&mut some) == Outcome::Read {}
        assert!(some.len() >= (end - at).min(FRAME), "{} frames at {at}", some.len());
        some.truncate(FRAME);
        assert!(some[..] == sound[at..at + some.len()], "other samples from {at} on");
    }
}

#[test]
fn a_jump_in_flac_is_exact_wherever_its_bytes_are() {
    for quiet in [|_| false, |n| n % 300 < 150, |n| n > 20, |n| n < FRAMES - 20] {
        let (file, sound) = sound(quiet, |_| Vec::new());
        let end = sound.len();
        let places = (0..60).map(|n| n * 7_919 * 4_099 % end);
        let ends = [end - 1, 0, FRAME, FRAME - 1, end - FRAME, 1, end - FRAME - 1];
        jump(file, &sound, places.chain(ends));
    }
}

#[test]
fn what_looks_like_an_earlier_frame_of_flac_misleads_no_jump_to_one_before_it() {
    let forged = |number| match number {
        1_042..1_048 => head(1, number - 20).repeat(1_000),
        _ => Vec::new(),
    };
    let (file, sound) = sound(|_| false, forged);
    jump(file, &sound, [1_040 * FRAME + 100]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_jump_in_flac_looks_at_a_few_places_only() {
    let (bytes, sound) = sound(|n| n % 50 == 0, |_| Vec::new());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let mut track = Track::open(&Media::File(file.path().to_owned())).unwrap();
    for at in [4_000_000, 1_000_000, 7_777_777, 0, 5_123_456] {
        let before = reads();
        track.seek(at as u64);
        let sought = reads() - before;
        let mut some = Vec::new();
        track.read(&mut some);
        assert!(some[..] == sound[at..at + some.len()], "other samples from {at} on");
        assert!(sought <= 16, "{sought} reads for {at}");
    }
}
