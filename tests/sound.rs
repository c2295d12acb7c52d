//! The engine in the test's hand: no device, no thread, no time but ours.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod track;

use std::time::Duration;

use proptest::prelude::*;
use sayagain::audio::{Frame, Manual, Track};
use sayagain::model::MediaTime;
use sayagain::model::playback::{Manner, Media, Report, Request, SeekId, Speed, Trim, Volume};
use track::{built_in, open, rest};

const VBR: &[u8] = include_bytes!("data/audio/vbr-xing.mp3");
const BARE: &[u8] = include_bytes!("data/audio/cbr-bare.mp3");
const HALF: &[u8] = include_bytes!("data/audio/half-rate-stereo.mp3");
const LAYER_TWO: &[u8] = include_bytes!("data/audio/layer-two.mp2");
const LAYER_TWO_FORBIDDEN: [(&str, &[u8], u32); 3] = [
    ("one channel, 384 kbit/s", include_bytes!("data/audio/layer-two-384k.mp2"), 44_100),
    ("two channels, 80 kbit/s", include_bytes!("data/audio/layer-two-80k.mp2"), 44_100),
    ("two channels, half rate", include_bytes!("data/audio/layer-two-half-48k.mp2"), 24_000),
];

const EDITED: &[u8] = include_bytes!("data/audio/edited.m4a");
const VORBIS: &[u8] = include_bytes!("data/audio/vorbis.ogg");
const SURROUND: &[u8] = include_bytes!("data/audio/surround.ogg");
const TURNS: &[u8] = include_bytes!("data/audio/turns.ogg");
const LOSSLESS: &[u8] = include_bytes!("data/audio/lossless-8k.flac");

/// How late a frame is heard in these tests.
const DELAY: Duration = Duration::from_millis(20);

// --- decoding

#[test]
fn an_mp3_with_a_tag_begins_and_ends_with_its_signal() {
    let mut track = open(VBR.to_vec());
    assert_eq!(track.length(), Some(88_200));
    let all = rest(&mut track);
    assert_eq!(all.len(), 88_200);
    assert_eq!(lag(&all, 44_100, 20_000), 0);
    assert_eq!(lag(&all, 44_100, 80_000), 0);
}

#[test]
fn an_mp3_without_a_tag_begins_where_its_first_frame_does() {
    let mut track = open(BARE.to_vec());
    // 1105 samples of the encoder's and the decoder's delay, as FFmpeg has it.
    assert_eq!(lag(&rest(&mut track), 44_100, 20_000), 1_105);
}

#[test]
fn layer_two_is_played() {
    let mut track = open(LAYER_TWO.to_vec());
    let all = rest(&mut track);
    assert_eq!(all.len() % 1_152, 0);
    assert!(lag(&all, 44_100, 20_000) < 1_000);
}

#[test]
fn layer_two_is_played_at_rates_that_are_forbidden_for_its_channels() {
    for (name, bytes, rate_hz) in LAYER_TWO_FORBIDDEN {
        let mut track = open(bytes.to_vec());
        assert_eq!(track.rate_hz(), rate_hz, "{name}");
        let all = rest(&mut track);
        // 481 samples of the filters' delay, as FFmpeg has it.
        assert_eq!(lag(&all, rate_hz, 6_000), 481, "{name}");
        let turned: Vec<Frame> = all.iter().map(|[left, right]| [*right, *left]).collect();
        assert_eq!(lag(&turned, rate_hz, 6_000), 481, "{name}");
        let loudest =
            all.iter().fold(0.0, |most: f32, [left, right]| most.max(left.abs().min(right.abs())));
        assert!((0.25..0.5).contains(&loudest), "{name}: {loudest}");
    }
}

#[test]
fn after_a_seek_an_mp3_sounds_as_without_one() {
    for (name, bytes) in [("vbr", VBR), ("bare", BARE), ("half", HALF), ("two", LAYER_TWO)] {
        let mut track = open(bytes.to_vec());
        let whole = rest(&mut track);
        for to in [0, 1, 575, 576, 1_151, 1_152, 5_000, 20_001, 33_333, whole.len() - 1] {
            track.seek(to as u64);
            assert!(rest(&mut track) == whole[to..], "{name}: other samples from {to} on");
        }
        track.seek(whole.len() as u64);
        assert!(rest(&mut track).is_empty());
    }
}

#[test]
fn a_large_tag_in_front_and_small_ones_behind_change_nothing() {
    let plain = rest(&mut open(VBR.to_vec()));
    let mut file = id3v2(200_000);
    file.extend_from_slice(VBR);
    file.extend(b"APETAGEX\xd0\x07\0\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".iter().chain(&[7; 32]));
    file.extend(b"TAG".iter().chain(&[32; 125]));
    let mut track = open(file);
    assert_eq!(track.length(), Some(88_200));
    assert!(rest(&mut track) == plain);
}

#[test]
fn a_joined_file_plays_every_second_in_its_place() {
    let (first, second) = (rest(&mut open(BARE.to_vec())), rest(&mut open(VBR.to_vec())));
    let mut file = BARE.to_vec();
    file.extend(id3v2(3_000));
    file.extend_from_slice(VBR);
    let mut track = open(file);
    let all = rest(&mut track);
    assert_eq!(track.length(), Some(all.len() as u64));
    assert!(all[..first.len()] == first);
    // The tag's frame of the second part is silence, and its delays stay.
    let begin = first.len() + 1_152 + 1_105;
    assert_eq!(lag(&all[begin..], 44_100, 20_000), 0);
    assert!(all.len() >= begin + second.len());
}

