//! What a Matroska or `WebM` says of itself (RFC 9559): which of its tracks is
//! the sound, how it is coded, and where its clusters lie.

mod coding;

use std::io;

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known as codec;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};

use super::bytes::Window;
use super::ebml::Element;
use super::frame;
use super::layout;
use super::mix::Mix;
use super::opus;
use super::vorbis::Modes;
pub(super) use coding::{Coding, Lengths};

const EBML: u32 = 0x1a45_dfa3;
const SEGMENT: u32 = 0x1853_8067;
pub(super) const CLUSTER: u32 = 0x1f43_b675;

/// How many children an element has at most that are looked at: some in heads,
/// and points in the list of cues.
const MANY: usize = 4_096;
const MANY_CUES: usize = 1 << 20;

/// How many bytes a decoder's settings have at most.
const MOST_SETTINGS: u64 = 1 << 20;

/// What is to be known before the first block.
#[derive(Debug)]
pub(super) struct Head {
    /// Nanoseconds in a tick.
    pub(super) tick_ns: u64,
    pub(super) track: Track,
    /// Where the first cluster begins.
    pub(super) first: u64,
    /// Times in ticks, and where the cluster with it begins.
    pub(super) cues: Vec<(u64, u64)>,
}

/// A track with sound.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) number: u64,
    pub(super) rate_hz: u32,
    /// How many samples at the start are not heard.
    pub(super) skip: u64,
    /// Bytes that each of its packets begins with and that are left out.
    pub(super) prefix: Vec<u8>,
    pub(super) coding: Coding,
    pub(super) parameters: AudioCodecParameters,
    /// How its channels are mixed, if it says so.
    pub(super) told: Option<Mix>,
}

impl Head {
    /// The head of the file that `window` shows; `None` if it is none.
    ///
    /// # Errors
    ///
    /// Why it cannot be played, in a few words.
    pub(super) fn read(window: &mut Window) -> Result<Option<Self>, String> {
        Self::look(window).map_err(|error| format!("it cannot be read: {error}"))?.transpose()
    }

    fn look(window: &mut Window) -> io::Result<Option<Result<Self, String>>> {
        let Some(start) = Element::read(window, 0)?.filter(|start| start.id == EBML) else {
            return Ok(None);
        };
        let segment = match start.end {
            Some(end) => Element::read(window, end)?,
            None => None,
        };
        let Some(segment) = segment.filter(|segment| segment.id == SEGMENT) else {
            return Ok(None);
        };
        let (mut tick_ns, mut tracks, mut cues, mut later) = (1_000_000, None, None, Vec::new());
        let mut at = segment.begin;
        let first = loop {
            let Some(part) = Element::read(window, at)? else { break at };
            match part.id {
                CLUSTER => break part.at,
                0x1549_a966 => tick_ns = ticks(window, &part)?,
                0x1654_ae6b => tracks = Some(part),
                0x1c53_bb6b => cues = Some(part),
                0x114d_9b74 => later = places(window, &part)?,
                _ => {}
            }
            let Some(end) = part.end else { break at };
            at = end;
        };
        let is_later = |id: u32| later.iter().find(|(name, _)| *name == u64::from(id));
        if tracks.is_none()
            && let Some((_, place)) = is_later(0x1654_ae6b)
        {
            tracks = Element::read(window, segment.begin.saturating_add(*place))?;
        }
        if cues.is_none()
            && let Some((_, place)) = is_later(0x1c53_bb6b)
        {
            cues = Element::read(window, segment.begin.saturating_add(*place))?
                .filter(|part| part.id == 0x1c53_bb6b);
        }
        let Some(tracks) = tracks else { return Ok(Some(Err("it holds no audio".to_owned()))) };
        let track = match Track::first(window, &tracks)? {
            Ok(track) => track,
            Err(why) => return Ok(Some(Err(why))),
        };
        let cues = match cues {
            Some(cues) => points(window, &cues, segment.begin)?,
            None => Vec::new(),
        };
        Ok(Some(Ok(Self { tick_ns, track, first, cues })))
    }
}

/// Nanoseconds in a tick, in the part about all of the file.
fn ticks(window: &mut Window, part: &Element) -> io::Result<u64> {
    for child in part.children(window, MANY)? {
        if child.id == 0x2a_d7b1 {
            return Ok(child.number(window)?.clamp(1, 1_000_000_000));
        }
    }
    Ok(1_000_000)
}

/// Names of other parts and where in the segment they lie.
fn places(window: &mut Window, part: &Element) -> io::Result<Vec<(u64, u64)>> {
    let mut found = Vec::new();
    for entry in part.children(window, MANY)? {
        let (mut name, mut place) = (0, 0);
        for child in entry.children(window, 8)? {
            match child.id {
                0x53ab => name = child.number(window)?,
                0x53ac => place = child.number(window)?,
                _ => {}
            }
        }
        found.push((name, place));
    }
    Ok(found)
}

