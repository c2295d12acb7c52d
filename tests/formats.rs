//! Transcripts as listeners have them, through the one door: `format::read`.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use sayagain::format::{Format, Parsed, ProblemKind, Refusal, Source, read, vtt};

/// What is shown of a cue: start and end in milliseconds, speaker, text.
type Row = (u64, u64, String, String);

fn rows(parsed: &Parsed) -> Vec<Row> {
    let transcript = &parsed.transcript;
    let row = |cue| {
        let speaker = transcript.speaker_of(cue).unwrap_or_default();
        let text = transcript.text_of(cue);
        (cue.start.as_millis(), cue.end.as_millis(), speaker.to_owned(), text.to_owned())
    };
    transcript.cues().iter().map(row).collect()
}

fn row(start: u64, end: u64, speaker: &str, text: &str) -> Row {
    (start, end, speaker.to_owned(), text.to_owned())
}

/// Words with times of their own: start in milliseconds and text.
fn words(parsed: &Parsed) -> Vec<(u64, &str)> {
    let transcript = &parsed.transcript;
    let words = transcript.cues().iter().flat_map(|cue| transcript.words_of(cue));
    let text = |range: &std::ops::Range<u32>| {
        transcript.text()[range.start as usize..range.end as usize].trim()
    };
    words.map(|word| (word.start.as_millis(), text(&word.text))).collect()
}

fn parsed(text: &str) -> Parsed {
    read(text.as_bytes(), "episode.vtt").unwrap()
}

fn kinds(parsed: &Parsed) -> Vec<&ProblemKind> {
    parsed.problems.iter().map(|problem| &problem.kind).collect()
}

fn two() -> [Row; 2] {
    [row(1000, 3000, "", "One"), row(3000, 5000, "", "Two")]
}

const VTT: &str =
    "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nOne\n\n00:00:03.000 --> 00:00:05.000\nTwo\n";
const SRT: &str =
    "1\n00:00:01,000 --> 00:00:03,000\nOne\n\n2\n00:00:03,000 --> 00:00:05,000\nTwo\n";

#[test]
fn a_well_written_file_has_no_problems() {
    for (text, format) in [(VTT, Format::WebVtt), (SRT, Format::SubRip)] {
        let parsed = parsed(text);
        assert_eq!(rows(&parsed), two());
        assert_eq!((parsed.format, parsed.problems.len()), (format, 0));
    }
}

#[test]
fn content_decides_the_format_and_not_the_name() {
    assert_eq!(read(VTT.as_bytes(), "x.srt").unwrap().format, Format::WebVtt);
    assert_eq!(read(SRT.as_bytes(), "x.vtt").unwrap().format, Format::SubRip);
    let dots = VTT.replace("WEBVTT\n\n", "");
    assert_eq!(read(dots.as_bytes(), "x.srt").unwrap().format, Format::SubRip);
    assert_eq!(read(dots.as_bytes(), "x.vtt").unwrap().format, Format::WebVtt);
}

#[test]
fn every_line_end_and_encoding_gives_the_same_cues() {
    for text in [VTT, SRT] {
        for end in ["\r\n", "\r", "\n", "\r\r\n"] {
            assert_eq!(rows(&parsed(&text.replace('\n', end))), two(), "{end:?}");
        }
        assert_eq!(rows(&parsed(&format!("\u{feff}{text}"))), two());
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> =
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(rows(&read(&little, "").unwrap()), two());
        assert_eq!(rows(&read(&big, "").unwrap()), two());
    }
}

#[test]
fn cues_without_blank_lines_between_are_all_found() {
    for text in [VTT, SRT] {
        let dense = parsed(&text.replace("\n\n", "\n"));
        assert_eq!(rows(&dense), two());
        assert_eq!(dense.problems, []);
    }
}

#[test]
fn a_header_that_is_missing_misspelt_or_late_is_forgiven_once() {
    let missing = parsed(&VTT.replace("WEBVTT\n\n", ""));
    assert_eq!(rows(&missing), two());
    assert_eq!(kinds(&missing), [&ProblemKind::MissingHeader]);
    for odd in
        [VTT.to_lowercase().as_str(), &format!("\n \n{VTT}"), &VTT.replace("WEBVTT", "WEBVTT:")]
    {
        let text = odd.replace("one", "One").replace("two", "Two");
        let parsed = parsed(&text);
        assert_eq!(rows(&parsed), two(), "{odd}");
        assert!(matches!(kinds(&parsed)[..], [ProblemKind::OddHeader(_)]), "{odd}");
    }
}

