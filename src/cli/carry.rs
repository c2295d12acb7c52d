//! `sayagain export` and `sayagain import`: what the listener did, carried to
//! another machine.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{json, shelf};
use crate::store::{Kept, put, read_kept, why};

/// Write what you did (places, pairings, folders, hours heard) as JSON
#[derive(Args, Clone, Debug)]
pub(super) struct ExportArgs {
    /// Everything; there is no other choice yet
    #[arg(long, required = true)]
    all: bool,
    /// Where to; standard output without it, or with -
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Take in what was exported
///
/// Of two places of one episode the later stays; pairings set here stay.
#[derive(Args, Clone, Debug)]
pub(super) struct ImportArgs {
    /// The file; - for standard input
    file: PathBuf,
}

/// Writes everything; the exit code is 0.
pub(super) fn export(args: &ExportArgs) -> ExitCode {
    shelf::exit(write(args))
}

fn write(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let kept = shelf::library()?.database().kept()?;
    let mut json = Vec::new();
    json::pretty(&mut json, &kept)?;
    match args.output.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => put(path, &json)
            .map_err(|error| anyhow::anyhow!("cannot write {}: {}", path.display(), why(&error)))?,
        None => io::stdout().lock().write_all(&json)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Takes in a file and says what is kept then; the exit code is 0, and 2 if
/// something in it cannot be and was left out.
pub(super) fn import(args: &ImportArgs) -> ExitCode {
    shelf::exit(read(args))
}

/// `1 place`, `2 places`.
fn count(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn read(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let shown = args.file.display();
    let (kept, wrong) = Kept::read(&read_kept(&args.file)?)
        .map_err(|why| anyhow::anyhow!("cannot import {shown}: {why}"))?;
    for wrong in &wrong {
        shelf::say(&format!("{shown}: {wrong}"));
    }
    let mut library = shelf::library()?;
    if let Some(why) = library.database().unwritable() {
        anyhow::bail!("cannot import: {why}");
    }
    library.database().take_in(&kept)?;
    library.database().copy_now()?;
    let now = library.database().kept()?;
    writeln!(
        io::stdout().lock(),
        "kept: {}, {}, {}; sayagain add looks at the folders",
        count(now.places.len(), "place"),
        count(now.pairings.len(), "pairing"),
        count(now.folders.len(), "folder")
    )?;
    if wrong.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    shelf::say(&format!(
        "what {shown} says wrongly was left out, all else is kept; mend it there and import it \
         again: nothing is counted twice"
    ));
    Ok(ExitCode::from(2))
}
