use serde_json::json;

use super::*;
use crate::store::{EpisodeKey, Place, Places};

fn key(episode: &str) -> EpisodeKey {
    EpisodeKey::of_bytes(episode.as_bytes())
}

fn kept(episodes: &[&str]) -> Kept {
    let place = |(number, episode): (usize, &&str)| KeptPlace {
        key: key(episode),
        at_us: 1_000_000 * i64::try_from(number).unwrap(),
        speed_tenths: 12,
        volume_percent: 90,
        trim_centis: 30,
        even: true,
        spared_us: 7,
        saved: 1_800_000_000,
    };
    let mut places: Vec<KeptPlace> = episodes.iter().enumerate().map(place).collect();
    places.sort_by_key(|place| place.key);
    let pairings = vec![
        KeptPairing { audio: key("a"), transcript: Some(key("t")) },
        KeptPairing { audio: key("b"), transcript: None },
    ];
    let folders = vec![KeptPath::Text("/p/q".into()), KeptPath::Bytes { hex: "2f70ff".into() }];
    let heard = vec![KeptHeard {
        key: key("a"),
        day: 20_000,
        origin: "there".into(),
        real_us: 60_000_000,
        source_us: 90_000_000,
        spared_us: 5,
        show: Some("Talk".into()),
    }];
    let mut kept = Kept {
        version: Kept::VERSION,
        places,
        pairings,
        folders,
        heard,
        played: vec![KeptMark { key: key("c"), played: true, saved: 1_800_000_000 }],
        queue: vec![key("d"), key("b")],
        delays: vec![KeptDelay { device: "ear".into(), delay_ms: -30 }],
        covers: Some(false),
    };
    kept.pairings.sort_by_key(|pairing| pairing.audio);
    kept
}

fn folder() -> (tempfile::TempDir, Paths) {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths::in_folder(folder.path().join("state"));
    (folder, paths)
}

fn open(paths: &Paths) -> Database {
    let opened = Database::open(paths).unwrap();
    assert_eq!(opened.told, None);
    opened.database
}

