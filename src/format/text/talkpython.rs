//! The Talk Python transcripts' text form: `HH:MM:SS text` lines.
//!
//! The times are cut down to the second and there are no ends. Lines of the
//! same second share it in proportion to their length.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::lines::{Line, Lines};
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp;
use crate::format::timing::excerpt;
use crate::format::vtt::payload::{self, Manner};
use crate::model::{MediaTime, Offset};

/// The cues of `source`, one a line.
pub(crate) fn read<'a>(source: &'a Source<'_>) -> Document<'a> {
    let mut document = Document::new(Format::TalkPython);
    document.cues.reserve(source.text.len() / 80);
    let text: &str = &source.text;
    for line in Lines::new(text, 0, 1) {
        let Some((start, raw)) = stamped(line.text) else {
            goes_on(&mut document, text, &line);
            continue;
        };
        document.cues.push(Record {
            start: Some(start),
            raw: Cow::Borrowed(raw),
            line: line.number,
            ..Record::default()
        });
    }
    for record in &mut document.cues {
        // What is not borrowed goes over several lines.
        let raw = record.raw.clone();
        match raw {
            Cow::Borrowed(raw) if !raw.contains('<') => record.text = payload::trimmed(raw),
            raw if raw.contains("<v") => payload::parse(&raw, Manner::Kind).fill(record),
            raw => record.text = Cow::Owned(payload::trimmed(&raw).into_owned()),
        }
    }
    spread(&mut document.cues);
    document
}

/// Takes a line without a time: it goes on with the cue before it, if it
/// follows at once.
fn goes_on<'a>(document: &mut Document<'a>, text: &'a str, line: &Line<'a>) {
    let said = line.text.trim();
    if said.is_empty() {
        return;
    }
    let follows = !text[..line.start].ends_with("\n\n");
    match document.cues.last_mut().filter(|_| follows) {
        Some(cue) => {
            let raw = cue.raw.to_mut();
            raw.push('\n');
            raw.push_str(said);
        }
        None => document.report(line.number, 1, ProblemKind::LooseText(excerpt(line.text))),
    }
}

/// The time at the start of `line` and the text after it.
pub(crate) fn stamped(line: &str) -> Option<(MediaTime, &str)> {
    let line = line.trim_start();
    let bytes = line.as_bytes();
    let (hours, length) = stamp::number(bytes);
    let tail = bytes.get(length..length + 7)?;
    let &[b':', m1, m2, b':', s1, s2, b' ' | b'\t'] = tail else { return None };
    if !(1..=3).contains(&length) || ![m1, m2, s1, s2].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let two = |tens: u8, ones: u8| u64::from(tens - b'0') * 10 + u64::from(ones - b'0');
    let time = MediaTime::from_secs(hours * 3_600 + two(m1, m2) * 60 + two(s1, s2));
    Some((time, line[length + 7..].trim()))
}

/// Gives each cue an end, and cues that begin in the same second a start
/// within it.
fn spread(cues: &mut [Record<'_>]) {
    let mut from = 0;
    while from < cues.len() {
        let start = cues[from].start.unwrap_or_default();
        let same = cues[from..].iter().take_while(|cue| cue.start == Some(start)).count();
        let to = from + same;
        let next = cues.get(to).and_then(|cue| cue.start).filter(|&next| next > start);
        let weight = |cue: &Record<'_>| cue.text.len() as u64 + 1;
        let total: u64 = cues[from..to].iter().map(weight).sum();
        let mut before = 0;
        for cue in &mut cues[from..to] {
            cue.start = Some(within_second(start, before, total));
            before += weight(cue);
            cue.end = Some(within_second(start, before, total));
        }
        let last = &mut cues[to - 1];
        let spoken = Offset::from_millis(1_000 + 60 * i64::try_from(last.text.len()).unwrap_or(0));
        last.end = next.or_else(|| last.start.map(|start| start.shift(spoken)));
        from = to;
    }
}

/// The point `part / total` of a second after `start`.
fn within_second(start: MediaTime, part: u64, total: u64) -> MediaTime {
    MediaTime::from_micros(start.as_micros() + 1_000_000 * part / total.max(1) / 1_000 * 1_000)
}
