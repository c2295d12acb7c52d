//! The picture beside an audio file.

use std::path::Path;

use super::files;

/// What such a picture is called, after the audio itself, and how its name
/// ends.
const NAMES: [&str; 3] = ["cover", "folder", "artwork"];
const ENDINGS: [&str; 3] = ["jpg", "jpeg", "png"];

/// The largest picture that is read, in bytes.
const LARGEST: u64 = 8 << 20;

/// The picture that is called as `audio` is, else `cover`, `folder` or
/// `artwork` in its folder, as it stands there; `None` if there is none that
/// can be read.
pub fn cover_beside(audio: &Path) -> Option<Vec<u8>> {
    let stem = audio.file_stem()?.to_owned();
    let names = std::iter::once(stem).chain(NAMES.map(Into::into));
    let mut paths = names.flat_map(|name| {
        ENDINGS.map(|ending| {
            let mut name = name.clone();
            name.push(".");
            name.push(ending);
            audio.with_file_name(name)
        })
    });
    paths.find_map(|path| files::read(&path, LARGEST).ok())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_picture_of_the_same_name_comes_before_that_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let audio = folder.path().join("talk.2.mp3");
        assert_eq!(cover_beside(&audio), None);
        fs::write(folder.path().join("folder.png"), "folder").unwrap();
        assert_eq!(cover_beside(&audio).as_deref(), Some(&b"folder"[..]));
        fs::write(folder.path().join("talk.2.jpeg"), "own").unwrap();
        assert_eq!(cover_beside(&audio).as_deref(), Some(&b"own"[..]));
    }
}
