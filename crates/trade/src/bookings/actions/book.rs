//! The core of every booking: decide who could take it, then claim their time. The decision reads without a lock and may
//! be out of date when the claim is made; the claim's key is what decides. Whoever loses rolls back, so that a refused
//! booking leaves nothing, and tries the next provider in a new transaction.

use kernel::{Id, Timestamp, id};
use platform::{Db, Result, Tx};

use crate::{
    bookings::{
        calendars::Candidates,
        error,
        rules::{Refusal, decide_providers},
        store,
    },
    providers::{
        self,
        hours::{Interval, date_at},
    },
};

/// A claimed time in its open transaction; nothing is sold until that commits.
pub(super) struct Claimed {
    pub tx: Tx,
    pub appointment: Id<id::Appointment>,
    pub provider: Id<id::User>,
}

/// Claims `start` with the provider whose turn it is, or refuses with the nearest free times.
pub(super) async fn claim_time(db: &Db, candidates: &Candidates, start: Timestamp) -> Result<Claimed> {
    for provider in decide(db, candidates, start, None).await? {
        let tx = db.begin().await?;
        providers::store::lock(&tx, candidates.tenant, &[provider]).await?;
        let appointment = db.world().id();
        let time = Interval::of_minutes(start, candidates.minutes);
        if store::claim(&tx, candidates.tenant, provider, appointment, &time).await? {
            return Ok(Claimed { tx, appointment, provider });
        }
    }
    Err(taken(db, candidates, start).await?)
}

/// Who could take a booking at `start`, best first; a refusal says why nobody can.
pub(super) async fn decide(
    db: &Db,
    candidates: &Candidates,
    start: Timestamp,
    moving: Option<Id<id::Appointment>>,
) -> Result<Vec<Id<id::User>>> {
    let Some(date) = date_at(&candidates.zone, start) else {
        return Err(error::refused_time(Refusal::TooFar).unwrap_or_else(kernel::Problem::internal).into());
    };
    let calendars = candidates.calendars(db.read(), date, date, moving).await?;
    match decide_providers(&candidates.frame(db.world().now()), &calendars, start) {
        Ok(order) => Ok(order),
        Err(refusal) => match error::refused_time(refusal) {
            Some(problem) => Err(problem.into()),
            None => Err(taken(db, candidates, start).await?),
        },
    }
}

/// 409 with the nearest free times.
pub(super) async fn taken(db: &Db, candidates: &Candidates, wanted: Timestamp) -> Result<platform::Fault> {
    let alternatives = candidates.alternatives(db.read(), db.world().now(), wanted).await?;
    Ok(error::slot_taken(&alternatives).into())
}
