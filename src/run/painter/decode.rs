//! The bytes of a PNG or JPEG to a small picture, within bounds of size, memory
//! and work.

use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};
use png::{ColorType, Limits, Transformations};

use super::pixels::{Pixels, Shrinker, fitted};

/// The largest picture that is decoded, in pixels each way and in all.
const LARGEST: u32 = 6_000;
const MOST_PIXELS: u64 = 25_000_000;

/// The most that a decoder may set aside for a picture, in bytes.
const MEMORY: usize = 64 << 20;

/// The most parts in which a JPEG may come. Each goes over the whole picture,
/// however few bytes it has; encoders make ten.
const MOST_SCANS: usize = 100;

/// The picture in `bytes`, so large that it just fits into `room`, in pixels;
/// `None` if it is damaged, too large, or of another kind.
pub(super) fn decode(bytes: &[u8], room: (u32, u32)) -> Option<Pixels> {
    match bytes {
        [0xff, 0xd8, ..] => jpeg(bytes, room),
        [0x89, b'P', b'N', b'G', ..] => png(bytes, room),
        _ => None,
    }
}

fn may_be(size: (u32, u32)) -> bool {
    let each = [size.0, size.1].iter().all(|side| (1..=LARGEST).contains(side));
    each && u64::from(size.0) * u64::from(size.1) <= MOST_PIXELS
}

fn jpeg(bytes: &[u8], room: (u32, u32)) -> Option<Pixels> {
    if bytes.windows(2).filter(|two| *two == [0xff, 0xda]).count() > MOST_SCANS {
        return None;
    }
    let mut decoder = Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(MEMORY);
    decoder.read_info().ok()?;
    let info = decoder.info()?;
    let size = (u32::from(info.width), u32::from(info.height));
    // One that becomes clearer from part to part is held whole, in numbers of two bytes.
    let held = 6 * usize::from(info.width) * usize::from(info.height);
    if !may_be(size) || info.coding_process == CodingProcess::DctProgressive && held > MEMORY {
        return None;
    }
    let (width, height) = fitted(size, room);
    decoder.scale(u16::try_from(width).ok()?, u16::try_from(height).ok()?).ok()?;
    let pixels = decoder.decode().ok()?;
    let info = decoder.info()?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    let colour: fn(&[u8]) -> [u8; 3] = match info.pixel_format {
        PixelFormat::L8 => |it| [it[0]; 3],
        PixelFormat::RGB24 => |it| [it[0], it[1], it[2]],
        PixelFormat::CMYK32 => |it| {
            let light = u16::from(255 - it[3]);
            [it[0], it[1], it[2]].map(|ink| mixed(255 - ink, light))
        },
        PixelFormat::L16 => return None,
    };
    let source = (u32::from(info.width), u32::from(info.height));
    let mut shrinker = Shrinker::new(source, room);
    let all = pixels.chunks_exact(info.pixel_format.pixel_bytes());
    for (place, pixel) in all.take(width * height).enumerate() {
        shrinker.add(place % width, place / width, colour(pixel));
    }
    Some(shrinker.finish())
}

/// So much of `value` as `part` of 255 is.
fn mixed(value: u8, part: u16) -> u8 {
    u8::try_from(u16::from(value) * part / 255).unwrap_or(u8::MAX)
}

/// Where the pixels of each pass lie: the first column and the step between
/// columns, the first row and the step between rows (PNG, section 8.2).
const WHOLE: &[[usize; 4]] = &[[0, 1, 0, 1]];
const INTERLACED: &[[usize; 4]] = &[
    [0, 8, 0, 8],
    [4, 8, 0, 8],
    [0, 4, 4, 8],
    [2, 4, 0, 4],
    [0, 2, 2, 4],
    [1, 2, 0, 2],
    [0, 1, 1, 2],
];

