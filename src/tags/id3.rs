//! `ID3v2`.2, 2.3 and 2.4: the tag at the start of an MP3, with the chapter
//! frames of the "`ID3v2` Chapter Frame Addendum".

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek};

use super::cover::LARGEST;
use super::found::Found;
use super::source::{LONGEST_TEXT, Source};
use super::tape::Tape;
use crate::format::encoding::Encoding;
use crate::model::{Chapter, MediaTime};

/// The longest name of a chapter within the file, in bytes.
const LONGEST_ID: usize = 256;

/// Takes the tag that begins here.
pub(super) fn read(source: &mut Source<impl Read + Seek>, found: &mut Found) -> io::Result<()> {
    let [_, _, _, version, _, flags, size @ ..] = source.array::<10>()?;
    // Of ID3v2.2 this flag says that it is compressed, by no known method.
    if !(2..=4).contains(&version) || version == 2 && flags & 0x40 != 0 {
        return Ok(());
    }
    let whole = flags & 0x80 != 0 && version < 4;
    let mut tape = Tape::new(source, u64::from(syncsafe(size)), whole);
    if flags & 0x40 != 0 {
        let size = tape.array()?;
        let rest =
            if version == 4 { syncsafe(size).saturating_sub(4) } else { u32::from_be_bytes(size) };
        tape.skip(u64::from(rest))?;
    }
    let mut tag = Tag { found, chapters: BTreeMap::new(), order: Vec::new(), tables: Vec::new() };
    let mut legacy = Legacy::default();
    let read = tag.frames(&mut tape, version, &mut legacy);
    tag.close(&legacy);
    read
}

/// A number of 28 bits in four bytes.
fn syncsafe(bytes: [u8; 4]) -> u32 {
    bytes.iter().fold(0, |value, &byte| value << 7 | u32::from(byte & 0x7f))
}

/// The date of ID3v2.3, which is in two frames.
#[derive(Default)]
struct Legacy {
    year: String,
    /// `DDMM`.
    day: String,
}

/// A tag as far as it has been read.
struct Tag<'a> {
    found: &'a mut Found,
    chapters: BTreeMap<Vec<u8>, Chapter>,
    /// The names of the chapters in the order of the file.
    order: Vec<Vec<u8>>,
    tables: Vec<Table>,
}

/// A table of contents.
struct Table {
    id: Vec<u8>,
    is_top: bool,
    children: Vec<Vec<u8>>,
}

/// The head of a frame.
struct Frame {
    /// Its name in ID3v2.3 and 2.4.
    id: [u8; 4],
    size: u64,
    /// Compressed or encrypted.
    is_sealed: bool,
    unsynchronised: bool,
    /// How many bytes stand before its content.
    before: u64,
}

