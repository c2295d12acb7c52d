//! Tags and chapters of audio files that are put together here, byte by byte.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use proptest::prelude::*;
use sayagain::tags::{self, Tags};

#[test]
fn notes_are_in_the_comment_also_where_it_is_a_text_with_a_name_and_never_the_lyrics() {
    let named = frame3(b"TXXX", b"\0comment\0<p>What it is about</p>");
    let lyrics = frame3(b"USLT", b"\0eng\0All that is sung, which is much longer");
    let other = frame3(b"TXXX", b"\0replaygain\0-7.1 dB and a long text behind it");
    let tags = read(&id3(3, 0, &[named, lyrics, other].concat()));
    assert_eq!(tags.notes.as_deref(), Some("<p>What it is about</p>"));
}

#[test]
fn id3v2_3_is_read_with_chapters_in_the_order_of_time() {
    let tags = read(&id3(3, 0, &v3_frames()));
    assert_eq!(tags.title.as_deref(), Some("Größe zählt"));
    assert_eq!(tags.show.as_deref(), Some("Talk 你好"));
    assert_eq!(tags.artist.as_deref(), Some("Jane “Doe”"));
    assert_eq!(tags.number, Some(7));
    assert_eq!(tags.date.as_deref(), Some("2026-11-22"));
    assert_eq!(chapters(&tags), [(0, "Intro"), (60_000, "Größe"), (120_500, "Bye")]);
}

#[test]
fn id3v2_4_has_sizes_of_seven_bits_a_byte_and_flags_of_its_own() {
    let long = "x".repeat(300);
    let frames = [
        frame4(b"TDRC", 0, &text(3, b"2026-11-22T07:00:00")),
        frame4(b"TPE1", 0x40, &[&[9], &*text(3, b"Grouped")].concat()),
        frame4(b"TALB", 0x03, &[&[0, 0, 0, 5], &*text(0, b"\xff\0\xe9")].concat()),
        frame4(b"TSSE", 0x08, b"\x03zipped"),
        frame4(b"TIT2", 0, &text(3, long.as_bytes())),
        frame4(b"CHAP", 0, &chap4(b"a", 5_000, "Five")),
    ]
    .concat();
    let tags = read(&id3(4, 0, &frames));
    assert_eq!(tags.title.as_deref(), Some(&*long));
    assert_eq!(tags.artist.as_deref(), Some("Grouped"));
    assert_eq!(tags.show.as_deref(), Some("ÿé"), "unsynchronised within its frame");
    assert_eq!(tags.date.as_deref(), Some("2026-11-22"));
    assert_eq!(chapters(&tags), [(5_000, "Five")]);
}

#[test]
fn id3v2_4_with_plain_sizes_is_read_all_the_same() {
    let long = text(3, "y".repeat(200).as_bytes());
    let frames = [frame3(b"TIT2", &long), frame3(b"TALB", &text(3, b"Show"))].concat();
    let tags = read(&id3(4, 0, &frames));
    assert_eq!(tags.title.map(|title| title.len()), Some(200));
    assert_eq!(tags.show.as_deref(), Some("Show"));
}

#[test]
fn id3v2_2_has_names_of_three_letters() {
    let frame = |id: &[u8], content: &[u8]| [id, &be(content.len(), 3)[..], content].concat();
    let frames = [
        frame(b"PIC", &vec![0; 70_000]),
        frame(b"TT2", &text(0, b"Old")),
        frame(b"TAL", &text(1, &utf16("Show"))),
        frame(b"TRK", &text(0, b"3/9")),
        frame(b"TYE", &text(0, b"2001")),
        frame(b"COM", b"\0eng\x000:00 A\n1:00 B\n2:00 C"),
    ]
    .concat();
    let tags = read(&id3(2, 0, &frames));
    assert_eq!(tags.title.as_deref(), Some("Old"));
    assert_eq!(tags.show.as_deref(), Some("Show"));
    assert_eq!((tags.number, tags.date.as_deref()), (Some(3), Some("2001")));
    assert_eq!(chapters(&tags), [(0, "A"), (60_000, "B"), (120_000, "C")]);
}

#[test]
fn a_whole_tag_is_unsynchronised_in_id3v2_3() {
    let mut plain = v3_frames();
    plain.extend(frame3(b"APIC", b"\xff\xff\0\xff\xe0\xff\0\0\xff"));
    plain.extend(frame3(b"TIT3", &text(0, b"0:00 A\n1:00 B")));
    assert_eq!(read(&id3(3, 0x80, &put_in(&plain))), read(&id3(3, 0, &plain)));
}

