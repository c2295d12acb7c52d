//! Whole-app scripts: what each key, click and answer of the engine does.

mod script;

use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;
use sayagain::app::{
    App, COMMANDS, Effect, Event, Finds, KeptPlace, Key, Notice, Open, Settings, Size, Start,
    Target, Weight,
};
use sayagain::model::playback::{Heard, Media, Report, Request, SeekId, Speed, Volume};
use sayagain::model::{Clock, CueDraft, MediaTime, Moment, RowId, Transcript, TranscriptBuilder};
use script::{Script, silent, transcript};

// --- every command

#[test]
fn every_command_does_something_by_each_of_its_keys_and_the_same_by_its_name() {
    for info in COMMANDS {
        let by_name = after(&format!(":{}<Enter>", info.name));
        assert_ne!(by_name, after(""), ":{} does nothing", info.name);
        for keys in info.keys {
            let typed = format!("<{}>", keys.replace(' ', "><"));
            let by_key = after(&typed);
            assert_eq!(by_key, by_name, "{keys} and :{}", info.name);
        }
    }
}

/// What can be seen and what is asked for after `keys`, in a state in which
/// every command can do something.
fn after(keys: &str) -> String {
    let mut script = Script::new(talk());
    script.event(Event::Resized(Size { width: 80, height: 10 }));
    script.keys("/coffee<Tab>7j]<Space>").answer().wait(20_000).keys("t9<Enter>").answer();
    script.wait(2_000).keys("t34<Enter>").answer().wait(1_200).keys("u").answer();
    script.wait(11_000).effects.clear();
    script.keys(keys);
    let app = &script.app;
    let (player, reader) = (app.player(), app.reader());
    let finds = match_of(&script);
    let reading = (reader.cursor(), reader.follows(), reader.page(), reader.shows_only_matches());
    let playing = (script.at(), player.is_playing(), player.speed(), player.volume());
    let notice = app.notice().map(Notice::text);
    format!("{playing:?} {reading:?} {finds:?} {notice:?} {:?} {:?}", app.open(), script.effects)
}

#[test]
fn a_seek_key_moves_by_its_seconds_and_a_count_multiplies_it() {
    let mut script = Script::new(talk());
    let steps = [
        ("l", 5),
        ("6l", 35),
        ("h", 30),
        ("<Shift+Right>", 31),
        ("<Shift+Left>", 30),
        ("w", 60),
        ("b", 45),
        ("2b", 15),
        ("99h", 0),
        ("99l", 100),
    ];
    for (keys, secs) in steps {
        script.keys(keys);
        assert_eq!(script.at(), secs * 1_000, "after {keys}");
    }
}

#[test]
fn a_count_ends_with_its_command_with_esc_and_with_a_key_that_means_nothing() {
    for keys in ["2ll", "2<Esc>ll", "2xll", "2zxll"] {
        let mut script = Script::new(talk());
        script.keys(keys);
        assert_eq!(script.at(), if keys == "2ll" { 15_000 } else { 10_000 }, "{keys}");
        assert_eq!(script.app.typed(), "");
    }
}

#[test]
fn a_count_typed_so_far_is_shown_and_held_at_9999() {
    let mut script = Script::new(talk());
    assert_eq!(script.keys("6").app.typed(), "6");
    assert_eq!(script.keys("123456").app.typed(), "9999");
    assert_eq!(script.keys("z").app.typed(), "9999z");
}

#[test]
fn percent_goes_there_from_a_count_from_t_and_from_the_command_line() {
    for keys in ["40%", "t40%<Enter>", ":40%<Enter>"] {
        let mut script = Script::new(talk());
        script.keys(keys);
        assert_eq!(script.at(), 40_000, "{keys}");
    }
    let mut script = Script::new(talk());
    script.keys("l150%");
    assert_eq!(script.at(), 5_000);
    assert!(said(&script).contains("150%"), "{}", said(&script));
}

#[test]
fn times_are_gone_to_from_t_and_from_the_command_line() {
    let places =
        [("1:02", 62_000), ("90", 90_000), ("-5", 5_000), ("+0:30.5", 40_500), ("1:40", 100_000)];
    for (typed, millis) in places {
        for start in ["t", ":"] {
            let mut script = Script::new(talk());
            script.keys("2l").keys(start).keys(typed).keys("<Enter>");
            assert_eq!(script.at(), millis, "{start}{typed}");
        }
    }
}

#[test]
fn a_time_after_the_end_is_refused_and_moves_nothing() {
    let mut script = Script::new(talk());
    script.keys("2lt9:00:00<Enter>");
    assert_eq!(script.at(), 10_000);
    assert!(said(&script).contains("after the end"), "{}", said(&script));
}

#[test]
fn a_start_after_the_end_begins_anew() {
    let at = MediaTime::from_secs(99 * 60);
    let mut script = Script::start(Start {
        media: Some(sayagain::model::playback::Media::BuiltIn(b"")),
        at,
        ..silent(talk())
    });
    assert_eq!(script.at(), 0);
    assert!(said(&script).contains("after the end"), "{}", said(&script));
    script.keys("q");
    assert_eq!(saved(&script).map(|kept| kept.at), Some(MediaTime::ZERO));
}

#[test]
fn a_time_can_be_typed_as_it_is_shown() {
    let mut script = Script::new(talk());
    script.keys("1:02<Enter>");
    assert_eq!(script.at(), 62_000);
    script.keys("0%");
    assert_eq!(script.at(), 0);
}

#[test]
fn quick_jumps_are_taken_back_one_by_one_and_quick_steps_together() {
    let mut script = Script::new(talk());
    script.keys("6l40%");
    assert_eq!(script.at(), 40_000);
    script.keys("u");
    assert_eq!(script.at(), 30_000);
    script.keys("u");
    assert_eq!(script.at(), 0);
    script.keys("lll").wait(100).keys("u");
    assert_eq!(script.at(), 0);
}

#[test]
fn a_seek_back_from_the_end_plays_on_and_a_pause_at_the_end_does_not() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer();
    let id = script.app.player().id();
    script.event(Event::Playback(Report::Ended { id, at: MediaTime::from_secs(100) }));
    assert!(said(&script).contains("the end"), "{}", said(&script));
    script.keys("h");
    assert!(script.app.player().is_playing());
    let mut script = Script::new(talk());
    script.keys("100%h");
    assert!(!script.app.player().is_playing());
}

#[test]
fn what_was_heard_before_this_start_is_not_heard_once_more_by_quitting_at_once() {
    let kept = MediaTime::from_secs(30);
    let at = MediaTime::from_secs(27);
    let start = || Start { at, heard_before: Some(kept), ..silent(talk()) };
    let mut script = Script::start(start());
    script.keys("q");
    assert_eq!(saved(&script).map(|place| place.at), Some(kept));
    let mut script = Script::start(start());
    script.keys("Hq");
    assert!(saved(&script).is_some_and(|place| place.at < at), "a seek is meant");
}

#[test]
fn a_command_is_completed_by_tab() {
    let mut script = Script::new(talk());
    script.keys(":vo<Tab>80<Enter>");
    assert_eq!(script.app.player().volume().percent(), 80);
}

#[test]
fn an_answer_goes_with_the_next_key() {
    let mut script = Script::new(talk());
    script.keys("u");
    assert!(said(&script).contains("no seek"), "{}", said(&script));
    script.keys("j");
    assert_eq!(said(&script), "");
}

#[test]
fn what_is_no_time_and_no_command_is_said_and_moves_nothing() {
    let wrong = [
        ("tcoffee<Enter>", "no time"),
        ("t1:75<Enter>", "no time"),
        (":folow<Enter>", "follow"),
        (":speed 9<Enter>", "0.5 to 3.0"),
        (":speed<Enter>", "0.5 to 3.0"),
        (":volume 151<Enter>", "0 to 150"),
        (":volume -3<Enter>", "0 to 150"),
    ];
    for (keys, words) in wrong {
        let mut script = Script::new(talk());
        script.keys("l").effects.clear();
        script.keys(keys);
        assert!(said(&script).contains(words), "{keys}: {}", said(&script));
        assert_eq!((script.at(), script.effects.as_slice()), (5_000, &[][..]), "{keys}");
    }
}

