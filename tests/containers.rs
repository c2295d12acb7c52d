//! Opus, and other sound in Ogg, Matroska and `WebM`: every sample in its
//! place, whatever the file has been through.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod track;

use std::io::Write as _;
use std::sync::LazyLock;

use opus_pure::{Application, OggOpusWriter, OpusEncoder, OpusHead, OpusMSEncoder};
use proptest::prelude::*;
use sayagain::audio::{Frame, Outcome, Track};
use sayagain::model::playback::Media;
use track::{built_in, open, rest};

// --- Ogg

#[test]
fn opus_begins_and_ends_with_its_signal() {
    for (channels, frame) in [(1, 960), (2, 960), (1, 120), (2, 2_880)] {
        let sound = Sound::new(channels, 96_000, frame);
        let mut track = open(sound.ogg());
        assert_eq!((track.rate_hz(), track.length()), (48_000, Some(96_000)));
        let all = rest(&mut track);
        assert_eq!(all.len(), 96_000, "{channels} channels, frames of {frame}");
        for at in [0, 40_000, 85_000] {
            assert_eq!(lag(&all, at), 0, "{channels} channels, frames of {frame}, at {at}");
        }
    }
}

#[test]
fn after_a_seek_opus_sounds_as_without_one() {
    for file in
        [Sound::new(1, 144_000, 960).ogg(), Sound::new(2, 144_000, 960).webm(&Shape::default())]
    {
        let mut track = open(file);
        let whole = rest(&mut track);
        for to in [0, 1, 311, 312, 959, 960, 47_999, 48_000, 100_001, 143_999] {
            track.seek(to as u64);
            let after = rest(&mut track);
            assert_eq!(after.len(), whole.len() - to, "from {to} on");
            let worst = furthest(&after, &whole[to..]);
            assert!(worst < 1e-4, "{worst} from {to} on");
        }
        track.seek(whole.len() as u64 + 9);
        assert!(rest(&mut track).is_empty());
    }
}

#[test]
fn a_page_lost_or_damaged_is_silence_and_what_follows_keeps_its_place() {
    let sound = Sound::new(1, 480_000, 960);
    let whole = rest(&mut open(sound.ogg()));
    let pages = pages(&sound.ogg());
    for is_cut_out in [true, false] {
        let mut file = sound.ogg();
        let (begin, end) = pages[pages.len() / 2];
        if is_cut_out {
            file.drain(begin..end);
        } else {
            file[end - 5] ^= 0x55;
        }
        let mut track = open(file);
        assert_eq!(track.length(), Some(480_000));
        let (mut all, mut damages) = (Vec::new(), 0);
        loop {
            match track.read(&mut all) {
                Outcome::End => break,
                Outcome::Damaged => damages += 1,
                Outcome::Read => {}
            }
        }
        assert_eq!((all.len(), damages), (480_000, 1));
        let silent = all.iter().filter(|frame| frame[0].abs() + frame[1].abs() < 1e-9).count();
        assert!((5_000..60_000).contains(&silent), "{silent} samples are silent");
        assert!(all[..100_000] == whole[..100_000]);
        assert!(furthest(&all[400_000..], &whole[400_000..]) < 1e-4);
        track.seek(400_000);
        assert!(furthest(&rest(&mut track), &whole[400_000..]) < 1e-4);
    }
}

#[test]
fn streams_that_follow_each_other_are_all_played() {
    let (first, second) = (Sound::new(1, 96_000, 960), Sound::new(2, 144_000, 2_880));
    for shared_serial in [false, true] {
        let (mut file, mut behind) = (first.ogg(), second.ogg());
        renumber(&mut behind, if shared_serial { 1 } else { 2 });
        renumber(&mut file, 1);
        file.extend(behind);
        let mut track = open(file);
        assert_eq!(track.length(), Some(240_000), "one number: {shared_serial}");
        let all = rest(&mut track);
        assert_eq!(all.len(), 240_000);
        assert_eq!((lag(&all[..96_000], 80_000), lag(&all[96_000..], 90_000)), (0, 0));
        for to in [50_000, 96_000, 200_000] {
            track.seek(to as u64);
            assert!(furthest(&rest(&mut track), &all[to..]) < 1e-4, "from {to} on");
        }
    }
}

