//! WAV as programs write it, as it is while it is written, and as it should
//! not be.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod track;

use std::io::Write as _;
use std::time::Duration;

use proptest::prelude::*;
use sayagain::audio::{Frame, Manual, Outcome, Track};
use sayagain::model::MediaTime;
use sayagain::model::playback::{Manner, Media, Report, Request, SeekId, Speed, Volume};
use track::{built_in, open, rest};

const MP3: &[u8] = include_bytes!("data/audio/cbr-bare.mp3");

// --- kinds of samples

#[test]
fn samples_of_every_kind_are_what_they_say() {
    let plain: [(&str, Vec<u8>, Vec<u8>); 8] = [
        ("8 bits", format(1, 1, 8_000, 8), vec![0, 64, 128, 192]),
        ("16 bits", format(1, 1, 8_000, 16), bytes(&[-1.0, -0.5, 0.0, 0.5], 2)),
        ("24 bits", format(1, 1, 8_000, 24), bytes(&[-1.0, -0.5, 0.0, 0.5], 3)),
        ("32 bits", format(1, 1, 8_000, 32), bytes(&[-1.0, -0.5, 0.0, 0.5], 4)),
        ("20 bits in 24", format(1, 1, 8_000, 20), bytes(&[-1.0, -0.5, 0.0, 0.5], 3)),
        (
            "extended, 24 bits of 32",
            extended(1, 1, 8_000, 32, 24),
            bytes(&[-1.0, -0.5, 0.0, 0.5], 4),
        ),
        (
            "float",
            format(3, 1, 8_000, 32),
            [-1.0_f32, -0.5, 0.0, 0.5].iter().flat_map(|all| all.to_le_bytes()).collect(),
        ),
        (
            "long float, extended",
            extended(3, 1, 8_000, 64, 64),
            [-1.0_f64, -0.5, 0.0, 0.5].iter().flat_map(|all| all.to_le_bytes()).collect(),
        ),
    ];
    for (name, format, data) in plain {
        let heard = rest(&mut open(riff(&[chunk(b"fmt ", &format), chunk(b"data", &data)])));
        assert_eq!(heard, [[-1.0; 2], [-0.5; 2], [0.0; 2], [0.5; 2]], "{name}");
    }
}

#[test]
fn a_law_and_mu_law_are_as_in_g_711() {
    // Loudest, softest and one between, on both sides; as 16-bit numbers.
    let a_law = [0xaa, 0x2a, 0xd5, 0x55, 0x80, 0x00];
    let mu_law = [0x80, 0x00, 0xff, 0x7f, 0xc0, 0x40];
    for (tag, data, wanted) in [
        (6, a_law, [32_256, -32_256, 8, -8, 5_504, -5_504]),
        (7, mu_law, [32_124, -32_124, 0, 0, 1_884, -1_884]),
    ] {
        for format in [format(tag, 1, 8_000, 8), extended(tag, 1, 8_000, 8, 8)] {
            let heard = rest(&mut open(riff(&[chunk(b"fmt ", &format), chunk(b"data", &data)])));
            let heard: Vec<i32> = heard.iter().map(|frame| (frame[0] * 32_768.0) as i32).collect();
            assert_eq!(heard, wanted, "{tag}");
        }
    }
}

#[test]
fn floats_that_are_no_numbers_are_silence() {
    let data: Vec<u8> = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 0.5]
        .iter()
        .flat_map(|all| all.to_le_bytes())
        .collect();
    let file = riff(&[chunk(b"fmt ", &format(3, 1, 8_000, 32)), chunk(b"data", &data)]);
    assert_eq!(rest(&mut open(file)), [[0.0; 2], [0.0; 2], [0.0; 2], [16.0; 2], [0.5; 2]]);
}

#[test]
fn one_to_sixty_four_channels_are_mixed_to_two() {
    for channels in 1..=64_u16 {
        let data = bytes(&vec![0.5; usize::from(channels) * 100], 2);
        let file =
            riff(&[chunk(b"fmt ", &extended(1, channels, 48_000, 16, 16)), chunk(b"data", &data)]);
        let mut track = open(file);
        assert_eq!(track.length(), Some(100), "{channels} channels");
        let heard = rest(&mut track);
        assert_eq!(heard.len(), 100);
        let like = |sample: &f32| (0.2..0.501).contains(sample);
        assert!(heard.iter().flatten().all(like), "{channels}: {:?}", heard[0]);
    }
}

