//! Sound in Matroska and `WebM`: packets in blocks in clusters, which know the
//! time to the millisecond. Packets have lengths that make the sample certain.

mod clusters;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};

use super::aac;
use super::bytes::{Bytes, Window};
use super::coder::Coder;
use super::ebml::{Element, number};
use super::frame;
use super::lacing::packets;
use super::matroska::{CLUSTER, Coding, Head, Lengths};
use super::packets::{Packets, Stamp};

const TIME: u32 = 0xe7;
const SIMPLE: u32 = 0xa3;
const GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;
const DISCARD: u32 = 0x75a2;

/// How far a cluster is found by halving; from there they are looked at one by
/// one.
const NEAR: u64 = 256 << 10;

/// How far from the end the last packet is looked for.
const TAIL: u64 = 32 << 20;

/// From how many blocks the rounding of times is learnt.
const SETTLED: usize = 100;

/// How many bytes a block has at most that is believed.
const MOST_BYTES: u64 = 4 << 20;

/// How many parts of a cluster are passed over at most in search of a time.
const MANY: usize = 1_024;

/// The sound in a Matroska or `WebM`.
pub(super) struct Blocks {
    window: Window,
    /// For leaps, which need a little each.
    leaps: Window,
    head: Head,
    /// Whether its sound is AAC with an upper half.
    has_upper_half: bool,
    /// The time of the first packet, in ticks, and how much less its true time
    /// is than that, in nanoseconds.
    start: u64,
    early_ns: i64,
    /// The block of the packet before, where that matters.
    before: Option<u32>,
    /// How many samples are heard, and whether that is certain.
    length: u64,
    is_exact: bool,
    /// How many bytes have been looked at.
    seen: u64,
    /// Where the next element is read, in a cluster of this time and end.
    at: u64,
    time: u64,
    limit: u64,
    /// Blocks before this time are not wanted.
    from: u64,
    /// How far what a block says of its time may be off if it follows on.
    slack: u32,
    ready: VecDeque<(Stamp, Vec<u8>)>,
}

/// What a block holds.
struct Block {
    time: u64,
    packets: Vec<Vec<u8>>,
    /// How much of its end is not heard, in nanoseconds.
    discard_ns: u64,
}

impl Blocks {
    /// The sound in `bytes`; `None` if they are no Matroska.
    ///
    /// # Errors
    ///
    /// Why it cannot be played, in a few words.
    pub(super) fn open(bytes: &Arc<Bytes>) -> Result<Option<Self>, String> {
        let mut window = Window::new(Arc::clone(bytes), 64 << 10);
        let Some(head) = Head::read(&mut window)? else { return Ok(None) };
        let first = head.first;
        let mut blocks = Self {
            window,
            leaps: Window::new(Arc::clone(bytes), 8 << 10),
            head,
            has_upper_half: false,
            start: 0,
            early_ns: 0,
            before: None,
            length: 0,
            is_exact: true,
            seen: 0,
            at: first,
            time: 0,
            limit: u64::MAX,
            from: 0,
            slack: 0,
            ready: VecDeque::new(),
        };
        let failed = |error| format!("it cannot be read: {error}");
        let block = blocks.next_block().map_err(failed)?;
        let block = block.ok_or("it holds no sound")?;
        blocks.start = block.time;
        if let Lengths::Plain(stride) = blocks.head.track.coding.packets {
            // All but the last have the length of the first.
            let bytes = block.packets.first().map_or(0, Vec::len) as u32;
            let coding = &mut blocks.head.track.coding;
            coding.grid = (bytes / stride.max(1)).max(1);
            coding.longest = coding.grid;
        }
        blocks.find_rate(&block)?;
        blocks.settle().map_err(failed)?;
        blocks.look_for_end().map_err(failed)?;
        blocks.seek(0);
        Ok(Some(blocks))
    }

    /// Samples a second.
    pub(super) fn rate_hz(&self) -> u32 {
        self.head.track.rate_hz
    }

    /// Finds out whether AAC has an upper half, of which the head may say
    /// nothing; then its rate and its packets are twice what is told.
    fn find_rate(&mut self, first: &Block) -> Result<(), String> {
        let track = &mut self.head.track;
        let settings = track.parameters.extra_data.as_deref().unwrap_or_default();
        if track.parameters.codec != CODEC_ID_AAC || settings.len() < 2 || track.rate_hz > 48_000 {
            return Ok(());
        }
        let (mut coder, mut some) = (Coder::aac(settings)?, Vec::new());
        for packet in &first.packets {
            let length = Duration::new(0);
            coder.decode(&PacketRef::new(0, Timestamp::new(0), length, packet), &mut some);
        }
        let each = some.len() / first.packets.len().max(1);
        if let Some(rate_hz) = coder.rate_hz().filter(|_| each == 2_048) {
            frame::check(rate_hz, 1)?;
            track.skip = track.skip * u64::from(rate_hz) / u64::from(track.rate_hz);
            (track.rate_hz, self.has_upper_half) = (rate_hz, true);
            track.coding = Coding::even(2_048, aac::RUN_UP_PACKETS);
        }
        Ok(())
    }

