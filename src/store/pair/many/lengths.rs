//! Names that lead astray where the lengths cannot tell: all are alike, as
//! those of a daily show are.

use super::tests::told;

/// Checks what `files`, all of them of 30 minutes if they do not say another
/// length, are paired to.
fn check(traps: &[(&[&str], &[&str])]) {
    for (files, expected) in traps {
        let timed: Vec<String> = files
            .iter()
            .map(|file| match file.split_once('<') {
                _ if file.contains('@') => (*file).to_owned(),
                Some((path, tags)) => format!("{path}@30<{tags}"),
                None => format!("{file}@30"),
            })
            .collect();
        let timed: Vec<&str> = timed.iter().map(String::as_str).collect();
        assert_eq!(told(&timed), *expected, "{files:?}");
    }
}

/// Checks that of these two it is doubtful at most that they belong together.
fn doubted(pairs: &[(&str, &str)]) {
    for (audio, transcript) in pairs {
        let found = told(&[&format!("{audio}@30"), &format!("{transcript}@30")]);
        assert!(
            found.len() == 2 || found[0].ends_with(": doubtful"),
            "{audio} and {transcript}: {found:?}"
        );
    }
}

#[test]
fn a_length_that_fits_does_not_outweigh_names_that_say_another_episode() {
    doubted(&[
        ("alpha-12.mp3", "beta-12.vtt"),
        ("12.mp3", "12-bonus.vtt"),
        ("12-trailer.mp3", "012-walrus.vtt"),
        ("Foo part 2.mp3", "Foo part 1.vtt"),
        ("12 Foo part 1.mp3", "12-foo-part-2.vtt"),
        ("python-3-12.mp3", "python-3.13.vtt"),
        ("2024-review.mp3", "2024-preview.vtt"),
        ("Live at PyCon 2023.mp3", "live-at-pycon-2024.vtt"),
        ("Async in Depth.mp3", "async-in-depth-ii.vtt"),
        ("Async in Depth II.mp3", "async-in-depth.vtt"),
        ("java.mp3", "javascript.vtt"),
        ("why-rust.mp3", "why-not-rust.vtt"),
        ("life-without-java.mp3", "life-java.vtt"),
        ("The Show [dQw4w9WgXcQ].mp3", "The Show [abcdefghijk].en.vtt"),
        ("12.mp3", "12.5-extra.vtt"),
        ("12.mp3", "12.5.vtt"),
        ("12a.mp3", "12b.vtt"),
        ("99 Percent - 12.mp3", "99.vtt"),
        ("walrus 2024-05-01 12-30.mp3", "12.vtt"),
        ("021-the-cats.mp3", "021-the-dogs.vtt"),
        ("12 - The Walrus Problem.mp3", "13 - The Walrus Problem.vtt"),
        ("ShowA/001.mp3", "ShowB/001.vtt"),
        ("cats ep 21 tails.mp3", "dogs ep 21 noses.vtt"),
        ("show S01E02.mp3", "show S02E02.vtt"),
        ("41-python-3-12.mp3", "12-intro.vtt"),
        ("Ep 100-101 double.mp3", "101.vtt"),
    ]);
}

#[test]
fn a_length_that_fits_does_not_outweigh_another_day_show_or_sign() {
    doubted(&[
        ("2024-03-12 News morning.mp3", "2024-03-12 News evening.vtt"),
        ("2024-05-01 Weekly Call.mp3", "2024-05-08 Weekly Call.vtt"),
        ("Weekly Call 2024-05-01.mp3", "Weekly Call (8 May 2024).vtt"),
        ("2024-03-12 - 021 - Dams.mp3", "2024-03-12 - 022 - Locks.vtt"),
        ("2024-03-12 - 021 - Dams.mp3", "2023-01-05 - 021 - Rye.vtt"),
        ("River Show/012.mp3", "words/Bread Show 012.vtt"),
        ("a/River Show/012.mp3", "a/transcripts/Bread Show 012.vtt"),
        ("Show/Season 2/03.mp3", "Show/words/S01E03.vtt"),
        ("Learning C.mp3", "Learning C++.vtt"),
        ("🐶.mp3", "🐱.vtt"),
        ("a/🐶.mp3", "a/🐱.vtt"),
        ("Story (2 of 3).mp3", "story-pt3.vtt"),
        ("Chapter One.mp3", "Chapter 2.vtt"),
        ("第十二期 水坝.mp3", "第13期.vtt"),
        ("Мой дом и мой сад.mp3", "Мои дом и мои сад.vtt"),
        ("show 1-23.mp3", "show 12-3.vtt"),
        (
            "A very long conversation about dams and weirs.mp3",
            "A very long conversation about dams and weirs part 2.vtt",
        ),
    ]);
}

