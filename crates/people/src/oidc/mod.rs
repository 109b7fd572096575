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

use platform::{Result, Tx};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{People, sessions::PersonKind};

/// The houses whose word opens this person's account, by the names that people know.
pub(crate) async fn find_houses(
    people: &People,
    db: &impl ConnectionTrait,
    kind: PersonKind,
    person: Uuid,
) -> Result<Vec<String>> {
    let issuers = store::find_issuers(db, kind, person).await?;
    Ok(issuers.into_iter().map(|issuer| people.providers().name_of(&issuer)).collect())
}

/// From now on they are strangers here, until they come with a proven address again.
pub(crate) async fn forget_houses(tx: &Tx, kind: PersonKind, person: Uuid) -> Result<()> {
    store::forget(tx.conn(), kind, person).await
}
