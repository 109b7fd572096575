//! How a business sends: its switches, its own servers, what is told of them, and what is never told again.

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{App, Business, Reply, text};

const CHANNELS: &str = "/api/settings/channels";
const SID: &str = "ACfedcba9876543210fedcba9876543210";

async fn change(app: &App, business: &Business, body: Value) -> Reply {
    app.patch(CHANNELS).bearer(&business.token).json(body).send().await
}

async fn shown(app: &App, business: &Business) -> Reply {
    app.get(CHANNELS).bearer(&business.token).send().await
}

async fn try_out(app: &App, business: &Business, body: Value) -> Reply {
    app.post("/api/settings/channels/test").bearer(&business.token).json(body).send().await
}

/// The mail simulator as the business's own server.
fn own_server(app: &App) -> Value {
    let address = app.smtp_address();
    json!({"host": address.ip().to_string(), "port": address.port(), "tls": "none", "from": "Salon <hello@salon.example>"})
}

both_databases! {
    async fn a_business_that_never_looked_has_the_operators_channels(app: App) {
        let salon = app.business("Salon").await;
        let reply = shown(&app, &salon).await;
        assert_eq!(reply.header("etag"), "\"v0\"");
        let data = reply.data(200);
        for (switch, is_on) in [
            ("emailEnabled", true), ("useCustomerSmtp", false), ("smsEnabled", true), ("useCustomerTwilio", false),
            ("whatsappEnabled", true), ("useCustomerWhatsapp", false), ("webhookEnabled", false),
        ] {
            assert_eq!(data[switch], is_on, "{switch}");
        }
        assert_eq!(data["providers"][0], json!({"channel": "email", "provider": "system", "simulated": false}));
        assert_eq!((&data["providers"][1]["provider"], &data["providers"][1]["code"]), (&json!("none"), &json!("NO_SMS_PROVIDER")));
    }

    async fn secrets_go_in_and_never_come_out(app: App) {
        let salon = app.business("Salon").await;
        let body = json!({
            "smtp": {"host": "smtp.salon.example", "user": "ann", "password": "hunter2-smtp", "from": "Salon <a@salon.example>"},
            "twilio": {"accountSid": SID, "authToken": "hunter2-twilio", "from": "Salon"},
            "whatsapp": {"phoneNumberId": "123", "accessToken": "hunter2-cloud", "appSecret": "hunter2-app"},
            "useCustomerSmtp": true,
        });
        let reply = change(&app, &salon, body).await;
        assert_eq!(reply.header("etag"), "\"v1\"");
        let saved = reply.data(200);
        assert_eq!(saved["smtp"]["hasPassword"], true);
        assert_eq!((&saved["smtp"]["port"], &saved["smtp"]["tls"]), (&json!(587), &json!("starttls")));
        assert_eq!((&saved["twilio"]["hasAuthToken"], &saved["whatsapp"]["hasAppSecret"]), (&json!(true), &json!(true)));
        let seen = shown(&app, &salon).await.data(200);
        assert_eq!(saved, seen);
        assert!(!seen.to_string().contains("hunter2"), "{seen}");
        let rows = app.rows("SELECT smtp, twilio, whatsapp, secrets FROM channel_settings", vec![]).await;
        let sealed: Vec<u8> = rows[0].try_get("", "secrets").unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("hunter2"));
        for column in ["smtp", "twilio", "whatsapp"] {
            let stored: String = rows[0].try_get("", column).unwrap();
            assert!(!stored.contains("hunter2"), "{stored}");
        }
        let audited = app.rows("SELECT details FROM audit_log WHERE action = 'channels.updated'", vec![]).await;
        let details: String = audited[0].try_get("", "details").unwrap();
        assert!(details.contains("smtp.password") && !details.contains("hunter2"), "{details}");
    }

    async fn a_change_on_top_of_an_unseen_one_is_refused(app: App) {
        let salon = app.business("Salon").await;
        change(&app, &salon, json!({"smsEnabled": false})).await.expect(200);
        let late = app.put(CHANNELS).bearer(&salon.token).header("if-match", "\"v0\"").json(json!({"smsEnabled": true}));
        assert_eq!(late.send().await.refused(412), "PRECONDITION_FAILED");
        let fresh = app.put(CHANNELS).bearer(&salon.token).header("if-match", "\"v1\"").json(json!({"emailEnabled": false}));
        let data = fresh.send().await.data(200);
        assert_eq!((&data["smsEnabled"], &data["emailEnabled"]), (&json!(false), &json!(false)));
    }

    async fn what_cannot_work_is_named_and_nothing_is_kept(app: App) {
        let salon = app.business("Salon").await;
        let bad = json!({"smtp": {"host": "a b", "from": "nobody", "user": "x"}, "twilio": {"accountSid": "x"}, "replyTo": "no"});
        let fields = change(&app, &salon, bad).await.fields();
        for field in ["smtp.host/INVALID_VALUE", "smtp.from/INVALID_EMAIL", "twilio.accountSid/INVALID_VALUE", "replyTo/INVALID_EMAIL"] {
            assert!(fields.contains(&field.to_owned()), "{field} in {fields:?}");
        }
        assert_eq!(change(&app, &salon, json!({"role": "owner"})).await.fields(), ["role/UNKNOWN_FIELD"]);
        assert_eq!(change(&app, &salon, json!({"smtp": {"password": 7}})).await.fields(), ["smtp.password/INVALID_VALUE"]);
        assert_eq!(change(&app, &salon, json!({"useCustomerSmtp": true})).await.fields(), ["useCustomerSmtp/REQUIRED"]);
        // As the webhooks of the business say it.
        for (url, code) in [
            ("ftp://x.example", "URL_NOT_ALLOWED"), ("http://10.0.0.1/hook", "ADDRESS_NOT_ALLOWED"), ("http://[::1]/", "ADDRESS_NOT_ALLOWED"),
            ("https://a:b@x.example/", "URL_NOT_ALLOWED"), ("http://2130706434/", "ADDRESS_NOT_ALLOWED"),
        ] {
            let fields = change(&app, &salon, json!({"webhookUrl": url})).await.fields();
            assert_eq!(fields, [format!("webhookUrl/{code}")], "{url}");
            let wish = json!({"url": url, "events": ["*"]});
            let fields = app.post("/api/webhooks").bearer(&salon.token).json(wish).send().await.fields();
            assert_eq!(fields, [format!("url/{code}")], "{url}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM channel_settings", vec![]).await, 0);
        let staff = app.member(&salon, Role::Staff).await;
        assert_eq!(app.get(CHANNELS).bearer(&staff.token).send().await.refused(403), "FORBIDDEN");
    }

    async fn the_address_for_every_event_is_a_webhook_like_any_other(app: App) {
        let salon = app.business("Salon").await;
        let url = app.hook("/every");
        change(&app, &salon, json!({"webhookUrl": url, "webhookEnabled": true})).await.expect(200);
        let event = json!({"event_type": "invoice:sent", "event_data": {
            "invoice_id": 1, "client_email": "c@example.com", "invoice_number": "7", "total_amount": 10}});
        app.post("/api/events").bearer(&salon.token).json(event).send().await.expect(202);
        app.run_due_jobs().await;
        let heard = app.receiver().received_at("/every");
        let invoices = heard.iter().filter(|call| call.header("x-webhook-event") == Some("invoice.sent"));
        assert_eq!(invoices.count(), 1);
    }

    async fn a_test_sends_now_and_tells_what_the_provider_said(app: App) {
        let salon = app.business("Salon").await;
        let sent = try_out(&app, &salon, json!({"channel": "email", "to": "Ann@Example.com"})).await.data(200);
        assert_eq!((&sent["ok"], &sent["provider"], &sent["to"]), (&json!(true), &json!("system"), &json!("ann@example.com")));
        assert!(text(&sent["response"]).contains("kept"), "{sent}");
        assert_eq!(app.mailbox().list_for("ann@example.com").len(), 1);
        let unknown = simulators::Fault::RejectRecipient { code: 550 };
        app.mail_faults().set(vec![unknown.into()]).unwrap();
        let refused = try_out(&app, &salon, json!({"channel": "email", "to": "ann@example.com"})).await.data(200);
        assert_eq!((&refused["ok"], &refused["code"]), (&json!(false), &json!("MAILBOX_UNKNOWN")));
        assert!(text(&refused["error"]).contains("5.1.1") && refused["willRetry"] == false, "{refused}");
        let none = try_out(&app, &salon, json!({"channel": "sms", "to": "0712345678"})).await.data(200);
        assert_eq!((&none["ok"], &none["code"], &none["to"]), (&json!(false), &json!("NO_SMS_PROVIDER"), &json!("+254712345678")));
        assert_eq!(try_out(&app, &salon, json!({"channel": "email", "to": "x\r\nBcc: y@z.zz"})).await.fields(), ["to/INVALID_EMAIL"]);
        for other in ["inapp", "webhook", "push"] {
            assert_eq!(try_out(&app, &salon, json!({"channel": other, "to": "x"})).await.fields(), ["channel/INVALID_VALUE"]);
        }
        let described = app.get("/api-docs/openapi.json").send().await.expect(200);
        assert_eq!(described["components"]["schemas"]["TestedChannel"]["enum"], json!(["email", "sms", "whatsapp"]));
        assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'channels.tested'", vec![]).await, 3);
    }

    async fn a_business_sends_by_its_own_server_when_it_says_so(app: App) {
        let salon = app.business("Salon").await;
        let body = json!({"smtp": own_server(&app), "useCustomerSmtp": true, "replyTo": "front@salon.example"});
        change(&app, &salon, body).await.expect(200);
        let sent = try_out(&app, &salon, json!({"channel": "email", "to": "ann@example.com"})).await.data(200);
        assert_eq!((&sent["ok"], &sent["provider"]), (&json!(true), &json!("own")));
        let mail = app.mailbox().list_for("ann@example.com").remove(0);
        assert_eq!(mail.envelope_from, "hello@salon.example");
        assert!(String::from_utf8_lossy(&mail.raw).contains("Reply-To: front@salon.example"));
    }

    async fn the_name_of_a_sender_is_what_the_business_typed(app: App) {
        let salon = app.business("Salon").await;
        for typed in ["Salon (Nairobi), Ltd.", "O'Neil & Söhne: \"Haar\"", "=?utf-8?q?Bank?= Salon", "Demo Salon"] {
            let mut smtp = own_server(&app);
            smtp["from"] = json!(format!("{typed} <hello@salon.example>"));
            let saved = change(&app, &salon, json!({"smtp": smtp, "useCustomerSmtp": true})).await.data(200);
            assert_eq!(saved["smtp"]["from"], format!("{typed} <hello@salon.example>"));
            app.mailbox().clear();
            try_out(&app, &salon, json!({"channel": "email", "to": "ann@example.com"})).await.data(200);
            let mail = app.mailbox().list_for("ann@example.com").remove(0);
            let parsed = mail_parser::MessageParser::default().parse(&mail.raw).unwrap();
            let from = parsed.from().and_then(|from| from.first()).unwrap();
            assert_eq!((from.name(), from.address()), (Some(typed), Some("hello@salon.example")));
        }
        for bad in ["Salon\r\nBcc: x@y.zz <hello@salon.example>", "Salon <hello@salon.example>\nX-Spam: no", "Salon <hello@salon.example", "Salon"] {
            let mut smtp = own_server(&app);
            smtp["from"] = json!(bad);
            assert_eq!(change(&app, &salon, json!({"smtp": smtp})).await.refused(422), "VALIDATION_ERROR", "{bad:?}");
        }
    }

    async fn a_server_inside_the_operators_network_is_not_called(app: App) {
        let salon = app.business("Salon").await;
        let closed = app.node(&[("OUTBOUND_ALLOWED_CIDRS", "")]).await;
        // Whoever saves it is told at once; where the operator opened the network, it is taken.
        for host in ["127.0.0.1", "10.0.0.7", "::1", "localhost", "169.254.169.254"] {
            let smtp = json!({"host": host, "port": 587, "from": "a@salon.example"});
            assert_eq!(change(&closed, &salon, json!({"smtp": smtp})).await.fields(), ["smtp.host/ADDRESS_NOT_ALLOWED"], "{host}");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM channel_settings", vec![]).await, 0);
        let elsewhere = json!({"smtp": {"host": "smtp.nowhere.invalid", "from": "a@salon.example"}});
        change(&closed, &salon, elsewhere).await.expect(200);
        change(&app, &salon, json!({"smtp": own_server(&app), "useCustomerSmtp": true})).await.expect(200);
        // One that was saved before the network was closed is not called either.
        let sent = try_out(&closed, &salon, json!({"channel": "email", "to": "ann@example.com"})).await.data(200);
        assert_eq!((&sent["ok"], &sent["code"]), (&json!(false), &json!("ADDRESS_NOT_ALLOWED")));
        assert!(app.mailbox().list().is_empty());
    }
}
