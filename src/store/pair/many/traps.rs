//! Names that lead astray: what must be right is told as certain or likely,
//! and what cannot be known is doubtful or left alone.

use super::tests::told;

/// Checks each set of files against what must come out.
fn check(traps: &[(&[&str], &[&str])]) {
    for (files, expected) in traps {
        assert_eq!(told(files), *expected, "{files:?}");
    }
}

#[test]
fn the_parts_of_one_talk_are_not_versions_of_one_transcript() {
    check(&[
        (
            &[
                "021-big-talk-part-1.mp3",
                "021-big-talk-part-2.mp3",
                "021_big_talk_part_1.vtt",
                "021_big_talk_part_2.vtt",
            ],
            &[
                "021-big-talk-part-1.mp3 <- 021_big_talk_part_1.vtt: certain",
                "021-big-talk-part-2.mp3 <- 021_big_talk_part_2.vtt: certain",
            ],
        ),
        (
            &["021.mp3", "021-big-talk-part-1.vtt", "021-big-talk-part-2.vtt"],
            &["- <- 021-big-talk-part-2.vtt", "021.mp3 <- 021-big-talk-part-1.vtt: doubtful"],
        ),
        (
            &["021-big-talk-part-2.mp3", "021_big_talk_part_1.vtt"],
            &["021-big-talk-part-2.mp3 <- 021_big_talk_part_1.vtt: doubtful"],
        ),
        (
            &["021-pypy-bonus.mp3", "021-pypy.vtt"],
            &["021-pypy-bonus.mp3 <- 021-pypy.vtt: doubtful"],
        ),
        (
            &["021-pypy.mp3", "021-pypy-bonus.mp3", "021_pypy.vtt", "021_pypy_bonus.vtt"],
            &[
                "021-pypy-bonus.mp3 <- 021_pypy_bonus.vtt: certain",
                "021-pypy.mp3 <- 021_pypy.vtt: certain",
            ],
        ),
    ]);
}

#[test]
fn several_shows_in_one_folder_keep_their_own() {
    check(&[
        (
            &["cats ep 21.mp3", "dogs ep 21.mp3", "cats_ep_21.vtt", "dogs_ep_21.vtt"],
            &[
                "cats ep 21.mp3 <- cats_ep_21.vtt: certain",
                "dogs ep 21.mp3 <- dogs_ep_21.vtt: certain",
            ],
        ),
        (
            &["cats-ep21.mp3", "dogs-ep21.mp3", "cats-ep-21-hello.vtt", "dogs-ep-21-hi.vtt"],
            &[
                "cats-ep21.mp3 <- cats-ep-21-hello.vtt: likely",
                "dogs-ep21.mp3 <- dogs-ep-21-hi.vtt: likely",
            ],
        ),
        (&["cats-ep21.mp3", "dogs-ep-21.vtt"], &["cats-ep21.mp3 <- dogs-ep-21.vtt: doubtful"]),
        (
            &[
                "cats-021.mp3",
                "cats-022.mp3",
                "cats-023.mp3",
                "dogs-021.vtt",
                "dogs-022.vtt",
                "dogs-023.vtt",
            ],
            &[
                "cats-021.mp3 <- dogs-021.vtt: doubtful",
                "cats-022.mp3 <- dogs-022.vtt: doubtful",
                "cats-023.mp3 <- dogs-023.vtt: doubtful",
            ],
        ),
    ]);
}

#[test]
fn the_same_names_in_several_folders_keep_to_theirs() {
    check(&[
        (
            &[
                "2023/audio/01.mp3",
                "2024/audio/01.mp3",
                "2023/transcripts/01.vtt",
                "2024/transcripts/01.vtt",
            ],
            &[
                "2023/audio/01.mp3 <- 2023/transcripts/01.vtt: certain",
                "2024/audio/01.mp3 <- 2024/transcripts/01.vtt: certain",
            ],
        ),
        (
            &[
                "audio/2023/01.mp3",
                "audio/2024/01.mp3",
                "transcripts/2024/01.vtt",
                "transcripts/2023/01.vtt",
            ],
            &[
                "audio/2023/01.mp3 <- transcripts/2023/01.vtt: certain",
                "audio/2024/01.mp3 <- transcripts/2024/01.vtt: certain",
            ],
        ),
        (
            &["audio/cats/trailer.mp3", "transcripts/dogs/trailer.vtt"],
            &["audio/cats/trailer.mp3 <- transcripts/dogs/trailer.vtt: doubtful"],
        ),
        (
            &["a/my talk about cats.mp3", "b/my talk about cats.vtt"],
            &["a/my talk about cats.mp3 <- b/my talk about cats.vtt: likely"],
        ),
    ]);
}

