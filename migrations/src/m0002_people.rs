//! Tables of the people floor: businesses, the users who run them, their customers, and who is signed in. E-mail addresses
//! are stored in lower case. Customers and sessions name their tenant without a foreign key: a tenant may be placed in a
//! database of its own.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// Tenants, users, memberships, customers, sessions, refresh tokens, sign-in links.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(manager, BUSINESS_SIDE).await?;
        run_all(manager, CUSTOMERS).await?;
        run_all(manager, SESSIONS).await
    }
}

const BUSINESS_SIDE: &[&str] = &[
    "CREATE TABLE tenants (
        id {uuid} NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        slug TEXT NOT NULL UNIQUE,
        invite_code TEXT NOT NULL UNIQUE,
        timezone TEXT NOT NULL,
        currency TEXT NOT NULL,
        country TEXT NOT NULL,
        about TEXT,
        phone TEXT,
        address TEXT,
        brand_color TEXT,
        after_care_days INTEGER NOT NULL DEFAULT 7,
        version BIGINT NOT NULL DEFAULT 1,
        created_at BIGINT NOT NULL,
        suspended_at BIGINT,
        database_url TEXT
    )",
    "CREATE TABLE users (
        id {uuid} NOT NULL PRIMARY KEY,
        email TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        first_name TEXT,
        last_name TEXT,
        phone TEXT,
        password_hash TEXT NOT NULL,
        email_verified_at BIGINT,
        operator BOOLEAN NOT NULL DEFAULT FALSE,
        suspended_at BIGINT,
        created_at BIGINT NOT NULL
    )",
    "CREATE TABLE memberships (
        tenant_id {uuid} NOT NULL REFERENCES tenants (id),
        user_id {uuid} NOT NULL REFERENCES users (id),
        role TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        last_used_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, user_id)
    )",
    "CREATE INDEX memberships_by_user ON memberships (user_id)",
];

const CUSTOMERS: &[&str] = &[
    "CREATE TABLE customers (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        email TEXT,
        phone TEXT,
        name TEXT NOT NULL,
        password_hash TEXT,
        last_login_at BIGINT,
        created_at BIGINT NOT NULL
    )",
    // Both databases let any number of customers without an address stand beside each other under this key.
    "CREATE UNIQUE INDEX customers_by_email ON customers (tenant_id, email)",
    "CREATE INDEX customers_by_age ON customers (tenant_id, created_at)",
    "CREATE TABLE sign_in_links (
        digest {bytes} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        customer_id {uuid} NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        used_at BIGINT
    )",
    "CREATE INDEX sign_in_links_by_customer ON sign_in_links (tenant_id, customer_id, created_at)",
];

const SESSIONS: &[&str] = &[
    "CREATE TABLE sessions (
        id {uuid} NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        person_id {uuid} NOT NULL,
        tenant_id {uuid} NOT NULL,
        created_at BIGINT NOT NULL,
        last_seen_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        ip TEXT,
        user_agent TEXT,
        revoked_at BIGINT,
        revoked_reason TEXT
    )",
    "CREATE INDEX sessions_by_person ON sessions (person_id, created_at)",
    "CREATE TABLE refresh_tokens (
        digest {bytes} NOT NULL PRIMARY KEY,
        session_id {uuid} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        replaced_at BIGINT,
        replaced_by {bytes}
    )",
    "CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id)",
];
