//! Sound devices: those of a sound server first, else those of the system.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::account::Way;
use super::direct::{self, Direct, DirectStream};
use super::feed::Feed;
use super::ring::{Inlet, Later};
use super::shared::Shared;
#[cfg(target_os = "linux")]
use super::{pulse::Link, served::Served};
use crate::model::Moment;

/// A device that sound can come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What it is called in settings: the same each time.
    pub id: String,
    /// What a person calls it.
    pub name: String,
}

/// Why there is no device, in a few words for the listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoDevice(pub String);

impl fmt::Display for NoDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoDevice {}

/// All devices that sound can come from, those of the sound server first.
/// Takes about 0.1 s, and the sound libraries may write to standard error
/// meanwhile.
///
/// # Errors
///
/// That the system cannot list them.
pub fn devices() -> Result<Vec<Device>, NoDevice> {
    let mut found = Vec::new();
    #[cfg(target_os = "linux")]
    if let Ok(sinks) = Link::connect().and_then(|mut link| link.sinks()) {
        found.extend(sinks);
    }
    found.extend(direct::devices()?);
    Ok(found)
}

impl Device {
    /// Whether a listener who says `name` means this one.
    pub(super) fn is(&self, name: &str) -> bool {
        let own = self.id.split_once(':').map_or(self.id.as_str(), |(_, own)| own);
        self.id == name || own == name || self.name.contains(name)
    }
}

/// A device that was found, ready to be given sound.
pub(super) enum Found {
    /// Behind a sound server.
    #[cfg(target_os = "linux")]
    Served {
        /// The connection.
        link: Link,
        /// Which one it is; `None` for the default, wherever that moves.
        id: Option<String>,
        /// What a person calls it.
        name: String,
    },
    /// One of the system's own.
    Direct(Box<Direct>),
}

impl Found {
    /// Looks for the device called `name` (its id, or a part of what a person
    /// calls it), or the default one, for sound of `rate_hz`.
    ///
    /// # Errors
    ///
    /// That there is none.
    pub(super) fn new(name: Option<&str>, rate_hz: u32) -> Result<Self, NoDevice> {
        #[cfg(target_os = "linux")]
        if let Ok(mut link) = Link::connect() {
            let found = match name {
                None => link.default_sink().ok().map(|sink| (None, sink.name)),
                Some(name) => {
                    let sinks = link.sinks().unwrap_or_default();
                    let sink = sinks.into_iter().find(|sink| sink.is(name));
                    sink.map(|sink| (Some(sink.id), sink.name))
                }
            };
            if let Some((id, name)) = found {
                return Ok(Self::Served { link, id, name });
            }
        }
        Ok(Self::Direct(Box::new(Direct::new(name, rate_hz)?)))
    }

    /// Frames a second that it will be given, for sound of `rate_hz`.
    pub(super) fn out_hz(&self, rate_hz: u32) -> u32 {
        match self {
            #[cfg(target_os = "linux")]
            Self::Served { .. } => rate_hz,
            Self::Direct(direct) => direct.out_hz(),
        }
    }

    /// What a person calls it.
    pub(super) fn name(&self) -> &str {
        match self {
            #[cfg(target_os = "linux")]
            Self::Served { name, .. } => name,
            Self::Direct(direct) => direct.name(),
        }
    }

    /// Begins to play `feed`, with buffers `width` times as wide as usual.
    /// `look` is called when the device goes away or is another.
    ///
    /// # Errors
    ///
    /// Why it does not begin; the feed is gone with it.
    pub(super) fn play(
        self,
        feed: Feed,
        shared: &Arc<Shared>,
        origin: Instant,
        width: u32,
        look: Box<dyn Fn() + Send>,
    ) -> Result<Stream, NoDevice> {
        let device = self.name().to_owned();
        let (playing, way) = match self {
            #[cfg(target_os = "linux")]
            Self::Served { link, id, .. } => {
                let served = Served::start(link, id.as_deref(), feed, shared, origin, width, look);
                let refused = |_| NoDevice("the sound server refuses to play".to_owned());
                let (served, way) = served.map_err(refused)?;
                (Playing::Served(served), way)
            }
            Self::Direct(direct) => {
                let (stream, way) = direct.play(feed, shared, origin, width, look)?;
                (Playing::Direct(stream), way)
            }
        };
        shared.begin_way(Some(Way { device, ..way }));
        let watch = Watch::new(shared.calls(), origin.elapsed());
        Ok(Stream { playing, shared: Arc::clone(shared), watch })
    }
}

