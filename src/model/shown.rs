//! Which cues are shown as rows of their own, for those who need no times.

use std::cell::OnceCell;

use super::timeline::rows;
use super::{CueId, Transcript};

/// Says of the cues of a transcript whether they are shown, as a
/// [`Timeline`](super::Timeline) does, but for nothing in advance.
#[derive(Debug)]
pub struct Shown<'a> {
    transcript: &'a Transcript,
    /// By cue, if there was one that starts together with another.
    all: OnceCell<Vec<bool>>,
}

impl<'a> Shown<'a> {
    /// Nothing is looked at yet.
    pub const fn new(transcript: &'a Transcript) -> Self {
        Self { transcript, all: OnceCell::new() }
    }

    /// Whether there is a row that shows `cue`: it is not empty, and does not
    /// repeat another exactly.
    pub fn has(&self, cue: CueId) -> bool {
        let cues = self.transcript.cues();
        let Some(this) = cues.get(cue.index()) else { return false };
        let before = cue.index().checked_sub(1).and_then(|before| cues.get(before));
        if !this.timed || before.is_none_or(|before| before.start != this.start) {
            return !self.transcript.text_of(this).trim().is_empty();
        }
        let all = self.all.get_or_init(|| {
            let mut all = vec![false; cues.len()];
            for row in rows(self.transcript).0 {
                all[row.cue.index()] = true;
            }
            all
        });
        all[cue.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CueDraft, MediaTime, Timeline, TranscriptBuilder};

    proptest::proptest! {
        #[test]
        fn what_is_shown_is_what_the_timeline_shows(
            cues in proptest::collection::vec((0_u64..4, "[ab]{0,1}|  ", proptest::bool::ANY), 0..30),
        ) {
            let mut builder = TranscriptBuilder::with_capacity(0, 0);
            for (start, text, timed) in &cues {
                builder.push(&CueDraft {
                    start: timed.then(|| MediaTime::from_secs(*start)),
                    end: MediaTime::from_secs(start + 1),
                    text,
                    ..CueDraft::default()
                });
            }
            let transcript = builder.build();
            let (timeline, shown) = (Timeline::new(&transcript), Shown::new(&transcript));
            for cue in (0..=cues.len()).map(CueId::from_index) {
                let row = timeline.row_of(cue).and_then(|row| timeline.cue_of(row));
                proptest::prop_assert_eq!(shown.has(cue), row == Some(cue), "{:?}", cue);
            }
        }
    }
}
