//! Who is here. Told to those who share a conversation: a customer's coming and going to the business side, a member's to
//! the customers who can reach them.

use kernel::{Caller, Id, Principal, Right, Timestamp, id};
use platform::{Push, Result, Room};
use serde_json::json;
use socketioxide::extract::SocketRef;

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
        Principal::Customer { id } => {
            if !talk.live().has_business(caller.tenant) || !has_thread(talk, caller.tenant, id).await? {
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

/// Lets a socket of a customer hear who comes and goes at the business, if they share a conversation.
pub async fn let_hear(talk: &Talk, socket: &SocketRef, caller: &Caller) -> Result<()> {
    if let Some(customer) = caller.customer()
        && has_thread(talk, caller.tenant, customer).await?
    {
        socket.join(customers_room(caller.tenant).0);
    }
    Ok(())
}

/// The customer shares a conversation from now on: their sockets hear who comes and goes.
pub fn introduce(talk: &Talk, tenant: Id<id::Tenant>, customer: Id<id::Customer>) {
    talk.live().note_sharing(customer);
    let Some(io) = talk.platform().realtime().io() else { return };
    for socket in io.within(Room::person(customer.uuid()).0).sockets() {
        socket.join(customers_room(tenant).0);
    }
}

/// Whether the customer has any conversation; asked once, because threads do not go away.
async fn has_thread(talk: &Talk, tenant: Id<id::Tenant>, customer: Id<id::Customer>) -> Result<bool> {
    if talk.live().is_sharing(customer) {
        return Ok(true);
    }
    let found = store::has_conversation(talk.platform().db(), tenant, customer).await?;
    if found {
        talk.live().note_sharing(customer);
    }
    Ok(found)
}

/// The other people of the caller's own conversations.
async fn people_of(talk: &Talk, caller: &Caller) -> Result<Vec<Room>> {
    let filter = Filter { limit: CONVERSATIONS_MAX, ..Filter::default() };
    let rows = store::list_conversations(talk.platform().db(), caller, Scope::Own, &filter).await?;
    let mut rooms = Vec::new();
    for row in rows {
        let facts = row.facts()?;
        let others = [Some(facts.customer.uuid()), facts.assigned_to.map(Id::uuid), facts.provider.map(Id::uuid)];
        rooms.extend(others.into_iter().flatten().filter(|p| *p != caller.person()).map(Room::person));
    }
    rooms.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    rooms.dedup();
    Ok(rooms)
}
