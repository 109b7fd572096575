//! Every query on appointments. Time is claimed in cells of five minutes: `appointment_slots` has one row per provider and
//! cell under its primary key, so of two transactions that want the same time the database refuses one, whatever they
//! read before. [`claim`] is the only place that writes cells and [`release`] the only one that removes them.

use std::{collections::HashMap, ops::Range};

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{
    entity::{self, Column, Entity, Model, slot},
    model::Status,
};
use crate::providers::hours::{Interval, merge};

/// Length of a cell. Every zone's wall clock ticks its half hours on a multiple of five minutes.
const CELL_MS: i64 = 5 * 60_000;

fn cells(time: &Interval) -> Range<i64> {
    let (start, end) = (time.start.millis(), time.end.millis());
    start.div_euclid(CELL_MS)..(end + CELL_MS - 1).div_euclid(CELL_MS)
}

/// Takes the provider's time for an appointment; `false` when any of it belongs to another one. Cells that were inserted
/// before the refusal stay until the transaction ends, so a loser must roll back.
pub(super) async fn claim(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    provider: Id<id::User>,
    appointment: Id<id::Appointment>,
    time: &Interval,
) -> Result<bool> {
    let wanted = cells(time);
    let rows: Vec<&str> = wanted.clone().map(|_| "(?, ?, ?, ?)").collect();
    // Ascending order, so that two claims that overlap wait for each other in one direction only.
    let values = wanted.clone().flat_map(|cell| [tenant.into(), provider.into(), cell.into(), appointment.into()]);
    let sql = format!(
        "INSERT INTO appointment_slots (tenant_id, provider_id, cell, appointment_id) VALUES {} ON CONFLICT DO NOTHING",
        rows.join(", ")
    );
    let inserted = tx.execute(&sql, values.collect()).await?;
    Ok(i64::try_from(inserted).is_ok_and(|count| count == wanted.end - wanted.start))
}

/// Gives an appointment's time back.
pub(super) async fn release(tx: &Tx, tenant: Id<id::Tenant>, appointment: Id<id::Appointment>) -> Result<()> {
    slot::Entity::delete_many()
        .filter(slot::Column::TenantId.eq(tenant))
        .filter(slot::Column::AppointmentId.eq(appointment))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What the providers already have within a stretch of time, leaving out one appointment that is about to move.
pub(super) async fn find_busy(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    providers: &[Id<id::User>],
    within: &Interval,
    except: Option<Id<id::Appointment>>,
) -> Result<HashMap<Id<id::User>, Vec<Interval>>> {
    let window = cells(within);
    let mut query = slot::Entity::find()
        .select_only()
        .column(slot::Column::ProviderId)
        .column(slot::Column::Cell)
        .filter(slot::Column::TenantId.eq(tenant))
        .filter(slot::Column::ProviderId.is_in(providers.iter().copied()))
        .filter(slot::Column::Cell.gte(window.start))
        .filter(slot::Column::Cell.lt(window.end));
    if let Some(moving) = except {
        query = query.filter(slot::Column::AppointmentId.ne(moving));
    }
    let taken: Vec<(Id<id::User>, i64)> = query.into_tuple().all(db).await?;
    let mut busy: HashMap<Id<id::User>, Vec<Interval>> = HashMap::new();
    for (provider, cell) in taken {
        let at = |cell: i64| Timestamp::from_millis(cell * CELL_MS);
        busy.entry(provider).or_default().push(Interval { start: at(cell), end: at(cell + 1) });
    }
    Ok(busy.into_iter().map(|(provider, intervals)| (provider, merge(intervals))).collect())
}

pub(super) async fn insert(tx: &Tx, row: Model) -> Result<()> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

fn of_tenant(tenant: Id<id::Tenant>) -> Select<Entity> {
    Entity::find().filter(Column::TenantId.eq(tenant))
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    appointment: Id<id::Appointment>,
) -> Result<Option<Model>> {
    Ok(of_tenant(tenant).filter(Column::Id.eq(appointment)).one(db).await?)
}

/// The same, locked until the transaction ends.
pub(super) async fn find_locked(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    appointment: Id<id::Appointment>,
) -> Result<Option<Model>> {
    Ok(of_tenant(tenant).filter(Column::Id.eq(appointment)).lock_exclusive().one(tx.conn()).await?)
}

pub(super) async fn find_many(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    appointments: &[Id<id::Appointment>],
) -> Result<Vec<Model>> {
    Ok(of_tenant(tenant).filter(Column::Id.is_in(appointments.iter().copied())).all(db).await?)
}

/// Stores the fields that a change of status, time or notes may touch, and counts the change.
pub(super) async fn update(tx: &Tx, row: &mut Model) -> Result<()> {
    row.sequence += 1;
    row.updated_at = tx.now();
    let changed = entity::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(row.id),
        status: Set(row.status.clone()),
        provider_id: Set(row.provider_id),
        provider_name: Set(row.provider_name.clone()),
        start_at: Set(row.start_at),
        end_at: Set(row.end_at),
        timezone: Set(row.timezone.clone()),
        notes: Set(row.notes.clone()),
        reason: Set(row.reason.clone()),
        sequence: Set(row.sequence),
        updated_at: Set(row.updated_at),
        completed_at: Set(row.completed_at),
        ..Default::default()
    };
    changed.update_without_returning(tx.conn()).await?;
    Ok(())
}

