//! What is playing: the place, the speed, the volume, and seeks that can be
//! taken back.

use std::time::Duration;

use super::skips::Skips;
use crate::model::playback::{Heard, Manner, Report, Request, SeekId, Speed, Volume};
use crate::model::{Clock, MediaTime, Moment, Offset};

/// The state of what is playing.
#[derive(Clone, Debug)]
pub struct Player {
    /// Whether an engine keeps the time; else the clock runs by itself.
    audio: bool,
    playing: bool,
    clock: Clock,
    id: SeekId,
    /// When the engine was asked for a start that is not heard yet.
    awaiting: Option<Moment>,
    speed: Speed,
    /// What Backspace goes to at normal speed.
    last_speed: Speed,
    volume: Volume,
    manner: Manner,
    /// What is left out of the sound that is heard next, of the start that
    /// `clock` is of.
    skips: Skips,
    heard_id: SeekId,
    length: Option<MediaTime>,
    /// How much has come, while more is on its way.
    so_far: Option<MediaTime>,
    undo: Vec<MediaTime>,
    redo: Vec<MediaTime>,
    last_step: Option<Moment>,
    /// It played to its end, and plays on when it is taken back from there.
    ended: bool,
}

/// How a seek was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Some seconds or cues from here; quick ones are taken back together.
    Step,
    /// To a place; each is taken back by itself.
    Jump,
}

/// Steps less than this apart are taken back together: a key held down.
const SAME_SEEK: Duration = Duration::from_secs(1);

/// How long the clock goes on past what has been given to the device, in
/// milliseconds: the next samples come in time, as a rule, and a cue that
/// begins with them must not wait until they have. In an underrun that lasts
/// longer the clock stands.
const RUNS_ON_MS: i64 = 60;

/// How many seeks can be taken back.
const UNDO_LIMIT: usize = 200;

impl Player {
    /// A player that stands at `at`. Without `audio` the clock runs by itself
    /// up to `length`.
    pub fn new(
        audio: bool,
        at: MediaTime,
        speed: Speed,
        volume: Volume,
        length: Option<MediaTime>,
    ) -> Self {
        Self {
            audio,
            playing: false,
            clock: Clock::paused(at),
            id: SeekId::default(),
            awaiting: None,
            speed,
            last_speed: Speed::from_tenths(15),
            volume,
            manner: Manner::default(),
            skips: Skips::default(),
            heard_id: SeekId::default(),
            length,
            so_far: None,
            undo: Vec::new(),
            redo: Vec::new(),
            last_step: None,
            ended: false,
        }
    }

    /// Counts the ids given to the engine from `id` on.
    pub const fn begin_ids_at(&mut self, id: SeekId) {
        self.id = id;
    }

    /// Plays in this manner from the beginning; so much time has been spared.
    pub(super) fn begin_in(&mut self, manner: Manner, spared: Duration) {
        self.manner = manner;
        self.skips = Skips::new(spared);
    }

    /// Marks an episode as playing from the moment the engine opens it.
    pub fn begin(&mut self, now: Moment) -> SeekId {
        self.playing = true;
        self.awaiting = self.audio.then_some(now);
        if !self.audio {
            self.run(now);
        }
        self.id
    }

    /// Whether there is sound to be had.
    pub const fn has_audio(&self) -> bool {
        self.audio
    }

    /// Whether it plays, or will as soon as the engine answers.
    pub const fn is_playing(&self) -> bool {
        self.playing
    }

    /// When the engine was asked for a start that is not heard yet; `None` if
    /// there is none.
    pub const fn awaiting_since(&self) -> Option<Moment> {
        self.awaiting
    }

    /// Since when there should be sound that has not come: of a start that was
    /// asked for, or what follows on the last; `None` while it comes.
    pub fn lacking_since(&self, now: Moment) -> Option<Moment> {
        let over = self.clock.moment_of(self.clock.limit).filter(|&over| over < now);
        let over = over.filter(|_| self.audio && self.playing);
        self.awaiting.or(over)
    }

    /// The newest id given to the engine.
    pub const fn id(&self) -> SeekId {
        self.id
    }

    /// How fast.
    pub const fn speed(&self) -> Speed {
        self.speed
    }

    /// How loud.
    pub const fn volume(&self) -> Volume {
        self.volume
    }

    /// What is done to the sound.
    pub const fn manner(&self) -> Manner {
        self.manner
    }

