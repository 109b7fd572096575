//! Conversations: found by id, by what they are about, listed by who may see them.

use kernel::{Caller, Id, Right, Timestamp, id};
use platform::{
    Fault, Result, Tx,
    db::{Db, Query, Row},
};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use super::messages::{self, MessageRow, Window};
use crate::messaging::{
    facts::Facts,
    model::{ConversationKind, Priority, Status},
    rules::{self, CONVERSATIONS_MAX},
};

const COLUMNS: &str = "c.id, c.tenant_id, c.customer_id, c.kind, c.appointment_id, c.provider_id, c.status, c.priority, c.tags, \
    c.assigned_to, c.last_seq, c.customer_total, c.business_total, c.last_message, c.last_at, c.customer_read_seq, \
    c.customer_delivered_seq, c.business_read_seq, c.business_delivered_seq";

/// A stored conversation, with how much of it the reader has seen.
#[derive(Debug, Clone)]
pub struct ConversationRow {
    /// The conversation.
    pub id: Id<id::Conversation>,
    /// Whose.
    pub tenant: Id<id::Tenant>,
    /// The customer in it.
    pub customer: Id<id::Customer>,
    kind: String,
    /// The appointment, for its thread.
    pub appointment: Option<Id<id::Appointment>>,
    provider: Option<Id<id::User>>,
    status: String,
    priority: String,
    /// Labels as JSON.
    pub tags: String,
    /// Who takes care of it.
    pub assigned_to: Option<Id<id::User>>,
    /// Number of the newest message.
    pub last_seq: i64,
    /// Messages by the customer.
    pub customer_total: i64,
    /// Messages by the business.
    pub business_total: i64,
    /// Beginning of the newest message.
    pub last_message: Option<String>,
    /// When it was written.
    pub last_at: Timestamp,
    /// How far the customer has read.
    pub customer_read_seq: i64,
    /// How far a device of the customer has received.
    pub customer_delivered_seq: i64,
    /// How far anybody of the business has read.
    pub business_read_seq: i64,
    /// How far a device of the business has received.
    pub business_delivered_seq: i64,
    /// The other side's messages that this reader had seen, when a reader was named.
    pub seen_total: i64,
}

impl ConversationRow {
    fn read(mut row: Row) -> Result<Self> {
        Ok(Self {
            id: row.take(0)?,
            tenant: row.take(1)?,
            customer: row.take(2)?,
            kind: row.take(3)?,
            appointment: row.take(4)?,
            provider: row.take(5)?,
            status: row.take(6)?,
            priority: row.take(7)?,
            tags: row.take(8)?,
            assigned_to: row.take(9)?,
            last_seq: row.take(10)?,
            customer_total: row.take(11)?,
            business_total: row.take(12)?,
            last_message: row.take(13)?,
            last_at: row.take(14)?,
            customer_read_seq: row.take(15)?,
            customer_delivered_seq: row.take(16)?,
            business_read_seq: row.take(17)?,
            business_delivered_seq: row.take(18)?,
            seen_total: row.take::<Option<i64>>(19)?.unwrap_or(0),
        })
    }

    /// What it is about.
    pub fn kind(&self) -> Result<ConversationKind> {
        ConversationKind::parse(&self.kind).ok_or_else(|| unknown(&self.kind))
    }
    /// Where it stands.
    pub fn status(&self) -> Result<Status> {
        Status::parse(&self.status).ok_or_else(|| unknown(&self.status))
    }
    /// How urgent.
    pub fn priority(&self) -> Result<Priority> {
        Priority::parse(&self.priority).ok_or_else(|| unknown(&self.priority))
    }
    /// What access needs to know; the closing time is added by who knows appointments.
    pub fn facts(&self) -> Result<Facts> {
        Ok(Facts {
            id: self.id,
            tenant: self.tenant,
            customer: self.customer,
            kind: self.kind()?,
            appointment: self.appointment,
            provider: self.provider,
            assigned_to: self.assigned_to,
            status: self.status()?,
            closes_at: None,
        })
    }
}

fn unknown(word: &str) -> Fault {
    Fault::internal("reading a conversation", format!("unknown word {word:?}"))
}

fn select(rest: &str) -> String {
    format!(
        "SELECT {COLUMNS}, m.seen_total FROM conversations c \
         LEFT JOIN read_marks m ON m.conversation_id = c.id AND m.reader_id = ? {rest}"
    )
}

/// One conversation, with nobody's reading.
pub async fn find_conversation(db: &Db, id: Id<id::Conversation>) -> Result<Option<ConversationRow>> {
    find_conversation_of(db, id, Uuid::nil()).await
}

