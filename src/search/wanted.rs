//! What is looked for in all episodes.

use std::ops::{Range, RangeInclusive};

use super::accents::Plain;
use super::find::{Hit, Match, hits_while};
use super::pattern;
use super::plan::{Need, Plan, Run};
use super::query::Query;
use super::words::folded;
use crate::model::{Cue, CueId, Shown, Transcript};

/// What the listener typed to look for in every episode, ready to be found.
///
/// Words are found wherever they stand, also within longer ones; several of
/// them where all stand in one cue or in cues next to each other. `word*` is
/// found at the start of words only, as is a word of one or two letters,
/// `"two words"` one after the other, `/pattern/` as a regular expression. Case is
/// as in [`Query`]. `speaker:`, `episode:`, `show:` and `after:` leave only
/// what they say.
#[derive(Clone, Debug)]
pub struct Wanted {
    finders: Vec<Finder>,
    speaker: Option<String>,
    /// Which episodes, by their numbers.
    pub episodes: Option<RangeInclusive<u32>>,
    /// What the name of the show must have in it, folded.
    pub show: Option<String>,
    /// Only episodes of this day or later: year, month and day as one number.
    pub after: Option<u32>,
}

/// One thing to find.
#[derive(Clone, Debug)]
struct Finder {
    query: Query,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Found anywhere.
    Text,
    /// Found at the start of a word.
    Start,
    /// A regular expression.
    Pattern,
}

