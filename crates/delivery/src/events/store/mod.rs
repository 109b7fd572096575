//! Storing accepted events with their deliveries, many at once: [`group_sqlite`] on the thread that SQLite has for whole
//! transactions, [`group_postgres`] with columns as arrays. What both share is here: what is stored, and which of it was
//! stored before.

pub(super) mod group_postgres;
pub(super) mod group_sqlite;

use std::{collections::HashMap, time::Duration};

use kernel::{Id, Timestamp, id};
use uuid::Uuid;

use super::{
    error,
    intake::{Draft, Outcome, Refusal},
};
use crate::model::{DeliveryStatus, EventStatus};

/// How long a client's key stands for its first event.
pub const KEY_KEPT_FOR: Duration = Duration::from_secs(24 * 3600);

/// An event about to be stored.
#[derive(Debug)]
pub(super) struct Entry {
    pub draft: Draft,
    /// One for each of its recipients, at the same place.
    pub deliveries: Vec<NewDelivery>,
}

/// A delivery that is written with its event.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewDelivery {
    pub id: Id<id::Delivery>,
    /// `sending` when this process already has it, until `due`.
    pub status: DeliveryStatus,
    pub due: Timestamp,
}

impl Entry {
    /// How many deliveries it has.
    pub fn total(&self) -> i32 {
        i32::try_from(self.deliveries.len()).unwrap_or(i32::MAX)
    }

    /// An event that nobody hears of is over at once.
    fn completed_at(&self, now: Timestamp) -> Option<Timestamp> {
        (self.draft.status == EventStatus::Completed).then_some(now)
    }

    fn key(&self) -> Option<(Uuid, String)> {
        Some((self.draft.card.facts.tenant.uuid(), self.draft.client_key.clone()?))
    }
}

/// An event that was stored under a key.
#[derive(Debug, Clone)]
pub(crate) struct Earlier {
    pub id: Id<id::Event>,
    pub spelling: String,
    pub scheduled_for: Option<Timestamp>,
    digest: Option<String>,
}

/// By tenant and key.
#[derive(Debug, Default)]
struct EarlierByKey {
    found: HashMap<(Uuid, String), Earlier>,
    /// Events whose key stands for a new event from now on.
    expired: Vec<Uuid>,
}

impl EarlierByKey {
    fn add(&mut self, key: (Uuid, String), earlier: Earlier, created_at: Timestamp, now: Timestamp) {
        // A fact of this house has no digest and is never stated twice.
        if earlier.digest.is_some() && created_at <= now.minus(KEY_KEPT_FOR) {
            self.expired.push(earlier.id.uuid());
        } else {
            self.found.insert(key, earlier);
        }
    }

    /// Whether each is new: its key was not used before, in the database or earlier in this batch.
    fn decide(mut self, entries: &[Entry]) -> Vec<Outcome> {
        entries.iter().map(|entry| self.decide_one(entry)).collect()
    }

    fn decide_one(&mut self, entry: &Entry) -> Outcome {
        let Some(key) = entry.key() else { return Ok(()) };
        let draft = &entry.draft;
        if let Some(first) = self.found.get(&key) {
            if first.digest != draft.digest {
                return Err(Refusal::Problem(error::mismatch()));
            }
            return Err(Refusal::Repeated(first.clone()));
        }
        let first = Earlier {
            id: draft.card.facts.id,
            spelling: draft.card.spelling.to_string(),
            scheduled_for: draft.scheduled_for,
            digest: draft.digest.clone(),
        };
        self.found.insert(key, first);
        Ok(())
    }
}

/// Those that are to be written.
fn accepted<'a>(entries: &'a [Entry], outcomes: &'a [Outcome]) -> impl Iterator<Item = &'a Entry> {
    entries.iter().zip(outcomes).filter(|(_, outcome)| outcome.is_ok()).map(|(entry, _)| entry)
}
