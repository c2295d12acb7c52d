//! `sayagain search`: every place where something was said.

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{json, shelf};
use crate::model::text::{clean, clean_line};
use crate::model::{CueId, Transcript};
use crate::search::{Hit, Wanted, by_line};
use crate::store::library::look_into;
use crate::store::{Library, Texts, transcripts_in};

/// Find every place where something was said
///
/// Prints `episode  time  speaker  text`; - stands for a speaker who is not
/// named, and where several episodes have one number the show and, if need be,
/// the title stand with it. The exit code is 0 if something was found, 1 if not,
/// 2 for an error, also where a transcript cannot be read but for those that the
/// list shows as unreadable.
#[derive(Args, Clone, Debug)]
#[command(after_help = WAYS)]
pub(super) struct SearchArgs {
    /// What to look for
    query: String,
    /// Look in these files and folders instead of the library
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print JSON for programs, an object a line
    #[arg(long)]
    json: bool,
    /// Show this many cues before and after each place
    #[arg(short = 'C', long, value_name = "N", default_value_t = 0, conflicts_with = "json")]
    context: usize,
    /// Count the lines that would be printed of each episode instead
    #[arg(short, long, conflicts_with_all = ["json", "context"])]
    count: bool,
}

/// Into so many episodes of the library is looked at once.
const AT_ONCE: usize = 512;

const WAYS: &str = "\
What to look for:
  memory profiler       both words, in one cue or cues next to each other
  asyn*                 words that begin so; without * also within words
  '\"the walrus said\"'   these words one after the other, over cues too
  '/colou?rs?/'         a regular expression
  speaker:ann episode:300-310 show:talk after:2024-03
                        only there; speaker: also alone, and in files only it
Case counts only if there is an upper-case letter.";

/// Prints every place; see [`SearchArgs`].
pub(super) fn run(args: &SearchArgs) -> ExitCode {
    shelf::exit(search(args))
}

/// Where to look: what an episode is called, and its transcript.
struct Place {
    label: String,
    number: Option<u32>,
    title: String,
    show: String,
    audio: Option<PathBuf>,
    transcript: PathBuf,
}

impl AsRef<Path> for Place {
    fn as_ref(&self) -> &Path {
        &self.transcript
    }
}

fn search(args: &SearchArgs) -> anyhow::Result<ExitCode> {
    let wanted = Wanted::parse(&args.query).map_err(anyhow::Error::msg)?;
    if !args.files.is_empty() {
        if let Some(filter) = wanted.filter() {
            anyhow::bail!(
                "{filter}: is for the library; of files it is not known: leave it out, or sayagain \
                 add FOLDER"
            );
        }
        let (places, unread) = in_files(&args.files)?;
        let (found, wrong) = print(args, &wanted, &places, false)?;
        return Ok(code(found, wrong || unread));
    }
    let library = shelf::fresh_library()?;
    let (found, wrong) = print_library(args, &wanted, &library)?;
    if found {
        return Ok(code(found, wrong));
    }
    if library.folders()?.is_empty() {
        anyhow::bail!("the library is empty: sayagain add FOLDER, or name files to look in");
    }
    let Some(corrected) = library.corrected(&args.query, &wanted, &|| true)? else {
        return Ok(code(false, wrong));
    };
    shelf::say(&format!("nothing for {}; this is for {}", args.query, corrected.typed));
    let wanted = Wanted::parse(&corrected.typed).map_err(anyhow::Error::msg)?;
    let (found, wrong) = print_library(args, &wanted, &library)?;
    Ok(code(found, wrong))
}

fn code(found: bool, wrong: bool) -> ExitCode {
    match (found, wrong) {
        (true, false) => ExitCode::SUCCESS,
        (false, false) => ExitCode::from(1),
        (_, true) => ExitCode::from(2),
    }
}

/// Prints what is found in the library: whether anything was, and whether a
/// transcript could not be read.
fn print_library(
    args: &SearchArgs,
    wanted: &Wanted,
    library: &Library,
) -> anyhow::Result<(bool, bool)> {
    let (mut found, mut wrong) = (false, false);
    let ids = library.candidates(wanted, &|| true)?.ids;
    if ids.is_empty() {
        return Ok((found, wrong));
    }
    let names = library.names()?;
    for ids in ids.chunks(AT_ONCE) {
        let places = library.episodes_of(ids)?.into_iter().filter_map(|episode| {
            Some(Place {
                label: names.of(&episode),
                number: episode.number,
                title: episode.title,
                show: episode.show,
                audio: episode.audio,
                transcript: episode.transcript?,
            })
        });
        let places: Vec<Place> = places.collect();
        let (some, bad) = print(args, wanted, &places, found)?;
        found |= some;
        wrong |= bad;
    }
    Ok((found, wrong))
}

