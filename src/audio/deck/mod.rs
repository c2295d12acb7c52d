//! What the decoder's thread does, without the thread: takes requests, decodes
//! ahead, begins and ends the sound, and says what became of it.
//!
//! [`Deck::take`] only notes what is wanted; [`Deck::step`] does one small
//! piece of it. So of ten seeks that wait together only the last is done, and
//! nothing else waits long.

mod file;
mod requests;
mod streams;

use std::sync::Arc;
use std::time::Duration;

use crate::audio::notes::Notes;
use crate::audio::outlet::{Outlet, Sink};
use crate::audio::pipeline::Memory;
use crate::audio::ring;
use crate::audio::shared::Shared;
use crate::audio::track::Track;
use crate::audio::voice::{Start, Voice};
use crate::model::playback::{Heard, Manner, Media, Report, SeekId, Speed};
use crate::model::{MediaTime, Moment};
use file::{COMING, GROWTH};

/// How far behind what the device has the speed changes: it may take this much
/// while the change is prepared.
const MARGIN: Duration = Duration::from_millis(120);

/// How long at least until it is looked again whether the end has been taken.
const SOON: Duration = Duration::from_millis(10);

/// How often it is looked whether it is long enough; an answer wakes at once.
const OPENING: Duration = Duration::from_millis(100);

/// How long the end of a sound may take.
const FAREWELL: Duration = Duration::from_millis(250);

/// How often the device is looked after at least while it plays.
const WATCH: Duration = Duration::from_millis(500);

/// When there is something to do again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audio) enum Next {
    /// At once.
    Now,
    /// After this long, or when a request comes.
    In(Duration),
    /// When a request comes.
    Asked,
}

/// An episode that is played, or could be.
pub(in crate::audio) struct Deck {
    outlet: Outlet,
    shared: Arc<Shared>,
    report: Box<dyn Fn(Report) + Send>,
    notes: Option<Arc<dyn Notes>>,
    episode: Option<Episode>,
    /// What is opened as soon as enough of it has come.
    coming: Option<Coming>,
    playing: Option<Playing>,
    /// Sound that is going, and when it is gone at the latest.
    leaving: Option<(Playing, Moment)>,
    want: Option<Want>,
    newest: SeekId,
    reported: Reported,
    /// Since when a device has been waited for, before the sound begins.
    opening: Option<Moment>,
    /// Underruns of devices before those that count against the buffers, and
    /// since when they are counted.
    underruns: (u64, Moment),
    /// When a device is looked for again, and how often it was not there.
    retry: Option<(Moment, usize)>,
    /// Whether the listener waits for what comes of it; after a pause it is
    /// answered by the next look.
    is_asked: bool,
}

/// What was said of the device last.
#[derive(PartialEq, Eq)]
enum Reported {
    Nothing,
    Opening,
    NoDevice,
    Device(String),
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Episode {
    media: Media,
    track: Track,
    memory: Memory,
    speed: Speed,
    manner: Manner,
    is_paused: bool,
    /// Whether it is paused because it came to its end, which who asks for
    /// something may not have heard of yet.
    has_ended: bool,
    /// Where it begins when it is played, in samples.
    at: u64,
    length: Option<u64>,
    looked_at: Moment,
    /// Whether more was on its way when that was looked at last.
    is_coming: bool,
    /// Whether the notes have been asked about it.
    is_recalled: bool,
    /// Whether its file went out of reach before its end.
    is_cut_off: bool,
}

/// An episode that is to be opened.
struct Coming {
    media: Media,
    at: MediaTime,
    speed: Speed,
    manner: Manner,
    is_paused: bool,
}

/// Sound that has begun.
struct Playing {
    voice: Voice,
    is_silence: bool,
    sink: Sink,
}

/// A start that has been asked for.
#[derive(Clone, Copy, Debug)]
enum Want {
    /// At this sample, at once.
    At(u64),
    /// Behind what the device already has, without a seam.
    Seamless,
}

impl Deck {
    /// A deck with nothing in it.
    pub(in crate::audio) fn new(
        outlet: Outlet,
        shared: Arc<Shared>,
        report: Box<dyn Fn(Report) + Send>,
    ) -> Self {
        Self {
            outlet,
            shared,
            report,
            notes: None,
            episode: None,
            coming: None,
            playing: None,
            leaving: None,
            opening: None,
            underruns: (0, Moment::default()),
            want: None,
            newest: SeekId::default(),
            reported: Reported::Nothing,
            retry: None,
            is_asked: false,
        }
    }