#[test]
fn each_channel_is_heard_on_the_side_that_the_mask_says() {
    // What is heard of each channel alone: left, right, both, none.
    for (mask, sides) in [
        (0b0111, "LRB"),
        (0b1011, "LR-"),
        (0x33, "LRLR"),
        (0x107, "LRBB"),
        (0x603, "LRLR"),
        (0x37, "LRBLR"),
        (0x3f, "LRB-LR"),
        (0x60f, "LRB-LR"),
        (0x70f, "LRB-BLR"),
        (0x63f, "LRB-LRLR"),
        (0xff, "LRB-LRLR"),
        // Without one, as most have them.
        (0, "LRB-BLR"),
        (0, "LRB-LRLR"),
    ] {
        let channels = sides.len();
        for (channel, side) in sides.chars().enumerate() {
            let moment: Vec<f64> =
                (0..channels).map(|n| if n == channel { 0.5 } else { 0.0 }).collect();
            let mut format = extended(1, channels as u16, 48_000, 16, 16);
            format[20..24].copy_from_slice(&u32::to_le_bytes(mask));
            let file = riff(&[chunk(b"fmt ", &format), chunk(b"data", &bytes(&moment, 2))]);
            let [left, right] = rest(&mut open(file))[0];
            let heard = match (left > 0.05, right > 0.05) {
                (true, true) if (left - right).abs() < 1e-6 => 'B',
                (true, false) => 'L',
                (false, true) => 'R',
                (false, false) => '-',
                (true, true) => '?',
            };
            assert_eq!(heard, side, "channel {channel} of {sides}");
        }
    }
}

#[test]
fn any_rate_from_one_to_768_000_is_played() {
    for rate in [1, 7, 100, 8_000, 11_025, 44_100, 192_000, 768_000] {
        let (file, samples) = noise(rate, 2, 30_000);
        let mut track = open(file.clone());
        assert_eq!((track.rate_hz(), track.length()), (rate, Some(30_000)));
        assert!(rest(&mut track) == samples, "{rate} Hz");
        let mut engine = Manual::new(Duration::ZERO);
        engine.ask(opened(built_in(file), 0));
        let heard = engine.pull(4_000);
        assert!(heard[200..].iter().flatten().any(|sample| *sample != 0.0), "{rate} Hz");
        let place = engine.heard().unwrap().clock.position(engine.now()).as_micros();
        let out_hz = u64::from(rate.clamp(8_000, 192_000));
        let wanted = 4_000 * 1_000_000 / out_hz;
        assert!(place.abs_diff(wanted) <= 2, "{place} of {wanted} us at {rate} Hz");
    }
}

#[test]
fn a_rate_or_channels_that_cannot_be_are_refused_in_one_line() {
    for (rate, channels, why) in [
        (0, 1, "it says that it has 0 samples a second; 1 to 768000 are played"),
        (768_001, 1, "it says that it has 768001 samples a second; 1 to 768000 are played"),
        (u32::MAX, 2, "it says that it has 4294967295 samples a second; 1 to 768000 are played"),
        (44_100, 0, "it says that it has 0 channels; 1 to 64 are played"),
        (44_100, 65, "it says that it has 65 channels; 1 to 64 are played"),
        (44_100, u16::MAX, "it says that it has 65535 channels; 1 to 64 are played"),
    ] {
        // The second is ADPCM, which another reader would take.
        for (tag, bits) in [(1, 16), (2, 4), (0xfffe, 16)] {
            let format = format(tag, channels, rate, bits);
            let file = riff(&[chunk(b"fmt ", &format), chunk(b"data", &[0; 64])]);
            let told = refusal(file);
            assert!(told.ends_with(why) && !told.contains('\n'), "{told}");
        }
    }
}

#[test]
fn an_aiff_with_a_rate_that_cannot_be_is_refused() {
    let big = |name: &[u8], content: &[u8]| {
        [name, &(content.len() as u32).to_be_bytes(), content].concat()
    };
    let rate = b"\x40\x1e\xff\xff\xff\xff\0\0\0\0";
    let about = [&[0, 1], &100_u32.to_be_bytes()[..], &[0, 16], rate].concat();
    let parts = [b"AIFF".to_vec(), big(b"COMM", &about), big(b"SSND", &[0; 208])].concat();
    let told = refusal(big(b"FORM", &parts));
    assert!(told.contains("samples a second; 1 to 768000 are played"), "{told}");
}

