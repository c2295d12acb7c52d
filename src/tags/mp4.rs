//! MP4: the metadata list, and the chapters in both forms that they have: the
//! list of Nero (`chpl`), and a text track (`QuickTime` File Format).

use std::io::{self, Read, Seek};
use std::ops::Range;

use super::cover::LARGEST;
use super::found::Found;
use super::mp4_track;
use super::source::{LONGEST_TEXT, Source};
use crate::model::{Chapter, MediaTime};

/// How many atoms of one level are looked at.
const MOST_ATOMS: usize = 10_000;

/// A piece of the file: what it is, and where its content lies.
pub(super) struct Atom {
    pub(super) kind: [u8; 4],
    pub(super) body: Range<u64>,
}

/// Takes what the file says that begins here.
pub(super) fn read(source: &mut Source<impl Read + Seek>, found: &mut Found) -> io::Result<()> {
    let whole = 0..source.length();
    let Some(movie) = child(source, &whole, *b"moov")? else { return Ok(()) };
    let mut listed = Vec::new();
    if let Some(user) = child(source, &movie, *b"udta")? {
        // One kind of metadata that is damaged does not cost the others.
        let _ = metadata(source, &user, found);
        listed = list(source, &user).unwrap_or_default();
    }
    let tracked = mp4_track::chapters(source, &movie).unwrap_or_default();
    // The list has room for 255 chapters and for 255 bytes a title.
    let chapters = if listed.len() > tracked.len() { listed } else { tracked };
    found.chapters.extend(chapters);
    Ok(())
}

/// The atoms in `range`, in order; those before the damage if there is any.
pub(super) fn atoms(
    source: &mut Source<impl Read + Seek>,
    range: &Range<u64>,
) -> io::Result<Vec<Atom>> {
    let mut atoms = Vec::new();
    let mut at = range.start;
    while at + 8 <= range.end && atoms.len() < MOST_ATOMS {
        source.seek(at)?;
        let [s0, s1, s2, s3, kind @ ..] = source.array::<8>()?;
        let mut start = at + 8;
        let size = match u32::from_be_bytes([s0, s1, s2, s3]) {
            0 => range.end - at,
            1 => {
                start += 8;
                u64::from_be_bytes(source.array()?)
            }
            size => u64::from(size),
        };
        let Some(end) = at.checked_add(size).filter(|&end| end >= start) else { break };
        // A file that is cut off has less than it says.
        let end = end.min(range.end);
        atoms.push(Atom { kind, body: start.min(end)..end });
        at = end;
    }
    Ok(atoms)
}

/// Where the first atom of this kind in `range` has its content.
pub(super) fn child(
    source: &mut Source<impl Read + Seek>,
    range: &Range<u64>,
    kind: [u8; 4],
) -> io::Result<Option<Range<u64>>> {
    let atoms = atoms(source, range)?;
    Ok(atoms.into_iter().find(|atom| atom.kind == kind).map(|atom| atom.body))
}

/// Takes the metadata list.
fn metadata(
    source: &mut Source<impl Read + Seek>,
    user: &Range<u64>,
    found: &mut Found,
) -> io::Result<()> {
    let Some(meta) = child(source, user, *b"meta")? else { return Ok(()) };
    source.seek(meta.start)?;
    let [_, _, _, _, kind @ ..] = source.array::<8>()?;
    // In MP4 four bytes come before the atoms in it, in `QuickTime` none.
    let start = if &kind == b"hdlr" { meta.start } else { meta.start + 4 };
    let Some(items) = child(source, &(start..meta.end), *b"ilst")? else { return Ok(()) };
    for item in atoms(source, &items)? {
        if &item.kind == b"covr" && found.cover.is_some() {
            picture(source, &item.body, found)?;
            continue;
        }
        let take: fn(&mut Found, &str) = match &item.kind {
            b"\xa9nam" => Found::title,
            b"\xa9alb" | b"tvsh" => Found::show,
            b"\xa9ART" => Found::artist,
            b"\xa9day" => Found::date,
            b"desc" | b"ldes" | b"\xa9cmt" | b"\xa9des" => Found::notes,
            b"trkn" => Found::number,
            b"tves" => Found::episode,
            _ => continue,
        };
        let Some(data) = child(source, &item.body, *b"data")? else { continue };
        source.seek(data.start + 8)?; // its type and its language
        let length = (data.end - data.start).saturating_sub(8).min(LONGEST_TEXT);
        let bytes = source.take(length)?;
        if &item.kind == b"trkn" {
            if let [_, _, high, low, ..] = *bytes {
                take(found, &u16::from_be_bytes([high, low]).to_string());
            }
        } else if &item.kind == b"tves" {
            let number =
                bytes.iter().take(8).fold(0, |value: u64, byte| value << 8 | u64::from(*byte));
            take(found, &number.to_string());
        } else {
            take(found, &String::from_utf8_lossy(&bytes));
        }
    }
    Ok(())
}

/// Takes the cover.
fn picture(
    source: &mut Source<impl Read + Seek>,
    item: &Range<u64>,
    found: &mut Found,
) -> io::Result<()> {
    let Some(data) = child(source, item, *b"data")? else { return Ok(()) };
    let length = (data.end - data.start).saturating_sub(8);
    if length <= LARGEST {
        source.seek(data.start + 8)?;
        found.picture(0, source.take(length)?);
    }
    Ok(())
}

/// The chapters of the list in `user`.
fn list(source: &mut Source<impl Read + Seek>, user: &Range<u64>) -> io::Result<Vec<Chapter>> {
    let mut chapters = Vec::new();
    let Some(list) = child(source, user, *b"chpl")? else { return Ok(chapters) };
    source.seek(list.start)?;
    let [version, ..] = source.array::<4>()?;
    if version > 0 {
        source.skip(4)?;
    }
    let [count] = source.array()?;
    for _ in 0..count {
        if source.position() + 9 > list.end {
            break;
        }
        let start = u64::from_be_bytes(source.array()?); // of 100 ns each
        let [length] = source.array()?;
        let title = source.take(u64::from(length))?;
        let title = String::from_utf8_lossy(&title);
        chapters.push(Chapter::new(MediaTime::from_micros(start / 10), None, &title));
    }
    Ok(chapters)
}
