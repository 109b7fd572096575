//! Signs a customer in by a link that was mailed to them. It works once.

use kernel::{Id, id};
use platform::{AuditEntry, Result, crypto, crypto::tokens::TOKEN_CHARS_MAX};
use serde_json::json;

use super::sign_in::{answer, sign_in};
use crate::{
    People,
    customers::{
        error,
        model::{Customer, CustomerSignedIn},
        store,
    },
    sessions::Device,
    tenants,
};

/// With `tenant` only a link of that business works.
pub(crate) async fn verify_link(
    people: &People,
    token: &str,
    tenant: Option<Id<id::Tenant>>,
    device: &Device,
) -> Result<CustomerSignedIn> {
    if token.len() > TOKEN_CHARS_MAX {
        return Err(error::link_refused().into());
    }
    let digest = crypto::digest(token);
    let mut tx = people.db().begin().await?;
    let now = tx.now();
    let link = store::find_link(tx.conn(), &digest).await?;
    let link = link.filter(|link| tenant.is_none_or(|tenant| link.tenant_id == tenant));
    let link = link.ok_or_else(error::link_refused)?;
    if !store::use_link(tx.conn(), &digest, now).await? {
        return Err(error::link_refused().into());
    }
    let tenant = tenants::find_tenant_in(tx.conn(), link.tenant_id).await?.filter(|t| t.suspended_at.is_none());
    let tenant = tenant.ok_or_else(error::link_refused)?;
    let row = store::find_row(tx.conn(), link.tenant_id, link.customer_id).await?.ok_or_else(error::link_refused)?;
    let customer = Customer::from(row);
    let tokens = sign_in(people, &mut tx, &customer, device).await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant.id),
        actor: customer.id.to_string(),
        action: "customer.signed_in_by_link",
        object: customer.id.to_string(),
        details: json!({ "userAgent": device.user_agent }),
        ip: device.ip.clone(),
    })
    .await?;
    tx.commit().await?;
    answer(people, &tenant, customer, tokens).await
}
