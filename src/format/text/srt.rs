//! SubRip, in the dialects in which it is met; there is no standard.
//!
//! A cue begins with a line of times. Its number, if any, stands on the line
//! before; its text goes on to the number of the next cue, blank lines
//! included.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::lines::{Line, Lines};
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp;
use crate::format::timing::{Timing, excerpt, hold, is_cut};
use crate::format::vtt::payload::{self, Manner};
use crate::format::vtt::{is_counter, is_number};

/// The cues of `source`.
pub(crate) fn read<'a>(source: &'a Source<'_>) -> Document<'a> {
    let text: &str = &source.text;
    let mut document = Document::new(Format::SubRip);
    document.cues.reserve(text.len() / 80);
    let mut parser = Parser { document, text, present: None, loose: None };
    let mut before = None;
    let mut blank_before = true;
    for line in Lines::new(text, 0, 1).with_others() {
        if begins_cue(&line, before, blank_before) {
            parser.cue(&line, before.filter(|_| blank_before));
            before = None;
            blank_before = false;
            continue;
        }
        blank_before = match before {
            Some(before) => is_blank(&before),
            None => parser.present.is_none(),
        };
        before = Some(line);
        parser.take(&line);
    }
    let end = parser.cut_off();
    parser.finish(end);
    parser.document
}

/// A cue whose end has not been found yet.
#[derive(Clone, Copy)]
struct Open<'a> {
    timing: Option<Timing<'a>>,
    id: &'a str,
    line: Line<'a>,
    /// Where its text begins.
    start: usize,
    line_count: usize,
}

struct Parser<'a> {
    document: Document<'a>,
    text: &'a str,
    present: Option<Open<'a>>,
    /// The first line of text before the first cue.
    loose: Option<Line<'a>>,
}

impl<'a> Parser<'a> {
    /// Takes a line of text.
    fn take(&mut self, line: &Line<'a>) {
        if is_blank(line) {
            return;
        }
        match &mut self.present {
            Some(open) => open.line_count += 1,
            None => self.loose = self.loose.or(Some(*line)),
        }
    }

    /// Takes a line of times; `id` is the line before it if that is a line of
    /// its own, after a blank one.
    fn cue(&mut self, line: &Line<'a>, id: Option<Line<'a>>) {
        let mut end = line.start;
        let mut name = "";
        if let Some(id) = id.filter(|id| !is_blank(id)) {
            end = id.start;
            name = id.text.trim();
        } else if let Some(open) = self.present {
            let text = self.text[open.start..end].trim_end();
            let start = text.rfind('\n').map_or(0, |at| at + 1);
            let last = &text[start..];
            let adjoins = self.text[open.start + text.len()..end].trim_matches([' ', '\t']) == "\n";
            // With blank lines behind it, it must be the next and stand alone.
            let line_count = if adjoins { open.line_count } else { 1 };
            let count = self.document.cues.len() + 1;
            if (adjoins || stands_alone(&text[..start]))
                && is_counter(last.trim(), open.id, count, line_count)
            {
                end = open.start + start;
                name = last.trim();
            }
        } else if let Some(loose) = self.loose {
            let text = self.text[loose.start..end].trim();
            name = if is_number(text) || loose.number + 1 == line.number { text } else { "" };
        }
        self.finish(end);
        let cut_off = line.end() == self.text.len() && is_cut(line.text);
        let timing = Timing::lenient(line.text).filter(|_| !cut_off);
        if cut_off {
            self.document.report(line.number, 1, ProblemKind::CutOff);
        } else if timing.is_none() {
            self.document.report(line.number, 1, ProblemKind::BadTiming(excerpt(line.text)));
        }
        let start = (line.end() + 1).min(self.text.len());
        self.present = Some(Open { timing, id: name, line: *line, start, line_count: 0 });
    }

    /// Where the text of the last cue ends: before the number, and perhaps the
    /// beginning of the times, of one more that the file breaks off in.
    fn cut_off(&mut self) -> usize {
        let Some(open) = self.present else { return self.text.len() };
        let said = self.text[open.start..].trim_end();
        let mut start = said.rfind('\n').map_or(0, |at| at + 1);
        let is_time =
            |c: char| c.is_ascii_digit() || matches!(c, ':' | ',' | '.' | '-' | '>' | ' ');
        if said[start..].contains(':') && said[start..].chars().all(is_time) {
            let above = said[..start].trim_end();
            start = above.rfind('\n').map_or(0, |at| at + 1);
        }
        let number = said[start..].split('\n').next().unwrap_or_default().trim();
        let count = self.document.cues.len() + 1;
        if !stands_alone(&said[..start]) || !is_counter(number, open.id, count, 1) {
            return self.text.len();
        }
        let lines = memchr::memchr_iter(b'\n', &said.as_bytes()[..start]).count();
        let line = open.line.number + 1 + u32::try_from(lines).unwrap_or(u32::MAX);
        self.document.report(line, 1, ProblemKind::CutOff);
        open.start + start
    }

