//! The four bytes before each frame of MPEG audio (ISO 11172-3 and 13818-3,
//! section 2.4.2.3, and the usual extension to 8..12 kHz), and the seven before
//! each of AAC on its own (ISO 14496-3, section 1.A.3).

/// What a frame's header says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// 1, 2, 3, or [`AAC`].
    pub layer: u8,
    /// Samples a second.
    pub rate_hz: u32,
    /// 1 or 2; of AAC, up to 8.
    pub channels: u8,
    /// Samples in the frame, per channel.
    pub samples: u16,
    /// Bytes of the whole frame, its header included: 24 to 2,881; of AAC, 8 to
    /// 8,191.
    pub len_bytes: u16,
    /// Bytes between the frame's start and its main data (layer III).
    pub side_end: u8,
    /// Bytes between the frame's start and its side information, or its AAC.
    pub side_start: u8,
    /// Whether this is the half-rate extension, with one granule a frame.
    pub half_rate: bool,
    /// What a decoder of AAC must know.
    pub settings: [u8; 2],
}

/// The layer that stands for AAC.
pub(super) const AAC: u8 = 4;

/// Samples a second by the index in a header of AAC.
pub(super) const AAC_RATES_HZ: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];

/// Why four bytes are no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotHeader {
    /// They are something else.
    Other,
    /// They are a header without a bit rate, so that the frame's length cannot
    /// be told from it ("free format").
    FreeFormat,
}

/// Bit rates in units of 8 kbit/s for (full rate, layer I), (full, II),
/// (full, III), (half, I), (half, II and III), by the header's index.
const RATES: [[u8; 15]; 5] = [
    [0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56],
    [0, 4, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48],
    [0, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40],
    [0, 4, 6, 7, 8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20],
];

impl Header {
    /// The header in these four bytes.
    ///
    /// # Errors
    ///
    /// That they are none, or of a frame whose length it does not tell.
    pub(super) fn parse(bytes: [u8; 4]) -> Result<Self, NotHeader> {
        let word = u32::from_be_bytes(bytes);
        let field = |shift: u32, bits: u32| (word >> shift) & ((1 << bits) - 1);
        let (version, layer) = (field(19, 2), field(17, 2));
        let (rate_index, frequency) = (field(12, 4), field(10, 2));
        if field(21, 11) != 0x7ff
            || version == 1
            || layer == 0
            || rate_index == 15
            || frequency == 3
        {
            return Err(NotHeader::Other);
        }
        if rate_index == 0 {
            return Err(NotHeader::FreeFormat);
        }
        let layer = 4 - layer;
        let half_rate = version != 3;
        let rate_hz = [44_100, 48_000, 32_000][frequency as usize]
            >> match version {
                3 => 0,
                2 => 1,
                _ => 2,
            };
        let row = match (half_rate, layer) {
            (false, layer) => layer as usize - 1,
            (true, 1) => 3,
            (true, _) => 4,
        };
        let bit_rate = u32::from(RATES[row][rate_index as usize]) * 8_000;
        let padding = field(9, 1);
        let (samples, len_bytes) = match layer {
            1 => (384, (12 * bit_rate / rate_hz + padding) * 4),
            3 if half_rate => (576, 72 * bit_rate / rate_hz + padding),
            _ => (1_152, 144 * bit_rate / rate_hz + padding),
        };
        let channels = if field(6, 2) == 3 { 1 } else { 2 };
        let side_start = if field(16, 1) == 0 { 6 } else { 4 };
        let side = match (half_rate, channels) {
            (false, 2) => 32,
            (true, 1) => 9,
            _ => 17,
        };
        Ok(Self {
            layer: layer as u8,
            rate_hz,
            channels,
            samples,
            len_bytes: len_bytes as u16,
            side_end: side_start + side,
            side_start,
            half_rate,
            settings: [0; 2],
        })
    }

