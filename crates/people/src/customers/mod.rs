//! A customer belongs to exactly one business; the same person at two businesses is two customers. A guest has no
//! password: their session lives on the device that made it, and elsewhere they sign in by a link that is mailed to them.
//! An address that is already known is never taken over, neither by a guest nor by a sign-up.

mod access;
pub(crate) mod actions;
pub(crate) mod entity;
pub(crate) mod error;
pub(crate) mod http;
pub(crate) mod http_security;
mod jobs;
mod model;
pub mod rules;
mod store;

pub use access::{
    access_customer, find_cards, find_customer, find_customers, list_customers, list_customers_everywhere,
};
pub use actions::{
    NewGuest, SignUp, audit_guest, enqueue_link, find_or_create_guest, import_customer, register_customer,
};
pub use model::{Card, Customer, CustomerFilter, CustomerProfile, CustomerSignedIn, CustomerView};

pub(crate) use jobs::register_jobs;
