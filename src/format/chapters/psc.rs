//! Podlove Simple Chapters, version 1: `psc:chapter` elements, in a file of
//! their own or in a feed.

use super::problem::ChapterFormat;
use super::{Found, Told, time};
use crate::format::ProblemKind;
use crate::format::markup::xml::{Piece, Pieces};

/// The chapters of `text`: the elements called `chapter`, with any prefix.
pub(super) fn read(text: &str) -> Found {
    let mut found = Found::new(ChapterFormat::Psc);
    let mut count = 0;
    let mut pieces = Pieces::new(text);
    while let Some(piece) = pieces.next() {
        if let Piece::Open(element) = piece
            && element.name == "chapter"
        {
            count += 1;
            let start = element.attribute("start").and_then(time::whole);
            let title = element.attribute("title").unwrap_or_default();
            found.take(Told { count, line: pieces.line(), start, end: None, title });
        }
    }
    if let Some(line) = pieces.broken_at {
        found.report(line, ProblemKind::BadMarkup);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{titled, told, wrong};
    use crate::format::ProblemKind::{BadMarkup, ChapterTime};

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
        assert_eq!(told(text), titled(&[(5_000, "C")]));
        assert_eq!(wrong(text), [(1, ChapterTime(1)), (1, ChapterTime(2)), (2, BadMarkup)]);
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
