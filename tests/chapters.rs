//! Chapters in the whole program, without terminal and sound: keys in, effects
//! and screens out.

mod script;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use ratatui::style::Color;
use sayagain::app::{Effect, Event, Open, Size, Start, Target};
use sayagain::model::playback::{Media, Report, Request};
use sayagain::model::{Chapter, Chapters, MediaTime};
use sayagain::ui::{self, Theme};
use script::{Script, silent, transcript};

/// Audio of 100 s with four chapters, and a cue every five seconds.
fn talk() -> Script {
    with(&[(0, "Welcome"), (20, "The old parser"), (45, "What it does today"), (90, "Bye")])
}

fn with(chapters: &[(u64, &str)]) -> Script {
    let cues = (0..20).map(|cue| (cue * 5_000, cue * 5_000 + 4_000, "Ann: and so on it goes"));
    let chapters = chapters
        .iter()
        .map(|&(start, title)| Chapter::new(MediaTime::from_secs(start), None, title));
    Script::start(Start {
        media: Some(Media::BuiltIn(b"")),
        chapters: Chapters::new(chapters.collect()),
        ..silent(transcript(cues))
    })
}

/// The title of the chapter that is heard.
fn present(script: &Script) -> Option<&str> {
    let index = script.app.chapter(script.now)?;
    Some(&script.app.chapters().all()[index].title)
}

fn said(script: &Script) -> &str {
    script.app.notice().map_or("", |notice| notice.text())
}

#[test]
fn parentheses_step_through_the_chapters() {
    let mut script = talk();
    script.keys(")");
    assert_eq!((script.at(), present(&script)), (20_000, Some("The old parser")));
    assert_eq!(said(&script), "2/4 The old parser");
    script.keys("))");
    assert_eq!((script.at(), present(&script)), (90_000, Some("Bye")));
    script.keys(")");
    assert_eq!((script.at(), said(&script)), (90_000, "this is the last chapter"));
    script.keys("2(");
    assert_eq!(present(&script), Some("The old parser"));
    script.keys("9(");
    assert_eq!((script.at(), present(&script)), (0, Some("Welcome")));
    script.keys("(9)");
    assert_eq!(present(&script), Some("Bye"));
}

#[test]
fn a_step_back_from_within_a_chapter_goes_to_its_own_start() {
    let mut script = talk();
    script.keys("t50<Enter>(");
    assert_eq!(script.at(), 45_000);
    script.keys("t48<Enter>(");
    assert_eq!(script.at(), 20_000, "near its start it goes to the one before");
    script.keys("t50<Enter>2(");
    assert_eq!(script.at(), 20_000);
    script.keys("t5<Enter>((");
    assert_eq!(script.at(), 0);
}

#[test]
fn a_chapter_gone_to_is_the_present_one_even_if_the_sound_begins_a_little_before() {
    let mut script = talk();
    script.keys(")").answer();
    let clock = sayagain::model::Clock::paused(MediaTime::from_micros(19_999_980));
    let id = script.app.player().id();
    let at = clock.position(script.now);
    script.event(Event::Playback(Report::Paused { id, at }));
    assert_eq!((script.at(), present(&script)), (19_999, Some("The old parser")));
    script.keys(")");
    assert_eq!(present(&script), Some("What it does today"));
    script.keys("h");
    assert_eq!(present(&script), Some("The old parser"), "another seek forgets it");
}

#[test]
fn a_step_keeps_playing_or_paused_as_it_was_and_can_be_taken_back() {
    let mut script = talk();
    script.keys("<Space>").answer().wait(1_000);
    script.effects.clear();
    script.keys(")");
    assert!(script.app.player().is_playing());
    let to = MediaTime::from_secs(20);
    let seeks = |effect: &Effect| matches!(effect, Effect::Playback(Request::Seek { to: place, .. }) if *place == to);
    assert!(script.effects.iter().any(seeks), "{:?}", script.effects);
    script.answer().wait(500).keys("u");
    assert_eq!(script.at(), 1_000);
    let mut paused = talk();
    paused.keys(")");
    assert!(!paused.app.player().is_playing());
}

