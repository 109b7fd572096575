//! Events, their deliveries and the attempts of each. One delivery per event, channel and recipient, held by the database;
//! what may be claimed is found by one partial index per question, so that finished rows cost the queue nothing.

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
                "CREATE TABLE events (
                    id {uuid} PRIMARY KEY,
                    tenant_id {uuid} NOT NULL,
                    type TEXT NOT NULL,
                    spelling TEXT NOT NULL,
                    data TEXT NOT NULL,
                    status TEXT NOT NULL,
                    source TEXT NOT NULL,
                    actor TEXT NOT NULL,
                    token TEXT,
                    client_key TEXT,
                    body_digest TEXT,
                    replay_of {uuid},
                    scheduled_for BIGINT,
                    spread_at BIGINT,
                    total INTEGER NOT NULL DEFAULT 0,
                    finished INTEGER NOT NULL DEFAULT 0,
                    dead INTEGER NOT NULL DEFAULT 0,
                    error TEXT,
                    created_at BIGINT NOT NULL,
                    completed_at BIGINT)",
                "CREATE INDEX events_latest ON events (tenant_id, id)",
                "CREATE UNIQUE INDEX events_client_key ON events (tenant_id, client_key) WHERE client_key IS NOT NULL",
                "CREATE INDEX events_spread ON events (spread_at) WHERE spread_at IS NOT NULL",
                "CREATE TABLE deliveries (
                    id {uuid} PRIMARY KEY,
                    tenant_id {uuid} NOT NULL,
                    event_id {uuid} NOT NULL REFERENCES events (id) ON DELETE CASCADE,
                    channel TEXT NOT NULL,
                    recipient TEXT NOT NULL,
                    status TEXT NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0,
                    earlier_attempts INTEGER NOT NULL DEFAULT 0,
                    due_at BIGINT,
                    message_id TEXT,
                    error_code TEXT,
                    error TEXT,
                    created_at BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL,
                    finished_at BIGINT)",
                "CREATE UNIQUE INDEX deliveries_once ON deliveries (event_id, channel, recipient)",
                "CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL",
                "CREATE INDEX deliveries_due_of_tenant ON deliveries (tenant_id, due_at) WHERE due_at IS NOT NULL",
                "CREATE INDEX deliveries_held ON deliveries (tenant_id, channel, id) WHERE status = 'held'",
                "CREATE INDEX deliveries_dead ON deliveries (tenant_id, id) WHERE status = 'dead'",
                "CREATE INDEX deliveries_message ON deliveries (message_id) WHERE message_id IS NOT NULL",
                "CREATE INDEX deliveries_latest ON deliveries (tenant_id, id)",
                "CREATE INDEX deliveries_of_recipient ON deliveries (tenant_id, channel, recipient, id)",
                "CREATE TABLE delivery_attempts (
                    delivery_id {uuid} NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
                    number INTEGER NOT NULL,
                    outcome TEXT NOT NULL,
                    code TEXT,
                    error TEXT,
                    http_status INTEGER,
                    request TEXT,
                    response TEXT,
                    started_at BIGINT NOT NULL,
                    ended_at BIGINT NOT NULL,
                    PRIMARY KEY (delivery_id, number))",
            ],
        )
        .await
    }
}
