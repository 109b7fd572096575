//! How ids and timestamps sit in a column: a UUID, and a 64-bit count of milliseconds (see decision 0001).

use sea_orm::{
    ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable,
    sea_query::{ArrayType, ColumnType, Nullable, Value, ValueType, ValueTypeErr},
};
use uuid::Uuid;

use crate::{
    id::{Id, Kind},
    time::Timestamp,
};

impl<K> From<Id<K>> for Value {
    fn from(id: Id<K>) -> Self {
        Value::from(id.uuid())
    }
}
impl<K> TryGetable for Id<K> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        Uuid::try_get_by(row, index).map(Self::from_uuid)
    }
}
impl<K: Kind> ValueType for Id<K> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <Uuid as ValueType>::try_from(value).map(Self::from_uuid)
    }
    fn type_name() -> String {
        format!("Id<{}>", K::PREFIX)
    }
    fn array_type() -> ArrayType {
        ArrayType::Uuid
    }
    fn column_type() -> ColumnType {
        ColumnType::Uuid
    }
}
impl<K> Nullable for Id<K> {
    fn null() -> Value {
        Uuid::null()
    }
}
impl<K> TryFromU64 for Id<K> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Id"))
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Value::from(at.millis())
    }
}
impl TryGetable for Timestamp {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        i64::try_get_by(row, index).map(Self::from_millis)
    }
}
impl ValueType for Timestamp {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <i64 as ValueType>::try_from(value).map(Self::from_millis)
    }
    fn type_name() -> String {
        "Timestamp".to_owned()
    }
    fn array_type() -> ArrayType {
        ArrayType::BigInt
    }
    fn column_type() -> ColumnType {
        ColumnType::BigInteger
    }
}
impl Nullable for Timestamp {
    fn null() -> Value {
        i64::null()
    }
}
