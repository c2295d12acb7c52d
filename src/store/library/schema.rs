//! The tables that can be built again.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::index;

/// Changed whenever the tables or what is in them change: those of another
/// version are thrown away, and the next look at the folders fills them.
pub(super) const VERSION: i64 = 12;

const TABLES: &str = "
    CREATE TABLE derived (
        version INTEGER NOT NULL,
        stale INTEGER NOT NULL DEFAULT 1,
        -- how often the episodes were paired
        generation INTEGER NOT NULL DEFAULT 0,
        -- tells these tables from others of the same version
        epoch INTEGER NOT NULL DEFAULT (random())
    );
    -- Every file that may belong to an episode.
    CREATE TABLE file (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        key BLOB NOT NULL,
        -- 0: neither; 1: audio; 2: a transcript
        kind INTEGER NOT NULL,
        -- of the audio, or the end of the last cue; null if unknown
        length_us INTEGER,
        title TEXT,
        -- of the audio, by its tags
        show TEXT,
        number INTEGER,
        date INTEGER,
        cues INTEGER NOT NULL DEFAULT 0,
        -- whether its words are in the index
        indexed INTEGER NOT NULL DEFAULT 0,
        -- why it is of no use
        wrong TEXT
    );
    CREATE INDEX file_key ON file (key);
    CREATE TABLE episode (
        id INTEGER PRIMARY KEY,
        audio INTEGER REFERENCES file (id) ON DELETE SET NULL,
        transcript INTEGER REFERENCES file (id) ON DELETE SET NULL,
        key BLOB NOT NULL,
        title TEXT NOT NULL,
        show TEXT NOT NULL,
        number INTEGER,
        date INTEGER,
        reason TEXT,
        confidence INTEGER
    );
    CREATE INDEX episode_key ON episode (key);
    CREATE INDEX episode_transcript ON episode (transcript);
    CREATE INDEX episode_audio ON episode (audio);
    -- Other versions of an episode's transcript, and copies of its audio.
    CREATE TABLE version (
        file INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
        episode INTEGER NOT NULL
    );
";

/// Those of all versions; the first three were those of the third.
const ALL: [&str; 10] = [
    "vocabulary",
    "words",
    "grams",
    "posting",
    "segment",
    "term",
    "version",
    "episode",
    "file",
    "derived",
];

/// Makes the tables, unless those of this version are there.
pub(super) fn make(connection: &mut Connection) -> rusqlite::Result<()> {
    if is_there(connection)? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !is_there(&transaction)? {
        forget_old_index(&transaction)?;
        for table in ALL {
            transaction.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
        }
        transaction.execute_batch(TABLES)?;
        transaction.execute_batch(index::TABLES)?;
        transaction.execute("INSERT INTO derived (version) VALUES (?1)", [VERSION])?;
    }
    transaction.commit()
}

/// Takes out the tables of the third version. They were those of a module that
/// the database is now built without: it cannot drop them, only what they kept
/// their content in.
fn forget_old_index(connection: &Connection) -> rusqlite::Result<()> {
    const OLD: &str = "FROM sqlite_schema
        WHERE name IN ('words', 'grams', 'vocabulary') AND sql LIKE 'CREATE VIRTUAL TABLE %'";
    let count: i64 =
        connection.query_row(&format!("SELECT count(*) {OLD}"), [], |row| row.get(0))?;
    if count == 0 {
        return Ok(());
    }
    connection.execute_batch(&format!(
        "PRAGMA writable_schema = ON; DELETE {OLD}; PRAGMA writable_schema = RESET"
    ))?;
    for table in ["words", "grams"] {
        for part in ["data", "idx", "content", "docsize", "config"] {
            connection.execute_batch(&format!("DROP TABLE IF EXISTS {table}_{part}"))?;
        }
    }
    Ok(())
}

fn is_there(connection: &Connection) -> rusqlite::Result<bool> {
    let tables = [TABLES, index::TABLES].concat();
    let mut names = tables.split("CREATE TABLE ").skip(1).filter_map(|rest| rest.split(' ').next());
    let mut known = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1")?;
    if !names.all(|name| known.exists([name]).unwrap_or(false)) {
        return Ok(false);
    }
    let version: Option<i64> =
        connection.query_row("SELECT version FROM derived", [], |row| row.get(0)).optional()?;
    Ok(version == Some(VERSION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_of_sqlites_own_making_is_taken_out_without_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        let parts = "CREATE TABLE words_data (id); CREATE TABLE words_config (id);
            CREATE TABLE derived (version INTEGER); INSERT INTO derived VALUES (3);
            PRAGMA writable_schema = ON";
        connection.execute_batch(parts).unwrap();
        for table in ["words", "vocabulary"] {
            let made = format!("CREATE VIRTUAL TABLE {table} USING fts5(x)");
            let insert = "INSERT INTO sqlite_schema VALUES ('table', ?1, ?1, 0, ?2)";
            connection.execute(insert, [table, &made]).unwrap();
        }
        connection.execute_batch("PRAGMA writable_schema = RESET").unwrap();
        assert!(connection.execute_batch("DROP TABLE words").is_err(), "it can be dropped");
        make(&mut connection).unwrap();
        let left: i64 = connection
            .query_row(
                "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'words%' OR name = 'vocabulary'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(left, 0);
        let sound: String =
            connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        assert!(is_there(&connection).unwrap());
    }
}
