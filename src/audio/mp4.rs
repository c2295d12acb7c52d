//! What the demuxer does not tell of an MP4: where in its sound the episode
//! begins, and which tracks are none of ours (ISO 14496-12).

use std::ops::Range;

use super::bytes::Bytes;

/// How many boxes are looked at in one place; files have some dozens, but for
/// each fragment two.
const MANY: usize = 4_096;
const MANY_FRAGMENTS: usize = 1 << 17;

/// What is to be known of an MP4 before it is demuxed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// How many ticks of the sound's time base are not heard: the encoder's
    /// delay, by the edit list or by what iTunes notes.
    pub(super) skip: u64,
    /// Where the names of boxes lie that hold pictures and chapters: a demuxer
    /// that seeks in them too cannot go past their ends.
    pub(super) hide: Vec<u64>,
    /// How long the file says that it is: longer than it is where it was cut
    /// off, or is still on its way.
    pub(super) claimed: u64,
    /// How many ticks there are in fragments, where the sound is in such.
    pub(super) fragments: Option<u64>,
}

/// A box: its name, where that lies, and its content.
struct Part {
    name: [u8; 4],
    name_at: u64,
    content: Range<u64>,
}

impl About {
    /// Looks at the boxes of `bytes`; what is not there or damaged counts as
    /// nothing to be known.
    pub(super) fn new(bytes: &Bytes) -> Self {
        if read::<4>(bytes, 4) != Some(*b"ftyp") {
            return Self::default();
        }
        let top = parts_up_to(bytes, &(0..u64::MAX / 2), MANY_FRAGMENTS);
        let claimed = top.last().map_or(0, |part| part.content.end);
        let movie = top.iter().find(|part| &part.name == b"moov").map(|part| part.content.clone());
        let Some(movie) = movie else { return Self { claimed, ..Self::default() } };
        let tracks = parts(bytes, &movie);
        let tracks = tracks.iter().filter(|part| &part.name == b"trak");
        let (sound, other): (Vec<&Part>, Vec<&Part>) =
            tracks.partition(|track| is_sound(bytes, &track.content));
        let edited = sound.first().and_then(|track| first_edit(bytes, &track.content));
        let skip = edited.or_else(|| noted_by_itunes(bytes, &movie)).unwrap_or(0);
        // With fragments, tables elsewhere count the tracks.
        let is_whole = find(bytes, &movie, *b"mvex").is_none();
        let fragments = if is_whole { None } else { sound.first() }
            .and_then(|track| end_of_fragments(bytes, &movie, &track.content, &top));
        let hide =
            other.iter().map(|track| track.name_at).filter(|_| is_whole && !sound.is_empty());
        Self { skip, hide: hide.collect(), claimed, fragments }
    }
}

fn is_sound(bytes: &Bytes, track: &Range<u64>) -> bool {
    let handler = find(bytes, track, *b"mdia").and_then(|media| find(bytes, &media, *b"hdlr"));
    handler.and_then(|handler| read::<4>(bytes, handler.start + 8)) == Some(*b"soun")
}

/// The media time of the first edit that is not empty.
fn first_edit(bytes: &Bytes, track: &Range<u64>) -> Option<u64> {
    let list = find(bytes, &find(bytes, track, *b"edts")?, *b"elst")?;
    let [version, ..] = read::<4>(bytes, list.start)?;
    let count = u32::from_be_bytes(read(bytes, list.start + 4)?).min(MANY as u32);
    (0..u64::from(count)).find_map(|n| {
        let time = match version {
            0 => i64::from(i32::from_be_bytes(read(bytes, list.start + 8 + n * 12 + 4)?)),
            _ => i64::from_be_bytes(read(bytes, list.start + 8 + n * 20 + 8)?),
        };
        u64::try_from(time).ok()
    })
}

