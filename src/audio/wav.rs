//! Reads WAV: finds its samples among the chunks, and turns any of them into
//! sound (Microsoft's RIFF of 1991 and 1994, EBU 3306 for RF64, ITU-T G.711).
//!
//! What a header says of lengths is only believed where the file agrees: who
//! writes into a pipe cannot know them.

use std::sync::Arc;

use super::bytes::Bytes;
use super::frame::{self, Frame};
use super::mix::Mix;
use super::mp3::Outcome;
use super::track;

/// How many chunks are looked at; files have a dozen at most.
const MANY: usize = 4_096;

/// How many bytes and frames are read at a time at most.
const PIECE_BYTES: usize = 64 << 10;
const PIECE_FRAMES: usize = 4_096;

/// What stands where a length is not known, or is told in another chunk.
const UNKNOWN: u32 = u32::MAX;

/// How loud a sample counts at most: what floats say beyond that is damage.
const LOUDEST: f32 = 16.0;

/// The end of the names of codings in an extended header, and the same of
/// sound in B-format.
const CODINGS: [[u8; 14]; 2] = [
    *b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71",
    *b"\x00\x00\x21\x07\xd3\x11\x86\x44\xc8\xc1\xca\x00\x00\x00",
];

/// An open WAV, and where in it is read next.
pub(super) struct Wav {
    bytes: Arc<Bytes>,
    sound: Sound,
    mix: Mix,
    next: u64,
    raw: Vec<u8>,
    interleaved: Vec<f32>,
}

/// What a file that begins like a WAV holds.
pub(super) enum Found {
    /// Samples that are read here.
    Wav(Wav),
    /// Frames of MPEG audio.
    Mpeg,
    /// Something else.
    Other,
}

/// Where the samples lie, and what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sound {
    format: Format,
    start: u64,
    /// How many samples are there, per channel.
    length: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Format {
    coding: Coding,
    channels: usize,
    /// Which channels those are; 0 where that is not told.
    mask: u32,
    rate_hz: u32,
    /// Bytes of one sample of one channel.
    width: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Integer,
    Float,
    ALaw,
    MuLaw,
    Mpeg,
    Other,
}

impl Wav {
    /// Opens the bytes of a file; reads nothing but the heads of its chunks.
    ///
    /// # Errors
    ///
    /// Why its samples cannot be played, in a few words.
    pub(super) fn open(bytes: &Arc<Bytes>) -> Result<Found, String> {
        let Some(sound) = Sound::find(bytes)? else { return Ok(Found::Other) };
        Ok(match sound.format.coding {
            Coding::Mpeg => Found::Mpeg,
            Coding::Other => Found::Other,
            _ => Found::Wav(Self {
                bytes: Arc::clone(bytes),
                mix: Mix::masked(u64::from(sound.format.mask), sound.format.channels),
                sound,
                next: 0,
                raw: Vec::new(),
                interleaved: Vec::new(),
            }),
        })
    }
}

impl track::Sound for Wav {
    fn rate_hz(&self) -> u32 {
        self.sound.format.rate_hz
    }

    fn length(&self) -> Option<u64> {
        Some(self.sound.length)
    }

    fn has_grown(&mut self) -> bool {
        // The header too may have been written anew.
        let Ok(Some(sound)) = Sound::find(&self.bytes) else { return false };
        let same = (sound.format, sound.start) == (self.sound.format, self.sound.start);
        let has_grown = same && sound.length > self.sound.length;
        if has_grown {
            self.sound = sound;
        }
        has_grown
    }

    fn seek(&mut self, sample: u64) {
        self.next = sample;
    }

    fn read(&mut self, out: &mut Vec<Frame>) -> Outcome {
        let rate_hz = self.sound.format.rate_hz;
        let stride = self.sound.format.stride();
        let most = (PIECE_BYTES / stride).min(PIECE_FRAMES).min(frame::piece(rate_hz));
        let left = self.sound.length.saturating_sub(self.next);
        let count = most.min(usize::try_from(left).unwrap_or(most));
        if count == 0 {
            return Outcome::End;
        }
        self.raw.resize(count * stride, 0);
        let place = self.sound.start + self.next * stride as u64;
        let read = self.bytes.read_at(place, &mut self.raw).unwrap_or(0) / stride;
        if read < count {
            // The file has become shorter.
            self.sound.length = self.next + read as u64;
        }
        self.interleaved.clear();
        self.sound.format.decode(&self.raw[..read * stride], &mut self.interleaved);
        self.mix.append(out, &self.interleaved);
        self.next += read as u64;
        if read > 0 { Outcome::Read } else { Outcome::End }
    }
}

