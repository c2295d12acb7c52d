//! Looks for words in many transcripts at once.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use super::Texts;
use crate::model::Transcript;
use crate::search::{Hit, Wanted};

/// What was found in one transcript.
#[derive(Debug)]
pub struct Looked {
    /// Which of the paths.
    pub place: usize,
    /// The transcript and every hit in it, at least one; or why it cannot be
    /// read.
    pub found: Result<(Arc<Transcript>, Vec<Hit>), String>,
}

/// Looks into the transcripts in `paths` on as many threads as there are
/// processors, and hands on what was found in their order; those without a
/// hit are passed over. Ends early when `each` breaks, or once the answer is
/// not wanted any more.
pub fn look_into<P: AsRef<Path> + Sync>(
    paths: &[P],
    wanted: &Wanted,
    texts: &Texts,
    is_wanted: &(dyn Fn() -> bool + Sync),
    mut each: impl FnMut(Looked) -> ControlFlow<()>,
) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(paths.len());
    let (next, ended) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (sender, looked) = sync_channel(64);
        for _ in 0..threads {
            let (sender, next, ended) = (sender.clone(), &next, &ended);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(place).filter(|_| is_wanted()) else { return };
                    let found = texts.get(path.as_ref()).map(|transcript| {
                        let hits = wanted.hits_while(&transcript, is_wanted);
                        (transcript, hits)
                    });
                    if ended.load(Ordering::Relaxed)
                        || sender.send(Looked { place, found }).is_err()
                    {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for one in &looked {
            waiting.insert(one.place, one);
            while let Some(one) = waiting.remove(&due) {
                due += 1;
                let is_hit = one.found.as_ref().map_or(true, |(_, hits)| !hits.is_empty());
                if is_hit && each(one).is_break() {
                    ended.store(true, Ordering::Relaxed);
                    return;
                }
            }
        }
    });
}
