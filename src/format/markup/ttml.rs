//! TTML (W3C Timed Text 2), Apple Podcasts' files included.
//!
//! A `p` is a cue; where its sentences have times of their own, each of them
//! is one. Times count from the beginning of what encloses them, but in
//! Apple's files from the beginning of the episode.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::format::Format;
use crate::format::document::{Document, Record, Stamp};
use crate::format::markup::xml::{Element, Piece, Pieces, mended};
use crate::format::problem::ProblemKind;
use crate::format::source::Source;
use crate::format::stamp::from_seconds;
use crate::format::vtt::payload::LONGEST_NAME;
use crate::format::words::later;
use crate::format::words::{fill_ends, set_words};
use crate::model::MediaTime;
use crate::model::text::{clean, clean_line};

/// The cues of `source`.
pub(crate) fn read<'a>(source: &Source<'_>) -> Document<'a> {
    let mut parser = Parser {
        document: Document::new(Format::Ttml),
        is_apple: source.text.contains("podcasts:") || source.text.contains("itunes:"),
        ..Parser::default()
    };
    let markup = mended(&source.text);
    let mut pieces = Pieces::new(&markup);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Open(element) => {
                let line = pieces.line();
                parser.open(&element, line);
            }
            Piece::Close(name) => parser.close(&name),
            Piece::Text(text) => parser.text(&text),
        }
    }
    parser.flush();
    if let Some(line) = pieces.broken_at {
        parser.document.report(line, 1, ProblemKind::BadMarkup);
    } else if parser.open.iter().any(|open| open.name == "tt") {
        parser.document.report(pieces.line(), 1, ProblemKind::CutOff);
    }
    parser.name_speakers();
    fill_ends(&mut parser.document.cues);
    parser.document
}

/// An element that has not been closed.
#[derive(Debug, Default)]
struct Open {
    name: String,
    begin: MediaTime,
    end: Option<MediaTime>,
    speaker: Option<String>,
    /// Whether its children come one after the other.
    in_sequence: bool,
    /// Where the last of its children ended.
    cursor: MediaTime,
    unit: Unit,
    /// Whether it or what encloses it has times.
    is_timed: bool,
}

/// What Apple says an element is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Unit {
    #[default]
    Other,
    Sentence,
    Word,
}

/// What is being collected for the next cue.
#[derive(Debug, Default)]
struct Pending {
    begin: Option<MediaTime>,
    end: Option<MediaTime>,
    speaker: Option<String>,
    text: String,
    stamps: Vec<Stamp>,
    /// When the word that comes next begins and ends.
    next_word: Option<(MediaTime, Option<MediaTime>)>,
    line: u32,
    wants_blank: bool,
}

#[derive(Debug)]
struct Parser<'a> {
    document: Document<'a>,
    is_apple: bool,
    rates: Rates,
    open: Vec<Open>,
    paragraphs: usize,
    pending: Pending,
    /// Names of agents by their ids.
    names: HashMap<String, String>,
    agent: Option<String>,
}

impl Default for Parser<'_> {
    fn default() -> Self {
        Self {
            document: Document::new(Format::Ttml),
            is_apple: false,
            rates: Rates { frame: 30.0, tick: 1.0 },
            open: Vec::new(),
            paragraphs: 0,
            pending: Pending::default(),
            names: HashMap::new(),
            agent: None,
        }
    }
}

