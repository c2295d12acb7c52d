//! Pairs whole folders: files in, episodes out. Pure: what is asked of a file
//! (its name, its length) has been found out before.
//!
//! Transcripts that are versions of one another are put into groups first, so
//! that one episode takes all of them and no other episode gets any. Then
//! every audio file claims a group, the best claim of all first. A claim that
//! is no better than another is kept, and said to be doubtful.

mod claims;
mod cut;
mod given;
mod index;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use self::claims::claims;
use self::cut::Cut;
pub use self::cut::IsWord;
use self::given::{Given, episodes};
use super::choose::Reason;
use super::grounds::{Confidence, Grounds};
use super::groups::{File, groups, recordings};
use crate::model::MediaTime;
use crate::model::order::{sort_by, sort_by_key};

/// A file that may belong to an episode.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// How long the audio is, or when the last cue ends; `None` if unknown.
    pub length: Option<MediaTime>,
    /// Which episode its tags say it is.
    pub tagged: Option<u32>,
    /// What its tags call it.
    pub titled: Option<&'a str>,
}

/// Files that belong together, by their places in what was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouped {
    /// The audio; `None` for a transcript that can only be read.
    pub audio: Option<usize>,
    /// The transcript that is shown; `None` if none was found.
    pub transcript: Option<usize>,
    /// Other versions of the transcript, and copies of the audio.
    pub others: Vec<usize>,
    /// Why audio and transcript belong together, where there are both.
    pub grounds: Option<Grounds>,
}

/// The episodes that `pieces` are parts of. Pieces of which neither name nor
/// content is that of audio or a transcript must not be among them.
///
/// `by_hand` says for some audio which transcript the listener wants for it,
/// or that there is none; nothing else gets that transcript. `is_word` is asked
/// where a name may have been cut inside a word.
///
/// `O(n log n)` for names as listeners have them.
pub fn pair_all(
    pieces: &[Piece<'_>],
    by_hand: &BTreeMap<usize, Option<usize>>,
    is_word: IsWord<'_>,
) -> Vec<Grouped> {
    let mut files: Vec<File<'_>> = pieces.iter().enumerate().filter_map(File::new).collect();
    // So that the order in which a folder lists its files decides nothing.
    sort_by(&mut files, |one, other| (&one.folder, &one.whole).cmp(&(&other.folder, &other.whole)));
    let wanted: BTreeSet<usize> = by_hand.values().copied().flatten().collect();
    let (decided, open): (Vec<&File<'_>>, Vec<&File<'_>>) = files
        .iter()
        .partition(|file| by_hand.contains_key(&file.index) || wanted.contains(&file.index));
    let mut episodes = pair_open(&open, is_word);
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
fn pair_open(files: &[&File<'_>], is_word: IsWord<'_>) -> Vec<Grouped> {
    let (audio, transcripts): (Vec<&File<'_>>, Vec<&File<'_>>) =
        files.iter().partition(|file| file.rank.is_none());
    let recordings = recordings(&audio);
    let groups = groups(&transcripts, &audio);
    let cut = Cut::new(&recordings, &groups, is_word);
    let mut claims = claims(&recordings, &groups, &cut);
    sort_by_key(&mut claims, |claim| claim.key);
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
    given.take_only_ones(&recordings, &groups);
    given.take_by_length(&recordings, &groups);
    episodes(&recordings, &groups, &given)
}

#[cfg(test)]
mod lengths;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod traps;
