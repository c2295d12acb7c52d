//! What kind of file a text is.

use std::fmt;

use super::chapters;
use super::lines::Lines;
use super::problem::Refusal;
use super::talkpython;
use super::timing::Timing;
use super::vtt::{has_header, without_blanks};

/// A kind of transcript file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// W3C WebVTT.
    WebVtt,
    /// SubRip.
    SubRip,
    /// `HH:MM:SS text` lines, as the Talk Python transcripts have them.
    TalkPython,
    /// Text without times.
    PlainText,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebVtt => "WebVTT",
            Self::SubRip => "SRT",
            Self::TalkPython => "text with times",
            Self::PlainText => "plain text",
        })
    }
}

/// The format of `text`, by what it says; `name` decides only between formats
/// that look alike.
///
/// # Errors
///
/// [`Refusal::Empty`]; [`Refusal::Html`] and [`Refusal::Chapters`] for a text
/// that is no transcript.
pub(super) fn format(text: &str, name: &str) -> Result<Format, Refusal> {
    let begin = without_blanks(text);
    if begin.is_empty() {
        return Err(Refusal::Empty);
    }
    if has_header(begin) {
        return Ok(Format::WebVtt);
    }
    if is_html(begin) {
        return Err(Refusal::Html);
    }
    if let Some(format) = by_times(text, name) {
        return Ok(format);
    }
    if chapters::is_list(begin) {
        return Err(Refusal::Chapters);
    }
    let first = begin.split('\n').next().unwrap_or_default();
    if talkpython::stamped(first).is_some() {
        return Ok(Format::TalkPython);
    }
    Ok(Format::PlainText)
}

/// `SubRip`, or `WebVTT` without its first line, if there is a line of times:
/// the latter has dots and, unless the name says so, no numbers before them.
fn by_times(text: &str, name: &str) -> Option<Format> {
    let mut numbered = false;
    for line in Lines::new(text, 0, 1) {
        if line.has_arrow && Timing::lenient(line.text).is_some() {
            let named = |extension: &str| {
                name.len() > 4
                    && name.as_bytes()[name.len() - 4..].eq_ignore_ascii_case(extension.as_bytes())
            };
            let is_vtt = Timing::webvtt(line.text).is_some()
                && !named(".srt")
                && (named(".vtt") || !numbered);
            return Some(if is_vtt { Format::WebVtt } else { Format::SubRip });
        }
        numbered = super::vtt::is_number(line.text.trim());
    }
    None
}

fn is_html(begin: &str) -> bool {
    ["<!doctype html", "<html", "<head", "<body", "<?xml"].iter().any(|start| {
        begin
            .as_bytes()
            .get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
    })
}
