//! A user or a customer as signing in sees them: whoever it is, they have an address, perhaps a password, perhaps a second
//! factor.

use kernel::{Id, Role, Timestamp, events, id};
use platform::{Result, Tx};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::{accounts, customers, sessions::PersonKind, team};

/// Where an address names one person: among all users, or among the customers of one business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Realm {
    Users,
    Customers(Id<id::Tenant>),
}

impl Realm {
    pub(crate) const fn kind(self) -> PersonKind {
        match self {
            Self::Users => PersonKind::User,
            Self::Customers(_) => PersonKind::Customer,
        }
    }
    pub(crate) const fn tenant(self) -> Option<Id<id::Tenant>> {
        match self {
            Self::Users => None,
            Self::Customers(tenant) => Some(tenant),
        }
    }
    /// A word that no other realm has.
    pub(crate) fn word(self) -> String {
        match self {
            Self::Users => PersonKind::User.as_str().to_owned(),
            Self::Customers(tenant) => format!("{}/{tenant}", PersonKind::Customer.as_str()),
        }
    }
}

/// Somebody who may sign in.
#[derive(Clone)]
pub(crate) struct Person {
    pub realm: Realm,
    pub id: Uuid,
    pub name: String,
    pub email: Option<String>,
    pub password_hash: Option<String>,
    pub email_verified_at: Option<Timestamp>,
    pub two_factor_enabled_at: Option<Timestamp>,
    pub suspended_at: Option<Timestamp>,
}

impl Person {
    pub(crate) const fn kind(&self) -> PersonKind {
        self.realm.kind()
    }
    /// The id as clients see it.
    pub(crate) fn shown_id(&self) -> String {
        match self.realm {
            Realm::Users => Id::<id::User>::from_uuid(self.id).to_string(),
            Realm::Customers(_) => Id::<id::Customer>::from_uuid(self.id).to_string(),
        }
    }
    /// `kind/uuid`: where their sealed secrets belong.
    pub(crate) fn place(&self) -> String {
        format!("{}/{}", self.kind().as_str(), self.id)
    }
    pub(crate) const fn table(&self) -> &'static str {
        match self.realm {
            Realm::Users => "users",
            Realm::Customers(_) => "customers",
        }
    }
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").field("id", &self.id).finish_non_exhaustive()
    }
}

impl From<accounts::entity::Model> for Person {
    fn from(row: accounts::entity::Model) -> Self {
        Self {
            realm: Realm::Users,
            id: row.id.uuid(),
            name: row.name,
            email: Some(row.email),
            password_hash: Some(row.password_hash),
            email_verified_at: row.email_verified_at,
            two_factor_enabled_at: row.two_factor_enabled_at,
            suspended_at: row.suspended_at,
        }
    }
}

impl From<customers::entity::Model> for Person {
    fn from(row: customers::entity::Model) -> Self {
        Self {
            realm: Realm::Customers(row.tenant_id),
            id: row.id.uuid(),
            name: row.name,
            email: row.email,
            password_hash: row.password_hash,
            email_verified_at: row.email_verified_at,
            two_factor_enabled_at: row.two_factor_enabled_at,
            suspended_at: None,
        }
    }
}

/// A person by id.
pub(crate) async fn find_person(db: &impl ConnectionTrait, kind: PersonKind, person: Uuid) -> Result<Option<Person>> {
    Ok(match kind {
        PersonKind::User => {
            let found = accounts::entity::Entity::find_by_id(Id::<id::User>::from_uuid(person));
            found.one(db).await?.map(Person::from)
        }
        PersonKind::Customer => {
            let found = customers::entity::Entity::find_by_id(Id::<id::Customer>::from_uuid(person));
            found.one(db).await?.map(Person::from)
        }
    })
}

/// The same, locked until the transaction ends: a reset and a sign-in come one after the other.
pub(crate) async fn find_locked(tx: &Tx, kind: PersonKind, person: Uuid) -> Result<Option<Person>> {
    Ok(match kind {
        PersonKind::User => {
            let found = accounts::entity::Entity::find_by_id(Id::<id::User>::from_uuid(person));
            found.lock_exclusive().one(tx.conn()).await?.map(Person::from)
        }
        PersonKind::Customer => {
            let found = customers::entity::Entity::find_by_id(Id::<id::Customer>::from_uuid(person));
            found.lock_exclusive().one(tx.conn()).await?.map(Person::from)
        }
    })
}

/// The person with this address, which is in lower case.
pub(crate) async fn find_person_by_email(
    db: &impl ConnectionTrait,
    realm: Realm,
    email: &str,
) -> Result<Option<Person>> {
    Ok(match realm {
        Realm::Users => accounts::store::find_by_email(db, email).await?.map(Person::from),
        Realm::Customers(tenant) => {
            let found = customers::entity::Entity::find()
                .filter(customers::entity::Column::TenantId.eq(tenant))
                .filter(customers::entity::Column::Email.eq(email));
            found.one(db).await?.map(Person::from)
        }
    })
}

pub(super) async fn set_password(tx: &Tx, person: &Person, hash: String) -> Result<()> {
    let sql = format!("UPDATE {} SET password_hash = ? WHERE id = ?", person.table());
    tx.execute(&sql, vec![hash.into(), person.id.into()]).await?;
    Ok(())
}

/// Notes that the address was proven; the first time counts.
pub(crate) async fn mark_email_verified(tx: &mut Tx, person: &Person) -> Result<()> {
    let sql = format!("UPDATE {} SET email_verified_at = ? WHERE id = ? AND email_verified_at IS NULL", person.table());
    let is_first = tx.execute(&sql, vec![tx.now().into(), person.id.into()]).await? > 0;
    if is_first && person.realm == Realm::Users {
        let user = Id::<id::User>::from_uuid(person.id);
        for place in team::store::find_of_user(tx.conn(), user).await? {
            if place.role == Role::Owner.as_str() {
                tx.emit(place.tenant_id, events::OWNER_VERIFIED, json!({ "userId": user })).await?;
            }
        }
    }
    Ok(())
}

pub(super) async fn set_two_factor(tx: &Tx, person: &Person, since: Option<Timestamp>) -> Result<()> {
    let sql = format!("UPDATE {} SET two_factor_enabled_at = ? WHERE id = ?", person.table());
    tx.execute(&sql, vec![since.into(), person.id.into()]).await?;
    Ok(())
}
