//! Opus (RFC 7845) and Vorbis in Ogg: every sample has its number in the file,
//! so a place is found in a few looks, without an index.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use super::bytes::{Bytes, Window};
use super::coder::Coder;
use super::link::{Coding, Link, vorbis};
use super::narrow::Narrow;
use super::opus::{self, Head};
use super::packets::{Packets, Stamp};
use super::page::{MAX_PAGE, Page};
use super::turn::Turn;

/// How many streams may begin together, and how many may follow each other.
const MANY_TOGETHER: usize = 64;
const MANY_LINKS: usize = 10_000;

/// How near a place is found by guessing; from there it is looked for page by
/// page.
const NEAR: u64 = 64 << 10;

/// What pages of Opus and packets differ by if it is less is what a writer got
/// wrong: packets are no shorter.
const SHORTEST: i64 = 120;

/// How many bytes the heads of Vorbis have at most.
const MOST_HEADS: usize = 4 << 20;

/// How many bytes a first head has at most.
const MAX_HEAD: usize = 512;

/// How many bytes of a packet are believed.
const MAX_PACKET: usize = 1 << 20;

/// At how many places it is looked whether the time only grows.
const PROBES: u64 = 8;

/// The Opus or Vorbis in an Ogg.
pub(super) struct Ogg {
    window: Window,
    /// For leaps, which need a little each.
    leaps: Window,
    links: Vec<Link>,
    /// How many bytes have been looked at.
    seen: u64,
    /// The link that is read, and where in the file.
    link: usize,
    at: u64,
    /// What there is of a packet that goes on.
    partial: Option<Vec<u8>>,
    /// The granule of the next packet.
    granule: i64,
    /// Packets of the link that end here or before are of no use.
    wanted: i64,
    /// The block of the packet before, where that matters.
    before: Option<u32>,
    /// The number of the next page.
    sequence: u32,
    ready: VecDeque<(Stamp, Vec<u8>)>,
}

impl Ogg {
    /// The first Opus or Vorbis in `bytes`; `None` if there is none, or no Ogg.
    ///
    /// # Errors
    ///
    /// Why it cannot be played, in a few words.
    pub(super) fn open(bytes: &Arc<Bytes>) -> Result<Option<Self>, String> {
        let mut ogg = Self {
            window: Window::new(Arc::clone(bytes), 64 << 10),
            leaps: Window::new(Arc::clone(bytes), 8 << 10),
            links: Vec::new(),
            seen: 0,
            link: 0,
            at: 0,
            partial: None,
            granule: 0,
            wanted: i64::MIN,
            before: None,
            sequence: 0,
            ready: VecDeque::new(),
        };
        let begun = ogg.begin(0).map_err(|error| format!("it cannot be read: {error}"))?;
        let Some(link) = begun else { return Ok(None) };
        ogg.links.push(link?);
        ogg.look_for_ends().map_err(|error| format!("it cannot be read: {error}"))?;
        ogg.seek(0);
        Ok(Some(ogg))
    }

    /// Samples a second.
    pub(super) fn rate_hz(&self) -> u32 {
        self.links.first().map_or(opus::RATE_HZ, |link| link.coding.rate_hz())
    }

    /// How many samples are heard.
    fn all(&self) -> u64 {
        self.links.last().map_or(0, |link| link.start + link.length())
    }

    /// The stream that begins at `at`; `None` if none does that is known.
    fn begin(&mut self, at: u64) -> io::Result<Option<Result<Link, String>>> {
        let mut place = at;
        for _ in 0..MANY_TOGETHER {
            let Some(page) = Page::read(&mut self.window, place)? else { break };
            if !page.is_first() {
                break;
            }
            place = page.end;
            let body = page.body(&mut self.window)?;
            let first = body.get(..MAX_HEAD.min(body.len())).unwrap_or_default().to_vec();
            let is_vorbis = first.starts_with(b"\x01vorbis");
            if !is_vorbis && !first.starts_with(b"OpusHead") {
                continue;
            }
            let behind = if is_vorbis { 2 } else { 1 };
            let (last, begin) = self.heads(page.end, page.serial, behind)?;
            let coding = if is_vorbis {
                vorbis(&first, &last)
            } else {
                Head::parse(&first).map(Coding::Opus)
            };
            let coding = match coding {
                Ok(coding) => coding,
                Err(why) => return Ok(Some(Err(why))),
            };
            let own_hz = coding.rate_hz();
            let mut link = Link {
                coding,
                serial: page.serial,
                begin,
                end: begin,
                first: 0,
                zero: 0,
                last: 0,
                start: self.all(),
                hz: self.links.first().map_or(own_hz, |link| link.hz),
            };
            self.find_first(&mut link)?;
            return Ok(Some(Ok(link)));
        }
        Ok(None)
    }

