//! The notice centre: who is told of what, live and later, and that everybody reads and marks only their own.

use std::{sync::Arc, time::Duration};

use delivery::{
    channels::{Channel, Outcome, Task},
    model::{ChannelKind, EventFacts},
    notifications::InappChannel,
};
use kernel::{Id, Role};
use serde_json::{Value, json};

use crate::harness::{App, Business, Customer, text};

const MONDAY: &str = "2026-11-23T07:00:00Z";

async fn lines(app: &App, token: &str) -> Vec<Value> {
    app.get("/api/notifications").bearer(token).send().await.data(200).as_array().unwrap().clone()
}

async fn unread(app: &App, token: &str) -> Value {
    app.get("/api/notifications/unread-count").bearer(token).send().await.data(200)["count"].take()
}

/// A booking and what follows it.
async fn booked(app: &App, salon: &Business, cara: &Customer) -> Value {
    let service = app.service(salon).await;
    let visit = app.booking(salon, cara, &service, MONDAY).await;
    app.run_due_jobs().await;
    visit
}

async fn state(app: &App, business: &Business, kind: &str, data: Value) {
    let body = json!({"event_type": kind, "event_data": data});
    app.post("/api/events").bearer(&business.token).json(body).send().await.expect(202);
    app.run_due_jobs().await;
}

