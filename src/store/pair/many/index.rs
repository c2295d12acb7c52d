//! The groups by what a name may call them.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::store::pair::forms::{
    folded, run_of, run_together, start_of, video_id, without_copy, without_id,
};
use crate::store::pair::groups::{File, Group, Recording, behind_shows};
use crate::store::pair::name::{Identity, Name};

/// Places of groups.
type Places = Vec<usize>;

/// The groups by what may be looked for.
#[derive(Default)]
pub(super) struct Index<'a> {
    names: HashMap<&'a str, Places>,
    whole_titles: HashMap<String, Places>,
    titles: HashMap<String, Places>,
    /// Names as one word, also behind the folder's.
    runs: HashMap<String, Places>,
    /// Names in other letters.
    folds: HashMap<String, Places>,
    /// Names without what says that they are copies, or of which rate.
    plain: HashMap<String, Places>,
    /// Titles without the id of a video, or behind the show's name.
    bare: HashMap<String, Places>,
    videos: HashMap<&'a str, Places>,
    starts: HashMap<String, Vec<(String, usize)>>,
    pub(super) identities: HashMap<Identity, Places>,
    pub(super) series: HashMap<Identity, Places>,
    pub(super) ends: HashMap<Identity, Places>,
    /// What the audio is called.
    sounds: HashSet<&'a str>,
}