#[test]
fn streams_of_vorbis_that_follow_each_other_are_all_played() {
    let one = include_bytes!("data/audio/vorbis.ogg");
    let alone = rest(&mut open(one.to_vec()));
    let mut track = open(one.repeat(3));
    assert_eq!((track.rate_hz(), track.length()), (44_100, Some(3 * 88_200)));
    let all = rest(&mut track);
    assert!(all.chunks(88_200).all(|part| part == alone));
    for to in [1, 88_199, 88_200, 150_000, 264_599] {
        track.seek(to as u64);
        assert!(rest(&mut track) == all[to..], "from {to} on");
    }
}

#[test]
fn vorbis_that_begins_with_any_of_its_packets_sounds_as_it_does_inside() {
    for file in [
        &include_bytes!("data/audio/vorbis.ogg")[..],
        include_bytes!("data/audio/surround.ogg"),
        include_bytes!("data/audio/turns.ogg"),
    ] {
        let (heads, packets) = packets(file);
        let whole = rest(&mut open(paged(&heads, &packets)));
        assert!(whole.len() > 80_000);
        for from in 1..packets.len() - 1 {
            let cut = rest(&mut open(paged(&heads, &packets[from..])));
            assert!(!cut.is_empty());
            assert!(cut == whole[whole.len() - cut.len()..], "from packet {from} on");
        }
    }
}

#[test]
fn streams_of_another_rate_and_other_channels_are_played_in_their_places() {
    let vorbis = include_bytes!("data/audio/vorbis.ogg").to_vec();
    let surround = include_bytes!("data/audio/surround.ogg").to_vec();
    let opus = Sound::new(2, 96_000, 960).ogg();
    for files in [[&vorbis, &opus, &surround], [&opus, &surround, &vorbis]] {
        let mut track = open(files.map(Vec::as_slice).concat());
        let mut expected = Vec::new();
        for file in files {
            let mut alone = open(file.clone());
            let own_hz = alone.rate_hz();
            expected.extend(turned(&rest(&mut alone), own_hz, track.rate_hz()));
        }
        assert_eq!(track.length(), Some(expected.len() as u64));
        let all = rest(&mut track);
        assert_eq!(all.len(), expected.len());
        let worst = furthest(&all, &expected);
        assert!(worst < 1e-4, "{worst}");
        for to in [1, 50_000, 88_199, 88_200, 96_001, 150_000, all.len() - 1] {
            track.seek(to as u64);
            let after = rest(&mut track);
            assert_eq!(after.len(), all.len() - to);
            let worst = furthest(&after, &all[to..]);
            assert!(worst < 1e-4, "{worst} from {to} on");
        }
    }
}

/// What `sound` at `own_hz` is at `hz`, by lines between its samples.
fn turned(sound: &[Frame], own_hz: u32, hz: u32) -> Vec<Frame> {
    let (own_hz, hz) = (own_hz as usize, hz as usize);
    let at = |n: usize| sound[n.min(sound.len() - 1)];
    let row = (0..(sound.len() * hz).div_ceil(own_hz)).map(|n| {
        let (whole, part) = (n * own_hz / hz, (n * own_hz % hz) as f32 / hz as f32);
        let (a, b) = (at(whole), at(whole + 1));
        [0, 1].map(|side| a[side] + (b[side] - a[side]) * part)
    });
    row.collect()
}

#[test]
fn a_stream_cut_out_of_a_longer_one_begins_at_its_first_packet() {
    let sound = Sound::new(1, 480_000, 960);
    let (file, pages) = (sound.ogg(), pages(&sound.ogg()));
    let middle = pages.len() / 2;
    let cut = [&file[..pages[1].1], &file[pages[middle].0..]].concat();
    let mut track = open(cut);
    let length = track.length().unwrap();
    assert!((200_000..300_000).contains(&length), "{length}");
    assert_eq!(rest(&mut track).len() as u64, length);
}

#[test]
fn an_ogg_that_was_cut_off_plays_as_far_as_it_goes() {
    let file = Sound::new(1, 480_000, 960).ogg();
    let whole = rest(&mut open(file.clone()));
    let mut track = open(file[..file.len() * 2 / 3].to_vec());
    let length = track.length().unwrap();
    let all = rest(&mut track);
    assert_eq!(all.len() as u64, length);
    assert!(length > 200_000 && all == whole[..all.len()]);
}

