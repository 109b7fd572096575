//! Who is told in the app: members with the type's right, and the users and customers that the data names. Ids in the data
//! come from outside, so only people of this very business count.

use std::collections::BTreeSet;

use kernel::{Id, id};
use people::{customers::find_customers, team::Member};
use platform::Result;
use uuid::Uuid;

use super::members;
use crate::{
    Delivery,
    catalogue::{EventType, find_path},
    model::{ChannelKind, EventFacts},
};

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    /// `user_…` or `cust_…`.
    pub address: String,
    pub person: Uuid,
    pub is_customer: bool,
    /// Where they read mail.
    pub email: Option<String>,
    /// E.164; known of customers.
    pub phone: Option<String>,
}

/// Everybody who is told of this event because of who they are; each once. Not to be called inside a transaction.
pub(crate) async fn audience(delivery: &Delivery, kind: &EventType, event: &EventFacts) -> Result<Vec<Told>> {
    if !kind.goes_by(ChannelKind::Inapp) {
        return Ok(Vec::new());
    }
    let mut people = BTreeSet::new();
    let named: Vec<Id<id::User>> = ids_at(&kind.people.users, event);
    if kind.audience.is_some() || !named.is_empty() {
        let members = members::of(delivery, event.tenant).await?;
        let is_told =
            |member: &&Member| kind.audience.is_some_and(|right| member.role.has(right)) || named.contains(&member.id);
        people.extend(members.iter().filter(is_told).map(|member| Told {
            address: member.id.to_string(),
            person: member.id.uuid(),
            is_customer: false,
            email: Some(member.email.clone()),
            phone: None,
        }));
    }
    let customers: Vec<Id<id::Customer>> = ids_at(&kind.people.customers, event);
    if !customers.is_empty() {
        let found = find_customers(delivery.db().read(), event.tenant, &customers).await?;
        people.extend(found.into_values().map(|customer| Told {
            address: customer.id.to_string(),
            person: customer.id.uuid(),
            is_customer: true,
            email: customer.email,
            phone: customer.phone,
        }));
    }
    Ok(people.into_iter().collect())
}

/// The ids at these places; what is no id of this kind is left out.
fn ids_at<K: kernel::Kind>(paths: &[String], event: &EventFacts) -> Vec<Id<K>> {
    let texts = paths.iter().filter_map(|path| find_path(&event.data, path)?.as_str());
    texts.filter_map(|text| Id::parse(text).ok()).collect()
}