#[test]
fn a_new_file_is_marked_as_ours_and_opened_again() {
    let (_folder, paths) = folder();
    open(&paths).take_in(&kept(&["a", "b"])).unwrap();
    let database = open(&paths);
    assert_eq!(database.kept().unwrap(), kept(&["a", "b"]));
    let number = |pragma: &str| -> i64 {
        database.connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap()
    };
    assert_eq!(number("application_id"), i64::from(APPLICATION_ID));
    assert_eq!(usize::try_from(number("user_version")).unwrap(), schema::MIGRATIONS.len());
    let mode: String =
        database.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn what_was_kept_elsewhere_is_merged_and_the_later_place_stays() {
    let (_folder, paths) = folder();
    let mut database = open(&paths);
    database.take_in(&kept(&["a"])).unwrap();
    let mut other = kept(&["b", "a"]);
    for place in &mut other.places {
        place.saved -= 1;
    }
    database.take_in(&other).unwrap();
    let merged = database.kept().unwrap();
    assert_eq!(merged.places.len(), 2);
    let of_a = merged.places.iter().find(|place| place.key == key("a")).unwrap();
    assert_eq!((of_a.at_us, of_a.saved), (0, 1_800_000_000));
    let json = serde_json::to_string(&merged).unwrap();
    assert_eq!(serde_json::from_str::<Kept>(&json).unwrap(), merged);
}

#[test]
fn every_step_of_a_migration_is_backed_up_and_a_broken_one_changes_nothing() {
    let (_folder, paths) = folder();
    drop({
        let mut database = open(&paths);
        database.take_in(&kept(&["a"])).unwrap();
        database
    });
    let mut steps = schema::MIGRATIONS.to_vec();
    steps.push("CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('x');");
    steps.push("CREATE TABLE other (x); nonsense;");
    let mut database = Database::open_or_make(&paths.database(), &paths.copy()).unwrap();
    assert!(schema::migrate(&mut database, &steps).is_err());
    // The last whole step stands, with what was kept before it.
    let text: String =
        database.connection.query_row("SELECT text FROM note", [], |row| row.get(0)).unwrap();
    assert_eq!(text, "x");
    assert!(database.connection.prepare("SELECT * FROM other").is_err());
    assert_eq!(database.kept().unwrap(), kept(&["a"]));
    let before =
        paths.database().with_extension(format!("db.before-{}", schema::MIGRATIONS.len() + 1));
    let copy = Database::open_or_make(&before, &paths.copy()).unwrap();
    assert_eq!(copy.kept().unwrap(), kept(&["a"]));
    assert!(copy.connection.prepare("SELECT * FROM note").is_err());
    drop(database);
    let error = Database::open(&paths).unwrap_err();
    let newest = i64::try_from(schema::MIGRATIONS.len()).unwrap() + 1;
    assert!(matches!(error, StoreError::Newer(_, version) if version == newest), "{error}");
}

#[test]
fn what_is_taken_in_twice_counts_once_and_of_two_states_the_later() {
    let (_folder, paths) = folder();
    let mut database = open(&paths);
    let mut later = kept(&["a"]);
    later.heard[0].real_us += 1;
    database.take_in(&later).unwrap();
    database.take_in(&kept(&["a"])).unwrap();
    assert_eq!(database.kept().unwrap(), later);
    // The same day on another machine is added.
    let mut other = kept(&["a"]);
    other.heard[0].origin = "elsewhere".into();
    database.take_in(&other).unwrap();
    let real: i64 = database.kept().unwrap().heard.iter().map(|heard| heard.real_us).sum();
    assert_eq!(real, 120_000_001);
}

#[test]
fn what_cannot_have_been_heard_is_not_taken_in() {
    let (_folder, paths) = folder();
    let mut database = open(&paths);
    let good = kept(&["a"]);
    let mut bad = good.clone();
    for (day, real_us, source_us) in [(1, -1, 1), (1, 1, i64::MAX), (i64::MAX, 1, 1), (-1, 1, 1)] {
        bad.heard.push(KeptHeard { day, real_us, source_us, ..good.heard[0].clone() });
    }
    bad.folders.push(KeptPath::Text("here/and/there".into()));
    bad.folders.push(KeptPath::Text(String::new()));
    database.take_in(&bad).unwrap();
    assert_eq!(database.kept().unwrap(), good);
}

#[test]
fn an_export_of_every_version_is_read() {
    let first = r#"{"version":1,"places":[{"key":"9d30c1f78465995be47dda5e4e4e77ed","at_us":7,
        "speed_tenths":12,"volume_percent":90,"saved":5}],
        "pairings":[{"audio":"9d30c1f78465995be47dda5e4e4e77ed","transcript":null}],
        "folders":["/p"]}"#;
    let (kept, wrong) = Kept::read(first.as_bytes()).unwrap();
    assert_eq!((kept.len(), kept.places[0].at_us, kept.heard.len()), (3, 7, 0));
    assert_eq!(wrong, [] as [&str; 0]);
}

