//! The whole program without terminal and sound: keys in, effects out.

use std::time::Duration;

use sayagain::app::{App, Effect, Event, Key, Size, Start};
use sayagain::model::playback::{Heard, Media, Report, Request, SeekId, Speed};
use sayagain::model::{Clock, CueDraft, MediaTime, Moment, Transcript, TranscriptBuilder};

/// The program with a hand that plays the audio engine.
pub(crate) struct Script {
    pub(crate) app: App,
    pub(crate) now: Moment,
    /// What has been asked for since [`Script::take`].
    pub(crate) effects: Vec<Effect>,
    /// What the engine would be doing.
    pub(crate) hand: Hand,
}

/// An engine that does what it is asked when the script says so.
#[derive(Default)]
pub(crate) struct Hand {
    asked: Vec<Request>,
    pub(crate) id: SeekId,
    pub(crate) clock: Clock,
    speed: Speed,
    playing: bool,
}

impl Script {
    /// Audio of 100 s, open and paused at its beginning, on 80 × 24.
    pub(crate) fn new(transcript: Transcript) -> Self {
        Self::start(Start { media: Some(Media::BuiltIn(b"")), ..silent(transcript) })
    }

    pub(crate) fn start(start: Start) -> Self {
        let now = Moment(Duration::from_secs(1_000));
        let has_audio = start.media.is_some();
        let (app, effects) = App::new(start, now);
        let mut script = Self { app, now, effects: Vec::new(), hand: Hand::default() };
        script.collect(effects);
        script.answer();
        script.event(Event::Resized(Size { width: 80, height: 24 }));
        if has_audio {
            let length = Some(MediaTime::from_secs(100));
            script.event(Event::Playback(Report::Opened { length }));
        }
        script.effects.clear();
        script
    }

    /// Types `keys`: `/coffee<Enter>nn`.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let name = rest.strip_prefix('<').and_then(|after| after.split_once('>'));
            let named = name.and_then(|(name, after)| Some((name.parse::<Key>().ok()?, after)));
            let (key, after) = named.unwrap_or((Key::char(c), &rest[c.len_utf8()..]));
            rest = after;
            self.event(Event::Key(key));
        }
        self
    }

    pub(crate) fn event(&mut self, event: Event) -> &mut Self {
        let effects = self.app.update(event, self.now);
        self.collect(effects);
        self
    }

    fn collect(&mut self, effects: Vec<Effect>) {
        for effect in &effects {
            if let Effect::Playback(request) = effect {
                self.hand.asked.push(request.clone());
            }
        }
        self.effects.extend(effects);
    }

    /// Has the engine do what it was asked.
    pub(crate) fn answer(&mut self) -> &mut Self {
        for request in std::mem::take(&mut self.hand.asked) {
            if let Some(report) = self.hand.ask(&request, self.now) {
                self.event(Event::Playback(report));
            }
        }
        self.wait(0)
    }

    /// Lets so many milliseconds pass, and tells what is heard then.
    pub(crate) fn wait(&mut self, millis: u64) -> &mut Self {
        self.now = self.now.after(Duration::from_millis(millis));
        let Hand { id, clock, playing, .. } = self.hand;
        self.event(Event::Heard(playing.then_some(Heard { id, clock })))
    }

    /// The place in milliseconds.
    pub(crate) fn at(&self) -> u64 {
        self.app.player().position(self.now).as_millis()
    }
}

impl Hand {
    fn ask(&mut self, request: &Request, now: Moment) -> Option<Report> {
        let here = self.clock.position(now);
        let mut to = here;
        match *request {
            Request::Open { id, at, speed, paused, .. } => {
                (self.id, self.speed, self.playing) = (id, speed, !paused);
                to = at;
            }
            Request::Play { id } => (self.id, self.playing) = (id, true),
            Request::Pause => self.playing = false,
            Request::Seek { id, to: place } => {
                self.id = id;
                to = place;
            }
            Request::Speed { id, speed } => (self.id, self.speed) = (id, speed),
            Request::Manner { id, .. } => self.id = id,
            Request::Volume(_) | Request::Delay(_) | Request::RetryDevice => return None,
        }
        self.clock = if self.playing {
            Clock::running(to, now, self.speed.factor())
        } else {
            Clock::paused(to)
        };
        (*request == Request::Pause).then_some(Report::Paused { id: self.id, at: to })
    }
}

/// Without audio, paused at the beginning.
pub(crate) fn silent(transcript: Transcript) -> Start {
    Start {
        title: "The Coffee Episode".to_owned(),
        transcript,
        paused: true,
        mouse: true,
        ..Start::default()
    }
}

/// A transcript of cues: start and end in milliseconds, and `Ann: text` or
/// `text`.
pub(crate) fn transcript<'a>(cues: impl IntoIterator<Item = (u64, u64, &'a str)>) -> Transcript {
    let mut builder = TranscriptBuilder::with_capacity(0, 0);
    for (start, end, said) in cues {
        let (speaker, text) = match said.split_once(": ") {
            Some((speaker, text)) => (Some(speaker), text),
            None => (None, said),
        };
        builder.push(&CueDraft {
            start: Some(MediaTime::from_millis(start)),
            end: MediaTime::from_millis(end),
            speaker,
            text,
            ..CueDraft::default()
        });
    }
    builder.build()
}
