//! Signing in with an account at another house (OpenID Connect, authorization code flow with PKCE). The browser is sent there
//! with a question that only it can bring the answer to; the house's signed word says who came. Whose account that is here is
//! decided in `actions/finish.rs`. The protocol is carried out by `openidconnect`, over our own HTTP.

mod actions;
mod entity;
mod error;
pub(crate) mod http;
mod model;
mod provider;
mod store;

pub(crate) use provider::Providers;
