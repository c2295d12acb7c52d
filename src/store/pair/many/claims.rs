//! What speaks for which transcript, and how much.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::MediaTime;
use crate::store::pair::choose::Reason;
use crate::store::pair::grounds::{Confidence, Doubt, Grounds};
use crate::store::pair::groups::{Group, Recording};
use crate::store::pair::name::{Identity, Name};

/// An audio file's claim to a group.
pub(super) struct Claim {
    pub(super) audio: usize,
    pub(super) group: usize,
    reason: Reason,
    length_fits: Option<bool>,
    /// Whether the lengths are so much alike that they speak for it.
    close: bool,
    /// Whether what speaks for it may mean another episode, if the lengths
    /// were not so much alike.
    weak: bool,
    /// What speaks against it, whatever the lengths.
    against_it: Option<Contrary>,
    pub(super) key: Key,
}

/// What in two names says that they are of different episodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Contrary {
    /// Other words, another number, another folder: not if the lengths of the
    /// neighbours bear it out.
    Strange,
    /// Another part, another year, an episode and its bonus.
    Apart,
}

/// The smaller, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    against: Against,
    rule: Rule,
    /// Whether it is weak, and the lengths do not make up for that.
    doubtful: bool,
    fewer_words: Reverse<usize>,
    distance: usize,
    length_is_unknown: bool,
}

/// What speaks against a claim, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Against {
    Nothing,
    /// The transcript is that of the video.
    Video,
    /// The lengths do not fit.
    Length,
    Both,
}

/// What speaks for a claim, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    /// The whole name.
    Name,
    /// The title, in the names or in the tags.
    Title,
    /// The title, under another number.
    OtherTitle,
    /// What both names say plainly.
    Number,
    /// A number at the end of one name, as its neighbours have it.
    Series,
    /// What the tags say.
    Tags,
    /// A number at the end, which may be part of a title.
    End,
}

impl Claim {
    /// Why this claim was granted, and how sure that is; `rivals` are all
    /// claims by the same audio or to the same group, itself among them.
    pub(super) fn grounds<'a>(&self, rivals: impl Iterator<Item = &'a Self>) -> Grounds {
        let mut equal = rivals.filter(|other| other.key == self.key);
        let contested =
            equal.find_map(|other| match (other.audio == self.audio, other.group == self.group) {
                (true, false) => Some(Doubt::OtherTranscript),
                (false, _) => Some(Doubt::OtherAudio),
                (true, true) => None,
            });
        let Key { against, rule, doubtful, distance, .. } = self.key;
        let video = against == Against::Video;
        let doubt = match self.length_fits {
            Some(false) => Some(Doubt::Length),
            _ if video && (rule > Rule::OtherTitle || !self.close) => Some(Doubt::Video),
            _ => contested.or(doubtful.then_some(match self.against_it {
                Some(_) => Doubt::Names,
                None => Doubt::Weak,
            })),
        };
        let sure = rule == Rule::Name && distance < 2 || self.length_fits == Some(true);
        let confidence = match doubt {
            Some(_) => Confidence::Doubtful,
            None if sure && !self.weak => Confidence::Certain,
            None => Confidence::Likely,
        };
        Grounds { reason: self.reason, length_fits: self.length_fits, doubt, confidence }
    }
}

/// Whether a transcript whose last cue ends at `last` can be that of audio of
/// this length: music may stand after the last word, but no word after the
/// audio.
pub(super) fn fits(audio: Option<MediaTime>, last: Option<MediaTime>) -> Option<bool> {
    let (audio, last) = (audio?.as_secs_f64(), last?.as_secs_f64());
    Some(last <= audio + (audio * 0.02).max(10.0) && last >= audio * 0.75 - 60.0)
}

/// Lengths that are not further apart are alike.
const CLOSE_MICROS: u64 = 130_000_000;

/// Whether they are so much alike that few other episodes have such a length.
pub(super) fn fits_closely(audio: Option<MediaTime>, last: Option<MediaTime>) -> bool {
    let (Some(audio), Some(last)) = (audio, last) else { return false };
    (-10.0..=120.0).contains(&(audio.as_secs_f64() - last.as_secs_f64()))
}

