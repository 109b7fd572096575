//! Every query on webhooks.

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{
    entity::{ActiveModel, Column, Entity, Model},
    rules::WEBHOOKS_MAX,
};

fn of_tenant(tenant: Id<id::Tenant>) -> Select<Entity> {
    Entity::find().filter(Column::TenantId.eq(tenant))
}

/// All of a business, oldest first.
pub(super) async fn find_all(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<Model>> {
    // One more than may be added: the one that follows the settings does not count.
    Ok(of_tenant(tenant).order_by_asc(Column::Id).limit(WEBHOOKS_MAX + 1).all(db).await?)
}

pub(super) async fn find(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    webhook: Id<id::Webhook>,
) -> Result<Option<Model>> {
    Ok(of_tenant(tenant).filter(Column::Id.eq(webhook)).one(db).await?)
}

/// The same, locked until the transaction ends.
pub(super) async fn find_locked(tx: &Tx, tenant: Id<id::Tenant>, webhook: Id<id::Webhook>) -> Result<Option<Model>> {
    Ok(of_tenant(tenant).filter(Column::Id.eq(webhook)).lock_exclusive().one(tx.conn()).await?)
}

/// The one that follows the channel settings, locked until the transaction ends.
pub(super) async fn find_managed_locked(tx: &Tx, tenant: Id<id::Tenant>) -> Result<Option<Model>> {
    Ok(of_tenant(tenant).filter(Column::Managed.eq(true)).lock_exclusive().one(tx.conn()).await?)
}

/// How many a business added itself.
pub(super) async fn count(tx: &Tx, tenant: Id<id::Tenant>) -> Result<u64> {
    Ok(of_tenant(tenant).filter(Column::Managed.eq(false)).count(tx.conn()).await?)
}

pub(super) async fn insert(tx: &Tx, row: &Model) -> Result<()> {
    Entity::insert(row.clone().into_active_model()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Stores a changed row that the transaction has locked, and counts the change.
pub(super) async fn update(tx: &Tx, row: &mut Model) -> Result<()> {
    row.version += 1;
    row.updated_at = tx.now();
    let changed = ActiveModel {
        url: Set(row.url.clone()),
        events: Set(row.events.clone()),
        description: Set(row.description.clone()),
        enabled: Set(row.enabled),
        secrets: Set(row.secrets.clone()),
        failing_since: Set(row.failing_since),
        disabled_at: Set(row.disabled_at),
        disabled_code: Set(row.disabled_code.clone()),
        version: Set(row.version),
        updated_at: Set(row.updated_at),
        ..Default::default()
    };
    Entity::update_many().set(changed).filter(Column::Id.eq(row.id)).exec(tx.conn()).await?;
    Ok(())
}

pub(super) async fn delete(tx: &Tx, row: Model) -> Result<()> {
    row.into_active_model().delete(tx.conn()).await?;
    Ok(())
}

/// Notes the first failure after a success; says whether this one was it.
pub(super) async fn begin_failing(tx: &Tx, webhook: Id<id::Webhook>, at: Timestamp) -> Result<bool> {
    let first = Entity::update_many().set(ActiveModel { failing_since: Set(Some(at)), ..Default::default() });
    let first = first.filter(Column::Id.eq(webhook)).filter(Column::FailingSince.is_null());
    Ok(first.exec(tx.conn()).await?.rows_affected > 0)
}

/// Notes a success.
pub(super) async fn end_failing(tx: &Tx, webhook: Id<id::Webhook>) -> Result<()> {
    let over = Entity::update_many().set(ActiveModel { failing_since: Set(None), ..Default::default() });
    over.filter(Column::Id.eq(webhook)).exec(tx.conn()).await?;
    Ok(())
}

/// Whether a delivery to it went well since then.
pub(super) async fn went_well_since(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    webhook: Id<id::Webhook>,
    since: Timestamp,
) -> Result<bool> {
    let sql = "SELECT 1 FROM deliveries WHERE tenant_id = ? AND channel = 'webhook' AND recipient = ? \
               AND status IN ('sent', 'delivered') AND finished_at > ? LIMIT 1";
    let values = vec![tenant.into(), webhook.to_string().into(), since.into()];
    Ok(tx.conn().query_one_raw(platform::db::statement(tx.dialect(), sql, values)).await?.is_some())
}
