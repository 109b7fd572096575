//! Mails a sign-in link. The secret is made here and exists in the mail only; the database keeps its digest, so a queue
//! row or a backup signs nobody in.

use kernel::{Id, id};
use platform::{Fault, Result, jobs::JobContext, mail::MailError};
use serde_json::json;

use crate::{
    People,
    customers::{
        entity::sign_in_link,
        model::Customer,
        rules::{SIGN_IN_LINK_LIFETIME, SIGN_IN_LINK_WINDOW, SIGN_IN_LINKS_PER_WINDOW_MAX},
        store,
    },
    letters::{self, Letter, SIGN_IN_LINK},
    tenants,
};

/// Mails a link when the address is a customer's; otherwise there is nothing to do.
pub(crate) async fn mail_link(people: &People, job: JobContext, tenant: Id<id::Tenant>, email: &str) -> Result<()> {
    let db = people.db();
    let business = tenants::find_tenant(people, tenant).await?.filter(|tenant| tenant.suspended_at.is_none());
    let known = store::find_row_by_email(db.read(), tenant, email).await?.map(Customer::from);
    let (Some(business), Some(customer)) = (business, known) else { return Ok(()) };
    let now = people.world().now();
    let recent = store::count_links_since(db.read(), tenant, customer.id, now.minus(SIGN_IN_LINK_WINDOW)).await?;
    if recent >= SIGN_IN_LINKS_PER_WINDOW_MAX {
        tracing::info!(customer = %customer.id, "no further sign-in link: enough were mailed a moment ago");
        return Ok(());
    }
    let secret = people.crypto().random_token();
    let link = sign_in_link::Model {
        digest: secret.digest.to_vec(),
        tenant_id: tenant,
        customer_id: customer.id,
        created_at: now,
        expires_at: now.plus(SIGN_IN_LINK_LIFETIME),
        used_at: None,
    };
    let tx = db.begin().await?;
    store::insert_link(tx.conn(), link, now).await?;
    tx.commit().await?;
    let client_url = &people.platform().config().client_url;
    let url = format!("{client_url}/client/sign-in?token={}&business={}", secret.plain, business.slug);
    // Until somebody proved that the address is theirs, its name is whatever was typed first, perhaps by a stranger.
    let name = customer.email_verified_at.map(|_| customer.name.clone()).unwrap_or_default();
    let letter = Letter {
        kind: &SIGN_IN_LINK,
        business: Some((tenant, business.name.clone())),
        customer: Some(customer.id),
        name,
        email: email.to_owned(),
        values: json!({ "url": url, "minutes": SIGN_IN_LINK_LIFETIME.as_secs() / 60 }),
    };
    let mail = letters::write(people, letter).await?;
    match people.platform().mailer().send(&mail.id(job.id.uuid())).await {
        Ok(_) => Ok(()),
        Err(err) => withdraw(people, &secret.digest, err).await,
    }
}

/// A link that never left does not count; the queue tries again where that makes sense.
async fn withdraw(people: &People, digest: &[u8], err: MailError) -> Result<()> {
    let tx = people.db().begin().await?;
    store::delete_link(tx.conn(), digest).await?;
    tx.commit().await?;
    if err.will_retry() {
        return Err(Fault::internal("mailing a sign-in link", err));
    }
    tracing::warn!(error = %err, "a sign-in link could not be mailed and will not be tried again");
    Ok(())
}
