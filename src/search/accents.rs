//! A text without its accents: `cafe` is found in `café`, and the other way round.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// A text as it is searched, and which byte of it is which of its own.
///
/// The marks on Latin and Greek letters are left out, and letters with a stroke
/// and two in one are plain ones, however all of them are written (NFC or NFD).
/// Of others only ё is another letter: in every other script a mark makes a
/// letter that nobody takes for the one without.
#[derive(Clone, Debug)]
pub(super) struct Plain<'a> {
    own: &'a str,
    text: Cow<'a, str>,
    /// Where other bytes begin characters, in order.
    changes: Vec<Change>,
}

/// Bytes that stand for others.
#[derive(Clone, Debug)]
struct Change {
    plain: Range<usize>,
    own: Range<usize>,
}

impl<'a> Plain<'a> {
    /// Reads `text`; it is copied only where something is another letter.
    pub(super) fn new(text: &'a str) -> Self {
        let mut making = Making { own: text, made: String::new(), done: 0, changes: Vec::new() };
        let mut at = 0;
        while let Some(next) = beyond_ascii(text, at) {
            at = making.take(next);
        }
        let Making { mut made, done, changes, .. } = making;
        if done == 0 {
            return Self { own: text, text: Cow::Borrowed(text), changes };
        }
        made.push_str(&text[done..]);
        Self { own: text, text: Cow::Owned(made), changes }
    }

    /// The text itself.
    pub(super) const fn own(&self) -> &'a str {
        self.own
    }

    /// The text without accents.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether all of [`Plain::text`] is where it is in the text itself.
    pub(super) const fn is_in_place(&self) -> bool {
        self.changes.is_empty()
    }

    /// Where in [`Plain::text`] that begins which begins at byte `own` of the
    /// text itself; within what stands for a letter, where that ends.
    pub(super) fn plain_at(&self, own: usize) -> usize {
        let before = self.changes.partition_point(|change| change.own.start < own);
        match before.checked_sub(1).and_then(|last| self.changes.get(last)) {
            Some(change) => change.plain.end + own.saturating_sub(change.own.end),
            None => own,
        }
    }

    /// What of the text itself the bytes `plain` stand for: all of each letter
    /// that they have a part of.
    pub(super) fn own_of(&self, plain: Range<usize>) -> Range<usize> {
        let place = |at: usize, is_end: bool| {
            let is_before =
                |change: &Change| change.plain.start < at || change.plain.start == at && !is_end;
            let before = self.changes.partition_point(is_before);
            match before.checked_sub(1).and_then(|last| self.changes.get(last)) {
                Some(change) if at >= change.plain.end => change.own.end + at - change.plain.end,
                Some(change) if is_end => change.own.end,
                Some(change) => change.own.start,
                None => at,
            }
        };
        place(plain.start, false)..place(plain.end, true)
    }
}

/// A text while its accents are taken away.
struct Making<'a> {
    own: &'a str,
    made: String,
    /// So many bytes of the text are in `made`.
    done: usize,
    changes: Vec<Change>,
}

impl Making<'_> {
    /// Takes the letter that has the byte `at`, with which a character beyond ASCII
    /// begins; where the next one begins.
    fn take(&mut self, at: usize) -> usize {
        let mut chars = self.own[at..].chars();
        let (c, next) = (chars.next().unwrap_or_default(), chars.next());
        let end = at + c.len_utf8();
        if !is_mark(c) && !next.is_some_and(is_mark) {
            self.put(at..end, bare(c).as_str(&mut [0; 4]));
            return end;
        }
        // The marks of an ASCII letter are found before it is.
        let letter = self.own[self.done..at].char_indices().next_back();
        let start = letter.filter(|_| is_mark(c)).map_or(at, |(letter, _)| self.done + letter);
        let all = self.own[start..].graphemes(true).next().unwrap_or_default();
        let end = end.max(start + all.len());
        self.put(start..end, &without_marks(&self.own[start..end]));
        end
    }

    /// Has `plain` stand for the bytes `own`.
    fn put(&mut self, own: Range<usize>, plain: &str) {
        let text = &self.own[own.clone()];
        if text == plain {
            return;
        }
        self.made.push_str(&self.own[self.done..own.start]);
        let start = self.made.len();
        self.made.push_str(plain);
        self.done = own.end;
        if plain.len() != text.len() || plain.chars().nth(1).is_some() {
            self.changes.push(Change { plain: start..self.made.len(), own });
        }
    }
}

/// Where the next character beyond ASCII of `text` begins, from byte `at` on.
fn beyond_ascii(text: &str, at: usize) -> Option<usize> {
    let rest = text.as_bytes().get(at..)?;
    let plain = rest.chunks_exact(64).take_while(|chunk| chunk.is_ascii()).count() * 64;
    let next = rest[plain..].iter().position(|byte| !byte.is_ascii())?;
    Some(at + plain + next)
}

/// Whether `c` may be a part of the letter before it.
fn is_mark(c: char) -> bool {
    match c {
        ..'\u{300}' | '\u{3100}'..='\u{a66e}' => false,
        // The second and third parts of Korean syllables.
        '\u{1160}'..='\u{11ff}' => true,
        _ => is_combining_mark(c),
    }
}

/// Whether the marks of the letter `c` are left out: whether it is Latin or Greek.
fn loses_marks(c: char) -> bool {
    c.is_alphabetic() && matches!(c, ..'\u{300}' | '\u{370}'..'\u{400}')
}

