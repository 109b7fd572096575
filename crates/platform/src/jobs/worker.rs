//! The loop that carries out what is due. It sleeps until a commit wakes it or the poll interval passes, and ends when the
//! program drains: what it has claimed is finished first.

use kernel::Timestamp;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{
    Jobs, POLL_INTERVAL, RUN_TIMEOUT,
    claim::{self, ClaimedEvent, ClaimedJob},
};
use crate::{Fault, Result, telemetry::TRACES};

impl Jobs {
    /// Runs until cancelled.
    pub async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let now = self.db.world().now();
            match self.run_due(now).await {
                Ok(0) => {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = self.db.woken() => {}
                        () = tokio::time::sleep(POLL_INTERVAL) => {}
                    }
                }
                Ok(_) => {}
                Err(fault) => {
                    tracing::error!(cause = fault.chain(), "the queue could not be read");
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = tokio::time::sleep(POLL_INTERVAL) => {}
                    }
                }
            }
        }
    }

    /// Carries out what is due at `now`, once; returns how many rows were claimed.
    pub async fn run_due(&self, now: Timestamp) -> Result<usize> {
        let events = claim::claim_events(&self.db, now).await?;
        let jobs = claim::claim_jobs(&self.db, now).await?;
        let claimed = events.len() + jobs.len();
        let mut carried_out = Vec::with_capacity(events.len());
        let (beside, in_order): (Vec<_>, Vec<_>) = {
            let unordered = self.unordered.read();
            events.into_iter().partition(|claimed| unordered.contains(claimed.event.kind.as_str()))
        };
        for event in in_order {
            carried_out.extend(self.dispatch(event).await?);
        }
        let runs = beside.into_iter().map(|event| self.dispatch(event));
        for done in futures_util::future::join_all(runs).await {
            carried_out.extend(done?);
        }
        claim::mark_events_done(&self.db, &carried_out).await?;
        let runs = jobs.into_iter().map(|job| self.carry_out(job));
        for result in futures_util::future::join_all(runs).await {
            result?;
        }
        Ok(claimed)
    }

    /// The event, when every reaction went well; the caller marks those together, which spares a commit for each.
    async fn dispatch(&self, claimed: ClaimedEvent) -> Result<Option<uuid::Uuid>> {
        let ClaimedEvent { event, attempt } = claimed;
        let reactions = self.reactions.read().get(event.kind.as_str()).cloned().unwrap_or_default();
        let mut outcome = Ok(());
        let span = span_of(&event.kind, attempt);
        for reaction in reactions {
            outcome = bounded(reaction(event.clone())).instrument(span.clone()).await;
            if outcome.is_err() {
                break;
            }
        }
        if outcome.is_ok() {
            return Ok(Some(event.id.uuid()));
        }
        self.settle("outbox_events", event.id.uuid(), attempt, &event.kind, outcome).await?;
        Ok(None)
    }

    async fn carry_out(&self, job: ClaimedJob) -> Result<()> {
        let handler = self.handlers.read().get(job.kind.as_str()).cloned();
        let outcome = match handler {
            Some(handler) => {
                let span = span_of(&job.kind, job.context.attempt);
                bounded(handler(job.context, job.payload)).instrument(span).await
            }
            None => Err(Fault::internal("running a job", format!("no handler for {}", job.kind))),
        };
        self.settle("jobs", job.context.id.uuid(), job.context.attempt, &job.kind, outcome).await
    }

    async fn settle(&self, table: &str, id: uuid::Uuid, attempt: i32, kind: &str, outcome: Result<()>) -> Result<()> {
        match outcome {
            Ok(()) => claim::mark_done(&self.db, table, id).await,
            Err(fault) => {
                let cause = fault.chain();
                tracing::warn!(kind, attempt, cause, "a job failed and will be tried again");
                claim::mark_failed(&self.db, table, id, attempt, &cause).await
            }
        }
    }
}

fn span_of(kind: &str, attempt: i32) -> tracing::Span {
    tracing::info_span!(target: TRACES, "work", otel.name = kind, otel.kind = "consumer", attempt)
}

async fn bounded(run: super::Run) -> Result<()> {
    match timeout(RUN_TIMEOUT, run).await {
        Ok(outcome) => outcome,
        Err(elapsed) => Err(Fault::internal("running a job", elapsed)),
    }
}
