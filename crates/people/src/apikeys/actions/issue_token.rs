//! A key is exchanged for a connection token, which a page of the other system may hold. User and session are names of that
//! system: they are copied into the token and the audit log and open nothing.

use kernel::{
    Id, Problem, id,
    sender::{Credential, Scope, Sender},
};
use platform::{Result, crypto::Subject, http::ClientInfo};
use serde_json::json;

use super::audit;
use crate::{
    People,
    apikeys::{authenticate::sign, rules::TOKEN_LIFETIME},
};

/// For whom a token is asked.
#[derive(Debug, Clone)]
pub(in crate::apikeys) struct TokenWish {
    /// The business, as the other system has it stored.
    pub customer: String,
    /// Its user.
    pub user: String,
    /// Its session.
    pub session: String,
}

/// The token and the seconds it is good for.
pub(in crate::apikeys) async fn issue_token(
    people: &People,
    sender: &Sender,
    client: &ClientInfo,
    wish: TokenWish,
) -> Result<(String, u64)> {
    let key = check_key(sender)?;
    sender.check(Scope::EventsWrite)?;
    if Id::<id::Tenant>::parse(&wish.customer) != Ok(sender.tenant) {
        return Err(Problem::not_found().into());
    }
    let token = sign(
        people,
        &Subject {
            person: wish.user.clone(),
            tenant: sender.tenant.to_string(),
            session: key.to_string(),
            role: "system",
            foreign_session: Some(wish.session.clone()),
        },
    )?;
    let mut tx = people.db().begin().await?;
    let details = json!({ "user_id": wish.user, "session_id": wish.session });
    audit(&mut tx, (sender.tenant, sender.actor()), "connection_token.issued", key, details, client).await?;
    tx.commit().await?;
    Ok((token, TOKEN_LIFETIME.as_secs()))
}

/// Only a key makes tokens: neither a user nor a token does.
fn check_key(sender: &Sender) -> std::result::Result<Id<id::ApiKey>, Problem> {
    match &sender.credential {
        Credential::Key { id, .. } => Ok(*id),
        Credential::User(_) | Credential::Token { .. } => Err(Problem::unauthorized()),
    }
}
