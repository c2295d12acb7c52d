//! What is done to the sound besides its speed: pauses made shorter, voices
//! made alike.

use std::time::Duration;

use super::{App, Effect};
use crate::model::playback::{Manner, Trim};
use crate::model::{MediaTime, Moment};

impl App {
    /// Shortens pauses by the next step.
    pub(super) fn trim_more(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        self.set_trim(self.player.manner().trim.next(), now, effects);
    }

    /// Shortens pauses to what was typed: `0.3`, or `off`.
    pub(super) fn trim_as_typed(&mut self, typed: &str, now: Moment, effects: &mut Vec<Effect>) {
        match typed.parse() {
            Ok(trim) => self.set_trim(trim, now, effects),
            Err(()) => self.warn("trim takes 0.15 to 2 seconds, or off, as in :trim 0.3", now),
        }
    }

    fn set_trim(&mut self, trim: Trim, now: Moment, effects: &mut Vec<Effect>) {
        let manner = Manner { trim, ..self.player.manner() };
        self.set_manner(manner, now, effects);
        let spared = self.player.spared();
        let saved = if spared < Duration::from_secs(1) {
            String::new()
        } else {
            format!("; {} saved in this episode", shown(spared))
        };
        let told = match trim {
            Trim::OFF => format!("pauses as they are{saved}"),
            trim => format!("pauses of {trim} at most{saved}"),
        };
        self.say(&told, now);
    }

    /// Makes quiet and loud voices alike, or leaves them as they are.
    pub(super) fn toggle_even(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        let even = !self.player.manner().even;
        self.set_manner(Manner { even, ..self.player.manner() }, now, effects);
        self.say(if even { "quiet and loud voices alike" } else { "voices as recorded" }, now);
    }

    fn set_manner(&mut self, manner: Manner, now: Moment, effects: &mut Vec<Effect>) {
        self.unsaved = true;
        effects.extend(self.player.set_manner(manner, now).map(Effect::Playback));
    }

    /// What the state says of the manner: each with how soon it gives way.
    pub fn manner_words(&self) -> Vec<(String, u8)> {
        let (manner, spared) = (self.player.manner(), self.player.spared());
        let mut words = Vec::new();
        if !self.player.has_audio() {
            return words;
        }
        if manner.trim != Trim::OFF {
            words.push((format!("pauses {}", manner.trim), 3));
            if spared >= Duration::from_secs(1) {
                words.push((format!("{} saved", shown(spared)), 6));
            }
        }
        if manner.even {
            words.push(("even".to_owned(), 3));
        }
        words
    }
}

/// `1:05`.
fn shown(time: Duration) -> MediaTime {
    MediaTime::from_secs(time.as_secs())
}
