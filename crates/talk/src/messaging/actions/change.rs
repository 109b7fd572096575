//! The business arranges its inbox: archive, block, urgency, labels, who takes care of it. A block is the customer's and not
//! the thread's: it goes to all of their threads, and any other state given to one of them lifts it from all.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, Right, id, text};
use platform::{AuditEntry, Push, Result, Room, Tx};
use sea_orm::Value;
use serde_json::json;
use tokio::sync::mpsc;

use super::browse::{conversation_view, views};
use crate::{
    Talk,
    messaging::{
        access::{Need, access_conversation, find_facts},
        catch_up::exit,
        facts::Facts,
        live::{Dialect, SocketState, conversation_room},
        model::{ConversationView, Priority, Status},
        rules::{TAG_CHARS_MAX, TAGS_MAX},
        store,
    },
    signals::CONVERSATION_CHANGED,
};

/// What shall change; absent stays.
#[derive(Debug, Clone, Default)]
pub struct ConversationChange {
    /// Where it stands.
    pub status: Option<Status>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// Its labels.
    pub tags: Option<Vec<String>>,
    /// Who takes care of it; `Some(None)` for nobody.
    pub assigned_to: Option<Option<Id<id::User>>>,
}

fn check_tags(tags: &[String]) -> std::result::Result<Vec<String>, Problem> {
    if tags.len() > TAGS_MAX {
        return Err(Problem::field("tags", "TOO_MANY", format!("may be at most {TAGS_MAX}")));
    }
    let mut clean: Vec<String> = Vec::with_capacity(tags.len());
    for (i, tag) in tags.iter().enumerate() {
        let tag = text::parse_line(tag, TAG_CHARS_MAX)
            .map_err(|e| Problem::field(format!("tags[{i}]"), "INVALID_VALUE", e.to_string()))?;
        if !clean.contains(&tag) {
            clean.push(tag);
        }
    }
    Ok(clean)
}

async fn check_member(talk: &Talk, caller: &Caller, user: Id<id::User>) -> Result<()> {
    let members = people::team::find_members(talk.platform().db().read(), caller.tenant).await?;
    if members.iter().any(|m| m.id == user) {
        return Ok(());
    }
    Err(Problem::field("assignedTo", "NOT_FOUND", "is not a member of this business").into())
}

/// Changes it and tells both sides. Blocking and assigning need the right to see every conversation.
pub async fn change_conversation(
    talk: &Talk,
    caller: &Caller,
    id: Id<id::Conversation>,
    change: ConversationChange,
) -> Result<ConversationView> {
    let facts = access_conversation(talk, caller, id, Need::Read).await?;
    caller.check_user()?;
    let decides = change.status.is_some_and(|s| s == Status::Blocked || facts.status == Status::Blocked);
    if decides || change.assigned_to.is_some() {
        caller.check(Right::MessagesAll)?;
    }
    let mut sets: Vec<(&'static str, Value)> = Vec::new();
    if let Some(status) = change.status {
        sets.push(("status", status.as_str().into()));
    }
    if let Some(priority) = change.priority {
        sets.push(("priority", priority.as_str().into()));
    }
    if let Some(tags) = &change.tags {
        sets.push(("tags", json!(check_tags(tags)?).to_string().into()));
    }
    if let Some(assigned) = change.assigned_to {
        if let Some(user) = assigned {
            check_member(talk, caller, user).await?;
        }
        sets.push(("assigned_to", assigned.into()));
    }
    if sets.is_empty() {
        return conversation_view(talk, caller, id).await;
    }
    let details: Vec<&str> = sets.iter().map(|(column, _)| *column).collect();
    let mut tx = talk.platform().db().begin().await?;
    let mut others = match change.status {
        Some(status) => decide_block(&tx, caller, &facts, status).await?,
        None => Vec::new(),
    };
    others.retain(|other| *other != id);
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action: "conversation.changed",
        object: id.to_string(),
        details: json!({"changed": details, "before": {"status": facts.status},
            "after": {"status": change.status, "priority": change.priority, "tags": change.tags,
                "assignedTo": change.assigned_to.flatten()}}),
        ip: None,
    })
    .await?;
    store::change_conversation(&tx, caller.tenant, id, sets).await?;
    others.iter().chain([&id]).for_each(|thread| tx.signal(&CONVERSATION_CHANGED, thread));
    tx.commit().await?;
    let view = conversation_view(talk, caller, id).await?;
    announce_change(talk, &facts, &view, None).await;
    for other in others {
        announce_anew(talk, other, None).await?;
    }
    if change.assigned_to.is_some() {
        turn_out_strangers(talk, id).await?;
    }
    Ok(view)
}

