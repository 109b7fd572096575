//! Looking at conversations and their messages as one reader sees them.

use std::{collections::HashMap, sync::Arc};

use kernel::{Caller, Id, Problem, Timestamp, id};
use people::customers::{Card, CustomerFilter};
use platform::Result;
use uuid::Uuid;

use super::monitor::note_look;
use crate::{
    Talk,
    attachments::{self, Reader},
    messaging::{
        access::{Need, access_conversation},
        model::{ConversationView, MessageView, Priority, ReadBy, SenderType},
        ports::AppointmentFacts,
        rules::{CONVERSATIONS_MAX, PAGE_MESSAGES_MAX, decide_closing, decide_status},
        store::{self, ConversationRow, Filter, MessageRow, Scope, Window},
    },
};

/// What a list asks for.
#[derive(Debug, Clone, Default)]
pub struct ConversationQuery {
    /// Filters on the conversation itself.
    pub filter: Filter,
    /// Part of a customer's name, address or number.
    pub text: Option<String>,
}

/// A page of conversations.
#[derive(Debug)]
pub struct ConversationList {
    /// Newest first.
    pub views: Vec<ConversationView>,
    /// How many there are in all.
    pub total: u64,
    /// In how many of all the caller has something unread; counted for the first page of one's own.
    pub unread_total: Option<u64>,
}

/// A page of the caller's conversations.
pub async fn list_conversations(
    talk: &Talk,
    caller: &Caller,
    query: ConversationQuery,
    scope: Scope,
) -> Result<ConversationList> {
    let db = talk.platform().db();
    let mut filter = query.filter;
    if !caller.is_business() {
        // What a customer does not read, they cannot guess by filters either.
        filter = Filter { priority: None, tag: None, assigned: None, ..filter };
    }
    let text = query.text.filter(|t| !t.trim().is_empty());
    if let (Some(text), true) = (&text, caller.is_business()) {
        let wanted = CustomerFilter { text: Some(text.clone()), limit: CONVERSATIONS_MAX, offset: 0 };
        let found = match scope {
            Scope::Everywhere => people::customers::list_customers_everywhere(db, caller, &wanted).await?,
            Scope::Own | Scope::Tenant => people::customers::list_customers(db, caller.tenant, &wanted).await?.0,
        };
        filter.customers = Some(found.into_iter().map(|c| c.id).collect());
    }
    let rows = store::list_conversations(db, caller, scope, &filter).await?;
    let shown = rows.len() as u64;
    let is_last = shown < filter.limit && (shown > 0 || filter.offset == 0);
    let mut total =
        if is_last { filter.offset + shown } else { store::count_conversations(db, caller, scope, &filter).await? };
    let mut views = views(talk, caller.is_business(), rows).await?;
    if let (Some(text), false) = (text, caller.is_business()) {
        // A customer has few threads, and the other side of all of them is one business.
        let text = text.trim().to_lowercase();
        let holds = |part: &str| part.to_lowercase().contains(&text);
        views.retain(|v| holds(&v.name) || v.appointment.as_ref().is_some_and(|a| holds(&a.service)));
        total = views.len() as u64;
    }
    let unread_total = match scope {
        Scope::Own if filter.offset == 0 && views.len() as u64 == total => {
            Some(views.iter().filter(|view| view.unread_count.is_some_and(|unread| unread > 0)).count() as u64)
        }
        Scope::Own if filter.offset == 0 => Some(store::count_unread_conversations(db, caller, &filter).await?),
        Scope::Own | Scope::Tenant | Scope::Everywhere => None,
    };
    Ok(ConversationList { views, total, unread_total })
}

/// One conversation as the caller sees it; access was checked.
pub async fn conversation_view(talk: &Talk, caller: &Caller, id: Id<id::Conversation>) -> Result<ConversationView> {
    let row =
        store::find_conversation_of(talk.platform().db(), id, caller.person()).await?.ok_or_else(Problem::not_found)?;
    views(talk, caller.is_business(), vec![row]).await?.pop().ok_or_else(|| Problem::not_found().into())
}

