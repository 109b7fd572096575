//! Every query on providers and their hours.

use std::collections::HashMap;

use kernel::{Id, id};
use platform::{Fault, Result, Tx};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};

use super::{
    entity::{self, Column, Entity, provider_hours},
    hours::{OpenRange, WallTime, WeeklyHours},
};

type User = Id<id::User>;

pub(super) async fn find_all(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
) -> Result<HashMap<User, entity::Model>> {
    let rows = Entity::find().filter(Column::TenantId.eq(tenant)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row)).collect())
}

pub(super) async fn find_hours(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
) -> Result<HashMap<User, WeeklyHours>> {
    let query = provider_hours::Entity::find().filter(provider_hours::Column::TenantId.eq(tenant));
    let rows = query.order_by_asc(provider_hours::Column::Day).all(db).await?;
    let mut ranges: HashMap<User, Vec<OpenRange>> = HashMap::new();
    for row in rows {
        ranges.entry(row.user_id).or_default().push(open_range(&row)?);
    }
    Ok(ranges.into_iter().map(|(user, ranges)| (user, WeeklyHours::from_stored(ranges))).collect())
}

fn open_range(row: &provider_hours::Model) -> Result<OpenRange> {
    let wall = |minute: i16| u16::try_from(minute).ok().and_then(WallTime::from_minutes);
    let range = || {
        Some(OpenRange { day: u8::try_from(row.day).ok()?, start: wall(row.start_minute)?, end: wall(row.end_minute)? })
    };
    range().ok_or_else(|| Fault::internal("reading stored hours", format!("{row:?}")))
}

/// Waits until no other transaction changes the bookings of these providers, and keeps others waiting. Bookings do not
/// need it to exclude each other (the cells' key does that); it keeps two moves in opposite directions from deadlock.
pub(crate) async fn lock(tx: &Tx, tenant: Id<id::Tenant>, users: &[User]) -> Result<()> {
    Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::UserId.is_in(users.iter().copied()))
        .order_by_asc(Column::UserId)
        .lock_exclusive()
        .all(tx.conn())
        .await?;
    Ok(())
}

fn active(row: entity::Model) -> entity::ActiveModel {
    entity::ActiveModel {
        tenant_id: Set(row.tenant_id),
        user_id: Set(row.user_id),
        color: Set(row.color),
        bookable: Set(row.bookable),
        version: Set(row.version),
        created_at: Set(row.created_at),
    }
}

/// Stores a provider's settings unless they were set up before.
pub(super) async fn ensure(tx: &Tx, row: entity::Model) -> Result<()> {
    let insert = Entity::insert(active(row)).on_conflict_do_nothing_on([Column::TenantId, Column::UserId]);
    insert.exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Stores a provider's settings, whether they were set up before or not.
pub(super) async fn save(tx: &Tx, row: entity::Model) -> Result<()> {
    let known = OnConflict::columns([Column::TenantId, Column::UserId])
        .update_columns([Column::Color, Column::Bookable, Column::Version])
        .to_owned();
    Entity::insert(active(row)).on_conflict(known).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Replaces a provider's weekly hours.
pub(super) async fn replace_hours(tx: &Tx, tenant: Id<id::Tenant>, user: User, weekly: &WeeklyHours) -> Result<()> {
    provider_hours::Entity::delete_many()
        .filter(provider_hours::Column::TenantId.eq(tenant))
        .filter(provider_hours::Column::UserId.eq(user))
        .exec(tx.conn())
        .await?;
    if weekly.is_closed() {
        return Ok(());
    }
    let minutes = |time: WallTime| i16::try_from(time.minutes()).map_err(|e| Fault::internal("storing hours", e));
    let rows = weekly.ranges().iter().map(|range| {
        Ok(provider_hours::ActiveModel {
            tenant_id: Set(tenant),
            user_id: Set(user),
            day: Set(i16::from(range.day)),
            start_minute: Set(minutes(range.start)?),
            end_minute: Set(minutes(range.end)?),
        })
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    provider_hours::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}