#[test]
fn an_extended_header_is_passed_over() {
    let title = frame3(b"TIT2", &text(0, b"Behind"));
    let three = [&[0, 0, 0, 6, 0, 0, 0, 0, 0, 0], &*title].concat();
    assert_eq!(read(&id3(3, 0x40, &three)).title.as_deref(), Some("Behind"));
    let title = frame4(b"TIT2", 0, &text(0, b"Behind"));
    let four = [&[0, 0, 0, 6, 1, 0], &*title].concat();
    assert_eq!(read(&id3(4, 0x40, &four)).title.as_deref(), Some("Behind"));
}

#[test]
fn what_no_table_of_contents_lists_is_hidden() {
    let chapters_of = |tables: &[Vec<u8>]| {
        let mut frames = Vec::new();
        for (id, start) in [("a", 0), ("b", 60_000), ("c", 60_000), ("d", 90_000)] {
            frames.extend(frame3(b"CHAP", &chap3(id.as_bytes(), start, id)));
        }
        for table in tables {
            frames.extend(frame3(b"CTOC", table));
        }
        let tags = read(&id3(3, 0, &frames));
        tags.chapters.all().iter().map(|chapter| chapter.title.clone()).collect::<String>()
    };
    let table = |id: &[u8], flags: u8, children: &[&[u8]]| {
        let mut bytes = [id, &[0, flags, u8::try_from(children.len()).unwrap()]].concat();
        for child in children {
            bytes.extend([child, &[0][..]].concat());
        }
        bytes
    };
    assert_eq!(chapters_of(&[]), "abcd", "all where there is no table");
    assert_eq!(chapters_of(&[table(b"toc", 3, &[b"a", b"b"])]), "ab");
    let order = table(b"toc", 3, &[b"c", b"b", b"a"]);
    assert_eq!(chapters_of(&[order]), "acb", "those that begin together in its order");
    let nested = [
        table(b"part", 0, &[b"d", b"toc", b"part", b"none"]),
        table(b"toc", 3, &[b"a", b"part", b"part"]),
    ];
    assert_eq!(chapters_of(&nested), "ad", "tables within tables, each once");
    let lost = [table(b"toc", 3, &[b"x"])];
    assert_eq!(chapters_of(&lost), "abcd", "a table that lists nothing hides nothing");
    let cut = [b"toc\0\x03\xffa\0".to_vec()];
    assert_eq!(chapters_of(&cut), "a", "a table that says more than it has");
}

#[test]
fn pictures_are_not_read() {
    let picture = vec![0x5a; 6 << 20];
    let sub = [frame3(b"APIC", &picture[..1 << 20]), frame3(b"TIT2", &text(0, b"Title"))].concat();
    let chapter =
        [&b"a\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"[..], &sub].concat();
    let frames = [
        frame3(b"APIC", &picture),
        frame3(b"CHAP", &chapter),
        frame3(b"TIT2", &text(0, b"Behind")),
    ];
    let in_id3 = id3(3, 0, &frames.concat());
    let in_flac = flac(&[(6, &picture), (4, &comments(&["TITLE=Behind", CHAPTER, NAME]))]);
    let mut in_mp4 = mp4(b"M4A ", &[atom(b"mdat", &[&picture])]);
    in_mp4.extend(movie(&[udta(&[
        atom(b"covr", &[&atom(b"data", &[&[0; 8], &picture])]),
        item(b"\xa9nam", b"Behind"),
    ])]));
    for (name, file) in [("ID3", in_id3), ("FLAC", in_flac), ("MP4", in_mp4)] {
        let (tags, read) = counted(&file);
        assert_eq!(tags.title.as_deref(), Some("Behind"), "{name}");
        assert!(read < 64 << 10, "{name}: {read} bytes were read");
        if name != "MP4" {
            assert_eq!(chapters(&tags), [(0, "Title")], "{name}");
        }
    }
}

#[test]
fn a_tag_that_is_cut_off_gives_what_is_there() {
    let whole = id3(3, 0, &v3_frames());
    let mut most = 0;
    for length in 0..whole.len() {
        let tags = read(&whole[..length]);
        let count = tags.chapters.all().len();
        assert!(count <= 3);
        most = most.max(count);
        assert!(tags.title.is_none() || tags.title.as_deref() == Some("Größe zählt"));
    }
    assert_eq!(most, 3);
}

const CHAPTER: &str = "CHAPTER001=00:00:00.000";
const NAME: &str = "CHAPTER001NAME=Title";

