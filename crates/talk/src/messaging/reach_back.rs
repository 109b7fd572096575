//! Telling those who are away of messages they have not read. Sending knows nothing of it: now and then the conversations
//! that moved lately are looked at, and what one side has not read gets a row with the time when it is told of. When that
//! comes, whoever is still away and has not read is told once. Then they are told of nothing more until they have read, or until
//! a pause is over; of no message twice. Rows are in the database, so a restart forgets nothing; a look that comes late only
//! tells late.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use kernel::{Id, Right, Timestamp, events, id, text};
use parking_lot::Mutex;
use people::{
    contacts::{Contact, find_contacts},
    team::find_members,
};
use platform::{Result, db::statement};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::json;
use uuid::Uuid;

use super::rules::{PREVIEW_CHARS, last_message};
use crate::Talk;

/// Conversations of one look; the rest waits for the next.
const WATCHED_MAX: usize = 1_000;
/// Notices of one look; the rest waits for the next.
const TOLD_MAX: u64 = 200;
/// What is older is told to nobody: a house that was away for days does not wake people for what is long known.
const LOOK_BACK: Duration = Duration::from_secs(24 * 3600);
/// Commits may become visible a little after the time they carry.
const OVERLAP: Duration = Duration::from_secs(10);
/// Milliseconds of the hour by which conversations are found.
const HOUR_MILLIS: i64 = 3_600_000;

/// What a business decided; answered by the floor that keeps its settings.
pub trait Delays: Send + Sync {
    /// How long messages wait; `None` when nobody is told.
    fn reach_back(&self, tenant: Id<id::Tenant>) -> BoxFuture<'_, Result<Option<Waits>>>;
}

/// How long messages wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// To be read.
    pub first: Duration,
    /// After a notice, while what it told of is not read either.
    pub again: Duration,
}

/// Up to where conversations were looked at.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    seen: Arc<Mutex<Option<Timestamp>>>,
}

/// Those who write to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Customer,
    Business,
}

impl Side {
    const BOTH: [Self; 2] = [Self::Customer, Self::Business];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Business => "business",
        }
    }
    fn parse(word: &str) -> Self {
        if word == Self::Customer.as_str() { Self::Customer } else { Self::Business }
    }
    /// Who writes to this side, as a condition on messages.
    const fn others(self) -> &'static str {
        match self {
            Self::Customer => "sender_role <> 'customer'",
            Self::Business => "sender_role = 'customer'",
        }
    }
    const fn own(self) -> &'static str {
        match self {
            Self::Customer => "sender_role = 'customer'",
            Self::Business => "sender_role <> 'customer'",
        }
    }
}

/// A conversation as far as this needs it.
struct Thread {
    id: Id<id::Conversation>,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
    minder: Option<Id<id::User>>,
    last_seq: i64,
    last_at: Timestamp,
    customer_read: i64,
    business_read: i64,
}

const THREAD: &str = "id, tenant_id, customer_id, COALESCE(assigned_to, provider_id), last_seq, last_at, \
    customer_read_seq, business_read_seq";

impl Thread {
    fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            id: row.try_get_by_index(0)?,
            tenant: row.try_get_by_index(1)?,
            customer: row.try_get_by_index(2)?,
            minder: row.try_get_by_index(3)?,
            last_seq: row.try_get_by_index(4)?,
            last_at: row.try_get_by_index(5)?,
            customer_read: row.try_get_by_index(6)?,
            business_read: row.try_get_by_index(7)?,
        })
    }
    const fn read_by(&self, side: Side) -> i64 {
        match side {
            Side::Customer => self.customer_read,
            Side::Business => self.business_read,
        }
    }
}

/// The last notice to one side.
#[derive(Clone, Copy, Default)]
struct Told {
    /// Up to which message.
    seq: i64,
    at: Option<Timestamp>,
}

/// What one side has neither read nor been told of: the first message and the newest.
struct Unread {
    /// The notice whose messages they have not read either, if there is one.
    told_at: Option<Timestamp>,
    first_at: Timestamp,
    last: Last,
    /// How many there are.
    count: i64,
}

