//! The one loop, and the threads around it.
#![expect(
    clippy::disallowed_methods,
    reason = "the loop reads the real clock; everything below it is handed moments"
)]

mod input;
mod keeper;
mod library;
mod lines;
mod notes;
mod painter;
mod pen;
mod seek;
mod signals;
mod sound;
mod terminal;

pub use keeper::Keep;
pub use library::{Read, Reading};
pub use sound::sound;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use anyhow::Context;
use ratatui::layout::Rect;

use crate::app::event::Effect;
use crate::app::shelf::{Found, Wish};
use crate::app::{About, App, Delays, Event, KeptPlace, Sheet, Size, Start};
use crate::audio::{Engine, Notes, Output, Survey};
use crate::model::episode::Episode;
use crate::model::playback::{Media, Report, Request};
use crate::model::{Level, MediaTime, Moment, Offset};
use crate::store::{Cache, EpisodeKey, Paths, Place};
use crate::ui::{self, Theme};
use input::Input;
use keeper::Keeper;
use library::Librarian;
use painter::Picture;
use seek::Seeker;
use signals::End;
use terminal::Screen;

/// Everything the loop needs besides the app.
pub struct Setting {
    /// Where sound goes.
    pub output: Output,
    /// How the screen looks.
    pub theme: Theme,
    /// Where the library is; `None` if nothing can be kept.
    pub paths: Option<Paths>,
    /// Reads an episode of it.
    pub read: Reading,
    /// Whether to say at the end what became of the sound.
    pub verbose: bool,
    /// Where the chatter of sound libraries goes; `None` is nowhere.
    pub log: Option<PathBuf>,
}

/// What the program begins with.
pub enum First {
    /// This.
    Ready(Box<Ready>),
    /// What is still being opened, by its name.
    Coming(String, Receiver<anyhow::Result<Ready>>),
}

/// What was opened.
pub struct Ready {
    /// The episode.
    pub start: Start,
    /// What is known of it, if it is a file; the library may know more.
    pub own: Option<Box<Episode>>,
    /// If there is a library, it begins with a choice among these; which may not
    /// be known yet.
    pub episodes: Option<Vec<Episode>>,
    /// Where the place is kept; `None` if it cannot be.
    pub keep: Option<Keep>,
    /// By how much devices are heard later than they say.
    pub delays: Delays,
    /// Whether covers are to be shown.
    pub covers: bool,
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ready").field("title", &self.start.title).finish_non_exhaustive()
    }
}

impl Ready {
    /// The program with it, what is to be done, and where the place is kept.
    fn begin(self, now: Moment) -> (App, Vec<Effect>, Option<Keep>) {
        let (mut app, mut effects) = App::new(self.start, now);
        app.know_delays(self.delays);
        app.know_covers(self.covers);
        if let Some(own) = self.own {
            app.know_own(*own);
        }
        if let Some(episodes) = self.episodes {
            app.begin_with(episodes);
            // They are looked at again while the listener chooses.
            effects.push(Effect::List);
        }
        (app, effects, self.keep)
    }
}

/// The place that was kept, in the words of the app.
pub fn of_kept(place: Place) -> KeptPlace {
    let Place { at, speed, volume, manner, spared } = place;
    KeptPlace { at, speed, volume, manner, spared }
}

/// How much is heard again when an episode goes on.
const HEARD_AGAIN: Offset = Offset::from_secs(-3);

/// Where an episode goes on that was kept at this place; `None` if it had
/// hardly begun.
pub fn resume(kept: KeptPlace) -> Option<MediaTime> {
    (kept.at > MediaTime::from_secs(5)).then(|| kept.at.shift(HEARD_AGAIN))
}

/// What reaches the loop.
#[derive(Debug)]
enum Message {
    /// From the terminal.
    Input(Input),
    /// From the engine.
    Report(Report),
    /// The place could not be kept; why.
    SaveFailed(String),
    /// What the listener has just said could not be kept; why.
    NotKept(String),
    /// The episodes of the library.
    Episodes(Vec<Episode>),
    /// What the files of an episode say of it.
    About { key: String, about: Box<About>, picture: Option<Box<Picture>> },
    /// What is to be played next.
    Queue(Vec<String>),
    /// What was found in them, or a part of it.
    Found { asked: u64, found: Found },
    /// What was waited for has been opened, or cannot be.
    Ready(Box<anyhow::Result<Ready>>),
    /// An episode that was wished for has been read.
    Opened { start: Box<Start>, wish: Box<Wish>, key: EpisodeKey },
    /// How loud an episode is from the `first` level on.
    Levels { asked: u64, first: usize, levels: Vec<Level> },
    /// The library cannot be used; why.
    LibraryFailed(String),
    /// What was found to be wrong with the folders.
    FoldersTold(String),
    /// The program is told to end.
    Terminate,
    /// The program is told to stop for the shell.
    Stop,
    /// The program goes on after a stop.
    Continue,
    /// The terminal may have another size.
    Resized,
    /// The terminal has taken all that was drawn.
    Written,
}