both_databases! {
    async fn a_booking_is_told_to_those_who_may_see_it_and_to_nobody_else(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let (cara, stranger) = (app.customer(&salon).await, app.customer(&salon).await);
        let visit = booked(&app, &salon, &cara).await;
        let staff = app.member(&salon, Role::Staff).await;
        let provider = text(&visit["staffId"]).to_owned();
        assert_eq!(provider, salon.owner_id);
        let told = lines(&app, &salon.token).await;
        let line = told.iter().find(|line| line["type"] == "appointment.created").unwrap();
        assert_eq!(line["title"], "Appointment booked");
        assert!(text(&line["message"]).contains("Monday, 23 November 2026, 10:00"), "{line}");
        assert_eq!(line["data"]["appointment"]["id"], visit["id"]);
        assert_eq!((&line["read"], &line["readAt"]), (&json!(false), &Value::Null));
        assert!(lines(&app, &cara.token).await.iter().any(|line| line["type"] == "appointment.created"));
        for token in [&staff.token, &stranger.token] {
            let told = lines(&app, token).await;
            assert!(told.iter().all(|line| line["type"] != "appointment.created"), "{told:?}");
        }
        assert!(lines(&app, &other.token).await.iter().all(|line| line["type"] != "appointment.created"));
    }

    async fn an_open_screen_is_told_at_once_with_the_count(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        app.run_due_jobs().await;
        let before = unread(&app, &cara.token).await.as_u64().unwrap();
        let (screen, desk) = (app.socket(&cara.token).await, app.socket(&salon.token).await);
        let visit = booked(&app, &salon, &cara).await;
        let told = screen.expect("notification").await;
        assert_eq!(told["notification"]["data"]["appointment"]["id"], visit["id"]);
        assert_eq!(told["unreadCount"], before + 1);
        assert_eq!(unread(&app, &cara.token).await, before + 1);
        desk.expect("notification").await;
        // What is told is what a fresh look shows.
        assert_eq!(lines(&app, &cara.token).await[0], told["notification"]);
    }

    async fn reading_and_removing_is_everybodys_own_business(app: App) {
        let salon = app.business("Salon").await;
        let (cara, stranger) = (app.customer(&salon).await, app.customer(&salon).await);
        let manager = app.member(&salon, Role::Manager).await;
        booked(&app, &salon, &cara).await;
        let id = text(&lines(&app, &cara.token).await[0]["id"]).to_owned();
        let read = |token: &str| app.patch(&format!("/api/notifications/{id}/read")).bearer(token).send();
        let remove = |token: &str| app.delete(&format!("/api/notifications/{id}")).bearer(token).send();
        for token in [&stranger.token, &salon.token, &manager.token] {
            assert_eq!(read(token).await.refused(404), "NOT_FOUND");
            assert_eq!(remove(token).await.refused(404), "NOT_FOUND");
        }
        let waiting = unread(&app, &cara.token).await.as_u64().unwrap();
        let marked = read(&cara.token).await.data(200);
        assert_eq!(marked["read"], true);
        app.advance(Duration::from_secs(60));
        assert_eq!(read(&cara.token).await.data(200)["readAt"], marked["readAt"]);
        assert_eq!(unread(&app, &cara.token).await, waiting - 1);
        let of_manager = unread(&app, &manager.token).await.as_u64().unwrap();
        assert!(of_manager > 0);
        let all = app.patch("/api/notifications/read-all").bearer(&manager.token).send().await.data(200);
        assert_eq!(all["marked"], of_manager);
        assert_eq!(unread(&app, &manager.token).await, 0);
        assert!(unread(&app, &salon.token).await.as_u64().unwrap() > 0, "another's lines stay unread");
        remove(&cara.token).await.data(200);
        assert_eq!(remove(&cara.token).await.refused(404), "NOT_FOUND");
        assert!(lines(&app, &cara.token).await.iter().all(|line| line["id"] != id));
    }

    async fn other_screens_hear_what_was_read_and_removed(app: App) {
        let salon = app.business("Salon").await;
        let (cara, stranger) = (app.customer(&salon).await, app.customer(&salon).await);
        booked(&app, &salon, &cara).await;
        state(&app, &salon, "user.clockedIn", json!({"user_id": 1, "user_name": "Ann", "clock_in_time": "08:00"})).await;
        let id = lines(&app, &cara.token).await[0]["id"].take();
        let waiting = unread(&app, &cara.token).await.as_u64().unwrap();
        let (screen, elsewhere) = (app.socket(&cara.token).await, app.socket(&stranger.token).await);
        let read = || app.patch(&format!("/api/notifications/{}/read", text(&id))).bearer(&cara.token).send();
        read().await.data(200);
        let told = |left: u64, id: &Value| json!({"id": id, "tenantId": salon.id, "unreadCount": left});
        assert_eq!(screen.expect("notification:read").await, told(waiting - 1, &id));
        // Reading it again is no news: the next thing heard is the removal.
        read().await.data(200);
        app.delete(&format!("/api/notifications/{}", text(&id))).bearer(&cara.token).send().await.data(200);
        assert_eq!(screen.expect("notification:removed").await, told(waiting - 1, &id));
        let desk = app.socket(&salon.token).await;
        app.patch("/api/notifications/read-all").bearer(&salon.token).send().await.data(200);
        assert_eq!(desk.expect("notification:read").await, told(0, &Value::Null));
        elsewhere.emit_ack("nothing", json!({})).await;
        assert!(screen.take("notification:read").is_empty() && elsewhere.take("notification:read").is_empty());
    }

    async fn pages_lead_on_from_the_newest_without_gaps(app: App) {
        let salon = app.business("Salon").await;
        for number in 0..7 {
            state(&app, &salon, "user.clockedIn", json!({"user_id": number, "user_name": format!("User {number}"), "clock_in_time": "08:00"})).await;
        }
        let whole: Vec<Value> = lines(&app, &salon.token).await;
        let mut path = "/api/notifications?limit=3".to_owned();
        let mut found = Vec::new();
        loop {
            let reply = app.get(&path).bearer(&salon.token).send().await;
            let link = reply.header("link").to_owned();
            found.extend(reply.data(200).as_array().unwrap().clone());
            let Some(next) = link.strip_prefix('<').and_then(|rest| rest.split('>').next()) else { break };
            path = next.to_owned();
        }
        assert_eq!(found, whole);
        let first = text(&whole[0]["id"]);
        app.patch(&format!("/api/notifications/{first}/read")).bearer(&salon.token).send().await.data(200);
        let left = app.get("/api/notifications?unread=true").bearer(&salon.token).send().await.data(200);
        assert_eq!(left.as_array().unwrap().len(), whole.len() - 1);
        for (query, field) in [("limit=0", "limit/OUT_OF_RANGE"), ("limit=201", "limit/OUT_OF_RANGE"), ("cursor=x", "cursor/INVALID_VALUE")] {
            let refused = app.get(&format!("/api/notifications?{query}")).bearer(&salon.token).send().await;
            assert_eq!(refused.fields(), [field]);
        }
    }

    async fn ids_in_data_reach_only_people_of_this_business(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let (own, foreign) = (app.customer(&salon).await, app.customer(&other).await);
        app.run_due_jobs().await;
        for (customer, user) in [(&foreign.id, &other.owner_id), (&own.id, &salon.owner_id)] {
            let data = json!({"conversationId": "conv_1", "senderName": "Eve", "recipient": {"userId": user, "customerId": customer}});
            app.fact(&salon, "message.created", data).await;
        }
        let told = async |token: &str| lines(&app, token).await.iter().filter(|l| l["type"] == "message.created").count();
        assert_eq!((told(&foreign.token).await, told(&other.token).await), (0, 0));
        assert_eq!((told(&own.token).await, told(&salon.token).await), (1, 1));
    }

    async fn a_delivery_that_is_tried_twice_makes_one_line(app: App) {
        let salon = app.business("Salon").await;
        let channel = InappChannel::new(app.house().delivery.clone());
        let world = app.world();
        let data = json!({"user_id": 1, "user_name": "Otieno", "clock_in_time": "08:00"});
        let event = EventFacts { id: world.id(), tenant: salon.tenant(), kind: "user.clockedIn".into(), data: Arc::new(data), at: world.now() };
        let task = |recipient: &str, attempt: u32| Task {
            delivery: Id::from_uuid(uuid::Uuid::from_u128(7)),
            event: Arc::new(event.clone()),
            channel: ChannelKind::Inapp,
            recipient: recipient.into(),
            attempt,
        };
        for attempt in [1, 2] {
            let outcome = channel.attempt(&task(&salon.owner_id, attempt)).await.outcome;
            assert!(matches!(outcome, Outcome::Delivered { message_id: Some(_) }), "{outcome:?}");
        }
        let told = lines(&app, &salon.token).await;
        assert_eq!(told.iter().filter(|line| line["type"] == "user.clockedIn").count(), 1);
        // Whom nobody knows how to tell, nobody tries to tell again.
        let outcome = channel.attempt(&task("somebody", 1)).await.outcome;
        assert!(matches!(outcome, Outcome::Dead { .. }), "{outcome:?}");
    }

    async fn old_lines_go(app: App) {
        let salon = app.business("Salon").await;
        state(&app, &salon, "user.clockedIn", json!({"user_id": 1, "user_name": "Otieno", "clock_in_time": "08:00"})).await;
        let count = async || app.count("SELECT COUNT(*) FROM notifications", vec![]).await;
        let platform = &app.house().platform;
        assert!(count().await > 0);
        assert_eq!(delivery::notifications::forget_old(platform).await.unwrap(), 0);
        app.advance(delivery::notifications::KEPT_FOR + Duration::from_secs(1));
        assert!(delivery::notifications::forget_old(platform).await.unwrap() > 0);
        assert_eq!(count().await, 0);
    }
}
