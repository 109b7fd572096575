//! The library's storage over ours: the store itself, its device, and what the other parts share.

use kernel::Timestamp;
use platform::Fault;
use serde::{Serialize, de::DeserializeOwned};
use whatsapp_rust::{
    async_trait,
    store::error::{Result, StoreError},
    traits::DeviceStore,
    wacore::store::Device,
};

use crate::whatsapp::keys::KeyStore;

const DEVICE: &str = "device";
/// The library numbers devices within one store; each of our stores has one.
const ONLY_DEVICE: i32 = 1;

/// All that one session remembers.
#[derive(Clone)]
pub(super) struct Backend {
    pub keys: KeyStore,
}

impl Backend {
    pub fn new(keys: KeyStore) -> Self {
        Self { keys }
    }

    pub fn now(&self) -> Timestamp {
        self.keys.now()
    }

    pub async fn find<T: DeserializeOwned>(&self, kind: &str, name: &str) -> Result<Option<T>> {
        let found = self.keys.find(kind, name).await.map_err(database)?;
        found.map(|value| parse(&value)).transpose()
    }

    pub async fn keep<T: Serialize + Sync>(&self, kind: &str, name: &str, value: &T) -> Result<()> {
        self.keys.keep(kind, name, &write(value)?).await.map_err(database)
    }

    pub async fn find_bytes(&self, kind: &str, name: &str) -> Result<Option<Vec<u8>>> {
        self.keys.find(kind, name).await.map_err(database)
    }

    pub async fn keep_bytes(&self, kind: &str, name: &str, value: &[u8]) -> Result<()> {
        self.keys.keep(kind, name, value).await.map_err(database)
    }

    pub async fn remove(&self, kind: &str, name: &str) -> Result<()> {
        self.keys.remove(kind, &[name.to_owned()]).await.map_err(database)
    }
}

pub(super) fn database(fault: Fault) -> StoreError {
    StoreError::Database(fault.chain().to_string().into())
}

pub(super) fn parse<T: DeserializeOwned>(value: &[u8]) -> Result<T> {
    serde_json::from_slice(value).map_err(|e| StoreError::Serialization(Box::new(e)))
}

pub(super) fn write<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| StoreError::Serialization(Box::new(e)))
}

/// Several words as one name; none of them holds the sign between.
pub(super) fn joined(words: &[&str]) -> String {
    words.join("|")
}

#[async_trait]
impl DeviceStore for Backend {
    async fn save(&self, device: &Device) -> Result<()> {
        self.keep(DEVICE, "", device).await
    }

    async fn load(&self) -> Result<Option<Device>> {
        self.find(DEVICE, "").await
    }

    async fn exists(&self) -> Result<bool> {
        Ok(self.find_bytes(DEVICE, "").await?.is_some())
    }

    async fn create(&self) -> Result<i32> {
        Ok(ONLY_DEVICE)
    }
}
