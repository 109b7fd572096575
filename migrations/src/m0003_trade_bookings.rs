//! Services, the calendars of those who give them, and appointments. A provider's time is cut into cells of five minutes;
//! the primary key of `appointment_slots` lets each cell belong to one appointment, on both databases and whatever the
//! program believed when it inserted.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// Services, providers, weekly hours, appointments and the cells they hold.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_trade_bookings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(manager, CATALOG).await?;
        run_all(manager, PROVIDERS).await?;
        run_all(manager, APPOINTMENTS).await
    }
}

const CATALOG: &[&str] = &[
    "CREATE TABLE services (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        name TEXT NOT NULL,
        description TEXT,
        category TEXT,
        duration_minutes INTEGER NOT NULL,
        price_amount BIGINT NOT NULL,
        price_currency TEXT NOT NULL,
        active BOOLEAN NOT NULL,
        version BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        retired_at BIGINT
    )",
    "CREATE INDEX services_by_tenant ON services (tenant_id, created_at)",
    "CREATE TABLE service_providers (
        tenant_id {uuid} NOT NULL,
        service_id {uuid} NOT NULL REFERENCES services (id) ON DELETE CASCADE,
        user_id {uuid} NOT NULL,
        PRIMARY KEY (tenant_id, service_id, user_id)
    )",
];

const PROVIDERS: &[&str] = &[
    "CREATE TABLE providers (
        tenant_id {uuid} NOT NULL,
        user_id {uuid} NOT NULL,
        color TEXT NOT NULL,
        bookable BOOLEAN NOT NULL,
        version BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (tenant_id, user_id)
    )",
    "CREATE TABLE provider_hours (
        tenant_id {uuid} NOT NULL,
        user_id {uuid} NOT NULL,
        day SMALLINT NOT NULL,
        start_minute SMALLINT NOT NULL,
        end_minute SMALLINT NOT NULL,
        PRIMARY KEY (tenant_id, user_id, day, start_minute)
    )",
];

const APPOINTMENTS: &[&str] = &[
    "CREATE TABLE appointments (
        id {uuid} NOT NULL PRIMARY KEY,
        tenant_id {uuid} NOT NULL,
        status TEXT NOT NULL,
        customer_id {uuid} NOT NULL,
        contact_name TEXT NOT NULL,
        contact_email TEXT,
        contact_phone TEXT,
        service_id {uuid} NOT NULL,
        service_name TEXT NOT NULL,
        provider_id {uuid} NOT NULL,
        provider_name TEXT NOT NULL,
        start_at BIGINT NOT NULL,
        end_at BIGINT NOT NULL,
        timezone TEXT NOT NULL,
        duration_minutes INTEGER NOT NULL,
        price_amount BIGINT NOT NULL,
        price_currency TEXT NOT NULL,
        notes TEXT,
        reason TEXT,
        source TEXT NOT NULL,
        conversation_id {uuid},
        sequence BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        completed_at BIGINT
    )",
    "CREATE INDEX appointments_by_time ON appointments (tenant_id, start_at)",
    "CREATE INDEX appointments_by_customer ON appointments (tenant_id, customer_id, start_at)",
    "CREATE INDEX appointments_by_provider ON appointments (tenant_id, provider_id, start_at)",
    // The cells are claimed before the appointment is written, so that a loser writes nothing else; hence deferred.
    "CREATE TABLE appointment_slots (
        tenant_id {uuid} NOT NULL,
        provider_id {uuid} NOT NULL,
        cell BIGINT NOT NULL,
        appointment_id {uuid} NOT NULL REFERENCES appointments (id) DEFERRABLE INITIALLY DEFERRED,
        PRIMARY KEY (tenant_id, provider_id, cell)
    )",
    "CREATE INDEX appointment_slots_by_appointment ON appointment_slots (appointment_id)",
];