#[test]
fn a_part_with_another_rate_and_channels_keeps_the_time() {
    let mut file = VBR.to_vec();
    file.extend_from_slice(HALF);
    let mut track = open(file);
    assert_eq!(track.rate_hz(), 44_100);
    let all = rest(&mut track);
    assert_eq!(track.length(), Some(all.len() as u64));
    assert_eq!(lag(&all, 44_100, 20_000), 0);
    // Then what the first part was padded with, and the tag's frame and the
    // delay of the second part, at 24 kHz.
    let begin = 78 * 1_152 - 1_105 + (576 + 1_105) * 441 / 240;
    let late = lag(&all[begin..], 44_100, 20_000);
    assert!(late.abs() <= 1, "{late} samples");
    for to in [88_000, 100_000, 150_003] {
        track.seek(to as u64);
        let after = rest(&mut track);
        let worst =
            after.iter().zip(&all[to..]).map(|(a, b)| (a[0] - b[0]).abs()).fold(0.0, f32::max);
        assert_eq!(after.len(), all.len() - to);
        assert!(worst < 1e-6, "{worst} from {to} on");
    }
}

#[test]
fn a_truncated_file_plays_as_far_as_it_goes() {
    let whole = rest(&mut open(BARE.to_vec()));
    let mut track = open(BARE[..BARE.len() / 2].to_vec());
    let half = rest(&mut track);
    assert_eq!(track.length(), Some(half.len() as u64));
    assert!(half[..] == whole[..half.len()] && half.len() > 30_000);
}

#[test]
fn garbage_inside_costs_the_frames_that_it_hit_and_no_more() {
    let mut file = BARE.to_vec();
    let middle = file.len() / 2;
    file.splice(
        middle..middle,
        (0..5_000_u32).map(|n| n.wrapping_mul(2_654_435_761).rotate_left(n) as u8),
    );
    let whole = rest(&mut open(BARE.to_vec()));
    let all = rest(&mut open(file));
    let lost = whole.len() - all.len();
    assert!(lost <= 2 * 1_152, "{lost} samples");
    let end = 10_000;
    assert!(all[all.len() - end..] == whole[whole.len() - end..]);
}

#[test]
fn what_is_no_audio_is_refused_with_its_reason() {
    let why = |bytes: &[u8]| Track::open(&built_in(bytes.to_vec())).err().unwrap();
    assert!(why(b"").ends_with("it is empty"), "{}", why(b""));
    let text = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n".repeat(500);
    assert!(why(text.as_bytes()).ends_with("it is no audio that can be played"));
    assert!(why(&[0xff, 0xfb, 0x00, 0x00, 0, 0, 0, 0]).contains("free format"));
    let missing = Track::open(&Media::File("no such file.mp3".into())).err().unwrap();
    assert!(missing.contains("no such file.mp3") && missing.contains("there is no such file"));
}

#[test]
fn a_wav_is_exact_at_any_rate() {
    for (rate, channels) in [(8_000, 1), (44_100, 2), (48_000, 1), (192_000, 2)] {
        let (file, samples) = wav(rate, channels, 30_000);
        let mut track = open(file);
        assert_eq!((track.rate_hz(), track.length()), (rate, Some(30_000)));
        for to in [0, 1, 12_345, 29_999] {
            track.seek(to as u64);
            assert!(rest(&mut track) == samples[to..], "{rate} Hz, from {to} on");
        }
    }
}

#[test]
fn other_formats_begin_and_end_with_their_signal() {
    for (name, bytes, rate) in
        [("m4a", EDITED, 44_100), ("ogg", VORBIS, 44_100), ("flac", LOSSLESS, 8_000)]
    {
        let mut track = open(bytes.to_vec());
        assert_eq!((track.rate_hz(), track.length()), (rate, Some(2 * u64::from(rate))), "{name}");
        let all = rest(&mut track);
        assert_eq!(all.len(), 2 * rate as usize, "{name}");
        assert_eq!(lag(&all, rate, all.len() / 4), 0, "{name}");
    }
}

#[test]
fn channels_that_are_coupled_twice_are_taken_apart() {
    let all = rest(&mut open(SURROUND.to_vec()));
    let apart = all.iter().map(|frame| (frame[0] - frame[1]).abs()).fold(0.0, f32::max);
    let loudest = all.iter().map(|frame| frame[0].abs()).fold(0.0, f32::max);
    // The centre, by its weight among three channels; the encoder rings.
    assert!((loudest - 0.4 * 0.707 / 2.414).abs() < 0.03 && apart < 0.01, "{loudest} {apart}");
    assert_eq!(lag(&all, 44_100, 40_000), 0);
}

#[test]
fn of_channels_that_take_turns_each_is_heard_on_its_side_and_no_other() {
    let all = rest(&mut open(TURNS.to_vec()));
    assert_eq!(all.len(), 88_200);
    let aside = std::f64::consts::FRAC_1_SQRT_2;
    let turns = [[1.0, 0.0], [0.0, 1.0], [aside, aside], [0.0, 0.0], [aside, 0.0], [0.0, aside]];
    let far = all.iter().enumerate().flat_map(|(n, frame)| {
        let t = n as f64 / 44_100.0;
        let signal = 0.4 * (std::f64::consts::TAU * (300.0 * t + 200.0 * t * t)).sin();
        let turn = turns[n / 14_700];
        [0, 1].map(|side| f64::from(frame[side]) - signal * turn[side] / (1.0 + 2.0 * aside))
    });
    let worst = far.map(f64::abs).fold(0.0, f64::max);
    // The encoder rings where one begins.
    assert!(worst < 0.2, "{worst}");
}

#[test]
fn after_a_seek_other_formats_sound_as_without_one() {
    let all = [("m4a", EDITED), ("ogg", VORBIS), ("ogg-5.1", TURNS), ("flac", LOSSLESS)];
    for (name, bytes) in all {
        let mut track = open(bytes.to_vec());
        let whole = rest(&mut track);
        for to in [0, 1, 1_023, 1_024, 5_000, 12_345, 15_999] {
            track.seek(to as u64);
            assert!(rest(&mut track) == whole[to..], "{name}: other samples from {to} on");
        }
        track.seek(whole.len() as u64 + 100);
        assert!(rest(&mut track).is_empty(), "{name}");
    }
}

