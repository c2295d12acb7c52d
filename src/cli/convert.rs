//! `sayagain convert`: a transcript in another format.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::format::chapters::{self, holds_chapters};
use crate::format::{Source, Target, document, vtt, write};
use crate::model::text::{clean, clean_line};
use crate::store;

/// Write a transcript in another format
#[derive(Args, Clone, Debug)]
pub(super) struct ConvertArgs {
    /// The transcript, in any format; - is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Where to write; standard output without it
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// The format to write; without it, the one that the name of OUT ends in
    #[arg(long, value_name = "FORMAT", value_parser = target)]
    to: Option<Target>,
    /// Repair nothing: the cues exactly as the WebVTT specification gives them
    #[arg(long)]
    verbatim: bool,
}

/// The format called `name`.
fn target(name: &str) -> Result<Target, String> {
    let names: Vec<&str> = Target::ALL.iter().map(|(name, _)| *name).collect();
    Target::from_extension(name).ok_or_else(|| format!("one of {}", names.join(", ")))
}

/// Writes the transcript of `args` in its other format. What that cannot hold
/// is said on standard error. The exit code is 1 if the transcript is none, 2
/// if it cannot be read or written.
#[expect(clippy::print_stderr, reason = "notes and errors of a command go to standard error")]
pub(super) fn run(args: &ConvertArgs) -> ExitCode {
    match convert(args) {
        Ok(notes) => {
            for note in notes {
                eprintln!("sayagain: {}", clean_line(&note));
            }
            ExitCode::SUCCESS
        }
        Err((code, message)) => {
            eprintln!("sayagain: {}", clean_line(&message));
            ExitCode::from(code)
        }
    }
}

/// What to note, or the exit code and the error.
fn convert(args: &ConvertArgs) -> Result<Vec<String>, (u8, String)> {
    let by_name = || {
        let extension = args.output.as_deref()?.extension()?;
        Target::from_extension(&extension.to_string_lossy())
    };
    let names: Vec<&str> = Target::ALL.iter().map(|(name, _)| *name).collect();
    let to = args.to.or_else(by_name).ok_or_else(|| {
        (2, format!("no format to write; give one with --to {}", names.join("|")))
    })?;
    let bytes = store::read_transcript(&args.input).map_err(|error| (2, error.to_string()))?;
    let refused = |refusal| (1, format!("{}: {refusal}", args.input.display()));
    let written = if args.verbatim {
        let source = Source::verbatim(&bytes);
        write(&vtt::verbatim(&source).map_err(refused)?, to)
    } else {
        let source = Source::decode(&bytes).map_err(refused)?;
        let name = args.input.file_name().unwrap_or_default().to_string_lossy();
        let marked = || chapters::read(&bytes).ok();
        let document = match document(&source, &name) {
            Ok(mut document) => {
                if holds_chapters(&name) {
                    document.chapters = marked().map(|file| file.chapters).unwrap_or_default();
                }
                document
            }
            // Only JSON has a place for chapters without cues.
            Err(refusal) => {
                let file = marked().filter(|_| to == Target::Json);
                file.ok_or_else(|| refused(refusal))?.into_document()
            }
        };
        write(&document, to)
    };
    put(args.output.as_deref(), &written.text)?;
    Ok(written.losses.iter().map(|loss| loss.told(to.extension())).collect())
}

/// Writes `text` to `output`, a file whole or not at all, or to standard output.
fn put(output: Option<&Path>, text: &str) -> Result<(), (u8, String)> {
    if let Some(path) = output.filter(|path| path.as_os_str() != "-") {
        return store::put(path, text.as_bytes()).map_err(|error| {
            (2, format!("cannot write {}: {}", path.display(), store::why(&error)))
        });
    }
    let mut out = io::stdout().lock();
    // A terminal obeys what a file only holds.
    let text = if out.is_terminal() { clean(text) } else { text.into() };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err((2, format!("cannot write to standard output: {}", store::why(&error))))
        }
        _ => Ok(()),
    }
}
