//! The rules of the house that a compiler does not hold: which floor may see which, names that say nothing, calls that hide
//! failures, files that grew too long. Each refusal names its place.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Floors from the ground up; a crate may use only what stands before it, and siblings do not see each other.
const FLOORS: [&[&str]; 6] = [
    &["kernel"],
    &["platform", "migrations", "simulators"],
    &["people"],
    &["delivery"],
    &["trade", "talk"],
    &["desk", "server"],
];

/// A longer file needs a reason that a reader would accept; it goes into this list with the file.
const FILE_LINES_MAX: usize = 500;
const LONG_FILES: [(&str, &str); 0] = [];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
}

/// Every Rust source of the house: its place from the root and its text.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "migrations"] {
        files_below(&root().join(folder), "rs", &mut found);
    }
    found.sort();
    let place = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    let read: Vec<(String, String)> = found.iter().map(|p| (place(p), fs::read_to_string(p).unwrap())).collect();
    assert!(read.len() > 100, "the sources are found");
    read
}

/// Tests may do what they must to see that the house does what it should.
fn is_test(place: &str) -> bool {
    place.contains("/tests/") || place.contains("tests.rs") || place.contains("_tests")
}

/// Lines of code outside tests, with their numbers; comments and texts of the rules themselves do not count.
fn code_lines<'a>(place: &str, text: &'a str) -> Vec<(usize, &'a str)> {
    if is_test(place) {
        return Vec::new();
    }
    let code = text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
    code.enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//")).collect()
}

fn dependencies_of(manifest: &str) -> Vec<String> {
    let mut section = "";
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section == "[dependencies]"
            && let Some(name) =
                line.split(['.', ' ', '=']).next().filter(|name| !name.is_empty() && !name.starts_with('#'))
        {
            found.push(name.to_owned());
        }
    }
    found
}

#[track_caller]
fn check(broken: Vec<String>) {
    assert!(broken.is_empty(), "{} broken:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn a_floor_sees_only_what_stands_below_it() {
    let height = |name: &str| FLOORS.iter().position(|floor| floor.contains(&name));
    let mut broken = Vec::new();
    let crates: Vec<PathBuf> =
        fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path()).collect();
    for folder in crates.iter().chain([&root().join("migrations")]) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let Some(own) = height(name) else {
            broken.push(format!("{name} stands on no floor: add it to FLOORS"));
            continue;
        };
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        for used in dependencies_of(&manifest) {
            if height(&used).is_some_and(|below| below >= own) {
                broken.push(format!("{name} may not use {used}"));
            }
        }
    }
    check(broken);
}

#[test]
fn no_type_is_named_for_what_it_manages() {
    let empty = ["Manager", "Service", "Helper", "Util", "Utils", "Handler"];
    // A service is what a salon sells.
    let is_sold = |place: &str| place.starts_with("crates/trade/") || place.starts_with("crates/server/src/demo");
    let mut broken = Vec::new();
    for (place, text) in sources() {
        if ["util", "utils", "helper", "helpers", "manager"]
            .iter()
            .any(|w| place.ends_with(&format!("/{w}.rs")) || place.contains(&format!("/{w}/")))
        {
            broken.push(format!("{place}: a file says what it is about"));
        }
        for (at, line) in code_lines(&place, &text) {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
            let declares = words.by_ref().find(|word| ["struct", "enum", "trait", "type"].contains(word)).is_some();
            let Some(name) = words.next().filter(|_| declares) else { continue };
            if empty.iter().any(|e| name.ends_with(e)) && !is_sold(&place) && !line.trim_start().starts_with("type ") {
                broken.push(format!("{place}:{at}: {name} says nothing; name it for what it is"));
            }
        }
    }
    check(broken);
}

#[test]
fn no_function_is_called_handle_get_or_process() {
    let mut broken = Vec::new();
    for (place, text) in sources() {
        for (at, line) in code_lines(&place, &text) {
            let Some((_, rest)) = line.split_once("fn ") else { continue };
            let name = rest.split(['(', '<']).next().unwrap_or("");
            if name.starts_with("handle_") || name.starts_with("process_") || name == "handle" || name == "process" {
                broken.push(format!("{place}:{at}: {name}: parse_, check_, access_, find_, decide_, or an imperative"));
            }
        }
    }
    check(broken);
}

#[test]
fn no_failure_is_swallowed() {
    // Put together here, so that this file does not find itself.
    let banned = [
        ["let _", " = "].concat(),
        [".unwrap", "()"].concat(),
        ["todo", "!("].concat(),
        ["unimplemented", "!("].concat(),
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
    ];
    let mut broken = Vec::new();
    for (place, text) in sources() {
        for (at, line) in code_lines(&place, &text) {
            let line = line.replace("let _guard", "");
            for found in banned.iter().filter(|b| line.contains(b.as_str())) {
                broken.push(format!("{place}:{at}: {found}"));
            }
            // Turned into an option that somebody looks at is another matter.
            if line.ends_with(".ok();") && !line.contains('=') && !line.trim_start().starts_with("return") {
                broken.push(format!("{place}:{at}: a failure is dropped"));
            }
        }
    }
    check(broken);
}

#[test]
fn no_test_sleeps_or_is_left_out() {
    let banned = [["sleep", "("].concat(), ["#[ign", "ore"].concat(), ["sleep_", "until("].concat()];
    let mut broken = Vec::new();
    for (place, text) in sources() {
        let begins = text.lines().position(|line| line.trim() == "#[cfg(test)]");
        for (at, line) in text.lines().enumerate() {
            let in_test = is_test(&place) || begins.is_some_and(|begin| at > begin);
            if in_test && let Some(found) = banned.iter().find(|b| line.contains(b.as_str())) {
                broken.push(format!("{place}:{}: {found}", at + 1));
            }
        }
    }
    check(broken);
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut broken = Vec::new();
    for (place, text) in sources() {
        let lines = text.lines().count();
        if lines > FILE_LINES_MAX && !LONG_FILES.iter().any(|(file, _)| *file == place) {
            broken.push(format!("{place}: {lines} lines"));
        }
    }
    check(broken);
}

#[test]
fn every_module_opens_by_saying_what_it_is() {
    let mut broken = Vec::new();
    for (place, text) in sources() {
        // A migration's number and name, and an entity's table, say it already.
        let says_itself = place.starts_with("migrations/src/m0") || place.ends_with("/entity.rs");
        if !says_itself && !text.starts_with("//!") {
            broken.push(place);
        }
    }
    check(broken);
}
