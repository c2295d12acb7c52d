//! The comments of Ogg Vorbis, Opus and FLAC (Vorbis I, section 5), with the
//! chapter extension: `CHAPTER001=00:01:02.500`, `CHAPTER001NAME=Title`.

use std::io::{self, Read, Seek};

use super::cover;
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
    let read = (0..count).try_for_each(|_| {
        let length = length(stream)?;
        if length > LONGEST {
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
        key if key.starts_with("CHAPTER") => numbered.push(comment),
        _ => {}
    }
}
