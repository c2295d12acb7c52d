//! Files' bytes to transcripts.
//!
//! [`read`] takes any file a listener may have and gives what is shown of it.
//! In between stands a [`Document`], which has everything that the file has.

mod audio;
pub mod chapters;
mod check;
mod document;
pub mod encoding;
mod fold;
mod json;
mod lines;
mod markup;
pub mod notes;
mod problem;
mod quick;
mod rows;
mod sniff;
mod source;
mod speaker;
mod stamp;
mod text;
mod timing;
pub mod vtt;
mod words;
mod write;

pub use audio::is_audio;
pub use check::{GAP_MS, LONG_MS, characters_of, check};
pub use document::{Block, Detail, Document, Record, Stamp, Turn};
pub use problem::{Problem, ProblemKind, Refusal, in_order};
pub use sniff::Format;
pub use source::Source;
pub use write::{Loss, LossKind, Target, Written, write};

use crate::model::{Chapters, Transcript};

use sniff::Kind;

/// What a file says, as it is shown.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parsed {
    /// Every cue that could be read.
    pub transcript: Transcript,
    /// What kind of file it is.
    pub format: Format,
    /// What the file calls itself.
    pub title: Option<String>,
    /// The language the file names, as it names it.
    pub language: Option<String>,
    /// The chapters that it tells of.
    pub chapters: Chapters,
    /// What was wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Reads a transcript of any kind. Its content decides which; `name`, that of
/// the file, only where content leaves it open.
///
/// # Errors
///
/// A [`Refusal`] if there is nothing to show. A file that is only partly
/// readable is read, and its problems are told.
pub fn read(bytes: &[u8], name: &str) -> Result<Parsed, Refusal> {
    let source = Source::decode(bytes)?;
    if let Some(transcript) = quick::transcript(&source) {
        let problems = source.problems;
        return Ok(Parsed {
            transcript,
            format: Format::WebVtt,
            title: None,
            language: None,
            chapters: Chapters::default(),
            problems,
        });
    }
    let document = document(&source, name)?;
    let transcript = rows::transcript(&document);
    let Document { format, title, language, chapters, problems, .. } = document;
    Ok(Parsed { transcript, format, title, language, chapters, problems })
}

/// Everything that `source` has, in the order of the file, its kind being
/// found out as [`read`] does.
///
/// # Errors
///
/// As [`read`].
pub fn document<'a>(source: &'a Source<'_>, name: &str) -> Result<Document<'a>, Refusal> {
    let mut document = match sniff::kind(&source.text, name)? {
        Kind::WebVtt => vtt::read(source),
        Kind::SubRip => text::srt::read(source),
        Kind::TalkPython => text::talkpython::read(source),
        Kind::PlainText => text::plain::read(source),
        Kind::Json => json::read(&source.text)?,
        Kind::YouTubeXml => markup::timedtext::read(source),
        Kind::Ttml => markup::ttml::read(source),
        Kind::Html => markup::html::read(source)?,
        Kind::Markdown => text::markdown::read(source),
        Kind::Lrc => text::lrc::read(source),
        Kind::Ass => text::ass::read(source),
        Kind::Sbv => text::sbv::read(source),
        Kind::Table(layout) => text::table::read(source, layout),
    };
    if document.cues.is_empty() {
        return Err(Refusal::NoCues(document.format));
    }
    if document.format != Format::Own {
        fold::rolling(&mut document);
        fold::highlights(&mut document);
    }
    speaker::find(&mut document);
    words::fit(&mut document);
    document.problems.splice(0..0, source.problems.iter().cloned());
    in_order(&mut document.problems);
    Ok(document)
}
