//! What comes through a pipe: played as it comes, and to be gone back in.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use sayagain::audio::{Frame, Manual, spool};
use sayagain::model::MediaTime;
use sayagain::model::playback::{Manner, Media, Report, Request, SeekId, Speed, Volume};

/// The frames that a fade touches.
const FADE: usize = 133;

const BARE: &[u8] = include_bytes!("data/audio/cbr-bare.mp3");

#[test]
fn half_a_second_is_enough_to_begin_with() {
    // A tag with a picture, of 10,010 bytes.
    let picture = [b"ID3\x04\0\0\0\0\x4e\x10".as_slice(), &[0; 10_000]].concat();
    let begins = [
        ("MP3", BARE[..4_500].to_vec()),
        ("MP3 with a picture", [&picture, &BARE[..4_500]].concat()),
        ("WAV", wav(10_000).0),
    ];
    for (name, begin) in begins {
        let (mut engine, pipe) = piped();
        pipe.send(begin).unwrap();
        until(&mut engine, |engine| engine.is_sounding());
        assert!(!engine.pull(4_410).into_iter().all(is_silent), "{name}");
    }
}

#[test]
fn what_has_come_is_played_and_the_end_waits_for_the_rest() {
    let (file, samples) = wav(200_000);
    let (mut engine, pipe) = piped();
    engine.pull(1_000);
    assert_eq!(engine.reports(), [], "nothing has come, and nothing is said");
    pipe.send(file[..200_000].to_vec()).unwrap();
    until(&mut engine, |engine| engine.is_sounding());
    let reports = engine.reports();
    assert!(matches!(reports[0], Report::Opened { .. }), "{reports:?}");
    let mut heard = Vec::new();
    // The sound has come up to here and stands still without an end.
    let there = (200_000 - 44) / 2;
    while heard.len() < there + 10_000 {
        heard.extend(engine.pull(4_410));
    }
    assert!(heard[FADE..there] == samples[FADE..there]);
    // Behind it, it fades.
    assert!(heard[there + 441..].iter().copied().all(is_silent));
    engine.wait(Duration::from_secs(3));
    assert!(!engine.reports().iter().any(|report| matches!(report, Report::Ended { .. })));
    pipe.send(file[200_000..].to_vec()).unwrap();
    drop(pipe);
    until(&mut engine, |engine| !is_silent(engine.pull(441)[440]));
    let place = engine.handed().unwrap().clock.limit.to_frames(44_100) as usize;
    let more = engine.pull(4_410);
    assert!(more == samples[place..place + 4_410], "not on from {place}");
    let mut all = Vec::new();
    until(&mut engine, |engine| {
        engine.pull(44_100);
        all.extend(engine.reports());
        all.iter().any(|report| matches!(report, Report::Ended { .. }))
    });
    let ended = Report::Ended { id: SeekId(1), at: MediaTime::from_frames(200_000, 44_100) };
    assert!(all.contains(&ended), "{all:?}");
}

#[test]
fn a_seek_to_what_has_not_come_waits_for_it_and_one_back_does_not() {
    let (file, samples) = wav(400_000);
    let (mut engine, pipe) = piped();
    pipe.send(file[..400_000].to_vec()).unwrap();
    until(&mut engine, |engine| engine.is_sounding());
    engine.pull(4_410);
    engine.ask(seek(2, 300_000));
    engine.pull(4_410);
    assert_eq!(engine.heard().unwrap().id, SeekId(1), "what was heard goes on meanwhile");
    engine.ask(seek(3, 50_000));
    assert!(engine.pull(4_410)[FADE..] == samples[50_000 + FADE..54_410]);
    engine.ask(seek(4, 300_000));
    engine.pull(4_410);
    pipe.send(file[400_000..].to_vec()).unwrap();
    until(&mut engine, |engine| {
        engine.pull(441);
        engine.handed().is_some_and(|heard| heard.id == SeekId(4))
    });
    let place = engine.handed().unwrap().clock.limit.to_frames(44_100) as usize;
    assert!((300_000..301_000).contains(&place), "{place}");
    assert!(engine.pull(4_410) == samples[place..place + 4_410]);
}

