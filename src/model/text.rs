//! Text that can be shown: cleaned of what a terminal would obey, measured in
//! cells, wrapped at words.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// `text` without anything a terminal would obey: control characters (C0, C1,
/// DEL) except LF become a space, a tab too; bidi and other invisible
/// formatting controls go. Joiners that emoji and scripts need (ZWJ, ZWNJ,
/// variation selectors) stay.
///
/// Text that is already clean is borrowed.
pub fn clean(text: &str) -> Cow<'_, str> {
    // Whole pieces without an early way out are compared many bytes at a time.
    let plain = |byte: &u8| (b' '..0x7f).contains(byte) || *byte == b'\n';
    let all_plain = |piece: &[u8]| piece.iter().fold(true, |all, byte| all & plain(byte));
    if text.as_bytes().chunks(1024).all(all_plain) {
        return Cow::Borrowed(text);
    }
    if !text.chars().any(|c| replacement(c) != Some(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(replacement).collect())
}

/// [`clean`] for a place of one line: line ends become spaces as well.
pub fn clean_line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

/// Whether `c` is a control character, a line end included, or one of those
/// that order or format text without being seen: what [`clean`] does not leave.
pub fn is_hidden(c: char) -> bool {
    c == '\n' || replacement(c) != Some(c)
}

/// What `c` is shown as; `None` if it is left out.
fn replacement(c: char) -> Option<char> {
    match c {
        '\n' => Some(c),
        _ if c.is_control() => Some(' '),
        // Bidi marks, embeddings, overrides, isolates (UAX #9); the Arabic
        // letter mark; zero-width space, word joiner, invisible operators;
        // soft hyphen; line and paragraph separators; BOM; interlinear
        // annotation; deprecated and language-tag characters.
        '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{061c}'
        | '\u{200b}'
        | '\u{00ad}'
        | '\u{feff}'
        | '\u{180e}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        _ => Some(c),
    }
}

/// How many cells `text` takes on one line, as ratatui counts them.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(grapheme_width).sum()
}

/// How many cells one grapheme cluster takes: 0, 1, 2, rarely more.
pub fn grapheme_width(grapheme: &str) -> usize {
    // Ratatui gives a halfwidth sound mark one cell more, whatever it has.
    let marks = grapheme.chars().filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}'));
    grapheme.width() + marks.count()
}

/// The longest beginning of `text` that fits into `cells` cells; where it is
/// cut it ends in `…`.
pub fn fit(text: &str, cells: usize) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    let mut taken = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += grapheme_width(grapheme);
        if used + 1 > cells {
            break;
        }
        taken.push_str(grapheme);
    }
    if cells > 0 {
        taken.push('…');
    }
    Cow::Owned(taken)
}

/// As many words of the beginning and of the end of `text` as fit into `cells`
/// cells; where those between are left out stands `…`. What is said last, after
/// a semicolon, is what to do now: it stays whole if it leaves two fifths of the
/// room. A word is only cut where there is no room for any.
pub fn fit_ends(text: &str, cells: usize) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    // Words have the blank before them.
    let words_of_end = |room: usize| {
        let ends = text.rmatch_indices(' ').map(|(at, _)| &text[at..]);
        ends.take_while(|end| width(end) <= room).last()
    };
    let now = text.rfind("; ").map(|at| &text[at + 1..]);
    let end = now
        .filter(|now| width(now) <= cells * 3 / 5)
        .or_else(|| words_of_end(cells * 2 / 5))
        .or_else(|| words_of_end(cells * 3 / 5))
        .unwrap_or_else(|| last_cells(text, cells * 2 / 5));
    let starts = text.match_indices(' ').map(|(at, _)| text[..at].trim_end());
    let start = starts.take_while(|start| width(start) + width(end) < cells).last();
    let Some(start) = start.filter(|start| !start.is_empty()) else {
        return Cow::Owned(fit(text, cells - width(end)).into_owned() + end);
    };
    // What the words of the start leave.
    let longer = words_of_end((cells - 1).saturating_sub(width(start)));
    let end = longer.filter(|longer| longer.len() > end.len()).unwrap_or(end);
    Cow::Owned(format!("{start}…{end}"))
}

/// The longest end of `text` that fits into `cells` cells.
fn last_cells(text: &str, cells: usize) -> &str {
    let mut used = 0;
    let fits = |(_, grapheme): &(usize, &str)| {
        used += grapheme_width(grapheme);
        used <= cells
    };
    let first = text.grapheme_indices(true).rev().take_while(fits).last();
    first.map_or("", |(at, _)| &text[at..])
}

