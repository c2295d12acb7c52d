//! Tables of times and texts: Whisper's TSV, whisper.cpp's CSV, Audacity's
//! labels.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp::{self, from_seconds, is_unseen};
use crate::format::timing::{excerpt, hold};
use crate::format::vtt::payload::LONGEST_NAME;
use crate::format::words::fill_ends;
use crate::model::MediaTime;
use crate::model::text::clean_line;

/// What the columns of a table are, and what its times count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Layout {
    separator: char,
    start: usize,
    end: Option<usize>,
    speaker: Option<usize>,
    text: usize,
    /// Whether the column of texts is the last, so that a separator in it is one
    /// of the text.
    is_open: bool,
    /// What a second is.
    second: f64,
    has_header: bool,
    pub(crate) format: Format,
}

/// Names of columns, in small letters.
const STARTS: [&str; 6] = ["start", "start time", "start_time", "starttime", "start (s)", "begin"];
const ENDS: [&str; 6] = ["end", "end time", "end_time", "endtime", "end (s)", "stop"];
const SPEAKERS: [&str; 4] = ["speaker", "speaker name", "speaker_name", "name"];
const TEXTS: [&str; 5] = ["text", "transcript", "caption", "subtitle", "body"];

/// The layout of a table whose first line is `first`; `None` if it is none.
/// Its columns have names, or are a time, a time and a text.
pub(crate) fn layout(first: &str) -> Option<Layout> {
    let separator = ['\t', ';', ','].into_iter().find(|sign| first.contains(*sign))?;
    let names: Vec<String> = first
        .split(separator)
        .take(16)
        .map(|name| name.trim_matches(is_unseen).trim_matches('"').trim().to_ascii_lowercase())
        .collect();
    let format = if separator == '\t' { Format::Tsv } else { Format::Csv };
    let place = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
    if let Some(start) = place(&STARTS).filter(|_| names.len() >= 2) {
        let last = names.len() - 1;
        let end = place(&ENDS);
        let text = place(&TEXTS).or((end.is_some() && last > 1).then_some(last))?;
        let (speaker, is_open) = (place(&SPEAKERS), text == last);
        let (second, has_header) = (1_000.0, true);
        return Some(Layout {
            separator,
            start,
            end,
            speaker,
            text,
            is_open,
            second,
            has_header,
            format,
        });
    }
    let is_seconds = |text: &str| text.contains('.') && text.parse::<f64>().is_ok();
    if separator == '\t' && names.len() >= 2 && is_seconds(&names[0]) && is_seconds(&names[1]) {
        return Some(Layout {
            separator,
            start: 0,
            end: Some(1),
            speaker: None,
            text: 2,
            is_open: true,
            second: 1.0,
            has_header: false,
            format: Format::AudacityLabels,
        });
    }
    None
}

/// The cues of `source`, which has this layout.
pub(crate) fn read<'a>(source: &Source<'_>, layout: Layout) -> Document<'a> {
    let mut document = Document::new(layout.format);
    let rest = source.text.trim_start_matches(['\n', '\u{feff}']);
    let mut rows = Rows { rest, line: 1, separator: layout.separator, open: None };
    if layout.has_header {
        rows.next();
    }
    for (line, fields) in rows.by_ref() {
        let field = |index: usize| fields.get(index).map(String::as_str);
        let time = |index: usize| field(index).and_then(|text| time(text, layout.second));
        let (start, end) = (time(layout.start), layout.end.and_then(time));
        if start.is_none() || layout.end.is_some() && end.is_none() {
            if fields.iter().any(|field| !field.trim().is_empty()) {
                document.report(line, 1, ProblemKind::BadTiming(excerpt(&fields.join(" "))));
            }
            continue;
        }
        let texts = fields.get(layout.text..).unwrap_or_default();
        let texts = if layout.is_open { texts } else { &texts[..texts.len().min(1)] };
        let text = texts.join(&layout.separator.to_string());
        let (named, text) = labelled(&text);
        let speaker = layout.speaker.and_then(field).or(named);
        let speaker = speaker
            .map(|name| clean_line(name.trim()).chars().take(LONGEST_NAME).collect::<String>());
        let mut cue = Record {
            start,
            end,
            speaker: speaker.filter(|name| !name.is_empty()).map(Cow::Owned),
            line,
            ..Record::saying(text)
        };
        hold(&mut cue, &mut document);
        document.cues.push(cue);
    }
    if let Some(line) = rows.open {
        document.report(line, 1, ProblemKind::Unclosed("quote"));
    }
    fill_ends(&mut document.cues);
    document
}

/// A time: `H:MM:SS` and the like, or a number, of which a fraction means seconds
/// where the header leaves it open.
fn time(text: &str, second: f64) -> Option<MediaTime> {
    let text = text.trim();
    if text.contains(':') {
        return stamp::whole(text);
    }
    let value: f64 = text.parse().ok()?;
    from_seconds(if text.contains('.') { value } else { value / second })
}

/// The speaker in `[[SPEAKER]]text`.
fn labelled(text: &str) -> (Option<&str>, &str) {
    match text.trim_start().strip_prefix("[[").and_then(|rest| rest.split_once("]]")) {
        Some((name, text)) => (Some(name), text),
        None => (None, text),
    }
}

/// The rows of a table with the line on which each begins. A field in quotes
/// may hold separators, line ends and doubled quotes.
struct Rows<'a> {
    rest: &'a str,
    line: u32,
    separator: char,
    /// The line of the first quote that is not closed: from there on none goes
    /// beyond its line.
    open: Option<u32>,
}

impl Iterator for Rows<'_> {
    type Item = (u32, Vec<String>);

    fn next(&mut self) -> Option<(u32, Vec<String>)> {
        if self.rest.is_empty() {
            return None;
        }
        let mut row = None;
        if self.open.is_none() {
            row = row_of(self.rest, self.separator, true);
            self.open = if row.is_none() { Some(self.line) } else { None };
        }
        let line = &self.rest[..self.rest.find('\n').map_or(self.rest.len(), |at| at + 1)];
        let row = row.or_else(|| row_of(line, self.separator, true));
        let (fields, length) = row.or_else(|| row_of(line, self.separator, false))?;
        let (row, rest) = self.rest.split_at(length);
        let first_line = self.line;
        self.line += u32::try_from(row.matches('\n').count()).unwrap_or(u32::MAX);
        self.rest = rest;
        Some((first_line, fields))
    }
}

/// The fields of the first row of `text`, and its bytes with the line end. With
/// `has_quotes`, `None` if one of them is not closed.
fn row_of(text: &str, separator: char, has_quotes: bool) -> Option<(Vec<String>, usize)> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut in_quotes = false;
    let mut chars = text.char_indices().peekable();
    let mut end = text.len();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if in_quotes && chars.next_if(|&(_, next)| next == '"').is_some() => {
                field.push('"');
            }
            '"' if in_quotes => {
                in_quotes = false;
                // One that closes amid what follows on a later line is the next
                // that opens.
                let ends = chars.peek().is_none_or(|&(_, next)| next == separator || next == '\n');
                if has_quotes && !ends && field.contains('\n') {
                    return None;
                }
            }
            '"' if has_quotes && separator != '\t' && field.trim().is_empty() => {
                field.clear();
                in_quotes = true;
            }
            '\n' if !in_quotes => {
                end = at + 1;
                break;
            }
            _ if c == separator && !in_quotes => fields.push(std::mem::take(&mut field)),
            _ => field.push(c),
        }
    }
    fields.push(field);
    (!in_quotes).then_some((fields, end))
}
