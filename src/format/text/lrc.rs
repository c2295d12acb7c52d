//! LRC: `[mm:ss.xx]` before each line, and with `<mm:ss.xx>` before each word.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record, Stamp};
use crate::format::lines::Lines;
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp::number;
use crate::format::timing::excerpt;
use crate::format::words::{fill_ends, set_words};
use crate::model::text::{clean, clean_line};
use crate::model::{MediaTime, Offset, order};

/// Tags that stand in brackets as times do.
const TAGS: [&str; 13] =
    ["ti", "ar", "al", "au", "by", "re", "ve", "la", "id", "tool", "length", "offset", "lr"];

/// The most times of one line that count.
const MOST_TIMES: usize = 32;

/// Whether `text` has lines of LRC; a first line may be a tag.
pub(crate) fn is_lrc(text: &str) -> bool {
    let mut lines = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
    let first = lines.clone().next().unwrap_or_default();
    let is_stamped =
        |line: &str| line.strip_prefix('[').is_some_and(|rest| stamp(rest, b']').is_some());
    is_stamped(first) || tag(first).is_some() && lines.any(is_stamped)
}

/// The cues of `source`: by start, and a line with several times once for each.
pub(crate) fn read<'a>(source: &Source<'_>) -> Document<'a> {
    let mut document = Document::new(Format::Lrc);
    let last_part_is_seconds = third_part_is_seconds(&source.text);
    let mut offset = Offset::default();
    for line in Lines::new(&source.text, 0, 1) {
        let text = line.text.trim();
        if text.is_empty() {
            continue;
        }
        if let Some((name, value)) = tag(text) {
            let value = clean_line(value.trim());
            match name {
                "ti" => document.title = Some(value).filter(|title| !title.is_empty()),
                "la" => document.language = Some(value).filter(|language| !language.is_empty()),
                // A positive offset makes the lyrics come sooner.
                "offset" => offset = Offset::from_millis(-value.parse().unwrap_or(0)),
                _ => {}
            }
            continue;
        }
        let mut rest = text;
        let mut starts = Vec::new();
        while let Some((parts, after)) = rest.strip_prefix('[').and_then(|rest| stamp(rest, b']')) {
            if starts.len() < MOST_TIMES {
                starts.push(parts.time(last_part_is_seconds));
            }
            rest = after.trim_start();
        }
        if starts.is_empty() {
            document.report(line.number, 1, ProblemKind::LooseText(excerpt(text)));
        }
        for &start in &starts {
            let mut cue = said(rest, start, starts[0], last_part_is_seconds);
            cue.start = Some(start);
            cue.line = line.number;
            document.cues.push(cue);
        }
    }
    order::sort_by_key(&mut document.cues, |cue| cue.start);
    close(&mut document.cues);
    shift(&mut document.cues, offset);
    document
}

/// A cue that says `text`, whose times of words count for the cue at `first`.
fn said<'a>(
    text: &str,
    start: MediaTime,
    first: MediaTime,
    last_part_is_seconds: bool,
) -> Record<'a> {
    let mut shown = String::new();
    let mut stamps = Vec::new();
    let mut time = None; // of the word that comes next
    let mut rest = text;
    let mut say = |piece: &str, time: &mut Option<MediaTime>| {
        let piece = clean(piece);
        // A blank on both sides of a time is one.
        let said = piece.trim_start();
        let piece = if shown.ends_with(' ') { said } else { &*piece };
        if let (false, Some(start)) = (said.is_empty(), *time) {
            let at = shown.len() + piece.len() - said.len();
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            stamps.push(Stamp { at, start, end: None });
            *time = None;
        }
        shown.push_str(piece);
    };
    while let Some(at) = rest.find('<') {
        say(&rest[..at], &mut time);
        if let Some((parts, after)) = stamp(&rest[at + 1..], b'>') {
            let late = start.as_micros().saturating_sub(first.as_micros());
            let told = parts.time(last_part_is_seconds).as_micros();
            time = Some(MediaTime::from_micros(told.saturating_add(late)));
            rest = after;
        } else {
            say("<", &mut time);
            rest = &rest[at + 1..];
        }
    }
    say(rest, &mut time);
    let lead = u32::try_from(shown.len() - shown.trim_start().len()).unwrap_or(u32::MAX);
    for stamp in &mut stamps {
        stamp.at = stamp.at.saturating_sub(lead);
    }
    // A time with nothing behind it ends the line.
    let mut cue = Record { raw: Cow::Owned(text.to_owned()), end: time, ..Record::saying(&shown) };
    set_words(&mut cue, stamps);
    cue
}

