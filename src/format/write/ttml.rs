//! W3C Timed Text.

use super::{LossKind, Losses, add, escape, sayings, timed};
use crate::format::document::Document;
use crate::model::MediaTime;

/// `document` as TTML: a `p` for each cue, a `span` for each word with a time
/// of its own, and agents for speakers.
pub(super) fn ttml(document: &Document<'_>, losses: &mut Losses) -> String {
    losses.add_web(document);
    timed(document, losses);
    let sayings = sayings(document, losses);
    let mut speakers: Vec<&str> = sayings.iter().filter_map(|saying| saying.speaker).collect();
    speakers.sort_unstable();
    speakers.dedup();
    let language = escape(document.language.as_deref().unwrap_or_default());
    let mut file = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tt xmlns=\"http://www.w3.org/ns/ttml\" \
         xmlns:ttm=\"http://www.w3.org/ns/ttml#metadata\" xml:lang=\"{language}\">\n<head>\n<metadata>\n"
    );
    if let Some(title) = &document.title {
        add(&mut file, format_args!("<ttm:title>{}</ttm:title>\n", escape(title)));
    }
    for (number, name) in speakers.iter().enumerate() {
        add(
            &mut file,
            format_args!(
                "<ttm:agent xml:id=\"speaker{number}\" type=\"person\"><ttm:name type=\"full\">{}</ttm:name></ttm:agent>\n",
                escape(name)
            ),
        );
    }
    file.push_str("</metadata>\n</head>\n<body>\n<div>\n");
    for saying in &sayings {
        let Some(start) = saying.start.filter(|_| !saying.text.is_empty()) else { continue };
        let agent = saying.speaker.and_then(|name| speakers.binary_search(&name).ok());
        let agent =
            agent.map(|number| format!(" ttm:agent=\"speaker{number}\"")).unwrap_or_default();
        add(
            &mut file,
            format_args!("<p begin=\"{}\" end=\"{}\"{agent}>", seconds(start), seconds(saying.end)),
        );
        let mut from = 0;
        for (index, word) in saying.words.iter().enumerate() {
            let next =
                saying.words.get(index + 1).map_or(saying.text.len(), |next| next.at as usize);
            let at = (word.at as usize).clamp(from, saying.text.len());
            let to = next.clamp(at, saying.text.len());
            file.push_str(&lines(saying.text.get(from..at).unwrap_or_default()));
            let said = saying.text.get(at..to).unwrap_or_default();
            let end = word
                .end
                .or(saying.words.get(index + 1).map(|next| next.start))
                .unwrap_or(saying.end);
            // Times within a paragraph count from its beginning.
            let within = |time: MediaTime| {
                seconds(MediaTime::from_micros(time.as_micros().saturating_sub(start.as_micros())))
            };
            let trimmed = said.trim_end();
            add(
                &mut file,
                format_args!(
                    "<span begin=\"{}\" end=\"{}\">{}</span>{}",
                    within(word.start),
                    within(end),
                    lines(trimmed),
                    lines(&said[trimmed.len()..])
                ),
            );
            from = to;
        }
        file.push_str(&lines(&saying.text[from..]));
        file.push_str("</p>\n");
        losses.add(LossKind::BlankLines, saying.text.matches("\n\n").count());
    }
    file.push_str("</div>\n</body>\n</tt>\n");
    file
}

/// `text` with its line ends as `br`.
fn lines(text: &str) -> String {
    escape(text).replace('\n', "<br/>")
}

/// `time` in seconds with milliseconds.
fn seconds(time: MediaTime) -> String {
    let millis = time.as_millis();
    format!("{}.{:03}s", millis / 1_000, millis % 1_000)
}
