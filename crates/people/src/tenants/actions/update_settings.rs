//! A manager changes the business's settings.

use http::HeaderMap;
use kernel::Caller;
use platform::{
    AuditEntry, Result, Tx,
    http::{ClientInfo, etag},
};
use serde_json::json;

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
    let mut tx = people.db().begin().await?;
    let present = store::find_locked(&tx, caller.tenant).await?.ok_or_else(kernel::Problem::not_found)?;
    etag::check_if_match(headers, present.version)?;
    let next = change_settings(&mut tx, &present, patch).await?;
    tx.audit(&AuditEntry {
        tenant: Some(next.id),
        actor: caller.person_id(),
        action: "business.updated",
        object: next.id.to_string(),
        details: json!({ "version": next.version }),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.commit().await?;
    Ok(next)
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
