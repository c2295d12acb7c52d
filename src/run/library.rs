//! The thread that reads the library, so that neither a large index nor a slow
//! disk holds up the screen.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel};

use super::painter::{Painter, Picture};
use super::{Message, of_kept, resume, sound};
use crate::app::details::COVER;
use crate::app::shelf::{Found, FoundLine, Group, Wish};
use crate::app::{About, Notice, Settings, Start, Weight};
use crate::format::notes::plain;
use crate::model::episode::Episode;
use crate::model::playback::{Media, Speed};
use crate::model::text::clean_line;
use crate::model::{Chapters, MediaTime, Transcript};
use crate::search::{Hit, Wanted};
use crate::store::library::{Looked, look_into};
use crate::store::{
    Database, EpisodeKey, Library, Paths, Places, StoreError, Texts, cover_beside, description,
    read_chapters,
};
use crate::tags::{self, Tags};

/// How much text is held: that of some hundred hours.
const HELD_BYTES: usize = 96 << 20;

/// Once something was found in so many episodes, those ranked lower are not read.
const MOST: usize = 2_000;

/// How many places of an episode can be listed.
const LINES: usize = 50;

/// How much of what was said before and after a line is shown, in characters.
const CONTEXT: usize = 160;

/// Answers are sent when so many episodes have been found in.
const AT_ONCE: usize = 8;

/// Of so many episodes at a time it is asked where they are.
const CHUNK: usize = 128;

/// What was read of an episode.
pub struct Read {
    /// What it calls itself.
    pub title: String,
    /// What is played, if anything.
    pub media: Option<Media>,
    /// What is read.
    pub transcript: Transcript,
    /// Why the transcript that there is cannot be read.
    pub unread: Option<String>,
    /// Its chapters.
    pub chapters: Chapters,
    /// What is to be told of it.
    pub told: Vec<(String, Weight)>,
}

/// How an episode is read; an error is one line for the listener.
pub type Reading = fn(&Episode) -> Result<Read, String>;

/// What the thread is to do.
enum Job {
    /// The episodes; and whether to look at the folders again.
    List {
        look: bool,
    },
    Find {
        asked: u64,
        typed: String,
    },
    Open(Box<Wish>),
    Details(Box<Episode>),
}

/// The thread; started when it is first asked for something.
pub(super) struct Librarian {
    paths: Option<Paths>,
    read: Reading,
    sender: SyncSender<Message>,
    jobs: Option<Sender<Job>>,
    /// The question that an answer is still wanted for.
    newest: Arc<AtomicU64>,
}

impl Librarian {
    /// Knows where the library is; nothing is opened yet.
    pub(super) fn new(paths: Option<Paths>, read: Reading, sender: SyncSender<Message>) -> Self {
        Self { paths, read, sender, jobs: None, newest: Arc::default() }
    }

    /// Asks for the episodes.
    pub(super) fn list(&mut self) {
        self.ask(Job::List { look: true });
    }

    /// Asks for the episodes again: something was kept of one.
    pub(super) fn list_again(&mut self) {
        self.ask(Job::List { look: false });
    }

    /// Looks for `typed`, and for nothing else any more.
    pub(super) fn find(&mut self, asked: u64, typed: String) {
        self.newest.store(asked, Ordering::Relaxed);
        self.ask(Job::Find { asked, typed });
    }

    /// Reads an episode.
    pub(super) fn open(&mut self, wish: Box<Wish>) {
        self.ask(Job::Open(wish));
    }

    /// Asks what the files of an episode say of it.
    pub(super) fn details(&mut self, episode: Box<Episode>) {
        self.ask(Job::Details(episode));
    }

    fn ask(&mut self, job: Job) {
        let jobs = match &self.jobs {
            Some(jobs) => jobs,
            None => match self.start() {
                Ok(jobs) => self.jobs.insert(jobs),
                Err(why) => {
                    let _ = self.sender.try_send(Message::LibraryFailed(why));
                    return;
                }
            },
        };
        // The thread ends with the program.
        let _ = jobs.send(job);
    }

