//! A manager changes the business's settings; what decides about safety and the address is for admins.

use http::HeaderMap;
use kernel::Caller;
use platform::{
    AuditEntry, Result, Tx,
    db::changed,
    http::{ClientInfo, etag},
};
use serde_json::{Value as Json, json};

use crate::{
    People,
    signals::TENANT_CHANGED,
    tenants::{
        access::access_business,
        error,
        model::TenantView,
        rules::{SettingsPatch, decide_settings},
        store::{self, Updated},
    },
};

pub(in crate::tenants) async fn update_settings(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    patch: SettingsPatch,
) -> Result<TenantView> {
    // The right is checked on the cached business; what is changed is read inside the transaction.
    access_business(people, caller).await?;
    if let Some(right) = patch.needs() {
        caller.check(right)?;
    }
    let mut tx = people.db().begin().await?;
    let present = store::find_locked(&tx, caller.tenant).await?.ok_or_else(kernel::Problem::not_found)?;
    etag::check_if_match(headers, present.version)?;
    let next = change_settings(&mut tx, &present, patch).await?;
    tx.audit(&AuditEntry {
        tenant: Some(next.id),
        actor: caller.person_id(),
        action: "business.updated",
        object: next.id.to_string(),
        details: changed(&audited(&present), &audited(&next)),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.commit().await?;
    Ok(next)
}

/// What the audit log keeps of a business's settings: as everybody who may change them sees them.
fn audited(tenant: &TenantView) -> Json {
    json!({ "name": tenant.name, "slug": tenant.slug, "timezone": tenant.timezone, "currency": tenant.currency,
        "country": tenant.country, "about": tenant.about, "phone": tenant.phone, "address": tenant.address,
        "brandColor": tenant.brand_color, "afterCareDays": tenant.after_care_days,
        "requireTwoFactor": tenant.require_two_factor, "embedOrigins": tenant.embed_origins })
}

/// Stores changed settings in the caller's transaction, which read `present`.
pub async fn change_settings(tx: &mut Tx, present: &TenantView, patch: SettingsPatch) -> Result<TenantView> {
    let next = decide_settings(present, patch)?;
    match store::update(tx.conn(), &next).await? {
        Updated::Stored => {}
        Updated::ChangedMeanwhile => return Err(error::changed_meanwhile().into()),
        Updated::SlugTaken => return Err(error::slug_taken().into()),
    }
    tx.signal(&TENANT_CHANGED, &next.id);
    Ok(next)
}
