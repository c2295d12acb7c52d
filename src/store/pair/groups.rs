//! What is paired: recordings, and groups of transcripts that are versions of
//! one another.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Component, Path};

use super::forms::show_and_title;
use super::many::Piece;
use super::name::{Identity, Kind, Name};
use super::words::split;
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
    /// Which episode its name says it is.
    pub(super) identity: Option<Identity>,
    /// What else says so: a date beside the number, the season as its folder.
    pub(super) beside: Option<Identity>,
    /// Which episode its tags say it is, where its name does not.
    pub(super) tagged: Option<Identity>,
    /// What its tags call it.
    pub(super) titled: Option<Name>,
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
        let identity = name.identity();
        let season = || Name::of_title(folder.last()?).season();
        let beside = match identity {
            Some(Identity::Number(number)) => season().map(|season| Identity::Part(season, number)),
            _ => None,
        };
        let beside = beside.or_else(|| name.identity_beside());
        let titled = piece.titled.map(Name::of_title);
        let number = piece.tagged.map(Identity::Number);
        let tagged = number.or_else(|| titled.as_ref()?.identity()).filter(|_| identity.is_none());
        let video = rank.is_some() && (in_video || name.marks().youtube);
        Some(Self {
            index,
            folder,
            whole,
            rank,
            identity,
            beside,
            tagged,
            titled,
            length: piece.length,
            video,
            name,
        })
    }

    /// The folders whose names say what is in them, not of what kind.
    pub(super) fn telling(&self) -> Vec<&'a str> {
        self.folder.iter().copied().filter(|name| !is_carrier(name)).collect()
    }

    /// Whether neither file lies in a folder above that of the other.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        let (one, two) = (self.telling(), other.telling());
        !one.starts_with(&two) && !two.starts_with(&one)
    }

    /// Whether one of two files has a show's name, and the other lies in a folder
    /// of its own that is called otherwise.
    pub(super) fn is_of_other_show(&self, other: &Self) -> bool {
        let differs = |named: &Self, bare: &Self| {
            let (show, own) = (named.name.show(), bare.name.show());
            let folder = bare.telling().last().map(|last| Name::of_title(last));
            let lies_in = |folder: Name| split(&folder.stem).any(|word| show.contains(word));
            !show.is_empty()
                && own.is_empty()
                && !named.telling().starts_with(&bare.telling())
                && folder.is_some_and(|folder| !lies_in(folder))
        };
        differs(self, other) || differs(other, self)
    }

    /// How far apart two files lie: 0 in one folder, 1 in folders of one name
    /// but for those that are called after what kind of files are in them, else
    /// the steps between them, at least 2.
    pub(super) fn distance(&self, other: &Self) -> usize {
        if self.folder == other.folder {
            return 0;
        }
        if self.telling() == other.telling() {
            return 1;
        }
        let shared =
            self.folder.iter().zip(&other.folder).take_while(|(one, other)| one == other).count();
        // Folders beside each other are as a rule those of two shows.
        (self.folder.len() + other.folder.len() - 2 * shared).max(2)
    }
}

impl File<'_> {
    /// Whether two transcripts in one folder are versions of one another.
    pub(super) fn is_version_of(&self, other: &Self) -> bool {
        let alike = || self.name.is_like(&other.name);
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
    /// The number at the end of its name.
    pub(super) at_end: Option<AtEnd>,
    /// Which episode its tags say it is: not a number that others near it have
    /// too.
    pub(super) tagged: Option<Identity>,
    /// Whether its tags call it as they call others near it: as a rule that is
    /// the show's name.
    pub(super) shares_title: bool,
    /// The title behind the show's name, where others near it have that too
    /// (`Show - Title`).
    pub(super) behind_show: Option<Name>,
}

/// A number at the end of a name that says nowhere else which episode it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AtEnd {
    pub(super) number: u32,
    /// Whether its folder has three or more names that begin the same.
    pub(super) in_series: bool,
}

/// The numbers at the ends of the names of `files`, in their order.
fn at_ends(files: &[&File<'_>]) -> Vec<Option<AtEnd>> {
    let mut series: HashMap<(&[&str], &str), HashSet<u32>> = HashMap::new();
    for file in files {
        if let Some((before, number)) = file.name.number_at_end() {
            series.entry((&file.folder, before)).or_default().insert(number);
        }
    }
    let at_end = |file: &&File<'_>| {
        let (before, number) = file.name.number_at_end().filter(|_| file.identity.is_none())?;
        let numbers = series.get(&(file.folder.as_slice(), before));
        Some(AtEnd { number, in_series: numbers.is_some_and(|numbers| numbers.len() >= 3) })
    };
    files.iter().map(at_end).collect()
}

