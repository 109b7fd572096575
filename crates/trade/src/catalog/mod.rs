//! The catalog: services a business sells by time, each with a duration, a price and, where not everybody gives it, the
//! providers who do. A retired service is hidden from all lists; appointments keep the name and price they were booked at.

pub(crate) mod actions;
pub(crate) mod entity;
pub(crate) mod http;
mod model;
pub mod price;
pub(crate) mod store;

pub use actions::{ServiceDraft, create_service};
pub use model::{Service, ServiceView};
pub use store::{find_active_services, find_service};
