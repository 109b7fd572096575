//! The one linear list of schema changes, for SQLite and PostgreSQL alike. Migrations only go forward; each runs in a
//! transaction, so one that fails leaves the old state. Files are named `mNNNN_<slice>_<what>`.

use sea_orm_migration::prelude::*;

mod m0001_platform_base;
mod m0002_people;
mod m0003_trade_bookings;
mod m0004_talk_messaging;
mod m0005_talk_attachments;

/// Applies the list.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_platform_base::Migration),
            Box::new(m0002_people::Migration),
            Box::new(m0003_trade_bookings::Migration),
            Box::new(m0004_talk_messaging::Migration),
            Box::new(m0005_talk_attachments::Migration),
        ]
    }
}

/// Brings a database to the newest schema; returns how many changes were applied.
pub async fn migrate(connection: &sea_orm_migration::sea_orm::DatabaseConnection) -> Result<usize, DbErr> {
    let before = Migrator::get_pending_migrations(connection).await?.len();
    Migrator::up(connection, None).await?;
    Ok(before)
}

/// Runs DDL written once for both dialects: `{uuid}` and `{bytes}` become the dialect's types.
pub(crate) async fn run_all(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let postgres = manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Postgres;
    let (uuid, bytes) = if postgres { ("UUID", "BYTEA") } else { ("BLOB", "BLOB") };
    for sql in statements {
        let sql = sql.replace("{uuid}", uuid).replace("{bytes}", bytes);
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}
