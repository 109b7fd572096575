//! Who is told in the app: members with the type's right, and the users and customers that the data names. Ids in the data
//! come from outside, so only people of this very business count.

use std::collections::BTreeSet;

use kernel::{Id, id};
use people::{
    customers::find_customers,
    team::{Member, find_members},
};
use platform::Result;

use crate::{
    Delivery,
    catalogue::{EventType, find_path},
    model::{ChannelKind, EventFacts, Recipient},
};

/// Everybody who is told of this event in the app; each once. Not to be called inside a transaction.
pub async fn audience(delivery: &Delivery, kind: &EventType, event: &EventFacts) -> Result<Vec<Recipient>> {
    if !kind.goes_by(ChannelKind::Inapp) {
        return Ok(Vec::new());
    }
    let mut people = BTreeSet::new();
    let named: Vec<Id<id::User>> = ids_at(&kind.people.users, event);
    if kind.audience.is_some() || !named.is_empty() {
        let members = find_members(delivery.db().read(), event.tenant).await?;
        let is_told =
            |member: &Member| kind.audience.is_some_and(|right| member.role.has(right)) || named.contains(&member.id);
        people.extend(members.iter().filter(|member| is_told(member)).map(|member| member.id.to_string()));
    }
    let customers: Vec<Id<id::Customer>> = ids_at(&kind.people.customers, event);
    if !customers.is_empty() {
        let found = find_customers(delivery.db().read(), event.tenant, &customers).await?;
        people.extend(found.keys().map(ToString::to_string));
    }
    Ok(people.into_iter().map(|address| Recipient { channel: ChannelKind::Inapp, address }).collect())
}

/// The ids at these places; what is no id of this kind is left out.
fn ids_at<K: kernel::Kind>(paths: &[String], event: &EventFacts) -> Vec<Id<K>> {
    let texts = paths.iter().filter_map(|path| find_path(&event.data, path)?.as_str());
    texts.filter_map(|text| Id::parse(text).ok()).collect()
}
