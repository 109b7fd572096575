//! An admin invites somebody by mail, sends the mail again, or takes the invitation back.

use kernel::{Caller, Id, Problem, Role, id, problem::Fields, text};
use platform::{JobDraft, Result, Tx, http::ClientInfo};
use serde_json::json;

use super::{audit, lock_admin};
use crate::{
    People, accounts,
    team::{
        error,
        invitations::{self, Model},
        jobs::INVITATION,
        rules::{INVITATION_LIFETIME, INVITATIONS_MAX, check_reach},
        store,
    },
};

/// Whom to invite as what.
pub(in crate::team) struct Invite<'a> {
    pub email: &'a str,
    pub role: Option<Role>,
    pub name: Option<&'a str>,
    /// What could not be read.
    pub unread: Fields,
}

pub(in crate::team) async fn invite(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    wish: Invite<'_>,
) -> Result<Model> {
    let mut fields = wish.unread;
    let email = fields.take("email", "INVALID_EMAIL", text::parse_email(wish.email));
    let name = wish.name.filter(|name| !name.trim().is_empty());
    let name = name.and_then(|name| fields.take("name", "INVALID_NAME", text::parse_line(name, text::NAME_CHARS_MAX)));
    if wish.role.is_none() {
        fields.refuse("role", "REQUIRED", "is required");
    }
    fields.check()?;
    let (Some(email), Some(role)) = (email, wish.role) else { return Err(Problem::internal().into()) };
    let mut tx = people.db().begin().await?;
    let actor = lock_admin(&tx, caller).await?;
    check_reach(actor.role, role)?;
    if let Some(user) = accounts::store::find_by_email(tx.conn(), &email).await?
        && store::find(tx.conn(), caller.tenant, user.id).await?.is_some()
    {
        return Err(error::already_member().into());
    }
    invitations::delete_expired(&tx, caller.tenant, &email).await?;
    if invitations::count_of_tenant(tx.conn(), caller.tenant).await? >= INVITATIONS_MAX {
        return Err(error::too_many().into());
    }
    let row = Model {
        id: people.world().id(),
        tenant_id: caller.tenant,
        email,
        name,
        role: role.as_str().to_owned(),
        digest: None,
        invited_by: actor.id,
        created_at: tx.now(),
        expires_at: tx.now().plus(INVITATION_LIFETIME),
    };
    invitations::insert(tx.conn(), &row).await?;
    mail(&mut tx, row.id).await?;
    let details = json!({ "email": row.email, "role": row.role });
    audit(&mut tx, caller, client, "member.invited", row.id.to_string(), details).await?;
    tx.commit().await?;
    Ok(row)
}

async fn mail(tx: &mut Tx, invitation: Id<id::Invitation>) -> Result<()> {
    tx.enqueue(JobDraft::new(INVITATION, json!({ "invitation": invitation }))).await?;
    Ok(())
}

/// Mails it again, with a new link that is good for the whole time.
pub(in crate::team) async fn resend(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    invitation: Id<id::Invitation>,
) -> Result<Model> {
    let mut tx = people.db().begin().await?;
    let actor = lock_admin(&tx, caller).await?;
    let row = invitations::find_locked(&tx, caller.tenant, invitation).await?;
    check_reach(actor.role, row.role()?)?;
    let row = Model { expires_at: tx.now().plus(INVITATION_LIFETIME), invited_by: actor.id, ..row };
    invitations::renew(&tx, &row).await?;
    mail(&mut tx, row.id).await?;
    let details = json!({ "email": row.email, "role": row.role });
    audit(&mut tx, caller, client, "invitation.resent", row.id.to_string(), details).await?;
    tx.commit().await?;
    Ok(row)
}

/// Its link is good no more.
pub(in crate::team) async fn withdraw(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    invitation: Id<id::Invitation>,
) -> Result<()> {
    let mut tx = people.db().begin().await?;
    lock_admin(&tx, caller).await?;
    let row = invitations::find_locked(&tx, caller.tenant, invitation).await?;
    invitations::delete(&tx, row.id, None).await?;
    let details = json!({ "email": row.email, "role": row.role });
    audit(&mut tx, caller, client, "invitation.withdrawn", row.id.to_string(), details).await?;
    tx.commit().await
}
