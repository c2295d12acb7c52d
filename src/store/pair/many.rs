//! Pairs whole folders: files in, episodes out. Pure: what is asked of a file
//! (its name, its length) has been found out before.
//!
//! Transcripts that are versions of one another are put into groups first, so
//! that one episode takes all of them and no other episode gets any. Then
//! every audio file claims a group, the best claim of all first. A claim that
//! is no better than another is kept, and said to be doubtful.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use super::choose::Reason;
use super::grounds::{Confidence, Doubt, Grounds};
use super::groups::{File, Group, Recording, are_alike, groups, recordings};
use super::name::Identity;
use crate::model::MediaTime;

/// A file that may belong to an episode.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// How long the audio is, or when the last cue ends; `None` if unknown.
    pub length: Option<MediaTime>,
    /// Which episode its tags say it is.
    pub tagged: Option<u32>,
}

/// Files that belong together, by their places in what was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouped {
    /// The audio; `None` for a transcript that can only be read.
    pub audio: Option<usize>,
    /// The transcript that is shown; `None` if none was found.
    pub transcript: Option<usize>,
    /// Other versions of the transcript.
    pub others: Vec<usize>,
    /// Why audio and transcript belong together, where there are both.
    pub grounds: Option<Grounds>,
}

/// The episodes that `pieces` are parts of. Pieces of which neither name nor
/// content is that of audio or a transcript must not be among them.
///
/// `by_hand` says for some audio which transcript the listener wants for it,
/// or that there is none; nothing else gets that transcript.
///
/// `O(n log n)` for names as listeners have them.
pub fn pair_all(pieces: &[Piece<'_>], by_hand: &BTreeMap<usize, Option<usize>>) -> Vec<Grouped> {
    let mut files: Vec<File<'_>> = pieces.iter().enumerate().filter_map(File::new).collect();
    // So that the order in which a folder lists its files decides nothing.
    files.sort_by(|one, other| (&one.folder, &one.whole).cmp(&(&other.folder, &other.whole)));
    let wanted: BTreeSet<usize> = by_hand.values().copied().flatten().collect();
    let (decided, open): (Vec<&File<'_>>, Vec<&File<'_>>) = files
        .iter()
        .partition(|file| by_hand.contains_key(&file.index) || wanted.contains(&file.index));
    let mut episodes = pair_open(&open);
    take_decided(&mut episodes, &files, &decided, by_hand);
    episodes
}

/// Adds the episodes that the listener decided on, with what is left of the
/// versions of their transcripts.
fn take_decided(
    episodes: &mut Vec<Grouped>,
    files: &[File<'_>],
    decided: &[&File<'_>],
    by_hand: &BTreeMap<usize, Option<usize>>,
) {
    let mut given = BTreeSet::new();
    for (&audio, &transcript) in by_hand {
        let mut episode = Grouped { audio: Some(audio), ..Grouped::default() };
        // Of two that want the same transcript the first gets it.
        if let Some(transcript) = transcript.filter(|wanted| given.insert(*wanted)) {
            episode.transcript = Some(transcript);
            episode.grounds = Some(Grounds {
                reason: Reason::ByHand,
                length_fits: None,
                doubt: None,
                confidence: Confidence::Certain,
            });
            let own = decided.iter().find(|file| file.index == transcript);
            let is_version = |other: &Grouped| {
                let best = files.iter().find(|file| Some(file.index) == other.transcript);
                other.audio.is_none()
                    && own.zip(best).is_some_and(|(own, best)| own.is_version_of(best))
            };
            for other in episodes.extract_if(.., |other| is_version(other)) {
                episode.others.extend(other.transcript.into_iter().chain(other.others));
            }
        }
        episodes.push(episode);
    }
}

/// The episodes of files of which the listener said nothing: in the order of
/// their audio, then those of transcripts alone.
fn pair_open(files: &[&File<'_>]) -> Vec<Grouped> {
    let (audio, transcripts): (Vec<&File<'_>>, Vec<&File<'_>>) =
        files.iter().partition(|file| file.rank.is_none());
    let recordings = recordings(&audio);
    let groups = groups(&transcripts, &audio);
    let mut claims = claims(&recordings, &groups);
    claims.sort_by_key(|claim| claim.key);
    let mut of_audio = vec![Vec::new(); recordings.len()];
    let mut of_group = vec![Vec::new(); groups.len()];
    for (place, claim) in claims.iter().enumerate() {
        of_audio[claim.audio].push(place);
        of_group[claim.group].push(place);
    }
    let mut given = Given::new(recordings.len(), groups.len());
    for claim in &claims {
        if given.of_audio[claim.audio].is_none() && given.of_group[claim.group].is_none() {
            let rivals = of_audio[claim.audio].iter().chain(&of_group[claim.group]);
            let grounds = claim.grounds(rivals.map(|&place| &claims[place]));
            given.take(claim.audio, claim.group, grounds);
        }
    }
    only_ones(&recordings, &groups, &mut given);
    episodes(&recordings, &groups, &given)
}

/// An audio file's claim to a group.
struct Claim {
    audio: usize,
    group: usize,
    reason: Reason,
    length_fits: Option<bool>,
    /// Whether nothing but a number speaks for it that may mean another show.
    weak: bool,
    key: Key,
}

/// The smaller, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    length_is_off: bool,
    video: bool,
    rule: u8,
    fewer_words: Reverse<usize>,
    distance: usize,
    length_is_unknown: bool,
}

impl Claim {
    /// Why this claim was granted, and how sure that is; `rivals` are all
    /// claims by the same audio or to the same group, itself among them.
    fn grounds<'a>(&self, rivals: impl Iterator<Item = &'a Self>) -> Grounds {
        let mut equal = rivals.filter(|other| other.key == self.key);
        let contested =
            equal.find_map(|other| match (other.audio == self.audio, other.group == self.group) {
                (true, false) => Some(Doubt::OtherTranscript),
                (false, _) => Some(Doubt::OtherAudio),
                (true, true) => None,
            });
        let doubt = match self.length_fits {
            Some(false) => Some(Doubt::Length),
            _ if self.key.video && self.key.rule > 1 => Some(Doubt::Video),
            None if self.key.video => Some(Doubt::Video),
            _ => contested.or(self.weak.then_some(Doubt::Weak)),
        };
        let confidence = match doubt {
            Some(_) => Confidence::Doubtful,
            None if self.key.rule == 0 || self.length_fits == Some(true) => Confidence::Certain,
            None => Confidence::Likely,
        };
        Grounds { reason: self.reason, length_fits: self.length_fits, doubt, confidence }
    }
}

/// Whether a transcript whose last cue ends at `last` can be that of audio of
/// this length: music may stand after the last word, but no word after the
/// audio.
fn fits(audio: Option<MediaTime>, last: Option<MediaTime>) -> Option<bool> {
    let (audio, last) = (audio?.as_secs_f64(), last?.as_secs_f64());
    Some(last <= audio + (audio * 0.02).max(10.0) && last >= audio * 0.75 - 60.0)
}

/// Whether they are so much alike that few other episodes have such a length.
fn fits_closely(audio: Option<MediaTime>, last: Option<MediaTime>) -> bool {
    let (Some(audio), Some(last)) = (audio, last) else { return false };
    (-10.0..=120.0).contains(&(audio.as_secs_f64() - last.as_secs_f64()))
}

/// Every claim that something speaks for.
fn claims(recordings: &[Recording<'_>], groups: &[Group<'_>]) -> Vec<Claim> {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_title: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_identity: HashMap<Identity, Vec<usize>> = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        let mut names = BTreeSet::new();
        let mut titles = BTreeSet::new();
        for file in &group.files {
            names.extend([file.name.stem.as_str(), file.name.canonical()]);
            titles.extend([file.name.title(), file.name.whole_title()]);
        }
        for name in names {
            by_name.entry(name).or_default().push(index);
        }
        for title in titles.into_iter().filter(|title| is_telling(title)) {
            by_title.entry(title).or_default().push(index);
        }
        if let Some(identity) = group.identity {
            by_identity.entry(identity).or_default().push(index);
        }
    }
    let mut claims = Vec::new();
    for (audio, recording) in recordings.iter().enumerate() {
        let name = &recording.file.name;
        let mut seen = HashSet::new();
        let mut claim = |rule, reason, found: Option<&Vec<usize>>| {
            for &group in found.into_iter().flatten() {
                if seen.insert(group) {
                    claims.extend(weigh(audio, recording, group, &groups[group], rule, reason));
                }
            }
        };
        claim(0, Reason::SameName, by_name.get(name.stem.as_str()));
        for title in [name.title(), name.whole_title()] {
            claim(1, Reason::SameTitle, by_title.get(&title));
        }
        if let Some(identity) = recording.file.identity {
            claim(2, Reason::Same(identity), by_identity.get(&identity));
        }
        if let Some(Ok(number) | Err(number)) = recording.at_end {
            let identity = Identity::Number(number);
            let rule = if recording.at_end == Some(Ok(number)) { 3 } else { 4 };
            claim(rule, Reason::Same(identity), by_identity.get(&identity));
        }
    }
    claims
}

/// Whether a title is more than a word that many episodes may have.
fn is_telling(title: &str) -> bool {
    title.contains(' ') || title.chars().count() >= 8
}

/// The claim of `recording` to `group`; `None` if more speaks against it than
/// for it.
fn weigh(
    audio: usize,
    recording: &Recording<'_>,
    index: usize,
    group: &Group<'_>,
    rule: u8,
    reason: Reason,
) -> Option<Claim> {
    let file = recording.file;
    let distance = group.files.iter().map(|other| file.distance(other)).min()?;
    let length = group.files.iter().find_map(|other| other.length);
    let length_fits = fits(file.length, length);
    // The words before a series' numbers are those of the show, and those of a
    // name whose number is in the tags may be anything.
    let tagged = rule == 2 && file.name.identity().is_none();
    let words = if rule == 3 || tagged { BTreeSet::new() } else { file.name.words() };
    let shared = words.intersection(&group.words).count();
    let far = distance > 1;
    // The same number and no word alike may be another show's.
    let strange = shared == 0 && (far || !words.is_empty() && !group.words.is_empty());
    let differ =
        file.identity.is_some() && group.identity.is_some() && file.identity != group.identity;
    let weak = match rule {
        0 => far && file.name.is_bare(),
        1 => differ,
        2 | 3 => strange,
        _ => shared == 0,
    };
    let weak = weak && !fits_closely(file.length, length);
    let hopeless = match length_fits {
        Some(fits) => !fits && (far || rule == 4),
        None => distance > 4,
    };
    if weak && hopeless {
        return None;
    }
    let key = Key {
        length_is_off: length_fits == Some(false),
        video: group.video,
        rule,
        fewer_words: Reverse(shared),
        distance,
        length_is_unknown: length_fits.is_none(),
    };
    Some(Claim { audio, group: index, reason, length_fits, weak, key })
}

/// What was given to whom.
struct Given {
    of_audio: Vec<Option<(usize, Grounds)>>,
    of_group: Vec<Option<usize>>,
}

impl Given {
    fn new(audio: usize, groups: usize) -> Self {
        Self { of_audio: vec![None; audio], of_group: vec![None; groups] }
    }

    fn take(&mut self, audio: usize, group: usize, grounds: Grounds) {
        self.of_audio[audio] = Some((group, grounds));
        self.of_group[group] = Some(audio);
    }
}

/// Gives the only transcript in a folder to the only audio in it.
fn only_ones(recordings: &[Recording<'_>], groups: &[Group<'_>], given: &mut Given) {
    let mut alone: HashMap<&[&str], Vec<usize>> = HashMap::new();
    for (index, recording) in recordings.iter().enumerate() {
        alone.entry(&recording.file.folder).or_default().push(index);
    }
    let mut words: HashMap<&[&str], Vec<usize>> = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        words.entry(&group.best().folder).or_default().push(index);
    }
    for (folder, audio) in alone {
        let ([audio], Some([group])) = (&audio[..], words.get(folder).map(Vec::as_slice)) else {
            continue;
        };
        let (file, best) = (recordings[*audio].file, &groups[*group]);
        let differ =
            matches!((file.identity, best.identity), (Some(one), Some(other)) if one != other);
        if given.of_audio[*audio].is_some() || given.of_group[*group].is_some() || differ {
            continue;
        }
        let length = best.files.iter().find_map(|other| other.length);
        let length_fits = fits(file.length, length);
        let doubt = match length_fits {
            Some(true) => None,
            Some(false) => Some(Doubt::Length),
            None => Some(Doubt::Weak),
        };
        let confidence = if doubt.is_some() { Confidence::Doubtful } else { Confidence::Likely };
        let reason = Reason::OnlyTranscript;
        given.take(*audio, *group, Grounds { reason, length_fits, doubt, confidence });
    }
}