#[test]
fn an_empty_line_in_t_or_the_command_line_does_nothing() {
    for keys in ["t<Enter>", ":<Enter>", "t<Backspace>", ":<Esc>"] {
        let mut script = Script::new(talk());
        script.keys(keys);
        assert!(matches!(script.app.open(), Open::Nothing), "{keys}");
        assert_eq!((script.effects.as_slice(), script.app.notice()), (&[][..], None), "{keys}");
    }
}

#[test]
fn speed_goes_in_tenths_between_its_ends_and_backspace_toggles_it() {
    let mut script = Script::new(talk());
    let steps = [
        ("]", "1.1×"),
        ("4]", "1.5×"),
        ("<Backspace>", "1.0×"),
        ("<Backspace>", "1.5×"),
        ("99]", "3.0×"),
        ("99[", "0.5×"),
        (":speed 2<Enter>", "2.0×"),
        (":speed 1.3x<Enter>", "1.3×"),
    ];
    for (keys, speed) in steps {
        script.keys(keys);
        assert_eq!(script.app.player().speed().to_string(), speed, "after {keys}");
        assert!(said(&script).contains(speed), "after {keys}: {}", said(&script));
    }
}

#[test]
fn volume_goes_by_five_between_0_and_150() {
    let mut script = Script::new(talk());
    let steps = [("+", 105), ("=", 110), ("3-", 95), ("99+", 150), (":volume 80%<Enter>", 80)];
    for (keys, percent) in steps {
        script.keys(keys);
        assert_eq!(script.app.player().volume().percent(), percent, "after {keys}");
        assert_eq!(
            script.effects.last(),
            Some(&Effect::Playback(Request::Volume(Volume::from_percent(percent))))
        );
    }
}

#[test]
fn the_mouse_is_given_to_the_terminal_and_taken_again() {
    let mut script = Script::new(talk());
    script.keys("<F2><F2>");
    assert_eq!(script.effects, [Effect::Mouse(false), Effect::Mouse(true)]);
}

// --- seeks and their undo

#[test]
fn seeks_are_taken_back_one_by_one_and_done_again() {
    let mut script = Script::new(talk());
    let seeks = [("w", 30_000), ("2l", 40_000), ("50%", 50_000)];
    for (keys, _) in seeks {
        script.keys(keys).wait(1_500);
    }
    for (keys, at) in [("u", 40_000), ("u", 30_000), ("<Ctrl+o>", 0), ("u", 0)] {
        script.keys(keys);
        assert_eq!(script.at(), at, "{keys}");
    }
    assert_eq!(said(&script), "no seek to take back");
    for at in [30_000, 40_000, 50_000, 50_000] {
        script.keys("U");
        assert_eq!(script.at(), at);
    }
    assert_eq!(said(&script), "no seek to do again");
}

#[test]
fn a_new_seek_forgets_what_could_be_done_again() {
    let mut script = Script::new(talk());
    script.keys("w").wait(1_500).keys("u").wait(1_500).keys("lU");
    assert_eq!((script.at(), said(&script)), (5_000, "no seek to do again".to_owned()));
}

#[test]
fn a_key_held_down_is_one_seek_to_take_back() {
    let mut script = Script::new(talk());
    for _ in 0..10 {
        script.keys("l").wait(100);
    }
    script.keys("u");
    assert_eq!(script.at(), 0);
}

#[test]
fn a_drag_along_the_bar_is_one_seek_however_long_it_rests() {
    let mut script = Script::new(talk());
    script.keys("l").wait(3_000).event(Event::Press(Target::Progress(0.2)));
    for (part, at) in [(0.25, 25_000), (0.5, 50_000), (0.9, 90_000)] {
        script.wait(2_000).event(Event::Drag(part));
        assert_eq!(script.at(), at);
    }
    script.event(Event::Release).event(Event::Drag(0.1));
    assert_eq!(script.at(), 90_000);
    script.keys("u");
    assert_eq!(script.at(), 5_000);
}

#[test]
fn a_drag_over_the_end_and_back_plays_on_as_before() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer();
    script.event(Event::Press(Target::Progress(0.5))).answer();
    script.event(Event::Drag(1.0)).answer();
    let id = script.app.player().id();
    let at = MediaTime::from_secs(100);
    script.event(Event::Playback(Report::Ended { id, at }));
    assert!(!script.app.player().is_playing());
    script.event(Event::Drag(0.6)).answer();
    assert!(script.app.player().is_playing(), "the drag has stopped the sound");
}

#[test]
fn enter_plays_from_the_match_even_if_the_wheel_was_turned() {
    let mut script = Script::new(talk());
    script.keys("/");
    let word =
        script.app.reader().transcript().text().split_whitespace().next().unwrap().to_owned();
    script.keys(&word);
    let found = script.app.reader().cursor();
    script.event(Event::Wheel(30));
    script.keys("<Enter>");
    assert_eq!(script.app.reader().cursor(), found);
    assert_eq!(script.app.spoken(script.now).row(), Some(found));
}

#[test]
fn an_engine_that_does_not_answer_is_asked_less_and_less_often() {
    let mut script = Script::new(talk());
    script.keys("<Space>");
    let soon = script.app.next_wake(script.now).unwrap().wait(script.now);
    assert!(soon <= Duration::from_millis(10), "{soon:?}");
    script.now = script.now.after(Duration::from_secs(2));
    script.event(Event::Heard(None));
    let later = script.app.next_wake(script.now).unwrap().wait(script.now);
    assert!(later >= Duration::from_millis(90), "{later:?}");
}

#[test]
fn a_file_that_does_not_come_on_is_said_to_be_waited_for_until_it_does() {
    let mut script = Script::new(talk());
    let heard = |anchor: u64, limit: u64, at: Moment| {
        let time = MediaTime::from_millis;
        let clock = Clock { limit: time(limit), ..Clock::running(time(anchor), at, 1.0) };
        Event::Heard(Some(Heard { id: SeekId(1), clock }))
    };
    script.keys("<Space>");
    script.event(heard(0, 500, script.now));
    let wait = |script: &mut Script, millis| {
        script.now = script.now.after(Duration::from_millis(millis));
        script.event(Event::Heard(None));
        script.app.waits_for_file()
    };
    assert!(!wait(&mut script, 1_500));
    assert!(wait(&mut script, 300));
    // Nor is it looked for all the time.
    let later = script.app.next_wake(script.now).unwrap().wait(script.now);
    assert!(later >= Duration::from_millis(90), "{later:?}");
    script.event(heard(560, 1_500, script.now));
    assert!(!script.app.waits_for_file());

    // A place that is not there yet.
    script.keys("t1:30<Enter>");
    assert!(!wait(&mut script, 1_000));
    assert!(wait(&mut script, 300));
    script.keys("<Space>");
    assert!(!script.app.waits_for_file());

    // Who waits for the device does not wait for the file.
    script.keys("<Space>").event(Event::Playback(Report::Opening));
    assert!(!wait(&mut script, 2_000));
}

#[test]
fn a_press_on_the_text_after_a_release_that_never_came_does_not_scrub() {
    let mut script = Script::new(talk());
    script.event(Event::Press(Target::Progress(0.5))).event(Event::Press(Target::Row(RowId(3))));
    let at = script.at();
    script.event(Event::Drag(0.9));
    assert_eq!(script.at(), at);
}

