//! Puts a service away: off every list but the archive, no longer bookable. What was booked stays booked, and a change with
//! `archived: false` brings it back.

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

pub(crate) async fn archive_service(
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
    if present.archived_at.is_some() {
        return Ok(present);
    }
    let archived =
        Service { active: false, archived_at: Some(tx.now()), version: present.version + 1, ..present.clone() };
    store::update(&tx, caller.tenant, &archived).await?;
    audit(&mut tx, caller, client, "service.archived", &archived, Some(&present)).await?;
    tx.commit().await?;
    Ok(archived)
}
