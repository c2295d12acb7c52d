//! Decodes Opus (RFC 6716), with any number of channels (RFC 7845, section
//! 5.1.1).

use opus_pure::{MAX_PACKET_SAMPLES, OpusDecoder, packet};

use super::frame::{self, Frame};
use super::mix::Mix;

/// Samples a second, whatever the encoder was given.
pub(super) const RATE_HZ: u32 = 48_000;

/// How many samples are decoded before a wanted one. What the decoder keeps
/// from packet to packet dies away; 80 ms are prescribed, and with this much
/// the difference is below what 16 bits can say.
pub(super) const RUN_UP: u64 = 19_200;

/// What the first packet of a stream says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// 1 to 64.
    channels: usize,
    /// How many samples at the start are not heard.
    pub(super) pre_skip: u16,
    /// In 1/256 dB.
    gain: i16,
    /// How many streams a packet holds, and how many of them, the first, have
    /// two channels.
    streams: usize,
    coupled: usize,
    /// For each channel, which decoded one it is; 255: none.
    mapping: Vec<u8>,
    /// Whether it is told which channel stands where.
    is_ordered: bool,
}

impl Head {
    /// The head in `packet`.
    ///
    /// # Errors
    ///
    /// Why it cannot be played, in a few words.
    pub(super) fn parse(packet: &[u8]) -> Result<Self, String> {
        let broken = || "the head of its Opus is damaged".to_owned();
        let fixed: &[u8; 19] = packet.first_chunk().ok_or_else(broken)?;
        let [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', version, channels, rest @ ..] = fixed
        else {
            return Err(broken());
        };
        if version >> 4 != 0 {
            return Err("its Opus is of a version that is not known".to_owned());
        }
        let [skip_low, skip_high, _, _, _, _, gain_low, gain_high, family] = *rest;
        let channels = usize::from(*channels);
        frame::check(RATE_HZ, channels)?;
        let (streams, coupled, mapping) = match family {
            0 if channels <= 2 => (1, channels - 1, vec![0, 1]),
            1 | 255 => {
                let more = packet.get(19..21 + channels).ok_or_else(broken)?;
                (usize::from(more[0]), usize::from(more[1]), more[2..].to_vec())
            }
            _ => return Err(format!("its Opus has channels of family {family}, not known")),
        };
        let fits = |channel: &u8| *channel == 255 || usize::from(*channel) < streams + coupled;
        if streams == 0 || coupled > streams || !mapping[..channels].iter().all(fits) {
            return Err(broken());
        }
        Ok(Self {
            channels,
            pre_skip: u16::from_le_bytes([skip_low, skip_high]),
            gain: i16::from_le_bytes([gain_low, gain_high]),
            streams,
            coupled,
            mapping: mapping[..channels].to_vec(),
            is_ordered: family == 1,
        })
    }
}

/// How many samples `packet` stands for; `None` when it is damaged.
pub(super) fn samples(packet: &[u8]) -> Option<u32> {
    let count = packet::samples(packet, RATE_HZ.cast_signed()).ok()?;
    u32::try_from(count).ok().filter(|count| (1..=MAX_PACKET_SAMPLES as u32).contains(count))
}

/// A decoder for the packets of one stream.
pub(super) struct Opus {
    head: Head,
    mix: Mix,
    decoders: Vec<OpusDecoder>,
    /// What each decoder gave last, one or two channels interleaved.
    decoded: Vec<Vec<f32>>,
    single: Vec<u8>,
    interleaved: Vec<f32>,
}

impl Opus {
    /// A decoder for a stream with this head.
    ///
    /// # Errors
    ///
    /// Why there is none, in a few words.
    pub(super) fn new(head: &Head) -> Result<Self, String> {
        let make = |stream: usize| {
            let channels = if stream < head.coupled { 2 } else { 1 };
            let mut decoder = OpusDecoder::new(RATE_HZ.cast_signed(), channels)?;
            decoder.gain_q8 = i32::from(head.gain);
            Ok(decoder)
        };
        let decoders: opus_pure::Result<Vec<_>> = (0..head.streams).map(make).collect();
        Ok(Self {
            head: head.clone(),
            mix: if head.is_ordered {
                Mix::vorbis(head.channels)
            } else {
                Mix::plain(head.channels)
            },
            decoders: decoders.map_err(|error| format!("its Opus cannot be decoded: {error}"))?,
            decoded: vec![Vec::new(); head.streams],
            single: Vec::new(),
            interleaved: Vec::new(),
        })
    }

