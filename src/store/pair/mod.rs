//! Finds the transcript that belongs to an audio file.
//!
//! `choose` decides for one file, from names alone; `many` for whole folders, from
//! names and lengths. Here are the folders around one file.

mod choose;
mod content;
mod dates;
mod forms;
mod grounds;
mod groups;
mod many;
mod name;
mod words;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use self::choose::Reason;
use self::choose::Spot;
pub use self::grounds::{Confidence, Doubt, Grounds};
pub use self::many::{Grouped, IsWord, Piece, pair_all};
pub use self::name::Identity;
use super::files;

/// A transcript that was found for an audio file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paired {
    /// Where it is.
    pub path: PathBuf,
    /// Why it is that one.
    pub reason: Reason,
}

/// The transcript of `audio`, or `None`: looked for in the folder of `audio`,
/// in `transcripts` in it and in `transcripts` beside it.
///
/// Lists three folders; opens a file only if its name leaves open whether it is
/// a transcript, at most 150 of them.
///
/// # Errors
///
/// A folder cannot be listed, and no transcript was found in the others. That
/// there is no folder `transcripts` is no error.
pub fn transcript_for(audio: &Path) -> io::Result<Option<Paired>> {
    let folders = folders_for(audio);
    let mut unreadable = None;
    let mut entries = Vec::new();
    for (rank, folder) in folders.iter().enumerate() {
        match list(folder) {
            Ok(names) => entries.push(names),
            Err(error) if rank > 0 && is_missing(&error) => entries.push(Vec::new()),
            Err(error) => {
                let told = format!("cannot list {}: {}", files::shown(folder), files::why(&error));
                unreadable = unreadable.or(Some(io::Error::new(error.kind(), told)));
                entries.push(Vec::new());
            }
        }
    }
    let names: Vec<Vec<String>> = entries
        .iter()
        .map(|names| names.iter().map(|name| name.to_string_lossy().into_owned()).collect())
        .collect();
    let path_of = |spot: Spot| folders[spot.folder].join(&entries[spot.folder][spot.entry]);
    let is_transcript =
        |spot| files::head(&path_of(spot)).is_ok_and(|head| content::is_transcript(&head));
    let name = audio.file_name().unwrap_or_default().to_string_lossy();
    match (choose::choose(&name, &names, is_transcript), unreadable) {
        (Some((spot, reason)), _) => Ok(Some(Paired { path: path_of(spot), reason })),
        (None, None) => Ok(None),
        (None, Some(error)) => Err(error),
    }
}

/// Whether a file of this name may be audio or a transcript.
pub fn may_matter(name: &str) -> bool {
    name::Name::new(name).kind.is_some()
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Neither audio nor a transcript.
    Other,
    /// Audio.
    Audio,
    /// A transcript.
    Transcript,
}

/// What the file in `path` is: by its name, and where that leaves it open by
/// what `head` gives of its beginning.
pub fn kind_of(path: &Path, head: impl FnOnce() -> Vec<u8>) -> FileKind {
    let name = name::Name::new(&path.file_name().unwrap_or_default().to_string_lossy());
    match name.kind {
        None => FileKind::Other,
        Some(name::Kind::Audio) => FileKind::Audio,
        Some(name::Kind::Transcript { doubtful: false, .. }) => FileKind::Transcript,
        Some(name::Kind::Transcript { doubtful: true, .. }) => {
            let litter = choose::NOT_TRANSCRIPTS.contains(&name.stem.as_str());
            let is_one = !litter && (name.says_transcript() || content::is_transcript(&head()));
            if is_one { FileKind::Transcript } else { FileKind::Other }
        }
    }
}

/// Which episode the name of a file says it is.
pub fn identity_of(path: &Path) -> Option<Identity> {
    name::Name::new(&path.file_name()?.to_string_lossy()).identity()
}

