//! Conversations, messages, read marks. A message is found by (conversation, seq), which is also how it lies on disk, so a
//! page of history is one stretch of the tree; running totals on each row make every unread count one subtraction.

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
        let messages = format!(
            "CREATE TABLE messages (
                conversation_id {{uuid}} NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                seq BIGINT NOT NULL,
                id {{uuid}} NOT NULL,
                tenant_id {{uuid}} NOT NULL,
                sender_id {{uuid}} NOT NULL,
                sender_role TEXT NOT NULL,
                sender_name TEXT NOT NULL,
                content TEXT NOT NULL,
                reply_to {{uuid}},
                client_id TEXT,
                has_files INTEGER NOT NULL DEFAULT 0,
                customer_total BIGINT NOT NULL,
                business_total BIGINT NOT NULL,
                created_at BIGINT NOT NULL,
                edited_at BIGINT,
                deleted_at BIGINT,
                PRIMARY KEY (conversation_id, seq)){clustered}"
        );
        run_all(
            manager,
            &[
                "CREATE TABLE conversations (
                    id {uuid} PRIMARY KEY,
                    tenant_id {uuid} NOT NULL,
                    customer_id {uuid} NOT NULL,
                    kind TEXT NOT NULL,
                    appointment_id {uuid},
                    provider_id {uuid},
                    status TEXT NOT NULL DEFAULT 'active',
                    priority TEXT NOT NULL DEFAULT 'normal',
                    tags TEXT NOT NULL DEFAULT '[]',
                    assigned_to {uuid},
                    last_seq BIGINT NOT NULL DEFAULT 0,
                    customer_total BIGINT NOT NULL DEFAULT 0,
                    business_total BIGINT NOT NULL DEFAULT 0,
                    last_message TEXT,
                    last_sender_id {uuid},
                    last_at BIGINT NOT NULL,
                    customer_read_seq BIGINT NOT NULL DEFAULT 0,
                    customer_delivered_seq BIGINT NOT NULL DEFAULT 0,
                    business_read_seq BIGINT NOT NULL DEFAULT 0,
                    business_delivered_seq BIGINT NOT NULL DEFAULT 0,
                    created_at BIGINT NOT NULL)",
                "CREATE UNIQUE INDEX conversations_direct ON conversations (tenant_id, customer_id) WHERE kind = 'direct'",
                "CREATE UNIQUE INDEX conversations_appointment ON conversations (appointment_id) WHERE appointment_id IS NOT NULL",
                "CREATE INDEX conversations_latest ON conversations (tenant_id, last_at)",
                "CREATE INDEX conversations_customer ON conversations (customer_id, last_at)",
                &messages,
                "CREATE UNIQUE INDEX messages_id ON messages (id)",
                "CREATE UNIQUE INDEX messages_client_id ON messages (conversation_id, sender_id, client_id) WHERE client_id IS NOT NULL",
                "CREATE TABLE message_revisions (
                    message_id {uuid} NOT NULL,
                    revised_at BIGINT NOT NULL,
                    content TEXT NOT NULL,
                    PRIMARY KEY (message_id, revised_at))",
                "CREATE TABLE read_marks (
                    conversation_id {uuid} NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                    reader_id {uuid} NOT NULL,
                    read_seq BIGINT NOT NULL DEFAULT 0,
                    delivered_seq BIGINT NOT NULL DEFAULT 0,
                    seen_total BIGINT NOT NULL DEFAULT 0,
                    PRIMARY KEY (conversation_id, reader_id))",
                "CREATE TABLE read_receipts (
                    conversation_id {uuid} NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
                    up_to_seq BIGINT NOT NULL,
                    reader_id {uuid} NOT NULL,
                    read_at BIGINT NOT NULL,
                    PRIMARY KEY (conversation_id, reader_id, up_to_seq))",
            ],
        )
        .await
    }
}
