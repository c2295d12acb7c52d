//! JSON for programs that can be looked at in a terminal all the same.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use crate::model::text::is_hidden;

/// Writes `value` as one line. Characters that a terminal would obey or that
/// are not to be seen stand as escapes.
///
/// # Errors
///
/// Those of `out`.
pub(super) fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", escaped(&serde_json::to_string(value)?))
}

/// Writes `value` as [`line`] does, but on many lines.
///
/// # Errors
///
/// Those of `out`.
pub(super) fn pretty(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", escaped(&serde_json::to_string_pretty(value)?))
}

/// `json` with escapes for what is not to be seen, which stands only within its
/// strings. The line ends between its values stay.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_is_printed_and_every_reader_gets_it_back() {
        let told = "a\u{1b}\u{7f}\u{85}\u{9b}2J\u{202e}\u{2066}\u{2028}\u{e0041}\n\tü👩";
        for write in [line, pretty] {
            let mut out = Vec::new();
            write(&mut out, &[told]).unwrap();
            let out = String::from_utf8(out).unwrap();
            assert!(!out.chars().any(|c| c != '\n' && is_hidden(c)), "{out:?}");
            assert_eq!(serde_json::from_str::<Vec<String>>(&out).unwrap(), [told]);
        }
    }
}
