//! The generated pages of the manual. `UPDATE_DOCS=1 cargo test --test manual`
//! writes them anew.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and this one reads and writes pages"
)]

use std::fmt::Write;

use sayagain::app::shelf::DEEDS;
use sayagain::app::{COMMANDS, Keymap};

#[test]
fn the_page_of_keys_is_that_of_the_program() {
    let keymap = Keymap::default();
    let mut page =
        "# Keys\n\nMade from the program's own table. A number before a key repeats it: \
                    `6l` goes 30 seconds forward; `40%` goes to 40 percent.\n"
            .to_owned();
    let mut group = None;
    for info in COMMANDS {
        if group != Some(info.group) {
            group = Some(info.group);
            write!(
                page,
                "\n## {}\n\n| key | what it does | name after `:` |\n| --- | --- | --- |\n",
                info.group.title()
            )
            .unwrap();
        }
        let keys = keymap.keys_of(info.command).replace('|', "\\|");
        writeln!(page, "| `{}` | {} | `{}` |", keys.replace(", ", "` `"), info.help, info.name)
            .unwrap();
    }
    page.push_str(
        "\n## In the list of episodes\n\nThe keys that move the cursor in the transcript move it \
         here, those about the sound work on what is playing, and besides:\n\n\
         | key | what it does |\n| --- | --- |\n",
    );
    for info in DEEDS {
        writeln!(page, "| `{}` | {} |", info.keys.join("` `"), info.help).unwrap();
    }
    compare("docs/keys.md", &page);
}

#[test]
fn every_key_of_the_readme_does_what_it_says() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let keymap = Keymap::default();
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() >= 8, "the table of keys is not there");
    for row in rows {
        let keys = row.split('|').nth(1).unwrap();
        for key in keys.split('`').skip(1).step_by(2) {
            let known = COMMANDS
                .iter()
                .any(|info| keymap.keys_of(info.command).split(", ").any(|other| other == key));
            assert!(known, "README.md names the key {key:?}, which does nothing");
        }
    }
}

fn compare(path: &str, page: &str) {
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::write(path, page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == page, "{path} is out of date: UPDATE_DOCS=1 cargo test --test manual");
}
