//! Every query on the table of businesses.

use kernel::{Id, id};
use platform::{Result, Tx, db::unique_violation};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    TryInsertResult, sea_query::OnConflict,
};
use serde_json::json;

use super::{entity, model::TenantView};

pub(super) async fn find(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Option<TenantView>> {
    entity::Entity::find_by_id(tenant).one(db).await?.map(TenantView::try_from).transpose()
}

/// The same, locked until the transaction ends.
pub(super) async fn find_locked(tx: &Tx, tenant: Id<id::Tenant>) -> Result<Option<TenantView>> {
    let found = entity::Entity::find_by_id(tenant).lock_exclusive().one(tx.conn()).await?;
    found.map(TenantView::try_from).transpose()
}

pub(super) async fn is_any(db: &impl ConnectionTrait) -> Result<bool> {
    let ids = entity::Entity::find().select_only().column(entity::Column::Id).into_tuple::<Id<id::Tenant>>();
    Ok(ids.one(db).await?.is_some())
}

pub(super) async fn find_many(db: &impl ConnectionTrait, tenants: &[Id<id::Tenant>]) -> Result<Vec<TenantView>> {
    let rows = entity::Entity::find().filter(entity::Column::Id.is_in(tenants.iter().copied())).all(db).await?;
    rows.into_iter().map(TenantView::try_from).collect()
}

/// Those whose code or label this is: at most one of each.
pub(super) async fn find_by_code_or_slug(db: &impl ConnectionTrait, text: &str) -> Result<Vec<TenantView>> {
    let is_code = entity::Column::InviteCode.eq(text.to_uppercase());
    let is_slug = entity::Column::Slug.eq(text.to_lowercase());
    let rows = entity::Entity::find().filter(is_code.or(is_slug)).all(db).await?;
    rows.into_iter().map(TenantView::try_from).collect()
}

/// Stores a new business; `false` when its label or code is taken.
pub(super) async fn try_insert(db: &impl ConnectionTrait, tenant: &TenantView) -> Result<bool> {
    let row = entity::ActiveModel {
        id: Set(tenant.id),
        version: Set(tenant.version),
        invite_code: Set(tenant.invite_code.clone()),
        created_at: Set(tenant.created_at),
        suspended_at: Set(None),
        database_url: Set(None),
        ..editable(tenant)
    };
    let insert = entity::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).try_insert();
    match insert.exec_without_returning(db).await? {
        TryInsertResult::Inserted(rows) => Ok(rows > 0),
        TryInsertResult::Conflicted | TryInsertResult::Empty => Ok(false),
    }
}

/// Stores changed settings if nobody changed them since `version - 1`.
pub(super) async fn update(db: &impl ConnectionTrait, tenant: &TenantView) -> Result<Updated> {
    let changed = entity::Entity::update_many()
        .set(entity::ActiveModel { version: Set(tenant.version), ..editable(tenant) })
        .filter(entity::Column::Id.eq(tenant.id))
        .filter(entity::Column::Version.eq(tenant.version - 1))
        .exec(db)
        .await;
    match changed {
        Ok(result) if result.rows_affected == 1 => Ok(Updated::Stored),
        Ok(_) => Ok(Updated::ChangedMeanwhile),
        Err(err) if unique_violation(&err) => Ok(Updated::SlugTaken),
        Err(err) => Err(DbErr::into(err)),
    }
}

/// Another logo, or none.
pub(super) async fn set_logo(tx: &Tx, tenant: &TenantView) -> Result<()> {
    let logo = tenant.logo.clone();
    let (key, mime) = (logo.as_ref().map(|logo| logo.key.clone()), logo.map(|logo| logo.mime));
    let row = entity::ActiveModel {
        logo_key: Set(key),
        logo_type: Set(mime),
        version: Set(tenant.version),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(entity::Column::Id.eq(tenant.id)).exec(tx.conn()).await?;
    Ok(())
}

/// How storing changed settings ended.
pub(super) enum Updated {
    Stored,
    ChangedMeanwhile,
    SlugTaken,
}

fn editable(tenant: &TenantView) -> entity::ActiveModel {
    entity::ActiveModel {
        name: Set(tenant.name.clone()),
        slug: Set(tenant.slug.clone()),
        timezone: Set(tenant.timezone.clone()),
        currency: Set(tenant.currency.to_string()),
        country: Set(tenant.country.clone()),
        about: Set(tenant.about.clone()),
        phone: Set(tenant.phone.clone()),
        address: Set(tenant.address.clone()),
        brand_color: Set(tenant.brand_color.clone()),
        after_care_days: Set(tenant.after_care_days),
        require_two_factor: Set(tenant.require_two_factor),
        embed_origins: Set((!tenant.embed_origins.is_empty()).then(|| json!(tenant.embed_origins).to_string())),
        ..Default::default()
    }
}
