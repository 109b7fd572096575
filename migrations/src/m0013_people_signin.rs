//! What signing in needs beside a password: second factors, mailed secrets, locks, known devices and the record of attempts.
//! Persons are named by kind and id, because users and customers are kept apart and treated alike.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// Columns of tenants, users and customers; tables of the room `signin`.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0013_people_signin"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(manager, COLUMNS).await?;
        run_all(manager, SECOND_FACTORS).await?;
        run_all(manager, MAILED).await?;
        run_all(manager, ATTEMPTS).await
    }
}

const COLUMNS: &[&str] = &[
    "ALTER TABLE tenants ADD COLUMN require_two_factor BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE users ADD COLUMN two_factor_enabled_at BIGINT",
    "ALTER TABLE customers ADD COLUMN two_factor_enabled_at BIGINT",
    "ALTER TABLE customers ADD COLUMN email_verified_at BIGINT",
];

const SECOND_FACTORS: &[&str] = &[
    // The secret is sealed for the place `totp/<kind>/<person>`.
    "CREATE TABLE second_factors (
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        secret {bytes} NOT NULL,
        created_at BIGINT NOT NULL,
        confirmed_at BIGINT,
        PRIMARY KEY (kind, person_id)
    )",
    // The key is what refuses a code that comes a second time.
    "CREATE TABLE second_factor_steps (
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        step BIGINT NOT NULL,
        used_at BIGINT NOT NULL,
        PRIMARY KEY (kind, person_id, step)
    )",
    "CREATE INDEX second_factor_steps_by_age ON second_factor_steps (used_at)",
    "CREATE TABLE backup_codes (
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        digest {bytes} NOT NULL,
        created_at BIGINT NOT NULL,
        used_at BIGINT,
        PRIMARY KEY (kind, person_id, digest)
    )",
];

const MAILED: &[&str] = &[
    "CREATE TABLE account_secrets (
        digest {bytes} NOT NULL PRIMARY KEY,
        purpose TEXT NOT NULL,
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        tenant_id {uuid},
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL
    )",
    "CREATE INDEX account_secrets_by_person ON account_secrets (kind, person_id, purpose, created_at)",
    "CREATE INDEX account_secrets_by_end ON account_secrets (expires_at)",
    // The code is sealed for the place `reset/<kind>/<person>`: a million guesses would find a hash of it.
    "CREATE TABLE reset_codes (
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        code {bytes} NOT NULL,
        tries INTEGER NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (kind, person_id)
    )",
    "CREATE INDEX reset_codes_by_end ON reset_codes (expires_at)",
];

const ATTEMPTS: &[&str] = &[
    "CREATE TABLE sign_in_locks (
        lock_key {bytes} NOT NULL PRIMARY KEY,
        failures INTEGER NOT NULL,
        locks INTEGER NOT NULL,
        last_failure_at BIGINT NOT NULL,
        locked_until BIGINT
    )",
    "CREATE INDEX sign_in_locks_by_age ON sign_in_locks (last_failure_at)",
    "CREATE TABLE sign_in_attempts (
        id {uuid} NOT NULL PRIMARY KEY,
        account_key {bytes} NOT NULL,
        kind TEXT NOT NULL,
        person_id {uuid},
        tenant_id {uuid},
        at BIGINT NOT NULL,
        ip TEXT,
        user_agent TEXT,
        outcome TEXT NOT NULL,
        succeeded BOOLEAN NOT NULL,
        method TEXT NOT NULL
    )",
    "CREATE INDEX sign_in_attempts_by_account ON sign_in_attempts (account_key, succeeded, id)",
    "CREATE INDEX sign_in_attempts_by_person ON sign_in_attempts (person_id, id)",
    "CREATE INDEX sign_in_attempts_by_age ON sign_in_attempts (at)",
    "CREATE TABLE known_devices (
        id {uuid} NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        ip TEXT,
        user_agent TEXT,
        created_at BIGINT NOT NULL,
        last_seen_at BIGINT NOT NULL
    )",
    "CREATE INDEX known_devices_by_person ON known_devices (person_id, last_seen_at)",
    "CREATE INDEX known_devices_by_age ON known_devices (last_seen_at)",
];
