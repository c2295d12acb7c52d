//! What the screen shows: its text, and beside it the role of each cell.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod script;

use std::fmt::Write as _;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier, Style};
use sayagain::app::{Event, Notice, Open, Size, Start, Target, View, Weight};
use sayagain::model::playback::{Media, Report};
use sayagain::model::{CueDraft, MediaTime, Transcript, TranscriptBuilder, text};
use sayagain::ui::{self, Colours, Theme};
use script::{Script, silent, transcript};

/// The screen as text, and beside each row the role of each of its cells: the
/// letter of the role, a dot where nothing is drawn; below it the caret.
fn screen(script: &mut Script, width: u16, height: u16) -> String {
    script.event(Event::Resized(Size { width, height }));
    let (buffer, caret) = drawn(script, Theme::probe());
    let mut said = String::new();
    for row in buffer.content().chunks(usize::from(width)) {
        let mut covered = 0;
        let mut shown = String::new();
        for cell in row {
            if covered == 0 {
                shown.push_str(cell.symbol());
            }
            covered = covered.max(text::width(cell.symbol())).saturating_sub(1);
        }
        let roles: String = row.iter().map(letter).collect();
        writeln!(said, "{shown}|{}", roles.trim_end_matches('.')).unwrap();
    }
    if let Some((column, row)) = caret {
        writeln!(said, "caret at {column}, {row}").unwrap();
    }
    said
}

fn letter(cell: &Cell) -> char {
    match cell.fg {
        Color::Indexed(letter) => char::from(letter),
        _ => '.',
    }
}

/// The buffer, and where the caret is if there is one.
fn drawn(script: &Script, theme: Theme) -> (Buffer, Option<(u16, u16)>) {
    let Size { width, height } = script.app.size();
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| ui::draw(frame, &script.app, theme, script.now)).unwrap();
    let caret = match script.app.open() {
        Open::Prompt(_) if script.app.reader().layout().is_some() => {
            let position = terminal.get_cursor_position().unwrap();
            Some((position.x, position.y))
        }
        _ => None,
    };
    (terminal.backend().buffer().clone(), caret)
}

fn check(name: &str, screen: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, screen));
}

const SIZES: [(u16, u16); 6] = [(80, 24), (120, 40), (200, 50), (40, 12), (20, 5), (19, 4)];

#[test]
fn playing_looks_like_this_at_each_size() {
    for (width, height) in SIZES {
        let mut script = Script::new(talk());
        script.keys("<Space>").answer().wait(14_500);
        check(&format!("playing-{width}x{height}"), &screen(&mut script, width, height));
    }
}

#[test]
fn the_help_looks_like_this_at_each_size() {
    for (width, height) in SIZES {
        let mut script = Script::new(talk());
        script.keys("?");
        check(&format!("help-{width}x{height}"), &screen(&mut script, width, height));
    }
}

#[test]
fn a_search_being_typed_looks_like_this() {
    // "small cups" lies across a line end at both widths.
    for (width, height) in [(80, 24), (40, 12), (20, 5)] {
        let mut script = Script::new(talk());
        screen(&mut script, width, height);
        script.keys("t9<Enter>/small cups");
        check(&format!("search-{width}x{height}"), &screen(&mut script, width, height));
    }
}

#[test]
fn a_search_read_on_looks_like_this() {
    let mut script = Script::new(talk());
    script.keys("/coffee<Tab>n");
    check("search-read-80x24", &screen(&mut script, 80, 24));
}

#[test]
fn a_search_without_a_match_looks_like_this() {
    let mut script = Script::new(talk());
    script.keys("/tea leaves");
    check("search-none-80x24", &screen(&mut script, 80, 24));
}

#[test]
fn only_matching_lines_look_like_this() {
    for (width, height) in [(80, 24), (40, 12)] {
        let mut script = Script::new(talk());
        script.keys("t31<Enter>&coffee<Enter>");
        check(&format!("filter-{width}x{height}"), &screen(&mut script, width, height));
    }
}

#[test]
fn a_long_silence_holds_the_last_cue_dimmed() {
    let mut script = Script::new(talk());
    script.keys("t38<Enter>");
    check("silence-80x24", &screen(&mut script, 80, 24));
}

#[test]
fn two_voices_at_once_are_both_marked() {
    let mut script = Script::new(talk());
    script.keys("t27<Enter>");
    check("overlap-80x24", &screen(&mut script, 80, 24));
}

