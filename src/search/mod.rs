//! Finding words.

mod accents;
pub mod find;
pub mod fuzzy;
mod pattern;
pub mod plan;
pub mod query;
pub mod wanted;
pub mod words;

pub use find::{Hit, Match, by_line, cues_of, matches};
pub use fuzzy::Names;
pub use plan::{Need, Plan, Run};
pub use query::Query;
pub use wanted::Wanted;
pub use words::{folded, words};
