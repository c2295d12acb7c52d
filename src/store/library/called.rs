//! What an episode is called, by its files.

use std::path::Path;

use super::episodes::File;
use crate::store::pair::{self, Confidence, Grouped, Identity, Reason};

/// What an episode is called.
pub(super) struct Called {
    pub(super) title: String,
    pub(super) number: Option<u32>,
    /// Year, month and day as one number.
    pub(super) date: Option<u32>,
}

/// How much the transcript has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Nothing: it may be that of another episode.
    None,
    /// What the audio leaves open: the listener put them together, whatever they
    /// are called.
    Last,
    /// Its title is better than tags, which often name the show.
    First,
}

impl Called {
    /// By the audio `main` and its transcript, or that alone.
    pub(super) fn new(episode: &Grouped, main: &File, transcript: Option<&File>) -> Self {
        let word = match episode.grounds {
            Some(grounds) if grounds.confidence == Confidence::Doubtful => Word::None,
            Some(grounds) if grounds.reason == Reason::ByHand => Word::Last,
            _ => Word::First,
        };
        let transcript = transcript.filter(|_| word != Word::None);
        let reason = episode.grounds.map(|grounds| grounds.reason);
        let by_reason = match reason {
            Some(Reason::Same(identity)) => Some(identity),
            _ => None,
        };
        let own = pair::identity_of(&main.path);
        let others = transcript.and_then(|file| pair::identity_of(&file.path));
        // In `100 days of code.mp3` the number is part of the title.
        let by_title = reason == Some(Reason::SameTitle);
        let identities = if by_title { [others, own, by_reason] } else { [own, by_reason, others] };
        let (first, last) = if word == Word::Last { (2, 3) } else { (3, 3) };
        let find = |own: Option<u32>, part: fn(Identity) -> Option<u32>| {
            let named =
                |places: &[Option<Identity>]| places.iter().copied().flatten().find_map(part);
            named(&identities[..first]).or(own).or_else(|| named(&identities[first..last]))
        };
        let number = find(main.number, |identity| match identity {
            Identity::Number(number) | Identity::Part(_, number) => Some(number),
            Identity::Date(_) => None,
        });
        let date = find(main.date, |identity| match identity {
            Identity::Date(date) => Some(date),
            Identity::Number(_) | Identity::Part(..) => None,
        });
        let is_same = reason == Some(Reason::SameName);
        let title = title(main, transcript, word, is_same);
        Self { title, number, date }
    }
}

/// `is_same` where the transcript is called as the audio is; what stands behind
/// that then, as in `talk.en.vtt`, is no part of it.
fn title(main: &File, transcript: Option<&File>, word: Word, is_same: bool) -> String {
    let tagged = main.title.clone();
    let written = transcript.and_then(|file| file.title.clone());
    let first = if word == Word::Last { tagged.or(written) } else { written.or(tagged) };
    first
        .or_else(|| lettered(&main.path).filter(|title| is_same || title.contains(' ')))
        .or_else(|| transcript.and_then(|file| lettered(&file.path)))
        .unwrap_or_else(|| pair::title_of(&main.path))
}

/// The title in the name of a file, unless it is a number alone.
fn lettered(path: &Path) -> Option<String> {
    Some(pair::title_of(path)).filter(|title| title.chars().any(char::is_alphabetic))
}
