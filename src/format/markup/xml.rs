//! XML and HTML tag by tag, without trust: nothing is expanded, nothing nests.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::format::vtt::entity;

/// A piece of a marked-up text. Names are without prefix.
#[derive(Debug)]
pub(crate) enum Piece {
    Open(Element),
    Close(String),
    /// Text with its entities decoded.
    Text(String),
}

/// A start tag.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Its name in small letters.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of the attribute with this name, whatever its prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }
}

/// The pieces of a text, in order; it ends early where the text is no longer
/// marked up in any sense.
pub(crate) struct Pieces<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    held: Option<Piece>,
    counted: usize,
    line: u32,
    /// Where it ended early: the line.
    pub(crate) broken_at: Option<u32>,
}

/// `text` with `&lt;` for each `<` that begins no tag, comment or declaration:
/// nothing of what follows one is lost. `O(length)`.
pub(crate) fn mended(text: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = memchr::memchr(b'<', &text.as_bytes()[at..]) {
        let tag = at + found;
        let rest = &text[tag + 1..];
        let within = if rest.starts_with("!--") {
            rest.find("-->")
        } else if rest.starts_with("![CDATA[") {
            rest.find("]]>")
        } else {
            Some(0)
        };
        let Some(within) = within else { break };
        if !begins_tag(rest) {
            mended.push_str(&text[copied..tag]);
            mended.push_str("&lt;");
            copied = tag + 1;
        }
        at = tag + 1 + within;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    mended.push_str(&text[copied..]);
    Cow::Owned(mended)
}

/// Whether what follows a `<` makes it a tag, or the text ends there.
fn begins_tag(rest: &str) -> bool {
    let name = rest.strip_prefix(['/', '!', '?']).unwrap_or(rest);
    name.is_empty()
        || name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':'))
        || rest.starts_with("!--")
        || rest.starts_with("![")
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        config.expand_empty_elements = true;
        Self { text, reader, held: None, counted: 0, line: 1, broken_at: None }
    }

    /// The line that has been reached, counted from 1.
    pub(crate) fn line(&mut self) -> u32 {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let at = at.clamp(self.counted, self.text.len());
        let count = memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.counted..at]).count();
        self.counted = at;
        self.line = self.line.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        self.line
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if let Some(held) = self.held.take() {
            return Some(held);
        }
        // Text comes in parts, one for each entity in it.
        let mut text = String::new();
        loop {
            let piece = match self.reader.read_event() {
                Ok(Event::Start(start) | Event::Empty(start)) => Some(Piece::Open(element(&start))),
                Ok(Event::End(end)) => Some(Piece::Close(local(end.local_name().into_inner()))),
                Ok(Event::Text(part)) => {
                    text.push_str(&entity::decode(&part));
                    continue;
                }
                Ok(Event::CData(part)) => {
                    text.push_str(&part);
                    continue;
                }
                Ok(Event::GeneralRef(name)) => {
                    text.push_str(&entity::decode(&format!("&{};", &*name)));
                    continue;
                }
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {
                    continue;
                }
                Ok(Event::Eof) => None,
                Err(_) => {
                    self.broken_at = Some(self.line());
                    None
                }
            };
            if text.is_empty() {
                return piece;
            }
            self.held = piece;
            return Some(Piece::Text(text));
        }
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let mut attributes = start.html_attributes();
    let attributes = attributes.with_checks(false).flatten().map(|attribute| {
        let key = local(attribute.key.local_name().into_inner());
        (key, entity::decode(&attribute.value).into_owned())
    });
    Element { name: local(start.local_name().into_inner()), attributes: attributes.collect() }
}

fn local(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// The name of the first element of `text` without its prefix and in small
/// letters; empty if `text` does not begin with one.
pub(crate) fn root(text: &str) -> String {
    let mut rest = text.trim_start();
    loop {
        let skipped = if rest.starts_with("<!--") {
            rest.split_once("-->")
        } else if rest.starts_with("<?") {
            rest.split_once("?>")
        } else if rest.starts_with("<!") {
            let end = rest.find('>').unwrap_or(rest.len());
            let has_subset = rest[..end].contains('[');
            rest.split_once(if has_subset { "]>" } else { ">" })
        } else {
            break;
        };
        let Some((_, after)) = skipped else { return String::new() };
        rest = after.trim_start();
    }
    let tag =
        rest.strip_prefix('<').filter(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()));
    let Some(tag) = tag else { return String::new() };
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, ':' | '-' | '_'));
    let name = &tag[..end.unwrap_or(0)];
    local(name.rsplit(':').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_once_and_none_is_defined_by_the_file() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"boom\"><!ENTITY y \"&x;&x;\">]><a b='&lt;c'>R&D &amp;lt; &y; &hellip;<![CDATA[<&amp;]]></a>";
        let mut text = String::new();
        for piece in Pieces::new(bomb) {
            match piece {
                Piece::Text(piece) => text.push_str(&piece),
                Piece::Open(element) => assert_eq!(element.attribute("b"), Some("<c")),
                Piece::Close(name) => assert_eq!(name, "a"),
            }
        }
        assert_eq!(text, "R&D &lt; &y; …<&amp;");
    }

    #[test]
    fn the_first_element_is_found_behind_any_prologue() {
        assert_eq!(
            root(
                "<?xml version='1.0'?>\n<!-- <x> -->\n<!DOCTYPE t [<!ENTITY a '>'>]>\n<tt:TT xmlns:tt=''>"
            ),
            "tt"
        );
        assert_eq!(root("plain <b>"), "");
        assert_eq!(root("<!DOCTYPE html><html>"), "html");
        assert_eq!(root("<3 this"), "");
    }
}
