//! Packets to samples, by whichever decoder is needed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_MP2, CODEC_ID_OPUS, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketRef;

use super::aac::Aac;
use super::frame::Frame;
use super::layer_two::reworded;
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
    /// How the file says that they are mixed, and how they are if it does not.
    told: Option<Mix>,
    untold: fn(&Channels) -> Mix,
    interleaved: Vec<f32>,
    is_layer_two: bool,
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
                let untold = if parameters.codec == CODEC_ID_ALAC { alac_mix } else { usual_mix };
                let (told, interleaved) = (None, Vec::new());
                let is_layer_two = parameters.codec == CODEC_ID_MP2;
                let other =
                    Other { decoder, channels, mix, told, untold, interleaved, is_layer_two };
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
        let reworded = self.is_layer_two.then(|| reworded(packet.data)).flatten();
        let mut packet = *packet;
        if let Some(reworded) = &reworded {
            packet.data = &reworded.bytes;
        }
        let sound = self.decoder.decode_ref(&packet).ok()?;
        let channels = sound.spec().channels();
        if *channels != self.channels {
            let told = self.told.clone().filter(|told| told.channels() == channels.count());
            let mix = told.unwrap_or_else(|| (self.untold)(channels));
            (self.channels, self.mix) = (channels.clone(), mix);
        }
        sound.copy_to_vec_interleaved(&mut self.interleaved);
        let had = out.len();
        self.mix.append(out, &self.interleaved);
        if reworded.is_some_and(|reworded| reworded.is_widened) {
            out[had..].iter_mut().for_each(|frame| frame[1] = frame[0]);
        }
        Some(())
    }
}

/// How the channels of ALAC are mixed. As symphonia gives them, 7 and 8 are not
/// in the order of their bits: the middle behind comes before the two aside,
/// and those of the centre before those behind.
fn alac_mix(channels: &Channels) -> Mix {
    match channels.count() {
        7 => Mix::seated([0, 1, 2, 3, 8, 4, 5].into_iter()),
        8 => Mix::seated([0, 1, 2, 3, 6, 7, 4, 5].into_iter()),
        _ => usual_mix(channels),
    }
}

/// How these channels are mixed.
fn usual_mix(channels: &Channels) -> Mix {
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

#[cfg(test)]
mod tests {
    use super::*;
    use symphonia::core::codecs::audio::AudioCodecParameters;
    use symphonia::core::units::{Duration, Timestamp};

    /// How each channel alone is heard in ALAC that is not compressed, and has
    /// so many of them in every `element`.
    fn heard(elements: &[u32]) -> Vec<Frame> {
        let channels: u32 = elements.iter().sum();
        // A frame of 4,096 samples at most, version, bits, three that are not
        // looked at, channels, then the rate in the end.
        let mut cookie = 4_096_u32.to_be_bytes().to_vec();
        cookie.extend([0, 16, 40, 10, 14, channels as u8, 0, 255]);
        for number in [0, 0, 44_100_u32] {
            cookie.extend(number.to_be_bytes());
        }
        let mut parameters = AudioCodecParameters::new();
        parameters.for_codec(CODEC_ID_ALAC).with_extra_data(cookie.into());
        let mut coder = Coder::new(&parameters, false).unwrap().arranged(None);
        let mut bits = Vec::new();
        let mut push = |value: u32, count: u32| {
            bits.extend((0..count).rev().map(|at| value >> at & 1 == 1));
        };
        let mut first = 0;
        for wide in elements {
            // One or a pair, what is not used, then: shorter than a frame,
            // nothing shifted, not compressed; and how long.
            push(wide - 1, 3);
            push(0, 16);
            push(0b1001, 4);
            push(channels, 32);
            for moment in 0..channels {
                for one in first..first + wide {
                    push(if one == moment { 0x4000 } else { 0 }, 16);
                }
            }
            first += wide;
        }
        push(0b111, 3);
        let byte = |sum, (at, bit): (usize, &bool)| sum | u8::from(*bit) << (7 - at);
        let bytes: Vec<u8> =
            bits.chunks(8).map(|bits| bits.iter().enumerate().fold(0, byte)).collect();
        let packet = PacketRef::new(0, Timestamp::new(0), Duration::new(4_096), &bytes);
        let mut frames = Vec::new();
        coder.decode(&packet, &mut frames).unwrap();
        frames
    }

    /// Left, right, both or none.
    fn side(frame: Frame) -> char {
        match frame.map(|side| side > 0.0) {
            [false, false] => '-',
            [true, false] => 'L',
            [false, true] => 'R',
            [true, true] => 'B',
        }
    }

    #[test]
    fn each_channel_of_alac_is_heard_on_its_side() {
        // Of the middle, left and right, then behind, and the low one last.
        let wide = [&[1, 2][..], &[1, 2, 1], &[1, 2, 2], &[1, 2, 2, 1], &[1, 2, 2, 1, 1]];
        let sides = wide.map(|wide| heard(wide).into_iter().map(side).collect::<String>());
        assert_eq!(sides, ["BLR", "BLRB", "BLRLR", "BLRLR-", "BLRLRB-"]);
        // In front there are two more, and as loud as those outside.
        let all = heard(&[1, 2, 2, 2, 1]);
        assert_eq!(all.iter().copied().map(side).collect::<String>(), "BLRLRLR-");
        assert_eq!(all[1..3], all[3..5]);
        assert!(all[5][0] < all[1][0] && all[6][1] < all[2][1], "{all:?}");
    }
}