/// The lines of `text` when wrapped into `cells` cells, the first of them into
/// `cells - indent`: byte ranges in order that leave out only the white space
/// and line ends between lines. Never empty; `O(length)`.
///
/// It breaks where words end (UAX #29, so between any two ideographs too), and
/// within a word only where the word alone is wider than a line. A grapheme
/// wider than a line has a line to itself.
pub fn wrap(text: &str, cells: usize, indent: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut offset = 0;
    for part in text.split('\n') {
        let first = if lines.is_empty() { indent } else { 0 };
        wrap_line(part, offset, cells.max(1), first, &mut lines);
        offset += part.len() + 1;
    }
    lines
}

/// Wraps one line of text that begins at byte `offset`; adds at least one line.
fn wrap_line(
    text: &str,
    offset: usize,
    cells: usize,
    indent: usize,
    lines: &mut Vec<Range<usize>>,
) {
    if !text.is_ascii() {
        return fill(pieces(text), offset, cells, indent, lines);
    }
    // Most lines are, and most are short: much faster than by Unicode's tables.
    if indent + text.len() <= cells {
        return lines.push(offset..offset + text.trim_end().len());
    }
    fill(ascii_pieces(text), offset, cells, indent, lines);
}

/// Fills lines with `pieces` of a text that begins at byte `offset`; adds at
/// least one line.
fn fill<'a>(
    pieces: impl Iterator<Item = (usize, &'a str)>,
    offset: usize,
    cells: usize,
    indent: usize,
    lines: &mut Vec<Range<usize>>,
) {
    let mut start = 0; // of the line being filled
    let mut end = 0; // of what is on it, without white space at its end
    let mut used = indent.min(cells - 1);
    let mut close = |line: Range<usize>| lines.push(offset + line.start..offset + line.end);
    for (at, word) in pieces {
        let wide = width(word);
        if word.trim().is_empty() {
            // White space after a break is not carried to the next line.
            used = if end == start && start > 0 { used } else { used + wide };
            if end == start && start > 0 {
                start = at + word.len();
                end = start;
            }
            continue;
        }
        if used + wide > cells && end > start {
            close(start..end);
            start = at;
            used = 0;
        } else if used + wide > cells && used > 0 && wide <= cells {
            // Nothing but the indent or white space stands before it.
            close(start..start);
            start = at;
            used = 0;
        }
        if used + wide <= cells {
            used += wide;
        } else {
            if end == start && at > start {
                // Blanks in front of a word that must be cut are left out.
                used = if start == 0 { indent.min(cells - 1) } else { 0 };
                start = at;
            }
            for (within, grapheme) in word.grapheme_indices(true) {
                let cell = grapheme_width(grapheme);
                if used + cell > cells && at + within > start {
                    close(start..at + within);
                    start = at + within;
                    used = 0;
                }
                used += cell;
            }
        }
        end = at + word.len();
    }
    close(start..end);
}

/// What [`pieces`] gives for ASCII text: runs with and without white space.
fn ascii_pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = &text[start..];
        let blank = rest.chars().next()?.is_whitespace();
        let end = rest.find(|c: char| c.is_whitespace() != blank).unwrap_or(rest.len());
        start += end;
        Some((start - end, &rest[..end]))
    })
}

/// The pieces between which a line may be broken: words with the punctuation
/// that clings to them, single ideographs, and runs of white space.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text.split_word_bound_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = rest.next()?;
        let mut end = start + first.len();
        let blank = is_blank(first);
        while let Some(&(_, next)) = rest.peek() {
            let joined = is_blank(next) == blank
                && (blank || !(breaks_alone(&text[start..end], false) && breaks_alone(next, true)));
            if !joined {
                break;
            }
            end += next.len();
            rest.next();
        }
        Some((start, &text[start..end]))
    })
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}')
}

