//! What sound costs: decoding and stretching in seconds of sound, the index in
//! bytes, a seek in time.
#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a bench may stop at the first surprise, and its numbers are small"
)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sayagain::audio::{Frame, Outcome, Stretch, Track};
use sayagain::model::playback::Media;

const FORMATS: [(&str, &[u8]); 4] = [
    ("mp3", include_bytes!("../tests/data/audio/vbr-xing.mp3")),
    ("m4a", include_bytes!("../tests/data/audio/edited.m4a")),
    ("ogg", include_bytes!("../tests/data/audio/vorbis.ogg")),
    ("flac-8k", include_bytes!("../tests/data/audio/lossless-8k.flac")),
];

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
    for (name, bytes) in FORMATS {
        let mut track = open(&Media::BuiltIn(bytes));
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
    let mut track = open(&long(2_000));
    let length = track.length().unwrap();
    let mut frames = Vec::new();
    let mut turn = 0_u64;
    bench.bench_function("seek/mp3", |bench| {
        bench.iter(|| {
            turn += 1;
            track.seek(turn * 7_919 * 4_410 % length);
            frames.clear();
            track.read(&mut frames)
        });
    });
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

criterion_group!(benches, decode, index, seek, stretch);
criterion_main!(benches);