/// The time in ticks behind the last fragment of `track`.
fn end_of_fragments(
    bytes: &Bytes,
    movie: &Range<u64>,
    track: &Range<u64>,
    top: &[Part],
) -> Option<u64> {
    let head = find(bytes, track, *b"tkhd")?;
    let version = read::<1>(bytes, head.start)?[0];
    let number: [u8; 4] = read(bytes, head.start + if version == 1 { 20 } else { 12 })?;
    let defaults = parts(bytes, &find(bytes, movie, *b"mvex")?);
    let usual = defaults.iter().find_map(|part| {
        let is_its = &part.name == b"trex" && read(bytes, part.content.start + 4)? == number;
        is_its.then(|| word(bytes, part.content.start + 12)).flatten()
    });
    let fragments = top.iter().rev().filter(|part| &part.name == b"moof");
    fragments.flat_map(|part| parts(bytes, &part.content)).find_map(|part| {
        let head = find(bytes, &part.content, *b"tfhd")?;
        if &part.name != b"traf" || read(bytes, head.start + 4)? != number {
            return None;
        }
        let flags = word(bytes, head.start)?;
        let before = [(1, 8), (2, 4)].iter().map(|(flag, size)| (flags & flag) / flag * size);
        let own = 8 + u64::from(before.sum::<u32>());
        let each = if flags & 8 == 0 { usual } else { word(bytes, head.start + own) };
        let time = find(bytes, &part.content, *b"tfdt")?;
        let start = match read::<1>(bytes, time.start)?[0] {
            1 => u64::from_be_bytes(read(bytes, time.start + 4)?),
            _ => u64::from(word(bytes, time.start + 4)?),
        };
        let runs = parts(bytes, &part.content).into_iter().filter(|part| &part.name == b"trun");
        let lengths = runs.map(|run| run_length(bytes, &run.content, each.unwrap_or(0)));
        start.checked_add(lengths.sum::<Option<u64>>()?)
    })
}

/// How many ticks the samples in a run of a fragment last, of which `each` does
/// where it does not say.
fn run_length(bytes: &Bytes, run: &Range<u64>, each: u32) -> Option<u64> {
    let (flags, count) = (word(bytes, run.start)?, word(bytes, run.start + 4)?);
    if flags & 0x100 == 0 {
        return Some(u64::from(count) * u64::from(each));
    }
    let has = |flag: u32| u64::from(flags & flag != 0);
    let stride = 4 * (has(0x100) + has(0x200) + has(0x400) + has(0x800));
    let first = run.start + 8 + 4 * (has(1) + has(4));
    let count = u64::from(count).min((run.end - run.start) / stride);
    (0..count).map(|n| word(bytes, first + n * stride).map(u64::from)).sum()
}

fn word(bytes: &Bytes, at: u64) -> Option<u32> {
    read(bytes, at).map(u32::from_be_bytes)
}

/// The delay in the comment `iTunSMPB`: the second of its hexadecimal numbers.
fn noted_by_itunes(bytes: &Bytes, movie: &Range<u64>) -> Option<u64> {
    let meta = find(bytes, &find(bytes, movie, *b"udta")?, *b"meta")?;
    // Unlike other boxes that hold boxes, this one begins with four bytes.
    let list = find(bytes, &(meta.start + 4..meta.end), *b"ilst")?;
    parts(bytes, &list).iter().filter(|part| &part.name == b"----").find_map(|comment| {
        let name = find(bytes, &comment.content, *b"name")?;
        if read::<8>(bytes, name.start + 4)? != *b"iTunSMPB" {
            return None;
        }
        let data = find(bytes, &comment.content, *b"data")?;
        let text: [u8; 18] = read(bytes, data.start + 8)?;
        let delay = std::str::from_utf8(&text).ok()?.split_whitespace().nth(1)?;
        u64::from_str_radix(delay, 16).ok().filter(|delay| *delay < 16_384)
    })
}

/// The content of the first box called `name` within `place`.
fn find(bytes: &Bytes, place: &Range<u64>, name: [u8; 4]) -> Option<Range<u64>> {
    parts(bytes, place).into_iter().find(|part| part.name == name).map(|part| part.content)
}

/// The boxes that lie in `place`, up to the first that goes beyond it.
fn parts(bytes: &Bytes, place: &Range<u64>) -> Vec<Part> {
    parts_up_to(bytes, place, MANY)
}