#[test]
fn numbers_are_read_wherever_names_have_them_on_either_side() {
    let pairs = [
        ("pypy #21.mp3", "021_pypy.vtt"),
        ("Talk #21 - PyPy.mp3", "021_pypy.vtt"),
        ("Folge 21 - PyPy.mp3", "0021_pypy.vtt"),
        ("Season 2 Episode 5 - PyPy.mp3", "S02E05_pypy.vtt"),
        ("2x05 pypy.mp3", "s2e5-pypy.vtt"),
        ("Talk (Ep. 21) PyPy.mp3", "021_pypy.vtt"),
    ];
    for (audio, transcript) in pairs {
        check(&[(
            &[audio, transcript, "022_other.vtt", "020_more.vtt"],
            &[
                "- <- 020_more.vtt",
                "- <- 022_other.vtt",
                &format!("{audio} <- {transcript}: likely"),
            ],
        )]);
    }
    check(&[
        (
            &["021-pypy.mp3", "tp-021.vtt", "tp-022.vtt", "tp-023.vtt"],
            &["- <- tp-022.vtt", "- <- tp-023.vtt", "021-pypy.mp3 <- tp-021.vtt: likely"],
        ),
        (&["s02e05-x.mp3", "005-y.vtt"], &["- <- 005-y.vtt", "s02e05-x.mp3 <- -"]),
        (&["season 2 episode 5.mp3", "005.vtt"], &["- <- 005.vtt", "season 2 episode 5.mp3 <- -"]),
        (&["21.5.mp3", "21.vtt"], &["21.5.mp3 <- 21.vtt: doubtful"]),
    ]);
}

#[test]
fn years_and_dates_are_not_taken_for_episodes() {
    check(&[
        (
            &["2024-review.mp3", "2024-predictions.vtt"],
            &["2024-review.mp3 <- 2024-predictions.vtt: doubtful"],
        ),
        (
            &["2024-07-07 10 polars tools and tips.mp3", "510-10-polars-tools-and-tips.vtt"],
            &[
                "2024-07-07 10 polars tools and tips.mp3 <- 510-10-polars-tools-and-tips.vtt: likely",
            ],
        ),
        (
            &["2026-01-05.mp3", "2026-01-06.mp3", "20260106.vtt", "2026_01_05 start.vtt"],
            &[
                "2026-01-05.mp3 <- 2026_01_05 start.vtt: likely",
                "2026-01-06.mp3 <- 20260106.vtt: likely",
            ],
        ),
        (
            &["2026-01-05-cats.mp3", "2026-01-05-dogs.mp3", "2026-01-05.vtt"],
            &["2026-01-05-cats.mp3 <- 2026-01-05.vtt: doubtful", "2026-01-05-dogs.mp3 <- -"],
        ),
        (
            &["talk-2023.mp3", "talk-2024.mp3", "talk-2025.mp3", "2024_other.vtt"],
            &[
                "talk-2023.mp3 <- -",
                "talk-2024.mp3 <- 2024_other.vtt: doubtful",
                "talk-2025.mp3 <- -",
            ],
        ),
    ]);
}

#[test]
fn what_lies_beside_a_transcript_and_is_none_is_not_taken_for_it() {
    check(&[
        (
            &["21.mp3", "021-pypy.vtt", "021-pypy.chapters.vtt", "021-pypy-notes.txt"],
            &["21.mp3 <- 021-pypy.vtt: likely"],
        ),
        (&["21.mp3", "021-pypy.chapters.vtt"], &["21.mp3 <- -"]),
        (&["talk.mp3", "talk.chapters.json"], &["talk.mp3 <- -"]),
        (
            &["21-pypy.mp3", "21-pypy show notes.txt"],
            &["21-pypy.mp3 <- 21-pypy show notes.txt: doubtful"],
        ),
    ]);
}

#[test]
fn another_language_is_taken_only_where_there_is_no_other() {
    check(&[
        (
            &["talk one.mp3", "talk one.de.vtt", "talk one.en.vtt", "talk one.fr.vtt"],
            &["talk one.mp3 <- talk one.en.vtt: certain"],
        ),
        (&["talk one.mp3", "talk one.eng.srt"], &["talk one.mp3 <- talk one.eng.srt: certain"]),
        (&["talk one.mp3", "talk one_en.vtt"], &["talk one.mp3 <- talk one_en.vtt: certain"]),
        (&["talk one.mp3", "talk one-de.vtt"], &["talk one.mp3 <- talk one-de.vtt: certain"]),
        (
            &["talk one.mp3", "talk one (english).vtt"],
            &["talk one.mp3 <- talk one (english).vtt: certain"],
        ),
        (
            &["talk about.mp3", "talk about it.mp3", "talk about it.vtt"],
            &["talk about it.mp3 <- talk about it.vtt: certain", "talk about.mp3 <- -"],
        ),
        (
            &["talk one.mp3", "talk one.en.auto.vtt"],
            &["talk one.mp3 <- talk one.en.auto.vtt: certain"],
        ),
    ]);
}

#[test]
fn the_same_letters_are_the_same_name_however_they_are_written() {
    check(&[
        (&["Caf\u{e9}.mp3", "cafe\u{301}.vtt"], &["Caf\u{e9}.mp3 <- cafe\u{301}.vtt: certain"]),
        (
            &["021-CAF\u{c9}.MP3", "021-cafe\u{301}.VTT"],
            &["021-CAF\u{c9}.MP3 <- 021-cafe\u{301}.VTT: certain"],
        ),
        (
            &["what\u{2019}s new.mp3", "what's new.vtt"],
            &["what\u{2019}s new.mp3 <- what's new.vtt: certain"],
        ),
        (
            &["one \u{2013} two talk.mp3", "one - two talk.vtt"],
            &["one \u{2013} two talk.mp3 <- one - two talk.vtt: certain"],
        ),
        (&["talk  one .mp3", "talk one.vtt"], &["talk  one .mp3 <- talk one.vtt: certain"]),
    ]);
}

