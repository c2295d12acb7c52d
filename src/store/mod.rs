//! What is kept on disk, and which files belong together: an edge.
#![cfg_attr(
    test,
    expect(clippy::disallowed_methods, reason = "tests make the files that are read here")
)]

pub mod files;
pub mod paths;
pub mod replace;

pub use files::{ReadError, head, read_transcript};
pub use paths::Paths;
pub use replace::replace;