/// How many messages may wait; a sender then waits, which only the terminal's
/// input can bring about.
const MESSAGES: usize = 4_096;

/// How many messages are taken in before the screen is drawn again.
const BATCH: usize = 256;

/// The real clock.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// A clock that starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it has run.
    pub fn now(self) -> Moment {
        Moment(self.0.elapsed())
    }

    /// When it started.
    pub const fn origin(self) -> Instant {
        self.0
    }
}

/// Runs the program until the listener leaves it. A signal that ends it ends the
/// process, once the place is kept and the terminal given back.
///
/// # Errors
///
/// When what is coming cannot be opened, a thread cannot be started or the
/// terminal cannot be taken over. A terminal that is lost later ends the
/// program as a signal does.
pub fn run(first: First, setting: Setting, stopwatch: Stopwatch) -> anyhow::Result<()> {
    let (sender, messages) = sync_channel(MESSAGES);
    let (mut app, effects, keep) = match first {
        First::Ready(ready) => ready.begin(stopwatch.now()),
        First::Coming(name, coming) => {
            await_opening(coming, sender.clone()).context("cannot start a thread")?;
            (App::awaiting(&name, stopwatch.now()), Vec::new(), None)
        }
    };
    let verbose = setting.verbose;
    let end = Arc::new(End::default());
    signals::listen(sender.clone(), Arc::clone(&end)).context("cannot listen for signals")?;
    let mut screen = Screen::take(app.takes_mouse(), setting.log.as_deref(), sender.clone())
        .context("cannot take over the terminal")?;
    // Only now, so that whatever the sound libraries print goes to the log.
    let keeper = Keeper::start(keep, sender.clone());
    let mut shell = Shell {
        engine: None,
        output: setting.output,
        notes: setting.paths.as_ref().map(|paths| Arc::new(Cache::in_folder(paths.cache())) as _),
        survey: None,
        keeper,
        seeker: Seeker::new(setting.paths.clone(), sender.clone()),
        librarian: Librarian::new(setting.paths, setting.read, sender.clone()),
        picture: None,
        is_piped: false,
        theme: setting.theme,
        stopwatch,
        sender: sender.clone(),
    };
    let ended = shell
        .perform_all(effects, &mut app, &mut screen)
        .and_then(|()| shell.go(&mut app, &mut screen, &messages, &sender));
    if !app.is_over() {
        // The terminal is gone: the place is kept all the same.
        let last = app.update(Event::Terminate, stopwatch.now());
        shell.keep_of(&last, &mut app);
    }
    let Shell { engine, keeper, .. } = shell;
    let account = engine.as_ref().filter(|_| verbose).map(Engine::account);
    let unkept = keeper.finish();
    // The sound stops before the terminal is given back.
    drop(engine);
    drop(screen);
    let unkept = unkept.map(|why| format!("sayagain: not all is kept: {why}"));
    for told in account.map(|account| account.to_string()).into_iter().chain(unkept) {
        // Whoever closed it does not want to know.
        let _ = writeln!(std::io::stderr(), "{told}");
    }
    end.come();
    ended
}

/// Has the loop told of what is being opened.
fn await_opening(
    coming: Receiver<anyhow::Result<Ready>>,
    sender: SyncSender<Message>,
) -> std::io::Result<()> {
    let wait = move || {
        let opened = coming.recv().unwrap_or_else(|_| Err(anyhow::anyhow!("it cannot be opened")));
        // The listener may have left.
        let _ = sender.send(Message::Ready(Box::new(opened)));
    };
    std::thread::Builder::new().name("opening".into()).spawn(wait).map(drop)
}

fn start_engine(
    output: Output,
    stopwatch: Stopwatch,
    sender: &SyncSender<Message>,
    notes: Option<&Arc<dyn Notes>>,
) -> std::io::Result<Engine> {
    let sender = sender.clone();
    let report = move |report| {
        // Whoever is not there any more needs no report.
        let _ = sender.try_send(Message::Report(report));
    };
    let engine = Engine::start(output, stopwatch.origin(), Box::new(report))?;
    if let Some(notes) = notes {
        engine.remember(Arc::clone(notes));
    }
    Ok(engine)
}

