//! What a business calls its own events, what it says in its messages, and the lines of everybody's notice centre.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// Event types, templates, notifications.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0009_delivery_texts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(manager, TEXTS).await
    }
}

const TEXTS: &[&str] = &[
    "CREATE TABLE event_types (
        tenant_id {uuid} NOT NULL,
        name TEXT NOT NULL,
        definition TEXT NOT NULL,
        version BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, name))",
    "CREATE TABLE templates (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        type TEXT NOT NULL,
        channel TEXT NOT NULL,
        language TEXT NOT NULL,
        subject TEXT,
        text TEXT NOT NULL,
        html TEXT,
        version BIGINT NOT NULL,
        updated_by TEXT NOT NULL,
        updated_at BIGINT NOT NULL)",
    "CREATE UNIQUE INDEX templates_once ON templates (tenant_id, type, channel, language)",
    "CREATE TABLE notifications (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        person_id {uuid} NOT NULL,
        delivery_id {uuid} NOT NULL,
        event_id {uuid} NOT NULL,
        type TEXT NOT NULL,
        category TEXT NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        data TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        read_at BIGINT)",
    "CREATE UNIQUE INDEX notifications_once ON notifications (delivery_id)",
    "CREATE INDEX notifications_latest ON notifications (tenant_id, person_id, id)",
    "CREATE INDEX notifications_unread ON notifications (tenant_id, person_id) WHERE read_at IS NULL",
];
