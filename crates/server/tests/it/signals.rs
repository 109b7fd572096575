//! What one node does is known on the others at once: what they remember is forgotten, and sockets that lost their ground are
//! closed. Several nodes stand on PostgreSQL only.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use platform::JobDraft;
use serde_json::json;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::harness::{App, Backend, SOON, Socket, run, text};

/// How soon sockets on other nodes must be closed, and the old rights be gone.
pub const AT_ONCE: Duration = Duration::from_secs(1);

/// Runs a promise with two nodes.
pub async fn on_two_nodes<F: Future<Output = ()>>(promise: impl FnOnce(App, App) -> F) {
    run(Backend::Postgres, |app| async move {
        let other = app.node(&[]).await;
        promise(app, other).await;
    })
    .await;
}

/// The reason a socket was told before it was closed, within the time that is promised.
pub async fn ended_at_once(socket: &Socket) -> String {
    let reason = socket.expect_within("session_ended", AT_ONCE).await;
    timeout(AT_ONCE, socket.ended()).await.expect("the socket is closed at once");
    text(&reason["reason"]).to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ends_here_is_over_there_on_postgres() {
    on_two_nodes(|here, there| async move {
        let salon = here.business("Salon").await;
        let customer = here.customer(&salon).await;
        let sockets = [there.socket(&salon.token).await, there.socket(&customer.token).await];
        there.get("/api/auth/me").bearer(&salon.token).send().await.data(200);
        there.get("/api/customers/auth/me").bearer(&customer.token).send().await.data(200);
        here.post("/api/auth/logout").bearer(&salon.token).send().await.data(200);
        here.post("/api/customers/auth/logout").bearer(&customer.token).send().await.data(200);
        for socket in &sockets {
            assert_eq!(ended_at_once(socket).await, "signed out");
        }
        assert_eq!(there.get("/api/auth/me").bearer(&salon.token).send().await.refused(401), "UNAUTHORIZED");
        let asked = there.get("/api/customers/auth/me").bearer(&customer.token).send().await;
        assert_eq!(asked.refused(401), "UNAUTHORIZED");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_revoked_here_opens_nothing_there_on_postgres() {
    on_two_nodes(|here, there| async move {
        let salon = here.business("Salon").await;
        let body = json!({"name": "Shop", "scopes": ["events:write", "events:read"]});
        let key = here.post("/api/api-keys").bearer(&salon.token).json(body).send().await.data(201);
        let asks = || there.get("/api/events").header("x-api-key", text(&key["key"]));
        asks().send().await.data(200);
        let body = json!({"customer_id": salon.id, "user_id": 1, "session_id": "s"});
        let made = there.post("/auth/token").header("x-api-key", text(&key["key"])).json(body).send().await;
        let socket = there.socket(text(&made.expect(200)["token"])).await;
        let path = format!("/api/api-keys/{}", text(&key["id"]));
        here.delete(&path).bearer(&salon.token).send().await.expect(200);
        assert_eq!(ended_at_once(&socket).await, "the API key was revoked");
        assert_eq!(asks().send().await.refused(401), "API_KEY_NOT_TAKEN");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_set_here_counts_there_on_postgres() {
    on_two_nodes(|here, there| async move {
        let salon = here.business("Salon").await;
        let listener = there.socket(&salon.token).await;
        let page = format!("/api/public/store-owner/{}", salon.slug);
        assert_eq!(there.get(&page).send().await.data(200)["name"], "Salon");
        there.get("/api/event-types").bearer(&salon.token).send().await.data(200);
        let customer = here.customer(&salon).await;
        here.direct(&customer).await;
        let names = |list: &serde_json::Value| text(&list["conversations"][0]["name"]).to_owned();
        let inbox = || there.get("/api/messages/conversations");
        assert_ne!(names(&inbox().bearer(&salon.token).send().await.expect(200)), "Renamed");
        let change = json!({"name": "Renamed"});
        here.patch("/api/customers/auth/me").bearer(&customer.token).json(change).send().await.data(200);
        let change = json!({"name": "Parlour"});
        here.patch("/api/settings/business").bearer(&salon.token).json(change).send().await.data(200);
        let kind = json!({"name": "stock.low"});
        here.post("/api/event-types").bearer(&salon.token).json(kind).send().await.data(201);
        // Signals keep their order: once the end of the session was heard, so was what came before it.
        here.post("/api/auth/logout").bearer(&salon.token).send().await.data(200);
        ended_at_once(&listener).await;
        assert_eq!(there.get(&page).send().await.data(200)["name"], "Parlour");
        let login = json!({"email": salon.email, "password": crate::harness::PASSWORD});
        let token = there.post("/api/auth/login").json(login).send().await.data(200);
        let kinds = there.get("/api/event-types").bearer(text(&token["accessToken"])).send().await;
        assert!(kinds.text().contains("stock.low"));
        assert_eq!(names(&inbox().bearer(text(&token["accessToken"])).send().await.expect(200)), "Renamed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_did_not_hear_looks_at_everything_on_postgres() {
    on_two_nodes(|here, there| async move {
        let (salon, other) = (here.business("Salon").await, here.business("Other").await);
        let (lost, kept) = (there.socket(&salon.token).await, there.socket(&other.token).await);
        // Both ears are cut off, and the session ends before they are back, by a hand that tells nobody.
        let cut = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        assert_eq!(here.count(cut, vec![]).await, 2);
        let owner = kernel::Id::<kernel::id::User>::parse(&salon.owner_id).unwrap();
        let end = "UPDATE sessions SET revoked_at = 1 WHERE person_id = ?";
        assert_eq!(here.execute(end, vec![owner.into()]).await, 1);
        let told = lost.expect_within("session_ended", SOON).await;
        assert_eq!(told["reason"], "the session has ended");
        lost.ended().await;
        assert_eq!(there.get("/api/auth/me").bearer(&salon.token).send().await.refused(401), "UNAUTHORIZED");
        there.get("/api/auth/me").bearer(&other.token).send().await.data(200);
        // It hears again, and who did nothing was left alone.
        assert!(kept.arrived().is_empty());
        here.post("/api/auth/logout").bearer(&other.token).send().await.data(200);
        assert_eq!(kept.expect_within("session_ended", SOON).await["reason"], "signed out");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_made_here_is_done_there_on_postgres() {
    on_two_nodes(|here, there| async move {
        let runs = Arc::new(AtomicU32::new(0));
        let (done, mut is_done) = tokio::sync::mpsc::channel(1);
        let counted = runs.clone();
        there.house().platform.jobs().on("test.work", move |_, _| {
            let (done, counted) = (done.clone(), counted.clone());
            async move {
                counted.fetch_add(1, Ordering::AcqRel);
                done.send(()).await.map_err(|e| platform::Fault::internal("telling", e))
            }
        });
        let stop = CancellationToken::new();
        let (jobs, ending) = (there.house().platform.jobs().clone(), stop.clone());
        let worker = tokio::spawn(async move { jobs.run(ending).await });
        let mut tx = here.house().platform.db().begin().await.unwrap();
        tx.enqueue(JobDraft::new("test.work", json!({}))).await.unwrap();
        tx.commit().await.unwrap();
        timeout(SOON, is_done.recv()).await.expect("the other node does it");
        stop.cancel();
        worker.await.unwrap();
        assert_eq!(runs.load(Ordering::Acquire), 1);
    })
    .await;
}
