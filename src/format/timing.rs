//! Lines of times: when a cue begins and ends.

use super::document::{Document, Record};
use super::lines::OTHER_ARROWS;
use super::problem::ProblemKind;
use super::stamp::{self, is_unseen};
use crate::model::MediaTime;
use crate::model::text::clean_line;

/// The length of `HH:MM:SS.mmm --> HH:MM:SS.mmm`.
pub(super) const USUAL: usize = 29;

/// What a line of times says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Timing<'a> {
    pub(super) start: MediaTime,
    pub(super) end: MediaTime,
    /// What follows the times.
    pub(super) settings: &'a str,
}

impl<'a> Timing<'a> {
    /// The times of `line` by WebVTT's "collect WebVTT cue timings and
    /// settings".
    #[inline]
    pub(super) fn webvtt(line: &'a str) -> Option<Self> {
        let (start, rest) = stamp::webvtt(line.trim_start_matches(is_blank))?;
        let rest = rest.trim_start_matches(is_blank).strip_prefix("-->")?;
        let (end, rest) = stamp::webvtt(rest.trim_start_matches(is_blank))?;
        Some(Self { start, end, settings: rest.trim_matches(is_blank) })
    }

    /// The times of `line` in whatever way people write them, signs of full
    /// width included.
    pub(super) fn lenient(line: &'a str) -> Option<Self> {
        Self::narrow(line).or_else(|| {
            let is_wide = |c| matches!(c, '！'..='～');
            let narrow =
                |c| if is_wide(c) { char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c) } else { c };
            let line: String =
                line.contains(is_wide).then(|| line.chars().map(narrow).collect())?;
            Timing::narrow(&line).map(|timing| Self { settings: "", ..timing })
        })
    }

    fn narrow(line: &'a str) -> Option<Self> {
        let dash = ['-', '–', '—', '='];
        let (start, rest) =
            stamp::lenient(line).or_else(|| stamp::lenient(behind_number(line)?))?;
        let rest = rest.trim_start_matches(is_unseen);
        let behind = |arrow: &&str| rest.strip_prefix(*arrow);
        let rest = OTHER_ARROWS.iter().find_map(behind).or_else(|| {
            let rest = rest.strip_prefix(dash)?;
            rest.trim_start_matches(|c| c == ' ' || dash.contains(&c)).strip_prefix('>')
        })?;
        let (end, rest) = stamp::lenient(rest)?;
        // What goes on without a blank is misspelt, not a time, unless it is the
        // place of a caption: `X1:63 X2:223`.
        let mut signs = rest.chars();
        let is_place = matches!(signs.next(), Some('X' | 'x'))
            && signs.next().is_some_and(|c| c.is_ascii_digit());
        let ends = rest.is_empty() || rest.starts_with(is_unseen) || is_place;
        ends.then(|| Self { start, end, settings: rest.trim_matches(is_blank) })
    }

    /// The times of a text that begins with a line of nothing but
    /// `HH:MM:SS.mmm --> HH:MM:SS.mmm`, which is what most files have.
    #[inline]
    pub(super) fn usual(text: &str) -> Option<Self> {
        let bytes: &[u8; USUAL + 1] = text.as_bytes().first_chunk()?;
        if &bytes[12..17] != b" --> " || bytes[USUAL] != b'\n' {
            return None;
        }
        let start = stamp::usual(bytes[..12].try_into().ok()?)?;
        let end = stamp::usual(bytes[17..USUAL].try_into().ok()?)?;
        let (start, end) = (MediaTime::from_millis(start), MediaTime::from_millis(end));
        Some(Self { start, end, settings: "" })
    }
}

/// What follows a number that stands before the times on the same line.
fn behind_number(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(is_unseen);
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < line.len() && rest.starts_with([' ', '\t'])).then_some(rest)
}

/// Whether `line`, the last one of a file and without a line end, breaks off
/// before its second time is complete.
pub(super) fn is_cut(line: &str) -> bool {
    let end = line.rsplit("-->").next().unwrap_or_default();
    let fraction = end.split_once(['.', ',']).map_or("", |(_, fraction)| fraction);
    fraction.bytes().take_while(u8::is_ascii_digit).count() < 3
}

/// White space within a line, by the specification.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\x0c')
}

/// The largest time that is shown: 999:59:59.999.
const LARGEST: MediaTime = MediaTime::from_millis(3_599_999_999);

/// Holds the times of `record` at the largest that is shown, and says so.
#[inline]
pub(super) fn hold(record: &mut Record<'_>, document: &mut Document<'_>) {
    if record.start > Some(LARGEST) || record.end > Some(LARGEST) {
        record.start = record.start.map(|start| start.min(LARGEST));
        record.end = record.end.map(|end| end.min(LARGEST));
        document.count(record.line, ProblemKind::HugeTimes);
    }
}

/// The beginning of `text`, short and clean enough for a message.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    let head: String = text.chars().take(LONGEST + 1).collect();
    let mut excerpt = clean_line(head.trim());
    if excerpt.chars().count() > LONGEST {
        excerpt = excerpt.chars().take(LONGEST).collect();
        excerpt.push('…');
    }
    excerpt
}
