//! Signs a user in by password. Lockout and second factors will stand between the password and the session.

use kernel::{Id, Role, id, text};
use platform::{AuditEntry, Result};
use serde_json::json;

use crate::{
    People,
    accounts::{
        error,
        model::{UserSignedIn, UserView},
        store,
    },
    sessions::{Device, NewSession, open_session},
    team,
    tenants::{self, Team, TenantView},
};

/// An attempt to sign in.
pub(crate) struct Login<'a> {
    pub email: &'a str,
    pub password: &'a str,
    pub device: Device,
}

pub(crate) async fn login(people: &People, attempt: Login<'_>) -> Result<UserSignedIn> {
    // What is no address belongs to nobody, and goes the same way as an unknown one.
    let user = match text::parse_email(attempt.email) {
        Ok(email) => store::find_by_email(people.db().read(), &email).await?,
        Err(_) => None,
    };
    let stored = user.as_ref().map(|user| user.password_hash.as_str());
    // The password is checked before anything else is said, with or without an account.
    let right = people.crypto().passwords().verify(attempt.password, stored).await?;
    let user = user.filter(|_| right).ok_or_else(error::invalid_credentials)?;
    if user.suspended_at.is_some() {
        return Err(error::suspended().into());
    }
    let (tenant, role) = find_last_used(people, user.id).await?.ok_or_else(error::no_business)?;
    let mut tx = people.db().begin().await?;
    let now = tx.now();
    team::store::mark_used(tx.conn(), tenant.id, user.id, now).await?;
    let session = NewSession::User { id: user.id, tenant: tenant.id, role };
    let tokens = open_session(people, &mut tx, session, &attempt.device).await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant.id),
        actor: user.id.to_string(),
        action: "user.signed_in",
        object: user.id.to_string(),
        details: json!({ "userAgent": attempt.device.user_agent }),
        ip: attempt.device.ip,
    })
    .await?;
    tx.commit().await?;
    Ok(UserSignedIn { user: UserView::from(user), team: Team::new(&tenant, role), tokens })
}

/// The open business that the user used last.
async fn find_last_used(people: &People, user: Id<id::User>) -> Result<Option<(std::sync::Arc<TenantView>, Role)>> {
    for membership in team::store::find_of_user(people.db().read(), user).await? {
        let tenant = tenants::find_tenant(people, membership.tenant_id).await?;
        let open = tenant.filter(|tenant| tenant.suspended_at.is_none());
        if let (Some(tenant), Some(role)) = (open, Role::parse(&membership.role)) {
            return Ok(Some((tenant, role)));
        }
    }
    Ok(None)
}
