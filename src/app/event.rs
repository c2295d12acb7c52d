//! What can happen to the program, and what it then asks to be done.

use std::time::Duration;

use super::details::About;
use super::key::Key;
use super::screen::Size;
use super::shelf::{Found, Wish};
use crate::model::episode::Episode;
use crate::model::playback::{Heard, Manner, Media, Report, Request, Speed, Volume};
use crate::model::{Level, MediaTime, RowId};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The pointer was pressed here.
    Press(Target),
    /// The pointer was moved while pressed; where on the progress bar its
    /// column lies, 0.0 to 1.0.
    Drag(f64),
    /// The pointer was let go.
    Release,
    /// The wheel was turned by this many lines; down is positive.
    Wheel(i32),
    /// The terminal has this size.
    Resized(Size),
    /// What is heard, as the engine knows it now.
    Heard(Option<Heard>),
    /// The engine says something.
    Playback(Report),
    /// The place could not be saved; why.
    SaveFailed(String),
    /// What the listener has just said could not be kept; why.
    NotKept(String),
    /// The episodes of the library.
    Episodes(Vec<Episode>),
    /// What the files of the episode with this content say of it.
    About {
        /// Which.
        key: String,
        /// What they say.
        about: Box<About>,
    },
    /// What is to be played next, by the content of each.
    Queue(Vec<String>),
    /// An answer to what was looked for, or a part of it.
    Found {
        /// What the question was given.
        asked: u64,
        /// The answer.
        found: Found,
    },
    /// How loud the episode is from the `first` level on.
    Levels {
        /// What the question was given.
        asked: u64,
        /// The number of the first.
        first: usize,
        /// The levels.
        levels: Vec<Level>,
    },
    /// The library cannot be used, or an episode not be opened; why.
    LibraryFailed(String),
    /// What was found to be wrong with the listener's folders.
    FoldersTold(String),
    /// The program is told to end, by a signal or by the loss of its terminal.
    Terminate,
    /// The program is told to stop for the shell.
    Stop,
    /// The program goes on after it was stopped.
    Resumed,
}

/// What lies under the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A row of the transcript.
    Row(RowId),
    /// The progress bar, this far along it: 0.0 to 1.0.
    Progress(f64),
    /// The waveform where it shows a part of the episode, this far along it:
    /// 0.0 to 1.0.
    Waveform(f64),
    /// A line of the list, by its place on the screen.
    Line(usize),
    /// A chapter in the list of them.
    Chapter(usize),
    /// Nothing that can be clicked.
    Nothing,
}

/// The place of an episode as it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeptPlace {
    /// What was heard last.
    pub at: MediaTime,
    /// How fast.
    pub speed: Speed,
    /// How loud.
    pub volume: Volume,
    /// What is done to the sound.
    pub manner: Manner,
    /// How much sooner the listener was through for silences left out.
    pub spared: Duration,
}

/// A change of what is to be played next; episodes are named by their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueChange {
    /// This one too, after all others.
    Add(String),
    /// Not this one.
    Remove(String),
    /// These two the other way round.
    Swap(String, String),
}

/// Something that must be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask this of the engine.
    Playback(Request),
    /// Keep this place.
    Save(KeptPlace),
    /// Put back the place as it was kept before; `None`: there was none.
    Restore(Option<KeptPlace>),
    /// Keep it for this device that it is heard so many milliseconds later than
    /// it says.
    KeepDelay {
        /// Its name.
        device: String,
        /// Milliseconds; negative is sooner.
        millis: i32,
    },
    /// Keep that the audio of the episode that is open is exactly so long.
    KeepLength(MediaTime),
    /// Keep whether covers are to be shown.
    KeepCovers(bool),
    /// Keep that an episode, by its content, was heard to its end or not;
    /// `None`: the one that is open.
    Mark {
        /// Which.
        key: Option<String>,
        /// Whether it was.
        played: bool,
    },
    /// Keep this change of what is to be played next.
    Queue(QueueChange),
    /// Ask what the files of this episode say of it.
    Details(Box<Episode>),
    /// Ask for the episodes of the library and what is to be played next.
    List,
    /// Ask for what is to be played next, once all its changes are kept.
    AskQueue,
    /// Look for this in all episodes, and for nothing else any more.
    Find {
        /// Comes back with the answer.
        asked: u64,
        /// What was typed.
        typed: String,
    },
    /// Look for what is behind what was found so far.
    FindMore {
        /// For which question.
        asked: u64,
    },
    /// Look for all places in this episode.
    FindLines {
        /// For which question.
        asked: u64,
        /// In which.
        episode: Box<Episode>,
    },
    /// Look through this for how loud it is where, and through nothing else any
    /// more.
    Survey {
        /// Comes back with the levels.
        asked: u64,
        /// What is to be looked through.
        media: Media,
    },
    /// Close this episode and open that one.
    OpenEpisode(Box<Wish>),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Draw the whole screen anew.
    Redraw,
    /// Give the terminal back and stop until the shell says go on.
    Suspend,
    /// End the program.
    Quit,
}