/// What the loop carries effects to.
struct Shell {
    /// Started when there is something to play.
    engine: Option<Engine>,
    output: Output,
    /// What is known of files; `None` if nothing can be kept.
    notes: Option<Arc<dyn Notes>>,
    /// Looks through an episode, if that is wanted.
    survey: Option<Survey>,
    keeper: Keeper,
    librarian: Librarian,
    seeker: Seeker,
    sender: SyncSender<Message>,
    /// The cover of the episode whose details were asked for last.
    picture: Option<Box<Picture>>,
    /// Whether something has come through a pipe: whoever writes it may set the
    /// terminal.
    is_piped: bool,
    theme: Theme,
    stopwatch: Stopwatch,
}

impl Shell {
    fn go(
        &mut self,
        app: &mut App,
        screen: &mut Screen,
        messages: &Receiver<Message>,
        sender: &SyncSender<Message>,
    ) -> anyhow::Result<()> {
        input::listen(sender.clone()).context("cannot listen to the terminal")?;
        while !app.is_over() {
            if self.is_piped && terminal::keep_raw()? {
                // Keys may stand on it that were echoed meanwhile.
                self.update(Event::Resumed, app, screen)?;
            }
            self.draw(app, screen)?;
            let mut next = self.wait(app, messages);
            for _ in 0..BATCH {
                self.look(app, screen)?;
                let Some(message) = next else { break };
                self.take(message, app, screen)?;
                next = messages.try_recv().ok();
            }
        }
        Ok(())
    }

    /// Does those of `effects` that keep the place.
    fn keep_of(&self, effects: &[Effect], app: &mut App) {
        for effect in effects {
            match effect {
                Effect::Save(place) => self.keep(*place, app),
                Effect::Restore(place) => {
                    self.keeper.restore(*place);
                    self.keeper.add_heard(app.take_listened());
                }
                _ => {}
            }
        }
    }

    /// Keeps the place, and what was heard up to it.
    fn keep(&self, place: KeptPlace, app: &mut App) {
        self.keeper.save(place);
        self.keeper.add_heard(app.take_listened());
    }

    /// The next message, or `None` when something changes by itself.
    fn wait(&self, app: &App, messages: &Receiver<Message>) -> Option<Message> {
        let now = self.stopwatch.now();
        match app.next_wake(now) {
            Some(wake) => messages.recv_timeout(wake.wait(now)).ok(),
            None => messages.recv().ok(),
        }
    }

    /// Tells the app what is heard now.
    fn look(&mut self, app: &mut App, screen: &mut Screen) -> anyhow::Result<()> {
        let heard = self.engine.as_ref().and_then(Engine::heard);
        self.update(Event::Heard(heard), app, screen)
    }

    fn take(&mut self, message: Message, app: &mut App, screen: &mut Screen) -> anyhow::Result<()> {
        let event = match message {
            Message::Input(input) => match input::event(input, app) {
                Some(event) => event,
                None => return Ok(()),
            },
            Message::Report(report) => Event::Playback(report),
            Message::SaveFailed(why) => Event::SaveFailed(why),
            Message::NotKept(why) => Event::NotKept(why),
            Message::Episodes(episodes) => Event::Episodes(episodes),
            Message::About { key, about, picture } => {
                self.picture = picture;
                Event::About { key, about }
            }
            Message::Queue(queue) => Event::Queue(queue),
            Message::Found { asked, found } => Event::Found { asked, found },
            Message::LibraryFailed(why) => Event::LibraryFailed(why),
            Message::FoldersTold(told) => Event::FoldersTold(told),
            Message::Levels { asked, first, levels } => Event::Levels { asked, first, levels },
            Message::Ready(opened) => {
                let (begun, effects, keep) = (*opened)?.begin(self.stopwatch.now());
                self.keeper = Keeper::start(keep, self.sender.clone());
                *app = begun;
                screen.set_mouse(app.takes_mouse())?;
                return self.perform_all(effects, app, screen);
            }
            Message::Opened { start, wish, key } => {
                let effects = app.close_episode(self.stopwatch.now());
                self.perform_all(effects, app, screen)?;
                // What is kept from now on is the other's.
                self.keeper.turn_to(key);
                let effects = app.open_episode(*start, &wish, self.stopwatch.now());
                return self.perform_all(effects, app, screen);
            }
            Message::Terminate => Event::Terminate,
            Message::Stop => Event::Stop,
            Message::Continue => {
                self.retake(app, screen)?;
                Event::Resumed
            }
            // The next picture is of the right size.
            Message::Resized | Message::Written => return Ok(()),
        };
        self.update(event, app, screen)
    }

