//! What a transcript and an episode are: values that every other module speaks of.

pub mod chapter;
pub mod clock;
pub mod episode;
pub mod estimate;
pub mod levels;
pub mod listened;
pub mod order;
pub mod pace;
pub mod playback;
pub mod shown;
pub mod text;
pub mod time;
pub mod timeline;
pub mod transcript;

pub use chapter::{Chapter, Chapters};
pub use clock::{Clock, Moment};
pub use levels::{Level, Levels};
pub use shown::Shown;
pub use time::{MediaTime, Offset};
pub use timeline::{RowId, Spoken, Timeline};
pub use transcript::{Cue, CueDraft, CueId, SpeakerId, Transcript, TranscriptBuilder, Word};
