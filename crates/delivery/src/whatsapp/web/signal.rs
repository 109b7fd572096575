//! Keys of the Signal protocol: identities, sessions, pre-keys, sender keys.

use std::sync::Arc;

use bytes::Bytes;
use whatsapp_rust::{
    async_trait,
    store::error::{Result, StoreError},
    traits::SignalStore,
};

use super::backend::{Backend, database};
use crate::whatsapp::keys::Kept;

const IDENTITY: &str = "identity";
const SESSION: &str = "session";
const PREKEY: &str = "prekey";
const SIGNED_PREKEY: &str = "signed_prekey";
const SENDER_KEY: &str = "sender_key";

/// Numbers sort as text when they have one length.
fn number(id: u32) -> String {
    format!("{id:010}")
}

fn parse_number(name: &str) -> Result<u32> {
    name.parse().map_err(|_| StoreError::Validation(format!("{name} is no number of a key")))
}

#[async_trait]
impl SignalStore for Backend {
    async fn put_identity(&self, address: &str, key: [u8; 32]) -> Result<()> {
        self.keep_bytes(IDENTITY, address, &key).await
    }

    async fn put_identities_batch(&self, identities: &[(Arc<str>, [u8; 32])]) -> Result<()> {
        let all = identities.iter().map(|(address, key)| Kept::new(&**address, *key)).collect();
        self.keys.keep_all(IDENTITY, all).await.map_err(database)
    }

    async fn load_identity(&self, address: &str) -> Result<Option<[u8; 32]>> {
        let Some(key) = self.find_bytes(IDENTITY, address).await? else { return Ok(None) };
        let key = key.try_into().map_err(|_| StoreError::Validation("an identity key has 32 bytes".to_owned()))?;
        Ok(Some(key))
    }

    async fn delete_identity(&self, address: &str) -> Result<()> {
        self.remove(IDENTITY, address).await
    }

    async fn get_session(&self, address: &str) -> Result<Option<Bytes>> {
        Ok(self.find_bytes(SESSION, address).await?.map(Bytes::from))
    }

    async fn put_session(&self, address: &str, session: &[u8]) -> Result<()> {
        self.keep_bytes(SESSION, address, session).await
    }

    async fn put_sessions_batch(&self, sessions: &[(Arc<str>, Bytes)]) -> Result<()> {
        let all = sessions.iter().map(|(address, session)| Kept::new(&**address, session.as_ref())).collect();
        self.keys.keep_all(SESSION, all).await.map_err(database)
    }

    async fn delete_session(&self, address: &str) -> Result<()> {
        self.remove(SESSION, address).await
    }

    async fn store_prekey(&self, id: u32, record: &[u8], _uploaded: bool) -> Result<()> {
        self.keep_bytes(PREKEY, &number(id), record).await
    }

    async fn store_prekeys_batch(&self, keys: &[(u32, Bytes)], _uploaded: bool) -> Result<()> {
        let all = keys.iter().map(|(id, record)| Kept::new(number(*id), record.as_ref())).collect();
        self.keys.keep_all(PREKEY, all).await.map_err(database)
    }

    async fn load_prekey(&self, id: u32) -> Result<Option<Bytes>> {
        Ok(self.find_bytes(PREKEY, &number(id)).await?.map(Bytes::from))
    }

    async fn load_prekeys_batch(&self, ids: &[u32]) -> Result<Vec<(u32, Bytes)>> {
        let names: Vec<String> = ids.iter().map(|id| number(*id)).collect();
        let found = self.keys.find_some(PREKEY, &names).await.map_err(database)?;
        found.into_iter().map(|(name, record)| Ok((parse_number(&name)?, Bytes::from(record)))).collect()
    }

    /// Which were uploaded is not kept: the library asks for nothing by it, and a key that is gone must not come back.
    async fn mark_prekeys_uploaded(&self, _ids: &[u32]) -> Result<()> {
        Ok(())
    }

    async fn remove_prekey(&self, id: u32) -> Result<()> {
        self.remove(PREKEY, &number(id)).await
    }

    async fn get_max_prekey_id(&self) -> Result<u32> {
        let all = self.keys.find_all(PREKEY, "").await.map_err(database)?;
        all.last().map_or(Ok(0), |(name, _)| parse_number(name))
    }

    async fn store_signed_prekey(&self, id: u32, record: &[u8]) -> Result<()> {
        self.keep_bytes(SIGNED_PREKEY, &number(id), record).await
    }

    async fn load_signed_prekey(&self, id: u32) -> Result<Option<Vec<u8>>> {
        self.find_bytes(SIGNED_PREKEY, &number(id)).await
    }

    async fn load_all_signed_prekeys(&self) -> Result<Vec<(u32, Vec<u8>)>> {
        let all = self.keys.find_all(SIGNED_PREKEY, "").await.map_err(database)?;
        all.into_iter().map(|(name, record)| Ok((parse_number(&name)?, record))).collect()
    }

    async fn remove_signed_prekey(&self, id: u32) -> Result<()> {
        self.remove(SIGNED_PREKEY, &number(id)).await
    }

    async fn put_sender_key(&self, address: &str, record: &[u8]) -> Result<()> {
        self.keep_bytes(SENDER_KEY, address, record).await
    }

    async fn get_sender_key(&self, address: &str) -> Result<Option<Vec<u8>>> {
        self.find_bytes(SENDER_KEY, address).await
    }

    async fn delete_sender_key(&self, address: &str) -> Result<()> {
        self.remove(SENDER_KEY, address).await
    }
}
