//! Providers: the users of a tenant whom customers can book, each with weekly opening hours in the tenant's zone. Every
//! member of the team is listed; who was never set up is simply not bookable. Read [`hours`] for how a wall-clock rule
//! becomes instants; free time is decided in `bookings::rules`.

mod access;
pub(crate) mod actions;
pub(crate) mod entity;
pub mod hours;
pub(crate) mod http;
mod model;
pub(crate) mod store;

pub use access::{find_opening_hours, find_provider, find_providers};
pub use actions::{make_bookable, provide_defaults};
pub use hours::{OpenRange, WallTime, WeeklyHours};
pub use model::{Provider, ProviderView};
