//! The threads that search all episodes. Each question has one of its own: one
//! that is stuck in a transcript, as with a pattern that takes long, holds up
//! neither the next question nor an episode that is opened meanwhile.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

use super::Message;
use crate::app::shelf::{Found, FoundLine, Group};
use crate::model::text::clean_line;
use crate::model::{MediaTime, Transcript};
use crate::search::{Hit, Wanted};
use crate::store::library::{Looked, look_into};
use crate::store::{Database, Library, Paths, StoreError, Texts};

/// How much text is held: that of some hundred hours.
const HELD_BYTES: usize = 96 << 20;

/// Once something was found in so many episodes, those ranked lower are not read.
const MOST: usize = 2_000;

/// How many places of an episode can be listed.
const LINES: usize = 50;

/// How much of what was said before and after a line is shown, in characters.
const CONTEXT: usize = 160;

/// Answers are sent when so many episodes have been found in.
const AT_ONCE: usize = 8;

/// Of so many episodes at a time it is asked where they are.
const CHUNK: usize = 128;

/// Asks, and takes back what it asked before.
pub(super) struct Seeker {
    desk: Option<Arc<Desk>>,
    sender: SyncSender<Message>,
}

/// What all questions share.
struct Desk {
    paths: Paths,
    /// Opened by the first question.
    library: Mutex<Option<Library>>,
    texts: Texts,
    /// The question that an answer is still wanted for.
    newest: AtomicU64,
}

impl Seeker {
    /// Knows where the library is; nothing is opened yet.
    pub(super) fn new(paths: Option<Paths>, sender: SyncSender<Message>) -> Self {
        let desk = paths.map(|paths| {
            let (library, newest) = (Mutex::default(), AtomicU64::default());
            Arc::new(Desk { paths, library, texts: Texts::new(HELD_BYTES), newest })
        });
        Self { desk, sender }
    }

    /// Reads what every question needs, if there may soon be one.
    pub(super) fn warm(&self) {
        let Some(desk) = self.desk.clone() else { return };
        let work = move || {
            // The first question says what is wrong.
            let _ = desk.ask(Library::warm);
        };
        let _ = std::thread::Builder::new().name("search".into()).spawn(work);
    }

    /// Looks for `typed`, and for nothing else any more.
    pub(super) fn find(&self, asked: u64, typed: String) {
        let Some(desk) = self.desk.clone() else { return };
        desk.newest.store(asked, Ordering::Relaxed);
        let sender = self.sender.clone();
        let work = move || {
            let answer = |found| sender.send(Message::Found { asked, found }).is_ok();
            if let Err(error) = desk.find(asked, &typed, &answer) {
                answer(Found::Told(error.to_string()));
            }
            answer(Found::Done);
        };
        let started = std::thread::Builder::new().name("search".into()).spawn(work);
        if let Err(error) = started {
            let _ = self.sender.try_send(Message::LibraryFailed(error.to_string()));
        }
    }
}

impl Desk {
    /// What `ask` is told by the library, which answers one at a time.
    fn ask<T>(&self, ask: impl FnOnce(&Library) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut held = self.library.lock().unwrap_or_else(PoisonError::into_inner);
        let library = match held.take() {
            Some(library) => library,
            None => Library::new(Database::open(&self.paths)?.database)?,
        };
        ask(held.insert(library))
    }

    /// Answers with what was found, the likeliest episodes first, until something
    /// else is looked for.
    fn find(
        &self,
        asked: u64,
        typed: &str,
        answer: &dyn Fn(Found) -> bool,
    ) -> Result<(), StoreError> {
        let is_wanted = || self.newest.load(Ordering::Relaxed) == asked;
        if !is_wanted() || typed.trim().is_empty() {
            return Ok(());
        }
        let wanted = match Wanted::parse(typed) {
            Ok(wanted) => wanted,
            Err(why) => {
                answer(Found::Told(why));
                return Ok(());
            }
        };
        if self.look(&wanted, &is_wanted, answer)? || !is_wanted() {
            return Ok(());
        }
        let corrected = self.ask(|library| library.corrected(typed, &wanted))?;
        if let Some(corrected) = corrected
            && let Ok(wanted) = Wanted::parse(&corrected.typed)
        {
            let told = format!("nothing for {typed}; this is for {}", corrected.typed);
            if answer(Found::Told(told)) {
                self.look(&wanted, &is_wanted, answer)?;
            }
        }
        Ok(())
    }

