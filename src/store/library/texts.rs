//! Transcripts as they are searched, read again only when they change.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::format::{self, Parsed};
use crate::model::Transcript;
use crate::store::{files, read_transcript};

/// The transcripts that were read last.
#[derive(Debug)]
pub struct Texts {
    held: Mutex<Held>,
    limit_bytes: usize,
}

#[derive(Debug, Default)]
struct Held {
    texts: HashMap<PathBuf, (SystemTime, Arc<Transcript>)>,
    bytes: usize,
}

impl Texts {
    /// None yet; holds about this many bytes of text, and half as much again
    /// for the cues.
    pub fn new(limit_bytes: usize) -> Self {
        Self { held: Mutex::default(), limit_bytes }
    }

    /// The transcript in `path`, as it is now.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, in one line.
    pub fn get(&self, path: &Path) -> Result<Arc<Transcript>, String> {
        if self.limit_bytes == 0 {
            return Ok(Arc::new(parsed(path)?.transcript));
        }
        let changed = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        let held = || self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((time, text)) = held().texts.get(path)
            && Some(*time) == changed
        {
            return Ok(Arc::clone(text));
        }
        let text = Arc::new(parsed(path)?.transcript);
        let mut held = held();
        if let (Some(changed), true) = (changed, held.bytes < self.limit_bytes) {
            held.bytes += text.text().len();
            held.texts.insert(path.to_owned(), (changed, Arc::clone(&text)));
        }
        Ok(text)
    }
}

/// What the transcript in `path` says; or why it cannot be read, in one line.
pub(super) fn parsed(path: &Path) -> Result<Parsed, String> {
    let bytes = read_transcript(path).map_err(|error| error.to_string())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format::read(&bytes, &name).map_err(|refusal| format!("{}: {refusal}", files::shown(path)))
}
