//! Which of several names is that of the transcript: names in, a decision and
//! its reason out.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

use super::name::{Identity, Kind, Name};
use crate::model::order::sort_by_key;

/// Why a transcript was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is called as the audio is.
    SameName,
    /// It has the same title.
    SameTitle,
    /// It has the same id of a video.
    SameVideo,
    /// One of the two names is the other, cut short.
    CutShort,
    /// Its name says that it is the same episode.
    Same(Identity),
    /// There is one transcript and one audio file.
    OnlyTranscript,
    /// No other of those left is as long.
    SameLength,
    /// The listener said so.
    ByHand,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameName => f.write_str("same name"),
            Self::SameTitle => f.write_str("same title"),
            Self::SameVideo => f.write_str("same id of a video"),
            Self::CutShort => f.write_str("same name, cut short"),
            Self::Same(identity) => write!(f, "same {identity}"),
            Self::OnlyTranscript => f.write_str("the only transcript in the folder"),
            Self::SameLength => f.write_str("the only one left of this length"),
            Self::ByHand => f.write_str("paired by hand"),
        }
    }
}

/// A name by its place: which folder, and which of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) folder: usize,
    pub(super) entry: usize,
}

/// Rules that are weaker than the name look into at most this many files to
/// see whether they are transcripts.
const LOOKS: usize = 50;

/// Texts that lie about in folders.
pub(super) const NOT_TRANSCRIPTS: &[&str] = &["readme", "license", "licence", "copying", "robots"];

/// The transcript of the audio called `audio` among `folders`, the likeliest
/// first: the first is that of the audio, the second lies in it. The first
/// rule that finds one decides, whatever the order of the names: the same
/// name, the same number, the only one.
///
/// `is_transcript` is asked where a name alone does not tell (`.txt`,
/// `.json`). `O(n log n)`.
pub(super) fn choose(
    audio: &str,
    folders: &[Vec<String>],
    is_transcript: impl Fn(Spot) -> bool,
) -> Option<(Spot, Reason)> {
    // Such files are of the system's making: `._talk.vtt` stands for an icon.
    let hidden = |name: &str| name.starts_with('.') && !audio.starts_with('.');
    let audio = Name::new(audio);
    let mut files = Vec::new();
    for (folder, names) in folders.iter().enumerate() {
        for (entry, whole) in names.iter().enumerate().filter(|(_, whole)| !hidden(whole)) {
            let name = Name::new(whole);
            let Some(kind) = name.kind else { continue };
            // `talk.chapters.vtt` has another use.
            if kind != Kind::Audio && name.stem.ends_with(".chapters") {
                continue;
            }
            files.push(File { whole, name, kind, spot: Spot { folder, entry } });
        }
    }
    let is_transcript = |file: &File| !file.is_doubtful() || is_transcript(file.spot);
    let same_name = || same_name(&audio, &files, &is_transcript);
    let same_number = || same_number(&audio, &files, &is_transcript);
    let only = || only_transcript(&audio, &files, &is_transcript);
    same_name().or_else(same_number).or_else(only)
}

/// One name that may matter.
struct File<'a> {
    whole: &'a str,
    name: Name,
    kind: Kind,
    spot: Spot,
}

impl File<'_> {
    /// How good its kind is, the smaller the better; `None` for audio.
    fn rank(&self) -> Option<u8> {
        match self.kind {
            Kind::Transcript { rank, .. } => Some(rank),
            Kind::Audio => None,
        }
    }

    fn is_doubtful(&self) -> bool {
        matches!(self.kind, Kind::Transcript { doubtful: true, .. })
    }
}

/// The transcripts among `files` that the weaker rules may take.
fn likely<'a>(files: &'a [File<'a>]) -> impl Iterator<Item = (u8, &'a File<'a>)> {
    files
        .iter()
        .filter(|file| !NOT_TRANSCRIPTS.contains(&file.name.stem.as_str()))
        .filter_map(|file| Some((file.rank()?, file)))
}

