//! The deck's streams of sound: begun on a device, waited for, looked after, let
//! go of; silence where there is none.

use std::time::Duration;

use super::{Deck, Playing, Reported, Want, tell_skips};
use crate::audio::device::NoDevice;
use crate::audio::outlet::{Missing, Target};
use crate::audio::ring;
use crate::audio::voice::{Start, Voice};
use crate::model::Moment;
use crate::model::playback::Report;

/// How much sound is decoded ahead, in seconds.
const AHEAD: f64 = 1.0;

/// How long after a device was not found it is looked for again.
const RETRIES: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
];

/// How long one waits quietly for a device that does not answer, and how long
/// in all before it goes on in silence.
const QUIETLY: Duration = Duration::from_secs(1);
const PATIENTLY: Duration = Duration::from_secs(4);

/// So many underruns of a device in such a time are one too many for buffers as
/// narrow.
const TOO_MANY: u64 = 3;
const OFTEN: Duration = Duration::from_secs(60);

/// How long after the end of a sound its stream is let go of: devices are a
/// little late.
const AFTER: Duration = Duration::from_millis(8);

impl Deck {
    /// Lets go of sound that has gone; whether there is still some that goes.
    pub(in crate::audio) fn is_leaving(&mut self, now: Moment) -> bool {
        let Some((playing, latest)) = &mut self.leaving else { return false };
        let over = playing.voice.inlet().hushed().map_or(*latest, |over| over.after(AFTER));
        if now < over.min(*latest) {
            return true;
        }
        self.leaving = None;
        false
    }

    /// Begins the sound at `sample` in a new stream, and ends the old one when
    /// the new one sounds. If the old one's device `is_lost`, it goes on in
    /// silence at once.
    pub(super) fn begin_stream(&mut self, sample: u64, is_lost: bool, now: Moment) {
        let Some(episode) = &self.episode else { return };
        // Some devices play for one at a time.
        self.leaving = None;
        let rate_hz = episode.track.rate_hz();
        // The old sound's line holds until the new one is heard, but it must not
        // be taken for the new one's.
        let old = self.playing.take();
        let goes_on = old.as_ref().is_some_and(|old| old.voice.id() != self.newest);
        let is_retry_due = self.retry.is_none_or(|(at, _)| now >= at);
        if is_retry_due && self.outlet.has_device() {
            let begun = self.outlet.find(rate_hz).and_then(|target| {
                let name = target.name().unwrap_or_default().to_owned();
                let playing = self.play_on(target, sample, goes_on).map_err(Missing::None)?;
                Ok((playing, name))
            });
            match begun {
                Ok((playing, name)) => {
                    self.playing = Some(playing);
                    (self.retry, self.opening) = (None, None);
                    self.is_asked = false;
                    return self.report_device(name);
                }
                // Where there was no sound yet, its beginning can wait.
                Err(Missing::Yet) if !is_lost && self.waits_on(sample, now) => {
                    self.playing = old;
                    return;
                }
                Err(Missing::Yet) => self.note_no_answer(now),
                Err(Missing::None(why)) => self.note_no_device(&why, now),
            }
        }
        self.opening = None;
        let target = self.outlet.silence();
        match self.play_on(target, sample, goes_on) {
            Ok(playing) => self.playing = Some(playing),
            Err(why) => (self.report)(Report::Failed { why: why.to_string() }),
        }
    }

    fn report_device(&mut self, name: String) {
        if self.reported != Reported::Device(name.clone()) {
            self.reported = Reported::Device(name.clone());
            (self.report)(Report::Device { name });
        }
    }

    /// Whether the sound that is to begin at `sample` waits on for a device
    /// that does not answer.
    fn waits_on(&mut self, sample: u64, now: Moment) -> bool {
        let waited = now.0.saturating_sub(self.opening.get_or_insert(now).0);
        if waited > PATIENTLY || self.reported == Reported::NoDevice {
            return false;
        }
        if waited > QUIETLY && self.reported != Reported::Opening {
            self.reported = Reported::Opening;
            (self.report)(Report::Opening);
        }
        self.want = Some(Want::At(sample));
        true
    }

