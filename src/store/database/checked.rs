//! What was exported, entry by entry: what can be is taken in, the rest is told.

use std::ops::RangeInclusive;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::kept::{Kept, KeptPath, path_of};
use crate::model::text::{clean_line, fit};

/// A hundred years, in microseconds: no recording is longer.
const LONGEST_US: i64 = 100 * 366 * 86_400 * 1_000_000;

/// What can be heard of one episode on one day: one of 25 hours, at three times
/// the speed or more for silences left out.
const DAY_US: i64 = 10 * 25 * 3_600 * 1_000_000;

/// Until the year 9999, in seconds and in days since 1970.
const LAST_SECOND: i64 = 253_402_300_799;
const LAST_DAY: i64 = 2_932_896;

/// Names are not longer, in bytes, nor are paths.
const LONGEST_TEXT: usize = 1 << 16;

/// What a value must be.
#[derive(Clone, Debug)]
enum Form {
    /// What stands for the content of a file.
    Key,
    /// That, or nothing.
    KeyOrNone,
    /// A whole number.
    Number(RangeInclusive<i64>),
    /// Nought or a number from there on.
    NoughtOr(RangeInclusive<i64>),
    /// Yes or no.
    Flag,
    /// A name, of at least so many bytes.
    Name(usize),
    /// That, or nothing.
    NameOrNone,
    /// A path from the root.
    Path,
}

