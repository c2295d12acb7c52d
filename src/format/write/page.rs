//! Pages to be read: text with times, Markdown, HTML.

use super::subtitles::Names;
use super::{
    LossKind, Losses, Saying, add, clock, clock_seconds, escape, one_line, sayings,
    without_blank_lines,
};
use crate::format::document::Document;
use crate::model::{MediaTime, Offset};

/// `document` as lines of `HH:MM:SS text`, times cut down to the second. Cues
/// without times are lines without one.
pub(super) fn txt(document: &Document<'_>, losses: &mut Losses) -> String {
    losses.add_web(document);
    losses.add_head(document);
    let mut file = String::new();
    let sayings = sayings(document, losses);
    let names = Names::of(&sayings);
    for saying in &sayings {
        losses.add(LossKind::Words, saying.words.len());
        let text = names.put(saying.speaker, &one_line(saying.text, losses));
        if text.is_empty() {
            continue;
        }
        if let Some(start) = saying.start {
            losses.add(LossKind::Ends, 1);
            losses.add(LossKind::Fractions, usize::from(start.as_micros() % 1_000_000 != 0));
            add(&mut file, format_args!("{} {text}\n\n", clock_seconds(start)));
        } else {
            add(&mut file, format_args!("{text}\n\n"));
        }
    }
    file
}

/// How long a paragraph gets before it ends with a sentence.
const PARAGRAPH: Offset = Offset::from_secs(30);

/// How long a paragraph gets before it ends anywhere.
const LONGEST: Offset = Offset::from_secs(90);

/// A silence that ends a paragraph.
const SILENCE: Offset = Offset::from_millis(2_500);

/// `document` as Markdown: a paragraph for each turn of a speaker, beginning
/// with the time. Each cue is a line of it, after a link to its times.
pub(super) fn markdown(document: &Document<'_>, losses: &mut Losses) -> String {
    losses.add_web(document);
    losses.add(LossKind::Language, usize::from(document.language.is_some()));
    let mut file = String::new();
    if let Some(title) = &document.title {
        add(&mut file, format_args!("# {}\n\n", plain(title)));
    }
    let mut sayings = sayings(document, losses);
    sayings.retain(|saying| !saying.text.is_empty());
    let mut begun: Option<MediaTime> = None;
    for (index, saying) in sayings.iter().enumerate() {
        losses.add(LossKind::Words, saying.words.len());
        let before = index.checked_sub(1).map(|before| &sayings[before]);
        let begins = before.is_none_or(|before| ends_paragraph(before, saying, begun));
        if begins && index > 0 {
            file.push('\n');
        }
        if let Some(start) = saying.start {
            let shown = if begins { start.to_string() } else { String::new() };
            let (start, end) = (seconds(start), seconds(saying.end));
            add(&mut file, format_args!("[{shown}](#t={start},{end}) "));
        }
        if begins {
            begun = saying.start;
            if let Some(speaker) = saying.speaker {
                add(&mut file, format_args!("**{}:** ", plain(speaker)));
            }
        }
        let text = without_blank_lines(saying.text, losses);
        let lines: Vec<String> = text.split('\n').map(plain).collect();
        add(&mut file, format_args!("{}\n", lines.join("\\\n")));
    }
    file
}

/// `time` in seconds, as Media Fragments URIs have it.
fn seconds(time: MediaTime) -> String {
    format!("{}.{:03}", time.as_millis() / 1_000, time.as_millis() % 1_000)
}

fn ends_paragraph(before: &Saying<'_>, saying: &Saying<'_>, begun: Option<MediaTime>) -> bool {
    let (Some(start), Some(begun)) = (saying.start, begun) else { return true };
    let sentence = before.text.trim_end_matches(['"', '”', ')']).ends_with(['.', '?', '!', '…']);
    saying.speaker != before.speaker
        || start > before.end.shift(SILENCE)
        || start > begun.shift(PARAGRAPH) && sentence
        || start > begun.shift(LONGEST)
        || start < begun
}

/// `text` with what Markdown would take for markup escaped: what stands for
/// something anywhere, entities, and what begins a list or a heading.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let number = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in text.char_indices() {
        let is_markup = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' => true,
            '&' => text[at + 1..].starts_with(|c: char| c == '#' || c.is_ascii_alphanumeric()),
            '-' | '+' | '=' => at == 0,
            '.' | ')' => at == number && at > 0,
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// `document` as HTML: `cite`, `time` and `p` for each cue. The exact times
/// stand in attributes.
pub(super) fn html(document: &Document<'_>, losses: &mut Losses) -> String {
    losses.add_web(document);
    let language = document.language.as_deref().map(|name| format!(" lang=\"{}\"", escape(name)));
    let title = document.title.as_deref().unwrap_or("Transcript");
    let mut file = format!(
        "<!DOCTYPE html>\n<html{}>\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"generator\" content=\"sayagain\">\n<title>{}</title>\n</head>\n<body>\n",
        language.unwrap_or_default(),
        escape(title)
    );
    let mut before = None;
    for saying in sayings(document, losses) {
        losses.add(LossKind::Words, saying.words.len());
        let lines: Vec<String> = saying.text.split('\n').map(escape).collect();
        if saying.text.is_empty() {
            continue;
        }
        if saying.speaker != before {
            let name = saying.speaker.map(|name| format!("{}:", escape(name)));
            add(&mut file, format_args!("<cite>{}</cite>\n", name.unwrap_or_default()));
            before = saying.speaker;
        }
        if let Some(start) = saying.start {
            add(
                &mut file,
                format_args!(
                    "<time datetime=\"{}\" data-end=\"{}\">{start}</time>\n",
                    clock(start, '.'),
                    clock(saying.end, '.')
                ),
            );
        }
        add(&mut file, format_args!("<p>{}</p>\n", lines.join("<br>")));
    }
    file.push_str("</body>\n</html>\n");
    file
}
