//! Signs a customer up with a password.

use kernel::{Problem, problem::Fields, text};
use platform::{AuditEntry, Result};
use serde_json::json;

use super::{
    create_guest::announce,
    sign_in::{answer, enter},
};
use crate::{
    People,
    accounts::rules::check_password,
    customers::{
        entity,
        model::{Customer, CustomerSignedIn},
        store,
    },
    sessions::{Device, PersonKind},
    signin::enqueue_verification,
    tenants::{TenantView, rules::parse_optional_phone},
};

/// What a customer gives to sign up.
#[derive(Debug, Clone)]
pub struct SignUp<'a> {
    /// Their address.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
    /// As shown.
    pub name: &'a str,
    /// Their phone.
    pub phone: Option<&'a str>,
    /// From where.
    pub device: Device,
}

/// Stores the customer and opens a first session.
pub async fn register_customer(people: &People, tenant: &TenantView, sign_up: SignUp<'_>) -> Result<CustomerSignedIn> {
    let mut fields = Fields::new();
    let email = fields.take("email", "INVALID_EMAIL", text::parse_email(sign_up.email));
    let name = fields.take("name", "INVALID_NAME", text::parse_line(sign_up.name, text::NAME_CHARS_MAX));
    check_password(&mut fields, "password", sign_up.password);
    let phone = sign_up.phone.and_then(|phone| parse_optional_phone(&mut fields, phone, &tenant.country));
    fields.check()?;
    let (Some(email), Some(name)) = (email, name) else { return Err(Problem::internal().into()) };
    let hash = people.crypto().passwords().hash(sign_up.password).await?;
    let mut tx = people.db().begin().await?;
    let row = entity::Model {
        id: people.world().id(),
        tenant_id: tenant.id,
        email: Some(email),
        phone,
        name,
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