#[test]
fn comments_of_opus_and_vorbis_are_read_across_pages() {
    let long = format!("METADATA_BLOCK_PICTURE={}", "A".repeat(200_000));
    let said = comments(&[
        "title=Episode",
        "ALBUM=Show",
        "ARTIST=Jane",
        "TRACKNUMBER=12",
        "DATE=2026-11-22",
        &long,
        "CHAPTER002=00:01:00.500",
        "chapter002name=Two",
        CHAPTER,
        NAME,
        "CHAPTER001URL=https://example.com",
    ]);
    for (head, begin) in [(&b"OpusHead"[..], &b"OpusTags"[..]), (b"\x01vorbis", b"\x03vorbis")] {
        let packet = [begin, &said].concat();
        for page_size in [255, 3_000, 65_000] {
            let tags = read(&ogg(head, &packet, page_size));
            assert_eq!(tags.title.as_deref(), Some("Episode"));
            assert_eq!(tags.show.as_deref(), Some("Show"));
            assert_eq!((tags.number, tags.date.as_deref()), (Some(12), Some("2026-11-22")));
            assert_eq!(chapters(&tags), [(0, "Title"), (60_500, "Two")], "{page_size}");
        }
    }
    let block = [&[0x84, 0, 0, 0][..], &comments(&["TITLE=FLAC"])].concat();
    assert_eq!(read(&ogg(b"\x7fFLAC\x01\0", &block, 3_000)).title.as_deref(), Some("FLAC"));
}

#[test]
fn a_comment_longer_than_its_file_is_given_up_at_the_end_of_it() {
    // Byte by byte, as it was passed over once, this took minutes.
    let mut said = comments(&["TITLE=x", "SHOW=y"]);
    let at = said.windows(6).position(|part| part == b"SHOW=y").unwrap();
    said[at - 4..at].copy_from_slice(&[0xff; 4]);
    for cut in 0..6 {
        let whole = ogg(b"OpusHead", &[b"OpusTags", &*said].concat(), 255);
        let end = whole.windows(6).position(|part| part == b"SHOW=y").unwrap() + 6;
        let tags = read(&whole[..end - cut]);
        assert_eq!((tags.title.as_deref(), tags.show), (Some("x"), None));
    }
}

#[test]
fn the_list_of_nero_is_read() {
    for version in [0, 1] {
        let mut list = vec![version, 0, 0, 0];
        list.extend(if version == 1 { &[0; 4][..] } else { &[] });
        list.push(2);
        list.extend([&0_u64.to_be_bytes()[..], &[5], b"Intro"].concat());
        list.extend([&605_000_000_u64.to_be_bytes()[..], &[6], "Größ".as_bytes()].concat());
        let mut file = mp4(b"M4A ", &[atom(b"mdat", &[b"sound"])]);
        file.extend(movie(&[
            udta(&[
                item(b"\xa9nam", b"Episode"),
                item(b"\xa9alb", b"Show"),
                item(b"\xa9ART", b"Jane"),
                item(b"\xa9day", b"2026-11-22T07:00:00Z"),
                item(b"trkn", &[0, 0, 0, 7, 0, 12]),
            ]),
            atom(b"udta", &[]),
        ]));
        let at = file.windows(4).position(|kind| kind == b"meta").unwrap() - 4;
        file.splice(at..at, atom(b"chpl", &[&list]));
        fix_sizes(&mut file, &[b"moov", b"udta"], list.len() + 8);
        let tags = read(&file);
        assert_eq!(chapters(&tags), [(0, "Intro"), (60_500, "Größ")], "version {version}");
        assert_eq!(tags.title.as_deref(), Some("Episode"));
        assert_eq!(tags.show.as_deref(), Some("Show"));
        assert_eq!(tags.artist.as_deref(), Some("Jane"));
        assert_eq!((tags.number, tags.date.as_deref()), (Some(7), Some("2026-11-22")));
    }
}

#[test]
fn the_chapter_track_is_read() {
    let tags = read(&with_track(b"text", 1));
    assert_eq!(chapters(&tags), [(0, "Intro"), (60_500, "Größe"), (120_000, "你好")]);
    assert_eq!(read(&with_track(b"text", 3)), tags, "all samples in one chunk");
    assert!(read(&with_track(b"vide", 1)).chapters.is_empty(), "pictures of chapters");
}

#[test]
fn an_edit_list_moves_the_chapters_of_a_track() {
    let starts = |edits: &[(usize, i32)]| {
        let tags = read(&with_edited_track(b"text", 1, edits));
        let starts: Vec<u64> =
            tags.chapters.all().iter().map(|chapter| chapter.start.as_millis()).collect();
        starts
    };
    assert_eq!(starts(&[(150_000, 0)]), [0, 60_500, 120_000]);
    assert_eq!(starts(&[(5_000, -1), (150_000, 0)]), [5_000, 65_500, 125_000]);
    assert_eq!(starts(&[(90_000, 60_500)]), [0, 59_500], "the first is left out");
    assert_eq!(starts(&[(5_000, -1), (90_000, 70_500)]), [5_000, 54_500]);
}