#[test]
fn of_ten_quick_seeks_only_the_last_counts() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer();
    let first = script.app.player().id();
    script.keys("llllllllll");
    let seeks = requests(&script)
        .into_iter()
        .filter_map(|request| match request {
            Request::Seek { id, to } => Some((id, to.as_millis())),
            _ => None,
        })
        .collect::<Vec<_>>();
    assert_eq!(seeks.len(), 10);
    let ids: HashSet<SeekId> = seeks.iter().map(|&(id, _)| id).collect();
    assert_eq!(ids.len(), 10, "each has an id of its own");
    assert_eq!((script.at(), seeks[9].1), (50_000, 50_000));
    // What is still heard of the old starts moves nothing.
    for id in [first, seeks[3].0] {
        let clock = Clock::running(MediaTime::from_secs(7), script.now, 1.0);
        script.event(Event::Heard(Some(Heard { id, clock })));
        assert_eq!(script.at(), 50_000);
    }
    script.answer().wait(1_000);
    assert_eq!(script.at(), 51_000);
}

// --- play, pause, the end

#[test]
fn play_waits_for_the_sound_and_pause_stands_where_it_was_heard_last() {
    let mut script = Script::new(talk());
    script.keys("<Space>").wait(700);
    assert!(script.app.player().is_playing());
    assert_eq!(script.at(), 0, "nothing has been heard yet");
    script.answer().wait(2_000);
    assert_eq!(script.at(), 2_000);
    script.keys("<Space>");
    let id = script.app.player().id();
    let at = MediaTime::from_millis(1_970);
    script.event(Event::Playback(Report::Paused { id, at }));
    assert_eq!((script.at(), script.app.player().is_playing()), (1_970, false));
}

#[test]
fn the_end_stops_it_and_play_begins_again() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer().wait(99_000);
    let id = script.app.player().id();
    // The file said 100 s, but there is less.
    let at = MediaTime::from_millis(99_500);
    script.effects.clear();
    script.event(Event::Playback(Report::Ended { id, at }));
    assert!(!script.app.player().is_playing());
    assert_eq!(saves(&script), [0], "the next start is from the beginning");
    script.keys("<Space>").answer().wait(1_000);
    assert_eq!((script.at(), script.app.player().is_playing()), (1_000, true));
}

#[test]
fn that_it_came_to_its_end_is_not_said_while_it_plays_again() {
    for keys in ["<Space>", "h", "0%"] {
        let mut script = Script::new(talk());
        script.keys("<Space>").answer().wait(99_000);
        let id = script.app.player().id();
        let at = MediaTime::from_secs(100);
        script.event(Event::Playback(Report::Ended { id, at }));
        assert!(said(&script).contains("the end"));
        script.keys(keys).answer().wait(100);
        assert!(script.app.player().is_playing());
        assert_eq!(said(&script), "", "after {keys}");
    }
}

#[test]
fn what_is_wrong_with_what_was_asked_for_is_said_before_what_else_is() {
    let told = || vec![Notice::news("no transcript is known", Weight::Warning)];
    let media = || Some(Media::BuiltIn(b""));
    let mut script = Script::start(Start { media: media(), notices: told(), ..silent(talk()) });
    assert_eq!(said(&script), "no transcript is known");
    script.event(Event::Playback(Report::Failed { why: "cannot play it".to_owned() }));
    assert_eq!(said(&script), "cannot play it");
    script.wait(8_000);
    assert_eq!(said(&script), "no transcript is known", "it is lost");
    let at = MediaTime::from_secs(99 * 60);
    let script = Script::start(Start { media: media(), notices: told(), at, ..silent(talk()) });
    assert!(said(&script).contains("after the end"), "{}", said(&script));
}

#[test]
fn an_end_told_after_the_listener_has_paused_plays_nothing_else() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer().wait(99_000).keys("<Space>");
    script.effects.clear();
    let id = script.app.player().id();
    script.event(Event::Playback(Report::Ended { id, at: MediaTime::from_secs(100) }));
    assert!(!script.effects.iter().any(|effect| matches!(effect, Effect::Mark { .. })));
}

#[test]
fn a_length_is_known_only_when_all_has_come_or_the_transcript_says_it() {
    for (cues, is_known) in [(vec![], false), (vec![(0, 90_000, "all")], true)] {
        let start = Start { media: Some(Media::BuiltIn(b"")), ..silent(transcript(cues)) };
        let (mut app, _) = App::new(start, Moment::default());
        for report in [Report::Opened { length: None }, Report::SoFar(MediaTime::from_secs(14))] {
            app.update(Event::Playback(report), Moment::default());
        }
        assert_eq!(app.knows_length(), is_known);
        app.update(Event::Playback(Report::Length(MediaTime::from_secs(60))), Moment::default());
        assert!(app.knows_length());
    }
}

#[test]
fn without_audio_the_clock_runs_by_itself_up_to_the_end_of_the_transcript() {
    let mut script = Script::start(silent(talk()));
    script.keys("<Space>").wait(7_000);
    assert_eq!(script.at(), 7_000);
    script.keys("]").wait(1_000);
    assert_eq!(script.at(), 8_100);
    script.wait(1_000_000);
    assert_eq!((script.at(), script.app.player().is_playing()), (80_000, false));
    script.keys("<Space>").wait(1_000);
    assert_eq!((script.at(), script.app.player().is_playing()), (1_100, true));
}

#[test]
fn a_device_that_goes_and_comes_back_is_told_once_each() {
    let mut script = Script::new(talk());
    let lost = || Event::Playback(Report::NoDevice { why: "unplugged".to_owned() });
    let found = || Event::Playback(Report::Device { name: "Speakers".to_owned() });
    assert_eq!(script.event(found()).app.notice(), None);
    assert!(said(script.event(lost())).contains("no sound (unplugged)"));
    assert_eq!(script.app.has_device(), Some(false));
    script.wait(20_000);
    assert_eq!(script.event(lost()).app.notice(), None);
    assert_eq!(said(script.event(found())), "sound is back: Speakers");
    script.effects.clear();
    script.keys("D");
    assert_eq!(script.effects, [Effect::Playback(Request::RetryDevice)]);
}

#[test]
fn who_asks_for_a_device_is_told_what_came_of_it() {
    let mut script = Script::new(talk());
    let lost = || Event::Playback(Report::NoDevice { why: "unplugged".to_owned() });
    let found = || Event::Playback(Report::Device { name: "Speakers".to_owned() });
    script.event(found()).keys("D");
    assert_eq!(said(&script), "sound comes out of Speakers");
    script.keys("<Space>").event(lost()).wait(20_000).keys("D");
    assert_eq!(said(&script), "looking for a sound device");
    assert!(said(script.event(lost())).contains("no sound (unplugged)"));
    assert_eq!(script.wait(20_000).event(lost()).app.notice(), None, "who has not asked is not");
    script.keys("D");
    assert_eq!(said(script.event(found())), "sound is back: Speakers");
}

#[test]
fn of_a_device_that_comes_and_goes_only_the_last_is_told() {
    let mut script = Script::new(talk());
    let lost = || Event::Playback(Report::NoDevice { why: "unplugged".to_owned() });
    let found = || Event::Playback(Report::Device { name: "Speakers".to_owned() });
    script.event(found()).event(lost()).wait(1_000);
    assert_eq!(said(script.event(found())), "sound is back: Speakers");
    assert!(said(script.event(lost())).contains("no sound"));
    assert_eq!(script.wait(9_000).app.notice(), None, "what is over is told late");
}

#[test]
fn audio_that_cannot_be_played_leaves_the_transcript_and_the_place() {
    for (cues, at) in [(talk(), 42), (Transcript::default(), 42)] {
        let mut script = Script::start(Start {
            at: MediaTime::from_secs(at),
            media: Some(sayagain::model::playback::Media::BuiltIn(b"")),
            ..silent(cues)
        });
        let why = "this is no audio".to_owned();
        script.event(Event::Playback(Report::Failed { why: why.clone() })).effects.clear();
        assert_eq!(said(&script), why);
        assert!(!script.app.player().has_audio());
        script.keys("q");
        assert_eq!(saves(&script), [at * 1_000]);
    }
}

