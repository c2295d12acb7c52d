//! Files of FLAC (RFC 9639), made here.

/// Samples in a frame.
pub(crate) const FRAME: usize = 4_096;

/// A file of so many channels, with these comments, whose frames hold these
/// subframes, of 16 bits at 44,100 Hz.
pub(crate) fn flac(channels: usize, comments: &[&str], frames: &[Vec<u8>]) -> Vec<u8> {
    let block = (FRAME as u16).to_be_bytes();
    let (rate_hz, count) = (44_100_u64, frames.len() * FRAME);
    let about = rate_hz << 44 | (channels as u64 - 1) << 41 | 15 << 36 | count as u64;
    let about = [&block[..], &block, &[0; 6], &about.to_be_bytes(), &[0; 16]].concat();
    let mut told = [0, 0, 0, 0].to_vec();
    told.extend((comments.len() as u32).to_le_bytes());
    for comment in comments {
        told.extend((comment.len() as u32).to_le_bytes());
        told.extend(comment.as_bytes());
    }
    let mut file = b"fLaC".to_vec();
    for (kind, block) in [(0, about), (0x84, told)] {
        file.extend((kind << 24 | block.len() as u32).to_be_bytes());
        file.extend(block);
    }
    for (number, subframes) in frames.iter().enumerate() {
        let mut frame = head(channels, number);
        frame.extend(subframes);
        frame.extend(checksum(&frame, 16, 0x8005).to_be_bytes());
        file.extend(frame);
    }
    file
}

/// The head of frame `number`.
pub(crate) fn head(channels: usize, number: usize) -> Vec<u8> {
    let mut head = vec![0xff, 0xf8, 0xc9, (channels as u8 - 1) << 4 | 8];
    // It is coded as a letter is.
    head.extend(char::from_u32(number as u32).unwrap().to_string().bytes());
    head.push(checksum(&head, 8, 0x07) as u8);
    head
}

/// The remainder of `bytes` by this polynomial of so many bits.
fn checksum(bytes: &[u8], bits: u32, polynomial: u32) -> u16 {
    let whole = bytes.iter().fold(0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << (bits - 8), |sum, _| {
            if sum >> (bits - 1) & 1 == 1 { sum << 1 ^ polynomial } else { sum << 1 }
        })
    });
    (whole & ((1 << bits) - 1)) as u16
}
