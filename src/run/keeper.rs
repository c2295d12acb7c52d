//! The thread that keeps the place, so that a slow disk never holds up the
//! screen.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Message;
use crate::app::{KeptPlace, QueueChange};
use crate::model::listened::Listened;
use crate::store::{EpisodeKey, Place, Places, StoreError};

/// Where the place of this episode is kept.
pub struct Keep {
    /// All places.
    pub places: Places,
    /// Which of them.
    pub key: EpisodeKey,
}

/// What the thread is to do.
enum Job {
    Save(KeptPlace),
    Heard(Listened),
    Forget,
    /// Say that all asked for before is done.
    Tell,
    KeepDelay(String, i32),
    /// What follows is of the episode with this content.
    TurnTo(EpisodeKey),
    /// An episode was heard to its end, or was not; `None`: this one.
    Mark {
        key: Option<EpisodeKey>,
        played: bool,
    },
    /// What is to be played next has changed.
    Queue(QueueChange),
    /// What is to be played next is to be told.
    AskQueue,
}

/// The thread.
pub(super) struct Keeper {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts it; without anywhere to keep the place it does nothing.
    pub(super) fn start(keep: Option<Keep>, sender: SyncSender<Message>) -> Self {
        let Some(mut keep) = keep else { return Self { jobs: None, thread: None } };
        let (jobs, waiting) = sync_channel::<Job>(16);
        let work = move || {
            for job in waiting {
                let done = match job {
                    Job::Save(place) => save(&keep, place),
                    Job::KeepDelay(device, millis) => keep.places.save_delay(&device, millis),
                    Job::Heard(listened) => keep.places.add_heard(keep.key, &listened, unix_secs()),
                    Job::Forget => keep.places.forget(keep.key),
                    Job::Tell => {
                        let _ = sender.try_send(Message::Kept);
                        Ok(())
                    }
                    Job::TurnTo(key) => {
                        keep.key = key;
                        Ok(())
                    }
                    Job::Mark { key, played } => {
                        let key = key.unwrap_or(keep.key);
                        keep.places.database().mark(key, played, unix_secs())
                    }
                    Job::Queue(change) => queue(&mut keep, &change),
                    Job::AskQueue => keep.places.database().queue().map(|queue| {
                        let queue = queue.iter().map(ToString::to_string).collect();
                        let _ = sender.try_send(Message::Queue(queue));
                    }),
                };
                if let Err(error) = done {
                    let _ = sender.try_send(Message::SaveFailed(error.to_string()));
                }
            }
            // Nobody is there any more to be told; the next time is soon enough.
            let _ = keep.places.finish(unix_secs());
        };
        let thread = std::thread::Builder::new().name("keeper".into()).spawn(work).ok();
        Self { jobs: Some(jobs), thread }
    }

    /// Keeps `place`.
    pub(super) fn save(&self, place: KeptPlace) {
        self.ask(Job::Save(place));
    }

    /// Keeps it for `device` that it is heard so many milliseconds later than it
    /// says.
    pub(super) fn save_delay(&self, device: String, millis: i32) {
        self.ask(Job::KeepDelay(device, millis));
    }

    /// Adds what was heard.
    pub(super) fn add_heard(&self, listened: Listened) {
        if !listened.is_nothing() {
            self.ask(Job::Heard(listened));
        }
    }

    /// Has it told when all asked for before is done.
    pub(super) fn tell(&self) {
        self.ask(Job::Tell);
    }

    /// Turns to another episode, once all asked for before is done.
    pub(super) fn turn_to(&self, key: EpisodeKey) {
        self.ask(Job::TurnTo(key));
    }

    /// Keeps that an episode was heard to its end, or was not; `None`: the one
    /// turned to. A key of another form is of no episode.
    pub(super) fn mark(&self, key: Option<&str>, played: bool) {
        if let Ok(key) = key.map(str::parse).transpose() {
            self.ask(Job::Mark { key, played });
        }
    }

    /// Keeps a change of what is to be played next.
    pub(super) fn queue(&self, change: QueueChange) {
        self.ask(Job::Queue(change));
    }

    /// Asks for what is to be played next, after all changes before.
    pub(super) fn ask_queue(&self) {
        self.ask(Job::AskQueue);
    }

    /// Puts back what was kept before; `None` forgets the place.
    pub(super) fn restore(&self, place: Option<KeptPlace>) {
        self.ask(place.map_or(Job::Forget, Job::Save));
    }

    /// Waits until everything asked for is done.
    pub(super) fn finish(mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    fn ask(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // Waits only where sixteen are waiting for the disk already.
            let _ = jobs.send(job);
        }
    }
}

fn save(keep: &Keep, place: KeptPlace) -> Result<(), StoreError> {
    let KeptPlace { at, speed, volume, manner, spared } = place;
    keep.places.save(keep.key, &Place { at, speed, volume, manner, spared }, unix_secs())
}

fn queue(keep: &mut Keep, change: &QueueChange) -> Result<(), StoreError> {
    let database = keep.places.database();
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
