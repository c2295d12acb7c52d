//! What the files named on the command line are, and what belongs to them.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::app::Weight;
use crate::format::{self, Parsed};
use crate::model::playback::Media;
use crate::model::{Transcript, text};
use crate::store::{self, EpisodeKey, Paired};

/// An episode with everything that was found for it.
pub(super) struct Opened {
    pub(super) title: String,
    pub(super) media: Option<Media>,
    pub(super) transcript: Transcript,
    pub(super) key: EpisodeKey,
    /// What was found or is missing, to be said first.
    pub(super) told: Vec<(String, Weight)>,
}

/// The built-in sample: a tour of the program.
const SAMPLE_AUDIO: &[u8] = include_bytes!("../../assets/sample/episode.mp3");
const SAMPLE_TRANSCRIPT: &[u8] = include_bytes!("../../assets/sample/episode.vtt");

/// Endings of audio files: one that holds something else is a mistake that is
/// worth naming.
const AUDIO_ENDINGS: &[&str] =
    &["mp3", "mp2", "m4a", "m4b", "mp4", "aac", "ogg", "oga", "opus", "flac", "wav", "aiff", "aif"];

/// Finds out what the two files are, in whatever order they come.
///
/// # Errors
///
/// A file that cannot be read, or that is of no use; the message says what and
/// what now.
pub(super) fn open(first: Option<&Path>, second: Option<&Path>) -> anyhow::Result<Opened> {
    match (first, second) {
        (None, _) => sample(),
        (Some(path), None) => match kind(path)? {
            Kind::Audio => episode(path),
            Kind::Transcript => alone(path),
        },
        (Some(first), Some(second)) => match (kind(first)?, kind(second)?) {
            (Kind::Audio, Kind::Transcript) => both(first, second),
            (Kind::Transcript, Kind::Audio) => both(second, first),
            (Kind::Audio, Kind::Audio) => {
                bail!(
                    "both {} and {} are audio: give one, and its transcript",
                    shown(first),
                    shown(second)
                )
            }
            (Kind::Transcript, Kind::Transcript) => {
                bail!("neither {} nor {} is audio: give one of them", shown(first), shown(second))
            }
        },
    }
}

/// What a file is to be used as.
#[derive(Clone, Copy)]
enum Kind {
    Audio,
    Transcript,
}

/// Content decides; the name only tells what was meant where the content is
/// no audio that can be told at its beginning.
fn kind(path: &Path) -> anyhow::Result<Kind> {
    let head = store::head(path)?;
    if format::is_audio(&head).is_some() {
        return Ok(Kind::Audio);
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !AUDIO_ENDINGS.iter().any(|other| other.eq_ignore_ascii_case(ending)) {
        return Ok(Kind::Transcript);
    }
    if head.is_empty() {
        bail!("{} is empty: there is nothing to play", shown(path));
    }
    if std::str::from_utf8(&head).is_ok() && !head.contains(&0) {
        bail!("{} is text, not audio, whatever its name says", shown(path));
    }
    Ok(Kind::Audio)
}

fn sample() -> anyhow::Result<Opened> {
    let parsed = format::read(SAMPLE_TRANSCRIPT, "episode.vtt")
        .map_err(|refusal| anyhow::anyhow!("the built-in sample: {refusal}"))?;
    Ok(Opened {
        title: "A tour of sayagain".to_owned(),
        media: Some(Media::BuiltIn(SAMPLE_AUDIO)),
        transcript: parsed.transcript,
        key: EpisodeKey::of_bytes(SAMPLE_AUDIO),
        told: vec![word("the built-in sample; sayagain EPISODE.mp3 plays yours")],
    })
}

/// Audio, with the transcript that is found for it.
fn episode(path: &Path) -> anyhow::Result<Opened> {
    let mut opened = audio(path)?;
    match store::transcript_for(path) {
        Ok(Some(Paired { path: found, reason })) => {
            let found_name = text::fit(&name(&found), 40).into_owned();
            opened.told.push(word(&format!("transcript: {found_name} ({reason})")));
            take_transcript(&mut opened, &found);
        }
        Ok(None) => {
            let audio = text::fit(&name(path), 40).into_owned();
            opened.told.push((format!("no transcript found for {audio}"), Weight::Warning));
        }
        Err(error) => {
            opened.told.push((format!("cannot look for a transcript: {error}"), Weight::Warning));
        }
    }
    Ok(opened)
}

/// Audio and a transcript, both named.
fn both(path: &Path, transcript: &Path) -> anyhow::Result<Opened> {
    let mut opened = audio(path)?;
    take_transcript(&mut opened, transcript);
    Ok(opened)
}

/// A transcript without audio.
fn alone(path: &Path) -> anyhow::Result<Opened> {
    let parsed = read(path)?;
    let mut opened = Opened {
        title: stem(path),
        media: None,
        transcript: Transcript::default(),
        key: EpisodeKey::of_file(path)?,
        told: vec![word("no audio: reading in silence")],
    };
    take_parsed(&mut opened, parsed);
    Ok(opened)
}

fn audio(path: &Path) -> anyhow::Result<Opened> {
    Ok(Opened {
        title: stem(path),
        media: Some(Media::File(absolute(path))),
        transcript: Transcript::default(),
        key: EpisodeKey::of_file(path)?,
        told: Vec::new(),
    })
}

/// Reads the transcript of an episode; one that is of no use never keeps the
/// audio from playing.
fn take_transcript(opened: &mut Opened, path: &Path) {
    match read(path) {
        Ok(parsed) => take_parsed(opened, parsed),
        Err(error) => {
            opened.told = vec![(format!("{error:#}"), Weight::Warning)];
        }
    }
}

fn take_parsed(opened: &mut Opened, parsed: Parsed) {
    if let Some(problem) = parsed.problems.first() {
        let others = match parsed.problems.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more: sayagain check lists them)"),
        };
        let said = format!("line {}: {problem}{others}", problem.line);
        opened.told.push((said, Weight::Warning));
    }
    if let Some(title) = parsed.title {
        opened.title = title;
    }
    opened.transcript = parsed.transcript;
}

fn read(path: &Path) -> anyhow::Result<Parsed> {
    let bytes = store::read_transcript(path)?;
    format::read(&bytes, &name(path))
        .map_err(|refusal| anyhow::anyhow!("{refusal}"))
        .with_context(|| shown(path))
}

fn word(told: &str) -> (String, Weight) {
    (told.to_owned(), Weight::Word)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| shown(path), |name| name.to_string_lossy().into_owned())
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| shown(path), |stem| stem.to_string_lossy().into_owned())
}
