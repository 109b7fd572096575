//! Every query on the table of channel settings, and the sealing of what must not lie open in it.

use kernel::{Id, id};
use platform::{Fault, Result, Tx, crypto::Crypto};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, QuerySelect, TryInsertResult,
    sea_query::OnConflict,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    entity,
    model::{Secrets, Stored},
};

pub(super) async fn find(db: &impl ConnectionTrait, crypto: &Crypto, tenant: Id<id::Tenant>) -> Result<Option<Stored>> {
    entity::Entity::find_by_id(tenant).one(db).await?.map(|row| read(crypto, row)).transpose()
}

/// The same, locked until the transaction ends.
pub(super) async fn find_locked(tx: &Tx, crypto: &Crypto, tenant: Id<id::Tenant>) -> Result<Option<Stored>> {
    let row = entity::Entity::find_by_id(tenant).lock_exclusive().one(tx.conn()).await?;
    row.map(|row| read(crypto, row)).transpose()
}

/// Stores the first settings of a business, or changed ones; `false` when somebody else just stored the first.
pub(super) async fn save(tx: &Tx, crypto: &Crypto, tenant: Id<id::Tenant>, next: &Stored) -> Result<bool> {
    let row = entity::ActiveModel {
        tenant_id: Set(tenant),
        email_enabled: Set(next.email_enabled),
        use_customer_smtp: Set(next.use_customer_smtp),
        sms_enabled: Set(next.sms_enabled),
        use_customer_twilio: Set(next.use_customer_twilio),
        whatsapp_enabled: Set(next.whatsapp_enabled),
        use_customer_whatsapp: Set(next.use_customer_whatsapp),
        webhook_enabled: Set(next.webhook_enabled),
        webhook_url: Set(next.webhook_url.clone()),
        reply_to: Set(next.reply_to.clone()),
        smtp: Set(next.smtp.as_ref().map(write).transpose()?),
        twilio: Set(next.twilio.as_ref().map(write).transpose()?),
        whatsapp: Set(next.whatsapp.as_ref().map(write).transpose()?),
        secrets: Set(seal(crypto, tenant, next.secrets.as_ref())?),
        version: Set(next.version),
        updated_at: Set(tx.now()),
    };
    if next.version > 1 {
        row.update(tx.conn()).await?;
        return Ok(true);
    }
    let insert = entity::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).try_insert();
    match insert.exec_without_returning(tx.conn()).await? {
        TryInsertResult::Inserted(rows) => Ok(rows > 0),
        TryInsertResult::Conflicted | TryInsertResult::Empty => Ok(false),
    }
}

fn read(crypto: &Crypto, row: entity::Model) -> Result<Stored> {
    Ok(Stored {
        secrets: open(crypto, row.tenant_id, row.secrets.as_deref()),
        email_enabled: row.email_enabled,
        use_customer_smtp: row.use_customer_smtp,
        sms_enabled: row.sms_enabled,
        use_customer_twilio: row.use_customer_twilio,
        whatsapp_enabled: row.whatsapp_enabled,
        use_customer_whatsapp: row.use_customer_whatsapp,
        webhook_enabled: row.webhook_enabled,
        webhook_url: row.webhook_url,
        reply_to: row.reply_to,
        smtp: parse(row.smtp)?,
        twilio: parse(row.twilio)?,
        whatsapp: parse(row.whatsapp)?,
        version: row.version,
        updated_at: Some(row.updated_at),
    })
}

fn parse<T: DeserializeOwned>(json: Option<String>) -> Result<Option<T>> {
    let read = json.map(|text| serde_json::from_str(&text)).transpose();
    read.map_err(|e| Fault::internal("reading stored channel settings", e))
}

fn write<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Fault::internal("writing channel settings", e))
}

/// Where the sealed value belongs: moved to another business's row, it does not open.
pub(crate) fn place(tenant: Id<id::Tenant>) -> String {
    format!("tenant/{tenant}/channels")
}

fn seal(crypto: &Crypto, tenant: Id<id::Tenant>, secrets: Option<&Secrets>) -> Result<Option<Vec<u8>>> {
    let Some(secrets) = secrets.filter(|s| **s != Secrets::default()) else { return Ok(None) };
    let plain = write(secrets)?;
    let sealed = crypto.sealer().seal(plain.as_bytes(), place(tenant).as_bytes());
    sealed.map(Some).map_err(|e| Fault::internal("sealing channel secrets", e))
}

/// `None` when they were sealed with a master key that is gone: the business must give them again, and is told so.
fn open(crypto: &Crypto, tenant: Id<id::Tenant>, sealed: Option<&[u8]>) -> Option<Secrets> {
    let Some(sealed) = sealed else { return Some(Secrets::default()) };
    let plain = match crypto.sealer().open(sealed, place(tenant).as_bytes()) {
        Ok(plain) => plain,
        Err(error) => {
            tracing::warn!(%tenant, %error, "a business's channel secrets do not open; they must be given again");
            return None;
        }
    };
    serde_json::from_slice(&plain).ok()
}
