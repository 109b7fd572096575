//! A customer changes their own name or number.

use kernel::{Caller, Problem, events};
use platform::{AuditEntry, Result, db::changed, http::ClientInfo};
use serde_json::{Value as Json, json};

use crate::{
    People,
    customers::{
        model::Customer,
        rules::{Contact, ProfileChange, decide_profile},
        store,
    },
    sessions,
    signals::CUSTOMER_CHANGED,
    tenants,
};

/// What the audit log keeps of a profile.
fn audited(contact: &Contact) -> Json {
    json!({ "name": contact.name, "phone": contact.phone })
}

pub(crate) async fn update_profile(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    change: ProfileChange<'_>,
) -> Result<Customer> {
    let id = caller.customer().ok_or_else(Problem::unauthorized)?;
    let tenant = tenants::find_tenant(people, caller.tenant).await?.ok_or_else(Problem::unauthorized)?;
    let mut tx = people.db().begin().await?;
    let row = store::find_row(tx.conn(), tenant.id, id).await?.ok_or_else(Problem::unauthorized)?;
    let mut customer = Customer::from(row);
    let present = Contact { name: customer.name, email: customer.email.clone(), phone: customer.phone };
    let next = decide_profile(&present, change, &tenant.country)?;
    store::update_profile(tx.conn(), tenant.id, id, &next.name, next.phone.as_deref()).await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant.id),
        actor: caller.person_id(),
        action: "customer.profile_changed",
        object: id.to_string(),
        details: changed(&audited(&present), &audited(&next)),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    if next != present {
        let data = json!({ "customerId": id, "name": next.name, "email": next.email, "phone": next.phone });
        tx.emit(tenant.id, events::CUSTOMER_UPDATED, data).await?;
    }
    tx.signal(&CUSTOMER_CHANGED, &id);
    // The name is remembered with each of their sessions.
    sessions::actions::forget_sessions_of(&mut tx, caller).await?;
    tx.commit().await?;
    (customer.name, customer.phone) = (next.name, next.phone);
    Ok(customer)
}
