//! Finding words.
