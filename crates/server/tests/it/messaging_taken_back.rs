//! A message that was taken back waits for nobody: it is in no count of unread messages, wherever that is shown, and what
//! each reader had read before stays read.

use futures_util::future::join_all;
use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{App, text};

async fn unread(app: &App, token: &str, thread: &str) -> i64 {
    let path = format!("/api/messages/conversations/{thread}/unread-count");
    let counted = app.get(&path).bearer(token).send().await.expect(200)["unreadCount"].as_i64().unwrap();
    let shown = app.conversations(token, "").await;
    assert_eq!(shown[0]["unreadCount"], json!(counted), "the list counts the same");
    let page = app.thread(token, thread, "").await;
    assert_eq!(page["conversation"]["unreadCount"], json!(counted), "and so does the thread");
    counted
}

async fn take_back(app: &App, token: &str, message: &Value) {
    app.delete(&format!("/api/messages/{}", text(&message["id"]))).bearer(token).send().await.expect(200);
}

async fn read(app: &App, token: &str, message: &Value) {
    app.post(&format!("/api/messages/{}/read", text(&message["id"]))).bearer(token).send().await.expect(200);
}

both_databases! {
    async fn who_joins_the_team_begins_with_what_is_said_from_then_on(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        app.say(&cara.token, &id, "before").await;
        let manager = app.member(&salon, Role::Manager).await;
        assert_eq!(unread(&app, &manager.token, &id).await, 0);
        assert_eq!(unread(&app, &salon.token, &id).await, 1, "who was there has it to read");
        app.say(&cara.token, &id, "after").await;
        assert_eq!(unread(&app, &manager.token, &id).await, 1);
        let sent = app.thread(&cara.token, &id, "").await;
        assert_eq!(sent["messages"][0]["status"], json!("sent"), "nobody has read it for that");
    }

    async fn the_first_page_tells_how_many_of_all_conversations_have_something_unread(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let elsewhere = app.customer(&other).await;
        let foreign = app.direct(&elsewhere).await;
        app.say(&elsewhere.token, &foreign, "not here").await;
        let mut first = Vec::new();
        for _ in 0..4 {
            let customer = app.customer(&salon).await;
            let thread = app.direct(&customer).await;
            let said = app.say(&customer.token, &thread, "hello").await;
            first.push((customer, thread, said));
        }
        let total = async |query: &str| {
            let path = format!("/api/messages/conversations{query}");
            app.get(&path).bearer(&salon.token).send().await.expect(200)["unreadTotal"].clone()
        };
        let all = async |expected: Value| {
            // Counted from what is shown when that is all, else by the database.
            assert_eq!([total("").await, total("?limit=1").await, total("?limit=3").await], [expected.clone(), expected.clone(), expected]);
        };
        all(json!(4)).await;
        read(&app, &salon.token, &first[0].2).await;
        all(json!(3)).await;
        take_back(&app, &first[1].0.token, &first[1].2).await;
        all(json!(2)).await;
        app.say(&salon.token, &first[3].1, "an answer of one's own counts for the other side").await;
        all(json!(2)).await;
        assert_eq!(total("?limit=1&page=2").await, Value::Null, "only the first page tells");
        assert_eq!(total("?limit=1&status=archived").await, json!(0));
        let asked = app.get("/api/messages/conversations").bearer(&first[3].0.token).send().await.expect(200);
        assert_eq!(asked["unreadTotal"], json!(1));
    }

    async fn a_message_taken_back_is_unread_to_nobody_wherever_each_reader_stands(app: App) {
        let salon = app.business("Salon").await;
        let (manager, other) = (app.member(&salon, Role::Manager).await, app.member(&salon, Role::Manager).await);
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let mut said = Vec::new();
        for n in 1..=4 {
            said.push(app.say(&cara.token, &id, &format!("{n}")).await);
        }
        read(&app, &salon.token, &said[2]).await;
        read(&app, &manager.token, &said[0]).await;
        let all = async || {
            (unread(&app, &salon.token, &id).await, unread(&app, &manager.token, &id).await, unread(&app, &other.token, &id).await)
        };
        assert_eq!(all().await, (1, 3, 4));
        take_back(&app, &cara.token, &said[1]).await;
        assert_eq!(all().await, (1, 2, 3), "who had read past it has as many as before");
        take_back(&app, &cara.token, &said[3]).await;
        assert_eq!(all().await, (0, 1, 2));
        let row = app.get("/api/messages/customers").bearer(&other.token).send().await.expect(200);
        assert_eq!(row["customers"][0]["unreadCount"], json!(2));
        let fifth = app.say(&cara.token, &id, "5").await;
        assert_eq!(all().await, (1, 2, 3), "the next one counts once");
        read(&app, &manager.token, &said[3]).await;
        assert_eq!(all().await, (1, 1, 3), "reading up to the place of one that is gone");
        read(&app, &other.token, &fifth).await;
        assert_eq!(all().await, (1, 1, 0), "and past both");
        take_back(&app, &cara.token, &said[0]).await;
        app.say(&cara.token, &id, "6").await;
        assert_eq!(all().await, (2, 2, 1));
        app.thread(&salon.token, &id, "?markRead=true").await;
        assert_eq!(all().await, (0, 2, 1));
    }

    async fn a_customer_does_not_count_what_the_business_took_back(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let wrong = app.say(&salon.token, &id, "For somebody else").await;
        app.say(&cara.token, &id, "Hello?").await;
        assert_eq!((unread(&app, &cara.token, &id).await, unread(&app, &salon.token, &id).await), (1, 1));
        take_back(&app, &salon.token, &wrong).await;
        assert_eq!((unread(&app, &cara.token, &id).await, unread(&app, &salon.token, &id).await), (0, 1));
        app.say(&salon.token, &id, "For you").await;
        assert_eq!(unread(&app, &cara.token, &id).await, 1);
        app.thread(&cara.token, &id, "?markRead=true").await;
        assert_eq!(unread(&app, &cara.token, &id).await, 0);
    }

    async fn lists_are_told_that_there_is_less_to_count(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let message = app.say(&cara.token, &id, "one").await;
        app.say(&cara.token, &id, "two").await;
        let lists = [app.socket(&salon.token).await, app.socket(&cara.token).await];
        let path = format!("/api/messages/{}", text(&message["id"]));
        app.patch(&path).bearer(&cara.token).json(json!({"content": "one more"})).send().await.expect(200);
        take_back(&app, &cara.token, &message).await;
        for list in lists {
            assert_eq!(list.expect("conversation_updated").await.get("takenBackSeq"), None, "an edit takes nothing away");
            let told = list.expect("conversation_updated").await;
            assert_eq!((&told["conversation"]["id"], &told["takenBackSeq"]), (&json!(id), &json!(1)));
        }
    }

    async fn the_count_is_exact_when_reading_and_taking_back_meet(app: App) {
        let salon = app.business("Salon").await;
        let manager = app.member(&salon, Role::Manager).await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        for round in 0..8 {
            let mut said = Vec::new();
            for n in 0..4 {
                said.push(app.say(&cara.token, &id, &format!("{round}.{n}")).await);
            }
            let gone = [&said[1], &said[2]].map(|message| take_back(&app, &cara.token, message));
            tokio::join!(join_all(gone), read(&app, &salon.token, &said[round % 4]), read(&app, &manager.token, &said[3]));
            // Of the last message and of nothing else it depends on the round whether it was read.
            let left = i64::from(round % 4 < 3);
            assert_eq!((unread(&app, &salon.token, &id).await, unread(&app, &manager.token, &id).await), (left, 0), "{round}");
        }
    }
}