#[test]
fn the_header_may_name_title_and_language() {
    let named = |header: &str| {
        let parsed = parsed(&VTT.replace("WEBVTT", header));
        assert_eq!(rows(&parsed), two());
        (parsed.title.unwrap_or_default(), parsed.language.unwrap_or_default())
    };
    for (header, title, language) in [
        ("WEBVTT - Ep 1: on", "Ep 1: on", ""),
        ("WEBVTT\nKind: captions\nLanguage: en", "", "en"),
        ("WEBVTT Kind: captions; Language: de", "", "de"),
        ("WEBVTT FILE\nTitle: Ep 2", "Ep 2", ""),
        ("WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000", "", ""),
    ] {
        assert_eq!(named(header), (title.to_owned(), language.to_owned()));
    }
}

#[test]
fn times_written_oddly_are_read_and_told_once() {
    let commas = parsed(&VTT.replace('.', ","));
    assert_eq!(rows(&commas), two());
    assert_eq!(kinds(&commas), [&ProblemKind::OddTimes(2)]);
    let arrows = parsed(&VTT.replace("-->", "->"));
    assert_eq!(rows(&arrows), two());
    assert_eq!(kinds(&arrows), [&ProblemKind::OddTimes(2)]);
    assert_eq!(commas.problems[0].line, 3);
}

#[test]
fn lone_counters_are_no_text() {
    let text = "WEBVTT\n1\n00:01.000 --> 00:03.000\nOne\n2\n00:03.000 --> 00:05.000\nTwo\n";
    let counted = parsed(text);
    assert_eq!(rows(&counted), two());
    assert_eq!(kinds(&counted), [&ProblemKind::LoneCounters(2)]);
}

#[test]
fn times_with_an_odd_arrow_end_the_text_before_them() {
    let dense = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nOne\n00:00:03.000 -> 00:00:05.000\nTwo\n";
    assert_eq!(rows(&parsed(dense)), two());
}

#[test]
fn a_number_that_is_said_stays() {
    let said = "WEBVTT\n00:01.000 --> 00:03.000\nIn the year\n1984\n00:03.000 --> 00:05.000\n42\n00:05.000 --> 00:06.000\nx";
    let expected = [
        row(1000, 3000, "", "In the year\n1984"),
        row(3000, 5000, "", "42"),
        row(5000, 6000, "", "x"),
    ];
    assert_eq!(rows(&parsed(said)), expected);
}

#[test]
fn a_broken_cue_costs_only_itself() {
    for (text, line) in [
        (VTT.replace("00:00:01.000 -->", "00:00:0x.000 -->"), 3),
        (VTT.replace("--> 00:00:03.000", "--> 00:0x:03.000"), 3),
        (SRT.replace("00:00:01,000 -->", "00:00:0x,000 -->"), 2),
    ] {
        let parsed = parsed(&text);
        assert_eq!(rows(&parsed), two()[1..], "{text}");
        assert!(matches!(kinds(&parsed)[..], [ProblemKind::BadTiming(_)]));
        assert_eq!(parsed.problems[0].line, line);
    }
}

#[test]
fn a_file_that_breaks_off_keeps_what_it_has() {
    for tail in ["\n00:00:0", "\n00:00:05.000 --> 00:0"] {
        let cut = parsed(&format!("{VTT}{tail}"));
        assert_eq!(rows(&cut), two());
        assert_eq!(kinds(&cut), [&ProblemKind::CutOff], "{tail}");
    }
    let mut bytes = VTT.as_bytes().to_vec();
    bytes.extend(b"Caf\xc3");
    assert_eq!(rows(&read(&bytes, "").unwrap())[1].3, "Two\nCaf\u{fffd}");
}

#[test]
fn text_between_cues_is_left_out_and_told() {
    let loose = parsed(
        "WEBVTT\n\n00:01.000 --> 00:03.000\nOne\n\nlost\n\nNOTE\nnot lost\n\n00:03.000 --> 00:05.000\nTwo",
    );
    assert_eq!(rows(&loose), two());
    assert_eq!(kinds(&loose), [&ProblemKind::LooseText("lost".to_owned())]);
}

