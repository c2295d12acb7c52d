//! Text that is not UTF-8: UTF-16, which the standard library reads, and
//! Windows-1252, of which only 32 characters are not where Latin-1 has them.

/// How text is written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Two bytes a unit, the lower first.
    Utf16Le,
    /// Two bytes a unit, the higher first.
    Utf16Be,
    /// One byte a character; all of Latin-1.
    Windows1252,
}

/// What the bytes 0x80 to 0x9f are in Windows-1252 (WHATWG, Encoding Standard).
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Encoding {
    /// The text of `bytes`, a byte order mark included; U+FFFD where there is
    /// none.
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Self::Utf16Be => utf16(bytes, u16::from_be_bytes),
            Self::Windows1252 => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (units, rest) = bytes.as_chunks::<2>();
    let characters = char::decode_utf16(units.iter().map(|bytes| unit(*bytes)));
    let cut = (!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    characters.map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).chain(cut).collect()
}

fn windows_1252(byte: u8) -> char {
    let place = usize::from(byte).checked_sub(0x80);
    place.and_then(|place| HIGH.get(place)).copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_byte_of_windows_1252_is_what_the_standard_says() {
        let all: Vec<u8> = (0..=255).collect();
        let (expected, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&all);
        assert_eq!(Encoding::Windows1252.decode(&all), expected);
    }

    #[test]
    fn half_a_unit_at_the_end_is_a_replacement() {
        assert_eq!(Encoding::Utf16Le.decode(b"a\0b"), "a\u{fffd}");
        assert_eq!(Encoding::Utf16Be.decode(b"\0a\0"), "a\u{fffd}");
    }

    proptest! {
        #[test]
        fn units_whatever_they_are_are_read_as_by_others(
            units in prop::collection::vec(any::<[u8; 2]>(), 0..40),
        ) {
            let bytes = units.concat();
            let (little, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes);
            prop_assert_eq!(Encoding::Utf16Le.decode(&bytes), little);
            let (big, _) = encoding_rs::UTF_16BE.decode_without_bom_handling(&bytes);
            prop_assert_eq!(Encoding::Utf16Be.decode(&bytes), big);
        }
    }
}