#[test]
fn tags_count_where_names_say_nothing_and_are_doubted_where_nothing_bears_them_out() {
    check(&[
        (
            &["f1.mp3<21|PyPy and speed>", "021_pypy_speed.vtt"],
            &["f1.mp3 <- 021_pypy_speed.vtt: likely"],
        ),
        (&["f1.mp3@62<21|>", "021_pypy_speed.vtt@61"], &["f1.mp3 <- 021_pypy_speed.vtt: likely"]),
        (&["f1.mp3<21|>", "021_pypy_speed.vtt"], &["f1.mp3 <- 021_pypy_speed.vtt: doubtful"]),
        (&["f1.mp3@62<21|>", "021_pypy_speed.vtt@50"], &["f1.mp3 <- 021_pypy_speed.vtt: doubtful"]),
        (
            &["f1.mp3<|PyPy and speed>", "021_pypy_and_speed.vtt"],
            &["f1.mp3 <- 021_pypy_and_speed.vtt: likely"],
        ),
        (
            &["f1.mp3<|#21: PyPy, and speed!>", "021_pypy-news.vtt"],
            &["f1.mp3 <- 021_pypy-news.vtt: likely"],
        ),
        // What the name says is more than what the tags do.
        (
            &["022-flask.mp3<21|>", "021_pypy.vtt", "022_flask.vtt"],
            &["- <- 021_pypy.vtt", "022-flask.mp3 <- 022_flask.vtt: certain"],
        ),
        // A number that all have is none.
        (
            &["f1.mp3@60<1|>", "f2.mp3@60<1|>", "f3.mp3@60<1|>", "001_pypy.vtt@60", "002_x.vtt@10"],
            &["- <- 001_pypy.vtt", "- <- 002_x.vtt", "f1.mp3 <- -", "f2.mp3 <- -", "f3.mp3 <- -"],
        ),
    ]);
}

#[test]
fn the_video_is_doubted_under_every_name() {
    check(&[
        (
            &["c/audio/301-a.mp3@60", "c/youtube_transcripts/301-a.vtt@56"],
            &["c/audio/301-a.mp3 <- c/youtube_transcripts/301-a.vtt: doubtful"],
        ),
        (&["301-a.mp3", "301-a-youtube.vtt"], &["301-a.mp3 <- 301-a-youtube.vtt: doubtful"]),
        (
            &["301-a.mp3", "301-a-youtube.vtt", "301-a-original.vtt"],
            &["301-a.mp3 <- 301-a-original.vtt: certain"],
        ),
    ]);
}

#[test]
fn where_nothing_else_tells_the_length_is_shown_as_a_guess_if_no_other_fits() {
    check(&[
        (
            &["f1.mp3@60", "f2.mp3@33", "021_pypy.vtt@60", "022_flask.vtt@20", "023_x.vtt@45"],
            &[
                "- <- 022_flask.vtt",
                "- <- 023_x.vtt",
                "f1.mp3 <- 021_pypy.vtt: doubtful",
                "f2.mp3 <- -",
            ],
        ),
        (
            &["f1.mp3@60", "f2.mp3@60", "021_pypy.vtt@60"],
            &["- <- 021_pypy.vtt", "f1.mp3 <- -", "f2.mp3 <- -"],
        ),
        (
            &["022-f.mp3@60", "x.mp3@5", "021_pypy.vtt@60"],
            &["- <- 021_pypy.vtt", "022-f.mp3 <- -", "x.mp3 <- -"],
        ),
    ]);
}

#[test]
fn one_title_under_two_numbers_goes_by_the_numbers() {
    check(&[(
        &[
            "528-apps.mp3@60<|Python apps with models>",
            "529-apps.mp3@60<|Python apps with models>",
            "528-python-apps-with-models.vtt@60",
            "529-python-apps-with-models.vtt@60",
        ],
        &[
            "528-apps.mp3 <- 528-python-apps-with-models.vtt: certain",
            "529-apps.mp3 <- 529-python-apps-with-models.vtt: certain",
        ],
    )]);
}

#[test]
fn two_numbers_in_one_name_are_not_guessed_at() {
    check(&[
        (
            &["021-022-double.mp3", "021-cats.vtt", "022-dogs.vtt"],
            &["- <- 022-dogs.vtt", "021-022-double.mp3 <- 021-cats.vtt: doubtful"],
        ),
        (
            &["area-51.mp3", "catch-22.mp3", "051_mike.vtt", "022_flask.vtt"],
            &["area-51.mp3 <- 051_mike.vtt: doubtful", "catch-22.mp3 <- 022_flask.vtt: doubtful"],
        ),
        (
            &["021-python-in-2019.mp3", "021-python-in-2020.mp3", "021_python_in_2020_x.vtt"],
            &[
                "021-python-in-2019.mp3 <- -",
                "021-python-in-2020.mp3 <- 021_python_in_2020_x.vtt: likely",
            ],
        ),
    ]);
}

