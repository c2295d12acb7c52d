//! WAV and AIFF: the chunks that tell of the sound (RIFF's `INFO`, the `bext` of
//! EBU Tech 3285, the text chunks of AIFF 1.3), and the ID3 tag in a chunk of
//! its own that programs put into both.

use std::io::{self, Read, Seek};
use std::ops::Range;

use super::found::Found;
use super::id3;
use super::source::Source;

/// How many chunks of one level are looked at.
const MOST_CHUNKS: usize = 10_000;

/// How the sizes of chunks are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// RIFF, with the lowest byte first.
    Low,
    /// AIFF, with the highest.
    High,
}

/// Takes what the WAV file says that begins here.
pub(super) fn wav(source: &mut Source<impl Read + Seek>, found: &mut Found) -> io::Result<()> {
    let whole = 12..source.length();
    walk(source, &whole, Order::Low, |source, kind, body| match &kind {
        b"LIST" => {
            if source.array::<4>()? != *b"INFO" {
                return Ok(());
            }
            let items = body.start + 4..body.end;
            walk(source, &items, Order::Low, |source, kind, body| {
                let take: fn(&mut Found, &str) = match &kind {
                    b"INAM" => Found::title,
                    b"IPRD" => Found::show,
                    b"IART" => Found::artist,
                    b"ICRD" => Found::date,
                    b"ICMT" => Found::notes,
                    b"IPRT" | b"ITRK" => Found::number,
                    _ => return Ok(()),
                };
                take(found, &text(source, body.end - body.start)?);
                Ok(())
            })
        }
        b"bext" => {
            let about = text(source, 256)?;
            found.notes(&about);
            source.skip(32 + 32)?; // who made it, and under which number
            found.date(&text(source, 10)?.replace([':', '_', '.', '/', ' '], "-"));
            Ok(())
        }
        b"id3 " | b"ID3 " => id3::read(source, found),
        _ => Ok(()),
    })
}

/// Takes what the AIFF file says that begins here.
pub(super) fn aiff(source: &mut Source<impl Read + Seek>, found: &mut Found) -> io::Result<()> {
    let whole = 12..source.length();
    walk(source, &whole, Order::High, |source, kind, body| {
        let take: fn(&mut Found, &str) = match &kind {
            b"NAME" => Found::title,
            b"AUTH" => Found::artist,
            b"ANNO" => Found::notes,
            b"ID3 " | b"id3 " => return id3::read(source, found),
            _ => return Ok(()),
        };
        take(found, &text(source, body.end - body.start)?);
        Ok(())
    })
}

/// Shows each chunk in `range` to `look`, with the source at its content. What
/// is wrong inside one does not matter behind it.
fn walk<R: Read + Seek>(
    source: &mut Source<R>,
    range: &Range<u64>,
    order: Order,
    mut look: impl FnMut(&mut Source<R>, [u8; 4], Range<u64>) -> io::Result<()>,
) -> io::Result<()> {
    // The size of the sound where that is not in its own chunk (RF64, EBU Tech 3306).
    let mut long = None;
    let mut at = range.start;
    for _ in 0..MOST_CHUNKS {
        if at.saturating_add(8) > range.end {
            break;
        }
        source.seek(at)?;
        let kind: [u8; 4] = source.array()?;
        let size: [u8; 4] = source.array()?;
        let size = match order {
            Order::Low => u32::from_le_bytes(size),
            Order::High => u32::from_be_bytes(size),
        };
        let start = at + 8;
        let size = match (size, long) {
            (u32::MAX, Some(long)) if &kind == b"data" => long,
            _ => u64::from(size),
        };
        let end = start.saturating_add(size);
        let body = start..end.min(range.end);
        if &kind == b"ds64" && order == Order::Low {
            source.skip(8)?;
            long = Some(u64::from_le_bytes(source.array()?));
        } else {
            let _ = look(source, kind, body);
        }
        at = end.saturating_add(size & 1);
    }
    Ok(())
}

/// A text of at most so many bytes, up to its first NUL.
fn text(source: &mut Source<impl Read + Seek>, most: u64) -> io::Result<String> {
    Ok(id3::decoded(0, &source.text(most)?))
}
