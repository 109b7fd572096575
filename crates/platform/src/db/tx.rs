//! A transaction that carries what must follow it. Events, audit rows and jobs are rows written before the commit, so
//! nothing after it can be lost; live pushes and cache invalidations wait in memory and leave only once it succeeded.

use std::net::IpAddr;

use kernel::{Id, Timestamp, id};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, Value};
use serde::Serialize;
use serde_json::Value as Json;
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::{Db, Dialect};
use crate::{
    Fault, Result,
    realtime::Push,
    signals::{Signal, Topic},
};

tokio::task_local! {
    /// The idempotency row of the running request; its commit is marked in the same transaction as the effect.
    pub static IDEMPOTENCY: Uuid;
    /// Where the running request comes from; a line of the audit log that names no address gets this one.
    pub static PEER: IpAddr;
}

/// What an act changed, for the details of its audit line: under `before` and `after` the members that differ. Both are
/// objects without secrets.
pub fn changed(before: &Json, after: &Json) -> Json {
    let differing = |of: &Json, other: &Json| -> Json {
        let members = of.as_object().into_iter().flatten();
        members.filter(|(name, value)| other.get(name) != Some(value)).map(|(n, v)| (n.clone(), v.clone())).collect()
    };
    serde_json::json!({ "before": differing(before, after), "after": differing(after, before) })
}

/// One line of the audit log: who did what to what.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Where it happened.
    pub tenant: Option<Id<id::Tenant>>,
    /// Who did it, as clients see the id; `system` for ourselves.
    pub actor: String,
    /// What was done, past tense and dotted: `conversation.viewed`.
    pub action: &'static str,
    /// To what, as clients see the id.
    pub object: String,
    /// What changed, without secrets.
    pub details: Json,
    /// The peer's address, when a request did it.
    pub ip: Option<String>,
}

/// Work to be done after the commit, at least once.
#[derive(Debug, Clone)]
pub struct JobDraft {
    pub(crate) kind: &'static str,
    pub(crate) payload: Json,
    pub(crate) run_at: Option<Timestamp>,
    pub(crate) key: Option<String>,
}

impl JobDraft {
    /// A job of a registered kind; the payload holds ids, not copies.
    pub fn new(kind: &'static str, payload: Json) -> Self {
        Self { kind, payload, run_at: None, key: None }
    }
    /// Not before this instant.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.run_at = Some(at);
        self
    }
    /// A second job with this key is dropped while the first one waits.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
}

/// A transaction; dropping it without [`Tx::commit`] rolls back.
pub struct Tx {
    db: Db,
    inner: DatabaseTransaction,
    pushes: Vec<Push>,
    after: Vec<Box<dyn FnOnce() + Send + Sync>>,
    signals: Vec<Signal>,
    /// A signal that could not be written; the commit fails by it.
    unwritten: Option<Fault>,
    wake: bool,
    /// On SQLite, the turn to write; given back after the transaction itself.
    turn: Option<OwnedSemaphorePermit>,
}

impl Tx {
    pub(super) fn new(db: Db, inner: DatabaseTransaction, turn: Option<OwnedSemaphorePermit>) -> Self {
        Self {
            db,
            inner,
            pushes: Vec::new(),
            after: Vec::new(),
            signals: Vec::new(),
            unwritten: None,
            wake: false,
            turn,
        }
    }

