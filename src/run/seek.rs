//! The threads that search all episodes. Each question has one of its own: one
//! that is stuck in a transcript, as with a pattern that takes long, holds up
//! neither the next question nor an episode that is opened meanwhile.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Message;
use super::lines::lines;
use crate::app::shelf::{Found, FoundLine, Group, LISTED};
use crate::audio::give_way;
use crate::model::Transcript;
use crate::model::episode::Episode;
use crate::search::{Hit, Wanted, by_line};
use crate::store::library::look_into;
use crate::store::{Database, Library, Paths, StoreError, Texts};

/// How much text is held: that of some hundred hours.
const HELD_BYTES: usize = 96 << 20;

/// Once something was found in so many episodes, those ranked lower are read
/// when they are asked for.
const MOST: usize = 2_000;

/// How many places of an episode can be listed.
const LINES: usize = 10_000;

/// Answers are sent when so many episodes have been found in.
const AT_ONCE: usize = 8;

/// Of so many episodes at a time it is asked where they are; of a screenful
/// first: it is what is waited for.
const CHUNK: usize = 128;
const FIRST: usize = 16;

/// What the likeliest episodes are is found out for so long; some are looked
/// into then, before it is known which the others are.
const PATIENCE: Duration = Duration::from_millis(15);

/// So many pieces of the index are read before anything is looked for: the words
/// of some hundred thousand episodes.
const AHEAD: usize = 256;

/// Asks, and takes back what it asked before.
pub(super) struct Seeker {
    desk: Option<Arc<Desk>>,
    sender: SyncSender<Message>,
}

/// What all questions share.
struct Desk {
    paths: Paths,
    /// Opened by the first question.
    library: Mutex<Option<Library>>,
    texts: Texts,
    /// The question that an answer is still wanted for.
    newest: AtomicU64,
    patience: Duration,
    /// The last one, as far as it was answered.
    asking: Mutex<Option<Asking>>,
}

/// A question.
struct Asking {
    asked: u64,
    wanted: Arc<Wanted>,
    /// The episodes that are to be looked into, the likeliest first.
    ids: Vec<i64>,
    /// How many of them have been.
    done: usize,
}

impl Seeker {
    /// Knows where the library is; nothing is opened yet.
    pub(super) fn new(paths: Option<Paths>, sender: SyncSender<Message>) -> Self {
        let desk = paths.map(|paths| {
            let (library, newest, asking) = Default::default();
            let (texts, patience) = (Texts::new(HELD_BYTES), PATIENCE);
            Arc::new(Desk { paths, library, texts, newest, patience, asking })
        });
        Self { desk, sender }
    }

    /// Reads what every question needs, if there may soon be one.
    pub(super) fn warm(&self) {
        let Some(desk) = self.desk.clone() else { return };
        let newest = desk.newest.load(Ordering::Relaxed);
        let work = move || {
            // The first question says what is wrong.
            let _ = desk.ask(Library::warm).and_then(|()| desk.read_ahead(newest));
        };
        let _ = std::thread::Builder::new().name("search".into()).spawn(work);
    }

    /// Looks for `typed`, and for nothing else any more.
    pub(super) fn find(&self, asked: u64, typed: String) {
        if let Some(desk) = &self.desk {
            desk.newest.store(asked, Ordering::Relaxed);
        }
        self.start(asked, move |desk, answer| {
            let done = desk.find(asked, &typed, answer);
            if let Err(error) = done {
                answer(Found::Told(error.to_string()));
            }
            answer(Found::Done);
        });
    }

    /// Looks for what is behind what was found.
    pub(super) fn go_on(&self, asked: u64) {
        self.start(asked, move |desk, answer| {
            if let Err(error) = desk.go_on(asked, answer) {
                answer(Found::Told(error.to_string()));
            }
            answer(Found::Done);
        });
    }

    /// Looks for all places in `episode`.
    pub(super) fn find_lines(&self, asked: u64, episode: Box<Episode>) {
        self.start(asked, move |desk, answer| {
            let lines = desk.lines(asked, &episode);
            answer(Found::Lines(episode.key, lines));
        });
    }