#[test]
fn names_that_say_different_numbers_in_the_tags_are_doubted() {
    check(&[(
        &["008-x.mp3<7|The Walrus Problem>", "007-the-walrus-problem.vtt", "008-the-carpenter.vtt"],
        &["- <- 008-the-carpenter.vtt", "008-x.mp3 <- 007-the-walrus-problem.vtt: doubtful"],
    )]);
}

#[test]
fn a_title_in_the_tags_that_says_the_number_again_speaks_not_against_another_in_the_name() {
    check(&[(
        &[
            "f1.mp3@20<77|Show number 77>",
            "f2.mp3@30<78|Show number 78>",
            "f3.mp3@40<79|Show number 79>",
            "077_20_packages.vtt@20",
            "078_brackets.vtt@30",
            "079_more.vtt@40",
        ],
        &[
            "f1.mp3 <- 077_20_packages.vtt: likely",
            "f2.mp3 <- 078_brackets.vtt: likely",
            "f3.mp3 <- 079_more.vtt: likely",
        ],
    )]);
}

#[test]
fn the_number_after_the_shows_name_counts_not_one_in_it() {
    check(&[
        (
            &[
                "99 Percent - 12 - Walrus.mp3",
                "99 Percent - 13 - Carpenter.mp3",
                "12 Walrus.vtt",
                "13 Carpenter.vtt",
                "99 Baz.vtt",
            ],
            &[
                "- <- 99 Baz.vtt",
                "99 Percent - 12 - Walrus.mp3 <- 12 Walrus.vtt: certain",
                "99 Percent - 13 - Carpenter.mp3 <- 13 Carpenter.vtt: certain",
            ],
        ),
        (
            &["5 by 5 - 12.mp3", "5 by 5 - 5.mp3", "12.vtt", "5.vtt"],
            &["5 by 5 - 12.mp3 <- 12.vtt: certain", "5 by 5 - 5.mp3 <- 5.vtt: certain"],
        ),
        (
            &[
                "alpha_012_walrus.mp3",
                "beta_012_carpenter.mp3",
                "012 walrus.vtt",
                "012 carpenter.vtt",
            ],
            &[
                "alpha_012_walrus.mp3 <- 012 walrus.vtt: certain",
                "beta_012_carpenter.mp3 <- 012 carpenter.vtt: certain",
            ],
        ),
        (
            &["21.mp3", "22.mp3", "talk-python-021-pypy.vtt", "talk-python-022-cpython.vtt"],
            &[
                "21.mp3 <- talk-python-021-pypy.vtt: certain",
                "22.mp3 <- talk-python-022-cpython.vtt: certain",
            ],
        ),
        (
            &[
                "My Show - 2024-05-01 - The Walrus.mp3",
                "My Show - 2024-05-08 - The Carpenter.mp3",
                "The Walrus.vtt",
                "The Carpenter.vtt",
            ],
            &[
                "My Show - 2024-05-01 - The Walrus.mp3 <- The Walrus.vtt: certain",
                "My Show - 2024-05-08 - The Carpenter.mp3 <- The Carpenter.vtt: certain",
            ],
        ),
    ]);
}

#[test]
fn one_name_is_written_in_many_ways() {
    check(&[
        (
            &["What's new? (in Rust).mp3", "Hello.mp3", "whats-new-in-rust.vtt", "x.vtt"],
            &[
                "Hello.mp3 <- x.vtt: doubtful",
                "What's new? (in Rust).mp3 <- whats-new-in-rust.vtt: certain",
            ],
        ),
        (
            &["Research & Development.mp3", "Zebras.mp3", "research-and-development.vtt"],
            &[
                "Research & Development.mp3 <- research-and-development.vtt: certain",
                "Zebras.mp3 <- -",
            ],
        ),
        (
            &["Episode%2012.mp3", "Episode%2013.mp3", "Episode 12.vtt", "Episode 13.vtt"],
            &[
                "Episode%2012.mp3 <- Episode 12.vtt: certain",
                "Episode%2013.mp3 <- Episode 13.vtt: certain",
            ],
        ),
        (
            &["第12回.mp3", "第13回.mp3", "第12回.vtt", "第１３回.vtt"],
            &["第12回.mp3 <- 第12回.vtt: certain", "第13回.mp3 <- 第１３回.vtt: certain"],
        ),
    ]);
}

