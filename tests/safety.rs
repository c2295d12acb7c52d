//! What the listener did outlasts whatever happens to the program: it is killed
//! at any moment, alone and beside another, while it writes everything that it
//! ever writes.
//!
//! `SAYAGAIN_TEST_KILLS` says how often (20 without it).
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and this one runs itself"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sayagain::model::MediaTime;
use sayagain::model::listened::Listened;
use sayagain::store::library::Sound;
use sayagain::store::{Database, EpisodeKey, Kept, Library, Paths, Place, Places};

const FOLDER: &str = "SAYAGAIN_TEST_KILLED";
const NAME: &str = "SAYAGAIN_TEST_KILLED_NAME";
const TEST: &str = "nothing_that_was_kept_is_lost_however_often_it_is_killed";

/// How many episodes a writer writes of, in turn.
const EPISODES: u64 = 40;

fn key(writer: &str, number: u64) -> EpisodeKey {
    EpisodeKey::of_bytes(format!("{writer} {number}").as_bytes())
}

fn open(folder: &Path) -> Database {
    Database::open(&Paths::in_folder(folder.join("state"))).unwrap().database
}

/// What a writer does in step `step`, and what it says of it afterwards.
fn write(folder: &Path, writer: &str, step: u64, places: &mut Places, library: &mut Library) {
    let key = key(writer, step % EPISODES);
    match step % 5 {
        0 | 1 => {
            let place = Place { at: MediaTime::from_secs(step), ..Place::default() };
            places.save(key, &place, step).unwrap();
        }
        2 => {
            let one = Duration::from_secs(1);
            let listened = Listened { real: one, source: one * 2, spared: one / 4 };
            places.add_heard(key, &listened, None, step).unwrap();
        }
        3 => {
            // Of its own: a transcript that another audio is given leaves this one.
            let transcript = self::key(&format!("t of {writer}"), step);
            library.set_pairing(key, Some(transcript)).unwrap();
        }
        _ => {
            let name = folder.join("files").join(format!("{writer}-{}.vtt", step % 7));
            let text = format!("WEBVTT\n\n00:01.000 --> 00:02.000\nword{step} and more\n");
            fs::write(name, text).unwrap();
            library.refresh(&|_| Sound::default()).unwrap();
        }
    }
}

/// Writes and says so until it is killed.
fn write_until_killed(folder: &Path, writer: &str) {
    let mut places = Places::new(open(folder));
    let mut library = Library::new(open(folder)).unwrap();
    let began = fs::read_to_string(folder.join(format!("{writer}.step"))).unwrap_or_default();
    let began: u64 = began.trim().parse().unwrap_or(0);
    for step in began.. {
        write(folder, writer, step, &mut places, &mut library);
        let mut out = std::io::stdout().lock();
        writeln!(out, "\ndid {step}").unwrap();
        out.flush().unwrap();
    }
}

fn start(folder: &Path, writer: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture"])
        .env(FOLDER, folder)
        .env(NAME, writer)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills it `after` it has said the first thing; the last step it said it did.
fn kill(mut child: Child, after: Duration) -> u64 {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = lines
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("did ").and_then(|step| step.parse::<u64>().ok()));
    let first = said.next().expect("it writes until it is killed");
    let began = Instant::now();
    while began.elapsed() < after {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    let last = said.last().unwrap_or(first);
    child.wait().unwrap();
    last
}

/// Checks that what a writer did in `steps` is kept: the latest place and the
/// number of heard seconds of each episode, and all pairings. The step after
/// them may be done as well; it is done again by the next writer, so what it
/// may add to the heard seconds is added to `twice`.
fn check(
    folder: &Path,
    writer: &str,
    steps: u64,
    kept: &Kept,
    twice: &mut BTreeMap<EpisodeKey, i64>,
) {
    let mut places = BTreeMap::new();
    let mut heard: BTreeMap<EpisodeKey, i64> = BTreeMap::new();
    if steps % 5 == 2 {
        *twice.entry(key(writer, steps % EPISODES)).or_default() += 1_000_000;
    }
    for step in 0..steps {
        let key = key(writer, step % EPISODES);
        match step % 5 {
            0 | 1 => drop(places.insert(key, step)),
            2 => *heard.entry(key).or_default() += 1_000_000,
            _ => {}
        }
    }
    for (key, step) in places {
        let found = kept.places.iter().find(|place| place.key == key).expect("a place is kept");
        let at = u64::try_from(found.at_us).unwrap() / 1_000_000;
        assert!(at == step || at == steps, "{writer}: {at} for {step} after {steps}");
    }
    for (key, real) in heard {
        let found: i64 =
            kept.heard.iter().filter(|heard| heard.key == key).map(|heard| heard.real_us).sum();
        let most = real + twice.get(&key).copied().unwrap_or_default();
        assert!((real..=most).contains(&found), "{writer}: {found} for {real} to {most}");
    }
    let paired = (0..steps).filter(|step| step % 5 == 3).map(|step| key(writer, step % EPISODES));
    for key in paired {
        assert!(kept.pairings.iter().any(|pairing| pairing.audio == key), "{writer}");
    }
    fs::write(folder.join(format!("{writer}.step")), steps.to_string()).unwrap();
}

#[test]
fn nothing_that_was_kept_is_lost_however_often_it_is_killed() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let writer = std::env::var(NAME).unwrap();
        return write_until_killed(&PathBuf::from(folder), &writer);
    }
    let rounds = std::env::var("SAYAGAIN_TEST_KILLS").ok().and_then(|kills| kills.parse().ok());
    let rounds: u32 = rounds.unwrap_or(20);
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    fs::create_dir(&files).unwrap();
    Library::new(open(folder.path())).unwrap().add(&[files], &|_| Sound::default()).unwrap();
    let mut kills = 0;
    let mut twice = BTreeMap::new();
    for round in 0..rounds / 2 {
        let children = ["a", "b"].map(|writer| (writer, start(folder.path(), writer)));
        for (writer, child) in children {
            let after = Duration::from_micros(u64::from(round * 7_919 % 60_000));
            let last = kill(child, after);
            kills += 1;
            let kept = open(folder.path()).kept().unwrap();
            check(folder.path(), writer, last + 1, &kept, &mut twice);
        }
    }
    assert_eq!(kills, rounds / 2 * 2);
    let database = open(folder.path());
    let connection = rusqlite::Connection::open(database.path()).unwrap();
    let whole = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    assert_eq!(connection.query_row("PRAGMA integrity_check", [], whole).unwrap(), "ok");
    // What can be built again is whole as well.
    let mut library = Library::new(database).unwrap();
    library.refresh(&|_| Sound::default()).unwrap();
    let there = fs::read_dir(folder.path().join("files")).unwrap().count();
    assert_eq!(library.episodes().unwrap().len(), there);
}