    /// Has a thread answer the question `asked`.
    fn start(&self, asked: u64, work: impl FnOnce(&Desk, &dyn Fn(Found) -> bool) + Send + 'static) {
        let Some(desk) = self.desk.clone() else { return };
        let sender = self.sender.clone();
        let work = move || {
            work(&desk, &|found| sender.send(Message::Found { asked, found }).is_ok());
        };
        let started = std::thread::Builder::new().name("search".into()).spawn(work);
        if let Err(error) = started {
            let _ = self.sender.try_send(Message::LibraryFailed(error.to_string()));
        }
    }
}

impl Desk {
    fn is_wanted(&self, asked: u64) -> bool {
        self.newest.load(Ordering::Relaxed) == asked
    }

    /// What `ask` is told by the library, which answers one at a time.
    fn ask<T>(&self, ask: impl FnOnce(&Library) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut held = self.library.lock().unwrap_or_else(PoisonError::into_inner);
        let library = match held.take() {
            Some(library) => library,
            None => Library::new(Database::open(&self.paths)?.database)?,
        };
        ask(held.insert(library))
    }

    /// Reads the index until something else is looked for than `asked`, so that the
    /// disk need not be waited for then; with a library of its own, which nobody
    /// waits for. Everything else goes before this thread from now on.
    fn read_ahead(&self, asked: u64) -> Result<(), StoreError> {
        give_way();
        let library = Library::new(Database::open(&self.paths)?.database)?;
        let mut next = 0;
        for _ in 0..AHEAD {
            if !self.is_wanted(asked) || library.read_ahead(&mut next)? {
                break;
            }
        }
        Ok(())
    }

    /// Answers with what was found, the likeliest episodes first, until something
    /// else is looked for.
    fn find(
        &self,
        asked: u64,
        typed: &str,
        answer: &dyn Fn(Found) -> bool,
    ) -> Result<(), StoreError> {
        if !self.is_wanted(asked) || typed.trim().is_empty() {
            return Ok(());
        }
        let wanted = match Wanted::parse(typed) {
            Ok(wanted) => wanted,
            Err(why) => {
                answer(Found::Told(why));
                return Ok(());
            }
        };
        let wanted = Arc::new(wanted);
        if self.look(asked, &wanted, answer)? || !self.is_wanted(asked) {
            return Ok(());
        }
        let corrected =
            self.ask(|library| library.corrected(typed, &wanted, &|| self.is_wanted(asked)))?;
        if let Some(corrected) = corrected
            && let Ok(wanted) = Wanted::parse(&corrected.typed)
        {
            let told = format!("nothing for {typed}; this is for {}", corrected.typed);
            if answer(Found::Told(told)) {
                self.look(asked, &Arc::new(wanted), answer)?;
            }
        }
        Ok(())
    }

    /// Looks for what is `wanted` from the likeliest episode on; whether anything
    /// was found.
    fn look(
        &self,
        asked: u64,
        wanted: &Arc<Wanted>,
        answer: &dyn Fn(Found) -> bool,
    ) -> Result<bool, StoreError> {
        let begun = Instant::now();
        let has_time = || begun.elapsed() < self.patience;
        let is_wanted = || self.is_wanted(asked);
        let mut some = self.ask(|library| library.likeliest(wanted, &is_wanted, &has_time))?;
        if some.is_whole {
            return self.look_from(asked, wanted, some.ids, answer);
        }
        some.ids.truncate(FIRST);
        let found = self.look_from(asked, wanted, some.ids.clone(), answer)?;
        let mut ids = self.ask(|library| library.candidates(wanted, &is_wanted))?.ids;
        ids.retain(|id| !some.ids.contains(id));
        Ok(self.look_from(asked, wanted, ids, answer)? || found)
    }

