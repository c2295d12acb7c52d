//! A document to a file of another format.

mod json;
mod page;
mod subtitles;
mod ttml;

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write};

use super::document::{Document, Record, Stamp};
use super::rows::{Part, parts};
use super::source::Source;
use crate::model::MediaTime;
use crate::model::text::clean_line;

/// A format that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// WebVTT.
    Vtt,
    /// SubRip.
    Srt,
    /// `HH:MM:SS text` lines, as the Talk Python transcripts have them.
    Txt,
    /// Everything there is, for programs.
    Json,
    /// LRC with times of words.
    Lrc,
    /// Markdown, to be read: paragraphs, of each cue a link to its times.
    Md,
    /// W3C Timed Text.
    Ttml,
    /// HTML as Podcasting 2.0 has it.
    Html,
}

impl Target {
    /// All of them, by the endings of their files' names.
    pub const ALL: [(&'static str, Self); 8] = [
        ("vtt", Self::Vtt),
        ("srt", Self::Srt),
        ("txt", Self::Txt),
        ("json", Self::Json),
        ("lrc", Self::Lrc),
        ("md", Self::Md),
        ("ttml", Self::Ttml),
        ("html", Self::Html),
    ];

    /// The format of files whose names end in `.extension`.
    pub fn from_extension(extension: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(name, _)| name.eq_ignore_ascii_case(extension)).map(|&(_, target)| target)
    }

    /// What the names of its files end in, without the dot.
    pub fn extension(self) -> &'static str {
        Self::ALL.iter().find(|(_, target)| *target == self).map_or("", |(name, _)| name)
    }
}

/// A file's text, and what did not fit into it.
#[derive(Clone, Debug)]
pub struct Written {
    /// The file.
    pub text: String,
    /// What the format cannot hold, each once.
    pub losses: Vec<Loss>,
}

/// Something that a format cannot hold, and how much there was of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What it is.
    pub kind: LossKind,
    /// How many of it.
    pub count: usize,
}

/// What a format may have no place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LossKind {
    /// Cues without times.
    Untimed,
    /// When cues end.
    Ends,
    /// Fractions of a second.
    Fractions,
    /// Times of words.
    Words,
    /// Names of cues.
    Ids,
    /// Where cues stand on a screen.
    Settings,
    /// Bold, italic and the like.
    Markup,
    /// Notes, style sheets, regions.
    Blocks,
    /// Line ends within cues.
    LineEnds,
    /// Blank lines within cues.
    BlankLines,
    /// Several speakers within a cue, which becomes several cues.
    Voices,
    /// The title.
    Title,
    /// The language.
    Language,
    /// Chapters.
    Chapters,
    /// Names, times and tags in the text of cues, which is taken for such when
    /// it is read again; and names of speakers that are taken for text.
    Unlike,
}

impl Loss {
    /// What is said of it where a file of the format called `format` is written.
    pub fn told(self, format: &str) -> String {
        let Self { kind, count } = self;
        let (one, many) = match kind {
            LossKind::Untimed => ("a cue without times", "cues without times"),
            LossKind::Ends => ("the end of a cue", "the ends of cues"),
            LossKind::Fractions => ("a fraction of a second", "fractions of seconds"),
            LossKind::Words => ("the time of a word", "the times of words"),
            LossKind::Ids => ("the name of a cue", "names of cues"),
            LossKind::Settings => ("the place of a cue", "places of cues"),
            LossKind::Markup => {
                ("bold, italic and the like in a cue", "bold, italic and the like in cues")
            }
            LossKind::Blocks => {
                ("a note, style sheet or region", "notes, style sheets and regions")
            }
            LossKind::LineEnds => ("a line end within a cue", "line ends within cues"),
            LossKind::BlankLines => ("a blank line within a cue", "blank lines within cues"),
            LossKind::Voices => ("that several speak in a cue", "that several speak in cues"),
            LossKind::Title => ("the title", "titles"),
            LossKind::Language => ("the language", "languages"),
            LossKind::Chapters => ("a chapter", "chapters"),
            LossKind::Unlike => ("a cue", "cues"),
        };
        let what = if count == 1 { one.to_owned() } else { format!("{many} ({count})") };
        if kind == LossKind::Unlike {
            format!(
                "{format} cannot tell names, times and tags from the text of {what}; will be read otherwise"
            )
        } else {
            format!("{format} has no place for {what}; left out")
        }
    }
}

/// `document` as a file of the format `to`.
pub fn write(document: &Document<'_>, to: Target) -> Written {
    let mut losses = Losses::default();
    let text = match to {
        Target::Vtt => subtitles::vtt(document, &mut losses),
        Target::Srt => subtitles::srt(document, &mut losses),
        Target::Lrc => subtitles::lrc(document, &mut losses),
        Target::Json => json::json(document),
        Target::Txt => page::txt(document, &mut losses),
        Target::Md => page::markdown(document, &mut losses),
        Target::Html => page::html(document, &mut losses),
        Target::Ttml => ttml::ttml(document, &mut losses),
    };
    if to == Target::Json {
        losses.add(LossKind::Blocks, document.blocks.len());
    } else {
        losses.add(LossKind::Chapters, document.chapters.all().len());
        losses.add(LossKind::Unlike, unlike(document, &text, to));
    }
    let losses = losses.0.into_iter().map(|(kind, count)| Loss { kind, count });
    Written { text, losses: losses.collect() }
}

