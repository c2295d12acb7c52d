//! What the program is doing: [`Event`]s in, [`Effect`]s out.

mod asking;
mod bar;
mod chapters;
pub mod command;
pub mod delays;
pub mod details;
pub mod event;
mod finds;
pub mod goto;
pub mod help;
pub mod input;
pub mod key;
pub mod keymap;
mod library;
mod listening;
mod manner;
mod notice;
mod player;
mod prompt;
mod queue;
mod reader;
pub mod screen;
mod seeking;
pub mod shelf;
mod skips;
mod update;
mod waveform;

pub use bar::Bar;
pub use chapters::ChapterList;
pub use command::{COMMANDS, Command};
pub use delays::Delays;
pub use details::{About, Details};
pub use event::{Effect, Event, KeptPlace, QueueChange, Target};
pub use finds::Finds;
pub use key::Key;
pub use keymap::Keymap;
use library::AskedOfList;
use notice::Notices;
pub use notice::{Notice, Weight};
pub use player::Player;
pub use prompt::{Asking, Prompt};
pub use reader::{Anchor, PageLine, Part, Reader, ReadingPlace};
pub use screen::{Layout, Sheet, Size};
pub use shelf::Shelf;
use waveform::Waveform;
pub use waveform::Zoom;

use std::time::Duration;

use listening::Listening;

use crate::model::episode::Episode;
use crate::model::playback::{Manner, Media, SeekId, Speed, Volume};
use crate::model::{Chapters, MediaTime, Moment, RowId, Spoken, Transcript, pace, text};

/// Everything the program is doing.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct App {
    title: String,
    player: Player,
    reader: Reader,
    unread: Option<String>,
    /// What is waited for before there is an episode.
    awaited: Option<String>,
    chapters: Chapters,
    keymap: Keymap,
    settings: Settings,
    size: Size,
    view: View,
    open: Open,
    waveform: Waveform,
    notices: Notices,
    /// The list of episodes, once it was opened.
    shelf: Option<Shelf>,
    /// No episode is open yet.
    idle: bool,
    /// Whether the engine has opened it.
    opened: bool,
    /// The content of the episode, unless it is none that a list may have.
    key: Option<String>,
    /// What is known of it, where it was not opened from the list.
    own: Option<Box<Episode>>,
    /// What is to be done when the list has come.
    asked_of_list: Option<AskedOfList>,
    /// The next episode of the queue, which has been asked for.
    plays_next: Option<String>,
    /// The first episode of the queue that could not be opened since the last that
    /// could, and how many there are.
    passed_over: Option<(String, usize)>,
    /// Whether covers are to be shown, and one is.
    covers: bool,
    shows_cover: bool,
    /// Whether Esc goes back to the results that this episode was opened from.
    goes_back: bool,
    /// Where it will be as far as it had been heard before this start.
    heard_before: Option<MediaTime>,
    /// Whether sound comes from a device; `None` until the engine has said.
    device: Option<bool>,
    /// Whether a device is being waited for.
    opening: bool,
    /// The listener has asked for a device, and does not know yet what came of
    /// it.
    asked_for_device: bool,
    delays: Delays,
    /// A row that was gone to: it is the marked one until another begins.
    chosen: Option<RowId>,
    /// The cue that was stepped to last, and when.
    stepped: Option<(RowId, Moment)>,
    /// A chapter that was gone to: it is the present one until another begins.
    chosen_chapter: Option<usize>,
    typed: Typed,
    scrubbing: bool,
    /// It was playing when it was stopped for the shell.
    plays_on: bool,
    mouse: bool,
    /// The place as it was kept before this start.
    kept_before: Option<KeptPlace>,
    last_save: Moment,
    unsaved: bool,
    listening: Listening,
    over: bool,
    glance: Glance,
    changed: bool,
}

/// What fills the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The transcript of the episode that is open.
    #[default]
    Transcript,
    /// The list of episodes, or of what was found in them.
    Shelf,
}

/// What is open over that.
#[derive(Debug)]
pub enum Open {
    /// Nothing.
    Nothing,
    /// A line is being typed.
    Prompt(Box<Prompt>),
    /// The help, scrolled down by this many lines.
    Help(u16),
    /// The list of chapters.
    Chapters(ChapterList),
    /// All that is known of an episode.
    Details(Box<Details>),
}

