//! Who has which devices and keys, under which of their two names a contact is known, and what was sent lately, for those who
//! ask to have it again.

use std::time::Duration;

use kernel::Timestamp;
use whatsapp_rust::{
    async_trait,
    store::error::Result,
    traits::{DeviceListRecord, LidPnMappingEntry, ProtocolStore, TcTokenEntry},
};

use super::backend::{Backend, database, joined, parse, write};
use crate::whatsapp::keys::Kept;

const SENDER_KEY_DEVICE: &str = "sender_key_device";
const LID: &str = "lid";
const PHONE: &str = "phone";
const BASE_KEY: &str = "base_key";
const DEVICES: &str = "devices";
const GROUP: &str = "group";
const TC_TOKEN: &str = "tc_token";
const SENT: &str = "sent";

fn has_key(value: &[u8]) -> bool {
    value == [1]
}

#[async_trait]
impl ProtocolStore for Backend {
    async fn get_sender_key_devices(&self, group_jid: &str) -> Result<Vec<(String, bool)>> {
        let prefix = joined(&[group_jid, ""]);
        let all = self.keys.find_all(SENDER_KEY_DEVICE, &prefix).await.map_err(database)?;
        Ok(all.iter().map(|(name, value)| (name[prefix.len()..].to_owned(), has_key(value))).collect())
    }

    async fn set_sender_key_status(&self, group_jid: &str, entries: &[(&str, bool)]) -> Result<()> {
        let kept = |(device, has): &(&str, bool)| Kept::new(joined(&[group_jid, device]), [u8::from(*has)]);
        self.keys.keep_all(SENDER_KEY_DEVICE, entries.iter().map(kept).collect()).await.map_err(database)
    }

    async fn clear_sender_key_devices(&self, group_jid: &str) -> Result<()> {
        self.keys.remove_all(SENDER_KEY_DEVICE, &joined(&[group_jid, ""])).await.map_err(database)
    }

    async fn delete_sender_key_device_rows(&self, device_jids: &[&str]) -> Result<()> {
        let all = self.keys.find_all(SENDER_KEY_DEVICE, "").await.map_err(database)?;
        let is_one = |name: &str| name.split_once('|').is_some_and(|(_, device)| device_jids.contains(&device));
        let names: Vec<String> = all.into_iter().map(|(name, _)| name).filter(|name| is_one(name)).collect();
        self.keys.remove(SENDER_KEY_DEVICE, &names).await.map_err(database)
    }

    async fn clear_all_sender_key_devices(&self) -> Result<()> {
        self.keys.remove_all(SENDER_KEY_DEVICE, "").await.map_err(database)
    }

    async fn get_lid_mapping(&self, lid: &str) -> Result<Option<LidPnMappingEntry>> {
        self.find(LID, lid).await
    }

    async fn get_pn_mapping(&self, phone: &str) -> Result<Option<LidPnMappingEntry>> {
        let Some(lid) = self.find::<String>(PHONE, phone).await? else { return Ok(None) };
        let found: Option<LidPnMappingEntry> = self.find(LID, &lid).await?;
        // The name may have gone to another number since.
        Ok(found.filter(|entry| entry.phone_number == phone))
    }

    async fn put_lid_mapping(&self, entry: &LidPnMappingEntry) -> Result<()> {
        self.put_lid_mappings(std::slice::from_ref(entry)).await
    }

    async fn put_lid_mappings(&self, entries: &[LidPnMappingEntry]) -> Result<()> {
        let by_lid: Result<Vec<Kept>> =
            entries.iter().map(|entry| Ok(Kept::new(entry.lid.as_str(), write(entry)?))).collect();
        let by_phone: Result<Vec<Kept>> =
            entries.iter().map(|entry| Ok(Kept::new(entry.phone_number.as_str(), write(&entry.lid)?))).collect();
        self.keys.keep_all(LID, by_lid?).await.map_err(database)?;
        self.keys.keep_all(PHONE, by_phone?).await.map_err(database)
    }

    async fn get_all_lid_mappings(&self) -> Result<Vec<LidPnMappingEntry>> {
        let all = self.keys.find_all(LID, "").await.map_err(database)?;
        all.iter().map(|(_, value)| parse(value)).collect()
    }

    async fn save_base_key(&self, address: &str, message_id: &str, base_key: &[u8]) -> Result<()> {
        self.keep_bytes(BASE_KEY, &joined(&[address, message_id]), base_key).await
    }

    async fn has_same_base_key(&self, address: &str, message_id: &str, current_base_key: &[u8]) -> Result<bool> {
        let kept = self.find_bytes(BASE_KEY, &joined(&[address, message_id])).await?;
        Ok(kept.is_some_and(|kept| kept == current_base_key))
    }

    async fn delete_base_key(&self, address: &str, message_id: &str) -> Result<()> {
        self.remove(BASE_KEY, &joined(&[address, message_id])).await
    }

    async fn update_device_list(&self, record: DeviceListRecord) -> Result<()> {
        self.keep(DEVICES, &record.user, &record).await
    }

