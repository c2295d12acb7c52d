//! HTML character references, as cue text has them.
//!
//! The names are those of the HTML standard, section 13.5.

use std::borrow::Cow;
use std::cmp::Ordering;

/// The 2,231 names of HTML, one a line and sorted by their bytes: the name
/// with its semicolon if it needs one, then its code points in hexadecimal.
const NAMES: &str = include_str!("entities.txt");

/// The longest name without a semicolon, in bytes (`Aacute`).
const LONGEST_BARE: usize = 6;

/// The longest name, in bytes.
const LONGEST: usize = 32;

/// A character reference at the start of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The one or two characters it stands for.
    pub(crate) chars: [char; 2],
    /// How many of them there are.
    pub(crate) count: usize,
    /// How many bytes of the text it takes, without the ampersand.
    pub(crate) length: usize,
}

/// What the character reference stands for that follows an ampersand at the
/// start of `rest`; `None` if there is none and the ampersand stands for
/// itself. At most 32 bytes are looked at.
pub(crate) fn reference(rest: &str) -> Option<Reference> {
    let bytes = rest.as_bytes();
    if bytes.first() == Some(&b'#') {
        return numeric(bytes);
    }
    let run = bytes.iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if bytes.get(run) == Some(&b';')
        && let Some(found) = named(&rest[..=run])
    {
        return Some(found);
    }
    (2..=run.min(LONGEST_BARE)).rev().find_map(|length| named(&rest[..length]))
}

/// The reference by number: `#` and digits, or `#x` and hexadecimal ones.
fn numeric(bytes: &[u8]) -> Option<Reference> {
    let hexadecimal = matches!(bytes.get(1), Some(b'x' | b'X'));
    let (radix, start) = if hexadecimal { (16, 2) } else { (10, 1) };
    let digits = bytes[start..].iter().map_while(|&byte| char::from(byte).to_digit(radix));
    let mut length = start;
    let mut value: u32 = 0;
    for digit in digits {
        value = value.saturating_mul(radix).saturating_add(digit);
        length += 1;
    }
    if length == start {
        return None;
    }
    length += usize::from(bytes.get(length) == Some(&b';'));
    Some(Reference { chars: [by_number(value), '\0'], count: 1, length })
}

/// The character with this number: Windows-1252 between 0x80 and 0x9F, U+FFFD
/// for what is no character.
fn by_number(value: u32) -> char {
    const HIGH: [u16; 32] = [
        0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8d, 0x017d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013,
        0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
    ];
    match value {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9f => char::from_u32(u32::from(HIGH[value as usize - 0x80])).unwrap_or_default(),
        _ => char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// The entity called exactly `name`, its semicolon included. `O(log n)`.
fn named(name: &str) -> Option<Reference> {
    let mut low = 0;
    let mut high = NAMES.len();
    while low < high {
        let middle = low + (high - low) / 2;
        let start = NAMES[..middle].rfind('\n').map_or(0, |at| at + 1).max(low);
        let end = NAMES[middle..].find('\n').map_or(NAMES.len(), |at| middle + at);
        let (found, codes) = NAMES[start..end].split_once(' ')?;
        match found.cmp(name) {
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
            Ordering::Equal => return Some(by_codes(codes, name.len())),
        }
    }
    None
}

fn by_codes(codes: &str, length: usize) -> Reference {
    let mut reference = Reference { chars: ['\0'; 2], count: 0, length };
    let chars = codes.split(' ').filter_map(|code| u32::from_str_radix(code, 16).ok());
    for (place, code) in reference.chars.iter_mut().zip(chars) {
        *place = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        reference.count += 1;
    }
    reference
}

/// `text` with every character reference replaced by what it stands for.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(&text[..first]);
    let mut at = first;
    while let Some(ampersand) = memchr::memchr(b'&', &text.as_bytes()[at..]) {
        decoded.push_str(&text[at..at + ampersand]);
        at += ampersand + 1;
        match reference(&text[at..]) {
            Some(found) => {
                decoded.extend(&found.chars[..found.count]);
                at += found.length;
            }
            None => decoded.push('&'),
        }
    }
    decoded.push_str(&text[at..]);
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_table_is_found() {
        let mut count = 0;
        for line in NAMES.lines() {
            let (name, codes) = line.split_once(' ').unwrap();
            let expected: String = codes
                .split(' ')
                .map(|code| char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap())
                .collect();
            assert_eq!(decode(&format!("&{name}")), expected, "{name}");
            count += 1;
        }
        assert_eq!(count, 2231);
    }

    #[test]
    fn the_longest_name_wins_and_only_some_need_no_semicolon() {
        assert_eq!(decode("&notit; &notin; &ampere &lt"), "¬it; ∉ &ere <");
        assert_eq!(decode("R&D &nosuch; & &; AT&T &hellip"), "R&D &nosuch; & &; AT&T &hellip");
    }

    #[test]
    fn numbers_that_are_no_characters_become_the_replacement() {
        assert_eq!(decode("&#65;&#x42&#67 &#x1F600;"), "ABC 😀");
        assert_eq!(decode("&#0;&#xD800;&#99999999999;&#x110000;"), "\u{fffd}".repeat(4));
        assert_eq!(decode("&#128;&#x9f;"), "€Ÿ");
        assert_eq!(decode("&#;&#x;&#xg;"), "&#;&#x;&#xg;");
    }
}
