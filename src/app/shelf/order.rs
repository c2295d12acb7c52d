//! In which order episodes stand, and which of them are shown.

use std::cmp::Reverse;

use crate::model::episode::Episode;
use crate::model::order::sort_by_key;

/// An order of episodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By date, where there is none by number: the last first.
    #[default]
    Newest,
    /// By show and number.
    Number,
    /// By title.
    Title,
    /// By when they were heard: the last first.
    Heard,
    /// By length: the shortest first.
    Length,
}

impl Order {
    /// The order after this one; after the last the first.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Newest => Self::Number,
            Self::Number => Self::Title,
            Self::Title => Self::Heard,
            Self::Heard => Self::Length,
            Self::Length => Self::Newest,
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest first",
            Self::Number => "by number",
            Self::Title => "by title",
            Self::Heard => "last heard first",
            Self::Length => "shortest first",
        }
    }

    /// The places of `episodes`, which the library gives by show and number,
    /// in this order.
    pub(super) fn of(self, episodes: &[Episode]) -> Vec<usize> {
        let mut places: Vec<usize> = (0..episodes.len()).collect();
        let at = |place: &usize| &episodes[*place];
        match self {
            Self::Newest => {
                sort_by_key(&mut places, |place| Reverse((at(place).date, at(place).number)));
            }
            Self::Number => {}
            Self::Title => places.sort_by_cached_key(|place| at(place).title.to_lowercase()),
            Self::Heard => sort_by_key(&mut places, |place| Reverse(at(place).heard)),
            Self::Length => {
                sort_by_key(&mut places, |place| (at(place).length.is_none(), at(place).length));
            }
        }
        places
    }
}

/// Which episodes are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// All.
    #[default]
    All,
    /// Those that were not heard to the end.
    Unplayed,
    /// Those that were.
    Played,
}

impl Choice {
    /// The choice after this one; after the last the first.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::All => Self::Unplayed,
            Self::Unplayed => Self::Played,
            Self::Played => Self::All,
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Unplayed => "unplayed",
            Self::Played => "played",
        }
    }

    /// Whether `episode` is shown.
    pub(super) fn has(self, episode: &Episode) -> bool {
        match self {
            Self::All => true,
            Self::Unplayed => !episode.is_played(),
            Self::Played => episode.is_played(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MediaTime;

    #[test]
    fn each_order_begins_with_what_its_name_says() {
        let all = [
            (1, None, "b", Some(9), None),
            (2, Some(20_250_101), "C", None, Some(60)),
            (3, Some(20_260_101), "a", Some(8), Some(30)),
            (4, None, "d", None, Some(90)),
        ];
        let episodes = all.map(|(number, date, title, heard, secs)| Episode {
            number: Some(number),
            date,
            title: title.to_owned(),
            heard,
            length: secs.map(MediaTime::from_secs),
            ..Episode::default()
        });
        let mut order = Order::default();
        for (name, expected) in [
            ("newest first", [3, 2, 4, 1]),
            ("by number", [1, 2, 3, 4]),
            ("by title", [3, 1, 2, 4]),
            ("last heard first", [1, 3, 2, 4]),
            ("shortest first", [3, 2, 4, 1]),
        ] {
            let numbers: Vec<Option<u32>> =
                order.of(&episodes).into_iter().map(|place| episodes[place].number).collect();
            assert_eq!((order.name(), numbers), (name, expected.map(Some).to_vec()));
            order = order.next();
        }
        assert_eq!(order, Order::default());
    }
}
