//! The short way from a WebVTT file to its transcript, for the files that most
//! podcasts have: nothing but times and one line of text a cue.
//!
//! It gives what the long way gives or nothing at all, in a third of the time,
//! because nothing is kept but what is shown.

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::{memchr, memchr2};

use super::source::{Source, is_plain};
use super::speaker;
use super::stamp::is_unseen;
use super::timing::{Timing, USUAL};
use super::vtt::one_voice;
use crate::format::vtt::entity;
use crate::format::vtt::payload::trimmed;
use crate::model::{CueDraft, Transcript, TranscriptBuilder};

/// The transcript of `source` if it has nothing unusual; `None` if it has to
/// be read the long way.
pub(super) fn transcript(source: &Source<'_>) -> Option<Transcript> {
    let text: &str = &source.text;
    let bytes = text.as_bytes();
    let mut at = text.strip_prefix("WEBVTT\n").map(|_| 7)?;
    let mut builder = TranscriptBuilder::with_capacity(text.len() * 5 / 8, text.len() / 80);
    let mut names: HashMap<&str, u32> = HashMap::new();
    let mut sign = next_sign(bytes, at);
    let mut line = 2;
    loop {
        while bytes.get(at) == Some(&b'\n') {
            at += 1;
            line += 1;
        }
        if at == bytes.len() {
            break;
        }
        let timing = Timing::usual(&text[at..])?;
        let start = at + USUAL + 1;
        // A `>` is rare, and without one there is neither tag nor arrow.
        let found = memchr2(b'\n', b'>', &bytes[start..]).map(|found| start + found);
        let has_close = found.is_some_and(|found| bytes[found] == b'>');
        let end =
            if has_close { memchr(b'\n', &bytes[start..]).map(|end| start + end) } else { found };
        let end = end.unwrap_or(bytes.len());
        let raw = &text[start..end];
        let (mut speaker, mut said) = (None, raw);
        if sign < end {
            // An ampersand that begins no entity stands for itself.
            while bytes.get(sign) == Some(&b'&') && entity::reference(&text[sign + 1..]).is_none() {
                sign = next_sign(bytes, sign + 1);
            }
            if sign < end {
                let (name, rest) = one_voice(raw).filter(|(name, _)| is_plain(name.as_bytes()))?;
                (speaker, said) = (Some(name), rest);
                sign = next_sign(bytes, end);
            }
        }
        if has_close && (raw.contains("-->") || may_be_times(raw)) {
            return None;
        }
        let said = without_blanks(said);
        let shown = if source.is_plain { Cow::Borrowed(said) } else { trimmed(said) };
        if shown.is_empty() {
            return None;
        }
        if speaker.is_none()
            && let Some(name) = speaker::name(said)
        {
            // A name that comes back is a speaker, and then all cues must be
            // looked at again.
            let count = names.entry(name).or_default();
            *count += 1;
            if *count > 1 || said.starts_with(">>") {
                return None;
            }
        }
        builder.push(&CueDraft {
            start: Some(timing.start),
            end: timing.end,
            speaker,
            text: &shown,
            words: &[],
            line,
        });
        at = (end + 1).min(bytes.len());
        line += 2;
    }
    (!builder.is_empty()).then(|| builder.build())
}

/// Whether `line` begins as times do.
fn may_be_times(line: &str) -> bool {
    line.trim_start_matches(is_unseen).starts_with(|c: char| c.is_ascii_digit() || c == '-')
}

/// `text` without white space at its ends, of which it nearly always has none.
fn without_blanks(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Where the next tag or entity may begin, or the end.
fn next_sign(bytes: &[u8], from: usize) -> usize {
    memchr2(b'<', b'&', &bytes[from..]).map_or(bytes.len(), |at| from + at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::{document, rows};

    fn both(text: &str) -> (Option<Transcript>, Option<Transcript>) {
        let source = Source::decode(text.as_bytes()).unwrap();
        let long = document(&source, "x.vtt").ok().map(|document| rows::transcript(&document));
        (transcript(&source), long)
    }

    #[test]
    fn what_is_usual_takes_the_short_way() {
        let text = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Ann>Hi\n\n\n\
            00:00:02.000 --> 00:00:03.000\n Café: yo \n00:00:02.500 --> 00:00:03.000\nNote: end";
        let (short, long) = both(text);
        assert!(short.is_some());
        assert_eq!(short, long);
    }

    #[test]
    fn what_is_not_takes_the_long_way() {
        let cue = "00:00:01.000 --> 00:00:02.000\n";
        for rest in [
            "",
            "x\ny",
            "a &lt; b",
            "<b>x",
            "<v A>x<b>",
            ">> Ann: x",
            "<v A\u{1}nn>x",
            "Ann: x\n\n00:00:01.000 --> 00:00:02.000\nAnn: y",
            "x\n\nid\n",
        ] {
            let text = format!("WEBVTT\n\n{cue}{rest}");
            assert_eq!(transcript(&Source::decode(text.as_bytes()).unwrap()), None, "{rest}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_leads_where_the_long_one_does(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "00:00:01.000 --> 00:00:02.000\n", "00:00:03.250 --> 00:00:04.000\n", "\n", "\n\n", "word", " two ", "é\u{a0}",
                "<v Ann>", "<v Ann Lee>", "<v é>", "</v>", "Ann: ", "Note: ", ">> ", "&amp;", "R&D", "1\n", ">", "<", "00:05.000 -> 00:06.000", "00:05.000 → 00:06.000", "\u{200b}", "-->", "\u{1b}", "x\n",
            ]), 0..30),
        ) {
            let (short, long) = both(&format!("WEBVTT\n\n{}", pieces.concat()));
            if short.is_some() {
                prop_assert_eq!(short, long);
            }
        }
    }
}