/// One recording for each name in a folder: the format that comes first in the
/// alphabet stands for the others.
pub(super) fn recordings<'a>(audio: &[&'a File<'a>]) -> Vec<Recording<'a>> {
    fn name<'f>(file: &'f File<'_>) -> (&'f [&'f str], &'f str) {
        (&file.folder, &file.name.stem)
    }
    // Damage in one of two kinds of the same audio must not hide the other.
    let whole: HashSet<_> =
        audio.iter().filter(|it| it.length.is_some()).map(|file| name(file)).collect();
    let mut seen = HashSet::new();
    let mut first: Vec<&File<'_>> = audio.to_vec();
    first.retain(|file| {
        (file.length.is_some() || !whole.contains(&name(file))) && seen.insert(name(file))
    });
    let mut tagged: HashMap<(&[&str], Identity), usize> = HashMap::new();
    for file in &first {
        if let Some(identity) = file.tagged {
            *tagged.entry((&file.folder, identity)).or_default() += 1;
        }
    }
    let own = |file: &File<'_>| {
        file.tagged.filter(|one| tagged.get(&(file.folder.as_slice(), *one)) == Some(&1))
    };
    let mut titled: HashMap<(&[&str], &str), usize> = HashMap::new();
    for file in &first {
        if let Some(title) = &file.titled {
            *titled.entry((&file.folder, &title.stem)).or_default() += 1;
        }
    }
    let shares = |file: &File<'_>| {
        let title = file.titled.as_ref().map(|title| (file.folder.as_slice(), title.stem.as_str()));
        title.and_then(|title| titled.get(&title)).is_some_and(|count| *count > 1)
    };
    let at_ends = at_ends(&first);
    let behind = behind_shows(&first);
    let all = first.into_iter().zip(at_ends).zip(behind);
    all.map(|((file, at_end), behind_show)| Recording {
        file,
        at_end,
        tagged: own(file),
        shares_title: shares(file),
        behind_show,
    })
    .collect()
}

/// Of each of `files` the title behind the show's name: what the names of two
/// or more in its folder begin with, before a dash.
pub(super) fn behind_shows(files: &[&File<'_>]) -> Vec<Option<Name>> {
    let parts: Vec<_> = files.iter().map(|file| show_and_title(file.name.canonical())).collect();
    let mut shows: HashMap<(&[&str], &str), usize> = HashMap::new();
    for (file, parts) in files.iter().zip(&parts) {
        if let Some((show, _)) = parts {
            *shows.entry((&file.folder, show)).or_default() += 1;
        }
    }
    let behind = files.iter().zip(&parts).map(|(file, parts)| {
        let (show, title) = parts.as_ref()?;
        let count = shows.get(&(file.folder.as_slice(), show.as_str()))?;
        (*count > 1).then(|| Name::of_title(title))
    });
    behind.collect()
}

/// Versions of one transcript, the best first; never none.
pub(super) struct Group<'a> {
    pub(super) files: Vec<&'a File<'a>>,
    pub(super) words: BTreeSet<&'a str>,
    pub(super) identity: Option<Identity>,
    /// What else says which episode it is.
    pub(super) beside: Option<Identity>,
    /// The number at the end of its name.
    pub(super) at_end: Option<AtEnd>,
    pub(super) video: bool,
}

impl<'a> Group<'a> {
    pub(super) fn best(&self) -> &'a File<'a> {
        self.files[0]
    }

    /// When the last cue ends, as the first of the files that tells has it.
    pub(super) fn length(&self) -> Option<MediaTime> {
        self.files.iter().find_map(|file| file.length)
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
    let mut ends = HashMap::new();
    for (&file, at_end) in transcripts.iter().zip(at_ends(transcripts)) {
        ends.insert(file.index, at_end);
        *formats.entry((&file.folder, &file.name.stem)).or_default() += 1;
        let key = (file.folder.as_slice(), called(file));
        let same = by_name.entry(key).or_default();
        if same.is_empty() {
            order.push(key);
        }
        same.push(file);
    }
    let called_so: HashSet<(Option<Identity>, String)> =
        audio.iter().map(|file| (file.identity, file.name.whole_title())).collect();
    let has_audio = |name: &Name| called_so.contains(&(name.identity(), name.whole_title()));
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut numbered: HashMap<(&[&str], Identity), Vec<usize>> = HashMap::new();
    let mut bare = Vec::new();
    for key in order {
        let files = by_name.remove(&key).unwrap_or_default();
        let first = files[0];
        let words = first.name.words();
        let at_end = ends.get(&first.index).copied().flatten();
        let (identity, beside) = (first.identity, first.beside);
        let group = Group { words, identity, beside, at_end, video: first.video, files };
        let Some(identity) = group.identity else {
            groups.push(group);
            continue;
        };
        if group.words.is_empty() {
            bare.push((key.0, identity, group));
            continue;
        }
        let same = numbered.entry((key.0, identity)).or_default();
        let own = &group.best().name;
        let is_like = |other: &&usize| {
            let other = &groups[**other].best().name;
            // Each may be called after audio of its own.
            let both =
                own.whole_title() != other.whole_title() && has_audio(own) && has_audio(other);
            other.is_like(own) && !both
        };
        if let Some(&other) = same.iter().find(is_like) {
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
                file.name.is_about(),
                file.length.is_none(),
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
