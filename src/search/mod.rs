//! Finding words.

pub mod find;
pub mod query;

pub use find::{Match, cues_of, matches};
pub use query::Query;
