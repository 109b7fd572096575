//! A business adds, changes and takes away types of its own. A built-in name can never be taken.

use http::HeaderMap;
use kernel::{Caller, Problem, Right};
use platform::{
    AuditEntry, Fault, Result, Tx,
    db::changed,
    http::{ClientInfo, etag},
};
use serde_json::{Value as Json, json};

use super::{
    builtin,
    entity::Model,
    error,
    model::EventType,
    name,
    rules::{Definition, OWN_TYPES_MAX, parse_name},
    store,
};
use crate::{Delivery, signals::TYPES_CHANGED, templates};

pub(super) async fn add(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    definition: Definition,
) -> Result<EventType> {
    caller.check(Right::SettingsEdit)?;
    let sent = definition.name.as_deref().ok_or_else(|| Problem::field("name", "REQUIRED", "is required"))?;
    let name = parse_name(sent)?;
    if builtin::find(&name).is_some() || templates::letters::find(&name).is_some() {
        return Err(error::name_taken().into());
    }
    if builtin::is_reserved(&name) {
        return Err(error::name_reserved().into());
    }
    let kind = definition.clone().check(&name, 1)?;
    let tx = delivery.db().begin().await?;
    if store::count(tx.conn(), caller.tenant).await? >= OWN_TYPES_MAX {
        return Err(error::too_many().into());
    }
    let now = tx.now();
    let details = json!({ "before": null, "after": definition });
    let definition = to_text(&definition)?;
    let row = Model { tenant_id: caller.tenant, name, definition, version: 1, created_at: now, updated_at: now };
    if !store::try_insert(&tx, row).await? {
        return Err(error::name_taken().into());
    }
    finish(tx, caller, client, "event_type.added", (&kind.name, details)).await?;
    Ok(kind)
}

pub(super) async fn change(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    sent_name: &str,
    definition: Definition,
) -> Result<EventType> {
    let (tx, row) = access_locked(delivery, caller, headers, sent_name).await?;
    if definition.name.as_deref().is_some_and(|sent| name::normalize(sent) != row.name) {
        return Err(Problem::field("name", "INVALID_VALUE", "stays what it is").into());
    }
    let version = row.version + 1;
    let kind = definition.clone().check(&row.name, version)?;
    let details = changed(&audited(&row.definition), &json!(definition));
    let row = Model { definition: to_text(&definition)?, version, updated_at: tx.now(), ..row };
    store::update(&tx, row).await?;
    finish(tx, caller, client, "event_type.changed", (&kind.name, details)).await?;
    Ok(kind)
}

/// Its texts go with it.
pub(super) async fn take_away(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    sent_name: &str,
) -> Result<()> {
    let (mut tx, row) = access_locked(delivery, caller, headers, sent_name).await?;
    store::delete(&tx, caller.tenant, &row.name).await?;
    templates::forget_type(&mut tx, caller.tenant, &row.name).await?;
    let details = json!({ "before": audited(&row.definition), "after": null });
    finish(tx, caller, client, "event_type.removed", (&row.name, details)).await
}

/// A stored definition as the audit log keeps it.
fn audited(definition: &str) -> Json {
    serde_json::from_str(definition).unwrap_or_default()
}

/// An own type, locked, for those who may change it.
async fn access_locked(
    delivery: &Delivery,
    caller: &Caller,
    headers: &HeaderMap,
    sent_name: &str,
) -> Result<(Tx, Model)> {
    caller.check(Right::SettingsEdit)?;
    let name = name::normalize(sent_name);
    if builtin::find(&name).is_some() {
        return Err(error::built_in().into());
    }
    if !name::is_name(&name) {
        return Err(Problem::not_found().into());
    }
    let tx = delivery.db().begin().await?;
    let row = store::find_locked(&tx, caller.tenant, &name).await?.ok_or_else(Problem::not_found)?;
    etag::check_if_match(headers, row.version)?;
    Ok((tx, row))
}

fn to_text(definition: &Definition) -> Result<String> {
    serde_json::to_string(definition).map_err(|e| Fault::internal("writing an event type", e))
}

async fn finish(
    mut tx: Tx,
    caller: &Caller,
    client: &ClientInfo,
    action: &'static str,
    (name, details): (&str, Json),
) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: name.to_owned(),
        details,
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.signal(&TYPES_CHANGED, &caller.tenant);
    tx.commit().await
}