/// One conversation as a reader has read it.
pub async fn find_conversation_of(db: &Db, id: Id<id::Conversation>, reader: Uuid) -> Result<Option<ConversationRow>> {
    let row = super::one(db, &select("WHERE c.id = ?"), vec![reader.into(), id.into()]).await?;
    row.map(ConversationRow::read).transpose()
}

/// A conversation as a reader has read it, with a stretch of its messages, oldest first.
pub async fn find_thread_page(
    db: &Db,
    id: Id<id::Conversation>,
    reader: Uuid,
    window: Window,
) -> Result<Option<(ConversationRow, Vec<MessageRow>)>> {
    let conversation = Query::new(select("WHERE c.id = ?"), vec![reader.into(), id.into()]);
    let [conversation, page] = db.fetch_each([conversation, messages::page_query(id, window)]).await?;
    let Some(row) = conversation.into_iter().next() else { return Ok(None) };
    Ok(Some((ConversationRow::read(row)?, messages::read_page(page, window)?)))
}

/// The thread of an appointment.
pub async fn find_thread_of(
    db: &Db,
    tenant: Id<id::Tenant>,
    appointment: Id<id::Appointment>,
) -> Result<Option<Id<id::Conversation>>> {
    let sql = "SELECT id FROM conversations WHERE appointment_id = ? AND tenant_id = ?";
    let row = super::one(db, sql, vec![appointment.into(), tenant.into()]).await?;
    row.map(|mut row| row.take(0)).transpose()
}

/// Whether a customer takes part in any conversation.
pub async fn has_conversation(db: &Db, tenant: Id<id::Tenant>, customer: Id<id::Customer>) -> Result<bool> {
    let sql = "SELECT 1 FROM conversations WHERE customer_id = ? AND tenant_id = ? LIMIT 1";
    Ok(super::one(db, sql, vec![customer.into(), tenant.into()]).await?.is_some())
}

/// Whose conversations are listed.
#[derive(Debug, Clone, Copy)]
pub enum Scope {
    /// Those the caller takes part in.
    Own,
    /// Every one of the tenant, for the monitor.
    Tenant,
    /// Every one of the host, for operators.
    Everywhere,
}

/// Which ones.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<Status>,
    /// With this urgency.
    pub priority: Option<Priority>,
    /// With this label.
    pub tag: Option<String>,
    /// In this person's care.
    pub assigned: Option<Id<id::User>>,
    /// Of these customers.
    pub customers: Option<Vec<Id<id::Customer>>>,
    /// How many.
    pub limit: u64,
    /// After how many.
    pub offset: u64,
}

/// The newest conversations first.
pub async fn list_conversations(
    db: &Db,
    caller: &Caller,
    scope: Scope,
    filter: &Filter,
) -> Result<Vec<ConversationRow>> {
    let Some((conditions, mut values)) = conditions(db, caller, scope, filter) else { return Ok(Vec::new()) };
    values.insert(0, caller.person().into());
    let limit = filter.limit.clamp(1, CONVERSATIONS_MAX);
    let sql = select(&format!(
        "{conditions} ORDER BY c.last_hour DESC, c.last_at DESC, c.id DESC LIMIT {limit} OFFSET {}",
        filter.offset
    ));
    super::all(db, &sql, values).await?.into_iter().map(ConversationRow::read).collect()
}

