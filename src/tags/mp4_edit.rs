//! Edit lists of MP4: where in the movie what a track has begins (ISO/IEC
//! 14496-12, 8.6.6).

use std::io::{self, Read, Seek};
use std::ops::Range;

use super::mp4::child;
use super::source::Source;
use crate::model::MediaTime;

/// How many entries before the first with sound or text are looked at.
const MOST_ENTRIES: u32 = 16;

/// What becomes of the times of a track.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Edit {
    /// How many ticks of the movie pass before it begins.
    delay: u64,
    /// How many ticks of a second the movie has.
    rate: u32,
    /// How many ticks of its own are left out before it begins.
    skip: u64,
}

impl Edit {
    /// When tick `ticks` of the track, which has `rate` of them a second, is
    /// reached.
    pub(super) fn time(self, ticks: u64, rate: u32) -> MediaTime {
        let delay = MediaTime::from_frames(self.delay, self.rate).as_micros();
        let time = MediaTime::from_frames(ticks.saturating_sub(self.skip), rate).as_micros();
        MediaTime::from_micros(delay.saturating_add(time))
    }

    /// Whether what ends at `ticks` is left out.
    pub(super) const fn leaves_out(self, ticks: u64) -> bool {
        self.skip > 0 && ticks <= self.skip
    }
}

/// The edit of the track in `body`, whose movie has `rate` ticks a second: as
/// far as its first piece goes.
pub(super) fn read(
    source: &mut Source<impl Read + Seek>,
    body: &Range<u64>,
    rate: u32,
) -> io::Result<Edit> {
    let mut edit = Edit { rate, ..Edit::default() };
    let Some(edits) = child(source, body, *b"edts")? else { return Ok(edit) };
    let Some(list) = child(source, &edits, *b"elst")? else { return Ok(edit) };
    source.seek(list.start)?;
    let [version, ..] = source.array::<4>()?;
    let count = u32::from_be_bytes(source.array()?);
    for _ in 0..count.min(MOST_ENTRIES) {
        let (lasts, from) = if version == 1 {
            (u64::from_be_bytes(source.array()?), i64::from_be_bytes(source.array()?))
        } else {
            let lasts = u32::from_be_bytes(source.array()?);
            (u64::from(lasts), i64::from(i32::from_be_bytes(source.array()?)))
        };
        source.skip(4)?; // how fast
        if let Ok(skip) = u64::try_from(from) {
            edit.skip = skip;
            break;
        }
        edit.delay = edit.delay.saturating_add(lasts);
    }
    Ok(edit)
}
