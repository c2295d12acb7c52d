//! The Markdown that `convert` writes: paragraphs of lines, each line a cue
//! after a link to its times.
//!
//! The link is a Media Fragments URI (W3C Media Fragments URI 1.0, section
//! 4.2.1): `[0:01](#t=1.000,3.500)` begins a paragraph, `[](#t=3.500,5.000)`,
//! of which nothing is seen, any other cue.

use std::borrow::Cow;

use memchr::memmem;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::lines::Lines;
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp;
use crate::format::timing::{excerpt, hold};
use crate::model::MediaTime;
use crate::model::text::clean_line;

/// What stands between the two parts of a link to times.
const LINK: &str = "](#t=";

/// The most bytes that a link to times has before and after [`LINK`].
const LONGEST: usize = 48;

/// Whether `text` has a line that begins with a link to times. Takes time in
/// proportion to its length, whatever it says.
pub(crate) fn is_markdown(text: &str) -> bool {
    memmem::find_iter(text.as_bytes(), LINK).any(|at| {
        let head = &text.as_bytes()[at.saturating_sub(LONGEST)..at];
        let length = head.iter().rev().position(|&byte| byte == b'\n');
        let length = length.or((head.len() == at).then_some(at));
        length.is_some_and(|length| mark(&text[at - length..]).is_some())
    })
}

/// The cues of `source`. A paragraph without times is a cue without times;
/// a line without a link goes on with the cue before it.
pub(crate) fn read<'a>(source: &Source<'_>) -> Document<'a> {
    let mut document = Document::new(Format::Markdown);
    let mut speaker = None;
    let mut open: Option<Open> = None;
    for line in Lines::new(&source.text, 0, 1) {
        let text = line.text.trim_end();
        if text.trim_start().is_empty() {
            close(&mut document, open.take());
            speaker = None;
            continue;
        }
        if let Some(title) = text.strip_prefix("# ")
            && document.title.is_none()
        {
            document.title = Some(clean_line(&shown(title.trim())));
            continue;
        }
        if text.starts_with('#') {
            document.report(line.number, 1, ProblemKind::LooseText(excerpt(text)));
            continue;
        }
        for piece in pieces(text) {
            let mark = mark(piece);
            if let (None, Some(open)) = (&mark, &mut open) {
                open.raw.push('\n');
                open.raw.push_str(piece);
                continue;
            }
            let is_first = open.is_none();
            close(&mut document, open.take());
            let (times, mut said) = mark.map_or((None, piece), |(times, said)| (Some(times), said));
            if is_first && let Some((name, rest)) = named(said) {
                speaker = Some(clean_line(&shown(name)));
                said = rest;
            }
            let (speaker, raw) = (speaker.clone(), said.to_owned());
            open = Some(Open { times, line: line.number, speaker, raw });
        }
    }
    close(&mut document, open);
    document
}

/// A cue whose last line may not have come yet.
struct Open {
    times: Option<(MediaTime, MediaTime)>,
    line: u32,
    speaker: Option<String>,
    raw: String,
}

/// Ends a cue.
fn close(document: &mut Document<'_>, open: Option<Open>) {
    let Some(Open { times, line, speaker, raw }) = open else { return };
    let mut cue = Record {
        start: times.map(|(start, _)| start),
        end: times.map(|(_, end)| end),
        speaker: speaker.map(Cow::Owned),
        line,
        ..Record::saying(&shown(&raw))
    };
    cue.raw = Cow::Owned(raw);
    hold(&mut cue, document);
    document.cues.push(cue);
}

/// `line` taken apart before each link to times in it: an editor may have put
/// several lines on one. Takes time in proportion to its length.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let starts = memchr::memchr_iter(b'[', line.as_bytes())
        .filter(|&at| at > 0 && line.as_bytes()[at - 1] == b' ' && mark(&line[at..]).is_some());
    let ends: Vec<usize> = starts.chain([line.len()]).collect();
    let mut from = 0;
    ends.into_iter().map(move |end| {
        let piece = line[from..end].trim_end();
        from = end;
        piece
    })
}

/// The times of a link at the start of `line`, and what follows it.
fn mark(line: &str) -> Option<((MediaTime, MediaTime), &str)> {
    let inner = line.strip_prefix('[')?;
    let length = inner.bytes().take(LONGEST).position(|byte| byte == b']')?;
    let (clock, rest) = (&inner[..length], inner[length..].strip_prefix(LINK)?);
    let close = rest.bytes().take(LONGEST).position(|byte| byte == b')')?;
    let (start, end) = rest[..close].split_once(',')?;
    let seconds = |text: &str| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_number { stamp::from_seconds(text.parse().ok()?) } else { None }
    };
    let is_clock = clock.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    is_clock.then_some(((seconds(start)?, seconds(end)?), rest[close + 1..].trim_start()))
}

/// The name of `**name:**` at the start of `text`, and what follows it.
fn named(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.strip_prefix("**")?.split_once(":**")?;
    Some((name, rest.trim_start()))
}

/// `raw` without the backslashes before punctuation; before a line end they
/// keep it (`CommonMark` 0.31, sections 2.4 and 6.7), which is a blank else.
fn shown(raw: &str) -> String {
    let mut shown = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.clone().next() {
                Some(next) if next == '\n' || next.is_ascii_punctuation() => {
                    shown.push(next);
                    chars.next();
                }
                _ => shown.push('\\'),
            },
            '\n' => shown.push(' '),
            _ => shown.push(c),
        }
    }
    shown
}
