//! The picture in an audio file: the cover, as it stands there.

use std::io::{self, Read, Seek};

use super::found::Found;
use super::source::Source;

/// The largest picture that is taken, in bytes.
pub(super) const LARGEST: u64 = 8 << 20;

/// What `ID3v2` and FLAC call the front cover among pictures.
const FRONT: u32 = 3;

/// A picture as far as it has been found.
#[derive(Default)]
pub(super) struct Cover {
    pub(super) bytes: Vec<u8>,
    is_front: bool,
}

impl Found {
    /// Takes a picture: the front cover, else the first.
    pub(super) fn picture(&mut self, kind: u32, bytes: Vec<u8>) {
        if let Some(cover) = &mut self.cover
            && (cover.bytes.is_empty() || kind == FRONT && !cover.is_front)
        {
            *cover = Cover { bytes, is_front: kind == FRONT };
        }
    }

    /// Takes what is in an `APIC` frame (ID3v2.4.0 frames, section 4.14).
    pub(super) fn attached(&mut self, frame: &[u8]) {
        let [encoding, rest @ ..] = frame else { return };
        let Some(mime) = rest.iter().position(|byte| *byte == 0) else { return };
        let Some([kind, rest @ ..]) = rest.get(mime + 1..) else { return };
        // The description ends with one zero, in UTF-16 with two.
        let end = if matches!(encoding, 1 | 2) {
            let pairs = rest.chunks_exact(2).position(|pair| pair == [0, 0]);
            pairs.map(|pairs| pairs * 2 + 2)
        } else {
            rest.iter().position(|byte| *byte == 0).map(|end| end + 1)
        };
        if let Some(bytes) = end.and_then(|end| rest.get(end..)) {
            self.picture(u32::from(*kind), bytes.to_owned());
        }
    }
}

/// Takes the picture block of a FLAC file (RFC 9639, section 8.8) that begins
/// here.
pub(super) fn flac(source: &mut Source<impl Read + Seek>, found: &mut Found) -> io::Result<()> {
    let number = |source: &mut Source<_>| source.array().map(u32::from_be_bytes);
    let kind = number(source)?;
    for _ in ["mime type", "description"] {
        let length = number(source)?;
        source.skip(u64::from(length))?;
    }
    source.skip(16)?;
    let length = u64::from(number(source)?);
    if length <= LARGEST {
        found.picture(kind, source.take(length)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::cover_from;

    fn id3(frames: &[Vec<u8>]) -> Vec<u8> {
        let mut body = Vec::new();
        for frame in frames {
            body.extend(b"APIC");
            body.extend(u32::try_from(frame.len()).unwrap().to_be_bytes());
            body.extend([0, 0]);
            body.extend(frame);
        }
        let size = u32::try_from(body.len()).unwrap();
        let mut tag = b"ID3\x03\0\0".to_vec();
        tag.extend([21, 14, 7, 0].map(|shift| u8::try_from(size >> shift & 0x7f).unwrap()));
        tag.extend(body);
        tag
    }

    #[test]
    fn of_the_pictures_in_an_id3_tag_the_front_cover_is_taken() {
        let back = b"\0image/png\0\x04back\0BACK".to_vec();
        let front = b"\x01image/jpeg\0\x03\xff\xfef\0\0\0FRONT".to_vec();
        let cover = |frames: &[Vec<u8>]| cover_from(Cursor::new(id3(frames)));
        assert_eq!(cover(&[back.clone(), front.clone()]).as_deref(), Some(&b"FRONT"[..]));
        assert_eq!(cover(&[front, back.clone()]).as_deref(), Some(&b"FRONT"[..]));
        assert_eq!(cover(&[back]).as_deref(), Some(&b"BACK"[..]));
        assert_eq!(cover(&[b"\0image".to_vec(), b"\0\0".to_vec(), Vec::new()]), None);
    }

    #[test]
    fn the_picture_of_a_flac_file_is_taken_and_one_that_is_cut_off_is_not() {
        let number = |number: u32| number.to_be_bytes();
        let mut block = Vec::new();
        for part in [&number(3)[..], &number(9), b"image/png", &number(1), b"x", &[0; 16]] {
            block.extend(part);
        }
        block.extend(number(5));
        let file = |picture: &[u8]| {
            let mut file = b"fLaC\x86".to_vec();
            file.extend(&number(u32::try_from(block.len() + 5).unwrap())[1..]);
            file.extend(&block);
            file.extend(picture);
            cover_from(Cursor::new(file))
        };
        assert_eq!(file(b"COVER").as_deref(), Some(&b"COVER"[..]));
        assert_eq!(file(b"COV"), None);
    }

    #[test]
    fn the_cover_of_an_mp4_file_is_taken() {
        let atom = |kind: &[u8; 4], body: &[u8]| {
            let size = u32::try_from(body.len() + 8).unwrap();
            [&size.to_be_bytes()[..], kind, body].concat()
        };
        let data = atom(b"data", b"\0\0\0\x0d\0\0\0\0COVER");
        let items = atom(b"ilst", &atom(b"covr", &data));
        let meta = atom(b"meta", &[&[0; 4][..], &atom(b"hdlr", &[0; 25]), &items].concat());
        let movie = atom(b"moov", &atom(b"udta", &meta));
        let file = [atom(b"ftyp", b"M4A \0\0\0\0"), movie].concat();
        assert_eq!(cover_from(Cursor::new(file)).as_deref(), Some(&b"COVER"[..]));
    }
}