struct Last {
    id: Id<id::Message>,
    seq: i64,
    sender: String,
    content: String,
    has_files: bool,
}

/// Looks at what moved since the last look, then tells those who are due. Gives how many notices were stated.
pub async fn look(talk: &Talk, watch: &Watch, delays: &dyn Delays) -> Result<usize> {
    watch_moved(talk, watch, delays).await?;
    tell_due(talk, delays).await
}

async fn watch_moved(talk: &Talk, watch: &Watch, delays: &dyn Delays) -> Result<()> {
    let db = talk.platform().db();
    let now = db.world().now();
    let oldest = now.minus(LOOK_BACK);
    let since = watch.seen.lock().unwrap_or(oldest).max(oldest);
    let text = format!(
        "SELECT {THREAD} FROM conversations WHERE last_hour >= ? AND last_at >= ? AND status <> 'blocked' \
         AND (customer_read_seq < last_seq OR business_read_seq < last_seq) ORDER BY last_hour, last_at LIMIT {WATCHED_MAX}"
    );
    let values = vec![(since.millis() / HOUR_MILLIS).into(), since.into()];
    let rows = db.read().query_all_raw(statement(db.dialect(), &text, values)).await?;
    let threads: Vec<Thread> = rows.iter().map(Thread::read).collect::<Result<_>>()?;
    for thread in &threads {
        let Some(waits) = delays.reach_back(thread.tenant).await? else { continue };
        for side in Side::BOTH {
            if thread.read_by(side) >= thread.last_seq {
                continue;
            }
            let told = find_told(talk, thread, side).await?;
            if let Some(unread) = find_unread(talk, thread, side, told).await?
                && unread.first_at >= oldest
            {
                note_waiting(talk, thread, side, told, &unread, waits).await?;
            }
        }
    }
    let full = threads.len() == WATCHED_MAX;
    let seen = threads.last().filter(|_| full).map_or_else(|| now.minus(OVERLAP), |last| last.last_at);
    *watch.seen.lock() = Some(seen);
    Ok(())
}

async fn find_told(talk: &Talk, thread: &Thread, side: Side) -> Result<Told> {
    let db = talk.platform().db();
    let text = "SELECT noticed_seq, noticed_at FROM reach_backs WHERE conversation_id = ? AND side = ?";
    let values = vec![thread.id.into(), side.as_str().into()];
    let row = db.read().query_one_raw(statement(db.dialect(), text, values)).await?;
    let told = |row: QueryResult| Ok(Told { seq: row.try_get_by_index(0)?, at: row.try_get_by_index(1)? });
    row.map(told).transpose().map(Option::unwrap_or_default)
}

async fn find_unread(talk: &Talk, thread: &Thread, side: Side, told: Told) -> Result<Option<Unread>> {
    let read = thread.read_by(side);
    if read >= thread.last_seq {
        return Ok(None);
    }
    let db = talk.platform().db();
    let one = async |text: String, floor: i64| {
        db.read().query_one_raw(statement(db.dialect(), &text, vec![thread.id.into(), floor.into()])).await
    };
    // Whoever has answered has seen what came before, whether their device said so or not.
    let own = one(
        format!(
            "SELECT seq FROM messages WHERE conversation_id = ? AND seq > ? AND {} ORDER BY seq DESC LIMIT 1",
            side.own()
        ),
        read,
    )
    .await?;
    let seen = own.map(|row| row.try_get_by_index::<i64>(0)).transpose()?.unwrap_or(read).max(read);
    let floor = seen.max(told.seq);
    let of_others = format!(
        "SELECT created_at, id, seq, sender_name, content, has_files FROM messages WHERE conversation_id = ? AND seq > ? \
         AND {} AND deleted_at IS NULL ORDER BY seq",
        side.others()
    );
    let Some(first) = one(format!("{of_others} LIMIT 1"), floor).await? else { return Ok(None) };
    let Some(last) = one(format!("{of_others} DESC LIMIT 1"), floor).await? else { return Ok(None) };
    let counted = format!(
        "SELECT COUNT(*) FROM messages WHERE conversation_id = ? AND seq > ? AND {} AND deleted_at IS NULL",
        side.others()
    );
    let count = one(counted, floor).await?.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(1);
    Ok(Some(Unread {
        count,
        told_at: told.at.filter(|_| told.seq > seen),
        first_at: first.try_get_by_index(0)?,
        last: Last {
            id: last.try_get_by_index(1)?,
            seq: last.try_get_by_index(2)?,
            sender: last.try_get_by_index(3)?,
            content: last.try_get_by_index(4)?,
            has_files: last.try_get_by_index::<i32>(5)? != 0,
        },
    }))
}

