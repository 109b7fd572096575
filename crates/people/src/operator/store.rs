//! Every query of the operators' view. It reads across the slices of this floor, because a list that asked each of them for
//! every row would take a query for each business and column.

use kernel::{Id, Timestamp, id};
use platform::{
    Fault, Result, Tx,
    db::{Db, statement},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::model::{MemberLine, OwnerLine, TenantLine};

/// Members shown of one business.
const MEMBERS_MAX: u64 = 200;

#[derive(FromQueryResult)]
struct Row {
    id: Id<id::Tenant>,
    name: String,
    slug: String,
    created_at: Timestamp,
    suspended_at: Option<Timestamp>,
    suspended_reason: Option<String>,
    members: i64,
    customers: i64,
    last_active_at: Option<Timestamp>,
    owner_name: Option<String>,
    owner_email: Option<String>,
}

impl From<Row> for TenantLine {
    fn from(row: Row) -> Self {
        let owner = row.owner_name.zip(row.owner_email).map(|(name, email)| OwnerLine { name, email });
        Self {
            id: row.id,
            name: row.name,
            slug: row.slug,
            owner,
            members: row.members,
            customers: row.customers,
            created_at: row.created_at,
            last_active_at: row.last_active_at,
            suspended_at: row.suspended_at,
            suspended_reason: row.suspended_reason,
        }
    }
}

const OWNER: &str = "FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = t.id AND m.role = 'owner' \
    ORDER BY m.created_at, u.id LIMIT 1";

fn select() -> String {
    format!(
        "SELECT t.id, t.name, t.slug, t.created_at, t.suspended_at, t.suspended_reason, \
            (SELECT COUNT(*) FROM memberships m WHERE m.tenant_id = t.id) AS members, \
            (SELECT COUNT(*) FROM customers c WHERE c.tenant_id = t.id) AS customers, \
            (SELECT MAX(m.last_used_at) FROM memberships m WHERE m.tenant_id = t.id) AS last_active_at, \
            (SELECT u.name {OWNER}) AS owner_name, (SELECT u.email {OWNER}) AS owner_email \
        FROM tenants t"
    )
}

/// Which businesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    All,
    Active,
    Suspended,
}

impl Status {
    const fn sql(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Active => " AND t.suspended_at IS NULL",
            Self::Suspended => " AND t.suspended_at IS NOT NULL",
        }
    }
}

fn condition(status: Status) -> String {
    format!(
        " WHERE (LOWER(t.name) LIKE ? ESCAPE '\\' OR t.slug LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM memberships m \
            JOIN users u ON u.id = m.user_id WHERE m.tenant_id = t.id AND u.email LIKE ? ESCAPE '\\')){}",
        status.sql()
    )
}

/// Those whose name, label or a member's address has the pattern, newest first; and how many there are.
pub(super) async fn find_tenants(
    db: &Db,
    pattern: &str,
    status: Status,
    limit: u64,
    offset: u64,
) -> Result<(Vec<TenantLine>, u64)> {
    let like = || -> Vec<Value> { vec![pattern.into(), pattern.into(), pattern.into()] };
    let count = format!("SELECT COUNT(*) AS n FROM tenants t{}", condition(status));
    let total = count_of(db, &count, like()).await?;
    let page = format!(" ORDER BY t.created_at DESC, t.id DESC LIMIT {limit} OFFSET {offset}");
    let sql = format!("{}{}{page}", select(), condition(status));
    let rows = Row::find_by_statement(statement(db.dialect(), &sql, like())).all(db.read()).await?;
    Ok((rows.into_iter().map(TenantLine::from).collect(), total))
}

async fn count_of(db: &Db, sql: &str, values: Vec<Value>) -> Result<u64> {
    let row = db.read().query_one_raw(statement(db.dialect(), sql, values)).await?;
    let row = row.ok_or_else(|| Fault::internal("counting businesses", "no row came back"))?;
    Ok(u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or_default())
}

pub(super) async fn find_tenant(db: &Db, tenant: Id<id::Tenant>) -> Result<Option<TenantLine>> {
    let sql = format!("{} WHERE t.id = ?", select());
    let row = Row::find_by_statement(statement(db.dialect(), &sql, vec![tenant.into()])).one(db.read()).await?;
    Ok(row.map(TenantLine::from))
}