/// The transcripts among and in `files`, and whether something could not be
/// read.
fn in_files(files: &[PathBuf]) -> anyhow::Result<(Vec<Place>, bool)> {
    let (paths, wrong) = transcripts_in(files);
    for wrong in &wrong {
        shelf::say(wrong);
    }
    if paths.is_empty() && wrong.is_empty() {
        anyhow::bail!("no transcripts there; name a file or a folder with some");
    }
    let name_of = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for path in &paths {
        *counts.entry(name_of(path)).or_default() += 1;
    }
    let places = paths.into_iter().map(|transcript| {
        let name = name_of(&transcript);
        let is_one = counts.get(&name) == Some(&1);
        Place {
            label: if is_one { name.clone() } else { transcript.to_string_lossy().into_owned() },
            number: None,
            title: name,
            show: String::new(),
            audio: None,
            transcript,
        }
    });
    Ok((places.collect(), !wrong.is_empty()))
}

/// Prints what is found in `places`, `again` after what was printed already:
/// whether anything was, and whether a transcript could not be read.
fn print(
    args: &SearchArgs,
    wanted: &Wanted,
    places: &[Place],
    again: bool,
) -> anyhow::Result<(bool, bool)> {
    let coloured = io::stdout().is_terminal() && super::play::has_colours();
    let mut out = io::BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let texts = Texts::new(0);
    let (mut found, mut wrong) = (false, false);
    let mut failed: io::Result<()> = Ok(());
    let write = |place: usize, transcript: &Transcript, hits: &[Hit]| {
        let marks = coloured.then_some(wanted);
        let page = Page::new(&places[place], transcript, marks);
        let mut text = Vec::with_capacity(hits.len() * 128);
        let written = if args.json {
            page.json(&mut text, hits)
        } else if args.count {
            writeln!(text, "{}  {}", by_line(hits).count(), page.label)
        } else {
            page.lines(&mut text, hits, args.context)
        };
        written.map(|()| text)
    };
    look_into(places, wanted, &texts, &|| true, &write, |looked| {
        let text = match looked {
            Ok(text) => text,
            Err((_, why)) => {
                wrong = true;
                shelf::say(&why);
                return ControlFlow::Continue(());
            }
        };
        let separator: &[u8] = if (found || again) && args.context > 0 { b"--\n" } else { b"" };
        found = true;
        let written = text.and_then(|text| {
            out.write_all(separator)?;
            out.write_all(&text)
        });
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Err(error);
                ControlFlow::Break(())
            }
        }
    });
    failed.and_then(|()| out.flush())?;
    Ok((found, wrong))
}

/// What is printed of one transcript.
struct Page<'a> {
    place: &'a Place,
    transcript: &'a Transcript,
    /// What is marked, in colour.
    marks: Option<&'a Wanted>,
    /// What can be shown of its name, and of those of its speakers.
    label: String,
    speakers: Vec<String>,
}

impl<'a> Page<'a> {
    fn new(place: &'a Place, transcript: &'a Transcript, marks: Option<&'a Wanted>) -> Self {
        let speakers = transcript.speakers().iter().map(|name| clean_line(name)).collect();
        Self { place, transcript, marks, label: clean_line(&place.label), speakers }
    }

    /// A line for each hit, or with `context` for each cue around one.
    fn lines(&self, out: &mut impl Write, hits: &[Hit], context: usize) -> io::Result<()> {
        // As grep does, a cue that has several places is printed once.
        let hits: Vec<&Hit> = by_line(hits).filter_map(<[Hit]>::first).collect();
        if context == 0 {
            return hits
                .into_iter()
                .try_for_each(|hit| self.line(out, "", hit.cue, hit.last, true));
        }
        let count = self.transcript.cues().len();
        let (mut next, mut separated) = (0, false);
        for (index, hit) in hits.iter().enumerate() {
            let first = hit.cue.index().saturating_sub(context).max(next);
            if separated && (index == 0 || first > next) {
                writeln!(out, "--")?;
            }
            separated = true;
            for before in first..hit.cue.index() {
                self.line(out, "  ", CueId::from_index(before), CueId::from_index(before), false)?;
            }
            self.line(out, "> ", hit.cue, hit.last, true)?;
            let upcoming = hits.get(index + 1).map_or(count, |next| next.cue.index());
            next = (hit.last.index() + 1 + context).min(count).min(upcoming);
            for after in hit.last.index() + 1..next {
                self.line(out, "  ", CueId::from_index(after), CueId::from_index(after), false)?;
            }
            next = next.max(hit.last.index() + 1);
        }
        Ok(())
    }

