//! `WebVTT`, `SubRip` and LRC.

use std::collections::HashMap;

use super::{LossKind, Losses, Saying, add, clock, one_line, sayings, timed, without_blank_lines};
use crate::format::Format;
use crate::format::document::{Document, Record, Turn};
use crate::format::vtt::payload::{self, Manner};
use crate::model::{MediaTime, order};

/// `document` as `WebVTT`. What it was read as `WebVTT` comes out as it stood.
pub(super) fn vtt(document: &Document<'_>, losses: &mut Losses) -> String {
    let mut file = "WEBVTT".to_owned();
    if let Some(title) = &document.title {
        file.push(' ');
        file.push_str(&title.replace("-->", "->"));
    }
    file.push('\n');
    if let Some(language) = &document.language {
        add(&mut file, format_args!("Language: {}\n", language.replace("-->", "->")));
    }
    let is_web = matches!(document.format, Format::WebVtt | Format::Own);
    let mut blocks = document.blocks.iter().peekable();
    for (index, cue) in document.cues.iter().enumerate() {
        while let Some(block) = blocks.next_if(|block| block.before <= index) {
            add(&mut file, format_args!("\n{}\n", block.text));
        }
        let Some(start) = cue.start else {
            losses.add(LossKind::Untimed, 1);
            continue;
        };
        file.push('\n');
        let id = cue.id.replace('\n', " ");
        if !id.is_empty() && !id.contains("-->") {
            file.push_str(&id);
            file.push('\n');
        }
        let end = cue.end.unwrap_or(start);
        add(&mut file, format_args!("{} --> {}", clock(start, '.'), clock(end, '.')));
        if is_web && !cue.settings.is_empty() {
            file.push(' ');
            file.push_str(&cue.settings);
        }
        file.push('\n');
        let payload = if document.is_verbatim || stands_as_it_is(cue) {
            cue.raw.to_string()
        } else {
            payload_of(cue, losses)
        };
        if !payload.is_empty() {
            file.push_str(&payload);
            file.push('\n');
        }
    }
    for block in blocks {
        add(&mut file, format_args!("\n{}\n", block.text));
    }
    file
}

/// Whether the payload of `cue` says by the specification what is shown of it.
fn stands_as_it_is(cue: &Record<'_>) -> bool {
    let lines_are_fine = cue.raw.is_empty() || cue.raw.split('\n').all(|line| !line.is_empty());
    if !lines_are_fine || cue.raw.contains("-->") {
        return false;
    }
    let spoken = payload::parse(&cue.raw, Manner::Verbatim);
    let is_first = |voice: &String| cue.speaker.as_deref() == Some(voice);
    let same_speaker = match &spoken.detail.turns[..] {
        [] => cue.speaker.is_none(),
        [Turn { at: 0, voice: Some(voice) }, ..] => is_first(&spoken.detail.voices[*voice]),
        _ => true,
    };
    let shown = payload::parse(&cue.raw, Manner::Kind);
    same_speaker
        && spoken.text.trim() == cue.text.trim()
        && (shown.detail.turns.len() == cue.turns().len() || cue.turns().is_empty())
        && cue.words().is_empty() == shown.detail.words.is_empty()
}

/// A payload that says what is shown of `cue`.
fn payload_of(cue: &Record<'_>, losses: &mut Losses) -> String {
    let mut payload = String::with_capacity(cue.text.len() + 16);
    let voices = cue.detail.as_ref().map_or(&[][..], |detail| &detail.voices);
    if let (Some(speaker), []) = (&cue.speaker, cue.turns()) {
        payload.push_str(&voice(speaker));
    }
    let mut turns = cue.turns().iter().peekable();
    let mut words = cue.words().iter().peekable();
    let mut is_open = false;
    let mut from = 0;
    loop {
        if let Some(turn) = turns.next_if(|turn| turn.at as usize <= from) {
            if is_open {
                payload.push_str("</v>");
            }
            let name = turn.voice.and_then(|voice| voices.get(voice));
            is_open = name.is_some();
            payload.push_str(&name.map(|name| voice(name)).unwrap_or_default());
            continue;
        }
        if let Some(word) = words.next_if(|word| word.at as usize <= from) {
            if word.at > 0 || Some(word.start) > cue.start {
                add(&mut payload, format_args!("<{}>", clock(word.start, '.')));
            }
            continue;
        }
        let next = [turns.peek().map(|turn| turn.at), words.peek().map(|word| word.at)];
        let to = next.into_iter().flatten().min().map_or(cue.text.len(), |at| at as usize);
        let Some(text) = cue.text.get(from..to.max(from)).filter(|text| !text.is_empty()) else {
            break;
        };
        payload.push_str(&escaped(text));
        from = to;
    }
    if is_open {
        payload.push_str("</v>");
    }
    without_blank_lines(&payload, losses)
}

