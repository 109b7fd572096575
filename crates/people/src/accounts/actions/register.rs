//! Signs a person up: user, business, ownership and a first session in one transaction.

use kernel::{Id, Role, events, id, problem::Fields};
use platform::{AuditEntry, Result, Tx};
use serde_json::json;

use crate::{
    People,
    accounts::{
        entity,
        model::{NewUser, UserSignedIn, UserView},
        rules::{Registration, RegistrationInput, parse_registration},
        store,
    },
    sessions::{Device, NewSession, PersonKind},
    signin::{enqueue_verification, open_first_session},
    team,
    tenants::{
        Owner, Team, TenantView,
        actions::{NewTenant, found_tenant},
    },
};

/// A sign-up and the machine it comes from.
#[derive(Debug, Clone, Default)]
pub struct RegisterUser<'a> {
    /// What was sent.
    pub input: RegistrationInput<'a>,
    /// What of it could not be read.
    pub unread: Fields,
    /// From where.
    pub device: Device,
}

/// A new user in a new business.
#[derive(Debug, Clone)]
pub struct Registered {
    /// What the client is answered.
    pub signed_in: UserSignedIn,
    /// The new business.
    pub tenant: TenantView,
}

/// Stores everything a new business needs, or nothing.
pub async fn register(people: &People, request: RegisterUser<'_>) -> Result<Registered> {
    let registration = parse_registration(request.unread, &request.input)?;
    let hash = people.crypto().passwords().hash(request.input.password).await?;
    let mut tx = people.db().begin().await?;
    let (user, tenant) = store_business(people, &mut tx, registration, hash, &request.device).await?;
    let session = NewSession::User { id: user.id, tenant: tenant.id, role: Role::Owner };
    let tokens = open_first_session(people, &mut tx, session, &request.device).await?;
    enqueue_verification(&mut tx, PersonKind::User, user.id.uuid()).await?;
    tx.commit().await?;
    let team = Team::new(&tenant, Role::Owner);
    Ok(Registered { signed_in: UserSignedIn { user: UserView::from(user), team, tokens }, tenant })
}

/// The same in the caller's transaction and without a session, for a business that is brought along whole, and whose
/// owner's address is vouched for. The hash is made before the transaction begins: it takes longer than everything in it.
pub async fn import_business(
    people: &People,
    tx: &mut Tx,
    input: &RegistrationInput<'_>,
    password_hash: String,
) -> Result<(Owner, TenantView)> {
    let registration = parse_registration(Fields::new(), input)?;
    let (user, tenant) = store_business(people, tx, registration, password_hash, &Device::default()).await?;
    note_proven_address(tx, user.id).await?;
    Ok((Owner { id: user.id, name: user.name, email: user.email }, tenant))
}

async fn store_business(
    people: &People,
    tx: &mut Tx,
    registration: Registration,
    password_hash: String,
    device: &Device,
) -> Result<(entity::Model, TenantView)> {
    let user = store_user(people, tx, registration.user, password_hash).await?;
    let new = NewTenant { id: people.world().id(), name: registration.business_name, locale: registration.locale };
    let tenant = found_tenant(people, tx, new).await?;
    team::store::insert(tx.conn(), tenant.id, user.id, Role::Owner, tx.now()).await?;
    let owner = Owner { id: user.id, name: user.name.clone(), email: user.email.clone() };
    people.ports().new_tenant.tenant_created(tx, &tenant, &owner).await?;
    tx.emit(tenant.id, events::TENANT_CREATED, json!({ "tenantId": tenant.id, "ownerId": user.id })).await?;
    audit(tx, &tenant, &owner, device).await?;
    Ok((user, tenant))
}

/// Stores a checked user with the hash of their password.
pub(crate) async fn store_user(people: &People, tx: &mut Tx, user: NewUser, hash: String) -> Result<entity::Model> {
    let row = entity::Model {
        id: people.world().id(),
        email: user.email,
        name: user.name,
        first_name: user.first_name,
        last_name: user.last_name,
        phone: user.phone,
        password_hash: hash,
        email_verified_at: None,
        two_factor_enabled_at: None,
        operator: false,
        suspended_at: None,
        created_at: tx.now(),
    };
    store::insert(tx.conn(), row).await
}

/// The address is its user's: they followed a link that was mailed there, or somebody who may say so does.
pub(crate) async fn note_proven_address(tx: &Tx, user: Id<id::User>) -> Result<()> {
    let sql = "UPDATE users SET email_verified_at = ? WHERE id = ? AND email_verified_at IS NULL";
    tx.execute(sql, vec![tx.now().into(), user.into()]).await?;
    Ok(())
}

async fn audit(tx: &mut Tx, tenant: &TenantView, owner: &Owner, device: &Device) -> Result<()> {
    tx.audit(&AuditEntry {
        tenant: Some(tenant.id),
        actor: owner.id.to_string(),
        action: "business.registered",
        object: tenant.id.to_string(),
        details: json!({ "slug": tenant.slug }),
        ip: device.ip.clone(),
    })
    .await
}