    /// Has what is found out about files kept in `notes` from now on.
    pub(in crate::audio) fn remember(&mut self, notes: Arc<dyn Notes>) {
        self.notes = Some(notes);
    }

    /// Does one small piece of what there is to do.
    pub(in crate::audio) fn step(&mut self, now: Moment) -> Next {
        self.watch(now);
        self.look_after(now);
        if let Some(coming) = self.coming.take() {
            self.open(coming, now);
            if self.coming.is_some() {
                return Next::In(COMING);
            }
        }
        self.take_last(now);
        if let Some(want) = self.want {
            return self.start(want, now);
        }
        if self.fill() {
            return Next::Now;
        }
        if let Some(next) = self.look_on() {
            return next;
        }
        self.grow(now);
        self.rest(now)
    }

    /// The sample that is heard at `now`, or where a start that is not heard
    /// yet begins.
    fn position(&self, now: Moment) -> u64 {
        let Some(episode) = &self.episode else { return 0 };
        match (self.want, &self.playing) {
            (Some(Want::At(sample)), _) => sample,
            (_, None) => episode.at,
            (_, Some(playing)) => match self.shared.heard(now) {
                Some(heard) if heard.id >= playing.voice.oldest() => {
                    heard.clock.position(now).to_frames(episode.track.rate_hz())
                }
                _ => playing.voice.from(),
            },
        }
    }

    /// Ends the sound, if there is any; what is heard of it fades away.
    pub(in crate::audio) fn stop(&mut self, now: Moment) {
        self.want = None;
        self.opening = None;
        if let Some(mut playing) = self.playing.take()
            && playing.sink.hush(playing.voice.inlet())
        {
            self.leaving = Some((playing, now.after(FAREWELL)));
        }
        self.retry = None;
        self.shared.place.clear();
    }

    /// Begins the sound that is wanted, once the index reaches it.
    fn start(&mut self, want: Want, now: Moment) -> Next {
        let sample = self.sample_of(want);
        let Some(episode) = &self.episode else {
            self.want = None;
            return Next::Asked;
        };
        if !episode.track.reaches(sample) {
            // Meanwhile the old sound goes on.
            self.fill();
            let next = self.look_on();
            return next.unwrap_or(if self.is_out_of_reach() {
                Next::In(WATCH)
            } else {
                Next::Now
            });
        }
        self.want = None;
        let is_past_end = episode.length.is_some_and(|length| sample >= length);
        if is_past_end {
            let is_coming = episode.track.is_coming();
            let has_grown = self.take_growth(now);
            if is_coming || has_grown {
                self.want = Some(want);
                self.fill();
                return if has_grown { Next::Now } else { Next::In(COMING) };
            }
        }
        match want {
            // What is left is played to its end as it is.
            Want::Seamless if is_past_end && self.playing.is_some() => {}
            _ if is_past_end => self.finish(now),
            Want::At(sample) => self.begin(sample, None, now),
            Want::Seamless => self.begin(sample, Some(sample), now),
        }
        // The device is not there yet.
        if self.opening.is_some() && self.want.is_some() { Next::In(OPENING) } else { Next::Now }
    }

    /// The sample that `want` means.
    fn sample_of(&self, want: Want) -> u64 {
        let Some(episode) = &self.episode else { return 0 };
        let rate_hz = episode.track.rate_hz();
        match (want, &self.playing) {
            (Want::At(sample), _) => sample,
            (Want::Seamless, None) => episode.at,
            (Want::Seamless, Some(playing)) => match self.shared.place.handed() {
                Some(heard) if heard.id >= playing.voice.oldest() => {
                    let margin = MARGIN.as_secs_f64() * heard.clock.rate * f64::from(rate_hz);
                    let behind = heard.clock.limit.to_frames(rate_hz) + margin as u64;
                    behind.min(episode.length.unwrap_or(u64::MAX))
                }
                _ => playing.voice.from(),
            },
        }
    }