fn png(bytes: &[u8], room: (u32, u32)) -> Option<Pixels> {
    let limits = Limits { bytes: MEMORY };
    let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let size = decoder.read_header_info().ok()?.size();
    if !may_be(size) {
        return None;
    }
    let mut reader = decoder.read_info().ok()?;
    let (kind, _) = reader.output_color_type();
    let colour: fn(&[u8]) -> [u8; 3] = match kind {
        ColorType::Grayscale => |it| [it[0]; 3],
        ColorType::GrayscaleAlpha => |it| [mixed(it[0], u16::from(it[1])); 3],
        ColorType::Rgb => |it| [it[0], it[1], it[2]],
        ColorType::Rgba => |it| [it[0], it[1], it[2]].map(|it_is| mixed(it_is, u16::from(it[3]))),
        ColorType::Indexed => return None,
    };
    let (width, height) = (size.0 as usize, size.1 as usize);
    let mut shrinker = Shrinker::new(size, room);
    let passes = if reader.info().interlaced { INTERLACED } else { WHOLE };
    for [left, across, top, down] in passes {
        if *left >= width {
            continue;
        }
        for y in (*top..height).step_by(*down) {
            let row = reader.next_row().ok()??;
            let pixels = row.data().chunks_exact(kind.samples());
            for (x, pixel) in (*left..width).step_by(*across).zip(pixels) {
                shrinker.add(x, y, colour(pixel));
            }
        }
    }
    Some(shrinker.finish())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// 64 × 64 pixels, the upper left quarter red, the rest blue.
    pub(in crate::run::painter) const BASELINE: &[u8] =
        include_bytes!("../../../tests/data/cover/baseline.jpg");
    const PROGRESSIVE: &[u8] = include_bytes!("../../../tests/data/cover/progressive.jpg");
    const GREY: &[u8] = include_bytes!("../../../tests/data/cover/grey.jpg");
    const INKS: &[u8] = include_bytes!("../../../tests/data/cover/inks.jpg");
    const LACED: &[u8] = include_bytes!("../../../tests/data/cover/interlaced.png");
    const PALETTE: &[u8] = include_bytes!("../../../tests/data/cover/palette.png");

    /// A black picture.
    pub(in crate::run::painter) fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(ColorType::Rgb);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&vec![0; width as usize * height as usize * 3]).unwrap();
        drop(writer);
        bytes
    }

    fn near(one: [u8; 3], other: [u8; 3]) -> bool {
        one.iter().zip(other).all(|(one, other)| one.abs_diff(other) < 48)
    }

    #[test]
    fn every_kind_of_picture_is_read_at_any_size() {
        for (name, bytes) in [
            ("baseline", BASELINE),
            ("progressive", PROGRESSIVE),
            ("inks", INKS),
            ("interlaced", LACED),
            ("palette", PALETTE),
        ] {
            for side in [8, 22, 64, 220] {
                let pixels = decode(bytes, (side, side)).unwrap_or_else(|| panic!("{name}"));
                assert_eq!((pixels.width(), pixels.height()), (side as usize, side as usize));
                let far = side as usize - 1;
                assert!(near(pixels.at(0, 0), [255, 0, 0]), "{name} {side}: {:?}", pixels.at(0, 0));
                for (x, y) in [(far, 0), (0, far), (far, far)] {
                    assert!(near(pixels.at(x, y), [0, 0, 255]), "{name} {side}: {x} {y}");
                }
            }
        }
        let grey = decode(GREY, (22, 22)).unwrap();
        assert!(near(grey.at(0, 0), [76; 3]) && near(grey.at(21, 21), [29; 3]));
    }

    #[test]
    fn what_is_cut_off_or_changed_anywhere_does_no_harm() {
        for bytes in [BASELINE, PROGRESSIVE, GREY, INKS, LACED, PALETTE] {
            for end in 0..bytes.len() {
                let _ = std::panic::catch_unwind(|| decode(&bytes[..end], (22, 22)));
            }
            for place in (0..bytes.len()).step_by(3) {
                let mut changed = bytes.to_vec();
                changed[place] ^= 0x5a;
                if let Ok(Some(pixels)) = std::panic::catch_unwind(|| decode(&changed, (22, 22))) {
                    assert!(pixels.width() <= 22 && pixels.height() <= 22);
                }
            }
        }
    }

    #[test]
    fn a_picture_that_would_take_too_much_is_not_decoded() {
        assert!(decode(&png(LARGEST + 1, 1), (22, 22)).is_none());
        assert!(!may_be((5_001, 5_000)) && may_be((5_000, 5_000)) && !may_be((0, 1)));
        let mut scans = PROGRESSIVE.to_vec();
        scans.extend([0xff, 0xda].repeat(MOST_SCANS));
        assert!(decode(&scans, (22, 22)).is_none());
        // A frame of 6,000 × 6,000 that would be held whole.
        let mut wide = PROGRESSIVE.to_vec();
        let frame = wide.windows(2).position(|two| two == [0xff, 0xc2]).unwrap();
        wide[frame + 5..frame + 9].copy_from_slice(&[0x10, 0, 0x10, 0]);
        assert!(decode(&wide, (22, 22)).is_none());
    }
}
