//! Looks into files that are new or have changed, many at once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use super::add::BATCH;
use super::index::Words;
use super::scan::Found;
use super::texts::parsed;
use crate::model::MediaTime;
use crate::store::EpisodeKey;
use crate::store::files;
use crate::store::pair::{self, FileKind};

/// What an audio file tells of itself without being played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    /// How long it is, as far as its beginning tells.
    pub length: Option<MediaTime>,
    /// The title in its tags.
    pub title: Option<String>,
    /// The show in its tags.
    pub show: Option<String>,
    /// The number in its tags.
    pub number: Option<u32>,
    /// The day in its tags: year, month and day as one number.
    pub date: Option<u32>,
    /// Why it cannot be played, in one line.
    pub wrong: Option<String>,
}

/// Asks an audio file what it tells of itself.
pub type Sounds<'a> = &'a (dyn Fn(&Path) -> Sound + Sync);

/// A file as it is known.
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) size: u64,
    pub(super) changed: i64,
    pub(super) key: EpisodeKey,
}

/// A file that was looked into.
pub(super) struct Looked {
    pub(super) found: Found,
    pub(super) key: EpisodeKey,
    pub(super) kind: FileKind,
    /// Its content was known when the look began, and was not read again.
    pub(super) is_known: bool,
    pub(super) says: Says,
}

/// What a file says.
#[derive(Default)]
pub(super) struct Says {
    /// Of audio: how long it is, and its tags. Of a transcript: when its last
    /// cue ends, and its title.
    pub(super) sound: Sound,
    pub(super) cues: usize,
    pub(super) words: Option<Words>,
    pub(super) wrong: Option<String>,
}

/// Looks into a file that is new or has changed. A transcript is read only if
/// its content is not known, and no better version lies beside it.
pub(super) fn look(
    found: &Found,
    known: &HashMap<PathBuf, Known>,
    away: &HashMap<EpisodeKey, Vec<i64>>,
    better: &HashMap<PathBuf, u8>,
    sounds: Sounds<'_>,
) -> Result<Looked, String> {
    let path = &found.path;
    let kind = pair::kind_of(path, || files::head(path).unwrap_or_default());
    let key = EpisodeKey::of_file(path).map_err(|error| error.to_string())?;
    let same = known.get(path).is_some_and(|known| known.key == key) || away.contains_key(&key);
    let is_best = || better.get(&path.with_extension("")).copied() == pair::rank_of(path);
    let says = match kind {
        _ if same => Says::default(),
        FileKind::Audio => {
            let mut sound = sounds(path);
            Says { wrong: sound.wrong.take(), sound, ..Says::default() }
        }
        FileKind::Transcript if is_best() => read(path),
        FileKind::Transcript | FileKind::Other => Says::default(),
    };
    Ok(Looked { found: found.clone(), key, kind, is_known: same, says })
}

/// What the transcript in `path` says.
pub(super) fn read(path: &Path) -> Says {
    match parsed(path) {
        Ok(parsed) => Says {
            sound: Sound {
                // A text without times has none.
                length: Some(parsed.transcript.end()).filter(|end| *end > MediaTime::ZERO),
                title: parsed.title,
                ..Sound::default()
            },
            cues: parsed.transcript.cues().len(),
            words: Some(Words::of(&parsed.transcript)),
            wrong: None,
        },
        Err(wrong) => Says { wrong: Some(wrong), ..Says::default() },
    }
}

/// Looks into `files` on as many threads as there are processors, and hands
/// what was found to `write`, some at a time, in no order.
pub(super) fn for_each(
    files: &[&Found],
    look: impl Fn(&Found) -> Result<Looked, String> + Sync,
    mut write: impl FnMut(Vec<Result<Looked, String>>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let (sender, looked) = sync_channel(BATCH);
        for _ in 0..threads {
            let (sender, next, look) = (sender.clone(), &next, &look);
            scope.spawn(move || {
                while let Some(found) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if sender.send(look(found)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut batch = Vec::new();
        for one in &looked {
            batch.push(one);
            if batch.len() == BATCH {
                write(std::mem::take(&mut batch))?;
            }
        }
        if batch.is_empty() { Ok(()) } else { write(batch) }
    })
}
