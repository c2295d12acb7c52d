//! A place as a listener types it.

use crate::model::{MediaTime, Offset};

/// A place in the episode, as typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// This time.
    At(MediaTime),
    /// This far from now.
    From(Offset),
    /// This many percent of the length, 0 to 100.
    Percent(f64),
}

impl Place {
    /// Reads `12:34`, `1:02:03.5`, `90` (seconds), `-90`, `+1:30`, `40%`;
    /// `None` for anything else. Minutes and seconds after a colon are below
    /// 60, as they are shown.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            let percent: f64 = number(percent.trim())?;
            return (percent <= 100.0).then_some(Self::Percent(percent));
        }
        if let Some(back) = text.strip_prefix(['-', '−']) {
            return Some(Self::From(Offset::from_millis(-millis(back)?)));
        }
        if let Some(ahead) = text.strip_prefix('+') {
            return Some(Self::From(Offset::from_millis(millis(ahead)?)));
        }
        let millis = u64::try_from(millis(text)?).ok()?;
        Some(Self::At(MediaTime::from_millis(millis)))
    }
}

/// `1:02:03.5`, `12:34` or `90` in milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "bounded by the check above it")]
fn millis(text: &str) -> Option<i64> {
    let mut parts = text.trim().split(':').rev();
    let secs = number(parts.next()?)?;
    let mut total = secs * 1_000.0;
    let mut unit = 60_000.0;
    let mut earlier = Some(secs);
    for part in parts {
        if unit > 3_600_000.0 || earlier.is_some_and(|below| below >= 60.0) {
            return None;
        }
        let value = f64::from(part.parse::<u32>().ok()?);
        total += value * unit;
        unit *= 60.0;
        earlier = Some(value);
    }
    (total < 1e15).then_some(total.round() as i64)
}

/// A number without sign, exponent or other inventions.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain && text.bytes().any(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Place {
        Place::At(MediaTime::from_millis(millis))
    }

    #[test]
    fn times_are_read_as_they_are_shown() {
        assert_eq!(Place::parse("12:34"), Some(at(754_000)));
        assert_eq!(Place::parse(" 1:02:03.5 "), Some(at(3_723_500)));
        assert_eq!(Place::parse("2:50:00"), Some(at(10_200_000)));
        assert_eq!(Place::parse("90"), Some(at(90_000)));
    }

    #[test]
    fn a_sign_means_from_now() {
        assert_eq!(Place::parse("-90"), Some(Place::From(Offset::from_secs(-90))));
        assert_eq!(Place::parse("+1:30"), Some(Place::From(Offset::from_secs(90))));
    }

    #[test]
    fn percent_is_of_the_length() {
        assert_eq!(Place::parse("40%"), Some(Place::Percent(40.0)));
        assert_eq!(Place::parse("101%"), None);
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in
            ["", "abc", "1:75", "1:2:3:4", "1e5", "nan", "--3", ":", "%", "1:-3", "99:99:99"]
        {
            assert_eq!(Place::parse(text), None, "{text:?}");
        }
    }
}
