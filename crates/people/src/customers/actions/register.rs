//! Signs a customer up with a password.

use kernel::problem::Fields;
use platform::{AuditEntry, Result};
use serde_json::json;

use super::{
    create_guest::announce,
    sign_in::{answer, enter},
};
use crate::{
    People,
    customers::{
        entity,
        model::{Customer, CustomerSignedIn},
        rules::{SignUpInput, parse_sign_up},
        store,
    },
    sessions::{Device, PersonKind},
    signin::enqueue_verification,
    tenants::TenantView,
};

/// What a customer gives to sign up.
#[derive(Debug, Clone)]
pub struct SignUp<'a> {
    /// What was sent.
    pub input: SignUpInput<'a>,
    /// What of it could not be read.
    pub unread: Fields,
    /// From where.
    pub device: Device,
}

/// Stores the customer and opens a first session.
pub async fn register_customer(people: &People, tenant: &TenantView, sign_up: SignUp<'_>) -> Result<CustomerSignedIn> {
    let contact = parse_sign_up(sign_up.unread, &sign_up.input, Some(&tenant.country))?;
    let hash = people.crypto().passwords().hash(sign_up.input.password).await?;
    let mut tx = people.db().begin().await?;
    let row = entity::Model {
        id: people.world().id(),
        tenant_id: tenant.id,
        email: contact.email,
        phone: contact.phone,
        name: contact.name,
        password_hash: Some(hash),
        email_verified_at: None,
        two_factor_enabled_at: None,
        last_login_at: None,
        created_at: tx.now(),
    };
    store::insert(tx.conn(), row.clone()).await?;
    announce(&mut tx, &row).await?;
    let customer = Customer::from(row);
    let tokens = enter(people, &mut tx, &customer, &sign_up.device).await?;
    enqueue_verification(&mut tx, PersonKind::Customer, customer.id.uuid()).await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant.id),
        actor: customer.id.to_string(),
        action: "customer.registered",
        object: customer.id.to_string(),
        details: json!({}),
        ip: sign_up.device.ip.clone(),
    })
    .await?;
    tx.commit().await?;
    answer(people, tenant, customer, tokens).await
}