/// Choices that have no key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// How long before a cue a jump to it lands; the cue is marked already
    /// during it.
    pub lead_in_ms: u32,
}

/// What to begin with.
#[derive(Debug, Default)]
pub struct Start {
    /// The episode's name.
    pub title: String,
    /// What is read; without cues if there is no transcript.
    pub transcript: Transcript,
    /// Why the transcript that there is cannot be read.
    pub unread: Option<String>,
    /// The chapters of the episode.
    pub chapters: Chapters,
    /// What is played, if anything.
    pub media: Option<Media>,
    /// Where to begin.
    pub at: MediaTime,
    /// How fast.
    pub speed: Speed,
    /// How loud.
    pub volume: Volume,
    /// What is done to the sound.
    pub manner: Manner,
    /// Whether to wait for a key.
    pub paused: bool,
    /// Whether to take the mouse.
    pub mouse: bool,
    /// Choices that have no key.
    pub settings: Settings,
    /// The place as it is kept, if it is.
    pub kept: Option<KeptPlace>,
    /// How far it had been heard already, if it goes on a little earlier.
    pub heard_before: Option<MediaTime>,
    /// Said first, one after the other.
    pub notices: Vec<Notice>,
}

/// Keys typed that are not a command yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Typed {
    count: Option<u32>,
    keys: Vec<Key>,
}

/// All on the screen that time alone changes: while it stays the same, nothing
/// is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Glance {
    secs: u64,
    stage: usize,
    marked: Option<RowId>,
    line: usize,
    word: Option<usize>,
    chapter: Option<usize>,
    waveform: Option<(MediaTime, u16)>,
    waits: bool,
}

/// Said at the end of the episode.
const AT_THE_END: &str = "the end: Space plays from the start";

/// How often the place is kept while it moves.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// How soon after it was kept last it is kept where it stands: then nothing
/// has to be woken for while it does.
const SAVE_AT_REST: Duration = Duration::from_secs(1);

/// How soon to look again for what should be heard already: a start, or more
/// than the engine has given out so far.
const LOOK_AGAIN: Duration = Duration::from_millis(8);

/// How soon to look again once the engine has been silent for [`PATIENCE`].
const LOOK_AGAIN_LATER: Duration = Duration::from_millis(100);

/// How long an answer of the engine usually takes at most.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long sound may not come before the listener is told why.
const WAITS: Duration = Duration::from_millis(1_200);

impl App {
    /// The program at its start. The effects open the episode.
    pub fn new(start: Start, now: Moment) -> (Self, Vec<Effect>) {
        Self::with_id(start, SeekId::default(), now)
    }

    /// The program while what it was started with, `name`, is being opened: it
    /// can be left, and little more.
    pub fn awaiting(name: &str, now: Moment) -> Self {
        let start = Start { title: name.to_owned(), paused: true, ..Start::default() };
        let (mut app, _) = Self::new(start, now);
        app.awaited = Some(text::clean_line(name));
        app.idle = true;
        app
    }

    /// The program with an episode that the engine knows under `id`.
    fn with_id(start: Start, id: SeekId, now: Moment) -> (Self, Vec<Effect>) {
        let audio = start.media.is_some();
        let length = (!audio).then(|| start.transcript.end());
        let mut player = Player::new(audio, start.at, start.speed, start.volume, length);
        player.begin_ids_at(id);
        player.begin_in(start.manner, start.kept.map(|kept| kept.spared).unwrap_or_default());
        if !start.paused {
            player.begin(now);
        }
        let mut effects = Vec::new();
        let waveform = Waveform::new(start.media.clone());
        if let Some(media) = start.media {
            effects.push(Effect::Playback(crate::model::playback::Request::Open {
                media,
                id: player.id(),
                at: start.at,
                speed: start.speed,
                volume: start.volume,
                manner: start.manner,
                paused: start.paused,
            }));
        }
        let mut notices = Notices::default();
        for notice in start.notices {
            notices.add(notice, now);
        }
        let mut app = Self {
            title: text::clean_line(&start.title),
            listening: Listening::new(&player),
            player,
            reader: Reader::new(start.transcript),
            unread: start.unread,
            awaited: None,
            chapters: start.chapters,
            keymap: Keymap::default(),
            settings: start.settings,
            size: Size::default(),
            view: View::Transcript,
            open: Open::Nothing,
            waveform,
            notices,
            shelf: None,
            idle: false,
            opened: false,
            key: None,
            own: None,
            asked_of_list: None,
            covers: true,
            shows_cover: false,
            goes_back: false,
            plays_next: None,
            passed_over: None,
            heard_before: start.heard_before,
            device: None,
            opening: false,
            asked_for_device: false,
            delays: Delays::default(),
            chosen: None,
            stepped: None,
            chosen_chapter: None,
            typed: Typed::default(),
            scrubbing: false,
            plays_on: false,
            mouse: start.mouse,
            kept_before: start.kept,
            last_save: now,
            unsaved: false,
            over: false,
            glance: Glance::default(),
            changed: true,
        };
        app.settle(now, &mut effects);
        (app, effects)
    }