    /// Begins the sound at `sample`: in the stream that there is, at `seam` or
    /// at once, or in a new one.
    fn begin(&mut self, sample: u64, seam: Option<u64>, now: Moment) {
        let Some(episode) = &mut self.episode else { return };
        if let Some(playing) = &mut self.playing {
            let voice = &mut playing.voice;
            let oldest = if seam.is_some() { voice.oldest() } else { self.newest };
            let (speed, manner) = (episode.speed, episode.manner);
            let start = Start { id: self.newest, oldest, sample, speed, manner };
            let ring = voice.renew(start, &mut episode.track, &mut episode.memory);
            tell_skips(voice, episode.track.rate_hz(), &self.report);
            self.shared.set_whole(voice.is_whole());
            let is_taken = match seam {
                Some(seam) => voice.inlet().swap(ring, Some(seam as f64)),
                None => playing.sink.jump(voice.inlet(), ring),
            };
            if is_taken {
                return;
            }
        }
        self.begin_stream(sample, false, now);
    }

    /// Decodes some blocks ahead; `true` when there is room for more.
    fn fill(&mut self) -> bool {
        let (Some(episode), Some(playing)) = (&mut self.episode, &mut self.playing) else {
            return false;
        };
        let voice = &mut playing.voice;
        if !voice.is_hungry() {
            return false;
        }
        voice.fill(&mut episode.track, &mut episode.memory);
        tell_skips(voice, episode.track.rate_hz(), &self.report);
        playing.sink.feed_on();
        self.shared.set_whole(voice.is_whole());
        if let Some(sample) = voice.take_damaged() {
            let at = MediaTime::from_frames(sample, episode.track.rate_hz());
            (self.report)(Report::Damaged { at });
        }
        voice.is_hungry()
    }

    /// Ends the sound when its last sample has been heard, and gives how long
    /// there is nothing to do.
    fn rest(&mut self, now: Moment) -> Next {
        let is_leaving = self.is_leaving(now);
        let Some(playing) = &self.playing else {
            let is_coming = self.episode.as_ref().is_some_and(|episode| episode.is_coming);
            return match (is_leaving, is_coming) {
                (true, _) => Next::In(SOON),
                (false, true) => Next::In(GROWTH),
                (false, false) => Next::Asked,
            };
        };
        let voice = &playing.voice;
        if let Some(time) = voice.until_hungry() {
            return Next::In(time);
        }
        let (whole, is_dry) = (voice.end() as u64, voice.waiting() == Duration::ZERO);
        if self.is_out_of_reach() {
            return Next::In(WATCH);
        }
        if let Some(episode) = &mut self.episode
            && std::mem::take(&mut episode.is_cut_off)
        {
            self.begin(whole, (!is_dry).then_some(whole), now);
            return Next::Now;
        }
        let Some(playing) = &self.playing else { return Next::Asked };
        let voice = &playing.voice;
        let end = ring::time(voice.end(), self.media_hz());
        let is_last = |heard: &Heard| heard.id == voice.id() && heard.clock.limit >= end;
        let last = self.shared.place.handed().filter(is_last);
        let over = last.and_then(|heard| heard.clock.moment_of(end));
        let over = over.map(|over| over.after(self.shared.delay()));
        match over {
            None if !voice.has_begun() => {}
            Some(over) if over <= now => {}
            Some(over) => return Next::In(over.wait(now).min(WATCH)),
            None => return Next::In(voice.waiting().clamp(SOON, WATCH)),
        }
        let is_coming = self.episode.as_ref().is_some_and(|episode| episode.track.is_coming());
        // The last of it may have come just now.
        if self.take_growth(now) {
            return Next::Now;
        }
        if is_coming {
            return Next::In(COMING);
        }
        self.playing = None;
        self.finish(now);
        Next::Now
    }

    /// The end has been heard.
    fn finish(&mut self, now: Moment) {
        self.stop(now);
        let Some(episode) = &mut self.episode else { return };
        (episode.is_paused, episode.has_ended) = (true, true);
        episode.at = episode.length.unwrap_or(episode.at);
        let at = MediaTime::from_frames(episode.at, episode.track.rate_hz());
        (self.report)(Report::Ended { id: self.newest, at });
    }

    fn media_hz(&self) -> u32 {
        self.episode.as_ref().map_or(0, |episode| episode.track.rate_hz())
    }
}

/// Says what has been left out of the sound.
fn tell_skips(voice: &mut Voice, media_hz: u32, report: &dyn Fn(Report)) {
    let id = voice.id();
    for (from, to) in voice.take_skips() {
        let time = |sample| MediaTime::from_frames(sample, media_hz);
        report(Report::Skip { id, from: time(from), to: time(to) });
    }
}
