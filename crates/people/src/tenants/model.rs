//! What others may know about a business, and how it is shown.

use kernel::{Currency, Id, Role, Timestamp, id, text};
use platform::Fault;
use serde::{Deserialize, Serialize};

use super::entity;

/// A business as the other floors see it; kept in a cache, so read it, do not store it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantView {
    /// The business.
    pub id: Id<id::Tenant>,
    /// Its name.
    pub name: String,
    /// Its address label.
    pub slug: String,
    /// What it tells its customers to find it by.
    pub invite_code: String,
    /// IANA zone.
    pub timezone: String,
    /// What prices are in.
    pub currency: Currency,
    /// ISO 3166 alpha-2; phone numbers are read with it.
    pub country: String,
    /// A few words for the storefront.
    pub about: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Where to find it.
    pub address: Option<String>,
    /// `#rrggbb`.
    pub brand_color: Option<String>,
    /// How long an appointment's thread stays open after it.
    pub after_care_days: i32,
    /// Its logo.
    pub logo: Option<Logo>,
    /// Counts the changes.
    pub version: i64,
    /// When it signed up.
    pub created_at: Timestamp,
    /// When the operator closed it.
    pub suspended_at: Option<Timestamp>,
    /// Members must have a second factor; without one they can do nothing but set it up.
    pub require_two_factor: bool,
    /// Origins of other sites that may show the storefront in a frame.
    pub embed_origins: Vec<String>,
}

/// A stored logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Where it is kept.
    pub key: String,
    /// What kind of picture it is.
    pub mime: String,
}

impl TenantView {
    /// Where anybody gets the logo; another address for each.
    pub fn logo_url(&self) -> Option<String> {
        let logo = self.logo.as_ref()?;
        let mark = logo.key.rsplit('/').next().unwrap_or_default();
        Some(format!("/api/public/businesses/{}/logo?v={mark}", self.id))
    }
    /// The zone as a calendar needs it. A stored zone that a newer database of zones dropped counts as UTC.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        text::parse_zone(&self.timezone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

impl TryFrom<entity::Model> for TenantView {
    type Error = Fault;
    fn try_from(row: entity::Model) -> Result<Self, Fault> {
        Ok(Self {
            id: row.id,
            name: row.name,
            slug: row.slug,
            invite_code: row.invite_code,
            timezone: row.timezone,
            currency: Currency::parse(&row.currency).map_err(|e| Fault::internal("reading a tenant's currency", e))?,
            country: row.country,
            about: row.about,
            phone: row.phone,
            address: row.address,
            brand_color: row.brand_color,
            after_care_days: row.after_care_days,
            logo: row.logo_key.zip(row.logo_type).map(|(key, mime)| Logo { key, mime }),
            version: row.version,
            created_at: row.created_at,
            suspended_at: row.suspended_at,
            require_two_factor: row.require_two_factor,
            embed_origins: match row.embed_origins {
                Some(list) => {
                    serde_json::from_str(&list).map_err(|e| Fault::internal("reading a tenant's other sites", e))?
                }
                None => Vec::new(),
            },
        })
    }
}

/// The business as its own people see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// The business.
    pub id: Id<id::Tenant>,
    /// Its name.
    pub name: String,
    /// What it tells its customers to find it by.
    pub invite_code: String,
    /// Its address label.
    pub slug: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: Currency,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// The caller's role.
    #[schema(value_type = Role)]
    pub role: &'static str,
}

impl Team {
    /// For a member with this role.
    pub fn new(tenant: &TenantView, role: Role) -> Self {
        Self {
            id: tenant.id,
            name: tenant.name.clone(),
            invite_code: tenant.invite_code.clone(),
            slug: tenant.slug.clone(),
            timezone: tenant.timezone.clone(),
            currency: tenant.currency,
            country: tenant.country.clone(),
            role: role.as_str(),
        }
    }
}

/// When the doors are open on one day of the week, in the business's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DayHours {
    /// 1 is Monday, 7 Sunday.
    pub day: u8,
    /// `HH:MM`.
    pub start: String,
    /// `HH:MM`.
    pub end: String,
}

/// The business as anybody may see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Business {
    /// The business.
    pub id: Id<id::Tenant>,
    /// Its name.
    pub name: String,
    /// Its address label.
    pub slug: String,
    /// What its customers find it by.
    pub invite_code: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: Currency,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// A few words.
    pub about: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Where to find it.
    pub address: Option<String>,
    /// `#rrggbb`.
    pub brand_color: Option<String>,
    /// Where its logo is, a path of this server.
    pub logo_url: Option<String>,
    /// Opening hours.
    pub hours: Vec<DayHours>,
}

impl Business {
    /// The public view with these hours.
    pub fn new(tenant: &TenantView, hours: Vec<DayHours>) -> Self {
        Self {
            id: tenant.id,
            name: tenant.name.clone(),
            slug: tenant.slug.clone(),
            invite_code: tenant.invite_code.clone(),
            timezone: tenant.timezone.clone(),
            currency: tenant.currency,
            country: tenant.country.clone(),
            about: tenant.about.clone(),
            phone: tenant.phone.clone(),
            address: tenant.address.clone(),
            brand_color: tenant.brand_color.clone(),
            logo_url: tenant.logo_url(),
            hours,
        }
    }
}

/// The settings page of the business.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BusinessSettings {
    /// Its name.
    pub name: String,
    /// Its address label.
    pub slug: String,
    /// What its customers find it by.
    pub invite_code: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: Currency,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// A few words.
    pub about: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Where to find it.
    pub address: Option<String>,
    /// `#rrggbb`.
    pub brand_color: Option<String>,
    /// How long an appointment's thread stays open after it.
    pub after_care_days: i32,
    /// Whether every member must have two-step sign-in.
    pub require_two_factor: bool,
    /// Origins of other sites that may show the storefront in a frame, such as `https://www.salon.example`.
    pub embed_origins: Vec<String>,
    /// Where its logo is, a path of this server.
    pub logo_url: Option<String>,
}

impl From<&TenantView> for BusinessSettings {
    fn from(tenant: &TenantView) -> Self {
        Self {
            name: tenant.name.clone(),
            slug: tenant.slug.clone(),
            invite_code: tenant.invite_code.clone(),
            timezone: tenant.timezone.clone(),
            currency: tenant.currency,
            country: tenant.country.clone(),
            about: tenant.about.clone(),
            phone: tenant.phone.clone(),
            address: tenant.address.clone(),
            brand_color: tenant.brand_color.clone(),
            after_care_days: tenant.after_care_days,
            require_two_factor: tenant.require_two_factor,
            embed_origins: tenant.embed_origins.clone(),
            logo_url: tenant.logo_url(),
        }
    }
}
