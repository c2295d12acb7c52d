//! The real program in a pseudo-terminal: what it shows, what keys and the
//! mouse do, and how it leaves the terminal.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and these make files and wait"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use sayagain::store::{Database, Paths};
use tempfile::TempDir;

/// How long a condition may take to come true, on a machine that is busy with
/// a hundred other things.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn the_sample_plays_and_the_terminal_is_left_as_it_was() {
    let mut session = Session::start(&["--output", "silent"]);
    session.wait_for("Hello, and welcome to sayagain");
    session.wait_for("playing");
    session.wait_until("the second cue is marked", |screen| marked(screen).contains("coffee"));
    session.send("q");
    session.assert_left_properly(0);
}

#[test]
fn a_click_on_a_line_marks_it_and_plays_from_there() {
    let mut session = Session::start(&["--output", "silent", "--paused"]);
    session.wait_for("A player for podcasts");
    session.click_on("A player for podcasts");
    session.wait_until("the line is marked", |screen| marked(screen).contains("A player for"));
    session.wait_for("0:12");
    assert!(session.text().contains("paused"), "a click must not start the sound");
    session.send(" ");
    session.wait_for("playing");
}

#[test]
fn a_click_on_the_progress_line_seeks() {
    let mut session = Session::start(&["--output", "silent", "--paused"]);
    session.wait_for("2:43");
    let row = session.row_of("2:43");
    session.press(row, 37);
    session.wait_until("the place is about the middle", |screen| {
        let text = screen.contents();
        text.contains("‖ 1:2") || text.contains("‖ 1:1")
    });
    session.send("u");
    session.wait_for("‖ 0:00");
}

#[test]
fn a_search_shows_its_count_and_escape_goes_back() {
    let mut session = Session::start(&["--output", "silent", "--paused"]);
    session.wait_for("Hello, and welcome");
    session.send("/coffee");
    session.wait_for("1/7");
    session.send("\x1b");
    session.wait_until("the search is closed", |screen| !screen.contents().contains("1/7"));
    session.wait_for("follow");
    session.send("/famous\r");
    session.wait_until("it plays from the match", |screen| {
        marked(screen).contains("I feel famous") && screen.contents().contains("playing")
    });
}

#[test]
fn a_time_and_a_command_can_be_typed() {
    let mut session = Session::start(&["--output", "silent", "--paused"]);
    session.wait_for("‖ 0:00");
    session.send("t1:02\r");
    session.wait_for("‖ 1:02");
    session.send(":speed 2\r");
    session.wait_for("2.0×");
    session.send("40%");
    session.wait_for("‖ 1:05");
    session.send("t1:99\r");
    session.wait_for("is no time");
}

#[test]
fn the_wheel_unties_and_the_full_stop_ties_again() {
    let mut session = Session::start(&["--output", "silent", "--paused"]);
    session.wait_for("Hello, and welcome");
    for _ in 0..8 {
        session.send("\x1b[<65;10;10M");
    }
    session.wait_for("follow off");
    session.wait_until("the first line is gone", |screen| {
        !screen.contents().contains("Hello, and welcome")
    });
    session.send(".");
    session.wait_for("Hello, and welcome");
}

#[test]
fn a_window_of_any_size_is_drawn_and_a_tiny_one_says_so() {
    let mut session = Session::start(&["--output", "silent", "--paused"]);
    session.wait_for("Hello, and welcome");
    session.send("?");
    session.wait_for("Keys");
    session.resize(40, 12);
    session.wait_for("Esc closes");
    session.send("\x1b");
    session.wait_for("Nora: Hello");
    session.resize(15, 4);
    session.wait_for("too small");
    session.resize(200, 50);
    session.wait_for("? help");
    session.wait_for("Coffee, coffee, coffee");
}

#[test]
fn each_signal_ends_the_program_with_its_place_kept() {
    // It dies of the signal: a shell makes 128 + n of that.
    let signals = "TERM HUP INT QUIT ABRT ALRM USR1 USR2 VTALRM PROF XCPU XFSZ SYS TRAP";
    for signal in signals.split(' ') {
        let mut session = Session::start(&["--output", "silent", "--at", "1:00"]);
        session.wait_for("1:01");
        session.signal(signal);
        let status = session.wait_for_exit();
        assert!(status.signal().is_some(), "{signal}: {status:?}");
        session.assert_terminal_as_before();
        let kept = session.kept_millis();
        assert!((60_000..120_000).contains(&kept), "{signal}: {kept} ms");
    }
}

#[test]
fn where_nothing_can_be_kept_it_is_said_before_anything_else() {
    let mut session =
        Session::start_with(&["--output", "silent"], &[("SAYAGAIN_STATE", "/dev/null")]);
    session.wait_for("nothing is kept: cannot use /dev/null");
    assert!(!session.text().contains("the built-in sample;"), "{}", session.text());
    session.send("q");
    session.assert_left_properly(0);
}

