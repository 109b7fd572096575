//! Threads: who has which, what a list shows, and who may see it.

use futures_util::future::join_all;
use kernel::Role;
use serde_json::{Value, json};

use crate::{
    chat::{each, keys},
    harness::text,
};

const CONVERSATION_KEYS: [&str; 18] = [
    "appointmentId",
    "assignedTo",
    "avatar",
    "closed",
    "customerId",
    "email",
    "id",
    "isOnline",
    "lastMessage",
    "lastMessageTime",
    "lastSeq",
    "name",
    "phone",
    "priority",
    "status",
    "tags",
    "type",
    "unreadCount",
];

both_databases! {
    async fn a_customer_and_the_business_share_one_direct_thread(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let body = json!({"customerId": cara.id, "customerName": "Forged", "customerEmail": "forged@example.com"});
        let open = || app.post("/api/messages/conversations").bearer(&salon.token).json(body.clone());
        let first = open().send().await.expect(201);
        assert_eq!((&first["success"], &first["isNew"]), (&json!(true), &json!(true)));
        assert_eq!(keys(&first["conversation"]), CONVERSATION_KEYS);
        assert_eq!((&first["conversation"]["name"], &first["conversation"]["email"]), (&json!(cara.name), &json!(cara.email)));
        assert_eq!((&first["conversation"]["type"], &first["conversation"]["status"]), (&json!("direct"), &json!("active")));
        let second = open().send().await.expect(200);
        assert_eq!((&second["isNew"], &second["conversation"]["id"]), (&json!(false), &first["conversation"]["id"]));
        let own = app.post("/api/messages/conversations").bearer(&cara.token).json(json!({})).send().await.expect(200);
        assert_eq!(own["conversation"]["id"], first["conversation"]["id"]);
        assert_eq!(own["conversation"]["name"], "Salon", "a customer sees the business on the other side");
        assert_eq!(own["conversation"]["email"], Value::Null);
        let unnamed = app.post("/api/messages/conversations").bearer(&salon.token).json(json!({})).send().await;
        assert_eq!(unnamed.fields(), ["customerId/REQUIRED"]);
    }

    async fn twenty_openings_at_once_make_one_thread(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let open = |n: usize| {
            let by_owner = n.is_multiple_of(2);
            let token = if by_owner { &salon.token } else { &cara.token };
            let body = if by_owner { json!({"customerId": cara.id}) } else { json!({}) };
            app.post("/api/messages/conversations").bearer(token).json(body).send()
        };
        let replies = join_all((0..20).map(open)).await;
        let made = replies.iter().filter(|r| r.status.as_u16() == 201).count();
        assert!(replies.iter().all(|r| r.status.is_success()), "{replies:?}");
        assert_eq!(made, 1);
        assert!(replies.iter().all(|r| r.body["conversation"]["id"] == replies[0].body["conversation"]["id"]));
        assert_eq!(app.count("SELECT COUNT(*) FROM conversations", vec![]).await, 1);
    }

    async fn the_list_is_newest_first_and_filtered(app: App) {
        let salon = app.business("Salon").await;
        let (ann, ben, cid) = (app.customer(&salon).await, app.customer(&salon).await, app.customer(&salon).await);
        let mut ids = Vec::new();
        for customer in [&ann, &ben, &cid] {
            let id = app.direct(customer).await;
            app.advance(std::time::Duration::from_secs(1));
            app.say(&customer.token, &id, &format!("hello from {}", customer.name)).await;
            ids.push(id);
        }
        let list = app.conversations(&salon.token, "").await;
        assert_eq!(each(&list, "id"), [&json!(ids[2]), &json!(ids[1]), &json!(ids[0])]);
        assert_eq!(keys(&list[0]), CONVERSATION_KEYS);
        assert_eq!(list[0]["lastMessage"], json!(format!("hello from {}", cid.name)));
        assert_eq!((&list[0]["lastSeq"], &list[0]["unreadCount"]), (&json!(1), &json!(1)));
        app.advance(std::time::Duration::from_secs(1));
        app.say(&salon.token, &ids[0], "welcome").await;
        assert_eq!(app.conversations(&salon.token, "").await[0]["id"], json!(ids[0]), "the newest message leads");

        let change = json!({"priority": "urgent", "tags": ["VIP", "50%_off", "say \"hi\""], "assignedTo": salon.owner_id});
        let path = format!("/api/messages/conversations/{}", ids[1]);
        let changed = app.patch(&path).bearer(&salon.token).json(change).send().await.expect(200);
        assert_eq!(changed["conversation"]["tags"], json!(["VIP", "50%_off", "say \"hi\""]));
        let path = format!("/api/messages/conversations/{}", ids[2]);
        app.patch(&path).bearer(&salon.token).json(json!({"status": "archived", "tags": ["VIPs"]})).send().await.expect(200);
        let ben_name = ben.name.replace(' ', "%20");
        for (query, expected) in [
            ("?status=archived", vec![2]), ("?status=active", vec![0, 1]), ("?status=blocked", vec![]),
            ("?priority=urgent", vec![1]), ("?priority=low", vec![]),
            ("?tag=VIP", vec![1]), ("?tag=vip", vec![]), ("?tag=50%25_off", vec![1]), ("?tag=50%25", vec![]), ("?tag=say%20%22hi%22", vec![1]),
            (&format!("?assigned={}", salon.owner_id), vec![1]),
            (&format!("?q={ben_name}"), vec![1]), (&format!("?q={}", cid.email), vec![2]), ("?q=nobody%20at%20all", vec![]),
            ("?limit=2", vec![0, 2]), ("?limit=2&page=2", vec![1]), ("?status=active&priority=urgent", vec![1]),
        ] {
            let list = app.conversations(&salon.token, query).await;
            let expected: Vec<Value> = expected.into_iter().map(|i: usize| json!(ids[i])).collect();
            assert_eq!(each(&list, "id"), expected.iter().collect::<Vec<_>>(), "{query}");
        }
        for (query, field) in [("?status=gone", "status/INVALID_VALUE"), ("?limit=0", "limit/OUT_OF_RANGE"), ("?limit=201", "limit/OUT_OF_RANGE"),
            ("?page=0", "page/OUT_OF_RANGE"), ("?assigned=nobody", "assigned/INVALID_VALUE")] {
            let reply = app.get(&format!("/api/messages/conversations{query}")).bearer(&salon.token).send().await;
            assert_eq!(reply.fields(), [field], "{query}");
        }
        for (query, page) in [("", ["3", "1", "200"]), ("?limit=2", ["3", "1", "2"]), ("?limit=2&page=2", ["3", "2", "2"]), ("?limit=2&page=3", ["3", "3", "2"]), ("?tag=VIP&limit=1", ["1", "1", "1"])] {
            let reply = app.get(&format!("/api/messages/conversations{query}")).bearer(&salon.token).send().await;
            assert_eq!(["x-total-count", "x-page", "x-limit"].map(|name| reply.header(name)), page, "{query}");
        }
        let own = app.conversations(&ann.token, "").await;
        assert_eq!(each(&own, "id"), [&json!(ids[0])], "a customer has its own threads only");
        assert_eq!(app.conversations(&ann.token, "?q=zzz").await, json!([]));
        assert_eq!(each(&app.conversations(&ann.token, "?q=sALo").await, "id"), [&json!(ids[0])]);
    }

    async fn a_customer_does_not_read_how_the_business_sorts_its_inbox(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let path = format!("/api/messages/conversations/{id}");
        let marks = json!({"priority": "urgent", "tags": ["difficult"], "assignedTo": salon.owner_id});
        app.patch(&path).bearer(&salon.token).json(marks).send().await.expect(200);
        let opened = app.post("/api/messages/conversations").bearer(&cara.token).json(json!({})).send().await.expect(200);
        let read = app.get(&path).bearer(&cara.token).send().await.expect(200);
        let list = app.conversations(&cara.token, "").await;
        for seen in [&opened["conversation"], &read["conversation"], &list[0]] {
            assert_eq!((&seen["priority"], &seen["tags"], &seen["assignedTo"]), (&json!("normal"), &json!([]), &json!(null)));
        }
        for guess in ["?tag=lovely", "?priority=low", "?assigned=user_01ksm7hz4fe6vs2mqx5hcnqj7e"] {
            assert_eq!(each(&app.conversations(&cara.token, guess).await, "id"), [&json!(id)], "{guess} tells nothing");
        }
        let own = app.conversations(&salon.token, "").await;
        assert_eq!((&own[0]["priority"], &own[0]["tags"]), (&json!("urgent"), &json!(["difficult"])));
    }

    async fn staff_see_what_is_theirs_and_lose_it_with_the_assignment(app: App) {
        let salon = app.business("Salon").await;
        let (mia, noa) = (app.member(&salon, Role::Staff).await, app.member(&salon, Role::Staff).await);
        let manager = app.member(&salon, Role::Manager).await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        app.say(&cara.token, &id, "hello").await;
        let path = format!("/api/messages/conversations/{id}");
        for staff in [&mia, &noa] {
            assert_eq!(app.get(&path).bearer(&staff.token).send().await.refused(404), "NOT_FOUND");
            assert_eq!(app.conversations(&staff.token, "").await, json!([]));
        }
        assert_eq!(app.conversations(&manager.token, "").await.as_array().unwrap().len(), 1);
        let assign = |to: &str| app.patch(&path).bearer(&salon.token).json(json!({"assignedTo": to}));
        assert_eq!(assign(&mia.id).send().await.expect(200)["conversation"]["assignedTo"], json!(mia.id));
        app.thread(&mia.token, &id, "").await;
        app.say(&mia.token, &id, "I take care of you").await;
        assert_eq!(app.get(&path).bearer(&noa.token).send().await.refused(404), "NOT_FOUND");
        let by_staff = app.patch(&path).bearer(&mia.token).json(json!({"assignedTo": noa.id})).send().await;
        assert_eq!(by_staff.refused(403), "FORBIDDEN", "only who sees every thread gives them out");
        assert_eq!(app.patch(&path).bearer(&mia.token).json(json!({"status": "blocked"})).send().await.refused(403), "FORBIDDEN");
        app.patch(&path).bearer(&mia.token).json(json!({"priority": "high"})).send().await.expect(200);

        let ears = app.socket(&mia.token).await;
        assert_eq!(ears.emit_ack("join_conversation", json!(id)).await["success"], json!(true));
        assign(&noa.id).send().await.expect(200);
        assert_eq!(app.get(&path).bearer(&mia.token).send().await.refused(404), "NOT_FOUND");
        app.say(&cara.token, &id, "for Noa's eyes").await;
        assert_eq!(ears.emit_ack("join_conversation", json!(id)).await["code"], "NOT_FOUND");
        assert_eq!(ears.take("message_received"), Vec::<Value>::new(), "she is out of the room");
        app.thread(&noa.token, &id, "").await;
        assert_eq!(assign("user_00000000000000000000000000").send().await.fields(), ["assignedTo/NOT_FOUND"]);
        let stranger = app.business("Other").await;
        assert_eq!(assign(&stranger.owner_id).send().await.fields(), ["assignedTo/NOT_FOUND"]);
        let freed = app.patch(&path).bearer(&salon.token).json(json!({"assignedTo": null})).send().await.expect(200);
        assert_eq!(freed["conversation"]["assignedTo"], Value::Null);
        assert_eq!(app.get(&path).bearer(&noa.token).send().await.refused(404), "NOT_FOUND");
    }

    async fn a_thread_that_staff_open_is_theirs(app: App) {
        let salon = app.business("Salon").await;
        let mia = app.member(&salon, Role::Staff).await;
        let cara = app.customer(&salon).await;
        let opened = app.post("/api/messages/conversations").bearer(&mia.token).json(json!({"customerId": cara.id})).send().await.expect(201);
        assert_eq!(opened["conversation"]["assignedTo"], json!(mia.id));
    }

    async fn a_blocked_customer_reads_and_cannot_write(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        let said = app.say(&cara.token, &id, "spam").await;
        let path = format!("/api/messages/conversations/{id}");
        let socket = app.socket(&cara.token).await;
        assert_eq!(app.patch(&path).bearer(&cara.token).json(json!({"status": "active"})).send().await.refused(401), "UNAUTHORIZED");
        let blocked = app.patch(&path).bearer(&salon.token).json(json!({"status": "blocked"})).send().await.expect(200);
        assert_eq!(blocked["conversation"]["status"], "blocked");
        let pushed = socket.expect("conversation_updated").await;
        assert_eq!((&pushed["conversation"]["id"], &pushed["conversation"]["status"]), (&json!(id), &json!("blocked")));
        assert!(pushed["conversation"].get("tags").is_none() && pushed["conversation"].get("priority").is_none(),
            "how the business sorts its inbox is not the customer's: {pushed}");
        let sent = app.send_message(&cara.token, json!({"conversationId": id, "content": "more"})).await;
        assert_eq!(sent.refused(403), "CONVERSATION_BLOCKED");
        let ack = socket.emit_ack("send_message", json!({"conversationId": id, "message": "more"})).await;
        assert_eq!((&ack["success"], &ack["code"]), (&json!(false), &json!("CONVERSATION_BLOCKED")));
        assert_eq!(socket.emit_ack("typing_start", json!({"conversationId": id})).await["code"], "CONVERSATION_BLOCKED");
        let edit = app.patch(&format!("/api/messages/{}", text(&said["id"]))).bearer(&cara.token).json(json!({"content": "x"}));
        assert_eq!(edit.send().await.refused(403), "CONVERSATION_BLOCKED");
        assert_eq!(app.post("/api/messages/upload").bearer(&cara.token).file(&id, "a.txt", "hello").send().await.refused(403), "CONVERSATION_BLOCKED");
        assert_eq!(app.stored(&id).await, 1);
        app.say(&salon.token, &id, "you are blocked").await;
        assert_eq!(app.thread(&cara.token, &id, "").await["messages"].as_array().unwrap().len(), 2, "reading goes on");
        app.patch(&path).bearer(&salon.token).json(json!({"status": "active"})).send().await.expect(200);
        app.say(&cara.token, &id, "sorry").await;
    }

    async fn a_new_message_brings_an_archived_thread_back(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        app.say(&cara.token, &id, "hello").await;
        let path = format!("/api/messages/conversations/{id}");
        app.patch(&path).bearer(&salon.token).json(json!({"status": "archived"})).send().await.expect(200);
        assert_eq!(app.conversations(&salon.token, "?status=active").await, json!([]));
        let desk = app.socket(&salon.token).await;
        app.say(&cara.token, &id, "one more thing").await;
        let pushed = desk.expect("conversation_updated").await;
        assert_eq!((&pushed["conversation"]["id"], &pushed["conversation"]["status"]), (&json!(id), &json!("active")));
        assert_eq!(pushed["conversation"]["lastMessage"], "one more thing");
        assert_eq!(app.conversations(&salon.token, "?status=active").await[0]["id"], json!(id));
    }

    async fn the_customers_view_tells_who_has_a_thread(app: App) {
        let salon = app.business("Salon").await;
        let (ann, ben) = (app.customer(&salon).await, app.customer(&salon).await);
        let id = app.direct(&ann).await;
        app.say(&ann.token, &id, "one").await;
        app.say(&ann.token, &id, "two").await;
        let reply = app.get("/api/messages/customers").bearer(&salon.token).send().await;
        assert_eq!(reply.header("x-total-count"), "2");
        let customers = reply.expect(200)["customers"].take();
        let of = |id: &str| customers.as_array().unwrap().iter().find(|c| c["id"] == json!(id)).unwrap().clone();
        let (ann_row, ben_row) = (of(&ann.id), of(&ben.id));
        assert_eq!(keys(&ann_row), ["_id", "conversationId", "email", "hasConversation", "id", "isOnline", "joinedDate", "lastLogin", "name",
            "phone", "totalOrders", "totalSpent", "unreadCount"]);
        assert_eq!((&ann_row["hasConversation"], &ann_row["conversationId"], &ann_row["unreadCount"]), (&json!(true), &json!(id), &json!(2)));
        assert_eq!((&ben_row["hasConversation"], &ben_row["conversationId"], &ben_row["unreadCount"]), (&json!(false), &Value::Null, &json!(0)));
        let found = app.get(&format!("/api/messages/customers?q={}", ben.email)).bearer(&salon.token).send().await.expect(200);
        assert_eq!(each(&found["customers"], "id"), [&json!(ben.id)]);
        let mia = app.member(&salon, Role::Staff).await;
        assert_eq!(app.get("/api/messages/customers").bearer(&mia.token).send().await.refused(403), "FORBIDDEN");
        assert_eq!(app.get("/api/messages/customers").bearer(&ann.token).send().await.refused(401), "UNAUTHORIZED");
    }

    async fn each_look_of_a_monitor_is_an_audit_row(app: App) {
        let salon = app.business("Salon").await;
        let other = app.business("Other").await;
        let cara = app.customer(&salon).await;
        let id = app.direct(&cara).await;
        app.say(&cara.token, &id, "private words").await;
        let looks = |action: &'static str| app.count("SELECT COUNT(*) FROM audit_log WHERE action = ?", vec![action.into()]);
        let path = format!("/api/admin/conversations/{id}");
        let list = app.get("/api/admin/conversations").bearer(&salon.token).send().await.expect(200);
        assert_eq!(each(&list["conversations"], "id"), [&json!(id)]);
        let seen = app.get(&path).bearer(&salon.token).send().await.expect(200);
        assert_eq!(seen["messages"][0]["content"], "private words");
        assert_eq!((looks("monitor.listed").await, looks("conversation.viewed").await), (1, 1));
        assert_eq!(app.get(&path).bearer(&other.token).send().await.refused(404), "NOT_FOUND");
        assert_eq!(app.get("/api/admin/conversations").bearer(&other.token).send().await.expect(200)["conversations"], json!([]));
        assert_eq!(looks("conversation.viewed").await, 1, "who sees nothing leaves no look");
        for role in [Role::Staff, Role::Manager] {
            let member = app.member(&salon, role).await;
            assert_eq!(app.get(&path).bearer(&member.token).send().await.refused(403), "FORBIDDEN", "{role:?}");
        }
        assert_eq!(app.get(&path).bearer(&cara.token).send().await.refused(401), "UNAUTHORIZED");

        app.execute("UPDATE users SET operator = ? WHERE email = ?", vec![true.into(), other.email.clone().into()]).await;
        let operator = app.sign_in_again(&other.email).await;
        let seen = app.get(&path).bearer(&operator).send().await.expect(200);
        assert_eq!((&seen["messages"][0]["content"], &seen["conversation"]["name"]), (&json!("private words"), &json!(cara.name)));
        let list = app.get("/api/admin/conversations").bearer(&operator).send().await.expect(200);
        assert_eq!(each(&list["conversations"], "id"), [&json!(id)]);
        let find = async |token: &str, words: &str| {
            let found = app.get(&format!("/api/admin/conversations?q={words}")).bearer(token).send().await.expect(200);
            found["conversations"].as_array().unwrap().len()
        };
        assert_eq!((find(&operator, &cara.email).await, find(&operator, "nobody").await), (1, 0), "an operator finds across businesses");
        assert_eq!((find(&salon.token, &cara.email).await, find(&salon.token, &other.email).await), (1, 0));
        let row = app.rows("SELECT actor, tenant_id, object, details FROM audit_log WHERE action = 'conversation.viewed' AND actor = ?", vec![other.owner_id.clone().into()]).await;
        let object: String = row[0].try_get_by_index(2).unwrap();
        let details: String = row[0].try_get_by_index(3).unwrap();
        assert_eq!((row.len(), object), (1, id.clone()));
        assert!(details.contains("\"operator\":true"), "{details}");
        let own = app.get(&format!("/api/messages/conversations/{id}")).bearer(&operator).send().await;
        assert_eq!(own.refused(404), "NOT_FOUND", "an operator reads along and takes no part");
        assert_eq!(app.thread(&cara.token, &id, "").await["messages"][0]["status"], "sent", "reading along is not reading");
    }
}
