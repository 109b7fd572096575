//! Proves that an address belongs to an account: a link is mailed to it, and whoever follows it has read the mail.

use kernel::{Caller, Id, id};
use platform::Result;
use serde_json::json;

use super::{access_own, audit, kind_of};
use crate::{
    People,
    sessions::{Device, PersonKind},
    signin::{
        error,
        jobs::enqueue_verification,
        person::mark_email_verified,
        secrets::{self, Purpose},
    },
};

/// Mails a link to the caller's own address; nothing happens when it is proven already, or when there is none.
pub(crate) async fn send_verification(people: &People, caller: &Caller) -> Result<()> {
    let person = access_own(people, caller).await?;
    if person.email_verified_at.is_some() || person.email.is_none() {
        return Ok(());
    }
    let mut tx = people.db().begin().await?;
    enqueue_verification(&mut tx, kind_of(caller), person.id).await?;
    tx.commit().await
}

/// With `tenant` only a link of that business works.
pub(crate) async fn verify_email(
    people: &People,
    kind: PersonKind,
    tenant: Option<Id<id::Tenant>>,
    token: &str,
    device: &Device,
) -> Result<()> {
    let mut tx = people.db().begin().await?;
    let used = secrets::use_link(&tx, kind, tenant, Purpose::VerifyEmail, token).await?;
    let person = used.ok_or_else(error::verification_refused)?;
    mark_email_verified(&mut tx, &person).await?;
    secrets::forget(&tx, &person, Purpose::VerifyEmail).await?;
    audit(&mut tx, None, &person, "account.email_verified", json!({}), device).await?;
    tx.commit().await
}
