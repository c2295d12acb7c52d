//! Counts how long the listener listens, and to how much.

use std::time::Duration;

use super::App;
use super::player::Player;
use crate::model::listened::Listened;
use crate::model::playback::SeekId;
use crate::model::{MediaTime, Moment};

/// What was heard since it was last taken.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Listening {
    heard: Listened,
    /// Up to where it has been counted, while sound is heard.
    since: Option<Since>,
    /// Up to where it has been counted what is spared.
    spared: Duration,
    /// Whether a device plays, since the last event.
    has_device: bool,
}

#[derive(Clone, Copy, Debug)]
struct Since {
    at: Moment,
    place: MediaTime,
    id: SeekId,
}

impl Listening {
    /// Nothing heard yet of what `player` plays.
    pub(super) fn new(player: &Player) -> Self {
        Self { spared: player.spared(), ..Self::default() }
    }

    /// Counts what has been heard until `now`; to be called before anything
    /// else moves the place.
    fn look(&mut self, player: &Player, now: Moment) {
        self.look_at_spared(player);
        let Some(since) = self.since.take().filter(|since| since.id == player.id()) else { return };
        let Some(source) = player.position(now).since(since.place) else { return };
        // While the sound stalls, time passes and nothing is heard; where a
        // silence is left out, more passes than is heard.
        let heard = source.div_f64(player.speed().factor());
        self.heard.real += heard.min(now.0.saturating_sub(since.at.0));
        self.heard.source += source;
    }

    /// Counts what has been spared of what is heard.
    fn look_at_spared(&mut self, player: &Player) {
        let spared = player.spared().saturating_sub(self.spared);
        self.spared = player.spared();
        if self.has_device {
            self.heard.spared += spared;
        }
    }

    /// Counts from `now` on, if anything is heard: without a device the place
    /// moves on, but nobody hears that.
    fn begin(&mut self, player: &Player, has_device: bool, now: Moment) {
        self.look_at_spared(player);
        self.has_device = has_device;
        let is_heard = has_device
            && player.has_audio()
            && player.is_playing()
            && player.awaiting_since().is_none();
        let since = || Since { at: now, place: player.position(now), id: player.id() };
        self.since = is_heard.then(since);
    }
}

impl App {
    /// Counts what has been heard until `now`.
    pub(super) fn count_heard(&mut self, now: Moment) {
        self.listening.look(&self.player, now);
    }

    /// Counts from `now` on.
    pub(super) fn count_on(&mut self, now: Moment) {
        self.listening.begin(&self.player, self.device == Some(true), now);
    }

    /// What was heard since this was last asked.
    pub fn take_listened(&mut self) -> Listened {
        self.listening.look_at_spared(&self.player);
        std::mem::take(&mut self.listening.heard)
    }
}
