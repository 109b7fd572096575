//! Ways to sign in without a password: passkeys, and accounts at other houses; and what is asked while such a sign-in runs.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// Passkeys, challenges, identities.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0019_people_passkeys"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(manager, WAYS_IN).await
    }
}

const WAYS_IN: &[&str] = &[
    "CREATE TABLE passkeys (
        id {uuid} NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        tenant_id {uuid},
        credential_id {bytes} NOT NULL UNIQUE,
        credential TEXT NOT NULL,
        name TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        last_used_at BIGINT)",
    "CREATE INDEX passkeys_by_person ON passkeys (person_id)",
    "CREATE TABLE challenges (
        digest {bytes} NOT NULL PRIMARY KEY,
        purpose TEXT NOT NULL,
        state {bytes} NOT NULL,
        expires_at BIGINT NOT NULL)",
    "CREATE INDEX challenges_by_end ON challenges (expires_at)",
    "CREATE TABLE identities (
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        tenant_id {uuid} NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (issuer, subject, kind, tenant_id))",
    "CREATE INDEX identities_by_person ON identities (person_id)",
];
