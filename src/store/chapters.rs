//! The files beside an audio file that hold its chapters.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::files::{self, CHAPTERS_LIMIT_BYTES, ReadError};

/// What follows the audio's name in the name of its chapters, the best first:
/// what has times to the millisecond, and was made for nothing else.
const ENDINGS: [&str; 6] =
    [".chapters.json", ".psc", ".chapters.xml", ".chapters.vtt", ".chapters.txt", ".ffmetadata"];

/// The files that are called as `audio` is and hold its chapters, the best
/// first: `talk.chapters.json`, `talk.psc`, `talk.chapters.xml`, `.vtt` and
/// `.txt`, `talk.ffmetadata`.
pub fn chapter_files(audio: &Path) -> Vec<PathBuf> {
    let paths = ENDINGS.iter().map(|ending| beside(audio, ending));
    paths.filter(|path| path.is_file()).collect()
}

/// The file with the notes of the episode, as downloaders write it beside the
/// audio: `talk.description`.
pub fn description(audio: &Path) -> Option<PathBuf> {
    Some(beside(audio, ".description")).filter(|path| path.is_file())
}

/// All bytes of the file of chapters, or of notes, in `path`.
///
/// # Errors
///
/// See [`ReadError`]; too large is more than 4 MiB.
pub fn read_chapters(path: &Path) -> Result<Vec<u8>, ReadError> {
    files::read(path, CHAPTERS_LIMIT_BYTES)
}

fn beside(audio: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = audio.file_stem().unwrap_or_default().to_owned();
    name.push(ending);
    audio.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn chapters_are_found_by_the_name_of_the_audio_the_best_first() {
        let folder = tempfile::tempdir().unwrap();
        let audio = folder.path().join("talk.2.mp3");
        let make = |name: &str| fs::write(folder.path().join(name), "x").unwrap();
        assert_eq!(chapter_files(&audio), Vec::<PathBuf>::new());
        for name in ["talk.2.chapters.txt", "talk.2.psc", "talk.2.chapters.json", "talk.psc"] {
            make(name);
        }
        fs::create_dir(folder.path().join("talk.2.chapters.xml")).unwrap();
        let names: Vec<_> = chapter_files(&audio)
            .into_iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["talk.2.chapters.json", "talk.2.psc", "talk.2.chapters.txt"]);
        assert_eq!(description(&audio), None);
        make("talk.2.description");
        assert_eq!(description(&audio), Some(folder.path().join("talk.2.description")));
    }

    #[test]
    fn a_file_too_large_for_chapters_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.chapters.txt");
        fs::File::create(&path).unwrap().set_len(CHAPTERS_LIMIT_BYTES + 1).unwrap();
        let error = read_chapters(&path).unwrap_err();
        let told = format!(
            "cannot read {}: it is larger than 4 MiB; no file of chapters is: give it \
             another name",
            path.display()
        );
        assert_eq!(error.to_string(), told);
        fs::write(&path, "0:00 A").unwrap();
        assert_eq!(read_chapters(&path).unwrap(), b"0:00 A");
    }
}