/// Ends each cue where the next begins, and takes out the empty ones, which
/// are there to end the cue before them.
fn close(cues: &mut Vec<Record<'_>>) {
    let mut next = None;
    for cue in cues.iter_mut().rev() {
        let is_over =
            cue.end.is_none_or(|end| next.is_some_and(|next| next < end) || Some(end) < cue.start);
        if is_over {
            cue.end = next;
        }
        next = cue.start;
    }
    cues.retain(|cue| !cue.text.is_empty());
    fill_ends(cues);
}

fn shift(cues: &mut [Record<'_>], offset: Offset) {
    if offset == Offset::default() {
        return;
    }
    for cue in cues {
        cue.start = cue.start.map(|time| time.shift(offset));
        cue.end = cue.end.map(|time| time.shift(offset));
        if let Some(detail) = &mut cue.detail {
            detail.words.iter_mut().for_each(|word| word.start = word.start.shift(offset));
        }
    }
}

/// Name and value of a tag in brackets.
fn tag(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix('[')?.strip_suffix(']')?.split_once(':')?;
    TAGS.contains(&name.trim()).then_some((name.trim(), value))
}

/// The two or three numbers of a time.
#[derive(Clone, Copy, Debug)]
struct Parts {
    numbers: [u64; 3],
    /// How many digits the third has.
    third: usize,
    /// Whether a dot stands before the third.
    is_dotted: bool,
    /// Microseconds after a dot that follows three numbers.
    fraction: u64,
}

impl Parts {
    /// `mm:ss.xx` and `mm:ss:xx`, or `h:mm:ss` where the third number is one
    /// of seconds.
    fn time(self, third_is_seconds: bool) -> MediaTime {
        let [first, second, third] = self.numbers;
        let pair = |minutes: u64, seconds: u64| minutes.saturating_mul(60).saturating_add(seconds);
        let (seconds, micros) = if third_is_seconds && self.third > 0 && !self.is_dotted {
            (pair(pair(first, second), third), self.fraction)
        } else {
            let digits = u32::try_from(self.third).unwrap_or(6).min(6);
            (pair(first, second), third.min(999_999) * 10_u64.pow(6 - digits))
        };
        MediaTime::from_micros(seconds.saturating_mul(1_000_000).saturating_add(micros))
    }
}

/// The time at the start of `text` up to `close`, and what follows that. The
/// fraction of `mm:ss.xx` is the third number.
fn stamp(text: &str, close: u8) -> Option<(Parts, &str)> {
    let end = text.bytes().take(24).position(|byte| byte == close)?;
    let inner = text[..end].trim();
    let mut numbers = [0; 3];
    let mut third = 0;
    let mut fraction = 0;
    for (index, part) in inner.splitn(3, [':', '.']).enumerate() {
        let (value, length) = number(part.as_bytes());
        let rest = &part[length..];
        if length == 0 || index < 2 && !rest.is_empty() {
            return None;
        }
        numbers[index] = value;
        if index == 2 {
            third = length;
            let digits = rest.strip_prefix('.').unwrap_or_default();
            let (value, digits) = number(digits.as_bytes());
            if !rest.is_empty() && (digits == 0 || digits > 6) {
                return None;
            }
            fraction = value * 10_u64.pow(6 - u32::try_from(digits).unwrap_or(6));
        }
    }
    let colons = inner.matches(':').count();
    let parts = Parts { numbers, third, is_dotted: colons == 1, fraction };
    (colons > 0).then_some((parts, &text[end + 1..]))
}

/// Whether times of three numbers are hours, minutes and seconds: they have a
/// fraction as well, or the third number is never beyond 59, in many lines or
/// in a file without any tag of LRC.
fn third_part_is_seconds(text: &str) -> bool {
    let mut count = 0;
    let mut has_tags = false;
    for line in text.split('\n') {
        has_tags |= tag(line.trim()).is_some();
        let Some(inner) = line.trim_start().strip_prefix('[') else { continue };
        let Some((parts, _)) = stamp(inner, b']') else { continue };
        let end = inner.find(']').unwrap_or(0);
        if inner[..end].matches(':').count() < 2 {
            continue;
        }
        if inner[..end].contains('.') {
            return true;
        }
        if parts.numbers[2] > 59 || parts.third != 2 {
            return false;
        }
        count += 1;
    }
    count >= 8 || count > 0 && !has_tags
}
