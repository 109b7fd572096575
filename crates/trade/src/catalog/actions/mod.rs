//! The use cases of this slice.

mod archive;
mod change;
mod create;

pub(crate) use archive::archive_service;
pub(crate) use change::{ServicePatch, change_service};
pub(crate) use create::add_service;
pub use create::{ServiceDraft, create_service};

use kernel::{Caller, Currency, Id, Money, Right, id, problem::Fields, text};
use people::tenants::TenantView;
use platform::{AuditEntry, Result, Tx, db::changed, http::ClientInfo};
use serde_json::json;

use super::{
    model::{DESCRIPTION_CHARS_MAX, DURATION_MINUTES_MAX, SERVICE_PROVIDERS_MAX, Service},
    price::PriceInput,
};

/// Reads the fields that creating and changing share; each that is absent stays `None`.
struct ServiceFields {
    /// Currencies that a price may be in; one that names none is in the first.
    currencies: Vec<Currency>,
    refused: Fields,
}

impl ServiceFields {
    /// For a new service, which is priced in the business's currency.
    fn new(tenant: &TenantView) -> Self {
        Self { currencies: vec![tenant.currency], refused: Fields::new() }
    }
    /// For a service that is there. It may have been priced before the business changed its currency; it keeps that one
    /// until somebody names the other.
    fn of(service: &Service, tenant: &TenantView) -> Self {
        let mut currencies = vec![service.price.currency];
        if tenant.currency != service.price.currency {
            currencies.push(tenant.currency);
        }
        Self { currencies, refused: Fields::new() }
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
        self.refused.take("price", "INVALID_VALUE", sent.parse(&self.currencies))
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
    before: Option<&Service>,
) -> Result<()> {
    let state = |service: &Service| {
        json!({ "name": service.name, "duration": service.duration_minutes, "price": service.price,
            "active": service.active, "archived": service.archived_at.is_some(), "category": service.category,
            "description": service.description, "providerIds": service.provider_ids })
    };
    let mut details = match before {
        Some(before) => changed(&state(before), &state(service)),
        None => json!({ "after": state(service) }),
    };
    details["name"] = json!(service.name);
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: service.id.to_string(),
        details,
        ip: Some(client.ip.to_string()),
    })
    .await
}
