//! Which files are which episode, and the list of them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::called::Called;
use super::{Library, StoreError, bytes_of, copies, path_of};
use crate::model::MediaTime;
use crate::model::episode::{Episode, Pairing};
use crate::model::order::sort_by_key;
use crate::search::folded;
use crate::store::EpisodeKey;
use crate::store::pair::{self, Confidence, Grouped, Piece};

/// Folders whose names say what is in them, not what it is of.
const GENERIC: &[&str] = &[
    "audio",
    "audios",
    "transcripts",
    "transcript",
    "episodes",
    "podcast",
    "podcasts",
    "mp3",
    "mp3s",
    "vtt",
    "srt",
    "subtitles",
    "captions",
    "youtube_transcripts",
    "media",
    "files",
];

/// A file as it is paired.
pub(super) struct File {
    id: i64,
    pub(super) path: PathBuf,
    pub(super) key: EpisodeKey,
    pub(super) is_audio: bool,
    /// Whether it can be played or read, as far as that is known.
    pub(super) is_whole: bool,
    length: Option<MediaTime>,
    pub(super) title: Option<String>,
    show: Option<String>,
    pub(super) number: Option<u32>,
    pub(super) date: Option<u32>,
}

const LIST: &str = "
    SELECT episode.id, episode.key, episode.title, episode.show, episode.number, episode.date,
        coalesce(audio.length_us, transcript.length_us), audio.path, transcript.path,
        coalesce(transcript.cues, 0), place.at_us, place.saved, episode.reason,
        episode.confidence, coalesce(audio.wrong, transcript.wrong), played.played,
        episode.transcript IS NULL AND pairing.audio IS NOT NULL AND pairing.transcript IS NULL
            AS alone
    FROM episode
    LEFT JOIN file AS audio ON audio.id = episode.audio
    LEFT JOIN file AS transcript ON transcript.id = episode.transcript
    LEFT JOIN place ON place.key = episode.key
    LEFT JOIN played ON played.key = episode.key
    LEFT JOIN pairing ON pairing.audio = episode.key";

impl Library {
    /// Decides which files are which episode, by all that is known of them.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written; the episodes are then as before.
    pub fn pair(&mut self) -> Result<(), StoreError> {
        let path = self.database.path().to_owned();
        let told = |error| StoreError::Sql(path.clone(), error);
        let roots = self.folders()?;
        let mut write = || -> rusqlite::Result<()> {
            // From reading to writing nobody else may change the files.
            let transaction = self
                .database
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let files = files(&transaction)?;
            let by_hand = by_hand(&transaction, &files)?;
            let pieces: Vec<Piece<'_>> = files
                .iter()
                .map(|file| Piece {
                    path: &file.path,
                    length: file.length,
                    tagged: file.number,
                    titled: file.title.as_deref().filter(|_| file.is_audio),
                })
                .collect();
            let held = copies::held(&transaction)?;
            let words = OnceCell::new();
            let is_word = |word: &str| {
                let all = words.get_or_init(|| said(&transaction).unwrap_or_default());
                all.contains(&*folded(word))
            };
            let paired = pair::pair_all(&pieces, &by_hand, &is_word);
            let episodes = copies::without_copies(paired, &files, &held);
            transaction.execute_batch("DELETE FROM version; DELETE FROM episode;")?;
            let shows = Shows::new(&episodes, &files, &roots);
            for (episode, key) in episodes.iter().zip(copies::keys(&episodes, &files)) {
                insert(&transaction, episode, key, &files, &shows)?;
            }
            transaction.execute("UPDATE derived SET generation = generation + 1", [])?;
            transaction.commit()
        };
        write().map_err(told)
    }

