//! Decodes an MP3 from any sample on: frames found by our own index, decoded
//! by symphonia.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use symphonia::core::audio::layouts;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3,
};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};

use super::aac;
use super::bytes::{Bytes, Window};
use super::coder::Coder;
use super::frame::{Frame, SILENCE};
use super::frames::{FORM, Index, Progress, Refused, Section};
use super::header::{AAC, Header};
use super::notes::{self, Notes};
use super::track::Sound;

/// How many frames before a wanted one are decoded at most for the bits that
/// they lend. 511 bytes lie in 22 frames of the smallest kind.
const LENDERS: usize = 32;

/// An open MP3: its frames, and a decoder that stands before one of them.
pub(super) struct Mp3 {
    index: Index,
    window: Window,
    decoder: Option<Decoder>,
    /// The frame that is decoded next.
    next: usize,
    /// Decoded samples before this one are not wanted.
    from: u64,
    /// The last samples of the frame before, for the change of rate.
    before: [Frame; 2],
    decoded: Vec<Frame>,
    damaged: bool,
    /// Whether the index is in the notes, or is not to be.
    is_known: bool,
}

struct Decoder {
    header: Header,
    coder: Coder,
}

impl Mp3 {
    /// Opens the bytes of an MP3; its index knows the first frames only.
    ///
    /// # Errors
    ///
    /// Why it cannot be played.
    pub(super) fn open(bytes: &Arc<Bytes>) -> Result<Self, Refused> {
        let index = Index::open(Arc::clone(bytes), false)?;
        let mut mp3 = Self {
            index,
            window: Window::new(Arc::clone(bytes), 64 << 10),
            decoder: None,
            next: 0,
            from: 0,
            before: [SILENCE; 2],
            decoded: Vec::new(),
            damaged: false,
            is_known: false,
        };
        if mp3.has_upper_half() {
            mp3.index = Index::open(Arc::clone(bytes), true)?;
        }
        mp3.seek(0);
        Ok(mp3)
    }

    /// Whether this is AAC with an upper half, which no header tells.
    fn has_upper_half(&mut self) -> bool {
        let header = self.index.section(0).header;
        if header.layer != AAC || header.rate_hz > 24_000 {
            return false;
        }
        let Ok(mut coder) = Coder::aac(&header.settings) else { return false };
        for frame in 0..self.index.len().min(4) {
            let place = self.index.place(frame);
            let bytes = self.window.at(place, 7).ok().and_then(|bytes| bytes.first_chunk());
            let Some(own) = bytes.and_then(|seven| Header::parse_aac(*seven)) else { break };
            let Ok(bytes) = self.window.at(place, usize::from(own.len_bytes)) else { break };
            let sound = bytes.get(usize::from(own.side_start)..).unwrap_or_default();
            coder.decode(&packet(sound, &own), &mut self.decoded);
        }
        self.decoded.clear();
        coder.rate_hz().is_some_and(|rate_hz| rate_hz == 2 * header.rate_hz)
    }

    /// The frame from which on to decode, for `frame` to have all its bits.
    fn first_lender(&mut self, frame: usize) -> usize {
        let Some((borrowed, _)) = self.main_data(frame) else { return frame };
        let (mut first, mut borrowed) = (frame, borrowed);
        while borrowed > 0 && first > 0 && frame - first < LENDERS {
            first -= 1;
            let lent = self.main_data(first).map_or(0, |(_, own)| own);
            borrowed = borrowed.saturating_sub(lent);
        }
        first
    }

    /// How many bytes of earlier frames `frame` uses, and how many it holds.
    fn main_data(&mut self, frame: usize) -> Option<(usize, usize)> {
        let bytes = self.window.at(self.index.place(frame), 8).ok()?;
        let header = Header::parse(bytes.get(..4)?.try_into().ok()?).ok()?;
        if header.layer != 3 {
            return None;
        }
        let side = bytes.get(usize::from(header.side_start)..)?;
        let borrowed = if header.half_rate {
            usize::from(side[0])
        } else {
            usize::from(side[0]) << 1 | usize::from(side[1] >> 7)
        };
        Some((borrowed, usize::from(header.len_bytes).saturating_sub(usize::from(header.side_end))))
    }

