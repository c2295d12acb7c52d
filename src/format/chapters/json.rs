//! The JSON of Podcasting 2.0 (`application/json+chapters`, version 1.2).

use serde_json::Value;

use super::problem::{ChapterFormat, ChapterRefusal};
use super::{Found, Told, time};
use crate::format::json::entry_lines;
use crate::model::MediaTime;

/// Whether `text`, which begins with a bracket, goes on as JSON does: `[0:00]`
/// begins a line of times.
pub(super) fn is_json(text: &str) -> bool {
    let rest = text[1..].trim_start();
    rest.starts_with(['{', '"', '}', ']'])
}

/// The chapters of `text`. One that is not in the table of contents
/// (`toc: false`) is left out: it only changes a picture.
///
/// # Errors
///
/// [`ChapterRefusal::BadJson`].
pub(super) fn read(text: &str) -> Result<Found, ChapterRefusal> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ChapterRefusal::BadJson(error.line(), error.column()))?;
    let mut found = Found::new(ChapterFormat::Json);
    let list = value.get("chapters").unwrap_or(&value).as_array();
    let mut lines = entry_lines(text, "\"chapters\"").into_iter();
    for (count, chapter) in (1..).zip(list.into_iter().flatten()) {
        let line = lines.next().unwrap_or(1);
        if chapter.get("toc") == Some(&Value::Bool(false)) {
            continue;
        }
        let field = |names: [&str; 2]| names.iter().find_map(|&name| chapter.get(name));
        let start = field(["startTime", "start_time"]).and_then(moment);
        let end = field(["endTime", "end_time"]).and_then(moment);
        let title = chapter.get("title").and_then(Value::as_str).unwrap_or_default();
        found.take(Told { count, line, start, end, title });
    }
    Ok(found)
}

/// A time: seconds as a number, or a text that says one.
fn moment(value: &Value) -> Option<MediaTime> {
    match value {
        Value::Number(secs) => time::from_secs(secs.as_f64()?),
        Value::String(text) => time::whole(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{titled, told, wrong};
    use super::super::{ChapterRefusal, read};
    use crate::format::ProblemKind::{ChapterOrder, ChapterTime, ChapterTitle};
    use crate::model::MediaTime;

    const FILE: &str = r#"{
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0, "title": "Intro", "img": "https://example.com/a.jpg"},
            {"startTime": 168.5, "endTime": 200, "title": "Cats"},
            {"startTime": 260, "toc": false, "title": "A picture"},
            {"startTime": 410.001, "toc": true},
            {"startTime": 300, "title": "Dogs", "url": null},
            {"title": "Never"},
            {"startTime": -4, "title": "Before"},
            {"startTime": "10:00", "title": 7},
            {"startTime": 1e300, "title": "Far"},
            5
        ]
    }"#;

    #[test]
    fn what_is_listed_is_read_and_what_is_wrong_is_told() {
        let expected = [
            (0, "Intro"),
            (168_500, "Cats"),
            (300_000, "Dogs"),
            (410_001, "Chapter 4"),
            (600_000, "Chapter 5"),
        ];
        assert_eq!(told(FILE), titled(&expected));
        let file = read(FILE.as_bytes()).unwrap();
        assert_eq!(file.chapters.all()[1].end, Some(MediaTime::from_secs(200)));
        let expected = [
            (7, ChapterTitle(4)),
            (8, ChapterOrder(5)),
            (9, ChapterTime(6)),
            (10, ChapterTime(7)),
            (11, ChapterTitle(8)),
            (12, ChapterTime(9)),
            (13, ChapterTime(10)),
        ];
        assert_eq!(wrong(FILE), expected);
        let list = "[{\"a\":[1,\n{}],\"startTime\":0},\n\n{\"startTime\":1}]";
        assert_eq!(wrong(list), [(1, ChapterTitle(1)), (4, ChapterTitle(2))]);
    }

    #[test]
    fn broken_json_is_refused_with_its_place() {
        let refusal = read(b"{\"chapters\": [\n{\"startTime\": 0},").unwrap_err();
        assert_eq!(refusal, ChapterRefusal::BadJson(2, 17));
        let deep = "[".repeat(100_000).replace("[[", "[{\"a\":");
        assert!(matches!(read(deep.as_bytes()), Err(ChapterRefusal::BadJson(..))));
    }

    #[test]
    fn a_hundred_thousand_chapters_are_read() {
        let chapters: Vec<String> =
            (0..100_000).rev().map(|secs| format!("{{\"startTime\":{secs}}}")).collect();
        let text = format!("{{\"chapters\":[{}]}}", chapters.join(","));
        assert_eq!(told(&text).len(), 100_000);
    }
}
