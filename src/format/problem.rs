//! What was wrong with a file, and why one cannot be read at all.

use std::fmt;

use super::Format;
use crate::model::text::clean_line;

/// How many problems of one file are told; more say nothing new.
pub(super) const MOST_PROBLEMS: usize = 1_000;

/// Something wrong in a file that could be read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file, counted from 1.
    pub line: u32,
    /// The character of the line, counted from 1.
    pub column: u32,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// Puts `problems` in the order of their places.
pub fn in_order(problems: &mut [Problem]) {
    problems.sort_by_key(|problem| (problem.line, problem.column));
}

/// What is wrong. Its `Display` also says what was done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// WebVTT without its first line.
    MissingHeader,
    /// WebVTT whose first line is not quite `WEBVTT`; what it is.
    OddHeader(String),
    /// Times written otherwise than the format asks, in this many cues.
    OddTimes(u32),
    /// Lines with nothing but the number of the next cue, this many times, in
    /// what by the specification is the text of the cue before.
    LoneCounters(u32),
    /// Text behind a blank line after the times of its cue, this many times.
    LateText(u32),
    /// A line that should hold the times of a cue; what it says.
    BadTiming(String),
    /// Text that belongs to no cue; how it begins.
    LooseText(String),
    /// The file stops within a line of times.
    CutOff,
    /// Times beyond 999 hours, in this many cues.
    HugeTimes(u32),
    /// Times that cannot be read, this many.
    BadTimes(u32),
    /// JSON that is not quite JSON, in this many places.
    OddJson(u32),
    /// Times of words outside their cue or out of order, this many.
    WordTimes(u32),
    /// Bytes that are not UTF-8, this many pieces of them.
    NotUtf8(u32),
    /// Not UTF-8 but this encoding.
    Encoding(&'static str),
    /// NUL characters.
    Nul,
    /// Markup that cannot be read on from here.
    BadMarkup,
    /// Entries of a list that say nothing or are of another kind, this many.
    SkippedEntries(u32),
    /// Lines shown again with each new one, folded from this many cues.
    RolledUp(u32),
    /// One line shown once for each of its words, folded from this many cues.
    Highlighted(u32),
    /// A cue that ends when it begins. Cues are counted from 1.
    ZeroLength {
        /// Which.
        cue: u32,
    },
    /// A cue that ends before it begins.
    Negative {
        /// Which.
        cue: u32,
        /// By how many milliseconds.
        by_ms: u64,
    },
    /// A cue that begins before the one before it has ended.
    Overlap {
        /// Which.
        cue: u32,
        /// By how many milliseconds.
        by_ms: u64,
    },
    /// A cue that begins before the one before it begins.
    OutOfOrder {
        /// Which.
        cue: u32,
    },
    /// A cue with times and text of an earlier one.
    Duplicate {
        /// Which.
        cue: u32,
    },
    /// A cue without a text.
    EmptyCue {
        /// Which.
        cue: u32,
    },
    /// A silence before a cue.
    Gap {
        /// Before which.
        cue: u32,
        /// How many milliseconds it lasts.
        gap_ms: u64,
    },
    /// A cue too long to be read as one.
    LongCue {
        /// Which.
        cue: u32,
        /// How many milliseconds it lasts.
        length_ms: u64,
    },
    /// Something that nothing closes: a tag or a quote.
    Unclosed(&'static str),
    /// An entity that is none.
    BadEntity(String),
    /// A character that is not to be seen or means nothing.
    OddCharacter(char),
    /// UTF-8 that was once read as Windows-1252; how it looks.
    Misread(String),
    /// A speaker's name that is nearly another's.
    SpeakerSpelling {
        /// The name.
        name: String,
        /// The name that comes more often.
        usual: String,
    },
    /// A chapter without a time that can be. Chapters are counted from 1.
    ChapterTime(u32),
    /// A chapter without a title.
    ChapterTitle(u32),
    /// A chapter that begins before the one before it.
    ChapterOrder(u32),
    /// A text that differs from that of another file.
    TextDiffers {
        /// What stands here.
        here: String,
        /// What stands there.
        there: String,
        /// The other file.
        file: String,
    },
}

impl ProblemKind {
    /// The problem's name for machines.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::MissingHeader => "missing-header",
            Self::OddHeader(_) => "odd-header",
            Self::OddTimes(_) => "odd-times",
            Self::LoneCounters(_) => "lone-counters",
            Self::LateText(_) => "late-text",
            Self::BadTiming(_) => "bad-timing",
            Self::LooseText(_) => "loose-text",
            Self::CutOff => "cut-off",
            Self::HugeTimes(_) => "huge-times",
            Self::BadTimes(_) => "bad-times",
            Self::OddJson(_) => "odd-json",
            Self::WordTimes(_) => "word-times",
            Self::NotUtf8(_) => "not-utf8",
            Self::Encoding(_) => "encoding",
            Self::Nul => "nul",
            Self::BadMarkup => "bad-markup",
            Self::SkippedEntries(_) => "skipped-entries",
            Self::RolledUp(_) => "rolled-up",
            Self::Highlighted(_) => "highlighted",
            Self::ZeroLength { .. } => "zero-length",
            Self::Negative { .. } => "negative",
            Self::Overlap { .. } => "overlap",
            Self::OutOfOrder { .. } => "out-of-order",
            Self::Duplicate { .. } => "duplicate",
            Self::EmptyCue { .. } => "empty-cue",
            Self::Gap { .. } => "gap",
            Self::LongCue { .. } => "long-cue",
            Self::Unclosed(_) => "unclosed",
            Self::BadEntity(_) => "bad-entity",
            Self::OddCharacter(_) => "odd-character",
            Self::Misread(_) => "misread",
            Self::SpeakerSpelling { .. } => "speaker-spelling",
            Self::ChapterTime(_) => "chapter-time",
            Self::ChapterTitle(_) => "chapter-title",
            Self::ChapterOrder(_) => "chapter-order",
            Self::TextDiffers { .. } => "text-differs",
        }
    }

    /// Whether something of the file is not shown because of it, or shown
    /// wrongly. What is not serious is not worth a listener's attention.
    pub fn is_serious(&self) -> bool {
        match self {
            Self::MissingHeader
            | Self::OddHeader(_)
            | Self::OddTimes(_)
            | Self::BadTiming(_)
            | Self::LooseText(_)
            | Self::CutOff
            | Self::HugeTimes(_)
            | Self::BadTimes(_)
            | Self::BadMarkup
            | Self::SkippedEntries(_)
            | Self::NotUtf8(_)
            | Self::ChapterTime(_)
            | Self::Encoding("Windows-1252") => true,
            Self::LoneCounters(_)
            | Self::LateText(_)
            | Self::OddJson(_)
            | Self::WordTimes(_)
            | Self::Encoding(_)
            | Self::Nul
            | Self::RolledUp(_)
            | Self::Highlighted(_)
            | Self::ZeroLength { .. }
            | Self::Negative { .. }
            | Self::Overlap { .. }
            | Self::OutOfOrder { .. }
            | Self::Duplicate { .. }
            | Self::EmptyCue { .. }
            | Self::Gap { .. }
            | Self::LongCue { .. }
            | Self::Unclosed(_)
            | Self::BadEntity(_)
            | Self::OddCharacter(_)
            | Self::Misread(_)
            | Self::SpeakerSpelling { .. }
            | Self::ChapterTitle(_)
            | Self::ChapterOrder(_)
            | Self::TextDiffers { .. } => false,
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader => f.write_str("WEBVTT line missing; read as WebVTT all the same"),
            Self::OddHeader(found) => {
                write!(f, "expected WEBVTT, found {found}; read as WebVTT all the same")
            }
            Self::OddTimes(1) => f.write_str("times not written as the format asks; read as meant"),
            Self::OddTimes(count) => write!(
                f,
                "times not written as the format asks, here and in {} more; read as meant",
                cues(count - 1)
            ),
            Self::LoneCounters(_) => {
                f.write_str("a counter without a blank line before it; left out of the text")
            }
            Self::LateText(_) => {
                f.write_str("a blank line between times and text; taken as the text of the cue")
            }
            Self::BadTiming(found) => {
                write!(f, "expected start --> end, found {found}; the cue is left out")
            }
            Self::LooseText(text) => write!(f, "text without times: {text}; left out"),
            Self::CutOff => {
                f.write_str("the file breaks off here; what stands before that is shown")
            }
            Self::HugeTimes(count) => {
                write!(f, "times beyond 999 hours in {}; held there", cues(*count))
            }
            Self::BadTimes(1) => f.write_str("a time that cannot be read; done without"),
            Self::BadTimes(count) => write!(f, "{count} times that cannot be read; done without"),
            Self::OddJson(1) => f.write_str("not quite JSON; read as meant"),
            Self::OddJson(count) => {
                write!(f, "not quite JSON in {count} places, of which this is one; read as meant")
            }
            Self::WordTimes(1) => {
                f.write_str("the time of a word is outside its cue or out of order; ignored")
            }
            Self::WordTimes(count) => {
                write!(f, "times of {count} words are outside their cue or out of order; ignored")
            }
            Self::NotUtf8(count) => f.write_str(&not_utf8(*count)),
            Self::Encoding(name) => write!(f, "not UTF-8; read as {name}"),
            Self::Nul => f.write_str("NUL characters; shown as \u{fffd}"),
            Self::BadMarkup => f.write_str("markup that cannot be read; the rest is left out"),
            Self::SkippedEntries(1) => f.write_str("an entry without a text; left out"),
            Self::SkippedEntries(count) => write!(f, "{count} entries without a text; left out"),
            Self::RolledUp(count) => {
                write!(f, "lines repeated as they roll up in {}; each is kept once", cues(*count))
            }
            Self::Highlighted(count) => {
                write!(f, "a line repeated for each of its words in {}; kept once", cues(*count))
            }
            Self::ZeroLength { cue } => {
                write!(f, "cue {cue} ends when it begins; shown only in passing")
            }
            Self::Negative { cue, by_ms } => {
                let by = seconds(*by_ms);
                write!(f, "cue {cue} ends {by} before it begins; shown until the next begins")
            }
            Self::Overlap { cue, by_ms } => {
                let by = seconds(*by_ms);
                write!(f, "cue {cue} begins {by} before the one before it ends; both are shown")
            }
            Self::OutOfOrder { cue } => {
                write!(f, "cue {cue} begins before the one before it; put in order")
            }
            Self::Duplicate { cue } => write!(f, "cue {cue} repeats an earlier one; shown once"),
            Self::EmptyCue { cue } => write!(f, "cue {cue} has no text; not shown"),
            Self::Gap { cue, gap_ms } => {
                write!(f, "nothing for {} before cue {cue}; the last cue stays", seconds(*gap_ms))
            }
            Self::LongCue { cue, length_ms } => {
                write!(f, "cue {cue} lasts {}; shown whole", seconds(*length_ms))
            }
            Self::Unclosed(what) => {
                write!(f, "a {what} without its end; what follows it is shown as text")
            }
            Self::BadEntity(entity) => write!(f, "{entity} is no entity; shown as it is"),
            Self::OddCharacter(char) => f.write_str(&odd_character(*char)),
            Self::Misread(text) => {
                let text = clean_line(text);
                write!(f, "{text} looks like UTF-8 read as Windows-1252; shown as it is")
            }
            Self::SpeakerSpelling { name, usual } => {
                write!(f, "speaker {name} is elsewhere spelled {usual}; taken for two")
            }
            Self::ChapterTime(count) => {
                write!(f, "chapter {count} has no time that can be read; it is left out")
            }
            Self::ChapterTitle(count) => {
                write!(f, "chapter {count} has no title; it is called after its place")
            }
            Self::ChapterOrder(count) => {
                write!(f, "chapter {count} begins before the one before it; put in order")
            }
            Self::TextDiffers { here, there, file } => {
                write!(f, "{here} here, {there} in {file}; shown as here")
            }
        }
    }
}

