//! The columns of this floor whose values are sealed, for whoever changes the master key.

use platform::db::sealed::{KeyColumn, KeyValue, SealedColumn};

const PERSON: &[KeyColumn] = &[KeyColumn::Text("kind"), KeyColumn::Uuid("person_id")];

/// All of them.
pub const SEALED: [SealedColumn; 2] = [
    SealedColumn {
        table: "second_factors",
        column: "secret",
        keys: PERSON,
        place: |keys| place("totp", keys),
        sealed_in: "crates/people/src/signin/totp.rs",
    },
    SealedColumn {
        table: "reset_codes",
        column: "code",
        keys: PERSON,
        place: |keys| place("reset", keys),
        sealed_in: "crates/people/src/signin/secrets.rs",
    },
];

/// As a person names where their secrets belong.
fn place(what: &str, keys: &[KeyValue]) -> Vec<u8> {
    format!("{what}/{}/{}", keys[0].text(), keys[1].uuid()).into_bytes()
}
