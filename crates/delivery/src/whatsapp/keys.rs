//! What a session must remember, by kind and name: keys, counters, who has which device. Every value is sealed for its
//! place, so that a copied database opens no conversation and a moved row opens nothing; names, which may hold phone
//! numbers, lie open as recipients of deliveries do.

use kernel::{Id, Timestamp, id};
use platform::{Fault, Platform, Result, Tx, db::statement};
use sea_orm::{ConnectionTrait, QueryResult, Value};

/// Keys read or removed by one statement.
const NAMES_MAX: usize = 200;

/// One value to be kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What it is called within its kind.
    pub name: String,
    /// Sealed before it is stored.
    pub value: Vec<u8>,
    /// When it may be forgotten.
    pub expires_at: Option<Timestamp>,
}

impl Kept {
    /// Kept until it is removed.
    pub fn new(name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), value: value.into(), expires_at: None }
    }
}

/// Where a sealed value belongs: moved to another row, it does not open.
pub(crate) fn place(tenant: Id<id::Tenant>, kind: &str, name: &str) -> String {
    format!("tenant/{tenant}/whatsapp/{kind}/{name}")
}

/// The memory of one business's session; cheap to clone.
#[derive(Clone)]
pub struct KeyStore {
    platform: Platform,
    tenant: Id<id::Tenant>,
}

impl KeyStore {
    /// Of this business.
    pub fn new(platform: Platform, tenant: Id<id::Tenant>) -> Self {
        Self { platform, tenant }
    }

    /// The time that expiries are measured by.
    pub fn now(&self) -> Timestamp {
        self.platform.world().now()
    }

    fn place(&self, kind: &str, name: &str) -> String {
        place(self.tenant, kind, name)
    }

    fn open(&self, kind: &str, name: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let opened = self.platform.crypto().sealer().open(sealed, self.place(kind, name).as_bytes());
        opened.map_err(|e| Fault::internal("opening what a WhatsApp session remembers", e))
    }

    /// One value.
    pub async fn find(&self, kind: &str, name: &str) -> Result<Option<Vec<u8>>> {
        let db = self.platform.db();
        let sql = "SELECT value FROM whatsapp_keys WHERE tenant_id = ? AND kind = ? AND name = ?";
        let values = vec![self.tenant.into(), kind.into(), name.into()];
        let row = db.read().query_one_raw(statement(db.dialect(), sql, values)).await?;
        let Some(row) = row else { return Ok(None) };
        self.open(kind, name, &row.try_get_by_index::<Vec<u8>>(0)?).map(Some)
    }

    /// Those of these names that are there.
    pub async fn find_some(&self, kind: &str, names: &[String]) -> Result<Vec<(String, Vec<u8>)>> {
        let mut found = Vec::with_capacity(names.len());
        for some in names.chunks(NAMES_MAX) {
            let marks = vec!["?"; some.len()].join(", ");
            let mut values: Vec<Value> = vec![self.tenant.into(), kind.into()];
            values.extend(some.iter().map(|name| name.as_str().into()));
            self.read(kind, &format!("AND name IN ({marks})"), values, &mut found).await?;
        }
        Ok(found)
    }

    /// All whose name begins so, in the order of their names.
    pub async fn find_all(&self, kind: &str, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let (mut values, mut found): (Vec<Value>, _) = (vec![self.tenant.into(), kind.into()], Vec::new());
        let more = begins(prefix, &mut values);
        self.read(kind, &format!("{more} ORDER BY name"), values, &mut found).await?;
        Ok(found)
    }

    async fn read(&self, kind: &str, more: &str, values: Vec<Value>, found: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
        let db = self.platform.db();
        let sql = format!("SELECT name, value FROM whatsapp_keys WHERE tenant_id = ? AND kind = ? {more}");
        for row in db.read().query_all_raw(statement(db.dialect(), &sql, values)).await? {
            found.push(self.read_row(kind, &row)?);
        }
        Ok(())
    }

    fn read_row(&self, kind: &str, row: &QueryResult) -> Result<(String, Vec<u8>)> {
        let name: String = row.try_get_by_index(0)?;
        let value = self.open(kind, &name, &row.try_get_by_index::<Vec<u8>>(1)?)?;
        Ok((name, value))
    }

    /// Keeps one value, in place of an older one.
    pub async fn keep(&self, kind: &str, name: &str, value: &[u8]) -> Result<()> {
        self.keep_all(kind, vec![Kept::new(name, value)]).await
    }

    /// Keeps them all or none.
    pub async fn keep_all(&self, kind: &str, all: Vec<Kept>) -> Result<()> {
        if all.is_empty() {
            return Ok(());
        }
        let tx = self.platform.db().begin().await?;
        for kept in &all {
            self.keep_in(&tx, kind, kept).await?;
        }
        tx.commit().await
    }

