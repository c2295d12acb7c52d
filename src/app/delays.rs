//! How much later than they say devices are heard, by the listener's word:
//! each device has its own.

use std::collections::BTreeMap;

use super::{App, Effect};
use crate::model::Moment;
use crate::model::playback::Request;

/// The most that can be set, in milliseconds either way.
pub const MOST_MS: i32 = 2_000;

/// What was said of each device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delays {
    /// Milliseconds by the device's name.
    known: BTreeMap<String, i32>,
    /// What was asked for before it was known which device it is.
    asked: Option<i32>,
    /// The device that sound comes out of.
    device: Option<String>,
}

impl Delays {
    /// Those that are `known`, in milliseconds; `asked` is for the first device
    /// that sound comes out of.
    pub fn new(known: impl IntoIterator<Item = (String, i32)>, asked: Option<i32>) -> Self {
        let known = known.into_iter().map(|(device, millis)| (device, held(millis))).collect();
        Self { known, asked: asked.map(held), device: None }
    }

    /// The device that sound comes out of.
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// That of the device that sound comes out of, in milliseconds.
    pub fn present(&self) -> i32 {
        let of_device = self.device.as_ref().and_then(|device| self.known.get(device));
        self.asked.or(of_device.copied()).unwrap_or(0)
    }
}

fn held(millis: i32) -> i32 {
    millis.clamp(-MOST_MS, MOST_MS)
}

impl App {
    /// Takes what was said of devices before.
    pub fn know_delays(&mut self, delays: Delays) {
        self.delays = delays;
    }

    /// Sound comes out of `device`.
    pub(super) fn take_device(&mut self, device: &str, effects: &mut Vec<Effect>) {
        let before = self.delays.present();
        self.delays.device = Some(device.to_owned());
        if let Some(millis) = self.delays.asked.take() {
            self.keep_delay(millis, effects);
        }
        let millis = self.delays.present();
        // The engine begins with none.
        if millis != before || millis != 0 {
            effects.push(Effect::Playback(Request::Delay(millis)));
        }
    }

    /// `150` sets the delay, `+20` and `-20` change it; none says what it is.
    pub(super) fn delay_as_typed(&mut self, typed: &str, now: Moment, effects: &mut Vec<Effect>) {
        let present = self.delays.present();
        let by = typed.starts_with(['+', '-']);
        let wanted = match typed.trim_end_matches("ms").trim_end().parse::<i32>() {
            Ok(millis) if by => present.saturating_add(millis),
            Ok(millis) => millis,
            Err(_) if typed.is_empty() => present,
            Err(_) => i32::MAX,
        };
        if held(wanted) != wanted {
            let told = "audio-delay takes -2000 to 2000 ms: 150 sets it, +20 and -20 change it";
            return self.warn(told, now);
        }
        if !typed.is_empty() {
            self.keep_delay(wanted, effects);
            effects.push(Effect::Playback(Request::Delay(wanted)));
        }
        let device = self.delays.device().unwrap_or("the next sound device");
        self.say(&format!("audio delay {wanted} ms for {device}"), now);
    }

    fn keep_delay(&mut self, millis: i32, effects: &mut Vec<Effect>) {
        let Some(device) = self.delays.device.clone() else {
            self.delays.asked = Some(millis);
            return;
        };
        self.delays.known.insert(device.clone(), millis);
        effects.push(Effect::KeepDelay { device, millis });
    }
}