    /// All episodes: by show, then by number, date and title.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn episodes(&self) -> Result<Vec<Episode>, StoreError> {
        let order = " ORDER BY episode.show, episode.number IS NULL, episode.number,
            episode.date, episode.title, episode.id";
        let all = || -> rusqlite::Result<Vec<Episode>> {
            let mut statement = self.database.connection.prepare(&format!("{LIST}{order}"))?;
            let rows = statement.query_map([], episode)?;
            rows.collect()
        };
        all().map_err(|error| self.database.told(error))
    }

    /// The episodes with these ids, in their order; those that are no more are
    /// left out.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn episodes_of(&self, ids: &[i64]) -> Result<Vec<Episode>, StoreError> {
        let all = || -> rusqlite::Result<Vec<Episode>> {
            let mut statement =
                self.database.connection.prepare(&format!("{LIST} WHERE episode.id = ?1"))?;
            let mut found = Vec::new();
            for id in ids {
                found.extend(statement.query_row([id], episode).optional()?);
            }
            Ok(found)
        };
        all().map_err(|error| self.database.told(error))
    }

    /// The episode whose audio or transcript is in `path`, or one of the other
    /// versions of that; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn episode_of(&self, path: &Path) -> Result<Option<Episode>, StoreError> {
        let condition = " WHERE audio.path = ?1 OR transcript.path = ?1 OR episode.id =
            (SELECT episode FROM version JOIN file ON file.id = version.file WHERE path = ?1)";
        let found = self
            .database
            .connection
            .query_row(&format!("{LIST}{condition}"), [bytes_of(path)], episode)
            .optional();
        found.map_err(|error| self.database.told(error))
    }

    /// The episode with the audio of the content `key`, or the first of them;
    /// `None` if there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn episode_with(&self, key: EpisodeKey) -> Result<Option<Episode>, StoreError> {
        let condition = " WHERE audio.key = ?1 ORDER BY episode.key <> ?1, episode.id LIMIT 1";
        let found = self
            .database
            .connection
            .query_row(&format!("{LIST}{condition}"), [key], episode)
            .optional();
        found.map_err(|error| self.database.told(error))
    }

    /// The content of the audio in `path`, as it is known; `None` if there is no
    /// audio of the library.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn audio_in(&self, path: &Path) -> Result<Option<EpisodeKey>, StoreError> {
        let query = "SELECT key FROM file WHERE path = ?1 AND kind = 1";
        let found = self
            .database
            .connection
            .query_row(query, [bytes_of(path)], |row| row.get(0))
            .optional();
        found.map_err(|error| self.database.told(error))
    }

    /// The other versions of an episode's transcript, and the copies of its audio.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn versions(&self, episode: &Episode) -> Result<Vec<PathBuf>, StoreError> {
        let all = || -> rusqlite::Result<Vec<PathBuf>> {
            let mut statement = self.database.connection.prepare(
                "SELECT path FROM version JOIN file ON file.id = version.file
                 WHERE episode = ?1 ORDER BY path",
            )?;
            let rows = statement.query_map([episode.id], |row| row.get(0).map(path_of))?;
            rows.collect()
        };
        all().map_err(|error| self.database.told(error))
    }
}

/// All words that are said in transcripts, folded; 30 ms for those of 560.
fn said(connection: &Connection) -> rusqlite::Result<HashSet<String>> {
    let mut statement = connection.prepare("SELECT word FROM term")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.collect()
}

/// All files that may be parts of episodes.
fn files(connection: &Connection) -> rusqlite::Result<Vec<File>> {
    let mut statement = connection.prepare(
        "SELECT id, path, key, kind, length_us, title, show, number, date,
             wrong IS NULL AND (kind = 1 OR cues > 0 OR NOT indexed) FROM file
         WHERE kind > 0 ORDER BY id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(File {
            id: row.get(0)?,
            path: path_of(row.get(1)?),
            key: row.get(2)?,
            is_audio: row.get::<_, i64>(3)? == 1,
            length: time(row.get(4)?),
            title: row.get(5)?,
            show: row.get(6)?,
            number: row.get(7)?,
            date: row.get(8)?,
            is_whole: row.get(9)?,
        })
    })?;
    rows.collect()
}

/// What the listener said, by the places of the files.
fn by_hand(
    connection: &Connection,
    files: &[File],
) -> rusqlite::Result<BTreeMap<usize, Option<usize>>> {
    let mut statement = connection.prepare("SELECT audio, transcript FROM pairing")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, EpisodeKey>(0)?, row.get::<_, Option<EpisodeKey>>(1)?))
    })?;
    let mut places: HashMap<(EpisodeKey, bool), Vec<usize>> = HashMap::new();
    for (place, file) in files.iter().enumerate() {
        places.entry((file.key, file.is_audio)).or_default().push(place);
    }
    // Of copies the first by its name stands for all.
    for copies in places.values_mut() {
        sort_by_key(copies, |place| &files[*place].path);
    }
    let places = |key, is_audio| places.get(&(key, is_audio)).map_or(&[][..], Vec::as_slice);
    let mut by_hand = BTreeMap::new();
    for row in rows {
        let (audio, transcript) = row?;
        let wanted = transcript.map(|key| places(key, false).first().copied());
        // A transcript that is not there now is no word about others.
        if matches!(wanted, None | Some(Some(_))) {
            // Copies of the audio must not take another in its stead.
            let copies = places(audio, true).iter().enumerate();
            by_hand
                .extend(copies.map(|(nth, copy)| (*copy, wanted.flatten().filter(|_| nth == 0))));
        }
    }
    Ok(by_hand)
}

