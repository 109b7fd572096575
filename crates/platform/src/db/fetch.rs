//! Reading past the ORM, for what is read most: SQL with `?` and values in, rows of plain cells out, on both databases. On
//! SQLite the ORM's driver hands every row from one thread to another; here all statements of a visit run at one go on a
//! connection of their own, which makes a page of messages several times cheaper
//! (`docs/decisions/0016-a-thread-for-group-commits.md`). On PostgreSQL it spares the ORM's way through every value.

use std::{
    mem,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use kernel::{Id, Timestamp};
use rusqlite::{
    Connection,
    types::{Value as Stored, ValueRef},
};
use sea_orm::Value;
use sqlx::{Arguments, AssertSqlSafe, Column, PgPool, Row as _, TypeInfo, postgres::PgArguments};
use tokio::{sync::Semaphore, time::timeout};
use uuid::Uuid;

use super::{ACQUIRE_TIMEOUT, Db, SQLITE_READERS_MAX, folded, group::connect, tx::numbered};
use crate::{Fault, Result};

const CONTEXT: &str = "reading rows";

/// One column of a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Cell {
    /// Nothing, or taken before.
    #[default]
    Null,
    /// A number, a time or a yes or no.
    Integer(i64),
    /// A word or a text.
    Text(String),
    /// An id.
    Uuid(Uuid),
    /// Anything else.
    Bytes(Vec<u8>),
}

/// A row, whose cells are taken out by their place.
#[derive(Debug)]
pub struct Row(Box<[Cell]>);

impl Row {
    /// The cell at that place as what it is to be; each can be taken once.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it is of another kind, or there is none.
    pub fn take<T: FromCell>(&mut self, place: usize) -> Result<T> {
        let cell = self.0.get_mut(place).map(mem::take);
        let cell = cell.ok_or_else(|| Fault::internal(CONTEXT, format!("there is no column {place}")))?;
        T::from_cell(cell)
            .map_err(|other| Fault::internal(CONTEXT, format!("column {place} is of another kind: {other:?}")))
    }
}

/// What a cell can become.
pub trait FromCell: Sized {
    /// The value, or the cell again when it is of another kind.
    fn from_cell(cell: Cell) -> std::result::Result<Self, Cell>;
}

impl FromCell for i64 {
    fn from_cell(cell: Cell) -> std::result::Result<Self, Cell> {
        if let Cell::Integer(number) = cell { Ok(number) } else { Err(cell) }
    }
}
impl FromCell for bool {
    fn from_cell(cell: Cell) -> std::result::Result<Self, Cell> {
        i64::from_cell(cell).map(|number| number != 0)
    }
}
impl FromCell for Timestamp {
    fn from_cell(cell: Cell) -> std::result::Result<Self, Cell> {
        i64::from_cell(cell).map(Self::from_millis)
    }
}
impl FromCell for String {
    fn from_cell(cell: Cell) -> std::result::Result<Self, Cell> {
        if let Cell::Text(text) = cell { Ok(text) } else { Err(cell) }
    }
}
impl FromCell for Uuid {
    fn from_cell(cell: Cell) -> std::result::Result<Self, Cell> {
        if let Cell::Uuid(id) = cell { Ok(id) } else { Err(cell) }
    }
}
impl<K> FromCell for Id<K> {
    fn from_cell(cell: Cell) -> std::result::Result<Self, Cell> {
        Uuid::from_cell(cell).map(Self::from_uuid)
    }
}
impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell) -> std::result::Result<Self, Cell> {
        if cell == Cell::Null { Ok(None) } else { T::from_cell(cell).map(Some) }
    }
}

/// A statement with `?` for its values.
#[derive(Debug)]
pub struct Query {
    sql: String,
    values: Vec<Value>,
}

impl Query {
    /// A statement that changes nothing.
    pub fn new(sql: impl Into<String>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values }
    }
}

impl Db {
    /// The rows of one statement.
    pub async fn fetch(&self, query: Query) -> Result<Vec<Row>> {
        let [rows] = self.fetch_each([query]).await?;
        Ok(rows)
    }

    /// The rows of several statements; on SQLite all of them see one state of the database.
    pub async fn fetch_each<const N: usize>(&self, queries: [Query; N]) -> Result<[Vec<Row>; N]> {
        let found = match (&self.inner.sqlite, self.postgres()) {
            (Some(sqlite), _) => sqlite.readers.fetch(Vec::from(queries)).await?,
            (None, Some(pool)) => fetch_from_postgres(pool, Vec::from(queries)).await?,
            (None, None) => Vec::new(),
        };
        found.try_into().map_err(|_| Fault::internal(CONTEXT, "not every statement was answered"))
    }
}