#[test]
fn what_is_no_export_is_told_and_nothing_of_it_is_taken() {
    for (json, told) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("[]", "invalid type"),
        ("{}", "it has no version"),
        (r#"{"version":0}"#, "of version 0, from another sayagain"),
        (r#"{"version":3}"#, "of version 3, from another sayagain"),
        (r#"{"version":"2"}"#, "of version \"2\""),
        (r#"{"version":-1}"#, "of version -1"),
        (r#"{"version":4294967298}"#, "of version 4294967298"),
        (r#"{"version":2,"places":{}}"#, "places is an entry, not a list"),
        (r#"{"version":2,"places":[NaN]}"#, "line 1 column 24"),
        (r#"{"version":2,"places":[5,{"at_us":1e999}]}"#, "places[1]: number out of range"),
        (r#"{"version":2} {}"#, "trailing characters"),
        ("\"\u{feff}", "line 1"),
    ] {
        let why = Kept::read(json.as_bytes()).unwrap_err();
        assert!(why.contains(told), "{json}: {why}");
    }
    let deep = |end| {
        let (open, closed) = ("[".repeat(100_000), "]".repeat(end));
        Kept::read(format!("{{\"version\":2,\"places\":{open}{closed}}}").as_bytes()).unwrap_err()
    };
    assert!(deep(100_000).contains("places[0]: recursion limit"));
    assert!(deep(0).contains("line 1 column"));
    assert!(Kept::read(b"{\"version\":2,\"queue\":[\"\xff\"]}").is_err());
}

#[test]
fn what_is_far_more_than_anybody_did_is_refused_and_little_of_what_is_wrong_is_told() {
    let export = |name: &str, list: &str| format!("{{\"version\":2,\"{name}\":[{list}]}}");
    let why = |json: String| Kept::read(json.as_bytes()).unwrap_err();
    assert_eq!(
        why(export("queue", &format!("{}[]", "[],".repeat(1_000_000)))),
        "it is no export of sayagain: queue has more than 1000000 entries"
    );
    assert_eq!(
        why(export("places", &format!("5,{{\"key\":\"{}\"}}", "x".repeat(1 << 20)))),
        "it is no export of sayagain: places[1] is larger than 1 MiB"
    );
    let (kept, wrong) =
        Kept::read(export("folders", &format!("{}\"/p\"", "5,".repeat(9_000))).as_bytes()).unwrap();
    assert_eq!(kept.folders, [KeptPath::Text("/p".into())]);
    assert_eq!((wrong.len(), &*wrong[1_000]), (1_001, "and 8000 more of that kind"));
}

#[test]
fn each_impossible_value_is_told_with_its_place_and_the_rest_is_taken_in() {
    let good = serde_json::to_value(kept(&["a", "b"])).unwrap();
    let number = |range: &str| format!("not a whole number from {range}");
    let time = number("0 to 3162240000000000");
    let day = number("0 to 900000000000");
    let key = "not a key, 32 digits from 0 to f".to_owned();
    let digits = "0".repeat(31);
    let long = "x".repeat(70_000);
    for (list, field, value, told) in [
        ("places", "at_us", json!(-5), format!("places[1].at_us is -5, {time}")),
        ("places", "at_us", json!(1.5), format!("places[1].at_us is 1.5, {time}")),
        ("places", "at_us", json!(u64::MAX), format!("is 18446744073709551615, {time}")),
        ("places", "at_us", json!(i64::MAX), format!("is 9223372036854775807, {time}")),
        ("places", "at_us", json!("NaN"), format!("is \"NaN\", {time}")),
        ("places", "at_us", json!(null), format!("is null, {time}")),
        ("places", "at_us", json!([1]), format!("is a list, {time}")),
        ("places", "speed_tenths", json!(0), number("5 to 30")),
        ("places", "speed_tenths", json!(1u64 << 40), number("5 to 30")),
        ("places", "volume_percent", json!(151), number("0 to 150")),
        ("places", "trim_centis", json!(1), "not 0 or a whole number from 15 to 200".to_owned()),
        ("places", "even", json!(1), "places[1].even is 1, not true or false".to_owned()),
        ("places", "spared_us", json!(-1), format!("places[1].spared_us is -1, {time}")),
        ("places", "saved", json!(-1), number("0 to 253402300799")),
        ("places", "key", json!(digits), key.clone()),
        ("places", "key", json!("+0000000000000000000000000000001"), key.clone()),
        ("places", "key", json!(7), format!("places[1].key is 7, {key}")),
        ("pairings", "audio", json!(null), format!("pairings[1].audio is null, {key}")),
        ("pairings", "transcript", json!("t"), format!("transcript is \"t\", {key}, or null")),
        ("played", "played", json!("yes"), "played[0].played is \"yes\", not".to_owned()),
        ("played", "saved", json!(i64::MIN), number("0 to 253402300799")),
        ("heard", "day", json!(-1), number("0 to 2932896")),
        ("heard", "real_us", json!(-1), format!("heard[0].real_us is -1, {day}")),
        ("heard", "source_us", json!(i64::MAX), day.clone()),
        ("heard", "spared_us", json!(2e30), format!("heard[0].spared_us is 2e+30, {day}")),
        ("heard", "origin", json!(""), "origin is \"\", not a name".to_owned()),
        ("heard", "show", json!(long), "x…\", not a name of at most 65536 bytes".to_owned()),
        ("delays", "delay_ms", json!(2_001), number("-2000 to 2000")),
        ("delays", "device", json!(true), "delays[0].device is true, not a name".to_owned()),
    ] {
        let mut bad = good.clone();
        let entry = bad[list].as_array_mut().unwrap().last_mut().unwrap();
        entry[field] = value;
        let (read, wrong) = Kept::read(bad.to_string().as_bytes()).unwrap();
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(wrong[0].contains(&told), "{}\n{told}", wrong[0]);
        assert!(wrong[0].starts_with(&format!("{list}[")), "{}", wrong[0]);
        assert_eq!(read.len(), kept(&["a", "b"]).len() - 1, "{told}");
        // Nor is it taken in by those who do not read a file.
        let (_folder, paths) = folder();
        let mut database = open(&paths);
        database.take_in(&read).unwrap();
        assert_eq!(database.kept().unwrap().len(), read.len(), "{told}");
    }
    let mut bad = good.clone();
    bad["folders"] =
        json!(["/p", "here", "", "/a\u{0}b", {"hex": "2f7"}, {"hex": "2fxx"}, 5, null]);
    bad["queue"] = json!([key_of("d"), "", "\u{202e}\u{1b}[2J", {}]);
    bad["bookmarks\u{7}"] = json!([]);
    bad["covers"] = json!(["no"]);
    bad["places"][0]["at_ms"] = json!(1);
    bad["places"].as_array_mut().unwrap().push(json!("place"));
    bad["played"][0].as_object_mut().unwrap().remove("saved");
    let (read, wrong) = Kept::read(bad.to_string().as_bytes()).unwrap();
    assert_eq!((read.folders.len(), read.queue.len(), read.places.len()), (1, 1, 2));
    assert_eq!(
        wrong.iter().map(|wrong| wrong.split(", not").next().unwrap()).collect::<Vec<_>>(),
        [
            "places[0].at_ms is unknown, so it is passed over",
            "places[2] is \"place\"",
            "folders[1] is \"here\"",
            "folders[2] is \"\"",
            "folders[3] is \"/a b\"",
            "folders[4] is an entry",
            "folders[5] is an entry",
            "folders[6] is 5",
            "folders[7] is null",
            "played[0].saved is missing",
            "queue[1] is \"\"",
            "queue[2] is \" [2J\"",
            "queue[3] is an entry",
            "covers is a list",
            "bookmarks  is unknown, so it is passed over",
        ]
    );
}

fn key_of(episode: &str) -> String {
    key(episode).to_string()
}

/// A file as version `version` made it, with one place, one pairing and one
/// folder in it.
fn make_version(paths: &Paths, version: usize) {
    fs::create_dir_all(paths.database().parent().unwrap()).unwrap();
    let old = Connection::open(paths.database()).unwrap();
    for step in &schema::MIGRATIONS[..version] {
        old.execute_batch(step).unwrap();
    }
    old.pragma_update(None, "user_version", i64::try_from(version).unwrap()).unwrap();
    old.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    let place = "INSERT INTO place (key, at_us, speed_tenths, volume_percent, saved)
        VALUES (?1, 61000000, 17, 85, 5)";
    old.execute(place, [key("a")]).unwrap();
    old.execute("INSERT INTO pairing VALUES (?1, NULL)", [key("b")]).unwrap();
    old.execute("INSERT INTO folder VALUES (?1)", [b"/p"]).unwrap();
}

#[test]
fn what_was_kept_by_any_version_is_there_after_all_steps_and_before_each_was_copied() {
    for version in 1..=schema::MIGRATIONS.len() {
        let (_folder, paths) = folder();
        make_version(&paths, version);
        let before = open(&paths).kept().unwrap();
        let place = &before.places[0];
        assert_eq!((place.key, place.at_us, place.speed_tenths), (key("a"), 61_000_000, 17));
        assert_eq!((before.pairings.len(), before.folders.len()), (1, 1), "{version}");
        let copies = (1..=schema::MIGRATIONS.len())
            .filter(|step| paths.database().with_extension(format!("db.before-{step}")).exists());
        let expected: Vec<usize> = (version + 1..=schema::MIGRATIONS.len()).collect();
        assert_eq!(copies.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_damaged_file_of_any_version_is_rescued() {
    for version in 1..=schema::MIGRATIONS.len() {
        let (_folder, paths) = folder();
        make_version(&paths, version);
        rescue::note_damage(&paths.database());
        let opened = Database::open(&paths).unwrap();
        assert!(opened.told.unwrap().contains("1 places were rescued"), "{version}");
        let kept = opened.database.kept().unwrap();
        assert_eq!((kept.places[0].at_us, kept.len()), (61_000_000, 3), "{version}");
    }
}

#[test]
fn a_new_file_leaves_no_copies_of_the_steps_that_made_it() {
    let (_folder, paths) = folder();
    drop(open(&paths));
    assert!(!paths.database().with_extension("db.before-2").exists());
}

#[test]
fn a_file_of_another_program_is_left_alone() {
    let (_folder, paths) = folder();
    make_folder(paths.database().parent().unwrap()).unwrap();
    let foreign = Connection::open(paths.database()).unwrap();
    foreign.execute_batch("CREATE TABLE theirs (x); PRAGMA application_id = 7;").unwrap();
    drop(foreign);
    let before = fs::read(paths.database()).unwrap();
    let error = Database::open(&paths).unwrap_err();
    assert!(matches!(error, StoreError::Foreign(_)), "{error}");
    // Not even the header, in which opening it notes how it is written.
    let after = fs::read(paths.database()).unwrap();
    assert_eq!(before[100..], after[100..]);
}

#[test]
fn of_a_damaged_file_nothing_that_can_be_read_or_was_copied_is_lost() {
    for (what, from, to) in [("header", 0, 100), ("end", 8_192, 12_288), ("all", 0, 1 << 20)] {
        let (_folder, paths) = folder();
        let mut database = open(&paths);
        database.take_in(&kept(&["a", "b", "c"])).unwrap();
        database.copy_now().unwrap();
        drop(database);
        let mut bytes = fs::read(paths.database()).unwrap();
        let to = to.min(bytes.len());
        bytes[from..to].fill(0xa5);
        fs::write(paths.database(), &bytes).unwrap();
        let opened = Database::open(&paths).unwrap();
        if let Some(told) = opened.told {
            assert!(told.contains("sayagain.db.damaged-1"), "{what}: {told}");
            assert_eq!(opened.database.kept().unwrap(), kept(&["a", "b", "c"]), "{what}");
            let aside = paths.database().with_extension("db.damaged-1");
            assert_eq!(fs::read(aside).unwrap(), bytes, "{what}");
        } else {
            assert_eq!(what, "end", "damage that opening does not meet");
        }
    }
}

/// Many places, all in the file itself, none in a copy.
fn filled(paths: &Paths) -> Vec<u8> {
    let mut database = open(paths);
    let names: Vec<String> = (0..2_000).map(|number| number.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    database.take_in(&kept(&names)).unwrap();
    drop(database);
    fs::read(paths.database()).unwrap()
}

#[test]
fn a_damaged_page_hides_only_what_is_on_it_whenever_it_is_met() {
    let (_folder, paths) = folder();
    let bytes = filled(&paths);
    let pages = bytes.len() / 4_096;
    assert!(pages > 20, "{pages}");
    let (mut rescues, mut fewest) = (0, usize::MAX);
    for page in 1..pages {
        let mut damaged = bytes.clone();
        damaged[page * 4_096..(page + 1) * 4_096].fill(0xa5);
        let (_folder, paths) = folder();
        fs::create_dir_all(paths.database().parent().unwrap()).unwrap();
        fs::write(paths.database(), &damaged).unwrap();
        let opened = Database::open(&paths).unwrap();
        let kept = opened.database.kept().unwrap();
        rescues += usize::from(opened.told.is_some());
        // The root of a table is all there is to find its pages by.
        if kept.places.len() > 1_000 {
            fewest = fewest.min(kept.places.len());
        } else {
            assert!(kept.places.is_empty(), "page {page}: {}", kept.places.len());
        }
    }
    assert!(rescues > 20, "{rescues}");
    assert!(fewest >= 1_900, "{fewest}");
}

#[test]
fn behind_a_damaged_header_everything_is_found_without_a_copy() {
    let (_folder, paths) = folder();
    let mut bytes = filled(&paths);
    bytes[..100].fill(0xa5);
    fs::write(paths.database(), &bytes).unwrap();
    let opened = Database::open(&paths).unwrap();
    assert!(opened.told.unwrap().contains("2000 places were rescued"));
    let kept = opened.database.kept().unwrap();
    assert_eq!((kept.places.len(), kept.pairings.len(), kept.heard.len()), (2_000, 2, 1));
}

#[test]
fn a_file_with_other_tables_or_other_things_in_them_is_rescued() {
    for change in [
        "DROP TABLE heard",
        "DROP TABLE place",
        "ALTER TABLE device RENAME COLUMN delay_ms TO later",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 3",
        "INSERT INTO place VALUES ('no key', 'no time', 1, 1, 1, 0, 0, 0)",
        "UPDATE queue SET turn = 'soon'",
        "INSERT INTO folder VALUES (5)",
    ] {
        let (_folder, paths) = folder();
        let mut database = open(&paths);
        database.take_in(&kept(&["a", "b"])).unwrap();
        database.copy_now().unwrap();
        database.connection.execute_batch(change).unwrap();
        drop(database);
        let opened = Database::open(&paths).unwrap();
        let told = opened.told.unwrap_or_default();
        assert!(told.contains("was damaged and is kept as"), "{change}: {told}");
        assert_eq!(opened.database.kept().unwrap(), kept(&["a", "b"]), "{change}");
        drop(opened.database);
        assert_eq!(Database::open(&paths).unwrap().told, None, "{change}");
    }
}

#[test]
fn what_is_wrong_with_tables_is_told_without_what_was_asked() {
    let (_folder, paths) = folder();
    let database = open(&paths);
    let error = database.connection.execute_batch("SELECT x\nFROM gone").unwrap_err();
    let told = database.told(error).to_string();
    assert!(told.ends_with("no such table: gone"), "{told}");
}

#[test]
fn a_copy_before_a_step_that_was_broken_off_is_not_taken_for_a_whole_one() {
    let (_folder, paths) = folder();
    make_version(&paths, 4);
    let half = paths.database().with_extension(format!("db.half-{}", std::process::id()));
    fs::write(&half, "half").unwrap();
    drop(open(&paths));
    let copy = Connection::open(paths.database().with_extension("db.before-5")).unwrap();
    let places: i64 = copy.query_row("SELECT count(*) FROM place", [], |row| row.get(0)).unwrap();
    assert_eq!(places, 1);
    assert!(!half.exists());
}

#[test]
fn damage_that_is_met_later_is_rescued_by_the_next_start() {
    let (_folder, paths) = folder();
    let mut database = open(&paths);
    database.take_in(&kept(&["a"])).unwrap();
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    let told = database.told(rusqlite::Error::SqliteFailure(code, None));
    assert!(told.to_string().contains("the next start"), "{told}");
    drop(database);
    let opened = Database::open(&paths).unwrap();
    assert!(opened.told.unwrap().contains("was damaged"));
    assert_eq!(opened.database.kept().unwrap(), kept(&["a"]));
    drop(opened.database);
    assert_eq!(open(&paths).kept().unwrap(), kept(&["a"]), "and by that one only");
}

#[test]
fn where_the_file_is_gone_or_empty_the_copy_is_taken_over_and_not_written_over() {
    for is_gone in [true, false] {
        let (_folder, paths) = folder();
        let mut database = open(&paths);
        database.take_in(&kept(&["a", "b"])).unwrap();
        database.copy_now().unwrap();
        drop(database);
        if is_gone {
            fs::remove_file(paths.database()).unwrap();
        } else {
            fs::write(paths.database(), "").unwrap();
        }
        let opened = Database::open(&paths).unwrap();
        let told = opened.told.unwrap();
        assert!(told.contains("2 places were taken over from") && told.contains("listener.json"));
        assert_eq!(opened.database.kept().unwrap(), kept(&["a", "b"]));
        drop(opened.database);
        assert_eq!(open(&paths).kept().unwrap(), kept(&["a", "b"]), "said once");
    }
}

#[test]
fn a_takeover_of_the_copy_that_was_broken_off_is_done_by_the_next_start() {
    let (_folder, paths) = folder();
    let mut database = open(&paths);
    database.take_in(&kept(&["a"])).unwrap();
    database.copy_now().unwrap();
    drop(database);
    fs::remove_file(paths.database()).unwrap();
    // As far as the new file, noted.
    rescue::note_damage(&paths.database());
    drop(Database::open_or_make(&paths.database(), &paths.copy()).unwrap());
    let opened = Database::open(&paths).unwrap();
    assert!(opened.told.unwrap().contains("was damaged"));
    assert_eq!(opened.database.kept().unwrap(), kept(&["a"]));
}

#[test]
fn what_was_saved_after_the_copy_is_rescued_from_the_damaged_file() {
    let (_folder, paths) = folder();
    let mut database = open(&paths);
    database.copy_now().unwrap();
    database.take_in(&kept(&["a", "b"])).unwrap();
    // Damage that is met when the file is opened, but not in the places.
    database.connection.execute_batch("PRAGMA journal_mode = DELETE").unwrap();
    database
        .connection
        .execute_batch("PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 9999, 'CREATE TABLE x (y)')")
        .unwrap();
    drop(database);
    let opened = rescue::rescue(&paths.database(), &paths.copy());
    // Opening may not meet it at all: then nothing is lost either.
    let (database, _) = opened.unwrap();
    assert_eq!(database.kept().unwrap(), kept(&["a", "b"]));
}

#[test]
fn a_file_that_can_only_be_read_is_read() {
    let (_folder, paths) = folder();
    let mut database = open(&paths);
    database.take_in(&kept(&["a"])).unwrap();
    drop(database);
    let database = Database::open_to_read(&paths.database(), &paths.copy()).unwrap();
    assert!(database.is_read_only());
    let places = Places::new(database);
    assert_eq!(places.load(key("a")).unwrap().unwrap().speed.tenths(), 12);
    let error = places.save(key("a"), &Place::default(), 0).unwrap_err();
    assert!(error.to_string().contains("can only be read"), "{error}");
}

#[test]
fn a_file_of_an_earlier_version_that_can_only_be_read_is_told_as_such() {
    let (_folder, paths) = folder();
    make_version(&paths, 3);
    let error = Database::open_to_read(&paths.database(), &paths.copy()).unwrap_err();
    assert!(error.to_string().contains("of an earlier sayagain"), "{error}");
}

#[test]
fn places_in_files_are_taken_over_once() {
    let (_folder, paths) = folder();
    fs::create_dir_all(paths.places()).unwrap();
    let file = |name: &str| paths.places().join(name);
    let whole =
        r#"{"version":1,"at_us":61000000,"speed_tenths":17,"volume_percent":85,"unix_secs":5}"#;
    fs::write(file(&format!("{}.json", key("a"))), whole).unwrap();
    fs::write(file(&format!("{}.json", key("b"))), r#"{"version":1,"at_us":7}"#).unwrap();
    fs::write(file(&format!("{}.json", key("c"))), "damaged").unwrap();
    fs::write(file("litter.json"), whole).unwrap();
    let database = open(&paths);
    let places = database.kept().unwrap().places;
    let of = |episode| places.iter().find(|place| place.key == key(episode));
    assert_eq!(of("a").map(|place| (place.at_us, place.speed_tenths)), Some((61_000_000, 17)));
    assert_eq!(of("b").map(|place| (place.at_us, place.speed_tenths)), Some((7, 10)));
    assert_eq!(places.len(), 2);
    assert!(!paths.places().exists());
    // A place forgotten since does not come back.
    database.connection.execute("DELETE FROM place", []).unwrap();
    drop(database);
    assert!(open(&paths).kept().unwrap().places.is_empty());
}

#[test]
fn the_copy_is_written_when_the_last_is_old() {
    let (_folder, paths) = folder();
    let mut database = open(&paths);
    let now = SystemTime::now();
    database.copy_when_old(now).unwrap();
    database.take_in(&kept(&["a"])).unwrap();
    database.copy_when_old(now).unwrap();
    let copied = || serde_json::from_slice::<Kept>(&fs::read(paths.copy()).unwrap()).unwrap();
    assert!(copied().places.is_empty());
    database.copy_when_old(now + 2 * COPY_AGE).unwrap();
    assert_eq!(copied(), kept(&["a"]));
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::process::Command;

    #[test]
    fn what_one_listens_to_is_private() {
        use std::os::unix::fs::PermissionsExt;

        let (_folder, paths) = folder();
        let mut database = open(&paths);
        database.take_in(&kept(&["a"])).unwrap();
        database.copy_now().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(paths.database().parent().unwrap()), 0o700);
        for path in [paths.database(), paths.database().with_extension("db-wal"), paths.copy()] {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }

    /// Runs itself in a process whose files may not grow past a few hundred
    /// kilobytes, which is how a full disk looks to a writer.
    #[test]
    fn on_a_full_disk_what_was_saved_stays_and_the_rest_is_told() {
        const FOLDER: &str = "SAYAGAIN_TEST_FULL_DATABASE";
        let place = Place::default();
        let episode = |number: u64| key(&number.to_string());
        if let Some(folder) = std::env::var_os(FOLDER) {
            let places = Places::new(open(&Paths::in_folder(folder.into())));
            let saved = (0..10_000)
                .take_while(|number| places.save(episode(*number), &place, *number).is_ok());
            let count = saved.count() as u64;
            assert!((10..10_000).contains(&count), "{count}");
            let error = places.save(episode(count), &place, 0).unwrap_err();
            let told = error.to_string();
            assert!(told.contains("make room on it"), "{told}");
            for number in 0..count {
                assert_eq!(places.load(episode(number)).unwrap(), Some(place), "{number}");
            }
            return;
        }
        let (_folder, paths) = folder();
        let test = "store::database::tests::unix::\
                    on_a_full_disk_what_was_saved_stays_and_the_rest_is_told";
        let outcome = Command::new("sh")
            .args(["-c", r#"trap "" XFSZ; ulimit -f 400; exec "$0" --exact "$1""#])
            .args([std::env::current_exe().unwrap().as_os_str(), test.as_ref()])
            .env(FOLDER, paths.database().parent().unwrap())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&outcome.stdout);
        assert!(told.contains("1 passed"), "{told}");
        let kept = open(&paths).kept().unwrap().places;
        assert!(kept.len() >= 10, "{}", kept.len());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_told_in_words() {
    // Nobody makes a file there, root neither.
    let error = Database::open(&Paths::in_folder("/sys".into())).unwrap_err().to_string();
    let told = error.strip_prefix("cannot use /sys/sayagain.db: ").unwrap();
    assert!(
        ["no permission", "the disk can only"].iter().any(|why| told.starts_with(why)),
        "{told}"
    );
    assert!(!told.contains("file:"), "{told}");
}
