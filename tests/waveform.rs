//! The waveform in the whole program, without terminal and sound: keys in,
//! effects and screens out.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod script;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use sayagain::app::{Effect, Event, Size, Start, Target};
use sayagain::model::playback::Media;
use sayagain::model::{Chapter, Chapters, Level, MediaTime};
use sayagain::ui::{self, Theme};
use script::{Script, silent, transcript};

/// Audio of 100 s, loud in its first half and quiet in the other, with a
/// chapter at 60 s and a cue every five seconds.
fn talk() -> Script {
    let cues = (0..20).map(|cue| {
        let said = if cue == 6 { "Ann: coffee" } else { "Ann: and so on" };
        (cue * 5_000, cue * 5_000 + 4_000, said)
    });
    let chapters = vec![Chapter::new(MediaTime::from_secs(60), None, "The second")];
    Script::start(Start {
        media: Some(Media::BuiltIn(b"")),
        chapters: Chapters::new(chapters),
        ..silent(transcript(cues))
    })
}

/// Gives the answer to the last question about how loud it is.
fn answer(script: &mut Script) {
    let asked = script.effects.iter().rev().find_map(|effect| match effect {
        Effect::Survey { asked, .. } => Some(*asked),
        _ => None,
    });
    let levels = [vec![Level(240); 500], vec![Level(216); 500]].concat();
    script.event(Event::Levels { asked: asked.unwrap(), first: 0, levels });
}

fn rows(script: &mut Script, width: u16, height: u16) -> Vec<String> {
    script.event(Event::Resized(Size { width, height }));
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| ui::draw(frame, &script.app, Theme::probe(), script.now)).unwrap();
    let cells = terminal.backend().buffer().content().chunks(usize::from(width));
    cells.map(|row| row.iter().map(Cell::symbol).collect()).collect()
}

fn count_of_surveys(script: &Script) -> usize {
    script.effects.iter().filter(|effect| matches!(effect, Effect::Survey { .. })).count()
}

#[test]
fn an_episode_is_looked_through_when_its_waveform_is_wanted_and_only_once() {
    let mut script = talk();
    script.keys("lll?j<Esc>");
    assert_eq!(count_of_surveys(&script), 0);
    script.keys("W");
    assert_eq!(count_of_surveys(&script), 1);
    script.keys("WWZZ");
    assert_eq!(count_of_surveys(&script), 1);
}

#[test]
fn while_nothing_is_known_yet_the_waveform_says_what_is_waited_for() {
    let mut script = talk();
    script.keys("W");
    assert!(rows(&mut script, 80, 24)[19].contains("measuring"));
    answer(&mut script);
    assert!(!rows(&mut script, 80, 24)[19].contains("measuring"));
}

#[test]
fn the_waveform_stands_over_the_bar_with_what_lies_where() {
    let mut script = talk();
    script.keys("t50<Enter>/coffee<Tab>jjjW");
    answer(&mut script);
    let rows = rows(&mut script, 80, 24);
    let bar = &rows[21];
    let left = bar.chars().position(|c| c == '━').unwrap();
    let (sign, loud) = (&rows[18], &rows[19]);
    let column = |row: &str, sign: char| row.chars().position(|c| c == sign).unwrap();
    assert_eq!(column(sign, '▼'), column(bar, '●'));
    assert_eq!(column(sign, '╷'), column(bar, '┼'));
    assert!((left..column(sign, '▼')).contains(&column(sign, '•')));
    assert!((column(sign, '•')..column(sign, '▼')).contains(&column(sign, '▽')));
    let blocks = loud.chars().filter(|c| *c == '█').count();
    let width = bar.chars().filter(|c| "━●─┼".contains(*c)).count();
    assert!(blocks.abs_diff(width / 2) <= 1, "{blocks} of {width} are loud");
}

#[test]
fn a_silence_is_drawn_as_one() {
    let mut script = Script::new(transcript([(0, 1_000, "one")]));
    script.keys("W");
    let levels = vec![Level(1); 1_000];
    script.event(Event::Levels { asked: 1, first: 0, levels });
    assert!(script.app.waveform().iter().all(Option::is_some));
    let rows = rows(&mut script, 80, 24);
    assert!(rows[19].trim().is_empty() && rows[20].contains('▁'), "{rows:?}");
}

#[test]
fn what_belongs_to_another_question_is_dropped() {
    let mut script = Script::new(transcript([(0, 1_000, "one")]));
    script.keys("W").event(Event::Levels { asked: 7, first: 0, levels: vec![Level(240); 900] });
    assert!(script.app.waveform().iter().all(Option::is_none));
    answer(&mut script);
    assert!(script.app.waveform().iter().all(Option::is_some));
}

#[test]
fn zoomed_in_a_click_goes_to_what_is_drawn_there() {
    let mut script = talk();
    script.keys("WZZt50<Enter>");
    let window = script.app.waveform_window(script.now);
    assert_eq!((window.start.as_millis(), window.end.as_millis()), (30_000, 90_000));
    let bar = script.app.bar().unwrap();
    let row = script.app.reader().layout().unwrap().waveform.unwrap() + 1;
    let target = ui::hit(&script.app, bar.left, row);
    assert_eq!(target, Target::Waveform(0.0));
    script.event(Event::Press(target));
    assert_eq!(script.at(), 30_000);
    script.keys("Z");
    let target = ui::hit(&script.app, bar.left + bar.width - 1, row);
    script.event(Event::Press(target));
    assert_eq!(script.at(), 100_000);
}

#[test]
fn a_screen_without_room_for_it_says_so_and_stays_as_it_is() {
    let mut script = talk();
    let before = rows(&mut script, 40, 12);
    script.keys("W");
    let after = rows(&mut script, 40, 12);
    assert_eq!(before[..11], after[..11]);
    assert_eq!(after[11].trim(), "no room: the waveform takes 40×16");
    assert_eq!(count_of_surveys(&script), 0);
}

#[test]
fn it_shows_also_in_the_next_picture_after_the_place_has_moved_a_column() {
    let mut script = talk();
    script.keys("W");
    answer(&mut script);
    script.keys(" ").answer();
    script.app.take_changed();
    let column = |script: &Script| {
        let position = script.app.player().position(script.now);
        script.app.waveform_column(position, script.now)
    };
    for _ in 0..40 {
        let before = column(&script);
        let wake = script.app.next_wake(script.now).unwrap();
        let wait = wake.wait(script.now).as_micros().div_ceil(1_000);
        // Just before it wakes nothing has moved yet.
        if wait > 1 {
            script.wait(u64::try_from(wait).unwrap() - 1);
            assert!(column(&script) == before || script.app.take_changed());
        }
        script.wait(1);
    }
}

proptest! {
    #[test]
    fn now_lies_in_what_is_shown_and_its_column_in_the_bar(
        millis in 0_u64..100_000, zooms in 0_usize..3, width in 40_u16..200
    ) {
        let mut script = talk();
        script.event(Event::Resized(Size { width, height: 30 }));
        let (secs, rest) = (millis / 1_000, millis % 1_000);
        script.keys("W").keys(&"Z".repeat(zooms));
        script.keys(&format!("t0:{:02}:{:02}.{rest:03}<Enter>", secs / 60, secs % 60));
        let window = script.app.waveform_window(script.now);
        let position = script.app.player().position(script.now);
        prop_assert!(window.start <= position && position <= window.end);
        prop_assert!(window.end <= MediaTime::from_secs(100));
        let column = script.app.waveform_column(position, script.now).unwrap();
        prop_assert!(column < script.app.bar().unwrap().width);
    }
}
