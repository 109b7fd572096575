//! Signs a customer in by password. A guest has none and gets the same answer as a stranger.

use kernel::text;
use platform::Result;

use super::sign_in::{answer, sign_in};
use crate::{
    People, accounts,
    customers::{
        model::{Customer, CustomerSignedIn},
        store,
    },
    sessions::Device,
    tenants::TenantView,
};

/// An attempt to sign in.
pub(crate) struct Login<'a> {
    pub email: &'a str,
    pub password: &'a str,
    pub device: Device,
}

pub(crate) async fn login(people: &People, tenant: &TenantView, attempt: Login<'_>) -> Result<CustomerSignedIn> {
    // What is no address belongs to nobody, and goes the same way as an unknown one.
    let row = match text::parse_email(attempt.email) {
        Ok(email) => store::find_row_by_email(people.db().read(), tenant.id, &email).await?,
        Err(_) => None,
    };
    let stored = row.as_ref().and_then(|row| row.password_hash.as_deref());
    let right = people.crypto().passwords().verify(attempt.password, stored).await?;
    let row = row.filter(|_| right).ok_or_else(accounts::error::invalid_credentials)?;
    let customer = Customer::from(row);
    let mut tx = people.db().begin().await?;
    let tokens = sign_in(people, &mut tx, &customer, &attempt.device).await?;
    tx.commit().await?;
    answer(people, tenant, customer, tokens).await
}
