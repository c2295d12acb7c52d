//! What the name of a file tells.

use std::collections::BTreeSet;
use std::fmt;

/// Which episode a name says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// The episode number.
    Number(u32),
    /// The season, and the number within it.
    Part(u32, u32),
    /// The day it came out: year, month and day as one number (20260105).
    Date(u32),
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "episode number {number}"),
            Self::Part(season, number) => write!(f, "season {season}, episode {number}"),
            Self::Date(date) => {
                write!(f, "date {}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100)
            }
        }
    }
}

/// A file's name, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// The name without the ending that its kind has, in lower case, without
    /// white space at its ends.
    pub(super) stem: String,
    /// What the ending says; `None` if it says nothing of interest.
    pub(super) kind: Option<Kind>,
}

/// What the ending of a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Sound.
    Audio,
    /// A transcript, or something that may be one.
    Transcript {
        /// The smaller, the better: what holds more of what a player needs.
        rank: u8,
        /// Whether it may also be something else.
        doubtful: bool,
    },
}

const AUDIO: &[&str] = &[
    "mp3", "m4a", "m4b", "mp4", "aac", "ogg", "oga", "opus", "flac", "wav", "aif", "aiff", "caf",
    "mka", "mkv", "webm", "wma",
];

/// Endings with whether something else has them too, the best first.
const TRANSCRIPTS: &[(&str, bool)] = &[
    ("vtt", false),
    ("srt", false),
    ("json", true),
    ("txt", true),
    ("ttml", false),
    ("lrc", false),
    ("ass", false),
    ("ssa", false),
    ("sbv", false),
    ("tsv", true),
];

impl Name {
    /// The name, taken apart at its last dot.
    pub(super) fn new(name: &str) -> Self {
        let name = name.to_lowercase();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        let transcript = || {
            let rank = TRANSCRIPTS.iter().position(|(known, _)| *known == ending)?;
            let doubtful = TRANSCRIPTS[rank].1;
            Some(Kind::Transcript { rank: u8::try_from(rank).unwrap_or(u8::MAX), doubtful })
        };
        let kind = if AUDIO.contains(&ending) { Some(Kind::Audio) } else { transcript() };
        Self { stem: stem.trim().to_owned(), kind }
    }

    /// The episode number at the start: up to five digits before the end or
    /// one of `- _ .` or white space. A date (`2026-01-05`) is none.
    pub(super) fn number(&self) -> Option<u32> {
        let (digits, rest) = self.split_number();
        if digits.is_empty() || digits.len() > 5 || starts_like_date(&self.stem) {
            return None;
        }
        if !rest.is_empty() && !rest.starts_with(is_separator) {
            return None;
        }
        digits.parse().ok()
    }

    /// Which episode the name says it is, where it says so plainly: a date or
    /// a number at the start, `s01e05`, or a number after `episode` or `ep`.
    pub(super) fn identity(&self) -> Option<Identity> {
        if let Some(date) = date_at_start(&self.stem) {
            return Some(Identity::Date(date));
        }
        if let Some(number) = self.number() {
            return Some(Identity::Number(number));
        }
        let mut before = "";
        for word in self.parts() {
            if let Some((season, number)) = season_and_number(word) {
                return Some(Identity::Part(season, number));
            }
            let marked = ["episode", "ep", "e"].iter().find_map(|mark| word.strip_prefix(mark));
            if let Some(number) = marked.and_then(number_of) {
                return Some(Identity::Number(number));
            }
            if matches!(before, "episode" | "ep" | "no" | "#")
                && let Some(number) = number_of(word)
            {
                return Some(Identity::Number(number));
            }
            before = word;
        }
        None
    }

    /// A number at the end, which may be that of the episode and may be part
    /// of its title (`talk-python-021`, `area-51`), with what stands before it.
    pub(super) fn number_at_end(&self) -> Option<(&str, u32)> {
        let number = number_of(self.parts().last()?)?;
        let digits = |c: char| c.is_ascii_digit();
        let before = self.stem.trim_end_matches(digits);
        (!before.is_empty()).then_some((before, number))
    }

    /// The name as a title: its words in order, without the number at its start
    /// and without what says how it was made.
    pub(super) fn title(&self) -> String {
        let words: Vec<&str> = split_words(self.without_identity()).collect();
        words.join(" ")
    }

    /// All words of the name in order, its number among them.
    pub(super) fn whole_title(&self) -> String {
        let words: Vec<&str> = split_words(&self.stem).collect();
        words.join(" ")
    }

