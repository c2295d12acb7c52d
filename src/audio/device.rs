//! Sound devices: those of a sound server first, else those of the system.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::direct::{self, Direct, DirectStream};
use super::ring::{Feed, Inlet, Later, Shared};
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

    /// Begins to play `feed`. `lost` is called when the device goes away.
    ///
    /// # Errors
    ///
    /// Why it does not begin; the feed is gone with it.
    pub(super) fn play(
        self,
        feed: Feed,
        shared: &Arc<Shared>,
        origin: Instant,
        lost: Box<dyn Fn() + Send>,
    ) -> Result<Stream, NoDevice> {
        let playing = match self {
            #[cfg(target_os = "linux")]
            Self::Served { link, id, .. } => {
                let served = Served::start(link, id.as_deref(), feed, shared, origin, lost);
                let refused = |_| NoDevice("the sound server refuses to play".to_owned());
                Playing::Served(served.map_err(refused)?)
            }
            Self::Direct(direct) => Playing::Direct(direct.play(feed, origin, lost)?),
        };
        let watch = (shared.calls(), origin.elapsed());
        Ok(Stream { playing, shared: Arc::clone(shared), watch })
    }
}

/// Sound that a device plays. Dropping it stops it.
pub(super) struct Stream {
    playing: Playing,
    shared: Arc<Shared>,
    /// How often the device had taken sound, and when that was seen.
    watch: (u64, Duration),
}

enum Playing {
    #[cfg(target_os = "linux")]
    Served(Served),
    Direct(DirectStream),
}

/// A device that has taken nothing for so long stands still. A server's sink
/// that nobody used may first play out the two seconds of silence it has made.
const STALL: Duration = Duration::from_millis(2_500);

impl Stream {
    /// Whether the device has gone away or stands still at `now`.
    pub(super) fn is_lost(&mut self, now: Moment) -> bool {
        let calls = self.shared.calls();
        if calls != self.watch.0 {
            self.watch = (calls, now.0);
        }
        let is_gone = match &self.playing {
            #[cfg(target_os = "linux")]
            Playing::Served(served) => served.is_lost(),
            Playing::Direct(direct) => direct.is_lost(),
        };
        is_gone || now.0.saturating_sub(self.watch.1) > STALL
    }

    /// Tells it that there is more in the ring, if it had wanted more.
    pub(super) fn feed_on(&self) {
        match &self.playing {
            #[cfg(target_os = "linux")]
            Playing::Served(served) => served.feed_on(),
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