#[test]
fn numbers_that_begin_alike_are_not_the_same() {
    check(&[
        (
            &["100.mp3", "1000.mp3", "0100-hundred.vtt", "1000-thousand.vtt"],
            &["100.mp3 <- 0100-hundred.vtt: likely", "1000.mp3 <- 1000-thousand.vtt: likely"],
        ),
        (
            &[
                "episode 1.mp3@30",
                "episode 10.mp3@60",
                "episode 11.mp3@50",
                "1.vtt@29",
                "11.vtt@50",
                "10.vtt@60",
            ],
            &[
                "episode 1.mp3 <- 1.vtt: certain",
                "episode 10.mp3 <- 10.vtt: certain",
                "episode 11.mp3 <- 11.vtt: certain",
            ],
        ),
        (
            &["021.mp3@60", "121.vtt@60", "221.vtt@60"],
            &["- <- 121.vtt", "- <- 221.vtt", "021.mp3 <- -"],
        ),
        (
            &["1.mp3", "2.mp3", "3.mp3", "01.vtt", "02.vtt", "03.vtt"],
            &["1.mp3 <- 01.vtt: likely", "2.mp3 <- 02.vtt: likely", "3.mp3 <- 03.vtt: likely"],
        ),
        (
            &[
                "ep1.mp3",
                "ep2.mp3",
                "episode-01-one.vtt",
                "episode-02-two.vtt",
                "episode-12-no.vtt",
            ],
            &[
                "- <- episode-12-no.vtt",
                "ep1.mp3 <- episode-01-one.vtt: likely",
                "ep2.mp3 <- episode-02-two.vtt: likely",
            ],
        ),
        (&["10.mp3@60", "010.mp3@60", "10.vtt@60"], &["010.mp3 <- -", "10.mp3 <- 10.vtt: certain"]),
        (&["1-0.mp3", "10.vtt"], &["- <- 10.vtt", "1-0.mp3 <- -"]),
        (
            &["3f2a9b1c.mp3<21|PyPy>", "021_pypy.vtt", "003_f.vtt"],
            &["- <- 003_f.vtt", "3f2a9b1c.mp3 <- 021_pypy.vtt: likely"],
        ),
        (
            &["a.mp3@60<21|>", "b.mp3@61<22|>", "021_x.vtt@60", "022_y.vtt@61"],
            &["a.mp3 <- 021_x.vtt: likely", "b.mp3 <- 022_y.vtt: likely"],
        ),
    ]);
}

#[test]
fn seasons_and_parts_keep_to_their_own() {
    check(&[
        (
            &["s02e05.mp3", "s05e02.mp3", "s05e02-x.vtt", "s02e05-y.vtt"],
            &["s02e05.mp3 <- s02e05-y.vtt: likely", "s05e02.mp3 <- s05e02-x.vtt: likely"],
        ),
        (
            &["2x05.mp3", "s02e05-pilot.vtt", "s02e50-other.vtt"],
            &["- <- s02e50-other.vtt", "2x05.mp3 <- s02e05-pilot.vtt: likely"],
        ),
        (
            &["Part 1.mp3", "Part 2.mp3", "part-2.vtt", "part-1.vtt"],
            &["Part 1.mp3 <- part-1.vtt: certain", "Part 2.mp3 <- part-2.vtt: certain"],
        ),
        (
            &["history II.mp3", "history III.mp3", "history ii.vtt", "history iii.vtt"],
            &[
                "history II.mp3 <- history ii.vtt: certain",
                "history III.mp3 <- history iii.vtt: certain",
            ],
        ),
        (
            &["021a.mp3", "021b.mp3", "021a.vtt", "021b.vtt"],
            &["021a.mp3 <- 021a.vtt: certain", "021b.mp3 <- 021b.vtt: certain"],
        ),
        (&["021.mp3", "021a.vtt", "021b.vtt"], &["- <- 021a.vtt", "- <- 021b.vtt", "021.mp3 <- -"]),
        (
            &["021-pypy_part1.mp3", "021-pypy.vtt"],
            &["021-pypy_part1.mp3 <- 021-pypy.vtt: doubtful"],
        ),
        (
            &["season1/ep01.mp3", "season2/ep01.mp3", "season1/01.vtt", "season2/01.vtt"],
            &[
                "season1/ep01.mp3 <- season1/01.vtt: likely",
                "season2/ep01.mp3 <- season2/01.vtt: likely",
            ],
        ),
        (
            &["interview 2.mp3", "interview 1.vtt"],
            &["interview 2.mp3 <- interview 1.vtt: doubtful"],
        ),
        (
            &["chapter 2.mp3", "chapter 1.vtt", "chapter 3.vtt"],
            &["- <- chapter 1.vtt", "- <- chapter 3.vtt", "chapter 2.mp3 <- -"],
        ),
    ]);
}