/// `text`, a letter with its marks, as it is searched.
fn without_marks(text: &str) -> String {
    let mut plain = String::new();
    let mut loses = false;
    for c in text.nfc() {
        if is_combining_mark(c) {
            if !loses || !matches!(c, '\u{300}'..='\u{36f}') {
                plain.push(c);
            }
            continue;
        }
        let bare = bare(c);
        loses = matches!(bare, Bare::Two(_)) || matches!(bare, Bare::One(c) if loses_marks(c));
        plain.push_str(bare.as_str(&mut [0; 4]));
    }
    plain
}

/// What a letter is without its accents.
enum Bare {
    One(char),
    Two(&'static str),
}

impl Bare {
    fn as_str<'a>(&self, buffer: &'a mut [u8; 4]) -> &'a str {
        match self {
            Self::One(c) => c.encode_utf8(buffer),
            Self::Two(both) => both,
        }
    }
}

/// `c` without its accents: by its canonical decomposition, and for letters that
/// Unicode does not take apart, those of Latin-1 and Latin Extended-A, as CLDR's
/// transform Latin-ASCII has them; but a capital that becomes two letters has a
/// small one after it, as at the beginning of a name.
fn bare(c: char) -> Bare {
    let mut first = None;
    if ('\u{c0}'..'\u{2200}').contains(&c) {
        decompose_canonical(c, |part| first = first.or(Some(part)));
    }
    Bare::One(match first.filter(|letter| loses_marks(*letter)).unwrap_or(c) {
        'Æ' => return Bare::Two("Ae"),
        'æ' => return Bare::Two("ae"),
        'Œ' => return Bare::Two("Oe"),
        'œ' => return Bare::Two("oe"),
        'Þ' => return Bare::Two("Th"),
        'þ' => return Bare::Two("th"),
        'ẞ' => return Bare::Two("Ss"),
        'ß' => return Bare::Two("ss"),
        'Ð' | 'Đ' => 'D',
        'ð' | 'đ' => 'd',
        'Ħ' => 'H',
        'ħ' => 'h',
        'ı' => 'i',
        'Ł' => 'L',
        'ł' => 'l',
        'Ŋ' => 'N',
        'ŋ' => 'n',
        'Ø' => 'O',
        'ø' => 'o',
        'Ŧ' => 'T',
        'ŧ' => 't',
        'Ё' => 'Е',
        'ё' => 'е',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        Plain::new(text).text.into_owned()
    }

    #[test]
    fn letters_lose_their_accents_however_they_are_written() {
        for (text, expected) in [
            ("Café, naïve façade: Łukasz in München", "Cafe, naive facade: Lukasz in Munchen"),
            ("Straße, STRAẞE, Ærø, Þór, œuvre", "Strasse, STRASsE, Aero, Thor, oeuvre"),
            ("İstanbul ıslak, Đặng, ớt, ǽ, Ǿ", "Istanbul islak, Dang, ot, ae, O"),
            ("Ὀδυσσεύς, ΐ", "Οδυσσευς, ι"),
            ("ещё, мой, їх", "еще, мой, їх"),
            ("が, 한국어, กำ, हिन्दी, ≠, ·", "が, 한국어, กำ, हिन्दी, ≠, ·"),
            ("“so” … ’t ♪ é", "“so” … ’t ♪ e"),
        ] {
            assert_eq!(plain(text), expected);
            assert_eq!(plain(&text.nfd().collect::<String>()), expected, "{text} (NFD)");
        }
        assert_eq!(plain("x\u{30c} \u{301}a \n\u{301}"), "x \u{301}a \n\u{301}");
    }

    #[test]
    fn what_has_no_accents_is_not_copied() {
        for text in ["", "plain", "“so” … 日本語 привет ♪", "\u{301}"] {
            assert!(matches!(Plain::new(text).text, Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn every_letter_knows_where_it_was() {
        let text = "aß e\u{301}\u{323}é·ο\u{301}";
        let plain = Plain::new(text);
        assert_eq!(plain.text(), "ass ee·ο");
        for (found, own) in [
            ("a", "a"),
            ("as", "aß"),
            ("ss ", "ß "),
            ("s e", "ß e\u{301}\u{323}"),
            ("ee·", "e\u{301}\u{323}é·"),
            ("e·", "é·"),
            ("·ο", "·ο\u{301}"),
        ] {
            let start = plain.text().find(found).unwrap();
            assert_eq!(&text[plain.own_of(start..start + found.len())], own, "{found}");
        }
        let at: Vec<usize> = text.char_indices().map(|(at, _)| plain.plain_at(at)).collect();
        assert_eq!(at, [0, 1, 3, 4, 5, 5, 5, 6, 8, 10]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_but_accents_is_lost(text in "[a-cßéæ日が\u{301}\u{3099}\u{1161}ᄀё \n.🏽]{0,24}") {
            let plain = Plain::new(&text);
            let bytes = plain.text().len();
            proptest::prop_assert_eq!(plain.own_of(0..bytes), 0..text.len());
            proptest::prop_assert_eq!(super::tests::plain(plain.text()), plain.text());
            let other: String = text.nfc().collect();
            proptest::prop_assert_eq!(super::tests::plain(&other), plain.text());
            for (at, c) in plain.text().char_indices() {
                let own = plain.own_of(at..at + c.len_utf8());
                proptest::prop_assert!(text.get(own.clone()).is_some_and(|own| !own.is_empty()));
                proptest::prop_assert!(plain.plain_at(own.start) <= at);
                proptest::prop_assert!(plain.plain_at(own.end) > at);
            }
        }
    }
}
