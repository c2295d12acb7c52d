//! How long the packets of Vorbis are, which only their heads tell (Vorbis I
//! specification, sections 4.2 and 4.3).

/// How many bits describe a mode, and how many modes there are at most.
const MODE_BITS: usize = 41;
const MANY: usize = 64;

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
        Some(Self { blocks, long: modes(last)? })
    }

    /// What all places of packets are multiples of, in samples.
    pub(super) fn grid(&self) -> u32 {
        (self.blocks[0] / 4).max(1)
    }

    /// How many samples a long block has. A block is overlapped by the one before
    /// it and no other, so that with so many before a wanted sample it is whole.
    pub(super) fn run_up(&self) -> u64 {
        u64::from(self.blocks[0].max(self.blocks[1]))
    }

    /// How many samples lie in the block of `packet`; `None` when it is none.
    pub(super) fn block(&self, packet: &[u8]) -> Option<u32> {
        let first = *packet.first()?;
        let mode = usize::from(first >> 1) & ((1 << self.mode_bits()) - 1);
        let is_long = self.long.get(mode).filter(|_| first & 1 == 0)?;
        Some(self.blocks[usize::from(*is_long)])
    }

    /// How many samples of the block of `packet` are whole behind its middle: a
    /// short block follows a long one there.
    pub(super) fn early(&self, packet: &[u8]) -> u32 {
        let is_long = self.block(packet) == Some(self.blocks[1]);
        // Behind its mode a long block says what stands before and behind it.
        let at = 2 + self.mode_bits();
        let is_short_behind = at < packet.len() * 8 && bit(packet, at) == 0;
        if is_long && is_short_behind {
            (self.blocks[1].saturating_sub(self.blocks[0])) / 4
        } else {
            0
        }
    }

    fn mode_bits(&self) -> usize {
        (self.long.len() - 1).checked_ilog2().map_or(0, |bits| bits as usize + 1)
    }

    /// How many samples come out with a block of `block` samples behind one of
    /// `before`: the first gives none.
    pub(super) fn samples(before: Option<u32>, block: u32) -> u32 {
        before.map_or(0, |before| before / 4 + block / 4)
    }
}

fn bit(bytes: &[u8], at: usize) -> u8 {
    (bytes[at / 8] >> (at % 8)) & 1
}

/// The number in the bits from `from` to `to`, the least of them first.
fn number(bytes: &[u8], from: usize, to: usize) -> u32 {
    (from..to).rev().fold(0, |all, at| (all << 1) | u32::from(bit(bytes, at)))
}

/// Whether the blocks of each mode are long. They stand at the end of what is
/// hard to read, so they are read from there.
fn modes(head: &[u8]) -> Option<Vec<bool>> {
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
            found = Some(long.len());
        }
    }
    long.truncate(found?);
    long.reverse();
    Some(long)
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
            assert_eq!(modes(&head(&long)), Some(long));
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
