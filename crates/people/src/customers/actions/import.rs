//! Brings along a customer who was known before, in the caller's transaction: with or without a password, whose hash was
//! made before it.

use kernel::{Id, id};
use platform::{Result, Tx};

use super::create_guest::NewGuest;
use crate::{
    People,
    customers::{entity, model::Customer, store},
};

/// Stores the customer, whose address is vouched for by whoever brings them along, or tells that the address is known here.
/// Nobody is told of a new customer: the business knew them.
pub async fn import_customer(
    people: &People,
    tx: &mut Tx,
    tenant: Id<id::Tenant>,
    contact: NewGuest,
    password_hash: Option<String>,
) -> Result<Customer> {
    let row = entity::Model {
        id: people.world().id(),
        tenant_id: tenant,
        email_verified_at: contact.email.is_some().then(|| tx.now()),
        email: contact.email,
        phone: contact.phone,
        name: contact.name,
        password_hash,
        two_factor_enabled_at: None,
        last_login_at: None,
        created_at: tx.now(),
    };
    store::insert(tx.conn(), row.clone()).await?;
    Ok(Customer::from(row))
}
