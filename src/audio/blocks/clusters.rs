//! Where in a Matroska its clusters lie: found by cues, by halving, and by their
//! names where all else is lost.

use std::io;

use memchr::memmem;

use super::{Blocks, MANY, NEAR, TIME};
use crate::audio::ebml::Element;
use crate::audio::matroska::CLUSTER;

impl Blocks {
    /// The first cluster that begins at `from` or behind it, and before `to`.
    pub(super) fn cluster_behind(&mut self, from: u64, to: u64) -> io::Result<Option<Element>> {
        let mut at = from;
        while at < to {
            let ahead = self.leaps.at(at, 4_096)?;
            if ahead.len() < 8 {
                return Ok(None);
            }
            match memmem::find(ahead, &CLUSTER.to_be_bytes()) {
                None => at += (ahead.len() - 3) as u64,
                Some(distance) => {
                    at += distance as u64;
                    if at < to
                        && let Some(cluster) = Element::read(&mut self.leaps, at)?
                        && self.time_of(&cluster)?.is_some()
                    {
                        return Ok(Some(cluster));
                    }
                    at += 1;
                }
            }
        }
        Ok(None)
    }

    /// The time at which `cluster` begins; `None` if it is none.
    fn time_of(&mut self, cluster: &Element) -> io::Result<Option<u64>> {
        let mut at = cluster.begin;
        for _ in 0..MANY {
            let Some(part) = Element::read(&mut self.leaps, at)? else { return Ok(None) };
            let Some(end) = part.end else { return Ok(None) };
            match part.id {
                TIME if end - part.begin <= 8 => return part.number(&mut self.leaps).map(Some),
                // A checksum, and what stands for nothing.
                0xbf | 0xec => at = end,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The last cluster that begins at `time` or before it.
    pub(super) fn cluster_at(&mut self, time: u64) -> io::Result<u64> {
        let (mut low, mut high) = (self.head.first, self.window.bytes().len());
        let cues = &self.head.cues;
        let behind = cues.partition_point(|(cue, _)| *cue <= time);
        if let Some((_, at)) = behind.checked_sub(1).and_then(|cue| cues.get(cue))
            && (low..high).contains(at)
        {
            low = *at;
        }
        if let Some((_, at)) = cues.get(behind)
            && (low..high).contains(at)
        {
            // The point's own cluster may begin before that time.
            high = at.saturating_add(16).min(high);
        }
        while high - low > NEAR {
            let middle = low + (high - low) / 2;
            match self.cluster_behind(middle, high)? {
                Some(cluster) if self.time_of(&cluster)?.is_some_and(|begin| begin <= time) => {
                    low = cluster.at;
                }
                _ => high = middle,
            }
        }
        let mut at = low;
        while let Some(cluster) = self.cluster_behind(at, high)? {
            if self.time_of(&cluster)?.is_none_or(|begin| begin > time) {
                break;
            }
            low = cluster.at;
            at = cluster.end.filter(|end| *end > cluster.begin).unwrap_or(cluster.begin);
        }
        Ok(low)
    }
}