#[test]
fn what_is_no_samples_is_left_to_others_or_refused() {
    let with = |tag: u16, bits: u16, data: &[u8]| {
        riff(&[chunk(b"fmt ", &format(tag, 1, 44_100, bits)), chunk(b"data", data)])
    };
    assert_eq!(rest(&mut open(with(0x55, 0, MP3))), rest(&mut open(MP3.to_vec())));
    assert!(refusal(with(0x161, 16, &[0; 400])).ends_with("it is no audio that can be played"));
    assert!(
        refusal(with(1, 0, &[0; 400])).ends_with("its samples have 0 bits, which is not known")
    );
    assert!(
        refusal(with(3, 16, &[0; 400])).ends_with("its samples have 16 bits, which is not known")
    );
    let (file, _) = noise(8_000, 1, 10);
    assert!(refusal(file[..24].to_vec()).ends_with("its header is cut off"));
    assert!(refusal(file[..36].to_vec()).ends_with("it is a WAV without any sound"));
    assert!(refusal(file[..12].to_vec()).ends_with("it is a WAV without a format"));
}

// --- lengths

#[test]
fn lengths_that_nobody_knew_reach_to_the_end_of_the_file() {
    let (file, samples) = noise(44_100, 2, 5_000);
    for data in [u32::MAX, 0, 0x7fff_f000, 0x7fff_ffff, 20_001, 100_000] {
        for whole in [u32::MAX, 0, 1, 36, 1_000_000] {
            let file = sized(&file, whole, data);
            let mut track = open(file);
            assert_eq!(track.length(), Some(5_000), "{data:#x} in {whole:#x}");
            track.seek(1_234);
            assert!(rest(&mut track) == samples[1_234..], "{data:#x} in {whole:#x}");
        }
    }
}

#[test]
fn a_header_without_sound_is_of_no_length_and_ends_at_once() {
    let (file, _) = noise(44_100, 2, 5_000);
    for data in [0, 1, 20_000, u32::MAX] {
        let head = sized(&file[..44], u32::MAX, data);
        let mut track = open(head.clone());
        assert_eq!((track.length(), rest(&mut track).len()), (Some(0), 0), "{data}");
        let mut engine = Manual::new(Duration::ZERO);
        engine.ask(opened(built_in(head), 0));
        engine.work();
        let told = engine.reports();
        let zero = MediaTime::from_secs(0);
        assert_eq!(told[0], Report::Opened { length: Some(zero) });
        assert!(told.contains(&Report::Ended { id: SeekId(1), at: zero }), "{told:?}");
    }
}

#[test]
fn no_data_before_another_chunk_is_no_sound() {
    let list = chunk(b"LIST", b"INFOISFT\x06\0\0\0sayagn");
    let file = riff(&[chunk(b"fmt ", &format(1, 1, 8_000, 16)), chunk(b"data", &[]), list]);
    assert_eq!(open(file).length(), Some(0));
}

#[test]
fn chunks_stand_anywhere_and_those_behind_the_sound_are_not_heard() {
    let sound = bytes(&[0.5, -0.5, 0.25], 3);
    let others = || {
        [
            chunk(b"JUNK", &[7; 28]),
            chunk(b"bext", &[b'x'; 603]),
            chunk(b"LIST", b"INFOICMT\x03\0\0\0odd\0"),
            chunk(b"fact", &3_u32.to_le_bytes()),
            chunk(b"\xa9odd", &[1]),
            chunk(b"data".map(|byte| byte.to_ascii_uppercase()).as_slice(), &[]),
        ]
        .concat()
    };
    let format = chunk(b"fmt ", &format(1, 1, 8_000, 24));
    let data = chunk(b"data", &sound);
    let wanted = [[0.5; 2], [-0.5; 2], [0.25; 2]];
    for parts in [
        [others(), format.clone(), others(), data.clone(), others()],
        [data.clone(), others(), format.clone(), others(), others()],
    ] {
        assert_eq!(rest(&mut open(riff(&parts))), wanted);
    }
    // Some do not fill an odd chunk up.
    let bare = [&b"bext\x03\0\0\0"[..], b"abc"].concat();
    assert_eq!(rest(&mut open(riff(&[bare, format, data]))), wanted);
}

