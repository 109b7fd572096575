//! Changes a service, also one that was archived, and brings it back. Appointments that were booked before keep their duration and price.

use http::HeaderMap;
use kernel::{Caller, Id, Problem, Timestamp, id};
use platform::{
    Result,
    http::{ClientInfo, etag},
};

use super::{ServiceFields, audit, check_may_edit, check_providers};
use crate::{
    Trade,
    catalog::{model::Service, price::PriceInput, store},
};

/// Fields to change; an absent one stays, an empty text clears it.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServicePatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub category: Option<String>,
    pub duration: Option<u32>,
    pub price: Option<PriceInput>,
    pub active: Option<bool>,
    pub archived: Option<bool>,
    pub provider_ids: Option<Vec<Id<id::User>>>,
}

pub(crate) async fn change_service(
    trade: &Trade,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    service: Id<id::Service>,
    patch: ServicePatch,
) -> Result<Service> {
    check_may_edit(caller)?;
    let tenant = trade.find_tenant(caller.tenant).await?;
    let mut tx = trade.db().begin().await?;
    let present = store::find_service_locked(&tx, tenant.id, service).await?.ok_or_else(Problem::not_found)?;
    etag::check_if_match(headers, present.version)?;
    let next = apply(ServiceFields::of(&present, &tenant), present.clone(), patch, tx.now())?;
    // Who left the team since stays named until somebody takes them off; that must not stop a change of the price.
    let named: Vec<_> = next.provider_ids.iter().copied().filter(|user| !present.provider_ids.contains(user)).collect();
    check_providers(&tx, tenant.id, &named).await?;
    store::update(&tx, tenant.id, &next).await?;
    audit(&mut tx, caller, client, "service.updated", &next, Some(&present)).await?;
    tx.commit().await?;
    Ok(next)
}

fn apply(mut fields: ServiceFields, mut service: Service, patch: ServicePatch, now: Timestamp) -> Result<Service> {
    if let Some(name) = patch.name.and_then(|sent| fields.name(&sent)) {
        service.name = name;
    }
    if let Some(sent) = patch.description {
        service.description = fields.description(&sent);
    }
    if let Some(sent) = patch.category {
        service.category = fields.category(&sent);
    }
    if let Some(duration) = patch.duration.and_then(|sent| fields.duration(sent)) {
        service.duration_minutes = duration;
    }
    if let Some(price) = patch.price.and_then(|sent| fields.price(&sent)) {
        service.price = price;
    }
    if let Some(sent) = patch.provider_ids {
        service.provider_ids = fields.provider_ids(sent);
    }
    service.archived_at = match patch.archived {
        Some(true) => service.archived_at.or(Some(now)),
        Some(false) => None,
        None => service.archived_at,
    };
    if service.archived_at.is_some() && patch.active == Some(true) {
        fields.refused.refuse(
            "active",
            "INVALID_VALUE",
            "an archived service is not shown: send archived false as well",
        );
    }
    service.active = patch.active.unwrap_or(service.active) && service.archived_at.is_none();
    service.version += 1;
    fields.refused.check()?;
    Ok(service)
}
