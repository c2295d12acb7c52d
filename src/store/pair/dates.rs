//! Dates as names of files have them.

use super::words::{is_separator, number_of};

/// Months in English and German by their first letters.
const MONTHS: &[(&str, u32)] = &[
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("mär", 3),
    ("apr", 4),
    ("may", 5),
    ("mai", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
];

/// What months are called after their first three letters.
const REST: &[&str] = &[
    "", "uary", "uar", "ruary", "ruar", "ch", "z", "il", "e", "y", "i", "ust", "t", "tember",
    "ober", "ember",
];

/// Year, month and day at the start of `stem`, with or without separators, and
/// what follows them; also as recorders write them, in six digits (`240312`).
pub(super) fn date_at_start(stem: &str) -> Option<(u32, &str)> {
    let mut digits = stem.char_indices().filter(|(_, c)| !is_separator(*c));
    let read: Vec<(usize, char)> = digits.by_ref().take(8).collect();
    let first = stem.bytes().take_while(u8::is_ascii_digit).count();
    if first == 6 {
        let date = of_digits(&format!("20{}", &stem[..first]))?;
        return Some((date, &stem[first..]));
    }
    let date = of_digits(&read.iter().map(|(_, c)| c).collect::<String>())?;
    (first >= 4).then(|| (date, &stem[read[7].0 + 1..]))
}

/// The date among `parts`, the words of `stem`, by the places of the first of
/// its words and of what follows: `2024-03-12`, `20240312`, `12.3.2024`,
/// `March 12, 2024`. A date whose day may as well be its month is none, unless
/// it is written with dots, as days before months are.
pub(super) fn date_among(stem: &str, parts: &[&str]) -> Option<(u32, usize, usize)> {
    (0..parts.len()).find_map(|place| {
        if let Some(date) = of_digits(parts[place]) {
            return Some((date, place, place + 1));
        }
        let [one, two, three] = *parts.get(place..place + 3)? else { return None };
        let date = in_order(one, two, three)
            .or_else(|| in_words(one, two, three))
            .or_else(|| backwards(stem, one, two, three))?;
        Some((date, place, place + 3))
    })
}

/// `20240312`.
fn of_digits(digits: &str) -> Option<u32> {
    let whole = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let date: u32 = digits.parse().ok().filter(|_| whole)?;
    date_of(date / 10_000, date / 100 % 100, date % 100)
}

fn date_of(year: u32, month: u32, day: u32) -> Option<u32> {
    let is_date =
        (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_date.then_some(year * 10_000 + month * 100 + day)
}

/// Year, month and day.
fn in_order(year: &str, month: &str, day: &str) -> Option<u32> {
    let is_written = year.len() == 4 && month.len() == 2 && day.len() == 2;
    date_of(number_of(year).filter(|_| is_written)?, number_of(month)?, number_of(day)?)
}

/// The month in words, before or behind the day.
fn in_words(one: &str, two: &str, year: &str) -> Option<u32> {
    let year = number_of(year).filter(|_| year.len() == 4)?;
    let (month, day) = match month_of(one) {
        Some(month) => (month, two),
        None => (month_of(two)?, one),
    };
    let day = ["st", "nd", "rd", "th"].iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day);
    date_of(year, month, number_of(day)?)
}

fn month_of(word: &str) -> Option<u32> {
    let (start, month) = MONTHS.iter().find(|(start, _)| word.starts_with(start))?;
    REST.contains(&&word[start.len()..]).then_some(*month)
}

/// Day and month before the year, where nothing else can be meant.
fn backwards(stem: &str, one: &str, two: &str, year: &str) -> Option<u32> {
    let year = number_of(year).filter(|_| year.len() == 4)?;
    let short = one.len() <= 2 && two.len() <= 2;
    let (first, second) = (number_of(one).filter(|_| short)?, number_of(two)?);
    if first > 12 || first == second || stem.contains(&format!("{one}.{two}.{year}")) {
        return date_of(year, second, first);
    }
    if second > 12 { date_of(year, first, second) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_every_order_in_which_it_cannot_be_another() {
        for (stem, date) in [
            ("town hall 2024-03-12", Some(20_240_312)),
            ("weekly 20240312 call", Some(20_240_312)),
            ("sendung vom 19.03.2024", Some(20_240_319)),
            ("sendung vom 3.4.2024", Some(20_240_403)),
            ("call 19-03-2024", Some(20_240_319)),
            ("call 03-19-2024", Some(20_240_319)),
            ("call 03-03-2024", Some(20_240_303)),
            ("call 03-04-2024", None),
            ("town hall - march 12, 2024", Some(20_240_312)),
            ("12th of 2024", None),
            ("call (19 mar 2024)", Some(20_240_319)),
            ("call 3rd september 2024", Some(20_240_903)),
            ("call 5. märz 2024", Some(20_240_305)),
            ("marching 12 2024", None),
            ("python 3 12 2024", None),
            ("best of 2024 3 1", None),
            ("2024-13-45 x", None),
        ] {
            let parts: Vec<&str> = stem
                .split(|c: char| !c.is_alphanumeric())
                .filter(|part| !part.is_empty())
                .collect();
            assert_eq!(date_among(stem, &parts).map(|(date, ..)| date), date, "{stem}");
        }
    }

    #[test]
    fn recorders_write_a_date_in_six_digits_at_the_start() {
        assert_eq!(date_at_start("240312_dams"), Some((20_240_312, "_dams")));
        assert_eq!(date_at_start("241312_dams"), None);
        assert_eq!(date_at_start("202-60105"), None);
        assert_eq!(date_at_start("2026-01-05-talk"), Some((20_260_105, "-talk")));
    }
}