    /// Looks on in the file until the next frame and the one behind it are known,
    /// if there are any: the sound may have been begun at the last that was.
    fn know_next(&mut self) {
        while self.next + 1 >= self.index.len() && !self.index.is_finished() {
            // The index counts as finished where it cannot be read.
            let _ = self.index.scan_on();
        }
    }

    /// Decodes the next frame into `decoded` and gives the samples it stands
    /// for; silence when it cannot be decoded.
    fn decode_next(&mut self) -> Range<u64> {
        let frame = self.next;
        self.next += 1;
        let number = self.index.section_of(frame);
        let section = self.index.section(number);
        self.decoded.clear();
        let whole = self.decode(frame, &section.header);
        if whole.is_none() {
            self.decoded.clear();
        }
        self.decoded.resize(usize::from(section.header.samples), SILENCE);
        self.damaged = whole.is_none();
        let span =
            self.index.decoded_before(number, frame)..self.index.decoded_before(number, frame + 1);
        if section.header.rate_hz == self.index.rate_hz() {
            return span;
        }
        self.resample(frame, number, &section)
    }

    /// Brings `decoded` to the rate of the time axis and gives the samples it
    /// now stands for: some fewer at its end, where the next frame's first
    /// sample is needed, and as many more at its start.
    fn resample(&mut self, frame: usize, number: usize, section: &Section) -> Range<u64> {
        let (own_hz, hz) = (section.header.rate_hz, self.index.rate_hz());
        let lead = u64::from(hz.div_ceil(own_hz));
        let first = frame == section.first;
        let last = frame + 1 == self.index.len() || self.index.section_of(frame + 1) != number;
        let start = self.index.decoded_before(number, frame) - if first { 0 } else { lead };
        let end = self.index.decoded_before(number, frame + 1) - if last { 0 } else { lead };
        if first {
            self.before = [self.decoded[0]; 2];
        }
        let step = f64::from(own_hz) / f64::from(hz);
        let gone = (frame - section.first) as f64 * f64::from(section.header.samples);
        let sound: Vec<Frame> = self.before.iter().chain(&self.decoded).copied().collect();
        let resampled = (start..end).map(|n| {
            // Two samples of the frame before stand in front.
            let at = ((n - section.start) as f64 * step - gone + 2.0).max(0.0);
            let (whole, part) = (at as usize, at.fract() as f32);
            let sample = |n: usize| sound[n.min(sound.len() - 1)];
            let (a, b) = (sample(whole), sample(whole + 1));
            [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part]
        });
        self.decoded = resampled.collect();
        self.before = [sound[sound.len() - 2], sound[sound.len() - 1]];
        start..end
    }

    /// The samples of `frame` at its own rate; `None` when it is damaged.
    fn decode(&mut self, frame: usize, kind: &Header) -> Option<()> {
        let place = self.index.place(frame);
        let head = self.window.at(place, 7).ok()?;
        let header = match kind.layer {
            AAC => Header::parse_aac(*head.first_chunk()?)?,
            _ => Header::parse(*head.first_chunk()?).ok()?,
        };
        let fits = |decoder: &Decoder| {
            decoder.header.goes_with(kind) && decoder.header.channels == kind.channels
        };
        if !self.decoder.as_ref().is_some_and(fits) {
            self.decoder = Some(Decoder { header: *kind, coder: coder(kind)? });
        }
        let bytes = self.window.at(place, usize::from(header.len_bytes)).ok()?;
        if bytes.len() < usize::from(header.len_bytes) {
            return None;
        }
        let sound =
            if kind.layer == AAC { &bytes[usize::from(header.side_start)..] } else { bytes };
        let coder = &mut self.decoder.as_mut()?.coder;
        coder.decode(&packet(sound, &header), &mut self.decoded)?;
        (self.decoded.len() == usize::from(kind.samples)).then_some(())
    }
}

impl Sound for Mp3 {
    fn rate_hz(&self) -> u32 {
        self.index.rate_hz()
    }

    fn length(&self) -> Option<u64> {
        self.index.is_finished().then(|| self.index.heard_len())
    }

    fn estimate(&self) -> Option<u64> {
        self.index.estimate()
    }

    fn reaches(&self, sample: u64) -> bool {
        self.index.is_finished() || sample < self.index.heard_len()
    }

    fn look_on(&mut self) -> io::Result<Progress> {
        self.index.scan_on()
    }

