//! Exchanges what another house said for a session. An account there that is known here is its owner's. One that is not becomes
//! theirs by its address, when both houses have made sure of that address: otherwise somebody could wait here under an
//! address of yours until you come, or come there under it. At a business's door whoever is not known is a new customer.

use kernel::{Id, id, text};
use platform::{AuditEntry, Result, Tx};
use serde_json::json;

use crate::{
    People,
    accounts::{
        UserSignedIn,
        actions::{find_place, finish_sign_in},
    },
    customers::{self, Customer, CustomerSignedIn, NewGuest},
    oidc::{
        error,
        model::{Door, Found},
        store,
    },
    passkeys::{Purpose, take_challenge},
    sessions::{Device, NewSession},
    signin::{Proof, Realm, SecondFactor, SignIn, complete_sign_in, find_person_by_email, mark_email_verified},
    tenants::TenantView,
};

/// Signs a user in.
pub(crate) async fn finish_user(
    people: &People,
    secret: &str,
    second: SecondFactor<'_>,
    device: &Device,
) -> Result<UserSignedIn> {
    // Looked at first and taken later, so that nothing is used up when a code is still to be typed.
    let found = look(people, secret, Door::Desk).await?;
    let (user, is_new) = find_user(people, &found).await?;
    let (tenant, role) = find_place(people, user).await??;
    let mut tx = people.db().begin().await?;
    take(people, &tx, secret).await?;
    if is_new {
        store::insert(tx.conn(), &found, user.uuid(), tx.now()).await?;
        audit_link(&mut tx, tenant.id, user.to_string(), &found).await?;
    }
    let session = NewSession::User { id: user, tenant: tenant.id, role };
    let done = complete_sign_in(people, tx, SignIn { session, proof: Proof::Oidc, second, device }).await?;
    finish_sign_in(done, user, (&tenant, role), device, "user.signed_in_by_provider").await
}

/// Signs a customer in at this business.
pub(crate) async fn finish_customer(
    people: &People,
    tenant: &TenantView,
    secret: &str,
    second: SecondFactor<'_>,
    device: &Device,
) -> Result<CustomerSignedIn> {
    let found = look(people, secret, Door::Front(tenant.id)).await?;
    let mut tx = people.db().begin().await?;
    take(people, &tx, secret).await?;
    let customer = find_or_make_customer(people, &mut tx, tenant.id, &found).await?;
    let session = NewSession::Customer { id: customer.id, tenant: tenant.id };
    let done = complete_sign_in(people, tx, SignIn { session, proof: Proof::Oidc, second, device }).await?;
    let tokens = customers::actions::finish(done, &customer, "customer.signed_in_by_provider", device).await?;
    customers::actions::answer(people, tenant, customer, tokens).await
}

async fn look(people: &People, secret: &str, door: Door) -> Result<Found> {
    let tx = people.db().begin().await?;
    let found = take(people, &tx, secret).await?;
    drop(tx);
    if found.door == door { Ok(found) } else { Err(error::refused().into()) }
}

async fn take(people: &People, tx: &Tx, secret: &str) -> Result<Found> {
    let found: Option<Found> = take_challenge(people.platform(), tx, Purpose::CameBack, secret).await?;
    Ok(found.ok_or_else(error::refused)?)
}

/// The address, when that house has made sure of it.
fn proven_address(found: &Found) -> Result<String> {
    let address =
        found.email.as_deref().filter(|_| found.email_verified).and_then(|email| text::parse_email(email).ok());
    Ok(address.ok_or_else(error::no_address)?)
}

/// Whose account it is, and whether that is learnt only now.
async fn find_user(people: &People, found: &Found) -> Result<(Id<id::User>, bool)> {
    let db = people.db().read();
    if let Some(person) = store::find_person(db, found).await? {
        return Ok((Id::from_uuid(person), false));
    }
    let address = proven_address(found)?;
    let user = find_person_by_email(db, Realm::Users, &address).await?.ok_or_else(error::no_account)?;
    if user.email_verified_at.is_none() {
        return Err(error::not_confirmed_here().into());
    }
    Ok((Id::from_uuid(user.id), true))
}

async fn find_or_make_customer(
    people: &People,
    tx: &mut Tx,
    tenant: Id<id::Tenant>,
    found: &Found,
) -> Result<Customer> {
    if let Some(person) = store::find_person(tx.conn(), found).await? {
        let known = customers::find_customer(tx.conn(), tenant, Id::from_uuid(person)).await?;
        return Ok(known.ok_or_else(error::refused)?);
    }
    let email = proven_address(found)?;
    let name = found.name.as_deref().and_then(|name| text::parse_line(name, text::NAME_CHARS_MAX).ok());
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(&email).to_owned());
    let guest = NewGuest { name, email: Some(email.clone()), phone: None };
    let (customer, is_new) = customers::find_or_create_guest(people, tx, tenant, guest).await?;
    // A guest has no password that somebody else could know; whoever has one must have proven the address here.
    if !is_new && !customer.is_guest && customer.email_verified_at.is_none() {
        return Err(error::not_confirmed_here().into());
    }
    if let Some(person) = find_person_by_email(tx.conn(), Realm::Customers(tenant), &email).await? {
        mark_email_verified(tx, &person).await?;
    }
    store::insert(tx.conn(), found, customer.id.uuid(), tx.now()).await?;
    audit_link(tx, tenant, customer.id.to_string(), found).await?;
    let proven = customers::find_customer(tx.conn(), tenant, customer.id).await?;
    Ok(proven.ok_or_else(error::refused)?)
}

/// Another house lets somebody in from now on.
async fn audit_link(tx: &mut Tx, tenant: Id<id::Tenant>, person: String, found: &Found) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: person.clone(),
        action: "account.linked",
        object: person,
        details: json!({ "before": null, "after": { "issuer": found.issuer } }),
        ip: None,
    })
    .await
}
