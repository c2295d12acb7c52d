//! Sound devices: found, opened and watched through cpal.
//!
//! The stream is opened here and not by rodio's sink, because that throws away
//! the device's time stamps, and with them the knowledge of what is heard.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rodio::cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use rodio::cpal::{
    self, BufferSize, ErrorKind, FromSample, Host, Sample, SampleFormat, SizedSample, StreamConfig,
    SupportedStreamConfig,
};

use super::frame::{Frame, SILENCE};
use super::ring::{Feed, Shared};
use crate::model::Moment;

/// How much a sound server is given at a time. It holds two of these. What it
/// holds is dropped with the stream, so a seek does not wait for it; a change
/// of volume does.
const SERVER_PERIOD: Duration = Duration::from_millis(50);

/// The same for a device without a server, where a seek waits for it.
const DIRECT_PERIOD: Duration = Duration::from_millis(12);

/// So many errors within [`STORM`] and the device is given up.
const MANY: u32 = 20;
const STORM: Duration = Duration::from_millis(100);

/// How long opening may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(2);

/// A device that sound can come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What it is called in settings: the same each time.
    pub id: String,
    /// What a person calls it.
    pub name: String,
}

/// Why there is no device, in a few words for the listener.
#[derive(Clone, Debug)]
pub struct NoDevice(pub String);

impl fmt::Display for NoDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoDevice {}

impl From<cpal::Error> for NoDevice {
    fn from(error: cpal::Error) -> Self {
        // The kinds' own texts are for programmers, and begin with a capital.
        Self(match error.kind() {
            ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => {
                "no sound device was found".to_owned()
            }
            ErrorKind::DeviceBusy => "the sound device is in use by another program".to_owned(),
            ErrorKind::PermissionDenied => "the sound device may not be used by you".to_owned(),
            ErrorKind::UnsupportedConfig => "the sound device takes no format of ours".to_owned(),
            _ => "the sound device cannot be opened".to_owned(),
        })
    }
}

/// All devices that sound can come from. Takes about 0.1 s, and the sound
/// libraries may write to standard error meanwhile.
///
/// # Errors
///
/// That the system cannot list them.
pub fn devices() -> Result<Vec<Device>, NoDevice> {
    let mut found = Vec::new();
    for host in hosts() {
        for device in host.output_devices()? {
            if is_null(&device) {
                continue;
            }
            if let (Ok(id), Ok(about)) = (device.id(), device.description()) {
                found.push(Device { id: id.to_string(), name: about.name().to_owned() });
            }
        }
    }
    Ok(found)
}

/// The hosts, the sound server's first.
fn hosts() -> impl Iterator<Item = Host> {
    cpal::available_hosts().into_iter().filter_map(|id| cpal::host_from_id(id).ok())
}

/// ALSA's `null` takes sound at any speed and plays none of it.
fn is_null(device: &cpal::Device) -> bool {
    device.id().is_ok_and(|id| id.id() == "null")
}

/// A device with the form in which it will be given sound.
pub(super) struct Found {
    device: cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    /// What a person calls it.
    pub name: String,
    /// Whether a sound server stands before it.
    pub is_served: bool,
}

