//! From acceptance to the end, for every type of the catalogue: what another system states becomes the deliveries that its
//! type promises, leaves by each channel as the other side of that channel sees it, and the business watches every step with
//! the true percentage, while nobody else hears of it.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use crate::harness::{App, Business, Socket, text};

/// Those of the office document, of the commerce document, and of the house.
const DOCUMENTED: [&str; 26] = [
    "invoice.sent",
    "invoice.paid",
    "user.clockedIn",
    "user.clockedOut",
    "payslip.generated",
    "document.sent",
    "payment.received",
    "refund.created",
    "timesheet.submitted",
    "timesheet.approved",
    "timesheet.rejected",
    "call.started",
    "call.completed",
    "call.transferred",
    "order.created",
    "order.updated",
    "order.completed",
    "order.cancelled",
    "payment.initiated",
    "payment.completed",
    "payment.failed",
    "payment.refunded",
    "campaign.started",
    "campaign.completed",
    "customer.created",
    "customer.updated",
];
const OWN: [&str; 6] = [
    "appointment.created",
    "appointment.updated",
    "appointment.confirmed",
    "appointment.rejected",
    "appointment.completed",
    "appointment.cancelled",
];
/// One number gets so many text messages a minute, and the examples are all about one person.
const ROUNDS_MAX: usize = 12;
const ROUND: Duration = Duration::from_secs(10);
const HOOK: &str = "/everything";
/// What tells a business how far an event is.
const TOLD: [&str; 4] = ["event:acknowledged", "event:progress", "message:sent", "event:completed"];

/// By which channel, and to whom.
type Way = (String, String);

fn at<'a>(data: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(data, |value, step| &value[step])
}

/// What an event with the type's example must become, as the catalogue promises it.
fn promised(kind: &Value, salon: &Business, webhook: &str) -> BTreeSet<Way> {
    let mut ways = BTreeSet::from([("webhook".to_owned(), webhook.to_owned())]);
    for channel in ["email", "sms"] {
        let fields = kind["recipients"][channel].as_array().unwrap();
        ways.extend(fields.iter().map(|path| (channel.to_owned(), text(at(&kind["example"], text(path))).to_owned())));
    }
    if !kind["audience"].is_null() {
        ways.insert(("inapp".to_owned(), salon.owner_id.clone()));
    }
    ways
}

/// How much has come to each of these, where the channel can tell.
fn received(app: &App, ways: &BTreeSet<Way>) -> Vec<(Way, usize)> {
    let count = |(channel, recipient): &Way| match channel.as_str() {
        "email" => app.mailbox().list_for(recipient).len(),
        "sms" => app.twilio().log().to(recipient).len(),
        "webhook" => app.receiver().received_at(HOOK).len(),
        _ => 0,
    };
    ways.iter().map(|way| (way.clone(), count(way))).collect()
}

async fn ask(app: &App, key: &str, path: &str) -> Value {
    app.get(path).header("x-api-key", key).send().await.data(200)
}

/// Works on until the event has ended, and gives it.
async fn ended(app: &App, key: &str, id: &str) -> Value {
    for _ in 0..ROUNDS_MAX {
        app.run_due_jobs().await;
        let event = ask(app, key, &format!("/api/events/{id}")).await;
        if event["status"] != "processing" {
            return event;
        }
        app.advance(ROUND);
    }
    panic!("{id} does not end");
}

/// What the business's screen heard of this event: the ways that were told as sent.
async fn heard(desk: &Socket, id: &str, name: &str) -> BTreeSet<Way> {
    let completed = desk.expect("event:completed").await;
    assert_eq!(completed["event_id"], id, "{name}");
    let order: Vec<String> = desk.arrived().into_iter().filter(|event| TOLD.contains(&event.as_str())).collect();
    assert_eq!(order[..2], ["event:acknowledged", "event:progress"], "{name}: {order:?}");
    assert_eq!(desk.take("event:acknowledged")[0]["event_id"], id, "{name}");
    let mut last = -1;
    for step in desk.take("event:progress") {
        let (percent, counts) = (step["progress"].as_i64().unwrap(), &step["deliveries"]);
        let (done, total) = (counts["done"].as_i64().unwrap(), counts["total"].as_i64().unwrap());
        assert_eq!((&step["event_id"], percent), (&json!(id), done * 100 / total), "{name}: {step}");
        assert!(percent > last, "{name}: {step}");
        last = percent;
    }
    assert_eq!(last, 100, "{name}");
    let way = |told: &Value| (text(&told["channel"]).to_owned(), text(&told["recipient"]).to_owned());
    let listed: BTreeSet<Way> = completed["result"]["deliveries"].as_array().unwrap().iter().map(way).collect();
    let sent = desk.take("message:sent");
    let ways: BTreeSet<Way> = sent.iter().map(way).collect();
    assert!(ways.len() == sent.len() && ways == listed, "{name}: {sent:?} and {completed}");
    ways
}

