//! What people want to be told and how, the devices that show it, and what the house remembers so that nobody is told twice.

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
            &[
                "CREATE TABLE notification_preferences (
                    tenant_id {uuid} NOT NULL,
                    person_id {uuid} NOT NULL,
                    choices TEXT NOT NULL,
                    digest_due BIGINT,
                    digest_at BIGINT,
                    version BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL,
                    PRIMARY KEY (tenant_id, person_id))",
                "CREATE INDEX notification_preferences_digest ON notification_preferences (digest_due) WHERE digest_due IS NOT NULL",
                // Whoever left one list of mails has left the campaigns of that business.
                "CREATE TABLE notice_optouts (
                    tenant_id {uuid} NOT NULL,
                    channel TEXT NOT NULL,
                    address TEXT NOT NULL,
                    category TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    PRIMARY KEY (tenant_id, channel, address, category))",
                "INSERT INTO notice_optouts (tenant_id, channel, address, category, created_at)
                    SELECT tenant_id, 'email', address, 'campaigns', created_at FROM mail_optouts",
                "DROP TABLE mail_optouts",
                "CREATE TABLE notification_settings (
                    tenant_id {uuid} PRIMARY KEY,
                    settings TEXT NOT NULL,
                    version BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL)",
                "CREATE TABLE push_keys (
                    name TEXT PRIMARY KEY,
                    sealed {bytes} NOT NULL,
                    created_at BIGINT NOT NULL)",
                "CREATE TABLE push_subscriptions (
                    id {uuid} PRIMARY KEY,
                    tenant_id {uuid} NOT NULL,
                    person_id {uuid} NOT NULL,
                    is_customer BOOLEAN NOT NULL,
                    session_id {uuid} NOT NULL,
                    endpoint TEXT NOT NULL,
                    endpoint_digest {bytes} NOT NULL,
                    p256dh TEXT NOT NULL,
                    auth TEXT NOT NULL,
                    device_name TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    last_used_at BIGINT)",
                "CREATE UNIQUE INDEX push_subscriptions_endpoint ON push_subscriptions (endpoint_digest)",
                "CREATE INDEX push_subscriptions_person ON push_subscriptions (tenant_id, person_id)",
                "CREATE TABLE reach_backs (
                    conversation_id {uuid} NOT NULL,
                    side TEXT NOT NULL,
                    tenant_id {uuid} NOT NULL,
                    due_at BIGINT,
                    noticed_seq BIGINT NOT NULL DEFAULT 0,
                    noticed_at BIGINT,
                    PRIMARY KEY (conversation_id, side))",
                "CREATE INDEX reach_backs_due ON reach_backs (due_at) WHERE due_at IS NOT NULL",
                // The look for unread messages goes over what moved lately, whatever the business. The hour seldom changes,
                // so a message still touches no index.
                "CREATE INDEX conversations_hour ON conversations (last_hour)",
                "CREATE TABLE appointment_reminders (
                    appointment_id {uuid} PRIMARY KEY,
                    tenant_id {uuid} NOT NULL,
                    starts_at BIGINT NOT NULL,
                    due_at BIGINT,
                    as_of BIGINT NOT NULL,
                    data TEXT NOT NULL)",
                "CREATE INDEX appointment_reminders_due ON appointment_reminders (due_at) WHERE due_at IS NOT NULL",
                "CREATE INDEX customers_by_phone ON customers (tenant_id, phone) WHERE phone IS NOT NULL",
            ],
        )
        .await
    }
}