    fn start(&self) -> Result<Sender<Job>, String> {
        let paths = self.paths.clone().ok_or("there is no folder for a library")?;
        let (jobs, waiting) = channel();
        let (sender, newest) = (self.sender.clone(), Arc::clone(&self.newest));
        let read = self.read;
        let work = move || match Desk::open(&paths, read) {
            Ok(mut desk) => desk.work(&waiting, &sender, &newest),
            Err(error) => {
                let _ = sender.send(Message::LibraryFailed(error.to_string()));
            }
        };
        let started = std::thread::Builder::new().name("library".into()).spawn(work);
        started.map(|_| jobs).map_err(|error| error.to_string())
    }
}

/// What the thread has at hand.
struct Desk {
    library: Library,
    places: Places,
    texts: Texts,
    read: Reading,
    paths: Paths,
    painter: Option<Painter>,
    /// Whether the folders are being looked at.
    is_refreshing: Arc<AtomicBool>,
}

impl Desk {
    fn open(paths: &Paths, read: Reading) -> Result<Self, StoreError> {
        let library = Library::new(Database::open(paths)?.database)?;
        let places = Places::new(Database::open(paths)?.database);
        let (texts, paths) = (Texts::new(HELD_BYTES), paths.clone());
        let painter = Painter::from_environment();
        let is_refreshing = Arc::default();
        Ok(Self { library, places, texts, read, paths, painter, is_refreshing })
    }

    fn work(&mut self, jobs: &Receiver<Job>, sender: &SyncSender<Message>, newest: &AtomicU64) {
        for job in jobs {
            let sent = match job {
                Job::List { look } => self.list(look, sender),
                Job::Find { asked, typed } => self.find(asked, &typed, sender, newest),
                Job::Open(wish) => sender.send(self.read(wish)).is_ok(),
                Job::Details(episode) => {
                    let (about, picture) = self.about(&episode);
                    let about = Box::new(about);
                    sender.send(Message::About { key: episode.key, about, picture }).is_ok()
                }
            };
            if !sent {
                return;
            }
        }
    }

    /// The episodes as they are known, and again if the folders have changed,
    /// which another thread finds out: it can take seconds.
    fn list(&mut self, look: bool, sender: &SyncSender<Message>) -> bool {
        let is_writable = !self.library.database().is_read_only();
        if look && is_writable && !self.is_refreshing.swap(true, Ordering::AcqRel) {
            let (paths, sender) = (self.paths.clone(), sender.clone());
            let is_refreshing = Arc::clone(&self.is_refreshing);
            let work = move || {
                let done = refresh(&paths);
                is_refreshing.store(false, Ordering::Release);
                if let Some(message) = done.unwrap_or_else(|error| Some(failed(&error))) {
                    let _ = sender.send(message);
                }
            };
            // Without it the list is as it was.
            let _ = std::thread::Builder::new().name("folders".into()).spawn(work);
        }
        let episodes = self.library.episodes();
        sender.send(episodes.map_or_else(|error| failed(&error), Message::Episodes)).is_ok()
    }

    /// Looks for what was typed until something else is; answers with what was
    /// found, the likeliest episodes first.
    fn find(
        &self,
        asked: u64,
        typed: &str,
        sender: &SyncSender<Message>,
        newest: &AtomicU64,
    ) -> bool {
        let answer = |found| sender.send(Message::Found { asked, found }).is_ok();
        let is_wanted = || newest.load(Ordering::Relaxed) == asked;
        if !is_wanted() {
            return true;
        }
        if typed.trim().is_empty() {
            return answer(Found::Done);
        }
        let wanted = match Wanted::parse(typed) {
            Ok(wanted) => wanted,
            Err(why) => return answer(Found::Told(why)) && answer(Found::Done),
        };
        let found = match self.look(&wanted, &is_wanted, &answer) {
            Ok(found) => found,
            Err(error) => return answer(Found::Told(error.to_string())) && answer(Found::Done),
        };
        if found || !is_wanted() {
            return answer(Found::Done);
        }
        if let Ok(Some(corrected)) = self.library.corrected(typed, &wanted)
            && let Ok(wanted) = Wanted::parse(&corrected.typed)
        {
            let told = format!("nothing for {typed}; this is for {}", corrected.typed);
            if !answer(Found::Told(told)) || self.look(&wanted, &is_wanted, &answer).is_err() {
                return false;
            }
        }
        answer(Found::Done)
    }