#[test]
fn text_behind_a_blank_line_after_its_times_is_the_text_of_the_cue() {
    let doubled = parsed(
        "WEBVTT\n\n00:01.000 --> 00:03.000\n\n<v Ann>One\n\nlost\n\n00:03.000 --> 00:05.000\n\nTwo\n",
    );
    assert_eq!(rows(&doubled), [row(1_000, 3_000, "Ann", "One"), row(3_000, 5_000, "", "Two")]);
    let lost = ProblemKind::LooseText("lost".to_owned());
    assert_eq!(kinds(&doubled), [&ProblemKind::LateText(2), &lost]);
}

#[test]
fn text_on_the_line_of_the_times_is_text_where_there_is_no_other() {
    let srt = "1\n00:00:01,000 --> 00:00:03,000 One\n\n2 00:00:03,000 --> 00:00:05,000\nTwo\n";
    assert_eq!(rows(&read(srt.as_bytes(), "x.srt").unwrap()), two());
}

#[test]
fn srt_tags_go_and_what_is_only_talked_about_stays() {
    let text = "1\n00:00:01,000 --> 00:00:03,000\n<i>Use</i> a <div> or <p>, a<b and c>d <font color=\"red\">x</font>\n\n\
        2\n00:00:03,000 --> 00:00:05,000\n<v Bob>Hi</v>\n";
    let expected = [
        row(1_000, 3_000, "", "Use a <div> or <p>, a<b and c>d x"),
        row(3_000, 5_000, "Bob", "Hi"),
    ];
    assert_eq!(rows(&read(text.as_bytes(), "x.srt").unwrap()), expected);
}

#[test]
fn a_link_to_a_time_in_the_text_of_subtitles_makes_no_markdown_of_them() {
    let text = "1\n00:00:01,000 --> 00:00:03,000\n[0:01](#t=1.000,2.000) x\n";
    let expected = [row(1_000, 3_000, "", "[0:01](#t=1.000,2.000) x")];
    assert_eq!(rows(&read(text.as_bytes(), "x.srt").unwrap()), expected);
}

#[test]
fn what_is_said_twice_and_underlined_word_by_word_stays_twice() {
    let cue =
        |start: u32, text: &str| format!("00:0{start}.000 --> 00:0{}.000\n{text}\n\n", start + 1);
    let thanks =
        ["<u>Thank</u> you.", "Thank <u>you.</u>", "<u>Thank</u> you.", "Thank <u>you.</u>"];
    let cues: String = (1..).zip(thanks).map(|(start, text)| cue(start, text)).collect();
    let twice = parsed(&format!("WEBVTT\n\n{cues}"));
    let expected = [row(1_000, 3_000, "", "Thank you."), row(3_000, 5_000, "", "Thank you.")];
    assert_eq!(rows(&twice), expected);
    let twice = parsed(&format!("WEBVTT\n\n{}{}", cue(1, "<u>Yeah.</u>"), cue(2, "<u>Yeah.</u>")));
    assert_eq!(rows(&twice).len(), 2);
}

#[test]
fn an_arrow_in_the_text_is_text() {
    let arrow = "WEBVTT\n\n00:01.000 --> 00:03.000\nfrom a --> b\nand c -> d\n";
    assert_eq!(rows(&parsed(arrow)), [row(1000, 3000, "", "from a --> b\nand c -> d")]);
}

#[test]
fn times_too_large_to_show_are_held() {
    let huge =
        parsed(&VTT.replace(
            "00:00:03.000 --> 00:00:05",
            "99999999999999999999:00:00.000 --> 1111111:00:05",
        ));
    assert_eq!(rows(&huge)[1], row(3_599_999_999, 3_599_999_999, "", "Two"));
    assert_eq!(kinds(&huge), [&ProblemKind::HugeTimes(1)]);
}

