//! WebVTT by the parser algorithm of the W3C specification, and kindly beyond it.

pub(super) mod entity;
pub(super) mod payload;

use std::borrow::Cow;

use memchr::memchr2;

use crate::format::Format;
use crate::format::document::{Block, Document, Record};
use crate::format::lines::{Line, Lines};
use crate::format::problem::{ProblemKind, Refusal};
use crate::format::source::Source;
use crate::format::timing::{Timing, USUAL, excerpt, hold, is_cut};
use crate::model::text::clean_line;
use payload::Manner;

/// The cues of `source` exactly as the specification's algorithm gives them,
/// in the order of the file: nothing is repaired, folded or cleaned.
///
/// # Errors
///
/// [`Refusal::Signature`] if the algorithm refuses the file.
pub fn verbatim<'a>(source: &'a Source<'_>) -> Result<Document<'a>, Refusal> {
    let text: &str = &source.text;
    let rest = text.strip_prefix("WEBVTT").ok_or(Refusal::Signature)?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t', '\n']) {
        return Err(Refusal::Signature);
    }
    let mut parser = Parser::new(source, Manner::Verbatim, 0, 1);
    parser.header();
    parser.blocks();
    parser.document.is_verbatim = true;
    Ok(parser.document)
}

/// The cues of `source` as they are meant: a first line that is missing or
/// misspelt, times with a comma and the like are read all the same, and
/// reported.
pub(super) fn read<'a>(source: &'a Source<'_>) -> Document<'a> {
    let text: &str = &source.text;
    let trimmed = without_blanks(text);
    let start = text.len() - trimmed.len();
    let skipped = memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count();
    let line = u32::try_from(skipped + 1).unwrap_or(u32::MAX);
    // A line of times at once, or the blanks before it, are no header.
    let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut parser = Parser::new(source, Manner::Kind, begin, line);
    if has_header(trimmed) {
        let header = trimmed.lines().next().unwrap_or_default();
        if start > 0
            || !header.starts_with("WEBVTT")
            || header[6..].starts_with(|c| c != ' ' && c != '\t')
        {
            let found = if start > 0 { "something before it".to_owned() } else { excerpt(header) };
            parser.document.report(line, 1, ProblemKind::OddHeader(found));
        }
        parser.header();
    } else {
        parser.document.report(line, 1, ProblemKind::MissingHeader);
    }
    parser.blocks();
    parser.document
}

/// Whether `text` begins with `WEBVTT` in letters of any case.
pub(super) fn has_header(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 6
        && bytes[..6].eq_ignore_ascii_case(b"WEBVTT")
        && !bytes.get(6).is_some_and(u8::is_ascii_alphanumeric)
}

