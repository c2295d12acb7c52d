//! What was found out about a file is found out once, and notes that are
//! wrong do no harm.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and these make the files that are played"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, SystemTime};

use sayagain::audio::{Frame, Manual, Notes};
use sayagain::model::MediaTime;
use sayagain::model::playback::{Manner, Media, Report, Request, SeekId, Speed, Volume};

/// Notes of a test, which counts what was recalled.
#[derive(Debug, Default)]
struct Book {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    has_kept: Condvar,
    recalled: Mutex<u32>,
}

impl Notes for Book {
    fn recall(&self, name: &str) -> Option<Vec<u8>> {
        let found = self.kept.lock().unwrap().get(name).cloned();
        *self.recalled.lock().unwrap() += u32::from(found.is_some());
        found
    }

    fn keep(&self, name: &str, bytes: &[u8]) {
        self.kept.lock().unwrap().insert(name.to_owned(), bytes.to_vec());
        self.has_kept.notify_all();
    }
}

impl Book {
    fn wait(&self) {
        let kept = self.kept.lock().unwrap();
        let patience = Duration::from_secs(20);
        let all = self.has_kept.wait_timeout_while(kept, patience, |all| all.is_empty()).unwrap();
        assert!(!all.1.timed_out(), "nothing was kept");
    }
}

/// The sample so often that it is long enough to be kept.
fn long_file(folder: &Path) -> PathBuf {
    let path = folder.join("long.mp3");
    std::fs::write(&path, include_bytes!("../assets/sample/episode.mp3").repeat(8)).unwrap();
    let hour_ago = SystemTime::now() - Duration::from_secs(3_600);
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(hour_ago).unwrap();
    path
}

/// What is reported, and what is heard near the end, with these book.
fn played(path: &Path, book: &Arc<Book>) -> (Vec<Report>, Vec<Frame>) {
    let mut engine = Manual::new(Duration::ZERO);
    engine.remember(Arc::clone(book) as Arc<dyn Notes>);
    engine.ask(Request::Open {
        media: Media::File(path.to_owned()),
        id: SeekId(1),
        at: MediaTime::ZERO,
        speed: Speed::NORMAL,
        volume: Volume::FULL,
        manner: Manner::default(),
        paused: false,
    });
    engine.pull(10_000);
    engine.ask(Request::Seek { id: SeekId(2), to: MediaTime::from_secs(300) });
    (engine.reports(), engine.pull(20_000))
}

#[test]
fn the_second_time_a_file_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = long_file(folder.path());
    let book = Arc::new(Book::default());
    let first = played(&path, &book);
    book.wait();
    assert_eq!(*book.recalled.lock().unwrap(), 0);
    let second = played(&path, &book);
    assert_eq!(*book.recalled.lock().unwrap(), 1);
    assert!(second == first, "what was recalled sounds different");
    assert!(first.1.iter().any(|frame| frame[0].abs() > 0.01), "there is nothing to compare");
}

#[test]
fn notes_of_something_else_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = long_file(folder.path());
    let book = Arc::new(Book::default());
    let first = played(&path, &book);
    book.wait();
    for bytes in book.kept.lock().unwrap().values_mut() {
        bytes.truncate(bytes.len() / 2 + 1);
        bytes[40..].fill(7);
    }
    assert!(played(&path, &book) == first, "wrong notes are believed");
}
