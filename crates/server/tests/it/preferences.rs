//! What people want to be told: by category and channel, not while they sleep, in one mail a day, and never again once
//! they said so.

use std::time::Duration;

use serde_json::{Value, json};
use simulators::Twilio;

use crate::harness::{App, Business, Customer, PASSWORD, Reply, text};

const PATH: &str = "/api/notifications/preferences";
const MONDAY: &str = "2026-11-23T07:00:00Z";
const HOUR: Duration = Duration::from_secs(3600);

async fn choose(app: &App, token: &str, body: Value) -> Value {
    app.put(PATH).bearer(token).json(body).send().await.data(200)
}

async fn booked(app: &App, salon: &Business, cara: &Customer, at: &str) -> Value {
    let service = app.service(salon).await;
    let visit = app.booking(salon, cara, &service, at).await;
    app.run_due_jobs().await;
    visit
}

/// How many mails about appointments, or daily ones, came to an address.
fn mails(app: &App, to: &str) -> usize {
    let is_ours = |subject: &str| ["ppointment", "booking", "notice"].iter().any(|word| subject.contains(word));
    app.mailbox().list_for(to).iter().filter(|mail| is_ours(&mail.subject)).count()
}

async fn lines(app: &App, token: &str, query: &str) -> Vec<Value> {
    let path = format!("/api/notifications{query}");
    app.get(&path).bearer(token).send().await.data(200).as_array().unwrap().clone()
}

async fn with_sms(app: &App) -> App {
    let settings = app.twilio_settings();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    app.node(&settings).await
}

/// How many daily mails came to an address.
fn daily_mails(app: &App, to: &str) -> usize {
    app.mailbox().list_for(to).iter().filter(|mail| mail.subject.contains("notice")).count()
}

/// What a mail reader does for somebody who leaves a list.
async fn one_click(app: &App, raw: &[u8]) -> Reply {
    let raw = String::from_utf8_lossy(raw);
    let at = raw.find("List-Unsubscribe: <").unwrap();
    let path = raw[at..].split(['<', '>']).nth(1).unwrap().strip_prefix("https://desk.example.com").unwrap();
    app.post(path).raw("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click").send().await
}

const PHONE: &str = "+254712345678";
const ACCOUNT: (&str, &str) = ("AC0123456789abcdef0123456789abcdef", "the operator's token");

async fn answer(app: &App, body: &str, token: &str) -> Reply {
    let url = "https://desk.example.com/api/sms/incoming";
    let posted = Twilio::incoming((ACCOUNT.0, token), url, PHONE, "+15005550006", body).unwrap();
    let form = "application/x-www-form-urlencoded";
    app.post("/api/sms/incoming").header("x-twilio-signature", &posted.signature).raw(form, posted.form).send().await
}

