//! What is kept on disk, and which files belong together: an edge.
#![cfg_attr(
    test,
    expect(clippy::disallowed_methods, reason = "tests make the files that are read here")
)]

pub mod cache;
pub mod chapters;
pub mod cover;
pub mod database;
pub mod files;
pub mod heard;
pub mod key;
mod length;
pub mod library;
pub mod pair;
pub mod paths;
pub mod pipe;
pub mod places;
pub mod replace;

pub use cache::Cache;
pub use chapters::{chapter_files, description, read_chapters};
pub use cover::cover_beside;
pub use database::{Database, Kept, OpenedDatabase, StoreError};
pub use files::{ReadError, head, read_kept, read_transcript, why};
pub use key::EpisodeKey;
pub use library::{Added, Library, Texts, transcripts_in};
pub use pair::{Paired, Reason, transcript_for};
pub use paths::Paths;
pub use pipe::{Pipe, pipe};
pub use places::{Place, Places};
pub use replace::{put, replace};
