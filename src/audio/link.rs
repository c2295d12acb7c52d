//! One stream of sound in an Ogg: how it is coded, and which samples it holds.

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_VORBIS;

use super::coder::Coder;
use super::frame;
use super::opus::{self, Head};
use super::turn::Turn;
use super::vorbis::Modes;

/// A stream. Others may follow it.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) coding: Coding,
    pub(super) serial: u32,
    /// Where its packets lie.
    pub(super) begin: u64,
    pub(super) end: u64,
    /// The granule of its first packet, of the first sample that is heard, and
    /// behind the last one.
    pub(super) first: i64,
    pub(super) zero: i64,
    pub(super) last: i64,
    /// The sample that its first heard one is, at the rate of all of them.
    pub(super) start: u64,
    /// That rate: the first one's.
    pub(super) hz: u32,
}

/// How a stream is coded.
#[derive(Clone, Debug)]
pub(super) enum Coding {
    Opus(Head),
    /// With its first and last heads.
    Vorbis {
        modes: Modes,
        heads: Vec<u8>,
        rate_hz: u32,
        channels: usize,
    },
}

impl Coding {
    /// Samples a second.
    pub(super) fn rate_hz(&self) -> u32 {
        match self {
            Self::Opus(_) => opus::RATE_HZ,
            Self::Vorbis { rate_hz, .. } => *rate_hz,
        }
    }

    /// How many samples `packet` stands for behind a block of `before`; 0 when
    /// it is damaged.
    pub(super) fn samples(&self, packet: &[u8], before: &mut Option<u32>) -> i64 {
        match self {
            Self::Opus(_) => opus::samples(packet).map_or(0, i64::from),
            Self::Vorbis { modes, .. } => {
                let block = modes.block(packet);
                let samples = block.map_or(0, |block| Modes::samples(*before, block));
                *before = block;
                i64::from(samples)
            }
        }
    }

    /// How many samples before a wanted one are decoded.
    pub(super) fn run_up(&self) -> u64 {
        match self {
            Self::Opus(_) => opus::RUN_UP,
            Self::Vorbis { modes, .. } => modes.run_up(),
        }
    }

    /// A decoder for it.
    ///
    /// # Errors
    ///
    /// Why there is none, in a few words.
    pub(super) fn coder(&self) -> Result<Coder, String> {
        match self {
            Self::Opus(head) => Coder::opus(head),
            Self::Vorbis { heads, rate_hz, channels, .. } => {
                let mut parameters = AudioCodecParameters::new();
                let layout = Channels::Discrete(*channels as u16);
                parameters.for_codec(CODEC_ID_VORBIS).with_sample_rate(*rate_hz);
                parameters.with_channels(layout).with_extra_data(heads.clone().into());
                Coder::new(&parameters, false)
            }
        }
    }
}

impl Link {
    /// How many samples are heard of it, at the rate of all.
    pub(super) fn length(&self) -> u64 {
        let own = self.own_length();
        let length = self.turn().map_or(own, |turn| turn.at_or_after(own));
        u64::try_from(length).unwrap_or(0)
    }

    /// The sample at `granule`, at its own rate behind its start.
    pub(super) fn sample(&self, granule: i64) -> i64 {
        self.start.cast_signed().saturating_add(granule.saturating_sub(self.zero))
    }

    /// The granule of the sample that is `inside` samples behind the first one
    /// that is heard, or the last before it.
    pub(super) fn granule(&self, inside: u64) -> i64 {
        let inside = i64::try_from(inside).unwrap_or(i64::MAX);
        let own = self.turn().map_or(inside, |turn| turn.own_before(inside));
        self.zero.saturating_add(own)
    }

    /// How its samples become such of the rate of all; `None` if they are.
    pub(super) fn turn(&self) -> Option<Turn> {
        let own_hz = self.coding.rate_hz();
        let all = self.own_length();
        (own_hz != self.hz).then_some(Turn { own_hz, hz: self.hz, start: self.start, all })
    }

    fn own_length(&self) -> i64 {
        self.last.saturating_sub(self.zero).max(0)
    }
}

/// Vorbis with these heads.
///
/// # Errors
///
/// Why it cannot be played, in a few words.
pub(super) fn vorbis(first: &[u8], last: &[u8]) -> Result<Coding, String> {
    let damaged = || "the head of its Vorbis is damaged".to_owned();
    let first: &[u8; 30] = first.first_chunk().ok_or_else(damaged)?;
    let modes = Modes::parse(first, last).ok_or_else(damaged)?;
    let channels = usize::from(first[11]);
    let rate_hz = u32::from_le_bytes([first[12], first[13], first[14], first[15]]);
    frame::check(rate_hz, channels)?;
    Ok(Coding::Vorbis { modes, heads: [first, last].concat(), rate_hz, channels })
}