    fn line(
        &self,
        out: &mut impl Write,
        mark: &str,
        first: CueId,
        last: CueId,
        is_hit: bool,
    ) -> io::Result<()> {
        let Some(cue) = self.transcript.cue(first) else { return Ok(()) };
        let speaker = cue.speaker.and_then(|speaker| self.speakers.get(speaker.index()));
        let (label, speaker) = (&self.label, speaker.map_or("-", String::as_str));
        let start = cue.text.start as usize;
        let end = self.transcript.cue(last).map_or(start, |cue| cue.text.end as usize);
        let text = self.transcript.text();
        // Who speaks the parts of it.
        let turns: Vec<(usize, Option<&str>)> = self.transcript.turns(first, last).collect();
        let begins = std::iter::once(start).chain(turns.iter().map(|(at, _)| *at));
        let ends = turns.iter().map(|(at, _)| *at).chain([end]);
        let names = std::iter::once(String::new()).chain(turns.iter().map(|(_, who)| {
            who.map_or("- ".into(), |who| format!("{}: ", clean_line(who).trim()))
        }));
        let parts: Vec<_> = begins.zip(ends).zip(names).collect();
        if let Some(wanted) = self.marks.filter(|_| is_hit) {
            let part = |range: std::ops::Range<usize>| {
                shown(&text.get(range).unwrap_or_default().replace('\n', " "))
            };
            write!(
                out,
                "{mark}\x1b[35m{label}\x1b[0m  \x1b[32m{}\x1b[0m  \x1b[36m{speaker}\x1b[0m  ",
                cue.start
            )?;
            let marks = wanted.places_in(text, start..end);
            for ((begin, end), name) in parts {
                if !name.is_empty() {
                    write!(out, "\x1b[36m{name}\x1b[0m")?;
                }
                let mut at = begin;
                let here = |mark: &std::ops::Range<usize>| mark.start.max(begin)..mark.end.min(end);
                for mark in marks.iter().map(here).filter(|mark| mark.start < mark.end) {
                    let (before, found) = (part(at..mark.start), part(mark.clone()));
                    write!(out, "{before}\x1b[1;31m{found}\x1b[0m")?;
                    at = mark.end;
                }
                write!(out, "{}", part(at..end))?;
            }
            return writeln!(out);
        }
        let time = cue.start.to_string();
        for part in [mark, label, "  ", &time, "  ", speaker, "  "] {
            out.write_all(part.as_bytes())?;
        }
        for ((begin, end), name) in parts {
            out.write_all(name.as_bytes())?;
            let text = clean(text.get(begin..end).unwrap_or_default());
            for (index, line) in text.split('\n').enumerate() {
                out.write_all(if index > 0 { b" " } else { b"" })?;
                out.write_all(line.as_bytes())?;
            }
        }
        out.write_all(b"\n")
    }

    fn json(&self, out: &mut impl Write, hits: &[Hit]) -> io::Result<()> {
        let path = |path: &Path| path.to_string_lossy().into_owned();
        for hit in hits {
            let (Some(cue), Some(last)) =
                (self.transcript.cue(hit.cue), self.transcript.cue(hit.last))
            else {
                continue;
            };
            let (start, end) = (cue.text.start as usize, last.text.end as usize);
            let line = Line {
                episode: &self.label,
                number: self.place.number,
                title: &self.place.title,
                show: &self.place.show,
                audio: self.place.audio.as_deref().map(path),
                transcript: path(&self.place.transcript),
                start_ms: cue.start.as_millis(),
                end_ms: last.end.as_millis(),
                speaker: self.transcript.speaker_of(cue),
                text: self.transcript.text().get(start..end).unwrap_or_default(),
                matched: [
                    hit.text.text.start.saturating_sub(start),
                    hit.text.text.end.saturating_sub(start),
                ],
            };
            json::line(out, &line)?;
        }
        Ok(())
    }
}

/// `text` without what a terminal would obey; unlike [`clean_line`] with the
/// spaces at its ends.
fn shown(text: &str) -> String {
    let cleaned = clean_line(text);
    let (before, after) = (text.starts_with(' '), text.ends_with(' ') && text.len() > 1);
    format!("{}{}{}", if before { " " } else { "" }, cleaned.trim(), if after { " " } else { "" })
}

/// A place as a program reads it.
#[derive(Serialize)]
struct Line<'a> {
    /// What the line without JSON begins with.
    episode: &'a str,
    number: Option<u32>,
    title: &'a str,
    show: &'a str,
    audio: Option<String>,
    transcript: String,
    start_ms: u64,
    end_ms: u64,
    speaker: Option<&'a str>,
    text: &'a str,
    /// Its first byte in `text`, and the byte after its last.
    #[serde(rename = "match")]
    matched: [usize; 2],
}
