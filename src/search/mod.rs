//! Finding words.

pub mod find;
pub mod query;
pub mod wanted;

pub use find::{Match, cues_of, matches};
pub use query::Query;
pub use wanted::{Hit, Plan, Wanted};