both_databases! {
    async fn preferences_begin_with_sensible_defaults_and_change_by_parts(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let shown = app.get(PATH).bearer(&salon.token).send().await;
        let tag = shown.header("etag").to_owned();
        let of_owner = shown.data(200);
        assert_eq!(of_owner["categories"]["orders"], json!({"inapp": true, "email": false, "sms": false, "push": true, "whatsapp": false}));
        assert_eq!(of_owner["categories"]["security"]["email"], true);
        assert_eq!(of_owner["timezone"], "Africa/Nairobi");
        assert_eq!(of_owner["quietHours"], json!({"enabled": false, "from": "22:00", "to": "07:00"}));
        let of_cara = app.get(PATH).bearer(&cara.token).send().await.data(200);
        assert_eq!(of_cara["categories"]["orders"]["email"], true);

        let changed = choose(&app, &salon.token, json!({"categories": {"orders": {"email": true}}, "language": "sw"})).await;
        assert_eq!(changed["categories"]["orders"]["email"], true);
        assert_eq!((&changed["categories"]["orders"]["push"], &changed["language"]), (&json!(true), &json!("sw")));
        let late = app.put(PATH).bearer(&salon.token).header("if-match", &tag).json(json!({"language": "en"})).send().await;
        assert_eq!(late.refused(412), "PRECONDITION_FAILED");
        let wrong = json!({"categories": {"security": {"email": false}}, "timezone": "Mars", "digest": {"enabled": true, "at": "8"}});
        let refused = app.put(PATH).bearer(&salon.token).json(wrong).send().await.fields();
        assert_eq!(refused, ["categories.security.email/ALWAYS_ON", "digest.at/INVALID_VALUE", "timezone/INVALID_VALUE"]);
        for (language, refusal) in [("xx", "language/UNKNOWN_LANGUAGE"), ("zzz-KE", "language/UNKNOWN_LANGUAGE"), ("klingon", "language/INVALID_VALUE")] {
            let refused = app.put(PATH).bearer(&salon.token).json(json!({"language": language})).send().await.fields();
            assert_eq!(refused, [refusal], "{language}");
        }
        choose(&app, &salon.token, json!({"language": "pt-BR"})).await;
        let unknown = json!({"categories": {"weather": {"email": false}}});
        assert_eq!(app.put(PATH).bearer(&salon.token).json(unknown).send().await.status, 422);
    }

    async fn what_is_turned_off_is_not_told_and_the_rest_is(app: App) {
        let salon = app.business("Salon").await;
        let (cara, other) = (app.customer(&salon).await, app.customer(&salon).await);
        choose(&app, &cara.token, json!({"categories": {"appointments": {"email": false}}})).await;
        choose(&app, &other.token, json!({"categories": {"appointments": {"inapp": false}, "orders": {"email": false}}})).await;
        choose(&app, &salon.token, json!({"categories": {"appointments": {"email": true}}})).await;
        booked(&app, &salon, &cara, MONDAY).await;
        assert_eq!(mails(&app, &cara.email), 0);
        assert!(lines(&app, &cara.token, "").await.iter().any(|line| line["type"] == "appointment.created"));
        // The owner asked for mails, and gets what the app says, not the customer's letter.
        let to_owner = app.mailbox().list_for(&salon.email);
        let notice = to_owner.iter().find(|mail| mail.subject.contains("Appointment booked")).unwrap();
        assert!(notice.text.contains(&cara.name) && !notice.text.contains("Thank you for your booking"), "{}", notice.text);
        assert!(String::from_utf8_lossy(&notice.raw).contains("List-Unsubscribe-Post"), "a notice can be left");
        booked(&app, &salon, &other, "2026-11-23T08:00:00Z").await;
        assert_eq!(mails(&app, &other.email), 1);
        assert!(lines(&app, &other.token, "").await.is_empty());
        assert!(lines(&app, &cara.token, "?category=orders").await.is_empty());
        assert_eq!(lines(&app, &cara.token, "?category=appointments").await.len(), 1);
    }

    async fn nobody_is_disturbed_in_their_quiet_hours_but_the_app_shows_it_at_once(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        // It is nine in the morning in Nairobi, and evening in Auckland.
        choose(&app, &cara.token, json!({"quietHours": {"enabled": true, "from": "18:00", "to": "07:30"}, "timezone": "Pacific/Auckland"})).await;
        booked(&app, &salon, &cara, MONDAY).await;
        assert_eq!(mails(&app, &cara.email), 0);
        assert_eq!(lines(&app, &cara.token, "").await.len(), 1);
        app.advance(11 * HOUR);
        app.run_due_jobs().await;
        assert_eq!(mails(&app, &cara.email), 0, "six in the morning there");
        app.advance(2 * HOUR);
        app.run_due_jobs().await;
        assert_eq!(mails(&app, &cara.email), 1);
    }

    async fn what_was_turned_off_while_it_waited_is_called_off(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        choose(&app, &cara.token, json!({"quietHours": {"enabled": true, "from": "08:00", "to": "10:00"}})).await;
        booked(&app, &salon, &cara, MONDAY).await;
        choose(&app, &cara.token, json!({"categories": {"appointments": {"email": false}}})).await;
        app.advance(2 * HOUR);
        app.run_due_jobs().await;
        assert_eq!(mails(&app, &cara.email), 0);
        let sql = "SELECT COUNT(*) FROM deliveries WHERE status = 'cancelled' AND error_code = 'TURNED_OFF'";
        assert_eq!(app.count(sql, vec![]).await, 1);
    }

    async fn a_notice_is_left_by_its_link_and_turned_on_again_in_the_preferences(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        choose(&app, &salon.token, json!({"categories": {"appointments": {"email": true}}})).await;
        booked(&app, &salon, &cara, MONDAY).await;
        let notice = app.mailbox().list_for(&salon.email).pop().unwrap();
        assert_eq!(one_click(&app, &notice.raw).await.status, 200);
        let shown = app.get(PATH).bearer(&salon.token).send().await.data(200);
        assert_eq!(shown["categories"]["appointments"]["email"], false);
        assert_eq!(shown["categories"]["messages"]["email"], true, "only what was left");
        let before = mails(&app, &salon.email);
        booked(&app, &salon, &cara, "2026-11-23T09:00:00Z").await;
        assert_eq!(mails(&app, &salon.email), before);
        choose(&app, &salon.token, json!({"categories": {"appointments": {"email": true}}})).await;
        booked(&app, &salon, &cara, "2026-11-23T11:00:00Z").await;
        assert_eq!(mails(&app, &salon.email), before + 1);
    }

    async fn one_mail_a_day_tells_what_waits_and_none_when_nothing_does(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        app.run_due_jobs().await;
        choose(&app, &salon.token, json!({"digest": {"enabled": true, "at": "10:00"}})).await;
        let before = mails(&app, &salon.email);
        app.advance(Duration::from_secs(60));
        booked(&app, &salon, &cara, MONDAY).await;
        assert_eq!(app.look_after_notices().await, 0, "it is nine");
        app.advance(HOUR);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!(app.look_after_notices().await, 0);
        let mail = app.mailbox().list_for(&salon.email).pop().unwrap();
        assert_eq!(mails(&app, &salon.email), before + 1);
        assert!(mail.text.contains("Appointment booked") && mail.text.contains(&cara.name), "{}", mail.text);
        app.advance(24 * HOUR);
        assert_eq!(app.look_after_notices().await, 0, "nothing new since");
        assert_eq!(mails(&app, &salon.email), before + 1);
    }

    async fn the_daily_mail_is_a_choice_of_its_own_and_is_left_alone_by_its_link(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        app.run_due_jobs().await;
        // Mails about the team off, the daily one on.
        choose(&app, &salon.token, json!({"categories": {"team": {"email": false}}, "digest": {"enabled": true, "at": "10:00"}})).await;
        choose(&app, &cara.token, json!({"digest": {"enabled": true, "at": "10:00"}})).await;
        app.advance(Duration::from_secs(60));
        booked(&app, &salon, &cara, MONDAY).await;
        app.advance(HOUR);
        assert_eq!(app.look_after_notices().await, 2);
        app.run_due_jobs().await;
        assert_eq!((daily_mails(&app, &cara.email), daily_mails(&app, &salon.email)), (1, 1));
        let mails = app.mailbox().list_for(&cara.email);
        let daily = mails.iter().find(|mail| mail.subject.contains("notice")).unwrap();
        assert_eq!(one_click(&app, &daily.raw).await.status, 200);
        assert_eq!(one_click(&app, &daily.raw).await.status, 200, "a second time changes nothing");

        // The first tokens are good for a quarter of an hour.
        let login = json!({"email": salon.email, "password": PASSWORD});
        let owner = app.post("/api/auth/login").json(login).send().await.data(200);
        let salon = Business { token: text(&owner["accessToken"]).to_owned(), ..salon };
        let login = json!({"inviteCode": salon.slug, "email": cara.email, "password": PASSWORD});
        let back = app.post("/api/customers/auth/login").json(login).send().await.data(200);
        let cara = Customer { token: text(&back["accessToken"]).to_owned(), ..cara };
        let left = app.get(PATH).bearer(&cara.token).send().await.data(200);
        assert_eq!(left["digest"], json!({"enabled": false, "at": "10:00"}));
        assert_eq!(left["categories"]["team"]["email"], true, "and nothing else");
        let sql = "SELECT COUNT(*) FROM audit_log WHERE action = 'mail.unsubscribed'";
        assert_eq!(app.count(sql, vec![]).await, 1);
        // The owner left too, and wants it again.
        let mails = app.mailbox().list_for(&salon.email);
        let owners = mails.iter().find(|mail| mail.subject.contains("notice")).unwrap();
        assert_eq!(one_click(&app, &owners.raw).await.status, 200);
        choose(&app, &salon.token, json!({"digest": {"enabled": true, "at": "10:00"}})).await;
        app.advance(Duration::from_secs(60));
        booked(&app, &salon, &cara, "2026-11-23T09:00:00Z").await;
        app.advance(24 * HOUR);
        app.look_after_notices().await;
        assert_eq!((daily_mails(&app, &cara.email), daily_mails(&app, &salon.email)), (1, 2));
    }

    async fn a_text_message_says_from_which_business_it_comes(app: App) {
        let app = with_sms(&app).await;
        let salon = app.business("Salon Blue").await;
        let cara = app.customer(&salon).await;
        app.patch("/api/customers/auth/me").bearer(&cara.token).json(json!({"phone": PHONE})).send().await.data(200);
        choose(&app, &cara.token, json!({"categories": {"messages": {"sms": true, "email": false, "push": false}}})).await;
        let id = app.direct(&cara).await;
        app.say(&salon.token, &id, "Is Friday fine?").await;
        app.look_after_notices().await;
        app.advance(Duration::from_secs(300));
        app.look_after_notices().await;
        app.run_due_jobs().await;
        let sent = app.twilio().log().to(PHONE);
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert!(sent[0].body.starts_with("Salon Blue: ") && sent[0].body.contains("Is Friday fine?"), "{}", sent[0].body);
    }

    async fn a_number_that_answers_stop_gets_no_more_until_it_answers_start(app: App) {
        let app = with_sms(&app).await;
        let salon = app.business("Salon").await;
        let invoice = || json!({"event_type": "invoice:sent", "event_data": {
            "invoice_id": 1, "client_email": "ann@example.com", "client_phone": PHONE, "invoice_number": "INV-7", "total_amount": 10}});
        let state = async || {
            app.post("/api/events").bearer(&salon.token).json(invoice()).send().await.expect(202);
            app.run_due_jobs().await;
            app.twilio().log().to(PHONE).len()
        };
        assert_eq!(state().await, 1);
        assert_eq!(answer(&app, "STOP", "a stranger's token").await.refused(401), "UNAUTHORIZED");
        app.advance(Duration::from_secs(61));
        assert_eq!(state().await, 2);
        let taken = answer(&app, " Stop. ", ACCOUNT.1).await;
        assert_eq!((taken.status.as_u16(), taken.text().contains("<Response/>")), (200, true));
        app.advance(Duration::from_secs(61));
        assert_eq!(state().await, 2);
        let sql = "SELECT COUNT(*) FROM deliveries WHERE status = 'cancelled' AND error_code = 'UNSUBSCRIBED'";
        assert_eq!(app.count(sql, vec![]).await, 1);
        answer(&app, "thanks", ACCOUNT.1).await.expect(200);
        assert_eq!(state().await, 2);
        answer(&app, "start", ACCOUNT.1).await.expect(200);
        app.advance(Duration::from_secs(61));
        assert_eq!(state().await, 3);
    }

    async fn stop_and_start_are_written_down_once_for_whoever_is_concerned(app: App) {
        let app = with_sms(&app).await;
        let (salon, own) = (app.business("Salon").await, ("ACfedcba9876543210fedcba9876543210", "our own token"));
        let account = json!({"twilio": {"accountSid": own.0, "authToken": own.1, "from": "Salon"}, "useCustomerTwilio": true});
        app.patch("/api/settings/channels").bearer(&salon.token).json(account).send().await.data(200);
        let path = format!("/api/sms/incoming/{}", salon.id);
        let at_salon = async |body: &str| {
            let url = format!("https://desk.example.com{path}");
            let posted = Twilio::incoming(own, &url, PHONE, "Salon", body).unwrap();
            let form = "application/x-www-form-urlencoded";
            app.post(&path).header("x-twilio-signature", &posted.signature).raw(form, posted.form).send().await.expect(200);
        };
        for word in ["STOP", "stop", "Unstop", "hello"] {
            at_salon(word).await;
            answer(&app, word, ACCOUNT.1).await.expect(200);
        }
        let lines = app.get("/api/audit?action=sms.stopped").bearer(&salon.token).send().await.data(200);
        let stopped: Vec<&Value> = lines["entries"].as_array().unwrap().iter().collect();
        assert_eq!((stopped.len(), &stopped[0]["action"], &stopped[0]["object"]["id"]), (1, &json!("sms.stopped"), &json!(PHONE)), "{lines}");
        // Whoever answers the operator's number is heard by every business that writes by it: a line of the house.
        for (action, of_house) in [("sms.stopped", 1), ("sms.started", 1)] {
            let sql = "SELECT COUNT(*) FROM audit_log WHERE action = ? AND actor = 'recipient' AND tenant_id IS NULL";
            assert_eq!(app.count(sql, vec![action.into()]).await, of_house, "{action}");
            assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = ?", vec![action.into()]).await, of_house + 1);
        }
    }

    async fn a_business_decides_when_people_are_told_and_within_bounds(app: App) {
        let salon = app.business("Salon").await;
        let path = "/api/settings/notifications";
        let shown = app.get(path).bearer(&salon.token).send().await;
        let tag = shown.header("etag").to_owned();
        assert_eq!(shown.data(200), json!({"reachBack": {"enabled": true, "afterMinutes": 5, "againAfterHours": 24}, "appointmentReminder": {"enabled": true, "hoursBefore": 24}}));
        let change = |body: Value| app.put(path).bearer(&salon.token).header("if-match", &tag).json(body).send();
        let wrong = json!({"reachBack": {"enabled": true, "afterMinutes": 0}, "appointmentReminder": {"enabled": true, "hoursBefore": 1000}});
        assert_eq!(change(wrong).await.fields(), ["reachBack.afterMinutes/OUT_OF_RANGE", "appointmentReminder.hoursBefore/OUT_OF_RANGE"]);
        let wrong = json!({"reachBack": {"enabled": true, "afterMinutes": 5, "againAfterHours": 169}});
        assert_eq!(change(wrong).await.fields(), ["reachBack.againAfterHours/OUT_OF_RANGE"]);
        let next = change(json!({"reachBack": {"enabled": true, "afterMinutes": 30, "againAfterHours": 48}})).await.data(200);
        assert_eq!((&next["reachBack"]["afterMinutes"], &next["appointmentReminder"]["hoursBefore"]), (&json!(30), &json!(24)));
        assert_eq!(change(json!({})).await.refused(412), "PRECONDITION_FAILED");
        assert!(!text(&json!(tag)).is_empty());
        let later = json!({"reachBack": {"enabled": true, "afterMinutes": 10}});
        let later = app.put(path).bearer(&salon.token).json(later).send().await.data(200);
        assert_eq!(later["reachBack"]["againAfterHours"], 48, "what is left out stays");
    }
}
