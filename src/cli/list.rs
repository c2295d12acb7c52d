//! `sayagain list`: the episodes of the library.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{json, shelf};
use crate::model::MediaTime;
use crate::model::episode::{Episode, Pairing};
use crate::model::text::clean_line;

/// List the episodes of the library
#[derive(Args, Clone, Debug)]
pub(super) struct ListArgs {
    /// Only episodes with all of these in their number, title or show
    words: Vec<String>,
    /// Print JSON for programs, an object a line
    #[arg(long)]
    json: bool,
}

/// Prints an episode a line: number, date, length, how far it was heard, what
/// is missing, title. The exit code is 0; 1 if there is none.
pub(super) fn run(args: &ListArgs) -> ExitCode {
    shelf::exit(list(args))
}

fn list(args: &ListArgs) -> anyhow::Result<ExitCode> {
    let words: Vec<String> = args.words.iter().map(|word| word.to_lowercase()).collect();
    let episodes = shelf::fresh_library()?.episodes()?;
    let wanted = |episode: &&Episode| {
        let text = format!("{} {} {}", episode.label(), episode.title, episode.show);
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let shown: Vec<&Episode> = episodes.iter().filter(wanted).collect();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for episode in &shown {
        if args.json {
            json::line(&mut out, &Line::new(episode))?;
        } else {
            writeln!(out, "{}", line(episode))?;
        }
    }
    out.flush()?;
    if episodes.is_empty() {
        shelf::say("the library is empty: sayagain add FOLDER");
    }
    Ok(ExitCode::from(u8::from(shown.is_empty())))
}

/// An episode in one line of columns.
fn line(episode: &Episode) -> String {
    let number = episode.number.map_or_else(String::new, |number| format!("{number:03}"));
    let date = episode.written_date().unwrap_or_default();
    let length = episode.length.map_or_else(String::new, |length| length.to_string());
    let heard = match episode.heard_percent() {
        Some(_) if episode.is_played() => "played".to_owned(),
        Some(percent) => format!("{percent} %"),
        None => String::new(),
    };
    let doubtful = episode.pairing.as_ref().is_some_and(Pairing::is_doubtful);
    let missing = match (&episode.audio, &episode.transcript) {
        _ if episode.wrong.is_some() => " (unreadable)",
        (None, _) => " (no audio)",
        (_, None) => " (no transcript)",
        _ if doubtful => " (doubtful)",
        _ => "",
    };
    let title = clean_line(&episode.title);
    format!("{number:>5}  {date:10}  {length:>8}  {heard:>6}  {title}{missing}")
}

/// An episode as a program reads it.
#[derive(Serialize)]
struct Line<'a> {
    number: Option<u32>,
    title: &'a str,
    show: &'a str,
    date: Option<String>,
    length_ms: Option<u64>,
    heard_ms: Option<u64>,
    heard_at: Option<i64>,
    audio: Option<String>,
    transcript: Option<String>,
    cues: usize,
    pairing: Option<&'a str>,
    reason: Option<&'a str>,
    problem: Option<&'a str>,
    key: &'a str,
}

impl<'a> Line<'a> {
    fn new(episode: &'a Episode) -> Self {
        let path =
            |path: &Option<PathBuf>| path.as_ref().map(|path| path.to_string_lossy().into_owned());
        Self {
            number: episode.number,
            title: &episode.title,
            show: &episode.show,
            date: episode.written_date(),
            length_ms: episode.length.map(MediaTime::as_millis),
            heard_ms: episode.place.map(MediaTime::as_millis),
            heard_at: episode.heard,
            audio: path(&episode.audio),
            transcript: path(&episode.transcript),
            cues: episode.cues,
            pairing: episode.pairing.as_ref().map(|pairing| pairing.confidence.as_str()),
            reason: episode.pairing.as_ref().map(|pairing| pairing.reason.as_str()),
            problem: episode.wrong.as_deref(),
            key: &episode.key,
        }
    }
}
