//! What each visitor hears when it sends a socket event. Those without a good token do not even connect
//! (`sockets::nobody_connects_without_a_good_token`).

use super::scene::Visitor;

/// The columns.
pub const VISITORS: [Visitor; 5] =
    [Visitor::OtherOwner, Visitor::OtherCustomer, Visitor::Staff, Visitor::Customer, Visitor::Owner];

const IN_THREAD: [&str; 5] = ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "ok", "ok"];

/// Event, payload, and the acknowledgement of each visitor: `ok` or the problem's code.
pub const EVENTS: &[(&str, &str, [&str; 5])] = &[
    ("join_conversation", r#""{conversation}""#, IN_THREAD),
    ("join_conversation", r#"{"conversationId":"{conversation}","afterSeq":0}"#, IN_THREAD),
    ("leave_conversation", r#"{"conversationId":"{conversation}"}"#, ["ok"; 5]),
    ("send_message", r#"{"conversationId":"{conversation}","message":"hi"}"#, IN_THREAD),
    ("send_message", r#"{"appointmentId":"{appointment}","message":"hi"}"#, IN_THREAD),
    ("typing_start", r#"{"conversationId":"{conversation}"}"#, IN_THREAD),
    ("typing_stop", r#"{"conversationId":"{conversation}"}"#, IN_THREAD),
    ("message_read", r#"{"messageId":"{message}"}"#, IN_THREAD),
    ("mark_as_read", r#"{"conversationId":"{conversation}","upToSeq":1}"#, IN_THREAD),
    ("message_delivered", r#"{"messageIds":["{message}"]}"#, IN_THREAD),
];
