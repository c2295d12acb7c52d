//! The library on the screen: choosing an episode, searching all of them, and
//! going from one to the next.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod script;

use std::path::PathBuf;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;
use sayagain::app::shelf::{Found, FoundLine, Group, Showing, Wish};
use sayagain::app::{About, Effect, Event, Open, QueueChange, Size, Start, Target, View};
use sayagain::model::episode::{Episode, Pairing};
use sayagain::model::playback::{Media, Report, Request};
use sayagain::model::{Chapter, Chapters, MediaTime, Transcript};
use sayagain::ui::{self, Theme};
use script::{Script, silent, transcript};

fn episode(number: u32, title: &str) -> Episode {
    Episode {
        id: i64::from(number),
        key: format!("{number:032x}"),
        title: title.to_owned(),
        show: "Talk".to_owned(),
        number: Some(number),
        length: Some(MediaTime::from_secs(100)),
        audio: Some(format!("/talk/{number}.mp3").into()),
        transcript: Some(format!("/talk/{number}.vtt").into()),
        ..Episode::default()
    }
}

fn episodes() -> Vec<Episode> {
    let heard = |secs, at| (Some(MediaTime::from_secs(secs)), Some(at));
    let mut all = vec![episode(1, "Coffee"), episode(2, "Tea and cake"), episode(3, "Water")];
    (all[2].place, all[2].heard) = heard(40, 1_700_000_000);
    (all[0].place, all[0].heard) = heard(99, 1_800_000_000);
    all[1].pairing = Some(Pairing { reason: "same number".into(), confidence: "doubtful".into() });
    all
}

fn tea() -> Transcript {
    transcript([(0, 5_000, "Ann: tea first"), (5_000, 9_000, "Bob: cake"), (9_000, 12_000, "tea")])
}

/// Only the list, with nothing behind it.
fn chooser() -> Script {
    let mut script = Script::start(silent(Transcript::default()));
    script.app.begin_with(episodes());
    script.event(Event::Resized(Size { width: 80, height: 24 }));
    script.effects.clear();
    script
}

/// An episode that is open and paused.
fn reading() -> Script {
    let mut script = Script::new(tea());
    script.effects.clear();
    script
}

fn hit(secs: u64, text: &str, word: &str) -> FoundLine {
    let from = text.find(word).unwrap();
    FoundLine {
        start: MediaTime::from_secs(secs),
        speaker: Some("Ann".to_owned()),
        text: text.to_owned(),
        line: 0..text.len(),
        marked: std::iter::once(from..from + word.len()).collect(),
        names: Vec::new(),
    }
}

fn groups() -> Vec<Group> {
    let all = episodes();
    vec![
        Group {
            episode: all[1].clone(),
            hits: vec![hit(0, "tea first", "tea"), hit(9, "tea", "tea")],
            count: 2,
        },
        Group { episode: all[2].clone(), hits: vec![hit(7, "no tea, but water", "tea")], count: 1 },
    ]
}

/// Answers the last question with `found`.
fn answer(script: &mut Script, found: Vec<Group>) {
    let asked = asked(script);
    script.event(Event::Found { asked, found: Found::Some(found) });
    script.event(Event::Found { asked, found: Found::Done });
}

/// What is to be opened.
fn wish(script: &mut Script) -> Wish {
    let wishes =
        std::mem::take(&mut script.effects).into_iter().filter_map(|effect| match effect {
            Effect::OpenEpisode(wish) => Some(*wish),
            _ => None,
        });
    let wishes: Vec<Wish> = wishes.collect();
    let [wish] = wishes.try_into().expect("one episode is to be opened");
    wish
}

/// Opens it as the loop would.
fn open(script: &mut Script, wish: &Wish, transcript: Transcript) -> Vec<Effect> {
    let start = Start {
        media: Some(Media::BuiltIn(b"")),
        at: wish.at.unwrap_or_default(),
        paused: wish.is_paused,
        title: wish.episode.title.clone(),
        ..silent(transcript)
    };
    let mut effects = script.app.close_episode(script.now);
    effects.extend(script.app.open_episode(start, wish, script.now));
    effects
}

/// A search through all episodes for `tea`, and what `keys` choose of its
/// results.
fn choosing(keys: &str) -> (Script, Wish) {
    let mut script = reading();
    script.keys("Stea");
    answer(&mut script, groups());
    script.effects.clear();
    script.keys(keys);
    let chosen = wish(&mut script);
    (script, chosen)
}

/// The lines of the list, each with a mark where the cursor is.
fn lines(script: &Script) -> Vec<String> {
    drawn(script, 80, 24)
        .lines()
        .skip(2)
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .take_while(|line| !line.is_empty())
        .collect()
}

fn drawn(script: &Script, width: u16, height: u16) -> String {
    let buffer = buffer(script, width, height);
    let rows = buffer.content().chunks(usize::from(width)).map(|row| {
        let row: String = row.iter().map(Cell::symbol).collect();
        format!("{}\n", row.trim_end())
    });
    rows.collect()
}

/// What is shown with its colours exchanged.
fn reversed(script: &Script) -> String {
    let buffer = buffer(script, 80, 24);
    let cells = buffer.content().iter();
    let is_reversed = |cell: &&Cell| cell.modifier.contains(Modifier::REVERSED);
    cells.filter(is_reversed).map(Cell::symbol).collect()
}

fn buffer(script: &Script, width: u16, height: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let draw = |frame: &mut ratatui::Frame<'_>| {
        ui::draw(frame, &script.app, Theme::probe(), script.now);
    };
    terminal.draw(draw).unwrap();
    terminal.backend().buffer().clone()
}

#[test]
fn the_list_has_what_was_begun_on_top_and_tells_what_is_known() {
    let script = chooser();
    assert_eq!(
        lines(&script),
        [
            "Continue listening",
            "› 003 Water 40 % 1:40",
            "Episodes newest first 3",
            "003 Water 40 % 1:40",
            "002 Tea and cake doubtful 1:40",
            "001 Coffee played 1:40",
        ]
    );
}

#[test]
fn dates_and_shows_stand_in_the_list_where_they_tell_something() {
    let mut all = episodes();
    all[0].date = Some(20_260_102);
    all[1].show = "Kitchen".to_owned();
    all[1].audio = None;
    all[2].transcript = None;
    all[2].title = "水の話".to_owned();
    let mut script = Script::start(silent(Transcript::default()));
    script.app.begin_with(all);
    script.event(Event::Resized(Size { width: 120, height: 24 }));
    let wide = drawn(&script, 120, 24);
    for told in ["2026-01-02", "Kitchen", "no audio", "no transcript", "水の話"] {
        let told: String = told.chars().map(String::from).collect();
        assert!(wide.replace("  ", " ").replace("水 の 話", "水の話").contains(&told), "{wide}");
    }
    script.event(Event::Resized(Size { width: 40, height: 12 }));
    let narrow = drawn(&script, 40, 12);
    assert!(narrow.contains("002  Tea and cake") && narrow.contains("!      1:40"), "{narrow}");
}

