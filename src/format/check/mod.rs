//! What is wrong with a transcript, beyond how it is written: its times, its
//! characters, its names, its text beside that of another file.

mod compare;
mod names;

use std::collections::HashSet;

use super::document::{Document, Record};
use super::problem::{Problem, ProblemKind};
use super::sniff::Format;
use super::vtt::entity;
use crate::model::MediaTime;
use crate::model::text::clean;

/// A silence as long as this, in milliseconds, is told.
pub const GAP_MS: u64 = 5_000;

/// A cue longer than this, in milliseconds, is told.
pub const LONG_MS: u64 = 30_000;

/// All problems of `document`, in the order of its file: those of reading it
/// and those of what it says. `sibling` is the same transcript in another
/// file, and that file's name.
pub fn check(document: &Document<'_>, sibling: Option<(&str, &Document<'_>)>) -> Vec<Problem> {
    let mut problems = document.problems.clone();
    let mut report = |line, column, kind| problems.push(Problem { line, column, kind });
    times(&document.cues, &mut report);
    for cue in &document.cues {
        characters(cue, document.format, &mut report);
    }
    names::spelled_twice(&document.cues, &mut report);
    if let Some((name, sibling)) = sibling {
        compare::texts(&document.cues, name, &sibling.cues, &mut report);
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
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

/// Tells of entities and characters in `cue` that are not what was meant.
fn characters(cue: &Record<'_>, format: Format, report: &mut Report<'_>) {
    let first_line =
        cue.line + u32::from(matches!(format, Format::WebVtt | Format::SubRip | Format::Sbv));
    let is_plain = cue.raw.bytes().all(|byte| (b' '..0x7f).contains(&byte) && byte != b'&');
    if is_plain {
        return;
    }
    for (line, text) in (first_line..).zip(cue.raw.split('\n')) {
        for (column, (at, c)) in (1..).zip(text.char_indices()) {
            let rest = &text[at + c.len_utf8()..];
            if c == '&' && format == Format::WebVtt {
                if let Some(entity) = bad_entity(rest) {
                    report(line, column, ProblemKind::BadEntity(entity));
                }
            } else if is_misread(c, rest) {
                report(line, column, ProblemKind::Misread(text[at..].chars().take(3).collect()));
            } else if is_odd(c) {
                report(line, column, ProblemKind::OddCharacter(c));
            }
        }
    }
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