impl Parser<'_> {
    fn open(&mut self, element: &Element, line: u32) {
        let name = element.name.as_str();
        if name == "p" && self.paragraphs > 0 {
            // As in HTML: nobody closed the one before.
            self.close("p");
        }
        match name {
            "tt" => self.root(element),
            "agent" => self.agent = element.attribute("id").map(short),
            "br" => {
                self.pending.text.push('\n');
                self.pending.wants_blank = false;
            }
            _ => {}
        }
        let open = self.timed(element);
        let has_times = has_times(element);
        for text in TIMES.iter().filter_map(|name| element.attribute(name)) {
            if self.rates.time(text).is_none() {
                self.document.count(line, ProblemKind::BadTimes);
            }
        }
        if name == "p" {
            self.flush();
            self.paragraphs += 1;
            self.begin(&open, line);
        } else if self.paragraphs > 0 && has_times && name == "span" {
            if open.unit == Unit::Sentence
                || !self.open.last().is_some_and(|parent| parent.is_timed)
            {
                self.flush();
                self.begin(&open, line);
            } else {
                self.word(&open);
            }
        }
        self.open.push(open);
    }

    /// What `tt` says about the whole.
    fn root(&mut self, element: &Element) {
        self.document.language =
            element.attribute("lang").map(clean_line).filter(|lang| !lang.is_empty());
        let number =
            |name: &str| element.attribute(name).and_then(|value| value.parse::<f64>().ok());
        let multiplier = element.attribute("frameratemultiplier");
        let multiplier = multiplier.and_then(|value| {
            let (over, under) = value.split_once([' ', ':'])?;
            Some(over.trim().parse::<f64>().ok()? / under.trim().parse::<f64>().ok()?)
        });
        let frame = number("framerate").unwrap_or(30.0) * multiplier.unwrap_or(1.0);
        if frame.is_finite() && frame > 0.0 {
            self.rates.frame = frame;
        }
        let default_tick =
            if element.attribute("framerate").is_some() { self.rates.frame } else { 1.0 };
        self.rates.tick = number("tickrate").filter(|&rate| rate > 0.0).unwrap_or(default_tick);
    }

    /// The element with its times, counted from the beginning of the episode.
    fn timed(&self, element: &Element) -> Open {
        let parent = self.open.last();
        let inherited = parent.map_or((MediaTime::ZERO, None, None), |parent| {
            let begin = if parent.in_sequence { parent.cursor } else { parent.begin };
            (begin, parent.end, parent.speaker.clone())
        });
        let (base, outer_end, outer_speaker) = inherited;
        let zero = if self.is_apple { MediaTime::ZERO } else { base };
        let time = |name: &str| element.attribute(name).and_then(|text| self.rates.time(text));
        let begin = time("begin").map_or(base, |begin| later(zero, begin));
        let by_end = time("end").map(|end| later(zero, end));
        let by_length = time("dur").map(|length| later(begin, length));
        let end = match (by_end, by_length) {
            (Some(end), Some(other)) => Some(end.min(other)),
            (end, other) => end.or(other).or(outer_end),
        };
        let unit = match element.attribute("unit") {
            Some("sentence") => Unit::Sentence,
            Some("word") => Unit::Word,
            _ => Unit::Other,
        };
        Open {
            name: element.name.clone(),
            begin,
            end,
            speaker: element.attribute("agent").map(short).or(outer_speaker),
            in_sequence: element.attribute("timecontainer") == Some("seq"),
            cursor: begin,
            unit,
            is_timed: parent.is_some_and(|parent| parent.is_timed)
                || has_times(element) && element.name != "body",
        }
    }

    /// Begins a new cue.
    fn begin(&mut self, open: &Open, line: u32) {
        self.pending = Pending {
            begin: open.is_timed.then_some(open.begin),
            end: open.end.filter(|_| open.is_timed),
            speaker: open.speaker.clone(),
            line,
            ..Pending::default()
        };
    }

    /// Begins a word with a time of its own.
    fn word(&mut self, open: &Open) {
        let pending = &mut self.pending;
        let last = pending.text.chars().last();
        // Apple's files have no white space between words.
        pending.wants_blank |=
            open.unit == Unit::Word && last.is_some_and(|last| !last.is_whitespace());
        pending.next_word = Some((open.begin, open.end));
    }

    fn text(&mut self, text: &str) {
        if let Some(id) = &self.agent {
            let name = short(&clean_line(text.trim()));
            if !name.is_empty() {
                self.names.entry(id.clone()).or_insert(name);
            }
        } else if self.paragraphs > 0 {
            self.pending.push(text);
        } else if self.open.last().is_some_and(|open| open.name == "title") {
            self.document.title = Some(clean_line(text.trim())).filter(|title| !title.is_empty());
        }
    }

    fn close(&mut self, name: &str) {
        let Some(depth) = self.open.iter().rev().take(16).position(|open| open.name == name) else {
            return;
        };
        for _ in 0..=depth {
            let Some(open) = self.open.pop() else { return };
            if let Some(parent) = self.open.last_mut() {
                parent.cursor = parent.cursor.max(open.end.unwrap_or(open.cursor));
            }
            match open.name.as_str() {
                "p" => {
                    self.flush();
                    self.paragraphs -= 1;
                }
                "agent" => self.agent = None,
                "span" if open.unit != Unit::Sentence => self.pending.next_word = None,
                _ if open.unit == Unit::Sentence => self.flush(),
                _ => {}
            }
        }
    }

    /// Makes a cue of what has been collected.
    fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let text = pending.text.trim_end();
        if text.is_empty() {
            return;
        }
        let mut record = Record {
            start: pending.begin,
            end: pending.end.filter(|_| pending.begin.is_some()),
            raw: Cow::Owned(text.to_owned()),
            text: Cow::Owned(text.to_owned()),
            speaker: pending.speaker.map(Cow::Owned),
            line: pending.line,
            ..Record::default()
        };
        if record.end.is_none() {
            record.end = pending
                .stamps
                .iter()
                .filter_map(|stamp| stamp.end)
                .max()
                .filter(|_| record.start.is_some());
        }
        set_words(&mut record, pending.stamps);
        self.document.cues.push(record);
    }

    /// Puts names for the ids of speakers, where the file has them.
    fn name_speakers(&mut self) {
        for cue in &mut self.document.cues {
            if let Some(id) = &cue.speaker {
                let name = self.names.get(id.as_ref()).cloned().unwrap_or_else(|| clean_line(id));
                cue.speaker = Some(Cow::Owned(name));
            }
        }
    }
}

