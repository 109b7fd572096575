//! Who may still write in a thread, asked and changed inside transactions. A block is a customer's: it stands in each of
//! their threads at the business, so that storing a message looks at no row but the thread's own.

use kernel::{Id, id};
use platform::{Result, Tx, db::Dialect};
use sea_orm::{ConnectionTrait, Value};

use crate::messaging::model::Status;

/// What storing looks at.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Where the thread stands.
    pub status: Status,
    /// Its appointment did not take place.
    pub ended: bool,
}

/// Locks the thread until the transaction ends, so that it cannot be closed or blocked between the look and the commit.
pub async fn lock_standing(tx: &Tx, conversation: Id<id::Conversation>) -> Result<Option<Standing>> {
    let sql = format!("SELECT status, ended FROM conversations WHERE id = ?{}", for_update(tx));
    let row = tx.conn().query_one_raw(platform::db::statement(tx.dialect(), &sql, vec![conversation.into()])).await?;
    let Some(row) = row else { return Ok(None) };
    let status: String = row.try_get_by_index(0)?;
    let ended = row.try_get_by_index::<i32>(1)? != 0;
    Ok(Some(Standing { status: Status::parse(&status).unwrap_or(Status::Blocked), ended }))
}

/// Whoever makes a thread of a customer and whoever blocks the customer wait for each other. SQLite has one writer anyway.
pub async fn lock_threads_of(tx: &Tx, customer: Id<id::Customer>) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        // The second half of a version 7 id is chance; two customers who share it merely wait for each other.
        let key = customer.uuid().as_u64_pair().1.cast_signed();
        tx.execute("SELECT pg_advisory_xact_lock(?)", vec![key.into()]).await?;
    }
    Ok(())
}

/// Whether the customer is blocked.
pub async fn is_blocked(
    db: &impl ConnectionTrait,
    dialect: Dialect,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
) -> Result<bool> {
    let sql = "SELECT 1 FROM conversations WHERE customer_id = ? AND tenant_id = ? AND status = 'blocked' LIMIT 1";
    let values = vec![customer.into(), tenant.into()];
    Ok(db.query_one_raw(platform::db::statement(dialect, sql, values)).await?.is_some())
}

/// Blocks the customer's threads, or makes the blocked ones active again; gives those that changed.
pub async fn set_blocked(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
    blocked: bool,
) -> Result<Vec<Id<id::Conversation>>> {
    let (from, to) =
        if blocked { ("status <> 'blocked'", Status::Blocked) } else { ("status = 'blocked'", Status::Active) };
    // In the order of their ids, as the batches of messages lock them.
    let sql = format!(
        "SELECT id FROM conversations WHERE tenant_id = ? AND customer_id = ? AND {from} ORDER BY id{}",
        for_update(tx)
    );
    let values = vec![tenant.into(), customer.into()];
    let rows = tx.conn().query_all_raw(platform::db::statement(tx.dialect(), &sql, values)).await?;
    let changed: Vec<Id<id::Conversation>> =
        rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?;
    let sql = format!("UPDATE conversations SET status = ? WHERE tenant_id = ? AND customer_id = ? AND {from}");
    tx.execute(&sql, vec![to.as_str().into(), tenant.into(), customer.into()]).await?;
    Ok(changed)
}

/// Takes some of the conversations that somebody takes care of off their hands; gives which.
pub async fn unassign_some(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    user: Id<id::User>,
    limit: u64,
) -> Result<Vec<Id<id::Conversation>>> {
    let sql = format!(
        "SELECT id FROM conversations WHERE tenant_id = ? AND assigned_to = ? ORDER BY id LIMIT {limit}{}",
        for_update(tx)
    );
    let values = vec![tenant.into(), user.into()];
    let rows = tx.conn().query_all_raw(platform::db::statement(tx.dialect(), &sql, values)).await?;
    let threads: Vec<Id<id::Conversation>> =
        rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?;
    if !threads.is_empty() {
        let sql = format!("UPDATE conversations SET assigned_to = NULL WHERE id IN ({})", super::marks(threads.len()));
        tx.execute(&sql, threads.iter().map(|thread| Value::from(*thread)).collect()).await?;
    }
    Ok(threads)
}

/// Brings the thread of an appointment in line with it, in the transaction that changes the appointment; gives the thread,
/// if there is one.
pub async fn follow_in(
    tx: &Tx,
    tenant: Id<id::Tenant>,
    appointment: Id<id::Appointment>,
    provider: Id<id::User>,
    ended: bool,
) -> Result<Option<Id<id::Conversation>>> {
    let sql = "SELECT id FROM conversations WHERE appointment_id = ? AND tenant_id = ?";
    let values: Vec<Value> = vec![appointment.into(), tenant.into()];
    let row = tx.conn().query_one_raw(platform::db::statement(tx.dialect(), sql, values)).await?;
    let Some(row) = row else { return Ok(None) };
    let thread: Id<id::Conversation> = row.try_get_by_index(0)?;
    let sql = "UPDATE conversations SET provider_id = ?, ended = ? WHERE id = ?";
    tx.execute(sql, vec![provider.into(), i32::from(ended).into(), thread.into()]).await?;
    Ok(Some(thread))
}

fn for_update(tx: &Tx) -> &'static str {
    if tx.dialect() == Dialect::Postgres { " FOR UPDATE" } else { "" }
}