/// Connections to SQLite that only read, opened when they are first needed.
#[derive(Clone)]
pub(super) struct Readers {
    path: Arc<PathBuf>,
    free: Arc<Mutex<Vec<Connection>>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: &Path) -> Self {
        let turns = Arc::new(Semaphore::new(SQLITE_READERS_MAX as usize));
        Self { path: Arc::new(path.to_owned()), free: Arc::default(), turns }
    }

    async fn fetch(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
        let turn = match timeout(ACQUIRE_TIMEOUT, self.turns.clone().acquire_owned()).await {
            Ok(Ok(turn)) => turn,
            // Closed, or busy for too long.
            Ok(Err(_)) | Err(_) => return Err(crate::error::busy()),
        };
        let readers = self.clone();
        let visit = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let mut connection = readers.open()?;
            // A connection whose visit failed is not kept: what it was left in is not known.
            let found = visit(&mut connection, queries)?;
            readers.lock().push(connection);
            Ok::<_, Fault>(found)
        });
        visit.await.map_err(|e| Fault::internal(CONTEXT, e))?
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        if let Some(free) = self.lock().pop() {
            return Ok(free);
        }
        let connection = connect(&self.path)?;
        folded::teach(&connection)?;
        connection.pragma_update(None, "query_only", "ON")?;
        Ok(connection)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes those that nobody uses; nobody gets a turn any more.
    pub(super) fn close(&self) {
        self.turns.close();
        self.lock().clear();
    }
}

fn visit(connection: &mut Connection, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
    let snapshot = connection.transaction()?;
    let mut found = Vec::with_capacity(queries.len());
    for query in queries {
        found.push(fetch_from_sqlite(&snapshot, query)?);
    }
    snapshot.commit()?;
    Ok(found)
}

fn fetch_from_sqlite(connection: &Connection, query: Query) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(&query.sql)?;
    let values: Vec<Stored> = query.values.into_iter().map(stored).collect::<Result<_>>()?;
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (0..columns).map(|place| sqlite_cell(row.get_ref(place)?));
        found.push(Row(cells.collect::<Result<_>>()?));
    }
    Ok(found)
}

fn stored(value: Value) -> Result<Stored> {
    Ok(match value {
        Value::BigInt(number) => number.map_or(Stored::Null, Stored::Integer),
        Value::Int(number) => number.map_or(Stored::Null, |n| Stored::Integer(n.into())),
        Value::String(text) => text.map_or(Stored::Null, Stored::Text),
        Value::Uuid(id) => id.map_or(Stored::Null, |id| Stored::Blob(id.as_bytes().to_vec())),
        other => return Err(not_taken(&other)),
    })
}

fn not_taken(value: &Value) -> Fault {
    Fault::internal(CONTEXT, format!("a statement is not asked with {value:?}"))
}

fn sqlite_cell(value: ValueRef<'_>) -> Result<Cell> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(text) => {
            let text = str::from_utf8(text).map_err(|e| Fault::internal(CONTEXT, e))?;
            Cell::Text(text.to_owned())
        }
        ValueRef::Blob(bytes) => Uuid::from_slice(bytes).map_or_else(|_| Cell::Bytes(bytes.to_vec()), Cell::Uuid),
        ValueRef::Real(_) => return Err(Fault::internal(CONTEXT, "no column holds a broken number")),
    })
}

async fn fetch_from_postgres(pool: &PgPool, queries: Vec<Query>) -> Result<Vec<Vec<Row>>> {
    let mut connection = pool.acquire().await?;
    let mut found = Vec::with_capacity(queries.len());
    for query in queries {
        let mut arguments = PgArguments::default();
        for value in query.values {
            match value {
                Value::BigInt(number) => arguments.add(number),
                Value::Int(number) => arguments.add(number),
                Value::String(text) => arguments.add(text),
                Value::Uuid(id) => arguments.add(id),
                other => return Err(not_taken(&other)),
            }
            .map_err(|e| Fault::internal(CONTEXT, e))?;
        }
        let sql = AssertSqlSafe(numbered(&query.sql));
        let rows = sqlx::query_with(sql, arguments).fetch_all(&mut *connection).await?;
        found.push(rows.iter().map(postgres_row).collect::<Result<_>>()?);
    }
    Ok(found)
}

fn postgres_row(row: &sqlx::postgres::PgRow) -> Result<Row> {
    let cell = |(place, column): (usize, &sqlx::postgres::PgColumn)| {
        let cell = match column.type_info().name() {
            "INT8" => row.try_get::<Option<i64>, _>(place)?.map(Cell::Integer),
            "INT4" => row.try_get::<Option<i32>, _>(place)?.map(|n| Cell::Integer(n.into())),
            "BOOL" => row.try_get::<Option<bool>, _>(place)?.map(|b| Cell::Integer(b.into())),
            "UUID" => row.try_get::<Option<Uuid>, _>(place)?.map(Cell::Uuid),
            "BYTEA" => row.try_get::<Option<Vec<u8>>, _>(place)?.map(Cell::Bytes),
            _ => row.try_get::<Option<String>, _>(place)?.map(Cell::Text),
        };
        Ok::<_, Fault>(cell.unwrap_or_default())
    };
    let cells = row.columns().iter().enumerate().map(cell);
    Ok(Row(cells.collect::<Result<_>>()?))
}
