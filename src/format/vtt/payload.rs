//! The text of a WebVTT cue: tags, entities, times of words.
//!
//! Tokenizer and tree are those of the WebVTT specification ("WebVTT cue text
//! tokenizer", "WebVTT cue text parsing rules"), without building the tree:
//! what is shown, who speaks and when words begin come out as they are read.

use std::borrow::Cow;

use super::entity;
use crate::format::document::{Detail, Record, Stamp, Turn};
use crate::format::source::is_plain;
use crate::format::stamp;
use crate::model::MediaTime;
use crate::model::text::{clean, clean_line};

/// How far the reading may leave the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Not at all: the text nodes exactly as specified.
    Verbatim,
    /// Text is made fit to be shown, and what looks like a tag without being
    /// one stays.
    Kind,
}

/// What a cue's payload says.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    /// What is shown.
    pub(crate) text: String,
    /// Voices, turns and times of words.
    pub(crate) detail: Detail,
    /// The first byte of the first underlined text.
    pub(crate) underlined: Option<u32>,
}

/// A tag of the specification that can be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Class,
    Italic,
    Bold,
    Underline,
    Ruby,
    RubyText,
    Voice,
    Language,
}

const TAGS: [(&str, Tag); 8] = [
    ("c", Tag::Class),
    ("i", Tag::Italic),
    ("b", Tag::Bold),
    ("u", Tag::Underline),
    ("ruby", Tag::Ruby),
    ("rt", Tag::RubyText),
    ("v", Tag::Voice),
    ("lang", Tag::Language),
];

/// The longest name of a speaker that is shown, in characters.
pub(crate) const LONGEST_NAME: usize = 100;

/// What is shown of `raw`, and what its tags say. Linear in its length,
/// whatever the nesting.
pub(crate) fn parse(raw: &str, manner: Manner) -> Spoken {
    let mut reader = Reader { manner, ..Reader::default() };
    let mut from = 0;
    let mut close = 0; // the first `>` at or after `from`, or the end
    while let Some(found) = memchr::memchr2(b'<', b'&', &raw.as_bytes()[from..]) {
        let at = from + found;
        reader.show(&raw[from..at]);
        from = at + 1;
        if raw.as_bytes()[at] == b'&' {
            from += reader.entity(&raw[from..]);
            continue;
        }
        if close < from {
            close = memchr::memchr(b'>', &raw.as_bytes()[from..]).map_or(raw.len(), |at| from + at);
        }
        let (end, next) = if manner == Manner::Kind && close == raw.len() {
            let Some(length) = unclosed(&raw[from..]) else {
                reader.show("<");
                continue;
            };
            (from + length, from + length)
        } else {
            (close, (close + 1).min(raw.len()))
        };
        if reader.tag(&raw[from..end]) {
            from = next;
        } else {
            // A `<` that begins no tag stands for itself, and so does the rest
            // of what the specification would take away with it.
            reader.show("<");
        }
    }
    reader.show(&raw[from..]);
    reader.finish()
}

#[derive(Debug)]
struct Reader {
    manner: Manner,
    spoken: Spoken,
    open: Vec<Tag>,
    voices: Vec<usize>,
    ruby_texts: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            manner: Manner::Verbatim,
            spoken: Spoken::default(),
            open: Vec::new(),
            voices: Vec::new(),
            ruby_texts: 0,
        }
    }
}

impl Reader {
    /// Takes in a piece of text.
    fn show(&mut self, text: &str) {
        if self.ruby_texts > 0 {
            return;
        }
        match self.manner {
            Manner::Verbatim => self.spoken.text.push_str(text),
            Manner::Kind => self.spoken.text.push_str(&clean(text)),
        }
    }

    /// Takes in what follows an ampersand; how many bytes of it the reference
    /// has.
    fn entity(&mut self, after: &str) -> usize {
        let Some(found) = entity::reference(after) else {
            self.show("&");
            return 0;
        };
        for &char in &found.chars[..found.count] {
            self.show(char.encode_utf8(&mut [0; 4]));
        }
        found.length
    }

    /// Takes in what stands between `<` and `>`; whether it is to be taken as
    /// a tag.
    fn tag(&mut self, inner: &str) -> bool {
        let known = if let Some(name) = inner.strip_prefix('/') {
            self.end_tag(name)
        } else if inner.starts_with(|c: char| c.is_ascii_digit()) {
            self.time(inner)
        } else {
            self.start_tag(inner)
        };
        if self.manner == Manner::Kind && is_break(inner) {
            self.show("\n");
        }
        known || self.manner == Manner::Verbatim || is_markup(inner)
    }