#[test]
fn damage_in_the_audio_is_said_and_changes_nothing() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer().wait(3_000);
    script.event(Event::Playback(Report::Damaged { at: MediaTime::from_secs(4) }));
    assert_eq!((said(&script).as_str(), script.at()), ("the audio is damaged at 0:04", 3_000));
}

// --- the place is kept

#[test]
fn a_second_after_a_pause_the_place_is_kept_and_nothing_more_is_woken_for() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer().wait(3_000).keys("<Space>").effects.clear();
    script.answer().wait(1_000);
    assert_eq!(saves(&script), [3_000]);
    assert_eq!(script.app.next_wake(script.now), None);
}

#[test]
fn the_place_is_kept_on_pause_on_quit_and_every_five_seconds_of_playing() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer();
    let mut kept = Vec::new();
    for _ in 0..60 {
        script.wait(200);
        kept.extend(saves(&script));
        script.effects.clear();
    }
    assert_eq!(kept, [5_000, 10_000]);
    script.keys("<Space>");
    assert_eq!(saves(&script), [12_000]);
    script.effects.clear();
    script.answer().wait(5_000).wait(5_000).effects.clear();
    for _ in 0..20 {
        script.wait(5_000);
    }
    assert_eq!(script.effects, [], "paused and unchanged");
    script.keys("q");
    assert_eq!(saves(&script), [12_000]);
    assert_eq!(script.effects.last(), Some(&Effect::Quit));
}

#[test]
fn a_seek_while_paused_is_kept_within_five_seconds() {
    let mut script = Script::new(talk());
    script.wait(1_000).keys("l").wait(1_000).keys("l").wait(5_000);
    assert_eq!(saves(&script).last(), Some(&10_000));
    assert_eq!(script.app.next_wake(script.now), None);
}

#[test]
fn a_signal_keeps_the_place_and_ends_the_program_once() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer().wait(3_000).effects.clear();
    script.event(Event::Terminate).event(Event::Terminate).keys("<Space>q").wait(60_000);
    assert!(script.app.is_over());
    let kept = KeptPlace { at: MediaTime::from_secs(3), ..KeptPlace::default() };
    assert_eq!(
        script.effects,
        [Effect::Playback(Request::Pause), Effect::Save(kept), Effect::Quit]
    );
}

#[test]
fn quit_without_saving_puts_back_what_was_kept_and_nothing_follows() {
    let kept = KeptPlace {
        at: MediaTime::from_secs(77),
        speed: Speed::from_tenths(15),
        ..KeptPlace::default()
    };
    for kept in [None, Some(kept)] {
        let mut script = Script::start(Start { paused: false, kept, ..silent(talk()) });
        script.now = script.now.after(Duration::from_secs(9));
        script.keys("Q<Space><Space>").wait(60_000);
        assert_eq!(script.effects, [Effect::Restore(kept), Effect::Quit]);
    }
}

#[test]
fn a_place_that_cannot_be_kept_is_said() {
    let mut script = Script::new(talk());
    script.event(Event::SaveFailed("the disk is full".to_owned()));
    assert_eq!(said(&script), "the place is not kept: the disk is full");
}

#[test]
fn stopped_for_the_shell_it_is_silent_and_plays_on_afterwards() {
    for stop in ["key", "signal"] {
        let mut script = Script::new(talk());
        script.keys("<Space>").answer().wait(3_000).effects.clear();
        match stop {
            "key" => script.keys("<Ctrl+z>"),
            _ => script.event(Event::Stop),
        };
        assert_eq!(script.effects[0], Effect::Playback(Request::Pause), "{stop}");
        assert_eq!(script.effects[2..], [Effect::Suspend], "{stop}");
        assert_eq!(saves(&script), [3_000], "{stop}");
        script.answer().wait(600_000).effects.clear();
        script.event(Event::Resumed).answer().wait(1_000);
        assert!(script.effects.contains(&Effect::Redraw), "{stop}");
        assert_eq!((script.at(), script.app.player().is_playing()), (4_000, true), "{stop}");
        // A second word that it goes on changes nothing.
        script.keys("<Space>").event(Event::Resumed);
        assert!(!script.app.player().is_playing(), "{stop}");
    }
}

#[test]
fn ctrl_z_and_ctrl_c_work_whatever_is_open() {
    for open in ["/", "&", "t", ":", "?", "3", "z"] {
        let mut script = Script::new(talk());
        script.keys(open).keys("<Ctrl+z>");
        assert!(script.effects.contains(&Effect::Suspend), "{open}");
        script.keys("<Ctrl+c>");
        assert!(script.app.is_over(), "{open}");
    }
}

// --- which row is marked, and cue steps

#[test]
fn the_new_cue_is_marked_before_the_engine_answers() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer().wait(1_000);
    for expected in 1..8 {
        script.keys("L");
        assert_eq!(marked(&script), Some(expected));
        // The old start is heard on for a moment.
        script.wait(20);
        assert_eq!(marked(&script), Some(expected));
    }
}

#[test]
fn a_place_rounded_to_just_before_the_cue_leaves_it_marked() {
    let mut script = Script::new(talk());
    script.keys("L<Space>").answer();
    let id = script.app.player().id();
    let early = MediaTime::from_micros(script.app.reader().start_of(RowId(1)).as_micros() - 12);
    let clock = Clock::running(early, script.now, 1.0);
    script.event(Event::Heard(Some(Heard { id, clock })));
    assert_eq!(marked(&script), Some(1));
    script.event(Event::Playback(Report::Paused { id, at: early }));
    assert_eq!(marked(&script), Some(1));
}

#[test]
fn during_the_lead_in_the_cue_gone_to_is_marked() {
    let settings = Settings { lead_in_ms: 400 };
    let mut script = Script::start(Start { settings, ..silent(talk()) });
    script.keys("LL<Space>");
    assert_eq!((script.at(), marked(&script)), (7_600, Some(2)));
    script.wait(399);
    assert_eq!(marked(&script), Some(2));
    script.keys("L");
    assert_eq!((script.at(), marked(&script)), (11_600, Some(3)));
    script.keys("H");
    assert_eq!((script.at(), marked(&script)), (7_600, Some(2)));
}

#[test]
fn replay_goes_to_the_start_of_the_marked_cue() {
    let mut script = Script::new(talk());
    script.keys("t10<Enter>r");
    assert_eq!((script.at(), marked(&script)), (8_000, Some(2)));
}

#[test]
fn cues_that_start_together_and_such_of_no_length_are_stepped_through() {
    let cues = [
        (1_000, 2_000, "one"),
        (3_000, 3_000, "now"),
        (3_000, 3_000, "now"),
        (3_000, 9_000, "long"),
        (3_000, 4_000, "short"),
        (9_000, 9_000, "last"),
    ];
    let mut script = Script::start(silent(transcript(cues)));
    let mut seen = Vec::new();
    for _ in 0..5 {
        script.keys("L");
        seen.push(marked(&script).unwrap());
    }
    assert_eq!(seen, [0, 1, 2, 3, 4]);
    script.keys("L");
    assert_eq!((marked(&script), said(&script).as_str()), (Some(4), "this is the last cue"));
    for expected in [3, 2, 1, 0, 0] {
        script.keys("H");
        assert_eq!(marked(&script), Some(expected));
    }
}

#[test]
fn the_next_cue_is_one_that_has_not_begun() {
    let cues = [(1_000, 5_000, "long"), (2_000, 3_000, "short"), (6_000, 7_000, "after")];
    let mut script = Script::start(silent(transcript(cues)));
    script.keys("t3.5<Enter>");
    assert_eq!(marked(&script), Some(0));
    script.keys("L");
    assert_eq!((script.at(), marked(&script)), (6_000, Some(2)));
}

