//! The house's own facts, as the floors above state them.

use kernel::{Right, events};

use super::{Field, Row, may, need};
use crate::catalogue::field::FieldKind::{Datetime, Email, Integer, List, Phone, Price, Reference, Text, Url};

const ID: Field = need("appointment.id", Reference, "The appointment.", "appt_01ksm7hz4fe6vs2mqx5hcnqj7e");
const STATUS: Field = need("appointment.status", Text, "Where it stands.", "confirmed");
const SERVICE: Field = need("appointment.service", Text, "What was booked.", "Haircut and beard");
const START: Field = need("appointment.start", Datetime, "When it begins.", "2026-05-15T07:00:00Z");
const END: Field = may("appointment.end", Datetime, "When it ends.", "2026-05-15T07:45:00Z");
const MINUTES: Field = may("appointment.durationMinutes", Integer, "How long it takes.", "45");
const PRICE: Field = may("appointment.price", Price, "What it costs.", "{\"amount\":150000,\"currency\":\"KES\"}");
const STAFF_ID: Field = may("appointment.staffId", Reference, "Who gives it.", "user_01ksm7hz4fe6vs2mqx5hcnqj7e");
const STAFF_NAME: Field = may("appointment.staffName", Text, "Who gives it.", "Achieng Were");
const NOTES: Field = may("appointment.notes", Text, "What the customer wrote.", "Second floor, please");
const REASON: Field = may("appointment.reason", Text, "Why it was declined or called off.", "We are closed that day");
const SOURCE: Field = may("appointment.source", Text, "Where it was booked: `storefront` or `desk`.", "storefront");
const MANAGE_URL: Field = may(
    "appointment.manageUrl",
    Url,
    "Where the customer sees it and may call it off, without signing in.",
    "https://desk.example.com/s/demo-salon/manage?token=secret",
);
const CALENDAR_URL: Field = may(
    "appointment.calendarUrl",
    Url,
    "The appointment as a file for the customer's calendar (iCalendar), without signing in.",
    "https://desk.example.com/api/public/appointments/manage/calendar.ics?token=secret",
);
const CUSTOMER_ID: Field = may("appointment.customer.id", Reference, "For whom.", "cust_01ksm7hz4fe6vs2mqx5hcnqj7e");
const CUSTOMER_NAME: Field = need("appointment.customer.name", Text, "For whom.", "Wanjiru Kamau");
const CUSTOMER_EMAIL: Field = may("appointment.customer.email", Email, "Where they read mail.", "wanjiru@example.com");
const CUSTOMER_PHONE: Field = may("appointment.customer.phone", Phone, "Their phone.", "+254712345678");

const START_BEFORE: Field =
    may("appointment.startBefore", Datetime, "When it began before it moved.", "2026-05-14T07:00:00Z");
const STAFF_BEFORE: Field = may("appointment.staffNameBefore", Text, "Who gave it before it moved.", "Otieno Ouma");
const ZONE: Field = may("appointment.timezone", Text, "The zone of its times, the business's.", "Africa/Nairobi");

const APPOINTMENT: &[Field] = &[
    ID,
    STATUS,
    SERVICE,
    START,
    END,
    ZONE,
    START_BEFORE,
    STAFF_BEFORE,
    MINUTES,
    PRICE,
    STAFF_ID,
    STAFF_NAME,
    NOTES,
    REASON,
    SOURCE,
    MANAGE_URL,
    CALENDAR_URL,
    CUSTOMER_ID,
    CUSTOMER_NAME,
    CUSTOMER_EMAIL,
    CUSTOMER_PHONE,
];

const fn appointment(name: &'static str, title: &'static str, description: &'static str) -> Row {
    Row {
        name,
        title,
        category: "Appointments",
        description,
        fields: APPOINTMENT,
        reaches: &["appointment.customer.email", "appointment.customer.phone"],
        users: &["appointment.staffId"],
        customers: &["appointment.customer.id"],
        audience: Some(Right::AppointmentsAll),
    }
}

const MEMBER_ID: Field = need("userId", Reference, "The member.", "user_01ksm7hz4fe6vs2mqx5hcnqj7e");
const MEMBER_NAME: Field = need("name", Text, "What they are called.", "Achieng Were");
const BY_NAME: Field = may("byName", Text, "Who did it.", "Otieno Ouma");

