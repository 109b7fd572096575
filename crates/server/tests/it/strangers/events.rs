//! What each visitor hears when it sends a socket event. Those without a good token do not even connect
//! (`sockets::nobody_connects_without_a_good_token`).

use super::scene::Visitor;

/// The columns.
pub const VISITORS: [Visitor; 6] =
    [Visitor::OtherOwner, Visitor::OtherCustomer, Visitor::Staff, Visitor::System, Visitor::Customer, Visitor::Owner];

const IN_THREAD: [&str; 6] = ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "FORBIDDEN", "ok", "ok"];
const LEAVING: [&str; 6] = ["ok", "ok", "ok", "FORBIDDEN", "ok", "ok"];

/// Event, payload, and the acknowledgement of each visitor: `ok` or the problem's code.
pub const EVENTS: &[(&str, &str, [&str; 6])] = &[
    ("join_conversation", r#""{conversation}""#, IN_THREAD),
    ("join_conversation", r#"{"conversationId":"{conversation}","afterSeq":0}"#, IN_THREAD),
    ("leave_conversation", r#"{"conversationId":"{conversation}"}"#, LEAVING),
    ("send_message", r#"{"conversationId":"{conversation}","message":"hi"}"#, IN_THREAD),
    ("send_message", r#"{"appointmentId":"{appointment}","message":"hi"}"#, IN_THREAD),
    ("typing_start", r#"{"conversationId":"{conversation}"}"#, IN_THREAD),
    ("typing_stop", r#"{"conversationId":"{conversation}"}"#, IN_THREAD),
    ("message_read", r#"{"messageId":"{message}"}"#, IN_THREAD),
    ("mark_as_read", r#"{"conversationId":"{conversation}","upToSeq":1}"#, IN_THREAD),
    ("message_delivered", r#"{"messageIds":["{message}"]}"#, IN_THREAD),
    // Who may state events does so in their own business, whatever the data names.
    (
        "internal:event",
        r#"{"event_type":"user:clockedIn","event_data":{"user_id":1,"user_name":"Ann","clock_in_time":"2026-11-20T06:00:00Z"},"customer_id":"{tenant}"}"#,
        ["ok", "FORBIDDEN", "FORBIDDEN", "ok", "FORBIDDEN", "ok"],
    ),
];
