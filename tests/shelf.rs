//! The subcommands of the library, as they are run.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and these make files"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of files, and a place for the library.
struct Place {
    folder: tempfile::TempDir,
}

/// What a run came to.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
        fs::create_dir(place.path("audio")).unwrap();
        fs::create_dir(place.path("transcripts")).unwrap();
        fs::copy(sample.join("episode.mp3"), place.path("audio/21-tour.mp3")).unwrap();
        fs::copy(sample.join("episode.vtt"), place.path("transcripts/021_A_tour.vtt")).unwrap();
        let talk = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>The walrus said\n\n\
                    00:02.000 --> 00:03.000\n<v Ann>to the carpenter\n\n\
                    00:03.000 --> 00:04.000\n<v Bob>of many things\x1b[2J\n";
        fs::write(place.path("transcripts/022 Walrus.vtt"), talk).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_sayagain"))
            .args(args)
            .env("SAYAGAIN_STATE", self.path(".state"))
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| {
            let folder = fs::canonicalize(self.folder.path()).unwrap();
            String::from_utf8(bytes).unwrap().replace(folder.to_str().unwrap(), "~")
        };
        Ran {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// What is printed, with exit code 0 and nothing wrong.
    fn out(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}: {ran:?}");
        ran.out
    }
}

#[test]
fn folders_are_added_listed_and_added_again() {
    let place = Place::new();
    let added = place.out(&["add", "."]);
    assert_eq!(
        added,
        "files: 3 new\nepisodes: 2; 1 with audio and transcript (1 certain, 0 likely, 0 doubtful), \
         0 without transcript, 1 without audio\n"
    );
    assert!(place.out(&["add"]).starts_with("files: nothing new\n"));
    let listed = place.out(&["list"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 2, "{listed}");
    assert!(lines[0].starts_with("  021") && lines[0].ends_with("A tour of sayagain"), "{listed}");
    assert!(lines[1].contains("Walrus (no audio)"), "{listed}");
    let json = place.out(&["list", "--json", "walrus"]);
    let line: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&line["number"], &line["cues"]), (&22.into(), &3.into()));
    assert_eq!(place.run(&["list", "nothing"]).code, 1);
    place.out(&["add", "--remove", "."]);
    assert_eq!(place.run(&["list"]).code, 1);
}

#[test]
fn a_search_prints_episode_time_speaker_and_text_and_ends_as_grep_does() {
    let place = Place::new();
    place.out(&["add", "."]);
    assert_eq!(place.out(&["search", "walrus"]), "022  0:01  Ann  The walrus said\n");
    assert_eq!(
        place.out(&["search", "\"said to the\""]),
        "022  0:01  Ann  The walrus said to the carpenter\n"
    );
    // Of two speakers, each stands before what is theirs.
    assert_eq!(
        place.out(&["search", "\"carpenter of many\""]),
        "022  0:02  Ann  to the carpenter Bob: of many things [2J\n"
    );
    assert_eq!(place.out(&["search", "speaker:bob"]), "022  0:03  Bob  of many things [2J\n");
    assert_eq!(
        place.out(&["search", "-C", "1", "carpenter"]),
        "  022  0:01  Ann  The walrus said\n> 022  0:02  Ann  to the carpenter\n  \
         022  0:03  Bob  of many things [2J\n"
    );
    assert_eq!(place.out(&["search", "--count", "the"]).lines().count(), 2);
    let none = place.run(&["search", "zzqqxx"]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    let wrong = place.run(&["search", "/(/"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.starts_with("sayagain: /(/ is no pattern"), "{wrong:?}");
    let json = place.out(&["search", "--json", "carpenter"]);
    let line: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&line["start_ms"], &line["speaker"]), (&2_000.into(), &"Ann".into()));
    assert_eq!(line["match"], serde_json::json!([7, 16]));
}

#[test]
fn what_is_counted_is_what_is_printed() {
    let place = Place::new();
    let twice = "WEBVTT\n\n00:01.000 --> 00:02.000\nnarwhal, narwhal\n";
    fs::write(place.path("twice.vtt"), twice).unwrap();
    assert_eq!(place.out(&["search", "narwhal", "."]).lines().count(), 1);
    assert_eq!(place.out(&["search", "-c", "narwhal", "."]), "1  twice.vtt\n");
}

