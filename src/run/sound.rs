//! What an audio file tells of itself.

use std::path::Path;

use crate::audio;
use crate::store::library::Sound;
use crate::tags::{self, Tags};

/// How long the audio in `path` is, and what its tags say; nothing of a file
/// that cannot be read. Takes milliseconds.
pub fn sound(path: &Path) -> Sound {
    let Tags { title, show, number, date, .. } = tags::read(path).unwrap_or_default();
    let day = |date: String| date.replace('-', "").parse().ok().filter(|_| date.len() == 10);
    Sound { length: audio::length(path), title, show, number, date: date.and_then(day) }
}
