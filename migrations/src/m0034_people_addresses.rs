//! Changes of a person's own e-mail address: asked for, confirmed by a link to the new one, and taken back by a link to the
//! old one.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// One table.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0034_people_addresses"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(manager, ADDRESSES).await
    }
}

const ADDRESSES: &[&str] = &[
    "CREATE TABLE address_changes (
        id {uuid} NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        tenant_id {uuid},
        old_email TEXT,
        new_email TEXT NOT NULL,
        digest {bytes} UNIQUE,
        created_at BIGINT NOT NULL,
        confirmed_at BIGINT,
        undo_digest {bytes} UNIQUE,
        device TEXT NOT NULL,
        ip TEXT,
        expires_at BIGINT NOT NULL)",
    "CREATE INDEX address_changes_by_person ON address_changes (person_id, created_at)",
    "CREATE INDEX address_changes_by_old ON address_changes (old_email)",
    "CREATE INDEX address_changes_by_end ON address_changes (expires_at)",
];
