//! The thread that keeps the place, so that a slow disk never holds up the
//! screen.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Message;
use crate::app::{KeptPlace, QueueChange};
use crate::model::MediaTime;
use crate::model::listened::Listened;
use crate::store::{Database, EpisodeKey, Paths, Place, Places, StoreError};

/// Where the place of this episode is kept.
pub struct Keep {
    /// All places; `None` if the file could not be opened yet.
    pub places: Option<Places>,
    /// Where they are.
    pub paths: Paths,
    /// Which of them.
    pub key: EpisodeKey,
    /// What it says it is an episode of; the library may know better.
    pub show: Option<String>,
    /// Whether the listener knows that nothing can be kept now.
    pub is_told: bool,
}

/// What the thread is to do.
enum Job {
    /// Keep this of the episode turned to.
    Keep(Deed),
    /// Do this once all asked for before is done.
    Then(Box<dyn FnOnce() + Send>),
    /// What follows is of the episode with this content.
    TurnTo(EpisodeKey),
    /// An episode was heard to its end, or was not.
    Mark(EpisodeKey, bool),
    /// What is to be played next is to be told.
    AskQueue,
}

/// Something the listener did.
#[derive(Clone, Debug, PartialEq)]
enum Deed {
    Save(KeptPlace),
    /// Put back the place as it was before; `None`: there was none.
    PutBack(Option<KeptPlace>),
    /// With the show, where the library may not know it.
    Heard(Listened, Option<String>),
    KeepDelay(String, i32),
    KeepCovers(bool),
    KeepLength(MediaTime),
    Mark(bool),
    Queue(QueueChange),
}

/// How long after it could not be written something is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// The thread.
pub(super) struct Keeper {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<Option<String>>>,
}

impl Keeper {
    /// Starts it; without anywhere to keep the place it does nothing.
    pub(super) fn start(keep: Option<Keep>, sender: SyncSender<Message>) -> Self {
        let Some(keep) = keep else { return Self { jobs: None, thread: None } };
        let (jobs, waiting) = sync_channel::<Job>(16);
        let work = move || Desk::new(keep).work(&waiting, &sender);
        let thread = std::thread::Builder::new().name("keeper".into()).spawn(work).ok();
        Self { jobs: Some(jobs), thread }
    }

    /// Keeps `place`.
    pub(super) fn save(&self, place: KeptPlace) {
        self.ask(Job::Keep(Deed::Save(place)));
    }

    /// Keeps it for `device` that it is heard so many milliseconds later than it
    /// says.
    pub(super) fn save_delay(&self, device: String, millis: i32) {
        self.ask(Job::Keep(Deed::KeepDelay(device, millis)));
    }

    /// Keeps whether covers are to be shown.
    pub(super) fn save_covers(&self, covers: bool) {
        self.ask(Job::Keep(Deed::KeepCovers(covers)));
    }

    /// Keeps how long the audio of the episode turned to is.
    pub(super) fn save_length(&self, length: MediaTime) {
        self.ask(Job::Keep(Deed::KeepLength(length)));
    }

    /// Adds what was heard.
    pub(super) fn add_heard(&self, listened: Listened) {
        if !listened.is_nothing() {
            self.ask(Job::Keep(Deed::Heard(listened, None)));
        }
    }

    /// Does `then` when all asked for before is done.
    pub(super) fn then(&self, then: Box<dyn FnOnce() + Send>) {
        if self.thread.is_some() { self.ask(Job::Then(then)) } else { then() }
    }

    /// Turns to another episode, once all asked for before is done.
    pub(super) fn turn_to(&self, key: EpisodeKey) {
        self.ask(Job::TurnTo(key));
    }

    /// Keeps that an episode was heard to its end, or was not; `None`: the one
    /// turned to. A key of another form is of no episode.
    pub(super) fn mark(&self, key: Option<&str>, played: bool) {
        match key.map(str::parse) {
            None => self.ask(Job::Keep(Deed::Mark(played))),
            Some(Ok(key)) => self.ask(Job::Mark(key, played)),
            Some(Err(_)) => {}
        }
    }

    /// Keeps a change of what is to be played next.
    pub(super) fn queue(&self, change: QueueChange) {
        self.ask(Job::Keep(Deed::Queue(change)));
    }

    /// Asks for what is to be played next, after all changes before.
    pub(super) fn ask_queue(&self) {
        self.ask(Job::AskQueue);
    }

