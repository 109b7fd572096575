//! The library's storage on our tables: what goes in comes out, and goes when it shall.

use std::sync::Arc;

use bytes::Bytes;
use whatsapp_rust::{
    traits::{
        AppStateSyncKey, AppSyncStore as _, DeviceInfo, DeviceListRecord, DeviceStore as _, LidPnMappingEntry,
        MsgSecretEntry, MsgSecretStore as _, ProtocolStore as _, SignalStore as _,
    },
    wacore::store::Device,
};

use crate::{
    tests::House,
    whatsapp::{KeyStore, web::backend::Backend},
};

fn backend(house: &House) -> Backend {
    Backend::new(KeyStore::new(house.delivery.platform().clone(), house.tenant))
}

async fn a_device_comes_back_with_its_keys(house: House) {
    let backend = backend(&house);
    assert!(!backend.exists().await.unwrap() && backend.load().await.unwrap().is_none());
    let device = Device::new();
    backend.save(&device).await.unwrap();
    let back = backend.load().await.unwrap().unwrap();
    assert_eq!(back.registration_id, device.registration_id);
    assert_eq!(back.noise_key.public_key.public_key_bytes(), device.noise_key.public_key.public_key_bytes());
    assert!(backend.exists().await.unwrap());
}

async fn keys_of_conversations_are_kept_and_used_up(house: House) {
    let backend = backend(&house);
    backend.put_identity("1@s:0", [7; 32]).await.unwrap();
    assert_eq!(backend.load_identity("1@s:0").await.unwrap(), Some([7; 32]));
    backend.put_sessions_batch(&[(Arc::from("1@s:0"), Bytes::from_static(b"ratchet"))]).await.unwrap();
    assert!(backend.has_session("1@s:0").await.unwrap());
    backend.delete_session("1@s:0").await.unwrap();
    assert!(!backend.has_session("1@s:0").await.unwrap());
    let keys: Vec<(u32, Bytes)> = (1..=300).map(|id| (id, Bytes::from(id.to_string()))).collect();
    backend.store_prekeys_batch(&keys, false).await.unwrap();
    assert_eq!(backend.get_max_prekey_id().await.unwrap(), 300);
    backend.remove_prekey(300).await.unwrap();
    backend.mark_prekeys_uploaded(&[300]).await.unwrap();
    assert_eq!(backend.load_prekey(300).await.unwrap(), None, "a key that was used up does not come back");
    assert_eq!(backend.load_prekeys_batch(&(1..=300).collect::<Vec<_>>()).await.unwrap().len(), 299);
    backend.store_signed_prekey(4, b"signed").await.unwrap();
    assert_eq!(backend.load_all_signed_prekeys().await.unwrap(), [(4, b"signed".to_vec())]);
}

async fn what_is_known_of_contacts_follows_them(house: House) {
    let backend = backend(&house);
    let entry = |lid: &str, phone: &str| LidPnMappingEntry {
        lid: lid.to_owned(),
        phone_number: phone.to_owned(),
        created_at: 1,
        updated_at: 2,
        learning_source: "usync".to_owned(),
    };
    backend.put_lid_mapping(&entry("lid1", "254712345678")).await.unwrap();
    assert_eq!(backend.get_pn_mapping("254712345678").await.unwrap().unwrap().lid, "lid1");
    backend.put_lid_mapping(&entry("lid1", "254700000000")).await.unwrap();
    assert!(backend.get_pn_mapping("254712345678").await.unwrap().is_none(), "the name went to another number");
    assert_eq!(backend.get_all_lid_mappings().await.unwrap().len(), 1);
    let devices = DeviceListRecord {
        user: "254700000000".to_owned(),
        devices: vec![DeviceInfo::new(0, None), DeviceInfo::new(3, Some(1))],
        timestamp: 5,
        phash: None,
        raw_id: Some(9),
    };
    backend.update_device_lists(vec![devices]).await.unwrap();
    assert_eq!(backend.get_devices("254700000000").await.unwrap().unwrap().devices.len(), 2);
    backend.set_sender_key_status("g@g.us", &[("a:1@s", true), ("b@s", false)]).await.unwrap();
    let mut known = backend.get_sender_key_devices("g@g.us").await.unwrap();
    known.sort();
    assert_eq!(known, [("a:1@s".to_owned(), true), ("b@s".to_owned(), false)]);
    backend.delete_sender_key_device_rows(&["a:1@s"]).await.unwrap();
    assert_eq!(backend.get_sender_key_devices("g@g.us").await.unwrap().len(), 1);
}

async fn tokens_and_secrets_only_grow_newer(house: House) {
    let backend = backend(&house);
    backend.store_received_tc_token("j", b"new", 20).await.unwrap();
    backend.store_received_tc_token("j", b"old", 10).await.unwrap();
    backend.touch_tc_token_sender_timestamp("j", 7).await.unwrap();
    backend.touch_tc_token_sender_timestamp("j", 5).await.unwrap();
    let token = backend.get_tc_token("j").await.unwrap().unwrap();
    assert_eq!((token.token.as_slice(), token.token_timestamp, token.sender_timestamp), (&b"new"[..], 20, Some(7)));
    assert_eq!(backend.delete_expired_tc_tokens(21, 7).await.unwrap(), 0, "its other half still lives");
    assert_eq!(backend.delete_expired_tc_tokens(21, 8).await.unwrap(), 1);
    let secret = |expires_at, message_ts| MsgSecretEntry {
        chat: "c".into(),
        sender: "s".into(),
        msg_id: "m".into(),
        secret: [3; 32],
        expires_at,
        message_ts,
    };
    backend.put_msg_secrets(vec![secret(100, 9)]).await.unwrap();
    backend.put_msg_secrets(vec![secret(50, 0)]).await.unwrap();
    assert_eq!(backend.get_msg_secret_with_ts("c", "s", "m").await.unwrap(), Some((vec![3; 32], 9)));
    assert_eq!(backend.delete_expired_msg_secrets(99).await.unwrap(), 0, "the longer time counts");
    assert_eq!(backend.delete_expired_msg_secrets(100).await.unwrap(), 1);
}

async fn what_was_sent_can_be_taken_once_and_ages(house: House) {
    let backend = backend(&house);
    let now = house.now().millis() / 1000;
    backend.store_sent_message("c", "1", b"first").await.unwrap();
    backend.store_sent_message("c", "2", b"second").await.unwrap();
    assert_eq!(backend.take_sent_message("c", "1").await.unwrap().as_deref(), Some(&b"first"[..]));
    assert_eq!(backend.take_sent_message("c", "1").await.unwrap(), None);
    assert_eq!(backend.delete_expired_sent_messages(now).await.unwrap(), 0);
    assert_eq!(backend.delete_expired_sent_messages(now + 1).await.unwrap(), 1);
    let key = AppStateSyncKey { key_data: vec![1], fingerprint: vec![2], timestamp: 3 };
    backend.set_sync_key(b"id", key).await.unwrap();
    assert_eq!(backend.get_latest_sync_key_id().await.unwrap().as_deref(), Some(&b"id"[..]));
    assert_eq!(backend.get_sync_key(b"id").await.unwrap().unwrap().timestamp, 3);
    assert_eq!(backend.get_version("regular").await.unwrap().version, 0);
}

on_both_databases!(
    a_device_comes_back_with_its_keys,
    keys_of_conversations_are_kept_and_used_up,
    what_is_known_of_contacts_follows_them,
    tokens_and_secrets_only_grow_newer,
    what_was_sent_can_be_taken_once_and_ages,
);
