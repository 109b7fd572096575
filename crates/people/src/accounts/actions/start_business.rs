//! Somebody who belongs to no business any more starts one of their own. No sign-in is open to them, so they prove here who
//! they are, by all that a sign-in would ask for.

use kernel::{Id, Role, events, id, problem::Fields};
use platform::{AuditEntry, Result, Tx};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::login::{Login, finish_sign_in, prove_by_password};
use crate::{
    People,
    accounts::{
        entity, error,
        model::UserSignedIn,
        rules::{BusinessInput, parse_business},
    },
    sessions::NewSession,
    signin::{Completed, Proof, SignIn, complete_sign_in},
    team,
    tenants::{
        Owner, TenantView,
        actions::{NewTenant, found_tenant},
    },
};

/// What was sent.
pub(crate) struct StartBusiness<'a> {
    pub login: Login<'a>,
    pub business: BusinessInput<'a>,
    /// What could not be read.
    pub unread: Fields,
}

pub(crate) async fn start_business(people: &People, wish: StartBusiness<'_>) -> Result<UserSignedIn> {
    let (name, locale) = parse_business(wish.unread, &wish.business)?;
    let Login { second, device, .. } = &wish.login;
    let user = prove_by_password(people, &wish.login).await?;
    check_has_none(people.db().read(), user.id).await?;
    let tenant_id = people.world().id();
    let session = NewSession::User { id: user.id, tenant: tenant_id, role: Role::Owner };
    let proof = Proof::Password { hash: &user.password_hash };
    let tx = people.db().begin().await?;
    // What is wrong with a sign-in is written down in its transaction, so nothing is founded before it.
    let Completed { mut tx, tokens } =
        complete_sign_in(people, tx, SignIn { session, proof, second: *second, device }).await?;
    // The person is locked by now: of two that ask at once, one finds the business of the other.
    check_has_none(tx.conn(), user.id).await?;
    let tenant = found_tenant(people, &mut tx, NewTenant { id: tenant_id, name, locale }).await?;
    furnish(people, &mut tx, &tenant, &user, device.ip.clone()).await?;
    finish_sign_in(Completed { tx, tokens }, user.id, (&tenant, Role::Owner), device, "user.signed_in").await
}

async fn check_has_none(db: &impl ConnectionTrait, user: Id<id::User>) -> Result<()> {
    if team::store::find_of_user(db, user).await?.is_empty() { Ok(()) } else { Err(error::has_business().into()) }
}

async fn furnish(
    people: &People,
    tx: &mut Tx,
    tenant: &TenantView,
    user: &entity::Model,
    ip: Option<String>,
) -> Result<()> {
    team::store::insert(tx.conn(), tenant.id, user.id, Role::Owner, tx.now()).await?;
    let owner = Owner { id: user.id, name: user.name.clone(), email: user.email.clone() };
    people.ports().new_tenant.tenant_created(tx, tenant, &owner).await?;
    tx.emit(tenant.id, events::TENANT_CREATED, json!({ "tenantId": tenant.id, "ownerId": user.id })).await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant.id),
        actor: user.id.to_string(),
        action: "business.registered",
        object: tenant.id.to_string(),
        details: json!({ "slug": tenant.slug }),
        ip,
    })
    .await
}