fn voice(name: &str) -> String {
    if name.trim().is_empty() {
        return String::new();
    }
    format!("<v {}>", escaped(&name.replace('\n', " ")))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// `document` as `SubRip`; who speaks stands before the text.
pub(super) fn srt(document: &Document<'_>, losses: &mut Losses) -> String {
    let mut file = String::new();
    losses.add_web(document);
    losses.add_head(document);
    timed(document, losses);
    let mut number = 0;
    let sayings = sayings(document, losses);
    let names = Names::of(&sayings);
    for saying in &sayings {
        let Some(start) = saying.start else { continue };
        losses.add(LossKind::Words, saying.words.len());
        number += 1;
        let text = names.put(saying.speaker, &without_blank_lines(saying.text, losses));
        add(
            &mut file,
            format_args!("{number}\n{} --> {}\n", clock(start, ','), clock(saying.end, ',')),
        );
        if !text.is_empty() {
            file.push_str(&text);
            file.push('\n');
        }
        file.push('\n');
    }
    file
}

/// How often each name of a speaker comes.
pub(super) struct Names<'c>(HashMap<&'c str, u32>);

impl<'c> Names<'c> {
    pub(super) fn of(sayings: &[Saying<'c>]) -> Self {
        let mut names = HashMap::new();
        for name in sayings
            .iter()
            .filter(|saying| !saying.text.is_empty())
            .filter_map(|saying| saying.speaker)
        {
            *names.entry(name).or_default() += 1;
        }
        Self(names)
    }

    /// `text` after the name of who says it. A name that comes only once stands
    /// behind `>>`, so that it is read as one.
    pub(super) fn put(&self, speaker: Option<&str>, text: &str) -> String {
        match speaker.filter(|name| !name.is_empty()) {
            Some(name) if self.0.get(name) == Some(&1) => format!(">> {name}: {text}"),
            Some(name) => format!("{name}: {text}"),
            None => text.to_owned(),
        }
    }
}

/// `document` as LRC: by start, with times of words where there are any, and
/// an empty line where a cue ends before the next begins.
pub(super) fn lrc(document: &Document<'_>, losses: &mut Losses) -> String {
    losses.add_web(document);
    timed(document, losses);
    let mut file = String::new();
    for (name, value) in [("ti", &document.title), ("la", &document.language)] {
        if let Some(value) = value {
            add(&mut file, format_args!("[{name}:{value}]\n"));
        }
    }
    let mut sayings = sayings(document, losses);
    sayings.retain(|saying| saying.start.is_some() && !saying.text.is_empty());
    order::sort_by_key(&mut sayings, |saying| saying.start);
    let names = Names::of(&sayings);
    let times = sayings.iter().flat_map(|saying| saying.start.into_iter().chain([saying.end]));
    let digits = if times.clone().all(|time| time.as_millis() % 10 == 0) { 2 } else { 3 };
    for (index, saying) in sayings.iter().enumerate() {
        let start = saying.start.unwrap_or_default();
        let next = sayings.get(index + 1).and_then(|next| next.start);
        let mut text = String::new();
        let mut from = 0;
        for word in &saying.words {
            let at = (word.at as usize).clamp(from, saying.text.len());
            text.push_str(saying.text.get(from..at).unwrap_or_default());
            add(&mut text, format_args!("<{}>", minutes(word.start, digits)));
            from = at;
        }
        text.push_str(&saying.text[from..]);
        let text = names.put(saying.speaker, &one_line(&text, losses));
        add(&mut file, format_args!("[{}]{text}\n", minutes(start, digits)));
        if next.is_none_or(|next| next > saying.end) && saying.end >= start {
            add(&mut file, format_args!("[{}]\n", minutes(saying.end, digits)));
        } else if next != Some(saying.end) {
            losses.add(LossKind::Ends, 1);
        }
    }
    file
}

/// `time` as `mm:ss.xx`, minutes beyond 59 included.
fn minutes(time: MediaTime, digits: usize) -> String {
    let millis = time.as_millis();
    let fraction = if digits == 2 { millis % 1_000 / 10 } else { millis % 1_000 };
    format!("{:02}:{:02}.{fraction:0digits$}", millis / 60_000, millis / 1_000 % 60)
}
