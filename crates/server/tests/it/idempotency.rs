//! `Idempotency-Key`: the same request twice has one effect and one answer.

use std::{collections::HashSet, time::Duration};

use platform::http::idempotency::{KEPT_FOR, RUNNING_FOR_MAX};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::harness::{App, Business, Reply, text};

async fn post_service(app: &App, salon: &Business, key: &str, name: &str) -> Reply {
    let body = json!({"name": name, "duration": 30, "price": 500});
    app.post("/api/services").bearer(&salon.token).key(key).json(body).send().await
}

async fn services(app: &App) -> i64 {
    app.count("SELECT COUNT(*) FROM services", vec![]).await
}

both_databases! {
    async fn the_same_request_again_gets_the_first_answer(app: App) {
        let salon = app.business("Salon").await;
        let first = post_service(&app, &salon, "k1", "Cut").await;
        let again = post_service(&app, &salon, "k1", "Cut").await;
        assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
        assert_eq!(again.header("content-type"), first.header("content-type"));
        assert_eq!(first.data(201), again.data(201));
        assert_eq!(services(&app).await, 1);
        post_service(&app, &salon, "k2", "Cut").await.data(201);
        assert_eq!(services(&app).await, 2, "another key is another request");
    }

    async fn a_refusal_is_repeated_as_it_was(app: App) {
        let salon = app.business("Salon").await;
        let wrong = json!({"name": "", "duration": 30, "price": 500});
        let ask = || app.post("/api/services").bearer(&salon.token).key("k").json(wrong.clone()).send();
        let (first, again) = (ask().await, ask().await);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("content-type"), "application/problem+json");
        assert_eq!(first.body, again.body, "also the id that the log has it under");
        assert_eq!(first.body["instance"], "/api/services");
        assert_eq!(first.refused(422), "VALIDATION_ERROR");
        assert_eq!(again.fields(), ["name/INVALID_VALUE"]);
    }

    async fn another_body_under_the_same_key_is_refused(app: App) {
        let salon = app.business("Salon").await;
        post_service(&app, &salon, "k", "Cut").await.data(201);
        assert_eq!(post_service(&app, &salon, "k", "Dye").await.refused(422), "IDEMPOTENCY_MISMATCH");
        assert_eq!(services(&app).await, 1);
    }

    async fn keys_of_different_people_and_routes_do_not_meet(app: App) {
        let (one, other) = (app.business("One").await, app.business("Other").await);
        let first = post_service(&app, &one, "k", "Cut").await.data(201);
        let second = post_service(&app, &other, "k", "Cut").await.data(201);
        assert_ne!(first["id"], second["id"]);
        let (cara, service) = (app.customer(&one).await, app.service(&one).await);
        let body = json!({"inviteCode": one.invite_code, "customerName": "Cara", "customerEmail": cara.email,
            "service": service["id"], "time": "2026-11-23T07:00:00Z"});
        app.post("/api/public/appointments").bearer(&cara.token).key("k").json(body).send().await.expect(201);
    }

    async fn a_key_still_running_is_told_to_wait(app: App) {
        let salon = app.business("Salon").await;
        post_service(&app, &salon, "k", "Cut").await.data(201);
        // As if the first request had not answered yet.
        app.execute("UPDATE idempotency_keys SET status = NULL, committed = 0", vec![]).await;
        let waiting = post_service(&app, &salon, "k", "Cut").await;
        assert_eq!(waiting.header("retry-after"), "1");
        assert_eq!(waiting.refused(409), "IDEMPOTENCY_IN_PROGRESS");
        // One that never ended and left no effect is taken over.
        app.advance(RUNNING_FOR_MAX);
        post_service(&app, &salon, "k", "Cut").await.data(201);
        post_service(&app, &salon, "k", "Cut").await.data(201);
        assert_eq!(services(&app).await, 2);
    }

    async fn an_effect_whose_answer_was_lost_in_a_crash_is_not_repeated(app: App) {
        let salon = app.business("Salon").await;
        post_service(&app, &salon, "k", "Cut").await.data(201);
        let marked = app.count("SELECT COUNT(*) FROM idempotency_keys WHERE committed = 1", vec![]).await;
        assert_eq!(marked, 1, "the effect's own transaction marks the key");
        // As if the process had died between the commit and the keeping of the answer.
        app.execute("UPDATE idempotency_keys SET status = NULL, answer = NULL", vec![]).await;
        app.advance(RUNNING_FOR_MAX + Duration::from_secs(1));
        assert_eq!(post_service(&app, &salon, "k", "Cut").await.refused(409), "IDEMPOTENCY_ANSWER_LOST");
        assert_eq!(services(&app).await, 1);
    }

    async fn a_hundred_at_once_have_one_effect(app: App) {
        let salon = app.business("Salon").await;
        let asked = (0..100).map(|_| post_service(&app, &salon, "k", "Cut"));
        let replies = futures_util::future::join_all(asked).await;
        let (made, told): (Vec<Reply>, Vec<Reply>) = replies.into_iter().partition(|r| r.status.as_u16() == 201);
        assert!(!made.is_empty());
        let ids: Vec<Value> = made.into_iter().map(|r| r.data(201)["id"].take()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        for reply in told {
            assert_eq!(reply.refused(409), "IDEMPOTENCY_IN_PROGRESS");
        }
        assert_eq!(services(&app).await, 1);
    }

    async fn alone_clients_that_hang_up_find_the_answer_when_they_ask_again(app: App) {
        const CLIENTS: usize = 40;
        let salon = app.business("Salon").await;
        let request = |number: usize| {
            let body = json!({"name": format!("Cut {number}"), "duration": 30, "price": 500}).to_string();
            format!(
                "POST /api/services HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\nIdempotency-Key: gone-{number}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                salon.token,
                body.len()
            )
        };
        let hang_up = async |number: usize| {
            let mut stream = TcpStream::connect(app.address()).await.unwrap();
            stream.write_all(request(number).as_bytes()).await.unwrap();
            // At different moments: some before the request is read, some while it runs, some after it was answered.
            for _ in 0..number * 5 {
                tokio::task::yield_now().await;
            }
        };
        futures_util::future::join_all((0..CLIENTS).map(hang_up)).await;
        let ask = async |number: usize| {
            let name = format!("Cut {number}");
            let again = async || post_service(&app, &salon, &format!("gone-{number}"), &name).await;
            let mut reply = again().await;
            // The first may be running still; it ends by itself, whoever has gone.
            while reply.status == 409 {
                assert_eq!(reply.refused(409), "IDEMPOTENCY_IN_PROGRESS");
                reply = again().await;
            }
            reply.data(201)
        };
        let made = futures_util::future::join_all((0..CLIENTS).map(ask)).await;
        let ids: HashSet<&str> = made.iter().map(|service| text(&service["id"])).collect();
        assert_eq!(ids.len(), CLIENTS);
        assert_eq!(services(&app).await, i64::try_from(CLIENTS).unwrap());
    }

    async fn answers_with_secrets_are_never_kept(app: App) {
        let body = json!({"email": "ann@example.com", "password": "correct horse", "name": "Ann"});
        app.post("/api/auth/register").key("k").json(body.clone()).send().await.data(201);
        assert_eq!(app.post("/api/auth/register").key("k").json(body).send().await.refused(409), "EMAIL_EXISTS");
        assert_eq!(app.count("SELECT COUNT(*) FROM idempotency_keys", vec![]).await, 0);
    }

    async fn a_bad_credential_uses_no_key_up(app: App) {
        let salon = app.business("Salon").await;
        let body = json!({"name": "Cut", "duration": 30, "price": 500});
        let refused = app.post("/api/services").bearer("no token").key("k").json(body).send().await;
        assert_eq!(refused.refused(401), "UNAUTHORIZED");
        post_service(&app, &salon, "k", "Cut").await.data(201);
    }

    async fn a_key_is_forgotten_after_a_day(app: App) {
        let salon = app.business("Salon").await;
        post_service(&app, &salon, "k", "Cut").await.data(201);
        frontdesk::jobs::book_all(&app.house().platform).await.unwrap();
        app.advance(KEPT_FOR + Duration::from_secs(3600));
        app.run_due_jobs().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM idempotency_keys", vec![]).await, 0);
    }

    async fn an_unusable_key_is_named(app: App) {
        let salon = app.business("Salon").await;
        let long = "k".repeat(256);
        for key in ["", long.as_str()] {
            assert_eq!(post_service(&app, &salon, key, "Cut").await.fields(), ["Idempotency-Key/INVALID_VALUE"]);
        }
        assert_eq!(services(&app).await, 0);
    }
}