#[test]
fn files_that_grow_are_followed() {
    let ogg = Sound::new(1, 480_000, 960);
    for file in [ogg.ogg(), ogg.webm(&Shape { cues: false, ..Shape::default() })] {
        let whole = rest(&mut open(file.clone()));
        let mut on_disk = tempfile::NamedTempFile::new().unwrap();
        on_disk.write_all(&file[..file.len() / 2]).unwrap();
        let mut track = Track::open(&Media::File(on_disk.path().to_owned())).unwrap();
        let half = rest(&mut track).len();
        assert_eq!(track.length(), Some(half as u64));
        assert!(!track.has_grown());
        on_disk.write_all(&file[file.len() / 2..]).unwrap();
        assert!(track.has_grown());
        assert_eq!(track.length(), Some(480_000));
        track.seek(half as u64);
        assert!(furthest(&rest(&mut track), &whole[half..]) < 1e-4);
    }
}

#[test]
fn the_gain_in_the_head_is_heard() {
    let plain = rest(&mut open(Sound::new(1, 48_000, 960).ogg()));
    let softer = rest(&mut open(Sound { gain: -6 * 256, ..Sound::new(1, 48_000, 960) }.ogg()));
    let ratio = softer[20_000][0] / plain[20_000][0];
    assert!((ratio - 0.501).abs() < 0.01, "{ratio}");
}

#[test]
fn six_channels_are_mixed_to_two() {
    // Only the centre sounds, which is the second channel of Vorbis' order.
    let mut encoder = OpusMSEncoder::new(48_000, 6, 1, Application::Audio).unwrap();
    let head = OpusHead::for_ms_encoder(&encoder, 48_000);
    let mut writer = OggOpusWriter::new(Vec::new(), head).unwrap();
    let mut packet = vec![0; 20_000];
    for block in 0..50 {
        let pcm: Vec<f32> = (0..960 * 6)
            .map(|n| if n % 6 == 1 { signal(block * 960 + n / 6) as f32 } else { 0.0 })
            .collect();
        let count = encoder.encode(&pcm, 960, &mut packet).unwrap();
        writer.write_packet(&packet[..count]).unwrap();
    }
    let all = rest(&mut open(writer.finish().unwrap()));
    let loudest = all.iter().map(|frame| frame[0].abs()).fold(0.0, f32::max);
    let apart = all.iter().map(|frame| (frame[0] - frame[1]).abs()).fold(0.0, f32::max);
    // A half of three channels' weights of 1, 0.71 and 0.71.
    assert!((loudest - 0.4 * 0.707 / 2.414).abs() < 0.02 && apart < 0.01, "{loudest} {apart}");
    assert_eq!(lag(&all, 30_000), 0);
}

#[test]
fn each_channel_of_opus_is_heard_on_its_side() {
    // `B` is heard on both, `-` on none.
    for sides in ["LBR", "LRLR", "LBRLR", "LBRLR-", "LBRLRB-", "LBRLRLR-"] {
        for (channel, side) in sides.chars().enumerate() {
            let heard = side_of(&rest(&mut open(alone(channel, sides.len()))));
            assert_eq!(heard, side, "channel {channel} of {sides}");
        }
    }
}

/// Opus of so many channels, of which one sounds.
fn alone(channel: usize, channels: usize) -> Vec<u8> {
    let mut encoder = OpusMSEncoder::new(48_000, channels, 1, Application::Audio).unwrap();
    let head = OpusHead::for_ms_encoder(&encoder, 48_000);
    let mut writer = OggOpusWriter::new(Vec::new(), head).unwrap();
    let mut packet = vec![0; 20_000];
    for block in 0..10 {
        let sample = |n: usize| signal(block * 960 + n / channels) as f32;
        let all =
            (0..960 * channels).map(|n| if n % channels == channel { sample(n) } else { 0.0 });
        let count = encoder.encode(&all.collect::<Vec<_>>(), 960, &mut packet).unwrap();
        writer.write_packet(&packet[..count]).unwrap();
    }
    writer.finish().unwrap()
}

/// On which side this is heard: `L`, `R`, `B` for both alike, `-` for none.
fn side_of(frames: &[Frame]) -> char {
    let loudest = |side: usize| frames.iter().map(|frame| frame[side].abs()).fold(0.0, f32::max);
    let (left, right) = (loudest(0), loudest(1));
    match (left > 0.03, right > 0.03) {
        (true, true) if (left - right).abs() < 0.005 => 'B',
        (true, false) => 'L',
        (false, true) => 'R',
        (false, false) => '-',
        (true, true) => '?',
    }
}

