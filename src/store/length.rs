//! How long audio has turned out to be.

use rusqlite::params;

use super::database::StoreError;
use super::{EpisodeKey, Places};
use crate::model::MediaTime;

impl Places {
    /// Notes in the library, if there is one, that the audio of the episode `key`
    /// is so long: what was said when it was added may have been a guess.
    ///
    /// # Errors
    ///
    /// The file cannot be written; the length is as before then.
    pub fn know_length(&mut self, key: EpisodeKey, length: MediaTime) -> Result<(), StoreError> {
        let database = self.database();
        let length = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
        // Of an episode that is kept under another key than its audio, that audio.
        let content = database.connection.query_row(
            "SELECT file.key FROM episode JOIN file ON file.id = episode.audio
             WHERE episode.key = ?1",
            [key],
            |row| row.get::<_, EpisodeKey>(0),
        );
        // There may be no library, or it may not have it.
        let Ok(content) = content else { return Ok(()) };
        let known = database.connection.execute(
            "UPDATE file SET length_us = ?2
             WHERE key = ?1 AND kind = 1 AND length_us IS NOT ?2",
            params![content, length],
        );
        known.map(|_| ()).map_err(|error| database.told(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::library::Sound;
    use crate::store::{Database, Library, Paths};

    #[test]
    fn the_list_has_the_length_that_was_found_out_and_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::in_folder(folder.path().join("state"));
        let database = || Database::open(&paths).unwrap().database;
        let mut places = Places::new(database());
        let length = MediaTime::from_millis(61_500);
        let (one, other) = (EpisodeKey::of_bytes(b"one"), EpisodeKey::of_bytes(b"other"));
        // Without a library.
        places.know_length(one, length).unwrap();
        let files = folder.path().join("files");
        for (name, bytes) in [("one.mp3", "one"), ("two/one.mp3", "one"), ("other.mp3", "other")] {
            let path = files.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        for (name, word) in [("one.vtt", "hello"), ("two/one.vtt", "hallo")] {
            let text = format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{word}\n");
            std::fs::write(files.join(name), text).unwrap();
        }
        let guess = MediaTime::from_secs(100);
        let guessed = |_: &std::path::Path| Sound { length: Some(guess), ..Sound::default() };
        let mut library = Library::new(database()).unwrap();
        library.add(std::slice::from_ref(&files), &guessed).unwrap();
        let lengths = |library: &Library| -> Vec<(String, Option<MediaTime>)> {
            let all = library.episodes().unwrap().into_iter();
            all.map(|it| (it.key, it.length)).collect()
        };
        let own = [one.to_string(), other.to_string()];
        let before = lengths(&library);
        let (beside, _) = before.iter().find(|(key, _)| !own.contains(key)).unwrap();
        assert_eq!(before.len(), 3, "one of the two is kept under another key than its audio");
        places.know_length(beside.parse().unwrap(), length).unwrap();
        std::fs::write(files.join("new.mp3"), "new").unwrap();
        library.refresh(&guessed).unwrap();
        for (key, known) in lengths(&library) {
            let is_other =
                key == other.to_string() || key == EpisodeKey::of_bytes(b"new").to_string();
            assert_eq!(known, Some(if is_other { guess } else { length }), "{key}");
        }
    }
}
