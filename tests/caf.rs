//! Apple's Core Audio Format, made here: lossless sound in packets that say
//! nothing but their samples.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

use sayagain::audio::{Frame, Outcome, Track};
use sayagain::model::playback::Media;

/// Samples in a packet.
const PACKET: usize = 4_096;

#[test]
fn a_caf_is_exact_at_any_place_in_any_order() {
    let (file, sound) = caf(60);
    let mut track = Track::open(&Media::BuiltIn(Vec::leak(file))).unwrap();
    assert_eq!((track.rate_hz(), track.length()), (44_100, Some(sound.len() as u64)));
    let end = sound.len();
    let last = end - PACKET / 2;
    for at in [0, 1, 100_000, 4_096, 200_000, last, 150_000, end - 1, 3, last, end, 12_345] {
        track.seek(at as u64);
        let mut some = Vec::new();
        while some.len() < 3 * PACKET && track.read(&mut some) != Outcome::End {}
        let want = &sound[at..end.min(at + some.len())];
        assert!(some.len() >= want.len().min(3 * PACKET), "{} frames at {at}", some.len());
        assert!(some[..] == *want, "other samples from {at} on");
    }
}

/// Bytes that this thread has read so far.
#[cfg(target_os = "linux")]
fn bytes_read() -> u64 {
    let about = std::fs::read_to_string("/proc/thread-self/io").unwrap();
    about.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn a_jump_forwards_in_a_caf_reads_what_is_there_and_not_what_is_before() {
    let (bytes, sound) = caf(1_000);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let mut track = Track::open(&Media::File(file.path().to_owned())).unwrap();
    for at in [2_000_000, 2_500_000, 4_000_000] {
        let before = bytes_read();
        track.seek(at as u64);
        let mut some = Vec::new();
        track.read(&mut some);
        assert!(some[..] == sound[at..at + some.len()], "other samples from {at} on");
        let read = bytes_read() - before;
        assert!(read < bytes.len() as u64 / 8, "{read} of {} bytes for {at}", bytes.len());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_jump_back_after_the_end_reads_no_more_than_one_before_it() {
    let (bytes, sound) = caf(1_000);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let mut track = Track::open(&Media::File(file.path().to_owned())).unwrap();
    let jump = |track: &mut Track| {
        let before = bytes_read();
        track.seek(2_000_000);
        let mut some = Vec::new();
        track.read(&mut some);
        let read = bytes_read() - before;
        assert!(some[..] == sound[2_000_000..2_000_000 + some.len()]);
        read
    };
    let before = jump(&mut track);
    for to in [sound.len() - 100, sound.len() - 1] {
        track.seek(to as u64);
        let mut some = Vec::new();
        while track.read(&mut some) != Outcome::End {}
        assert!(some[..] == sound[to..]);
        // Nothing follows, however often it is asked for.
        assert!(track.read(&mut some) == Outcome::End && some.len() == sound.len() - to);
        let after = jump(&mut track);
        assert!(after <= before, "{after} bytes, and {before} before the end");
    }
}

/// A CAF of so many packets of ALAC without compression, and its frames.
fn caf(packets: usize) -> (Vec<u8>, Vec<Frame>) {
    let samples: Vec<u16> =
        (0..packets * PACKET).map(|n| (n as u32).wrapping_mul(2_654_435_761) as u16).collect();
    let bodies: Vec<Vec<u8>> = samples.chunks(PACKET).map(packet).collect();
    let mut description = 44_100_f64.to_be_bytes().to_vec();
    description.extend(b"alac");
    // Flags, no fixed size, samples in a packet, channels, bits.
    for number in [1, 0, PACKET as u32, 1, 0] {
        description.extend(number.to_be_bytes());
    }
    let mut cookie = (PACKET as u32).to_be_bytes().to_vec();
    cookie.extend([0, 16, 40, 10, 14, 1, 0, 255]);
    for number in [0, 0, 44_100_u32] {
        cookie.extend(number.to_be_bytes());
    }
    let mut table = (packets as u64).to_be_bytes().to_vec();
    table.extend((samples.len() as u64).to_be_bytes());
    table.extend([0; 8]);
    for body in &bodies {
        table.extend([(body.len() >> 7) as u8 | 0x80, body.len() as u8 & 0x7f]);
    }
    let mut data = vec![0; 4];
    data.extend(bodies.concat());
    let mut file = b"caff\0\x01\0\0".to_vec();
    let chunks = [(b"desc", description), (b"kuki", cookie), (b"pakt", table), (b"data", data)];
    for (name, content) in chunks {
        file.extend(name);
        file.extend((content.len() as u64).to_be_bytes());
        file.extend(content);
    }
    let frame = |sample: &u16| [f32::from(sample.cast_signed()) / 32_768.0; 2];
    (file, samples.iter().map(frame).collect())
}

/// A packet of ALAC that is not compressed.
fn packet(samples: &[u16]) -> Vec<u8> {
    // One channel, nothing shifted, not compressed; in the end the mark of the end.
    let mut bits: Vec<bool> = (0..23).map(|n| n == 22).collect();
    bits.extend(samples.iter().flat_map(|sample| (0..16).rev().map(move |n| sample >> n & 1 == 1)));
    bits.extend([true; 3]);
    bits.chunks(8).map(|byte| byte.iter().enumerate().fold(0, byte_of)).collect()
}

fn byte_of(sum: u8, (at, bit): (usize, &bool)) -> u8 {
    sum | u8::from(*bit) << (7 - at)
}
