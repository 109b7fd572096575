//! What other systems of a business hear of the house's own facts: every message once, when they listen to messages, and
//! nothing is kept of it when none does; visits and customers at every turn.

use std::time::Duration;

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{App, Business, Customer, Member, text};

const CREATED: &str = "message.created";
const MONDAY: &str = "2026-11-23T07:00:00Z";
const TUESDAY: &str = "2026-11-24T07:00:00Z";
const WEDNESDAY: &str = "2026-11-25T07:00:00Z";

/// A business, a customer of it, and their thread.
async fn set(app: &App) -> (Business, Customer, String) {
    let salon = app.business("Salon").await;
    let cara = app.customer(&salon).await;
    let opened = app.post("/api/messages/conversations").bearer(&cara.token).json(json!({})).send().await.expect(201);
    app.run_due_jobs().await;
    (salon, cara, text(&opened["conversation"]["id"]).to_owned())
}

async fn listen(app: &App, business: &Business, path: &str, events: &[&str]) -> String {
    let body = json!({"url": app.hook(path), "events": events});
    let made = app.post("/api/webhooks").bearer(&business.token).json(body).send().await.data(201);
    text(&made["id"]).to_owned()
}

async fn say(app: &App, token: &str, conversation: &str, words: &str) -> Value {
    let body = json!({"conversationId": conversation, "content": words});
    app.post("/api/messages/send").bearer(token).json(body).send().await.expect(201)["message"].take()
}

/// The bodies that came to a path, the oldest first.
fn heard(app: &App, path: &str) -> Vec<Value> {
    app.receiver().received_at(path).iter().map(|call| serde_json::from_str(&call.body).unwrap()).collect()
}

/// The texts of the messages that came to a path, sorted.
fn texts(app: &App, path: &str) -> Vec<String> {
    let mut texts: Vec<String> =
        heard(app, path).iter().map(|body| text(&body["data"]["content"]).to_owned()).collect();
    texts.sort();
    texts
}

async fn stored(app: &App) -> (i64, i64) {
    let of =
        async |table: &str| app.count(&format!("SELECT COUNT(*) FROM {table} WHERE type = '{CREATED}'"), vec![]).await;
    (of("events").await, of("outbox_events").await)
}

/// One booking through each of these steps.
async fn visit(app: &App, business: &Business, customer: &Customer, time: &str, steps: &[&str]) {
    let service = app.service(business).await;
    let booked = app.booking(business, customer, &service, time).await;
    for step in steps {
        let path = format!("/api/appointments/{}/{step}", text(&booked["id"]));
        let mut token = business.token.clone();
        if matches!(*step, "start" | "complete") {
            app.clock().set(kernel::Timestamp::parse(time).unwrap());
            token = app.sign_in_again(&business.email).await;
        }
        app.put(&path).bearer(&token).json(json!({})).send().await.expect(200);
    }
    app.run_due_jobs().await;
}

