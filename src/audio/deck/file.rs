//! The file of the deck's episode: opened, looked through for where its samples
//! are, and watched, since it may grow, be written over or go out of reach.

use std::sync::Arc;
use std::time::Duration;

use super::{Coming, Deck, Episode, Next, Want};
use crate::audio::frames::Progress;
use crate::audio::notes::Notes;
use crate::audio::pipeline::Memory;
use crate::audio::track::Track;
use crate::model::playback::Report;
use crate::model::{MediaTime, Moment};

/// How often it is looked whether the file has grown, and how often where more
/// is known to come.
pub(super) const GROWTH: Duration = Duration::from_secs(1);
pub(super) const COMING: Duration = Duration::from_millis(100);

impl Deck {
    /// Opens what is wanted, or notes it where not enough of it has come yet.
    pub(super) fn open(&mut self, coming: Coming, now: Moment) {
        self.coming = None;
        if Track::is_to_come(&coming.media) {
            self.coming = Some(coming);
            return;
        }
        let Coming { at, speed, manner, is_paused, .. } = coming;
        let is_coming = Track::may_come(&coming.media);
        let mut track = match Track::open(&coming.media) {
            Ok(track) => track,
            // More of it may be needed than was thought.
            Err(_) if is_coming => {
                self.coming = Some(coming);
                return;
            }
            Err(why) => return (self.report)(Report::Failed { why }),
        };
        // Short files are known whole at once.
        let _ = track.look_on();
        let at = at.to_frames(track.rate_hz());
        let length = track.length();
        let time = length.map(|all| MediaTime::from_frames(all, track.rate_hz()));
        (self.report)(Report::Opened { length: time.filter(|_| !is_coming) });
        if let Some(time) = time.filter(|_| is_coming) {
            (self.report)(Report::SoFar(time));
        }
        self.want = (!is_paused).then_some(Want::At(at));
        self.episode = Some(Episode {
            memory: Memory::new(track.rate_hz()),
            media: coming.media,
            track,
            speed,
            manner,
            is_paused,
            has_ended: false,
            at,
            length,
            looked_at: now,
            is_coming,
            is_recalled: false,
            is_cut_off: false,
        });
    }

    /// Looks at the next piece of the file for what is in it; `None` when all
    /// of it is known.
    pub(super) fn look_on(&mut self) -> Option<Next> {
        let episode = self.episode.as_mut()?;
        if episode.length.is_some() && episode.track.length() == episode.length {
            return None;
        }
        if let Some(notes) = &self.notes
            && !std::mem::replace(&mut episode.is_recalled, true)
        {
            episode.track.recall(&**notes);
        }
        let progress = episode.track.look_on();
        if let Some(notes) = &self.notes
            && let Some((name, bytes)) = episode.track.take_new()
        {
            keep(Arc::clone(notes), name, bytes);
        }
        take_length(episode, &self.report);
        (progress.ok()? == Progress::More).then_some(Next::Now)
    }

    /// Now and then looks whether there is more of the file than there was.
    pub(super) fn grow(&mut self, now: Moment) {
        let Some(episode) = &mut self.episode else { return };
        let every = if episode.track.is_coming() { COMING } else { GROWTH };
        if now < episode.looked_at.after(every) {
            return;
        }
        episode.looked_at = now;
        if episode.track.is_overwritten() {
            return self.open_again(now);
        }
        self.take_growth(now);
    }

    /// Takes in the last of what comes through a pipe, and says how much it is
    /// in all.
    pub(super) fn take_last(&mut self, now: Moment) {
        let Some(episode) = &mut self.episode else { return };
        if !episode.is_coming || episode.track.is_coming() {
            return;
        }
        while self.take_growth(now) {}
        let Some(episode) = &mut self.episode else { return };
        episode.is_coming = false;
        tell_length(episode, &self.report);
    }

    /// Takes in what there is more of the file than there was; `false` if there
    /// is nothing.
    pub(super) fn take_growth(&mut self, now: Moment) -> bool {
        let Some(episode) = &mut self.episode else { return false };
        if !episode.track.has_grown() {
            return false;
        }
        while matches!(episode.track.look_on(), Ok(Progress::More)) {}
        take_length(episode, &self.report);
        if let Some(playing) = self.playing.as_ref().filter(|playing| playing.voice.is_whole()) {
            let voice = &playing.voice;
            let (end, is_dry) = (voice.end() as u64, voice.waiting() == Duration::ZERO);
            self.begin(end, (!is_dry).then_some(end), now);
        }
        true
    }

    /// Opens the file again, in which there is something else now, at the time
    /// where it is.
    fn open_again(&mut self, now: Moment) {
        let Some(episode) = &self.episode else { return };
        let rate_hz = episode.track.rate_hz();
        let coming = Coming {
            media: episode.media.clone(),
            at: MediaTime::from_frames(self.position(now), rate_hz),
            speed: episode.speed,
            manner: episode.manner,
            is_paused: episode.is_paused,
        };
        // It may have another rate, for which streams are made.
        self.stop(now);
        self.episode = None;
        self.open(coming, now);
    }

    /// Whether the file cannot be read now; what is missing of it then comes
    /// when it can be.
    pub(super) fn is_out_of_reach(&mut self) -> bool {
        let Some(episode) = &mut self.episode else { return false };
        let is_gone = episode.track.is_out_of_reach();
        episode.is_cut_off |= is_gone;
        is_gone
    }
}

/// Takes note of how long the episode is, and says it if that is news.
fn take_length(episode: &mut Episode, report: &dyn Fn(Report)) {
    let length = episode.track.length();
    if length.is_some() && length != episode.length {
        episode.length = length;
        tell_length(episode, report);
    }
}

/// Says how long the episode is, or how much of it has come so far.
fn tell_length(episode: &Episode, report: &dyn Fn(Report)) {
    let Some(all) = episode.length else { return };
    let all = MediaTime::from_frames(all, episode.track.rate_hz());
    report(if episode.is_coming { Report::SoFar(all) } else { Report::Length(all) });
}

/// Has `notes` keep this, without waiting for their disk.
fn keep(notes: Arc<dyn Notes>, name: String, bytes: Vec<u8>) {
    let work = move || notes.keep(&name, &bytes);
    // Without a thread it is found out once more.
    let _ = std::thread::Builder::new().name("notes".to_owned()).spawn(work);
}
