//! Which loudspeaker each channel is for, where a file says so: the chunk that
//! AIFF and CAF have in common (Apple's Core Audio Format specification,
//! "Channel Layout Chunk"), and a comment in FLAC (RFC 9639, section 8.6.2).

use memchr::memmem;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_OPUS,
};
use symphonia::core::formats::FormatReader;
use symphonia::core::formats::well_known::{FORMAT_ID_AIFF, FORMAT_ID_CAF};

use super::bytes::Bytes;
use super::mix::Mix;

/// How many chunks are looked at; files have a dozen at most.
const MANY: usize = 4_096;

/// How many channels are believed.
const MOST: usize = 64;

/// The name of the comment with a WAVE mask in FLAC.
const MASK: &str = "WAVEFORMATEXTENSIBLE_CHANNEL_MASK";

/// What a chunk begins with whose channels are described one by one, and one
/// that has a WAVE mask. Any other number stands for an order.
const DESCRIBED: u32 = 0;
const MASKED: u32 = 1 << 16;

/// The orders of 3 to 8 channels by the upper half of their numbers, as bits of
/// a WAVE mask. Where left and right are meant behind or aside, either is
/// heard as the other.
const ORDERS: [(u32, &[usize]); 51] = [
    (108, &[0, 1, 4, 5]),
    (109, &[0, 1, 4, 5, 2]),
    (110, &[0, 1, 4, 5, 2, 8]),
    (111, &[0, 1, 4, 5, 2, 8, 9, 10]),
    (113, &[0, 1, 2]),
    (114, &[2, 0, 1]),
    (115, &[0, 1, 2, 8]),
    (116, &[2, 0, 1, 8]),
    (117, &[0, 1, 2, 4, 5]),
    (118, &[0, 1, 4, 5, 2]),
    (119, &[0, 2, 1, 4, 5]),
    (120, &[2, 0, 1, 4, 5]),
    (121, &[0, 1, 2, 3, 4, 5]),
    (122, &[0, 1, 4, 5, 2, 3]),
    (123, &[0, 2, 1, 4, 5, 3]),
    (124, &[2, 0, 1, 4, 5, 3]),
    (125, &[0, 1, 2, 3, 4, 5, 8]),
    (126, &[0, 1, 2, 3, 4, 5, 6, 7]),
    (127, &[2, 6, 7, 0, 1, 4, 5, 3]),
    (128, &[0, 1, 2, 3, 4, 5, 9, 10]),
    (129, &[0, 1, 4, 5, 2, 3, 6, 7]),
    (131, &[0, 1, 8]),
    (132, &[0, 1, 4, 5]),
    (133, &[0, 1, 3]),
    (134, &[0, 1, 3, 8]),
    (135, &[0, 1, 3, 4, 5]),
    (136, &[0, 1, 2, 3]),
    (137, &[0, 1, 2, 3, 8]),
    (138, &[0, 1, 4, 5, 3]),
    (139, &[0, 1, 4, 5, 2, 8]),
    (140, &[0, 1, 4, 5, 2, 9, 10]),
    (141, &[2, 0, 1, 4, 5, 8]),
    (142, &[2, 0, 1, 4, 5, 8, 3]),
    (143, &[2, 0, 1, 4, 5, 9, 10]),
    (144, &[2, 0, 1, 4, 5, 9, 10, 8]),
    (148, &[0, 1, 4, 5, 2, 6, 7]),
    (150, &[0, 2, 1]),
    (151, &[0, 2, 1, 8]),
    (152, &[0, 2, 1, 3]),
    (153, &[0, 1, 8, 3]),
    (154, &[0, 2, 1, 8, 3]),
    (155, &[0, 2, 1, 4, 5, 8]),
    (156, &[0, 2, 1, 4, 5, 9, 10]),
    (157, &[0, 2, 1, 4, 5, 3, 8]),
    (168, &[2, 0, 1, 3]),
    (169, &[2, 0, 1, 8, 3]),
    (185, &[0, 1, 4, 5]),
    (186, &[0, 1, 2, 4, 5]),
    (187, &[0, 1, 2, 3, 4, 5]),
    (188, &[0, 1, 2, 3, 8, 4, 5]),
    (189, &[0, 1, 2, 3, 4, 5, 9, 10]),
];

/// How the channels are mixed that `reader` finds in `bytes`; `None` where the
/// file does not say it, or says it in the coding itself.
///
/// An AIFF of six channels that says nothing has them as WAVE has: so all write
/// it today, whatever the specification of 1989 had in mind.
pub(super) fn told(
    bytes: &Bytes,
    reader: &mut dyn FormatReader,
    parameters: &AudioCodecParameters,
) -> Option<Mix> {
    let channels = parameters.channels.as_ref()?.count();
    if parameters.codec == CODEC_ID_FLAC {
        return Some(Mix::masked(comment(reader)?, channels));
    }
    // These have an order of their own, whatever they are in.
    if [CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_OPUS].contains(&parameters.codec) {
        return None;
    }
    let content = match reader.format_info().format {
        FORMAT_ID_AIFF => chunk(bytes, *b"CHAN", 12, false)?,
        FORMAT_ID_CAF => chunk(bytes, *b"chan", 8, true)?,
        _ => return None,
    };
    layout(&content, channels)
}

