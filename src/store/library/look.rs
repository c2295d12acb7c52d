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
/// passed over. One that cannot be read is handed on as its place and why. Ends
/// early when `each` breaks, or once the answer is not wanted any more.
pub fn look_into<P: AsRef<Path> + Sync, T: Send>(
    paths: &[P],
    wanted: &Wanted,
    texts: &Texts,
    is_wanted: &(dyn Fn() -> bool + Sync),
    make: Make<'_, T>,
    mut each: impl FnMut(Result<T, (usize, String)>) -> ControlFlow<()>,
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
                let look = |place: usize, path: &P| {
                    let transcript = texts.get(path.as_ref()).map_err(|why| (place, why))?;
                    let hits = wanted.hits_while(&transcript, is_wanted);
                    Ok((!hits.is_empty()).then(|| make(place, &transcript, &hits)))
                };
                let take = |place| (place < paths.len()).then(|| place + step(place));
                while let Ok(first) = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                {
                    let mut found: Vec<Result<T, (usize, String)>> = Vec::new();
                    for (place, path) in paths.iter().enumerate().skip(first).take(step(first)) {
                        if !is_wanted() || ended.load(Ordering::Relaxed) {
                            return;
                        }
                        found.extend(look(place, path).transpose());
                    }
                    if sender.send((first, found)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (first, found) in &looked {
            waiting.insert(first, found);
            while let Some(found) = waiting.remove(&due) {
                due += step(due);
                if found.into_iter().any(|found| each(found).is_break()) {
                    ended.store(true, Ordering::Relaxed);
                    return;
                }
            }
        }
    });
}

/// How many places from `place` on one thread takes at once: few at first, so
/// that the first answers come soon, then so many that handing them over costs
/// nothing beside reading them.
fn step(place: usize) -> usize {
    (place / 8).clamp(1, 16)
}
