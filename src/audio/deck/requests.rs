//! What is asked of the deck: noted here, and done piece by piece later, but a
//! pause at once.

use super::{Coming, Deck, Episode, Want};
use crate::model::playback::{Report, Request, SeekId};
use crate::model::{MediaTime, Moment};

impl Deck {
    /// Takes note of `request`; what it asks is done by [`Deck::step`], but a
    /// pause at once.
    pub(in crate::audio) fn take(&mut self, request: Request, now: Moment) {
        match request {
            Request::Open { media, id, at, speed, volume, manner, paused } => {
                self.newest = id;
                self.shared.set_volume(volume.factor());
                self.stop(now);
                self.episode = None;
                self.open(Coming { media, at, speed, manner, is_paused: paused }, now);
            }
            Request::Play { id } => {
                self.newest = id;
                if let Some(coming) = &mut self.coming {
                    coming.is_paused = false;
                }
                if let Some(episode) = &mut self.episode {
                    let at = episode.at;
                    episode.has_ended = false;
                    let was_paused = std::mem::replace(&mut episode.is_paused, false);
                    self.want = Some(if was_paused { Want::At(at) } else { self.seamless() });
                }
            }
            Request::Pause => {
                if let Some(coming) = &mut self.coming {
                    coming.is_paused = true;
                }
                self.pause(now);
            }
            Request::Seek { id, to } => {
                self.newest = id;
                if let Some(coming) = &mut self.coming {
                    coming.at = to;
                }
                if let Some(episode) = &mut self.episode {
                    episode.at = to.to_frames(episode.track.rate_hz());
                    episode.is_paused &= !std::mem::take(&mut episode.has_ended);
                    self.want = (!episode.is_paused).then_some(Want::At(episode.at));
                }
            }
            Request::Speed { id, speed } => {
                if let Some(coming) = &mut self.coming {
                    coming.speed = speed;
                }
                self.change(id, now, |episode| episode.speed = speed);
            }
            Request::Manner { id, manner } => {
                if let Some(coming) = &mut self.coming {
                    coming.manner = manner;
                }
                self.change(id, now, |episode| episode.manner = manner);
            }
            Request::Volume(volume) => self.shared.set_volume(volume.factor()),
            Request::Delay(millis) => self.shared.set_delay(millis),
            Request::RetryDevice => {
                if self.retry.is_some() {
                    self.retry = Some((now, 0));
                    self.is_asked = true;
                }
            }
        }
    }

    /// Begins the start `id` without a seam, after `change`.
    fn change(&mut self, id: SeekId, now: Moment, change: impl FnOnce(&mut Episode)) {
        self.newest = id;
        if let Some(episode) = &mut self.episode {
            change(episode);
            if episode.has_ended {
                return self.finish(now);
            }
            self.want = if episode.is_paused { None } else { Some(self.seamless()) };
        }
    }

    /// A start without a seam, unless a seek waits that makes one anyway.
    fn seamless(&self) -> Want {
        match self.want {
            Some(Want::At(sample)) => Want::At(sample),
            Some(Want::Seamless) | None => Want::Seamless,
        }
    }

    fn pause(&mut self, now: Moment) {
        let at = self.position(now);
        self.stop(now);
        let Some(episode) = &mut self.episode else { return };
        episode.has_ended = false;
        if !episode.is_paused {
            episode.at = at;
            episode.is_paused = true;
        }
        // Who waits for what is still to come goes on waiting there.
        if let Some(length) = episode.length.filter(|_| !episode.is_coming) {
            episode.at = episode.at.min(length);
        }
        let at = MediaTime::from_frames(episode.at, episode.track.rate_hz());
        (self.report)(Report::Paused { id: self.newest, at });
    }
}
