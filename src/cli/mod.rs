//! The command line.

mod add;
mod carry;
mod check;
mod convert;
mod json;
mod list;
mod open;
mod pair;
mod play;
mod search;
mod shelf;
mod stats;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::goto::Place;
use crate::model::playback::{Speed, Trim};
use crate::model::{MediaTime, text};

/// Listen to a podcast in the terminal and read along
///
/// Without a file the library is opened; while nothing has been added to it, a
/// built-in tour of under three minutes plays. The transcript of EPISODE is found by itself: the same name, else the same
/// episode number, else the only transcript in the folder.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[command(
    version,
    max_term_width = 80,
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
struct Args {
    #[command(subcommand)]
    task: Option<Task>,

    /// The audio, or a transcript to read without sound; "-" is standard input
    #[arg(value_name = "EPISODE")]
    first: Option<PathBuf>,

    /// The transcript (WebVTT, SRT, text), if it is to be another than the one
    /// found; the order of the two files does not matter
    #[arg(value_name = "TRANSCRIPT")]
    second: Option<PathBuf>,

    /// Begin at this time (90, 12:34 or 1:02:03), not at the place kept
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<MediaTime>,

    /// Wait for a key before playing
    #[arg(long)]
    paused: bool,

    /// Play this fast, 0.5 to 3.0, without change of pitch
    #[arg(long, value_name = "FACTOR", value_parser = speed)]
    speed: Option<Speed>,

    /// Leave no more than this of pauses, in seconds (0.15 to 2), or "off"
    #[arg(long, value_name = "SECONDS", value_parser = trim)]
    trim: Option<Trim>,

    /// Even out quiet and loud voices (E turns it off)
    #[arg(long)]
    even: bool,

    /// The sound device, by its name or a part of it; "silent" keeps time
    /// without sound; "list" lists the devices and ends
    #[arg(long, value_name = "DEVICE")]
    output: Option<String>,

    /// The sound is heard this many milliseconds later than the device says
    /// (-2000 to 2000), as with some wireless ones; kept for the device
    #[arg(long, value_name = "MS", allow_negative_numbers = true, value_parser = clap::value_parser!(i32).range(-2_000..=2_000))]
    audio_delay: Option<i32>,

    /// Say at the end which device, format and buffers there were, and how
    /// often the sound ran out
    #[arg(long)]
    verbose: bool,

    /// Land this many milliseconds before a cue when jumping to it (0 to 5000)
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=5_000))]
    lead_in: u32,

    /// Leave the mouse to the terminal (F2 changes it)
    #[arg(long)]
    no_mouse: bool,
}

/// What sayagain does besides playing. A file of such a name is opened as
/// `./check`.
#[derive(Debug, Subcommand)]
enum Task {
    Search(search::SearchArgs),
    Add(add::AddArgs),
    List(list::ListArgs),
    Pair(pair::PairArgs),
    Export(carry::ExportArgs),
    Import(carry::ImportArgs),
    Stats(stats::StatsArgs),
    Check(check::CheckArgs),
    Convert(convert::ConvertArgs),
}

const EXAMPLES: &str = "\
Examples:
  sayagain                          the library, or the built-in tour
  sayagain 021-pypy.mp3             with the transcript found beside it
  sayagain talk.mp3 talk-en.srt     with this transcript
  sayagain talk.vtt                 reading without sound
  sayagain --at 1:02:03 talk.mp3    from there
  sayagain add ~/podcasts           folders of audio and transcripts
  sayagain search walrus   every place where that was said
  sayagain check talk.vtt           what is wrong with a transcript
  sayagain convert talk.srt -o talk.vtt

While it plays: Space pauses, a click or Enter plays from a line, / searches,
? lists all keys, q quits and keeps the place.";

/// Runs the program with these arguments, the first being its own name. The
/// exit code is 0 when the listener left it, 2 when it could not begin.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            if !error.use_stderr() {
                // Help and version, which go to standard output.
                let _ = error.print();
                return ExitCode::SUCCESS;
            }
            return refuse(&usage(&error.to_string()));
        }
    };
    match &args.task {
        Some(Task::Search(args)) => return search::run(args),
        Some(Task::Add(args)) => return add::run(args),
        Some(Task::List(args)) => return list::run(args),
        Some(Task::Pair(args)) => return pair::run(args),
        Some(Task::Export(args)) => return carry::export(args),
        Some(Task::Import(args)) => return carry::import(args),
        Some(Task::Stats(args)) => return stats::run(args),
        Some(Task::Check(args)) => return check::run(args),
        Some(Task::Convert(args)) => return convert::run(args),
        None => {}
    }
    match start(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&chain(&error)),
    }
}

/// Says on one line why it cannot begin, whatever the names of files hold.
fn refuse(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "sayagain: {}", text::clean_line(why));
    ExitCode::from(2)
}

/// An error with its causes, each told once.
fn chain(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, cause| {
        match (said.is_empty(), said.contains(&cause)) {
            (true, _) => cause,
            (false, true) => said,
            (false, false) => format!("{said}: {cause}"),
        }
    })
}

/// What clap says of wrong arguments, on one line.
fn usage(said: &str) -> String {
    // What is meant stands in lines of its own, up to an empty one.
    let lines: Vec<&str> =
        said.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let what = lines.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    let third = what.strip_prefix("the subcommand ").and_then(|rest| rest.split_once(" cannot"));
    match third {
        Some((third, _)) => format!(
            "{third} is one too many: give an episode and its transcript; sayagain --help says more"
        ),
        None => format!("{what}; sayagain --help lists what can be given"),
    }
}

fn start(args: Args) -> anyhow::Result<()> {
    match args.output.as_deref() {
        Some("list") => return list_devices(),
        Some("") => anyhow::bail!("--output needs a name; --output list lists the devices"),
        _ => {}
    }
    play::play(args)
}

fn list_devices() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "silent\tkeeps time without sound")?;
    for device in crate::audio::devices()? {
        let (id, name) = (text::clean_line(&device.id), text::clean_line(&device.name));
        writeln!(out, "{id}\t{name}")?;
    }
    Ok(())
}

fn time(typed: &str) -> Result<MediaTime, String> {
    match Place::parse(typed) {
        Some(Place::At(time)) => Ok(time),
        _ => Err("give seconds, minutes:seconds or hours:minutes:seconds".to_owned()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "held between 5 and 30")]
fn speed(typed: &str) -> Result<Speed, String> {
    match typed.trim_end_matches(['x', '×']).parse::<f64>() {
        Ok(factor) if (0.5..=3.0).contains(&factor) => {
            Ok(Speed::from_tenths((factor * 10.0).round() as i32))
        }
        _ => Err("give a factor from 0.5 to 3.0".to_owned()),
    }
}

fn trim(typed: &str) -> Result<Trim, String> {
    typed.parse().map_err(|()| "give 0.15 to 2 seconds, or off".to_owned())
}