impl Tag<'_> {
    fn frames(
        &mut self,
        tape: &mut Tape<'_, impl Read + Seek>,
        version: u8,
        legacy: &mut Legacy,
    ) -> io::Result<()> {
        while let Some(frame) = next_frame(tape, version)? {
            tape.within(frame.size, frame.unsynchronised, |part| {
                part.skip(frame.before)?;
                match &frame.id {
                    _ if frame.is_sealed => Ok(()),
                    b"CHAP" => self.chapter(part, version),
                    b"CTOC" => self.table(part),
                    b"TYER" => text(part).map(|text| legacy.year = text),
                    b"TDAT" => text(part).map(|text| legacy.day = text),
                    id => self.text_frame(*id, part),
                }
            })?;
        }
        Ok(())
    }

    fn text_frame(&mut self, id: [u8; 4], part: &mut Tape<'_, impl Read + Seek>) -> io::Result<()> {
        match &id {
            b"TIT2" => self.found.title(&text(part)?),
            b"TALB" => self.found.show(&text(part)?),
            b"TPE1" => self.found.artist(&text(part)?),
            b"TRCK" => self.found.number(&text(part)?),
            b"TDRC" | b"TDRL" => self.found.date(&text(part)?),
            b"TDES" | b"TIT3" => self.found.notes(&text(part)?),
            b"APIC" if self.found.cover.is_some() => self.found.attached(&part.rest(LARGEST)?),
            // A text with a name: so some programs write what others call a comment.
            b"TXXX" => {
                let bytes = part.rest(LONGEST_TEXT)?;
                let [encoding, rest @ ..] = &*bytes else { return Ok(()) };
                let named = decoded(*encoding, rest);
                if let Some((name, text)) = named.split_once('\0')
                    && ["comment", "description", "synopsis"]
                        .iter()
                        .any(|known| name.eq_ignore_ascii_case(known))
                {
                    self.found.notes(text);
                }
            }
            b"COMM" | b"USLT" => {
                let bytes = part.rest(LONGEST_TEXT)?;
                let [encoding, _, _, _, rest @ ..] = &*bytes else { return Ok(()) };
                if let Some((_, text)) = decoded(*encoding, rest).split_once('\0') {
                    match &id {
                        b"COMM" => self.found.notes(text),
                        _ => self.found.words(text),
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn chapter(&mut self, part: &mut Tape<'_, impl Read + Seek>, version: u8) -> io::Result<()> {
        let id = name(part)?;
        let [start, end] = [part.array()?, part.array()?].map(u32::from_be_bytes);
        part.skip(8)?; // where it lies in the file
        let time =
            |millis: u32| (millis != u32::MAX).then_some(MediaTime::from_millis(u64::from(millis)));
        let Some(start) = time(start) else { return Ok(()) };
        let mut title = String::new();
        // Pictures among its frames are passed over.
        while let Ok(Some(frame)) = next_frame(part, version) {
            let read = part.within(frame.size, frame.unsynchronised, |part| {
                part.skip(frame.before)?;
                if &frame.id == b"TIT2" && !frame.is_sealed {
                    title = text(part)?;
                }
                Ok(())
            });
            if read.is_err() || !title.is_empty() {
                break;
            }
        }
        if self.chapters.insert(id.clone(), Chapter::new(start, time(end), &title)).is_none() {
            self.order.push(id);
        }
        Ok(())
    }

    fn table(&mut self, part: &mut Tape<'_, impl Read + Seek>) -> io::Result<()> {
        let id = name(part)?;
        let [flags, count] = part.array()?;
        let mut children = Vec::new();
        for _ in 0..count {
            let Ok(child) = name(part) else { break };
            children.push(child);
        }
        self.tables.push(Table { id, is_top: flags & 2 != 0, children });
        Ok(())
    }

    /// Hands over the chapters that a table of contents lists, in its order;
    /// all of them if there is no such table.
    fn close(mut self, legacy: &Legacy) {
        let (year, day) = (&legacy.year, &legacy.day);
        match (day.get(..2), day.get(2..4)) {
            (Some(day), Some(month)) => self.found.date(&format!("{year}-{month}-{day}")),
            _ => self.found.date(year),
        }
        let mut listed = self.listed();
        if listed.is_empty() {
            listed = self.order;
        }
        let chapters = listed.iter().filter_map(|id| self.chapters.remove(id));
        self.found.chapters.extend(chapters);
    }

    /// The names of the chapters in the order of the tables, nested ones
    /// where they are named. A table is gone through once.
    fn listed(&self) -> Vec<Vec<u8>> {
        let tables: BTreeMap<&[u8], &Table> =
            self.tables.iter().map(|table| (&*table.id, table)).collect();
        let mut tops: Vec<&Table> = self.tables.iter().filter(|table| table.is_top).collect();
        if tops.is_empty() {
            tops = self.tables.iter().collect();
        }
        let mut seen: BTreeSet<&[u8]> = tops.iter().map(|table| &*table.id).collect();
        let mut listed = Vec::new();
        let mut next: Vec<&[u8]> =
            tops.iter().flat_map(|table| &table.children).map(|id| &**id).rev().collect();
        while let Some(id) = next.pop() {
            if self.chapters.contains_key(id) {
                listed.push(id.to_vec());
            } else if let Some(table) = tables.get(id)
                && seen.insert(id)
            {
                next.extend(table.children.iter().map(|id| &**id).rev());
            }
        }
        listed
    }
}

/// The head of the next frame; `None` at the padding or the end.
fn next_frame(tape: &mut Tape<'_, impl Read + Seek>, version: u8) -> io::Result<Option<Frame>> {
    if version == 2 {
        if tape.left() < 6 {
            return Ok(None);
        }
        let [id @ .., a, b, c] = tape.array::<6>()?;
        let size = u64::from(u32::from_be_bytes([0, a, b, c]));
        let frame =
            Frame { id: long_id(id), size, is_sealed: false, unsynchronised: false, before: 0 };
        return Ok(is_id(&id).then_some(frame));
    }
    if tape.left() < 10 {
        return Ok(None);
    }
    let [i, d, o, f, size @ .., _, flags] = tape.array::<10>()?;
    let id = [i, d, o, f];
    if !is_id(&id) {
        return Ok(None);
    }
    let flag = |mask: u8| flags & mask != 0;
    if version == 3 {
        return Ok(Some(Frame {
            id,
            size: u64::from(u32::from_be_bytes(size)),
            is_sealed: flag(0xc0),
            unsynchronised: false,
            before: u64::from(flag(0x20)),
        }));
    }
    Ok(Some(Frame {
        id,
        size: size_in_4(tape, size)?,
        is_sealed: flag(0x0c),
        unsynchronised: flag(0x02),
        before: u64::from(flag(0x40)) + if flag(0x01) { 4 } else { 0 },
    }))
}

/// The size of a frame of ID3v2.4. Some programs write it as ID3v2.3 has it:
/// the one is right behind which a frame or padding follows.
fn size_in_4(tape: &mut Tape<'_, impl Read + Seek>, bytes: [u8; 4]) -> io::Result<u64> {
    let plain = u64::from(u32::from_be_bytes(bytes));
    let right = u64::from(syncsafe(bytes));
    if bytes.iter().any(|&byte| byte > 0x7f) {
        return Ok(plain);
    }
    if right == plain || tape.is_unsynchronised() {
        return Ok(right);
    }
    let mut goes_on = |size: u64| -> io::Result<bool> {
        Ok(tape.ahead(size)?.is_some_and(|id| id == [0; 4] || is_id(&id)))
    };
    Ok(if !goes_on(right)? && goes_on(plain)? { plain } else { right })
}

fn is_id(id: &[u8]) -> bool {
    id.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// What a frame of ID3v2.2 is called in the later versions.
fn long_id(id: [u8; 3]) -> [u8; 4] {
    match &id {
        b"TT2" => *b"TIT2",
        b"TT3" => *b"TIT3",
        b"TAL" => *b"TALB",
        b"TP1" => *b"TPE1",
        b"TRK" => *b"TRCK",
        b"TYE" => *b"TYER",
        b"TDA" => *b"TDAT",
        b"COM" => *b"COMM",
        b"ULT" => *b"USLT",
        _ => *b"\0\0\0\0",
    }
}

/// The bytes up to the next NUL.
fn name(part: &mut Tape<'_, impl Read + Seek>) -> io::Result<Vec<u8>> {
    let mut name = Vec::new();
    loop {
        match part.array()? {
            [0] => return Ok(name),
            [byte] if name.len() < LONGEST_ID => name.push(byte),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// The first text of a text frame.
fn text(part: &mut Tape<'_, impl Read + Seek>) -> io::Result<String> {
    let bytes = part.rest(LONGEST_TEXT)?;
    let Some((&encoding, rest)) = bytes.split_first() else { return Ok(String::new()) };
    let text = decoded(encoding, rest);
    Ok(text.split('\0').find(|text| !text.trim().is_empty()).unwrap_or_default().to_owned())
}

/// `bytes` in the encoding of this number. What says to be Latin-1 is often
/// UTF-8, and else Windows-1252, which has all of Latin-1.
pub(super) fn decoded(encoding: u8, bytes: &[u8]) -> String {
    let as_if = |encoding: Encoding| encoding.decode(bytes).replace('\u{feff}', "");
    match (encoding, bytes) {
        (1, [0xfe, 0xff, ..]) | (2, _) => as_if(Encoding::Utf16Be),
        (1, _) => as_if(Encoding::Utf16Le),
        (3, _) => String::from_utf8_lossy(bytes).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => as_if(Encoding::Windows1252),
        },
    }
}
