//! Signs a customer in by a link that was mailed to them. It works once.

use kernel::{Id, id};
use platform::{Result, crypto, crypto::tokens::TOKEN_CHARS_MAX};

use super::sign_in::{answer, finish};
use crate::{
    People,
    customers::{
        error,
        model::{Customer, CustomerSignedIn},
        store,
    },
    sessions::{Device, NewSession},
    signin::{Proof, SecondFactor, SignIn, complete_sign_in},
    tenants,
};

/// With `tenant` only a link of that business works.
pub(crate) async fn verify_link(
    people: &People,
    token: &str,
    tenant: Option<Id<id::Tenant>>,
    second: SecondFactor<'_>,
    device: &Device,
) -> Result<CustomerSignedIn> {
    if token.len() > TOKEN_CHARS_MAX {
        return Err(error::link_refused().into());
    }
    let digest = crypto::digest(token);
    let tx = people.db().begin().await?;
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
    // Whoever follows it reads the mail of this address.
    store::mark_email_verified(tx.conn(), link.tenant_id, link.customer_id, now).await?;
    let customer = Customer { email_verified_at: row.email_verified_at.or(Some(now)), ..Customer::from(row) };
    let session = NewSession::Customer { id: customer.id, tenant: tenant.id };
    let sign_in = SignIn { session, proof: Proof::Link, second, device };
    // When a code is still to be typed, this transaction is rolled back and the link works again.
    let done = complete_sign_in(people, tx, sign_in).await?;
    let tokens = finish(done, &customer, "customer.signed_in_by_link", device).await?;
    answer(people, &tenant, customer, tokens).await
}
