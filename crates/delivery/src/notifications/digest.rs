//! One mail a day with what waits to be read, at the hour that its reader chose. The fact is stated in the transaction that
//! puts the next one off, so a day has one mail; whoever has nothing to read gets none.

use kernel::{Id, events, id};
use people::contacts::{Contact, find_contacts};
use platform::Result;
use serde_json::json;
use uuid::Uuid;

use super::store::{self, Reader};
use crate::{
    Delivery,
    preferences::{self, Person},
};

/// Mails of one look; the rest waits for the next.
const DIGESTS_MAX: u64 = 200;
/// Lines of one mail.
const LINES_MAX: usize = 20;

/// Sends every daily mail whose hour has come; gives how many.
pub async fn send_digests(delivery: &Delivery) -> Result<usize> {
    let now = delivery.platform().world().now();
    let mut sent = 0;
    for (tenant, person) in preferences::find_digests_due(delivery.db().read(), now, DIGESTS_MAX).await? {
        let contact = find_contacts(delivery.db().read(), tenant, &[person]).await?.pop();
        sent += usize::from(send_digest(delivery, tenant, person, contact).await?);
    }
    Ok(sent)
}

async fn send_digest(delivery: &Delivery, tenant: Id<id::Tenant>, id: Uuid, contact: Option<Contact>) -> Result<bool> {
    let is_customer = contact.as_ref().is_some_and(|contact| contact.is_customer);
    let person = Person { tenant, id, is_customer };
    let Some(stored) = preferences::find(delivery.db().read(), person).await? else { return Ok(false) };
    let next = preferences::next_digest(delivery, tenant, &stored).await?;
    let unread =
        store::find_unread_since(delivery.db().read(), Reader { tenant, person: id }, stored.digest_at).await?;
    let business = people::tenants::find_tenant(delivery.people(), tenant).await?;
    let slug = business.map(|business| business.slug.clone()).unwrap_or_default();
    let base = &delivery.platform().config().client_url;
    let url = if is_customer { format!("{base}/client?business={slug}") } else { format!("{base}/dashboard/notices") };
    let mut tx = delivery.db().begin().await?;
    // Somebody who left the business gets no more.
    let next = next.filter(|_| contact.is_some());
    if !preferences::move_digest(&tx, person, &stored, next).await? {
        return Ok(false);
    }
    let address = contact.as_ref().and_then(|contact| contact.email.clone());
    let is_sent = !unread.is_empty() && address.is_some();
    if let (Some(contact), Some(address)) = (&contact, address.filter(|_| is_sent)) {
        let lines: Vec<String> = unread.iter().take(LINES_MAX).map(|(title, body)| line(title, body)).collect();
        let data = json!({
            "recipient": { "id": contact.person_id(), "name": contact.name, "email": address },
            "count": unread.len(),
            "lines": lines,
            "url": url,
        });
        tx.emit(tenant, events::NOTIFICATIONS_DIGEST, data).await?;
    }
    let known = delivery.preferences().clone();
    tx.after_commit(move || known.forget(person));
    tx.commit().await?;
    Ok(is_sent)
}

fn line(title: &str, body: &str) -> String {
    let body = body.lines().next().unwrap_or_default();
    if body.is_empty() { title.to_owned() } else { format!("{title}: {body}") }
}
