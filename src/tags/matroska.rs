//! Matroska and `WebM` (RFC 9559): the title, the tags, the chapters and the
//! attached cover.

use std::io::{self, Read, Seek};
use std::ops::Range;

use super::cover::LARGEST;
use super::found::Found;
use super::source::Source;
use crate::model::{Chapter, MediaTime};

/// How many elements of one level are looked at: an hour has some 700.
const MOST_ELEMENTS: usize = 20_000;

// Names of elements, as RFC 9559 has them.
const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114d_9b74;
const SEEK: u32 = 0x4dbb;
const SEEK_ID: u32 = 0x53ab;
const SEEK_POSITION: u32 = 0x53ac;
const INFO: u32 = 0x1549_a966;
const TITLE: u32 = 0x7ba9;
const CLUSTER: u32 = 0x1f43_b675;
const TAGS: u32 = 0x1254_c367;
const TAG: u32 = 0x7373;
const TARGETS: u32 = 0x63c0;
const TARGET_TYPE_VALUE: u32 = 0x68ca;
const SIMPLE_TAG: u32 = 0x67c8;
const TAG_NAME: u32 = 0x45a3;
const TAG_STRING: u32 = 0x4487;
const CHAPTERS: u32 = 0x1043_a770;
const EDITION: u32 = 0x45b9;
const CHAPTER: u32 = 0xb6;
const CHAPTER_START: u32 = 0x91;
const CHAPTER_END: u32 = 0x92;
const CHAPTER_HIDDEN: u32 = 0x98;
const CHAPTER_DISPLAY: u32 = 0x80;
const CHAPTER_STRING: u32 = 0x85;
const ATTACHMENTS: u32 = 0x1941_a469;
const ATTACHED: u32 = 0x61a7;
const FILE_NAME: u32 = 0x466e;
const FILE_DATA: u32 = 0x465c;

/// What the tags of a target of this value and above are of: the show. Below
/// they are of the episode.
const OF_THE_SHOW: u64 = 50;

/// Takes what the file says that begins here.
pub(super) fn read(source: &mut Source<impl Read + Seek>, found: &mut Found) -> io::Result<()> {
    let whole = 0..source.length();
    let Some(segment) = first(source, &whole, SEGMENT)? else { return Ok(()) };
    // Where parts behind the sound begin, if the file says so.
    let mut told: Vec<(u32, u64)> = Vec::new();
    let mut at = segment.start;
    for _ in 0..MOST_ELEMENTS {
        let Some((id, body)) = element(source, at, segment.end)? else { break };
        match id {
            CLUSTER if !told.is_empty() => break,
            SEEK_HEAD => seek_head(source, &body, &mut told)?,
            _ => {
                told.retain(|(_, place)| segment.start.saturating_add(*place) != at);
                part(source, id, &body, found);
            }
        }
        at = body.end;
    }
    for (id, place) in told {
        let there = element(source, segment.start.saturating_add(place), segment.end)?;
        if let Some((_, body)) = there.filter(|(other, _)| *other == id) {
            part(source, id, &body, found);
        }
    }
    Ok(())
}

/// Takes one of the parts of the file; what is wrong with it does not cost the
/// others.
fn part(source: &mut Source<impl Read + Seek>, id: u32, body: &Range<u64>, found: &mut Found) {
    let _ = match id {
        INFO => first(source, body, TITLE).and_then(|title| {
            let title = title.map(|title| text(source, &title)).transpose()?;
            found.title(&title.unwrap_or_default());
            Ok(())
        }),
        TAGS => each(source, body, TAG, |source, tag| one_tag(source, tag, found)),
        CHAPTERS => each(source, body, EDITION, |source, edition| {
            // Further editions are other cuts of the same.
            if !found.chapters.is_empty() {
                return Ok(());
            }
            each(source, edition, CHAPTER, |source, chapter| one_chapter(source, chapter, found))
        }),
        ATTACHMENTS if found.cover.is_some() => {
            each(source, body, ATTACHED, |source, file| attached(source, file, found))
        }
        _ => Ok(()),
    };
}

/// Takes where the tags, the chapters and the attachments are.
fn seek_head(
    source: &mut Source<impl Read + Seek>,
    body: &Range<u64>,
    told: &mut Vec<(u32, u64)>,
) -> io::Result<()> {
    each(source, body, SEEK, |source, seek| {
        let id = number(source, seek, SEEK_ID)?.and_then(|id| u32::try_from(id).ok());
        let place = number(source, seek, SEEK_POSITION)?;
        if let (Some(id @ (TAGS | CHAPTERS | ATTACHMENTS | INFO)), Some(place)) = (id, place) {
            told.push((id, place));
        }
        Ok(())
    })
}