impl Wanted {
    /// What was typed.
    ///
    /// # Errors
    ///
    /// There is nothing to look for, or a part makes no sense; the message
    /// says which, and what now.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let mut wanted =
            Self { finders: Vec::new(), speaker: None, episodes: None, show: None, after: None };
        for part in (Parts { rest: typed }) {
            wanted.take(part?)?;
        }
        if wanted.finders.is_empty() && wanted.speaker.is_none() {
            return Err(match wanted.filter() {
                Some(name) => {
                    format!("{name}: alone says only where to look: add a word to look for")
                }
                None => "nothing to look for: give a word, \"several words\" or /a pattern/".into(),
            });
        }
        Ok(wanted)
    }

    /// The first of `episode`, `show` and `after` that leaves out episodes.
    pub fn filter(&self) -> Option<&'static str> {
        let filters = [
            ("episode", self.episodes.is_some()),
            ("show", self.show.is_some()),
            ("after", self.after.is_some()),
        ];
        filters.into_iter().find(|(_, is_there)| *is_there).map(|(name, _)| name)
    }

    fn take(&mut self, part: Part<'_>) -> Result<(), String> {
        match part {
            Part::Filter("speaker", value) => self.speaker = Some(folded(value).into_owned()),
            Part::Filter("show", value) => self.show = Some(folded(value).into_owned()),
            Part::Filter("episode", value) => self.episodes = Some(numbers(value)?),
            Part::Filter("after", value) => self.after = Some(date(value)?),
            Part::Filter(..) => {}
            Part::Pattern(pattern) => {
                let query = Query::pattern(pattern)?;
                self.finders.push(Finder { query, kind: Kind::Pattern });
            }
            Part::Phrase(text) => self
                .finders
                .extend(Query::new(text).map(|query| Finder { query, kind: Kind::Text })),
            Part::Word(word) => {
                let start = word.strip_suffix('*').filter(|start| !start.is_empty());
                let short = word.chars().count() < 3 && word.chars().all(char::is_alphanumeric);
                let finder = match start {
                    Some(start) => Query::start_of_word(start).map(|it| (it, Kind::Start)),
                    None if short => Query::start_of_word(word).map(|it| (it, Kind::Start)),
                    None => Query::new(word).map(|it| (it, Kind::Text)),
                };
                self.finders.extend(finder.map(|(query, kind)| Finder { query, kind }));
            }
        }
        Ok(())
    }

    /// Where in `transcript` it is, in order. `O(length)` for each part.
    pub fn hits(&self, transcript: &Transcript) -> Vec<Hit> {
        self.hits_while(transcript, &|| true)
    }

    /// [`Wanted::hits`], but anything once they are not wanted any more: there
    /// are patterns that take seconds for a transcript.
    pub fn hits_while(
        &self,
        transcript: &Transcript,
        is_wanted: &(dyn Fn() -> bool + Sync),
    ) -> Vec<Hit> {
        let shown = Shown::new(transcript);
        let text = Plain::new(transcript.text());
        let is_shown = |cue| shown.has(cue);
        let find = |query: &Query| hits_while(transcript, &text, &is_shown, query, is_wanted);
        let is_spoken = self.spoken(transcript);
        let Some((first, others)) = self.finders.split_first() else {
            return all_of(transcript, &shown, &is_spoken);
        };
        // Most transcripts that an index names by mistake are done with here.
        if others.iter().any(|finder| finder.query.find(&text, 0, is_wanted).is_none()) {
            return Vec::new();
        }
        let mut hits = find(&first.query);
        for other in others {
            let cues: Vec<u32> = find(&other.query).iter().map(|hit| hit.cue.0).collect();
            hits.retain(|hit| {
                let after = cues.partition_point(|cue| cue + 1 < hit.cue.0);
                cues.get(after).is_some_and(|cue| *cue <= hit.last.0 + 1)
            });
        }
        hits.retain(|hit| transcript.cue(hit.cue).is_some_and(&is_spoken));
        hits
    }

    /// What is to be marked of a line that a hit is in, the bytes `line` of
    /// `text`: every place of any part of what is looked for, in order, and none
    /// overlaps another; all of it, where only the speaker is. `O(length)` of the
    /// line for each part.
    pub fn places_in(&self, text: &str, line: Range<usize>) -> Vec<Range<usize>> {
        let Some(text) = text.get(line.clone()) else { return Vec::new() };
        if self.finders.is_empty() {
            return vec![line];
        }
        let text = Plain::new(text);
        let mut marks: Vec<Range<usize>> = Vec::new();
        for finder in &self.finders {
            let mut from = 0;
            while let Some(found) = finder.query.find(&text, from, &|| true) {
                from = found.end;
                marks.push(line.start + found.start..line.start + found.end);
            }
        }
        marks.sort_unstable_by_key(|mark| mark.start);
        marks.dedup_by(|mark, before| {
            let overlaps = mark.start < before.end;
            if overlaps {
                before.end = before.end.max(mark.end);
            }
            overlaps
        });
        marks
    }

    /// Says of a cue of `transcript` whether one speaks it who is looked for.
    fn spoken(&self, transcript: &Transcript) -> impl Fn(&Cue) -> bool + use<> {
        let speakers: Option<Vec<bool>> = self.speaker.as_ref().map(|part| {
            let is_meant = |name: &String| folded(name).contains(part);
            transcript.speakers().iter().map(is_meant).collect()
        });
        move |cue| {
            let Some(speakers) = &speakers else { return true };
            let speaker = cue.speaker.and_then(|speaker| speakers.get(speaker.index()));
            speaker.is_some_and(|is_meant| *is_meant)
        }
    }

    /// A query that finds any of its parts: what is marked in a transcript
    /// that is opened from a hit. `None` if only a speaker is looked for.
    pub fn marks(&self) -> Option<Query> {
        Query::any(self.finders.iter().map(|finder| &finder.query))
    }

    /// What to ask of an index.
    pub fn plan(&self) -> Plan {
        let mut needs = Vec::new();
        for Finder { query, kind } in &self.finders {
            match kind {
                Kind::Pattern => needs.extend(pattern::needs(query.text())),
                Kind::Start => needs.extend(Run::of(query, true).map(Need::Run)),
                Kind::Text => needs.extend(Run::of(query, false).map(Need::Run)),
            }
        }
        Plan { needs, speaker: self.speaker.clone() }
    }

    /// The words that stand for themselves, and may have been misspelt.
    pub fn plain_words(&self) -> impl Iterator<Item = &str> {
        let text = self.finders.iter().filter(|finder| finder.kind == Kind::Text);
        text.flat_map(|finder| finder.query.text().split_whitespace())
            .filter(|word| word.chars().all(char::is_alphabetic))
    }
}

/// Every cue that is shown and of whom it is said that they speak it.
fn all_of(
    transcript: &Transcript,
    shown: &Shown<'_>,
    is_spoken: &dyn Fn(&Cue) -> bool,
) -> Vec<Hit> {
    let cues = (0..).map(CueId::from_index).zip(transcript.cues());
    let cues = cues.filter(|(id, cue)| is_spoken(cue) && shown.has(*id));
    cues.map(|(cue, it)| {
        let text = Match { text: it.text.start as usize..it.text.end as usize };
        Hit { cue, last: cue, text }
    })
    .collect()
}

/// One part of what was typed.
#[derive(Clone, Copy)]
enum Part<'a> {
    Word(&'a str),
    Phrase(&'a str),
    Pattern(&'a str),
    Filter(&'static str, &'a str),
}

/// The parts of what was typed.
struct Parts<'a> {
    rest: &'a str,
}

const FILTERS: [&str; 4] = ["speaker", "episode", "show", "after"];

impl<'a> Iterator for Parts<'a> {
    type Item = Result<Part<'a>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() {
            return None;
        }
        for name in FILTERS {
            let value = self.rest.strip_prefix(name).and_then(|rest| rest.strip_prefix(':'));
            if let Some(rest) = value {
                self.rest = rest;
                let value = self.quoted('"').unwrap_or_else(|| self.word());
                if value.trim().is_empty() {
                    return Some(Err(format!("{name}: says nothing; write {name}:something")));
                }
                return Some(Ok(Part::Filter(name, value)));
            }
        }
        let part = match self.rest.chars().next() {
            Some('"') => self.quoted('"').map(Part::Phrase),
            Some('/') => self.quoted('/').map(Part::Pattern),
            _ => None,
        };
        Some(Ok(part.unwrap_or_else(|| Part::Word(self.word()))))
    }
}

