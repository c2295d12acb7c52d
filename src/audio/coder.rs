//! Packets to samples, by whichever decoder is needed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;

use super::aac::Aac;
use super::frame::Frame;
use super::mix::Mix;
use super::opus::{Head, Opus};
use super::surround::Surround;

/// A decoder.
pub(super) struct Coder(Kind);

enum Kind {
    Opus(Box<Opus>),
    Aac(Box<Aac>),
    Surround(Box<Surround>),
    Other(Box<Other>),
}

/// One of symphonia's.
struct Other {
    decoder: Box<dyn AudioDecoder>,
    /// The channels of what was decoded last, and how they are mixed.
    channels: Channels,
    mix: Mix,
    /// How the file says that they are mixed.
    told: Option<Mix>,
    interleaved: Vec<f32>,
}

impl Coder {
    /// A decoder for sound of this kind. It gives all that is in a packet,
    /// heard or not, unless it `trims` as packets say.
    ///
    /// # Errors
    ///
    /// Why there is none, in a few words.
    pub(super) fn new(parameters: &AudioCodecParameters, trims: bool) -> Result<Self, String> {
        if parameters.codec == CODEC_ID_OPUS {
            let head = Head::parse(parameters.extra_data.as_deref().unwrap_or_default())?;
            return Self::opus(&head);
        }
        if parameters.codec == CODEC_ID_VORBIS
            && let Some(heads) = parameters.extra_data.as_deref()
            && parameters.channels.as_ref().is_some_and(|channels| channels.count() > 2)
        {
            let made = guarded(|| Surround::new(heads));
            let made = made.unwrap_or_else(|| Err("the head of its Vorbis is damaged".to_owned()));
            return Ok(Self(Kind::Surround(Box::new(made?))));
        }
        let options = AudioDecoderOptions::default().gapless(trims);
        let made =
            guarded(|| symphonia::default::get_codecs().make_audio_decoder(parameters, &options));
        match (made, parameters.extra_data.as_deref()) {
            (Some(Ok(decoder)), _) => {
                let (channels, mix) = (Channels::None, Mix::plain(0));
                let (told, interleaved) = (None, Vec::new());
                let other = Other { decoder, channels, mix, told, interleaved };
                Ok(Self(Kind::Other(Box::new(other))))
            }
            (_, Some(settings)) if parameters.codec == CODEC_ID_AAC => Self::aac(settings),
            _ => Err("its audio is of a kind that cannot be decoded".to_owned()),
        }
    }

    /// The same decoder, whose channels are mixed as is `told`, where it has no
    /// order of its own.
    pub(super) fn arranged(mut self, told: Option<Mix>) -> Self {
        if let Kind::Other(other) = &mut self.0 {
            other.told = told;
        }
        self
    }

    /// A decoder for AAC of any kind, with these settings.
    ///
    /// # Errors
    ///
    /// Why there is none, in a few words.
    pub(super) fn aac(settings: &[u8]) -> Result<Self, String> {
        Ok(Self(Kind::Aac(Box::new(Aac::new(settings)?))))
    }

    /// The rate of what was decoded last, where it may be another than the file
    /// says.
    pub(super) fn rate_hz(&self) -> Option<u32> {
        match &self.0 {
            Kind::Aac(aac) => Some(aac.rate_hz()).filter(|rate_hz| *rate_hz > 0),
            Kind::Opus(_) | Kind::Surround(_) | Kind::Other(_) => None,
        }
    }

    /// A decoder for Opus with this head.
    ///
    /// # Errors
    ///
    /// Why there is none, in a few words.
    pub(super) fn opus(head: &Head) -> Result<Self, String> {
        Ok(Self(Kind::Opus(Box::new(Opus::new(head)?))))
    }

    /// Forgets what came before, for a packet that does not follow.
    pub(super) fn reset(&mut self) {
        guarded(|| match &mut self.0 {
            Kind::Opus(opus) => opus.reset(),
            Kind::Aac(aac) => aac.reset(),
            Kind::Surround(surround) => surround.reset(),
            Kind::Other(other) => other.decoder.reset(),
        });
    }

    /// Appends the samples of `packet`; `None`, and no sample, when it is
    /// damaged.
    pub(super) fn decode(&mut self, packet: &PacketRef<'_>, out: &mut Vec<Frame>) -> Option<()> {
        let had = out.len();
        let decoded = guarded(|| match &mut self.0 {
            Kind::Opus(opus) => opus.decode(packet.data, out),
            Kind::Aac(aac) => aac.decode(packet.data, out),
            Kind::Surround(surround) => surround.decode(packet.data, out),
            Kind::Other(other) => other.decode(packet, out),
        });
        if decoded.is_none() {
            // What it stood on when it panicked is not to be trusted.
            self.reset();
        }
        let decoded = decoded.flatten();
        if decoded.is_none() {
            out.truncate(had);
        }
        decoded
    }
}

impl Other {
    fn decode(&mut self, packet: &PacketRef<'_>, out: &mut Vec<Frame>) -> Option<()> {
        let sound = self.decoder.decode_ref(packet).ok()?;
        let channels = sound.spec().channels();
        if *channels != self.channels {
            let told = self.told.clone().filter(|told| told.channels() == channels.count());
            (self.channels, self.mix) = (channels.clone(), told.unwrap_or_else(|| mix(channels)));
        }
        sound.copy_to_vec_interleaved(&mut self.interleaved);
        self.mix.append(out, &self.interleaved);
        Some(())
    }
}

/// How these channels are mixed.
fn mix(channels: &Channels) -> Mix {
    let count = channels.count();
    match channels {
        // Its bits are those of a WAVE mask. Just the first ones are what
        // stands for a number of which no more is known.
        Channels::Positioned(all) if all.bits().trailing_ones() as usize != count => {
            Mix::masked(all.bits(), count)
        }
        _ => Mix::plain(count),
    }
}

/// What `work` gives; `None` when it panics, as decoders may on what is
/// damaged.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
