//! What was found, as it is to be shown.

use std::ops::Range;

use crate::app::shelf::FoundLine;
use crate::model::text::{clean_line, fit};
use crate::model::{MediaTime, Transcript};
use crate::search::{Hit, Wanted, by_line};

/// How much of what was said before and after a line is shown, in characters.
const CONTEXT: usize = 160;

/// How much of the name of one who speaks within a line is shown, in cells.
const NAME: usize = 24;

/// The first `most` lines of `hits` as they are to be shown.
pub(super) fn lines(
    transcript: &Transcript,
    wanted: &Wanted,
    hits: &[Hit],
    most: usize,
) -> Vec<FoundLine> {
    let first = |hits: &[Hit]| line(transcript, wanted, hits.first()?);
    by_line(hits).take(most).filter_map(first).collect()
}

/// The line of a hit as it is to be shown: the cues that it is in, what is
/// looked for marked in them, with some of what the same speaker said before and
/// anybody after. Where another speaks the name stands.
fn line(transcript: &Transcript, wanted: &Wanted, hit: &Hit) -> Option<FoundLine> {
    let (first, last) = (transcript.cue(hit.cue)?, transcript.cue(hit.last)?);
    let all = transcript.text();
    let (start, end) = (first.text.start as usize, last.text.end as usize);
    let from = all[..start].char_indices().rev().nth(CONTEXT).map_or(0, |(at, _)| at);
    let to = all[end..].char_indices().nth(CONTEXT).map_or(all.len(), |(at, _)| end + at);
    let cue = |at| transcript.cue_at_offset(at).unwrap_or_default();
    let own = transcript.turns(cue(from), hit.cue).last().map_or(from, |(at, _)| at);
    let turns: Vec<_> = transcript.turns(hit.cue, cue(to)).filter(|(at, _)| *at < to).collect();
    let marks = wanted.places_in(all, start..end);
    let edges = marks.iter().flat_map(|mark| [mark.start, mark.end]);
    let mut edges: Vec<usize> =
        edges.chain([own, start, end, to]).chain(turns.iter().map(|(at, _)| *at)).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut shown = Shown::default();
    let (mut within, mut marked) = (None, Vec::new());
    for edge in edges.windows(2) {
        let part = edge[0]..edge[1];
        let is_within = part.start >= start && part.end <= end;
        let before = shown.text.len();
        if let Some((_, who)) = turns.iter().find(|(at, _)| *at == part.start) {
            shown.name(*who);
        }
        let is_marked = marks.iter().any(|mark| mark.start <= part.start && part.end <= mark.end);
        let place = shown.words(all.get(part).unwrap_or_default());
        if is_within {
            let line: &mut Range<usize> =
                within.get_or_insert_with(|| before.max(place.start)..place.end);
            line.end = place.end;
        }
        if is_marked && is_within && !place.is_empty() {
            marked.push(place);
        }
    }
    Some(FoundLine {
        start: if first.timed { first.start } else { MediaTime::ZERO },
        speaker: transcript.speaker_of(first).map(str::to_owned),
        line: within.unwrap_or_default(),
        marked,
        names: shown.names,
        text: shown.text.trim_end().to_owned(),
    })
}

/// A line that is put together.
#[derive(Default)]
struct Shown {
    text: String,
    names: Vec<Range<usize>>,
}

impl Shown {
    /// Who speaks from here on; a dash if that is nobody of whom it is said.
    fn name(&mut self, who: Option<&str>) {
        let name = who.map(clean_line);
        let name =
            name.as_deref().map_or("-".into(), |name| format!("{}:", fit(name.trim(), NAME)));
        self.blank();
        self.names.push(self.text.len()..self.text.len() + name.len());
        self.text.push_str(&name);
        self.blank();
    }