fn one_tag(
    source: &mut Source<impl Read + Seek>,
    tag: &Range<u64>,
    found: &mut Found,
) -> io::Result<()> {
    let target = match first(source, tag, TARGETS)? {
        Some(targets) => number(source, &targets, TARGET_TYPE_VALUE)?,
        None => None,
    };
    // Without a word of what they are of they are of the file.
    let of_the_show = target.is_some_and(|value| value >= OF_THE_SHOW);
    each(source, tag, SIMPLE_TAG, |source, simple| {
        let (Some(name), Some(value)) =
            (first(source, simple, TAG_NAME)?, first(source, simple, TAG_STRING)?)
        else {
            return Ok(());
        };
        let (name, value) = (text(source, &name)?, text(source, &value)?);
        match &*name.trim().to_ascii_uppercase() {
            "TITLE" if of_the_show => found.show(&value),
            "TITLE" => found.title(&value),
            "ALBUM" | "SHOW" => found.show(&value),
            "ARTIST" => found.artist(&value),
            "EPISODE" | "EPISODE_SORT" => found.episode(&value),
            "PART_NUMBER" | "TRACK" if !of_the_show => found.number(&value),
            "DATE_RELEASED" | "DATE" | "DATE_RECORDED" => found.date(&value),
            "DESCRIPTION" | "SYNOPSIS" | "SUMMARY" | "COMMENT" => found.notes(&value),
            _ => {}
        }
        Ok(())
    })
}

fn one_chapter(
    source: &mut Source<impl Read + Seek>,
    chapter: &Range<u64>,
    found: &mut Found,
) -> io::Result<()> {
    let is_hidden = number(source, chapter, CHAPTER_HIDDEN)?.is_some_and(|hidden| hidden != 0);
    let Some(start) = number(source, chapter, CHAPTER_START)?.filter(|_| !is_hidden) else {
        return Ok(());
    };
    let end = number(source, chapter, CHAPTER_END)?;
    let time = |nanos: u64| MediaTime::from_micros(nanos / 1_000);
    let mut title = String::new();
    if let Some(display) = first(source, chapter, CHAPTER_DISPLAY)?
        && let Some(words) = first(source, &display, CHAPTER_STRING)?
    {
        title = text(source, &words)?;
    }
    found.chapters.push(Chapter::new(time(start), end.map(time), &title));
    Ok(())
}

/// Takes an attached file that is called as covers are: `cover.jpg`, else
/// `small_cover.jpg` and the like.
fn attached(
    source: &mut Source<impl Read + Seek>,
    file: &Range<u64>,
    found: &mut Found,
) -> io::Result<()> {
    const FRONT: u32 = 3;
    let (Some(name), Some(data)) =
        (first(source, file, FILE_NAME)?, first(source, file, FILE_DATA)?)
    else {
        return Ok(());
    };
    let name = text(source, &name)?.to_lowercase();
    if name.contains("cover") && data.end - data.start <= LARGEST {
        let kind = if name.starts_with("cover.") { FRONT } else { 0 };
        source.seek(data.start)?;
        found.picture(kind, source.take(data.end - data.start)?);
    }
    Ok(())
}

/// The element that begins at `at`, and where its content lies; `None` at the
/// end, or where there is none. One whose size is not known goes to `end`.
fn element(
    source: &mut Source<impl Read + Seek>,
    at: u64,
    end: u64,
) -> io::Result<Option<(u32, Range<u64>)>> {
    if at.saturating_add(2) > end {
        return Ok(None);
    }
    source.seek(at)?;
    let [head] = source.array()?;
    let length = head.leading_zeros();
    if length > 3 {
        return Ok(None);
    }
    let mut id = u32::from(head);
    for _ in 0..length {
        let [byte] = source.array()?;
        id = id << 8 | u32::from(byte);
    }
    let [head] = source.array()?;
    let length = head.leading_zeros();
    if length > 7 {
        return Ok(None);
    }
    let mut size = u64::from(head) & ((1 << (7 - length)) - 1);
    for _ in 0..length {
        let [byte] = source.array()?;
        size = size << 8 | u64::from(byte);
    }
    let is_unknown = size == (1 << (7 * (length + 1))) - 1;
    let start = source.position();
    // A file that is cut off has less than it says.
    let stop = if is_unknown { end } else { start.saturating_add(size).min(end) };
    Ok(Some((id, start.min(stop)..stop)))
}

/// Shows the content of each element of this name in `range` to `look`.
fn each<R: Read + Seek>(
    source: &mut Source<R>,
    range: &Range<u64>,
    name: u32,
    mut look: impl FnMut(&mut Source<R>, &Range<u64>) -> io::Result<()>,
) -> io::Result<()> {
    let mut at = range.start;
    for _ in 0..MOST_ELEMENTS {
        let Some((id, body)) = element(source, at, range.end)? else { break };
        if id == name {
            look(source, &body)?;
        }
        at = body.end;
    }
    Ok(())
}

/// The content of the first element of this name in `range`.
fn first(
    source: &mut Source<impl Read + Seek>,
    range: &Range<u64>,
    name: u32,
) -> io::Result<Option<Range<u64>>> {
    let mut at = range.start;
    for _ in 0..MOST_ELEMENTS {
        match element(source, at, range.end)? {
            Some((id, body)) if id == name => return Ok(Some(body)),
            Some((_, body)) => at = body.end,
            None => break,
        }
    }
    Ok(None)
}

/// The number in the first element of this name in `range`.
fn number(
    source: &mut Source<impl Read + Seek>,
    range: &Range<u64>,
    name: u32,
) -> io::Result<Option<u64>> {
    let Some(body) = first(source, range, name)?.filter(|body| body.end - body.start <= 8) else {
        return Ok(None);
    };
    source.seek(body.start)?;
    let bytes = source.take(body.end - body.start)?;
    Ok(Some(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))))
}

fn text(source: &mut Source<impl Read + Seek>, body: &Range<u64>) -> io::Result<String> {
    source.seek(body.start)?;
    let bytes = source.text(body.end - body.start)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
