//! What sound costs: decoding and stretching in seconds of sound, the index in
//! bytes, a seek in time.
#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a bench may stop at the first surprise, and its numbers are small"
)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::time::Duration;

use opus_pure::{Application, OggOpusWriter, OpusEncoder, OpusHead};
use sayagain::audio::{Frame, Manual, Outcome, Stretch, Track};
use sayagain::model::MediaTime;
use sayagain::model::playback::{Manner, Media, Request, SeekId, Speed, Trim, Volume};

const FORMATS: [(&str, &[u8]); 5] = [
    ("mp3", include_bytes!("../tests/data/audio/vbr-xing.mp3")),
    ("m4a", include_bytes!("../tests/data/audio/edited.m4a")),
    ("ogg", include_bytes!("../tests/data/audio/vorbis.ogg")),
    ("ogg-5.1", include_bytes!("../tests/data/audio/surround.ogg")),
    ("flac-8k", include_bytes!("../tests/data/audio/lossless-8k.flac")),
];

/// Speech's rate of Opus and of HE-AAC, made here: so many seconds of a tone.
fn made(seconds: usize) -> [(&'static str, Media); 2] {
    let tone =
        |n: usize| ((n as f64 / 48_000.0 * 330.0 * std::f64::consts::TAU).sin() * 0.3) as f32;
    let sound: Vec<f32> = (0..seconds * 48_000).map(tone).collect();
    let mut encoder = OpusEncoder::new(48_000, 1, Application::Voip).unwrap();
    encoder.bitrate_bps = 32_000;
    let head = OpusHead::for_encoder(&encoder, 48_000);
    let mut writer = OggOpusWriter::new(Vec::new(), head).unwrap();
    let mut packet = vec![0; 4_000];
    for block in sound.chunks_exact(960) {
        let len = encoder.encode(block, 960, &mut packet).unwrap();
        writer.write_packet(&packet[..len]).unwrap();
    }
    let options = syom::EncodeOptions::adts().with_he(true).with_bitrate_bps(32_000);
    let aac = syom::encode_with(&[&sound], 48_000, &options).unwrap();
    let opus = writer.finish().unwrap();
    [("opus", Media::BuiltIn(Vec::leak(opus))), ("he-aac", Media::BuiltIn(Vec::leak(aac)))]
}

/// An MP3 of `times` times two seconds.
fn long(times: usize) -> Media {
    Media::BuiltIn(Vec::leak(FORMATS[0].1.repeat(times)))
}

fn open(media: &Media) -> Track {
    let mut track = Track::open(media).unwrap();
    while track.length().is_none() {
        track.look_on().unwrap();
    }
    track
}

/// Elements are samples: 44,100 of them (8,000 for `flac-8k`) are a second.
fn decode(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("decode");
    let kept = FORMATS.map(|(name, bytes)| (name, Media::BuiltIn(bytes)));
    for (name, media) in kept.into_iter().chain(made(2)) {
        let mut track = open(&media);
        let mut frames = Vec::new();
        group.throughput(Throughput::Elements(track.length().unwrap()));
        group.bench_function(BenchmarkId::from_parameter(name), |bench| {
            bench.iter(|| {
                track.seek(0);
                frames.clear();
                while track.read(&mut frames) != Outcome::End {}
                frames.len()
            });
        });
    }
    group.finish();
}

fn index(bench: &mut Criterion) {
    let media = long(2_000);
    let Media::BuiltIn(bytes) = media else { return };
    let mut group = bench.benchmark_group("index");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("mp3", |bench| bench.iter(|| open(&Media::BuiltIn(bytes)).length()));
    group.finish();
}

/// To the first samples at far places, by turns.
fn seek(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("seek");
    let [opus, aac] = made(600);
    for (name, media) in [("mp3", long(2_000)), opus, aac] {
        let mut track = open(&media);
        let length = track.length().unwrap();
        let mut frames = Vec::new();
        let mut turn = 0_u64;
        group.bench_function(name, |bench| {
            bench.iter(|| {
                turn += 1;
                track.seek(turn * 7_919 * 4_410 % length);
                frames.clear();
                track.read(&mut frames)
            });
        });
    }
    group.finish();
}

/// Elements are samples of the episode: 44,100 of them are a second of it.
fn stretch(bench: &mut Criterion) {
    let tone =
        |n: usize| ((n as f64 / 44_100.0 * 220.0 * std::f64::consts::TAU).sin() * 0.3) as f32;
    let sound: Vec<Frame> = (0..44_100).map(|n| [tone(n), tone(n * 3 / 2)]).collect();
    let mut group = bench.benchmark_group("stretch");
    group.throughput(Throughput::Elements(sound.len() as u64));
    for speed in [0.5, 1.5, 2.0, 3.0] {
        let mut stretch = Stretch::new(44_100, speed);
        let mut out = Vec::new();
        group.bench_function(BenchmarkId::from_parameter(speed), |bench| {
            bench.iter(|| {
                out.clear();
                for some in sound.chunks(1_152) {
                    stretch.feed(some);
                    while stretch.hop(&mut out) {}
                }
                out.len()
            });
        });
    }
    group.finish();
}

/// A WAV of ten seconds at 44,100 Hz in stereo: each second a tone for 0.6 s,
/// then a quiet room.
fn speech() -> Vec<u8> {
    let sample = |n: usize| {
        let tone = (n as f64 / 44_100.0 * 180.0 * std::f64::consts::TAU).sin() * 9_000.0;
        let room = (n as u32).wrapping_mul(2_654_435_761) >> 27;
        if n % 44_100 < 26_460 { tone as i16 } else { room as i16 }
    };
    let data: Vec<u8> =
        (0..441_000).flat_map(|n| [sample(n); 2]).flat_map(i16::to_le_bytes).collect();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    file.extend(44_100_u32.to_le_bytes());
    file.extend(176_400_u32.to_le_bytes());
    file.extend(b"\x04\0\x10\0data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    file
}

/// The whole way from a WAV to the device, in each manner. Elements are samples
/// of the episode: 44,100 of them are a second of it.
fn play(bench: &mut Criterion) {
    let media = Media::BuiltIn(Vec::leak(speech()));
    let mut group = bench.benchmark_group("play");
    group.throughput(Throughput::Elements(441_000));
    let trim = Trim::from_centis(30);
    for (name, manner, tenths) in [
        ("plain", Manner::default(), 10),
        ("trim", Manner { trim, even: false }, 10),
        ("even", Manner { trim: Trim::OFF, even: true }, 10),
        ("trim-even-2x", Manner { trim, even: true }, 20),
    ] {
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let mut engine = Manual::new(Duration::ZERO);
                engine.ask(Request::Open {
                    media: media.clone(),
                    id: SeekId(1),
                    at: MediaTime::ZERO,
                    speed: Speed::from_tenths(tenths),
                    volume: Volume::FULL,
                    manner,
                    paused: false,
                });
                engine.work();
                while engine.is_sounding() {
                    engine.pull(4_410);
                }
                engine.underruns()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, decode, index, seek, stretch, play);
criterion_main!(benches);
