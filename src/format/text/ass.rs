//! ASS and SSA: the `Dialogue` lines of the section `[Events]`.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record, Stamp};
use crate::format::lines::Lines;
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp;
use crate::format::timing::{excerpt, hold};
use crate::format::vtt::payload::LONGEST_NAME;
use crate::format::words::set_words;
use crate::model::text::{clean, clean_line};
use crate::model::{MediaTime, Offset};

/// The columns of a file that does not say, without the last, which is Text.
const COLUMNS: [&str; 9] =
    ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect"];

/// The cues of `source`, in the order of the file.
pub(crate) fn read<'a>(source: &'a Source<'_>) -> Document<'a> {
    let mut document = Document::new(Format::Ass);
    let mut columns: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
    let mut in_events = false;
    for line in Lines::new(&source.text, 0, 1) {
        let text = line.text.trim();
        if text.starts_with('[') {
            in_events = text.eq_ignore_ascii_case("[events]");
        }
        let Some((key, value)) = text.split_once(':') else {
            if in_events && !text.is_empty() && !text.starts_with(['[', ';', '!']) {
                document.report(line.number, 1, ProblemKind::LooseText(excerpt(text)));
            }
            continue;
        };
        match (key.trim(), in_events) {
            ("Title", false) => {
                document.title = Some(clean_line(value.trim())).filter(|title| !title.is_empty());
            }
            ("Format", true) => {
                columns = value.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
                columns.pop();
            }
            ("Dialogue", true) => match dialogue(value, &columns) {
                Some(mut record) => {
                    record.line = line.number;
                    hold(&mut record, &mut document);
                    if !record.text.is_empty() {
                        document.cues.push(record);
                    }
                }
                None => document.report(line.number, 1, ProblemKind::BadTiming(excerpt(value))),
            },
            _ => {}
        }
    }
    document
}

/// The cue of a `Dialogue` line; `None` if it has no times.
fn dialogue<'a>(value: &'a str, columns: &[String]) -> Option<Record<'a>> {
    let mut fields = value.splitn(columns.len() + 1, ',');
    let mut record = Record::default();
    for column in columns {
        let field = fields.next()?.trim();
        let time = || stamp::lenient(field).map(|(time, _)| time);
        match column.as_str() {
            "start" => record.start = Some(time()?),
            "end" => record.end = Some(time()?),
            "name" | "actor" if !field.is_empty() => {
                let name = clean_line(field).chars().take(LONGEST_NAME).collect();
                record.speaker = Some(Cow::Owned(name));
            }
            _ => {}
        }
    }
    record.start?;
    record.end = record.end.or(record.start);
    let raw = fields.next()?;
    record.raw = Cow::Borrowed(raw);
    say(&mut record, raw);
    Some(record)
}

/// Fills in what `raw` says: overrides in braces go, but the times of karaoke
/// in them count, and drawings are no text.
fn say(record: &mut Record<'_>, raw: &str) {
    let mut text = String::new();
    let mut stamps: Vec<Stamp> = Vec::new();
    let mut at = record.start.unwrap_or(MediaTime::ZERO);
    let mut draws = false;
    let mut rest = raw;
    while let Some(found) = rest.find(['{', '\\']) {
        push(&mut text, &rest[..found], draws);
        let tail = &rest[found..];
        let end = if tail.starts_with('{') { tail.find('}') } else { None };
        if let Some(end) = end {
            for tag in tail[1..end].split('\\').skip(1) {
                draws = drawing(tag).unwrap_or(draws);
                if let Some(length) = karaoke(tag) {
                    let place = u32::try_from(text.len()).unwrap_or(u32::MAX);
                    stamps.push(Stamp { at: place, start: at, end: None });
                    at = at.shift(length);
                }
            }
            rest = &tail[end + 1..];
        } else if let Some(shown) = escape(tail) {
            push(&mut text, shown, draws);
            rest = &tail[2..];
        } else {
            push(&mut text, &tail[..1], draws);
            rest = &tail[1..];
            if tail.starts_with('{') && !rest.contains('}') {
                break; // no brace closes any more: all the rest is text
            }
        }
    }
    push(&mut text, rest, draws);
    let lead = u32::try_from(text.len() - text.trim_start().len()).unwrap_or(u32::MAX);
    record.text = Cow::Owned(text.trim().to_owned());
    for stamp in &mut stamps {
        stamp.at = stamp.at.saturating_sub(lead);
    }
    if stamps.len() > 1 {
        set_words(record, stamps);
    }
}

fn push(text: &mut String, piece: &str, draws: bool) {
    if !draws {
        text.push_str(&clean(piece));
    }
}

/// What a backslash and a letter stand for.
fn escape(tail: &str) -> Option<&'static str> {
    match tail.as_bytes().get(1)? {
        b'N' => Some("\n"),
        b'n' | b'h' => Some(" "),
        _ => None,
    }
}

/// Whether drawing begins or ends with `tag`: `p1`, `p0`.
fn drawing(tag: &str) -> Option<bool> {
    let scale = tag.strip_prefix('p')?.trim();
    let (value, length) = stamp::number(scale.as_bytes());
    (length > 0 && length == scale.len()).then_some(value > 0)
}

/// How long the syllable after `tag` is sung: `k`, `K`, `kf`, `ko`, `kt` and
/// centiseconds.
fn karaoke(tag: &str) -> Option<Offset> {
    let rest = tag.strip_prefix(['k', 'K'])?.trim_start_matches(['f', 'o', 't']);
    let (value, length) = stamp::number(rest.as_bytes());
    (length > 0).then(|| Offset::from_millis(i64::try_from(value.min(360_000)).unwrap_or(0) * 10))
}