#[test]
fn an_aiff_is_exact() {
    let samples: Vec<i16> = (0..20_000).map(|n: u32| (n * 7_919 % 60_000) as i16).collect();
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_be_bytes()).collect();
    let chunk = |name: &[u8], content: &[u8]| {
        [name, &(content.len() as u32).to_be_bytes(), content].concat()
    };
    let rate = b"\x40\x0e\xac\x44\0\0\0\0\0\0";
    let about = [&[0, 1], &20_000_u32.to_be_bytes()[..], &[0, 16], rate].concat();
    let sound = [&[0; 8][..], &data].concat();
    let parts = [b"AIFF".to_vec(), chunk(b"COMM", &about), chunk(b"SSND", &sound)].concat();
    let mut track = open(chunk(b"FORM", &parts));
    assert_eq!((track.rate_hz(), track.length()), (44_100, Some(20_000)));
    track.seek(777);
    let heard: Vec<f32> = rest(&mut track).iter().map(|frame| frame[0] * 32_768.0).collect();
    let wanted: Vec<f32> = samples[777..].iter().map(|sample| f32::from(*sample)).collect();
    assert_eq!(heard, wanted);
}

#[test]
fn an_m4a_that_was_cut_off_plays_as_far_as_it_goes() {
    // Its tables are behind its sound, so they are put in front first.
    let whole = rest(&mut open(EDITED.to_vec()));
    let at = |name: &[u8]| EDITED.windows(4).position(|four| four == name).unwrap() - 4;
    let (sound, tables) = (at(b"mdat"), at(b"moov"));
    let mut moved = EDITED[tables..].to_vec();
    let offsets = moved.windows(4).position(|four| four == b"stco").unwrap() + 12;
    for offset in moved[offsets..].chunks_exact_mut(4).take(EDITED.len()) {
        let old = u32::from_be_bytes(offset.try_into().unwrap());
        if (sound as u32..tables as u32).contains(&old) {
            offset.copy_from_slice(&(old + (EDITED.len() - tables) as u32).to_be_bytes());
        }
    }
    let mut file = [&EDITED[..sound], &moved, &EDITED[sound..tables]].concat();
    assert!(rest(&mut open(file.clone())) == whole);
    file.truncate(file.len() - 2_000);
    let mut track = open(file);
    let cut = rest(&mut track);
    assert_eq!(track.length(), Some(cut.len() as u64));
    assert!(cut.len() > 30_000 && cut.len() < whole.len());
    assert!(cut[..30_000] == whole[..30_000]);
}

// --- playing

#[test]
fn a_seek_lands_on_the_sample() {
    let (mut engine, samples) = playing(0);
    engine.pull(5_000);
    for (id, to) in [(2, 50_000), (3, 7), (4, 88_199 - 4_000), (5, 0)] {
        engine.ask(seek(id, to));
        let heard = engine.pull(4_000);
        assert!(heard[FADE..] == samples[to + FADE..to + 4_000], "not at {to}");
    }
}

#[test]
fn what_is_heard_is_the_sample_that_left_the_delay_ago() {
    let (mut engine, _) = playing(30_000);
    engine.pull(4_410);
    engine.pull(4_410);
    let heard = engine.heard().unwrap();
    assert_eq!(heard.id, SeekId(1));
    // 200 ms have been taken, of which 20 are still on their way.
    let place = heard.clock.position(engine.now());
    assert_eq!(place.to_frames(44_100), 30_000 + 8_820 - 882);
}

#[test]
fn before_the_new_sound_is_heard_the_old_id_stands_for_the_old_place() {
    let (mut engine, _) = playing(0);
    engine.pull(4_410);
    engine.ask(seek(2, 60_000));
    engine.pull(441);
    let before = engine.heard().unwrap();
    assert_eq!(before.id, SeekId(1));
    assert!(before.clock.position(engine.now()) < MediaTime::from_millis(200));
    engine.pull(441);
    engine.pull(441);
    let after = engine.heard().unwrap();
    assert_eq!(after.id, SeekId(2));
    assert!(after.clock.position(engine.now()).to_frames(44_100) >= 60_000);
}

#[test]
fn of_ten_quick_seeks_only_the_last_is_done() {
    let (mut engine, samples) = playing(0);
    engine.pull(4_410);
    for id in 2..12 {
        engine.ask(seek(id, id as usize * 5_000));
    }
    let heard = engine.pull(2_000);
    assert!(heard[FADE..] == samples[55_000 + FADE..57_000]);
    engine.pull(2_000);
    assert_eq!(engine.heard().unwrap().id, SeekId(11));
}

#[test]
fn a_pause_gives_the_place_heard_and_play_goes_on_from_it() {
    let (mut engine, samples) = playing(10_000);
    engine.pull(4_410);
    engine.pull(4_410);
    engine.reports();
    engine.ask(Request::Pause);
    let place = 10_000 + 8_820 - 882;
    let at = MediaTime::from_frames(place, 44_100);
    assert_eq!(engine.reports(), [Report::Paused { id: SeekId(1), at }]);
    assert!(!engine.is_sounding());
    assert_eq!(engine.heard(), None);
    engine.ask(Request::Play { id: SeekId(2) });
    let heard = engine.pull(4_000);
    let place = place as usize;
    assert!(heard[FADE..] == samples[place + FADE..place + 4_000]);
}

