//! A picture as the sequences that terminals take: of kitty, of iTerm2, sixel.

use std::fmt::Write;

use super::pixels::Pixels;

/// The picture's number among those of the terminal: drawn again it takes the
/// place of the one before.
const NUMBER: u32 = 7_331;

/// How many bytes of the picture one command of kitty's carries, at most.
const PIECE: usize = 3_072;

/// `sequence` behind what empties its cells, with the cursor where it was.
pub(super) fn placed(sequence: &str, columns: u16, rows: u16) -> String {
    let mut placed = String::with_capacity(sequence.len() + 16 * usize::from(rows) + 16);
    placed.push_str("\x1b7");
    for _ in 0..rows {
        let _ = write!(placed, "\x1b[{columns}X\x1b[B");
    }
    placed.push_str("\x1b8\x1b7");
    placed.push_str(sequence);
    placed.push_str("\x1b8");
    placed
}

/// In the terminal graphics protocol of kitty, at its own size or over so many
/// columns and rows. It is not answered, and leaves the cursor alone.
pub(super) fn kitty(pixels: &Pixels, cells: Option<(u16, u16)>) -> String {
    let mut written = String::new();
    let mut pieces = pixels.bytes().chunks(PIECE).peekable();
    let mut is_first = true;
    while let Some(piece) = pieces.next() {
        let more = u8::from(pieces.peek().is_some());
        written.push_str("\x1b_G");
        if is_first {
            let (width, height) = (pixels.width(), pixels.height());
            let _ = write!(written, "a=T,f=24,s={width},v={height},i={NUMBER},p=1,q=2,C=1,");
            if let Some((columns, rows)) = cells {
                let _ = write!(written, "c={columns},r={rows},");
            }
        }
        let _ = write!(written, "m={more};");
        base64(piece, &mut written);
        written.push_str("\x1b\\");
        is_first = false;
    }
    written
}

/// As an inline image of iTerm2, over at most so many columns and rows.
pub(super) fn iterm2(pixels: &Pixels, (columns, rows): (u16, u16)) -> String {
    let file = png(pixels);
    let size = file.len();
    let mut written = format!(
        "\x1b]1337;File=inline=1;size={size};width={columns};height={rows};\
         preserveAspectRatio=1;doNotMoveCursor=1:"
    );
    base64(&file, &mut written);
    written.push('\x07');
    written
}

/// The steps of each colour in sixels.
const STEPS: usize = 6;

/// How much of a step is added to a pixel before it is rounded down, in
/// sixteenths, by its place: so that steps are not seen.
const DITHER: [[usize; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// As sixels, in 216 colours (DEC, VT330/VT340 Programmer Reference, chapter
/// 14).
pub(super) fn sixel(pixels: &Pixels) -> String {
    let (width, height) = (pixels.width(), pixels.height());
    let mut written = format!("\x1bP0;1;0q\"1;1;{width};{height}");
    for number in 0..STEPS.pow(3) {
        let part = |place: u32| number / STEPS.pow(place) % STEPS * 100 / (STEPS - 1);
        let _ = write!(written, "#{number};2;{};{};{}", part(2), part(1), part(0));
    }
    let number = |x: usize, y: usize| {
        let more = DITHER[y % 4][x % 4];
        let step = |value: u8| (usize::from(value) * (STEPS - 1) * 16 + more * 255) / (255 * 16);
        let [red, green, blue] = pixels.at(x, y).map(step);
        (red * STEPS + green) * STEPS + blue
    };
    for top in (0..height).step_by(6) {
        // For each colour of the band, which of its six rows each column has.
        let mut band = vec![Vec::new(); STEPS.pow(3)];
        for row in 0..6.min(height - top) {
            for x in 0..width {
                let columns: &mut Vec<u8> = &mut band[number(x, top + row)];
                columns.resize(width, 0);
                columns[x] |= 1 << row;
            }
        }
        for (number, columns) in band.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
            let _ = write!(written, "#{number}");
            for run in columns.chunk_by(|one, other| one == other) {
                let sixel = char::from(run[0] + b'?');
                if run.len() > 3 {
                    let _ = write!(written, "!{}{sixel}", run.len());
                } else {
                    written.extend(run.iter().map(|_| sixel));
                }
            }
            written.push('$');
        }
        written.push('-');
    }
    written.push_str("\x1b\\");
    written
}

/// As a PNG file that is not compressed.
fn png(pixels: &Pixels) -> Vec<u8> {
    let mut filtered = Vec::new();
    for row in pixels.bytes().chunks(pixels.width() * 3) {
        filtered.push(0);
        filtered.extend_from_slice(row);
    }
    let four = |number: usize| u32::try_from(number).unwrap_or_default().to_be_bytes();
    let header = [&four(pixels.width())[..], &four(pixels.height()), &[8, 2, 0, 0, 0]].concat();
    let mut data = vec![0x78, 0x01];
    let mut blocks = filtered.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let size = u16::try_from(block.len()).unwrap_or_default();
        data.push(u8::from(blocks.peek().is_none()));
        data.extend(size.to_le_bytes());
        data.extend((!size).to_le_bytes());
        data.extend_from_slice(block);
    }
    data.extend(adler(&filtered).to_be_bytes());
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", &header), (b"IDAT", &data), (b"IEND", &Vec::new())] {
        file.extend(four(body.len()));
        let start = file.len();
        file.extend_from_slice(kind);
        file.extend_from_slice(body);
        let sum = crc(&file[start..]);
        file.extend(sum.to_be_bytes());
    }
    file
}

