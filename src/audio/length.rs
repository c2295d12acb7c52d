//! How long audio is, told from its beginning.

use std::path::Path;

use super::Track;
use crate::model::MediaTime;
use crate::model::playback::Media;

/// About how long the audio in `path` is: as its header says, or by the size of
/// the file where every second takes as many bytes as the first; `None` if it
/// does not tell. Reads some hundred kilobytes.
///
/// # Errors
///
/// Why it cannot be played, in one line for the listener.
pub fn length(path: &Path) -> Result<Option<MediaTime>, String> {
    let track = Track::open(&Media::File(path.to_owned()))?;
    let samples = track.length().or_else(|| track.estimate());
    Ok(samples.map(|samples| MediaTime::from_frames(samples, track.rate_hz())))
}