/// Brings the customer's other threads in line with the state that one of them is given; gives those that changed.
async fn decide_block(tx: &Tx, caller: &Caller, facts: &Facts, status: Status) -> Result<Vec<Id<id::Conversation>>> {
    store::lock_threads_of(tx, facts.customer).await?;
    let was_blocked = store::is_blocked(tx.conn(), tx.dialect(), facts.tenant, facts.customer).await?;
    let blocked = status == Status::Blocked;
    if !blocked && !was_blocked {
        return Ok(Vec::new());
    }
    caller.check(Right::MessagesAll)?;
    store::set_blocked(tx, facts.tenant, facts.customer, blocked).await
}

/// Takes out of the room whoever may not read the conversation any more.
pub async fn turn_out_strangers(talk: &Talk, id: Id<id::Conversation>) -> Result<()> {
    let (Some(facts), Some(io)) = (find_facts(talk, id).await?, talk.platform().realtime().io()) else { return Ok(()) };
    for dialect in [Dialect::Pair, Dialect::Room] {
        for socket in io.within(conversation_room(id, dialect).0).sockets() {
            let Some(state) = socket.extensions.get::<Arc<SocketState>>() else { continue };
            if !facts.is_visible_to(&state.caller) {
                exit(talk.live(), &socket, &state, id);
            }
        }
    }
    Ok(())
}

/// Tells both sides of threads that a message brought back from the archive, until the batcher ends.
pub async fn announce_revived(talk: Talk, mut revived: mpsc::Receiver<Id<id::Conversation>>) {
    while let Some(id) = revived.recv().await {
        if let Err(fault) = announce_anew(&talk, id, None).await {
            tracing::error!(cause = fault.chain(), "nobody was told of a thread that came back from the archive");
        }
    }
}

/// Tells both sides how the conversation stands now; of a message that was taken back with its number.
pub(super) async fn announce_anew(talk: &Talk, id: Id<id::Conversation>, taken_back: Option<i64>) -> Result<()> {
    let Some(facts) = find_facts(talk, id).await? else { return Ok(()) };
    let Some(row) = store::find_conversation(talk.platform().db(), id).await? else { return Ok(()) };
    if let Some(view) = views(talk, true, vec![row]).await?.pop() {
        announce_change(talk, &facts, &view, taken_back).await;
    }
    Ok(())
}

/// `conversation_updated` for both sides. What differs per reader (unread, names of the other side) is left to each client;
/// one who counts hears that a message was taken back, and asks again.
async fn announce_change(talk: &Talk, facts: &Facts, view: &ConversationView, taken_back: Option<i64>) {
    let told = |conversation: serde_json::Value| match taken_back {
        Some(seq) => json!({ "conversation": conversation, "takenBackSeq": seq }),
        None => json!({ "conversation": conversation }),
    };
    let mut shared = view.clone();
    shared.unread_count = None;
    let mut business = vec![Room::right(facts.tenant, Right::MessagesAll)];
    business.extend(facts.assigned_to.map(|p| Room::person(p.uuid())));
    business.extend(shared.assigned_to.map(|p| Room::person(p.uuid())));
    business.extend(facts.provider.map(|p| Room::person(p.uuid())));
    let realtime = talk.platform().realtime();
    realtime.push(&Push::new(business, "conversation_updated", told(json!(shared)))).await;
    // The customer sees the business on the other side, and not how the business sorts its inbox.
    let tenant = people::tenants::find_tenant(talk.people(), facts.tenant).await;
    let name = tenant.ok().flatten().map(|t| t.name.clone()).unwrap_or_default();
    let own = json!({
        "id": shared.id, "name": name, "type": shared.kind, "status": shared.status, "closed": shared.closed,
        "lastMessage": shared.last_message, "lastMessageTime": shared.last_message_time, "lastSeq": shared.last_seq,
        "customerId": shared.customer_id, "appointmentId": shared.appointment_id,
    });
    realtime.push(&Push::new([Room::person(facts.customer.uuid())], "conversation_updated", told(own))).await;
}