/// Notes the thread of an appointment.
pub(super) async fn set_conversation(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    appointment: Id<id::Appointment>,
    conversation: Id<id::Conversation>,
) -> Result<()> {
    Entity::update_many()
        .set(entity::ActiveModel { conversation_id: Set(Some(conversation)), ..Default::default() })
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::Id.eq(appointment))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// Ending after this.
    pub from: Option<Timestamp>,
    /// Starting before this.
    pub to: Option<Timestamp>,
    /// Any of these; all when empty.
    pub statuses: Vec<Status>,
    /// With each of these providers; more than one means nobody.
    pub providers: Vec<Id<id::User>>,
    /// For each of these customers; more than one means nobody.
    pub customers: Vec<Id<id::Customer>>,
}

impl Filter {
    fn condition(&self) -> Condition {
        let mut all = Condition::all();
        all = all.add_option(self.from.map(|from| Column::EndAt.gt(from)));
        all = all.add_option(self.to.map(|to| Column::StartAt.lt(to)));
        if !self.statuses.is_empty() {
            all = all.add(Column::Status.is_in(self.statuses.iter().map(|status| status.as_str())));
        }
        for provider in &self.providers {
            all = all.add(Column::ProviderId.eq(*provider));
        }
        for customer in &self.customers {
            all = all.add(Column::CustomerId.eq(*customer));
        }
        all
    }
}

/// A page of appointments by time, and how many there are.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    filter: &Filter,
    limit: u64,
    offset: u64,
) -> Result<(Vec<Model>, u64)> {
    let query = of_tenant(tenant).filter(filter.condition());
    let total = query.clone().count(db).await?;
    let query = query.order_by_asc(Column::StartAt).order_by_asc(Column::Id);
    Ok((query.limit(limit).offset(offset).all(db).await?, total))
}

/// The newest appointments of a customer or a provider.
pub(super) async fn find_latest(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    filter: &Filter,
    limit: u64,
) -> Result<Vec<Model>> {
    let query = of_tenant(tenant).filter(filter.condition()).order_by_desc(Column::StartAt);
    Ok(query.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cover_the_whole_time_and_no_more() {
        let at = |minute: i64| Timestamp::from_millis(minute * 60_000);
        assert_eq!(cells(&Interval { start: at(10), end: at(40) }), 2..8);
        assert_eq!(cells(&Interval { start: at(10), end: at(11) }), 2..3);
        assert_eq!(cells(&Interval { start: at(10), end: at(16) }), 2..4);
    }
}
