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

/// What a reader need not read any more; asks for the reader.
const SETTLED: &str = "COALESCE(m.seen_total, 0) + (SELECT COUNT(*) FROM taken_back t WHERE t.conversation_id = c.id \
    AND t.by_customer = CASE WHEN c.customer_id = ? THEN 0 ELSE 1 END AND t.seq > COALESCE(m.read_seq, 0))";

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
    /// The other side's messages that this reader need not read any more: those up to their mark, and behind it those that
    /// were taken back.
    pub settled_total: i64,
}

impl ConversationRow {
    fn read(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            tenant: row.get(1)?,
            customer: row.get(2)?,
            kind: row.get(3)?,
            appointment: row.get(4)?,
            provider: row.get(5)?,
            status: row.get(6)?,
            priority: row.get(7)?,
            tags: row.get(8)?,
            assigned_to: row.get(9)?,
            last_seq: row.get(10)?,
            customer_total: row.get(11)?,
            business_total: row.get(12)?,
            last_message: row.get(13)?,
            last_at: row.get(14)?,
            customer_read_seq: row.get(15)?,
            customer_delivered_seq: row.get(16)?,
            business_read_seq: row.get(17)?,
            business_delivered_seq: row.get(18)?,
            settled_total: row.get(19)?,
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

/// Conversations as a reader has read them. Marks, totals and messages taken back are read by one statement, so that nothing
/// happens between.
fn select(reader: Uuid, rest: &str, values: Vec<Value>) -> Query {
    let sql = format!(
        "SELECT {COLUMNS}, {SETTLED} \
         FROM conversations c LEFT JOIN read_marks m ON m.conversation_id = c.id AND m.reader_id = ? {rest}"
    );
    Query::new(sql, [vec![reader.into(), reader.into()], values].concat())
}

/// One conversation, with nobody's reading.
pub async fn find_conversation(db: &Db, id: Id<id::Conversation>) -> Result<Option<ConversationRow>> {
    find_conversation_of(db, id, Uuid::nil()).await
}

/// One conversation as a reader has read it.
pub async fn find_conversation_of(db: &Db, id: Id<id::Conversation>, reader: Uuid) -> Result<Option<ConversationRow>> {
    let rows = db.fetch(select(reader, "WHERE c.id = ?", vec![id.into()])).await?;
    rows.into_iter().next().map(ConversationRow::read).transpose()
}

/// A conversation as a reader has read it, with a stretch of its messages, oldest first.
pub async fn find_thread_page(
    db: &Db,
    id: Id<id::Conversation>,
    reader: Uuid,
    window: Window,
) -> Result<Option<(ConversationRow, Vec<MessageRow>)>> {
    let conversation = select(reader, "WHERE c.id = ?", vec![id.into()]);
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
    row.map(|row| row.get(0)).transpose()
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
    let Some((conditions, values)) = conditions(db, caller, scope, filter) else { return Ok(Vec::new()) };
    let limit = filter.limit.clamp(1, CONVERSATIONS_MAX);
    let rest = format!(
        "{conditions} ORDER BY c.last_hour DESC, c.last_at DESC, c.id DESC LIMIT {limit} OFFSET {}",
        filter.offset
    );
    db.fetch(select(caller.person(), &rest, values)).await?.read(ConversationRow::read)
}

/// How many there are, whatever the page.
pub async fn count_conversations(db: &Db, caller: &Caller, scope: Scope, filter: &Filter) -> Result<u64> {
    let Some((conditions, values)) = conditions(db, caller, scope, filter) else { return Ok(0) };
    let row = super::one(db, &format!("SELECT COUNT(*) FROM conversations c {conditions}"), values).await?;
    let count: i64 = row.map(|row| row.get(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}

/// In how many of them the caller has something unread, whatever the page.
pub async fn count_unread_conversations(db: &Db, caller: &Caller, filter: &Filter) -> Result<u64> {
    let Some((conditions, values)) = conditions(db, caller, Scope::Own, filter) else { return Ok(0) };
    let total = if caller.is_business() { "c.customer_total" } else { "c.business_total" };
    // Most have nothing unread, and are through before it is looked what was taken back.
    let sql = format!(
        "SELECT COUNT(*) FROM conversations c LEFT JOIN read_marks m ON m.conversation_id = c.id AND m.reader_id = ? \
         {conditions} AND {total} > COALESCE(m.seen_total, 0) AND {total} > {SETTLED}"
    );
    let me: Value = caller.person().into();
    let row = super::one(db, &sql, [vec![me.clone()], values, vec![me]].concat()).await?;
    let count: i64 = row.map(|row| row.get(0)).transpose()?.unwrap_or(0);
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
    let mut values: Vec<Value> = vec![tenant.into()];
    values.extend(customers.iter().map(|c| Value::from(*c)));
    db.fetch(select(reader, &rest, values)).await?.read(ConversationRow::read)
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