#[test]
fn chapters_that_cannot_be_read_leave_the_transcript_that_is_found() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file("talk.wav"), silence(5)).unwrap();
    fs::write(file("talk.vtt"), cues(&["It is found."])).unwrap();
    let chapters = "<?xml version=\"1.0\"?><Chapters><EditionEntry><ChapterAtom>\
                    <ChapterTimeStart>00:00:00</ChapterTimeStart></ChapterAtom></EditionEntry></Chapters>";
    fs::write(file("x.chapters.xml"), chapters).unwrap();
    let paths = [file("talk.wav"), file("x.chapters.xml")];
    let paths = paths.each_ref().map(|path| path.to_str().unwrap());
    let mut session = Session::start(&[paths[0], paths[1], "--output", "silent", "--paused"]);
    session.wait_for("It is found.");
    session.wait_for("x.chapters.xml: no chapters");
    session.send("q");
    session.assert_left_properly(0);
}

#[test]
fn a_second_start_goes_on_a_little_earlier() {
    let mut session = Session::start(&["--output", "silent", "--paused", "--at", "1:30"]);
    session.wait_for("‖ 1:30");
    session.send("]]");
    session.wait_for("1.2×");
    session.send("q");
    session.assert_left_properly(0);
    let mut session = session.again(&["--output", "silent", "--paused"]);
    session.wait_for("going on at 1:27");
    session.wait_for("1.2×");
}

#[test]
fn quitting_without_saving_leaves_the_place_as_it_was() {
    let mut session = Session::start(&["--output", "silent", "--paused", "--at", "1:30"]);
    session.wait_for("‖ 1:30");
    session.send("q");
    session.assert_left_properly(0);
    let mut session = session.again(&["--output", "silent", "--paused", "--at", "0:30"]);
    session.wait_for("‖ 0:30");
    session.send("lQ");
    session.assert_left_properly(0);
    assert_eq!(session.kept_millis(), 90_000);
}

#[test]
fn an_episode_of_the_library_is_chosen_searched_and_kept() {
    let state = TempDir::new().unwrap();
    let files = TempDir::new().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    fs::copy(sample.join("episode.mp3"), files.path().join("21-tour.mp3")).unwrap();
    fs::copy(sample.join("episode.vtt"), files.path().join("021_A_tour.vtt")).unwrap();
    let walrus = "WEBVTT\n\n00:01.000 --> 59:00.000\nThe walrus said\n";
    fs::write(files.path().join("022_The_walrus.vtt"), walrus).unwrap();
    let mut session = Session::with_library(state, files.path());
    session.wait_for("The walrus");
    session.send("/tour");
    session.wait_for("1/2");
    session.send("\r");
    session.wait_for("Hello, and welcome to sayagain");
    session.wait_for("playing");
    session.send("w");
    session.wait_for("0:3");
    session.send("Swalrus");
    session.wait_for("1 in 1 episode ");
    session.wait_for("The walrus said");
    session.send("\r");
    session.wait_until("the list is gone", |screen| {
        let shown = screen.contents();
        shown.contains("022  The walrus") && !shown.contains("search all:")
    });
    // Back to the list while it plays; a click chooses, a second one plays.
    session.send("o");
    session.wait_for("Continue listening");
    session.send("G");
    session.wait_until("the cursor is elsewhere", |screen| chosen(screen).contains("A tour"));
    session.click_on("no audio ");
    session.wait_until("the cursor is there", |screen| chosen(screen).contains("no audio"));
    session.click_on("no audio ");
    session.wait_until("it plays", |screen| !screen.contents().contains("Episodes"));
    session.send("q");
    session.assert_left_properly(0);
    assert_eq!(session.kept_places().len(), 2);
}