// --- Matroska and WebM

#[test]
fn a_webm_has_the_samples_of_the_ogg_with_the_same_packets() {
    let sound = Sound::new(2, 480_000, 960);
    let ogg = rest(&mut open(sound.ogg()));
    for shape in [
        Shape::default(),
        Shape { cues: false, ..Shape::default() },
        Shape { sizes: false, cues: false, ..Shape::default() },
        Shape { laced: Some(1), ..Shape::default() },
        Shape { laced: Some(3), ..Shape::default() },
        Shape { stripped: true, ..Shape::default() },
        Shape { tick_ns: 100_000, ..Shape::default() },
        Shape { begin: 7_000, ..Shape::default() },
    ] {
        let mut track = open(sound.webm(&shape));
        assert_eq!((track.rate_hz(), track.length()), (48_000, Some(480_000)), "{shape:?}");
        assert!(rest(&mut track) == ogg, "{shape:?}");
        for to in [1, 240_000, 333_333, 479_000] {
            track.seek(to as u64);
            let after = rest(&mut track);
            assert_eq!(after.len(), ogg.len() - to, "{shape:?}, from {to} on");
            assert!(furthest(&after, &ogg[to..]) < 1e-4, "{shape:?}, from {to} on");
        }
    }
}

#[test]
fn a_cluster_damaged_in_a_webm_is_silence_and_what_follows_keeps_its_place() {
    let sound = Sound::new(1, 480_000, 960);
    let file = sound.webm(&Shape::default());
    let whole = rest(&mut open(file.clone()));
    let clusters: Vec<usize> = file
        .windows(4)
        .enumerate()
        .filter_map(|(at, four)| (four == [0x1f, 0x43, 0xb6, 0x75]).then_some(at))
        .collect();
    let mut file = file;
    let middle = clusters[clusters.len() / 2];
    file[middle..middle + 400].fill(0xff);
    let mut track = open(file);
    let all = rest(&mut track);
    assert_eq!(all.len(), whole.len());
    assert!(furthest(&all[400_000..], &whole[400_000..]) < 1e-4);
    track.seek(400_000);
    assert!(furthest(&rest(&mut track), &whole[400_000..]) < 1e-4);
}

#[test]
fn plain_samples_in_matroska_are_exact() {
    let samples: Vec<i16> = (0..100_000_u32).map(|n| (n * 7_919 % 60_000) as i16).collect();
    let packets: Vec<Vec<u8>> = samples
        .chunks(1_024)
        .map(|some| some.iter().flat_map(|sample| sample.to_le_bytes()).collect())
        .collect();
    let times = (0..packets.len()).map(|n| n as f64 * 1_024.0 / 44_100.0).collect::<Vec<f64>>();
    let about = [
        number(0xd7, 1),
        number(0x83, 2),
        element(0x86, b"A_PCM/INT/LIT"),
        element(0xe1, &[float(0xb5, 44_100.0), number(0x9f, 1), number(0x6264, 16)].concat()),
    ]
    .concat();
    let mut track = open(matroska(&about, &packets, &times, 0, &Shape::default()));
    assert_eq!((track.rate_hz(), track.length()), (44_100, Some(100_000)));
    for to in [0, 1, 1_024, 50_000, 99_999] {
        track.seek(to as u64);
        let heard: Vec<i16> =
            rest(&mut track).iter().map(|frame| (frame[0] * 32_768.0) as i16).collect();
        assert!(heard == samples[to..], "from {to} on");
    }
}

#[test]
fn what_cannot_be_decoded_is_refused_by_its_name() {
    let about =
        [number(0xd7, 1), number(0x83, 2), element(0x86, b"A_AC3"), element(0xe1, &[])].concat();
    let why = refusal(matroska(&about, &[vec![0; 10]], &[0.0], 0, &Shape::default()));
    assert!(why.contains("A_AC3"), "{why}");
    let pictures = [number(0xd7, 1), number(0x83, 1), element(0x86, b"V_VP8")].concat();
    let why = refusal(matroska(&pictures, &[vec![0; 10]], &[0.0], 0, &Shape::default()));
    assert!(why.ends_with("it holds no audio"), "{why}");
}

// --- AAC on its own, with an upper half, and with more channels