#[test]
fn a_title_too_short_for_its_byte_order_mark_is_none() {
    // Other readers subtract two from this length.
    for length in [0, 1] {
        let mut file = with_track(b"text", 1);
        let at = file.windows(7).position(|part| part == b"\0\x05Intro").unwrap();
        file[at..at + 4].copy_from_slice(&[0, length, 0xfe, 0xff]);
        assert_eq!(read(&file).chapters.all().len(), 3);
    }
}

#[test]
fn endless_atoms_and_tables_are_not_followed() {
    let atoms = [0, 0, 0, 8, b'f', b'r', b'e', b'e'].repeat(400_000);
    let (tags, read) = counted(&[mp4(b"M4A ", &[]), atoms].concat());
    assert_eq!(tags, Tags::default());
    assert!(read < 1 << 20, "{read} bytes were read");
    let mut file = with_track(b"text", 1);
    for kind in [b"stts", b"stsc", b"stsz", b"stco"] {
        let at = file.windows(4).position(|part| part == kind).unwrap();
        let count = if kind == b"stsz" { at + 12 } else { at + 8 };
        file[count..count + 4].copy_from_slice(&[0xff; 4]);
    }
    assert!(counted(&file).1 < 1 << 20);
}

#[test]
fn the_number_of_an_episode_comes_before_that_of_a_track_in_mp4_too() {
    let tags = read(&mp4(
        b"M4A ",
        &[movie(&[udta(&[
            item(b"trkn", &[0, 0, 0, 1, 0, 1]),
            item(b"tvsh", b"Show"),
            item(b"\xa9alb", b"Season two"),
            item(b"tvsn", &[0, 0, 0, 2]),
            item(b"tves", &[0, 0, 1, 44]),
            item(b"ldes", b"What it is about, at length"),
            item(b"desc", b"What it is about"),
        ])])],
    ));
    assert_eq!((tags.show.as_deref(), tags.number), (Some("Show"), Some(300)));
    assert_eq!(tags.notes.as_deref(), Some("What it is about, at length"));
    let tags = read(&flac(&[(4, &comments(&["TRACKNUMBER=1", "EPISODE=21"]))]));
    assert_eq!(tags.number, Some(21));
}

#[test]
fn the_chunks_of_wav_are_read_before_and_behind_the_sound() {
    let info = chunk(
        b"LIST",
        &[
            b"INFO",
            &*chunk(b"INAM", b"Gr\xf6\xdfe\0", LOW),
            &chunk(b"IPRD", b"Show", LOW),
            &chunk(b"IART", b"Jane", LOW),
            &chunk(b"ICRD", b"2026-11-22", LOW),
            &chunk(b"IPRT", b"7", LOW),
            &chunk(b"ICMT", b"About", LOW),
        ]
        .concat(),
        LOW,
    );
    let sound = chunk(b"data", &[1; 4_001], LOW);
    for chunks in [[&info[..], &sound[..]], [&sound, &info]] {
        let tags = read(&wav(b"RIFF", &chunks.concat()));
        assert_eq!(tags.title.as_deref(), Some("Größe"));
        assert_eq!((tags.show.as_deref(), tags.artist.as_deref()), (Some("Show"), Some("Jane")));
        assert_eq!((tags.number, tags.date.as_deref()), (Some(7), Some("2026-11-22")));
        assert_eq!(tags.notes.as_deref(), Some("About"));
    }
}

#[test]
fn what_broadcasters_and_id3_say_in_a_wav_is_read() {
    let mut bext = b"Recorded in Rome".to_vec();
    bext.resize(256 + 64, 0);
    bext.extend(b"2026:11:2207:00:00");
    bext.resize(602, 0);
    let id3 = id3(3, 0, &v3_frames());
    for name in [b"id3 ", b"ID3 "] {
        let chunks = [chunk(b"bext", &bext, LOW), chunk(name, &id3, LOW)].concat();
        let tags = read(&wav(b"RIFF", &chunks));
        assert_eq!(tags.title.as_deref(), Some("Größe zählt"));
        assert_eq!(tags.date.as_deref(), Some("2026-11-22"));
        assert_eq!(tags.notes.as_deref(), Some("Recorded in Rome"));
        assert_eq!(chapters(&tags).len(), 3);
    }
    // RF64, whose sound is longer than four bytes can say.
    let mut size = [0; 28];
    size[8..16].copy_from_slice(&4_001_u64.to_le_bytes());
    let mut sound = chunk(b"data", &[1; 4_001], LOW);
    sound[4..8].copy_from_slice(&[0xff; 4]);
    let chunks = [chunk(b"ds64", &size, LOW), sound, chunk(b"id3 ", &id3, LOW)].concat();
    assert_eq!(read(&wav(b"RF64", &chunks)).title.as_deref(), Some("Größe zählt"));
}

