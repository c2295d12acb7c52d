//! What the name of a file tells.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use super::dates::{date_among, date_at_start};
use super::forms::{count_of, counted, part_at_start};
use super::words::{
    ABOUT, AUDIO, BESIDE, COMMON, DENIALS, LANGUAGES, TRANSCRIPTS, is_language, is_rate,
    is_separator, number_of, ordinal_at_start, plain, season_and_number, split, tells, without_tag,
};

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

impl Identity {
    /// Whether what is this episode cannot be the other: a date says nothing
    /// against a number.
    pub(super) fn differs(self, other: Self) -> bool {
        use Identity::{Date, Number, Part};
        match (self, other) {
            (Date(_), Number(_) | Part(..)) | (Number(_) | Part(..), Date(_)) => false,
            (Number(number), Part(_, part)) | (Part(_, part), Number(number)) => number != part,
            (one, other) => one != other,
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

/// Words for a season.
const SEASONS: &[&str] = &["season", "staffel", "series", "saison", "temporada", "stagione", "s"];

impl Name {
    /// The name, taken apart at its last dot. What is written in several ways
    /// is one name: in capitals, with accents or digits as characters of their
    /// own (NFKC), with or without apostrophes, with several spaces or `%20`.
    pub(super) fn new(name: &str) -> Self {
        let name = plain(name);
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        let stem = stem.trim().to_owned();
        let transcript = || {
            // `talk.chapters.vtt` has another use.
            let rank = TRANSCRIPTS.iter().position(|(known, _)| *known == ending);
            let rank = rank.filter(|_| !stem.ends_with(".chapters"))?;
            let doubtful = TRANSCRIPTS[rank].1;
            Some(Kind::Transcript { rank: u8::try_from(rank).unwrap_or(u8::MAX), doubtful })
        };
        let kind = if AUDIO.contains(&ending) { Some(Kind::Audio) } else { transcript() };
        Self { stem, kind }
    }

    /// A title as if it were a name.
    pub(super) fn of_title(title: &str) -> Self {
        Self { stem: plain(title).trim().to_owned(), kind: None }
    }

    /// The episode number at the start: up to five digits before the end or
    /// a separator. A date (`2026-01-05`) is none, nor is `21.5`.
    pub(super) fn number(&self) -> Option<u32> {
        let (digits, rest) = self.split_number();
        if digits.is_empty() || digits.len() > 5 || date_at_start(&self.stem).is_some() {
            return None;
        }
        if !rest.is_empty() && !rest.starts_with(is_separator) {
            return None;
        }
        let fraction = rest.strip_prefix('.').and_then(|rest| rest.split(is_separator).next());
        if fraction.is_some_and(|fraction| fraction.len() < 3 && number_of(fraction).is_some()) {
            return None;
        }
        digits.parse().ok()
    }

    /// Which episode the name says it is, where it says so plainly: a date or
    /// a number at the start or between dashes (`Show - 21 - PyPy`), `s01e05`,
    /// `1x05`, a number after `episode`, `ep` or `#`, or the only one, if it is
    /// padded and words stand around it (`show-021-pypy`).
    pub(super) fn identity(&self) -> Option<Identity> {
        Some(self.identified()?.0)
    }

    /// Which episode it is, and the words that say so, by their places among
    /// the words of the name.
    fn identified(&self) -> Option<(Identity, Range<usize>)> {
        if let Some((date, rest)) = date_at_start(&self.stem) {
            let said = self.parts().count() - split(rest).count();
            return Some((Identity::Date(date), 0..said));
        }
        if let Some(found) = self.between_dashes() {
            return Some(found);
        }
        if let Some(number) = self.number() {
            return Some((Identity::Number(number), 0..1));
        }
        let parts: Vec<&str> = self.parts().collect();
        if let Some(found) = parts.iter().enumerate().find_map(|(place, part)| {
            let (season, number) = season_and_number(part)?;
            Some((Identity::Part(season, number), place..place + 1))
        }) {
            return Some(found);
        }
        let marked = |marks: &[&str], place: usize| -> Option<(u32, Range<usize>)> {
            let part = parts[place];
            if let Some(number) = marks.iter().find_map(|mark| number_of(part.strip_prefix(mark)?))
            {
                return Some((number, place..place + 1));
            }
            let number = number_of(parts.get(place + 1)?)?;
            marks.contains(&part).then_some((number, place..place + 2))
        };
        let find = |marks: &[&str]| (0..parts.len()).find_map(|place| marked(marks, place));
        let ordinal = || {
            let mut ordinals = parts.iter().enumerate();
            ordinals.find_map(|(place, part)| Some((ordinal_at_start(part)?.0, place)))
        };
        let found = find(&["episode", "épisode", "episodio", "ep", "folge", "e", "no", "nr", "#"])
            .filter(|(_, said)| !matches!(parts[said.start], "e"))
            .or_else(|| ordinal().map(|(number, place)| (number, place..place + 1)))
            .or_else(|| only_padded(&parts));
        let Some((number, said)) = found else {
            let (date, start, end) = date_among(&self.stem, &parts)?;
            return Some((Identity::Date(date), start..end));
        };
        match find(SEASONS) {
            Some((season, before)) if before.end == said.start => {
                Some((Identity::Part(season, number), before.start..said.end))
            }
            _ => Some((Identity::Number(number), said)),
        }
    }

    /// What else says which episode it is: a number behind a date, a date
    /// behind a number. A number that follows a date without more may be the
    /// time of day.
    pub(super) fn identity_beside(&self) -> Option<Identity> {
        let number = |rest: &str| {
            let dashed = rest.strip_prefix(" - ");
            let stem = dashed.unwrap_or(rest).trim_start_matches(is_separator).to_owned();
            let rest = Self { stem, kind: None };
            let own = rest.identity().filter(|_| dashed.is_some() || rest.number().is_none());
            own.filter(|identity| !matches!(identity, Identity::Date(_)))
        };
        match (date_at_start(&self.stem), self.identity()?) {
            (Some((_, rest)), Identity::Date(_)) => number(rest),
            (_, Identity::Date(_)) => None,
            _ => {
                let parts: Vec<&str> = self.parts().collect();
                Some(Identity::Date(date_among(&self.stem, &parts)?.0))
            }
        }
    }

    /// The season, if that is all the name says (`Season 2`, `S02`).
    pub(super) fn season(&self) -> Option<u32> {
        let parts: Vec<&str> = self.parts().collect();
        match parts[..] {
            [word] => SEASONS.iter().find_map(|mark| number_of(word.strip_prefix(mark)?)),
            [mark, number] if SEASONS.contains(&mark) => number_of(number),
            _ => None,
        }
    }

    /// A date or a number, not a year, that stands alone between dashes with
    /// spaces around them, behind words.
    fn between_dashes(&self) -> Option<(Identity, Range<usize>)> {
        let mut before = 0;
        for (place, segment) in self.stem.split(" - ").enumerate() {
            let said = before..before + split(segment).count();
            before = said.end;
            let date = date_at_start(segment).filter(|(_, rest)| rest.is_empty());
            let number = number_of(segment).filter(|number| !(1950..2050).contains(number));
            if place == 0 {
                // `7 - 12 rules`.
                if date.is_some() || number_of(segment).is_some() {
                    return None;
                }
                continue;
            }
            let identity = date.map(|(date, _)| Identity::Date(date));
            if let Some(identity) = identity.or_else(|| number.map(Identity::Number)) {
                return Some((identity, said));
            }
        }
        None
    }

    /// A number at the end, which may be that of the episode and may be part
    /// of its title (`talk-python-021`, `area-51`), with what stands before it.
    pub(super) fn number_at_end(&self) -> Option<(&str, u32)> {
        let parts: Vec<&str> = self.parts().collect();
        let number = match parts[..] {
            // So many of them there are.
            [.., number, "of", all] if number_of(number).is_some() => {
                number_of(all).and(number_of(number))
            }
            [.., last] => number_of(last),
            [] => None,
        }?;
        let digits = |c: char| c.is_ascii_digit();
        let before = self.stem.trim_end_matches(digits);
        (!before.is_empty()).then_some((before, number))
    }

    /// The words before the number of the episode: as a rule those of the show.
    pub(super) fn show(&self) -> BTreeSet<&str> {
        let before = match self.identified() {
            Some((_, said)) => self.parts().take(said.start).collect::<Vec<_>>(),
            None => {
                self.number_at_end().map(|(before, _)| split(before).collect()).unwrap_or_default()
            }
        };
        before
            .into_iter()
            .filter(|word| {
                *word != "#" && !COMMON.contains(word) && !["show", "podcast"].contains(word)
            })
            .collect()
    }

    /// What stands behind the numbers of a disc and of a track on it (`1-05 The
    /// Letter`).
    pub(super) fn title_behind_track(&self) -> Option<String> {
        let (disc, rest) = self.stem.split_once('-')?;
        let (track, title) = rest.split_at_checked(2)?;
        let numbers = disc.len() == 1 && number_of(disc).and(number_of(track)).is_some();
        (numbers && title.starts_with(is_separator)).then(|| Self::of_title(title).title())
    }

    /// The name as a title: its words in order, without what says which episode
    /// it is and without what says how it was made.
    pub(super) fn title(&self) -> String {
        counted(&self.content().collect::<Vec<&str>>()).join(" ")
    }

    /// What stands behind what says which episode it is, where a show's name
    /// may stand before that.
    pub(super) fn title_behind(&self) -> Option<String> {
        let (_, said) = self.identified().filter(|(_, said)| said.start > 0)?;
        let behind: Vec<&str> =
            self.parts().skip(said.end).filter(|word| *word != "#").filter(tells).collect();
        Some(counted(&behind).join(" "))
    }

    /// All words of the name in order, its number among them.
    pub(super) fn whole_title(&self) -> String {
        let words: Vec<&str> = self.parts().filter(|word| *word != "#").filter(tells).collect();
        counted(&words).join(" ")
    }

    /// The words beside what says which episode it is, without those of
    /// [`Name::marks`], and without those that any two titles may share if it
    /// has others.
    pub(super) fn words(&self) -> BTreeSet<&str> {
        let telling: BTreeSet<&str> =
            self.content().filter(|word| !COMMON.contains(word)).collect();
        if telling.is_empty() { self.content().collect() } else { telling }
    }

    /// Which episode it is, if what says so stands before everything else.
    pub(super) fn identity_at_start(&self) -> Option<Identity> {
        let (identity, said) = self.identified()?;
        (said.start == 0).then_some(identity)
    }

    /// Whether nothing in the names speaks against both being of one episode:
    /// neither has words or numbers instead of the other's.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        fn within<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> bool {
            one.is_subset(other) || other.is_subset(one)
        }
        let numbers =
            |name: &Self| -> BTreeSet<u32> { name.parts().filter_map(number_of).collect() };
        let (one, two) = (numbers(self), numbers(other));
        // `why not rust` is the answer to `why rust`.
        let denies = |name: &Self| name.parts().any(|word| DENIALS.contains(&word));
        // `🐶` is not `🐱`, although neither has a word.
        let is_wordless = |name: &Self| name.parts().next().is_none();
        let as_signs = || self.stem == other.stem || !is_wordless(self) || !is_wordless(other);
        as_signs()
            && denies(self) == denies(other)
            && (one.is_empty() || two.is_empty() || one == two)
            && within(&self.words(), &other.words())
            && !self.apart().differ(&other.apart())
    }

    fn content(&self) -> impl Iterator<Item = &str> {
        let said = self.identified().map(|(_, said)| said).unwrap_or_default();
        let parts = self.parts().enumerate();
        let others = parts.filter(move |(place, _)| !said.contains(place)).map(|(_, part)| part);
        others.filter(|word| *word != "#").filter(tells)
    }

    /// Whether words stand before, and whether words stand after what says which
    /// episode it is.
    pub(super) fn sides(&self) -> (bool, bool) {
        let said = self.identified().map(|(_, said)| said).unwrap_or_default();
        let tells = |part: &&str| *part != "#" && tells(part);
        let before = self.parts().take(said.start).filter(tells).count();
        let all = self.content().count();
        (before > 0, all > before)
    }

    /// What tells two of one series apart: the numbers in the title, and that
    /// it is a part or something beside the episode itself.
    pub(super) fn apart(&self) -> Apart<'_> {
        let words: Vec<&str> = self.content().collect();
        let part = (0..words.len()).find_map(|place| part_at_start(&words[place..]));
        let at_end = words.last().filter(|last| ["ii", "iii", "iv"].contains(last));
        Apart {
            numbers: words.iter().filter_map(|word| number_of(word)).collect(),
            beside: words.iter().copied().filter(|word| BESIDE.contains(word)).collect(),
            part: part.map(|(part, _)| part).or_else(|| count_of(at_end?)),
        }
    }

