//! Adds a service to the catalog.

use kernel::{Caller, Id, Problem, id};
use people::tenants::TenantView;
use platform::{Result, Tx, http::ClientInfo};

use super::{ServiceFields, audit, check_may_edit, check_providers};
use crate::{
    Trade,
    catalog::{model::Service, price::PriceInput, store},
};

/// A service as it was asked for; texts as sent.
#[derive(Debug, Clone)]
pub struct ServiceDraft {
    /// As shown.
    pub name: String,
    /// A few words.
    pub description: String,
    /// A heading to group by.
    pub category: String,
    /// Minutes.
    pub duration: u32,
    /// In the business's currency.
    pub price: PriceInput,
    /// Shown to customers at once.
    pub active: bool,
    /// Who gives it; nobody named means everybody who can be booked.
    pub provider_ids: Vec<Id<id::User>>,
}

/// A member of the business adds a service.
pub(crate) async fn add_service(
    trade: &Trade,
    caller: &Caller,
    client: &ClientInfo,
    draft: ServiceDraft,
) -> Result<Service> {
    check_may_edit(caller)?;
    let tenant = trade.find_tenant(caller.tenant).await?;
    let mut tx = trade.db().begin().await?;
    let service = create_service(&mut tx, &tenant, draft).await?;
    audit(&mut tx, caller, client, "service.created", &service, None).await?;
    tx.commit().await?;
    Ok(service)
}

/// Stores a service in the caller's transaction; also how a demo business gets its own.
pub async fn create_service(tx: &mut Tx, tenant: &TenantView, draft: ServiceDraft) -> Result<Service> {
    let mut fields = ServiceFields::new(tenant);
    let name = fields.name(&draft.name);
    let description = fields.description(&draft.description);
    let category = fields.category(&draft.category);
    let duration = fields.duration(draft.duration);
    let price = fields.price(&draft.price);
    let provider_ids = fields.provider_ids(draft.provider_ids);
    fields.refused.check()?;
    let (Some(name), Some(duration_minutes), Some(price)) = (name, duration, price) else {
        return Err(Problem::internal().into());
    };
    check_providers(tx, tenant.id, &provider_ids).await?;
    let service = Service {
        id: tx.db().world().id(),
        name,
        description,
        category,
        duration_minutes,
        price,
        active: draft.active,
        provider_ids,
        archived_at: None,
        version: 1,
        created_at: tx.now(),
    };
    store::insert(tx, tenant.id, &service).await?;
    Ok(service)
}