    fn update(&mut self, event: Event, app: &mut App, screen: &mut Screen) -> anyhow::Result<()> {
        let effects = app.update(event, self.stopwatch.now());
        self.perform_all(effects, app, screen)
    }

    fn perform_all(
        &mut self,
        effects: Vec<Effect>,
        app: &mut App,
        screen: &mut Screen,
    ) -> anyhow::Result<()> {
        for effect in effects {
            match effect {
                Effect::List => {
                    self.seeker.warm();
                    // With what was kept just now.
                    self.keeper.then(self.librarian.listing());
                    self.keeper.ask_queue();
                }
                Effect::AskQueue => self.keeper.ask_queue(),
                Effect::Find { asked, typed } => self.seeker.find(asked, typed),
                Effect::FindMore { asked } => self.seeker.go_on(asked),
                Effect::FindLines { asked, episode } => self.seeker.find_lines(asked, episode),
                Effect::Details(episode) => self.librarian.details(episode),
                Effect::OpenEpisode(wish) => self.librarian.open(wish),
                Effect::Survey { asked, media } => self.survey(asked, media),
                Effect::Playback(request) => {
                    self.is_piped |=
                        matches!(request, Request::Open { media: Media::Spooled(_), .. });
                    if matches!(request, Request::Open { .. }) && self.engine.is_none() {
                        let engine = start_engine(
                            self.output.clone(),
                            self.stopwatch,
                            &self.sender,
                            self.notes.as_ref(),
                        );
                        self.engine = Some(engine.context("cannot start the audio engine")?);
                    }
                    if let Some(engine) = &self.engine {
                        engine.ask(request);
                    }
                }
                Effect::Save(place) => self.keep(place, app),
                Effect::Restore(place) => {
                    self.keeper.restore(place);
                    self.keeper.add_heard(app.take_listened());
                }
                Effect::Mark { key, played } => self.keeper.mark(key.as_deref(), played),
                Effect::Queue(change) => self.keeper.queue(change),
                Effect::KeepDelay { device, millis } => self.keeper.save_delay(device, millis),
                Effect::KeepLength(length) => self.keeper.save_length(length),
                Effect::KeepCovers(covers) => self.keeper.save_covers(covers),
                Effect::Mouse(on) => screen.set_mouse(on)?,
                Effect::Redraw => {
                    screen.clear()?;
                    self.renew_picture();
                }
                Effect::Suspend => {
                    screen.give_back();
                    signals::stop();
                    self.retake(app, screen)?;
                    self.update(Event::Resumed, app, screen)?;
                }
                Effect::Quit => {}
            }
        }
        Ok(())
    }

    /// Looks through `media`, and through nothing else any more. Without a
    /// thread nothing comes of it.
    fn survey(&mut self, asked: u64, media: Media) {
        self.survey = None;
        let sender = self.sender.clone();
        let tell = Box::new(move |first, levels| {
            let _ = sender.send(Message::Levels { asked, first, levels });
        });
        let origin = self.stopwatch.origin();
        self.survey = Survey::start(media, self.notes.clone(), origin, tell).ok();
    }

    /// Takes the terminal again.
    fn retake(&mut self, app: &App, screen: &mut Screen) -> anyhow::Result<()> {
        screen.retake(app.takes_mouse())?;
        self.renew_picture();
        Ok(())
    }

    /// Has the cover sent again with the next picture: the screen was emptied.
    fn renew_picture(&mut self) {
        if let Some(picture) = &mut self.picture {
            picture.renew();
        }
    }

    /// Draws if anything on the screen has changed and the terminal has taken
    /// the last picture.
    fn draw(&mut self, app: &mut App, screen: &mut Screen) -> anyhow::Result<()> {
        let (width, height) = screen.size();
        let size = Size { width, height };
        if size != app.size() {
            self.update(Event::Resized(size), app, screen)?;
            self.renew_picture();
        }
        if screen.is_busy() || !app.take_changed() {
            return Ok(());
        }
        let now = self.stopwatch.now();
        screen.draw(|frame| {
            ui::draw(frame, app, self.theme, now);
            if let (Some(place), Some(picture)) = (app.cover_place(), &self.picture) {
                let Sheet { left: x, top: y, width, height } = place;
                picture.draw(frame, Rect { x, y, width, height });
            }
        })?;
        Ok(())
    }
}
