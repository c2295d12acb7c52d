//! Tables of times and texts: Whisper's TSV, whisper.cpp's CSV, Audacity's
//! labels.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp::from_seconds;
use crate::format::timing::{excerpt, hold};
use crate::format::vtt::payload::LONGEST_NAME;
use crate::model::MediaTime;
use crate::model::text::clean_line;

/// What the columns of a table are, and what its times count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Layout {
    separator: char,
    /// The column of speakers.
    speaker: Option<usize>,
    /// The column of texts, which is the last.
    text: usize,
    /// What a second is.
    second: f64,
    has_header: bool,
    pub(crate) format: Format,
}

/// The layout of a table whose first line is `first`; `None` if it is none.
pub(crate) fn layout(first: &str) -> Option<Layout> {
    let separator = if first.contains('\t') { '\t' } else { ',' };
    let names: Vec<String> = first
        .split(separator)
        .take(8)
        .map(|name| name.trim().trim_matches('"').to_ascii_lowercase())
        .collect();
    let format = if separator == '\t' { Format::Tsv } else { Format::Csv };
    let place = |name: &str| names.iter().position(|found| found == name);
    if names.len() >= 3 && names[0] == "start" && names[1] == "end" {
        let text = place("text").unwrap_or(names.len() - 1);
        let speaker = place("speaker");
        return Some(Layout {
            separator,
            speaker,
            text,
            second: 1_000.0,
            has_header: true,
            format,
        });
    }
    let is_seconds = |text: &str| text.contains('.') && text.parse::<f64>().is_ok();
    if separator == '\t' && names.len() >= 2 && is_seconds(&names[0]) && is_seconds(&names[1]) {
        let format = Format::AudacityLabels;
        return Some(Layout {
            separator,
            speaker: None,
            text: 2,
            second: 1.0,
            has_header: false,
            format,
        });
    }
    None
}

/// The cues of `source`, which has this layout.
pub(crate) fn read<'a>(source: &Source<'_>, layout: Layout) -> Document<'a> {
    let mut document = Document::new(layout.format);
    let mut rows = Rows {
        rest: source.text.trim_start_matches(['\n', '\u{feff}']),
        line: 1,
        separator: layout.separator,
    };
    if layout.has_header {
        rows.next();
    }
    for (line, fields) in rows {
        let time = |index: usize| fields.get(index).and_then(|text| time(text, layout.second));
        let (Some(start), Some(end)) = (time(0), time(1)) else {
            if fields.iter().any(|field| !field.trim().is_empty()) {
                document.report(line, 1, ProblemKind::BadTiming(excerpt(&fields.join(" "))));
            }
            continue;
        };
        let text =
            fields.get(layout.text..).unwrap_or_default().join(&layout.separator.to_string());
        let (named, text) = labelled(&text);
        let speaker =
            layout.speaker.and_then(|index| fields.get(index)).map(String::as_str).or(named);
        let speaker = speaker
            .map(|name| clean_line(name.trim()).chars().take(LONGEST_NAME).collect::<String>());
        let mut cue = Record {
            start: Some(start),
            end: Some(end),
            speaker: speaker.filter(|name| !name.is_empty()).map(Cow::Owned),
            line,
            ..Record::saying(text)
        };
        hold(&mut cue, &mut document);
        document.cues.push(cue);
    }
    document
}

/// A time; where the header leaves it open, a fraction means seconds.
fn time(text: &str, second: f64) -> Option<MediaTime> {
    let text = text.trim();
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
}

impl Iterator for Rows<'_> {
    type Item = (u32, Vec<String>);

    fn next(&mut self) -> Option<(u32, Vec<String>)> {
        if self.rest.is_empty() {
            return None;
        }
        let first_line = self.line;
        let mut fields = Vec::new();
        let mut field = String::new();
        let mut in_quotes = false;
        let mut chars = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            self.line += u32::from(c == '\n');
            match c {
                '"' if in_quotes && chars.next_if(|&(_, next)| next == '"').is_some() => {
                    field.push('"');
                }
                '"' if in_quotes => in_quotes = false,
                '"' if self.separator == ',' && field.trim().is_empty() => {
                    field.clear();
                    in_quotes = true;
                }
                '\n' if !in_quotes => {
                    end = at + 1;
                    break;
                }
                _ if c == self.separator && !in_quotes => fields.push(std::mem::take(&mut field)),
                _ => field.push(c),
            }
        }
        fields.push(field);
        self.rest = &self.rest[end..];
        Some((first_line, fields))
    }
}
