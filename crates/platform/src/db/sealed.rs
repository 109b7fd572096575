//! Columns whose values are sealed, and sealing them anew when the master key was changed. Each floor says which of its
//! columns are ([`SealedColumn`]); the program lists them all. A value names its key by its first byte, so what is still to
//! be done is found by a query, and a crash loses nothing: the rows of the transactions that were committed are done.

use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use super::{Db, statement};
use crate::{
    Fault, Result,
    crypto::{Crypto, SealingError},
};

/// Rows of one transaction.
pub const RESEAL_ROWS_MAX: usize = 100;

/// A column of a row's primary key, or another one that says where a sealed value belongs.
#[derive(Debug, Clone, Copy)]
pub enum KeyColumn {
    /// An id.
    Uuid(&'static str),
    /// A word.
    Text(&'static str),
}

/// The value of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyValue {
    /// An id.
    Uuid(Uuid),
    /// A word.
    Text(String),
}

/// A column whose values are sealed.
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What names a row, in the order in which [`Self::place`] gets it.
    pub keys: &'static [KeyColumn],
    /// What its values were sealed for.
    pub place: fn(&[KeyValue]) -> Vec<u8>,
    /// The source that seals them: a test holds the list to the sources by it.
    pub sealed_in: &'static str,
}

/// What came of one column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Values that the present key did not seal.
    pub outdated: u64,
    /// Of those, sealed anew.
    pub resealed: u64,
    /// Of those, opened by no key.
    pub unreadable: u64,
}

impl KeyColumn {
    const fn name(self) -> &'static str {
        match self {
            Self::Uuid(name) | Self::Text(name) => name,
        }
    }

    fn read(self, row: &QueryResult, at: usize) -> Result<KeyValue> {
        Ok(match self {
            Self::Uuid(_) => KeyValue::Uuid(row.try_get_by_index(at)?),
            Self::Text(_) => KeyValue::Text(row.try_get_by_index(at)?),
        })
    }
}

impl KeyValue {
    /// The id; nil when it is none.
    pub fn uuid(&self) -> Uuid {
        if let Self::Uuid(id) = self { *id } else { Uuid::nil() }
    }

    /// The word; empty when it is none.
    pub fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }
}

impl From<&KeyValue> for Value {
    fn from(value: &KeyValue) -> Self {
        match value {
            KeyValue::Uuid(id) => (*id).into(),
            KeyValue::Text(text) => text.as_str().into(),
        }
    }
}

impl SealedColumn {
    /// How many values the present key did not seal.
    pub async fn count_outdated(&self, db: &Db, crypto: &Crypto) -> Result<u64> {
        let Self { table, column, .. } = self;
        let text = format!("SELECT COUNT(*) FROM {table} WHERE substr({column}, 1, 1) <> ?");
        count(db, &text, vec![number(crypto).into()]).await
    }

    /// What sealing anew would come upon, changing nothing: values that the present key did not seal, or every one when the
    /// present key is about to be the one before, and how many of them open with no key.
    pub async fn look_through(&self, db: &Db, crypto: &Crypto, every: bool) -> Result<Resealed> {
        let mut seen = Resealed::default();
        loop {
            let rows = self.find_some(db, crypto, every, seen.outdated).await?;
            if rows.is_empty() {
                return Ok(seen);
            }
            for row in &rows {
                seen.outdated += 1;
                let (keys, sealed) = self.read(row)?;
                if self.open(crypto, &keys, &sealed)?.is_none() {
                    seen.unreadable += 1;
                }
            }
        }
    }

    /// How many values there are.
    pub async fn count_all(&self, db: &Db) -> Result<u64> {
        let Self { table, column, .. } = self;
        count(db, &format!("SELECT COUNT(*) FROM {table} WHERE {column} IS NOT NULL"), Vec::new()).await
    }