/// Rows as one of the sides sees them: names of the other side, appointments, presence, unread. How the business sorts its
/// inbox (labels, urgency, who takes care) is nothing a customer reads.
pub(super) async fn views(talk: &Talk, business: bool, rows: Vec<ConversationRow>) -> Result<Vec<ConversationView>> {
    let appointments = appointments(talk, &rows).await?;
    let now = talk.platform().world().now();
    let names = if business {
        let mut by_tenant: HashMap<Id<id::Tenant>, Vec<Id<id::Customer>>> = HashMap::new();
        for row in &rows {
            by_tenant.entry(row.tenant).or_default().push(row.customer);
        }
        let mut names = HashMap::new();
        for (tenant, customers) in by_tenant {
            names.extend(people::customers::find_cards(talk.people(), tenant, &customers).await?);
        }
        Some(names)
    } else {
        None
    };
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let tenant = people::tenants::find_tenant(talk.people(), row.tenant).await?;
        let care_days = tenant.as_ref().map_or(7, |t| i64::from(t.after_care_days));
        let about = row.appointment.and_then(|a| appointments.get(&a)).cloned();
        let closes_at = about.as_ref().and_then(|a| decide_closing(&a.status, a.completed_at, care_days));
        let (name, email, phone, is_online) = match &names {
            Some(names) => {
                let customer = names.get(&row.customer).map(Arc::as_ref);
                let online = talk.live().is_online(row.customer.uuid());
                let part = |f: fn(&Card) -> Option<String>| customer.and_then(f);
                (
                    part(|c| Some(c.name.clone())).unwrap_or_default(),
                    part(|c| c.email.clone()),
                    part(|c| c.phone.clone()),
                    online,
                )
            }
            None => {
                let name = tenant.as_ref().map(|t| t.name.clone()).unwrap_or_default();
                let phone = tenant.as_ref().and_then(|t| t.phone.clone());
                (name, None, phone, talk.live().has_business(row.tenant))
            }
        };
        let unread = store::unread_count(&row, !business);
        let shown = Shown { name, email, phone, is_online, unread, closed: closes_at.is_some_and(|at| now >= at) };
        let mut view = view(row, about, shown)?;
        if !business {
            (view.priority, view.tags, view.assigned_to) = (Priority::Normal, Vec::new(), None);
        }
        views.push(view);
    }
    Ok(views)
}

struct Shown {
    name: String,
    email: Option<String>,
    phone: Option<String>,
    is_online: bool,
    unread: i64,
    closed: bool,
}

fn view(row: ConversationRow, appointment: Option<AppointmentFacts>, shown: Shown) -> Result<ConversationView> {
    Ok(ConversationView {
        id: row.id,
        kind: row.kind()?,
        status: row.status()?,
        priority: row.priority()?,
        name: shown.name,
        email: shown.email,
        phone: shown.phone,
        avatar: None,
        tags: serde_json::from_str(&row.tags).map_err(|e| platform::Fault::internal("reading labels", e))?,
        last_message: row.last_message,
        last_message_time: row.last_at,
        last_seq: row.last_seq,
        unread_count: Some(shown.unread),
        is_online: shown.is_online,
        customer_id: row.customer,
        appointment_id: row.appointment,
        appointment,
        assigned_to: row.assigned_to,
        closed: shown.closed,
    })
}

async fn appointments(talk: &Talk, rows: &[ConversationRow]) -> Result<HashMap<Id<id::Appointment>, AppointmentFacts>> {
    let mut by_tenant: HashMap<Id<id::Tenant>, Vec<Id<id::Appointment>>> = HashMap::new();
    for row in rows {
        if let Some(appointment) = row.appointment {
            by_tenant.entry(row.tenant).or_default().push(appointment);
        }
    }
    let mut found = HashMap::new();
    for (tenant, ids) in by_tenant {
        let facts = talk.appointments().find(tenant, &ids).await?;
        found.extend(facts.into_iter().map(|a| (a.id, a)));
    }
    Ok(found)
}

/// A page of messages, oldest first, and whether there is more in the direction asked for.
pub async fn read_conversation(
    talk: &Talk,
    caller: &Caller,
    id: Id<id::Conversation>,
    window: Window,
) -> Result<(ConversationView, Vec<MessageView>, bool)> {
    access_conversation(talk, caller, id, Need::Read).await?;
    note_look(talk, caller, &[id]).await?;
    let (row, messages, more) = page(talk, caller, id, window).await?;
    let conversation = views(talk, caller.is_business(), vec![row]).await?.pop().ok_or_else(Problem::not_found)?;
    Ok((conversation, messages, more))
}

/// The messages alone; access was checked.
pub(crate) async fn message_page(
    talk: &Talk,
    caller: &Caller,
    id: Id<id::Conversation>,
    window: Window,
) -> Result<(Vec<MessageView>, bool)> {
    let (_, messages, more) = page(talk, caller, id, window).await?;
    Ok((messages, more))
}