pub(super) async fn find_team(db: &Db, tenant: Id<id::Tenant>) -> Result<Vec<MemberLine>> {
    let sql = format!(
        "SELECT u.id, u.name, u.email, m.role, u.suspended_at FROM memberships m JOIN users u ON u.id = m.user_id \
         WHERE m.tenant_id = ? ORDER BY CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 WHEN 'manager' THEN 2 ELSE 3 END, \
         u.name, u.id LIMIT {MEMBERS_MAX}"
    );
    Ok(MemberLine::find_by_statement(statement(db.dialect(), &sql, vec![tenant.into()])).all(db.read()).await?)
}

/// Closes or opens a business; `false` when it was so already or is not there.
pub(super) async fn set_tenant_suspended(tx: &Tx, tenant: Id<id::Tenant>, reason: Option<&str>) -> Result<bool> {
    let changed = match reason {
        Some(reason) => {
            let sql = "UPDATE tenants SET suspended_at = ?, suspended_reason = ? WHERE id = ? AND suspended_at IS NULL";
            tx.execute(sql, vec![tx.now().into(), reason.into(), tenant.into()]).await?
        }
        None => {
            let sql = "UPDATE tenants SET suspended_at = NULL, suspended_reason = NULL WHERE id = ? AND suspended_at IS NOT NULL";
            tx.execute(sql, vec![tenant.into()]).await?
        }
    };
    Ok(changed == 1)
}

/// The same for an account.
pub(super) async fn set_user_suspended(tx: &Tx, user: Id<id::User>, suspend: bool) -> Result<bool> {
    let changed = if suspend {
        let sql = "UPDATE users SET suspended_at = ? WHERE id = ? AND suspended_at IS NULL";
        tx.execute(sql, vec![tx.now().into(), user.into()]).await?
    } else {
        tx.execute("UPDATE users SET suspended_at = NULL WHERE id = ? AND suspended_at IS NOT NULL", vec![user.into()])
            .await?
    };
    Ok(changed == 1)
}

pub(super) async fn set_operator(tx: &Tx, user: Id<id::User>) -> Result<()> {
    tx.execute("UPDATE users SET operator = TRUE WHERE id = ?", vec![user.into()]).await?;
    Ok(())
}

/// A session in which an operator looks into a business.
pub(super) struct Look {
    pub session: Id<id::Session>,
    pub operator: Id<id::User>,
    pub tenant: Id<id::Tenant>,
    pub reason: String,
    pub expires_at: Timestamp,
    pub ip: String,
    pub user_agent: String,
}

/// Stores it. It has no refresh token, so it ends when it ends.
pub(super) async fn insert_look(tx: &Tx, look: &Look) -> Result<()> {
    let sql = "INSERT INTO sessions (id, kind, person_id, tenant_id, created_at, last_seen_at, expires_at, ip, user_agent, \
        impersonation_reason) VALUES (?, 'user', ?, ?, ?, ?, ?, ?, ?, ?)";
    let now = tx.now();
    tx.execute(
        sql,
        vec![
            look.session.into(),
            look.operator.into(),
            look.tenant.into(),
            now.into(),
            now.into(),
            look.expires_at.into(),
            look.ip.clone().into(),
            look.user_agent.clone().into(),
            look.reason.clone().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Such a session as it stands.
#[derive(Debug, FromQueryResult)]
pub(super) struct LookRow {
    pub person_id: uuid::Uuid,
    pub tenant_id: Id<id::Tenant>,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub revoked_reason: Option<String>,
    pub impersonation_reason: String,
}

pub(super) async fn find_look(db: &Db, session: Id<id::Session>) -> Result<Option<LookRow>> {
    let sql = "SELECT person_id, tenant_id, expires_at, revoked_at, revoked_reason, impersonation_reason FROM sessions \
        WHERE id = ? AND impersonation_reason IS NOT NULL";
    Ok(LookRow::find_by_statement(statement(db.dialect(), sql, vec![session.into()])).one(db.read()).await?)
}