    /// Takes in the time of a word; whether it looks like one.
    fn time(&mut self, inner: &str) -> bool {
        if let Some((start, "")) = stamp::webvtt(inner) {
            let at = length(&self.spoken.text);
            self.spoken.detail.words.push(Stamp { at, start, end: None });
        }
        let mut bytes = inner.bytes();
        bytes.all(|byte| matches!(byte, b'0'..=b'9' | b':' | b'.' | b',' | b' '))
            && inner.contains(':')
    }

    /// Takes in a start tag; whether the specification knows it.
    fn start_tag(&mut self, inner: &str) -> bool {
        let (name, rest) = name_of(inner);
        let tag = match self.tag_named(name) {
            Some(Tag::RubyText) if self.open.last() != Some(&Tag::Ruby) => return true,
            Some(tag) => tag,
            None => return false,
        };
        self.open.push(tag);
        match tag {
            Tag::RubyText => self.ruby_texts += 1,
            Tag::Underline if self.spoken.underlined.is_none() => {
                self.spoken.underlined = Some(length(&self.spoken.text));
            }
            Tag::Voice => {
                let annotation = rest.find(is_blank).map_or("", |at| &rest[at..]);
                self.voice(annotation);
            }
            _ => {}
        }
        true
    }

    /// Takes in the start of a voice with this annotation.
    fn voice(&mut self, annotation: &str) {
        let decoded = entity::decode(annotation);
        let mut words =
            decoded.split(|c: char| c.is_ascii_whitespace()).filter(|word| !word.is_empty());
        let mut name = words.next().unwrap_or_default().to_owned();
        for word in words {
            name.push(' ');
            name.push_str(word);
        }
        if self.manner == Manner::Kind {
            name = clean_line(&name).trim().chars().take(LONGEST_NAME).collect();
        }
        self.voices.push(self.spoken.detail.voices.len());
        self.spoken.detail.voices.push(name);
        self.turn();
    }

    /// Takes in an end tag; whether the specification knows it.
    fn end_tag(&mut self, name: &str) -> bool {
        let name = match self.manner {
            Manner::Verbatim => name,
            Manner::Kind => name_of(name).0,
        };
        let Some(tag) = self.tag_named(name) else { return false };
        if self.open.last() == Some(&tag) {
            self.close();
        } else if tag == Tag::Ruby && self.open.last() == Some(&Tag::RubyText) {
            self.close();
            self.close();
        }
        true
    }

    /// The tag called `name`; a kind reading takes capitals for small letters.
    fn tag_named(&self, name: &str) -> Option<Tag> {
        let (_, tag) = TAGS.iter().find(|(known, _)| match self.manner {
            Manner::Verbatim => *known == name,
            Manner::Kind => known.eq_ignore_ascii_case(name),
        })?;
        Some(*tag)
    }

    /// Closes the innermost tag.
    fn close(&mut self) {
        match self.open.pop() {
            Some(Tag::RubyText) => self.ruby_texts -= 1,
            Some(Tag::Voice) => {
                self.voices.pop();
                self.turn();
            }
            _ => {}
        }
    }

    /// Notes who speaks from here on.
    fn turn(&mut self) {
        let voices = &self.spoken.detail.voices;
        let voice = self.voices.last().copied().filter(|&voice| !voices[voice].is_empty());
        self.spoken.detail.turns.push(Turn { at: length(&self.spoken.text), voice });
    }

    fn finish(self) -> Spoken {
        let mut spoken = self.spoken;
        if self.manner == Manner::Kind {
            trim(&mut spoken);
        }
        tidy(&mut spoken);
        spoken
    }
}

impl Spoken {
    /// Gives what was said to the cue in which it stands.
    pub(crate) fn fill(self, record: &mut Record<'_>) {
        let Self { text, mut detail, .. } = self;
        if let [Turn { at: 0, voice: Some(voice) }, ..] = *detail.turns {
            record.speaker = Some(Cow::Owned(detail.voices[voice].clone()));
        }
        if detail.turns.len() == 1 && record.speaker.is_some() {
            detail.turns.clear();
        }
        record.text = Cow::Owned(text);
        let told = detail.voices.len() == 1 && record.speaker.as_deref() == Some(&detail.voices[0]);
        if !detail.turns.is_empty()
            || !detail.words.is_empty()
            || !detail.voices.is_empty() && !told
        {
            record.detail = Some(Box::new(detail));
        }
    }
}

