//! How long a key and a picture take, for the largest real transcript and for
//! such as a hostile file makes.
#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use sayagain::app::shelf::{Shelf, Showing};
use sayagain::app::{App, Event, Key, Size, Start};
use sayagain::model::episode::Episode;
use sayagain::model::{CueDraft, MediaTime, Moment, Timeline, Transcript, TranscriptBuilder};
use sayagain::ui::{self, Colours, Theme};

const NOW: Moment = Moment(Duration::from_secs(1));
const SIZE: Size = Size { width: 120, height: 40 };

/// Cues of which the nth is what `cue` says: start and end in milliseconds,
/// and its text.
fn transcript<'a>(count: u64, cue: impl Fn(u64) -> (u64, u64, &'a str)) -> Transcript {
    let mut builder = TranscriptBuilder::with_capacity(0, 0);
    for (start, end, text) in (0..count).map(cue) {
        builder.push(&CueDraft {
            start: Some(MediaTime::from_millis(start)),
            end: MediaTime::from_millis(end),
            speaker: Some(if start % 9 < 5 { "Ann" } else { "Ben" }),
            text,
            ..CueDraft::default()
        });
    }
    builder.build()
}

/// As many cues as the largest file of a collection of 810 has.
fn largest() -> Transcript {
    let text = "so the compiler tells you before the program runs, and that is where it ends.";
    transcript(5_536, |cue| (cue * 1_100, cue * 1_100 + 1_100, &text[..(cue % 70) as usize + 7]))
}

fn app(transcript: Transcript) -> App {
    let start = Start {
        title: "A bench".to_owned(),
        transcript,
        paused: true,
        mouse: true,
        ..Start::default()
    };
    let mut app = App::new(start, NOW).0;
    app.update(Event::Resized(SIZE), NOW);
    app
}

fn press(app: &mut App, keys: &[&str]) {
    for key in keys {
        app.update(Event::Key(key.parse::<Key>().unwrap()), NOW);
    }
}

fn bench(criterion: &mut Criterion, name: &str, make: impl Fn() -> Transcript) {
    let transcript = make();
    criterion.bench_function(&format!("{name}: timeline"), |bencher| {
        bencher.iter(|| Timeline::new(black_box(&transcript)));
    });
    let mut app = app(transcript);
    press(&mut app, &["4", "0", "%"]);
    let mut terminal = Terminal::new(TestBackend::new(SIZE.width, SIZE.height)).unwrap();
    let theme = Theme::new(Colours::Sixteen);
    criterion.bench_function(&format!("{name}: draw"), |bencher| {
        bencher.iter(|| terminal.draw(|frame| ui::draw(frame, &app, theme, NOW)).unwrap().area);
    });
    criterion.bench_function(&format!("{name}: wake"), |bencher| {
        bencher.iter(|| {
            app.update(Event::Heard(None), NOW);
            app.next_wake(black_box(NOW))
        });
    });
    let keys: [(&str, &[&str]); 8] = [
        ("j k", &["j", "k"]),
        ("PgDn PgUp", &["PgDn", "PgUp"]),
        ("G g", &["G", "g"]),
        ("9999 PgDn, g", &["9", "9", "9", "9", "PgDn", "g"]),
        ("L H", &["L", "H"]),
        ("40% 60% .", &["4", "0", "%", "6", "0", "%", "."]),
        ("/e Tab n Esc", &["/", "e", "Tab", "n", "Esc"]),
        ("/e Tab & & Esc", &["/", "e", "Tab", "&", "&", "Esc"]),
    ];
    for (said, keys) in keys {
        criterion.bench_function(&format!("{name}: {said}"), |bencher| {
            bencher.iter(|| press(&mut app, keys));
        });
    }
    criterion.bench_function(&format!("{name}: two resizes"), |bencher| {
        bencher.iter(|| {
            app.update(Event::Resized(Size { width: 60, height: 20 }), NOW);
            app.update(Event::Resized(SIZE), NOW);
        });
    });
}

/// A library of 10,000 episodes: a key and the picture after it.
fn list(criterion: &mut Criterion) {
    let episodes: Vec<Episode> = (0..10_000_u32)
        .map(|number| Episode {
            id: number.into(),
            key: format!("{number:032x}"),
            title: format!("A talk of {} about the ways of {number} compilers", number % 37),
            show: format!("Show {}", number % 12),
            number: Some(number),
            date: Some(20_260_000 + number % 365),
            length: Some(MediaTime::from_secs((number % 90 * 60).into())),
            place: (number % 3 == 0).then(|| MediaTime::from_secs(60)),
            heard: (number % 3 == 0).then_some(number.into()),
            ..Episode::default()
        })
        .collect();
    criterion.bench_function("10,000 episodes: taken in", |bencher| {
        bencher.iter_batched(
            || episodes.clone(),
            |episodes| Shelf::new(Showing::Episodes, episodes),
            BatchSize::LargeInput,
        );
    });
    let mut app = app(largest());
    app.begin_with(episodes);
    app.update(Event::Resized(SIZE), NOW);
    let mut terminal = Terminal::new(TestBackend::new(SIZE.width, SIZE.height)).unwrap();
    let theme = Theme::new(Colours::Sixteen);
    let keys: [(&str, &[&str]); 5] = [
        ("j k", &["j", "k"]),
        ("G g", &["G", "g"]),
        ("s 5 times", &["s", "s", "s", "s", "s"]),
        ("v 3 times", &["v", "v", "v"]),
        ("/com Esc", &["/", "c", "o", "m", "Esc"]),
    ];
    for (said, keys) in keys {
        criterion.bench_function(&format!("10,000 episodes: {said}, each drawn"), |bencher| {
            bencher.iter(|| {
                for key in keys {
                    press(&mut app, &[key]);
                    terminal.draw(|frame| ui::draw(frame, &app, theme, NOW)).unwrap();
                }
            });
        });
    }
}

fn draw(criterion: &mut Criterion) {
    list(criterion);
    bench(criterion, "5,536 cues", largest);
    let words = "were ".repeat(200_000);
    bench(criterion, "one cue of 1 MB", || transcript(1, |_| (0, 3_600_000, &words)));
    let word = "e".repeat(1_000_000);
    bench(criterion, "one word of 1 MB", || transcript(1, |_| (0, 3_600_000, &word)));
    bench(criterion, "100,000 cues", || {
        transcript(100_000, |cue| (cue * 300, cue * 300 + 300, "Yes, and so it goes on."))
    });
    bench(criterion, "100,000 cues at once", || {
        transcript(100_000, |cue| (5_000, cue % 5_000, "Yes, and so it goes on."))
    });
    criterion.bench_function("5,536 cues: start", |bencher| {
        bencher.iter_batched(largest, app, BatchSize::LargeInput);
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .sample_size(10);
    targets = draw
}
criterion_main!(benches);