    /// The last of the `count` heads of stream `serial` behind the first, and
    /// where the packets behind them begin, which is on a page of their own.
    fn heads(&mut self, from: u64, serial: u32, count: usize) -> io::Result<(Vec<u8>, u64)> {
        let (mut at, mut whole, mut head) = (from, 0, Vec::new());
        while let Some(page) = Page::read(&mut self.window, at)? {
            at = page.end;
            if page.serial != serial {
                continue;
            }
            let body = page.body(&mut self.window)?;
            let mut place = 0;
            for piece in page.pieces.iter().map(|piece| usize::from(*piece)) {
                // Of the heads before it, nothing is needed.
                if whole + 1 == count && head.len() < MOST_HEADS {
                    head.extend_from_slice(body.get(place..place + piece).unwrap_or_default());
                }
                place += piece;
                whole += usize::from(piece < 255);
            }
            if whole >= count {
                break;
            }
        }
        Ok((head, at))
    }

    /// Notes what number the first sample of `link` has: not 0 where it was cut
    /// out of a longer one.
    fn find_first(&mut self, link: &mut Link) -> io::Result<()> {
        let (mut at, mut samples, mut is_partial) = (link.begin, 0, false);
        let mut before = None;
        while let Some(page) = Page::read(&mut self.window, at)? {
            at = page.end;
            if page.serial != link.serial {
                continue;
            }
            let mut whole = 0;
            let body = page.body(&mut self.window)?;
            let (mut from, mut size) = (0, 0);
            for piece in &page.pieces {
                size += usize::from(*piece);
                if *piece < 255 {
                    let packet = body.get(from..from + size).unwrap_or_default();
                    if !is_partial {
                        whole += link.coding.samples(packet, &mut before);
                    }
                    is_partial = false;
                    (from, size) = (from + size, 0);
                }
            }
            is_partial |= size > 0;
            samples += whole;
            if let Some(granule) = page.granule() {
                // At the end there are fewer than the packets hold.
                let first = if page.is_last() { 0 } else { granule - samples };
                (link.first, link.zero) = match &link.coding {
                    Coding::Opus(head) => (first.max(0), first.max(0) + i64::from(head.pre_skip)),
                    // What is before 0 is not heard.
                    Coding::Vorbis { .. } => (first, first.max(0)),
                };
                link.last = granule;
                break;
            }
        }
        Ok(())
    }

    /// Finds where the streams end, of those that are known and of those that
    /// follow them.
    fn look_for_ends(&mut self) -> io::Result<()> {
        let len = self.window.bytes().len();
        self.seen = len;
        let Some(link) = self.links.last().cloned() else { return Ok(()) };
        let last = self.last_page(&link, len)?;
        if let Some((granule, end)) = last
            && self.only_grows(&link, granule, end)?
        {
            self.set_end(granule, end);
            return Ok(());
        }
        // Streams follow each other; where, only the pages tell.
        let mut at = link.begin;
        while let Some(page) = Page::find(&mut self.window, at, len)? {
            at = page.end;
            let Some(link) = self.links.last() else { break };
            if page.is_first() && self.links.len() < MANY_LINKS {
                let next = self.begin(page.at)?;
                if let Some(Ok(next)) = next
                    && next.turn().is_none_or(Turn::is_believed)
                {
                    at = next.begin;
                    self.links.push(next);
                }
            } else if page.serial == link.serial
                && let Some(granule) = page.granule()
            {
                self.set_end(granule, page.end);
            }
        }
        Ok(())
    }

    fn set_end(&mut self, granule: i64, end: u64) {
        if let Some(link) = self.links.last_mut() {
            (link.last, link.end) = (granule.max(link.first), end);
        }
    }

