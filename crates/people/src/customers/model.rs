//! Customers as other floors see them and as clients do.

use kernel::{Id, Timestamp, id};
use serde::Serialize;

use super::entity;
use crate::{sessions::TokenPair, tenants::Business};

/// A customer as the other floors see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The customer.
    pub id: Id<id::Customer>,
    /// Whose customer.
    pub tenant: Id<id::Tenant>,
    /// As shown.
    pub name: String,
    /// In lower case.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Has no password.
    pub is_guest: bool,
    /// When the address was proven.
    pub email_verified_at: Option<Timestamp>,
    /// Since when a code is asked for at sign-in.
    pub two_factor_enabled_at: Option<Timestamp>,
    /// When they last signed in.
    pub last_login_at: Option<Timestamp>,
    /// When they first came.
    pub created_at: Timestamp,
}

impl From<entity::Model> for Customer {
    fn from(row: entity::Model) -> Self {
        Self {
            id: row.id,
            tenant: row.tenant_id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            is_guest: row.password_hash.is_none(),
            email_verified_at: row.email_verified_at,
            two_factor_enabled_at: row.two_factor_enabled_at,
            last_login_at: row.last_login_at,
            created_at: row.created_at,
        }
    }
}

/// What is shown of a customer beside a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Whose customer it is.
    pub tenant: Id<id::Tenant>,
    /// As shown.
    pub name: String,
    /// In lower case.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
}

/// A part of a business's customers.
#[derive(Debug, Clone, Default)]
pub struct CustomerFilter {
    /// Part of a name, address or phone number.
    pub text: Option<String>,
    /// How many at most.
    pub limit: u64,
    /// How many to pass over.
    pub offset: u64,
}

/// A customer as clients see one.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerView {
    /// The customer.
    pub id: Id<id::Customer>,
    /// The same, for older clients.
    #[serde(rename = "_id")]
    pub legacy_id: Id<id::Customer>,
    /// As shown.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Has no password.
    pub is_guest: bool,
    /// Whether the address was proven.
    pub email_verified: bool,
    /// When it was.
    pub email_verified_at: Option<Timestamp>,
    /// Whether a code is asked for at sign-in.
    pub two_factor_enabled: bool,
    /// When they first came.
    pub created_at: Timestamp,
}

impl From<Customer> for CustomerView {
    fn from(customer: Customer) -> Self {
        Self {
            id: customer.id,
            legacy_id: customer.id,
            name: customer.name,
            email: customer.email,
            phone: customer.phone,
            is_guest: customer.is_guest,
            email_verified: customer.email_verified_at.is_some(),
            email_verified_at: customer.email_verified_at,
            two_factor_enabled: customer.two_factor_enabled_at.is_some(),
            created_at: customer.created_at,
        }
    }
}

/// What every sign-in of a customer answers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CustomerSignedIn {
    /// Who.
    pub customer: CustomerView,
    /// At which business.
    pub business: Business,
    /// The tokens.
    #[serde(flatten)]
    pub tokens: TokenPair,
}

/// Who am I, and where.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CustomerProfile {
    /// Who.
    pub customer: CustomerView,
    /// At which business.
    pub business: Business,
}
