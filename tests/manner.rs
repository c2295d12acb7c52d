//! Shorter pauses and even voices in the whole program, without terminal and
//! sound: keys and reports in, effects and the mark out.

mod script;

use std::time::Duration;

use sayagain::app::{Effect, Event, KeptPlace, Start};
use sayagain::model::playback::{Heard, Manner, Media, Report, Request, Speed, Trim};
use sayagain::model::{Clock, MediaTime, Transcript};
use script::{Script, silent, transcript};

/// Audio of 100 s, and a cue of four seconds every five.
fn talk() -> Script {
    Script::new(text())
}

fn text() -> Transcript {
    transcript((0..20).map(|cue| (cue * 5_000, cue * 5_000 + 4_000, "Ann: and so on it goes")))
}

fn with(kept: Option<KeptPlace>) -> Script {
    let manner = kept.map(|kept| kept.manner).unwrap_or_default();
    let media = Some(Media::BuiltIn(b""));
    Script::start(Start { media, manner, kept, ..silent(text()) })
}

fn trimmed(centis: i32) -> Manner {
    Manner { trim: Trim::from_centis(centis), even: false }
}

/// What the engine was asked to do with the sound since this was asked last.
fn manners(script: &mut Script) -> Vec<Manner> {
    let manner = |effect| match effect {
        Effect::Playback(Request::Manner { manner, .. }) => Some(manner),
        _ => None,
    };
    std::mem::take(&mut script.effects).into_iter().filter_map(manner).collect()
}

fn said(script: &Script) -> &str {
    script.app.notice().map_or("", |notice| notice.text())
}

/// The engine leaves a silence out of what is heard, in milliseconds.
fn skip(script: &mut Script, from: u64, to: u64) {
    let id = script.app.player().id();
    let (from, to) = (MediaTime::from_millis(from), MediaTime::from_millis(to));
    script.event(Event::Playback(Report::Skip { id, from, to }));
}

/// The engine says that `millis` is heard now, and goes on up to `limit`.
fn hear(script: &mut Script, millis: u64, limit: u64) {
    let clock = Clock {
        limit: MediaTime::from_millis(limit),
        ..Clock::running(MediaTime::from_millis(millis), script.now, 1.0)
    };
    let id = script.app.player().id();
    script.event(Event::Heard(Some(Heard { id, clock })));
}

fn pass(script: &mut Script, millis: u64) {
    script.now = script.now.after(Duration::from_millis(millis));
    script.event(Event::Heard(None));
}

#[test]
fn one_key_goes_through_the_lengths_of_pauses() {
    let mut script = talk();
    script.keys("PPPP");
    assert_eq!(manners(&mut script), [50, 30, 20, 0].map(trimmed));
    assert_eq!(said(&script), "pauses as they are");
    script.keys(":trim 0.25<Enter>");
    assert_eq!(said(&script), "pauses of 0.25 s at most");
    script.keys("P");
    assert_eq!(manners(&mut script), [25, 20].map(trimmed));
    script.keys(":trim 7<Enter>");
    assert_eq!(said(&script), "trim takes 0.15 to 2 seconds, or off, as in :trim 0.3");
    script.keys(":trim off<Enter>:trim off<Enter>");
    assert_eq!(manners(&mut script), [trimmed(0)]);
}

#[test]
fn one_key_evens_voices_out_and_leaves_them_again() {
    let mut script = talk();
    script.keys("E");
    assert_eq!(said(&script), "quiet and loud voices alike");
    script.keys("E");
    let even: Vec<bool> = manners(&mut script).iter().map(|manner| manner.even).collect();
    assert_eq!(even, [true, false]);
}

#[test]
fn the_mark_jumps_over_a_silence_in_the_moment_the_sound_does() {
    let mut script = talk();
    script.keys("<Space>").answer();
    hear(&mut script, 3_000, 4_200);
    skip(&mut script, 4_200, 4_900);
    pass(&mut script, 1_150);
    assert_eq!(script.at(), 4_150);
    pass(&mut script, 50);
    assert_eq!(script.at(), 4_900);
    // The next cue begins at 5 s: 0.7 s sooner than without.
    let begun = |script: &Script| script.app.spoken(script.now).row().unwrap().index();
    let wake = script.app.next_wake(script.now).unwrap();
    assert_eq!(wake.wait(script.now).as_millis(), 100);
    pass(&mut script, 40);
    assert_eq!((script.at(), begun(&script)), (4_940, 0));
    // What the engine then says of the sound behind changes nothing.
    hear(&mut script, 4_940, 6_000);
    assert_eq!((script.at(), script.app.player().spared().as_millis()), (4_940, 700));
    pass(&mut script, 61);
    assert_eq!(begun(&script), 1);
}

#[test]
fn a_silence_ahead_of_another_start_is_never_jumped_over() {
    let mut script = talk();
    script.keys("<Space>").answer();
    hear(&mut script, 3_000, 4_200);
    skip(&mut script, 4_200, 4_900);
    script.keys("t4<Enter>").answer();
    hear(&mut script, 4_000, 6_000);
    pass(&mut script, 500);
    assert_eq!((script.at(), script.app.player().spared()), (4_500, Duration::ZERO));
}

#[test]
fn at_double_speed_half_of_the_silence_is_time_saved() {
    let mut script = talk();
    script.keys("<Space>:speed 2<Enter>").answer();
    hear(&mut script, 3_000, 4_200);
    skip(&mut script, 4_200, 8_200);
    hear(&mut script, 8_300, 9_000);
    script.keys("P");
    assert_eq!(said(&script), "pauses of 0.5 s at most; 0:02 saved in this episode");
}

#[test]
fn what_was_set_and_saved_is_kept_with_the_place() {
    let kept = KeptPlace {
        speed: Speed::NORMAL,
        manner: Manner { trim: Trim::from_centis(30), even: true },
        spared: Duration::from_secs(61),
        ..KeptPlace::default()
    };
    let mut script = with(Some(kept));
    script.keys("<Space>").answer();
    hear(&mut script, 3_000, 4_200);
    skip(&mut script, 4_200, 5_200);
    hear(&mut script, 6_000, 7_000);
    script.keys("Eq");
    let saved = script.effects.iter().rev().find_map(|effect| match effect {
        Effect::Save(place) => Some(*place),
        _ => None,
    });
    let saved = saved.unwrap();
    assert_eq!((saved.manner, saved.spared), (trimmed(30), Duration::from_secs(62)));
}
