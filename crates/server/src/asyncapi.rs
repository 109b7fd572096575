//! The AsyncAPI 3 document of the sockets, made from the one table of socket events.

use serde_json::{Map, Value, json};

/// Who sends an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A client asks us.
    ToServer,
    /// We tell clients.
    ToClient,
}

/// One event of the namespace `/`.
#[derive(Debug, Clone, Copy)]
pub struct SocketEvent {
    /// Its name on the wire.
    pub name: &'static str,
    /// Who sends it.
    pub direction: Direction,
    /// What it means, and who gets it.
    pub summary: &'static str,
    /// JSON Schema of its one argument, as JSON text; empty for none.
    pub payload: &'static str,
    /// JSON Schema of the acknowledgement's members beside `success`, as JSON text; empty for none.
    pub ack: &'static str,
}

/// The document. `schemas` are those of the OpenAPI document, so that payloads can refer to them.
pub fn document<'a>(events: impl IntoIterator<Item = &'a SocketEvent>, schemas: Value) -> Value {
    let (mut messages, mut operations, mut channel) = (Map::new(), Map::new(), Map::new());
    for event in events {
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
        "components": { "messages": messages, "schemas": schemas },
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

fn message(event: &SocketEvent) -> Value {
    json!({ "name": event.name, "summary": event.summary, "payload": schema(event.payload) })
}

fn operation(event: &SocketEvent) -> Value {
    let action = if event.direction == Direction::ToServer { "receive" } else { "send" };
    let mut operation = json!({
        "action": action,
        "summary": event.summary,
        "channel": reference("channels/root"),
        "messages": [reference(&format!("channels/root/messages/{}", event.name))],
    });
    if !event.ack.is_empty() {
        operation["x-ack"] = schema(event.ack);
    }
    operation
}

/// A table entry that is no JSON shows up as a schema that says so; a test looks for it.
fn schema(text: &str) -> Value {
    if text.is_empty() {
        return json!({ "type": "null" });
    }
    serde_json::from_str(text).unwrap_or_else(|e| json!({ "x-unreadable": e.to_string() }))
}