/// How many cues of `document`, written as `text`, say something else when that
/// is read: who speaks and what, however the lines are broken. What a
/// specification's algorithm gave is not looked at.
fn unlike(document: &Document<'_>, text: &str, to: Target) -> usize {
    if document.is_verbatim {
        return 0;
    }
    let source = Source::decode(text.as_bytes());
    let again =
        source.as_ref().ok().and_then(|source| super::document(source, to.extension()).ok());
    let mut read: HashMap<(String, String), usize> = HashMap::new();
    for said in again.iter().flat_map(|again| said(again, to)) {
        *read.entry(said).or_default() += 1;
    }
    let is_missing = |said: &(String, String)| match read.get_mut(said) {
        Some(left @ 1..) => {
            *left -= 1;
            false
        }
        _ => true,
    };
    said(document, to).filter(is_missing).count()
}

/// Who says what in the cues of `document` that `to` has a place for.
fn said(document: &Document<'_>, to: Target) -> impl Iterator<Item = (String, String)> {
    let needs_times = matches!(to, Target::Vtt | Target::Srt | Target::Lrc | Target::Ttml);
    let cues = document.cues.iter().filter(move |cue| !needs_times || cue.start.is_some());
    let said = |part: Part<'_>| {
        let words: Vec<&str> = part.text.split_whitespace().collect();
        (clean_line(part.speaker.unwrap_or_default()).trim().to_owned(), words.join(" "))
    };
    cues.flat_map(parts).map(said).filter(|(_, text)| !text.is_empty())
}

/// What has been left out so far.
#[derive(Debug, Default)]
struct Losses(BTreeMap<LossKind, usize>);

impl Losses {
    fn add(&mut self, kind: LossKind, count: usize) {
        if count > 0 {
            *self.0.entry(kind).or_default() += count;
        }
    }

    /// Notes what only WebVTT has.
    fn add_web(&mut self, document: &Document<'_>) {
        self.add(LossKind::Blocks, document.blocks.len());
        for cue in &document.cues {
            self.add(
                LossKind::Ids,
                usize::from(!cue.id.is_empty() && !super::vtt::is_number(&cue.id)),
            );
            self.add(LossKind::Settings, usize::from(!cue.settings.is_empty()));
            self.add(LossKind::Markup, usize::from(has_markup(&cue.raw)));
        }
    }

    fn add_head(&mut self, document: &Document<'_>) {
        self.add(LossKind::Title, usize::from(document.title.is_some()));
        self.add(LossKind::Language, usize::from(document.language.is_some()));
    }
}

/// Whether `raw` has one of the tags that say how a text looks.
fn has_markup(raw: &str) -> bool {
    let tags = ["<b>", "<i>", "<u>", "<c.", "<b.", "<i.", "<u.", "<ruby", "<lang", "<font"];
    raw.contains('<') && tags.iter().any(|tag| raw.contains(tag))
}

/// What one speaker says in one cue.
struct Saying<'c> {
    start: Option<MediaTime>,
    end: MediaTime,
    speaker: Option<&'c str>,
    text: &'c str,
    words: Vec<Stamp>,
}

/// The cues of `document`, those in which several speak taken apart.
fn sayings<'c>(document: &'c Document<'_>, losses: &mut Losses) -> Vec<Saying<'c>> {
    let mut all = Vec::with_capacity(document.cues.len());
    for cue in &document.cues {
        let parts = parts(cue);
        losses.add(LossKind::Voices, usize::from(parts.len() > 1));
        all.extend(parts.into_iter().map(|part| Saying {
            start: cue.start,
            end: cue.end.or(cue.start).unwrap_or_default(),
            speaker: part.speaker,
            text: part.text,
            words: part.words,
        }));
    }
    all
}

/// The cues that have times; those that do not are noted.
fn timed<'d, 'a>(
    document: &'d Document<'a>,
    losses: &mut Losses,
) -> Vec<(MediaTime, &'d Record<'a>)> {
    let timed: Vec<_> = document.cues.iter().filter_map(|cue| Some((cue.start?, cue))).collect();
    losses.add(LossKind::Untimed, document.cues.len() - timed.len());
    timed
}

/// Adds formatted text to `file`.
fn add(file: &mut String, arguments: fmt::Arguments<'_>) {
    // A string takes everything.
    let _ = file.write_fmt(arguments);
}

/// `time` as `HH:MM:SS` with milliseconds after `point`.
fn clock(time: MediaTime, point: char) -> String {
    let millis = time.as_millis();
    format!("{}{point}{:03}", clock_seconds(time), millis % 1_000)
}

/// `time` as `HH:MM:SS`, cut down to the second.
fn clock_seconds(time: MediaTime) -> String {
    let secs = time.as_millis() / 1_000;
    format!("{:02}:{:02}:{:02}", secs / 3_600, secs / 60 % 60, secs % 60)
}

/// `text` on one line.
fn one_line(text: &str, losses: &mut Losses) -> String {
    losses.add(LossKind::LineEnds, text.matches('\n').count());
    let parts: Vec<&str> =
        text.split('\n').map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// `text` without blank lines.
fn without_blank_lines(text: &str, losses: &mut Losses) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let kept: Vec<&str> = lines.iter().copied().filter(|line| !line.trim().is_empty()).collect();
    losses.add(
        LossKind::BlankLines,
        if text.trim().is_empty() { 0 } else { lines.len() - kept.len() },
    );
    kept.join("\n")
}

/// `text` with what XML and HTML would take for markup escaped.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            _ => escaped.push(c),
        }
    }
    escaped
}
