//! What speech recognisers and YouTube write in JSON, entry by entry.

use std::borrow::Cow;

use serde_json::Value;

use super::{first, line_of, name_of, seconds, time_of};
use crate::format::document::{Detail, Document, Record, Turn};
use crate::format::problem::ProblemKind;
use crate::format::stamp::from_seconds;
use crate::format::words::{SpokenWord, clip, fill_ends, later, lines, locate};
use crate::model::{MediaTime, order};

/// A time in milliseconds, as a number or a text.
pub(crate) fn millis(value: &Value) -> Option<MediaTime> {
    let millis = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    from_seconds(millis / 1_000.0)
}

/// A word with its times, which `time` reads; `None` if it says nothing.
pub(crate) fn word(value: &Value, time: fn(&Value) -> Option<MediaTime>) -> Option<SpokenWord> {
    let text = first(value, &["punctuated_word", "word", "text"])?.as_str()?;
    Some(SpokenWord {
        text: text.to_owned(),
        start: value.get("start").and_then(time),
        end: value.get("end").and_then(time),
        speaker: value.get("speaker").and_then(name_of),
    })
}

/// Whether the times of `words` without anything around them are seconds, as
/// `OpenAI` writes them with `word`, and not milliseconds, as `AssemblyAI` writes
/// them with `text`, which are whole.
pub(crate) fn in_seconds(words: &[Value]) -> bool {
    let is_whole = |word: &Value| {
        let times = [word.get("start"), word.get("end")];
        !times.into_iter().flatten().any(Value::is_f64)
    };
    words.iter().any(|word| word.get("word").is_some() || !is_whole(word))
}

/// Reads whisper.cpp's `transcription`, with its tokens if there are any.
pub(crate) fn whisper_cpp(entries: &[Value], places: &[u32], document: &mut Document<'static>) {
    for (index, entry) in entries.iter().enumerate() {
        let Some(text) = entry.get("text").and_then(Value::as_str) else { continue };
        if text.trim().is_empty() {
            continue;
        }
        let mut record = Record { line: line_of(places, index), ..Record::saying(text) };
        (record.start, record.end) = span(entry);
        let times = ["offsets", "timestamps"].map(|key| entry.get(key).is_some());
        if times.contains(&true) && (record.start.is_none() || record.end.is_none()) {
            document.count(record.line, ProblemKind::BadTimes);
        }
        record.speaker =
            entry.get("speaker").and_then(name_of).filter(|name| name != "?").map(Cow::Owned);
        let tokens = entry.get("tokens").and_then(Value::as_array);
        locate(&mut record, tokens.map(|tokens| whole_words(tokens)).unwrap_or_default());
        document.cues.push(record);
    }
}

/// `offsets` in milliseconds, or `timestamps` as text.
fn span(entry: &Value) -> (Option<MediaTime>, Option<MediaTime>) {
    let of = |key: &str, side: &str, time: fn(&Value) -> Option<MediaTime>| {
        entry.get(key).and_then(|times| times.get(side)).and_then(time)
    };
    let either =
        |side: &str| of("offsets", side, millis).or_else(|| of("timestamps", side, seconds));
    (either("from"), either("to"))
}

/// Words of tokens, which are pieces of words: a word begins with a blank.
/// Tokens in brackets such as `[_BEG_]` are not said.
fn whole_words(tokens: &[Value]) -> Vec<SpokenWord> {
    let mut words: Vec<SpokenWord> = Vec::new();
    for token in tokens {
        let Some(text) = token.get("text").and_then(Value::as_str) else { continue };
        if text.starts_with("[_") && text.ends_with(']') {
            continue;
        }
        let (start, end) = span(token);
        match words.last_mut().filter(|_| !text.starts_with(' ')) {
            Some(word) => {
                word.text.push_str(text);
                word.end = end.or(word.end);
            }
            None => words.push(SpokenWord { text: text.to_owned(), start, end, speaker: None }),
        }
    }
    words
}

/// Reads AssemblyAI's `utterances`, whose times are milliseconds.
pub(crate) fn assembly_ai(utterances: &[Value], places: &[u32], document: &mut Document<'static>) {
    for (index, utterance) in utterances.iter().enumerate() {
        utter(utterance, line_of(places, index), "text", millis, document);
    }
}

