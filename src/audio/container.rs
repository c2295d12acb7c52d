//! Decodes what symphonia can take apart itself: AIFF, FLAC, Ogg, MP4, and the
//! kinds of WAV that need a decoder.

use std::io;
use std::sync::Arc;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_OPUS};
use symphonia::core::errors::{Error, SeekErrorKind};
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::well_known::{FORMAT_ID_CAF, FORMAT_ID_ISOMP4};
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, TimeBase, Timestamp};

use super::aac;
use super::bytes::{Bytes, Cursor};
use super::coder::{Coder, guarded};
use super::flac::{Flac, Gap};
use super::frame::{self, Frame, SILENCE};
use super::layout;
use super::mix::Mix;
use super::mp3::Outcome;
use super::mp4::About;
use super::opus;
use super::track::Sound;

/// How many samples before a wanted one are decoded, so that transforms that
/// overlap have what they need. The longest block of AAC and Vorbis is 8,192.
/// FLAC needs it too: where nothing was read before, its demuxer may take bytes
/// inside a frame for the head of the next.
const RUN_UP: u64 = 8_192;

/// How much silence stands for a packet that cannot be decoded at most.
const MAX_PACKET: usize = 1 << 16;

/// An open file of any other format than MP3, and its decoder.
#[expect(clippy::struct_excessive_bools, reason = "each is another turn it may have taken")]
pub(super) struct Container {
    bytes: Arc<Bytes>,
    reader: Box<dyn FormatReader>,
    /// Where its frames are, if it is FLAC.
    flac: Option<Flac>,
    track: u32,
    decoder: Coder,
    parameters: AudioCodecParameters,
    /// How its channels are mixed, if the file says so.
    told: Option<Mix>,
    /// Whether its decoder is one of AAC with an upper half.
    has_upper: bool,
    rate_hz: u32,
    time_base: TimeBase,
    /// How many samples before a wanted one are decoded.
    run_up: u64,
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
    /// Whether all has been read, and nothing was sought since.
    is_at_end: bool,
    /// How many bytes there were then.
    seen: u64,
    /// Whether the reader has come to the end itself, and none could be made in
    /// its place: some are of no use after that.
    is_spent: bool,
    /// Whether its length is counted packet by packet, so that the end is known
    /// before the reader comes to it: with a long table it is slow to open.
    is_counted: bool,
    /// Whether the last seek went past the end.
    is_past_end: bool,
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
        let gap = Arc::new(Gap::default());
        let flac = Flac::open(bytes, &gap);
        let cursor = Box::new(Cursor::new(Arc::clone(bytes), about.hide, about.claimed, gap));
        let stream = MediaSourceStream::new(cursor, MediaSourceStreamOptions::default());
        let (hint, options) = (Hint::new(), FormatOptions::default());
        let probe = symphonia::default::get_probe();
        let mut reader =
            guarded(|| probe.probe(&hint, stream, options, MetadataOptions::default()))
                .unwrap_or_else(broken)
                .map_err(|error| match error {
                    Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                        format!("it cannot be read: {error}")
                    }
                    _ => "it is no audio that can be played".to_owned(),
                })?;
        let track = reader.default_track(TrackType::Audio).ok_or("it holds no audio")?;
        let parameters = track.codec_params.as_ref().and_then(|all| all.audio());
        let parameters = parameters.ok_or("its audio is of an unknown kind")?;
        // Where rates do not fit into 16 bits, 0 stands for them in an MP4.
        let in_time_base = track.time_base.filter(|base| base.numer.get() == 1);
        let in_time_base = in_time_base.map(|base| base.denom.get());
        let rate_hz = parameters.sample_rate.filter(|rate_hz| *rate_hz > 0).or(in_time_base);
        let rate_hz = rate_hz.ok_or("its rate is unknown")?;
        frame::check(rate_hz, parameters.channels.as_ref().map_or(1, Channels::count))?;
        let parameters = parameters.clone();
        let run_up = if parameters.codec == CODEC_ID_OPUS { opus::RUN_UP } else { RUN_UP };
        let time_base = track.time_base.or_else(|| TimeBase::try_from_recip(rate_hz));
        let skip = i64::try_from(about.skip).unwrap_or(0);
        let front = track.start_ts.get().max(0);
        let track = track.id;
        let told = layout::told(bytes, &mut *reader, &parameters);
        let decoder = Coder::new(&parameters, true)?.arranged(told.clone());
        let mut container = Self {
            bytes: Arc::clone(bytes),
            flac,
            track,
            decoder,
            parameters,
            told,
            has_upper: false,
            rate_hz,
            time_base: time_base.ok_or("its rate is unknown")?,
            run_up,
            front,
            start: front.saturating_add(skip),
            length: None,
            next: None,
            from: 0,
            is_at_end: false,
            seen: 0,
            is_spent: false,
            is_counted: reader.format_info().format == FORMAT_ID_ISOMP4,
            is_past_end: false,
            decoded: Vec::new(),
            given: 0,
            damaged: false,
            reader,
        };
        let track = container.reader.tracks().iter().find(|track| track.id == container.track);
        let all = track.and_then(|track| track.num_frames).filter(|all| *all > 0);
        let told = track.and_then(|track| track.duration).map(Duration::get);
        let all = all.or(about.fragments).or(told.filter(|all| *all > 0));
        container.find_rate()?;
        let length = |all: u64| {
            let heard = i64::try_from(all).unwrap_or(i64::MAX).saturating_sub(skip);
            u64::try_from(container.samples(heard)).unwrap_or(0)
        };
        container.length = all.map(length);
        Ok(container)
    }

    /// Finds out whether AAC has an upper half, of which its head may say
    /// nothing; then its rate is twice the rate that is told.
    fn find_rate(&mut self) -> Result<(), String> {
        let settings = self.parameters.extra_data.as_deref().unwrap_or_default();
        // What the file says elsewhere may be the rate with the upper half.
        let core_hz = aac::core_hz(settings).unwrap_or(self.rate_hz);
        let may_have = core_hz <= 24_000 || self.decoder.rate_hz().is_some();
        if self.parameters.codec != CODEC_ID_AAC || settings.len() < 2 || !may_have {
            return Ok(());
        }
        let mut other = Coder::aac(settings)?;
        let mut some = Vec::new();
        for _ in 0..4 {
            let Some(Ok(Some(packet))) = guarded(|| self.reader.next_packet()) else { break };
            if packet.track_id == self.track {
                other.decode(&packet.as_packet_ref(), &mut some);
            }
        }
        if let Some(rate_hz) = other.rate_hz().filter(|hz| *hz != core_hz || *hz != self.rate_hz) {
            frame::check(rate_hz, 1)?;
            (self.rate_hz, self.decoder, self.has_upper) = (rate_hz, other, true);
            self.run_up = 2_048 * u64::from(aac::RUN_UP_PACKETS);
        }
        self.seek(0);
        Ok(())
    }

    /// Begins anew, with what the file holds now.
    fn open_again(&mut self) {
        let (length, from) = (self.length, self.from);
        if let Ok(fresh) = Self::open(&self.bytes) {
            *self = fresh;
            (self.length, self.from) = (length.or(self.length), from);
        }
    }

    /// A decoder like the one it has.
    fn coder(&self) -> Result<Coder, String> {
        if self.has_upper {
            return Coder::aac(self.parameters.extra_data.as_deref().unwrap_or_default());
        }
        Ok(Coder::new(&self.parameters, true)?.arranged(self.told.clone()))
    }

    /// Has the demuxer go to `ticks` of the track's time base.
    fn go(&mut self, ticks: i64) -> Result<(), Error> {
        if let Some(flac) = &mut self.flac {
            flac.narrow(ticks);
            if self.go_there(ticks).is_ok_and(|actual| actual <= ticks) {
                return Ok(());
            }
            // That may have been no frame, but bytes like one.
            if let Some(flac) = &self.flac {
                flac.widen();
            }
        }
        self.go_there(ticks).map(drop)
    }

    /// The same; gives the ticks that the next packet begins with.
    fn go_there(&mut self, ticks: i64) -> Result<i64, Error> {
        let to = SeekTo::Timestamp { ts: Timestamp::new(ticks), track_id: self.track };
        let gone = guarded(|| self.reader.seek(SeekMode::Accurate, to));
        gone.unwrap_or_else(broken).map(|gone| gone.actual_ts.get())
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
        let decoded = self.decoder.decode(&packet.as_packet_ref(), &mut self.decoded);
        self.damaged = decoded.is_none();
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

impl Sound for Container {
    fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    fn length(&self) -> Option<u64> {
        self.length
    }

    fn has_grown(&mut self) -> bool {
        let has_grown = self.is_at_end && self.bytes.len() > self.seen;
        if has_grown {
            self.length = None;
            self.seek(self.from);
        }
        has_grown
    }

    fn seek(&mut self, sample: u64) {
        if self.is_spent || (self.is_at_end && self.bytes.len() > self.seen) {
            self.open_again();
        }
        self.from = sample;
        self.next = None;
        let ticks = self.start.saturating_add(self.ticks(sample)) - self.ticks(self.run_up);
        if self.reader.format_info().format == FORMAT_ID_CAF {
            // On its way forwards it counts packets from where it stands.
            let _ = self.go(self.front);
        }
        let result = self.go(ticks.max(self.front));
        self.is_past_end = match &result {
            Err(Error::SeekError(SeekErrorKind::OutOfRange)) => true,
            Err(Error::IoError(error)) => error.kind() == io::ErrorKind::UnexpectedEof,
            _ => false,
        };
        self.is_spent |= self.is_past_end;
        if result.is_err() && !self.is_past_end {
            // Then there is only the way from the front.
            let _ = self.go(self.front);
        }
        if std::mem::take(&mut self.is_at_end)
            && let Ok(fresh) = self.coder()
        {
            // The noise that some make up is that of the first time again.
            self.decoder = fresh;
        } else {
            self.decoder.reset();
        }
        self.given = self.decoded.len();
        self.damaged = false;
    }

    fn read(&mut self, out: &mut Vec<Frame>) -> Outcome {
        if self.is_past_end || self.is_at_end {
            return Outcome::End;
        }
        while self.given >= self.decoded.len() {
            let is_known = self.is_counted && self.next.is_some();
            if is_known && self.length.map(u64::cast_signed) == self.next {
                (self.is_at_end, self.seen) = (true, self.bytes.len());
                return Outcome::End;
            }
            let packet = match guarded(|| self.reader.next_packet()) {
                Some(Ok(Some(packet))) if packet.track_id == self.track => packet,
                Some(Ok(Some(_))) => continue,
                Some(Ok(None) | Err(_)) | None => {
                    let seen = self.bytes.len();
                    self.length = self.next.map_or(self.length, |end| u64::try_from(end).ok());
                    self.is_spent = true;
                    // What a jump back would wait for is done while the last
                    // second is heard.
                    self.open_again();
                    (self.is_at_end, self.seen) = (true, seen);
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
}

/// What stands for a panic of the demuxer.
fn broken<T>() -> Result<T, Error> {
    Err(Error::DecodeError("it is damaged"))
}
