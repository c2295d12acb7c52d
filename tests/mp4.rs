//! Sound in MP4, in boxes made here (ISO 14496-12 and -14).
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

use sayagain::audio::{Frame, Outcome, Track};
use sayagain::model::playback::Media;

/// How many samples of each are encoded.
const COUNT: usize = 120_000;

#[test]
fn aac_with_an_upper_half_that_only_the_rate_of_the_box_tells_has_its_length_and_pitch() {
    let tone =
        |n: usize| ((n as f64 * 441.0 / 44_100.0 * std::f64::consts::TAU).sin() * 0.4) as f32;
    let sound: Vec<f32> = (0..COUNT).map(tone).collect();
    for he in [true, false] {
        let all = all_of(m4a(&sound, 44_100, he));
        assert!(all.len() >= COUNT && all.len() < COUNT + 8_192, "{} samples, {he}", all.len());
        // Each hundred samples are a wave, so it goes up through zero once.
        let middle = &all[40_000..80_000];
        let waves = middle.windows(2).filter(|pair| pair[0][0] < 0.0 && pair[1][0] >= 0.0).count();
        assert!((398..=402).contains(&waves), "{waves} waves in 40,000 samples, {he}");
    }
}

/// An M4A of `sound` in mono whose boxes tell the rate of what is heard, and
/// whose settings tell that of the lower half.
fn m4a(sound: &[f32], rate_hz: u32, he: bool) -> Vec<u8> {
    let options = syom::EncodeOptions::adts().with_he(he).with_bitrate_bps(48_000);
    let file = syom::encode_with(&[sound], rate_hz, &options).unwrap();
    let is_begin = |pair: &[u8]| pair[0] == 0xff && pair[1] & 0xf6 == 0xf0;
    let (mut packets, mut at) = (Vec::new(), file.windows(2).position(is_begin).unwrap());
    let rate = usize::from(file[at + 2] >> 2 & 15);
    while at + 7 <= file.len() {
        let field = |n: usize| usize::from(file[at + n]);
        let len = (field(3) & 3) << 11 | field(4) << 3 | field(5) >> 5;
        let head = if field(1) & 1 == 0 { 9 } else { 7 };
        packets.push(file[at + head..at + len].to_vec());
        at += len;
    }
    let settings = [2 << 3 | rate as u8 >> 1, (rate as u8 & 1) << 7 | 1 << 3];
    let ticks = if he { 2_048 } else { 1_024 };
    let count = packets.len() as u32;
    let words = |all: &[u32]| all.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let descriptor = |tag: u8, content: Vec<u8>| [vec![tag, content.len() as u8], content].concat();
    let decoder = [vec![0x40, 0x15, 0, 0, 0], words(&[0; 2]), descriptor(5, settings.to_vec())];
    let stream = [vec![0, 1, 0], descriptor(4, decoder.concat()), descriptor(6, vec![2])];
    let esds = part(*b"esds", &[words(&[0]), descriptor(3, stream.concat())]);
    let entry = [words(&[0, 1, 0, 0, 1 << 16 | 16, 0, rate_hz << 16]), esds];
    let sizes: Vec<u32> = packets.iter().map(|packet| packet.len() as u32).collect();
    let table = |begin: u32| {
        part(
            *b"stbl",
            &[
                part(*b"stsd", &[words(&[0, 1]), part(*b"mp4a", &entry)]),
                part(*b"stts", &[words(&[0, 1, count, ticks])]),
                part(*b"stsc", &[words(&[0, 1, 1, count, 1])]),
                part(*b"stsz", &[words(&[0, 0, count]), words(&sizes)]),
                part(*b"stco", &[words(&[0, 1, begin])]),
            ],
        )
    };
    let all = count * ticks;
    let matrix = [1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30];
    let movie = |begin: u32| {
        let media = [
            part(*b"mdhd", &[words(&[0, 0, 0, rate_hz, all, 0x55c4 << 16])]),
            part(*b"hdlr", &[words(&[0, 0]), b"soun".to_vec(), words(&[0, 0, 0]), vec![0]]),
            part(*b"minf", &[part(*b"smhd", &[words(&[0, 0])]), table(begin)]),
        ];
        let head = [words(&[3, 0, 0, 1, 0, all, 0, 0, 0, 1 << 24]), words(&matrix), words(&[0; 2])];
        let track = part(*b"trak", &[part(*b"tkhd", &head), part(*b"mdia", &media)]);
        let head = words(&[0, 0, 0, rate_hz, all, 1 << 16, 1 << 24, 0, 0]);
        let mvhd = part(*b"mvhd", &[head, words(&matrix), words(&[0; 6]), words(&[2])]);
        part(*b"moov", &[mvhd, track])
    };
    let kind = part(*b"ftyp", &[b"M4A \0\0\0\0M4A isom".to_vec()]);
    let begin = (kind.len() + movie(0).len() + 8) as u32;
    [kind, movie(begin), part(*b"mdat", &packets)].concat()
}

fn part(name: [u8; 4], contents: &[Vec<u8>]) -> Vec<u8> {
    let content = contents.concat();
    [&(content.len() as u32 + 8).to_be_bytes()[..], &name, &content].concat()
}

fn all_of(file: Vec<u8>) -> Vec<Frame> {
    let mut track = Track::open(&Media::BuiltIn(Vec::leak(file))).unwrap();
    assert_eq!(track.rate_hz(), 44_100);
    let mut all = Vec::new();
    while track.read(&mut all) != Outcome::End {}
    all
}
