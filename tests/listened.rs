//! What counts as heard: only what came out, however often it was moved.

mod script;

use std::time::Duration;

use sayagain::app::{Effect, Event, Start};
use sayagain::model::playback::{Heard, Manner, Media, Report, Speed, Trim};
use sayagain::model::{Clock, MediaTime};
use script::{Script, silent, transcript};

/// Two minutes that come out of a device.
fn talk() -> Script {
    let mut script = unheard_talk();
    script.event(found());
    script
}

/// It before anything is known of a device.
fn unheard_talk() -> Script {
    Script::new(transcript([(0, 50_000, "Ann: one"), (50_000, 90_000, "Bob: two")]))
}

fn found() -> Event {
    Event::Playback(Report::Device { name: "Speakers".to_owned() })
}

/// Real and source milliseconds heard since this was last asked.
fn heard(script: &mut Script) -> (u128, u128) {
    script.wait(0);
    let listened = script.app.take_listened();
    (listened.real.as_millis(), listened.source.as_millis())
}

#[test]
fn only_what_is_played_counts_and_at_higher_speed_more_of_it_in_the_same_time() {
    let mut script = talk();
    script.wait(5_000);
    assert_eq!(heard(&mut script), (0, 0), "paused");
    script.keys("<Space>").answer().wait(1_000).wait(2_000);
    assert_eq!(heard(&mut script), (3_000, 3_000));
    assert_eq!(heard(&mut script), (0, 0), "counted once");
    script.keys(":speed 2<Enter>").answer().wait(4_000);
    assert_eq!(heard(&mut script), (4_000, 8_000));
    script.keys("<Space>").answer().wait(9_000);
    assert_eq!(heard(&mut script), (0, 0), "paused again");
}

#[test]
fn all_of_it_counts_where_the_sound_is_asked_after_seldom() {
    let mut script = talk();
    script.keys("<Space>").answer();
    for _ in 0..5 {
        script.now = script.now.after(Duration::from_secs(1));
        let clock = script.hand.clock;
        let here = clock.position(script.now);
        // No more than this had been given to the device.
        let limit = MediaTime::from_micros(here.as_micros() + 200_000);
        let clock = Clock { anchor: here, at: script.now, limit, ..clock };
        script.event(Event::Heard(Some(Heard { id: script.hand.id, clock })));
    }
    let listened = script.app.take_listened();
    assert_eq!((listened.real.as_millis(), listened.source.as_millis()), (5_000, 5_000));
}

#[test]
fn a_jump_is_not_heard_and_what_was_heard_before_it_is() {
    let mut script = talk();
    script.keys("<Space>").answer().wait(2_000);
    script.keys("60%").answer().wait(1_000);
    assert_eq!(script.at(), 61_000);
    assert_eq!(heard(&mut script), (3_000, 3_000));
    script.keys("u").answer().wait(1_000);
    assert_eq!(heard(&mut script), (1_000, 1_000));
}

#[test]
fn while_the_engine_has_not_answered_nothing_is_heard() {
    let mut script = talk();
    script.keys("<Space>");
    script.wait(3_000);
    assert_eq!(heard(&mut script), (0, 0));
    script.answer().wait(1_000);
    assert_eq!(heard(&mut script), (1_000, 1_000));
}

#[test]
fn without_sound_nothing_is_heard() {
    let mut script = Script::start(silent(transcript([(0, 50_000, "Ann: one")])));
    script.keys("<Space>").wait(5_000);
    assert!(script.app.player().is_playing());
    assert_eq!(heard(&mut script), (0, 0));
}

#[test]
fn what_comes_out_of_no_device_is_not_heard_though_the_place_moves_on() {
    let lost = || Event::Playback(Report::NoDevice { why: "unplugged".to_owned() });
    // None is looked for.
    let mut script = unheard_talk();
    script.keys("<Space>").answer().wait(3_000);
    assert_eq!((script.at(), heard(&mut script)), (3_000, (0, 0)));
    script.event(found()).wait(2_000);
    assert_eq!(heard(&mut script), (2_000, 2_000));
    script.event(lost()).wait(4_000);
    assert_eq!((script.at(), heard(&mut script)), (9_000, (0, 0)));
    script.event(found()).wait(1_000);
    assert_eq!(heard(&mut script), (1_000, 1_000));
}

#[test]
fn what_silences_spare_counts_only_where_it_is_heard() {
    let mut script = unheard_talk();
    script.keys("<Space>").answer();
    // Half a second is left out, and what is behind it is heard.
    let spared = |script: &mut Script| {
        let (id, from) = (script.app.player().id(), script.at() + 200);
        let to = MediaTime::from_millis(from + 500);
        script.event(Event::Playback(Report::Skip { id, from: MediaTime::from_millis(from), to }));
        let clock = Clock::running(MediaTime::from_millis(from + 600), script.now, 1.0);
        script.event(Event::Heard(Some(Heard { id, clock })));
        script.app.take_listened().spared.as_millis()
    };
    assert_eq!(spared(&mut script), 0);
    assert_eq!(script.app.player().spared(), Duration::from_millis(500));
    script.event(found());
    assert_eq!(spared(&mut script), 500);
}

#[test]
fn what_was_spared_before_this_start_is_not_counted_again() {
    let kept = sayagain::app::KeptPlace {
        at: MediaTime::ZERO,
        speed: Speed::NORMAL,
        manner: Manner { trim: Trim::from_centis(30), even: false },
        spared: Duration::from_secs(40),
        ..Default::default()
    };
    let words = transcript([(0, 50_000, "Ann: one")]);
    let start = Start { media: Some(Media::BuiltIn(b"")), kept: Some(kept), ..silent(words) };
    let mut script = Script::start(start);
    assert_eq!(script.app.player().spared(), Duration::from_secs(40));
    assert_eq!(script.app.take_listened().spared, Duration::ZERO);
}

#[test]
fn everything_heard_is_there_to_be_kept_when_the_place_is() {
    let mut script = talk();
    script.keys("<Space>").answer().wait(4_000);
    script.effects.clear();
    script.keys("q");
    let saved = script.effects.iter().any(|effect| matches!(effect, Effect::Save(_)));
    assert!(saved && script.app.is_over());
    assert_eq!(script.app.take_listened().real, Duration::from_secs(4));
}
