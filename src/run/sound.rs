//! What an audio file tells of itself.

use std::path::Path;

use crate::audio;
use crate::store::library::Sound;
use crate::tags::{self, Tags};

/// How long the audio in `path` is, what its tags say, and why it cannot be
/// played if it cannot. Takes milliseconds.
pub fn sound(path: &Path) -> Sound {
    let Tags { title, show, number, date, .. } = tags::read(path).unwrap_or_default();
    let day = |date: String| date.replace('-', "").parse().ok().filter(|_| date.len() == 10);
    let (length, wrong) = audio::length(path).map_or_else(|why| (None, Some(why)), |it| (it, None));
    Sound { length, title, show, number, date: date.and_then(day), wrong }
}
