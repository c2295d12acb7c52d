use super::*;
use std::path::PathBuf;

/// A file as a test writes it: `path`, `path@minutes`, `path@minutes<number|title>`.
struct Told {
    path: PathBuf,
    length: Option<MediaTime>,
    tagged: Option<u32>,
    titled: Option<String>,
}

impl Told {
    fn new(file: &str) -> Self {
        let (file, tags) = file.split_once('<').unwrap_or((file, ""));
        let (number, title) = tags.trim_end_matches('>').split_once('|').unwrap_or_default();
        let (path, minutes) = file.split_once('@').unwrap_or((file, ""));
        Self {
            path: PathBuf::from(path),
            length: minutes.parse().ok().map(|minutes: u64| MediaTime::from_secs(minutes * 60)),
            tagged: number.parse().ok(),
            titled: Some(title.to_owned()).filter(|title| !title.is_empty()),
        }
    }
}

/// Each episode with audio as `audio <- transcript: confidence`; the others as
/// `- <- transcript`.
pub(super) fn told(files: &[&str]) -> Vec<String> {
    let mut files: Vec<Told> = files.iter().map(|file| Told::new(file)).collect();
    let run = |files: &[Told]| {
        let pieces: Vec<Piece<'_>> = files
            .iter()
            .map(|Told { path, length, tagged, titled }| Piece {
                path,
                length: *length,
                tagged: *tagged,
                titled: titled.as_deref(),
            })
            .collect();
        let name = |index: usize| pieces[index].path.display().to_string();
        let mut told: Vec<String> = pair_all(&pieces, &BTreeMap::new(), &|_| false)
            .into_iter()
            .map(|episode| {
                let audio = episode.audio.map_or("-".to_owned(), name);
                let transcript = episode.transcript.map_or("-".to_owned(), name);
                match episode.grounds {
                    Some(grounds) => format!("{audio} <- {transcript}: {}", grounds.confidence),
                    None => format!("{audio} <- {transcript}"),
                }
            })
            .collect();
        told.sort();
        told
    };
    let result = run(&files);
    files.reverse();
    assert_eq!(run(&files), result, "the order of the files does not matter");
    result
}

#[test]
fn the_same_name_is_certain_whatever_the_endings() {
    assert_eq!(
        told(&["a/talk one.mp3", "a/talk one.en.vtt", "a/other.vtt", "a/x.m4a", "a/x.mp3.srt"]),
        [
            "- <- a/other.vtt",
            "a/talk one.mp3 <- a/talk one.en.vtt: certain",
            "a/x.m4a <- a/x.mp3.srt: certain"
        ]
    );
}

#[test]
fn the_same_number_is_likely_and_with_a_length_that_fits_certain() {
    for audio in ["a/21-pypy.mp3", "a/0021.mp3", "a/show-ep21-pypy.mp3"] {
        let pair = |confidence| vec![format!("{audio} <- a/021_PyPy_speed.vtt: {confidence}")];
        assert_eq!(told(&[audio, "a/021_PyPy_speed.vtt"]), pair("likely"));
        let timed = format!("{audio}@62");
        assert_eq!(told(&[&timed, "a/021_PyPy_speed.vtt@61"]), pair("certain"));
    }
}

#[test]
fn a_length_that_does_not_fit_is_doubtful_even_under_the_same_name() {
    let doubtful = ["a/talk.mp3 <- a/talk.vtt: doubtful"];
    assert_eq!(told(&["a/talk.mp3@30", "a/talk.vtt@61"]), doubtful);
    assert_eq!(told(&["a/talk.mp3@120", "a/talk.vtt@20"]), doubtful);
    assert_eq!(told(&["a/talk.mp3@61", "a/talk.vtt@61"])[0], "a/talk.mp3 <- a/talk.vtt: certain");
}

#[test]
fn a_number_at_the_end_counts_where_a_folder_is_numbered_so() {
    let files = [
        "audio/talk-python-021.mp3",
        "audio/talk-python-022.mp3",
        "audio/talk-python-023.mp3",
        "transcripts/021_PyPy.vtt",
        "transcripts/022_rest.vtt",
    ];
    assert_eq!(
        told(&files),
        [
            "audio/talk-python-021.mp3 <- transcripts/021_PyPy.vtt: likely",
            "audio/talk-python-022.mp3 <- transcripts/022_rest.vtt: likely",
            "audio/talk-python-023.mp3 <- -",
        ]
    );
    let alone = ["a/area-51.mp3", "a/051_mike.vtt", "a/other.mp3"];
    assert_eq!(told(&alone)[0], "a/area-51.mp3 <- a/051_mike.vtt: doubtful");
    let off = ["a/area-51.mp3@90", "a/051_mike.vtt@30", "a/other.mp3"];
    assert_eq!(told(&off)[1], "a/area-51.mp3 <- -");
}