#[test]
fn aac_on_its_own_is_exact_at_any_place() {
    for he in [false, true] {
        let file = aac(&[&tone(1.0), &tone(0.5)], he);
        let mut track = open(file.clone());
        assert_eq!(track.rate_hz(), 48_000, "with an upper half: {he}");
        let all = rest(&mut track);
        assert_eq!(track.length(), Some(all.len() as u64));
        assert!((lag(&all, 30_000) - if he { 3_018 } else { 1_024 }).abs() < 2);
        for to in [1, 40_000, 90_000, 150_000] {
            track.seek(to as u64);
            let after = rest(&mut track);
            assert_eq!(after.len(), all.len() - to, "with an upper half: {he}, from {to} on");
            let far = furthest(&after[..20_000], &all[to..to + 20_000]);
            // Of an upper half the noise is another each time.
            assert!(far < if he { 0.1 } else { 1e-6 }, "{far}, {he}, from {to} on");
        }
        // Junk inside costs no more than it hit.
        let mut hit = file;
        let middle = hit.len() / 2;
        hit[middle..middle + 900].fill(0x11);
        let track = open(hit);
        let lost = all.len() as i64 - track.length().unwrap() as i64;
        assert!((0..20_000).contains(&lost), "{lost} samples lost");
    }
}

#[test]
fn six_channels_of_aac_are_mixed_to_two() {
    let (loud, quiet) = (tone(1.0), vec![0.0; 200_000]);
    // Only the centre sounds.
    let planes: [&[f32]; 6] = [&quiet, &quiet, &loud, &quiet, &quiet, &quiet];
    let all = rest(&mut open(aac(&planes, false)));
    let loudest = all.iter().map(|frame| frame[0].abs()).fold(0.0, f32::max);
    let apart = all.iter().map(|frame| (frame[0] - frame[1]).abs()).fold(0.0, f32::max);
    assert!((loudest - 0.4 * 0.707 / 2.414).abs() < 0.02 && apart < 0.01, "{loudest} {apart}");
}

#[test]
fn each_channel_of_aac_is_heard_on_its_side() {
    // What is encoded comes in the order of the WAVE format.
    let (loud, quiet) = (&tone(1.0)[..8_000], &vec![0.0; 8_000][..]);
    for sides in ["LRB", "LRBB", "LRBLR", "LRB-LR", "LRB-LRLR"] {
        for (channel, side) in sides.chars().enumerate() {
            let planes: Vec<&[f32]> =
                (0..sides.len()).map(|n| if n == channel { loud } else { quiet }).collect();
            let heard = side_of(&rest(&mut open(aac(&planes, false))));
            assert_eq!(heard, side, "channel {channel} of {sides}");
        }
    }
}

fn tone(level: f32) -> Vec<f32> {
    (0..200_000).map(|n| signal(n) as f32 * level).collect()
}

fn aac(planes: &[&[f32]], he: bool) -> Vec<u8> {
    let options = syom::EncodeOptions::adts().with_he(he).with_bitrate_bps(96_000);
    syom::encode_with(planes, 48_000, &options).unwrap()
}

// --- damage of any kind

static SHORT: LazyLock<[Sound; 2]> = LazyLock::new(|| [1, 2].map(|n| Sound::new(n, 96_000, 960)));
static HALVES: LazyLock<Vec<u8>> = LazyLock::new(|| aac(&[&tone(1.0)[..40_000]], true));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damaged_files_neither_panic_nor_go_on_for_ever(
        kind in 0_usize..10,
        hits in prop::collection::vec((0.0..1.0_f64, any::<u8>(), 1_usize..40), 1..12),
        cut in 0.2..1.3_f64,
        places in prop::collection::vec(0_u64..200_000, 3),
    ) {
        let mut file = match kind {
            0 | 1 => SHORT[kind].ogg(),
            2 => SHORT[0].webm(&Shape::default()),
            3 => HALVES.clone(),
            4 => include_bytes!("data/audio/vorbis.ogg").to_vec(),
            5 => include_bytes!("data/audio/surround.ogg").to_vec(),
            6 => include_bytes!("data/audio/edited.m4a").to_vec(),
            7 => include_bytes!("data/audio/lossless-8k.flac").to_vec(),
            8 => include_bytes!("data/audio/vbr-xing.mp3").to_vec(),
            _ => SHORT[1].webm(&Shape { laced: Some(3), sizes: false, cues: false, ..Shape::default() }),
        };
        for (place, byte, count) in hits {
            let at = (place * file.len() as f64) as usize;
            let end = (at + count).min(file.len());
            file[at..end].fill(byte);
        }
        file.truncate((file.len() as f64 * cut) as usize);
        if let Ok(mut track) = Track::open(&built_in(file)) {
            for place in places {
                track.seek(place);
                let mut frames = Vec::new();
                let mut reads = 0;
                while track.read(&mut frames) != Outcome::End && reads < 2_000 {
                    reads += 1;
                    prop_assert!(frames.iter().flatten().all(|sample| sample.is_finite()));
                    frames.clear();
                }
            }
        }
    }
}