    /// What is said, with one blank for each line's end, so that words stay
    /// apart; where it lies.
    fn words(&mut self, said: &str) -> Range<usize> {
        let said = said.replace('\n', " ");
        let cleaned = clean_line(&said);
        let cleaned = cleaned.trim();
        if said.starts_with(char::is_whitespace) {
            self.blank();
        }
        let place = self.text.len()..self.text.len() + cleaned.len();
        self.text.push_str(cleaned);
        if !cleaned.is_empty() && said.ends_with(char::is_whitespace) {
            self.blank();
        }
        place
    }

    fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CueDraft, TranscriptBuilder};

    #[test]
    fn a_line_has_what_was_said_before_and_after_it_and_its_words_stay_apart() {
        let mut builder = TranscriptBuilder::with_capacity(0, 0);
        for (secs, text) in ["one two", "three", "four\nfive", "six"].iter().enumerate() {
            builder.push(&CueDraft {
                start: Some(MediaTime::from_secs(secs as u64)),
                end: MediaTime::from_secs(secs as u64 + 1),
                speaker: Some("Ann"),
                text,
                ..CueDraft::default()
            });
        }
        let transcript = builder.build();
        for (typed, secs, line_text, marked) in [
            ("\"three four\"", 1, "three four five", "three four"),
            ("two", 0, "one two", "two"),
            ("five", 2, "four five", "five"),
            ("six", 3, "six", "six"),
        ] {
            let wanted = Wanted::parse(typed).unwrap();
            let hits = wanted.hits(&transcript);
            let found = line(&transcript, &wanted, &hits[0]).unwrap();
            assert_eq!(found.text, "one two three four five six", "{typed}");
            assert_eq!(&found.text[found.line], line_text, "{typed}");
            assert_eq!(&found.text[found.marked[0].clone()], marked, "{typed}");
            assert_eq!(found.start, MediaTime::from_secs(secs), "{typed}");
        }
    }

    #[test]
    fn where_another_speaks_within_a_line_the_name_stands() {
        let said = [
            (Some("Cy"), "none of hers"),
            (Some("Ann"), "the walrus"),
            (None, ""),
            (Some("Ann"), "said to"),
            (Some("Bob\u{1b}"), "the carpenter"),
            (None, "of many"),
            (Some("Ann"), "things"),
        ];
        let mut builder = TranscriptBuilder::with_capacity(0, 0);
        for (&(speaker, text), secs) in said.iter().zip(0_u64..) {
            builder.push(&CueDraft {
                start: Some(MediaTime::from_secs(secs)),
                end: MediaTime::from_secs(secs + 1),
                speaker,
                text,
                ..CueDraft::default()
            });
        }
        let transcript = builder.build();
        for (typed, speaker, text, line_text, marked) in [
            (
                "\"said to the\"",
                "Ann",
                "the walrus said to Bob: the carpenter - of many Ann: things",
                "said to Bob: the carpenter",
                vec!["said to", "the"],
            ),
            (
                "carpenter",
                "Bob\u{1b}",
                "the carpenter - of many Ann: things",
                "the carpenter",
                vec!["carpenter"],
            ),
            ("things", "Ann", "things", "things", vec!["things"]),
            (
                "\"hers the walrus\"",
                "Cy",
                "none of hers Ann: the walrus said to Bob: the carpenter - of many Ann: things",
                "none of hers Ann: the walrus",
                vec!["hers", "the walrus"],
            ),
        ] {
            let wanted = Wanted::parse(typed).unwrap();
            let hits = wanted.hits(&transcript);
            let found = line(&transcript, &wanted, &hits[0]).unwrap();
            assert_eq!((found.speaker.as_deref(), &*found.text), (Some(speaker), text), "{typed}");
            assert_eq!(&found.text[found.line], line_text, "{typed}");
            let marks = found.marked.iter().map(|mark| &found.text[mark.clone()]);
            assert_eq!(marks.collect::<Vec<_>>(), marked, "{typed}");
            assert!(found.names.iter().all(|name| found.text[name.clone()].ends_with([':', '-'])));
        }
    }
}