#[test]
fn sizes_beyond_any_file_end_the_reading_and_nothing_else() {
    let mut size = [0; 28];
    size[8..16].copy_from_slice(&(u64::MAX - 50).to_le_bytes());
    let title = chunk(b"LIST", &[&b"INFO"[..], &chunk(b"INAM", b"Title", LOW)].concat(), LOW);
    let mut sound = chunk(b"data", &[1; 400], LOW);
    sound[4..8].copy_from_slice(&[0xff; 4]);
    let tags = read(&wav(b"RF64", &[chunk(b"ds64", &size, LOW), title, sound].concat()));
    assert_eq!(tags.title.as_deref(), Some("Title"));
    // A place in Matroska's list of them.
    let place = [element(0x53ab, &[0x10, 0x43, 0xa7, 0x70]), element(0x53ac, &[0xff; 8])].concat();
    let list = element(0x114d_9b74, &element(0x4dbb, &place));
    let info = element(0x1549_a966, &element(0x7ba9, b"Title"));
    let tags = read(&[ebml(), element(0x1853_8067, &[list, info].concat())].concat());
    assert_eq!(tags.title.as_deref(), Some("Title"));
}

#[test]
fn the_chunks_of_aiff_are_read() {
    for kind in [b"AIFF", b"AIFC"] {
        let chunks = [
            chunk(b"SSND", &[1; 3_001], HIGH),
            chunk(b"NAME", b"Title", HIGH),
            chunk(b"AUTH", b"Jane", HIGH),
            chunk(b"ANNO", b"About", HIGH),
        ]
        .concat();
        let tags = read(&form(kind, &chunks));
        assert_eq!((tags.title.as_deref(), tags.artist.as_deref()), (Some("Title"), Some("Jane")));
        assert_eq!(tags.notes.as_deref(), Some("About"));
    }
    let tags = read(&form(b"AIFF", &chunk(b"ID3 ", &id3(3, 0, &v3_frames()), HIGH)));
    assert_eq!((tags.show.as_deref(), tags.number), (Some("Talk 你好"), Some(7)));
}

#[test]
fn titles_tags_and_chapters_of_matroska_are_read_wherever_they_stand() {
    for is_behind in [false, true] {
        let tags = read(&matroska(is_behind));
        assert_eq!(tags.title.as_deref(), Some("Title"), "{is_behind}");
        assert_eq!((tags.show.as_deref(), tags.artist.as_deref()), (Some("Show"), Some("Jane")));
        assert_eq!((tags.number, tags.date.as_deref()), (Some(21), Some("2026-11-22")));
        assert_eq!(tags.notes.as_deref(), Some("About"));
        assert_eq!(chapters(&tags), [(0, "Intro"), (60_500, "Größe")]);
    }
}

#[test]
fn of_a_long_matroska_file_little_is_read() {
    let cluster = element(0x1f43_b675, &[0; 900]);
    let mut file = ebml();
    let body = [element(0x1549_a966, &element(0x7ba9, b"Title")), cluster.repeat(30_000)].concat();
    file.extend(element(0x1853_8067, &body));
    let (tags, read) = counted(&file);
    assert_eq!(tags.title.as_deref(), Some("Title"));
    assert!(read <= 20 << 20, "{read}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn damage_of_any_kind_is_survived(
        which in 0_usize..9,
        changes in proptest::collection::vec(
            (any::<proptest::sample::Index>(), prop_oneof![any::<u8>(), Just(0xff), Just(0)]), 0..8),
        length in any::<proptest::sample::Index>(),
    ) {
        let mut file = match which {
            0 => id3(3, 0, &v3_frames()),
            1 => id3(3, 0x80, &put_in(&v3_frames())),
            2 => id3(4, 0, &frame4(b"CHAP", 2, &chap4(b"a", 5_000, "Five"))),
            3 => with_track(b"text", 1),
            4 => matroska(true),
            5 => wav(b"RIFF", &chunk(b"id3 ", &id3(3, 0, &v3_frames()), LOW)),
            6 => form(b"AIFF", &chunk(b"NAME", b"Title", HIGH)),
            7 => flac(&[(4, &comments(&["TITLE=x", CHAPTER, NAME]))]),
            _ => ogg(b"OpusHead", &[b"OpusTags", &*comments(&["TITLE=x", CHAPTER, NAME])].concat(), 255),
        };
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        file.truncate(length.index(file.len()) + 1);
        let (tags, read) = counted(&file);
        prop_assert!(tags.chapters.all().is_sorted_by_key(|chapter| chapter.start));
        prop_assert!(read <= 20 << 20);
    }
}

