//! WhatsApp messages by the Cloud API, with the operator's number or the business's own, and what Meta reports later.

use serde_json::{Value, json};
use simulators::{MessageFault, MessageRule, whatsapp::Report};

use crate::harness::{App, Business, Reply, text};

const PHONE: &str = "+254712345678";
const SYSTEM: &str = "/api/whatsapp/cloud/system";

async fn with_number(app: &App) -> App {
    let settings = app.whatsapp_settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    app.whatsapp().report_to(format!("https://desk.example.com{SYSTEM}"), "the operator's app secret");
    app.node(&settings).await
}

async fn state(app: &App, business: &Business) -> String {
    let data = json!({"invoice_id": 1, "client_email": "ann@example.com", "client_phone": "0712 345678",
        "invoice_number": "INV-7", "total_amount": 10});
    let event = json!({"event_type": "invoice:sent", "event_data": data});
    let reply = app.post("/api/events").bearer(&business.token).json(event).send().await;
    text(&reply.expect(202)["data"]["event_id"]).to_owned()
}

async fn delivery(app: &App, business: &Business, event: &str) -> Value {
    let all = app.get(&format!("/api/events/{event}/deliveries")).bearer(&business.token).send().await.data(200);
    let mut all: Vec<Value> =
        all.as_array().unwrap().iter().filter(|row| row["channel"] == "whatsapp").cloned().collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

async fn change(app: &App, business: &Business, body: Value) -> Value {
    app.patch("/api/settings/channels").bearer(&business.token).json(body).send().await.data(200)
}

async fn tell(app: &App, path: &str, report: &Report) -> Reply {
    let asked = app.post(path).header("x-hub-signature-256", &report.signature);
    asked.raw("application/json", report.body.clone()).send().await
}

both_databases! {
    async fn a_phone_number_in_the_data_gets_a_whatsapp_message(app: App) {
        let app = with_number(&app).await;
        let salon = app.business("Salon").await;
        let event = state(&app, &salon).await;
        app.run_due_jobs().await;
        let message = app.whatsapp().log().to(PHONE).remove(0);
        assert!(message.text.contains("INV-7") && message.from == "100200300" && !message.by_phone, "{message:?}");
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["message_id"]), (&json!("sent"), &json!(message.id)), "{row}");
        assert!(!row.to_string().contains("the operator's"), "{row}");
    }

    async fn each_refusal_of_the_cloud_api_means_what_it_says(app: App) {
        let app = with_number(&app).await;
        let salon = app.business("Salon").await;
        let refuse = |status, code| MessageFault::Refuse { status, code, retry_after_seconds: None };
        let cases = [
            (refuse(400, Some(131_026)), "dead", "NOT_ON_WHATSAPP"),
            (refuse(400, Some(131_047)), "dead", "WHATSAPP_WINDOW_CLOSED"),
            (refuse(400, Some(131_056)), "failed", "TOO_MANY_MESSAGES"),
            (refuse(429, Some(130_429)), "failed", "TOO_MANY_MESSAGES"),
            (refuse(401, Some(190)), "held", "WHATSAPP_LOGIN_REFUSED"),
            (refuse(502, None), "failed", "WHATSAPP_PROVIDER_FAILED"),
        ];
        for (fault, status, code) in cases {
            assert!(app.whatsapp().log().set_faults(vec![MessageRule::from(fault.clone()).times(1)]));
            let event = state(&app, &salon).await;
            app.run_due_jobs().await;
            let row = delivery(&app, &salon, &event).await;
            assert_eq!((&row["status"], &row["code"]), (&json!(status), &json!(code)), "{fault:?}: {row}");
        }
    }

    async fn a_report_is_believed_with_a_good_signature_only(app: App) {
        let app = with_number(&app).await;
        let salon = app.business("Salon").await;
        let event = state(&app, &salon).await;
        app.run_due_jobs().await;
        let id = app.whatsapp().log().to(PHONE)[0].id.clone();
        let good = app.whatsapp().report(&id, "delivered", None).unwrap();
        let mut forged = good.clone();
        forged.body = forged.body.replace("delivered", "failed");
        assert_eq!(tell(&app, SYSTEM, &forged).await.refused(401), "UNAUTHORIZED");
        let unsigned = Report { signature: String::new(), ..good.clone() };
        assert_eq!(tell(&app, SYSTEM, &unsigned).await.refused(401), "UNAUTHORIZED");
        let elsewhere = format!("/api/whatsapp/cloud/{}", salon.id);
        assert_eq!(tell(&app, &elsewhere, &good).await.refused(401), "UNAUTHORIZED");
        assert_eq!(delivery(&app, &salon, &event).await["status"], "sent");

        let sent = app.whatsapp().report(&id, "sent", None).unwrap();
        assert_eq!(tell(&app, SYSTEM, &sent).await.status, 200);
        assert_eq!(delivery(&app, &salon, &event).await["status"], "sent");
        assert_eq!(tell(&app, SYSTEM, &good).await.status, 200);
        assert_eq!(tell(&app, SYSTEM, &good).await.status, 200);
        assert_eq!(delivery(&app, &salon, &event).await["status"], "delivered");
    }

    async fn a_message_that_never_arrives_is_dead_with_its_reason(app: App) {
        let app = with_number(&app).await;
        let salon = app.business("Salon").await;
        let event = state(&app, &salon).await;
        app.run_due_jobs().await;
        let id = app.whatsapp().log().to(PHONE)[0].id.clone();
        let gone = app.whatsapp().report(&id, "failed", Some(131_026)).unwrap();
        assert_eq!(tell(&app, SYSTEM, &gone).await.status, 200);
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["code"]), (&json!("dead"), &json!("NOT_ON_WHATSAPP")), "{row}");
    }

    async fn a_business_uses_its_own_number_and_is_heard_about_its_own_messages_only(app: App) {
        let app = with_number(&app).await;
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        for (business, number) in [(&salon, "111"), (&other, "222")] {
            let own = json!({"phoneNumberId": number, "accessToken": "t", "appSecret": number, "verifyToken": "mine"});
            change(&app, business, json!({"whatsapp": own, "useCustomerWhatsapp": true})).await;
        }
        let event = state(&app, &salon).await;
        app.run_due_jobs().await;
        let message = app.whatsapp().log().to(PHONE).remove(0);
        assert_eq!(message.from, "111");
        app.whatsapp().report_to("", "222");
        let foreign = app.whatsapp().report(&message.id, "failed", None).unwrap();
        assert_eq!(tell(&app, &format!("/api/whatsapp/cloud/{}", other.id), &foreign).await.status, 200);
        assert_eq!(delivery(&app, &salon, &event).await["status"], "sent", "signed well, but not theirs");
        app.whatsapp().report_to("", "111");
        let own = app.whatsapp().report(&message.id, "read", None).unwrap();
        assert_eq!(tell(&app, &format!("/api/whatsapp/cloud/{}", salon.id), &own).await.status, 200);
        assert_eq!(delivery(&app, &salon, &event).await["status"], "delivered");
    }

    async fn the_address_of_reports_is_proven_by_its_word(app: App) {
        let app = with_number(&app).await;
        let ask = |word: &str, challenge: &str| {
            let path = format!("{SYSTEM}?hub.mode=subscribe&hub.verify_token={word}&hub.challenge={challenge}");
            app.get(&path).send()
        };
        let good = ask("the%20operator's%20word", "1158201444").await;
        assert_eq!((good.status.as_u16(), good.text()), (200, "1158201444"));
        assert_eq!(ask("another", "1158201444").await.refused(401), "UNAUTHORIZED");
        assert_eq!(ask("the%20operator's%20word", "%3Cscript%3E").await.refused(401), "UNAUTHORIZED");
        assert_eq!(app.get(SYSTEM).send().await.refused(401), "UNAUTHORIZED");
    }

    async fn a_try_shows_the_providers_own_words(app: App) {
        let app = with_number(&app).await;
        let salon = app.business("Salon").await;
        let test = json!({"channel": "whatsapp", "to": "0712 345678"});
        let ask = || app.post("/api/settings/channels/test").bearer(&salon.token).json(test.clone()).send();
        let done = ask().await.data(200);
        assert_eq!((&done["ok"], &done["provider"], &done["to"]), (&json!(true), &json!("system"), &json!(PHONE)));
        let refused = MessageFault::Refuse { status: 401, code: Some(190), retry_after_seconds: None };
        assert!(app.whatsapp().log().set_faults(vec![MessageRule::from(refused)]));
        let done = ask().await.data(200);
        assert_eq!((&done["ok"], &done["code"]), (&json!(false), &json!("WHATSAPP_LOGIN_REFUSED")), "{done}");
    }
}
