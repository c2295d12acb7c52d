//! What the decoder, whoever plays and whoever asks can see of the sound.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::account::{Account, Way};
use super::place::Place;
use crate::model::playback::Heard;
use crate::model::{Clock, Moment, Offset};

/// What both ends can see.
#[derive(Debug)]
pub(super) struct Shared {
    /// Where the sound is.
    pub place: Place,
    volume: AtomicU32,
    /// Whether all that will come is in the ring.
    is_whole: AtomicBool,
    underruns: AtomicU64,
    device_underruns: AtomicU64,
    calls: AtomicU64,
    /// How much later the sound is heard than devices say, in milliseconds.
    delay_ms: AtomicI32,
    account: Mutex<Account>,
}

impl Shared {
    /// Nothing playing, at full volume.
    pub(super) fn new() -> Self {
        Self {
            place: Place::default(),
            volume: AtomicU32::new(1.0_f32.to_bits()),
            is_whole: AtomicBool::new(false),
            underruns: AtomicU64::new(0),
            device_underruns: AtomicU64::new(0),
            delay_ms: AtomicI32::new(0),
            account: Mutex::default(),
            calls: AtomicU64::new(0),
        }
    }

    /// The factor for the samples.
    pub(super) fn volume(&self) -> f32 {
        f32::from_bits(self.volume.load(Ordering::Relaxed))
    }

    /// Sets the factor for the samples, from the next frame that is taken.
    pub(super) fn set_volume(&self, factor: f32) {
        self.volume.store(factor.to_bits(), Ordering::Relaxed);
    }

    /// Says whether all that will come is in the ring, so that its end is no
    /// underrun.
    pub(super) fn set_whole(&self, is_whole: bool) {
        self.is_whole.store(is_whole, Ordering::Relaxed);
    }

    /// Whether all that will come is in the ring.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole.load(Ordering::Relaxed)
    }

    /// Notes that the device wanted more than there is, unless that is all
    /// there will be.
    pub(super) fn count_underrun(&self) {
        if !self.is_whole() {
            self.underruns.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often the device wanted more than there was.
    pub(super) fn underruns(&self) -> u64 {
        self.underruns.load(Ordering::Relaxed)
    }

    /// Notes that the device has run out of sound that there was.
    pub(super) fn count_device_underrun(&self) {
        self.device_underruns.fetch_add(1, Ordering::Relaxed);
    }

    /// How often a device has run out of sound that there was.
    pub(super) fn device_underruns(&self) -> u64 {
        self.device_underruns.load(Ordering::Relaxed)
    }

    /// Notes that sound comes out of `way` now, in a new stream.
    pub(super) fn begin_way(&self, way: Option<Way>) {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        account.streams += 1;
        if way.is_some() {
            account.way = way;
        }
    }

    /// Notes that the server has moved the sound to this device.
    pub(super) fn move_way(&self, device: &str) {
        let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(way) = &mut account.way {
            device.clone_into(&mut way.device);
        }
    }

    /// Notes that a device was lost.
    pub(super) fn count_lost(&self) {
        self.account.lock().unwrap_or_else(PoisonError::into_inner).lost += 1;
    }

    /// What became of the sound so far.
    pub(super) fn account(&self) -> Account {
        let account = self.account.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Account {
            underruns: self.underruns(),
            device_underruns: self.device_underruns(),
            delay_ms: self.delay_ms.load(Ordering::Relaxed),
            ..account
        }
    }

    /// Takes it that the sound is heard so many milliseconds later than the
    /// device says.
    pub(super) fn set_delay(&self, millis: i32) {
        self.delay_ms.store(millis, Ordering::Relaxed);
    }

    /// How much later than devices say the sound is heard; zero if sooner.
    pub(super) fn delay(&self) -> Duration {
        let millis = self.delay_ms.load(Ordering::Relaxed);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// What is heard at `now`.
    pub(super) fn heard(&self, now: Moment) -> Option<Heard> {
        let millis = self.delay_ms.load(Ordering::Relaxed);
        let by = Duration::from_millis(u64::from(millis.unsigned_abs()));
        if millis >= 0 {
            let heard = self.place.heard(Moment(now.0.saturating_sub(by)))?;
            let at = heard.clock.at.after(by);
            return Some(Heard { clock: Clock { at, ..heard.clock }, ..heard });
        }
        let heard = self.place.heard(now.after(by))?;
        let ahead = (by.as_micros() as f64 * heard.clock.rate) as i64;
        let anchor = heard.clock.anchor.shift(Offset::from_millis(ahead / 1_000));
        Some(Heard { clock: Clock { anchor, ..heard.clock }, ..heard })
    }

    /// Notes that frames are being taken.
    pub(super) fn count_call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// How often frames have been taken; it stands still when a device stalls.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }
}
