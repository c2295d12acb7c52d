//! Going to another place: by seconds, to a time, to a cue, along the progress line.

use std::time::Duration;

use super::App;
use super::event::Effect;
use super::player::Way;
use crate::model::playback::Request;
use crate::model::{MediaTime, Moment, Offset, RowId, Spoken};

/// Steps to the cue before that are less than this apart go on one from the
/// other.
const SAME_STEPS: Duration = Duration::from_secs(1);

impl App {
    pub(super) fn seek_by(&mut self, secs: i64, now: Moment, effects: &mut Vec<Effect>) {
        let offset = Offset::from_secs(secs).times(self.count());
        self.choose_nothing();
        let requests = self.player.seek_by(offset, now);
        self.after_seek(requests, effects);
    }

    pub(super) fn seek_to(&mut self, to: MediaTime, now: Moment, effects: &mut Vec<Effect>) {
        self.choose_nothing();
        let requests = self.player.seek(to, Way::Jump, now);
        self.after_seek(requests, effects);
    }

    /// Moves along the progress line with the pointer, if it was pressed there.
    pub(super) fn scrub(&mut self, part: f64, now: Moment, effects: &mut Vec<Effect>) {
        if self.scrubbing {
            self.choose_nothing();
            let requests = self.player.scrub(part_of(self.length(), part), now);
            self.after_seek(requests, effects);
        }
    }

    /// Goes to where `row` begins; the row is marked at once.
    fn seek_to_row(&mut self, row: RowId, way: Way, now: Moment, effects: &mut Vec<Effect>) {
        let start = self.reader.start_of(row);
        if self.player.length().is_some_and(|length| start > length) {
            let text = format!("this line is at {start}, after the end of the audio");
            return self.warn(&text, now);
        }
        if !self.reader.cue(row).is_some_and(|cue| cue.timed) {
            return self.say("this line has no time", now);
        }
        let lead = Offset::from_millis(-i64::from(self.settings.lead_in_ms));
        let requests = self.player.seek(start.shift(lead), way, now);
        self.chosen = Some(row);
        self.chosen_chapter = None;
        self.after_seek(requests, effects);
    }

    pub(super) fn after_seek(&mut self, requests: Vec<Request>, effects: &mut Vec<Effect>) {
        self.unsaved = true;
        self.heard_before = None;
        effects.extend(requests.into_iter().map(Effect::Playback));
    }

    pub(super) fn after_jump(
        &mut self,
        requests: Option<Vec<Request>>,
        none: &str,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(requests) = requests else { return self.say(none, now) };
        self.choose_nothing();
        self.after_seek(requests, effects);
        let at = self.player.position(now);
        let far = if self.reader.follows() { "" } else { ": . goes there" };
        self.say(&format!("back at {at}{far}"), now);
    }

    /// Goes `count` cues further, or back; the first and the last hold it.
    pub(super) fn step_cues(&mut self, count: i32, now: Moment, effects: &mut Vec<Effect>) {
        let rows = self.reader.timeline().row_count();
        if rows == 0 {
            return self.say("no transcript", now);
        }
        let timed =
            |index: &usize| self.reader.cue(RowId::from_index(*index)).is_some_and(|cue| cue.timed);
        let steps = count.unsigned_abs() as usize;
        let to = if count > 0 {
            let ahead = (self.first_ahead(now)..rows).filter(timed);
            ahead.take(steps).last()
        } else {
            let before = (0..self.first_not_before(now)).rev().filter(timed);
            let begun = self.spoken(now) != Spoken::Nothing;
            // In the first cue it goes to its start.
            before.take(steps).last().or_else(|| (0..rows).find(timed).filter(|_| begun))
        };
        let Some(index) = to else {
            let text = if count > 0 { "this is the last cue" } else { "no cue has begun yet" };
            return self.say(text, now);
        };
        let row = RowId::from_index(index);
        self.seek_to_row(row, Way::Step, now, effects);
        self.stepped = self.chosen.filter(|&chosen| chosen == row).map(|row| (row, now));
    }

    /// The index of the next row: after the one gone to, else the first that
    /// begins later.
    fn first_ahead(&self, now: Moment) -> usize {
        let position = self.player.position(now);
        match self.chosen.filter(|&row| self.is_still_chosen(row, position)) {
            Some(row) => row.index() + 1,
            None => self.reader.timeline().begun(position),
        }
    }

    /// The index of the row that is marked; in a silence that after it, since
    /// the cue before is the one that has just ended.
    ///
    /// Keys pressed one soon after the other go on from where the last one
    /// led, even if that cue was so short that it is over already.
    fn first_not_before(&self, now: Moment) -> usize {
        let index = match self.spoken(now) {
            Spoken::Nothing => 0,
            Spoken::Silence(row) => row.index() + 1,
            Spoken::Row(row) => row.index(),
        };
        let recent = |&(_, at): &(RowId, Moment)| now.0.saturating_sub(at.0) < SAME_STEPS;
        self.stepped.filter(recent).map_or(index, |(row, _)| index.min(row.index()))
    }

    pub(super) fn replay(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        match self.spoken(now).row() {
            Some(row) => self.seek_to_row(row, Way::Step, now, effects),
            None => self.seek_to(MediaTime::ZERO, now, effects),
        }
    }

    /// Plays from `row`; plays even if it was paused when `play` is set.
    pub(super) fn play_from(
        &mut self,
        row: RowId,
        play: bool,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if self.reader.cue(row).is_none() {
            return;
        }
        self.seek_to_row(row, Way::Jump, now, effects);
        if self.chosen != Some(row) {
            return;
        }
        // The listener has put now and the cursor on the same line.
        self.reader.follow_from(Some(row));
        // At the very end there is nothing to play.
        if play && !self.player.is_playing() && !self.player.is_at_end(now) {
            self.play(now, effects);
        }
    }
}

/// The time that lies `part` of the way along `length`; 0.0 to 1.0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "lengths lie far below 2^52 µs, and the part is held between 0 and 1"
)]
pub(super) fn part_of(length: MediaTime, part: f64) -> MediaTime {
    MediaTime::from_micros((length.as_micros() as f64 * part.clamp(0.0, 1.0)) as u64)
}
