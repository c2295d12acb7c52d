//! What was exported, entry by entry: what can be is taken in, the rest is told.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

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

/// No list has more entries: a day of listening to each of ten thousand episodes
/// comes to thirty thousand, in 6 MB.
const MOST: usize = 1_000_000;

/// No entry is longer, in bytes.
const LONGEST_ENTRY: usize = 1 << 20;

/// So much of what is wrong is told.
const MOST_TOLD: usize = 1_000;

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
        let mut reader = Reader::of(json)?;
        let version = reader.version.ok_or("it is no export of sayagain: it has no version")?;
        let version = one("version", version)?;
        let known = version.as_u64().and_then(|version| version.try_into().ok());
        let known = known.filter(|version| (1..=Self::VERSION).contains(version));
        let version = known.ok_or_else(|| {
            format!(
                "it is of version {}, from another sayagain; import it with that",
                shown(&version)
            )
        })?;
        let kept = reader.kept(version)?;
        Ok((kept, reader.wrong.all()))
    }

    /// What of it can be.
    pub(super) fn possible(&self) -> Self {
        let json = serde_json::to_vec(self).unwrap_or_default();
        let read = Reader::of(&json).and_then(|mut reader| reader.kept(self.version));
        read.unwrap_or_default()
    }
}

/// An export while it is read: an entry at a time, so that what is none takes no
/// more memory than it has bytes.
#[derive(Default)]
struct Reader<'a> {
    version: Option<&'a RawValue>,
    /// What has not been read yet.
    lists: BTreeMap<&'static str, &'a RawValue>,
    unknown: Wrong,
    wrong: Wrong,
}

/// All are lists but the last.
const LISTS: [&str; 8] =
    ["places", "pairings", "folders", "played", "queue", "heard", "delays", "covers"];

impl<'a> Reader<'a> {
    fn of(json: &'a [u8]) -> Result<Self, String> {
        let mut reader = Self::default();
        let mut parts = serde_json::Deserializer::from_slice(json);
        parts
            .deserialize_map(&mut reader)
            .and_then(|()| parts.end())
            .map_err(|error| none(&error))?;
        Ok(reader)
    }

    fn kept(&mut self, version: u32) -> Result<Kept, String> {
        let kept = Kept {
            version,
            places: self.entries("places", PLACE)?,
            pairings: self.entries("pairings", PAIRING)?,
            folders: self.values("folders", &Form::Path)?,
            played: self.entries("played", MARK)?,
            queue: self.values("queue", &Form::Key)?,
            heard: self.entries("heard", HEARD)?,
            delays: self.entries("delays", DELAY)?,
            covers: self.flag("covers")?,
        };
        self.wrong.take(std::mem::take(&mut self.unknown));
        Ok(kept)
    }

    /// Yes or no, if it is there.
    fn flag(&mut self, name: &'static str) -> Result<Option<bool>, String> {
        let Some(value) = self.lists.remove(name) else { return Ok(None) };
        let value = one(name, value)?;
        if !Form::Flag.fits(&value) {
            let told = || format!("{name} is {}, not {}", shown(&value), Form::Flag.told());
            self.wrong.push(told);
        }
        Ok(value.as_bool())
    }