#[test]
fn a_long_cue_shows_how_far_the_voice_has_come() {
    for (width, height) in [(80, 24), (40, 12), (20, 5)] {
        let words = "And then she told us, slowly, how the beans are washed. ".repeat(40);
        let cues = [(0, 2_000, "Ann: So?"), (2_000, 90_000, &format!("Ben: {words}"))];
        let mut script = Script::new(transcript(cues));
        script.keys("t45<Enter>");
        check(&format!("long-{width}x{height}"), &screen(&mut script, width, height));
    }
}

#[test]
fn the_word_being_spoken_is_marked_where_the_file_times_words() {
    let mut builder = TranscriptBuilder::with_capacity(0, 0);
    let words: Vec<_> = [(0, 1), (6, 2), (12, 3)]
        .iter()
        .map(|&(at, secs)| (at, MediaTime::from_secs(secs)))
        .collect();
    builder.push(&CueDraft {
        start: Some(MediaTime::from_secs(1)),
        end: MediaTime::from_secs(5),
        text: "Black cafe\u{301} noir.",
        words: &words,
        ..CueDraft::default()
    });
    let mut script = Script::new(builder.build());
    script.keys("t2.5<Enter>");
    check("words-40x12", &screen(&mut script, 40, 12));
}

#[test]
fn reading_elsewhere_shows_a_cursor_and_the_way_back() {
    let mut script = Script::new(talk());
    script.keys("t5<Enter>6j]]<F2>12");
    script.wait(20_000);
    check("reading-80x24", &screen(&mut script, 80, 24));
}

#[test]
fn a_notice_and_a_warning_look_like_this() {
    let mut script = Script::new(talk());
    script.keys("]");
    check("notice-80x24", &screen(&mut script, 80, 24));
    check("notice-20x5", &screen(&mut script, 20, 5));
    script.wait(4_000).event(Event::Playback(Report::NoDevice { why: "unplugged".to_owned() }));
    check("no-device-80x24", &screen(&mut script, 80, 24));
    check("no-device-40x12", &screen(&mut script, 40, 12));
}

#[test]
fn a_file_that_is_waited_for_is_named_in_the_state() {
    let mut script = Script::new(talk());
    script.keys("<Space>");
    script.now = script.now.after(std::time::Duration::from_secs(3));
    script.event(Event::Heard(None));
    check("waiting-80x24", &screen(&mut script, 80, 24));
    check("waiting-40x12", &screen(&mut script, 40, 12));
}

#[test]
fn without_transcript_or_audio_the_screen_says_so() {
    for (width, height) in [(80, 24), (40, 12), (20, 5)] {
        let mut script = Script::new(Transcript::default());
        let size = format!("{width}x{height}");
        check(&format!("no-transcript-{size}"), &screen(&mut script, width, height));
        let why = "/podcasts/episode.vtt: transcript is empty".to_owned();
        let mut script =
            Script::start(Start { unread: Some(why), ..silent(Transcript::default()) });
        check(&format!("unread-{size}"), &screen(&mut script, width, height));
        let mut script = Script::start(silent(talk()));
        check(&format!("no-audio-{size}"), &screen(&mut script, width, height));
    }
}

#[test]
fn a_line_longer_than_the_screen_shows_where_it_is_being_typed() {
    let mut script = Script::new(talk());
    script.keys("/one two three four five six seven eight");
    check("typing-end-40x12", &screen(&mut script, 40, 12));
    script.keys("<Home>");
    check("typing-start-40x12", &screen(&mut script, 40, 12));
    script.keys("<Esc>t");
    check("typing-nothing-20x5", &screen(&mut script, 20, 5));
}

#[test]
fn wide_and_combined_characters_emoji_and_right_to_left_keep_the_columns() {
    for (width, height) in [(80, 24), (40, 12)] {
        let mut script = Script::new(scripts());
        script.keys("t5<Enter>/e");
        check(&format!("scripts-{width}x{height}"), &screen(&mut script, width, height));
    }
}

#[test]
fn names_too_long_and_times_of_hours_keep_the_columns() {
    let cues = [
        (3_599_000, 3_600_000, "Dr. Wilhelmina Featherstonehaugh: A name too long."),
        (3_600_000, 36_000_000, "李小龍和他的所有朋友們: A wide name too long."),
        (36_000_000, 36_001_000, "Al: Ten hours in."),
    ];
    for (width, height) in [(80, 24), (40, 12), (20, 5)] {
        let title = "A title that is far too long for most screens, and goes on ".repeat(4);
        let mut script = Script::start(Start { title, ..silent(transcript(cues)) });
        script.keys("t1:00:01<Enter>");
        check(&format!("hours-{width}x{height}"), &screen(&mut script, width, height));
    }
}

