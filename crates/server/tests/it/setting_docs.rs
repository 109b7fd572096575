//! The table of settings in `docs/operations.md` names what the program reads, and nothing else.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const READERS: [&str; 11] = [
    "crates/platform/src/config/database.rs",
    "crates/platform/src/config/delivery.rs",
    "crates/platform/src/config/limits.rs",
    "crates/platform/src/config/mod.rs",
    "crates/platform/src/config/oidc.rs",
    "crates/platform/src/config/push.rs",
    "crates/platform/src/config/secrets.rs",
    "crates/platform/src/config/sms.rs",
    "crates/platform/src/config/smtp.rs",
    "crates/platform/src/config/traces.rs",
    "crates/platform/src/config/whatsapp.rs",
];
const SHORTEST_NAME_CHARS: usize = 4;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// Names as the reader asks for them: upper-case words in quotes.
fn names_read() -> BTreeSet<String> {
    let programs: Vec<String> =
        READERS.iter().map(|file| read(file).split("#[cfg(test)]").next().unwrap().to_owned()).collect();
    let is_name =
        |word: &&str| word.len() >= SHORTEST_NAME_CHARS && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    programs.iter().flat_map(|program| program.split('"')).filter(is_name).map(str::to_owned).collect()
}

fn names_documented() -> BTreeSet<String> {
    let page = read("docs/operations.md");
    let table = page.split("## Settings").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    rows.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_setting_stands_in_the_operators_table() {
    let known = names_read();
    assert!(known.len() > 20, "the reader was not read: {known:?}");
    assert_eq!(known, names_documented(), "left: what {READERS:?} read; right: the table of docs/operations.md");
}

#[test]
fn the_help_names_every_setting_and_no_other() {
    let output = Command::new(env!("CARGO_BIN_EXE_frontdesk")).arg("--help").env_clear().output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let settings = help.split("Settings come from the environment").nth(1).unwrap().split("Examples:").next().unwrap();
    let words = settings.split(|c: char| !c.is_ascii_uppercase() && c != '_');
    let named: BTreeSet<&str> = words.filter(|word| word.len() >= SHORTEST_NAME_CHARS).collect();
    let documented = names_documented();
    let missing: Vec<&String> = documented.iter().filter(|name| !named.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "--help says nothing of {missing:?}");
    let known = |word: &&&str| documented.contains(**word) || word.ends_with("_FILE") || !word.contains('_');
    let unknown: Vec<&&str> = named.iter().filter(|word| !known(word)).collect();
    assert!(unknown.is_empty(), "--help names {unknown:?}, which docs/operations.md does not know");
}