/// A value of an entry, and whether it must be there.
type Field = (&'static str, Form, bool);

const PLACE: &[Field] = &[
    ("key", Form::Key, true),
    ("at_us", Form::Number(0..=LONGEST_US), true),
    ("speed_tenths", Form::Number(5..=30), true),
    ("volume_percent", Form::Number(0..=150), true),
    ("trim_centis", Form::NoughtOr(15..=200), false),
    ("even", Form::Flag, false),
    ("spared_us", Form::Number(0..=LONGEST_US), false),
    ("saved", Form::Number(0..=LAST_SECOND), true),
];
const PAIRING: &[Field] = &[("audio", Form::Key, true), ("transcript", Form::KeyOrNone, true)];
const MARK: &[Field] = &[
    ("key", Form::Key, true),
    ("played", Form::Flag, true),
    ("saved", Form::Number(0..=LAST_SECOND), true),
];
const HEARD: &[Field] = &[
    ("key", Form::Key, true),
    ("day", Form::Number(0..=LAST_DAY), true),
    ("origin", Form::Name(1), true),
    ("real_us", Form::Number(0..=DAY_US), true),
    ("source_us", Form::Number(0..=DAY_US), true),
    ("spared_us", Form::Number(0..=DAY_US), true),
    ("show", Form::NameOrNone, false),
];
const DELAY: &[Field] =
    &[("device", Form::Name(0), true), ("delay_ms", Form::Number(-2_000..=2_000), true)];

impl Kept {
    /// What is in an export, and what of it is not taken in: each with its place
    /// in the file, what is there and what is expected.
    ///
    /// # Errors
    ///
    /// It is no export, or not one of a version that is known.
    pub fn read(json: &[u8]) -> Result<(Self, Vec<String>), String> {
        let all: Map<String, Value> = serde_json::from_slice(json)
            .map_err(|error| format!("it is no export of sayagain: {error}"))?;
        let version = all.get("version").ok_or("it is no export of sayagain: it has no version")?;
        let known = version.as_u64().and_then(|version| version.try_into().ok());
        let known = known.filter(|version| (1..=Self::VERSION).contains(version));
        let version = known.ok_or_else(|| {
            format!(
                "it is of version {}, from another sayagain; import it with that",
                shown(version)
            )
        })?;
        Self::of(version, all)
    }

    /// What of it can be.
    pub(super) fn possible(&self) -> Self {
        match serde_json::to_value(self) {
            Ok(Value::Object(all)) => {
                Self::of(self.version, all).map(|(kept, _)| kept).unwrap_or_default()
            }
            _ => Self::default(),
        }
    }

    fn of(version: u32, all: Map<String, Value>) -> Result<(Self, Vec<String>), String> {
        let mut reader = Reader { all, wrong: Vec::new() };
        let kept = Self {
            version,
            places: reader.entries("places", PLACE)?,
            pairings: reader.entries("pairings", PAIRING)?,
            folders: reader.values("folders", &Form::Path)?,
            played: reader.entries("played", MARK)?,
            queue: reader.values("queue", &Form::Key)?,
            heard: reader.entries("heard", HEARD)?,
            delays: reader.entries("delays", DELAY)?,
        };
        for name in reader.all.keys().filter(|name| *name != "version") {
            reader.wrong.push(format!("{} is unknown, so it is passed over", cut(name)));
        }
        Ok((kept, reader.wrong))
    }
}

/// An export while it is read.
struct Reader {
    /// What has not been read yet.
    all: Map<String, Value>,
    wrong: Vec<String>,
}

impl Reader {
    /// The list called `name`; empty if there is none.
    fn list(&mut self, name: &str) -> Result<Vec<Value>, String> {
        match self.all.remove(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => Ok(list),
            Some(other) => {
                Err(format!("it is no export of sayagain: {name} is {}, not a list", shown(&other)))
            }
        }
    }

    /// The values of a list that are of this form.
    fn values<T: DeserializeOwned>(&mut self, name: &str, form: &Form) -> Result<Vec<T>, String> {
        let mut values = Vec::new();
        for (place, value) in self.list(name)?.into_iter().enumerate() {
            let at = format!("{name}[{place}]");
            if form.fits(&value) {
                values.extend(self.typed::<T>(&at, value));
            } else {
                self.wrong.push(format!("{at} is {}, not {}", shown(&value), form.told()));
            }
        }
        Ok(values)
    }

    /// The entries of a list whose every value is of its form.
    fn entries<T: DeserializeOwned>(
        &mut self,
        name: &str,
        fields: &[Field],
    ) -> Result<Vec<T>, String> {
        let mut entries = Vec::new();
        for (place, value) in self.list(name)?.into_iter().enumerate() {
            let at = format!("{name}[{place}]");
            let Value::Object(entry) = &value else {
                self.wrong.push(format!("{at} is {}, not an entry", shown(&value)));
                continue;
            };
            let before = self.wrong.len();
            for (field, form, must_be) in fields {
                match entry.get(*field) {
                    Some(value) if form.fits(value) => {}
                    Some(value) => self.wrong.push(format!(
                        "{at}.{field} is {}, not {}",
                        shown(value),
                        form.told()
                    )),
                    None if *must_be => self.wrong.push(format!("{at}.{field} is missing")),
                    None => {}
                }
            }
            let is_good = self.wrong.len() == before;
            for unknown in entry.keys().filter(|it| fields.iter().all(|(name, ..)| name != it)) {
                let said = format!("{at}.{} is unknown, so it is passed over", cut(unknown));
                self.wrong.push(said);
            }
            if is_good {
                entries.extend(self.typed::<T>(&at, value));
            }
        }
        Ok(entries)
    }

    fn typed<T: DeserializeOwned>(&mut self, at: &str, value: Value) -> Option<T> {
        let read = serde_json::from_value(value);
        read.map_err(|error| self.wrong.push(format!("{at}: {error}"))).ok()
    }
}

impl Form {
    fn fits(&self, value: &Value) -> bool {
        let is_in =
            |range: &RangeInclusive<i64>| value.as_i64().is_some_and(|it| range.contains(&it));
        let is_key = |text: &str| text.len() == 32 && text.bytes().all(|it| it.is_ascii_hexdigit());
        match self {
            Self::Key => value.as_str().is_some_and(is_key),
            Self::KeyOrNone => value.is_null() || Self::Key.fits(value),
            Self::Number(range) => is_in(range),
            Self::NoughtOr(range) => value.as_i64() == Some(0) || is_in(range),
            Self::Flag => value.is_boolean(),
            Self::Name(least) => {
                value.as_str().is_some_and(|name| (*least..=LONGEST_TEXT).contains(&name.len()))
            }
            Self::NameOrNone => value.is_null() || Self::Name(0).fits(value),
            Self::Path => is_path(value),
        }
    }

    /// What it is, in words.
    fn told(&self) -> String {
        match self {
            Self::Key => "a key, 32 digits from 0 to f".to_owned(),
            Self::KeyOrNone => "a key, 32 digits from 0 to f, or null".to_owned(),
            Self::Number(range) => {
                format!("a whole number from {} to {}", range.start(), range.end())
            }
            Self::NoughtOr(range) => {
                format!("0 or a whole number from {} to {}", range.start(), range.end())
            }
            Self::Flag => "true or false".to_owned(),
            Self::Name(_) | Self::NameOrNone => {
                format!("a name of at most {LONGEST_TEXT} bytes")
            }
            Self::Path => "a path from the root".to_owned(),
        }
    }
}

/// Whether it is a path from the root.
fn is_path(value: &Value) -> bool {
    let Ok(path) = serde_json::from_value::<KeptPath>(value.clone()) else { return false };
    let is_whole = match &path {
        KeptPath::Text(_) => true,
        KeptPath::Bytes { hex } => {
            hex.len() % 2 == 0 && hex.bytes().all(|digit| digit.is_ascii_hexdigit())
        }
    };
    let bytes = path.bytes();
    is_whole && bytes.len() <= LONGEST_TEXT && !bytes.contains(&0) && path_of(bytes).is_absolute()
}

/// `value` in one line that is not long.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an entry".to_owned(),
        Value::String(text) => format!("\"{}\"", cut(text)),
        other => cut(&other.to_string()),
    }
}

/// The beginning of `text`, as it can be shown.
fn cut(text: &str) -> String {
    const LONGEST: usize = 40;
    let head: String = text.chars().take(LONGEST + 1).collect();
    fit(&clean_line(&head), LONGEST).into_owned()
}
