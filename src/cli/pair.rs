//! `sayagain pair`: which transcript belongs to which audio.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::shelf;
use crate::model::episode::Episode;
use crate::model::text::clean_line;
use crate::run;
use crate::store::{EpisodeKey, Library, Texts};

/// Show, set or undo which transcript belongs to which audio
///
/// Without AUDIO the doubtful pairings of the library are shown, each with its
/// reason.
#[derive(Args, Clone, Debug)]
pub(super) struct PairArgs {
    /// The audio
    audio: Option<PathBuf>,
    /// The transcript that belongs to it
    transcript: Option<PathBuf>,
    /// No transcript belongs to it
    #[arg(long, requires = "audio", conflicts_with = "transcript")]
    none: bool,
    /// Let sayagain decide again
    #[arg(long, requires = "audio", conflicts_with_all = ["transcript", "none"])]
    undo: bool,
    /// Show all pairings
    #[arg(long, conflicts_with = "audio")]
    all: bool,
}

/// Shows or changes pairings. The exit code is 0; 1 if there is nothing to
/// show or undo.
pub(super) fn run(args: &PairArgs) -> ExitCode {
    shelf::exit(pair(args))
}

fn pair(args: &PairArgs) -> anyhow::Result<ExitCode> {
    let mut library = shelf::fresh_library()?;
    let Some(audio) = &args.audio else { return show(&library, args.all) };
    let path = shelf::place(&library, audio)?;
    let Some(key) = library.audio_in(&path)? else {
        anyhow::bail!("{} is no audio of the library; sayagain add it first", audio.display());
    };
    if args.undo {
        if !library.forget_pairing(key)? {
            shelf::say(&format!("{} was not paired by hand", audio.display()));
            return Ok(ExitCode::from(1));
        }
    } else if args.none {
        library.set_pairing(key, None)?;
    } else if let Some(transcript) = &args.transcript {
        let belongs = transcript_of(&library, transcript)?;
        if let Some(wrong) = run::sound(&path).wrong {
            anyhow::bail!("{wrong}; name audio that can be played, nothing was changed");
        }
        let episodes = library.episodes()?;
        for other in library.set_pairing(key, Some(belongs))? {
            let had = episodes.iter().find(|one| one.key == other.to_string());
            let had = had.and_then(|one| one.audio.as_deref());
            let had = had.map_or("a file that is not there now".into(), Path::to_string_lossy);
            shelf::say(&format!(
                "{} was paired by hand with {had}, which is paired without it now",
                transcript.display()
            ));
        }
    }
    if args.undo || args.none || args.transcript.is_some() {
        library.pair()?;
        shelf::refresh(&mut library)?;
        library.database().copy_now()?;
    }
    let episode = library.episode_of(&path)?.unwrap_or_default();
    write(&mut io::stdout().lock(), &library, &episode)?;
    Ok(ExitCode::SUCCESS)
}

/// The key of a transcript that is in the library and has anything in it.
fn transcript_of(library: &Library, path: &Path) -> anyhow::Result<EpisodeKey> {
    let path = shelf::place(library, path)?;
    if library.episode_of(&path)?.is_none() || library.audio_in(&path)?.is_some() {
        anyhow::bail!("{} is no transcript of the library; sayagain add it first", path.display());
    }
    match Texts::new(0).get(&path) {
        Ok(read) if !read.text().trim().is_empty() => Ok(EpisodeKey::of_file(&path)?),
        Ok(_) => anyhow::bail!(
            "{}: no words in this transcript; name another, nothing was changed",
            path.display()
        ),
        Err(wrong) => anyhow::bail!("{wrong}; name another transcript, nothing was changed"),
    }
}

fn show(library: &Library, all: bool) -> anyhow::Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut count = 0;
    for episode in library.episodes()? {
        if episode.pairing.as_ref().is_some_and(|pairing| all || pairing.is_doubtful()) {
            count += 1;
            write(&mut out, library, &episode)?;
        }
    }
    out.flush()?;
    if count == 0 {
        shelf::say(if all { "no pairings" } else { "no doubtful pairings" });
    }
    Ok(ExitCode::from(u8::from(count == 0)))
}

/// One pairing: how sure, the two files, why, and what else there is.
fn write(out: &mut impl Write, library: &Library, episode: &Episode) -> anyhow::Result<()> {
    let shown = |path: &Option<PathBuf>| {
        path.as_ref().map_or("none".into(), |path| clean_line(&path.to_string_lossy()))
    };
    let (sure, why) = match &episode.pairing {
        Some(pairing) => (pairing.confidence.as_str(), pairing.reason.as_str()),
        None => ("alone", "no pairing"),
    };
    writeln!(out, "{sure}: {why}")?;
    writeln!(out, "  audio       {}", shown(&episode.audio))?;
    writeln!(out, "  transcript  {}", shown(&episode.transcript))?;
    for other in library.versions(episode)? {
        writeln!(out, "  or          {}", clean_line(&other.to_string_lossy()))?;
    }
    Ok(())
}
