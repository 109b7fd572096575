//! The use cases of this slice.

mod appoint;
mod look;
mod suspend;

pub use appoint::{Appointed, appoint, import_operator};

pub(crate) use look::ENDED;
pub(super) use look::look_into;
pub(super) use suspend::{Standing, suspend_tenant, suspend_user};