impl Found {
    /// Looks for the device called `name` (its id, or a part of what a person
    /// calls it), or the system's default, for sound of `rate_hz`.
    ///
    /// # Errors
    ///
    /// That there is none.
    pub(super) fn new(name: Option<&str>, rate_hz: u32) -> Result<Self, NoDevice> {
        let device = match name {
            None => cpal::default_host().default_output_device(),
            Some(name) => {
                hosts().find_map(|host| host.output_devices().ok()?.find(|device| is(device, name)))
            }
        };
        let device = device.ok_or_else(|| match name {
            None => NoDevice("no sound device was found".to_owned()),
            Some(name) => NoDevice(format!("no sound device is called {name}")),
        })?;
        if is_null(&device) {
            return Err(NoDevice("the default sound device plays nothing".to_owned()));
        }
        let usual = device.default_output_config()?;
        let is_served = device.id().is_ok_and(|id| id.host().name() == "PulseAudio");
        let rate_hz = if is_served || takes(&device, &usual, rate_hz) {
            rate_hz
        } else {
            usual.sample_rate()
        };
        let format = if is_served { SampleFormat::F32 } else { usual.sample_format() };
        let channels = if is_served { 2 } else { usual.channels() };
        let period = if is_served { SERVER_PERIOD } else { DIRECT_PERIOD };
        let frames = (period.as_secs_f64() * f64::from(rate_hz)) as u32;
        let name =
            device.description().map_or_else(|_| String::new(), |about| about.name().to_owned());
        let buffer_size = BufferSize::Fixed(frames);
        let config = StreamConfig { channels, sample_rate: rate_hz, buffer_size };
        Ok(Self { device, config, format, name, is_served })
    }

    /// Frames a second that it will be given.
    pub(super) fn out_hz(&self) -> u32 {
        self.config.sample_rate
    }

    /// Begins to play `feed`. `lost` is called once when the device goes away.
    ///
    /// # Errors
    ///
    /// Why the device does not begin; the feed is gone with it.
    pub(super) fn play(
        &self,
        feed: Feed,
        shared: &Arc<Shared>,
        origin: Instant,
        lost: Box<dyn Fn() + Send>,
    ) -> Result<Stream, NoDevice> {
        let health = Arc::new(Health::default());
        let mut player = Player { feed, origin, handed: 0, begun: None, calls: 0 };
        let stream = match self.format {
            SampleFormat::F32 => self.build::<f32>(player, &health, lost),
            SampleFormat::F64 => self.build::<f64>(player, &health, lost),
            SampleFormat::I8 => self.build::<i8>(player, &health, lost),
            SampleFormat::I16 => self.build::<i16>(player, &health, lost),
            SampleFormat::I24 => self.build::<cpal::I24>(player, &health, lost),
            SampleFormat::I32 => self.build::<i32>(player, &health, lost),
            SampleFormat::U8 => self.build::<u8>(player, &health, lost),
            SampleFormat::U16 => self.build::<u16>(player, &health, lost),
            SampleFormat::U32 => self.build::<u32>(player, &health, lost),
            _ => {
                player.calls = 0;
                Err(NoDevice("the sound device takes no format of ours".to_owned()))
            }
        }?;
        stream.play()?;
        let watch =
            Watch { shared: Arc::clone(shared), calls: shared.calls(), since: origin.elapsed() };
        Ok(Stream { _sound: stream, health, watch })
    }

    fn build<T: SizedSample + FromSample<f32>>(
        &self,
        mut player: Player,
        health: &Arc<Health>,
        lost: Box<dyn Fn() + Send>,
    ) -> Result<cpal::Stream, NoDevice> {
        let channels = usize::from(self.config.channels);
        let health = Arc::clone(health);
        let origin = player.origin;
        let stream = self.device.build_output_stream::<T, _, _>(
            self.config,
            move |out: &mut [T], info| {
                let times = info.timestamp();
                player.fill(out, channels, times.playback.duration_since(times.callback));
            },
            move |error| {
                if health.note(error.kind(), origin.elapsed()) {
                    lost();
                }
            },
            Some(PATIENCE),
        )?;
        Ok(stream)
    }
}

fn is(device: &cpal::Device, name: &str) -> bool {
    let id = device.id();
    !is_null(device)
        && (id.is_ok_and(|id| id.to_string() == name || id.id() == name)
            || device.description().is_ok_and(|about| about.name().contains(name)))
}

fn takes(device: &cpal::Device, usual: &SupportedStreamConfig, rate_hz: u32) -> bool {
    device.supported_output_configs().is_ok_and(|mut all| {
        all.any(|range| {
            range.channels() == usual.channels()
                && range.sample_format() == usual.sample_format()
                && range.contains_rate(rate_hz)
        })
    })
}

