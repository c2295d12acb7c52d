//! The picture of how loud the episode is where, over the progress line.

use std::ops::Range;
use std::time::Duration;

use super::event::Effect;
use super::{App, Layout};
use crate::model::playback::Media;
use crate::model::{Level, Levels, MediaTime, Moment, Offset};

/// What is known of the picture.
#[derive(Debug, Default)]
pub(super) struct Waveform {
    is_shown: bool,
    zoom: Zoom,
    /// What is played.
    media: Option<Media>,
    /// How often an episode was asked about; what belongs to an older question
    /// is dropped.
    asked: u64,
    /// Whether this episode has been asked about.
    is_asked: bool,
    levels: Levels,
    columns: Columns,
}

/// How much of the episode is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zoom {
    /// All of it.
    #[default]
    Whole,
    /// Ten minutes around now.
    TenMinutes,
    /// One minute around now.
    Minute,
}

/// The levels of the columns, and what they were worked out for.
#[derive(Debug, Default)]
struct Columns {
    window: Range<MediaTime>,
    levels: Vec<Option<Level>>,
}

impl Zoom {
    /// How much is seen at most; `None` is all.
    const fn length(self) -> Option<Duration> {
        match self {
            Self::Whole => None,
            Self::TenMinutes => Some(Duration::from_secs(600)),
            Self::Minute => Some(Duration::from_secs(60)),
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Whole => Self::TenMinutes,
            Self::TenMinutes => Self::Minute,
            Self::Minute => Self::Whole,
        }
    }
}

impl Waveform {
    /// That of an episode with this sound.
    pub(super) fn new(media: Option<Media>) -> Self {
        Self { media, ..Self::default() }
    }

    /// That of the next episode: shown as this one is.
    pub(super) fn hand_on(&self, next: &mut Self) {
        next.is_shown = self.is_shown;
        next.zoom = self.zoom;
        next.asked = self.asked;
    }

    /// Whether it is to be shown, where there is room.
    pub(super) const fn is_shown(&self) -> bool {
        self.is_shown
    }
}

impl App {
    /// How much of the episode the waveform shows; `None` where it shows all
    /// of it.
    pub const fn waveform_zoom(&self) -> Option<Duration> {
        self.waveform.zoom.length()
    }

    /// The levels of the waveform's columns, those of the progress bar; `None`
    /// where nothing is known yet.
    pub fn waveform(&self) -> &[Option<Level>] {
        &self.waveform.columns.levels
    }

    /// The part of the episode that the waveform shows at `now`. Zoomed, it
    /// moves by half of itself, so that now is in the middle half of it,
    /// except at the ends.
    pub fn waveform_window(&self, now: Moment) -> Range<MediaTime> {
        self.window_at(self.player.position(now))
    }

    fn window_at(&self, position: MediaTime) -> Range<MediaTime> {
        let length = self.length();
        let Some(span) = self
            .waveform
            .zoom
            .length()
            .filter(|span| u128::from(length.as_micros()) > span.as_micros())
        else {
            return MediaTime::ZERO..length;
        };
        let span = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        let half = span / 2;
        let start = position.as_micros().saturating_sub(span / 4) / half * half;
        let start = start.min(length.as_micros() - span);
        MediaTime::from_micros(start)..MediaTime::from_micros(start + span)
    }

    /// Where in the waveform `time` lies, counted in its columns; `None`
    /// outside of what it shows, and where it is not shown.
    pub fn waveform_column(&self, time: MediaTime, now: Moment) -> Option<u16> {
        self.column_in(&self.waveform_window(now), time)
    }

    fn column_in(&self, window: &Range<MediaTime>, time: MediaTime) -> Option<u16> {
        let width = self.waveform_width()?;
        let inside = time.since(window.start)?.as_micros();
        let span = window.end.since(window.start)?.as_micros();
        if time > window.end || span == 0 {
            return None;
        }
        // The last column stands for the end, as in the progress bar.
        u16::try_from(inside * u128::from(width - 1) / span).ok()
    }

    /// How many columns the waveform has; `None` where it is not shown.
    fn waveform_width(&self) -> Option<u16> {
        let layout = self.reader.layout()?;
        layout.waveform?;
        self.bar().map(|bar| bar.width).filter(|width| *width > 1)
    }

