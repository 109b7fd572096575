//! What every sign-in of a customer ends with.

use platform::{Result, Tx};

use crate::{
    People,
    customers::{
        model::{Customer, CustomerSignedIn, CustomerView},
        store,
    },
    sessions::{Device, NewSession, TokenPair, open_session},
    tenants::{self, TenantView},
};

/// Opens a session and notes the visit.
pub(super) async fn sign_in(people: &People, tx: &mut Tx, customer: &Customer, device: &Device) -> Result<TokenPair> {
    let now = tx.now();
    store::mark_signed_in(tx.conn(), customer.tenant, customer.id, now).await?;
    let session = NewSession::Customer { id: customer.id, tenant: customer.tenant };
    open_session(people, tx, session, device).await
}

/// Who they are, where, and the tokens.
pub(super) async fn answer(
    people: &People,
    tenant: &TenantView,
    customer: Customer,
    tokens: TokenPair,
) -> Result<CustomerSignedIn> {
    let business = tenants::find_business(people, tenant).await?;
    Ok(CustomerSignedIn { customer: CustomerView::from(customer), business, tokens })
}
