//! Addresses of other systems that hear of events. Their signing secrets, those in use and those that still sign along, lie
//! in one sealed value. At most one row of a business follows its channel settings.

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
                "CREATE TABLE webhooks (
                    id {uuid} PRIMARY KEY,
                    tenant_id {uuid} NOT NULL,
                    url TEXT NOT NULL,
                    events TEXT NOT NULL,
                    description TEXT,
                    enabled BOOLEAN NOT NULL,
                    managed BOOLEAN NOT NULL,
                    secrets {bytes} NOT NULL,
                    failing_since BIGINT,
                    disabled_at BIGINT,
                    disabled_code TEXT,
                    version BIGINT NOT NULL,
                    created_at BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL)",
                "CREATE INDEX webhooks_of_tenant ON webhooks (tenant_id, id)",
                "CREATE UNIQUE INDEX webhooks_managed ON webhooks (tenant_id) WHERE managed",
            ],
        )
        .await
    }
}