#[test]
fn of_two_recordings_that_are_called_alike_one_gets_it() {
    check(&[
        (
            &["episode-21.mp3", "episode-21 (1).mp3", "episode-21.vtt"],
            &["episode-21 (1).mp3 <- -", "episode-21.mp3 <- episode-21.vtt: certain"],
        ),
        (
            &["021-pypy.mp3", "021-pypy copy.mp3", "021-pypy.vtt"],
            &["021-pypy copy.mp3 <- -", "021-pypy.mp3 <- 021-pypy.vtt: certain"],
        ),
        (
            &["021-pypy-reupload.mp3", "021-pypy.vtt"],
            &["021-pypy-reupload.mp3 <- 021-pypy.vtt: likely"],
        ),
        (
            &["021-pypy.mp3@60", "021-pypy-v2.mp3@45", "021-pypy.vtt@60"],
            &["021-pypy-v2.mp3 <- -", "021-pypy.mp3 <- 021-pypy.vtt: certain"],
        ),
        (
            &["talk-v1.mp3", "talk-v2.mp3", "talk-v2.vtt"],
            &["talk-v1.mp3 <- -", "talk-v2.mp3 <- talk-v2.vtt: certain"],
        ),
        (
            &["e1.mp3@30", "e1-full.mp3@60", "e1.vtt@30"],
            &["e1-full.mp3 <- -", "e1.mp3 <- e1.vtt: certain"],
        ),
        (
            &["021-pypy-teaser.mp3@2", "021-pypy.mp3@60", "021-pypy.vtt@59"],
            &["021-pypy-teaser.mp3 <- -", "021-pypy.mp3 <- 021-pypy.vtt: certain"],
        ),
        (
            &["021-pypy-teaser.mp3@2", "021-pypy.vtt@59"],
            &["021-pypy-teaser.mp3 <- 021-pypy.vtt: doubtful"],
        ),
        (
            &["ad-free/021.mp3@55", "with-ads/021.mp3@60", "021.vtt@55"],
            &["ad-free/021.mp3 <- 021.vtt: likely", "with-ads/021.mp3 <- -"],
        ),
        (
            &["cats/trailer.mp3", "dogs/trailer.mp3", "cats/trailer.vtt"],
            &["cats/trailer.mp3 <- cats/trailer.vtt: certain", "dogs/trailer.mp3 <- -"],
        ),
        (
            &["cats/001.mp3@50", "dogs/001.mp3@30", "dogs/001.vtt@30", "cats/001.vtt@50"],
            &["cats/001.mp3 <- cats/001.vtt: certain", "dogs/001.mp3 <- dogs/001.vtt: certain"],
        ),
        (
            &["cats/audio/001.mp3@50", "transcripts/001.vtt@20"],
            &["- <- transcripts/001.vtt", "cats/audio/001.mp3 <- -"],
        ),
    ]);
}

#[test]
fn numbers_that_count_something_else_are_doubted() {
    check(&[
        (
            &["ep 7 of 10.mp3", "ep 10 of 10.mp3", "007-seven.vtt", "010-ten.vtt"],
            &[
                "ep 10 of 10.mp3 <- 010-ten.vtt: doubtful",
                "ep 7 of 10.mp3 <- 007-seven.vtt: doubtful",
            ],
        ),
        (
            &["show 7 of 10.mp3", "007-a.vtt", "010-b.vtt"],
            &["- <- 010-b.vtt", "show 7 of 10.mp3 <- 007-a.vtt: doubtful"],
        ),
        (&["21st century.mp3", "021-pypy.vtt"], &["21st century.mp3 <- 021-pypy.vtt: doubtful"]),
        (&["Top 10 tips.mp3", "010-flask.vtt"], &["Top 10 tips.mp3 <- 010-flask.vtt: doubtful"]),
        (
            &["python 3.11 news.mp3", "311-python-perf.vtt"],
            &["python 3.11 news.mp3 <- 311-python-perf.vtt: doubtful"],
        ),
        (
            &["python-3.12.mp3", "312-x.vtt", "012-y.vtt", "003-z.vtt"],
            &["- <- 003-z.vtt", "- <- 312-x.vtt", "python-3.12.mp3 <- 012-y.vtt: doubtful"],
        ),
        (
            &["3 ways to win.mp3", "003-other thing.vtt"],
            &["3 ways to win.mp3 <- 003-other thing.vtt: doubtful"],
        ),
        (
            &["021-128k.mp3", "128-x.vtt", "021-y.vtt"],
            &["- <- 128-x.vtt", "021-128k.mp3 <- 021-y.vtt: likely"],
        ),
        (
            &["021-x-64kb.mp3", "064-y.vtt", "021-x.vtt"],
            &["- <- 064-y.vtt", "021-x-64kb.mp3 <- 021-x.vtt: certain"],
        ),
        (&["x 44100.mp3", "441-y.vtt"], &["x 44100.mp3 <- 441-y.vtt: doubtful"]),
        (&["bonus-01.mp3", "001-first.vtt"], &["bonus-01.mp3 <- 001-first.vtt: doubtful"]),
        (&["v2-launch.mp3", "002-launch.vtt"], &["v2-launch.mp3 <- 002-launch.vtt: doubtful"]),
        (&["area 51.mp3", "51.vtt"], &["area 51.mp3 <- 51.vtt: doubtful"]),
        (&["q&a 3.mp3", "003-intro.vtt"], &["q&a 3.mp3 <- 003-intro.vtt: doubtful"]),
        (
            &["1984-book-club.mp3", "084-book-club.vtt"],
            &["1984-book-club.mp3 <- 084-book-club.vtt: doubtful"],
        ),
        (
            &["2020-in-review.mp3", "2019-in-review.vtt"],
            &["2020-in-review.mp3 <- 2019-in-review.vtt: doubtful"],
        ),
        (
            &["2019-in-review.mp3", "2020-in-review.mp3", "2019-in-review.vtt"],
            &["2019-in-review.mp3 <- 2019-in-review.vtt: certain", "2020-in-review.mp3 <- -"],
        ),
        (
            &["episode 21 - live at PyCon 2019.mp3", "episode 21 - live at PyCon 2020.vtt"],
            &[
                "episode 21 - live at PyCon 2019.mp3 <- episode 21 - live at PyCon 2020.vtt: doubtful",
            ],
        ),
        (
            &["2023-04-05 talk.mp3", "2023-05-04 talk.vtt"],
            &["- <- 2023-05-04 talk.vtt", "2023-04-05 talk.mp3 <- -"],
        ),
        (&["05-04-2023.mp3", "2023-04-05.vtt"], &["- <- 2023-04-05.vtt", "05-04-2023.mp3 <- -"]),
        (
            &["20240102_0700.mp3", "20240102_1900.mp3", "20240102_0700.vtt"],
            &["20240102_0700.mp3 <- 20240102_0700.vtt: certain", "20240102_1900.mp3 <- -"],
        ),
        (
            &["Episode Twenty One.mp3", "021-x.vtt"],
            &["Episode Twenty One.mp3 <- 021-x.vtt: doubtful"],
        ),
    ]);
}