/// Of the team: told to whoever runs it, and to the member.
const fn team(name: &'static str, title: &'static str, description: &'static str, fields: &'static [Field]) -> Row {
    Row {
        name,
        title,
        category: "Team",
        description,
        fields,
        reaches: &[],
        users: &["userId"],
        customers: &[],
        audience: Some(Right::Team),
    }
}

/// What only this house can know: it happens here, and whoever else stated it would make it up. Appointments are not among
/// these, since a business may keep its diary elsewhere.
pub(super) const STATED_BY_HOUSE: &[&str] = &[
    events::NOTIFICATIONS_DIGEST,
    events::MESSAGE_CREATED,
    events::TENANT_CREATED,
    events::TEAM_MEMBER_JOINED,
    events::TEAM_MEMBER_LEFT,
    events::TEAM_ROLE_CHANGED,
    events::TEAM_OWNERSHIP_TRANSFERRED,
    events::ACCOUNT_SECURITY,
    events::WEBHOOK_DISABLED,
];

/// What is somebody's own matter: the safety of their account, and what waits for them to be read.
pub(crate) const PERSONAL: [&str; 2] = [events::ACCOUNT_SECURITY, events::NOTIFICATIONS_DIGEST];

/// First words of names that are the house's, now and later.
pub(super) const NAMESPACES: &[&str] = &["account", "team", "tenant", "webhook", "notifications"];

/// Facts of the house that are told to nobody.
pub(super) const UNTOLD: &[&str] = &[events::MEMBER_LEFT, events::TENANT_RESUMED, events::OWNER_VERIFIED];