/// What the device's own thread has: it fills its buffers.
struct Player {
    feed: Feed,
    origin: Instant,
    begun: Option<Duration>,
    handed: u64,
    calls: u32,
}

impl Player {
    /// Fills one of the device's buffers, which will be heard `queue` from
    /// now.
    fn fill<T: Sample + FromSample<f32>>(
        &mut self,
        out: &mut [T],
        channels: usize,
        queue: Duration,
    ) {
        let now = self.origin.elapsed();
        let begun = *self.begun.get_or_insert(now);
        let rate = f64::from(self.feed.out_hz());
        let mut heard_at = now + queue;
        if self.calls < 4 {
            // Servers do not know their delay before they have begun; but no
            // frame is heard before those in front of it.
            heard_at = heard_at.max(begun + Duration::from_secs_f64(self.handed as f64 / rate));
            self.calls += 1;
        }
        let mut frames = [SILENCE; 512];
        let mut done = 0_usize;
        for part in out.chunks_mut(frames.len() * channels.max(1)) {
            let count = part.len() / channels.max(1);
            let frames = &mut frames[..count];
            let offset = Duration::from_secs_f64(done as f64 / rate);
            self.feed.fill(frames, Moment(heard_at + offset));
            spread(frames, part, channels);
            done += count;
        }
        self.handed += done as u64;
    }
}

/// Writes frames as samples of `channels` channels: one gets both sides, any
/// beyond two get nothing.
fn spread<T: Sample + FromSample<f32>>(frames: &[Frame], out: &mut [T], channels: usize) {
    for (frame, out) in frames.iter().zip(out.chunks_mut(channels.max(1))) {
        let [left, right] = frame.map(|sample| sample.clamp(-1.0, 1.0));
        match out {
            [only] => *only = T::from_sample(f32::midpoint(left, right)),
            [first, second, rest @ ..] => {
                *first = T::from_sample(left);
                *second = T::from_sample(right);
                rest.fill(T::EQUILIBRIUM);
            }
            [] => {}
        }
    }
}

/// What the device has complained of.
#[derive(Default)]
struct Health {
    is_lost: AtomicBool,
    errors: AtomicU32,
    /// When the errors counted began, in milliseconds.
    since: AtomicU32,
}

impl Health {
    /// Takes note of an error; `true` when with it the device is lost, once.
    fn note(&self, kind: ErrorKind, now: Duration) -> bool {
        let gone = match kind {
            ErrorKind::DeviceNotAvailable
            | ErrorKind::StreamInvalidated
            | ErrorKind::HostUnavailable => true,
            ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => false,
            _ => self.is_storm(now),
        };
        gone && !self.is_lost.swap(true, Ordering::Relaxed)
    }

    fn is_storm(&self, now: Duration) -> bool {
        let now = now.as_millis() as u32;
        if now.wrapping_sub(self.since.load(Ordering::Relaxed)) > STORM.as_millis() as u32 {
            self.since.store(now, Ordering::Relaxed);
            self.errors.store(0, Ordering::Relaxed);
        }
        self.errors.fetch_add(1, Ordering::Relaxed) >= MANY
    }
}

/// Whether the device still takes frames.
struct Watch {
    shared: Arc<Shared>,
    calls: u64,
    since: Duration,
}

/// Sound that is being played. Dropping it stops it, and what the sound server
/// still holds of it.
pub(super) struct Stream {
    _sound: cpal::Stream,
    health: Arc<Health>,
    watch: Watch,
}

impl Stream {
    /// Whether the device has gone away or stands still at `now`.
    pub(super) fn is_lost(&mut self, now: Moment) -> bool {
        let calls = self.watch.shared.calls();
        if calls != self.watch.calls {
            self.watch.calls = calls;
            self.watch.since = now.0;
        }
        let still = now.0.saturating_sub(self.watch.since);
        self.health.is_lost.load(Ordering::Relaxed) || still > STALL
    }
}

/// A device that has taken nothing for so long stands still.
const STALL: Duration = Duration::from_secs(1);
