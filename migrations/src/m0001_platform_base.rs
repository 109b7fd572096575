//! Outbox, queue, audit log and idempotency keys: what every floor above stands on.

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
                "CREATE TABLE outbox_events (
                    id {uuid} PRIMARY KEY,
                    tenant_id {uuid} NOT NULL,
                    type TEXT NOT NULL,
                    data TEXT NOT NULL,
                    occurred_at BIGINT NOT NULL,
                    due_at BIGINT NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0,
                    done_at BIGINT,
                    dead INTEGER NOT NULL DEFAULT 0,
                    last_error TEXT)",
                "CREATE INDEX outbox_events_due ON outbox_events (due_at) WHERE done_at IS NULL",
                "CREATE INDEX outbox_events_tenant ON outbox_events (tenant_id, occurred_at)",
                "CREATE TABLE jobs (
                    id {uuid} PRIMARY KEY,
                    kind TEXT NOT NULL,
                    payload TEXT NOT NULL,
                    unique_key TEXT,
                    due_at BIGINT NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0,
                    created_at BIGINT NOT NULL,
                    done_at BIGINT,
                    dead INTEGER NOT NULL DEFAULT 0,
                    last_error TEXT)",
                "CREATE INDEX jobs_due ON jobs (due_at) WHERE done_at IS NULL",
                "CREATE UNIQUE INDEX jobs_unique_key ON jobs (unique_key)",
                "CREATE TABLE audit_log (
                    id {uuid} PRIMARY KEY,
                    tenant_id {uuid},
                    actor TEXT NOT NULL,
                    action TEXT NOT NULL,
                    object TEXT NOT NULL,
                    details TEXT NOT NULL,
                    ip TEXT,
                    at BIGINT NOT NULL)",
                "CREATE INDEX audit_log_tenant ON audit_log (tenant_id, at)",
                "CREATE TABLE idempotency_keys (
                    id {uuid} PRIMARY KEY,
                    scope TEXT NOT NULL UNIQUE,
                    body_hash {bytes} NOT NULL,
                    status INTEGER,
                    content_type TEXT,
                    answer {bytes},
                    committed INTEGER NOT NULL DEFAULT 0,
                    created_at BIGINT NOT NULL)",
                "CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at)",
            ],
        )
        .await
    }
}