/// What the file in `path` was called before it was copied: its name without
/// `(1)` or `copy` at the end, and without its ending.
pub fn name_of_copied(path: &Path) -> String {
    let name = name::Name::new(&path.file_name().unwrap_or_default().to_string_lossy());
    forms::without_copy(&name.stem).to_owned()
}

/// How good a transcript's format is, by its name; the smaller, the better.
pub fn rank_of(path: &Path) -> Option<u8> {
    match name::Name::new(&path.file_name()?.to_string_lossy()).kind? {
        name::Kind::Audio => None,
        name::Kind::Transcript { rank, .. } => Some(rank),
    }
}

/// The title of an episode as the name of its file has it: without its number
/// and ending, and with spaces for what stands in their place.
pub fn title_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = name::Name::new(&path.file_name().unwrap_or_default().to_string_lossy());
    let number = match name.identity_at_start() {
        Some(Identity::Number(_)) => behind_digits(&stem, 1),
        Some(Identity::Date(_)) => behind_digits(&stem, 8),
        _ => &stem,
    };
    let words: Vec<&str> = number
        .split(|c: char| "-_".contains(c) || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() { stem.trim().to_owned() } else { words.join(" ") }
}

/// What comes after the digits that `stem` begins with: the first run of them,
/// and further ones while all together are no more than `digits`, as those of
/// a date are (`2026-01-05`).
fn behind_digits(stem: &str, digits: usize) -> &str {
    let sign = |c: char| "-_. ".contains(c);
    let mut rest = stem.trim_start_matches(sign);
    let mut seen = 0;
    loop {
        let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let run = rest.len() - behind.len();
        if run == 0 || (seen > 0 && seen + run > digits) {
            return rest;
        }
        seen += run;
        rest = behind.trim_start_matches(sign);
    }
}

/// Where a transcript of `audio` may lie, the likeliest first; the folder of
/// `audio` itself is the first.
fn folders_for(audio: &Path) -> [PathBuf; 3] {
    let own = match audio.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let above = match (own.file_name(), own.parent()) {
        (Some(_), Some(above)) => above.to_owned(),
        _ => own.join(".."),
    };
    [own.to_owned(), own.join("transcripts"), above.join("transcripts")]
}

