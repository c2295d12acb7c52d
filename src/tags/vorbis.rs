//! The comments of Ogg Vorbis, Opus and FLAC (Vorbis I, section 5), with the
//! chapter extension: `CHAPTER001=00:01:02.500`, `CHAPTER001NAME=Title`.

use std::io::{self, Cursor, Read, Seek};

use super::cover::{self, LARGEST};
use super::found::Found;
use super::source::Source;
use crate::format::chapters;

/// The longest comment that is looked at, in bytes; a picture is longer.
const LONGEST: u32 = 64 << 10;

/// Takes the comments of the FLAC file that begins here.
pub(super) fn flac(source: &mut Source<impl Read + Seek>, found: &mut Found) -> io::Result<()> {
    source.skip(4)?;
    loop {
        let [kind, a, b, c] = source.array()?;
        let size = u64::from(u32::from_be_bytes([0, a, b, c]));
        // Behind them stands the picture.
        if kind & 0x7f == 4 && found.cover.is_none() {
            let end = source.position() + size;
            return comments(&mut Block { source, end }, found);
        }
        let next = source.position() + size;
        if kind & 0x7f == 6 && found.cover.is_some() {
            cover::flac(source, found)?;
        }
        if kind & 0x80 != 0 {
            return Ok(());
        }
        source.seek(next)?;
    }
}

/// What comments are read from: bytes one after the other.
pub(super) trait Stream {
    /// The next `count` bytes.
    fn take(&mut self, count: u64) -> io::Result<Vec<u8>>;
    /// Passes over `count` bytes.
    fn skip(&mut self, count: u64) -> io::Result<()>;
}

/// A part of a file.
struct Block<'a, R> {
    source: &'a mut Source<R>,
    end: u64,
}

impl<R: Read + Seek> Stream for Block<'_, R> {
    fn take(&mut self, count: u64) -> io::Result<Vec<u8>> {
        if self.source.position().saturating_add(count) > self.end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.source.take(count)
    }

    fn skip(&mut self, count: u64) -> io::Result<()> {
        self.source.skip(count)
    }
}

/// Takes the comments that begin here.
pub(super) fn comments(stream: &mut impl Stream, found: &mut Found) -> io::Result<()> {
    let vendor = length(stream)?;
    stream.skip(u64::from(vendor))?;
    let count = length(stream)?;
    let mut numbered = Vec::new();
    // A picture is written in four bytes for three.
    let picture = LARGEST / 2 * 3;
    let longest = if found.cover.is_some() { picture } else { u64::from(LONGEST) };
    let read = (0..count).try_for_each(|_| {
        let length = length(stream)?;
        if u64::from(length) > longest {
            return stream.skip(u64::from(length));
        }
        let comment = stream.take(u64::from(length))?;
        take(String::from_utf8_lossy(&comment).into_owned(), found, &mut numbered);
        Ok(())
    });
    let chapters = chapters::numbered(numbered.iter().map(String::as_str));
    found.chapters.extend_from_slice(chapters.all());
    read
}

fn length(stream: &mut impl Stream) -> io::Result<u32> {
    let bytes = stream.take(4)?;
    Ok(bytes.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte)))
}

fn take(comment: String, found: &mut Found, numbered: &mut Vec<String>) {
    let Some((key, value)) = comment.split_once('=') else { return };
    match &*key.trim().to_ascii_uppercase() {
        "TITLE" => found.title(value),
        "ALBUM" | "SHOW" => found.show(value),
        "ARTIST" => found.artist(value),
        "TRACKNUMBER" => found.number(value),
        "EPISODE" | "EPISODENUMBER" => found.episode(value),
        "DATE" => found.date(value),
        "DESCRIPTION" | "COMMENT" | "SYNOPSIS" => found.notes(value),
        "METADATA_BLOCK_PICTURE" if found.cover.is_some() => {
            if let Ok(mut block) = Source::new(&mut Cursor::new(from_base64(value))) {
                // One that is damaged is none.
                let _ = cover::flac(&mut block, found);
            }
        }
        key if key.starts_with("CHAPTER") => numbered.push(comment),
        _ => {}
    }
}

/// What `text` says in base64 (RFC 4648, section 4), up to what is no digit of
/// it.
fn from_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u8> = text.bytes().map_while(digit).collect();
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    for four in digits.chunks(4) {
        let bits = (0..4).fold(0, |bits: u32, place| {
            bits << 6 | u32::from(four.get(place).copied().unwrap_or_default())
        });
        let [_, three @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(&three[..four.len() * 3 / 4]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("Zg==", b"f"),
            ("Zm8=", b"fo"),
            ("Zm9v", b"foo"),
            ("Zm9vYmFy", b"foobar"),
            ("+/8=", b"\xfb\xff"),
            ("Zm9v\nZm9v", b"foo"),
        ] {
            assert_eq!(from_base64(text), bytes, "{text}");
        }
    }

    #[test]
    fn the_picture_in_a_comment_is_taken_where_it_is_asked_for() {
        // The front cover, `image/png`, no description, and no more said of it.
        let block = "AAAAAwAAAAlpbWFnZS9wbmcAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAVDT1ZFUg==";
        let comment = format!("metadata_block_picture={block}");
        let mut found = Found::default();
        found.cover = Some(cover::Cover::default());
        take(comment.clone(), &mut found, &mut Vec::new());
        assert_eq!(found.cover.map(|cover| cover.bytes).as_deref(), Some(&b"COVER"[..]));
        let mut found = Found::default();
        take(comment, &mut found, &mut Vec::new());
        assert!(found.cover.is_none());
    }
}
