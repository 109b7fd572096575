//! The headers of what came back, beside its body: with each attempt of a delivery, and with each test call of a webhook.

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
                "ALTER TABLE delivery_attempts ADD COLUMN response_headers TEXT",
                "ALTER TABLE webhook_test_calls ADD COLUMN response_headers TEXT",
            ],
        )
        .await
    }
}
