//! What was given up in a time is sent again by one call: that time's, of that business, by whoever may.

use std::time::Duration;

use kernel::{Role, Timestamp};
use serde_json::{Value, json};
use simulators::Fault;

use crate::harness::{App, Business, Reply, text};

const REPLAY: &str = "/api/deliveries/replay";

async fn state(app: &App, business: &Business, to: &str) {
    let data = json!({"invoice_id": 1, "client_email": to, "invoice_number": "7", "total_amount": 10});
    let body = json!({"event_type": "invoice:sent", "event_data": data});
    app.post("/api/events").bearer(&business.token).json(body).send().await.expect(202);
    app.run_due_jobs().await;
}

async fn replay(app: &App, token: &str, body: Value) -> Reply {
    app.post(REPLAY).bearer(token).json(body).send().await
}

fn window(from: Timestamp, to: Timestamp) -> Value {
    json!({"from": from, "to": to})
}

/// Mails that were given up: two in a first minute, one in a second, and one of another business. The server takes mail
/// again afterwards.
async fn given_up(app: &App) -> (Business, Business, [Timestamp; 3]) {
    let (salon, other) = (app.settled_business("Salon").await, app.settled_business("Other").await);
    app.mail_faults().set(vec![Fault::RejectRecipient { code: 550 }.into()]).unwrap();
    let start = app.world().now();
    state(app, &salon, "ann@example.com").await;
    state(app, &salon, "ben@example.com").await;
    state(app, &other, "theirs@example.com").await;
    app.advance(Duration::from_secs(60));
    let middle = app.world().now();
    state(app, &salon, "cid@example.com").await;
    app.advance(Duration::from_secs(60));
    app.mail_faults().clear();
    assert!(app.mailbox().list().is_empty());
    (salon, other, [start, middle, app.world().now()])
}

both_databases! {
    async fn what_was_given_up_in_a_time_is_sent_again(app: App) {
        let (salon, _, [start, middle, end]) = given_up(&app).await;
        let mails = || app.mailbox().list().iter().flat_map(|mail| mail.to.clone()).collect::<Vec<_>>();
        let first = replay(&app, &salon.token, window(start, middle)).await.data(200);
        assert_eq!((&first["replayed"], &first["has_more"]), (&json!(2), &json!(false)));
        app.run_due_jobs().await;
        let mut gone = mails();
        gone.sort_unstable();
        assert_eq!(gone, ["ann@example.com", "ben@example.com"]);
        let again = replay(&app, &salon.token, window(start, middle)).await.data(200);
        assert_eq!(again["replayed"], 0, "they are no dead letters any more");

        let mut narrow = window(start, end);
        narrow["channel"] = json!("sms");
        assert_eq!(replay(&app, &salon.token, narrow.clone()).await.data(200)["replayed"], 0);
        narrow["channel"] = json!("email");
        narrow["recipient"] = json!("dan@example.com");
        assert_eq!(replay(&app, &salon.token, narrow.clone()).await.data(200)["replayed"], 0);
        narrow["recipient"] = json!("cid@example.com");
        assert_eq!(replay(&app, &salon.token, narrow).await.data(200)["replayed"], 1);
        app.run_due_jobs().await;
        assert_eq!(mails().len(), 3);
        let dead = "SELECT COUNT(*) FROM deliveries WHERE status = 'dead'";
        assert_eq!(app.count(dead, vec![]).await, 1, "that of the other business");
        let noted = app.rows("SELECT details FROM audit_log WHERE action = 'deliveries.replayed'", vec![]).await;
        let noted: Vec<String> = noted.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert_eq!(noted.len(), 5);
        assert_eq!(noted.iter().filter(|details| details.contains("\"retried\":2")).count(), 1, "{noted:?}");
    }

    async fn strangers_send_nothing_again(app: App) {
        let (salon, other, [start, _, end]) = given_up(&app).await;
        let all = window(start, end);
        assert_eq!(replay(&app, "", all.clone()).await.refused(401), "UNAUTHORIZED");
        assert_eq!(replay(&app, "nonsense", all.clone()).await.refused(401), "UNAUTHORIZED");
        let cara = app.customer(&salon).await;
        replay(&app, &cara.token, all.clone()).await.expect(401);
        let mia = app.member(&salon, Role::Staff).await;
        assert_eq!(replay(&app, &mia.token, all.clone()).await.refused(403), "FORBIDDEN");
        let key = json!({"name": "Reader", "scopes": ["events:read"]});
        let key = app.post("/api/api-keys").bearer(&salon.token).json(key).send().await.data(201);
        let asked = app.post(REPLAY).header("x-api-key", text(&key["key"])).json(all.clone()).send().await;
        assert_eq!(asked.refused(403), "FORBIDDEN");
        app.run_due_jobs().await;
        app.mailbox().clear();
        // Another business sends its own again, and no more than that.
        assert_eq!(replay(&app, &other.token, all.clone()).await.data(200)["replayed"], 1);
        app.run_due_jobs().await;
        let gone: Vec<String> = app.mailbox().list().iter().flat_map(|mail| mail.to.clone()).collect();
        assert_eq!(gone, ["theirs@example.com"]);
        assert_eq!(replay(&app, &salon.token, all).await.data(200)["replayed"], 3, "all of them were still there");
        app.run_due_jobs().await;
    }

    async fn a_window_that_is_none_is_refused(app: App) {
        let salon = app.business("Salon").await;
        let (early, late) = ("2026-11-19T00:00:00Z", "2026-11-21T00:00:00Z");
        for (body, fields) in [
            (json!({}), vec!["from/REQUIRED", "to/REQUIRED"]),
            (json!({"from": late, "to": early}), vec!["to/OUT_OF_RANGE"]),
            (json!({"from": early, "to": early}), vec!["to/OUT_OF_RANGE"]),
            (json!({"from": "yesterday", "to": late}), vec!["from/INVALID_VALUE"]),
            (json!({"from": early, "to": late, "channel": "pigeon"}), vec!["channel/INVALID_VALUE"]),
            (json!({"from": early, "to": late, "status": "sent"}), vec!["status/UNKNOWN_FIELD"]),
        ] {
            assert_eq!(replay(&app, &salon.token, body.clone()).await.fields(), fields, "{body}");
        }
        let broken = app.post(REPLAY).bearer(&salon.token).raw_json("{\"from\":").send().await;
        assert_eq!(broken.refused(400), "INVALID_BODY");
        assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'deliveries.replayed'", vec![]).await, 0);
    }
}
