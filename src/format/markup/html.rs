//! HTML transcripts as Podcasting 2.0 has them: `cite` for who, `time` for
//! when, `p` for what.

use std::borrow::Cow;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::markup::xml::{Piece, Pieces, mended};
use crate::format::problem::Refusal;
use crate::format::source::Source;
use crate::format::stamp;
use crate::format::vtt::payload::LONGEST_NAME;
use crate::format::words::fill_ends;
use crate::model::MediaTime;
use crate::model::text::clean_line;

/// The cues of `source`.
///
/// # Errors
///
/// [`Refusal::Html`] for a page that is no transcript: it has a script, or it
/// is a whole page without any speaker or time that `convert` did not write.
pub(crate) fn read<'a>(source: &Source<'_>) -> Result<Document<'a>, Refusal> {
    let mut document = Document::new(Format::Html);
    let mut reader = Reader::default();
    let markup = mended(&source.text);
    let mut pieces = Pieces::new(&markup);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Open(element) => {
                reader.is_page |= element.name == "html";
                match element.name.as_str() {
                    "script" => return Err(Refusal::Html),
                    "html" => document.language = element.attribute("lang").map(clean_line),
                    "meta" if element.attribute("content") == Some("sayagain") => {
                        reader.is_transcript = true;
                    }
                    "br" => reader.text.push('\n'),
                    "cite" | "time" | "p" | "title" => {
                        reader.begin(&mut document);
                        reader.line = pieces.line();
                        if element.name == "time" {
                            reader.exact = element.attribute("datetime").and_then(stamp::whole);
                            reader.end = element.attribute("data-end").and_then(stamp::whole);
                        }
                        reader.within = Some(element.name);
                    }
                    _ => {}
                }
            }
            Piece::Text(text) => reader.text.push_str(&text.replace('\n', " ")),
            Piece::Close(name) => reader.close(&name, &mut document),
        }
    }
    reader.begin(&mut document);
    if document.cues.is_empty() || reader.is_page && !reader.is_transcript {
        return Err(Refusal::Html);
    }
    fill_ends(&mut document.cues);
    Ok(document)
}

#[derive(Debug, Default)]
struct Reader {
    /// The element whose text is being collected.
    within: Option<String>,
    text: String,
    /// The time in an attribute, which is more exact than what is shown.
    exact: Option<MediaTime>,
    end: Option<MediaTime>,
    speaker: Option<String>,
    start: Option<MediaTime>,
    line: u32,
    is_page: bool,
    is_transcript: bool,
}

impl Reader {
    /// Begins another element; one that nobody closed ends here.
    fn begin(&mut self, document: &mut Document<'_>) {
        if let Some(name) = self.within.clone() {
            self.close(&name, document);
        }
        self.text.clear();
    }

    fn close(&mut self, name: &str, document: &mut Document<'_>) {
        if self.within.as_deref() != Some(name) {
            return;
        }
        self.within = None;
        let lines = self.text.split('\n').map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.join(" ")
        });
        let text = if name == "p" {
            let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
            lines.join("\n")
        } else {
            clean_line(self.text.trim())
        };
        self.text.clear();
        match name {
            "cite" => {
                self.is_transcript = true;
                let name = text.trim_end_matches(':').trim().chars().take(LONGEST_NAME);
                self.speaker = Some(name.collect()).filter(|name: &String| !name.is_empty());
            }
            "time" => {
                self.start = self.exact.take().or_else(|| stamp::whole(&text));
                self.is_transcript |= self.start.is_some();
            }
            "title" => document.title = Some(text).filter(|title| !title.is_empty()),
            _ if text.is_empty() => {}
            _ => document.cues.push(Record {
                end: self.end.take().filter(|_| self.start.is_some()),
                start: self.start.take(),
                // A speaker goes on until another is named.
                speaker: self.speaker.clone().map(Cow::Owned),
                line: self.line,
                ..Record::saying(&text)
            }),
        }
    }
}