#[test]
fn a_key_puts_the_episodes_in_another_order_and_one_leaves_only_the_unplayed() {
    let mut script = chooser();
    script.keys("ss");
    let titles = |script: &Script| {
        let all = lines(script).into_iter().skip_while(|line| !line.contains("by title"));
        all.skip(1).map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&script), ["Coffee", "Tea", "Water"]);
    script.keys("v");
    assert_eq!(titles(&script), ["Tea", "Water"]);
    script.keys("v");
    assert_eq!(lines(&script), ["Played by title 1", "› 001 Coffee played 1:40"]);
    script.keys("v");
    assert_eq!(titles(&script).len(), 3);
}

#[test]
fn the_cursor_stays_on_its_episode_when_others_come() {
    let mut script = chooser();
    script.keys("jj");
    assert!(lines(&script)[4].starts_with("› 002"));
    let mut more = episodes();
    more.push(episode(4, "Milk"));
    script.event(Event::Episodes(more));
    assert!(lines(&script)[5].starts_with("› 002"), "{:?}", lines(&script));
}

#[test]
fn letters_of_a_name_leave_what_has_them_and_enter_opens_it() {
    let mut script = chooser();
    script.keys("/cake te");
    assert_eq!(lines(&script), ["› 002 Tea and cake doubtful 1:40"]);
    script.keys("<Enter>");
    let chosen = wish(&mut script);
    assert_eq!((chosen.episode, chosen.at, chosen.typed), (episodes()[1].clone(), None, None));
    script.keys("/zzz");
    assert_eq!(lines(&script), ["no episode is called so"]);
    script.keys("<Enter>");
    assert!(script.effects.is_empty());
    script.keys("/<Esc>");
    assert_eq!(lines(&script).len(), 6);
    script.keys("/wtr<Tab>j");
    assert_eq!(lines(&script), ["› 003 Water 40 % 1:40"], "j is a command again");
    script.keys("<Esc>");
    assert_eq!(lines(&script).len(), 6);
}

#[test]
fn keys_are_named_whole_or_not_at_all_and_help_always() {
    let mut script = chooser();
    for (width, told) in [
        (80, "Enter plays   / filter   S search   a queue   p played   ? help   q quit"),
        (60, "Enter plays   / filter   S search   ? help   q quit"),
        (40, "Enter plays   ? help   q quit"),
        (31, "Enter plays   ? help   q quit"),
        (20, "? help   q quit"),
    ] {
        script.event(Event::Resized(Size { width, height: 12 }));
        let screen = drawn(&script, width, 12);
        assert_eq!(screen.lines().last().unwrap().trim(), told);
    }
}

#[test]
fn the_cursor_stays_on_the_episode_that_a_kept_filter_led_to() {
    let mut script = chooser();
    script.keys("/cof<Tab>");
    assert_eq!(lines(&script), ["› 001 Coffee played 1:40"]);
    script.keys("<Esc>");
    assert_eq!(lines(&script)[5], "› 001 Coffee played 1:40");
}

#[test]
fn with_nothing_behind_it_escape_leaves_the_list_open_and_q_ends_the_program() {
    let mut script = chooser();
    script.keys("<Esc>");
    assert!(script.effects.is_empty());
    assert_eq!(script.app.notice().unwrap().text(), "nothing is playing; q quits");
    script.keys("S");
    assert_eq!(lines(&script), ["words, \"a phrase\", begin*, /pattern/, speaker:ann, episode:21"]);
    script.keys("<Esc>");
    assert_eq!(lines(&script).len(), 6, "the list is behind the search");
    script.keys("q");
    assert_eq!(script.effects, [Effect::Quit]);
    let mut script = chooser();
    script.keys("/<Ctrl+c>");
    assert_eq!(script.effects, [Effect::Quit]);
}

#[test]
fn the_help_and_a_command_are_opened_over_the_list_and_left_to_it() {
    let mut script = chooser();
    script.keys("?");
    assert!(drawn(&script, 80, 24).contains("Keys"));
    script.keys("<Esc>");
    assert_eq!(lines(&script).len(), 6);
    script.keys(":nothing<Enter>");
    assert_eq!(lines(&script).len(), 6);
    assert!(drawn(&script, 80, 24).contains("no command"));
}

#[test]
fn the_sound_goes_on_behind_the_list_and_its_keys_work_there() {
    let mut script = reading();
    script.keys("<Space>").answer().keys("o").event(Event::Episodes(episodes()));
    script.wait(3_000);
    assert!(drawn(&script, 80, 24).contains("0:03"));
    script.keys("l").answer();
    assert_eq!(script.at(), 8_000);
    script.keys("<Space>").answer();
    assert!(!script.app.player().is_playing());
    script.keys("<Esc>");
    assert_eq!(script.app.view(), View::Transcript);
}

#[test]
fn over_an_episode_the_list_is_asked_for_and_left_again() {
    let mut script = reading();
    script.keys("o");
    assert_eq!(script.effects, [Effect::List]);
    script.event(Event::Episodes(episodes()));
    assert_eq!(lines(&script).len(), 6);
    script.keys("<Esc>");
    assert_eq!(script.app.view(), View::Transcript);
    assert!(!script.app.is_over());
}