/// The groups by what may be looked for.
#[derive(Default)]
struct Index<'a> {
    names: HashMap<&'a str, Vec<usize>>,
    whole_titles: HashMap<String, Vec<usize>>,
    titles: HashMap<String, Vec<usize>>,
    identities: HashMap<Identity, Vec<usize>>,
    series: HashMap<Identity, Vec<usize>>,
    ends: HashMap<Identity, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn new(recordings: &[Recording<'_>], groups: &'a [Group<'_>]) -> Self {
        let sounds: HashSet<&str> =
            recordings.iter().map(|recording| recording.file.name.stem.as_str()).collect();
        let mut index = Self::default();
        for (place, group) in groups.iter().enumerate() {
            let mut names = BTreeSet::new();
            let mut whole_titles = BTreeSet::new();
            let mut titles = BTreeSet::new();
            for file in &group.files {
                let stem = file.name.stem.as_str();
                // What looks like a language may be part of the title.
                names.insert(stem);
                names.extend((!sounds.contains(stem)).then(|| file.name.canonical()));
                whole_titles.insert(file.name.whole_title());
                titles.insert(file.name.title());
                titles.extend(file.name.title_behind());
            }
            for name in names {
                index.names.entry(name).or_default().push(place);
            }
            for title in whole_titles.into_iter().filter(|title| is_telling(title)) {
                index.whole_titles.entry(title).or_default().push(place);
            }
            for title in titles.into_iter().filter(|title| is_telling(title)) {
                index.titles.entry(title).or_default().push(place);
            }
            if let Some(identity) = group.identity {
                index.identities.entry(identity).or_default().push(place);
            } else if let Some(end) = group.at_end {
                let map = if end.in_series { &mut index.series } else { &mut index.ends };
                map.entry(Identity::Number(end.number)).or_default().push(place);
            }
        }
        index
    }
}

/// Every claim that something speaks for.
pub(super) fn claims(recordings: &[Recording<'_>], groups: &[Group<'_>]) -> Vec<Claim> {
    let index = Index::new(recordings, groups);
    let mut claims = Vec::new();
    for (audio, recording) in recordings.iter().enumerate() {
        let name = &recording.file.name;
        let mut seen = HashSet::new();
        let mut claim = |rule, reason, found: Option<&Vec<usize>>| {
            for &group in found.into_iter().flatten() {
                if seen.insert(group) {
                    claims.extend(weigh((audio, recording), (group, &groups[group]), rule, reason));
                }
            }
        };
        claim(Rule::Name, Reason::SameName, index.names.get(name.stem.as_str()));
        claim(Rule::Name, Reason::SameName, index.whole_titles.get(&name.whole_title()));
        // The plain name comes first, should there be audio of that too.
        let unrated = name.without_rate().and_then(|stem| index.names.get(stem));
        claim(Rule::Title, Reason::SameName, unrated);
        let tagged = recording.file.titled.as_ref().map(Name::title);
        let behind = name.title_behind();
        for title in [name.title(), name.whole_title()].into_iter().chain(behind).chain(tagged) {
            claim(Rule::Title, Reason::SameTitle, index.titles.get(&title));
            claim(Rule::Title, Reason::SameTitle, index.whole_titles.get(&title));
        }
        let end = recording.at_end.map(|end| (end.in_series, Identity::Number(end.number)));
        if let Some(identity) = recording.file.identity {
            let same = Reason::Same(identity);
            claim(Rule::Number, same, index.identities.get(&identity));
            claim(Rule::Series, same, index.series.get(&identity));
            claim(Rule::End, same, index.ends.get(&identity));
        } else if let Some((true, identity)) = end {
            let same = Reason::Same(identity);
            claim(Rule::Series, same, index.identities.get(&identity));
            claim(Rule::Series, same, index.series.get(&identity));
        }
        if let Some(identity) = recording.tagged {
            let same = Reason::Same(identity);
            claim(Rule::Tags, same, index.identities.get(&identity));
            claim(Rule::Tags, same, index.series.get(&identity));
        }
        if let Some((false, identity)) = end {
            claim(Rule::End, Reason::Same(identity), index.identities.get(&identity));
        }
    }
    let borne_out = borne_out(&claims, recordings, groups);
    for claim in &mut claims {
        let made_up = match claim.against_it {
            None => claim.close,
            Some(Contrary::Strange) => {
                claim.close && borne_out.contains(&claim.folders(recordings, groups))
            }
            Some(Contrary::Apart) => false,
        };
        claim.key.doubtful = claim.weak && !made_up;
    }
    claims
}

/// The folder of audio, and one of transcripts.
type Folders<'a> = (&'a [&'a str], &'a [&'a str]);

impl Claim {
    fn folders<'a>(&self, recordings: &'a [Recording<'_>], groups: &'a [Group<'_>]) -> Folders<'a> {
        (&recordings[self.audio].file.folder, &groups[self.group].best().folder)
    }
}

/// The folders between which claims are as a rule borne out by the lengths: at
/// least three, of different lengths, and four of five.
fn borne_out<'a>(
    claims: &[Claim],
    recordings: &'a [Recording<'_>],
    groups: &'a [Group<'_>],
) -> HashSet<Folders<'a>> {
    let mut counts: HashMap<Folders<'a>, (usize, usize, HashSet<u64>)> = HashMap::new();
    let told = claims.iter().filter(|claim| claim.length_fits.is_some());
    for claim in told.filter(|claim| claim.against_it != Some(Contrary::Apart)) {
        let (all, close, lengths) = counts.entry(claim.folders(recordings, groups)).or_default();
        *all += 1;
        if claim.close {
            *close += 1;
            let length = recordings[claim.audio].file.length;
            lengths.extend(length.map(|length| length.as_micros() / CLOSE_MICROS));
        }
    }
    let many = counts
        .into_iter()
        .filter(|(_, (all, close, lengths))| lengths.len() >= 3 && close * 5 >= all * 4);
    many.map(|(folders, _)| folders).collect()
}

/// Whether a title is more than a word that many episodes may have.
fn is_telling(title: &str) -> bool {
    title.contains(' ') || title.chars().count() >= 8
}

/// The claim of `recording` to `group`; `None` if more speaks against it than
/// for it.
fn weigh(
    (audio, recording): (usize, &Recording<'_>),
    (index, group): (usize, &Group<'_>),
    rule: Rule,
    reason: Reason,
) -> Option<Claim> {
    let file = recording.file;
    let distance = group.files.iter().map(|other| file.distance(other)).min()?;
    let length_fits = fits(file.length, group.length());
    let close = fits_closely(file.length, group.length());
    let far = distance > 1;
    let (name, best) = match &file.titled {
        Some(titled) if rule == Rule::Tags => (titled, &group.best().name),
        _ => (&file.name, &group.best().name),
    };
    let words = name.words();
    let mut shared = words.intersection(&group.words).count();
    // What stands before the numbers of a series is the show's name.
    let both = recording.at_end.is_some() && group.at_end.is_some();
    let one_in_series = rule == Rule::Series && !both;
    if both && rule == Rule::Series {
        // Their numbers are known to be the same.
        shared = shared.saturating_sub(1);
    }
    // The same number and no word alike may be another show's.
    let (one, two) = (name.sides(), best.sides());
    let strange = shared == 0 && (far || one.0 && two.0 || one.1 && two.1);
    let is_year = matches!(reason, Reason::Same(Identity::Number(1950..=2049)));
    // A date says nothing against a number.
    let identity =
        file.identity.or(recording.tagged).filter(|one| !matches!(one, Identity::Date(_)));
    let differ = identity.zip(group.identity).is_some_and(|(one, other)| one != other);
    let rule = if rule == Rule::Title && differ { Rule::OtherTitle } else { rule };
    let mut said = name.apart();
    if let Reason::Same(Identity::Number(number)) = reason {
        // A title may say it again: `Show number 21`.
        said.forget(number);
    }
    let apart = !one_in_series && said.differ(&best.apart());
    let about = group.best().name.is_about();
    // In a folder beside that of the audio is as a rule another show.
    let elsewhere = far && group.files.iter().all(|other| file.is_beside(other));
    let titles_differ = shared == 0
        && match rule {
            Rule::Number | Rule::Series => one.0 && two.0 || one.1 && two.1,
            Rule::Tags => file.titled.is_some() && one.1 && two.1,
            Rule::Name | Rule::Title | Rule::OtherTitle | Rule::End => false,
        };
    let says_another = rule == Rule::OtherTitle && file.identity.is_some();
    let against_it = match rule {
        Rule::Number | Rule::Series | Rule::Tags | Rule::End if apart => Some(Contrary::Apart),
        _ if titles_differ || says_another => Some(Contrary::Strange),
        _ if elsewhere && rule != Rule::Title => Some(Contrary::Strange),
        _ => None,
    };
    let weak = about
        || match rule {
            Rule::Name => far && words.len() < 2,
            Rule::Title => false,
            Rule::OtherTitle => true,
            Rule::Series if one_in_series => far || is_year,
            Rule::Number | Rule::Series => strange || apart || is_year && shared == 0,
            Rule::Tags | Rule::End => shared == 0 || apart,
        };
    let hopeless = match length_fits {
        Some(fits) => !fits && (far || rule == Rule::End),
        None => distance > 4,
    };
    if weak && !close && hopeless {
        return None;
    }
    let key = Key {
        against: match (length_fits, group.video) {
            (Some(false), true) => Against::Both,
            (Some(false), false) => Against::Length,
            (_, true) => Against::Video,
            (_, false) => Against::Nothing,
        },
        rule,
        doubtful: false,
        fewer_words: Reverse(if one_in_series { 0 } else { shared }),
        distance,
        length_is_unknown: length_fits.is_none(),
    };
    Some(Claim { audio, group: index, reason, length_fits, close, weak, against_it, key })
}