#[test]
fn a_number_in_a_title_is_no_episode_number_when_the_title_is_found() {
    let files = ["a/100-days-of-code.mp3", "a/081-100-days-of-code.vtt", "a/100_top_ten.vtt"];
    let found = told(&files);
    assert!(found[1].starts_with("a/100-days-of-code.mp3 <- a/081-100-days"), "{found:?}");
}

#[test]
fn of_several_versions_the_best_is_taken_and_no_other_becomes_an_episode() {
    for (audio, better, worse) in [
        ("524-ai.mp3", "524-ai-in-class.vtt", "524-ai-in-class-no-names.vtt"),
        ("402-p.mp3", "402-polars-v2.vtt", "402-polars.vtt"),
        ("402-polars.mp3", "402-polars.vtt", "402-polars-v2.vtt"),
        ("551-walk.mp3", "551-a-stroll.vtt", "551.vtt"),
        ("301-x.mp3", "301-deploy.vtt", "301-deploy.txt"),
        ("078-x.mp3", "078_brackets .vtt", "078_brackets.txt"),
    ] {
        let found = told(&[audio, better, worse]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("{audio} <- {better}:")), "{found:?}");
        assert_eq!(told(&[better, worse]).len(), 1, "{better}");
    }
}

#[test]
fn the_videos_transcript_is_taken_only_where_there_is_no_other_and_then_doubtful() {
    let files = [
        "c/audio/301.mp3",
        "c/transcripts/301-deploying-django.vtt",
        "c/youtube_transcripts/301-deploying-django-2021.vtt",
        "c/youtube_transcripts/510--youtube10.vtt",
        "c/audio/510-polars.mp3",
    ];
    assert_eq!(
        told(&files),
        [
            "c/audio/301.mp3 <- c/transcripts/301-deploying-django.vtt: likely",
            "c/audio/510-polars.mp3 <- c/youtube_transcripts/510--youtube10.vtt: doubtful",
        ]
    );
    let same_name =
        ["c/audio/301-a-b.mp3", "c/transcripts/301_b.vtt", "c/youtube_transcripts/301-a-b.vtt"];
    assert_eq!(told(&same_name), ["c/audio/301-a-b.mp3 <- c/transcripts/301_b.vtt: likely"]);
}

#[test]
fn two_shows_with_the_same_numbers_keep_their_own() {
    let files =
        ["one/021-cats.mp3", "one/021-cats.vtt", "two/021-dogs.mp3", "two/021_dogs_and_us.vtt"];
    assert_eq!(
        told(&files),
        [
            "one/021-cats.mp3 <- one/021-cats.vtt: certain",
            "two/021-dogs.mp3 <- two/021_dogs_and_us.vtt: likely",
        ]
    );
    // Not even where they speak of the same.
    let alone = ["one/021-python-cats.vtt", "two/021-python-cats.vtt"];
    assert_eq!(told(&alone).len(), 2);
    let bare = told(&["one/021.mp3@60", "two/021.vtt@31"]);
    assert_eq!(bare, ["- <- two/021.vtt", "one/021.mp3 <- -"]);
    let unknown = told(&["one/021.mp3", "two/021.vtt"]);
    assert_eq!(unknown, ["one/021.mp3 <- two/021.vtt: doubtful"]);
    let stray = ["one/021-cats.mp3@60", "two/x/021-dogs.vtt@31"];
    assert_eq!(told(&stray), ["- <- two/x/021-dogs.vtt", "one/021-cats.mp3 <- -"]);
}

#[test]
fn two_of_one_number_in_one_folder_are_told_apart_by_their_words() {
    let files = ["021-cats.mp3", "021-dogs.mp3", "021_dogs_x.vtt", "021_cats_x.vtt"];
    assert_eq!(
        told(&files),
        ["021-cats.mp3 <- 021_cats_x.vtt: likely", "021-dogs.mp3 <- 021_dogs_x.vtt: likely"]
    );
}

#[test]
fn what_is_as_likely_as_another_is_doubtful() {
    let found = told(&["021.mp3", "021_dogs.vtt", "021_cats.vtt"]);
    assert!(found[1].ends_with(": doubtful"), "{found:?}");
    let found = told(&["021-a.mp3", "021-b.mp3", "021.vtt"]);
    assert_eq!(found.iter().filter(|one| one.ends_with(": doubtful")).count(), 1, "{found:?}");
    assert_eq!(found.iter().filter(|one| one.ends_with("<- -")).count(), 1, "{found:?}");
}

