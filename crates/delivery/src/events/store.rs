//! Every query about events themselves.

use std::{collections::HashMap, time::Duration};

use kernel::{Id, Timestamp, id};
use platform::{Result, Tx, db::statement};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use super::intake::Draft;
use crate::{model::EventStatus, sql};

/// How long a client's key stands for its first event.
pub const KEY_KEPT_FOR: Duration = Duration::from_secs(24 * 3600);

/// An event that was stored under a key.
#[derive(Debug, Clone)]
pub(crate) struct Earlier {
    pub id: Id<id::Event>,
    pub spelling: String,
    pub scheduled_for: Option<Timestamp>,
    pub digest: Option<String>,
}

impl Earlier {
    pub fn of(draft: &Draft) -> Self {
        Self {
            id: draft.card.facts.id,
            spelling: draft.card.spelling.to_string(),
            scheduled_for: draft.scheduled_for,
            digest: draft.digest.clone(),
        }
    }
}

/// By tenant and key.
pub(crate) type EarlierByKey = HashMap<(Uuid, String), Earlier>;

/// Events that were stored under these keys. A key whose time is over is given up.
pub(crate) async fn find_earlier(tx: &Tx, drafts: &[Draft]) -> Result<EarlierByKey> {
    let mut found = EarlierByKey::new();
    let keyed: Vec<&Draft> = drafts.iter().filter(|d| d.client_key.is_some()).collect();
    let old = tx.now().minus(KEY_KEPT_FOR);
    for range in sql::chunks(keyed.len()) {
        let text = format!(
            "SELECT tenant_id, client_key, id, spelling, scheduled_for, body_digest, created_at FROM events WHERE {}",
            vec!["(tenant_id = ? AND client_key = ?)"; range.len()].join(" OR ")
        );
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 2);
        for draft in &keyed[range] {
            values.extend([draft.card.facts.tenant.into(), draft.client_key.clone().into()]);
        }
        for row in tx.conn().query_all_raw(statement(tx.dialect(), &text, values)).await? {
            let earlier = Earlier {
                id: row.try_get_by_index(2)?,
                spelling: row.try_get_by_index(3)?,
                scheduled_for: row.try_get_by_index(4)?,
                digest: row.try_get_by_index(5)?,
            };
            // A fact of this house has no digest and is never stated twice.
            if earlier.digest.is_some() && row.try_get_by_index::<Timestamp>(6)? <= old {
                tx.execute("UPDATE events SET client_key = NULL WHERE id = ?", vec![earlier.id.into()]).await?;
                continue;
            }
            found.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), earlier);
        }
    }
    Ok(found)
}

/// Stores new events.
pub(crate) async fn insert_events(tx: &Tx, drafts: &[&Draft]) -> Result<()> {
    const COLUMNS: &str = "id, tenant_id, type, spelling, data, status, source, actor, token, client_key, body_digest, \
                           replay_of, scheduled_for, spread_at, total, created_at, completed_at";
    for range in sql::chunks(drafts.len()) {
        let text = format!("INSERT INTO events ({COLUMNS}) VALUES {}", sql::rows(range.len(), 17));
        let mut values: Vec<Value> = Vec::with_capacity(range.len() * 17);
        for draft in &drafts[range] {
            let (card, facts) = (&draft.card, &draft.card.facts);
            values.extend([
                facts.id.into(),
                facts.tenant.into(),
                (&*facts.kind).into(),
                (&*card.spelling).into(),
                draft.data.as_str().into(),
                draft.status.as_str().into(),
                draft.source.into(),
                draft.actor.as_str().into(),
                card.token.as_deref().into(),
                draft.client_key.as_deref().into(),
                draft.digest.as_deref().into(),
                draft.replay_of.into(),
                draft.scheduled_for.into(),
                draft.spread_at.into(),
                i32::try_from(draft.recipients.len()).unwrap_or(i32::MAX).into(),
                facts.at.into(),
                (draft.status == EventStatus::Completed).then(|| tx.now()).into(),
            ]);
        }
        tx.execute(&text, values).await?;
    }
    Ok(())
}

/// This task commits for requests that wait elsewhere, so their idempotency rows are marked here.
pub(crate) async fn mark_requests(tx: &Tx, drafts: &[Draft]) -> Result<()> {
    for key in drafts.iter().filter_map(|d| d.request) {
        tx.execute("UPDATE idempotency_keys SET committed = 1 WHERE id = ?", vec![key.into()]).await?;
    }
    Ok(())
}