// --- what the tests are made of

/// Two seconds or so of a signal in Opus.
#[derive(Clone)]
struct Sound {
    channels: u16,
    packets: Vec<Vec<u8>>,
    head: OpusHead,
    frame: usize,
    count: usize,
    gain: i16,
}

impl Sound {
    fn new(channels: u16, count: usize, frame: usize) -> Self {
        let sides = usize::from(channels);
        let mut encoder = OpusEncoder::new(48_000, sides, Application::Audio).unwrap();
        encoder.bitrate_bps = 64_000;
        encoder.complexity = 0;
        let head = OpusHead::for_encoder(&encoder, 48_000);
        let blocks = (count + usize::from(head.pre_skip)).div_ceil(frame);
        let mut packet = vec![0; 4_000];
        let packets = (0..blocks).map(|block| {
            let pcm: Vec<f32> =
                (0..frame * sides).map(|n| signal(block * frame + n / sides) as f32).collect();
            let len = encoder.encode(&pcm, frame, &mut packet).unwrap();
            packet[..len].to_vec()
        });
        Self { channels, packets: packets.collect(), head, frame, count, gain: 0 }
    }

    /// How many samples at the end are not heard.
    fn padding(&self) -> usize {
        self.packets.len() * self.frame - usize::from(self.head.pre_skip) - self.count
    }

    fn ogg(&self) -> Vec<u8> {
        let mut head = self.head.clone();
        head.output_gain_q8 = self.gain;
        let mut writer = OggOpusWriter::new(Vec::new(), head).unwrap();
        writer.set_page_target(2_000);
        for (at, packet) in self.packets.iter().enumerate() {
            if at + 1 < self.packets.len() {
                writer.write_packet(packet).unwrap();
            } else {
                let last = (self.frame - self.padding()) as u32;
                writer.write_packet_with_duration(packet, last).unwrap();
            }
        }
        writer.finish().unwrap()
    }

    fn webm(&self, shape: &Shape) -> Vec<u8> {
        let mut settings = b"OpusHead\x01".to_vec();
        settings.push(self.channels as u8);
        settings.extend(self.head.pre_skip.to_le_bytes());
        settings.extend(48_000_u32.to_le_bytes());
        settings.extend([0, 0, 0]);
        let delay = u64::from(self.head.pre_skip) * 1_000_000_000 / 48_000;
        let sound = [float(0xb5, 48_000.0), number(0x9f, u64::from(self.channels))].concat();
        let mut about = [
            number(0xd7, 1),
            number(0x83, 2),
            element(0x86, b"A_OPUS"),
            element(0x63a2, &settings),
            number(0x56aa, delay),
            element(0xe1, &sound),
        ]
        .concat();
        let mut packets = self.packets.clone();
        if shape.stripped {
            let first = packets[0][0];
            for packet in &mut packets {
                assert_eq!(packet.remove(0), first);
            }
            let packing = [number(0x4254, 3), element(0x4255, &[first])].concat();
            about.extend(element(0x6d80, &element(0x6240, &element(0x5034, &packing))));
        }
        let times: Vec<f64> =
            (0..packets.len()).map(|n| (n * self.frame) as f64 / 48_000.0).collect();
        let discard = self.padding() as u64 * 1_000_000_000 / 48_000;
        matroska(&about, &packets, &times, discard, shape)
    }
}

/// How a Matroska is written.
#[derive(Clone, Debug)]
struct Shape {
    cues: bool,
    /// Whether clusters say how large they are.
    sizes: bool,
    /// How packets are laced, if they are.
    laced: Option<u8>,
    stripped: bool,
    tick_ns: u64,
    /// The time of the first packet, in ticks.
    begin: u64,
}

