//! The loop that takes due deliveries and events to be spread. Between looks it sleeps until something is due here, room was
//! freed, or the poll interval is over, which is when work of other processes is seen. It ends in order: what waits in
//! memory is put back, what is under way is finished and marked.

use std::{collections::HashSet, sync::Arc, time::Duration};

use kernel::Timestamp;
use platform::Result;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    queue::LEASE,
    release::release_at_start,
    store::claim::{self, Claimed, TENANTS_PER_CLAIM},
    work::{Card, Place, Work},
};
use crate::{Delivery, channels::Task, events::spread};

/// Deliveries taken at once.
pub const CLAIM_WORKS_MAX: usize = 256;
/// How often the database is asked for what is due when nothing tells of it.
pub const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// How long attempts under way may take to end when the process does.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);
/// Rounds of [`Delivery::run_due_deliveries`] until it says that there is no end.
const ROUNDS_MAX: usize = 10_000;

/// What a look remembers for the next.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// More is due than was taken: tenants take turns.
    is_crowded: bool,
    /// The tenant served last.
    after: Uuid,
}

/// What one look found.
#[derive(Debug, Default, Clone, Copy)]
struct Found {
    taken: usize,
    /// Whether there is more that would fit.
    has_more: bool,
}

impl Delivery {
    /// Works until cancelled, then ends in order.
    pub async fn run(&self, stop: CancellationToken) {
        self.take_over(true);
        if let Err(fault) = release_at_start(self).await {
            tracing::error!(cause = fault.chain(), "what is held could not be looked at");
        }
        let mut turns = Turns::default();
        while !stop.is_cancelled() {
            let freed = self.queue().hold.freed();
            let found = match self.look(&mut turns).await {
                Ok(found) => found,
                Err(fault) => {
                    tracing::error!(cause = fault.chain(), "due deliveries could not be taken");
                    Found::default()
                }
            };
            // One that took nothing, though more is due, waits for room.
            if found.has_more && found.taken > 0 && self.queue().hold.free() >= CLAIM_WORKS_MAX {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.due() => {}
                () = freed, if found.has_more => {}
                () = sleep(POLL_INTERVAL) => {}
            }
        }
        self.take_over(false);
        self.queue().give_back().await;
        if timeout(DRAIN_TIMEOUT, self.queue().hold.emptied()).await.is_err() {
            tracing::warn!("some attempts did not end in time; they are made again when their leases end");
        }
    }

    /// Carries out everything that is due now, and what that makes due, until nothing is; gives the number of attempts and
    /// events. For tools and tests: no worker need run.
    pub async fn run_due_deliveries(&self) -> Result<usize> {
        let mut carried_out = 0;
        let mut turns = Turns::default();
        for _ in 0..ROUNDS_MAX {
            let found = self.look(&mut turns).await?;
            self.queue().hold.emptied().await;
            if found.taken == 0 && !found.has_more {
                break;
            }
            carried_out += found.taken;
        }
        Ok(carried_out)
    }

    /// One look: spreads events whose time has come, takes what is due and begins with it.
    async fn look(&self, turns: &mut Turns) -> Result<Found> {
        let spread = spread::spread_due(self).await?;
        let room = self.queue().hold.free().min(CLAIM_WORKS_MAX);
        // Where only few find a place, the oldest may be of those who find none.
        turns.is_crowded |= self.queue().hold.is_kept_for_few();
        let db = self.platform().db();
        let now = db.world().now();
        if room == 0 || !claim::is_any_due(db, now).await? {
            turns.is_crowded &= room == 0;
            return Ok(Found { taken: spread, has_more: room == 0 });
        }
        let lease = now.plus(LEASE);
        let (claimed, has_more) = self.claim(turns, lease, room).await?;
        let taken = claimed.len();
        let put_back = self.begin(claimed, lease).await?;
        turns.is_crowded |= put_back > 0;
        Ok(Found { taken: taken - put_back + spread, has_more: has_more || put_back > 0 })
    }

