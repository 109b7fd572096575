//! Messages: pages, numbers, how far each side has come, and taking words back.

use std::time::Duration;

use futures_util::future::join_all;
use kernel::{Id, Role, id};
use serde_json::{Value, json};

use crate::{
    chat::{contents, each, keys},
    harness::text,
};

const MESSAGE_KEYS: [&str; 17] = [
    "_id",
    "attachments",
    "clientMessageId",
    "content",
    "conversationId",
    "editedAt",
    "id",
    "isDeleted",
    "readBy",
    "replyTo",
    "senderId",
    "senderName",
    "senderRole",
    "senderType",
    "seq",
    "status",
    "timestamp",
];

both_databases! {
    async fn a_message_is_stored_exactly_as_sent_under_the_senders_own_name(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let words = "  <b>Hi</b> & \"bye\"\n\t💇🏾‍♀️ {{name}} $1 \u{200d} é\r\n ";
        let forged = json!({"conversationId": id, "message": words, "senderId": salon.owner_id, "senderName": "Boss", "senderType": "provider"});
        let sent = app.send_message(&cara.token, forged).await.expect(201);
        assert_eq!((&sent["success"], &sent["conversationId"]), (&json!(true), &json!(id)));
        let message = &sent["message"];
        assert_eq!(keys(message), MESSAGE_KEYS);
        assert_eq!((&message["senderId"], &message["senderName"]), (&json!(cara.id), &json!(cara.name)));
        assert_eq!((&message["senderType"], &message["senderRole"]), (&json!("customer"), &json!("customer")));
        assert_eq!((&message["_id"], &message["seq"], &message["status"]), (&message["id"], &json!(1), &json!("sent")));
        assert_eq!(app.thread(&salon.token, &id, "").await["messages"], json!([message]));
        assert_eq!(text(&message["content"]), words);
        for (member, role, shown) in [(app.member(&salon, Role::Admin).await.token, "admin", "admin"), (salon.token.clone(), "owner", "business_owner"),
            (app.member(&salon, Role::Manager).await.token, "manager", "staff")] {
            let said = app.say(&member, &id, "welcome").await;
            assert_eq!((&said["senderType"], &said["senderRole"]), (&json!("provider"), &json!(shown)), "{role}");
        }
        for field in ["content", "messageText"] {
            let sent = app.send_message(&cara.token, json!({"conversationId": id, field: "again"})).await.expect(201);
            assert_eq!(sent["message"]["content"], "again");
        }
    }

    async fn names_of_one_thing_that_say_different_things_are_refused(app: App) {
        let salon = app.business("Salon").await;
        let (cara, service) = (app.customer(&salon).await, app.service(&salon).await);
        let visit = app.booking(&salon, &cara, &service, "2026-11-23T07:00:00Z").await;
        let id = app.direct(&cara).await;
        let socket = app.socket(&cara.token).await;
        let wrong = [
            (json!({"conversationId": id, "appointmentId": visit["id"], "content": "hello"}), vec!["conversationId", "appointmentId"]),
            (json!({"conversationId": id, "content": "yes", "message": "no"}), vec!["content", "message"]),
            (json!({"conversationId": id, "message": "yes", "messageText": ""}), vec!["message", "messageText"]),
            (json!({"conversationId": id, "content": "a", "message": "a", "messageText": "b"}), vec!["content", "message", "messageText"]),
        ];
        for (body, fields) in wrong {
            let expected: Vec<String> = fields.iter().map(|field| format!("{field}/AMBIGUOUS")).collect();
            assert_eq!(app.send_message(&cara.token, body.clone()).await.fields(), expected, "{body}");
            let ack = socket.emit_ack("send_message", body.clone()).await;
            assert_eq!((&ack["success"], &ack["code"]), (&json!(false), &json!("VALIDATION_ERROR")), "{body}");
            assert_eq!(each(&ack["errors"], "field"), fields.iter().map(|f| json!(f)).collect::<Vec<_>>().iter().collect::<Vec<_>>());
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM messages", vec![]).await, 0, "nothing was stored");
        let same = json!({"conversationId": id, "content": "once", "message": "once", "messageText": "once"});
        assert_eq!(app.send_message(&cara.token, same.clone()).await.expect(201)["message"]["content"], "once");
        assert_eq!(socket.emit_ack("send_message", same).await["message"]["content"], "once");
    }

    async fn what_a_list_shows_of_a_message_is_on_one_line(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let desk = app.socket(&salon.token).await;
        let words = "\n\n\t Good  morning,\r\n\r\nOlive";
        let sent = app.say(&cara.token, &id, words).await;
        assert_eq!(sent["content"], words, "stored as sent");
        assert_eq!(desk.expect("new_message_notification").await["preview"], "Good morning, Olive");
        let list = app.get("/api/messages/conversations").bearer(&salon.token).send().await.expect(200);
        assert_eq!(list["conversations"][0]["lastMessage"], "Good morning, Olive");
        let edit = json!({"content": "\n Good\nnight"});
        app.patch(&format!("/api/messages/{}", text(&sent["id"]))).bearer(&cara.token).json(edit).send().await.expect(200);
        let list = app.get("/api/messages/conversations").bearer(&salon.token).send().await.expect(200);
        assert_eq!(list["conversations"][0]["lastMessage"], "Good night");
    }

    async fn pages_go_both_ways_and_say_whether_there_is_more(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        assert_eq!(app.thread(&cara.token, &id, "").await["messages"], json!([]));
        let socket = app.socket(&cara.token).await;
        for n in 1..=60 {
            socket.emit("send_message", json!({"conversationId": id, "message": format!("m{n}")})).await;
        }
        assert_eq!(socket.emit_ack("send_message", json!({"conversationId": id, "message": "m61"})).await["message"]["seq"], json!(61));
        let seqs = |from: i64, to: i64| (from..=to).collect::<Vec<i64>>();
        for (query, expected, more) in [
            ("", seqs(12, 61), true), ("?limit=61", seqs(1, 61), false), ("?limit=60", seqs(2, 61), true), ("?limit=500", seqs(1, 61), false),
            ("?before_seq=12", seqs(1, 11), false), ("?before_seq=12&limit=5", seqs(7, 11), true), ("?before_seq=1", vec![], false),
            ("?after_seq=0", seqs(1, 61), false), ("?after_seq=0&limit=10", seqs(1, 10), true), ("?after_seq=51&limit=10", seqs(52, 61), false),
            ("?after_seq=61", vec![], false), ("?after_seq=10&before_seq=15", seqs(11, 14), false), ("?after_seq=10&before_seq=15&limit=2", seqs(11, 12), true),
            ("?before_seq=9223372036854775807&limit=1", seqs(61, 61), true), ("?after_seq=9223372036854775807", vec![], false),
        ] {
            let page = app.thread(&salon.token, &id, query).await;
            let got: Vec<i64> = each(&page["messages"], "seq").iter().map(|s| s.as_i64().unwrap()).collect();
            assert_eq!((got, page["hasMore"].as_bool().unwrap()), (expected, more), "{query}");
        }
        let link = async |query: &str| {
            let path = format!("/api/messages/conversations/{id}{query}");
            app.get(&path).bearer(&salon.token).send().await.header("link").replace(&id, "…")
        };
        let base = "</api/messages/conversations/…?";
        assert_eq!(link("").await, format!("{base}before_seq=12>; rel=\"next\""));
        assert_eq!(link("?before_seq=12&limit=5").await, format!("{base}limit=5&before_seq=7>; rel=\"next\""));
        assert_eq!(link("?after_seq=0&limit=10").await, format!("{base}limit=10&after_seq=10>; rel=\"next\""));
        assert_eq!(link("?after_seq=51").await, "", "there is no more");
        for (query, field) in [("?limit=0", "limit/OUT_OF_RANGE"), ("?limit=501", "limit/OUT_OF_RANGE"), ("?after_seq=-1", "after_seq/OUT_OF_RANGE"),
            ("?before_seq=x", "before_seq/INVALID_VALUE"), ("?markRead=perhaps", "markRead/INVALID_VALUE"), ("?limit=99999999999999999999", "limit/INVALID_VALUE")] {
            let reply = app.get(&format!("/api/messages/conversations/{id}{query}")).bearer(&salon.token).send().await;
            assert_eq!(reply.fields(), [field], "{query}");
        }
    }

    async fn numbers_have_no_gap_whoever_writes_at_once(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let send = |n: usize| {
            let token = if n.is_multiple_of(2) { &salon.token } else { &cara.token };
            app.send_message(token, json!({"conversationId": id, "content": format!("{n}")}))
        };
        let replies = join_all((0..100).map(send)).await;
        let mut numbers: Vec<i64> = replies.into_iter().map(|r| r.expect(201)["message"]["seq"].as_i64().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=100).collect::<Vec<i64>>());
    }

    async fn sending_twice_with_one_client_id_gives_the_first_message(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let body = |n: usize| json!({"conversationId": id, "content": format!("take {n}"), "clientMessageId": "c-1"});
        let replies = join_all((0..20).map(|n| app.send_message(&cara.token, body(n)))).await;
        let messages: Vec<Value> = replies.into_iter().map(|r| r.expect(201)["message"].take()).collect();
        assert!(messages.iter().all(|m| m == &messages[0]), "{messages:?}");
        let socket = app.socket(&cara.token).await;
        let acks = join_all((0..20).map(|n| socket.emit_ack("send_message", json!({"conversationId": id, "message": format!("sock {n}"), "clientMessageId": "c-1"})))).await;
        for ack in &acks {
            assert_eq!((&ack["success"], &ack["message"]), (&json!(true), &messages[0]));
        }
        let acks = join_all((0..20).map(|n| socket.emit_ack("send_message", json!({"conversationId": id, "message": format!("sock {n}"), "clientMessageId": "c-2"})))).await;
        assert!(acks.iter().all(|a| a["message"]["id"] == acks[0]["message"]["id"] && a["message"]["seq"] == json!(2)), "{acks:?}");
        assert_eq!(app.stored(&id).await, 2);
        let other = app.send_message(&salon.token, json!({"conversationId": id, "content": "mine", "clientMessageId": "c-1"})).await.expect(201);
        assert_eq!(other["message"]["seq"], json!(3), "the id belongs to its sender");
    }

    async fn unread_counts_the_other_sides_messages_for_each_reader(app: App) {
        let salon = app.business("Salon").await;
        let manager = app.member(&salon, Role::Manager).await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        for n in 0..3 {
            app.say(&cara.token, &id, &format!("{n}")).await;
        }
        let last = app.say(&salon.token, &id, "answer").await;
        let unread = async |token: &str| {
            let reply = app.get(&format!("/api/messages/conversations/{id}/unread-count")).bearer(token).send().await.expect(200);
            assert_eq!(keys(&reply), ["success", "unreadCount"]);
            reply["unreadCount"].as_i64().unwrap()
        };
        assert_eq!((unread(&salon.token).await, unread(&manager.token).await, unread(&cara.token).await), (3, 3, 1));
        app.thread(&salon.token, &id, "").await;
        assert_eq!(unread(&salon.token).await, 3, "looking is not reading");
        let page = app.thread(&salon.token, &id, "?after_seq=0&limit=2&markRead=true").await;
        assert_eq!((unread(&salon.token).await, page["conversation"]["unreadCount"].as_i64().unwrap()), (1, 1));
        app.thread(&salon.token, &id, "?markRead=true").await;
        assert_eq!((unread(&salon.token).await, unread(&manager.token).await, unread(&cara.token).await), (0, 3, 1), "each reader for himself");
        let mark = |token: &str| app.post(&format!("/api/messages/{}/read", text(&last["id"]))).bearer(token).send();
        mark(&cara.token).await.expect(200);
        assert_eq!(unread(&cara.token).await, 0);
        mark(&manager.token).await.expect(200);
        assert_eq!(unread(&manager.token).await, 0, "a colleague's message marks what stands before it");
        app.say(&cara.token, &id, "and?").await;
        assert_eq!((unread(&salon.token).await, unread(&manager.token).await, unread(&cara.token).await), (1, 1, 0));
        assert_eq!(app.conversations(&manager.token, "").await[0]["unreadCount"], json!(1));
    }

    async fn a_message_goes_from_sent_over_delivered_to_read(app: App) {
        let salon = app.business("Salon").await;
        let manager = app.member(&salon, Role::Manager).await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let first = app.say(&cara.token, &id, "one").await;
        let second = app.say(&cara.token, &id, "two").await;
        let answer = app.say(&salon.token, &id, "hello").await;
        let seen = async || {
            let page = app.thread(&cara.token, &id, "").await;
            each(&page["messages"], "status").into_iter().map(|s| text(s).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(seen().await, ["sent", "sent", "sent"]);
        app.post(&format!("/api/messages/{}/read", text(&first["id"]))).bearer(&cara.token).send().await.expect(200);
        assert_eq!(seen().await, ["sent", "sent", "sent"], "one's own message is no news to oneself");
        let desk = app.socket(&salon.token).await;
        assert_eq!(desk.emit_ack("message_delivered", json!({"messageId": second["id"]})).await["success"], json!(true));
        assert_eq!(seen().await, ["delivered", "delivered", "sent"]);
        app.advance(Duration::from_secs(5));
        app.put(&format!("/api/messages/{}/read", text(&first["id"]))).bearer(&salon.token).send().await.expect(200);
        assert_eq!(seen().await, ["read", "delivered", "sent"]);
        let page = app.thread(&cara.token, &id, "").await;
        let read_by = &page["messages"][0]["readBy"];
        assert_eq!((keys(&read_by[0]), &read_by[0]["userId"]), (vec!["readAt", "userId"], &json!(salon.owner_id)));
        app.advance(Duration::from_secs(5));
        for token in [&manager.token, &manager.token, &salon.token] {
            app.post(&format!("/api/messages/{}/read", text(&second["id"]))).bearer(token).send().await.expect(200);
        }
        let page = app.thread(&cara.token, &id, "").await;
        assert_eq!(each(&page["messages"][0]["readBy"], "userId"), [&json!(salon.owner_id), &json!(manager.id)]);
        assert_eq!(page["messages"][0]["readBy"][0], read_by[0], "the first reading counts");
        assert_eq!(seen().await, ["read", "read", "sent"]);
        app.post(&format!("/api/messages/{}/read", text(&first["id"]))).bearer(&salon.token).send().await.expect(200);
        assert_eq!(seen().await, ["read", "read", "sent"], "marks never go back");
        let ears = app.socket(&cara.token).await;
        assert_eq!(ears.emit_ack("mark_as_read", json!({"conversationId": id, "upToSeq": 999})).await["success"], json!(true));
        let page = app.thread(&salon.token, &id, "").await;
        assert_eq!((&page["messages"][2]["status"], &page["messages"][2]["readBy"][0]["userId"]), (&json!("read"), &json!(cara.id)));
        assert_eq!(ears.emit_ack("message_read", json!({"conversationId": id, "upToSeq": -1})).await["errors"][0]["field"], "upToSeq");
        assert_eq!(ears.emit_ack("message_read", json!({"messageIds": []})).await["errors"][0]["field"], "messageIds");
        assert_eq!(ears.emit_ack("message_read", json!({})).await["errors"][0]["field"], "messageId");
        assert_eq!(ears.emit_ack("message_read", json!({"messageIds": [answer["id"], first["id"]]})).await["success"], json!(true));
    }

    async fn read_marks_of_many_readers_reach_every_page(app: App) {
        let salon = app.business("Salon").await;
        let manager = app.member(&salon, Role::Manager).await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let socket = app.socket(&cara.token).await;
        let desk = app.socket(&salon.token).await;
        for n in 1..=30 {
            socket.emit_ack("send_message", json!({"conversationId": id, "message": format!("{n}")})).await;
            desk.emit_ack("message_read", json!({"conversationId": id, "upToSeq": n})).await;
        }
        let late = app.socket(&manager.token).await;
        late.emit_ack("message_read", json!({"conversationId": id, "upToSeq": 30})).await;
        let page = app.thread(&cara.token, &id, "?after_seq=0&limit=2").await;
        for message in page["messages"].as_array().unwrap() {
            let mut readers: Vec<&str> = each(&message["readBy"], "userId").into_iter().map(text).collect();
            readers.sort_unstable();
            let mut expected = [salon.owner_id.as_str(), manager.id.as_str()];
            expected.sort_unstable();
            assert_eq!(readers, expected);
        }
    }

    async fn an_empty_thread_can_be_marked_as_read(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let socket = app.socket(&cara.token).await;
        assert_eq!(socket.emit_ack("message_read", json!({"conversationId": id, "upToSeq": 0})).await["success"], json!(true));
        app.thread(&cara.token, &id, "?markRead=true").await;
    }

    async fn words_can_be_changed_for_fifteen_minutes_by_their_writer_only(app: App) {
        let salon = app.business("Salon").await;
        let manager = app.member(&salon, Role::Manager).await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let message = app.say(&cara.token, &id, "see you at 9").await;
        let path = format!("/api/messages/{}", text(&message["id"]));
        let desk = app.socket(&salon.token).await;
        desk.emit_ack("join_conversation", json!(id)).await;
        for token in [&salon.token, &manager.token] {
            assert_eq!(app.patch(&path).bearer(token).json(json!({"content": "forged"})).send().await.refused(403), "FORBIDDEN");
            assert_eq!(app.delete(&path).bearer(token).send().await.refused(403), "FORBIDDEN");
        }
        let edited = app.patch(&path).bearer(&cara.token).json(json!({"content": "see you at 10"})).send().await.expect(200);
        assert_eq!((&edited["message"]["content"], &edited["message"]["seq"]), (&json!("see you at 10"), &json!(1)));
        assert!(edited["message"]["editedAt"].is_string());
        let pushed = desk.expect("message_updated").await;
        assert_eq!((&pushed["id"], &pushed["content"]), (&message["id"], &json!("see you at 10")));
        assert_eq!(app.conversations(&cara.token, "").await[0]["lastMessage"], "see you at 10");
        app.patch(&path).bearer(&cara.token).json(json!({"content": "see you at 11"})).send().await.expect(200);
        app.advance(Duration::from_secs(15 * 60));
        let later = app.customer_again(&salon, &cara).await;
        app.patch(&path).bearer(&later).json(json!({"content": "see you at 12"})).send().await.expect(200);
        app.advance(Duration::from_millis(1));
        assert_eq!(app.patch(&path).bearer(&later).json(json!({"content": "too late"})).send().await.refused(409), "EDIT_WINDOW_CLOSED");
        assert_eq!(app.delete(&path).bearer(&later).send().await.refused(409), "EDIT_WINDOW_CLOSED");
        let kept = app.rows("SELECT content FROM message_revisions ORDER BY revised_at", vec![]).await;
        let kept: Vec<String> = kept.iter().map(|r| r.try_get_by_index(0).unwrap()).collect();
        assert_eq!(kept, ["see you at 9", "see you at 10", "see you at 11"], "every earlier text is kept, also of one instant");
        assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'message.edited'", vec![]).await, 3);
    }

    async fn a_deleted_message_leaves_a_tombstone_and_its_text_to_the_audit(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        app.say(&cara.token, &id, "first").await;
        let message = app.say(&cara.token, &id, "my card is 4111").await;
        let path = format!("/api/messages/{}", text(&message["id"]));
        let desk = app.socket(&salon.token).await;
        desk.emit_ack("join_conversation", json!(id)).await;
        let (list, own_list) = (app.socket(&salon.token).await, app.socket(&cara.token).await);
        let gone = app.delete(&path).bearer(&cara.token).send().await.expect(200);
        assert_eq!((&gone["message"]["isDeleted"], &gone["message"]["content"]), (&json!(true), &json!("")));
        let pushed = desk.expect("message_updated").await;
        assert_eq!((&pushed["isDeleted"], &pushed["content"]), (&json!(true), &json!("")));
        for outside in [list, own_list] {
            let told = outside.expect("conversation_updated").await;
            assert_eq!((&told["conversation"]["id"], &told["conversation"]["lastMessage"]), (&json!(id), &json!("")));
        }
        let page = app.thread(&salon.token, &id, "").await;
        assert_eq!((contents(&page["messages"]), &page["messages"][1]["seq"]), (vec!["first", ""], &json!(2)));
        assert!(!app.conversations(&salon.token, "").await.to_string().contains("4111"));
        assert_eq!(app.patch(&path).bearer(&cara.token).json(json!({"content": "back"})).send().await.refused(404), "NOT_FOUND");
        assert_eq!(app.delete(&path).bearer(&cara.token).send().await.refused(404), "NOT_FOUND");
        let found = app.get("/api/messages/search?q=4111").bearer(&salon.token).send().await.expect(200);
        assert_eq!(found["results"], json!([]));
        assert_eq!(app.count("SELECT COUNT(*) FROM message_revisions WHERE content = 'my card is 4111'", vec![]).await, 1);
    }

    async fn an_edit_that_races_a_deletion_never_brings_the_text_back(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        for n in 0..8 {
            let message = app.say(&cara.token, &id, &format!("secret {n}")).await;
            let path = format!("/api/messages/{}", text(&message["id"]));
            let edits = (0..3).map(|e| app.patch(&path).bearer(&cara.token).json(json!({"content": format!("edit {e}")})).send());
            let (_, deleted) = tokio::join!(join_all(edits), app.delete(&path).bearer(&cara.token).send());
            deleted.expect(200);
        }
        let page = app.thread(&cara.token, &id, "").await;
        assert!(contents(&page["messages"]).iter().all(|c| c.is_empty()), "{page:#}");
    }

    async fn a_reply_names_a_message_of_the_same_thread(app: App) {
        let salon = app.business("Salon").await;
        let (ann, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let (own, foreign) = (app.direct(&ann).await, app.direct(&ben).await);
        let message = app.say(&ann.token, &own, "first").await;
        let other = app.say(&ben.token, &foreign, "elsewhere").await;
        let reply = |to: &Value| app.send_message(&ann.token, json!({"conversationId": own, "content": "re", "replyTo": to}));
        assert_eq!(reply(&message["id"]).await.expect(201)["message"]["replyTo"], message["id"]);
        assert_eq!(reply(&other["id"]).await.fields(), ["replyTo/NOT_FOUND"]);
        assert_eq!(reply(&json!("msg_00000000000000000000000000")).await.fields(), ["replyTo/NOT_FOUND"]);
        assert_eq!(app.stored(&own).await, 2);
    }

    async fn a_search_tells_when_it_shows_only_the_newest(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let socket = app.socket(&cara.token).await;
        let say = async |n: i32| socket.emit_ack("send_message", json!({"conversationId": id, "message": format!("braids {n}")})).await;
        let search = async || app.get("/api/messages/search?q=braids").bearer(&salon.token).send().await.expect(200);
        for n in 1..=50 {
            assert_eq!(say(n).await["success"], json!(true));
        }
        let all = search().await;
        assert_eq!((all["results"].as_array().unwrap().len(), &all["hasMore"]), (50, &json!(false)));
        say(51).await;
        let newest = search().await;
        assert_eq!((newest["results"].as_array().unwrap().len(), &newest["hasMore"]), (50, &json!(true)));
        assert_eq!(newest["results"][0]["message"]["content"], "braids 51");
    }

    async fn search_looks_in_ones_own_threads_and_marks_the_words(app: App) {
        let salon = app.business("Salon").await;
        let (ann, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let (of_ann, of_ben) = (app.direct(&ann).await, app.direct(&ben).await);
        app.say(&ann.token, &of_ann, "good morning").await;
        app.say(&ann.token, &of_ann, "ÉLODIE wants braids, Braids 100%").await;
        app.say(&ann.token, &of_ann, "thank you").await;
        app.say(&ben.token, &of_ben, "braids for me too").await;
        let search = async |token: &str, q: &str| {
            app.get(&format!("/api/messages/search?q={q}")).bearer(token).send().await.expect(200)["results"].take()
        };
        let found = search(&ann.token, "BRAIDS").await;
        assert_eq!(found.as_array().unwrap().len(), 1);
        assert_eq!(keys(&found[0]), ["after", "before", "conversationId", "conversationName", "highlights", "message"]);
        assert_eq!(found[0]["highlights"], json!([{"start": 13, "end": 19}, {"start": 21, "end": 27}]));
        assert_eq!((&found[0]["before"], &found[0]["after"]), (&json!("good morning"), &json!("thank you")));
        assert_eq!(found[0]["conversationName"], "Salon");
        assert_eq!(search(&salon.token, "braids").await.as_array().unwrap().len(), 2);
        for (q, hits) in [("%C3%A9lodie", 1), ("%C3%A8lodie", 1), ("elodie", 1), ("e%CC%81lodie%20W", 1), ("%C3%A7lodie", 0), ("100%25", 1), ("0%25", 1), ("_orning", 0), ("%25%25", 0), ("zzz", 0)] {
            assert_eq!(search(&ann.token, q).await.as_array().unwrap().len(), hits, "{q}");
        }
        assert_eq!(app.get("/api/messages/search?q=x").bearer(&ann.token).send().await.fields(), ["q/TOO_SHORT"]);
        assert_eq!(app.get("/api/messages/search").bearer(&ann.token).send().await.fields(), ["q/REQUIRED"]);
        let long = "x".repeat(101);
        app.get(&format!("/api/messages/search?q={long}")).bearer(&ann.token).send().await.expect(422);
    }

    async fn words_are_found_in_threads_that_have_long_been_still(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        app.say(&cara.token, &id, "the needle").await;
        let customer = Id::<id::Customer>::parse(&cara.id).unwrap();
        let now = app.world().now().plus(Duration::from_secs(3600));
        // More than are looked through at a time, all of them livelier.
        let tx = app.house().platform.db().begin().await.unwrap();
        for _ in 0..250 {
            let sql = "INSERT INTO conversations (id, tenant_id, customer_id, kind, last_at, last_hour, created_at) VALUES (?, ?, ?, 'appointment', ?, ?, ?)";
            let values = vec![app.world().uuid().into(), salon.tenant().into(), customer.into(), now.into(), (now.millis() / 3_600_000).into(), now.into()];
            tx.execute(sql, values).await.unwrap();
        }
        tx.commit().await.unwrap();
        for token in [&salon.token, &cara.token] {
            let found = app.get("/api/messages/search?q=needle").bearer(token).send().await.expect(200);
            assert_eq!(found["results"].as_array().unwrap().len(), 1);
        }
    }
}