#[test]
fn a_seek_before_anything_has_come_waits_for_it() {
    let (file, samples) = wav(200_000);
    let (mut engine, pipe) = piped();
    engine.ask(seek(2, 50_000));
    engine.pull(1_000);
    pipe.send(file).unwrap();
    until(&mut engine, |engine| engine.is_sounding());
    until(&mut engine, |engine| {
        engine.pull(441);
        engine.handed().is_some_and(|heard| heard.id == SeekId(2))
    });
    let place = engine.handed().unwrap().clock.limit.to_frames(44_100) as usize;
    assert!((50_000..70_000).contains(&place), "{place}");
    assert!(engine.pull(4_410) == samples[place..place + 4_410]);
}

#[test]
fn how_long_it_is_is_said_when_all_has_come() {
    let (file, _) = wav(200_000);
    let (mut engine, pipe) = piped();
    pipe.send(file[..200_000].to_vec()).unwrap();
    until(&mut engine, |engine| engine.is_sounding());
    engine.ask(seek(2, 190_000));
    engine.ask(Request::Pause);
    let reports = engine.reports();
    assert_eq!(reports[0], Report::Opened { length: None });
    assert!(matches!(reports[1], Report::SoFar(_)), "{reports:?}");
    let there = MediaTime::from_frames(190_000, 44_100);
    assert!(reports.contains(&Report::Paused { id: SeekId(2), at: there }), "{reports:?}");
    assert!(!reports.iter().any(|report| matches!(report, Report::Length(_))), "{reports:?}");
    pipe.send(file[200_000..].to_vec()).unwrap();
    drop(pipe);
    let all = Report::Length(MediaTime::from_frames(200_000, 44_100));
    until(&mut engine, |engine| engine.reports().contains(&all));
}

#[test]
fn a_pipe_without_audio_is_refused_when_it_is_over() {
    let (mut engine, pipe) = piped();
    pipe.send(b"no audio at all, but enough of it\n".repeat(4_000)).unwrap();
    engine.wait(Duration::from_secs(1));
    assert_eq!(engine.reports(), []);
    drop(pipe);
    let mut said = Vec::new();
    until(&mut engine, |engine| {
        said.extend(engine.reports());
        !said.is_empty()
    });
    let Report::Failed { why } = &said[0] else { panic!("{said:?}") };
    assert_eq!(why, "cannot play the pipe: it is no audio that can be played");
}

// --- what the tests are made of

/// An engine that opens a pipe, and the end to write into.
fn piped() -> (Manual, Sender<Vec<u8>>) {
    let (sender, pieces) = channel();
    let pipe = Pieces { pieces, rest: Vec::new() };
    let media = spool("the pipe".to_owned(), pipe).unwrap();
    let mut engine = Manual::new(Duration::ZERO);
    engine.ask(open(media));
    (engine, sender)
}

/// Waits, since it is a thread of its own that takes from the pipe.
fn until(engine: &mut Manual, mut holds: impl FnMut(&mut Manual) -> bool) {
    for _ in 0..10_000 {
        engine.wait(Duration::from_millis(100));
        if holds(engine) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("waited in vain; it says {:?}", engine.reports());
}

/// What is sent, one piece after the other.
struct Pieces {
    pieces: Receiver<Vec<u8>>,
    rest: Vec<u8>,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            let Ok(piece) = self.pieces.recv() else { return Ok(0) };
            self.rest = piece;
        }
        let count = self.rest.len().min(into.len());
        into[..count].copy_from_slice(&self.rest[..count]);
        self.rest.drain(..count);
        Ok(count)
    }
}

fn is_silent(frame: Frame) -> bool {
    frame.iter().all(|sample| sample.abs() < 1e-9)
}

fn open(media: Media) -> Request {
    Request::Open {
        media,
        id: SeekId(1),
        at: MediaTime::ZERO,
        speed: Speed::NORMAL,
        manner: Manner::default(),
        volume: Volume::FULL,
        paused: false,
    }
}

fn seek(id: u32, to: u64) -> Request {
    Request::Seek { id: SeekId(id), to: MediaTime::from_frames(to, 44_100) }
}

/// A WAV of noise in which every place is like no other, and its samples.
fn wav(count: usize) -> (Vec<u8>, Vec<Frame>) {
    let noise = |n: usize| {
        let x = (n as u32).wrapping_mul(0x9e37_79b1).rotate_left(11).wrapping_mul(0x85eb_ca6b);
        ((x >> 16) as i16) | 1
    };
    let samples: Vec<i16> = (0..count).map(noise).collect();
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(44_100_u32.to_le_bytes());
    file.extend(88_200_u32.to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    (file, samples.iter().map(|sample| [f32::from(*sample) / 32_768.0; 2]).collect())
}
