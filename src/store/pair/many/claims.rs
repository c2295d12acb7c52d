//! What speaks for which transcript, and how much.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::cut::Cut;
use super::index::Index;
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

/// Every claim that something speaks for.
pub(super) fn claims(
    recordings: &[Recording<'_>],
    groups: &[Group<'_>],
    cut: &Cut<'_>,
) -> Vec<Claim> {
    let index = Index::new(recordings, groups);
    let mut claims = Vec::new();
    for (audio, recording) in recordings.iter().enumerate() {
        let name = &recording.file.name;
        let mut seen = HashSet::new();
        let mut claim = |rule, reason, found: &[usize]| {
            for &group in found {
                if seen.insert(group) {
                    claims.extend(weigh((audio, recording), (group, &groups[group]), rule, reason));
                }
            }
        };
        let of = |found: Option<&Vec<usize>>| found.cloned().unwrap_or_default();
        claim(Rule::Name, Reason::SameName, &of(index.called(&name.stem)));
        claim(Rule::Name, Reason::SameName, &of(index.titled_wholly(&name.whole_title())));
        claim(Rule::Name, Reason::SameVideo, &of(index.of_video(name)));
        // The plain name comes first, should there be audio of that too.
        claim(Rule::Title, Reason::SameName, &index.called_nearly(recording.file));
        claim(Rule::Title, Reason::SameName, &index.called_plainly(name));
        let tagged = recording.file.titled.as_ref().map(Name::title);
        let (shared, own) = if recording.shares_title { (tagged, None) } else { (None, tagged) };
        let behind = name.title_behind();
        let behind_show = recording.behind_show.as_ref().map(Name::title);
        let titles = [name.title(), name.whole_title()].into_iter();
        for title in
            titles.chain(behind).chain(name.title_behind_track()).chain(behind_show).chain(own)
        {
            claim(Rule::Title, Reason::SameTitle, &index.titled(&title));
        }
        claim(Rule::Title, Reason::SameTitle, &index.without_its_id(name));
        let end = recording.at_end.map(|end| (end.in_series, Identity::Number(end.number)));
        if recording.file.identity.is_some() {
            for identity in recording.file.identity.into_iter().chain(recording.file.beside) {
                let same = Reason::Same(identity);
                claim(Rule::Number, same, &of(index.identities.get(&identity)));
                claim(Rule::Series, same, &of(index.series.get(&identity)));
                claim(Rule::End, same, &of(index.ends.get(&identity)));
            }
        } else if let Some((true, identity)) = end {
            let same = Reason::Same(identity);
            claim(Rule::Series, same, &of(index.identities.get(&identity)));
            claim(Rule::Series, same, &of(index.series.get(&identity)));
        }
        if let Some(identity) = recording.tagged {
            let same = Reason::Same(identity);
            claim(Rule::Tags, same, &of(index.identities.get(&identity)));
            claim(Rule::Tags, same, &of(index.series.get(&identity)));
        }
        if let Some(title) = shared {
            claim(Rule::Tags, Reason::SameTitle, &index.titled(&title));
        }
        if let Some((false, identity)) = end {
            claim(Rule::End, Reason::Same(identity), &of(index.identities.get(&identity)));
        }
        claim(Rule::OtherTitle, Reason::CutShort, &index.cut_short(&name.stem));
        let cut = cut.whole(recording, groups);
        claim(Rule::OtherTitle, Reason::CutShort, cut.as_slice());
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
    let own = || file.identity.or(recording.tagged).into_iter().chain(file.beside);
    let other = || group.identity.into_iter().chain(group.beside);
    let says_other = own().any(|one| other().any(|other| one.differs(other)));
    let differ = says_other && !own().any(|one| other().any(|other| one == other));
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
    let says_another =
        rule == Rule::OtherTitle && file.identity.is_some() || rule == Rule::Number && says_other;
    let other_show = group.files.iter().all(|other| file.is_of_other_show(other));
    // Of one day there may be several: the morning's news and the evening's.
    let other_of_day = matches!(reason, Reason::Same(Identity::Date(_)))
        && !words.is_subset(&group.words)
        && !group.words.is_subset(&words);
    let against_it = match rule {
        Rule::Number | Rule::Series | Rule::Tags | Rule::End if apart => Some(Contrary::Apart),
        Rule::OtherTitle if apart && reason == Reason::CutShort => Some(Contrary::Apart),
        Rule::Number | Rule::Series | Rule::End if other_show => Some(Contrary::Strange),
        _ if titles_differ || says_another || other_of_day => Some(Contrary::Strange),
        _ if elsewhere && rule != Rule::Title => Some(Contrary::Strange),
        _ => None,
    };
    let weak = about
        || other_of_day
        || says_another
        || match rule {
            Rule::Name => far && words.len() < 2,
            Rule::Title => false,
            Rule::OtherTitle => true,
            Rule::Series if one_in_series => far || is_year || other_show,
            Rule::Number | Rule::Series => strange || other_show || apart || is_year && shared == 0,
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
