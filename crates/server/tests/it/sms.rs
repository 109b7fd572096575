//! Text messages that follow from events, by the operator's account or the business's own, and what Twilio tells later.

use serde_json::{Value, json};
use simulators::{MessageFault, MessageRule};

use crate::harness::{App, Business, Reply, text};

const PHONE: &str = "+254712345678";
const SID: &str = "ACfedcba9876543210fedcba9876543210";

fn invoice() -> Value {
    json!({"event_type": "invoice:sent", "event_data": {
        "invoice_id": 1, "client_email": "ann@example.com", "client_phone": "0712 345678", "invoice_number": "INV-7",
        "total_amount": 10,
    }})
}

/// A node whose operator has an account.
async fn with_account(app: &App) -> App {
    let settings = app.twilio_settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    app.node(&settings).await
}

async fn state(app: &App, business: &Business) -> String {
    let reply = app.post("/api/events").bearer(&business.token).json(invoice()).send().await;
    text(&reply.expect(202)["data"]["event_id"]).to_owned()
}

async fn deliveries(app: &App, business: &Business, event: &str) -> Vec<Value> {
    let path = format!("/api/events/{event}/deliveries");
    let all = app.get(&path).bearer(&business.token).send().await.data(200);
    all.as_array().unwrap().iter().filter(|row| row["channel"] == "sms").cloned().collect()
}

