//! A business reads the built-in texts, writes its own, looks at them and sends itself one; what would go wrong in a
//! customer's mailbox is refused when it is saved.

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{App, Ask, Business, Reply, text};

const INVOICE_MAIL: &str = "/api/templates/invoice.sent/email";

async fn put(app: &App, business: &Business, path: &str, body: Value) -> Reply {
    app.put(path).bearer(&business.token).json(body).send().await
}

async fn state_invoice(app: &App, business: &Business, change: impl FnOnce(&mut Value)) {
    let mut data = json!({"invoice_id": 1, "client_email": "client@example.com", "invoice_number": "INV-001",
        "total_amount": 1500.00, "client_name": "John <i>Doe</i>"});
    change(&mut data);
    let body = json!({"event_type": "invoice:sent", "event_data": data});
    app.post("/api/events").bearer(&business.token).json(body).send().await.expect(202);
    app.run_due_jobs().await;
}

both_databases! {
    async fn every_type_has_a_text_for_each_channel_that_it_uses_and_says_what_it_may_name(app: App) {
        let salon = app.business("Salon").await;
        let listed = app.get("/api/templates").bearer(&salon.token).send().await.data(200);
        let listed = listed.as_array().unwrap();
        assert!(listed.iter().all(|line| line["custom"] == false));
        let channels = |kind: &str| -> Vec<&str> {
            listed.iter().filter(|line| line["type"] == kind).map(|line| text(&line["channel"])).collect()
        };
        for kind in app.get("/api/event-types").bearer(&salon.token).send().await.data(200).as_array().unwrap() {
            let is_for_systems = kind["channels"] == json!(["webhook"]);
            assert_eq!(channels(text(&kind["name"])).is_empty(), is_for_systems, "{}", kind["name"]);
        }
        assert_eq!(channels("invoice.sent"), ["email", "whatsapp", "sms", "inapp"]);
        // Nobody is written to at their phone; whoever runs the day reads it in the app, and by mail when they chose so.
        assert_eq!(channels("user.clockedIn"), ["email", "inapp"]);
        assert_eq!((channels("account.security"), channels("notifications.digest")), (vec!["inapp"], vec!["email"]));
        let one = app.get("/api/templates?type=invoice:sent&channel=sms").bearer(&salon.token).send().await.data(200);
        assert_eq!((one.as_array().unwrap().len(), &one[0]["channel"]), (1, &json!("sms")));
        let shown = app.get(INVOICE_MAIL).bearer(&salon.token).send().await;
        assert_eq!(shown.header("etag"), "\"v0\"");
        let shown = shown.data(200);
        assert!(text(&shown["text"]).contains("{{ total_amount|money }}"), "{shown}");
        let names: Vec<&str> = shown["variables"].as_array().unwrap().iter().map(|v| text(&v["name"])).collect();
        for name in ["invoice_number", "due_date", "business.name", "customer.name", "event.at"] {
            assert!(names.contains(&name), "{names:?}");
        }
        for path in ["/api/templates/moon.landed/email", "/api/templates/invoice.sent/webhook", "/api/templates/invoice.sent/fax"] {
            assert_eq!(app.get(path).bearer(&salon.token).send().await.refused(404), "NOT_FOUND", "{path}");
        }
        let refused = app.get("/api/templates?channel=fax").bearer(&salon.token).send().await;
        assert_eq!(refused.fields(), ["channel/INVALID_VALUE"]);
        let refused = app.get(&format!("{INVOICE_MAIL}?language=klingon")).bearer(&salon.token).send().await;
        assert_eq!(refused.fields(), ["language/INVALID_VALUE"]);
    }

    async fn the_built_in_mail_carries_the_business_and_its_own_money(app: App) {
        let salon = app.business("Ann & Sons").await;
        state_invoice(&app, &salon, |data| data["due_date"] = json!("2026-05-31")).await;
        let mail = &app.mailbox().list_for("client@example.com")[0];
        assert_eq!(mail.subject, "Invoice INV-001 from Ann & Sons");
        assert!(mail.text.contains("KES 1,500, due on 31 May 2026"), "{}", mail.text);
        let html = mail.html.as_deref().unwrap_or_default();
        assert!(html.contains("Ann &amp; Sons") && html.contains("John &lt;i&gt;Doe"), "{html}");
        assert!(!html.contains("<i>Doe"), "{html}");
    }

    async fn an_own_text_counts_at_once_until_it_is_taken_back(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let own = json!({"subject": "Rechnung {{ invoice_number }}", "text": "$1 {{ total_amount|money }}", "html": "<h1>{{ client_name }}</h1>"});
        let written = put(&app, &salon, INVOICE_MAIL, own.clone()).await;
        assert_eq!(written.header("etag"), "\"v1\"");
        let written = written.data(200);
        assert_eq!((&written["custom"], &written["updatedBy"]), (&json!(true), &json!(salon.owner_id)));
        state_invoice(&app, &salon, |_| ()).await;
        state_invoice(&app, &other, |data| data["client_email"] = json!("other@example.com")).await;
        let mail = &app.mailbox().list_for("client@example.com")[0];
        assert_eq!((mail.subject.as_str(), mail.text.trim()), ("Rechnung INV-001", "$1 KES 1,500"));
        let html = mail.html.as_deref().unwrap_or_default();
        assert!(html.contains("<h1>John &lt;i&gt;Doe&lt;") && html.contains("Salon"), "{html}");
        assert_eq!(app.mailbox().list_for("other@example.com")[0].subject, "Invoice INV-001 from Other");

        let put_on = |tag: &str| app.put(INVOICE_MAIL).bearer(&salon.token).header("if-match", tag).json(own.clone()).send();
        assert_eq!(put_on("\"v0\"").await.refused(412), "PRECONDITION_FAILED");
        assert_eq!(put_on("\"v1\"").await.data(200)["version"], 2);
        let back = app.delete(INVOICE_MAIL).bearer(&salon.token).send().await.data(200);
        assert_eq!((&back["custom"], &back["version"]), (&json!(false), &json!(0)));
        assert_eq!(app.delete(INVOICE_MAIL).bearer(&salon.token).send().await.refused(404), "NOT_FOUND");
        state_invoice(&app, &salon, |data| data["client_email"] = json!("late@example.com")).await;
        assert_eq!(app.mailbox().list_for("late@example.com")[0].subject, "Invoice INV-001 from Salon");
    }

    async fn a_language_falls_back_to_its_base_and_to_english(app: App) {
        let salon = app.business("Salon").await;
        let own = |words: &str| json!({"subject": words, "text": "{{ total_amount|money }} {{ event.at|date }}"});
        put(&app, &salon, &format!("{INVOICE_MAIL}?language=pt"), own("Fatura")).await.data(200);
        put(&app, &salon, &format!("{INVOICE_MAIL}?language=de"), own("Rechnung")).await.data(200);
        let listed = app.get("/api/templates?type=invoice.sent&channel=email").bearer(&salon.token).send().await.data(200);
        let languages: Vec<&str> = listed.as_array().unwrap().iter().map(|line| text(&line["language"])).collect();
        assert_eq!(languages[0], "en");
        assert_eq!(languages.len(), 3);
        for (language, subject) in [("pt-BR", "Fatura"), ("de", "Rechnung"), ("fr", "Invoice INV-001 from Salon")] {
            let address = format!("{}@example.com", language.to_lowercase());
            state_invoice(&app, &salon, |data| {
                data["language"] = json!(language);
                data["client_email"] = json!(address);
            })
            .await;
            let mail = &app.mailbox().list_for(&address)[0];
            assert_eq!(mail.subject, subject);
            if language == "de" {
                assert!(mail.text.contains("1.500\u{a0}KES 20. November 2026"), "{}", mail.text);
            }
        }
    }

    async fn what_would_go_wrong_later_is_refused_by_name(app: App) {
        let salon = app.business("Salon").await;
        let wrong = json!({"subject": "{{ invoice_nr }}", "text": "{{ business.nom }} {{ x|safe }}", "html": "{% set a = 1 %}{{ client_name"});
        let refused = put(&app, &salon, INVOICE_MAIL, wrong).await;
        assert!(refused.body["errors"][0]["message"].as_str().is_some_and(|words| words.contains("invoice_nr")));
        assert_eq!(refused.fields(), [
            "subject/UNKNOWN_VARIABLE", "text/UNKNOWN_VARIABLE", "text/UNKNOWN_FILTER", "text/UNKNOWN_VARIABLE", "html/TEMPLATE_SYNTAX",
        ]);
        let mail = |member: &str, value: Value| {
            let mut body = json!({"subject": "S", "text": "T"});
            body[member] = value;
            put(&app, &salon, INVOICE_MAIL, body)
        };
        assert_eq!(mail("subject", json!("")).await.fields(), ["subject/REQUIRED"]);
        for broken in ["One\nTwo", "One\r\nBcc: x@y.zz", "One\r", "{% if invoice_number %}\nOne{% endif %}"] {
            assert_eq!(mail("subject", json!(broken)).await.fields(), ["subject/INVALID_TEXT"], "{broken:?}");
        }
        assert_eq!(mail("subject", json!("{# nothing #}")).await.fields(), ["subject/REQUIRED"]);
        assert_eq!(mail("text", json!("{% if not invoice_number %}x{% endif %}")).await.fields(), ["text/REQUIRED"]);
        assert_eq!(mail("html", json!("<a href=\"{{ client_name }}\">x</a>")).await.fields(), ["html/UNSAFE_PLACE"]);
        assert_eq!(mail("text", json!(" \n")).await.fields(), ["text/REQUIRED"]);
        assert_eq!(mail("html", json!("x".repeat(140_000))).await.fields(), ["html/TOO_LONG"]);
        assert_eq!(mail("text", json!("a\u{0}b")).await.fields(), ["text/INVALID_TEXT"]);
        assert_eq!(mail("text", json!("{{ 7|join }}")).await.refused(422), "TEMPLATE_FAILED");
        let sms = "/api/templates/invoice.sent/sms";
        let refused = put(&app, &salon, sms, json!({"subject": "S", "html": "H", "text": "x".repeat(1601)})).await;
        assert_eq!(refused.fields(), ["subject/UNKNOWN_FIELD", "html/UNKNOWN_FIELD", "text/TOO_LONG"]);
        let shown = app.get(INVOICE_MAIL).bearer(&salon.token).send().await.data(200);
        assert_eq!(shown["version"], 0);
        // A hundred kilobytes of anything but names is a text like any other.
        let long = "مرحبا $1 {{ '{{' }} 🎉 {{ client_name }} ".repeat(2200);
        assert!(long.len() > 100_000);
        mail("text", json!(long)).await.data(200);
    }

    async fn a_preview_shows_a_text_and_changes_nothing(app: App) {
        let salon = app.business("Salon").await;
        let preview = |body: Value| app.post(&format!("{INVOICE_MAIL}/preview")).bearer(&salon.token).json(body).send();
        let shown = preview(json!({})).await.data(200);
        assert_eq!(shown["subject"], "Invoice INV-001 from Salon");
        assert!(text(&shown["html"]).starts_with("<!doctype html>"));
        let data = json!({"invoice_id": 1, "client_email": "c@example.com", "invoice_number": "{{ 7 }}", "total_amount": "12.5"});
        let shown = preview(json!({"subject": "{{ invoice_number }}", "text": "{{ total_amount|money('USD') }}", "data": data})).await.data(200);
        assert_eq!((&shown["subject"], &shown["text"]), (&json!("{{ 7 }}"), &json!("USD 12.50")));
        let refused = preview(json!({"subject": "S", "text": "{{ nobody }}"})).await;
        assert_eq!(refused.fields(), ["text/UNKNOWN_VARIABLE"]);
        let missing = preview(json!({"data": {"invoice_id": 1}})).await.fields();
        assert!(missing.len() == 3 && missing.iter().all(|field| field.starts_with("data.")), "{missing:?}");
        assert_eq!(preview(json!({"data": 5})).await.fields(), ["data/INVALID_VALUE"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM templates", vec![]).await, 0);
    }

    async fn a_test_goes_to_one_address_and_nobody_else(app: App) {
        let salon = app.business("Salon").await;
        put(&app, &salon, INVOICE_MAIL, json!({"subject": "Mine", "text": "{{ total_amount|money }}"})).await.data(200);
        let test = |path: &str, body: Value| app.post(&format!("{path}/test")).bearer(&salon.token).json(body).send();
        let answer = test(INVOICE_MAIL, json!({"to": "Me@Example.com"})).await.data(202);
        app.run_due_jobs().await;
        let mail = app.mailbox().list_for("me@example.com");
        assert_eq!((mail.len(), mail[0].subject.as_str()), (1, "Mine"));
        let path = format!("/api/events/{}/deliveries", text(&answer["eventId"]));
        let deliveries = app.get(&path).bearer(&salon.token).send().await.data(200);
        assert_eq!(deliveries.as_array().unwrap().len(), 1);
        assert!(app.mailbox().list_for("wanjiru@example.com").is_empty());
        test("/api/templates/invoice.sent/inapp", json!({})).await.data(202);
        app.run_due_jobs().await;
        let told = app.get("/api/notifications").bearer(&salon.token).send().await.data(200);
        assert!(told.as_array().unwrap().iter().any(|line| line["title"] == "Invoice INV-001 sent"), "{told}");
        assert_eq!(test(INVOICE_MAIL, json!({})).await.fields(), ["to/REQUIRED"]);
        assert_eq!(test(INVOICE_MAIL, json!({"to": "nobody"})).await.fields(), ["to/INVALID_EMAIL"]);
        assert_eq!(test("/api/templates/invoice.sent/sms", json!({"to": "call me"})).await.fields(), ["to/INVALID_PHONE"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'template.tested'", vec![]).await, 2);
    }

    async fn a_manager_writes_texts_and_nobody_else(app: App) {
        let salon = app.business("Salon").await;
        let (manager, staff) = (app.member(&salon, Role::Manager).await, app.member(&salon, Role::Staff).await);
        let own = || json!({"subject": "S", "text": "T"});
        let asks = |token: &str| -> [Ask; 5] {
            [
                app.get("/api/templates").bearer(token),
                app.get(INVOICE_MAIL).bearer(token),
                app.put(INVOICE_MAIL).bearer(token).json(own()),
                app.post(&format!("{INVOICE_MAIL}/preview")).bearer(token).json(json!({})),
                app.delete(INVOICE_MAIL).bearer(token),
            ]
        };
        for ask in asks(&staff.token) {
            assert_eq!(ask.send().await.refused(403), "FORBIDDEN");
        }
        for ask in asks(&manager.token) {
            ask.send().await.data(200);
        }
    }
}
