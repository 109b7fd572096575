//! Paired phones: one row for each business that ever asked for one, and what the session must remember, each value sealed.

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
                "CREATE TABLE whatsapp_sessions (
                    tenant_id {uuid} PRIMARY KEY,
                    status TEXT NOT NULL,
                    wanted BOOLEAN NOT NULL,
                    paired BOOLEAN NOT NULL,
                    reason TEXT,
                    code {bytes},
                    owner {uuid},
                    leased_until BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL)",
                "CREATE INDEX whatsapp_sessions_wanted ON whatsapp_sessions (leased_until) WHERE wanted",
                "CREATE TABLE whatsapp_keys (
                    tenant_id {uuid} NOT NULL,
                    kind TEXT NOT NULL,
                    name TEXT NOT NULL,
                    value {bytes} NOT NULL,
                    expires_at BIGINT,
                    PRIMARY KEY (tenant_id, kind, name))",
            ],
        )
        .await
    }
}
