//! The thread that reads the library, so that neither a large index nor a slow
//! disk holds up the screen.

use std::cell::LazyCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::painter::{Painter, Picture};
use super::{Message, of_kept, resume, sound};
use crate::app::details::COVER;
use crate::app::shelf::Wish;
use crate::app::{About, Notice, Settings, Start, Weight};
use crate::audio::give_way;
use crate::format::notes::plain;
use crate::model::episode::Episode;
use crate::model::playback::{Media, Speed};
use crate::model::{Chapters, Transcript};
use crate::store::{
    Database, EpisodeKey, Library, Paths, Places, StoreError, cover_beside, description,
    read_chapters,
};
use crate::tags::{self, Tags};

/// What was read of an episode.
pub struct Read {
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
    /// The episodes; the folders are looked at again.
    List,
    Open(Box<Wish>),
    Details(Box<Episode>),
}

/// The thread; started when it is first asked for something.
pub(super) struct Librarian {
    paths: Option<Paths>,
    read: Reading,
    sender: SyncSender<Message>,
    jobs: Option<Sender<Job>>,
}

impl Librarian {
    /// Knows where the library is; nothing is opened yet.
    pub(super) fn new(paths: Option<Paths>, read: Reading, sender: SyncSender<Message>) -> Self {
        Self { paths, read, sender, jobs: None }
    }

    /// Asks for the episodes when it is called.
    pub(super) fn listing(&mut self) -> Box<dyn FnOnce() + Send> {
        let jobs = self.jobs().cloned();
        Box::new(move || {
            // The thread ends with the program.
            let _ = jobs.map(|jobs| jobs.send(Job::List));
        })
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
        // The thread ends with the program.
        let _ = self.jobs().map(|jobs| jobs.send(job));
    }

    /// Where the thread is asked, which is started if it was not.
    fn jobs(&mut self) -> Option<&Sender<Job>> {
        if self.jobs.is_none() {
            match self.start() {
                Ok(jobs) => self.jobs = Some(jobs),
                Err(why) => drop(self.sender.try_send(Message::LibraryFailed(why))),
            }
        }
        self.jobs.as_ref()
    }

    fn start(&self) -> Result<Sender<Job>, String> {
        let paths = self.paths.clone().ok_or("there is no folder for a library")?;
        let (jobs, waiting) = channel();
        let (sender, read) = (self.sender.clone(), self.read);
        let work = move || match Desk::open(&paths, read) {
            Ok(mut desk) => desk.work(&waiting, &sender),
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
    read: Reading,
    paths: Paths,
    /// Made when the first cover is to be shown.
    painter: LazyCell<Option<Painter>>,
    folders: Arc<Folders>,
}

/// What is known of the look at the folders, which has a thread of its own.
#[derive(Default)]
struct Folders {
    /// Whether they are being looked at.
    is_busy: AtomicBool,
    /// What was told last to be wrong with them: it is told once.
    told: Mutex<Option<String>>,
}

impl Desk {
    fn open(paths: &Paths, read: Reading) -> Result<Self, StoreError> {
        let library = Library::new(Database::open(paths)?.database)?;
        let places = Places::new(Database::open(paths)?.database);
        let paths = paths.clone();
        let painter = LazyCell::new(Painter::from_environment as fn() -> _);
        Ok(Self { library, places, read, paths, painter, folders: Arc::default() })
    }

    fn work(&mut self, jobs: &Receiver<Job>, sender: &SyncSender<Message>) {
        for job in jobs {
            let sent = match job {
                Job::List => self.list(sender),
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
    fn list(&mut self, sender: &SyncSender<Message>) -> bool {
        let known = self.library.episodes();
        let none_known = known.as_ref().is_ok_and(Vec::is_empty);
        let is_writable = !self.library.database().is_read_only();
        if is_writable && !self.folders.is_busy.swap(true, Ordering::AcqRel) {
            let (paths, sender) = (self.paths.clone(), sender.clone());
            let folders = Arc::clone(&self.folders);
            let work = move || {
                give_way();
                let done = refresh(&paths);
                folders.is_busy.store(false, Ordering::Release);
                let (episodes, wrong) = done.unwrap_or_else(|why| (None, Some(why.to_string())));
                let episodes = episodes.or_else(|| none_known.then(Vec::new));
                let _ = episodes.map(|episodes| sender.send(Message::Episodes(episodes)));
                let mut told = folders.told.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(wrong) = wrong.clone().filter(|_| *told != wrong) {
                    let _ = sender.send(Message::FoldersTold(wrong));
                }
                *told = wrong;
            };
            // Without it the list is as it was.
            let _ = std::thread::Builder::new().name("folders".into()).spawn(work);
        }
        // That there are none is only known when they have been looked at.
        none_known && self.folders.is_busy.load(Ordering::Acquire)
            || sender.send(known.map_or_else(|error| failed(&error), Message::Episodes)).is_ok()
    }

    /// What the files of an episode say of it, and its cover.
    fn about(&self, episode: &Episode) -> (About, Option<Box<Picture>>) {
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
        let picture = episode.audio.as_deref().and_then(|audio| {
            let cover = tags::cover(audio).or_else(|| cover_beside(audio))?;
            self.painter.as_ref()?.paint(&cover, COVER).map(Box::new)
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
            title: title(episode),
            transcript: read.transcript,
            unread: read.unread,
            chapters: read.chapters,
            media: read.media,
            at: wish.at.or(resumed).unwrap_or_default(),
            speed: kept.map_or(Speed::NORMAL, |kept| kept.speed),
            volume: kept.map(|kept| kept.volume).unwrap_or_default(),
            manner: kept.map(|kept| kept.manner).unwrap_or_default(),
            paused: wish.is_paused,
            mouse: true,
            settings: Settings::default(),
            kept,
            heard_before: kept.filter(|_| resumed.is_some()).map(|kept| kept.at),
            notices,
        };
        Message::Opened { start: Box::new(start), wish, key }
    }
}

/// Looks at the folders again; the episodes, if anything is different, and what
/// is wrong, if anything is.
fn refresh(paths: &Paths) -> Result<(Option<Vec<Episode>>, Option<String>), StoreError> {
    let mut library = Library::new(Database::open(paths)?.database)?;
    let added = library.refresh(&sound)?;
    let is_news = added.new + added.changed + added.moved + added.gone > 0;
    let episodes = is_news.then(|| library.episodes()).transpose()?;
    let others = match added.wrong.len() {
        0 | 1 => String::new(),
        count => format!(" (sayagain add tells {} more)", count - 1),
    };
    Ok((episodes, added.wrong.first().map(|first| format!("{first}{others}"))))
}

fn failed(error: &StoreError) -> Message {
    Message::LibraryFailed(error.to_string())
}

/// The title as it stands in the list, after its number.
fn title(episode: &Episode) -> String {
    match episode.number {
        Some(number) => format!("{number:03}  {}", episode.title),
        None => episode.title.clone(),
    }
}
