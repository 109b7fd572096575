//! The list of problem codes is whole: what the sources can answer with stands in `docs/errors.md` with its status, what
//! stands there can still be answered, and each code can be linked to on the page that a running house shows.
//!
//! A code is found by its look, an upper-case word in quotes, so that no way of making a problem escapes. Words that look
//! alike and are none are listed in [`NO_CODES`]; whole files of them in [`FULL_OF_OTHER_WORDS`].

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// Shorter words are currencies, file marks and SQL.
const CODE_CHARS_MIN: usize = 5;
/// Names of settings, media formats, the words of calendars and of the demo, another program's protocol.
const FULL_OF_OTHER_WORDS: [&str; 7] = [
    "crates/simulators/",
    "crates/platform/src/config/",
    "crates/platform/src/media/",
    "crates/server/src/cli/",
    "crates/server/src/demo/",
    "crates/server/src/simulated.rs",
    "crates/trade/src/bookings/ics.rs",
];
/// The alphabet of invite codes, SQL words, a variable of cargo.
const NO_CODES: [&str; 7] =
    ["ABCDEFGHJKLMNPQRSTUVWXYZ23456789", "ES256", "GREATEST", "MEMORY", "CARGO_PKG_VERSION", "BYTEA", "40P01"];

/// Every code with the place where it was first seen, and the statuses it is given beside it.
#[derive(Default)]
struct Found {
    codes: BTreeMap<String, String>,
    statuses: BTreeSet<(String, u16)>,
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

/// The program's own files as (name, text), without tests.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for floor in fs::read_dir(Path::new(ROOT).join("crates")).unwrap() {
        rust_files(&floor.unwrap().path().join("src"), &mut files);
    }
    let named = files.into_iter().map(|path| {
        let name = path.strip_prefix(ROOT).unwrap().display().to_string();
        (name, fs::read_to_string(&path).unwrap())
    });
    let own = named.filter(|(name, _)| {
        !name.contains("/tests")
            && !name.ends_with("_tests.rs")
            && !FULL_OF_OTHER_WORDS.iter().any(|other| name.starts_with(other))
    });
    own.map(|(name, text)| (name, text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned())).collect()
}

/// The upper-case word that the text begins with, when a quote ends it.
fn quoted_word(text: &str) -> Option<&str> {
    let (word, _) = text.split_once('"')?;
    let fits = word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let looks_right = fits && word.bytes().any(|b| b.is_ascii_uppercase());
    (looks_right && word.len() >= CODE_CHARS_MIN && !NO_CODES.contains(&word)).then_some(word)
}

/// What stands after `maker`: a status unless it is known, then a code.
fn statuses_given(text: &str, maker: &str, known: Option<u16>) -> Vec<(String, u16)> {
    let calls = text.split(maker).skip(1);
    let read = |call: &str| {
        let (status, rest) = match known {
            Some(status) => (status, call.trim_start()),
            None => {
                let (digits, rest) = call.trim_start().split_once(',')?;
                (digits.trim().parse().ok()?, rest.trim_start())
            }
        };
        Some((quoted_word(rest.strip_prefix('"')?)?.to_owned(), status))
    };
    calls.filter_map(read).collect()
}

fn find_codes() -> Found {
    let mut found = Found::default();
    for (name, text) in sources() {
        for (at, _) in text.match_indices('"') {
            if let Some(word) = quoted_word(&text[at + 1..]) {
                let line = text[..at].matches('\n').count() + 1;
                found.codes.entry(word.to_owned()).or_insert_with(|| format!("{name}:{line}"));
            }
        }
        found.statuses.extend(statuses_given(&text, "Problem::new(", None));
        found.statuses.extend(statuses_given(&text, "Self::new(", None));
        found.statuses.extend(statuses_given(&text, "Problem::conflict(", Some(409)));
    }
    found
}

/// The codes of the tables of `docs/errors.md`; the status is absent for codes of fields.
fn documented() -> Vec<(String, Option<u16>)> {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/errors.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    rows.map(|(code, rest)| (code.to_owned(), rest.split(' ').next().and_then(|word| word.parse().ok()))).collect()
}

#[test]
fn every_code_of_the_sources_is_explained() {
    let known: BTreeSet<String> = documented().into_iter().map(|(code, _)| code).collect();
    let missing: Vec<_> = find_codes().codes.into_iter().filter(|(code, _)| !known.contains(code)).collect();
    assert!(missing.is_empty(), "docs/errors.md does not explain {missing:?}");
}

#[test]
fn every_code_is_explained_with_its_status() {
    let known = documented();
    let problems: BTreeSet<(String, u16)> =
        known.into_iter().filter_map(|(code, status)| Some((code, status?))).collect();
    let given = find_codes().statuses;
    assert!(given.len() > 20, "the sources were not read: {given:?}");
    let wrong: Vec<_> = given.difference(&problems).collect();
    assert!(wrong.is_empty(), "docs/errors.md does not list these with this status: {wrong:?}");
}

#[test]
fn nothing_is_explained_that_nobody_answers_with() {
    let found = find_codes().codes;
    let mut seen = BTreeSet::new();
    for (code, _) in documented() {
        assert!(found.contains_key(&code), "docs/errors.md explains {code}, which no source has");
        assert!(seen.insert(code.clone()), "docs/errors.md explains {code} twice");
    }
}

both_databases! {
    async fn each_code_can_be_linked_to(app: App) {
        let page = app.get("/docs/errors").send().await;
        assert_eq!(page.status, 200);
        for (code, _) in documented() {
            let anchor = format!("id=\"{}\"", code.to_lowercase().replace('_', "-"));
            assert_eq!(page.text().matches(&anchor).count(), 1, "{code}");
        }
        let refused = app.get("/api/nothing").send().await.expect(404);
        assert_eq!(refused["type"], "/docs/errors#not-found");
    }
}