/// The names in `folder` of what may be a transcript or audio, in no order.
fn list(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let matters = name::Name::new(&entry.file_name().to_string_lossy()).kind.is_some();
        if matters && !entry.file_type()?.is_dir() {
            names.push(entry.file_name());
        }
    }
    Ok(names)
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, all of them with times inside.
    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "00:00:01 Hello.\n").unwrap();
        }
        folder
    }

    /// The transcript of `audio` within `folder`, and why.
    fn paired(folder: &tempfile::TempDir, audio: &str) -> Option<String> {
        let Paired { path, reason } = transcript_for(&folder.path().join(audio)).unwrap()?;
        Some(format!("{}: {reason}", path.strip_prefix(folder).unwrap().display()))
    }

    #[test]
    fn a_title_keeps_the_numbers_that_are_its_own() {
        for (name, title) in [
            ("023_3d_printing.vtt", "3d printing"),
            ("7 - 12 rules.mp3", "12 rules"),
            ("2026-01-05 3d printing.mp3", "3d printing"),
            ("20260105-2 years on.mp3", "2 years on"),
            ("021.mp3", "021"),
        ] {
            assert_eq!(title_of(Path::new(name)), title, "{name}");
        }
    }

    #[test]
    fn a_copy_is_called_after_what_it_is_a_copy_of() {
        for copy in ["Talk 5.mp3", "talk 5 (1).mp3", "talk 5 - Copy.mp3", "talk 5 copy 2.mp3"] {
            assert_eq!(name_of_copied(Path::new(copy)), "talk 5", "{copy}");
        }
        assert_eq!(name_of_copied(Path::new("talk (live).mp3")), "talk (live)");
        assert_eq!(name_of_copied(Path::new("photocopy.mp3")), "photocopy");
    }

    #[test]
    fn a_transcript_is_found_beside_the_audio_and_in_folders_named_transcripts() {
        for (audio, transcript) in [
            ("021-pypy.mp3", "021_PyPy_speed.vtt"),
            ("a/21-pypy.mp3", "a/transcripts/021_PyPy.vtt"),
            ("audio/21-pypy.mp3", "transcripts/021_PyPy.vtt"),
        ] {
            let folder = folder(&[audio, transcript]);
            let expected = format!("{transcript}: same episode number 21");
            assert_eq!(paired(&folder, audio), Some(expected));
        }
    }

    #[test]
    fn transcripts_of_another_timing_are_not_looked_for() {
        let folder = folder(&["audio/21-pypy.mp3", "youtube_transcripts/021-pypy.vtt"]);
        assert_eq!(paired(&folder, "audio/21-pypy.mp3"), None);
    }

    #[test]
    fn a_folder_is_no_transcript() {
        let folder = folder(&["talk.mp3", "talk.vtt/inside"]);
        assert_eq!(paired(&folder, "talk.mp3"), None);
    }

    #[test]
    fn a_text_without_times_is_taken_only_for_its_name() {
        let folder = folder(&["talk.mp3"]);
        fs::write(folder.path().join("links.txt"), "https://example.org\n").unwrap();
        assert_eq!(paired(&folder, "talk.mp3"), None);
        fs::write(folder.path().join("links.txt"), "[00:01] Hello.\n").unwrap();
        let found = paired(&folder, "talk.mp3");
        assert_eq!(found.as_deref(), Some("links.txt: the only transcript in the folder"));
        fs::write(folder.path().join("talk.txt"), "Hello.\n").unwrap();
        let found = paired(&folder, "talk.mp3");
        assert_eq!(found.as_deref(), Some("talk.txt: same name"));
    }

    #[test]
    fn a_name_without_a_folder_means_the_current_one() {
        let folders = folders_for(Path::new("talk.mp3"));
        assert_eq!(
            folders.map(|path| path.to_string_lossy().into_owned()),
            [".", "./transcripts", "./../transcripts"]
        );
        let folders = folders_for(Path::new("/talk.mp3"));
        assert_eq!(folders[0], Path::new("/"));
        assert_eq!(folders_for(Path::new("a/b/talk.mp3"))[2], Path::new("a/transcripts"));
    }

    #[test]
    fn a_folder_that_cannot_be_listed_is_an_error_with_its_name() {
        let folder = folder(&[]);
        let error = transcript_for(&folder.path().join("gone/talk.mp3")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(error.to_string().contains("cannot list"), "{error}");
        assert!(error.to_string().contains("gone"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_listed_does_not_matter_when_another_has_the_transcript() {
        let folder = folder(&["talk.mp3", "talk.vtt"]);
        let ring = folder.path().join("transcripts");
        std::os::unix::fs::symlink("transcripts", &ring).unwrap();
        assert!(fs::read_dir(&ring).is_err());
        let found = paired(&folder, "talk.mp3");
        assert_eq!(found.as_deref(), Some("talk.vtt: same name"));
        fs::remove_file(folder.path().join("talk.vtt")).unwrap();
        assert!(transcript_for(&folder.path().join("talk.mp3")).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_text_is_found() {
        use std::os::unix::ffi::OsStrExt;

        let folder = folder(&[]);
        let path = |name: &[u8]| folder.path().join(std::ffi::OsStr::from_bytes(name));
        fs::write(path(b"21-f\xfcr.mp3"), "").unwrap();
        fs::write(path(b"21-f\xfcr.vtt"), "").unwrap();
        let paired = transcript_for(&path(b"21-f\xfcr.mp3")).unwrap().unwrap();
        assert_eq!(paired.path, path(b"21-f\xfcr.vtt"));
    }
}