fn parts_up_to(bytes: &Bytes, place: &Range<u64>, most: usize) -> Vec<Part> {
    let mut found = Vec::new();
    let mut at = place.start;
    while found.len() < most && at + 8 <= place.end {
        let Some([a, b, c, d, name @ ..]) = read::<8>(bytes, at) else { break };
        let (head, len) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, place.end.min(bytes.len()).saturating_sub(at)),
            1 => match read(bytes, at + 8) {
                Some(long) => (16, u64::from_be_bytes(long)),
                None => break,
            },
            short => (8, u64::from(short)),
        };
        let Some(end) = at.checked_add(len).filter(|end| len >= head && *end <= place.end) else {
            break;
        };
        found.push(Part { name, name_at: at + 4, content: at + head..end });
        at = end;
    }
    found
}

fn read<const N: usize>(bytes: &Bytes, at: u64) -> Option<[u8; N]> {
    let mut piece = [0; N];
    (bytes.read_at(at, &mut piece).ok()? == N).then_some(piece)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playback::Media;

    fn part(name: [u8; 4], content: &[u8]) -> Vec<u8> {
        let len = u32::try_from(content.len() + 8).unwrap();
        [&len.to_be_bytes()[..], &name, content].concat()
    }

    fn track(handler: [u8; 4], edits: &[u8]) -> Vec<u8> {
        let media = part(*b"mdia", &part(*b"hdlr", &[&[0; 8][..], &handler, &[0; 12]].concat()));
        part(*b"trak", &[part(*b"edts", &part(*b"elst", edits)), media].concat())
    }

    fn about(movie: &[Vec<u8>]) -> About {
        let file = [part(*b"ftyp", b"M4A "), part(*b"moov", &movie.concat())].concat();
        About::new(&Bytes::open(&Media::BuiltIn(Vec::leak(file))).unwrap())
    }

    #[test]
    fn an_edit_list_says_what_is_not_heard() {
        let edits = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 9, 9, 0, 0, 4, 0, 0, 1, 0, 0];
        let found = about(&[track(*b"soun", &edits)]);
        assert_eq!((found.skip, found.hide.len()), (1_024, 0));
    }

    #[test]
    fn an_empty_edit_in_front_is_passed_over() {
        let mut edits = vec![1, 0, 0, 0, 0, 0, 0, 2];
        edits.extend([[0; 8], [0xff; 8]].concat());
        edits.extend([0, 1, 0, 0]);
        edits.extend([&[0; 14][..], &[8, 0x40], &[0, 1, 0, 0]].concat());
        assert_eq!(about(&[track(*b"soun", &edits)]).skip, 2_112);
    }

    #[test]
    fn tracks_of_pictures_and_text_are_hidden() {
        let found = about(&[track(*b"text", &[0; 8]), track(*b"soun", &[0; 8])]);
        assert_eq!(found.hide, [12 + 8 + 4]);
    }

    #[test]
    fn what_itunes_notes_counts_where_there_is_no_edit() {
        let text = b" 00000000 00000840 000001CA 00000000003F31F6";
        let comment = [
            part(*b"mean", b"\0\0\0\0com.apple.iTunes"),
            part(*b"name", b"\0\0\0\0iTunSMPB"),
            part(*b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0][..], text].concat()),
        ];
        let list = part(*b"ilst", &part(*b"----", &comment.concat()));
        let meta = part(*b"udta", &part(*b"meta", &[vec![0; 4], list].concat()));
        assert_eq!(about(&[track(*b"soun", &[0; 8]), meta]).skip, 0x840);
    }

    #[test]
    fn a_file_that_was_cut_off_still_says_how_long_it_was() {
        let file = [part(*b"ftyp", b"M4A "), b"\0\0\x10\0mdat".to_vec(), vec![0; 50]].concat();
        let bytes = Bytes::open(&Media::BuiltIn(Vec::leak(file))).unwrap();
        assert_eq!(About::new(&bytes).claimed, 12 + 4_096);
    }

    #[test]
    fn boxes_that_lie_about_their_length_end_the_search() {
        for len in [0_u32, 1, 7, u32::MAX] {
            let file = [&len.to_be_bytes()[..], b"ftyp", &[0xff; 20]].concat();
            let bytes = Bytes::open(&Media::BuiltIn(Vec::leak(file))).unwrap();
            assert_eq!((About::new(&bytes).skip, About::new(&bytes).hide.len()), (0, 0));
        }
    }
}