    /// The header of AAC in these seven bytes; `None` if they are none, or one
    /// of several blocks, which nobody writes.
    pub(super) fn parse_aac(bytes: [u8; 7]) -> Option<Self> {
        let [first, second, third, fourth, fifth, sixth, seventh] = bytes;
        let rate = third >> 2 & 15;
        let rate_hz = *AAC_RATES_HZ.get(usize::from(rate))?;
        let channels = (third & 1) << 2 | fourth >> 6;
        let high = u16::from(fourth & 3) << 11 | u16::from(fifth) << 3;
        let len_bytes = high | u16::from(sixth >> 5);
        let side_start = if second & 1 == 0 { 9 } else { 7 };
        let is_one = first == 0xff && second & 0xf6 == 0xf0 && seventh.trailing_zeros() >= 2;
        if !is_one || channels == 0 || len_bytes <= u16::from(side_start) {
            return None;
        }
        let kind = (third >> 6) + 1;
        Some(Self {
            layer: AAC,
            rate_hz,
            channels: if channels == 7 { 8 } else { channels },
            samples: 1_024,
            len_bytes,
            side_end: side_start,
            side_start,
            half_rate: true,
            settings: [kind << 3 | rate >> 1, rate << 7 | channels << 3],
        })
    }

    /// Whether a frame with `other` may stand beside this one in one stream:
    /// the same rate, layer and length in samples.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        self.layer == other.layer && self.rate_hz == other.rate_hz && self.samples == other.samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_128_kbit_at_44_khz_is_417_bytes_or_418_with_padding() {
        let plain = Header::parse([0xff, 0xfb, 0x90, 0x00]).unwrap();
        let padded = Header::parse([0xff, 0xfb, 0x92, 0x00]).unwrap();
        assert_eq!((plain.len_bytes, padded.len_bytes), (417, 418));
        assert_eq!(
            (plain.layer, plain.rate_hz, plain.channels, plain.samples),
            (3, 44_100, 2, 1_152)
        );
        assert_eq!(plain.side_end, 36);
    }

    #[test]
    fn the_half_and_quarter_rates_have_576_samples_a_frame() {
        let half = Header::parse([0xff, 0xf3, 0x80, 0xc0]).unwrap();
        assert_eq!(
            (half.rate_hz, half.samples, half.channels, half.len_bytes),
            (22_050, 576, 1, 208)
        );
        let quarter = Header::parse([0xff, 0xe3, 0x28, 0xc0]).unwrap();
        assert_eq!((quarter.rate_hz, quarter.samples, quarter.len_bytes), (8_000, 576, 144));
    }

    #[test]
    fn a_header_of_aac_tells_its_length() {
        let header = Header::parse_aac([0xff, 0xf1, 0x50, 0x80, 0x2e, 0x7f, 0xfc]).unwrap();
        assert_eq!((header.rate_hz, header.channels, header.len_bytes), (44_100, 2, 371));
        assert_eq!((header.layer, header.samples, header.side_start), (AAC, 1_024, 7));
        assert_eq!(header.settings, [0x12, 0x10]);
        assert_eq!(Header::parse_aac([0xff, 0xf1, 0x50, 0x80, 0, 0x1f, 0xfc]), None);
        assert_eq!(Header::parse_aac([0xff, 0xfb, 0x90, 0x64, 0, 0, 0]), None);
    }

    #[test]
    fn layers_one_and_two_are_known() {
        let one = Header::parse([0xff, 0xff, 0xc4, 0x00]).unwrap();
        assert_eq!((one.layer, one.rate_hz, one.samples, one.len_bytes), (1, 48_000, 384, 384));
        let two = Header::parse([0xff, 0xfd, 0xa4, 0x00]).unwrap();
        assert_eq!((two.layer, two.samples, two.len_bytes), (2, 1_152, 576));
    }

    #[test]
    fn a_header_without_a_bit_rate_is_told_from_other_bytes() {
        assert_eq!(Header::parse([0xff, 0xfb, 0x00, 0x00]), Err(NotHeader::FreeFormat));
        assert_eq!(Header::parse(*b"ID3\x04"), Err(NotHeader::Other));
        assert_eq!(Header::parse([0xff, 0xfb, 0xf0, 0x00]), Err(NotHeader::Other));
        assert_eq!(Header::parse([0xff, 0xeb, 0x90, 0x00]), Err(NotHeader::Other));
    }
}