/// Takes white space off both ends of the text.
fn trim(spoken: &mut Spoken) {
    let text = spoken.text.trim_end().len();
    spoken.text.truncate(text);
    let start = spoken.text.len() - spoken.text.trim_start().len();
    spoken.text.drain(..start);
    let start = u32::try_from(start).unwrap_or(u32::MAX);
    let moved = |at: u32| at.saturating_sub(start);
    spoken.detail.turns.iter_mut().for_each(|turn| turn.at = moved(turn.at));
    spoken.detail.words.iter_mut().for_each(|word| word.at = moved(word.at));
    spoken.underlined = spoken.underlined.map(moved);
}

/// Leaves only the turns in which something is said by another than before.
fn tidy(spoken: &mut Spoken) {
    let Detail { voices, turns, .. } = &mut spoken.detail;
    let text = spoken.text.as_str();
    let said = |from: u32, to: usize| text.get(from as usize..to).unwrap_or_default();
    let is_said = |from: u32, to: usize| !said(from, to).trim().is_empty();
    let mut kept: Vec<Turn> = Vec::new();
    if turns.first().is_some_and(|first| is_said(0, first.at as usize)) {
        kept.push(Turn { at: 0, voice: None });
    }
    for (index, &turn) in turns.iter().enumerate() {
        let end = turns.get(index + 1).map_or(text.len(), |next| next.at as usize);
        let same = kept.last().is_some_and(|last| match (last.voice, turn.voice) {
            (Some(last), Some(voice)) => last == voice || voices[last] == voices[voice],
            (last, voice) => last == voice,
        });
        let begins = turn.voice.is_some() || !kept.is_empty();
        if is_said(turn.at, end) && begins && !same {
            kept.push(turn);
        }
    }
    *turns = kept;
}

/// How much of `rest`, which follows a `<` that no `>` follows, is a tag: all of
/// a tag that breaks off, and of a voice its first line. `None` if what follows
/// would go with it. Only so much is looked at as a name may have.
fn unclosed(rest: &str) -> Option<usize> {
    let (name, behind) = name_of(rest.strip_prefix('/').unwrap_or(rest));
    let is_voice = name == "v" && behind.starts_with([' ', '.']);
    if is_voice
        && let Some(line) = rest.bytes().take(4 * LONGEST_NAME).position(|byte| byte == b'\n')
    {
        return Some(line);
    }
    let is_cut = !name.is_empty() && behind.trim_start().is_empty();
    is_cut.then_some(rest.len())
}

/// The name at the start of a tag, and what follows it. Only as much is looked
/// at as the longest known name has.
fn name_of(inner: &str) -> (&str, &str) {
    let mut bytes = inner.bytes().take(9);
    let end = bytes.position(|byte| is_blank(char::from(byte)) || byte == b'.');
    inner.split_at(end.unwrap_or(inner.len()))
}

fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0c' | ' ')
}