    /// The granule and the end of the last page of `link` in the file, looked
    /// for from the end.
    fn last_page(&mut self, link: &Link, len: u64) -> io::Result<Option<(i64, u64)>> {
        let mut limit = len;
        for _ in 0..8 {
            let mut at = limit.saturating_sub(MAX_PAGE).max(link.begin);
            let mut found = None;
            while let Some(page) = Page::find(&mut self.window, at, limit)? {
                at = page.end;
                if page.serial != link.serial && page.is_first() {
                    return Ok(None);
                }
                if page.serial == link.serial
                    && let Some(granule) = page.granule()
                {
                    found = Some((granule, page.end));
                }
            }
            limit = limit.saturating_sub(MAX_PAGE);
            if found.is_some() || limit <= link.begin {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Whether the time in `link` only grows up to `granule` at `end`, as far
    /// as some places in it tell.
    fn only_grows(&mut self, link: &Link, granule: i64, end: u64) -> io::Result<bool> {
        let mut before = link.first;
        for probe in 1..PROBES {
            let from = link.begin + (end - link.begin) / PROBES * probe;
            let Some(page) = Page::find(&mut self.leaps, from, end)? else { break };
            let later = page.granule().unwrap_or(before);
            if page.is_first() || (page.serial == link.serial && later < before) {
                return Ok(false);
            }
            if page.serial == link.serial {
                before = later;
            }
        }
        Ok(before <= granule)
    }

    /// The last page of `link` that ends at `granule` or before it; `None` if
    /// all end later.
    fn page_before(&mut self, link: &Link, granule: i64) -> io::Result<Option<Page>> {
        let (low, high) = ((link.begin, link.first), (link.end, link.last));
        let mut narrow = Narrow::new(granule, low, high, NEAR);
        while let Some((from, to)) = narrow.guess() {
            let found = self.timed_page(link, from, to)?;
            narrow.tell(from, found.map(|(page, end)| (page.at, end)));
        }
        let mut best = None;
        let mut at = narrow.begin();
        // The window serves what follows too, so it is read here already.
        while let Some(page) = Page::find(&mut self.window, at, link.end)? {
            at = page.end;
            match page.granule().filter(|_| page.serial == link.serial) {
                Some(end) if end > granule => break,
                Some(_) => best = Some(page),
                None => {}
            }
        }
        Ok(best)
    }

    /// The first page of `link` behind `from` on which a packet ends.
    fn timed_page(&mut self, link: &Link, from: u64, to: u64) -> io::Result<Option<(Page, i64)>> {
        let mut at = from;
        while let Some(page) = Page::find(&mut self.leaps, at, to)? {
            at = page.end;
            if let Some(granule) = page.granule()
                && page.serial == link.serial
            {
                return Ok(Some((page, granule)));
            }
        }
        Ok(None)
    }

    /// Reads the next page that is whole and of the stream; `None` behind the
    /// last.
    fn read_page(&mut self) -> io::Result<Option<Page>> {
        loop {
            let Some(link) = self.links.get(self.link) else { return Ok(None) };
            let (serial, end) = (link.serial, link.end);
            match Page::find(&mut self.window, self.at, end)? {
                Some(page) if page.serial == serial && page.is_sound(&mut self.window)? => {
                    self.at = page.end;
                    return Ok(Some(page));
                }
                Some(page) => {
                    self.at = page.at + if page.serial == serial { 1 } else { page.end - page.at }
                }
                None => {
                    self.link += 1;
                    let Some(link) = self.links.get(self.link) else { return Ok(None) };
                    (self.at, self.granule) = (link.begin, link.first);
                    (self.partial, self.before, self.wanted) = (None, None, i64::MIN);
                }
            }
        }
    }

    /// Takes the packets that end on `page`, and keeps what goes on.
    fn take(&mut self, page: &Page) -> io::Result<()> {
        let Some(link) = self.links.get(self.link) else { return Ok(()) };
        if page.sequence != std::mem::replace(&mut self.sequence, page.sequence.wrapping_add(1)) {
            self.before = None;
        }
        let body = page.body(&mut self.window)?;
        let mut packet = self.partial.take().filter(|_| page.is_continued());
        // What goes on from a page that is lost cannot be used.
        let mut is_headless = page.is_continued() && packet.is_none();
        let mut packets = Vec::new();
        let mut at = 0;
        for piece in page.pieces.iter().map(|piece| usize::from(*piece)) {
            let bytes = packet.get_or_insert_default();
            if bytes.len() < MAX_PACKET {
                bytes.extend_from_slice(body.get(at..at + piece).unwrap_or_default());
            }
            at += piece;
            if piece < 255 {
                let whole = packet.take().unwrap_or_default();
                if !std::mem::take(&mut is_headless) {
                    packets.push((link.coding.samples(&whole, &mut self.before), whole));
                }
            }
        }
        self.partial = packet.filter(|_| !is_headless);
        if let Some(end) = page.granule() {
            let sum: i64 = packets.iter().map(|(samples, _)| samples).sum();
            let late = end.saturating_sub(sum).saturating_sub(self.granule);
            let is_end = page.is_last() || page.end >= link.end;
            let is_opus = matches!(link.coding, Coding::Opus(_));
            let unknown = packets.iter_mut().filter(|(samples, _)| is_opus && *samples == 0);
            let unknown: Vec<_> = unknown.collect();
            if late >= SHORTEST && !unknown.is_empty() {
                // The damaged ones stood for that.
                let each = late / unknown.len().cast_signed() as i64;
                for (samples, _) in unknown {
                    *samples = each;
                }
            } else if late >= SHORTEST || (late <= -SHORTEST && !is_end) {
                self.granule = end - sum;
            }
        }
        let turn = link.turn();
        let heard = (link.start.cast_signed(), (link.start + link.length()).cast_signed());
        for (samples, packet) in packets {
            if self.granule + samples <= self.wanted {
                self.granule += samples;
                continue;
            }
            let stamp = Stamp {
                first: link.sample(self.granule),
                slack: 0,
                samples: u32::try_from(samples).ok(),
                heard,
                stream: self.link,
                turn,
            };
            self.granule += samples;
            self.ready.push_back((stamp, packet));
        }
        Ok(())
    }
}

impl Packets for Ogg {
    fn seek(&mut self, sample: u64) {
        self.ready.clear();
        (self.partial, self.before) = (None, None);
        self.link = self.links.partition_point(|link| link.start <= sample).saturating_sub(1);
        let Some(link) = self.links.get(self.link).cloned() else { return };
        (self.at, self.granule, self.wanted) = (link.begin, link.first, i64::MIN);
        let inside = link.granule(sample - link.start.min(sample));
        let wanted = inside.saturating_sub_unsigned(link.coding.run_up());
        if wanted <= link.zero {
            return;
        }
        if matches!(link.coding, Coding::Opus(_)) {
            // Pages may hold a second, and each packet stands on its own.
            self.wanted = wanted;
        }
        // What cannot be read is met again by whoever reads on.
        let Ok(Some(page)) = self.page_before(&link, wanted) else { return };
        if self.take(&page).is_ok() {
            self.ready.clear();
            self.at = page.end;
            self.granule = page.granule().unwrap_or(link.first);
        }
    }

    fn next(&mut self, packet: &mut Vec<u8>) -> Option<Stamp> {
        while self.ready.is_empty() {
            let page = self.read_page().ok()??;
            self.take(&page).ok()?;
        }
        let (stamp, bytes) = self.ready.pop_front()?;
        *packet = bytes;
        Some(stamp)
    }

    fn length(&self) -> (u64, bool) {
        (self.all(), true)
    }

    fn has_grown(&mut self) -> bool {
        if self.window.bytes().len() <= self.seen {
            return false;
        }
        let length = self.all();
        self.window.forget();
        self.leaps.forget();
        self.look_for_ends().is_ok() && self.all() > length
    }

    fn coder(&self, stream: usize) -> Result<Coder, String> {
        let link = self.links.get(stream).ok_or("it holds no audio")?;
        link.coding.coder()
    }
}

#[cfg(test)]
mod tests {
    use opus_pure::{Application, OggOpusWriter, OpusEncoder, OpusHead};

    use super::*;
    use crate::model::playback::Media;

    #[test]
    fn a_jump_in_opus_begins_with_the_first_packet_that_is_of_use() {
        let mut encoder = OpusEncoder::new(48_000, 1, Application::Audio).unwrap();
        let head = OpusHead::for_encoder(&encoder, 48_000);
        let mut writer = OggOpusWriter::new(Vec::new(), head).unwrap();
        let mut packet = vec![0; 4_000];
        for _ in 0..400 {
            let len = encoder.encode(&[0.0; 960], 960, &mut packet).unwrap();
            writer.write_packet(&packet[..len]).unwrap();
        }
        let file = Media::BuiltIn(Vec::leak(writer.finish().unwrap()));
        let mut ogg = Ogg::open(&Arc::new(Bytes::open(&file).unwrap())).unwrap().unwrap();
        for sample in (0..380_000).step_by(7_001).chain([0, 300_000, 40_000]) {
            ogg.seek(sample);
            let stamp = ogg.next(&mut packet).unwrap();
            let of_use = sample.saturating_sub(opus::RUN_UP).cast_signed();
            assert!((stamp.first..stamp.first + 960).contains(&of_use), "{stamp:?} for {sample}");
        }
    }
}