impl<'a> Parts<'a> {
    /// What stands between two of `sign`. What is begun and not ended goes to
    /// the end of what was typed: it is still being typed.
    fn quoted(&mut self, sign: char) -> Option<&'a str> {
        let inside = self.rest.strip_prefix(sign)?;
        let mut escaped = false;
        let end = inside.find(|c| {
            let ends = c == sign && !escaped;
            escaped = sign == '/' && c == '\\' && !escaped;
            ends
        });
        let (text, rest) = match end {
            Some(end) => (&inside[..end], &inside[end + sign.len_utf8()..]),
            None => (inside, ""),
        };
        self.rest = rest;
        Some(text)
    }

    fn word(&mut self) -> &'a str {
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }
}

/// `21` or `300-310`.
fn numbers(value: &str) -> Result<RangeInclusive<u32>, String> {
    let told = |_| format!("episode:{value} is no number; write episode:21 or episode:300-310");
    let (first, last) = value.split_once('-').unwrap_or((value, value));
    let (from, to): (u32, u32) = (first.parse().map_err(told)?, last.parse().map_err(told)?);
    if from > to {
        return Err(format!("episode:{value} ends before it begins; write episode:{to}-{from}"));
    }
    Ok(from..=to)
}

/// `2024`, `2024-03` or `2024-03-17`, as the first day of it.
fn date(value: &str) -> Result<u32, String> {
    let told = || format!("after:{value} is no date; write after:2024-03-17");
    let mut number = 0;
    let mut parts = value.split('-');
    for (digits, least, most) in [(4, 1900, 2199), (2, 1, 12), (2, 1, 31)] {
        let part = match parts.next() {
            Some(part) if part.len() == digits => part.parse().map_err(|_| told())?,
            Some(_) => return Err(told()),
            None if number == 0 => return Err(told()),
            None => least,
        };
        if !(least..=most).contains(&part) {
            return Err(told());
        }
        number = number * 100 + part;
    }
    let (year, month, day): (u32, u32, u32) = (number / 10_000, number / 100 % 100, number % 100);
    let days = match month {
        2 if year.is_multiple_of(if year.is_multiple_of(100) { 400 } else { 4 }) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day > days {
        return Err(format!("after:{value} is no date; that month has {days} days"));
    }
    parts.next().map_or(Ok(number), |_| Err(told()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CueDraft, MediaTime, TranscriptBuilder};

    /// A transcript of one cue a second, each `speaker: text`.
    fn transcript(cues: &[(&str, &str)]) -> Transcript {
        let mut builder = TranscriptBuilder::with_capacity(0, 0);
        for (second, (speaker, text)) in (0..).zip(cues) {
            builder.push(&CueDraft {
                start: Some(MediaTime::from_secs(second)),
                end: MediaTime::from_secs(second + 1),
                speaker: Some(speaker),
                text,
                ..CueDraft::default()
            });
        }
        builder.build()
    }

    const TALK: &[(&str, &str)] = &[
        ("Ann", "we asynchronously profile"),
        ("Ann", "the memory"),
        ("Bob", "of a Profiler. It's async"),
        ("Bob", "yes"),
        ("Ann", "memory again"),
        ("Bob", "no"),
        ("Ann", "PROFILE me"),
    ];

    #[test]
    fn every_part_is_marked_in_a_line_and_what_overlaps_is_one() {
        let marked = |typed: &str, text: &str, from: usize| -> Vec<String> {
            let marks = Wanted::parse(typed).unwrap().places_in(text, from..text.len());
            marks.into_iter().map(|mark| text[mark].to_owned()).collect()
        };
        let text = "memory\na memory profiler, no Memory";
        assert_eq!(marked("profiler memory", text, 7), ["memory", "profiler", "Memory"]);
        assert_eq!(marked("emory /mem|y p/", text, 7), ["memory p", "Memory"]);
        assert_eq!(marked("pro* \"memory profiler\"", text, 0), ["memory profiler"]);
        assert_eq!(marked("speaker:ann", text, 7), ["a memory profiler, no Memory"]);
        assert_eq!(marked("tea", text, 7), Vec::<String>::new());
    }

    /// The cues in which it is found.
    fn found(typed: &str) -> Vec<u32> {
        let hits = Wanted::parse(typed).unwrap().hits(&transcript(TALK));
        hits.iter().map(|hit| hit.cue.0).collect()
    }

    #[test]
    fn a_word_is_found_anywhere_and_with_a_star_at_the_start_of_words() {
        assert_eq!(found("sync"), [0, 2]);
        assert_eq!(found("sync*"), [] as [u32; 0]);
        assert_eq!(found("async*"), [0, 2]);
        assert_eq!(found("Profile"), [2]);
    }

    #[test]
    fn a_word_of_one_or_two_letters_is_found_at_the_start_of_words() {
        assert_eq!(found("me"), [1, 4, 6]);
        assert_eq!(found("ge"), [] as [u32; 0]);
    }

    #[test]
    fn several_words_are_found_where_they_stand_in_one_cue_or_next_to_each_other() {
        assert_eq!(found("memory profile"), [1]);
        assert_eq!(found("profile memory"), [0, 2]);
        assert_eq!(found("yes no"), [] as [u32; 0]);
    }

    #[test]
    fn a_phrase_runs_over_the_borders_of_cues_and_a_pattern_is_one() {
        assert_eq!(found("\"profile the memory of\""), [0]);
        assert_eq!(found("\"the memory"), [1]);
        assert_eq!(found(r"/^the \w+$/"), [1]);
        assert_eq!(found("/x*/"), [] as [u32; 0]);
        assert_eq!(found("/again|yes/ no"), [4]);
    }

    #[test]
    fn a_speaker_alone_is_all_that_they_say_and_with_words_where_they_say_them() {
        assert_eq!(found("speaker:bob"), [2, 3, 5]);
        assert_eq!(found("speaker:\"ann\" memory"), [1, 4]);
        assert_eq!(found("speaker:Bob memory"), [] as [u32; 0]);
    }

    #[test]
    fn filters_are_read_and_nonsense_is_told() {
        let wanted = Wanted::parse("x after:2024-03 episode:300-310 show:Talk").unwrap();
        assert_eq!(wanted.after, Some(20_240_301));
        assert_eq!(wanted.episodes, Some(300..=310));
        assert_eq!(wanted.show.as_deref(), Some("talk"));
        let leap = Wanted::parse("x after:2024-02-29 episode:7-7").unwrap();
        assert_eq!((leap.after, leap.episodes), (Some(20_240_229), Some(7..=7)));
        for (typed, told) in [
            ("", "nothing to look for"),
            ("\"\"", "nothing to look for"),
            ("episode:21", "episode: alone says only where to look: add a word"),
            ("show:zzz", "show: alone says only where to look: add a word"),
            ("after:2019", "after: alone says only where to look: add a word"),
            ("x episode:2-1", "ends before it begins; write episode:1-2"),
            ("x after:2019-02-31", "is no date; that month has 28 days"),
            ("x after:1900-02-29", "is no date; that month has 28 days"),
            ("x after:2024-04-31", "is no date; that month has 30 days"),
            ("x episode:y", "is no number"),
            ("x after:yesterday", "is no date"),
            ("x after:2024-13", "is no date"),
            ("x speaker:", "says nothing"),
            ("/(/", "is no pattern"),
        ] {
            let error = Wanted::parse(typed).unwrap_err();
            assert!(error.contains(told), "{typed}: {error}");
        }
    }

    #[test]
    fn the_plan_has_the_words_that_every_such_transcript_has() {
        let run = |words: &[&str], is_end, is_start| Run {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            is_end,
            is_start,
        };
        for (typed, expected) in [
            ("Asyn", vec![run(&["asyn"], true, true)]),
            ("asyn*", vec![run(&["asyn"], false, true)]),
            ("me", vec![run(&["me"], false, true)]),
            ("don't c++", vec![run(&["don", "t"], true, true), run(&["c"], true, false)]),
            ("'tis", vec![run(&["tis"], false, true)]),
            ("Zu\u{308}rich", vec![run(&["zurich"], true, true)]),
            ("\"the end, of it\"", vec![run(&["the", "end", "of", "it"], true, true)]),
            ("/async.*/ ++", vec![run(&["async"], true, true)]),
        ] {
            let expected: Vec<Need> = expected.into_iter().map(Need::Run).collect();
            assert_eq!(Wanted::parse(typed).unwrap().plan().needs, expected, "{typed}");
        }
        let plan = Wanted::parse("speaker:Ann /x/").unwrap().plan();
        assert_eq!(plan, Plan { needs: Vec::new(), speaker: Some("ann".to_owned()) });
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_is_parsed_or_told(typed in "[a-z\"/:*\\\\ ]{0,30}") {
            if let Ok(wanted) = Wanted::parse(&typed) {
                let transcript = transcript(TALK);
                for hit in wanted.hits(&transcript) {
                    proptest::prop_assert!(hit.cue <= hit.last);
                    proptest::prop_assert!(transcript.text().get(hit.text.text).is_some());
                }
            }
        }
    }
}
