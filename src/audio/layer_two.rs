//! Frames of Layer II as symphonia takes them. It refuses some bit rates: of one
//! channel the four above 192 kbit/s, of two 32, 48, 56 and 80, which ISO 11172-3
//! forbids (section 2.4.2.3) and 13818-3 does not, at half rates. They are written
//! nevertheless: 384 kbit/s is what FFmpeg takes if nobody says otherwise, for one
//! channel too.

use super::header::Header;

/// The index of 384 kbit/s in a header of the full rates.
const MOST: u8 = 14;

/// A frame of Layer II in other words.
pub(super) struct Reworded {
    pub bytes: Vec<u8>,
    /// Whether it has got a second channel, of silence.
    pub is_widened: bool,
}

/// What symphonia takes for `frame`, with the same sound; `None` if that is
/// `frame` itself, or there is nothing. Of one channel at 32 kHz and 384 kbit/s
/// the end is lost.
pub(super) fn reworded(frame: &[u8]) -> Option<Reworded> {
    let &[first, second, third, fourth, ..] = frame else { return None };
    let header = Header::parse([first, second, third, fourth]).ok()?;
    let rate = third >> 4;
    let is_widened = header.channels == 1 && !header.half_rate && rate > 10;
    let (third, fourth) = if is_widened {
        // 32 kHz has the longest frames, and its tables begin with those of the
        // other rates.
        (MOST << 4 | 0b1000 | third & 0b11, fourth & 0x3f)
    } else if header.channels == 2 {
        // As many bits for each channel as before, or more, of the same table
        // (3-B.2c or d; at half rates there is only one).
        let rate = match (header.half_rate, rate) {
            (false, 1..=3) => 4,
            (false, 5) => 6,
            (true, 4 | 6 | 7) => 8,
            (true, 9) => 10,
            _ => return None,
        };
        (rate << 4 | third & 0xf, fourth)
    } else {
        return None;
    };
    let mut bytes = frame.to_vec();
    if is_widened {
        bytes = widened(frame.split_at_checked(usize::from(header.side_start))?, header.rate_hz);
    }
    bytes[2..4].copy_from_slice(&[third, fourth]);
    let len = Header::parse([first, second, third, fourth]).ok()?.len_bytes;
    bytes.resize(usize::from(len), 0);
    Some(Reworded { bytes, is_widened })
}

/// A frame of one channel, with a second one to which no bits are given. How
/// many bits tell what a subband is given stands in ISO 11172-3, tables 3-B.2a
/// (48 kHz, 27 subbands) and b (30, of which the first are the same).
fn widened((head, sound): (&[u8], &[u8]), rate_hz: u32) -> Vec<u8> {
    let bit = |byte: &u8, at: u8| byte >> at & 1;
    let mut bits = sound.iter().flat_map(|byte| (0..8).rev().map(move |at| bit(byte, at)));
    let mut both: Vec<u8> = Vec::with_capacity(sound.len() * 8 + 100);
    for band in 0..30 {
        let width = match band {
            0..11 => 4,
            11..23 => 3,
            _ => 2,
        };
        let is_there = rate_hz != 48_000 || band < 27;
        both.extend(bits.by_ref().take(if is_there { width } else { 0 }));
        both.extend(std::iter::repeat_n(0, if is_there { width } else { 2 * width }));
    }
    both.extend(bits);
    let bytes = both
        .chunks(8)
        .map(|eight| (0..8).fold(0, |byte, at| byte << 1 | eight.get(at).unwrap_or(&0)));
    head.iter().copied().chain(bytes).collect()
}
