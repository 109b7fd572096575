//! Tells a signed-in customer who and where they are.

use kernel::{Caller, Id, Problem, id};
use platform::Result;

use crate::{
    People,
    customers::{
        access::find_customer,
        model::{Customer, CustomerProfile, CustomerView},
    },
    tenants,
};

pub(crate) async fn show_profile(people: &People, caller: &Caller) -> Result<CustomerProfile> {
    let id = caller.customer().ok_or_else(Problem::unauthorized)?;
    let customer = show_customer(people, caller.tenant, id).await?;
    let tenant = tenants::find_tenant(people, caller.tenant).await?.ok_or_else(Problem::unauthorized)?;
    let business = tenants::find_business(people, &tenant).await?;
    Ok(CustomerProfile { customer: CustomerView::from(customer), business })
}

/// The signed-in customer. Whoever vanished between the check of the token and now must sign in again.
pub(super) async fn show_customer(
    people: &People,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
) -> Result<Customer> {
    let found = find_customer(people.db().read(), tenant, customer).await?;
    found.ok_or_else(|| Problem::unauthorized().into())
}
