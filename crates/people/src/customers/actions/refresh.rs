//! Renews a customer's session and tells again who they are and where.

use kernel::{Id, Problem, id};
use platform::Result;

use super::{show::show_customer, sign_in::answer};
use crate::{
    People,
    customers::model::CustomerSignedIn,
    sessions::{Device, PersonKind, actions::refresh_session},
    tenants,
};

pub(crate) async fn refresh(
    people: &People,
    refresh_token: &str,
    tenant: Option<Id<id::Tenant>>,
    device: &Device,
) -> Result<CustomerSignedIn> {
    let renewed = refresh_session(people, PersonKind::Customer, refresh_token, tenant, device).await?;
    let tenant = tenants::find_tenant(people, renewed.session.tenant).await?.ok_or_else(Problem::unauthorized)?;
    let customer = show_customer(people, tenant.id, Id::from_uuid(renewed.session.person)).await?;
    answer(people, &tenant, customer, renewed.pair).await
}
