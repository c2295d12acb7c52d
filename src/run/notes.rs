//! What the engine finds out about files, kept in the cache.

use crate::audio::Notes;
use crate::store::Cache;

impl Notes for Cache {
    fn recall(&self, name: &str) -> Option<Vec<u8>> {
        Self::recall(self, name)
    }

    fn keep(&self, name: &str, bytes: &[u8]) {
        // On a full or read-only disk it is found out again each time.
        let _ = Self::keep(self, name, bytes);
    }
}