#[test]
fn in_a_long_silence_the_cue_before_is_the_one_that_has_ended() {
    let mut script = Script::start(silent(transcript([(0, 1_000, "a"), (9_000, 9_500, "b")])));
    script.keys("t5<Enter>H");
    assert_eq!((script.at(), marked(&script)), (0, Some(0)));
}

#[test]
fn cues_shorter_than_it_takes_to_press_a_key_do_not_hold_the_way_back() {
    let cues: Vec<_> = (0..20).map(|cue| (cue * 300, cue * 300 + 300, "Yeah.")).collect();
    let mut script = Script::start(Start { paused: false, ..silent(transcript(cues)) });
    script.keys("t4<Enter>");
    for _ in 0..16 {
        script.keys("H").wait(700);
    }
    assert!(script.at() <= 700, "{}", script.at());
}

#[test]
fn a_cue_without_a_time_is_stepped_over_and_says_why_it_is_not_played() {
    let mut builder = TranscriptBuilder::with_capacity(0, 0);
    for (start, text) in [(Some(1), "a"), (None, "x"), (None, "y"), (Some(5), "b")] {
        let start = start.map(MediaTime::from_secs);
        let end = start.unwrap_or_default();
        builder.push(&CueDraft { start, end, text, ..CueDraft::default() });
    }
    let mut script = Script::start(silent(builder.build()));
    script.keys("LL");
    assert_eq!(marked(&script), Some(3));
    script.keys("H");
    assert_eq!(marked(&script), Some(0));
    script.keys("j<Enter>");
    assert_eq!(
        (script.app.reader().cursor(), said(&script)),
        (RowId(1), "this line has no time".to_owned())
    );
}

#[test]
fn a_cue_after_the_end_of_the_audio_is_not_gone_to() {
    let mut script = Script::new(transcript([(1_000, 2_000, "a"), (101_000, 102_000, "b")]));
    script.keys("LL");
    assert_eq!((script.at(), marked(&script)), (1_000, Some(0)));
    assert!(said(&script).contains("after the end of the audio"));
    script.keys("G<Enter>");
    assert_eq!((script.at(), script.app.reader().cursor()), (1_000, RowId(1)));
    assert!(!script.app.player().is_playing());
}

/// Cues with equal starts, no length, negative length, overlaps, duplicates.
fn any_cues() -> impl Strategy<Value = Vec<(u64, u64, &'static str)>> {
    let text = prop_oneof!["a", "b", "c", " "].prop_map(|text| match text.as_str() {
        "a" => "a",
        "b" => "b: b",
        "c" => "c",
        _ => " ",
    });
    let cue = (0_u64..12, 0_u64..7, text)
        .prop_map(|(start, end, text)| (start * 500, (start + end).saturating_sub(1) * 500, text));
    prop::collection::vec(cue, 1..16)
}

proptest! {
    #[test]
    fn next_and_previous_visit_every_row_once_and_end(
        cues in any_cues(),
        at in 0_u64..8_000,
        audio: bool,
        playing: bool,
        lead_in_ms in prop_oneof![Just(0_u32), Just(300)],
        press_ms in 0_u64..120,
    ) {
        let settings = Settings { lead_in_ms };
        let media = audio.then_some(sayagain::model::playback::Media::BuiltIn(b""));
        for key in ["L", "H"] {
            let start = Start { paused: !playing, settings, media: media.clone(), ..silent(transcript(cues.clone())) };
            let mut script = Script::start(start);
            let place = format!("t{}.{:03}<Enter>", at / 1_000, at % 1_000);
            script.keys(&place).answer();
            let timeline = script.app.reader().timeline();
            let rows = u32::try_from(timeline.row_count()).unwrap();
            let position = MediaTime::from_millis(script.at());
            let expected: Vec<u32> = if key == "L" {
                (u32::try_from(timeline.begun(position)).unwrap()..rows).collect()
            } else {
                let from = match timeline.at(position) {
                    sayagain::model::Spoken::Nothing => 0,
                    sayagain::model::Spoken::Silence(row) => row.0 + 1,
                    sayagain::model::Spoken::Row(row) => row.0,
                };
                (0..from).rev().collect()
            };
            let mut seen = Vec::new();
            for _ in 0..expected.len() {
                script.keys(key).answer();
                seen.push(script.app.spoken(script.now).row().map(|row| row.0));
                if key == "H" {
                    script.wait(press_ms);
                }
            }
            let expected: Vec<Option<u32>> = expected.into_iter().map(Some).collect();
            prop_assert_eq!(seen, expected, "{}", key);
        }
    }
}

// --- reading and following

#[test]
fn whatever_moves_the_text_unties_it_and_only_these_tie_it() {
    let unties = [
        "j", "k", "<Ctrl+d>", "<Ctrl+u>", "<PgDn>", "<PgUp>", "g", "G", "{", "}", "zz", "zt", "zb",
        "f",
    ];
    for keys in unties {
        let mut script = Script::new(talk());
        script.keys("t40<Enter>");
        assert!(script.app.reader().follows());
        script.keys(keys);
        assert!(!script.app.reader().follows(), "{keys}");
    }
    let mut wheel = Script::new(talk());
    wheel.event(Event::Wheel(3));
    assert!(!wheel.app.reader().follows());
    for keys in [".", "f", "<Enter>", "<Esc>", "/coffee<Enter>"] {
        let mut script = Script::new(talk());
        script.keys("jj").keys(keys);
        assert!(script.app.reader().follows(), "{keys}");
    }
    let mut click = Script::new(talk());
    click.keys("j").event(Event::Press(Target::Row(RowId(2))));
    assert!(click.app.reader().follows());
    for keys in [
        "l",
        "b",
        "L",
        "H",
        "r",
        "50%",
        "t9<Enter>",
        "lu",
        "<Space>",
        "]",
        "/coffee<Tab>",
        "n",
        "z",
    ] {
        let mut script = Script::new(talk());
        script.keys("jj").keys(keys);
        assert!(!script.app.reader().follows(), "{keys}");
    }
}

#[test]
fn while_it_is_not_followed_the_page_stays_and_back_to_now_returns() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer().wait(1_000).keys("3j");
    let page = script.app.reader().page().to_vec();
    script.wait(30_000);
    assert_eq!(script.app.reader().page(), page);
    assert_eq!(script.app.reader().cursor(), RowId(3));
    script.keys(".");
    assert_eq!(Some(script.app.reader().cursor().0), marked(&script));
    script.wait(8_000);
    assert_eq!(Some(script.app.reader().cursor().0), marked(&script));
}

#[test]
fn before_the_first_cue_back_to_now_is_the_top() {
    let mut script = Script::start(silent(long_talk()));
    script.keys("G.");
    let reader = script.app.reader();
    assert_eq!(
        (reader.cursor(), reader.page()[0].row, reader.follows()),
        (RowId(0), RowId(0), true)
    );
}

#[test]
fn enter_plays_from_the_line_and_a_click_leaves_it_playing_or_paused() {
    let mut script = Script::new(talk());
    script.keys("5j").event(Event::Press(Target::Row(RowId(3))));
    assert_eq!((script.at(), script.app.player().is_playing()), (12_000, false));
    script.keys("2j<Enter>").answer().wait(100);
    assert_eq!((script.at(), script.app.player().is_playing()), (20_100, true));
    script.event(Event::Press(Target::Row(RowId(1)))).answer();
    assert_eq!((script.at(), script.app.player().is_playing()), (4_000, true));
}

#[test]
fn a_click_on_nothing_does_nothing() {
    let mut script = Script::new(talk());
    script.event(Event::Press(Target::Nothing)).event(Event::Drag(0.5)).event(Event::Release);
    assert_eq!((script.at(), script.effects.as_slice()), (0, &[][..]));
}