/// Notes when this side is told. One that waits already keeps its time, and one that was told and has not read since waits
/// until the pause is over. Who waits for that and has read meanwhile waits no longer than anybody.
async fn note_waiting(
    talk: &Talk,
    thread: &Thread,
    side: Side,
    told: Told,
    unread: &Unread,
    waits: Waits,
) -> Result<()> {
    let tx = talk.platform().db().begin().await?;
    // Another node may have told of it since it was looked at.
    let text = "INSERT INTO reach_backs (conversation_id, side, tenant_id, due_at, noticed_seq) VALUES (?, ?, ?, ?, 0) \
                ON CONFLICT (conversation_id, side) DO UPDATE SET due_at = excluded.due_at \
                WHERE reach_backs.noticed_seq = ? AND (reach_backs.due_at IS NULL OR reach_backs.due_at > ?)";
    let first = unread.first_at.plus(waits.first);
    let due = unread.told_at.map_or(first, |at| first.max(at.plus(waits.again)));
    // Nothing but a pause lies further ahead than a first wait that begins now.
    let pause = due.max(tx.now().plus(waits.first));
    let values =
        vec![thread.id.into(), side.as_str().into(), thread.tenant.into(), due.into(), told.seq.into(), pause.into()];
    tx.execute(text, values).await?;
    tx.commit().await
}

/// A row whose time has come.
struct Due {
    conversation: Id<id::Conversation>,
    side: Side,
    at: Timestamp,
}

async fn tell_due(talk: &Talk, delays: &dyn Delays) -> Result<usize> {
    let db = talk.platform().db();
    let now = db.world().now();
    let text = format!(
        "SELECT conversation_id, side, due_at FROM reach_backs WHERE due_at <= ? ORDER BY due_at LIMIT {TOLD_MAX}"
    );
    let rows = db.read().query_all_raw(statement(db.dialect(), &text, vec![now.into()])).await?;
    let mut told = 0;
    for row in &rows {
        let side: String = row.try_get_by_index(1)?;
        let due =
            Due { conversation: row.try_get_by_index(0)?, side: Side::parse(&side), at: row.try_get_by_index(2)? };
        told += tell(talk, delays, &due, now).await?;
    }
    Ok(told)
}

async fn tell(talk: &Talk, delays: &dyn Delays, due: &Due, now: Timestamp) -> Result<usize> {
    let db = talk.platform().db();
    let text = format!("SELECT {THREAD} FROM conversations WHERE id = ?");
    let row = db.read().query_one_raw(statement(db.dialect(), &text, vec![due.conversation.into()])).await?;
    let Some(thread) = row.as_ref().map(Thread::read).transpose()? else { return settle(talk, due, None).await };
    let waits = delays.reach_back(thread.tenant).await?;
    let told = find_told(talk, &thread, due.side).await?;
    let unread = find_unread(talk, &thread, due.side, told).await?;
    let (Some(waits), Some(unread)) = (waits, unread) else { return settle(talk, due, None).await };
    let people = find_people(talk, &thread, due.side).await?;
    let is_here = people.iter().any(|person| talk.live().is_online(person.person));
    if is_here {
        // Somebody has the app open and sees that a message came; they are asked after again later.
        return settle(talk, due, Some(now.plus(waits.first))).await;
    }
    let mut tx = db.begin().await?;
    let text = "UPDATE reach_backs SET due_at = NULL, noticed_seq = ?, noticed_at = ? \
                WHERE conversation_id = ? AND side = ? AND due_at = ?";
    let values =
        vec![unread.last.seq.into(), now.into(), due.conversation.into(), due.side.as_str().into(), due.at.into()];
    if tx.execute(text, values).await? == 0 {
        return Ok(0);
    }
    for person in &people {
        let url = link(talk, &thread, person).await?;
        tx.emit(thread.tenant, events::MESSAGE_CREATED, describe(&thread, &unread, person, &url)).await?;
    }
    tx.commit().await?;
    Ok(people.len())
}

