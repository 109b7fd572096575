//! Mail that follows from events: what it looks like on the wire, what becomes of one that a server does not take, how
//! somebody leaves a list, and who may read what the built-in server received.

use mail_parser::{HeaderName, MessageParser, MimeHeaders};
use serde_json::{Value, json};
use simulators::{Fault, FaultRule, ReceivedMail};

use crate::harness::{App, Business, Reply, text};

const NAME: &str = "Ann\r\nBcc: thief@evil.example\r\nX-Spam: no";

fn invoice(name: &str) -> Value {
    json!({"event_type": "invoice:sent", "event_data": {
        "invoice_id": 1, "client_email": "ann@example.com", "client_name": name, "invoice_number": "INV-7", "total_amount": 10,
    }})
}

async fn state(app: &App, business: &Business, body: Value) -> String {
    let reply = app.post("/api/events").bearer(&business.token).json(body).send().await;
    text(&reply.expect(202)["data"]["event_id"]).to_owned()
}

/// The one mail delivery of an event.
async fn delivery(app: &App, business: &Business, event: &str) -> Value {
    let path = format!("/api/events/{event}/deliveries");
    let all = app.get(&path).bearer(&business.token).send().await.data(200);
    let mut mails = all.as_array().unwrap().iter().filter(|row| row["channel"] == "email");
    let found = mails.next().unwrap().clone();
    assert!(mails.next().is_none());
    found
}

async fn change(app: &App, business: &Business, body: Value) -> Value {
    app.patch("/api/settings/channels").bearer(&business.token).json(body).send().await.data(200)
}

async fn mailbox(app: &App, token: &str, query: &str) -> Reply {
    app.get(&format!("/api/mailbox{query}")).bearer(token).send().await
}

/// Hands on what the simulator took, as the program does while it runs.
async fn hand_on(app: &App) {
    frontdesk::simulated::keep_mail(&app.house().delivery, &app.mailbox().list()).await.unwrap();
    app.mailbox().clear();
}

fn headers(mail: &ReceivedMail) -> Vec<String> {
    let parsed = MessageParser::default().parse(&mail.raw).unwrap();
    parsed.headers().iter().map(|header| header.name().to_owned()).collect()
}

/// An own type whose mails one can leave.
async fn add_newsletter(app: &App, business: &Business) {
    let body = json!({"name": "news:out", "description": "News.", "category": "Newsletter", "fields": [
        {"name": "reader_email", "type": "email", "required": true, "example": "r@example.com"}]});
    app.post("/api/event-types").bearer(&business.token).json(body).send().await.expect(201);
}

fn news() -> Value {
    json!({"event_type": "news:out", "event_data": {"reader_email": "Reader@example.com"}})
}