    /// What of the picture changes with the time: where it begins, and which
    /// column is now.
    pub(super) fn waveform_glance(&self, position: MediaTime) -> Option<(MediaTime, u16)> {
        let window = self.window_at(position);
        Some((window.start, self.column_in(&window, position)?))
    }

    /// The time at which [`App::waveform_glance`] changes next.
    pub(super) fn next_in_waveform(&self, position: MediaTime) -> Option<MediaTime> {
        let width = self.waveform_width()?;
        let window = self.window_at(position);
        let column = self.column_in(&window, position)?;
        let span = u64::try_from(window.end.since(window.start)?.as_micros()).ok()?;
        let next = (u128::from(column + 1) * u128::from(span)).div_ceil(u128::from(width - 1));
        let next = MediaTime::from_micros(window.start.as_micros() + u64::try_from(next).ok()?);
        // Zoomed, the window moves on before its end.
        let turn = window.start.as_micros() + span / 4 * 3;
        let turn = MediaTime::from_micros(turn);
        let moves = self.waveform.zoom != Zoom::Whole && turn > position;
        Some(if moves { next.min(turn) } else { next })
    }

    /// Shows the waveform, or takes it away.
    pub(super) fn toggle_waveform(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if self.waveform.media.is_none() {
            return self.say("there is no audio to draw", now);
        }
        self.waveform.is_shown = !self.waveform.is_shown;
        self.resize(self.size);
        if self.waveform.is_shown && self.waveform_width().is_none() {
            self.waveform.is_shown = false;
            self.resize(self.size);
            let (width, height) = (Layout::WAVEFORM.width, Layout::WAVEFORM.height);
            let text = format!("no room: the waveform takes {width}×{height}");
            return self.warn(&text, now);
        }
        self.ask_for_levels(effects);
    }

    /// Shows more of the episode, or less; shows the waveform if it was not.
    pub(super) fn zoom_waveform(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        if !self.waveform.is_shown {
            return self.toggle_waveform(now, effects);
        }
        self.waveform.zoom = self.waveform.zoom.next();
        let said = match self.waveform.zoom {
            Zoom::Whole => "the whole episode",
            Zoom::TenMinutes => "ten minutes around now",
            Zoom::Minute => "a minute around now",
        };
        self.say(said, now);
    }

    /// Has the episode looked through, if that is to be seen and was not asked
    /// for yet.
    pub(super) fn ask_for_levels(&mut self, effects: &mut Vec<Effect>) {
        let waveform = &mut self.waveform;
        if !waveform.is_shown || waveform.is_asked {
            return;
        }
        let Some(media) = waveform.media.clone() else { return };
        waveform.is_asked = true;
        waveform.asked += 1;
        effects.push(Effect::Survey { asked: waveform.asked, media });
    }

    pub(super) fn take_levels(&mut self, asked: u64, first: usize, levels: &[Level]) {
        if asked == self.waveform.asked {
            self.waveform.levels.put(first, levels);
            self.waveform.columns = Columns::default();
        }
    }

    /// Works out the columns, if they are not those of what is to be seen.
    pub(super) fn settle_waveform(&mut self, position: MediaTime) {
        let Some(width) = self.waveform_width() else { return };
        let window = self.window_at(position);
        let columns = &self.waveform.columns;
        if columns.window == window && columns.levels.len() == usize::from(width) {
            return;
        }
        let span = window.end.since(window.start).unwrap_or_default();
        let steps = i64::from(width);
        let edge = |column: u16| {
            let micros = i64::try_from(span.as_micros()).unwrap_or(0) / steps * i64::from(column);
            window.start.shift(Offset::from_micros(micros))
        };
        let levels = &self.waveform.levels;
        let levels = (0..width).map(|column| levels.between(edge(column), edge(column + 1)));
        self.waveform.columns = Columns { levels: levels.collect(), window };
    }

    /// Goes to a place in what the waveform shows, 0.0 to 1.0 of it.
    pub(super) fn seek_in_waveform(&mut self, part: f64, now: Moment, effects: &mut Vec<Effect>) {
        let window = self.waveform_window(now);
        let inside = super::seeking::part_of(
            MediaTime::from_micros(window.end.as_micros() - window.start.as_micros()),
            part,
        );
        let to = MediaTime::from_micros(window.start.as_micros() + inside.as_micros());
        self.seek_to(to, now, effects);
    }
}