/// How the channels of FLAC in a Matroska are mixed, if its `head`, which is
/// the beginning of a file of FLAC, says so.
pub(super) fn told_in_head(head: &[u8], channels: usize) -> Option<Mix> {
    let at = memmem::find(head, MASK.as_bytes())?;
    // How long the comment is stands before it.
    let len = head.get(..at)?.last_chunk().map(|len| u32::from_le_bytes(*len))?;
    let comment = head.get(at..)?.get(..len as usize)?;
    let value = std::str::from_utf8(comment).ok()?.split_once('=')?.1;
    Some(Mix::masked(mask(value)?, channels))
}

/// The mask in the comments that `reader` has met.
fn comment(reader: &mut dyn FormatReader) -> Option<u64> {
    let mut all = reader.metadata();
    loop {
        let mut tags = all.current()?.media.tags.iter();
        if let Some(tag) = tags.find(|tag| tag.raw.key.eq_ignore_ascii_case(MASK)) {
            return mask(&tag.raw.value.to_string());
        }
        all.pop()?;
    }
}

fn mask(value: &str) -> Option<u64> {
    let value = value.trim();
    let digits = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X"))?;
    u64::from_str_radix(digits, 16).ok()
}

/// The content of the chunk called `name`, looked for from `at` on, where it
/// cannot be read further than is of use. Chunks of CAF `are_wide`.
fn chunk(bytes: &Bytes, name: [u8; 4], mut at: u64, are_wide: bool) -> Option<Vec<u8>> {
    for _ in 0..MANY {
        let mut head = [0; 12];
        if bytes.read_at(at, &mut head).ok()? < head.len() {
            return None;
        }
        let [a, b, c, d, size @ ..] = head;
        let wide = u64::from_be_bytes(size);
        // Elsewhere the first half of that is the size.
        let (content, size) = if are_wide { (at + 12, wide) } else { (at + 8, wide >> 32) };
        if [a, b, c, d] == name {
            let mut found = vec![0; size.min(12 + 20 * MOST as u64) as usize];
            let read = bytes.read_at(content, &mut found).ok()?;
            found.truncate(read);
            return Some(found);
        }
        let even = if are_wide { size } else { size + size % 2 };
        at = content.checked_add(even)?;
    }
    None
}

/// What the content of such a chunk says of so many channels.
fn layout(content: &[u8], channels: usize) -> Option<Mix> {
    let (words, _) = content.as_chunks();
    let words: Vec<u32> = words.iter().map(|word| u32::from_be_bytes(*word)).collect();
    let [kind, mask, count, described @ ..] = &words[..] else { return None };
    match *kind {
        DESCRIBED => {
            // A label, flags, and where exactly.
            let described = described.as_chunks::<5>().0.iter().map(|[label, ..]| bit(*label));
            let bits: Vec<usize> = described.take(*count as usize).collect::<Option<_>>()?;
            (bits.len() == channels).then(|| Mix::seated(bits.into_iter()))
        }
        MASKED => Some(Mix::masked(u64::from(*mask), channels)),
        _ => {
            let (_, order) = ORDERS.iter().find(|(number, _)| *number == kind >> 16)?;
            (order.len() == channels).then(|| Mix::seated(order.iter().copied()))
        }
    }
}

/// The bit of a WAVE mask for a loudspeaker with this label; `None` for one
/// that says nothing.
fn bit(label: u32) -> Option<usize> {
    match label {
        1..=18 => Some(label as usize - 1),
        // Behind, or far aside.
        33 | 35 => Some(9),
        34 | 36 => Some(10),
        37 => Some(3),
        // All that there is of a side.
        38 | 301 => Some(0),
        39 | 302 => Some(1),
        // Speech, and the middle behind.
        40..=43 => Some(2),
        44 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of FLAC with these comments.
    fn head(comments: &[&str]) -> Vec<u8> {
        let mut head = b"fLaC\x84\0\0\0\x01\0\0\0x\x02\0\0\0".to_vec();
        for comment in comments {
            head.extend((comment.len() as u32).to_le_bytes());
            head.extend(comment.as_bytes());
        }
        head
    }

    #[test]
    fn a_mask_in_the_head_ends_with_its_comment() {
        // How long the next comment is looks like a digit: it is `1`.
        let next = format!("TITLE={}", "a".repeat(43));
        let comments = ["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x107", &next];
        assert_eq!(told_in_head(&head(&comments), 4), Some(Mix::masked(0x107, 4)));
        assert_eq!(told_in_head(&head(&comments[1..]), 4), None);
        assert_eq!(told_in_head(&head(&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=none"]), 4), None);
        let cut = head(&comments[..1]);
        assert_eq!(told_in_head(&cut[..cut.len() - 1], 4), None);
    }

    #[test]
    fn every_order_has_the_channels_that_it_tells_once_each() {
        for (number, order) in ORDERS {
            assert!((3..=8).contains(&order.len()), "{number}");
            let bits = order.iter().fold(0_u64, |bits, bit| bits | 1 << bit);
            assert_eq!(bits.count_ones() as usize, order.len(), "{number}");
        }
    }
}
