//! Somebody looks at what they chose, or chooses something else.

use http::HeaderMap;
use kernel::{Caller, Problem, id, problem::Fields, text};
use people::contacts::{Contact, find_contacts};
use platform::{
    AuditEntry, Result, Tx,
    db::changed,
    http::{ClientInfo, etag},
};
use serde_json::{Value as Json, json};

use super::{
    access,
    body::{ChangePreferences, Picture, PreferencesView},
    model::{Category, Choices, Person, Stored},
    optouts::{self, Address},
    rules, store,
};
use crate::{Delivery, model::ChannelKind, templates};

/// The caller's preferences and their version.
pub(super) async fn show(delivery: &Delivery, caller: &Caller) -> Result<(i64, PreferencesView)> {
    let stored = store::find(delivery.db().read(), Person::of(caller)).await?.unwrap_or_default();
    Ok((stored.version, picture(delivery, caller, &stored).await?))
}

async fn contact_of(delivery: &Delivery, caller: &Caller) -> Result<Option<Contact>> {
    Ok(find_contacts(delivery.db().read(), caller.tenant, &[caller.person()]).await?.pop())
}

async fn picture(delivery: &Delivery, caller: &Caller, stored: &Stored) -> Result<PreferencesView> {
    let db = delivery.db().read();
    let contact = contact_of(delivery, caller).await?;
    let (email, phone) = contact.map(|contact| (contact.email, contact.phone)).unwrap_or_default();
    let left = match email.as_deref() {
        Some(address) => optouts::left(db, caller.tenant, Address { channel: ChannelKind::Email, address }).await?,
        None => Vec::new(),
    };
    let silent = match phone.as_deref() {
        Some(address) => {
            !optouts::left(db, caller.tenant, Address { channel: ChannelKind::Sms, address }).await?.is_empty()
        }
        None => false,
    };
    let zone = access::zone_of(delivery, caller.tenant, stored).await?;
    let timezone = zone.iana_name().unwrap_or("UTC").to_owned();
    Ok(Picture { caller, choices: &stored.choices, left: &left, silent, timezone }.view())
}

/// Changes what was sent and leaves the rest.
pub(super) async fn change(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    sent: ChangePreferences,
) -> Result<(i64, PreferencesView)> {
    let person = Person::of(caller);
    let contact = contact_of(delivery, caller).await?;
    // Asked before the transaction: it needs a connection of its own.
    let zone = access::zone_of(delivery, caller.tenant, &Stored::default()).await?;
    let mut tx = delivery.db().begin().await?;
    let before = store::find_locked(&tx, person).await?.unwrap_or_default();
    etag::check_if_match(headers, before.version)?;
    let choices = decide_choices(&before.choices, &sent)?;
    let own = choices.timezone.as_deref().and_then(|zone| text::parse_zone(zone).ok());
    let hour = rules::parse_time(&choices.digest.at).filter(|_| choices.digest.enabled);
    let digest_due = hour.and_then(|hour| rules::next_at(hour, &own.unwrap_or(zone), tx.now()));
    let digest_at = before.digest_at.filter(|_| before.choices.digest.enabled).or(Some(tx.now()));
    let next = Stored { choices, digest_due, digest_at, version: before.version + 1 };
    if !store::save(&tx, person, &next).await? {
        return Err(changed_meanwhile().into());
    }
    if let Some(contact) = &contact {
        come_back(&tx, person, contact, &sent).await?;
    }
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action: "preferences.updated",
        object: caller.person_id(),
        details: changed(&audited(&before), &audited(&next)),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    let known = delivery.preferences().clone();
    tx.after_commit(move || known.forget(person));
    tx.commit().await?;
    Ok((next.version, picture(delivery, caller, &next).await?))
}

/// What the audit log keeps of somebody's choices.
fn audited(stored: &Stored) -> Json {
    json!(stored.choices)
}