#[test]
fn a_length_that_fits_decides_between_two() {
    let found = told(&["021.mp3@62", "021_dogs.vtt@30", "021_cats.vtt@61"]);
    assert_eq!(found, ["- <- 021_dogs.vtt", "021.mp3 <- 021_cats.vtt: certain"]);
}

#[test]
fn seasons_and_dates_are_numbers_too() {
    let files =
        ["s.s01e05.mp3", "s.s02e05.mp3", "S01E05 start.vtt", "2026-01-05-a.mp3", "20260105_b.srt"];
    assert_eq!(
        told(&files),
        [
            "2026-01-05-a.mp3 <- 20260105_b.srt: doubtful",
            "s.s01e05.mp3 <- S01E05 start.vtt: likely",
            "s.s02e05.mp3 <- -",
        ]
    );
}

#[test]
fn the_only_transcript_of_a_folder_is_doubtful_unless_its_length_fits() {
    assert_eq!(told(&["a/talk.mp3", "a/words.vtt"]), ["a/talk.mp3 <- a/words.vtt: doubtful"]);
    let fits = ["a/talk.mp3@60", "a/transcript.vtt@59"];
    assert_eq!(told(&fits), ["a/talk.mp3 <- a/transcript.vtt: likely"]);
    let others = ["a/talk.mp3@60", "a/words.vtt@59"];
    assert_eq!(told(&others), ["a/talk.mp3 <- a/words.vtt: doubtful"]);
    assert_eq!(told(&["a/21-x.mp3", "a/22-y.vtt"]).len(), 2);
}

#[test]
fn the_same_recording_in_two_formats_is_one_episode() {
    assert_eq!(told(&["a/x.mp3", "a/x.ogg", "a/x.vtt"]), ["a/x.mp3 <- a/x.vtt: certain"]);
}

#[test]
fn what_looks_like_a_language_may_be_part_of_two_titles() {
    let files = ["talk.com.mp3", "talk.net.mp3", "talk.com.vtt", "talk.net.vtt"];
    assert_eq!(
        told(&files),
        ["talk.com.mp3 <- talk.com.vtt: certain", "talk.net.mp3 <- talk.net.vtt: certain"]
    );
}

#[test]
fn the_number_in_the_tags_counts_where_the_name_has_none() {
    let (audio, transcript) = (Path::new("a/f00.mp3"), Path::new("a/021_PyPy.vtt"));
    let piece = |path, tagged| Piece { path, length: None, tagged, titled: None };
    let episodes =
        pair_all(&[piece(audio, Some(21)), piece(transcript, None)], &BTreeMap::new(), &|_| false);
    assert_eq!(episodes[0].transcript, Some(1));
    assert_eq!(episodes[0].grounds.unwrap().confidence, Confidence::Doubtful);
}

#[test]
fn what_the_listener_said_holds_whatever_speaks_against_it() {
    let paths = ["021.mp3", "022.mp3", "021_a.vtt", "021_a.txt", "022_b.vtt"].map(Path::new);
    let pieces = paths.map(|path| Piece { path, length: None, tagged: None, titled: None });
    let by_hand = BTreeMap::from([(0, Some(4)), (1, None)]);
    let mut episodes = pair_all(&pieces, &by_hand, &|_| false);
    episodes.sort_by_key(|episode| (episode.audio.is_none(), episode.audio));
    let told: Vec<_> = episodes.iter().map(|episode| (episode.audio, episode.transcript)).collect();
    assert_eq!(told, [(Some(0), Some(4)), (Some(1), None), (None, Some(2))]);
    assert_eq!(episodes[0].grounds.unwrap().to_string(), "paired by hand");
    let versions = pair_all(&pieces, &BTreeMap::from([(1, Some(3))]), &|_| false);
    let of_22 = versions.iter().find(|episode| episode.audio == Some(1)).unwrap();
    assert_eq!(of_22.transcript, Some(3));
}

proptest::proptest! {
    #[test]
    fn no_file_is_ever_given_to_two_episodes(
        names in proptest::collection::vec("([ab]/)?[0-2]{0,2}[-_ ]?[xy]{0,2}(-v2|.en)?\\.(vtt|txt|mp3|ogg)", 0..14),
    ) {
        let paths: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
        let pieces: Vec<Piece<'_>> =
            paths.iter().map(|path| Piece { path, length: None, tagged: None, titled: None }).collect();
        let mut used = Vec::new();
        for episode in pair_all(&pieces, &BTreeMap::new(), &|_| false) {
            used.extend(episode.audio.into_iter().chain(episode.transcript).chain(episode.others));
            proptest::prop_assert_eq!(
                episode.grounds.is_some(),
                episode.audio.is_some() && episode.transcript.is_some()
            );
        }
        let count = used.len();
        used.sort_unstable();
        used.dedup();
        proptest::prop_assert_eq!(used.len(), count);
    }
}
