//! What a business decides about notices: read by whoever looks for unread messages or reminds, changed over HTTP.

use axum::extract::State;
use http::HeaderMap;
use kernel::{Caller, Id, Problem, Right, Timestamp, id};
use platform::{
    AuditEntry, Fault, Result, Tx,
    db::changed,
    http::{
        ApiRouter, Body, ClientInfo, Data, UserAuth,
        etag::{self, Tagged},
        routes,
    },
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QuerySelect, sea_query::OnConflict};
use serde_json::{Value as Json, json};

use super::{
    reminders,
    rules::{NotificationSettings, SettingsPatch, decide_settings},
};
use crate::Delivery;

mod entity {
    //! The row of a business's decisions.

    use kernel::{Id, Timestamp, id};
    use sea_orm::entity::prelude::*;

    /// One business.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_settings")]
    pub struct Model {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Id<id::Tenant>,
        /// As JSON.
        pub settings: String,
        /// Counts the changes.
        pub version: i64,
        /// When they last changed.
        pub updated_at: Timestamp,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a business decided, or the defaults.
pub async fn settings_of(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<NotificationSettings> {
    Ok(read(entity::Entity::find_by_id(tenant).one(db).await?)?.1)
}

fn read(row: Option<entity::Model>) -> Result<(i64, NotificationSettings)> {
    let Some(row) = row else { return Ok((0, NotificationSettings::default())) };
    let settings =
        serde_json::from_str(&row.settings).map_err(|e| Fault::internal("reading stored notice settings", e))?;
    Ok((row.version, settings))
}

async fn save(tx: &Tx, tenant: Id<id::Tenant>, version: i64, settings: &NotificationSettings) -> Result<()> {
    let text = serde_json::to_string(settings).map_err(|e| Fault::internal("writing notice settings", e))?;
    let at: Timestamp = tx.now();
    let row =
        entity::ActiveModel { tenant_id: Set(tenant), settings: Set(text), version: Set(version), updated_at: Set(at) };
    let columns = [entity::Column::Settings, entity::Column::Version, entity::Column::UpdatedAt];
    let over = OnConflict::column(entity::Column::TenantId).update_columns(columns).to_owned();
    entity::Entity::insert(row).on_conflict(over).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub(super) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(show_settings, change_settings))
}

/// What the audit log keeps of these settings: all of them, none is a secret.
fn audited(settings: &NotificationSettings) -> Json {
    json!(settings)
}

fn check(caller: &Caller) -> std::result::Result<(), Problem> {
    caller.check_user()?;
    caller.check(Right::SettingsEdit)
}

/// How the business tells people of what waits for them.
#[utoipa::path(get, path = "/api/settings/notifications", tag = "settings", security(("bearer" = [])),
    responses((status = 200, body = Data<NotificationSettings>, description = "With `ETag`."), (status = 401),
        (status = 403)))]
async fn show_settings(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
) -> Result<Tagged<Data<NotificationSettings>>> {
    check(&caller)?;
    let row = entity::Entity::find_by_id(caller.tenant).one(delivery.db().read()).await?;
    let (version, settings) = read(row)?;
    Ok(Tagged(version, Data::new(settings)))
}

/// Changes what is sent and leaves the rest. Reminders that wait move along.
#[utoipa::path(put, path = "/api/settings/notifications", tag = "settings", security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The `ETag` that was seen; another version is 412.")),
    request_body = SettingsPatch,
    responses((status = 200, body = Data<NotificationSettings>), (status = 401), (status = 403), (status = 412),
        (status = 422)))]
async fn change_settings(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    headers: HeaderMap,
    Body(body): Body<SettingsPatch>,
) -> Result<Tagged<Data<NotificationSettings>>> {
    check(&caller)?;
    let mut tx = delivery.db().begin().await?;
    let row = entity::Entity::find_by_id(caller.tenant).lock_exclusive().one(tx.conn()).await?;
    let (version, before) = read(row)?;
    etag::check_if_match(&headers, version)?;
    let next = decide_settings(before, body)?;
    save(&tx, caller.tenant, version + 1, &next).await?;
    reminders::move_all(&tx, caller.tenant, next.reminder_before()).await?;
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action: "notifications.updated",
        object: caller.tenant.to_string(),
        details: changed(&audited(&before), &audited(&next)),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.commit().await?;
    Ok(Tagged(version + 1, Data::new(next)))
}