#[test]
fn long_files_have_their_lengths_in_ds64() {
    let (file, samples) = noise(44_100, 2, 5_000);
    let list = chunk(b"LIST", &[0; 100]);
    for (name, long, heard) in [
        (b"RF64", 20_000_u64, 5_000),
        (b"BW64", 20_000, 5_000),
        (b"RF64", 16_000, 4_000),
        // To the end of the file, with what lies behind.
        (b"RF64", 0, 5_027),
        (b"RF64", u64::MAX, 5_027),
    ] {
        let sizes = [u64::MAX, long, 5_000].map(u64::to_le_bytes).concat();
        let long_sizes = chunk(b"ds64", &[sizes, vec![0; 4]].concat());
        let begin = [name, &u32::MAX.to_le_bytes()[..], b"WAVE"].concat();
        let whole = sized(&file, 0, u32::MAX);
        let mut track = open([&begin, &long_sizes, &whole[12..], &list].concat());
        assert_eq!(track.length(), Some(heard), "{long}");
        let all = rest(&mut track);
        assert!(all[..4_000] == samples[..4_000] && all.len() as u64 == heard);
    }
}

#[test]
fn a_place_beyond_four_gibibytes_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.wav");
    let mut file = std::fs::File::create(&path).unwrap();
    let sizes = [u64::MAX, 5 << 30, 0].map(u64::to_le_bytes).concat();
    let head = [
        b"RF64\xff\xff\xff\xffWAVE".to_vec(),
        chunk(b"ds64", &[sizes, vec![0; 4]].concat()),
        chunk(b"fmt ", &format(1, 2, 48_000, 16)),
        b"data\xff\xff\xff\xff".to_vec(),
    ]
    .concat();
    file.write_all(&head).unwrap();
    // Nothing is written between, so it takes no room.
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(head.len() as u64 + (5 << 30) - 4))
        .unwrap();
    file.write_all(&bytes(&[0.5, -0.25], 2)).unwrap();
    let mut track = Track::open(&Media::File(path)).unwrap();
    assert_eq!(track.length(), Some((5 << 30) / 4));
    track.seek((5 << 30) / 4 - 2);
    assert_eq!(rest(&mut track), [[0.0, 0.0], [0.5, -0.25]]);
}

#[test]
fn a_file_that_grows_is_followed() {
    let (whole, samples) = noise(8_000, 1, 16_000);
    for size in [u32::MAX, 0, 32_000] {
        let whole = sized(&whole, u32::MAX, size);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("growing.wav");
        std::fs::write(&path, &whole[..44 + 16_001]).unwrap();
        let mut engine = Manual::new(Duration::ZERO);
        engine.ask(opened(Media::File(path.clone()), 0));
        engine.work();
        let half = MediaTime::from_secs(1);
        assert_eq!(engine.reports()[0], Report::Opened { length: Some(half) });
        let mut heard = engine.pull(4_000);
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(&whole[44 + 16_001..]).unwrap();
        let mut told = Vec::new();
        while !told.iter().any(|report| matches!(report, Report::Ended { .. })) {
            heard.extend(engine.pull(400));
            told.extend(engine.reports());
            assert!(heard.len() < 40_000, "{told:?}");
        }
        let all = MediaTime::from_secs(2);
        assert!(told.contains(&Report::Length(all)), "{told:?}");
        assert!(
            heard[200..7_900] == samples[200..7_900] && heard[8_100..16_000] == samples[8_100..]
        );
    }
}

#[test]
fn what_is_written_over_a_file_that_plays_is_heard_at_the_same_time() {
    let (file, _) = noise(44_100, 1, 400_000);
    let samples: Vec<f64> =
        (1..300_000).map(|n| f64::from(n % 60_000 - 30_000) / 32_768.0).collect();
    let parts = [chunk(b"fmt ", &format(1, 1, 44_100, 16)), chunk(b"data", &bytes(&samples, 2))];
    let mut on_disk = tempfile::NamedTempFile::new().unwrap();
    on_disk.write_all(&file).unwrap();
    let mut engine = Manual::new(Duration::ZERO);
    engine.ask(opened(Media::File(on_disk.path().to_owned()), 0));
    engine.pull(20_000);
    std::fs::write(on_disk.path(), riff(&parts)).unwrap();
    let other = rest(&mut open(riff(&parts)));
    // It is looked at once a second.
    for _ in 0..30 {
        engine.pull(4_410);
    }
    let place = engine.handed().unwrap().clock.limit.to_frames(44_100) as usize;
    assert!((100_000..200_000).contains(&place), "{place}");
    assert!(engine.pull(1_000) == other[place..place + 1_000]);
}

