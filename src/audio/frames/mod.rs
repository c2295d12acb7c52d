//! Where every frame of an MP3 lies, and which samples it holds.
//!
//! Built from the headers alone, a piece at a time, so that an episode plays
//! at once and a seek is still exact. Time begins where FFmpeg's begins: the
//! encoder's delay is taken off when the file names it, and the frame that
//! holds the file's tag is not counted. A tag further in, where files were
//! joined, is an ordinary frame of silence, as it is for FFmpeg.

use std::io;
use std::ops::Range;
use std::sync::Arc;

mod kept;
mod places;

use super::bytes::{Bytes, Window};
use super::header::{Header, NotHeader};
use super::tag::Tag;

use places::Places;

pub(super) use kept::FORM;

/// How many bytes are looked at between two looks at what else is to be done.
const PIECE: u64 = 1 << 20;

/// How many frames in a row make a place trusted where none was expected.
const TRUST: usize = 3;

/// A decoder's own delay in samples, which an encoder's does not include.
const DECODER_DELAY: u64 = 529;

/// The frames of a file, as far as they are known.
#[derive(Debug)]
pub(super) struct Index {
    window: Window,
    /// Where the next frame is expected.
    scan: u64,
    /// Whether `scan` is where a frame ended (else: where a search goes on).
    in_step: bool,
    finished: bool,
    places: Places,
    sections: Vec<Section>,
    /// Samples at the start that are not heard.
    skip: u64,
    /// Decoded samples that are not heard: the padding named by the tag.
    cut: Range<u64>,
    /// How many frames the tag says there are; 0 if it does not.
    told: u64,
    /// Whether frames of AAC stand for twice what their headers say.
    is_doubled: bool,
}

/// Frames in a row of one kind. Joined files have several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    /// The first of them.
    pub first: usize,
    /// Its first sample, in decoded samples at the rate of the first section.
    pub start: u64,
    /// What they look like; the length in bytes is the first frame's.
    pub header: Header,
}

/// Where scanning has got to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is more to look at.
    More,
    /// All there is now has been looked at.
    Finished,
}

