//! How fast transcripts are read, format by format, beside the crate `webvtt`
//! and a plain search for line ends.
//!
//! With `SAYAGAIN_CORPUS` naming a folder of `.vtt` files, those are read as
//! well, all of them in each round.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench may stop at the first surprise, and this one is given a folder"
)]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use sayagain::format::{Source, Target, document, read, write};

/// What the cues are made of, in turn.
const LINES: [&str; 5] = [
    "so the compiler tells you before the program runs,",
    "and that is where most of the surprise goes away.",
    "Right, and what does it cost you? Does it take long?",
    "Usually a minute or two, sometimes",
    "Yeah.",
];

/// WebVTT of `cue_count` cues, as most podcasts have it.
fn sample(cue_count: usize) -> String {
    let time =
        |secs: usize| format!("{:02}:{:02}:{:02}.250", secs / 3_600, secs / 60 % 60, secs % 60);
    let cues = LINES.iter().cycle().enumerate().take(cue_count);
    let cues = cues.map(|(at, text)| format!("{} --> {}\n{text}\n\n", time(at), time(at + 1)));
    format!("WEBVTT\n\n{}", cues.collect::<String>())
}

fn formats(criterion: &mut Criterion) {
    let vtt = sample(1_000);
    let source = Source::decode(vtt.as_bytes()).unwrap();
    let whole = document(&source, "x.vtt").unwrap();
    let mut group = criterion.benchmark_group("1,000 cues");
    group.throughput(Throughput::Bytes(vtt.len() as u64));
    group.bench_function("a search for line ends", |bencher| {
        bencher.iter(|| memchr::memchr_iter(b'\n', black_box(vtt.as_bytes())).count());
    });
    group.bench_function("vtt by the crate webvtt", |bencher| {
        bencher.iter(|| webvtt::parse_file(black_box(&vtt)).unwrap().blocks.len());
    });
    for (name, target) in Target::ALL {
        let text = write(&whole, target).text;
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| read(black_box(text.as_bytes()), "x").unwrap());
        });
    }
    group.finish();
}

/// The `.vtt` files of a folder.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let paths = entries.filter(|path| path.extension().is_some_and(|extension| extension == "vtt"));
    paths.map(|path| fs::read_to_string(path).unwrap()).collect()
}

fn corpus(criterion: &mut Criterion) {
    let Ok(folder) = std::env::var("SAYAGAIN_CORPUS") else { return };
    let files = files(Path::new(&folder));
    let bytes: usize = files.iter().map(String::len).sum();
    let mut group = criterion.benchmark_group(format!("{} files of a corpus", files.len()));
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(20);
    group.bench_function("a search for line ends", |bencher| {
        let count = |file: &String| memchr::memchr_iter(b'\n', file.as_bytes()).count();
        bencher.iter(|| files.iter().map(count).sum::<usize>());
    });
    group.bench_function("read", |bencher| {
        let read = |file: &String| read(file.as_bytes(), "x.vtt").unwrap();
        bencher.iter_batched(
            || (),
            |()| files.iter().map(read).collect::<Vec<_>>(),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("the crate webvtt", |bencher| {
        let read = |file: &String| webvtt::parse_file(file).unwrap();
        bencher.iter_batched(
            || (),
            |()| files.iter().map(read).collect::<Vec<_>>(),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, formats, corpus);
criterion_main!(benches);