#[test]
fn times_near_the_end_of_all_time_do_not_break_the_columns() {
    let end = u64::MAX / 1_000;
    let cues = [(1_000, 2_000, "Ok"), (end - 5_000, end, "Late"), (end, end, "Later")];
    for (width, height) in [(80, 24), (50, 12), (40, 12), (20, 5)] {
        let mut script = Script::start(Start { paused: false, ..silent(transcript(cues)) });
        script.keys("LL").wait(1_000);
        check(&format!("huge-{width}x{height}"), &screen(&mut script, width, height));
    }
}

#[test]
fn the_first_words_are_said_at_the_foot() {
    let notices = vec![Notice::news("read along: coffee.vtt", Weight::Word)];
    let mut script = Script::start(Start { notices, ..silent(talk()) });
    let shown = screen(&mut script, 80, 24);
    assert!(shown.contains("coffee.vtt"));
    script.event(Event::SaveFailed("disk full".to_owned()));
    let shown = screen(&mut script, 80, 24);
    assert!(shown.contains("the place is not kept: disk full"));
}

// --- laws

#[test]
fn without_colours_no_cell_has_one_and_the_active_row_is_told_by_its_weight() {
    for keys in
        ["t5<Enter>", "t38<Enter>", "t27<Enter>", "/coffee<Tab>n", "?", "]", "/x", "5jt5<Enter>"]
    {
        let mut script = Script::new(talk());
        script.keys(keys);
        let (buffer, _) = drawn(&script, Theme::new(Colours::None));
        let coloured = |cell: &&Cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset);
        assert_eq!(buffer.content().iter().find(coloured), None, "{keys}");
    }
    let mut script = Script::new(talk());
    script.keys("t5<Enter>");
    let (buffer, _) = drawn(&script, Theme::new(Colours::None));
    let layout = *script.app.reader().layout().unwrap();
    let row = script.app.spoken(script.now).row().unwrap();
    for (y, line) in (layout.top..).zip(script.app.reader().page()) {
        let mark = buffer[(layout.left, y)].symbol() != " ";
        let bold = buffer[(layout.text_left(), y)].modifier.contains(Modifier::BOLD);
        assert_eq!((mark, bold), (line.row == row, line.row == row), "{:?}", line.row);
    }
}

#[test]
fn every_role_has_a_letter_of_its_own_and_differs_from_plain_text_in_a_theme_of_16_colours() {
    use sayagain::ui::Role;
    let roles = [
        Role::Active,
        Role::Word,
        Role::Held,
        Role::Also,
        Role::Mark,
        Role::Cursor,
        Role::Time,
        Role::ActiveTime,
        Role::Speaker(0),
        Role::Match,
        Role::CurrentMatch,
        Role::Title,
        Role::Rule,
        Role::Played,
        Role::Unplayed,
        Role::Hint,
        Role::Warning,
        Role::Heading,
        Role::KeyName,
    ];
    let mut letters: Vec<char> = roles.iter().map(|role| role.letter()).collect();
    letters.sort_unstable();
    letters.dedup();
    assert_eq!(letters.len(), roles.len());
    for role in roles {
        assert_ne!(Theme::new(Colours::Sixteen).style(role), Style::new(), "{role:?}");
    }
}

#[test]
fn both_ends_of_the_bar_are_both_ends_of_the_episode() {
    for (width, height) in [(200, 50), (80, 24), (40, 12), (30, 6)] {
        let mut script = Script::new(talk());
        screen(&mut script, width, height);
        let row = script.app.reader().layout().unwrap().progress;
        let bar: Vec<(u16, f64)> = (0..width)
            .filter_map(|column| match ui::hit(&script.app, column, row) {
                Target::Progress(part) => Some((column, part)),
                _ => None,
            })
            .collect();
        let (first, last) = (bar[0], bar[bar.len() - 1]);
        assert_eq!((first.1, last.1), (0.0, 1.0), "{width}");
        assert!(bar.is_sorted_by(|one, other| one.1 < other.1));
        assert_eq!((ui::drag(&script.app, 0), ui::drag(&script.app, width)), (0.0, 1.0));
        for (column, part) in bar {
            script.event(Event::Press(Target::Progress(part))).event(Event::Release);
            let (buffer, _) = drawn(&script, Theme::probe());
            let head = (0..width).find(|&x| buffer[(x, row)].symbol() == "●");
            // A press puts the head under the pointer, give or take a rounding.
            assert!(head.is_some_and(|head| head.abs_diff(column) <= 1), "{column} {head:?}");
        }
        assert_eq!(script.at(), 100_000, "the last press was at the end");
    }
}