    /// Has `take` take what is in the list called `name` and its place; nothing if
    /// there is none.
    fn each(
        &mut self,
        name: &'static str,
        mut take: impl FnMut(&mut Wrong, &str, Value),
    ) -> Result<(), String> {
        let Some(list) = self.lists.remove(name) else { return Ok(()) };
        if !list.get().starts_with('[') {
            let other = shown(&one(name, list)?);
            return Err(format!("it is no export of sayagain: {name} is {other}, not a list"));
        }
        let mut told = Ok(());
        let mut place = 0;
        let each = |entry: &'a RawValue| {
            let at = format!("{name}[{place}]");
            place += 1;
            told = if place > MOST {
                Err(format!("it is no export of sayagain: {name} has more than {MOST} entries"))
            } else {
                one(&at, entry).map(|entry| take(&mut self.wrong, &at, entry))
            };
            told.is_ok()
        };
        let read = serde_json::Deserializer::from_str(list.get()).deserialize_seq(Each(each));
        // Where it was broken off, the reason is known.
        told.and_then(|()| read.map_err(|error| none(&error)))
    }

    /// The values of a list that are of this form.
    fn values<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        form: &Form,
    ) -> Result<Vec<T>, String> {
        let mut values = Vec::new();
        self.each(name, |wrong, at, value| {
            if form.fits(&value) {
                values.extend(typed::<T>(wrong, at, value));
            } else {
                wrong.push(|| format!("{at} is {}, not {}", shown(&value), form.told()));
            }
        })?;
        Ok(values)
    }

    /// The entries of a list whose every value is of its form.
    fn entries<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        fields: &[Field],
    ) -> Result<Vec<T>, String> {
        let mut entries = Vec::new();
        self.each(name, |wrong, at, value| {
            let Value::Object(entry) = &value else {
                return wrong.push(|| format!("{at} is {}, not an entry", shown(&value)));
            };
            let mut is_good = true;
            for (field, form, must_be) in fields {
                match entry.get(*field) {
                    Some(value) if form.fits(value) => continue,
                    Some(value) => wrong
                        .push(|| format!("{at}.{field} is {}, not {}", shown(value), form.told())),
                    None if *must_be => wrong.push(|| format!("{at}.{field} is missing")),
                    None => continue,
                }
                is_good = false;
            }
            for unknown in entry.keys().filter(|it| fields.iter().all(|(name, ..)| name != it)) {
                wrong.push(|| format!("{at}.{} is unknown, so it is passed over", cut(unknown)));
            }
            if is_good {
                entries.extend(typed::<T>(wrong, at, value));
            }
        })?;
        Ok(entries)
    }
}

impl<'a> Visitor<'a> for &mut Reader<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an export")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut all: A) -> Result<(), A::Error> {
        while let Some((name, value)) = all.next_entry::<Cow<'a, str>, &'a RawValue>()? {
            if name == "version" {
                self.version = Some(value);
            } else if let Some(list) = LISTS.into_iter().find(|list| *list == name) {
                self.lists.insert(list, value);
            } else {
                let told = || format!("{} is unknown, so it is passed over", cut(&name));
                self.unknown.push(told);
            }
        }
        Ok(())
    }
}

/// Hands on what is in a list, until that is not wanted any more.
struct Each<F>(F);

impl<'a, F: FnMut(&'a RawValue) -> bool> Visitor<'a> for Each<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element()? {
            if !(self.0)(entry) {
                break;
            }
        }
        Ok(())
    }
}

/// What is wrong with an export.
#[derive(Default)]
struct Wrong {
    told: Vec<String>,
    others: usize,
}

impl Wrong {
    fn push(&mut self, told: impl FnOnce() -> String) {
        if self.told.len() < MOST_TOLD {
            self.told.push(told());
        } else {
            self.others += 1;
        }
    }

    fn take(&mut self, more: Self) {
        more.told.into_iter().for_each(|told| self.push(|| told));
        self.others += more.others;
    }

    fn all(mut self) -> Vec<String> {
        let others = (self.others > 0).then(|| format!("and {} more of that kind", self.others));
        self.told.extend(others);
        self.told
    }
}

/// The value that stands at `at`.
fn one(at: &str, value: &RawValue) -> Result<Value, String> {
    if value.get().len() > LONGEST_ENTRY {
        return Err(format!("it is no export of sayagain: {at} is larger than 1 MiB"));
    }
    serde_json::from_str(value.get())
        .map_err(|error| format!("it is no export of sayagain: {at}: {error}"))
}

fn none(error: &serde_json::Error) -> String {
    format!("it is no export of sayagain: {error}")
}

fn typed<T: DeserializeOwned>(wrong: &mut Wrong, at: &str, value: Value) -> Option<T> {
    let read = serde_json::from_value(value);
    read.map_err(|error| wrong.push(|| format!("{at}: {error}"))).ok()
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
