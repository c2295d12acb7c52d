//! An index that is finished, as bytes and back: two for each frame.

use super::{Header, Index, Places, Section};

/// What the frames' places are kept as; another form has another.
pub(in crate::audio) const FORM: &str = "frames1";

impl Index {
    /// All that scanning has found, for [`Index::restore`]; `None` before it is
    /// finished.
    pub(in crate::audio) fn to_bytes(&self) -> Option<Vec<u8>> {
        if !self.finished {
            return None;
        }
        let mut bytes = Vec::with_capacity(2 * self.places.len() + 64 * self.sections.len());
        bytes.extend(self.scan.to_le_bytes());
        bytes.push(u8::from(self.in_step));
        bytes.extend((self.sections.len() as u64).to_le_bytes());
        for section in &self.sections {
            bytes.extend((section.first as u64).to_le_bytes());
            bytes.extend(section.start.to_le_bytes());
        }
        let mut before = 0;
        for frame in 0..self.len() {
            let place = self.place(frame);
            // Zero announces a step that is too long for two bytes.
            let step = u16::try_from(place - before).unwrap_or(0);
            bytes.extend(step.to_le_bytes());
            if step == 0 {
                bytes.extend(place.to_le_bytes());
            }
            before = place;
        }
        Some(bytes)
    }

    /// Takes over what [`Index::to_bytes`] gave of the same file; `false`, and
    /// nothing is changed, where that cannot be. Of the file it reads a header
    /// for each section.
    pub(in crate::audio) fn restore(&mut self, bytes: &[u8]) -> bool {
        let Some(kept) = self.read_kept(&mut Rest(bytes)) else { return false };
        self.scan = kept.scan;
        self.in_step = kept.in_step;
        self.sections = kept.sections;
        self.places = kept.places;
        self.finished = true;
        true
    }

    fn read_kept(&mut self, rest: &mut Rest<'_>) -> Option<Kept> {
        let len = self.window.bytes().len();
        let scan = rest.number().filter(|scan| *scan <= len)?;
        let in_step = rest.take::<1>()? == [1];
        let count = rest.number()?;
        let firsts: Option<Vec<_>> =
            (0..count).map(|_| Some((rest.number()?, rest.number()?))).collect();
        let mut places = Places::default();
        let mut before = 0;
        while !rest.0.is_empty() {
            let place = match u16::from_le_bytes(rest.take()?) {
                0 => rest.number()?,
                step => before + u64::from(step),
            };
            if place >= len || place <= before && !places.is_empty() {
                return None;
            }
            places.push(place);
            before = place;
        }
        if places.is_empty() || places.get(0) != self.place(0) {
            return None;
        }
        let mut sections = vec![*self.sections.first()?];
        let firsts = firsts?;
        if firsts.first() != Some(&(sections[0].first as u64, sections[0].start)) {
            return None;
        }
        for (first, start) in firsts.into_iter().skip(1) {
            let first = usize::try_from(first).ok()?;
            let before = sections.last()?;
            if first <= before.first || first >= places.len() || start < before.start {
                return None;
            }
            let header: Header = self.header_at(places.get(first)).ok()??.ok()?;
            sections.push(Section { first, start, header });
        }
        Some(Kept { scan, in_step, sections, places })
    }
}

struct Kept {
    scan: u64,
    in_step: bool,
    sections: Vec<Section>,
    places: Places,
}

/// Bytes that have not been read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn number(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::audio::bytes::Bytes;
    use crate::audio::frames::Progress;
    use crate::model::playback::Media;

    /// Three files of different kinds, joined, with something between them
    /// that is longer than two bytes can say.
    fn joined() -> Arc<Bytes> {
        let mut all = include_bytes!("../../../tests/data/audio/vbr-xing.mp3").to_vec();
        all.extend(vec![0; 70_000]);
        all.extend(include_bytes!("../../../tests/data/audio/half-rate-stereo.mp3"));
        all.extend(include_bytes!("../../../tests/data/audio/cbr-bare.mp3"));
        Arc::new(Bytes::open(&Media::BuiltIn(Vec::leak(all))).unwrap())
    }

    fn begun() -> Index {
        Index::open(joined(), false).unwrap()
    }

    fn finished() -> Index {
        let mut index = begun();
        while index.scan_on().unwrap() == Progress::More {}
        index
    }

    fn all_of(index: &Index) -> impl PartialEq + std::fmt::Debug + use<> {
        let places: Vec<u64> = (0..index.len()).map(|frame| index.place(frame)).collect();
        let sections: Vec<_> =
            index.sections.iter().map(|all| (all.first, all.start, all.header.rate_hz)).collect();
        (places, sections, index.heard_len(), index.is_finished(), index.scan)
    }

    #[test]
    fn an_index_is_restored_as_it_was() {
        let whole = finished();
        assert!(whole.sections.len() > 2);
        let mut restored = begun();
        assert!(restored.restore(&whole.to_bytes().unwrap()));
        assert_eq!(all_of(&restored), all_of(&whole));
        assert_eq!(restored.scan_on().unwrap(), Progress::Finished);
        assert_eq!(all_of(&restored), all_of(&whole));
    }

    #[test]
    fn an_index_that_is_not_finished_is_not_kept() {
        let mut index = Index::open(joined(), false).unwrap();
        index.finished = false;
        assert_eq!(index.to_bytes(), None);
    }

    #[test]
    fn what_is_damaged_changes_nothing_or_leads_to_places_in_the_file() {
        let bytes = finished().to_bytes().unwrap();
        let untouched = all_of(&begun());
        for at in (0..bytes.len()).step_by(7) {
            let mut index = begun();
            if !index.restore(&bytes[..at]) {
                assert_eq!(all_of(&index), untouched, "cut off at {at}");
            }
            let mut changed = bytes.clone();
            changed[at] ^= 0x81;
            let mut index = begun();
            if index.restore(&changed) {
                let last = index.place(index.len() - 1);
                assert!(last < index.bytes().len(), "changed at {at}");
            } else {
                assert_eq!(all_of(&index), untouched, "changed at {at}");
            }
        }
    }
}
