//! Matches within one transcript.

use std::ops::{Range, RangeInclusive};

use super::Query;
use super::accents::Plain;
use crate::model::order::sort_by_key;
use crate::model::{CueId, Timeline, Transcript};

/// A place where a query was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its bytes in [`Transcript::text`]; at least one.
    pub text: Range<usize>,
}

/// A place where something was found, with the cues that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The cue that it begins in.
    pub cue: CueId,
    /// The cue that it ends in.
    pub last: CueId,
    /// Its bytes in [`Transcript::text`].
    pub text: Match,
}

/// Every place in `transcript` where `query` is found, in order; none overlaps
/// another. `O(length)`.
///
/// A match that begins in a cue which `timeline` does not show, because it
/// repeats another exactly, is left out: that other has it.
pub fn matches(transcript: &Transcript, timeline: &Timeline, query: &Query) -> Vec<Match> {
    let is_shown = |cue| timeline.row_of(cue).and_then(|row| timeline.cue_of(row)) == Some(cue);
    let text = Plain::new(transcript.text());
    let found = |query| hits_while(transcript, &text, &is_shown, query, &|| true);
    let mut hits = found(query);
    if let Some(also) = query.also() {
        hits.extend(found(also));
        sort_by_key(&mut hits, |hit| hit.text.text.start);
        let mut end = 0;
        hits.retain(|hit| {
            let is_free = hit.text.text.start >= end;
            end = if is_free { hit.text.text.end } else { end };
            is_free
        });
    }
    hits.into_iter().map(|hit| hit.text).collect()
}

/// [`matches`] in the `text` of `transcript`, but those found so far once they are
/// not wanted any more.
pub(super) fn hits_while(
    transcript: &Transcript,
    text: &Plain<'_>,
    is_shown: &dyn Fn(CueId) -> bool,
    query: &Query,
    is_wanted: &dyn Fn() -> bool,
) -> Vec<Hit> {
    let (len, cues) = (transcript.text().len(), transcript.cues());
    // The cue in which a byte lies, from one in which or before which it does.
    let cue_of = |byte: usize, mut cue: usize| {
        while cues.get(cue + 1).is_some_and(|next| next.text.start as usize <= byte) {
            cue += 1;
        }
        cue
    };
    let mut found = Vec::new();
    let (mut from, mut cue) = (0, 0);
    while let Some(range) = query.find(text, from, is_wanted).filter(|_| is_wanted()) {
        cue = cue_of(range.start, cue);
        if is_shown(CueId::from_index(cue)) {
            from = range.end;
            let last = CueId::from_index(cue_of(range.end - 1, cue));
            found.push(Hit { cue: CueId::from_index(cue), last, text: Match { text: range } });
        } else {
            // What begins in the next cue may overlap the match left out.
            let next = cues.get(cue + 1);
            from = next.map_or(len, |next| next.text.start as usize);
        }
    }
    found
}

/// Those of `hits` that are in the same cues, which are one line.
pub fn by_line(hits: &[Hit]) -> impl Iterator<Item = &[Hit]> {
    hits.chunk_by(|hit, next| (hit.cue, hit.last) == (next.cue, next.last))
}