    /// Whether anything was found.
    fn look(
        &self,
        wanted: &Wanted,
        is_wanted: &(dyn Fn() -> bool + Sync),
        answer: &dyn Fn(Found) -> bool,
    ) -> Result<bool, StoreError> {
        let ids = self.library.candidates(wanted)?.ids;
        let mut found = false;
        let mut waiting = Vec::new();
        let mut ended = false;
        let mut groups = 0;
        // A screenful first: it is what is waited for.
        let (first, others) = ids.split_at(ids.len().min(2 * AT_ONCE));
        for ids in std::iter::once(first).chain(others.chunks(CHUNK)) {
            if ended || groups >= MOST || !is_wanted() {
                break;
            }
            let episodes = self.library.episodes_of(ids)?;
            let paths: Vec<_> = episodes
                .iter()
                .map(|episode| episode.transcript.clone().unwrap_or_default())
                .collect();
            look_into(&paths, wanted, &self.texts, is_wanted, |Looked { place, found: looked }| {
                // What cannot be read is told where it is opened.
                let Ok((transcript, hits)) = looked else { return ControlFlow::Continue(()) };
                let count = hits.len();
                let hits = hits.iter().take(LINES);
                let hits = hits.filter_map(|hit| line(&transcript, hit)).collect();
                groups += 1;
                waiting.push(Group { episode: episodes[place].clone(), hits, count });
                // The first ones at once, the others some at a time.
                if found && waiting.len() < AT_ONCE {
                    return ControlFlow::Continue(());
                }
                found = true;
                if answer(Found::Some(std::mem::take(&mut waiting))) {
                    ControlFlow::Continue(())
                } else {
                    ended = true;
                    ControlFlow::Break(())
                }
            });
        }
        if !waiting.is_empty() {
            answer(Found::Some(waiting));
        }
        Ok(found)
    }

    /// What the files of an episode say of it, and its cover.
    fn about(&self, episode: &Episode) -> (About, Option<Picture>) {
        let tags = episode.audio.as_deref().and_then(|path| tags::read(path).ok());
        let Tags { title, artist, notes, .. } = tags.unwrap_or_default();
        let beside = || {
            let path = description(episode.audio.as_deref()?)?;
            let bytes = read_chapters(&path).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        };
        let description = notes.or_else(beside).map(|notes| plain(&notes));
        let (chapters, wrong) = match (self.read)(episode) {
            Ok(read) => (read.chapters, None),
            Err(why) => (Chapters::default(), Some(why)),
        };
        let description = description.filter(|text| !text.is_empty());
        let painted = self.painter.as_ref().zip(episode.audio.as_deref());
        let picture = painted.and_then(|(painter, audio)| {
            painter.paint(&tags::cover(audio).or_else(|| cover_beside(audio))?, COVER)
        });
        let cover = picture.is_some();
        (About { title, artist, description, chapters, cover, wrong }, picture)
    }

    /// Reads what is wished for.
    fn read(&self, wish: Box<Wish>) -> Message {
        let episode = &wish.episode;
        let Ok(key) = episode.key.parse::<EpisodeKey>() else {
            return Message::LibraryFailed("this episode is not known any more".to_owned());
        };
        let read = match (self.read)(episode) {
            Ok(read) => read,
            Err(why) => return Message::LibraryFailed(why),
        };
        let mut notices: Vec<Notice> =
            read.told.iter().map(|(told, weight)| Notice::news(told, *weight)).collect();
        let mut warn = |why: &str| notices.push(Notice::news(why, Weight::Warning));
        if let Some(pairing) = episode.pairing.as_ref().filter(|pairing| pairing.is_doubtful()) {
            warn(&format!("the transcript is doubtful: {}", pairing.reason));
        }
        let kept = match self.places.load(key) {
            Ok(place) => place.map(of_kept),
            Err(error) => {
                warn(&error.to_string());
                None
            }
        };
        let resumed = kept.filter(|_| wish.at.is_none()).and_then(resume);
        if let Some(at) = resumed {
            notices.insert(0, Notice::news(&format!("going on at {at}"), Weight::Word));
        }
        let start = Start {
            title: title(&wish, &read.title),
            transcript: read.transcript,
            unread: read.unread,
            chapters: read.chapters,
            media: read.media,
            at: wish.at.or(resumed).unwrap_or_default(),
            speed: kept.map_or(Speed::NORMAL, |kept| kept.speed),
            volume: kept.map(|kept| kept.volume).unwrap_or_default(),
            manner: kept.map(|kept| kept.manner).unwrap_or_default(),
            paused: false,
            mouse: true,
            settings: Settings::default(),
            kept,
            heard_before: kept.filter(|_| resumed.is_some()).map(|kept| kept.at),
            notices,
        };
        Message::Opened { start: Box::new(start), wish, key }
    }
}