#[test]
fn the_episode_that_was_open_is_kept_before_another_is_opened() {
    let mut script = reading();
    script.keys("<Space>").answer().wait(3_000);
    script.keys("o").event(Event::Episodes(episodes()));
    script.effects.clear();
    script.keys("<Enter>");
    let wish = wish(&mut script);
    let id = script.app.player().id();
    let effects = open(&mut script, &wish, tea());
    let told: Vec<&str> = effects
        .iter()
        .map(|effect| match effect {
            Effect::Playback(Request::Pause) => "pause",
            Effect::Save(place) if place.at == MediaTime::from_secs(3) => "save",
            Effect::Playback(Request::Open { id: new, .. }) if *new > id => "open",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, ["pause", "save", "open"]);
    assert_eq!(script.app.title(), "Water");
    assert_eq!(script.app.view(), View::Transcript);
}

#[test]
fn the_list_opens_at_the_episode_that_plays() {
    let mut script = chooser();
    script.keys("G<Enter>");
    let wish = wish(&mut script);
    let played = wish.episode.title.clone();
    open(&mut script, &wish, tea());
    script.keys("og");
    assert!(!lines(&script)[1].contains(&played), "{:?}", lines(&script));
    script.keys("<Esc>o");
    let is_there = |line: &String| line.starts_with('›') && line.contains(&played);
    assert!(lines(&script).iter().any(is_there), "{:?}", lines(&script));
}

/// The episode with this number, named on the command line.
fn named(number: u32) -> Script {
    let mut script = reading();
    script.app.know_own(Episode { show: "Own".to_owned(), ..episode(number, "Named") });
    script
}

#[test]
fn the_list_opens_at_the_episode_that_was_named_on_the_command_line_when_it_has_come() {
    let mut script = named(1);
    script.keys("o");
    assert_eq!(script.effects, [Effect::List]);
    script.event(Event::Episodes(episodes()));
    let is_there = |line: &String| line.starts_with('›') && line.contains("Coffee");
    assert!(lines(&script).iter().any(is_there), "{:?}", lines(&script));
    // What comes later leaves the cursor alone.
    script.keys("g").event(Event::Episodes(episodes()));
    assert!(lines(&script)[1].starts_with('›'), "{:?}", lines(&script));
}

#[test]
fn the_list_says_that_an_episode_named_on_the_command_line_is_not_in_it() {
    let mut script = named(7);
    script.keys("o").event(Event::Episodes(episodes()));
    let said = script.app.notice().unwrap().text();
    assert!(said.contains("not in the library"), "{said}");
    // The sample, or what comes through a pipe, is in no list.
    let mut script = reading();
    script.keys("o").event(Event::Episodes(episodes()));
    assert_eq!(script.app.notice(), None);
}

#[test]
fn the_next_episode_after_one_named_on_the_command_line_is_that_of_the_list() {
    let mut script = named(2);
    script.keys(">");
    assert_eq!(script.effects, [Effect::List]);
    script.event(Event::Episodes(episodes()));
    script.effects.clear();
    script.keys("<");
    assert_eq!(kept(&mut script), ["open 003"]);
    let mut script = named(7);
    script.keys(">").event(Event::Episodes(episodes()));
    assert!(script.app.notice().unwrap().text().contains("not in the library"));
}

#[test]
fn what_is_known_of_an_episode_named_on_the_command_line_is_shown() {
    for (number, known) in [(1, "Talk"), (7, "Own")] {
        let mut script = named(number);
        script.keys("I").event(Event::Episodes(episodes()));
        let Open::Details(_) = script.app.open() else { panic!("nothing is shown") };
        let shown = drawn(&script, 80, 24);
        assert!(shown.contains(known), "{number}\n{shown}");
    }
}

#[test]
fn what_is_typed_is_looked_for_and_shown_by_episode() {
    let mut script = reading();
    script.keys("S").event(Event::Episodes(episodes()));
    script.keys("te");
    let typed: Vec<&str> = script
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Find { typed, .. } => Some(typed.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(typed, ["t", "te"]);
    answer(&mut script, groups());
    assert_eq!(
        lines(&script),
        [
            "002 Tea and cake 2",
            "› 0:00 Ann tea first",
            "0:09 Ann tea",
            "003 Water 1",
            "0:07 Ann no tea, but water",
        ]
    );
    // An answer to what was typed before comes late.
    script.event(Event::Found { asked: 1, found: Found::Some(groups()) });
    assert_eq!(lines(&script).len(), 5);
    script.keys("x");
    assert_eq!(lines(&script), ["looking …"]);
    answer(&mut script, Vec::new());
    assert_eq!(lines(&script), ["nothing found"]);
}

#[test]
fn how_many_transcripts_cannot_be_read_is_told_below_what_is_found() {
    let mut script = reading();
    script.keys("Stea").event(Event::Episodes(episodes()));
    let asked = asked(&script);
    let unread = |names: &[&str]| {
        let paths = names.iter().map(|name| PathBuf::from(format!("/talk/{name}.vtt")));
        Event::Found { asked, found: Found::Unread(paths.collect()) }
    };
    script.event(unread(&["004", "005"]));
    script.event(unread(&["005", "006"]));
    assert_eq!(lines(&script), ["looking …"]);
    let told = "cannot read 3 transcripts, the first: 004.vtt";
    script.event(Event::Found { asked, found: Found::Done });
    assert_eq!(lines(&script), ["nothing found in what can be read"]);
    assert!(drawn(&script, 80, 24).contains(told));
    // It takes a row of what is found and hides none of it.
    script.event(Event::Resized(Size { width: 40, height: 10 }));
    let tea: Vec<FoundLine> = (0..9).map(|at| hit(at, "tea", "tea")).collect();
    let group = Group { episode: episode(2, "Tea"), count: 9, hits: tea };
    script.event(Event::Found { asked, found: Found::Some(vec![group]) });
    for _ in 0..6 {
        let screen = drawn(&script, 40, 10);
        assert!(screen.contains(&told[..34]) && screen.contains("› "), "{screen}");
        script.keys("<Down>");
    }
    script.keys("<Up><Up><Up><Up><Up><Up>x");
    assert!(!drawn(&script, 40, 10).contains("cannot read"));
    script.event(Event::Found { asked: asked + 1, found: Found::Done });
    assert!(drawn(&script, 40, 10).contains("nothing found\n"));
}

#[test]
fn what_was_looked_for_last_stands_selected_and_gives_way_to_what_is_typed() {
    let looked_for = |keys: &str| {
        let mut script = reading();
        script.keys("Stea");
        answer(&mut script, groups());
        script.keys("<Esc>S");
        assert_eq!(lines(&script).len(), 5, "it is looked for no second time");
        script.effects.clear();
        script.keys(keys);
        script.app.shelf().unwrap().results().words().text().to_owned()
    };
    assert_eq!(looked_for("x"), "x");
    assert_eq!(looked_for("<Backspace>x"), "tex");
    assert_eq!(looked_for("<Left>x"), "texa");
    assert_eq!(looked_for("<End>x"), "teax");
    assert_eq!(looked_for("<Tab>Sx"), "x");
    let mut script = reading();
    script.keys("Stea");
    answer(&mut script, groups());
    script.keys("<Esc>S");
    assert_eq!(reversed(&script), "tea");
    script.keys("<Down><Up>");
    assert_eq!(reversed(&script), "tea");
    script.effects.clear();
    script.keys("<Enter>");
    assert_eq!(wish(&mut script).typed.as_deref(), Some("tea"));
}

#[test]
fn what_was_looked_for_is_selected_when_escape_leads_back_to_it() {
    let mut script = reading();
    script.keys("Stea");
    answer(&mut script, groups());
    script.effects.clear();
    script.keys("<Enter>");
    let wish = wish(&mut script);
    open(&mut script, &wish, tea());
    assert_eq!(script.app.view(), View::Transcript);
    script.keys("<Esc>x");
    assert_eq!(script.app.view(), View::Shelf);
    assert_eq!(script.app.shelf().unwrap().results().words().text(), "x");
}

#[test]
fn a_filter_that_was_kept_is_selected_when_it_is_typed_again() {
    let mut script = chooser();
    script.keys("/te<Tab>/w");
    assert_eq!(script.app.shelf().unwrap().list().filter().text(), "w");
    script.keys("<Tab>/<End>a");
    assert_eq!(script.app.shelf().unwrap().list().filter().text(), "wa");
}

#[test]
fn a_search_in_an_empty_library_says_how_to_fill_it() {
    let mut script = reading();
    script.keys("S");
    script.event(Event::Episodes(Vec::new()));
    script.keys("x");
    answer(&mut script, Vec::new());
    assert_eq!(lines(&script), ["the library is empty: sayagain add FOLDER"]);
    script.event(Event::Episodes(episodes()));
    assert_eq!(lines(&script), ["nothing found"]);
}

/// The questions whose answers are to go on.
fn more(script: &mut Script) -> Vec<u64> {
    let effects = std::mem::take(&mut script.effects).into_iter();
    let more = effects.filter_map(|effect| match effect {
        Effect::FindMore { asked } => Some(asked),
        _ => None,
    });
    more.collect()
}

#[test]
fn what_is_behind_the_results_is_looked_for_when_the_cursor_comes_near_their_end() {
    let mut script = chooser();
    script.keys("St");
    let Some(Effect::Find { asked, .. }) = script.effects.last().cloned() else { panic!() };
    let some = |count: usize| Found::Some(groups().into_iter().cycle().take(count).collect());
    for found in [some(300), Found::Cut, Found::Done] {
        script.event(Event::Found { asked, found });
    }
    assert!(drawn(&script, 80, 24).contains("450+ in 300+ episodes "));
    script.keys("<PgDn><PgDn>");
    assert!(more(&mut script).is_empty());
    script.keys(&"<PgDn>".repeat(100));
    assert_eq!(more(&mut script), [asked]);
    assert!(drawn(&script, 80, 24).contains("450+ in 300+ episodes, looking …"));
    for found in [some(2), Found::Cut, Found::Done] {
        script.event(Event::Found { asked, found });
    }
    // The cursor is still near the end.
    assert_eq!(more(&mut script), [asked]);
    for found in [some(2), Found::Done] {
        script.event(Event::Found { asked, found });
    }
    assert!(more(&mut script).is_empty());
    script.keys("<PgDn>");
    assert!(drawn(&script, 80, 24).contains("456 in 304 episodes "));
    assert_eq!(lines(&script).last().unwrap(), "› 0:07 Ann no tea, but water");
}

#[test]
fn enter_plays_from_the_first_place_also_when_the_screen_changed_before_the_answer() {
    let mut script = reading();
    script.keys("Stea");
    script.event(Event::Resized(Size { width: 70, height: 20 }));
    answer(&mut script, groups());
    script.keys("<Enter>");
    assert_eq!(wish(&mut script).at, Some(MediaTime::ZERO));
}

#[test]
fn n_goes_on_in_the_next_episode_without_sound_where_there_was_none() {
    for is_paused in [false, true] {
        let (mut script, chosen) = choosing("<Down><Enter>");
        assert!(!chosen.is_paused);
        open(&mut script, &chosen, tea());
        script.keys(if is_paused { "<Space>n" } else { "n" });
        let next = wish(&mut script);
        assert_eq!(next.is_paused, is_paused);
        open(&mut script, &next, tea());
        assert_eq!(script.app.player().is_playing(), !is_paused);
    }
}

#[test]
fn enter_plays_from_a_place_and_n_goes_on_in_the_next_episode() {
    let (mut script, chosen) = choosing("<Down><Enter>");
    assert_eq!(chosen.at, Some(MediaTime::from_secs(9)));
    open(&mut script, &chosen, tea());
    assert_eq!((script.app.reader().cursor().index(), script.at()), (2, 9_000));
    let finds = script.app.reader().finds().unwrap();
    assert_eq!((finds.len(), finds.current()), (2, Some(1)));
    assert!(script.app.reader().follows());
    // It was the last one here.
    script.keys("n");
    let next = wish(&mut script);
    assert_eq!((next.episode.number, next.at), (Some(3), Some(MediaTime::from_secs(7))));
    open(&mut script, &next, transcript([(0, 7_000, "x"), (7_000, 9_000, "no tea")]));
    assert_eq!(script.app.reader().cursor().index(), 1);
    // Back before the first one is the last one of the episode before.
    script.keys("N");
    let before = wish(&mut script);
    assert_eq!((before.episode.number, before.at), (Some(2), Some(MediaTime::from_secs(9))));
    open(&mut script, &before, tea());
    assert_eq!((script.app.reader().cursor().index(), script.at()), (2, 9_000));
    script.effects.clear();
    script.keys("n");
    let next = wish(&mut script);
    open(&mut script, &next, transcript([(0, 7_000, "x"), (7_000, 9_000, "no tea")]));
    // After the last episode the search goes on at the start of this one.
    script.keys("n");
    assert!(script.effects.iter().all(|effect| !matches!(effect, Effect::OpenEpisode(_))));
    assert!(script.app.notice().unwrap().text().contains("went on at the start"));
    // The results are where they were left, at the place that is playing.
    script.keys("S");
    assert_eq!(lines(&script)[4], "› 0:07 Ann no tea, but water");
    script.keys("<Esc>");
    assert_eq!(script.app.view(), View::Transcript);
}

#[test]
fn escape_goes_back_to_the_same_place_in_the_results_and_from_there_to_the_episode() {
    let (mut script, chosen) = choosing("<Down><Enter>");
    open(&mut script, &chosen, tea());
    assert!(drawn(&script, 80, 24).contains("Esc results"));
    script.keys("<Esc>");
    assert_eq!(lines(&script)[2], "› 0:09 Ann tea");
    assert!(script.app.player().is_playing(), "the sound goes on");
    script.keys("<Esc>");
    assert_eq!(script.app.view(), View::Transcript);
    script.keys("<Esc>");
    assert!(script.app.reader().finds().is_none());
    // A search of the episode's own is ended by Esc.
    open(&mut script, &chosen, tea());
    script.keys("/cake<Enter><Esc>");
    assert_eq!(script.app.view(), View::Transcript);
}

#[test]
fn of_many_places_in_an_episode_a_few_are_listed_and_the_others_when_asked_for() {
    let mut script = reading();
    script.keys("Stea");
    let hits = |count| -> Vec<FoundLine> { (0..count).map(|at| hit(at, "tea", "tea")).collect() };
    let all = episodes();
    let many = |episode: &Episode| Group { episode: episode.clone(), hits: hits(5), count: 60 };
    answer(&mut script, vec![many(&all[0]), many(&all[1])]);
    assert_eq!(lines(&script)[6], "55 more: Enter lists them");
    script.keys("<Down><Down><Down><Down><Down>");
    assert_eq!(lines(&script)[6], "› 55 more: Enter lists them");
    script.keys("<Enter>");
    let Some(Effect::FindLines { asked, episode }) = script.effects.last().cloned() else {
        panic!()
    };
    assert_eq!(*episode, all[0]);
    script.event(Event::Found { asked, found: Found::Lines(episode.key.clone(), hits(60)) });
    assert_eq!(lines(&script)[6], "› 0:05 Ann tea");
    assert_eq!(lines(&script)[12], "0:11 Ann tea");
    script.keys(&"<Down>".repeat(54));
    assert_eq!(lines(&script).last().unwrap(), "› 0:59 Ann tea");
    script.keys("<Down>");
    assert!(lines(&script).contains(&"002 Tea and cake 60".to_owned()));
    // If there is no room for all, the last one is played, from which n goes on.
    script.keys("<Down><Down><Down><Down><Down><Enter>");
    script.event(Event::Found { asked, found: Found::Lines(all[1].key.clone(), hits(9)) });
    script.effects.clear();
    script.keys("<Down><Down><Down><Down><Enter>");
    assert_eq!(wish(&mut script).at, Some(MediaTime::from_secs(8)));
}

#[test]
fn back_from_an_episode_is_the_last_place_before_it_also_where_the_list_does_not_have_it() {
    let mut script = reading();
    script.keys("Stea");
    let mut found = groups();
    found[0].count = 3;
    found[0].hits.pop();
    answer(&mut script, found);
    script.effects.clear();
    script.keys("<Down><Down><Enter>");
    let chosen = wish(&mut script);
    assert_eq!(chosen.episode.number, Some(3));
    open(&mut script, &chosen, transcript([(0, 7_000, "x"), (7_000, 9_000, "no tea")]));
    script.keys("N");
    let before = wish(&mut script);
    open(&mut script, &before, tea());
    assert_eq!((script.app.reader().cursor().index(), script.at()), (2, 9_000));
}

#[test]
fn n_goes_from_line_to_line_as_the_list_counts_them_and_every_word_stays_marked() {
    let mut script = reading();
    script.keys("Swalrus<Space>sings");
    answer(&mut script, groups());
    script.effects.clear();
    script.keys("<Enter>");
    let chosen = wish(&mut script);
    let said = [
        (0, 1_000, "the walrus sings, the walrus"),
        (1_000, 2_000, "no"),
        (2_000, 3_000, "no walrus"),
        (3_000, 4_000, "no"),
        (4_000, 5_000, "a walrus sings"),
    ];
    open(&mut script, &chosen, transcript(said));
    let count = |script: &Script| {
        let finds = script.app.reader().finds().unwrap();
        (finds.current(), finds.len())
    };
    assert_eq!((count(&script), script.app.reader().cursor().index()), ((Some(0), 2), 0));
    script.keys("n");
    assert_eq!((count(&script), script.app.reader().cursor().index()), ((Some(1), 2), 4));
    let reader = script.app.reader();
    let all = 0..reader.transcript().text().len();
    let marks: Vec<bool> = reader.finds().unwrap().within(&all).map(|mark| mark.1).collect();
    assert_eq!(marks, [false, false, false, false, true, true]);
}

#[test]
fn a_search_in_an_episode_that_was_found_does_not_leave_it_either() {
    let (mut script, chosen) = choosing("<Enter>");
    open(&mut script, &chosen, tea());
    script.effects.clear();
    script.keys("/tea<Enter>nnnNNNNNN");
    assert!(script.effects.iter().all(|effect| !matches!(effect, Effect::OpenEpisode(_))));
}

#[test]
fn a_search_in_the_episode_itself_does_not_leave_it() {
    let mut script = reading();
    script.keys("/tea<Enter>nnn");
    assert!(script.effects.iter().all(|effect| !matches!(effect, Effect::OpenEpisode(_))));
}

#[test]
fn a_click_goes_to_the_line_drawn_there_and_a_second_one_opens_it() {
    let mut script = chooser();
    let target = ui::hit(&script.app, 10, 6);
    assert_eq!(target, Target::Line(4));
    script.event(Event::Press(target));
    assert!(script.effects.is_empty());
    assert!(lines(&script)[4].starts_with("› 002"));
    script.event(Event::Press(target));
    assert_eq!(wish(&mut script).episode.number, Some(2));
    for row in [4, 12] {
        // A heading, and below the list.
        let target = ui::hit(&script.app, 10, row);
        script.event(Event::Press(target)).event(Event::Press(target));
        assert!(script.effects.is_empty(), "{row}");
    }
}

#[test]
fn what_is_told_of_the_search_and_what_failed_is_on_the_screen() {
    let mut script = reading();
    script.keys("Stae");
    let asked = 3;
    let told = "nothing for tae; this is for tea".to_owned();
    script.event(Event::Found { asked, found: Found::Told(told.clone()) });
    assert!(drawn(&script, 80, 24).contains(&told));
    script.event(Event::LibraryFailed("the disk is full".to_owned()));
    assert!(drawn(&script, 80, 24).contains("the disk is full"));
}

#[test]
fn a_place_far_to_the_right_of_its_line_is_shown_at_every_size() {
    let text = format!("{} needle and more", "hay ".repeat(60));
    for (width, height) in [(20, 5), (40, 12), (80, 24), (200, 50)] {
        let mut script = reading();
        script.event(Event::Resized(Size { width, height }));
        script.keys("Sneedle");
        let hits = vec![hit(3, &text, "needle")];
        let found = vec![Group { episode: episodes()[0].clone(), hits, count: 1 }];
        answer(&mut script, found);
        let screen = drawn(&script, width, height);
        assert!(screen.contains("needle"), "{width}x{height}\n{screen}");
    }
}

/// The changes of the queue, and the marks, that are to be kept.
fn kept(script: &mut Script) -> Vec<String> {
    let name = |key: &str| key.trim_start_matches('0').to_owned();
    let effects = std::mem::take(&mut script.effects).into_iter();
    let told = effects.filter_map(|effect| match effect {
        Effect::Queue(QueueChange::Add(key)) => Some(format!("add {}", name(&key))),
        Effect::Queue(QueueChange::Remove(key)) => Some(format!("remove {}", name(&key))),
        Effect::Queue(QueueChange::Swap(one, other)) => {
            Some(format!("swap {} {}", name(&one), name(&other)))
        }
        Effect::Mark { key, played } => {
            Some(format!("mark {} {played}", key.map_or("this".to_owned(), |key| name(&key))))
        }
        Effect::OpenEpisode(wish) => Some(format!("open {}", wish.episode.label())),
        _ => None,
    });
    told.collect()
}

#[test]
fn episodes_are_put_into_the_queue_moved_and_taken_out() {
    let mut script = chooser();
    script.keys("/tea<Tab>a<Esc>");
    script.keys("/coffee<Tab>a<Esc>");
    assert_eq!(
        lines(&script)[2..5],
        [
            "Queue plays on with these 2",
            "+ 002 Tea and cake doubtful 1:40",
            "+ 001 Coffee played 1:40"
        ]
    );
    script.keys("gjK").keys("J");
    assert_eq!(lines(&script)[4], "› + 002 Tea and cake doubtful 1:40", "the cursor goes with it");
    assert_eq!(kept(&mut script), ["add 2", "add 1", "swap 2 1"]);
    script.keys("a");
    assert_eq!(lines(&script)[2], "Queue plays on with these 1");
    script.keys("G");
    assert!(lines(&script)[7].starts_with("› + 001"), "it is marked among the others, too");
    script.keys("a");
    assert_eq!(kept(&mut script), ["remove 2", "remove 1"]);
    assert_eq!(lines(&script).len(), 6);
    // What was kept comes back, without what is not there any more; but not
    // what was asked for before the last change.
    let key = |number: u32| format!("{number:032x}");
    script.event(Event::Queue(vec![key(1)]));
    assert_eq!(lines(&script).len(), 6);
    assert_eq!(script.effects, [Effect::AskQueue]);
    script.event(Event::Queue(vec![key(9), key(3)]));
    assert_eq!(lines(&script)[2..4], ["Queue plays on with these 1", "+ 003 Water 40 % 1:40"]);
}

#[test]
fn at_the_end_of_an_episode_the_next_of_the_queue_begins() {
    let mut script = chooser();
    script.keys("/tea<Tab>a<Esc>/water<Enter>");
    let water = wish(&mut script);
    open(&mut script, &water, tea());
    let end = |script: &mut Script| {
        let (id, at) = (script.app.player().id(), MediaTime::from_secs(100));
        script.effects.clear();
        script.event(Event::Playback(Report::Ended { id, at }));
        kept(script)
    };
    assert_eq!(end(&mut script), ["mark this true", "remove 2", "open 002"]);
    let next = Wish {
        episode: episodes()[1].clone(),
        at: None,
        typed: None,
        is_last: false,
        is_paused: false,
    };
    open(&mut script, &next, tea());
    assert_eq!(end(&mut script), ["mark this true"], "the queue is empty: it stays");
    assert!(script.app.notice().unwrap().text().contains("the end"));
    script.keys("o");
    let played = lines(&script).iter().filter(|line| line.contains("played")).count();
    assert_eq!(played, 3, "{:?}", lines(&script));
}

#[test]
fn an_episode_of_the_queue_leaves_it_when_it_begins_by_enter() {
    let mut script = chooser();
    script.keys("/tea<Tab>a<Esc>/coffee<Tab>a<Esc>/coffee<Enter>");
    let coffee = wish(&mut script);
    let effects = open(&mut script, &coffee, tea());
    let key = coffee.episode.key.clone();
    assert!(effects.contains(&Effect::Queue(QueueChange::Remove(key))), "{effects:?}");
    script.keys("o");
    assert_eq!(script.app.shelf().unwrap().list().queue().count(), 1);
    let (id, at) = (script.app.player().id(), MediaTime::from_secs(100));
    script.effects.clear();
    script.event(Event::Playback(Report::Ended { id, at }));
    assert_eq!(kept(&mut script), ["mark this true", "remove 2", "open 002"]);
}

#[test]
fn at_the_end_of_an_episode_named_on_the_command_line_the_queue_begins_once_it_has_come() {
    let listed = Event::Episodes(episodes());
    let queued = Event::Queue(vec![episodes()[1].key.clone()]);
    for events in [[listed.clone(), queued.clone()], [queued, listed]] {
        let mut script = named(1);
        script.keys("<Space>").answer();
        let (id, at) = (script.app.player().id(), MediaTime::from_secs(100));
        script.event(Event::Playback(Report::Ended { id, at }));
        assert!(script.effects.contains(&Effect::List), "{:?}", script.effects);
        script.effects.clear();
        for event in events {
            script.event(event);
        }
        assert_eq!(kept(&mut script), ["remove 2", "open 002"]);
    }
    // Nothing is waited for longer than that.
    let mut script = named(1);
    script.keys("<Space>").answer();
    let (id, at) = (script.app.player().id(), MediaTime::from_secs(100));
    script.event(Event::Playback(Report::Ended { id, at }));
    script.event(Event::Episodes(episodes())).event(Event::Queue(Vec::new()));
    script.effects.clear();
    script.event(Event::Queue(vec![episodes()[1].key.clone()]));
    assert_eq!(kept(&mut script), Vec::<String>::new());
}

#[test]
fn one_episode_is_counted_as_one() {
    let mut script = reading();
    script.keys("Stea");
    answer(
        &mut script,
        vec![Group { episode: episodes()[0].clone(), hits: vec![hit(3, "tea", "tea")], count: 2 }],
    );
    let screen = drawn(&script, 80, 24);
    assert!(screen.contains("2 in 1 episode   "), "{screen}");
}

#[test]
fn numbers_are_typed_in_the_list_for_the_keys_of_the_sound() {
    let mut script = chooser();
    script.keys("/tea<Enter>");
    let chosen = wish(&mut script);
    open(&mut script, &chosen, tea());
    let length = Some(MediaTime::from_secs(100));
    script.event(Event::Playback(Report::Opened { length })).keys("o95%");
    assert_eq!(script.at(), 95_000);
    script.keys("40<Esc>%");
    assert_eq!((script.at(), script.app.view()), (95_000, View::Shelf), "it was taken back");
    script.keys("4p").keys("0%");
    assert_eq!(script.at(), 0, "a key of the list ends a number");
}

#[test]
fn what_was_just_said_and_is_not_kept_is_answered_in_place_of_what_was_done() {
    let mut script = chooser();
    script.keys("p");
    script.event(Event::NotKept("sayagain.db: it can only be read".to_owned()));
    assert!(drawn(&script, 80, 24).contains("not kept: sayagain.db: it can only be read"));
}

#[test]
fn an_episode_of_the_queue_that_cannot_be_opened_is_passed_over() {
    let mut script = chooser();
    script.keys("/tea<Tab>a<Esc>/coffee<Tab>a<Esc>/water<Enter>");
    let water = wish(&mut script);
    open(&mut script, &water, tea());
    script.keys(">");
    assert_eq!(kept(&mut script), ["remove 2", "open 002"]);
    script.event(Event::LibraryFailed("it is gone".to_owned()));
    let first = "passed over 002 Tea and cake: it is gone";
    assert_eq!(script.app.notice().unwrap().text(), first);
    assert_eq!(kept(&mut script), ["remove 1", "open 001"]);
    script.event(Event::LibraryFailed("it is gone, too".to_owned()));
    let both = format!("{first} (and 1 more of the queue)");
    assert_eq!(script.app.notice().unwrap().text(), both);
    script.event(Event::LibraryFailed("something else".to_owned()));
    assert_eq!(kept(&mut script), Vec::<String>::new());
}

#[test]
fn what_of_the_queue_was_passed_over_is_told_while_the_next_plays_and_once() {
    let mut script = chooser();
    script.keys("/tea<Tab>a<Esc>/coffee<Tab>a<Esc>/water<Enter>");
    let water = wish(&mut script);
    open(&mut script, &water, tea());
    let (id, at) = (script.app.player().id(), MediaTime::from_secs(100));
    script.event(Event::Playback(Report::Ended { id, at }));
    script.effects.clear();
    script.event(Event::LibraryFailed("cannot open /talk/2.mp3: no such file".to_owned()));
    let coffee = wish(&mut script);
    open(&mut script, &coffee, tea());
    let told = "passed over 002 Tea and cake: cannot open /talk/2.mp3: no such file";
    assert_eq!(script.app.notice().unwrap().text(), told);
    script.keys("j");
    assert_eq!(script.app.notice().unwrap().text(), told, "no key takes it away unread");
    open(&mut script, &water, tea());
    assert!(script.app.notice().is_none(), "{:?}", script.app.notice());
}

#[test]
fn an_episode_of_the_queue_that_left_the_library_is_told() {
    let mut script = chooser();
    script.keys("/tea<Tab>a<Esc>/coffee<Tab>a<Esc>/water<Tab>a<Esc>");
    script.wait(10_000);
    script.event(Event::Episodes(episodes()));
    assert!(script.app.notice().is_none());
    script.event(Event::Episodes(vec![episodes()[2].clone()]));
    let told = "not in the library any more, the queue passes over: 002 Tea and cake and 1 more";
    assert_eq!(script.app.notice().unwrap().text(), told);
}

#[test]
fn without_a_queue_the_next_episode_is_that_of_the_list() {
    let mut script = chooser();
    script.keys("/tea<Enter>");
    let chosen = wish(&mut script);
    open(&mut script, &chosen, tea());
    script.keys(">");
    assert_eq!(kept(&mut script), ["open 001"], "the newest are first");
    script.keys("<");
    assert_eq!(kept(&mut script), ["open 003"]);
    script.keys("5>");
    assert_eq!(kept(&mut script), Vec::<String>::new());
    assert!(script.app.notice().unwrap().text().contains("last episode"));
}

/// The number of the last question.
fn asked(script: &Script) -> u64 {
    let asked = script.effects.iter().rev().find_map(|effect| match effect {
        Effect::Find { asked, .. } => Some(*asked),
        _ => None,
    });
    asked.expect("something was looked for")
}

#[test]
fn enter_before_there_is_an_answer_is_taken_when_that_comes() {
    let mut script = reading();
    script.keys("Ste");
    let before = asked(&script);
    script.keys("a<Enter>");
    let now = asked(&script);
    // What was looked for before is no answer.
    script.event(Event::Found { asked: before, found: Found::Some(groups()) });
    assert!(!is_opened(&script));
    script.event(Event::Found { asked: now, found: Found::Some(groups()) });
    let chosen = wish(&mut script);
    assert_eq!((chosen.episode.number, chosen.at), (Some(2), Some(MediaTime::ZERO)));
    // It is taken once.
    script.event(Event::Found { asked: now, found: Found::Some(groups()) });
    script.event(Event::Found { asked: now, found: Found::Done });
    assert!(!is_opened(&script));
}

#[test]
fn enter_that_waits_for_an_answer_is_dropped_by_whatever_is_done_meanwhile() {
    for keys in ["x", "<Down>", "<Esc>", "<Tab>", "<Left>", "<Ctrl+u>"] {
        let mut script = reading();
        script.keys("Stea<Enter>").keys(keys);
        let now = asked(&script);
        script.event(Event::Found { asked: now, found: Found::Some(groups()) });
        assert!(!is_opened(&script), "{keys}");
    }
    for events in [
        vec![Event::Paste("x".to_owned())],
        vec![Event::Wheel(1)],
        vec![Event::Press(Target::Line(1))],
    ] {
        let mut script = reading();
        script.keys("Stea<Enter>");
        for event in events {
            script.event(event);
        }
        let now = asked(&script);
        script.event(Event::Found { asked: now, found: Found::Some(groups()) });
        assert!(!is_opened(&script));
    }
}

#[test]
fn enter_plays_nothing_that_is_an_answer_to_other_words() {
    let mut script = reading();
    script.keys("Stee<Enter>");
    let now = asked(&script);
    let told = Found::Told("nothing for tee; this is for tea".to_owned());
    script.event(Event::Found { asked: now, found: told });
    script.event(Event::Found { asked: now, found: Found::Some(groups()) });
    assert!(!is_opened(&script));
    script.keys("<Enter>");
    assert!(is_opened(&script));
    // Nor what is found after nothing was.
    let mut script = reading();
    script.keys("Szz<Enter>");
    let now = asked(&script);
    script.event(Event::Found { asked: now, found: Found::Done });
    script.keys("<Enter>");
    script.event(Event::Found { asked: now, found: Found::Some(groups()) });
    assert!(!is_opened(&script));
}

fn is_opened(script: &Script) -> bool {
    script.effects.iter().any(|effect| matches!(effect, Effect::OpenEpisode(_)))
}

#[test]
fn the_list_has_the_length_that_the_player_found_out() {
    let mut script = chooser();
    script.keys("/tea<Enter>");
    let tea_and_cake = wish(&mut script);
    script.effects = open(&mut script, &tea_and_cake, tea());
    let length = |secs| Event::Playback(Report::Length(MediaTime::from_secs(secs)));
    let kept = |script: &Script| -> Vec<MediaTime> {
        let lengths = script.effects.iter().filter_map(|effect| match effect {
            Effect::KeepLength(length) => Some(*length),
            _ => None,
        });
        lengths.collect()
    };
    // Of the episode before.
    script.event(length(33));
    assert_eq!(kept(&script), []);
    script.event(Event::Playback(Report::Opened { length: None }));
    script.event(length(83)).event(length(83));
    assert_eq!(kept(&script), [MediaTime::from_secs(83)]);
    script.keys("o");
    let shown = lines(&script).into_iter().find(|line| line.contains("Tea")).unwrap();
    assert!(shown.ends_with("1:23"), "{shown}");
}

#[test]
fn an_episode_is_marked_as_played_and_as_not_played() {
    let mut script = chooser();
    script.keys("p");
    assert_eq!(lines(&script)[1], "› 003 Water played 1:40");
    script.keys("p");
    assert_eq!(lines(&script)[1], "› 003 Water 40 % 1:40");
    assert_eq!(kept(&mut script), ["mark 3 true", "mark 3 false"]);
}

#[test]
fn what_was_marked_stays_under_the_cursor_until_that_is_moved() {
    let mut script = chooser();
    let mut all = episodes();
    (all[1].place, all[1].heard) = (Some(MediaTime::from_secs(50)), Some(1));
    script.app.begin_with(all.clone());
    let begun = |script: &Script| -> Vec<String> {
        lines(script).into_iter().skip(1).take_while(|line| !line.contains("Episodes")).collect()
    };
    script.keys("p");
    // What was kept comes back.
    all[2].marked = Some(true);
    script.event(Event::Episodes(all));
    assert_eq!(begun(&script), ["› 003 Water played 1:40", "002 Tea and cake doubtful 50 % 1:40"]);
    script.keys("ppp");
    assert_eq!(kept(&mut script), ["mark 3 true", "mark 3 false", "mark 3 true", "mark 3 false"]);
    script.keys("pj");
    assert_eq!(begun(&script), ["› 002 Tea and cake doubtful 50 % 1:40"], "it does not go on");
    // So it is where only the unplayed are shown.
    script.keys("vGp").keys("pp");
    assert_eq!(kept(&mut script), ["mark 3 true", "mark 2 true", "mark 2 false", "mark 2 true"]);
    assert_eq!(
        lines(&script),
        ["Unplayed newest first 1", "› 002 Tea and cake doubtful played 1:40"]
    );
    script.keys("s");
    assert_eq!(lines(&script), ["all have been played: v shows them"]);
}

#[test]
fn all_that_is_known_of_an_episode_is_shown_and_scrolled() {
    let mut script = chooser();
    script.keys("i");
    let asked = script
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::Details(episode) if episode.number == Some(3)));
    assert!(asked, "{:?}", script.effects);
    let first = drawn(&script, 80, 24);
    for told in ["Water", "show        Talk", "heard       40 %, to 0:40", "/talk/3.mp3", "reading"]
    {
        assert!(first.contains(told), "{told}\n{first}");
    }
    let chapters = (0..9).map(|number| {
        Chapter::new(MediaTime::from_secs(number * 10), None, &format!("Part {number}"))
    });
    let about = |title: &str| {
        Box::new(About {
            title: Some(title.to_owned()),
            artist: Some("Ann".to_owned()),
            description: Some("What it is about\n\nThe end".to_owned()),
            chapters: Chapters::new(chapters.clone().collect()),
            cover: false,
            wrong: None,
        })
    };
    // What is said of another episode comes too late.
    script.event(Event::About { key: episodes()[0].key.clone(), about: about("Other") });
    script.event(Event::About { key: episodes()[2].key.clone(), about: about("Still water") });
    let full = drawn(&script, 80, 24);
    for told in
        ["tagged      Still water", "by          Ann", "Chapters: 9", "0:10  Part 1", "more"]
    {
        assert!(full.contains(told), "{told}\n{full}");
    }
    script.keys("G");
    assert!(drawn(&script, 80, 24).contains("The end"));
    for (width, height) in [(20, 5), (40, 12), (120, 40)] {
        script.event(Event::Resized(Size { width, height }));
        script.keys("gG");
        assert!(drawn(&script, width, height).contains("The end"), "{width}x{height}");
    }
    script.keys("<Esc>");
    assert_eq!(script.app.view(), View::Shelf);
    assert!(matches!(script.app.open(), Open::Nothing));
}