/// The first and the last cue that `found`, a match in `transcript`, touches.
pub fn cues_of(transcript: &Transcript, found: &Match) -> RangeInclusive<CueId> {
    let cue = |offset| transcript.cue_at_offset(offset).unwrap_or_default();
    cue(found.text.start)..=cue(found.text.end.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CueDraft, MediaTime, TranscriptBuilder};

    /// A transcript of one cue a second; one that begins with `=` starts and
    /// ends with the cue before it.
    fn transcript(cues: &[&str]) -> Transcript {
        let mut builder = TranscriptBuilder::with_capacity(0, 0);
        let mut secs = 0;
        for text in cues {
            secs += u64::from(!text.starts_with('='));
            builder.push(&CueDraft {
                start: Some(MediaTime::from_secs(secs)),
                end: MediaTime::from_secs(secs + 1),
                text: text.trim_start_matches('='),
                ..CueDraft::default()
            });
        }
        builder.build()
    }

    /// What is found: the text, and the first and last cue.
    fn found(cues: &[&str], query: &str) -> Vec<(String, u32, u32)> {
        let transcript = transcript(cues);
        let timeline = Timeline::new(&transcript);
        matches(&transcript, &timeline, &Query::new(query).unwrap())
            .iter()
            .map(|found| {
                let cues = cues_of(&transcript, found);
                let text = transcript.text()[found.text.clone()].to_owned();
                (text, cues.start().0, cues.end().0)
            })
            .collect()
    }

    fn told(text: &str, first: u32, last: u32) -> (String, u32, u32) {
        (text.to_owned(), first, last)
    }

    #[test]
    fn matches_stand_in_order_and_do_not_overlap() {
        let cues = ["aaa a", "no", "aaaaa"];
        let expected = [told("aa", 0, 0), told("aa", 2, 2), told("aa", 2, 2)];
        assert_eq!(found(&cues, "aa"), expected);
    }

    #[test]
    fn a_phrase_is_found_across_line_ends_cues_and_empty_cues() {
        let cues = ["we wrote", "", "our\nown parser", "", "  and", "then"];
        assert_eq!(found(&cues, "wrote our own"), [told("wrote\n\nour\nown", 0, 2)]);
        assert_eq!(found(&cues, "parser and then"), [told("parser\n\n  and\nthen", 2, 5)]);
    }

    #[test]
    fn the_first_and_the_last_letter_of_a_cue_are_its_own() {
        let cues = ["ab", "cd"];
        assert_eq!(found(&cues, "b"), [told("b", 0, 0)]);
        assert_eq!(found(&cues, "c"), [told("c", 1, 1)]);
    }

    #[test]
    fn an_exact_duplicate_is_counted_once() {
        let cues = ["Bye now.", "=Bye now.", "=Bye then.", "Bye now."];
        assert_eq!(found(&cues, "now"), [told("now", 0, 0), told("now", 3, 3)]);
    }

    #[test]
    fn a_match_left_out_does_not_hide_the_next() {
        let cues = ["x bye", "=x bye", "bye", "bye"];
        assert_eq!(found(&cues, "bye bye"), [told("bye\nbye", 2, 3)]);
    }

    #[test]
    fn a_phrase_that_ends_in_a_duplicate_is_found() {
        let cues = ["bye", "=bye", "end"];
        assert_eq!(found(&cues, "bye bye"), [told("bye\nbye", 0, 1)]);
    }

    #[test]
    fn nothing_is_found_in_an_empty_transcript() {
        assert_eq!(found(&[], "a"), []);
    }

    /// Where `words` end in `text` if they begin at byte `at`: what stands
    /// between two is as long as it can be.
    fn end_of(
        text: &str,
        words: &[&str],
        same: &dyn Fn(char, char) -> bool,
        at: usize,
    ) -> Option<usize> {
        let [word, others @ ..] = words else { return Some(at) };
        let mut end = at;
        for c in word.chars() {
            let first = text[end..].chars().next().filter(|&first| same(first, c))?;
            end += first.len_utf8();
        }
        if others.is_empty() {
            return Some(end);
        }
        let rest = &text[end..];
        let most = rest.find(char::is_alphanumeric).unwrap_or(rest.len());
        let mut starts =
            (1..=most).rev().filter(|start| rest.is_char_boundary(*start)).map(|start| end + start);
        starts.find_map(|start| end_of(text, others, same, start))
    }

    /// The rules as a person would follow them, character by character.
    fn slowly(cues: &[String], query: &str) -> Vec<Range<usize>> {
        let exact = query.chars().any(char::is_uppercase);
        let plain = |c: char| match c {
            'é' => 'e',
            'É' => 'E',
            _ => c,
        };
        let same = |a: char, b: char| {
            let (a, b) = (plain(a), plain(b));
            a == b || !exact && a.to_lowercase().to_string() == b.to_lowercase().to_string()
        };
        let text =
            cues.iter().map(|cue| cue.trim_start_matches('=')).collect::<Vec<_>>().join("\n");
        let words: Vec<&str> = query.split_whitespace().collect();
        let match_at = |start: usize| end_of(&text, &words, &same, start);
        let mut found = Vec::new();
        let mut free = 0;
        let mut offset = 0;
        let mut shown: Vec<&str> = Vec::new(); // that start with this cue
        for cue in cues {
            if !cue.starts_with('=') {
                shown.clear();
            }
            let own = cue.trim_start_matches('=');
            let hidden = shown.contains(&own);
            shown.push(own);
            for (at, _) in own.char_indices().filter(|_| !hidden) {
                let start = offset + at;
                if let Some(end) = match_at(start).filter(|_| start >= free) {
                    found.push(start..end);
                    free = end;
                }
            }
            offset += own.len() + 1;
        }
        found
    }

    proptest::proptest! {
        #[test]
        fn matches_are_those_found_character_by_character(
            // Few texts, so that many cues are duplicates and many queries hit.
            cues in proptest::collection::vec("=?(a|b|A b|a b|[abAeéÉ.* \n\u{a0}]{0,6})", 0..12),
            query in "(a b|b a|b b a|[abAeéÉ.* ]{0,3}[abeéÉ.*][ab ]{0,2})",
        ) {
            let texts: Vec<&str> = cues.iter().map(String::as_str).collect();
            let transcript = transcript(&texts);
            let query = Query::new(&query).unwrap();
            let found: Vec<_> = matches(&transcript, &Timeline::new(&transcript), &query)
                .into_iter()
                .map(|found| found.text)
                .collect();
            proptest::prop_assert_eq!(found, slowly(&cues, query.text()));
        }
    }
}
