//! What encoders write into the first frame of an MP3 in place of sound.

use super::header::Header;

/// What an encoder wrote into the first frame (Xing, Info, VBRI).
pub(super) struct Tag {
    /// The number of frames behind it; 0 when it does not say.
    pub(super) frames: u64,
    /// The number of bytes from it to the end; 0 when it does not say.
    pub(super) bytes: u64,
    /// How many samples the encoder put in front and behind, where it says so.
    pub(super) delay_and_padding: Option<(u64, u64)>,
}

impl Tag {
    /// The tag in `frame`; `None` when it holds sound.
    pub(super) fn parse(frame: &[u8], header: &Header) -> Option<Self> {
        // With a checksum some encoders leave two bytes more before the tag.
        let side = usize::from(header.side_end - header.side_start);
        [4 + side, 6 + side]
            .into_iter()
            .find_map(|at| Self::xing(frame.get(at..)?))
            .or_else(|| Self::vbri(frame.get(36..)?))
    }

    fn xing(tag: &[u8]) -> Option<Self> {
        if !(tag.starts_with(b"Xing") || tag.starts_with(b"Info")) {
            return None;
        }
        let word = |at: usize| Some(u32::from_be_bytes(tag.get(at..at + 4)?.try_into().ok()?));
        let flags = word(4)?;
        let mut at = 8;
        let mut field = |bit: u32, size: usize| {
            let here = (flags & bit != 0).then_some(at);
            at += if here.is_some() { size } else { 0 };
            here
        };
        let (frames, bytes, _, _) = (field(1, 4), field(2, 4), field(4, 100), field(8, 4));
        let frames = u64::from(frames.and_then(word).unwrap_or(0));
        let bytes = u64::from(bytes.and_then(word).unwrap_or(0));
        if frames == 0 && bytes == 0 {
            return None;
        }
        let delay_and_padding = tag.get(at..at + 24).and_then(|lame| {
            let known = [b"LAME", b"Lavf", b"Lavc"].iter().any(|name| lame.starts_with(*name));
            let both = u32::from_be_bytes([0, lame[21], lame[22], lame[23]]);
            known.then_some((u64::from(both >> 12), u64::from(both & 0xfff)))
        });
        Some(Self { frames, bytes, delay_and_padding })
    }

    fn vbri(tag: &[u8]) -> Option<Self> {
        let frames = tag.get(14..18)?.try_into().ok()?;
        tag.starts_with(b"VBRI").then_some(Self {
            frames: u64::from(u32::from_be_bytes(frames)),
            bytes: 0,
            delay_and_padding: None,
        })
    }
}
