//! The notes of an episode, which are text or HTML, as text.

use super::vtt::entity;
use crate::model::text::clean_line;

/// How much of notes is looked at, in bytes.
const LONGEST: usize = 256 << 10;

/// `notes` as lines of clean text: without tags, a line for each paragraph and
/// each point of a list, the address of a link behind its words, and at most
/// one empty line between two others. What is no HTML stays as it is. `O(n)`.
pub fn plain(notes: &str) -> String {
    let end = (0..=notes.len().min(LONGEST)).rev().find(|end| notes.is_char_boundary(*end));
    let notes = &notes[..end.unwrap_or(0)];
    let text = if is_html(notes) { stripped(notes) } else { notes.to_owned() };
    let mut plain = String::new();
    let mut is_apart = true;
    for line in text.lines() {
        let line = clean_line(line);
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() && is_apart {
            continue;
        }
        is_apart = line.is_empty();
        plain.push_str(&line);
        plain.push('\n');
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Whether there is a tag or an entity in it.
fn is_html(notes: &str) -> bool {
    let tags = ["<p", "<br", "<a ", "<li", "<div", "</", "<b>", "<i>", "<h"];
    let small = notes.to_ascii_lowercase();
    tags.iter().any(|tag| small.contains(tag)) || notes.contains("&amp;")
}

/// HTML without its tags. Line ends in it are blanks.
fn stripped(html: &str) -> String {
    let mut text = String::new();
    let mut link = None;
    let mut rest = html;
    let mut hidden: Option<String> = None;
    while let Some((before, after)) = rest.split_once('<') {
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        let tag = after.split_once('>').filter(|_| is_tag);
        if hidden.is_none() {
            text.push_str(&entity::decode(&before.replace('\n', " ")));
        }
        let Some((tag, next)) = tag else {
            if hidden.is_none() {
                text.push('<');
            }
            rest = after;
            if after.contains('>') {
                continue;
            }
            // Nothing that follows is a tag.
            break;
        };
        rest = next;
        let name: String =
            tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
        let name = name.to_ascii_lowercase();
        match name.trim_end_matches('/') {
            "script" | "style" => hidden = Some(format!("/{name}")),
            closing if hidden.as_deref() == Some(closing) => hidden = None,
            "br" => text.push('\n'),
            "li" => text.push_str("\n• "),
            "p" | "/p" | "div" | "/div" | "ul" | "/ul" | "ol" | "/ol" | "h1" | "h2" | "h3"
            | "h4" | "/h1" | "/h2" | "/h3" | "/h4" | "tr" => text.push_str("\n\n"),
            "a" => link = address(tag).map(|address| (text.len(), address)),
            "/a" => {
                if let Some((from, address)) = link.take()
                    && !address.contains(text[from..].trim())
                {
                    text.extend([" (", &*address, ")"]);
                }
            }
            _ => {}
        }
    }
    if hidden.is_none() {
        text.push_str(&entity::decode(&rest.replace('\n', " ")));
    }
    text
}

/// Where a link leads to.
fn address(tag: &str) -> Option<String> {
    let (_, value) = tag.split_once("href=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let address = value[1..].split(quote).next()?;
    address.starts_with("http").then(|| entity::decode(address).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_lines_of_text_with_the_addresses_of_links() {
        let html = "<p>Hello\nthere &amp; <b>welcome</b>.</p><p>Links:</p><ul><li><a \
                    href=\"https://a.example/x?a=1&amp;b=2\">The page</a></li><li><a \
                    href='https://b.example'>https://b.example</a></li></ul>\
                    <script>alert(1 < 2)</script><br/>Bye<br>now";
        let text = "Hello there & welcome.\n\nLinks:\n\n• The page (https://a.example/x?a=1&b=2)\n• \
                    https://b.example\n\nBye\nnow";
        assert_eq!(plain(html), text);
    }

    #[test]
    fn what_is_no_html_stays_but_for_blanks_and_what_a_terminal_would_obey() {
        assert_eq!(plain("a < b > c\n\n\n\n x\u{1b}[2J\u{202e} "), "a < b > c\n\nx [2J");
        assert_eq!(plain("</p> 1 < 2 <b"), "1 < 2 <b");
        assert_eq!(plain(""), "");
    }

    proptest::proptest! {
        #[test]
        fn any_notes_become_clean_lines(notes in "([<>&/a-c; \n\"']|<p>|<a href=\"http:|</a>|&#x1b;|é){0,80}") {
            let plain = plain(&notes);
            proptest::prop_assert!(!plain.contains("\n\n\n"));
            let shown = plain.replace('\n', "");
            proptest::prop_assert_eq!(clean_line(&shown), shown);
        }
    }
}
