//! Times as files of chapters write them.

use crate::model::MediaTime;

use crate::format::stamp::{self, number};

/// The time that is all of `text`: `h:mm:ss`, `m:ss` or seconds, each with a
/// fraction or without (normal play time, RFC 2326 section 3.6, and what is
/// written for it).
pub(super) fn whole(text: &str) -> Option<MediaTime> {
    let text = text.trim().trim_start_matches("npt:");
    let (time, rest) = clock(text).or_else(|| seconds(text))?;
    rest.trim_end_matches('s').is_empty().then_some(time)
}

/// The time of the form `h:mm:ss` or `m:ss` at the start of `text`, with a
/// fraction or without, and what follows it.
pub(super) fn clock(text: &str) -> Option<(MediaTime, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 3 {
        return None;
    }
    let (secs, rest) = stamp::clock(text)?;
    let (micros, length) = fraction(rest.as_bytes());
    Some((MediaTime::from_micros(secs * 1_000_000 + micros), &rest[length..]))
}

/// The seconds at the start of `text`, and what follows them.
fn seconds(text: &str) -> Option<(MediaTime, &str)> {
    let bytes = text.as_bytes();
    let (secs, length) = number(bytes);
    if length == 0 {
        return None;
    }
    let (micros, more) = fraction(&bytes[length..]);
    let time = MediaTime::from_micros(secs.saturating_mul(1_000_000).saturating_add(micros));
    Some((time, text.get(length + more..)?))
}

/// The microseconds of a dot or comma and digits at the start of `bytes`, and
/// how many bytes that is.
fn fraction(bytes: &[u8]) -> (u64, usize) {
    let [b'.' | b',', rest @ ..] = bytes else { return (0, 0) };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 {
        return (0, 0);
    }
    let mut digits = rest[..length].iter().map(|&byte| u64::from(byte - b'0'));
    ((0..6).fold(0, |value, _| value * 10 + digits.next().unwrap_or(0)), length + 1)
}

/// The time this many seconds in, which may have a fraction; `None` for one
/// that is no time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held in range")]
pub(super) fn from_secs(secs: f64) -> Option<MediaTime> {
    (0.0..1e9).contains(&secs).then(|| MediaTime::from_micros((secs * 1e6).round() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_normal_play_time_is_read() {
        for (text, millis) in [
            ("0", 0),
            ("3:07", 187_000),
            ("8:26.250", 506_250),
            ("00:05:42", 342_000),
            ("01:02:03.5", 3_723_500),
            (" 12.345678s ", 12_345),
            ("npt:90", 90_000),
            ("100:00", 6_000_000),
        ] {
            assert_eq!(whole(text).map(MediaTime::as_millis), Some(millis), "{text}");
        }
        for text in ["", "-1", "x", "1:2", "1:2:3", "1:02:03:04", "1:023", "0:00 x", "1234:00"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_before_a_title_ends_where_the_title_begins() {
        let rest = |text| clock(text).map(|(time, rest)| (time.as_millis(), rest));
        assert_eq!(rest("0:00: 5 tips"), Some((0, ": 5 tips")));
        assert_eq!(rest("1:02:03 x"), Some((3_723_000, " x")));
        assert_eq!(rest("1:02. What"), Some((62_000, ". What")));
        assert_eq!(rest("12 x"), None);
        assert_eq!(rest("0:001"), None);
    }
}