    async fn claim(&self, turns: &mut Turns, lease: Timestamp, room: usize) -> Result<(Vec<Claimed>, bool)> {
        let tx = self.platform().db().begin().await?;
        if !turns.is_crowded {
            let claimed = claim::claim_oldest(&tx, lease, room).await?;
            tx.commit().await?;
            turns.is_crowded = claimed.len() == room;
            return Ok((claimed, turns.is_crowded));
        }
        let tenants = claim::tenants_waiting(&tx, turns.after).await?;
        let is_last_turn = tenants.len() < TENANTS_PER_CLAIM;
        let began_within = !turns.after.is_nil();
        let mut claimed = Vec::new();
        let mut has_full = false;
        let share = (room / tenants.len().max(1)).max(1);
        let mut served = turns.after;
        for tenant in &tenants {
            if claimed.len() >= room {
                // The next look begins with this one: else those with smaller ids would take every place that is freed.
                break;
            }
            let limit = share.min(self.queue().hold.free_of(*tenant)).min(room - claimed.len());
            if limit > 0 {
                let own = claim::claim_of_tenant(&tx, *tenant, lease, limit).await?;
                has_full |= own.len() == limit;
                claimed.extend(own);
            } else {
                has_full = true;
            }
            served = *tenant;
        }
        tx.commit().await?;
        let is_last_turn = is_last_turn && tenants.last().is_none_or(|last| *last == served);
        turns.after = if is_last_turn { Uuid::nil() } else { served };
        // Only a whole turn that left nothing behind shows that the crowd is gone.
        turns.is_crowded = has_full || !is_last_turn || began_within;
        Ok((claimed, turns.is_crowded))
    }

    /// Hands taken deliveries to the queue; those that find no room are put back. Gives how many of these there were.
    async fn begin(&self, claimed: Vec<Claimed>, lease: Timestamp) -> Result<usize> {
        let events: HashSet<Uuid> = claimed.iter().map(|row| row.event.uuid()).collect();
        let mut events: Vec<Uuid> = events.into_iter().collect();
        events.sort_unstable();
        let cards = claim::load_cards(self.platform().db(), &events).await?;
        let mut without_room = Vec::new();
        for row in claimed {
            let Some((card, is_cancelled)) = cards.get(&row.event.uuid()) else { continue };
            let Some(place) = self.queue().hold.take(card.facts.tenant, card.bytes) else {
                without_room.push(row.id.uuid());
                continue;
            };
            let Some(work) = work_of(row, card, lease, place) else { continue };
            if *is_cancelled {
                self.queue().call_off(work).await;
            } else {
                self.queue().start(work).await;
            }
        }
        if !without_room.is_empty() {
            let tx = self.platform().db().begin().await?;
            claim::give_back(&tx, lease, &without_room).await?;
            tx.commit().await?;
        }
        Ok(without_room.len())
    }

    /// Begins with rows that a test has taken itself, and waits for their marks.
    #[cfg(test)]
    pub(crate) async fn begin_for_test(&self, claimed: Vec<Claimed>, lease: Timestamp) {
        assert!(self.begin(claimed, lease).await.is_ok());
        self.queue().hold.emptied().await;
    }
}

/// None for a row that a newer release wrote: it stays leased, so that nobody looks at it again and again.
fn work_of(row: Claimed, card: &Arc<Card>, lease: Timestamp, place: Place) -> Option<Work> {
    let Some(channel) = row.channel else {
        tracing::error!(delivery = %row.id, "a delivery's channel is not known");
        return None;
    };
    let task = Task {
        delivery: row.id,
        event: card.facts.clone(),
        channel,
        recipient: row.recipient,
        attempt: row.attempts.saturating_add(1),
    };
    Some(Work {
        task,
        card: card.clone(),
        lease,
        earlier: row.earlier,
        is_claimed: true,
        created_at: row.created_at,
        _place: place,
    })
}