    /// The episode's name, as one clean line.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Why there is nothing to read although there is a transcript.
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// What is waited for before there is an episode.
    pub fn awaited(&self) -> Option<&str> {
        self.awaited.as_deref()
    }

    /// What is playing.
    pub const fn player(&self) -> &Player {
        &self.player
    }

    /// What is being read.
    pub const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Which keys do what.
    pub const fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// The size of the terminal.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// What fills the screen.
    pub const fn view(&self) -> View {
        self.view
    }

    /// What is open over it.
    pub const fn open(&self) -> &Open {
        &self.open
    }

    /// What is being said to the listener.
    pub fn notice(&self) -> Option<&Notice> {
        self.notices.shown()
    }

    /// Whether sound does not come because there is no more of the file yet: it
    /// is still being written, or its disk does not answer.
    pub const fn waits_for_file(&self) -> bool {
        self.glance.waits
    }

    fn has_waited(&self, now: Moment) -> bool {
        let lacking = self.player.lacking_since(now).filter(|_| !self.opening);
        lacking.is_some_and(|since| now.0.saturating_sub(since.0) >= WAITS)
    }

    /// Whether sound comes from a device; `None` until that is known.
    pub const fn has_device(&self) -> Option<bool> {
        self.device
    }

    /// Whether the program takes the mouse.
    pub const fn takes_mouse(&self) -> bool {
        self.mouse
    }

    /// The count and the keys typed so far that are not a command yet.
    pub fn typed(&self) -> String {
        let count = self.typed.count.map(|count| count.to_string()).unwrap_or_default();
        self.typed.keys.iter().fold(count, |text, key| text + &key.to_string())
    }

    /// Whether the program has come to its end.
    pub const fn is_over(&self) -> bool {
        self.over
    }

    /// Whether what is shown has changed since this was asked last.
    pub const fn take_changed(&mut self) -> bool {
        std::mem::replace(&mut self.changed, false)
    }

    /// Which row is marked at `now`.
    pub fn spoken(&self, now: Moment) -> Spoken {
        self.spoken_at(self.player.position(now))
    }

    fn spoken_at(&self, position: MediaTime) -> Spoken {
        let Some(chosen) = self.chosen.filter(|&row| self.is_still_chosen(row, position)) else {
            return self.reader.timeline().at(position);
        };
        Spoken::Row(chosen)
    }

    /// Whether `row`, which was gone to, is still the one to mark: until
    /// something else begins or ends. The place may lie before it, by the
    /// lead-in and by what a sound card rounds; whatever else moves the place
    /// forgets what was chosen.
    fn is_still_chosen(&self, row: RowId, position: MediaTime) -> bool {
        let until = self.reader.timeline().next_change(self.reader.start_of(row));
        until.is_none_or(|until| position < until)
    }

    /// How long the episode is: the audio's length, else when the transcript
    /// ends, or what has come of the audio if that is more.
    pub fn length(&self) -> MediaTime {
        let so_far = self.player.so_far().unwrap_or_default();
        self.player.length().unwrap_or_else(|| self.reader.transcript().end().max(so_far))
    }

    /// Whether that is how long it will have been in the end: not while audio
    /// comes through a pipe, unless the transcript goes further.
    pub fn knows_length(&self) -> bool {
        let end = self.reader.transcript().end();
        self.player.length().is_some() || self.player.so_far().is_none_or(|so_far| end >= so_far)
    }

