//! What lies in the listener's folders.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::store::files;
use crate::store::pair::{self, FileKind};

/// A file whose name says that it may belong to an episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    /// When it was changed, in nanoseconds since 1970.
    pub(super) changed: i64,
}

/// What is in folders, and what could not be looked at.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) found: Vec<Found>,
    /// Folders that were looked through.
    pub(super) seen: Vec<PathBuf>,
    /// What could not be looked at, and why, each one line.
    pub(super) wrong: Vec<String>,
    /// Roots that are not there, and what the system says of them.
    pub(super) missing: Vec<(PathBuf, io::Error)>,
}

/// Everything below `roots`, each a folder or a file. Hidden files and folders
/// are passed over, and links to folders, which may lead in circles. A root
/// that is not there is among the missing, and what is known of it stays as it
/// is: it may be on a disk that is not plugged in.
pub(super) fn scan(roots: &[PathBuf]) -> Scan {
    let mut scan = Scan::default();
    let mut known = HashSet::new();
    for root in roots {
        match fs::metadata(root) {
            Ok(metadata) if metadata.is_dir() => {
                let before = scan.wrong.len();
                folder(root, &mut scan, &mut known);
                // What lies behind a folder that could not be read is not gone.
                if scan.wrong.len() == before {
                    scan.seen.push(root.clone());
                }
            }
            Ok(metadata) => {
                scan.found.extend(found(root.clone(), &metadata));
                scan.seen.push(root.clone());
            }
            Err(error) => scan.missing.push((root.clone(), error)),
        }
    }
    scan
}

/// Every transcript among and below `roots`, in order, one of each name; and
/// what could not be looked at. A file that is named itself is taken for a
/// transcript whatever its name.
pub fn transcripts_in(roots: &[PathBuf]) -> (Vec<PathBuf>, Vec<String>) {
    let (folders, mut paths): (Vec<PathBuf>, Vec<PathBuf>) =
        roots.iter().cloned().partition(|root| !root.is_file());
    let scan = scan(&folders);
    let mut wrong = scan.wrong;
    wrong.extend(scan.missing.iter().map(|(root, error)| {
        format!("cannot look at {}: {}", files::shown(root), files::why(error))
    }));
    let best = better_versions(&scan.found);
    let mut found: Vec<PathBuf> = scan.found.into_iter().map(|found| found.path).collect();
    found.sort();
    found.retain(|path| {
        let head = || files::head(path).unwrap_or_default();
        pair::rank_of(path).is_some_and(|rank| best.get(&path.with_extension("")) == Some(&rank))
            && pair::kind_of(path, head) == FileKind::Transcript
    });
    paths.extend(found);
    (paths, wrong)
}

/// Of each name in a folder the best rank of a transcript: of one that has
/// anything in it, if there is one.
pub(super) fn better_versions(found: &[Found]) -> HashMap<PathBuf, u8> {
    let mut best: HashMap<PathBuf, (bool, u8)> = HashMap::new();
    for found in found {
        if let Some(rank) = pair::rank_of(&found.path) {
            let own = (found.size == 0, rank);
            let entry = best.entry(found.path.with_extension("")).or_insert(own);
            *entry = own.min(*entry);
        }
    }
    best.into_iter().map(|(path, (_, rank))| (path, rank)).collect()
}

fn folder(root: &Path, scan: &mut Scan, known: &mut HashSet<PathBuf>) {
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        if !known.insert(folder.clone()) {
            continue;
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                scan.wrong.push(format!(
                    "cannot list {}: {}",
                    files::shown(&folder),
                    files::why(&error)
                ));
                continue;
            }
        };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name();
            let hidden = name.as_encoded_bytes().starts_with(b".");
            let Ok(kind) = entry.file_type() else { continue };
            if hidden {
                continue;
            }
            if kind.is_dir() {
                folders.push(entry.path());
            } else if pair::may_matter(&name.to_string_lossy())
                && let Ok(metadata) = fs::metadata(entry.path())
                && metadata.is_file()
                && known.insert(entry.path())
            {
                scan.found.extend(found(entry.path(), &metadata));
            }
        }
    }
}

fn found(path: PathBuf, metadata: &fs::Metadata) -> Option<Found> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let changed = i64::try_from(since.as_nanos()).unwrap_or(i64::MAX);
    Some(Found { path, size: metadata.len(), changed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_transcript_is_no_better_version_of_one_with_something_in_it() {
        let found = |name: &str, size| Found { path: name.into(), size, changed: 0 };
        let best = better_versions(&[found("a.vtt", 0), found("a.srt", 9), found("b.vtt", 0)]);
        let rank = |name: &str| pair::rank_of(Path::new(name));
        assert_eq!(best.get(Path::new("a")).copied(), rank("a.srt"));
        assert_eq!(best.get(Path::new("b")).copied(), rank("b.vtt"));
    }
}
