//! Sound from bytes, without a device.

use std::fmt::Write as _;

use sayagain::audio::{Frame, Outcome, Track};
use sayagain::model::playback::Media;

pub(crate) fn built_in(bytes: Vec<u8>) -> Media {
    Media::BuiltIn(Vec::leak(bytes))
}

/// An open track of which all is known.
pub(crate) fn open(bytes: Vec<u8>) -> Track {
    let mut head = String::new();
    bytes.iter().take(64).for_each(|byte| write!(head, "{byte:02x}").unwrap());
    let mut track = Track::open(&built_in(bytes)).unwrap_or_else(|why| panic!("{why}: {head}"));
    while track.length().is_none() {
        track.look_on().unwrap();
    }
    track
}

/// All samples from where the track stands to its end.
pub(crate) fn rest(track: &mut Track) -> Vec<Frame> {
    let mut all = Vec::new();
    while track.read(&mut all) != Outcome::End {}
    all
}
