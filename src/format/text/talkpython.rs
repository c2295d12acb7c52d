//! Text with times: `HH:MM:SS text` lines, as Talk Python's transcripts have
//! them, and what is copied from elsewhere.
//!
//! That is `M:SS text`, a line with a time and nothing else before the text
//! (YouTube), a line with a name and a time before it (Otter, Rev), and
//! `[00:00.000 --> 00:02.000] text` (what Whisper and whisper.cpp print).
//!
//! The times are cut down to the second and, but for the last, there are no
//! ends. Lines of the same second share it in proportion to their length.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::lines::{Line, Lines};
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::speaker;
use crate::format::stamp;
use crate::format::timing::{Timing, excerpt};
use crate::format::vtt::payload::{self, Manner};
use crate::model::text::clean_line;
use crate::model::{MediaTime, Offset};

/// The cues of `source`, one a line.
pub(crate) fn read<'a>(source: &'a Source<'_>) -> Document<'a> {
    let mut document = Document::new(Format::TalkPython);
    document.cues.reserve(source.text.len() / 80);
    let text: &str = &source.text;
    let is_strict = text.split('\n').find(|line| !line.trim().is_empty()).is_some_and(is_usual);
    for line in Lines::new(text, 0, 1) {
        let usual =
            stamped(line.text).map(|(start, raw)| Stamped { start, raw, ..Stamped::default() });
        let Some(found) = usual.or_else(|| if is_strict { None } else { loose(line.text) }) else {
            goes_on(&mut document, text, &line, is_strict);
            continue;
        };
        document.cues.push(Record {
            start: Some(found.start),
            end: found.end,
            speaker: found.speaker.map(|name| Cow::Owned(clean_line(name))),
            raw: Cow::Borrowed(found.raw),
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

/// Takes a line without a time: it goes on with the cue before it, in a file
/// that `is_strict` only if it follows at once.
fn goes_on<'a>(document: &mut Document<'a>, text: &'a str, line: &Line<'a>, is_strict: bool) {
    let said = line.text.trim();
    if said.is_empty() {
        return;
    }
    let follows = !is_strict || !text[..line.start].ends_with("\n\n");
    match document.cues.last_mut().filter(|_| follows) {
        Some(cue) => {
            let raw = cue.raw.to_mut();
            raw.push('\n');
            raw.push_str(said);
        }
        None => document.report(line.number, 1, ProblemKind::LooseText(excerpt(line.text))),
    }
}

/// What a line with a time says.
#[derive(Default)]
struct Stamped<'a> {
    start: MediaTime,
    end: Option<MediaTime>,
    speaker: Option<&'a str>,
    raw: &'a str,
}

/// Whether `text` is one with times: its first line has one, and if not as Talk
/// Python writes it one more line, none earlier than the one before.
pub(crate) fn is_stamped(text: &str) -> bool {
    let mut lines = text.split('\n').filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next() else { return false };
    if is_usual(first) {
        return true;
    }
    let Some(Stamped { start, end, .. }) = loose(first) else { return false };
    let more = lines.take(200).filter_map(loose).map(|found| found.start);
    let starts: Vec<MediaTime> = std::iter::once(start).chain(more).collect();
    end.is_some() || starts.len() > 1 && starts.is_sorted()
}

fn is_usual(line: &str) -> bool {
    stamped(line).is_some()
}

/// The time that `line` has in one of the other ways.
fn loose(line: &str) -> Option<Stamped<'_>> {
    let line = line.trim();
    if let Some((times, raw)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let Timing { start, end, settings: "" } = Timing::lenient(times)? else { return None };
        return Some(Stamped { start, end: Some(end), speaker: None, raw: raw.trim() });
    }
    if let Some((start, raw)) = clock(line) {
        return Some(Stamped { start, raw: raw.trim(), ..Stamped::default() });
    }
    // A name, and the time at the end of the line.
    let before = line.trim_end_matches([':', ')', ']']);
    let at = before.rfind([' ', '\t', '(', '['])?;
    let (start, rest) = clock(&before[at + 1..])?;
    let name = before[..at].trim_end_matches([' ', '\t', '(', '[']);
    let is_apart = before[..at].ends_with([' ', '\t']) || before[at..].starts_with(['(', '[']);
    let is_name = || speaker::name(&format!("{name}: ")) == Some(name);
    (rest.is_empty() && is_apart && is_name()).then_some(Stamped {
        start,
        speaker: Some(name),
        ..Stamped::default()
    })
}

/// The longest time that is believed, in bytes: `123:45:59`.
const LONGEST: usize = 9;

/// The time `M:SS` or `H:MM:SS` at the start of `text`, and what follows it
/// after a blank.
fn clock(text: &str) -> Option<(MediaTime, &str)> {
    let (secs, rest) = stamp::clock(text)?;
    let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
    (ends && text.len() - rest.len() <= LONGEST).then_some((MediaTime::from_secs(secs), rest))
}

/// The time at the start of `line` and the text after it.
fn stamped(line: &str) -> Option<(MediaTime, &str)> {
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

/// Gives each cue that has none an end, and those of them that begin in the same
/// second a start within it.
fn spread(cues: &mut [Record<'_>]) {
    let mut from = 0;
    while from < cues.len() {
        if cues[from].end.is_some() {
            from += 1;
            continue;
        }
        let start = cues[from].start.unwrap_or_default();
        let is_same = |cue: &&Record<'_>| cue.start == Some(start) && cue.end.is_none();
        let to = from + cues[from..].iter().take_while(is_same).count();
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
