//! Reading past the ORM, for what is read most: SQL with `?` and values in, rows of plain cells out, on both databases. On
//! SQLite the ORM's driver hands every row from one thread to another; here all statements of a visit run at one go on a
//! connection of their own, which makes a page of messages several times cheaper
//! (`docs/decisions/0016-a-thread-for-group-commits.md`). On PostgreSQL it spares the ORM's way through every value.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use kernel::{Id, Timestamp};
use rusqlite::{
    Connection,
    types::{Value as Stored, ValueRef},
};
use sea_orm::Value;
use sqlx::{
    Arguments, AssertSqlSafe, Column, PgPool, Row as _, TypeInfo,
    postgres::{PgArguments, PgRow},
};
use tokio::{sync::Semaphore, time::timeout};
use uuid::Uuid;

use super::{ACQUIRE_TIMEOUT, Db, SQLITE_READERS_MAX, folded, group::connect, tx::numbered};
use crate::{Fault, Result};

const CONTEXT: &str = "reading rows";

/// One column of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A number, a time or a yes or no.
    Integer(i64),
    /// A word or a text.
    Text(&'a str),
    /// An id, or anything else.
    Bytes(&'a [u8]),
}

/// What a statement found. All texts of it lie behind each other in one piece of memory and so do all bytes: what one thread
/// took for itself and another gives back is dear.
#[derive(Debug, Default)]
pub struct Rows {
    found: Arc<Found>,
}

#[derive(Debug, Default)]
struct Found {
    columns: usize,
    slots: Vec<Slot>,
    text: String,
    bytes: Vec<u8>,
}

/// A cell, with where it lies.
#[derive(Debug, Clone)]
enum Slot {
    Null,
    Integer(i64),
    Text(Range<usize>),
    Bytes(Range<usize>),
}

impl Found {
    fn push(&mut self, cell: Cell<'_>) {
        self.slots.push(match cell {
            Cell::Null => Slot::Null,
            Cell::Integer(number) => Slot::Integer(number),
            Cell::Text(text) => {
                self.text.push_str(text);
                Slot::Text(self.text.len() - text.len()..self.text.len())
            }
            Cell::Bytes(bytes) => {
                self.bytes.extend_from_slice(bytes);
                Slot::Bytes(self.bytes.len() - bytes.len()..self.bytes.len())
            }
        });
    }

    fn cell(&self, slot: &Slot) -> Option<Cell<'_>> {
        Some(match slot {
            Slot::Null => Cell::Null,
            Slot::Integer(number) => Cell::Integer(*number),
            Slot::Text(at) => Cell::Text(self.text.get(at.clone())?),
            Slot::Bytes(at) => Cell::Bytes(self.bytes.get(at.clone())?),
        })
    }
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.slots.len().checked_div(self.found.columns).unwrap_or(0)
    }
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Every row as what it stands for.
    pub fn read<T>(self, read: impl Fn(Row) -> Result<T>) -> Result<Vec<T>> {
        // Collecting results would not know how many are to come, and move what it has each time it runs out of room.
        let mut all = Vec::with_capacity(self.len());
        for row in self {
            all.push(read(row)?);
        }
        Ok(all)
    }
}

impl IntoIterator for Rows {
    type Item = Row;
    type IntoIter = IntoRows;

    fn into_iter(self) -> IntoRows {
        IntoRows { places: 0..self.len(), found: self.found }
    }
}

/// The rows one after the other.
#[derive(Debug)]
pub struct IntoRows {
    places: Range<usize>,
    found: Arc<Found>,
}

impl Iterator for IntoRows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let first = self.places.next()? * self.found.columns;
        Some(Row { found: self.found.clone(), first })
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

/// A row, whose cells are read by their place.
#[derive(Debug)]
pub struct Row {
    found: Arc<Found>,
    first: usize,
}

impl Row {
    /// The cell at that place as what it is to be.
    ///
    /// # Errors
    /// [`Fault::Internal`] when it is of another kind, or there is none.
    pub fn get<'a, T: FromCell<'a>>(&'a self, place: usize) -> Result<T> {
        let slot = self.found.slots.get(self.first + place).filter(|_| place < self.found.columns);
        let cell = slot.and_then(|slot| self.found.cell(slot));
        let cell = cell.ok_or_else(|| Fault::internal(CONTEXT, format!("there is no column {place}")))?;
        T::from_cell(cell)
            .ok_or_else(|| Fault::internal(CONTEXT, format!("column {place} is of another kind: {cell:?}")))
    }
}

