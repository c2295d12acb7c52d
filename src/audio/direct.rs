//! Sound devices of the system itself, through cpal: ALSA where there is no
//! sound server, and what other systems have.
//!
//! The stream is opened here and not by rodio's sink, because that throws away
//! the device's time stamps, and with them the knowledge of what is heard.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rodio::cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use rodio::cpal::{
    self, BufferSize, ErrorKind, FromSample, Host, Sample, SampleFormat, SizedSample, StreamConfig,
    SupportedStreamConfig,
};

use super::account::Way;
use super::device::{Device, NoDevice};
use super::feed::Feed;
use super::frame::{Frame, SILENCE};
use super::shared::Shared;
use crate::model::Moment;

/// How much the device is given at a time. It holds two of these, and a seek
/// waits for them.
const PERIOD: Duration = Duration::from_millis(12);

/// So many errors within [`STORM`] and the device is given up.
const MANY: u32 = 20;
const STORM: Duration = Duration::from_millis(100);

/// A device that takes sound so far ahead of its own word plays nothing, as
/// ALSA's `null` does, and is held back.
const AHEAD: Duration = Duration::from_millis(300);

/// How long opening may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(2);

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

/// All devices of the system.
///
/// # Errors
///
/// That the system cannot list them.
pub(super) fn devices() -> Result<Vec<Device>, NoDevice> {
    let mut found = Vec::new();
    for host in hosts() {
        let playable = host.output_devices()?.filter(|device| !is_null(device));
        found.extend(playable.filter_map(|device| about(&device)));
    }
    Ok(found)
}

fn about(device: &cpal::Device) -> Option<Device> {
    let name = device.description().ok()?.name().to_owned();
    Some(Device { id: device.id().ok()?.to_string(), name })
}

fn hosts() -> impl Iterator<Item = Host> {
    cpal::available_hosts().into_iter().filter_map(|id| cpal::host_from_id(id).ok())
}

/// ALSA's `null` takes sound at any speed and plays none of it.
fn is_null(device: &cpal::Device) -> bool {
    device.id().is_ok_and(|id| id.id() == "null")
}

/// A device with the form in which it will be given sound.
pub(super) struct Direct {
    device: cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    name: String,
    host: String,
}

impl Direct {
    /// Looks for the device called `name`, or the default one, for sound of
    /// `rate_hz`.
    ///
    /// # Errors
    ///
    /// That there is none.
    pub(super) fn new(name: Option<&str>, rate_hz: u32) -> Result<Self, NoDevice> {
        let device = match name {
            None => cpal::default_host().default_output_device(),
            Some(name) => hosts().find_map(|host| {
                let is_it = |device: &cpal::Device| about(device).is_some_and(|all| all.is(name));
                host.output_devices().ok()?.find(is_it)
            }),
        };
        let device = device.ok_or_else(|| match name {
            None => NoDevice("no sound device was found".to_owned()),
            Some(name) => NoDevice(format!("no sound device is called {name}")),
        })?;
        if is_null(&device) {
            return Err(NoDevice("the default sound device plays nothing".to_owned()));
        }
        let usual = device.default_output_config()?;
        let is_taken = takes(&device, &usual, rate_hz);
        let sample_rate = if is_taken { rate_hz } else { usual.sample_rate() };
        let buffer_size = BufferSize::Default;
        Ok(Self {
            host: device.id().map_or_else(|_| String::new(), |id| id.to_string()),
            name: about(&device).map_or_else(String::new, |all| all.name),
            device,
            config: StreamConfig { channels: usual.channels(), sample_rate, buffer_size },
            format: usual.sample_format(),
        })
    }

    /// What a person calls it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Frames a second that it will be given.
    pub(super) fn out_hz(&self) -> u32 {
        self.config.sample_rate
    }

    /// Begins to play `feed`, with buffers `width` times as wide as usual.
    /// `lost` is called once when the device goes away.
    ///
    /// # Errors
    ///
    /// Why the device does not begin; the feed is gone with it.
    pub(super) fn play(
        &self,
        feed: Feed,
        shared: &Arc<Shared>,
        origin: Instant,
        width: u32,
        lost: Box<dyn Fn() + Send>,
    ) -> Result<(DirectStream, Way), NoDevice> {
        let health = Arc::new(Health { shared: Some(Arc::clone(shared)), ..Health::default() });
        let frames = (PERIOD.as_secs_f64() * f64::from(self.out_hz() * width)) as u32;
        let config = StreamConfig { buffer_size: BufferSize::Fixed(frames), ..self.config };
        let player = Player::new(feed, origin);
        let sound = match self.format {
            SampleFormat::F32 => self.build::<f32>(config, player, &health, lost),
            SampleFormat::F64 => self.build::<f64>(config, player, &health, lost),
            SampleFormat::I8 => self.build::<i8>(config, player, &health, lost),
            SampleFormat::I16 => self.build::<i16>(config, player, &health, lost),
            SampleFormat::I24 => self.build::<cpal::I24>(config, player, &health, lost),
            SampleFormat::I32 => self.build::<i32>(config, player, &health, lost),
            SampleFormat::U8 => self.build::<u8>(config, player, &health, lost),
            SampleFormat::U16 => self.build::<u16>(config, player, &health, lost),
            SampleFormat::U32 => self.build::<u32>(config, player, &health, lost),
            _ => Err(NoDevice("the sound device takes no format of ours".to_owned())),
        }?;
        sound.play()?;
        let period = |frames: u32| {
            Duration::from_secs_f64(f64::from(frames) / f64::from(config.sample_rate.max(1)))
        };
        let way = Way {
            host: self.host.clone(),
            format: format!(
                "{} Hz, {} channels, {}",
                config.sample_rate, config.channels, self.format
            ),
            // A device holds two of what it is given at a time.
            asked: period(frames) * 2,
            got: sound.buffer_size().ok().map(|frames| period(frames) * 2),
            ..Way::default()
        };
        Ok((DirectStream { _sound: sound, health }, way))
    }

