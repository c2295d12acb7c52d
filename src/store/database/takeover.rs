//! Takes over the places that versions before 0.2 kept in a folder of files.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::Database;
use super::kept::{Kept, KeptPlace};
use crate::store::files;

/// What is in such a file.
#[derive(Deserialize)]
struct Saved {
    version: u32,
    at_us: u64,
    #[serde(default = "normal_speed")]
    speed_tenths: i32,
    #[serde(default = "full_volume")]
    volume_percent: i32,
    #[serde(default)]
    unix_secs: u64,
}

fn normal_speed() -> i32 {
    10
}

fn full_volume() -> i32 {
    100
}

/// Takes in every place in `folder` that can be read, then renames the folder
/// to `places.old`. Nothing is done if there is no such folder, or nothing can
/// be written; broken off, it is done again at the next start, and comes to
/// the same.
pub(super) fn take_over(database: &mut Database, folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let places: Vec<KeptPlace> = paths.filter_map(|path| place(&path)).collect();
    let kept = Kept { version: Kept::VERSION, places, ..Kept::default() };
    if !database.is_read_only() && database.take_in(&kept).is_ok() {
        // A folder that stays is taken over again, which changes nothing.
        let _ = fs::rename(folder, folder.with_extension("old"));
    }
}

/// The place in the file in `path`, which is named after its episode.
fn place(path: &Path) -> Option<KeptPlace> {
    let key = path.file_name()?.to_str()?.strip_suffix(".json")?.parse().ok()?;
    let saved: Saved = serde_json::from_slice(&files::read(path, 64 << 10).ok()?).ok()?;
    (saved.version == 1).then_some(())?;
    Some(KeptPlace {
        key,
        at_us: saved.at_us.try_into().ok()?,
        speed_tenths: saved.speed_tenths,
        volume_percent: saved.volume_percent,
        trim_centis: 0,
        even: false,
        spared_us: 0,
        saved: saved.unix_secs.try_into().ok()?,
    })
}