impl<'a> Index<'a> {
    pub(super) fn new(recordings: &'a [Recording<'_>], groups: &'a [Group<'_>]) -> Self {
        let sounds = recordings.iter().map(|recording| recording.file.name.stem.as_str()).collect();
        let mut index = Self { sounds, ..Self::default() };
        let best: Vec<&File<'_>> = groups.iter().map(Group::best).collect();
        let behind = behind_shows(&best);
        for (place, (group, behind)) in groups.iter().zip(behind).enumerate() {
            index.add_names(place, group);
            if let Some(title) = behind.map(|name| name.title()).filter(|title| is_telling(title)) {
                add(&mut index.bare, run_together(&title), place);
            }
            for identity in group.identity.into_iter().chain(group.beside) {
                index.identities.entry(identity).or_default().push(place);
            }
            if let (None, Some(end)) = (group.identity, group.at_end) {
                let map = if end.in_series { &mut index.series } else { &mut index.ends };
                map.entry(Identity::Number(end.number)).or_default().push(place);
            }
        }
        index
    }

    fn add_names(&mut self, place: usize, group: &'a Group<'_>) {
        let mut names = BTreeSet::new();
        let mut whole_titles = BTreeSet::new();
        let mut titles = BTreeSet::new();
        for file in &group.files {
            let stem = file.name.stem.as_str();
            // What looks like a language may be part of the title.
            let called = if self.sounds.contains(stem) { stem } else { file.name.canonical() };
            names.extend([stem, called]);
            whole_titles.insert(file.name.whole_title());
            titles.insert(file.name.title());
            titles.extend(file.name.title_behind());
            add(&mut self.runs, run_of(called), place);
            if let Some(run) = file.telling().last().and_then(|folder| run_in(folder, called)) {
                add(&mut self.runs, run, place);
            }
            for fold in folded(called).into_iter().filter(|fold| is_telling(fold)) {
                add(&mut self.folds, run_of(&fold), place);
            }
            let name = Name::of_title(called);
            let plain = [without_copy(called), name.without_rate().unwrap_or(called)];
            for plain in plain.into_iter().filter(|plain| *plain != called) {
                add(&mut self.plain, plain.to_owned(), place);
            }
            if let Some((rest, _)) = without_id(called) {
                let title = Name::of_title(rest).title();
                if is_telling(&title) {
                    add(&mut self.bare, run_together(&title), place);
                }
            }
            if let Some(id) = video_id(called) {
                self.videos.entry(id).or_default().push(place);
            }
            if let Some(start) = start_of(called) {
                self.starts.entry(start.to_owned()).or_default().push((called.to_owned(), place));
            }
        }
        for name in names {
            self.names.entry(name).or_default().push(place);
        }
        for title in whole_titles.into_iter().filter(|title| is_telling(title)) {
            add(&mut self.whole_titles, run_together(&title), place);
        }
        for title in titles.into_iter().filter(|title| is_telling(title)) {
            add(&mut self.titles, run_together(&title), place);
        }
    }

    /// The groups that are called as `stem` is.
    pub(super) fn called(&self, stem: &str) -> Option<&Places> {
        self.names.get(stem)
    }

    /// The groups all of whose name says what `title` does.
    pub(super) fn titled_wholly(&self, title: &str) -> Option<&Places> {
        self.whole_titles.get(&run_together(title))
    }

    /// The groups that have the id of the video in `name`.
    pub(super) fn of_video(&self, name: &Name) -> Option<&Places> {
        self.videos.get(video_id(&name.stem)?)
    }

    /// The groups that are called as `file` is in other letters, with other
    /// signs between the words, or together with their folder.
    pub(super) fn called_nearly(&self, file: &File<'_>) -> Places {
        let stem = file.name.stem.as_str();
        let whole = run_of(stem);
        let mut runs = vec![whole];
        runs.extend(file.telling().last().and_then(|folder| run_in(folder, stem)));
        let folds = folded(stem).into_iter().filter(|fold| is_telling(fold));
        runs.extend(folds.map(|fold| run_of(&fold)));
        let runs = runs.iter().filter(|run| !run.is_empty());
        runs.flat_map(|run| self.runs.get(run).into_iter().chain(self.folds.get(run)))
            .flatten()
            .copied()
            .collect()
    }

    /// The groups that are called as `name` is but for the rate, or for what
    /// says that one of the two is a copy, where nothing is called like the
    /// original.
    pub(super) fn called_plainly(&self, name: &Name) -> Places {
        let own = without_copy(&name.stem);
        let original = Some(own).filter(|own| *own != name.stem && !self.sounds.contains(own));
        let there = self.names.contains_key(name.stem.as_str());
        let copies = if there { None } else { self.plain.get(&name.stem) };
        let unrated = name.without_rate().and_then(|stem| self.names.get(stem));
        let of_original = original.and_then(|own| self.names.get(own));
        unrated.into_iter().chain(of_original).chain(copies).flatten().copied().collect()
    }

    /// The groups with `title`, or whose whole name says it.
    pub(super) fn titled(&self, title: &str) -> Places {
        let run = run_together(title);
        let maps = [&self.titles, &self.whole_titles, &self.bare];
        maps.iter().filter_map(|map| map.get(&run)).flatten().copied().collect()
    }

    /// The groups whose name is that of `name` without the id of a video, and
    /// that have no other id.
    pub(super) fn without_its_id(&self, name: &Name) -> Places {
        let Some((rest, _)) = without_id(&name.stem) else { return Vec::new() };
        let title = Name::of_title(rest).title();
        let run = run_together(&title);
        let maps = [&self.titles, &self.whole_titles];
        maps.iter().filter_map(|map| map.get(&run)).flatten().copied().collect()
    }

    /// The groups whose name is the start of `stem`, or that it is the start of.
    pub(super) fn cut_short(&self, stem: &str) -> Places {
        let Some(same) = start_of(stem).and_then(|start| self.starts.get(start)) else {
            return Vec::new();
        };
        let cut = |other: &str| other.starts_with(stem) || stem.starts_with(other);
        same.iter().filter(|(other, _)| cut(other)).map(|(_, place)| *place).collect()
    }
}

/// The folder's name and that of a file in it, as one word; `None` if the file's
/// has no word in it.
fn run_in(folder: &str, stem: &str) -> Option<String> {
    (!run_of(stem).is_empty()).then(|| run_of(&format!("{} {stem}", Name::of_title(folder).stem)))
}

fn add(map: &mut HashMap<String, Places>, key: String, place: usize) {
    let places = map.entry(key).or_default();
    if places.last() != Some(&place) {
        places.push(place);
    }
}

/// Whether a title is more than a word that many episodes may have.
fn is_telling(title: &str) -> bool {
    title.contains(' ') || title.chars().count() >= 8
}
