//! Somebody follows the link of an invitation: with a new account, signed in with the one that has this address, or with
//! that one's password. The last is for whoever was removed from their only business: no sign-in is open to them.

use kernel::{Caller, Id, Timestamp, events, id};
use platform::{
    AuditEntry, Result, Tx, crypto,
    crypto::{Digest, tokens::TOKEN_CHARS_MAX},
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    People,
    accounts::{self, NewUser, UserSignedIn, entity},
    sessions::{Device, NewSession},
    signals::TEAM_CHANGED,
    signin::{
        Attempt, Completed, Method, Person, Proof, Realm, SecondFactor, SignIn, check_not_locked, complete_sign_in,
        open_first_session, refuse_wrong_password,
    },
    team::{
        error, find_active_role,
        invitations::{self, Model},
        model::InvitationState,
        rules::decide_state,
        store,
    },
    tenants,
};

/// What the page sends.
pub(in crate::team) struct Accept<'a> {
    pub token: &'a str,
    pub name: Option<&'a str>,
    pub password: Option<&'a str>,
    /// For an account that asks for one.
    pub second: SecondFactor<'a>,
}

/// Whoever joins.
enum Joining {
    /// Signed in already.
    Known(Id<id::User>),
    /// By the password behind this hash.
    Proven(Id<id::User>, String),
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
    check_inviter(people.db().read(), &row, people.world().now()).await?;
    Ok((row, digest, business.name.clone()))
}

/// What somebody could not give any more is not given: who invited was removed meanwhile, or has a lower role now. Whoever
/// sends the invitation again invites in their own name.
async fn check_inviter(db: &impl ConnectionTrait, row: &Model, now: Timestamp) -> Result<()> {
    let sender = find_active_role(db, row.tenant_id, row.invited_by).await?;
    match decide_state(sender, row.role()?, row.expires_at, now) {
        InvitationState::Open => Ok(()),
        InvitationState::Expired | InvitationState::InviterGone => Err(error::invalid_invitation().into()),
    }
}

pub(in crate::team) async fn accept(
    people: &People,
    caller: Option<&Caller>,
    sent: Accept<'_>,
    device: &Device,
) -> Result<UserSignedIn> {
    let (row, digest, _) = open(people, sent.token).await?;
    let role = row.role()?;
    let joining = decide_joining(people, caller, &row, &sent, device).await?;
    let session = |id| NewSession::User { id, tenant: row.tenant_id, role };
    let mut tx = people.db().begin().await?;
    // What is wrong with a sign-in is written down in its transaction, so nothing is used up before it.
    let mut signed_in = None;
    if let Joining::Proven(user, hash) = &joining {
        let proof = Proof::Password { hash };
        let sign_in = SignIn { session: session(*user), proof, second: sent.second, device };
        let done: Completed = complete_sign_in(people, tx, sign_in).await?;
        (tx, signed_in) = (done.tx, Some(done.tokens));
    }
    // Of two that follow one link at the same moment one finds it used.
    if !invitations::delete(&tx, row.id, Some(&digest)).await? {
        return Err(error::invalid_invitation().into());
    }
    check_inviter(tx.conn(), &row, tx.now()).await?;
    let user = match joining {
        Joining::Known(user) | Joining::Proven(user, _) => user,
        Joining::New(user, hash) => accounts::store_user(people, &mut tx, user, hash).await?.id,
    };
    // Only who reads the mail has the link.
    accounts::note_proven_address(&tx, user).await?;
    if store::find(tx.conn(), row.tenant_id, user).await?.is_some() {
        return Err(error::already_member().into());
    }
    let now = tx.now();
    store::insert(tx.conn(), row.tenant_id, user, role, now).await?;
    people.ports().new_member.member_joined(&tx, row.tenant_id, user).await?;
    tx.signal(&TEAM_CHANGED, &row.tenant_id);
    audit(&mut tx, &row, user, device).await?;
    let name = accounts::store::find(tx.conn(), user).await?.map(|user| user.name).unwrap_or_default();
    tx.emit(row.tenant_id, events::TEAM_MEMBER_JOINED, json!({ "userId": user, "name": name, "role": row.role }))
        .await?;
    let tokens = match signed_in {
        Some(tokens) => tokens,
        None => open_first_session(people, &mut tx, session(user), device).await?,
    };
    tx.commit().await?;
    let (user, team) = accounts::actions::show_signed_in(people, user, row.tenant_id).await?;
    Ok(UserSignedIn { user, team, tokens })
}

async fn decide_joining(
    people: &People,
    caller: Option<&Caller>,
    row: &Model,
    sent: &Accept<'_>,
    device: &Device,
) -> Result<Joining> {
    let account = accounts::store::find_by_email(people.db().read(), &row.email).await?;
    let signed_in = caller.map(Caller::check_user).transpose().map_err(|_| error::for_another())?;
    match (account, signed_in) {
        (Some(account), Some(user)) if account.id == user => Ok(Joining::Known(user)),
        (_, Some(_)) => Err(error::for_another().into()),
        (Some(account), None) => match sent.password {
            Some(password) => prove(people, account, password, device).await,
            None => Err(accounts::error::email_exists().into()),
        },
        (None, None) => {
            let name = sent.name.filter(|name| !name.trim().is_empty()).or(row.name.as_deref()).unwrap_or_default();
            let password = sent.password.unwrap_or_default();
            let user = NewUser::parse_member(name, &row.email, password)?;
            let hash = people.crypto().passwords().hash(password).await?;
            Ok(Joining::New(user, hash))
        }
    }
}

/// The account's password, under the same lock as at its sign-in.
async fn prove(people: &People, account: entity::Model, password: &str, device: &Device) -> Result<Joining> {
    let (user, hash) = (account.id, account.password_hash.clone());
    let person = Person::from(account);
    let email = person.email.clone().unwrap_or_default();
    let mut attempt = Attempt {
        realm: Realm::Users,
        email: &email,
        person: Some(&person),
        method: Method::Password,
        device,
        known_device: None,
    };
    check_not_locked(people, &mut attempt).await?;
    if !people.crypto().passwords().verify(password, Some(&hash)).await? {
        return Err(refuse_wrong_password(people, &attempt).await?);
    }
    Ok(Joining::Proven(user, hash))
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