#[test]
fn no_pause_seek_volume_or_speed_is_heard_as_a_click() {
    let (file, _) = hum(10);
    let mut engine = Manual::new(DELAY);
    engine.ask(open_at(built_in(file), 0, 10));
    let mut heard = engine.pull(4_410);
    let mut id = 1;
    for round in 0..60_u16 {
        id += 1;
        match round % 6 {
            0 => engine.ask(Request::Pause),
            1 => engine.ask(Request::Play { id: SeekId(id) }),
            2 => engine.ask(seek(id, 44_100 + usize::from(round) * 977)),
            3 => engine.ask(Request::Volume(Volume::from_percent(i32::from(round) * 37 % 100))),
            4 => {
                let speed = Speed::from_tenths(5 + i32::from(round) % 20);
                engine.ask(Request::Speed { id: SeekId(id), speed });
            }
            _ => {
                let trim = Trim::from_centis(i32::from(round) % 2 * 30);
                let even = false;
                engine.ask(Request::Manner { id: SeekId(id), manner: Manner { trim, even } });
            }
        }
        heard.extend(engine.pull(1_000 + usize::from(round) * 31));
    }
    engine.ask(Request::Pause);
    heard.extend(engine.pull(1_000));
    let (at, steepest) = steepest(&heard);
    // The hum itself rises by 0.0125 a sample at most; a fade of 3 ms from full
    // level adds 0.004, and the meeting of two hums doubles that.
    assert!(steepest < 0.035, "a step of {steepest} at frame {at} of {}", heard.len());
    assert!(is_silent(&heard[heard.len() - 100..]));
}

#[test]
fn sound_that_runs_out_and_comes_back_does_so_softly() {
    let (file, _) = hum(3);
    let mut engine = Manual::new(DELAY);
    engine.ask(open_at(built_in(file), 0, 10));
    // More at once than is decoded ahead.
    let heard = [engine.pull(66_150), engine.pull(4_410)].concat();
    assert_eq!(engine.underruns(), 1);
    assert!(is_silent(&heard[66_000..66_100]));
    let (at, steepest) = steepest(&heard);
    assert!(steepest < 0.035, "a step of {steepest} at frame {at}");
}

#[test]
fn after_a_pause_the_device_is_let_go_of_when_the_sound_has_gone() {
    let (mut engine, _) = playing(0);
    engine.pull(4_410);
    engine.ask(Request::Pause);
    assert!(engine.has_device());
    let end = engine.pull(441);
    assert!(!is_silent(&end[..100]));
    assert!(end[FADE..].iter().all(|frame| frame[0].abs() < 0.01));
    engine.wait(DELAY + Duration::from_millis(10));
    assert!(!engine.has_device());
}

#[test]
fn seeks_and_speeds_while_paused_are_only_remembered() {
    let (mut engine, samples) = playing(0);
    engine.ask(Request::Pause);
    engine.ask(seek(2, 40_000));
    engine.ask(Request::Speed { id: SeekId(3), speed: Speed::from_tenths(10) });
    engine.work();
    assert!(!engine.is_sounding());
    engine.ask(Request::Play { id: SeekId(4) });
    assert!(engine.pull(1_000)[FADE..] == samples[40_000 + FADE..41_000]);
}

#[test]
fn a_change_of_speed_keeps_the_place() {
    let (mut engine, _) = playing(0);
    let mut place = 0.0;
    let mut id = 1;
    for tenths in [20, 5, 13, 30, 10] {
        engine.pull(4_410);
        id += 1;
        engine.ask(Request::Speed { id: SeekId(id), speed: Speed::from_tenths(tenths) });
        let mut before = engine.heard().unwrap();
        // Whatever is heard, it is never further on than the time that passed
        // allows, and never goes back.
        while engine.heard().unwrap().id != SeekId(id) {
            engine.pull(441);
            let now = engine.heard().unwrap().clock.position(engine.now()).as_secs_f64();
            let was = before.clock.position(engine.now()).as_secs_f64();
            assert!(now >= place, "back from {place} to {now}");
            assert!((now - was).abs() < 0.02 * 3.0, "from {was} to {now}");
            place = now;
            before = engine.heard().unwrap();
        }
        assert!((before.clock.rate - f64::from(tenths) / 10.0).abs() < 1e-9);
    }
}

#[test]
fn back_at_normal_speed_the_sound_is_the_recorded_one() {
    let (mut engine, samples) = playing(0);
    engine.pull(1_000);
    engine.ask(Request::Speed { id: SeekId(2), speed: Speed::from_tenths(17) });
    engine.pull(12_000);
    engine.ask(Request::Speed { id: SeekId(3), speed: Speed::NORMAL });
    engine.pull(12_000);
    let begin = engine.handed().unwrap().clock.limit.to_frames(44_100) as usize;
    assert_eq!(engine.handed().unwrap().id, SeekId(3));
    assert!(engine.pull(1_000) == samples[begin..begin + 1_000]);
}