    /// Finds out how the first packet's time was rounded, from those of the
    /// packets that follow it.
    fn settle(&mut self) -> io::Result<()> {
        if !matches!(self.head.track.coding.packets, Lengths::Vorbis(_)) {
            return Ok(());
        }
        self.at = self.head.first;
        let tick = self.head.tick_ns.cast_signed();
        let (mut samples, mut before) = (0_u64, None);
        let (mut least, mut most) = (i64::MIN / 4, i64::MAX / 4);
        for _ in 0..SETTLED {
            let Some(block) = self.next_block()? else { break };
            let known = samples * 1_000_000_000 / u64::from(self.rate_hz());
            let told = (block.time.saturating_sub(self.start)).saturating_mul(self.head.tick_ns);
            let late = told.cast_signed().saturating_sub(known.cast_signed());
            if before.is_some() {
                least = least.max(late - tick / 2);
                most = most.min(late + tick / 2);
            }
            for packet in &block.packets {
                let (more, block) = self.head.track.coding.samples(packet, before);
                samples += u64::from(more.unwrap_or(0));
                before = block;
            }
        }
        self.early_ns = i64::midpoint(least, most);
        Ok(())
    }

    /// Finds the last packet.
    fn look_for_end(&mut self) -> io::Result<()> {
        let len = self.window.bytes().len();
        self.seen = len;
        self.ready.clear();
        let mut distance = NEAR;
        loop {
            let from = len.saturating_sub(distance).max(self.head.first);
            if let Some(cluster) = self.cluster_behind(from, len)? {
                (self.at, self.time, self.limit, self.from) = (cluster.at, 0, u64::MAX, 0);
                let (mut end, mut before) = (None, None);
                while let Some(block) = self.next_block()? {
                    end = Some(self.end_of(&block, &mut before));
                }
                if let Some(end) = end {
                    self.length = end;
                    self.is_exact = !matches!(self.head.track.coding.packets, Lengths::Unknown);
                    return Ok(());
                }
            }
            if from == self.head.first || distance > TAIL {
                return Ok(());
            }
            distance *= 4;
        }
    }

    /// The sample behind `block`, which follows one of so many samples.
    fn end_of(&self, block: &Block, before: &mut Option<u32>) -> u64 {
        let mut all = 0;
        for packet in &block.packets {
            let (samples, own) = self.head.track.coding.samples(packet, *before);
            all += u64::from(samples.unwrap_or(0));
            *before = own;
        }
        let discard = self.samples_of(u128::from(block.discard_ns)).min(all);
        let end = self.sample_at(block.time) + (all - discard).cast_signed();
        u64::try_from(end).unwrap_or(0)
    }

    /// The sample that a packet at `time` ticks begins with, to the nearest
    /// that is possible.
    fn sample_at(&self, time: u64) -> i64 {
        let ns = u128::from(time.saturating_sub(self.start)) * u128::from(self.head.tick_ns);
        let ns = ns.saturating_add_signed(i128::from(-self.early_ns));
        let (sample, grid) = (self.samples_of(ns), u64::from(self.head.track.coding.grid));
        let nearest = (sample + grid / 2) / grid * grid;
        nearest.cast_signed() - self.head.track.skip.cast_signed()
    }

    /// How many samples lie in so many nanoseconds, to the nearest.
    fn samples_of(&self, ns: u128) -> u64 {
        let scaled = ns.saturating_mul(u128::from(self.rate_hz())) + 500_000_000;
        u64::try_from(scaled / 1_000_000_000).unwrap_or(u64::MAX >> 1).min(u64::MAX >> 1)
    }

    /// Reads on to the next block of the track that is wanted; `None` where
    /// none follows.
    fn next_block(&mut self) -> io::Result<Option<Block>> {
        loop {
            let element = Element::read(&mut self.window, self.at)?;
            match element {
                Some(element) if element.id == CLUSTER => {
                    (self.at, self.time) = (element.begin, 0);
                    self.limit = element.end.unwrap_or(u64::MAX);
                }
                Some(Element { id, begin, end: Some(end), .. }) if end <= self.limit => {
                    let part = Element { id, at: self.at, begin, end: Some(end) };
                    if end > self.window.bytes().len() && matches!(id, SIMPLE | GROUP) {
                        return Ok(None);
                    }
                    self.at = end;
                    match id {
                        TIME => self.time = part.number(&mut self.window)?,
                        SIMPLE | GROUP if end - begin <= MOST_BYTES => {
                            if let Some(block) = self.block(&part)? {
                                return Ok(Some(block));
                            }
                        }
                        _ => {}
                    }
                    if self.at >= self.limit {
                        self.limit = u64::MAX;
                    }
                }
                _ => {
                    let len = self.window.bytes().len();
                    let from = self.at + 1;
                    let Some(cluster) = self.cluster_behind(from, len)? else { return Ok(None) };
                    (self.at, self.limit) = (cluster.at, u64::MAX);
                    self.slack = 0;
                }
            }
        }
    }

