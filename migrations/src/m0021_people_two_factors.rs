//! A session remembers whether it was opened by two factors in one, which a business may ask of its team.

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
        run_all(manager, &["ALTER TABLE sessions ADD COLUMN two_factors BOOLEAN NOT NULL DEFAULT FALSE"]).await
    }
}