#[test]
fn where_pauses_are_shortened_the_place_heard_is_that_of_the_sound() {
    for (tenths, out_hz) in [(10, None), (10, Some(48_000)), (17, None)] {
        let (file, samples) = paused_speech(12);
        let mut engine = Manual::new(DELAY);
        engine.set_device_rate(out_hz);
        let trim = Trim::from_centis(30);
        let Request::Open { media, id, at, speed, volume, paused, .. } =
            open_at(built_in(file), 0, tenths)
        else {
            unreachable!()
        };
        let manner = Manner { trim, even: false };
        engine.ask(Request::Open { media, id, at, speed, volume, manner, paused });
        let rate = out_hz.unwrap_or(44_100) as usize;
        let mut heard: Vec<Frame> = Vec::new();
        let mut checked = 0;
        let mut skips = Vec::new();
        while engine.is_sounding() || heard.is_empty() {
            heard.extend(engine.pull(rate / 100));
            let told = engine.reports().into_iter().filter_map(|report| match report {
                Report::Skip { from, to, .. } => Some((from, to)),
                _ => None,
            });
            skips.extend(told);
            // What left the delay ago, unless it is near a cut.
            let Some(line) = engine.heard() else { continue };
            let place = line.clock.position(engine.now());
            let gone = heard.len() - rate / 50;
            let is_near = |at: MediaTime| at.as_micros().abs_diff(place.as_micros()) < 12_000;
            let near_cut = skips.iter().any(|&(from, to)| is_near(from) || is_near(to));
            let at_end = place.to_frames(44_100) as usize >= samples.len();
            if near_cut || at_end || gone < 200 {
                continue;
            }
            for &(from, to) in &skips {
                assert!(place <= from || place >= to, "{place} is left out");
            }
            if tenths == 10 {
                let is_like = |frame: &Frame, sample: &Frame| (frame[0] - sample[0]).abs() < 0.06;
                let sample = samples[place.to_frames(44_100) as usize];
                assert!(is_like(&heard[gone], &sample), "at {place} another sound is heard");
            } else {
                // Faster, a word is still heard as a word, but for its edges.
                let around = place.to_frames(44_100) as usize;
                let sides =
                    &samples[around.saturating_sub(1_700)..(around + 1_700).min(samples.len())];
                let is_word = |sound: &[Frame]| sound.iter().any(|frame| frame[0].abs() > 0.02);
                if sides.iter().all(|frame| frame[0].abs() < 0.02) {
                    assert!(!is_word(&heard[gone..=gone]), "a word at {place}");
                }
            }
            checked += 1;
        }
        assert!(checked > 200 && skips.len() >= 10, "{checked} {}", skips.len());
        let spared: f64 =
            skips.iter().map(|(from, to)| to.as_secs_f64() - from.as_secs_f64()).sum();
        let wanted = (samples.len() as f64 / 44_100.0 - spared) * 10.0 / f64::from(tenths);
        let taken = heard.len() as f64 / rate as f64;
        assert!((taken - wanted).abs() < 0.05, "{taken} s, not {wanted}");
    }
}

#[test]
fn pauses_are_shortened_from_when_it_is_asked_for_and_no_longer() {
    let (file, samples) = paused_speech(20);
    let mut engine = Manual::new(DELAY);
    engine.ask(open_at(built_in(file), 0, 10));
    engine.pull(44_100);
    let trimmed = Manner { trim: Trim::from_centis(20), even: false };
    engine.ask(Request::Manner { id: SeekId(2), manner: trimmed });
    for _ in 0..50 {
        engine.pull(4_410);
    }
    let place = engine.heard().unwrap().clock.position(engine.now()).as_secs_f64();
    assert!(place > 8.0, "only at {place} s after 6 s");
    engine.ask(Request::Manner { id: SeekId(3), manner: Manner::default() });
    engine.pull(22_050);
    engine.reports();
    let begin = engine.handed().unwrap().clock.limit.to_frames(44_100) as usize;
    assert_eq!(engine.handed().unwrap().id, SeekId(3));
    let heard: Vec<Frame> = (0..20).flat_map(|_| engine.pull(4_410)).collect();
    assert!(heard == samples[begin..begin + 88_200]);
    assert_eq!(engine.reports(), []);
}

#[test]
fn the_end_is_reported_once_when_the_last_sample_has_been_heard() {
    let (mut engine, _) = playing(88_200 - 8_820);
    engine.reports();
    engine.pull(8_820);
    assert_eq!(engine.reports(), []);
    assert!(engine.is_sounding());
    engine.wait(DELAY + Duration::from_micros(1));
    let at = MediaTime::from_secs(2);
    assert_eq!(engine.reports(), [Report::Ended { id: SeekId(1), at }]);
    assert_eq!(engine.heard(), None);
    engine.wait(Duration::from_secs(10));
    assert_eq!(engine.reports(), []);
}

#[test]
fn a_seek_past_the_end_while_playing_ends_there() {
    let (mut engine, _) = playing(0);
    engine.pull(1_000);
    engine.reports();
    engine.ask(Request::Seek { id: SeekId(2), to: MediaTime::from_secs(99) });
    engine.work();
    assert_eq!(engine.reports(), [Report::Ended { id: SeekId(2), at: MediaTime::from_secs(2) }]);
    engine.ask(seek(3, 10_000));
    engine.ask(Request::Play { id: SeekId(4) });
    engine.pull(1_000);
    assert!(engine.is_sounding());
}

#[test]
fn a_seek_that_crosses_the_report_of_the_end_plays_on() {
    let (file, _) = hum(2);
    let mut engine = Manual::new(Duration::ZERO);
    engine.ask(open_at(built_in(file), 99 * 44_100, 10));
    engine.work();
    // Who asks for this has not heard of the end yet, and does not ask to play.
    engine.ask(seek(2, 10_000));
    engine.pull(1_000);
    assert_eq!(engine.heard().map(|heard| heard.id), Some(SeekId(2)));
}

#[test]
fn a_speed_that_crosses_the_report_of_the_end_is_told_of_it() {
    let (mut engine, _) = playing(0);
    engine.ask(seek(2, 99 * 44_100));
    engine.work();
    engine.reports();
    engine.ask(Request::Speed { id: SeekId(3), speed: Speed::from_tenths(15) });
    engine.work();
    assert_eq!(engine.reports(), [Report::Ended { id: SeekId(3), at: MediaTime::from_secs(2) }]);
}

#[test]
fn after_a_pause_at_the_end_a_seek_is_only_remembered() {
    let (mut engine, _) = playing(0);
    engine.ask(seek(2, 99 * 44_100));
    engine.work();
    engine.ask(Request::Pause);
    engine.ask(seek(3, 10_000));
    engine.pull(1_000);
    assert!(!engine.is_sounding());
}

