//! Who was given what, and what becomes of the rest.

use std::collections::HashMap;
use std::ops::Range;

use super::Grouped;
use super::claims::fits;
use crate::model::order::{sort_by, sort_by_key};
use crate::store::pair::choose::Reason;
use crate::store::pair::grounds::{Confidence, Doubt, Grounds};
use crate::store::pair::groups::{File, Group, Recording};
use crate::store::pair::name::Identity;

/// What was given to whom.
pub(super) struct Given {
    pub(super) of_audio: Vec<Option<(usize, Grounds)>>,
    pub(super) of_group: Vec<Option<usize>>,
}

impl Given {
    pub(super) fn new(audio: usize, groups: usize) -> Self {
        Self { of_audio: vec![None; audio], of_group: vec![None; groups] }
    }

    pub(super) fn take(&mut self, audio: usize, group: usize, grounds: Grounds) {
        self.of_audio[audio] = Some((group, grounds));
        self.of_group[group] = Some(audio);
    }

    /// Gives the only transcript in a folder to the only audio in it.
    pub(super) fn take_only_ones(&mut self, recordings: &[Recording<'_>], groups: &[Group<'_>]) {
        let mut alone: HashMap<&[&str], Vec<usize>> = HashMap::new();
        for (index, recording) in recordings.iter().enumerate() {
            alone.entry(&recording.file.folder).or_default().push(index);
        }
        let mut words: HashMap<&[&str], Vec<usize>> = HashMap::new();
        for (index, group) in groups.iter().enumerate() {
            words.entry(&group.best().folder).or_default().push(index);
        }
        for (folder, audio) in alone {
            let ([audio], Some([group])) = (&audio[..], words.get(folder).map(Vec::as_slice))
            else {
                continue;
            };
            let (file, best) = (recordings[*audio].file, &groups[*group]);
            let differ =
                matches!((file.identity, best.identity), (Some(one), Some(other)) if one != other);
            if self.of_audio[*audio].is_some() || self.of_group[*group].is_some() || differ {
                continue;
            }
            let length = best.length();
            let length_fits = fits(file.length, length);
            let may_be = file.name.may_be(&best.best().name);
            // Nothing but that they are alone speaks for it.
            if length_fits == Some(false) && !may_be {
                continue;
            }
            let doubt = match length_fits {
                Some(true) if !may_be => Some(Doubt::Names),
                Some(true) => None,
                Some(false) => Some(Doubt::Length),
                None => Some(Doubt::Weak),
            };
            let confidence =
                if doubt.is_some() { Confidence::Doubtful } else { Confidence::Likely };
            let reason = Reason::OnlyTranscript;
            self.take(*audio, *group, Grounds { reason, length_fits, doubt, confidence });
        }
    }
}

/// How many seconds before the end of the audio the last word is as a rule.
const CLOSE_SECS: Range<f64> = -5.0..60.0;

impl Given {
    /// Gives audio of which no name tells anything the only transcript left that
    /// is as long, for the listener to decide.
    pub(super) fn take_by_length(&mut self, recordings: &[Recording<'_>], groups: &[Group<'_>]) {
        let mut lengths: Vec<(f64, usize)> = groups
            .iter()
            .enumerate()
            .filter(|(index, group)| self.of_group[*index].is_none() && !group.video)
            .filter_map(|(index, group)| Some((group.length()?.as_secs_f64(), index)))
            .collect();
        sort_by(&mut lengths, |one, other| one.0.total_cmp(&other.0));
        let mut wanted: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, recording) in recordings.iter().enumerate() {
            let file = recording.file;
            let Some(length) = file.length.filter(|_| self.of_audio[index].is_none()) else {
                continue;
            };
            let length = length.as_secs_f64();
            let first = lengths.partition_point(|(last, _)| *last <= length - CLOSE_SECS.end);
            let fitting = lengths[first..]
                .iter()
                .take_while(|(last, _)| *last <= length - CLOSE_SECS.start)
                .filter(|(_, group)| file.identity.is_none() || groups[*group].identity.is_none());
            let fitting: Vec<usize> = fitting.take(2).map(|(_, group)| *group).collect();
            if let [group] = fitting[..] {
                wanted.entry(group).or_default().push(index);
            }
        }
        for (group, audio) in wanted {
            if let [audio] = audio[..] {
                let grounds = Grounds {
                    reason: Reason::SameLength,
                    length_fits: Some(true),
                    doubt: Some(Doubt::Weak),
                    confidence: Confidence::Doubtful,
                };
                self.take(audio, group, grounds);
            }
        }
    }
}

/// The episodes, and with each the versions of its transcript. Groups that
/// nobody claimed and that have the number of an episode with a transcript
/// nearby, and mostly its words or the mark of the video, are versions of that.
pub(super) fn episodes(
    recordings: &[Recording<'_>],
    groups: &[Group<'_>],
    given: &Given,
) -> Vec<Grouped> {
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
    sort_by_key(&mut left, |&group| (groups[group].video, group));
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
                let is_like = || group.best().name.is_like(&other.best().name);
                let alike = group.video && !other.video || is_like();
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
