//! Which kind of audio a file is, by its first bytes.

/// The kind of audio whose file begins with `head` (4 KiB are enough); `None`
/// if it is none that is known. What a file is called does not matter.
pub fn is_audio(head: &[u8]) -> Option<&'static str> {
    let starts: [(&[u8], &str); 10] = [
        (b"ID3", "MP3"),
        (b"OggS", "Ogg"),
        (b"fLaC", "FLAC"),
        (b"\x1a\x45\xdf\xa3", "WebM"),
        (b"caff", "CAF"),
        (b"wvpk", "WavPack"),
        (b"MAC ", "Monkey's Audio"),
        (b"#!AMR", "AMR"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMA"),
        (b".snd", "AU"),
    ];
    if let Some((_, kind)) = starts.iter().find(|(start, _)| head.starts_with(start)) {
        return Some(kind);
    }
    match (head.first_chunk::<4>(), head.get(4..8), head.get(8..12)) {
        (Some(b"RIFF" | b"RF64" | b"BW64"), _, Some(b"WAVE")) => return Some("WAV"),
        (Some(b"FORM"), _, Some(b"AIFF" | b"AIFC")) => return Some("AIFF"),
        (_, Some(b"ftyp"), _) => return Some("M4A"),
        _ => {}
    }
    mpeg(head)
}

/// The kind of MPEG audio whose frame header `head` begins with.
fn mpeg(head: &[u8]) -> Option<&'static str> {
    let &[sync, version, rates, ..] = head else { return None };
    if sync != 0xff || version & 0xe0 != 0xe0 {
        return None;
    }
    if version & 0xf6 == 0xf0 {
        return Some("AAC");
    }
    let known_version = version & 0x18 != 0x08;
    let layer = version & 0x06;
    let known_rates = rates & 0xf0 != 0xf0 && rates & 0xf0 != 0 && rates & 0x0c != 0x0c;
    (known_version && known_rates).then_some(())?;
    match layer {
        2 => Some("MP3"),
        4 => Some("MP2"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audio_is_told_by_its_first_bytes() {
        for (head, kind) in [
            (&b"ID3\x04\0\0"[..], "MP3"),
            (b"\xff\xfb\x90\x64", "MP3"),
            (b"\xff\xf3\x40\xc4", "MP3"),
            (b"\xff\xf1\x50\x80", "AAC"),
            (b"RIFF\x24\0\0\0WAVEfmt ", "WAV"),
            (b"BW64\xff\xff\xff\xffWAVEds64", "WAV"),
            (b"\0\0\0\x20ftypM4A ", "M4A"),
            (b"OggS\0", "Ogg"),
            (b"fLaC\0", "FLAC"),
        ] {
            assert_eq!(is_audio(head), Some(kind), "{head:?}");
        }
    }

    #[test]
    fn text_is_no_audio_and_neither_is_a_byte_order_mark() {
        for head in
            [&b""[..], b"\xff", b"WEBVTT", b"\xff\xfeW\0", b"\xfe\xff\0W", b"RIFF of the day"]
        {
            assert_eq!(is_audio(head), None, "{head:?}");
        }
    }
}
