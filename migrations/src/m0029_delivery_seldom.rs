//! Lists narrowed to a status that few rows have. What ended as most do (a completed event; a delivery that was sent or
//! delivered) is in neither index: a list of these finds enough wherever it looks, and the log grows by such rows alone.
//! Measured on SQLite, of storing and ending an event with one delivery (14 µs in the database): 2 µs, against 5 µs for
//! indexes of every row.
//!
//! The conditions are written as SQLite can prove them: one that a query asks for is one of those joined by `OR`.

use sea_orm_migration::prelude::*;

use crate::run_all;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(
            manager,
            &[
                "CREATE INDEX events_seldom ON events (tenant_id, status, id) WHERE status = 'pending' \
                 OR status = 'scheduled' OR status = 'processing' OR status = 'failed' OR status = 'cancelled'",
                "CREATE INDEX deliveries_seldom ON deliveries (tenant_id, status, id) WHERE status = 'pending' \
                 OR status = 'held' OR status = 'sending' OR status = 'failed' OR status = 'dead' OR status = 'cancelled'",
                // What it found, the new one finds.
                "DROP INDEX deliveries_dead",
            ],
        )
        .await
    }
}
