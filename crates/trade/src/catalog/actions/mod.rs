//! The use cases of this slice.

mod change;
mod create;
mod retire;

pub(crate) use change::{ServicePatch, change_service};
pub(crate) use create::add_service;
pub use create::{ServiceDraft, create_service};
pub(crate) use retire::retire_service;

use kernel::{Caller, Id, Money, Right, id, problem::Fields, text};
use people::tenants::TenantView;
use platform::{AuditEntry, Result, Tx, http::ClientInfo};
use serde_json::json;

use super::{
    model::{DESCRIPTION_CHARS_MAX, DURATION_MINUTES_MAX, SERVICE_PROVIDERS_MAX, Service},
    price::PriceInput,
};

/// Reads the fields that creating and changing share; each that is absent stays `None`.
struct ServiceFields<'a> {
    tenant: &'a TenantView,
    refused: Fields,
}

impl<'a> ServiceFields<'a> {
    fn new(tenant: &'a TenantView) -> Self {
        Self { tenant, refused: Fields::new() }
    }
    fn name(&mut self, sent: &str) -> Option<String> {
        self.refused.take("name", "INVALID_VALUE", text::parse_line(sent, text::NAME_CHARS_MAX))
    }
    fn description(&mut self, sent: &str) -> Option<String> {
        let prose = text::parse_prose(sent, DESCRIPTION_CHARS_MAX);
        self.refused.take("description", "INVALID_VALUE", prose).filter(|text| !text.is_empty())
    }
    fn category(&mut self, sent: &str) -> Option<String> {
        if sent.trim().is_empty() {
            return None;
        }
        self.refused.take("category", "INVALID_VALUE", text::parse_line(sent, text::NAME_CHARS_MAX))
    }
    fn duration(&mut self, sent: u32) -> Option<u32> {
        if !(1..=DURATION_MINUTES_MAX).contains(&sent) {
            self.refused.refuse("duration", "OUT_OF_RANGE", format!("must be 1 to {DURATION_MINUTES_MAX} minutes"));
            return None;
        }
        Some(sent)
    }
    fn price(&mut self, sent: &PriceInput) -> Option<Money> {
        self.refused.take("price", "INVALID_VALUE", sent.parse(self.tenant.currency))
    }
    fn provider_ids(&mut self, mut sent: Vec<Id<id::User>>) -> Vec<Id<id::User>> {
        sent.sort_unstable();
        sent.dedup();
        if sent.len() > SERVICE_PROVIDERS_MAX {
            self.refused.refuse("providerIds", "TOO_MANY", format!("at most {SERVICE_PROVIDERS_MAX}"));
        }
        sent
    }
}

/// Refuses providers who are no members of the business.
async fn check_providers(tx: &Tx, tenant: Id<id::Tenant>, wanted: &[Id<id::User>]) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let members = people::team::find_members(tx.conn(), tenant).await?;
    if wanted.iter().all(|user| members.iter().any(|member| member.id == *user)) {
        return Ok(());
    }
    Err(kernel::Problem::field("providerIds", "NOT_FOUND", "names somebody who is not in the team").into())
}

fn check_may_edit(caller: &Caller) -> Result<()> {
    caller.check_user()?;
    Ok(caller.check(Right::CatalogEdit)?)
}

async fn audit(
    tx: &mut Tx,
    caller: &Caller,
    client: &ClientInfo,
    action: &'static str,
    service: &Service,
) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: service.id.to_string(),
        details: json!({ "name": service.name, "duration": service.duration_minutes, "price": service.price,
            "active": service.active, "version": service.version }),
        ip: Some(client.ip.to_string()),
    })
    .await
}
