//! Somebody follows the link of an invitation: with a new account, or signed in with the one that has this address.

use kernel::{Caller, Id, id};
use platform::{
    AuditEntry, Result, Tx, crypto,
    crypto::{Digest, tokens::TOKEN_CHARS_MAX},
};
use serde_json::json;

use crate::{
    People,
    accounts::{self, NewUser, UserSignedIn},
    sessions::{Device, NewSession},
    signals::TEAM_CHANGED,
    signin::open_first_session,
    team::{
        error,
        invitations::{self, Model},
        store,
    },
    tenants,
};

/// What the page sends.
pub(in crate::team) struct Accept<'a> {
    pub token: &'a str,
    pub name: Option<&'a str>,
    pub password: Option<&'a str>,
}

/// Whoever joins.
enum Joining {
    Known(Id<id::User>),
    New(NewUser, String),
}

/// The invitation behind a link that is still good, in an open business.
pub(in crate::team) async fn open(people: &People, token: &str) -> Result<(Model, Digest, String)> {
    if token.is_empty() || token.len() > TOKEN_CHARS_MAX {
        return Err(error::invalid_invitation().into());
    }
    let digest = crypto::digest(token);
    let row = invitations::find_by_digest(people.db().read(), &digest, people.world().now()).await?;
    let business = tenants::find_tenant(people, row.tenant_id).await?.filter(|tenant| tenant.suspended_at.is_none());
    let business = business.ok_or_else(error::invalid_invitation)?;
    Ok((row, digest, business.name.clone()))
}

pub(in crate::team) async fn accept(
    people: &People,
    caller: Option<&Caller>,
    sent: Accept<'_>,
    device: &Device,
) -> Result<UserSignedIn> {
    let (row, digest, _) = open(people, sent.token).await?;
    let joining = decide_joining(people, caller, &row, &sent).await?;
    let mut tx = people.db().begin().await?;
    // Of two that follow one link at the same moment one finds it used.
    if !invitations::delete(&tx, row.id, Some(&digest)).await? {
        return Err(error::invalid_invitation().into());
    }
    let user = match joining {
        Joining::Known(user) => user,
        Joining::New(user, hash) => accounts::store_user(people, &mut tx, user, hash).await?.id,
    };
    // Only who reads the mail has the link.
    accounts::note_proven_address(&tx, user).await?;
    if store::find(tx.conn(), row.tenant_id, user).await?.is_some() {
        return Err(error::already_member().into());
    }
    let (role, now) = (row.role()?, tx.now());
    store::insert(tx.conn(), row.tenant_id, user, role, now).await?;
    tx.signal(&TEAM_CHANGED, &row.tenant_id);
    audit(&mut tx, &row, user, device).await?;
    let session = NewSession::User { id: user, tenant: row.tenant_id, role };
    let tokens = open_first_session(people, &mut tx, session, device).await?;
    tx.commit().await?;
    let (user, team) = accounts::actions::show_signed_in(people, user, row.tenant_id).await?;
    Ok(UserSignedIn { user, team, tokens })
}

async fn decide_joining(people: &People, caller: Option<&Caller>, row: &Model, sent: &Accept<'_>) -> Result<Joining> {
    let account = accounts::store::find_by_email(people.db().read(), &row.email).await?;
    let signed_in = caller.map(Caller::check_user).transpose().map_err(|_| error::for_another())?;
    match (account, signed_in) {
        (Some(account), Some(user)) if account.id == user => Ok(Joining::Known(user)),
        (_, Some(_)) => Err(error::for_another().into()),
        (Some(_), None) => Err(accounts::error::email_exists().into()),
        (None, None) => {
            let name = sent.name.filter(|name| !name.trim().is_empty()).or(row.name.as_deref()).unwrap_or_default();
            let password = sent.password.unwrap_or_default();
            let user = NewUser::parse_member(name, &row.email, password)?;
            let hash = people.crypto().passwords().hash(password).await?;
            Ok(Joining::New(user, hash))
        }
    }
}

async fn audit(tx: &mut Tx, row: &Model, user: Id<id::User>, device: &Device) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(row.tenant_id),
        actor: user.to_string(),
        action: "member.joined",
        object: user.to_string(),
        details: json!({ "before": null, "after": { "role": row.role }, "invitedBy": row.invited_by }),
        ip: device.ip.clone(),
    })
    .await
}
