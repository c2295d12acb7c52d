//! How long the packets of Vorbis are, which only their heads tell (Vorbis I
//! specification, sections 4.2 and 4.3).

/// How many bits describe a mode, and how many modes there are at most.
const MODE_BITS: usize = 41;
const MANY: usize = 64;

/// How many bytes the first head has, and how many bits all mappings have at
/// most.
const FIRST_BYTES: usize = 30;
const FAR: usize = 1 << 14;

/// What is to be known of a stream for the length of its packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Modes {
    /// Samples in a short and in a long block.
    blocks: [u32; 2],
    /// For each mode, whether its blocks are long.
    long: Vec<bool>,
}

impl Modes {
    /// The modes in the first and the last of the three heads; `None` when they
    /// are damaged.
    pub(super) fn parse(first: &[u8], last: &[u8]) -> Option<Self> {
        if !first.starts_with(b"\x01vorbis") || !last.starts_with(b"\x05vorbis") {
            return None;
        }
        let sizes = *first.get(28)?;
        let blocks = [1 << (sizes & 15), 1 << (sizes >> 4)];
        Some(Self { blocks, long: modes(last)?.0 })
    }

    /// What all places of packets are multiples of, in samples.
    pub(super) fn grid(&self) -> u32 {
        (self.blocks[0] / 4).max(1)
    }

    /// How many samples lie in the block of `packet`; `None` when it is none.
    pub(super) fn block(&self, packet: &[u8]) -> Option<u32> {
        let first = *packet.first()?;
        let bits = (self.long.len() - 1).checked_ilog2().map_or(0, |bits| bits + 1);
        let mode = usize::from(first >> 1) & ((1 << bits) - 1);
        let is_long = self.long.get(mode).filter(|_| first & 1 == 0)?;
        Some(self.blocks[usize::from(*is_long)])
    }

    /// How many samples come out with a block of `block` samples behind one of
    /// `before`: the first gives none.
    pub(super) fn samples(before: Option<u32>, block: u32) -> u32 {
        before.map_or(0, |before| before / 4 + block / 4)
    }
}

/// The first and the last head behind each other, with what couples channels
/// in the order in which symphonia undoes it: from the first to the last. By
/// the specification (section 4.3.5) the last is undone first, which matters
/// where one channel is coupled twice, as in 5.1.
pub(super) fn for_symphonia(heads: &[u8]) -> Vec<u8> {
    let mut heads = heads.to_vec();
    if let Some((first, last)) = heads.split_at_mut_checked(FIRST_BYTES)
        && let Some(channels) = first.get(11)
    {
        let couplings = couplings(last, usize::from(*channels)).unwrap_or_default();
        for Couplings { at, count, bits } in couplings {
            let step = |n: usize| at + n * bits;
            for n in 0..count / 2 {
                for offset in 0..bits {
                    let (a, b) = (step(n) + offset, step(count - 1 - n) + offset);
                    if bit(last, a) != bit(last, b) {
                        last[a / 8] ^= 1 << (a % 8);
                        last[b / 8] ^= 1 << (b % 8);
                    }
                }
            }
        }
    }
    heads
}

/// Where a mapping says which channels are coupled.
struct Couplings {
    /// In bits.
    at: usize,
    count: usize,
    /// Bits of one, which are two channels.
    bits: usize,
}

/// The couplings of all mappings in the last head. They stand before the modes,
/// with nothing that says where they begin but that they end there.
fn couplings(head: &[u8], channels: usize) -> Option<Vec<Couplings>> {
    let (_, end) = modes(head)?;
    (0..end.saturating_sub(6)).rev().take(FAR).find_map(|begin| {
        let mut at = begin + 6;
        let mut found = Vec::new();
        for _ in 0..=number(head, begin, at) {
            let here = mapping(head, at, end, channels)?;
            at = here.1;
            found.extend(here.0);
        }
        (at == end).then_some(found)
    })
}