/// Looks at the folders again; the episodes, if anything is different.
fn refresh(paths: &Paths) -> Result<Option<Message>, StoreError> {
    let mut library = Library::new(Database::open(paths)?.database)?;
    let added = library.refresh(&sound)?;
    if added.new + added.changed + added.moved + added.gone == 0 {
        return Ok(None);
    }
    library.episodes().map(|episodes| Some(Message::Episodes(episodes)))
}

fn failed(error: &StoreError) -> Message {
    Message::LibraryFailed(error.to_string())
}

/// The title that the episode's files have, after its number.
fn title(wish: &Wish, called: &str) -> String {
    let is_name = [&wish.episode.audio, &wish.episode.transcript]
        .into_iter()
        .flatten()
        .any(|path| path.file_stem().is_some_and(|stem| stem.to_string_lossy() == called));
    let called = if is_name { &wish.episode.title } else { called };
    match wish.episode.number {
        Some(number) => format!("{number:03}  {called}"),
        None => called.to_owned(),
    }
}

/// A hit as a line to be shown: the cues that it is in and where in them, with
/// some of what was said before and after.
fn line(transcript: &Transcript, hit: &Hit) -> Option<FoundLine> {
    let (first, last) = (transcript.cue(hit.cue)?, transcript.cue(hit.last)?);
    let found = &hit.text.text;
    let all = transcript.text();
    let (start, end) = (first.text.start as usize, last.text.end as usize);
    let from = all[..start].char_indices().rev().nth(CONTEXT).map_or(0, |(at, _)| at);
    let to = all[end..].char_indices().nth(CONTEXT).map_or(all.len(), |(at, _)| end + at);
    let mut text = String::new();
    let mut places = Vec::new();
    for part in [from..start, start..found.start, found.clone(), found.end..end, end..to] {
        // One blank for each line's end, so that words stay apart.
        let part = all.get(part).unwrap_or_default().replace('\n', " ");
        let blank = |ends: bool| if ends { " " } else { "" };
        let cleaned = clean_line(&part);
        let cleaned = cleaned.trim();
        if !text.is_empty() && !text.ends_with(' ') {
            text.push_str(blank(part.starts_with(char::is_whitespace)));
        }
        places.push(text.len()..text.len() + cleaned.len());
        text.push_str(cleaned);
        if !cleaned.is_empty() {
            text.push_str(blank(part.ends_with(char::is_whitespace)));
        }
    }
    Some(FoundLine {
        start: if first.timed { first.start } else { MediaTime::ZERO },
        speaker: transcript.speaker_of(first).map(str::to_owned),
        line: places[1].start..places[3].end,
        marked: places[2].clone(),
        text: text.trim_end().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CueDraft, TranscriptBuilder};

    #[test]
    fn a_line_has_what_was_said_before_and_after_it_and_its_words_stay_apart() {
        let mut builder = TranscriptBuilder::with_capacity(0, 0);
        for (secs, text) in ["one two", "three", "four\nfive", "six"].iter().enumerate() {
            builder.push(&CueDraft {
                start: Some(MediaTime::from_secs(secs as u64)),
                end: MediaTime::from_secs(secs as u64 + 1),
                speaker: Some("Ann"),
                text,
                ..CueDraft::default()
            });
        }
        let transcript = builder.build();
        for (typed, secs, line_text, marked) in [
            ("\"three four\"", 1, "three four five", "three four"),
            ("two", 0, "one two", "two"),
            ("five", 2, "four five", "five"),
            ("six", 3, "six", "six"),
        ] {
            let hits = Wanted::parse(typed).unwrap().hits(&transcript);
            let found = line(&transcript, &hits[0]).unwrap();
            assert_eq!(found.text, "one two three four five six", "{typed}");
            assert_eq!(&found.text[found.line], line_text, "{typed}");
            assert_eq!(&found.text[found.marked], marked, "{typed}");
            assert_eq!(found.start, MediaTime::from_secs(secs), "{typed}");
        }
    }
}
