//! How the packets of a Matroska stand for time: how many samples each holds,
//! and how many are decoded before a wanted one.

use crate::audio::opus;
use crate::audio::vorbis::Modes;

/// How packets stand for time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::audio) struct Coding {
    pub(in crate::audio) packets: Lengths,
    /// What all places of packets are multiples of, in samples.
    pub(in crate::audio) grid: u32,
    /// How many samples a packet holds at most.
    pub(in crate::audio) longest: u32,
    /// How many samples before a wanted one are decoded.
    pub(in crate::audio) run_up: u64,
}

/// How many samples packets hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::audio) enum Lengths {
    /// Each tells.
    Opus,
    /// Each tells together with the one before.
    Vorbis(Modes),
    /// All hold as many.
    Even(u32),
    /// So many bytes a sample.
    Plain(u32),
    /// Only the decoder knows.
    Unknown,
}

impl Coding {
    /// That of packets which hold `samples` each, of which `run_up` are decoded
    /// before a wanted one.
    pub(in crate::audio) fn even(samples: u32, run_up: u32) -> Self {
        let run_up = u64::from(samples) * u64::from(run_up);
        Self { packets: Lengths::Even(samples), grid: samples, longest: samples, run_up }
    }

    /// That of plain samples, so many bytes each.
    pub(super) fn plain(stride: u32) -> Self {
        Self { packets: Lengths::Plain(stride), grid: 1, longest: 1, run_up: 0 }
    }

    /// That of packets which do not tell how many samples they hold, on this
    /// grid, and at most so many.
    pub(super) fn unknown(grid: u32, longest: u32) -> Self {
        let longest = longest.clamp(1, 1 << 16);
        Self { packets: Lengths::Unknown, grid: grid.max(1), longest, run_up: 0 }
    }

    /// How many samples come out with `packet`, behind one whose block was
    /// `before` samples, as far as that is known; and its own block.
    pub(in crate::audio) fn samples(
        &self,
        packet: &[u8],
        before: Option<u32>,
    ) -> (Option<u32>, Option<u32>) {
        match &self.packets {
            Lengths::Opus => (opus::samples(packet), None),
            Lengths::Vorbis(modes) => {
                let block = modes.block(packet);
                (block.map(|block| Modes::samples(before, block)), block)
            }
            Lengths::Even(samples) => (Some(*samples), None),
            Lengths::Plain(stride) => (Some(packet.len() as u32 / stride.max(&1)), None),
            Lengths::Unknown => (None, None),
        }
    }
}