#[test]
fn pages_and_edges_move_the_cursor_with_the_page() {
    let mut script = Script::new(long_talk());
    script.keys("g");
    let rows = script.app.reader().page().len();
    script.keys("<PgDn>");
    let after_one = script.app.reader().page()[0].row.index();
    assert!((rows - 2..=rows).contains(&after_one), "{after_one} of {rows}");
    script.keys("<PgUp>");
    assert_eq!(script.app.reader().page()[0].row, RowId(0));
    script.keys("99<PgDn>");
    assert_eq!(script.app.reader().cursor(), RowId(199));
    script.keys("g<Ctrl+u>");
    assert_eq!(script.app.reader().cursor(), RowId(0));
    script.keys("G<Ctrl+d>");
    assert_eq!(script.app.reader().cursor(), RowId(199));
}

#[test]
fn a_search_given_up_on_a_smaller_screen_has_the_cursor_in_sight() {
    let mut script = Script::new(long_talk());
    script.event(Event::Resized(Size { width: 80, height: 40 })).keys("g20j/never said");
    script.event(Event::Resized(Size { width: 40, height: 12 })).keys("<Esc>");
    let reader = script.app.reader();
    assert_eq!(reader.cursor(), RowId(20));
    assert!(reader.page().iter().any(|line| line.row == RowId(20)), "{:?}", reader.page());
}

#[test]
fn a_cue_taller_than_the_page_is_read_to_its_end_with_each_kind_of_key() {
    let words = "word ".repeat(1_000);
    let cues = [(0, 1_000, "before"), (1_000, 90_000, words.as_str()), (90_000, 91_000, "after")];
    for key in ["j", "<Ctrl+d>", "<PgDn>"] {
        let mut script = Script::new(transcript(cues));
        script.keys("g");
        let mut seen = HashSet::new();
        for _ in 0..200 {
            seen.extend(script.app.reader().page().iter().map(|line| (line.row, line.line)));
            script.keys(key);
        }
        let lines = seen.iter().filter(|(row, _)| *row == RowId(1)).count();
        let last = seen.iter().filter(|(row, _)| *row == RowId(1)).map(|&(_, line)| line).max();
        assert_eq!(Some(lines - 1), last, "{key} leaves lines out");
        assert_eq!(script.app.reader().cursor(), RowId(2), "{key}");
        let back = match key {
            "j" => "k",
            "<PgDn>" => "<PgUp>",
            _ => "<Ctrl+u>",
        };
        for _ in 0..200 {
            script.keys(back);
        }
        assert_eq!(script.app.reader().cursor(), RowId(0), "{back}");
    }
}

#[test]
fn the_line_is_put_at_the_top_in_the_middle_and_at_the_bottom() {
    let mut script = Script::new(long_talk());
    let mut line_after = |keys: &str| {
        script.keys("g99j").keys(keys);
        let reader = script.app.reader();
        reader.page().iter().position(|line| line.row == reader.cursor())
    };
    assert_eq!(
        (line_after("zt"), line_after("zz"), line_after("zb")),
        (Some(0), Some(8), Some(17))
    );
}

#[test]
fn the_bottom_of_a_cue_taller_than_the_page_is_shown_by_zb() {
    let words = "word ".repeat(1_000);
    let mut script = Script::new(transcript([(0, 90_000, words.as_str()), (90_000, 91_000, "b")]));
    script.keys("gzb");
    let page = script.app.reader().page();
    let before_last = page.last().map(|line| line.row);
    assert_eq!(before_last, Some(RowId(0)));
    script.keys("j");
    assert_eq!(script.app.reader().cursor(), RowId(1));
}

#[test]
fn turns_are_where_the_speaker_changes() {
    let cues = ["Ann: a", "Ann: b", "Ben: c", "Ben: d", "Ann: e"];
    let cues = cues.iter().zip(0..).map(|(&said, at)| (at * 1_000, at * 1_000 + 1_000, said));
    let mut script = Script::new(transcript(cues));
    for (keys, row) in [("}", 2), ("}", 4), ("}", 4), ("{", 2), ("j{", 2), ("2{", 0), ("9}", 4)] {
        script.keys(keys);
        assert_eq!(script.app.reader().cursor(), RowId(row), "{keys}");
    }
}

// --- search

#[test]
fn search_goes_as_it_is_typed_to_the_first_match_from_the_cursor() {
    let mut script = Script::new(talk());
    script.keys("6j/c");
    let first = script.app.reader().cursor();
    assert!(first >= RowId(6));
    script.keys("offee");
    assert_eq!((script.app.reader().cursor(), match_of(&script)), (RowId(8), (Some(2), 4)));
    // Taking characters away goes back to where it began.
    script.keys("<Backspace><Backspace><Backspace><Backspace><Backspace>");
    assert_eq!(script.app.reader().cursor(), first);
}

#[test]
fn capitals_count_only_when_they_are_typed() {
    for (typed, count) in [("coffee", 4), ("Coffee", 1), ("COFFEE", 0)] {
        let mut script = Script::new(talk());
        script.keys("/").keys(typed);
        assert_eq!(match_of(&script).1, count, "{typed}");
    }
}

#[test]
fn n_and_big_n_go_round_with_a_note_and_a_count() {
    let mut script = Script::new(talk());
    script.keys("/coffee<Tab>");
    let steps = [
        ("n", 1, ""),
        ("2n", 3, ""),
        ("n", 0, "1/4: the search went on at the start"),
        ("N", 3, "4/4: the search went on at the end"),
        ("3N", 0, ""),
    ];
    for (keys, index, note) in steps {
        script.wait(20_000).keys(keys);
        assert_eq!(match_of(&script), (Some(index), 4), "{keys}");
        assert_eq!(script.app.notice().map_or("", |notice| notice.text()), note, "{keys}");
    }
}

#[test]
fn once_the_cursor_has_left_the_match_the_search_goes_on_from_it() {
    let mut script = Script::new(talk());
    script.keys("/coffee<Tab>gn");
    assert_eq!(match_of(&script).0, Some(1), "the cursor is on the first match");
    script.keys("3jn");
    assert_eq!(script.app.reader().cursor(), RowId(8));
    script.keys("G");
    script.keys("N");
    assert_eq!(match_of(&script).0, Some(3));
}

#[test]
fn a_match_across_cues_is_one_and_n_without_a_search_says_so() {
    let mut script = Script::new(transcript([(0, 1, "a cup of"), (1_000, 2_000, "black tea")]));
    script.keys("n");
    assert!(said(&script).contains("nothing searched for"));
    script.keys("/of black");
    assert_eq!((match_of(&script), script.app.reader().cursor()), ((Some(0), 1), RowId(0)));
    assert_eq!(script.app.reader().finds().unwrap().rows(), [RowId(0), RowId(1)]);
}

#[test]
fn a_match_deep_in_a_cue_taller_than_the_page_is_on_the_page() {
    let words = format!("{}needle {}needle", "word ".repeat(2_000), "word ".repeat(2_000));
    let mut script = Script::new(transcript([(0, 90_000, words.as_str())]));
    for keys in ["/needle", "<Tab>n", "N"] {
        script.keys(keys);
        let reader = script.app.reader();
        let start = reader.finds().unwrap().current_start().unwrap();
        let shown = |line: &sayagain::app::PageLine| line.text.contains(&start);
        assert!(reader.page().iter().any(shown), "{keys}");
    }
}

#[test]
fn esc_puts_back_cursor_page_follow_and_filter_exactly() {
    let ways = ["", "40j", "40jzt", "/Coffee<Tab>&", "/coffee<Tab>nn", "/line<Tab>&20j"];
    for before in ways {
        for typed in [
            "/c",
            "/coffee<Down><Down>",
            "/nothing of this",
            "&line 1",
            "/line<Backspace><Backspace><Backspace><Backspace>x",
        ] {
            if typed.starts_with('&') && before.contains('/') {
                continue; // there & shows all again
            }
            let mut script = Script::new(long_talk());
            script.keys(before);
            let shown = |script: &Script| {
                let reader = script.app.reader();
                let finds = reader.finds();
                (
                    (reader.cursor(), reader.follows(), reader.page().to_vec()),
                    reader.shows_only_matches(),
                    finds.map(|finds| (finds.query().text().to_owned(), finds.current())),
                )
            };
            let kept = shown(&script);
            script.keys(typed).keys("<Esc>");
            assert_eq!(shown(&script), kept, "{before} {typed}");
        }
    }
}