/// The points of the list of cues, in the order of their times.
fn points(window: &mut Window, part: &Element, origin: u64) -> io::Result<Vec<(u64, u64)>> {
    let mut found = Vec::new();
    for point in part.children(window, MANY_CUES)? {
        let (mut time, mut place) = (0, None);
        for child in point.children(window, MANY)? {
            match child.id {
                0xb3 => time = child.number(window)?,
                0xb7 => {
                    for part in child.children(window, 16)? {
                        if part.id == 0xf1 {
                            place = Some(part.number(window)?);
                        }
                    }
                }
                _ => {}
            }
        }
        found.extend(place.and_then(|place| origin.checked_add(place)).map(|at| (time, at)));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

impl Track {
    /// The first track with sound that can be decoded, the one marked as such
    /// before others.
    fn first(window: &mut Window, part: &Element) -> io::Result<Result<Self, String>> {
        let mut found = Err("it holds no audio".to_owned());
        for entry in part.children(window, MANY)? {
            if entry.id == 0xae
                && found.is_err()
                && let Some(track) = Self::read(window, &entry)?
            {
                found = track;
            }
        }
        Ok(found)
    }

    /// The track in `entry`; `None` if it is of something else than sound.
    fn read(window: &mut Window, entry: &Element) -> io::Result<Option<Result<Self, String>>> {
        let (mut number, mut is_sound, mut delay_ns) = (0, false, 0);
        let (mut name, mut settings) = (String::new(), Vec::new());
        let (mut rate, mut channels, mut bits) = (8_000.0, 1, 0);
        let (mut prefix, mut is_strange) = (Vec::new(), false);
        for child in entry.children(window, MANY)? {
            match child.id {
                0xd7 => number = child.number(window)?,
                0x83 => is_sound = child.number(window)? == 2,
                0x86 => name = String::from_utf8_lossy(child.bytes(window, 64)?).into_owned(),
                0x63a2 => settings = child.bytes(window, MOST_SETTINGS)?.to_vec(),
                0x56aa => delay_ns = child.number(window)?,
                0x6d80 => match stripped(window, &child)? {
                    Some(bytes) => prefix = bytes,
                    None => is_strange = true,
                },
                0xe1 => {
                    for part in child.children(window, 32)? {
                        match part.id {
                            0xb5 => rate = part.float(window)?,
                            0x9f => channels = part.number(window)?,
                            0x6264 => bits = part.number(window)?,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        if !is_sound {
            return Ok(None);
        }
        if is_strange {
            return Ok(Some(Err("its audio is encrypted or packed".to_owned())));
        }
        let about = About { name, settings, rate, channels, bits };
        Ok(Some(about.coding().map(|(coding, parameters)| {
            let rate_hz = parameters.sample_rate.unwrap_or(opus::RATE_HZ);
            let skip = match &coding.packets {
                Lengths::Opus => u64::from(about.pre_skip()),
                _ => (u128::from(delay_ns) * u128::from(rate_hz) + 500_000_000)
                    .div_euclid(1_000_000_000) as u64,
            };
            let told = layout::told_in_head(&about.settings, about.channels as usize);
            let told = told.filter(|_| parameters.codec == codec::CODEC_ID_FLAC);
            Self { number, rate_hz, skip, prefix, coding, parameters, told }
        })))
    }
}

/// What a track's packets have lost at their beginnings; `None` when more was
/// done with them.
fn stripped(window: &mut Window, part: &Element) -> io::Result<Option<Vec<u8>>> {
    let mut prefix = Some(Vec::new());
    for encoding in part.children(window, 16)? {
        for child in encoding.children(window, 16)? {
            match child.id {
                0x5034 => {
                    let (mut kind, mut bytes) = (0, Vec::new());
                    for part in child.children(window, 16)? {
                        match part.id {
                            0x4254 => kind = part.number(window)?,
                            0x4255 => bytes = part.bytes(window, 4_096)?.to_vec(),
                            _ => {}
                        }
                    }
                    prefix = (kind == 3).then_some(bytes);
                }
                0x5035 => prefix = None,
                _ => {}
            }
        }
    }
    Ok(prefix)
}

/// What the head says of how a track is coded.
struct About {
    name: String,
    settings: Vec<u8>,
    rate: f64,
    channels: u64,
    bits: u64,
}

impl About {
    fn pre_skip(&self) -> u16 {
        opus::Head::parse(&self.settings).map_or(0, |head| head.pre_skip)
    }

    /// How its packets stand for time, and what a decoder must know.
    fn coding(&self) -> Result<(Coding, AudioCodecParameters), String> {
        let channels = usize::try_from(self.channels).unwrap_or(0);
        let mut rate_hz = self.rate.round().clamp(0.0, f64::from(u32::MAX)) as u32;
        frame::check(rate_hz, channels)?;
        let mut parameters = AudioCodecParameters::new();
        let damaged = || "the settings of its audio are damaged".to_owned();
        let stride = (self.bits.div_ceil(8) * self.channels) as u32;
        let (id, coding): (AudioCodecId, Coding) = match self.name.trim_end_matches('\0') {
            "A_OPUS" => {
                opus::Head::parse(&self.settings)?;
                rate_hz = opus::RATE_HZ;
                parameters.with_extra_data(self.settings.clone().into());
                let (grid, longest, run_up) = (120, 5_760, opus::RUN_UP);
                (codec::CODEC_ID_OPUS, Coding { packets: Lengths::Opus, grid, longest, run_up })
            }
            "A_VORBIS" => {
                let (first, last) = vorbis(&self.settings).ok_or_else(damaged)?;
                parameters.with_extra_data([first, last].concat().into());
                let modes = Modes::parse(first, last).ok_or_else(damaged)?;
                let (grid, longest, run_up) = (modes.grid(), 8_192, modes.run_up());
                let packets = Lengths::Vorbis(modes);
                (codec::CODEC_ID_VORBIS, Coding { packets, grid, longest, run_up })
            }
            "A_FLAC" => {
                let at = self.settings.get(8..42).ok_or_else(damaged)?;
                parameters.with_extra_data(at.into());
                let block = |at: &[u8]| u32::from(u16::from_be_bytes([at[0], at[1]]));
                let (least, most) = (block(at), block(&at[2..]));
                let grid = if least == most { most.max(1) } else { 1 };
                (codec::CODEC_ID_FLAC, Coding::unknown(grid, most))
            }
            "A_ALAC" => {
                let samples = self.settings.first_chunk().map(|four| u32::from_be_bytes(*four));
                parameters.with_extra_data(self.settings.clone().into());
                let samples = samples.unwrap_or(4_096);
                (codec::CODEC_ID_ALAC, Coding::unknown(samples, samples))
            }
            "A_MPEG/L3" => {
                let samples = if rate_hz < 32_000 { 576 } else { 1_152 };
                // Frames borrow from some before them.
                (codec::CODEC_ID_MP3, Coding::even(samples, 12))
            }
            "A_MPEG/L2" => (codec::CODEC_ID_MP2, Coding::even(1_152, 2)),
            "A_MPEG/L1" => (codec::CODEC_ID_MP1, Coding::even(384, 2)),
            name if name.starts_with("A_AAC") => {
                if self.settings.len() >= 2 {
                    parameters.with_extra_data(self.settings.clone().into());
                }
                (codec::CODEC_ID_AAC, Coding::even(1_024, 3))
            }
            "A_PCM/INT/LIT" if self.bits == 8 => (codec::CODEC_ID_PCM_U8, Coding::plain(stride)),
            "A_PCM/INT/LIT" => (self.integer(true)?, Coding::plain(stride)),
            "A_PCM/INT/BIG" => (self.integer(false)?, Coding::plain(stride)),
            "A_PCM/FLOAT/IEEE" if self.bits == 64 => {
                (codec::CODEC_ID_PCM_F64LE, Coding::plain(stride))
            }
            "A_PCM/FLOAT/IEEE" => (codec::CODEC_ID_PCM_F32LE, Coding::plain(stride)),
            name => return Err(format!("its audio is {}, which is not played", shown(name))),
        };
        let layout = match channels {
            1 => symphonia::core::audio::layouts::CHANNEL_LAYOUT_MONO,
            2 => symphonia::core::audio::layouts::CHANNEL_LAYOUT_STEREO,
            _ => Channels::Discrete(channels as u16),
        };
        parameters.for_codec(id).with_sample_rate(rate_hz).with_channels(layout);
        if matches!(coding.packets, Lengths::Plain(_)) {
            // A second of samples is more than any writer puts into one packet.
            parameters.with_max_frames_per_packet(u64::from(rate_hz));
        }
        Ok((coding, parameters))
    }

    fn integer(&self, is_little: bool) -> Result<AudioCodecId, String> {
        Ok(match (self.bits, is_little) {
            (16, true) => codec::CODEC_ID_PCM_S16LE,
            (24, true) => codec::CODEC_ID_PCM_S24LE,
            (32, true) => codec::CODEC_ID_PCM_S32LE,
            (16, false) => codec::CODEC_ID_PCM_S16BE,
            (24, false) => codec::CODEC_ID_PCM_S24BE,
            (32, false) => codec::CODEC_ID_PCM_S32BE,
            (bits, _) => return Err(format!("its samples have {bits} bits, which is not known")),
        })
    }
}

/// A codec's name as a line of text.
fn shown(name: &str) -> String {
    name.chars().filter(char::is_ascii_graphic).take(32).collect()
}

/// The first and the last of the three heads of Vorbis, from the three in one.
fn vorbis(settings: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[2], mut rest) = settings.split_at_checked(1)? else { return None };
    let mut sizes = [0; 2];
    for size in &mut sizes {
        loop {
            let (&byte, behind) = rest.split_first()?;
            rest = behind;
            *size += usize::from(byte);
            if byte < 255 {
                break;
            }
        }
    }
    Some((rest.get(..sizes[0])?, rest.get(sizes[0] + sizes[1]..)?))
}
