//! What is wrong with a transcript, beyond how it is written: its times, its
//! characters, its names, its text beside that of another file.

mod compare;
mod names;

use std::collections::{HashMap, HashSet};

use super::document::{Document, Record};
use super::problem::{Problem, ProblemKind, in_order};
use super::sniff::Format;
use super::source::Source;
use super::vtt::entity;
use crate::model::MediaTime;
use crate::model::text::clean;

/// A silence as long as this, in milliseconds, is told.
pub const GAP_MS: u64 = 5_000;

/// A cue longer than this, in milliseconds, is told.
pub const LONG_MS: u64 = 30_000;

/// All problems of `document`, in the order of its file, which is `source`: those
/// of reading it and those of what it says. `sibling` is the same transcript in another
/// file, and that file's name.
pub fn check(
    source: &Source<'_>,
    document: &Document<'_>,
    sibling: Option<(&str, &Document<'_>)>,
) -> Vec<Problem> {
    let mut problems = document.problems.clone();
    let mut report = |line, column, kind| problems.push(Problem { line, column, kind });
    times(&document.cues, &mut report);
    odd_characters(source, &mut report);
    let mut escaped = HashMap::new();
    for cue in &document.cues {
        if document.format == Format::WebVtt {
            markup(cue, &mut report);
        }
        for c in cue.raw.chars().filter(|c| !c.is_ascii_graphic() && is_odd(*c)) {
            // Those that stand in the file as they are have been told.
            if *escaped.entry(c).or_insert_with(|| !source.text.contains(c)) {
                report(cue.line, 1, ProblemKind::OddCharacter(c));
            }
        }
    }
    names::spelled_twice(&document.cues, &mut report);
    if let Some((name, sibling)) = sibling {
        compare::texts(&document.cues, name, &sibling.cues, &mut report);
    }
    in_order(&mut problems);
    problems
}

/// Takes in a problem: its line, its column and what it is.
type Report<'r> = dyn FnMut(u32, u32, ProblemKind) + 'r;

/// Tells what is wrong with when cues begin and end.
fn times(cues: &[Record<'_>], report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let mut before: Option<(MediaTime, MediaTime)> = None;
    for (number, cue) in (1..).zip(cues) {
        let mut tell = |kind| report(cue.line, 1, kind);
        if cue.text.is_empty() {
            tell(ProblemKind::EmptyCue { cue: number });
        }
        let (Some(start), Some(end)) = (cue.start, cue.end) else { continue };
        let is_new = seen.insert((start, end, cue.text.as_ref()));
        if !is_new && !cue.text.is_empty() {
            tell(ProblemKind::Duplicate { cue: number });
        }
        match end.as_millis().checked_sub(start.as_millis()) {
            None => {
                let by_ms = start.as_millis() - end.as_millis();
                tell(ProblemKind::Negative { cue: number, by_ms });
            }
            Some(0) => tell(ProblemKind::ZeroLength { cue: number }),
            Some(length_ms) if length_ms > LONG_MS => {
                tell(ProblemKind::LongCue { cue: number, length_ms });
            }
            Some(_) => {}
        }
        if let Some((last_start, last_end)) = before {
            let since = start.as_millis().checked_sub(last_end.as_millis());
            match since {
                _ if start < last_start => tell(ProblemKind::OutOfOrder { cue: number }),
                None if is_new => {
                    let by_ms = last_end.as_millis() - start.as_millis();
                    tell(ProblemKind::Overlap { cue: number, by_ms });
                }
                Some(gap_ms) if gap_ms >= GAP_MS => tell(ProblemKind::Gap { cue: number, gap_ms }),
                _ => {}
            }
        }
        // What lies within a longer cue does not end the silence after it.
        let last_end = before
            .map_or(end, |(_, last_end)| if start < last_end { last_end.max(end) } else { end });
        before = Some((start, last_end));
    }
}

/// Every character of `source` that is not what was meant, by line and column.
pub fn characters_of(source: &Source<'_>) -> Vec<Problem> {
    let mut problems = source.problems.clone();
    odd_characters(source, &mut |line, column, kind| {
        problems.push(Problem { line, column, kind });
    });
    in_order(&mut problems);
    problems
}

fn odd_characters(source: &Source<'_>, report: &mut Report<'_>) {
    // What could not be read has been told, all of it at once.
    let is_told =
        |problem: &Problem| matches!(problem.kind, ProblemKind::NotUtf8(_) | ProblemKind::Nul);
    let is_told = source.problems.iter().any(is_told);
    for (line, text) in (1..).zip(source.text.split('\n')) {
        if text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
            continue;
        }
        for (column, (at, c)) in (1..).zip(text.char_indices()) {
            let rest = &text[at + c.len_utf8()..];
            if is_misread(c, rest) {
                report(line, column, ProblemKind::Misread(text[at..].chars().take(3).collect()));
            } else if is_odd(c) && !(is_told && c == char::REPLACEMENT_CHARACTER) {
                report(line, column, ProblemKind::OddCharacter(c));
            }
        }
    }
}

/// Tells of entities in `cue` that are none, and of a tag that nothing closes.
fn markup(cue: &Record<'_>, report: &mut Report<'_>) {
    if memchr::memchr2(b'&', b'<', cue.raw.as_bytes()).is_none() {
        return;
    }
    for (line, text) in (cue.line + 1..).zip(cue.raw.split('\n')) {
        for (column, (at, _)) in (1..).zip(text.char_indices()).filter(|(_, (_, c))| *c == '&') {
            if let Some(entity) = bad_entity(&text[at + 1..]) {
                report(line, column, ProblemKind::BadEntity(entity));
            }
        }
    }
    open_tag(cue, report);
}

/// Tells of a `<` in `cue` that a letter follows and no `>`.
fn open_tag(cue: &Record<'_>, report: &mut Report<'_>) {
    let from = cue.raw.rfind('>').map_or(0, |at| at + 1);
    let rest = &cue.raw[from..];
    let begins = |at: &usize| {
        rest[at + 1..].trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic())
    };
    let Some(at) = memchr::memchr_iter(b'<', rest.as_bytes()).find(begins) else { return };
    let before = &cue.raw[..from + at];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let line = cue.line + 1 + count(before.matches('\n').count());
    report(line, 1 + count(before[start..].chars().count()), ProblemKind::Unclosed("tag"));
}

/// The entity after an ampersand, if it is written as one but none is known.
fn bad_entity(rest: &str) -> Option<String> {
    let head: String = rest.chars().take(40).collect();
    let (name, _) = head.split_once(';')?;
    let is_named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#');
    let known = entity::reference(rest);
    let is_known = known.is_some_and(|known| {
        known.chars[0] != char::REPLACEMENT_CHARACTER && known.length > name.len()
    });
    (is_named && !is_known).then(|| format!("&{name};"))
}

/// Whether `c` is a control character, one that is not to be seen, or the sign
/// for what could not be read. Joiners of scripts and emoji are fine.
fn is_odd(c: char) -> bool {
    let mut buffer = [0; 4];
    let text = &*c.encode_utf8(&mut buffer);
    c != '\t' && clean(text) != text
        || c == char::REPLACEMENT_CHARACTER
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// Whether UTF-8 was once taken for Windows-1252 here: `â€™`, `Ã©`.
fn is_misread(c: char, rest: &str) -> bool {
    let mut next = rest.chars();
    matches!((c, next.next()), ('â', Some('€')) | ('Ã' | 'Â', Some('\u{80}'..='\u{bf}')))
}
