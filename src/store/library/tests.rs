use super::*;
use crate::model::MediaTime;
use crate::model::episode::Episode;
use crate::search::Wanted;
use crate::store::{Paths, Place, Places};
use std::fs;
use std::path::Path;

/// A folder with files, and a library beside it.
struct Shelf {
    folder: tempfile::TempDir,
}

impl Shelf {
    fn new(files: &[(&str, &str)]) -> Self {
        let shelf = Self { folder: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            shelf.put(name, text);
        }
        shelf
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("files").join(name)
    }

    /// A transcript of one cue a minute, or audio of as many minutes as it has
    /// bytes.
    fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let cue = |(minute, line): (usize, &str)| {
            format!("\n00:{minute:02}:00.000 --> 00:{:02}:00.000\n{line}\n", minute + 1)
        };
        let whole = match path.extension().unwrap().to_str() {
            Some("vtt") => {
                format!("WEBVTT\n{}", text.lines().enumerate().map(cue).collect::<String>())
            }
            _ => text.to_owned(),
        };
        fs::write(path, whole).unwrap();
    }

    fn library(&self) -> Library {
        let paths = Paths::in_folder(self.folder.path().join("state"));
        Library::new(Database::open(&paths).unwrap().database).unwrap()
    }

    fn add(&self) -> (Library, Added) {
        let mut library = self.library();
        let added = library.add(&[self.path("")], &minutes).unwrap();
        (library, added)
    }
}

fn minutes(path: &Path) -> Sound {
    let length = fs::metadata(path).ok().map(|file| MediaTime::from_secs(file.len() * 60));
    Sound { length, ..Sound::default() }
}

/// Each episode as `number title <- transcript: confidence`.
fn told(library: &Library) -> Vec<String> {
    let name = |path: &Option<PathBuf>| {
        path.as_ref().map_or("-".into(), |path| path.file_name().unwrap().display().to_string())
    };
    let tell = |episode: &Episode| {
        let sure = episode.pairing.as_ref().map_or("alone", |pairing| pairing.confidence.as_str());
        let (audio, transcript) = (name(&episode.audio), name(&episode.transcript));
        format!("{} {}: {audio} <- {transcript}: {sure}", episode.label(), episode.title)
    };
    library.episodes().unwrap().iter().map(tell).collect()
}

const FILES: &[(&str, &str)] = &[
    ("show/audio/21-pypy.mp3", "xx"),
    ("show/audio/talk about nothing.mp3", "xxxxxx"),
    ("show/transcripts/021_PyPy_speed.vtt", "asynchronous compilers\nare quick"),
    ("show/transcripts/021_PyPy_speed.txt", "00:00:00 asynchronous compilers\n"),
    ("show/transcripts/022_Flask.vtt", "the flask of\nasyncio and memory"),
    ("show/notes.txt", "nothing of interest"),
];

#[test]
fn folders_become_episodes() {
    let shelf = Shelf::new(FILES);
    let (library, added) = shelf.add();
    assert_eq!((added.new, added.wrong.len()), (6, 0), "{added:?}");
    assert_eq!(
        told(&library),
        [
            "021 PyPy speed: 21-pypy.mp3 <- 021_PyPy_speed.vtt: certain",
            "022 Flask: - <- 022_Flask.vtt: alone",
            "talk about nothing talk about nothing: talk about nothing.mp3 <- -: alone",
        ]
    );
    let episodes = library.episodes().unwrap();
    assert_eq!(episodes[0].show, "show");
    assert_eq!(episodes[0].length, Some(MediaTime::from_secs(120)));
    let version = shelf.path("show/transcripts/021_PyPy_speed.txt");
    assert_eq!(library.versions(&episodes[0]).unwrap(), std::slice::from_ref(&version));
    assert_eq!(library.episode_of(&version).unwrap().as_ref(), Some(&episodes[0]));
}

#[test]
fn what_stands_behind_the_name_of_a_transcript_is_no_part_of_the_title() {
    let shelf = Shelf::new(&[
        ("interview.mp3", "x"),
        ("interview.en.vtt", "one"),
        ("walrus.mp3", "xx"),
        ("walrus.large-v3.vtt", "two\nlines"),
        ("22.mp3", "xxx"),
        ("22.flask.vtt", "three\nlines\nhere"),
    ]);
    let (library, _) = shelf.add();
    let titles = library.episodes().unwrap().into_iter().map(|one| one.title);
    assert_eq!(titles.collect::<Vec<_>>(), ["flask", "interview", "walrus"]);
}