#[test]
fn the_name_changes_by_itself_when_the_next_chapter_begins() {
    let mut script = with(&[(0, "One"), (3, "Two"), (7, "Three")]);
    script.keys("<Space>").answer().wait(2_950);
    assert_eq!(present(&script), Some("One"));
    let wake = script.app.next_wake(script.now).unwrap();
    let passed = wake.0.checked_sub(script.now.0).unwrap();
    assert!(passed.as_millis() <= 50, "it sleeps for {passed:?}");
    script.app.take_changed();
    script.wait(50);
    assert_eq!(present(&script), Some("Two"));
    assert!(script.app.take_changed());
}

#[test]
fn without_chapters_the_keys_say_so() {
    let mut script = Script::new(transcript([(0, 4_000, "Ann: and so on it goes")]));
    for key in ["(", ")", "C"] {
        script.keys(key);
        assert_eq!(said(&script), "this episode has no chapters");
        assert!(matches!(script.app.open(), Open::Nothing));
        script.wait(4_000);
    }
    let mut late = with(&[(10, "Late"), (500, "Never")]);
    late.keys("(");
    assert_eq!(said(&late), "no chapter has begun yet");
    late.keys(")");
    assert_eq!(late.at(), 10_000);
    late.keys(")");
    assert_eq!(said(&late), "this chapter is at 8:20, after the end of the audio");
    assert_eq!(late.at(), 10_000);
}

#[test]
fn the_list_opens_at_the_present_chapter_and_enter_plays_from_the_selected() {
    let mut script = talk();
    script.keys("t50<Enter>C");
    let Open::Chapters(list) = script.app.open() else { panic!("{:?}", script.app.open()) };
    assert_eq!(list.selected, 2);
    script.keys("j<Enter>");
    assert!(matches!(script.app.open(), Open::Nothing));
    assert_eq!((script.at(), present(&script)), (90_000, Some("Bye")));
    assert!(script.app.player().is_playing());
    assert!(script.app.reader().follows());
    script.keys("Ck<Esc>");
    assert!(matches!(script.app.open(), Open::Nothing));
    assert_eq!(script.at(), 90_000);
    script.keys("<Space>:chapters<Enter>gk<Enter>");
    assert_eq!(present(&script), Some("Welcome"), "the first holds it");
    script.keys("CGj<Enter>");
    assert_eq!(present(&script), Some("Bye"), "and the last");
}

#[test]
fn in_the_list_playing_and_stepping_go_on() {
    let mut script = talk();
    script.keys("C<Space>");
    assert!(script.app.player().is_playing());
    script.keys("))");
    let Open::Chapters(list) = script.app.open() else { panic!("{:?}", script.app.open()) };
    assert_eq!(list.selected, 2);
    assert_eq!(present(&script), Some("What it does today"));
}

#[test]
fn a_click_on_a_chapter_plays_from_it_and_one_beside_closes_the_list() {
    for (width, height) in [(80, 24), (20, 5)] {
        let mut script = talk();
        script.event(Event::Resized(Size { width, height })).keys("C");
        let shown = screen(&mut script, width, height);
        let row = shown.lines().position(|line| line.contains("The o")).unwrap();
        let target = ui::hit(&script.app, width / 2, u16::try_from(row).unwrap());
        assert_eq!(target, Target::Chapter(1), "{shown}");
        script.event(Event::Press(target));
        assert_eq!((script.at(), present(&script)), (20_000, Some("The old parser")));
        script.keys("C");
        let beside = ui::hit(&script.app, 0, 0);
        assert_eq!(beside, Target::Nothing);
        script.event(Event::Press(beside));
        assert!(matches!(script.app.open(), Open::Nothing));
        assert_eq!(script.at(), 20_000);
    }
}

#[test]
fn a_long_list_keeps_the_selection_in_sight() {
    let titles: Vec<String> = (0..90).map(|number| format!("Part {number}")).collect();
    let told: Vec<_> = (0..).zip(titles.iter().map(String::as_str)).collect();
    let mut script = with(&told);
    script.keys("C").keys(&"j".repeat(40));
    for (width, height) in [(80, 24), (20, 5), (40, 12)] {
        script.keys("j");
        let Open::Chapters(list) = *script.app.open() else { panic!("{:?}", script.app.open()) };
        let shown = screen(&mut script, width, height);
        assert!(shown.contains(&format!("Part {}", list.selected)), "{shown}");
    }
}