#[test]
fn enter_plays_from_the_match_and_tab_reads_on_there() {
    let mut script = Script::new(talk());
    script.keys("/coffee<Down><Enter>").answer();
    assert_eq!((script.at(), script.app.player().is_playing()), (16_000, true));
    let mut script = Script::new(talk());
    script.keys("/coffee<Down><Tab>");
    assert_eq!((script.at(), script.effects.as_slice()), (0, &[][..]));
    assert_eq!((script.app.reader().cursor(), script.app.reader().follows()), (RowId(4), false));
    assert!(matches!(script.app.open(), Open::Nothing));
}

#[test]
fn an_empty_line_goes_on_with_the_last_search() {
    let mut script = Script::new(talk());
    script.keys("/coffee<Tab>/<Enter>");
    assert_eq!(match_of(&script), (Some(1), 4));
    assert!(!script.app.player().is_playing());
}

#[test]
fn no_match_is_said_and_moves_nothing() {
    let mut script = Script::new(talk());
    script.keys("3j/tea leaves<Enter>");
    assert_eq!((script.app.reader().cursor(), script.at()), (RowId(3), 0));
    assert_eq!(said(&script), "no match for \"tea leaves\"");
    assert!(script.app.reader().finds().is_none());
    assert!(!script.app.player().is_playing());
}

#[test]
fn only_matching_lines_are_shown_and_the_spoken_one_with_them() {
    let mut script = Script::new(talk());
    script.keys("t25<Enter>&coffee<Enter>");
    let shown = rows_of(&script);
    assert_eq!(shown, [0, 4, 6, 8, 12]);
    assert_eq!(marked(&script), Some(6));
    // The spoken row moves on; the one left goes, with the cursor on it.
    script.keys("4jkk").keys("t41<Enter>");
    assert_eq!(rows_of(&script), [0, 4, 8, 10, 12]);
    let cursor = script.app.reader().cursor().0;
    assert!(rows_of(&script).contains(&cursor), "{cursor}");
    script.keys("&");
    assert_eq!(rows_of(&script).len(), 18);
    script.keys("&<Esc>");
    assert!(script.app.reader().finds().is_none());
    assert_eq!(rows_of(&script).len(), 18);
}

#[test]
fn an_end_of_the_filter_leaves_the_cursor_on_the_page() {
    let mut script = Script::new(long_talk());
    script.keys("/coffee<Tab>&G<Esc>");
    let reader = script.app.reader();
    assert!(reader.page().iter().any(|line| line.row == reader.cursor()));
}

#[test]
fn a_filter_without_a_match_or_without_words_is_none() {
    for keys in ["&tea leaves<Enter>", "&<Enter>"] {
        let mut script = Script::new(talk());
        script.keys(keys);
        assert!(!script.app.reader().shows_only_matches(), "{keys}");
        assert_eq!(rows_of(&script).len(), 18, "{keys}");
    }
    let mut script = Script::new(talk());
    script.keys("&tea leaves");
    assert_eq!(rows_of(&script).len(), 18, "nothing to show: all is");
}

// --- what is open

#[test]
fn the_help_scrolls_to_its_end_and_back_by_as_much_and_any_other_key_closes_it() {
    let top = |script: &Script| match script.app.open() {
        Open::Help(top) => *top,
        _ => panic!("the help is closed"),
    };
    let mut script = Script::new(talk());
    script.keys("?");
    let mut tops = vec![top(&script)];
    for _ in 0..200 {
        script.keys("j");
        tops.push(top(&script));
    }
    tops.dedup();
    let last = *tops.last().unwrap();
    assert!(last > 20 && tops.len() == usize::from(last) + 1, "{tops:?}");
    script.keys("G");
    assert_eq!(top(&script), last);
    script.keys("k");
    assert_eq!(top(&script), last - 1, "one key is seen at once");
    script.event(Event::Wheel(99)).event(Event::Wheel(-3));
    assert_eq!(top(&script), last - 3);
    script.keys("g<PgDn><PgUp>");
    assert_eq!(top(&script), 0);
    script.keys("G").event(Event::Resized(Size { width: 80, height: 200 }));
    assert_eq!(top(&script), 0, "all of it is in sight");
    script.keys("q");
    assert!(matches!(script.app.open(), Open::Nothing) && !script.app.is_over());
    script.keys("?").event(Event::Press(Target::Row(RowId(5))));
    assert!(matches!(script.app.open(), Open::Nothing) && script.at() == 0);
}

#[test]
fn what_is_pasted_goes_into_the_line_being_typed_and_nowhere_else() {
    let mut script = Script::new(talk());
    script.event(Event::Paste("qqq\n40%".to_owned()));
    assert!(!script.app.is_over());
    assert_eq!(script.effects, []);
    script.keys("/").event(Event::Paste("cof\u{1b}fee\n".to_owned()));
    script.keys("<Ctrl+u>").event(Event::Paste("coffee\n".to_owned()));
    assert_eq!(match_of(&script).1, 4);
    script.event(Event::Paste("x".repeat(1_000_000)));
    let Open::Prompt(prompt) = script.app.open() else { panic!("closed") };
    assert_eq!(prompt.input.text().chars().count(), 1_000);
}

#[test]
fn a_resize_with_anything_open_keeps_it_open_and_the_cursor_in_sight() {
    for open in ["", "/line 1", "&line 1", "t1", ":fo", "?", "12", "z"] {
        let mut script = Script::new(long_talk());
        script.keys("50j").keys(open);
        let was_open = std::mem::discriminant(script.app.open());
        for (width, height) in [(20, 5), (200, 50), (5, 2), (40, 12), (1, 1), (80, 24)] {
            script.event(Event::Resized(Size { width, height }));
            assert_eq!(std::mem::discriminant(script.app.open()), was_open, "{open}");
            let reader = script.app.reader();
            let in_sight = reader.page().iter().any(|line| line.row == reader.cursor());
            assert!(in_sight || reader.layout().is_none(), "{open} {width}x{height}");
        }
    }
}

#[test]
fn a_narrower_window_wraps_anew_even_by_way_of_one_too_small() {
    let mut script = Script::new(talk());
    script.event(Event::Resized(Size { width: 3, height: 3 }));
    script.event(Event::Resized(Size { width: 30, height: 10 }));
    let reader = script.app.reader();
    let text = reader.transcript().text();
    let room = usize::from(reader.layout().unwrap().text);
    for line in reader.page() {
        assert!(sayagain::model::text::width(&text[line.text.clone()]) <= room);
    }
}

#[test]
fn a_resize_keeps_the_place_within_a_cue_taller_than_the_page() {
    let words: Vec<String> = (0..3_000).map(|word| format!("w{word}")).collect();
    let words = words.join(" ");
    let mut script = Script::new(transcript([(0, 90_000, words.as_str())]));
    script.keys("9<PgDn>");
    let first = script.app.reader().page()[0].text.start;
    for width in [60, 33, 120, 80] {
        script.event(Event::Resized(Size { width, height: 24 }));
        let now_first = script.app.reader().page()[0].text.start;
        assert!(now_first.abs_diff(first) < 200, "{width}: {first} became {now_first}");
    }
}

// --- redraws and wakes

