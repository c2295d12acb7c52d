//! Finding words.

pub mod find;
pub mod fuzzy;
pub mod query;
pub mod wanted;

pub use find::{Match, cues_of, matches};
pub use fuzzy::Names;
pub use query::Query;
pub use wanted::{Hit, Phrase, Plan, Wanted};