    /// Whether both may be names of versions of one transcript: more than half
    /// of the words of one are among those of the other, and nothing tells them
    /// apart.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let (one, two) = (self.words(), other.words());
        2 * one.intersection(&two).count() > one.len().min(two.len())
            && !self.apart().differ(&other.apart())
    }

    /// The name without how many kilobits a second has, where it ends so
    /// (`walrus-128k`, `walrus (64kbps)`).
    pub(super) fn without_rate(&self) -> Option<&str> {
        let stem = self.stem.trim_end_matches([')', ']']);
        let is_edge = |c: char| is_separator(c) || "([".contains(c);
        let (rest, last) = stem.rsplit_once(is_edge)?;
        let rest = rest.trim_end_matches(is_edge);
        (is_rate(last) && !rest.is_empty()).then_some(rest)
    }

    /// The name without the audio's ending, the language and the word
    /// `transcript` that a transcript's may have after that of its audio.
    pub(super) fn canonical(&self) -> &str {
        const TAGS: &[&str] =
            &["-transcript", "_transcript", " transcript", ".transcript", "_otter_ai"];
        let mut stem = self.stem.as_str();
        for _ in 0..4 {
            let shorter = TAGS
                .iter()
                .find_map(|tag| stem.strip_suffix(tag))
                .or_else(|| without_tag(stem))
                .map(str::trim_end)
                .map(|rest| rest.strip_suffix(" -").map_or(rest, str::trim_end));
            let Some(shorter) = shorter.filter(|shorter| !shorter.is_empty()) else { break };
            stem = shorter;
        }
        stem
    }

    /// The language at the end of the name: 0 for none, 1 for English, 2 for
    /// any other.
    pub(super) fn language(&self) -> u8 {
        let mut stem = self.stem.as_str();
        while let Some(rest) = without_tag(stem) {
            let tag = stem[rest.len()..].trim_matches(|c: char| !c.is_alphanumeric());
            if tag == "english" || tag == "eng" || tag.split(['-', '_']).next() == Some("en") {
                return 1;
            }
            if is_language(tag) || LANGUAGES.contains(&tag) {
                return 2;
            }
            stem = rest;
        }
        0
    }

    /// Whether the name says that it holds what is said about an episode, not
    /// in it; of a text or JSON that may be.
    pub(super) fn is_about(&self) -> bool {
        let doubtful = matches!(self.kind, Some(Kind::Transcript { doubtful: true, .. }));
        doubtful && self.parts().last().is_some_and(|last| ABOUT.contains(&last))
    }

    /// Whether the name says that it is a transcript; of a text that may be
    /// one, without times.
    pub(super) fn says_transcript(&self) -> bool {
        self.parts().any(|part| part == "transcript")
    }

    /// The name cut at separators; `#` is a part of its own.
    fn parts(&self) -> impl Iterator<Item = &str> {
        split(&self.stem)
    }

    /// Whether nothing stands after the number.
    pub(super) fn is_bare(&self) -> bool {
        self.content().next().is_none()
    }

    /// What the name says of how the transcript was made.
    pub(super) fn marks(&self) -> Marks {
        let words: Vec<&str> = self.parts().collect();
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

/// The only number among `parts`, if it has a zero before it and words stand
/// around it.
fn only_padded(parts: &[&str]) -> Option<(u32, Range<usize>)> {
    let mut numbers = parts.iter().enumerate().filter(|(_, part)| number_of(part).is_some());
    let (place, number) = numbers.next().filter(|(_, number)| number.len() > 1)?;
    let inside = place > 0 && place + 1 < parts.len() && numbers.next().is_none();
    (inside && number.starts_with('0')).then_some((number_of(number)?, place..place + 1))
}

/// What tells two of one series apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Apart<'a> {
    numbers: BTreeSet<u32>,
    beside: BTreeSet<&'a str>,
    part: Option<u32>,
}

impl Apart<'_> {
    /// Takes out a number that says which episode it is.
    pub(super) fn forget(&mut self, number: u32) {
        self.numbers.remove(&number);
    }

    /// Whether what is called so and what is called as `other` cannot be the
    /// same: other parts, other years, an episode and its trailer.
    pub(super) fn differ(&self, other: &Self) -> bool {
        self.beside != other.beside
            || self.part != other.part
            || !self.numbers.is_subset(&other.numbers) && !other.numbers.is_subset(&self.numbers)
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
            ("show #21 pypy.mp3", Some(Number(21))),
            ("what c# is.mp3", None),
            ("2x05 pypy.mp3", Some(Part(2, 5))),
            ("season 2 episode 5.mp3", Some(Part(2, 5))),
            ("the x1 files.mp3", None),
            ("21.5.mp3", None),
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
