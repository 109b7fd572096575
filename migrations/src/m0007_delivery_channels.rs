//! How each business sends, the mail that the built-in server took, and who wants no more news. A business's secrets lie in
//! one sealed value.

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
                "CREATE TABLE channel_settings (
                    tenant_id {uuid} PRIMARY KEY,
                    email_enabled BOOLEAN NOT NULL,
                    use_customer_smtp BOOLEAN NOT NULL,
                    sms_enabled BOOLEAN NOT NULL,
                    use_customer_twilio BOOLEAN NOT NULL,
                    whatsapp_enabled BOOLEAN NOT NULL,
                    use_customer_whatsapp BOOLEAN NOT NULL,
                    webhook_enabled BOOLEAN NOT NULL,
                    webhook_url TEXT,
                    reply_to TEXT,
                    smtp TEXT,
                    twilio TEXT,
                    whatsapp TEXT,
                    secrets {bytes},
                    version BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL)",
                "CREATE TABLE mailbox_mails (
                    id {uuid} PRIMARY KEY,
                    tenant_id {uuid},
                    delivery_id {uuid},
                    sender TEXT NOT NULL,
                    recipients TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    text TEXT NOT NULL,
                    html TEXT,
                    headers TEXT NOT NULL,
                    received_at BIGINT NOT NULL)",
                "CREATE INDEX mailbox_mails_of_tenant ON mailbox_mails (tenant_id, id)",
                "CREATE TABLE mail_optouts (
                    tenant_id {uuid} NOT NULL,
                    address TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    PRIMARY KEY (tenant_id, address))",
            ],
        )
        .await
    }
}
