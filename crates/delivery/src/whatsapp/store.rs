//! Every query on the sessions of paired phones. A process that runs one holds its row by a lease; the row says what is
//! wanted, so that any process can be asked.

use std::time::Duration;

use kernel::{Id, Timestamp, id};
use platform::{
    Fault, Result, Tx,
    db::{Db, statement},
};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::state::SessionStatus;

/// How long a session stays with the process that runs it.
pub const LEASE: Duration = Duration::from_secs(60);
/// Sessions taken up at once.
pub const TAKEN_UP_MAX: u64 = 50;
const COLUMNS: &str = "tenant_id, status, wanted, paired, reason, code, owner, leased_until, updated_at";

/// The row of a business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub tenant: Id<id::Tenant>,
    pub status: SessionStatus,
    /// Whether it shall run.
    pub wanted: bool,
    /// Whether a phone is paired.
    pub paired: bool,
    pub reason: Option<String>,
    /// The code to be shown, sealed.
    pub code: Option<Vec<u8>>,
    pub owner: Option<Uuid>,
    pub leased_until: Timestamp,
    pub updated_at: Timestamp,
}

impl SessionRow {
    pub fn new(tenant: Id<id::Tenant>, now: Timestamp) -> Self {
        Self {
            tenant,
            status: SessionStatus::NotInitialized,
            wanted: false,
            paired: false,
            reason: None,
            code: None,
            owner: None,
            leased_until: now,
            updated_at: now,
        }
    }

    /// The process that runs it, if one does.
    pub fn runs_at(&self, now: Timestamp) -> Option<Uuid> {
        self.owner.filter(|_| self.leased_until > now)
    }
}

fn read(row: &QueryResult) -> Result<SessionRow> {
    let status: String = row.try_get_by_index(1)?;
    let status = SessionStatus::parse(&status)
        .ok_or_else(|| Fault::internal("reading a WhatsApp session", format!("unknown status {status}")))?;
    Ok(SessionRow {
        tenant: row.try_get_by_index(0)?,
        status,
        wanted: row.try_get_by_index(2)?,
        paired: row.try_get_by_index(3)?,
        reason: row.try_get_by_index(4)?,
        code: row.try_get_by_index(5)?,
        owner: row.try_get_by_index(6)?,
        leased_until: row.try_get_by_index(7)?,
        updated_at: row.try_get_by_index(8)?,
    })
}

pub async fn find(db: &Db, tenant: Id<id::Tenant>) -> Result<Option<SessionRow>> {
    let sql = format!("SELECT {COLUMNS} FROM whatsapp_sessions WHERE tenant_id = ?");
    let row = db.read().query_one_raw(statement(db.dialect(), &sql, vec![tenant.into()])).await?;
    row.as_ref().map(read).transpose()
}

/// The row, made when there is none, locked until the transaction ends.
pub async fn lock(tx: &Tx, tenant: Id<id::Tenant>) -> Result<SessionRow> {
    let fresh = SessionRow::new(tenant, tx.now());
    // The conflict takes the lock too; nothing is changed by it.
    let sql = format!(
        "INSERT INTO whatsapp_sessions ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = excluded.tenant_id RETURNING {COLUMNS}"
    );
    let row = tx.conn().query_one_raw(statement(tx.dialect(), &sql, values(&fresh))).await?;
    let row = row.ok_or_else(|| Fault::internal("locking a WhatsApp session", "the row did not come back"))?;
    read(&row)
}

fn values(row: &SessionRow) -> Vec<sea_orm::Value> {
    vec![
        row.tenant.into(),
        row.status.as_str().into(),
        row.wanted.into(),
        row.paired.into(),
        row.reason.as_deref().into(),
        row.code.clone().into(),
        row.owner.into(),
        row.leased_until.into(),
        row.updated_at.into(),
    ]
}

/// Stores a row that the transaction has locked.
pub async fn save(tx: &Tx, row: &SessionRow) -> Result<()> {
    let sql = "UPDATE whatsapp_sessions SET status = ?, wanted = ?, paired = ?, reason = ?, code = ?, owner = ?, \
         leased_until = ?, updated_at = ? WHERE tenant_id = ?";
    let mut all = values(row);
    all.rotate_left(1);
    tx.execute(sql, all).await?;
    Ok(())
}

/// Holds a session for another lease; gives whether it is still wanted, or nothing when somebody else has it.
pub async fn renew(tx: &Tx, tenant: Id<id::Tenant>, owner: Uuid) -> Result<Option<bool>> {
    let sql = "UPDATE whatsapp_sessions SET leased_until = ? WHERE tenant_id = ? AND owner = ? RETURNING wanted";
    let values = vec![tx.now().plus(LEASE).into(), tenant.into(), owner.into()];
    let row = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// Paired sessions that shall run and that no process runs.
pub async fn find_orphans(db: &Db, now: Timestamp) -> Result<Vec<Id<id::Tenant>>> {
    let sql = format!(
        "SELECT tenant_id FROM whatsapp_sessions WHERE wanted AND paired AND leased_until <= ? \
         ORDER BY leased_until LIMIT {TAKEN_UP_MAX}"
    );
    let rows = db.read().query_all_raw(statement(db.dialect(), &sql, vec![now.into()])).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Whether deliveries of a business wait for its phone.
pub async fn has_waiting(db: &Db, tenant: Id<id::Tenant>, codes: [&str; 2]) -> Result<bool> {
    let sql = "SELECT 1 FROM deliveries WHERE tenant_id = ? AND channel = 'whatsapp' AND status = 'held' \
         AND error_code IN (?, ?) LIMIT 1";
    let values = vec![tenant.into(), codes[0].into(), codes[1].into()];
    Ok(db.read().query_one_raw(statement(db.dialect(), sql, values)).await?.is_some())
}

/// Whether a message of a business ever reached this number.
pub async fn has_reached(db: &Db, tenant: Id<id::Tenant>, phone: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM deliveries WHERE tenant_id = ? AND channel = 'whatsapp' AND recipient = ? \
         AND status IN ('sent', 'delivered') LIMIT 1";
    let values = vec![tenant.into(), phone.into()];
    Ok(db.read().query_one_raw(statement(db.dialect(), sql, values)).await?.is_some())
}
