//! Makes a customer out of a name and a contact. An address that is known here is not taken over: whoever uses it again
//! proves by a mailed link that it is theirs.

use kernel::{Id, events, id};
use platform::{AuditEntry, Result, Tx};
use serde_json::json;

use super::{
    request_link::enqueue_link,
    sign_in::{answer, enter},
};
use crate::{
    People,
    customers::{
        entity,
        model::{Customer, CustomerSignedIn},
        rules::Contact,
        store,
    },
    sessions::Device,
    tenants::TenantView,
};

/// A visitor's contact, already checked (`kernel::text`, or [`crate::customers::rules::parse_contact`]).
#[derive(Debug, Clone)]
pub struct NewGuest {
    /// As shown.
    pub name: String,
    /// In lower case.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
}

/// The customer with this address, or a new one; the flag says whether they were made now. Numbers do not identify: two
/// people may share one, and nobody proves it here.
pub async fn find_or_create_guest(
    people: &People,
    tx: &mut Tx,
    tenant: Id<id::Tenant>,
    guest: NewGuest,
) -> Result<(Customer, bool)> {
    let row = entity::Model {
        id: people.world().id(),
        tenant_id: tenant,
        email: guest.email.clone(),
        phone: guest.phone,
        name: guest.name,
        password_hash: None,
        email_verified_at: None,
        two_factor_enabled_at: None,
        last_login_at: None,
        created_at: tx.now(),
    };
    if store::try_insert(tx.conn(), row.clone()).await? {
        announce(tx, &row).await?;
        return Ok((Customer::from(row), true));
    }
    let email = guest.email.unwrap_or_default();
    let known = store::find_row_by_email(tx.conn(), tenant, &email).await?;
    let known = known.ok_or_else(|| platform::Fault::internal("finding the known customer", "it vanished"))?;
    Ok((Customer::from(known), false))
}

/// States the fact that a customer was made.
pub(super) async fn announce(tx: &mut Tx, customer: &entity::Model) -> Result<()> {
    let data = json!({ "customerId": customer.id, "name": customer.name, "isGuest": customer.password_hash.is_none() });
    tx.emit(customer.tenant_id, events::CUSTOMER_CREATED, data).await?;
    Ok(())
}

/// Writes down that a visitor became a customer by themselves.
pub async fn audit_guest(tx: &mut Tx, customer: &Customer, device: &Device) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(customer.tenant),
        actor: customer.id.to_string(),
        action: "customer.came_as_guest",
        object: customer.id.to_string(),
        details: json!({ "after": { "name": customer.name, "phone": customer.phone }, "userAgent": device.user_agent }),
        ip: device.ip.clone(),
    })
    .await
}

/// How a guest's visit ended.
pub(crate) enum GuestOutcome {
    /// A new guest, signed in.
    Entered(Box<CustomerSignedIn>),
    /// The address is known; a link was sent to it.
    LinkSent,
}

/// Lets a visitor in as a guest, or mails a link to an address that is known.
pub(crate) async fn enter_as_guest(
    people: &People,
    tenant: &TenantView,
    contact: Contact,
    device: &Device,
) -> Result<GuestOutcome> {
    let mut tx = people.db().begin().await?;
    let guest = NewGuest { name: contact.name, email: contact.email.clone(), phone: contact.phone };
    let (customer, created) = find_or_create_guest(people, &mut tx, tenant.id, guest).await?;
    if !created {
        enqueue_link(&mut tx, tenant.id, &contact.email.unwrap_or_default()).await?;
        tx.commit().await?;
        return Ok(GuestOutcome::LinkSent);
    }
    audit_guest(&mut tx, &customer, device).await?;
    let tokens = enter(people, &mut tx, &customer, device).await?;
    tx.commit().await?;
    Ok(GuestOutcome::Entered(Box::new(answer(people, tenant, customer, tokens).await?)))
}
