//! The use cases of this slice.

mod found;
mod update_settings;

pub(crate) use found::{NewTenant, found_tenant};
pub use update_settings::change_settings;
pub(super) use update_settings::update_settings;
