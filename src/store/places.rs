//! Where the listener stopped, by episode.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::files::{self, ReadError};
use super::{EpisodeKey, replace};
use crate::model::MediaTime;
use crate::model::playback::{Speed, Volume};

/// Where the listener stopped in an episode, and how it was played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// What was heard last.
    pub at: MediaTime,
    /// How fast.
    pub speed: Speed,
    /// How loud.
    pub volume: Volume,
}

/// The saved places: one small file each, so that two sayagains which play two
/// episodes never write the same file. Of two that play the same one, the last
/// to save is right.
#[derive(Clone, Debug)]
pub struct Places {
    folder: PathBuf,
}

/// Why a saved place could not be had. Shown, it is one line; the episode
/// plays from the start, and its place can be saved again.
#[derive(Debug)]
pub enum PlaceError {
    /// Its file could not be read.
    Unreadable(ReadError),
    /// Its file is not one that this version writes.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
        /// What it is called now; an error if it could not be renamed and is
        /// lost when the place is next saved.
        kept: io::Result<PathBuf>,
    },
}

/// What is in a file. New fields need a default; a file that an older version
/// would misunderstand needs a new number.
#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    version: u32,
    at_us: u64,
    #[serde(default = "normal_speed")]
    speed_tenths: i32,
    #[serde(default = "full_volume")]
    volume_percent: i32,
    /// When it was saved, since 1970: for whoever looks at the file.
    #[serde(default)]
    unix_secs: u64,
}

/// The one field that every version has.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

const VERSION: u32 = 1;

/// Far more than a place takes.
const LIMIT_BYTES: u64 = 64 << 10;

fn normal_speed() -> i32 {
    Speed::NORMAL.tenths()
}

fn full_volume() -> i32 {
    Volume::FULL.percent()
}

impl Places {
    /// The places in `folder`, which need not be there. What writers killed
    /// long before `now_unix_secs` (since 1970) left in it goes.
    pub fn open(folder: PathBuf, now_unix_secs: u64) -> Self {
        let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(now_unix_secs));
        if let Some(now) = now {
            // A missing folder is made when it is needed, and litter does no harm.
            let _ = replace::sweep(&folder, now);
        }
        Self { folder }
    }

    /// The place saved for `key`; `None` if there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is damaged or from another program. In the
    /// second case it has been put aside, so the next call gives `None`.
    pub fn load(&self, key: EpisodeKey) -> Result<Option<Place>, PlaceError> {
        let path = self.path(key);
        let bytes = match files::read(&path, LIMIT_BYTES) {
            Ok(bytes) => bytes,
            Err(ReadError::Missing(_)) => return Ok(None),
            Err(ReadError::TooLarge(..)) => {
                return Err(put_aside(path, "far too large for a place".to_owned()));
            }
            Err(error) => return Err(PlaceError::Unreadable(error)),
        };
        match parse(&bytes) {
            Ok(place) => Ok(Some(place)),
            Err(why) => Err(put_aside(path, why)),
        }
    }

    /// Saves `place` for `key`, whole or not at all; `now_unix_secs` (since
    /// 1970) is noted. Waits for the disk: milliseconds, more on a busy one.
    ///
    /// # Errors
    ///
    /// Those of the file system; the place saved before is as it was.
    pub fn save(&self, key: EpisodeKey, place: &Place, now_unix_secs: u64) -> io::Result<()> {
        let saved = Saved {
            version: VERSION,
            at_us: place.at.as_micros(),
            speed_tenths: place.speed.tenths(),
            volume_percent: place.volume.percent(),
            unix_secs: now_unix_secs,
        };
        let mut bytes = serde_json::to_vec_pretty(&saved)?;
        bytes.push(b'\n');
        let path = self.path(key);
        match replace::replace(&path, &bytes) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_folder(&self.folder)?;
                replace::replace(&path, &bytes)
            }
            other => other,
        }
    }

    /// Forgets the place of this episode; one that was not saved is no error.
    ///
    /// # Errors
    ///
    /// The file cannot be removed.
    pub fn forget(&self, key: EpisodeKey) -> io::Result<()> {
        match fs::remove_file(self.path(key)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn path(&self, key: EpisodeKey) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}

/// The place in a file with these bytes, or what is wrong with it.
fn parse(bytes: &[u8]) -> Result<Place, String> {
    let told = |error: serde_json::Error| error.to_string();
    let Versioned { version } = serde_json::from_slice(bytes).map_err(told)?;
    if version != VERSION {
        return Err(format!("version {version} is from another sayagain than this one"));
    }
    let saved: Saved = serde_json::from_slice(bytes).map_err(told)?;
    Ok(Place {
        at: MediaTime::from_micros(saved.at_us),
        speed: Speed::from_tenths(saved.speed_tenths),
        volume: Volume::from_percent(saved.volume_percent),
    })
}

/// Renames the file in `path` so that it is not in the way and not lost.
fn put_aside(path: PathBuf, why: String) -> PlaceError {
    let aside = path.with_extension("json.damaged");
    let kept = fs::rename(&path, &aside).map(|()| aside);
    PlaceError::Damaged { path, why, kept }
}

/// Makes `folder` and those above it, open to the listener alone.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

impl fmt::Display for PlaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "no saved place: {error}"),
            Self::Damaged { path, why, kept } => {
                write!(f, "no saved place: {} is damaged: {why}; ", files::shown(path))?;
                match kept {
                    Ok(kept) => write!(f, "it is kept as {}", files::shown(kept)),
                    Err(error) => write!(f, "it cannot be put aside: {error}"),
                }
            }
        }
    }
}