impl Default for Shape {
    fn default() -> Self {
        Self { cues: true, sizes: true, laced: None, stripped: false, tick_ns: 1_000_000, begin: 0 }
    }
}

/// A Matroska with one track, whose packets begin at these seconds; the last
/// has so many nanoseconds at its end that are not heard.
fn matroska(
    about: &[u8],
    packets: &[Vec<u8>],
    times: &[f64],
    discard: u64,
    shape: &Shape,
) -> Vec<u8> {
    let tick = |seconds: f64| (seconds * 1e9 / shape.tick_ns as f64).round() as u64 + shape.begin;
    let (mut clusters, mut cues) = (Vec::new(), Vec::new());
    let info = element(0x1549_a966, &number(0x2a_d7b1, shape.tick_ns));
    let tracks = element(0x1654_ae6b, &element(0xae, about));
    let each = if shape.laced.is_some() { 4 } else { 1 };
    for (cluster, some) in packets.chunks(40).enumerate() {
        let first = tick(times[cluster * 40]);
        let place = info.len() + tracks.len() + clusters.len();
        let at = [number(0xf7, 1), number(0xf1, place as u64)].concat();
        cues.extend(element(0xbb, &[number(0xb3, first), element(0xb7, &at)].concat()));
        let mut content = number(0xe7, first);
        for (block, some) in some.chunks(each).enumerate() {
            let index = cluster * 40 + block * each;
            let is_last = index + some.len() == packets.len();
            // What is not heard belongs to one packet only.
            let groups: Vec<&[Vec<u8>]> =
                if is_last { some.chunks(1).collect() } else { vec![some] };
            for (inner, group) in groups.into_iter().enumerate() {
                let time = (tick(times[index + inner]) - first) as i16;
                let lacing = if group.len() > 1 { shape.laced.unwrap_or(0) } else { 0 };
                let mut bytes = vec![0x81];
                bytes.extend(time.to_be_bytes());
                bytes.push(lacing << 1);
                bytes.extend(lace(group, lacing));
                let is_end = is_last && index + inner + 1 == packets.len();
                content.extend(if is_end && discard > 0 {
                    let size = discard.to_be_bytes();
                    element(0xa0, &[element(0xa1, &bytes), element(0x75a2, &size)].concat())
                } else {
                    element(0xa3, &bytes)
                });
            }
        }
        clusters.extend(0x1f43_b675_u32.to_be_bytes());
        let size = if shape.sizes { content.len() as u64 } else { (1 << 56) - 1 };
        clusters.extend((size | 1 << 56).to_be_bytes());
        clusters.extend(content);
    }
    let mut segment = [info, tracks].concat();
    if shape.cues {
        // The list is behind what it lists, and a first part says where.
        let seek = |place: usize| {
            let at = [element(0x53ab, &[0x1c, 0x53, 0xbb, 0x6b]), number(0x53ac, place as u64)];
            element(0x114d_9b74, &element(0x4dbb, &at.concat()))
        };
        let len = seek(0).len();
        let moved = shifted(&cues, len as u64);
        let place = len + segment.len() + clusters.len();
        segment = [seek(place), segment, clusters, element(0x1c53_bb6b, &moved)].concat();
    } else {
        segment.extend(clusters);
    }
    let start = element(0x1a45_dfa3, &element(0x4282, b"webm"));
    [start, element(0x1853_8067, &segment)].concat()
}

/// Cues whose places lie so much further on.
fn shifted(cues: &[u8], by: u64) -> Vec<u8> {
    let mut moved = cues.to_vec();
    let marks = moved.windows(2).enumerate().filter(|(_, two)| *two == [0xf1, 0x88]);
    for at in marks.map(|(at, _)| at + 2).collect::<Vec<usize>>() {
        let place = u64::from_be_bytes(moved[at..at + 8].try_into().unwrap()) + by;
        moved[at..at + 8].copy_from_slice(&place.to_be_bytes());
    }
    moved
}

