//! Several packets in one block of a Matroska.

use super::ebml::number;

/// The packets in a block, which are laced in one of four ways (RFC 9559,
/// section 10.3); `None` when it is damaged.
pub(super) fn packets(laced: &[u8], lacing: u8) -> Option<Vec<&[u8]>> {
    if lacing == 0 {
        return Some(vec![laced]);
    }
    let (&last, mut rest) = laced.split_first()?;
    let mut sizes: Vec<usize> = Vec::new();
    for at in 0..usize::from(last) {
        match lacing {
            1 => {
                let mut size = 0;
                loop {
                    let (&byte, behind) = rest.split_first()?;
                    rest = behind;
                    size += usize::from(byte);
                    if byte < 255 {
                        break;
                    }
                }
                sizes.push(size);
            }
            2 => sizes.push(rest.len() / (usize::from(last) + 1)),
            _ => {
                let (size, len) = number(rest, 8, false)?;
                rest = rest.get(len..)?;
                let size = i64::try_from(size).ok()?;
                let bias = (1_i64 << (7 * len - 1)) - 1;
                let before = sizes.last().map_or(0, |size| size.cast_signed() as i64);
                let size = if at == 0 { size } else { before + size - bias };
                sizes.push(usize::try_from(size).ok()?);
            }
        }
    }
    let mut found = Vec::new();
    for size in sizes {
        let (packet, behind) = rest.split_at_checked(size)?;
        found.push(packet);
        rest = behind;
    }
    found.push(rest);
    Some(found)
}