impl Error for PlaceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(error) => Some(error),
            Self::Damaged { kept, .. } => {
                kept.as_ref().err().map(|error| error as &(dyn Error + 'static))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(secs: u64) -> Place {
        Place {
            at: MediaTime::from_secs(secs),
            speed: Speed::from_tenths(17),
            volume: Volume::from_percent(85),
        }
    }

    fn key(episode: &str) -> EpisodeKey {
        EpisodeKey::of_bytes(episode.as_bytes())
    }

    /// Places in a folder that is not there yet.
    fn places() -> (tempfile::TempDir, Places) {
        let folder = tempfile::tempdir().unwrap();
        let places = Places::open(folder.path().join("state/places"), 0);
        (folder, places)
    }

    #[test]
    fn a_saved_place_is_found_again_for_its_episode_alone() {
        let (_folder, places) = places();
        assert_eq!(places.load(key("a")).unwrap(), None);
        places.save(key("a"), &place(61), 1_800_000_000).unwrap();
        places.save(key("b"), &place(5), 1_800_000_001).unwrap();
        places.save(key("a"), &place(62), 1_800_000_002).unwrap();
        assert_eq!(places.load(key("a")).unwrap(), Some(place(62)));
        assert_eq!(places.load(key("b")).unwrap(), Some(place(5)));
        assert_eq!(places.load(key("c")).unwrap(), None);
    }

    #[test]
    fn a_file_of_the_first_version_is_read_as_it_was_written() {
        let (_folder, places) = places();
        places.save(key("a"), &place(61), 1_800_000_000).unwrap();
        let written = fs::read_to_string(places.path(key("a"))).unwrap();
        let expected = r#"{
  "version": 1,
  "at_us": 61000000,
  "speed_tenths": 17,
  "volume_percent": 85,
  "unix_secs": 1800000000
}
"#;
        assert_eq!(written, expected);
    }

    #[test]
    fn unknown_fields_are_passed_over_and_missing_ones_are_as_usual() {
        let read = parse(br#"{"version":1,"at_us":61000000,"mood":["good"]}"#).unwrap();
        let expected = Place { at: MediaTime::from_secs(61), ..Place::default() };
        assert_eq!(read, expected);
        let read = parse(br#"{"version":1,"at_us":0,"speed_tenths":99,"volume_percent":-5}"#);
        assert_eq!(read.unwrap().speed, Speed::MAX);
    }

    #[test]
    fn a_damaged_or_foreign_file_is_told_once_and_kept_aside() {
        let (_folder, places) = places();
        let path = places.path(key("a"));
        let long = " ".repeat(100_000);
        let cases = [
            ("", "EOF"),
            ("{\"version\":1,\"at_us\":61", "EOF"),
            ("\0\0\0\0\0\0", "expected value"),
            ("[]", "invalid"),
            ("{\"version\":1}", "at_us"),
            ("{\"version\":1,\"at_us\":-1}", "-1"),
            ("{\"version\":2,\"at_us\":1}", "another sayagain"),
            (&long, "too large"),
        ];
        for (bytes, why) in cases {
            places.save(key("a"), &place(1), 0).unwrap();
            fs::write(&path, bytes).unwrap();
            let error = places.load(key("a")).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            let PlaceError::Damaged { kept: Ok(kept), .. } = error else { panic!("{error}") };
            assert_eq!(fs::read_to_string(kept).unwrap(), bytes);
            assert_eq!(places.load(key("a")).unwrap(), None);
        }
    }

    #[test]
    fn a_place_that_cannot_be_read_is_told_and_left_alone() {
        let (_folder, places) = places();
        fs::create_dir_all(places.path(key("a"))).unwrap();
        let error = places.load(key("a")).unwrap_err();
        assert!(matches!(error, PlaceError::Unreadable(ReadError::Folder(_))), "{error}");
        assert!(places.save(key("a"), &place(1), 0).is_err());
        assert!(places.path(key("a")).is_dir());
    }

    #[test]
    fn what_a_writer_killed_over_an_hour_ago_left_is_gone_at_the_next_start() {
        let (_folder, places) = places();
        places.save(key("a"), &place(1), 0).unwrap();
        let half = places.folder.join(".sayagain-half-x");
        fs::write(&half, "{").unwrap();
        let modified = fs::metadata(&half).unwrap().modified().unwrap();
        let secs = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        Places::open(places.folder.clone(), secs);
        assert!(half.exists());
        Places::open(places.folder.clone(), secs + 4_000);
        assert!(!half.exists());
        assert_eq!(places.load(key("a")).unwrap(), Some(place(1)));
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::io::{BufRead, BufReader, Write};
        use std::process::{Command, Stdio};

        const FOLDER: &str = "SAYAGAIN_TEST_KILLED_WRITER";

        /// Saves one second after the other and says so, until it is killed.
        fn write_until_killed(folder: PathBuf) {
            let places = Places::open(folder, 0);
            let from = places.load(key("a")).unwrap().map_or(0, |place| place.at.as_micros());
            for second in from / 1_000_000 + 1.. {
                places.save(key("a"), &place(second), second).unwrap();
                let mut out = io::stdout().lock();
                writeln!(out, "\nsaved {second}").unwrap();
                out.flush().unwrap();
            }
        }

        /// Runs itself as the writer.
        #[test]
        fn a_writer_killed_at_any_moment_loses_nothing_it_said_it_saved() {
            if let Some(folder) = std::env::var_os(FOLDER) {
                return write_until_killed(folder.into());
            }
            let (_folder, places) = places();
            let test = "store::places::tests::unix::\
                        a_writer_killed_at_any_moment_loses_nothing_it_said_it_saved";
            let mut last = 0;
            for round in 0..50 {
                let mut writer = Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", test, "--nocapture"])
                    .env(FOLDER, &places.folder)
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap();
                let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
                let mut said = lines.map_while(Result::ok).filter_map(|line| {
                    line.strip_prefix("saved ").and_then(|second| second.parse::<u64>().ok())
                });
                last = said.nth(round % 3).expect("the writer saves until it is killed");
                // Another moment of the next save each round.
                (0..round * 2_000).for_each(|_| std::hint::spin_loop());
                writer.kill().unwrap();
                last = said.last().unwrap_or(last);
                writer.wait().unwrap();
                let found = places.load(key("a")).unwrap().expect("a place was saved");
                assert!(found.at >= place(last).at, "{found:?} is older than {last} s");
                assert!(found.at <= place(last + 1).at, "{found:?} was never saved");
            }
            assert!(last >= 50, "only {last} places were saved");
        }

        #[test]
        fn what_one_listens_to_is_private() {
            use std::os::unix::fs::PermissionsExt;

            let (_folder, places) = places();
            places.save(key("a"), &place(1), 0).unwrap();
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&places.folder), 0o700);
            assert_eq!(mode(&places.path(key("a"))), 0o600);
        }
    }
}