/// The attributes that say when something is.
const TIMES: [&str; 3] = ["begin", "end", "dur"];

fn has_times(element: &Element) -> bool {
    TIMES.iter().any(|name| element.attribute(name).is_some())
}

/// The beginning of a name, as much as is shown of one.
fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

impl Pending {
    /// Adds `text`, any white space in it being one blank.
    fn push(&mut self, text: &str) {
        for c in clean(text).chars() {
            if c.is_whitespace() && c != '\u{a0}' {
                self.wants_blank = true;
                continue;
            }
            if self.wants_blank && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.wants_blank = false;
            if let Some((start, end)) = self.next_word.take() {
                let at = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
                self.stamps.push(Stamp { at, start, end });
            }
            self.text.push(c);
        }
    }
}

/// What frames and ticks mean.
#[derive(Clone, Copy, Debug)]
struct Rates {
    /// Frames a second.
    frame: f64,
    /// Ticks a second.
    tick: f64,
}

impl Rates {
    /// A time expression: `12.3s`, `500ms`, `1h`, `2m`, `30f`, `90t`,
    /// `hh:mm:ss.fff`, `hh:mm:ss:ff`, and Apple's `mm:ss.fff` and `12.345`.
    fn time(self, text: &str) -> Option<MediaTime> {
        let text = text.trim();
        if text.contains(':') {
            let parts: Vec<f64> =
                text.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
            return from_seconds(match parts[..] {
                [minutes, seconds] => minutes * 60.0 + seconds,
                [hours, minutes, seconds] => hours * 3_600.0 + minutes * 60.0 + seconds,
                [hours, minutes, seconds, frames] => {
                    hours * 3_600.0 + minutes * 60.0 + seconds + frames / self.frame
                }
                _ => return None,
            });
        }
        let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let number: f64 = number.parse().ok()?;
        from_seconds(match unit {
            "" | "s" => number,
            "ms" => number / 1_000.0,
            "m" => number * 60.0,
            "h" => number * 3_600.0,
            "f" => number / self.frame,
            "t" => number / self.tick,
            _ => return None,
        })
    }
}