#[test]
fn versions_of_the_corpus_are_one_episode() {
    check(&[
        (
            &["402.mp3@45", "402-polars.vtt@44", "402-polars-v2.vtt@38"],
            &["402.mp3 <- 402-polars-v2.vtt: certain"],
        ),
        (&["551.mp3", "551.vtt", "551-stroll-down-memory.vtt"], &["551.mp3 <- 551.vtt: certain"]),
        (&["524.mp3", "524-x.vtt", "524-x-no-names.vtt"], &["524.mp3 <- 524-x.vtt: likely"]),
        (&["525.mp3", "525-x-no-names.vtt"], &["525.mp3 <- 525-x-no-names.vtt: likely"]),
        (
            &["78 startups.mp3", "078_startups .vtt"],
            &["78 startups.mp3 <- 078_startups .vtt: likely"],
        ),
        (
            &[
                "x/episode-021-pypy.mp3@60",
                "x/youtube_transcripts/021-pypy.vtt@64",
                "x/transcripts/021-pypy.vtt@59",
            ],
            &["x/episode-021-pypy.mp3 <- x/transcripts/021-pypy.vtt: certain"],
        ),
        (&["021-pypy.mp3@60", "021-pypy.vtt@10"], &["021-pypy.mp3 <- 021-pypy.vtt: doubtful"]),
        (&["021-pypy.mp3@10", "021-pypy.vtt@60"], &["021-pypy.mp3 <- 021-pypy.vtt: doubtful"]),
    ]);
}

#[test]
fn whatever_whisper_and_its_like_put_behind_a_name_is_no_part_of_it() {
    check(&[
        (
            &["Dams.mp3", "Locks.mp3", "Dams.large-v3.vtt", "Locks.mp3.large-v3-turbo.srt"],
            &[
                "Dams.mp3 <- Dams.large-v3.vtt: certain",
                "Locks.mp3 <- Locks.mp3.large-v3-turbo.srt: certain",
            ],
        ),
        (
            &["Dams.mp3", "Locks.mp3", "Dams.medium.en.vtt", "Locks_16k.wav.srt"],
            &["Dams.mp3 <- Dams.medium.en.vtt: certain", "Locks.mp3 <- Locks_16k.wav.srt: likely"],
        ),
        (
            &[
                "Dams.mp3",
                "Locks.mp3",
                "Weirs.mp3",
                "Dams (transcribed on 23-Nov-2024 10-31-07).srt",
                "Locks - Transcript (edited).vtt",
                "Weirs_otter_ai.srt",
            ],
            &[
                "Dams.mp3 <- Dams (transcribed on 23-Nov-2024 10-31-07).srt: certain",
                "Locks.mp3 <- Locks - Transcript (edited).vtt: certain",
                "Weirs.mp3 <- Weirs_otter_ai.srt: certain",
            ],
        ),
        (
            &["Talk.mp3", "Episode 3.mp3", "2.mp3", "Talk.large-v3.srt", "Talk.large-v2.srt"],
            &["2.mp3 <- -", "Episode 3.mp3 <- -", "Talk.mp3 <- Talk.large-v3.srt: certain"],
        ),
        (
            &["Think.large.mp3", "Think.small.mp3", "Think.small.vtt"],
            &["Think.large.mp3 <- -", "Think.small.mp3 <- Think.small.vtt: certain"],
        ),
        (&["Dams.mp3", "Dams.mp3.transcript"], &["Dams.mp3 <- Dams.mp3.transcript: certain"]),
    ]);
}