    /// Puts back what was kept before; `None` forgets the place. What another
    /// sayagain kept since stays.
    pub(super) fn restore(&self, place: Option<KeptPlace>) {
        self.ask(Job::Keep(Deed::PutBack(place)));
    }

    /// Waits until everything asked for is done; why something could not be kept,
    /// if anything could not.
    pub(super) fn finish(mut self) -> Option<String> {
        self.jobs = None;
        self.thread.take().and_then(|thread| thread.join().ok().flatten())
    }

    fn ask(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // Waits only where sixteen are waiting for the disk already.
            let _ = jobs.send(job);
        }
    }
}

/// What the thread has at hand.
struct Desk {
    keep: Keep,
    /// What is not kept yet, in its order: a disk that is full may have room
    /// again.
    late: Vec<Late>,
    /// Why it is not, as it was told last.
    told: Option<String>,
    /// The place that was kept here last, and of which episode.
    saved: Option<(EpisodeKey, Place)>,
}

/// Something that is to be kept.
struct Late {
    key: EpisodeKey,
    unix_secs: u64,
    deed: Deed,
}

impl Desk {
    const fn new(keep: Keep) -> Self {
        Self { keep, late: Vec::new(), told: None, saved: None }
    }

    /// Works until nobody asks any more; why something was not kept then.
    fn work(mut self, jobs: &Receiver<Job>, sender: &SyncSender<Message>) -> Option<String> {
        loop {
            let job = if self.late.is_empty() {
                jobs.recv().map_err(RecvTimeoutError::from)
            } else {
                jobs.recv_timeout(AGAIN)
            };
            // It is answered each time, the rest is told once.
            let is_said = matches!(job, Ok(Job::Mark(..) | Job::Keep(Deed::Queue(_))));
            match job {
                Ok(Job::Keep(Deed::Heard(listened, _))) => {
                    let heard = Deed::Heard(listened, self.keep.show.clone());
                    self.note(self.keep.key, unix_secs(), heard);
                }
                Ok(Job::Keep(deed)) => self.note(self.keep.key, unix_secs(), deed),
                Ok(Job::Mark(key, played)) => self.note(key, unix_secs(), Deed::Mark(played)),
                Ok(Job::TurnTo(key)) => {
                    self.keep.key = key;
                    // Of this one the library knows.
                    self.keep.show = None;
                }
                Ok(Job::Then(then)) => then(),
                Ok(Job::AskQueue) => self.tell_queue(sender),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let has_late = !self.late.is_empty();
            let told = self.keep_all().err().map(|error| error.brief());
            self.keep.is_told &= told.is_some() || !has_late;
            if let Some(why) = told.clone().filter(|_| is_said) {
                let _ = sender.try_send(Message::NotKept(why));
            } else if let Some(why) =
                told.clone().filter(|_| told != self.told && !self.keep.is_told)
            {
                let _ = sender.try_send(Message::SaveFailed(why));
            }
            self.told = told;
        }
        self.keep_all().err().map(|error| error.to_string())
    }

    /// Notes what is to be kept; it takes the place of what it makes idle, so
    /// that what waits does not grow while nothing can be kept.
    fn note(&mut self, key: EpisodeKey, unix_secs: u64, deed: Deed) {
        let day = |secs: u64| secs / 86_400;
        for late in &mut self.late {
            match (&mut late.deed, &deed) {
                (Deed::Heard(before, _), Deed::Heard(more, _))
                    if late.key == key && day(late.unix_secs) == day(unix_secs) =>
                {
                    before.real += more.real;
                    before.source += more.source;
                    before.spared += more.spared;
                    return;
                }
                (Deed::KeepDelay(device, before), Deed::KeepDelay(same, millis))
                    if device == same =>
                {
                    *before = *millis;
                    return;
                }
                (Deed::KeepCovers(before), Deed::KeepCovers(covers)) => {
                    *before = *covers;
                    return;
                }
                (Deed::Save(_) | Deed::PutBack(_), Deed::Save(_) | Deed::PutBack(_))
                | (Deed::Mark(_), Deed::Mark(_))
                | (Deed::KeepLength(_), Deed::KeepLength(_))
                    if late.key == key =>
                {
                    late.deed = deed;
                    late.unix_secs = unix_secs;
                    return;
                }
                _ => {}
            }
        }
        self.late.push(Late { key, unix_secs, deed });
    }

    /// Keeps what is not kept yet, as far as it can be.
    fn keep_all(&mut self) -> Result<(), StoreError> {
        while let Some(first) = self.late.first() {
            // One that could not be written when it was opened may be so now.
            let can_write = |places: &mut Places| !places.database().is_read_only();
            if !self.keep.places.as_mut().is_some_and(can_write) {
                let database = Database::open(&self.keep.paths)?.database;
                self.keep.places = Some(Places::new(database));
            }
            let Some(places) = &mut self.keep.places else { return Ok(()) };
            write(places, first, &mut self.saved)?;
            self.late.remove(0);
            if self.late.is_empty() {
                // Without it what is kept is kept all the same.
                let _ = places.copy_when_old(unix_secs());
            }
        }
        Ok(())
    }

    /// Tells what is to be played next, unless a change of it is not kept yet.
    fn tell_queue(&mut self, sender: &SyncSender<Message>) {
        let is_changed = self.late.iter().any(|late| matches!(late.deed, Deed::Queue(_)));
        if let (false, Some(places)) = (is_changed, &mut self.keep.places)
            && let Ok(queue) = places.database().queue()
        {
            let queue = queue.iter().map(ToString::to_string).collect();
            let _ = sender.try_send(Message::Queue(queue));
        }
    }
}

/// Keeps what is late; `saved` is the place that was kept here last.
fn write(
    places: &mut Places,
    late: &Late,
    saved: &mut Option<(EpisodeKey, Place)>,
) -> Result<(), StoreError> {
    let Late { key, unix_secs, deed } = late;
    let place = |kept: &KeptPlace| {
        let KeptPlace { at, speed, volume, manner, spared } = *kept;
        Place { at, speed, volume, manner, spared }
    };
    match deed {
        Deed::Save(kept) => {
            places.save(*key, &place(kept), *unix_secs)?;
            *saved = Some((*key, place(kept)));
            Ok(())
        }
        Deed::PutBack(before) => {
            let is_ours = saved.is_some_and(|(of, saved)| {
                of == *key && places.load(*key).is_ok_and(|there| there == Some(saved))
            });
            match before {
                _ if !is_ours => Ok(()),
                Some(before) => places.save(*key, &place(before), *unix_secs),
                None => places.forget(*key),
            }
        }
        Deed::Heard(listened, show) => {
            places.add_heard(*key, listened, show.as_deref(), *unix_secs)
        }
        Deed::KeepDelay(device, millis) => places.save_delay(device, *millis),
        Deed::KeepCovers(covers) => places.save_covers(*covers),
        Deed::KeepLength(length) => places.know_length(*key, *length),
        Deed::Mark(played) => places.database().mark(*key, *played, *unix_secs),
        Deed::Queue(change) => queue(places.database(), change),
    }
}

fn queue(database: &mut Database, change: &QueueChange) -> Result<(), StoreError> {
    // A key of another form is of no episode.
    match change {
        QueueChange::Add(key) => key.parse().map_or(Ok(()), |key| database.queue_up(key)),
        QueueChange::Remove(key) => key.parse().map_or(Ok(()), |key| database.take_out(key)),
        QueueChange::Swap(one, other) => match (one.parse(), other.parse()) {
            (Ok(one), Ok(other)) => database.swap(one, other),
            _ => Ok(()),
        },
    }
}

fn unix_secs() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(secs: u64) -> Deed {
        Deed::Save(KeptPlace { at: MediaTime::from_secs(secs), ..KeptPlace::default() })
    }