fn lace(packets: &[Vec<u8>], lacing: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let sizes: Vec<usize> = packets.iter().map(Vec::len).collect();
    let told = &sizes[..sizes.len() - 1];
    match lacing {
        0 => {}
        1 => {
            bytes.push(told.len() as u8);
            for size in told {
                bytes.extend(vec![255; size / 255]);
                bytes.push((size % 255) as u8);
            }
        }
        _ => {
            bytes.push(told.len() as u8);
            bytes.extend((told[0] as u16 | 0x4000).to_be_bytes());
            for two in told.windows(2) {
                let step = two[1] as i32 - two[0] as i32 + 0x1fff;
                bytes.extend((step as u16 | 0x4000).to_be_bytes());
            }
        }
    }
    bytes.extend(packets.concat());
    bytes
}

/// An element whose size takes eight bytes.
fn element(id: u32, content: &[u8]) -> Vec<u8> {
    let name: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    [&name[..], &(content.len() as u64 | 1 << 56).to_be_bytes(), content].concat()
}

/// An element with a number, in eight bytes with a short size.
fn number(id: u32, number: u64) -> Vec<u8> {
    let name: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    [&name[..], &[0x88], &number.to_be_bytes()].concat()
}

fn float(id: u32, number: f64) -> Vec<u8> {
    element(id, &number.to_be_bytes())
}

/// Where the pages of an Ogg begin and end.
fn pages(file: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < file.len() {
        let count = usize::from(file[at + 26]);
        let body: usize =
            file[at + 27..at + 27 + count].iter().map(|size| usize::from(*size)).sum();
        let end = at + 27 + count + body;
        found.push((at, end));
        at = end;
    }
    found
}

/// The three heads and the other packets of an Ogg with Vorbis.
fn packets(file: &[u8]) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let (mut all, mut packet) = (Vec::new(), Vec::new());
    for (begin, end) in pages(file) {
        let sizes = &file[begin + 27..][..usize::from(file[begin + 26])];
        let mut at = end - sizes.iter().map(|size| usize::from(*size)).sum::<usize>();
        for size in sizes {
            packet.extend_from_slice(&file[at..at + usize::from(*size)]);
            at += usize::from(*size);
            if *size < 255 {
                all.push(std::mem::take(&mut packet));
            }
        }
    }
    let rest = all.split_off(3);
    (all, rest)
}

/// An Ogg with these packets, each on a page, of which the last is numbered.
fn paged(heads: &[Vec<u8>], packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    let count = heads.len() + packets.len();
    for (at, packet) in heads.iter().chain(packets).enumerate() {
        let granule = match at {
            _ if at < heads.len() => 0,
            _ if at + 1 < count => -1,
            _ => 1_i64 << 30,
        };
        file.extend(b"OggS\0");
        file.push(if at == 0 { 2 } else { 0 });
        file.extend(granule.to_le_bytes());
        file.extend([0; 4]);
        file.extend((at as u32).to_le_bytes());
        file.extend([0; 4]);
        file.push((packet.len() / 255 + 1) as u8);
        file.extend(vec![255; packet.len() / 255]);
        file.push((packet.len() % 255) as u8);
        file.extend(packet);
    }
    renumber(&mut file, 1);
    file
}

/// Gives the stream of an Ogg another number.
fn renumber(file: &mut [u8], serial: u32) {
    for (begin, end) in pages(file) {
        let page = &mut file[begin..end];
        page[14..18].copy_from_slice(&serial.to_le_bytes());
        page[22..26].fill(0);
        let sum = page.iter().fold(0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
                sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 }
            })
        });
        page[22..26].copy_from_slice(&sum.to_le_bytes());
    }
}

fn signal(n: usize) -> f64 {
    let t = n as f64 / 48_000.0;
    0.4 * (std::f64::consts::TAU * (300.0 * t + 200.0 * t * t)).sin()
}

/// How many samples later than in the signal the sound around `at` lies.
fn lag(sound: &[Frame], at: usize) -> i64 {
    let (count, reach) = (4_000, 4_000);
    let likeness = |late: i64| -> f64 {
        let pairs = (at + reach..at + reach + count)
            .map(|n| f64::from(sound[n][0]) * signal(n.saturating_add_signed(-late as isize)));
        pairs.sum()
    };
    let reach = reach as i64;
    (-reach..=reach).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b))).unwrap()
}

/// The largest difference between two rows of samples of one length.
fn furthest(a: &[Frame], b: &[Frame]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a[0] - b[0]).abs().max((a[1] - b[1]).abs())).fold(0.0, f32::max)
}

fn refusal(bytes: Vec<u8>) -> String {
    Track::open(&built_in(bytes)).err().unwrap()
}