    async fn keep_in(&self, tx: &Tx, kind: &str, kept: &Kept) -> Result<()> {
        let sealed = self.platform.crypto().sealer().seal(&kept.value, self.place(kind, &kept.name).as_bytes());
        let sealed = sealed.map_err(|e| Fault::internal("sealing what a WhatsApp session remembers", e))?;
        let sql = "INSERT INTO whatsapp_keys (tenant_id, kind, name, value, expires_at) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (tenant_id, kind, name) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at";
        let values = vec![
            self.tenant.into(),
            kind.into(),
            kept.name.as_str().into(),
            sealed.into(),
            kept.expires_at.map(Timestamp::millis).into(),
        ];
        tx.execute(sql, values).await?;
        Ok(())
    }

    /// Changes one value by what it was, with nobody between.
    pub async fn change(
        &self,
        kind: &str,
        name: &str,
        decide: impl FnOnce(Option<Vec<u8>>) -> Option<Kept> + Send,
    ) -> Result<()> {
        let tx = self.platform.db().begin().await?;
        // The row of the session is the lock: on PostgreSQL a row that is not there yet cannot be locked.
        tx.execute(
            "UPDATE whatsapp_sessions SET updated_at = updated_at WHERE tenant_id = ?",
            vec![self.tenant.into()],
        )
        .await?;
        let sql = "SELECT value FROM whatsapp_keys WHERE tenant_id = ? AND kind = ? AND name = ?";
        let values = vec![self.tenant.into(), kind.into(), name.into()];
        let row = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await?;
        let present = match row {
            Some(row) => Some(self.open(kind, name, &row.try_get_by_index::<Vec<u8>>(0)?)?),
            None => None,
        };
        if let Some(kept) = decide(present) {
            self.keep_in(&tx, kind, &kept).await?;
        }
        tx.commit().await
    }

    /// Removes one value; gives it when it was there.
    pub async fn take(&self, kind: &str, name: &str) -> Result<Option<Vec<u8>>> {
        let tx = self.platform.db().begin().await?;
        let sql = "DELETE FROM whatsapp_keys WHERE tenant_id = ? AND kind = ? AND name = ? RETURNING value";
        let values = vec![self.tenant.into(), kind.into(), name.into()];
        let row = tx.conn().query_one_raw(statement(tx.dialect(), sql, values)).await?;
        tx.commit().await?;
        let Some(row) = row else { return Ok(None) };
        self.open(kind, name, &row.try_get_by_index::<Vec<u8>>(0)?).map(Some)
    }

    /// Removes the values of these names.
    pub async fn remove(&self, kind: &str, names: &[String]) -> Result<()> {
        let tx = self.platform.db().begin().await?;
        for some in names.chunks(NAMES_MAX) {
            let marks = vec!["?"; some.len()].join(", ");
            let mut values: Vec<Value> = vec![self.tenant.into(), kind.into()];
            values.extend(some.iter().map(|name| name.as_str().into()));
            let sql = format!("DELETE FROM whatsapp_keys WHERE tenant_id = ? AND kind = ? AND name IN ({marks})");
            tx.execute(&sql, values).await?;
        }
        tx.commit().await
    }

    /// Removes all whose name begins so.
    pub async fn remove_all(&self, kind: &str, prefix: &str) -> Result<()> {
        let mut values: Vec<Value> = vec![self.tenant.into(), kind.into()];
        let more = begins(prefix, &mut values);
        let tx = self.platform.db().begin().await?;
        tx.execute(&format!("DELETE FROM whatsapp_keys WHERE tenant_id = ? AND kind = ? {more}"), values).await?;
        tx.commit().await
    }

    /// Removes what has expired by then; gives how many there were.
    pub async fn forget_expired(&self, kind: &str, by: Timestamp) -> Result<u64> {
        let tx = self.platform.db().begin().await?;
        let sql = "DELETE FROM whatsapp_keys WHERE tenant_id = ? AND kind = ? AND expires_at <= ?";
        let gone = tx.execute(sql, vec![self.tenant.into(), kind.into(), by.into()]).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Removes everything: the pairing is over.
    pub async fn clear(&self) -> Result<()> {
        let tx = self.platform.db().begin().await?;
        tx.execute("DELETE FROM whatsapp_keys WHERE tenant_id = ?", vec![self.tenant.into()]).await?;
        tx.commit().await
    }
}

/// A condition on names; a range, so that no sign of a name means anything else.
fn begins(prefix: &str, values: &mut Vec<Value>) -> &'static str {
    if prefix.is_empty() {
        return "";
    }
    values.push(prefix.into());
    values.push(i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX).into());
    values.push(prefix.into());
    "AND name >= ? AND substr(name, 1, ?) = ?"
}

impl std::fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyStore").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}
