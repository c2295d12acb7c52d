//! Our reading of WebVTT beside that of the crate `fasrt`, on files that both
//! should read alike. Left out is what it reads otherwise than the
//! specification: NUL, `-->` without blanks, a cue at once after a note or after
//! two lines of something else, fractions of more than three digits.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use fasrt::vtt::cue::{CueText, Node, Options, Tag};
use fasrt::vtt::{Block, Parser, Timestamp};
use proptest::prelude::*;
use sayagain::format::{Source, vtt};

/// Start and end in milliseconds, name, payload, text, voices.
type Told = (u128, u128, String, String, String, Vec<String>);

fn ours(text: &str) -> Vec<Told> {
    let source = Source::verbatim(text.as_bytes());
    let document = vtt::verbatim(&source).unwrap();
    let cues = document.cues.iter().map(|cue| {
        let millis = |time: sayagain::model::MediaTime| u128::from(time.as_millis());
        let voices = cue.voices().map(str::to_owned).collect();
        let (start, end) = (millis(cue.start.unwrap()), millis(cue.end.unwrap()));
        (start, end, cue.id.to_string(), cue.raw.to_string(), cue.text.to_string(), voices)
    });
    cues.collect()
}

fn theirs(text: &str) -> Vec<Told> {
    let millis = |time: Timestamp| time.to_duration().as_millis();
    let mut cues = Vec::new();
    for block in Parser::new(text) {
        let Ok(Block::Cue(cue)) = block else { continue };
        let header = cue.header_ref();
        let id = header.identifier().map(|id| id.as_str().to_owned()).unwrap_or_default();
        let raw = cue.body_ref().replace("\r\n", "\n").replace('\r', "\n");
        let tree = CueText::parse_with(&raw, Options::new().with_max_depth(100));
        let mut shown = String::new();
        let mut voices = Vec::new();
        walk(tree.children(), &mut shown, &mut voices);
        cues.push((millis(header.start()), millis(header.end()), id, raw.clone(), shown, voices));
    }
    cues
}

fn walk(nodes: &[Node<'_>], shown: &mut String, voices: &mut Vec<String>) {
    for node in nodes {
        let Node::Tag(tag) = node else {
            if let Node::Text(text) = node {
                shown.push_str(text.normalize());
            }
            continue;
        };
        if tag.tag() == Tag::Voice {
            let name = tag.annotation().map(|name| name.normalize().to_owned());
            voices.push(name.unwrap_or_default());
        }
        // What is said of the reading of a word is not said aloud.
        let mut aside = String::new();
        let is_aside = tag.tag() == Tag::RubyText;
        walk(tag.children(), if is_aside { &mut aside } else { shown }, voices);
    }
}

/// A block of a file with the blank lines after it.
fn block() -> impl Strategy<Value = String> {
    let id = prop_oneof![Just(String::new()), "[a-z0-9 ]{1,8}\n"];
    let time = prop_oneof![
        "[0-9]{2}:[0-5][0-9]\\.[0-9]{3}",
        "[0-9]{1,4}:[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}",
        "[0-9:]{2,9}\\.[0-9]{1,2}"
    ];
    let settings =
        prop_oneof![Just(""), Just(" line:0 align:start"), Just("\tposition:10%,line-left size:x")];
    let end = prop_oneof![Just("\n"), Just("\n\n"), Just("\r\n\r\n")];
    let payload = prop::collection::vec(prop::sample::select(PIECES), 0..9);
    let cue = (id, time.clone(), time, settings, payload, end);
    prop_oneof![
        6 => cue.prop_map(|(id, start, stop, settings, payload, end)| {
            format!("{id}{start} --> {stop}{settings}\no{}{end}", payload.concat())
        }),
        1 => Just("NOTE a remark\nof two lines\n\n".to_owned()),
        1 => Just("STYLE\n::cue(b) { color: red }\n\n".to_owned()),
        1 => Just("REGION\nid:a width:40%\n\n".to_owned()),
    ]
}

const PIECES: &[&str] = &[
    "word",
    " ",
    "two words",
    "\nx",
    "<b>",
    "</b>",
    "<i.loud>",
    "</i>",
    "<v Ann>",
    "<v.x Bob &amp; Co>",
    "</v>",
    "<v>",
    "<c.a..b>",
    "</c>",
    "<u>",
    "</u>",
    "<ruby>",
    "</ruby>",
    "<rt>",
    "</rt>",
    "<lang en>",
    "</lang>",
    "<00:01.000>",
    "<1>",
    "< b>",
    "<x>",
    "</x>",
    "&amp;",
    "&lt",
    "&notin;",
    "&nosuch;",
    "&#x41;",
    "&#0;",
    "&",
    "R&D",
    ">",
    "<v A\tB\n C>",
    "é",
    "<3",
    "</v >",
    "&nbsp;",
    "&AMP",
    "<b",
    "- ",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]
    #[test]
    fn both_read_the_same_cues(blocks in prop::collection::vec(block(), 0..6)) {
        let text = format!("WEBVTT\n\n{}", blocks.concat());
        prop_assert_eq!(ours(&text), theirs(&text), "{}", text);
    }
}
