//! What a library knows of an episode.

use std::path::PathBuf;

use super::MediaTime;

/// An episode of the library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Episode {
    /// Its number in the library, which may change from one look at the
    /// folders to the next.
    pub id: i64,
    /// The content that its place is kept under, in hexadecimal digits.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// What it is an episode of; empty if that is unknown.
    pub show: String,
    /// Which episode of the show it is.
    pub number: Option<u32>,
    /// The day it came out: year, month and day as one number.
    pub date: Option<u32>,
    /// How long the audio is, or the transcript if there is none.
    pub length: Option<MediaTime>,
    /// Where the audio is.
    pub audio: Option<PathBuf>,
    /// Where the transcript is.
    pub transcript: Option<PathBuf>,
    /// How many cues the transcript has.
    pub cues: usize,
    /// Where the listener stopped.
    pub place: Option<MediaTime>,
    /// When that was, in seconds since 1970.
    pub heard: Option<i64>,
    /// Whether it was heard to its end, or what the listener said of that.
    pub marked: Option<bool>,
    /// Why audio and transcript belong together, and how sure that is.
    pub pairing: Option<Pairing>,
    /// Why its transcript is of no use.
    pub wrong: Option<String>,
}

/// Why audio and transcript belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// What speaks for and against it, in a few words.
    pub reason: String,
    /// How sure it is: `certain`, `likely` or `doubtful`.
    pub confidence: String,
}

impl Pairing {
    /// Whether the listener should decide.
    pub fn is_doubtful(&self) -> bool {
        self.confidence == "doubtful"
    }
}

impl Episode {
    /// The number with three digits, or the title: what an episode is called
    /// where there is little room.
    pub fn label(&self) -> String {
        self.number.map_or_else(|| self.title.clone(), |number| format!("{number:03}"))
    }

    /// The number, if there is one, and the title.
    pub fn name(&self) -> String {
        match self.number {
            Some(number) => format!("{number:03} {}", self.title),
            None => self.title.clone(),
        }
    }

    /// The date as it is written: `2026-01-05`.
    pub fn written_date(&self) -> Option<String> {
        let date = self.date?;
        Some(format!("{}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100))
    }

    /// How far it was heard, in hundredths; `None` if it was not begun.
    pub fn heard_percent(&self) -> Option<u8> {
        let (place, length) = (self.place?, self.length?);
        let percent = place.as_micros() * 100 / length.as_micros().max(1);
        Some(u8::try_from(percent.min(100)).unwrap_or(100))
    }

    /// Whether it was heard to its end, but for what may be music, or the
    /// listener says so.
    pub fn is_played(&self) -> bool {
        let heard = || self.heard_percent().is_some_and(|percent| percent >= 97);
        self.marked.unwrap_or_else(heard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(place_secs: Option<u64>, length_secs: Option<u64>) -> Episode {
        Episode {
            place: place_secs.map(MediaTime::from_secs),
            length: length_secs.map(MediaTime::from_secs),
            ..Episode::default()
        }
    }

    #[test]
    fn an_episode_is_played_when_hardly_anything_is_left() {
        assert!(!heard(None, Some(100)).is_played());
        assert!(!heard(Some(96), Some(100)).is_played());
        assert!(heard(Some(97), Some(100)).is_played());
        let said = |marked| Episode { marked, ..heard(Some(50), Some(100)) };
        assert!(said(Some(true)).is_played(), "the listener knows better");
        assert!(!Episode { marked: Some(false), ..heard(Some(99), Some(100)) }.is_played());
        assert_eq!(heard(Some(300), Some(100)).heard_percent(), Some(100));
        assert_eq!(heard(Some(3), Some(0)).heard_percent(), Some(100));
        assert_eq!(heard(Some(3), None).heard_percent(), None);
    }

    #[test]
    fn an_episode_is_called_by_its_number_or_its_title() {
        let mut episode = Episode { title: "PyPy".into(), ..Episode::default() };
        assert_eq!(episode.label(), "PyPy");
        episode.number = Some(21);
        episode.date = Some(20_260_105);
        assert_eq!(episode.label(), "021");
        assert_eq!(episode.written_date().as_deref(), Some("2026-01-05"));
    }
}
