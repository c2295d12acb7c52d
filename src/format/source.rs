//! A file's bytes to text: encodings, line ends, NUL.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::audio::is_audio;
use super::encoding::Encoding;
use super::problem::{Problem, ProblemKind, Refusal};

/// How many bytes are looked at to tell what a file is.
const HEAD: usize = 4096;

/// A file as text: line ends are LF, NUL is U+FFFD, there is no byte order
/// mark.
#[derive(Debug)]
pub struct Source<'a> {
    pub(super) text: Cow<'a, str>,
    /// Whether it has nothing but printable ASCII and LF, so that no part of
    /// it needs cleaning.
    pub(super) is_plain: bool,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Source<'a> {
    /// The text of `bytes` in whatever encoding they are: UTF-8, UTF-16 with
    /// or without a byte order mark, and Windows-1252 if they are neither.
    ///
    /// # Errors
    ///
    /// [`Refusal::Audio`], [`Refusal::Document`] and [`Refusal::Binary`] if the
    /// bytes are no text.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Refusal> {
        if let Some(kind) = is_audio(bytes) {
            return Err(Refusal::Audio(kind));
        }
        if let Some(kind) = other_document(bytes) {
            return Err(Refusal::Document(kind));
        }
        let mut problems = Vec::new();
        let mut report = |line, column, kind| problems.push(Problem { line, column, kind });
        let text = if let Some((encoding, name)) = utf16(bytes) {
            report(1, 1, ProblemKind::Encoding(name));
            let text = encoding.decode(bytes);
            Cow::Owned(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
        } else {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(error) => {
                    if is_binary(bytes) {
                        return Err(Refusal::Binary);
                    }
                    let (line, column) = place(bytes, error.valid_up_to());
                    let (valid, invalid) = sequences(bytes);
                    if valid == 0 && error.error_len().is_some() {
                        report(line, column, ProblemKind::Encoding("Windows-1252"));
                        Cow::Owned(Encoding::Windows1252.decode(bytes))
                    } else {
                        report(line, column, ProblemKind::NotUtf8(invalid));
                        String::from_utf8_lossy(bytes)
                    }
                }
            }
        };
        if let Some(at) = memchr(0, text.as_bytes()) {
            if is_binary(text.as_bytes()) {
                return Err(Refusal::Binary);
            }
            let (line, column) = place(text.as_bytes(), at);
            report(line, column, ProblemKind::Nul);
        }
        let is_plain = is_plain(text.as_bytes());
        let text = if is_plain { text } else { normal(without_doubled_ends(text)) };
        Ok(Self { text, is_plain, problems })
    }

    /// The text of `bytes` as the WebVTT specification decodes it: UTF-8
    /// whatever it is, a byte order mark removed.
    pub fn verbatim(bytes: &'a [u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = normal(String::from_utf8_lossy(bytes));
        Self { text, is_plain: false, problems: Vec::new() }
    }
}

/// What a file is that a word processor or a printer makes.
fn other_document(bytes: &[u8]) -> Option<&'static str> {
    let starts: [(&[u8], &str); 5] = [
        (b"%PDF-", "PDF"),
        (b"{\\rtf", "RTF"),
        (b"PK\x03\x04", "an archive or an office document"),
        (b"\xd0\xcf\x11\xe0", "an office document"),
        (b"\x1f\x8b", "compressed (gzip)"),
    ];
    starts.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, kind)| *kind)
}

/// The kind of UTF-16 that `bytes` are in; without a byte order mark, by the
/// NULs that ASCII in UTF-16 has on one side only.
fn utf16(bytes: &[u8]) -> Option<(Encoding, &'static str)> {
    let little = Some((Encoding::Utf16Le, "UTF-16LE"));
    let big = Some((Encoding::Utf16Be, "UTF-16BE"));
    if bytes.starts_with(b"\xff\xfe") {
        return little;
    }
    if bytes.starts_with(b"\xfe\xff") {
        return big;
    }
    let (units, _) = bytes[..bytes.len().min(HEAD)].as_chunks::<2>();
    let first = units.iter().filter(|unit| unit[0] == 0).count();
    let second = units.iter().filter(|unit| unit[1] == 0).count();
    let many = (units.len() / 10).max(2);
    if first == 0 && second >= many {
        return little;
    }
    if second == 0 && first >= many {
        return big;
    }
    None
}

/// Whether the head of a file has more control characters than any text has.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    let controls = head.iter().filter(|&&byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    controls > 4 && controls * 20 > head.len()
}