    /// Looks for what is `wanted` in the episodes `ids`; whether anything was
    /// found.
    fn look_from(
        &self,
        asked: u64,
        wanted: &Arc<Wanted>,
        ids: Vec<i64>,
        answer: &dyn Fn(Found) -> bool,
    ) -> Result<bool, StoreError> {
        if !self.is_wanted(asked) {
            return Ok(false);
        }
        *self.asking() = Some(Asking { asked, wanted: Arc::clone(wanted), ids, done: 0 });
        self.go_on(asked, answer)
    }

    /// Looks for what is behind what was found; whether anything was.
    fn go_on(&self, asked: u64, answer: &dyn Fn(Found) -> bool) -> Result<bool, StoreError> {
        let mut groups = 0;
        while groups < MOST {
            let Some((wanted, ids)) = self.next_ids(asked) else { return Ok(groups > 0) };
            let is_first = groups == 0;
            let Some(found) = self.look_into(asked, &wanted, &ids, is_first, answer)? else {
                return Ok(true);
            };
            groups += found;
        }
        if self.asking().as_ref().is_some_and(|it| it.asked == asked && it.done < it.ids.len()) {
            answer(Found::Cut);
        }
        Ok(true)
    }

    fn asking(&self) -> MutexGuard<'_, Option<Asking>> {
        self.asking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next episodes to look into; `None` at the end, and once something else
    /// is looked for.
    fn next_ids(&self, asked: u64) -> Option<(Arc<Wanted>, Vec<i64>)> {
        let mut asking = self.asking();
        let asking = asking.as_mut().filter(|it| it.asked == asked && self.is_wanted(asked))?;
        let most = if asking.done == 0 { FIRST } else { CHUNK };
        let ids: Vec<i64> = asking.ids[asking.done..].iter().take(most).copied().collect();
        asking.done += ids.len();
        (!ids.is_empty()).then(|| (Arc::clone(&asking.wanted), ids))
    }

