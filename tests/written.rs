//! What is written is read again as the same.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proptest::prelude::*;
use sayagain::format::{
    Document, LossKind, Parsed, Source, Target, chapters, document, read, vtt, write,
};

/// What is shown of a cue: start and end in milliseconds, speaker, text.
type Row = (u64, u64, String, String);

fn rows(parsed: &Parsed) -> Vec<Row> {
    let transcript = &parsed.transcript;
    let row = |cue| {
        let speaker = transcript.speaker_of(cue).unwrap_or_default().to_owned();
        let text = transcript.text_of(cue).to_owned();
        (cue.start.as_millis(), cue.end.as_millis(), speaker, text)
    };
    transcript.cues().iter().map(row).collect()
}

fn words(parsed: &Parsed) -> Vec<(u64, String)> {
    let transcript = &parsed.transcript;
    let words = transcript.cues().iter().flat_map(|cue| transcript.words_of(cue));
    let text = |range: &std::ops::Range<u32>| {
        transcript.text()[range.start as usize..range.end as usize].trim().to_owned()
    };
    words.map(|word| (word.start.as_millis(), text(&word.text))).collect()
}

fn written(text: &str, to: Target) -> (String, Vec<LossKind>) {
    let source = Source::decode(text.as_bytes()).unwrap();
    let written = write(&document(&source, "x.vtt").unwrap(), to);
    (written.text, written.losses.iter().map(|loss| loss.kind).collect())
}

const RICH: &str = "WEBVTT An episode\nLanguage: en\n\nNOTE\nby hand\n\nSTYLE\n::cue { color: red }\n\n\
    first\n00:00:01.000 --> 00:00:03.500 line:0\n<v Ann>Hi <b>there</b> &amp; hello\nyou\n\n\
    00:00:03.500 --> 00:00:05.000\n<v Bob>Well <00:00:04.000>yes <00:00:04.500>no\n\n\
    NOTE between\n\n\
    00:00:05.000 --> 00:00:07.000\n<v Ann>1 &lt; 2 </v><v Bob>true\n\n\
    00:00:07.500 --> 00:00:09.000\nnobody\n\nNOTE end\n";

#[test]
fn webvtt_as_webvtt_is_every_line_as_it_was() {
    assert_eq!(written(RICH, Target::Vtt), (RICH.to_owned(), vec![]));
}

#[test]
fn verbatim_webvtt_as_webvtt_is_every_line_as_it_was() {
    let source = Source::verbatim(RICH.as_bytes());
    let again = write(&vtt::verbatim(&source).unwrap(), Target::Vtt).text;
    assert_eq!(again.replace("WEBVTT\n", "WEBVTT An episode\nLanguage: en\n"), RICH);
}

#[test]
fn what_holds_everything_gives_everything_back() {
    let before = read(RICH.as_bytes(), "x.vtt").unwrap();
    for to in [Target::Vtt, Target::Json, Target::Ttml] {
        let (text, _) = written(RICH, to);
        let after = read(text.as_bytes(), "x").unwrap();
        assert_eq!(rows(&after), rows(&before), "{text}");
        assert_eq!(words(&after), words(&before), "{text}");
        assert_eq!((&after.title, &after.language), (&before.title, &before.language), "{to:?}");
    }
}