    /// A new stream on `target` from `sample` on.
    fn play_on(&mut self, target: Target, sample: u64, goes_on: bool) -> Result<Playing, NoDevice> {
        let none = || NoDevice("nothing is open".to_owned());
        let episode = self.episode.as_mut().ok_or_else(none)?;
        let place = &self.shared.place;
        let writer = if goes_on { place.hand_on() } else { place.clear() };
        let rate_hz = episode.track.rate_hz();
        let out_hz = target.out_hz(rate_hz);
        let (inlet, feed) = ring::pair(&self.shared, writer, rate_hz, out_hz, AHEAD);
        let (id, speed, manner) = (self.newest, episode.speed, episode.manner);
        let start = Start { id, oldest: id, sample, speed, manner };
        let (track, memory) = (&mut episode.track, &mut episode.memory);
        let mut voice = Voice::new(start, inlet, out_hz, track, memory);
        tell_skips(&mut voice, rate_hz, &self.report);
        self.shared.set_whole(voice.is_whole());
        let is_silence = target.name().is_none();
        let sink = self.outlet.play(target, feed, &self.shared)?;
        Ok(Playing { voice, is_silence, sink })
    }

    /// Says that there is no device, once and whenever the listener has asked,
    /// and notes when to look again.
    fn note_no_device(&mut self, why: &NoDevice, now: Moment) {
        let tries = self.retry.map_or(0, |(_, tries)| tries);
        let wait = RETRIES[tries.min(RETRIES.len() - 1)];
        self.retry = Some((now.after(wait), tries + 1));
        let is_asked = std::mem::take(&mut self.is_asked);
        self.tell_no_device(why, is_asked);
    }

    /// Says that the device does not answer, once. It is still being asked, and
    /// may still answer whom the listener has asked.
    fn note_no_answer(&mut self, now: Moment) {
        let tries = self.retry.map_or(0, |(_, tries)| tries);
        self.retry = Some((now.after(RETRIES[0]), tries));
        self.tell_no_device(&NoDevice("the sound device does not answer".to_owned()), false);
    }

    /// Says that there is no device, if that is news or `again`.
    fn tell_no_device(&mut self, why: &NoDevice, again: bool) {
        if again || self.reported != Reported::NoDevice {
            self.reported = Reported::NoDevice;
            (self.report)(Report::NoDevice { why: why.to_string() });
        }
    }

    /// Looks whether the device is still there, and for one when it is not.
    pub(super) fn watch(&mut self, now: Moment) {
        let Some(playing) = &mut self.playing else { return };
        let is_lost = playing.sink.is_lost(now);
        let is_retry_due = playing.is_silence && self.retry.is_some_and(|(at, _)| now >= at);
        if !(is_lost || is_retry_due) || self.want.is_some() {
            return;
        }
        let Some(episode) = &self.episode else { return };
        let rate_hz = episode.track.rate_hz();
        if is_lost {
            let sample = self.position(now);
            self.playing = None;
            self.shared.count_lost();
            self.note_no_device(&NoDevice("the sound device went away".to_owned()), now);
            self.begin_stream(sample, true, now);
            return;
        }
        match self.outlet.find(rate_hz) {
            Ok(_) => self.begin_stream(self.position(now), true, now),
            Err(Missing::Yet) => self.note_no_answer(now),
            Err(Missing::None(why)) => self.note_no_device(&why, now),
        }
    }

    /// Notes where a server has moved the sound, and gives a device that
    /// cannot keep up wider buffers.
    pub(super) fn look_after(&mut self, now: Moment) {
        let Some(playing) = &self.playing else { return };
        if let Some(name) = playing.sink.moved_to() {
            self.shared.move_way(&name);
            return self.report_device(name);
        }
        let underruns = self.shared.device_underruns();
        let (before, since) = self.underruns;
        if underruns.saturating_sub(before) < TOO_MANY {
            if now > since.after(OFTEN) {
                self.underruns = (underruns, now);
            }
        } else if self.want.is_none() {
            self.underruns = (underruns, now);
            if self.outlet.widen() {
                self.begin_stream(self.position(now), true, now);
            }
        }
    }
}