#[test]
fn a_file_that_becomes_shorter_ends_where_it_does() {
    let (file, samples) = noise(8_000, 1, 16_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.wav");
    std::fs::write(&path, &file).unwrap();
    let mut track = Track::open(&Media::File(path.clone())).unwrap();
    std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(44 + 2_001).unwrap();
    assert!(rest(&mut track) == samples[..1_000]);
    assert_eq!(track.length(), Some(1_000));
}

#[test]
fn a_seek_is_exact_in_every_kind_of_samples() {
    for (tag, bits) in [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64), (6, 8), (7, 8)] {
        for channels in [1, 2, 5] {
            let (_, all) = noise(8_000, 1, 20_000);
            let data: Vec<u8> = all
                .iter()
                .flat_map(|frame| {
                    if bits == 64 {
                        f64::from(frame[0]).to_le_bytes()
                    } else {
                        f64::from(frame[0] / 3.0).to_le_bytes()
                    }
                })
                .map(|byte| if tag == 3 { byte & 0xbf } else { byte })
                .collect();
            let format = format(tag, channels, 8_000, bits);
            let mut track = open(riff(&[chunk(b"fmt ", &format), chunk(b"data", &data)]));
            let whole = rest(&mut track);
            let wanted = data.len() / (usize::from(bits) / 8 * usize::from(channels));
            assert_eq!((whole.len(), track.length()), (wanted, Some(wanted as u64)));
            for to in [0, 1, 1_999, 2_000, wanted - 1, wanted, wanted + 5] {
                track.seek(to as u64);
                let from = to.min(wanted);
                assert!(rest(&mut track) == whole[from..], "{tag}, {bits} bits, from {to}");
            }
            track.seek(u64::MAX);
            assert!(rest(&mut track).is_empty());
        }
    }
}

// --- harm

#[test]
fn sound_behind_ten_thousand_chunks_is_not_looked_for() {
    let file =
        riff(&[chunk(b"fmt ", &format(1, 1, 8_000, 16)), vec![0; 80_000], chunk(b"data", &[0; 8])]);
    assert!(refusal(file).ends_with("it is a WAV without any sound"));
}

proptest! {
    #[test]
    fn a_header_of_any_kind_costs_little_and_gives_no_more_than_is_there(
        form in prop::sample::select(vec![*b"RIFF", *b"RF64", *b"BW64"]),
        whole in size(),
        parts in prop::collection::vec(part(), 0..6),
        to in any::<u64>(),
        speed in 5..31,
    ) {
        let mut file = [&form[..], &whole.to_le_bytes(), b"WAVE"].concat();
        for (name, size, content) in &parts {
            file.extend(name);
            file.extend(size.to_le_bytes());
            file.extend(content);
        }
        let len = file.len();
        let media = built_in(file);
        if let Ok(mut track) = Track::open(&media) {
            prop_assert!((1..=768_000).contains(&track.rate_hz()));
            let mut all = Vec::new();
            loop {
                let had = all.len();
                let outcome = track.read(&mut all);
                prop_assert!(all.len() - had <= 65_536);
                if outcome == Outcome::End {
                    break;
                }
                // Of ADPCM a byte holds two.
                prop_assert!(all.len() <= 4 * len, "{} of {len} bytes", all.len());
            }
            prop_assert!(all.iter().flatten().all(|sample| sample.is_finite()));
            track.seek(to);
            let mut late = Vec::new();
            track.read(&mut late);
            prop_assert!(late.len() <= all.len());
        }
        let mut engine = Manual::new(Duration::ZERO);
        engine.set_device_rate(Some(192_000));
        engine.ask(opened(media, speed));
        engine.pull(2_000);
        let peak = peak_mib();
        prop_assert!(peak < 3_000, "{peak} MiB");
    }
}

/// A size that tempts.
fn size() -> impl Strategy<Value = u32> {
    prop_oneof![
        0_u32..64,
        prop::sample::select(vec![u32::MAX, u32::MAX - 7, 1 << 31]),
        any::<u32>()
    ]
}