#[test]
fn the_id_of_a_video_says_more_than_its_title() {
    check(&[
        (
            &[
                "How we broke it [dQw4w9WgXcQ].m4a",
                "Meet the team [a-_Q93kLmZ0].m4a",
                "The outage [dQw4w9WgXcQ].en.vtt",
                "Who we are [a-_Q93kLmZ0].en.vtt",
            ],
            &[
                "How we broke it [dQw4w9WgXcQ].m4a <- The outage [dQw4w9WgXcQ].en.vtt: certain",
                "Meet the team [a-_Q93kLmZ0].m4a <- Who we are [a-_Q93kLmZ0].en.vtt: certain",
            ],
        ),
        (
            &["Why SQLite-dQw4w9WgXcQ.m4a", "Why Rust [a-_Q93kLmZ0].m4a", "Why SQLite.srt"],
            &[
                "Why Rust [a-_Q93kLmZ0].m4a <- -",
                "Why SQLite-dQw4w9WgXcQ.m4a <- Why SQLite.srt: likely",
            ],
        ),
        (
            &["dams-and-weirs-8f3a2c91.mp3", "x.mp3", "dams-and-weirs.vtt"],
            &["dams-and-weirs-8f3a2c91.mp3 <- dams-and-weirs.vtt: likely", "x.mp3 <- -"],
        ),
    ]);
}

#[test]
fn a_date_is_the_same_in_every_order_and_beside_a_number() {
    check(&[
        (
            &["Sendung vom 19.03.2024.mp3", "Sendung vom 26.03.2024.mp3", "2024-03-26.vtt"],
            &[
                "Sendung vom 19.03.2024.mp3 <- -",
                "Sendung vom 26.03.2024.mp3 <- 2024-03-26.vtt: likely",
            ],
        ),
        (
            &["Town Hall - March 12, 2024.mp3", "x.mp3", "town-hall-2024-03-12.vtt"],
            &["Town Hall - March 12, 2024.mp3 <- town-hall-2024-03-12.vtt: likely", "x.mp3 <- -"],
        ),
        (
            &["240312_dams.mp3", "240319_locks.mp3", "2024-03-12 dams.vtt"],
            &["240312_dams.mp3 <- 2024-03-12 dams.vtt: likely", "240319_locks.mp3 <- -"],
        ),
        (
            &["2024-03-12 - 021 - Dams.mp3", "2024-03-19 - 022 - Locks.mp3", "021.vtt", "022.vtt"],
            &[
                "2024-03-12 - 021 - Dams.mp3 <- 021.vtt: likely",
                "2024-03-19 - 022 - Locks.mp3 <- 022.vtt: likely",
            ],
        ),
    ]);
}

#[test]
fn parts_seasons_and_numbers_are_counted_in_many_ways() {
    check(&[
        (
            &["Story (1 of 2).mp3", "Story (2 of 2).mp3", "story-pt1.vtt", "story-pt-2.vtt"],
            &[
                "Story (1 of 2).mp3 <- story-pt1.vtt: certain",
                "Story (2 of 2).mp3 <- story-pt-2.vtt: certain",
            ],
        ),
        (
            &["Reise Teil I.mp3", "Reise Teil II.mp3", "Reise - Teil 1.vtt", "Reise - Teil 2.vtt"],
            &[
                "Reise Teil I.mp3 <- Reise - Teil 1.vtt: certain",
                "Reise Teil II.mp3 <- Reise - Teil 2.vtt: certain",
            ],
        ),
        (
            &["Chapter One.mp3", "Chapter Two.mp3", "Chapter 2.vtt"],
            &["Chapter One.mp3 <- -", "Chapter Two.mp3 <- Chapter 2.vtt: certain"],
        ),
        (
            &["show s2 ep 5.mp3", "show s1 ep 5.mp3", "S02E05.vtt"],
            &["show s1 ep 5.mp3 <- -", "show s2 ep 5.mp3 <- S02E05.vtt: likely"],
        ),
        (
            &[
                "a/Season 1/03 Dams.mp3@20",
                "a/Season 2/03 Locks.mp3@30",
                "a/transcripts/S01E03.vtt@20",
                "a/transcripts/S02E03.vtt@30",
            ],
            &[
                "a/Season 1/03 Dams.mp3 <- a/transcripts/S01E03.vtt: likely",
                "a/Season 2/03 Locks.mp3 <- a/transcripts/S02E03.vtt: likely",
            ],
        ),
        (
            &["第十二期水坝.mp3", "第一百零三期船闸.mp3", "第12期.vtt", "第103期.vtt"],
            &[
                "第一百零三期船闸.mp3 <- 第103期.vtt: likely",
                "第十二期水坝.mp3 <- 第12期.vtt: likely",
            ],
        ),
        (&["第１２回 ダム.mp3", "#12 ダム.vtt"], &["第１２回 ダム.mp3 <- #12 ダム.vtt: likely"]),
    ]);
}

