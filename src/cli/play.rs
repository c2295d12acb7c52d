//! From what was opened to the running program.

use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::Context;

use super::open::{self, Opened};
use super::{Args, shelf};
use crate::app::{Delays, KeptPlace, Notice, Settings, Start, Weight};
use crate::audio::Output;
use crate::model::playback::{Manner, Speed};
use crate::run::{self, First, Keep, Ready, Setting, Stopwatch};
use crate::store::{Database, OpenedDatabase, Paths, Places};
use crate::ui::{Colours, Theme};

/// How long the files may take to open before the screen says that they are
/// waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// How much room whoever opens files has: as much as a program begins with.
const STACK_BYTES: usize = 8 << 20;

/// Plays what `args` name until the listener leaves; without a file the library
/// is opened, if there is anything in it.
///
/// # Errors
///
/// When that cannot be opened, or the terminal cannot be taken over.
pub(super) fn play(args: Args) -> anyhow::Result<()> {
    let stopwatch = Stopwatch::start();
    let paths = Paths::from_environment();
    let output = match args.output.as_deref() {
        None => Output::Default,
        Some(name) if name.eq_ignore_ascii_case("silent") => Output::Silent,
        Some(name) => Output::Named(name.to_owned()),
    };
    let log = paths.as_ref().map(Paths::log);
    let (read, theme, verbose) = (open::of_library, Theme::new(colours()), args.verbose);
    let name = args.first.as_deref().map_or("the library".into(), |path| path.to_string_lossy());
    let name = name.into_owned();
    let coming = open_beside(args, paths.clone())?;
    let first = match coming.recv_timeout(PATIENCE) {
        Err(RecvTimeoutError::Timeout) if is_in_terminal() => First::Coming(name, coming),
        Err(RecvTimeoutError::Timeout) => First::Ready(Box::new(coming.recv()??)),
        opened => First::Ready(Box::new(opened??)),
    };
    if !is_in_terminal() {
        anyhow::bail!("the screen needs a terminal, and standard input or output is none");
    }
    run::run(first, Setting { output, theme, paths, read, verbose, log }, stopwatch)
}

fn is_in_terminal() -> bool {
    std::io::stdout().is_terminal() && std::io::stdin().is_terminal()
}

/// Opens what `args` name in a thread of its own: a disk that does not answer
/// holds up whoever asks it.
fn open_beside(
    args: Args,
    paths: Option<Paths>,
) -> anyhow::Result<Receiver<anyhow::Result<Ready>>> {
    let (sender, coming) = channel();
    let work = move || {
        // The listener may have left.
        let _ = sender.send(open_all(&args, paths.as_ref()));
    };
    let thread = std::thread::Builder::new().name("open".to_owned()).stack_size(STACK_BYTES);
    thread.spawn(work).context("cannot start a thread")?;
    Ok(coming)
}

/// What `args` name, and what is kept of it.
fn open_all(args: &Args, paths: Option<&Paths>) -> anyhow::Result<Ready> {
    let mut told = Vec::new();
    let episodes = if args.first.is_none() { shelf::episodes(&mut told) } else { None };
    let mut opened = if episodes.is_none() {
        let opened = open::open(args.first.as_deref(), args.second.as_deref())?;
        open::is_of_use(&opened)?;
        opened
    } else {
        open::nothing()
    };
    opened.told.splice(0..0, told);
    if paths.is_none() {
        let said = "nothing is kept: set HOME or SAYAGAIN_STATE to a folder";
        opened.told.push((said.to_owned(), Weight::Warning));
    }
    let keep = paths.and_then(|paths| keep(paths, &mut opened));
    let kept = kept(keep.as_ref(), &mut opened);
    let goes_on = kept.filter(|kept| args.at.is_none() && run::resume(*kept).is_some());
    let at = args.at.or(goes_on.and_then(run::resume)).unwrap_or_default();
    if goes_on.is_some() {
        opened.told.insert(0, (format!("going on at {at}"), Weight::Word));
    }
    let own = opened.episode().map(Box::new);
    let notices = opened.told.iter().map(|(told, weight)| Notice::news(told, *weight)).collect();
    let start = Start {
        title: opened.title,
        transcript: opened.transcript,
        unread: opened.unread,
        chapters: opened.chapters,
        media: opened.media,
        at,
        speed: args.speed.or(kept.map(|kept| kept.speed)).unwrap_or(Speed::NORMAL),
        volume: kept.map(|kept| kept.volume).unwrap_or_default(),
        manner: manner(args, kept.map(|kept| kept.manner).unwrap_or_default()),
        paused: args.paused || episodes.is_some(),
        mouse: !args.no_mouse,
        settings: Settings { lead_in_ms: args.lead_in },
        kept,
        heard_before: goes_on.map(|kept| kept.at),
        notices,
    };
    let delays = keep.as_ref().and_then(|keep| keep.places.as_ref()?.delays().ok());
    let delays = Delays::new(delays.unwrap_or_default(), args.audio_delay);
    let covers = keep.as_ref().and_then(|keep| keep.places.as_ref()?.covers().ok());
    let covers = covers.unwrap_or(true);
    Ok(Ready { start, own, episodes, keep, delays, covers })
}

/// What is asked for on the command line, else what was done last time.
fn manner(args: &Args, kept: Manner) -> Manner {
    Manner { trim: args.trim.unwrap_or(kept.trim), even: args.even || kept.even }
}

/// Where its place is kept. If that cannot be opened it is said, and the
/// episode plays on.
fn keep(paths: &Paths, opened: &mut Opened) -> Option<Keep> {
    let (key, show) = (opened.key, opened.show.clone());
    let keep = |places, is_told| Keep { places, paths: paths.clone(), key, show, is_told };
    let (kept, told) = match Database::open(paths) {
        Ok(OpenedDatabase { database, told }) => {
            let why = database.unwritable();
            let is_read_only = why.is_some();
            let told = told.or_else(|| why.map(|why| format!("nothing is kept: {why}")));
            (Some(keep(Some(Places::new(database)), is_read_only)), told)
        }
        Err(error) => {
            let told = Some(format!("nothing is kept: {error}"));
            (error.may_pass().then(|| keep(None, true)), told)
        }
    };
    opened.told.extend(told.map(|told| (told, Weight::Warning)));
    kept
}

/// The place that is kept for the episode. A file that cannot be read is said,
/// and the episode begins anew.
fn kept(keep: Option<&Keep>, opened: &mut Opened) -> Option<KeptPlace> {
    let keep = keep?;
    match keep.places.as_ref()?.load(keep.key) {
        Ok(place) => place.map(run::of_kept),
        Err(error) => {
            opened.told.push((error.to_string(), Weight::Warning));
            None
        }
    }
}

/// `NO_COLOR` (no-color.org), if set to anything, and a dumb terminal get
/// none.
fn colours() -> Colours {
    if has_colours() { Colours::Sixteen } else { Colours::None }
}

/// Whether the environment wants colours.
pub(super) fn has_colours() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let dumb = set("TERM").is_some_and(|term| term == "dumb");
    set("NO_COLOR").is_none() && !dumb
}
