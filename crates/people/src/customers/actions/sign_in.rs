//! What every sign-in of a customer ends with.

use platform::{AuditEntry, Result, Tx};
use serde_json::json;

use crate::{
    People,
    customers::{
        model::{Customer, CustomerSignedIn, CustomerView},
        store,
    },
    sessions::{Device, NewSession, TokenPair},
    signin::{Completed, open_first_session},
    tenants::{self, TenantView},
};

/// Opens the first session of a customer who was made a moment ago, and notes the visit.
pub(super) async fn enter(people: &People, tx: &mut Tx, customer: &Customer, device: &Device) -> Result<TokenPair> {
    let now = tx.now();
    store::mark_signed_in(tx.conn(), customer.tenant, customer.id, now).await?;
    let session = NewSession::Customer { id: customer.id, tenant: customer.tenant };
    open_first_session(people, tx, session, device).await
}

/// Notes the visit of a customer who signed in, and commits.
pub(crate) async fn finish(
    done: Completed,
    customer: &Customer,
    action: &'static str,
    device: &Device,
) -> Result<TokenPair> {
    let Completed { mut tx, tokens } = done;
    let now = tx.now();
    store::mark_signed_in(tx.conn(), customer.tenant, customer.id, now).await?;
    tx.audit(&AuditEntry {
        tenant: Some(customer.tenant),
        actor: customer.id.to_string(),
        action,
        object: customer.id.to_string(),
        details: json!({ "userAgent": device.user_agent }),
        ip: device.ip.clone(),
    })
    .await?;
    tx.commit().await?;
    Ok(tokens)
}

/// Who they are, where, and the tokens.
pub(crate) async fn answer(
    people: &People,
    tenant: &TenantView,
    customer: Customer,
    tokens: TokenPair,
) -> Result<CustomerSignedIn> {
    let business = tenants::find_business(people, tenant).await?;
    Ok(CustomerSignedIn { customer: CustomerView::from(customer), business, tokens })
}