async fn page(
    talk: &Talk,
    caller: &Caller,
    id: Id<id::Conversation>,
    window: Window,
) -> Result<(ConversationRow, Vec<MessageView>, bool)> {
    let limit = window.limit.clamp(1, PAGE_MESSAGES_MAX);
    let wanted = Window { limit: limit + 1, ..window };
    let found = store::find_thread_page(talk.platform().db(), id, caller.person(), wanted).await?;
    let (conversation, mut rows) = found.ok_or_else(Problem::not_found)?;
    let more = rows.len() as u64 > limit;
    if more {
        // The page is oldest first: the row too many stands at the far end of the direction asked for.
        if window.after.is_some() {
            rows.pop()
        } else {
            Some(rows.remove(0))
        };
    }
    let messages = message_views(talk, caller, &conversation, rows).await?;
    Ok((conversation, messages, more))
}

/// One message as the caller sees it; access was checked.
pub async fn message_view(talk: &Talk, caller: &Caller, id: Id<id::Message>) -> Result<MessageView> {
    let db = talk.platform().db();
    let row = store::find_message(db, caller.tenant, id).await?.ok_or_else(Problem::not_found)?;
    let marks = store::find_conversation(db, row.conversation).await?.ok_or_else(Problem::not_found)?;
    message_views(talk, caller, &marks, vec![row]).await?.pop().ok_or_else(|| Problem::not_found().into())
}

/// Messages of one conversation, side by side in the order of their numbers, as the caller sees them.
pub(super) async fn message_views(
    talk: &Talk,
    caller: &Caller,
    marks: &ConversationRow,
    rows: Vec<MessageRow>,
) -> Result<Vec<MessageView>> {
    let db = talk.platform().db();
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let (from, to) = (first.seq, last.seq);
    // Nobody has read past the marks, so an unread stretch needs no look at the receipts.
    let any_read = marks.customer_read_seq.max(marks.business_read_seq) >= from;
    let receipts = if any_read { store::find_receipts(db, marks.id, from, to).await? } else { Vec::new() };
    let with_files: Vec<_> = rows.iter().filter(|r| r.has_files && r.deleted_at.is_none()).map(|r| r.id).collect();
    let mut files = if with_files.is_empty() {
        HashMap::new()
    } else {
        // An operator reads along in other businesses; the links are for files there.
        let reader = Reader { tenant: marks.tenant, ..Reader::from(caller) };
        attachments::describe_many(talk.platform(), db.read(), &reader, &with_files).await?
    };
    let customer = marks.customer.uuid();
    let view = |row: MessageRow| {
        let by_customer = row.role.side() == SenderType::Customer;
        let (delivered, read) = if by_customer {
            (marks.business_delivered_seq, marks.business_read_seq)
        } else {
            (marks.customer_delivered_seq, marks.customer_read_seq)
        };
        MessageView {
            status: decide_status(row.seq, delivered, read),
            read_by: read_by(&receipts, &row, customer),
            attachments: files.remove(&row.id).unwrap_or_default(),
            id: row.id,
            legacy_id: row.id,
            conversation_id: row.conversation,
            seq: row.seq,
            sender_id: row.role.person_id(row.sender),
            sender_name: row.name,
            sender_type: row.role.side(),
            sender_role: row.role,
            content: row.content,
            timestamp: row.at,
            reply_to: row.reply_to,
            edited_at: row.edited_at,
            is_deleted: row.deleted_at.is_some(),
            client_message_id: row.client_id,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The first receipt of each reader that reaches the message; its writer is no reader.
fn read_by(receipts: &[(Uuid, i64, Timestamp)], row: &MessageRow, customer: Uuid) -> Vec<ReadBy> {
    let mut seen: Vec<Uuid> = vec![row.sender];
    let mut readers = Vec::new();
    for (reader, up_to, at) in receipts {
        if *up_to < row.seq || seen.contains(reader) {
            continue;
        }
        seen.push(*reader);
        let user_id = if *reader == customer {
            Id::<id::Customer>::from_uuid(*reader).to_string()
        } else {
            Id::<id::User>::from_uuid(*reader).to_string()
        };
        readers.push(ReadBy { user_id, read_at: *at });
    }
    // In the order in which it was read, which is also the order in which the room was told.
    readers.sort_by_key(|r| r.read_at);
    readers
}

/// How many messages of the other side the caller has not read.
pub async fn unread(talk: &Talk, caller: &Caller, id: Id<id::Conversation>) -> Result<i64> {
    access_conversation(talk, caller, id, Need::Read).await?;
    let row =
        store::find_conversation_of(talk.platform().db(), id, caller.person()).await?.ok_or_else(Problem::not_found)?;
    Ok(store::unread_count(&row, !caller.is_business()))
}