#[test]
fn copies_of_one_recording_are_one_episode_and_what_the_listener_says_holds_for_all() {
    let shelf = Shelf::new(&[
        ("ep 5 (1).mp3", "xx"),
        ("ep 5.mp3", "xx"),
        ("ep 5 - Copy.mp3", "xx"),
        ("another folder/other of the same.mp3", "xx"),
        ("ep 5.vtt", "hello\nyou"),
    ]);
    let (mut library, _) = shelf.add();
    assert_eq!(told(&library), ["005 ep 5: ep 5.mp3 <- ep 5.vtt: certain"]);
    let episode = library.episodes().unwrap().remove(0);
    let copies = ["another folder/other of the same.mp3", "ep 5 (1).mp3", "ep 5 - Copy.mp3"]
        .map(|name| shelf.path(name));
    let mut sorted = copies.clone();
    sorted.sort_unstable();
    assert_eq!(library.versions(&episode).unwrap(), sorted);
    for copy in &copies {
        assert_eq!(library.episode_of(copy).unwrap().unwrap(), episode);
    }
    let key = EpisodeKey::of_file(&copies[0]).unwrap();
    library.set_pairing(key, None).unwrap();
    library.pair().unwrap();
    assert_eq!(
        told(&library),
        [
            "005 ep 5: - <- ep 5.vtt: alone",
            "other of the same other of the same: other of the same.mp3 <- -: certain"
        ]
    );
    let transcript = EpisodeKey::of_file(&shelf.path("ep 5.vtt")).unwrap();
    library.set_pairing(key, Some(transcript)).unwrap();
    library.pair().unwrap();
    assert_eq!(
        told(&library),
        ["005 other of the same: other of the same.mp3 <- ep 5.vtt: certain"]
    );
}

#[test]
fn a_transcript_that_is_doubtful_names_nothing_and_one_paired_by_hand_only_what_is_open() {
    let shelf = Shelf::new(&[
        ("one/x9.mp3", "xx"),
        ("one/021_2024-05-06 notes of a meeting.vtt", "hello\nyou"),
        ("two/y.mp3", "xxx"),
        ("three/033 an own name.mp3", "xxxx"),
        ("four/tagged.mp3", "xxxxx"),
        ("texts/041_Forty_one.vtt", "one more"),
        ("texts/042_Forty_two.vtt", "two more"),
        ("texts/043_Forty_three.vtt", "three more"),
    ]);
    let tags = |path: &Path| match path.file_name().unwrap().to_str() {
        Some("tagged.mp3") => {
            Sound { title: Some("By its tags".to_owned()), number: Some(9), ..minutes(path) }
        }
        _ => minutes(path),
    };
    let mut library = shelf.library();
    library.add(&[shelf.path("")], &tags).unwrap();
    let names = |library: &Library| -> Vec<(Option<u32>, String)> {
        let all = library.episodes().unwrap().into_iter();
        let mut all: Vec<_> = all
            .filter(|it| it.audio.is_some())
            .map(|it| (it.audio.unwrap(), (it.number, it.title)))
            .collect();
        all.sort();
        all.into_iter().map(|(_, name)| name).collect()
    };
    let name = |number: Option<u32>, title: &str| (number, title.to_owned());
    let (tagged, own) = (name(Some(9), "By its tags"), name(Some(33), "an own name"));
    let doubtful = name(None, "x9");
    assert!(told(&library).iter().any(|it| it.ends_with(": doubtful")), "{:?}", told(&library));
    let before = [tagged.clone(), doubtful.clone(), own.clone(), name(None, "y")];
    assert_eq!(names(&library), before);
    for (audio, transcript) in [
        ("two/y.mp3", "texts/041_Forty_one.vtt"),
        ("three/033 an own name.mp3", "texts/042_Forty_two.vtt"),
        ("four/tagged.mp3", "texts/043_Forty_three.vtt"),
    ] {
        let key = |name| EpisodeKey::of_file(&shelf.path(name)).unwrap();
        library.set_pairing(key(audio), Some(key(transcript))).unwrap();
    }
    library.pair().unwrap();
    assert_eq!(names(&library), [tagged, doubtful, own, name(Some(41), "Forty one")]);
}

