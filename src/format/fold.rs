//! Captions that repeat themselves, folded into lines that are there once.

use std::borrow::Cow;

use super::document::{Detail, Document, Record, Stamp};
use super::problem::ProblemKind;
use crate::format::vtt::payload::{self, Manner};
use crate::model::{MediaTime, Offset};

/// How far two cues may lie apart and still adjoin.
const NEAR: Offset = Offset::from_millis(100);

/// The most lines at the end of a cue that the next one may repeat.
const MOST_LINES: usize = 4;

/// Folds captions that roll up, as YouTube's do: each cue repeats the last
/// lines of the one before and adds new ones. Only where at least half of the
/// cues do so.
pub(super) fn rolling(document: &mut Document<'_>) {
    let cues = &document.cues;
    let is_tall = |cue: &Record<'_>| cue.raw.contains('\n');
    let few = &cues[..cues.len().min(100)];
    if cues.len() < 2 || few.iter().filter(|cue| is_tall(cue)).count() * 3 < few.len() {
        return;
    }
    let repeats = cues.windows(2).filter(|pair| {
        let [before, cue] = pair else { return false };
        (is_tall(before) || is_tall(cue))
            && adjoin(before, cue)
            && repeated(&before.text, &cue.text) > 0
    });
    let repeats = repeats.count();
    let has_words = cues.iter().any(|cue| !cue.words().is_empty());
    if repeats * 2 < cues.len() - 1 || repeats < 2 && !has_words {
        return;
    }
    let mut kept: Vec<Record<'_>> = Vec::with_capacity(cues.len());
    let mut folded = Vec::new();
    let mut before: Option<Record<'_>> = None;
    for mut cue in std::mem::take(&mut document.cues) {
        let whole = cue.clone();
        let bytes = match &before {
            Some(before) if adjoin(before, &cue) => repeated(&before.text, &cue.text),
            _ => 0,
        };
        before = Some(whole);
        if bytes == 0 {
            kept.push(cue);
            continue;
        }
        folded.push(cue.line);
        if bytes < cue.text.len() {
            cut(&mut cue, bytes);
            kept.push(cue);
        } else if let Some(last) = kept.last_mut().filter(|last| adjoin(last, &cue)) {
            last.end = last.end.max(cue.end);
        }
    }
    document.cues = kept;
    for line in folded {
        document.count(line, ProblemKind::RolledUp);
    }
}

/// Whether `cue` begins while `before` is shown or at once after it.
fn adjoin(before: &Record<'_>, cue: &Record<'_>) -> bool {
    let begins_after = cue.start >= before.start;
    begins_after && cue.start <= before.end.map(|end| end.shift(NEAR))
}

/// How many bytes at the start of `text` are lines that `before` ends with,
/// the LF after them included.
fn repeated(before: &str, text: &str) -> usize {
    let mut end = 0;
    let mut longest = 0;
    for line in text.split('\n').take(MOST_LINES) {
        end += line.len();
        let head = &text[..end];
        let stands_alone =
            before.strip_suffix(head).is_some_and(|rest| rest.is_empty() || rest.ends_with('\n'));
        end = (end + 1).min(text.len());
        if stands_alone && !head.trim().is_empty() {
            longest = end;
        }
    }
    longest
}

/// Takes the first `bytes` bytes off the text of `cue`.
fn cut(cue: &mut Record<'_>, bytes: usize) {
    let line_count = cue.text[bytes..].split('\n').count();
    cue.text = after(&cue.text, bytes);
    let raw = cue.raw.trim_end();
    let mut ends = memchr::memrchr_iter(b'\n', raw.as_bytes());
    let start = ends.nth(line_count - 1).map_or(0, |at| at + 1);
    cue.raw = after(&cue.raw, start);
    let Some(detail) = &mut cue.detail else { return };
    let offset = u32::try_from(bytes).unwrap_or(u32::MAX);
    detail.words.retain(|word| word.at >= offset);
    detail.words.iter_mut().for_each(|word| word.at -= offset);
    if let (Some(first), Some(start)) = (detail.words.first(), cue.start)
        && first.at > 0
    {
        detail.words.insert(0, Stamp { at: 0, start, end: None });
    }
}

fn after<'a>(text: &Cow<'a, str>, at: usize) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[at..]),
        Cow::Owned(text) => Cow::Owned(text[at..].to_owned()),
    }
}

/// Folds what Whisper writes with `--highlight_words`: the same line once for
/// each word, which is underlined.
pub(super) fn highlights(document: &mut Document<'_>) {
    // Text that was not shortened had no tags.
    let is_marked = |cue: &Record<'_>| cue.raw.len() > cue.text.len() && cue.raw.contains("<u>");
    if !document.cues.iter().any(is_marked) {
        return;
    }
    let mut kept: Vec<Record<'_>> = Vec::with_capacity(document.cues.len());
    let mut folded = Vec::new();
    let mut group: Vec<Record<'_>> = Vec::new();
    let mut reached = None; // by the line under the words
    for cue in std::mem::take(&mut document.cues) {
        let marked = is_marked(&cue);
        let at = if marked { payload::parse(&cue.raw, Manner::Kind).underlined } else { None };
        // Where it goes back, the same is said again.
        let goes_on = at.is_none() || reached < at;
        let belongs = group.last().is_some_and(|last| {
            goes_on && last.text == cue.text && adjoin(last, &cue) && (is_marked(last) || marked)
        });
        if !belongs {
            close(&mut group, &mut kept, &mut folded);
            reached = None;
        }
        reached = reached.max(at);
        group.push(cue);
    }
    close(&mut group, &mut kept, &mut folded);
    document.cues = kept;
    for line in folded {
        document.count(line, ProblemKind::Highlighted);
    }
}

/// Adds the cues of `group`, which say the same, as one to `kept`.
fn close<'a>(group: &mut Vec<Record<'a>>, kept: &mut Vec<Record<'a>>, folded: &mut Vec<u32>) {
    if group.len() < 2 {
        kept.append(group);
        return;
    }
    let end = group.iter().filter_map(|cue| cue.end).max();
    let mut words: Vec<Stamp> = Vec::new();
    for cue in group.iter() {
        folded.push(cue.line);
        let spoken = payload::parse(&cue.raw, Manner::Kind);
        if let (Some(at), Some(start)) = (spoken.underlined, cue.start)
            && spoken.text == cue.text
            && words.last().is_none_or(|last| last.at < at && last.start < start)
        {
            words.push(Stamp { at, start, end: cue.end });
        }
    }
    let mut cue = group.swap_remove(0);
    group.clear();
    if words.first().is_some_and(|first| first.at > 0) {
        words.insert(0, Stamp { at: 0, start: cue.start.unwrap_or(MediaTime::ZERO), end: None });
    }
    cue.end = end;
    cue.raw = Cow::Owned(cue.raw.replace("<u>", "").replace("</u>", ""));
    cue.detail.get_or_insert_with(|| Box::new(Detail::default())).words = words;
    kept.push(cue);
}
