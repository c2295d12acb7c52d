//! MPEG audio of kinds that few files are of: other tags than usual, another
//! layer.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod track;

use sayagain::audio::Track;
use track::{built_in, open, rest};

const VBR: &[u8] = include_bytes!("data/audio/vbr-xing.mp3");

/// Samples in a frame of Layer III and of Layer I.
const FRAME: u64 = 1_152;
const SHORT_FRAME: usize = 384;

#[test]
fn a_tag_of_fraunhofer_is_no_sound_and_tells_the_length() {
    let first = 4 + VBR[4..].windows(2).position(|pair| pair == [0xff, 0xfb]).unwrap();
    let frames = 78_u32;
    // It stands 32 bytes behind the header, whatever the frame looks like.
    let mut tag = VBR[..4].to_vec();
    tag.resize(36, 0);
    tag.extend(b"VBRI\0\x01\x09\x31\0\x64");
    tag.extend((VBR.len() as u32).to_be_bytes());
    tag.extend(frames.to_be_bytes());
    tag.resize(first, 0);
    let mut track = open([&tag, &VBR[first..]].concat());
    assert_eq!(track.estimate(), Some(u64::from(frames) * FRAME));
    let (tagged, plain) = (rest(&mut track), rest(&mut open(VBR[first..].to_vec())));
    assert_eq!(tagged.len() as u64, u64::from(frames) * FRAME);
    assert!(tagged == plain);
}

#[test]
fn the_sound_does_not_end_where_the_index_does_so_far() {
    // More than is looked through at a time.
    let sample = include_bytes!("../assets/sample/episode.mp3");
    let file = [sample.as_slice(), sample].concat();
    let all = rest(&mut open(file.clone()));
    let not_looked_through = || Track::open(&built_in(file.clone())).unwrap();
    let mut track = not_looked_through();
    assert!(!track.reaches(all.len() as u64 - 1));
    assert!(rest(&mut track) == all);
    // Begun at the last that is known.
    let mut track = not_looked_through();
    track.look_on().unwrap();
    let known = (0..all.len()).rev().find(|sample| track.reaches(*sample as u64)).unwrap();
    assert!(known < all.len() - 1, "{known} of {}", all.len());
    track.seek(known as u64);
    assert!(rest(&mut track) == all[known..]);
}

#[test]
fn layer_one_is_exact_at_any_place() {
    let count = 200;
    let mut track = open((0..count).flat_map(layer_one).collect());
    assert_eq!((track.rate_hz(), track.length()), (44_100, Some((count * SHORT_FRAME) as u64)));
    let whole = rest(&mut track);
    assert_eq!(whole.len(), count * SHORT_FRAME);
    assert!(whole.iter().any(|frame| frame[0].abs() > 0.05), "nothing is heard");
    for at in [0, 1, 383, 384, 10_000, 76_799, 40_000, 5] {
        track.seek(at as u64);
        assert!(rest(&mut track) == whole[at..], "other samples from {at} on");
    }
}

#[test]
fn pictures_of_megabytes_in_front_change_nothing() {
    let size = 6_000_000_usize;
    let mut file = b"ID3\x03\0\0".to_vec();
    file.extend([21, 14, 7, 0].map(|shift| (size >> shift) as u8 & 0x7f));
    // What looks like frames of sound.
    file.extend(VBR.iter().cycle().take(size));
    file.extend(VBR);
    let mut track = open(file);
    assert_eq!(track.length(), Some(88_200));
    assert!(rest(&mut track) == rest(&mut open(VBR.to_vec())));
}

#[test]
fn joined_layers_play_each_in_its_place() {
    let alone: Vec<u8> = (0..50).flat_map(layer_one).collect();
    let mut track = open([&alone, VBR].concat());
    let (all, first) = (rest(&mut track), rest(&mut open(alone)));
    assert!(all[..first.len()] == first);
    // Then the frame of the tag, which is silence, and all that was encoded.
    assert_eq!(all.len() as u64, first.len() as u64 + 79 * FRAME);
    for at in [3, 19_199, 19_200, 50_000] {
        track.seek(at as u64);
        assert!(rest(&mut track) == all[at..], "other samples from {at} on");
    }
}

/// A frame of Layer I at 384 kbit/s, in mono: three of its bands hold samples
/// of eight bits (ISO 11172-3, section 2.4.1.5).
fn layer_one(number: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut put = |value: usize, count: usize| {
        bits.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    };
    let bands = [1, 4, 9];
    put(0xffff_c0c0, 32);
    for band in 0..32 {
        put(if bands.contains(&band) { 7 } else { 0 }, 4);
    }
    for _ in bands {
        put(9, 6);
    }
    for n in 0..12 {
        for band in bands {
            put((number * 12 + n + 1).wrapping_mul(97 + band) % 251 + 2, 8);
        }
    }
    bits.resize(8 * 416, false);
    let byte = |bits: &[bool]| bits.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit));
    bits.chunks(8).map(byte).collect()
}
