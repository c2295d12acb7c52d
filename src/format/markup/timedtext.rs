//! YouTube's XML: `timedtext` with `p` and `s` (srv3), with `text` (srv2), and
//! `transcript` (srv1).

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::markup::xml::{Element, Piece, Pieces, mended};
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp::from_seconds;
use crate::format::vtt::entity;
use crate::format::words::{SpokenWord, fill_ends, locate};
use crate::format::words::{clip, later};
use crate::model::MediaTime;

/// The cues of `source`. A cue is shown until the next one begins.
pub(crate) fn read<'a>(source: &Source<'_>) -> Document<'a> {
    let mut document = Document::new(Format::YouTubeXml);
    let mut open: Option<Record<'a>> = None;
    let mut words: Vec<SpokenWord> = Vec::new();
    let mut text = String::new();
    let markup = mended(&source.text);
    let mut pieces = Pieces::new(&markup);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Open(element) if matches!(element.name.as_str(), "p" | "text") => {
                // One that nobody closed ends here.
                say(open.take(), &text, std::mem::take(&mut words), &mut document);
                text.clear();
                let (start, end) = times(&element).unzip();
                open = Some(Record {
                    start,
                    end: end.flatten(),
                    line: pieces.line(),
                    ..Record::default()
                });
            }
            Piece::Open(element) if element.name == "br" => {
                text.push('\n');
                if let Some(word) = words.last_mut() {
                    word.text.push('\n');
                }
            }
            Piece::Open(element) if element.name == "s" => {
                let base = open.as_ref().and_then(|open| open.start).unwrap_or_default();
                let offset = element.attribute("t").and_then(millis).unwrap_or_default();
                let start = Some(later(base, offset));
                words.push(SpokenWord { start, ..SpokenWord::default() });
            }
            Piece::Text(piece) => {
                // Entities of srv1 are escaped twice; of the others, harmlessly once.
                let piece = entity::decode(&piece);
                text.push_str(&piece);
                if let Some(word) = words.last_mut() {
                    word.text.push_str(&piece);
                }
            }
            Piece::Close(name) if matches!(name.as_str(), "p" | "text") => {
                say(open.take(), &text, std::mem::take(&mut words), &mut document);
            }
            Piece::Open(_) | Piece::Close(_) => {}
        }
    }
    if let Some(line) = pieces.broken_at {
        document.report(line, 1, ProblemKind::BadMarkup);
    } else if open.is_some() {
        document.report(pieces.line(), 1, ProblemKind::CutOff);
    }
    say(open, &text, words, &mut document);
    clip(&mut document.cues);
    fill_ends(&mut document.cues);
    document
}

/// Takes the cue with the times of `open` that says `text`, if that is anything.
fn say<'a>(
    open: Option<Record<'a>>,
    text: &str,
    words: Vec<SpokenWord>,
    document: &mut Document<'a>,
) {
    let Some(open) = open.filter(|_| !text.trim().is_empty()) else { return };
    if open.start.is_none() {
        document.count(open.line, ProblemKind::BadTimes);
    }
    let said = Record::saying(text);
    let mut cue = Record { raw: said.raw, text: said.text, ..open };
    if cue.start.is_some() {
        locate(&mut cue, words);
    }
    document.cues.push(cue);
}

/// Start and end: `t` and `d` in milliseconds, or `start` and `dur` in seconds.
fn times(element: &Element) -> Option<(MediaTime, Option<MediaTime>)> {
    let seconds = |name: &str| {
        element.attribute(name).and_then(|text| text.trim().parse().ok()).and_then(from_seconds)
    };
    let either = |short: &str, long: &str| {
        element.attribute(short).and_then(millis).or_else(|| seconds(long))
    };
    let start = either("t", "start")?;
    Some((start, either("d", "dur").map(|length| later(start, length))))
}

fn millis(text: &str) -> Option<MediaTime> {
    from_seconds(text.trim().parse::<f64>().ok()? / 1_000.0)
}
