//! Messages that stay unread reach those who are away: once per quiet stretch, by the first way that is open, and not at all
//! when they were read meanwhile.

use std::time::Duration;

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{App, Business, Customer, PASSWORD, text};

const DELAY: Duration = Duration::from_secs(5 * 60);
const HOUR: Duration = Duration::from_secs(3600);

async fn thread(app: &App, cara: &Customer) -> String {
    let opened = app.post("/api/messages/conversations").bearer(&cara.token).json(json!({})).send().await.expect(201);
    text(&opened["conversation"]["id"]).to_owned()
}

async fn say(app: &App, token: &str, conversation: &str, words: &str) -> Value {
    let body = json!({"conversationId": conversation, "content": words});
    app.post("/api/messages/send").bearer(token).json(body).send().await.expect(201)["message"].take()
}

async fn read(app: &App, token: &str, message: &Value) {
    app.post(&format!("/api/messages/{}/read", text(&message["id"]))).bearer(token).send().await.expect(200);
}

/// A new token for the business, since its first one is good for a quarter of an hour.
async fn signed_in(app: &App, salon: &Business) -> Business {
    let login = json!({"email": salon.email, "password": PASSWORD});
    let data = app.post("/api/auth/login").json(login).send().await.data(200);
    Business { token: text(&data["accessToken"]).to_owned(), ..salon.clone() }
}

/// The same for a customer.
async fn signed_in_at(app: &App, salon: &Business, cara: &Customer) -> Customer {
    let login = json!({"inviteCode": salon.slug, "email": cara.email, "password": PASSWORD});
    let data = app.post("/api/customers/auth/login").json(login).send().await.data(200);
    Customer { token: text(&data["accessToken"]).to_owned(), ..cara.clone() }
}

