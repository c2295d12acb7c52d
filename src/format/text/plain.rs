//! Text without times: shown as it is, a cue for each paragraph or line.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::lines::Lines;
use crate::format::source::Source;
use crate::format::vtt::payload;

/// The cues of `source`: its paragraphs, or its lines where there is no blank
/// line between them.
pub(crate) fn read<'a>(source: &'a Source<'_>) -> Document<'a> {
    let text: &str = &source.text;
    let mut document = Document::new(Format::PlainText);
    let has_paragraphs = text.trim().contains("\n\n");
    let mut open: Option<(usize, usize, u32)> = None;
    for line in Lines::new(text, 0, 1) {
        let is_blank = line.text.trim().is_empty();
        if is_blank || !has_paragraphs {
            document.cues.extend(open.take().map(|open| record(text, open)));
        }
        if !is_blank {
            let (start, _, number) = open.unwrap_or((line.start, 0, line.number));
            open = Some((start, line.end(), number));
        }
    }
    document.cues.extend(open.map(|open| record(text, open)));
    document
}

fn record(text: &str, (start, end, line): (usize, usize, u32)) -> Record<'_> {
    let raw = &text[start..end];
    Record { raw: Cow::Borrowed(raw), text: payload::trimmed(raw), line, ..Record::default() }
}
