//! What the subcommands of the library share.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::app::Weight;
use crate::model::episode::Episode;
use crate::model::text::clean_line;
use crate::run;
use crate::store::{Added, Database, EpisodeKey, Library, OpenedDatabase, Paths, StoreError, why};

/// The listener's library.
///
/// # Errors
///
/// There is no folder for it, or its file cannot be used.
pub(super) fn library() -> anyhow::Result<Library> {
    let paths = Paths::from_environment().ok_or_else(|| {
        anyhow::anyhow!("there is no folder for the library; name one in SAYAGAIN_STATE")
    })?;
    let OpenedDatabase { database, told } = Database::open(&paths)?;
    if let Some(told) = told {
        say(&told);
    }
    Ok(Library::new(database)?)
}

/// The library, if there is one and it can be used, and what happened to it;
/// what is wrong with it is said where places are kept.
fn quiet_library(told: &mut Vec<(String, Weight)>) -> Option<Library> {
    let paths = Paths::from_environment().filter(|paths| paths.database().exists())?;
    let opened = Database::open(&paths).ok()?;
    told.extend(opened.told.map(|told| (told, Weight::Warning)));
    Library::new(opened.database).ok()
}

/// The episodes of the library as they are known, which may be none yet; `None`
/// if nothing has been added to one.
pub(super) fn episodes(told: &mut Vec<(String, Weight)>) -> Option<Vec<Episode>> {
    let library = quiet_library(told)?;
    let episodes = library.episodes().unwrap_or_default();
    let is_there = !episodes.is_empty() || library.folders().is_ok_and(|all| !all.is_empty());
    is_there.then_some(episodes)
}

/// The episode whose audio `path` is, with this content; else one of which it is
/// a copy that the library does not know.
pub(super) fn known(
    path: &Path,
    content: EpisodeKey,
    told: &mut Vec<(String, Weight)>,
) -> Option<Episode> {
    let library = quiet_library(told)?;
    let path = place(&library, path).ok()?;
    match library.audio_in(&path).ok()? {
        Some(known) if known == content => library.episode_of(&path).ok()?,
        _ => library.episode_with(content).ok()?,
    }
}

/// Where `path` is for the library: there, if it knows the link that it may be,
/// else where that leads to.
///
/// # Errors
///
/// There is no such file.
pub(super) fn place(library: &Library, path: &Path) -> anyhow::Result<PathBuf> {
    let whole = whole(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let link = self::whole(folder.unwrap_or(Path::new("."))).ok().zip(path.file_name());
    let link = link.map(|(folder, name)| folder.join(name)).filter(|link| *link != whole);
    Ok(match link {
        Some(link) if library.episode_of(&link)?.is_some() => link,
        _ => whole,
    })
}

/// The library, with its files looked at again; if that cannot be written down
/// it is said, and what was known holds.
///
/// # Errors
///
/// As [`library`].
pub(super) fn fresh_library() -> anyhow::Result<Library> {
    let mut library = library()?;
    if !library.database().is_read_only()
        && let Err(error) = library.refresh(&run::sound)
    {
        // What was known before is still there.
        say(&error.to_string());
    }
    Ok(library)
}

/// Looks at the library's folders again.
///
/// # Errors
///
/// The file cannot be written.
pub(super) fn refresh(library: &mut Library) -> anyhow::Result<Added> {
    Ok(library.refresh(&run::sound)?)
}

/// `path` without a relation to the current folder.
///
/// # Errors
///
/// There is no such file.
pub(super) fn whole(path: &Path) -> anyhow::Result<PathBuf> {
    std::fs::canonicalize(path)
        .map_err(|error| anyhow::anyhow!("cannot open {}: {}", path.display(), why(&error)))
}

/// Runs a subcommand: an error is one line on standard error, and exit code 2.
/// A reader that has gone away is no error.
pub(super) fn exit(result: anyhow::Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        let gone = error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        if gone {
            return ExitCode::SUCCESS;
        }
        // An error of the store names its cause itself; one of the system alone
        // comes from what was printed.
        let printed = error.downcast_ref::<io::Error>().filter(|_| error.chain().count() == 1);
        match (error.downcast_ref::<StoreError>(), printed) {
            (Some(error), _) => say(&error.to_string()),
            (None, Some(error)) => say(&format!("cannot print all of it: {}", why(error))),
            (None, None) => say(&format!("{error:#}")),
        }
        ExitCode::from(2)
    })
}

/// Says something on standard error, in one line.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "sayagain: {}", clean_line(text));
}
