//! The shape of the source tree, checked.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and this one reads the source files"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each top-level module with those of ours it may name, in reading order.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("format", &["model"]),
    ("search", &["model"]),
    ("app", &["model", "search"]),
    ("ui", &["model", "app"]),
    ("audio", &["model"]),
    ("store", &["model", "format", "search"]),
    ("tags", &["model", "format"]),
    ("run", &["model", "format", "search", "app", "ui", "audio", "store", "tags"]),
    ("cli", &["model", "format", "search", "app", "ui", "audio", "store", "tags", "run"]),
];

/// Crates that only the modules named may use.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("ratatui", &["ui", "run"]),
    ("crossterm", &["run"]),
    ("symphonia", &["audio"]),
    ("opus_pure", &["audio"]),
    ("syom", &["audio"]),
    ("rodio", &["audio"]),
    ("cpal", &["audio"]),
    ("rtrb", &["audio"]),
    ("ebur128", &["audio"]),
    ("pulseaudio", &["audio"]),
    ("quick_xml", &["format"]),
    ("regex", &["search"]),
    ("regex_syntax", &["search"]),
    ("image", &["run"]),
    ("ratatui_image", &["run"]),
    ("nucleo_matcher", &["search"]),
    ("clap", &["cli"]),
    ("anyhow", &["run", "cli"]),
    ("signal_hook", &["run"]),
    ("rustix", &["audio", "run", "store"]),
    ("tempfile", &["store", "audio"]),
    ("unicode_normalization", &["search", "store"]),
    ("rusqlite", &["store"]),
];

/// Modules that take values and give values: no files, threads, clocks.
const PURE: &[&str] = &["model", "format", "search", "app", "ui"];

#[test]
fn a_module_uses_only_modules_below_it() {
    let may_use: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, module, code) in modules() {
        let allowed = may_use.get(module.as_str()).copied().unwrap_or_default();
        for (line, used) in crate_paths(&code, is_module_root(&path)) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}:{line}: {module} may not use `{used}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let mut unknown: Vec<String> = modules().map(|(_, module, _)| module).collect();
    unknown.retain(|module| !MAY_USE.iter().any(|(name, _)| name == module));
    assert!(unknown.is_empty(), "not in MAY_USE: {unknown:?}");
}

#[test]
fn a_crate_is_used_only_where_it_belongs() {
    let mut wrong = Vec::new();
    for (path, module, code) in modules() {
        for (name, places) in ONLY_IN {
            let used = format!("{name}::");
            for (line, text) in lines_of_code(&code) {
                let hit = text.match_indices(&used).any(|(at, _)| {
                    !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                });
                if hit && !places.contains(&module.as_str()) {
                    wrong.push(format!("{}:{line}: {module} may not use `{name}`", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_pure_module_touches_nothing_outside() {
    let outside = ["std::fs", "std::thread", "std::env", "std::net", "Instant", "SystemTime"];
    let mut wrong = Vec::new();
    for (path, module, code) in modules() {
        for (line, text) in lines_of_code(&code).filter(|_| PURE.contains(&module.as_str())) {
            for name in outside.iter().filter(|name| text.contains(**name)) {
                wrong.push(format!("{}:{line}: {module} may not use `{name}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Every file of a module: its path, the module, its code without its tests.
fn modules() -> impl Iterator<Item = (PathBuf, String, String)> {
    sources().into_iter().filter_map(|path| {
        let module = module_of(&path)?;
        let code = code_of(&path);
        Some((path, module, code))
    })
}

/// Every file of `src`, those directly in it included.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 10, "the sources were not found");
    found
}

/// The top-level module of `path`; `None` for `lib.rs` and `main.rs`.
fn module_of(path: &Path) -> Option<String> {
    let name = path.components().nth(1)?.as_os_str().to_str()?.trim_end_matches(".rs");
    (name != "lib" && name != "main").then(|| name.to_owned())
}

/// Whether `super` means the crate itself in `path`.
fn is_module_root(path: &Path) -> bool {
    path.components().count() == 3 && path.ends_with("mod.rs")
}

/// The text of `path` up to its tests.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let end = text.find("\n#[cfg(test)]\nmod tests").unwrap_or(text.len());
    text[..end].to_owned()
}

/// The lines of `code` with their numbers, comments left out.
fn lines_of_code(code: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(code.lines()).map(|(line, text)| (line, text.split("//").next().unwrap_or_default()))
}

/// The top-level module that each path in `code` leads to, with its line.
///
/// `crate::{a, b}` and a `super::` that may leave the module are reported as
/// they stand, and so are never allowed: one `use` line a module keeps every
/// dependency in sight of `grep`.
fn crate_paths(code: &str, module_root: bool) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, text) in lines_of_code(code) {
        for rest in text.split("crate::").skip(1) {
            let name: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push((line, if name.is_empty() { "crate::{…}".into() } else { name }));
        }
        if text.contains("super::super") || module_root && text.contains("super::") {
            found.push((line, "super::…".into()));
        }
    }
    found
}
