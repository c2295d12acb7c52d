//! How long audio is, told from its beginning.

use std::path::Path;

use super::Track;
use crate::model::MediaTime;
use crate::model::playback::Media;

/// About how long the audio in `path` is: as its header says, or by the size of
/// the file where every second takes as many bytes as the first; `None` if it
/// cannot be played or does not tell. Reads some hundred kilobytes.
pub fn length(path: &Path) -> Option<MediaTime> {
    let track = Track::open(&Media::File(path.to_owned())).ok()?;
    let samples = track.length().or_else(|| track.estimate())?;
    Some(MediaTime::from_frames(samples, track.rate_hz()))
}