    /// The connection that queries of this transaction run on.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.inner
    }
    /// Which SQL is spoken.
    pub fn dialect(&self) -> Dialect {
        self.db.dialect()
    }
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.db.world().now()
    }
    /// The database this transaction runs in.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Runs one statement written with `?` placeholders.
    pub async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        let statement = statement(self.dialect(), sql, values);
        Ok(self.inner.execute_raw(statement).await?.rows_affected())
    }

    /// States a fact: stored now, dispatched to its reactions after the commit.
    pub async fn emit(&mut self, tenant: Id<id::Tenant>, kind: &str, data: Json) -> Result<Id<id::Event>> {
        let id = self.db.world().id::<id::Event>();
        self.execute(
            "INSERT INTO outbox_events (id, tenant_id, type, data, occurred_at, attempts, due_at) VALUES (?, ?, ?, ?, ?, 0, ?)",
            vec![id.into(), tenant.into(), kind.into(), data.to_string().into(), self.now().into(), self.now().into()],
        )
        .await?;
        self.wake = true;
        Ok(id)
    }

    /// Writes a line of the audit log.
    pub async fn audit(&mut self, entry: &AuditEntry) -> Result<()> {
        let id = self.db.world().id::<id::Audit>();
        self.execute(
            "INSERT INTO audit_log (id, tenant_id, actor, action, object, details, ip, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                id.into(),
                entry.tenant.into(),
                entry.actor.clone().into(),
                entry.action.into(),
                entry.object.clone().into(),
                entry.details.to_string().into(),
                entry.ip.clone().or_else(|| PEER.try_with(IpAddr::to_string).ok()).into(),
                self.now().into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// Queues a job in the same transaction.
    pub async fn enqueue(&mut self, draft: JobDraft) -> Result<Id<id::Job>> {
        let id = self.db.world().id::<id::Job>();
        let run_at = draft.run_at.unwrap_or_else(|| self.now());
        self.execute(
            "INSERT INTO jobs (id, kind, payload, unique_key, due_at, attempts, created_at) VALUES (?, ?, ?, ?, ?, 0, ?) \
             ON CONFLICT DO NOTHING",
            vec![
                id.into(),
                draft.kind.into(),
                draft.payload.to_string().into(),
                draft.key.into(),
                run_at.into(),
                self.now().into(),
            ],
        )
        .await?;
        self.wake = true;
        Ok(id)
    }

    /// Sends to live sockets once the commit succeeded.
    pub fn push(&mut self, push: Push) {
        self.pushes.push(push);
    }

    /// Runs in this process once the commit succeeded; must not block or fail.
    pub fn after_commit(&mut self, act: impl FnOnce() + Send + Sync + 'static) {
        self.after.push(Box::new(act));
    }

    /// Tells the hearers of a topic once the commit succeeded, in this process and in every other one on this database. What
    /// is remembered anywhere must be forgotten this way and not by [`Tx::after_commit`].
    pub fn signal<K: Serialize>(&mut self, topic: &Topic<K>, key: &K) {
        match Signal::new(topic, key) {
            Ok(signal) => self.signals.push(signal),
            Err(fault) => self.unwritten = Some(fault),
        }
    }

    /// Makes it durable, then lets pushes and invalidations go.
    pub async fn commit(mut self) -> Result<()> {
        if let Some(fault) = self.unwritten.take() {
            return Err(fault);
        }
        if let Ok(key) = IDEMPOTENCY.try_with(|key| *key) {
            self.execute("UPDATE idempotency_keys SET committed = 1 WHERE id = ?", vec![key.into()]).await?;
        }
        if self.dialect() == Dialect::Postgres && !self.signals.is_empty() {
            self.db.signals().notify_in(&self, &self.signals).await?;
        }
        let Self { db, inner, pushes, after, signals, wake, turn, .. } = self;
        inner.commit().await?;
        drop(turn);
        signals.iter().for_each(|signal| db.signals().tell(signal));
        for act in after {
            act();
        }
        if let Some(realtime) = db.realtime() {
            for push in pushes {
                realtime.push(&push).await;
            }
        }
        if wake {
            db.wake_workers();
            db.signals().work_is_due();
        }
        Ok(())
    }
}

/// A statement from SQL with `?` placeholders; PostgreSQL gets them numbered. SQL here never holds a literal `?`.
pub fn statement(dialect: Dialect, sql: &str, values: Vec<Value>) -> Statement {
    match dialect {
        Dialect::Sqlite => Statement::from_sql_and_values(sea_orm::DbBackend::Sqlite, sql, values),
        Dialect::Postgres => Statement::from_sql_and_values(sea_orm::DbBackend::Postgres, numbered(sql), values),
    }
}

/// SQL with `?` as PostgreSQL wants it: `$1`, `$2`, …
pub(super) fn numbered(sql: &str) -> String {
    let mut numbered = String::with_capacity(sql.len() + 16);
    let mut count = 0;
    for c in sql.chars() {
        numbered.push(if c == '?' { '$' } else { c });
        if c == '?' {
            count += 1;
            numbered.push_str(&count.to_string());
        }
    }
    numbered
}