#[test]
fn a_folder_that_is_there_twice_is_listed_once() {
    let shelf = Shelf::new(&[
        ("one/talk.mp3", "xx"),
        ("one/talk.vtt", "hello\nyou"),
        ("one/talk.txt", "00:00:00 hello\n"),
        ("one/read.vtt", "to be read"),
        ("two/talk.mp3", "xx"),
        ("two/talk.vtt", "hello\nyou"),
        ("two/talk.txt", "00:00:00 hello\n"),
        ("two/read.vtt", "to be read"),
        ("three/called otherwise.vtt", "hello\nyou"),
    ]);
    let (library, _) = shelf.add();
    assert_eq!(
        told(&library),
        ["read read: - <- read.vtt: alone", "talk talk: talk.mp3 <- talk.vtt: certain"]
    );
    let episodes = library.episodes().unwrap();
    assert_eq!(episodes[1].audio, Some(shelf.path("one/talk.mp3")));
    assert_eq!(library.versions(&episodes[1]).unwrap().len(), 5);
    assert_eq!(library.versions(&episodes[0]).unwrap(), [shelf.path("two/read.vtt")]);
}

#[test]
fn the_same_audio_with_two_transcripts_is_two_episodes_each_with_a_place_of_its_own() {
    let shelf =
        Shelf::new(&[("b/talk.mp3", "xx"), ("b/talk.vtt", "hello\nyou"), ("b/talk (1).mp3", "xx")]);
    let (mut library, _) = shelf.add();
    let audio = EpisodeKey::of_file(&shelf.path("b/talk.mp3")).unwrap();
    library.database().mark(audio, true, 1).unwrap();
    // Which comes first by its name, but later.
    shelf.put("a/talk.mp3", "xx");
    shelf.put("a/talk.vtt", "hallo\ndu");
    library.refresh(&minutes).unwrap();
    let told = |library: &Library| -> Vec<(String, Option<bool>)> {
        let folder =
            |path: &Path| path.parent().unwrap().file_name().unwrap().display().to_string();
        let all = library.episodes().unwrap().into_iter();
        let mut all: Vec<_> =
            all.map(|it| (folder(it.transcript.as_ref().unwrap()), it.marked)).collect();
        all.sort();
        all
    };
    let is = |a: &str, b: &str| [(a.to_owned(), None), (b.to_owned(), Some(true))];
    assert_eq!(told(&library), is("a", "b"));
    let copy = library.episode_of(&shelf.path("b/talk (1).mp3")).unwrap().unwrap();
    assert_eq!(copy.audio, Some(shelf.path("b/talk.mp3")));
    // Renamed, each is what it was.
    fs::rename(shelf.path("b"), shelf.path("c")).unwrap();
    fs::rename(shelf.path("a"), shelf.path("d")).unwrap();
    library.refresh(&minutes).unwrap();
    let keys: Vec<String> = library.episodes().unwrap().into_iter().map(|it| it.key).collect();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
    let mut all = told(&library);
    all.reverse();
    assert_eq!(all, is("d", "c"));
}