    async fn update_device_lists(&self, records: Vec<DeviceListRecord>) -> Result<()> {
        let all: Result<Vec<Kept>> =
            records.iter().map(|record| Ok(Kept::new(record.user.as_str(), write(record)?))).collect();
        self.keys.keep_all(DEVICES, all?).await.map_err(database)
    }

    async fn get_devices(&self, user: &str) -> Result<Option<DeviceListRecord>> {
        self.find(DEVICES, user).await
    }

    async fn delete_devices(&self, user: &str) -> Result<()> {
        self.remove(DEVICES, user).await
    }

    async fn get_group_metadata(&self, group_jid: &str) -> Result<Option<Vec<u8>>> {
        self.find_bytes(GROUP, group_jid).await
    }

    async fn put_group_metadata(&self, group_jid: &str, blob: &[u8]) -> Result<()> {
        self.keep_bytes(GROUP, group_jid, blob).await
    }

    async fn delete_group_metadata(&self, group_jid: &str) -> Result<()> {
        self.remove(GROUP, group_jid).await
    }

    async fn get_tc_token(&self, jid: &str) -> Result<Option<TcTokenEntry>> {
        self.find(TC_TOKEN, jid).await
    }

    async fn put_tc_token(&self, jid: &str, entry: &TcTokenEntry) -> Result<()> {
        self.keep(TC_TOKEN, jid, entry).await
    }

    async fn delete_tc_token(&self, jid: &str) -> Result<()> {
        self.remove(TC_TOKEN, jid).await
    }

    async fn get_all_tc_token_jids(&self) -> Result<Vec<String>> {
        let all = self.keys.find_all(TC_TOKEN, "").await.map_err(database)?;
        Ok(all.into_iter().map(|(name, _)| name).collect())
    }

    async fn delete_expired_tc_tokens(&self, token_cutoff: i64, sender_cutoff: i64) -> Result<u32> {
        let mut gone = Vec::new();
        for (name, value) in self.keys.find_all(TC_TOKEN, "").await.map_err(database)? {
            let entry: TcTokenEntry = parse(&value)?;
            let token_lives = !entry.token.is_empty() && entry.token_timestamp >= token_cutoff;
            let sender_lives = entry.sender_timestamp.is_some_and(|at| at >= sender_cutoff);
            if !token_lives && !sender_lives {
                gone.push(name);
            }
        }
        self.keys.remove(TC_TOKEN, &gone).await.map_err(database)?;
        Ok(u32::try_from(gone.len()).unwrap_or(u32::MAX))
    }

    async fn touch_tc_token_sender_timestamp(&self, jid: &str, sender_timestamp: i64) -> Result<()> {
        let touched = |present: Option<Vec<u8>>| {
            let entry = match present.and_then(|value| parse::<TcTokenEntry>(&value).ok()) {
                Some(entry) => {
                    let newest = entry.sender_timestamp.map_or(sender_timestamp, |at| at.max(sender_timestamp));
                    TcTokenEntry { sender_timestamp: Some(newest), ..entry }
                }
                None => TcTokenEntry {
                    token: Vec::new(),
                    token_timestamp: sender_timestamp,
                    sender_timestamp: Some(sender_timestamp),
                },
            };
            Some(Kept::new(jid, write(&entry).ok()?))
        };
        self.keys.change(TC_TOKEN, jid, touched).await.map_err(database)
    }

    async fn store_received_tc_token(&self, jid: &str, token: &[u8], token_timestamp: i64) -> Result<()> {
        let received = |present: Option<Vec<u8>>| {
            let present = present.and_then(|value| parse::<TcTokenEntry>(&value).ok());
            let is_stale = present.as_ref().is_some_and(|e| !e.token.is_empty() && token_timestamp < e.token_timestamp);
            if is_stale {
                return None;
            }
            let sender_timestamp = present.and_then(|entry| entry.sender_timestamp);
            let entry = TcTokenEntry { token: token.to_vec(), token_timestamp, sender_timestamp };
            Some(Kept::new(jid, write(&entry).ok()?))
        };
        self.keys.change(TC_TOKEN, jid, received).await.map_err(database)
    }

    async fn store_sent_message(&self, chat_jid: &str, message_id: &str, payload: &[u8]) -> Result<()> {
        let name = joined(&[chat_jid, message_id]);
        // When it was sent, so that "older than" is an expiry that has come.
        let kept = Kept { expires_at: Some(self.now()), ..Kept::new(name, payload) };
        self.keys.keep_all(SENT, vec![kept]).await.map_err(database)
    }

    async fn take_sent_message(&self, chat_jid: &str, message_id: &str) -> Result<Option<Vec<u8>>> {
        self.keys.take(SENT, &joined(&[chat_jid, message_id])).await.map_err(database)
    }

    async fn delete_expired_sent_messages(&self, cutoff_timestamp: i64) -> Result<u32> {
        let by = Timestamp::from_millis(cutoff_timestamp.saturating_mul(1000)).minus(Duration::from_millis(1));
        let gone = self.keys.forget_expired(SENT, by).await.map_err(database)?;
        Ok(u32::try_from(gone).unwrap_or(u32::MAX))
    }
}
