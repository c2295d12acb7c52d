//! Times as files write them.

use crate::model::MediaTime;

/// A time at the start of a text, and what follows it.
type Stamp<'a> = (MediaTime, &'a str);

/// The time at the start of `text` by WebVTT's "collect a WebVTT timestamp":
/// hours of any length that may be missing, two digits each for minutes and
/// seconds, a dot and three digits. Hours too many to count are held at the
/// largest time.
pub(super) fn webvtt(text: &str) -> Option<Stamp<'_>> {
    let bytes = text.as_bytes();
    if let Some(millis) = bytes.first_chunk().and_then(usual) {
        let ends = !bytes.get(12).is_some_and(u8::is_ascii_digit);
        return ends.then_some((MediaTime::from_millis(millis), &text[12..]));
    }
    let (first, first_length) = number(bytes);
    if first_length == 0 {
        return None;
    }
    let (second, mut at) = two_digits(bytes, first_length)?;
    let has_hours = first_length != 2 || first > 59;
    let (hours, minutes, seconds) = if has_hours || bytes.get(at) == Some(&b':') {
        let (third, end) = two_digits(bytes, at)?;
        at = end;
        (first, second, third)
    } else {
        (0, first, second)
    };
    let (millis, length) = number(bytes.get(at + 1..)?);
    if bytes.get(at) != Some(&b'.') || length != 3 || minutes > 59 || seconds > 59 {
        return None;
    }
    Some((time(hours, minutes, seconds, millis * 1_000), text.get(at + 4..)?))
}

/// The milliseconds of `HH:MM:SS.mmm`, by far the most usual form.
#[inline]
pub(super) fn usual(bytes: &[u8; 12]) -> Option<u64> {
    // All signs at once: of each what it differs by from the least that may stand
    // there, the first one lowest.
    let (clock, fraction) = bytes.split_first_chunk::<8>()?;
    let clock = u64::from_le_bytes(*clock) ^ u64::from_le_bytes(*b"00:00:00");
    let fraction = u32::from_le_bytes(fraction.try_into().ok()?) ^ u32::from_le_bytes(*b".000");
    // What is more than may stand there (nine, five, nothing) reaches the upper half.
    let over = |signs: u64, room: u64| (signs | signs.wrapping_add(room)) & 0xf0f0_f0f0_f0f0_f0f0;
    if over(clock, 0x060a_0f06_0a0f_0606) | over(u64::from(fraction), 0x0606_060f) != 0 {
        return None;
    }
    // Each digit as a ten with the one after it.
    let pairs = clock * 10 + (clock >> 8);
    let [hours, minutes, seconds] = [0, 24, 48].map(|at| pairs >> at & 0xff);
    let [tenths, hundredths, rest] = [8, 16, 24].map(|at| u64::from(fraction >> at & 0xff));
    let seconds = hours * 3_600 + minutes * 60 + seconds;
    Some(seconds * 1_000 + tenths * 100 + hundredths * 10 + rest)
}

/// The time at the start of `text` in whatever way people write it:
/// `h:mm:ss`, `mm:ss` or seconds, with a fraction of any length after a dot, a
/// comma, a third colon or a semicolon. A time below zero is held at zero.
pub(super) fn lenient(text: &str) -> Option<Stamp<'_>> {
    let rest = text.trim_start_matches(is_unseen);
    let (negative, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let bytes = rest.as_bytes();
    let mut parts = [0; 3];
    let mut count = 0;
    let mut at = 0;
    loop {
        let (part, length) = number(&bytes[at..]);
        if length == 0 {
            return None;
        }
        at += length;
        parts.rotate_left(1);
        parts[2] = part;
        count += 1;
        let next = blanks_before_digit(bytes, at + 1);
        if count == 3 || bytes.get(at) != Some(&b':') || next.is_none() {
            break;
        }
        at = next.unwrap_or(at);
    }
    let mut micros = 0;
    if count == 3 && matches!(bytes.get(at..at + 3), Some([b' ', b',', b'0'..=b'9'])) {
        at += 1;
    }
    let fraction = matches!(bytes.get(at), Some(b'.' | b','))
        || count == 3 && matches!(bytes.get(at), Some(b':' | b';'));
    if fraction && let Some(start) = blanks_before_digit(bytes, at + 1) {
        let (value, length) = fraction_micros(&bytes[start..]);
        micros = value;
        at = start + length;
    } else if count == 1 {
        return None;
    }
    let time = if negative { MediaTime::ZERO } else { time(parts[0], parts[1], parts[2], micros) };
    Some((time, rest.get(at..)?))
}

/// The time that is all of `text`, in whatever way people write it.
pub(super) fn whole(text: &str) -> Option<MediaTime> {
    lenient(text).filter(|(_, rest)| rest.trim().is_empty()).map(|(time, _)| time)
}

/// The seconds of `h:mm:ss` or `m:ss` at the start of `text`, held at the
/// largest, and what follows them.
pub(super) fn clock(text: &str) -> Option<(u64, &str)> {
    let bytes = text.as_bytes();
    let (mut secs, mut at) = number(bytes);
    let mut parts = 0;
    while let Some([b':', tens, ones]) = bytes.get(at..at + 3)
        && tens.is_ascii_digit()
        && ones.is_ascii_digit()
        && parts < 2
    {
        let part = u64::from(tens - b'0') * 10 + u64::from(ones - b'0');
        secs = secs.saturating_mul(60).saturating_add(part);
        parts += 1;
        at += 3;
    }
    let is_clock = text.starts_with(|c: char| c.is_ascii_digit()) && parts > 0;
    let rest = &text[at..];
    (is_clock && !rest.starts_with(|c: char| c.is_ascii_digit())).then_some((secs, rest))
}

