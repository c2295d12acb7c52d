//! From what was opened to the running program.

use super::Args;
use super::open::{self, Opened};
use crate::app::{App, Delays, Effect, KeptPlace, Notice, Settings, Start, Weight};
use crate::audio::Output;
use crate::model::episode::Episode;
use crate::model::playback::{Manner, Speed};
use crate::run::{self, Keep, Setting, Stopwatch};
use crate::store::{Database, OpenedDatabase, Paths, Places};
use crate::ui::{Colours, Theme};

/// Plays what was opened until the listener leaves; if there are `episodes`,
/// begins with a choice among them.
///
/// # Errors
///
/// When the terminal cannot be taken over.
pub(super) fn play(mut opened: Opened, episodes: Vec<Episode>, args: &Args) -> anyhow::Result<()> {
    let stopwatch = Stopwatch::start();
    let paths = Paths::from_environment();
    if paths.is_none() {
        let said = "the place is not kept: set HOME or SAYAGAIN_STATE to a folder";
        opened.told.push((said.to_owned(), Weight::Warning));
    }
    let keep = paths.as_ref().and_then(|paths| keep(paths, &mut opened));
    let kept = kept(keep.as_ref(), &mut opened);
    let goes_on = kept.filter(|kept| args.at.is_none() && run::resume(*kept).is_some());
    let at = args.at.or(goes_on.and_then(run::resume)).unwrap_or_default();
    if goes_on.is_some() {
        opened.told.insert(0, (format!("going on at {at}"), Weight::Word));
    }
    let now = stopwatch.now();
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
        paused: args.paused || !episodes.is_empty(),
        mouse: !args.no_mouse,
        settings: Settings { lead_in_ms: args.lead_in },
        kept,
        heard_before: goes_on.map(|kept| kept.at),
        notices,
    };
    let (mut app, mut effects) = App::new(start, now);
    let delays = keep.as_ref().and_then(|keep| keep.places.as_ref()?.delays().ok());
    app.know_delays(Delays::new(delays.unwrap_or_default(), args.audio_delay));
    if !episodes.is_empty() {
        app.begin_with(episodes);
        // They are looked at again while the listener chooses.
        effects.push(Effect::List);
    }
    let output = match args.output.as_deref() {
        None => Output::Default,
        Some(name) if name.eq_ignore_ascii_case("silent") => Output::Silent,
        Some(name) => Output::Named(name.to_owned()),
    };
    let theme = Theme::new(colours());
    let log = paths.as_ref().map(Paths::log);
    let read = open::of_library;
    run::run(
        app,
        effects,
        Setting { output, theme, keep, paths, read, verbose: args.verbose, log },
        stopwatch,
    )
}

/// What is asked for on the command line, else what was done last time.
fn manner(args: &Args, kept: Manner) -> Manner {
    Manner { trim: args.trim.unwrap_or(kept.trim), even: args.even || kept.even }
}

/// Where its place is kept. If that cannot be opened it is said, and the
/// episode plays on.
fn keep(paths: &Paths, opened: &mut Opened) -> Option<Keep> {
    match Database::open(paths) {
        Ok(OpenedDatabase { database, told }) => {
            opened.told.extend(told.map(|told| (told, Weight::Warning)));
            let places = Some(Places::new(database));
            Some(Keep { places, paths: paths.clone(), key: opened.key })
        }
        Err(error) => {
            let told = format!("places are not kept: {error}");
            opened.told.push((told, Weight::Warning));
            let keep = Keep { places: None, paths: paths.clone(), key: opened.key };
            error.may_pass().then_some(keep)
        }
    }
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