// --- reading

fn read(file: &[u8]) -> Tags {
    tags::read_from(Cursor::new(file))
}

/// The tags of `file`, and how many of its bytes were read for them.
fn counted(file: &[u8]) -> (Tags, u64) {
    let read = Rc::new(Cell::new(0));
    let tags = tags::read_from(Counted { inner: Cursor::new(file), read: read.clone() });
    (tags, read.get())
}

struct Counted<'a> {
    inner: Cursor<&'a [u8]>,
    read: Rc<Cell<u64>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

fn chapters(tags: &Tags) -> Vec<(u64, &str)> {
    let all = tags.chapters.all().iter();
    all.map(|chapter| (chapter.start.as_millis(), &*chapter.title)).collect()
}

/// The last `count` bytes of `number`, the highest first.
fn be(number: usize, count: usize) -> Vec<u8> {
    (number as u64).to_be_bytes()[8 - count..].to_vec()
}

// --- ID3

/// `number` in four bytes of seven bits.
fn syncsafe(number: usize) -> Vec<u8> {
    (0..4).rev().map(|place| u8::try_from(number >> (7 * place) & 0x7f).unwrap()).collect()
}

/// A tag with padding, and the beginning of a frame of sound.
fn id3(version: u8, flags: u8, frames: &[u8]) -> Vec<u8> {
    let size = syncsafe(frames.len() + 20);
    [b"ID3", &[version, 0, flags][..], &size, frames, &[0; 20], &[0xff, 0xfb, 0x90, 0x64]].concat()
}

fn frame3(id: &[u8], content: &[u8]) -> Vec<u8> {
    [id, &be(content.len(), 4)[..], &[0, 0], content].concat()
}

fn frame4(id: &[u8], flags: u8, content: &[u8]) -> Vec<u8> {
    [id, &syncsafe(content.len())[..], &[0, flags], content].concat()
}

fn text(encoding: u8, bytes: &[u8]) -> Vec<u8> {
    [&[encoding], bytes].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

fn chap(id: &[u8], start: u32, title: &[u8]) -> Vec<u8> {
    let times = [start.to_be_bytes(), (start + 1_000).to_be_bytes(), [0xff; 4], [0xff; 4]];
    [id, &[0], &times.concat(), title].concat()
}

fn chap3(id: &[u8], start: u32, title: &str) -> Vec<u8> {
    chap(id, start, &frame3(b"TIT2", &text(1, &[utf16(title), vec![0, 0]].concat())))
}

fn chap4(id: &[u8], start: u32, title: &str) -> Vec<u8> {
    chap(id, start, &frame4(b"TIT2", 0, &text(3, title.as_bytes())))
}

fn v3_frames() -> Vec<u8> {
    [
        frame3(b"TIT2", &text(0, "Größe zählt\0".as_bytes())), // UTF-8 that says Latin-1
        frame3(b"TALB", &text(1, &utf16("Talk 你好"))),
        frame3(b"TPE1", &text(0, b"Jane \x93Doe\x94")),
        frame3(b"TRCK", &text(0, b"07/99")),
        frame3(b"TYER", &text(0, b"2026")),
        frame3(b"TDAT", &text(0, b"2211")),
        frame3(b"CTOC", b"toc\0\x03\x03c1\0c2\0c3\0"),
        frame3(b"CHAP", &chap3(b"c3", 120_500, "Bye")),
        frame3(b"CHAP", &chap3(b"c2", 60_000, "Größe")),
        frame3(b"CHAP", &chap3(b"c1", 0, "Intro")),
        frame3(b"CHAP", &chap3(b"c4", 70_000, "Hidden")),
    ]
    .concat()
}

/// `bytes` with a zero put in wherever unsynchronisation asks for one.
fn put_in(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    for (at, &byte) in bytes.iter().enumerate() {
        all.push(byte);
        let next = bytes.get(at + 1);
        if byte == 0xff && next.is_none_or(|&next| next >= 0xe0 || next == 0) {
            all.push(0);
        }
    }
    all
}

// --- comments

fn comments(comments: &[&str]) -> Vec<u8> {
    let le = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
    let mut bytes = [&le(6)[..], b"vendor", &le(comments.len())].concat();
    for comment in comments {
        bytes.extend([&le(comment.len())[..], comment.as_bytes()].concat());
    }
    bytes
}

fn flac(blocks: &[(u8, &[u8])]) -> Vec<u8> {
    let mut file = [b"fLaC", &[0, 0, 0, 34][..], &[0; 34]].concat();
    for (kind, block) in blocks {
        file.extend([&[*kind], &be(block.len(), 3)[..], block].concat());
    }
    file
}

/// A stream of two packets, the second on pages of at most `page_size` bytes,
/// between which those of another stream stand.
fn ogg(head: &[u8], packet: &[u8], page_size: usize) -> Vec<u8> {
    let page = |flags: u8, serial: u8, content: &[u8]| {
        let mut lacing = vec![255; content.len() / 255];
        lacing.push(u8::try_from(content.len() % 255).unwrap());
        let mut head = [b"OggS", &[0, flags][..], &[0; 8], &[serial], &[0; 11]].concat();
        head.push(u8::try_from(lacing.len()).unwrap());
        [&head, &lacing, content].concat()
    };
    let head = [head, &[0; 11]].concat();
    let mut file = [page(2, 1, &head), page(2, 2, b"fishead\0")].concat();
    for (number, part) in packet.chunks(page_size).enumerate() {
        file.extend(page(u8::from(number > 0), 1, part));
        file.extend(page(0, 2, b"other"));
    }
    file
}

// --- MP4

fn atom(kind: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&be(body.len() + 8, 4), kind, &body].concat()
}