    /// Whether anything was found.
    fn look(
        &self,
        wanted: &Wanted,
        is_wanted: &(dyn Fn() -> bool + Sync),
        answer: &dyn Fn(Found) -> bool,
    ) -> Result<bool, StoreError> {
        let ids = self.ask(|library| library.candidates(wanted))?.ids;
        let mut found = false;
        let mut waiting = Vec::new();
        let mut ended = false;
        let mut groups = 0;
        // A screenful first: it is what is waited for.
        let (first, others) = ids.split_at(ids.len().min(2 * AT_ONCE));
        for ids in std::iter::once(first).chain(others.chunks(CHUNK)) {
            if ended || !is_wanted() {
                break;
            }
            if groups >= MOST {
                answer(Found::Some(std::mem::take(&mut waiting)));
                answer(Found::Cut);
                break;
            }
            let episodes = self.ask(|library| library.episodes_of(ids))?;
            let paths: Vec<_> = episodes
                .iter()
                .map(|episode| episode.transcript.clone().unwrap_or_default())
                .collect();
            look_into(&paths, wanted, &self.texts, is_wanted, |Looked { place, found: looked }| {
                // What cannot be read is told where it is opened.
                let Ok((transcript, hits)) = looked else { return ControlFlow::Continue(()) };
                let count = hits.len();
                let hits = hits.iter().take(LINES);
                let hits = hits.filter_map(|hit| line(&transcript, hit)).collect();
                groups += 1;
                waiting.push(Group { episode: episodes[place].clone(), hits, count });
                // The first ones at once, the others some at a time.
                if found && waiting.len() < AT_ONCE {
                    return ControlFlow::Continue(());
                }
                found = true;
                if answer(Found::Some(std::mem::take(&mut waiting))) {
                    ControlFlow::Continue(())
                } else {
                    ended = true;
                    ControlFlow::Break(())
                }
            });
        }
        if !waiting.is_empty() {
            answer(Found::Some(waiting));
        }
        Ok(found)
    }
}

/// A hit as a line to be shown: the cues that it is in and where in them, with
/// some of what was said before and after.
fn line(transcript: &Transcript, hit: &Hit) -> Option<FoundLine> {
    let (first, last) = (transcript.cue(hit.cue)?, transcript.cue(hit.last)?);
    let found = &hit.text.text;
    let all = transcript.text();
    let (start, end) = (first.text.start as usize, last.text.end as usize);
    let from = all[..start].char_indices().rev().nth(CONTEXT).map_or(0, |(at, _)| at);
    let to = all[end..].char_indices().nth(CONTEXT).map_or(all.len(), |(at, _)| end + at);
    let mut text = String::new();
    let mut places = Vec::new();
    for part in [from..start, start..found.start, found.clone(), found.end..end, end..to] {
        // One blank for each line's end, so that words stay apart.
        let part = all.get(part).unwrap_or_default().replace('\n', " ");
        let blank = |ends: bool| if ends { " " } else { "" };
        let cleaned = clean_line(&part);
        let cleaned = cleaned.trim();
        if !text.is_empty() && !text.ends_with(' ') {
            text.push_str(blank(part.starts_with(char::is_whitespace)));
        }
        places.push(text.len()..text.len() + cleaned.len());
        text.push_str(cleaned);
        if !cleaned.is_empty() {
            text.push_str(blank(part.ends_with(char::is_whitespace)));
        }
    }
    Some(FoundLine {
        start: if first.timed { first.start } else { MediaTime::ZERO },
        speaker: transcript.speaker_of(first).map(str::to_owned),
        line: places[1].start..places[3].end,
        marked: places[2].clone(),
        text: text.trim_end().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CueDraft, TranscriptBuilder};

    #[test]
    fn a_pattern_that_takes_long_in_one_episode_ends_when_something_else_is_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let files = folder.path().join("files");
        std::fs::create_dir(&files).unwrap();
        let line = "a ".repeat(50);
        let cue = |secs: u32| {
            let (h, m, s) = (secs / 3_600, secs / 60 % 60, secs % 60);
            format!("\n{h:02}:{m:02}:{s:02}.000 --> {h:02}:{m:02}:{s:02}.900\n{line}\n")
        };
        let cues = (0..20_000).map(cue).collect::<Vec<_>>().concat();
        std::fs::write(files.join("long.vtt"), format!("WEBVTT\n{cues}")).unwrap();
        std::fs::write(files.join("short.vtt"), "WEBVTT\n\n00:01.000 --> 00:02.000\nbee\n")
            .unwrap();
        let paths = Paths::in_folder(folder.path().join("state"));
        let mut library = Library::new(Database::open(&paths).unwrap().database).unwrap();
        library.add(&[files], &|_| crate::store::library::Sound::default()).unwrap();
        let (sender, messages) = std::sync::mpsc::sync_channel(4_096);
        let seeker = Seeker::new(Some(paths), sender);
        // From each letter it looks to the end: hours.
        seeker.find(1, "/(?s)a.*z|a/".to_owned());
        seeker.find(2, "bee".to_owned());
        let (mut done, mut found) = (Vec::new(), 0);
        while done.len() < 2 {
            match messages.recv_timeout(std::time::Duration::from_secs(300)).unwrap() {
                Message::Found { asked, found: Found::Done } => done.push(asked),
                Message::Found { asked: 2, found: Found::Some(groups) } => found += groups.len(),
                _ => {}
            }
        }
        done.sort_unstable();
        assert_eq!((done, found), (vec![1, 2], 1));
    }

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
            let hits = Wanted::parse(typed).unwrap().hits(&transcript);
            let found = line(&transcript, &hits[0]).unwrap();
            assert_eq!(found.text, "one two three four five six", "{typed}");
            assert_eq!(&found.text[found.line], line_text, "{typed}");
            assert_eq!(&found.text[found.marked], marked, "{typed}");
            assert_eq!(found.start, MediaTime::from_secs(secs), "{typed}");
        }
    }
}
