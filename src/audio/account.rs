//! What the sound came out of and how that went, for a listener who asks.

use std::fmt;
use std::time::Duration;

/// What sound comes out of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// The device, as a person knows it.
    pub device: String,
    /// What it is spoken to through.
    pub host: String,
    /// The form in which it is given sound.
    pub format: String,
    /// How much sound it was asked to hold.
    pub asked: Duration,
    /// How much it holds; `None` where it does not say.
    pub got: Option<Duration>,
}

/// What became of the sound since the engine was started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// What it came out of last; `None` while there was no device.
    pub way: Option<Way>,
    /// How many streams were begun, and how many of their devices were lost.
    pub streams: u32,
    /// See `streams`.
    pub lost: u32,
    /// How often the decoder was too slow, and how often the device ran out.
    pub underruns: u64,
    /// See `underruns`.
    pub device_underruns: u64,
    /// How much later the sound is heard than the device says.
    pub delay_ms: i32,
}

impl fmt::Display for Account {
    /// A line for each thing, without an LF after the last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.way {
            None => writeln!(f, "device     none: time went on in silence")?,
            Some(way) => {
                writeln!(f, "device     {}", way.device)?;
                writeln!(f, "host       {}", way.host)?;
                writeln!(f, "format     {}", way.format)?;
                write!(f, "buffer     {} ms asked, ", way.asked.as_millis())?;
                match way.got {
                    Some(got) => writeln!(f, "{} ms got", got.as_millis())?,
                    None => writeln!(f, "and what was got is not said")?,
                }
            }
        }
        writeln!(
            f,
            "underruns  {} of the decoder, {} of the device",
            self.underruns, self.device_underruns
        )?;
        writeln!(f, "streams    {} begun, {} lost", self.streams, self.lost)?;
        write!(f, "delay      {} ms", self.delay_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_known_is_said_line_by_line() {
        let way = Way {
            device: "Speakers".to_owned(),
            host: "PulseAudio".to_owned(),
            format: "44100 Hz, 2 channels, f32".to_owned(),
            asked: Duration::from_millis(160),
            got: Some(Duration::from_millis(320)),
        };
        let account =
            Account { way: Some(way), streams: 3, lost: 1, delay_ms: -20, ..Account::default() };
        assert_eq!(
            account.to_string(),
            "device     Speakers\nhost       PulseAudio\nformat     44100 Hz, 2 channels, f32\n\
             buffer     160 ms asked, 320 ms got\n\
             underruns  0 of the decoder, 0 of the device\nstreams    3 begun, 1 lost\n\
             delay      -20 ms"
        );
    }
}
