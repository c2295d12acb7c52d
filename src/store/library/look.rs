//! Looks for words in many transcripts at once.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use super::Texts;
use crate::model::Transcript;
use crate::search::{Hit, Wanted};

/// Makes something of every hit in the transcript in a place.
type Make<'a, T> = &'a (dyn Fn(usize, &Transcript, &[Hit]) -> T + Sync);

/// Looks into the transcripts in `paths` on as many threads as there are
/// processors. They make of the place of one and of every hit in it, at least
/// one, what is handed on in the order of the places; those without a hit are
/// passed over. One that cannot be read is handed on as the reason why. Ends early when `each` breaks, or once the answer is not wanted
/// any more.
pub fn look_into<P: AsRef<Path> + Sync, T: Send>(
    paths: &[P],
    wanted: &Wanted,
    texts: &Texts,
    is_wanted: &(dyn Fn() -> bool + Sync),
    make: Make<'_, T>,
    mut each: impl FnMut(Result<T, String>) -> ControlFlow<()>,
) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(paths.len());
    let (next, ended) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (sender, looked) = sync_channel(64);
        for _ in 0..threads {
            let (sender, next, ended) = (sender.clone(), &next, &ended);
            scope.spawn(move || {
                // Each with an expression of its own: one that is shared waits.
                let wanted = wanted.clone();
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(place).filter(|_| is_wanted()) else { return };
                    let found = texts.get(path.as_ref()).map(|transcript| {
                        let hits = wanted.hits_while(&transcript, is_wanted);
                        (!hits.is_empty()).then(|| make(place, &transcript, &hits))
                    });
                    if ended.load(Ordering::Relaxed) || sender.send((place, found)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (place, found) in &looked {
            waiting.insert(place, found);
            while let Some(found) = waiting.remove(&due) {
                due += 1;
                let Some(found) = found.transpose() else { continue };
                if each(found).is_break() {
                    ended.store(true, Ordering::Relaxed);
                    return;
                }
            }
        }
    });
}