/// What a cell can become.
pub trait FromCell<'a>: Sized {
    /// The value; nothing when the cell is of another kind.
    fn from_cell(cell: Cell<'a>) -> Option<Self>;
}

impl FromCell<'_> for i64 {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        if let Cell::Integer(number) = cell { Some(number) } else { None }
    }
}
impl FromCell<'_> for bool {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        i64::from_cell(cell).map(|number| number != 0)
    }
}
impl FromCell<'_> for Timestamp {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        i64::from_cell(cell).map(Self::from_millis)
    }
}
impl<'a> FromCell<'a> for &'a str {
    fn from_cell(cell: Cell<'a>) -> Option<Self> {
        if let Cell::Text(text) = cell { Some(text) } else { None }
    }
}
impl FromCell<'_> for String {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        <&str>::from_cell(cell).map(str::to_owned)
    }
}
impl FromCell<'_> for Uuid {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        if let Cell::Bytes(bytes) = cell { Self::from_slice(bytes).ok() } else { None }
    }
}
impl<K> FromCell<'_> for Id<K> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        Uuid::from_cell(cell).map(Self::from_uuid)
    }
}
impl<'a, T: FromCell<'a>> FromCell<'a> for Option<T> {
    fn from_cell(cell: Cell<'a>) -> Option<Self> {
        if cell == Cell::Null { Some(None) } else { T::from_cell(cell).map(Some) }
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
    pub async fn fetch(&self, query: Query) -> Result<Rows> {
        let [rows] = self.fetch_each([query]).await?;
        Ok(rows)
    }

    /// The rows of several statements; on SQLite all of them see one state of the database.
    pub async fn fetch_each<const N: usize>(&self, queries: [Query; N]) -> Result<[Rows; N]> {
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

    async fn fetch(&self, queries: Vec<Query>) -> Result<Vec<Rows>> {
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

fn visit(connection: &mut Connection, queries: Vec<Query>) -> Result<Vec<Rows>> {
    let snapshot = connection.transaction()?;
    let mut found = Vec::with_capacity(queries.len());
    for query in queries {
        found.push(fetch_from_sqlite(&snapshot, query)?);
    }
    snapshot.commit()?;
    Ok(found)
}

fn fetch_from_sqlite(connection: &Connection, query: Query) -> Result<Rows> {
    let mut statement = connection.prepare_cached(&query.sql)?;
    let values: Vec<Stored> = query.values.into_iter().map(stored).collect::<Result<_>>()?;
    let mut found = Found { columns: statement.column_count(), ..Found::default() };
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        for place in 0..found.columns {
            found.push(sqlite_cell(row.get_ref(place)?)?);
        }
    }
    Ok(Rows { found: Arc::new(found) })
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

fn sqlite_cell(value: ValueRef<'_>) -> Result<Cell<'_>> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(text) => Cell::Text(str::from_utf8(text).map_err(|e| Fault::internal(CONTEXT, e))?),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes),
        ValueRef::Real(_) => return Err(Fault::internal(CONTEXT, "no column holds a broken number")),
    })
}

async fn fetch_from_postgres(pool: &PgPool, queries: Vec<Query>) -> Result<Vec<Rows>> {
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
        let mut of_query = Found { columns: rows.first().map_or(0, sqlx::Row::len), ..Found::default() };
        rows.iter().try_for_each(|row| push_postgres_row(&mut of_query, row))?;
        found.push(Rows { found: Arc::new(of_query) });
    }
    Ok(found)
}

fn push_postgres_row(found: &mut Found, row: &PgRow) -> Result<()> {
    for (place, column) in row.columns().iter().enumerate() {
        match column.type_info().name() {
            "INT8" => found.push(row.try_get::<Option<i64>, _>(place)?.map_or(Cell::Null, Cell::Integer)),
            "INT4" => found.push(row.try_get::<Option<i32>, _>(place)?.map_or(Cell::Null, |n| Cell::Integer(n.into()))),
            "BOOL" => {
                found.push(row.try_get::<Option<bool>, _>(place)?.map_or(Cell::Null, |b| Cell::Integer(b.into())))
            }
            "UUID" => match row.try_get::<Option<Uuid>, _>(place)? {
                Some(id) => found.push(Cell::Bytes(id.as_bytes())),
                None => found.push(Cell::Null),
            },
            "BYTEA" => found.push(row.try_get::<Option<&[u8]>, _>(place)?.map_or(Cell::Null, Cell::Bytes)),
            _ => found.push(row.try_get::<Option<&str>, _>(place)?.map_or(Cell::Null, Cell::Text)),
        }
    }
    Ok(())
}
