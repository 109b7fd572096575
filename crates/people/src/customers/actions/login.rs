//! Signs a customer in by password. A guest has none and gets the same answer as a stranger.

use kernel::text;
use platform::Result;

use super::sign_in::{answer, finish};
use crate::{
    People,
    customers::{
        model::{Customer, CustomerSignedIn},
        store,
    },
    sessions::{Device, NewSession},
    signin::{
        Attempt, Method, Person, Proof, Realm, SecondFactor, SignIn, check_not_locked, complete_sign_in,
        refuse_wrong_password,
    },
    tenants::TenantView,
};

/// An attempt to sign in.
pub(crate) struct Login<'a> {
    pub email: &'a str,
    pub password: &'a str,
    pub second: SecondFactor<'a>,
    pub device: Device,
}

pub(crate) async fn login(people: &People, tenant: &TenantView, login: Login<'_>) -> Result<CustomerSignedIn> {
    // What is no address belongs to nobody, and goes the same way as an unknown one.
    let email = text::parse_email(login.email);
    let row = match &email {
        Ok(email) => store::find_row_by_email(people.db().read(), tenant.id, email).await?,
        Err(_) => None,
    };
    let person = row.clone().map(Person::from);
    let mut attempt = Attempt {
        realm: Realm::Customers(tenant.id),
        email: email.as_deref().unwrap_or(login.email),
        person: person.as_ref(),
        method: Method::Password,
        device: &login.device,
        known_device: None,
    };
    check_not_locked(people, &mut attempt).await?;
    let stored = row.as_ref().and_then(|row| row.password_hash.as_deref());
    let right = people.crypto().passwords().verify(login.password, stored).await?;
    let known = row.filter(|_| right).and_then(|row| Some((row.password_hash.clone()?, row)));
    let Some((hash, row)) = known else { return Err(refuse_wrong_password(people, &attempt).await?) };
    let customer = Customer::from(row);
    let session = NewSession::Customer { id: customer.id, tenant: tenant.id };
    let (proof, tx) = (Proof::Password { hash: &hash }, people.db().begin().await?);
    let sign_in = SignIn { session, proof, second: login.second, device: &login.device };
    let done = complete_sign_in(people, tx, sign_in).await?;
    let tokens = finish(done, &customer, "customer.signed_in", &login.device).await?;
    answer(people, tenant, customer, tokens).await
}
