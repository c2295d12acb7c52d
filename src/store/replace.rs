//! Writes a file whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What the name of a half-written file begins with.
pub(super) const HALF: &str = ".sayagain-half-";

/// Puts `bytes` in place of what `path` holds, or makes the file: whoever
/// reads it, at any moment and after any crash, sees the old bytes or all of
/// the new ones, and after `Ok` the new ones outlast a power cut.
///
/// An existing file keeps its permissions, and a link still leads to it; a new
/// one is the listener's alone. Waits for the disk: a few milliseconds, more
/// on a busy one.
///
/// # Errors
///
/// Those of the file system. The old file is as it was, and nothing is left
/// beside it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with(path, bytes, &mut tempfile::Builder::new())
}

/// Puts `bytes` where a listener has said that they are to go. A file is
/// replaced as by [`replace`], if it may be written to, and a new one gets the
/// permissions that new files get. What is no file, a device or a pipe, is
/// written into.
///
/// # Errors
///
/// Those of the file system.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) => {
            let mut there_is = File::options().write(true).open(path)?;
            if !there.is_file() {
                return there_is.write_all(bytes);
            }
        }
        // A link that leads nowhere yet.
        Err(_) if fs::symlink_metadata(path).is_ok() => {
            return File::options()
                .write(true)
                .create(true)
                .truncate(true)
                .open(path)?
                .write_all(bytes);
        }
        Err(_) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            if let Some(folder) = folder.filter(|folder| !folder.exists()) {
                let folder = super::files::shown(folder);
                return Err(io::Error::other(format!(
                    "there is no folder {folder}; make it first"
                )));
            }
        }
    }
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    replace_with(path, bytes, &mut builder)
}

fn replace_with(
    path: &Path,
    bytes: &[u8],
    builder: &mut tempfile::Builder<'_, '_>,
) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut half = builder.prefix(HALF).tempfile_in(folder)?;
    half.write_all(bytes)?;
    match fs::metadata(&path) {
        Ok(existing) => half.as_file().set_permissions(existing.permissions())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    half.as_file().sync_all()?;
    half.persist(&path)?;
    sync_folder(folder)
}

/// Removes from `folder` what writers that were killed more than an hour
/// before `now` have left; a younger one may still be at work.
///
/// # Errors
///
/// The folder cannot be listed, or a file in it cannot be removed.
pub fn sweep(folder: &Path, now: SystemTime) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(HALF) {
            continue;
        }
        let age = now.duration_since(entry.metadata()?.modified()?).unwrap_or_default();
        if age > Duration::from_secs(3_600) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes the new name outlast a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network and FUSE file systems cannot, and need not.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}

/// Windows writes names through by itself.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in `folder`.
    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_or_has_all_of_its_bytes_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("place");
        replace(&path, b"a long first version").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"a long first version");
        replace(&path, b"short").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"short");
        assert_eq!(names(folder.path()), ["place"]);
    }

    #[test]
    fn a_file_that_cannot_be_replaced_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("place");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("inside"), "kept").unwrap();
        assert!(replace(&path, b"new").is_err());
        assert_eq!(names(folder.path()), ["place"]);
        assert_eq!(fs::read(path.join("inside")).unwrap(), b"kept");
    }

    #[test]
    fn no_folder_is_made_for_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = replace(&folder.path().join("missing/place"), b"new").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn only_what_a_writer_killed_long_ago_left_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let half = folder.path().join(format!("{HALF}x"));
        fs::write(&half, "ha").unwrap();
        fs::write(folder.path().join("place"), "whole").unwrap();
        let now = fs::metadata(&half).unwrap().modified().unwrap();
        sweep(folder.path(), now + Duration::from_secs(3_600)).unwrap();
        assert_eq!(names(folder.path()).len(), 2);
        sweep(folder.path(), now + Duration::from_secs(3_601)).unwrap();
        assert_eq!(names(folder.path()), ["place"]);
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::os::unix::fs::{PermissionsExt, symlink};
        use std::process::Command;

        #[test]
        fn what_is_put_somewhere_goes_there_and_a_new_file_is_like_any_other() {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
            fs::write(at("usual"), "x").unwrap();
            put(&at("new"), b"new").unwrap();
            assert_eq!(
                (fs::read(at("new")).unwrap(), mode("new")),
                (b"new".to_vec(), mode("usual"))
            );
            symlink(at("target"), at("link")).unwrap();
            put(&at("link"), b"through").unwrap();
            assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
            assert_eq!(fs::read(at("target")).unwrap(), b"through");
            assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
            let path = at("pipe");
            let reader = std::thread::spawn(move || fs::read(path).unwrap());
            put(&at("pipe"), b"piped").unwrap();
            assert_eq!(reader.join().unwrap(), b"piped");
            let error = put(Path::new("/dev/full"), b"much").unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
            assert!(put(folder.path(), b"x").is_err());
        }

        #[test]
        fn an_existing_file_keeps_its_permissions_and_a_new_one_is_private() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("place");
            let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            replace(&path, b"new").unwrap();
            assert_eq!(mode(), 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
            replace(&path, b"newer").unwrap();
            assert_eq!(mode(), 0o664);
        }

        #[test]
        fn a_link_still_leads_to_the_file() {
            let folder = tempfile::tempdir().unwrap();
            let (path, link) = (folder.path().join("place"), folder.path().join("link"));
            fs::write(&path, "old").unwrap();
            symlink("place", &link).unwrap();
            replace(&link, b"new").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"new");
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        }

        #[test]
        #[cfg(target_os = "linux")]
        fn a_folder_that_takes_no_file_is_an_error() {
            // The one folder in which not even root can make a file.
            let path = Path::new("/proc/self/comm");
            let old = fs::read(path).unwrap();
            assert!(replace(path, b"new").is_err());
            assert_eq!(fs::read(path).unwrap(), old);
        }

        /// Runs itself in a process whose files may not grow past a few
        /// kilobytes, which is how a full disk looks to a writer.
        #[test]
        fn a_full_disk_leaves_the_old_bytes_and_nothing_beside_them() {
            const FOLDER: &str = "SAYAGAIN_TEST_FULL_DISK";
            if let Some(folder) = std::env::var_os(FOLDER) {
                let error = replace(&Path::new(&folder).join("place"), &vec![b'x'; 1 << 20]);
                assert_eq!(error.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
                return;
            }
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("place");
            fs::write(&path, "old").unwrap();
            let test = "store::replace::tests::unix::\
                        a_full_disk_leaves_the_old_bytes_and_nothing_beside_them";
            let outcome = Command::new("sh")
                .args(["-c", r#"trap "" XFSZ; ulimit -f 8; exec "$0" --exact "$1""#])
                .args([std::env::current_exe().unwrap().as_os_str(), test.as_ref()])
                .env(FOLDER, folder.path())
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&outcome.stdout);
            assert!(told.contains("1 passed"), "{told}");
            assert_eq!(names(folder.path()), ["place"]);
            assert_eq!(fs::read(&path).unwrap(), b"old");
        }
    }
}
