//! Files that people send each other. The bytes live in the file store under `storage_key` and `thumb_key`; a row comes
//! first and gets `stored_at` once they are durable, so that no file is ever without a row.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// Attachments of messages.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0005_talk_attachments"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(manager, ATTACHMENTS).await
    }
}

const ATTACHMENTS: &[&str] = &[
    "CREATE TABLE attachments (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        conversation_id {uuid} NOT NULL,
        uploader_kind TEXT NOT NULL,
        uploader_id {uuid} NOT NULL,
        message_id {uuid},
        position INTEGER NOT NULL DEFAULT 0,
        name TEXT NOT NULL,
        type TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        sha256 {bytes} NOT NULL,
        width INTEGER,
        height INTEGER,
        storage_key TEXT NOT NULL,
        thumb_key TEXT,
        thumb_type TEXT,
        thumb_bytes BIGINT,
        created_at BIGINT NOT NULL,
        stored_at BIGINT,
        withdrawn_at BIGINT)",
    "CREATE INDEX attachments_message ON attachments (tenant_id, message_id, position) WHERE message_id IS NOT NULL",
    "CREATE INDEX attachments_unsent ON attachments (tenant_id, uploader_id) WHERE message_id IS NULL",
];