#[test]
fn at_any_speed_the_end_comes_when_it_must() {
    for tenths in [5, 13, 20, 30] {
        let (file, _) = wav(44_100, 1, 44_100);
        let mut engine = Manual::new(DELAY);
        engine.ask(open_at(built_in(file), 0, tenths));
        let mut taken = 0.0;
        while !engine.reports().iter().any(|report| matches!(report, Report::Ended { .. })) {
            engine.pull(100);
            taken += 100.0;
            assert!(taken < 200_000.0, "no end at {tenths}");
        }
        let wanted = 44_100.0 * 10.0 / f64::from(tenths) + 882.0;
        assert!((taken - wanted).abs() < 300.0, "{taken} frames, not {wanted}, at {tenths}");
    }
}

#[test]
fn loud_is_bent_and_not_cut() {
    let (file, samples) = wav(44_100, 1, 20_000);
    let mut engine = Manual::new(DELAY);
    engine.ask(open_at(built_in(file), 0, 10));
    engine.ask(Request::Volume(Volume::from_percent(150)));
    engine.pull(2_000);
    let heard = engine.pull(2_000);
    assert!(heard.iter().flatten().all(|sample| sample.abs() < 1.0));
    let quiet = samples[2_000..4_000].iter().zip(&heard).filter(|(from, _)| from[0].abs() < 0.5);
    assert!(quiet.clone().count() > 100);
    for (from, to) in quiet {
        assert!((from[0] * 1.5 - to[0]).abs() < 1e-5);
    }
}

#[test]
fn a_device_of_another_rate_hears_the_same_seconds() {
    let (file, samples) = wav(44_100, 1, 44_100);
    let mut engine = Manual::new(DELAY);
    engine.set_device_rate(Some(88_200));
    engine.ask(open_at(built_in(file), 10_000, 10));
    let heard = engine.pull(8_820);
    for n in FADE..4_000 {
        assert!((heard[2 * n][0] - samples[10_000 + n][0]).abs() < 1e-6, "frame {n}");
    }
    engine.pull(8_820);
    let place = engine.heard().unwrap().clock.position(engine.now()).to_frames(44_100);
    assert_eq!(place, 10_000 + 8_820 - 882);
}

#[test]
fn without_a_device_the_time_goes_on_and_sound_comes_back_by_itself() {
    let (mut engine, _) = playing(0);
    engine.pull(4_410);
    engine.reports();
    engine.remove_device(Some("unplugged"));
    engine.work();
    let why = "the sound device went away".to_owned();
    assert_eq!(engine.reports(), [Report::NoDevice { why }]);
    let before = engine.handed();
    engine.pull(22_050);
    assert_ne!(engine.handed(), before);
    engine.remove_device(None);
    let mut told = Vec::new();
    for _ in 0..20 {
        engine.pull(4_410);
        told.extend(engine.reports());
    }
    let devices = told.iter().filter(|report| matches!(report, Report::Device { .. })).count();
    assert_eq!(devices, 1, "{told:?}");
}

#[test]
fn a_device_that_is_away_from_the_start_is_told_once_and_sound_begins_when_it_comes() {
    let (file, samples) = wav(44_100, 1, 88_200);
    let mut engine = Manual::new(DELAY);
    engine.remove_device(Some("no sound device was found"));
    engine.ask(open_at(built_in(file), 0, 10));
    for _ in 0..10 {
        engine.pull(4_410);
    }
    let why = "no sound device was found".to_owned();
    let told = engine.reports();
    assert_eq!(
        told.iter().filter(|report| **report == Report::NoDevice { why: why.clone() }).count(),
        1
    );
    assert_eq!(
        engine.heard().unwrap().clock.position(engine.now()).to_frames(44_100),
        44_100 - 882
    );
    // Who asks is told again.
    engine.ask(Request::RetryDevice);
    engine.work();
    assert_eq!(engine.reports(), [Report::NoDevice { why }]);
    engine.remove_device(None);
    engine.ask(Request::RetryDevice);
    engine.work();
    assert!(matches!(engine.reports()[..], [Report::Device { .. }]));
    // It goes on with what had not been heard.
    assert!(engine.pull(1_000)[FADE..] == samples[44_100 - 882 + FADE..44_100 - 882 + 1_000]);
}

#[test]
fn a_device_that_is_slow_to_open_is_waited_for() {
    let (file, samples) = wav(44_100, 1, 88_200);
    let mut engine = Manual::new(DELAY);
    engine.slow_device(true);
    engine.ask(open_at(built_in(file), 20_000, 10));
    engine.work();
    engine.reports();
    engine.wait(Duration::from_millis(900));
    assert_eq!((engine.reports(), engine.is_sounding(), engine.heard()), (vec![], false, None));
    engine.wait(Duration::from_millis(200));
    engine.wait(Duration::from_millis(200));
    assert_eq!(engine.reports(), [Report::Opening]);
    engine.slow_device(false);
    engine.work();
    assert!(matches!(engine.reports()[..], [Report::Device { .. }]));
    assert!(engine.pull(1_000)[FADE..] == samples[20_000 + FADE..21_000]);
}

#[test]
fn a_device_that_never_opens_is_given_up_and_a_pause_ends_the_wait() {
    let (file, _) = wav(44_100, 1, 88_200);
    let mut engine = Manual::new(DELAY);
    engine.slow_device(true);
    engine.ask(open_at(built_in(file), 0, 10));
    engine.wait(Duration::from_secs(2));
    engine.ask(Request::Pause);
    engine.wait(Duration::from_secs(10));
    let at = MediaTime::ZERO;
    let told = engine.reports();
    assert_eq!(told.last(), Some(&Report::Paused { id: SeekId(1), at }), "{told:?}");
    engine.ask(Request::Play { id: SeekId(2) });
    engine.work();
    engine.wait(Duration::from_secs(5));
    let why = "the sound device does not answer".to_owned();
    assert!(engine.reports().contains(&Report::NoDevice { why }));
    engine.pull(4_410);
    assert!(engine.heard().is_some());
}

