//! Jobs and the dispatch of facts: at least once, leased, tried again, and never lost.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use platform::{
    Fault, JobDraft,
    jobs::{ATTEMPTS_MAX, LEASE, decide_backoff},
};
use serde_json::json;

use crate::harness::App;

const KIND: &str = "test.work";

/// Counts its runs, and fails the first `failures` of them.
fn register(app: &App, kind: &'static str, failures: u32) -> Arc<AtomicU32> {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    app.house().platform.jobs().on(kind, move |context, payload| {
        let run = counted.fetch_add(1, Ordering::AcqRel) + 1;
        async move {
            assert_eq!(u32::try_from(context.attempt).unwrap(), run);
            assert_eq!(payload["n"], 7);
            if run <= failures { Err(Fault::internal("working", "not today")) } else { Ok(()) }
        }
    });
    runs
}

async fn enqueue(app: &App, draft: JobDraft) {
    let mut tx = app.house().platform.db().begin().await.unwrap();
    tx.enqueue(draft).await.unwrap();
    tx.commit().await.unwrap();
}

fn draft() -> JobDraft {
    JobDraft::new(KIND, json!({"n": 7}))
}

both_databases! {
    async fn a_job_runs_once_when_its_time_has_come(app: App) {
        let runs = register(&app, KIND, 0);
        enqueue(&app, draft().at(app.world().now().plus(Duration::from_secs(60)))).await;
        assert_eq!(app.run_due_jobs().await, 0);
        app.advance(Duration::from_secs(60));
        assert_eq!(app.run_due_jobs().await, 1);
        app.advance(Duration::from_secs(3600));
        assert_eq!(app.run_due_jobs().await, 0);
        assert_eq!(runs.load(Ordering::Acquire), 1);
    }

    async fn a_job_of_a_transaction_that_fails_was_never_there(app: App) {
        let runs = register(&app, KIND, 0);
        let mut tx = app.house().platform.db().begin().await.unwrap();
        tx.enqueue(draft()).await.unwrap();
        let salon = kernel::Id::<kernel::id::Tenant>::from_uuid(uuid::Uuid::nil());
        tx.emit(salon, "customer.created", json!({})).await.unwrap();
        drop(tx);
        assert_eq!(app.run_due_jobs().await, 0);
        assert_eq!(runs.load(Ordering::Acquire), 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM outbox_events", vec![]).await, 0);
    }

    async fn a_failed_job_is_tried_again_after_a_growing_wait(app: App) {
        let runs = register(&app, KIND, 2);
        enqueue(&app, draft()).await;
        assert_eq!(app.run_due_jobs().await, 1);
        assert_eq!(app.run_due_jobs().await, 0, "not before its time");
        app.advance(decide_backoff(1));
        assert_eq!(app.run_due_jobs().await, 1);
        app.advance(decide_backoff(1));
        assert_eq!(app.run_due_jobs().await, 0, "the second wait is longer");
        app.advance(decide_backoff(2));
        assert_eq!(app.run_due_jobs().await, 1);
        assert_eq!(runs.load(Ordering::Acquire), 3);
    }

    async fn a_job_that_never_succeeds_ends_as_dead_and_is_kept(app: App) {
        app.expect_leftovers();
        let runs = register(&app, KIND, u32::MAX);
        enqueue(&app, draft().key("only one")).await;
        for _ in 0..ATTEMPTS_MAX + 3 {
            app.run_due_jobs().await;
            app.advance(Duration::from_secs(3600));
        }
        assert_eq!(i32::try_from(runs.load(Ordering::Acquire)).unwrap(), ATTEMPTS_MAX);
        let rows = app.rows("SELECT dead, last_error FROM jobs", vec![]).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].try_get::<i32>("", "dead").unwrap(), 1);
        assert!(rows[0].try_get::<String>("", "last_error").unwrap().contains("not today"));
        enqueue(&app, draft().key("only one")).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM jobs", vec![]).await, 2, "a dead job holds no key");
    }

    async fn a_job_nobody_knows_is_kept_for_a_release_that_does(app: App) {
        enqueue(&app, draft()).await;
        app.run_due_jobs().await;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        app.house().platform.jobs().on(KIND, move |_, _| {
            counted.fetch_add(1, Ordering::AcqRel);
            async { Ok(()) }
        });
        app.advance(Duration::from_secs(3600));
        app.run_due_jobs().await;
        assert_eq!(runs.load(Ordering::Acquire), 1);
    }

    async fn a_job_whose_worker_died_is_taken_over_when_its_lease_has_run_out(app: App) {
        let runs = register(&app, KIND, 0);
        enqueue(&app, draft()).await;
        // As a worker leaves it that claims and dies: counted, leased, not done.
        let lease = app.world().now().plus(LEASE);
        app.execute("UPDATE jobs SET due_at = ?", vec![lease.into()]).await;
        assert_eq!(app.run_due_jobs().await, 0, "the lease holds");
        app.advance(LEASE);
        assert_eq!(app.run_due_jobs().await, 1);
        assert_eq!(runs.load(Ordering::Acquire), 1);
    }

    async fn a_second_job_with_the_key_of_a_waiting_one_is_dropped(app: App) {
        let runs = register(&app, KIND, 0);
        enqueue(&app, draft().key("same")).await;
        enqueue(&app, draft().key("same")).await;
        assert_eq!(app.run_due_jobs().await, 1);
        assert_eq!(runs.load(Ordering::Acquire), 1);
    }

    async fn two_workers_never_carry_out_the_same_job(app: App) {
        let runs = Arc::new(AtomicU32::new(0));
        let other = app.node(&[]).await;
        for node in [&app, &other] {
            let counted = runs.clone();
            node.house().platform.jobs().on(KIND, move |_, _| {
                counted.fetch_add(1, Ordering::AcqRel);
                async { Ok(()) }
            });
        }
        for _ in 0..100 {
            enqueue(&app, draft()).await;
        }
        tokio::join!(app.run_due_jobs(), other.run_due_jobs());
        assert_eq!(runs.load(Ordering::Acquire), 100);
        assert_eq!(app.count("SELECT COUNT(*) FROM jobs WHERE attempts <> 1", vec![]).await, 0);
    }

    async fn a_fact_reaches_its_reactions_after_the_commit_and_once(app: App) {
        let seen = Arc::new(AtomicU32::new(0));
        let counted = seen.clone();
        app.house().platform.jobs().react("customer.created", move |event| {
            let counted = counted.clone();
            async move {
                assert!(event.data["customerId"].is_string() || event.data["customer"].is_object() || event.data.is_object());
                counted.fetch_add(1, Ordering::AcqRel);
                Ok(())
            }
        });
        let salon = app.business("Salon").await;
        app.customer(&salon).await;
        assert_eq!(seen.load(Ordering::Acquire), 0);
        app.run_due_jobs().await;
        app.run_due_jobs().await;
        assert_eq!(seen.load(Ordering::Acquire), 1);
        let undone = "SELECT COUNT(*) FROM outbox_events WHERE done_at IS NULL";
        assert_eq!(app.count(undone, vec![]).await, 0);
    }

    async fn a_fact_whose_reaction_fails_is_told_again(app: App) {
        let seen = Arc::new(AtomicU32::new(0));
        let counted = seen.clone();
        app.house().platform.jobs().react("tenant.created", move |_| {
            let run = counted.fetch_add(1, Ordering::AcqRel);
            async move { if run == 0 { Err(Fault::internal("reacting", "not yet")) } else { Ok(()) } }
        });
        app.business("Salon").await;
        app.run_due_jobs().await;
        app.advance(decide_backoff(1));
        app.run_due_jobs().await;
        assert_eq!(seen.load(Ordering::Acquire), 2);
    }

    async fn periodic_work_is_booked_once_however_many_nodes_start(app: App) {
        let other = app.node(&[]).await;
        for node in [&app, &other, &app] {
            frontdesk::jobs::book_all(&node.house().platform).await.unwrap();
        }
        let booked = || app.count("SELECT COUNT(*) FROM jobs WHERE done_at IS NULL", vec![]);
        let periodic = i64::try_from(frontdesk::jobs::PERIODIC.len()).unwrap();
        assert_eq!(booked().await, periodic);
        app.advance(Duration::from_secs(2 * 3600));
        assert_eq!(app.run_due_jobs().await, usize::try_from(periodic).unwrap());
        assert_eq!(booked().await, periodic, "each run booked the next");
    }

    async fn a_wake_up_after_a_commit_starts_the_worker_at_once(app: App) {
        let told = Arc::new(tokio::sync::Notify::new());
        let telling = told.clone();
        app.house().platform.jobs().on(KIND, move |_, _| {
            telling.notify_one();
            async { Ok(()) }
        });
        let stop = tokio_util::sync::CancellationToken::new();
        let worker = tokio::spawn({
            let (jobs, stop) = (app.house().platform.jobs().clone(), stop.clone());
            async move { jobs.run(stop).await }
        });
        enqueue(&app, draft()).await;
        tokio::time::timeout(crate::harness::SOON, told.notified()).await.expect("the job ran");
        stop.cancel();
        tokio::time::timeout(crate::harness::SOON, worker).await.expect("the worker ends").unwrap();
        assert!(app.house().platform.db().ping().await.is_ok());
    }
}