fn any_transcript() -> impl Strategy<Value = Transcript> {
    let said = "((Ann|李小龍|Dr. Wilhelmina F): )?([a-c]{1,9}|你好。|e\u{301}|👩\u{200d}👩\u{200d}👧|שלום|ｶﾞ|क्षि|[ \n]){0,40}";
    let cue = (0_u64..60_000, 0_u64..9_000, said)
        .prop_map(|(start, length, said)| (start, (start + length).saturating_sub(900), said));
    prop::collection::vec(cue, 0..40).prop_map(|cues| {
        transcript(cues.iter().map(|(start, end, said)| (*start, *end, said.as_str())))
    })
}

/// What a listener may do; the last has a resize.
fn any_doings() -> impl Strategy<Value = Vec<(usize, u16, u16)>> {
    prop::collection::vec((0_usize..DOINGS.len() + 6, 1_u16..=200, 1_u16..=60), 1..25)
}

const DOINGS: [&str; 40] = [
    "j",
    "k",
    "5j",
    "7k",
    "<Ctrl+d>",
    "<Ctrl+u>",
    "<PgDn>",
    "<PgUp>",
    "g",
    "G",
    "{",
    "}",
    "zz",
    "zt",
    "zb",
    "f",
    ".",
    "<Enter>",
    "L",
    "H",
    "l",
    "b",
    "r",
    "50%",
    "u",
    "U",
    "/a",
    "<Esc>",
    "<Tab>",
    "n",
    "N",
    "&",
    "b<Enter>",
    "?",
    "<Space>",
    "]",
    "t9<Enter>",
    ":",
    "<Backspace>",
    "/שלום<Tab>",
];

const CURSOR_KEYS: std::ops::Range<usize> = 0..15;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_the_screen_is_whole(
        cues in any_transcript(),
        audio: bool,
        doings in any_doings(),
    ) {
        let media = audio.then_some(Media::BuiltIn(b""));
        let mut script = Script::start(Start { media, ..silent(cues) });
        for (doing, width, height) in doings {
            match doing.checked_sub(DOINGS.len()) {
                None => { script.keys(DOINGS[doing]); }
                Some(0) => { script.event(Event::Wheel(i32::from(width) - 100)); }
                Some(1) => { script.answer().wait(u64::from(width) * 20); }
                Some(2) => {
                    let target = ui::hit(&script.app, width, height);
                    script.event(Event::Press(target));
                }
                Some(3) => { script.event(Event::Resized(Size { width: width / 4 + 1, height: height / 4 + 1 })); }
                Some(_) => { script.event(Event::Resized(Size { width, height })); }
            }
            whole(&script)?;
            let at_rest = matches!(script.app.open(), Open::Nothing) && script.app.typed().is_empty();
            if CURSOR_KEYS.contains(&doing) && at_rest {
                let reader = script.app.reader();
                let shown = reader.page().iter().any(|line| line.row == reader.cursor());
                prop_assert!(shown || reader.page().is_empty(), "the cursor is off the page");
            }
        }
    }

    #[test]
    fn text_takes_as_many_cells_as_are_drawn(said in "([a-c ]|你|e\u{301}|👩\u{200d}👩\u{200d}👧|🇩🇪|ｶﾞ|क्षि|\u{1f44d}\u{1f3fd}|שּׁ|☺\u{fe0f}){0,20}|\\PC{0,20}") {
        let said = text::clean_line(&said);
        let mut buffer = Buffer::empty(ratatui::layout::Rect::new(0, 0, 200, 1));
        let (end, _) = buffer.set_stringn(0, 0, &said, 200, Style::new());
        prop_assert_eq!(usize::from(end), text::width(&said).min(200));
    }
}

