//! What keys do in the list of episodes, in one table.

use crate::app::key::Key;

/// Something that is done with the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Play the episode.
    Play,
    /// Type what its name has.
    Filter,
    /// Search what was said.
    Search,
    /// Another order.
    Order,
    /// Only the unplayed, only the played, or all.
    Choose,
    /// Say that it was played, or was not.
    Mark,
    /// Put it into the queue, or take it out.
    Queue,
    /// One place on in the queue.
    Later,
    /// One place forward in the queue.
    Sooner,
    /// All that is known of it.
    Details,
    /// Leave the list.
    Close,
}

/// A deed with its keys and what the help says of it.
#[derive(Clone, Copy, Debug)]
pub struct DeedInfo {
    /// The deed.
    pub deed: Deed,
    /// The keys, as [`Key`] reads them.
    pub keys: &'static [&'static str],
    /// What it does.
    pub help: &'static str,
}

const fn row(deed: Deed, keys: &'static [&'static str], help: &'static str) -> DeedInfo {
    DeedInfo { deed, keys, help }
}

/// Every deed, in the order the help lists them. Keys that move the cursor in
/// the transcript move it in the list as well, and those that are about the
/// sound work on what is playing.
pub const DEEDS: &[DeedInfo] = &[
    row(Deed::Play, &["Enter"], "Play this episode; so does a second click"),
    row(Deed::Filter, &["/"], "Only episodes with these letters in their names"),
    row(Deed::Search, &["S", "Tab"], "Search what was said in all of them"),
    row(Deed::Order, &["s"], "Another order: newest, number, title, heard, length"),
    row(Deed::Choose, &["v"], "Only the unplayed, only the played, or all"),
    row(Deed::Mark, &["p"], "Mark it as played, or as not played"),
    row(Deed::Queue, &["a"], "Put it into the queue, or take it out"),
    row(Deed::Later, &["J"], "Later in the queue"),
    row(Deed::Sooner, &["K"], "Sooner in the queue"),
    row(Deed::Details, &["i", "I"], "All that is known of the episode"),
    row(Deed::Close, &["Esc", "o"], "Back to what is playing"),
];

/// What `key` does.
pub(super) fn deed(key: Key) -> Option<Deed> {
    let gives = |info: &&DeedInfo| info.keys.iter().any(|name| name.parse() == Ok(key));
    DEEDS.iter().find(gives).map(|info| info.deed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_list_gives_the_deed_it_stands_beside() {
        for info in DEEDS {
            for name in info.keys {
                assert_eq!(deed(name.parse().unwrap()), Some(info.deed), "{name}");
            }
        }
        assert_eq!(deed("x".parse().unwrap()), None);
    }
}