pub(super) const ROWS: &[Row] = &[
    appointment(events::APPOINTMENT_CREATED, "Appointment booked", "An appointment was booked."),
    appointment(
        events::APPOINTMENT_UPDATED,
        "Appointment changed",
        "An appointment moved, or something about it changed.",
    ),
    appointment(events::APPOINTMENT_CONFIRMED, "Appointment confirmed", "The business confirmed an appointment."),
    appointment(events::APPOINTMENT_REJECTED, "Appointment declined", "The business declined an appointment."),
    appointment(events::APPOINTMENT_COMPLETED, "Appointment completed", "The service was given."),
    appointment(events::APPOINTMENT_CANCELLED, "Appointment cancelled", "Either side called an appointment off."),
    Row {
        name: events::APPOINTMENT_REMINDER,
        title: "Appointment reminder",
        category: "Appointments",
        description: "A confirmed appointment is near.",
        fields: APPOINTMENT,
        reaches: &["appointment.customer.email", "appointment.customer.phone"],
        users: &[],
        customers: &["appointment.customer.id"],
        audience: None,
    },
    Row {
        name: events::NOTIFICATIONS_DIGEST,
        title: "Daily summary",
        // In no category of anybody's preferences: whoever wants it says so by a switch of its own.
        category: "Summary",
        description: "What waits to be read, once a day for whoever asked for it.",
        fields: &[
            need("recipient.id", Reference, "For whom.", "user_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            need("recipient.email", Email, "Where they read mail.", "achieng@example.com"),
            may("recipient.name", Text, "What they are called.", "Achieng Were"),
            need("count", Integer, "How much waits.", "3"),
            need("lines", List, "The newest of it.", "[\"Appointment booked: Wanjiru Kamau, Friday at nine\"]"),
            may("url", Url, "Where to read it.", "https://desk.example.com/dashboard"),
        ],
        reaches: &["recipient.email"],
        users: &[],
        customers: &[],
        audience: None,
    },
    Row {
        name: events::MESSAGE_CREATED,
        title: "New message",
        category: "Messages",
        description: "Somebody wrote. Other systems hear of every message; people only of those that wait for them while they are away.",
        fields: &[
            need("conversationId", Reference, "The conversation.", "conv_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            need("senderName", Text, "Who wrote.", "Wanjiru Kamau"),
            may("messageId", Reference, "The message.", "msg_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("messageSeq", Integer, "Its number in the conversation.", "42"),
            may("senderId", Reference, "Who wrote.", "cust_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("senderType", Text, "Which side wrote: `customer` or `provider`.", "customer"),
            may("content", Text, "The whole text.", "Is half past nine still free?"),
            may("attachmentCount", Integer, "How many files came with it.", "0"),
            may("customerId", Reference, "The customer in the conversation.", "cust_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("appointmentId", Reference, "The appointment it is about.", "appt_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("sentAt", Datetime, "When it was stored.", "2026-05-15T07:00:00.000Z"),
            may("preview", Text, "How it begins.", "Is half past nine still free?"),
            may("moreCount", Integer, "How many more wait that came before it.", "2"),
            may("url", Url, "Where to read it.", "https://desk.example.com/client/messages?business=demo-salon"),
            may("recipient.userId", Reference, "Who is away, of the business.", "user_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("recipient.customerId", Reference, "Who is away, a customer.", "cust_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("recipient.name", Text, "What they are called.", "Achieng Were"),
            may("recipient.email", Email, "Where they read mail.", "achieng@example.com"),
        ],
        reaches: &["recipient.email"],
        users: &["recipient.userId"],
        customers: &["recipient.customerId"],
        audience: None,
    },
    Row {
        name: events::TENANT_CREATED,
        title: "Business signed up",
        category: "Business",
        description: "The business opened its account.",
        fields: &[
            need("tenantId", Reference, "The business.", "biz_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("ownerId", Reference, "Who signed it up.", "user_01ksm7hz4fe6vs2mqx5hcnqj7e"),
        ],
        reaches: &[],
        users: &["ownerId"],
        customers: &[],
        audience: None,
    },
    team(
        events::TEAM_MEMBER_JOINED,
        "Somebody joined the team",
        "Somebody followed an invitation and is a member now.",
        &[MEMBER_ID, MEMBER_NAME, need("role", Text, "As what.", "manager")],
    ),
    team(
        events::TEAM_MEMBER_LEFT,
        "Somebody left the team",
        "Somebody left the team, or was removed from it.",
        &[MEMBER_ID, MEMBER_NAME, need("role", Text, "What they were.", "staff"), BY_NAME],
    ),
    team(
        events::TEAM_ROLE_CHANGED,
        "Role changed",
        "A member has another role.",
        &[
            MEMBER_ID,
            MEMBER_NAME,
            need("role", Text, "What they are now.", "manager"),
            may("roleBefore", Text, "What they were.", "staff"),
            BY_NAME,
        ],
    ),
    Row {
        name: events::TEAM_OWNERSHIP_TRANSFERRED,
        title: "New owner",
        category: "Team",
        description: "An owner handed the business over.",
        fields: &[
            need("owner.id", Reference, "Who owns it now.", "user_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            need("owner.name", Text, "What they are called.", "Achieng Were"),
            need("owner.email", Email, "Where they read mail.", "achieng@example.com"),
            need("formerOwner.id", Reference, "Who owned it.", "user_01ksm7hz4fe6vs2mqx5hcnqj7f"),
            need("formerOwner.name", Text, "What they are called.", "Otieno Ouma"),
            need("formerOwner.email", Email, "Where they read mail.", "otieno@example.com"),
        ],
        reaches: &["owner.email", "formerOwner.email"],
        users: &["owner.id", "formerOwner.id"],
        customers: &[],
        audience: Some(Right::Team),
    },
    Row {
        name: events::ACCOUNT_SECURITY,
        title: "About your account",
        category: "Security",
        description: "Something about the safety of an account changed. Told to its holder in the app; the mail is sent apart.",
        fields: &[
            need(
                "news",
                Text,
                "What: `new_device`, `password_changed`, `passkey_added`, `email_changed` or `second_factor`.",
                "new_device",
            ),
            may("device", Text, "The device that it was done on, as people call it.", "Chrome on Windows"),
            may("ip", Text, "The network address that it came from.", "192.0.2.7"),
            may("userId", Reference, "Whose account, of the business.", "user_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            may("customerId", Reference, "Whose account, a customer.", "cust_01ksm7hz4fe6vs2mqx5hcnqj7e"),
        ],
        reaches: &[],
        users: &["userId"],
        customers: &["customerId"],
        audience: None,
    },
    Row {
        name: events::WEBHOOK_DISABLED,
        title: "Webhook switched off",
        category: "Business",
        description: "A webhook was switched off: its receiver failed for days, or wants no more calls.",
        fields: &[
            need("webhookId", Reference, "The webhook.", "whk_01ksm7hz4fe6vs2mqx5hcnqj7e"),
            need("url", Url, "The address that was called.", "https://erp.example.com/hooks"),
            may("code", Text, "Why: `FAILING`, or `RECEIVER_GONE`.", "FAILING"),
        ],
        reaches: &[],
        users: &[],
        customers: &[],
        audience: Some(Right::Events),
    },
];
