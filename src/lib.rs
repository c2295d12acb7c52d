//! sayagain: listen to a podcast in the terminal and read along.
//!
//! The library exists for the program, its tests and its benches; it promises
//! nothing to others. The modules stand in reading order: each may use only
//! those above it (`tests/architecture.rs` keeps that).

pub mod model;

pub mod format;
pub mod search;

pub mod app;
pub mod ui;

pub mod audio;
pub mod store;
pub mod tags;

pub mod cli;
pub mod run;
