//! Decodes Vorbis of more than two channels. Where a channel is coupled twice,
//! as in 5.1, symphonia undoes the couplings in the wrong order (Vorbis I
//! specification, section 4.3.5).

use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{IdentHeader, SetupHeader, read_header_ident, read_header_setup};

use super::frame::Frame;
use super::mix::Mix;
use super::vorbis::Modes;

/// How many bytes the first head has.
const FIRST_BYTES: usize = 30;

/// A decoder of such Vorbis.
pub(super) struct Surround {
    first: IdentHeader,
    last: SetupHeader,
    before: PreviousWindowRight,
    mix: Mix,
    interleaved: Vec<f32>,
    modes: Modes,
    /// What came out before its turn.
    early: Vec<Frame>,
}

impl Surround {
    /// A decoder with these heads, the first and the last behind each other.
    ///
    /// # Errors
    ///
    /// Why there is none, in a few words.
    pub(super) fn new(heads: &[u8]) -> Result<Self, String> {
        let damaged = || "the head of its Vorbis is damaged".to_owned();
        let (first, last) = heads.split_at_checked(FIRST_BYTES).ok_or_else(damaged)?;
        let modes = Modes::parse(first, last).ok_or_else(damaged)?;
        let first = read_header_ident(first).map_err(|_| damaged())?;
        let mix = Mix::vorbis(usize::from(first.audio_channels));
        let blocks = (first.blocksize_0, first.blocksize_1);
        let last = read_header_setup(last, first.audio_channels, blocks).map_err(|_| damaged())?;
        Ok(Self {
            first,
            last,
            before: PreviousWindowRight::new(),
            mix,
            interleaved: Vec::new(),
            modes,
            early: Vec::new(),
        })
    }

    /// Forgets what came before, for a packet that does not follow.
    pub(super) fn reset(&mut self) {
        self.before = PreviousWindowRight::new();
        self.early.clear();
    }

    /// Appends the samples of `packet`; `None`, and no sample, when it is
    /// damaged.
    pub(super) fn decode(&mut self, packet: &[u8], out: &mut Vec<Frame>) -> Option<()> {
        let had = out.len();
        out.append(&mut self.early);
        let is_first = self.before.is_empty();
        self.overlap(packet, out)?;
        let early = self.modes.early(packet) as usize;
        if is_first && early > 0 {
            // What is whole of a first block is not given. Behind itself it is
            // given, and behind its middle nothing is changed by what is before.
            self.overlap(packet, out)?;
        }
        let keep = out.len().saturating_sub(early).max(had);
        self.early.extend(out.drain(keep..));
        if is_first {
            out.truncate(had);
        }
        Some(())
    }

    /// Appends what `packet` and the one before it give together.
    fn overlap(&mut self, packet: &[u8], out: &mut Vec<Frame>) -> Option<()> {
        let (first, last) = (&self.first, &self.last);
        let decoded = read_audio_packet_generic(first, last, packet, &mut self.before);
        let Ok(planes): Result<Vec<Vec<f32>>, _> = decoded else {
            // What comes next does not follow what came before.
            self.reset();
            return None;
        };
        self.interleaved.clear();
        let heard = &planes;
        let each = 0..planes.first()?.len();
        self.interleaved.extend(each.flat_map(|n| heard.iter().map(move |plane| plane[n])));
        self.mix.append(out, &self.interleaved);
        Some(())
    }
}
