//! Bookings: a customer reserves a time of a provider for a service. A time is sold once: each provider's time is cut
//! into cells of five minutes, and the database lets a cell belong to one appointment only (see [`store`]). [`rules`]
//! decides which times are free, [`model`] which changes of status are legal, `actions/` does both in one transaction.

pub mod model;
pub mod rules;
