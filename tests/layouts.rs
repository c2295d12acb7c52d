//! Files of more than two channels that say themselves which loudspeaker each
//! is for, or leave it to their format: AIFF, CAF and FLAC, made here, one
//! channel sounding at a time. What each is heard as was compared with what
//! FFmpeg makes of such files.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod flac_file;

use sayagain::audio::{Frame, Outcome, Track};
use sayagain::model::playback::Media;

/// Samples of each channel.
const COUNT: usize = 8_192;

/// What the one channel says that sounds.
const LOUD: i16 = 16_000;

/// The sides of 3 to 8 channels of which nothing is told: `B` is heard on
/// both, `-` on none.
const PLAIN: [&str; 6] = ["LRB", "LRLR", "LRBLR", "LRB-LR", "LRB-BLR", "LRB-LRLR"];

/// WAVE masks, and the sides of their channels.
const MASKS: [(u32, &str); 8] = [
    (0xb, "LR-"),
    (0x107, "LRBB"),
    (0xf, "LRB-"),
    (0x10f, "LRB-B"),
    (0x707, "LRBBLR"),
    (0x137, "LRBLRB"),
    (0x13f, "LRB-LRB"),
    (0x637, "LRBLRLR"),
];

/// Apple's numbers of orders, and the sides of their channels.
const ORDERS: [(u32, &str); 10] = [
    (113 << 16 | 3, "LRB"),
    (114 << 16 | 3, "BLR"),
    (133 << 16 | 3, "LR-"),
    (116 << 16 | 4, "BLRB"),
    (119 << 16 | 5, "LBRLR"),
    (120 << 16 | 5, "BLRLR"),
    (124 << 16 | 6, "BLRLR-"),
    (142 << 16 | 7, "BLRLRB-"),
    (127 << 16 | 8, "BLRLRLR-"),
    (128 << 16 | 8, "LRB-LRLR"),
];

#[test]
fn each_channel_of_an_aiff_is_heard_on_its_side() {
    for sides in PLAIN {
        check(sides, "AIFF", |channel| aiff(sides.len(), channel, None));
    }
    for (layout, sides) in layouts() {
        check(sides, "AIFF", |channel| aiff(sides.len(), channel, Some((&layout, true))));
        check(sides, "AIFF", |channel| aiff(sides.len(), channel, Some((&layout, false))));
    }
}

#[test]
fn each_channel_of_a_caf_is_heard_on_its_side() {
    for sides in PLAIN {
        check(sides, "CAF", |channel| caf(sides.len(), channel, None));
    }
    for (layout, sides) in layouts() {
        check(sides, "CAF", |channel| caf(sides.len(), channel, Some(&layout)));
    }
}

#[test]
fn each_channel_of_a_flac_is_heard_on_its_side() {
    for sides in PLAIN {
        check(sides, "FLAC", |channel| flac(sides.len(), channel, &["ARTIST=nobody"]));
    }
    for (mask, sides) in MASKS {
        let comment = format!("WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x{mask:X}");
        check(sides, &comment, |channel| flac(sides.len(), channel, &["ARTIST=nobody", &comment]));
        let comment = format!("waveformatextensible_channel_mask=0x{mask:04x}");
        check(sides, &comment, |channel| flac(sides.len(), channel, &[&comment]));
    }
}

#[test]
fn what_is_told_of_another_number_of_channels_is_not_believed() {
    let comment = "WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x107";
    check("LRB-LR", "FLAC", |channel| flac(6, channel, &[comment]));
    check("LRB-LR", "FLAC", |channel| flac(6, channel, &["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x0"]));
    for layout in [layout(124 << 16 | 6, 0, &[]), layout(0, 0, &[3, 1, 2]), layout(0, 0, &[0; 4])] {
        check("LRLR", "AIFF", |channel| aiff(4, channel, Some((&layout, true))));
        check("LRLR", "AIFF", |channel| aiff(4, channel, Some((&layout[..11], false))));
    }
}

/// Chunks that tell of channels in all ways that there are, and their sides.
fn layouts() -> Vec<(Vec<u8>, &'static str)> {
    let numbered = ORDERS.map(|(number, sides)| (layout(number, 0, &[]), sides));
    let masked = MASKS.map(|(mask, sides)| (layout(1 << 16, mask, &[]), sides));
    let described = [
        (layout(0, 0, &[2, 1, 3]), "RLB"),
        (layout(0, 0, &[3, 1, 2, 9]), "BLRB"),
        (layout(0, 0, &[1, 2, 4, 5, 6]), "LR-LR"),
        (layout(0, 0, &[10, 11, 33, 34, 1, 2, 3, 4]), "LRLRLRB-"),
    ];
    numbered.into_iter().chain(masked).chain(described).collect()
}