#[test]
fn audio_that_is_opened_by_its_name_has_the_transcript_that_the_library_knows() {
    let (state, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    let (sound, texts) = (files.path().join("sound"), files.path().join("texts"));
    fs::create_dir(&sound).unwrap();
    fs::create_dir(&texts).unwrap();
    let audio = sound.join("21-tour.mp3");
    fs::copy(sample.join("episode.mp3"), &audio).unwrap();
    fs::copy(sample.join("episode.vtt"), texts.join("021_A_tour.vtt")).unwrap();
    let mut session = Session::with_library(state, files.path());
    session.wait_for("A tour");
    session.send("q");
    session.assert_left_properly(0);
    let mut session = session.again(&[audio.to_str().unwrap(), "--output", "silent", "--paused"]);
    session.wait_for("Hello, and welcome to sayagain");
    session.wait_for("021_A_tour.vtt (same episode number");
}

#[test]
fn the_list_has_the_length_of_a_damaged_file_once_it_was_played() {
    let (state, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    let mut bytes = fs::read(sample.join("episode.mp3")).unwrap();
    let third = bytes.len() / 3;
    bytes.drain(third..third * 2);
    fs::write(files.path().join("hole.mp3"), bytes).unwrap();
    let mut session = Session::with_library(state, files.path());
    // As its header says.
    session.wait_for("2:43");
    session.send("\r");
    session.wait_for("1:4");
    session.send("o");
    session.wait_until("the list has it", |screen| {
        let list = screen.contents();
        list.contains("Episodes") && !list.contains("2:43")
    });
    session.send("q");
    session.assert_left_properly(0);
    let mut session = session.again(&["--output", "silent"]);
    session.wait_for("1:4");
    assert!(!session.text().contains("2:43"), "{}", session.text());
}

#[test]
fn an_episode_is_called_in_the_player_as_in_the_list() {
    let (state, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let audio = files.path().join("abc.mp3");
    fs::write(&audio, tagged("By its tags", &[])).unwrap();
    // Called otherwise: it is doubtful.
    let text = files.path().join("022_walrus.vtt");
    fs::write(&text, "WEBVTT - Walrus\n\n00:01.000 --> 02:41.000\nHello\n").unwrap();
    let mut session = Session::with_library(state, files.path());
    session.wait_for("doubtful");
    assert!(session.text().contains("By its tags"), "{}", session.text());
    session.send("\r");
    session.wait_for("Hello");
    assert!(session.text().contains(" By its tags"), "{}", session.text());
    assert!(!session.text().contains("022  By"), "{}", session.text());
    session.send("q");
    session.assert_left_properly(0);
    let paired = std::process::Command::new(env!("CARGO_BIN_EXE_sayagain"))
        .arg("pair")
        .args([&audio, &text])
        .env("SAYAGAIN_STATE", session.state.as_ref().unwrap().path())
        .status()
        .unwrap();
    assert!(paired.success());
    let mut session = session.again(&[audio.to_str().unwrap(), "--output", "silent", "--paused"]);
    session.wait_for("Hello");
    assert!(session.text().contains("By its tags"), "{}", session.text());
}

#[test]
fn audio_that_is_opened_by_another_name_is_the_episode_that_the_list_has() {
    let (state, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    let file = |name: &str| {
        let path = files.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    };
    for (name, said) in [("one/tour", "One"), ("two/tour", "Two")] {
        fs::copy(sample.join("episode.mp3"), file(&format!("{name}.mp3"))).unwrap();
        let text = format!("WEBVTT\n\n00:01.000 --> 02:40.000\n{said}\n");
        fs::write(file(&format!("{name}.vtt")), text).unwrap();
    }
    std::os::unix::fs::symlink("tour.mp3", file("two/tour copy.mp3")).unwrap();
    let mut session = Session::with_library(state, files.path());
    session.wait_until("both are listed", |screen| {
        screen.contents().matches("A tour of sayagain").count() == 2
    });
    session.send("q");
    session.assert_left_properly(0);
    let places = [("two/../two/tour.mp3", "1:00", "0:57"), ("two/tour copy.mp3", "1:20", "1:17")];
    for (name, at, kept) in places {
        let path = files.path().join(name);
        let name = path.to_str().unwrap();
        session = session.again(&[name, "--output", "silent", "--paused", "--at", at]);
        session.wait_for("Two");
        session.wait_for(&format!("‖ {at}"));
        session.send("q");
        session.assert_left_properly(0);
        // In the list it goes on there, and the other does not.
        session = session.again(&["--output", "silent"]);
        session.wait_until("one was begun", |screen| {
            screen.contents().matches("A tour of sayagain").count() == 3
        });
        session.send("\r");
        session.wait_for(&format!("going on at {kept}"));
        session.wait_for("Two");
        session.send("Q");
        session.assert_left_properly(0);
    }
    assert_eq!(session.kept_places().len(), 1);
}

#[test]
fn a_folder_that_is_not_there_is_told_and_what_is_known_of_it_stays() {
    let (state, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let disk = files.path().join("disk");
    fs::create_dir(&disk).unwrap();
    fs::write(disk.join("walrus.vtt"), cues(&["The walrus said"])).unwrap();
    let mut session = Session::with_library(state, &disk);
    session.wait_for("walrus");
    session.send("q");
    session.assert_left_properly(0);
    fs::rename(&disk, files.path().join("unplugged")).unwrap();
    let mut session = session.again(&["--output", "silent"]);
    session.wait_for("a folder is gone");
    let told = session.text();
    assert!(told.contains("sayagain add --remove"), "{told}");
    assert!(told.contains("walrus"), "{told}");
}

#[test]
fn a_library_whose_episodes_are_not_known_yet_is_opened_all_the_same() {
    let (state, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut session = Session::with_library(state, files.path());
    session.wait_for("the library is empty");
    session.send("q");
    session.assert_left_properly(0);
    fs::write(files.path().join("041-late.vtt"), cues(&["Nobody has looked yet."])).unwrap();
    let mut session = session.again(&["--output", "silent"]);
    session.wait_for("041");
    session.send("q");
    session.assert_left_properly(0);
}

#[test]
fn the_queue_plays_on_by_itself_and_outlasts_the_program() {
    let state = TempDir::new().unwrap();
    let files = TempDir::new().unwrap();
    for (name, secs) in [("021_First_one", 2), ("022_Second_one", 50), ("023_Third_one", 60)] {
        fs::write(files.path().join(format!("{name}.wav")), silence(secs)).unwrap();
    }
    let mut session = Session::with_library(state, files.path());
    session.wait_for("Third one");
    session.send("ja");
    session.wait_for("plays on with these");
    session.send("G");
    session.wait_until("the first is chosen", |screen| chosen(screen).contains("First one"));
    session.send("\r");
    session.wait_until("it plays", |screen| screen.contents().starts_with(" 021  First one"));
    // It has two seconds; then the one in the queue begins.
    session.wait_until("the next one plays", |screen| {
        screen.contents().starts_with(" 022  Second one")
    });
    session.send("o/third\ta");
    session.wait_for("+ 023");
    session.send("q");
    session.assert_left_properly(0);
    let mut session = session.again(&["--output", "silent"]);
    session.wait_for("plays on with these");
    session.wait_until("what was heard to its end is marked", |screen| {
        let (_, columns) = screen.size();
        let mut rows = screen.rows(0, columns.into());
        rows.any(|row| row.contains("First one") && row.contains("played"))
    });
    session.send("q");
    session.assert_left_properly(0);
}

#[test]
fn a_killed_program_loses_a_few_seconds_at_most() {
    let mut session = Session::start(&["--output", "silent", "--at", "1:00", "--speed", "3"]);
    session.wait_for("playing");
    session.wait_for_kept();
    session.signal("KILL");
    session.wait_for_exit();
    assert!(session.kept_millis() >= 60_000);
    let mut session = session.again(&["--output", "silent", "--paused"]);
    session.wait_for("going on at 1:");
}

#[test]
fn the_shell_gets_the_terminal_between_stop_and_continue() {
    let mut session = Session::start(&["--output", "silent"]);
    session.wait_for("playing");
    let before = session.cooked.clone();
    session.send("\x1a");
    session.wait_for_state('T');
    session.read_for(Duration::from_millis(50));
    assert!(!session.screen().alternate_screen(), "the shell's screen is not back");
    assert_eq!(session.modes(), before, "the shell's line discipline is not back");
    session.signal("CONT");
    session.wait_for("playing");
    assert!(session.screen().alternate_screen());
    session.send("q");
    session.assert_left_properly(0);
}

#[test]
fn a_terminal_that_is_lost_ends_the_program_with_its_place_kept() {
    for paused in [true, false] {
        let mut args = vec!["--output", "silent", "--at", "0:40"];
        args.extend(paused.then_some("--paused"));
        let mut session = Session::unread(&args);
        session.wait_for_raw_mode();
        session.hang_up();
        session.wait_for_exit();
        assert!((40_000..60_000).contains(&session.kept_millis()), "paused: {paused}");
    }
}

#[test]
fn a_terminal_that_takes_nothing_holds_up_neither_the_place_nor_a_signal() {
    let mut session = Session::unread(&["--output", "silent", "--at", "1:00"]);
    session.wait_for_raw_mode();
    session.resize(200, 60);
    // More pictures than the terminal's buffer holds, and nobody reads them.
    for _ in 0..40 {
        session.send("jjjjG");
        session.send("g");
    }
    session.wait_for_kept();
    session.signal("TERM");
    assert_eq!(session.wait_for_exit().signal(), Some("Terminated"));
    assert_eq!(session.modes(), session.cooked, "the line discipline is not as it was");
    assert!(session.kept_millis() >= 60_000);
}

#[test]
fn without_colours_the_line_being_spoken_still_stands_out() {
    let mut session = Session::start_with(&["--output", "silent"], &[("NO_COLOR", "1")]);
    session.wait_until("the second cue is marked", |screen| marked(screen).contains("coffee"));
    let row = u16::try_from(session.row_of("coffee")).unwrap();
    let text = session.screen().cell(row, 16).unwrap();
    assert!(text.bold(), "the text of the line being spoken is not bold");
    let sent = String::from_utf8_lossy(&session.sent).into_owned();
    for code in 30..=37 {
        assert!(!sent.contains(&format!("\u{1b}[{code}m")), "colour {code} was sent");
        assert!(!sent.contains(&format!("\u{1b}[38;5;{}m", code - 30)), "colour {code} was sent");
    }
}

#[test]
fn pasted_text_is_searched_for_and_never_taken_for_keys() {
    let mut session = Session::start(&["--output", "silent", "--paused"]);
    session.wait_for("Hello, and welcome");
    session.send("\x1b[200~q\x1b[201~/\x1b[200~coffee\nq\x1b[201~");
    session.wait_for("/coffee q");
    session.wait_for("no match");
}

#[test]
fn nothing_in_a_transcript_reaches_the_terminal_as_a_command() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("evil\u{7}.vtt");
    let text = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Eve\u{9b}31m>start\u{1b}]0;title\u{7}\
                \u{1b}[2J\u{202e}end\n";
    fs::write(&path, text).unwrap();
    let mut session = Session::start(&[path.to_str().unwrap(), "--paused"]);
    session.wait_for("end");
    session.send("q");
    session.assert_left_properly(0);
    let sent = String::from_utf8_lossy(&session.sent).into_owned();
    for forbidden in ["\u{1b}]0;", "\u{7}", "\u{9b}", "\u{202e}"] {
        assert!(!sent.contains(forbidden), "{forbidden:?} reached the terminal");
    }
}

#[test]
fn the_transcript_with_the_episodes_number_is_found() {
    let folder = TempDir::new().unwrap();
    let audio = folder.path().join("021-pypy.wav");
    fs::write(&audio, silence(30)).unwrap();
    fs::write(folder.path().join("020_Other.vtt"), cues(&["other"])).unwrap();
    fs::write(folder.path().join("021_PyPy - the JIT.vtt"), cues(&["first", "second"])).unwrap();
    let mut session = Session::start(&[audio.to_str().unwrap(), "--output", "silent", "--paused"]);
    session.wait_for("021_PyPy - the JIT.vtt");
    session.wait_for("second");
    session.send("L");
    session.wait_until("the first cue is marked", |screen| marked(screen).contains("first"));
    session.send("L");
    session.wait_until("the second is marked", |screen| marked(screen).contains("second"));
}

#[test]
fn audio_and_transcript_are_told_apart_in_either_order() {
    let folder = TempDir::new().unwrap();
    let (audio, transcript) = (folder.path().join("a.wav"), folder.path().join("b.vtt"));
    fs::write(&audio, silence(30)).unwrap();
    fs::write(&transcript, cues(&["first", "second"])).unwrap();
    let (audio, transcript) = (audio.to_str().unwrap(), transcript.to_str().unwrap());
    for order in [[audio, transcript], [transcript, audio]] {
        let mut session =
            Session::start(&[order[0], order[1], "--output", "silent", "--paused", "--at", "4"]);
        session.wait_until("the second is marked", |screen| marked(screen).contains("second"));
        session.wait_for("0:30");
        assert!(!session.text().contains("no audio"), "{}", session.text());
    }
}

#[test]
fn audio_without_a_transcript_plays_and_says_what_is_missing() {
    let folder = TempDir::new().unwrap();
    let audio = folder.path().join("a.wav");
    fs::write(&audio, silence(30)).unwrap();
    let mut session = Session::start(&[audio.to_str().unwrap(), "--output", "silent"]);
    session.wait_for("no transcript found for a.wav");
    session.wait_for("▶ 0:02");
}

#[test]
fn a_program_that_writes_the_pipe_and_sets_the_terminal_takes_no_key_away() {
    let folder = TempDir::new().unwrap();
    let audio = folder.path().join("a.wav");
    fs::write(&audio, silence(30)).unwrap();
    let line = "modes=$(stty -g </dev/tty); \
                (cat \"$1\"; read line <\"$2\"; stty \"$modes\" </dev/tty) | \
                \"$0\" - --output silent";
    let gate = folder.path().join("gate");
    let made = std::process::Command::new("mkfifo").arg(&gate).status().unwrap();
    assert!(made.success());
    let mut session = Session::shell(line, &[&audio, &gate]);
    session.wait_for("▶ 0:01");
    fs::write(&gate, "go\n").unwrap();
    session.wait_for("0:30");
    // Without Enter, which it takes where lines are edited.
    session.send(" ");
    session.wait_for("paused");
    session.send("q");
    session.assert_left_properly(0);
}

#[test]
fn a_transcript_that_is_of_no_use_does_not_keep_the_audio_from_playing() {
    let folder = TempDir::new().unwrap();
    let (audio, transcript) = (folder.path().join("a.wav"), folder.path().join("a.vtt"));
    fs::write(&audio, silence(30)).unwrap();
    fs::write(&transcript, "<html><body>not found</body></html>").unwrap();
    let mut session = Session::start(&[audio.to_str().unwrap(), "--output", "silent"]);
    session.wait_for("HTML");
    session.wait_for("▶ 0:02");
}

#[test]
fn title_and_chapters_come_from_the_audio_and_chapters_beside_it_come_first() {
    let folder = TempDir::new().unwrap();
    let audio = folder.path().join("talk.mp3");
    fs::write(&audio, tagged("Tagged", &[(0, "One"), (10, "Two"), (20, "Three")])).unwrap();
    let args = [audio.to_str().unwrap(), "--output", "silent", "--paused"];
    let mut session = Session::start(&args);
    session.wait_for("Tagged · One");
    session.send("))");
    session.wait_for("Tagged · Three");
    session.wait_for("‖ 0:20");
    session.send("C");
    session.wait_for("Chapters: 3");
    session.click_on("0:10");
    session.wait_for("Tagged · Two");
    session.wait_for("playing");

    fs::write(folder.path().join("talk.chapters.json"), "{\"chapters\": [").unwrap();
    let lines = "0:00 First\n0:10 Second\n0:30 Third\n";
    fs::write(folder.path().join("talk.chapters.txt"), lines).unwrap();
    let mut session = Session::start(&args);
    session.wait_for("Tagged · First");
    session.wait_for("expected JSON");
    session.send("))");
    session.wait_for("Tagged · Third");

    let other = folder.path().join("other.txt");
    fs::write(&other, lines.replace("First", "Named")).unwrap();
    let mut session = Session::start(&[args[0], other.to_str().unwrap(), "--output", "silent"]);
    session.wait_for("Tagged · Named");
}

#[test]
fn a_transcript_without_blank_lines_shows_every_cue() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("copied.vtt");
    let dense: String = cues(&["one", "two", "three"])
        .lines()
        .filter(|line| !line.is_empty())
        .fold(String::new(), |text, line| text + line + "\n");
    fs::write(&path, dense).unwrap();
    let mut session = Session::start(&[path.to_str().unwrap(), "--paused"]);
    for text in ["one", "two", "three", "no audio"] {
        session.wait_for(text);
    }
}

#[test]
fn audio_that_cannot_be_played_does_not_keep_its_transcript_from_being_read() {
    let folder = TempDir::new().unwrap();
    let audio = folder.path().join("noise.mp3");
    fs::write(&audio, [0x85; 5_000]).unwrap();
    fs::write(folder.path().join("noise.vtt"), cues(&["first", "second"])).unwrap();
    let mut session = Session::start(&[audio.to_str().unwrap(), "--output", "silent"]);
    session.wait_for("no audio that can be played");
    session.wait_for("second");
}

#[test]
fn standard_input_is_played_and_the_keyboard_is_heard() {
    let folder = TempDir::new().unwrap();
    let (audio, transcript) = (folder.path().join("a.wav"), folder.path().join("b.vtt"));
    fs::write(&audio, silence(30)).unwrap();
    fs::write(&transcript, cues(&["first", "second"])).unwrap();
    // The pipe stays open, so that more could come.
    let line = "(cat \"$1\"; exec sleep 60) | \"$0\" - \"$2\" --output silent --paused";
    let mut session = Session::shell(line, &[audio.as_path(), transcript.as_path()]);
    session.wait_for("standard input");
    session.wait_for("first");
    session.send("L");
    session.wait_until("the first cue is marked", |screen| marked(screen).contains("first"));
    session.send(" ");
    session.wait_for("▶ 0:0");
    session.send("q");
    session.wait_until("the screen is given back", |screen| !screen.alternate_screen());
}

#[test]
fn a_file_that_does_not_answer_is_waited_for_on_the_screen() {
    let (_folder, path, mut disk) = slow_file();
    let mut session = Session::start(&[path.to_str().unwrap(), "--output", "silent"]);
    session.wait_for("slow.wav");
    session.wait_for("which does not answer yet");
    // Nothing can be played or looked for meanwhile.
    session.send(" /l?");
    session.wait_for("Play or pause");
    session.send("\x1b");
    disk.write_all(&silence(30)).unwrap();
    drop(disk);
    session.wait_for("▶ 0:0");
    session.send("q");
    session.assert_left_properly(0);
}

#[test]
fn who_waits_for_a_file_can_leave() {
    let (_folder, path, _disk) = slow_file();
    let mut session = Session::start(&[path.to_str().unwrap()]);
    session.wait_for("which does not answer yet");
    session.send("q");
    session.assert_left_properly(0);
}

#[test]
fn a_file_that_answers_late_and_is_of_no_use_ends_the_program_with_a_line() {
    let (_folder, path, mut disk) = slow_file();
    let mut session = Session::start(&[path.to_str().unwrap()]);
    session.wait_for("which does not answer yet");
    disk.write_all(b"<!DOCTYPE html><html><body>404</body></html>").unwrap();
    drop(disk);
    session.assert_left_properly(2);
    assert!(String::from_utf8_lossy(&session.sent).contains("sayagain: "));
}

/// The path of a file that gives nothing until something is written here, as
/// on a disk that does not answer.
fn slow_file() -> (TempDir, PathBuf, fs::File) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("slow.wav");
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    // Open to read, too, so that opening it waits for nobody.
    let disk = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    (folder, path, disk)
}

#[test]
fn what_cannot_be_opened_is_one_line_and_exit_code_2() {
    let folder = TempDir::new().unwrap();
    let page = folder.path().join("page.vtt");
    fs::write(&page, "<!DOCTYPE html><html><body>404</body></html>").unwrap();
    let empty = folder.path().join("empty.vtt");
    fs::write(&empty, "").unwrap();
    let named = folder.path().join("text.mp3");
    fs::write(&named, "not audio at all\n").unwrap();
    let missing = folder.path().join("missing.mp3");
    let noise = folder.path().join("noise.mp3");
    fs::write(&noise, (0..50_000_u32).map(|n| (n * n % 251) as u8).collect::<Vec<u8>>()).unwrap();
    let cases: [(&Path, &str); 6] = [
        (folder.path(), "folder"),
        (&missing, "no such file"),
        (&page, "HTML"),
        (&empty, "empty"),
        (&named, "not audio"),
        (&noise, "no audio that can be played"),
    ];
    for (path, expected) in cases {
        let mut session = Session::start(&[path.to_str().unwrap()]);
        assert_eq!(session.wait_for_exit().exit_code(), 2, "{}", path.display());
        let said = String::from_utf8_lossy(&session.sent).into_owned();
        assert_eq!(said.matches('\n').count(), 1, "{said:?}");
        assert!(said.contains(expected), "{said:?} does not say {expected:?}");
        assert!(!said.contains('\u{1b}'), "the screen was taken: {said:?}");
    }
}

/// The line whose time is shown in reverse or that has the mark: what the
/// listener sees as spoken.
fn marked(screen: &vt100::Screen) -> String {
    let (_, columns) = screen.size();
    screen.rows(0, columns.into()).find(|row| row.trim_start().starts_with('▌')).unwrap_or_default()
}

/// The line of a list that the cursor is on.
fn chosen(screen: &vt100::Screen) -> String {
    let (_, columns) = screen.size();
    screen.rows(0, columns.into()).find(|row| row.starts_with('›')).unwrap_or_default()
}

/// A WebVTT of these texts, two seconds each, the first at one second.
fn cues(texts: &[&str]) -> String {
    let mut vtt = "WEBVTT\n\n".to_owned();
    for (index, text) in texts.iter().enumerate() {
        let start = 1 + index * 2;
        write!(vtt, "00:00:{start:02}.000 --> 00:00:{:02}.000\n{text}\n\n", start + 2).unwrap();
    }
    vtt
}

/// A WAV of this many seconds of silence: 8 kHz, mono, 16 bit.
fn silence(secs: u32) -> Vec<u8> {
    let data = secs * 16_000;
    let mut wav = Vec::new();
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + data).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    wav.extend_from_slice(&16_u32.to_le_bytes());
    wav.extend_from_slice(&1_u16.to_le_bytes());
    wav.extend_from_slice(&1_u16.to_le_bytes());
    wav.extend_from_slice(&8_000_u32.to_le_bytes());
    wav.extend_from_slice(&16_000_u32.to_le_bytes());
    wav.extend_from_slice(&2_u16.to_le_bytes());
    wav.extend_from_slice(&16_u16.to_le_bytes());
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&data.to_le_bytes());
    wav.resize(wav.len() + data as usize, 0);
    wav
}

/// The sample's sound with a tag of ID3v2.3 that has a title and chapters, by
/// the second at which they begin.
fn tagged(title: &str, chapters: &[(u32, &str)]) -> Vec<u8> {
    let frame = |id: &str, content: &[u8]| {
        let size = u32::try_from(content.len()).unwrap().to_be_bytes();
        [id.as_bytes(), &size, &[0, 0], content].concat()
    };
    let text = |said: &str| frame("TIT2", &[&[0], said.as_bytes()].concat());
    let mut frames = text(title);
    for (start, title) in chapters {
        let times = [(start * 1_000).to_be_bytes(), [0xff; 4], [0xff; 4], [0xff; 4]].concat();
        frames.extend(frame("CHAP", &[title.as_bytes(), &[0], &times, &text(title)].concat()));
    }
    let size = u8::try_from(frames.len() / 128).unwrap();
    let head = [b'I', b'D', b'3', 3, 0, 0, 0, 0, size + 1, 0];
    frames.resize((usize::from(size) + 1) * 128, 0);
    [&head, &*frames, &fs::read("assets/sample/episode.mp3").unwrap()].concat()
}

/// The program in a terminal of its own, with a folder of its own for what it
/// keeps.
struct Session {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Everything the program has sent.
    sent: Vec<u8>,
    /// The terminal's modes before the program.
    cooked: String,
    state: Option<TempDir>,
}

impl Session {
    /// The program with the library of what is in `files`.
    fn with_library(state: TempDir, files: &Path) -> Self {
        let added = std::process::Command::new(env!("CARGO_BIN_EXE_sayagain"))
            .arg("add")
            .arg(files)
            .env("SAYAGAIN_STATE", state.path())
            .status()
            .unwrap();
        assert!(added.success());
        Self::start_in(state, &["--output", "silent"], &[])
    }

    fn start(args: &[&str]) -> Self {
        Self::start_with(args, &[])
    }

    /// The program once more, with what it kept.
    fn again(mut self, args: &[&str]) -> Self {
        let state = self.state.take().unwrap();
        Self::start_in(state, args, &[])
    }

    fn start_with(args: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::start_in(TempDir::new().unwrap(), args, variables)
    }

    /// The program in a terminal that nobody reads.
    fn unread(args: &[&str]) -> Self {
        Self::spawn(TempDir::new().unwrap(), args, &[]).0
    }

    fn start_in(state: TempDir, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let (session, sender) = Self::spawn(state, args, variables);
        session.read_on(sender)
    }

    /// Takes in what the program sends, as it comes.
    fn read_on(mut self, sender: Sender<Vec<u8>>) -> Self {
        let mut reader = self.master.as_mut().unwrap().try_clone_reader().unwrap();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        self
    }

    /// A shell's command `line`, in which `$0` is the program.
    fn shell(line: &str, files: &[&Path]) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", line, env!("CARGO_BIN_EXE_sayagain")]);
        command.args(files);
        let (session, sender) = Self::spawn_command(TempDir::new().unwrap(), command, &[]);
        session.read_on(sender)
    }

    fn spawn(state: TempDir, args: &[&str], variables: &[(&str, &str)]) -> (Self, Sender<Vec<u8>>) {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sayagain"));
        command.args(args);
        Self::spawn_command(state, command, variables)
    }

    fn spawn_command(
        state: TempDir,
        mut command: CommandBuilder,
        variables: &[(&str, &str)],
    ) -> (Self, Sender<Vec<u8>>) {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let cooked = format!("{:?}", pair.master.get_termios());
        command.env("SAYAGAIN_STATE", state.path());
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let (sender, output) = channel();
        let writer = pair.master.take_writer().unwrap();
        let session = Self {
            child,
            master: Some(pair.master),
            writer: Some(writer),
            output,
            parser: parser(24, 80),
            sent: Vec::new(),
            cooked,
            state: Some(state),
        };
        (session, sender)
    }

    fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    fn text(&self) -> String {
        self.screen().contents()
    }

    fn send(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    fn resize(&mut self, cols: u16, rows: u16) {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
        self.parser.screen_mut().set_size(rows.try_into().unwrap(), cols.try_into().unwrap());
    }

    /// Presses and lets go the left button; row and column count from 0.
    fn press(&mut self, row: usize, column: usize) {
        let (row, column) = (row + 1, column + 1);
        self.send(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
    }

    fn click_on(&mut self, text: &str) {
        let row = self.row_of(text);
        self.press(row, 20);
    }

    fn row_of(&self, text: &str) -> usize {
        let (_, columns) = self.screen().size();
        let row = self.screen().rows(0, columns.into()).position(|row| row.contains(text));
        row.unwrap_or_else(|| panic!("{text:?} is not on the screen:\n{}", self.text()))
    }

    fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |screen| screen.contents().contains(text));
    }

    fn wait_until(&mut self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self.parser.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("never came true: {what}\n{}", self.text())
                }
            }
        }
    }

    /// Takes in what the program sends for this long, or to its end.
    fn read_for(&mut self, wait: Duration) {
        let deadline = Instant::now() + wait;
        while let Ok(bytes) =
            self.output.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            self.take(&bytes);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.sent.extend_from_slice(bytes);
    }

    fn modes(&self) -> String {
        format!("{:?}", self.master.as_ref().unwrap().get_termios())
    }

    fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success(), "kill -s {name} {id}");
    }

    /// Closes the terminal under a program whose terminal nobody reads.
    fn hang_up(&mut self) {
        self.writer = None;
        self.master = None;
    }

    fn wait_for_raw_mode(&self) {
        self.wait_while("the terminal is not taken over", |session| {
            session.modes() == session.cooked
        });
    }

    fn wait_for_kept(&self) {
        self.wait_while("no place was kept while playing", |session| {
            session.kept_places().is_empty()
        });
    }

    fn wait_while(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while holds(self) {
            assert!(Instant::now() < deadline, "{what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the kernel says that the program is in this state.
    fn wait_for_state(&self, state: char) {
        let path = format!("/proc/{}/stat", self.child.process_id().unwrap());
        self.wait_while("it is not in that state", |_| {
            let stat = fs::read_to_string(&path).unwrap_or_default();
            let after_name = stat.rsplit(')').next().unwrap_or_default().trim_start().to_owned();
            !after_name.starts_with(state)
        });
    }

    fn wait_for_exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.read_for(Duration::from_millis(200));
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end:\n{}", self.text());
            self.read_for(Duration::from_millis(10));
        }
    }

    /// The program ends with this code, and every mode of the terminal is as
    /// it was.
    fn assert_left_properly(&mut self, code: u32) {
        let status = self.wait_for_exit();
        assert_eq!(status.exit_code(), code, "{status:?}");
        self.assert_terminal_as_before();
    }

    fn assert_terminal_as_before(&self) {
        assert_eq!(self.modes(), self.cooked, "the line discipline is not as it was");
        let screen = self.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is still shown");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "pastes are still bracketed");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    /// The places that are kept, in milliseconds.
    fn kept_places(&self) -> Vec<u64> {
        let paths = Paths::in_folder(self.state.as_ref().unwrap().path().to_owned());
        if !paths.database().exists() {
            return Vec::new();
        }
        let kept = Database::open(&paths).unwrap().database.kept().unwrap();
        kept.places.iter().map(|place| u64::try_from(place.at_us).unwrap() / 1_000).collect()
    }

    /// The one place that is kept.
    fn kept_millis(&self) -> u64 {
        let places = self.kept_places();
        assert_eq!(places.len(), 1, "{places:?}");
        places[0]
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn parser(rows: u16, columns: u16) -> vt100::Parser {
    vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0)
}