both_databases! {
    async fn every_type_goes_from_acceptance_to_its_end_before_the_eyes_of_its_business_alone(app: App) {
        let twilio = app.twilio_settings();
        let settings: Vec<(&str, &str)> = twilio.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let app = app.node(&settings).await;
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let wish = json!({"name": "Shop", "scopes": ["events:write", "events:read"]});
        let key = app.post("/api/api-keys").bearer(&salon.token).json(wish).send().await.data(201)["key"].clone();
        let key = text(&key);
        let all = json!({"url": app.hook(HOOK), "events": ["*"]});
        let webhook = app.post("/api/webhooks").bearer(&salon.token).json(all).send().await.data(201)["id"].clone();
        let kinds = app.get("/api/event-types").bearer(&salon.token).send().await.data(200);
        let kinds = kinds.as_array().unwrap();
        for name in DOCUMENTED.iter().chain(&OWN) {
            assert!(kinds.iter().any(|kind| kind["name"] == *name), "{name}");
        }
        app.run_due_jobs().await;
        let (desk, spy) = (app.socket(&salon.token).await, app.socket(&other.token).await);
        // What only the house states has its own promises, and comes to its end like these.
        for kind in kinds.iter().filter(|kind| kind["postable"] == true) {
            let name = text(&kind["name"]);
            let ways = promised(kind, &salon, text(&webhook));
            let before = received(&app, &ways);
            let lines = "SELECT COUNT(*) FROM notifications WHERE type = ?";
            let lines_before = app.count(lines, vec![name.into()]).await;
            let body = json!({"event_type": kind["alias"], "event_data": kind["example"]});
            let accepted = app.post("/api/events").header("x-api-key", key).json(body).send().await.expect(202);
            let id = text(&accepted["data"]["event_id"]);
            let event = ended(&app, key, id).await;
            assert_eq!((&event["status"], &event["progress"]), (&json!("completed"), &json!(100)), "{name}: {event}");

            let told = heard(&desk, id, name).await;
            assert!(told.is_superset(&ways), "{name}: {told:?} instead of {ways:?}");
            let rows = ask(&app, key, &format!("/api/events/{id}/deliveries")).await;
            let rows = rows.as_array().unwrap();
            assert_eq!(rows.len(), told.len(), "{name}: {rows:?}");
            assert!(rows.iter().all(|row| row["status"] == "sent" || row["status"] == "delivered"), "{name}: {rows:?}");
            for ((way, was), (_, is)) in before.into_iter().zip(received(&app, &ways)).filter(|((way, _), _)| way.0 != "inapp") {
                assert_eq!(is, was + 1, "{name} came to {way:?} once");
            }
            let call = app.receiver().received_at(HOOK).pop().unwrap();
            assert_eq!((call.header("x-webhook-event"), call.header("webhook-id")), (Some(name), Some(id)));
            let inapp = i64::try_from(told.iter().filter(|way| way.0 == "inapp").count()).unwrap();
            assert_eq!(app.count(lines, vec![name.into()]).await, lines_before + inapp, "{name} in the app");
        }
        // What travels on one socket keeps its order: their own event comes first of all.
        let body = json!({"event_type": "invoice:sent", "event_data": kinds.iter().find(|k| k["name"] == "invoice.sent").unwrap()["example"]});
        let own = spy.emit_ack("internal:event", body).await;
        app.run_due_jobs().await;
        assert_eq!(spy.expect("event:completed").await["event_id"], own["event_id"]);
        for told in TOLD.iter().flat_map(|event| spy.take(event)) {
            assert_eq!(told["event_id"], own["event_id"], "{told}");
        }
    }
}