#[test]
fn a_cover_has_its_room_beside_what_is_known_and_a_key_takes_it_away() {
    let mut script = chooser();
    script.keys("i");
    assert_eq!(script.app.cover_place(), None);
    let about = About { cover: true, description: Some("Tea\n".repeat(40)), ..About::default() };
    script.event(Event::About { key: episodes()[2].key.clone(), about: Box::new(about) });
    let place = script.app.cover_place().unwrap();
    let shown = drawn(&script, 80, 24);
    for row in shown.lines().skip(place.top.into()).take(place.height.into()) {
        let beside: String = row.chars().skip(place.left.into()).take(place.width.into()).collect();
        assert!(beside.trim().is_empty(), "{beside:?} is under the cover\n{shown}");
    }
    script.effects.clear();
    script.keys("j");
    assert_eq!(script.app.cover_place(), None, "scrolled away");
    assert_eq!(script.effects, [Effect::Redraw], "what it leaves is taken away");
    script.effects.clear();
    script.keys("gc");
    assert_eq!(script.app.cover_place(), None);
    assert!(script.effects.contains(&Effect::KeepCovers(false)), "{:?}", script.effects);
    script.keys("c");
    assert_eq!(script.app.cover_place(), Some(place));
    script.event(Event::Resized(Size { width: 40, height: 12 }));
    assert_eq!(script.app.cover_place(), None, "there is no room");
}

