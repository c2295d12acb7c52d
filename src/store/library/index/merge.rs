//! Makes of several segments one, without the transcripts that are no more.

use std::collections::BTreeMap;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::postings::{self, Postings};
use super::{next_segment, whole};

/// So many segments of like size are made one.
const TOGETHER: usize = 8;

/// Segments that are larger stay as they are.
const LARGEST: u32 = 8_000;

/// So many terms are read at once: what they take in the file is free for those
/// that follow.
const TERMS: i64 = 1_024;

/// Makes some segments one; whether there were any to be made one.
pub(super) fn once(connection: &mut Connection) -> rusqlite::Result<bool> {
    if due(connection)?.is_none() {
        return Ok(false);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another sayagain may have done it.
    let segments = due(&transaction)?;
    if let Some(segments) = &segments {
        merge(&transaction, segments)?;
    }
    transaction.commit()?;
    Ok(segments.is_some())
}

/// The segments that are to be made one: the first eight of one size, where each
/// size is eight times the one before.
fn due(connection: &Connection) -> rusqlite::Result<Option<Vec<i64>>> {
    let mut statement = connection.prepare("SELECT id, docs FROM segment ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut sizes: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let docs: u32 = row.get(1)?;
        if docs < LARGEST {
            sizes.entry(docs.max(1).ilog2() / TOGETHER.ilog2()).or_default().push(row.get(0)?);
        }
    }
    Ok(sizes
        .into_values()
        .find(|segments| segments.len() >= TOGETHER)
        .map(|segments| segments.into_iter().take(TOGETHER).collect()))
}

fn merge(transaction: &Transaction<'_>, segments: &[i64]) -> rusqlite::Result<()> {
    let is_live = live(transaction)?;
    let mut is_seen = vec![false; is_live.len()];
    let merged = next_segment(transaction, 0)?;
    let mut select = transaction
        .prepare("SELECT id & 4294967295, docs FROM posting WHERE id >= ?1 AND id < ?2")?;
    let mut delete = transaction.prepare("DELETE FROM posting WHERE id >= ?1 AND id < ?2")?;
    let mut insert = transaction.prepare("INSERT INTO posting VALUES (?1, ?2)")?;
    let last: Option<i64> =
        transaction.query_row("SELECT max(id) FROM term", [], |row| row.get(0))?;
    let end = super::Term::Word(0).row(0) + last.map_or(0, |last| last + 1);
    for first in (0..end).step_by(usize::try_from(TERMS).unwrap_or(1)) {
        let mut all: BTreeMap<i64, Vec<(u32, u32)>> = BTreeMap::new();
        for segment in segments {
            let from = segment << 32 | first;
            let mut rows = select.query([from, from + TERMS])?;
            while let Some(row) = rows.next()? {
                let bytes = row.get_ref(1)?.as_blob().unwrap_or_default();
                let there = postings::read(bytes)
                    .filter(|(file, _)| is_live.get(*file as usize) == Some(&true));
                all.entry(row.get(0)?).or_default().extend(there);
            }
            drop(rows);
            delete.execute([from, from + TERMS])?;
        }
        for (term, mut files) in all {
            // Segments need not be in the order of files; a file may be in two,
            // of which one is of what had its number before.
            files.sort_unstable();
            files.dedup_by_key(|(file, _)| *file);
            let mut postings = Postings::default();
            for (file, count) in files {
                postings.push(file, count);
                is_seen[file as usize] = true;
            }
            if !postings.is_empty() {
                insert.execute(params![merged << 32 | term, postings.bytes()])?;
            }
        }
    }
    let docs = is_seen.into_iter().filter(|is_seen| *is_seen).count();
    transaction
        .execute("UPDATE segment SET docs = ?2 WHERE id = ?1", params![merged, whole(docs)])?;
    for segment in segments {
        transaction.execute("DELETE FROM segment WHERE id = ?1", [segment])?;
    }
    Ok(())
}

/// By file whether it is in the index.
fn live(connection: &Connection) -> rusqlite::Result<Vec<bool>> {
    let mut statement = connection.prepare("SELECT id FROM file WHERE indexed ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut live = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get::<_, u32>(0)? as usize;
        live.resize(id, false);
        live.push(true);
    }
    Ok(live)
}