    /// Forgets what came before, for a packet that does not follow.
    pub(super) fn reset(&mut self) {
        for decoder in &mut self.decoders {
            // It fails for no state that there is.
            let _ = decoder.reset_state();
        }
    }

    /// Appends the samples of `packet`; `None`, and no sample, when it is
    /// damaged.
    pub(super) fn decode(&mut self, packet: &[u8], out: &mut Vec<Frame>) -> Option<()> {
        let (mut rest, mut count) = (packet, MAX_PACKET_SAMPLES);
        let streams = self.decoders.iter_mut().zip(&mut self.decoded);
        for (at, (decoder, decoded)) in streams.enumerate() {
            let own = if at + 1 < self.head.streams {
                rest = delimited(rest, &mut self.single)?;
                &self.single[..]
            } else {
                rest
            };
            samples(own)?;
            decoded.resize(MAX_PACKET_SAMPLES * decoder.channels(), 0.0);
            count = count.min(decoder.decode(own, MAX_PACKET_SAMPLES, decoded).ok()?);
        }
        self.interleaved.clear();
        for n in 0..count {
            for channel in &self.head.mapping {
                let channel = usize::from(*channel);
                let sample = match channel {
                    255 => 0.0,
                    _ if channel < 2 * self.head.coupled => {
                        self.decoded[channel / 2][2 * n + channel % 2]
                    }
                    _ => self.decoded[channel - self.head.coupled][n],
                };
                self.interleaved.push(sample);
            }
        }
        self.mix.append(out, &self.interleaved);
        Some(())
    }
}

/// Takes the packet at the start of `packets` that says its own length (RFC
/// 6716, appendix B), puts it into `single` as one that does not, and gives
/// what is behind it; `None` when it is damaged.
fn delimited<'a>(packets: &'a [u8], single: &mut Vec<u8>) -> Option<&'a [u8]> {
    let code = packets.first()? & 3;
    let mut at = 1;
    // What is kept of the head, the frames' sizes but the last, and padding.
    let (mut frames, mut constant, mut padding) = (usize::from(code != 0) + 1, code < 2, 0);
    if code == 3 {
        let count = *packets.get(at)?;
        at += 1;
        frames = usize::from(count & 0x3f);
        constant = count & 0x80 == 0;
        if count & 0x40 != 0 {
            loop {
                let byte = usize::from(*packets.get(at)?);
                at += 1;
                padding += byte.min(254);
                if byte < 255 {
                    break;
                }
            }
        }
    }
    let mut all = 0;
    if !constant {
        for _ in 1..frames {
            let (size, len) = frame_size(packets.get(at..)?)?;
            at += len;
            all += size;
        }
    }
    let (size, len) = frame_size(packets.get(at..)?)?;
    all += if constant { size * frames } else { size };
    let begin = at + len;
    let end = begin + all + padding;
    single.clear();
    single.extend_from_slice(&packets[..at]);
    single.extend_from_slice(packets.get(begin..end)?);
    packets.get(end..)
}

/// A frame's size and how many bytes say it (RFC 6716, section 3.2.1).
fn frame_size(bytes: &[u8]) -> Option<(usize, usize)> {
    match bytes {
        [first @ 0..=251, ..] => Some((usize::from(*first), 1)),
        [first, second, ..] => Some((usize::from(*second) * 4 + usize::from(*first), 2)),
        _ => None,
    }
}