/// The episodes, and with each the versions of its transcript. Groups that
/// nobody claimed and that have the number of an episode with a transcript
/// nearby, and mostly its words or the mark of the video, are versions of that.
fn episodes(recordings: &[Recording<'_>], groups: &[Group<'_>], given: &Given) -> Vec<Grouped> {
    let mut of_group: Vec<Option<usize>> = vec![None; groups.len()];
    let mut episodes: Vec<Grouped> = Vec::new();
    for (recording, taken) in recordings.iter().zip(&given.of_audio) {
        let mut episode = Grouped { audio: Some(recording.file.index), ..Grouped::default() };
        if let Some((group, grounds)) = taken {
            of_group[*group] = Some(episodes.len());
            let own = &groups[*group].files;
            let called = |file: &&&File<'_>| {
                file.name.stem == recording.file.name.stem
                    || file.name.canonical() == recording.file.name.stem
            };
            let shown = own.iter().find(called).unwrap_or(&own[0]);
            episode.transcript = Some(shown.index);
            episode.others = own
                .iter()
                .filter(|file| file.index != shown.index)
                .map(|file| file.index)
                .collect();
            episode.grounds = Some(*grounds);
        }
        episodes.push(episode);
    }
    let mut left: Vec<usize> =
        (0..groups.len()).filter(|&group| given.of_group[group].is_none()).collect();
    left.sort_by_key(|&group| (groups[group].video, group));
    let mut of_identity: HashMap<Identity, Vec<usize>> = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        if let (Some(identity), true) = (group.identity, of_group[index].is_some()) {
            of_identity.entry(identity).or_default().push(index);
        }
    }
    for index in left {
        let group = &groups[index];
        let same = group.identity.and_then(|identity| {
            of_identity.get(&identity)?.iter().copied().find(|&other| {
                let other = &groups[other];
                let near = group.best().distance(other.best()) <= 1;
                let alike = are_alike(&group.words, &other.words) || group.video && !other.video;
                near && alike && group.best().folder != other.best().folder
            })
        });
        let episode = same.and_then(|other| of_group[other]).unwrap_or(episodes.len());
        let mut files = group.files.iter().map(|file| file.index);
        if episode == episodes.len() {
            episodes.push(Grouped { transcript: files.next(), ..Grouped::default() });
        }
        episodes[episode].others.extend(files);
        of_group[index] = Some(episode);
        if let Some(identity) = group.identity {
            of_identity.entry(identity).or_default().push(index);
        }
    }
    episodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// Pairs files given as `path` or `path@minutes`, and tells each episode
    /// with audio as `audio <- transcript: confidence`; the others as `- <- transcript`.
    fn told(files: &[&str]) -> Vec<String> {
        let mut split: Vec<(PathBuf, Option<MediaTime>)> = files
            .iter()
            .map(|file| match file.split_once('@') {
                Some((path, minutes)) => {
                    let secs = minutes.parse::<u64>().unwrap() * 60;
                    (PathBuf::from(path), Some(MediaTime::from_secs(secs)))
                }
                None => (PathBuf::from(file), None),
            })
            .collect();
        let run = |split: &[(PathBuf, Option<MediaTime>)]| {
            let pieces: Vec<Piece<'_>> = split
                .iter()
                .map(|(path, length)| Piece { path, length: *length, tagged: None })
                .collect();
            let name = |index: usize| pieces[index].path.display().to_string();
            let mut told: Vec<String> = pair_all(&pieces, &BTreeMap::new())
                .into_iter()
                .map(|episode| {
                    let audio = episode.audio.map_or("-".to_owned(), name);
                    let transcript = episode.transcript.map_or("-".to_owned(), name);
                    match episode.grounds {
                        Some(grounds) => format!("{audio} <- {transcript}: {}", grounds.confidence),
                        None => format!("{audio} <- {transcript}"),
                    }
                })
                .collect();
            told.sort();
            told
        };
        let result = run(&split);
        split.reverse();
        assert_eq!(run(&split), result, "the order of the files does not matter");
        result
    }

    #[test]
    fn the_same_name_is_certain_whatever_the_endings() {
        assert_eq!(
            told(&["a/talk one.mp3", "a/talk one.en.vtt", "a/other.vtt", "a/x.m4a", "a/x.mp3.srt"]),
            [
                "- <- a/other.vtt",
                "a/talk one.mp3 <- a/talk one.en.vtt: certain",
                "a/x.m4a <- a/x.mp3.srt: certain"
            ]
        );
    }

    #[test]
    fn the_same_number_is_likely_and_with_a_length_that_fits_certain() {
        for audio in ["a/21-pypy.mp3", "a/0021.mp3", "a/show-ep21-pypy.mp3"] {
            let pair = |confidence| vec![format!("{audio} <- a/021_PyPy_speed.vtt: {confidence}")];
            assert_eq!(told(&[audio, "a/021_PyPy_speed.vtt"]), pair("likely"));
            let timed = format!("{audio}@62");
            assert_eq!(told(&[&timed, "a/021_PyPy_speed.vtt@61"]), pair("certain"));
        }
    }

    #[test]
    fn a_length_that_does_not_fit_is_doubtful_even_under_the_same_name() {
        let doubtful = ["a/talk.mp3 <- a/talk.vtt: doubtful"];
        assert_eq!(told(&["a/talk.mp3@30", "a/talk.vtt@61"]), doubtful);
        assert_eq!(told(&["a/talk.mp3@120", "a/talk.vtt@20"]), doubtful);
        assert_eq!(
            told(&["a/talk.mp3@61", "a/talk.vtt@61"])[0],
            "a/talk.mp3 <- a/talk.vtt: certain"
        );
    }

    #[test]
    fn a_number_at_the_end_counts_where_a_folder_is_numbered_so() {
        let files = [
            "audio/talk-python-021.mp3",
            "audio/talk-python-022.mp3",
            "audio/talk-python-023.mp3",
            "transcripts/021_PyPy.vtt",
            "transcripts/022_rest.vtt",
        ];
        assert_eq!(
            told(&files),
            [
                "audio/talk-python-021.mp3 <- transcripts/021_PyPy.vtt: likely",
                "audio/talk-python-022.mp3 <- transcripts/022_rest.vtt: likely",
                "audio/talk-python-023.mp3 <- -",
            ]
        );
        let alone = ["a/area-51.mp3", "a/051_mike.vtt", "a/other.mp3"];
        assert_eq!(told(&alone)[0], "a/area-51.mp3 <- a/051_mike.vtt: doubtful");
        let off = ["a/area-51.mp3@90", "a/051_mike.vtt@30", "a/other.mp3"];
        assert_eq!(told(&off)[1], "a/area-51.mp3 <- -");
    }

    #[test]
    fn a_number_in_a_title_is_no_episode_number_when_the_title_is_found() {
        let files = ["a/100-days-of-code.mp3", "a/081-100-days-of-code.vtt", "a/100_top_ten.vtt"];
        let found = told(&files);
        assert!(found[1].starts_with("a/100-days-of-code.mp3 <- a/081-100-days"), "{found:?}");
    }

    #[test]
    fn of_several_versions_the_best_is_taken_and_no_other_becomes_an_episode() {
        for (audio, better, worse) in [
            ("524-ai.mp3", "524-ai-in-class.vtt", "524-ai-in-class-no-names.vtt"),
            ("402-p.mp3", "402-polars-v2.vtt", "402-polars.vtt"),
            ("402-polars.mp3", "402-polars.vtt", "402-polars-v2.vtt"),
            ("551-walk.mp3", "551-a-stroll.vtt", "551.vtt"),
            ("301-x.mp3", "301-deploy.vtt", "301-deploy.txt"),
            ("078-x.mp3", "078_brackets .vtt", "078_brackets.txt"),
        ] {
            let found = told(&[audio, better, worse]);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with(&format!("{audio} <- {better}:")), "{found:?}");
            assert_eq!(told(&[better, worse]).len(), 1, "{better}");
        }
    }

    #[test]
    fn the_videos_transcript_is_taken_only_where_there_is_no_other_and_then_doubtful() {
        let files = [
            "c/audio/301.mp3",
            "c/transcripts/301-deploying-django.vtt",
            "c/youtube_transcripts/301-deploying-django-2021.vtt",
            "c/youtube_transcripts/510--youtube10.vtt",
            "c/audio/510-polars.mp3",
        ];
        assert_eq!(
            told(&files),
            [
                "c/audio/301.mp3 <- c/transcripts/301-deploying-django.vtt: likely",
                "c/audio/510-polars.mp3 <- c/youtube_transcripts/510--youtube10.vtt: doubtful",
            ]
        );
        let same_name =
            ["c/audio/301-a-b.mp3", "c/transcripts/301_b.vtt", "c/youtube_transcripts/301-a-b.vtt"];
        assert_eq!(told(&same_name), ["c/audio/301-a-b.mp3 <- c/transcripts/301_b.vtt: likely"]);
    }

    #[test]
    fn two_shows_with_the_same_numbers_keep_their_own() {
        let files =
            ["one/021-cats.mp3", "one/021-cats.vtt", "two/021-dogs.mp3", "two/021_dogs_and_us.vtt"];
        assert_eq!(
            told(&files),
            [
                "one/021-cats.mp3 <- one/021-cats.vtt: certain",
                "two/021-dogs.mp3 <- two/021_dogs_and_us.vtt: likely",
            ]
        );
        // Not even where they speak of the same.
        let alone = ["one/021-python-cats.vtt", "two/021-python-cats.vtt"];
        assert_eq!(told(&alone).len(), 2);
        let bare = told(&["one/021.mp3@60", "two/021.vtt@31"]);
        assert_eq!(bare, ["- <- two/021.vtt", "one/021.mp3 <- -"]);
        let unknown = told(&["one/021.mp3", "two/021.vtt"]);
        assert_eq!(unknown, ["one/021.mp3 <- two/021.vtt: doubtful"]);
        let stray = ["one/021-cats.mp3@60", "two/x/021-dogs.vtt@31"];
        assert_eq!(told(&stray), ["- <- two/x/021-dogs.vtt", "one/021-cats.mp3 <- -"]);
    }

    #[test]
    fn two_of_one_number_in_one_folder_are_told_apart_by_their_words() {
        let files = ["021-cats.mp3", "021-dogs.mp3", "021_dogs_x.vtt", "021_cats_x.vtt"];
        assert_eq!(
            told(&files),
            ["021-cats.mp3 <- 021_cats_x.vtt: likely", "021-dogs.mp3 <- 021_dogs_x.vtt: likely"]
        );
    }

    #[test]
    fn what_is_as_likely_as_another_is_doubtful() {
        let found = told(&["021.mp3", "021_dogs.vtt", "021_cats.vtt"]);
        assert!(found[1].ends_with(": doubtful"), "{found:?}");
        let found = told(&["021-a.mp3", "021-b.mp3", "021.vtt"]);
        assert_eq!(found.iter().filter(|one| one.ends_with(": doubtful")).count(), 1, "{found:?}");
        assert_eq!(found.iter().filter(|one| one.ends_with("<- -")).count(), 1, "{found:?}");
    }

    #[test]
    fn a_length_that_fits_decides_between_two() {
        let found = told(&["021.mp3@62", "021_dogs.vtt@30", "021_cats.vtt@61"]);
        assert_eq!(found, ["- <- 021_dogs.vtt", "021.mp3 <- 021_cats.vtt: certain"]);
    }

    #[test]
    fn seasons_and_dates_are_numbers_too() {
        let files = [
            "s.s01e05.mp3",
            "s.s02e05.mp3",
            "S01E05 start.vtt",
            "2026-01-05-a.mp3",
            "20260105_b.srt",
        ];
        assert_eq!(
            told(&files),
            [
                "2026-01-05-a.mp3 <- 20260105_b.srt: doubtful",
                "s.s01e05.mp3 <- S01E05 start.vtt: likely",
                "s.s02e05.mp3 <- -",
            ]
        );
    }

    #[test]
    fn the_only_transcript_of_a_folder_is_doubtful_unless_its_length_fits() {
        assert_eq!(told(&["a/talk.mp3", "a/words.vtt"]), ["a/talk.mp3 <- a/words.vtt: doubtful"]);
        let fits = ["a/talk.mp3@60", "a/words.vtt@59"];
        assert_eq!(told(&fits), ["a/talk.mp3 <- a/words.vtt: likely"]);
        assert_eq!(told(&["a/21-x.mp3", "a/22-y.vtt"]).len(), 2);
    }

    #[test]
    fn the_same_recording_in_two_formats_is_one_episode() {
        assert_eq!(told(&["a/x.mp3", "a/x.ogg", "a/x.vtt"]), ["a/x.mp3 <- a/x.vtt: certain"]);
    }

    #[test]
    fn what_looks_like_a_language_may_be_part_of_two_titles() {
        let files = ["talk.com.mp3", "talk.net.mp3", "talk.com.vtt", "talk.net.vtt"];
        assert_eq!(
            told(&files),
            ["talk.com.mp3 <- talk.com.vtt: certain", "talk.net.mp3 <- talk.net.vtt: certain"]
        );
    }

    #[test]
    fn the_number_in_the_tags_counts_where_the_name_has_none() {
        let (audio, transcript) = (Path::new("a/f00.mp3"), Path::new("a/021_PyPy.vtt"));
        let piece = |path, tagged| Piece { path, length: None, tagged };
        let episodes =
            pair_all(&[piece(audio, Some(21)), piece(transcript, None)], &BTreeMap::new());
        assert_eq!(episodes[0].transcript, Some(1));
        assert_eq!(episodes[0].grounds.unwrap().confidence, Confidence::Likely);
    }

    #[test]
    fn what_the_listener_said_holds_whatever_speaks_against_it() {
        let paths = ["021.mp3", "022.mp3", "021_a.vtt", "021_a.txt", "022_b.vtt"].map(Path::new);
        let pieces = paths.map(|path| Piece { path, length: None, tagged: None });
        let by_hand = BTreeMap::from([(0, Some(4)), (1, None)]);
        let mut episodes = pair_all(&pieces, &by_hand);
        episodes.sort_by_key(|episode| (episode.audio.is_none(), episode.audio));
        let told: Vec<_> =
            episodes.iter().map(|episode| (episode.audio, episode.transcript)).collect();
        assert_eq!(told, [(Some(0), Some(4)), (Some(1), None), (None, Some(2))]);
        assert_eq!(episodes[0].grounds.unwrap().to_string(), "paired by hand");
        let versions = pair_all(&pieces, &BTreeMap::from([(1, Some(3))]));
        let of_22 = versions.iter().find(|episode| episode.audio == Some(1)).unwrap();
        assert_eq!(of_22.transcript, Some(3));
    }

    proptest::proptest! {
        #[test]
        fn no_file_is_ever_given_to_two_episodes(
            names in proptest::collection::vec("([ab]/)?[0-2]{0,2}[-_ ]?[xy]{0,2}(-v2|.en)?\\.(vtt|txt|mp3|ogg)", 0..14),
        ) {
            let paths: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
            let pieces: Vec<Piece<'_>> =
                paths.iter().map(|path| Piece { path, length: None, tagged: None }).collect();
            let mut used = Vec::new();
            for episode in pair_all(&pieces, &BTreeMap::new()) {
                used.extend(episode.audio.into_iter().chain(episode.transcript).chain(episode.others));
                proptest::prop_assert_eq!(
                    episode.grounds.is_some(),
                    episode.audio.is_some() && episode.transcript.is_some()
                );
            }
            let count = used.len();
            used.sort_unstable();
            used.dedup();
            proptest::prop_assert_eq!(used.len(), count);
        }
    }
}