#[test]
fn srt_of_every_dialect_is_read() {
    for (from, to) in [
        (",000", ".000"),
        (",000", ",0"),
        (",000", ""),
        ("00:00:0", "0:0:0"),
        ("00:00:0", "00:0"),
        (" --> ", "-->"),
        (" --> ", " -> "),
        (" --> ", " –> "),
        (" --> ", " -- > "),
        (" --> ", " => "),
        (" --> ", "\u{a0}-->\u{3000}"),
        ("00:00:0", "\u{202a}00: 00: 0"),
        (",000", " ,000"),
        (" --> ", "\t-->\t"),
        (":05,000", ":05,000 X1:10 X2:20 Y1:1 Y2:2"),
        ("2\n", ""),
        ("1\n", ""),
        ("2\n", "1\n"),
        ("2\n", "x2\n"),
        ("2\n", "2\n\n"),
        ("1\n", "1\n\n"),
        ("\n", "\r\r\n"),
        ("\n\n", "\n \n"),
        ("\n\n", "\n\n\n\n"),
        ("One", "<i>One</i>"),
        ("One", "{\\an8}<font color=\"#fff\">One</font>"),
        ("One", "{i}One{/i}<br>"),
    ] {
        let text = SRT.replace(from, to);
        assert_eq!(rows(&read(text.as_bytes(), "x.srt").unwrap()), two(), "{text}");
    }
}

#[test]
fn a_broken_line_of_times_behind_a_number_costs_only_its_cue() {
    for broken in [
        "--> 00:00:04,000",
        "soon --> later",
        "00:00:03,000 00:00:04,000",
        "00:00:03,000 -->",
        "0:0:x,000 --> 00:00:04,000",
    ] {
        let text = SRT.replace("\n\n2\n", &format!("\n\n2\n{broken}\nLost\n\n3\n"));
        assert_eq!(rows(&parsed(&text)), two(), "{broken}");
        assert!(matches!(kinds(&parsed(&text))[..], [ProblemKind::BadTiming(_)]), "{broken}");
    }
}

#[test]
fn a_cue_that_srt_breaks_off_in_is_no_text_of_the_one_before() {
    for tail in ["\n3", "\n3\n", "\n3\n00:00:0", "\n3\n00:00:05,000 --> 00:0"] {
        let cut = parsed(&format!("{SRT}{tail}"));
        assert_eq!(rows(&cut), two(), "{tail}");
        assert_eq!(kinds(&cut), [&ProblemKind::CutOff], "{tail}");
    }
    let said = parsed(&format!("{SRT}\n1984\n"));
    assert_eq!(rows(&said)[1].3, "Two\n\n1984");
}

#[test]
fn a_break_of_html_is_a_line_end() {
    for text in [VTT, SRT] {
        let parsed = parsed(&text.replace("One", "One<br>or<BR />two"));
        assert_eq!(rows(&parsed)[0].3, "One\nor\ntwo");
    }
}

#[test]
fn srt_text_is_taken_as_it_is_with_blank_lines_and_all() {
    let text = SRT.replace("One", "I <3 R&amp;D {x}\n\nand <you>");
    assert_eq!(rows(&parsed(&text))[0].3, "I <3 R&amp;D {x}\n\nand <you>");
}

#[test]
fn each_voice_of_a_cue_has_a_row() {
    let voices = parsed(
        "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ann>Hi <v.loud Bob>yo\n\n00:03.000 --> 00:04.000\nnobody",
    );
    let expected =
        [row(1000, 3000, "Ann", "Hi"), row(1000, 3000, "Bob", "yo"), row(3000, 4000, "", "nobody")];
    assert_eq!(rows(&voices), expected);
}

#[test]
fn a_name_before_a_colon_is_a_speaker_only_if_it_comes_back() {
    let text = "1\n00:01,000 --> 00:02,000\nAnn Lee: Hi\n\n2\n00:02,000 --> 00:03,000\nWarning: hot\n\n\
        3\n00:03,000 --> 00:04,000\nAnn Lee: Note: this\n\n4\n00:04,000 --> 00:05,000\n>> Bob: yo\n\n\
        5\n00:05,000 --> 00:06,000\n>> And so\n";
    let expected = [
        row(1000, 2000, "Ann Lee", "Hi"),
        row(2000, 3000, "", "Warning: hot"),
        row(3000, 4000, "Ann Lee", "Note: this"),
        row(4000, 5000, "Bob", "yo"),
        row(5000, 6000, "", ">> And so"),
    ];
    assert_eq!(rows(&parsed(text)), expected);
}