    fn heard(secs: u64) -> Deed {
        let real = Duration::from_secs(secs);
        Deed::Heard(Listened { real, source: real, ..Listened::default() }, None)
    }

    /// Everything a listener can do, twice, with what needs more room than
    /// there is at first.
    fn note_all(desk: &mut Desk, key: EpisodeKey) {
        for (unix_secs, secs) in [(1, 10), (2, 20)] {
            desk.note(key, unix_secs, Deed::KeepDelay("x".repeat(100_000), 5));
            desk.note(key, unix_secs, place(secs));
            desk.note(key, unix_secs, heard(secs));
            desk.note(key, unix_secs, Deed::Mark(secs == 20));
            desk.note(key, unix_secs, Deed::KeepCovers(secs == 10));
            desk.note(key, unix_secs, Deed::KeepLength(MediaTime::from_secs(secs)));
            desk.note(key, unix_secs, Deed::Queue(QueueChange::Add(key.to_string())));
        }
    }

    fn check(paths: &Paths, key: EpisodeKey) {
        let database = Database::open(paths).unwrap().database;
        let kept = database.kept().unwrap();
        assert!(!Places::new(Database::open(paths).unwrap().database).covers().unwrap());
        assert_eq!((kept.places.len(), kept.places[0].at_us), (1, 20_000_000));
        assert_eq!((kept.heard.len(), kept.heard[0].real_us), (1, 30_000_000));
        assert_eq!((kept.played.len(), kept.played[0].played), (1, true));
        assert_eq!(kept.queue, [key]);
        assert_eq!(Places::new(database).delays().unwrap(), [("x".repeat(100_000), 5)]);
    }

