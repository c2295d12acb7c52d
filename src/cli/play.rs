//! From what was opened to the running program.
#![expect(
    clippy::disallowed_methods,
    reason = "the command line reads the environment and the date"
)]

use std::time::{SystemTime, UNIX_EPOCH};

use super::Args;
use super::open::Opened;
use crate::app::{App, KeptPlace, Notice, Settings, Start, Weight};
use crate::audio::Output;
use crate::model::playback::Speed;
use crate::model::{MediaTime, Offset};
use crate::run::{self, Keep, Setting, Stopwatch};
use crate::store::{Paths, Place, Places};
use crate::ui::{Colours, Theme};

/// How much is heard again when an episode goes on.
const HEARD_AGAIN: Offset = Offset::from_secs(-3);

/// Plays what was opened until the listener leaves.
///
/// # Errors
///
/// When the terminal cannot be taken over.
pub(super) fn play(mut opened: Opened, args: &Args) -> anyhow::Result<()> {
    let stopwatch = Stopwatch::start();
    let paths = Paths::from_environment();
    if paths.is_none() {
        let said = "the place is not kept: set HOME or SAYAGAIN_STATE to a folder";
        opened.told.push((said.to_owned(), Weight::Warning));
    }
    let keep = paths.as_ref().map(|paths| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Keep { places: Places::open(paths.places(), since.as_secs()), key: opened.key }
    });
    let kept = kept(keep.as_ref(), &mut opened);
    let goes_on = kept.filter(|kept| args.at.is_none() && kept.at > MediaTime::from_secs(5));
    let at = goes_on.map_or(args.at.unwrap_or_default(), |kept| kept.at.shift(HEARD_AGAIN));
    if goes_on.is_some() {
        opened.told.insert(0, (format!("going on at {at}"), Weight::Word));
    }
    let now = stopwatch.now();
    let notices = opened.told.iter().map(|(told, weight)| Notice::news(told, *weight)).collect();
    let start = Start {
        title: opened.title,
        transcript: opened.transcript,
        chapters: opened.chapters,
        media: opened.media,
        at,
        speed: args.speed.or(kept.map(|kept| kept.speed)).unwrap_or(Speed::NORMAL),
        volume: kept.map(|kept| kept.volume).unwrap_or_default(),
        paused: args.paused,
        mouse: !args.no_mouse,
        settings: Settings { lead_in_ms: args.lead_in },
        kept,
        heard_before: goes_on.map(|kept| kept.at),
        notices,
    };
    let (app, effects) = App::new(start, now);
    let output = match args.output.as_deref() {
        None => Output::Default,
        Some(name) if name.eq_ignore_ascii_case("silent") => Output::Silent,
        Some(name) => Output::Named(name.to_owned()),
    };
    let theme = Theme::new(colours());
    let log = paths.map(|paths| paths.log());
    run::run(app, effects, Setting { output, theme, keep, log }, stopwatch)
}

/// The place that is kept for the episode. A file that cannot be read is said,
/// and the episode begins anew.
fn kept(keep: Option<&Keep>, opened: &mut Opened) -> Option<KeptPlace> {
    let keep = keep?;
    match keep.places.load(keep.key) {
        Ok(place) => place.map(|Place { at, speed, volume }| KeptPlace { at, speed, volume }),
        Err(error) => {
            opened.told.push((error.to_string(), Weight::Warning));
            None
        }
    }
}

/// `NO_COLOR` (no-color.org), if set to anything, and a dumb terminal get
/// none.
fn colours() -> Colours {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let dumb = set("TERM").is_some_and(|term| term == "dumb");
    if set("NO_COLOR").is_some() || dumb { Colours::None } else { Colours::Sixteen }
}