fn same_name(
    audio: &Name,
    files: &[File<'_>],
    is_transcript: &impl Fn(&File<'_>) -> bool,
) -> Option<(Spot, Reason)> {
    let mut found: Vec<_> = files
        .iter()
        .filter_map(|file| {
            let addition = addition(file.name.stem.strip_prefix(&audio.stem)?)?;
            Some(((file.rank()?, addition, file.spot.folder, file.whole), file))
        })
        .collect();
    sort_by_key(&mut found, |(key, _)| *key);
    let files = || found.iter().map(|(_, file)| file);
    // Called as the audio is, a text is taken even if it has no times.
    let best = files().take(LOOKS).find(|file| is_transcript(file)).or(files().next())?;
    Some((best.spot, Reason::SameName))
}

/// What a transcript's name may have after the audio's, the smaller the
/// better; `None` if it is the name of something else.
fn addition(rest: &str) -> Option<u8> {
    if rest.is_empty() {
        return Some(0);
    }
    let tag = without_audio_ending(rest).unwrap_or(rest);
    match tag {
        "" => Some(1),
        ".transcript" | "-transcript" | "_transcript" | " transcript" => Some(2),
        _ => language(tag.strip_prefix('.')?),
    }
}

/// What stands after `.mp3` or the like at the start of `rest`.
fn without_audio_ending(rest: &str) -> Option<&str> {
    let ending = rest.strip_prefix('.')?;
    let end = 1 + ending.find('.').unwrap_or(ending.len());
    (Name::new(&rest[..end]).kind == Some(Kind::Audio)).then_some(&rest[end..])
}

/// The place of a language tag (BCP 47: `en`, `pt-br`) among others: English,
/// then the rest.
fn language(tag: &str) -> Option<u8> {
    let (language, region) = tag.split_once(['-', '_']).unwrap_or((tag, "any"));
    let is_language =
        (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_region =
        (2..=8).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_language && is_region).then_some(if language == "en" { 3 } else { 4 })
}

fn same_number(
    audio: &Name,
    files: &[File<'_>],
    is_transcript: &impl Fn(&File<'_>) -> bool,
) -> Option<(Spot, Reason)> {
    let number = audio.number()?;
    let words = audio.words();
    let mut found: Vec<_> = likely(files)
        .filter(|(_, file)| file.name.number() == Some(number))
        .map(|(rank, file)| {
            let name = &file.name;
            let marks = name.marks();
            let key = (
                Reverse(name.words().intersection(&words).count()),
                marks.youtube,
                marks.no_names,
                Reverse(marks.version),
                name.is_bare(),
                rank,
                file.spot.folder,
                Reverse(file.whole.len()),
                file.whole,
            );
            (key, file)
        })
        .collect();
    sort_by_key(&mut found, |(key, _)| *key);
    let (_, best) = found.iter().take(LOOKS).find(|(_, file)| is_transcript(file))?;
    Some((best.spot, Reason::Same(Identity::Number(number))))
}

fn only_transcript(
    audio: &Name,
    files: &[File<'_>],
    is_transcript: &impl Fn(&File<'_>) -> bool,
) -> Option<(Spot, Reason)> {
    let own = |file: &&File<'_>| file.spot.folder == 0 && file.kind == Kind::Audio;
    if files.iter().filter(own).any(|file| file.name.stem != audio.stem) {
        return None;
    }
    // The nearest folder that has any decides.
    let in_folder = |folder| {
        let (sure, doubtful): (Vec<_>, Vec<_>) = likely(files)
            .filter(|(_, file)| file.spot.folder == folder)
            .partition(|(_, file)| !file.is_doubtful());
        if doubtful.len() > LOOKS || stems(&sure).len() > 1 {
            return sure.into_iter().chain(doubtful).collect();
        }
        let looked_at = doubtful.into_iter().filter(|(_, file)| is_transcript(file));
        sure.into_iter().chain(looked_at).collect::<Vec<_>>()
    };
    let mut found = [0, 1].into_iter().map(in_folder).find(|found| !found.is_empty())?;
    if stems(&found).len() > 1 {
        return None;
    }
    sort_by_key(&mut found, |(rank, file)| (*rank, file.whole));
    let (_, best) = found.first()?;
    let numbers = (audio.number(), best.name.number());
    let differ = matches!(numbers, (Some(audio), Some(other)) if audio != other);
    (!differ).then_some((best.spot, Reason::OnlyTranscript))
}

fn stems<'a>(files: &[(u8, &'a File<'a>)]) -> BTreeSet<&'a str> {
    files.iter().map(|(_, file)| file.name.stem.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is chosen among `names`, all in the folder of `audio`; a name with
    /// `untimed` in it turns out to be no transcript.
    fn chosen<'a>(audio: &str, names: &[&'a str]) -> Option<(&'a str, Reason)> {
        let mut entries: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        entries.push(audio.to_owned());
        let pick = |entries: &[String]| {
            let untimed = |spot: Spot| !entries[spot.entry].contains("untimed");
            let (spot, reason) = choose(audio, &[entries.to_vec()], untimed)?;
            Some((entries[spot.entry].clone(), reason))
        };
        let found = pick(&entries);
        entries.reverse();
        assert_eq!(pick(&entries), found, "the order of the names does not matter");
        let (name, reason) = found?;
        Some((names.iter().find(|other| **other == name).unwrap(), reason))
    }

    const NAME: Reason = Reason::SameName;
    const ONLY: Reason = Reason::OnlyTranscript;

    #[test]
    fn the_same_name_comes_first_and_the_best_format_of_it() {
        let names = ["21-x.txt", "21-x.json", "21-x.srt", "21-x.vtt", "21-x-v2.vtt", "21-x.lrc"];
        assert_eq!(chosen("21-x.mp3", &names), Some(("21-x.vtt", NAME)));
        assert_eq!(chosen("21-x.mp3", &names[..3]), Some(("21-x.srt", NAME)));
        assert_eq!(chosen("21-x.mp3", &names[..2]), Some(("21-x.json", NAME)));
        assert_eq!(chosen("21-x.mp3", &["21-x.lrc", "21-x.txt"]), Some(("21-x.txt", NAME)));
        assert_eq!(chosen("21-x.mp3", &["21-x.lrc", "other.vtt"]), Some(("21-x.lrc", NAME)));
    }

    #[test]
    fn the_same_name_may_have_the_audios_ending_a_language_or_say_transcript() {
        for name in ["x.mp3.vtt", "x.en.vtt", "x.pt-BR.srt", "x.zh_Hans.vtt", "x.mp3.en.vtt"] {
            assert_eq!(chosen("x.mp3", &[name, "other.vtt"]), Some((name, NAME)), "{name}");
        }
        for name in ["x.transcript.json", "x-transcript.txt", "X.VTT"] {
            assert_eq!(chosen("x.mp3", &[name, "other.vtt"]), Some((name, NAME)), "{name}");
        }
        for name in ["x2.vtt", "xé.vtt", "x-ray.vtt", "x.info.json", "x.part.2.vtt", "xen.vtt"] {
            assert_eq!(chosen("x.mp3", &[name, "other.vtt"]), None, "{name}");
        }
    }

    #[test]
    fn a_plain_name_comes_before_a_language_and_english_before_others() {
        let names = ["x.de.vtt", "x.en.vtt", "x.mp3.vtt", "x.vtt"];
        assert_eq!(chosen("x.mp3", &names), Some(("x.vtt", NAME)));
        assert_eq!(chosen("x.mp3", &names[..3]), Some(("x.mp3.vtt", NAME)));
        assert_eq!(chosen("x.mp3", &names[..2]), Some(("x.en.vtt", NAME)));
    }

    #[test]
    fn of_two_with_the_same_name_the_one_with_times_is_taken() {
        let names = ["untimed.json", "untimed.srt"];
        assert_eq!(chosen("untimed.mp3", &names), Some(("untimed.srt", NAME)));
        assert_eq!(chosen("untimed.mp3", &names[..1]), Some(("untimed.json", NAME)));
    }

    #[test]
    fn the_same_number_pairs_other_names() {
        let names = ["020_No.vtt", "021_PyPy_speed.vtt", "210_No.vtt", "x21.vtt"];
        let expected = Some(("021_PyPy_speed.vtt", Reason::Same(Identity::Number(21))));
        for audio in ["021-pypy.mp3", "21-pypy.mp3", "21.mp3", "0021 x.m4a", "21_.ogg"] {
            assert_eq!(chosen(audio, &names), expected, "{audio}");
        }
        assert_eq!(chosen("pypy.mp3", &names), None);
        assert_eq!(chosen("22-x.mp3", &names), None);
    }

    #[test]
    fn of_several_with_the_same_number_the_fuller_is_taken() {
        for (audio, better, worse) in [
            ("524-ai.mp3", "524-ai-in-class.vtt", "524-ai-in-class-no-names.vtt"),
            ("402-p.mp3", "402-polars-v2.vtt", "402-polars.vtt"),
            ("402-p.mp3", "402-polars-v10.vtt", "402-polars-v9.vtt"),
            ("551-walk.mp3", "551-a-stroll.vtt", "551.vtt"),
            ("551-walk.mp3", "551-a-stroll.txt", "551.vtt"),
            ("301-x.mp3", "301-deploy.vtt", "301-deploy-youtube.vtt"),
            ("301-x.mp3", "301-deploy.vtt", "301-deploy.txt"),
            ("301-x.mp3", "301-deploy.vtt", "301-untimed-deploy.json"),
            ("301-x.mp3", "301-deploy.vtt", "301.vtt"),
            ("021-pypy.mp3", "021_PyPy.vtt", "021-another-show-of-that-number.vtt"),
        ] {
            let expected = Some((better, Name::new(audio).number().unwrap()));
            let found = chosen(audio, &[worse, better]);
            let found = found.map(|(name, reason)| match reason {
                Reason::Same(Identity::Number(number)) => (name, number),
                other => panic!("{audio}: {other}"),
            });
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_number_alone_does_not_make_a_text_a_transcript() {
        assert_eq!(chosen("21-x.mp3", &["021_untimed.txt"]), None);
        let timed = Some(("021_links.txt", Reason::Same(Identity::Number(21))));
        assert_eq!(chosen("21-x.mp3", &["021_links.txt"]), timed);
    }

    #[test]
    fn episodes_named_by_date_are_not_taken_for_one_another() {
        assert_eq!(chosen("2026-01-05-x.mp3", &["2026-01-06-y.vtt", "2026-01-07-z.vtt"]), None);
    }

    #[test]
    fn the_only_transcript_belongs_to_the_only_audio() {
        assert_eq!(chosen("talk.mp3", &["words.vtt"]), Some(("words.vtt", ONLY)));
        assert_eq!(chosen("talk.mp3", &["words.vtt", "words.txt"]), Some(("words.vtt", ONLY)));
        assert_eq!(chosen("talk.mp3", &["words.vtt", "talk.m4a"]), Some(("words.vtt", ONLY)));
        assert_eq!(chosen("21-talk.mp3", &["words.vtt"]), Some(("words.vtt", ONLY)));
        assert_eq!(chosen("talk.mp3", &["words.vtt", "more.vtt"]), None);
        assert_eq!(chosen("talk.mp3", &["words.vtt", "other.mp3"]), None);
        assert_eq!(chosen("21-talk.mp3", &["22-words.vtt"]), None);
        assert_eq!(chosen("talk.mp3", &[]), None);
    }

    #[test]
    fn chapters_are_no_transcript() {
        for name in ["talk.chapters.vtt", "talk.chapters.txt", "x.Chapters.json"] {
            assert_eq!(chosen("talk.mp3", &[name]), None, "{name}");
            let with_one = chosen("talk.mp3", &[name, "words.vtt"]);
            assert_eq!(with_one, Some(("words.vtt", ONLY)), "{name}");
        }
    }

    #[test]
    fn what_lies_about_in_folders_is_no_transcript() {
        let litter = ["README.txt", "LICENSE.txt", "robots.txt", "untimed.json", "._words.vtt"];
        assert_eq!(chosen("talk.mp3", &litter), None);
        let with_one: Vec<&str> = litter.into_iter().chain(["words.vtt"]).collect();
        assert_eq!(chosen("talk.mp3", &with_one), Some(("words.vtt", ONLY)));
        assert_eq!(chosen("readme.mp3", &litter), Some(("README.txt", NAME)));
    }

    #[test]
    fn a_stronger_rule_in_a_farther_folder_comes_before_a_weaker_in_a_nearer() {
        let folders = [
            vec!["21-x.mp3".to_owned(), "words.vtt".to_owned()],
            vec![],
            vec!["021_x.vtt".to_owned()],
        ];
        let (spot, reason) = choose("21-x.mp3", &folders, |_| true).unwrap();
        assert_eq!((spot.folder, reason), (2, Reason::Same(Identity::Number(21))));
    }

    #[test]
    fn the_only_transcript_of_a_neighbours_folder_is_not_taken() {
        let words = vec!["words.vtt".to_owned()];
        let within = [vec!["talk.mp3".to_owned()], words.clone(), vec![]];
        assert!(choose("talk.mp3", &within, |_| true).is_some());
        let beside = [vec!["talk.mp3".to_owned()], vec![], words];
        assert_eq!(choose("talk.mp3", &beside, |_| true), None);
    }

    #[test]
    fn a_folder_full_of_texts_is_not_read_through() {
        let names: Vec<String> = (0..10_000).map(|number| format!("21-{number}.txt")).collect();
        for audio in ["21-talk.mp3", "talk.mp3"] {
            let looks = std::cell::Cell::new(0);
            let found = choose(audio, std::slice::from_ref(&names), |_| {
                looks.set(looks.get() + 1);
                false
            });
            assert_eq!(found, None);
            assert!(looks.get() <= LOOKS, "{audio}: {} files were opened", looks.get());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_names_give_a_transcript_or_none(
            audio in "[0-9a. \\-]{0,6}(\\.mp3)?",
            names in proptest::collection::vec("[0-9aé. \\-]{0,6}\\.(vtt|txt|mp3|en.srt)", 0..6),
        ) {
            if let Some((spot, _)) = choose(&audio, std::slice::from_ref(&names), |_| true) {
                proptest::prop_assert!(!names[spot.entry].ends_with("mp3"));
            }
        }
    }
}