    #[test]
    fn what_was_done_while_the_disk_was_full_is_kept_when_there_is_room_again() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::in_folder(folder.path().to_owned());
        let key = EpisodeKey::of_bytes(b"a");
        let places = Places::new(Database::open(&paths).unwrap().database);
        let mut desk = Desk::new(Keep {
            places: Some(places),
            paths: paths.clone(),
            key,
            show: None,
            is_told: false,
        });
        let fill = |desk: &mut Desk, is_full| {
            desk.keep.places.as_mut().unwrap().database().fill(is_full);
        };
        fill(&mut desk, true);
        note_all(&mut desk, key);
        let error = desk.keep_all().unwrap_err().to_string();
        assert!(error.contains("the disk is full; make room on it"), "{error}");
        // What waits does not grow, whatever is done.
        note_all(&mut desk, key);
        assert!(desk.late.len() <= 10, "{}", desk.late.len());
        desk.late.clear();
        note_all(&mut desk, key);
        assert!(desk.keep_all().is_err());
        fill(&mut desk, false);
        desk.keep_all().unwrap();
        check(&paths, key);
    }

    #[test]
    fn a_place_is_put_back_unless_another_kept_one_since() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::in_folder(folder.path().to_owned());
        let key = EpisodeKey::of_bytes(b"a");
        let open = || Places::new(Database::open(&paths).unwrap().database);
        let desk = || {
            let places = Some(open());
            Desk::new(Keep { places, paths: paths.clone(), key, show: None, is_told: false })
        };
        let secs = || open().load(key).unwrap().map(|place| place.at.as_micros() / 1_000_000);
        let (mut one, mut other) = (desk(), desk());
        let mut does = |is_one: bool, deed: Deed| {
            let desk = if is_one { &mut one } else { &mut other };
            desk.note(key, 1, deed);
            desk.keep_all().unwrap();
            secs()
        };
        let at = |secs| {
            let Deed::Save(place) = place(secs) else { unreachable!() };
            Deed::PutBack(Some(place))
        };
        assert_eq!(does(true, place(10)), Some(10));
        assert_eq!(does(true, Deed::PutBack(None)), None);
        assert_eq!(does(true, place(20)), Some(20));
        assert_eq!(does(true, at(5)), Some(5));
        // Both play it: one is left with its place kept, the other without.
        assert_eq!(does(true, place(30)), Some(30));
        assert_eq!(does(false, place(31)), Some(31));
        assert_eq!(does(true, place(50)), Some(50));
        assert_eq!(does(false, at(5)), Some(50));
        assert_eq!(does(false, Deed::PutBack(None)), Some(50));
    }

    #[test]
    fn a_file_that_could_not_be_made_is_made_when_it_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let paths = Paths::in_folder(state.clone());
        std::fs::write(&state, "in the way").unwrap();
        let key = EpisodeKey::of_bytes(b"a");
        let mut desk =
            Desk::new(Keep { places: None, paths: paths.clone(), key, show: None, is_told: true });
        note_all(&mut desk, key);
        assert!(desk.keep_all().is_err());
        std::fs::remove_file(&state).unwrap();
        desk.keep_all().unwrap();
        check(&paths, key);
    }

    #[test]
    fn what_was_told_at_the_start_is_not_told_once_more() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        std::fs::write(&state, "in the way").unwrap();
        for is_told in [true, false] {
            let paths = Paths::in_folder(state.clone());
            let desk = Desk::new(Keep {
                places: None,
                paths,
                key: EpisodeKey::of_bytes(b"a"),
                show: None,
                is_told,
            });
            let (asked, jobs) = sync_channel(8);
            let (sender, messages) = sync_channel(8);
            asked.send(Job::AskQueue).unwrap();
            asked.send(Job::Keep(place(10))).unwrap();
            drop(asked);
            let why = desk.work(&jobs, &sender).unwrap();
            drop(sender);
            let told: Vec<Message> = messages.iter().collect();
            assert_eq!(told.len(), usize::from(!is_told), "{told:?}");
            assert!(why.contains("a file stands where a folder must"), "{why}");
        }
    }
}