#[test]
fn chapters_are_written_as_json_and_nowhere_else() {
    let file = chapters::read(b"0:00 Intro\n1:00 Cats\n2:30 Bye").unwrap();
    let document = file.into_document();
    assert_eq!(write(&document, Target::Srt).losses[0].kind, LossKind::Chapters);
    let json = write(&document, Target::Json);
    assert_eq!(json.losses, []);
    let listed = r#""chapters":[{"start_ms":0,"end_ms":null,"title":"Intro"},{"start_ms":60000,"#;
    assert!(json.text.contains(listed), "{}", json.text);
    let with_cue =
        json.text.replace("\"cues\":[", r#""cues":[{"start_ms":0,"end_ms":9,"text":"x"}"#);
    assert_eq!(read(with_cue.as_bytes(), "x").unwrap().chapters, document.chapters);
}

#[test]
fn markdown_is_read_as_it_is_shown_and_as_an_editor_wraps_it() {
    let text = "# An \\*odd\\* title\n\n\
        [0:01](#t=1.000,2.500) **Ann \\_B:** 1\\. A \\\\\\\\\\\ntwo\n[](#t=2.5,3) more\nof it\n\n\
        [0:04](#t=4,5) \\*nobody\\*\n";
    let parsed = read(text.as_bytes(), "x").unwrap();
    let expected = [
        (1_000, 2_500, "Ann _B", "1. A \\\\\ntwo"),
        (2_500, 3_000, "Ann _B", "more of it"),
        (4_000, 5_000, "", "*nobody*"),
    ];
    let expected =
        expected.map(|(start, end, name, text)| (start, end, name.to_owned(), text.to_owned()));
    assert_eq!(rows(&parsed), expected);
    assert_eq!(parsed.title.as_deref(), Some("An *odd* title"));
    assert_eq!(parsed.problems, []);
}

#[test]
fn markdown_wrapped_anew_by_an_editor_has_the_same_cues() {
    let said = |start: u32, text: &str| {
        format!("00:0{start}.000 --> 00:0{}.500\n<v Ann>{text}\n\n", start + 1)
    };
    let cues = [said(1, "One [x] two."), said(3, "three"), said(5, "four"), said(7, "five")];
    let (text, _) = written(&format!("WEBVTT\n\n{}", cues.concat()), Target::Md);
    let wrapped = text.replace("\n[](#t", " [](#t");
    assert_ne!(wrapped, text);
    let before = rows(&read(text.as_bytes(), "x").unwrap());
    assert_eq!(rows(&read(wrapped.as_bytes(), "x").unwrap()), before);
}

#[test]
fn lines_that_repeat_after_they_were_folded_are_not_folded_again() {
    let text = "WEBVTT\n\n00:00.080 --> 00:02.000\n \nyeah<00:01.000><c> yeah</c>\n\n\
        00:02.000 --> 00:02.010\nyeah yeah\n \n\n\
        00:02.010 --> 00:04.000\nyeah yeah\nyeah<00:03.000><c> yeah</c>\n\n\
        00:04.000 --> 00:04.010\nyeah yeah\n \n";
    let before = rows(&read(text.as_bytes(), "x.vtt").unwrap());
    assert_eq!(before.len(), 2, "{before:?}");
    let (json, _) = written(text, Target::Json);
    assert_eq!(rows(&read(json.as_bytes(), "x").unwrap()), before);
}

#[test]
fn what_a_format_cannot_hold_is_told() {
    let lost = |to: Target| written(RICH, to).1;
    let web = [LossKind::Ids, LossKind::Settings, LossKind::Markup, LossKind::Blocks];
    for to in [Target::Srt, Target::Txt, Target::Lrc, Target::Md, Target::Ttml, Target::Html] {
        assert!(web.iter().all(|kind| lost(to).contains(kind)), "{to:?}: {:?}", lost(to));
    }
    assert_eq!(lost(Target::Json), [LossKind::Blocks]);
    assert!(lost(Target::Srt).contains(&LossKind::Words));
    assert!(lost(Target::Txt).contains(&LossKind::Fractions));
    assert!(lost(Target::Lrc).contains(&LossKind::LineEnds));
    assert!(!lost(Target::Lrc).contains(&LossKind::Words));
    assert_eq!(written("just a text", Target::Vtt).1, [LossKind::Untimed]);
}

#[test]
fn json_has_every_field_and_nothing_a_terminal_obeys() {
    let text = "WEBVTT\n\na\n00:01.000 --> 00:02.000 line:1\n<v Ann>\u{1b}x &lt;\n";
    let (json, _) = written(text, Target::Json);
    let expected = "{\"format\":\"WebVTT\",\"language\":null,\"title\":null,\"cues\":[{\"start_ms\":1000,\"end_ms\":2000,\
        \"id\":\"a\",\"raw\":\"<v Ann>\\u001bx &lt;\",\"text\":\"x <\",\"speaker\":\"Ann\",\"voices\":[\"Ann\"],\"settings\":\"line:1\",\
        \"words\":[{\"start_ms\":1000,\"end_ms\":2000,\"text\":\"x <\",\"estimated\":true}]}],\"problems\":[],\"chapters\":[]}\n";
    assert_eq!(json, expected);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
}

#[test]
fn each_format_looks_as_its_readers_expect() {
    let text = "WEBVTT\n\n00:01.000 --> 00:02.500\n<v Ann>Hi &amp; [yo]\n\n01:00:02.500 --> 01:00:04.000\n<v Ann>Two\nlines\n";
    for (to, expected) in [
        (
            Target::Srt,
            "1\n00:00:01,000 --> 00:00:02,500\nAnn: Hi & [yo]\n\n2\n01:00:02,500 --> 01:00:04,000\nAnn: Two\nlines\n\n",
        ),
        (Target::Txt, "00:00:01 Ann: Hi & [yo]\n\n01:00:02 Ann: Two lines\n\n"),
        (
            Target::Lrc,
            "[00:01.00]Ann: Hi & [yo]\n[00:02.50]\n[60:02.50]Ann: Two lines\n[60:04.00]\n",
        ),
        (
            Target::Md,
            "[0:01](#t=1.000,2.500) **Ann:** Hi & \\[yo\\]\n\n[1:00:02](#t=3602.500,3604.000) **Ann:** Two\\\nlines\n",
        ),
    ] {
        assert_eq!(written(text, to).0, expected);
    }
    let (html, _) = written(text, Target::Html);
    let cue = "<cite>Ann:</cite>\n<time datetime=\"00:00:01.000\" data-end=\"00:00:02.500\">0:01</time>\n<p>Hi &amp; [yo]</p>\n";
    assert!(html.contains(cue), "{html}");
    let (ttml, _) = written(text, Target::Ttml);
    let cue = "<p begin=\"3602.500s\" end=\"3604.000s\" ttm:agent=\"speaker0\">Two<br/>lines</p>\n";
    assert!(ttml.contains(cue), "{ttml}");
}

/// A file of cues that every format can hold: in order, on one line each, no
/// speaker who comes only once.
fn cues() -> impl Strategy<Value = Vec<Row>> {
    let word = prop_oneof![
        "[a-zäж]{1,6}",
        Just("R&D".to_owned()),
        Just("<3".to_owned()),
        Just("&amp;".to_owned()),
        Just("-->".to_owned()),
        Just("1".to_owned()),
        Just("\"x\"".to_owned()),
    ];
    let text = prop::collection::vec(word, 1..5).prop_map(|words| format!("o {}", words.join(" ")));
    let speaker = prop_oneof![Just(""), Just("Ann"), Just("Bob Lee")];
    let cue = (0..5_000_u64, 1..9_000_u64, speaker, text);
    prop::collection::vec(cue, 1..8).prop_map(|cues| {
        let mut rows: Vec<Row> = Vec::new();
        let mut start = 0;
        for (gap, length, speaker, text) in cues {
            start += gap;
            rows.push((start, start + length, speaker.to_owned(), text));
            start += length;
        }
        for name in ["Ann", "Bob Lee"] {
            for at in 1..=2 {
                rows.push((start + at, start + at + 1, name.to_owned(), "o".to_owned()));
            }
            start += 10;
        }
        rows
    })
}

fn json_of(rows: &[Row]) -> String {
    let cues = rows.iter().map(|(start, end, speaker, text)| {
        let speaker = if speaker.is_empty() { None } else { Some(speaker) };
        serde_json::json!({"start_ms": start, "end_ms": end, "text": text, "speaker": speaker})
    });
    serde_json::json!({"format": "x", "cues": cues.collect::<Vec<_>>()}).to_string()
}

proptest! {
    #[test]
    fn what_is_written_is_read_the_same(rows_before in cues()) {
        let json = json_of(&rows_before);
        prop_assert_eq!(&rows(&read(json.as_bytes(), "x").unwrap()), &rows_before);
        for to in [Target::Vtt, Target::Srt, Target::Json, Target::Lrc, Target::Md, Target::Ttml, Target::Html] {
            let (text, _) = written(&json, to);
            let after = read(text.as_bytes(), "x").unwrap();
            prop_assert_eq!(&rows(&after), &rows_before, "{:?} {}", to, text);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_written_without_a_stop(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        every_way(&bytes);
    }

    #[test]
    fn pieces_of_formats_in_any_order_are_read_and_written_without_a_stop(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40),
    ) {
        every_way(pieces.concat().as_bytes());
    }

    #[test]
    fn cues_come_in_order_and_within_the_text(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = format!("WEBVTT\n\n{}", pieces.concat());
        if let Ok(parsed) = read(text.as_bytes(), "x.vtt") {
            let transcript = &parsed.transcript;
            prop_assert!(transcript.cues().is_sorted_by_key(|cue| cue.start));
            for cue in transcript.cues() {
                let shown = transcript.text_of(cue);
                prop_assert_eq!(shown.len(), cue.text.len());
                for word in transcript.words_of(cue) {
                    prop_assert!(word.start >= cue.start && word.start < cue.end);
                    let within = cue.text.start <= word.text.start && word.text.end <= cue.text.end;
                    prop_assert!(within && transcript.text().get(word.text.start as usize..word.text.end as usize).is_some());
                }
            }
        }
    }
}

/// Reads `bytes` and writes them as everything, kindly and to the letter.
fn every_way(bytes: &[u8]) {
    let all = |document: &Document<'_>| {
        for (_, to) in Target::ALL {
            let text = write(document, to).text;
            let _ = read(text.as_bytes(), "x");
        }
    };
    if let Ok(source) = Source::decode(bytes)
        && let Ok(document) = document(&source, "x.srt")
    {
        all(&document);
    }
    if let Ok(document) = vtt::verbatim(&Source::verbatim(bytes)) {
        all(&document);
    }
}

const PIECES: &[&str] = &[
    "WEBVTT\n",
    "\n",
    "\n\n",
    "\r",
    "00:01.000 --> 00:02.000\n",
    "00:00:01,5 --> 0:2\n",
    "-->",
    " --> ",
    "1\n",
    "12",
    "NOTE\n",
    "STYLE\n",
    "REGION\n",
    "Ann: ",
    ">> ",
    "<v Ann>",
    "</v>",
    "<v>",
    "<b>",
    "<00:01.500>",
    "<",
    ">",
    "&",
    "&amp;",
    "&#27;",
    "\u{1b}",
    "\u{202e}",
    "\u{feff}",
    "é",
    "word ",
    "word\n",
    "[00:01.00]",
    "<00:01.20>",
    "[ti:x]\n",
    "[0:01](#t=1.0,2.5)",
    "[](#t=3,4)",
    "**Ann:** ",
    "# x\n",
    "\\",
    "00:00:01 ",
    "0:00:01.0,0:00:02.0\n",
    "start\tend\ttext\n",
    "0\t5\tx\n",
    "start,end,text\n",
    "0,5,\"",
    "\"\n",
    "[Script Info]\n",
    "[Events]\n",
    "Format: Start, End, Name, Text\n",
    "Dialogue: 0:00:01.0,0:00:02.0,Ann,{\\k9}x\\N{",
    "<tt>",
    "<body>",
    "<p begin=\"1s\" end=\"2s\">",
    "<span begin=\"1s\">",
    "</p>",
    "<br/>",
    "<cite>",
    "<time>0:01</time>",
    "<p>",
    "<timedtext>",
    "<text start=\"1\">",
    "<s t=\"1\">",
    "<!DOCTYPE x [",
    "]>",
    "<![CDATA[",
    "{\"segments\":[",
    "{\"start\":1,\"text\":\"x\"}",
    ",",
    "]}",
    "{\"cues\":[",
    "{\"start_ms\":5,\"text\":\"é\",\"voices\":[\"a\"],\"turns\":[{\"at\":1,\"voice\":0}]}",
    "NaN",
    "{",
    "}",
    "[",
    "]",
    "99999999999999999999:00:00.000",
    "<u>",
    "</u>",
    "<ruby>",
    "<rt>",
    ":",
    "\0",
    " ",
];

#[test]
fn a_speaker_who_comes_once_is_read_again_as_one() {
    let text = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Bob>hi\n\n\
        00:00:02.000 --> 00:00:03.000\n<v Ann>ho\n\n00:00:03.000 --> 00:00:04.000\n<v Ann>hey\n";
    for to in [Target::Srt, Target::Txt, Target::Lrc] {
        let (file, losses) = written(text, to);
        assert!(!losses.contains(&LossKind::Unlike), "{file}");
        let again = read(file.as_bytes(), "x").unwrap();
        let said: Vec<_> = rows(&again).into_iter().map(|row| (row.2, row.3)).collect();
        let wanted = [("Bob", "hi"), ("Ann", "ho"), ("Ann", "hey")];
        assert_eq!(said, wanted.map(|(name, text)| (name.to_owned(), text.to_owned())), "{file}");
    }
}

#[test]
fn what_is_read_otherwise_is_told() {
    let cue = |text: &str| format!("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{text}\n");
    for (text, to) in [
        ("one\n00:00:05.000 to 00:06 &lt;i>tag&lt;/i>", Target::Srt),
        ("one\n<b></b>00:05 --&gt; 00:06", Target::Srt),
        ("<v lower case, with a comma>hi", Target::Srt),
        ("a &lt;00:01.50> b", Target::Lrc),
    ] {
        let text = cue(text);
        assert!(written(&text, to).1.contains(&LossKind::Unlike), "{text}");
        assert!(!written(&text, Target::Vtt).1.contains(&LossKind::Unlike), "{text}");
    }
    assert!(
        !written(&cue("<v Ann>What I <b>said</b>: 1 -> 2"), Target::Srt)
            .1
            .contains(&LossKind::Unlike)
    );
}