/// The checksum of zlib (RFC 1950, section 8.2).
fn adler(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

/// The checksum of PNG (annex D of its specification).
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { 0xedb8_8320 ^ sum >> 1 } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |it, _| step(it)))
}

/// Appends `bytes` in base64 (RFC 4648, section 4).
fn base64(bytes: &[u8], to: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            to.push(if place <= three.len() { char::from(digit) } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::decode;
    use super::super::decode::tests::BASELINE;
    use super::*;

    fn pixels(side: u32) -> Pixels {
        decode(BASELINE, (side, side)).unwrap()
    }

    fn base64_of(text: &str) -> String {
        let mut written = String::new();
        base64(text.as_bytes(), &mut written);
        written
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64_of(text), expected);
        }
    }

    #[test]
    fn the_png_file_is_read_as_the_same_picture() {
        for side in [1, 22, 220] {
            let pixels = pixels(side);
            assert_eq!(decode(&png(&pixels), (side, side)), Some(pixels));
        }
    }

    #[test]
    fn kittys_commands_are_short_and_only_the_last_says_that_it_is_the_last() {
        let written = kitty(&pixels(110), None);
        let commands: Vec<&str> = written.split_terminator("\x1b\\").collect();
        assert!(commands.len() > 5 && commands.iter().all(|one| one.starts_with("\x1b_G")));
        assert!(commands.iter().all(|one| one.len() < 4_200));
        assert!(commands[0].contains("s=110,v=110,") && commands[0].contains("q=2"));
        let last: Vec<bool> = commands.iter().map(|one| one.contains("m=0;")).collect();
        assert_eq!(last.iter().position(|is| *is), Some(commands.len() - 1));
        assert!(kitty(&pixels(10), Some((22, 11))).contains("c=22,r=11,"));
    }

    #[test]
    fn sixels_are_of_the_size_and_the_colours_of_the_picture() {
        let written = sixel(&pixels(12));
        assert!(written.starts_with("\x1bP0;1;0q\"1;1;12;12#0;2;0;0;0#1;"));
        let body = written.split("100;100;100").nth(1).unwrap().trim_end_matches("\x1b\\");
        let bands: Vec<&str> = body.split_terminator('-').collect();
        assert_eq!(bands.len(), 2);
        for band in bands {
            for colour in band.split_terminator('$') {
                let columns =
                    colour.trim_start_matches('#').trim_start_matches(|c: char| c.is_ascii_digit());
                let mut count = 0;
                let mut rest = columns;
                while !rest.is_empty() {
                    let run = rest.strip_prefix('!').map(|it| {
                        let end = it.find(|c: char| !c.is_ascii_digit()).unwrap();
                        (it[..end].parse::<usize>().unwrap(), &it[end + 1..])
                    });
                    let (length, left) = run.unwrap_or_else(|| (1, &rest[1..]));
                    count += length;
                    rest = left;
                }
                assert_eq!(count, 12, "{colour}");
            }
        }
    }

    #[test]
    fn the_cells_are_emptied_first_and_the_cursor_is_put_back() {
        let placed = placed("PICTURE", 22, 2);
        assert_eq!(placed, "\x1b7\x1b[22X\x1b[B\x1b[22X\x1b[B\x1b8\x1b7PICTURE\x1b8");
    }
}
