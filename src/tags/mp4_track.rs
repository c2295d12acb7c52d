//! The chapters of an MP4 that are a text track: each sample is a title, and
//! lasts as long as its chapter (`QuickTime` File Format, "Chapter Lists").

use std::io::{self, Read, Seek};
use std::ops::Range;

use super::mp4::{atoms, child};
use super::mp4_edit;
use super::source::Source;
use crate::format::encoding::Encoding;
use crate::model::Chapter;

/// How many chapters are read at most.
const MOST_CHAPTERS: usize = 5_000;

/// How many tracks are looked at.
const MOST_TRACKS: usize = 64;

/// A track, as far as chapters ask about it.
struct Track {
    id: u32,
    /// The tracks with its chapters.
    chapters: Vec<u32>,
    body: Range<u64>,
    media: Range<u64>,
}

/// The chapters in the tracks of `movie` that another track names for them.
pub(super) fn chapters(
    source: &mut Source<impl Read + Seek>,
    movie: &Range<u64>,
) -> io::Result<Vec<Chapter>> {
    let mut tracks = Vec::new();
    for atom in atoms(source, movie)?.into_iter().filter(|atom| &atom.kind == b"trak") {
        if tracks.len() < MOST_TRACKS {
            tracks.extend(track(source, &atom.body)?);
        }
    }
    let movie_rate = match child(source, movie, *b"mvhd")? {
        Some(header) => tick_rate(source, &header)?,
        None => 0,
    };
    for wanted in tracks.iter().flat_map(|track| &track.chapters) {
        let named = tracks.iter().find(|track| track.id == *wanted);
        if let Some(track) = named
            && let Some(found) = titles(source, track, movie_rate)?
        {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn track(source: &mut Source<impl Read + Seek>, body: &Range<u64>) -> io::Result<Option<Track>> {
    let Some(header) = child(source, body, *b"tkhd")? else { return Ok(None) };
    let Some(media) = child(source, body, *b"mdia")? else { return Ok(None) };
    source.seek(header.start)?;
    let [version, ..] = source.array::<4>()?;
    source.skip(if version == 1 { 16 } else { 8 })?; // made when, changed when
    let id = u32::from_be_bytes(source.array()?);
    let mut chapters = Vec::new();
    if let Some(references) = child(source, body, *b"tref")?
        && let Some(named) = child(source, &references, *b"chap")?
    {
        source.seek(named.start)?;
        for _ in 0..((named.end - named.start) / 4).min(MOST_TRACKS as u64) {
            chapters.push(u32::from_be_bytes(source.array()?));
        }
    }
    Ok(Some(Track { id, chapters, body: body.clone(), media }))
}

/// The chapters that `track` has as text; `None` if it holds something else,
/// such as their pictures.
fn titles(
    source: &mut Source<impl Read + Seek>,
    track: &Track,
    movie_rate: u32,
) -> io::Result<Option<Vec<Chapter>>> {
    let Some(handler) = child(source, &track.media, *b"hdlr")? else { return Ok(None) };
    source.seek(handler.start + 8)?;
    if !matches!(&source.array()?, b"text" | b"sbtl") {
        return Ok(None);
    }
    let Some((rate, samples)) = tables(source, &track.media)? else { return Ok(None) };
    let edit = mp4_edit::read(source, &track.body, movie_rate).unwrap_or_default();
    let mut chapters = Vec::new();
    for sample in samples {
        let end = sample.ticks.saturating_add(sample.lasts);
        if edit.leaves_out(end) {
            continue;
        }
        // One title that cannot be read does not cost the others.
        let title = title(source, &sample).unwrap_or_default();
        let time = |ticks| edit.time(ticks, rate);
        chapters.push(Chapter::new(time(sample.ticks), Some(time(end)), &title));
    }
    Ok(Some(chapters))
}

/// A sample: when it begins and how long it lasts, in ticks of the track, and
/// where it lies in the file.
struct Sample {
    ticks: u64,
    lasts: u64,
    place: Range<u64>,
}

/// How many ticks a second has, and the samples.
fn tables(
    source: &mut Source<impl Read + Seek>,
    media: &Range<u64>,
) -> io::Result<Option<(u32, Vec<Sample>)>> {
    let Some(header) = child(source, media, *b"mdhd")? else { return Ok(None) };
    let rate = tick_rate(source, &header)?;
    let Some(info) = child(source, media, *b"minf")? else { return Ok(None) };
    let Some(table) = child(source, &info, *b"stbl")? else { return Ok(None) };

    let durations = rows::<2>(source, &table, *b"stts", 0)?;
    let chunks_of = rows::<3>(source, &table, *b"stsc", 0)?;
    let mut offsets: Vec<u64> = Vec::new();
    offsets.extend(rows::<1>(source, &table, *b"stco", 0)?.iter().map(|row| u64::from(row[0])));
    if offsets.is_empty() {
        let wide = rows::<2>(source, &table, *b"co64", 0)?;
        offsets.extend(wide.iter().map(|row| u64::from(row[0]) << 32 | u64::from(row[1])));
    }
    let mut sizes = rows::<1>(source, &table, *b"stsz", 4)?.into_iter().map(|row| row[0]);
    let fixed = fixed_size(source, &table)?;

    let mut lasts = durations
        .iter()
        .flat_map(|&[count, ticks]| std::iter::repeat_n(u64::from(ticks), count as usize));
    let mut samples = Vec::new();
    let mut ticks: u64 = 0;
    for (number, offset) in (1..).zip(offsets) {
        let of_chunk = chunks_of.iter().rev().find(|row| row[0] <= number);
        let mut at = offset;
        for _ in 0..of_chunk.map_or(1, |row| row[1]) {
            let (Some(lasts), Some(size)) = (lasts.next(), fixed.or_else(|| sizes.next())) else {
                return Ok(Some((rate, samples)));
            };
            if samples.len() >= MOST_CHAPTERS {
                return Ok(Some((rate, samples)));
            }
            let end = at.saturating_add(u64::from(size));
            samples.push(Sample { ticks, lasts, place: at..end });
            ticks = ticks.saturating_add(lasts);
            at = end;
        }
    }
    Ok(Some((rate, samples)))
}

/// How many ticks a second has by a `header` of the movie or of its media.
fn tick_rate(source: &mut Source<impl Read + Seek>, header: &Range<u64>) -> io::Result<u32> {
    source.seek(header.start)?;
    let [version, ..] = source.array::<4>()?;
    source.skip(if version == 1 { 16 } else { 8 })?;
    Ok(u32::from_be_bytes(source.array()?))
}

/// The size that all samples have, if it is the same.
fn fixed_size(
    source: &mut Source<impl Read + Seek>,
    table: &Range<u64>,
) -> io::Result<Option<u32>> {
    let Some(sizes) = child(source, table, *b"stsz")? else { return Ok(None) };
    source.seek(sizes.start + 4)?;
    Ok(Some(u32::from_be_bytes(source.array()?)).filter(|&size| size > 0))
}

/// The rows of `N` numbers of the table of this kind, whose count stands
/// `before` bytes later than usual.
fn rows<const N: usize>(
    source: &mut Source<impl Read + Seek>,
    table: &Range<u64>,
    kind: [u8; 4],
    before: u64,
) -> io::Result<Vec<[u32; N]>> {
    let Some(body) = child(source, table, kind)? else { return Ok(Vec::new()) };
    source.seek(body.start + 4 + before)?;
    let count = u32::from_be_bytes(source.array()?) as usize;
    let fit = (body.end - source.position().min(body.end)) / (4 * N as u64);
    let count = count.min(usize::try_from(fit).unwrap_or(0)).min(MOST_CHAPTERS);
    let mut rows = Vec::new();
    for _ in 0..count {
        let mut row = [0; N];
        for number in &mut row {
            *number = u32::from_be_bytes(source.array()?);
        }
        rows.push(row);
    }
    Ok(rows)
}

/// The text of a sample: its length in two bytes, then UTF-8, or UTF-16 with a
/// byte order mark.
fn title(source: &mut Source<impl Read + Seek>, sample: &Sample) -> io::Result<String> {
    source.seek(sample.place.start)?;
    let length = u64::from(u16::from_be_bytes(source.array()?));
    let room = (sample.place.end - sample.place.start).saturating_sub(2);
    let bytes = source.take(length.min(room))?;
    Ok(match &*bytes {
        [0xfe, 0xff, rest @ ..] => Encoding::Utf16Be.decode(rest),
        [0xff, 0xfe, rest @ ..] => Encoding::Utf16Le.decode(rest),
        bytes => String::from_utf8_lossy(bytes).into_owned(),
    })
}