fn insert(
    connection: &Connection,
    episode: &Grouped,
    key: Option<EpisodeKey>,
    files: &[File],
    shows: &Shows<'_>,
) -> rusqlite::Result<()> {
    let Some(main) = episode.audio.or(episode.transcript).map(|place| &files[place]) else {
        return Ok(());
    };
    let transcript = episode.transcript.map(|place| &files[place]);
    let Called { title, number, date } = Called::new(episode, main, transcript);
    let confidence = episode.grounds.map(|grounds| match grounds.confidence {
        Confidence::Doubtful => 0,
        Confidence::Likely => 1,
        Confidence::Certain => 2,
    });
    connection.execute(
        "INSERT INTO episode (audio, transcript, key, title, show, number, date, reason,
                confidence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            episode.audio.map(|place| files[place].id),
            transcript.map(|file| file.id),
            key,
            title,
            shows.of(main),
            number,
            date,
            episode.grounds.map(|grounds| grounds.to_string()),
            confidence,
        ],
    )?;
    let id = connection.last_insert_rowid();
    for other in &episode.others {
        connection.execute("INSERT INTO version VALUES (?1, ?2)", [files[*other].id, id])?;
    }
    Ok(())
}

/// What episodes are of.
struct Shows<'a> {
    roots: &'a [PathBuf],
    /// For folders whose audio says nothing else in its tags: what it says.
    tagged: HashMap<String, Option<&'a str>>,
}

impl<'a> Shows<'a> {
    fn new(episodes: &[Grouped], files: &'a [File], roots: &'a [PathBuf]) -> Self {
        let mut tagged: HashMap<String, Option<&'a str>> = HashMap::new();
        for file in episodes.iter().filter_map(|episode| Some(&files[episode.audio?])) {
            let Some(show) = file.show.as_deref() else { continue };
            let known = tagged.entry(in_folder(&file.path, roots)).or_insert(Some(show));
            *known = known.filter(|known| *known == show);
        }
        Self { roots, tagged }
    }

    /// What the tags say, else what those of its neighbours say if they agree,
    /// else the folder.
    fn of(&self, file: &File) -> String {
        let folder = in_folder(&file.path, self.roots);
        let tagged = file.show.as_deref().or_else(|| self.tagged.get(&folder).copied().flatten());
        tagged.map_or(folder, str::to_owned)
    }
}

/// The folder that a file is in, or above that where its name says only what
/// is in it; at most the folder above the one that was added.
fn in_folder(path: &Path, roots: &[PathBuf]) -> String {
    let root = roots
        .iter()
        .filter(|root| path.starts_with(root))
        .max_by_key(|root| root.as_os_str().len());
    let stop = root.and_then(|root| root.parent()).and_then(Path::parent);
    let folders = path.ancestors().skip(1).take_while(|folder| Some(*folder) != stop);
    let names =
        folders.filter_map(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()));
    let mut telling = names.filter(|name| !GENERIC.contains(&name.to_lowercase().as_str()));
    telling.next().unwrap_or_default()
}

fn time(micros: Option<i64>) -> Option<MediaTime> {
    Some(MediaTime::from_micros(micros?.try_into().ok()?))
}

/// An episode from a row of [`LIST`].
fn episode(row: &Row<'_>) -> rusqlite::Result<Episode> {
    let path = |bytes: Option<Vec<u8>>| bytes.map(path_of);
    let reason: Option<String> = row.get(12)?;
    let confidence: Option<i64> = row.get(13)?;
    let sure = |number| match number {
        0 => Confidence::Doubtful,
        1 => Confidence::Likely,
        _ => Confidence::Certain,
    };
    let alone = row.get::<_, bool>("alone")?.then(|| Pairing {
        reason: "without a transcript, by hand".to_owned(),
        confidence: Confidence::Certain.to_string(),
    });
    let pairing = reason
        .zip(confidence)
        .map(|(reason, confidence)| Pairing { reason, confidence: sure(confidence).to_string() });
    Ok(Episode {
        id: row.get(0)?,
        key: row.get::<_, EpisodeKey>(1)?.to_string(),
        title: row.get(2)?,
        show: row.get(3)?,
        number: row.get(4)?,
        date: row.get(5)?,
        length: time(row.get(6)?),
        audio: path(row.get(7)?),
        transcript: path(row.get(8)?),
        cues: usize::try_from(row.get::<_, i64>(9)?).unwrap_or_default(),
        place: time(row.get(10)?),
        heard: row.get(11)?,
        pairing: pairing.or(alone),
        wrong: row.get(14)?,
        marked: row.get("played")?,
    })
}
