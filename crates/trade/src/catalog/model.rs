//! What a service is, inside and as clients see it.

use kernel::{Currency, Id, Money, Timestamp, id};
use platform::Fault;
use serde::Serialize;

use super::entity;

/// Longest description.
pub const DESCRIPTION_CHARS_MAX: usize = 2000;
/// Longest service; it still has to fit within one day's hours.
pub const DURATION_MINUTES_MAX: u32 = 24 * 60;
/// Providers that one service may name.
pub const SERVICE_PROVIDERS_MAX: usize = 100;

/// A service with those who give it; an empty list means everybody who can be booked.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its id.
    pub id: Id<id::Service>,
    /// As shown.
    pub name: String,
    /// A few words.
    pub description: Option<String>,
    /// A heading to group by.
    pub category: Option<String>,
    /// How long it takes.
    pub duration_minutes: u32,
    /// What it costs.
    pub price: Money,
    /// Shown to customers.
    pub active: bool,
    /// Who gives it.
    pub provider_ids: Vec<Id<id::User>>,
    /// When it was put into the archive; never shown to customers from then on.
    pub archived_at: Option<Timestamp>,
    /// Counts the changes.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
}

impl Service {
    /// Whether this provider gives it.
    pub fn is_given_by(&self, provider: Id<id::User>) -> bool {
        self.provider_ids.is_empty() || self.provider_ids.contains(&provider)
    }

    pub(super) fn from_row(row: entity::Model, provider_ids: Vec<Id<id::User>>) -> Result<Self, Fault> {
        let currency =
            Currency::parse(&row.price_currency).map_err(|e| Fault::internal("reading a stored price", e))?;
        Ok(Self {
            id: row.id,
            name: row.name,
            description: row.description,
            category: row.category,
            duration_minutes: u32::try_from(row.duration_minutes)
                .map_err(|e| Fault::internal("reading a stored duration", e))?,
            price: Money { amount: row.price_amount, currency },
            active: row.active,
            provider_ids,
            archived_at: row.archived_at,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

/// A service as clients see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Service)]
pub struct ServiceView {
    /// Its id.
    pub id: Id<id::Service>,
    /// As shown.
    pub name: String,
    /// A few words.
    pub description: Option<String>,
    /// A heading to group by.
    pub category: Option<String>,
    /// Minutes.
    pub duration: u32,
    /// What it costs.
    pub price: Money,
    /// Shown to customers.
    pub active: bool,
    /// Who gives it; empty means everybody who can be booked.
    pub provider_ids: Vec<Id<id::User>>,
    /// When it was put into the archive; null for those that are offered or only hidden.
    pub archived_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

impl From<Service> for ServiceView {
    fn from(service: Service) -> Self {
        Self {
            id: service.id,
            name: service.name,
            description: service.description,
            category: service.category,
            duration: service.duration_minutes,
            price: service.price,
            active: service.active,
            provider_ids: service.provider_ids,
            archived_at: service.archived_at,
            created_at: service.created_at,
        }
    }
}