#[test]
fn what_is_doubtful_and_missing_is_told_with_the_reason() {
    let mut script = Script::start(silent(Transcript::default()));
    let mut all = episodes();
    all[1].audio = None;
    script.app.begin_with(all);
    script.keys("/tea<Tab>i");
    let shown = drawn(&script, 80, 24);
    assert!(shown.contains("doubtful: same number; sayagain pair decides"), "{shown}");
    assert!(shown.contains("no audio is known"), "{shown}");
}

const DOINGS: &[&str] = &[
    "i",
    "a",
    "J",
    "K",
    "p",
    "j",
    "k",
    "5j",
    "G",
    "g",
    "<PgDn>",
    "<Ctrl+u>",
    "s",
    "v",
    "/",
    "a",
    "e",
    "<Esc>",
    "<Tab>",
    "S",
    "<Backspace>",
    "<Down>",
    "<Up>",
    "o",
    "?",
    "<Space>",
    ":",
    "<Enter>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_in_the_list_its_cursor_is_on_the_screen(
        titles in prop::collection::vec("([a-e ]|茶|e\u{301}|שׁ){0,30}", 0..40),
        doings in prop::collection::vec((0..DOINGS.len() + 3, 20_u16..130, 5_u16..40), 0..30),
    ) {
        let mut script = Script::start(silent(Transcript::default()));
        let episodes = titles.iter().zip(0..).map(|(title, number)| Episode {
            place: (number % 3 == 0).then(|| MediaTime::from_secs(number.into())),
            ..episode(number, title)
        });
        let episodes: Vec<Episode> = episodes.collect();
        script.app.begin_with(episodes.clone());
        for (doing, width, height) in doings {
            match doing.checked_sub(DOINGS.len()) {
                None => { script.keys(DOINGS[doing]); }
                Some(0) => { script.event(Event::Resized(Size { width, height })); }
                Some(1) => {
                    let target = ui::hit(&script.app, width, height);
                    script.event(Event::Press(target));
                }
                Some(_) => {
                    let some = episodes.iter().skip(usize::from(height) / 4).cloned().collect();
                    script.event(Event::Episodes(some));
                }
            }
            let Size { width, height } = script.app.size();
            let shown = drawn(&script, width, height);
            let list = script.app.shelf().unwrap();
            let is_list = matches!(script.app.open(), Open::Nothing)
                && script.app.view() == View::Shelf
                && list.showing() == Showing::Episodes;
            if is_list && list.list().left() > 0 {
                prop_assert_eq!(shown.matches('›').count(), 1, "{}", shown);
            }
        }
    }
}

#[test]
fn the_cursor_stays_on_the_screen_however_long_the_list() {
    let mut script = Script::start(silent(Transcript::default()));
    let all = (0..10_000).map(|number| episode(number, "Talk")).collect();
    script.app.begin_with(all);
    script.event(Event::Resized(Size { width: 80, height: 24 }));
    for keys in ["<PgDn><PgDn>", "<Up>", "<PgUp><PgUp><PgUp>", "<Down>", "<Ctrl+d>kkG"] {
        script.keys(keys);
        assert!(lines(&script).iter().any(|line| line.starts_with('›')), "{keys}");
    }
    script.event(Event::Wheel(i32::MAX));
    assert!(lines(&script).last().unwrap().starts_with("› 000"));
}