#[test]
fn each_line_of_a_cue_may_have_a_speaker_of_its_own() {
    let text = "WEBVTT\n\n00:01.000 --> 00:09.000\nÉmi: <00:02.000>oh\nÉ<00:03.000>mi: no, <00:04.000>oh\nBob: yo\n\n\
        00:09.000 --> 00:10.000\nBob: on\n";
    let parsed = parsed(text);
    let expected = [
        row(1000, 9000, "Émi", "oh"),
        row(1000, 9000, "Émi", "no, oh"),
        row(1000, 9000, "Bob", "yo"),
        row(9000, 10_000, "Bob", "on"),
    ];
    assert_eq!(rows(&parsed), expected);
    let times = [(2000, "oh"), (3000, "no,"), (4000, "oh"), (4000, "yo")];
    assert_eq!(words(&parsed), times);
}

#[test]
fn what_people_say_before_a_colon_is_no_speaker() {
    let text = "so he said: no\n\nso he said: yes\n\nI think, well: a\n\nI think, well: b\n\n12:30 x\n\n12:30 y";
    assert!(rows(&parsed(text)).iter().all(|row| row.2.is_empty()));
}

#[test]
fn captions_that_roll_up_are_shown_once_with_their_words() {
    let rolling = "WEBVTT\nKind: captions\nLanguage: en\n\n\
        00:00:00.160 --> 00:00:02.389 align:start position:0%\n \nso<00:00:00.560><c> we</c><00:00:00.800><c> begin</c>\n\n\
        00:00:02.389 --> 00:00:02.399 align:start position:0%\nso we begin\n \n\n\
        00:00:02.399 --> 00:00:04.000 align:start position:0%\nso we begin\nwith<00:00:02.800><c> this</c>\n\n\
        00:00:04.000 --> 00:00:04.010 align:start position:0%\nwith this\n \n";
    let parsed = parsed(rolling);
    assert_eq!(
        rows(&parsed),
        [row(160, 2399, "", "so we begin"), row(2399, 4010, "", "with this")]
    );
    assert_eq!(
        words(&parsed),
        [(160, "so"), (560, "we"), (800, "begin"), (2399, "with"), (2800, "this")]
    );
    assert_eq!(parsed.language.as_deref(), Some("en"));
    assert_eq!(kinds(&parsed), [&ProblemKind::RolledUp(3)]);
}

#[test]
fn a_line_that_comes_again_once_is_no_roll_up() {
    let again = "WEBVTT\n\n00:01.000 --> 00:02.000\nso it is\n\n00:02.000 --> 00:03.000\nso it is\nI say\n\n00:03.000 --> 00:04.000\nno\n";
    assert_eq!(rows(&parsed(again))[1].3, "so it is\nI say");
}

#[test]
fn the_same_words_said_twice_are_no_roll_up() {
    let twice = "WEBVTT\n\n00:01.000 --> 00:02.000\nYeah.\n\n00:02.000 --> 00:03.000\nYeah.\n\n00:03.000 --> 00:04.000\nYeah.\n";
    assert_eq!(rows(&parsed(twice)).len(), 3);
}

#[test]
fn a_line_shown_once_for_each_word_is_one_line_with_words() {
    for (point, header) in [(".", "WEBVTT\n\n"), (",", "")] {
        let text = format!(
            "{header}00:00{point}000 --> 00:00{point}400\n<u>Hello</u> you there\n\n\
            00:00{point}400 --> 00:00{point}500\nHello you there\n\n\
            00:00{point}500 --> 00:00{point}900\nHello <u>you</u> there\n\n\
            00:00{point}900 --> 00:01{point}500\nHello you <u>there</u>\n\n\
            00:03{point}000 --> 00:04{point}000\nBye\n"
        );
        let parsed = parsed(&text);
        assert_eq!(
            rows(&parsed),
            [row(0, 1500, "", "Hello you there"), row(3000, 4000, "", "Bye")]
        );
        assert_eq!(words(&parsed), [(0, "Hello"), (500, "you"), (900, "there")]);
    }
}

