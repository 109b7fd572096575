//! Signs somebody in by a passkey, which is both factors in one: the device has checked its holder.

use kernel::Id;
use platform::Result;
use webauthn_rs::prelude::PublicKeyCredential;

use super::prove::{prove, read_claim};
use crate::{
    People,
    accounts::{
        UserSignedIn,
        actions::{find_place, finish_sign_in},
    },
    customers::{self, Customer, CustomerSignedIn},
    passkeys::{Holder, error},
    sessions::{Device, NewSession, PersonKind},
    signin::{Proof, SecondFactor, SignIn, complete_sign_in},
    tenants::TenantView,
};

/// Signs a user in, in the business they used last.
pub(crate) async fn sign_user_in(
    people: &People,
    challenge: &str,
    answer: &PublicKeyCredential,
    device: &Device,
) -> Result<UserSignedIn> {
    let person = read_claim(people, answer)?;
    let place = find_place(people, Id::from_uuid(person)).await?;
    let tx = people.db().begin().await?;
    prove(people, &tx, Holder { kind: PersonKind::User, person, tenant: None }, challenge, answer).await?;
    // Only who has proven who they are learns that they belong nowhere.
    let (tenant, role) = place?;
    let session = NewSession::User { id: Id::from_uuid(person), tenant: tenant.id, role };
    let sign_in = SignIn { session, proof: Proof::Passkey, second: SecondFactor::default(), device };
    let done = complete_sign_in(people, tx, sign_in).await?;
    finish_sign_in(done, Id::from_uuid(person), (&tenant, role), device, "user.signed_in_by_passkey").await
}

/// Signs a customer in at this business.
pub(crate) async fn sign_customer_in(
    people: &People,
    tenant: &TenantView,
    challenge: &str,
    answer: &PublicKeyCredential,
    device: &Device,
) -> Result<CustomerSignedIn> {
    let person = read_claim(people, answer)?;
    let tx = people.db().begin().await?;
    let holder = Holder { kind: PersonKind::Customer, person, tenant: Some(tenant.id) };
    prove(people, &tx, holder, challenge, answer).await?;
    let row = customers::find_customer(tx.conn(), tenant.id, Id::from_uuid(person)).await?;
    let customer: Customer = row.ok_or_else(error::refused)?;
    let session = NewSession::Customer { id: customer.id, tenant: tenant.id };
    let sign_in = SignIn { session, proof: Proof::Passkey, second: SecondFactor::default(), device };
    let done = complete_sign_in(people, tx, sign_in).await?;
    let tokens = customers::actions::finish(done, &customer, "customer.signed_in_by_passkey", device).await?;
    customers::actions::answer(people, tenant, customer, tokens).await
}
