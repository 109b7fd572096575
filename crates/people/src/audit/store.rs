//! Every query on the log.

use std::collections::{BTreeSet, HashMap};

use kernel::{Id, Timestamp, id};
use platform::{
    Db, Fault, Result,
    db::{Dialect, statement},
};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use serde_json::Value as Json;
use uuid::Uuid;

/// Kinds of acts that are listed.
pub(super) const ACTIONS_MAX: i64 = 500;

/// What the log is narrowed to.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub actor: Option<String>,
    pub action: Option<String>,
    pub object: Option<String>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub before: Option<Id<id::Audit>>,
    pub limit: usize,
}

/// One line as it is stored.
#[derive(Debug)]
pub(super) struct Line {
    pub id: Id<id::Audit>,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub details: Json,
    pub ip: Option<String>,
    pub at: Timestamp,
}

impl Line {
    fn read(row: &QueryResult) -> Result<Self> {
        let details: String = row.try_get_by_index(4)?;
        Ok(Self {
            id: Id::from_uuid(row.try_get_by_index(0)?),
            actor: row.try_get_by_index(1)?,
            action: row.try_get_by_index(2)?,
            object: row.try_get_by_index(3)?,
            details: serde_json::from_str(&details)
                .map_err(|e| Fault::internal("reading the details of an audit line", e))?,
            ip: row.try_get_by_index(5)?,
            at: row.try_get_by_index(6)?,
        })
    }
}

/// A page of the business's lines, newest first, and one more when there are more. Ids are as old as their lines.
pub(super) async fn list(db: &Db, tenant: Id<id::Tenant>, filter: &Filter) -> Result<Vec<Line>> {
    let mut text = "SELECT id, actor, action, object, details, ip, at FROM audit_log WHERE tenant_id = ?".to_owned();
    let mut values: Vec<Value> = vec![tenant.into()];
    let mut narrow = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            text.push_str(" AND ");
            text.push_str(condition);
            values.push(value);
        }
    };
    narrow("actor = ?", filter.actor.clone().map(Into::into));
    narrow("action = ?", filter.action.clone().map(Into::into));
    narrow("object = ?", filter.object.clone().map(Into::into));
    narrow("at >= ?", filter.from.map(Into::into));
    narrow("at < ?", filter.to.map(Into::into));
    narrow("id < ?", filter.before.map(Into::into));
    let limit = i64::try_from(filter.limit).unwrap_or(i64::MAX).saturating_add(1);
    text.push_str(" ORDER BY id DESC LIMIT ?");
    values.push(limit.into());
    let rows = db.read().query_all_raw(statement(db.dialect(), &text, values)).await?;
    rows.iter().map(Line::read).collect()
}

/// The kinds of acts in the business's log, in order. Each step of the recursion is one look into the index, so it costs as
/// much as there are kinds, not lines.
pub(super) async fn list_actions(db: &Db, tenant: Id<id::Tenant>) -> Result<Vec<String>> {
    let text = "WITH RECURSIVE kinds (action) AS (
            SELECT MIN(action) FROM audit_log WHERE tenant_id = ?
            UNION ALL
            SELECT (SELECT MIN(l.action) FROM audit_log l WHERE l.tenant_id = ? AND l.action > kinds.action)
            FROM kinds WHERE kinds.action IS NOT NULL)
        SELECT action FROM kinds WHERE action IS NOT NULL LIMIT ?";
    let values = vec![tenant.into(), tenant.into(), ACTIONS_MAX.into()];
    let rows = db.read().query_all_raw(statement(db.dialect(), text, values)).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// A user's name, and whether they act here as an operator who is not of the team.
pub(super) struct UserFacts {
    pub name: String,
    pub is_operator: bool,
}

/// The users with these ids.
pub(super) async fn find_users(
    db: &Db,
    tenant: Id<id::Tenant>,
    ids: &BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, UserFacts>> {
    let text = "SELECT u.id, u.name, u.operator AND NOT EXISTS
            (SELECT 1 FROM memberships m WHERE m.tenant_id = ? AND m.user_id = u.id)
        FROM users u WHERE u.id IN ";
    let read = |row: &QueryResult| -> Result<_> {
        let facts = UserFacts { name: row.try_get_by_index(1)?, is_operator: row.try_get_by_index(2)? };
        Ok((row.try_get_by_index(0)?, facts))
    };
    query_named(db, text, vec![tenant.into()], ids).await?.iter().map(read).collect()
}

/// The names of the business's customers, or keys, with these ids.
pub(super) async fn find_names(
    db: &Db,
    tenant: Id<id::Tenant>,
    of: Named,
    ids: &BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, String>> {
    let text = match of {
        Named::Customers => "SELECT id, name FROM customers WHERE tenant_id = ? AND id IN ",
        Named::Keys => "SELECT id, name FROM api_keys WHERE tenant_id = ? AND id IN ",
    };
    let rows = query_named(db, text, vec![tenant.into()], ids).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Which rows have names.
#[derive(Debug, Clone, Copy)]
pub(super) enum Named {
    Customers,
    Keys,
}

async fn query_named(db: &Db, text: &str, mut values: Vec<Value>, ids: &BTreeSet<Uuid>) -> Result<Vec<QueryResult>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places = vec!["?"; ids.len()].join(", ");
    values.extend(ids.iter().map(|id| Value::from(*id)));
    Ok(db.read().query_all_raw(statement(db.dialect(), &format!("{text}({places})"), values)).await?)
}

/// Removes some lines written before the instant; says how many.
pub(super) async fn forget_some(db: &Db, before: Timestamp, rows_max: u64) -> Result<u64> {
    let table = "DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE at < ? ORDER BY at LIMIT ?)";
    // Rows that another node removes at this moment are left to it.
    let text = match db.dialect() {
        Dialect::Postgres => table.replace("LIMIT ?)", "LIMIT ? FOR UPDATE SKIP LOCKED)"),
        Dialect::Sqlite => table.to_owned(),
    };
    let tx = db.begin().await?;
    let rows_max = i64::try_from(rows_max).unwrap_or(i64::MAX);
    let gone = tx.execute(&text, vec![before.into(), rows_max.into()]).await?;
    tx.commit().await?;
    Ok(gone)
}
