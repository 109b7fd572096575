//! What the promises of messaging have in common: opening a thread, saying something, reading it back.

use kernel::{Id, id};
use sea_orm::Value as Sql;
use serde_json::{Value, json};

use crate::harness::{App, Business, Customer, Socket, text};

/// What everybody of the harness signs in with.
const PASSWORD: &str = "correct horse battery";

/// The names of an object's members, sorted.
pub fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// One member of each entry.
#[track_caller]
pub fn each<'a>(list: &'a Value, member: &str) -> Vec<&'a Value> {
    list.as_array().unwrap_or_else(|| panic!("{list} is no list")).iter().map(|entry| &entry[member]).collect()
}

/// The texts of messages.
#[track_caller]
pub fn contents(messages: &Value) -> Vec<&str> {
    each(messages, "content").into_iter().map(text).collect()
}

/// Every event that has come, in order; nothing is left.
pub async fn take_all(socket: &Socket) -> Vec<(String, Value)> {
    let mut taken = Vec::new();
    for name in socket.arrived() {
        let body = socket.expect(&name).await;
        taken.push((name, body));
    }
    taken
}

/// An id as the database holds it.
pub fn conversation_key(id: &str) -> Sql {
    Id::<id::Conversation>::parse(id).unwrap().into()
}

impl App {
    /// The direct thread with a customer.
    pub async fn direct(&self, customer: &Customer) -> String {
        let asked = self.post("/api/messages/conversations").bearer(&customer.token).json(json!({}));
        let reply = asked.send().await;
        assert!(reply.status.is_success(), "{reply:?}");
        text(&reply.body["conversation"]["id"]).to_owned()
    }

    /// Sends a text; gives the stored message.
    pub async fn say(&self, token: &str, conversation: &str, content: &str) -> Value {
        let body = json!({"conversationId": conversation, "content": content});
        self.send_message(token, body).await.expect(201)["message"].take()
    }

    /// Sends any body to `POST /api/messages/send`.
    pub async fn send_message(&self, token: &str, body: Value) -> crate::harness::Reply {
        self.post("/api/messages/send").bearer(token).json(body).send().await
    }

    /// `{conversation, messages, hasMore}` as this reader sees it.
    pub async fn thread(&self, token: &str, conversation: &str, query: &str) -> Value {
        self.get(&format!("/api/messages/conversations/{conversation}{query}")).bearer(token).send().await.expect(200)
    }

    /// The conversations of this reader.
    pub async fn conversations(&self, token: &str, query: &str) -> Value {
        let path = format!("/api/messages/conversations{query}");
        self.get(&path).bearer(token).send().await.expect(200)["conversations"].take()
    }

    /// Returns when everything that was pushed so far has come. Messages are announced in the order of storing, and the
    /// answer to a later one, said elsewhere, follows the announcements of those before it.
    pub async fn settle(&self, sockets: &[&Socket]) {
        let elsewhere = self.business("Elsewhere").await;
        let customer = self.customer(&elsewhere).await;
        let id = self.direct(&customer).await;
        self.say(&customer.token, &id, "is everything said?").await;
        for socket in sockets {
            socket.emit_ack("no_such_event", json!({})).await;
        }
    }

    /// How many messages a conversation holds in the table.
    pub async fn stored(&self, conversation: &str) -> i64 {
        self.count("SELECT COUNT(*) FROM messages WHERE conversation_id = ?", vec![conversation_key(conversation)])
            .await
    }

    /// A new token for somebody of the business, after time has moved.
    pub async fn sign_in_again(&self, email: &str) -> String {
        let body = json!({"email": email, "password": PASSWORD});
        text(&self.post("/api/auth/login").json(body).send().await.data(200)["accessToken"]).to_owned()
    }

    /// The same for a customer.
    pub async fn customer_again(&self, business: &Business, customer: &Customer) -> String {
        let body = json!({"inviteCode": business.invite_code, "email": customer.email, "password": PASSWORD});
        text(&self.post("/api/customers/auth/login").json(body).send().await.data(200)["accessToken"]).to_owned()
    }
}
