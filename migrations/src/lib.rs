//! The one linear list of schema changes, for SQLite and PostgreSQL alike. Migrations only go forward; each runs in a
//! transaction, so one that fails leaves the old state. Files are named `mNNNN_<slice>_<what>`.

use sea_orm_migration::prelude::*;

mod m0001_platform_base;
mod m0002_people;
mod m0003_trade_bookings;
mod m0004_talk_messaging;
mod m0005_talk_attachments;
mod m0006_delivery_events;
mod m0007_delivery_channels;
mod m0008_delivery_webhooks;
mod m0009_delivery_texts;
mod m0010_people_api_keys;
mod m0011_delivery_whatsapp;
mod m0012_talk_list_order;
mod m0013_people_signin;
mod m0014_platform_audit;
mod m0015_people_team;
mod m0016_delivery_preferences;
mod m0017_talk_standing;
mod m0018_delivery_test_calls;
mod m0019_people_passkeys;
mod m0021_people_two_factors;
mod m0022_delivery_reminders;
mod m0024_people_proofs;
mod m0027_talk_taken_back;
mod m0028_delivery_answer_heads;
mod m0029_delivery_seldom;
mod m0030_delivery_cancelled;
mod m0034_people_addresses;

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
            Box::new(m0006_delivery_events::Migration),
            Box::new(m0007_delivery_channels::Migration),
            Box::new(m0008_delivery_webhooks::Migration),
            Box::new(m0009_delivery_texts::Migration),
            Box::new(m0010_people_api_keys::Migration),
            Box::new(m0011_delivery_whatsapp::Migration),
            Box::new(m0012_talk_list_order::Migration),
            Box::new(m0013_people_signin::Migration),
            Box::new(m0014_platform_audit::Migration),
            Box::new(m0015_people_team::Migration),
            Box::new(m0016_delivery_preferences::Migration),
            Box::new(m0017_talk_standing::Migration),
            Box::new(m0018_delivery_test_calls::Migration),
            Box::new(m0019_people_passkeys::Migration),
            Box::new(m0021_people_two_factors::Migration),
            Box::new(m0022_delivery_reminders::Migration),
            Box::new(m0024_people_proofs::Migration),
            Box::new(m0027_talk_taken_back::Migration),
            Box::new(m0028_delivery_answer_heads::Migration),
            Box::new(m0029_delivery_seldom::Migration),
            Box::new(m0030_delivery_cancelled::Migration),
            Box::new(m0034_people_addresses::Migration),
        ]
    }
}

/// The names of the changes that this build knows, in order.
pub fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
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