/// Whether `c` is white space of any kind, or is not to be seen at all.
pub(super) fn is_unseen(c: char) -> bool {
    let is_format = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    c.is_whitespace() || is_format
}

/// Where the digit stands that follows any blanks at `at`; `None` if something
/// else does.
fn blanks_before_digit(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let blanks = rest.iter().take(2).take_while(|&&byte| byte == b' ').count();
    rest.get(blanks)?.is_ascii_digit().then_some(at + blanks)
}

/// Microseconds of the digits at the start of `bytes` read as a decimal
/// fraction of a second, and how many there are.
fn fraction_micros(bytes: &[u8]) -> (u64, usize) {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut digits = bytes[..length].iter().map(|&byte| u64::from(byte - b'0'));
    ((0..6).fold(0, |value, _| value * 10 + digits.next().unwrap_or(0)), length)
}

/// The number at the start of `bytes`, held at the largest, and its length.
pub(super) fn number(bytes: &[u8]) -> (u64, usize) {
    let mut value: u64 = 0;
    let mut length = 0;
    for byte in bytes.iter().take_while(|byte| byte.is_ascii_digit()) {
        value = value.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
        length += 1;
    }
    (value, length)
}

/// The number of exactly two digits after a colon at `at`, and where it ends.
fn two_digits(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    if bytes.get(at) != Some(&b':') {
        return None;
    }
    let (value, length) = number(bytes.get(at + 1..)?);
    (length == 2).then_some((value, at + 3))
}

fn time(hours: u64, minutes: u64, seconds: u64, micros: u64) -> MediaTime {
    let seconds = hours
        .saturating_mul(3_600)
        .saturating_add(minutes.saturating_mul(60))
        .saturating_add(seconds);
    MediaTime::from_micros(seconds.saturating_mul(1_000_000).saturating_add(micros))
}

/// This many seconds, rounded to a microsecond; `None` below zero.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from float saturates, and below zero there is nothing"
)]
pub(super) fn from_seconds(seconds: f64) -> Option<MediaTime> {
    (seconds >= 0.0).then(|| MediaTime::from_micros((seconds * 1e6).round() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_form_has_a_digit_wherever_one_may_stand_and_nothing_else() {
        for text in [*b"00:00:00.000", *b"99:59:59.999", *b"01:23:45.678"] {
            let number = |at: std::ops::Range<usize>| {
                text[at].iter().fold(0, |all, digit| all * 10 + u64::from(digit - b'0'))
            };
            let expected =
                ((number(0..2) * 60 + number(3..5)) * 60 + number(6..8)) * 1_000 + number(9..12);
            assert_eq!(usual(&text), Some(expected));
            for (at, byte) in (0..12).flat_map(|at| (0..=255).map(move |byte| (at, byte))) {
                let most = match at {
                    2 | 5 => b':'..=b':',
                    8 => b'.'..=b'.',
                    3 | 6 => b'0'..=b'5',
                    _ => b'0'..=b'9',
                };
                let mut other = text;
                other[at] = byte;
                assert_eq!(usual(&other).is_some(), most.contains(&byte), "{other:?}");
            }
        }
    }

    fn millis(stamp: Option<Stamp<'_>>) -> Option<(u64, &str)> {
        stamp.map(|(time, rest)| (time.as_millis(), rest))
    }

    #[test]
    fn webvtt_times_are_read_to_the_letter() {
        assert_eq!(millis(webvtt("01:02:03.004 -")), Some((3_723_004, " -")));
        assert_eq!(millis(webvtt("59:03.004")), Some((3_543_004, "")));
        assert_eq!(millis(webvtt("0:00:03.004x")), Some((3_004, "x")));
        assert_eq!(millis(webvtt("100:00:00.000")), Some((360_000_000, "")));
        for wrong in ["", "1:02.003", "60:00.000", "00:60.000", "00:60:00.000", "00:01,000"] {
            assert_eq!(webvtt(wrong), None, "{wrong}");
        }
        assert_eq!(webvtt("00:00:01.0000"), None);
        for wrong in ["00:01.00", "00:01.0000", "00:00:1.000", "00:000:01.000", "-1:00:00.000"] {
            assert_eq!(webvtt(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_of_every_habit_are_read_leniently() {
        for (text, expected) in [
            ("00:00:01,500", 1_500),
            ("00:00:01.5", 1_500),
            ("0:1,25", 1_250),
            ("1:02:03", 3_723_000),
            ("61:02.10", 3_662_100),
            ("00:00:01:500", 1_500),
            ("00:00:01;500", 1_500),
            ("00: 00: 01, 500", 1_500),
            ("-00:00:01,500", 0),
            ("12.345678", 12_345),
        ] {
            assert_eq!(millis(lenient(text)), Some((expected, "")), "{text}");
        }
        for wrong in ["", "x", "12", ":01", "0x:01"] {
            assert_eq!(lenient(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_of_any_length_is_held_at_the_largest() {
        let huge = format!("{}:00:00.000", "9".repeat(40));
        assert_eq!(webvtt(&huge).unwrap().0, MediaTime::from_micros(u64::MAX));
        assert_eq!(lenient(&huge).unwrap().0, MediaTime::from_micros(u64::MAX));
    }
}
