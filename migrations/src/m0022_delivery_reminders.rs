//! A reminder's row remembers whether its appointment is agreed and whether it was reminded of, so that a business which
//! switches reminders on, or wants them later, reminds of what stands.

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
                "ALTER TABLE appointment_reminders ADD COLUMN agreed BOOLEAN NOT NULL DEFAULT FALSE",
                "ALTER TABLE appointment_reminders ADD COLUMN reminded_at BIGINT",
                "UPDATE appointment_reminders SET agreed = TRUE WHERE due_at IS NOT NULL",
            ],
        )
        .await
    }
}
