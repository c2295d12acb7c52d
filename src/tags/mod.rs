//! What an audio file says about itself: its title, its show, its chapters: an
//! edge.
//!
//! Only the tags are read, never the sound and no picture, and at most 16 MiB
//! of them: [`read`] takes milliseconds whatever the file is.

mod chunks;
mod cover;
mod found;
mod id3;
mod matroska;
mod mp4;
mod mp4_edit;
mod mp4_track;
mod ogg;
mod source;
mod tape;
mod vorbis;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use self::cover::Cover;
use self::found::Found;
use self::source::{Bytes, Source};
use crate::model::Chapters;

/// What an audio file says about itself; all texts are clean lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// The episode's title.
    pub title: Option<String>,
    /// The show: what music calls the album.
    pub show: Option<String>,
    /// Who made it.
    pub artist: Option<String>,
    /// The episode's number within the show.
    pub number: Option<u32>,
    /// When it was published: `2026`, `2026-11` or `2026-11-22`.
    pub date: Option<String>,
    /// What it is about, as it stands there: text or HTML.
    pub notes: Option<String>,
    /// Its chapters: those that are marked as such, else those that its notes
    /// list as lines of `0:00 Title`.
    pub chapters: Chapters,
}

/// The tags of the audio in `path`: `ID3v2`, MP4, Matroska, the comments of Ogg
/// and FLAC, the chunks of WAV and AIFF. A file that has none, or of another
/// kind, gives empty ones, and one that is damaged those before the damage.
///
/// # Errors
///
/// When the file cannot be opened or is no file.
pub fn read(path: &Path) -> io::Result<Tags> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    Ok(read_from(file))
}

/// The picture in the tags of the audio in `path`, as it stands there: the
/// front cover, else the first one of at most 8 MiB; of `ID3v2`.3 and 2.4, MP4,
/// Matroska, FLAC and the comments of Ogg. `None` if there is none, or it is damaged.
pub fn cover(path: &Path) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    cover_from(file)
}

fn cover_from(mut audio: impl Read + Seek) -> Option<Vec<u8>> {
    let mut found = Found::default();
    found.cover = Some(Cover::default());
    let _ = take(&mut Source::new(&mut audio).ok()?, &mut found);
    found.cover.map(|cover| cover.bytes).filter(|bytes| !bytes.is_empty())
}

/// The tags of the audio in `audio`, as [`read`] has them.
pub fn read_from(mut audio: impl Read + Seek) -> Tags {
    let mut found = Found::default();
    if let Ok(mut source) = Source::new(&mut audio) {
        // What was found before an error is kept.
        let _ = take(&mut source, &mut found);
    }
    found.into_tags()
}

fn take(source: &mut Source<&mut dyn Bytes>, found: &mut Found) -> io::Result<()> {
    let head: [u8; 12] = source.array()?;
    source.seek(0)?;
    match head {
        [b'I', b'D', b'3', ..] => id3::read(source, found),
        [b'O', b'g', b'g', b'S', ..] => ogg::read(source, found),
        [b'f', b'L', b'a', b'C', ..] => vorbis::flac(source, found),
        [b'R', b'I' | b'F', b'F' | b'6', b'F' | b'4', .., b'W', b'A', b'V', b'E'] => {
            chunks::wav(source, found)
        }
        [b'F', b'O', b'R', b'M', .., b'A', b'I', b'F', b'F' | b'C'] => chunks::aiff(source, found),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => matroska::read(source, found),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => mp4::read(source, found),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn what_is_no_audio_has_no_tags() {
        for bytes in [&b""[..], b"ID3", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello", &[0; 40]] {
            assert_eq!(read_from(Cursor::new(bytes)), Tags::default());
        }
        assert!(read(Path::new(".")).is_err());
        assert!(read(Path::new("no/such.mp3")).is_err());
    }
}