#[test]
fn what_is_not_known_of_files_is_refused_as_a_filter_of_them() {
    let place = Place::new();
    for filter in ["episode:22", "show:talk", "after:2024"] {
        let ran = place.run(&["search", &format!("walrus {filter}"), "."]);
        let name = filter.split(':').next().unwrap();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.starts_with(&format!("sayagain: {name}: is for the library")), "{ran:?}");
    }
    assert_eq!(place.run(&["search", "walrus speaker:ann", "."]).code, 0);
}

#[test]
fn where_numbers_collide_a_line_says_which_show() {
    let place = Place::new();
    let said = "WEBVTT\n\n00:01.000 --> 00:02.000\nA narwhal\n";
    for (name, more) in [
        ("tea/001 First.vtt", ""),
        ("water/001 Second.vtt", "two"),
        ("water/002 Third.vtt", "three"),
        ("wine/003 Fourth.vtt", "four"),
    ] {
        let path = place.path("shows").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{said}\n00:03.000 --> 00:04.000\n{more}\n")).unwrap();
    }
    place.out(&["add", "shows"]);
    let sorted = |out: String| -> Vec<String> {
        let mut lines: Vec<String> = out.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    let expected = ["002", "003", "tea 001", "water 001"];
    let lines = expected.map(|episode| format!("{episode}  0:01  -  A narwhal"));
    assert_eq!(sorted(place.out(&["search", "narwhal"])), lines);
    let json = place
        .out(&["search", "--json", "narwhal"])
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["episode"].as_str().unwrap().to_owned()
        })
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(sorted(json), expected);
    // Files of one name in two folders.
    fs::copy(place.path("shows/tea/001 First.vtt"), place.path("shows/water/001 First.vtt"))
        .unwrap();
    let (tea, water) = ("shows/tea/001 First.vtt", "shows/water/001 First.vtt");
    assert_eq!(
        sorted(place.out(&["search", "narwhal", tea, water])),
        [format!("{tea}  0:01  -  A narwhal"), format!("{water}  0:01  -  A narwhal")]
    );
}

#[test]
fn accents_are_found_without_and_plain_letters_with_them_in_the_library_too() {
    let place = Place::new();
    let said = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Łukasz>Ein Café in München\n\n\
                00:02.000 --> 00:03.000\n<v Jose\u{301}>plain cafe, Mu\u{308}nchen\n";
    fs::write(place.path("transcripts/023 Café.vtt"), said).unwrap();
    place.out(&["add", "."]);
    for (query, count) in [
        ("cafe", 2),
        ("café", 2),
        ("munchen", 2),
        ("Munchen", 2),
        ("\"cafe in munchen\"", 1),
        ("speaker:lukasz", 1),
        ("speaker:josé munch*", 1),
        ("/Caf[eé]/", 1),
        ("/M.nchen/", 1),
    ] {
        assert_eq!(place.out(&["search", query]).lines().count(), count, "{query}");
    }
    let json = place.out(&["search", "--json", "\"cafe in munchen\""]);
    let line: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(line["match"], serde_json::json!([4, 21]));
}

#[test]
fn a_misspelt_word_is_searched_as_it_was_meant_and_that_is_said() {
    let place = Place::new();
    place.out(&["add", "."]);
    let ran = place.run(&["search", "wallrus"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "022  0:01  Ann  The walrus said\n"));
    assert_eq!(ran.err, "sayagain: nothing for wallrus; this is for walrus\n");
}

#[test]
fn files_and_folders_are_searched_without_a_library() {
    let place = Place::new();
    assert_eq!(
        place.out(&["search", "walrus", "transcripts"]),
        "022 Walrus.vtt  0:01  Ann  The walrus said\n"
    );
    assert_eq!(place.run(&["search", "walrus", "transcripts/021_A_tour.vtt"]).code, 1);
    let missing = place.run(&["search", "walrus", "gone", "transcripts"]);
    assert_eq!(missing.code, 2);
    assert_eq!(missing.out.lines().count(), 1);
    let empty = place.run(&["search", "walrus"]);
    assert_eq!(empty.code, 2);
    assert!(empty.err.contains("the library is empty"), "{empty:?}");
}

