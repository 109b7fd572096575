//! Who is here. Told to those who share a conversation: a customer's coming and going to the business side, a member's to
//! the customers who can reach them.

use kernel::{Caller, Principal, Right, Timestamp};
use platform::{Push, Result, Room};
use serde_json::json;

use crate::{
    Talk,
    messaging::{
        live::customers_room,
        rules::CONVERSATIONS_MAX,
        store::{self, Filter, Scope},
    },
};

/// Tells the others that the caller came or left.
pub async fn announce(talk: &Talk, caller: &Caller, is_online: bool, at: Timestamp) -> Result<()> {
    let rooms = match caller.principal {
        Principal::Customer { .. } => {
            if !talk.live().has_business(caller.tenant) {
                return Ok(());
            }
            let mut rooms = vec![Room::right(caller.tenant, Right::MessagesAll)];
            rooms.extend(people_of(talk, caller).await?);
            rooms
        }
        Principal::User { .. } if caller.has(Right::MessagesAll) => vec![customers_room(caller.tenant)],
        Principal::User { .. } => people_of(talk, caller).await?,
    };
    if rooms.is_empty() {
        return Ok(());
    }
    let who = if caller.is_business() { "userId" } else { "customerId" };
    let mut body = json!({"isOnline": is_online, "lastSeen": at});
    body[who] = caller.person_id().into();
    talk.platform().realtime().push(&Push::new(rooms, "presence", body)).await;
    Ok(())
}

/// The other people of the caller's own conversations.
async fn people_of(talk: &Talk, caller: &Caller) -> Result<Vec<Room>> {
    let filter = Filter { limit: CONVERSATIONS_MAX, ..Filter::default() };
    let rows = store::list_conversations(talk.platform().db(), caller, Scope::Own, &filter).await?;
    let mut rooms = Vec::new();
    for row in rows {
        let facts = row.facts()?;
        let others = [
            Some(facts.customer.uuid()),
            facts.assigned_to.map(kernel::Id::uuid),
            facts.provider.map(kernel::Id::uuid),
        ];
        rooms.extend(others.into_iter().flatten().filter(|p| *p != caller.person()).map(Room::person));
    }
    rooms.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    rooms.dedup();
    Ok(rooms)
}