/// `raw` fit to be shown, without white space at its ends.
pub(crate) fn trimmed(raw: &str) -> Cow<'_, str> {
    if is_plain(raw.as_bytes()) {
        return Cow::Borrowed(raw.trim());
    }
    match clean(raw.trim()) {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// Whether `inner` is HTML's tag for a line end.
pub(crate) fn is_break(inner: &str) -> bool {
    inner.trim_end_matches([' ', '/']).eq_ignore_ascii_case("br")
}

/// Whether `inner` is a tag of HTML that captions are met with.
fn is_markup(inner: &str) -> bool {
    const NAMES: [&str; 24] = [
        "a", "big", "br", "cite", "code", "del", "div", "em", "font", "img", "ins", "p", "q", "rp",
        "s", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "rb",
    ];
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let mut bytes = inner.bytes().take(9);
    let end = bytes.position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(inner.len());
    let closes =
        matches!(inner.as_bytes().get(end), None | Some(b' ' | b'/' | b'.' | b'\n' | b'\t'));
    closes && NAMES.iter().any(|name| name.eq_ignore_ascii_case(&inner[..end]))
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// `words` without those that lie outside their cue or within a letter, or do
/// not rise in place and time, with the cue's start for what stands before the
/// first; and how many were left out.
pub(crate) fn fit_words(
    words: &mut Vec<Stamp>,
    text: &str,
    start: MediaTime,
    end: MediaTime,
) -> usize {
    let before = words.len();
    let mut kept: Vec<Stamp> = Vec::with_capacity(before);
    for word in words.drain(..).filter(|word| (start..end).contains(&word.start)) {
        match kept.last_mut() {
            Some(last) if word.start <= last.start || word.at < last.at => {}
            Some(last) if word.at == last.at => *last = word, // nothing was said in between
            _ => kept.push(word),
        }
    }
    *words = kept;
    let left_out = before - words.len();
    let begins = |at: usize| at < text.len() && text.is_char_boundary(at);
    words.retain(|word| begins(word.at as usize));
    let begins_late = words.first().is_some_and(|first| {
        text.get(..first.at as usize).is_some_and(|before| !before.trim().is_empty())
    });
    if begins_late {
        words.insert(0, Stamp { at: 0, start, end: None });
    }
    left_out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(raw: &str) -> String {
        parse(raw, Manner::Verbatim).text
    }

    fn shown(raw: &str) -> String {
        parse(raw, Manner::Kind).text
    }

    #[test]
    fn tags_go_and_entities_are_decoded() {
        assert_eq!(plain("<b>one</b> <i.x.y>two</i> &lt;3 &amp &notin;"), "one two <3 & ∉");
        assert_eq!(plain("a <00:01.000>b<c.x>c</c>"), "a bc");
        assert_eq!(plain("if a < b and c > d <3"), "if a  d ");
        assert_eq!(plain("cut <b"), "cut ");
    }

    #[test]
    fn ruby_text_is_left_out() {
        assert_eq!(plain("<ruby>漢<rt>kan</rt>字<rt>ji</ruby> x"), "漢字 x");
        assert_eq!(plain("<rt>no ruby</rt>"), "no ruby");
        assert_eq!(plain("<ruby>a<rt><b>b</ruby>c"), "a");
    }

    #[test]
    fn a_kind_reading_keeps_what_is_no_tag() {
        assert_eq!(shown("if a < b and c > d then <3"), "if a < b and c > d then <3");
        assert_eq!(shown("<laughs> vec<u8> </x>"), "<laughs> vec<u8> </x>");
        assert_eq!(shown("<font color=\"red\">red</font> <I>x</I>"), "red x");
        assert_eq!(shown("\u{1b}[2J &#27;x&#8238;y"), "[2J  xy");
    }

    #[test]
    fn voices_are_collapsed_decoded_and_counted_even_without_a_name() {
        let spoken = parse("<v.loud  Ann\n&amp;  Bob >hi</v><v>yo", Manner::Verbatim);
        assert_eq!(spoken.detail.voices, ["Ann & Bob", ""]);
        let spoken = parse("<v Ann<b>bold <i>it", Manner::Verbatim);
        assert_eq!(
            (spoken.text.as_str(), &spoken.detail.voices[..]),
            ("bold it", &["Ann<b".to_owned()][..])
        );
    }

    #[test]
    fn each_change_of_voice_is_a_turn() {
        let turns = |raw: &str| {
            let spoken = parse(raw, Manner::Kind);
            let told = spoken.detail.turns.iter();
            let name = |turn: &Turn| turn.voice.map(|voice| spoken.detail.voices[voice].clone());
            told.map(|turn| (turn.at, name(turn).unwrap_or_default())).collect::<Vec<_>>()
        };
        let turn = |at: u32, name: &str| (at, name.to_owned());
        assert_eq!(turns("<v Ann>hi"), [turn(0, "Ann")]);
        assert_eq!(turns(" <v Ann>hi <v Bob>yo"), [turn(0, "Ann"), turn(3, "Bob")]);
        assert_eq!(turns("so <v Ann>hi</v> he said"), [turn(0, ""), turn(3, "Ann"), turn(5, "")]);
        assert_eq!(turns("<v Ann></v><v Ann>hi</v>"), [turn(0, "Ann")]);
        assert_eq!(turns("nobody"), []);
    }

    #[test]
    fn times_of_words_that_do_not_rise_within_the_cue_are_left_out() {
        let at = MediaTime::from_secs;
        let raw = "<00:00:05.000>one <00:00:11.000>two <00:00:11.000>three <00:00:10.500>four <00:20:00.000>six";
        let mut spoken = parse(raw, Manner::Kind);
        let left_out = fit_words(&mut spoken.detail.words, &spoken.text, at(10), at(12));
        assert_eq!(left_out, 4);
        let told: Vec<_> = spoken.detail.words.iter().map(|word| (word.at, word.start)).collect();
        assert_eq!(told, [(0, at(10)), (4, at(11))]);
    }

    #[test]
    fn a_hundred_thousand_open_tags_are_no_trouble() {
        assert_eq!(plain(&format!("{}x", "<b>".repeat(100_000))), "x");
        assert_eq!(plain(&format!("{}x", "<v A>".repeat(100_000))), "x");
        assert_eq!(shown(&"<".repeat(100_000)).len(), 100_000);
        assert_eq!(shown(&"&".repeat(100_000)).len(), 100_000);
    }
}