    /// The name without the audio's ending, the language and the word
    /// `transcript` that a transcript's may have after that of its audio.
    pub(super) fn canonical(&self) -> &str {
        let mut stem = self.stem.as_str();
        for _ in 0..3 {
            let shorter = ["-transcript", "_transcript", " transcript", ".transcript"]
                .iter()
                .find_map(|tag| stem.strip_suffix(tag))
                .or_else(|| without_tag(stem));
            let Some(shorter) = shorter.filter(|shorter| !shorter.is_empty()) else { break };
            stem = shorter;
        }
        stem
    }

    /// The language at the end of the name: 0 for none, 1 for English, 2 for
    /// any other.
    pub(super) fn language(&self) -> u8 {
        match self.stem.rsplit_once('.') {
            Some((_, "en")) => 1,
            Some((_, tag)) if tag.starts_with("en-") || tag.starts_with("en_") => 1,
            Some((_, tag)) if is_language(tag) => 2,
            _ => 0,
        }
    }

    fn without_identity(&self) -> &str {
        if date_at_start(&self.stem).is_some() {
            return self.stem.trim_start_matches(|c: char| c.is_ascii_digit() || is_separator(c));
        }
        if self.number().is_some() { self.split_number().1 } else { &self.stem }
    }

    /// The name cut at separators.
    fn parts(&self) -> impl Iterator<Item = &str> {
        self.stem.split(|c: char| is_separator(c) || c == '#').filter(|part| !part.is_empty())
    }

    /// Whether nothing stands after the number.
    pub(super) fn is_bare(&self) -> bool {
        self.split_number().1.trim_start_matches(is_separator).is_empty()
    }

    /// The words after the number, without those of [`Name::marks`].
    pub(super) fn words(&self) -> BTreeSet<&str> {
        let words = self.split_number().1.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| !word.is_empty() && !MARKS.contains(word)).collect()
    }

    /// What the name says of how the transcript was made.
    pub(super) fn marks(&self) -> Marks {
        let words: Vec<&str> =
            self.stem.split(is_separator).filter(|word| !word.is_empty()).collect();
        let version = |word: &&str| word.strip_prefix('v').and_then(|digits| digits.parse().ok());
        Marks {
            youtube: words.contains(&"youtube"),
            no_names: words.ends_with(&["no", "names"]),
            version: words.iter().rev().find_map(version).unwrap_or(0),
        }
    }

    fn split_number(&self) -> (&str, &str) {
        let end = self.stem.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.stem.len());
        self.stem.split_at(end)
    }
}

/// What a name says of how the transcript was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// It belongs to the video, whose cuts are others than the podcast's.
    pub(super) youtube: bool,
    /// Its speakers have been taken out.
    pub(super) no_names: bool,
    /// The number after `v`; 0 without one.
    pub(super) version: u32,
}

/// Words that tell nothing of the subject.
const MARKS: &[&str] = &["transcript", "final", "original", "youtube", "no", "names", "mp3"];

fn is_separator(c: char) -> bool {
    matches!(c, '-' | '_' | '.') || c.is_whitespace()
}

/// The words of `text` that may tell of the subject.
fn split_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !MARKS.contains(word) && !is_version(word))
}

/// Whether `word` is `v2` or the like.
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|digits| number_of(digits).is_some())
}

/// The number that `word` is, of up to five digits.
fn number_of(word: &str) -> Option<u32> {
    let digits = (1..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| word.parse().ok())?
}

/// `s01e05`.
fn season_and_number(word: &str) -> Option<(u32, u32)> {
    let (season, number) = word.strip_prefix('s')?.split_once('e')?;
    Some((number_of(season)?, number_of(number)?))
}

/// `stem` without the language or the audio's ending after its last dot.
fn without_tag(stem: &str) -> Option<&str> {
    let (rest, tag) = stem.rsplit_once('.')?;
    (AUDIO.contains(&tag) || is_language(tag)).then_some(rest)
}

