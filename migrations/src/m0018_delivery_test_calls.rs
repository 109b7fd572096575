//! Test calls of webhooks, kept for their log.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// One table; a call goes with its webhook.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0018_delivery_test_calls"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(
            manager,
            &[
                "CREATE TABLE webhook_test_calls (
                    id {uuid} PRIMARY KEY,
                    tenant_id {uuid} NOT NULL,
                    webhook_id {uuid} NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
                    event_id {uuid} NOT NULL,
                    type TEXT NOT NULL,
                    request_body TEXT,
                    code TEXT,
                    error TEXT,
                    http_status INTEGER,
                    request TEXT,
                    response TEXT,
                    started_at BIGINT NOT NULL,
                    ended_at BIGINT NOT NULL)",
                "CREATE INDEX webhook_test_calls_latest ON webhook_test_calls (tenant_id, webhook_id, id)",
            ],
        )
        .await
    }
}