#[test]
fn what_is_heard_redraws_only_when_the_screen_changes() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer();
    script.app.take_changed();
    let mut redraws = 0;
    // Eleven seconds, each with a new time, in steps of 10 ms; two cues and
    // one second line begin, all but one of them on a full second.
    for _ in 0..1_100 {
        script.wait(10);
        redraws += usize::from(script.app.take_changed());
    }
    assert!((11..=14).contains(&redraws), "{redraws}");
}

#[test]
fn paused_with_nothing_pending_it_sleeps_until_a_key() {
    let mut script = Script::new(talk());
    assert_eq!(script.app.next_wake(script.now), None);
    script.keys("<Space>").answer().wait(3_000).keys("<Space>").answer();
    script.wait(20_000).wait(20_000);
    assert_eq!(script.app.next_wake(script.now), None);
}

#[test]
fn one_can_go_to_what_has_not_come_yet_and_no_end_is_told() {
    let talk = transcript([(0, 10_000, "now"), (3_000_000, 3_600_000, "later")]);
    let begin = |at: u64| {
        let at = MediaTime::from_secs(at);
        let (app, _) = App::new(
            Start { media: Some(Media::BuiltIn(b"")), at, ..silent(talk.clone()) },
            Moment::default(),
        );
        app
    };
    for (at, keys) in [(0, "t50:00<Enter>"), (3_000, "")] {
        let mut app = begin(at);
        let mut asked = Vec::new();
        let reports = [Report::Opened { length: None }, Report::SoFar(MediaTime::from_secs(249))];
        let mut events: Vec<Event> = reports.into_iter().map(Event::Playback).collect();
        for key in keys.replace("<Enter>", "\n").chars() {
            let key = if key == '\n' { "Enter".parse().unwrap() } else { Key::char(key) };
            events.push(Event::Key(key));
        }
        for event in events {
            asked.extend(app.update(event, Moment::default()));
        }
        assert_eq!(app.notice(), None, "{keys}");
        assert_eq!(app.player().position(Moment::default()), MediaTime::from_secs(3_000));
        let to = MediaTime::from_secs(3_000);
        let is_seek = |effect: &Effect| matches!(effect, Effect::Playback(Request::Seek { to: there, .. }) if *there == to);
        assert_eq!(asked.iter().any(is_seek), !keys.is_empty(), "{asked:?}");
        // All has come: it is told only now that this may not belong together.
        app.update(Event::Playback(Report::Length(MediaTime::from_secs(3_400))), Moment::default());
        assert!(app.notice().unwrap().text().contains("another episode"));
    }
}

#[test]
fn a_notice_goes_by_itself() {
    let mut script = Script::new(talk());
    script.keys("n");
    let wake = script.app.next_wake(script.now).unwrap();
    script.app.take_changed();
    script.now = wake;
    script.wait(0);
    assert!(script.app.take_changed());
    assert_eq!(script.app.notice(), None);
}

#[test]
fn sound_that_is_not_given_out_in_time_is_not_waited_for_in_a_spin() {
    let mut script = Script::new(talk());
    script.keys("<Space>").answer();
    let id = script.app.player().id();
    let limit = MediaTime::from_millis(500);
    let clock = Clock { limit, ..Clock::running(MediaTime::ZERO, script.now, 1.0) };
    let at = script.now.after(Duration::from_secs(3));
    let wait = script.app.update(Event::Heard(Some(Heard { id, clock })), at);
    assert_eq!(wait, []);
    let wake = script.app.next_wake(at).unwrap();
    assert!(wake.wait(at) >= Duration::from_millis(5), "{wake:?}");
}

proptest! {
    #[test]
    fn playing_the_next_wake_is_ahead_and_at_most_a_second_of_the_episode_away(
        cues in any_cues(),
        steps in prop::collection::vec((0_u64..3_000, 0_usize..8), 1..30),
        tenths in 5..=30,
    ) {
        let start = Start { paused: false, speed: Speed::from_tenths(tenths), ..silent(transcript(cues)) };
        let mut script = Script::start(Start { media: Some(sayagain::model::playback::Media::BuiltIn(b"")), ..start });
        for (millis, key) in steps {
            script.wait(millis).keys(["", "l", "L", "H", "]", "j", ".", "/a<Tab>"][key]).answer();
            if !script.app.player().is_playing() {
                continue;
            }
            let wake = script.app.next_wake(script.now);
            prop_assert!(wake.is_some());
            let wait = wake.unwrap().wait(script.now);
            prop_assert!(wake.unwrap() > script.now, "{wait:?}");
            let media = wait.as_secs_f64() * script.app.player().speed().factor();
            prop_assert!(media < 1.01, "{media}");
        }
    }

    #[test]
    fn between_two_wakes_nothing_changes_on_the_screen(
        cues in any_cues(),
        at in 0_u64..6_000,
        tenths in 5..=30,
    ) {
        let start = Start { paused: false, speed: Speed::from_tenths(tenths), ..silent(transcript(cues)) };
        let mut script = Script::start(Start { at: MediaTime::from_millis(at), ..start });
        for _ in 0..40 {
            let Some(wake) = script.app.next_wake(script.now) else { break };
            script.app.take_changed();
            let wait = wake.wait(script.now);
            for part in 1..4 {
                let now = Moment(script.now.0 + wait * part / 4);
                script.app.update(Event::Heard(None), now);
                prop_assert!(!script.app.take_changed(), "{:?} of {:?}", now, wake);
            }
            script.now = wake;
            script.wait(0);
        }
    }
}

// --- helpers of this file

/// Twenty cues of four seconds, every 4 s; every fourth says coffee, the last
/// of them with a capital.
fn talk() -> Transcript {
    let texts: Vec<String> = (0..20)
        .map(|cue| {
            let speaker = if cue % 6 < 3 { "Ann" } else { "Ben" };
            match cue {
                0 | 4 | 8 => format!("{speaker}: Line {cue} is about coffee, black."),
                12 => format!("{speaker}: Coffee again, says line 12."),
                _ => format!("{speaker}: This is line {cue}."),
            }
        })
        .collect();
    transcript(
        texts.iter().zip(0..).map(|(text, cue)| (cue * 4_000, cue * 4_000 + 4_000, text.as_str())),
    )
}

/// Two hundred short cues; now is before the first.
fn long_talk() -> Transcript {
    let texts: Vec<String> = (0..200)
        .map(|cue| {
            format!("This is line {cue}{}", if cue % 50 == 7 { " with Coffee." } else { "." })
        })
        .collect();
    transcript(texts.iter().zip(1..).map(|(text, cue)| (cue * 400, cue * 400 + 400, text.as_str())))
}

/// The place that was kept last.
fn saved(script: &Script) -> Option<KeptPlace> {
    script.effects.iter().rev().find_map(|effect| match effect {
        Effect::Save(place) => Some(*place),
        _ => None,
    })
}

fn said(script: &Script) -> String {
    script.app.notice().map(|notice| notice.text().to_owned()).unwrap_or_default()
}

fn marked(script: &Script) -> Option<u32> {
    script.app.spoken(script.now).row().map(|row| row.0)
}

fn requests(script: &Script) -> Vec<Request> {
    let asked = script.effects.iter().filter_map(|effect| match effect {
        Effect::Playback(request) => Some(request.clone()),
        _ => None,
    });
    asked.collect()
}

/// The places kept, in milliseconds.
fn saves(script: &Script) -> Vec<u64> {
    let kept = script.effects.iter().filter_map(|effect| match effect {
        Effect::Save(place) => Some(place.at.as_millis()),
        _ => None,
    });
    kept.collect()
}

/// The current match and how many there are.
fn match_of(script: &Script) -> (Option<usize>, usize) {
    let finds = script.app.reader().finds();
    (finds.and_then(Finds::current), finds.map_or(0, Finds::len))
}

/// The rows on the page, each once.
fn rows_of(script: &Script) -> Vec<u32> {
    let mut rows: Vec<u32> = script.app.reader().page().iter().map(|line| line.row.0).collect();
    rows.dedup();
    rows
}
