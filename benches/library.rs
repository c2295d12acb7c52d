//! How long a search of the whole library takes until there is a screenful.
//!
//! `SAYAGAIN_STATE` names the folder with the library; without it nothing is
//! measured.
#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, criterion_group, criterion_main};
use sayagain::model::Transcript;
use sayagain::search::{Hit, Wanted};
use sayagain::store::library::look_into;
use sayagain::store::{Database, Library, Paths, Texts};

/// What is typed, of each kind.
const TYPED: [&str; 11] = [
    "p",
    "python",
    "asyncio",
    "asyn*",
    "ernet",
    "memory profiler",
    "\"in the end of the\"",
    "\"the walrus operator\"",
    "/walrus(es)? operators?/",
    "speaker:michael walrus",
    "xylophones",
];

/// So many lines fit on a screen.
const SCREEN: usize = 50;

fn library(criterion: &mut Criterion) {
    if std::env::var_os("SAYAGAIN_STATE").is_none() {
        return;
    }
    let paths = Paths::from_environment().unwrap();
    let library = Library::new(Database::open(&paths).unwrap().database).unwrap();
    let texts = Texts::new(96 << 20);
    let mut group = criterion.benchmark_group("library");
    group.sample_size(10);
    for typed in TYPED {
        let wanted = Wanted::parse(typed).unwrap();
        group.bench_function(format!("candidates: {typed}"), |bencher| {
            bencher.iter(|| library.candidates(black_box(&wanted), &|| true).unwrap().ids.len());
        });
        group.bench_function(format!("a screenful: {typed}"), |bencher| {
            bencher.iter(|| screenful(&library, &texts, &wanted));
        });
    }
    group.finish();
}

/// Looks until there are enough hits for a screen, in up to 2,000 episodes.
fn screenful(library: &Library, texts: &Texts, wanted: &Wanted) -> usize {
    let mut ids = library.candidates(wanted, &|| true).unwrap().ids;
    ids.truncate(2_000);
    let mut found = 0;
    for ids in ids.chunks(16) {
        let episodes = library.episodes_of(ids).unwrap();
        let paths: Vec<_> = episodes.into_iter().filter_map(|episode| episode.transcript).collect();
        let count = |_: usize, _: &Transcript, hits: &[Hit]| hits.len();
        look_into(&paths, wanted, texts, &|| true, &count, |looked| {
            found += looked.unwrap_or_default();
            if found < SCREEN { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if found >= SCREEN {
            break;
        }
    }
    found
}

criterion_group!(benches, library);
criterion_main!(benches);