#[test]
fn a_device_that_runs_out_often_gets_wider_buffers_and_goes_on_where_it_was() {
    let (mut engine, samples) = playing(10_000);
    engine.pull(4_410);
    for _ in 0..2 {
        engine.run_out();
    }
    assert_eq!((engine.width(), engine.streams()), (1, 1));
    engine.run_out();
    assert_eq!((engine.width(), engine.streams()), (2, 2));
    // Not what was given to the old stream, but what was heard of it.
    let place = 10_000 + 4_410 - 882;
    assert!(engine.pull(1_000)[FADE..] == samples[place + FADE..place + 1_000]);
    // There is an end to it.
    for _ in 0..30 {
        engine.run_out();
    }
    assert_eq!((engine.width(), engine.streams()), (8, 4));
}

#[test]
fn a_device_that_runs_out_now_and_then_keeps_its_buffers() {
    let (mut engine, _) = playing(0);
    for _ in 0..10 {
        engine.run_out();
        engine.wait(Duration::from_secs(61));
    }
    assert_eq!((engine.width(), engine.streams()), (1, 1));
}

#[test]
fn a_device_that_is_heard_later_than_it_says_has_the_place_later() {
    for (millis, late) in [(300, 300), (0, 0), (-15, -15)] {
        let (mut engine, _) = playing(10_000);
        engine.ask(Request::Delay(millis));
        for _ in 0..10 {
            engine.pull(2_205);
        }
        let place = engine.heard().unwrap().clock.position(engine.now());
        let exact = 10_000 + 22_050 - 882 - i64::from(late) * 441 / 10;
        let off = i64::try_from(place.to_frames(44_100)).unwrap() - exact;
        assert!(off.abs() <= 1, "{off} samples at {millis} ms");
        engine.reports();
        engine.ask(Request::Pause);
        let [Report::Paused { at, .. }] = engine.reports()[..] else { panic!("no pause") };
        assert_eq!(at.to_frames(44_100), place.to_frames(44_100));
    }
}

#[test]
fn on_a_late_device_the_end_comes_when_it_is_heard() {
    let (mut engine, _) = playing(88_200 - 8_820);
    engine.ask(Request::Delay(250));
    engine.pull(8_820);
    engine.reports();
    engine.wait(DELAY + Duration::from_millis(240));
    assert_eq!(engine.reports(), []);
    engine.wait(Duration::from_millis(11));
    assert!(matches!(engine.reports()[..], [Report::Ended { .. }]));
}

#[test]
fn a_file_that_grows_is_played_to_its_new_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("growing.mp3");
    let half = BARE.len() / 2;
    std::fs::write(&path, &BARE[..half]).unwrap();
    let whole = rest(&mut open(BARE.to_vec()));
    let mut engine = Manual::new(DELAY);
    engine.ask(open_at(Media::File(path.clone()), 0, 10));
    let mut heard = engine.pull(22_050);
    std::fs::write(&path, BARE).unwrap();
    engine.wait(Duration::from_secs(1));
    while heard.len() < whole.len() {
        heard.extend(engine.pull(4_410));
    }
    assert!(heard[FADE..whole.len()] == whole[FADE..]);
    let length = MediaTime::from_frames(whole.len() as u64, 44_100);
    assert!(engine.reports().contains(&Report::Length(length)));
}