#[test]
fn a_whole_series_whose_lengths_all_fit_is_the_same_in_any_folder() {
    let series = |transcript: &str, minutes: [u64; 5]| {
        let audio = [25, 31, 40, 55, 62].into_iter().zip(1..);
        let audio = audio.map(|(length, number)| format!("x/casts/{number:03}.mp3@{length}"));
        let texts = minutes.into_iter().zip(1..);
        let texts = texts.map(|(length, number)| {
            format!("{}@{length}", transcript.replace('N', &format!("{number:03}")))
        });
        let files: Vec<String> = audio.chain(texts).collect();
        told(&files.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let sure = |found: Vec<String>| {
        found.iter().filter(|one| one.ends_with(": certain") || one.ends_with(": likely")).count()
    };
    assert_eq!(sure(series("y/words/N.vtt", [25, 30, 40, 54, 62])), 5);
    assert_eq!(sure(series("y/words/N-word.vtt", [25, 30, 40, 54, 62])), 5);
    assert_eq!(sure(series("y/words/N.vtt", [62, 30, 25, 54, 40])), 0, "another show");
    assert_eq!(sure(series("y/words/N.vtt", [30, 30, 30, 30, 30])), 0, "a daily show");
}

#[test]
fn a_name_cut_inside_a_word_is_likely_where_no_other_begins_so() {
    check(&[
        (
            &["the-history-of-pyth.mp3", "the-history-of-python.vtt"],
            &["the-history-of-pyth.mp3 <- the-history-of-python.vtt: likely"],
        ),
        (
            &["The history of Python.mp3", "x.mp3", "the_history_of_pyth.vtt", "y.vtt"],
            &[
                "The history of Python.mp3 <- the_history_of_pyth.vtt: likely",
                "x.mp3 <- y.vtt: doubtful",
            ],
        ),
        (
            &[
                "a/the-history-of-pyth.mp3",
                "a/transcripts/021 the history of python.vtt",
                "a/o.mp3",
            ],
            &[
                "a/o.mp3 <- -",
                "a/the-history-of-pyth.mp3 <- a/transcripts/021 the history of python.vtt: likely",
            ],
        ),
        (
            &["the-history-of-pyth.mp3", "the-history-of-python.vtt", "the-history-of-pythons.vtt"],
            &[
                "- <- the-history-of-python.vtt",
                "- <- the-history-of-pythons.vtt",
                "the-history-of-pyth.mp3 <- -",
            ],
        ),
        (
            &["the-history-of-pyth.mp3", "the-history-of-python.mp3", "the-history-of-python.vtt"],
            &[
                "the-history-of-pyth.mp3 <- -",
                "the-history-of-python.mp3 <- the-history-of-python.vtt: certain",
            ],
        ),
        (
            &["the-history-of-java.mp3", "java-today.mp3", "the-history-of-javascript.vtt"],
            &[
                "- <- the-history-of-javascript.vtt",
                "java-today.mp3 <- -",
                "the-history-of-java.mp3 <- -",
            ],
        ),
    ]);
    doubted(&[
        ("the-history-of-cat.mp3", "the-history-of-cats.vtt"),
        ("the-history-of-pyth.mp3", "the-history-of-python-2.vtt"),
        ("the-history-of-p.mp3", "the-history-of-python.vtt"),
        ("history-of-pyth.mp3", "history-of-python.vtt"),
        ("021-the-history-of-pyth.mp3", "022-the-history-of-python.vtt"),
        ("the-history-of-pyth.mp3@20", "the-history-of-python.vtt"),
        ("the-history-of-pyth.mp3@", "the-history-of-python.vtt"),
    ]);
}

#[test]
fn how_many_kilobits_a_name_has_at_its_end_is_no_part_of_it() {
    check(&[
        (
            &["walrus-128k.mp3", "x.mp3", "walrus.vtt", "carpenter.vtt"],
            &["walrus-128k.mp3 <- walrus.vtt: certain", "x.mp3 <- carpenter.vtt: doubtful"],
        ),
        (
            &["walrus-128k.mp3", "walrus.mp3", "walrus.vtt"],
            &["walrus-128k.mp3 <- -", "walrus.mp3 <- walrus.vtt: certain"],
        ),
        (
            &["walrus [64kbps].mp3@20", "x.mp3", "walrus.vtt"],
            &["walrus [64kbps].mp3 <- walrus.vtt: doubtful", "x.mp3 <- -"],
        ),
    ]);
    doubted(&[("the-128k.mp3", "a.vtt")]);
}

#[test]
fn of_two_kinds_of_the_same_audio_the_one_that_can_be_read_is_played() {
    for (files, expected) in [
        (["talk.m4a", "talk.mp3@30", "talk.vtt@30"], "talk.mp3 <- talk.vtt: certain"),
        (["talk.flac@30", "talk.mp3", "talk.vtt@30"], "talk.flac <- talk.vtt: certain"),
        (["talk.flac", "talk.mp3", "talk.vtt@30"], "talk.flac <- talk.vtt: certain"),
        (["talk.flac@30", "talk.mp3@30", "talk.vtt@30"], "talk.flac <- talk.vtt: certain"),
    ] {
        assert_eq!(told(&files), [expected], "{files:?}");
    }
}