both_databases! {
    async fn a_system_that_listens_hears_of_every_message_once(app: App) {
        let (salon, cara, thread) = set(&app).await;
        listen(&app, &salon, "/erp", &[CREATED]).await;
        listen(&app, &salon, "/invoices", &["invoice.sent"]).await;
        let asked = say(&app, &cara.token, &thread, "Is Friday fine?").await;
        say(&app, &salon.token, &thread, "It is").await;
        app.run_due_jobs().await;
        assert_eq!(texts(&app, "/erp"), ["Is Friday fine?", "It is"]);
        assert!(heard(&app, "/invoices").is_empty());
        let bodies = heard(&app, "/erp");
        let first = bodies.iter().find(|body| body["data"]["content"] == "Is Friday fine?").unwrap();
        assert_eq!((&first["type"], &first["event"]), (&json!(CREATED), &json!(CREATED)));
        assert_eq!(first["data"], json!({
            "conversationId": thread, "messageId": asked["id"], "messageSeq": 1, "senderId": cara.id,
            "senderName": cara.name, "senderType": "customer", "content": "Is Friday fine?", "preview": "Is Friday fine?",
            "attachmentCount": 0, "customerId": cara.id, "sentAt": asked["timestamp"],
        }));
        // Nobody is written to because of it; who is away is told later, and other systems not once more.
        app.advance(Duration::from_secs(300));
        assert_eq!(app.look_after_notices().await, 1);
        app.run_due_jobs().await;
        assert_eq!(app.mailbox().list_for(&cara.email).iter().filter(|mail| mail.text.contains("wrote to you")).count(), 1);
        assert_eq!(heard(&app, "/erp").len(), 2);
    }

    async fn a_message_that_no_system_listens_to_leaves_nothing_to_do(app: App) {
        let (salon, cara, thread) = set(&app).await;
        listen(&app, &salon, "/invoices", &["invoice.sent"]).await;
        say(&app, &cara.token, &thread, "one").await;
        assert_eq!(stored(&app).await, (0, 0));
        // Who subscribes hears of the next one, and who leaves of no other.
        let webhook = listen(&app, &salon, "/erp", &[CREATED]).await;
        say(&app, &cara.token, &thread, "two").await;
        app.run_due_jobs().await;
        assert_eq!((texts(&app, "/erp"), stored(&app).await), (vec!["two".to_owned()], (1, 1)));
        app.delete(&format!("/api/webhooks/{webhook}")).bearer(&salon.token).send().await.data(200);
        say(&app, &cara.token, &thread, "three").await;
        app.run_due_jobs().await;
        assert_eq!((texts(&app, "/erp"), stored(&app).await), (vec!["two".to_owned()], (1, 1)));
    }

    async fn the_address_of_the_channels_settings_hears_of_messages_while_it_is_on(app: App) {
        let (salon, cara, thread) = set(&app).await;
        let save = async |body: Value| app.patch("/api/settings/channels").bearer(&salon.token).json(body).send().await.data(200);
        save(json!({"webhookEnabled": true, "webhookUrl": app.hook("/every")})).await;
        say(&app, &cara.token, &thread, "on").await;
        app.run_due_jobs().await;
        save(json!({"webhookEnabled": false})).await;
        say(&app, &cara.token, &thread, "off").await;
        app.run_due_jobs().await;
        assert_eq!((texts(&app, "/every"), stored(&app).await.0), (vec!["on".to_owned()], 1));
    }

    async fn messages_over_sockets_with_files_and_repeated_ones_are_told_once_each(app: App) {
        let (salon, cara, thread) = set(&app).await;
        listen(&app, &salon, "/erp", &["*"]).await;
        let screen = app.socket(&cara.token).await;
        for number in 0..20 {
            let body = json!({"conversationId": thread, "message": format!("m{number:02}"), "clientMessageId": format!("c{number}")});
            for _ in 0..2 {
                assert_eq!(screen.emit_ack("send_message", body.clone()).await["success"], true);
            }
        }
        let file = app.post("/api/messages/upload").bearer(&cara.token).file(&thread, "list.txt", b"bread".to_vec());
        let attachment = file.send().await.expect(201)["attachment"].take();
        let body = json!({"conversationId": thread, "content": "with a list", "attachments": [attachment["id"]]});
        app.post("/api/messages/send").bearer(&cara.token).json(body).send().await.expect(201);
        app.run_due_jobs().await;
        let mut expected: Vec<String> = (0..20).map(|number| format!("m{number:02}")).collect();
        expected.push("with a list".to_owned());
        assert_eq!(texts(&app, "/erp"), expected);
        let bodies = heard(&app, "/erp");
        let with_file = bodies.iter().find(|body| body["data"]["content"] == "with a list").unwrap();
        assert_eq!((&with_file["data"]["attachmentCount"], &with_file["data"]["messageSeq"]), (&json!(1), &json!(21)));
    }

    async fn what_was_written_while_a_webhook_was_off_is_sent_later_and_notices_to_people_are_not(app: App) {
        let (salon, _, thread) = set(&app).await;
        let webhook = listen(&app, &salon, "/erp", &[CREATED]).await;
        let path = format!("/api/webhooks/{webhook}");
        let switch = async |on: bool| app.put(&path).bearer(&salon.token).json(json!({"enabled": on})).send().await.data(200);
        switch(false).await;
        let from = app.world().now();
        say(&app, &salon.token, &thread, "missed").await;
        app.run_due_jobs().await;
        app.advance(Duration::from_secs(300));
        assert_eq!(app.look_after_notices().await, 1);
        app.run_due_jobs().await;
        assert_eq!((heard(&app, "/erp").len(), stored(&app).await.0), (0, 2));
        switch(true).await;
        let window = json!({"from": from, "to": app.world().now()});
        let replayed = app.post(&format!("{path}/replay")).bearer(&salon.token).json(window).send().await.data(200);
        app.run_due_jobs().await;
        assert_eq!((&replayed["missed"], texts(&app, "/erp")), (&json!(1), vec!["missed".to_owned()]));
    }

    async fn visits_and_customers_are_told_at_every_turn(app: App) {
        let (salon, cara, _) = set(&app).await;
        listen(&app, &salon, "/erp", &["*"]).await;
        let patch = app.patch("/api/customers/auth/me").bearer(&cara.token).json(json!({"name": "Cara Changed"}));
        patch.send().await.data(200);
        app.customer(&salon).await;
        visit(&app, &salon, &cara, TUESDAY, &["reject"]).await;
        visit(&app, &salon, &cara, WEDNESDAY, &["confirm", "cancel"]).await;
        visit(&app, &salon, &cara, MONDAY, &["confirm", "start", "complete"]).await;
        let bodies = heard(&app, "/erp");
        let mut kinds: Vec<&str> = bodies.iter().map(|body| text(&body["type"])).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, [
            "appointment.cancelled", "appointment.completed", "appointment.confirmed", "appointment.confirmed",
            "appointment.created", "appointment.created", "appointment.created", "appointment.rejected",
            "appointment.updated", "customer.created", "customer.updated",
        ]);
        let changed = bodies.iter().find(|body| body["type"] == "customer.updated").unwrap();
        let data = json!({"customerId": cara.id, "name": "Cara Changed", "email": cara.email, "phone": null});
        assert_eq!(changed["data"], data);
    }

    async fn who_joined_the_team_is_told_of_what_comes_and_who_left_it_is_not(app: App) {
        let (salon, cara, _) = set(&app).await;
        let told = async |member: &Member| {
            let lines = app.get("/api/notifications").bearer(&member.token).send().await.data(200);
            lines.as_array().unwrap().iter().filter(|line| line["type"] == "appointment.created").count()
        };
        // The team is remembered from here on.
        visit(&app, &salon, &cara, MONDAY, &[]).await;
        let mia = app.member(&salon, Role::Manager).await;
        visit(&app, &salon, &cara, TUESDAY, &[]).await;
        assert_eq!(told(&mia).await, 1);
        app.delete(&format!("/api/team/{}", mia.id)).bearer(&salon.token).send().await.data(200);
        visit(&app, &salon, &cara, WEDNESDAY, &[]).await;
        let lines = "SELECT COUNT(*) FROM deliveries WHERE channel = 'inapp' AND recipient = ?";
        assert_eq!(app.count(lines, vec![mia.id.clone().into()]).await, 1);
    }
}
