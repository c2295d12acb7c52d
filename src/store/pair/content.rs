//! Whether a file whose name does not say so is a transcript.

/// Whether a text or JSON file that begins with `head` is a transcript with
/// times: a time begins one of the first forty lines, or there are JSON fields
/// both for times and for what was said. A text without times is not taken for
/// a transcript: so are most texts.
pub(super) fn is_transcript(head: &[u8]) -> bool {
    // Without its NULs the ASCII in UTF-16 is ASCII.
    let head: Vec<u8> = head.iter().copied().filter(|&byte| byte != 0).collect();
    let head = String::from_utf8_lossy(&head);
    let head = head.trim_start_matches(|c: char| !c.is_ascii_graphic());
    if head.starts_with(['{', '[']) && head.contains('"') {
        let has = |fields: &[&str]| fields.iter().any(|field| head.contains(field));
        return has(&["\"start", "\"tStartMs\"", "\"offset", "\"from\"", "\"timestamp"])
            && has(&["\"text\"", "\"body\"", "\"utf8\"", "\"word\"", "\"transcript\""]);
    }
    head.lines().take(40).any(begins_with_time) || head.starts_with("start\tend\t")
}

/// Whether `line` begins with `1:02` or the like, in brackets or not.
fn begins_with_time(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches(['[', '(', '<']);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let after = &line.as_bytes()[digits..];
    (1..=3).contains(&digits)
        && after.first() == Some(&b':')
        && after.iter().skip(1).take(2).filter(|byte| byte.is_ascii_digit()).count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_make_a_text_a_transcript() {
        for text in [
            "00:00:01 Hello.",
            "\u{feff}Title\n\n[0:01] Hello.",
            "(00:01) Hello.",
            "1\n00:00:01,000 --> 00:00:02,000\nHello.",
            "start\tend\ttext\n0\t900\tHello.",
            "{\"segments\": [{\"start\": 0.0, \"text\": \"Hello.\"}]}",
            "[{\"startTime\": 0.5, \"body\": \"Hello.\"}]",
            "{\"events\": [{\"tStartMs\": 5, \"segs\": [{\"utf8\": \"Hello.\"}]}]}",
        ] {
            assert!(is_transcript(text.as_bytes()), "{text}");
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(is_transcript(&wide), "UTF-16: {text}");
        }
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "MIT License\n\nCopyright (c) 2026",
            "User-agent: *\nDisallow: /",
            "serde==1.0\n12: a list\n1:2 odds\n2026:01:02",
            "{\"name\": \"left-pad\", \"version\": \"1.0.0\"}",
            "{\"chapters\": [{\"startTime\": 0, \"title\": \"Welcome\"}]}",
        ] {
            assert!(!is_transcript(text.as_bytes()), "{text}");
        }
        assert!(!is_transcript(&[0xff; 4_096]));
    }
}
