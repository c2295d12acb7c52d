//! Decodes what symphonia can take apart itself: AIFF, FLAC, Ogg, MP4, and the
//! kinds of WAV that need a decoder.

use std::io;
use std::sync::Arc;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::{Error, SeekErrorKind};
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{TimeBase, Timestamp};

use super::bytes::{Bytes, Cursor};
use super::frame::{self, Frame, SILENCE};
use super::mp3::Outcome;
use super::mp4::About;

/// How many samples before a wanted one are decoded, so that transforms that
/// overlap have what they need. The longest block of AAC and Vorbis is 8,192.
const RUN_UP: u64 = 8_192;

/// How much silence stands for a packet that cannot be decoded at most.
const MAX_PACKET: usize = 1 << 16;

/// An open file of any other format than MP3, and its decoder.
pub(super) struct Container {
    bytes: Arc<Bytes>,
    reader: Box<dyn FormatReader>,
    track: u32,
    decoder: Box<dyn AudioDecoder>,
    rate_hz: u32,
    time_base: TimeBase,
    /// The time stamp of the first sample that there is, and of the first that
    /// is heard.
    front: i64,
    start: i64,
    length: Option<u64>,
    /// The sample that the next packet begins with, negative for what is not
    /// heard; `None` after a seek, when
    /// the packet tells.
    next: Option<i64>,
    /// Samples before this one are not wanted.
    from: u64,
    /// Whether the reader has come to the end: some are of no use after that.
    is_spent: bool,
    /// Whether the last seek went past the end.
    is_past_end: bool,
    interleaved: Vec<f32>,
    decoded: Vec<Frame>,
    /// How many of `decoded` have been handed on or are not wanted.
    given: usize,
    damaged: bool,
}