both_databases! {
    async fn a_subject_that_looks_encoded_is_shown_as_it_was_typed(app: App) {
        let salon = app.settled_business("Salon").await;
        let typed = "=?utf-8?b?WW91ciBiYW5r?= =?us-ascii?q?calls?= 100 % – {{ client_name }}";
        let own = json!({"subject": typed, "text": "x"});
        app.put("/api/templates/invoice.sent/email").bearer(&salon.token).json(own).send().await.data(200);
        state(&app, &salon, invoice("=?utf-8?q?Ann_=E2=9C=93?=")).await;
        app.run_due_jobs().await;
        let mail = app.mailbox().list_for("ann@example.com").remove(0);
        let shown = "=?utf-8?b?WW91ciBiYW5r?= =?us-ascii?q?calls?= 100 % – =?utf-8?q?Ann_=E2=9C=93?=";
        let parsed = MessageParser::default().parse(&mail.raw).unwrap();
        assert_eq!((parsed.subject(), mail.subject.as_str()), (Some(shown), shown));
    }

    async fn a_mail_is_what_readers_and_servers_expect(app: App) {
        let salon = app.settled_business("Salon & Söhne").await;
        change(&app, &salon, json!({"replyTo": "front@salon.example"})).await;
        let event = state(&app, &salon, invoice("Ann")).await;
        app.run_due_jobs().await;
        let mail = app.mailbox().list_for("ann@example.com").remove(0);
        let parsed = MessageParser::default().parse(&mail.raw).unwrap();
        let row = delivery(&app, &salon, &event).await;
        assert_eq!(row["status"], "sent");
        assert_eq!(row["message_id"].as_str(), parsed.message_id());
        assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some("Salon & Söhne"));
        assert_eq!(parsed.reply_to().unwrap().first().unwrap().address(), Some("front@salon.example"));
        assert!(parsed.subject().unwrap().contains("INV-7"), "{:?}", parsed.subject());
        assert!(parsed.body_text(0).unwrap().contains("INV-7") && parsed.body_html(0).unwrap().contains("INV-7"));
        assert!(parsed.content_type().unwrap().subtype() == Some("alternative"));
        assert!(parsed.header(HeaderName::Other("List-Unsubscribe".into())).is_none(), "nobody can leave an invoice");
    }

    async fn nothing_in_an_events_data_becomes_a_header_or_a_recipient(app: App) {
        let salon = app.settled_business("Salon").await;
        let clean = state(&app, &salon, invoice("Ann")).await;
        app.run_due_jobs().await;
        let expected = headers(&app.mailbox().list().remove(0));
        app.mailbox().clear();
        let mut forged = invoice(NAME);
        forged["event_data"]["invoice_number"] = json!("7\r\nBcc: thief@evil.example");
        let event = state(&app, &salon, forged).await;
        app.run_due_jobs().await;
        assert_ne!(clean, event);
        let mail = app.mailbox().list().remove(0);
        assert_eq!(mail.envelope_to, ["ann@example.com"]);
        assert_eq!(headers(&mail), expected);
        assert_eq!(delivery(&app, &salon, &event).await["status"], "sent");
        // An address that brings a line of its own is no address: it is refused, or nobody is written to.
        let mut forged = invoice("Ann");
        forged["event_data"]["client_email"] = json!("ann@example.com\r\nRCPT TO:<thief@evil.example>");
        app.post("/api/events").bearer(&salon.token).json(forged).send().await;
        app.run_due_jobs().await;
        assert!(app.mailbox().list_for("thief@evil.example").is_empty());
    }

    async fn each_refusal_of_a_server_means_what_it_says(app: App) {
        let salon = app.settled_business("Salon").await;
        let cases = [
            (Fault::RejectRecipient { code: 550 }, "dead", "MAILBOX_UNKNOWN"),
            (Fault::RejectRecipient { code: 452 }, "failed", "MAILBOX_UNKNOWN"),
            (Fault::Greylist, "failed", "MAIL_REFUSED"),
            (Fault::RejectMessage { code: 554 }, "dead", "MAIL_REFUSED"),
            (Fault::RejectSender { code: 550 }, "held", "SENDER_REFUSED"),
            (Fault::RefuseConnection, "failed", "SERVER_NOT_ACCEPTING"),
        ];
        for (fault, status, code) in cases {
            app.mail_faults().set(vec![FaultRule::from(fault.clone()).times(1)]).unwrap();
            let event = state(&app, &salon, invoice("Ann")).await;
            app.run_due_jobs().await;
            let row = delivery(&app, &salon, &event).await;
            assert_eq!((&row["status"], &row["code"]), (&json!(status), &json!(code)), "{fault:?}: {row}");
        }
        app.mail_faults().clear();
        // Whatever was worth another try gets there, the greylisted one too, and what was held goes to see.
        app.advance(std::time::Duration::from_secs(60));
        app.run_due_jobs().await;
        assert_eq!(app.mailbox().list_for("ann@example.com").len(), 4);
    }

    async fn a_refused_login_waits_for_new_settings_and_leaves_with_them(app: App) {
        let salon = app.settled_business("Salon").await;
        let address = app.smtp_address();
        let server = json!({"host": address.ip().to_string(), "port": address.port(), "tls": "none", "from": "a@salon.example"});
        change(&app, &salon, json!({"smtp": server, "useCustomerSmtp": true})).await;
        app.mail_faults().set(vec![FaultRule::from(Fault::RejectSender { code: 530 }).times(1)]).unwrap();
        let event = state(&app, &salon, invoice("Ann")).await;
        app.run_due_jobs().await;
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], app.mailbox().list().len()), (&json!("held"), 0), "{row}");
        change(&app, &salon, json!({"smtp": {"from": "b@salon.example"}})).await;
        app.run_due_jobs().await;
        assert_eq!(delivery(&app, &salon, &event).await["status"], "sent");
        assert_eq!(app.mailbox().list()[0].envelope_from, "b@salon.example");
    }

    async fn without_a_server_mail_waits_and_says_why(app: App) {
        let salon = app.settled_business("Salon").await;
        let bare = app.node(&[("SMTP_HOST", "")]).await;
        let event = state(&bare, &salon, invoice("Ann")).await;
        bare.run_due_jobs().await;
        let row = delivery(&bare, &salon, &event).await;
        assert_eq!((&row["status"], &row["code"]), (&json!("held"), &json!("NO_MAIL_SERVER")), "{row}");
        change(&bare, &salon, json!({"emailEnabled": false})).await;
        let event = state(&bare, &salon, invoice("Ann")).await;
        let all = bare.get(&format!("/api/events/{event}/deliveries")).bearer(&salon.token).send().await.data(200);
        assert!(all.as_array().unwrap().iter().all(|row| row["channel"] != "email"), "{all}");
    }

    async fn a_server_that_goes_away_costs_one_try_and_not_the_mail(app: App) {
        let salon = app.settled_business("Salon").await;
        let address = app.smtp_address();
        let server = json!({"host": address.ip().to_string(), "port": address.port(), "tls": "none", "from": "a@salon.example"});
        change(&app, &salon, json!({"smtp": server, "useCustomerSmtp": true})).await;
        // It takes the whole mail and then goes away without a word.
        let gone = Fault::DropAfterData { kept: false };
        app.mail_faults().set(vec![FaultRule::from(gone).times(1)]).unwrap();
        let event = state(&app, &salon, invoice("Ann")).await;
        app.run_due_jobs().await;
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["code"]), (&json!("failed"), &json!("SMTP_UNREACHABLE")), "{row}");
        app.advance(std::time::Duration::from_secs(60));
        app.run_due_jobs().await;
        assert_eq!(delivery(&app, &salon, &event).await["status"], "sent");
    }

    async fn a_list_can_be_left_in_one_step_and_stays_left(app: App) {
        let salon = app.settled_business("Salon").await;
        add_newsletter(&app, &salon).await;
        state(&app, &salon, news()).await;
        app.run_due_jobs().await;
        let mail = app.mailbox().list_for("reader@example.com").remove(0);
        let raw = String::from_utf8_lossy(&mail.raw).into_owned();
        assert!(raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{raw}");
        let at = raw.find("List-Unsubscribe: <https://desk.example.com").unwrap();
        let url = raw[at..].split(['<', '>']).nth(1).unwrap();
        let path = url.strip_prefix("https://desk.example.com").unwrap();
        assert!(mail.text.contains("/api/public/unsubscribe?token="), "{}", mail.text);

        // Opening the link asks; what a mail reader posts does it.
        let asked = app.get(path).send().await;
        assert!(asked.text().contains("<form") && asked.text().contains("reader@example.com"));
        let page = asked.text();
        assert!(page.contains("<h1>No more news?</h1>") && page.contains("Salon") && page.contains("<style>"), "{page}");
        assert!(!page.contains('{') || !page.contains("{form}"), "{page}");
        let html = mail.html.as_deref().unwrap_or_default();
        assert!(html.contains(&format!("<a href=\"{url}\"")), "{html}");
        assert_eq!(app.count("SELECT COUNT(*) FROM notice_optouts", vec![]).await, 0);
        let one_click = || app.post(path).raw("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click");
        assert_eq!(one_click().send().await.status, 200);
        assert_eq!(one_click().send().await.status, 200);
        assert_eq!(app.count("SELECT COUNT(*) FROM notice_optouts", vec![]).await, 1);

        let event = state(&app, &salon, news()).await;
        let mut bill = invoice("Ann");
        bill["event_data"]["client_email"] = json!("reader@example.com");
        let bill = state(&app, &salon, bill).await;
        app.run_due_jobs().await;
        let row = delivery(&app, &salon, &event).await;
        assert_eq!((&row["status"], &row["code"]), (&json!("cancelled"), &json!("UNSUBSCRIBED")), "{row}");
        assert_eq!(delivery(&app, &salon, &bill).await["status"], "sent", "an invoice still comes");
        let forged = path.replace("token=", "token=A");
        assert_eq!(app.post(&forged).send().await.refused(401), "INVALID_LINK");
        assert_eq!(app.get(&forged).send().await.refused(401), "INVALID_LINK");
    }

    async fn the_mailbox_shows_a_business_its_own_mail_and_nobody_elses(app: App) {
        let (salon, other) = (app.settled_business("Salon").await, app.settled_business("Other").await);
        let event = state(&app, &salon, invoice("Ann")).await;
        app.run_due_jobs().await;
        // A sign-in link is about somebody's account.
        let guest = json!({"inviteCode": salon.invite_code, "email": "cara@example.com", "password": "correct horse", "name": "Cara"});
        app.post("/api/customers/auth/register").json(guest).send().await.expect(201);
        let link = json!({"inviteCode": salon.invite_code, "email": "cara@example.com"});
        app.post("/api/customers/auth/link").json(link).send().await.expect(200);
        app.run_due_jobs().await;
        assert!(!app.mailbox().list_for("cara@example.com").is_empty());
        hand_on(&app).await;

        let listed = mailbox(&app, &salon.token, "").await.data(200);
        assert_eq!((&listed["keptMax"], &listed["keptDays"]), (&json!(500), &json!(90)), "as the screen says");
        let listed = listed["mails"].clone();
        let business_mails: Vec<&Value> = listed.as_array().unwrap().iter().collect();
        assert!(business_mails.iter().all(|mail| mail["isSecurity"] == false), "{listed}");
        let mail = business_mails.iter().find(|mail| mail["to"] == json!(["ann@example.com"])).unwrap();
        assert_eq!(mail["deliveryId"], delivery(&app, &salon, &event).await["id"]);
        let path = format!("/{}", text(&mail["id"]));
        let whole = mailbox(&app, &salon.token, &path).await.data(200);
        assert!(text(&whole["text"]).contains("INV-7") && text(&whole["html"]).contains("default-src 'none'"));
        let names: Vec<&str> = whole["headers"].as_array().unwrap().iter().map(|h| text(&h["name"])).collect();
        assert!(names.contains(&"Message-ID") && !names.contains(&"X-Frontdesk-Mail"), "{names:?}");

        assert_eq!(mailbox(&app, &other.token, &path).await.refused(404), "NOT_FOUND");
        let theirs = mailbox(&app, &other.token, "").await.data(200)["mails"].clone();
        assert!(theirs.as_array().unwrap().iter().all(|mail| mail["to"] != json!(["ann@example.com"])), "{theirs}");
        // The operator reads account security, and leaves a trace.
        assert_eq!(app.execute("UPDATE users SET operator = TRUE WHERE email = ?", vec![other.email.clone().into()]).await, 1);
        app.advance(std::time::Duration::from_secs(31));
        let fresh = json!({"email": other.email, "password": crate::harness::PASSWORD});
        let token = app.post("/api/auth/login").json(fresh).send().await.data(200)["accessToken"].clone();
        let seen = mailbox(&app, text(&token), "?q=CARA@").await.data(200)["mails"].clone();
        assert_eq!(seen.as_array().unwrap().len(), 2, "one to prove the address, one to sign in: {seen}");
        assert!(seen.as_array().unwrap().iter().all(|mail| mail["isSecurity"] == true), "{seen}");
        mailbox(&app, text(&token), &format!("/{}", text(&seen[0]["id"]))).await.data(200);
        assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'mailbox.viewed'", vec![]).await, 1);
    }

    async fn the_mailbox_is_searched_and_read_page_by_page(app: App) {
        let salon = app.settled_business("Salon").await;
        for number in 0..5 {
            let mut body = invoice("Ann");
            body["event_data"]["invoice_number"] = json!(format!("A_{number}%"));
            state(&app, &salon, body).await;
        }
        app.run_due_jobs().await;
        hand_on(&app).await;
        let first = mailbox(&app, &salon.token, "?limit=2&q=ann@").await;
        let next = first.header("link").to_owned();
        assert_eq!(first.data(200)["mails"].as_array().unwrap().len(), 2);
        let path = next.split(['<', '>']).nth(1).unwrap().to_owned();
        let second = app.get(&path).bearer(&salon.token).send().await.data(200)["mails"].clone();
        assert_eq!(second.as_array().unwrap().len(), 2);
        let found = mailbox(&app, &salon.token, "?q=a_3%25").await.data(200)["mails"].clone();
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        assert_eq!(mailbox(&app, &salon.token, "?limit=0").await.fields(), ["limit/OUT_OF_RANGE"]);
        assert_eq!(mailbox(&app, &salon.token, "?cursor=x").await.fields(), ["cursor/INVALID_VALUE"]);
    }

    async fn a_mail_that_claims_to_be_of_a_business_is_believed_only_with_its_stamp(app: App) {
        let salon = app.settled_business("Salon").await;
        state(&app, &salon, invoice("Ann")).await;
        app.run_due_jobs().await;
        let mut forged = (*app.mailbox().list().remove(0)).clone();
        let raw = String::from_utf8_lossy(&forged.raw).into_owned();
        forged.raw = raw.replace("X-Frontdesk-Mail: ", "X-Frontdesk-Mail: A").into_bytes();
        frontdesk::simulated::keep_mail(&app.house().delivery, &[std::sync::Arc::new(forged)]).await.unwrap();
        assert_eq!(mailbox(&app, &salon.token, "").await.data(200)["mails"], json!([]));
        assert_eq!(app.count("SELECT COUNT(*) FROM mailbox_mails WHERE tenant_id IS NULL", vec![]).await, 1);
    }
}