    /// Seals all of them anew. What a running server changes meanwhile is left to it: it seals with the present key, or the
    /// next run finds it.
    pub async fn reseal_all(&self, db: &Db, crypto: &Crypto) -> Result<Resealed> {
        let mut all = Resealed { outdated: self.count_outdated(db, crypto).await?, ..Resealed::default() };
        // Values that do not open stay where they are, and are stepped over.
        let mut passed = 0;
        loop {
            let rows = self.find_some(db, crypto, false, passed).await?;
            if rows.is_empty() {
                return Ok(all);
            }
            let done = self.reseal(db, crypto, &rows).await?;
            all.resealed += done.resealed;
            all.unreadable += done.unreadable;
            passed += done.unreadable;
        }
    }

    async fn find_some(&self, db: &Db, crypto: &Crypto, every: bool, passed: u64) -> Result<Vec<QueryResult>> {
        let Self { table, column, .. } = self;
        let keys = self.keys.iter().map(|key| key.name()).collect::<Vec<_>>().join(", ");
        let (which, mut values) = if every {
            (format!("{column} IS NOT NULL"), Vec::new())
        } else {
            (format!("substr({column}, 1, 1) <> ?"), vec![number(crypto).into()])
        };
        let text = format!("SELECT {keys}, {column} FROM {table} WHERE {which} ORDER BY {keys} LIMIT ? OFFSET ?");
        values.push(i64::try_from(RESEAL_ROWS_MAX).unwrap_or(i64::MAX).into());
        values.push(i64::try_from(passed).unwrap_or(i64::MAX).into());
        Ok(db.writer().query_all_raw(statement(db.dialect(), &text, values)).await?)
    }

    fn read(&self, row: &QueryResult) -> Result<(Vec<KeyValue>, Vec<u8>)> {
        let keys = self.keys.iter().enumerate().map(|(at, key)| key.read(row, at)).collect::<Result<Vec<_>>>()?;
        Ok((keys, row.try_get_by_index(self.keys.len())?))
    }

    /// What was sealed; nothing, and a line in the log, when it opens with no key.
    fn open(&self, crypto: &Crypto, keys: &[KeyValue], sealed: &[u8]) -> Result<Option<Vec<u8>>> {
        let Self { table, column, .. } = self;
        match crypto.sealer().open(sealed, &(self.place)(keys)) {
            Ok(plain) => Ok(Some(plain)),
            Err(error @ (SealingError::Refused | SealingError::UnknownKey(_) | SealingError::Malformed)) => {
                tracing::warn!(table, column, ?keys, %error, "a sealed value opens with no key and stays as it is");
                Ok(None)
            }
            Err(error) => Err(Fault::internal("opening a sealed value", error)),
        }
    }

    async fn reseal(&self, db: &Db, crypto: &Crypto, rows: &[QueryResult]) -> Result<Resealed> {
        let Self { table, column, .. } = self;
        let named = self.keys.iter().map(|key| format!("{} = ? AND ", key.name())).collect::<String>();
        let text = format!("UPDATE {table} SET {column} = ? WHERE {named}{column} = ?");
        let mut done = Resealed::default();
        let tx = db.begin().await?;
        for row in rows {
            let (keys, sealed) = self.read(row)?;
            let Some(plain) = self.open(crypto, &keys, &sealed)? else {
                done.unreadable += 1;
                continue;
            };
            let anew = crypto
                .sealer()
                .seal(&plain, &(self.place)(&keys))
                .map_err(|e| Fault::internal("sealing a value anew", e))?;
            let mut values: Vec<Value> = vec![anew.into()];
            values.extend(keys.iter().map(Value::from));
            values.push(sealed.into());
            done.resealed += tx.execute(&text, values).await?;
        }
        tx.commit().await?;
        Ok(done)
    }
}

async fn count(db: &Db, text: &str, values: Vec<Value>) -> Result<u64> {
    let row = db.read().query_one_raw(statement(db.dialect(), text, values)).await?;
    let count = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}

/// As the first byte of a value.
fn number(crypto: &Crypto) -> Vec<u8> {
    vec![crypto.sealer().present_number()]
}

/// The kept answers of `Idempotency-Key`.
pub const KEPT_ANSWERS: SealedColumn = SealedColumn {
    table: "idempotency_keys",
    column: "answer",
    keys: &[KeyColumn::Uuid("id")],
    place: |keys| keys[0].uuid().as_bytes().to_vec(),
    sealed_in: "crates/platform/src/http/idempotency.rs",
};
