//! How long a search of one transcript takes.
#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use sayagain::model::{CueDraft, MediaTime, Timeline, Transcript, TranscriptBuilder};
use sayagain::search::{Query, matches};

/// What the cues of the transcript are made of, in turn.
const LINES: [&str; 7] = [
    "so the compiler tells you before the program runs,",
    "and that is where most of the surprise goes away.",
    "Right, and what does it cost you? Does it take long?",
    "Usually a minute or two, sometimes",
    "you rewrite a whole module and then it just fits together.",
    "I have heard Python people say the same about type hints.",
    "Yeah.",
];

/// A transcript of `cue_count` cues, 43 bytes each on average.
fn transcript(cue_count: u64) -> Transcript {
    let mut builder = TranscriptBuilder::with_capacity(0, 0);
    for (second, text) in (0..cue_count).zip(LINES.into_iter().cycle()) {
        builder.push(&CueDraft {
            start: Some(MediaTime::from_secs(second)),
            end: MediaTime::from_secs(second + 1),
            text,
            ..CueDraft::default()
        });
    }
    builder.build()
}

fn search(criterion: &mut Criterion) {
    criterion.bench_function("make a query of three words", |bencher| {
        bencher.iter(|| Query::new(black_box("a whole module")));
    });
    for cue_count in [1_000, 5_000] {
        let transcript = transcript(cue_count);
        let timeline = Timeline::new(&transcript);
        for text in ["e", "the", "Python", "sometimes you rewrite", "nowhere in it"] {
            let query = Query::new(text).unwrap();
            criterion.bench_function(&format!("{cue_count} cues: {text}"), |bencher| {
                bencher.iter(|| matches(black_box(&transcript), &timeline, &query).len());
            });
        }
    }
}

criterion_group!(benches, search);
criterion_main!(benches);