    /// How much sooner the listener was through the episode, in all starts,
    /// for the silences that were left out.
    pub const fn spared(&self) -> Duration {
        self.skips.spared()
    }

    /// How long the episode is, once that is known.
    pub const fn length(&self) -> Option<MediaTime> {
        self.length
    }

    /// How much of the episode has come, if more is or was on its way.
    pub const fn so_far(&self) -> Option<MediaTime> {
        self.so_far
    }

    /// The place that is heard at `now`: never past the length.
    pub fn position(&self, now: Moment) -> MediaTime {
        let position = self.place(now);
        self.length.map_or(position, |length| position.min(length))
    }

    /// The place where it was asked to begin, even if that lies past the length.
    pub fn position_asked(&self, now: Moment) -> MediaTime {
        self.place(now)
    }

    /// The place of the clock, past the silences that are left out.
    fn place(&self, now: Moment) -> MediaTime {
        self.skips.over(self.heard_id, self.clock.anchor, self.clock.position(now))
    }

    /// Goes to the beginning, playing or paused as it was asked to; this is no
    /// seek that can be taken back.
    pub fn begin_anew(&mut self, now: Moment) -> Vec<Request> {
        self.move_to(MediaTime::ZERO, now)
    }

    /// When the clock will reach `time`, if it goes on as it does; `None`
    /// while it stands.
    pub fn moment_of(&self, time: MediaTime) -> Option<Moment> {
        let endless = MediaTime::from_micros(u64::MAX);
        let time = self.skips.without(self.heard_id, self.clock.anchor, time);
        Clock { limit: endless, ..self.clock }.moment_of(time)
    }

    /// Whether the place is the end.
    pub fn is_at_end(&self, now: Moment) -> bool {
        self.length.is_some_and(|length| self.position(now) >= length)
    }

    /// Plays; from the beginning if it stands at the end.
    pub fn play(&mut self, now: Moment) -> Vec<Request> {
        self.ended = false;
        let mut requests = Vec::new();
        if self.is_at_end(now) {
            requests.extend(self.move_to(MediaTime::ZERO, now));
        }
        requests.extend(self.go_on(now));
        requests
    }

    /// Plays from where it stands.
    fn go_on(&mut self, now: Moment) -> Option<Request> {
        self.ended = false;
        self.playing = true;
        if self.audio {
            self.id = self.id.next();
            self.awaiting = Some(now);
            return Some(Request::Play { id: self.id });
        }
        self.run(now);
        None
    }

    /// Stops where it is.
    pub fn pause(&mut self, now: Moment) -> Option<Request> {
        self.ended = false;
        self.stand(self.position(now));
        self.playing = false;
        self.awaiting = None;
        self.audio.then_some(Request::Pause)
    }

    /// Goes to `to`, and remembers where it was.
    pub fn seek(&mut self, to: MediaTime, way: Way, now: Moment) -> Vec<Request> {
        let recent = self.last_step.is_some_and(|last| now.0.saturating_sub(last.0) < SAME_SEEK);
        let same = recent && way == Way::Step;
        self.last_step = (way == Way::Step).then_some(now);
        if !same || self.undo.is_empty() {
            self.undo.push(self.position(now));
            if self.undo.len() > UNDO_LIMIT {
                self.undo.remove(0);
            }
        }
        self.redo.clear();
        self.move_to(to, now)
    }

    /// Goes on with the last seek, to `to`: both are taken back together.
    pub fn scrub(&mut self, to: MediaTime, now: Moment) -> Vec<Request> {
        self.last_step = None;
        self.redo.clear();
        self.move_to(to, now)
    }

    /// Moves by `offset` from the place that is heard.
    pub fn seek_by(&mut self, offset: Offset, now: Moment) -> Vec<Request> {
        self.seek(self.position(now).shift(offset), Way::Step, now)
    }

    /// Goes back to where the last seek came from; `None` if there is none.
    pub fn undo_seek(&mut self, now: Moment) -> Option<Vec<Request>> {
        let to = self.undo.pop()?;
        self.redo.push(self.position(now));
        self.last_step = None;
        Some(self.move_to(to, now))
    }

    /// Does the seek again that was taken back last; `None` if there is none.
    pub fn redo_seek(&mut self, now: Moment) -> Option<Vec<Request>> {
        let to = self.redo.pop()?;
        self.undo.push(self.position(now));
        self.last_step = None;
        Some(self.move_to(to, now))
    }

