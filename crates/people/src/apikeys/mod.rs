//! An API key lets another system of a business speak for it, within the scopes it was made with. Its text is shown once;
//! what is kept is a digest that nobody can check without `API_KEY_SECRET`. A key can be exchanged for connection tokens
//! (`POST /auth/token`), which a browser may hold: they are good for an hour, for little, and no longer than their key.
//! Start with `authenticate.rs` for what a key means and `rules.rs` for how it looks.

mod access;
mod actions;
mod authenticate;
pub(crate) mod entity;
mod error;
pub(crate) mod http;
mod last_use;
mod model;
pub mod rules;
mod store;

pub use access::is_alive;
pub use model::{ApiKeyView, NewApiKey};

pub(crate) use authenticate::{KeyFacts, TOKEN_KIND, authenticate_key, authenticate_token};
pub(crate) use last_use::LastUses;
