//! Credentials of a business's other systems. Only a keyed digest of each is stored.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// API keys.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0010_people_api_keys"
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
                "CREATE TABLE api_keys (
                    id {uuid} NOT NULL PRIMARY KEY,
                    tenant_id {uuid} NOT NULL,
                    name TEXT NOT NULL,
                    scopes TEXT NOT NULL,
                    digest {bytes} NOT NULL,
                    created_by {uuid} NOT NULL,
                    created_at BIGINT NOT NULL,
                    expires_at BIGINT,
                    last_used_at BIGINT,
                    revoked_at BIGINT)",
                "CREATE INDEX api_keys_of_tenant ON api_keys (tenant_id, id) WHERE revoked_at IS NULL",
            ],
        )
        .await
    }
}
