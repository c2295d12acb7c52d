//! What is paired: recordings, and groups of transcripts that are versions of
//! one another.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Component, Path};

use super::many::Piece;
use super::name::{Identity, Kind, Name};
use crate::model::MediaTime;

/// A file, with what its name tells.
pub(super) struct File<'a> {
    pub(super) index: usize,
    pub(super) folder: Vec<&'a str>,
    pub(super) name: Name,
    /// The name as it is; decides where nothing else does.
    pub(super) whole: String,
    /// How good its kind is, the smaller the better; `None` for audio.
    pub(super) rank: Option<u8>,
    pub(super) identity: Option<Identity>,
    pub(super) length: Option<MediaTime>,
    /// Whether it, or a folder that it is in, is called after the video.
    pub(super) video: bool,
}

impl<'a> File<'a> {
    pub(super) fn new((index, piece): (usize, &Piece<'a>)) -> Option<Self> {
        let whole = piece.path.file_name()?.to_string_lossy().into_owned();
        let name = Name::new(&whole);
        let rank = match name.kind? {
            Kind::Audio => None,
            Kind::Transcript { rank, .. } => Some(rank),
        };
        let folder: Vec<&str> = piece.path.parent().map(parts).unwrap_or_default();
        let in_video = folder.last().is_some_and(|last| last.to_lowercase().contains("youtube"));
        let identity = name.identity().or(piece.tagged.map(Identity::Number));
        let video = rank.is_some() && (in_video || name.marks().youtube);
        Some(Self { index, folder, whole, rank, identity, length: piece.length, video, name })
    }

    /// How far apart two files lie: 0 in one folder, 1 where one folder is in
    /// or beside the other and called after what kind of files are in it, else
    /// the steps between them, at least 2.
    pub(super) fn distance(&self, other: &Self) -> usize {
        let shared =
            self.folder.iter().zip(&other.folder).take_while(|(one, other)| one == other).count();
        let (own, others) = (&self.folder[shared..], &other.folder[shared..]);
        let steps = own.len() + others.len();
        let carry = own.iter().chain(others).all(|folder| is_carrier(folder));
        match steps {
            0 => 0,
            1 | 2 if carry && own.len() < 2 && others.len() < 2 => 1,
            // Folders beside each other are as a rule those of two shows.
            _ => steps.max(2),
        }
    }
}

impl File<'_> {
    /// Whether two transcripts in one folder are versions of one another.
    pub(super) fn is_version_of(&self, other: &Self) -> bool {
        let alike = || are_alike(&self.name.words(), &other.name.words());
        self.folder == other.folder
            && (self.name.canonical() == other.name.canonical()
                || self.identity.is_some() && self.identity == other.identity && alike())
    }
}

/// Whether a folder's name says what kind of files are in it, not what they
/// are of.
fn is_carrier(folder: &str) -> bool {
    const NAMES: &[&str] =
        &["episodes", "media", "mp3", "mp3s", "m4a", "vtt", "srt", "txt", "json", "lrc", "text"];
    let folder = folder.to_lowercase();
    NAMES.contains(&folder.as_str())
        || ["audio", "transcript", "subtitle", "caption"].iter().any(|part| folder.contains(part))
}

/// The names of the folders of `path`.
fn parts(path: &Path) -> Vec<&str> {
    path.components()
        .filter_map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect()
}

/// An audio file, and others that are the same in another format.
pub(super) struct Recording<'a> {
    pub(super) file: &'a File<'a>,
    /// The number at the end of its name, where its folder has three or more
    /// that begin the same; `Err` where it stands alone.
    pub(super) at_end: Option<Result<u32, u32>>,
}