impl Container {
    /// Opens the bytes of a file in one of these formats.
    ///
    /// # Errors
    ///
    /// Why it cannot be played, in a few words.
    pub(super) fn open(bytes: &Arc<Bytes>) -> Result<Self, String> {
        let about = About::new(bytes);
        let cursor = Box::new(Cursor::new(Arc::clone(bytes), about.hide, about.claimed));
        let stream = MediaSourceStream::new(cursor, MediaSourceStreamOptions::default());
        let reader = symphonia::default::get_probe()
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| match error {
                Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                    format!("it cannot be read: {error}")
                }
                _ => "it is no audio that can be played".to_owned(),
            })?;
        let track = reader.default_track(TrackType::Audio).ok_or("it holds no audio")?;
        let parameters = track.codec_params.as_ref().and_then(|all| all.audio());
        let parameters = parameters.ok_or("its audio is of an unknown kind")?;
        let rate_hz = parameters.sample_rate.ok_or("its rate is unknown")?;
        frame::check(rate_hz, parameters.channels.as_ref().map_or(1, Channels::count))?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(|_| "its audio is of a kind that cannot be decoded")?;
        let time_base = track.time_base.or_else(|| TimeBase::try_from_recip(rate_hz));
        let skip = i64::try_from(about.skip).unwrap_or(0);
        let front = track.start_ts.get().max(0);
        let mut container = Self {
            bytes: Arc::clone(bytes),
            track: track.id,
            decoder,
            rate_hz,
            time_base: time_base.ok_or("its rate is unknown")?,
            front,
            start: front.saturating_add(skip),
            length: None,
            next: None,
            from: 0,
            is_spent: false,
            is_past_end: false,
            interleaved: Vec::new(),
            decoded: Vec::new(),
            given: 0,
            damaged: false,
            reader,
        };
        let track = container.reader.tracks().iter().find(|track| track.id == container.track);
        let all = track.and_then(|track| track.num_frames);
        container.length = all.map(|all| all.saturating_sub(container.samples(skip) as u64));
        Ok(container)
    }

    /// Samples a second, per channel.
    pub(super) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// How many samples are heard, where the file says so or its end has been
    /// read.
    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Makes the next sample that is read the one heard as `sample`; past the
    /// end there is nothing to read.
    pub(super) fn seek(&mut self, sample: u64) {
        if self.is_spent {
            let length = self.length;
            if let Ok(fresh) = Self::open(&self.bytes) {
                *self = fresh;
                self.length = length;
            }
        }
        self.from = sample;
        self.next = None;
        let ticks = self.start.saturating_add(self.ticks(sample)) - self.ticks(RUN_UP);
        let ts = Timestamp::new(ticks.max(self.front));
        let to = SeekTo::Timestamp { ts, track_id: self.track };
        let result = self.reader.seek(SeekMode::Accurate, to);
        self.is_past_end = match &result {
            Err(Error::SeekError(SeekErrorKind::OutOfRange)) => true,
            Err(Error::IoError(error)) => error.kind() == io::ErrorKind::UnexpectedEof,
            _ => false,
        };
        if result.is_err() && !self.is_past_end {
            // Then there is only the way from the front.
            let ts = Timestamp::new(self.front);
            let front = SeekTo::Timestamp { ts, track_id: self.track };
            let _ = self.reader.seek(SeekMode::Accurate, front);
        }
        self.decoder.reset();
        self.given = self.decoded.len();
        self.damaged = false;
    }

    /// Appends what is left of the last packet, or else the samples of the next
    /// that has any: a quarter of a second at most.
    pub(super) fn read(&mut self, out: &mut Vec<Frame>) -> Outcome {
        if self.is_past_end {
            return Outcome::End;
        }
        while self.given >= self.decoded.len() {
            let packet = match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => packet,
                Ok(Some(_)) => continue,
                Ok(None) | Err(_) => {
                    self.is_spent = true;
                    self.length = self.next.map_or(self.length, |end| u64::try_from(end).ok());
                    return Outcome::End;
                }
            };
            let was_damaged = self.damaged;
            let first = self.next.unwrap_or_else(|| self.first_sample(&packet));
            self.decode(&packet);
            let end = first + self.decoded.len().cast_signed() as i64;
            // A first packet may give nothing but what the second needs; that
            // one then tells where it belongs.
            self.next = (!self.decoded.is_empty()).then_some(end);
            let wanted = first.max(self.from.cast_signed());
            self.given = (wanted.min(end) - first) as usize;
            if self.damaged && !was_damaged && wanted < end {
                self.give(out);
                return Outcome::Damaged;
            }
        }
        self.give(out);
        Outcome::Read
    }

    /// Appends some of what is decoded.
    fn give(&mut self, out: &mut Vec<Frame>) {
        let end = (self.given + frame::piece(self.rate_hz)).min(self.decoded.len());
        out.extend_from_slice(&self.decoded[self.given..end]);
        self.given = end;
    }

    /// Decodes `packet`; silence of its length when that is not possible.
    fn decode(&mut self, packet: &Packet) {
        self.decoded.clear();
        let sound = self.decoder.decode(packet);
        self.damaged = sound.is_err();
        if let Ok(sound) = sound {
            let channels = sound.spec().channels().count();
            sound.copy_to_vec_interleaved(&mut self.interleaved);
            frame::append(&mut self.decoded, &self.interleaved, channels);
        }
        let ticks = i64::try_from(packet.dur.get()).unwrap_or(0);
        let valid = usize::try_from(self.samples(ticks)).unwrap_or(0);
        if self.damaged {
            self.decoded.resize(valid.min(MAX_PACKET), SILENCE);
        } else if valid > 0 {
            self.decoded.truncate(valid);
        }
    }

    /// The sample that the sound of `packet` begins with.
    fn first_sample(&self, packet: &Packet) -> i64 {
        let trimmed = i64::try_from(packet.trim_start.get()).unwrap_or(0);
        self.samples(packet.pts.get().saturating_add(trimmed).saturating_sub(self.start))
    }

    /// `sample` in ticks of the track's time base.
    fn ticks(&self, sample: u64) -> i64 {
        let (numer, denom) = (self.time_base.numer.get(), self.time_base.denom.get());
        let ticks =
            u128::from(sample) * u128::from(denom) / (u128::from(self.rate_hz) * u128::from(numer));
        i64::try_from(ticks).unwrap_or(i64::MAX)
    }

    /// The sample at `ticks` of the track's time base, to the nearest.
    fn samples(&self, ticks: i64) -> i64 {
        let (numer, denom) = (self.time_base.numer.get(), self.time_base.denom.get());
        let scaled = i128::from(ticks) * i128::from(numer) * i128::from(self.rate_hz);
        let nearest = (scaled + i128::from(denom / 2)).div_euclid(i128::from(denom));
        i64::try_from(nearest).unwrap_or(i64::MAX)
    }
}