/// A browser of this name, registered by the customer.
async fn register(app: &App, cara: &Customer, device: &str) -> Value {
    let browser = app.browser(device);
    let body = json!({"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}});
    app.post("/api/push/subscriptions").bearer(&cara.token).json(body).send().await.data(201)
}

fn mails(app: &App, to: &str) -> usize {
    app.mailbox().list_for(to).iter().filter(|mail| mail.text.contains("wrote to you")).count()
}

/// A business, a customer of it, and their thread.
async fn set(app: &App) -> (Business, Customer, String) {
    let salon = app.business("Salon").await;
    let cara = app.customer(&salon).await;
    let id = thread(app, &cara).await;
    (salon, cara, id)
}

both_databases! {
    async fn whoever_is_away_is_told_after_a_while_once_until_they_read(app: App) {
        let (salon, cara, id) = set(&app).await;
        say(&app, &salon.token, &id, "Is Friday at nine fine?").await;
        assert_eq!(app.look_after_notices().await, 0);
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!(mails(&app, &cara.email), 1);
        let mail = app.mailbox().list_for(&cara.email).pop().unwrap();
        assert!(mail.text.contains("Is Friday at nine fine?"), "{}", mail.text);
        assert!(mail.text.contains(&format!("/client/messages?business={}", salon.slug)), "{}", mail.text);
        // More of the same stretch tells nobody again.
        let last = say(&app, &salon.token, &id, "Or Saturday?").await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 0);
        assert_eq!(app.look_after_notices().await, 0);
        assert_eq!(mails(&app, &cara.email), 1);
        // Once they have read, a new message begins a new stretch.
        read(&app, &cara.token, &last).await;
        say(&app, &salon.token, &id, "See you then").await;
        app.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!(mails(&app, &cara.email), 2);
    }

    async fn a_mail_about_messages_ends_with_a_word_and_counts_the_others(app: App) {
        let (salon, cara, id) = set(&app).await;
        let long = "please read this line through to its very end ".repeat(8);
        for words in ["One", "Two", long.as_str()] {
            say(&app, &salon.token, &id, words).await;
        }
        app.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        let mail = app.mailbox().list_for(&cara.email).pop().unwrap();
        let line = mail.text.lines().find(|line| line.starts_with("Message: ")).unwrap();
        let shown = line.strip_prefix("Message: ").unwrap().strip_suffix('…').unwrap();
        assert!(long.starts_with(&format!("{shown} ")), "{line}");
        assert!(mail.text.contains("And 2 more messages wait there."), "{}", mail.text);
    }

    async fn whoever_never_reads_is_told_of_something_new_a_day_later_and_of_no_message_twice(app: App) {
        let (salon, cara, id) = set(&app).await;
        say(&app, &salon.token, &id, "Is Friday at nine fine?").await;
        app.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        // Nothing new: no day brings a second notice.
        app.advance(26 * HOUR);
        assert_eq!(app.look_after_notices().await, 0);
        // The pause is over, so what is new waits no longer than anything else.
        let salon = signed_in(&app, &salon).await;
        say(&app, &salon.token, &id, "Or Saturday?").await;
        assert_eq!(app.look_after_notices().await, 0);
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        let mail = app.mailbox().list_for(&cara.email).pop().unwrap();
        assert!(mail.text.contains("Or Saturday?"), "{}", mail.text);
        // Within the pause it waits for the rest of it, also on a node that comes later.
        app.advance(HOUR);
        let salon = signed_in(&app, &salon).await;
        say(&app, &salon.token, &id, "Please answer").await;
        say(&app, &salon.token, &id, "We keep the place until noon").await;
        assert_eq!(app.look_after_notices().await, 0);
        let next = app.node(&[]).await;
        app.advance(23 * HOUR - Duration::from_secs(1));
        assert_eq!(next.look_after_notices().await, 0);
        app.advance(Duration::from_secs(1));
        assert_eq!(next.look_after_notices().await, 1);
        assert_eq!(app.look_after_notices().await, 0);
        assert_eq!(mails(&app, &cara.email), 3);
    }

    async fn a_business_says_how_long_the_pause_is_and_reading_ends_it(app: App) {
        let (salon, cara, id) = set(&app).await;
        let often = json!({"reachBack": {"enabled": true, "afterMinutes": 5, "againAfterHours": 1}});
        app.put("/api/settings/notifications").bearer(&salon.token).json(often).send().await.data(200);
        say(&app, &salon.token, &id, "One").await;
        app.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        let two = say(&app, &salon.token, &id, "Two").await;
        app.look_after_notices().await;
        app.advance(HOUR);
        assert_eq!(app.look_after_notices().await, 1);
        // What was written in the pause and is read before it ends tells nobody.
        let (salon, cara) = (signed_in(&app, &salon).await, signed_in_at(&app, &salon, &cara).await);
        let three = say(&app, &salon.token, &id, "Three").await;
        app.look_after_notices().await;
        read(&app, &cara.token, &three).await;
        // And what follows has nothing of the pause left to wait for.
        say(&app, &salon.token, &id, "Four").await;
        app.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1, "{two}");
        app.advance(2 * HOUR);
        assert_eq!(app.look_after_notices().await, 0);
        assert_eq!(mails(&app, &cara.email), 3);
    }

    async fn a_message_that_is_taken_back_in_the_pause_tells_nobody(app: App) {
        let (salon, cara, id) = set(&app).await;
        say(&app, &salon.token, &id, "One").await;
        app.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        let wrong = say(&app, &salon.token, &id, "Not for you").await;
        app.look_after_notices().await;
        app.delete(&format!("/api/messages/{}", text(&wrong["id"]))).bearer(&salon.token).send().await.expect(200);
        app.advance(25 * HOUR);
        assert_eq!(app.look_after_notices().await, 0);
        assert_eq!(mails(&app, &cara.email), 1);
    }

    async fn a_push_service_that_stays_away_is_followed_by_one_letter(app: App) {
        let (salon, cara, id) = set(&app).await;
        let node = app.node(&[("DELIVERY_SCHEDULE", "0s,1m")]).await;
        for device in ["phone", "tablet"] {
            register(&app, &cara, device).await;
            app.push().refuse(device, &[503, 503, 503]);
        }
        say(&app, &salon.token, &id, "Hello").await;
        node.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(node.look_after_notices().await, 1);
        assert_eq!(mails(&app, &cara.email), 0, "there is another try");
        app.advance(2 * DELAY);
        node.run_due_jobs().await;
        assert_eq!(mails(&app, &cara.email), 1);
        app.advance(HOUR);
        node.run_due_jobs().await;
        assert_eq!((mails(&app, &cara.email), app.push().pushed_to("phone").len()), (1, 0));
        let ended = "SELECT COUNT(*) FROM events WHERE type = 'message.created' AND status = 'completed' AND total = finished";
        assert_eq!(app.count(ended, vec![]).await, 1);
    }

    async fn whoever_waits_for_a_push_service_that_is_left_alone_gets_one_letter_after_an_hour(app: App) {
        let (salon, cara, id) = set(&app).await;
        let node = app.node(&[("DELIVERY_SCHEDULE", "0s,70m,10h")]).await;
        register(&app, &cara, "phone").await;
        // So many fail that the service is left alone before anything is tried for Cara.
        let zoe = app.customer(&salon).await;
        for n in 0..12 {
            register(&app, &zoe, &format!("device {n}")).await;
        }
        let all_fail = || {
            for device in (0..12).map(|n| format!("device {n}")).chain(["phone".to_owned()]) {
                app.push().refuse(&device, &[503; 20]);
            }
        };
        all_fail();
        say(&app, &salon.token, &thread(&app, &zoe).await, "Hello Zoe").await;
        node.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(node.look_after_notices().await, 1);
        say(&app, &salon.token, &id, "Hello Cara").await;
        node.look_after_notices().await;
        // One goes to see now and then, and the service stays left alone.
        app.advance(DELAY);
        assert_eq!(node.look_after_notices().await, 1);
        for _ in 0..5 {
            app.advance(2 * DELAY);
            node.run_due_jobs().await;
        }
        assert_eq!(mails(&app, &cara.email), 0, "an hour is not over");
        for _ in 0..12 {
            app.advance(2 * DELAY);
            all_fail();
            node.run_due_jobs().await;
        }
        assert_eq!(mails(&app, &cara.email), 1);
        for device in (0..12).map(|n| format!("device {n}")).chain(["phone".to_owned()]) {
            app.push().refuse(&device, &[]);
        }
        for _ in 0..24 {
            app.advance(HOUR);
            node.run_due_jobs().await;
        }
        assert_eq!((mails(&app, &cara.email), app.push().pushed_to("phone").len()), (1, 0), "by one way, once");
    }

    async fn who_left_the_business_is_not_the_only_one_told(app: App) {
        let (salon, cara, id) = set(&app).await;
        let mia = app.member(&salon, Role::Staff).await;
        let path = format!("/api/messages/conversations/{id}");
        app.patch(&path).bearer(&salon.token).json(json!({"assignedTo": mia.id})).send().await.expect(200);
        app.delete(&format!("/api/team/{}", mia.id)).bearer(&salon.token).send().await.expect(200);
        say(&app, &cara.token, &id, "Is anybody there?").await;
        assert_eq!(app.look_after_notices().await, 0);
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!((mails(&app, &mia.email), mails(&app, &salon.email)), (0, 1));
        let mail = app.mailbox().list_for(&salon.email).pop().unwrap();
        assert!(mail.text.contains(&format!("/dashboard/messages/{id}")), "{}", mail.text);
    }

    async fn what_was_read_or_answered_in_time_tells_nobody(app: App) {
        let (salon, cara, id) = set(&app).await;
        let first = say(&app, &salon.token, &id, "Hello").await;
        app.look_after_notices().await;
        read(&app, &cara.token, &first).await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 0);
        let question = say(&app, &salon.token, &id, "Nine?").await;
        let answer = say(&app, &cara.token, &id, "Yes").await;
        read(&app, &salon.token, &answer).await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 0, "{question}");
        assert_eq!(mails(&app, &cara.email), 0);
    }

    async fn whoever_has_the_app_open_is_not_told_elsewhere(app: App) {
        let (salon, cara, id) = set(&app).await;
        let desk = app.socket(&salon.token).await;
        let screen = app.socket(&cara.token).await;
        say(&app, &salon.token, &id, "Hello").await;
        screen.expect("new_message_notification").await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 0);
        drop(screen);
        while desk.expect("presence").await["isOnline"] != false {}
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!(mails(&app, &cara.email), 1);
    }

    async fn a_device_is_tried_before_the_letter_box_and_the_business_is_reached_too(app: App) {
        let (salon, cara, id) = set(&app).await;
        register(&app, &cara, "phone").await;
        say(&app, &cara.token, &id, "Do you have time?").await;
        say(&app, &salon.token, &id, "Yes, come in").await;
        say(&app, &cara.token, &id, "Thanks").await;
        say(&app, &salon.token, &id, "Until then").await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1, "the business has answered: only the customer is told");
        let pushed = app.push().pushed_to("phone");
        assert_eq!((pushed.len(), mails(&app, &cara.email)), (1, 0));
        assert_eq!(pushed[0].payload["body"], "Until then");
        assert_eq!((pushed[0].urgency.as_str(), &pushed[0].payload["url"]), ("high", &json!(format!("/client/messages?business={}", salon.slug))));
        say(&app, &cara.token, &id, "One more thing").await;
        app.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!(mails(&app, &salon.email), 1);
    }

    async fn whoever_has_lost_their_devices_gets_a_letter_instead_once(app: App) {
        let (salon, cara, id) = set(&app).await;
        for device in ["phone", "tablet"] {
            register(&app, &cara, device).await;
            app.push().refuse(device, &[410]);
        }
        say(&app, &salon.token, &id, "Hello").await;
        app.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!(mails(&app, &cara.email), 1);
        let by_way = "SELECT COUNT(*) FROM deliveries d JOIN events e ON e.id = d.event_id \
            WHERE e.type = 'message.created' AND d.channel = ? AND d.status = ?";
        assert_eq!(app.count(by_way, vec!["push".into(), "dead".into()]).await, 2);
        assert_eq!(app.count(by_way, vec!["email".into(), "sent".into()]).await, 1);
        let ended = "SELECT COUNT(*) FROM events WHERE type = 'message.created' AND status = 'completed' AND total = finished";
        assert_eq!(app.count(ended, vec![]).await, 1);
        app.advance(HOUR);
        assert_eq!(app.look_after_notices().await, 0);
        assert_eq!(mails(&app, &cara.email), 1, "once");
    }

    async fn whoever_is_reached_on_one_device_gets_no_letter_for_the_other(app: App) {
        let (salon, cara, id) = set(&app).await;
        for device in ["phone", "tablet"] {
            register(&app, &cara, device).await;
        }
        app.push().refuse("tablet", &[410]);
        say(&app, &salon.token, &id, "Hello").await;
        app.look_after_notices().await;
        app.advance(DELAY);
        app.look_after_notices().await;
        assert_eq!((app.push().pushed_to("phone").len(), mails(&app, &cara.email)), (1, 0));
    }

    async fn a_device_that_signs_off_before_the_morning_is_followed_by_a_letter(app: App) {
        let (salon, cara, id) = set(&app).await;
        let phone = register(&app, &cara, "phone").await;
        let quiet = json!({"quietHours": {"enabled": true, "from": "08:00", "to": "11:00"}});
        app.put("/api/notifications/preferences").bearer(&cara.token).json(quiet).send().await.data(200);
        say(&app, &salon.token, &id, "Hello").await;
        app.look_after_notices().await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        let path = format!("/api/push/subscriptions/{}", text(&phone["id"]));
        app.delete(&path).bearer(&cara.token).send().await.data(200);
        app.advance(2 * HOUR);
        app.run_due_jobs().await;
        assert_eq!((app.push().pushed_to("phone").len(), mails(&app, &cara.email)), (0, 1));
    }

    async fn a_notice_that_waits_for_the_morning_is_called_off_when_the_message_was_read(app: App) {
        let (salon, cara, id) = set(&app).await;
        let quiet = json!({"quietHours": {"enabled": true, "from": "08:00", "to": "11:00"}});
        app.put("/api/notifications/preferences").bearer(&cara.token).json(quiet).send().await.data(200);
        let message = say(&app, &salon.token, &id, "Hello").await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        assert_eq!(mails(&app, &cara.email), 0);
        read(&app, &cara.token, &message).await;
        app.advance(2 * HOUR);
        app.run_due_jobs().await;
        assert_eq!(mails(&app, &cara.email), 0);
        let sql = "SELECT COUNT(*) FROM deliveries WHERE status = 'cancelled' AND error_code = 'NO_LONGER_NEEDED'";
        assert_eq!(app.count(sql, vec![]).await, 1);
    }

    async fn a_notice_that_waits_for_the_morning_is_called_off_when_its_words_were_taken_back(app: App) {
        let (salon, cara, id) = set(&app).await;
        let quiet = json!({"quietHours": {"enabled": true, "from": "08:00", "to": "11:00"}});
        app.put("/api/notifications/preferences").bearer(&cara.token).json(quiet).send().await.data(200);
        let message = say(&app, &salon.token, &id, "Not for you").await;
        app.advance(DELAY);
        assert_eq!(app.look_after_notices().await, 1);
        app.delete(&format!("/api/messages/{}", text(&message["id"]))).bearer(&salon.token).send().await.expect(200);
        app.advance(2 * HOUR);
        app.run_due_jobs().await;
        assert_eq!(mails(&app, &cara.email), 0);
    }

    async fn a_restart_forgets_nobody_and_tells_nobody_twice(app: App) {
        let (salon, cara, id) = set(&app).await;
        say(&app, &salon.token, &id, "Hello").await;
        // Another node, which has seen nothing of it, finds the message; then the first one has nothing left to tell.
        let next = app.node(&[]).await;
        app.advance(DELAY);
        assert_eq!(next.look_after_notices().await, 1);
        assert_eq!(app.look_after_notices().await, 0);
        let last = app.node(&[]).await;
        assert_eq!(last.look_after_notices().await, 0);
        assert_eq!(mails(&app, &cara.email), 1);
    }

    async fn a_business_that_wants_none_of_it_has_none(app: App) {
        let (salon, cara, id) = set(&app).await;
        let off = json!({"reachBack": {"enabled": false, "afterMinutes": 5}});
        app.put("/api/settings/notifications").bearer(&salon.token).json(off).send().await.data(200);
        say(&app, &salon.token, &id, "Hello").await;
        app.advance(HOUR);
        assert_eq!(app.look_after_notices().await, 0);
        assert_eq!(mails(&app, &cara.email), 0);
    }
}
