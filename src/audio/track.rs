//! An episode's audio as one row of samples, of which any can be read next.

use std::io;
use std::sync::Arc;

use super::bytes::Bytes;
use super::container::Container;
use super::frame::Frame;
use super::frames::{Progress, Refused};
use super::mp3::{Mp3, Outcome};
use super::notes::Notes;
use super::wav::{Found, Wav};
use crate::model::playback::Media;

/// An open episode. Samples are counted per channel, at [`Track::rate_hz`],
/// from the first that is heard.
pub struct Track(Kind);

enum Kind {
    Mp3(Box<Mp3>),
    Wav(Box<Wav>),
    Other(Box<Container>),
}

impl Track {
    /// Opens `media` and looks at its first bytes.
    ///
    /// # Errors
    ///
    /// Why it cannot be played, in one line for the listener.
    pub fn open(media: &Media) -> Result<Self, String> {
        let name = match media {
            Media::File(path) => path.display().to_string(),
            Media::BuiltIn(_) => "the built-in sample".to_owned(),
        };
        let refuse = |why: &str| format!("cannot play {name}: {why}");
        let bytes = Arc::new(Bytes::open(media).map_err(|error| refuse(&say(&error)))?);
        if bytes.is_empty() {
            return Err(refuse("it is empty"));
        }
        let mut head = [0; 12];
        let read = bytes.read_at(0, &mut head).map_err(|error| refuse(&say(&error)))?;
        let found = Wav::open(&bytes).map_err(|why| refuse(&why))?;
        if let Found::Wav(wav) = found {
            return Ok(Self(Kind::Wav(Box::new(wav))));
        }
        if matches!(found, Found::Mpeg) || !has_container(&head[..read]) {
            match Mp3::open(&bytes) {
                Ok(mp3) => return Ok(Self(Kind::Mp3(Box::new(mp3)))),
                Err(Refused::FreeFormat) => {
                    return Err(refuse(
                        "it is an MP3 in free format, which few programs read; \
                         re-encode it with a bit rate",
                    ));
                }
                Err(Refused::Io(error)) => return Err(refuse(&say(&error))),
                Err(Refused::NoFrames) => {}
            }
        }
        let other = Container::open(&bytes).map_err(|why| refuse(&why))?;
        Ok(Self(Kind::Other(Box::new(other))))
    }

    /// Samples a second.
    pub fn rate_hz(&self) -> u32 {
        match &self.0 {
            Kind::Mp3(mp3) => mp3.index().rate_hz(),
            Kind::Wav(wav) => wav.rate_hz(),
            Kind::Other(other) => other.rate_hz(),
        }
    }

    /// How many samples there are, once that is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Kind::Mp3(mp3) => mp3.index().is_finished().then(|| mp3.index().heard_len()),
            Kind::Wav(wav) => Some(wav.length()),
            Kind::Other(other) => other.length(),
        }
    }

    /// How many samples there are, judged by what is known of the file so far:
    /// a count in its first frame, or its size and the frames seen.
    pub fn estimate(&self) -> Option<u64> {
        match &self.0 {
            Kind::Mp3(mp3) => mp3.index().estimate(),
            Kind::Wav(wav) => Some(wav.length()),
            Kind::Other(other) => other.length(),
        }
    }

    /// Whether one can seek to `sample` now; if not, [`Track::look_on`] until
    /// one can.
    pub fn reaches(&self, sample: u64) -> bool {
        match &self.0 {
            Kind::Mp3(mp3) => mp3.index().is_finished() || sample < mp3.index().heard_len(),
            Kind::Wav(_) | Kind::Other(_) => true,
        }
    }

    /// Takes from `notes` where its samples are, if that stands there.
    pub(super) fn recall(&mut self, notes: &dyn Notes) {
        match &mut self.0 {
            Kind::Mp3(mp3) => mp3.recall(notes),
            Kind::Wav(_) | Kind::Other(_) => {}
        }
    }

    /// What is to be kept in notes about where its samples are, and under
    /// which name: once, when all of it is known.
    pub(super) fn take_new(&mut self) -> Option<(String, Vec<u8>)> {
        match &mut self.0 {
            Kind::Mp3(mp3) => mp3.take_new(),
            Kind::Wav(_) | Kind::Other(_) => None,
        }
    }

    /// Looks at the next mebibyte for where its samples are.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub fn look_on(&mut self) -> io::Result<Progress> {
        match &mut self.0 {
            Kind::Mp3(mp3) => mp3.scan_on(),
            Kind::Wav(_) | Kind::Other(_) => Ok(Progress::Finished),
        }
    }

    /// Whether the file has become longer since its end was seen.
    pub fn has_grown(&mut self) -> bool {
        match &mut self.0 {
            Kind::Mp3(mp3) => mp3.has_grown(),
            Kind::Wav(wav) => wav.has_grown(),
            Kind::Other(_) => false,
        }
    }

    /// Makes `sample` the next one that is read; past the end there is none.
    pub fn seek(&mut self, sample: u64) {
        match &mut self.0 {
            Kind::Mp3(mp3) => mp3.seek(sample),
            Kind::Wav(wav) => wav.seek(sample),
            Kind::Other(other) => other.seek(sample),
        }
    }

    /// Appends the next samples to `out`, some hundreds or thousands.
    pub fn read(&mut self, out: &mut Vec<Frame>) -> Outcome {
        match &mut self.0 {
            Kind::Mp3(mp3) => mp3.read(out),
            Kind::Wav(wav) => wav.read(out),
            Kind::Other(other) => other.read(out),
        }
    }
}

/// Whether a file that begins with `head` is of a format with a name in front.
fn has_container(head: &[u8]) -> bool {
    let begins = |at: usize, mark: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(mark));
    [&b"RIFF"[..], b"FORM", b"fLaC", b"OggS", b"\x1a\x45\xdf\xa3"]
        .iter()
        .any(|mark| begins(0, mark))
        || begins(4, b"ftyp")
}

/// An error of the system as a listener may read it.
fn say(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read by you".to_owned(),
        _ => error.to_string(),
    }
}
