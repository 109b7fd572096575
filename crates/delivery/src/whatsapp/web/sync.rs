//! What keeps the app's state in step with the phone, and the secrets of single messages.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use whatsapp_rust::{
    async_trait,
    store::error::Result,
    traits::{
        AppStateSyncKey, AppSyncStore, MsgSecretEntry, MsgSecretStore, merge_msg_secret_expiry,
        merge_msg_secret_message_ts,
    },
    wacore::appstate::{hash::HashState, processor::AppStateMutationMAC},
};

use super::backend::{Backend, database, joined, parse, write};
use crate::whatsapp::keys::Kept;

const SYNC_KEY: &str = "sync_key";
const LATEST_SYNC_KEY: &str = "latest_sync_key";
const VERSION: &str = "version";
const MAC: &str = "mac";
const SECRET: &str = "secret";

fn mac_name(collection: &str, index: &[u8]) -> String {
    joined(&[collection, &hex::encode(index)])
}

#[async_trait]
impl AppSyncStore for Backend {
    async fn get_sync_key(&self, key_id: &[u8]) -> Result<Option<AppStateSyncKey>> {
        self.find(SYNC_KEY, &hex::encode(key_id)).await
    }

    async fn set_sync_key(&self, key_id: &[u8], key: AppStateSyncKey) -> Result<()> {
        self.keep(SYNC_KEY, &hex::encode(key_id), &key).await?;
        self.keep_bytes(LATEST_SYNC_KEY, "", key_id).await
    }

    async fn get_version(&self, name: &str) -> Result<HashState> {
        Ok(self.find(VERSION, name).await?.unwrap_or_default())
    }

    async fn set_version(&self, name: &str, state: HashState) -> Result<()> {
        self.keep(VERSION, name, &state).await
    }

    async fn put_mutation_macs(&self, name: &str, _version: u64, mutations: &[AppStateMutationMAC]) -> Result<()> {
        let all = mutations.iter().map(|m| Kept::new(mac_name(name, &m.index_mac), m.value_mac.as_slice())).collect();
        self.keys.keep_all(MAC, all).await.map_err(database)
    }

    async fn get_mutation_mac(&self, name: &str, index_mac: &[u8]) -> Result<Option<Vec<u8>>> {
        self.find_bytes(MAC, &mac_name(name, index_mac)).await
    }

    async fn delete_mutation_macs(&self, name: &str, index_macs: &[Vec<u8>]) -> Result<()> {
        let names: Vec<String> = index_macs.iter().map(|index| mac_name(name, index)).collect();
        self.keys.remove(MAC, &names).await.map_err(database)
    }

    async fn clear_mutation_macs(&self, name: &str) -> Result<()> {
        self.keys.remove_all(MAC, &joined(&[name, ""])).await.map_err(database)
    }

    async fn get_latest_sync_key_id(&self) -> Result<Option<Vec<u8>>> {
        self.find_bytes(LATEST_SYNC_KEY, "").await
    }
}

#[derive(Serialize, Deserialize)]
struct Secret {
    secret: Vec<u8>,
    /// Unix seconds; 0 for never.
    expires_at: i64,
    message_ts: i64,
}

#[async_trait]
impl MsgSecretStore for Backend {
    async fn put_msg_secrets(&self, entries: Vec<MsgSecretEntry>) -> Result<usize> {
        let count = entries.len();
        for entry in entries {
            let name = joined(&[&entry.chat, &entry.sender, &entry.msg_id]);
            let merged = |present: Option<Vec<u8>>| {
                let present = present.and_then(|value| parse::<Secret>(&value).ok());
                let (expires_at, message_ts) = match &present {
                    Some(present) => (
                        merge_msg_secret_expiry(present.expires_at, entry.expires_at),
                        merge_msg_secret_message_ts(present.message_ts, entry.message_ts),
                    ),
                    None => (entry.expires_at, entry.message_ts),
                };
                let value = write(&Secret { secret: entry.secret.to_vec(), expires_at, message_ts }).ok()?;
                let expires = (expires_at > 0).then(|| Timestamp::from_millis(expires_at.saturating_mul(1000)));
                Some(Kept { expires_at: expires, ..Kept::new(name.as_str(), value) })
            };
            self.keys.change(SECRET, &name, merged).await.map_err(database)?;
        }
        Ok(count)
    }

    async fn get_msg_secret(&self, chat: &str, sender: &str, msg_id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.get_msg_secret_with_ts(chat, sender, msg_id).await?.map(|(secret, _)| secret))
    }

    async fn get_msg_secret_with_ts(&self, chat: &str, sender: &str, msg_id: &str) -> Result<Option<(Vec<u8>, i64)>> {
        let found: Option<Secret> = self.find(SECRET, &joined(&[chat, sender, msg_id])).await?;
        Ok(found.map(|found| (found.secret, found.message_ts)))
    }

    async fn delete_expired_msg_secrets(&self, cutoff_timestamp: i64) -> Result<u32> {
        let by = Timestamp::from_millis(cutoff_timestamp.saturating_mul(1000));
        let gone = self.keys.forget_expired(SECRET, by).await.map_err(database)?;
        Ok(u32::try_from(gone).unwrap_or(u32::MAX))
    }
}