#[test]
fn text_with_times_gets_ends_and_lines_of_one_second_share_it() {
    let text = "00:00:01 One\n\n00:00:03 <v Ann>Two\n\n00:00:03 and R&D\n\n00:00:07 End\n";
    let parsed = parsed(text);
    let expected = [
        row(1000, 3000, "", "One"),
        row(3000, 3333, "Ann", "Two"),
        row(3333, 7000, "", "and R&D"),
        row(7000, 8180, "", "End"),
    ];
    assert_eq!((parsed.format, rows(&parsed)), (Format::TalkPython, expected.to_vec()));
}

#[test]
fn plain_text_is_shown_by_paragraphs_or_lines_without_times() {
    let texts = |text: &str| rows(&parsed(text)).into_iter().map(|row| row.3).collect::<Vec<_>>();
    assert_eq!(texts("one\ntwo\n\n\nthree\n"), ["one\ntwo", "three"]);
    assert_eq!(texts("one\ntwo\n"), ["one", "two"]);
    assert!(parsed("one").transcript.cues().iter().all(|cue| !cue.timed));
}

#[test]
fn what_is_no_transcript_is_refused_with_the_reason() {
    for (bytes, message) in [
        (&b""[..], "transcript is empty"),
        (b"\xef\xbb\xbf", "transcript is empty"),
        (b" \r\n\n", "transcript is empty"),
        (b"WEBVTT\n", "no cues in this transcript (WebVTT)"),
        (
            b"<!DOCTYPE html>\n<html><body>Not found</body></html>",
            "this is HTML (a web page), not a transcript; save the file itself",
        ),
        (b"%PDF-1.7\n", "this is PDF, not a transcript; save it as plain text"),
        (b"{\\rtf1 x}", "this is RTF, not a transcript; save it as plain text"),
        (b"ID3\x04\0\0", "this is audio (MP3), not a transcript; give it as the audio"),
    ] {
        assert_eq!(read(bytes, "x.vtt").unwrap_err().to_string(), message);
    }
}

#[test]
fn nothing_a_terminal_obeys_reaches_the_transcript() {
    let text =
        "WEBVTT\n\n00:01.000 --> 00:02.000\n\u{1b}]0;t\u{7}<v A\u{202e}nn\u{9b}>x&#27;y&rlm;\0z\n";
    let parsed = parsed(text);
    let shown = format!("{:?}{:?}", parsed.transcript.text(), parsed.transcript.speakers());
    assert!(!shown.contains("\\u") && !shown.contains("\\0"), "{shown}");
}

#[test]
fn verbatim_repairs_nothing() {
    let cues = |text: &str| {
        let source = Source::verbatim(text.as_bytes());
        vtt::verbatim(&source).map(|document| {
            let told = document.cues.iter();
            told.map(|cue| (cue.id.to_string(), cue.raw.to_string(), cue.text.to_string()))
                .collect::<Vec<_>>()
        })
    };
    let own = |id: &str, raw: &str, text: &str| (id.to_owned(), raw.to_owned(), text.to_owned());
    assert_eq!(cues("webvtt\n"), Err(Refusal::Signature));
    assert_eq!(cues("WEBVTT\n\n00:01,000 --> 00:02,000\nx"), Ok(vec![]));
    let counter = "WEBVTT\n\na\n00:02.000 --> 00:01.000\nx <y> &lt;\n2\n00:01.000 --> 00:02.000 line:0\n\u{7}";
    assert_eq!(
        cues(counter),
        Ok(vec![own("a", "x <y> &lt;\n2", "x  <\n2"), own("", "\u{7}", "\u{7}")])
    );
}

#[test]
fn what_follows_a_tag_that_nothing_closes_is_text() {
    for (payload, expected) in [
        ("bravo <i charlie delta", "bravo <i charlie delta"),
        ("<v Ann\nhello there", "hello there"),
        ("bravo </b charlie", "bravo </b charlie"),
        ("bravo</v", "bravo"),
        ("<lang en bravo", "<lang en bravo"),
    ] {
        let text = format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{payload}\n");
        let parsed = read(text.as_bytes(), "x.vtt").unwrap();
        let transcript = &parsed.transcript;
        assert_eq!(transcript.text_of(&transcript.cues()[0]), expected, "{payload}");
    }
}
