//! Podlove Simple Chapters, version 1: `psc:chapter` elements, in a file of
//! their own or in a feed.

use super::problem::{ChapterFormat, ChapterProblem};
use super::{Found, time};
use crate::format::entity::reference;

/// The chapters of `text`: the elements called `chapter`, with any prefix.
///
/// All that is asked of XML are elements with attributes; comments, CDATA and
/// processing instructions are passed over, and no entity but the predefined
/// ones and HTML's is expanded, so nothing grows. `O(length)`.
pub(super) fn read(text: &str) -> Found {
    let mut found = Found::new(ChapterFormat::Psc);
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at + 1..];
        let (body, after) = match passed_over(tag) {
            Some(end) => ("", tag.split_once(end).map(|(_, after)| after)),
            None => match end_of_tag(tag) {
                Some(end) => (&tag[..end], tag.get(end + 1..)),
                None => (tag, None),
            },
        };
        let name_end = body.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(body.len());
        let (name, attributes) = body.split_at(name_end);
        if name.rsplit(':').next() == Some("chapter") {
            count += 1;
            chapter(&mut found, count, attributes);
        }
        let Some(after) = after else {
            let read = &text[..text.len() - rest.len() + at];
            found.report(ChapterProblem::CutOff(
                memchr::memchr_iter(b'\n', read.as_bytes()).count() + 1,
            ));
            break;
        };
        rest = after;
    }
    found
}

fn chapter(found: &mut Found, count: usize, attributes: &str) {
    let start = attribute(attributes, "start").and_then(|value| time::whole(&value));
    let title = attribute(attributes, "title").unwrap_or_default();
    found.take(count, start, None, &title);
}

/// What ends the piece of XML at the start of `tag` that is no element.
fn passed_over(tag: &str) -> Option<&'static str> {
    let pieces = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];
    pieces.iter().find(|(start, _)| tag.starts_with(start)).map(|&(_, end)| end)
}

/// Where the `>` stands that ends the tag: one in quotes is text.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.bytes().position(|byte| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        quote.is_none() && byte == b'>'
    })
}

/// The value of the attribute called `name`, its entities decoded.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        let (before, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|&c| c == '"' || c == '\'')?;
        let (value, behind) = after[1..].split_once(quote)?;
        if before.trim() == name {
            return Some(decoded(value));
        }
        rest = behind;
    }
}

/// `value` with its character references replaced by what they stand for.
fn decoded(value: &str) -> String {
    let mut parts = value.split('&');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some(found) = reference(part) {
            text.extend(&found.chars[..found.count]);
            text.push_str(&part[found.length..]);
        } else {
            text.push('&');
            text.push_str(part);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::ChapterProblem::{CutOff, NoTime, NoTitle};
    use super::super::read;
    use super::super::tests::{titled, told};

    #[test]
    fn chapters_of_every_form_of_time_are_read() {
        let text = r#"<?xml version="1.0"?>
            <!-- <psc:chapter start="9" title="no"/> -->
            <psc:chapters version="1.2" xmlns:psc="http://podlove.org/simple-chapters">
              <psc:chapter start="0" title="Welcome"/>
              <psc:chapter title='Tom &amp; &quot;Jerry&quot;' start='3:07' href="https://a.b/?x=1"/>
              <psc:chapter
                  start="8:26.250" title="a > b &#x2013; c" image="x.jpg"></psc:chapter>
              <chapter start="00:15:42" title=""/>
            </psc:chapters>"#;
        let expected = [
            (0, "Welcome"),
            (187_000, "Tom & \"Jerry\""),
            (506_250, "a > b \u{2013} c"),
            (942_000, "Chapter 4"),
        ];
        assert_eq!(told(text), titled(&expected));
    }

    #[test]
    fn a_chapter_without_a_time_is_left_out_and_told() {
        let text = "<c><chapter start='soon' title='A'/><chapter title='B'/>\n\
                    <chapter start='5' title='C'/><chapter start='9' titl";
        let file = read(text.as_bytes()).unwrap();
        assert_eq!(told(text), titled(&[(5_000, "C"), (9_000, "Chapter 2")]));
        assert_eq!(file.problems, [NoTime(1), NoTime(2), NoTitle(4), CutOff(2)]);
    }

    #[test]
    fn entities_never_grow() {
        let mut text = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\">\n".to_owned();
        for _ in 0..1_000 {
            text += "<!ENTITY b \"&a;&a;&a;&a;\">";
        }
        text += "]><chapter start='1' title='&b;&a;'/>";
        assert_eq!(told(&text), titled(&[(1_000, "&b;&a;")]));
    }

    #[test]
    fn a_text_of_open_tags_is_read_once() {
        let text = format!("<chapter start='1' title='x'/>{}", "<!--<chapter ".repeat(200_000));
        assert_eq!(told(&text).len(), 1);
        let text = format!("<chapter start='1' title='x'/>{}", "<chapter start='".repeat(200_000));
        assert!(!told(&text).is_empty());
    }
}
