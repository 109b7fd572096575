//! Who may still write, where messages are stored: a thread knows that its appointment did not take place, and all threads
//! of a blocked customer are blocked, those of their appointments too.

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
                "ALTER TABLE conversations ADD COLUMN ended INTEGER NOT NULL DEFAULT 0",
                "UPDATE conversations SET ended = 1 WHERE appointment_id IN \
                 (SELECT id FROM appointments WHERE status IN ('cancelled', 'rejected', 'no_show'))",
                "UPDATE conversations SET status = 'blocked' WHERE status <> 'blocked' AND EXISTS \
                 (SELECT 1 FROM conversations b WHERE b.tenant_id = conversations.tenant_id \
                  AND b.customer_id = conversations.customer_id AND b.status = 'blocked')",
            ],
        )
        .await
    }
}