/// Nobody is told now; perhaps later.
async fn settle(talk: &Talk, due: &Due, later: Option<Timestamp>) -> Result<usize> {
    let tx = talk.platform().db().begin().await?;
    let text = "UPDATE reach_backs SET due_at = ? WHERE conversation_id = ? AND side = ? AND due_at = ?";
    let values = vec![later.into(), due.conversation.into(), due.side.as_str().into(), due.at.into()];
    tx.execute(text, values).await?;
    tx.commit().await?;
    Ok(0)
}

/// Who is told: the customer; or whoever takes care of the conversation, else, also when they left the business, all who
/// take care of any.
async fn find_people(talk: &Talk, thread: &Thread, side: Side) -> Result<Vec<Contact>> {
    let db = talk.platform().db().read();
    let ids: Vec<Uuid> = match side {
        Side::Customer => vec![thread.customer.uuid()],
        Side::Business => {
            let members = find_members(db, thread.tenant).await?;
            match thread.minder.filter(|minder| members.iter().any(|m| m.id == *minder)) {
                Some(minder) => vec![minder.uuid()],
                None => members.iter().filter(|m| m.role.has(Right::MessagesAll)).map(|m| m.id.uuid()).collect(),
            }
        }
    };
    find_contacts(db, thread.tenant, &ids).await
}

/// Where the person reads the thread.
async fn link(talk: &Talk, thread: &Thread, person: &Contact) -> Result<String> {
    let base = &talk.platform().config().client_url;
    if !person.is_customer {
        return Ok(format!("{base}/dashboard/messages/{}", thread.id));
    }
    let tenant = people::tenants::find_tenant(talk.people(), thread.tenant).await?;
    Ok(format!("{base}/client/messages?business={}", tenant.map(|t| t.slug.clone()).unwrap_or_default()))
}

fn describe(thread: &Thread, unread: &Unread, person: &Contact, url: &str) -> serde_json::Value {
    let last = &unread.last;
    let shown = last_message(&last.content, usize::from(last.has_files));
    let id = if person.is_customer { "customerId" } else { "userId" };
    let mut recipient = json!({ id: person.person_id(), "name": person.name });
    if let Some(email) = &person.email {
        recipient["email"] = json!(email);
    }
    json!({
        "conversationId": thread.id,
        "messageId": last.id,
        "messageSeq": last.seq,
        "senderName": last.sender,
        "preview": text::excerpt(&shown, PREVIEW_CHARS),
        "moreCount": unread.count - 1,
        "url": url,
        "recipient": recipient,
    })
}

/// Whether a message stands and a side has still not read up to it; asked before a notice leaves that waited for quiet hours
/// to end. Its words are in the notice, so one that was taken back is told to nobody.
pub async fn is_unread(
    talk: &Talk,
    tenant: Id<id::Tenant>,
    conversation: Id<id::Conversation>,
    is_customer: bool,
    seq: i64,
) -> Result<bool> {
    let db = talk.platform().db();
    let side = if is_customer { "customer_read_seq" } else { "business_read_seq" };
    let text = format!(
        "SELECT 1 FROM conversations c JOIN messages m ON m.conversation_id = c.id AND m.seq = ? \
         WHERE c.id = ? AND c.tenant_id = ? AND (c.{side} >= m.seq OR m.deleted_at IS NOT NULL)"
    );
    let values = vec![seq.into(), conversation.into(), tenant.into()];
    let settled = db.read().query_one_raw(statement(db.dialect(), &text, values)).await?;
    Ok(settled.is_none())
}