#[test]
fn what_the_list_shows_as_unreadable_makes_no_search_an_error() {
    let place = Place::new();
    let wrong = place.path("transcripts/023 Wrong.vtt");
    fs::copy(place.path("audio/21-tour.mp3"), &wrong).unwrap();
    let added = place.run(&["add", "."]);
    assert_eq!((added.code, added.err.lines().count()), (1, 1), "{added:?}");
    assert!(place.out(&["list"]).contains("Wrong (unreadable)"));
    assert_eq!(place.out(&["search", "walrus"]), "022  0:01  Ann  The walrus said\n");
    assert_eq!(place.out(&["search", "/w.lrus/"]).lines().count(), 1);
    let none = place.run(&["search", "zzqqxx"]);
    assert_eq!((none.code, none.err.as_str()), (1, ""));
    // One that is named is not passed over.
    let named = place.run(&["search", "walrus", "transcripts"]);
    assert_eq!((named.code, named.out.lines().count(), named.err.lines().count()), (2, 1, 1));
    // It is looked into again when it has changed.
    fs::write(&wrong, "WEBVTT\n\n00:01.000 --> 00:02.000\nA walrus\n").unwrap();
    assert_eq!(place.out(&["search", "walrus"]).lines().count(), 2);
}

#[test]
fn a_search_that_cannot_read_what_was_there_says_so_and_ends_as_an_error() {
    let place = Place::new();
    place.out(&["add", "transcripts"]);
    // As if its disk were not plugged in.
    fs::rename(place.path("transcripts"), place.path("away")).unwrap();
    let ran = place.run(&["search", "walrus"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("cannot open ~/transcripts/022 Walrus.vtt"), "{ran:?}");
}

#[test]
fn a_changed_transcript_is_found_by_its_new_words_at_once() {
    let place = Place::new();
    place.out(&["add", "."]);
    let path = place.path("transcripts/022 Walrus.vtt");
    fs::write(&path, "WEBVTT\n\n00:01.000 --> 00:02.000\nA narwhal\n").unwrap();
    assert_eq!(place.out(&["search", "narwhal"]), "022  0:01  -  A narwhal\n");
    fs::rename(&path, place.path("transcripts/023 Narwhal.vtt")).unwrap();
    assert_eq!(place.out(&["search", "narwhal"]), "023  0:01  -  A narwhal\n");
    fs::remove_file(place.path("transcripts/023 Narwhal.vtt")).unwrap();
    assert_eq!(place.run(&["search", "narwhal"]).code, 1);
}

#[test]
fn a_pairing_is_set_shown_and_undone() {
    let place = Place::new();
    place.out(&["add", "."]);
    let (audio, other) = ("audio/21-tour.mp3", "transcripts/022 Walrus.vtt");
    assert_eq!(place.run(&["pair"]).code, 1);
    let set = place.out(&["pair", audio, other]);
    assert_eq!(
        set,
        "certain: paired by hand\n  audio       ~/audio/21-tour.mp3\n  \
         transcript  ~/transcripts/022 Walrus.vtt\n"
    );
    assert!(place.out(&["list"]).contains("021"));
    assert!(place.out(&["pair", "--all"]).contains("paired by hand"));
    let none = place.out(&["pair", audio, "--none"]);
    let alone = "certain: without a transcript, by hand\n  audio       ~/audio/21-tour.mp3\n  \
                 transcript  none\n";
    assert_eq!(none, alone);
    assert!(place.out(&["pair", "--all"]).contains(alone));
    assert!(place.out(&["list", "--json"]).contains("without a transcript, by hand"));
    assert!(place.out(&["add"]).contains("0 with audio and transcript (0 certain"));
    let undone = place.out(&["pair", audio, "--undo"]);
    assert!(undone.contains("transcript  ~/transcripts/021_A_tour.vtt"), "{undone}");
    assert_eq!(place.run(&["pair", audio, "--undo"]).code, 1);
    assert_eq!(place.run(&["pair", "audio/gone.mp3"]).code, 2);
}

#[test]
fn a_pairing_holds_for_audio_of_which_there_is_a_copy() {
    let place = Place::new();
    fs::copy(place.path("audio/21-tour.mp3"), place.path("audio/zcopy.mp3")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("moved.mp3");
    fs::copy(place.path("audio/21-tour.mp3"), &moved).unwrap();
    std::os::unix::fs::symlink(&moved, place.path("transcripts/copy.mp3")).unwrap();
    place.out(&["add", "."]);
    for audio in ["audio/21-tour.mp3", "audio/zcopy.mp3", "transcripts/copy.mp3"] {
        let told = place.out(&["pair", audio, "transcripts/022 Walrus.vtt"]);
        assert_eq!(
            told,
            "certain: paired by hand\n  audio       ~/audio/21-tour.mp3\n  \
             transcript  ~/transcripts/022 Walrus.vtt\n  or          ~/audio/zcopy.mp3\n  \
             or          ~/transcripts/copy.mp3\n"
        );
    }
    assert_eq!(place.out(&["list"]).lines().count(), 2);
}

#[test]
fn a_transcript_that_is_paired_anew_is_taken_from_the_other_audio_and_that_is_told() {
    let place = Place::new();
    fs::write(place.path("audio/empty talk.mp3"), "").unwrap();
    let longer = [fs::read(place.path("audio/21-tour.mp3")).unwrap(), vec![0; 9]].concat();
    fs::write(place.path("audio/other talk.mp3"), longer).unwrap();
    let added = place.run(&["add", "."]);
    assert_eq!(
        (added.code, added.err.contains("empty talk.mp3: it is empty")),
        (1, true),
        "{added:?}"
    );
    let listed = place.out(&["list"]);
    assert!(listed.contains("empty talk (unreadable)"), "{listed}");
    let listed = place.out(&["list", "--json", "empty"]);
    assert!(listed.contains("\"problem\":\"cannot play ~/audio/empty talk.mp3"), "{listed}");
    let walrus = "transcripts/022 Walrus.vtt";
    place.out(&["pair", "audio/21-tour.mp3", walrus]);
    let ran = place.run(&["pair", "audio/other talk.mp3", walrus]);
    assert!(ran.out.starts_with("certain: paired by hand\n  audio       ~/audio/other"), "{ran:?}");
    assert_eq!(
        ran.err,
        "sayagain: transcripts/022 Walrus.vtt was paired by hand with ~/audio/21-tour.mp3, which \
         is paired without it now\n"
    );
    assert!(place.out(&["pair", "audio/21-tour.mp3"]).contains("021_A_tour.vtt"));
    assert_eq!(place.out(&["export", "--all"]).matches("\"transcript\"").count(), 1);
}

#[test]
fn what_cannot_be_played_or_read_is_not_paired_and_the_pair_that_was_there_stays() {
    let place = Place::new();
    let (good, audio) = ("transcripts/022 Walrus.vtt", "audio/21-tour.mp3");
    for (name, bytes) in [
        ("audio/text.mp3", &b"this is a text, whatever its name says\n"[..]),
        ("audio/empty.mp3", b""),
        ("audio/tags.mp3", b"ID3\x04\0\0\0\0\0\x0cTIT2\0\0\0\x02\0\0\x03a"),
        ("transcripts/empty.vtt", b""),
        ("transcripts/head.vtt", b"WEBVTT\n\nNOTE nothing yet\n"),
        ("transcripts/silent.srt", b"1\n00:00:01,000 --> 00:00:02,000\n \n"),
        ("transcripts/picture.vtt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
        ("transcripts/object.json", b"{\"start\": 1, \"text\": \"a\""),
    ] {
        fs::write(place.path(name), bytes).unwrap();
    }
    assert_eq!(place.run(&["add", "."]).code, 1);
    place.out(&["pair", audio, good]);
    let before = (place.out(&["export", "--all"]), place.out(&["list", "--json"]));
    for pair in [
        ["audio/text.mp3", good],
        ["audio/empty.mp3", good],
        ["audio/tags.mp3", good],
        ["audio/gone.mp3", good],
        [audio, "transcripts/empty.vtt"],
        [audio, "transcripts/head.vtt"],
        [audio, "transcripts/silent.srt"],
        [audio, "transcripts/picture.vtt"],
        [audio, "transcripts/object.json"],
        [audio, "transcripts/gone.vtt"],
        [audio, "audio/tags.mp3"],
    ] {
        let ran = place.run(&["pair", pair[0], pair[1]]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{pair:?}: {ran:?}");
        let blamed = if pair[1] == good { pair[0] } else { pair[1] };
        let lines: Vec<&str> = ran.err.lines().collect();
        assert!(lines.len() == 1 && lines[0].contains(blamed), "{pair:?}: {ran:?}");
        assert!(lines[0].contains(';'), "what now: {ran:?}");
        assert_eq!((place.out(&["export", "--all"]), place.out(&["list", "--json"])), before);
    }
}

#[test]
fn on_a_full_disk_it_is_the_disk_that_is_blamed() {
    let place = Place::new();
    place.out(&["add", "."]);
    let full = |args: &[&str]| {
        let output = Command::new("sh")
            .args(["-c", r#"trap "" XFSZ; ulimit -f 0; exec "$0" "$@""#])
            .arg(env!("CARGO_BIN_EXE_sayagain"))
            .args(args)
            .env("SAYAGAIN_STATE", place.path(".state"))
            .current_dir(place.folder.path())
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    fs::write(place.path("kept.json"), place.out(&["export", "--all"])).unwrap();
    for args in [&["add", "."][..], &["import", "kept.json"]] {
        let told = full(args);
        assert!(told.contains("full") || told.contains("takes nothing"), "{told}");
        assert!(!told.contains("only be read"), "{told}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_told_in_words() {
    let place = Place::new();
    place.out(&["add", "."]);
    let printed = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sayagain"))
        .args(["search", "walrus"])
        .env("SAYAGAIN_STATE", place.path(".state"))
        .stdout(printed)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told, "sayagain: cannot print all of it: the disk is full; make room on it\n");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_the_listener_did_is_exported_and_imported_whole() {
    let place = Place::new();
    place.out(&["add", "."]);
    place.out(&["pair", "audio/21-tour.mp3", "--none"]);
    let exported = place.out(&["export", "--all"]);
    place.out(&["export", "--all", "-o", "all.json"]);
    fs::rename(place.path(".state"), place.path(".state-before")).unwrap();
    let told = place.out(&["import", "all.json"]);
    assert!(told.starts_with("kept: 0 places, 1 pairing, 1 folder; "), "{told}");
    assert_eq!(place.out(&["export", "--all"]), exported);
    place.out(&["add"]);
    let shown = place.run(&["pair", "audio/21-tour.mp3"]);
    assert!(shown.out.contains("transcript  none"), "{shown:?}");
    fs::write(place.path("no.json"), "{}").unwrap();
    let wrong = place.run(&["import", "no.json"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("is no export of sayagain"), "{wrong:?}");
}

#[cfg(unix)]
#[test]
fn standard_input_is_taken_as_it_is_also_where_it_can_not_be_opened_again() {
    use std::io::Write;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    let place = Place::new();
    let json = r#"{"version":2,"folders":["/p"]}"#;
    let talk = "WEBVTT\n\n00:01.000 --> 00:02.000\ntea\n";
    for (command, given, expected) in [
        (
            "import",
            json,
            "kept: 0 places, 0 pairings, 1 folder; sayagain add looks at the folders\n",
        ),
        ("check", talk, "1 file, 1 cue, 0 problems in 0\n"),
    ] {
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        ours.write_all(given.as_bytes()).unwrap();
        drop(ours);
        let output = Command::new(env!("CARGO_BIN_EXE_sayagain"))
            .args([command, "-"])
            .env("SAYAGAIN_STATE", place.path(".state"))
            .stdin(OwnedFd::from(theirs))
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        assert_eq!((&*out, &*err), (expected, ""), "{command}");
    }
    let empty = Command::new(env!("CARGO_BIN_EXE_sayagain"))
        .args(["import", "-"])
        .env("SAYAGAIN_STATE", place.path(".state"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let err = String::from_utf8(empty.stderr).unwrap();
    assert_eq!(err, "sayagain: standard input is empty: lead a file or a pipe into it\n");
}

#[test]
fn what_is_impossible_in_an_export_is_told_and_the_rest_is_imported() {
    let place = Place::new();
    let key = |n: u32| format!("{n:032x}");
    let at = |n, at_us: i64| {
        format!(
            r#"{{"key":"{}","at_us":{at_us},"speed_tenths":10,"volume_percent":100,"saved":5}}"#,
            key(n)
        )
    };
    let json = format!(
        r#"{{"version":2,"places":[{},{}],"heard":[{{"key":"{}","day":5,"origin":"a",
        "real_us":1,"source_us":1,"spared_us":0,"show":"a\u202eb\u001b[2Jc"}}]}}"#,
        at(1, 7),
        at(2, -7),
        key(3)
    );
    fs::write(place.path("all.json"), json).unwrap();
    let ran = place.run(&["import", "all.json"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.out.starts_with("kept: 1 place, 0 pairings, 0 folders; "), "{ran:?}");
    assert_eq!(
        ran.err,
        "sayagain: all.json: places[1].at_us is -7, not a whole number from 0 to \
         3162240000000000\nsayagain: what all.json says wrongly was left out, all else is kept; \
         mend it there and import it again: nothing is counted twice\n"
    );
    let exported = place.out(&["export", "--all"]);
    assert!(exported.contains(&key(1)) && !exported.contains(&key(2)), "{exported}");
    for args in [&["stats"][..], &["stats", "--json"], &["export", "--all"]] {
        let told = place.out(args);
        assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told:?}");
    }
}

#[test]
fn what_is_not_there_is_told_in_one_line_that_says_what_now() {
    let place = Place::new();
    place.out(&["add", "."]);
    for (args, told) in [
        (&["add", "gone"][..], "cannot open gone: no such file or folder; check the name"),
        (
            &["search", "walrus", "gone"],
            "cannot look at gone: no such file or folder; check the name",
        ),
        (&["pair", "gone.mp3"], "cannot open gone.mp3: no such file or folder; check the name"),
        (
            &["export", "--all", "-o", "gone/all.json"],
            "cannot write gone/all.json: there is no folder gone; make it first",
        ),
        (
            &["convert", "transcripts/021_A_tour.vtt", "-o", "gone/x.srt"],
            "cannot write gone/x.srt: there is no folder gone; make it first",
        ),
        (
            &["export", "--all", "-o", "audio"],
            "cannot write audio: it is a folder; name a file in it",
        ),
    ] {
        let ran = place.run(args);
        assert_eq!((ran.code, ran.err.as_str()), (2, format!("sayagain: {told}\n").as_str()));
        assert_eq!(ran.out, "", "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_was_added_through_a_link_is_taken_out_through_it() {
    let place = Place::new();
    std::os::unix::fs::symlink("audio", place.path("link")).unwrap();
    place.out(&["add", "link"]);
    let removed = place.run(&["add", "--remove", "link"]);
    assert_eq!((removed.code, removed.err.as_str()), (0, ""), "{removed:?}");
    let never = place.run(&["add", "--remove", "transcripts"]);
    assert_eq!((never.code, never.err.as_str()), (2, "sayagain: ~/transcripts was not added\n"));
}

#[test]
fn a_damaged_file_is_put_aside_and_the_library_is_built_again() {
    let place = Place::new();
    place.out(&["add", "."]);
    let exported = place.out(&["export", "--all"]);
    let path = place.path(".state/sayagain.db");
    fs::write(&path, vec![b'x'; 40_000]).unwrap();
    let ran = place.run(&["add"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("was damaged and is kept as"), "{ran:?}");
    assert!(ran.out.contains("episodes: 2;"), "{ran:?}");
    assert_eq!(place.out(&["export", "--all"]), exported);
}

#[test]
fn a_file_named_like_a_subcommand_is_reached_by_its_folder() {
    let place = Place::new();
    fs::write(place.path("list"), "no transcript").unwrap();
    let ran = place.run(&["./list"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("./list") || ran.err.contains("terminal"), "{ran:?}");
}
