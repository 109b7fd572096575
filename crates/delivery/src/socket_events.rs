//! The socket events of this floor, as the AsyncAPI document lists them. They go to sockets of the business side whose role
//! carries the right `events`, and to the connection token that stated the event; `notification` and what follows
//! it go to one person.

use platform::realtime::SocketEvent;

const STATED: &str = r#"{"event_type":"invoice:sent","event_data":{"invoice_id":123,"client_email":"client@example.com","invoice_number":"INV-001","total_amount":1500}}"#;
const WHATSAPP: &str =
    r#"{"customer_id":"biz_…","status":"ready","timestamp":"2026-05-12T06:41:00.000Z","reason":null}"#;

/// The table.
pub const SOCKET_EVENTS: &[SocketEvent] = &[
    SocketEvent::up(
        "internal:event",
        "States a business event; from a connection token, or a user with the right events. Acknowledged after the commit, with {success,event_id,event_type}. Types that only Frontdesk states are refused with EVENT_TYPE_RESERVED.",
        STATED,
    ),
    SocketEvent::down(
        "event:acknowledged",
        "An event is stored.",
        r#"{"event_id":"evt_…","customer_id":"biz_…","event_type":"invoice:sent","status":"processing","timestamp":"2026-05-12T06:41:00.000Z"}"#,
    ),
    SocketEvent::down(
        "event:progress",
        "A step of an event was done.",
        r#"{"event_id":"evt_…","customer_id":"biz_…","event_type":"invoice:sent","status":"processing","progress":50,"deliveries":{"total":2,"done":1,"failed":0,"cancelled":0},"timestamp":"2026-05-12T06:41:00.000Z"}"#,
    ),
    SocketEvent::down(
        "event:completed",
        "Every delivery of an event is final, and not all are dead.",
        r#"{"event_id":"evt_…","customer_id":"biz_…","event_type":"invoice:sent","status":"completed","result":{"total":1,"failed":0,"cancelled":0,"deliveries":[{"delivery_id":"dlv_…","channel":"email","recipient":"client@example.com","status":"sent","message_id":"…","error":null}]},"timestamp":"2026-05-12T06:41:00.000Z"}"#,
    ),
    SocketEvent::down(
        "event:failed",
        "Every delivery of an event is dead; or a stated event was refused, then without event_id and with code and errors.",
        r#"{"event_id":"evt_…","customer_id":"biz_…","event_type":"invoice:sent","error":"event_data.client_email: is required","code":"VALIDATION_ERROR","errors":[{"field":"event_data.client_email","code":"REQUIRED","message":"is required"}]}"#,
    ),
    SocketEvent::down(
        "message:sent",
        "A delivery was taken by its provider, or arrived.",
        r#"{"delivery_id":"dlv_…","customer_id":"biz_…","channel":"email","recipient":"client@example.com","message_id":"…","status":"sent","event_id":"evt_…","event_type":"invoice:sent","attempt":1,"timestamp":"2026-05-12T06:41:00.000Z"}"#,
    ),
    SocketEvent::down(
        "message:failed",
        "A try of a delivery failed; another one follows or it is given up.",
        r#"{"delivery_id":"dlv_…","customer_id":"biz_…","channel":"email","recipient":"client@example.com","message_id":null,"status":"failed","error":"…","code":"SMTP_REFUSED","will_retry":true,"next_attempt_at":"2026-05-12T06:41:05.000Z","event_id":"evt_…","event_type":"invoice:sent","attempt":1,"timestamp":"2026-05-12T06:41:00.000Z"}"#,
    ),
    SocketEvent::down(
        "notification",
        "A new line in the notice centre of the person whose socket this is, user or customer, and how many wait.",
        r#"{"notification":{"id":"ntf_…","type":"appointment.created","category":"Appointments","title":"Appointment booked","message":"Wanjiru Kamau: Haircut, Friday, 15 May 2026, 10:00","data":{"appointment":{"id":"appt_…"}},"eventId":"evt_…","read":false,"readAt":null,"createdAt":"2026-05-12T06:41:00.000Z"},"unreadCount":3}"#,
    ),
    SocketEvent::down(
        "notification:read",
        "The person whose socket this is has read a line, on whichever screen, or every line (id is null); and how many still wait.",
        r#"{"id":"ntf_…","tenantId":"biz_…","unreadCount":2}"#,
    ),
    SocketEvent::down(
        "notification:removed",
        "The person whose socket this is has removed a line, on whichever screen; and how many still wait.",
        r#"{"id":"ntf_…","tenantId":"biz_…","unreadCount":2}"#,
    ),
    SocketEvent::down(
        "whatsapp:qr_generated",
        "A code to pair the business's phone with; a PNG as data URL.",
        r#"{"customer_id":"biz_…","qr":"data:image/png;base64,…","timestamp":"2026-05-12T06:41:00.000Z"}"#,
    ),
    SocketEvent::down("whatsapp:client_ready", "WhatsApp can send.", WHATSAPP),
    SocketEvent::down("whatsapp:client_authenticated", "The phone was paired.", WHATSAPP),
    SocketEvent::down("whatsapp:client_auth_failed", "Pairing failed; reason says why.", WHATSAPP),
    SocketEvent::down("whatsapp:client_disconnected", "The connection was lost; reason says why.", WHATSAPP),
    SocketEvent::down("whatsapp:client_logged_out", "The session was ended.", WHATSAPP),
];