/// The couplings of the mapping at `at`, and where it ends; `None` if it is
/// none that ends before `end`.
fn mapping(
    head: &[u8],
    mut at: usize,
    end: usize,
    channels: usize,
) -> Option<(Option<Couplings>, usize)> {
    let mut take = |bits: usize| {
        at += bits;
        (at <= end).then(|| number(head, at - bits, at))
    };
    if take(16)? != 0 {
        return None;
    }
    let submaps = if take(1)? == 1 { take(4)? + 1 } else { 1 };
    let mut found = None;
    if take(1)? == 1 {
        let count = take(8)? as usize + 1;
        let bits = 2 * (channels.checked_sub(1)?.checked_ilog2()? as usize + 1);
        found = Some((count, bits));
        for _ in 0..count {
            take(bits)?;
        }
    }
    let behind_couplings = at;
    let mut take = |bits: usize| {
        at += bits;
        (at <= end).then(|| number(head, at - bits, at))
    };
    if take(2)? != 0 {
        return None;
    }
    if submaps > 1 {
        for _ in 0..channels {
            if take(4)? >= submaps {
                return None;
            }
        }
    }
    for _ in 0..submaps {
        // Floors and residues are 64 at most, and times are not used.
        if take(8)? != 0 || take(8)? >= 64 || take(8)? >= 64 {
            return None;
        }
    }
    let couplings = found.map(|(count, bits)| {
        let at = behind_couplings - count * bits;
        Couplings { at, count, bits }
    });
    Some((couplings, at))
}

fn bit(bytes: &[u8], at: usize) -> u8 {
    (bytes[at / 8] >> (at % 8)) & 1
}

/// The number in the bits from `from` to `to`, the least of them first.
fn number(bytes: &[u8], from: usize, to: usize) -> u32 {
    (from..to).rev().fold(0, |all, at| (all << 1) | u32::from(bit(bytes, at)))
}

/// Whether the blocks of each mode are long, and where in the head, in bits,
/// the modes begin. They stand at the end of what is hard to read, so they are
/// read from there.
fn modes(head: &[u8]) -> Option<(Vec<bool>, usize)> {
    // The last bit that is set ends them.
    let mut end = (0..head.len() * 8).rev().find(|at| bit(head, *at) == 1)?;
    let (mut long, mut found) = (Vec::new(), None);
    while end >= MODE_BITS + 6 && long.len() < MANY {
        let begin = end - MODE_BITS;
        // No other windows and transforms are defined than the first.
        if number(head, begin + 1, begin + 33) != 0 || number(head, begin + 33, end) >= 64 {
            break;
        }
        long.push(bit(head, begin) == 1);
        end = begin;
        if number(head, end - 6, end) as usize + 1 == long.len() {
            found = Some((long.len(), end - 6));
        }
    }
    let (count, begin) = found?;
    long.truncate(count);
    long.reverse();
    Some((long, begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A last head with these modes behind what is not read.
    fn head(long: &[bool]) -> Vec<u8> {
        let mut bits: Vec<u8> = [0x05, b'v', b'o', b'r', b'b', b'i', b's', 0xa5, 0xff]
            .iter()
            .flat_map(|byte: &u8| (0..8).map(move |at| byte >> at & 1))
            .collect();
        bits.extend((0..6).map(|at| (long.len() as u8 - 1) >> at & 1));
        for (at, is_long) in long.iter().enumerate() {
            bits.push(u8::from(*is_long));
            bits.extend([0; 32]);
            bits.extend((0..8).map(|shift| at as u8 >> shift & 1));
        }
        bits.push(1);
        bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |all, bit| all << 1 | bit)).collect()
    }

    #[test]
    fn modes_are_found_from_the_end() {
        for long in [vec![false], vec![false, true], vec![true, false, true]] {
            assert_eq!(modes(&head(&long)).map(|found| found.0), Some(long));
        }
        assert_eq!(modes(b"\x05vorbis"), None);
        assert_eq!(modes(&[0; 40]), None);
        assert_eq!(modes(&[]), None);
    }

    #[test]
    fn a_packet_is_as_long_as_two_quarters_of_blocks() {
        let modes = Modes { blocks: [256, 2_048], long: vec![false, true] };
        assert_eq!(modes.block(&[0]), Some(256));
        assert_eq!(modes.block(&[2]), Some(2_048));
        assert_eq!((modes.block(&[1]), modes.block(&[])), (None, None));
        assert_eq!(Modes::samples(Some(256), 2_048), 576);
        assert_eq!(Modes::samples(None, 2_048), 0);
    }
}