/// The name of a chunk, the size that it claims, and what it holds.
fn part() -> impl Strategy<Value = ([u8; 4], u32, Vec<u8>)> {
    let fields = (
        prop::sample::select(vec![0_u16, 1, 1, 1, 2, 3, 3, 6, 7, 0x11, 0x55, 0xfffe]),
        prop_oneof![0_u16..70, any::<u16>()],
        prop_oneof![0_u32..20, 7_000_u32..800_000, any::<u32>()],
        prop_oneof![Just(8_u16), Just(16), Just(24), Just(32), Just(64), any::<u16>()],
        prop_oneof![Just(None), any::<u16>().prop_map(Some)],
        any::<[u8; 24]>(),
    );
    let format = fields.prop_map(|(tag, channels, rate, bits, align, rest)| {
        let mut about = format(tag, channels, rate, bits);
        if let Some(align) = align {
            about[12..14].copy_from_slice(&align.to_le_bytes());
        }
        let extended = extended(u16::from(rest[0] % 9), channels, rate, bits, bits);
        let tail = if rest[1] < 200 { &extended[16..] } else { &rest[..] };
        (
            *b"fmt ",
            if rest[2] < 128 { 40 } else { 16 },
            if rest[2] < 128 { [&about, tail].concat() } else { about },
        )
    });
    let other = (
        prop::sample::select(vec![*b"data", *b"ds64", *b"LIST", *b"fact"]),
        prop::collection::vec(any::<u8>(), 0..3_000),
        prop_oneof![Just(None), size().prop_map(Some)],
    );
    let other = other
        .prop_map(|(name, content, size)| (name, size.unwrap_or(content.len() as u32), content));
    prop_oneof![format, other]
}

/// How much room this process has asked for at most, where that can be told.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .map_or(0, |kib| kib >> 10)
}

// --- files

/// The content of a plain `fmt ` chunk.
fn format(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let align = (u32::from(channels) * u32::from(bits.div_ceil(8))) as u16;
    let mut all = tag.to_le_bytes().to_vec();
    all.extend(channels.to_le_bytes());
    all.extend(rate.to_le_bytes());
    all.extend(rate.wrapping_mul(u32::from(align)).to_le_bytes());
    all.extend(align.to_le_bytes());
    all.extend(bits.to_le_bytes());
    all
}

/// The same as an extended one, of whose bits so many are used.
fn extended(tag: u16, channels: u16, rate: u32, bits: u16, used: u16) -> Vec<u8> {
    let mut all = format(0xfffe, channels, rate, bits);
    all.extend(22_u16.to_le_bytes());
    all.extend(used.to_le_bytes());
    all.extend(0_u32.to_le_bytes());
    all.extend(tag.to_le_bytes());
    all.extend(b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
    all
}

/// A chunk, filled up to an even length.
fn chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
    let fill = vec![0; content.len() % 2];
    [name, &(content.len() as u32).to_le_bytes(), content, &fill].concat()
}

fn riff(parts: &[Vec<u8>]) -> Vec<u8> {
    let content = parts.concat();
    let size = (content.len() as u32 + 4).to_le_bytes();
    [b"RIFF", &size[..], b"WAVE", &content].concat()
}

/// `file` with other lengths, in a header of 44 bytes.
fn sized(file: &[u8], whole: u32, data: u32) -> Vec<u8> {
    let mut file = file.to_vec();
    file[4..8].copy_from_slice(&whole.to_le_bytes());
    file[40..44].copy_from_slice(&data.to_le_bytes());
    file
}

/// These samples as integers of so many bytes.
fn bytes(samples: &[f64], width: usize) -> Vec<u8> {
    let whole = |sample: &f64| ((sample * 2_147_483_648.0) as i32).to_le_bytes();
    samples.iter().flat_map(|sample| whole(sample)[4 - width..].to_vec()).collect()
}

/// A file of noise in 16 bits, and what is heard of it.
fn noise(rate: u32, channels: u16, count: usize) -> (Vec<u8>, Vec<Frame>) {
    let mut state = 1_u32;
    let mut draw = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 16) as u16).cast_signed()
    };
    let samples: Vec<Vec<i16>> =
        (0..count).map(|_| (0..channels).map(|_| draw()).collect()).collect();
    let data: Vec<u8> = samples.iter().flatten().flat_map(|sample| sample.to_le_bytes()).collect();
    let heard = |all: &Vec<i16>| [0, all.len() - 1].map(|side| f32::from(all[side]) / 32_768.0);
    let file = riff(&[chunk(b"fmt ", &format(1, channels, rate, 16)), chunk(b"data", &data)]);
    (file, samples.iter().map(heard).collect())
}

// --- what is done with them

fn refusal(bytes: Vec<u8>) -> String {
    Track::open(&built_in(bytes)).err().unwrap()
}

/// A request to play from the beginning; a speed of 0 means the normal one.
fn opened(media: Media, tenths: i32) -> Request {
    let speed = if tenths == 0 { 10 } else { tenths };
    Request::Open {
        id: SeekId(1),
        media,
        at: MediaTime::from_secs(0),
        speed: Speed::from_tenths(speed),
        volume: Volume::FULL,
        manner: Manner::default(),
        paused: false,
    }
}
