//! The ways to a customer: for a request through [`access_customer`], for other floors by id within a tenant.

use std::{collections::HashMap, sync::Arc};

use kernel::{Caller, Id, Problem, Right, id};
use platform::{Result, db::Db};
use sea_orm::ConnectionTrait;

use super::{
    model::{Card, Customer, CustomerFilter},
    store,
};
use crate::People;

/// A customer of the caller's business, for a member with the right or for the customer alone. Anybody else's is a 404.
pub async fn access_customer(
    db: &impl ConnectionTrait,
    caller: &Caller,
    customer: Id<id::Customer>,
    right: Right,
) -> Result<Customer> {
    match caller.customer() {
        Some(own) if own != customer => return Err(Problem::not_found().into()),
        Some(_) => {}
        None => caller.check(right)?,
    }
    find_customer(db, caller.tenant, customer).await?.ok_or_else(|| Problem::not_found().into())
}

/// A customer of a business by id.
pub async fn find_customer(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
) -> Result<Option<Customer>> {
    Ok(store::find_row(db, tenant, customer).await?.map(Customer::from))
}

/// Customers of a business by id; those that are not there are left out.
pub async fn find_customers(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    customers: &[Id<id::Customer>],
) -> Result<HashMap<Id<id::Customer>, Customer>> {
    let found = store::find_many(db, tenant, customers).await?;
    Ok(found.into_iter().map(|customer| (customer.id, customer)).collect())
}

/// How customers of a business are shown beside what is theirs, from the cache where they are in it; those that are not
/// there are left out. Not to be called inside a transaction, as [`crate::tenants::find_tenant`].
pub async fn find_cards(
    people: &People,
    tenant: Id<id::Tenant>,
    customers: &[Id<id::Customer>],
) -> Result<HashMap<Id<id::Customer>, Arc<Card>>> {
    let cache = people.card_cache();
    let mut cards = HashMap::with_capacity(customers.len());
    let mut unknown = Vec::new();
    for customer in customers {
        match cache.find(customer) {
            // Another business's customer is none of this one's.
            Some(known) if known.tenant == tenant => _ = cards.insert(*customer, known),
            Some(_) => {}
            None => unknown.push(*customer),
        }
    }
    if unknown.is_empty() {
        return Ok(cards);
    }
    let mark = cache.mark();
    for (customer, card) in store::find_cards(people.db(), tenant, &unknown).await? {
        let card = Arc::new(card);
        cache.keep(mark, customer, card.clone());
        cards.insert(customer, card);
    }
    Ok(cards)
}

/// A page of a business's customers, newest first, and how many fit the filter in all.
pub async fn list_customers(db: &Db, tenant: Id<id::Tenant>, filter: &CustomerFilter) -> Result<(Vec<Customer>, u64)> {
    store::find_page(db, tenant, filter).await
}

/// The newest customers that fit the filter, of whatever business; for operators, whose looks are audited by whoever asks.
pub async fn list_customers_everywhere(db: &Db, caller: &Caller, filter: &CustomerFilter) -> Result<Vec<Customer>> {
    if !caller.operator {
        return Err(Problem::forbidden().into());
    }
    store::find_everywhere(db, filter).await
}
