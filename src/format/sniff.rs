//! What kind of file a text is.

use std::fmt;

use super::chapters;
use super::lines::Lines;
use super::markup::xml;
use super::problem::Refusal;
use super::text::{lrc, markdown, sbv, talkpython};
use super::timing::Timing;
use super::vtt::{has_header, without_blanks};
use crate::format::text::table::{self, Layout};

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
    /// Podcasting 2.0's JSON.
    PodcastingJson,
    /// Whisper's JSON, and that of faster-whisper and `WhisperX`.
    Whisper,
    /// whisper.cpp's JSON.
    WhisperCpp,
    /// AssemblyAI's JSON.
    AssemblyAi,
    /// Deepgram's JSON.
    Deepgram,
    /// YouTube's json3.
    YouTubeJson3,
    /// The JSON that `convert` writes.
    Own,
    /// Some other JSON.
    Json,
    /// YouTube's XML: srv1, srv2, srv3.
    YouTubeXml,
    /// W3C Timed Text, Apple Podcasts' included.
    Ttml,
    /// HTML as Podcasting 2.0 has it.
    Html,
    /// The Markdown that `convert` writes.
    Markdown,
    /// LRC.
    Lrc,
    /// ASS and SSA.
    Ass,
    /// YouTube's SBV.
    Sbv,
    /// Whisper's table with tabs.
    Tsv,
    /// whisper.cpp's table with commas.
    Csv,
    /// Audacity's labels.
    AudacityLabels,
    /// Chapters and nothing else.
    Chapters,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebVtt => "WebVTT",
            Self::SubRip => "SRT",
            Self::TalkPython => "text with times",
            Self::PlainText => "plain text",
            Self::PodcastingJson => "Podcasting 2.0 JSON",
            Self::Whisper => "Whisper JSON",
            Self::WhisperCpp => "whisper.cpp JSON",
            Self::AssemblyAi => "AssemblyAI JSON",
            Self::Deepgram => "Deepgram JSON",
            Self::YouTubeJson3 => "YouTube json3",
            Self::Own => "sayagain JSON",
            Self::Json => "JSON",
            Self::YouTubeXml => "YouTube XML",
            Self::Ttml => "TTML",
            Self::Html => "HTML",
            Self::Markdown => "Markdown",
            Self::Lrc => "LRC",
            Self::Ass => "ASS",
            Self::Sbv => "SBV",
            Self::Tsv => "TSV",
            Self::Csv => "CSV",
            Self::AudacityLabels => "Audacity labels",
            Self::Chapters => "chapters",
        })
    }
}

/// What a text is to be read as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    WebVtt,
    SubRip,
    TalkPython,
    PlainText,
    Json,
    YouTubeXml,
    Ttml,
    Html,
    Markdown,
    Lrc,
    Ass,
    Sbv,
    Table(Layout),
}

/// What to read `text` as, by what it says; `name` decides only between
/// formats that look alike.
///
/// # Errors
///
/// [`Refusal::Empty`]; [`Refusal::Xml`] and [`Refusal::Chapters`] for XML and
/// for a list of times that are no transcript.
pub(super) fn kind(text: &str, name: &str) -> Result<Kind, Refusal> {
    let begin = without_blanks(text);
    let first = begin.split('\n').next().unwrap_or_default().trim_end();
    if begin.is_empty() {
        return Err(Refusal::Empty);
    }
    if has_header(begin) {
        return Ok(Kind::WebVtt);
    }
    if begin.starts_with('<')
        && let Some(kind) = by_root(begin)?
    {
        return Ok(kind);
    }
    if first.eq_ignore_ascii_case("[script info]") || first.eq_ignore_ascii_case("[events]") {
        return Ok(Kind::Ass);
    }
    if markdown::is_markdown(begin) && by_times(text, name).is_none() {
        return Ok(Kind::Markdown);
    }
    if lrc::is_lrc(begin) {
        return Ok(Kind::Lrc);
    }
    if is_json_object(begin) || is_json_array(begin) {
        return Ok(Kind::Json);
    }
    if let Some(kind) = by_times(text, name) {
        return Ok(kind);
    }
    if sbv::times(first).is_some() {
        return Ok(Kind::Sbv);
    }
    if let Some(layout) = table::layout(first) {
        return Ok(Kind::Table(layout));
    }
    if chapters::is_list(begin) {
        return Err(Refusal::Chapters);
    }
    if talkpython::is_stamped(begin) {
        return Ok(Kind::TalkPython);
    }
    Ok(Kind::PlainText)
}

/// What XML or HTML with this first element is; `None` if it is neither.
fn by_root(begin: &str) -> Result<Option<Kind>, Refusal> {
    let root = xml::root(begin);
    Ok(Some(match root.as_str() {
        "tt" => Kind::Ttml,
        "timedtext" | "transcript" => Kind::YouTubeXml,
        "html" | "head" | "body" | "title" | "meta" | "p" | "cite" | "time" | "div" | "article"
        | "section" => Kind::Html,
        "chapters" => return Err(Refusal::Chapters),
        _ if begin.starts_with("<?xml") || begin.starts_with("<!") => {
            return Err(Refusal::Xml(root));
        }
        "rss" | "feed" | "opml" | "svg" | "error" => return Err(Refusal::Xml(root)),
        _ => return Ok(None),
    }))
}

/// Whether an object of JSON begins here, and not an override or a frame number
/// in braces.
fn is_json_object(begin: &str) -> bool {
    let inner = begin.strip_prefix('{').map(str::trim_start);
    inner.is_some_and(|inner| !inner.starts_with(|c: char| c == '\\' || c.is_ascii_digit()))
}

/// Whether an array of JSON begins here, and not a remark in brackets.
fn is_json_array(begin: &str) -> bool {
    let inner = begin.strip_prefix('[').map(str::trim_start);
    inner.is_some_and(|inner| inner.is_empty() || inner.starts_with(['{', '[', ']', '"']))
}

/// `SubRip`, or `WebVTT` without its first line, if there is a line of times:
/// the latter has dots and, unless the name says so, no numbers before them.
fn by_times(text: &str, name: &str) -> Option<Kind> {
    let mut numbered = false;
    for line in Lines::new(text, 0, 1).with_others() {
        if line.has_odd_arrow && Timing::lenient(line.text).is_some() {
            let named = |extension: &str| {
                name.len() > 4
                    && name.as_bytes()[name.len() - 4..].eq_ignore_ascii_case(extension.as_bytes())
            };
            let is_vtt = Timing::webvtt(line.text).is_some()
                && !named(".srt")
                && (named(".vtt") || !numbered);
            return Some(if is_vtt { Kind::WebVtt } else { Kind::SubRip });
        }
        numbered = super::vtt::is_number(line.text.trim());
    }
    None
}