#[test]
fn of_two_copies_with_transcripts_one_that_is_doubtful_is_given_up() {
    let shelf = Shelf::new(&[
        ("a/talk.mp3", "xx"),
        ("a/talk.vtt", "hello\nyou"),
        ("b/x9.mp3", "xx"),
        ("b/notes of a meeting.vtt", "hallo\ndu"),
    ]);
    let (library, _) = shelf.add();
    let told = told(&library);
    let expected = [
        "talk talk: talk.mp3 <- talk.vtt: certain",
        "notes of a meeting notes of a meeting: - <- notes of a meeting.vtt: alone",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_doubtful_pair_takes_no_other_episode_out_of_the_list_or_the_search() {
    for elsewhere in ["", "e/"] {
        let one = format!("{elsewhere}251-dams.vtt");
        let other = format!("{elsewhere}265-weirs.vtt");
        let (dams, weirs) = ("how dams\nare\nbuilt", "of weirs\nand\nlocks");
        let shelf = Shelf::new(&[
            (&one, dams),
            (&other, weirs),
            ("d/talk.mp3", "x"),
            ("d/talk.vtt", dams),
            ("d/talk.en.vtt", weirs),
        ]);
        let (library, _) = shelf.add();
        let mut all = told(&library);
        all.sort();
        assert_eq!(
            all,
            [
                "251 dams: - <- 251-dams.vtt: alone",
                "265 weirs: - <- 265-weirs.vtt: alone",
                "talk talk: talk.mp3 <- talk.vtt: doubtful",
            ],
            "{elsewhere}"
        );
        assert_eq!(found(&library, "\"of weirs\""), ["265"]);
        assert_eq!(found(&library, "\"how dams\"").len(), 2);
        let talk = library.episode_of(&shelf.path("d/talk.mp3")).unwrap().unwrap();
        assert_eq!(library.versions(&talk).unwrap(), [shelf.path("d/talk.en.vtt")]);
    }
}

#[test]
fn what_a_doubtful_pair_does_not_show_makes_no_other_pair_its_copy() {
    let shelf = Shelf::new(&[
        ("a/talk.mp3", "x"),
        ("a/talk.vtt", "how dams\nare\nbuilt"),
        ("a/talk.en.vtt", "of weirs\nand\nlocks"),
        ("b/talk.mp3", "x"),
        ("b/talk.vtt", "of weirs\nand\nlocks"),
        ("c/talk.mp3", "x"),
        ("c/talk.vtt", "how dams\nare\nbuilt"),
    ]);
    let (library, _) = shelf.add();
    let folders = |path: &Option<PathBuf>| path.clone().unwrap().parent().unwrap().to_owned();
    let all = library.episodes().unwrap();
    let mut all: Vec<PathBuf> = all.iter().map(|it| folders(&it.transcript)).collect();
    all.sort();
    assert_eq!(all, [shelf.path("a"), shelf.path("b")], "{:?}", told(&library));
    assert_eq!(found(&library, "\"of weirs\"").len(), 1);
}

#[test]
fn other_versions_of_a_text_alone_take_only_copies_of_another_format_with_them() {
    let shelf = Shelf::new(&[
        ("a/talk.vtt", "how dams\nare built"),
        ("a/talk.txt", "00:00:00 how dams\n"),
        ("a/talk.en.vtt", "of weirs\nand locks"),
        ("b/251.txt", "00:00:00 how dams\n"),
        ("b/265-weirs.vtt", "of weirs\nand locks"),
    ]);
    let (library, _) = shelf.add();
    let expected = ["talk talk: - <- talk.vtt: alone", "265 weirs: - <- 265-weirs.vtt: alone"];
    assert_eq!(told(&library), expected);
}

#[test]
fn a_guess_makes_no_second_episode_of_a_recording() {
    let minutes = |count: usize| vec!["so"; count].join("\n");
    let (short, whole) = (minutes(3), minutes(10) + " it is");
    for (at, guessed) in [("b/zzz.mp3", "c/what.vtt"), ("b/zzz.mp3", "b/what.vtt")] {
        let shelf = Shelf::new(&[
            ("a/ep 5.mp3", "xxxxxxxxxx"),
            ("a/ep 5.vtt", &short),
            (at, "xxxxxxxxxx"),
            (guessed, &whole),
        ]);
        let (library, _) = shelf.add();
        let expected =
            ["005 ep 5: ep 5.mp3 <- ep 5.vtt: doubtful", "what what: - <- what.vtt: alone"];
        assert_eq!(told(&library), expected, "{guessed}");
        let copy = library.episode_of(&shelf.path(at)).unwrap().unwrap();
        assert_eq!(copy.audio, Some(shelf.path("a/ep 5.mp3")));
    }
}

#[test]
fn a_word_that_somebody_says_is_no_word_cut_short() {
    for (said, sure) in [("how it began\nit ended", "likely"), ("of java\nthat is", "doubtful")] {
        let shelf = Shelf::new(&[
            ("the-history-of-java.mp3", "xx"),
            ("the-history-of-javascript.vtt", said),
        ]);
        let (library, _) = shelf.add();
        assert!(told(&library)[0].ends_with(sure), "{said}: {:?}", told(&library));
    }
}

#[test]
fn audio_that_cannot_be_played_is_no_copy_of_other_that_cannot() {
    let shelf = Shelf::new(&[("one.mp3", "xx"), ("two.mp3", "xx"), ("three.mp3", "xxx")]);
    let wrong = |_: &Path| Sound { wrong: Some("it is empty".to_owned()), ..Sound::default() };
    let mut library = shelf.library();
    library.add(&[shelf.path("")], &wrong).unwrap();
    let episodes = library.episodes().unwrap();
    assert_eq!(episodes.len(), 3);
    let keys: std::collections::HashSet<&String> = episodes.iter().map(|it| &it.key).collect();
    assert_eq!(keys.len(), 3);
}

#[test]
fn tags_tell_the_show_the_title_and_the_number_where_names_do_not() {
    let shelf = Shelf::new(&[
        ("casts/f1.mp3", "xx"),
        ("casts/f2.mp3", "xxx"),
        ("casts/021_PyPy_speed.vtt", "compilers\nare quick"),
        ("casts/2026-01-05 Flask.vtt", "flask"),
    ]);
    let tags = |path: &Path| match path.file_name().unwrap().to_str() {
        Some("f1.mp3") => Sound {
            title: Some("PyPy".to_owned()),
            show: Some("Talk".to_owned()),
            number: Some(21),
            date: Some(20_150_805),
            ..minutes(path)
        },
        _ => minutes(path),
    };
    let mut library = shelf.library();
    library.add(&[shelf.path("")], &tags).unwrap();
    let told: Vec<_> = library
        .episodes()
        .unwrap()
        .into_iter()
        .map(|one| (one.number, one.date, one.show, one.title, one.cues))
        .collect();
    let episode =
        |number, date, title: &str, cues| (number, date, "Talk".to_owned(), title.to_owned(), cues);
    assert_eq!(
        told,
        [
            episode(Some(21), Some(20_150_805), "PyPy", 2),
            episode(None, None, "f2", 0),
            episode(None, Some(20_260_105), "Flask", 1),
        ]
    );
}

#[test]
fn a_second_look_opens_nothing_and_changes_nothing() {
    let shelf = Shelf::new(FILES);
    let (mut library, _) = shelf.add();
    let before = library.episodes().unwrap();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let count = |_: &Path| {
        asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Sound::default()
    };
    assert_eq!(library.refresh(&count).unwrap(), Added::default());
    assert_eq!(asked.into_inner(), 0);
    assert_eq!(library.episodes().unwrap(), before);
}

#[test]
fn new_changed_moved_and_deleted_files_are_noticed_and_a_place_survives_a_new_name() {
    let shelf = Shelf::new(FILES);
    let (mut library, _) = shelf.add();
    let key: EpisodeKey = library.episodes().unwrap()[0].key.parse().unwrap();
    let paths = Paths::in_folder(shelf.folder.path().join("state"));
    let places = Places::new(Database::open(&paths).unwrap().database);
    let at = MediaTime::from_secs(50);
    places.save(key, &Place { at, ..Place::default() }, 7).unwrap();
    fs::rename(shelf.path("show/audio/21-pypy.mp3"), shelf.path("show/021.mp3")).unwrap();
    fs::remove_file(shelf.path("show/audio/talk about nothing.mp3")).unwrap();
    shelf.put("show/transcripts/022_Flask.vtt", "nothing else\nany more");
    shelf.put("show/transcripts/023_New.vtt", "brand new");
    let added = library.refresh(&minutes).unwrap();
    assert_eq!(
        added,
        Added { new: 1, changed: 1, moved: 1, gone: 1, wrong: Vec::new() },
        "{added:?}"
    );
    assert_eq!(
        told(&library),
        [
            "021 PyPy speed: 021.mp3 <- 021_PyPy_speed.vtt: certain",
            "022 Flask: - <- 022_Flask.vtt: alone",
            "023 New: - <- 023_New.vtt: alone",
        ]
    );
    assert_eq!(library.episodes().unwrap()[0].place, Some(at));
    assert_eq!(found(&library, "flask of"), [] as [String; 0]);
    assert_eq!(found(&library, "nothing else any"), ["022"]);
}

#[test]
fn what_lies_on_a_disk_that_is_not_there_stays() {
    let shelf = Shelf::new(FILES);
    let (mut library, _) = shelf.add();
    let before = library.episodes().unwrap();
    fs::rename(shelf.path(""), shelf.folder.path().join("elsewhere")).unwrap();
    let added = library.refresh(&minutes).unwrap();
    assert_eq!(added.gone, 0);
    let now = format!(": plug it in, or sayagain add --remove {}", shelf.path("").display());
    assert!(added.wrong[0].ends_with(&now), "{added:?}");
    assert_eq!(library.episodes().unwrap(), before);
}

#[test]
fn a_folder_that_has_another_name_now_is_not_there_twice_when_it_is_added() {
    let shelf = Shelf::new(FILES);
    let (mut library, _) = shelf.add();
    let before = told(&library);
    let words = found(&library, "flask of");
    let elsewhere = shelf.folder.path().join("elsewhere");
    fs::rename(shelf.path(""), &elsewhere).unwrap();
    let added = library.add(std::slice::from_ref(&elsewhere), &minutes).unwrap();
    assert_eq!((added.new, added.moved, added.gone), (0, 6, 0), "{added:?}");
    assert_eq!(told(&library), before);
    assert_eq!(found(&library, "flask of"), words);
    // The disk is there again, with all that was on it.
    fs::create_dir_all(shelf.path("show/audio")).unwrap();
    fs::copy(elsewhere.join("show/audio/21-pypy.mp3"), shelf.path("show/audio/21-pypy.mp3"))
        .unwrap();
    assert_eq!(library.refresh(&minutes).unwrap().new, 1);
}

#[test]
fn tables_that_are_missing_are_made_again() {
    let shelf = Shelf::new(FILES);
    let (mut library, _) = shelf.add();
    let before = told(&library);
    library.database().connection.execute_batch("DROP TABLE episode; DROP TABLE term").unwrap();
    drop(library);
    let (library, _) = shelf.add();
    assert_eq!(told(&library), before);
    assert_eq!(found(&library, "flask of"), ["022"]);
}

#[test]
fn what_the_listener_says_of_a_pairing_holds_until_it_is_taken_back() {
    let shelf = Shelf::new(FILES);
    let (mut library, _) = shelf.add();
    let before = told(&library);
    let key = |name: &str| EpisodeKey::of_file(&shelf.path(name)).unwrap();
    let audio = key("show/audio/21-pypy.mp3");
    library.set_pairing(audio, Some(key("show/transcripts/022_Flask.vtt"))).unwrap();
    library.pair().unwrap();
    let set = "021 Flask: 21-pypy.mp3 <- 022_Flask.vtt: certain";
    assert_eq!(told(&library)[0], set);
    // Under another name too.
    fs::rename(shelf.path("show/audio/21-pypy.mp3"), shelf.path("show/x21.mp3")).unwrap();
    library.refresh(&minutes).unwrap();
    assert!(told(&library).iter().any(|one| one.contains("x21.mp3 <- 022_Flask.vtt: certain")));
    fs::rename(shelf.path("show/x21.mp3"), shelf.path("show/audio/21-pypy.mp3")).unwrap();
    library.set_pairing(audio, None).unwrap();
    library.refresh(&minutes).unwrap();
    assert!(told(&library).iter().any(|one| one.contains("21-pypy.mp3 <- -")));
    assert!(library.forget_pairing(audio).unwrap());
    assert!(!library.forget_pairing(audio).unwrap());
    library.pair().unwrap();
    assert_eq!(told(&library), before);
}

/// The labels of the episodes that have it, likeliest first.
fn found(library: &Library, typed: &str) -> Vec<String> {
    let wanted = Wanted::parse(typed).unwrap();
    let candidates = library.candidates(&wanted, &|| true).unwrap();
    let candidates = library.episodes_of(&candidates.ids).unwrap();
    let texts = Texts::new(0);
    candidates
        .iter()
        .filter(|episode| {
            let transcript = texts.get(episode.transcript.as_ref().unwrap()).unwrap();
            !wanted.hits(&transcript).is_empty()
        })
        .map(Episode::label)
        .collect()
}

#[test]
fn what_is_looked_for_is_found_in_every_episode_that_has_it() {
    let mut files = FILES.to_vec();
    files.push(("show/2026-01-05 talk.vtt", "asyncio asyncio asyncio\ndon’t"));
    let shelf = Shelf::new(&files);
    let (library, _) = shelf.add();
    let dated = "talk";
    for (typed, expected) in [
        ("asyncio", vec![dated, "022"]),
        ("sync", vec![dated, "022", "021"]),
        ("async*", vec![dated, "022", "021"]),
        ("chron", vec!["021"]),
        ("\"compilers are\"", vec!["021"]),
        ("\"flask of asyncio\"", vec!["022"]),
        ("memory flask", vec!["022"]),
        ("memory quick", vec![]),
        ("don't", vec![dated]),
        ("qu", vec!["021"]),
        ("/fl.sk|qu.ck/", vec!["022", "021"]),
        ("asyncio episode:22", vec!["022"]),
        ("asyncio episode:1-20", vec![]),
        ("asyncio after:2026", vec![dated]),
        ("asyncio after:2027", vec![]),
        ("asyncio show:other", vec![]),
    ] {
        let mut found = found(&library, typed);
        let mut expected = expected;
        if typed.starts_with('/') {
            found.sort();
            expected.sort_unstable();
        }
        assert_eq!(found, expected, "{typed}");
    }
}

#[test]
fn an_episode_in_which_the_words_stand_in_a_row_comes_before_one_that_is_full_of_them() {
    // More words begin with t than rows are looked up for.
    let words: Vec<String> = (1..=20).map(|n| format!("t{n}")).collect();
    let full = format!("{}x {} x t", "of ".repeat(30), words.join(" "));
    let row = format!("{}of t", "x\n".repeat(40));
    let shelf = Shelf::new(&[("001 full.vtt", &full), ("002 row.vtt", &row)]);
    let (library, _) = shelf.add();
    let ids = library.candidates(&Wanted::parse("\"of t").unwrap(), &|| true).unwrap().ids;
    let labels: Vec<String> =
        library.episodes_of(&ids).unwrap().iter().map(Episode::label).collect();
    assert_eq!(labels, ["002", "001"]);
}

#[test]
fn short_words_in_a_row_come_before_more_of_them_in_other_rows() {
    let apart = "in the end\nx\nthe end of\nx\nend of the";
    let row = format!("in the end of{}", "\nx".repeat(40));
    let shelf = Shelf::new(&[("001 row.vtt", &row), ("002 apart.vtt", apart)]);
    let (library, _) = shelf.add();
    let wanted = Wanted::parse("\"in the end of").unwrap();
    let ids = library.candidates(&wanted, &|| true).unwrap().ids;
    let labels: Vec<String> =
        library.episodes_of(&ids).unwrap().iter().map(Episode::label).collect();
    assert_eq!(labels, ["001", "002"]);
}

#[test]
fn without_time_the_episodes_that_have_the_word_itself_are_known_first() {
    let shelf = Shelf::new(&[("001 a.vtt", "beehives"), ("002 b.vtt", "bee"), ("003 c.vtt", "x")]);
    let (library, _) = shelf.add();
    let wanted = Wanted::parse("bee").unwrap();
    let labels = |candidates: &Candidates| -> Vec<String> {
        library.episodes_of(&candidates.ids).unwrap().iter().map(Episode::label).collect()
    };
    let some = library.likeliest(&wanted, &|| true, &|| false).unwrap();
    assert_eq!((labels(&some), some.is_whole), (vec!["002".to_owned()], false));
    let all = library.likeliest(&wanted, &|| true, &|| true).unwrap();
    assert_eq!((labels(&all), all.is_whole), (vec!["002".to_owned(), "001".to_owned()], true));
    let none = library.candidates(&wanted, &|| false).unwrap();
    assert_eq!(none.ids, [] as [i64; 0]);
}

#[test]
fn what_tells_episodes_apart_is_as_short_as_it_can_be() {
    let files: Vec<(String, String)> =
        (0..10).map(|n| (format!("{n:03} x.vtt"), format!("word{n}"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let shelf = Shelf::new(&files);
    let (mut library, _) = shelf.add();
    let told = [
        (Some(1), "A", "tea", "tea 001"),
        (Some(1), "B", "water", "water 001"),
        (Some(2), "C", "water", "002"),
        (Some(3), "D", "wine", "wine 003 D"),
        (Some(3), "E", "wine", "wine 003 E"),
        (None, "F", "tea", "F"),
        (None, "G", "tea", "tea G"),
        (None, "G", "wine", "wine G"),
        (Some(4), "H", "wine", "008 x.vtt"),
        (Some(4), "H", "wine", "009 x.vtt"),
    ];
    let ids: Vec<i64> = library.episodes().unwrap().iter().map(|episode| episode.id).collect();
    let change = "UPDATE episode SET number = ?2, title = ?3, show = ?4 WHERE id = ?1";
    for (id, (number, title, show, _)) in ids.iter().zip(told) {
        let values = rusqlite::params![id, number, title, show];
        library.database().connection.execute(change, values).unwrap();
    }
    let names = library.names().unwrap();
    for (episode, (.., expected)) in library.episodes_of(&ids).unwrap().iter().zip(told) {
        let name = names.of(episode);
        assert!(name == expected || name.ends_with(&format!("/{expected}")), "{name} {expected}");
    }
}

#[test]
fn a_word_that_is_in_no_episode_is_taken_for_one_that_is() {
    let shelf = Shelf::new(FILES);
    let (library, _) = shelf.add();
    let corrected = |typed: &str| {
        let wanted = Wanted::parse(typed).unwrap();
        library.corrected(typed, &wanted, &|| true).unwrap().map(|correction| correction.typed)
    };
    assert_eq!(corrected("asyncoi show:x").as_deref(), Some("asyncio show:x"));
    assert_eq!(corrected("asyncio"), None);
    assert_eq!(corrected("zzzzzz"), None);
}

#[test]
fn tables_of_another_version_are_built_again_and_what_the_listener_did_stays() {
    let shelf = Shelf::new(FILES);
    let (mut library, _) = shelf.add();
    let before = told(&library);
    let connection = &library.database().connection;
    connection.execute("UPDATE derived SET version = version - 1", []).unwrap();
    drop(library);
    let mut library = shelf.library();
    assert!(library.episodes().unwrap().is_empty());
    library.refresh(&minutes).unwrap();
    assert_eq!(told(&library), before);
}

#[test]
fn a_look_that_was_broken_off_is_finished_by_the_next() {
    let shelf = Shelf::new(FILES);
    let (mut library, _) = shelf.add();
    let before = told(&library);
    let connection = &library.database().connection;
    connection.execute_batch("UPDATE derived SET stale = 1; DELETE FROM episode;").unwrap();
    library.refresh(&minutes).unwrap();
    assert_eq!(told(&library), before);
}

/// How many segments there are, and how many transcripts they have.
fn segments(library: &mut Library) -> (i64, i64) {
    let query = "SELECT count(*), coalesce(sum(docs), 0) FROM segment";
    let connection = &library.database().connection;
    connection.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

#[test]
fn segments_of_like_size_are_made_one_without_what_is_no_more() {
    let shelf = Shelf::new(&[]);
    let mut library = shelf.library();
    fs::create_dir_all(shelf.path("")).unwrap();
    library.add(&[shelf.path("")], &minutes).unwrap();
    // One file at a time, each a segment; and now and then one goes or changes.
    for number in 1..=20 {
        shelf.put(&format!("{number}.vtt"), &format!("word{number} and tea\nfor two"));
        if number % 5 == 0 {
            fs::remove_file(shelf.path(&format!("{}.vtt", number - 1))).unwrap();
        }
        library.refresh(&minutes).unwrap();
    }
    let (count, docs) = segments(&mut library);
    assert!(count < 8 && (16..=20).contains(&docs), "{count} {docs}");
    let there: Vec<u32> = (1..=20).filter(|number| ![4, 9, 14, 19].contains(number)).collect();
    for number in 1..=20 {
        let found = found(&library, &format!("\"word{number} and\""));
        let expected = there.contains(&number).then(|| format!("{number:03}"));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{number}");
    }
    assert_eq!(found(&library, "\"tea for two\"").len(), there.len());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    #[test]
    fn an_episode_that_has_it_is_always_among_the_candidates(
        texts in proptest::collection::vec(
            "([aAbBéÉßſKkςσ]{1,3}|言|語|[ .'\n_-]|e\u{301}| a b ){0,20}", 1..6
        ),
        typed in "(\"[aAbé言 .'-]{1,6}\"|[aAbBkésß言]{1,3}\\*?|[a-b'é.-]{1,4}|a b|speaker:[ab]|\
            /([aAbBkéſ]{1,4}[?*+]?|[.| '言]|\\(aab|bA\\)|[ab]bb|[aA]ab|\\\\[sbW]){1,5}/)",
    ) {
        let shelf = Shelf::new(&[]);
        for (number, text) in texts.iter().enumerate() {
            let speaker = if text.contains('a') { "<v Ab>" } else { "" };
            shelf.put(&format!("{number}.vtt"), &format!("{speaker}{}", text.replace('\n', " ")));
        }
        let (library, _) = shelf.add();
        if let Ok(wanted) = Wanted::parse(&typed) {
            let ids = library.candidates(&wanted, &|| true).unwrap().ids;
            let reader = Texts::new(0);
            for episode in library.episodes().unwrap() {
                let transcript = reader.get(episode.transcript.as_ref().unwrap());
                let has = transcript.is_ok_and(|it| !wanted.hits(&it).is_empty());
                proptest::prop_assert!(!has || ids.contains(&episode.id), "{} {:?}", typed, texts);
            }
        }
    }
}
