//! Packets that know their place, as one row of samples of which any can be
//! read next.

use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};

use super::coder::Coder;
use super::frame::{self, Frame, SILENCE};
use super::mp3::Outcome;
use super::track::Sound;
use super::turn::{Turn, Turner};

/// How many samples a packet stands for at most: the longest of FLAC.
const MAX_PACKET: u32 = 1 << 16;

/// Where the sound of a packet belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// The sample that it begins with; before 0 nothing is heard.
    pub(super) first: i64,
    /// How far that may be off, in samples, if it follows the packet before.
    pub(super) slack: u32,
    /// How many samples it stands for, where that is known without decoding.
    pub(super) samples: Option<u32>,
    /// Those of its samples that are not before the first and before the
    /// second are heard.
    pub(super) heard: (i64, i64),
    /// Which of several streams, one behind the other, it belongs to.
    pub(super) stream: usize,
    /// Where that one has a rate of its own, at which `first` and `samples` are
    /// then counted: how it becomes that of all.
    pub(super) turn: Option<Turn>,
}

/// A file's packets, in their order.
pub(super) trait Packets {
    /// Makes the next packet one from which on `sample` is decoded as it is
    /// when all before it was.
    fn seek(&mut self, sample: u64);

    /// Puts the next packet into `packet`; `None` where no whole one follows.
    fn next(&mut self, packet: &mut Vec<u8>) -> Option<Stamp>;

    /// How many samples are heard, and whether that is certain.
    fn length(&self) -> (u64, bool);

    /// Takes note of how many samples are heard, where it was not certain.
    fn set_length(&mut self, _length: u64) {}

    /// Whether there are more samples than there were.
    fn has_grown(&mut self) -> bool;

    /// A decoder for stream `stream`.
    ///
    /// # Errors
    ///
    /// Why there is none, in a few words.
    fn coder(&self, stream: usize) -> Result<Coder, String>;
}

/// Packets, and the decoder of what is read from them.
pub(super) struct Reader<P> {
    packets: P,
    rate_hz: u32,
    coder: Coder,
    stream: usize,
    packet: Vec<u8>,
    decoded: Vec<Frame>,
    /// What turns the streams that have a rate of their own.
    turner: Turner,
    /// The part of `decoded` that is still to be handed on.
    left: (usize, usize),
    /// How much silence comes before that.
    missing: u64,
    /// The sample behind all that has been read or is left.
    at: i64,
    /// The sample behind the last packet; `None` where that is not known.
    behind: Option<i64>,
    is_damaged: bool,
    /// Whether damage was met that has not been told.
    is_news: bool,
}

impl<P: Packets + Send> Reader<P> {
    /// A reader at the first sample of `packets`.
    ///
    /// # Errors
    ///
    /// Why they cannot be decoded, in a few words.
    pub(super) fn new(packets: P, rate_hz: u32) -> Result<Self, String> {
        let coder = packets.coder(0)?;
        let mut reader = Self {
            packets,
            rate_hz,
            coder,
            stream: 0,
            packet: Vec::new(),
            decoded: Vec::new(),
            turner: Turner::default(),
            left: (0, 0),
            missing: 0,
            at: 0,
            behind: None,
            is_damaged: false,
            is_news: false,
        };
        reader.measure();
        reader.seek(0);
        Ok(reader)
    }

    /// Counts the last samples by decoding them, where only that can tell how
    /// many there are.
    fn measure(&mut self) {
        let (about, is_certain) = self.packets.length();
        if is_certain {
            return;
        }
        let position = self.position();
        let mut length = about.saturating_sub(1);
        self.seek(length);
        let mut some = Vec::new();
        while self.read(&mut some) != Outcome::End {
            length += some.len() as u64;
            some.clear();
        }
        self.packets.set_length(length);
        self.seek(position);
    }

    /// The sample that is read next.
    fn position(&self) -> u64 {
        let waiting = (self.left.1 - self.left.0) as u64 + self.missing;
        (self.at.unsigned_abs()).saturating_sub(waiting)
    }

    /// Decodes the packet that was read last, and notes what of it is wanted.
    fn take(&mut self, stamp: Stamp) {
        let was_damaged = self.is_damaged;
        if stamp.stream != self.stream
            && let Ok(coder) = self.packets.coder(stamp.stream)
        {
            (self.coder, self.stream) = (coder, stamp.stream);
        }
        self.decoded.clear();
        let known = u64::from(stamp.samples.unwrap_or(0).min(MAX_PACKET));
        let packet = PacketRef::new(0, Timestamp::new(0), Duration::new(known), &self.packet);
        self.is_damaged = self.coder.decode(&packet, &mut self.decoded).is_none();
        if self.is_damaged {
            self.decoded.resize(known as usize, SILENCE);
        } else if stamp.samples.is_some() {
            // Some decoders give half of what is not complete yet.
            self.decoded.truncate(known as usize);
        }
        let mut stamp = stamp;
        if let Some(turn) = stamp.turn {
            stamp.first = self.turner.turn(turn, stamp.first, &mut self.decoded);
        }
        let follows = |behind: &i64| stamp.first.abs_diff(*behind) <= u64::from(stamp.slack);
        let first = self.behind.filter(follows).unwrap_or(stamp.first);
        let behind = first.saturating_add(self.decoded.len().cast_signed() as i64);
        // A first packet may give nothing but what the second needs, and what
        // was lost with a damaged one is not always known.
        let is_known = !self.decoded.is_empty() && (!self.is_damaged || known > 0);
        self.behind = is_known.then_some(behind);
        let begin = first.max(stamp.heard.0).max(self.at);
        let end = behind.min(stamp.heard.1.saturating_add(first - stamp.first));
        if end <= begin {
            // Nothing of it is wanted, so its damage is not heard either.
            self.is_damaged &= was_damaged;
            return;
        }
        self.missing = begin.abs_diff(self.at);
        self.left = ((begin - first) as usize, (end - first) as usize);
        self.at = end;
        let is_bad = self.is_damaged || self.missing > 0;
        self.is_news |= is_bad && !was_damaged;
        self.is_damaged = is_bad;
    }
}

impl<P: Packets + Send> Sound for Reader<P> {
    fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    fn length(&self) -> Option<u64> {
        Some(self.packets.length().0)
    }

    fn has_grown(&mut self) -> bool {
        let has_grown = self.packets.has_grown();
        self.measure();
        has_grown
    }

    fn seek(&mut self, sample: u64) {
        self.packets.seek(sample);
        self.coder.reset();
        self.at = i64::try_from(sample).unwrap_or(i64::MAX);
        (self.left, self.missing, self.behind) = ((0, 0), 0, None);
        self.turner = Turner::default();
        (self.is_damaged, self.is_news) = (false, false);
    }

    /// The time of packets that are lost or damaged is silence.
    fn read(&mut self, out: &mut Vec<Frame>) -> Outcome {
        let most = frame::piece(self.rate_hz);
        while self.missing == 0 && self.left.0 >= self.left.1 {
            let Some(stamp) = self.packets.next(&mut self.packet) else { return Outcome::End };
            self.take(stamp);
        }
        let silence = usize::try_from(self.missing).unwrap_or(most).min(most);
        out.resize(out.len() + silence, SILENCE);
        self.missing -= silence as u64;
        if self.missing == 0 {
            let end = self.left.1.min(self.left.0 + most - silence);
            out.extend_from_slice(&self.decoded[self.left.0..end]);
            self.left.0 = end;
        }
        if std::mem::take(&mut self.is_news) { Outcome::Damaged } else { Outcome::Read }
    }
}