fn mp4(brand: &[u8], atoms: &[Vec<u8>]) -> Vec<u8> {
    [atom(b"ftyp", &[brand, &[0; 4]]), atoms.concat()].concat()
}

fn movie(atoms: &[Vec<u8>]) -> Vec<u8> {
    atom(b"moov", &[&atoms.concat()])
}

fn udta(items: &[Vec<u8>]) -> Vec<u8> {
    let handler = atom(b"hdlr", &[&[0; 8], b"mdirappl", &[0; 9]]);
    let list = atom(b"ilst", &[&items.concat()]);
    atom(b"udta", &[&atom(b"meta", &[&[0; 4], &handler, &list])])
}

fn item(kind: &[u8], value: &[u8]) -> Vec<u8> {
    atom(kind, &[&atom(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], value])])
}

/// Adds `more` to the sizes of these atoms.
fn fix_sizes(file: &mut [u8], kinds: &[&[u8]], more: usize) {
    for kind in kinds {
        let at = file.windows(4).position(|part| part == *kind).unwrap() - 4;
        let size = u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        file[at..at + 4].copy_from_slice(&be(size + more, 4));
    }
}

/// A file whose track 1 names track 2 for its chapters: three titles, of which
/// `in_chunk` lie together.
fn with_track(handler: &[u8], in_chunk: usize) -> Vec<u8> {
    with_edited_track(handler, in_chunk, &[])
}

/// The same with an edit list in track 2: how many milliseconds each entry
/// lasts, and at which of the track's it begins.
fn with_edited_track(handler: &[u8], in_chunk: usize, edits: &[(usize, i32)]) -> Vec<u8> {
    let utf16_title = [&[0xfe, 0xff][..], &[0x4f, 0x60, 0x59, 0x7d]].concat();
    let titles: [&[u8]; 3] = [b"Intro", "Größe".as_bytes(), &utf16_title];
    let samples: Vec<Vec<u8>> =
        titles.iter().map(|title| [&be(title.len(), 2), *title].concat()).collect();
    let mut file = mp4(b"M4A ", &[atom(b"mdat", &[&samples.concat()])]);
    let mut offset = file.len() - samples.concat().len();
    let mut chunks = Vec::new();
    for chunk in samples.chunks(in_chunk) {
        chunks.extend(be(offset, 4));
        offset += chunk.concat().len();
    }
    let sizes: Vec<u8> = samples.iter().flat_map(|sample| be(sample.len(), 4)).collect();
    let durations = [(1, 60_500), (1, 59_500), (1, 30_000)];
    let durations: Vec<u8> = durations
        .iter()
        .flat_map(|&(count, ticks)| [be(count, 4), be(ticks, 4)].concat())
        .collect();
    let runs = [be(1, 4), be(in_chunk, 4), be(1, 4)].concat();
    let table = atom(
        b"stbl",
        &[
            &atom(b"stts", &[&[0, 0, 0, 0, 0, 0, 0, 3], &durations]),
            &atom(b"stsc", &[&[0, 0, 0, 0, 0, 0, 0, 1], &runs]),
            &atom(b"stsz", &[&[0; 8], &be(3, 4), &sizes]),
            &atom(b"stco", &[&[0; 4], &be(chunks.len() / 4, 4), &chunks]),
        ],
    );
    let track = |id: u8, extra: &[u8], handler: &[u8], table: &[u8]| {
        let header = atom(b"tkhd", &[&[0; 12], &[0, 0, 0, id], &[0; 68]]);
        let media_header = atom(b"mdhd", &[&[0; 12], &be(1_000, 4), &[0; 8]]);
        let handler = atom(b"hdlr", &[&[0; 8], handler, &[0; 13]]);
        let media = atom(b"mdia", &[&media_header, &handler, &atom(b"minf", &[table])]);
        atom(b"trak", &[&header, extra, &media])
    };
    let names = atom(b"tref", &[&atom(b"chap", &[&[0, 0, 0, 2]])]);
    let entry = |&(lasts, from): &(usize, i32)| {
        [&be(lasts, 4)[..], &from.to_be_bytes(), &[0, 1, 0, 0]].concat()
    };
    let entries: Vec<u8> = edits.iter().flat_map(entry).collect();
    let list = atom(b"elst", &[&[0; 4], &be(edits.len(), 4), &entries]);
    let edits = if edits.is_empty() { Vec::new() } else { atom(b"edts", &[&list]) };
    let header = atom(b"mvhd", &[&[0; 12], &be(1_000, 4), &[0; 80]]);
    let tracks = [track(1, &names, b"soun", &[]), track(2, &edits, handler, &table)];
    file.extend(movie(&[header, tracks.concat()]));
    file
}

