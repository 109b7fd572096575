//! Takes a service off the catalog for good; what was booked stays booked.

use http::HeaderMap;
use kernel::{Caller, Id, Problem, id};
use platform::{
    Result,
    http::{ClientInfo, etag},
};

use super::{audit, check_may_edit};
use crate::{
    Trade,
    catalog::{model::Service, store},
};

pub(crate) async fn retire_service(
    trade: &Trade,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    service: Id<id::Service>,
) -> Result<Service> {
    check_may_edit(caller)?;
    let mut tx = trade.db().begin().await?;
    let present = store::find_service_locked(&tx, caller.tenant, service).await?.ok_or_else(Problem::not_found)?;
    etag::check_if_match(headers, present.version)?;
    store::retire(&tx, caller.tenant, service).await?;
    let retired = Service { active: false, ..present };
    audit(&mut tx, caller, client, "service.retired", &retired).await?;
    tx.commit().await?;
    Ok(retired)
}