/// Whether `tag` is one of a language (BCP 47: `en`, `pt-br`).
fn is_language(tag: &str) -> bool {
    let (language, region) = tag.split_once(['-', '_']).unwrap_or((tag, "any"));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && (2..=8).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether `stem` begins with year, month and day, with or without separators.
fn starts_like_date(stem: &str) -> bool {
    date_at_start(stem).is_some()
}

/// Year, month and day at the start of `stem`, with or without separators.
fn date_at_start(stem: &str) -> Option<u32> {
    let digits: String = stem.chars().filter(|&c| !is_separator(c)).take(8).collect();
    let date = digits.parse::<u32>().ok()?;
    let (month, day) = (date / 100 % 100, date % 100);
    let is_date = stem.bytes().take_while(u8::is_ascii_digit).count() >= 4
        && (19_000_000..22_000_000).contains(&date)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day);
    is_date.then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_episode_number_stands_at_the_start_before_a_separator() {
        for (name, number) in [
            ("021_PyPy.vtt", Some(21)),
            ("21-pypy.mp3", Some(21)),
            ("049_ Microsofts.vtt", Some(49)),
            ("042 startups.vtt", Some(42)),
            ("7.mp3", Some(7)),
            ("7. Seven.mp3", Some(7)),
            ("000-start.mp3", Some(0)),
            ("1523-x.mp3", Some(1_523)),
            ("510--youtube10.vtt", Some(510)),
            ("10x-engineer.mp3", None),
            ("pypy-21.mp3", None),
            ("-21.mp3", None),
            (".mp3", None),
            ("999999-x.mp3", None),
        ] {
            assert_eq!(Name::new(name).number(), number, "{name}");
        }
    }

    #[test]
    fn a_date_is_no_episode_number() {
        for name in ["2026-01-05-talk.mp3", "2026_01_05.mp3", "20260105-talk.mp3"] {
            assert_eq!(Name::new(name).number(), None, "{name}");
        }
        assert_eq!(Name::new("2026-predictions.mp3").number(), Some(2_026));
        assert_eq!(Name::new("202-60105.mp3").number(), Some(202));
    }

    #[test]
    fn a_name_says_plainly_which_episode_it_is_or_not_at_all() {
        use Identity::{Date, Number, Part};
        for (name, identity) in [
            ("021_PyPy.vtt", Some(Number(21))),
            ("show-ep-021-pypy.mp3", Some(Number(21))),
            ("Show Episode 21.mp3", Some(Number(21))),
            ("show-e21.mp3", Some(Number(21))),
            ("show #21 pypy.mp3", None),
            ("show.s02e05.mp3", Some(Part(2, 5))),
            ("2026-01-05-talk.mp3", Some(Date(20_260_105))),
            ("20260105_talk.vtt", Some(Date(20_260_105))),
            ("talk-python-021.mp3", None),
            ("area-51.mp3", None),
            ("10x-engineer.mp3", None),
        ] {
            assert_eq!(Name::new(name).identity(), identity, "{name}");
        }
        assert_eq!(Identity::Date(20_260_105).to_string(), "date 2026-01-05");
    }

    #[test]
    fn a_number_at_the_end_is_told_with_what_stands_before_it() {
        assert_eq!(Name::new("talk-python-021.mp3").number_at_end(), Some(("talk-python-", 21)));
        assert_eq!(Name::new("area 51.mp3").number_at_end(), Some(("area ", 51)));
        assert_eq!(Name::new("021.mp3").number_at_end(), None);
        assert_eq!(Name::new("web2.mp3").number_at_end(), None);
    }

    #[test]
    fn what_stands_after_the_audios_name_is_taken_off_a_transcripts() {
        for name in ["x.vtt", "x.en.vtt", "x.mp3.vtt", "x.mp3.pt-BR.srt", "x-transcript.txt"] {
            assert_eq!(Name::new(name).canonical(), "x", "{name}");
        }
        assert_eq!(Name::new("x-1.0.vtt").canonical(), "x-1.0");
        assert_eq!(Name::new("068_the-__init__.mp3.vtt").canonical(), "068_the-__init__");
    }

    #[test]
    fn only_a_known_ending_is_taken_off() {
        assert_eq!(Name::new("177-flask-goes-1.0.VTT").stem, "177-flask-goes-1.0");
        assert_eq!(Name::new("078_brackets .vtt").stem, "078_brackets");
        assert_eq!(Name::new("a.mp3").kind, Some(Kind::Audio));
        assert_eq!(Name::new("a.pdf").kind, None);
        assert_eq!(Name::new("vtt").kind, None);
    }

    #[test]
    fn marks_are_read_wherever_names_have_them() {
        let marks = |name| Name::new(name).marks();
        assert_eq!(marks("402-polars-v2.vtt").version, 2);
        assert_eq!(marks("402-polars.vtt").version, 0);
        assert!(marks("524-x-no-names.vtt").no_names);
        assert!(!marks("524-no-names-left.vtt").no_names);
        assert!(marks("301-x-youtube.vtt").youtube);
    }
}
