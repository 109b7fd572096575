//! Signs a user in by password; whatever stands between the password and the session is in `signin`.

use std::sync::Arc;

use kernel::{Id, Problem, Role, id, text};
use platform::{AuditEntry, Result};
use serde_json::json;

use crate::{
    People,
    accounts::{
        entity, error,
        model::{UserSignedIn, UserView},
        store,
    },
    sessions::{Device, NewSession},
    signin::{
        Attempt, Completed, Method, Person, Proof, Realm, SecondFactor, SignIn, check_not_locked, complete_sign_in,
        refuse_wrong_password,
    },
    team,
    tenants::{self, Team, TenantView},
};

/// An attempt to sign in.
pub(crate) struct Login<'a> {
    pub email: &'a str,
    pub password: &'a str,
    pub second: SecondFactor<'a>,
    pub device: Device,
}

pub(crate) async fn login(people: &People, login: Login<'_>) -> Result<UserSignedIn> {
    let user = prove_by_password(people, &login).await?;
    let proof = Proof::Password { hash: &user.password_hash };
    sign_in(people, user.id, proof, login.second, &login.device, "user.signed_in").await
}

/// Whose address and password these are; everything else is refused in the same words, counted and written down.
pub(super) async fn prove_by_password(people: &People, login: &Login<'_>) -> Result<entity::Model> {
    // What is no address belongs to nobody, and goes the same way as an unknown one.
    let email = text::parse_email(login.email);
    let user = match &email {
        Ok(email) => store::find_by_email(people.db().read(), email).await?,
        Err(_) => None,
    };
    let person = user.clone().map(Person::from);
    let mut attempt = Attempt {
        realm: Realm::Users,
        email: email.as_deref().unwrap_or(login.email),
        person: person.as_ref(),
        method: Method::Password,
        device: &login.device,
        known_device: None,
    };
    check_not_locked(people, &mut attempt).await?;
    let stored = user.as_ref().map(|user| user.password_hash.as_str());
    // The password is checked before anything else is said, with or without an account.
    let right = people.crypto().passwords().verify(login.password, stored).await?;
    match user.filter(|_| right) {
        Some(user) => Ok(user),
        None => Err(refuse_wrong_password(people, &attempt).await?),
    }
}

/// Signs a user in, in the business they used last, whatever proved who they are.
pub(crate) async fn sign_in(
    people: &People,
    user: Id<id::User>,
    proof: Proof<'_>,
    second: SecondFactor<'_>,
    device: &Device,
    action: &'static str,
) -> Result<UserSignedIn> {
    // Whoever is closed out is told so by the seam below; without a business there is nothing to open.
    let (tenant, role) = find_place(people, user).await??;
    let session = NewSession::User { id: user, tenant: tenant.id, role };
    let tx = people.db().begin().await?;
    let done = complete_sign_in(people, tx, SignIn { session, proof, second, device }).await?;
    finish_sign_in(done, user, (&tenant, role), device, action).await
}

/// Notes the visit of a user who signed in, and commits.
pub(crate) async fn finish_sign_in(
    done: Completed,
    user: Id<id::User>,
    (tenant, role): (&TenantView, Role),
    device: &Device,
    action: &'static str,
) -> Result<UserSignedIn> {
    let Completed { mut tx, tokens } = done;
    let now = tx.now();
    team::store::mark_used(tx.conn(), tenant.id, user, now).await?;
    let row = store::find(tx.conn(), user).await?.ok_or_else(error::invalid_credentials)?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant.id),
        actor: user.to_string(),
        action,
        object: user.to_string(),
        details: json!({ "userAgent": device.user_agent }),
        ip: device.ip.clone(),
    })
    .await?;
    tx.commit().await?;
    Ok(UserSignedIn { user: UserView::from(row), team: Team::new(tenant, role), tokens })
}

/// The open business that the user used last, or why there is none, which is for them alone to know.
pub(crate) async fn find_place(
    people: &People,
    user: Id<id::User>,
) -> Result<std::result::Result<(Arc<TenantView>, Role), Problem>> {
    let mut why = None;
    for membership in team::store::find_of_user(people.db().read(), user).await? {
        let Some(tenant) = tenants::find_tenant(people, membership.tenant_id).await? else { continue };
        if tenant.suspended_at.is_some() {
            let reason = tenants::find_closing(people.db(), tenant.id).await?;
            why = why.or_else(|| reason.map(|reason| error::business_suspended(&tenant.name, &reason)));
        } else if let Some(role) = Role::parse(&membership.role) {
            return Ok(Ok((tenant, role)));
        }
    }
    Ok(Err(why.unwrap_or_else(error::no_business)))
}
