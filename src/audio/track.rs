//! An episode's audio as one row of samples, of which any can be read next.

use std::io;
use std::sync::Arc;

use super::blocks::Blocks;
use super::bytes::{Bytes, Seal};
use super::coder::guarded;
use super::container::Container;
use super::frame::Frame;
use super::frames::{Progress, Refused};
use super::mp3::{Mp3, Outcome};
use super::notes::Notes;
use super::ogg::Ogg;
use super::packets::Reader;
use super::spool;
use super::wav::{Found, Wav};
use crate::model::playback::Media;

/// How many bytes of what comes through a pipe are waited for before a look:
/// some frames of an MP3 behind its tags and the parts in front of a WAV's
/// samples, half a second of speech, and the heads of any other format.
const ENOUGH_OF_MP3: u64 = 4 << 10;
const ENOUGH_OF_WAV: u64 = 16 << 10;
const ENOUGH: u64 = 64 << 10;

/// An open episode. Samples are counted per channel, at [`Track::rate_hz`],
/// from the first that is heard.
pub struct Track {
    bytes: Arc<Bytes>,
    seal: Seal,
    sound: Box<dyn Sound>,
}

/// A file of some format, read from any sample on. What each does is told by
/// [`Track`]'s method of the same name. A read gives a quarter of a second at
/// most.
pub(super) trait Sound: Send {
    fn rate_hz(&self) -> u32;

    fn length(&self) -> Option<u64>;

    fn estimate(&self) -> Option<u64> {
        self.length()
    }

    fn reaches(&self, _sample: u64) -> bool {
        true
    }

    fn look_on(&mut self) -> io::Result<Progress> {
        Ok(Progress::Finished)
    }

    fn recall(&mut self, _notes: &dyn Notes) {}

    fn take_new(&mut self) -> Option<(String, Vec<u8>)> {
        None
    }

    fn has_grown(&mut self) -> bool;

    fn seek(&mut self, sample: u64);

    fn read(&mut self, out: &mut Vec<Frame>) -> Outcome;
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
            Media::Spooled(number) => {
                spool::by_number(*number).map_or_else(String::new, |spool| spool.name().to_owned())
            }
            Media::BuiltIn(_) => "the built-in sample".to_owned(),
        };
        let refuse = |why: &str| format!("cannot play {name}: {why}");
        let bytes = Arc::new(Bytes::open(media).map_err(|error| refuse(&say(&error)))?);
        if bytes.is_empty() {
            return Err(refuse("it is empty"));
        }
        let found = guarded(|| find(&bytes)).unwrap_or_else(|| Err("it is damaged".to_owned()));
        let sound = found.map_err(|why| refuse(&why))?;
        Ok(Self { seal: Seal::new(&bytes), bytes, sound })
    }

    /// Whether not even enough of `media` is there yet for a look at it.
    pub(super) fn is_to_come(media: &Media) -> bool {
        let Media::Spooled(number) = media else { return false };
        let Some(spool) = spool::by_number(*number).filter(|spool| spool.is_coming()) else {
            return false;
        };
        let mut head = [0; 10];
        let _ = spool.read_at(0, &mut head);
        let enough = match head {
            // Tags in front of an MP3 may be large.
            [b'I', b'D', b'3', _, _, _, size @ ..] => {
                ENOUGH_OF_MP3 + size.iter().fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f))
            }
            // AAC has no layer, and is asked for more than its first header.
            [0xff, second, ..] if second >= 0xe0 && second & 0b110 != 0 => ENOUGH_OF_MP3,
            [b'R', b'I', b'F', b'F', ..] => ENOUGH_OF_WAV,
            _ => ENOUGH,
        };
        spool.len() < enough
    }

    /// Whether more of `media` is on its way.
    pub(super) fn may_come(media: &Media) -> bool {
        let Media::Spooled(number) = media else { return false };
        spool::by_number(*number).is_some_and(|spool| spool.is_coming())
    }

    /// Samples a second.
    pub fn rate_hz(&self) -> u32 {
        self.sound.rate_hz()
    }

    /// How many samples there are, once that is known.
    pub fn length(&self) -> Option<u64> {
        self.sound.length()
    }

    /// How many samples there are, judged by what is known of the file so far:
    /// a count in its first frame, or its size and the frames seen.
    pub fn estimate(&self) -> Option<u64> {
        self.sound.estimate()
    }

    /// Whether one can seek to `sample` now; if not, [`Track::look_on`] until
    /// one can.
    pub fn reaches(&self, sample: u64) -> bool {
        self.sound.reaches(sample)
    }

    /// Takes from `notes` where its samples are, if that stands there.
    pub(super) fn recall(&mut self, notes: &dyn Notes) {
        self.sound.recall(notes);
    }

    /// What is to be kept in notes about where its samples are, and under
    /// which name: once, when all of it is known.
    pub(super) fn take_new(&mut self) -> Option<(String, Vec<u8>)> {
        self.sound.take_new()
    }

    /// Looks at the next mebibyte for where its samples are.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read.
    pub fn look_on(&mut self) -> io::Result<Progress> {
        self.sound.look_on()
    }

    /// Whether the file has become longer since its end was seen.
    pub fn has_grown(&mut self) -> bool {
        guarded(|| self.sound.has_grown()).unwrap_or(false)
    }

    /// Whether other bytes have been written over those that the file had; then
    /// it is to be opened again. (One put in its place under its name is
    /// another file, and this one is still the old one.)
    pub(super) fn is_overwritten(&self) -> bool {
        !self.is_coming() && self.seal.is_broken(&self.bytes)
    }

    /// Whether its file cannot be read now, though it could be.
    pub(super) fn is_out_of_reach(&self) -> bool {
        self.seal.is_out_of_reach(&self.bytes)
    }

    /// Whether more of the file is known to be on its way.
    pub fn is_coming(&self) -> bool {
        self.bytes.are_coming()
    }

    /// Makes `sample` the next one that is read; past the end there is none.
    pub fn seek(&mut self, sample: u64) {
        // What panics here is met again when it is read.
        let _ = guarded(|| self.sound.seek(sample));
    }

    /// Appends the next samples to `out`, some hundreds or thousands.
    pub fn read(&mut self, out: &mut Vec<Frame>) -> Outcome {
        guarded(|| self.sound.read(out)).unwrap_or(Outcome::End)
    }
}

/// Finds out which format it is, by its content.
fn find(bytes: &Arc<Bytes>) -> Result<Box<dyn Sound>, String> {
    let mut head = [0; 12];
    let read = bytes.read_at(0, &mut head).map_err(|error| say(&error))?;
    let found = Wav::open(bytes)?;
    if let Found::Wav(wav) = found {
        return Ok(Box::new(wav));
    }
    if matches!(found, Found::Mpeg) || !has_container(&head[..read]) {
        match Mp3::open(bytes) {
            Ok(mp3) => return Ok(Box::new(mp3)),
            Err(Refused::FreeFormat) => {
                let why = "it is an MP3 in free format, which few programs read; re-encode it \
                           with a bit rate";
                return Err(why.to_owned());
            }
            Err(Refused::Io(error)) => return Err(say(&error)),
            Err(Refused::NoFrames) => {}
        }
    }
    if let Some(ogg) = Ogg::open(bytes)? {
        let rate_hz = ogg.rate_hz();
        return Ok(Box::new(Reader::new(ogg, rate_hz)?));
    }
    if let Some(blocks) = Blocks::open(bytes)? {
        let rate_hz = blocks.rate_hz();
        return Ok(Box::new(Reader::new(blocks, rate_hz)?));
    }
    Ok(Box::new(Container::open(bytes)?))
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
