//! The messages that were taken back, by conversation and number: whoever has not read that far does not count them as
//! unread. Few rows, and none for a message that stands.

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
        let sqlite = manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Sqlite;
        let clustered = if sqlite { " WITHOUT ROWID" } else { "" };
        let table = format!(
            "CREATE TABLE taken_back (
                conversation_id {{uuid}} NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                by_customer INTEGER NOT NULL,
                seq BIGINT NOT NULL,
                PRIMARY KEY (conversation_id, by_customer, seq)){clustered}"
        );
        run_all(
            manager,
            &[
                &table,
                "INSERT INTO taken_back (conversation_id, by_customer, seq) \
                 SELECT conversation_id, CASE WHEN sender_role = 'customer' THEN 1 ELSE 0 END, seq \
                 FROM messages WHERE deleted_at IS NOT NULL",
            ],
        )
        .await
    }
}
