//! A tenant is one business: its name and label, the code its customers find it by, its zone, currency and country.
//! Everything else in the house belongs to exactly one of them. Opening hours belong to the bookings; they come in
//! through the [`OpeningHours`] port when a business is shown. See `rules.rs` for what a new business starts with.

mod access;
pub(crate) mod actions;
pub(crate) mod entity;
mod error;
pub(crate) mod http;
pub(crate) mod logo;
mod model;
mod ports;
pub mod rules;
mod store;

pub use access::{
    access_business, find_business, find_by_code_or_slug, find_tenant, find_tenant_in, find_tenants, is_any_founded,
};
pub use actions::change_settings;
pub use logo::{LOGO_BODY_BYTES_MAX, LOGO_PATH};
pub use model::{Business, BusinessSettings, DayHours, Team, TenantView};
pub use ports::{NewMemberHook, NewTenantHook, OpeningHours, Owner, PersonalZones, Ports};

pub(crate) use access::find_closing;
