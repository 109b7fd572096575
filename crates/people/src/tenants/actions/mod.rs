//! The use cases of this slice.

mod found;
mod update_settings;

pub(crate) use found::{NewTenant, found_tenant};
pub(super) use update_settings::update_settings;