fn not_utf8(count: u32) -> String {
    let places = if count == 1 { String::new() } else { format!(", in {count} places") };
    format!("bytes that are not UTF-8{places}; shown as \u{fffd}")
}

fn odd_character(char: char) -> String {
    let becomes = match char {
        char::REPLACEMENT_CHARACTER => "stands for one that was lost; shown as it is",
        _ => "left out or shown as a blank",
    };
    format!("character U+{:04X}; {becomes}", u32::from(char))
}

/// `millis` in seconds: `1.5 s`.
fn seconds(millis: u64) -> String {
    let text = format!("{}.{:03}", millis / 1_000, millis % 1_000);
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

fn cues(count: u32) -> String {
    if count == 1 { "1 cue".to_owned() } else { format!("{count} cues") }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

/// Why a file cannot be read as a transcript: there is nothing to go on with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing in it, or only white space.
    Empty,
    /// The format is known, and there is no cue.
    NoCues(Format),
    /// A web page.
    Html,
    /// XML whose first element is none of a transcript; which.
    Xml(String),
    /// Not JSON though it begins like it: where, counted from 1, and why.
    Json {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// Audio; which.
    Audio(&'static str),
    /// A document of which only its program can make text; which.
    Document(&'static str),
    /// Lines of `0:00 Title`: chapters.
    Chapters,
    /// Some other file that is not text.
    Binary,
    /// By the specification not WebVTT: its first line is not `WEBVTT`.
    Signature,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("transcript is empty"),
            Self::NoCues(format) => write!(f, "no cues in this transcript ({format})"),
            Self::Html => {
                f.write_str("this is HTML (a web page), not a transcript; save the file itself")
            }
            Self::Xml(root) if root.is_empty() => f.write_str("this is XML, not a transcript"),
            Self::Xml(root) => write!(f, "this is XML ({root}), not a transcript"),
            Self::Json { line, column, what } => {
                write!(f, "broken JSON at line {line}, column {column}: {what}")
            }
            Self::Audio(kind) => {
                write!(f, "this is audio ({kind}), not a transcript; give it as the audio")
            }
            Self::Document(kind) => {
                write!(f, "this is {kind}, not a transcript; save it as plain text")
            }
            Self::Chapters => f.write_str("these are chapters, not a transcript"),
            Self::Binary => f.write_str("this is not text, so not a transcript"),
            Self::Signature => f.write_str("not WebVTT: the first line is not WEBVTT"),
        }
    }
}

impl std::error::Error for Refusal {}