    fn build<T: SizedSample + FromSample<f32>>(
        &self,
        config: StreamConfig,
        mut player: Player,
        health: &Arc<Health>,
        lost: Box<dyn Fn() + Send>,
    ) -> Result<cpal::Stream, NoDevice> {
        let channels = usize::from(config.channels);
        let health = Arc::clone(health);
        let origin = player.origin;
        let stream = self.device.build_output_stream::<T, _, _>(
            config,
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
    /// When all that was handed over will have been played.
    due: Duration,
}

impl Player {
    fn new(feed: Feed, origin: Instant) -> Self {
        Self { feed, origin, handed: 0, begun: None, calls: 0, due: Duration::ZERO }
    }

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
        self.due = self.due.max(now) + Duration::from_secs_f64(done as f64 / rate);
        self.hold_back(now + queue);
    }

    /// Keeps a device to real time that says it has played all by `due` and is
    /// far ahead of that. One that plays has enough meanwhile.
    #[expect(clippy::disallowed_methods, reason = "the device waits for nothing else meanwhile")]
    fn hold_back(&self, due: Duration) {
        let ahead = self.due.saturating_sub(due).saturating_sub(AHEAD);
        if !ahead.is_zero() {
            std::thread::sleep(ahead);
        }
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
    /// Where underruns are counted.
    shared: Option<Arc<Shared>>,
    is_lost: AtomicBool,
    errors: AtomicU32,
    /// When the errors counted began, in milliseconds.
    since: AtomicU32,
}

impl Health {
    /// Takes note of an error; `true` when with it the device is lost, once.
    fn note(&self, kind: ErrorKind, now: Duration) -> bool {
        if let (ErrorKind::Xrun, Some(shared)) = (kind, &self.shared) {
            shared.count_device_underrun();
        }
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

/// Sound that is being played. Dropping it stops it.
pub(super) struct DirectStream {
    _sound: cpal::Stream,
    health: Arc<Health>,
}

impl DirectStream {
    /// Whether the device has gone away.
    pub(super) fn is_lost(&self) -> bool {
        self.health.is_lost.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test that watches the time")]
mod tests {
    use super::*;
    use crate::audio::ring;

    /// What a device with so many channels gets of a frame.
    fn spread_over<T: Sample + FromSample<f32>>(frame: Frame, channels: usize) -> Vec<T> {
        let mut out = vec![T::EQUILIBRIUM; channels];
        spread(&[frame], &mut out, channels);
        out
    }

    #[test]
    fn each_side_has_its_channel_and_one_channel_has_both() {
        assert_eq!(spread_over::<f32>([0.5, -0.25], 2), [0.5, -0.25]);
        assert_eq!(spread_over::<f32>([0.5, -0.25], 1), [0.125]);
        assert_eq!(spread_over::<f32>([0.5, -0.25], 4), [0.5, -0.25, 0.0, 0.0]);
    }

    #[test]
    fn every_format_is_silent_in_its_middle_and_full_at_its_ends() {
        assert_eq!(spread_over::<u8>([0.0, 1.0], 3), [128, 255, 128]);
        assert_eq!(spread_over::<i8>([-1.0, 0.5], 2), [-128, 64]);
        assert_eq!(spread_over::<i16>([-1.0, 0.5], 2), [i16::MIN, 16_384]);
        assert_eq!(spread_over::<u16>([-1.0, 0.5], 3), [0, 49_152, 32_768]);
        assert_eq!(spread_over::<i32>([-1.0, 0.5], 2), [i32::MIN, 1 << 30]);
        assert_eq!(spread_over::<f64>([-1.0, 0.5], 2), [-1.0, 0.5]);
        // Louder than full is full, not the other way round.
        assert_eq!(spread_over::<i16>([1.5, -1.5], 2), [i16::MAX, i16::MIN]);
    }

    #[test]
    fn a_device_that_plays_nothing_takes_sound_no_faster_than_it_could() {
        let shared = Arc::new(Shared::new());
        let (_inlet, feed) = ring::pair(&shared, 0, 8_000, 8_000, 1.0);
        let origin = Instant::now();
        let mut player = Player::new(feed, origin);
        let mut piece = [0.0_f32; 2 * 800];
        // Half a second of sound.
        for _ in 0..5 {
            player.fill(&mut piece, 2, Duration::ZERO);
        }
        assert!(origin.elapsed() >= Duration::from_millis(199), "{:?}", origin.elapsed());
        // One that says that it holds it may have it.
        let before = Instant::now();
        player.fill(&mut piece, 2, Duration::from_secs(10));
        assert!(before.elapsed() < Duration::from_millis(99));
    }
}