#[test]
fn a_file_cut_off_while_it_plays_is_damaged_and_keeps_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shrinking.mp3");
    let long: Vec<u8> = BARE.iter().copied().cycle().take(BARE.len() * 40).collect();
    std::fs::write(&path, &long).unwrap();
    let mut engine = Manual::new(DELAY);
    engine.ask(open_at(Media::File(path.clone()), 0, 10));
    engine.pull(4_410);
    std::fs::write(&path, &long[..long.len() / 2]).unwrap();
    engine.ask(seek(2, 60 * 44_100));
    assert!(engine.pull(4_410)[FADE..].iter().flatten().all(|sample| sample.abs() == 0.0));
    engine.pull(4_410);
    let place = engine.heard().unwrap().clock.position(engine.now()).to_frames(44_100);
    assert_eq!(place, 60 * 44_100 + 8_820 - 882);
    assert!(engine.reports().iter().any(|report| matches!(report, Report::Damaged { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_asked_the_place_heard_stays_in_the_episode_and_goes_on(
        script in prop::collection::vec((0_u8..8, 0_u32..100_000), 1..40)
    ) {
        let (file, samples) = wav(44_100, 1, 88_200);
        let mut engine = Manual::new(DELAY);
        engine.ask(open_at(built_in(file), 0, 10));
        let mut id = 1;
        let mut is_normal = true;
        for (what, value) in script {
            id += 1;
            match what {
                0 => engine.ask(seek(id, value as usize)),
                1 => engine.ask(Request::Pause),
                2 => engine.ask(Request::Play { id: SeekId(id) }),
                3 => {
                    is_normal = false;
                    let speed = Speed::from_tenths(value.cast_signed() % 26 + 5);
                    engine.ask(Request::Speed { id: SeekId(id), speed });
                }
                4 => engine.ask(Request::RetryDevice),
                5 => engine.work(),
                _ => {
                    let before = engine.handed();
                    let count = value as usize % 9_000 + 1;
                    let heard = engine.pull(count);
                    // Where nothing was bent, what comes out is a row of the
                    // episode's samples that ends at the place noted.
                    if is_normal && count > 2 * FADE && let Some(line) = engine.handed() {
                        let end = line.clock.limit.to_frames(44_100) as usize;
                        let same = before.is_some_and(|before| before.id == line.id);
                        if same && end < 88_200 && end > count {
                            prop_assert!(heard[FADE..] == samples[end - count + FADE..end]);
                        }
                    }
                }
            }
            if let Some(heard) = engine.heard() {
                prop_assert!(heard.id.0 <= id);
                prop_assert!(heard.clock.position(engine.now()) <= MediaTime::from_millis(2_001));
            }
        }
        prop_assert_eq!(engine.underruns(), 0);
        let ends = engine.reports().iter().filter(|r| matches!(r, Report::Failed { .. })).count();
        prop_assert_eq!(ends, 0);
    }
}

// --- what the tests are made of

/// The frames that a fade touches.
const FADE: usize = 133;

/// An engine that plays two seconds of noise from sample `at` on, and the
/// noise.
fn playing(at: usize) -> (Manual, Vec<Frame>) {
    let (file, samples) = wav(44_100, 1, 88_200);
    let mut engine = Manual::new(DELAY);
    engine.ask(open_at(built_in(file), at, 10));
    engine.work();
    (engine, samples)
}

fn open_at(media: Media, at: usize, tenths: i32) -> Request {
    Request::Open {
        media,
        id: SeekId(1),
        at: MediaTime::from_frames(at as u64, 44_100),
        speed: Speed::from_tenths(tenths),
        volume: Volume::FULL,
        manner: Manner::default(),
        paused: false,
    }
}

fn seek(id: u32, to: usize) -> Request {
    Request::Seek { id: SeekId(id), to: MediaTime::from_frames(to as u64, 44_100) }
}

/// A WAV of noise in which every place is like no other, and its samples.
fn wav(rate: u32, channels: u16, count: usize) -> (Vec<u8>, Vec<Frame>) {
    let noise = |n: usize, side: u16| {
        let mut x = (n as u32).wrapping_mul(2).wrapping_add(u32::from(side)).wrapping_add(1);
        for shift in [13, 17, 5] {
            x = (x ^ (x << shift)).wrapping_mul(0x9e37_79b1);
            x ^= x >> 15;
        }
        (x >> 16) as i16
    };
    let mut data = Vec::new();
    let mut samples = Vec::new();
    for n in 0..count {
        let all: Vec<i16> = (0..channels).map(|side| noise(n, side)).collect();
        data.extend(all.iter().flat_map(|sample| sample.to_le_bytes()));
        let of = |side: usize| f32::from(all[side.min(all.len() - 1)]) / 32_768.0;
        samples.push([of(0), of(1)]);
    }
    let bytes_a_frame = 2 * channels;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(channels.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend((rate * u32::from(bytes_a_frame)).to_le_bytes());
    file.extend(bytes_a_frame.to_le_bytes());
    file.extend(16_u16.to_le_bytes());
    file.extend(b"data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    (file, samples)
}

/// A hum of so many seconds, at half level on one side, as a WAV and as
/// samples.
fn hum(seconds: usize) -> (Vec<u8>, Vec<Frame>) {
    let sample = |n: usize| (n as f64 / 44_100.0 * 220.0 * std::f64::consts::TAU).sin() * 13_000.0;
    of_samples(&(0..seconds * 44_100).map(|n| sample(n) as i16).collect::<Vec<i16>>())
}

fn is_silent(sound: &[Frame]) -> bool {
    sound.iter().flatten().all(|sample| sample.abs() == 0.0)
}

/// The largest step from one frame to the next, and after which.
fn steepest(sound: &[Frame]) -> (usize, f32) {
    let steps = sound.windows(2).map(|pair| (pair[1][0] - pair[0][0]).abs()).enumerate();
    steps.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

/// A WAV of words and pauses of a second and its samples: tones that rise, so
/// that a place is not like those near it, in a room that is not quite still.
fn paused_speech(words: usize) -> (Vec<u8>, Vec<Frame>) {
    let mut noise = 1_u32;
    let samples: Vec<i16> = (0..words * 66_150)
        .map(|n| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let room = (noise >> 27) as i16 - 16;
            let (word, within) = (n / 66_150, n % 66_150);
            let t = within as f64 / 44_100.0;
            let hz = 60.0 + 5.0 * word as f64 + 120.0 * t;
            let tone = (t * hz * std::f64::consts::TAU).sin() * 9_000.0;
            if within < 22_050 { tone as i16 + room } else { room }
        })
        .collect();
    of_samples(&samples)
}

/// A WAV of these, at 44,100 Hz and of one channel, and its frames.
fn of_samples(samples: &[i16]) -> (Vec<u8>, Vec<Frame>) {
    let (mut file, _) = wav(44_100, 1, samples.len());
    let head = file.len() - 2 * samples.len();
    file.truncate(head);
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    (file, samples.iter().map(|sample| [f32::from(*sample) / 32_768.0; 2]).collect())
}

/// An ID3v2 tag of `size` bytes, which look like frames to one who looks in.
fn id3v2(size: usize) -> Vec<u8> {
    let mut tag = b"ID3\x04\0\0".to_vec();
    tag.extend([21, 14, 7, 0].map(|shift| (size >> shift) as u8 & 0x7f));
    tag.extend([0xff, 0xfb, 0x90, 0x00].iter().cycle().take(size));
    tag
}

/// How many samples later than in the fixtures' signal the sound around
/// sample `at` of `sound` lies.
fn lag(sound: &[Frame], rate: u32, at: usize) -> i64 {
    let (count, reach) = (4_000, 1_300);
    let signal = |n: usize| {
        let t = (n as f64 - reach as f64) / f64::from(rate);
        (std::f64::consts::TAU * (300.0 * t + 200.0 * t * t)).sin()
    };
    let signal: Vec<f64> = (at..at + count + 2 * reach).map(signal).collect();
    let likeness = |early: usize| -> f64 {
        sound[at..at + count].iter().zip(&signal[early..]).map(|(a, b)| f64::from(a[0]) * b).sum()
    };
    let best = (0..2 * reach).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b))).unwrap();
    i64::try_from(reach).unwrap() - i64::try_from(best).unwrap()
}
