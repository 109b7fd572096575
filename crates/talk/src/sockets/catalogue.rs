//! The socket events of this floor, as the AsyncAPI document lists them. Those of appointments stand here too: what a chat
//! page hears.

use platform::realtime::SocketEvent;

const fn up(name: &'static str, summary: &'static str, example: &'static str) -> SocketEvent {
    SocketEvent::up(name, summary, example)
}
const fn down(name: &'static str, summary: &'static str, example: &'static str) -> SocketEvent {
    SocketEvent::down(name, summary, example)
}

const MESSAGE: &str = r#"{"id":"msg_…","conversationId":"conv_…","seq":7,"senderId":"cust_…","senderName":"Ann","senderType":"customer","senderRole":"customer","content":"Hi","attachments":[],"timestamp":"2026-05-12T06:41:00.000Z","status":"sent","readBy":[],"replyTo":null,"editedAt":null,"isDeleted":false,"clientMessageId":null}"#;
const APPOINTMENT: &str =
    r#"{"appointment":{"id":"appt_…","status":"pending"},"timestamp":"2026-05-12T06:41:00.000Z"}"#;

/// The table.
pub const SOCKET_EVENTS: &[SocketEvent] = &[
    up(
        "join_conversation",
        "Enters a conversation's room. A bare id speaks the pair dialect, an object the room dialect. With afterSeq up to 200 missed messages are replayed.",
        r#"{"conversationId":"conv_…","afterSeq":6}"#,
    ),
    up("leave_conversation", "Leaves the room.", r#"{"conversationId":"conv_…"}"#),
    up(
        "send_message",
        "Sends; acknowledged and announced only after the commit. The text stands in message, messageText or content.",
        r#"{"conversationId":"conv_…","message":"Hi","clientMessageId":"c1"}"#,
    ),
    up("typing_start", "Shows the others that one types; ends by itself after 3 s.", r#"{"conversationId":"conv_…"}"#),
    up("typing_stop", "Ends it.", r#"{"conversationId":"conv_…"}"#),
    up("message_read", "Marks a message and all before it as read.", r#"{"messageId":"msg_…"}"#),
    up("mark_as_read", "The same.", r#"{"conversationId":"conv_…","upToSeq":7}"#),
    up("message_delivered", "Marks as received by a device.", r#"{"messageIds":["msg_…"]}"#),
    down("message_received", "Pair dialect: a message by somebody else in the room.", MESSAGE),
    down("message_sent", "Pair dialect: an own message was stored; to all sockets of its sender.", MESSAGE),
    down("new_message", "Room dialect: a message, to the whole room.", MESSAGE),
    down("message_updated", "A message was changed or taken back; to the room.", MESSAGE),
    down(
        "new_message_notification",
        "A message in a conversation this socket is not in.",
        r#"{"conversationId":"conv_…","from":"Ann","preview":"Hi"}"#,
    ),
    down(
        "message_status_update",
        "Somebody received or read up to a number.",
        r#"{"conversationId":"conv_…","messageId":"msg_…","upToSeq":7,"status":"read","by":"user_…","at":"2026-05-12T06:41:00.000Z"}"#,
    ),
    down(
        "conversation_updated",
        "A conversation was archived, blocked, labelled or assigned, or its last words changed; to both sides. With takenBackSeq that message was taken back and may have been counted as unread: ask for the count again.",
        r#"{"conversation":{"id":"conv_…","status":"archived"},"takenBackSeq":7}"#,
    ),
    down(
        "user_typing",
        "Somebody else in the room types.",
        r#"{"conversationId":"conv_…","userId":"cust_…","userName":"Ann"}"#,
    ),
    down("user_stopped_typing", "They stopped.", r#"{"conversationId":"conv_…","userId":"cust_…","userName":"Ann"}"#),
    down(
        "presence",
        "Somebody one shares a conversation with came or left.",
        r#"{"customerId":"cust_…","isOnline":true,"lastSeen":"2026-05-12T06:41:00.000Z"}"#,
    ),
    down(
        "resync_required",
        "More was missed than is replayed; fetch it with after_seq.",
        r#"{"conversationId":"conv_…","lastSeq":900}"#,
    ),
    down("message_error", "A refusal, when there was no callback.", r#"{"error":"…","code":"CONVERSATION_CLOSED"}"#),
    down(
        "session_ended",
        "The session ended, the API key of a connection token was revoked, or the person's rights changed; the socket closes. After a change of rights a new connection is let in.",
        r#"{"reason":"revoked"}"#,
    ),
    down("appointment_created", "To the business side with the right and to the customer concerned.", APPOINTMENT),
    down("appointment_updated", "The same.", APPOINTMENT),
    down("appointment_confirmed", "The same.", APPOINTMENT),
    down("appointment_rejected", "The same.", APPOINTMENT),
    down("appointment_completed", "The same.", APPOINTMENT),
    down("appointment_cancelled", "The same.", APPOINTMENT),
];
