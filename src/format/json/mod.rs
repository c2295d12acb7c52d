//! Transcripts in JSON: Podcasting 2.0, recognisers, YouTube and our own.
//!
//! They are told apart by their keys. What is missing or of a wrong type costs
//! only the entry in which it is.

mod mend;
pub(super) mod recognised;

use std::borrow::Cow;

use serde_json::{Map, Value};

pub(super) use mend::entry_lines;
use mend::mended;

use crate::format::Format;
use crate::format::document::{Document, Record};
use crate::format::problem::{ProblemKind, Refusal};
use crate::format::source::Source;
use crate::format::stamp::{self, from_seconds};
use crate::format::timing;
use crate::format::vtt;
use crate::format::vtt::payload::LONGEST_NAME;
use crate::format::words::{SpokenWord, fill_ends, lines, locate};
use crate::model::text::clean_line;
use crate::model::{Chapter, Chapters, MediaTime};

/// The cues of a JSON text.
///
/// # Errors
///
/// [`Refusal::Json`] if it is not JSON, [`Refusal::NoCues`] if nothing in it
/// is known to be a transcript.
pub(super) fn read(text: &str) -> Result<Document<'static>, Refusal> {
    let (value, mended) = parse(text)?;
    let mut document = Document::new(Format::Json);
    match &value {
        Value::Array(entries) => segments(entries, &entry_lines(text, "["), &mut document),
        Value::Object(map) => object(map, text, &mut document),
        _ => {}
    }
    if document.cues.is_empty() {
        return Err(Refusal::NoCues(document.format));
    }
    if let Some((mistakes, line)) = mended {
        document.report(line, 1, ProblemKind::OddJson(mistakes));
    }
    fill_ends(&mut document.cues);
    let mut cues = std::mem::take(&mut document.cues);
    for cue in &mut cues {
        timing::hold(cue, &mut document);
    }
    document.cues = cues;
    Ok(document)
}

/// The value of `text`, and if it had to be mended the number of mistakes and
/// the line of the first.
fn parse(text: &str) -> Result<(Value, Option<(u32, u32)>), Refusal> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok((value, None)),
        Err(error) => error,
    };
    let (tolerant, mistakes) = mended(text);
    let parsed =
        if tolerant == text { Err(None) } else { serde_json::from_str(&tolerant).map_err(Some) };
    let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
    let mended = Some((mistakes, line)).filter(|_| mistakes > 0);
    parsed.map(|value| (value, mended)).map_err(|second| {
        // Mending may join lines, so that the second error has lost its place.
        let error = second.filter(|_| mistakes == 0).unwrap_or(error);
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let what = message.split(" at line ").next().unwrap_or_default().to_owned();
        Refusal::Json { line, column, what }
    })
}

/// Reads the object that `text` is.
fn object(map: &Map<String, Value>, text: &str, document: &mut Document<'static>) {
    document.title = text_of(map.get("title"));
    document.language = text_of(map.get("language")).or_else(|| text_of(map.get("language_code")));
    let array = |key: &str| map.get(key).and_then(Value::as_array);
    document.chapters = chapters(array("chapters").map_or(&[][..], Vec::as_slice));
    if let Some(vtt) = map.get("vtt").and_then(Value::as_str) {
        *document = vtt::read(&Source::verbatim(vtt.as_bytes())).into_owned();
    } else if let Some(cues) = array("cues") {
        document.format = Format::Own;
        own(cues, &entry_lines(text, "\"cues\""), document);
    } else if let Some(entries) = array("transcription") {
        document.format = Format::WhisperCpp;
        recognised::whisper_cpp(entries, &entry_lines(text, "\"transcription\""), document);
        document.language = text_of(map.get("result").and_then(|result| result.get("language")));
    } else if let Some(results) =
        map.get("results").filter(|results| results.get("channels").is_some())
    {
        document.format = Format::Deepgram;
        recognised::deepgram(results, &entry_lines(text, "\"utterances\""), document);
    } else if let Some(events) = array("events") {
        document.format = Format::YouTubeJson3;
        recognised::json3(events, &entry_lines(text, "\"events\""), document);
    } else if let Some(entries) = array("segments") {
        segments(entries, &entry_lines(text, "\"segments\""), document);
    } else if let Some(utterances) = array("utterances").filter(|entries| !entries.is_empty()) {
        document.format = Format::AssemblyAi;
        recognised::assembly_ai(utterances, &entry_lines(text, "\"utterances\""), document);
    } else if let Some(words) = array("words").filter(|entries| !entries.is_empty()) {
        let in_seconds = recognised::in_seconds(words);
        document.format = if in_seconds { Format::Whisper } else { Format::AssemblyAi };
        let time = if in_seconds { seconds } else { recognised::millis };
        let words = words.iter().filter_map(|word| recognised::word(word, time));
        document.cues = lines(words.collect());
    } else if let Some(text) = text_of(map.get("text")) {
        document.cues.push(Record::saying(&text));
    }
}