    /// Ends the present cue: its text ends before byte `end`.
    fn finish(&mut self, end: usize) {
        let Some(open) = self.present.take() else {
            return self.tell_loose(end);
        };
        let Some(Timing { start, end: stop, settings }) = open.timing else { return };
        let raw = self.text.get(open.start..end).unwrap_or_default();
        let raw = raw.trim_end_matches(['\n', ' ', '\t']);
        let mut record = Record {
            start: Some(start),
            end: Some(stop),
            id: Cow::Borrowed(open.id),
            settings: Cow::Borrowed(settings),
            raw: Cow::Borrowed(raw),
            text: shown(raw),
            line: open.line.number,
            ..Record::default()
        };
        if raw.contains("<v ") && !raw.contains('{') {
            payload::parse(raw, Manner::Kind).fill(&mut record);
        }
        if raw.is_empty() && !settings.contains([':', '=']) {
            // Text on the line of the times.
            record.raw = Cow::Borrowed(settings);
            record.text = shown(settings);
            record.settings = Cow::Borrowed("");
        }
        hold(&mut record, &mut self.document);
        self.document.cues.push(record);
    }

    /// Reports text that stands before the first cue and is not its number.
    fn tell_loose(&mut self, end: usize) {
        if let Some(loose) = self.loose.filter(|loose| loose.start < end) {
            let text = self.text[loose.start..end].trim();
            if text.contains('\n') || !is_number(text) {
                let kind = ProblemKind::LooseText(excerpt(loose.text));
                self.document.report(loose.number, 1, kind);
            }
        }
    }
}

/// Whether `line` has the times of a cue, well written or not: whatever has an
/// arrow, or begins with a time, behind a number that stands alone.
fn begins_cue(line: &Line<'_>, before: Option<Line<'_>>, blank_before: bool) -> bool {
    let numbered = before.is_some_and(|before| is_number(before.text.trim()));
    let alone = numbered && blank_before;
    if !line.has_odd_arrow {
        return alone && stamp::lenient(line.text).is_some();
    }
    let text = line.text.trim_start();
    let head = text.split("-->").next().unwrap_or_default();
    Timing::lenient(text).is_some()
        || line.has_arrow && alone
        || text.contains('>')
            && text.starts_with(|c: char| c.is_ascii_digit())
            && (head.contains(':') || numbered)
}

/// Whether nothing, or a blank line, is what `above` ends with.
fn stands_alone(above: &str) -> bool {
    let rest = above.strip_suffix('\n').unwrap_or(above).trim_end_matches([' ', '\t']);
    rest.is_empty() || rest.ends_with('\n')
}

fn is_blank(line: &Line<'_>) -> bool {
    line.text.trim().is_empty()
}

/// `raw` without its tags and overrides. Entities are not decoded: nobody
/// writes them.
pub(crate) fn shown(raw: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'<', b'{', raw.as_bytes()).is_none() {
        return payload::trimmed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut from = 0;
    while let Some(found) = memchr::memchr2(b'<', b'{', &raw.as_bytes()[from..]) {
        let at = from + found;
        text.push_str(&raw[from..at]);
        let length = markup(&raw[at..]);
        if length == 0 {
            text.push_str(&raw[at..=at]);
        } else if payload::is_break(raw[at..at + length].trim_matches(['<', '>'])) {
            text.push('\n');
        }
        from = at + length.max(1);
    }
    text.push_str(&raw[from..]);
    Cow::Owned(payload::trimmed(&text).into_owned())
}

/// How many bytes of tag or override `text` begins with. Only the first few
/// hundred are looked at.
fn markup(text: &str) -> usize {
    const LONGEST: usize = 300;
    let head = &text.as_bytes()[..text.len().min(LONGEST)];
    let (close, is_markup) = if head.starts_with(b"{") {
        let is_letter = |head: &[u8]| matches!(head, [b'b' | b'i' | b'u' | b's', b'}', ..]);
        let inner = &head[1..];
        let is_override = inner.first() == Some(&b'\\');
        (b'}', is_override || is_letter(inner.strip_prefix(b"/").unwrap_or(inner)))
    } else {
        (b'>', is_tag(&head[1..]))
    };
    if !is_markup {
        return 0;
    }
    memchr::memchr(close, head).map_or(0, |at| at + 1)
}

/// Whether a tag that says how a text looks begins with `inner`. Others, such
/// as `<div>`, are what is talked about.
fn is_tag(inner: &[u8]) -> bool {
    const PLAIN: [&[u8]; 9] = [b"i", b"b", b"u", b"s", b"em", b"strong", b"strike", b"ruby", b"rt"];
    const MORE: [&[u8]; 5] = [b"font", b"span", b"c", b"v", b"br"];
    let inner = inner.strip_prefix(b"/").unwrap_or(inner);
    let end = inner.iter().take(9).position(|byte| !byte.is_ascii_alphabetic());
    let Some(end) = end else { return false };
    let is = |names: &[&[u8]]| names.iter().any(|name| name.eq_ignore_ascii_case(&inner[..end]));
    // Attributes have values: `a<b and c>d` has no tag in it.
    let rest = inner[end..].iter().take_while(|&&byte| byte != b'>');
    let has_value = rest.clone().any(|&byte| byte == b'=');
    match inner[end] {
        b'>' | b'/' | b'.' => is(&PLAIN) || is(&MORE),
        b' ' => is(&MORE) || is(&PLAIN) && (has_value || rest.count() == 1),
        _ => false,
    }
}
