//! How many deliveries of an event were called off, beside how many ended and how many were given up.

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
                "ALTER TABLE events ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0",
                // What was called off before is counted once.
                "UPDATE events SET cancelled = c.n FROM (SELECT event_id, COUNT(*) AS n FROM deliveries \
                 WHERE status = 'cancelled' GROUP BY event_id) AS c WHERE events.id = c.event_id",
            ],
        )
        .await
    }
}