impl Sound {
    /// Looks through the chunks of `bytes`; `None` when they are no WAV.
    fn find(bytes: &Bytes) -> Result<Option<Self>, String> {
        let Some([a, b, c, d, _, _, _, _, b'W', b'A', b'V', b'E']) = read(bytes, 0) else {
            return Ok(None);
        };
        if ![*b"RIFF", *b"RF64", *b"BW64"].contains(&[a, b, c, d]) {
            return Ok(None);
        }
        let len = bytes.len();
        let (mut format, mut data, mut long) = (None, None, None);
        let mut at = 12;
        for _ in 0..MANY {
            let Some((name, size)) = chunk(bytes, at) else { break };
            let content = at + 8;
            let mut size = u64::from(size);
            match &name {
                b"ds64" => long = read(bytes, content + 8).map(u64::from_le_bytes),
                b"fmt " if format.is_none() => format = Some(Format::read(bytes, content, size)?),
                b"data" if data.is_none() => {
                    if size == u64::from(UNKNOWN) {
                        size = long.filter(|long| *long != 0).unwrap_or(u64::MAX);
                    }
                    data = Some((content, size));
                }
                _ => {}
            }
            if format.is_some_and(|format| !format.is_ours()) || format.and(data).is_some() {
                break;
            }
            let Some(end) = content.checked_add(size).filter(|end| *end < len) else { break };
            at = next_chunk(bytes, end);
        }
        let format = format.ok_or("it is a WAV without a format")?;
        if !format.is_ours() {
            return Ok(Some(Self { format, start: 0, length: 0 }));
        }
        let (start, claimed) = data.ok_or("it is a WAV without any sound")?;
        let there = len.saturating_sub(start);
        // Some leave nothing where they do not know, and SoX nearly 2 GiB.
        let is_doubtful = claimed == 0 || (0x7fff_0000..=0x8000_0000).contains(&claimed);
        let is_open = is_doubtful && claimed < there && !is_chunk(bytes, start + claimed);
        let size = if is_open { there } else { claimed.min(there) };
        Ok(Some(Self { format, start, length: size / format.stride() as u64 }))
    }
}

impl Format {
    /// The format in the chunk whose content of `size` bytes lies at `place`.
    fn read(bytes: &Bytes, place: u64, size: u64) -> Result<Self, String> {
        let Some(head) = read::<16>(bytes, place).filter(|_| size >= 16) else {
            return Err("its header is cut off".to_owned());
        };
        let short = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        let (channels, align, bits) = (usize::from(short(2)), usize::from(short(12)), short(14));
        let rate_hz = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let mut mask = 0;
        let coding = match short(0) {
            1 => Coding::Integer,
            3 => Coding::Float,
            6 => Coding::ALaw,
            7 => Coding::MuLaw,
            0x50 | 0x55 => Coding::Mpeg,
            0xfffe => match read::<20>(bytes, place + 20).filter(|_| size >= 40) {
                Some([m0, m1, m2, m3, low, high, rest @ ..]) if CODINGS.contains(&rest) => {
                    mask = u32::from_le_bytes([m0, m1, m2, m3]);
                    match u16::from_le_bytes([low, high]) {
                        1 => Coding::Integer,
                        3 => Coding::Float,
                        6 => Coding::ALaw,
                        7 => Coding::MuLaw,
                        _ => Coding::Other,
                    }
                }
                _ => Coding::Other,
            },
            _ => Coding::Other,
        };
        frame::check(rate_hz, channels)?;
        let packed = usize::from(bits.div_ceil(8));
        let width = match coding {
            Coding::ALaw | Coding::MuLaw => 1,
            // Samples of 24 bits may lie in 32.
            Coding::Integer if packed == 3 && align == 4 * channels => 4,
            _ => packed,
        };
        let is_known = match coding {
            Coding::Integer => bits > 0 && width <= 4,
            Coding::Float => bits == 32 || bits == 64,
            _ => true,
        };
        if !is_known {
            return Err(format!("its samples have {bits} bits, which is not known"));
        }
        Ok(Self { coding, channels, mask, rate_hz, width })
    }

