//! The bytes of a PNG or JPEG to a picture, within bounds of size and memory.

use std::io::Cursor;

use image::{DynamicImage, ImageReader, Limits, imageops};

/// The largest picture that is decoded, in pixels each way and in all.
const LARGEST: u32 = 6_000;
const MOST_PIXELS: u64 = 10_000_000;

/// The most that the picture may take once it is decoded, in bytes.
const MEMORY: u64 = 64 << 20;

/// The picture in `bytes`, over black, and less than four times as wide and high
/// as fits into `room`, in pixels; `None` if it is damaged, too large, or of
/// another kind.
pub(super) fn decode(bytes: &[u8], room: (u32, u32)) -> Option<DynamicImage> {
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok();
    // A JPEG that becomes clearer from part to part is held twice more while it is read.
    let (width, height) = reader()?.into_dimensions().ok()?;
    let is_small =
        width.max(height) <= LARGEST && u64::from(width) * u64::from(height) <= MOST_PIXELS;
    let mut reader = reader().filter(|_| is_small)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut image = reader.decode().ok()?;
    if image.color().has_alpha() {
        let mut flat = DynamicImage::new_rgb8(width, height);
        imageops::overlay(&mut flat, &image, 0, 0);
        image = flat;
    }
    // The means of whole squares are quick to come by; the rest is left to who draws it.
    let times = (width / room.0.max(1)).max(height / room.1.max(1)) / 2;
    if times < 2 {
        return Some(image);
    }
    let (width, height) = ((width / times).max(1), (height / times).max(1));
    Some(imageops::thumbnail(&image.into_rgb8(), width, height).into())
}

#[cfg(test)]
pub(super) mod tests {
    use image::ImageFormat;

    use super::*;

    /// 64 × 64 pixels, the upper left quarter red, the rest blue.
    pub(in crate::run::painter) const BASELINE: &[u8] =
        include_bytes!("../../../tests/data/cover/baseline.jpg");
    const PROGRESSIVE: &[u8] = include_bytes!("../../../tests/data/cover/progressive.jpg");
    const GREY: &[u8] = include_bytes!("../../../tests/data/cover/grey.jpg");
    const INKS: &[u8] = include_bytes!("../../../tests/data/cover/inks.jpg");
    const LACED: &[u8] = include_bytes!("../../../tests/data/cover/interlaced.png");
    const PALETTE: &[u8] = include_bytes!("../../../tests/data/cover/palette.png");

    /// A PNG file of `image`.
    fn file(image: &DynamicImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    /// A black picture.
    pub(in crate::run::painter) fn png(width: u32, height: u32) -> Vec<u8> {
        file(&DynamicImage::new_rgb8(width, height))
    }

    fn near(image: &DynamicImage, (x, y): (u32, u32), colour: [u8; 3]) -> bool {
        let shown = image.to_rgb8().get_pixel(x, y).0;
        shown.iter().zip(colour).all(|(one, other)| one.abs_diff(other) < 48)
    }

    #[test]
    fn every_kind_of_picture_is_read() {
        for (name, bytes) in [
            ("baseline", BASELINE),
            ("progressive", PROGRESSIVE),
            ("inks", INKS),
            ("interlaced", LACED),
            ("palette", PALETTE),
        ] {
            let image = decode(bytes, (64, 64)).unwrap_or_else(|| panic!("{name}"));
            assert_eq!((image.width(), image.height()), (64, 64));
            assert!(near(&image, (0, 0), [255, 0, 0]), "{name}");
            for place in [(63, 0), (0, 63), (63, 63)] {
                assert!(near(&image, place, [0, 0, 255]), "{name} {place:?}");
            }
        }
        let grey = decode(GREY, (64, 64)).unwrap();
        assert!(near(&grey, (0, 0), [76; 3]) && near(&grey, (63, 63), [29; 3]));
    }

    #[test]
    fn a_large_picture_is_made_smaller_in_its_proportions() {
        let image = decode(BASELINE, (16, 8)).unwrap();
        assert_eq!((image.width(), image.height()), (16, 16));
        assert!(near(&image, (2, 2), [255, 0, 0]) && near(&image, (13, 2), [0, 0, 255]));
        let line = decode(&png(6_000, 1), (10, 10)).unwrap();
        assert_eq!((line.width(), line.height()), (20, 1));
    }

    #[test]
    fn what_shines_through_is_over_black() {
        let mut glass = DynamicImage::new_rgba8(2, 1).to_rgba8();
        glass.put_pixel(0, 0, image::Rgba([255, 255, 255, 0]));
        glass.put_pixel(1, 0, image::Rgba([200, 100, 50, 255]));
        let image = decode(&file(&glass.into()), (64, 64)).unwrap();
        assert!(near(&image, (0, 0), [0; 3]) && near(&image, (1, 0), [200, 100, 50]));
    }

    #[test]
    fn what_is_cut_off_or_changed_anywhere_does_no_harm() {
        for bytes in [BASELINE, PROGRESSIVE, GREY, INKS, LACED, PALETTE] {
            for end in 0..bytes.len() {
                let _ = std::panic::catch_unwind(|| decode(&bytes[..end], (8, 8)));
            }
            for place in (0..bytes.len()).step_by(3) {
                let mut changed = bytes.to_vec();
                changed[place] ^= 0x5a;
                if let Ok(Some(image)) = std::panic::catch_unwind(|| decode(&changed, (8, 8))) {
                    assert!(image.width() <= LARGEST && image.height() <= LARGEST);
                }
            }
        }
    }

    #[test]
    fn a_picture_that_would_take_too_much_is_not_decoded() {
        assert!(decode(&png(LARGEST + 1, 1), (64, 64)).is_none());
        assert!(decode(&png(4_000, 2_501), (64, 64)).is_none());
        let image = decode(&png(4_000, 2_500), (64, 64)).unwrap();
        assert_eq!((image.width(), image.height()), (129, 80));
        // A frame that would be held whole.
        let mut wide = PROGRESSIVE.to_vec();
        let frame = wide.windows(2).position(|two| two == [0xff, 0xc2]).unwrap();
        wide[frame + 5..frame + 9].copy_from_slice(&[0x10, 0, 0x10, 0]);
        assert!(decode(&wide, (64, 64)).is_none());
    }
}
