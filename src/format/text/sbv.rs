//! SBV, YouTube's own: a line with two times, lines of text, a blank line.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::lines::Lines;
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp;
use crate::format::timing::{excerpt, hold};
use crate::format::vtt::payload::trimmed;
use crate::model::MediaTime;

/// The two times of a line that has nothing else: `0:00:01.000,0:00:03.000`.
pub(crate) fn times(line: &str) -> Option<(MediaTime, MediaTime)> {
    let (start, end) = line.trim().split_once(',')?;
    let whole = |text: &str| {
        let (time, rest) = stamp::lenient(text)?;
        let is_clock = text.contains(':') && text.contains('.');
        (rest.trim().is_empty() && is_clock).then_some(time)
    };
    Some((whole(start)?, whole(end)?))
}

/// The cues of `source`.
pub(crate) fn read<'a>(source: &'a Source<'_>) -> Document<'a> {
    let text: &str = &source.text;
    let mut document = Document::new(Format::Sbv);
    let mut open: Option<(Record<'a>, usize)> = None;
    for line in Lines::new(text, 0, 1) {
        let Some((start, end)) = times(line.text) else {
            if open.is_none() && !line.text.trim().is_empty() {
                document.report(line.number, 1, ProblemKind::LooseText(excerpt(line.text)));
            }
            continue;
        };
        close(&mut document, open.take(), text, line.start);
        let record =
            Record { start: Some(start), end: Some(end), line: line.number, ..Record::default() };
        open = Some((record, (line.end() + 1).min(text.len())));
    }
    close(&mut document, open, text, text.len());
    document
}

/// Ends a cue: its text goes from the byte with which it comes to byte `end`.
fn close<'a>(
    document: &mut Document<'a>,
    open: Option<(Record<'a>, usize)>,
    text: &'a str,
    end: usize,
) {
    let Some((mut record, start)) = open else { return };
    let raw = text[start..end].trim_end();
    record.raw = Cow::Borrowed(raw);
    // YouTube writes [br] for a line break within a cue.
    record.text = if raw.contains("[br]") {
        Cow::Owned(trimmed(&raw.replace("[br]", "\n")).into_owned())
    } else {
        trimmed(raw)
    };
    hold(&mut record, document);
    document.cues.push(record);
}