    fn recall(&mut self, notes: &dyn Notes) {
        let kept = notes::name(self.index.bytes(), FORM).and_then(|name| notes.recall(&name));
        self.is_known = kept.is_some_and(|kept| self.index.restore(&kept));
    }

    fn take_new(&mut self) -> Option<(String, Vec<u8>)> {
        if self.is_known {
            return None;
        }
        let bytes = self.index.to_bytes()?;
        self.is_known = true;
        Some((notes::name(self.index.bytes(), FORM)?, bytes))
    }

    fn has_grown(&mut self) -> bool {
        let grown = self.index.has_grown();
        if grown {
            self.window.forget();
        }
        grown
    }

    /// As many frames before `sample` are decoded as its own bits and its overlap
    /// need, so that what is read is the same as without the seek.
    fn seek(&mut self, sample: u64) {
        self.from = self.index.decoded(sample);
        let wanted = self.index.frame_of(self.from);
        let section = self.index.section_of(wanted);
        let kind = self.index.section(section);
        // One granule overlaps with the one before it: of the half rates, which
        // have one a frame, that is reached in two steps. So are the 480 samples
        // that the filter looks back on, in Layer I, which has 384 in a frame.
        let whole = wanted.saturating_sub(match kind.header {
            Header { layer: AAC, samples: 2_048, .. } => aac::RUN_UP_PACKETS as usize,
            Header { half_rate: true, .. } | Header { layer: 1, .. } => 2,
            _ => 1,
        });
        let whole = whole.saturating_sub(usize::from(self.index.rate_hz() != kind.header.rate_hz));
        // One read for all the headers that are looked at backwards.
        let nearby = self.index.place(wanted.saturating_sub(8));
        let _ = self.window.at(nearby, 4_096);
        let first = self.first_lender(whole.max(kind.first)).max(kind.first);
        if let Some(decoder) = &mut self.decoder {
            decoder.coder.reset();
        }
        self.before = [SILENCE; 2];
        self.next = first;
        self.damaged = false;
        while self.next < wanted {
            self.decode_next();
        }
        self.damaged = false;
    }

    /// The time of frames that cannot be decoded is silence.
    fn read(&mut self, out: &mut Vec<Frame>) -> Outcome {
        let had = out.len();
        while out.len() == had {
            self.know_next();
            if self.next >= self.index.len() {
                return Outcome::End;
            }
            let (frame, was_damaged) = (self.next, self.damaged);
            let span = self.decode_next();
            if self.damaged && self.window.at(self.index.place(frame), 4_096).is_err() {
                // It is not the frame that is damaged.
                (self.next, self.damaged) = (frame, was_damaged);
                return Outcome::End;
            }
            let cut = self.index.cut();
            for part in [span.start..span.end.min(cut.start), span.start.max(cut.end)..span.end] {
                let first = part.start.max(self.from);
                if first < part.end {
                    let at = |sample: u64| (sample - span.start) as usize;
                    out.extend_from_slice(&self.decoded[at(first)..at(part.end)]);
                }
            }
            if self.damaged && !was_damaged {
                return Outcome::Damaged;
            }
        }
        Outcome::Read
    }
}

fn packet<'a>(bytes: &'a [u8], header: &Header) -> PacketRef<'a> {
    let length = Duration::new(u64::from(header.samples));
    PacketRef::new(0, Timestamp::new(0), length, bytes)
}

/// What reading gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Samples.
    Read,
    /// Samples, of which the first are silence in place of what is damaged.
    Damaged,
    /// Nothing: no sample is left.
    End,
}

/// A decoder for frames like `header`.
fn coder(header: &Header) -> Option<Coder> {
    let id = match header.layer {
        1 => CODEC_ID_MP1,
        2 => CODEC_ID_MP2,
        // With an upper half, symphonia would leave that out.
        AAC if header.samples > 1_024 => return Coder::aac(&header.settings).ok(),
        AAC => CODEC_ID_AAC,
        _ => CODEC_ID_MP3,
    };
    let layout = match header.channels {
        1 => layouts::CHANNEL_LAYOUT_MONO,
        _ => layouts::CHANNEL_LAYOUT_STEREO,
    };
    let mut parameters = AudioCodecParameters::new();
    parameters.for_codec(id).with_sample_rate(header.rate_hz).with_channels(layout);
    if header.layer == AAC {
        parameters.with_extra_data(header.settings.into());
    }
    Coder::new(&parameters, false).ok()
}