    /// The next moment at which something changes by itself, if any: the next
    /// second or cue, the end of a notice, the next time to keep the place.
    pub fn next_wake(&self, now: Moment) -> Option<Moment> {
        let notice = self.notices.until();
        let save = self.next_save();
        let lacking = self.player.lacking_since(now);
        let look = lacking.map(|since| {
            // A device or a disk that takes its time, or never comes, is no
            // reason to spin.
            let patient = now.0.saturating_sub(since.0) > PATIENCE;
            now.after(if patient { LOOK_AGAIN_LATER } else { LOOK_AGAIN })
        });
        let change = self.next_change(now).filter(|_| lacking.is_none());
        [notice, save, look, change].into_iter().flatten().min()
    }

    /// When the picture changes because time passes.
    fn next_change(&self, now: Moment) -> Option<Moment> {
        if !self.player.is_playing() {
            return None;
        }
        let position = self.player.position(now);
        let second = MediaTime::from_secs(position.as_micros() / 1_000_000 + 1);
        let stage = self.reader.timeline().next_change(position);
        let end = self.player.length().filter(|&length| length > position);
        let within = self.next_within(position);
        let chapter = self.chapters.next_change(position);
        let waveform = self.next_in_waveform(position);
        let next =
            [Some(second), stage, end, within, chapter, waveform].into_iter().flatten().min()?;
        let moment = self.player.moment_of(next)?;
        Some(if moment > now { moment } else { now.after(LOOK_AGAIN) })
    }

    /// When the voice reaches the next line, or the next timed word, of the
    /// row that is marked.
    fn next_within(&self, position: MediaTime) -> Option<MediaTime> {
        let reader = &self.reader;
        let row = self.spoken_at(position).row()?;
        let cue = reader.cue(row)?;
        let words = reader.transcript().words_of(cue);
        if let Some(word) = words.get(words.partition_point(|word| word.start <= position)) {
            return Some(word.start);
        }
        reader.next_line_after(row, position)
    }

    /// When the place is to be kept, if it is.
    fn next_save(&self) -> Option<Moment> {
        if self.player.is_playing() {
            return Some(self.last_save.after(SAVE_EVERY));
        }
        self.unsaved.then(|| self.last_save.after(SAVE_AT_REST))
    }

    /// Puts everything right that follows from the time and from what just
    /// happened.
    fn settle(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        self.changed |= self.notices.settle(now);
        if self.player.end_if_over(now) {
            self.changed = true;
            self.unsaved = true;
            self.come_to_end(now, effects);
        }
        if !self.over && self.next_save().is_some_and(|due| due <= now) {
            self.save(now, effects);
        }
        let position = self.player.position(now);
        if self.chosen.is_some_and(|row| !self.is_still_chosen(row, position)) {
            self.chosen = None;
        }
        if self.chosen_chapter.is_some_and(|index| !self.is_still_chapter(index, position)) {
            self.chosen_chapter = None;
        }
        let marked = self.spoken_at(position).row();
        let cue = marked.and_then(|row| self.reader.cue(row));
        let word = cue.and_then(|cue| pace::word_at(self.reader.transcript(), cue, position));
        let line = marked.map_or(0, |row| self.reader.find_line_reached(row, position));
        let glance = Glance {
            secs: position.as_micros() / 1_000_000,
            stage: self.reader.timeline().stage(position),
            marked,
            line,
            word,
            chapter: self.chapter_at(position),
            waveform: self.waveform_glance(position),
            waits: self.has_waited(now),
        };
        if self.changed || glance != self.glance {
            self.reader.settle(marked, line);
            self.settle_waveform(position);
            self.glance = glance;
            self.changed = true;
        }
    }

    fn save(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        self.count_heard(now);
        self.last_save = now;
        self.unsaved = false;
        if self.idle {
            return;
        }
        // At the end the next start is from the beginning.
        let at = if self.player.is_at_end(now) {
            MediaTime::ZERO
        } else {
            // What was heard before this start is not to be heard once more.
            self.player.position(now).max(self.heard_before.unwrap_or_default())
        };
        let player = &self.player;
        effects.push(Effect::Save(KeptPlace {
            at,
            speed: player.speed(),
            volume: player.volume(),
            manner: player.manner(),
            spared: player.spared(),
        }));
    }
}