#[test]
fn the_screen_with_chapters_looks_like_this_at_each_size() {
    for (width, height) in [(120, 40), (80, 24), (40, 12), (20, 5)] {
        let mut script = talk();
        script.keys("t50<Enter>").wait(4_000);
        check(&format!("chapters-{width}x{height}"), &screen(&mut script, width, height));
        script.keys("Ck");
        check(&format!("chapter-list-{width}x{height}"), &screen(&mut script, width, height));
    }
}

#[test]
fn a_chapter_too_long_for_the_header_is_cut_and_with_no_room_stands_in_the_state() {
    let long = "A chapter whose name goes on and on until nobody reads it any more";
    let mut script = with(&[(0, long)]);
    let shown = screen(&mut script, 80, 24);
    let header = shown.lines().next().unwrap();
    assert!(header.contains("The Coffee Episode · A chapter whose name"), "{header}");
    assert!(header.contains('…') && header.contains("Ann"), "{header}");
    let shown = screen(&mut script, 50, 12);
    let named: Vec<usize> = (0..)
        .zip(shown.lines())
        .filter(|(_, line)| line.contains("A chap"))
        .map(|(row, _)| row)
        .collect();
    assert_eq!(named, [0], "{shown}");
}

#[test]
fn beside_a_long_title_the_chapter_stands_in_the_state() {
    let title = "An episode with a long title that really takes nearly all of the line".to_owned();
    let mut script = Script::start(Start {
        title,
        chapters: talk().app.chapters().clone(),
        ..silent(transcript([(0, 4_000, "Ann: and so on it goes")]))
    });
    let shown = screen(&mut script, 80, 24);
    let rows = (0..).zip(shown.lines()).filter(|(_, line)| line.contains("Welcome"));
    let rows: Vec<usize> = rows.map(|(row, _)| row).collect();
    assert_eq!(rows, [22], "{shown}");
}

#[test]
fn ticks_stand_where_chapters_begin_and_give_way_where_there_is_no_room() {
    let mut script = talk();
    let bar = |script: &mut Script| {
        let shown = screen(script, 80, 24);
        let line = shown.lines().find(|line| line.contains("1:40")).unwrap().to_owned();
        line.split('|').next().unwrap().to_owned()
    };
    assert_eq!(bar(&mut script).matches('┼').count(), 3);
    script.keys("t30<Enter>");
    let shown = bar(&mut script);
    assert_eq!((shown.matches('╋').count(), shown.matches('┼').count()), (1, 2));
    let told: Vec<_> = (0..60).map(|secs| (secs, "x")).collect();
    assert_eq!(bar(&mut with(&told)).matches('┼').count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_keys_leave_the_list_in_order(
        starts in proptest::collection::vec(0_u64..120, 0..30),
        keys in "([()CjkgG0-9 ]|<Enter>|<Esc>|<PgDn>|<PgUp>|<Ctrl\\+d>|<Ctrl\\+u>){0,20}",
        width in 5_u16..90,
        height in 2_u16..30,
    ) {
        let told: Vec<_> = starts.iter().map(|&start| (start, "x")).collect();
        let mut script = with(&told);
        script.event(Event::Resized(Size { width, height })).keys(&keys);
        script.event(Event::Wheel(3)).event(Event::Wheel(-7));
        screen(&mut script, width, height);
        if let Open::Chapters(list) = script.app.open() {
            let rows = script.app.chapter_sheet().rows().max(1);
            prop_assert!(list.selected < starts.len());
            prop_assert!((list.top..list.top + rows).contains(&list.selected));
        }
        prop_assert!(script.at() <= 100_000);
    }
}

/// The screen as text, and beside each row the role of each of its cells.
fn screen(script: &mut Script, width: u16, height: u16) -> String {
    script.event(Event::Resized(Size { width, height }));
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| ui::draw(frame, &script.app, Theme::probe(), script.now)).unwrap();
    let buffer = terminal.backend().buffer();
    let rows = buffer.content().chunks(usize::from(width)).map(|row| {
        let text: String = row.iter().map(Cell::symbol).collect();
        let roles: String = row.iter().map(role_letter).collect();
        format!("{text}|{}\n", roles.trim_end_matches('.'))
    });
    rows.collect()
}

fn role_letter(cell: &Cell) -> char {
    match cell.fg {
        Color::Indexed(letter) => char::from(letter),
        _ => '.',
    }
}

fn check(name: &str, screen: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, screen));
}
