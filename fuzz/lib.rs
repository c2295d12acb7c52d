//! What every fuzz target does with a file.

use std::io::Cursor;

use sayagain::format::{Source, Target, chapters, check, document, read, vtt, write};
use sayagain::model::{Chapters, MediaTime};
use sayagain::tags;

/// Reads `bytes` after `begin`, which leads to one parser, in every way and
/// looks for what is wrong.
pub fn endure(begin: &[u8], bytes: &[u8]) {
    let file = [begin, bytes].concat();
    if let Ok(parsed) = read(&file, "x") {
        let transcript = &parsed.transcript;
        assert!(transcript.cues().is_sorted_by_key(|cue| cue.start));
        for cue in transcript.cues() {
            let text = transcript.text_of(cue);
            assert_eq!(text.len(), cue.text.len());
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
            for word in transcript.words_of(cue) {
                let within = word.text.start >= cue.text.start && word.text.end <= cue.text.end;
                let range = word.text.start as usize..word.text.end as usize;
                assert!(within && transcript.text().is_char_boundary(range.start));
                assert!(transcript.text().is_char_boundary(range.end));
                assert!(word.start >= cue.start && word.start <= cue.end.max(cue.start));
            }
        }
        for name in transcript.speakers() {
            assert!(!name.chars().any(char::is_control), "{name:?}");
        }
    }
    if let Ok(source) = Source::decode(&file)
        && let Ok(document) = document(&source, "x")
    {
        check(&source, &document, None);
    }
}

/// Reads `bytes` to the letter as WebVTT.
pub fn verbatim(bytes: &[u8]) {
    let source = Source::verbatim(bytes);
    if let Ok(document) = vtt::verbatim(&source) {
        let written = write(&document, Target::Vtt).text;
        let source = Source::verbatim(written.as_bytes());
        let again = vtt::verbatim(&source).expect("what was written is WebVTT");
        let told = |document: &sayagain::format::Document<'_>| {
            let cues = document.cues.iter();
            let millis = |time: Option<MediaTime>| time.map(MediaTime::as_millis);
            cues.map(|cue| {
                (millis(cue.start), millis(cue.end), cue.id.to_string(), cue.raw.to_string())
            })
            .collect::<Vec<_>>()
        };
        assert_eq!(told(&document), told(&again));
    }
}

/// Writes what is read from `bytes` in every format, and reads that.
pub fn rewrite(bytes: &[u8]) {
    if let Ok(source) = Source::decode(bytes)
        && let Ok(document) = document(&source, "x")
    {
        for (_, target) in Target::ALL {
            let _ = read(write(&document, target).text.as_bytes(), "x");
        }
    }
}

/// Reads `bytes` as a file of chapters, with each beginning that leads to one
/// reader, and as the notes of an episode.
pub fn chapters(bytes: &[u8]) {
    let beginnings = [
        "",
        "{\"chapters\":[{\"startTime\":0},",
        "<psc:chapter start=\"0\"/>",
        "WEBVTT\n\n",
        "0:00 a\n",
        "CHAPTER01=0:00\n",
        ";FFMETADATA1\n[CHAPTER]\n",
    ];
    for begin in beginnings {
        if let Ok(file) = chapters::read(&[begin.as_bytes(), bytes].concat()) {
            assert!(!file.chapters.is_empty());
            look(&file.chapters);
        }
    }
    look(&chapters::in_notes(&String::from_utf8_lossy(bytes)));
}

/// Reads `bytes` as an audio file of each kind that has tags.
pub fn tags(bytes: &[u8]) {
    let beginnings = [&b""[..], b"ID3\x04\0\0\0\0\x7f\x7f", b"OggS\0", b"fLaC", b"\0\0\0\x0cftypM4A "];
    for begin in beginnings {
        let tags = tags::read_from(Cursor::new([begin, bytes].concat()));
        for text in [&tags.title, &tags.show, &tags.artist, &tags.date].into_iter().flatten() {
            assert!(!text.is_empty() && !text.chars().any(char::is_control), "{text:?}");
        }
        look(&tags.chapters);
    }
}

/// Looks for what no chapters may have.
fn look(chapters: &Chapters) {
    let all = chapters.all();
    assert!(all.is_sorted_by_key(|chapter| chapter.start));
    for chapter in all {
        assert!(!chapter.title.is_empty() && !chapter.title.chars().any(char::is_control));
        assert!(chapter.end.is_none_or(|end| end > chapter.start));
    }
}