/// How many well-formed sequences of several bytes there are, and how many
/// ill-formed pieces.
fn sequences(bytes: &[u8]) -> (usize, u32) {
    let mut valid = 0;
    let mut invalid = 0;
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|&byte| byte >= 0xc0).count();
        invalid += u32::from(!chunk.invalid().is_empty());
    }
    (valid, invalid)
}

/// Line and column, counted from 1, of byte `at`.
fn place(bytes: &[u8], at: usize) -> (u32, u32) {
    let before = &bytes[..at.min(bytes.len())];
    let lines = memchr::memchr_iter(b'\n', before).count();
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count();
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    (number(lines), number(column))
}

/// Whether there is nothing but printable ASCII and LF.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    // Whole chunks without an early way out are compared many bytes at a time.
    let plain = |byte: &u8| (b' '..0x7f).contains(byte) || *byte == b'\n';
    bytes.chunks(1024).all(|chunk| chunk.iter().fold(true, |all, byte| all & plain(byte)))
}

/// `text` with CR LF for CR CR LF, if that is how all its lines end: it was
/// made ready for Windows twice.
fn without_doubled_ends(text: Cow<'_, str>) -> Cow<'_, str> {
    let first = memchr2(b'\r', b'\n', text.as_bytes()).map_or("", |at| &text[at..]);
    let is_doubled = first.starts_with("\r\r\n")
        && memchr::memchr_iter(b'\n', text.as_bytes()).all(|at| text[..at].ends_with("\r\r"));
    if is_doubled { Cow::Owned(text.replace("\r\r\n", "\r\n")) } else { text }
}

/// `text` with CR LF and CR as LF and with U+FFFD for NUL.
fn normal(text: Cow<'_, str>) -> Cow<'_, str> {
    let Some(first) = memchr2(b'\r', 0, text.as_bytes()) else { return text };
    let mut normal = String::with_capacity(text.len());
    normal.push_str(&text[..first]);
    let mut at = first;
    while let Some(found) = memchr2(b'\r', 0, &text.as_bytes()[at..]) {
        normal.push_str(&text[at..at + found]);
        at += found + 1;
        if text.as_bytes()[at - 1] == 0 {
            normal.push(char::REPLACEMENT_CHARACTER);
        } else {
            normal.push('\n');
            at += usize::from(text.as_bytes().get(at) == Some(&b'\n'));
        }
    }
    normal.push_str(&text[at..]);
    Cow::Owned(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        Source::decode(bytes).unwrap().text.into_owned()
    }

    fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn every_line_end_becomes_lf_and_nul_a_replacement() {
        assert_eq!(text(b"a\rb\r\nc\n\r\rd\0"), "a\nb\nc\n\n\nd\u{fffd}");
    }

    #[test]
    fn utf_16_is_read_with_and_without_a_mark() {
        for mark in ["", "\u{feff}"] {
            let written = format!("{mark}WEBVTT\n\nЖ\n");
            assert_eq!(text(&wide(&written, u16::to_le_bytes)), "WEBVTT\n\nЖ\n");
            assert_eq!(text(&wide(&written, u16::to_be_bytes)), "WEBVTT\n\nЖ\n");
        }
    }

    #[test]
    fn bytes_that_are_nowhere_utf_8_are_windows_1252() {
        let source = Source::decode(b"one\nCaf\xe9 na\xefve \x93x\x94").unwrap();
        assert_eq!(source.text, "one\nCafé naïve “x”");
        let expected = Problem { line: 2, column: 4, kind: ProblemKind::Encoding("Windows-1252") };
        assert_eq!(source.problems, [expected]);
    }

    #[test]
    fn a_stray_or_cut_byte_in_utf_8_is_a_replacement() {
        let source = Source::decode("Café \u{e9}x".as_bytes()).unwrap();
        assert!(source.problems.is_empty());
        assert_eq!(text(b"Caf\xc3\xa9 \xe9x"), "Café \u{fffd}x");
        assert_eq!(text(b"Caf\xc3"), "Caf\u{fffd}");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let bytes: Vec<u8> = (0..=255).cycle().skip(3).take(3000).collect();
        assert_eq!(Source::decode(&bytes).unwrap_err(), Refusal::Binary);
        assert_eq!(Source::decode(b"ID3\x04rest").unwrap_err(), Refusal::Audio("MP3"));
    }
}
