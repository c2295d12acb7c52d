//! `check` and `convert` as they are called: what they print, and their exit
//! codes.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and these make files"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// What `sayagain` with these arguments prints in `folder`, on standard output
/// and standard error, and its exit code.
fn sayagain(folder: &Path, args: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayagain"));
    let output = command.args(args).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

const CHAPTERS: &str = "{\"chapters\":[\n{\"startTime\":0,\"title\":\"Intro\"},\n{\"title\":\"Never\"},\n{\"startTime\":90}]}";

#[test]
fn check_tells_what_is_wrong_with_files_of_chapters() {
    let folder = folder(&[
        ("talk.chapters.json", CHAPTERS),
        (
            "talk.chapters.vtt",
            "WEBVTT\n\n00:05.000 --> 00:06.000\nA\n\n00:01.000 --> 00:02.000\nB\n",
        ),
        ("good.txt", "0:00 Intro\n1:00 Cats\n2:30 Bye"),
    ]);
    let (out, _, code) =
        sayagain(folder.path(), &["check", "talk.chapters.json", "talk.chapters.vtt"]);
    let expected = "talk.chapters.json:3:1: chapter 2 has no time that can be read; it is left out\n\
                    talk.chapters.json:4:1: chapter 3 has no title; it is called after its place\n\
                    talk.chapters.vtt:6:1: chapter 2 begins before the one before it; put in order\n\
                    2 files, 0 cues, 4 chapters, 3 problems in 2\n";
    assert_eq!((out.as_str(), code), (expected, 1));
    assert_eq!(sayagain(folder.path(), &["check", "good.txt"]).2, 0);
}

#[test]
fn wrong_arguments_are_told_by_their_names() {
    let folder = folder(&[("talk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\ntea and tea\n")]);
    let told = |args: &[&str]| {
        let (_, error, code) = sayagain(folder.path(), args);
        assert_eq!(code, 2, "{args:?}");
        error
    };
    assert!(told(&["check"]).contains("not provided: <FILE>"), "{}", told(&["check"]));
    assert!(told(&["search"]).contains("<QUERY>"));
    let third = told(&["a", "b", "c"]);
    assert!(third.starts_with("sayagain: 'c' is one too many"), "{third}");
    let lost = told(&["convert", "talk.vtt", "-o", "No/talk.srt"]);
    assert_eq!(lost, "sayagain: cannot write No/talk.srt: there is no folder No; make it first\n");
    // A cue in which it stands twice is one line.
    let (out, _, code) = sayagain(folder.path(), &["search", "tea", "talk.vtt"]);
    assert_eq!((out.lines().count(), code), (1, 0), "{out}");
}

#[test]
fn no_json_of_check_has_a_character_that_a_terminal_obeys() {
    let hidden = "\u{9b}\u{85}\u{7f}\u{202e}\u{2066}\u{2028}";
    let name = format!("a{hidden}.vtt");
    let sibling = "00:00:01 Good night to all of them\n";
    let text =
        format!("WEBVTT\n\n00:01.000 --> 00:02.000\nGood {hidden}day to all of them &a{hidden};\n");
    let folder = folder(&[(&name, &text), (&format!("a{hidden}.txt"), sibling)]);
    let (out, _, code) = sayagain(folder.path(), &["check", "--json", &name]);
    assert_eq!(code, 1);
    assert!(!out.contains(|c: char| hidden.contains(c)), "{out:?}");
    assert!(out.contains("a\\u009b\\u0085\\u007f\\u202e\\u2066\\u2028.vtt"), "{out}");
}

#[test]
fn convert_writes_chapters_as_json_only() {
    let folder = folder(&[("c.json", CHAPTERS), ("broken.json", "{\"chapters\":[")]);
    let (out, error, code) = sayagain(folder.path(), &["convert", "c.json", "--to", "json"]);
    assert_eq!((error.as_str(), code), ("", 0));
    assert!(out.contains("\"cues\":[]") && out.contains("\"title\":\"Intro\""), "{out}");
    let (out, error, code) = sayagain(folder.path(), &["convert", "c.json", "--to", "vtt"]);
    assert_eq!((out.as_str(), code), ("", 1));
    assert!(error.starts_with("sayagain: c.json: "), "{error}");
    assert_eq!(sayagain(folder.path(), &["convert", "broken.json", "--to", "json"]).2, 1);
}

#[test]
fn what_cannot_be_read_is_told_with_its_reason_and_an_exit_code() {
    let folder =
        folder(&[("empty.vtt", ""), ("bad.vtt", "webvtt\n\n00:01.000 --> 00:02.000\nx\n")]);
    let (out, _, code) = sayagain(folder.path(), &["check", "empty.vtt", "bad.vtt", "no.vtt"]);
    assert_eq!(code, 2);
    assert!(out.contains("empty.vtt: transcript is empty\n"), "{out}");
    assert!(out.contains("no.vtt: no such file"), "{out}");
    assert!(out.ends_with("3 files, 1 cue, 1 problem in 1, 2 not read\n"), "{out}");
    let (out, error, code) =
        sayagain(folder.path(), &["convert", "bad.vtt", "--to", "srt", "--verbatim"]);
    assert_eq!((out.as_str(), code), ("", 1));
    assert_eq!(error, "sayagain: bad.vtt: not WebVTT: the first line is not WEBVTT\n");
}