// --- WAV and AIFF

const LOW: bool = true;
const HIGH: bool = false;

/// A chunk whose size has the lowest or the highest byte first.
fn chunk(kind: &[u8], body: &[u8], is_low: bool) -> Vec<u8> {
    let mut size = be(body.len(), 4);
    if is_low {
        size.reverse();
    }
    [kind, &size, body, &[0][..body.len() % 2]].concat()
}

fn wav(kind: &[u8], chunks: &[u8]) -> Vec<u8> {
    let mut size = be(chunks.len() + 4, 4);
    size.reverse();
    [kind, &size, b"WAVE", chunks].concat()
}

fn form(kind: &[u8], chunks: &[u8]) -> Vec<u8> {
    [b"FORM", &be(chunks.len() + 4, 4)[..], kind, chunks].concat()
}

// --- Matroska

/// An element whose size takes eight bytes.
fn element(id: u32, body: &[u8]) -> Vec<u8> {
    let id: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    [&id[..], &[1], &be(body.len(), 7), body].concat()
}

fn ebml() -> Vec<u8> {
    element(0x1a45_dfa3, &element(0x4282, b"matroska"))
}

fn simple(name: &str, value: &str) -> Vec<u8> {
    let parts = [element(0x45a3, name.as_bytes()), element(0x4487, value.as_bytes())];
    element(0x67c8, &parts.concat())
}

/// A file with its tags and chapters before the sound, or behind it, where only
/// the list of places leads.
fn matroska(is_behind: bool) -> Vec<u8> {
    let of = |value: u8| element(0x63c0, &element(0x68ca, &[value]));
    let show = [of(50), simple("TITLE", "Show"), simple("PART_NUMBER", "3")].concat();
    let own = [of(30), simple("ARTIST", "Jane"), simple("PART_NUMBER", "21")].concat();
    let file = [simple("DATE_RELEASED", "2026-11-22"), simple("description", "About")].concat();
    let tags = [element(0x7373, &show), element(0x7373, &own), element(0x7373, &file)].concat();
    let chapter = |nanos: u64, title: &str| {
        let display = element(0x80, &element(0x85, title.as_bytes()));
        element(0xb6, &[element(0x91, &nanos.to_be_bytes()), display].concat())
    };
    let hidden = element(0xb6, &[element(0x91, &[9]), element(0x98, &[1])].concat());
    let all = [chapter(0, "Intro"), hidden, chapter(60_500_000_000, "Größe")].concat();
    let tags = element(0x1254_c367, &tags);
    let chapters = element(0x1043_a770, &element(0x45b9, &all));
    let info = element(0x1549_a966, &element(0x7ba9, b"Title"));
    let clusters = element(0x1f43_b675, &[0; 5_000]).repeat(3);
    let places = |first: usize| {
        let seek = |id: &[u8], place: usize| {
            element(0x4dbb, &[element(0x53ab, id), element(0x53ac, &be(place, 8))].concat())
        };
        let behind = first + info.len() + clusters.len();
        let tags_at = seek(&[0x12, 0x54, 0xc3, 0x67], behind + chapters.len());
        element(0x114d_9b74, &[seek(&[0x10, 0x43, 0xa7, 0x70], behind), tags_at].concat())
    };
    let body = if is_behind {
        let places = places(places(0).len());
        [places, info, clusters, chapters, tags].concat()
    } else {
        [info, chapters, tags, clusters].concat()
    };
    [ebml(), element(0x1853_8067, &body)].concat()
}