async fn delivery(app: &App, business: &Business, event: &str) -> Value {
    let mut all = deliveries(app, business, event).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

async fn change(app: &App, business: &Business, body: Value) -> Value {
    app.patch("/api/settings/channels").bearer(&business.token).json(body).send().await.data(200)
}

async fn call_back(app: &App, callback: &simulators::twilio::Callback) -> Reply {
    let path = callback.url.strip_prefix("https://desk.example.com").unwrap();
    let form = "application/x-www-form-urlencoded";
    app.post(path).header("x-twilio-signature", &callback.signature).raw(form, callback.form.clone()).send().await
}

both_databases! {
    async fn a_phone_number_in_the_data_gets_a_text_message(app: App) {
        let app = with_account(&app).await;
        let salon = app.business("Salon").await;
        let event = state(&app, &salon).await;
        app.run_due_jobs().await;
        let message = app.twilio().log().to(PHONE).remove(0);
        assert!(message.body.contains("INV-7") && message.from == "+15005550006", "{message:?}");
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["recipient"], &row["message_id"]), (&json!("sent"), &json!(PHONE), &json!(message.sid)));
        assert!(text(&row["attempts_log"][0]["request"]).contains("Segments: 1 (GSM-7)"), "{row}");
        assert!(!row.to_string().contains("token"), "{row}");
    }

    async fn what_became_of_a_message_is_believed_with_a_good_signature_only(app: App) {
        let app = with_account(&app).await;
        let salon = app.business("Salon").await;
        let event = state(&app, &salon).await;
        app.run_due_jobs().await;
        let sid = app.twilio().log().to(PHONE)[0].sid.clone();
        let good = app.twilio().callback(&sid, "delivered", None).unwrap();
        let mut forged = good.clone();
        forged.signature = app.twilio().callback(&sid, "failed", Some(30_003)).unwrap().signature;
        assert_eq!(call_back(&app, &forged).await.refused(401), "UNAUTHORIZED");
        let mut forged = good.clone();
        forged.form = forged.form.replace("delivered", "undelivered");
        assert_eq!(call_back(&app, &forged).await.refused(401), "UNAUTHORIZED");
        let mut forged = good.clone();
        forged.form = forged.form.replace("AC0123", "ACffff");
        assert_eq!(call_back(&app, &forged).await.refused(401), "UNAUTHORIZED");
        let mut elsewhere = good.clone();
        elsewhere.url = "https://desk.example.com/api/sms/status/dlv_00000000000000000000000000".to_owned();
        assert_eq!(call_back(&app, &elsewhere).await.refused(401), "UNAUTHORIZED");
        let mut unsigned = good.clone();
        unsigned.signature = String::new();
        assert_eq!(call_back(&app, &unsigned).await.refused(401), "UNAUTHORIZED");
        assert_eq!(delivery(&app, &salon, &event).await["status"], "sent");

        let sent = app.twilio().callback(&sid, "sent", None).unwrap();
        assert_eq!(call_back(&app, &sent).await.status, 204);
        assert_eq!(delivery(&app, &salon, &event).await["status"], "sent");
        assert_eq!(call_back(&app, &good).await.status, 204);
        assert_eq!(call_back(&app, &good).await.status, 204);
        assert_eq!(delivery(&app, &salon, &event).await["status"], "delivered");
    }

    async fn a_message_that_never_arrives_is_dead_with_its_reason(app: App) {
        let app = with_account(&app).await;
        let salon = app.business("Salon").await;
        let event = state(&app, &salon).await;
        app.run_due_jobs().await;
        let sid = app.twilio().log().to(PHONE)[0].sid.clone();
        let gone = app.twilio().callback(&sid, "undelivered", Some(30_005)).unwrap();
        assert_eq!(call_back(&app, &gone).await.status, 204);
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["code"]), (&json!("dead"), &json!("PHONE_UNKNOWN")), "{row}");
    }

    async fn each_refusal_of_twilio_means_what_it_says(app: App) {
        let app = with_account(&app).await;
        let salon = app.business("Salon").await;
        let refuse = |status, code| MessageFault::Refuse { status, code, retry_after_seconds: None };
        let cases = [
            (refuse(400, Some(21_211)), "dead", "PHONE_INVALID"),
            (refuse(400, Some(21_610)), "dead", "UNSUBSCRIBED"),
            (refuse(401, Some(20_003)), "held", "SMS_LOGIN_REFUSED"),
            (refuse(502, None), "failed", "SMS_PROVIDER_FAILED"),
        ];
        for (fault, status, code) in cases {
            assert!(app.twilio().log().set_faults(vec![MessageRule::from(fault.clone()).times(1)]));
            let event = state(&app, &salon).await;
            app.run_due_jobs().await;
            let row = delivery(&app, &salon, &event).await;
            assert_eq!((&row["status"], &row["code"]), (&json!(status), &json!(code)), "{fault:?}: {row}");
        }
    }

    async fn a_busy_twilio_is_asked_again_when_it_said_so(app: App) {
        let app = with_account(&app).await;
        let salon = app.business("Salon").await;
        let busy = MessageFault::Refuse { status: 429, code: Some(20_429), retry_after_seconds: Some(600) };
        assert!(app.twilio().log().set_faults(vec![MessageRule::from(busy).times(1)]));
        let event = state(&app, &salon).await;
        app.run_due_jobs().await;
        assert_eq!(delivery(&app, &salon, &event).await["code"], "TOO_MANY_MESSAGES");
        app.advance(std::time::Duration::from_secs(300));
        app.run_due_jobs().await;
        assert!(app.twilio().log().all().is_empty());
        app.advance(std::time::Duration::from_secs(400));
        app.run_due_jobs().await;
        assert_eq!(app.twilio().log().all().len(), 1);
    }

    async fn a_business_with_an_account_of_its_own_sends_by_that(app: App) {
        let app = with_account(&app).await;
        let salon = app.business("Salon").await;
        let account = json!({"accountSid": SID, "authToken": "our own token", "from": "Salon"});
        change(&app, &salon, json!({"twilio": account, "useCustomerTwilio": true})).await;
        let event = state(&app, &salon).await;
        app.run_due_jobs().await;
        let message = app.twilio().log().to(PHONE).remove(0);
        assert_eq!((message.account_sid.as_str(), message.from.as_str()), (SID, "Salon"));
        let good = app.twilio().callback(&message.sid, "delivered", None).unwrap();
        assert_eq!(call_back(&app, &good).await.status, 204);
        assert_eq!(delivery(&app, &salon, &event).await["status"], "delivered");
        // Another business's account signs nothing of this one's.
        let other = app.business("Other").await;
        change(&app, &other, json!({"twilio": {"accountSid": SID, "authToken": "their token", "from": "Other"}, "useCustomerTwilio": true})).await;
        state(&app, &other).await;
        app.run_due_jobs().await;
        let theirs = app.twilio().log().to(PHONE).pop().unwrap();
        let mut crossed = app.twilio().callback(&theirs.sid, "failed", None).unwrap();
        crossed.url = good.url.clone();
        assert_eq!(call_back(&app, &crossed).await.refused(401), "UNAUTHORIZED");
    }

    async fn without_an_account_no_text_message_is_planned_and_switched_off_none_leaves(app: App) {
        let salon = app.business("Salon").await;
        let event = state(&app, &salon).await;
        assert!(deliveries(&app, &salon, &event).await.is_empty());
        let on = with_account(&app).await;
        let event = state(&on, &salon).await;
        // Planned while there was an account; carried out by a node that has none.
        let held = app.execute("UPDATE deliveries SET status = 'pending', due_at = 0 WHERE channel = 'sms'", vec![]).await;
        assert_eq!(held, 1);
        app.run_due_jobs().await;
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["code"]), (&json!("held"), &json!("NO_SMS_PROVIDER")), "{row}");
    }
}
