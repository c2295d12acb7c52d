//! Formats that are plain text: lines, stamps, tables.

pub(super) mod ass;
pub(super) mod lrc;
pub(super) mod markdown;
pub(super) mod plain;
pub(super) mod sbv;
pub(super) mod srt;
pub(super) mod table;
pub(super) mod talkpython;