/// One recording for each name in a folder: the format that comes first in the
/// alphabet stands for the others.
pub(super) fn recordings<'a>(audio: &[&'a File<'a>]) -> Vec<Recording<'a>> {
    let mut series: HashMap<(&[&str], &str), usize> = HashMap::new();
    let mut seen = HashSet::new();
    let mut first: Vec<&File<'_>> = audio.to_vec();
    first.retain(|file| seen.insert((&file.folder, &file.name.stem)));
    for file in &first {
        if let Some((before, _)) = file.name.number_at_end() {
            *series.entry((&file.folder, before)).or_default() += 1;
        }
    }
    let at_end = |file: &File<'_>| {
        if file.identity.is_some() {
            return None;
        }
        let (before, number) = file.name.number_at_end()?;
        let in_series = series.get(&(file.folder.as_slice(), before)).is_some_and(|n| *n >= 3);
        Some(if in_series { Ok(number) } else { Err(number) })
    };
    first.into_iter().map(|file| Recording { file, at_end: at_end(file) }).collect()
}

/// Versions of one transcript, the best first; never none.
pub(super) struct Group<'a> {
    pub(super) files: Vec<&'a File<'a>>,
    pub(super) words: BTreeSet<&'a str>,
    pub(super) identity: Option<Identity>,
    pub(super) video: bool,
}

impl<'a> Group<'a> {
    pub(super) fn best(&self) -> &'a File<'a> {
        self.files[0]
    }
}

/// The transcripts put together that are versions of one another: called the
/// same, or with the same number and mostly the same words, in one folder. One
/// whose name is the number alone joins the only other of that number.
pub(super) fn groups<'a>(transcripts: &[&'a File<'a>], audio: &[&'a File<'a>]) -> Vec<Group<'a>> {
    let sounds: HashSet<&str> = audio.iter().map(|file| file.name.stem.as_str()).collect();
    let called = |file: &'a File<'a>| {
        // What looks like a language may be part of the title (`talk.net`).
        let stem = file.name.stem.as_str();
        if sounds.contains(stem) { stem } else { file.name.canonical() }
    };
    let mut formats: HashMap<(&[&str], &str), usize> = HashMap::new();
    let mut by_name: HashMap<(&[&str], &str), Vec<&File<'_>>> = HashMap::new();
    let mut order = Vec::new();
    for &file in transcripts {
        *formats.entry((&file.folder, &file.name.stem)).or_default() += 1;
        let key = (file.folder.as_slice(), called(file));
        let same = by_name.entry(key).or_default();
        if same.is_empty() {
            order.push(key);
        }
        same.push(file);
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut numbered: HashMap<(&[&str], Identity), Vec<usize>> = HashMap::new();
    let mut bare = Vec::new();
    for key in order {
        let files = by_name.remove(&key).unwrap_or_default();
        let first = files[0];
        let words = first.name.words();
        let group = Group { words, identity: first.identity, video: first.video, files };
        let Some(identity) = group.identity else {
            groups.push(group);
            continue;
        };
        if group.words.is_empty() {
            bare.push((key.0, identity, group));
            continue;
        }
        let same = numbered.entry((key.0, identity)).or_default();
        if let Some(&other) =
            same.iter().find(|other| are_alike(&groups[**other].words, &group.words))
        {
            groups[other].files.extend(group.files);
        } else {
            same.push(groups.len());
            groups.push(group);
        }
    }
    for (folder, identity, group) in bare {
        match numbered.get(&(folder, identity)).map(Vec::as_slice) {
            Some(&[other]) => groups[other].files.extend(group.files),
            _ => groups.push(group),
        }
    }
    for group in &mut groups {
        group.files.sort_by_cached_key(|file| {
            let marks = file.name.marks();
            (
                marks.no_names,
                file.name.language(),
                Reverse(formats.get(&(file.folder.as_slice(), file.name.stem.as_str())).copied()),
                Reverse(marks.version),
                file.name.is_bare() && file.identity.is_some(),
                file.rank,
                Reverse(file.whole.len()),
                file.whole.clone(),
            )
        });
    }
    groups
}

/// Whether more than half of the words of one are among those of the other.
pub(super) fn are_alike(one: &BTreeSet<&str>, other: &BTreeSet<&str>) -> bool {
    2 * one.intersection(other).count() > one.len().min(other.len())
}
