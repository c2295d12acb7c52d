//! Which episodes are copies of one another, and what each is kept under.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use super::episodes::File;
use crate::store::EpisodeKey;
use crate::store::pair::{self, Confidence, Doubt, Grouped, Reason};

/// What was known of audio with several transcripts: with which of them its
/// episode is kept under the content of the audio alone.
pub(super) type Held = HashSet<(EpisodeKey, EpisodeKey)>;

/// What is known of that now.
pub(super) fn held(connection: &Connection) -> rusqlite::Result<Held> {
    let mut statement = connection.prepare(
        "SELECT episode.key, file.key FROM episode JOIN file ON file.id = episode.transcript
         WHERE episode.audio IS NOT NULL",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// The episodes without copies: those with the same audio, or the same
/// transcript if there is none, are one, whatever their names and folders, and
/// it has the other files beside it. Audio that stands with two transcripts
/// that are not the same is two episodes, unless one of the two is doubtful, or
/// no more than a guess: that is then without audio. A doubtful pair has copies
/// only in pairs of the same two: a transcript in it that stands elsewhere too
/// is an episode there. What cannot be played or has no words is a copy of
/// nothing.
pub(super) fn without_copies(
    mut episodes: Vec<Grouped>,
    files: &[File],
    held: &Held,
) -> Vec<Grouped> {
    episodes.sort_by_cached_key(|episode| {
        let file = |place: usize| &files[place];
        let audio = episode.audio.map(file);
        let transcript = episode.transcript.map(file);
        let is_held =
            audio.zip(transcript).is_some_and(|(one, two)| held.contains(&(one.key, two.key)));
        let path = audio.or(transcript).map(|file| file.path.clone());
        (audio.is_none(), transcript.is_none(), Evidence::of(episode), !is_held, path)
    });
    let mut shelf =
        Shelf { files, kept: Vec::new(), of_audio: HashMap::new(), of_words: HashMap::new() };
    let mut left = Vec::new();
    for episode in episodes {
        left.extend(shelf.take(episode));
    }
    for transcript in left {
        shelf.take(transcript);
    }
    shelf.kept
}

/// What there is for it that an episode's files belong together, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    /// Enough, or it is one file.
    Enough,
    /// A name, and something against it.
    Name,
    /// No name that says so.
    Guess,
}

impl Evidence {
    fn of(episode: &Grouped) -> Self {
        let doubtful = |grounds: &&pair::Grounds| grounds.confidence == Confidence::Doubtful;
        let Some(grounds) = episode.grounds.as_ref().filter(doubtful) else { return Self::Enough };
        let is_guess = matches!(grounds.reason, Reason::SameLength | Reason::OnlyTranscript)
            || matches!(grounds.doubt, Some(Doubt::Weak | Doubt::Names));
        if is_guess { Self::Guess } else { Self::Name }
    }
}

/// The episodes that are none's copies.
struct Shelf<'a> {
    files: &'a [File],
    kept: Vec<Grouped>,
    /// Those with this audio.
    of_audio: HashMap<EpisodeKey, Vec<usize>>,
    /// One with this audio and this transcript; or, whatever the audio, one that
    /// is not doubtful and has this transcript or a version of it.
    of_words: HashMap<(Option<EpisodeKey>, EpisodeKey), usize>,
}

impl Shelf<'_> {
    /// Takes an episode, those that the listener would want first; what it has
    /// no place for: a transcript.
    fn take(&mut self, mut episode: Grouped) -> Option<Grouped> {
        let files = self.files;
        let audio = episode.audio.map(|place| &files[place]).filter(|file| file.is_whole);
        let words = episode.transcript.map(|place| &files[place]).filter(|file| file.is_whole);
        if let Some(known) = words
            .filter(|_| audio.is_some() == episode.audio.is_some())
            .and_then(|words| self.of_words.get(&(audio.map(|it| it.key), words.key)))
        {
            let all = episode.audio.into_iter().chain(episode.transcript).chain(episode.others);
            self.kept[*known].others.extend(all);
            return None;
        }
        let same =
            audio.and_then(|audio| self.of_audio.get(&audio.key)).map_or(&[][..], Vec::as_slice);
        if let (Some(audio), Some(&first)) = (audio, same.first())
            && (episode.transcript.is_none()
                || Evidence::of(&episode) > Evidence::of(&self.kept[first])
                || Evidence::of(&episode) == Evidence::Guess)
        {
            // By its name it may be a copy of one of them.
            let named = pair::name_of_copied(&audio.path);
            let is_called = |kept: &&usize| {
                self.kept[**kept].audio.is_some_and(|place| {
                    let path = &files[place].path;
                    path.parent() == audio.path.parent() && pair::name_of_copied(path) == named
                })
            };
            let known = *same.iter().find(is_called).unwrap_or(&first);
            self.kept[known].others.extend(episode.audio.take());
            if episode.transcript.is_none() {
                self.kept[known].others.append(&mut episode.others);
                return None;
            }
            episode.grounds = None;
            return Some(episode);
        }
        self.keep(episode, audio.map(|it| it.key));
        None
    }

    fn keep(&mut self, episode: Grouped, audio: Option<EpisodeKey>) {
        let place = self.kept.len();
        if let Some(audio) = audio {
            self.of_audio.entry(audio).or_default().push(place);
        }
        let is_sure = Evidence::of(&episode) == Evidence::Enough;
        let shown = episode.transcript.map(|place| &self.files[place]);
        // Without audio only the name says that they are versions of one text.
        let is_version = |file: &&File| {
            let formats =
                |shown: &File| shown.path.with_extension("") == file.path.with_extension("");
            is_sure && (episode.audio.is_some() || shown.is_some_and(formats))
        };
        let others = episode.others.iter().map(|place| &self.files[*place]).filter(is_version);
        for file in shown.into_iter().chain(others).filter(|file| file.is_whole && !file.is_audio) {
            if is_sure {
                self.of_words.entry((None, file.key)).or_insert(place);
            }
            if audio.is_some() {
                self.of_words.entry((audio, file.key)).or_insert(place);
            }
        }
        self.kept.push(episode);
    }
}

/// What each of `episodes` is kept under: the content of its audio, or of its
/// transcript if there is none. Where an episode before it has the same, its
/// transcript counts too or, without another, its name.
pub(super) fn keys(episodes: &[Grouped], files: &[File]) -> Vec<Option<EpisodeKey>> {
    let mut taken = HashSet::new();
    let key = |episode: &Grouped| {
        let main = &files[episode.audio.or(episode.transcript)?];
        if taken.insert(main.key) {
            return Some(main.key);
        }
        let transcript = episode.transcript.filter(|_| episode.audio.is_some());
        let by_transcript = transcript.map(|place| main.key.with(&files[place].key.bytes()));
        let by_name = || main.key.with(main.path.as_os_str().as_encoded_bytes());
        by_transcript.filter(|key| taken.insert(*key)).or_else(|| Some(by_name()))
    };
    episodes.iter().map(key).collect()
}
