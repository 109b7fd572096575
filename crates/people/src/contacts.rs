//! How the people of a business are reached, members and customers alike: by who they are, or the other way round by an
//! address that somebody wrote to. For the floor that delivers; requests have doors of their own.

use kernel::{Id, id};
use platform::Result;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{accounts, customers, team};

/// Customers found behind one phone number; families share one.
const CUSTOMERS_OF_PHONE_MAX: u64 = 20;

/// Somebody of a business and where they are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The person's bare UUID.
    pub person: Uuid,
    /// A customer, or else a member.
    pub is_customer: bool,
    /// As shown.
    pub name: String,
    /// In lower case.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
}

impl Contact {
    /// The id as clients see it.
    pub fn person_id(&self) -> String {
        if self.is_customer {
            Id::<id::Customer>::from_uuid(self.person).to_string()
        } else {
            Id::<id::User>::from_uuid(self.person).to_string()
        }
    }
}

impl From<customers::entity::Model> for Contact {
    fn from(row: customers::entity::Model) -> Self {
        Self { person: row.id.uuid(), is_customer: true, name: row.name, email: row.email, phone: row.phone }
    }
}

impl From<accounts::entity::Model> for Contact {
    fn from(row: accounts::entity::Model) -> Self {
        Self { person: row.id.uuid(), is_customer: false, name: row.name, email: Some(row.email), phone: row.phone }
    }
}

/// Those of these people who belong to the business.
pub async fn find_contacts(db: &impl ConnectionTrait, tenant: Id<id::Tenant>, people: &[Uuid]) -> Result<Vec<Contact>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let customers = customers::entity::Entity::find()
        .filter(customers::entity::Column::TenantId.eq(tenant))
        .filter(customers::entity::Column::Id.is_in(people.iter().copied()));
    let mut found: Vec<Contact> = customers.all(db).await?.into_iter().map(Contact::from).collect();
    found.extend(find_members(db, tenant, people).await?);
    Ok(found)
}

/// Everybody of the business who is reached at this e-mail address: at most one customer and one member.
pub async fn find_at_email(db: &impl ConnectionTrait, tenant: Id<id::Tenant>, email: &str) -> Result<Vec<Contact>> {
    find_at_emails(db, tenant, &[email]).await
}

/// The same of several addresses, in as many questions.
pub async fn find_at_emails(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    emails: &[&str],
) -> Result<Vec<Contact>> {
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let customers = customers::entity::Entity::find()
        .filter(customers::entity::Column::TenantId.eq(tenant))
        .filter(customers::entity::Column::Email.is_in(emails.iter().copied()));
    let mut found: Vec<Contact> = customers.all(db).await?.into_iter().map(Contact::from).collect();
    let users = accounts::store::find_by_emails(db, emails).await?;
    found.extend(members_among(db, tenant, users).await?);
    Ok(found)
}

/// The customers of the business who are reached at this number. A member's own number is theirs to give away; nobody
/// writes to it but the house, which knows whom it means.
pub async fn find_at_phone(db: &impl ConnectionTrait, tenant: Id<id::Tenant>, phone: &str) -> Result<Vec<Contact>> {
    find_at_phones(db, tenant, &[phone]).await
}

/// The same of several numbers, in one question; [`CUSTOMERS_OF_PHONE_MAX`] for each of them in the mean.
pub async fn find_at_phones(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    phones: &[&str],
) -> Result<Vec<Contact>> {
    if phones.is_empty() {
        return Ok(Vec::new());
    }
    let most = CUSTOMERS_OF_PHONE_MAX.saturating_mul(u64::try_from(phones.len()).unwrap_or(u64::MAX));
    let customers = customers::entity::Entity::find()
        .filter(customers::entity::Column::TenantId.eq(tenant))
        .filter(customers::entity::Column::Phone.is_in(phones.iter().copied()))
        .limit(most);
    Ok(customers.all(db).await?.into_iter().map(Contact::from).collect())
}

async fn find_members(db: &impl ConnectionTrait, tenant: Id<id::Tenant>, people: &[Uuid]) -> Result<Vec<Contact>> {
    let ids: Vec<Id<id::User>> = people.iter().map(|person| Id::from_uuid(*person)).collect();
    let users = accounts::store::find_many(db, &ids).await?;
    members_among(db, tenant, users).await
}

/// Those of these users who work for the business and may act.
async fn members_among(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    users: Vec<accounts::entity::Model>,
) -> Result<Vec<Contact>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let members: Vec<Id<id::User>> = team::entity::Entity::find()
        .select_only()
        .column(team::entity::Column::UserId)
        .filter(team::entity::Column::TenantId.eq(tenant))
        .filter(team::entity::Column::UserId.is_in(users.iter().map(|user| user.id)))
        .into_tuple()
        .all(db)
        .await?;
    let is_active = |user: &accounts::entity::Model| user.suspended_at.is_none() && members.contains(&user.id);
    Ok(users.into_iter().filter(is_active).map(Contact::from).collect())
}