/// Why a file is no MP3 that can be played.
#[derive(Debug)]
pub(super) enum Refused {
    /// No frame in its first mebibyte behind the tags.
    NoFrames,
    /// Its frames do not tell their length.
    FreeFormat,
    /// It cannot be read.
    Io(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Index {
    /// The index of `bytes` up to the first frames. `is_doubled`: AAC has an
    /// upper half, so that it holds twice the samples at twice the rate.
    ///
    /// # Errors
    ///
    /// Why these are not the bytes of an MP3 that can be played.
    pub(super) fn open(bytes: Arc<Bytes>, is_doubled: bool) -> Result<Self, Refused> {
        let mut index = Self {
            window: Window::new(bytes, 256 << 10),
            scan: 0,
            in_step: true,
            finished: false,
            places: Places::default(),
            sections: Vec::new(),
            skip: 0,
            cut: 0..0,
            told: 0,
            is_doubled,
        };
        let len = index.window.bytes().len();
        let mut after_tags = 0;
        while let Some(tag) = index.tag_at(after_tags, len)? {
            after_tags += tag;
        }
        index.scan = after_tags;
        if let Some(Err(NotHeader::FreeFormat)) = index.header_at(after_tags)? {
            return Err(Refused::FreeFormat);
        }
        while index.places.is_empty() {
            let progress = index.scan_to(index.scan + (64 << 10))?;
            if index.places.is_empty()
                && (progress == Progress::Finished || index.scan > after_tags + (1 << 20))
            {
                return Err(Refused::NoFrames);
            }
        }
        index.read_tag()?;
        Ok(index)
    }

    /// Looks at the next mebibyte, or what has been added since the last time.
    ///
    /// # Errors
    ///
    /// What the system says when the file cannot be read; the index then counts
    /// as finished where it is.
    pub(super) fn scan_on(&mut self) -> io::Result<Progress> {
        let result = self.scan_to(self.scan + PIECE);
        self.finished |= result.is_err();
        result
    }

    /// Whether all that there was has been looked at.
    pub(super) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Whether the file has grown since it was looked at to its end.
    pub(super) fn has_grown(&mut self) -> bool {
        let len = self.window.bytes().len();
        self.finished && len > self.scan + 4 && {
            self.window.forget();
            matches!(self.header_at(self.scan), Ok(Some(Ok(header)))
                if self.scan + u64::from(header.len_bytes) <= len)
        }
    }

    /// The rate of the time axis, in Hz: that of the first frame.
    pub(super) fn rate_hz(&self) -> u32 {
        self.sections.first().map_or(44_100, |section| section.header.rate_hz)
    }

    /// How many samples there are, judged by what is known so far; `None` if no
    /// frame is.
    pub(super) fn estimate(&self) -> Option<u64> {
        if self.places.is_empty() {
            return None;
        }
        let samples = u64::from(self.sections.first()?.header.samples);
        if self.told > 0 {
            return Some(self.told.saturating_mul(samples));
        }
        let first = self.place(0);
        let len = self.window.bytes().len();
        let frames = self.len() as u64;
        let seen = self.scan.min(len).checked_sub(first).filter(|seen| *seen > 0)?;
        let all = u128::from(len - first) * u128::from(frames * samples) / u128::from(seen);
        Some(all as u64)
    }

    /// How many frames are known.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Where frame `frame` lies in the file.
    pub(super) fn place(&self, frame: usize) -> u64 {
        self.places.get(frame)
    }

    /// The section that `frame` is in.
    pub(super) fn section_of(&self, frame: usize) -> usize {
        self.sections.partition_point(|section| section.first <= frame).saturating_sub(1)
    }

    /// A section by its number.
    pub(super) fn section(&self, number: usize) -> Section {
        self.sections[number]
    }

    /// The decoded samples up to `frame`, which is in `section` or just behind
    /// it, at the rate of the time axis.
    pub(super) fn decoded_before(&self, section: usize, frame: usize) -> u64 {
        if let Some(next) = self.sections.get(section + 1)
            && frame >= next.first
        {
            return next.start;
        }
        let section = &self.sections[section];
        let count = (frame - section.first) as u64 * u64::from(section.header.samples);
        section.start + scale(count, section.header.rate_hz, self.rate_hz())
    }

    /// The frame that holds decoded sample `sample`; the last where there are
    /// fewer.
    pub(super) fn frame_of(&self, sample: u64) -> usize {
        let number = self.sections.partition_point(|section| section.start <= sample);
        let number = number.saturating_sub(1);
        let section = &self.sections[number];
        let inside =
            scale(sample - section.start.min(sample), self.rate_hz(), section.header.rate_hz);
        let frame = section.first + (inside / u64::from(section.header.samples)) as usize;
        let last = self.sections.get(number + 1).map_or(self.places.len(), |next| next.first) - 1;
        frame.min(last)
    }

    /// The decoded sample that is heard as sample `heard`.
    pub(super) fn decoded(&self, heard: u64) -> u64 {
        let sample = heard + self.skip;
        if sample < self.cut.start { sample } else { sample + (self.cut.end - self.cut.start) }
    }

    /// The decoded samples that are not heard, in the middle or at the end.
    pub(super) fn cut(&self) -> Range<u64> {
        self.cut.clone()
    }

    /// How many samples of the frames known so far are heard.
    pub(super) fn heard_len(&self) -> u64 {
        if self.places.is_empty() {
            return 0;
        }
        let decoded = self.decoded_before(self.sections.len() - 1, self.places.len());
        let cut = decoded.min(self.cut.end) - decoded.min(self.cut.start);
        (decoded - cut).saturating_sub(self.skip)
    }

    /// Walks the headers up to about `limit`.
    fn scan_to(&mut self, limit: u64) -> io::Result<Progress> {
        let len = self.window.bytes().len();
        self.finished = false;
        while self.scan < limit {
            let Some(header) = self.header_at(self.scan)? else {
                self.finished = true;
                return Ok(Progress::Finished);
            };
            if let Ok(header) = header
                && (self.in_step && self.continues(&header)
                    || self.is_trusted(self.scan, &header, len)?)
            {
                if self.scan + u64::from(header.len_bytes) > len {
                    self.finished = true;
                    return Ok(Progress::Finished);
                }
                self.push(header);
                self.scan += u64::from(header.len_bytes);
                self.in_step = true;
            } else if let Some(tag) = self.tag_at(self.scan, len)? {
                self.scan += tag;
            } else {
                self.in_step = false;
                self.scan += 1 + self.skip_to_candidate()?;
            }
        }
        Ok(Progress::More)
    }

    /// How many bytes behind the next one cannot begin a header.
    fn skip_to_candidate(&mut self) -> io::Result<u64> {
        let ahead = self.window.at(self.scan + 1, 4_096)?;
        Ok(ahead.iter().position(|byte| *byte == 0xff).unwrap_or(ahead.len()) as u64)
    }

    /// Whether a frame with `header` is of the kind that came last.
    fn continues(&self, header: &Header) -> bool {
        self.sections.last().is_some_and(|section| {
            section.header.goes_with(header) && section.header.channels == header.channels
        })
    }

    /// Whether frames of one kind follow each other from `place` on, up to the
    /// end of the bytes or a tag.
    fn is_trusted(&mut self, place: u64, first: &Header, len: u64) -> io::Result<bool> {
        let mut next = place + u64::from(first.len_bytes);
        for _ in 0..TRUST {
            match self.header_at(next)? {
                None => return Ok(next <= len),
                Some(Ok(header)) if header.goes_with(first) => next += u64::from(header.len_bytes),
                Some(_) => return Ok(self.tag_at(next, len)?.is_some()),
            }
        }
        Ok(true)
    }

    /// The header at `place`; `None` where there are no four bytes.
    fn header_at(&mut self, place: u64) -> io::Result<Option<Result<Header, NotHeader>>> {
        let bytes = self.window.at(place, 7)?;
        let Some(four) = bytes.first_chunk() else { return Ok(None) };
        Ok(Some(Header::parse(*four).or_else(|why| {
            let aac = bytes.first_chunk().and_then(|seven| Header::parse_aac(*seven));
            let mut header = aac.ok_or(why)?;
            if self.is_doubled {
                header.rate_hz *= 2;
                header.samples *= 2;
            }
            Ok(header)
        })))
    }

    /// The length of the tag that begins at `place`, if one does (ID3v2 in
    /// front or between, ID3v1 and APEv2 behind).
    fn tag_at(&mut self, place: u64, len: u64) -> io::Result<Option<u64>> {
        let head = self.window.at(place, 32)?;
        let tag = match head {
            [b'I', b'D', b'3', major, _, flags, size @ ..] if *major < 0xff && size.len() >= 4 => {
                if size[..4].iter().any(|byte| *byte >= 0x80) {
                    return Ok(None);
                }
                let size = size[..4].iter().fold(0, |sum, byte| (sum << 7) | u64::from(*byte));
                10 + size + if flags & 0x10 == 0 { 0 } else { 10 }
            }
            [b'T', b'A', b'G', ..] => 128,
            [b'A', b'P', b'E', b'T', b'A', b'G', b'E', b'X', _, _, _, _, size @ ..]
                if size.len() >= 20 =>
            {
                32 + u64::from(u32::from_le_bytes([size[0], size[1], size[2], size[3]]))
            }
            _ => return Ok(None),
        };
        // A tag that claims to go past the end is not believed in the middle.
        Ok((place + tag <= len).then_some(tag))
    }

    fn push(&mut self, header: Header) {
        let frame = self.places.len();
        if !self.continues(&header) {
            let start = match self.sections.len() {
                0 => 0,
                count => self.decoded_before(count - 1, frame),
            };
            self.sections.push(Section { first: frame, start, header });
        }
        self.places.push(self.scan);
    }

    /// The bytes that it is the index of.
    pub(super) fn bytes(&self) -> &Bytes {
        self.window.bytes()
    }

    /// Takes in the tag of the encoder, if the first frame holds one.
    fn read_tag(&mut self) -> io::Result<()> {
        let header = self.sections[0].header;
        if header.layer != 3 {
            return Ok(());
        }
        let place = self.place(0);
        let frame = self.window.at(place, usize::from(header.len_bytes))?;
        let Some(tag) = Tag::parse(frame, &header) else { return Ok(()) };
        self.told = tag.frames;
        // The frame holds no sound, so it is none.
        self.places.drop_first();
        for section in &mut self.sections[1..] {
            section.first -= 1;
            section.start -= u64::from(header.samples);
        }
        if self.sections.get(1).is_some_and(|second| second.first == 0) {
            self.sections.remove(0);
            self.sections[0].start = 0;
        }
        if let Some((delay, padding)) = tag.delay_and_padding {
            self.skip = delay + DECODER_DELAY;
            let end = tag.frames * u64::from(header.samples);
            // A file much longer than its tag says was joined; then the padding
            // is somewhere in its middle, and is left there as FFmpeg does.
            let rest = self.window.bytes().len().saturating_sub(place);
            let is_joined = tag.bytes > 0 && rest > tag.bytes + tag.bytes / 16;
            if !is_joined && tag.frames > 0 && padding > DECODER_DELAY && padding < end {
                self.cut = end - (padding - DECODER_DELAY)..end;
            }
        }
        Ok(())
    }
}

/// `count` samples at `from_hz` as samples at `to_hz`, to the nearest.
fn scale(count: u64, from_hz: u32, to_hz: u32) -> u64 {
    if from_hz == to_hz {
        return count;
    }
    let product = u128::from(count) * u128::from(to_hz) + u128::from(from_hz / 2);
    (product / u128::from(from_hz)) as u64
}