    /// Answers with what is found in the episodes `ids`, the first one at once:
    /// in how many; `None` when nobody listens any more.
    fn look_into(
        &self,
        asked: u64,
        wanted: &Wanted,
        ids: &[i64],
        is_first: bool,
        answer: &dyn Fn(Found) -> bool,
    ) -> Result<Option<usize>, StoreError> {
        let episodes = self.ask(|library| library.episodes_of(ids))?;
        let path = |episode: &Episode| episode.transcript.clone().unwrap_or_default();
        let paths: Vec<PathBuf> = episodes.iter().map(path).collect();
        let make = |place: usize, transcript: &Transcript, hits: &[Hit]| Group {
            episode: episodes[place].clone(),
            hits: lines(transcript, wanted, hits, LISTED),
            count: by_line(hits).count(),
        };
        let (mut waiting, mut groups, mut is_heard) = (Vec::new(), 0, true);
        let mut unread = Vec::new();
        let is_wanted = || self.is_wanted(asked);
        look_into(&paths, wanted, &self.texts, &is_wanted, &make, |found| {
            let group = match found {
                Ok(group) => group,
                Err((place, _)) => {
                    unread.extend(paths.get(place).cloned());
                    return ControlFlow::Continue(());
                }
            };
            groups += 1;
            waiting.push(group);
            if waiting.len() >= AT_ONCE || (is_first && groups == 1) {
                is_heard = answer(Found::Some(std::mem::take(&mut waiting)));
            }
            if is_heard { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if is_heard && !waiting.is_empty() {
            is_heard = answer(Found::Some(waiting));
        }
        if is_heard && !unread.is_empty() {
            is_heard = answer(Found::Unread(unread));
        }
        Ok(is_heard.then_some(groups))
    }

    /// Every place in `episode` where that is which the question is for.
    fn lines(&self, asked: u64, episode: &Episode) -> Vec<FoundLine> {
        let wanted =
            self.asking().as_ref().filter(|it| it.asked == asked).map(|it| Arc::clone(&it.wanted));
        let transcript = episode.transcript.as_ref().and_then(|path| self.texts.get(path).ok());
        let Some((wanted, transcript)) = wanted.zip(transcript) else { return Vec::new() };
        let hits = wanted.hits_while(&transcript, &|| self.is_wanted(asked));
        lines(&transcript, &wanted, &hits, LINES)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Receiver;

    use super::*;
    use crate::model::MediaTime;

    #[test]
    fn a_pattern_that_takes_long_in_one_episode_ends_when_something_else_is_looked_for() {
        let line = "a ".repeat(50);
        let cue = |secs: u32| {
            let (h, m, s) = (secs / 3_600, secs / 60 % 60, secs % 60);
            format!("\n{h:02}:{m:02}:{s:02}.000 --> {h:02}:{m:02}:{s:02}.900\n{line}\n")
        };
        let long = (0..20_000).map(cue).collect::<Vec<_>>().concat();
        let short = "\n00:01.000 --> 00:02.000\nbee\n".to_owned();
        let all = [("long.vtt".to_owned(), long), ("short.vtt".to_owned(), short)];
        let (_folder, seeker, messages) = library(&all);
        // From each letter it looks to the end: hours.
        seeker.find(1, "/(?s)a.*z|a/".to_owned());
        seeker.find(2, "bee".to_owned());
        let (mut done, mut found) = (Vec::new(), 0);
        while done.len() < 2 {
            match messages.recv_timeout(std::time::Duration::from_secs(300)).unwrap() {
                Message::Found { asked, found: Found::Done } => done.push(asked),
                Message::Found { asked: 2, found: Found::Some(groups) } => found += groups.len(),
                _ => {}
            }
        }
        done.sort_unstable();
        assert_eq!((done, found), (vec![1, 2], 1));
    }

    /// A library of these transcripts, and who searches it.
    fn library(transcripts: &[(String, String)]) -> (tempfile::TempDir, Seeker, Receiver<Message>) {
        let folder = tempfile::tempdir().unwrap();
        let files = folder.path().join("files");
        std::fs::create_dir(&files).unwrap();
        for (name, text) in transcripts {
            // None is a copy of another.
            std::fs::write(files.join(name), format!("WEBVTT {name}\n{text}")).unwrap();
        }
        let paths = Paths::in_folder(folder.path().join("state"));
        let mut library = Library::new(Database::open(&paths).unwrap().database).unwrap();
        library.add(&[files], &|_| crate::store::library::Sound::default()).unwrap();
        let (sender, messages) = std::sync::mpsc::sync_channel(4_096);
        (folder, Seeker::new(Some(paths), sender), messages)
    }

    fn next(messages: &Receiver<Message>) -> Found {
        match messages.recv_timeout(std::time::Duration::from_secs(300)).unwrap() {
            Message::Found { found, .. } => found,
            _ => panic!("no answer"),
        }
    }

    #[test]
    fn without_time_to_find_out_where_all_is_each_place_is_found_once() {
        let cue = |word| format!("\n00:01.000 --> 00:02.000\n{word} mind\n");
        let mut all: Vec<_> = (0..40).map(|n| (format!("{n}.vtt"), cue("bee"))).collect();
        all.extend((40..60).map(|n| (format!("{n}.vtt"), cue("beehive"))));
        all.extend((60..70).map(|n| (format!("{n}.vtt"), cue("wasp"))));
        for (typed, expected) in [("bee", 60), ("hive", 20), ("\"bee mind", 40), ("mind wasp", 10)]
        {
            let (_folder, mut seeker, messages) = library(&all);
            let desk = seeker.desk.as_mut().and_then(Arc::get_mut).unwrap();
            desk.patience = Duration::ZERO;
            seeker.find(1, typed.to_owned());
            let mut found = Vec::new();
            loop {
                match next(&messages) {
                    Found::Some(groups) => found.extend(groups.into_iter().map(|it| it.episode.id)),
                    Found::Done => break,
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(found.len(), expected, "{typed}");
            found.sort_unstable();
            found.dedup();
            assert_eq!(found.len(), expected, "{typed}");
        }
    }

    #[test]
    fn a_transcript_that_cannot_be_read_is_told_beside_what_is_found_in_the_others() {
        let text = "\n00:01.000 --> 00:02.000\nwalrus\n";
        let all = ["a.vtt", "b.vtt", "c.vtt"].map(|name| (name.to_owned(), text.to_owned()));
        let (folder, seeker, messages) = library(&all);
        let gone = folder.path().join("files/b.vtt");
        std::fs::remove_file(&gone).unwrap();
        // The second is taken for the first, and looked for where that may stand.
        for (asked, typed, places) in [(1, "walrus", 2), (2, "walros", 2)] {
            seeker.find(asked, typed.to_owned());
            let (mut found, mut unread) = (0, Vec::new());
            loop {
                match next(&messages) {
                    Found::Some(groups) => found += groups.len(),
                    Found::Unread(paths) => unread.extend(paths),
                    Found::Done => break,
                    Found::Told(told) => assert_eq!(told, "nothing for walros; this is for walrus"),
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!((found, unread.len()), (places, 1), "{typed}");
            assert!(unread[0].ends_with("files/b.vtt"), "{unread:?}");
        }
    }

    #[test]
    fn all_that_was_found_can_be_reached() {
        let cue =
            |at: usize| format!("\n00:{:02}:{:02}.000 --> 01:00:00.000\nbee\n", at / 60, at % 60);
        let mut all: Vec<_> = (0..MOST + 200).map(|n| (format!("{n}.vtt"), cue(n % 60))).collect();
        all.push(("long.vtt".to_owned(), (0..90).map(cue).collect()));
        let (_folder, seeker, messages) = library(&all);
        seeker.find(1, "bee".to_owned());
        let (mut groups, mut cuts) = (Vec::new(), 0);
        loop {
            match next(&messages) {
                Found::Some(some) => groups.extend(some),
                Found::Cut => cuts += 1,
                Found::Done if cuts > 0 && groups.len() <= MOST + CHUNK => {
                    assert!(groups.len() >= MOST, "{}", groups.len());
                    seeker.go_on(1);
                    cuts = 0;
                }
                Found::Done => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((groups.len(), cuts), (all.len(), 0));
        let long = groups.into_iter().find(|group| group.count > 1).unwrap();
        assert_eq!((long.count, long.hits.len()), (90, LISTED));
        seeker.find_lines(1, Box::new(long.episode));
        let Found::Lines(_, lines) = next(&messages) else { panic!() };
        let starts: Vec<_> = lines.iter().map(|line| line.start).collect();
        assert_eq!(starts, (0..90).map(MediaTime::from_secs).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_with_several_places_is_listed_once_with_all_of_them_marked() {
        let text =
            "\n00:01.000 --> 00:02.000\nbee, a wasp, bee\n\n00:02.000 --> 00:03.000\na bee\n";
        let (_folder, seeker, messages) = library(&[("a.vtt".to_owned(), text.to_owned())]);
        seeker.find(1, "bee wasp".to_owned());
        let Found::Some(groups) = next(&messages) else { panic!() };
        let marked = |line: &FoundLine| -> Vec<String> {
            line.marked.iter().map(|mark| line.text[mark.clone()].to_owned()).collect()
        };
        let lines: Vec<_> = groups[0].hits.iter().map(marked).collect();
        assert_eq!(lines, [vec!["bee", "wasp", "bee"], vec!["bee"]]);
        assert_eq!(groups[0].count, 2);
    }

    #[test]
    fn what_is_marked_of_a_line_has_its_accents_however_it_is_written() {
        let text = "\n00:01.000 --> 00:02.000\né, Caf\u{e9}s and cafe\u{301} and Straße\n";
        let (_folder, seeker, messages) = library(&[("a.vtt".to_owned(), text.to_owned())]);
        for (asked, typed, expected) in
            [(1, "cafe", vec!["Caf\u{e9}", "cafe\u{301}"]), (2, "tras", vec!["traß"])]
        {
            seeker.find(asked, typed.to_owned());
            let Found::Some(groups) = next(&messages) else { panic!() };
            let line = &groups[0].hits[0];
            let marked = line.marked.iter().map(|mark| &line.text[mark.clone()]);
            assert_eq!(marked.collect::<Vec<_>>(), expected);
            assert!(matches!(next(&messages), Found::Done));
        }
    }
}
