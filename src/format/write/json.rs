//! Everything that was read, for programs.

use std::fmt::Write;

use crate::format::document::{Document, Record};
use crate::model::text::is_hidden;
use crate::model::{MediaTime, estimate};

/// `document` as JSON: all of it, in the order of the file. Words that have no
/// times of their own are given estimated ones, and marked so.
///
/// Characters that a terminal would obey or that are not to be seen stand as
/// escapes, so that the output can be looked at.
pub(super) fn json(document: &Document<'_>) -> String {
    let mut file = String::new();
    file.push_str("{\"format\":");
    string(&mut file, &document.format.to_string());
    for (name, value) in [("language", &document.language), ("title", &document.title)] {
        key(&mut file, name);
        optional(&mut file, value.as_deref());
    }
    key(&mut file, "cues");
    list(&mut file, &document.cues, |file, record| cue(file, record, document.is_verbatim));
    key(&mut file, "problems");
    list(&mut file, &document.problems, |file, problem| {
        let _ = write!(file, "{{\"line\":{},\"column\":{},\"kind\":", problem.line, problem.column);
        string(file, problem.kind.slug());
        key(file, "message");
        string(file, &problem.to_string());
        file.push('}');
    });
    key(&mut file, "chapters");
    list(&mut file, document.chapters.all(), |file, chapter| {
        file.push_str("{\"start_ms\":");
        time(file, Some(chapter.start));
        key(file, "end_ms");
        time(file, chapter.end);
        key(file, "title");
        string(file, &chapter.title);
        file.push('}');
    });
    file.push_str("}\n");
    file
}

fn cue(file: &mut String, cue: &Record<'_>, is_verbatim: bool) {
    file.push_str("{\"start_ms\":");
    time(file, cue.start);
    key(file, "end_ms");
    time(file, cue.end);
    for (name, value) in [("id", &cue.id), ("raw", &cue.raw), ("text", &cue.text)] {
        key(file, name);
        string(file, value);
    }
    key(file, "speaker");
    optional(file, cue.speaker.as_deref());
    key(file, "voices");
    let voices: Vec<&str> = cue.voices().collect();
    list(file, &voices, |file, voice| string(file, voice));
    if !cue.turns().is_empty() {
        key(file, "turns");
        list(file, cue.turns(), |file, turn| {
            let _ = write!(file, "{{\"at\":{},\"voice\":", turn.at);
            match turn.voice {
                Some(voice) => file.push_str(&voice.to_string()),
                None => file.push_str("null"),
            }
            file.push('}');
        });
    }
    key(file, "settings");
    string(file, &cue.settings);
    key(file, "words");
    words(file, cue, is_verbatim);
    file.push('}');
}

/// The measured words of `cue`, or, unless it `is_verbatim`, estimated ones.
fn words(file: &mut String, cue: &Record<'_>, is_verbatim: bool) {
    let end = cue.end.unwrap_or_default();
    let stamps = cue.words();
    let mut all: Vec<(&str, MediaTime, MediaTime)> = Vec::new();
    for (index, stamp) in stamps.iter().enumerate() {
        let next = stamps.get(index + 1);
        let to = next.map_or(cue.text.len(), |next| next.at as usize);
        let text = cue.text.get(stamp.at as usize..to).unwrap_or_default().trim();
        let stop = stamp.end.or(next.map(|next| next.start)).unwrap_or(end);
        all.push((text, stamp.start, stop));
    }
    let is_estimated = stamps.is_empty();
    if let (true, false, Some(start)) = (is_estimated, is_verbatim, cue.start) {
        let words = estimate::words(&cue.text, start, end);
        let ends = words.iter().skip(1).map(|word| word.start).chain([end]);
        all.extend(words.iter().zip(ends).map(|(word, stop)| {
            let text = cue.text.get(word.text.start as usize..word.text.end as usize);
            (text.unwrap_or_default().trim(), word.start, stop)
        }));
    }
    list(file, &all, |file, (text, start, stop)| {
        let _ = write!(
            file,
            "{{\"start_ms\":{},\"end_ms\":{},\"text\":",
            start.as_millis(),
            stop.as_millis()
        );
        string(file, text);
        let _ = write!(file, ",\"estimated\":{is_estimated}}}");
    });
}

fn list<T>(file: &mut String, items: &[T], mut item: impl FnMut(&mut String, &T)) {
    file.push('[');
    for (index, entry) in items.iter().enumerate() {
        if index > 0 {
            file.push(',');
        }
        item(file, entry);
    }
    file.push(']');
}

fn key(file: &mut String, name: &str) {
    file.push(',');
    string(file, name);
    file.push(':');
}

fn time(file: &mut String, time: Option<MediaTime>) {
    match time {
        Some(time) => file.push_str(&time.as_millis().to_string()),
        None => file.push_str("null"),
    }
}

fn optional(file: &mut String, text: Option<&str>) {
    match text {
        Some(text) => string(file, text),
        None => file.push_str("null"),
    }
}

fn string(file: &mut String, text: &str) {
    file.push('"');
    for c in text.chars() {
        match c {
            '"' => file.push_str("\\\""),
            '\\' => file.push_str("\\\\"),
            '\n' => file.push_str("\\n"),
            _ if is_hidden(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(file, "\\u{unit:04x}");
                }
            }
            _ => file.push(c),
        }
    }
    file.push('"');
}
