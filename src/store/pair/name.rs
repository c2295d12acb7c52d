//! What the name of a file tells.

use std::collections::BTreeSet;

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

/// Whether `stem` begins with year, month and day, with or without separators.
fn starts_like_date(stem: &str) -> bool {
    let digits: String = stem.chars().filter(|&c| !is_separator(c)).take(8).collect();
    let Ok(date) = digits.parse::<u32>() else { return false };
    let (month, day) = (date / 100 % 100, date % 100);
    stem.bytes().take_while(u8::is_ascii_digit).count() >= 4
        && (19_000_000..22_000_000).contains(&date)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
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
