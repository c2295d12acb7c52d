//! What `check` finds in a transcript.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use sayagain::format::{Problem, Source, check, document};

/// `line:column slug` of every problem of `text`.
fn found(text: &str) -> Vec<String> {
    problems(text, None).iter().map(told).collect()
}

fn told(problem: &Problem) -> String {
    format!("{}:{} {}", problem.line, problem.column, problem.kind.slug())
}

fn problems(text: &str, sibling: Option<&str>) -> Vec<Problem> {
    let source = Source::decode(text.as_bytes()).unwrap();
    let own = document(&source, "x.vtt").unwrap();
    let Some(sibling) = sibling else { return check(&source, &own, None) };
    let other = Source::decode(sibling.as_bytes()).unwrap();
    check(&source, &own, Some(("x.txt", &document(&other, "x.txt").unwrap())))
}

/// A file of cues: start and end in milliseconds, text.
fn file(cues: &[(u64, u64, &str)]) -> String {
    let time = |millis: u64| {
        format!("{:02}:{:02}.{:03}", millis / 60_000, millis / 1_000 % 60, millis % 1_000)
    };
    let cues = cues
        .iter()
        .map(|(start, end, text)| format!("{} --> {}\n{text}\n\n", time(*start), time(*end)));
    format!("WEBVTT\n\n{}", cues.collect::<String>())
}

#[test]
fn a_good_transcript_has_no_problems() {
    let good = file(&[
        (1_000, 3_000, "One & two"),
        (3_000, 5_000, "R&D &amp; Café 👩\u{200d}👧"),
        (5_400, 9_000, "Three"),
    ]);
    assert_eq!(found(&good), [""; 0]);
}

#[test]
fn cues_that_end_when_or_before_they_begin_are_told_with_their_number() {
    let text = file(&[(1_000, 2_000, "a"), (2_000, 2_000, "b"), (3_000, 2_360, "c")]);
    let messages: Vec<String> = problems(&text, None).iter().map(ToString::to_string).collect();
    let expected = [
        "cue 2 ends when it begins; shown only in passing",
        "cue 3 ends 0.64 s before it begins; shown until the next begins",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn times_that_do_not_follow_each_other_are_told() {
    let text = file(&[
        (1_000, 4_000, "a"),
        (3_720, 5_000, "overlaps"),
        (2_000, 5_000, "too early"),
        (11_000, 50_000, "late and long"),
        (51_000, 52_000, "yes"),
        (51_000, 52_000, "yes"),
        (52_000, 53_000, ""),
    ]);
    let expected = [
        "6:1 overlap",
        "9:1 out-of-order",
        "12:1 long-cue",
        "12:1 gap",
        "18:1 duplicate",
        "21:1 empty-cue",
    ];
    assert_eq!(found(&text), expected);
}

#[test]
fn a_silence_within_a_longer_cue_is_none() {
    let text = file(&[(1_000, 29_000, "long"), (2_000, 3_000, "short"), (29_000, 30_000, "next")]);
    assert_eq!(found(&text), ["6:1 overlap"]);
}

#[test]
fn odd_characters_and_entities_are_told_where_they_stand() {
    let text =
        file(&[(1_000, 2_000, "a &nosuch; b\nx\u{1b}y"), (2_000, 3_000, "donâ€™t \u{fffd} &#0;")]);
    let expected = [
        "4:3 bad-entity",
        "5:2 odd-character",
        "8:4 misread",
        "8:9 odd-character",
        "8:11 bad-entity",
    ];
    assert_eq!(found(&text), expected);
}

#[test]
fn a_speaker_spelled_two_ways_is_told_where_the_rarer_begins() {
    let text = file(&[
        (1_000, 2_000, "<v Michael Kennedy>a"),
        (2_000, 3_000, "<v Micheal Kennedy>b"),
        (3_000, 4_000, "<v Michael Kennedy>c"),
        (4_000, 5_000, "<v Speaker 1>d"),
        (5_000, 6_000, "<v Speaker 2>e"),
    ]);
    let problems = problems(&text, None);
    assert_eq!(problems.iter().map(told).collect::<Vec<_>>(), ["6:1 speaker-spelling"]);
    let expected = "speaker Micheal Kennedy is elsewhere spelled Michael Kennedy; taken for two";
    assert_eq!(problems[0].to_string(), expected);
}

#[test]
fn a_text_that_differs_from_its_sibling_is_told_with_both() {
    let text = file(&[
        (1_000, 2_000, "Visit Talk Python.fm and"),
        (2_000, 3_000, "say hello to all of them"),
    ]);
    let same = "00:00:01 visit Talk Python.fm, and say hello to all of them.\n";
    assert_eq!(problems(&text, Some(same)), []);
    let other = "00:00:01 Visit talkpython.fm and say\n\n00:00:02 hello to all of them there\n";
    let messages: Vec<String> =
        problems(&text, Some(other)).iter().map(ToString::to_string).collect();
    let expected = [
        "\"talk python\" here, \"talkpython\" in x.txt; shown as here",
        "nothing here, \"there\" in x.txt; shown as here",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn texts_that_have_nothing_in_common_are_told_a_few_times_only() {
    let text = file(&[(1_000, 2_000, &"one ".repeat(20_000))]);
    let other = format!("00:00:01 {}", "other ".repeat(20_000));
    assert_eq!(problems(&text, Some(&other)).len(), 50);
}

#[test]
fn problems_of_json_stand_on_the_line_of_their_entry() {
    let segments = "{\"segments\":[\n{\"start\":0,\"end\":2,\"text\":\"a b\"},\n{\"start\":1,\"end\":1,\"text\":\"c d\"},\n{}]}";
    assert_eq!(found(segments), ["3:1 zero-length", "3:1 overlap", "4:1 skipped-entries"]);
    let words = "{\"words\":[{\"word\":\"a.\",\"start\":0,\"end\":0}]}";
    assert_eq!(found(words), ["1:1 zero-length"]);
}

#[test]
fn characters_are_told_where_they_stand_in_the_file() {
    let ass = "[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:02.00,a\u{1b}b\n";
    assert_eq!(found(ass), ["3:34 odd-character"]);
    let json = "{\"segments\": [\n{\"start\": 1, \"end\": 2,\n \"text\": \"a\u{202e}b\"}]}";
    assert_eq!(found(json), ["3:12 odd-character"]);
    let escaped = "{\"segments\": [\n{\"start\": 1, \"end\": 2,\n \"text\": \"a\\u202eb\"}]}";
    assert_eq!(found(escaped), ["2:1 odd-character"]);
}

#[test]
fn a_tag_that_nothing_closes_is_told_at_its_place() {
    let text = file(&[(1_000, 2_000, "a <i>b</i> c\nbravo <i charlie")]);
    assert_eq!(found(&text), ["5:7 unclosed"]);
    assert_eq!(found(&file(&[(1_000, 2_000, "1 < 2 <3 a<")])), [""; 0]);
}

#[test]
fn bytes_that_are_not_utf8_are_told_with_their_number() {
    for (text, expected) in [
        (
            &b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xc3\xa9 caf\xc3"[..],
            "bytes that are not UTF-8; shown as \u{fffd}",
        ),
        (
            b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xc3\xa9 \xe2\x82 \xc3\xa9 \xc3\xa9 \xe2\x82",
            "bytes that are not UTF-8, in 2 places; shown as \u{fffd}",
        ),
    ] {
        let source = Source::decode(text).unwrap();
        let document = document(&source, "x.vtt").unwrap();
        let told = check(&source, &document, None);
        assert_eq!(told.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }
}