/// Whoever turns a channel on again means their address too, which may have left by a link or by `STOP`.
async fn come_back(tx: &Tx, person: Person, contact: &Contact, sent: &ChangePreferences) -> Result<()> {
    let cells = sent.categories.as_ref().map(|sent| sent.cells()).unwrap_or_default();
    for (category, channel, on) in cells {
        match (channel, &contact.email, &contact.phone) {
            (ChannelKind::Email, Some(address), _) if on => {
                let to = Address { channel, address };
                optouts::remove(tx, person.tenant, to, Some(category)).await?;
            }
            (ChannelKind::Sms, _, Some(address)) if on => {
                optouts::remove(tx, person.tenant, Address { channel, address }, None).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// When the next daily mail is due, after the one that is now.
pub(crate) async fn next_digest(
    delivery: &Delivery,
    tenant: kernel::Id<id::Tenant>,
    stored: &Stored,
) -> Result<Option<kernel::Timestamp>> {
    let zone = access::zone_of(delivery, tenant, stored).await?;
    let digest = &stored.choices.digest;
    let hour = rules::parse_time(&digest.at).filter(|_| digest.enabled);
    Ok(hour.and_then(|hour| rules::next_at(hour, &zone, delivery.platform().world().now())))
}

/// Somebody left the mails of a category by a link: what they chose says so from now on.
pub(crate) async fn turn_off(
    delivery: &Delivery,
    person: Person,
    category: Category,
    channel: ChannelKind,
) -> Result<()> {
    let mut tx = delivery.db().begin().await?;
    let before = store::find_locked(&tx, person).await?.unwrap_or_default();
    if before.choices.chosen(category, channel) == Some(false) {
        return Ok(());
    }
    let mut next = Stored { version: before.version + 1, ..before };
    next.choices.cells.insert(Choices::cell(category, channel), false);
    if !store::save(&tx, person, &next).await? {
        return Err(changed_meanwhile().into());
    }
    let known = delivery.preferences().clone();
    tx.after_commit(move || known.forget(person));
    tx.commit().await
}

/// Somebody left the daily mail by its link: what they chose says so from now on, and their categories stay.
pub(crate) async fn turn_off_digest(delivery: &Delivery, person: Person, entry: &AuditEntry) -> Result<()> {
    let mut tx = delivery.db().begin().await?;
    let Some(before) = store::find_locked(&tx, person).await?.filter(|stored| stored.choices.digest.enabled) else {
        return Ok(());
    };
    let mut next = Stored { version: before.version + 1, digest_due: None, ..before };
    next.choices.digest.enabled = false;
    if !store::save(&tx, person, &next).await? {
        return Err(changed_meanwhile().into());
    }
    tx.audit(entry).await?;
    let known = delivery.preferences().clone();
    tx.after_commit(move || known.forget(person));
    tx.commit().await
}

fn changed_meanwhile() -> Problem {
    Problem::new(412, "PRECONDITION_FAILED", "Somebody changed this meanwhile. Load it again and repeat your change.")
}

/// The choices after a change, or every field that cannot be.
fn decide_choices(before: &Choices, sent: &ChangePreferences) -> std::result::Result<Choices, Problem> {
    let mut next = before.clone();
    let mut refused = Fields::new();
    for (category, channel, on) in sent.categories.as_ref().map(|sent| sent.cells()).unwrap_or_default() {
        if !on && category == Category::Security && channel == ChannelKind::Email {
            refused.refuse("categories.security.email", "ALWAYS_ON", "cannot be turned off");
            continue;
        }
        next.cells.insert(Choices::cell(category, channel), on);
    }
    if let Some(quiet) = &sent.quiet_hours {
        for (name, time) in [("quietHours.from", &quiet.from), ("quietHours.to", &quiet.to)] {
            check_time(&mut refused, name, time);
        }
        if quiet.enabled && quiet.from == quiet.to {
            refused.refuse("quietHours.to", "INVALID_VALUE", "must differ from the beginning");
        }
        next.quiet = quiet.clone();
    }
    if let Some(digest) = &sent.digest {
        check_time(&mut refused, "digest.at", &digest.at);
        next.digest = digest.clone();
    }
    if let Some(zone) = &sent.timezone {
        match text::parse_zone(zone) {
            Ok(zone) => next.timezone = zone.iana_name().map(str::to_owned),
            Err(error) => refused.refuse("timezone", "INVALID_VALUE", error.to_string()),
        }
    }
    if let Some(language) = &sent.language {
        match templates::parse_language(language) {
            Some(tag) if templates::is_language(&tag) => next.language = Some(tag),
            Some(_) => refused.refuse("language", "UNKNOWN_LANGUAGE", "is no language that we know of"),
            None => refused.refuse("language", "INVALID_VALUE", "must be a language tag such as `en` or `pt-BR`"),
        }
    }
    refused.check()?;
    Ok(next)
}

fn check_time(refused: &mut Fields, name: &str, time: &str) {
    if rules::parse_time(time).is_none() {
        refused.refuse(name, "INVALID_VALUE", "must be a time such as `07:30`");
    }
}

/// The person behind an id that an event names, if it is one.
pub(crate) fn parse_person(tenant: kernel::Id<id::Tenant>, address: &str) -> Option<Person> {
    if let Ok(user) = kernel::Id::<id::User>::parse(address) {
        return Some(Person { tenant, id: user.uuid(), is_customer: false });
    }
    let customer = kernel::Id::<id::Customer>::parse(address).ok()?;
    Some(Person { tenant, id: customer.uuid(), is_customer: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preferences::model::{Digest, QuietHours};

    #[test]
    fn every_wrong_choice_is_named_at_once_and_none_is_kept() {
        let sent: ChangePreferences = serde_json::from_value(json!({
            "categories": {"security": {"email": false}, "orders": {"sms": false}},
            "quietHours": {"enabled": true, "from": "22", "to": "25:00"},
            "digest": {"enabled": true, "at": "8"},
            "timezone": "Mars/Olympus",
            "language": "english",
        }))
        .unwrap();
        let problem = decide_choices(&Choices::default(), &sent).unwrap_err();
        let fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            ["categories.security.email", "quietHours.from", "quietHours.to", "digest.at", "timezone", "language"]
        );
    }

    #[test]
    fn what_is_absent_stays() {
        let before = Choices { language: Some("sw".to_owned()), ..Choices::default() };
        let sent = ChangePreferences {
            quiet_hours: Some(QuietHours { enabled: true, from: "21:00".into(), to: "06:00".into() }),
            ..ChangePreferences::default()
        };
        let next = decide_choices(&before, &sent).unwrap();
        assert_eq!((next.language.as_deref(), next.quiet.from.as_str()), (Some("sw"), "21:00"));
        assert_eq!(next.digest, Digest::default());
    }
}