/// Whether a line may be broken beside `text`, at its end or at its start:
/// ideographs and emoji, which are two cells wide; closing punctuation clings
/// to what stands before it.
fn breaks_alone(text: &str, at_start: bool) -> bool {
    let c = if at_start { text.chars().next() } else { text.chars().last() };
    let Some(c) = c else { return false };
    let wide = grapheme_width(c.encode_utf8(&mut [0; 4])) == 2;
    wide && !matches!(
        c,
        '\u{3001}'
            | '\u{3002}'
            | '\u{ff01}'
            | '\u{ff0c}'
            | '\u{ff0e}'
            | '\u{ff1a}'
            | '\u{ff1b}'
            | '\u{ff1f}'
            | '」'
            | '』'
            | '）'
            | '】'
            | '》'
            | '〉'
            | 'ー'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wrapped(text: &str, cells: usize) -> Vec<&str> {
        wrap(text, cells, 0).into_iter().map(|line| &text[line]).collect()
    }

    #[test]
    fn nothing_a_terminal_obeys_is_left() {
        assert_eq!(clean("a\u{1b}[31mb\u{7}\u{9b}2J\tc"), "a [31mb  2J c");
        assert_eq!(clean("evil\u{202e}txt\u{2066}x\u{2069}"), "eviltxtx");
    }

    #[test]
    fn joiners_of_emoji_stay() {
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(clean(family), family);
        assert_eq!(width(family), 2);
    }

    #[test]
    fn text_breaks_between_words_and_punctuation_clings() {
        assert_eq!(wrapped("Well, hello there (you).", 11), ["Well, hello", "there", "(you)."]);
    }

    #[test]
    fn a_word_wider_than_the_line_is_cut() {
        assert_eq!(wrapped("an extraordinary day", 6), ["an", "extrao", "rdinar", "y day"]);
    }

    #[test]
    fn blanks_in_front_of_a_word_that_is_cut_take_no_room() {
        assert_eq!(wrapped("   extra", 2), ["ex", "tr", "a"]);
    }

    #[test]
    fn ideographs_break_anywhere_but_before_their_punctuation() {
        assert_eq!(wrapped("你好世界。再见", 8), ["你好世", "界。再见"]);
    }

    #[test]
    fn the_first_line_leaves_room_for_the_indent() {
        let text = "one two three";
        let lines: Vec<&str> = wrap(text, 8, 5).into_iter().map(|line| &text[line]).collect();
        assert_eq!(lines, ["one", "two", "three"]);
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(fit("sayagain", 5), "saya…");
        assert_eq!(fit("你好世界", 5), "你好…");
        assert_eq!(fit("short", 5), "short");
        assert_eq!(fit_ends("sayitagain", 8), "sayi…ain");
        assert_eq!(fit_ends("你好世界再见", 9), "你好世…见");
        assert_eq!(fit_ends("short", 5), "short");
        assert_eq!(fit_ends("short", 0), "");
    }

    #[test]
    fn what_is_left_out_of_a_message_is_whole_words_and_not_what_to_do_now() {
        let told = "cannot read /home/ann/podcasts/talk.chapters.json: it is larger than 4 MiB; \
                    give it another name";
        for (cells, expected) in [
            (78, "cannot read /home/ann/podcasts/talk.chapters.json: it is… give it another name"),
            (58, "cannot read… it is larger than 4 MiB; give it another name"),
            (38, "cannot read… MiB; give it another name"),
            (12, "cannot… name"),
        ] {
            assert_eq!(fit_ends(told, cells), expected);
        }
        // One word that is longer than there is room is cut anywhere.
        let path = "/home/ann/podcasts/talk/python/021/021_A_tour.transcript.vtt";
        assert_eq!(fit_ends(path, 20), "/home/ann/p…ript.vtt");
        assert_eq!(
            fit_ends("a folder is gone: /media/disk/pods", 30),
            "a folder is… /media/disk/pods"
        );
        let told = format!("no room at {path}; name another");
        assert_eq!(fit_ends(&told, 40), "no room at… name another");
    }

    proptest! {
        #[test]
        fn a_message_is_cut_to_the_room_there_is(text in "[a-z;你 ]{0,80}", cells in 0_usize..60) {
            let fitted = fit_ends(&text, cells);
            prop_assert!(width(&fitted) <= cells);
            prop_assert!(width(&text) > cells || fitted == text);
        }

        #[test]
        fn no_line_is_too_wide_and_nothing_but_blanks_is_lost(text in ".{0,80}", cells in 2_usize..20) {
            let text = clean(&text).into_owned();
            let lines = wrap(&text, cells, 0);
            let mut kept = String::new();
            let mut before = 0;
            for line in lines {
                prop_assert!(line.start >= before);
                before = line.end;
                prop_assert!(width(&text[line.clone()]) <= cells, "{:?}", &text[line]);
                kept.push_str(&text[line]);
            }
            let dense = |text: &str| text.split(|c: char| c.is_whitespace()).collect::<String>();
            prop_assert_eq!(dense(&kept), dense(&text));
        }

        #[test]
        fn ascii_text_is_wrapped_as_any_other(text in "[a-c.,' ]{0,60}", cells in 2_usize..20, indent in 0_usize..6) {
            let mut lines = Vec::new();
            fill(pieces(&text), 0, cells, indent, &mut lines);
            prop_assert_eq!(wrap(&text, cells, indent), lines);
        }

        #[test]
        fn what_is_cleaned_has_nothing_left_to_clean(text in any::<String>()) {
            let once = clean(&text).into_owned();
            prop_assert!(!once.chars().any(|c| c.is_control() && c != '\n'));
            prop_assert_eq!(clean(&once), once.as_str());
        }
    }
}