/// How many there are, whatever the page.
pub async fn count_conversations(db: &Db, caller: &Caller, scope: Scope, filter: &Filter) -> Result<u64> {
    let Some((conditions, values)) = conditions(db, caller, scope, filter) else { return Ok(0) };
    let row = super::one(db, &format!("SELECT COUNT(*) FROM conversations c {conditions}"), values).await?;
    let count: i64 = row.map(|mut row| row.take(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}

/// What the rows must fulfil; `None` when none can.
fn conditions(db: &Db, caller: &Caller, scope: Scope, filter: &Filter) -> Option<(String, Vec<Value>)> {
    let mut values: Vec<Value> = Vec::new();
    let mut conditions: Vec<String> = Vec::new();
    let mut need = |sql: &str, more: Vec<Value>| {
        conditions.push(sql.to_owned());
        values.extend(more);
    };
    match (scope, caller.customer()) {
        (Scope::Everywhere, _) => {}
        (Scope::Own, Some(customer)) => {
            need("c.customer_id = ? AND c.tenant_id = ?", vec![customer.into(), caller.tenant.into()]);
        }
        (Scope::Own, None) if !caller.has(Right::MessagesAll) => {
            let me = caller.person();
            let sql = "c.tenant_id = ? AND (c.assigned_to = ? OR c.provider_id = ?)";
            need(sql, vec![caller.tenant.into(), me.into(), me.into()]);
        }
        _ => need("c.tenant_id = ?", vec![caller.tenant.into()]),
    }
    if let Some(status) = filter.status {
        need("c.status = ?", vec![status.as_str().into()]);
    }
    if let Some(priority) = filter.priority {
        need("c.priority = ?", vec![priority.as_str().into()]);
    }
    if let Some(tag) = &filter.tag {
        // Labels are stored as a JSON array of strings, so a quoted label can only match a whole one.
        let quoted = serde_json::Value::from(tag.as_str()).to_string();
        let find = if db.dialect() == platform::db::Dialect::Postgres { "strpos" } else { "instr" };
        need(&format!("{find}(c.tags, ?) > 0"), vec![quoted.into()]);
    }
    if let Some(assigned) = filter.assigned {
        need("c.assigned_to = ?", vec![assigned.into()]);
    }
    if let Some(customers) = &filter.customers {
        if customers.is_empty() {
            return None;
        }
        let sql = format!("c.customer_id IN ({})", super::marks(customers.len()));
        need(&sql, customers.iter().map(|c| Value::from(*c)).collect());
    }
    let conditions = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    Some((conditions, values))
}

/// `(customer, conversation, last_seq, unread by reader)` of the direct threads of these customers.
pub async fn list_linked(
    db: &Db,
    tenant: Id<id::Tenant>,
    reader: Uuid,
    customers: &[Id<id::Customer>],
) -> Result<Vec<ConversationRow>> {
    if customers.is_empty() {
        return Ok(Vec::new());
    }
    let rest =
        format!("WHERE c.tenant_id = ? AND c.kind = 'direct' AND c.customer_id IN ({})", super::marks(customers.len()));
    let mut values: Vec<Value> = vec![reader.into(), tenant.into()];
    values.extend(customers.iter().map(|c| Value::from(*c)));
    super::all(db, &select(&rest), values).await?.into_iter().map(ConversationRow::read).collect()
}

/// Text as a LIKE pattern that means itself, with `!` as the escape.
pub(super) fn escape_like(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// Makes the thread if there is none; gives its id and whether it is new. A blocked customer's is blocked from the start.
pub async fn insert_conversation(tx: &Tx, facts: &Facts) -> Result<(Id<id::Conversation>, bool)> {
    super::lock_threads_of(tx, facts.customer).await?;
    let blocked = super::is_blocked(tx.conn(), tx.dialect(), facts.tenant, facts.customer).await?;
    let status = if blocked { Status::Blocked } else { Status::Active };
    let sql = "INSERT INTO conversations (id, tenant_id, customer_id, kind, appointment_id, provider_id, status, last_at, last_hour, created_at) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let values = vec![
        facts.id.into(),
        facts.tenant.into(),
        facts.customer.into(),
        facts.kind.as_str().into(),
        facts.appointment.into(),
        facts.provider.into(),
        status.as_str().into(),
        tx.now().into(),
        rules::hour(tx.now()).into(),
        tx.now().into(),
    ];
    if tx.execute(sql, values).await? == 1 {
        return Ok((facts.id, true));
    }
    let (sql, values): (&str, Vec<Value>) = match facts.appointment {
        Some(appointment) => ("SELECT id FROM conversations WHERE appointment_id = ?", vec![appointment.into()]),
        None => (
            "SELECT id FROM conversations WHERE tenant_id = ? AND customer_id = ? AND kind = 'direct'",
            vec![facts.tenant.into(), facts.customer.into()],
        ),
    };
    let row = tx.conn().query_one_raw(platform::db::statement(tx.dialect(), sql, values)).await?;
    let row = row.ok_or_else(|| Fault::internal("opening a conversation", "neither inserted nor found"))?;
    Ok((row.try_get_by_index(0)?, false))
}

/// Sets single columns of a conversation.
pub async fn change_conversation(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    id: Id<id::Conversation>,
    sets: Vec<(&'static str, Value)>,
) -> Result<()> {
    let columns: Vec<String> = sets.iter().map(|(column, _)| format!("{column} = ?")).collect();
    let mut values: Vec<Value> = sets.into_iter().map(|(_, value)| value).collect();
    values.extend([id.into(), tenant.into()]);
    tx.execute(&format!("UPDATE conversations SET {} WHERE id = ? AND tenant_id = ?", columns.join(", ")), values)
        .await?;
    Ok(())
}