    /// The block that `part` is or holds; `None` if it is of another track, not
    /// wanted, or damaged.
    fn block(&mut self, part: &Element) -> io::Result<Option<Block>> {
        let (mut body, mut discard_ns) = (Some(*part), 0);
        if part.id == GROUP {
            body = None;
            for child in part.children(&mut self.window, MANY)? {
                match child.id {
                    BLOCK => body = Some(child),
                    DISCARD => {
                        let bytes = child.bytes(&mut self.window, 8)?;
                        let is_negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
                        let all = child.number(&mut self.window)?;
                        discard_ns = if is_negative { 0 } else { all };
                    }
                    _ => {}
                }
            }
        }
        let Some(body) = body else { return Ok(None) };
        let bytes = self.window.at(body.begin, 12)?;
        let Some((track, len)) = number(bytes, 8, false) else { return Ok(None) };
        let Some([high, low, flags]) =
            bytes.get(len..).and_then(|rest| rest.first_chunk().copied())
        else {
            return Ok(None);
        };
        let time = self.time.saturating_add_signed(i64::from(i16::from_be_bytes([high, low])));
        if track != self.head.track.number || time < self.from {
            return Ok(None);
        }
        let bytes = body.bytes(&mut self.window, MOST_BYTES)?;
        let packets = bytes.get(len + 3..).and_then(|laced| packets(laced, flags >> 1 & 3));
        let prefix = &self.head.track.prefix;
        let whole = |packet: &[u8]| [prefix, packet].concat();
        Ok(packets.map(|packets| {
            let packets = packets.into_iter().map(whole).collect();
            Block { time, packets, discard_ns }
        }))
    }
}

impl Packets for Blocks {
    fn seek(&mut self, sample: u64) {
        (self.ready, self.before) = (VecDeque::new(), None);
        let track = &self.head.track;
        let inside = (sample + track.skip).saturating_sub(track.coding.run_up);
        let ns = u128::from(inside) * 1_000_000_000 / u128::from(track.rate_hz);
        let ticks = u64::try_from(ns / u128::from(self.head.tick_ns)).unwrap_or(u64::MAX >> 1);
        // Times are rounded, and a packet that begins before may reach here.
        let longest = u64::from(track.coding.longest) * 1_000_000_000 / u64::from(track.rate_hz);
        let longest = longest.div_ceil(self.head.tick_ns) + 2;
        let time = (self.start + ticks).saturating_sub(longest).max(self.start);
        self.at = self.cluster_at(time).unwrap_or(self.head.first);
        (self.time, self.limit, self.from) = (0, u64::MAX, time);
        self.slack = 0;
    }

    fn next(&mut self, packet: &mut Vec<u8>) -> Option<Stamp> {
        while self.ready.is_empty() {
            let block = self.next_block().ok()??;
            let usual = self.rate_hz() / 10;
            let slack = std::mem::replace(&mut self.slack, usual);
            let mut first = self.sample_at(block.time);
            let last = block.packets.len().saturating_sub(1);
            for (at, packet) in block.packets.into_iter().enumerate() {
                let (samples, own) = self.head.track.coding.samples(&packet, self.before);
                self.before = own;
                let mut heard = (0, i64::MAX);
                if at == last && block.discard_ns > 0 {
                    let discard = self.samples_of(u128::from(block.discard_ns)).cast_signed();
                    heard.1 = first + i64::from(samples.unwrap_or(0)) - discard;
                }
                // Of those laced together only the first has a time.
                let slack = if at == 0 { slack } else { u32::MAX };
                self.ready.push_back((
                    Stamp { first, samples, heard, slack, stream: 0, turn: None },
                    packet,
                ));
                first += i64::from(samples.unwrap_or(0));
            }
        }
        let (stamp, bytes) = self.ready.pop_front()?;
        *packet = bytes;
        Some(stamp)
    }

    fn length(&self) -> (u64, bool) {
        (self.length, self.is_exact)
    }

    fn set_length(&mut self, length: u64) {
        (self.length, self.is_exact) = (length, true);
    }

    fn has_grown(&mut self) -> bool {
        if self.window.bytes().len() <= self.seen {
            return false;
        }
        self.window.forget();
        self.leaps.forget();
        let (length, place) = (self.length, (self.at, self.time, self.limit, self.from));
        let ready = std::mem::take(&mut self.ready);
        let has_looked = self.look_for_end().is_ok();
        (self.at, self.time, self.limit, self.from) = place;
        self.ready = ready;
        has_looked && self.length > length
    }

    fn coder(&self, _: usize) -> Result<Coder, String> {
        let parameters = &self.head.track.parameters;
        match parameters.extra_data.as_deref() {
            // symphonia would leave it out.
            Some(settings) if self.has_upper_half => Coder::aac(settings),
            _ => Ok(Coder::new(parameters, false)?.arranged(self.head.track.told.clone())),
        }
    }
}
