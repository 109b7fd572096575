//! What one node of the house must tell the others. A [`Topic`] names a change and its key; who remembers something that the
//! change makes stale registers with [`Signals::on`], once, where the floor is put together. [`crate::Tx::signal`] then does
//! two things with one call: after the commit the hearers of this process run at once, and on PostgreSQL those of every other
//! process hear of it too, by a `NOTIFY` that leaves with the commit. On SQLite there are no other processes.
//!
//! A process that lost its listening connection may have missed something. When it has the connection again, what was
//! registered with [`Signals::on_gap`] runs: everything remembered is forgotten, and every live socket is looked at.

mod postgres;
mod wire;

use std::{collections::HashMap, marker::PhantomData, sync::Arc};

use parking_lot::{Mutex, RwLock};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;
use tokio::{
    sync::Notify,
    task::{AbortHandle, JoinHandle},
};
use uuid::Uuid;

use crate::{Fault, Result};

/// Work is due that another process may take up. Told at most a few times a second, and not from within a transaction.
pub const WORK_DUE: Topic<()> = Topic::new("work.due");

/// A change that others must hear of, and what names its object.
pub struct Topic<K> {
    name: &'static str,
    key: PhantomData<fn() -> K>,
}

impl<K> Topic<K> {
    /// The name travels between processes, which may be of two releases.
    pub const fn new(name: &'static str) -> Self {
        Self { name, key: PhantomData }
    }
    /// As it travels.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<K> std::fmt::Debug for Topic<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Topic").field(&self.name).finish()
    }
}

/// One change on its way to its hearers.
#[derive(Debug, Clone)]
pub(crate) struct Signal {
    topic: &'static str,
    key: Json,
}

impl Signal {
    pub(crate) fn new<K: Serialize>(topic: &Topic<K>, key: &K) -> Result<Self> {
        let key = serde_json::to_value(key).map_err(|e| Fault::internal("writing a signal", e))?;
        Ok(Self { topic: topic.name, key })
    }
}

type Hearer = Arc<dyn Fn(&Json) + Send + Sync>;
type GapHearer = Arc<dyn Fn() + Send + Sync>;

/// Who hears of what in this process, and the ear that listens to the others; cheap to clone.
#[derive(Clone)]
pub struct Signals {
    inner: Arc<Inner>,
}

struct Inner {
    /// Names this process, so that it does not hear itself.
    node: Uuid,
    hearers: RwLock<HashMap<&'static str, Vec<Hearer>>>,
    on_gap: RwLock<Vec<GapHearer>>,
    /// Asked to tell the others that work is due.
    work: Notify,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Signals {
    pub(crate) fn new(node: Uuid) -> Self {
        let inner = Inner {
            node,
            hearers: RwLock::default(),
            on_gap: RwLock::default(),
            work: Notify::new(),
            tasks: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Runs after every such change, here or on another node. It must not block, and to run it twice must change nothing.
    pub fn on<K>(&self, topic: &Topic<K>, hear: impl Fn(K) + Send + Sync + 'static)
    where
        K: DeserializeOwned,
    {
        let name = topic.name;
        let hearer: Hearer = Arc::new(move |key: &Json| match K::deserialize(key) {
            Ok(key) => hear(key),
            // Another release writes it differently; what it wanted forgotten ends by its age.
            Err(error) => tracing::error!(topic = name, %error, "a signal could not be read"),
        });
        self.inner.hearers.write().entry(name).or_default().push(hearer);
    }

    /// Runs when signals of other nodes may have been missed. It must not block.
    pub fn on_gap(&self, hear: impl Fn() + Send + Sync + 'static) {
        self.inner.on_gap.write().push(Arc::new(hear));
    }

    /// Tells the hearers of this process.
    pub(crate) fn tell(&self, signal: &Signal) {
        self.dispatch(signal.topic, &signal.key);
    }

    fn dispatch(&self, topic: &str, key: &Json) {
        let hearers = self.inner.hearers.read().get(topic).cloned().unwrap_or_default();
        hearers.iter().for_each(|hear| hear(key));
    }

    fn bridge_gap(&self) {
        metrics::counter!("frontdesk_signal_gaps_total").increment(1);
        let hearers = self.inner.on_gap.read().clone();
        hearers.iter().for_each(|hear| hear());
    }

    /// The others are told soon that work is due; many askings become one telling.
    pub fn work_is_due(&self) {
        self.inner.work.notify_one();
    }

    /// Keeps what runs for this handle, to be ended with it.
    fn keep(&self, task: &JoinHandle<()>) {
        self.inner.tasks.lock().push(task.abort_handle());
    }

    /// Ends listening and telling.
    pub(crate) fn close(&self) {
        self.inner.tasks.lock().drain(..).for_each(|task| task.abort());
    }
}

impl std::fmt::Debug for Signals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signals").field("node", &self.inner.node).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: Topic<u32> = Topic::new("test.number");

    #[test]
    fn hearers_run_once_for_each_change_and_only_for_theirs() {
        let signals = Signals::new(Uuid::nil());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let noting = heard.clone();
        signals.on(&NUMBER, move |number| noting.lock().push(number));
        signals.tell(&Signal::new(&NUMBER, &7).unwrap());
        signals.tell(&Signal::new(&Topic::<u32>::new("test.other"), &8).unwrap());
        signals.tell(&Signal::new(&Topic::<String>::new("test.number"), &"no number".to_owned()).unwrap());
        assert_eq!(*heard.lock(), [7]);
    }
}