    /// Plays at `speed` from the place that is heard.
    pub fn set_speed(&mut self, speed: Speed, now: Moment) -> Option<Request> {
        if speed == self.speed {
            return None;
        }
        if self.speed != Speed::NORMAL {
            self.last_speed = self.speed;
        }
        self.speed = speed;
        if self.audio {
            return Some(Request::Speed { id: self.change(now), speed });
        }
        if self.playing {
            self.run(now);
        }
        None
    }

    /// The id of a start with another speed or manner. Until that is heard, the
    /// clock goes on as it did.
    fn change(&mut self, now: Moment) -> SeekId {
        self.id = self.id.next();
        self.awaiting = self.playing.then_some(now);
        self.id
    }

    /// Plays in this manner from the place that is heard.
    pub fn set_manner(&mut self, manner: Manner, now: Moment) -> Option<Request> {
        let changed = manner != self.manner;
        self.manner = manner;
        (self.audio && changed).then(|| Request::Manner { id: self.change(now), manner })
    }

    /// Normal speed; at normal speed the last other one.
    pub fn toggle_speed(&mut self, now: Moment) -> Option<Request> {
        let next = if self.speed == Speed::NORMAL { self.last_speed } else { Speed::NORMAL };
        self.set_speed(next, now)
    }

    /// Plays this loud.
    pub fn set_volume(&mut self, volume: Volume) -> Option<Request> {
        self.volume = volume;
        self.audio.then_some(Request::Volume(volume))
    }

    /// Takes in what is heard; what belongs to an older start is dropped.
    pub fn take_heard(&mut self, heard: Heard) {
        if self.playing && self.audio && heard.id == self.id {
            let ahead = Offset::from_millis(RUNS_ON_MS * i64::from(self.speed.tenths()) / 10);
            let limit = heard.clock.limit.shift(ahead);
            self.clock = Clock { limit, ..heard.clock };
            self.heard_id = heard.id;
            self.skips.pass(heard.id, heard.clock.anchor, self.speed);
            self.awaiting = None;
        }
    }

    /// Takes in what the engine says about the place and the length.
    pub fn take_report(&mut self, report: &Report) {
        match *report {
            Report::Opened { length: Some(length) } | Report::Length(length) => {
                self.length = Some(length);
            }
            Report::SoFar(so_far) => self.so_far = Some(so_far),
            Report::Skip { id, from, to } => self.skips.add(id, from, to),
            Report::Paused { id, at } if id == self.id && !self.playing => self.stand(at),
            Report::Ended { id, at } if id == self.id => {
                self.stand(at);
                // Whatever the file said, there is no more.
                self.length = Some(at);
                self.ended |= self.playing;
                self.playing = false;
                self.awaiting = None;
            }
            _ => {}
        }
    }

    /// Goes on without an engine: the clock stands at the place, up to
    /// `length`.
    pub fn lose_audio(&mut self, length: Option<MediaTime>, now: Moment) {
        self.stand(self.position(now));
        self.audio = false;
        self.playing = false;
        self.awaiting = None;
        self.length = length;
    }

    /// Ends when a clock that runs by itself has come to the end; says whether
    /// it did.
    pub fn end_if_over(&mut self, now: Moment) -> bool {
        let over = !self.audio && self.playing && self.is_at_end(now);
        if over {
            self.stand(self.position(now));
            self.ended = true;
            self.playing = false;
        }
        over
    }

    fn move_to(&mut self, to: MediaTime, now: Moment) -> Vec<Request> {
        let to = self.length.map_or(to, |length| to.min(length));
        // The place moves at once, so that the mark does not wait for the sound.
        self.stand(to);
        let mut requests = Vec::new();
        if self.audio {
            self.id = self.id.next();
            self.awaiting = self.playing.then_some(now);
            requests.push(Request::Seek { id: self.id, to });
        } else if self.playing {
            self.run(now);
        }
        if self.ended && !self.is_at_end(now) {
            requests.extend(self.go_on(now));
        }
        requests
    }

    /// Lets the clock stand at `at`; nothing is ahead of it.
    fn stand(&mut self, at: MediaTime) {
        self.clock = Clock::paused(at);
        self.skips.clear();
    }

    fn run(&mut self, now: Moment) {
        let position = self.position(now);
        self.clock = Clock {
            limit: self.length.unwrap_or(MediaTime::from_micros(u64::MAX)),
            ..Clock::running(position, now, self.speed.factor())
        };
    }
}