/// The laws of any screen.
fn whole(script: &Script) -> Result<(), TestCaseError> {
    let (buffer, caret) = drawn(script, Theme::probe());
    let app = &script.app;
    let reader = app.reader();
    let Some(layout) = reader.layout().copied() else { return Ok(()) };
    let Size { width, height } = app.size();
    prop_assert!(caret.is_none_or(|(x, y)| x < width && y < height));
    let page = reader.page();
    prop_assert!(page.len() <= usize::from(layout.rows));
    // Without a hole: each line is followed by the next, and where the page
    // is not full, it is all there is.
    for pair in page.windows(2) {
        let follows = pair[1].row == pair[0].row && pair[1].line == pair[0].line + 1
            || pair[1].row > pair[0].row && pair[1].line == 0;
        prop_assert!(follows, "{:?} then {:?}", pair[0], pair[1]);
        if !reader.shows_only_matches() {
            prop_assert!(pair[1].row.0 - pair[0].row.0 <= 1);
        }
    }
    if page.len() < usize::from(layout.rows) && reader.timeline().row_count() > 0 {
        prop_assert!(!page.is_empty());
        prop_assert_eq!(page[0].line, 0);
        if !reader.shows_only_matches() {
            prop_assert_eq!(page[0].row.0, 0);
            let last = reader.timeline().row_count() - 1;
            prop_assert_eq!(page[page.len() - 1].row.index(), last);
        }
    }
    if app.view() == View::Shelf {
        return Ok(());
    }
    // A click lands on what is drawn there.
    for (y, index) in (layout.top..layout.top + layout.rows).zip(0..) {
        let expected = page.get(index).map_or(Target::Nothing, |line| Target::Row(line.row));
        for x in [0, width / 2, width - 1] {
            prop_assert_eq!(ui::hit(app, x, y), expected);
        }
    }
    // The text of each line is there to its last character.
    if !matches!(app.open(), Open::Help(_)) {
        for (y, line) in (layout.top..).zip(page) {
            let said = &reader.transcript().text()[line.text.clone()];
            let shown: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
            let dense = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert!(dense(&shown).ends_with(&dense(said)), "{said:?} in {shown:?}");
        }
    }
    // What is followed is on the page.
    let marked = app.spoken(script.now).row();
    if let (true, Some(row)) = (reader.follows(), marked) {
        prop_assert!(page.iter().any(|line| line.row == row), "{row:?} is off the page");
    }
    Ok(())
}

// --- transcripts

/// Fifteen cues with two speakers, one at the same time as another, a long
/// silence, and some that wrap.
fn talk() -> Transcript {
    transcript([
        (500, 3_000, "Ann: Good morning, and welcome to the show about coffee."),
        (3_000, 7_000, "Ann: With me is Ben, who has roasted it for twenty years."),
        (
            7_000,
            13_000,
            "Ben: Thank you, Ann. I began in a kitchen with a pan and a window, and everything I had was in small cups, standing about on every chair.",
        ),
        (13_000, 16_000, "Ann: Coffee in every chair?"),
        (16_000, 19_000, "Ben: On, not in."),
        (
            19_000,
            24_000,
            "Ann: And now it is a whole house, with a garden, I hear, in which the beans dry.",
        ),
        (24_000, 29_000, "Ben: It is. The neighbours say the street smells of"),
        (26_000, 28_500, "Ann: Of coffee, yes."),
        (29_000, 32_000, "Ben: of bread, they say. Of bread!"),
        (40_000, 44_000, "Ann: You took a long time to think there."),
        (44_000, 46_000, "Ben: Coffee does that to me."),
        (46_000, 50_000, "Ann: What should somebody buy who begins today?"),
        (50_000, 56_000, "Ben: A scale. Not a machine, a scale, and a kettle that pours slowly."),
        (56_000, 58_000, "Ann: And the beans?"),
        (
            58_000,
            64_000,
            "Ben: Whatever was roasted last week, near you, by somebody who likes you.",
        ),
    ])
}

fn scripts() -> Transcript {
    transcript([
        (
            0,
            2_000,
            "李小龍: 你好，世界。欢迎收听我们的节目，今天我们谈谈咖啡，以及为什么每个人都喜欢它。再见！",
        ),
        (
            2_000,
            4_000,
            "Zoe\u{308}: Cafe\u{301}, nai\u{308}ve, Stra\u{df}e: e\u{301}e\u{301}e\u{301}.",
        ),
        (4_000, 8_000, "أمل: مرحبا بالعالم وأهلا بكم في البرنامج"),
        (8_000, 9_000, "שלום: שלום לכולם, here we are"),
        (
            9_000,
            11_000,
            "Emoji 👩\u{200d}👩\u{200d}👧: family 👩\u{200d}👩\u{200d}👧, flag 🇩🇪, thumb 👍🏽, heart ❤\u{fe0f}, face ☺ end",
        ),
        (11_000, 12_000, "ｶﾞｷﾟ क्षि ไทย"),
    ])
}
