//! Decodes the AAC that symphonia leaves: with more than two channels, and
//! HE-AAC, whose upper half is made out of the lower (ISO 14496-3).

use syom::{AacError, Channel, DecodeOptions, Decoder};

use super::frame::Frame;
use super::header::AAC_RATES_HZ;
use super::mix::Mix;

/// The bit of a WAVE mask that stands for this channel; `None` for one that
/// says nothing.
fn seat(channel: Channel) -> Option<usize> {
    match channel {
        Channel::FrontLeft => Some(0),
        Channel::FrontRight => Some(1),
        Channel::FrontCenter => Some(2),
        Channel::Lfe => Some(3),
        Channel::BackLeft => Some(4),
        Channel::BackRight => Some(5),
        Channel::BackCenter => Some(8),
        Channel::SideLeft => Some(9),
        Channel::SideRight => Some(10),
        _ => None,
    }
}

/// How many packets are decoded before a wanted one: what the upper half is
/// made by stands in one of so many only.
pub(super) const RUN_UP_PACKETS: u32 = 24;

/// A decoder for packets of AAC.
pub(super) struct Aac {
    decoder: Decoder,
    settings: Vec<u8>,
    rate_hz: u32,
    interleaved: Vec<f32>,
    /// The seats of what was decoded last, and how they are mixed.
    seats: Vec<Option<usize>>,
    mix: Mix,
}

impl Aac {
    /// A decoder with these settings (an `AudioSpecificConfig`).
    ///
    /// # Errors
    ///
    /// Why there is none, in a few words.
    pub(super) fn new(settings: &[u8]) -> Result<Self, String> {
        let refuse = |error: AacError| format!("its AAC cannot be decoded: {error}");
        let decoder = Decoder::from_asc(settings, options()).map_err(refuse)?;
        Ok(Self {
            decoder,
            settings: settings.to_vec(),
            rate_hz: 0,
            interleaved: Vec::new(),
            seats: Vec::new(),
            mix: Mix::plain(0),
        })
    }

    /// The rate of what was decoded last, in Hz; 0 before.
    pub(super) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Forgets what came before, for a packet that does not follow.
    pub(super) fn reset(&mut self) {
        self.decoder.reset();
        // They were good before.
        let _ = self.decoder.set_asc(&self.settings);
    }

    /// Appends the samples of `packet`; `None`, and no sample, when it is
    /// damaged.
    pub(super) fn decode(&mut self, packet: &[u8], out: &mut Vec<Frame>) -> Option<()> {
        let (interleaved, rate_hz) = (&mut self.interleaved, &mut self.rate_hz);
        let (seats, mix) = (&mut self.seats, &mut self.mix);
        interleaved.clear();
        let decoded = self.decoder.decode_au(packet, |frame| {
            let labels = || frame.meta.labels().map(seat).chain(std::iter::repeat(None));
            let told = || labels().take(frame.planar.len());
            if !told().eq(seats.iter().copied()) {
                *seats = told().collect();
                let all: Option<Vec<usize>> = seats.iter().copied().collect();
                let plain = || Mix::plain(frame.planar.len());
                *mix = all.map_or_else(plain, |all| Mix::seated(all.into_iter()));
            }
            for n in 0..frame.samples {
                let sample = |plane: &&[f32]| plane.get(n).copied().unwrap_or(0.0);
                interleaved.extend(frame.planar.iter().map(sample));
            }
            *rate_hz = frame.sample_rate;
            Ok(())
        });
        if decoded.is_err() {
            // It refuses everything after an error.
            self.reset();
            return None;
        }
        self.mix.append(out, &self.interleaved);
        Some(())
    }
}

/// The rate without an upper half that these settings tell; `None` if they do
/// not.
pub(super) fn core_hz(settings: &[u8]) -> Option<u32> {
    let [first, second, ..] = settings else { return None };
    // Above 30 the kind is told behind, and nobody does that.
    let kind = first >> 3;
    let rate = usize::from((first & 7) << 1 | second >> 7);
    AAC_RATES_HZ.get(rate).copied().filter(|_| kind < 31)
}

fn options() -> DecodeOptions {
    DecodeOptions::unbounded()
}
