//! The order of conversation lists without an index that moves with every message: the hour of the newest message is
//! indexed, what is newer within it is sorted when the list is read. A message then changes one row of its conversation and
//! no index, which on PostgreSQL also makes the change a heap-only one.

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
                "ALTER TABLE conversations ADD COLUMN last_hour BIGINT NOT NULL DEFAULT 0",
                "UPDATE conversations SET last_hour = last_at / 3600000",
                "DROP INDEX conversations_latest",
                "DROP INDEX conversations_customer",
                "CREATE INDEX conversations_latest ON conversations (tenant_id, last_hour)",
                "CREATE INDEX conversations_customer ON conversations (customer_id)",
            ],
        )
        .await?;
        if manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Postgres {
            // Room on each page for the new version of a row, so that it need not move.
            run_all(manager, &["ALTER TABLE conversations SET (fillfactor = 70)"]).await?;
        }
        Ok(())
    }
}