    fn is_ours(&self) -> bool {
        !matches!(self.coding, Coding::Mpeg | Coding::Other)
    }

    /// Bytes of one sample of all channels.
    fn stride(&self) -> usize {
        (self.width * self.channels).max(1)
    }

    /// Appends what the samples in `raw` are as numbers from -1 to 1.
    fn decode(&self, raw: &[u8], out: &mut Vec<f32>) {
        match (self.coding, self.width) {
            (Coding::ALaw, _) => out.extend(raw.iter().map(|byte| scaled(a_law(*byte)))),
            (Coding::MuLaw, _) => out.extend(raw.iter().map(|byte| scaled(mu_law(*byte)))),
            (Coding::Integer, 1) => {
                out.extend(raw.iter().map(|byte| (f32::from(*byte) - 128.0) / 128.0));
            }
            (Coding::Integer, 2) => {
                out.extend(raw.as_chunks().0.iter().map(|two| scaled(i16::from_le_bytes(*two))));
            }
            (Coding::Integer, 3) => {
                let wide = |[a, b, c]: [u8; 3]| i32::from_le_bytes([0, a, b, c]);
                out.extend(raw.as_chunks().0.iter().map(|three| full(wide(*three))));
            }
            (Coding::Integer, _) => {
                out.extend(raw.as_chunks().0.iter().map(|four| full(i32::from_le_bytes(*four))));
            }
            (Coding::Float, 4) => {
                out.extend(raw.as_chunks().0.iter().map(|four| sane(f32::from_le_bytes(*four))));
            }
            (Coding::Float, _) => {
                let narrow = |eight: &[u8; 8]| sane(f64::from_le_bytes(*eight) as f32);
                out.extend(raw.as_chunks().0.iter().map(narrow));
            }
            (Coding::Mpeg | Coding::Other, _) => {}
        }
    }
}

fn scaled(sample: i16) -> f32 {
    f32::from(sample) / 32_768.0
}

fn full(sample: i32) -> f32 {
    (f64::from(sample) / 2_147_483_648.0) as f32
}

fn sane(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-LOUDEST, LOUDEST) } else { 0.0 }
}

/// A sample of A-law (G.711, table 1): a sign, three bits that say how loud,
/// and four of the level within that; the even bits are turned over.
fn a_law(byte: u8) -> i16 {
    let bits = byte ^ 0x55;
    let (power, level) = ((bits >> 4) & 7, i16::from(bits & 15));
    // The middle of each step is meant.
    let size = match power {
        0 => (level << 4) + 8,
        _ => ((level << 4) + 0x108) << (power - 1),
    };
    if bits & 0x80 == 0 { -size } else { size }
}

/// A sample of mu-law (G.711, table 2): as above, but all bits are turned
/// over, and each range begins 33 quarter steps early.
fn mu_law(byte: u8) -> i16 {
    let bits = !byte;
    let (power, level) = ((bits >> 4) & 7, i16::from(bits & 15));
    let size = (((level << 3) + 0x84) << power) - 0x84;
    if bits & 0x80 == 0 { size } else { -size }
}

/// The name and the size of the chunk at `at`.
fn chunk(bytes: &Bytes, at: u64) -> Option<([u8; 4], u32)> {
    let [a, b, c, d, size @ ..] = read::<8>(bytes, at)?;
    Some(([a, b, c, d], u32::from_le_bytes(size)))
}

/// Whether a whole chunk lies at `at`, as far as one can tell.
fn is_chunk(bytes: &Bytes, at: u64) -> bool {
    chunk(bytes, at).is_some_and(|(name, size)| {
        let is_name = name.iter().all(|byte| (b' '..=b'~').contains(byte));
        is_name && at + 8 + u64::from(size) <= bytes.len()
    })
}

/// Where the chunk behind one that ends at `end` begins: at an even place,
/// which some forget.
fn next_chunk(bytes: &Bytes, end: u64) -> u64 {
    let even = end + end % 2;
    if even != end && !is_chunk(bytes, even) && is_chunk(bytes, end) { end } else { even }
}

fn read<const N: usize>(bytes: &Bytes, at: u64) -> Option<[u8; N]> {
    let mut piece = [0; N];
    (bytes.read_at(at, &mut piece).ok()? == N).then_some(piece)
}
