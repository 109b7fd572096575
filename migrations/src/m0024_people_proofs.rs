//! A session remembers when its holder last proved who they are, so that what outlives it asks again; a business lists who
//! may show its storefront.

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
            &["ALTER TABLE sessions ADD COLUMN proven_at BIGINT", "ALTER TABLE tenants ADD COLUMN embed_origins TEXT"],
        )
        .await
    }
}
