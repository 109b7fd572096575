//! Columns compared without case and without marks on letters, as `kernel::fold` does with what is looked for.

use kernel::fold::fold;
use rusqlite::{Connection, functions::FunctionFlags};

use super::Dialect;

impl Dialect {
    /// SQL for the folded text of a column, for statements that go through [`super::Db::fetch`]: the function is known on
    /// the connections of that way alone.
    pub fn folded(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("FOLDED({column})"),
            // Marks lie in one block; what else the decomposition took apart is put together again.
            Self::Postgres => format!(
                "LOWER(CASE WHEN OCTET_LENGTH({column}) = CHAR_LENGTH({column}) THEN {column} ELSE \
                 NORMALIZE(REGEXP_REPLACE(NORMALIZE({column}, NFD), '[\\u0300-\\u036f]', '', 'g'), NFC) END)"
            ),
        }
    }
}

/// Teaches a connection of SQLite the function.
pub(super) fn teach(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("folded", 1, flags, |call| {
        let text = call.get::<Option<String>>(0)?;
        Ok(text.map(|text| fold(&text)))
    })
}