/// Reads segments: Podcasting 2.0's with `startTime` and `body`, Whisper's with
/// `start` and `text`, and mixtures; `places` are their lines.
fn segments(entries: &[Value], places: &[u32], document: &mut Document<'static>) {
    let is_podcasting =
        entries.iter().any(|entry| entry.get("body").is_some() || entry.get("startTime").is_some());
    document.format = if is_podcasting { Format::PodcastingJson } else { Format::Whisper };
    let mut speaker: Option<String> = None;
    let (mut found, mut found_at) = (Vec::new(), Vec::new());
    let mut said = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let line = line_of(places, index);
        let text = first(entry, &["body", "text", "transcript"]).and_then(Value::as_str);
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            document.count(line, ProblemKind::SkippedEntries);
            continue;
        };
        let named = first(entry, &["speaker"]).and_then(name_of);
        if named.is_some() || !is_podcasting {
            // Podcasting 2.0 names a speaker only when another begins.
            speaker = named;
        }
        let start = first(entry, &["startTime", "start", "start_time"]);
        let end = first(entry, &["endTime", "end", "end_time"]);
        let words = entry.get("words").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let segment = SpokenWord {
            text: text.to_owned(),
            start: time_of(start, seconds, line, document),
            end: time_of(end, seconds, line, document),
            speaker: speaker.clone(),
        };
        let words: Vec<SpokenWord> =
            words.iter().filter_map(|word| recognised::word(word, seconds)).collect();
        found.push((segment, words));
        found_at.push(line);
    }
    if is_podcasting && are_words(&found) {
        document.cues = lines(found.into_iter().map(|(segment, _)| segment).collect());
        return;
    }
    for ((segment, words), line) in found.into_iter().zip(found_at) {
        let mut record = Record { line, ..Record::saying(&segment.text) };
        record.start = segment.start.or_else(|| words.iter().find_map(|word| word.start));
        record.end = segment.end.filter(|_| record.start.is_some());
        let voted = words.iter().find_map(|word| word.speaker.clone());
        record.speaker = segment.speaker.or(voted).map(Cow::Owned);
        document.cues.push(record);
        said.push(words);
    }
    fill_ends(&mut document.cues);
    for (record, words) in document.cues.iter_mut().zip(said) {
        locate(record, words);
    }
}

/// Whether segments are single words, as in Podcasting 2.0's own example.
fn are_words(segments: &[(SpokenWord, Vec<SpokenWord>)]) -> bool {
    let timed = || segments.iter().filter(|(segment, _)| segment.start.is_some());
    let single = timed().filter(|(segment, _)| !segment.text.trim().contains(char::is_whitespace));
    let count = timed().count();
    count >= 4 && single.count() * 4 >= count * 3
}

/// Reads the cues of a file that `convert` wrote.
fn own(cues: &[Value], places: &[u32], document: &mut Document<'static>) {
    for (index, cue) in cues.iter().enumerate() {
        let line = line_of(places, index);
        let Some(text) = cue.get("text").and_then(Value::as_str) else {
            document.count(line, ProblemKind::SkippedEntries);
            continue;
        };
        let mut time = |key: &str| time_of(cue.get(key), recognised::millis, line, document);
        let string = |key: &str| cue.get(key).and_then(Value::as_str).unwrap_or_default();
        let mut record = Record { line, ..Record::saying(text) };
        record.start = time("start_ms");
        record.end = time("end_ms").filter(|_| record.start.is_some());
        record.id = Cow::Owned(string("id").to_owned());
        record.raw = Cow::Owned(string("raw").to_owned());
        record.settings = Cow::Owned(string("settings").to_owned());
        record.speaker = cue.get("speaker").and_then(name_of).map(Cow::Owned);
        recognised::own_detail(&mut record, cue);
        document.cues.push(record);
    }
}

/// The chapters of a file that `convert` or AssemblyAI wrote.
fn chapters(entries: &[Value]) -> Chapters {
    let chapter = |entry: &Value| {
        let start = first(entry, &["start_ms", "start"]).and_then(recognised::millis)?;
        let end = first(entry, &["end_ms", "end"]).and_then(recognised::millis);
        let title = first(entry, &["title", "headline", "gist"]).and_then(Value::as_str);
        Some(Chapter::new(start, end, title.unwrap_or_default()))
    };
    Chapters::new(entries.iter().filter_map(chapter).collect())
}

/// The first of `keys` that `entry` has.
pub(super) fn first<'v>(entry: &'v Value, keys: &[&str]) -> Option<&'v Value> {
    keys.iter().find_map(|&key| entry.get(key))
}

/// The line of the entry with this index; the first if it is not known.
pub(super) fn line_of(places: &[u32], index: usize) -> u32 {
    places.get(index).copied().unwrap_or(1)
}

/// The time that `value`, which stands in an entry at `line`, is by `time`. It
/// is told if it is none.
pub(super) fn time_of(
    value: Option<&Value>,
    time: fn(&Value) -> Option<MediaTime>,
    line: u32,
    document: &mut Document<'_>,
) -> Option<MediaTime> {
    let value = value.filter(|value| !value.is_null())?;
    let found = time(value);
    if found.is_none() {
        document.count(line, ProblemKind::BadTimes);
    } else if value.as_str().is_some_and(|text| text.trim_end().ends_with('s')) {
        document.count(line, ProblemKind::OddTimes);
    }
    found
}

/// A time in seconds, as a number or a text; `None` for what is no time.
pub(super) fn seconds(value: &Value) -> Option<MediaTime> {
    match value {
        Value::Number(number) => from_seconds(number.as_f64()?),
        Value::String(text) => {
            let text = text.trim();
            match text.strip_suffix('s').unwrap_or(text).parse::<f64>() {
                Ok(seconds) => from_seconds(seconds),
                Err(_) => stamp::whole(text),
            }
        }
        _ => None,
    }
}

/// The name of a speaker: a text, or a number that stands for one.
pub(super) fn name_of(value: &Value) -> Option<String> {
    let name: String = match value {
        Value::String(name) => clean_line(name).trim().chars().take(LONGEST_NAME).collect(),
        Value::Number(number) => format!("Speaker {number}"),
        Value::Object(map) => {
            return map
                .get("name")
                .or_else(|| map.get("id"))
                .filter(|name| name.is_string())
                .and_then(name_of);
        }
        _ => return None,
    };
    (!name.is_empty()).then_some(name)
}

fn text_of(value: Option<&Value>) -> Option<String> {
    let text = clean_line(value?.as_str()?.trim());
    (!text.is_empty()).then_some(text)
}