/// `text` from its first character on that is to be seen.
pub(super) fn without_blanks(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

struct Parser<'a> {
    document: Document<'a>,
    text: &'a str,
    lines: Lines<'a>,
    manner: Manner,
    is_plain: bool,
    has_markup: bool,
    /// A counter found at the end of the text before, for the next cue, and its
    /// line.
    counter: Option<(&'a str, u32)>,
}

/// The lines of a block that have been taken, which stand together.
#[derive(Clone, Copy, Default)]
struct Span {
    start: usize,
    end: usize,
    line_count: usize,
}

impl Span {
    fn take(&mut self, line: &Line<'_>) {
        if self.line_count == 0 {
            self.start = line.start;
        }
        self.end = line.end();
        self.line_count += 1;
    }
}

impl<'a> Parser<'a> {
    fn new(source: &'a Source<'_>, manner: Manner, start: usize, line: u32) -> Self {
        let text: &str = &source.text;
        let mut document = Document::new(Format::WebVtt);
        let lines = Lines::new(text, start, line);
        // Three lines a cue, of 90 bytes together, is usual.
        document.cues.reserve(text.len() / 80);
        Self {
            document,
            text,
            lines: if manner == Manner::Kind { lines.with_others() } else { lines },
            manner,
            is_plain: source.is_plain,
            has_markup: memchr2(b'<', b'&', text.as_bytes()).is_some(),
            counter: None,
        }
    }

    fn is_kind(&self) -> bool {
        self.manner == Manner::Kind
    }

    /// Takes the first line and the lines up to a blank one or a cue.
    fn header(&mut self) {
        let Some(first) = self.lines.next() else { return };
        if self.is_kind() {
            let rest = without_blanks(first.text).get(6..).unwrap_or_default();
            let title = rest.trim_start_matches([' ', '\t', '-', ':', '–']);
            if title.contains("Kind:") || title.contains("Language:") {
                title.split(';').for_each(|field| self.metadata(field));
            } else if title != "FILE" {
                self.document.title = text_of(title);
            }
        }
        let mut last = None;
        while let Some(line) = self.lines.next() {
            if line.text.is_empty() {
                return;
            }
            if self.is_timing(&line) {
                self.lines.back_to(&line);
                let counter = last.filter(|line: &Line<'_>| self.is_kind() && is_number(line.text));
                self.counter = counter.map(|line| (line.text, line.number));
                return;
            }
            if self.is_kind() {
                self.metadata(line.text);
            }
            last = Some(line);
        }
    }

    /// Takes a field of the header, such as `Language: en`.
    fn metadata(&mut self, field: &str) {
        let Some((name, value)) = field.split_once(':') else { return };
        match name.trim() {
            "Language" => self.document.language = text_of(value),
            "Title" => self.document.title = text_of(value),
            _ => {}
        }
    }

    /// Takes all blocks to the end.
    fn blocks(&mut self) {
        loop {
            if self.usual_block() {
                continue;
            }
            let Some(line) = self.lines.next() else { return };
            if !line.text.is_empty() {
                self.block(line);
            }
        }
    }

    /// Takes a block of the most usual form at once: times, one line of text,
    /// a blank line. `false` if the next block has another form, which
    /// [`Parser::block`] then takes to the letter.
    #[inline]
    fn usual_block(&mut self) -> bool {
        let Some(timing) = Timing::usual(self.lines.rest()) else { return false };
        let times = self.lines.next_of_length(USUAL);
        let text = self.lines.next().filter(|text| !text.has_odd_arrow && !text.text.is_empty());
        let ends = matches!(self.lines.rest().as_bytes(), [] | [b'\n', ..]);
        let Some(text) = text.filter(|_| ends && self.counter.is_none()) else {
            self.lines.back_to(&times);
            return false;
        };
        self.cue(timing, &times, "", text.text);
        true
    }

    /// Takes one block, of which `line` is the first line: the specification's
    /// "collect a WebVTT block".
    fn block(&mut self, mut line: Line<'a>) {
        let counter = self.counter.take();
        let mut buffer = Span::default();
        let mut timing: Option<(Timing<'a>, Line<'a>)> = None;
        let mut id = "";
        let mut seen_arrow = false;
        let mut line_count = 0;
        loop {
            line_count += 1;
            if self.is_timing(&line) {
                if line_count > 1 && (line_count > 2 || seen_arrow) {
                    self.lines.back_to(&line);
                    if timing.is_some() && self.is_kind() {
                        self.take_counter(&mut buffer, id, line.number);
                    }
                    break;
                }
                seen_arrow = true;
                id = &self.text[buffer.start..buffer.end];
                if let (true, Some((counter, number))) = (id.is_empty(), counter) {
                    id = counter;
                    self.document.count(number, ProblemKind::LoneCounters);
                }
                if let Some(found) = self.timing(&line) {
                    timing = Some((found, line));
                    buffer = Span::default();
                }
            } else if line.text.is_empty() {
                break;
            } else {
                buffer.take(&line);
            }
            let Some(next) = self.lines.next() else { break };
            line = next;
        }
        let raw = &self.text[buffer.start..buffer.end];
        match timing {
            Some((timing, line)) => self.cue(timing, &line, id, raw),
            None if seen_arrow => {}
            None => self.other(raw, &line, line_count),
        }
    }

    /// Whether `line` counts as one of times: if it has an arrow in it. In a
    /// kind reading text with an arrow is text, and arrows may be misspelt.
    fn is_timing(&self, line: &Line<'a>) -> bool {
        if !self.is_kind() || !line.has_odd_arrow {
            return line.has_arrow;
        }
        let begins = line.text.trim_start().starts_with(|c: char| c.is_ascii_digit());
        line.has_arrow && begins || Timing::lenient(line.text).is_some()
    }

    fn timing(&mut self, line: &Line<'a>) -> Option<Timing<'a>> {
        if let Some(timing) = Timing::webvtt(line.text) {
            return Some(timing);
        }
        if !self.is_kind() {
            return None;
        }
        if line.end() == self.text.len() && is_cut(line.text) {
            self.document.report(line.number, 1, ProblemKind::CutOff);
            return None;
        }
        let timing = Timing::lenient(line.text);
        if timing.is_some() {
            self.document.count(line.number, ProblemKind::OddTimes);
        } else {
            self.document.report(line.number, 1, ProblemKind::BadTiming(excerpt(line.text)));
        }
        timing
    }

    /// Takes a lone counter off the end of the text of the cue called `id`,
    /// for the cue whose times are on line `next`.
    fn take_counter(&mut self, buffer: &mut Span, id: &str, next: u32) {
        let raw = &self.text[buffer.start..buffer.end];
        let start = raw.rfind('\n').map_or(buffer.start, |at| buffer.start + at + 1);
        let text = &self.text[start..buffer.end];
        if is_counter(text, id, self.document.cues.len() + 1, buffer.line_count) {
            self.counter = Some((text, next - 1));
            buffer.end = start.saturating_sub(1).max(buffer.start);
        }
    }

    #[inline]
    fn cue(&mut self, timing: Timing<'a>, line: &Line<'a>, id: &'a str, raw: &'a str) {
        let Timing { start, end, settings } = timing;
        let mut record = Record {
            start: Some(start),
            end: Some(end),
            id: Cow::Borrowed(id),
            settings: Cow::Borrowed(settings),
            raw: Cow::Borrowed(raw),
            line: line.number,
            ..Record::default()
        };
        if self.is_kind() {
            hold(&mut record, &mut self.document);
        }
        self.say(&mut record, raw);
        self.document.cues.push(record);
    }

    /// Fills in what `raw` says.
    #[inline]
    fn say(&mut self, record: &mut Record<'a>, raw: &'a str) {
        if self.is_kind() {
            if !self.has_markup || memchr2(b'<', b'&', raw.as_bytes()).is_none() {
                record.text = self.shown(raw);
                return;
            }
            if let Some((name, text)) = one_voice(raw).filter(|_| self.is_plain) {
                record.speaker = Some(Cow::Borrowed(name));
                record.text = self.shown(text);
                return;
            }
        }
        let mut spoken = payload::parse(raw, self.manner);
        if self.is_kind() && !spoken.detail.words.is_empty() {
            let (start, end) = (record.start.unwrap_or_default(), record.end.unwrap_or_default());
            let words = &mut spoken.detail.words;
            for _ in 0..payload::fit_words(words, &spoken.text, start, end) {
                self.document.count(record.line, ProblemKind::WordTimes);
            }
        }
        spoken.fill(record);
    }

    fn shown(&self, raw: &'a str) -> Cow<'a, str> {
        if self.is_plain { Cow::Borrowed(raw.trim()) } else { payload::trimmed(raw) }
    }

    /// Takes a block that is no cue.
    fn other(&mut self, raw: &'a str, last: &Line<'a>, line_count: u32) {
        let first_line = raw.split('\n').next().unwrap_or_default();
        let word = first_line.split([' ', '\t']).next().unwrap_or_default();
        let is_note = word == "NOTE";
        let is_alone = first_line.trim_end() == word;
        if is_note || is_alone && matches!(word, "STYLE" | "REGION") {
            self.document
                .blocks
                .push(Block { before: self.document.cues.len(), text: Cow::Borrowed(raw) });
            return;
        }
        if !self.is_kind() {
            return;
        }
        let blank = u32::from(last.text.is_empty());
        let number = (last.number + 1).saturating_sub(line_count);
        let at_end = last.end() == self.text.len() && blank == 0;
        let looks_like_times =
            first_line.starts_with(|c: char| c.is_ascii_digit()) && raw.contains(':');
        if at_end && line_count == 1 && looks_like_times {
            return self.document.report(number, 1, ProblemKind::CutOff);
        }
        let is_awaited = |cue: &mut Record<'_>| cue.raw.is_empty() && !is_number(raw);
        if let Some(mut cue) = self.document.cues.pop_if(is_awaited) {
            cue.raw = Cow::Borrowed(raw);
            self.say(&mut cue, raw);
            self.document.cues.push(cue);
            return self.document.count(number, ProblemKind::LateText);
        }
        self.document.report(number, 1, ProblemKind::LooseText(excerpt(first_line)));
    }
}

/// Whether `text`, the last of the `line_count` lines of the cue called `id`,
/// which is the `count`th, is the number of the cue that follows it without a
/// blank line between.
pub(super) fn is_counter(text: &str, id: &str, count: usize, line_count: usize) -> bool {
    if !is_number(text) {
        return false;
    }
    let number = text.parse::<u64>().ok();
    match id.parse::<u64>() {
        Ok(before) => line_count > 1 || number == before.checked_add(1),
        Err(_) => line_count > 1 && number.is_some_and(|number| number == count as u64 + 1),
    }
}

/// Whether `text` has digits and nothing else.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Name and text of a payload that is one `<v Name>` and a text without any
/// markup; `None` if it needs a closer look.
pub(super) fn one_voice(raw: &str) -> Option<(&str, &str)> {
    let (name, text) = raw.strip_prefix("<v ")?.split_once('>')?;
    let text = text.strip_suffix("</v>").unwrap_or(text);
    let simple = memchr2(b'<', b'&', text.as_bytes()).is_none()
        && memchr2(b'&', b'\n', name.as_bytes()).is_none()
        && !name.starts_with(' ')
        && !name.ends_with(' ')
        && !name.contains("  ")
        && !name.is_empty()
        && name.len() <= 100;
    simple.then_some((name, text))
}

fn text_of(value: &str) -> Option<String> {
    let value = clean_line(value.trim());
    (!value.is_empty()).then_some(value)
}
