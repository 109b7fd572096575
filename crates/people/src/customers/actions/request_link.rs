//! Asks for a sign-in link by mail. The answer and the work done are the same for a known and an unknown address: one job
//! is queued, and the job finds out.

use kernel::{Id, id, text};
use platform::{JobDraft, Result, Tx};
use serde_json::json;

use crate::{People, customers::jobs::SIGN_IN_LINK, tenants::TenantView};

pub(crate) async fn request_link(people: &People, tenant: &TenantView, email: &str) -> Result<()> {
    // What is no address gets no mail, and no hint about which addresses are known.
    let Ok(email) = text::parse_email(email) else { return Ok(()) };
    let mut tx = people.db().begin().await?;
    enqueue_link(&mut tx, tenant.id, &email).await?;
    tx.commit().await
}

/// Queues the mail in the caller's transaction; while one waits, another request adds nothing.
pub async fn enqueue_link(tx: &mut Tx, tenant: Id<id::Tenant>, email: &str) -> Result<()> {
    let payload = json!({ "tenantId": tenant, "email": email });
    tx.enqueue(JobDraft::new(SIGN_IN_LINK, payload).key(format!("{SIGN_IN_LINK}/{tenant}/{email}"))).await?;
    Ok(())
}
