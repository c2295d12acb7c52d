//! What a search must know of every episode before it reads any, held in memory:
//! tens of thousands are sifted in a millisecond.

use std::cell::{Ref, RefCell};
use std::cmp::Reverse;
use std::collections::HashMap;

use rusqlite::Connection;

use crate::search::folded;

/// An episode that has a transcript, and none of which it is known that it
/// cannot be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) episode: i64,
    pub(super) file: i64,
    pub(super) number: Option<u32>,
    pub(super) date: Option<u32>,
    show: usize,
    /// Whether its words are in the index.
    pub(super) indexed: bool,
    /// How long it is.
    cues: u32,
}

/// All of them, the newest first.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    generation: i64,
    pub(super) entries: Vec<Entry>,
    /// The names of the shows, folded.
    shows: Vec<String>,
    /// By file: how many cues it has beside the average; one if it is none of
    /// these.
    pub(super) lengths: Vec<f32>,
}

impl Catalog {
    /// The show of `entry`, folded.
    pub(super) fn show(&self, entry: &Entry) -> &str {
        self.shows.get(entry.show).map_or("", String::as_str)
    }

    /// What is in `held` if the episodes have not been paired anew since; else
    /// all is read again, which takes a millisecond for a thousand episodes.
    pub(super) fn current<'a>(
        held: &'a RefCell<Option<Self>>,
        connection: &Connection,
    ) -> rusqlite::Result<Ref<'a, Self>> {
        let now: i64 =
            connection.query_row("SELECT generation FROM derived", [], |row| row.get(0))?;
        if held.borrow().as_ref().is_none_or(|catalog| catalog.generation != now) {
            let read = Self::read(connection, now)?;
            *held.borrow_mut() = Some(read);
        }
        Ref::filter_map(held.borrow(), Option::as_ref)
            .map_err(|_| rusqlite::Error::QueryReturnedNoRows)
    }

    fn read(connection: &Connection, generation: i64) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare(
            "SELECT episode.id, file.id, episode.number, episode.date, episode.show, file.indexed,
                file.cues
             FROM episode JOIN file ON file.id = episode.transcript WHERE file.wrong IS NULL",
        )?;
        let mut rows = statement.query([])?;
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            let show = row.get_ref(4)?.as_str().unwrap_or_default();
            let next = known.len();
            let show = if let Some(place) = known.get(show) {
                *place
            } else {
                *known.entry(show.to_owned()).or_insert(next)
            };
            entries.push(Entry {
                episode: row.get(0)?,
                file: row.get(1)?,
                number: row.get(2)?,
                date: row.get(3)?,
                show,
                indexed: row.get(5)?,
                cues: row.get(6)?,
            });
        }
        entries.sort_by_key(|entry| (Reverse(entry.date), Reverse(entry.number), entry.episode));
        let mut shows = vec![String::new(); known.len()];
        for (show, place) in known {
            shows[place] = folded(&show).into_owned();
        }
        let lengths = lengths(&entries);
        Ok(Self { generation, entries, shows, lengths })
    }
}

fn lengths(entries: &[Entry]) -> Vec<f32> {
    let all: usize = entries.iter().map(|entry| entry.cues as usize).sum();
    let average = count((all / entries.len().max(1)).max(1));
    let mut lengths = Vec::new();
    for entry in entries {
        let Ok(file) = usize::try_from(entry.file) else { continue };
        if lengths.len() <= file {
            lengths.resize(file + 1, 1.0);
        }
        lengths[file] = count(entry.cues as usize) / average;
    }
    lengths
}

/// A count, as exactly as it is needed for an order.
#[expect(clippy::cast_precision_loss, reason = "an order is made by it, nothing is counted")]
pub(super) const fn count(count: usize) -> f32 {
    count as f32
}