/// Reads an utterance: its words as lines if it has any, else its text.
fn utter(
    utterance: &Value,
    line: u32,
    text: &str,
    time: fn(&Value) -> Option<MediaTime>,
    document: &mut Document<'static>,
) {
    let speaker = utterance.get("speaker").and_then(name_of);
    let words = utterance.get("words").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut words: Vec<SpokenWord> = words.iter().filter_map(|value| word(value, time)).collect();
    let text = utterance.get(text).and_then(Value::as_str).unwrap_or_default();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let said: usize = words.iter().map(|word| letters(&word.text)).sum();
    if words.is_empty() || said < letters(text) {
        // Words that are not listed would be lost.
        let mut record = Record { line, ..Record::saying(text) };
        if record.text.is_empty() {
            return;
        }
        record.start = time_of(utterance.get("start"), time, line, document);
        record.end = time_of(utterance.get("end"), time, line, document);
        record.speaker = speaker.map(Cow::Owned);
        locate(&mut record, words);
        document.cues.push(record);
        return;
    }
    for word in &mut words {
        word.speaker.clone_from(&speaker);
    }
    document.cues.extend(lines(words).into_iter().map(|cue| Record { line, ..cue }));
}

/// Reads Deepgram's `results`: utterances, else the words of each channel.
pub(crate) fn deepgram(results: &Value, places: &[u32], document: &mut Document<'static>) {
    let utterances = results.get("utterances").and_then(Value::as_array);
    if let Some(utterances) = utterances.filter(|utterances| !utterances.is_empty()) {
        for (index, utterance) in utterances.iter().enumerate() {
            utter(utterance, line_of(places, index), "transcript", seconds, document);
        }
        return;
    }
    let channels = results.get("channels").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for channel in channels {
        let Some(best) = channel.get("alternatives").and_then(|all| all.get(0)) else { continue };
        let words = best.get("words").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let words: Vec<SpokenWord> =
            words.iter().filter_map(|value| word(value, seconds)).collect();
        if words.is_empty() {
            utter(best, 1, "transcript", seconds, document);
        } else {
            document.cues.extend(lines(words));
        }
    }
}

/// Reads YouTube's json3 events. An event is shown until the next one begins,
/// whatever it says of its length.
pub(crate) fn json3(events: &[Value], places: &[u32], document: &mut Document<'static>) {
    for (index, event) in events.iter().enumerate() {
        let line = line_of(places, index);
        let pieces = event.get("segs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let texts = pieces.iter().filter_map(|piece| piece.get("utf8").and_then(Value::as_str));
        let text: String = texts.collect();
        if text.trim().is_empty() {
            continue;
        }
        let mut record = Record { line, ..Record::saying(&text) };
        let duration = time_of(event.get("dDurationMs"), millis, line, document);
        record.start = time_of(event.get("tStartMs"), millis, line, document);
        if event.get("tStartMs").is_none() {
            document.count(line, ProblemKind::BadTimes);
        }
        let start = record.start.unwrap_or_default();
        record.end = duration.filter(|_| record.start.is_some()).map(|length| later(start, length));
        let words = pieces.iter().filter_map(|piece| {
            let offset = piece.get("tOffsetMs").and_then(millis).unwrap_or_default();
            let text = piece.get("utf8")?.as_str()?.to_owned();
            Some(SpokenWord { text, start: Some(later(start, offset)), ..SpokenWord::default() })
        });
        let words: Vec<SpokenWord> =
            if pieces.len() > 1 && record.start.is_some() { words.collect() } else { Vec::new() };
        locate(&mut record, words);
        document.cues.push(record);
    }
    fill_ends(&mut document.cues);
    clip(&mut document.cues);
}

/// Reads voices and words of a cue that `convert` wrote.
pub(crate) fn own_detail(record: &mut Record<'static>, cue: &Value) {
    let array = |key: &str| cue.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let measured =
        array("words").iter().filter(|word| word.get("estimated") != Some(&Value::Bool(true)));
    let words = measured.filter_map(|word| {
        Some(SpokenWord {
            text: word.get("text")?.as_str()?.to_owned(),
            start: Some(word.get("start_ms").and_then(millis)?),
            end: word.get("end_ms").and_then(millis),
            speaker: None,
        })
    });
    locate(record, words.collect());
    let voices: Vec<String> =
        array("voices").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let turns = array("turns").iter().filter_map(|turn| {
        let at = u32::try_from(turn.get("at")?.as_u64()?).ok()?;
        let voice =
            turn.get("voice").and_then(Value::as_u64).and_then(|voice| usize::try_from(voice).ok());
        let fits = record.text.is_char_boundary(at as usize)
            && voice.is_none_or(|voice| voice < voices.len());
        fits.then_some(Turn { at, voice })
    });
    let turns: Vec<Turn> = turns.collect();
    let only = voices.len() == 1 && record.speaker.as_deref() == Some(&voices[0]);
    if !turns.is_empty() || !voices.is_empty() && !only {
        let detail = record.detail.get_or_insert_with(|| Box::new(Detail::default()));
        detail.voices = voices;
        detail.turns = turns;
        order::sort_by_key(&mut detail.turns, |turn| turn.at);
    }
}