/// The content of a chunk that tells of channels.
fn layout(kind: u32, mask: u32, labels: &[u32]) -> Vec<u8> {
    let mut words = vec![kind, mask, labels.len() as u32];
    for label in labels {
        words.extend([*label, 0, 0, 0, 0]);
    }
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// Each channel must be heard on its side when it sounds alone.
fn check(sides: &str, of: &str, file: impl Fn(usize) -> Vec<u8>) {
    let heard = |channel| {
        let mut track = Track::open(&Media::BuiltIn(Vec::leak(file(channel)))).unwrap();
        let mut frames = Vec::new();
        while track.read(&mut frames) != Outcome::End {}
        assert_eq!(frames.len(), COUNT, "{of} of {sides}");
        side_of(frames[COUNT / 2])
    };
    assert_eq!((0..sides.len()).map(heard).collect::<String>(), sides, "{of}");
}

fn side_of([left, right]: Frame) -> char {
    match (left > 0.03, right > 0.03) {
        (true, true) if (left - right).abs() < 0.001 => 'B',
        (true, false) => 'L',
        (false, true) => 'R',
        (false, false) => '-',
        (true, true) => '?',
    }
}

/// What a moment of so many channels says, one of which sounds.
fn moment(channels: usize, alone: usize) -> impl Iterator<Item = i16> {
    (0..channels).map(move |channel| if channel == alone { LOUD } else { 0 })
}

fn samples(channels: usize, alone: usize) -> Vec<u8> {
    let moment: Vec<u8> = moment(channels, alone).flat_map(i16::to_be_bytes).collect();
    moment.repeat(COUNT)
}

/// An AIFF whose channels are told of before or behind its sound.
fn aiff(channels: usize, alone: usize, layout: Option<(&[u8], bool)>) -> Vec<u8> {
    let mut common = (channels as u16).to_be_bytes().to_vec();
    common.extend((COUNT as u32).to_be_bytes());
    // 16 bits, 44,100 times a second as a number of 80 bits.
    common.extend([0, 16, 0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]);
    let mut sound = vec![0; 8];
    sound.extend(samples(channels, alone));
    let mut chunks = vec![(b"COMM", common), (b"NAME", b"odd".to_vec()), (b"SSND", sound)];
    if let Some((layout, is_before)) = layout {
        chunks.insert(if is_before { 2 } else { 3 }, (b"CHAN", layout.to_vec()));
    }
    let mut file = b"AIFF".to_vec();
    for (name, content) in chunks {
        file.extend(name);
        file.extend((content.len() as u32).to_be_bytes());
        file.extend(&content);
        file.resize(file.len().next_multiple_of(2), 0);
    }
    [b"FORM", &(file.len() as u32).to_be_bytes()[..], &file].concat()
}

fn caf(channels: usize, alone: usize, layout: Option<&[u8]>) -> Vec<u8> {
    let mut description = 44_100_f64.to_be_bytes().to_vec();
    description.extend(b"lpcm");
    // Flags, bytes and samples in a packet, channels, bits.
    for number in [0, 2 * channels as u32, 1, channels as u32, 16] {
        description.extend(number.to_be_bytes());
    }
    let data = [vec![0; 4], samples(channels, alone)].concat();
    let mut file = b"caff\0\x01\0\0".to_vec();
    let layout = layout.map(|layout| (b"chan", layout.to_vec()));
    for (name, content) in
        [(b"desc", description)].into_iter().chain(layout).chain([(b"data", data)])
    {
        file.extend(name);
        file.extend((content.len() as u64).to_be_bytes());
        file.extend(content);
    }
    file
}

/// FLAC whose frames say one number for each channel.
fn flac(channels: usize, alone: usize, comments: &[&str]) -> Vec<u8> {
    let constant = |sample: i16| [[0].to_vec(), sample.to_be_bytes().to_vec()].concat();
    let frame: Vec<u8> = moment(channels, alone).flat_map(constant).collect();
    flac_file::flac(channels, comments, &vec![frame; COUNT / flac_file::FRAME])
}