#[test]
fn a_name_in_other_letters_or_without_its_spaces_is_the_same() {
    check(&[
        (
            &[
                "Größe der Wälder.mp3",
                "Müller übt Flöte.mp3",
                "groesse-der-waelder.vtt",
                "muller-ubt-flote.vtt",
            ],
            &[
                "Größe der Wälder.mp3 <- groesse-der-waelder.vtt: likely",
                "Müller übt Flöte.mp3 <- muller-ubt-flote.vtt: likely",
            ],
        ),
        (
            &["Der alte Bar.mp3", "Der alte Bär.mp3", "Der alte Bar.vtt"],
            &["Der alte Bar.mp3 <- Der alte Bar.vtt: certain", "Der alte Bär.mp3 <- -"],
        ),
        (
            &["DamsAndWeirs.mp3", "atp123.mp3", "dams-and-weirs.vtt", "ATP 123.srt"],
            &[
                "DamsAndWeirs.mp3 <- dams-and-weirs.vtt: likely",
                "atp123.mp3 <- ATP 123.srt: certain",
            ],
        ),
        (
            &["Learning C++.mp3", "Learning C.mp3", "learning-cpp.vtt"],
            &["Learning C++.mp3 <- learning-cpp.vtt: certain", "Learning C.mp3 <- -"],
        ),
        (
            &[
                "A conversation about the long history of dams and weirs in the nor.mp3@30",
                "x.mp3",
                "A conversation about the long history of dams and weirs in the north of Sweden.vtt@30",
            ],
            &[
                "A conversation about the long history of dams and weirs in the nor.mp3 <- A conversation about the long history of dams and weirs in the north of Sweden.vtt: likely",
                "x.mp3 <- -",
            ],
        ),
        (
            &["Dams and Weirs (1).mp3", "Locks.mp3", "Dams and Weirs.vtt"],
            &["Dams and Weirs (1).mp3 <- Dams and Weirs.vtt: likely", "Locks.mp3 <- -"],
        ),
    ]);
}

#[test]
fn the_show_is_in_the_name_or_is_the_folders() {
    check(&[
        (
            &["1-05 The Letter.mp3", "2-05 The Answer.mp3", "The Answer.srt"],
            &["1-05 The Letter.mp3 <- -", "2-05 The Answer.mp3 <- The Answer.srt: likely"],
        ),
        (
            &[
                "River Show/012.mp3",
                "Bread Show/012.mp3",
                "words/River Show 012.vtt",
                "words/Bread Show 012.vtt",
            ],
            &[
                "Bread Show/012.mp3 <- words/Bread Show 012.vtt: likely",
                "River Show/012.mp3 <- words/River Show 012.vtt: likely",
            ],
        ),
        (
            &["CD1/Track 01.mp3", "CD2/Track 01.mp3", "text/CD2 Track 01.vtt"],
            &["CD1/Track 01.mp3 <- -", "CD2/Track 01.mp3 <- text/CD2 Track 01.vtt: likely"],
        ),
        (
            &["The Show - Dams and Weirs.mp3", "The Show - Locks.mp3", "Dams and Weirs.vtt"],
            &[
                "The Show - Dams and Weirs.mp3 <- Dams and Weirs.vtt: likely",
                "The Show - Locks.mp3 <- -",
            ],
        ),
        (
            &[
                "Dams and Weirs.mp3",
                "Locks and Keys.mp3",
                "Show - Dams and Weirs.vtt",
                "Show - Rye.vtt",
            ],
            &[
                "- <- Show - Rye.vtt",
                "Dams and Weirs.mp3 <- Show - Dams and Weirs.vtt: likely",
                "Locks and Keys.mp3 <- -",
            ],
        ),
    ]);
}

#[test]
fn each_of_two_releases_keeps_the_transcript_that_is_called_after_it() {
    check(&[(
        &["021 Dams.mp3", "021 Dams (extended).mp3", "021-dams.vtt", "021-dams-extended.vtt"],
        &[
            "021 Dams (extended).mp3 <- 021-dams-extended.vtt: certain",
            "021 Dams.mp3 <- 021-dams.vtt: certain",
        ],
    )]);
}

#[test]
fn a_title_that_several_have_in_their_tags_is_the_shows() {
    check(&[(
        &[
            "012-dams.mp3<|The Show>",
            "013-locks.mp3<|The Show>",
            "012.vtt",
            "013.vtt",
            "The Show.vtt",
        ],
        &[
            "- <- The Show.vtt",
            "012-dams.mp3 <- 012.vtt: likely",
            "013-locks.mp3 <- 013.vtt: likely",
        ],
    )]);
}

#[test]
fn what_has_cues_comes_before_what_has_none() {
    check(&[(&["Dams.mp3@30", "Dams.vtt", "Dams.srt@30"], &["Dams.mp3 <- Dams.srt: certain"])]);
}
