//! `sayagain add`: takes folders into the library.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::shelf;
use crate::model::episode::Episode;
use crate::run;

/// Add folders of audio and transcripts to the library
///
/// Audio and transcripts are paired even if their names differ. Without FOLDER
/// all folders added before are looked at again.
#[derive(Args, Clone, Debug)]
pub(super) struct AddArgs {
    /// Folders, with all in them, or files
    #[arg(value_name = "FOLDER")]
    folders: Vec<PathBuf>,
    /// Take the folders out of the library instead; places are kept
    #[arg(long, requires = "folders")]
    remove: bool,
}

/// How many complaints are printed.
const COMPLAINTS: usize = 20;

/// Adds the folders of `args` and says what is in the library then. The exit
/// code is 0, or 1 if something could not be read.
pub(super) fn run(args: &AddArgs) -> ExitCode {
    shelf::exit(add(args))
}

fn add(args: &AddArgs) -> anyhow::Result<ExitCode> {
    let folders: Vec<PathBuf> = if args.remove {
        // One that is gone cannot be followed through links.
        let whole = |folder| shelf::whole(folder).or_else(|_| std::path::absolute(folder));
        args.folders.iter().map(|folder| whole(folder)).collect::<Result<_, _>>()?
    } else {
        args.folders.iter().map(|folder| shelf::whole(folder)).collect::<Result<_, _>>()?
    };
    let mut library = shelf::library()?;
    if let Some(why) = library.database().unwritable() {
        anyhow::bail!("cannot add: {why}");
    }
    if args.remove {
        for folder in &folders {
            if !library.remove(folder)? {
                anyhow::bail!("{} was not added", folder.display());
            }
        }
    }
    let added = if args.remove { &[][..] } else { &folders[..] };
    let added = library.add(added, &run::sound)?;
    library.database().copy_now()?;
    for wrong in added.wrong.iter().take(COMPLAINTS) {
        shelf::say(wrong);
    }
    if let Some(more @ 1..) = added.wrong.len().checked_sub(COMPLAINTS) {
        shelf::say(&format!("and {more} more"));
    }
    let mut out = io::stdout().lock();
    let changes = [
        (added.new, "new"),
        (added.changed, "changed"),
        (added.moved, "moved"),
        (added.gone, "gone"),
    ];
    let changes: Vec<String> = changes
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let changes = if changes.is_empty() { "nothing new".into() } else { changes.join(", ") };
    writeln!(out, "files: {changes}")?;
    writeln!(out, "{}", summary(&library.episodes()?))?;
    Ok(ExitCode::from(u8::from(!added.wrong.is_empty())))
}

/// What is in the library, in one line or two.
fn summary(episodes: &[Episode]) -> String {
    let count = |of: &dyn Fn(&Episode) -> bool| episodes.iter().filter(|one| of(one)).count();
    let is_pair = |one: &Episode| one.audio.is_some() && one.transcript.is_some();
    let sure = |wanted: &str| {
        let is_so = |one: &Episode| one.pairing.as_ref().is_some_and(|it| it.confidence == wanted);
        count(&|one| is_pair(one) && is_so(one))
    };
    let doubtful = sure("doubtful");
    let mut told = format!(
        "episodes: {}; {} with audio and transcript ({} certain, {} likely, {doubtful} doubtful), \
         {} without transcript, {} without audio",
        episodes.len(),
        count(&is_pair),
        sure("certain"),
        sure("likely"),
        count(&|one| one.transcript.is_none()),
        count(&|one| one.audio.is_none()),
    );
    if doubtful > 0 {
        told.push_str("\nsayagain pair shows what is doubtful");
    }
    told
}