/// Sound that a device plays. Dropping it stops it.
pub(super) struct Stream {
    playing: Playing,
    shared: Arc<Shared>,
    watch: Watch,
}

enum Playing {
    #[cfg(target_os = "linux")]
    Served(Served),
    Direct(DirectStream),
}

/// Whether a device still takes sound.
struct Watch {
    /// How often it had taken some when it began, and when last looked at.
    first: u64,
    calls: u64,
    /// For how long it has taken nothing, as far as that was looked at.
    idle: Duration,
    looked_at: Duration,
}

/// A device that has taken nothing for so long stands still.
const STALL: Duration = Duration::from_secs(1);

/// A server's sink that nobody used may first play out the two seconds of
/// silence it has made; once it has taken sound so often, that is over.
const STALL_AT_FIRST: Duration = Duration::from_millis(2_500);
const AT_FIRST: u64 = 8;

/// Who was away for longer than this cannot say what the device did.
const AWAY: Duration = Duration::from_millis(700);

impl Watch {
    fn new(calls: u64, now: Duration) -> Self {
        Self { first: calls, calls, idle: Duration::ZERO, looked_at: now }
    }

    /// Whether the device stands still, now that it has taken sound `calls`
    /// times.
    fn is_stalled(&mut self, calls: u64, now: Duration) -> bool {
        let passed = now.saturating_sub(self.looked_at);
        self.looked_at = now;
        if calls == self.calls {
            self.idle += passed.min(AWAY);
        } else {
            (self.calls, self.idle) = (calls, Duration::ZERO);
        }
        let is_new = calls - self.first < AT_FIRST;
        self.idle > if is_new { STALL_AT_FIRST } else { STALL }
    }
}

impl Stream {
    /// Whether the device has gone away or stands still at `now`.
    pub(super) fn is_lost(&mut self, now: Moment) -> bool {
        let is_stalled = self.watch.is_stalled(self.shared.calls(), now.0);
        let is_gone = match &self.playing {
            #[cfg(target_os = "linux")]
            Playing::Served(served) => served.is_lost(),
            Playing::Direct(direct) => direct.is_lost(),
        };
        is_gone || is_stalled
    }

    /// The device, if the server has moved the sound to another since this was
    /// asked last.
    pub(super) fn moved_to(&self) -> Option<String> {
        match &self.playing {
            #[cfg(target_os = "linux")]
            Playing::Served(served) => served.moved_to(),
            Playing::Direct(_) => None,
        }
    }

    /// Tells it that there is more in the ring, if it had wanted more.
    pub(super) fn feed_on(&self) {
        match &self.playing {
            #[cfg(target_os = "linux")]
            Playing::Served(served) => served.feed_on(),
            Playing::Direct(_) => {}
        }
    }

    /// Lets the sound go that the inlet has been asked to hush.
    pub(super) fn hush(&self) {
        match &self.playing {
            #[cfg(target_os = "linux")]
            Playing::Served(served) => served.hush(),
            Playing::Direct(_) => {}
        }
    }

    /// Goes on with `ring` as soon as the device can. `false` when it cannot.
    pub(super) fn jump(&self, inlet: &mut Inlet, ring: Later) -> bool {
        match &self.playing {
            #[cfg(target_os = "linux")]
            Playing::Served(served) => served.jump(|| inlet.swap(ring, None)),
            Playing::Direct(_) => inlet.swap(ring, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When a device that takes sound so often, each 40 ms, and then no more,
    /// counts as standing still, in milliseconds after that.
    fn noticed(times: u64) -> u128 {
        let at = |millis| Duration::from_millis(millis);
        let mut watch = Watch::new(100, at(0));
        for n in 1..=times {
            assert!(!watch.is_stalled(100 + n, at(n * 40)));
        }
        let silent = (1..1_000).find(|n| watch.is_stalled(100 + times, at((times + n) * 40)));
        u128::from(silent.unwrap()) * 40
    }

    #[test]
    fn a_device_that_stands_still_is_noticed_within_about_a_second() {
        assert_eq!(noticed(8), 1_040);
    }

    #[test]
    fn a_device_that_has_only_begun_is_given_longer() {
        assert_eq!(noticed(3), 2_520);
    }

    #[test]
    fn who_was_away_does_not_blame_the_device() {
        let mut watch = Watch::new(0, Duration::ZERO);
        assert!(!watch.is_stalled(20, Duration::from_secs(1)));
        assert!(!watch.is_stalled(20, Duration::from_hours(1)));
        assert!(!watch.is_stalled(21, Duration::from_hours(2)));
    }
}
