//! The AsyncAPI 3 document of the sockets, made from the floors' tables of socket events. Shapes of payloads are read off the
//! table's examples, so that there is nothing to keep in step by hand.

use platform::realtime::{Direction, SocketEvent};
use serde_json::{Map, Value, json};

/// The socket events of every floor.
pub fn events() -> impl Iterator<Item = &'static SocketEvent> {
    talk::sockets::SOCKET_EVENTS.iter().chain(delivery::socket_events::SOCKET_EVENTS)
}

/// The document.
pub fn document() -> Value {
    let (mut messages, mut operations, mut channel) = (Map::new(), Map::new(), Map::new());
    for event in events() {
        messages.insert(event.name.to_owned(), message(event));
        channel.insert(event.name.to_owned(), reference(&format!("components/messages/{}", event.name)));
        operations.insert(operation_name(event), operation(event));
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Frontdesk sockets",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Socket.IO (Engine.IO 4) at `/socket.io`, namespace `/`, over WebSocket or polling. The handshake \
                carries `auth: {token, dialect?}`; without a valid token the client gets `connect_error`. Every client event \
                may carry an acknowledgement callback, answered with `{success:true,…}` or a problem.",
        },
        "defaultContentType": "application/json",
        "servers": { "this": { "host": "localhost", "pathname": "/socket.io", "protocol": "socketio" } },
        "channels": { "root": { "address": "/", "messages": channel } },
        "operations": operations,
        "components": { "messages": messages },
    })
}

fn reference(path: &str) -> Value {
    json!({ "$ref": format!("#/{path}") })
}

fn operation_name(event: &SocketEvent) -> String {
    match event.direction {
        Direction::ToServer => format!("take_{}", event.name),
        Direction::ToClient => format!("tell_{}", event.name),
    }
}

fn operation(event: &SocketEvent) -> Value {
    json!({
        "action": if event.direction == Direction::ToServer { "receive" } else { "send" },
        "summary": event.summary,
        "channel": reference("channels/root"),
        "messages": [reference(&format!("channels/root/messages/{}", event.name))],
    })
}

/// An example that is no JSON shows up as a text; a test looks for it.
fn message(event: &SocketEvent) -> Value {
    let example: Value = serde_json::from_str(event.example).unwrap_or_else(|_| event.example.into());
    json!({
        "name": event.name,
        "summary": event.summary,
        "payload": shape_of(&example),
        "examples": [{ "payload": example }],
    })
}

/// The JSON Schema that an example fits.
fn shape_of(example: &Value) -> Value {
    match example {
        // What is null in an example may be something else in another message.
        Value::Null => json!({}),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(_) => json!({ "type": "integer" }),
        Value::String(_) => json!({ "type": "string" }),
        Value::Array(items) => match items.first() {
            Some(first) => json!({ "type": "array", "items": shape_of(first) }),
            None => json!({ "type": "array" }),
        },
        Value::Object(members) => {
            let properties: Map<String, Value> = members.iter().map(|(k, v)| (k.clone(), shape_of(v))).collect();
            json!({ "type": "object", "properties": properties })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_stands_in_the_document_with_a_readable_example() {
        let document = document();
        for event in events() {
            let example: Value = serde_json::from_str(event.example).unwrap();
            assert_eq!(
                document["components"]["messages"][event.name]["examples"][0]["payload"], example,
                "{}",
                event.name
            );
            assert!(document["operations"][operation_name(event)].is_object(), "{}", event.name);
        }
        assert_eq!(document["operations"].as_object().unwrap().len(), events().count(), "a name stands twice");
    }
}
